/* voldaan bank-account */
#include "app/bank_account.h"
#include "cli/rows.h"

#include <string.h>

static enum vd_status
cover(struct vd_context *ctx, struct app *app, const struct cli_args *args,
      const struct app_bank_account *account)
{
	bool snapshot = cli_flag(args, "snapshot");
	struct vd_date to;

	VD_TRY(cli_day(ctx, args, "to", &to));
	if (vd_date_is_none(to) || snapshot == (args->words_count == 2))
		return cli_usage(ctx, args, "cover needs --to DAY, and an account or --snapshot");
	VD_TRY(app_bank_account_cover(ctx, app, account, to));
	return cli_said(ctx, args, "bank_account", snapshot ? "open-items list" : args->words[1],
	                "covered");
}

static enum vd_status
run_bank_account(struct vd_context *ctx, struct app *app, const struct cli_args *args,
                 bool *attention)
{
	struct app_bank_account account = { .currency = vd_str_c(cli_option(args, "currency")),
		                                .name = vd_str_c(cli_option(args, "name")) };
	struct app_output output;
	const char *verb;
	bool created;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 2));
	verb = args->words[0];
	if (strcmp(verb, "list") == 0 && args->words_count == 1) {
		VD_TRY(cli_rows_output(ctx, args, &output));
		return app_bank_account_list(ctx, app, &output);
	}
	if (args->words_count == 2) account.iban = vd_str_c(args->words[1]);
	if (strcmp(verb, "cover") == 0) return cover(ctx, app, args, &account);
	if (strcmp(verb, "add") == 0 && args->words_count == 2) {
		VD_TRY(app_bank_account_add(ctx, app, &account, &created));
		return cli_said(ctx, args, "bank_account", args->words[1], created ? "created" : "known");
	}
	if (strcmp(verb, "end") == 0 && args->words_count == 2) {
		VD_TRY(app_bank_account_end(ctx, app, &account));
		return cli_said(ctx, args, "bank_account", args->words[1], "ended");
	}
	return cli_usage(ctx, args, "bank-account add, list, end or cover");
}

const struct cli_command cli_bank_account = {
	.name = "bank-account",
	.usage = "bank-account list | add IBAN [--name N] | end IBAN | cover IBAN --to DAY | cover --snapshot --to DAY",
	.summary = "The bank accounts whose statements must be in before anything is sent.",
	.options = {
		{ "name", "NAME", "what you call the account" },
		{ "currency", "CUR", "its currency; default that of the administration" },
		{ "to", "DAY", "cover: nothing else came in up to and including this day" },
		{ "snapshot", NULL, "cover: the open-items list of the bookkeeping package" },
		CLI_ROWS_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_bank_account,
};
