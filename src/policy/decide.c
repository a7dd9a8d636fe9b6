/* From the facts of one debtor to one decision per item. */
#include "policy/internal.h"

#include <string.h>

/* --- the step ------------------------------------------------------------------------------- */

/* The first step above the last one that applies and is still of use. What is passed by because
 * it came too late, or because the item was taken over half-way, is recorded as lapsed. */
static enum vd_status
find_step(struct vd_context *ctx, const struct policy_facts *facts, const struct policy_item *item,
          struct policy_decision *d)
{
	const struct policy_step *entry =
	    policy_entry_step(d->profile, facts->debtor, item, d->segment);
	int32_t lapsed[POLICY_STEPS_MAX], *kept;
	int count = 0;

	for (int i = 0; i < d->profile->steps_count && d->step == NULL; i++) {
		const struct policy_step *step = &d->profile->steps[i];

		if (step->rank <= item->last_rank ||
		    !policy_step_applies(step, facts->debtor, item, d->segment))
			continue;
		if (step == entry) {
			d->calls_lapsed = policy_step_has(step, POLICY_CALL);
			d->step = step;
		} else if (entry != NULL || facts->today.day > policy_step_last_day(step, item).day) {
			lapsed[count++] = step->rank;
		} else {
			d->step = step;
		}
	}
	if (count == 0) return VD_OK;
	VD_NEW(ctx, kept, (size_t)count);
	memcpy(kept, lapsed, (size_t)count * sizeof(*kept));
	d->lapsed_ranks = kept;
	d->lapsed_count = count;
	return VD_OK;
}

/* --- what stands in its way ----------------------------------------------------------------- */

/* The first day on which the holds of a wholly held item may have let go of it; NONE when only a
 * person can end them. */
static struct vd_date
hold_end(const struct policy_facts *facts, const struct policy_item *item)
{
	struct vd_date whole = VD_DATE_NONE, part = VD_DATE_NONE;

	for (size_t i = 0; i < facts->holds_count; i++) {
		const struct policy_hold *hold = &facts->holds[i];
		bool all;

		if (!policy_hold_concerns(hold, item, facts->today)) continue;
		all = policy_hold_part(hold, item) == item->open_minor;
		if (vd_date_is_none(hold->until_on)) {
			if (all) return VD_DATE_NONE;
			continue;
		}
		if (all && (vd_date_is_none(whole) || hold->until_on.day > whole.day))
			whole = hold->until_on;
		if (!all && (vd_date_is_none(part) || hold->until_on.day < part.day)) part = hold->until_on;
	}
	return vd_date_add_days(vd_date_is_none(whole) ? part : whole, 1);
}

/* The day from which this debtor may get his next message; NONE: any day. */
static struct vd_date
message_from(const struct policy_rules *rules, const struct policy_facts *facts,
             const struct policy_step *step)
{
	if (rules->bundle_days <= 0 || !policy_step_has_message(step)) return VD_DATE_NONE;
	return vd_date_add_days(facts->last_message_on, rules->bundle_days);
}

/* A step that lapses before its own day makes room for the next one, which may come sooner. */
static struct vd_date
sooner_of(struct vd_date day, struct vd_date last_useful)
{
	return day.day > last_useful.day ? vd_date_add_days(last_useful, 1) : day;
}

static void
set(struct policy_decision *d, enum policy_outcome outcome, struct vd_date next)
{
	d->outcome = outcome;
	d->next_action_on = next;
}

/* The gate comes last, so that what it stops is exactly what would have gone out. */
static void
weigh(const struct policy_rules *rules, const struct policy_facts *facts,
      const struct policy_item *item, struct policy_decision *d)
{
	struct vd_date today = facts->today, day = policy_step_day(d->step, item);
	struct vd_date wait = policy_wait_until(d->step, item);
	struct vd_date message = message_from(rules, facts, d->step);
	struct vd_date last = policy_step_last_day(d->step, item);

	if (today.day < day.day)
		set(d, POLICY_NOT_DUE, sooner_of(wait.day > day.day ? wait : day, last));
	else if (d->held_minor == item->open_minor) set(d, POLICY_HELD, hold_end(facts, item));
	else if (d->dunned_minor == 0) set(d, POLICY_NETTED, vd_date_add_days(today, 1));
	else if (today.day < wait.day) set(d, POLICY_TOO_SOON, sooner_of(wait, last));
	else if (today.day < message.day) set(d, POLICY_TOO_SOON, sooner_of(message, last));
	else if (d->profile->consent && !facts->debtor->consent_given &&
	         policy_step_has_message(d->step))
		set(d, POLICY_NO_CONSENT, vd_date_add_days(today, 1));
	else if (!facts->gate->open) set(d, POLICY_GATE_CLOSED, today);
	else set(d, POLICY_ACT, VD_DATE_NONE);
}

static enum vd_status
decide_item(struct vd_context *ctx, const struct policy_rules *rules,
            const struct policy_facts *facts, const struct policy_item *item,
            const struct policy_choice *choice, struct policy_decision *d)
{
	VD_ASSERT(!vd_date_is_none(item->effective_on));
	d->item_id = item->id;
	d->segment = choice->segment;
	d->next_action_on = VD_DATE_NONE;
	if (item->open_minor <= 0) {
		d->outcome = POLICY_SETTLED;
		return VD_OK;
	}
	if (item->waiting != POLICY_FREE) {
		d->outcome = POLICY_WAITING;
		return VD_OK;
	}
	if (choice->profile == NULL) {
		set(d, POLICY_NO_PROFILE, facts->today);
		return VD_OK;
	}
	d->profile = choice->profile;
	VD_TRY(find_step(ctx, facts, item, d));
	if (d->step == NULL) d->outcome = POLICY_DONE;
	else weigh(rules, facts, item, d);
	return VD_OK;
}

/* --- what lies ahead ------------------------------------------------------------------------ */

enum vd_status
policy_plan(struct vd_context *ctx, const struct policy_rules *rules,
            const struct policy_debtor *debtor, const struct policy_item *item,
            struct vd_date today, struct policy_planned out[POLICY_STEPS_MAX], int *count)
{
	struct policy_choice choice = policy_choose(rules, debtor, item);
	struct policy_facts facts = { .today = today, .debtor = debtor };
	struct policy_item then = *item;

	*count = 0;
	while (choice.profile != NULL && item->open_minor > 0 && *count < POLICY_STEPS_MAX) {
		struct policy_decision d = { .profile = choice.profile, .segment = choice.segment };
		struct vd_date on, wait;

		VD_TRY(find_step(ctx, &facts, &then, &d));
		if (d.step == NULL) break;
		on = policy_step_day(d.step, &then);
		wait = policy_wait_until(d.step, &then);
		if (wait.day > on.day) on = wait;
		if (today.day > on.day) on = today;
		then.last_rank = d.step->rank;
		if (on.day > policy_step_last_day(d.step, &then).day)
			continue; /* the wait will outlast its use */
		then.last_done_on = facts.today = on;
		out[(*count)++] = (struct policy_planned){ d.step, on };
	}
	return VD_OK;
}

/* --- all of them ---------------------------------------------------------------------------- */

/* What would be asked of this debtor today, per currency, is it worth a message? */
static enum vd_status
drop_too_small(struct vd_context *ctx, const struct policy_rules *rules,
               const struct policy_facts *facts, const size_t *order, struct policy_decision *out)
{
	size_t n = facts->items_count, end;

	for (size_t start = 0; start < n && rules->open_min_minor > 0; start = end) {
		struct vd_currency currency = facts->items[order[start]].currency;
		int64_t asked = 0;

		for (end = start; end < n && vd_currency_eq(facts->items[order[end]].currency, currency);
		     end++)
			if (out[order[end]].outcome == POLICY_ACT)
				VD_TRY(vd_minor_add(ctx, asked, out[order[end]].dunned_minor, &asked));
		if (policy_compare(asked, currency, rules->open_min_minor) >= 0) continue;
		for (size_t i = start; i < end; i++)
			if (out[order[i]].outcome == POLICY_ACT)
				set(&out[order[i]], POLICY_TOO_SMALL, VD_DATE_NONE);
	}
	return VD_OK;
}

enum vd_status
policy_decide(struct vd_context *ctx, const struct policy_rules *rules,
              const struct policy_facts *facts, struct policy_decision *out)
{
	struct policy_choice *choices;
	size_t n = facts->items_count, *order;

	VD_ASSERT(facts->debtor != NULL && facts->gate != NULL);
	if (n > POLICY_ITEMS_MAX)
		return vd_fail(
		    ctx, VD_E_LIMIT, "policy.too_many_items", NULL,
		    "debtor %.*s: %zu open items in one decision; give the oldest %d, the others come in a later run",
		    VD_FMT(facts->debtor->number), n, POLICY_ITEMS_MAX);
	VD_NEW(ctx, order, n);
	VD_NEW(ctx, choices, n);
	for (size_t i = 0; i < n; i++) out[i] = (struct policy_decision){ 0 };
	VD_TRY(policy_net(ctx, facts, out, order));
	for (size_t i = 0; i < n; i++) {
		choices[i] = policy_choose(rules, facts->debtor, &facts->items[i]);
		VD_TRY(decide_item(ctx, rules, facts, &facts->items[i], &choices[i], &out[i]));
	}
	VD_TRY(drop_too_small(ctx, rules, facts, order, out));
	for (size_t i = 0; i < n; i++)
		if (!facts->trace_actions_only || out[i].outcome == POLICY_ACT)
			VD_TRY(policy_trace(ctx, rules, facts, i, &choices[i], &out[i]));
	return VD_OK;
}
