/* What a decision becomes: messages with their outbox rows, tasks, and the items' next state. */
#include "app/run_internal.h"

#include "base/random.h"

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

/* What the message asked of each item, frozen: delivery compares it with what is open then. */
static enum vd_status
add_message_items(struct vd_context *ctx, struct writes *w, const struct q_message_insert_in *m,
                  const struct dun_debtor *d, const struct policy_bundle *b,
                  const struct policy_decision *decisions, struct decided *done, bool waits)
{
	for (size_t i = 0; i < b->decisions_count; i++) {
		size_t at = b->decisions[i];

		PUSH(ctx, w, message_items);
		w->message_items[w->message_items_count++] = (struct q_message_item_insert_in){
			.administration = m->administration,
			.message = m->id,
			.item = decisions[at].item_id,
			.decision = done[at].id,
			.cycle = d->items[at].cycle,
			.rank = decisions[at].step->rank,
			.step = decisions[at].step->code,
			.open = d->items[at].open_minor,
			.dunned = decisions[at].dunned_minor,
		};
		done[at].message = true;
		done[at].held_back = done[at].held_back || waits;
	}
	return VD_OK;
}

/* The row that carries it out. Its key makes the mail's own Message-ID: the same whenever it is
 * sent. */
static enum vd_status
add_outbox(struct vd_context *ctx, struct run *r, struct writes *w,
           const struct q_message_insert_in *m, bool waits)
{
	bool letter = vd_str_eq(m->channel, VD_STR("letter"));
	struct q_outbox_insert_in *row;
	char key[33];

	vd_random_hex(key, 32);
	PUSH(ctx, w, outbox);
	row = &w->outbox[w->outbox_count++];
	*row = (struct q_outbox_insert_in){
		.administration = m->administration,
		.message = m->id,
		.driver = letter ? VD_STR("folder") : VD_STR("smtp"),
		.state = waits ? VD_STR("held") : VD_STR("ready"),
		.attempts = 0,
		.next_attempt_at = r->app->now,
		.created_at = r->app->now,
		.changed_at = r->app->now,
	};
	VD_TRY(vd_str_dup(ctx, vd_str_c(key), &row->message_key));
	return take_id(ctx, r, w, &row->id);
}

enum vd_status
run_add_message(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
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
	int64_t id;

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
	VD_TRY(add_message_items(ctx, w, m, d, b, decisions, done, waits));
	return shadow ? VD_OK : add_outbox(ctx, r, w, m, waits);
}

enum vd_status
run_add_task(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
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

enum vd_status
run_add_decision(struct vd_context *ctx, struct run *r, struct writes *w,
                 const struct dun_debtor *d, size_t i, const struct policy_decision *p,
                 struct decided *done)
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

enum vd_status
run_move_on(struct vd_context *ctx, struct run *r, struct writes *w, const struct dun_debtor *d,
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
