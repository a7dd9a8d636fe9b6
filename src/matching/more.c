/* The named items and something more: a credit note, a small difference, a mistyped number, an
 * unnamed item; or too little or too much money for them. */
#include "matching/combine.h"
#include "matching/named.h"

#define NET_CREDITS_MAX  3   /* unnamed credit notes in one payment */
#define COMPLEMENT_MAX   2   /* unnamed invoices beside named ones */
#define STATED_WORDS_MAX 3   /* pieces between a number and its amount */
#define CHANCE_MAX       100 /* basis points: more likely an accident than that is no explanation */

/* --- named, and something more --- */

/* Candidates of the party that the text does not name: debits (sign 1) or credits (sign -1). */
static size_t
unnamed(const struct match_named *n, int sign, int64_t values[MATCH_ITEMS_MAX],
        uint16_t places[MATCH_ITEMS_MAX])
{
	const struct match_party *p = &n->w->parties[n->party];
	size_t count = 0;

	for (size_t i = p->from; i < p->to && count < MATCH_ITEMS_MAX; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);

		if (c->value == 0 || c->later || (c->value > 0) != (sign > 0) ||
		    n->unit_of[i - p->from] != UINT16_MAX)
			continue;
		values[count] = c->value;
		places[count++] = (uint16_t)i;
	}
	return count;
}

/* Unnamed credit notes explain why less was paid. */
bool
match_named_netted(struct match_named *n)
{
	int64_t values[MATCH_ITEMS_MAX];
	uint16_t places[MATCH_ITEMS_MAX];
	struct combine_answer answer;
	struct match_hypothesis *h;
	size_t count;

	if (!n->w->rules->net_credits || n->strong_count == 0 || n->strong_total <= n->w->target)
		return false;
	count = unnamed(n, -1, values, places);
	match_combine(values, count, n->w->target - n->strong_total, NET_CREDITS_MAX,
	              MATCH_SEARCH_STEPS, &answer);
	if (answer.solutions == 0) return false;
	h = match_named_put_strong(n, FIT_EXACT, n->strong_mention);
	if (h == NULL) return true;
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_hypothesis_part(h, places[answer.chosen[i]], values[answer.chosen[i]]);
	h->notes |= NOTE_CREDIT;
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (count > 1 && match_combine_chance(values, count, n->w->target - n->strong_total,
	                                      answer.chosen_count, &answer) > CHANCE_MAX * 10) {
		h->notes |= NOTE_CHANCE;
		h->capped = true;
	}
	return true;
}

static bool
within_tolerance(const struct match_rules *r, int64_t difference, int64_t of)
{
	if (difference <= 0 || difference > r->tolerance_minor) return false;
	return difference <= INT64_MAX / 10000 && difference * 10000 / r->tolerance_bp <= of;
}

bool
match_named_small_difference(struct match_named *n)
{
	int64_t difference = n->strong_total - n->w->target;
	struct match_hypothesis *h;
	size_t carrier = 0;

	if (n->strong_count == 0 || n->w->rules->tolerance_bp <= 0) return false;
	h = match_named_put_strong(n, FIT_TOLERANCE, n->strong_mention);
	if (h == NULL) return false;
	for (size_t i = 1; i < h->parts_count; i++) {
		if (h->amounts[i] > h->amounts[carrier]) carrier = i;
	}
	if (h->capped || !within_tolerance(n->w->rules, difference, h->amounts[carrier])) {
		n->w->hypotheses_count--;
		return false;
	}
	h->amounts[carrier] -= difference;
	h->write_off = difference;
	if (carrier + 1 < h->parts_count) { /* the write-off goes with the last part */
		uint16_t part = h->parts[carrier];
		int64_t amount = h->amounts[carrier];

		h->parts[carrier] = h->parts[h->parts_count - 1];
		h->amounts[carrier] = h->amounts[h->parts_count - 1];
		h->parts[h->parts_count - 1] = part;
		h->amounts[h->parts_count - 1] = amount;
	}
	return true;
}

/* What the numbers of those who may well be the payer make of a token: 0 nothing, 1 a settled item
 * that may be paid twice, 2 an open one. */
static int
own_meaning(const struct match_named *n, const struct match_token *t)
{
	int meaning = 0;

	for (size_t i = 0; i < n->w->candidates_count; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		const struct match_token *other =
		    c->token != MATCH_NO_TOKEN ? &n->w->found.tokens[c->token] : NULL;

		if (other == NULL || c->mention < MENTION_SHORT) continue;
		if (c->party != n->party && n->w->parties[c->party].supports < PAYER_LIKELY) continue;
		if (other->last < t->first || t->last < other->first) continue;
		if (c->item->open_minor > 0) return 2;
		if (c->item->amount_minor == n->w->target) meaning = 1; /* paid twice? */
	}
	return meaning;
}

/* A token one slip away from the number of candidate i that is no open item's of his own;
 * MATCH_NO_TOKEN when there is none. */
static uint16_t
near_token(const struct match_named *n, size_t i)
{
	for (size_t k = 0; k < n->w->found.count; k++) {
		const struct match_token *t = &n->w->found.tokens[k];

		if (match_number_near(t, &match_named_candidate(n, i)->number) && own_meaning(n, t) < 2)
			return (uint16_t)k;
	}
	return MATCH_NO_TOKEN;
}

/* Does the token name an item of whatever debtor, open or settled? Then it may be meant. */
static bool
names_something(const struct match_named *n, const struct match_token *t)
{
	for (size_t i = t->first; i <= t->last; i++) {
		if (n->w->used[i] >= MENTION_SHORT) return true;
	}
	return false;
}

/* Unnamed items of the party of exactly this amount. */
static size_t
equal_amounts(const struct match_named *n, int64_t amount)
{
	const struct match_party *p = &n->w->parties[n->party];
	size_t count = 0;

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);

		count += c->value == amount && !c->later && n->unit_of[i - p->from] == UINT16_MAX;
	}
	return count;
}

/* What is missing beside the named items is one item whose number was mistyped. */
bool
match_named_mistyped(struct match_named *n)
{
	const struct match_party *p = &n->w->parties[n->party];
	int64_t rest = n->w->target - n->strong_total;
	bool any = false;

	if (p->supports < PAYER_MAYBE && n->strong_count == 0) return false;
	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		struct match_hypothesis *h;
		uint16_t token;

		if (c->value != rest || c->value == 0 || c->later || n->unit_of[i - p->from] != UINT16_MAX)
			continue;
		token = near_token(n, i);
		if (token == MATCH_NO_TOKEN) continue;
		h = match_named_put_strong(n, FIT_EXACT, MENTION_NEAR);
		if (h == NULL) return true;
		match_hypothesis_part(h, i, c->value);
		h->near_token = token;
		if (own_meaning(n, &n->w->found.tokens[token]) > 0 || !n->w->rules->settled_given ||
		    (equal_amounts(n, rest) > 1 && names_something(n, &n->w->found.tokens[token]))) {
			h->notes |= NOTE_CONFLICT | (p->settled_named ? NOTE_SETTLED : 0);
			h->capped = true;
		}
		any = true;
	}
	return any;
}

/* The named items and one or two unnamed ones. */
bool
match_named_complemented(struct match_named *n)
{
	int64_t values[MATCH_ITEMS_MAX], rest = n->w->target - n->strong_total;
	uint16_t places[MATCH_ITEMS_MAX];
	struct combine_answer answer;
	struct match_hypothesis *h;
	size_t count;

	if (n->strong_count == 0 || rest <= 0) return false;
	count = unnamed(n, 1, values, places);
	match_combine(values, count, rest, COMPLEMENT_MAX, MATCH_SEARCH_STEPS, &answer);
	if (answer.solutions == 0) return false;
	if (answer.chosen_count > 1 &&
	    match_combine_chance(values, count, rest, COMPLEMENT_MAX, &answer) > CHANCE_MAX * 10)
		return false;
	h = match_named_put_strong(n, FIT_EXACT, MENTION_NONE);
	if (h == NULL) return true;
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_hypothesis_part(h, places[answer.chosen[i]], values[answer.chosen[i]]);
	h->notes |= NOTE_COMPLEMENT;
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (rest == n->strong_total) h->notes |= NOTE_TWICE;
	if (count > 1 &&
	    match_combine_chance(values, count, rest, answer.chosen_count, &answer) > CHANCE_MAX)
		h->notes |= NOTE_CHANCE;
	if (match_loose_number(n->w, n->party)) h->notes |= NOTE_LOOSE_NUMBER;
	h->payer =
	    (enum match_payer)n->w->parties[n->party].supports; /* the number does not help here */
	h->capped = h->notes != NOTE_COMPLEMENT;
	return true;
}

/* All but one of the named items. */
bool
match_named_one_left_out(struct match_named *n)
{
	bool any = false;

	for (size_t k = 0; k < n->groups_count && n->strong_count > 1; k++) {
		struct match_hypothesis *h;

		if (!n->groups[k].strong ||
		    n->strong_total - n->units[n->groups[k].units[0]].total != n->w->target)
			continue;
		h = match_hypothesis_new(n->w, n->party, FIT_EXACT, n->strong_mention);
		if (h == NULL) return true;
		for (size_t j = 0; j < n->groups_count; j++) {
			if (n->groups[j].strong && j != k) match_named_put_unit(n, h, n->groups[j].units[0]);
		}
		h->notes |= NOTE_NOT_PAID;
		h->capped = true;
		any = true;
	}
	return any;
}

/* --- too little or too much --- */

/* The amount that the text states behind the number of this group: "F250000123 EUR 100,00". */
static bool
stated_amount(const struct match_named *n, const struct match_group *g, int64_t *minor)
{
	const struct match_text *text = &n->w->found.text;
	size_t count, from;

	if (g->token == MATCH_NO_TOKEN) return false;
	from = n->w->found.tokens[g->token].last + 1u;
	for (size_t i = from; i < text->count && i < from + STATED_WORDS_MAX; i++) {
		if (match_text_amount(text, i, &count, minor)) return true;
		if (text->pieces[i].digits_count > 0) return false;
	}
	return false;
}

/* So much of this unit, the oldest due line first. */
static void
put_stated(struct match_named *n, struct match_hypothesis *h, size_t unit, int64_t amount)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to && amount > 0; i++) {
		int64_t value = match_named_candidate(n, i)->value;

		if (n->unit_of[i - p->from] != unit) continue;
		if (value > amount) value = amount;
		match_hypothesis_part(h, i, value);
		amount -= value;
	}
}

/* Several items, and the text says how much of each: then the debtor has chosen how to spread it.
 */
bool
match_named_stated(struct match_named *n)
{
	int64_t amounts[MATCH_UNITS_MAX], sum = 0;
	struct match_hypothesis *h;

	if (n->strong_count < 2 || vd_currency_decimals(n->w->x->currency) != 2) return false;
	for (size_t k = 0; k < n->groups_count; k++) {
		const struct match_group *g = &n->groups[k];

		if (!g->strong) continue;
		if (!stated_amount(n, g, &amounts[k]) || amounts[k] <= 0) return false;
		if (amounts[k] > n->units[g->units[0]].total) return false;
		sum += amounts[k];
	}
	if (sum != n->w->target) return false;
	h = match_hypothesis_new(n->w, n->party, FIT_PARTIAL, n->strong_mention);
	for (size_t k = 0; h != NULL && k < n->groups_count; k++) {
		if (n->groups[k].strong) put_stated(n, h, n->groups[k].units[0], amounts[k]);
	}
	return true;
}

/* Another item that this money pays exactly: of this party, or of one that surely pays. */
static bool
exact_elsewhere(const struct match_named *n)
{
	for (size_t i = 0; i < n->w->candidates_count; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		const struct match_party *p = &n->w->parties[c->party];

		if (c->value != n->w->target || c->later) continue;
		if (c->party != n->party && p->supports != PAYER_SURE) continue;
		if (c->party != n->party || n->unit_of[i - p->from] == UINT16_MAX ||
		    n->units[n->unit_of[i - p->from]].mention < MENTION_TAIL)
			return true;
	}
	return false;
}

/* Does the text also name items of other debtors, at other places than his? */
static bool
names_others(const struct match_named *n)
{
	for (size_t i = 0; i < n->w->candidates_count; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);

		if (c->party == n->party || c->mention < MENTION_TAIL || c->item->open_minor == 0) continue;
		if (c->token == MATCH_NO_TOKEN ||
		    match_named_at(n, n->w->found.tokens[c->token].last) == NULL)
			return true;
	}
	return false;
}

void
match_named_too_little_or_much(struct match_named *n, bool told_otherwise)
{
	struct match_hypothesis *h;
	bool unresolved = false;
	size_t weak = n->groups_count;

	for (size_t k = 0; k < n->groups_count; k++) {
		const struct match_group *g = &n->groups[k];

		unresolved = unresolved || g->mention == MENTION_LIST;
		if (!g->strong && g->count == 1 && g->mention >= MENTION_SHORT) weak = k;
	}
	if (n->strong_count > 0) {
		h = match_named_put_strong(n, n->strong_total > n->w->target ? FIT_PARTIAL : FIT_OVER,
		                           n->strong_mention);
	} else if (weak < n->groups_count && n->groups_count == 1) {
		const struct match_group *g = &n->groups[weak];

		h = match_hypothesis_new(n->w, n->party,
		                         n->units[g->units[0]].total > n->w->target ? FIT_PARTIAL
		                                                                    : FIT_OVER,
		                         g->mention);
		if (h != NULL) match_named_put_unit(n, h, g->units[0]);
		n->strong_total = n->units[g->units[0]].total;
	} else {
		return;
	}
	if (h == NULL) return;
	if (n->strong_total <= 0) {
		n->w->hypotheses_count--;
		return;
	}
	if (h->fit == FIT_PARTIAL && n->strong_count > 1) h->notes |= NOTE_OLDEST_FIRST;
	match_hypothesis_fill(n->w, h);
	if (exact_elsewhere(n)) h->notes |= NOTE_OTHER_EXACT;
	if (h->fit == FIT_PARTIAL && n->w->target * 121 == n->strong_total * 100)
		h->notes |= NOTE_WITHOUT_VAT;
	if (h->fit == FIT_OVER && n->w->target == 2 * n->strong_total) h->notes |= NOTE_TWICE;
	if (h->fit == FIT_OVER && n->w->target / 5 * 2 > n->strong_total) h->notes |= NOTE_FAR_OVER;
	if (match_loose_number(n->w, n->party) || unresolved || n->range_said || names_others(n))
		h->notes |= NOTE_LOOSE_NUMBER;
	h->capped = told_otherwise || n->w->refund ||
	            (h->notes &
	             (NOTE_OTHER_EXACT | NOTE_LOOSE_NUMBER | NOTE_OLDEST_FIRST | NOTE_FAR_OVER)) != 0;
}
