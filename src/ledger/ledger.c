/* One ledger transaction: collected in memory, written set-based, checked before it is left. */
#include "ledger/ledger.h"

#include "base/list.h"
#include "q_ledger.h"

#include <string.h>

/* What is known of an item touched by this transaction. */
struct touched {
	struct ledger_effect effect;
	struct vd_currency currency;
	int64_t delta_minor;       /* of what is open */
	struct vd_date changed_on; /* latest effective day of an allocation here */
	bool known;                /* facts are filled in */
};
struct balance_change {
	int64_t debtor, debit_minor, credit_minor;
	struct vd_currency currency;
	struct vd_date
	    oldest_due_on; /* of what this transaction adds, for a balance that does not exist yet */
	size_t next;       /* another currency of the same debtor, or SIZE_MAX */
};

struct ledger_tx {
	struct vd_db *db;
	int64_t administration, number;
	struct vd_ids ids;
	int64_t ids_taken;
	struct vd_date latest_on;
	struct q_item_insert_in *items;
	size_t items_count, items_cap;
	struct q_allocation_insert_in *allocations;
	size_t allocations_count, allocations_cap;
	struct q_item_revision_insert_in *revisions;
	size_t revisions_count, revisions_cap;
	struct ledger_revision *revised;
	size_t revised_count, revised_cap;
	struct touched *touched;
	size_t touched_count, touched_cap, created_count;
	struct vd_map touched_by_item;
	struct balance_change *balances;
	size_t balances_count, balances_cap;
	struct vd_map balance_by_debtor;
};

#define IDS_BLOCK_MIN 16
#define IDS_BLOCK_MAX 8192

/* ---- begin ---- */

static enum vd_status
refuse_time(struct vd_context *ctx, struct vd_db *db, const struct ledger_open *open)
{
	struct q_ledger_head_read_row head;
	char now[VD_MOMENT_TEXT], last[VD_MOMENT_TEXT];

	VD_TRY(q_ledger_head_read(ctx, db, &(struct q_ledger_head_read_in){ open->administration },
	                          &head));
	vd_moment_format(open->now, now);
	vd_moment_format(head.recorded_at, last);
	return vd_fail(
	    ctx, VD_E_CONFLICT, "ledger.time_goes_back", "now",
	    "the ledger was last written at %s UTC, which is after the time of this action (%s UTC); "
	    "the time of recording never goes back: check the clock, or --now and --today",
	    last, now);
}

enum vd_status
ledger_begin(struct vd_context *ctx, struct vd_db *db, const struct ledger_open *open,
             struct ledger_tx **out)
{
	struct q_ledger_head_take_row head;
	struct ledger_tx *t = vd_new(ctx, struct ledger_tx);
	bool found;

	if (t == NULL) return vd_fail_memory(ctx);
	VD_ASSERT(vd_db_in_tx(db));
	t->db = db;
	t->administration = open->administration;
	t->ids.administration = open->administration;
	t->latest_on = VD_DATE_NONE;
	t->touched_by_item = VD_MAP(ctx);
	t->balance_by_debtor = VD_MAP(ctx);
	VD_TRY(q_ledger_head_take(ctx, db,
	                          &(struct q_ledger_head_take_in){ open->administration, open->now },
	                          &head, &found));
	if (!found) return refuse_time(ctx, db, open);
	t->number = head.number;
	if (q_ledger_transaction_insert(ctx, db,
	                                &(struct q_ledger_transaction_insert_in){
	                                    .administration = open->administration,
	                                    .number = head.number,
	                                    .recorded_at = open->now,
	                                    .actor = open->actor,
	                                    .use_case = vd_str_c(open->use_case),
	                                    .request_id = open->request_id },
	                                NULL) != VD_OK) {
		if (ctx->error.status == VD_E_CONFLICT)
			return vd_fail(ctx, VD_E_CONFLICT, "ledger.request_repeated", "request_id",
			               "a request with this id was recorded before; it is not done twice");
		return ctx->error.status;
	}
	*out = t;
	return VD_OK;
}

int64_t
ledger_number(const struct ledger_tx *t)
{
	return t->number;
}

/* Blocks grow with what the transaction takes: a small one wastes few ids, a large one asks seldom.
 */
enum vd_status
ledger_ids(struct vd_context *ctx, struct ledger_tx *t, int64_t n, int64_t *first)
{
	int64_t block = t->ids_taken < IDS_BLOCK_MIN   ? IDS_BLOCK_MIN
	                : t->ids_taken > IDS_BLOCK_MAX ? IDS_BLOCK_MAX
	                                               : t->ids_taken;

	t->ids_taken += n;
	return vd_ids_take(ctx, t->db, &t->ids, n, n > block ? n : block, first);
}

/* ---- collecting ---- */

static enum vd_status
touch(struct vd_context *ctx, struct ledger_tx *t, int64_t item, struct touched **out)
{
	size_t i = vd_map_get(&t->touched_by_item, item);

	if (i == SIZE_MAX) {
		VD_GROW(ctx, t->touched, t->touched_count, t->touched_cap);
		i = t->touched_count++;
		t->touched[i] = (struct touched){
			.effect = { .item = item, .invoice = VD_I64_NONE },
			.changed_on = VD_DATE_NONE,
		};
		VD_TRY(vd_map_put(ctx, &t->touched_by_item, item, i));
	}
	*out = &t->touched[i];
	return VD_OK;
}

enum vd_status
ledger_add_item(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_item *item,
                int64_t *id)
{
	struct touched *touched;

	VD_ASSERT(item->amount_minor > 0 && item->currency.code[0] != '\0');
	VD_TRY(ledger_ids(ctx, t, 1, id));
	VD_GROW(ctx, t->items, t->items_count, t->items_cap);
	struct q_item_insert_in *row = &t->items[t->items_count++];
	*row = (struct q_item_insert_in){
		.administration = t->administration,
		.id = *id,
		.transaction_number = t->number,
		.debtor = item->debtor,
		.side = vd_str_c(ledger_side_text(item->side)),
		.kind = vd_str_c(item->kind),
		.amount = item->amount_minor,
		.effective_on = item->effective_on,
		.due_on = item->due_on,
		.invoice = item->invoice,
		.line = item->line,
		.corrects = item->corrects,
		.bank_transaction = item->bank_transaction,
		.note = item->note,
	};
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&item->currency), &row->currency));
	VD_TRY(touch(ctx, t, *id, &touched));
	touched->known = true;
	touched->currency = item->currency;
	touched->delta_minor = item->amount_minor;
	touched->effect = (struct ledger_effect){
		.item = *id,
		.debtor = item->debtor,
		.invoice = item->invoice,
		.side = item->side,
		.kind = item->kind,
		.due_on = item->due_on,
		.effective_on = item->effective_on,
		.created = true,
	};
	t->created_count++;
	return VD_OK;
}

static enum vd_status
add_allocation(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_allocation *a,
               int64_t reverses)
{
	const int64_t ends[2] = { a->credit_item, a->debit_item };
	int64_t signed_minor = reverses != VD_I64_NONE ? -a->amount_minor : a->amount_minor, id;

	VD_ASSERT(a->amount_minor > 0);
	VD_TRY(ledger_ids(ctx, t, 1, &id));
	VD_GROW(ctx, t->allocations, t->allocations_count, t->allocations_cap);
	struct q_allocation_insert_in *row = &t->allocations[t->allocations_count++];
	*row = (struct q_allocation_insert_in){
		.administration = t->administration,
		.id = id,
		.transaction_number = t->number,
		.credit_item = a->credit_item,
		.debit_item = a->debit_item,
		.amount = signed_minor,
		.effective_on = a->effective_on,
		.source = vd_str_c(a->source),
		.certainty_bp = a->certainty_bp,
		.reverses = reverses,
		.bank_transaction = a->bank_transaction,
		.reasons = a->reasons,
	};
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&a->currency), &row->currency));
	for (int i = 0; i < 2; i++) {
		struct touched *touched;

		VD_TRY(touch(ctx, t, ends[i], &touched));
		VD_TRY(vd_minor_add(ctx, touched->delta_minor, -signed_minor, &touched->delta_minor));
		if (vd_date_is_none(touched->changed_on) || a->effective_on.day > touched->changed_on.day)
			touched->changed_on = a->effective_on;
	}
	if (vd_date_is_none(t->latest_on) || a->effective_on.day > t->latest_on.day)
		t->latest_on = a->effective_on;
	return VD_OK;
}

enum vd_status
ledger_allocate(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_allocation *a)
{
	return add_allocation(ctx, t, a, VD_I64_NONE);
}

enum vd_status
ledger_reverse(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_standing *s,
               struct vd_date effective_on, const char *source, struct vd_str reasons)
{
	struct ledger_allocation back = {
		.credit_item = s->credit_item,
		.debit_item = s->debit_item,
		.amount_minor = s->amount_minor,
		.currency = s->currency,
		.source = source,
		.certainty_bp = 10000,
		.effective_on = effective_on.day > s->effective_on.day ? effective_on : s->effective_on,
		.bank_transaction = s->bank_transaction,
		.reasons = reasons,
	};

	return add_allocation(ctx, t, &back, s->id);
}

enum vd_status
ledger_revise(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_revision *r)
{
	if (r->old_debtor != r->debtor && r->open_minor != r->total_minor)
		return vd_fail(
		    ctx, VD_E_CONFLICT, "ledger.debtor_of_paid_item", "debtor",
		    "an item on which something was paid or set off cannot move to another debtor; undo the allocations first");
	VD_GROW(ctx, t->revisions, t->revisions_count, t->revisions_cap);
	t->revisions[t->revisions_count++] = (struct q_item_revision_insert_in){
		.administration = t->administration,
		.item = r->item,
		.transaction_number = t->number,
		.debtor = r->debtor,
		.due_on = r->due_on,
		.reason = vd_str_c(r->reason),
	};
	VD_GROW(ctx, t->revised, t->revised_count, t->revised_cap);
	t->revised[t->revised_count++] = *r;
	return VD_OK;
}

/* ---- balances ---- */

static enum vd_status
balance_of(struct vd_context *ctx, struct ledger_tx *t, int64_t debtor, struct vd_currency currency,
           struct balance_change **out)
{
	size_t first = vd_map_get(&t->balance_by_debtor, debtor), i;

	for (i = first; i != SIZE_MAX; i = t->balances[i].next)
		if (vd_currency_eq(t->balances[i].currency, currency)) break;
	if (i == SIZE_MAX) {
		VD_GROW(ctx, t->balances, t->balances_count, t->balances_cap);
		i = t->balances_count++;
		t->balances[i] = (struct balance_change){
			.debtor = debtor,
			.currency = currency,
			.oldest_due_on = VD_DATE_NONE,
			.next = first,
		};
		VD_TRY(vd_map_put(ctx, &t->balance_by_debtor, debtor, i));
	}
	*out = &t->balances[i];
	return VD_OK;
}

static enum vd_status
add_to_balance(struct vd_context *ctx, struct ledger_tx *t, const struct ledger_effect *e,
               struct vd_currency currency, int64_t delta)
{
	struct balance_change *b;

	VD_TRY(balance_of(ctx, t, e->debtor, currency, &b));
	if (e->side == LEDGER_CREDIT)
		return vd_minor_add(ctx, b->credit_minor, delta, &b->credit_minor);
	if (e->after_minor > 0 &&
	    (vd_date_is_none(b->oldest_due_on) || e->due_on.day < b->oldest_due_on.day))
		b->oldest_due_on = e->due_on;
	return vd_minor_add(ctx, b->debit_minor, delta, &b->debit_minor);
}

static enum vd_status
write_balances(struct vd_context *ctx, struct ledger_tx *t)
{
	struct q_balance_add_in *rows;

	for (size_t i = 0; i < t->touched_count; i++)
		VD_TRY(add_to_balance(ctx, t, &t->touched[i].effect, t->touched[i].currency,
		                      t->touched[i].delta_minor));
	for (size_t i = 0; i < t->revised_count; i++) {
		const struct ledger_revision *r = &t->revised[i];
		struct ledger_effect from = { .debtor = r->old_debtor,
			                          .side = r->debit ? LEDGER_DEBIT : LEDGER_CREDIT };
		struct ledger_effect to = { .debtor = r->debtor,
			                        .side = from.side,
			                        .after_minor = r->open_minor,
			                        .due_on = r->due_on };

		VD_TRY(add_to_balance(ctx, t, &from, r->currency, -r->open_minor));
		VD_TRY(add_to_balance(ctx, t, &to, r->currency, r->open_minor));
	}
	if (t->balances_count == 0) return VD_OK;
	VD_NEW(ctx, rows, t->balances_count);
	for (size_t i = 0; i < t->balances_count; i++)
		rows[i] = (struct q_balance_add_in){
			.administration = t->administration,
			.debtor = t->balances[i].debtor,
			.currency = vd_currency_str(&t->balances[i].currency),
			.debit = t->balances[i].debit_minor,
			.credit = t->balances[i].credit_minor,
			.oldest_due_on = t->balances[i].oldest_due_on,
		};
	return q_balance_add(ctx, t->db, rows, t->balances_count, NULL);
}

/* ---- writing ---- */

static enum vd_status
overdrawn(struct vd_context *ctx, int64_t item, int64_t open_minor)
{
	return vd_fail(
	    ctx, VD_E_CORRUPT, "ledger.overdrawn", NULL,
	    "item %lld would have %lld open (minor units): more would be allocated than its amount",
	    (long long)item, (long long)open_minor);
}

/* New items go in with what this very transaction leaves open of them. */
static enum vd_status
write_new_items(struct vd_context *ctx, struct ledger_tx *t)
{
	struct q_item_open_insert_in *rows;

	if (t->items_count == 0) return VD_OK;
	VD_TRY(q_item_insert(ctx, t->db, t->items, t->items_count, NULL));
	VD_NEW(ctx, rows, t->items_count);
	for (size_t i = 0; i < t->items_count; i++) {
		const struct q_item_insert_in *item = &t->items[i];
		struct touched *touched = &t->touched[vd_map_get(&t->touched_by_item, item->id)];

		touched->effect.after_minor = touched->delta_minor;
		if (touched->delta_minor < 0 || touched->delta_minor > item->amount)
			return overdrawn(ctx, item->id, touched->delta_minor);
		rows[i] = (struct q_item_open_insert_in){
			.administration = t->administration,
			.item = item->id,
			.debtor = item->debtor,
			.side = item->side,
			.kind = item->kind,
			.currency = item->currency,
			.total = item->amount,
			.open = touched->delta_minor,
			.effective_on = item->effective_on,
			.due_on = item->due_on,
			.invoice = item->invoice,
			.line = item->line,
			.settled_on = touched->delta_minor == 0 ? touched->changed_on : VD_DATE_NONE,
		};
	}
	return q_item_open_insert(ctx, t->db, rows, t->items_count, NULL);
}

static enum vd_status
write_revisions(struct vd_context *ctx, struct ledger_tx *t)
{
	struct q_item_open_revise_in *rows;

	if (t->revisions_count == 0) return VD_OK;
	VD_TRY(q_item_revision_insert(ctx, t->db, t->revisions, t->revisions_count, NULL));
	VD_NEW(ctx, rows, t->revisions_count);
	for (size_t i = 0; i < t->revisions_count; i++)
		rows[i] = (struct q_item_open_revise_in){
			.administration = t->administration,
			.item = t->revisions[i].item,
			.debtor = t->revisions[i].debtor,
			.due_on = t->revisions[i].due_on,
		};
	return q_item_open_revise(ctx, t->db, rows, t->revisions_count, NULL);
}

/* Takes the facts of an existing item from the store, after its change, and checks them. */
static enum vd_status
check_existing(struct vd_context *ctx, struct ledger_tx *t,
               const struct q_item_open_touched_row *row)
{
	size_t i = vd_map_get(&t->touched_by_item, row->item);
	struct touched *touched;

	VD_ASSERT(i != SIZE_MAX);
	touched = &t->touched[i];
	if (row->entered != row->total || row->total - row->allocated != row->open || row->open < 0)
		return overdrawn(ctx, row->item, row->total - row->allocated);
	touched->known = true;
	touched->currency = ledger_currency_of(row->currency);
	touched->effect.debtor = row->debtor;
	touched->effect.side = ledger_side_of(row->side);
	touched->effect.due_on = row->due_on;
	touched->effect.effective_on = row->effective_on;
	touched->effect.invoice = row->invoice;
	touched->effect.before_minor = row->before;
	touched->effect.after_minor = row->open;
	return VD_OK;
}

static enum vd_status
apply_to_existing(struct vd_context *ctx, struct ledger_tx *t)
{
	struct q_stage_open_insert_in *stage;
	struct q_item_open_touched_row *rows;
	size_t n = 0, count;

	if (t->touched_count == t->created_count) return VD_OK;
	VD_NEW(ctx, stage, t->touched_count - t->created_count);
	for (size_t i = 0; i < t->touched_count; i++) {
		if (t->touched[i].effect.created) continue;
		stage[n++] = (struct q_stage_open_insert_in){
			.administration = t->administration,
			.job = t->number,
			.item = t->touched[i].effect.item,
			.delta = t->touched[i].delta_minor,
			.effective_on = t->touched[i].changed_on,
		};
	}
	VD_TRY(q_stage_open_insert(ctx, t->db, stage, n, NULL));
	if (q_item_open_apply(ctx, t->db,
	                      &(struct q_item_open_apply_in){ t->administration, t->number },
	                      NULL) != VD_OK) {
		if (ctx->error.status == VD_E_INVALID)
			return vd_fail(ctx, VD_E_CORRUPT, "ledger.overdrawn", NULL,
			               "an item would get more allocated than its amount; nothing was booked");
		return ctx->error.status;
	}
	VD_TRY(q_item_open_touched(ctx, t->db,
	                           &(struct q_item_open_touched_in){ t->administration, t->number },
	                           &rows, &count));
	for (size_t i = 0; i < count; i++) VD_TRY(check_existing(ctx, t, &rows[i]));
	return q_stage_open_clear(ctx, t->db,
	                          &(struct q_stage_open_clear_in){ t->administration, t->number },
	                          NULL);
}

static enum vd_status
check_allocation(struct vd_context *ctx, struct ledger_tx *t,
                 const struct q_allocation_insert_in *a)
{
	const struct touched *credit = &t->touched[vd_map_get(&t->touched_by_item, a->credit_item)];
	const struct touched *debit = &t->touched[vd_map_get(&t->touched_by_item, a->debit_item)];
	const char *wrong = NULL;

	if (!credit->known || !debit->known) wrong = "one of its items does not exist";
	else if (credit->effect.side != LEDGER_CREDIT || debit->effect.side != LEDGER_DEBIT)
		wrong = "it must join a credit and a debit";
	else if (credit->effect.debtor != debit->effect.debtor) wrong = "its items are of two debtors";
	else if (!vd_currency_eq(credit->currency, debit->currency))
		wrong = "its items are in two currencies";
	else if (!vd_str_eq(a->currency, vd_currency_str(&credit->currency)))
		wrong = "its currency is not that of its items";
	else if (a->effective_on.day < credit->effect.effective_on.day ||
	         a->effective_on.day < debit->effect.effective_on.day)
		wrong = "it is effective before one of its items";
	if (wrong == NULL) return VD_OK;
	return vd_fail(ctx, VD_E_CORRUPT, "ledger.allocation", NULL,
	               "the allocation of item %lld to item %lld cannot be: %s; nothing was booked",
	               (long long)a->credit_item, (long long)a->debit_item, wrong);
}

static enum vd_status
collect_effects(struct vd_context *ctx, struct ledger_tx *t, struct ledger_effect **effects,
                size_t *count)
{
	struct ledger_effect *out;
	size_t n = 0;

	VD_NEW(ctx, out, t->touched_count + t->revised_count);
	for (size_t i = 0; i < t->touched_count; i++) out[n++] = t->touched[i].effect;
	for (size_t i = 0; i < t->revised_count; i++) {
		const struct ledger_revision *r = &t->revised[i];

		out[n++] = (struct ledger_effect){
			.item = r->item,
			.debtor = r->debtor,
			.invoice = VD_I64_NONE,
			.side = r->debit ? LEDGER_DEBIT : LEDGER_CREDIT,
			.before_minor = r->open_minor,
			.after_minor = r->open_minor,
			.due_on = r->due_on,
			.revised = true,
		};
	}
	*effects = out;
	*count = n;
	return VD_OK;
}

enum vd_status
ledger_finish(struct vd_context *ctx, struct ledger_tx *t, struct ledger_effect **effects,
              size_t *count)
{
	VD_TRY(write_new_items(ctx, t));
	VD_TRY(write_revisions(ctx, t));
	if (t->allocations_count > 0)
		VD_TRY(q_allocation_insert(ctx, t->db, t->allocations, t->allocations_count, NULL));
	VD_TRY(apply_to_existing(ctx, t));
	for (size_t i = 0; i < t->allocations_count; i++)
		VD_TRY(check_allocation(ctx, t, &t->allocations[i]));
	VD_TRY(write_balances(ctx, t));
	if (!vd_date_is_none(t->latest_on))
		VD_TRY(q_ledger_head_latest(ctx, t->db,
		                            &(struct q_ledger_head_latest_in){ t->administration,
		                                                               t->latest_on },
		                            NULL));
	return collect_effects(ctx, t, effects, count);
}
