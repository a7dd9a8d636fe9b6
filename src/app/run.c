/* The day's run. */
#include "app/run.h"

#include "app/gate.h"
#include "app/message_data.h"
#include "base/list.h"
#include "base/random.h"
#include "q_dossier.h"

#include <stdlib.h>

#define RUN_MEMORY_MAX ((size_t)512 << 20)
#define FUSE_LOOK_FROM 50 /* fewer messages than this are never a flood */
#define FUSE_DAYS      28

struct candidate {
	int64_t debtor;
	int64_t debit_minor;
	struct vd_date oldest_due_on;
	bool backlog;
};

struct run {
	struct app *app;
	struct app_run_result *result;
	struct vd_context *main; /* lines and result texts live here */
	struct app_setting_value *settings;
	struct policy_rules rules;
	struct policy_gate gate;
	struct message_template *templates;
	size_t templates_count;
	struct message_party creditor;
	enum policy_mode mode;
	bool preview, counting; /* counting: only how many messages there would be */
	int64_t id, backlog_left;
	struct candidate *candidates;
	size_t candidates_count, candidates_cap;
	/* of one batch */
	const int64_t *batch;
	size_t batch_count;
	bool *backlog;
};

/* Rows to write for one batch. */
struct writes {
	struct vd_ids ids;
	struct q_decision_insert_in *decisions;
	size_t decisions_count, decisions_cap;
	struct q_message_insert_in *messages;
	size_t messages_count, messages_cap;
	struct q_message_item_insert_in *message_items;
	size_t message_items_count, message_items_cap;
	struct q_outbox_insert_in *outbox;
	size_t outbox_count, outbox_cap;
	struct q_task_insert_in *tasks;
	size_t tasks_count, tasks_cap;
	struct q_task_item_insert_in *task_items;
	size_t task_items_count, task_items_cap;
	struct q_chase_set_in *chases;
	size_t chases_count, chases_cap;
	struct q_step_done_insert_in *steps;
	size_t steps_count, steps_cap;
	struct app_run_line *lines;
	size_t lines_count, lines_cap;
	int64_t items_seen, messages_made, tasks_made, lapsed, left;
};

/* ---- setting up ---- */

static enum vd_status
load_templates(struct vd_context *ctx, struct run *r)
{
	struct app_text *texts;

	VD_TRY(app_texts_load(ctx, r->app, "template", &texts, &r->templates_count));
	VD_NEW(ctx, r->templates, r->templates_count);
	for (size_t i = 0; i < r->templates_count; i++)
		r->templates[i] = (struct message_template){ .name = texts[i].code,
			                                         .text = texts[i].body,
			                                         .version = texts[i].version };
	return VD_OK;
}

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

static enum vd_status
set_up(struct vd_context *ctx, struct app *app, void *arg)
{
	struct run *r = arg;

	VD_TRY(app_settings_load(ctx, app, &r->settings));
	VD_TRY(app_policy_load(ctx, app, r->settings, &r->rules));
	VD_TRY(load_templates(ctx, r));
	VD_TRY(app_creditor(ctx, app, r->settings, &r->creditor));
	VD_TRY(app_gate(ctx, app, &r->gate));
	VD_TRY(find_mode(ctx, r));
	VD_TRY(find_candidates(ctx, r));
	r->backlog_left = app_setting_i64(r->settings, "first_run_max");
	r->result->day = app->today;
	r->result->gate_open = r->gate.open;
	r->result->gate = r->gate.reason;
	r->result->debtors = (int64_t)r->candidates_count;
	return VD_OK;
}

/* ---- collecting ---- */

#define PUSH(ctx, w, list) VD_GROW(ctx, (w)->list, (w)->list##_count, (w)->list##_cap)

static enum vd_status
take_id(struct vd_context *ctx, struct run *r, struct writes *w, int64_t *id)
{
	*id = 0;
	if (r->preview) return VD_OK;
	return vd_ids_take(ctx, r->app->db, &w->ids, 1, 256, id);
}

static enum vd_status
item_names(struct vd_context *ctx, const struct dun_debtor *d, const struct policy_bundle *b,
           const struct policy_decision *decisions, struct vd_str *out)
{
	struct vd_buf buf = VD_BUF(ctx, (size_t)1 << 20);

	for (size_t i = 0; i < b->decisions_count; i++)
		for (size_t k = 0; k < d->items_count; k++) {
			if (d->rows[k].item != decisions[b->decisions[i]].item_id) continue;
			vd_buf_addf(&buf, "%s%.*s", i > 0 ? ", " : "", VD_FMT(d->rows[k].number));
			if (d->rows[k].line > 1) vd_buf_addf(&buf, "/%lld", (long long)d->rows[k].line);
		}
	return vd_buf_finish(ctx, &buf, out);
}

static enum vd_status
add_line(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
         const struct policy_bundle *b, const struct policy_decision *decisions, bool task,
         struct vd_str template_name, int64_t id)
{
	struct vd_currency currency = b->currency;
	struct app_run_line *line;

	if (r->result->lines_count + w->lines_count >= APP_RUN_LINES_MAX) return VD_OK;
	PUSH(ctx, w, lines);
	line = &w->lines[w->lines_count++];
	*line = (struct app_run_line){
		.task = task,
		.what = vd_str_c(policy_action_name(b->channel)),
		.step = b->step->code,
		.template_name = template_name,
		.debtor_number = d->row->number,
		.debtor_name = d->row->name,
		.recipient = task ? VD_STR("") : app_recipient(d, b->channel),
		.items_count = b->decisions_count,
		.asked = { b->total_minor, currency },
		.netted = { b->netted_minor, currency },
		.held = { b->held_minor, currency },
		.needs_release = b->release,
		.why = b->why,
		.id = id,
	};
	return item_names(ctx, d, b, decisions, &line->items);
}

/* Where each decision of this debtor got its id, step state and wait. */
struct decided {
	int64_t id;
	bool message, task;
	bool held_back;
};

static enum vd_status
add_message(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
            const struct policy_bundle *b, const struct policy_decision *decisions,
            struct decided *done)
{
	struct app_message_facts facts = {
		r->settings, &r->creditor, d, decisions, b, r->gate.bank_day
	};
	const struct message_template *template;
	struct message_data data;
	struct q_message_insert_in *m;
	bool shadow = r->mode == POLICY_SHADOW, waits = b->release || r->mode == POLICY_APPROVE;
	int64_t id, outbox;
	char key[33];

	w->messages_made++;
	if (r->counting) return VD_OK;
	VD_TRY(app_message_data(ctx, r->app, &facts, &data));
	VD_TRY(message_template_pick(ctx, r->templates, r->templates_count, &data, &template));
	data.template_version = template->version;
	VD_TRY(take_id(ctx, r, w, &id));
	VD_TRY(vd_str_printf(ctx, &data.message_number, "%lld", (long long)id));
	VD_TRY(add_line(ctx, r, w, d, b, decisions, false, template->name, id));
	PUSH(ctx, w, messages);
	m = &w->messages[w->messages_count++];
	*m = (struct q_message_insert_in){
		.administration = r->app->administration.id,
		.id = id,
		.run = r->id,
		.debtor = d->policy.id,
		.day = r->app->today,
		.channel = b->channel == POLICY_LETTER ? VD_STR("letter") : VD_STR("email"),
		.template = b->template,
		.template_name = template->name,
		.template_version = template->version,
		.language = vd_str_c(vd_language_tag(data.language)),
		.asked = data.total_minor,
		.step = b->step->code,
		.rank = b->step->rank,
		.recipient = app_recipient(d, b->channel),
		.needs_release = b->release,
		.state = shadow  ? VD_STR("shadow")
		         : waits ? VD_STR("waiting")
		                 : VD_STR("released"),
		.created_at = r->app->now,
		.released_at = shadow || waits ? VD_MOMENT_NONE : r->app->now,
		.released_by = shadow || waits ? VD_STR_NONE : r->app->actor,
	};
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&b->currency), &m->currency));
	VD_TRY(message_data_to_json(ctx, &data, &m->data));
	for (size_t i = 0; i < b->decisions_count; i++) {
		const struct policy_decision *p = &decisions[b->decisions[i]];

		PUSH(ctx, w, message_items);
		w->message_items[w->message_items_count++] = (struct q_message_item_insert_in){
			m->administration,
			id,
			p->item_id,
			done[b->decisions[i]].id,
			d->items[b->decisions[i]].cycle,
			p->step->rank,
			p->step->code,
			d->items[b->decisions[i]].open_minor,
			p->dunned_minor,
		};
		done[b->decisions[i]].message = true;
		done[b->decisions[i]].held_back = done[b->decisions[i]].held_back || waits;
	}
	if (shadow) return VD_OK;
	VD_TRY(take_id(ctx, r, w, &outbox));
	vd_random_hex(key, 32);
	PUSH(ctx, w, outbox);
	w->outbox[w->outbox_count] = (struct q_outbox_insert_in){
		.administration = m->administration,
		.id = outbox,
		.message = id,
		.driver = b->channel == POLICY_LETTER ? VD_STR("folder") : VD_STR("smtp"),
		.state = waits ? VD_STR("held") : VD_STR("ready"),
		.attempts = 0,
		.next_attempt_at = r->app->now,
		.created_at = r->app->now,
		.changed_at = r->app->now,
	};
	return vd_str_dup(ctx, vd_str_c(key), &w->outbox[w->outbox_count++].message_key);
}

static enum vd_status
add_task(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
         const struct policy_bundle *b, const struct policy_decision *decisions,
         struct decided *done)
{
	struct q_task_insert_in *t;
	int64_t id;

	w->tasks_made++;
	if (r->counting) return VD_OK;
	VD_TRY(take_id(ctx, r, w, &id));
	VD_TRY(add_line(ctx, r, w, d, b, decisions, true, VD_STR(""), id));
	PUSH(ctx, w, tasks);
	t = &w->tasks[w->tasks_count++];
	*t = (struct q_task_insert_in){
		.administration = r->app->administration.id,
		.id = id,
		.kind = vd_str_c(policy_action_name(b->channel)),
		.debtor = d->policy.id,
		.run = r->id,
		.due_on = r->app->today,
		.owner = b->by.len > 0 && !vd_str_eq(b->by, VD_STR("owner")) ? b->by : d->row->owner,
		.step = b->step->code,
		.rank = b->step->rank,
		.asked = b->total_minor,
		.reason = b->why.len > 0 ? b->why : b->step->code,
		.state = VD_STR("open"),
		.created_at = r->app->now,
	};
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&b->currency), &t->currency));
	for (size_t i = 0; i < b->decisions_count; i++) {
		const struct policy_decision *p = &decisions[b->decisions[i]];

		PUSH(ctx, w, task_items);
		w->task_items[w->task_items_count++] = (struct q_task_item_insert_in){
			t->administration,
			id,
			p->item_id,
			done[b->decisions[i]].id,
			d->items[b->decisions[i]].cycle,
			p->step->rank,
			p->step->code,
			p->dunned_minor,
		};
		done[b->decisions[i]].task = true;
	}
	return VD_OK;
}

static enum vd_status
add_decision(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
             size_t i, const struct policy_decision *p, struct decided *done)
{
	if (p->outcome != POLICY_ACT) return VD_OK;
	VD_TRY(take_id(ctx, r, w, &done->id));
	PUSH(ctx, w, decisions);
	w->decisions[w->decisions_count++] = (struct q_decision_insert_in){
		.administration = r->app->administration.id,
		.id = done->id,
		.run = r->id,
		.item = p->item_id,
		.debtor = d->policy.id,
		.cycle = d->items[i].cycle,
		.day = r->app->today,
		.outcome = vd_str_c(policy_outcome_name(p->outcome)),
		.profile = p->profile->code,
		.profile_version = p->profile->version,
		.rank = p->step->rank,
		.step = p->step->code,
		.open = d->items[i].open_minor,
		.dunned = p->dunned_minor,
		.trace = p->trace,
	};
	return VD_OK;
}

static enum vd_status
record_step(struct vd_context *ctx, struct run *r, struct writes *w, const struct policy_item *item,
            int32_t rank, struct vd_str code, const char *outcome, int64_t decision)
{
	PUSH(ctx, w, steps);
	w->steps[w->steps_count++] = (struct q_step_done_insert_in){
		.administration = r->app->administration.id,
		.item = item->id,
		.cycle = item->cycle,
		.rank = rank,
		.code = code,
		.outcome = vd_str_c(outcome),
		.done_on = r->app->today,
		.decision = decision,
		.message = VD_I64_NONE,
		.actor = r->app->actor,
		.reason = VD_STR_NONE,
		.recorded_at = r->app->now,
	};
	return VD_OK;
}

static struct vd_str
code_of_rank(const struct policy_profile *profile, int32_t rank)
{
	for (int i = 0; profile != NULL && i < profile->steps_count; i++)
		if (profile->steps[i].rank == rank) return profile->steps[i].code;
	return VD_STR("lapsed");
}

/* The item's dunning state after this run. A step that only made tasks is done with that; one with
 * a message is done when the message was sent. */
static enum vd_status
move_on(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
        size_t i, const struct policy_decision *p, const struct decided *done)
{
	const struct policy_item *item = &d->items[i];
	struct q_chase_set_in row = {
		.administration = r->app->administration.id,
		.item = item->id,
		.last_rank = item->last_rank == INT32_MIN ? VD_I64_NONE : item->last_rank,
		.last_code = item->last_code,
		.last_done_on = item->last_done_on,
		.next_action_on = p->next_action_on,
		.waiting = VD_STR("free"),
	};

	if (vd_str_is_none(d->rows[i].waiting)) return VD_OK; /* an item that is not dunned */
	for (int k = 0; k < p->lapsed_count; k++) {
		row.last_rank = p->lapsed_ranks[k];
		row.last_code = code_of_rank(p->profile, p->lapsed_ranks[k]);
		VD_TRY(
		    record_step(ctx, r, w, item, p->lapsed_ranks[k], row.last_code, "lapsed", VD_I64_NONE));
		w->lapsed++;
	}
	if (p->outcome == POLICY_WAITING) return VD_OK;
	if (p->outcome == POLICY_ACT && r->mode == POLICY_SHADOW) {
		row.next_action_on = vd_date_add_days(r->app->today, 1);
	} else if (p->outcome == POLICY_ACT && done->message) {
		row.waiting = done->held_back ? VD_STR("release") : VD_STR("sending");
		row.next_action_on = VD_DATE_NONE;
	} else if (p->outcome == POLICY_ACT) {
		VD_TRY(record_step(ctx, r, w, item, p->step->rank, p->step->code,
		                   done->task ? "tasked" : "none", done->id));
		row.last_rank = p->step->rank;
		row.last_code = p->step->code;
		row.last_done_on = r->app->today;
		row.next_action_on = vd_date_add_days(r->app->today, 1);
	}
	PUSH(ctx, w, chases);
	w->chases[w->chases_count++] = row;
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
		VD_TRY(add_decision(ctx, r, w, d, i, &decisions[i], &done[i]));
	for (size_t i = 0; i < n; i++) {
		bool message = bundles[i].channel == POLICY_EMAIL || bundles[i].channel == POLICY_LETTER;

		VD_TRY(message ? add_message(ctx, r, w, d, &bundles[i], decisions, done)
		               : add_task(ctx, r, w, d, &bundles[i], decisions, done));
	}
	for (size_t i = 0; i < d->items_count; i++)
		VD_TRY(move_on(ctx, r, w, d, i, &decisions[i], &done[i]));
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
};

static int
by_id(const void *key, const void *element)
{
	const int64_t *id = key;
	const struct dun_debtor *d = element;

	return *id < d->policy.id ? -1 : *id > d->policy.id;
}

static enum vd_status
batch_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct batch_work *bw = arg;
	struct run *r = bw->r;
	struct dun_debtor *debtors;
	int64_t left = r->backlog_left;
	size_t n;

	bw->w = (struct writes){ .ids = { .administration = app->administration.id } };
	VD_TRY(dun_facts_load(ctx, app, r->settings, r->batch, r->batch_count, &debtors, &n));
	for (size_t k = 0; k < r->batch_count; k++) { /* in the order of the reversed L */
		const struct dun_debtor *d = bsearch(&r->batch[k], debtors, n, sizeof(*debtors), by_id);

		if (d != NULL) VD_TRY(one_debtor(ctx, r, &bw->w, d, r->backlog[k]));
	}
	if (r->counting) r->backlog_left = left;
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
	struct batch_work bw = { .r = r };
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
	bool blown;
	size_t n;

	if (r->preview || r->candidates_count < FUSE_LOOK_FROM) return VD_OK;
	r->preview = r->counting = true;
	if (all_batches(r) != VD_OK) return ctx->error.status;
	r->preview = r->counting = false;
	VD_TRY(q_run_daily_counts(ctx, r->app->db,
	                          &(struct q_run_daily_counts_in){
	                              r->app->administration.id,
	                              vd_date_add_days(r->app->today, -FUSE_DAYS), FUSE_DAYS },
	                          &rows, &n));
	for (size_t i = 0; i < n; i++) counts[i] = rows[i].messages;
	VD_TRY(policy_fuse(ctx, r->result->messages, counts, n, app_setting_i64(r->settings, "fuse"),
	                   &blown, &r->result->note));
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
	return preview ? VD_OK : app_write(ctx, app, finish_in_tx, &r);
}
