#ifndef APP_VERIFY_H
#define APP_VERIFY_H
/* Are the books in order? verify compares the derived tables with the facts, and the facts with
 * each other; rebuild makes the derived tables again from the facts.
 *
 * Facts are append-only, so a difference there (checks "allocation", "bank_transaction",
 * "bank_entry", "statement", "ledger_transaction") is damage that rebuild cannot repair: take a
 * backup. */
#include "app/app.h"

struct app_difference {
	const char *check;             /* "item_open", "balance" ... */
	struct vd_str row;             /* "item 12", "debtor 7 EUR" */
	struct vd_str expected, found; /* by the facts; in the store */
};
#define APP_DIFFERENCES_KEPT 1000
struct app_verify_result {
	int64_t checks, differences;
	struct app_difference *kept; /* the first APP_DIFFERENCES_KEPT */
	size_t kept_count;
};
/* All checks on one snapshot. A difference is no failure: VD_OK. Cost: some scans of each table. */
VD_CHECKED enum vd_status app_verify(struct vd_context *, struct app *, struct app_verify_result *);

struct app_rebuild_result {
	int64_t items, balances, words, states; /* rows made; states: dunning states that changed */
};
/* A transaction per table. VD_E_CORRUPT when the facts themselves contradict each other. */
VD_CHECKED enum vd_status app_rebuild(struct vd_context *, struct app *,
                                      struct app_rebuild_result *);
#endif
