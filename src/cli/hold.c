/* voldaan hold */
#include "app/hold.h"
#include "cli/rows.h"

#include <stdio.h>
#include <string.h>

static enum vd_status
print_added(struct vd_context *ctx, const struct cli_args *args, const int64_t *ids, size_t count)
{
	struct vd_json j;
	char id[32];

	if (!args->json) {
		for (size_t i = 0; i < count; i++) printf("hold %lld\n", (long long)ids[i]);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key(&j, "ids");
	vd_json_array(&j);
	for (size_t i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "%lld", (long long)ids[i]);
		vd_json_c(&j, id);
	}
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
add(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	struct app_hold hold = { .item = vd_str_c(cli_option(args, "item")),
		                     .debtor = vd_str_c(cli_option(args, "debtor")),
		                     .amount = vd_str_c(cli_option(args, "amount")),
		                     .reason = vd_str_c(cli_option(args, "reason")),
		                     .owner = vd_str_c(cli_option(args, "owner")) };
	int scopes = cli_flag(args, "item") + cli_flag(args, "debtor") + cli_flag(args, "all");
	int64_t *ids;
	size_t count;

	if (scopes != 1)
		return cli_usage(ctx, args, "say what to hold: --item NUMBER, --debtor NUMBER or --all");
	VD_TRY(cli_day(ctx, args, "until", &hold.until));
	VD_TRY(app_hold_add(ctx, app, &hold, &ids, &count));
	return print_added(ctx, args, ids, count);
}

static enum vd_status
end(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	int64_t id;

	VD_TRY(cli_id(ctx, args, args->words[1], &id));
	VD_TRY(app_hold_end(ctx, app, id, vd_str_c(cli_option(args, "reason"))));
	return cli_said(ctx, args, "hold", args->words[1], "ended");
}

static enum vd_status
run_hold(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_output output;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 2));
	if (strcmp(args->words[0], "add") == 0 && args->words_count == 1) return add(ctx, app, args);
	if (strcmp(args->words[0], "end") == 0 && args->words_count == 2) return end(ctx, app, args);
	if (strcmp(args->words[0], "list") != 0 || args->words_count != 1)
		return cli_usage(ctx, args, "hold add, hold list or hold end ID");
	VD_TRY(cli_rows_output(ctx, args, &output));
	return app_hold_list(ctx, app, cli_flag(args, "ended"), &output);
}

const struct cli_command cli_hold = {
	.name = "hold",
	.usage = "hold add --item N|--debtor N|--all --reason R [--until DAY] | list [--ended] | end ID [--reason R]",
	.summary = "Keep an item, a debtor or everything out of the run.",
	.options = {
		{ "item", "NUMBER", "an invoice, or NUMBER/2 for one due line" },
		{ "debtor", "NUMBER", "all items of this debtor" },
		{ "all", NULL, "the whole administration" },
		{ "reason", "TEXT", "why; must be given" },
		{ "until", "DAY", "last day; without it the hold lasts until it is ended" },
		{ "owner", "NAME", "who looks after it; default who acts" },
		{ "amount", "AMOUNT", "hold only this part of one item, such as a disputed amount" },
		{ "ended", NULL, "list: those that were ended, too" },
		CLI_ROWS_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_hold,
	.details = "When a hold is ended, its items are looked at again on the same day.",
};
