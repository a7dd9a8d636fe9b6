/* Why, in words: what the text says; how the amount fits; who pays; what a person should know. */
#include "base/buf.h"
#include "matching/work.h"

#include <inttypes.h>

#define REASONS_MAX 1200
#define NUMBERS_MAX 6 /* numbers named in the reasons; more are counted */

static const char *const payers[] = {
	[PAYER_OTHER] = "account or code of another debtor",
	[PAYER_UNKNOWN] = "payer not known",
	[PAYER_MAYBE] = "payer perhaps this debtor",
	[PAYER_LIKELY] = "payer has the debtor's name",
	[PAYER_SURE] = "account or code of this debtor",
};

static const struct {
	uint32_t note;
	const char *text;
} notes[] = {
	{ NOTE_BATCH, "all of our own collection batch" },
	{ NOTE_RANGE, "range of numbers" },
	{ NOTE_WHOLE_BALANCE, "everything that is open" },
	{ NOTE_ALL_DUE, "everything that is due" },
	{ NOTE_CREDIT, "credit note taken off" },
	{ NOTE_COMPLEMENT, "named items and what is missing to the amount" },
	{ NOTE_OLDEST_FIRST, "oldest first" },
	{ NOTE_WITHOUT_VAT, "the amount is without 21 % VAT" },
	{ NOTE_LITTLE_LESS, "a little less than the item: discount or bank costs?" },
	{ NOTE_TWICE, "may be paid twice" },
	{ NOTE_NOT_PAID, "one named item left out" },
	{ NOTE_SETTLED, "the number named is already settled: paid twice?" },
	{ NOTE_CURRENCY, "the item named is in another currency" },
	{ NOTE_LATER, "dated after the payment" },
	{ NOTE_SEVERAL, "several debtors" },
	{ NOTE_FAR_OVER, "much more than the items" },
	{ NOTE_LOOSE_NUMBER, "a number in the text names nothing" },
	{ NOTE_CONFLICT, "the text or the account says something else" },
	{ NOTE_OTHER_EXACT, "another item has exactly this amount" },
	{ NOTE_CHANCE, "the amounts may add up by accident" },
	{ NOTE_LIMIT, "more than the limits allow was not looked at" },
	{ NOTE_AMBIGUOUS, "another explanation is as good" },
};

static void
separate(struct vd_buf *b)
{
	if (b->len > 0) vd_buf_add_c(b, "; ");
}

static const char *
mention_text(enum match_mention m)
{
	switch (m) {
	case MENTION_REFERENCE:
		return "reference of %s";
	case MENTION_WHOLE:
		return "number %s in text";
	case MENTION_DIGITS:
		return "digits of %s in text";
	case MENTION_TAIL:
	case MENTION_SHORT:
	case MENTION_SUFFIX:
	case MENTION_LIST:
		return "end of number %s in text";
	case MENTION_NEAR:
		return "number like %s in text";
	default:
		return "%s not named";
	}
}

static void
add_mention(const struct match_work *w, const struct match_hypothesis *h, size_t part,
            struct vd_buf *b)
{
	const struct match_candidate *c = &w->candidates[h->parts[part]];
	enum match_mention m = (enum match_mention)c->mention;
	const char *text, *mark;

	if (m < MENTION_SUFFIX && h->near_token != MATCH_NO_TOKEN) m = MENTION_NEAR;
	else if (m < MENTION_SUFFIX && h->mention == MENTION_LIST) m = MENTION_LIST;
	else if (m == MENTION_TAIL && c->by_order) m = MENTION_WHOLE;
	text = mention_text(m);
	separate(b);
	for (mark = text; *mark != '%'; mark++) vd_buf_add_char(b, *mark);
	if (c->by_order) vd_buf_addf(b, "%.*s by its order", VD_FMT(c->item->number));
	else if (c->item->number.len > 0) vd_buf_add(b, c->item->number);
	else vd_buf_add_c(b, "unallocated money");
	vd_buf_add_c(b, mark + 2);
}

static void
add_fit(const struct match_work *w, const struct match_hypothesis *h, struct vd_buf *b)
{
	struct vd_money rest = { h->fit == FIT_TOLERANCE ? h->write_off : h->unallocated,
		                     w->x->currency };
	char text[VD_MONEY_TEXT];

	vd_money_format(rest, text);
	separate(b);
	if (h->parts_count == 0) vd_buf_add_c(b, "fits no item: on account");
	else if (h->fit == FIT_EXACT)
		vd_buf_add_c(b, h->parts_count == 1 ? "amount exact" : "amounts add up exactly");
	else if (h->fit == FIT_TOLERANCE) vd_buf_addf(b, "small difference of %s written off", text);
	else if (h->unallocated > 0) vd_buf_addf(b, "%s too much, unallocated", text);
	else vd_buf_add_c(b, "part of the amount");
}

static enum vd_status
return_reasons(struct match_work *w, const struct match_hypothesis *h, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(w->ctx, REASONS_MAX);
	char day[VD_DATE_TEXT];

	vd_date_format(h->earlier->booked_on, day);
	vd_buf_addf(&b, "takes back the transaction of %s: %s", day, h->earlier_reason);
	if (h->earlier->amount_minor != -w->x->amount_minor) vd_buf_add_c(&b, "; the amount differs");
	if (w->x->return_reason.len > 0) vd_buf_addf(&b, "; reason %.*s", VD_FMT(w->x->return_reason));
	if (h->notes & NOTE_AMBIGUOUS) vd_buf_add_c(&b, "; another explanation is as good");
	return vd_buf_finish(w->ctx, &b, out);
}

enum vd_status
match_reasons(struct match_work *w, const struct match_hypothesis *h, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(w->ctx, REASONS_MAX);

	if (h->earlier != NULL) return return_reasons(w, h, out);
	for (size_t i = 0; i < h->parts_count && i < NUMBERS_MAX; i++) add_mention(w, h, i, &b);
	if (h->parts_count > NUMBERS_MAX)
		vd_buf_addf(&b, "; and %d more", (int)(h->parts_count - NUMBERS_MAX));
	add_fit(w, h, &b);
	separate(&b);
	vd_buf_add_c(&b, payers[h->payer]);
	for (size_t i = 0; i < VD_LENGTH(notes); i++) {
		if ((h->notes & notes[i].note) == 0) continue;
		vd_buf_add_c(&b, "; ");
		vd_buf_add_c(&b, notes[i].text);
	}
	return vd_buf_finish(w->ctx, &b, out);
}
