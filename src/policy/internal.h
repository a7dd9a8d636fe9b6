#ifndef POLICY_INTERNAL_H
#define POLICY_INTERNAL_H
/* What the files of this room share; nobody else includes it. */
#include "policy/policy.h"

/* --- words.c: closed sets and their words in profile text ----------------------------------- */
bool policy_action_parse(struct vd_str, enum policy_action_kind *out);
bool policy_risk_parse(struct vd_str, enum policy_risk *out);
const char *policy_risk_name(enum policy_risk);
bool policy_history_parse(struct vd_str, enum policy_history *out);
const char *policy_history_name(enum policy_history);
/* -1, 0, 1: an amount in minor units of its currency against a threshold with two decimals.
 * INT64_MAX is no threshold: everything is below it. */
int policy_compare(int64_t minor, struct vd_currency, int64_t threshold);

/* At most n bytes, cut between two characters: one long remark must not spoil a whole trace. */
struct vd_str policy_clip(struct vd_str, size_t n);

/* --- segment.c ------------------------------------------------------------------------------ */
enum policy_level { POLICY_BY_ADMINISTRATION, POLICY_BY_SEGMENT, POLICY_BY_DEBTOR, POLICY_BY_ITEM };
/* Which profile, without any text: cheap enough for every item. */
struct policy_choice {
	const struct policy_profile *profile; /* NULL: the name is not among the profiles */
	struct vd_str name;                   /* the name asked for */
	struct vd_str segment;                /* NONE: none */
	enum policy_level level;
	int rule; /* index of the rule that gave the segment, or: */
#define POLICY_RULE_OTHERWISE   (-1)
#define POLICY_RULE_NO_SEGMENTS (-2)
};
struct policy_choice policy_choose(const struct policy_rules *, const struct policy_debtor *,
                                   const struct policy_item *);
/* Whether some rule, or what is left over, leads to the i-th segment. */
bool policy_segment_reachable(const struct policy_segment_rules *, size_t i);
/* The choice as one English sentence. */
void policy_choice_explain(struct vd_buf *, const struct policy_rules *,
                           const struct policy_debtor *, const struct policy_choice *);

/* --- step.c: the arithmetic of one step ----------------------------------------------------- */
struct vd_date policy_item_due(const struct policy_item *);
struct vd_date policy_step_day(const struct policy_step *, const struct policy_item *);
/* The last day on which the step is still useful; INT32_MAX when it never lapses. */
struct vd_date policy_step_last_day(const struct policy_step *, const struct policy_item *);
/* The first day allowed by the previous step that was actually done; NONE when there is none. */
struct vd_date policy_wait_until(const struct policy_step *, const struct policy_item *);
bool policy_step_applies(const struct policy_step *, const struct policy_debtor *,
                         const struct policy_item *, struct vd_str segment);
bool policy_step_has(const struct policy_step *, enum policy_action_kind);
bool policy_step_has_message(const struct policy_step *);
/* The step at which an item with a backlog of unknown history enters; NULL when takeover has no
 * bearing on it (any more). */
const struct policy_step *policy_entry_step(const struct policy_profile *,
                                            const struct policy_debtor *,
                                            const struct policy_item *, struct vd_str segment);

/* --- netting.c ------------------------------------------------------------------------------ */
/* Fills held_minor, netted_minor and dunned_minor of each decision. order: the items sorted by
 * currency and then age, oldest first, items_count places. */
VD_CHECKED enum vd_status policy_net(struct vd_context *, const struct policy_facts *,
                                     struct policy_decision *, size_t *order);
bool policy_hold_concerns(const struct policy_hold *, const struct policy_item *,
                          struct vd_date today);
/* What of the item this hold keeps back by itself. */
int64_t policy_hold_part(const struct policy_hold *, const struct policy_item *);

/* --- trace.c -------------------------------------------------------------------------------- */
VD_CHECKED enum vd_status policy_trace(struct vd_context *, const struct policy_rules *,
                                       const struct policy_facts *, size_t item,
                                       const struct policy_choice *, struct policy_decision *);
#endif
