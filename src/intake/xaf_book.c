/* Records of an auditfile as they come: relations, accounts, and lines added up. */
#include "intake/xaf_book.h"

#include "base/utf8.h"
#include "intake/notation.h"
#include "value/iban.h"
#include "value/identifier.h"

#include <string.h>

#define WARNINGS_MAX 100

/* --- small things ----------------------------------------------------------------------------- */

bool
xaf_says_nothing(struct vd_str s)
{
	return s.len == 0 || vd_str_eq(s, VD_STR("0")) || vd_str_eq(s, VD_STR("-"));
}

static enum vd_status
sunk(struct xaf_book *b, enum vd_status st)
{
	if (st != VD_OK) b->own->error = b->outer->error;
	return st;
}

enum vd_status
xaf_warn(struct xaf_book *b, int64_t line, struct vd_str message)
{
	struct intake_place place = { .line = line };

	if (b->sink.warning == NULL || b->warnings > WARNINGS_MAX) return VD_OK;
	if (b->warnings++ == WARNINGS_MAX)
		message = VD_STR("More warnings follow; they are not shown.");
	return sunk(b, b->sink.warning(b->sink.user, b->outer, place, message));
}

static bool
is_credit(struct vd_str side)
{
	return side.len > 0 && (side.ptr[0] == 'C' || side.ptr[0] == 'c');
}

/* Debit positive; false when it is no amount. */
static bool
signed_amount(struct xaf_book *b, enum xaf_field amount, enum xaf_field side, int64_t *out)
{
	struct vd_currency currency = b->info.currency.code[0] != '\0' ? b->info.currency : VD_EUR;
	struct vd_money money;

	if (b->fields[amount].cut ||
	    vd_money_parse_decimal(b->own, xaf_field(b, amount), '.', currency, &money) != VD_OK ||
	    money.minor > NOTATION_AMOUNT_MAX || money.minor < -NOTATION_AMOUNT_MAX)
		return false;
	*out = is_credit(xaf_field(b, side)) ? -money.minor : money.minor;
	return true;
}

/* xs:date; NONE when absent or wrong. */
static struct vd_date
date_field(struct xaf_book *b, enum xaf_field f)
{
	struct vd_str text = xaf_field(b, f);
	struct vd_date d = VD_DATE_NONE;

	if (text.len > 10) text.len = 10;
	return text.len == 10 && vd_date_parse(b->own, text, &d) == VD_OK ? d : VD_DATE_NONE;
}

/* An array that runs parallel to a list of names. */
static enum vd_status
room_for(struct vd_context *ctx, void **array, uint32_t *cap, uint32_t index, size_t size)
{
	uint32_t wanted = *cap > 0 ? *cap : 256;
	void *grown;

	if (index < *cap) return VD_OK;
	while (wanted <= index) wanted *= 2;
	if ((grown = vd_arena_array(ctx->arena, wanted, size)) == NULL) return vd_fail_memory(ctx);
	if (*cap > 0) memcpy(grown, *array, *cap * size);
	*array = grown;
	*cap = wanted;
	return VD_OK;
}

static enum vd_status
relation_of(struct xaf_book *b, struct vd_str id, uint32_t *index)
{
	void *array = b->relations;

	VD_TRY(xaf_name(b->own, &b->relations_names, id, index));
	VD_TRY(room_for(b->own, &array, &b->relations_cap, *index, sizeof(*b->relations)));
	b->relations = array;
	return VD_OK;
}

static enum vd_status
account_of(struct xaf_book *b, struct vd_str id, uint32_t *index)
{
	void *array = b->accounts;

	VD_TRY(xaf_name(b->own, &b->accounts_names, id, index));
	VD_TRY(room_for(b->own, &array, &b->accounts_cap, *index, sizeof(*b->accounts)));
	b->accounts = array;
	return VD_OK;
}

/* --- header and relations --------------------------------------------------------------------- */

enum vd_status
xaf_header_done(struct xaf_book *b)
{
	struct vd_str code = xaf_field(b, XF_CURRENCY);

	VD_TRY(vd_str_dup(b->own, xaf_field(b, XF_FISCAL_YEAR), &b->info.fiscal_year));
	VD_TRY(vd_str_dup(b->own, xaf_field(b, XF_SOFTWARE), &b->info.software));
	b->info.from = date_field(b, XF_START);
	b->info.to = date_field(b, XF_END);
	if (code.len == 0 || vd_currency_parse(b->own, code, &b->info.currency) == VD_OK) return VD_OK;
	return vd_fail(b->own, VD_E_INVALID, "xaf.currency", NULL,
	               "Line %lld: \"%.*s\" is not a currency we know.", (long long)b->place.line,
	               VD_FMT(vd_str_sub(code, 0, 20)));
}

static enum vd_status
dup_field(struct xaf_book *b, enum xaf_field f, struct vd_str *out)
{
	struct vd_str text = xaf_field(b, f);

	return text.len == 0 ? VD_OK : vd_str_dup(b->own, text, out);
}

static enum vd_status
read_address(struct xaf_book *b, struct party_record_debtor *d)
{
	int shift = b->fields[XF_PA_CITY].len > 0 ? XF_PA_STREET - XF_AD_STREET : 0;
	struct vd_str street = xaf_field(b, (enum xaf_field)(XF_AD_STREET + shift));
	struct vd_str number = xaf_field(b, (enum xaf_field)(XF_AD_NUMBER + shift));
	struct vd_str more = xaf_field(b, (enum xaf_field)(XF_AD_EXTENSION + shift));

	VD_TRY(dup_field(b, (enum xaf_field)(XF_AD_CITY + shift), &d->city));
	VD_TRY(dup_field(b, (enum xaf_field)(XF_AD_POSTCODE + shift), &d->postcode));
	VD_TRY(dup_field(b, (enum xaf_field)(XF_AD_COUNTRY + shift), &d->country));
	if (street.len == 0) return VD_OK;
	return vd_str_printf(b->own, &d->street, "%.*s%s%.*s%s%.*s", VD_FMT(street),
	                     number.len > 0 ? " " : "", VD_FMT(number), more.len > 0 ? " " : "",
	                     VD_FMT(more));
}

/* KvK, VAT number, e-mail: kept when valid, else left out: auditfiles hold anything here. */
static enum vd_status
read_identifiers(struct xaf_book *b, struct party_record_debtor *d)
{
	struct vd_str vat = xaf_field(b, XF_CS_TAX), country = xaf_field(b, XF_CS_TAX_COUNTRY), whole;

	if (b->fields[XF_CS_COMMERCE].len > 0 &&
	    vd_kvk_parse(b->own, xaf_field(b, XF_CS_COMMERCE), &d->kvk) != VD_OK)
		d->kvk = VD_STR_NONE;
	if (b->fields[XF_CS_EMAIL].len > 0 &&
	    vd_email_parse(b->own, xaf_field(b, XF_CS_EMAIL), &d->email) != VD_OK)
		d->email = VD_STR_NONE;
	if (vat.len == 0 || vd_vat_parse(b->own, vat, &d->vat_number) == VD_OK) return VD_OK;
	d->vat_number = VD_STR_NONE;
	VD_TRY(vd_str_printf(b->own, &whole, "%.*s%.*s", VD_FMT(country), VD_FMT(vat)));
	if (vd_vat_parse(b->own, whole, &d->vat_number) != VD_OK) d->vat_number = VD_STR_NONE;
	return VD_OK;
}

/* Account numbers that are IBANs: the first is the debtor's, the rest may pay as well. */
static enum vd_status
read_ibans(struct xaf_book *b, struct party_record_debtor *d)
{
	struct vd_str rest = b->other_ibans, one;

	while (vd_str_cut(&rest, '\n', &one)) {
		struct vd_iban iban;

		if (!vd_iban_valid(one, &iban)) continue;
		if (vd_str_is_none(d->iban)) VD_TRY(vd_str_dup(b->own, vd_iban_str(&iban), &d->iban));
		else
			VD_TRY(vd_str_printf(b->own, &d->account_ibans, "%.*s%s%s", VD_FMT(d->account_ibans),
			                     d->account_ibans.len > 0 ? " " : "", iban.text));
	}
	return VD_OK;
}

static enum vd_status
read_relation(struct xaf_book *b, struct party_record_debtor *d)
{
	struct vd_str limit = xaf_field(b, XF_CS_LIMIT);
	struct vd_money money;

	*d = (struct party_record_debtor){ .place = b->place,
		                               .terms_days = -1,
		                               .credit_limit_minor = -1 };
	VD_TRY(vd_str_dup(b->own, xaf_field(b, XF_CS_ID), &d->number));
	VD_TRY(dup_field(b, XF_CS_NAME, &d->name));
	VD_TRY(dup_field(b, XF_CS_CONTACT, &d->contact_name));
	VD_TRY(dup_field(b, XF_CS_PHONE, &d->phone));
	if (limit.len > 0 && vd_money_parse_decimal(b->own, limit, '.', VD_EUR, &money) == VD_OK &&
	    money.minor > 0)
		d->credit_limit_minor = money.minor;
	VD_TRY(read_address(b, d));
	VD_TRY(read_identifiers(b, d));
	return read_ibans(b, d);
}

static enum vd_status
reject_relation(struct xaf_book *b, const char *why)
{
	struct intake_rejection r = { .place = b->place,
		                          .key = xaf_field(b, XF_CS_ID),
		                          .message = vd_str_c(why) };

	r.place.path = VD_STR("customerSupplier");
	if (r.key.len == 0) r.key = VD_STR_NONE;
	return sunk(b, b->sink.rejected(b->sink.user, b->outer, &r));
}

/* Opening and closing amounts of XAF 4.0, which has no opening sub-ledger. */
static void
read_balances(struct xaf_book *b, struct xaf_relation *r)
{
	if (!b->v4) return; /* in 3.x elements of this name do not exist */
	if (b->fields[XF_CS_OPENING].len > 0)
		r->has_opening = signed_amount(b, XF_CS_OPENING, XF_CS_OPENING_SIDE, &r->opening_minor);
	if (b->fields[XF_CS_CLOSING].len > 0)
		r->has_closing = signed_amount(b, XF_CS_CLOSING, XF_CS_CLOSING_SIDE, &r->closing_minor);
}

enum vd_status
xaf_relation_done(struct xaf_book *b)
{
	struct vd_arena_mark mark = vd_arena_mark(b->own->arena);
	struct vd_str id = xaf_field(b, XF_CS_ID), type = xaf_field(b, XF_CS_TYPE);
	bool customer = vd_str_eq(type, VD_STR("C")) || vd_str_eq(type, VD_STR("B"));
	struct party_record_debtor d;
	uint32_t index;

	if (id.len == 0) return reject_relation(b, "the relation has no code (custSupID)");
	if (customer) {
		VD_TRY(read_relation(b, &d));
		if (d.name.len == 0) return reject_relation(b, "the debtor has no name");
		VD_TRY(sunk(b, b->sink.debtor(b->sink.user, b->outer, &d)));
		vd_arena_rewind(b->own->arena, mark);
		b->info.debtors++;
	}
	VD_TRY(relation_of(b, id, &index));
	b->relations[index].given = customer;
	read_balances(b, &b->relations[index]);
	/* what an opening of both kinds is cannot be split: only what is owed to us counts */
	if (!customer || (vd_str_eq(type, VD_STR("B")) && b->relations[index].opening_minor < 0))
		b->relations[index].has_opening = false;
	if (!vd_str_eq(type, VD_STR("C"))) b->relations[index].has_closing = false;
	if (customer) return VD_OK;
	VD_NEW(b->own, b->relations[index].kept, 1);
	return read_relation(b, b->relations[index].kept);
}

/* --- accounts and journals -------------------------------------------------------------------- */

enum vd_status
xaf_account_done(struct xaf_book *b)
{
	static const char *const names[] = {
		"debiteuren",    "handelsdebiteuren",   "debtors",
		"trade debtors", "accounts receivable", "trade receivables"
	};
	struct vd_str rgs = xaf_field(b, XF_AC_RGS), folded;
	struct xaf_account *a;
	uint32_t index;

	if (b->fields[XF_AC_ID].len == 0) return VD_OK;
	VD_TRY(account_of(b, xaf_field(b, XF_AC_ID), &index));
	a = &b->accounts[index];
	VD_TRY(vd_str_dup(b->own, xaf_field(b, XF_AC_NAME), &a->name));
	a->balance = !vd_str_eq(xaf_field(b, XF_AC_TYPE), VD_STR("P"));
	a->rgs = rgs.len > 0 && !vd_str_starts(rgs, VD_STR("BVorDebVdd")) &&
	         !vd_str_starts(rgs, VD_STR("BVorDebTus"));
	b->rgs_known = b->rgs_known || a->rgs;
	VD_TRY(vd_utf8_fold(b->own, a->name, &folded));
	for (size_t i = 0; i < VD_LENGTH(names); i++)
		a->named = a->named || (a->balance && vd_str_eq(folded, vd_str_c(names[i])));
	return VD_OK;
}

enum vd_status
xaf_journal_begun(struct xaf_book *b)
{
	uint32_t index;

	if (!vd_str_eq(xaf_field(b, XF_JR_TYPE), VD_STR("S")) || b->fields[XF_JR_OFFSET].len == 0)
		return VD_OK;
	VD_TRY(account_of(b, xaf_field(b, XF_JR_OFFSET), &index));
	b->accounts[index].offset = true;
	return VD_OK;
}

/* --- lines ------------------------------------------------------------------------------------ */

/* May lines of this account still turn out to be debtors'? */
static bool
is_candidate(const struct xaf_book *b, uint32_t index)
{
	if (b->options.control_accounts.len > 0) {
		struct vd_str rest = b->options.control_accounts, one;

		while (vd_str_cut(&rest, ',', &one))
			if (vd_str_eq(vd_str_trim(one), b->accounts_names.names[index])) return true;
		return false;
	}
	return b->rgs_known ? b->accounts[index].rgs
	                    : b->accounts[index].balance || b->accounts[index].name.ptr == NULL;
}

static enum vd_status
fault_of_line(struct xaf_book *b, struct xaf_item *item)
{
	if (item != NULL) item->bad = true;
	b->bad_lines++;
	return VD_OK;
}

/* invRef, else docRef, else journal and transaction number. */
static enum vd_status
reference_of(struct xaf_book *b, char buffer[2 * XAF_TEXT_MAX + 2], struct vd_str *out)
{
	struct vd_str journal = xaf_field(b, XF_JR_ID), number = xaf_field(b, XF_TR_NUMBER);

	*out = xaf_field(b, XF_LN_INVOICE);
	if (xaf_says_nothing(*out)) *out = xaf_field(b, XF_LN_DOC_REF);
	if (!xaf_says_nothing(*out)) return VD_OK;
	memcpy(buffer, journal.ptr, journal.len);
	buffer[journal.len] = '-';
	memcpy(buffer + journal.len + 1, number.ptr, number.len);
	*out = (struct vd_str){ buffer, journal.len + 1 + number.len };
	return VD_OK;
}

/* What the first debit line tells is kept: it is the invoice. */
static enum vd_status
describe(struct xaf_book *b, struct xaf_item *item, int64_t minor, bool sales)
{
	struct vd_date day =
	    date_field(b, b->v4 && b->fields[XF_LN_EFFECTIVE].len > 0 ? XF_LN_EFFECTIVE : XF_TR_DATE);
	struct vd_str text = xaf_field(b, XF_LN_DESCRIPTION);
	bool better = minor > 0 && ((item->debit == 0) || (sales && !item->sales_debit));

	if (item->line == 0) item->line = b->place.line;
	if (text.len == 0) text = xaf_field(b, XF_TR_DESCRIPTION);
	if (vd_date_is_none(item->issued) || better) item->issued = day;
	if (text.len > 0 && (vd_str_is_none(item->description) || better))
		VD_TRY(vd_str_dup(b->own, vd_utf8_head(text, 120), &item->description));
	item->sales_debit = item->sales_debit || (sales && minor > 0);
	item->sales_credit = item->sales_credit || (sales && minor < 0);
	return VD_OK;
}

static void
add_to_file_sums(struct xaf_book *b, bool readable, int64_t minor)
{
	b->lines++;
	if (!readable) return;
	if (__builtin_add_overflow(minor < 0 ? b->credit : b->debit, minor < 0 ? -minor : minor,
	                           minor < 0 ? &b->credit : &b->debit))
		b->bad_lines++; /* then the sums are not compared */
}

enum vd_status
xaf_line_done(struct xaf_book *b)
{
	char buffer[2 * XAF_TEXT_MAX + 2];
	bool sales = vd_str_eq(xaf_field(b, XF_JR_TYPE), VD_STR("S"));
	struct xaf_item *item = NULL;
	struct xaf_account *a;
	struct vd_str ref;
	uint32_t account, relation;
	int64_t minor = 0;
	bool readable = signed_amount(b, XF_LN_AMOUNT, XF_LN_SIDE, &minor);

	add_to_file_sums(b, readable, minor);
	if (b->fields[XF_LN_ACCOUNT].len == 0) return fault_of_line(b, NULL);
	VD_TRY(account_of(b, xaf_field(b, XF_LN_ACCOUNT), &account));
	if (!is_candidate(b, account)) return VD_OK;
	a = &b->accounts[account];
	if (readable) VD_TRY(vd_minor_add(b->own, a->sum_minor, minor, &a->sum_minor));
	if (xaf_says_nothing(xaf_field(b, XF_LN_RELATION))) {
		a->lone_lines++;
		return vd_minor_add(b->own, a->lone_minor, minor, &a->lone_minor);
	}
	a->relation_lines++;
	VD_TRY(relation_of(b, xaf_field(b, XF_LN_RELATION), &relation));
	VD_TRY(reference_of(b, buffer, &ref));
	VD_TRY(xaf_item_get(b->own, &b->items, account, relation, ref, &item));
	if (!readable || b->fields[XF_LN_INVOICE].cut || b->fields[XF_LN_DOC_REF].cut)
		return fault_of_line(b, item);
	b->foreign_lines += b->fields[XF_LN_FOREIGN].len > 0 &&
	                    !vd_str_eq(xaf_field(b, XF_LN_FOREIGN), vd_currency_str(&b->info.currency));
	VD_TRY(describe(b, item, minor, sales));
	return xaf_item_add(b->own, item, minor);
}

enum vd_status
xaf_opening_line_done(struct xaf_book *b)
{
	uint32_t account;
	int64_t minor;

	if (b->fields[XF_LN_ACCOUNT].len == 0) return VD_OK;
	VD_TRY(account_of(b, xaf_field(b, XF_LN_ACCOUNT), &account));
	if (!signed_amount(b, XF_LN_AMOUNT, XF_LN_SIDE, &minor)) {
		b->bad_lines++;
		return VD_OK;
	}
	VD_TRY(vd_minor_add(b->own, b->accounts[account].sum_minor, minor,
	                    &b->accounts[account].sum_minor));
	return vd_minor_add(b->own, b->accounts[account].opening_minor, minor,
	                    &b->accounts[account].opening_minor);
}

/* Lines of a sub-ledger of customers; in one of customers and suppliers those of sales. */
static bool
is_debtors_subline(const struct xaf_book *b)
{
	struct vd_str type = xaf_field(b, XF_SB_TYPE);

	if (vd_str_eq(type, VD_STR("CU"))) return true;
	return vd_str_eq(type, VD_STR("CS")) &&
	       vd_str_eq(xaf_field(b, XF_LN_PURCHASE_SALES), VD_STR("S"));
}

/* One line of either sub-ledger into an item of that source. */
static enum vd_status
take_subline(struct xaf_book *b, uint32_t source)
{
	struct vd_str ref = xaf_field(b, XF_LN_INVOICE);
	struct vd_date issued = date_field(b, XF_LN_ISSUED), due = date_field(b, XF_LN_DUE);
	bool invoice = !vd_str_eq(xaf_field(b, XF_LN_MUTATION), VD_STR("P"));
	struct xaf_item *item;
	uint32_t relation;
	int64_t minor;

	if (xaf_says_nothing(ref)) ref = xaf_field(b, XF_LN_DOC_REF);
	if (xaf_says_nothing(xaf_field(b, XF_LN_RELATION)) || xaf_says_nothing(ref))
		return fault_of_line(b, NULL);
	VD_TRY(relation_of(b, xaf_field(b, XF_LN_RELATION), &relation));
	VD_TRY(xaf_item_get(b->own, &b->items, source, relation, ref, &item));
	if (!signed_amount(b, XF_LN_AMOUNT, XF_LN_SIDE, &minor)) return fault_of_line(b, item);
	if (item->line == 0) item->line = b->place.line;
	if (vd_date_is_none(item->issued) && (invoice || minor > 0)) item->issued = issued;
	if (vd_date_is_none(item->due)) item->due = due;
	item->sales_credit = item->sales_credit || (invoice && minor < 0);
	item->sales_debit = item->sales_debit || (invoice && minor > 0);
	if (vd_str_is_none(item->description) && b->fields[XF_LN_DESCRIPTION].len > 0)
		VD_TRY(vd_str_dup(b->own, vd_utf8_head(xaf_field(b, XF_LN_DESCRIPTION), 120),
		                  &item->description));
	return xaf_item_add(b->own, item, minor);
}

enum vd_status
xaf_opening_subline_done(struct xaf_book *b)
{
	if (!is_debtors_subline(b)) return VD_OK;
	b->opening_lines = true;
	return take_subline(b, XAF_OPENING);
}

enum vd_status
xaf_subline_done(struct xaf_book *b)
{
	if (!is_debtors_subline(b)) return VD_OK;
	b->subledger_lines++;
	return take_subline(b, XAF_SUBLEDGER);
}

/* The file's own counts. */
enum vd_status
xaf_totals_done(struct xaf_book *b)
{
	struct vd_currency currency = b->info.currency.code[0] != '\0' ? b->info.currency : VD_EUR;
	struct vd_money debit, credit;
	struct vd_str message;
	int64_t count;

	if (!vd_str_to_i64(xaf_field(b, XF_LINES_COUNT), &count)) return VD_OK;
	if (count != b->lines) {
		VD_TRY(vd_str_printf(b->own, &message,
		                     "The file says it has %lld transaction lines; %lld were read: is it "
		                     "complete?",
		                     (long long)count, (long long)b->lines));
		return xaf_warn(b, b->place.line, message);
	}
	if (b->bad_lines > 0 ||
	    vd_money_parse_decimal(b->own, xaf_field(b, XF_TOTAL_DEBIT), '.', currency, &debit) !=
	        VD_OK ||
	    vd_money_parse_decimal(b->own, xaf_field(b, XF_TOTAL_CREDIT), '.', currency, &credit) !=
	        VD_OK)
		return VD_OK;
	/* negative amounts are counted on their own side by some programs: the difference is what must
	 * agree */
	if (debit.minor - credit.minor == b->debit - b->credit) return VD_OK;
	return xaf_warn(b, b->place.line,
	                VD_STR(
	                    "The file's own totals of debit and credit are not those of its lines."));
}
