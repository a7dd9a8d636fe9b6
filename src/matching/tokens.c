/* Codes in payment text: whole pieces, pieces with a word stuck to them, and neighbouring pieces
 * that are one code written with blanks, dots, dashes or slashes. */
#include "matching/tokens.h"
#include "value/reference.h"

#define JOIN_PIECES_MAX      4
#define JOIN_LENGTH_MAX      20
#define JOIN_DIGITS_MAX      7 /* a piece of more digits is a number of its own */
#define JOIN_LETTERS_MAX     4
#define REFERENCE_PIECES_MAX 8
#define REFERENCE_LENGTH_MIN 7

static void
add(struct match_tokens *t, struct match_token token)
{
	if (t->count < MATCH_TOKENS_MAX) t->tokens[t->count++] = token;
}

static struct match_token
token_of(const struct match_text *text, size_t first, size_t last)
{
	const struct match_piece *p = &text->pieces[first];

	return (struct match_token){
		.code = match_text_code(text, first, last),
		.digits = match_text_digits(text, first, last),
		.first = (uint16_t)first,
		.last = (uint16_t)last,
		.source = p->source,
		.look = p->look,
		.announced = (uint8_t)match_text_announced(text, first),
	};
}

/* "factuurF250000123": the same piece once more without the word. */
static void
add_without_word(struct match_tokens *t, struct match_token token)
{
	size_t letters = 0;

	while (letters < token.code.len && !vd_is_digit(token.code.ptr[letters])) letters++;
	for (size_t n = letters; n >= 2; n--) {
		enum match_word word = match_text_word(vd_str_sub(token.code, 0, n));

		if (word != WORD_INVOICE && word != WORD_NUMBER && word != WORD_DEBTOR &&
		    word != WORD_ORDER)
			continue;
		token.code = vd_str_sub(token.code, n, token.code.len - n);
		token.announced = (uint8_t)word;
		add(t, token);
		return;
	}
}

/* One piece of "12-03-2025", "1.013,74", "1234 AB": nothing by itself. */
static bool
is_part(const struct match_piece *p)
{
	return p->look == LOOK_AMOUNT || p->look == LOOK_POSTCODE ||
	       (p->look == LOOK_DATE && p->len < 8);
}

static void
add_single(struct match_tokens *t, size_t i)
{
	const struct match_piece *p = &t->text.pieces[i];
	struct match_token token = token_of(&t->text, i, i);

	if (p->digits_count == 0) {
		/* a code without digits is believed only after the word that announces it */
		if (token.announced == WORD_DEBTOR && p->word == WORD_NONE && p->len >= 3 &&
		    p->len <= MATCH_CODE_MAX)
			add(t, token);
		return;
	}
	if (p->len > MATCH_CODE_MAX || is_part(p)) return;
	if (p->len >= 3 || token.announced == WORD_INVOICE || token.announced == WORD_DEBTOR)
		add(t, token);
	if (p->digits_count < p->len) add_without_word(t, token);
}

/* May piece i begin or continue a code of which more is to come? */
static bool
may_continue(const struct match_text *text, size_t i)
{
	const struct match_piece *p = &text->pieces[i];

	if (p->look == LOOK_ACCOUNT || p->look == LOOK_FOREIGN || p->look == LOOK_PHONE) return false;
	if (p->digits_count == 0)
		return p->len <= JOIN_LETTERS_MAX && (p->word == WORD_NONE || p->word == WORD_INVOICE);
	return p->digits_count <= JOIN_DIGITS_MAX;
}

/* "1.013" of "1.013,74": a part of an amount is nothing; a whole one may be a number: "2025.01". */
static bool
cuts_amount(const struct match_text *text, size_t first, size_t last)
{
	const struct match_piece *p = text->pieces;

	for (size_t i = first; i < last; i++) {
		if ((p[i].look == LOOK_AMOUNT) != (p[i + 1].look == LOOK_AMOUNT)) return true;
	}
	if (p[first].look != LOOK_AMOUNT) return false;
	if (first > 0 && p[first - 1].look == LOOK_AMOUNT && p[first].tight) return true;
	return last + 1 < text->count && p[last + 1].look == LOOK_AMOUNT && p[last + 1].tight;
}

/* Digits that are no year, day or amount: "INV-2025" alone is a year with a word before it. */
static bool
is_plain(const struct match_piece *p)
{
	return p->digits_count > 0 && p->look == LOOK_PLAIN;
}

static void
add_joined(struct match_tokens *t, size_t i)
{
	const struct match_text *text = &t->text;
	bool plain = is_plain(&text->pieces[i]);

	for (size_t j = i + 1; j < text->count && j < i + JOIN_PIECES_MAX; j++) {
		const struct match_piece *p = &text->pieces[j];
		struct match_token token;

		if (!may_continue(text, j - 1) || !match_text_joinable(text, j - 1, j)) return;
		if (p->digits_count == 0 || p->look == LOOK_ACCOUNT || p->look == LOOK_FOREIGN) return;
		plain = plain || is_plain(p);
		token = token_of(text, i, j);
		if (token.code.len > JOIN_LENGTH_MAX) return;
		token.look = text->pieces[i].digits_count > 0 ? token.look : p->look;
		if (plain) token.look = LOOK_PLAIN;
		if (token.code.len >= 4 && !cuts_amount(text, i, j)) add(t, token);
	}
}

/* --- structured references --- */

static struct vd_str
skip(struct vd_str s, size_t n)
{
	s = vd_str_sub(s, n, s.len - n);
	while (s.len > 0 && s.ptr[0] == '0') s = vd_str_sub(s, 1, s.len - 1);
	return s;
}

static bool
reference_in(struct vd_str code, struct match_found_reference *out)
{
	struct vd_reference r;

	out->code = code;
	if (code.ptr[0] == 'R' && code.len >= 6 && vd_reference_parse(code, VD_REF_RF, &r)) {
		out->body = vd_str_sub(code, 4, code.len - 4);
		return true;
	}
	if (code.len < 9 || code.len > 16 || !vd_str_all_digits(code)) return false;
	if (vd_reference_parse(code, VD_REF_BETALINGSKENMERK, &r)) {
		out->body = skip(code, code.len == 16 ? 1 : 2);
		return true;
	}
	out->body = skip(vd_str_sub(code, 0, 10), 0);
	return vd_reference_parse(code, VD_REF_OGM, &r);
}

/* "RF19F250000123" with wrong check digits: something in it is mistyped, perhaps not the number. */
static void
add_broken(struct match_tokens *t, size_t first, size_t last)
{
	struct match_token token = token_of(&t->text, first, last);

	if (token.code.len < 4 + 5 || token.digits.len < 2 + 5) return;
	token.code = vd_str_sub(token.code, 4, token.code.len - 4);
	token.digits = vd_str_sub(token.digits, 2, token.digits.len - 2);
	token.look = LOOK_BROKEN;
	add(t, token);
}

/* References that begin at piece i, whole or in groups. */
static void
find_references(struct match_tokens *t, size_t i)
{
	const struct match_text *text = &t->text;
	struct vd_str first = match_text_code(text, i, i);
	bool rf =
	    first.len >= 4 && first.ptr[0] == 'R' && first.ptr[1] == 'F' && vd_is_digit(first.ptr[2]);
	bool good = false;
	size_t last = i;

	if (!rf && !vd_str_all_digits(first)) return;
	for (size_t j = i; j < text->count && j < i + REFERENCE_PIECES_MAX; j++) {
		struct match_found_reference found = { .first = (uint16_t)i, .last = (uint16_t)j };

		if (t->references_count == MATCH_REFERENCES_MAX) return;
		if (j > i && !match_text_joinable(text, i, j)) break;
		if (match_text_code(text, i, j).len > (rf ? 25u : 16u)) break;
		if (text->pieces[j].digits_count > 0) last = j;
		if (!reference_in(match_text_code(text, i, j), &found)) continue;
		t->references[t->references_count++] = found;
		good = true;
	}
	if (rf && !good) add_broken(t, i, last);
}

bool
match_token_is_reference(const struct match_token *t)
{
	return t->code.len >= REFERENCE_LENGTH_MIN &&
	       (t->source == SOURCE_STRUCTURED || t->announced == WORD_NUMBER);
}

void
match_tokens_read(struct match_tokens *t, const struct match_transaction *x)
{
	t->count = t->references_count = 0;
	match_text_read(&t->text, x);
	for (size_t i = 0; i < t->text.count; i++) {
		const struct match_piece *p = &t->text.pieces[i];

		if (p->look == LOOK_ACCOUNT) continue;
		find_references(t, i);
		if (p->look == LOOK_FOREIGN) continue;
		add_single(t, i);
		add_joined(t, i);
	}
}
