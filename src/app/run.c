/* The day's run. */
#include "app/run.h"

#include "app/gate.h"
#include "app/run_internal.h"

#include <stdlib.h>

#define RUN_MEMORY_MAX ((size_t)512 << 20)
#define FUSE_LOOK_FROM 50 /* fewer messages than this are never a flood */
#define FUSE_DAYS      28

/* ---- setting up ---- */

/* The first run of an administration is never automatic: a backlog must not become a flood. */
static enum vd_status
find_mode(struct vd_context *ctx, struct run *r)
{
	struct vd_str mode = app_setting_text(r->settings, "mode");
	struct q_run_count_finished_row runs;

	VD_TRY(q_run_count_finished(ctx, r->app->db,
	                            &(struct q_run_count_finished_in){ r->app->administration.id },
	                            &runs));
	r->mode = vd_str_eq(mode, VD_STR("shadow"))                       ? POLICY_SHADOW
	          : vd_str_eq(mode, VD_STR("automatic")) && runs.runs > 0 ? POLICY_AUTOMATIC
	                                                                  : POLICY_APPROVE;
	r->result->mode = r->mode == POLICY_SHADOW      ? "shadow"
	                  : r->mode == POLICY_AUTOMATIC ? "automatic"
	                                                : "approve";
	return VD_OK;
}

/* The reversed L: the oldest over 90 days first, then by what is owed, then by id. */
static int
reversed_l(const void *a, const void *b, void *arg)
{
	const struct candidate *x = a, *y = b;
	const struct vd_date *today = arg;
	bool old_x = !vd_date_is_none(x->oldest_due_on) && today->day - x->oldest_due_on.day > 90;
	bool old_y = !vd_date_is_none(y->oldest_due_on) && today->day - y->oldest_due_on.day > 90;

	if (old_x != old_y) return old_x ? -1 : 1;
	if (x->debit_minor != y->debit_minor) return x->debit_minor > y->debit_minor ? -1 : 1;
	return x->debtor < y->debtor ? -1 : x->debtor > y->debtor;
}

static enum vd_status
find_candidates(struct vd_context *ctx, struct run *r)
{
	struct q_run_candidates_stream stream;
	struct q_run_candidates_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_run_candidates_open(ctx, r->app->db,
	                             &(struct q_run_candidates_in){ r->app->administration.id,
	                                                            r->app->today },
	                             &stream));
	while ((status = q_run_candidates_next(ctx, &stream, &row, &more)) == VD_OK && more) {
		if (r->candidates_count == r->candidates_cap) {
			r->candidates = vd_grow(ctx->arena, r->candidates, r->candidates_count,
			                        sizeof(*r->candidates), &r->candidates_cap);
			if (r->candidates == NULL) {
				status = vd_fail_memory(ctx);
				break;
			}
		}
		r->candidates[r->candidates_count++] = (struct candidate){
			row.debtor,
			row.debit == VD_I64_NONE ? 0 : row.debit,
			row.oldest_due_on,
			row.takeover == 1,
		};
	}
	q_run_candidates_close(&stream);
	if (status == VD_OK && r->candidates_count > 0)
		qsort_r(r->candidates, r->candidates_count, sizeof(*r->candidates), reversed_l,
		        &r->app->today);
	return status;
}

/* So many debtors of the backlog a day, also when the run is done in several goes. */
static enum vd_status
find_backlog_room(struct vd_context *ctx, struct run *r)
{
	struct q_run_backlog_written_row today;

	VD_TRY(q_run_backlog_written(ctx, r->app->db,
	                             &(struct q_run_backlog_written_in){ r->app->administration.id,
	                                                                 r->app->today },
	                             &today));
	r->backlog_left = app_setting_i64(r->settings, "first_run_max") - today.debtors;
	if (r->backlog_left < 0) r->backlog_left = 0;
	return VD_OK;
}

static enum vd_status
set_up(struct vd_context *ctx, struct app *app, void *arg)
{
	struct run *r = arg;

	VD_TRY(app_settings_load(ctx, app, &r->settings));
	VD_TRY(app_policy_load(ctx, app, r->settings, &r->rules));
	VD_TRY(app_templates_load(ctx, app, &r->templates, &r->templates_count));
	VD_TRY(app_creditor(ctx, app, r->settings, &r->creditor));
	VD_TRY(app_gate(ctx, app, &r->gate));
	VD_TRY(find_mode(ctx, r));
	VD_TRY(find_candidates(ctx, r));
	VD_TRY(find_backlog_room(ctx, r));
	r->result->day = app->today;
	r->result->gate_open = r->gate.open;
	r->result->gate = r->gate.reason;
	r->result->debtors = (int64_t)r->candidates_count;
	return VD_OK;
}

/* ---- one debtor ---- */

static bool
any_message(const struct policy_bundle *bundles, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bundles[i].channel == POLICY_EMAIL || bundles[i].channel == POLICY_LETTER) return true;
	return false;
}

static enum vd_status
one_debtor(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
           bool backlog)
{
	struct policy_facts facts = {
		.today = r->app->today,
		.debtor = &d->policy,
		.items = d->items,
		.items_count = d->items_count,
		.credits = d->credits,
		.credits_count = d->credits_count,
		.holds = d->holds,
		.holds_count = d->holds_count,
		.gate = &r->gate,
		.last_message_on = d->last_message_on,
		.trace_actions_only = true,
	};
	struct policy_decision *decisions;
	struct policy_bundle *bundles;
	struct decided *done;
	size_t n;

	w->items_seen += (int64_t)d->items_count;
	VD_NEW(ctx, decisions, d->items_count);
	VD_NEW(ctx, done, d->items_count);
	VD_TRY(policy_decide(ctx, &r->rules, &facts, decisions));
	VD_TRY(policy_bundle(ctx, &r->rules, &facts, decisions, &bundles, &n));
	if (backlog && any_message(bundles, n)) {
		if (r->backlog_left == 0) {
			w->left++;
			return VD_OK; /* stays due: a next day's run takes him */
		}
		r->backlog_left--;
	}
	for (size_t i = 0; i < d->items_count; i++)
		VD_TRY(run_add_decision(ctx, r, w, d, i, &decisions[i], &done[i]));
	for (size_t i = 0; i < n; i++) {
		bool message = bundles[i].channel == POLICY_EMAIL || bundles[i].channel == POLICY_LETTER;

		VD_TRY(message ? run_add_message(ctx, r, w, d, &bundles[i], decisions, done)
		               : run_add_task(ctx, r, w, d, &bundles[i], decisions, done));
	}
	for (size_t i = 0; i < d->items_count; i++)
		VD_TRY(run_move_on(ctx, r, w, d, i, &decisions[i], &done[i]));
	return VD_OK;
}

/* ---- one batch ---- */

static enum vd_status
write_all(struct vd_context *ctx, struct run *r, const struct writes *w)
{
	struct vd_db *db = r->app->db;

	if (w->decisions_count > 0)
		VD_TRY(q_decision_insert(ctx, db, w->decisions, w->decisions_count, NULL));
	if (w->messages_count > 0)
		VD_TRY(q_message_insert(ctx, db, w->messages, w->messages_count, NULL));
	if (w->message_items_count > 0)
		VD_TRY(q_message_item_insert(ctx, db, w->message_items, w->message_items_count, NULL));
	if (w->outbox_count > 0) VD_TRY(q_outbox_insert(ctx, db, w->outbox, w->outbox_count, NULL));
	if (w->tasks_count > 0) VD_TRY(q_task_insert(ctx, db, w->tasks, w->tasks_count, NULL));
	if (w->task_items_count > 0)
		VD_TRY(q_task_item_insert(ctx, db, w->task_items, w->task_items_count, NULL));
	if (w->steps_count > 0) VD_TRY(q_step_done_insert(ctx, db, w->steps, w->steps_count, NULL));
	if (w->chases_count > 0) VD_TRY(q_chase_set(ctx, db, w->chases, w->chases_count, NULL));
	return VD_OK;
}

struct batch_work {
	struct run *r;
	struct writes w;
	int64_t backlog_left; /* before this batch */
};

static int
by_id(const void *key, const void *element)
{
	const int64_t *id = key;
	const struct dun_debtor *d = element;

	return *id < d->policy.id ? -1 : *id > d->policy.id;
}

/* Another run may be going on: it waits from the first id on until this batch is committed, and
 * what it wrote before counts for the day's share of the backlog. */
static enum vd_status
keep_others_out(struct vd_context *ctx, struct run *r, struct writes *w)
{
	int64_t unused;

	VD_TRY(vd_ids_take(ctx, r->app->db, &w->ids, 1, 256, &unused));
	return find_backlog_room(ctx, r);
}

static enum vd_status
batch_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct batch_work *bw = arg;
	struct run *r = bw->r;
	struct dun_debtor *debtors;
	size_t n;

	r->backlog_left = bw->backlog_left; /* also when the batch is tried again */
	bw->w = (struct writes){ .ids = { .administration = app->administration.id } };
	if (!r->preview) VD_TRY(keep_others_out(ctx, r, &bw->w));
	VD_TRY(dun_facts_load(ctx, app, r->settings, r->batch, r->batch_count, &debtors, &n));
	for (size_t k = 0; k < r->batch_count; k++) { /* in the order of the reversed L */
		const struct dun_debtor *d = bsearch(&r->batch[k], debtors, n, sizeof(*debtors), by_id);

		if (d != NULL) VD_TRY(one_debtor(ctx, r, &bw->w, d, r->backlog[k]));
	}
	if (r->preview) {
		app->discard = true; /* the staged ids go too: a preview changes nothing */
		return VD_OK;
	}
	return write_all(ctx, r, &bw->w);
}

/* Lines of a batch live in its own memory: copied to the result's. */
static enum vd_status
keep_lines(struct run *r, const struct writes *w)
{
	struct vd_context *ctx = r->main;

	for (size_t i = 0; i < w->lines_count; i++) {
		struct app_run_line *line;
		struct vd_str *texts[8];

		VD_GROW(ctx, r->result->lines, r->result->lines_count, r->result->lines_cap);
		line = &r->result->lines[r->result->lines_count];
		*line = w->lines[i];
		texts[0] = &line->step, texts[1] = &line->template_name, texts[2] = &line->debtor_number,
		texts[3] = &line->debtor_name;
		texts[4] = &line->recipient, texts[5] = &line->items, texts[6] = &line->why,
		texts[7] = &line->what;
		for (size_t k = 0; k < VD_LENGTH(texts); k++) VD_TRY(vd_str_dup(ctx, *texts[k], texts[k]));
		r->result->lines_count++;
	}
	return VD_OK;
}

static enum vd_status
one_batch(struct run *r, size_t from)
{
	VD_AUTO_ARENA arena = VD_ARENA(RUN_MEMORY_MAX);
	struct vd_context own = { .arena = &arena };
	struct batch_work bw = { .r = r, .backlog_left = r->backlog_left };
	size_t n = r->candidates_count - from < DUN_BATCH ? r->candidates_count - from : DUN_BATCH;
	int64_t ids[DUN_BATCH];
	bool backlog[DUN_BATCH];
	enum vd_status status;

	for (size_t i = 0; i < n; i++) {
		ids[i] = r->candidates[from + i].debtor;
		backlog[i] = r->candidates[from + i].backlog;
	}
	r->batch = ids;
	r->batch_count = n;
	r->backlog = backlog;
	status = app_write(&own, r->app, batch_in_tx, &bw);
	if (status != VD_OK) {
		r->main->error = own.error;
		return status;
	}
	r->result->items += bw.w.items_seen;
	r->result->messages += bw.w.messages_made;
	r->result->tasks += bw.w.tasks_made;
	r->result->lapsed += bw.w.lapsed;
	r->result->left_for_later += bw.w.left;
	return keep_lines(r, &bw.w);
}

static enum vd_status
all_batches(struct run *r)
{
	struct vd_progress progress;

	r->result->items = r->result->messages = r->result->tasks = r->result->lapsed =
	    r->result->left_for_later = 0;
	vd_progress_start(&progress, &r->app->log, r->counting ? "debtors (counting)" : "debtors",
	                  (int64_t)r->candidates_count);
	for (size_t from = 0; from < r->candidates_count; from += DUN_BATCH) {
		VD_TRY(one_batch(r, from));
		vd_progress_step(&progress, (int64_t)(from + DUN_BATCH));
	}
	vd_progress_end(&progress);
	return VD_OK;
}

/* ---- the fuse ---- */

static enum vd_status
check_fuse(struct vd_context *ctx, struct run *r)
{
	struct q_run_daily_counts_row *rows;
	int64_t counts[FUSE_DAYS];
	int64_t ceiling = app_setting_i64(r->settings, "fuse");
	int64_t room = r->backlog_left;
	bool blown;
	size_t n;

	/* so few that they can be neither a flood nor above the ceiling */
	if (r->preview || (r->candidates_count < FUSE_LOOK_FROM &&
	                   (int64_t)r->candidates_count * POLICY_ACTIONS_MAX <= ceiling))
		return VD_OK;
	r->preview = r->counting = true;
	if (all_batches(r) != VD_OK) return ctx->error.status;
	r->preview = r->counting = false;
	r->backlog_left = room;
	VD_TRY(q_run_daily_counts(ctx, r->app->db,
	                          &(struct q_run_daily_counts_in){
	                              r->app->administration.id,
	                              vd_date_add_days(r->app->today, -FUSE_DAYS), FUSE_DAYS },
	                          &rows, &n));
	for (size_t i = 0; i < n; i++) counts[i] = rows[i].messages;
	VD_TRY(policy_fuse(ctx, r->result->messages, counts, n, ceiling, &blown, &r->result->note));
	r->result->held = blown;
	return VD_OK;
}

/* ---- the run ---- */

static enum vd_status
begin_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct run *r = arg;
	struct vd_ids ids = { .administration = app->administration.id };

	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &r->id));
	return q_run_insert(ctx, app->db,
	                    &(struct q_run_insert_in){
	                        app->administration.id, r->id, app->today, vd_str_c(r->result->mode),
	                        r->result->held ? VD_STR("held") : VD_STR("started"), app->now,
	                        app->actor, r->gate.reason },
	                    NULL);
}

static enum vd_status
finish_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct run *r = arg;
	const struct app_run_result *s = r->result;

	return q_run_finish(ctx, app->db,
	                    &(struct q_run_finish_in){ app->administration.id, r->id,
	                                               VD_STR("finished"), app->now, s->items,
	                                               s->messages + s->tasks, s->messages, s->tasks },
	                    NULL);
}

enum vd_status
app_run(struct vd_context *ctx, struct app *app, bool preview, struct app_run_result *result)
{
	struct run r = { .app = app, .result = result, .main = ctx, .preview = preview };

	*result = (struct app_run_result){ 0 };
	VD_TRY(app_read(ctx, app, set_up, &r));
	VD_TRY(check_fuse(ctx, &r));
	if (!preview) VD_TRY(app_write(ctx, app, begin_in_tx, &r));
	if (result->held) return VD_OK;
	VD_TRY(all_batches(&r));
	result->run = r.id;
	return preview ? VD_OK : app_write(ctx, app, finish_in_tx, &r);
}
