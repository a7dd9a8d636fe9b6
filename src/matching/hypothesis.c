/* Building blocks of explanations. */
#include "matching/work.h"

/* A number that is whole tells which of the debtors with this account or name is meant. What is no
 * number, or hardly one, needs a payer who can be no other. */
static enum match_payer
payer_of(const struct match_party *p, enum match_mention mention)
{
	bool alone = mention <= MENTION_SUFFIX && p->supports > PAYER_UNKNOWN;

	return (enum match_payer)(mention == MENTION_NONE || alone ? p->identifies : p->supports);
}

struct match_hypothesis *
match_hypothesis_new(struct match_work *w, size_t party, enum match_fit fit,
                     enum match_mention mention)
{
	struct match_hypothesis *h;

	if (w->hypotheses_count == MATCH_HYPOTHESES_MAX) return NULL;
	h = &w->hypotheses[w->hypotheses_count++];
	h->fit = fit;
	h->mention = mention;
	h->payer = payer_of(&w->parties[party], mention);
	h->party = (uint16_t)party;
	h->parts_count = 0;
	h->near_token = MATCH_NO_TOKEN;
	h->unallocated = h->write_off = h->certainty = 0;
	h->notes = 0;
	h->capped = false;
	h->earlier = NULL;
	h->earlier_reason = NULL;
	return h;
}

void
match_hypothesis_part(struct match_hypothesis *h, size_t candidate, int64_t amount)
{
	if (h->parts_count == MATCH_LINES_MAX) {
		h->capped = true; /* what does not fit cannot be booked by itself */
		h->notes |= NOTE_LIMIT;
		h->unallocated += amount;
		return;
	}
	h->parts[h->parts_count] = (uint16_t)candidate;
	h->amounts[h->parts_count++] = amount;
}

/* Candidates stand in order of party and due day, so their places are that order too. */
static void
sort_parts(struct match_hypothesis *h)
{
	for (size_t i = 1; i < h->parts_count; i++) {
		uint16_t part = h->parts[i];
		int64_t amount = h->amounts[i];
		size_t j = i;

		for (; j > 0 && h->parts[j - 1] > part; j--) {
			h->parts[j] = h->parts[j - 1];
			h->amounts[j] = h->amounts[j - 1];
		}
		h->parts[j] = part;
		h->amounts[j] = amount;
	}
}

void
match_hypothesis_fill(struct match_work *w, struct match_hypothesis *h)
{
	int64_t left = w->target;
	size_t kept = 0;

	sort_parts(h);
	for (size_t i = 0; i < h->parts_count; i++) { /* credits add to the money there is */
		int64_t value = w->candidates[h->parts[i]].value;

		if (value < 0) left -= value;
	}
	for (size_t i = 0; i < h->parts_count; i++) {
		int64_t value = w->candidates[h->parts[i]].value;
		int64_t amount = value < 0 ? value : value < left ? value : left;

		if (amount == 0) continue;
		if (amount > 0) left -= amount;
		h->parts[kept] = h->parts[i];
		h->amounts[kept++] = amount;
	}
	h->parts_count = (uint16_t)kept;
	h->unallocated = left;
}

bool
match_loose_number(const struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];

	for (size_t k = 0; k < w->found.count; k++) {
		const struct match_token *t = &w->found.tokens[k];
		bool used = false;

		for (size_t i = t->first; i <= t->last; i++) used = used || w->used[i] >= MENTION_SHORT;
		for (size_t i = p->from; !used && i < p->to; i++) {
			if (match_number_alike(t, &w->candidates[i].number)) return true;
		}
	}
	for (size_t k = 0; k < w->found.references_count;
	     k++) { /* a good RF reference that names nothing */
		const struct match_found_reference *r = &w->found.references[k];

		if (r->code.ptr[0] == 'R' && w->used[r->first] < MENTION_SHORT) return true;
	}
	return false;
}
