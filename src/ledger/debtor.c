/* Upserting debtors in batches: one look-up for all, then one batch per table. */
#include "ledger/debtor.h"

#include "base/utf8.h"
#include "q_administration.h"
#include "q_debtor.h"
#include "value/identifier.h"

struct upsert {
	struct vd_db *db;
	const struct ledger_scope *scope;
	struct vd_ids ids;
	struct q_debtor_insert_in *inserts;
	struct q_debtor_update_in *updates;
	struct q_contact_put_in *contacts;
	struct q_payer_account_put_in *accounts;
	struct q_audit_insert_in *audits;
	size_t inserts_count, updates_count, contacts_count, accounts_count, accounts_cap, audits_count;
};

#define JOB                                                                                   \
	0 /* staging key of this work: writers of one administration are serialised by the staged \
	     rows' key */

static enum vd_status
look_up(struct vd_context *ctx, const struct upsert *u, const struct ledger_debtor *in, size_t n,
        const struct q_debtor_staged_row **known)
{
	struct q_stage_word_insert_in *words;
	struct q_debtor_staged_row *rows;
	size_t count;

	VD_NEW(ctx, words, n);
	for (size_t i = 0; i < n; i++)
		words[i] = (struct q_stage_word_insert_in){ u->scope->administration, JOB, (int64_t)i,
			                                        VD_STR("debtor"), in[i].number };
	VD_TRY(q_stage_word_insert(ctx, u->db, words, n, NULL));
	VD_TRY(q_debtor_staged(ctx, u->db,
	                       &(struct q_debtor_staged_in){ u->scope->administration, JOB }, &rows,
	                       &count));
	for (size_t i = 0; i < count; i++) known[rows[i].ordinal] = &rows[i];
	return q_stage_word_clear(ctx, u->db,
	                          &(struct q_stage_word_clear_in){ u->scope->administration, JOB },
	                          NULL);
}

/* ---- merging: what is given wins over what is known ---- */

static struct vd_str
text_or(struct vd_str given, struct vd_str known)
{
	if (vd_str_is_none(given)) return known;
	return given.len > 0 ? given : VD_STR_NONE;
}

static struct vd_str
text_required(struct vd_str given, struct vd_str known)
{
	return given.len > 0 ? given : known;
}

static bool
same(struct vd_str a, struct vd_str b)
{
	return vd_str_eq(a, b) && (a.len > 0) == (b.len > 0);
}

static struct q_debtor_staged_row
merged(const struct upsert *u, const struct ledger_debtor *d,
       const struct q_debtor_staged_row *known)
{
	struct q_debtor_staged_row fresh = {
		.kind = VD_STR("business"),
		.country = u->scope->country,
		.language = u->scope->language,
		.risk = VD_STR("normal"),
		.terms_days = VD_I64_NONE,
		.credit_limit = VD_I64_NONE,
	};
	struct q_debtor_staged_row m = known != NULL ? *known : fresh;

	m.name = text_required(d->name, m.name);
	m.kind = text_required(d->kind, m.kind);
	m.country = text_required(d->country, m.country);
	m.language = text_required(d->language, m.language);
	m.risk = text_required(d->risk, m.risk);
	m.street = text_or(d->street, m.street);
	m.postcode = text_or(d->postcode, m.postcode);
	m.city = text_or(d->city, m.city);
	m.segment = text_or(d->segment, m.segment);
	m.profile = text_or(d->profile, m.profile);
	m.tone = text_or(d->tone, m.tone);
	m.owner = text_or(d->owner, m.owner);
	m.kvk = text_or(d->kvk, m.kvk);
	m.oin = text_or(d->oin, m.oin);
	m.vat_number = text_or(d->vat_number, m.vat_number);
	m.endpoint = text_or(d->endpoint, m.endpoint);
	m.iban = text_or(d->iban, m.iban);
	m.contact_name = text_or(d->contact_name, m.contact_name);
	m.email = text_or(d->email, m.email);
	m.phone = text_or(d->phone, m.phone);
	m.reminder_email = text_or(d->reminder_email, m.reminder_email);
	if (d->terms_days != VD_I64_NONE) m.terms_days = d->terms_days;
	if (d->credit_limit_minor != VD_I64_NONE) m.credit_limit = d->credit_limit_minor;
	return m;
}

static bool
same_master(const struct q_debtor_staged_row *a, const struct q_debtor_staged_row *b)
{
	return same(a->name, b->name) && same(a->kind, b->kind) && same(a->street, b->street) &&
	       same(a->postcode, b->postcode) && same(a->city, b->city) &&
	       same(a->country, b->country) && same(a->language, b->language) &&
	       same(a->segment, b->segment) && same(a->profile, b->profile) && same(a->risk, b->risk) &&
	       same(a->tone, b->tone) && same(a->owner, b->owner) && a->terms_days == b->terms_days &&
	       a->credit_limit == b->credit_limit && same(a->kvk, b->kvk) && same(a->oin, b->oin) &&
	       same(a->vat_number, b->vat_number) && same(a->endpoint, b->endpoint) &&
	       same(a->iban, b->iban);
}

static bool
same_contacts(const struct q_debtor_staged_row *a, const struct q_debtor_staged_row *b)
{
	return same(a->contact_name, b->contact_name) && same(a->email, b->email) &&
	       same(a->phone, b->phone) && same(a->reminder_email, b->reminder_email);
}

/* ---- collecting rows ---- */

static enum vd_status
add_insert(struct vd_context *ctx, struct upsert *u, int64_t id, struct vd_str number,
           const struct q_debtor_staged_row *m)
{
	struct q_debtor_insert_in *row = &u->inserts[u->inserts_count++];

	*row = (struct q_debtor_insert_in){
		.administration = u->scope->administration,
		.id = id,
		.number = number,
		.name = m->name,
		.kind = m->kind,
		.street = m->street,
		.postcode = m->postcode,
		.city = m->city,
		.country = m->country,
		.language = m->language,
		.segment = m->segment,
		.profile = m->profile,
		.risk = m->risk,
		.tone = m->tone,
		.owner = m->owner,
		.terms_days = m->terms_days,
		.credit_limit = m->credit_limit,
		.kvk = m->kvk,
		.oin = m->oin,
		.vat_number = m->vat_number,
		.endpoint = m->endpoint,
		.iban = m->iban,
		.created_at = u->scope->now,
		.changed_at = u->scope->now,
		.version = 1,
	};
	VD_TRY(vd_code_normalise(ctx, number, &row->number_key));
	return vd_utf8_fold(ctx, m->name, &row->name_fold);
}

static enum vd_status
add_update(struct vd_context *ctx, struct upsert *u, const struct q_debtor_staged_row *m)
{
	struct q_debtor_update_in *row = &u->updates[u->updates_count++];

	*row = (struct q_debtor_update_in){
		.administration = u->scope->administration,
		.id = m->id,
		.name = m->name,
		.kind = m->kind,
		.street = m->street,
		.postcode = m->postcode,
		.city = m->city,
		.country = m->country,
		.language = m->language,
		.segment = m->segment,
		.profile = m->profile,
		.risk = m->risk,
		.tone = m->tone,
		.owner = m->owner,
		.terms_days = m->terms_days,
		.credit_limit = m->credit_limit,
		.kvk = m->kvk,
		.oin = m->oin,
		.vat_number = m->vat_number,
		.endpoint = m->endpoint,
		.iban = m->iban,
		.changed_at = u->scope->now,
	};
	return vd_utf8_fold(ctx, m->name, &row->name_fold);
}

static void
add_contacts(struct upsert *u, int64_t id, const struct q_debtor_staged_row *m)
{
	u->contacts[u->contacts_count++] = (struct q_contact_put_in){
		u->scope->administration,
		id,
		VD_STR("invoice"),
		m->contact_name,
		m->email,
		m->phone,
		u->scope->now,
	};
	u->contacts[u->contacts_count++] = (struct q_contact_put_in){
		u->scope->administration, id,       VD_STR("reminder"), m->contact_name,
		m->reminder_email,        m->phone, u->scope->now,
	};
}

static enum vd_status
add_account(struct vd_context *ctx, struct upsert *u, int64_t id, struct vd_str iban)
{
	if (iban.len == 0) return VD_OK;
	if (u->accounts_count == u->accounts_cap)
		return vd_fail(ctx, VD_E_LIMIT, "debtor.accounts", "account_ibans",
		               "too many payer accounts in one batch of debtors");
	u->accounts[u->accounts_count++] =
	    (struct q_payer_account_put_in){ u->scope->administration, iban, id, VD_STR("stated"),
		                                 u->scope->now };
	return VD_OK;
}

/* What changed, for the audit: the old and new name, address and mail in one line each. */
static enum vd_status
describe(struct vd_context *ctx, const struct q_debtor_staged_row *m, struct vd_str *out)
{
	return vd_str_printf(
	    ctx, out,
	    "name=%.*s; kind=%.*s; street=%.*s; postcode=%.*s; city=%.*s; country=%.*s; language=%.*s; "
	    "segment=%.*s; profile=%.*s; risk=%.*s; tone=%.*s; owner=%.*s; iban=%.*s; email=%.*s; reminder_email=%.*s; phone=%.*s",
	    VD_FMT(m->name), VD_FMT(m->kind), VD_FMT(m->street), VD_FMT(m->postcode), VD_FMT(m->city),
	    VD_FMT(m->country), VD_FMT(m->language), VD_FMT(m->segment), VD_FMT(m->profile),
	    VD_FMT(m->risk), VD_FMT(m->tone), VD_FMT(m->owner), VD_FMT(m->iban), VD_FMT(m->email),
	    VD_FMT(m->reminder_email), VD_FMT(m->phone));
}

static enum vd_status
add_audit(struct vd_context *ctx, struct upsert *u, struct vd_str number,
          const struct q_debtor_staged_row *before, const struct q_debtor_staged_row *after)
{
	struct q_audit_insert_in *row = &u->audits[u->audits_count++];

	*row = (struct q_audit_insert_in){
		.administration = u->scope->administration,
		.recorded_at = u->scope->now,
		.actor = u->scope->actor,
		.use_case = VD_STR("import debtors"),
	};
	VD_TRY(vd_ids_take(ctx, u->db, &u->ids, 1, 200, &row->id));
	VD_TRY(vd_str_printf(ctx, &row->subject, "debtor %.*s", VD_FMT(number)));
	VD_TRY(describe(ctx, before, &row->before));
	return describe(ctx, after, &row->after);
}

static enum vd_status
one(struct vd_context *ctx, struct upsert *u, const struct ledger_debtor *d,
    const struct q_debtor_staged_row *known, struct ledger_debtor_result *result)
{
	struct q_debtor_staged_row m = merged(u, d, known);
	struct vd_str rest = d->account_ibans, iban;

	*result = (struct ledger_debtor_result){ .what = LEDGER_UNCHANGED };
	if (known == NULL) {
		VD_TRY(vd_ids_take(ctx, u->db, &u->ids, 1, LEDGER_BATCH_MAX, &result->id));
		result->what = LEDGER_CREATED;
		VD_TRY(add_insert(ctx, u, result->id, d->number, &m));
	} else {
		bool contacts = same_contacts(known, &m), master = same_master(known, &m);

		result->id = known->id;
		if (contacts && master) return VD_OK;
		result->what = LEDGER_UPDATED;
		if (!master) VD_TRY(add_update(ctx, u, &m));
		VD_TRY(add_audit(ctx, u, d->number, known, &m));
	}
	if (known != NULL ? !same_contacts(known, &m)
	                  : m.contact_name.len + m.email.len + m.phone.len + m.reminder_email.len > 0)
		add_contacts(u, result->id, &m);
	VD_TRY(add_account(ctx, u, result->id, m.iban));
	while (rest.len > 0 && vd_str_cut(&rest, ' ', &iban))
		VD_TRY(add_account(ctx, u, result->id, iban));
	return VD_OK;
}

static enum vd_status
write_all(struct vd_context *ctx, struct upsert *u)
{
	if (u->inserts_count > 0)
		VD_TRY(q_debtor_insert(ctx, u->db, u->inserts, u->inserts_count, NULL));
	if (u->updates_count > 0)
		VD_TRY(q_debtor_update(ctx, u->db, u->updates, u->updates_count, NULL));
	if (u->contacts_count > 0)
		VD_TRY(q_contact_put(ctx, u->db, u->contacts, u->contacts_count, NULL));
	if (u->accounts_count > 0)
		VD_TRY(q_payer_account_put(ctx, u->db, u->accounts, u->accounts_count, NULL));
	if (u->audits_count > 0) VD_TRY(q_audit_insert(ctx, u->db, u->audits, u->audits_count, NULL));
	return VD_OK;
}

enum vd_status
ledger_debtors_upsert(struct vd_context *ctx, struct vd_db *db, const struct ledger_scope *scope,
                      const struct ledger_debtor *in, size_t n,
                      struct ledger_debtor_result *results)
{
	struct upsert u = { .db = db,
		                .scope = scope,
		                .ids = { .administration = scope->administration } };
	const struct q_debtor_staged_row **known;

	VD_ASSERT(n <= LEDGER_BATCH_MAX);
	if (n == 0) return VD_OK;
	u.accounts_cap = n * 8;
	VD_NEW(ctx, known, n);
	VD_NEW(ctx, u.inserts, n);
	VD_NEW(ctx, u.updates, n);
	VD_NEW(ctx, u.contacts, n * 2);
	VD_NEW(ctx, u.accounts, u.accounts_cap);
	VD_NEW(ctx, u.audits, n);
	VD_TRY(look_up(ctx, &u, in, n, known));
	for (size_t i = 0; i < n; i++) VD_TRY(one(ctx, &u, &in[i], known[i], &results[i]));
	return write_all(ctx, &u);
}
