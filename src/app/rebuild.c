/* Making the derived tables again from the facts, a transaction per table. */
#include "app/follow.h"
#include "app/invoice_words.h"
#include "app/verify_internal.h"
#include "q_dossier.h"
#include "q_invoice.h"
#include "q_ledger.h"

#define PAGE_MEMORY_MAX ((size_t)256 << 20)

struct rebuild {
	struct app_rebuild_result *result;
	struct policy_rules rules;
};

/* ---- money ---- */

static enum vd_status
items_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rebuild *r = arg;
	int64_t administration = app->administration.id;

	VD_TRY(q_rebuild_item_open_delete(ctx, app->db,
	                                  &(struct q_rebuild_item_open_delete_in){ administration },
	                                  NULL));
	if (q_rebuild_item_open_insert(ctx, app->db,
	                               &(struct q_rebuild_item_open_insert_in){ administration },
	                               &r->result->items) != VD_OK) {
		if (ctx->error.status != VD_E_INVALID) return ctx->error.status;
		return vd_fail(
		    ctx, VD_E_CORRUPT, "rebuild.overdrawn", NULL,
		    "more is allocated to an item than its amount, so the facts themselves are "
		    "damaged; nothing was changed: look at \"voldaan verify\" and take a backup");
	}
	return q_rebuild_head(ctx, app->db, &(struct q_rebuild_head_in){ administration }, NULL);
}

static enum vd_status
balances_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rebuild *r = arg;
	int64_t administration = app->administration.id;

	VD_TRY(q_rebuild_balance_delete(ctx, app->db,
	                                &(struct q_rebuild_balance_delete_in){ administration }, NULL));
	return q_rebuild_balance_insert(ctx, app->db,
	                                &(struct q_rebuild_balance_insert_in){ administration },
	                                &r->result->balances);
}

/* ---- words ---- */

static enum vd_status
words_page(struct vd_context *ctx, struct app *app, int64_t *after, int64_t *made, bool *more)
{
	int64_t administration = app->administration.id, changed;
	struct app_invoice_word words[MATCH_WORDS_MAX];
	struct q_invoice_word_insert_in *rows;
	struct q_invoice_texts_row *invoices;
	size_t n, count, rows_count = 0;

	VD_TRY(q_invoice_texts(ctx, app->db,
	                       &(struct q_invoice_texts_in){ administration, *after, VERIFY_PAGE },
	                       &invoices, &n));
	*more = n > 0;
	if (n == 0) return VD_OK;
	VD_NEW(ctx, rows, n * MATCH_WORDS_MAX);
	for (size_t i = 0; i < n; i++) {
		VD_TRY(app_invoice_words(ctx, invoices[i].number, invoices[i].reference,
		                         invoices[i].order_ref, words, &count));
		for (size_t k = 0; k < count; k++)
			rows[rows_count++] =
			    (struct q_invoice_word_insert_in){ administration, words[k].text,
				                                   vd_str_c(words[k].kind), invoices[i].id };
	}
	*after = invoices[n - 1].id;
	VD_TRY(q_invoice_word_insert(ctx, app->db, rows, rows_count, &changed));
	*made += changed;
	return VD_OK;
}

static enum vd_status
words_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rebuild *r = arg;
	bool more = true;

	r->result->words = 0;
	VD_TRY(q_rebuild_words_delete(ctx, app->db,
	                              &(struct q_rebuild_words_delete_in){ app->administration.id },
	                              NULL));
	for (int64_t after = 0; more;) { /* each page goes further */
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		VD_TRY(words_page(ctx, app, &after, &r->result->words, &more));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

/* ---- dunning state ---- */

/* The day on which the run must look at it: never before today, as when the ledger changes. */
static struct vd_date
next_look(const struct app *app, const struct rebuild *r, const struct q_rebuild_chase_items_row *i)
{
	bool known = i->cycle != VD_I64_NONE;
	int64_t rank = known ? i->last_rank : i->step_rank;
	struct policy_item item = {
		.id = i->item,
		.open_minor = i->open,
		.amount_minor = i->open,
		.effective_on = i->effective_on,
		.due_on = i->due_on,
		.sent_on = i->sent_on,
		.cycle = known ? i->cycle : 1,
		.last_rank = rank == VD_I64_NONE ? INT32_MIN : (int32_t)rank,
		.last_code = known ? i->last_code : i->step_code,
		.last_done_on = known ? i->last_done_on : i->step_done_on,
	};
	struct vd_date day;

	if (i->open == 0) return VD_DATE_NONE;
	day = app_first_action(&r->rules, &item);
	return !vd_date_is_none(day) && day.day < app->today.day ? app->today : day;
}

static void
new_state(const struct app *app, const struct rebuild *r, const struct q_rebuild_chase_items_row *i,
          struct q_chase_insert_in *out)
{
	bool free_to_act = vd_str_is_none(i->under_way);

	*out = (struct q_chase_insert_in){
		.administration = app->administration.id,
		.item = i->item,
		.debtor = i->debtor,
		.cycle = i->step_cycle != VD_I64_NONE ? i->step_cycle : 1,
		.last_rank = i->step_rank,
		.last_code = i->step_code,
		.last_done_on = i->step_done_on,
		.next_action_on = free_to_act ? next_look(app, r, i) : VD_DATE_NONE,
		.waiting = free_to_act ? VD_STR("free") : i->under_way,
		.takeover_unknown = i->step_rank == VD_I64_NONE && i->due_on.day < app->today.day,
		.version = 1,
	};
}

/* False when the state is right already. */
static bool
changed_state(const struct app *app, const struct rebuild *r,
              const struct q_rebuild_chase_items_row *i, struct q_rebuild_chase_put_in *out)
{
	bool is_free = vd_str_eq(i->waiting, VD_STR("free"));

	*out = (struct q_rebuild_chase_put_in){ app->administration.id, i->item, i->debtor,
		                                    i->next_action_on, i->waiting };
	if (i->open == 0) {
		out->next_action_on = VD_DATE_NONE;
		out->waiting = VD_STR("free");
	} else if (is_free) {
		out->next_action_on = next_look(app, r, i);
	}
	return out->debtor != i->chase_debtor || out->next_action_on.day != i->next_action_on.day ||
	       !vd_str_eq(out->waiting, i->waiting);
}

static enum vd_status
states_page(struct vd_context *ctx, struct app *app, struct rebuild *r, int64_t *after, bool *more)
{
	struct q_rebuild_chase_items_row *items;
	struct q_rebuild_chase_put_in *puts;
	struct q_chase_insert_in *inserts;
	size_t n, puts_count = 0, inserts_count = 0;

	VD_TRY(q_rebuild_chase_items(ctx, app->db,
	                             &(struct q_rebuild_chase_items_in){ app->administration.id, *after,
	                                                                 VERIFY_PAGE },
	                             &items, &n));
	*more = n > 0;
	if (n == 0) return VD_OK;
	VD_NEW(ctx, puts, n);
	VD_NEW(ctx, inserts, n);
	for (size_t i = 0; i < n; i++) {
		if (items[i].cycle == VD_I64_NONE) new_state(app, r, &items[i], &inserts[inserts_count++]);
		else puts_count += changed_state(app, r, &items[i], &puts[puts_count]);
	}
	*after = items[n - 1].item;
	r->result->states += (int64_t)(puts_count + inserts_count);
	if (inserts_count > 0) VD_TRY(q_chase_insert(ctx, app->db, inserts, inserts_count, NULL));
	if (puts_count > 0) VD_TRY(q_rebuild_chase_put(ctx, app->db, puts, puts_count, NULL));
	return VD_OK;
}

static enum vd_status
states_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rebuild *r = arg;
	bool more = true;

	r->result->states = 0;
	VD_TRY(q_rebuild_chase_orphans(ctx, app->db,
	                               &(struct q_rebuild_chase_orphans_in){ app->administration.id },
	                               NULL));
	for (int64_t after = 0; more;) { /* each page goes further */
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		VD_TRY(states_page(ctx, app, r, &after, &more));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

/* ---- all of it ---- */

static enum vd_status
audit_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	(void)arg;
	return app_audit(ctx, app, "rebuild", VD_STR("administration"), VD_STR_NONE, VD_STR_NONE);
}

enum vd_status
app_rebuild(struct vd_context *ctx, struct app *app, struct app_rebuild_result *result)
{
	static const app_work steps[] = { items_in_tx, balances_in_tx, words_in_tx, states_in_tx,
		                              audit_in_tx };
	struct rebuild r = { .result = result };
	struct app_setting_value *settings;
	struct vd_progress progress;

	*result = (struct app_rebuild_result){ 0 };
	VD_TRY(app_settings_load(ctx, app, &settings));
	VD_TRY(app_policy_load(ctx, app, settings, &r.rules));
	vd_progress_start(&progress, &app->log, "tables", VD_LENGTH(steps));
	for (size_t i = 0; i < VD_LENGTH(steps); i++) {
		VD_TRY(app_write(ctx, app, steps[i], &r));
		vd_progress_step(&progress, (int64_t)i + 1);
	}
	vd_progress_end(&progress);
	return VD_OK;
}
