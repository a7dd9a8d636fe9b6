/* Pieces of payment text and what they look like. */
#include "matching/text.h"
#include "value/iban.h"

#include <string.h>

static bool
is_word(const struct match_text *t, size_t i, const char *word)
{
	return i < t->count && vd_str_eq(match_text_code(t, i, i), vd_str_c(word));
}

struct vd_str
match_text_code(const struct match_text *t, size_t first, size_t last)
{
	size_t from = t->pieces[first].at;

	return (struct vd_str){ t->codes + from,
		                    (size_t)(t->pieces[last].at + t->pieces[last].len) - from };
}

struct vd_str
match_text_digits(const struct match_text *t, size_t first, size_t last)
{
	const struct match_piece *p = &t->pieces[last];
	size_t from = t->pieces[first].digits_at;

	return (struct vd_str){ t->digits + from, (size_t)(p->digits_at + p->digits_count) - from };
}

static bool
all_digits(const struct match_piece *p)
{
	return p->len > 0 && p->digits_count == p->len;
}

static bool
same_source(const struct match_text *t, size_t i, size_t j)
{
	return j < t->count && t->pieces[i].source == t->pieces[j].source;
}

/* The number a piece of at most 9 digits stands for, -1 when it is not that. */
static int64_t
piece_value(const struct match_text *t, size_t i)
{
	int64_t n;

	if (i >= t->count || !all_digits(&t->pieces[i]) || t->pieces[i].len > 9) return -1;
	return vd_str_to_i64(match_text_code(t, i, i), &n) ? n : -1;
}

bool
match_text_joinable(const struct match_text *t, size_t first, size_t last)
{
	for (size_t i = first + 1; i <= last; i++) {
		enum match_gap gap = t->pieces[i].gap;

		if (!same_source(t, first, i)) return false;
		if (gap != GAP_BLANK && gap != GAP_DOT && gap != GAP_DASH && gap != GAP_SLASH) return false;
	}
	return true;
}

enum match_word
match_text_announced(const struct match_text *t, size_t i)
{
	if (t->pieces[i].source == SOURCE_DOCUMENTS) return WORD_INVOICE;
	for (size_t back = 0; back < 2 && i > 0 && same_source(t, i - 1, i); back++) {
		enum match_word word = t->pieces[--i].word;

		if (word == WORD_NUMBER) continue; /* "klant nr 12": the word before it decides */
		return word;
	}
	return i < t->count && t->pieces[i].word == WORD_NUMBER ? WORD_NUMBER : WORD_NONE;
}

/* --- cutting --- */

struct gap_state {
	size_t bytes, blanks;
	char mark; /* the one separating character, 0 when none yet */
	bool many, list, money;
};

/* Bytes of the separator at s[i], 0 when a letter or digit stands there: ASCII punctuation, and the
 * signs of U+0080..U+00BF (no-break blank, degree) and U+2000..U+2FFF (dashes, euro, numero). */
static size_t
separator_bytes(struct vd_str s, size_t i)
{
	unsigned char c = (unsigned char)s.ptr[i];

	if (c < 0x80) return vd_is_alnum((char)c) ? 0 : 1;
	if (c == 0xC2 && s.len - i >= 2) return 2;
	return c == 0xE2 && s.len - i >= 3 ? 3 : 0;
}

/* The ASCII sign that stands for the separator at s[i]. */
static char
separator_sign(struct vd_str s, size_t i, size_t n)
{
	if (n == 1) return s.ptr[i];
	if (n == 2) return s.ptr[i + 1] == '\xA0' ? ' ' : '?';
	if (memcmp(s.ptr + i, "\xE2\x82\xAC", 3) == 0) return '$';
	return s.ptr[i + 1] == '\x80' && s.ptr[i + 2] >= '\x90' && s.ptr[i + 2] <= '\x95' ? '-' : '?';
}

static void
read_gap(struct gap_state *g, char sign)
{
	g->bytes++;
	if (vd_is_blank(sign)) {
		g->blanks++;
		return;
	}
	if (sign == ',' || sign == ';' || sign == '+' || sign == '&' || sign == '|') g->list = true;
	if (sign == '$') g->money = true;
	g->many = g->many || g->mark != 0;
	g->mark = sign;
}

static enum match_gap
gap_kind(const struct gap_state *g)
{
	if (g->bytes == 0) return GAP_OTHER;
	if (g->mark == 0) return GAP_BLANK;
	if (g->list) return g->mark == ',' && g->bytes == 1 ? GAP_COMMA : GAP_LIST;
	if (g->many) return GAP_OTHER;
	switch (g->mark) {
	case '.':
		return g->bytes == 1 ? GAP_DOT : GAP_OTHER;
	case '-':
	case '_':
		return GAP_DASH;
	case '/':
		return GAP_SLASH;
	case ':':
		return GAP_COLON;
	default:
		return GAP_OTHER;
	}
}

/* One run of letters and digits from s[i]; returns the offset behind it. */
static size_t
read_run(struct match_text *t, struct match_piece *p, struct vd_str s, size_t i)
{
	p->at = (uint16_t)t->codes_len;
	p->digits_at = (uint16_t)t->digits_len;
	for (; i < s.len && separator_bytes(s, i) == 0; i++) {
		if (t->codes_len == sizeof(t->codes)) continue;
		t->codes[t->codes_len++] = vd_to_upper(s.ptr[i]);
		if (vd_is_digit(s.ptr[i])) t->digits[t->digits_len++] = s.ptr[i];
	}
	p->len = (uint16_t)(t->codes_len - p->at);
	p->digits_count = (uint16_t)(t->digits_len - p->digits_at);
	return i;
}

static void
cut(struct match_text *t, struct vd_str s, enum match_source source)
{
	struct gap_state gap = { 0 };
	bool first = true;

	if (s.len > MATCH_TEXT_MAX) s.len = MATCH_TEXT_MAX;
	for (size_t i = 0; i < s.len && t->count < MATCH_PIECES_MAX;) {
		struct match_piece *p;
		size_t n = separator_bytes(s, i);

		if (n > 0) {
			read_gap(&gap, separator_sign(s, i, n));
			i += n;
			continue;
		}
		p = &t->pieces[t->count++];
		*p = (struct match_piece){ .source = (uint8_t)source, .money = gap.money };
		p->gap = (uint8_t)(first ? GAP_START : gap_kind(&gap));
		p->tight = gap.bytes == 1 && gap.blanks == 0;
		i = read_run(t, p, s, i);
		p->word = (uint8_t)match_text_word(match_text_code(t, t->count - 1, t->count - 1));
		gap = (struct gap_state){ 0 };
		first = false;
	}
}

/* --- looks --- */

static void
mark(struct match_text *t, size_t first, size_t last, enum match_look look)
{
	for (size_t i = first; i <= last; i++) t->pieces[i].look = (uint8_t)look;
}

static bool
is_year(int64_t n)
{
	return n >= 1950 && n <= 2079;
}

static bool
is_day_month(int64_t d, int64_t m)
{
	return d >= 1 && d <= 31 && m >= 1 && m <= 12;
}

/* "12-03-2025", "12/3/25", "2025-03-12", "12-03", "12 maart 2025"; number of pieces, 0 when none.
 */
static size_t
date_pieces(const struct match_text *t, size_t i)
{
	const struct match_piece *p = &t->pieces[i];
	int64_t a = piece_value(t, i), b, c;
	bool three;

	if (a < 0 || !same_source(t, i, i + 1)) return 0;
	three = same_source(t, i, i + 2);
	b = piece_value(t, i + 1);
	c = three ? piece_value(t, i + 2) : -1;
	if (p[1].word == WORD_MONTH && a >= 1 && a <= 31 && p->len <= 2)
		return three && is_year(c) ? 3 : 2;
	if (b < 0 || p[1].len > 2 || !p[1].tight) return 0;
	if (p[1].gap != GAP_DASH && p[1].gap != GAP_SLASH && p[1].gap != GAP_DOT) return 0;
	if (c >= 0 && p[2].tight && p[2].gap == p[1].gap) {
		if (p->len <= 2 && is_day_month(a, b) && (p[2].len == 2 || is_year(c))) return 3;
		if (p->len == 4 && is_year(a) && is_day_month(c, b) && p[2].len <= 2) return 3;
	}
	return p->len <= 2 && p[1].gap != GAP_DOT && is_day_month(a, b) ? 2 : 0;
}

/* Number of pieces of an amount written with decimals or after a currency sign, 0 when none. */
static size_t
amount_pieces(const struct match_text *t, size_t i)
{
	const struct match_piece *p = &t->pieces[i];
	bool money = p->money || (i > 0 && same_source(t, i - 1, i) && p[-1].word == WORD_EURO);
	size_t n = 1;

	if (!all_digits(p)) return 0;
	while (same_source(t, i, i + n) && p[n].tight && all_digits(&p[n]) && p[n].len == 3 &&
	       (p[n].gap == GAP_DOT || p[n].gap == GAP_COMMA) && p->len <= 3) {
		n++;
	}
	if (same_source(t, i, i + n) && p[n].tight && all_digits(&p[n]) && p[n].len == 2 &&
	    (p[n].gap == GAP_COMMA || (p[n].gap == GAP_DOT && p->len <= 7))) {
		bool split = same_source(t, i, i + n + 1) && p[n + 1].tight && p[n + 1].gap == p[n].gap &&
		             all_digits(&p[n + 1]); /* 12.03.2025, or 1,22,3 */

		if (!split) return n + 1;
	}
	if (money) return n;
	if (!same_source(t, i, i + n) || p[n].word != WORD_EURO || p[n].gap != GAP_BLANK) return 0;
	/* "250 euro", but in "10023 EUR 250" the sign is of the amount behind it */
	return same_source(t, i, i + n + 1) && all_digits(&p[n + 1]) ? 0 : n;
}

/* An account number, whole or in groups; number of pieces, 0 when none. */
static size_t
account_pieces(const struct match_text *t, size_t i)
{
	struct vd_str code = match_text_code(t, i, i);
	struct vd_iban iban;
	size_t n = 0;

	if (code.len < 4 || !vd_is_alpha(code.ptr[0]) || !vd_is_alpha(code.ptr[1])) return 0;
	if (!vd_is_digit(code.ptr[2]) || !vd_is_digit(code.ptr[3])) return 0;
	for (size_t j = i; same_source(t, i, j) && j < i + 9 && match_text_joinable(t, i, j); j++) {
		code = match_text_code(t, i, j);
		if (code.len > VD_IBAN_MAX) break;
		if (code.len >= 15 && vd_iban_valid(code, &iban)) n = j - i + 1;
	}
	return n;
}

/* "NL123456789B01" */
static bool
is_vat(struct vd_str s)
{
	return s.len == 14 && s.ptr[0] == 'N' && s.ptr[1] == 'L' && s.ptr[11] == 'B' &&
	       vd_str_all_digits(vd_str_sub(s, 2, 9)) && vd_str_all_digits(vd_str_sub(s, 12, 2));
}

static size_t
phone_pieces(const struct match_text *t, size_t i)
{
	for (size_t n = 1;
	     n <= 5 && same_source(t, i, i + n - 1) && match_text_joinable(t, i, i + n - 1); n++) {
		struct vd_str s = match_text_code(t, i, i + n - 1);

		if (s.len > 13 || !vd_str_all_digits(s)) break;
		if (s.len == 10 && s.ptr[0] == '0' && s.ptr[1] != '0') return n;
		if ((s.len == 13 && vd_str_starts(s, VD_STR("0031"))) ||
		    (s.len == 11 && vd_str_starts(s, VD_STR("316"))))
			return n;
	}
	return 0;
}

static size_t
postcode_pieces(const struct match_text *t, size_t i)
{
	const struct match_piece *p = &t->pieces[i];
	struct vd_str s = match_text_code(t, i, i);

	if (s.len < 4 || !vd_str_all_digits(vd_str_sub(s, 0, 4)) || s.ptr[0] == '0') return 0;
	if (s.len == 6 && p->digits_count == 4) return 1;
	if (s.len != 4 || !same_source(t, i, i + 1) || p[1].gap != GAP_BLANK) return 0;
	return p[1].len == 2 && p[1].digits_count == 0 && p[1].word == WORD_NONE ? 2 : 0;
}

/* "20250312", "12032025": may be a number as well as a day. */
static bool
is_packed_date(struct vd_str s)
{
	int64_t n;

	if (s.len != 8 || !vd_str_to_i64(s, &n)) return false;
	return (is_year(n / 10000) && is_day_month(n % 100, n / 100 % 100)) ||
	       (is_year(n % 10000) && is_day_month(n / 1000000, n / 10000 % 100));
}

static enum match_look
single_look(const struct match_text *t, size_t i)
{
	struct vd_str s = match_text_code(t, i, i);

	if (is_vat(s)) return LOOK_FOREIGN;
	if (vd_str_all_digits(s) && match_text_announced(t, i) == WORD_FOREIGN) return LOOK_FOREIGN;
	if (s.len == 4 && is_year(piece_value(t, i))) return LOOK_YEAR;
	return is_packed_date(s) ? LOOK_DATE : LOOK_PLAIN;
}

static void
look_at(struct match_text *t)
{
	for (size_t i = 0, n; i < t->count; i += n) {
		const struct match_piece *p = &t->pieces[i];

		n = 1;
		if (p->digits_count == 0 && p->len != 2) continue;
		if ((n = account_pieces(t, i)) > 0) mark(t, i, i + n - 1, LOOK_ACCOUNT);
		else if ((n = date_pieces(t, i)) > 0) mark(t, i, i + n - 1, LOOK_DATE);
		else if ((n = amount_pieces(t, i)) > 0) mark(t, i, i + n - 1, LOOK_AMOUNT);
		else if ((n = phone_pieces(t, i)) > 0) mark(t, i, i + n - 1, LOOK_PHONE);
		else if ((n = postcode_pieces(t, i)) > 0) mark(t, i, i + n - 1, LOOK_POSTCODE);
		else mark(t, i, i + (n = 1) - 1, single_look(t, i));
	}
}

/* "t/m" and "tot en met" are cut in pieces: make the first of them the range word. */
static void
join_range_words(struct match_text *t)
{
	for (size_t i = 0; i + 1 < t->count; i++) {
		if (is_word(t, i, "T") && is_word(t, i + 1, "M")) {
			t->pieces[i].word = t->pieces[i + 1].word = WORD_RANGE;
		} else if (is_word(t, i, "EN") && is_word(t, i + 1, "MET")) {
			t->pieces[i].word = t->pieces[i + 1].word = WORD_RANGE;
		}
	}
}

void
match_text_read(struct match_text *t, const struct match_transaction *x)
{
	t->count = t->codes_len = t->digits_len = 0;
	cut(t, x->structured_ref, SOURCE_STRUCTURED);
	cut(t, x->document_numbers, SOURCE_DOCUMENTS);
	cut(t, x->remittance, SOURCE_TEXT);
	if (!vd_str_eq(x->remittance, x->remittance_joined))
		cut(t, x->remittance_joined, SOURCE_JOINED);
	cut(t, x->end_to_end, SOURCE_END_TO_END);
	cut(t, x->info, SOURCE_INFO);
	join_range_words(t);
	look_at(t);
}

bool
match_text_amount(const struct match_text *t, size_t i, size_t *count, int64_t *minor)
{
	const struct match_piece *p = &t->pieces[i];
	struct vd_str digits;
	size_t n = 1;

	if (i >= t->count || p->look != LOOK_AMOUNT) return false;
	while (i + n < t->count && p[n].look == LOOK_AMOUNT && p[n].tight) n++;
	digits = match_text_digits(t, i, i + n - 1);
	if (digits.len > 12 || !vd_str_to_i64(digits, minor)) return false;
	if (n == 1 || p[n - 1].len != 2) *minor *= 100; /* whole euros */
	*count = n;
	return true;
}
