#ifndef APP_DUN_FACTS_H
#define APP_DUN_FACTS_H
/* The facts the dunning decision needs, of a batch of debtors at once: debtor, items, credits,
 * holds. */
#include "app/policy.h"
#include "q_run.h"

#define DUN_BATCH 200 /* debtors at a time */

struct dun_debtor {
	struct policy_debtor policy;
	const struct q_run_debtors_row *row;
	struct policy_item *items;
	const struct q_run_items_row *rows; /* one per item, same order */
	size_t items_count;
	struct policy_credit *credits;
	size_t credits_count;
	struct policy_hold *holds;
	size_t holds_count;
	struct vd_date last_message_on;
	bool cut; /* he has more items than one decision takes: the oldest are here */
};
/* Inside a transaction. 7 statements, whatever the number (at most DUN_BATCH). */
VD_CHECKED enum vd_status dun_facts_load(struct vd_context *, struct app *,
                                         const struct app_setting_value *, const int64_t *debtors,
                                         size_t n, struct dun_debtor **out, size_t *count);
#endif
