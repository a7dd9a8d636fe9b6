/* One payment for items of several debtors, and the collection of a whole batch. */
#include "matching/work.h"

/* The first debit or credit that names this item by the same token; one item per token, or none. */
static bool
token_is_shared(const struct match_work *w, size_t place)
{
	const struct match_candidate *c = &w->candidates[place];

	for (size_t i = 0; i < w->candidates_count; i++) {
		const struct match_candidate *o = &w->candidates[i];

		if (i == place || o->value == 0 || o->token != c->token || c->token == MATCH_NO_TOKEN)
			continue;
		if (o->mention == c->mention &&
		    (o->party != c->party || !vd_str_eq(o->number.key, c->number.key)))
			return true;
	}
	return false;
}

static bool
takes_part(const struct match_work *w, size_t i, bool batch)
{
	const struct match_candidate *c = &w->candidates[i];

	if (c->value == 0) return false;
	if (batch) return w->x->batch_id.len > 0 && vd_str_eq(c->item->batch_id, w->x->batch_id);
	return c->mention >= MENTION_SHORT && !c->by_order && !token_is_shared(w, i);
}

static bool
together(struct match_work *w, bool batch)
{
	enum match_mention weakest = MENTION_REFERENCE;
	enum match_payer payer = PAYER_OTHER;
	struct match_hypothesis *h;
	size_t first = SIZE_MAX;
	int64_t sum = 0;
	bool several = false;

	for (size_t i = 0; i < w->candidates_count; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (!takes_part(w, i, batch)) continue;
		if (first == SIZE_MAX) first = i;
		several = several || c->party != w->candidates[first].party;
		sum += c->value;
		if (!batch && c->mention < weakest) weakest = (enum match_mention)c->mention;
		if (w->parties[c->party].supports > payer)
			payer = (enum match_payer)w->parties[c->party].supports;
	}
	if (first == SIZE_MAX || sum != w->target || (!several && !batch)) return false;
	h = match_hypothesis_new(w, w->candidates[first].party, FIT_EXACT, weakest);
	if (h == NULL) return false;
	for (size_t i = 0; i < w->candidates_count; i++) {
		if (takes_part(w, i, batch)) match_hypothesis_part(h, i, w->candidates[i].value);
	}
	h->payer = batch ? PAYER_SURE : payer;
	h->notes |= (several ? NOTE_SEVERAL : 0) | (batch ? NOTE_BATCH : 0);
	h->capped = h->capped || (several && !w->rules->several_debtors);
	return true;
}

void
match_several_debtors(struct match_work *w)
{
	if (!together(w, true)) together(w, false);
}
