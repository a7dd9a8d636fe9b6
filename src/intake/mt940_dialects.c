/* Field 86 and the references of 61, per bank. A text with marked parts tells its own shape; for
 * the others the bank decides. Where a name runs into the text without a mark, the name stays
 * unknown: a wrong name misleads the matching more than none. */
#include "intake/mt940_internal.h"

#include "base/utf8.h"
#include "value/reference.h"

#include <string.h>

/* ABN AMRO's columns: labels with a colon. */
enum label {
	LABEL_IBAN,
	LABEL_BIC,
	LABEL_NAME,
	LABEL_TEXT,
	LABEL_REFERENCE,
	LABEL_STRUCTURED,
	LABEL_MANDATE,
	LABEL_CREDITOR,
	LABEL_FOR,
	LABEL_DEBTOR,
	LABEL__COUNT
};
static const char *const labels[LABEL__COUNT] = {
	"IBAN:",           "BIC:",        "NAAM:",      "OMSCHRIJVING:", "KENMERK:",
	"BETALINGSKENM.:", "MACHTIGING:", "INCASSANT:", "VOOR:",         "ID DEBITEUR:",
};

/* --- the lines as text --- */

static bool
starts_with_label(struct vd_str line)
{
	for (int l = 0; l < LABEL__COUNT; l++)
		if (vd_str_starts(line, vd_str_c(labels[l]))) return true;
	return false;
}

static bool
is_full(const struct mt940_entry *e, size_t i)
{
	size_t width = vd_utf8_count(e->lines[i]);

	/* ING counts the tag as part of the first line */
	return width >= MT940_WIDTH || (i == 0 && e->bank == MT940_ING && width >= MT940_WIDTH - 4);
}

static struct vd_str
trim_end(struct vd_str s)
{
	while (s.len > 0 && vd_is_blank(s.ptr[s.len - 1])) s.len--;
	return s;
}

static enum vd_status
join_lines(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_lines lines;
	struct vd_buf chopped = VD_BUF(ctx, INTAKE_TEXT_MAX);

	bank_lines_start(ctx, &lines);
	for (size_t i = 0; i < e->lines_count; i++) {
		bool last_of_field = i + 1 == e->lines_count || e->field_start[i + 1];
		bool full = is_full(e, i) && !last_of_field && !starts_with_label(e->lines[i + 1]);
		struct vd_str line = e->lines[i];

		vd_buf_add(&chopped, line);
		if (vd_str_trim(line).len > 0) bank_lines_add(&lines, full ? line : trim_end(line), full);
	}
	VD_TRY(bank_lines_finish(ctx, &lines, &e->spaced, &e->joined));
	return vd_buf_finish(ctx, &chopped, &e->chopped);
}

/* Runs of blanks, which only filled columns, become one. */
static enum vd_status
squeeze(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	char *copy;
	size_t n = 0;

	*out = VD_STR_NONE;
	text = vd_str_trim(text);
	if (text.len == 0) return VD_OK;
	VD_NEW(ctx, copy, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' || copy[n - 1] != ' ') copy[n++] = text.ptr[i];
	*out = (struct vd_str){ copy, n };
	return VD_OK;
}

static enum vd_status
put_text(struct vd_context *ctx, struct mt940_entry *e, struct vd_str text, struct vd_str joined)
{
	VD_TRY(squeeze(ctx, text, &e->transaction.remittance));
	return bank_text(ctx, joined, &e->transaction.remittance_joined);
}

static enum vd_status
take_slashes(struct vd_context *ctx, struct mt940_entry *e, struct vd_str text,
             struct vd_str joined, bool *known)
{
	struct bank_slashes said;

	VD_TRY(bank_slashes(ctx, text, joined, e->record.amount_minor > 0, &said));
	*known = said.known;
	if (!said.known) return VD_OK;
	e->transaction = said.transaction;
	e->record.batch_id = said.transaction.payment_info_id;
	e->record.batch_count = said.batch_count;
	e->record.info = said.type;
	return VD_OK;
}

/* --- ABN AMRO --- */

static bool
label_at(struct vd_str text, size_t at, enum label *label)
{
	if (at > 0 && !vd_is_blank(text.ptr[at - 1])) return false;
	for (int l = 0; l < LABEL__COUNT; l++) {
		struct vd_str word = vd_str_c(labels[l]);
		if (!vd_str_starts(vd_str_sub(text, at, word.len), word)) continue;
		*label = (enum label)l;
		return true;
	}
	return false;
}

static void
find_labels(struct vd_str text, struct vd_str values[LABEL__COUNT], struct vd_str *before)
{
	enum label open = LABEL__COUNT, label;
	size_t from = 0;

	*before = text;
	for (size_t at = 0; at < text.len; at++) {
		if (!label_at(text, at, &label)) continue;
		if (open == LABEL__COUNT) *before = vd_str_sub(text, 0, at);
		else if (values[open].len == 0)
			values[open] = vd_str_trim(vd_str_sub(text, from, at - from));
		open = label;
		from = at + strlen(labels[label]);
		at = from - 1;
	}
	if (open != LABEL__COUNT && values[open].len == 0)
		values[open] = vd_str_trim(vd_str_sub(text, from, SIZE_MAX));
}

static enum vd_status
abn_labels(struct vd_context *ctx, struct mt940_entry *e, bool *known)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str values[LABEL__COUNT] = { 0 }, dense[LABEL__COUNT] = { 0 }, before, unused;

	find_labels(e->spaced, values, &before);
	*known = vd_str_starts(e->spaced, VD_STR("SEPA ")) && values[LABEL_IBAN].len > 0;
	if (!*known) return VD_OK;
	find_labels(e->joined, dense, &unused);
	VD_TRY(bank_account(ctx, values[LABEL_IBAN], &t->counterparty_iban));
	VD_TRY(bank_reference(ctx, values[LABEL_BIC], &t->counterparty_bic));
	VD_TRY(squeeze(ctx, values[LABEL_NAME], &t->counterparty_name));
	VD_TRY(squeeze(ctx, values[LABEL_FOR], &t->ultimate_name));
	VD_TRY(bank_reference(ctx, values[LABEL_REFERENCE], &t->end_to_end));
	VD_TRY(bank_reference(ctx, values[LABEL_MANDATE], &t->mandate));
	VD_TRY(bank_reference(ctx, values[LABEL_CREDITOR], &t->creditor_id));
	VD_TRY(bank_reference(ctx, values[LABEL_STRUCTURED], &t->structured_ref));
	if (t->structured_ref.len > 0) t->structured_issuer = VD_STR("CUR");
	VD_TRY(squeeze(ctx, before, &e->record.info));
	return put_text(ctx, e, values[LABEL_TEXT],
	                dense[LABEL_TEXT].len > 0 ? dense[LABEL_TEXT] : values[LABEL_TEXT]);
}

/* Before SEPA: "GIRO   428428 KPN - DIGITENNE    text" and "54.49.42.108 ABC BOOM KK": account,
 * then a name up to the end of a column of 32. */
static enum vd_status
abn_columns(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str column = vd_str_sub(e->lines_count > 0 ? e->lines[0] : VD_STR_NONE, 0, 32),
	              number;
	size_t at = 0, digits = 0, from;
	bool giro = vd_str_starts(column, VD_STR("GIRO "));

	VD_TRY(put_text(ctx, e, e->spaced, e->joined));
	if (giro)
		for (at = 5; at < column.len && column.ptr[at] == ' '; at++) {
		}
	for (from = at; at < column.len && (vd_is_digit(column.ptr[at]) || column.ptr[at] == '.'); at++)
		digits += vd_is_digit(column.ptr[at]);
	number = vd_str_sub(column, from, at - from);
	if (at >= column.len || column.ptr[at] != ' ') return VD_OK;
	if (!(giro && digits >= 3) &&
	    !(digits >= 9 && digits <= 10 && vd_str_find(number, VD_STR("."), 0) == 2))
		return VD_OK;
	VD_TRY(bank_account(ctx, number, &t->counterparty_iban));
	return squeeze(ctx, vd_str_sub(column, at, SIZE_MAX), &t->counterparty_name);
}

/* --- Knab --- */

/* "text REK: NL26ABNA0999999999/NAAM: BEDRIJF VOF", and "text NAAM: SHOP" at a card payment. */
static enum vd_status
knab_text(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str text = e->spaced, joined = e->joined;
	size_t account = vd_str_find(text, VD_STR("REK: "), 0);
	size_t name = vd_str_find(text, VD_STR("NAAM: "), account == SIZE_MAX ? 0 : account);
	size_t end = account < name ? account : name;

	if (name != SIZE_MAX)
		VD_TRY(bank_text(ctx, vd_str_sub(text, name + 6, SIZE_MAX), &t->counterparty_name));
	if (account != SIZE_MAX) {
		struct vd_str number =
		    vd_str_sub(text, account + 5, (name == SIZE_MAX ? text.len : name) - account - 5);
		size_t slash = vd_str_find(number, VD_STR("/"), 0);
		VD_TRY(bank_account(ctx, vd_str_sub(number, 0, slash), &t->counterparty_iban));
	}
	if (end == SIZE_MAX) return put_text(ctx, e, text, joined);
	account = vd_str_find(joined, VD_STR("REK: "), 0);
	name = vd_str_find(joined, VD_STR("NAAM: "), 0);
	return put_text(ctx, e, vd_str_sub(text, 0, end),
	                vd_str_sub(joined, 0, account < name ? account : name));
}

/* --- SNS, ASN, RegioBank --- */

static struct vd_str
first_word(struct vd_str *rest)
{
	size_t n = 0;
	struct vd_str word;

	*rest = vd_str_trim(*rest);
	while (n < rest->len && !vd_is_blank(rest->ptr[n])) n++;
	word = vd_str_sub(*rest, 0, n);
	*rest = vd_str_trim(vd_str_sub(*rest, n, SIZE_MAX));
	return word;
}

static bool
is_account_number(struct vd_str s)
{
	return bank_looks_like_iban(s) || (s.len >= 7 && s.len <= 10 && vd_str_all_digits(s));
}

/* A block of lines of 65: other account and its name on the first, text on the third and further.
 * The text may be marked with slashes (direct debits). */
static enum vd_status
sns_block(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str name = e->lines_count > 0 ? e->lines[0] : VD_STR_NONE,
	              account = first_word(&name);
	struct vd_str text = e->spaced, joined = e->joined;
	size_t marked = vd_str_find(text, VD_STR("/TRTP/"), 0),
	       marked_joined = vd_str_find(joined, VD_STR("/TRTP/"), 0);
	bool known = false;

	if (is_account_number(account)) {
		struct bank_lines lines;
		bank_lines_start(ctx, &lines);
		for (size_t i = 1; i < e->lines_count; i++)
			if (vd_str_trim(e->lines[i]).len > 0)
				bank_lines_add(&lines, is_full(e, i) ? e->lines[i] : trim_end(e->lines[i]),
				               is_full(e, i));
		VD_TRY(bank_lines_finish(ctx, &lines, &text, &joined));
	} else {
		account = name = VD_STR_NONE;
	}
	if (marked != SIZE_MAX && marked_joined != SIZE_MAX)
		VD_TRY(take_slashes(ctx, e, vd_str_sub(e->spaced, marked, SIZE_MAX),
		                    vd_str_sub(e->joined, marked_joined, SIZE_MAX), &known));
	if (!known) VD_TRY(put_text(ctx, e, text, joined));
	if (t->counterparty_iban.len == 0) VD_TRY(bank_account(ctx, account, &t->counterparty_iban));
	if (t->counterparty_name.len == 0) VD_TRY(bank_text(ctx, name, &t->counterparty_name));
	return VD_OK;
}

/* --- ING before the structured form --- */

/* Direct debit: "Europese Incasso, doorlopend IBAN BIC NAME CREDITOR-ID SEPA text"; the creditor
 * id, which has the shape of an IBAN, ends the name. */
static void
ing_direct_debit(struct vd_str *rest, struct vd_str *name, struct vd_str *creditor)
{
	struct vd_str ahead = *rest, word;

	while ((word = first_word(&ahead)).len > 0) {
		if (!bank_looks_like_iban(word)) continue;
		*name = vd_str_trim((struct vd_str){ rest->ptr, (size_t)(word.ptr - rest->ptr) });
		*creditor = word;
		if (vd_str_starts(ahead, VD_STR("SEPA "))) ahead = vd_str_sub(ahead, 5, SIZE_MAX);
		*rest = ahead;
		return;
	}
}

/* "NL57ABNA0987654321 ABNANL2A J AAP NOTPROVIDED text": account and bank are certain; the name is
 * when the placeholder for a missing reference stands behind it, else it runs into the text. */
static enum vd_status
ing_glued(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str rest = e->spaced, before, account, bic, name = VD_STR_NONE,
	              creditor = VD_STR_NONE;
	bool debit = vd_str_starts(rest, VD_STR("Europese Incasso"));
	size_t at;

	account = first_word(&rest);
	for (int i = 0; debit && i < 4 && !bank_looks_like_iban(account); i++)
		account = first_word(&rest);
	if (!bank_looks_like_iban(account) && !(account.len == 10 && vd_str_all_digits(account)))
		return put_text(ctx, e, e->spaced, e->joined);
	VD_TRY(bank_account(ctx, account, &t->counterparty_iban));
	before = rest;
	bic = first_word(&before);
	if (bank_looks_like_bic(bic) && bank_looks_like_iban(account)) {
		VD_TRY(bank_text(ctx, bic, &t->counterparty_bic));
		rest = before;
	}
	if (debit) ing_direct_debit(&rest, &name, &creditor);
	at = vd_str_find(rest, VD_STR(" NOTPROVIDED"), 0);
	if (!debit && at != SIZE_MAX) {
		name = vd_str_sub(rest, 0, at);
		rest = vd_str_sub(rest, at + 12, SIZE_MAX);
	}
	VD_TRY(bank_text(ctx, name, &t->counterparty_name));
	VD_TRY(bank_text(ctx, creditor, &t->creditor_id));
	VD_TRY(squeeze(ctx, rest, &t->remittance));
	/* the other account's digits are no text */
	before = t->counterparty_bic.len > 0 ? bic : account;
	at = vd_str_find(e->joined, before, 0);
	return bank_text(ctx,
	                 at == SIZE_MAX ? e->joined : vd_str_sub(e->joined, at + before.len, SIZE_MAX),
	                 &t->remittance_joined);
}

/* --- references of field 61 --- */

/* Rabobank: the other account is line 2 of 61; in the oldest form the reference, with the name
 * behind it. */
static enum vd_status
rabobank_account(struct vd_context *ctx, struct mt940_entry *e, bool *used_second)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str second = vd_str_trim(e->second), account = first_word(&second);

	if (account.len > 0 && second.len == 0 &&
	    (is_account_number(account) || (account.ptr[0] == 'P' && account.len == 10))) {
		*used_second = true;
		if (t->counterparty_iban.len == 0) return bank_account(ctx, account, &t->counterparty_iban);
		return VD_OK;
	}
	if (e->line.behind.len == 0) return VD_OK;
	if (t->counterparty_name.len == 0)
		VD_TRY(bank_text(ctx, e->line.behind, &t->counterparty_name));
	if (t->counterparty_iban.len == 0 && is_account_number(e->line.customer_ref)) {
		VD_TRY(bank_account(ctx, e->line.customer_ref, &t->counterparty_iban));
		e->line.customer_ref = VD_STR_NONE;
	}
	return VD_OK;
}

/* SNS and Van Lanschot write the other account as reference; SNS its holder's name on the second
 * line. */
static enum vd_status
account_in_reference(struct vd_context *ctx, struct mt940_entry *e, bool name_on_second,
                     bool *used_second)
{
	struct bank_record_transaction *t = &e->transaction;

	if (!is_account_number(e->line.customer_ref)) return VD_OK;
	if (t->counterparty_iban.len == 0)
		VD_TRY(bank_account(ctx, e->line.customer_ref, &t->counterparty_iban));
	e->line.customer_ref = VD_STR_NONE;
	if (!name_on_second || e->second.len == 0) return VD_OK;
	*used_second = true;
	return t->counterparty_name.len == 0 ? bank_text(ctx, e->second, &t->counterparty_name) : VD_OK;
}

/* A payment reference with right check digits, where a bank puts it among the references. */
static bool
is_payment_reference(struct vd_str text)
{
	struct vd_reference reference;

	return vd_reference_parse(text, VD_REF_BETALINGSKENMERK, &reference) && text.len == 16;
}

static enum vd_status
put_structured(struct vd_context *ctx, struct mt940_entry *e, struct vd_str reference,
               struct vd_str issuer)
{
	struct bank_record_transaction *t = &e->transaction;

	if (t->structured_ref.len > 0) return VD_OK;
	VD_TRY(bank_text(ctx, reference, &t->structured_ref));
	return bank_text(ctx, issuer, &t->structured_issuer);
}

static enum vd_status
put_line_references(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;
	bool sns = e->bank == MT940_SNS || e->bank == MT940_ASN || e->bank == MT940_REGIOBANK,
	     used_second = false;
	struct vd_str issuer, reference;

	if (e->bank == MT940_RABOBANK) VD_TRY(rabobank_account(ctx, e, &used_second));
	if (sns || e->bank == MT940_VAN_LANSCHOT)
		VD_TRY(account_in_reference(ctx, e, sns, &used_second));
	/* where others have their own reference, SNS has the payer's */
	if (sns && is_payment_reference(e->line.bank_ref))
		VD_TRY(put_structured(ctx, e, e->line.bank_ref, VD_STR("CUR")));
	else VD_TRY(bank_reference(ctx, e->line.bank_ref, &e->record.reference));
	if (bank_structured_reference(e->joined, &issuer, &reference))
		VD_TRY(put_structured(ctx, e, reference, issuer));
	if (is_payment_reference(e->line.customer_ref))
		VD_TRY(put_structured(ctx, e, e->line.customer_ref, VD_STR("CUR")));
	else if (t->instruction_id.len == 0)
		VD_TRY(bank_reference(ctx, e->line.customer_ref, &t->instruction_id));
	if (!used_second && e->second.len > 0) VD_TRY(bank_text(ctx, e->second, &e->record.info));
	return bank_text(ctx, e->line.type, &e->record.code_proprietary);
}

/* "/OCMT/USD47,11": the amount before it was changed into the account's currency. */
static enum vd_status
put_original_amount(struct vd_context *ctx, struct mt940_entry *e)
{
	size_t at = vd_str_find(e->second, VD_STR("/OCMT/"), 0), n = 0;
	struct vd_str text = vd_str_sub(e->second, at == SIZE_MAX ? e->second.len : at + 6, SIZE_MAX),
	              digits;
	struct vd_currency currency;
	struct vd_money money;

	if (text.len < 4 || vd_currency_parse(ctx, vd_str_sub(text, 0, 3), &currency) != VD_OK)
		return VD_OK;
	digits = vd_str_sub(text, 3, SIZE_MAX);
	while (n < digits.len && (vd_is_digit(digits.ptr[n]) || digits.ptr[n] == ',')) n++;
	if (vd_money_parse_decimal(ctx, vd_str_sub(digits, 0, n), ',', currency, &money) != VD_OK)
		return VD_OK;
	e->transaction.instructed_minor = money.minor;
	return vd_str_dup(ctx, vd_str_sub(text, 0, 3), &e->transaction.instructed_currency);
}

/* --- one entry --- */

static enum vd_status
describe_text(struct vd_context *ctx, struct mt940_entry *e)
{
	/* senders that cut one long text in pieces of 65, wherever that falls */
	bool pieces = e->bank == MT940_ING ||
	              (e->bank == MT940_TRIODOS && vd_str_starts(e->chopped, VD_STR("/")));
	bool known = false;

	VD_TRY(take_slashes(ctx, e, pieces ? e->chopped : e->spaced, e->joined, &known));
	if (known) return VD_OK;
	VD_TRY(mt940_numbered(ctx, e, e->chopped, &known));
	if (known) return VD_OK;
	VD_TRY(abn_labels(ctx, e, &known));
	if (known) return VD_OK;
	switch (e->bank) {
	case MT940_ABN_AMRO:
		return abn_columns(ctx, e);
	case MT940_KNAB:
		return knab_text(ctx, e);
	case MT940_SNS:
	case MT940_ASN:
	case MT940_REGIOBANK:
		return sns_block(ctx, e);
	case MT940_ING:
		return ing_glued(ctx, e);
	default:
		return put_text(ctx, e, e->spaced, e->joined);
	}
}

enum vd_status
mt940_describe(struct vd_context *ctx, struct mt940_entry *e)
{
	struct bank_record_transaction *t = &e->transaction;

	VD_TRY(join_lines(ctx, e));
	VD_TRY(describe_text(ctx, e));
	VD_TRY(bank_return_reason(ctx, e->joined, &t->return_reason));
	if (t->return_reason.len > 0 && t->return_text.len == 0) t->return_text = t->remittance;
	VD_TRY(put_original_amount(ctx, e));
	return put_line_references(ctx, e);
}
