/* voldaan report */
#include "app/report.h"
#include "cli/rows.h"

#include <string.h>

static enum vd_status
run_report(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_report report = { .known_at = vd_str_c(cli_option(args, "known-at")) };
	const char *by = cli_option(args, "by");
	struct app_output output;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(app_report_kind_parse(ctx, vd_str_c(args->words[0]), &report.kind));
	VD_TRY(cli_day(ctx, args, "as-at", &report.as_at));
	if (by != NULL && strcmp(by, "debtor") != 0 && strcmp(by, "segment") != 0)
		return cli_usage(ctx, args, "--by is debtor or segment");
	report.by_segment = by != NULL && strcmp(by, "segment") == 0;
	VD_TRY(cli_rows_output(ctx, args, &output));
	return app_report(ctx, app, &report, &output);
}

const struct cli_command cli_report = {
	.name = "report",
	.usage = "report ageing|balances|allocations [--as-at DAY] [--known-at TIME] [--by debtor|segment]",
	.summary = "What is owed, by age; balances; what paid what.",
	.options = {
		{ "as-at", "DAY", "count what took effect up to this day; default today" },
		{ "known-at", "TIME", "count what was recorded up to this day, or 'YYYY-MM-DD HH:MM:SS' UTC" },
		{ "by", "debtor|segment", "one row per debtor (default) or per segment" },
		CLI_ROWS_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_report,
	.details = "Ageing stands in the order to work in: first debtors with something over 90 days late, then the\n"
	           "others; inside each the largest overdue amount first. unallocated is money or credit that settles\n"
	           "nothing yet, as a negative amount. In allocations the transaction is the place of the payment in its\n"
	           "bank entry, and a reversal is a row with a negative amount.",
};
