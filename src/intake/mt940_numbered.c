/* Field 86 with numbered parts: the form of the German banks, which Triodos used too. */
#include "intake/mt940_internal.h"

#include <string.h>

#define PART_WIDTH 27

/* Words that mark what a German remittance line holds: "EREF+..", "SVWZ+.." (the text itself). */
enum word {
	WORD_EREF,
	WORD_KREF,
	WORD_MREF,
	WORD_CRED,
	WORD_DEBT,
	WORD_SVWZ,
	WORD_ABWA,
	WORD_ABWE,
	WORD__COUNT
};
static const char *const words[WORD__COUNT] = { "EREF+", "KREF+", "MREF+", "CRED+",
	                                            "DEBT+", "SVWZ+", "ABWA+", "ABWE+" };

static bool
word_at(struct vd_str text, size_t at, enum word *word)
{
	for (int w = 0; w < WORD__COUNT; w++) {
		if (!vd_str_starts(vd_str_sub(text, at, 5), vd_str_c(words[w]))) continue;
		*word = (enum word)w;
		return true;
	}
	return false;
}

static void
find_words(struct vd_str text, struct vd_str values[WORD__COUNT], struct vd_str *before)
{
	enum word open = WORD__COUNT, word;
	size_t from = 0;

	*before = VD_STR_NONE;
	for (size_t at = 0; at < text.len; at++) {
		if (!word_at(text, at, &word)) continue;
		if (open == WORD__COUNT) *before = vd_str_trim(vd_str_sub(text, 0, at));
		else values[open] = vd_str_trim(vd_str_sub(text, from, at - from));
		open = word;
		from = at + 5;
		at += 4;
	}
	if (open == WORD__COUNT) *before = vd_str_trim(text);
	else values[open] = vd_str_trim(vd_str_sub(text, from, SIZE_MAX));
}

static enum vd_status
put_words(struct vd_context *ctx, struct mt940_entry *e, struct vd_str text, struct vd_str joined)
{
	struct bank_record_transaction *t = &e->transaction;
	struct vd_str values[WORD__COUNT] = { 0 }, dense[WORD__COUNT] = { 0 }, before, dense_before;

	find_words(text, values, &before);
	find_words(joined, dense, &dense_before);
	VD_TRY(bank_reference(ctx, values[WORD_EREF], &t->end_to_end));
	VD_TRY(bank_reference(ctx, values[WORD_KREF], &t->instruction_id));
	VD_TRY(bank_reference(ctx, values[WORD_MREF], &t->mandate));
	VD_TRY(bank_reference(ctx, values[WORD_CRED], &t->creditor_id));
	VD_TRY(bank_text(ctx, values[e->record.amount_minor > 0 ? WORD_ABWA : WORD_ABWE],
	                 &t->ultimate_name));
	VD_TRY(bank_text(ctx, values[WORD_SVWZ].len > 0 ? values[WORD_SVWZ] : before, &t->remittance));
	return bank_text(ctx, dense[WORD_SVWZ].len > 0 ? dense[WORD_SVWZ] : dense_before,
	                 &t->remittance_joined);
}

struct numbered {
	struct bank_lines text, name;
	struct vd_str bic, account, iban, posting, first, second; /* first, second: parts 20 and 21 */
};

static void
put_number(struct numbered *n, int number, struct vd_str value)
{
	if ((number >= 20 && number <= 29) || (number >= 60 && number <= 63)) {
		if (number == 20) n->first = vd_str_trim(value);
		if (number == 21) n->second = vd_str_trim(value);
		bank_lines_add(&n->text, value, value.len >= PART_WIDTH);
	} else if (number == 32 || number == 33) {
		bank_lines_add(&n->name, value, value.len >= PART_WIDTH);
	} else if (number == 0) {
		n->posting = value;
	} else if (number == 30) {
		n->bic = vd_str_trim(value);
	} else if (number == 31) {
		n->account = vd_str_trim(value);
	} else if (number == 38) {
		n->iban = vd_str_trim(value);
	}
}

/* Triodos gave BIC and IBAN as the first two text parts, and its own account as 31. The other
 * account of before IBAN stands in part 10. */
static enum vd_status
put_triodos(struct vd_context *ctx, struct mt940_entry *e, struct numbered *n, struct vd_str ten)
{
	struct bank_record_transaction *t = &e->transaction;

	n->account = ten;
	if (!bank_looks_like_bic(n->first) || !bank_looks_like_iban(n->second))
		return bank_account(ctx, ten, &t->counterparty_iban);
	VD_TRY(bank_text(ctx, n->first, &t->counterparty_bic));
	return bank_account(ctx, n->second, &t->counterparty_iban);
}

static bool
part_at(struct vd_str text, size_t at, char mark, int *number)
{
	if (at + 3 > text.len || text.ptr[at] != mark || !vd_is_digit(text.ptr[at + 1]) ||
	    !vd_is_digit(text.ptr[at + 2]))
		return false;
	*number = (text.ptr[at + 1] - '0') * 10 + (text.ptr[at + 2] - '0');
	return true;
}

/* Cuts the text at its marks. skip_two: the first two text parts are no text. */
static struct vd_str
find_numbers(struct vd_str text, char mark, struct numbered *n, bool skip_two)
{
	int open = -1, number = -1;
	size_t from = 0;
	struct vd_str ten = VD_STR_NONE;

	for (size_t at = 3; at <= text.len; at++) {
		if (at < text.len && !part_at(text, at, mark, &number)) continue;
		if (open >= 0) {
			struct vd_str value = vd_str_sub(text, from, at - from);
			if (open == 10) ten = vd_str_trim(value);
			if (!skip_two || (open != 20 && open != 21)) put_number(n, open, value);
		}
		open = number;
		from = at + 3;
	}
	return ten;
}

enum vd_status
mt940_numbered(struct vd_context *ctx, struct mt940_entry *e, struct vd_str text, bool *known)
{
	struct bank_record_transaction *t = &e->transaction;
	struct numbered n = { 0 };
	struct vd_str ten, spaced, joined;
	int number;
	char mark;

	text = vd_str_trim(text);
	*known = text.len >= 6 && vd_str_all_digits(vd_str_sub(text, 0, 3)) &&
	         !vd_is_alnum(text.ptr[3]) && text.ptr[3] != ' ' &&
	         part_at(text, 3, text.ptr[3], &number);
	if (!*known) return VD_OK;
	mark = text.ptr[3];
	bank_lines_start(ctx, &n.text);
	bank_lines_start(ctx, &n.name);
	ten = find_numbers(text, mark, &n, false);
	if (e->bank == MT940_TRIODOS) {
		VD_TRY(put_triodos(ctx, e, &n, ten));
		if (t->counterparty_bic.len > 0) {
			bank_lines_start(ctx, &n.text);
			(void)find_numbers(text, mark, &n, true);
		}
	} else {
		VD_TRY(bank_account(ctx, n.iban.len > 0 ? n.iban : n.account, &t->counterparty_iban));
		VD_TRY(bank_text(ctx, n.bic, &t->counterparty_bic));
	}
	VD_TRY(bank_lines_finish(ctx, &n.name, &t->counterparty_name, &joined));
	VD_TRY(bank_text(ctx, n.posting, &e->record.info));
	VD_TRY(bank_lines_finish(ctx, &n.text, &spaced, &joined));
	return put_words(ctx, e, spaced, joined);
}
