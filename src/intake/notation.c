/* Amounts and dates in people's notation. No floating point; digits are copied, never summed. */
#include "intake/notation.h"

#include <string.h>

#define BODY_MAX 40 /* digits and separators of one amount */

/* --- amounts: taking a cell apart ------------------------------------------------------------- */

struct amount_parts {
	char body[BODY_MAX + 1]; /* digits, '.', ',' and ' ' (any other thousands mark) */
	size_t len;
	bool negative, cents_dash; /* "12,-": comma and dash stand for zero cents */
	enum notation_side side;
	char currency[4];
};

/* Bytes of the blank (ASCII or one of Unicode's) at p, 0 when there is none. */
static size_t
blank_length(struct vd_str s)
{
	/* blank, tab, line end, no-break, narrow no-break, thin, figure */
	static const char blanks[][4] = { " ",           "\t",           "\n",
		                              "\xC2\xA0",    "\xE2\x80\xAF", "\xE2\x80\x89",
		                              "\xE2\x80\x87" };

	if (s.len == 0 || strchr(" \t\n\xC2\xE2", s.ptr[0]) == NULL || s.ptr[0] == '\0') return 0;
	for (size_t i = 0; i < VD_LENGTH(blanks); i++)
		if (vd_str_starts(s, vd_str_c(blanks[i]))) return strlen(blanks[i]);
	return 0;
}

struct vd_str
notation_trim(struct vd_str s)
{
	size_t n;

	if (s.len > 0 && (unsigned char)s.ptr[0] > ' ' && (unsigned char)s.ptr[0] < 0x7F &&
	    (unsigned char)s.ptr[s.len - 1] > ' ' && (unsigned char)s.ptr[s.len - 1] < 0x7F)
		return s; /* most cells */

	while (s.len > 0 && (n = blank_length(s)) > 0) s = vd_str_sub(s, n, s.len);
	for (bool more = true; more && s.len > 0;) {
		more = false;
		for (size_t k = 1; k <= 3 && k <= s.len && !more; k++)
			if (blank_length(vd_str_sub(s, s.len - k, k)) == k) {
				s.len -= k;
				more = true;
			}
	}
	return s;
}

/* Cuts one of the minus signs off the front or the back. */
static bool
cut_minus(struct vd_str *s, bool front)
{
	static const char *const signs[] = { "-", "\xE2\x88\x92", "\xE2\x80\x93" };

	for (size_t i = 0; i < VD_LENGTH(signs); i++) {
		struct vd_str sign = vd_str_c(signs[i]);

		if (front ? !vd_str_starts(*s, sign) : !vd_str_ends(*s, sign)) continue;
		*s = notation_trim(vd_str_sub(*s, front ? sign.len : 0, s->len - sign.len));
		return true;
	}
	return false;
}

/* "12,-" "12,--" "12,=": zero cents. */
static bool
cut_cents_dash(struct vd_str *s)
{
	static const char *const ends[] = { ",--", ".--", ",-", ".-", ",=", ".=" };

	for (size_t i = 0; i < VD_LENGTH(ends); i++) {
		struct vd_str end = vd_str_c(ends[i]);

		if (!vd_str_ends(*s, end) || s->len == end.len) continue;
		s->len -= end.len - 1; /* the comma stays: it tells the notation */
		return true;
	}
	return false;
}

/* A word of letters at one end: a currency code, or the side. False when it is neither. */
static bool
take_word(struct vd_str word, struct amount_parts *p)
{
	static const struct {
		const char *word;
		enum notation_side side;
	} sides[] = {
		{ "D", NOTATION_DEBIT },       { "DR", NOTATION_DEBIT }, { "DB", NOTATION_DEBIT },
		{ "DEBET", NOTATION_DEBIT },   { "C", NOTATION_CREDIT }, { "CR", NOTATION_CREDIT },
		{ "CREDIT", NOTATION_CREDIT },
	};

	if (word.len == 0) return true;
	for (size_t i = 0; i < VD_LENGTH(sides); i++) {
		if (!vd_str_eq_nocase(word, vd_str_c(sides[i].word))) continue;
		p->side = sides[i].side;
		return true;
	}
	if (word.len != 3 || p->currency[0] != '\0') return false;
	for (size_t i = 0; i < 3; i++) p->currency[i] = vd_to_upper(word.ptr[i]);
	return true;
}

static bool
cut_words(struct vd_str *s, struct amount_parts *p)
{
	size_t n = 0;

	while (n < s->len && vd_is_alpha(s->ptr[n])) n++;
	if (!take_word(vd_str_sub(*s, 0, n), p)) return false;
	*s = notation_trim(vd_str_sub(*s, n, s->len));
	for (n = 0; n < s->len && vd_is_alpha(s->ptr[s->len - 1 - n]); n++) continue;
	if (!take_word(vd_str_sub(*s, s->len - n, n), p)) return false;
	*s = notation_trim(vd_str_sub(*s, 0, s->len - n));
	return true;
}

static void
cut_symbol(struct vd_str *s, struct amount_parts *p)
{
	static const struct {
		const char *sign, *code;
	} symbols[] = {
		{ "\xE2\x82\xAC", "EUR" },
		{ "$", "USD" },
		{ "\xC2\xA3", "GBP" },
	};

	for (size_t i = 0; i < VD_LENGTH(symbols); i++) {
		struct vd_str sign = vd_str_c(symbols[i].sign);
		bool front = vd_str_starts(*s, sign);

		if (!front && !vd_str_ends(*s, sign)) continue;
		*s = notation_trim(vd_str_sub(*s, front ? sign.len : 0, s->len - sign.len));
		memcpy(p->currency, symbols[i].code, 4);
	}
}

/* Digits and separators to body; false on anything else. */
static bool
copy_body(struct vd_str s, struct amount_parts *p)
{
	for (size_t i = 0; i < s.len;) {
		char c = s.ptr[i];
		bool plain = vd_is_digit(c) || c == '.' || c == ',';
		size_t n = plain ? 0 : blank_length(vd_str_sub(s, i, s.len - i));

		if (c == '\'') n = 1;
		if (n == 0 && !plain && vd_str_starts(vd_str_sub(s, i, 3), VD_STR("\xE2\x80\x99"))) n = 3;
		if (p->len == BODY_MAX || (n == 0 && !plain)) return false;
		p->body[p->len++] = n > 0 ? ' ' : c;
		i += n > 0 ? n : 1;
	}
	return p->len > 0;
}

/* False when the cell is no amount in any notation. */
static bool
amount_split(struct vd_str cell, struct amount_parts *p)
{
	struct vd_str s = notation_trim(cell);

	*p = (struct amount_parts){ .len = 0 };
	if (s.len > 0 && vd_is_digit(s.ptr[0]) && copy_body(s, p)) return true; /* most cells */
	p->len = 0;
	if (vd_str_starts(s, VD_STR("(")) && vd_str_ends(s, VD_STR(")"))) {
		p->negative = true;
		s = notation_trim(vd_str_sub(s, 1, s.len - 2));
	}
	for (int turn = 0; turn < 2; turn++) { /* "€ -5", "-€ 5", "EUR 5 CR" */
		cut_symbol(&s, p);
		if (!cut_words(&s, p)) return false;
		if (!p->cents_dash) p->cents_dash = cut_cents_dash(&s);
		if (!p->negative) p->negative = cut_minus(&s, true) || cut_minus(&s, false);
		if (vd_str_starts(s, VD_STR("+"))) s = notation_trim(vd_str_sub(s, 1, s.len));
	}
	if (s.len == 0 && p->negative) { /* "-", "EUR -": how spreadsheets show zero */
		p->negative = false;
		s = VD_STR("0");
	}
	return copy_body(s, p);
}

/* Position of the last of c in the body, or SIZE_MAX; *count how often it occurs. */
static size_t
last_of(const struct amount_parts *p, char c, int *count)
{
	size_t at = SIZE_MAX;

	*count = 0;
	for (size_t i = 0; i < p->len; i++)
		if (p->body[i] == c) {
			at = i;
			++*count;
		}
	return at;
}

/* '.', ',' when the cell can only have that decimal sign; '?' when both would do; 0 when it has
 * none. */
static char
decimal_shown(const struct amount_parts *p)
{
	int dots, commas, blanks;
	size_t dot = last_of(p, '.', &dots), comma = last_of(p, ',', &commas);
	size_t at = dot != SIZE_MAX ? dot : comma, behind;
	char sign = dot != SIZE_MAX ? '.' : ',', other = sign == '.' ? ',' : '.';

	(void)last_of(p, ' ', &blanks);
	if (dots + commas == 0) return 0;
	if (dots > 0 && commas > 0) return dot > comma ? '.' : ',';
	if (dots + commas > 1) return other; /* thousands only: "1.234.567" */
	behind = p->len - at - 1;
	if (blanks > 0 || p->cents_dash || behind != 3) return sign; /* blanks are the thousands */
	if (at == 0 || at > 3 || p->body[0] == '0')
		return sign; /* "1234.567", "0.125" cannot be thousands */
	return '?';
}

static void
prove(struct notation_proof *proof, struct vd_str cell, int64_t line)
{
	struct vd_str s = notation_trim(cell);
	size_t n = s.len < NOTATION_SAMPLE ? s.len : NOTATION_SAMPLE;

	if (proof->line != 0) return;
	proof->line = line;
	for (size_t i = 0; i < n; i++) /* part of a sentence: plain characters only */
		proof->sample[i] = s.ptr[i] >= ' ' && s.ptr[i] < 0x7F ? s.ptr[i] : '?';
}

void
notation_see_amount(struct notation_evidence *e, struct vd_str cell, int64_t line)
{
	struct amount_parts p;

	if (cell.len == 0 || !amount_split(cell, &p)) return;
	switch (decimal_shown(&p)) {
	case ',':
		prove(&e->comma, cell, line);
		break;
	case '.':
		prove(&e->dot, cell, line);
		break;
	case '?':
		prove(&e->either_amount, cell, line);
		break;
	default:
		break;
	}
}

int
notation_sign(struct vd_str cell)
{
	struct amount_parts p;

	if (cell.len == 0 || !amount_split(cell, &p)) return 0;
	for (size_t i = 0; i < p.len; i++)
		if (p.body[i] >= '1' && p.body[i] <= '9') return p.negative ? -1 : 1;
	return 0;
}

/* Groups of three before the decimal sign, when there are any, all with the same mark. */
static bool
groups_right(const struct amount_parts *p, size_t end)
{
	size_t run = 0, groups = 0;
	char mark = 0;

	for (size_t i = 0; i < end; i++) {
		if (vd_is_digit(p->body[i])) {
			run++;
			continue;
		}
		if (mark != 0 && p->body[i] != mark) return false;
		if (groups > 0 ? run != 3 : run == 0 || run > 3) return false;
		mark = p->body[i];
		groups++;
		run = 0;
	}
	return groups == 0 || run == 3;
}

/* The body as "1234.56" for the strict parser; false when it does not fit the notation. */
static bool
amount_plain(const struct amount_parts *p, char decimal, char out[BODY_MAX + 3], size_t *len)
{
	size_t end = p->len, n = 0;

	for (size_t i = 0; i < p->len; i++)
		if (p->body[i] == decimal) {
			end = i;
			break;
		}
	if (!groups_right(p, end)) return false;
	if (p->negative) out[n++] = '-';
	if (end == 0) out[n++] = '0';
	for (size_t i = 0; i < end; i++)
		if (vd_is_digit(p->body[i])) out[n++] = p->body[i];
	if (end + 1 == p->len && !p->cents_dash) return false; /* "12," */
	if (end + 1 < p->len) out[n++] = '.';
	for (size_t i = end + 1; i < p->len; i++) {
		if (!vd_is_digit(p->body[i])) return false;
		out[n++] = p->body[i];
	}
	*len = n;
	return true;
}

enum vd_status
notation_read_amount(struct vd_context *ctx, const struct notation *notation, struct vd_str cell,
                     struct vd_currency currency, struct notation_amount *out)
{
	struct amount_parts p;
	struct vd_money money;
	char plain[BODY_MAX + 3];
	size_t len;

	if (!amount_split(cell, &p) || !amount_plain(&p, notation->decimal, plain, &len))
		return vd_fail(ctx, VD_E_INVALID, "csv.amount", NULL,
		               "\"%.*s\" is not an amount%s; write 1234.56 or 1.234,56",
		               (int)(cell.len < 40 ? cell.len : 40), cell.ptr,
		               notation->decimal == ','   ? " with a decimal comma"
		               : notation->decimal == '.' ? " with a decimal point"
		                                          : "");
	*out = (struct notation_amount){ .side = p.side };
	if (p.currency[0] != '\0') {
		VD_TRY(vd_currency_parse(ctx, vd_str_c(p.currency), &out->currency));
		currency = out->currency;
	}
	VD_TRY(vd_money_parse_decimal(ctx, (struct vd_str){ plain, len }, '.', currency, &money));
	if (money.minor > NOTATION_AMOUNT_MAX || money.minor < -NOTATION_AMOUNT_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "csv.amount", NULL,
		               "the amount is too large to be one of money owed");
	out->minor = money.minor;
	return VD_OK;
}

/* --- dates ------------------------------------------------------------------------------------ */

enum date_style {
	STYLE_NONE,
	STYLE_ISO,
	STYLE_DASH,
	STYLE_SLASH,
	STYLE_DOT,
	STYLE_NAMED,
	STYLE_COMPACT
};

struct date_parts {
	enum date_style style;
	int a, b, c;     /* as written, left to right; NAMED: day, month, year */
	int year_digits; /* 2 or 4 */
};

/* "31-12-2026 00:00:00" and "2026-12-31T00:00:00" without the time. */
static struct vd_str
without_time(struct vd_str s)
{
	size_t colon = vd_str_find(s, VD_STR(":"), 0);

	if (colon == SIZE_MAX) return s;
	while (colon > 0 && s.ptr[colon - 1] != ' ' && s.ptr[colon - 1] != 'T') colon--;
	return colon == 0 ? s : notation_trim(vd_str_sub(s, 0, colon - 1));
}

static int
month_by_name(struct vd_str word)
{
	static const struct {
		const char *start;
		int month;
	} names[] = {
		{ "jan", 1 },  { "feb", 2 },  { "mrt", 3 },  { "maa", 3 },  { "mar", 3 }, { "apr", 4 },
		{ "mei", 5 },  { "may", 5 },  { "jun", 6 },  { "jul", 7 },  { "aug", 8 }, { "sep", 9 },
		{ "okt", 10 }, { "oct", 10 }, { "nov", 11 }, { "dec", 12 },
	};

	for (size_t i = 0; i < word.len; i++)
		if (!vd_is_alpha(word.ptr[i]) && !(i + 1 == word.len && word.ptr[i] == '.')) return 0;
	for (size_t i = 0; i < VD_LENGTH(names); i++)
		if (vd_str_starts_nocase(word, vd_str_c(names[i].start))) return names[i].month;
	return 0;
}

static bool
small_number(struct vd_str s, size_t digits_max, int *out)
{
	int64_t n;

	if (s.len > digits_max || !vd_str_all_digits(s) || !vd_str_to_i64(s, &n)) return false;
	*out = (int)n;
	return true;
}

static bool
compact_split(struct vd_str s, struct date_parts *p)
{
	int all;

	if (s.len != 8 || !small_number(s, 8, &all)) return false;
	p->style = STYLE_COMPACT;
	p->year_digits = 4;
	p->a = all / 10000;
	p->b = all / 100 % 100;
	p->c = all % 100;
	if (p->a >= 1900 && p->a <= 2999 && p->b <= 12) return true;
	p->style = STYLE_NAMED; /* 31122026: no year of our calendar starts like that */
	p->a = all / 1000000;
	p->b = all / 10000 % 100;
	p->c = all % 10000;
	return true;
}

static bool
date_split(struct vd_str cell, struct date_parts *p)
{
	struct vd_str rest = without_time(notation_trim(cell)), piece[3];
	char mark = 0;

	*p = (struct date_parts){ .style = STYLE_NONE };
	for (size_t i = 0; i < rest.len && mark == 0; i++)
		if (strchr("-/. ", rest.ptr[i]) != NULL && rest.ptr[i] != '\0') mark = rest.ptr[i];
	if (mark == 0) return compact_split(rest, p);
	for (int i = 0; i < 3; i++)
		if (!vd_str_cut(&rest, mark, &piece[i])) return false;
	if (rest.ptr != NULL || !small_number(piece[0], 4, &p->a) || !small_number(piece[2], 4, &p->c))
		return false;
	p->year_digits = (int)(piece[0].len == 4 ? 4 : piece[2].len);
	if (p->year_digits != 2 && p->year_digits != 4) return false;
	p->b = month_by_name(piece[1]);
	p->style = STYLE_NAMED;
	if (p->b != 0) return piece[0].len <= 2;
	if (mark == ' ' || !small_number(piece[1], 2, &p->b)) return false;
	p->style = piece[0].len == 4 ? STYLE_ISO
	           : mark == '-'     ? STYLE_DASH
	           : mark == '/'     ? STYLE_SLASH
	                             : STYLE_DOT;
	return p->style != STYLE_ISO || piece[2].len <= 2;
}

void
notation_see_date(struct notation_evidence *e, struct vd_str cell, int64_t line)
{
	struct date_parts p;

	if (cell.len == 0 || !date_split(cell, &p)) return;
	if (p.style != STYLE_DASH && p.style != STYLE_SLASH && p.style != STYLE_DOT) return;
	if (p.year_digits == 2) prove(&e->short_year, cell, line);
	if (p.a >= 1 && p.a <= 12 && p.b > 12 && p.b <= 31)
		prove(p.style == STYLE_SLASH ? &e->mdy : &e->dash_mdy, cell, line);
	else if (p.a > 12 && p.b <= 12)
		prove(p.style == STYLE_SLASH ? &e->dmy : &e->dash_dmy, cell, line);
	else if (p.style == STYLE_SLASH && p.a != p.b) prove(&e->either_date, cell, line);
}

static enum vd_status
decide_decimal(struct vd_context *ctx, const struct notation_evidence *e, char stated, char *out)
{
	const struct notation_proof *against = stated == ',' ? &e->dot : &e->comma;

	if (stated != 0 && against->line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_amounts", NULL,
		    "Line %lld: \"%s\" does not fit the decimal %s that the column mapping states.",
		    (long long)against->line, against->sample, stated == ',' ? "comma" : "point");
	if (e->comma.line != 0 && e->dot.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_amounts", NULL,
		    "Line %lld has a decimal comma (\"%s\"), line %lld a decimal point (\"%s\"): nothing is imported. "
		    "Export the file with one notation.",
		    (long long)e->comma.line, e->comma.sample, (long long)e->dot.line, e->dot.sample);
	*out = stated != 0 ? stated : e->comma.line != 0 ? ',' : e->dot.line != 0 ? '.' : 0;
	if (*out == 0 && e->either_amount.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_amounts", NULL,
		    "Line %lld: \"%s\" may be thousands or decimals, and no other amount in the file tells which. "
		    "Export amounts with two decimals, or state \"decimal\" in a column mapping.",
		    (long long)e->either_amount.line, e->either_amount.sample);
	return VD_OK;
}

/* What a mapping states must not be contradicted by a cell. */
static enum vd_status
check_stated_order(struct vd_context *ctx, const struct notation_evidence *e,
                   enum notation_order stated)
{
	const struct notation_proof *against[2] = { NULL, NULL };

	if (stated == NOTATION_DMY) against[0] = &e->mdy, against[1] = &e->dash_mdy;
	if (stated == NOTATION_MDY) against[0] = &e->dmy, against[1] = &e->dash_dmy;
	for (int i = 0; i < 2; i++)
		if (against[i] != NULL && against[i]->line != 0)
			return vd_fail(
			    ctx, VD_E_INVALID, "csv.ambiguous_dates", NULL,
			    "Line %lld: \"%s\" does not fit the date order that the column mapping states.",
			    (long long)against[i]->line, against[i]->sample);
	return VD_OK;
}

static enum vd_status
decide_order(struct vd_context *ctx, const struct notation_evidence *e, enum notation_order *out)
{
	if (e->dash_mdy.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_dates", NULL,
		    "Line %lld: \"%s\" has the month first, while dates with dashes are day-month-year. Export "
		    "them as 2026-12-31, or state \"dates\" in a column mapping.",
		    (long long)e->dash_mdy.line, e->dash_mdy.sample);
	if (e->dmy.line != 0 && e->mdy.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_dates", NULL,
		    "Line %lld has the day first (\"%s\"), line %lld the month first (\"%s\"): nothing is imported. "
		    "Export the dates as 2026-12-31.",
		    (long long)e->dmy.line, e->dmy.sample, (long long)e->mdy.line, e->mdy.sample);
	*out = e->dmy.line != 0 ? NOTATION_DMY : e->mdy.line != 0 ? NOTATION_MDY : NOTATION_UNKNOWN;
	if (*out == NOTATION_UNKNOWN && e->either_date.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_dates", NULL,
		    "Line %lld: \"%s\" may be day-month or month-day, and no other date in the file tells which. "
		    "Export the dates as 2026-12-31, or state \"dates\" in a column mapping.",
		    (long long)e->either_date.line, e->either_date.sample);
	if (e->short_year.line != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "csv.ambiguous_dates", NULL,
		    "Line %lld: \"%s\" has a year of two digits. Export four digits, or state \"dates\" in a column "
		    "mapping.",
		    (long long)e->short_year.line, e->short_year.sample);
	return VD_OK;
}

enum vd_status
notation_decide(struct vd_context *ctx, const struct notation_evidence *e,
                const struct notation *stated, struct notation *out)
{
	*out = (struct notation){ .order = stated->order,
		                      .order_stated = stated->order != NOTATION_UNKNOWN };
	VD_TRY(decide_decimal(ctx, e, stated->decimal, &out->decimal));
	if (out->order_stated) return check_stated_order(ctx, e, stated->order);
	return decide_order(ctx, e, &out->order);
}

static enum vd_status
not_a_date(struct vd_context *ctx, struct vd_str cell)
{
	struct vd_str s = notation_trim(cell);
	bool serial = s.len == 5 && vd_str_all_digits(s);

	return vd_fail(
	    ctx, VD_E_INVALID, "csv.date", NULL,
	    "\"%.*s\" is not a date%s; write 2026-12-31 or 31-12-2026",
	    (int)(cell.len < 40 ? cell.len : 40), cell.ptr,
	    serial ? " but a spreadsheet's day number: give the column a date format and export again"
	           : "");
}

enum vd_status
notation_read_date(struct vd_context *ctx, const struct notation *notation, struct vd_str cell,
                   struct vd_date *out)
{
	enum notation_order order = NOTATION_DMY;
	struct date_parts p;
	int y, m, d;

	*out = VD_DATE_NONE;
	if (notation_trim(cell).len == 0) return VD_OK;
	if (!date_split(cell, &p)) return not_a_date(ctx, cell);
	if (p.a == 0 && p.b == 0 && p.c == 0) return VD_OK;
	if (p.style == STYLE_ISO || p.style == STYLE_COMPACT) order = NOTATION_YMD;
	else if (p.style != STYLE_NAMED && (p.style == STYLE_SLASH || notation->order_stated))
		order = notation->order;
	y = order == NOTATION_YMD ? p.a : p.c;
	m = order == NOTATION_MDY ? p.a : p.b;
	d = order == NOTATION_YMD ? p.c : order == NOTATION_MDY ? p.b : p.a;
	if (p.year_digits == 2) {
		if (!notation->order_stated) return not_a_date(ctx, cell);
		y += 2000;
	}
	if (vd_date_from_ymd(ctx, y, m, d, out) != VD_OK) return not_a_date(ctx, cell);
	return VD_OK;
}
