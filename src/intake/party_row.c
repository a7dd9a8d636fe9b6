/* Cells to fields. What decides who owes how much by when must be right, or the row is refused;
 * what only helps (IBAN, e-mail, KvK, country) is left out with a warning when it is wrong. */
#include "intake/party_row.h"
#include "value/iban.h"
#include "value/identifier.h"

#include <string.h>

#define KEY_MAX 100 /* characters of an invoice number or debtor code */

#define refuse(r, field, ...) \
	((r)->fault = (field),    \
	 vd_fail((r)->ctx, VD_E_INVALID, "csv.row", party_field_name(field), __VA_ARGS__))

struct intake_place
party_row_place(const struct party_row *r, enum party_field f)
{
	struct intake_place place = { .line = r->row->line, .offset = r->row->offset };
	int column = f < PARTY_F__COUNT ? r->plan->columns[f] : -1;

	if (column < 0) return place;
	if ((size_t)column < r->row->count) {
		place.line = r->row->cells[column].line;
		place.offset = r->row->cells[column].offset;
	}
	if (vd_str_printf(r->ctx, &place.path, "column %d (%s)", column + 1, party_field_name(f)) !=
	    VD_OK)
		place.path = VD_STR_NONE;
	return place;
}

static enum vd_status
warn(struct party_row *r, enum party_field f, const char *what, struct vd_str value)
{
	struct party_csv_notice *n = &r->warnings[r->warnings_count];

	if (r->warnings_count == PARTY_ROW_WARNINGS_MAX) return VD_OK;
	n->place = party_row_place(r, f);
	VD_TRY(vd_str_printf(r->ctx, &n->message, "\"%.*s\" %s", (int)(value.len < 60 ? value.len : 60),
	                     value.ptr, what));
	r->warnings_count++;
	return VD_OK;
}

/* Line ends, tabs and other control characters become one blank each. */
static enum vd_status
one_line(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	bool clean = true;
	char *copy;

	*out = s;
	for (size_t i = 0; i < s.len && clean; i++)
		clean = (unsigned char)s.ptr[i] >= ' ' && s.ptr[i] != 0x7F;
	if (clean) return VD_OK;
	VD_NEW(ctx, copy, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		copy[i] = (unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7F ? ' ' : s.ptr[i];
	*out = (struct vd_str){ copy, s.len };
	return VD_OK;
}

enum vd_status
party_row_text(struct party_row *r, enum party_field f, struct vd_str *out)
{
	const struct party_mapping *m = r->plan->mapping;
	int column = r->plan->columns[f];
	struct vd_str s;

	*out = m != NULL ? m->constants[f] : VD_STR_NONE;
	if (column < 0) return VD_OK;
	if ((size_t)column >= r->row->count) {
		if (vd_str_is_none(*out)) *out = VD_STR("");
		return VD_OK;
	}
	s = notation_trim(r->row->cells[column].text);
	if (s.len >= 3 && vd_str_starts(s, VD_STR("=\"")) && vd_str_ends(s, VD_STR("\"")))
		s = notation_trim(vd_str_sub(s, 2, s.len - 3));
	if (s.len > 1 && s.ptr[0] == '\'' && strchr("=+-@", s.ptr[1]) != NULL)
		s = vd_str_sub(s, 1, s.len);
	if (s.len == 0 && !vd_str_is_none(*out))
		return VD_OK; /* the constant stands in for an empty cell */
	return one_line(r->ctx, s, out);
}

/* Blank or absent. */
static enum vd_status
filled_text(struct party_row *r, enum party_field f, struct vd_str *out)
{
	VD_TRY(party_row_text(r, f, out));
	if (out->len == 0) *out = VD_STR_NONE;
	return VD_OK;
}

static bool
is_scientific(struct vd_str s)
{
	size_t i = 0;

	while (i < s.len && (vd_is_digit(s.ptr[i]) || s.ptr[i] == '.' || s.ptr[i] == ',')) i++;
	return i > 0 && i + 2 < s.len && (s.ptr[i] == 'E' || s.ptr[i] == 'e') && s.ptr[i + 1] == '+' &&
	       vd_str_all_digits(vd_str_sub(s, i + 2, s.len)) && memchr(s.ptr, '+', s.len) != NULL;
}

static enum vd_status
key_text(struct party_row *r, enum party_field f, struct vd_str *out)
{
	VD_TRY(party_row_text(r, f, out));
	if (out->len == 0) return refuse(r, f, "%s is empty", party_field_name(f));
	if (out->len > KEY_MAX)
		return refuse(r, f, "%s is longer than %d characters", party_field_name(f), KEY_MAX);
	if (is_scientific(*out))
		return refuse(
		    r, f,
		    "\"%.*s\" is a number that a spreadsheet has shortened: give the column the format "
		    "text and export again",
		    VD_FMT(*out));
	return VD_OK;
}

enum vd_status
party_row_amount(struct party_row *r, enum party_field f, struct vd_currency *currency,
                 int64_t *minor, bool *given)
{
	struct notation_amount amount;
	struct vd_str text;

	*minor = 0;
	*given = false;
	VD_TRY(party_row_text(r, f, &text));
	if (text.len == 0) return VD_OK;
	r->fault = f;
	VD_TRY(notation_read_amount(r->ctx, &r->plan->notation, text,
	                            currency->code[0] != '\0' ? *currency : r->plan->currency,
	                            &amount));
	if (amount.currency.code[0] != '\0') {
		if (currency->code[0] != '\0' && !vd_currency_eq(*currency, amount.currency))
			return refuse(r, f, "\"%.*s\" is in another currency than the row's %s", VD_FMT(text),
			              currency->code);
		*currency = amount.currency;
	}
	if (amount.side == NOTATION_CREDIT && amount.minor < 0)
		return refuse(r, f, "\"%.*s\" has both a minus and a credit mark", VD_FMT(text));
	*minor = amount.side == NOTATION_CREDIT ? -amount.minor : amount.minor;
	*given = true;
	return VD_OK;
}

static enum vd_status
row_date(struct party_row *r, enum party_field f, struct vd_date *out)
{
	struct vd_str text;

	VD_TRY(party_row_text(r, f, &text));
	*out = VD_DATE_NONE;
	if (text.len == 0) return VD_OK;
	r->fault = f;
	return notation_read_date(r->ctx, &r->plan->notation, text, out);
}

/* Words that may stand behind a number of days; a month is not thirty days. */
static bool
is_day_word(struct vd_str word)
{
	static const char *const words[] = { "",     "d",           "dag", "dagen", "dgn",
		                                 "dgn.", "dagen netto", "day", "days",  "days net" };

	for (size_t i = 0; i < VD_LENGTH(words); i++)
		if (vd_str_eq_nocase(word, vd_str_c(words[i]))) return true;
	return false;
}

/* "30", "30 dagen", "14d"; -1 when absent or empty. */
static enum vd_status
row_number(struct party_row *r, enum party_field f, int64_t max, int64_t *out)
{
	struct vd_str text;
	size_t n = 0;

	*out = -1;
	VD_TRY(party_row_text(r, f, &text));
	if (text.len == 0) return VD_OK;
	while (n < text.len && vd_is_digit(text.ptr[n])) n++;
	if (n > 0 && n <= 9 && vd_str_to_i64(vd_str_sub(text, 0, n), out) && *out <= max &&
	    is_day_word(notation_trim(vd_str_sub(text, n, text.len))))
		return VD_OK;
	return refuse(r, f, "\"%.*s\" is not a whole number from 0 to %lld",
	              (int)(text.len < 40 ? text.len : 40), text.ptr, (long long)max);
}

/* A word out of a list; an unknown one is refused (strict) or left out with a warning. */
static enum vd_status
row_word(struct party_row *r, enum party_field f, enum party_word_list list, bool strict,
         struct vd_str *out)
{
	struct vd_str text;
	int i;

	VD_TRY(party_row_text(r, f, &text));
	*out = text;
	if (text.len == 0) return VD_OK;
	VD_TRY(party_words_find(r->ctx, r->words, list, text, &i));
	if (i >= 0) {
		*out = party_words_name(list, i);
		return VD_OK;
	}
	if (strict)
		return refuse(r, f, "\"%.*s\" is not a known %s", (int)(text.len < 40 ? text.len : 40),
		              text.ptr, party_field_name(f));
	*out = VD_STR_NONE;
	return warn(r, f, "is not known here and is left out", text);
}

/* ISO alpha-2 codes that are not in our list of names pass as they are. */
static enum vd_status
row_country(struct party_row *r, struct vd_str *out)
{
	struct vd_str text;
	char *code;

	VD_TRY(party_row_text(r, PARTY_F_COUNTRY, &text));
	if (text.len != 2 || !vd_is_alpha(text.ptr[0]) || !vd_is_alpha(text.ptr[1]) ||
	    vd_str_eq_nocase(text, VD_STR("UK")))
		return row_word(r, PARTY_F_COUNTRY, PARTY_W_COUNTRY, false, out);
	VD_NEW(r->ctx, code, 3);
	code[0] = vd_to_upper(text.ptr[0]);
	code[1] = vd_to_upper(text.ptr[1]);
	*out = (struct vd_str){ code, 2 };
	return VD_OK;
}

typedef enum vd_status (*identifier_fn)(struct vd_context *, struct vd_str, struct vd_str *out);

/* Normalised, or left out with a warning. */
static enum vd_status
row_identifier(struct party_row *r, enum party_field f, identifier_fn parse, struct vd_str *out)
{
	struct vd_str text;
	enum vd_status st;

	VD_TRY(party_row_text(r, f, &text));
	*out = text;
	if (text.len == 0) return VD_OK;
	st = parse(r->ctx, text, out);
	if (st == VD_OK || r->ctx->arena->failed) return st;
	*out = VD_STR_NONE;
	return warn(r, f, "is not valid and is left out", text);
}

static enum vd_status
iban_text(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	struct vd_iban iban;

	VD_TRY(vd_iban_parse(ctx, text, &iban));
	return vd_str_dup(ctx, vd_iban_str(&iban), out);
}

static enum vd_status
row_street(struct party_row *r, struct vd_str *out)
{
	struct vd_str number, suffix;

	VD_TRY(party_row_text(r, PARTY_F_STREET, out));
	VD_TRY(filled_text(r, PARTY_F_HOUSE_NUMBER, &number));
	VD_TRY(filled_text(r, PARTY_F_HOUSE_SUFFIX, &suffix));
	if (vd_str_is_none(number) || out->len == 0) return VD_OK;
	return vd_str_printf(r->ctx, out, "%.*s %.*s%s%.*s", VD_FMT(*out), VD_FMT(number),
	                     suffix.len > 0 ? " " : "", VD_FMT(suffix));
}

static enum vd_status
debtor_texts(struct party_row *r, struct party_record_debtor *d)
{
	const struct {
		enum party_field field;
		struct vd_str *out;
	} texts[] = {
		{ PARTY_F_NAME, &d->name },
		{ PARTY_F_POSTCODE, &d->postcode },
		{ PARTY_F_CITY, &d->city },
		{ PARTY_F_PHONE, &d->phone },
		{ PARTY_F_CONTACT_NAME, &d->contact_name },
		{ PARTY_F_SEGMENT, &d->segment },
		{ PARTY_F_TONE, &d->tone },
		{ PARTY_F_OWNER, &d->owner },
		{ PARTY_F_ENDPOINT, &d->endpoint },
	};

	for (size_t i = 0; i < VD_LENGTH(texts); i++)
		VD_TRY(party_row_text(r, texts[i].field, texts[i].out));
	VD_TRY(row_street(r, &d->street));
	VD_TRY(row_country(r, &d->country));
	VD_TRY(row_word(r, PARTY_F_LANGUAGE, PARTY_W_LANGUAGE, false, &d->language));
	VD_TRY(row_word(r, PARTY_F_KIND, PARTY_W_KIND, true, &d->kind));
	VD_TRY(row_word(r, PARTY_F_RISK, PARTY_W_RISK, true, &d->risk));
	VD_TRY(row_identifier(r, PARTY_F_IBAN, iban_text, &d->iban));
	VD_TRY(row_identifier(r, PARTY_F_EMAIL, vd_email_parse, &d->email));
	VD_TRY(row_identifier(r, PARTY_F_REMINDER_EMAIL, vd_email_parse, &d->reminder_email));
	VD_TRY(row_identifier(r, PARTY_F_KVK, vd_kvk_parse, &d->kvk));
	VD_TRY(row_identifier(r, PARTY_F_OIN, vd_oin_parse, &d->oin));
	return row_identifier(r, PARTY_F_VAT_NUMBER, vd_vat_parse, &d->vat_number);
}

static enum vd_status
credit_limit(struct party_row *r, int64_t *out)
{
	struct vd_currency currency = { "" };
	bool given;

	VD_TRY(party_row_amount(r, PARTY_F_CREDIT_LIMIT, &currency, out, &given));
	if (given && *out < 0)
		return refuse(r, PARTY_F_CREDIT_LIMIT, "a credit limit cannot be negative");
	if (currency.code[0] != '\0' && !vd_currency_eq(currency, VD_EUR))
		return refuse(r, PARTY_F_CREDIT_LIMIT, "a credit limit is in euros, not in %s",
		              currency.code);
	if (!given) *out = -1;
	return VD_OK;
}

static enum vd_status
check_row(struct party_row *r)
{
	size_t columns = r->plan->headers_count;

	r->fault = PARTY_F__COUNT;
	if (r->row->problem != NULL)
		return vd_fail(r->ctx, VD_E_INVALID, "csv.row", NULL, "%s", r->row->problem);
	if (r->plan->header_line == 0) return VD_OK;
	for (size_t i = columns; i < r->row->count; i++)
		if (notation_trim(r->row->cells[i].text).len > 0)
			return vd_fail(
			    r->ctx, VD_E_INVALID, "csv.row", NULL,
			    "the row has %zu cells and the header %zu: put quotes around a text that holds the separator",
			    r->row->count, columns);
	if (!r->row->ended && r->row->count < columns)
		return vd_fail(r->ctx, VD_E_INVALID, "csv.row", NULL,
		               "the last line is cut off: export the file again");
	return VD_OK;
}

enum vd_status
party_row_debtor(struct party_row *r, struct party_record_debtor *out)
{
	*out = (struct party_record_debtor){ .place = party_row_place(r, PARTY_F__COUNT) };
	VD_TRY(check_row(r));
	VD_TRY(key_text(r, PARTY_F_DEBTOR_ID, &out->number));
	VD_TRY(debtor_texts(r, out));
	if (out->name.len == 0) return refuse(r, PARTY_F_NAME, "name is empty");
	VD_TRY(credit_limit(r, &out->credit_limit_minor));
	return row_number(r, PARTY_F_TERMS_DAYS, 3650, &out->terms_days);
}

/* --- invoices --------------------------------------------------------------------------------- */

struct amounts {
	int64_t gross; /* as the file means it: positive is owed to us */
	int64_t flip;  /* 1 or -1: from the file's sign to the record's */
	bool sided;    /* the sign comes from debit and credit, not from a minus */
};

static enum vd_status
row_currency(struct party_row *r, struct vd_currency *out)
{
	struct vd_str text;

	VD_TRY(party_row_text(r, PARTY_F_CURRENCY, &text));
	*out = (struct vd_currency){ "" };
	if (text.len == 0) return VD_OK;
	r->fault = PARTY_F_CURRENCY;
	if (vd_str_eq(text, VD_STR("\xE2\x82\xAC"))) text = VD_STR("EUR");
	return vd_currency_parse(r->ctx, text, out);
}

/* Gross out of one column, or out of debit and credit. */
static enum vd_status
gross_of(struct party_row *r, struct vd_currency *currency, struct amounts *a)
{
	int64_t debit, credit;
	bool given, credit_given;

	if (r->plan->columns[PARTY_F_GROSS] >= 0) {
		VD_TRY(party_row_amount(r, PARTY_F_GROSS, currency, &a->gross, &given));
		return given ? VD_OK : refuse(r, PARTY_F_GROSS, "the amount is empty");
	}
	a->sided = true;
	VD_TRY(party_row_amount(r, PARTY_F_DEBIT, currency, &debit, &given));
	VD_TRY(party_row_amount(r, PARTY_F_CREDIT, currency, &credit, &credit_given));
	if (!given && !credit_given) return refuse(r, PARTY_F_DEBIT, "debit and credit are both empty");
	return __builtin_sub_overflow(debit, credit, &a->gross)
	           ? refuse(r, PARTY_F_DEBIT, "the amount is too large")
	           : VD_OK;
}

/* The D/C column, when there is one. */
static enum vd_status
apply_side(struct party_row *r, struct amounts *a)
{
	struct vd_str text;
	int side;

	VD_TRY(filled_text(r, PARTY_F_DEBIT_CREDIT, &text));
	if (vd_str_is_none(text)) {
		if (r->plan->columns[PARTY_F_DEBIT_CREDIT] >= 0)
			return refuse(r, PARTY_F_DEBIT_CREDIT, "debit or credit is not told");
		return VD_OK;
	}
	VD_TRY(party_words_side(r->ctx, r->words, r->plan->mapping, text, &side));
	if (side == NOTATION_NO_SIDE)
		return refuse(r, PARTY_F_DEBIT_CREDIT, "\"%.*s\" is neither debit nor credit",
		              (int)(text.len < 40 ? text.len : 40), text.ptr);
	a->sided = true;
	if (side == NOTATION_CREDIT && !r->plan->side_in_sign) a->gross = -a->gross;
	return VD_OK;
}

/* enum mapping_type, -1 without a type column or cell. */
static enum vd_status
row_type(struct party_row *r, int *out)
{
	struct vd_str text;

	*out = -1;
	VD_TRY(filled_text(r, PARTY_F_TYPE, &text));
	if (vd_str_is_none(text)) return VD_OK;
	VD_TRY(party_words_type(r->ctx, r->words, r->plan->mapping, text, out));
	if (*out < 0)
		return refuse(r, PARTY_F_TYPE, "\"%.*s\" is not a known type; use invoice or credit",
		              (int)(text.len < 40 ? text.len : 40), text.ptr);
	return VD_OK;
}

/* Type and sign together decide the kind of document. */
static enum vd_status
apply_type(struct party_row *r, int type, const struct amounts *a, struct party_record_invoice *v)
{
	enum mapping_credit_amounts rule =
	    r->plan->mapping != NULL ? r->plan->mapping->credit_amounts : MAPPING_CREDIT_AUTO;
	bool negative = a->gross < 0;

	v->type = negative ? PARTY_CREDIT_NOTE : PARTY_INVOICE;
	if (type < 0) return VD_OK;
	if (type == MAPPING_T_INVOICE)
		return negative
		           ? warn(r, PARTY_F_GROSS,
		                  "is an invoice with a negative amount: taken as a credit note", v->number)
		           : VD_OK;
	v->payment = type == MAPPING_T_PAYMENT;
	v->type = PARTY_CREDIT_NOTE;
	if (a->gross == 0 || (rule == MAPPING_CREDIT_AUTO && !a->sided) ||
	    (rule == MAPPING_CREDIT_POSITIVE) != negative)
		return VD_OK;
	v->type = PARTY_INVOICE;
	v->payment = false;
	return warn(r, PARTY_F_GROSS,
	            "is a credit note with the sign of an invoice: taken as owed to us", v->number);
}

/* An amount of the same row in the record's direction. */
static enum vd_status
side_amount(struct party_row *r, enum party_field f, const struct amounts *a,
            struct vd_currency *currency, int64_t *out, bool *given)
{
	VD_TRY(party_row_amount(r, f, currency, out, given));
	*out *= a->flip;
	return VD_OK;
}

static enum vd_status
open_of(struct party_row *r, const struct amounts *a, struct party_record_invoice *v)
{
	bool given;

	VD_TRY(side_amount(r, PARTY_F_OPEN, a, &v->currency, &v->open_minor, &given));
	if (!given) {
		v->open_minor = -1;
		return VD_OK;
	}
	if (v->open_minor < 0)
		return refuse(r, PARTY_F_OPEN, "the open amount has another sign than the amount");
	if (v->open_minor > v->gross_minor)
		return refuse(r, PARTY_F_OPEN, "the open amount is more than the amount of the invoice");
	return VD_OK;
}

static enum vd_status
net_vat_of(struct party_row *r, const struct amounts *a, struct party_record_invoice *v)
{
	bool net, vat;

	VD_TRY(side_amount(r, PARTY_F_NET, a, &v->currency, &v->net_minor, &net));
	VD_TRY(side_amount(r, PARTY_F_VAT, a, &v->currency, &v->vat_minor, &vat));
	v->has_net_vat = net || vat;
	if (net && !vat) v->vat_minor = v->gross_minor - v->net_minor;
	if (vat && !net) v->net_minor = v->gross_minor - v->vat_minor;
	if (!v->has_net_vat || v->gross_minor - v->net_minor == v->vat_minor) return VD_OK;
	v->has_net_vat = false;
	v->net_minor = v->vat_minor = 0;
	return warn(r, PARTY_F_GROSS, "is not net plus VAT: net and VAT are left out", v->number);
}

static enum vd_status
invoice_amounts(struct party_row *r, int type, struct party_record_invoice *v)
{
	struct amounts a = { .flip = 1 };
	int64_t as_written;

	VD_TRY(row_currency(r, &v->currency));
	VD_TRY(gross_of(r, &v->currency, &a));
	as_written = a.gross;
	VD_TRY(apply_side(r, &a));
	if (r->plan->mapping != NULL && r->plan->mapping->reversed) a.gross = -a.gross;
	VD_TRY(apply_type(r, type, &a, v));
	a.flip = as_written < 0 ? -1 : 1;
	v->gross_minor = as_written * a.flip;
	VD_TRY(open_of(r, &a, v));
	return net_vat_of(r, &a, v);
}

static enum vd_status
invoice_dates(struct party_row *r, struct party_record_invoice *v)
{
	VD_TRY(row_date(r, PARTY_F_INVOICE_DATE, &v->issued_on));
	VD_TRY(row_date(r, PARTY_F_DUE_DATE, &v->due_on));
	VD_TRY(row_date(r, PARTY_F_SENT_ON, &v->sent_on));
	VD_TRY(row_date(r, PARTY_F_DELIVERED_ON, &v->delivered_on));
	return row_date(r, PARTY_F_LAST_STEP_ON, &v->last_step_on);
}

static enum vd_status
invoice_texts(struct party_row *r, struct party_record_invoice *v)
{
	VD_TRY(party_row_text(r, PARTY_F_DESCRIPTION, &v->description));
	VD_TRY(party_row_text(r, PARTY_F_RF_REFERENCE, &v->reference));
	VD_TRY(party_row_text(r, PARTY_F_ORDER_REF, &v->order_ref));
	VD_TRY(party_row_text(r, PARTY_F_LAST_STEP, &v->last_step));
	return filled_text(r, PARTY_F_PRECEDING, &v->preceding);
}

enum vd_status
party_row_invoice(struct party_row *r, struct party_record_invoice *out)
{
	int type;

	*out = (struct party_record_invoice){ .place = party_row_place(r, PARTY_F__COUNT) };
	out->debtor = (struct party_record_debtor){ .place = out->place,
		                                        .terms_days = -1,
		                                        .credit_limit_minor = -1 };
	VD_TRY(check_row(r));
	VD_TRY(row_type(r, &type));
	r->skip = type == MAPPING_T_SKIP;
	if (r->skip) return VD_OK;
	VD_TRY(key_text(r, PARTY_F_INVOICE_NO, &out->number));
	VD_TRY(key_text(r, PARTY_F_DEBTOR_ID, &out->debtor.number));
	VD_TRY(invoice_amounts(r, type, out));
	VD_TRY(invoice_dates(r, out));
	VD_TRY(invoice_texts(r, out));
	VD_TRY(debtor_texts(r, &out->debtor));
	VD_TRY(row_number(r, PARTY_F_TERMS_DAYS, 3650, &out->terms_days));
	VD_TRY(row_number(r, PARTY_F_DUE_LINE, 999, &out->due_line));
	if (out->due_line == 0) return refuse(r, PARTY_F_DUE_LINE, "due lines are counted from 1");
	if (out->due_line < 0) out->due_line = 1;
	return VD_OK;
}
