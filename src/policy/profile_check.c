/* `profile check`: what the parser accepts but an experienced credit manager would question. */
#include "policy/internal.h"

#define WARNINGS_MAX   200
#define SEGMENTS_WISE  12
#define NORMAL_PERCENT 80

struct warnings {
	struct vd_context *ctx;
	struct vd_str *list;
	size_t count;
	enum vd_status status; /* the first failure sticks */
};

#define WARN(w, ...)                                                                      \
	do {                                                                                  \
		if ((w)->status == VD_OK && (w)->count < WARNINGS_MAX)                            \
			(w)->status = vd_str_printf((w)->ctx, &(w)->list[(w)->count++], __VA_ARGS__); \
	} while (0)

/* --- one profile ---------------------------------------------------------------------------- */

static int
first_with(const struct policy_profile *p, enum policy_action_kind kind)
{
	for (int i = 0; i < p->steps_count; i++)
		if (policy_step_has(&p->steps[i], kind)) return i;
	return -1;
}

/* Whether a step before n reaches the debtor with a message after the due day. */
static bool
message_before(const struct policy_profile *p, int n)
{
	for (int i = 0; i < n; i++)
		if (p->steps[i].basis == POLICY_FROM_DUE && p->steps[i].days >= 0 &&
		    policy_step_has_message(&p->steps[i]))
			return true;
	return false;
}

static void
check_ladder(struct warnings *w, const struct policy_profile *p)
{
	int notice = first_with(p, POLICY_NOTICE_OF_DEFAULT),
	    letter = first_with(p, POLICY_FOURTEEN_DAY_LETTER);
	int costs = first_with(p, POLICY_COSTS), over = first_with(p, POLICY_HAND_OVER);

	if (notice >= 0 && !message_before(p, notice))
		WARN(
		    w,
		    "Profile %.*s: the notice of default is the first message the debtor gets; a reminder before it is "
		    "usual.",
		    VD_FMT(p->code));
	if (over >= 0 && (notice < 0 || notice >= over) && (letter < 0 || letter >= over))
		WARN(
		    w,
		    "Profile %.*s: the hand-over comes without a notice of default or fourteen-day letter before it.",
		    VD_FMT(p->code));
	if (costs >= 0 && p->steps[costs].audience != POLICY_BUSINESS &&
	    (letter < 0 || letter >= costs))
		WARN(
		    w,
		    "Profile %.*s: costs are claimed without a fourteen-day letter before it; from a consumer they are "
		    "not due then (art. 6:96 lid 6 BW). Add the letter, or \"kind\": \"business\" to the step.",
		    VD_FMT(p->code));
	if (p->dunning && !message_before(p, p->steps_count))
		WARN(w, "Profile %.*s: no step sends a message after the due day.", VD_FMT(p->code));
}

static void
check_step(struct warnings *w, const struct policy_profile *p, int n)
{
	const struct policy_step *step = &p->steps[n], *before = n > 0 ? &p->steps[n - 1] : NULL;

	if (before != NULL && before->basis == step->basis && step->days < before->days)
		WARN(
		    w,
		    "Profile %.*s, step %.*s: its day (%d) is before that of the step it follows (%.*s, %d); it will "
		    "wait for that one.",
		    VD_FMT(p->code), VD_FMT(step->code), step->days, VD_FMT(before->code), before->days);
	if (before != NULL && before->basis == step->basis &&
	    step->wait_days > step->days - before->days && step->days >= before->days)
		WARN(
		    w,
		    "Profile %.*s, step %.*s: the wait of %d days is longer than the %d days since %.*s, so it never "
		    "comes on its own day.",
		    VD_FMT(p->code), VD_FMT(step->code), step->wait_days, step->days - before->days,
		    VD_FMT(before->code));
	if (before != NULL && step->days > 0 && step->wait_days < 2 && policy_step_has_message(step) &&
	    policy_step_has_message(before))
		WARN(
		    w,
		    "Profile %.*s, step %.*s: without a \"wait\" an invoice that is far overdue gets %.*s one day and "
		    "this the next.",
		    VD_FMT(p->code), VD_FMT(step->code), VD_FMT(before->code));
	for (int i = 0; i < step->actions_count; i++)
		if (policy_is_message(step->actions[i].kind) && vd_str_is_none(step->actions[i].fallback))
			WARN(
			    w,
			    "Profile %.*s, step %.*s: %s has no \"fallback\"; a debtor without that address becomes a task.",
			    VD_FMT(p->code), VD_FMT(step->code), policy_action_name(step->actions[i].kind));
}

/* --- profiles together ---------------------------------------------------------------------- */

/* A rank means the same everywhere, else a change of profile jumps to the wrong place. */
static void
check_ranks(struct warnings *w, const struct policy_profile *a, const struct policy_profile *b)
{
	for (int i = 0; i < a->steps_count; i++)
		for (int k = 0; k < b->steps_count; k++) {
			const struct policy_step *x = &a->steps[i], *y = &b->steps[k];
			bool same_code = vd_str_eq(x->code, y->code);

			if (same_code == (x->rank == y->rank)) continue;
			WARN(
			    w,
			    "Profiles %.*s and %.*s: step %.*s has rank %d and step %.*s rank %d; one step, one rank, in "
			    "all profiles.",
			    VD_FMT(a->code), VD_FMT(b->code), VD_FMT(x->code), x->rank, VD_FMT(y->code),
			    y->rank);
		}
}

static void
check_profiles(struct warnings *w, const struct policy_profile *profiles, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check_ladder(w, &profiles[i]);
		for (int n = 0; n < profiles[i].steps_count; n++) check_step(w, &profiles[i], n);
		for (size_t k = i + 1; k < count; k++) {
			check_ranks(w, &profiles[i], &profiles[k]);
			if (vd_str_eq(profiles[i].code, profiles[k].code))
				WARN(w, "Profile %.*s is there twice.", VD_FMT(profiles[i].code));
		}
	}
}

static void
check_load(struct warnings *w, const struct policy_load *load)
{
	if (load->segments > SEGMENTS_WISE)
		WARN(
		    w,
		    "There are %lld segments; more than %d are hard to keep apart, and nobody tests them all.",
		    (long long)load->segments, SEGMENTS_WISE);
	if (load->debtors_normal <
	    load->debtors / 100 * NORMAL_PERCENT + load->debtors % 100 * NORMAL_PERCENT / 100)
		WARN(
		    w,
		    "%lld of %lld debtors are in a normal segment, that is under %d %%; exceptions should be exceptions.",
		    (long long)load->debtors_normal, (long long)load->debtors, NORMAL_PERCENT);
	if (load->calls_capacity >= 0 && load->calls_a_day > load->calls_capacity)
		WARN(
		    w,
		    "The profiles plan about %lld calls a day and the staff can make %lld; raise the amount from which is "
		    "called, or the days.",
		    (long long)load->calls_a_day, (long long)load->calls_capacity);
}

enum vd_status
policy_check(struct vd_context *ctx, const struct policy_profile *profiles, size_t count,
             const struct policy_load *load, struct vd_str **warnings, size_t *warnings_count)
{
	struct warnings w = { .ctx = ctx };

	VD_NEW(ctx, w.list, WARNINGS_MAX);
	check_profiles(&w, profiles, count);
	if (load != NULL) check_load(&w, load);
	*warnings = w.list;
	*warnings_count = w.count;
	return w.status;
}

/* --- the rules as a whole --- */

static bool
has_profile(const struct policy_rules *rules, struct vd_str code)
{
	for (size_t i = 0; i < rules->profiles_count; i++)
		if (vd_str_eq(rules->profiles[i].code, code)) return true;
	return false;
}

static bool
has_segment(const struct policy_segment_rules *segments, struct vd_str code)
{
	for (size_t i = 0; segments != NULL && i < policy_segments_count(segments); i++)
		if (vd_str_eq(policy_segment_at(segments, i).code, code)) return true;
	return false;
}

static void
check_segments(struct warnings *w, const struct policy_rules *rules)
{
	for (size_t i = 0; i < policy_segments_count(rules->segments); i++) {
		struct policy_segment s = policy_segment_at(rules->segments, i);

		if (!vd_str_is_none(s.profile) && !has_profile(rules, s.profile))
			WARN(w, "Segment %.*s: there is no profile \"%.*s\"; nothing is sent to its debtors.",
			     VD_FMT(s.code), VD_FMT(s.profile));
		if (!policy_segment_reachable(rules->segments, i))
			WARN(w, "Segment %.*s: no rule leads to it.", VD_FMT(s.code));
	}
}

enum vd_status
policy_rules_check(struct vd_context *ctx, const struct policy_rules *rules,
                   struct vd_str **warnings, size_t *warnings_count)
{
	struct warnings w = { .ctx = ctx };

	VD_NEW(ctx, w.list, WARNINGS_MAX);
	if (!has_profile(rules, rules->default_profile))
		WARN(&w, "There is no profile \"%.*s\", which is the default of the administration.",
		     VD_FMT(policy_clip(rules->default_profile, 80)));
	if (rules->segments != NULL) check_segments(&w, rules);
	for (size_t p = 0; p < rules->profiles_count; p++)
		for (int i = 0; i < rules->profiles[p].steps_count; i++) {
			const struct policy_step *step = &rules->profiles[p].steps[i];

			if (!vd_str_is_none(step->segment) && !has_segment(rules->segments, step->segment))
				WARN(
				    &w,
				    "Profile %.*s, step %.*s: there is no segment \"%.*s\"; the step is never done.",
				    VD_FMT(rules->profiles[p].code), VD_FMT(step->code), VD_FMT(step->segment));
		}
	*warnings = w.list;
	*warnings_count = w.count;
	return w.status;
}
