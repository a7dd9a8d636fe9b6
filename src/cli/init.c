/* voldaan init */
#include "cli/cli.h"

#include <stdio.h>

static enum vd_status
run_init(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_init in = {
		.code = cli_option(args, "code"),
		.name = cli_option(args, "name"),
		.iban = cli_option(args, "iban"),
		.country = cli_option(args, "country"),
		.currency = cli_option(args, "currency"),
		.language = cli_option(args, "language"),
		.zone = cli_option(args, "zone"),
	};
	struct vd_json j;
	bool created;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	if (in.code == NULL || in.code[0] == '\0' || in.name == NULL || in.name[0] == '\0')
		return cli_usage(ctx, args, "init needs --code and --name");
	VD_TRY(app_init(ctx, app, &in, &created));
	if (!args->json) {
		printf(created ? "administration %s made in %s\n"
		               : "administration %s was there already, nothing changed (%s)\n",
		       in.code, args->store_url);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_c(&j, "code", in.code);
	vd_json_key_bool(&j, "created", created);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_init = {
	.name = "init", .usage = "init --code CODE --name NAME [--iban IBAN] [--country NL]",
	.summary = "Make the store if needed, and an administration in it.",
	.options = {
		{ "code", "CODE", "short code of the administration" },
		{ "name", "NAME", "name of the business" },
		{ "iban", "IBAN", "its bank account" },
		{ "country", "CC", "country, two letters; default NL" },
		{ "currency", "CUR", "currency of its books; default EUR" },
		{ "language", "LL", "its language: nl, en, de, fr; default nl" },
		{ "zone", "ZONE", "time zone; default that of the country" },
	},
	.needs_store = true, .creates_store = true, .run = run_init,
};
