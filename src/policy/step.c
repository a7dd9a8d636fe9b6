/* The arithmetic of one step: its day, how long it is useful, and whether it applies. */
#include "policy/internal.h"

struct vd_date
policy_item_due(const struct policy_item *item)
{
	return vd_date_is_none(item->due_on) ? item->effective_on : item->due_on;
}

struct vd_date
policy_step_day(const struct policy_step *step, const struct policy_item *item)
{
	struct vd_date from = policy_item_due(item);

	if (step->basis == POLICY_FROM_SENT)
		from = vd_date_is_none(item->sent_on) ? item->effective_on : item->sent_on;
	return vd_date_add_days(from, step->days);
}

struct vd_date
policy_step_last_day(const struct policy_step *step, const struct policy_item *item)
{
	if (step->lapse_days == POLICY_LAPSE_NEVER) return (struct vd_date){ INT32_MAX };
	if (step->lapse_days == POLICY_LAPSE_AT_DUE) return policy_item_due(item);
	return vd_date_add_days(policy_step_day(step, item), step->lapse_days);
}

/* Never two steps of one item on one day, whatever the profile says. */
struct vd_date
policy_wait_until(const struct policy_step *step, const struct policy_item *item)
{
	if (vd_date_is_none(item->last_done_on)) return VD_DATE_NONE;
	return vd_date_add_days(item->last_done_on, step->wait_days > 1 ? step->wait_days : 1);
}

bool
policy_step_applies(const struct policy_step *step, const struct policy_debtor *debtor,
                    const struct policy_item *item, struct vd_str segment)
{
	if (policy_compare(item->open_minor, item->currency, step->open_min_minor) < 0) return false;
	if (policy_compare(item->open_minor, item->currency, step->open_max_minor) > 0) return false;
	if (step->audience == POLICY_CONSUMER && !debtor->consumer) return false;
	if (step->audience == POLICY_BUSINESS && debtor->consumer) return false;
	if (!vd_str_is_none(step->risk) &&
	    !vd_str_eq(step->risk, vd_str_c(policy_risk_name(debtor->risk))))
		return false;
	return vd_str_is_none(step->segment) || vd_str_eq(step->segment, segment);
}

bool
policy_step_has(const struct policy_step *step, enum policy_action_kind kind)
{
	for (int i = 0; i < step->actions_count; i++)
		if (step->actions[i].kind == kind) return true;
	return false;
}

bool
policy_step_has_message(const struct policy_step *step)
{
	for (int i = 0; i < step->actions_count; i++)
		if (policy_is_message(step->actions[i].kind)) return true;
	return false;
}

/* The first reminder: the first message that follows the due day. A profile that asks for the
 * account owner's word first keeps its calls: there a person comes before any letter. */
const struct policy_step *
policy_entry_step(const struct policy_profile *profile, const struct policy_debtor *debtor,
                  const struct policy_item *item, struct vd_str segment)
{
	if (!item->takeover_unknown || !vd_date_is_none(item->last_done_on) || profile->consent)
		return NULL;
	for (int i = 0; i < profile->steps_count; i++) {
		const struct policy_step *step = &profile->steps[i];

		if (step->basis != POLICY_FROM_DUE || step->days < 0 || !policy_step_has_message(step))
			continue;
		if (!policy_step_applies(step, debtor, item, segment)) continue;
		return step->rank > item->last_rank ? step : NULL;
	}
	return NULL;
}

struct vd_date
policy_first_action(const struct policy_profile *profile, const struct policy_item *item)
{
	struct vd_date first = VD_DATE_NONE;

	for (int i = 0; i < profile->steps_count; i++) {
		const struct policy_step *step = &profile->steps[i];
		struct vd_date day = policy_step_day(step, item);
		struct vd_date wait = policy_wait_until(step, item);

		if (step->rank <= item->last_rank) continue;
		if (!vd_date_is_none(wait) && wait.day > day.day) day = wait;
		if (vd_date_is_none(first) || day.day < first.day) first = day;
	}
	return first;
}
