/* voldaan tasks */
#include "app/task.h"
#include "cli/rows.h"

#include <string.h>

static enum vd_status
run_tasks(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_task_filter filter = { cli_flag(args, "all"), vd_str_c(cli_option(args, "owner")) };
	struct app_output output;
	const char *verb;
	bool cancel;
	int64_t id;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 2));
	verb = args->words_count > 0 ? args->words[0] : "list";
	if (strcmp(verb, "list") == 0 && args->words_count < 2) {
		VD_TRY(cli_rows_output(ctx, args, &output));
		return app_task_list(ctx, app, &filter, &output);
	}
	cancel = strcmp(verb, "cancel") == 0;
	if (args->words_count != 2 || (!cancel && strcmp(verb, "done") != 0))
		return cli_usage(ctx, args, "tasks, tasks done ID or tasks cancel ID");
	VD_TRY(cli_id(ctx, args, args->words[1], &id));
	VD_TRY(app_task_close(ctx, app, id, cancel, vd_str_c(cli_option(args, "result"))));
	return cli_said(ctx, args, "task", args->words[1], cancel ? "cancelled" : "done");
}

const struct cli_command cli_tasks = {
	.name = "tasks",
	.usage = "tasks [--all] [--owner NAME] | tasks done ID [--result TEXT] | tasks cancel ID",
	.summary = "Work for people: calls, checks, what could not be sent.",
	.options = {
		{ "all", NULL, "closed ones, too" },
		{ "owner", "NAME", "only those of one person" },
		{ "result", "TEXT", "what came of it; \"consent\" lets a sensitive debtor's messages go" },
		CLI_ROWS_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_tasks,
};
