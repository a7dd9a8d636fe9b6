/* How tellingly text names a number. */
#include "matching/number.h"
#include "matching/text.h"

#define TELLING_LENGTH 6 /* shorter numbers turn up by chance: house numbers, postcodes, years */
#define SHORT_LENGTH   4
#define NEAR_LENGTH    5

static struct vd_str
without_zeros(struct vd_str digits)
{
	size_t n = 0;

	while (n < digits.len && digits.ptr[n] == '0') n++;
	return vd_str_sub(digits, n, digits.len - n);
}

struct vd_str
match_number_tail(struct vd_str digits)
{
	int64_t year = 0;
	size_t skip = 0;

	if (digits.len >= 6) {
		if (vd_str_to_i64(vd_str_sub(digits, 0, 4), &year) && year >= 1990 && year <= 2079)
			skip = 4;
		else if (vd_str_to_i64(vd_str_sub(digits, 0, 2), &year) && year >= 10 && year <= 49)
			skip = 2;
	}
	return without_zeros(vd_str_sub(digits, skip, digits.len - skip));
}

void
match_number_split(struct vd_str key, char *buffer, struct match_number *out)
{
	size_t n = 0;

	for (size_t i = 0; i < key.len; i++) {
		if (vd_is_digit(key.ptr[i])) buffer[n++] = key.ptr[i];
	}
	out->key = key;
	out->digits = (struct vd_str){ buffer, n };
	out->tail = match_number_tail(out->digits);
}

/* Letters before the first digit. */
static struct vd_str
letters_of(struct vd_str code)
{
	size_t n = 0;

	while (n < code.len && !vd_is_digit(code.ptr[n])) n++;
	return vd_str_sub(code, 0, n);
}

static bool
invoice_said(const struct match_token *t)
{
	return t->announced == WORD_INVOICE || t->announced == WORD_NUMBER;
}

/* A whole number or all of its digits: how much that says depends on its length, on the word
 * before it and on whether it may be something else, such as a day or an amount. */
static enum match_mention
by_length(const struct match_token *t, size_t length, enum match_mention full)
{
	if (t->look != LOOK_PLAIN)
		return length >= SHORT_LENGTH && (t->look != LOOK_YEAR || invoice_said(t)) ? MENTION_SHORT
		                                                                           : MENTION_NONE;
	if (length >= TELLING_LENGTH) return full;
	if (length >= SHORT_LENGTH) return invoice_said(t) ? full : MENTION_SHORT;
	return invoice_said(t) ? MENTION_SUFFIX : MENTION_NONE;
}

static enum match_mention
by_tail(const struct match_token *t, const struct match_number *n)
{
	size_t length = t->digits.len;
	struct vd_str tail = without_zeros(t->digits);

	if (t->look != LOOK_PLAIN || length < 3 || tail.len == 0) return MENTION_NONE;
	if (vd_str_eq(tail, n->tail)) {
		if (length >= TELLING_LENGTH) return MENTION_TAIL;
		if (length > 3)
			return invoice_said(t) || t->digits.ptr[0] == '0' ? MENTION_SHORT : MENTION_SUFFIX;
		return invoice_said(t) ? MENTION_SUFFIX : MENTION_NONE;
	}
	return length >= SHORT_LENGTH && length < n->digits.len && vd_str_ends(n->digits, t->digits)
	           ? MENTION_SUFFIX
	           : MENTION_NONE;
}

/* Texts that are not meant for numbers, or read twice, count only with the full number. */
static bool
full_only(const struct match_token *t)
{
	return t->source == SOURCE_JOINED || t->source == SOURCE_END_TO_END || t->source == SOURCE_INFO;
}

enum match_mention
match_number_mention(const struct match_token *t, const struct match_number *n)
{
	bool bare = t->digits.len == t->code.len; /* no letters in the token */
	size_t last = n->digits.len;

	if (t->digits.len == 0 || last == 0 ||
	    t->digits.ptr[t->digits.len - 1] != n->digits.ptr[last - 1])
		return MENTION_NONE;
	if (full_only(t) && t->digits.len < TELLING_LENGTH) return MENTION_NONE;
	if (vd_str_eq(t->code, n->key)) return by_length(t, t->code.len, MENTION_WHOLE);
	if (vd_str_eq(t->digits, n->digits) && (bare || n->digits.len == n->key.len))
		return by_length(t, t->digits.len, MENTION_DIGITS);
	if (full_only(t)) return MENTION_NONE;
	if (bare || vd_str_eq(letters_of(t->code), letters_of(n->key))) return by_tail(t, n);
	return MENTION_NONE;
}

/* --- one slip apart --- */

static char
as_digit(char c)
{
	switch (c) {
	case 'O':
		return '0';
	case 'I':
	case 'L':
		return '1';
	case 'Z':
		return '2';
	case 'S':
		return '5';
	case 'B':
		return '8';
	default:
		return c;
	}
}

static bool
same(char a, char b)
{
	return a == b || as_digit(a) == as_digit(b);
}

/* Optimal string alignment distance of at most one: after the longest common beginning, one
 * replaced, one extra on either side, or two neighbours swapped, and then the same to the end. */
static bool
one_apart(struct vd_str a, struct vd_str b)
{
	size_t i = 0, ra, rb;
	size_t end = 0;

	if (a.len + 1 < b.len || b.len + 1 < a.len) return false;
	while (i < a.len && i < b.len && same(a.ptr[i], b.ptr[i])) i++;
	ra = a.len - i;
	rb = b.len - i;
	while (end < ra && end < rb && same(a.ptr[a.len - 1 - end], b.ptr[b.len - 1 - end])) end++;
	ra -= end;
	rb -= end;
	if (ra <= 1 && rb <= 1) return true;
	return ra == 2 && rb == 2 && same(a.ptr[i], b.ptr[i + 1]) && same(a.ptr[i + 1], b.ptr[i]);
}

bool
match_number_near(const struct match_token *t, const struct match_number *n)
{
	if (full_only(t)) return false;
	if (t->look != LOOK_PLAIN && t->look != LOOK_DATE && t->look != LOOK_BROKEN) return false;
	if (t->code.len >= NEAR_LENGTH && n->key.len >= NEAR_LENGTH && one_apart(t->code, n->key))
		return true;
	return t->digits.len == t->code.len && t->digits.len >= NEAR_LENGTH &&
	       n->digits.len >= NEAR_LENGTH && one_apart(t->digits, n->digits);
}

bool
match_number_alike(const struct match_token *t, const struct match_number *n)
{
	if (t->look != LOOK_PLAIN || full_only(t) || t->digits.len < SHORT_LENGTH) return false;
	if (t->announced == WORD_DEBTOR || t->announced == WORD_ORDER) return false;
	if (t->digits.len == t->code.len) {
		size_t less = n->digits.len > t->digits.len ? n->digits.len - t->digits.len : 0;

		if (t->digits.len == n->digits.len) return true;
		return t->digits.ptr[0] == '0' && (less == 2 || less == 4); /* year left out */
	}
	if (t->code.len != n->key.len) return false;
	for (size_t i = 0; i < t->code.len; i++) {
		if (vd_is_digit(t->code.ptr[i]) != vd_is_digit(n->key.ptr[i])) return false;
	}
	return true;
}
