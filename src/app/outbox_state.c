/* The endings of a message. */
#include "app/outbox_state.h"

#include "base/buf.h"

#include "q_run.h"

#define CHANGED_TOLD 3 /* items named in a reason */

static enum vd_status
move(struct vd_context *ctx, struct app *app, const struct outbox_ending *e, const char *to,
     struct vd_moment next, bool *moved)
{
	struct q_outbox_move_row row;

	return q_outbox_move(ctx, app->db,
	                     &(struct q_outbox_move_in){ .administration = app->administration.id,
	                                                 .id = e->row->outbox,
	                                                 .from_state = vd_str_c(e->from),
	                                                 .state = vd_str_c(to),
	                                                 .last_error = e->reason,
	                                                 .next_attempt_at = next,
	                                                 .delivered_as = e->delivered_as,
	                                                 .now = app->now },
	                     &row, moved);
}

static enum vd_status
move_message(struct vd_context *ctx, struct app *app, const struct outbox_ending *e, const char *to,
             struct vd_moment sent_at)
{
	return q_message_move(ctx, app->db,
	                      &(struct q_message_move_in){ app->administration.id, e->message,
	                                                   vd_str_c(to), e->reason, sent_at },
	                      NULL);
}

enum vd_status
outbox_end_sent(struct vd_context *ctx, struct app *app, const struct outbox_ending *e, bool *moved)
{
	int64_t administration = app->administration.id;

	VD_TRY(move(ctx, app, e, "sent", app->now, moved));
	if (!*moved) return VD_OK;
	VD_TRY(move_message(ctx, app, e, "sent", app->now));
	VD_TRY(q_step_done_by_message(ctx, app->db,
	                              &(struct q_step_done_by_message_in){ administration, e->message,
	                                                                   app->today, app->actor,
	                                                                   e->reason, app->now },
	                              NULL));
	return q_chase_message_sent(ctx, app->db,
	                            &(struct q_chase_message_sent_in){
	                                administration, e->message, app->today,
	                                vd_date_add_days(app->today, 1) },
	                            NULL);
}

static enum vd_status
decide_again(struct vd_context *ctx, struct app *app, int64_t message)
{
	return q_chase_decide_again(ctx, app->db,
	                            &(struct q_chase_decide_again_in){ app->administration.id, message,
	                                                               app->today },
	                            NULL);
}

enum vd_status
outbox_end_void(struct vd_context *ctx, struct app *app, const struct outbox_ending *e, bool *moved)
{
	VD_TRY(move(ctx, app, e, "void", app->now, moved));
	if (!*moved) return VD_OK;
	VD_TRY(move_message(ctx, app, e, "void", VD_MOMENT_NONE));
	return decide_again(ctx, app, e->message);
}

enum vd_status
outbox_end_doubt(struct vd_context *ctx, struct app *app, const struct outbox_ending *e,
                 bool *moved)
{
	VD_TRY(move(ctx, app, e, "in_doubt", app->now, moved));
	return *moved ? move_message(ctx, app, e, "in_doubt", VD_MOMENT_NONE) : VD_OK;
}

static enum vd_status
make_task(struct vd_context *ctx, struct app *app, const struct outbox_ending *e)
{
	struct vd_ids ids = { .administration = app->administration.id };
	const struct q_outbox_message_row *r = e->row;
	struct vd_str why;
	int64_t id;

	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &id));
	VD_TRY(vd_str_printf(ctx, &why, "%.*s to %.*s could not be delivered: %.*s", VD_FMT(r->channel),
	                     VD_FMT(r->recipient), VD_FMT(e->reason)));
	VD_TRY(q_task_insert(ctx, app->db,
	                     &(struct q_task_insert_in){ .administration = app->administration.id,
	                                                 .id = id,
	                                                 .kind = VD_STR("undeliverable"),
	                                                 .debtor = r->debtor,
	                                                 .run = VD_I64_NONE,
	                                                 .due_on = app->today,
	                                                 .owner = r->owner,
	                                                 .step = r->step,
	                                                 .rank = r->rank,
	                                                 .currency = r->currency,
	                                                 .asked = r->asked,
	                                                 .reason = why,
	                                                 .state = VD_STR("open"),
	                                                 .created_at = app->now },
	                     1, NULL));
	return q_task_items_of_message(ctx, app->db,
	                               &(struct q_task_items_of_message_in){ app->administration.id, id,
	                                                                     e->message },
	                               NULL);
}

enum vd_status
outbox_end_dead(struct vd_context *ctx, struct app *app, const struct outbox_ending *e, bool *moved)
{
	VD_TRY(move(ctx, app, e, "dead", app->now, moved));
	if (!*moved) return VD_OK;
	VD_TRY(move_message(ctx, app, e, "failed", VD_MOMENT_NONE));
	VD_TRY(make_task(ctx, app, e));
	return q_chase_wait_for_task(ctx, app->db,
	                             &(struct q_chase_wait_for_task_in){ app->administration.id,
	                                                                 e->message },
	                             NULL);
}

enum vd_status
outbox_end_retry(struct vd_context *ctx, struct app *app, const struct outbox_ending *e,
                 int64_t attempts, bool *moved, bool *given_up)
{
	static const int64_t minutes[] = { 1, 5, 30, 120, 360 };
	size_t step = attempts < 1 ? 0 : (size_t)attempts - 1;
	struct vd_moment next = app->now;

	*given_up = attempts >= APP_SEND_ATTEMPTS_MAX;
	if (*given_up) return outbox_end_dead(ctx, app, e, moved);
	next.second += 60 * minutes[step < VD_LENGTH(minutes) ? step : VD_LENGTH(minutes) - 1];
	return move(ctx, app, e, "failed", next, moved);
}

/* ---- why not ---- */

static void
tell_item(struct vd_buf *b, const struct q_outbox_changed_items_row *r, struct vd_currency currency)
{
	char frozen[VD_MONEY_TEXT], open[VD_MONEY_TEXT];

	vd_money_format((struct vd_money){ r->frozen, currency }, frozen);
	vd_money_format((struct vd_money){ r->open == VD_I64_NONE ? 0 : r->open, currency }, open);
	if (b->len > 0) vd_buf_add_c(b, "; ");
	if (r->number.len > 0) vd_buf_add(b, r->number);
	else vd_buf_add_c(b, "an item");
	if (r->line != VD_I64_NONE && r->line > 1) vd_buf_addf(b, "/%lld", (long long)r->line);
	if (r->moved == 1) vd_buf_add_c(b, " has moved to another debtor");
	else if (r->open == VD_I64_NONE || r->open != r->frozen)
		vd_buf_addf(b, ": %s was open when this was decided, now %s", frozen, open);
	else if (r->reopened == 1) vd_buf_add_c(b, " was settled and is open again since");
	else vd_buf_add_c(b, " is past this step already");
}

static enum vd_status
why_items(struct vd_context *ctx, struct app *app, int64_t message, struct vd_currency currency,
          struct vd_buf *b)
{
	struct q_outbox_changed_items_row *rows;
	size_t n;

	VD_TRY(q_outbox_changed_items(ctx, app->db,
	                              &(struct q_outbox_changed_items_in){ app->administration.id,
	                                                                   message, CHANGED_TOLD + 1 },
	                              &rows, &n));
	for (size_t i = 0; i < n && i < CHANGED_TOLD; i++) tell_item(b, &rows[i], currency);
	if (n > CHANGED_TOLD) vd_buf_add_c(b, "; and more");
	return VD_OK;
}

static enum vd_status
why_hold(struct vd_context *ctx, struct app *app, int64_t message, struct vd_buf *b)
{
	struct q_outbox_holds_row *rows;
	size_t n;

	VD_TRY(q_outbox_holds(ctx, app->db,
	                      &(struct q_outbox_holds_in){ app->administration.id, message, app->today,
	                                                   1 },
	                      &rows, &n));
	if (n > 0)
		vd_buf_addf(b, "a hold on the %.*s: %.*s (%.*s)", VD_FMT(rows[0].scope),
		            VD_FMT(rows[0].reason), VD_FMT(rows[0].owner));
	return VD_OK;
}

enum vd_status
outbox_why_not(struct vd_context *ctx, struct app *app, int64_t message,
               struct vd_str currency_code, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, 4096);
	struct q_outbox_new_credit_row credit;
	struct vd_currency currency;
	char money[VD_MONEY_TEXT];

	*out = VD_STR_NONE;
	VD_TRY(vd_currency_parse(ctx, currency_code, &currency));
	VD_TRY(why_items(ctx, app, message, currency, &b));
	if (b.len == 0) VD_TRY(why_hold(ctx, app, message, &b));
	if (b.len == 0) {
		VD_TRY(
		    q_outbox_new_credit(ctx, app->db,
		                        &(struct q_outbox_new_credit_in){ app->administration.id, message },
		                        &credit));
		vd_money_format((struct vd_money){ credit.open, currency }, money);
		if (credit.open > 0)
			vd_buf_addf(&b, "%s came in from this debtor since that is not allocated yet", money);
	}
	return b.len > 0 ? vd_buf_finish(ctx, &b, out) : VD_OK;
}
