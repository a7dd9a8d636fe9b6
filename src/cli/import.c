/* voldaan import */
#include "cli/cli.h"

#include "app/import.h"

#include <string.h>

static enum vd_status
one_file(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *path,
         struct app_import_result *result)
{
	struct app_import_options options = {
		.path = path,
		.mapping = cli_option(args, "mapping"),
		.snapshot = cli_flag(args, "snapshot"),
		.control_account = cli_option(args, "control-account"),
	};
	const char *what = args->words[0];

	VD_TRY(cli_day(ctx, args, "as-of", &options.as_of));
	if (options.snapshot && vd_date_is_none(options.as_of))
		return cli_usage(ctx, args,
		                 "--snapshot needs --as-of DAY: the day whose open items the file lists");
	if (strcmp(what, "statement") == 0) return app_import_statement(ctx, app, path, result);
	if (strcmp(what, "documents") == 0) return app_import_documents(ctx, app, path, result);
	return app_import_party(ctx, app,
	                        strcmp(what, "debtors") == 0 ? APP_IMPORT_DEBTORS : APP_IMPORT_INVOICES,
	                        &options, result);
}

static enum vd_status
run_import(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	static const struct {
		const char *word, *plural;
	} subjects[] = {
		{ "debtors", "debtors" }, { "invoices", "invoices" },   { "statement", "statements" },
		{ "xaf", "records" },     { "documents", "documents" },
	};
	struct app_import_result result = { 0 };
	const char *plural = NULL;
	int refused = 0;

	VD_TRY(cli_words(ctx, args, 2, 10000));
	for (size_t i = 0; i < VD_LENGTH(subjects); i++)
		if (strcmp(args->words[0], subjects[i].word) == 0) plural = subjects[i].plural;
	if (plural == NULL)
		return cli_usage(ctx, args, "import what: debtors, invoices, statement, xaf or documents?");
	if (cli_flag(args, "snapshot") && args->words_count > 2)
		return cli_usage(ctx, args, "a snapshot is one file");
	for (int i = 1; i < args->words_count; i++) {
		size_t before = result.rejected_kept;
		enum vd_status status = one_file(ctx, app, args, args->words[i], &result);

		for (size_t k = before; args->words_count > 2 && k < result.rejected_kept; k++)
			VD_TRY(vd_str_printf(ctx, &result.rejected[k].place, "%s, %.*s", args->words[i],
			                     VD_FMT(result.rejected[k].place)));

		/* of several files one may be refused: it is listed, the others are read */
		if (status == VD_OK) continue;
		if (args->words_count == 2 || (status != VD_E_INVALID && status != VD_E_LIMIT &&
		                               status != VD_E_NOT_FOUND && status != VD_E_IO))
			return status;
		VD_TRY(app_reject(ctx, &result, 0, vd_str_c(args->words[i]), VD_STR_NONE,
		                  vd_str_c(ctx->error.detail)));
		refused++;
	}
	if (refused == args->words_count - 1)
		return vd_fail(ctx, VD_E_INVALID, "import.all_refused", "file",
		               "none of the %d files could be read; the first: %.*s", refused,
		               VD_FMT(result.rejected[0].message));
	return cli_print_import(ctx, args, plural, &result, attention);
}

const struct cli_command cli_import = {
	.name = "import", .usage = "import debtors FILE | invoices FILE... [--snapshot --as-of DAY] | statement FILE... | xaf FILE | documents DIR",
	.summary = "Take in debtors, invoices, bank statements; the format is told by content.",
	.options = {
		{ "snapshot", NULL, "the file lists all open items: what it does not name is settled" },
		{ "as-of", "DAY", "the day of the snapshot" },
		{ "mapping", "NAME", "column mapping to use (see: voldaan mapping list)" },
		{ "control-account", "CODE", "XAF: the debtors' account, when it cannot be told" },
	},
	.needs_store = true, .needs_administration = true, .run = run_import,
	.details = "Each record has a result; a record that is refused is listed with its place and reason, the others are\n"
	           "taken over (exit status 1). The same file again changes nothing.",
};
