/* The answer to "why" and "why not": one fact per line, in plain English. */
#include "policy/internal.h"

#define TRACE_MAX  (32 * 1024)
#define HOLDS_MAX  20  /* holds told in one trace */
#define WORD_MAX   80  /* bytes of a number or a name */
#define REMARK_MAX 240 /* bytes of what a person wrote */
#define REASON_MAX 2400

struct trace {
	struct vd_buf b;
	const struct policy_rules *rules;
	const struct policy_facts *facts;
	const struct policy_item *item;
	const struct policy_decision *d;
};

struct words {
	char text[48];
}; /* one value, ready for %s */

static struct words
day(struct vd_date date)
{
	struct words w = { "" };

	vd_date_format(date, w.text);
	return w;
}

/* "1210.00 EUR" */
static struct words
money(int64_t minor, struct vd_currency currency)
{
	struct words w = { "" };
	size_t n = 0;

	vd_money_format((struct vd_money){ minor, currency }, w.text);
	while (w.text[n] != '\0') n++;
	w.text[n++] = ' ';
	for (int i = 0; i < 3; i++) w.text[n++] = currency.code[i];
	w.text[n] = '\0';
	return w;
}

/* What a person wrote, on one line and not without end. */
static void
add_remark(struct vd_buf *b, struct vd_str text, size_t max)
{
	text = policy_clip(text, max);
	for (size_t i = 0; i < text.len; i++)
		vd_buf_add_char(b, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
}

static const char *
days_word(int32_t n)
{
	return n == 1 || n == -1 ? "day" : "days";
}

static void
tell_item(struct trace *t)
{
	int32_t late = t->facts->today.day - policy_item_due(t->item).day;

	vd_buf_addf(&t->b, "Invoice %.*s: %s open, due %s",
	            VD_FMT(policy_clip(t->item->number, WORD_MAX)),
	            money(t->item->open_minor, t->item->currency).text,
	            day(policy_item_due(t->item)).text);
	if (late > 0) vd_buf_addf(&t->b, " (%d %s late)", late, days_word(late));
	vd_buf_addf(&t->b, ", looked at on %s.\n", day(t->facts->today).text);
}

static void
tell_last(struct trace *t)
{
	const struct policy_item *item = t->item;

	if (item->last_rank == INT32_MIN) {
		vd_buf_add_c(&t->b, "No step was done for it yet.\n");
		return;
	}
	vd_buf_addf(&t->b, "Last step: %.*s (rank %d)", VD_FMT(policy_clip(item->last_code, WORD_MAX)),
	            item->last_rank);
	if (vd_date_is_none(item->last_done_on)) vd_buf_add_c(&t->b, ", skipped or lapsed.\n");
	else vd_buf_addf(&t->b, "; last done on %s.\n", day(item->last_done_on).text);
}

static bool
lapsed(const struct policy_decision *d, int32_t rank)
{
	for (int i = 0; i < d->lapsed_count; i++)
		if (d->lapsed_ranks[i] == rank) return true;
	return false;
}

/* What lies between the last step and this one, and why it is not done. */
static void
tell_passed(struct trace *t)
{
	bool takeover =
	    policy_entry_step(t->d->profile, t->facts->debtor, t->item, t->d->segment) != NULL;

	if (takeover)
		vd_buf_add_c(&t->b,
		             "Taken over in a backlog, last step unknown: it enters at the first reminder; "
		             "earlier steps and calls lapse.\n");
	for (int i = 0; i < t->d->profile->steps_count; i++) {
		const struct policy_step *step = &t->d->profile->steps[i];

		if (step == t->d->step) break;
		if (step->rank <= t->item->last_rank) continue;
		vd_buf_addf(&t->b, "Step %.*s (rank %d): ", VD_FMT(step->code), step->rank);
		if (!lapsed(t->d, step->rank))
			vd_buf_add_c(&t->b, "passed over, its conditions do not hold here.\n");
		else if (takeover) vd_buf_add_c(&t->b, "lapsed.\n");
		else
			vd_buf_addf(&t->b, "lapsed, of use up to %s only.\n",
			            day(policy_step_last_day(step, t->item)).text);
	}
}

static void
tell_step(struct trace *t)
{
	const struct policy_step *step = t->d->step;
	struct vd_date on = policy_step_day(step, t->item);
	struct vd_date from = vd_date_add_days(on, -step->days);
	struct vd_date wait = policy_wait_until(step, t->item);

	vd_buf_addf(&t->b, "Step %.*s (rank %d): %s %s %c %d %s = %s, today %s: %s.\n",
	            VD_FMT(step->code), step->rank, step->basis == POLICY_FROM_SENT ? "sent" : "due",
	            day(from).text, step->days < 0 ? '-' : '+',
	            step->days < 0 ? -step->days : step->days, days_word(step->days), day(on).text,
	            day(t->facts->today).text, t->facts->today.day >= on.day ? "due" : "not due yet");
	if (vd_date_is_none(wait)) return;
	vd_buf_addf(&t->b, "Wait: last done %s + %d %s = %s: %s.\n", day(t->item->last_done_on).text,
	            wait.day - t->item->last_done_on.day,
	            days_word(wait.day - t->item->last_done_on.day), day(wait).text,
	            t->facts->today.day >= wait.day ? "long enough" : "too soon");
}

static void
tell_hold(struct trace *t, const struct policy_hold *hold)
{
	static const char *const scopes[] = {
		[POLICY_HOLD_ITEM] = "this invoice",
		[POLICY_HOLD_DEBTOR] = "the debtor",
		[POLICY_HOLD_ADMINISTRATION] = "the whole administration",
	};

	vd_buf_addf(&t->b, "Hold %lld on %s: %s kept back, reason \"", (long long)hold->id,
	            scopes[hold->scope],
	            money(policy_hold_part(hold, t->item), t->item->currency).text);
	add_remark(&t->b, hold->reason, REMARK_MAX);
	vd_buf_add_char(&t->b, '"');
	if (hold->owner.len > 0)
		vd_buf_addf(&t->b, ", owner %.*s", VD_FMT(policy_clip(hold->owner, WORD_MAX)));
	if (vd_date_is_none(hold->until_on)) vd_buf_add_c(&t->b, ", until someone ends it.\n");
	else vd_buf_addf(&t->b, ", until %s.\n", day(hold->until_on).text);
}

static void
tell_holds(struct trace *t)
{
	int told = 0, more = 0;

	for (size_t i = 0; i < t->facts->holds_count; i++) {
		if (!policy_hold_concerns(&t->facts->holds[i], t->item, t->facts->today)) continue;
		if (told++ < HOLDS_MAX) tell_hold(t, &t->facts->holds[i]);
		else more++;
	}
	if (more > 0) vd_buf_addf(&t->b, "And %d more holds.\n", more);
}

static void
tell_netting(struct trace *t)
{
	struct vd_currency currency = t->item->currency;

	if (t->d->netted_minor > 0)
		vd_buf_addf(&t->b,
		            "Netting: the debtor's unallocated money and credits, oldest invoice first, "
		            "cover %s of it.\n",
		            money(t->d->netted_minor, currency).text);
	if (t->d->netted_minor + t->d->held_minor > 0)
		vd_buf_addf(&t->b, "To ask: %s open - %s held - %s covered = %s.\n",
		            money(t->item->open_minor, currency).text,
		            money(t->d->held_minor, currency).text,
		            money(t->d->netted_minor, currency).text,
		            money(t->d->dunned_minor, currency).text);
}

static void
tell_debtor(struct trace *t)
{
	if (t->rules->bundle_days > 0 && !vd_date_is_none(t->facts->last_message_on) &&
	    policy_step_has_message(t->d->step)) {
		struct vd_date next = vd_date_add_days(t->facts->last_message_on, t->rules->bundle_days);

		vd_buf_addf(&t->b, "Messages to this debtor: the last left on %s + %d %s = %s: %s.\n",
		            day(t->facts->last_message_on).text, t->rules->bundle_days,
		            days_word(t->rules->bundle_days), day(next).text,
		            t->facts->today.day >= next.day ? "long enough" : "too soon");
	}
	if (t->d->profile->consent && policy_step_has_message(t->d->step))
		vd_buf_addf(&t->b, "Consent to messages from the account owner%s%.*s: %s.\n",
		            t->facts->debtor->owner.len > 0 ? " " : "",
		            VD_FMT(policy_clip(t->facts->debtor->owner, WORD_MAX)),
		            t->facts->debtor->consent_given ? "given" : "not given");
	vd_buf_addf(&t->b, "Gate %s: ", t->facts->gate->open ? "open" : "closed");
	add_remark(&t->b, t->facts->gate->reason, REASON_MAX);
	vd_buf_add_char(&t->b, '\n');
}

static void
tell_waiting(struct trace *t)
{
	static const char *const waits[] = {
		[POLICY_FREE] = "nothing",
		[POLICY_WAIT_RELEASE] = "a person to release it",
		[POLICY_WAIT_SENDING] = "being sent",
		[POLICY_WAIT_TASK] = "a task to be done",
	};

	vd_buf_addf(&t->b, "An earlier decision is under way and waits for %s",
	            waits[t->item->waiting]);
	if (t->item->waiting_note.len > 0) {
		vd_buf_add_c(&t->b, " (");
		add_remark(&t->b, t->item->waiting_note, REMARK_MAX);
		vd_buf_add_char(&t->b, ')');
	}
	vd_buf_add_c(&t->b, ".\n");
}

static void
tell_actions(struct trace *t)
{
	const char *comma = " ";

	for (int i = 0; i < t->d->step->actions_count; i++) {
		const struct policy_action *action = &t->d->step->actions[i];

		if (action->kind == POLICY_CALL && t->d->calls_lapsed) continue;
		vd_buf_addf(&t->b, "%s%s", comma, policy_action_name(action->kind));
		if (!vd_str_is_none(action->template))
			vd_buf_addf(&t->b, " (template %.*s)", VD_FMT(action->template));
		if (action->release) vd_buf_add_c(&t->b, " after a person's release");
		comma = ", ";
	}
	vd_buf_addf(&t->b, ", for %s.\n", money(t->d->dunned_minor, t->item->currency).text);
}

static void
tell_result(struct trace *t)
{
	static const char *const results[POLICY__OUTCOME_COUNT] = {
		[POLICY_ACT] = "do",
		[POLICY_LAPSE] = "the step lapses",
		[POLICY_NOT_DUE] = "nothing yet, the next step is not due",
		[POLICY_HELD] = "nothing, all of it is on hold",
		[POLICY_GATE_CLOSED] = "nothing leaves while the gate is closed",
		[POLICY_NETTED] = "nothing, money of the debtor covers it",
		[POLICY_WAITING] = "nothing, something is under way",
		[POLICY_TOO_SOON] = "nothing, too soon after the previous one",
		[POLICY_DONE] = "nothing, the profile has no further step",
		[POLICY_NO_PROFILE] = "nothing, there is no profile to go by",
		[POLICY_SETTLED] = "nothing, it is settled",
		[POLICY_TOO_SMALL] =
		    "nothing, too little to ask for alone; it goes along with a next invoice",
		[POLICY_NO_CONSENT] = "nothing, the account owner has not consented",
	};

	vd_buf_addf(&t->b, "Result: %s", results[t->d->outcome]);
	if (t->d->outcome == POLICY_ACT) {
		tell_actions(t);
		return;
	}
	if (!vd_date_is_none(t->d->next_action_on))
		vd_buf_addf(&t->b, "; looked at again on %s", day(t->d->next_action_on).text);
	vd_buf_add_c(&t->b, ".\n");
}

enum vd_status
policy_trace(struct vd_context *ctx, const struct policy_rules *rules,
             const struct policy_facts *facts, size_t item, const struct policy_choice *choice,
             struct policy_decision *d)
{
	struct trace t = { .b = VD_BUF(ctx, TRACE_MAX),
		               .rules = rules,
		               .facts = facts,
		               .item = &facts->items[item],
		               .d = d };
	struct vd_buf rule = VD_BUF(ctx, TRACE_MAX / 4);

	policy_choice_explain(&rule, rules, facts->debtor, choice);
	VD_TRY(vd_buf_finish(ctx, &rule, &d->rule));
	tell_item(&t);
	vd_buf_add(&t.b, d->rule);
	vd_buf_add_char(&t.b, '\n');
	if (d->outcome != POLICY_SETTLED) tell_last(&t);
	if (d->outcome == POLICY_WAITING) tell_waiting(&t);
	if (d->profile != NULL) tell_passed(&t);
	if (d->step != NULL) tell_step(&t);
	tell_holds(&t);
	tell_netting(&t);
	if (d->step != NULL) tell_debtor(&t);
	tell_result(&t);
	return vd_buf_finish(ctx, &t.b, &d->trace);
}
