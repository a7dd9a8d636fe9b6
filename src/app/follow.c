/* Dunning state follows the ledger. */
#include "app/follow.h"

#include "base/list.h"
#include "q_dossier.h"

struct changes {
	struct q_chase_insert_in *inserts;
	struct q_chase_settle_in *settles;
	struct q_task_settle_in *closes; /* as many */
	struct q_chase_reopen_in *reopens;
	struct q_chase_move_in *moves;
	struct q_chase_replan_in *replans;
	struct q_step_done_insert_in *steps;
	size_t inserts_count, settles_count, reopens_count, revised_count, steps_count;
	struct vd_map takeover_by_item;
};

static bool
is_dunned(const struct ledger_effect *e)
{
	static const char *const kinds[] = { "invoice", "correction", "settled_in_source" };

	for (size_t i = 0; i < VD_LENGTH(kinds); i++)
		if (vd_str_eq(vd_str_c(e->kind), vd_str_c(kinds[i]))) return e->side == LEDGER_DEBIT;
	return false;
}

static struct policy_item
fresh_item(const struct ledger_effect *e)
{
	return (struct policy_item){
		.id = e->item,
		.open_minor = e->after_minor,
		.amount_minor = e->after_minor,
		.effective_on = e->effective_on,
		.due_on = e->due_on,
		.sent_on = VD_DATE_NONE,
		.cycle = 1,
		.last_rank = INT32_MIN,
		.last_done_on = VD_DATE_NONE,
	};
}

static struct vd_date
first_look(const struct app *app, const struct app_follow *f, const struct ledger_effect *e)
{
	struct policy_item item = fresh_item(e);
	struct vd_date day;

	if (e->after_minor == 0) return VD_DATE_NONE;
	day = app_first_action(f->rules, &item);
	return !vd_date_is_none(day) && day.day < app->today.day ? app->today : day;
}

/* Items that were overdue when they came in are a backlog: they enter at their last step, or at the
 * first reminder. */
static void
add_new(struct app *app, const struct app_follow *f, struct changes *c,
        const struct ledger_effect *e)
{
	struct q_chase_insert_in *row = &c->inserts[c->inserts_count++];
	size_t t = vd_map_get(&c->takeover_by_item, e->item);
	int32_t rank;

	*row = (struct q_chase_insert_in){
		.administration = app->administration.id,
		.item = e->item,
		.debtor = e->debtor,
		.cycle = 1,
		.last_rank = VD_I64_NONE,
		.last_done_on = VD_DATE_NONE,
		.next_action_on = first_look(app, f, e),
		.waiting = VD_STR("free"),
		.takeover_unknown = e->due_on.day < app->today.day,
		.version = 1,
	};
	if (t == SIZE_MAX) return;
	if (!policy_rank_of(f->rules, f->takeovers[t].code, &rank))
		return; /* the import checked it; a profile may have gone */
	row->last_rank = rank;
	row->last_code = f->takeovers[t].code;
	row->last_done_on = f->takeovers[t].done_on;
	row->takeover_unknown = 0;
	c->steps[c->steps_count++] = (struct q_step_done_insert_in){
		.administration = app->administration.id,
		.item = e->item,
		.cycle = 1,
		.rank = rank,
		.code = f->takeovers[t].code,
		.outcome = VD_STR("takeover"),
		.done_on = f->takeovers[t].done_on,
		.decision = VD_I64_NONE,
		.message = VD_I64_NONE,
		.actor = app->actor,
		.reason = VD_STR("already done before this administration began"),
		.recorded_at = app->now,
	};
}

static void
sort_out(struct app *app, const struct app_follow *f, struct changes *c,
         const struct ledger_effect *e)
{
	int64_t administration = app->administration.id;

	if (e->created && is_dunned(e)) add_new(app, f, c, e);
	if (e->created || e->side != LEDGER_DEBIT) return;
	if (e->revised) {
		c->moves[c->revised_count] = (struct q_chase_move_in){ administration, e->item, e->debtor };
		c->replans[c->revised_count++] =
		    (struct q_chase_replan_in){ administration, e->item, first_look(app, f, e) };
	} else if (e->before_minor > 0 && e->after_minor == 0) {
		c->closes[c->settles_count] =
		    (struct q_task_settle_in){ administration, e->item, app->now };
		c->settles[c->settles_count++] = (struct q_chase_settle_in){ administration, e->item };
	} else if (e->before_minor == 0 && e->after_minor > 0) {
		struct vd_date look = first_look(app, f, e);

		c->reopens[c->reopens_count++] =
		    (struct q_chase_reopen_in){ administration, e->item,
			                            vd_date_is_none(look) ? app->today : look };
	}
}

static enum vd_status
write_changes(struct vd_context *ctx, struct app *app, const struct changes *c)
{
	if (c->inserts_count > 0)
		VD_TRY(q_chase_insert(ctx, app->db, c->inserts, c->inserts_count, NULL));
	if (c->settles_count > 0)
		VD_TRY(q_chase_settle(ctx, app->db, c->settles, c->settles_count, NULL));
	if (c->settles_count > 0)
		VD_TRY(q_task_settle(ctx, app->db, c->closes, c->settles_count, NULL));
	if (c->reopens_count > 0)
		VD_TRY(q_chase_reopen(ctx, app->db, c->reopens, c->reopens_count, NULL));
	if (c->revised_count > 0) VD_TRY(q_chase_move(ctx, app->db, c->moves, c->revised_count, NULL));
	if (c->revised_count > 0)
		VD_TRY(q_chase_replan(ctx, app->db, c->replans, c->revised_count, NULL));
	if (c->steps_count > 0)
		VD_TRY(q_step_done_insert(ctx, app->db, c->steps, c->steps_count, NULL));
	return VD_OK;
}

enum vd_status
app_follow_ledger(struct vd_context *ctx, struct app *app, const struct app_follow *f,
                  const struct ledger_effect *effects, size_t count)
{
	struct changes c = { .takeover_by_item = VD_MAP(ctx) };

	if (count == 0) return VD_OK;
	VD_NEW(ctx, c.inserts, count);
	VD_NEW(ctx, c.settles, count);
	VD_NEW(ctx, c.closes, count);
	VD_NEW(ctx, c.reopens, count);
	VD_NEW(ctx, c.moves, count);
	VD_NEW(ctx, c.replans, count);
	VD_NEW(ctx, c.steps, count);
	for (size_t i = 0; i < f->takeovers_count; i++)
		VD_TRY(vd_map_put(ctx, &c.takeover_by_item, f->takeovers[i].item, i));
	for (size_t i = 0; i < count; i++) sort_out(app, f, &c, &effects[i]);
	return write_changes(ctx, app, &c);
}
