/* Explanations that begin with what the text names: all of it, or all of it and a little more. */
#include "matching/combine.h"
#include "matching/work.h"

#define UNITS_MAX        64
#define ALTERNATIVES_MAX 8
#define NET_CREDITS_MAX  3   /* unnamed credit notes in one payment */
#define COMPLEMENT_MAX   2   /* unnamed invoices beside named ones */
#define CHANCE_MAX       100 /* basis points: more likely an accident than that is no explanation */

/* One named invoice of the party with all its open due lines. */
struct unit {
	int64_t total;
	uint16_t first, lines; /* first candidate */
	uint8_t mention;
};

/* What one place in the text names: one unit, or one of several. */
struct group {
	uint16_t token;
	uint16_t units[ALTERNATIVES_MAX];
	size_t count;
	enum match_mention mention;
	bool strong, by_order;
};

struct named {
	struct match_work *w;
	size_t party;
	struct unit units[UNITS_MAX];
	size_t units_count;
	struct group groups[UNITS_MAX];
	size_t groups_count;
	uint16_t unit_of[MATCH_ITEMS_MAX +
	                 UNITS_MAX]; /* by candidate, from the party's first; UINT16_MAX: none */
	int64_t strong_total;
	size_t strong_count;
	enum match_mention strong_mention; /* weakest of the strong */
};

/* --- units and groups --------------------------------------------------------------------------
 */

static struct match_candidate *
candidate(const struct named *n, size_t i)
{
	return &n->w->candidates[i];
}

static size_t
unit_for(struct named *n, size_t i)
{
	const struct match_party *p = &n->w->parties[n->party];
	struct match_candidate *c = candidate(n, i);

	for (size_t u = 0; u < n->units_count; u++) {
		const struct match_candidate *f = candidate(n, n->units[u].first);

		if (c->number.key.len > 0 && (f->value > 0) == (c->value > 0) &&
		    vd_str_eq(f->number.key, c->number.key))
			return u;
	}
	if (n->units_count == UNITS_MAX) return UNITS_MAX;
	n->units[n->units_count] = (struct unit){ .first = (uint16_t)i, .mention = c->mention };
	n->unit_of[i - p->from] = (uint16_t)n->units_count;
	return n->units_count++;
}

static struct group *
group_for(struct named *n, uint16_t token, bool by_order)
{
	for (size_t g = 0; token != MATCH_NO_TOKEN && g < n->groups_count; g++) {
		if (n->groups[g].token == token) return &n->groups[g];
	}
	if (n->groups_count == UNITS_MAX) return NULL;
	n->groups[n->groups_count] = (struct group){ .token = token, .by_order = by_order };
	return &n->groups[n->groups_count++];
}

static void
add_to_group(struct group *g, size_t unit, enum match_mention mention)
{
	for (size_t i = 0; i < g->count; i++) {
		if (g->units[i] == unit) return;
	}
	if (g->count == ALTERNATIVES_MAX) return;
	g->units[g->count++] = (uint16_t)unit;
	g->mention = mention;
}

static void
collect(struct named *n)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		struct match_candidate *c = candidate(n, i);
		struct group *g;
		size_t u;

		n->unit_of[i - p->from] = UINT16_MAX;
		if (c->value == 0 || c->mention < MENTION_SUFFIX) continue;
		u = unit_for(n, i);
		if (u == UNITS_MAX) continue;
		n->unit_of[i - p->from] = (uint16_t)u;
		n->units[u].total += c->value;
		if (n->units[u].lines++ > 0) continue;
		g = group_for(n, c->token, c->by_order);
		if (g != NULL) add_to_group(g, u, (enum match_mention)c->mention);
	}
}

/* --- abbreviated lists and ranges
 * ------------------------------------------------------------------ */

/* "F250000123 124": does the short piece mean this number, read after `before`? Either its sequence
 * number, or the last digits of the number before replaced. */
static bool
continues(struct vd_str piece, struct vd_str before, const struct match_number *number)
{
	struct vd_str tail = piece;
	size_t kept;

	while (tail.len > 0 && tail.ptr[0] == '0') tail = vd_str_sub(tail, 1, tail.len - 1);
	if (tail.len > 0 && vd_str_eq(tail, number->tail)) return true;
	if (piece.len >= before.len || number->digits.len != before.len) return false;
	kept = before.len - piece.len;
	return vd_str_eq(vd_str_sub(before, 0, kept), vd_str_sub(number->digits, 0, kept)) &&
	       vd_str_ends(number->digits, piece);
}

/* Which number of this party, open or settled, the text names at piece i; NULL when none. */
static const struct match_candidate *
named_at(const struct named *n, size_t piece)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = candidate(n, i);
		const struct match_token *t =
		    c->token != MATCH_NO_TOKEN ? &n->w->found.tokens[c->token] : NULL;

		if (t != NULL && c->mention >= MENTION_TAIL && !c->by_order && piece >= t->first &&
		    piece <= t->last)
			return c;
	}
	return NULL;
}

static void
list_piece(struct named *n, size_t piece, struct vd_str before)
{
	const struct match_party *p = &n->w->parties[n->party];
	struct vd_str text = match_text_code(&n->w->found.text, piece, piece);
	struct group g = { .token = MATCH_NO_TOKEN, .strong = false };

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = candidate(n, i);
		size_t u = n->unit_of[i - p->from];

		if (c->value == 0 || c->later || c->mention >= MENTION_TAIL ||
		    !continues(text, before, &c->number))
			continue;
		if (u == UINT16_MAX) {
			u = unit_for(n, i);
			if (u == UNITS_MAX) continue;
			n->unit_of[i - p->from] = (uint16_t)u;
			n->units[u].total += c->value;
			n->units[u].lines++;
		}
		add_to_group(&g, u, MENTION_LIST);
	}
	g.mention = MENTION_LIST;
	for (size_t k = 0; k < n->groups_count; k++) { /* what the same piece was taken for before */
		uint16_t t = n->groups[k].token;

		if (t == MATCH_NO_TOKEN || n->groups[k].mention >= MENTION_TAIL) continue;
		if (n->w->found.tokens[t].first <= piece && piece <= n->w->found.tokens[t].last)
			n->groups[k].count = 0;
	}
	if (n->groups_count < UNITS_MAX) n->groups[n->groups_count++] = g;
}

static bool
is_list_piece(const struct match_piece *p)
{
	return p->len == p->digits_count && p->len <= 7 &&
	       (p->look == LOOK_PLAIN || p->look == LOOK_YEAR) && p->gap != GAP_COLON &&
	       p->gap != GAP_OTHER;
}

/* Pieces of digits that follow a named number, with nothing but "en", "t/m" and signs between. */
static void
collect_list(struct named *n)
{
	const struct match_text *text = &n->w->found.text;
	struct vd_str before = VD_STR_NONE;

	for (size_t i = 0; i < text->count; i++) {
		const struct match_piece *p = &text->pieces[i];
		const struct match_candidate *c = p->source == SOURCE_TEXT ? named_at(n, i) : NULL;

		if (c != NULL) before = c->number.digits;
		else if (p->source != SOURCE_TEXT || before.len == 0 || p->word == WORD_AND ||
		         p->word == WORD_RANGE)
			continue;
		else if (is_list_piece(p) && n->w->used[i] < MENTION_TAIL) list_piece(n, i, before);
		else before = VD_STR_NONE;
	}
}

/* Groups that are certain in themselves; the rest may be left out of an explanation. */
static void
weigh_groups(struct named *n)
{
	n->strong_mention = MENTION_REFERENCE;
	for (size_t k = 0; k < n->groups_count; k++) {
		struct group *g = &n->groups[k];

		g->strong = g->mention >= MENTION_TAIL && g->count == 1;
		if (!g->strong) continue;
		n->strong_total += n->units[g->units[0]].total;
		n->strong_count++;
		if (g->mention < n->strong_mention) n->strong_mention = g->mention;
	}
}

/* --- emitting
 * -------------------------------------------------------------------------------------- */

static void
put_unit(struct named *n, struct match_hypothesis *h, size_t unit)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		if (n->unit_of[i - p->from] == unit)
			match_hypothesis_part(n->w, h, i, candidate(n, i)->value);
	}
}

static struct match_hypothesis *
put_strong(struct named *n, enum match_fit fit, enum match_mention mention)
{
	struct match_hypothesis *h = match_hypothesis_new(n->w, n->party, fit, mention);

	for (size_t k = 0; h != NULL && k < n->groups_count; k++) {
		if (n->groups[k].strong) put_unit(n, h, n->groups[k].units[0]);
	}
	/* a whole number of his is as good as his name for what hangs on it */
	if (h != NULL && n->strong_count > 0 && n->strong_mention >= MENTION_DIGITS &&
	    mention < MENTION_TAIL && (h->payer == PAYER_UNKNOWN || h->payer == PAYER_MAYBE)) {
		h->payer = PAYER_LIKELY;
	}
	return h;
}

/* --- all that is named, exactly
 * --------------------------------------------------------------------- */

struct choice {
	int8_t picked[UNITS_MAX], best[UNITS_MAX]; /* alternative per group, -1 none */
	size_t used, best_used, solutions;
	int64_t steps;
	bool exhausted;
};

static bool
already_picked(const struct named *n, const struct choice *c, size_t depth, size_t unit)
{
	for (size_t k = 0; k < depth; k++) {
		if (c->picked[k] >= 0 && n->groups[k].units[c->picked[k]] == unit) return true;
	}
	return false;
}

static void
remember(const struct named *n, struct choice *c)
{
	bool same = c->solutions > 0;

	if (c->solutions > 0 && c->used < c->best_used) return;
	for (size_t k = 0; k < n->groups_count; k++) same = same && c->best[k] == c->picked[k];
	if (same) return;
	c->solutions = c->used > c->best_used ? 1 : c->solutions + 1;
	c->best_used = c->used;
	for (size_t k = 0; k < n->groups_count; k++) c->best[k] = c->picked[k];
}

/* Depth is the number of groups, at most UNITS_MAX; work is bounded by MATCH_SEARCH_STEPS. */
static void
choose(const struct named *n, struct choice *c, size_t depth, int64_t left)
{
	const struct group *g = &n->groups[depth];

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
	if (g->count == 0 || (!g->strong && g->mention != MENTION_LIST)) choose(n, c, depth + 1, left);
}

static bool
all_named(struct named *n)
{
	struct choice c = { 0 };
	struct match_hypothesis *h;
	enum match_mention weakest = MENTION_REFERENCE, strongest = MENTION_NONE;
	bool unresolved = false;

	choose(n, &c, 0, n->w->target);
	if (c.solutions == 0) return false;
	for (size_t k = 0; k < n->groups_count; k++) {
		const struct group *g = &n->groups[k];

		unresolved = unresolved || (g->mention == MENTION_LIST && g->count == 0);
		if (c.best[k] < 0) continue;
		if (g->mention < weakest) weakest = g->mention;
		if (g->mention > strongest) strongest = g->mention;
	}
	h = match_hypothesis_new(n->w, n->party, FIT_EXACT, weakest);
	if (h == NULL) return true;
	for (size_t k = 0; k < n->groups_count; k++) {
		if (c.best[k] >= 0) put_unit(n, h, n->groups[k].units[c.best[k]]);
	}
	if (weakest < MENTION_TAIL && strongest >= MENTION_DIGITS &&
	    (h->payer == PAYER_UNKNOWN || h->payer == PAYER_MAYBE))
		h->payer = PAYER_LIKELY;
	if (c.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (c.exhausted) h->notes |= NOTE_LIMIT;
	if (c.exhausted || unresolved) h->capped = true;
	return true;
}

/* One order reference stands for all its invoices, or for those that add up. */
static bool
by_order(struct named *n)
{
	const struct group *g = n->groups_count == 1 ? &n->groups[0] : NULL;
	int64_t totals[ALTERNATIVES_MAX], sum = 0;
	struct combine_answer answer;
	struct match_hypothesis *h;

	if (g == NULL || !g->by_order || g->count < 2) return false;
	for (size_t i = 0; i < g->count; i++) sum += totals[i] = n->units[g->units[i]].total;
	match_combine(totals, g->count, n->w->target, g->count, MATCH_SEARCH_STEPS, &answer);
	if (answer.solutions == 0) return false;
	h = match_hypothesis_new(n->w, n->party, FIT_EXACT, g->mention);
	if (h == NULL) return true;
	if (sum == n->w->target) {
		for (size_t i = 0; i < g->count; i++) put_unit(n, h, g->units[i]);
		return true;
	}
	for (size_t i = 0; i < answer.chosen_count; i++) put_unit(n, h, g->units[answer.chosen[i]]);
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	return true;
}

/* One invoice with several due lines: one line exactly, the oldest such. */
static bool
one_line(struct named *n)
{
	const struct match_party *p = &n->w->parties[n->party];

	if (n->strong_count != 1) return false;
	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = candidate(n, i);
		struct match_hypothesis *h;
		size_t u = n->unit_of[i - p->from];

		if (u == UINT16_MAX || n->units[u].lines < 2 || n->units[u].mention < MENTION_TAIL ||
		    c->value != n->w->target)
			continue;
		h = match_hypothesis_new(n->w, n->party, FIT_EXACT, n->strong_mention);
		if (h != NULL) match_hypothesis_part(n->w, h, i, c->value);
		return true;
	}
	return false;
}

/* --- ranges
 * ------------------------------------------------------------------------------------------ */

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
put_range(struct named *n, const struct match_candidate *from, struct vd_str hi)
{
	const struct match_party *p = &n->w->parties[n->party];
	int64_t sum = 0;
	size_t count = 0;
	struct match_hypothesis *h;

	for (int emit = 0; emit <= 1; emit++) {
		h = emit ? match_hypothesis_new(n->w, n->party, FIT_EXACT, MENTION_LIST) : NULL;
		for (size_t i = p->from; i < p->to; i++) {
			const struct match_candidate *c = candidate(n, i);
			bool inside = c->value > 0 && c->number.key.len == from->number.key.len &&
			              c->number.digits.len == hi.len &&
			              vd_str_cmp(c->number.digits, from->number.digits) >= 0 &&
			              vd_str_cmp(c->number.digits, hi) <= 0;

			if (!inside) continue;
			if (h != NULL) match_hypothesis_part(n->w, h, i, c->value);
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

/* "F250000123 t/m 0000129", "F250000123-129", "2025001 tot en met 2025009" */
static bool
range(struct named *n)
{
	const struct match_text *text = &n->w->found.text;
	const struct match_candidate *from = NULL;
	bool between = false;
	char digits[MATCH_CODE_MAX];

	for (size_t i = 0; i < text->count; i++) {
		const struct match_piece *p = &text->pieces[i];
		struct vd_str end = match_text_digits(text, i, i);

		if (p->source != SOURCE_TEXT) continue;
		between = from != NULL &&
		          (between || p->word == WORD_RANGE || (p->gap == GAP_DASH && p->digits_count > 0));
		if (p->word == WORD_RANGE || (between && p->digits_count == 0 && p->len <= 4)) continue;
		if (between && p->digits_count > 0 && from != named_at(n, i) &&
		    range_end(from->number.digits, end, digits) &&
		    put_range(n, from, (struct vd_str){ digits, from->number.digits.len })) {
			return true;
		}
		from = named_at(n, i);
		between = false;
	}
	return false;
}

/* --- named, and something more
 * ------------------------------------------------------------------------- */

/* Candidates of the party that the text does not name: debits (sign 1) or credits (sign -1). */
static size_t
unnamed(const struct named *n, int sign, int64_t values[MATCH_ITEMS_MAX],
        uint16_t places[MATCH_ITEMS_MAX])
{
	const struct match_party *p = &n->w->parties[n->party];
	size_t count = 0;

	for (size_t i = p->from; i < p->to && count < MATCH_ITEMS_MAX; i++) {
		const struct match_candidate *c = candidate(n, i);

		if (c->value == 0 || c->later || (c->value > 0) != (sign > 0) ||
		    n->unit_of[i - p->from] != UINT16_MAX)
			continue;
		values[count] = c->value;
		places[count++] = (uint16_t)i;
	}
	return count;
}

/* Unnamed credit notes explain why less was paid. */
static bool
netted(struct named *n)
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
	h = put_strong(n, FIT_EXACT, n->strong_mention);
	if (h == NULL) return true;
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_hypothesis_part(n->w, h, places[answer.chosen[i]], values[answer.chosen[i]]);
	h->notes |= NOTE_CREDIT;
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (count > 1 && match_combine_chance(values, count, n->w->target - n->strong_total,
	                                      answer.chosen_count) > CHANCE_MAX * 10)
		h->notes |= NOTE_CHANCE;
	return true;
}

static bool
within_tolerance(const struct match_rules *r, int64_t difference, int64_t of)
{
	if (difference <= 0 || difference > r->tolerance_minor) return false;
	return difference <= INT64_MAX / 10000 && difference * 10000 / r->tolerance_bp <= of;
}

static bool
small_difference(struct named *n)
{
	int64_t difference = n->strong_total - n->w->target;
	struct match_hypothesis *h;
	size_t carrier = 0;

	if (n->strong_count == 0 || n->w->rules->tolerance_bp <= 0) return false;
	h = put_strong(n, FIT_TOLERANCE, n->strong_mention);
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

/* What the party's own numbers make of a token: 0 none, 1 a settled item, 2 an open one. */
static int
own_meaning(const struct named *n, const struct match_token *t)
{
	const struct match_party *p = &n->w->parties[n->party];
	int meaning = 0;

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = candidate(n, i);
		const struct match_token *other =
		    c->token != MATCH_NO_TOKEN ? &n->w->found.tokens[c->token] : NULL;

		if (other == NULL || c->mention < MENTION_SHORT || other->last < t->first ||
		    t->last < other->first)
			continue;
		if (c->item->open_minor > 0) return 2;
		meaning = 1;
	}
	return meaning;
}

/* A token one slip away from the number of candidate i that is no open item's of his own;
 * MATCH_NO_TOKEN when there is none. */
static uint16_t
near_token(const struct named *n, size_t i)
{
	for (size_t k = 0; k < n->w->found.count; k++) {
		const struct match_token *t = &n->w->found.tokens[k];

		if (match_number_near(t, &candidate(n, i)->number) && own_meaning(n, t) < 2)
			return (uint16_t)k;
	}
	return MATCH_NO_TOKEN;
}

/* What is missing beside the named items is one item whose number was mistyped. */
static bool
mistyped(struct named *n)
{
	const struct match_party *p = &n->w->parties[n->party];
	int64_t rest = n->w->target - n->strong_total;
	bool any = false;

	if (p->supports < PAYER_MAYBE && n->strong_count == 0) return false;
	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = candidate(n, i);
		struct match_hypothesis *h;
		uint16_t token;

		if (c->value != rest || c->value == 0 || c->later || n->unit_of[i - p->from] != UINT16_MAX)
			continue;
		token = near_token(n, i);
		if (token == MATCH_NO_TOKEN) continue;
		h = put_strong(n, FIT_EXACT, MENTION_NEAR);
		if (h == NULL) return true;
		match_hypothesis_part(n->w, h, i, c->value);
		h->near_token = token;
		if (own_meaning(n, &n->w->found.tokens[token]) > 0 || !n->w->rules->settled_given) {
			h->notes |= NOTE_CONFLICT;
			h->capped = true;
		}
		any = true;
	}
	return any;
}

/* The named items and one or two unnamed ones. */
static bool
complemented(struct named *n)
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
	    match_combine_chance(values, count, rest, COMPLEMENT_MAX) > CHANCE_MAX * 10)
		return false;
	h = put_strong(n, FIT_EXACT, MENTION_NONE);
	if (h == NULL) return true;
	for (size_t i = 0; i < answer.chosen_count; i++)
		match_hypothesis_part(n->w, h, places[answer.chosen[i]], values[answer.chosen[i]]);
	h->notes |= NOTE_COMPLEMENT;
	if (answer.solutions > 1) h->notes |= NOTE_AMBIGUOUS;
	if (rest == n->strong_total) h->notes |= NOTE_TWICE;
	if (count > 1 && match_combine_chance(values, count, rest, answer.chosen_count) > CHANCE_MAX)
		h->notes |= NOTE_CHANCE;
	h->capped = h->notes != NOTE_COMPLEMENT;
	return true;
}

/* All but one of the named items. */
static bool
one_left_out(struct named *n)
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
			if (n->groups[j].strong && j != k) put_unit(n, h, n->groups[j].units[0]);
		}
		h->notes |= NOTE_NOT_PAID;
		h->capped = true;
		any = true;
	}
	return any;
}

/* --- too little or too much
 * ------------------------------------------------------------------------------ */

/* Another item that this money pays exactly: of this party, or of one that surely pays. */
static bool
exact_elsewhere(const struct named *n)
{
	for (size_t i = 0; i < n->w->candidates_count; i++) {
		const struct match_candidate *c = candidate(n, i);
		const struct match_party *p = &n->w->parties[c->party];

		if (c->value != n->w->target || c->later) continue;
		if (c->party != n->party && p->supports != PAYER_SURE) continue;
		if (c->party != n->party || n->unit_of[i - p->from] == UINT16_MAX ||
		    n->units[n->unit_of[i - p->from]].mention < MENTION_TAIL)
			return true;
	}
	return false;
}

static void
too_little_or_much(struct named *n, bool told_otherwise)
{
	struct match_hypothesis *h;
	bool unresolved = false;
	size_t weak = n->groups_count;

	for (size_t k = 0; k < n->groups_count; k++) {
		const struct group *g = &n->groups[k];

		unresolved = unresolved || g->mention == MENTION_LIST;
		if (!g->strong && g->count == 1 && g->mention >= MENTION_SHORT) weak = k;
	}
	if (n->strong_count > 0) {
		h = put_strong(n, n->strong_total > n->w->target ? FIT_PARTIAL : FIT_OVER,
		               n->strong_mention);
	} else if (weak < n->groups_count && n->groups_count == 1) {
		const struct group *g = &n->groups[weak];

		h = match_hypothesis_new(n->w, n->party,
		                         n->units[g->units[0]].total > n->w->target ? FIT_PARTIAL
		                                                                    : FIT_OVER,
		                         g->mention);
		if (h != NULL) put_unit(n, h, g->units[0]);
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
	if (match_loose_number(n->w, n->party) || unresolved) h->notes |= NOTE_LOOSE_NUMBER;
	h->capped = told_otherwise || n->w->refund ||
	            (h->notes &
	             (NOTE_OTHER_EXACT | NOTE_LOOSE_NUMBER | NOTE_OLDEST_FIRST | NOTE_FAR_OVER)) != 0;
}

void
match_named(struct match_work *w, size_t party)
{
	struct named n = { .w = w, .party = party };
	bool told;

	if (w->parties[party].to - w->parties[party].from > VD_LENGTH(n.unit_of)) return;
	collect(&n);
	collect_list(&n);
	weigh_groups(&n);
	if (n.groups_count > 0 && (by_order(&n) || all_named(&n) || one_line(&n) || range(&n) ||
	                           netted(&n) || small_difference(&n)))
		return;
	told = mistyped(&n);
	if (n.groups_count == 0 || told) return;
	told = complemented(&n);
	if (!told && one_left_out(&n)) return;
	too_little_or_much(&n, told);
}
