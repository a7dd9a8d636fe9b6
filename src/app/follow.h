#ifndef APP_FOLLOW_H
#define APP_FOLLOW_H
/* What follows a ledger transaction beside the ledger: the dunning state of the debit items it
 * made, settled, reopened or changed. Called inside the same store transaction. */
#include "app/policy.h"
#include "ledger/ledger.h"

/* A step that was already done in another package. */
struct app_takeover {
	int64_t item;
	struct vd_str code;
	struct vd_date done_on;
};

struct app_follow {
	const struct policy_rules *rules;
	const struct app_takeover *takeovers;
	size_t takeovers_count; /* of items created in this transaction, by item id */
};
/* Items whose debtor is reminded: debit items of kind invoice, correction, and what a source says
 * is owed again. */
VD_CHECKED enum vd_status app_follow_ledger(struct vd_context *, struct app *,
                                            const struct app_follow *, const struct ledger_effect *,
                                            size_t count);
#endif
