/* The fixed fields of MT940: tags, accounts, balances, statement lines. Pure functions of one
 * field. */
#include "intake/mt940_internal.h"

#include "value/iban.h"

#include <string.h>

/* --- banks --- */

static const struct {
	const char *code, *name;
} banks[MT940__BANKS] = {
	[MT940_OTHER] = { "", "MT940" },
	[MT940_ING] = { "INGB", "ING" },
	[MT940_RABOBANK] = { "RABO", "Rabobank" },
	[MT940_ABN_AMRO] = { "ABNA", "ABN AMRO" },
	[MT940_KNAB] = { "KNAB", "Knab" },
	[MT940_BUNQ] = { "BUNQ", "bunq" },
	[MT940_TRIODOS] = { "TRIO", "Triodos" },
	[MT940_SNS] = { "SNSB", "SNS" },
	[MT940_ASN] = { "ASNB", "ASN" },
	[MT940_REGIOBANK] = { "RBRB", "RegioBank" },
	[MT940_VAN_LANSCHOT] = { "FVLB", "Van Lanschot" },
	[MT940_MONEYOU] = { "MOYO", "Moneyou" },
};

const char *
mt940_bank_name(enum mt940_bank bank)
{
	return banks[bank].name;
}

enum mt940_bank
mt940_bank_in(struct vd_str text)
{
	for (int b = MT940_OTHER + 1; b < MT940__BANKS; b++)
		if (vd_str_find(text, vd_str_c(banks[b].code), 0) != SIZE_MAX) return (enum mt940_bank)b;
	return MT940_OTHER;
}

/* --- tags --- */

static const struct {
	const char *text;
	enum mt940_tag tag;
	bool page;
} tags[] = {
	{ ":20:", MT940_REFERENCE, false }, { ":21:", MT940_RELATED, false },
	{ ":25:", MT940_ACCOUNT, false },   { ":25P:", MT940_ACCOUNT, false },
	{ ":28:", MT940_NUMBER, false },    { ":28C:", MT940_NUMBER, false },
	{ ":60F:", MT940_OPENING, false },  { ":60M:", MT940_OPENING, true },
	{ ":61:", MT940_ENTRY, false },     { ":62F:", MT940_CLOSING, false },
	{ ":62M:", MT940_CLOSING, true },   { ":64:", MT940_AVAILABLE, false },
	{ ":65:", MT940_FORWARD, false },   { ":86:", MT940_INFO, false },
	{ ":NS:", MT940_BANK_OWN, false },  { ":34F:", MT940_INTERIM, false },
	{ ":90D:", MT940_INTERIM, false },  { ":90C:", MT940_INTERIM, false },
	{ ":13D:", MT940_INTERIM, false },
};

enum mt940_tag
mt940_tag_of(struct vd_str line, struct vd_str *text, bool *page)
{
	if (line.len == 0 || line.ptr[0] != ':') return MT940_NO_TAG;
	for (size_t i = 0; i < VD_LENGTH(tags); i++) {
		struct vd_str tag = vd_str_c(tags[i].text);
		if (!vd_str_starts(line, tag)) continue;
		*text = vd_str_sub(line, tag.len, SIZE_MAX);
		*page = tags[i].page;
		return tags[i].tag;
	}
	return MT940_NO_TAG;
}

/* --- dates --- */

static int
two_digits(struct vd_str s, size_t at)
{
	if (at + 2 > s.len || !vd_is_digit(s.ptr[at]) || !vd_is_digit(s.ptr[at + 1])) return -1;
	return (s.ptr[at] - '0') * 10 + (s.ptr[at + 1] - '0');
}

/* Banks that count interest over months of thirty days write value dates such as 30 February. The
 * money is there all the same, and refusing the entry would hold up the whole statement for a day
 * that decides nothing; so the last day of February is taken, and told. Other impossible days are
 * mistakes and refused. */
static enum vd_status
day_of(struct vd_context *ctx, int year, int month, int day, bool *odd, struct vd_date *out)
{
	enum vd_status status = vd_date_from_ymd(ctx, year, month, day, out);

	if (status == VD_OK || month != 2 || (day != 29 && day != 30)) return status;
	*odd = true;
	status = vd_date_from_ymd(ctx, year, 2, 29, out);
	return status == VD_OK ? VD_OK : vd_date_from_ymd(ctx, year, 2, 28, out);
}

enum vd_status
mt940_date_parse(struct vd_context *ctx, struct vd_str text, bool *odd, struct vd_date *out)
{
	int year = two_digits(text, 0), month = two_digits(text, 2), day = two_digits(text, 4);

	*out = VD_DATE_NONE;
	if (text.len != 6 || year < 0 || month < 0 || day < 0)
		return vd_fail(ctx, VD_E_INVALID, "date.malformed", "date",
		               "\"%.*s\" is not a date (YYMMDD)", VD_FMT(vd_str_sub(text, 0, 20)));
	return day_of(ctx, year < 80 ? 2000 + year : 1900 + year, month, day, odd, out);
}

/* MMDD has no year: the one that brings it nearest to the value date (at a turn of the year they
 * differ). */
static enum vd_status
nearest_date(struct vd_context *ctx, int month, int day, struct vd_date to, bool *odd,
             struct vd_date *out)
{
	int year, m, d;
	struct vd_date best = VD_DATE_NONE;
	enum vd_status status = VD_OK;

	vd_date_to_ymd(to, &year, &m, &d);
	for (int y = year - 1; y <= year + 1; y++) {
		struct vd_date candidate;
		bool candidate_odd = false;
		int32_t now, before;
		enum vd_status s = day_of(ctx, y, month, day, &candidate_odd, &candidate);
		if (s != VD_OK) {
			if (y == year) status = s;
			continue;
		}
		now = candidate.day > to.day ? candidate.day - to.day : to.day - candidate.day;
		before = vd_date_is_none(best) ? INT32_MAX
		         : best.day > to.day   ? best.day - to.day
		                               : to.day - best.day;
		if (now >= before) continue;
		best = candidate;
		*odd = candidate_odd;
	}
	*out = best;
	return vd_date_is_none(best) ? status : VD_OK;
}

/* --- 60, 62 --- */

/* Digits with a comma; leading zeros; "0," and "10,9" and "1000" occur. */
static enum vd_status
amount_parse(struct vd_context *ctx, struct vd_str text, struct vd_currency currency,
             int64_t *minor)
{
	struct vd_money money;

	VD_TRY(vd_money_parse_decimal(ctx, text, ',', currency, &money));
	*minor = money.minor;
	return VD_OK;
}

enum vd_status
mt940_balance_parse(struct vd_context *ctx, struct vd_str text, struct mt940_balance *out)
{
	char mark;
	bool odd = false;

	*out = (struct mt940_balance){ .on = VD_DATE_NONE };
	text = vd_str_trim(text);
	if (text.len < 11)
		return vd_fail(ctx, VD_E_INVALID, "mt940.balance", NULL, "\"%.*s\" is too short",
		               VD_FMT(text));
	mark = text.ptr[0];
	if (mark != 'C' && mark != 'D')
		return vd_fail(ctx, VD_E_INVALID, "mt940.balance", NULL, "it begins with neither C nor D");
	/* a day that cannot be read is no reason to refuse the money */
	if (mt940_date_parse(ctx, vd_str_sub(text, 1, 6), &odd, &out->on) != VD_OK)
		out->on = VD_DATE_NONE;
	VD_TRY(vd_currency_parse(ctx, vd_str_sub(text, 7, 3), &out->currency));
	VD_TRY(
	    amount_parse(ctx, vd_str_trim(vd_str_sub(text, 10, SIZE_MAX)), out->currency, &out->minor));
	if (mark == 'D') out->minor = -out->minor;
	return VD_OK;
}

/* --- 25 --- */

/* "NL62INGB0001212121EUR", "NL84RABO0121212121 EUR", "NL92 KNAB 0123 4567 89",
 * "TRIODOSBANK/0454545454", "1291.99.348EUR". */
enum vd_status
mt940_account_parse(struct vd_context *ctx, struct vd_str text, struct mt940_account *out)
{
	struct vd_str number, last;
	size_t slash;

	*out = (struct mt940_account){ 0 };
	text = vd_str_trim(text);
	last = vd_str_sub(text, text.len > 3 ? text.len - 3 : text.len, 3);
	number = vd_str_sub(text, 0, text.len - last.len);
	if (last.len == 3 && number.len > 0 &&
	    (vd_is_digit(number.ptr[number.len - 1]) || vd_is_blank(number.ptr[number.len - 1])) &&
	    vd_is_alpha(last.ptr[0]) && vd_currency_parse(ctx, last, &out->currency) == VD_OK)
		text = vd_str_trim(number);
	number = text;
	slash = vd_str_find(text, VD_STR("/"), 0);
	if (slash != SIZE_MAX) number = vd_str_sub(text, slash + 1, SIZE_MAX);
	if (bank_iban_valid(number)) return bank_account(ctx, number, &out->iban);
	return bank_text(ctx, text, &out->other);
}

/* --- 61 --- */

/* C, D; RC takes back a credit (money goes), RD takes back a debit; EC, ED are expected, not
 * booked. */
static enum vd_status
mark_parse(struct vd_context *ctx, struct vd_str *rest, struct mt940_line *out, bool *debit)
{
	char first = rest->len > 0 ? rest->ptr[0] : '\0', second = rest->len > 1 ? rest->ptr[1] : '\0';
	size_t taken = 1;

	if ((first == 'R' || first == 'E') && (second == 'C' || second == 'D')) {
		out->reversal = first == 'R';
		out->expected = first == 'E';
		*debit = (second == 'D') != out->reversal;
		taken = 2;
	} else if (first == 'C' || first == 'D') {
		*debit = first == 'D';
	} else {
		return vd_fail(ctx, VD_E_INVALID, "mt940.mark", NULL,
		               "there is no C or D behind the dates");
	}
	*rest = vd_str_sub(*rest, taken, SIZE_MAX);
	return VD_OK;
}

/* [funds letter][-]digits,digits. A minus turns the mark round: seen at one bank, where it stood
 * for a reversal; the balances tell when that is wrong. */
static enum vd_status
line_amount(struct vd_context *ctx, struct vd_str *rest, struct vd_currency currency, bool debit,
            struct mt940_line *out)
{
	size_t n = 0;

	*rest = vd_str_trim(*rest);
	if (rest->len > 0 && vd_is_alpha(rest->ptr[0]))
		*rest = vd_str_trim(vd_str_sub(*rest, 1, SIZE_MAX));
	if (rest->len > 0 && rest->ptr[0] == '-') {
		out->negative = out->reversal = true;
		debit = !debit;
		*rest = vd_str_sub(*rest, 1, SIZE_MAX);
	}
	while (n < rest->len && (vd_is_digit(rest->ptr[n]) || rest->ptr[n] == ',')) n++;
	VD_TRY(amount_parse(ctx, vd_str_sub(*rest, 0, n), currency, &out->minor));
	if (debit) out->minor = -out->minor;
	*rest = vd_str_sub(*rest, n, SIZE_MAX);
	return VD_OK;
}

/* Type (letter and three characters), reference of the account owner, "//" reference of the bank.
 * One bank pads the reference to sixteen and writes a name behind it. */
static void
line_references(struct vd_str rest, struct mt940_line *out)
{
	size_t slashes;

	out->type = vd_str_trim(vd_str_sub(rest, 0, 4));
	rest = vd_str_sub(rest, 4, SIZE_MAX);
	slashes = vd_str_find(rest, VD_STR("//"), 0);
	if (slashes != SIZE_MAX) {
		out->bank_ref = vd_str_trim(vd_str_sub(rest, slashes + 2, SIZE_MAX));
		rest = vd_str_sub(rest, 0, slashes);
	} else if (rest.len > 16 && rest.ptr[15] == ' ') {
		out->behind = vd_str_trim(vd_str_sub(rest, 16, SIZE_MAX));
		rest = vd_str_sub(rest, 0, 16);
	}
	out->customer_ref = vd_str_trim(rest);
}

enum vd_status
mt940_line_parse(struct vd_context *ctx, struct vd_str text, struct vd_currency currency,
                 struct mt940_line *out)
{
	struct vd_str rest;
	bool debit = false, entry_odd = false;
	int month, day;

	*out = (struct mt940_line){ .value_on = VD_DATE_NONE, .entry_on = VD_DATE_NONE };
	while (text.len > 0 && vd_is_blank(text.ptr[0])) text = vd_str_sub(text, 1, SIZE_MAX);
	VD_TRY(mt940_date_parse(ctx, vd_str_sub(text, 0, 6), &out->odd_date, &out->value_on));
	rest = vd_str_sub(text, 6, SIZE_MAX);
	month = two_digits(rest, 0);
	day = two_digits(rest, 2);
	if (month == 0 && day == 0) {
		rest = vd_str_sub(rest, 4, SIZE_MAX);
	} else if (month >= 0 && day >= 0) {
		VD_TRY(nearest_date(ctx, month, day, out->value_on, &entry_odd, &out->entry_on));
		out->odd_date = out->odd_date || entry_odd;
		rest = vd_str_sub(rest, 4, SIZE_MAX);
	} else if (vd_str_starts(rest, VD_STR("    "))) {
		rest = vd_str_sub(rest, 4, SIZE_MAX);
	}
	VD_TRY(mark_parse(ctx, &rest, out, &debit));
	VD_TRY(line_amount(ctx, &rest, currency, debit, out));
	line_references(rest, out);
	/* "1.000,00" would be one euro, and the rest a type */
	if (out->type.len > 0 && !vd_is_alpha(out->type.ptr[0]))
		return vd_fail(ctx, VD_E_INVALID, "mt940.type", NULL,
		               "there is no type of transaction behind the amount, but \"%.*s\"",
		               VD_FMT(out->type));
	return VD_OK;
}
