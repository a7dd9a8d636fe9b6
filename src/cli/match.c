/* voldaan match */
#include "cli/cli.h"

#include "app/match.h"

#include <stdio.h>

static enum vd_status
run_match(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_match_result r;
	struct vd_json j;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	VD_TRY(app_match(ctx, app, cli_flag(args, "propose-only"), cli_flag(args, "again"), &r));
	if (!args->json) {
		printf(
		    "bank transactions: %lld looked at, %lld booked, %lld proposed, %lld without an idea, %lld no concern of a debtor\n",
		    (long long)r.looked_at, (long long)r.booked, (long long)r.proposed,
		    (long long)r.unknown, (long long)r.ignored);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "looked_at", r.looked_at);
	vd_json_key_i64(&j, "booked", r.booked);
	vd_json_key_i64(&j, "proposed", r.proposed);
	vd_json_key_i64(&j, "unknown", r.unknown);
	vd_json_key_i64(&j, "ignored", r.ignored);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_match = {
	.name = "match", .usage = "match [--propose-only] [--again]",
	.summary = "Match bank transactions with open items: book what is certain, propose the rest.",
	.options = {
		{ "propose-only", NULL, "book nothing" },
		{ "again", NULL, "also look anew at what was only proposed before" },
	},
	.needs_store = true, .needs_administration = true, .run = run_match,
};
