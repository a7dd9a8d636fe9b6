/* What a batch of bank transactions may settle, looked up set-based over staged words and ids. */
#include "app/match_internal.h"

#include "base/utf8.h"
#include "q_debtor.h"
#include "value/identifier.h"

#define JOB 0
#define NAME_CUT \
	20 /* characters of a payer's name that are looked up as a beginning: banks cut names off */
#define NAME_BEGINNING_MIN 12 /* bytes: a beginning shorter than this says nothing */
#define NAME_DEBTORS_MAX \
	8 /* candidates by one name; two are enough to know that it identifies nobody */
#define OPEN_ITEMS_MAX                                                                            \
	(MATCH_ITEMS_MAX + 100) /* fetched of one debtor, so that bookings of this batch leave enough \
	                         */
#define NAME_END "\xf4\x8f\xbf\xbf" /* sorts after every name that begins so */

static struct match_transaction
transaction_of(const struct q_match_waiting_row *r)
{
	return (struct match_transaction){
		.id = r->id,
		.booked_on = r->booked_on,
		.amount_minor = r->amount,
		.currency = ledger_currency_of(r->currency),
		.counterparty_name = r->counterparty_name,
		.counterparty_iban = r->counterparty_iban,
		.ultimate_name = r->ultimate_name,
		.remittance = r->remittance,
		.remittance_joined = r->remittance_joined,
		.structured_ref = r->structured_ref,
		.structured_issuer = r->structured_issuer,
		.document_numbers = r->document_numbers,
		.end_to_end = r->end_to_end,
		.mandate = r->mandate,
		.batch_id = r->batch_id,
		.return_reason = r->return_reason,
		.return_text = r->return_text,
		.info = r->info,
		.reversal = r->reversal == 1,
	};
}

/* ---- staging what to look up ---- */

struct words {
	struct q_stage_word_insert_in *rows;
	size_t count, cap, count_in_case;
	int64_t administration;
};

#define WORDS_OF_CASE (MATCH_KEYS_MAX * 2)

static enum vd_status
add_word(struct vd_context *ctx, struct words *w, size_t which, const char *kind,
         struct vd_str text)
{
	if (text.len == 0 || w->count_in_case == WORDS_OF_CASE) return VD_OK;
	VD_GROW(ctx, w->rows, w->count, w->cap);
	w->rows[w->count++] = (struct q_stage_word_insert_in){
		w->administration, JOB,  (int64_t)(which * WORDS_OF_CASE + w->count_in_case++),
		vd_str_c(kind),    text,
	};
	return VD_OK;
}

/* The whole name; names that begin with it; and names that begin as it does, for a bank may have
 * cut it off. */
static enum vd_status
name_words(struct vd_context *ctx, struct words *w, size_t which, struct vd_str name)
{
	struct vd_str head = vd_utf8_head(name, NAME_CUT);

	if (name.len < NAME_BEGINNING_MIN) return add_word(ctx, w, which, "name", name);
	VD_TRY(add_word(ctx, w, which, "beginning", name));
	return head.len < name.len ? add_word(ctx, w, which, "beginning", head) : VD_OK;
}

static enum vd_status
words_of(struct vd_context *ctx, struct words *w, size_t which, const struct match_transaction *t)
{
	static const char *const kinds[MATCH_KEY__COUNT] = {
		[MATCH_KEY_REFERENCE] = "reference", [MATCH_KEY_NUMBER] = "number",
		[MATCH_KEY_DIGITS] = "digits",       [MATCH_KEY_TAIL] = "tail",
		[MATCH_KEY_DEBTOR] = "debtor",       [MATCH_KEY_IBAN] = "iban",
	};
	struct match_key keys[MATCH_KEYS_MAX];
	size_t n;

	VD_TRY(match_keys(ctx, t, keys, &n));
	for (size_t i = 0; i < n; i++) {
		if (keys[i].kind == MATCH_KEY_NAME) VD_TRY(name_words(ctx, w, which, keys[i].text));
		else if (kinds[keys[i].kind] != NULL)
			VD_TRY(add_word(ctx, w, which, kinds[keys[i].kind], keys[i].text));
	}
	if (t->amount_minor >= 0) return VD_OK;
	VD_TRY(add_word(ctx, w, which, "return_account", t->counterparty_iban));
	return add_word(ctx, w, which, "return_id", t->end_to_end);
}

static size_t
case_of(int64_t ordinal)
{
	return (size_t)ordinal / WORDS_OF_CASE;
}

/* ---- candidates per case ---- */

static enum vd_status
add_debtor(struct vd_context *ctx, struct match_case *c, int64_t debtor, struct match_debtor **out)
{
	for (size_t i = 0; i < c->debtors_count; i++)
		if (c->debtors[i].id == debtor) {
			*out = &c->debtors[i];
			return VD_OK;
		}
	VD_GROW(ctx, c->debtors, c->debtors_count, c->debtors_cap);
	c->debtors[c->debtors_count] = (struct match_debtor){ .id = debtor };
	*out = &c->debtors[c->debtors_count++];
	return VD_OK;
}

static enum vd_status
debtors_by_account(struct vd_context *ctx, struct app *app, struct match_batch *b)
{
	struct q_match_debtors_by_account_row *rows;
	struct match_debtor *d;
	size_t n;

	VD_TRY(q_match_debtors_by_account(ctx, app->db,
	                                  &(struct q_match_debtors_by_account_in){
	                                      app->administration.id, JOB },
	                                  &rows, &n));
	for (size_t i = 0, same; i < n; i += same) { /* row by row of one account, in order */
		for (same = 1; i + same < n && rows[i + same].ordinal == rows[i].ordinal;) same++;
		for (size_t k = i; k < i + same; k++) {
			VD_TRY(add_debtor(ctx, &b->cases[case_of(rows[k].ordinal)], rows[k].debtor, &d));
			d->account = vd_str_eq(rows[k].source, VD_STR("stated")) ? MATCH_ACCOUNT_STATED
			                                                         : MATCH_ACCOUNT_LEARNED;
			d->account_debtors = (int64_t)same;
		}
	}
	return VD_OK;
}

static enum vd_status
debtors_by_code_and_name(struct vd_context *ctx, struct app *app, struct match_batch *b)
{
	struct q_match_debtors_by_code_row *codes;
	struct q_match_debtors_by_name_row *names;
	struct match_debtor *d;
	size_t n;

	VD_TRY(
	    q_match_debtors_by_code(ctx, app->db,
	                            &(struct q_match_debtors_by_code_in){ app->administration.id, JOB },
	                            &codes, &n));
	for (size_t i = 0; i < n; i++)
		VD_TRY(add_debtor(ctx, &b->cases[case_of(codes[i].ordinal)], codes[i].debtor, &d));
	VD_TRY(q_match_debtors_by_name(ctx, app->db,
	                               &(struct q_match_debtors_by_name_in){ app->administration.id,
	                                                                     JOB, VD_STR(NAME_END),
	                                                                     NAME_DEBTORS_MAX },
	                               &names, &n));
	for (size_t i = 0; i < n; i++)
		VD_TRY(add_debtor(ctx, &b->cases[case_of(names[i].ordinal)], names[i].debtor, &d));
	return VD_OK;
}

static enum vd_status
find_earlier(struct vd_context *ctx, struct app *app, struct match_batch *b)
{
	struct q_match_earlier_row *rows;
	size_t n;

	VD_TRY(q_match_earlier(ctx, app->db,
	                       &(struct q_match_earlier_in){ app->administration.id, JOB }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct match_case *c = &b->cases[case_of(rows[i].ordinal)];
		bool known = false;

		for (size_t k = 0; k < c->earlier_count; k++)
			known = known || c->earlier[k].transaction_id == rows[i].id;
		if (known) continue;
		VD_GROW(ctx, c->earlier, c->earlier_count, c->earlier_cap);
		c->earlier[c->earlier_count++] = (struct match_earlier){
			.transaction_id = rows[i].id,
			.debtor_id = rows[i].debtor,
			.amount_minor = rows[i].amount,
			.booked_on = rows[i].booked_on,
			.end_to_end = rows[i].end_to_end,
			.batch_id = rows[i].batch_id,
			.counterparty_iban = rows[i].counterparty_iban,
			.reference_text = rows[i].remittance,
		};
	}
	return VD_OK;
}

/* ---- items ---- */

static enum match_item_kind
kind_of(struct vd_str kind)
{
	if (vd_str_eq(kind, VD_STR("invoice")) || vd_str_eq(kind, VD_STR("correction")))
		return MATCH_INVOICE;
	if (vd_str_eq(kind, VD_STR("credit_note"))) return MATCH_CREDIT_NOTE;
	if (vd_str_eq(kind, VD_STR("payment"))) return MATCH_UNALLOCATED;
	return MATCH_OTHER;
}

static enum vd_status
pool_item(struct vd_context *ctx, struct match_pool *p, const struct match_item *item,
          struct vd_str order_ref)
{
	if (vd_map_get(&p->by_id, item->id) != SIZE_MAX) return VD_OK;
	VD_GROW(ctx, p->items, p->count, p->cap);
	p->items[p->count] = *item;
	if (order_ref.len > 0) VD_TRY(vd_code_normalise(ctx, order_ref, &p->items[p->count].order_key));
	VD_TRY(vd_map_put(ctx, &p->by_id, item->id, p->count));
	p->count++;
	return VD_OK;
}

#define ITEM_OF(r)                                                                             \
	(struct match_item)                                                                        \
	{                                                                                          \
		.id = (r)->item, .debtor_id = (r)->debtor, .kind = kind_of((r)->kind),                 \
		.credit = ledger_side_of((r)->side) == LEDGER_CREDIT, .open_minor = (r)->open,         \
		.amount_minor = (r)->total, .currency = ledger_currency_of((r)->currency),             \
		.effective_on = (r)->effective_on, .due_on = (r)->due_on, .number = (r)->number,       \
		.number_key = (r)->number_key, .reference_key = (r)->reference_key, .line = (r)->line, \
	}

static enum vd_status
stage_ids(struct vd_context *ctx, struct app *app, const int64_t *ids, size_t n)
{
	struct q_stage_id_insert_in *rows;

	VD_TRY(q_stage_id_clear(ctx, app->db,
	                        &(struct q_stage_id_clear_in){ app->administration.id, JOB }, NULL));
	if (n == 0) return VD_OK;
	VD_NEW(ctx, rows, n);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct q_stage_id_insert_in){ app->administration.id, JOB, ids[i] };
	return q_stage_id_insert(ctx, app->db, rows, n, NULL);
}

/* Items found by a word: the case remembers them, its debtors become candidates. */
static enum vd_status
named_items(struct vd_context *ctx, struct app *app, struct match_batch *b)
{
	struct q_match_items_by_word_row *hits;
	struct q_match_named_items_row *rows;
	struct match_debtor *d;
	int64_t *ids;
	size_t n, items;

	VD_TRY(q_match_items_by_word(ctx, app->db,
	                             &(struct q_match_items_by_word_in){ app->administration.id, JOB },
	                             &hits, &n));
	VD_NEW(ctx, ids, n);
	for (size_t i = 0; i < n; i++) ids[i] = hits[i].item;
	VD_TRY(stage_ids(ctx, app, ids, n));
	VD_TRY(q_match_named_items(ctx, app->db,
	                           &(struct q_match_named_items_in){ app->administration.id, JOB },
	                           &rows, &items));
	for (size_t i = 0; i < items; i++) {
		struct match_item item = ITEM_OF(&rows[i]);

		VD_TRY(pool_item(ctx, &b->pool, &item, rows[i].order_ref));
	}
	for (size_t i = 0; i < n; i++) {
		struct match_case *c = &b->cases[case_of(hits[i].ordinal)];

		VD_GROW(ctx, c->named, c->named_count, c->named_cap);
		c->named[c->named_count++] = vd_map_get(&b->pool.by_id, hits[i].item);
		VD_TRY(add_debtor(ctx, c, hits[i].debtor, &d));
	}
	return VD_OK;
}

/* Facts and open items of all candidate debtors of the batch, once each. */
static enum vd_status
open_items(struct vd_context *ctx, struct app *app, struct match_batch *b)
{
	struct q_match_open_items_row *rows;
	struct q_match_debtor_facts_row *facts;
	struct vd_map seen = VD_MAP(ctx);
	size_t n = 0, all = 0;
	int64_t *ids;

	for (size_t i = 0; i < b->count; i++) all += b->cases[i].debtors_count;
	VD_NEW(ctx, ids, all);
	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < b->cases[i].debtors_count; k++) {
			int64_t id = b->cases[i].debtors[k].id;

			if (vd_map_get(&seen, id) != SIZE_MAX) continue;
			VD_TRY(vd_map_put(ctx, &seen, id, n));
			ids[n++] = id;
		}
	VD_TRY(stage_ids(ctx, app, ids, n));
	VD_TRY(q_match_debtor_facts(ctx, app->db,
	                            &(struct q_match_debtor_facts_in){ app->administration.id, JOB },
	                            &facts, &b->facts_count));
	b->facts = facts;
	for (size_t i = 0; i < b->facts_count; i++)
		VD_TRY(vd_map_put(ctx, &b->debtor_places, facts[i].id, i));
	VD_NEW(ctx, b->items_of, b->facts_count);
	VD_NEW(ctx, b->items_count_of, b->facts_count);
	VD_TRY(q_match_open_items(ctx, app->db,
	                          &(struct q_match_open_items_in){ app->administration.id, JOB,
	                                                           OPEN_ITEMS_MAX },
	                          &rows, &n));
	VD_NEW(ctx, b->open, n);
	for (size_t i = 0; i < n; i++) {
		struct match_item item = ITEM_OF(&rows[i]);
		size_t place = vd_map_get(&b->debtor_places, rows[i].debtor);

		VD_TRY(pool_item(ctx, &b->pool, &item, rows[i].order_ref));
		if (place == SIZE_MAX) continue;
		if (b->items_count_of[place]++ == 0) b->items_of[place] = i;
		b->open[i] = vd_map_get(&b->pool.by_id, rows[i].item);
	}
	return stage_ids(ctx, app, NULL, 0);
}

static void
fill_in_debtors(struct match_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < b->cases[i].debtors_count; k++) {
			struct match_debtor *d = &b->cases[i].debtors[k];
			size_t place = vd_map_get(&b->debtor_places, d->id);

			if (place == SIZE_MAX) continue;
			d->number = b->facts[place].number;
			d->number_key = b->facts[place].number_key;
			d->name_fold = b->facts[place].name_fold;
		}
}

enum vd_status
match_facts(struct vd_context *ctx, struct app *app, int64_t most, struct match_batch *b)
{
	struct words w = { .administration = app->administration.id };
	struct q_match_waiting_row *rows;

	*b = (struct match_batch){ .pool.by_id = VD_MAP(ctx),
		                       .debtor_places = VD_MAP(ctx),
		                       .stale = VD_MAP(ctx) };
	VD_TRY(q_match_waiting(ctx, app->db,
	                       &(struct q_match_waiting_in){ app->administration.id, most }, &rows,
	                       &b->count));
	if (b->count == 0) return VD_OK;
	VD_NEW(ctx, b->cases, b->count);
	for (size_t i = 0; i < b->count; i++) {
		b->cases[i].t = transaction_of(&rows[i]);
		b->cases[i].taken_back = rows[i].taken_back == 1;
		w.count_in_case = 0;
		VD_TRY(words_of(ctx, &w, i, &b->cases[i].t));
	}
	VD_TRY(q_stage_word_clear(ctx, app->db,
	                          &(struct q_stage_word_clear_in){ app->administration.id, JOB },
	                          NULL));
	if (w.count > 0) VD_TRY(q_stage_word_insert(ctx, app->db, w.rows, w.count, NULL));
	VD_TRY(named_items(ctx, app, b));
	VD_TRY(debtors_by_account(ctx, app, b));
	VD_TRY(debtors_by_code_and_name(ctx, app, b));
	VD_TRY(find_earlier(ctx, app, b));
	VD_TRY(q_stage_word_clear(ctx, app->db,
	                          &(struct q_stage_word_clear_in){ app->administration.id, JOB },
	                          NULL));
	VD_TRY(open_items(ctx, app, b));
	fill_in_debtors(b);
	return VD_OK;
}

/* ---- what a case gets, and when it cannot be had ---- */

static bool
shares(struct vd_str a, struct vd_str b)
{
	return a.len > 0 && vd_str_eq(a, b);
}

/* Of this debtor not all items were fetched, and those that were are fewer now than matching looks
 * at. */
static bool
ran_out(const struct match_batch *b, size_t place)
{
	size_t left = 0;

	if (b->items_count_of[place] < OPEN_ITEMS_MAX) return false;
	for (size_t i = 0; i < OPEN_ITEMS_MAX; i++)
		left += b->pool.items[b->open[b->items_of[place] + i]].open_minor > 0;
	return left < MATCH_ITEMS_MAX;
}

bool
match_must_wait(const struct match_batch *b, const struct match_case *c)
{
	for (size_t i = 0; i < c->debtors_count; i++) {
		size_t place = vd_map_get(&b->debtor_places, c->debtors[i].id);

		if (vd_map_get(&b->stale, c->debtors[i].id) != SIZE_MAX ||
		    (place != SIZE_MAX && ran_out(b, place)))
			return true;
	}
	if (c->t.amount_minor > 0) return false;
	for (size_t i = 0; i < c->earlier_count; i++)
		if (vd_map_get(&b->stale, c->earlier[i].debtor_id) != SIZE_MAX) return true;
	for (size_t i = 0; i < b->booked_count; i++) {
		const struct match_transaction *t = &b->cases[b->booked[i]].t;

		if (shares(t->counterparty_iban, c->t.counterparty_iban) ||
		    shares(t->end_to_end, c->t.end_to_end))
			return true;
	}
	return false;
}

enum vd_status
match_items_of(struct vd_context *ctx, const struct match_batch *b, const struct match_case *c,
               struct match_item **out, size_t *count)
{
	struct vd_map taken = VD_MAP(ctx);
	struct match_item *items;
	size_t n = 0, room = 0;

	for (size_t k = 0; k < c->debtors_count && room < MATCH_ITEMS_MAX; k++) {
		size_t place = vd_map_get(&b->debtor_places, c->debtors[k].id);

		room += place != SIZE_MAX ? b->items_count_of[place] : 0;
	}
	VD_NEW(ctx, items, c->named_count + room);
	for (size_t i = 0; i < c->named_count; i++) {
		if (vd_map_get(&taken, (int64_t)c->named[i]) != SIZE_MAX) continue;
		VD_TRY(vd_map_put(ctx, &taken, (int64_t)c->named[i], 0));
		items[n++] = b->pool.items[c->named[i]];
	}
	for (size_t k = 0; k < c->debtors_count; k++) {
		size_t place = vd_map_get(&b->debtor_places, c->debtors[k].id);

		if (place == SIZE_MAX) continue;
		for (size_t i = 0; i < b->items_count_of[place] && n < MATCH_ITEMS_MAX; i++) {
			size_t at = b->open[b->items_of[place] + i];

			if (b->pool.items[at].open_minor > 0 && vd_map_get(&taken, (int64_t)at) == SIZE_MAX)
				items[n++] = b->pool.items[at];
		}
	}
	*out = items;
	*count = n;
	return VD_OK;
}
