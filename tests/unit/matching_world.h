#ifndef TESTS_MATCHING_WORLD_H
#define TESTS_MATCHING_WORLD_H
/* The caller of matching, in memory: debtors, items and payer accounts, looked up by key the way
 * the application does in the store, and booked in order. For tests only: memory is never given
 * back. */
#include "base/utf8.h"
#include "matching/matching.h"
#include "value/identifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORLD_NAME_PREFIX 20

struct world_list { /* what one key finds */
	char *key;
	size_t *places;
	size_t count;
};

struct world {
	struct vd_context ctx, scratch;
	struct vd_arena arena, scratch_arena;
	struct match_debtor *debtors;
	struct vd_str *names, *ibans;
	size_t debtors_count, debtors_cap;
	struct match_item *items;
	size_t items_count, items_cap;
	size_t *owner;                /* of item: place of its debtor */
	struct world_list *of_debtor; /* items by debtor */
	struct world_list *slots;
	size_t slots_count; /* a power of two */
	struct match_earlier *earlier;
	size_t earlier_count;
	struct match_rules rules;
};

static inline void
world_check(struct vd_context *ctx, enum vd_status st)
{
	if (st != VD_OK) fail_msg("%s: %s", vd_status_name(st), ctx->error.detail);
}

static inline void
world_new(struct world *w, size_t debtors_max, size_t items_max)
{
	memset(w, 0, sizeof(*w));
	w->arena = VD_ARENA((size_t)1 << 32);
	w->scratch_arena = VD_ARENA((size_t)1 << 28);
	w->ctx.arena = &w->arena;
	w->scratch.arena = &w->scratch_arena;
	w->debtors_cap = debtors_max;
	w->items_cap = items_max;
	w->debtors = vd_new_n(&w->ctx, struct match_debtor, debtors_max);
	w->names = vd_new_n(&w->ctx, struct vd_str, debtors_max);
	w->ibans = vd_new_n(&w->ctx, struct vd_str, debtors_max);
	w->of_debtor = vd_new_n(&w->ctx, struct world_list, debtors_max);
	w->items = vd_new_n(&w->ctx, struct match_item, items_max);
	w->owner = vd_new_n(&w->ctx, size_t, items_max);
	w->earlier = vd_new_n(&w->ctx, struct match_earlier, 64);
	for (w->slots_count = 1024; w->slots_count < 4 * debtors_max + 16 * items_max;)
		w->slots_count *= 2;
	w->slots = calloc(w->slots_count, sizeof(*w->slots));
	assert_true(w->debtors && w->names && w->ibans && w->of_debtor && w->items && w->owner &&
	            w->earlier && w->slots);
	w->rules =
	    (struct match_rules){ .threshold_bp = 9000, .net_credits = true, .settled_given = true };
}

static inline void
world_free(struct world *w)
{
	for (size_t i = 0; i < w->slots_count; i++) {
		free(w->slots[i].key);
		free(w->slots[i].places);
	}
	for (size_t i = 0; i < w->debtors_count; i++) free(w->of_debtor[i].places);
	free(w->slots);
	vd_arena_release(&w->arena);
	vd_arena_release(&w->scratch_arena);
}

/* --- index --- */

static inline void
world_push(struct world_list *l, size_t place)
{
	for (size_t i = l->count; i-- > 0;) {
		if (l->places[i] == place) return;
	}
	if ((l->count & (l->count - 1)) == 0) {
		l->places = realloc(l->places, (l->count > 0 ? l->count * 2 : 1) * sizeof(size_t));
		assert_non_null(l->places);
	}
	l->places[l->count++] = place;
}

static inline struct world_list *
world_slot(struct world *w, char tag, int kind, struct vd_str text)
{
	uint64_t h = 1469598103934665603u ^ (uint64_t)(unsigned char)tag ^ (uint64_t)kind << 8;

	for (size_t i = 0; i < text.len; i++) h = (h ^ (unsigned char)text.ptr[i]) * 1099511628211u;
	for (h ^= h >> 31;; h++) {
		struct world_list *l = &w->slots[h & (w->slots_count - 1)];

		if (l->key == NULL) return l;
		if (l->key[0] == tag && l->key[1] == (char)('0' + kind) && strlen(l->key + 2) == text.len &&
		    memcmp(l->key + 2, text.ptr, text.len) == 0)
			return l;
	}
}

static inline void
world_index(struct world *w, char tag, int kind, struct vd_str text, size_t place)
{
	struct world_list *l = world_slot(w, tag, kind, text);

	if (l->key == NULL) {
		l->key = malloc(text.len + 3);
		assert_non_null(l->key);
		l->key[0] = tag;
		l->key[1] = (char)('0' + kind);
		memcpy(l->key + 2, text.ptr, text.len);
		l->key[text.len + 2] = '\0';
	}
	world_push(l, place);
}

static inline struct vd_str
world_keep(struct world *w, const char *text)
{
	struct vd_str out = VD_STR_NONE;

	if (text != NULL) world_check(&w->ctx, vd_str_dup(&w->ctx, vd_str_c(text), &out));
	return out;
}

/* --- facts --- */

static inline void
world_account(struct world *w, size_t debtor, struct vd_str iban, bool stated)
{
	if (iban.len > 0) world_index(w, stated ? 'S' : 'L', MATCH_KEY_IBAN, iban, debtor);
}

/* Returns the place of the debtor; his id is the place + 1. */
static inline size_t
world_debtor(struct world *w, const char *number, const char *name, const char *iban)
{
	size_t at = w->debtors_count++;
	struct match_debtor *d = &w->debtors[at];

	assert_true(at < w->debtors_cap);
	d->id = (int64_t)at + 1;
	d->number = world_keep(w, number);
	w->names[at] = world_keep(w, name);
	world_check(&w->ctx, vd_code_normalise(&w->ctx, d->number, &d->number_key));
	world_check(&w->ctx, vd_utf8_fold(&w->ctx, w->names[at], &d->name_fold));
	world_index(w, 'K', MATCH_KEY_DEBTOR, d->number_key, at);
	world_index(w, 'K', MATCH_KEY_NAME, d->name_fold, at);
	if (d->name_fold.len >= WORLD_NAME_PREFIX)
		world_index(w, 'P', MATCH_KEY_NAME, vd_str_sub(d->name_fold, 0, WORLD_NAME_PREFIX), at);
	w->ibans[at] = world_keep(w, iban);
	world_account(w, at, w->ibans[at], true);
	return at;
}

static inline struct vd_date
world_day(const char *iso)
{
	struct vd_arena arena = VD_ARENA(65536);
	struct vd_context ctx = { .arena = &arena };
	struct vd_date d = VD_DATE_NONE;

	if (iso != NULL) world_check(&ctx, vd_date_parse(&ctx, vd_str_c(iso), &d));
	vd_arena_release(&arena);
	return d;
}

struct world_item {
	const char *number, *reference, *order, *on, *due, *currency, *end_to_end, *batch;
	int64_t amount, line;
	bool credit;
};

/* Returns the place of the item; its id is 1000 + place. */
static inline size_t
world_item(struct world *w, size_t debtor, struct world_item given)
{
	size_t at = w->items_count++;
	struct match_item *it = &w->items[at];
	struct match_key words[MATCH_WORDS_MAX];
	size_t n = 0;

	assert_true(at < w->items_cap);
	*it = (struct match_item){
		.id = 1000 + (int64_t)at,
		.debtor_id = w->debtors[debtor].id,
		.credit = given.credit,
		.kind = !given.credit          ? MATCH_INVOICE
		        : given.number != NULL ? MATCH_CREDIT_NOTE
		                               : MATCH_UNALLOCATED,
		.open_minor = given.amount,
		.amount_minor = given.amount,
		.currency = VD_EUR,
		.effective_on = world_day(given.on),
		.due_on = world_day(given.due),
		.line = given.line,
	};
	if (given.currency != NULL) memcpy(it->currency.code, given.currency, 4);
	it->number = world_keep(w, given.number);
	it->end_to_end = world_keep(w, given.end_to_end);
	it->batch_id = world_keep(w, given.batch);
	world_check(&w->ctx, vd_code_normalise(&w->ctx, it->number, &it->number_key));
	if (given.reference != NULL)
		world_check(&w->ctx,
		            vd_code_normalise(&w->ctx, vd_str_c(given.reference), &it->reference_key));
	if (given.order != NULL)
		world_check(&w->ctx, vd_code_normalise(&w->ctx, vd_str_c(given.order), &it->order_key));
	world_check(&w->ctx, match_words(&w->ctx, it->number, vd_str_c(given.reference),
	                                 vd_str_c(given.order), words, &n));
	for (size_t i = 0; i < n; i++) world_index(w, 'W', (int)words[i].kind, words[i].text, at);
	if (it->end_to_end.len > 0) world_index(w, 'W', MATCH_KEY_END_TO_END, it->end_to_end, at);
	if (it->batch_id.len > 0) world_index(w, 'W', MATCH_KEY_BATCH, it->batch_id, at);
	w->owner[at] = debtor;
	world_push(&w->of_debtor[debtor], at);
	return at;
}

/* --- look up, as the application does --- */

struct world_found {
	struct match_debtor debtors[512];
	struct match_item items[4096];
	size_t places[512], debtors_count, items_count;
};

static inline struct match_debtor *
world_found_debtor(struct world *w, struct world_found *f, size_t place)
{
	for (size_t i = 0; i < f->debtors_count; i++) {
		if (f->places[i] == place) return &f->debtors[i];
	}
	if (f->debtors_count == VD_LENGTH(f->debtors)) return NULL;
	f->places[f->debtors_count] = place;
	f->debtors[f->debtors_count] = w->debtors[place];
	return &f->debtors[f->debtors_count++];
}

static inline void
world_found_account(struct world *w, struct world_found *f, struct vd_str iban)
{
	struct world_list *stated = world_slot(w, 'S', MATCH_KEY_IBAN, iban),
	                  *learned = world_slot(w, 'L', MATCH_KEY_IBAN, iban);
	size_t users = stated->count;

	for (size_t i = 0; i < stated->count; i++) {
		struct match_debtor *d = world_found_debtor(w, f, stated->places[i]);

		if (d != NULL) d->account = MATCH_ACCOUNT_STATED;
	}
	for (size_t i = 0; i < learned->count; i++) {
		struct match_debtor *d = world_found_debtor(w, f, learned->places[i]);

		if (d == NULL || d->account == MATCH_ACCOUNT_STATED) continue;
		d->account = MATCH_ACCOUNT_LEARNED;
		users++;
	}
	for (size_t i = 0; i < f->debtors_count; i++) {
		if (f->debtors[i].account != MATCH_ACCOUNT_NONE)
			f->debtors[i].account_debtors = (int64_t)users;
	}
}

static inline bool
account_known(const struct world_found *f)
{
	for (size_t i = 0; i < f->debtors_count; i++) {
		if (f->debtors[i].account != MATCH_ACCOUNT_NONE) return true;
	}
	return false;
}

static inline void
world_lookup(struct world *w, const struct match_transaction *x, struct world_found *f)
{
	struct match_key keys[MATCH_KEYS_MAX];
	size_t n = 0, words = 0;
	size_t by_word[1024];

	f->debtors_count = f->items_count = 0;
	world_check(&w->scratch, match_keys(&w->scratch, x, keys, &n));
	for (size_t i = 0; i < n; i++) {
		struct vd_str text = keys[i].text;
		struct world_list *l =
		    world_slot(w,
		               keys[i].kind == MATCH_KEY_DEBTOR || keys[i].kind == MATCH_KEY_NAME ? 'K'
		                                                                                  : 'W',
		               (int)keys[i].kind, text);

		if (keys[i].kind == MATCH_KEY_IBAN) {
			world_found_account(w, f, text);
			continue;
		}
		for (size_t k = 0; k < l->count; k++) {
			if (l->key[0] == 'K') {
				world_found_debtor(w, f, l->places[k]);
			} else if (words < VD_LENGTH(by_word)) {
				by_word[words++] = l->places[k];
				world_found_debtor(w, f, w->owner[l->places[k]]);
			}
		}
		/* a cut-off name is asked for only when no account tells who it is */
		if (keys[i].kind != MATCH_KEY_NAME || text.len < WORLD_NAME_PREFIX || account_known(f))
			continue;
		l = world_slot(w, 'P', MATCH_KEY_NAME, vd_str_sub(text, 0, WORLD_NAME_PREFIX));
		for (size_t k = 0; k < l->count; k++) world_found_debtor(w, f, l->places[k]);
	}
	for (size_t i = 0; i < f->debtors_count; i++) {
		const struct world_list *l = &w->of_debtor[f->places[i]];

		for (size_t k = 0; k < l->count && f->items_count < VD_LENGTH(f->items); k++) {
			if (w->items[l->places[k]].open_minor > 0)
				f->items[f->items_count++] = w->items[l->places[k]];
		}
	}
	for (size_t i = 0; i < words && w->rules.settled_given && f->items_count < VD_LENGTH(f->items);
	     i++) {
		bool twice = false;

		for (size_t k = 0; k < i; k++) twice = twice || by_word[k] == by_word[i];
		if (!twice && w->items[by_word[i]].open_minor == 0)
			f->items[f->items_count++] = w->items[by_word[i]];
	}
}

/* What matching proposes. Text of the proposals lives until the next call. */
static inline size_t
world_propose(struct world *w, const struct match_transaction *x,
              struct match_proposal out[MATCH_PROPOSALS_MAX])
{
	struct world_found *f = calloc(1, sizeof(*f));
	size_t count = 0;

	assert_non_null(f);
	vd_arena_release(&w->scratch_arena);
	world_lookup(w, x, f);
	world_check(&w->scratch,
	            match_propose(&w->scratch, x, &w->rules, f->debtors, f->debtors_count, f->items,
	                          f->items_count, w->earlier, w->earlier_count, out, &count));
	free(f);
	return count;
}

/* Sums of a proposal must add up to the transaction, and no line may take more than is open. */
static inline void
world_verify(const struct world *w, const struct match_transaction *x,
             const struct match_proposal *p)
{
	int64_t sum = p->unallocated_minor;

	if (p->kind == MATCH_RETURN) return;
	for (size_t i = 0; i < p->lines_count; i++) {
		const struct match_line *l = &p->lines[i];
		const struct match_item *it = &w->items[l->item_id - 1000];

		assert_true(l->amount_minor > 0);
		assert_true(l->amount_minor + l->write_off_minor <= it->open_minor);
		assert_int_equal(l->credit, it->credit);
		assert_int_equal(l->debtor_id, it->debtor_id);
		assert_true(vd_currency_eq(it->currency, x->currency));
		if (!p->several_debtors) assert_int_equal(it->debtor_id, p->debtor_id);
		for (size_t k = 0; k < i; k++) assert_true(p->lines[k].item_id != l->item_id);
		sum += it->credit == (x->amount_minor < 0) ? l->amount_minor : -l->amount_minor;
	}
	assert_int_equal(sum, x->amount_minor < 0 ? -x->amount_minor : x->amount_minor);
	assert_in_range(p->certainty_bp, 0, 10000);
}

static inline void
world_book(struct world *w, const struct match_transaction *x, const struct match_proposal *p)
{
	for (size_t i = 0; i < p->lines_count; i++) {
		w->items[p->lines[i].item_id - 1000].open_minor -=
		    p->lines[i].amount_minor + p->lines[i].write_off_minor;
		world_account(w, (size_t)p->lines[i].debtor_id - 1, x->counterparty_iban, false);
	}
	if (p->unallocated_minor > 0 && x->amount_minor > 0) {
		size_t at =
		    world_item(w, (size_t)p->debtor_id - 1,
		               (struct world_item){ .amount = p->unallocated_minor, .credit = true });

		w->items[at].effective_on = w->items[at].due_on = x->booked_on;
	}
}
#endif
