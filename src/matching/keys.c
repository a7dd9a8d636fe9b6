/* What to look up for a transaction, and under which words an invoice is found. */
#include "base/utf8.h"
#include "matching/tokens.h"
#include "value/iban.h"
#include "value/identifier.h"

#define REFERENCE_KEYS_MAX 12
#define NUMBER_KEYS_MAX \
	40 /* shares of MATCH_KEYS_MAX, so that one kind cannot push out the others */
#define DEBTOR_KEYS_MAX 10
#define DIGITS_KEYS_MAX 40
#define TAIL_KEYS_MAX   8
#define DIGITS_MIN      5

struct key_list {
	struct match_key *keys;
	size_t count, max;
	size_t of_kind[MATCH_KEY__COUNT];
};

static bool
listed(const struct key_list *l, enum match_key_kind kind, struct vd_str text)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->keys[i].kind == kind && vd_str_eq(l->keys[i].text, text)) return true;
	}
	return false;
}

/* Copies the text, which is a view on the caller's stack. */
static enum vd_status
add(struct vd_context *ctx, struct key_list *l, enum match_key_kind kind, struct vd_str text)
{
	if (text.len == 0 || l->count == l->max || listed(l, kind, text)) return VD_OK;
	VD_TRY(vd_str_dup(ctx, text, &l->keys[l->count].text));
	l->keys[l->count++].kind = kind;
	l->of_kind[kind]++;
	return VD_OK;
}

static enum vd_status
add_up_to(struct vd_context *ctx, struct key_list *l, enum match_key_kind kind, struct vd_str text,
          size_t max)
{
	return l->of_kind[kind] < max ? add(ctx, l, kind, text) : VD_OK;
}

static struct vd_str
without_zeros(struct vd_str s)
{
	while (s.len > 0 && s.ptr[0] == '0') s = vd_str_sub(s, 1, s.len - 1);
	return s;
}

static bool
has_digit(const struct match_token *t)
{
	return t->digits.len > 0;
}

/* Numbers that look like numbers first, then those that may be a day, a year or an amount. */
static enum vd_status
add_numbers(struct vd_context *ctx, struct key_list *l, const struct match_tokens *t, bool plain)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct match_token *token = &t->tokens[i];
		bool said = token->announced == WORD_INVOICE || token->announced == WORD_NUMBER;

		if ((token->look == LOOK_PLAIN) != plain || !has_digit(token)) continue;
		if (token->code.len < 4 && !said) continue;
		VD_TRY(add_up_to(ctx, l, MATCH_KEY_NUMBER, token->code, NUMBER_KEYS_MAX));
	}
	return VD_OK;
}

static enum vd_status
add_digits(struct vd_context *ctx, struct key_list *l, const struct match_tokens *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct match_token *token = &t->tokens[i];

		if (token->look != LOOK_PLAIN || token->digits.len < DIGITS_MIN) continue;
		VD_TRY(add_up_to(ctx, l, MATCH_KEY_DIGITS, token->digits, DIGITS_KEYS_MAX));
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct match_token *token = &t->tokens[i];

		if (token->look != LOOK_PLAIN || token->source > SOURCE_TEXT) continue;
		if (token->digits.len < DIGITS_MIN || token->digits.len > 8 ||
		    token->digits.len != token->code.len)
			continue;
		VD_TRY(add_up_to(ctx, l, MATCH_KEY_TAIL, without_zeros(token->digits), TAIL_KEYS_MAX));
	}
	return VD_OK;
}

static enum vd_status
add_debtors(struct vd_context *ctx, struct key_list *l, const struct match_tokens *t)
{
	for (int announced = 1; announced >= 0; announced--) {
		for (size_t i = 0; i < t->count; i++) {
			const struct match_token *token = &t->tokens[i];

			if ((token->announced == WORD_DEBTOR) != (announced == 1)) continue;
			if (!announced &&
			    (token->code.len < 3 || token->look != LOOK_PLAIN || token->source > SOURCE_TEXT))
				continue;
			VD_TRY(add_up_to(ctx, l, MATCH_KEY_DEBTOR, token->code, DEBTOR_KEYS_MAX));
		}
	}
	return VD_OK;
}

/* The payer's account: as the bank gives it, else the first one in the text. */
static enum vd_status
add_account(struct vd_context *ctx, struct key_list *l, const struct match_transaction *x,
            const struct match_text *text)
{
	struct vd_iban iban;
	struct vd_str code;

	if (vd_iban_valid(x->counterparty_iban, &iban))
		return add(ctx, l, MATCH_KEY_IBAN, vd_iban_str(&iban));
	if (x->counterparty_iban.len > 0) {
		VD_TRY(vd_code_normalise(ctx, x->counterparty_iban, &code));
		return add(ctx, l, MATCH_KEY_IBAN, code);
	}
	for (size_t i = 0; i < text->count; i++) {
		size_t last = i;

		if (text->pieces[i].look != LOOK_ACCOUNT) continue;
		while (last + 1 < text->count && text->pieces[last + 1].look == LOOK_ACCOUNT) last++;
		if (!vd_iban_valid(match_text_code(text, i, last), &iban)) return VD_OK;
		return add(ctx, l, MATCH_KEY_IBAN, vd_iban_str(&iban));
	}
	return VD_OK;
}

static enum vd_status
add_names(struct vd_context *ctx, struct key_list *l, const struct match_transaction *x)
{
	const struct vd_str names[] = { x->ultimate_name, x->counterparty_name };
	struct vd_str fold;

	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		if (names[i].len == 0) continue;
		VD_TRY(vd_utf8_fold(ctx, names[i], &fold));
		VD_TRY(add(ctx, l, MATCH_KEY_NAME, fold));
	}
	return VD_OK;
}

static bool
is_given(struct vd_str id)
{
	return id.len > 0 && !vd_str_eq_nocase(id, VD_STR("NOTPROVIDED")) &&
	       !vd_str_eq_nocase(id, VD_STR("NONREF"));
}

static enum vd_status
add_references(struct vd_context *ctx, struct key_list *l, const struct match_transaction *x,
               const struct match_tokens *t)
{
	for (size_t i = 0; i < t->references_count; i++) {
		VD_TRY(add(ctx, l, MATCH_KEY_REFERENCE, t->references[i].code));
		/* made of the number itself: RF18 F250000123, or a betalingskenmerk of its digits */
		if (!vd_str_all_digits(t->references[i].body))
			VD_TRY(add_up_to(ctx, l, MATCH_KEY_NUMBER, t->references[i].body, NUMBER_KEYS_MAX));
		else if (t->references[i].body.len >= DIGITS_MIN)
			VD_TRY(add_up_to(ctx, l, MATCH_KEY_DIGITS, t->references[i].body, DIGITS_KEYS_MAX));
	}
	for (size_t i = 0; i < t->count; i++) {
		if (match_token_is_reference(&t->tokens[i]))
			VD_TRY(add_up_to(ctx, l, MATCH_KEY_REFERENCE, t->tokens[i].code, REFERENCE_KEYS_MAX));
	}
	if (is_given(x->end_to_end)) VD_TRY(add(ctx, l, MATCH_KEY_END_TO_END, x->end_to_end));
	if (is_given(x->batch_id)) VD_TRY(add(ctx, l, MATCH_KEY_BATCH, x->batch_id));
	return VD_OK;
}

enum vd_status
match_keys(struct vd_context *ctx, const struct match_transaction *x,
           struct match_key keys[MATCH_KEYS_MAX], size_t *count)
{
	struct key_list l = { .keys = keys, .max = MATCH_KEYS_MAX };
	struct match_tokens t;

	match_tokens_read(&t, x);
	VD_TRY(add_references(ctx, &l, x, &t));
	VD_TRY(add_account(ctx, &l, x, &t.text));
	VD_TRY(add_names(ctx, &l, x));
	VD_TRY(add_numbers(ctx, &l, &t, true));
	VD_TRY(add_debtors(ctx, &l, &t));
	VD_TRY(add_digits(ctx, &l, &t));
	VD_TRY(add_numbers(ctx, &l, &t, false));
	*count = l.count;
	return VD_OK;
}

enum vd_status
match_words(struct vd_context *ctx, struct vd_str number, struct vd_str reference,
            struct vd_str order, struct match_key words[MATCH_WORDS_MAX], size_t *count)
{
	struct key_list l = { .keys = words, .max = MATCH_WORDS_MAX };
	struct match_number parts;
	struct vd_str key;
	char *buffer;

	if (number.len > 0) {
		VD_TRY(vd_code_normalise(ctx, number, &key));
		VD_NEW(ctx, buffer, key.len + 1);
		match_number_split(key, buffer, &parts);
		VD_TRY(add(ctx, &l, MATCH_KEY_NUMBER, key));
		if (parts.digits.len >= DIGITS_MIN) {
			VD_TRY(add(ctx, &l, MATCH_KEY_DIGITS, parts.digits));
			VD_TRY(add(ctx, &l, MATCH_KEY_TAIL, parts.tail));
		}
	}
	if (reference.len > 0) {
		VD_TRY(vd_code_normalise(ctx, reference, &key));
		VD_TRY(add(ctx, &l, MATCH_KEY_REFERENCE, key));
	}
	if (order.len > 0) {
		VD_TRY(vd_code_normalise(ctx, order, &key));
		VD_TRY(add(ctx, &l, MATCH_KEY_NUMBER, key));
	}
	*count = l.count;
	return VD_OK;
}
