#ifndef APP_DEMO_H
#define APP_DEMO_H
/* The sample administration, lived through day by day: an invented business of which the files are
 * built into the program (sample/, made by tools/make_sample.py). Everything goes through the use
 * cases that a person calls; there is no network, and the clock is that of each day.
 *
 * In the folder afterwards: voldaan.db (the store), files/ (what came in), post/ (what left). */
#include "app/deliver.h"
#include "app/run.h"

#define APP_DEMO_CODE "DEMO"

struct app_demo_result {
	const char *store_url;
	struct vd_str folder;    /* where the letters of the last day on which some left lie */
	struct vd_date from, to; /* first and last day */
	int64_t days, files, debtors, invoices, statements, entries;
	int64_t looked_at, booked;            /* bank transactions */
	int64_t messages, tasks, voided;      /* messages that left */
	int64_t refused, actions;             /* records refused; what people did */
	struct app_run_result last;           /* of the last day */
	struct vd_str last_item, last_debtor; /* an invoice of its first message, and whose it is */
};
/* Makes dir, or begins again in one that holds an earlier demo. VD_E_CONFLICT when there is
 * anything else in it. *app is a session in it afterwards, on the last day: to be closed by the
 * caller, also after a failure. Texts live in ctx->arena. */
VD_CHECKED enum vd_status app_demo(struct vd_context *, const char *dir, const struct vd_log *,
                                   struct app *, struct app_demo_result *);
#endif
