/* The list of work, and closing a task. */
#include "app/task.h"

#include "base/buf.h"
#include "ledger/ledger.h"
#include "q_dossier.h"

#define PAGE       500
#define RESULT_MAX 2000

/* ---- list ---- */

static const struct export_column columns[] = {
	{ "id", EXPORT_TEXT, 0 },        { "due_on", EXPORT_DATE, 0 }, { "kind", EXPORT_TEXT, 0 },
	{ "debtor_id", EXPORT_TEXT, 0 }, { "name", EXPORT_TEXT, 0 },   { "contact", EXPORT_TEXT, 0 },
	{ "phone", EXPORT_TEXT, 0 },     { "items", EXPORT_TEXT, 0 },  { "currency", EXPORT_TEXT, 0 },
	{ "asked", EXPORT_MONEY, 0 },    { "owner", EXPORT_TEXT, 0 },  { "step", EXPORT_TEXT, 0 },
	{ "reason", EXPORT_TEXT, 0 },    { "state", EXPORT_TEXT, 0 },  { "result", EXPORT_TEXT, 0 },
};

struct list_work {
	struct app *app;
	const struct app_task_filter *filter;
	const struct app_output *output;
	struct vd_date after_due;
	int64_t after;
};

/* "F2025001, F2025007/2" of the items from *at on that belong to the task. */
static enum vd_status
item_names(struct vd_context *ctx, const struct q_task_page_items_row *items, size_t n, size_t *at,
           int64_t task, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, (size_t)64 * 1024);

	for (; *at < n && items[*at].task == task; (*at)++) {
		const struct q_task_page_items_row *i = &items[*at];

		if (b.len > 0) vd_buf_add_c(&b, ", ");
		vd_buf_add(&b, vd_str_is_none(i->invoice_number) ? VD_STR("-") : i->invoice_number);
		if (i->line > 1) vd_buf_addf(&b, "/%lld", (long long)i->line);
	}
	return vd_buf_finish(ctx, &b, out);
}

static enum vd_status
write_task(struct vd_context *ctx, struct export_writer *writer, const struct q_task_page_row *t,
           struct vd_str items)
{
	struct export_cell cells[VD_LENGTH(columns)];
	struct vd_str id;

	VD_TRY(vd_str_printf(ctx, &id, "%lld", (long long)t->id));
	cells[0] = export_text(id);
	cells[1] = export_date(t->due_on);
	cells[2] = export_text(t->kind);
	cells[3] = export_text(t->debtor_number);
	cells[4] = export_text(t->debtor_name);
	cells[5] = export_text(t->contact_name);
	cells[6] = export_text(t->phone);
	cells[7] = export_text(items);
	cells[8] = export_text(t->currency);
	cells[9] = export_money(t->asked, ledger_currency_of(t->currency));
	cells[10] = export_text(t->owner);
	cells[11] = export_text(t->step);
	cells[12] = export_text(t->reason);
	cells[13] = export_text(t->state);
	cells[14] = export_text(t->result);
	return export_row(ctx, writer, cells);
}

static enum vd_status
write_page(struct vd_context *ctx, struct export_writer *writer, struct list_work *w, bool *more)
{
	int64_t administration = w->app->administration.id;
	struct q_task_page_items_row *items;
	struct q_task_page_row *tasks;
	size_t n, m, at = 0;
	struct vd_str names;

	VD_TRY(q_task_page(ctx, w->app->db,
	                   &(struct q_task_page_in){ administration, w->filter->all, w->filter->owner,
	                                             w->after_due, w->after, PAGE },
	                   &tasks, &n));
	*more = n == PAGE;
	if (n == 0) return VD_OK;
	VD_TRY(q_task_page_items(ctx, w->app->db,
	                         &(struct q_task_page_items_in){
	                             administration, w->filter->all, w->filter->owner, tasks[0].due_on,
	                             tasks[0].id, tasks[n - 1].due_on, tasks[n - 1].id },
	                         &items, &m));
	for (size_t i = 0; i < n; i++) {
		VD_TRY(item_names(ctx, items, m, &at, tasks[i].id, &names));
		VD_TRY(write_task(ctx, writer, &tasks[i], names));
	}
	w->after_due = tasks[n - 1].due_on;
	w->after = tasks[n - 1].id;
	return VD_OK;
}

static enum vd_status
list_rows(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
	bool more = true;

	while (more) { /* each page goes further */
		VD_TRY(write_page(ctx, writer, arg, &more));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

static enum vd_status
list_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct list_work *w = arg;

	return app_output_write(ctx, app, w->output,
	                        &(struct app_table){ "tasks", columns, (int)VD_LENGTH(columns),
	                                             list_rows, w, NULL });
}

enum vd_status
app_task_list(struct vd_context *ctx, struct app *app, const struct app_task_filter *filter,
              const struct app_output *output)
{
	return app_read(ctx, app, list_in_tx,
	                &(struct list_work){ app, filter, output, { VD_DAY_MIN }, 0 });
}

/* ---- close ---- */

struct close_work {
	int64_t id;
	bool cancelled;
	struct vd_str result;
};

static enum vd_status
close_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct close_work *w = arg;
	int64_t administration = app->administration.id;
	struct q_task_by_id_row task;
	struct vd_str subject;
	bool found;

	VD_TRY(q_task_by_id(ctx, app->db, &(struct q_task_by_id_in){ administration, w->id }, &task,
	                    &found));
	if (!found)
		return vd_fail(ctx, VD_E_NOT_FOUND, "task.unknown", "id",
		               "there is no task %lld; \"voldaan tasks\" lists the open ones",
		               (long long)w->id);
	if (!vd_str_eq(task.state, VD_STR("open")))
		return vd_fail(ctx, VD_E_CONFLICT, "task.closed", "id", "task %lld is %.*s already",
		               (long long)w->id, VD_FMT(task.state));
	VD_TRY(
	    q_task_close(ctx, app->db,
	                 &(struct q_task_close_in){ administration, w->id,
	                                            w->cancelled ? VD_STR("cancelled") : VD_STR("done"),
	                                            w->result, app->now, app->actor },
	                 NULL));
	VD_TRY(
	    q_task_release_items(ctx, app->db,
	                         &(struct q_task_release_items_in){ administration, w->id, app->today },
	                         NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "task %lld", (long long)w->id));
	return app_audit(ctx, app, w->cancelled ? "task cancel" : "task done", subject, task.kind,
	                 w->result);
}

enum vd_status
app_task_close(struct vd_context *ctx, struct app *app, int64_t id, bool cancelled,
               struct vd_str result)
{
	if (result.len > RESULT_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "task.result", "result",
		               "the result may be at most %d bytes", RESULT_MAX);
	return app_write(ctx, app, close_in_tx, &(struct close_work){ id, cancelled, result });
}
