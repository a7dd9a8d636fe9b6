/* What an entry's fields mean: which amounts are true, who is on the other side, which text belongs
 * to it. */
#include "intake/camt_internal.h"

#include <string.h>

/* --- amounts --- */

/* Where the amount of a transaction stands differs per version and bank: TxDtls/Amt is absent in
 * version 02, mandatory in 03..07 and optional since; some banks repeat the entry's total there. So
 * the places are tried in this order until the details add up to the entry. */
enum amount_place { FIRST_THAT_FITS, TX_AMOUNT, COUNTER_VALUE, INSTRUCTED, AMOUNT_PLACES };

static const struct camt_amount *
amount_at(const struct camt_details *d, enum amount_place place, struct vd_currency currency)
{
	const struct camt_amount *all[] = { &d->own, &d->transaction, &d->counter_value,
		                                &d->instructed };

	if (place != FIRST_THAT_FITS)
		return all[place]->given && vd_currency_eq(all[place]->currency, currency) ? all[place]
		                                                                           : NULL;
	for (size_t i = 0; i < VD_LENGTH(all); i++)
		if (all[i]->given && vd_currency_eq(all[i]->currency, currency)) return all[i];
	return NULL;
}

static int64_t
signed_amount(int64_t minor, enum camt_sign sign)
{
	return sign == CAMT_DEBIT ? -minor : minor;
}

/* Puts the amounts of one place in the transactions; false when one is missing or the sum is too
 * large. own_signs: a detail's own CdtDbtInd counts, else the entry's sign is that of all. */
static bool
take_amounts(struct vd_context *ctx, const struct camt_entry *e, enum amount_place place,
             bool own_signs, int64_t *sum)
{
	*sum = 0;
	for (size_t i = 0; i < e->details_count; i++) {
		const struct camt_details *d = &e->details[i];
		const struct camt_amount *amount = amount_at(d, place, e->record.currency);
		enum camt_sign sign = own_signs && d->sign != CAMT_SIGN_NONE ? d->sign : e->sign;

		if (amount == NULL) return false;
		e->record.transactions[i].amount_minor = signed_amount(amount->minor, sign);
		if (vd_minor_add(ctx, *sum, e->record.transactions[i].amount_minor, sum) != VD_OK)
			return false;
	}
	return true;
}

/* The sum of the charges that the transactions name; false when there are none, or in another
 * currency. */
static bool
transaction_charges(struct vd_context *ctx, const struct camt_entry *e, int64_t *sum)
{
	bool any = false;

	*sum = 0;
	for (size_t i = 0; i < e->details_count; i++) {
		const struct camt_charges *c = &e->details[i].charges;
		if (c->mixed || vd_minor_add(ctx, *sum, c->minor, sum) != VD_OK) return false;
		any = any || c->minor != 0;
	}
	return any;
}

/* Amounts (and charges, where the entry holds them) of the transactions, when they add up to the
 * entry. */
static bool
details_add_up(struct vd_context *ctx, struct camt_entry *e)
{
	int64_t sum, with, charges, total = e->record.amount_minor;
	bool charged = transaction_charges(ctx, e, &charges);
	bool entry_charged = e->charges.given && !e->charges.mixed;

	for (int place = 0; place < AMOUNT_PLACES; place++) {
		for (int own_signs = 1; own_signs >= 0; own_signs--) {
			if (!take_amounts(ctx, e, (enum amount_place)place, own_signs != 0, &sum)) continue;
			if (sum == total) return true;
			if (charged && vd_minor_add(ctx, sum, charges, &with) == VD_OK && with == total) {
				for (size_t i = 0; i < e->details_count; i++)
					e->record.transactions[i].charges_minor = e->details[i].charges.minor;
				return true;
			}
			if (entry_charged && vd_minor_add(ctx, sum, e->charges.minor, &with) == VD_OK &&
			    with == total) {
				e->record.transactions[0].charges_minor = e->charges.minor;
				return true;
			}
		}
	}
	return false;
}

/* --- the other side --- */

static bool
known(const struct camt_party *p)
{
	return p->name.len > 0 || p->account.len > 0;
}

static bool
is_own(const struct camt_reader *x, const struct camt_party *p)
{
	const struct bank_record_statement *s = &x->out->statement;

	if (p->account.len > 0 && s->account_iban.len > 0)
		return vd_str_eq(p->account, s->account_iban);
	return p->account.len > 0 && s->account_other.len > 0 &&
	       vd_str_eq_nocase(p->account, s->account_other);
}

/* Money in comes from the debtor, money out goes to the creditor; but a bank that returns our
 * direct debit may keep the roles of the collection (we are the creditor, money goes out) or turn
 * them round. So: the party that is not us, by account, then by name; only then by direction. */
static const struct camt_party *
other_side(const struct camt_reader *x, const struct camt_details *d)
{
	bool in = x->entry.sign == CAMT_CREDIT;
	const struct camt_party *expected = in ? &d->debtor : &d->creditor,
	                        *other = in ? &d->creditor : &d->debtor;

	if (!known(expected) || !known(other)) return known(other) ? other : expected;
	if (is_own(x, other)) return expected;
	if (is_own(x, expected)) return other;
	if (x->owner.len > 0 && !vd_str_eq_nocase(expected->name, other->name)) {
		if (vd_str_eq_nocase(other->name, x->owner)) return expected;
		if (vd_str_eq_nocase(expected->name, x->owner)) return other;
	}
	return expected;
}

static void
put_party(const struct camt_reader *x, const struct camt_details *d,
          struct bank_record_transaction *t)
{
	const struct camt_party *p = other_side(x, d);

	/* a single party that is our own account is not the other side */
	if (known(p) && is_own(x, p)) p = p == &d->debtor ? &d->creditor : &d->debtor;
	t->counterparty_name = p->name.len > 0 ? p->name : p->account_name;
	t->counterparty_iban = p->account;
	t->counterparty_bic = p->bic;
	t->ultimate_name = p->ultimate;
	t->creditor_id = d->creditor.id;
}

/* --- texts --- */

static enum vd_status
put_remittance(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
               struct bank_record_transaction *t, bool alone)
{
	struct vd_str more, joined;

	VD_TRY(bank_lines_finish(ctx, &d->lines, &t->remittance, &t->remittance_joined));
	VD_TRY(bank_lines_finish(ctx, &d->additional, &more, &joined));
	if (t->remittance.len > 0 && more.len > 0) {
		VD_TRY(
		    vd_str_printf(ctx, &t->remittance, "%.*s %.*s", VD_FMT(t->remittance), VD_FMT(more)));
		VD_TRY(vd_str_printf(ctx, &t->remittance_joined, "%.*s%.*s", VD_FMT(t->remittance_joined),
		                     VD_FMT(joined)));
		return VD_OK;
	}
	if (t->remittance.len > 0) return VD_OK;
	if (d->structured_ref.len > 0) alone = false;
	/* no text of its own: what stands nearest. The entry's text only when it can be about nothing
	 * else. */
	if (more.len == 0) more = joined = d->info;
	if (more.len == 0 && alone) more = joined = other_side(x, d)->account_type;
	if (more.len == 0 && alone) more = joined = x->entry.record.info;
	t->remittance = more;
	t->remittance_joined = joined;
	return VD_OK;
}

static enum vd_status
put_return(struct vd_context *ctx, const struct camt_reader *x, const struct camt_details *d,
           struct bank_record_transaction *t, bool alone)
{
	const struct vd_str texts[] = { d->info, t->remittance_joined,
		                            alone ? x->entry.record.info : VD_STR_NONE };

	t->return_text = d->return_text;
	if (d->return_reason.len > 0) {
		t->return_reason = d->return_reason;
		return VD_OK;
	}
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		VD_TRY(bank_return_reason(ctx, texts[i], &t->return_reason));
		if (t->return_reason.len == 0) continue;
		if (t->return_text.len == 0) t->return_text = texts[i];
		return VD_OK;
	}
	return VD_OK;
}

static void
put_instructed(const struct camt_entry *e, const struct camt_details *d,
               struct bank_record_transaction *t)
{
	const struct camt_amount *all[] = { &d->instructed, &d->transaction, &d->own };

	for (size_t i = 0; i < VD_LENGTH(all); i++) {
		if (!all[i]->given || (i > 0 && vd_currency_eq(all[i]->currency, e->record.currency)))
			continue;
		t->instructed_minor = all[i]->minor;
		t->instructed_currency = vd_currency_str(&all[i]->currency);
		return;
	}
}

static enum vd_status
put_details(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
            struct bank_record_transaction *t, bool alone)
{
	struct vd_str issuer, reference;

	t->end_to_end = d->end_to_end;
	t->mandate = d->mandate;
	t->instruction_id = d->instruction_id;
	t->payment_info_id = d->payment_info_id.len > 0 ? d->payment_info_id : x->entry.record.batch_id;
	t->transaction_id = d->transaction_id;
	t->message_id = d->message_id;
	t->purpose = d->purpose;
	put_party(x, d, t);
	put_instructed(&x->entry, d, t);
	VD_TRY(put_remittance(ctx, x, d, t, alone));
	VD_TRY(put_return(ctx, x, d, t, alone));
	t->structured_ref = d->structured_ref;
	t->structured_issuer = d->structured_issuer;
	if (t->structured_ref.len == 0 &&
	    bank_structured_reference(t->remittance_joined, &issuer, &reference)) {
		t->structured_ref = reference;
		t->structured_issuer = issuer;
	}
	if (d->documents.len > 0) VD_TRY(vd_buf_finish(ctx, &d->documents, &t->document_numbers));
	return VD_OK;
}

/* --- the record --- */

static void
prefer(struct vd_str *have, struct vd_str more)
{
	if (have->len == 0) *have = more;
}

/* ABN AMRO says the same in AddtlNtryInf, between slashes; at a batch without details it is all
 * there is. */
static enum vd_status
put_entry_text(struct vd_context *ctx, struct camt_entry *e)
{
	struct bank_record_entry *r = &e->record;
	struct bank_record_transaction *t = r->transactions;
	struct bank_slashes said;

	VD_TRY(bank_slashes(ctx, r->info, r->info, r->amount_minor > 0, &said));
	if (!said.known) return VD_OK;
	prefer(&r->batch_id, said.transaction.payment_info_id);
	if (r->batch_count == 0) r->batch_count = said.batch_count;
	if (e->details_count > 0) return VD_OK;
	said.transaction.amount_minor = t->amount_minor;
	prefer(&said.transaction.return_reason, t->return_reason);
	prefer(&said.transaction.return_text, t->return_text);
	*t = said.transaction;
	return VD_OK;
}

/* One transaction of the whole: an entry without details, or with details that cannot be believed.
 */
static enum vd_status
one_of_the_whole(struct vd_context *ctx, struct camt_reader *x, bool details_differ)
{
	struct camt_entry *e = &x->entry;
	struct bank_record_transaction *t = e->record.transactions;
	struct camt_details none = { 0 };
	struct vd_str message;

	e->record.transactions_count = 1;
	*t = (struct bank_record_transaction){ 0 };
	VD_TRY(put_details(ctx, x, e->details_count == 1 ? e->details : &none, t, true));
	t->amount_minor = e->record.amount_minor;
	VD_TRY(put_entry_text(ctx, e));
	if (!details_differ) return VD_OK;
	e->record.details_differ = true;
	if (e->details_count == 1)
		message = VD_STR(
		    "The transaction of this entry has another amount than the entry; the entry's amount is taken.");
	else
		VD_TRY(vd_str_printf(
		    ctx, &message,
		    "The %zu transactions of this entry do not add up to its amount; the entry is taken over as "
		    "a whole. Look at the batch at the bank.",
		    e->details_count));
	return bank_out_warn(ctx, x->out, e->record.place, message);
}

static enum vd_status
fill_transactions(struct vd_context *ctx, struct camt_reader *x)
{
	struct camt_entry *e = &x->entry;
	size_t n = e->details_count;

	VD_NEW(ctx, e->record.transactions, n > 0 ? n : 1);
	if (n == 0) return one_of_the_whole(ctx, x, false);
	/* a single detail in another currency, or without an amount, is the entry itself */
	if (n == 1 && amount_at(e->details, FIRST_THAT_FITS, e->record.currency) == NULL)
		return one_of_the_whole(ctx, x, false);
	if (!details_add_up(ctx, e)) return one_of_the_whole(ctx, x, true);
	e->record.transactions_count = n;
	VD_TRY(put_entry_text(ctx, e));
	for (size_t i = 0; i < n; i++)
		VD_TRY(put_details(ctx, x, &e->details[i], &e->record.transactions[i], n == 1));
	return VD_OK;
}

/* NtryRef is often only a counter inside the statement: as a key that would make tomorrow's entries
 * doubles of today's. Believed when it is long, or not just a number. */
static bool
tells_entries_apart(struct vd_str reference)
{
	return reference.len >= 10 || (reference.len >= 6 && !vd_str_all_digits(reference));
}

static void
settle_reference(struct camt_entry *e)
{
	if (e->record.reference.len == 0 && e->details_count == 1)
		e->record.reference = e->details[0].bank_reference;
	if (e->record.reference.len == 0 && tells_entries_apart(e->entry_ref))
		e->record.reference = e->entry_ref;
}

static void
settle_codes(struct camt_entry *e)
{
	struct bank_record_entry *r = &e->record;
	bool own = e->codes[0].len > 0 || e->codes[3].len > 0;
	const struct vd_str *codes = !own && e->details_count > 0 ? e->details[0].codes : e->codes;

	r->code_domain = codes[0];
	r->code_family = codes[1];
	r->code_subfamily = codes[2];
	r->code_proprietary = codes[3];
}

enum vd_status
camt_entry_finish(struct vd_context *ctx, struct camt_reader *x, struct vd_str raw)
{
	struct camt_entry *e = &x->entry;
	struct bank_record_entry *r = &e->record;
	struct vd_str key = r->reference.len > 0 ? r->reference : e->entry_ref;
	enum vd_status status;

	if (!e->faulty && !e->amount.given)
		e->faulty = true, e->fault = VD_STR("The entry has no amount.");
	if (!e->faulty && e->sign == CAMT_SIGN_NONE)
		e->faulty = true,
		e->fault = VD_STR("The entry does not say whether it is a credit or a debit (CdtDbtInd).");
	if (e->faulty) return bank_out_reject_entry(ctx, x->out, r->place, key, e->fault);
	r->amount_minor = signed_amount(e->amount.minor, e->sign);
	r->currency = e->amount.currency;
	r->raw = raw;
	settle_reference(e);
	settle_codes(e);
	status = fill_transactions(ctx, x);
	if (status != VD_OK && bank_is_about_record(ctx, status))
		return bank_out_reject_entry(ctx, x->out, r->place, key, vd_str_c(ctx->error.detail));
	VD_TRY(status);
	return bank_out_entry(ctx, x->out, r);
}
