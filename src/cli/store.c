/* voldaan verify, rebuild, backup, migrate */
#include "app/maintain.h"
#include "app/verify.h"
#include "cli/cli.h"

#include <stdio.h>

/* ---- verify ---- */

static enum vd_status
verify_json(struct vd_context *ctx, const struct app_verify_result *r)
{
	struct vd_json j;

	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "checks", r->checks);
	vd_json_key_i64(&j, "differences_count", r->differences);
	vd_json_key(&j, "differences");
	vd_json_array(&j);
	for (size_t i = 0; i < r->kept_count; i++) {
		vd_json_object(&j);
		vd_json_key_c(&j, "check", r->kept[i].check);
		vd_json_key_str(&j, "row", r->kept[i].row);
		vd_json_key_str(&j, "expected", r->kept[i].expected);
		vd_json_key_str(&j, "found", r->kept[i].found);
		vd_json_object_end(&j);
	}
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
run_verify(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_verify_result r;

	VD_TRY(cli_words(ctx, args, 0, 0));
	VD_TRY(app_verify(ctx, app, &r));
	*attention = r.differences > 0;
	if (args->json) return verify_json(ctx, &r);
	for (size_t i = 0; i < r.kept_count; i++)
		printf("%s: %.*s: expected %.*s; found %.*s\n", r.kept[i].check, VD_FMT(r.kept[i].row),
		       VD_FMT(r.kept[i].expected), VD_FMT(r.kept[i].found));
	if (r.differences > (int64_t)r.kept_count)
		printf("and %lld more\n", (long long)(r.differences - (int64_t)r.kept_count));
	printf("%lld checks, %lld differences%s\n", (long long)r.checks, (long long)r.differences,
	       r.differences > 0 ? "; \"voldaan rebuild\" makes the derived tables again" : "");
	return VD_OK;
}

const struct cli_command cli_verify = {
	.name = "verify",
	.usage = "verify",
	.summary = "Check that the books are in order: derived figures, invariants, bank statements.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_verify,
	.details =
	    "Each difference is one line: which check, which row, what the facts say and what was found\n"
	    "(exit status 1). Changes nothing.",
};

/* ---- rebuild ---- */

static enum vd_status
run_rebuild(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_rebuild_result r;
	struct vd_json j;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	VD_TRY(app_rebuild(ctx, app, &r));
	if (!args->json) {
		printf(
		    "made again: %lld open items, %lld balances, %lld invoice words; %lld dunning states changed\n",
		    (long long)r.items, (long long)r.balances, (long long)r.words, (long long)r.states);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "items", r.items);
	vd_json_key_i64(&j, "balances", r.balances);
	vd_json_key_i64(&j, "words", r.words);
	vd_json_key_i64(&j, "states", r.states);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_rebuild = {
	.name = "rebuild",
	.usage = "rebuild",
	.summary =
	    "Make the derived tables again from the facts: open amounts, balances, words, dunning days.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_rebuild,
	.details = "Needed only after damage (see: voldaan verify). Facts are never touched.",
};

/* ---- backup ---- */

static enum vd_status
run_backup(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct vd_json j;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(app_backup(ctx, app, args->words[0]));
	if (!args->json) {
		printf("all administrations of this store are in %s\n", args->words[0]);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_c(&j, "file", args->words[0]);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_backup = {
	.name = "backup",
	.usage = "backup FILE",
	.summary = "Write the whole store to one new file while others go on working.",
	.needs_store = true,
	.run = run_backup,
	.details =
	    "The file is a store of its own, also when this one is in PostgreSQL: --store sqlite:FILE opens it.",
};

/* ---- migrate ---- */

static enum vd_status
run_migrate(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_migrate_result r;
	struct vd_json j;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	VD_TRY(app_migrate(ctx, app, &r));
	if (!args->json) {
		printf("schema %lld, %lld migrations applied\n", (long long)r.schema, (long long)r.applied);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "schema", r.schema);
	vd_json_key_i64(&j, "applied", r.applied);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_migrate = {
	.name = "migrate",
	.usage = "migrate",
	.summary = "Bring the schema of an older store up to date with this program.",
	.needs_store = true,
	.any_schema = true,
	.run = run_migrate,
	.details = "Make a backup with the older program first.",
};
