/* The day's run, in two batches, when a statement or an allocation fails. The backlog is larger
 * than may be written to on one day, so that a run done in two goes must remember the first. */
#include "fault_support.h"

static enum vd_status
limit_backlog(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	(void)files;
	return app_setting_set(ctx, app, VD_STR("first_run_max"), VD_STR("205"));
}

static const struct fault_case the_case = {
	.name = "run",
	.size = { 230, 1, 1, 8 },
	.prepare = { limit_backlog, do_import_debtors, do_import_invoices, do_import_statement,
	             do_match },
	.act = do_run,
	.states = 3,
};

FAULT_MAIN(the_case)
