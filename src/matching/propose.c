/* From facts to ranked proposals: collect explanations, judge each, compare them, keep the best. */
#include "matching/work.h"

#define EQUAL_BP         200  /* explanations this close to the best are as good as the best */
#define CONTRADICTED_BP  8500 /* at most, when something speaks against it */
#define EXPLAINED_BP     7000 /* at most, for a difference that only has an explanation */
#define CONTRADICTION_BP 200  /* less, when the text names another item of another amount */
#define EARLY_DAYS_MAX   45   /* an invoice that is dated later than this cannot have been sent */
#define NET_CREDIT_BP    150  /* less, when a credit note was guessed */

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Someone else pays: does he have an item of exactly this amount himself? */
static bool
payer_has_his_own(const struct match_work *w, const struct match_hypothesis *h)
{
	for (size_t i = 0; i < w->candidates_count; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (c->party != h->party && c->value == w->target && !c->later &&
		    w->parties[c->party].supports == PAYER_SURE)
			return true;
	}
	return false;
}

static void
judge(const struct match_work *w, struct match_hypothesis *h)
{
	if (h->earlier != NULL) return; /* returns come judged */
	h->certainty = match_certainty(h->fit, h->mention, h->payer);
	if (h->notes & NOTE_CREDIT) h->certainty -= NET_CREDIT_BP;
	if (h->notes & NOTE_EXPLAINED)
		h->certainty = least(EXPLAINED_BP, match_certainty(FIT_TOLERANCE, h->mention, h->payer));
	if (h->notes & NOTE_CONFLICT) h->certainty -= CONTRADICTION_BP;
	if (h->payer == PAYER_OTHER && !(h->notes & NOTE_SEVERAL) && h->fit == FIT_EXACT &&
	    payer_has_his_own(w, h)) {
		h->notes |= NOTE_CONFLICT;
		h->capped = true;
	}
	for (size_t i = 0; i < h->parts_count; i++) {
		const struct match_candidate *c = &w->candidates[h->parts[i]];

		if (!c->later) continue;
		h->notes |= NOTE_LATER;
		/* sent before its date, as rent is, and paid by him: else he cannot have known the number
		 */
		h->capped = h->capped || h->fit != FIT_EXACT || h->payer < PAYER_LIKELY ||
		            c->item->effective_on.day - w->x->booked_on.day > EARLY_DAYS_MAX;
	}
	if (h->notes & (NOTE_CHANCE | NOTE_TWICE) && h->mention == MENTION_NONE) h->capped = true;
}

static bool
same_lines(const struct match_hypothesis *a, const struct match_hypothesis *b)
{
	if (a->earlier != b->earlier || a->parts_count != b->parts_count || a->party != b->party)
		return false;
	for (size_t i = 0; i < a->parts_count; i++) {
		bool found = false;

		for (size_t j = 0; j < b->parts_count && !found; j++)
			found = a->parts[i] == b->parts[j] && a->amounts[i] == b->amounts[j];
		if (!found) return false;
	}
	return true;
}

/* More certain first; then what was before caps; then what settles fewer items; then the older. */
static bool
goes_before(const struct match_hypothesis *a, const struct match_hypothesis *b)
{
	if (a->certainty != b->certainty) return a->certainty > b->certainty;
	if (a->raw != b->raw) return a->raw > b->raw;
	if (a->parts_count != b->parts_count)
		return a->parts_count < b->parts_count && a->parts_count > 0;
	return a->parts_count > 0 && b->parts_count > 0 && a->parts[0] < b->parts[0];
}

static void
rank(struct match_hypothesis *order[MATCH_HYPOTHESES_MAX], size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct match_hypothesis *moving = order[i];
		size_t j = i;

		for (; j > 0 && goes_before(moving, order[j - 1]); j--) order[j] = order[j - 1];
		order[j] = moving;
	}
}

/* The best of each set of lines. */
static size_t
without_doubles(struct match_hypothesis *order[MATCH_HYPOTHESES_MAX], size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool twice = order[i]->raw <= 0;

		for (size_t j = 0; j < kept && !twice; j++) twice = same_lines(order[i], order[j]);
		if (!twice) order[kept++] = order[i];
	}
	return kept;
}

/* How strongly an explanation competes. One that fits exactly keeps its weight also when it is
 * contradicted: then there are two stories. One that does not fit loses it with its certainty. */
static int64_t
weight(const struct match_hypothesis *h)
{
	return h->capped && h->fit != FIT_EXACT ? least(h->raw, CONTRADICTED_BP) : h->raw;
}

/* Explanations as good as the best are ambiguous, all of them; what is contradicted is for a
 * person. */
static void
compare_and_cap(const struct match_work *w, struct match_hypothesis *order[MATCH_HYPOTHESES_MAX],
                size_t n)
{
	int64_t below = w->rules->threshold_bp > 0 ? w->rules->threshold_bp - 1 : 0;
	int64_t best = 0, second = 0;
	bool best_capped = false;

	for (size_t i = 0; i < n; i++) {
		int64_t here = weight(order[i]);

		if (here > best) {
			second = best;
			best = here;
			best_capped = order[i]->capped;
		} else if (here > second) {
			second = here;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (second + EQUAL_BP >= best && weight(order[i]) + EQUAL_BP >= best)
			order[i]->notes |= NOTE_AMBIGUOUS;
		if (order[i]->capped || best_capped || second + EQUAL_BP >= best)
			order[i]->certainty = least(order[i]->certainty, least(CONTRADICTED_BP, below));
		if (order[i]->notes & NOTE_AMBIGUOUS)
			order[i]->certainty = least(order[i]->certainty, least(MATCH_AMBIGUOUS_BP, below));
	}
}

static enum match_kind
kind_of(const struct match_hypothesis *h)
{
	if (h->earlier != NULL) return MATCH_RETURN;
	if (h->parts_count == 0) return MATCH_ON_ACCOUNT;
	if (h->fit == FIT_TOLERANCE) return MATCH_TOLERANCE;
	if (h->fit == FIT_EXACT) return h->parts_count == 1 ? MATCH_EXACT : MATCH_COMBINED;
	return h->unallocated > 0 ? MATCH_OVERPAID : MATCH_PARTIAL;
}

static enum vd_status
write_proposal(struct match_work *w, const struct match_hypothesis *h, struct match_proposal *out)
{
	out->kind = kind_of(h);
	out->certainty_bp = h->certainty;
	out->lines_count = h->parts_count;
	out->unallocated_minor = h->unallocated;
	out->several_debtors = (h->notes & NOTE_SEVERAL) != 0;
	out->returns_transaction_id = h->earlier != NULL ? h->earlier->transaction_id : 0;
	out->debtor_id = h->earlier != NULL ? h->earlier->debtor_id : w->parties[h->party].id;
	for (size_t i = 0; i < h->parts_count; i++) {
		const struct match_candidate *c = &w->candidates[h->parts[i]];

		out->lines[i] = (struct match_line){
			.item_id = c->item->id,
			.amount_minor = h->amounts[i] < 0 ? -h->amounts[i] : h->amounts[i],
			.credit = c->item->credit,
			.debtor_id = c->item->debtor_id,
		};
	}
	if (h->write_off > 0) out->lines[h->parts_count - 1].write_off_minor = h->write_off;
	return match_reasons(w, h, &out->reasons);
}

static enum vd_status
write_proposals(struct match_work *w, struct match_proposal out[MATCH_PROPOSALS_MAX], size_t *count)
{
	struct match_hypothesis *order[MATCH_HYPOTHESES_MAX];
	size_t n = w->hypotheses_count;

	for (size_t i = 0; i < n; i++) {
		order[i] = &w->hypotheses[i];
		judge(w, order[i]);
		order[i]->raw = order[i]->certainty;
	}
	rank(order, n);
	n = without_doubles(order, n);
	compare_and_cap(w, order, n);
	rank(order, n);
	*count = n < MATCH_PROPOSALS_MAX ? n : MATCH_PROPOSALS_MAX;
	for (size_t i = 0; i < *count; i++) VD_TRY(write_proposal(w, order[i], &out[i]));
	return VD_OK;
}

static enum vd_status
explain(struct match_work *w, const struct match_debtor *debtors, size_t debtors_count,
        const struct match_item *items, size_t items_count)
{
	VD_NEW(w->ctx, w->parties, debtors_count + items_count + 1);
	match_tokens_read(&w->found, w->x);
	for (size_t i = 0; i < w->found.text.count; i++) w->used[i] = MENTION_NONE;
	VD_TRY(match_parties(w, debtors, debtors_count));
	VD_TRY(match_candidates(w, items, items_count));
	match_mentions(w);
	match_several_debtors(w);
	for (size_t i = 0; i < w->parties_count; i++) match_named(w, i);
	for (size_t i = 0; i < w->parties_count; i++) match_unnamed(w, i);
	match_left_to_person(w);
	return VD_OK;
}

enum vd_status
match_propose(struct vd_context *ctx, const struct match_transaction *x,
              const struct match_rules *rules, const struct match_debtor *debtors,
              size_t debtors_count, const struct match_item *items, size_t items_count,
              const struct match_earlier *earlier, size_t earlier_count,
              struct match_proposal out[MATCH_PROPOSALS_MAX], size_t *count)
{
	struct match_work w;

	*count = 0;
	if (x->amount_minor == 0 || x->amount_minor == INT64_MIN) return VD_OK;
	if (debtors_count + items_count >= UINT16_MAX)
		return vd_fail(
		    ctx, VD_E_LIMIT, "match.candidates", NULL,
		    "transaction %lld has %zu candidate debtors and %zu candidate items; at most %d together: fetch fewer",
		    (long long)x->id, debtors_count, items_count, UINT16_MAX - 1);
	w.ctx = ctx;
	w.x = x;
	w.rules = rules;
	w.cut_party = UINT16_MAX;
	w.parties_count = w.candidates_count = w.hypotheses_count = 0;
	w.refund = x->amount_minor < 0;
	w.target = w.refund ? -x->amount_minor : x->amount_minor;
	w.earlier = earlier;
	w.earlier_count = earlier_count;
	match_returns(&w);
	/* what the bank calls a return settles no item */
	if (!x->reversal && x->return_reason.len == 0)
		VD_TRY(explain(&w, debtors, debtors_count, items, items_count));
	return write_proposals(&w, out, count);
}
