/* The candidates of a transaction, and which of them the text names. */
#include "matching/work.h"

#define PAIRS_MAX  2048
/* No sum of candidates can overflow: amounts beyond this are left out. */
#define AMOUNT_MAX (INT64_MAX / (4 * (MATCH_ITEMS_MAX + PAIRS_MAX)))

struct pair {
	uint16_t token, candidate;
	uint8_t mention;
	bool by_order;
};

struct pairs {
	struct pair list[PAIRS_MAX];
	size_t count;
};

/* --- candidates --- */

static size_t
party_of(struct match_work *w, int64_t debtor_id, size_t guess)
{
	if (guess < w->parties_count && w->parties[guess].id == debtor_id) return guess;
	for (size_t i = 0; i < w->parties_count; i++) {
		if (w->parties[i].id == debtor_id) return i;
	}
	w->parties[w->parties_count] = (struct match_party){
		.id = debtor_id,
		.supports = PAYER_UNKNOWN,
		.identifies = PAYER_UNKNOWN,
	};
	return w->parties_count++;
}

static int64_t
value_of(const struct match_work *w, const struct match_item *item)
{
	if (item->open_minor <= 0 || item->open_minor > AMOUNT_MAX) return 0;
	if (!vd_currency_eq(item->currency, w->x->currency)) return 0;
	return item->credit == w->refund ? item->open_minor : -item->open_minor;
}

static bool
is_before(const struct match_candidate *a, const struct match_candidate *b)
{
	if (a->party != b->party) return a->party < b->party;
	if (a->item->due_on.day != b->item->due_on.day)
		return a->item->due_on.day < b->item->due_on.day;
	if (a->item->effective_on.day != b->item->effective_on.day)
		return a->item->effective_on.day < b->item->effective_on.day;
	if (a->item->line != b->item->line) return a->item->line < b->item->line;
	return a->item->id < b->item->id;
}

/* Insertion sort: the caller gives them nearly in this order. */
static void
sort(struct match_candidate *c, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct match_candidate moving = c[i];
		size_t j = i;

		for (; j > 0 && is_before(&moving, &c[j - 1]); j--) c[j] = c[j - 1];
		c[j] = moving;
	}
}

enum vd_status
match_candidates(struct match_work *w, const struct match_item *items, size_t count)
{
	size_t letters = 0, guess = 0;
	char *buffer;

	for (size_t i = 0; i < count; i++) letters += items[i].number_key.len;
	VD_NEW(w->ctx, buffer, letters + 1);
	VD_NEW(w->ctx, w->candidates, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct match_candidate *c = &w->candidates[i];

		guess = party_of(w, items[i].debtor_id, guess);
		*c = (struct match_candidate){ .item = &items[i],
			                           .party = (uint16_t)guess,
			                           .token = MATCH_NO_TOKEN };
		c->value = value_of(w, &items[i]);
		c->later = !vd_date_is_none(items[i].effective_on) && !vd_date_is_none(w->x->booked_on) &&
		           items[i].effective_on.day > w->x->booked_on.day;
		match_number_split(items[i].number_key, buffer, &c->number);
		buffer += items[i].number_key.len;
	}
	/* the caller cuts the list there: of the last debtor there may be more */
	if (count >= MATCH_ITEMS_MAX) w->cut_party = w->candidates[count - 1].party;
	w->candidates_count = count;
	sort(w->candidates, count);
	return VD_OK;
}

/* --- mentions --- */

static void
name_candidate(struct match_candidate *c, enum match_mention mention, uint16_t token)
{
	if (mention <= (enum match_mention)c->mention) return;
	c->mention = (uint8_t)mention;
	c->token = token;
}

/* Does the reference name this item: as its own, or made of its number? */
static bool
reference_names(const struct match_found_reference *r, const struct match_candidate *c)
{
	struct vd_str digits = c->number.digits;

	if (vd_str_eq(r->code, c->item->reference_key) && r->code.len > 0) return true;
	if (vd_str_eq(r->body, c->number.key) && r->body.len > 0) return true;
	if (c->item->reference_key.len > 0) return false;
	if (digits.len != c->number.key.len && r->code.ptr[0] == 'R')
		return false; /* RF keeps letters */
	while (digits.len > 0 && digits.ptr[0] == '0') digits = vd_str_sub(digits, 1, digits.len - 1);
	return digits.len >= 5 && vd_str_eq(r->body, digits);
}

static void
use(struct match_work *w, size_t first, size_t last, enum match_mention mention)
{
	for (size_t i = first; i <= last; i++) {
		if (w->used[i] < mention) w->used[i] = (uint8_t)mention;
	}
}

static bool
is_given(struct vd_str id)
{
	return id.len > 0 && !vd_str_eq_nocase(id, VD_STR("NOTPROVIDED")) &&
	       !vd_str_eq_nocase(id, VD_STR("NONREF"));
}

static void
find_references(struct match_work *w)
{
	for (size_t i = 0; i < w->candidates_count; i++) {
		struct match_candidate *c = &w->candidates[i];

		if (is_given(w->x->end_to_end) && vd_str_eq(w->x->end_to_end, c->item->end_to_end))
			name_candidate(c, MENTION_REFERENCE, MATCH_NO_TOKEN);
		for (size_t k = 0; k < w->found.references_count; k++) {
			const struct match_found_reference *r = &w->found.references[k];

			if (!reference_names(r, c)) continue;
			name_candidate(c, MENTION_REFERENCE, MATCH_NO_TOKEN);
			use(w, r->first, r->last, MENTION_REFERENCE);
		}
	}
}

/* An order reference tells as much as a sequence number: it is the customer's, not ours. */
static enum match_mention
order_mention(const struct match_token *t, const struct match_item *item)
{
	if (!vd_str_eq(t->code, item->order_key) || t->look != LOOK_PLAIN || t->source > SOURCE_TEXT)
		return MENTION_NONE;
	return t->code.len >= 6 ? MENTION_TAIL : MENTION_SHORT;
}

/* A reference without check digits, such as a betalingskenmerk of seven, where a reference belongs.
 */
static enum match_mention
unchecked_mention(const struct match_token *t, const struct match_item *item)
{
	return match_token_is_reference(t) && vd_str_eq(t->code, item->reference_key) ? MENTION_WHOLE
	                                                                              : MENTION_NONE;
}

static void
find_pairs(const struct match_work *w, struct pairs *out)
{
	for (size_t k = 0; k < w->found.count; k++) {
		const struct match_token *t = &w->found.tokens[k];

		for (size_t i = 0; i < w->candidates_count; i++) {
			const struct match_candidate *c = &w->candidates[i];
			enum match_mention mention = match_number_mention(t, &c->number);
			enum match_mention order =
			    c->item->order_key.len > 0 ? order_mention(t, c->item) : MENTION_NONE;
			struct pair p = { (uint16_t)k, (uint16_t)i, (uint8_t)mention, false };

			if (order > mention) {
				p.mention = (uint8_t)order;
				p.by_order = true;
			}
			if (c->item->reference_key.len > 0 && unchecked_mention(t, c->item) > mention)
				p = (struct pair){ (uint16_t)k, (uint16_t)i, MENTION_WHOLE, false };
			if (p.mention != MENTION_NONE && out->count < PAIRS_MAX) out->list[out->count++] = p;
		}
	}
}

/* A code that may be a debtor's is no number unless it is announced as one. */
static bool
taken(const struct match_work *w, const struct match_token *t, enum match_mention mention)
{
	for (size_t i = t->first; i <= t->last; i++) {
		if (w->used[i] > mention) return true;
	}
	return t->announced == WORD_DEBTOR;
}

/* Strongest first; a piece that is part of a stronger mention names nothing else. A date only later
 * than the transaction needs the whole number. */
static void
accept(struct match_work *w, const struct pairs *pairs, bool secondary)
{
	for (int m = MENTION_REFERENCE; m >= MENTION_SUFFIX; m--) {
		for (size_t i = 0; i < pairs->count; i++) {
			const struct pair *p = &pairs->list[i];
			const struct match_token *t = &w->found.tokens[p->token];
			struct match_candidate *c = &w->candidates[p->candidate];

			if (p->mention != m || (t->source > SOURCE_JOINED) != secondary ||
			    taken(w, t, (enum match_mention)m))
				continue;
			if (c->later && m < MENTION_WHOLE) continue;
			if (c->mention < m) c->by_order = p->by_order;
			name_candidate(c, (enum match_mention)m, p->token);
		}
		for (size_t i = 0; i < pairs->count; i++) {
			const struct pair *p = &pairs->list[i];
			const struct match_candidate *c = &w->candidates[p->candidate];

			if (p->mention == m && c->token == p->token)
				use(w, w->found.tokens[p->token].first, w->found.tokens[p->token].last,
				    (enum match_mention)m);
		}
	}
}

static bool
anything_named(const struct match_work *w)
{
	for (size_t i = 0; i < w->candidates_count; i++) {
		if (w->candidates[i].mention >= MENTION_SHORT) return true;
	}
	return false;
}

/* Candidates beyond the limit stay only when named; then each party gets its range. */
static void
close_ranks(struct match_work *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->candidates_count; i++) {
		const struct match_candidate *c = &w->candidates[i];

		if (kept >= MATCH_ITEMS_MAX && c->mention == MENTION_NONE) continue;
		w->candidates[kept++] = *c;
	}
	w->candidates_count = kept;
	for (size_t i = 0; i < kept; i++) {
		const struct match_candidate *c = &w->candidates[i];
		struct match_party *p = &w->parties[c->party];

		if (p->to == 0) p->from = (uint32_t)i;
		p->to = (uint32_t)i + 1;
		if (c->mention < MENTION_SHORT) continue;
		p->named = p->named || c->value != 0;
		p->settled_named = p->settled_named || c->item->open_minor == 0;
		p->foreign_named = p->foreign_named || (c->value == 0 && c->item->open_minor > 0);
	}
}

void
match_mentions(struct match_work *w)
{
	struct pairs pairs = { .count = 0 };

	find_references(w);
	find_pairs(w, &pairs);
	accept(w, &pairs, false);
	if (!anything_named(w)) accept(w, &pairs, true);
	close_ranks(w);
}
