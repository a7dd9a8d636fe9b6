/* Picks the fields of one Ntry and of its TxDtls out of the document. Nothing is concluded here. */
#include "intake/camt_internal.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define USTRD_WIDTH 140 /* Max140Text: a line of that length may break inside a word */

/* A part that the entry cannot do without: it becomes a rejection when its end is there. */
static enum vd_status
fault(struct vd_context *ctx, struct camt_reader *x, enum vd_status status, const char *what)
{
	struct camt_entry *e = &x->entry;

	if (status == VD_OK) return VD_OK;
	if (!bank_is_about_record(ctx, status)) return status;
	if (!e->faulty)
		VD_TRY(
		    vd_str_printf(ctx, &e->fault, "The %s cannot be read: %s.", what, ctx->error.detail));
	e->faulty = true;
	return VD_OK;
}

enum vd_status
camt_entry_start(struct vd_context *ctx, struct camt_reader *x)
{
	struct bank_record_entry *r = &x->entry.record;

	x->entry = (struct camt_entry){ 0 };
	r->booked_on = r->value_on = VD_DATE_NONE;
	r->place = intake_xml_place(x->xml);
	r->place.path = intake_xml_path(ctx, x->xml);
	return VD_OK;
}

enum vd_status
camt_details_start(struct vd_context *ctx, struct camt_reader *x)
{
	struct camt_entry *e = &x->entry;
	struct camt_details *d;

	if (e->faulty) return VD_OK;
	if (e->details_count == e->details_cap) {
		size_t cap = e->details_cap > 0 ? e->details_cap * 2 : 4;
		VD_NEW(ctx, d, cap);
		if (e->details_count > 0) memcpy(d, e->details, e->details_count * sizeof(*d));
		e->details = d;
		e->details_cap = cap;
	}
	d = &e->details[e->details_count++];
	*d = (struct camt_details){ .documents = VD_BUF(ctx, INTAKE_TEXT_MAX) };
	bank_lines_start(ctx, &d->lines);
	bank_lines_start(ctx, &d->additional);
	return VD_OK;
}

/* BkTxCd: Domn/Cd, Domn/Fmly/Cd, Domn/Fmly/SubFmlyCd, Prtry/Cd. */
static enum vd_status
code_field(struct vd_context *ctx, const struct camt_reader *x, enum camt_name name,
           struct vd_str text, struct vd_str codes[4])
{
	enum camt_name kind = camt_below(x, 2), part = camt_below(x, 3);

	if (kind == CAMT_Domn && name == CAMT_Cd && camt_rank(x) == 3)
		return bank_text(ctx, text, &codes[0]);
	if (kind == CAMT_Domn && part == CAMT_Fmly && name == CAMT_Cd)
		return bank_text(ctx, text, &codes[1]);
	if (kind == CAMT_Domn && part == CAMT_Fmly && name == CAMT_SubFmlyCd)
		return bank_text(ctx, text, &codes[2]);
	if (kind == CAMT_Prtry && name == CAMT_Cd) return bank_text(ctx, text, &codes[3]);
	return VD_OK;
}

/* One charge is complete: of version 02 with Chrgs, later with each Rcrd. Charges cost us unless
 * the file says they were credited. */
static enum vd_status
add_charge(struct vd_context *ctx, struct camt_reader *x, struct camt_charges *sum)
{
	struct camt_charge *c = &x->entry.charge;
	int64_t minor = c->sign == CAMT_CREDIT ? c->amount.minor : -c->amount.minor;

	if (!c->amount.given) return VD_OK;
	sum->given = true;
	if (!x->entry.amount.given || !vd_currency_eq(c->amount.currency, x->entry.amount.currency))
		sum->mixed = true;
	else
		VD_TRY(
		    fault(ctx, x, vd_minor_add(ctx, sum->minor, minor, &sum->minor), "sum of the charges"));
	*c = (struct camt_charge){ 0 };
	return VD_OK;
}

/* Chrgs at level 1 of an entry or a transaction. */
static enum vd_status
charge_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name, struct vd_str text,
             struct camt_charges *sum)
{
	struct camt_charge *c = &x->entry.charge;
	bool in_record = camt_below(x, 2) == CAMT_Rcrd;
	enum vd_status status;

	if (camt_rank(x) == (in_record ? 3 : 2) && name == CAMT_Amt) {
		status = camt_amount_parse(ctx, x, text, &c->amount);
		if (status != VD_OK && !bank_is_about_record(ctx, status)) return status;
	}
	if (camt_rank(x) == (in_record ? 3 : 2) && name == CAMT_CdtDbtInd)
		c->sign = camt_sign_parse(text);
	if ((name == CAMT_Rcrd && camt_rank(x) == 2) || (name == CAMT_Chrgs && camt_rank(x) == 1))
		return add_charge(ctx, x, sum);
	return VD_OK;
}

/* --- Ntry --- */

/* BOOK is booked; PDNG, FUTR and INFO are not. In a statement everything should be booked, so an
 * unknown word is taken as such and told. Sts is a text until version 07, Sts/Cd or Sts/Prtry from
 * 08. */
static enum vd_status
status_field(struct vd_context *ctx, struct camt_reader *x, struct vd_str text)
{
	text = vd_str_trim(text);
	if (text.len == 0 || vd_str_eq(text, VD_STR("BOOK"))) return VD_OK;
	if (vd_str_eq(text, VD_STR("PDNG")) || vd_str_eq(text, VD_STR("INFO")) ||
	    vd_str_eq(text, VD_STR("FUTR"))) {
		x->entry.record.pending = true;
		return VD_OK;
	}
	return bank_out_warn(ctx, x->out, x->entry.record.place,
	                     VD_STR("The entry has an unknown status; it is taken as booked."));
}

static enum vd_status
batch_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name, struct vd_str text)
{
	struct bank_record_entry *r = &x->entry.record;
	int64_t number;

	if (name == CAMT_PmtInfId && r->batch_id.len == 0)
		return bank_reference(ctx, text, &r->batch_id);
	if (name == CAMT_NbOfTxs && vd_str_to_i64(vd_str_trim(text), &number) && number > 0)
		r->batch_count += number;
	return VD_OK;
}

static enum vd_status
entry_date(struct vd_context *ctx, struct camt_reader *x, enum camt_name name, struct vd_str text,
           struct vd_date *out, const char *what)
{
	if (camt_rank(x) != 2 || (name != CAMT_Dt && name != CAMT_DtTm)) return VD_OK;
	return fault(ctx, x, camt_day(ctx, text, out), what);
}

enum vd_status
camt_entry_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name,
                 struct vd_str text)
{
	struct camt_entry *e = &x->entry;
	struct bank_record_entry *r = &e->record;

	if (e->faulty) return VD_OK;
	switch (camt_below(x, 1)) {
	case CAMT_NtryRef:
		return bank_reference(ctx, text, &e->entry_ref);
	case CAMT_AcctSvcrRef:
		return bank_reference(ctx, text, &r->reference);
	case CAMT_Amt:
		return fault(ctx, x, camt_amount_parse(ctx, x, text, &e->amount), "amount");
	case CAMT_CdtDbtInd:
		e->sign = camt_sign_parse(text);
		return VD_OK;
	case CAMT_RvslInd:
		r->reversal = camt_true(text);
		return VD_OK;
	case CAMT_Sts:
		return status_field(ctx, x, text);
	case CAMT_BookgDt:
		return entry_date(ctx, x, name, text, &r->booked_on, "booking date");
	case CAMT_ValDt:
		return entry_date(ctx, x, name, text, &r->value_on, "value date");
	case CAMT_AddtlNtryInf:
		return bank_text(ctx, text, &r->info);
	case CAMT_Chrgs:
		return charge_field(ctx, x, name, text, &e->charges);
	case CAMT_Btch:
		return batch_field(ctx, x, name, text); /* version 01 */
	case CAMT_NtryDtls:
		return camt_below(x, 2) == CAMT_Btch ? batch_field(ctx, x, name, text) : VD_OK;
	case CAMT_BkTxCd:
		return code_field(ctx, x, name, text, e->codes);
	default:
		return VD_OK;
	}
}

/* --- TxDtls --- */

static enum vd_status
refs_field(struct vd_context *ctx, struct camt_details *d, enum camt_name name, struct vd_str text)
{
	switch (name) {
	case CAMT_MsgId:
		return bank_reference(ctx, text, &d->message_id);
	case CAMT_AcctSvcrRef:
		return bank_reference(ctx, text, &d->bank_reference);
	case CAMT_PmtInfId:
		return bank_reference(ctx, text, &d->payment_info_id);
	case CAMT_InstrId:
		return bank_reference(ctx, text, &d->instruction_id);
	case CAMT_EndToEndId:
		return bank_reference(ctx, text, &d->end_to_end);
	case CAMT_TxId:
		return bank_reference(ctx, text, &d->transaction_id);
	case CAMT_MndtId:
		return bank_reference(ctx, text, &d->mandate);
	default:
		return VD_OK;
	}
}

/* Amounts of details may be odd (a rate with five decimals, a currency we do not know): then they
 * are not given, and the entry's amount decides. */
static enum vd_status
details_amount(struct vd_context *ctx, const struct camt_reader *x, struct vd_str text,
               struct camt_amount *out)
{
	enum vd_status status = camt_amount_parse(ctx, x, text, out);

	if (status == VD_OK || !bank_is_about_record(ctx, status)) return status;
	*out = (struct camt_amount){ 0 };
	return VD_OK;
}

static enum vd_status
amounts_field(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
              enum camt_name name, struct vd_str text)
{
	if (camt_rank(x) != 3 || name != CAMT_Amt) return VD_OK;
	switch (camt_below(x, 2)) {
	case CAMT_InstdAmt:
		return details_amount(ctx, x, text, &d->instructed);
	case CAMT_TxAmt:
		return details_amount(ctx, x, text, &d->transaction);
	case CAMT_CntrValAmt:
		return details_amount(ctx, x, text, &d->counter_value);
	default:
		return VD_OK;
	}
}

/* Dbtr/Nm, Dbtr/Pty/Nm, Dbtr/Agt/FinInstnId/Nm, and Dbtr[/Pty]/Id/(OrgId|PrvtId)/Othr/Id. */
static enum vd_status
party_field(struct vd_context *ctx, const struct camt_reader *x, enum camt_name name,
            struct vd_str text, struct camt_party *party)
{
	enum camt_name shape = camt_below(x, 3);
	int direct = shape == CAMT_Pty ? 4 : 3;

	if (name == CAMT_Nm && (camt_rank(x) == direct || shape == CAMT_Agt) && party->name.len == 0)
		return bank_text(ctx, text, &party->name);
	if (name == CAMT_Id && camt_below(x, direct) == CAMT_Id &&
	    x->levels[x->depth - 1].name == CAMT_Othr && party->id.len == 0)
		return bank_reference(ctx, text, &party->id);
	return VD_OK;
}

static enum vd_status
party_account_field(struct vd_context *ctx, const struct camt_reader *x, enum camt_name name,
                    struct vd_str text, struct camt_party *party)
{
	enum camt_name part = camt_below(x, 3);

	if (part == CAMT_Id && (name == CAMT_IBAN || name == CAMT_BBAN || name == CAMT_UPIC))
		return bank_account(ctx, text, &party->account);
	if (part == CAMT_Id && name == CAMT_Id && camt_rank(x) == 5 && party->account.len == 0)
		return bank_account(ctx, text, &party->account);
	if (part == CAMT_Tp && (name == CAMT_Prtry || name == CAMT_Cd))
		return bank_text(ctx, text, &party->account_type);
	if (part == CAMT_Nm && camt_rank(x) == 3) return bank_text(ctx, text, &party->account_name);
	return VD_OK;
}

/* The party's name, not that of its contact (CtctDtls/Nm). */
static bool
is_own_name(const struct camt_reader *x, enum camt_name name)
{
	return name == CAMT_Nm && camt_rank(x) == (camt_below(x, 3) == CAMT_Pty ? 4 : 3);
}

static enum vd_status
parties_field(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
              enum camt_name name, struct vd_str text)
{
	switch (camt_below(x, 2)) {
	case CAMT_Dbtr:
		return party_field(ctx, x, name, text, &d->debtor);
	case CAMT_Cdtr:
		return party_field(ctx, x, name, text, &d->creditor);
	case CAMT_DbtrAcct:
		return party_account_field(ctx, x, name, text, &d->debtor);
	case CAMT_CdtrAcct:
		return party_account_field(ctx, x, name, text, &d->creditor);
	case CAMT_UltmtDbtr:
		return is_own_name(x, name) ? bank_text(ctx, text, &d->debtor.ultimate) : VD_OK;
	case CAMT_UltmtCdtr:
		return is_own_name(x, name) ? bank_text(ctx, text, &d->creditor.ultimate) : VD_OK;
	default:
		return VD_OK;
	}
}

static enum vd_status
agents_field(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
             enum camt_name name, struct vd_str text)
{
	if (name != CAMT_BIC && name != CAMT_BICFI) return VD_OK;
	if (camt_below(x, 2) == CAMT_DbtrAgt) return bank_reference(ctx, text, &d->debtor.bic);
	if (camt_below(x, 2) == CAMT_CdtrAgt) return bank_reference(ctx, text, &d->creditor.bic);
	return VD_OK;
}

static void
add_document(struct camt_details *d, struct vd_str number)
{
	if (number.len == 0) return;
	if (d->documents.len > 0) vd_buf_add_char(&d->documents, ' ');
	vd_buf_add(&d->documents, number);
}

/* CdtrRefInf: Ref with Tp/Issr; version 01 calls it CdtrRef. A payment for several invoices has
 * several: the first is the structured reference, the others are documents. */
static enum vd_status
creditor_reference_field(struct vd_context *ctx, struct camt_details *d, enum camt_name name,
                         struct vd_str text)
{
	switch (name) {
	case CAMT_Ref:
	case CAMT_CdtrRef:
		return bank_reference(ctx, text, &d->open_ref);
	case CAMT_Issr:
		return bank_text(ctx, text, &d->open_issuer);
	case CAMT_CdtrRefInf:
		if (d->structured_ref.len == 0) {
			d->structured_ref = d->open_ref;
			d->structured_issuer = d->open_issuer;
		} else {
			add_document(d, d->open_ref);
		}
		d->open_ref = d->open_issuer = VD_STR_NONE;
		return VD_OK;
	default:
		return VD_OK;
	}
}

static enum vd_status
remittance_field(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
                 enum camt_name name, struct vd_str text)
{
	struct vd_str copy;

	if (name == CAMT_Ustrd && camt_rank(x) == 2) {
		VD_TRY(bank_text(ctx, text, &copy));
		if (copy.len > 0)
			bank_lines_add(&d->lines, copy, vd_utf8_count(vd_str_trim(text)) >= USTRD_WIDTH);
		return VD_OK;
	}
	if (camt_below(x, 2) != CAMT_Strd) return VD_OK;
	if (camt_below(x, 3) == CAMT_CdtrRefInf) return creditor_reference_field(ctx, d, name, text);
	if (camt_below(x, 3) == CAMT_RfrdDocInf && name == CAMT_Nb && camt_rank(x) == 4) {
		VD_TRY(bank_text(ctx, text, &copy));
		add_document(d, copy);
	}
	if (name == CAMT_AddtlRmtInf) {
		VD_TRY(bank_text(ctx, text, &copy));
		if (copy.len > 0) bank_lines_add(&d->additional, copy, vd_utf8_count(copy) >= USTRD_WIDTH);
	}
	return VD_OK;
}

static enum vd_status
return_field(struct vd_context *ctx, const struct camt_reader *x, struct camt_details *d,
             enum camt_name name, struct vd_str text)
{
	struct vd_str more;

	if (camt_below(x, 2) == CAMT_Rsn && (name == CAMT_Cd || name == CAMT_Prtry))
		return bank_text(ctx, text, &d->return_reason);
	if (name != CAMT_AddtlInf || camt_rank(x) != 2) return VD_OK;
	VD_TRY(bank_text(ctx, text, &more));
	if (d->return_text.len == 0 || more.len == 0) {
		if (more.len > 0) d->return_text = more;
		return VD_OK;
	}
	return vd_str_printf(ctx, &d->return_text, "%.*s %.*s", VD_FMT(d->return_text), VD_FMT(more));
}

enum vd_status
camt_details_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name,
                   struct vd_str text)
{
	struct camt_details *d;

	if (x->entry.faulty) return VD_OK;
	d = &x->entry.details[x->entry.details_count - 1];
	switch (camt_below(x, 1)) {
	case CAMT_Refs:
		return camt_rank(x) == 2 ? refs_field(ctx, d, name, text) : VD_OK;
	case CAMT_Amt:
		return camt_rank(x) == 1 ? details_amount(ctx, x, text, &d->own) : VD_OK;
	case CAMT_CdtDbtInd:
		d->sign = camt_sign_parse(text);
		return VD_OK;
	case CAMT_AmtDtls:
		return amounts_field(ctx, x, d, name, text);
	case CAMT_Chrgs:
		return charge_field(ctx, x, name, text, &d->charges);
	case CAMT_RltdPties:
		return parties_field(ctx, x, d, name, text);
	case CAMT_RltdAgts:
		return agents_field(ctx, x, d, name, text);
	case CAMT_RmtInf:
		return remittance_field(ctx, x, d, name, text);
	case CAMT_RtrInf:
		return return_field(ctx, x, d, name, text);
	case CAMT_Purp:
		return name == CAMT_Cd || name == CAMT_Prtry ? bank_text(ctx, text, &d->purpose) : VD_OK;
	case CAMT_AddtlTxInf:
		return bank_text(ctx, text, &d->info);
	case CAMT_BkTxCd:
		return code_field(ctx, x, name, text, d->codes);
	default:
		return VD_OK;
	}
}
