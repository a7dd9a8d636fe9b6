/* What waits to be sent: shown, released, made void, settled. */
#include "app/outbox.h"

#include "app/outbox_state.h"

#include <string.h>

#define RELEASE_BATCH 500
#define REASON_MAX    1000

/* ---- showing ---- */

static const struct export_column list_columns[] = {
	{ "message", EXPORT_INTEGER, 10 },
	{ "state", EXPORT_TEXT, 10 },
	{ "outbox", EXPORT_TEXT, 10 },
	{ "day", EXPORT_DATE, 0 },
	{ "channel", EXPORT_TEXT, 8 },
	{ "debtor_id", EXPORT_TEXT, 12 },
	{ "name", EXPORT_TEXT, 28 },
	{ "recipient", EXPORT_TEXT, 28 },
	{ "step", EXPORT_TEXT, 18 },
	{ "template", EXPORT_TEXT, 18 },
	{ "items", EXPORT_INTEGER, 6 },
	{ "currency", EXPORT_TEXT, 8 },
	{ "asked", EXPORT_MONEY, 0 },
	{ "attempts", EXPORT_INTEGER, 8 },
	{ "next_attempt_at", EXPORT_TEXT, 20 },
	{ "sent_at", EXPORT_TEXT, 20 },
	{ "reason", EXPORT_TEXT, 40 },
};

static const char *const all_states[] = { "waiting", "released", "in_doubt", "failed",
	                                      "sent",    "void",     "shadow" };
#define UNFINISHED 4 /* the first of them */

struct list_work {
	struct app *app;
	const struct app_output *output;
	const char *const *states;
	size_t states_count;
};

static struct vd_str
moment_text(struct vd_moment m, char room[VD_MOMENT_TEXT])
{
	if (vd_moment_is_none(m)) return VD_STR_NONE;
	vd_moment_format(m, room);
	return vd_str_c(room);
}

static enum vd_status
list_row(struct vd_context *ctx, struct export_writer *w, const struct q_outbox_list_row *r)
{
	bool retried =
	    vd_str_eq(r->outbox_state, VD_STR("ready")) || vd_str_eq(r->outbox_state, VD_STR("failed"));
	char next[VD_MOMENT_TEXT], sent[VD_MOMENT_TEXT];
	struct vd_currency currency;

	VD_TRY(vd_currency_parse(ctx, r->currency, &currency));
	return export_row(ctx, w,
	                  (const struct export_cell[]){
	                      export_integer(r->message), export_text(r->state),
	                      export_text(r->outbox_state), export_date(r->day),
	                      export_text(r->channel), export_text(r->debtor_number),
	                      export_text(r->debtor_name), export_text(r->recipient),
	                      export_text(r->step), export_text(r->template_name),
	                      export_integer(r->items), export_text(r->currency),
	                      export_money(r->asked, currency), export_integer(r->attempts),
	                      export_text(retried ? moment_text(r->next_attempt_at, next)
	                                          : VD_STR_NONE),
	                      export_text(moment_text(r->sent_at, sent)), export_text(r->reason) });
}

static enum vd_status
list_state(struct vd_context *ctx, struct app *app, const char *state, struct export_writer *w)
{
	struct q_outbox_list_stream stream;
	struct q_outbox_list_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_outbox_list_open(ctx, app->db,
	                          &(struct q_outbox_list_in){ app->administration.id, vd_str_c(state) },
	                          &stream));
	for (;;) { /* ends with the stream */
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		status = q_outbox_list_next(ctx, &stream, &row, &more);
		if (status == VD_OK && more) status = list_row(ctx, w, &row);
		if (status != VD_OK || !more) break;
		vd_arena_rewind(ctx->arena, mark);
	}
	q_outbox_list_close(&stream);
	return status;
}

static enum vd_status
list_rows(struct vd_context *ctx, struct export_writer *w, void *arg)
{
	const struct list_work *l = arg;

	for (size_t i = 0; i < l->states_count; i++) VD_TRY(list_state(ctx, l->app, l->states[i], w));
	return VD_OK;
}

static enum vd_status
list_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct list_work *l = arg;

	return app_output_write(ctx, app, l->output,
	                        &(struct app_table){ .title = "outbox",
	                                             .columns = list_columns,
	                                             .columns_count = VD_LENGTH(list_columns),
	                                             .rows = list_rows,
	                                             .arg = l });
}

enum vd_status
app_outbox_list(struct vd_context *ctx, struct app *app, const char *state,
                const struct app_output *output)
{
	struct list_work l = { app, output, all_states, UNFINISHED };

	if (state != NULL && strcmp(state, "all") == 0) l.states_count = VD_LENGTH(all_states);
	else if (state != NULL) {
		l.states_count = 0;
		for (size_t i = 0; i < VD_LENGTH(all_states); i++)
			if (strcmp(state, all_states[i]) == 0) {
				l.states = &all_states[i];
				l.states_count = 1;
			}
		if (l.states_count == 0)
			return vd_fail(
			    ctx, VD_E_USAGE, "outbox.state", "state",
			    "\"%s\" is not a state of messages; choose waiting, released, in_doubt, failed, sent, void, shadow or all",
			    state);
	}
	return app_read(ctx, app, list_in_tx, &l);
}

/* ---- releasing ---- */

struct release_work {
	const int64_t *ids;
	size_t count; /* of this batch */
	bool named;   /* by a person: each must be there and wait */
	int64_t released;
};

static enum vd_status
find_message(struct vd_context *ctx, struct app *app, int64_t message,
             struct q_message_state_row *row)
{
	bool found;

	VD_TRY(q_message_state(ctx, app->db,
	                       &(struct q_message_state_in){ app->administration.id, message }, row,
	                       &found));
	if (found) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "message.unknown", "message",
	               "there is no message %lld; \"voldaan outbox list\" shows them",
	               (long long)message);
}

static enum vd_status
check_waiting(struct vd_context *ctx, struct app *app, int64_t message)
{
	struct q_message_state_row row;

	VD_TRY(find_message(ctx, app, message, &row));
	if (vd_str_eq(row.state, VD_STR("waiting")) || vd_str_eq(row.state, VD_STR("failed")))
		return VD_OK;
	return vd_fail(ctx, VD_E_CONFLICT, "message.not_waiting", "message",
	               "message %lld is %.*s: it does not wait for release", (long long)message,
	               VD_FMT(row.state));
}

static enum vd_status
release_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct release_work *w = arg;
	int64_t administration = app->administration.id;
	struct q_message_release_in *messages;
	struct q_outbox_make_ready_in *rows;
	struct q_chase_send_message_in *chases;
	struct vd_str subject;

	VD_NEW(ctx, messages, w->count);
	VD_NEW(ctx, rows, w->count);
	VD_NEW(ctx, chases, w->count);
	for (size_t i = 0; i < w->count; i++) {
		if (w->named) VD_TRY(check_waiting(ctx, app, w->ids[i]));
		messages[i] =
		    (struct q_message_release_in){ administration, w->ids[i], app->now, app->actor };
		rows[i] = (struct q_outbox_make_ready_in){ administration, w->ids[i], app->now };
		chases[i] = (struct q_chase_send_message_in){ administration, w->ids[i] };
		if (w->named)
			VD_TRY(q_task_undeliverable_close(ctx, app->db,
			                                  &(struct q_task_undeliverable_close_in){
			                                      administration, w->ids[i], VD_STR("tried again"),
			                                      app->now, app->actor },
			                                  NULL));
	}
	VD_TRY(q_message_release(ctx, app->db, messages, w->count, &w->released));
	VD_TRY(q_outbox_make_ready(ctx, app->db, rows, w->count, NULL));
	VD_TRY(q_chase_send_message(ctx, app->db, chases, w->count, NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "messages %lld to %lld", (long long)w->ids[0],
	                     (long long)w->ids[w->count - 1]));
	return app_audit(ctx, app, "outbox release", subject, VD_STR_NONE, VD_STR_NONE);
}

static enum vd_status
release_waiting(struct vd_context *ctx, struct app *app, int64_t run, int64_t *released)
{
	int64_t after = 0;

	for (;;) { /* each turn takes waiting messages away; ends when none is left */
		VD_AUTO_ARENA arena = VD_ARENA((size_t)64 << 20);
		struct vd_context own = { .arena = &arena };
		struct q_message_waiting_row *rows;
		struct release_work w = { 0 };
		enum vd_status status;
		int64_t *ids;

		status = q_message_waiting(&own, app->db,
		                           &(struct q_message_waiting_in){ app->administration.id,
		                                                           run == 0 ? VD_I64_NONE : run,
		                                                           after, RELEASE_BATCH },
		                           &rows, &w.count);
		if (status == VD_OK && w.count == 0) return VD_OK;
		if (status == VD_OK && (ids = vd_new_n(&own, int64_t, w.count)) != NULL) {
			for (size_t i = 0; i < w.count; i++) ids[i] = rows[i].id;
			w.ids = ids;
			after = ids[w.count - 1];
			status = app_write(&own, app, release_in_tx, &w);
		} else if (status == VD_OK) status = vd_fail_memory(&own);
		if (status != VD_OK) {
			ctx->error = own.error;
			return status;
		}
		*released += w.released;
	}
}

enum vd_status
app_outbox_release(struct vd_context *ctx, struct app *app, const struct app_release *r,
                   int64_t *released)
{
	struct release_work w = { .ids = r->ids, .count = r->count, .named = true };

	*released = 0;
	if (r->count == 0) return release_waiting(ctx, app, r->run, released);
	if (r->count > APP_OUTBOX_IDS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "outbox.ids", NULL, "%zu messages at once; at most %d",
		               r->count, APP_OUTBOX_IDS_MAX);
	VD_TRY(app_write(ctx, app, release_in_tx, &w));
	*released = w.released;
	return VD_OK;
}

/* ---- void and settle ---- */

struct end_work {
	int64_t message;
	bool sent, settle;
	struct vd_str reason;
};

static enum vd_status
check_reason(struct vd_context *ctx, struct vd_str reason)
{
	if (vd_str_trim(reason).len == 0)
		return vd_fail(ctx, VD_E_USAGE, "outbox.reason", "reason", "say why, with --reason TEXT");
	if (reason.len > REASON_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "outbox.reason", "reason",
		               "a reason may be at most %d bytes", REASON_MAX);
	return VD_OK;
}

static enum vd_status
check_may_end(struct vd_context *ctx, const struct end_work *w,
              const struct q_outbox_message_row *row)
{
	static const char *const may_void[] = { "held", "ready", "failed", "dead" };

	if (w->settle && vd_str_eq(row->outbox_state, VD_STR("in_doubt"))) return VD_OK;
	for (size_t i = 0; !w->settle && i < VD_LENGTH(may_void); i++)
		if (vd_str_eq(row->outbox_state, vd_str_c(may_void[i]))) return VD_OK;
	if (w->settle)
		return vd_fail(ctx, VD_E_CONFLICT, "message.not_in_doubt", "message",
		               "message %lld is %.*s: there is no doubt to settle", (long long)w->message,
		               VD_FMT(row->outbox_state));
	return vd_fail(ctx, VD_E_CONFLICT, "message.not_voidable", "message",
	               "message %lld is %.*s and cannot be made void%s", (long long)w->message,
	               VD_FMT(row->outbox_state),
	               vd_str_eq(row->outbox_state, VD_STR("in_doubt")) ? "; settle it" : "");
}

static enum vd_status
end_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct end_work *w = arg;
	struct q_outbox_message_row row;
	struct q_message_state_row state;
	struct vd_str subject, from;
	struct outbox_ending e = { .message = w->message, .row = &row };
	bool moved;

	VD_TRY(find_message(ctx, app, w->message, &state));
	if (state.outbox == VD_I64_NONE)
		return vd_fail(ctx, VD_E_CONFLICT, "message.not_voidable", "message",
		               "message %lld is %.*s: it was never to be sent", (long long)w->message,
		               VD_FMT(state.state));
	VD_TRY(q_outbox_message(ctx, app->db,
	                        &(struct q_outbox_message_in){ app->administration.id, w->message },
	                        &row));
	VD_TRY(check_may_end(ctx, w, &row));
	VD_TRY(vd_str_dup(ctx, row.outbox_state, &from));
	VD_TRY(vd_str_printf(ctx, &e.reason, "%s: %.*s",
	                     w->settle ? w->sent ? "found to be sent" : "found not to be sent"
	                               : "made void",
	                     VD_FMT(w->reason)));
	e.from = from.ptr;
	VD_TRY(w->sent ? outbox_end_sent(ctx, app, &e, &moved) : outbox_end_void(ctx, app, &e, &moved));
	if (!moved)
		return vd_fail(ctx, VD_E_BUSY, "message.busy", "message",
		               "message %lld is being worked on by somebody else", (long long)w->message);
	VD_TRY(q_task_undeliverable_close(ctx, app->db,
	                                  &(struct q_task_undeliverable_close_in){
	                                      app->administration.id, w->message, e.reason, app->now,
	                                      app->actor },
	                                  NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "message %lld", (long long)w->message));
	return app_audit(ctx, app, w->settle ? "outbox settle" : "outbox void", subject, from,
	                 e.reason);
}

enum vd_status
app_outbox_void(struct vd_context *ctx, struct app *app, int64_t message, struct vd_str reason)
{
	struct end_work w = { .message = message, .reason = reason };

	VD_TRY(check_reason(ctx, reason));
	return app_write(ctx, app, end_in_tx, &w);
}

enum vd_status
app_outbox_settle(struct vd_context *ctx, struct app *app, int64_t message, bool sent,
                  struct vd_str reason)
{
	struct end_work w = { .message = message, .sent = sent, .settle = true, .reason = reason };

	VD_TRY(check_reason(ctx, reason));
	return app_write(ctx, app, end_in_tx, &w);
}
