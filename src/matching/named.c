/* Explanations by what the text names, exactly; the rest is in more.c. */
#include "matching/combine.h"
#include "matching/named.h"

/* --- all that is named, exactly --- */

struct choice {
	int8_t picked[MATCH_UNITS_MAX], best[MATCH_UNITS_MAX]; /* alternative per group, -1 none */
	size_t used, best_used, solutions;
	int64_t steps;
	bool exhausted;
};

static bool
already_picked(const struct match_named *n, const struct choice *c, size_t depth, size_t unit)
{
	for (size_t k = 0; k < depth; k++) {
		if (c->picked[k] >= 0 && n->groups[k].units[c->picked[k]] == unit) return true;
	}
	return false;
}

static void
remember(const struct match_named *n, struct choice *c)
{
	bool same = c->solutions > 0;

	if (c->solutions > 0 && c->used < c->best_used) return;
	for (size_t k = 0; k < n->groups_count; k++) same = same && c->best[k] == c->picked[k];
	if (same) return;
	c->solutions = c->used > c->best_used ? 1 : c->solutions + 1;
	c->best_used = c->used;
	for (size_t k = 0; k < n->groups_count; k++) c->best[k] = c->picked[k];
}

/* Depth is the number of groups, at most MATCH_UNITS_MAX; work is bounded by MATCH_SEARCH_STEPS. */
static void
choose(const struct match_named *n, struct choice *c, size_t depth, int64_t left)
{
	const struct match_group *g = &n->groups[depth];

	if (++c->steps > MATCH_SEARCH_STEPS) {
		c->exhausted = true;
		return;
	}
	if (depth == n->groups_count) {
		if (left == 0 && c->used > 0) remember(n, c);
		return;
	}
	for (size_t i = 0; i < g->count; i++) {
		if (already_picked(n, c, depth, g->units[i])) continue;
		c->picked[depth] = (int8_t)i;
		c->used++;
		choose(n, c, depth + 1, left - n->units[g->units[i]].total);
		c->used--;
	}
	c->picked[depth] = -1;
	if (!g->strong) choose(n, c, depth + 1, left);
}

static bool
all_named(struct match_named *n)
{
	struct choice c = { 0 };
	struct match_hypothesis *h;
	enum match_mention weakest = MENTION_REFERENCE, strongest = MENTION_NONE;
	bool left_out = false; /* of a list; what fits nothing at all is some other number */

	choose(n, &c, 0, n->w->target);
	if (c.solutions == 0) return false;
	for (size_t k = 0; k < n->groups_count; k++) {
		const struct match_group *g = &n->groups[k];

		left_out = left_out || (g->mention == MENTION_LIST && g->count > 0 && c.best[k] < 0);
		if (c.best[k] < 0) continue;
		if (g->mention < weakest) weakest = g->mention;
		if (g->mention > strongest) strongest = g->mention;
	}
	h = match_hypothesis_new(n->w, n->party, FIT_EXACT, weakest);
	if (h == NULL) return true;
	for (size_t k = 0; k < n->groups_count; k++) {
		if (c.best[k] >= 0) match_named_put_unit(n, h, n->groups[k].units[c.best[k]]);
	}
	if (weakest < MENTION_TAIL && strongest >= MENTION_DIGITS &&
	    (h->payer == PAYER_UNKNOWN || h->payer == PAYER_MAYBE))
		h->payer = PAYER_LIKELY;
	if (c.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (c.exhausted) h->notes |= NOTE_LIMIT;
	if (c.exhausted || left_out) h->capped = true;
	return true;
}

/* One order reference stands for all its invoices, or for those that add up. */
static bool
by_order(struct match_named *n)
{
	const struct match_group *g = n->groups_count == 1 ? &n->groups[0] : NULL;
	int64_t totals[MATCH_ALTERNATIVES_MAX], sum = 0;
	struct combine_answer answer;
	struct match_hypothesis *h;

	if (g == NULL || !g->by_order || g->count < 2) return false;
	for (size_t i = 0; i < g->count; i++) sum += totals[i] = n->units[g->units[i]].total;
	match_combine(totals, g->count, n->w->target, g->count, MATCH_SEARCH_STEPS, &answer);
	if (answer.solutions == 0) return false;
	h = match_hypothesis_new(n->w, n->party, FIT_EXACT, g->mention);
	if (h == NULL) return true;
	if (sum == n->w->target) {
		for (size_t i = 0; i < g->count; i++) match_named_put_unit(n, h, g->units[i]);
		return true;
	}
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_named_put_unit(n, h, g->units[answer.chosen[i]]);
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	return true;
}

/* One invoice with several due lines: one line exactly, the oldest such. */
static bool
one_line(struct match_named *n)
{
	const struct match_party *p = &n->w->parties[n->party];

	if (n->strong_count != 1) return false;
	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		struct match_hypothesis *h;
		size_t u = n->unit_of[i - p->from];

		if (u == UINT16_MAX || n->units[u].lines < 2 || n->units[u].mention < MENTION_TAIL ||
		    c->value != n->w->target)
			continue;
		h = match_hypothesis_new(n->w, n->party, FIT_EXACT, n->strong_mention);
		if (h != NULL) match_hypothesis_part(h, i, c->value);
		return true;
	}
	return false;
}

/* --- ranges --- */

/* The digits that the piece stands for when it ends a range that begins with lo. */
static bool
range_end(struct vd_str lo, struct vd_str piece, char out[MATCH_CODE_MAX])
{
	if (lo.len > MATCH_CODE_MAX || piece.len > lo.len || piece.len == 0) return false;
	for (size_t i = 0; i < lo.len; i++)
		out[i] = i < lo.len - piece.len ? lo.ptr[i] : piece.ptr[i - (lo.len - piece.len)];
	return vd_str_cmp((struct vd_str){ out, lo.len }, lo) > 0;
}

static bool
put_range(struct match_named *n, const struct match_candidate *from, struct vd_str hi)
{
	const struct match_party *p = &n->w->parties[n->party];
	int64_t sum = 0;
	size_t count = 0;
	struct match_hypothesis *h;

	for (int emit = 0; emit <= 1; emit++) {
		h = emit ? match_hypothesis_new(n->w, n->party, FIT_EXACT, MENTION_LIST) : NULL;
		for (size_t i = p->from; i < p->to; i++) {
			const struct match_candidate *c = match_named_candidate(n, i);
			bool inside = c->value > 0 && c->number.key.len == from->number.key.len &&
			              c->number.digits.len == hi.len &&
			              vd_str_cmp(c->number.digits, from->number.digits) >= 0 &&
			              vd_str_cmp(c->number.digits, hi) <= 0;

			if (!inside) continue;
			if (h != NULL) match_hypothesis_part(h, i, c->value);
			sum += emit ? 0 : c->value;
			count += !emit;
		}
		if (count < 2 || sum != n->w->target) return false;
	}
	if (h != NULL) {
		h->notes |= NOTE_RANGE;
		if (h->payer == PAYER_UNKNOWN || h->payer == PAYER_MAYBE) h->payer = PAYER_LIKELY;
	}
	return true;
}

/* Does piece i stand at the end of a range that began before it? "t/m", "tot en met", a dash. */
static bool
range_word(const struct match_piece *p)
{
	return p->word == WORD_RANGE || (p->gap == GAP_DASH && p->digits_count > 0);
}

/* "F250000123 t/m 0000129", "F250000123-129", "2025001 tot en met 2025009" */
static bool
range(struct match_named *n)
{
	const struct match_text *text = &n->w->found.text;
	const struct match_candidate *from = NULL;
	bool between = false;
	char digits[MATCH_CODE_MAX];

	for (size_t i = 0; i < text->count; i++) {
		const struct match_piece *p = &text->pieces[i];
		const struct match_candidate *here = p->source == SOURCE_TEXT ? match_named_at(n, i) : NULL;
		struct vd_str end = here != NULL ? here->number.digits : match_text_digits(text, i, i);

		if (p->source != SOURCE_TEXT) continue;
		if (here != NULL && here == from && !between) continue; /* the same number goes on */
		between = from != NULL && (between || range_word(p));
		if (p->word == WORD_RANGE || (between && here == NULL && p->digits_count == 0)) continue;
		if (between) {
			n->range_said = n->range_said || p->word == WORD_RANGE || i == 0 ||
			                text->pieces[i - 1].word == WORD_RANGE;
			if (range_end(from->number.digits, end, digits) &&
			    put_range(n, from, (struct vd_str){ digits, from->number.digits.len }))
				return true;
		}
		from = here;
		between = false;
	}
	return false;
}

static void
explain_party(struct match_named *n)
{
	bool told;

	match_named_collect(n);
	if (n->groups_count > 0 &&
	    (by_order(n) || all_named(n) || one_line(n) || range(n) || match_named_netted(n) ||
	     match_named_stated(n) || match_named_small_difference(n)))
		return;
	told = match_named_mistyped(n);
	if (n->groups_count == 0 || told) return;
	told = match_named_complemented(n);
	if (!told && match_named_one_left_out(n)) return;
	match_named_too_little_or_much(n, told);
}

void
match_named(struct match_work *w, size_t party)
{
	struct match_named n = { .w = w, .party = party };
	size_t before = w->hypotheses_count;

	if (w->parties[party].to - w->parties[party].from > VD_LENGTH(n.unit_of)) return;
	explain_party(&n);
	for (size_t i = before; n.too_many && i < w->hypotheses_count; i++) {
		w->hypotheses[i].notes |= NOTE_LIMIT;
		w->hypotheses[i].capped = true;
	}
}
