/* What the people of the sample business do: calls, holds, what the program leaves to them. */
#include "app/demo_internal.h"

#include "app/book.h"
#include "app/hold.h"
#include "app/task.h"

#define CALL_AFTER_DAYS      2 /* a task is done so many days after it was made */
#define HAND_OVER_AFTER_DAYS 14

/* ---- the diary ---- */

static enum vd_status
add_hold(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	struct app_hold hold = { .item = e->number,
		                     .debtor = VD_STR_NONE,
		                     .amount = e->value.len > 0 ? e->value : VD_STR_NONE,
		                     .reason = e->text,
		                     .owner = e->who,
		                     .until = e->until };
	struct demo_hold kept = { 0 };
	int64_t *ids;
	size_t n;

	if (vd_str_eq(e->verb, VD_STR("hold-debtor"))) {
		hold.debtor = e->number;
		hold.item = VD_STR_NONE;
	}
	VD_TRY(app_hold_add(ctx, d->app, &hold, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		kept.id = ids[i];
		kept.number = e->number;
		VD_GROW(d->main, d->holds, d->holds_count, d->holds_cap);
		d->holds[d->holds_count++] = kept;
	}
	return VD_OK;
}

static enum vd_status
end_hold(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	for (size_t i = 0; i < d->holds_count; i++)
		if (vd_str_eq(d->holds[i].number, e->number))
			VD_TRY(app_hold_end(ctx, d->app, d->holds[i].id, e->text));
	return VD_OK;
}

/* number: the bank's reference; value: what the money is for. */
static enum vd_status
allocate(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	struct app_book_target target = { e->value, VD_STR_NONE };
	struct app_bank_ref ref = { .reference = e->number, .day = VD_DATE_NONE };
	struct app_booked booked;

	return app_allocate_bank(ctx, d->app, &ref, &target, 1, VD_STR_NONE, &booked);
}

static enum vd_status
undo(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	struct app_bank_ref ref = { .reference = e->number, .day = VD_DATE_NONE };
	struct app_booked booked;

	return app_undo_bank(ctx, d->app, &ref, VD_STR_NONE, &booked);
}

/* The first and the last line of the diary: they only name the days. */
static enum vd_status
nothing(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	(void)ctx;
	(void)e;
	d->result->actions--;
	return VD_OK;
}

static const struct {
	const char *verb;
	enum vd_status (*act)(struct vd_context *, struct demo *, const struct demo_entry *);
} verbs[] = {
	{ "hold", add_hold },     { "hold-debtor", add_hold },
	{ "end-hold", end_hold }, { "allocate", allocate },
	{ "undo", undo },         { "start", nothing },
	{ "end", nothing },
};

static enum vd_status
act(struct vd_context *ctx, struct demo *d, const struct demo_entry *e)
{
	d->app->actor = e->who;
	for (size_t i = 0; i < VD_LENGTH(verbs); i++)
		if (vd_str_eq(e->verb, vd_str_c(verbs[i].verb))) {
			d->result->actions++;
			return verbs[i].act(ctx, d, e);
		}
	return vd_fail(ctx, VD_E_INVALID, "demo.diary", NULL,
	               "the diary of the sample has a word that is not known: \"%.*s\"",
	               VD_FMT(e->verb));
}

/* ---- tasks ---- */

static struct vd_str
what_came_of_it(const struct demo_task *t)
{
	if (vd_str_eq(t->step, VD_STR("owner_call"))) return VD_STR("consent");
	if (vd_str_eq(t->step, VD_STR("service_call")))
		return VD_STR("invoice is in order, will be paid in time");
	if (vd_str_eq(t->what, VD_STR("hand_over"))) return VD_STR("not yet: rang him once more");
	if (vd_str_eq(t->what, VD_STR("check")))
		return VD_STR("will be set off at the end of the quarter");
	return VD_STR("spoken; says he will pay this week");
}

enum vd_status
demo_keep_tasks(struct demo *d, const struct app_run_result *run)
{
	struct vd_context *ctx = d->main;

	for (size_t i = 0; i < run->lines_count; i++) {
		const struct app_run_line *l = &run->lines[i];
		struct demo_task *t;

		if (!l->task) continue;
		VD_GROW(ctx, d->tasks, d->tasks_count, d->tasks_cap);
		t = &d->tasks[d->tasks_count++];
		*t = (struct demo_task){ .id = l->id, .made = d->app->today };
		VD_TRY(vd_str_dup(ctx, l->what, &t->what));
		VD_TRY(vd_str_dup(ctx, l->step, &t->step));
	}
	return VD_OK;
}

static enum vd_status
do_tasks(struct vd_context *ctx, struct demo *d)
{
	enum vd_status status;
	size_t left = 0;

	d->app->actor = VD_STR("Sanne");
	for (size_t i = 0; i < d->tasks_count; i++) {
		bool hand_over = vd_str_eq(d->tasks[i].what, VD_STR("hand_over"));
		int32_t after = hand_over ? HAND_OVER_AFTER_DAYS : CALL_AFTER_DAYS;

		if (d->app->today.day - d->tasks[i].made.day < after) {
			d->tasks[left++] = d->tasks[i];
			continue;
		}
		status = app_task_close(ctx, d->app, d->tasks[i].id, false, what_came_of_it(&d->tasks[i]));
		if (status == VD_E_CONFLICT) continue; /* cancelled in between: he has paid */
		if (status != VD_OK) return status;
		d->result->actions++;
	}
	d->tasks_count = left;
	return VD_OK;
}

enum vd_status
demo_people(struct vd_context *ctx, struct demo *d)
{
	for (size_t i = 0; i < d->diary_count; i++)
		if (d->diary[i].day.day == d->app->today.day) VD_TRY(act(ctx, d, &d->diary[i]));
	return do_tasks(ctx, d);
}
