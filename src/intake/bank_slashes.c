/* Texts marked with keywords between slashes, "/EREF/..//CNTP/../REMI/..": the Dutch banks (ING,
 * Rabobank, ABN AMRO, Knab, bunq, Van Lanschot, Triodos, SNS) write them in field 86 of MT940 and
 * in AddtlNtryInf of CAMT. */
#include "intake/bank_internal.h"

#include <string.h>

enum key {
	KEY_ACCW,
	KEY_ADDR,
	KEY_BENM,
	KEY_BIC,
	KEY_CNTP,
	KEY_CSID,
	KEY_EREF,
	KEY_IBAN,
	KEY_ID,
	KEY_INIT,
	KEY_IREF,
	KEY_ISDT,
	KEY_KREF,
	KEY_MARF,
	KEY_NAME,
	KEY_NRTX,
	KEY_ORDP,
	KEY_PIND,
	KEY_PREF,
	KEY_PURP,
	KEY_REMI,
	KEY_RTRN,
	KEY_RTYP,
	KEY_STRD,
	KEY_TRCD,
	KEY_TRTP,
	KEY_ULTB,
	KEY_ULTC,
	KEY_ULTD,
	KEY_USTD,
	KEY__COUNT
};
#define KEY_LENGTH_MAX 4
static const char keys[KEY__COUNT][KEY_LENGTH_MAX + 1] = {
	"ACCW", "ADDR", "BENM", "BIC",  "CNTP", "CSID", "EREF", "IBAN", "ID",   "INIT",
	"IREF", "ISDT", "KREF", "MARF", "NAME", "NRTX", "ORDP", "PIND", "PREF", "PURP",
	"REMI", "RTRN", "RTYP", "STRD", "TRCD", "TRTP", "ULTB", "ULTC", "ULTD", "USTD",
};

/* What a text says per keyword; names by whom they are of. */
struct parts {
	struct vd_str value[KEY__COUNT];
	struct vd_str name, payer_name, payee_name, ultimate;
	bool any;
};

/* The keyword at a slash: "/EREF/"; its length with both slashes. */
static bool
key_at(struct vd_str text, size_t at, enum key *key, size_t *length)
{
	const char *word = text.ptr + at + 1;
	size_t n = 0, rest = text.len - at - 1;

	if (text.ptr[at] != '/') return false;
	while (n < rest && n < KEY_LENGTH_MAX && word[n] >= 'A' && word[n] <= 'Z') n++;
	if (n < 2 || n >= rest || word[n] != '/') return false;
	for (int k = 0; k < KEY__COUNT; k++) {
		if (memcmp(keys[k], word, n) != 0 || keys[k][n] != '\0') continue;
		*key = (enum key)k;
		*length = n + 2;
		return true;
	}
	return false;
}

/* Inside free text, what a person wrote may look like a keyword: the short ones that name a party
 * end it only when what follows can be nothing else. */
static bool
ends_free_text(struct vd_str text, enum key key, size_t value_at)
{
	size_t end = vd_str_find(text, VD_STR("/"), value_at);
	struct vd_str value = vd_str_sub(text, value_at, (end == SIZE_MAX ? text.len : end) - value_at);

	switch (key) {
	case KEY_IBAN:
		return bank_looks_like_iban(value);
	case KEY_BIC:
		return bank_looks_like_bic(value);
	case KEY_NAME:
	case KEY_ADDR:
	case KEY_ID:
	case KEY_INIT:
		return false;
	default:
		return true;
	}
}

static struct vd_str
without_slashes(struct vd_str s)
{
	s = vd_str_trim(s);
	while (s.len > 0 && s.ptr[0] == '/') s = vd_str_trim(vd_str_sub(s, 1, SIZE_MAX));
	while (s.len > 0 && s.ptr[s.len - 1] == '/') s = vd_str_trim(vd_str_sub(s, 0, s.len - 1));
	return s;
}

/* A name belongs to the party named just before: "/ORDP//NAME/..", "/BENM//NAME/..",
 * "/ULTD//NAME/..". */
static void
put_value(struct parts *p, enum key key, enum key party, struct vd_str value)
{
	struct vd_str plain = without_slashes(value);

	p->any = true;
	if (key == KEY_NAME) {
		struct vd_str *slot = party == KEY_ORDP   ? &p->payer_name
		                      : party == KEY_BENM ? &p->payee_name
		                      : party == KEY_NAME ? &p->name
		                                          : &p->ultimate;
		if (slot->len == 0) *slot = plain;
		return;
	}
	if ((key == KEY_ULTB || key == KEY_ULTC || key == KEY_ULTD) && plain.len > 0 &&
	    p->ultimate.len == 0) {
		size_t slash = vd_str_find(plain, VD_STR("/"), 0); /* ING: name/identification */
		p->ultimate = slash == SIZE_MAX ? plain : vd_str_sub(plain, 0, slash);
	}
	/* the counterparty's parts may be empty: keep its slashes */
	if (p->value[key].len == 0) p->value[key] = key == KEY_CNTP ? value : plain;
}

static void
find_parts(struct vd_str text, struct parts *p)
{
	enum key open = KEY__COUNT, key, party = KEY_NAME; /* KEY_NAME: no party named yet */
	size_t from = 0, length = 0;

	*p = (struct parts){ 0 };
	for (size_t at = 0; at < text.len; at++) {
		bool free_text = open == KEY_REMI || open == KEY_USTD;
		if (!key_at(text, at, &key, &length)) continue;
		if (free_text && !ends_free_text(text, key, at + length)) continue;
		if (open != KEY__COUNT)
			put_value(p, open, party, vd_str_sub(text, from, at > from ? at - from : 0));
		open = key;
		if (key == KEY_ORDP || key == KEY_BENM || key == KEY_ULTB || key == KEY_ULTC ||
		    key == KEY_ULTD)
			party = key;
		from = at + length;
		at = from -
		     2; /* the closing slash may open the next: "/ORDP//NAME/" has two, "/REMI/USTD/" one */
	}
	if (open != KEY__COUNT) put_value(p, open, party, vd_str_sub(text, from, SIZE_MAX));
}

/* ING: iban/bic/name/city, each may be empty; a slash in the name makes more pieces than four. */
static enum vd_status
put_counterparty(struct vd_context *ctx, struct bank_record_transaction *t, struct vd_str value)
{
	struct vd_str iban = VD_STR_NONE, bic = VD_STR_NONE, name;

	if (!vd_str_cut(&value, '/', &iban)) return VD_OK;
	if (!vd_str_cut(&value, '/', &bic)) bic = VD_STR_NONE;
	name = value;
	/* behind the name: "/city/" or "//" */
	if (name.len > 0 && name.ptr[name.len - 1] == '/') name = vd_str_sub(name, 0, name.len - 1);
	for (size_t i = name.len; i > 0; i--) {
		if (name.ptr[i - 1] != '/') continue;
		name = vd_str_sub(name, 0, i - 1);
		break;
	}
	VD_TRY(bank_account(ctx, iban, &t->counterparty_iban));
	VD_TRY(bank_reference(ctx, bic, &t->counterparty_bic));
	return bank_text(ctx, without_slashes(name), &t->counterparty_name);
}

static enum vd_status
put_names(struct vd_context *ctx, struct bank_record_transaction *t, bool in, const struct parts *p)
{
	struct vd_str name = p->name, comma;

	if (name.len == 0) name = in ? p->payer_name : p->payee_name;
	if (name.len == 0) name = in ? p->payee_name : p->payer_name;
	if (p->value[KEY_CNTP].len > 0) VD_TRY(put_counterparty(ctx, t, p->value[KEY_CNTP]));
	if (t->counterparty_name.len == 0) VD_TRY(bank_text(ctx, name, &t->counterparty_name));
	if (t->counterparty_iban.len == 0)
		VD_TRY(bank_account(ctx, p->value[KEY_IBAN], &t->counterparty_iban));
	if (t->counterparty_bic.len == 0)
		VD_TRY(bank_reference(ctx, p->value[KEY_BIC], &t->counterparty_bic));
	if (t->counterparty_iban.len == 0 && p->value[KEY_ACCW].len > 0) { /* "iban,bic" */
		struct vd_str rest = p->value[KEY_ACCW];
		if (vd_str_cut(&rest, ',', &comma)) VD_TRY(bank_account(ctx, comma, &t->counterparty_iban));
		if (t->counterparty_bic.len == 0) VD_TRY(bank_reference(ctx, rest, &t->counterparty_bic));
	}
	return bank_text(ctx, p->ultimate, &t->ultimate_name);
}

/* REMI holds the text, or USTD and STRD inside it do. */
static struct vd_str
remittance_of(const struct parts *p)
{
	return p->value[KEY_USTD].len > 0 ? p->value[KEY_USTD] : p->value[KEY_REMI];
}

static enum vd_status
put_references(struct vd_context *ctx, struct bank_record_transaction *t, const struct parts *p)
{
	struct vd_str purpose = p->value[KEY_PURP], strd = p->value[KEY_STRD], issuer;

	VD_TRY(bank_reference(ctx, p->value[KEY_EREF], &t->end_to_end));
	VD_TRY(bank_reference(ctx, p->value[KEY_MARF], &t->mandate));
	VD_TRY(bank_reference(ctx, p->value[KEY_CSID], &t->creditor_id));
	VD_TRY(bank_reference(ctx, p->value[KEY_KREF], &t->instruction_id));
	VD_TRY(bank_reference(ctx, p->value[KEY_PREF], &t->payment_info_id));
	if (vd_str_starts(purpose, VD_STR("CD/"))) purpose = vd_str_sub(purpose, 3, SIZE_MAX);
	VD_TRY(bank_text(ctx, purpose, &t->purpose));
	if (vd_str_cut(&strd, '/', &issuer) && strd.len > 0) {
		VD_TRY(bank_text(ctx, issuer, &t->structured_issuer));
		VD_TRY(bank_reference(ctx, without_slashes(strd), &t->structured_ref));
	}
	if (p->value[KEY_RTRN].len > 4 && p->value[KEY_RTRN].ptr[4] == '/')
		VD_TRY(bank_text(ctx, vd_str_sub(p->value[KEY_RTRN], 5, SIZE_MAX), &t->return_text));
	return VD_OK;
}

enum vd_status
bank_slashes(struct vd_context *ctx, struct vd_str text, struct vd_str joined, bool in,
             struct bank_slashes *out)
{
	struct bank_record_transaction *t = &out->transaction;
	struct parts spaced, dense;
	struct vd_str trimmed = vd_str_trim(text), free_text;
	enum key key;
	size_t length;

	*out = (struct bank_slashes){ 0 };
	if (trimmed.len == 0 || !key_at(trimmed, 0, &key, &length)) return VD_OK;
	find_parts(trimmed, &spaced);
	dense = spaced;
	if (!vd_str_eq(trimmed, joined)) find_parts(joined, &dense);
	/* a keyword that the bank broke at a line's end is whole only without blanks */
	for (int k = 0; k < KEY__COUNT; k++)
		if (spaced.value[k].len == 0) spaced.value[k] = dense.value[k];
	out->known = true;
	VD_TRY(put_names(ctx, t, in, &spaced));
	VD_TRY(put_references(ctx, t, &spaced));
	if (!vd_str_to_i64(spaced.value[KEY_NRTX], &out->batch_count) || out->batch_count < 0)
		out->batch_count = 0;
	VD_TRY(bank_text(ctx, spaced.value[spaced.value[KEY_TRTP].len > 0 ? KEY_TRTP : KEY_RTYP],
	                 &out->type));
	free_text = remittance_of(&spaced);
	VD_TRY(bank_text(ctx, free_text, &t->remittance));
	VD_TRY(bank_text(ctx, remittance_of(&dense), &t->remittance_joined));
	/* nothing but a party without a name: another bank's way of writing, so keep all of it */
	if (free_text.len == 0 && t->counterparty_name.len == 0 && t->counterparty_iban.len == 0 &&
	    t->end_to_end.len == 0 && t->payment_info_id.len == 0 && t->structured_ref.len == 0) {
		VD_TRY(bank_text(ctx, trimmed, &t->remittance));
		VD_TRY(bank_text(ctx, joined, &t->remittance_joined));
	}
	return VD_OK;
}
