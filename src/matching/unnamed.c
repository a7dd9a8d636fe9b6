/* Explanations by who pays and how much, without a number. */
#include "matching/combine.h"
#include "matching/work.h"

#define CHANCE_MAX        5 /* basis points: a set found by amount alone may be booked up to this */
#define BANK_COSTS_MAX    500  /* minor units */
#define CHANCE_SEARCH_MAX 3000 /* beyond, a set says nothing and is not searched for … */
#define FEW               12   /* … unless there are so few items that a person sees it at once */

static bool
usable(const struct match_candidate *c)
{
	return c->value != 0 && !c->later;
}

/* Another invoice of this debtor, paid twice, would give the same amount. */
static bool
twice_another(const struct match_work *w, const struct match_party *p)
{
	for (size_t i = p->from; i < p->to; i++) {
		if (usable(&w->candidates[i]) && w->candidates[i].value * 2 == w->target) return true;
	}
	return false;
}

/* Is the money this item without VAT, or less a discount of 2 % or bank costs? Or the item twice?
 */
static uint32_t
explanation(int64_t value, int64_t money)
{
	if (value <= 0 || value > INT64_MAX / 200 || money > INT64_MAX / 200) return 0;
	if (value * 2 == money) return NOTE_TWICE;
	if (value <= money) return 0;
	if (money * 121 == value * 100 || money * 109 == value * 100) return NOTE_WITHOUT_VAT;
	return (value - money) * 50 <= value || value - money <= BANK_COSTS_MAX ? NOTE_LITTLE_LESS : 0;
}

/* Does one item explain the money, with a difference? Then a sum of others may be an accident. */
static bool
explained_by_one(const struct match_work *w, const struct match_party *p)
{
	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (usable(c) && explanation(c->value, w->target) != 0) return true;
	}
	return false;
}

static void
put_single(struct match_work *w, size_t party, size_t place, uint32_t notes)
{
	struct match_hypothesis *h = match_hypothesis_new(w, party, FIT_EXACT, MENTION_NONE);

	if (h == NULL) return;
	match_hypothesis_part(h, place, w->candidates[place].value);
	h->notes = notes;
}

/* One item of exactly this amount. Due lines of one invoice count as one: the oldest. */
static bool
single(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	size_t places[2], found = 0;
	uint32_t notes = twice_another(w, p) ? NOTE_TWICE : 0;

	for (size_t i = p->from; i < p->to && found < 2; i++) {
		const struct match_candidate *c = &w->candidates[i];
		const struct match_candidate *first = found > 0 ? &w->candidates[places[0]] : NULL;

		if (!usable(c) || c->value != w->target) continue;
		if (first != NULL && c->number.key.len > 0 && vd_str_eq(first->number.key, c->number.key))
			continue;
		places[found++] = i;
	}
	for (size_t i = 0; i < found; i++) {
		if (w->candidates[places[i]].mention < MENTION_SHORT)
			put_single(w, party, places[i], notes | (found > 1 ? NOTE_AMBIGUOUS : 0));
	}
	return found > 0;
}

static bool
is_due(const struct match_work *w, const struct match_candidate *c)
{
	return !vd_date_is_none(c->item->due_on) && !vd_date_is_none(w->x->booked_on) &&
	       c->item->due_on.day <= w->x->booked_on.day;
}

/* Everything open, or everything due, adds up. */
static bool
balance(struct match_work *w, size_t party, bool due_only)
{
	const struct match_party *p = &w->parties[party];
	struct match_hypothesis *h;
	int64_t sum = 0;
	size_t count = 0;

	for (int emit = 0; emit <= 1; emit++) {
		h = emit ? match_hypothesis_new(w, party, FIT_EXACT, MENTION_NONE) : NULL;
		for (size_t i = p->from; i < p->to; i++) {
			const struct match_candidate *c = &w->candidates[i];

			if (!usable(c) || (c->value < 0 && !w->rules->net_credits) ||
			    (due_only && !is_due(w, c)))
				continue;
			sum += emit ? 0 : c->value;
			count += !emit;
			if (h != NULL) match_hypothesis_part(h, i, c->value);
		}
		if (count < 2 || sum != w->target) return false;
	}
	if (h == NULL) return true;
	h->notes |= due_only ? NOTE_ALL_DUE : NOTE_WHOLE_BALANCE;
	if (twice_another(w, p)) h->notes |= NOTE_TWICE;
	return true;
}

/* Some set of items adds up. Booked only when it is the only one and hardly an accident. */
static bool
combination(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	int64_t values[MATCH_ITEMS_MAX];
	uint16_t places[MATCH_ITEMS_MAX];
	size_t count = 0, size = MATCH_COMBINATION_MAX;
	struct combine_answer answer;
	struct match_hypothesis *h;

	for (size_t i = p->from; i < p->to && count < MATCH_ITEMS_MAX; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (!usable(c) || (c->value < 0 && !w->rules->net_credits)) continue;
		values[count] = c->value;
		places[count++] = (uint16_t)i;
	}
	while (count > FEW && size > 1 &&
	       match_combine_chance(values, count, w->target, size, NULL) > CHANCE_SEARCH_MAX)
		size--;
	if (count < 2 || size < 2) return false;
	match_combine(values, count, w->target, size, MATCH_SEARCH_STEPS, &answer);
	if (answer.solutions == 0) return false;
	h = match_hypothesis_new(w, party, FIT_EXACT, MENTION_NONE);
	if (h == NULL) return true;
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_hypothesis_part(h, places[answer.chosen[i]], values[answer.chosen[i]]);
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (answer.exhausted) h->notes |= NOTE_LIMIT;
	if (answer.exhausted || explained_by_one(w, p) ||
	    match_combine_chance(values, count, w->target, size, &answer) > CHANCE_MAX)
		h->notes |= NOTE_CHANCE;
	return true;
}

/* One item, short by a small difference. */
static bool
small_difference(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	const struct match_rules *r = w->rules;
	struct match_hypothesis *h;
	size_t place = SIZE_MAX;

	for (size_t i = p->from; i < p->to && r->tolerance_bp > 0; i++) {
		const struct match_candidate *c = &w->candidates[i];
		int64_t short_by = c->value - w->target;

		if (!usable(c) || short_by <= 0 || short_by > r->tolerance_minor) continue;
		if (short_by > INT64_MAX / 10000 || short_by * 10000 / r->tolerance_bp > c->value) continue;
		if (place != SIZE_MAX) return false; /* two of them: no idea which */
		place = i;
	}
	if (place == SIZE_MAX ||
	    (h = match_hypothesis_new(w, party, FIT_TOLERANCE, MENTION_NONE)) == NULL)
		return false;
	match_hypothesis_part(h, place, w->target);
	h->write_off = w->candidates[place].value - w->target;
	return true;
}

/* One item that such a difference explains. Never booked: the difference is a question. */
static bool
explained_difference(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	struct match_hypothesis *h;
	size_t place = SIZE_MAX;
	uint32_t why = 0;

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = &w->candidates[i];
		uint32_t note = usable(c) ? explanation(c->value, w->target) : 0;

		if (note == 0) continue;
		if (place != SIZE_MAX) return false;
		place = i;
		why = note;
	}
	if (place == SIZE_MAX) return false;
	h = match_hypothesis_new(w, party, why == NOTE_TWICE ? FIT_OVER : FIT_PARTIAL, MENTION_NONE);
	if (h == NULL) return false;
	match_hypothesis_part(h, place, w->candidates[place].value);
	match_hypothesis_fill(w, h);
	h->notes |= why | NOTE_EXPLAINED;
	h->capped = true;
	return true;
}

/* Money of a debtor that fits nothing: on account, or over his oldest items. For a person. */
static void
leave_to_person(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	struct match_hypothesis *h;

	if (w->refund) return; /* money out may be a purchase */
	if (!w->parties[party].named && !w->parties[party].settled_named)
		explained_difference(w, party);
	h = match_hypothesis_new(w, party, FIT_OVER, MENTION_NONE);
	if (h == NULL) return;
	h->unallocated = w->target;
	h->notes |= (p->settled_named ? NOTE_SETTLED : 0) | (p->foreign_named ? NOTE_CURRENCY : 0);
	h->capped = true;
	h = match_hypothesis_new(w, party, FIT_PARTIAL, MENTION_NONE);
	if (h == NULL) return;
	for (size_t i = p->from; i < p->to && h->parts_count < MATCH_LINES_MAX; i++) {
		if (usable(&w->candidates[i]) && w->candidates[i].value > 0)
			match_hypothesis_part(h, i, w->candidates[i].value);
	}
	match_hypothesis_fill(w, h);
	h->notes |= NOTE_OLDEST_FIRST;
	h->capped = true;
	if (h->parts_count == 0) w->hypotheses_count--;
}

/* An explanation of this party that a person would take before putting the money on account. */
static bool
explained(const struct match_work *w, size_t party)
{
	for (size_t i = 0; i < w->hypotheses_count; i++) {
		if (w->hypotheses[i].party == party) return true;
	}
	return false;
}

/* What the text says against an explanation by amount alone. */
enum objection {
	OBJECTION_NONE,
	OBJECTION_MILD,  /* it names another debtor's item, or an old one of his, of another amount:
	                  * a text used again, or a number mistyped */
	OBJECTION_STRONG /* it names something this money may well be meant for */
};

static enum objection
objection(const struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	enum objection worst = OBJECTION_NONE;

	if (p->named || p->foreign_named || match_loose_number(w, party)) return OBJECTION_STRONG;
	for (size_t i = 0; i < w->candidates_count; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (c->mention < (c->party == party ? MENTION_SHORT : MENTION_TAIL)) continue;
		if (c->item->amount_minor == w->target || c->item->open_minor == w->target)
			return OBJECTION_STRONG;
		worst = OBJECTION_MILD;
	}
	return worst;
}

static void
object(struct match_work *w, size_t party, size_t from)
{
	enum objection o = w->hypotheses_count > from ? objection(w, party) : OBJECTION_NONE;

	for (size_t i = from; o != OBJECTION_NONE && i < w->hypotheses_count; i++) {
		struct match_hypothesis *h = &w->hypotheses[i];

		h->notes |= NOTE_CONFLICT | (w->parties[party].settled_named ? NOTE_SETTLED : 0);
		h->capped =
		    h->capped || o == OBJECTION_STRONG || h->parts_count != 1 || h->fit != FIT_EXACT;
	}
}

void
match_unnamed(struct match_work *w, size_t party)
{
	const struct match_party *p = &w->parties[party];
	size_t before = w->hypotheses_count;

	if (p->identifies < PAYER_MAYBE) return;
	if (!single(w, party) && !p->named && !balance(w, party, false) && !balance(w, party, true) &&
	    p->identifies >= PAYER_LIKELY && !combination(w, party)) {
		small_difference(w, party);
	}
	object(w, party, before);
	for (size_t i = before; i < w->hypotheses_count && party == w->cut_party; i++) {
		w->hypotheses[i].notes |= NOTE_LIMIT; /* not known to be the only one */
		w->hypotheses[i].capped = true;
	}
}

void
match_left_to_person(struct match_work *w)
{
	bool found = w->hypotheses_count > 0;

	for (int least = PAYER_LIKELY; least >= PAYER_MAYBE; least--) {
		for (size_t i = 0; i < w->parties_count; i++) {
			if (w->parties[i].identifies < least || explained(w, i)) continue;
			leave_to_person(w, i);
			found = true;
		}
		if (found) return; /* one who only may pay is worth a thought when there is no other */
	}
}
