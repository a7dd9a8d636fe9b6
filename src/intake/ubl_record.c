/* A whole UBL document to records: which side, how much, by when, of whom. */
#include "base/utf8.h"
#include "intake/notation.h"
#include "intake/ubl_document.h"
#include "value/iban.h"
#include "value/identifier.h"

#include <string.h>

#define refuse(o, path, ...) vd_fail((o)->own, VD_E_INVALID, "ubl.record", path, __VA_ARGS__)

/* What is known of the record while it is made. */
struct making {
	const struct ubl_output *out;
	const struct ubl_document *doc;
	struct party_record_invoice v;
	int64_t payable; /* as written */
	struct vd_date line_due[UBL_DUE_LINES_MAX];
	int64_t line_minor[UBL_DUE_LINES_MAX];
	size_t lines; /* 0 = the document is one due line */
	struct vd_str warnings[16];
	size_t warnings_count;
};

static enum vd_status
warn(struct making *m, const char *what, struct vd_str value, const char *outcome)
{
	struct vd_str *w = &m->warnings[m->warnings_count];

	if (m->warnings_count == VD_LENGTH(m->warnings)) return VD_OK;
	VD_TRY(vd_str_printf(m->out->own, w, "%.*s: %s \"%.*s\" %s.", VD_FMT(m->doc->id), what,
	                     (int)(value.len < 60 ? value.len : 60), value.ptr, outcome));
	m->warnings_count++;
	return VD_OK;
}

/* --- texts to values -------------------------------------------------------------------------- */

/* xs:date, with the time zone or midnight that some programs write behind it. */
static enum vd_status
date_of(struct making *m, const char *path, struct vd_str text, struct vd_date *out)
{
	*out = VD_DATE_NONE;
	if (vd_str_is_none(text)) return VD_OK;
	if (text.len > 10 && strchr("TZ+-", text.ptr[10]) != NULL) text.len = 10;
	if (vd_date_parse(m->out->own, text, out) == VD_OK) return VD_OK;
	return refuse(m->out, path, "%s \"%.*s\" is not a date", path,
	              (int)(text.len < 40 ? text.len : 40), text.ptr);
}

static enum vd_status
amount_of(struct making *m, const char *path, struct vd_str text, int64_t *out)
{
	struct vd_currency currency = m->v.currency.code[0] != '\0' ? m->v.currency : VD_EUR;
	struct vd_money money;

	if (vd_money_parse_decimal(m->out->own, text, '.', currency, &money) != VD_OK)
		return refuse(m->out, path, "%s \"%.*s\" is not an amount in %s", path,
		              (int)(text.len < 40 ? text.len : 40), text.ptr, currency.code);
	if (money.minor > NOTATION_AMOUNT_MAX || money.minor < -NOTATION_AMOUNT_MAX)
		return refuse(m->out, path, "%s is too large to be an amount owed", path);
	*out = money.minor;
	return VD_OK;
}

/* Words that may stand before a number of days without changing what it means. */
static bool
is_term_word(struct vd_str word)
{
	static const char *const words[] = { "binnen",
		                                 "within",
		                                 "innerhalb",
		                                 "netto",
		                                 "net",
		                                 "termijn",
		                                 "betaaltermijn",
		                                 "betalingstermijn",
		                                 "betalingsconditie",
		                                 "terms",
		                                 "term",
		                                 "conditie",
		                                 "betaling",
		                                 "payment",
		                                 "zahlbar",
		                                 "zahlungsziel",
		                                 "dans" };

	for (size_t i = 0; i < VD_LENGTH(words); i++)
		if (vd_str_eq(word, vd_str_c(words[i]))) return true;
	return false;
}

static bool
is_day_word(struct vd_str word)
{
	static const char *const words[] = { "dagen", "dag",   "dgn", "days",  "day",
		                                 "tage",  "tagen", "tag", "jours", "dagar" };

	for (size_t i = 0; i < VD_LENGTH(words); i++)
		if (vd_str_eq(word, vd_str_c(words[i]))) return true;
	return false;
}

static bool
speaks_of_discount(struct vd_str folded)
{
	static const char *const words[] = { "korting",  "discount", "skonto",
		                                 "escompte", "rabat",    "kasrabatt" };

	for (size_t i = 0; i < VD_LENGTH(words); i++)
		if (vd_str_find(folded, vd_str_c(words[i]), 0) != SIZE_MAX) return true;
	return false;
}

enum vd_status
ubl_terms_days(struct vd_context *ctx, struct vd_str text, int64_t *out)
{
	struct vd_str rest, word, before = VD_STR_NONE, number = VD_STR_NONE;
	int found = 0;

	*out = -1;
	if (text.len == 0) return VD_OK;
	VD_TRY(vd_utf8_fold(ctx, text, &rest));
	if (speaks_of_discount(rest)) return VD_OK;
	while (vd_str_cut(&rest, ' ', &word)) {
		int64_t days;

		if (is_day_word(word) && vd_str_to_i64(number, &days) && days <= 3650) {
			found++;
			*out = vd_str_is_none(before) || is_term_word(before) ? days : -1;
			if (*out < 0) return VD_OK;
		}
		before = number;
		number = word;
	}
	if (found != 1) *out = -1;
	return VD_OK;
}

/* --- amounts and sides ------------------------------------------------------------------------ */

static bool
is_one_of(struct vd_str code, const char *const list[])
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (vd_str_eq(code, vd_str_c(list[i]))) return true;
	return false;
}

/* Root element and type code (UNCL 1001) must not contradict each other. */
static enum vd_status
check_type(struct making *m)
{
	static const char *const credits[] = { "81",  "83",  "261", "262", "296", "308", "381",
		                                   "396", "420", "458", "502", "503", "532", NULL };
	static const char *const invoices[] = { "326", "380", "384", "386", "389", "393", "751", NULL };
	struct vd_str type = m->doc->type;

	if (vd_str_eq(type, VD_STR("325")))
		return refuse(m->out, "InvoiceTypeCode", "a pro forma invoice (325) is not owed");
	if (!m->doc->credit_note && is_one_of(type, credits))
		return refuse(m->out, "InvoiceTypeCode",
		              "an Invoice with the type code of a credit note (%.*s): which of the "
		              "two is meant? Ask the sender for a CreditNote",
		              VD_FMT(type));
	if (m->doc->credit_note && is_one_of(type, invoices))
		return refuse(m->out, "CreditNoteTypeCode",
		              "a CreditNote with the type code of an invoice (%.*s): which of "
		              "the two is meant? Ask the sender for an Invoice",
		              VD_FMT(type));
	return VD_OK;
}

static enum vd_status
find_currency(struct making *m)
{
	struct vd_str currency = m->doc->payable_currency, stated = m->doc->currency;

	if (currency.len > 0 && stated.len > 0 && !vd_str_eq(currency, stated))
		return refuse(m->out, "LegalMonetaryTotal/PayableAmount",
		              "the amount is in %.*s, the document in %.*s", VD_FMT(currency),
		              VD_FMT(stated));
	if (currency.len == 0) currency = stated;
	if (currency.len == 0) return VD_OK;
	if (vd_currency_parse(m->out->own, currency, &m->v.currency) == VD_OK) return VD_OK;
	return refuse(m->out, "DocumentCurrencyCode", "\"%.*s\" is not a currency we know",
	              (int)(currency.len < 20 ? currency.len : 20), currency.ptr);
}

/* Net and VAT, when they make up what is owed. */
static enum vd_status
find_net_vat(struct making *m)
{
	int64_t net, vat, sum, sign = m->payable < 0 ? -1 : 1;

	if (vd_str_is_none(m->doc->net) || vd_str_is_none(m->doc->vat)) return VD_OK;
	VD_TRY(amount_of(m, "LegalMonetaryTotal/TaxExclusiveAmount", m->doc->net, &net));
	VD_TRY(amount_of(m, "TaxTotal/TaxAmount", m->doc->vat, &vat));
	if (__builtin_add_overflow(net, vat, &sum) || sum != m->payable) return VD_OK;
	m->v.has_net_vat = true;
	m->v.net_minor = net * sign;
	m->v.vat_minor = vat * sign;
	return VD_OK;
}

static enum vd_status
find_amount(struct making *m)
{
	const struct ubl_document *d = m->doc;

	VD_TRY(check_type(m));
	VD_TRY(find_currency(m));
	if (vd_str_is_none(d->payable))
		return refuse(m->out, "LegalMonetaryTotal/PayableAmount",
		              "PayableAmount (BT-115), which tells what is owed, "
		              "is missing");
	VD_TRY(amount_of(m, "LegalMonetaryTotal/PayableAmount", d->payable, &m->payable));
	m->v.gross_minor = m->payable < 0 ? -m->payable : m->payable;
	m->v.type = d->credit_note != (m->payable < 0) ? PARTY_CREDIT_NOTE : PARTY_INVOICE;
	if (m->payable < 0)
		VD_TRY(warn(m, d->credit_note ? "a credit note of" : "an invoice of", d->payable,
		            d->credit_note ? "is taken as an invoice" : "is taken as a credit note"));
	return find_net_vat(m);
}

/* --- dates and terms -------------------------------------------------------------------------- */

/* Terms with an amount and a day each are due lines, when they make up the whole. */
static enum vd_status
find_due_lines(struct making *m)
{
	const struct ubl_document *d = m->doc;
	int64_t sum = 0;
	size_t amounts = 0;

	for (size_t i = 0; i < d->terms_count; i++) amounts += !vd_str_is_none(d->terms[i].amount);
	if (amounts == 0) return VD_OK;
	for (size_t i = 0; i < d->terms_count; i++) {
		const struct ubl_terms *t = &d->terms[i];

		if (vd_str_is_none(t->amount) || vd_str_is_none(t->due)) break;
		VD_TRY(amount_of(m, "PaymentTerms/Amount", t->amount, &m->line_minor[i]));
		VD_TRY(date_of(m, "PaymentTerms/PaymentDueDate", t->due, &m->line_due[i]));
		VD_TRY(vd_minor_add(m->out->own, sum, m->line_minor[i], &sum));
		if (m->line_minor[i] <= 0) break;
		m->lines = i + 1;
	}
	if (m->lines == d->terms_count && sum == m->payable) return VD_OK;
	m->lines = 0;
	return warn(m, "payment terms for", d->terms[0].amount,
	            "do not make up the amount owed and are not used");
}

static enum vd_status
find_days(struct making *m)
{
	const struct ubl_document *d = m->doc;
	struct vd_str due = d->due;

	VD_TRY(date_of(m, "IssueDate", d->issued, &m->v.issued_on));
	VD_TRY(find_due_lines(m));
	if (vd_str_is_none(due)) due = d->means_due;
	if (vd_str_is_none(due) && d->terms_count == 1) due = d->terms[0].due;
	VD_TRY(date_of(m, "DueDate", due, &m->v.due_on));
	VD_TRY(date_of(m, "Delivery/ActualDeliveryDate", d->delivered, &m->v.delivered_on));
	m->v.terms_days = -1;
	for (size_t i = 0; i < d->terms_count && vd_str_is_none(m->v.terms_text); i++)
		m->v.terms_text = d->terms[i].note;
	if (vd_date_is_none(m->v.due_on))
		VD_TRY(ubl_terms_days(m->out->own, m->v.terms_text, &m->v.terms_days));
	return VD_OK;
}

/* --- parties ---------------------------------------------------------------------------------- */

typedef enum vd_status (*identifier_fn)(struct vd_context *, struct vd_str, struct vd_str *out);

/* Normalised, or left out: with a warning when `what` names it. */
static enum vd_status
identifier(struct making *m, const char *what, struct vd_str text, identifier_fn parse,
           struct vd_str *out)
{
	enum vd_status st;

	*out = VD_STR_NONE;
	if (vd_str_is_none(text)) return VD_OK;
	st = parse(m->out->own, text, out);
	if (st == VD_OK || m->out->own->arena->failed) return st;
	*out = VD_STR_NONE;
	return what == NULL ? VD_OK : warn(m, what, text, "is not valid and is left out");
}

static bool
scheme_is(struct vd_str scheme, const char *code, const char *old)
{
	return vd_str_eq(scheme, vd_str_c(code)) || vd_str_eq_nocase(scheme, vd_str_c(old));
}

/* KvK number: a legal id with its scheme, or without one the eight digits of a Dutch party. */
static struct vd_str
kvk_text(const struct ubl_party *p)
{
	if (scheme_is(p->legal_scheme, "0106", "NL:KVK")) return p->legal_id;
	if (!vd_str_is_none(p->kvk_id)) return p->kvk_id;
	if (scheme_is(p->endpoint_scheme, "0106", "NL:KVK")) return p->endpoint;
	if (p->legal_scheme.len == 0 && vd_str_eq_nocase(p->country, VD_STR("NL")) &&
	    p->legal_id.len == 8 && vd_str_all_digits(p->legal_id))
		return p->legal_id;
	return VD_STR_NONE;
}

static struct vd_str
oin_text(const struct ubl_party *p)
{
	if (scheme_is(p->legal_scheme, "0190", "NL:OIN")) return p->legal_id;
	if (!vd_str_is_none(p->oin_id)) return p->oin_id;
	return scheme_is(p->endpoint_scheme, "0190", "NL:OIN") ? p->endpoint : VD_STR_NONE;
}

static struct vd_str
vat_text(const struct ubl_party *p)
{
	if (!vd_str_is_none(p->vat)) return p->vat;
	return scheme_is(p->endpoint_scheme, "9944", "NL:VAT") ? p->endpoint : VD_STR_NONE;
}

static struct vd_str
party_name(const struct ubl_party *p)
{
	if (!vd_str_is_none(p->legal_name)) return p->legal_name;
	if (!vd_str_is_none(p->name)) return p->name;
	return vd_str_is_none(p->person) ? p->contact : p->person;
}

static enum vd_status
street_of(struct making *m, const struct ubl_party *p, struct vd_str *out)
{
	*out = vd_str_is_none(p->street) ? p->line : p->street;
	if (vd_str_is_none(p->street)) return VD_OK;
	if (!vd_str_is_none(p->building))
		VD_TRY(vd_str_printf(m->out->own, out, "%.*s %.*s", VD_FMT(*out), VD_FMT(p->building)));
	if (!vd_str_is_none(p->street_more))
		VD_TRY(vd_str_printf(m->out->own, out, "%.*s, %.*s", VD_FMT(*out), VD_FMT(p->street_more)));
	return VD_OK;
}

static enum vd_status
find_debtor(struct making *m)
{
	const struct ubl_party *p = &m->doc->buyer;
	struct party_record_debtor *d = &m->v.debtor;

	*d = (struct party_record_debtor){ .place = m->doc->place,
		                               .terms_days = -1,
		                               .credit_limit_minor = -1,
		                               .name = party_name(p),
		                               .postcode = p->postcode,
		                               .city = p->city,
		                               .phone = p->phone,
		                               .contact_name = p->contact,
		                               .endpoint = p->endpoint,
		                               .assigned =
		                                   vd_str_is_none(p->account) ? p->own_id : p->account };
	if (vd_str_is_none(d->name))
		return refuse(m->out, "AccountingCustomerParty", "the buyer has no name");
	VD_TRY(street_of(m, p, &d->street));
	if (p->country.len == 2 && vd_is_alpha(p->country.ptr[0]) && vd_is_alpha(p->country.ptr[1]))
		VD_TRY(vd_str_printf(m->out->own, &d->country, "%c%c", vd_to_upper(p->country.ptr[0]),
		                     vd_to_upper(p->country.ptr[1])));
	if (!vd_str_is_none(p->endpoint) && p->endpoint_scheme.len > 0)
		VD_TRY(vd_str_printf(m->out->own, &d->endpoint, "%.*s:%.*s", VD_FMT(p->endpoint_scheme),
		                     VD_FMT(p->endpoint)));
	VD_TRY(identifier(m, "the buyer's KvK number", kvk_text(p), vd_kvk_parse, &d->kvk));
	VD_TRY(identifier(m, "the buyer's OIN", oin_text(p), vd_oin_parse, &d->oin));
	VD_TRY(identifier(m, "the buyer's VAT number", vat_text(p), vd_vat_parse, &d->vat_number));
	return identifier(m, "the buyer's e-mail address", p->email, vd_email_parse, &d->email);
}

static enum vd_status
find_seller(struct making *m)
{
	const struct ubl_party *p = &m->doc->seller;

	m->v.seller_name = party_name(p);
	VD_TRY(identifier(m, NULL, kvk_text(p), vd_kvk_parse, &m->v.seller_kvk));
	return identifier(m, NULL, vat_text(p), vd_vat_parse, &m->v.seller_vat_number);
}

/* --- the record ------------------------------------------------------------------------------- */

/* "NA" is written where a rule of the network wants something and there is nothing. */
static bool
says_nothing(struct vd_str s)
{
	return s.len == 0 || vd_str_eq_nocase(s, VD_STR("NA")) || vd_str_eq_nocase(s, VD_STR("N/A")) ||
	       vd_str_eq(s, VD_STR("-"));
}

static enum vd_status
make(struct making *m)
{
	const struct ubl_document *d = m->doc;
	struct vd_iban iban;

	m->v.place = d->place;
	m->v.due_line = 1;
	m->v.open_minor = -1;
	m->v.last_step_on = m->v.sent_on = VD_DATE_NONE;
	if (vd_str_is_none(d->id)) return refuse(m->out, "ID", "the document has no number (ID)");
	m->v.number = d->id;
	VD_TRY(find_amount(m));
	VD_TRY(find_days(m));
	VD_TRY(find_debtor(m));
	VD_TRY(find_seller(m));
	m->v.description = d->note;
	m->v.reference = d->reference;
	m->v.order_ref = says_nothing(d->order) ? d->buyer_reference : d->order;
	if (says_nothing(m->v.order_ref)) m->v.order_ref = VD_STR_NONE;
	m->v.preceding = d->preceding;
	m->v.direct_debit = d->direct_debit;
	m->v.mandate = d->mandate;
	m->v.payee_iban = d->payee_account;
	if (vd_iban_valid(d->payee_account, &iban))
		VD_TRY(vd_str_dup(m->out->own, vd_iban_str(&iban), &m->v.payee_iban));
	m->v.attachments = (struct party_record_attachment *)(uintptr_t)d->attachments;
	m->v.attachments_count = d->attachments_count;
	return VD_OK;
}

static enum vd_status
sunk(const struct ubl_output *out, enum vd_status st)
{
	if (st != VD_OK) out->own->error = out->outer->error;
	return st;
}

static enum vd_status
give_rejection(struct making *m)
{
	const struct party_sink *sink = m->out->sink;
	struct intake_rejection rejection = { .place = m->doc->place, .key = m->doc->id };

	rejection.place.path = vd_str_c(m->out->own->error.field);
	VD_TRY(vd_str_dup(m->out->own, vd_str_c(m->out->own->error.detail), &rejection.message));
	return sunk(m->out, sink->rejected(sink->user, m->out->outer, &rejection));
}

static enum vd_status
give_records(struct making *m)
{
	const struct party_sink *sink = m->out->sink;

	if (m->lines < 2) return sunk(m->out, sink->invoice(sink->user, m->out->outer, &m->v));
	m->v.has_net_vat = false; /* of the whole document, not of a line */
	m->v.net_minor = m->v.vat_minor = 0;
	for (size_t i = 0; i < m->lines; i++) {
		m->v.due_line = (int64_t)i + 1;
		m->v.gross_minor = m->line_minor[i];
		m->v.due_on = m->line_due[i];
		VD_TRY(sunk(m->out, sink->invoice(sink->user, m->out->outer, &m->v)));
		m->v.attachments_count = 0; /* once is enough */
	}
	return VD_OK;
}

enum vd_status
ubl_give(const struct ubl_output *out, const struct ubl_document *doc)
{
	struct making m = { .out = out, .doc = doc };
	enum vd_status st = make(&m);

	if ((st == VD_E_INVALID || st == VD_E_LIMIT) && !out->own->arena->failed)
		return give_rejection(&m);
	VD_TRY(st);
	VD_TRY(give_records(&m));
	for (size_t i = 0; out->sink->warning != NULL && i < doc->warnings_count; i++)
		VD_TRY(sunk(out,
		            out->sink->warning(out->sink->user, out->outer, doc->place, doc->warnings[i])));
	for (size_t i = 0; out->sink->warning != NULL && i < m.warnings_count; i++)
		VD_TRY(
		    sunk(out, out->sink->warning(out->sink->user, out->outer, doc->place, m.warnings[i])));
	return VD_OK;
}
