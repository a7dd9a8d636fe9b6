/* The invoices of one party that the text names, whole or abbreviated in a list. */
#include "matching/named.h"

struct match_candidate *
match_named_candidate(const struct match_named *n, size_t i)
{
	return &n->w->candidates[i];
}

static size_t
unit_for(struct match_named *n, size_t i)
{
	const struct match_party *p = &n->w->parties[n->party];
	struct match_candidate *c = match_named_candidate(n, i);

	for (size_t u = 0; u < n->units_count; u++) {
		const struct match_candidate *f = match_named_candidate(n, n->units[u].first);

		if (c->number.key.len > 0 && (f->value > 0) == (c->value > 0) &&
		    vd_str_eq(f->number.key, c->number.key))
			return u;
	}
	if (n->units_count == MATCH_UNITS_MAX) return MATCH_UNITS_MAX;
	n->units[n->units_count] = (struct match_unit){ .first = (uint16_t)i, .mention = c->mention };
	n->unit_of[i - p->from] = (uint16_t)n->units_count;
	return n->units_count++;
}

static struct match_group *
group_for(struct match_named *n, uint16_t token, bool by_order)
{
	for (size_t g = 0; token != MATCH_NO_TOKEN && g < n->groups_count; g++) {
		if (n->groups[g].token == token) return &n->groups[g];
	}
	if (n->groups_count == MATCH_UNITS_MAX) return NULL;
	n->groups[n->groups_count] = (struct match_group){ .token = token, .by_order = by_order };
	return &n->groups[n->groups_count++];
}

static void
add_to_group(struct match_group *g, size_t unit, enum match_mention mention)
{
	for (size_t i = 0; i < g->count; i++) {
		if (g->units[i] == unit) return;
	}
	if (g->count == MATCH_ALTERNATIVES_MAX) return;
	g->units[g->count++] = (uint16_t)unit;
	g->mention = mention;
}

static void
collect(struct match_named *n)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		struct match_candidate *c = match_named_candidate(n, i);
		struct match_group *g;
		size_t u;

		n->unit_of[i - p->from] = UINT16_MAX;
		if (c->value == 0 || c->mention < MENTION_SUFFIX) continue;
		u = unit_for(n, i);
		n->too_many = n->too_many || u == MATCH_UNITS_MAX;
		if (u == MATCH_UNITS_MAX) continue;
		n->unit_of[i - p->from] = (uint16_t)u;
		n->units[u].total += c->value;
		if (n->units[u].lines++ > 0) continue;
		g = group_for(n, c->token, c->by_order);
		if (g != NULL) add_to_group(g, u, (enum match_mention)c->mention);
	}
}

/* --- abbreviated lists and ranges --- */

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
const struct match_candidate *
match_named_at(const struct match_named *n, size_t piece)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		const struct match_token *t =
		    c->token != MATCH_NO_TOKEN ? &n->w->found.tokens[c->token] : NULL;

		if (t != NULL && c->mention >= MENTION_SHORT && !c->by_order && piece >= t->first &&
		    piece <= t->last)
			return c;
	}
	return NULL;
}

static void
list_piece(struct match_named *n, size_t piece, struct vd_str before)
{
	const struct match_party *p = &n->w->parties[n->party];
	struct vd_str text = match_text_code(&n->w->found.text, piece, piece);
	struct match_group g = { .token = MATCH_NO_TOKEN, .strong = false };

	for (size_t i = p->from; i < p->to; i++) {
		const struct match_candidate *c = match_named_candidate(n, i);
		size_t u = n->unit_of[i - p->from];

		if (c->value == 0 || c->later || c->mention >= MENTION_TAIL ||
		    !continues(text, before, &c->number))
			continue;
		if (u == UINT16_MAX) {
			u = unit_for(n, i);
			if (u == MATCH_UNITS_MAX) continue;
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
	if (n->groups_count < MATCH_UNITS_MAX) n->groups[n->groups_count++] = g;
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
collect_list(struct match_named *n)
{
	const struct match_text *text = &n->w->found.text;
	struct vd_str before = VD_STR_NONE;

	for (size_t i = 0; i < text->count; i++) {
		const struct match_piece *p = &text->pieces[i];
		const struct match_candidate *c = p->source == SOURCE_TEXT ? match_named_at(n, i) : NULL;

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
weigh_groups(struct match_named *n)
{
	n->strong_mention = MENTION_REFERENCE;
	for (size_t k = 0; k < n->groups_count; k++) {
		struct match_group *g = &n->groups[k];

		g->strong = g->mention >= MENTION_TAIL && g->count == 1;
		if (!g->strong) continue;
		n->strong_total += n->units[g->units[0]].total;
		n->strong_count++;
		if (g->mention < n->strong_mention) n->strong_mention = g->mention;
	}
}

/* --- emitting --- */

void
match_named_put_unit(struct match_named *n, struct match_hypothesis *h, size_t unit)
{
	const struct match_party *p = &n->w->parties[n->party];

	for (size_t i = p->from; i < p->to; i++) {
		if (n->unit_of[i - p->from] == unit)
			match_hypothesis_part(h, i, match_named_candidate(n, i)->value);
	}
}

struct match_hypothesis *
match_named_put_strong(struct match_named *n, enum match_fit fit, enum match_mention mention)
{
	struct match_hypothesis *h = match_hypothesis_new(n->w, n->party, fit, mention);

	for (size_t k = 0; h != NULL && k < n->groups_count; k++) {
		if (n->groups[k].strong) match_named_put_unit(n, h, n->groups[k].units[0]);
	}
	/* a whole number of his is as good as his name for what hangs on it */
	if (h != NULL && n->strong_count > 0 && n->strong_mention >= MENTION_DIGITS &&
	    mention < MENTION_TAIL && (h->payer == PAYER_UNKNOWN || h->payer == PAYER_MAYBE)) {
		h->payer = PAYER_LIKELY;
	}
	return h;
}

void
match_named_collect(struct match_named *n)
{
	collect(n);
	collect_list(n);
	weigh_groups(n);
}
