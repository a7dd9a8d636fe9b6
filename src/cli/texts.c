/* voldaan profile, template, segment, mapping */
#include "app/texts.h"
#include "base/file.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#define TEXT_SIZE_MAX ((size_t)256 * 1024)

/* ---- list and show ---- */

static enum vd_status
list(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *kind)
{
	static const char *const heads[] = { "name", "version", "origin" };
	static const bool right[3] = { false, true, false };
	struct cli_table t = { .ctx = ctx, .heads = heads, .right = right, .columns = 3 };
	struct app_text *texts;
	struct vd_str version;
	struct vd_json j;
	size_t n;

	VD_TRY(app_texts_load(ctx, app, kind, &texts, &n));
	vd_json_to_file(&j, stdout);
	if (args->json) vd_json_array(&j);
	for (size_t i = 0; i < n; i++) {
		if (args->json) {
			vd_json_object(&j);
			vd_json_key_str(&j, "name", texts[i].code);
			vd_json_key_i64(&j, "version", texts[i].version);
			vd_json_key_bool(&j, "shipped", texts[i].shipped);
			vd_json_object_end(&j);
			continue;
		}
		VD_TRY(vd_str_printf(ctx, &version, "%lld", (long long)texts[i].version));
		VD_TRY(cli_table_cell(&t, texts[i].code));
		VD_TRY(cli_table_cell(&t, version));
		VD_TRY(cli_table_cell(&t, texts[i].shipped ? VD_STR("shipped") : VD_STR("own")));
	}
	if (!args->json) return cli_table_print(&t);
	vd_json_array_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
show(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *kind,
     const char *name)
{
	struct app_text text;
	struct vd_json j;

	VD_TRY(app_text_show(ctx, app, kind, vd_str_c(name), &text));
	if (!args->json) {
		printf("%.*s", VD_FMT(text.body));
		if (!vd_str_ends(text.body, VD_STR("\n"))) printf("\n");
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_str(&j, "name", text.code);
	vd_json_key_i64(&j, "version", text.version);
	vd_json_key_bool(&j, "shipped", text.shipped);
	vd_json_key_str(&j, "body", text.body);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
set(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *kind,
    const char *name, const char *path)
{
	struct vd_str body;
	struct vd_json j;
	int64_t version;

	VD_TRY(vd_file_slurp(ctx, path, TEXT_SIZE_MAX, &body));
	VD_TRY(app_text_set(ctx, app, kind, vd_str_c(name), body, &version));
	if (!args->json) {
		printf("%s %s: version %lld is in force\n", args->command->name, name, (long long)version);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_c(&j, "name", name);
	vd_json_key_i64(&j, "version", version);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

/* ---- what only some have ---- */

static enum vd_status
preview(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *name)
{
	struct vd_str subject, text;
	struct vd_json j;

	VD_TRY(app_template_preview(ctx, app, vd_str_c(name), &subject, &text));
	if (!args->json) {
		printf("Subject: %.*s\n\n%.*s\n", VD_FMT(subject), VD_FMT(text));
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_str(&j, "subject", subject);
	vd_json_key_str(&j, "text", text);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
check(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_rules_check r = { 0 };
	struct vd_json j;

	VD_TRY(app_rules_check(ctx, app, &r));
	*attention = r.warnings_count > 0;
	if (!args->json) {
		for (size_t i = 0; i < r.warnings_count; i++) printf("%.*s\n", VD_FMT(r.warnings[i]));
		printf("%lld debtors, %lld of them normal; %zu warnings\n", (long long)r.debtors,
		       (long long)r.normal, r.warnings_count);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "debtors", r.debtors);
	vd_json_key_i64(&j, "normal", r.normal);
	vd_json_key(&j, "warnings");
	vd_json_array(&j);
	for (size_t i = 0; i < r.warnings_count; i++) vd_json_str(&j, r.warnings[i]);
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
segment_of(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *debtor)
{
	struct app_segment_of s;
	struct vd_json j;

	VD_TRY(app_segment_of(ctx, app, vd_str_c(debtor), &s));
	if (!args->json) {
		printf("%.*s %.*s: segment %.*s, profile %.*s\n  %.*s\n", VD_FMT(s.debtor_number),
		       VD_FMT(s.debtor_name), VD_FMT(s.segment.len > 0 ? s.segment : VD_STR("none")),
		       VD_FMT(s.profile.len > 0 ? s.profile : VD_STR("none")), VD_FMT(s.rule));
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_str(&j, "debtor_id", s.debtor_number);
	vd_json_key_str(&j, "name", s.debtor_name);
	vd_json_key_str(&j, "segment", s.segment);
	vd_json_key_str(&j, "profile", s.profile);
	vd_json_key_str(&j, "rule", s.rule);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

/* ---- the commands ---- */

static enum vd_status
common(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *kind)
{
	const char *verb;

	VD_TRY(cli_words(ctx, args, 1, 3));
	verb = args->words[0];
	if (strcmp(verb, "list") == 0 && args->words_count == 1) return list(ctx, app, args, kind);
	if (strcmp(verb, "show") == 0 && args->words_count == 2)
		return show(ctx, app, args, kind, args->words[1]);
	if (strcmp(verb, "set") == 0 && args->words_count == 3)
		return set(ctx, app, args, kind, args->words[1], args->words[2]);
	return cli_usage(ctx, args, "list, show NAME or set NAME FILE");
}

static enum vd_status
run_profile(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	if (args->words_count == 1 && strcmp(args->words[0], "check") == 0)
		return check(ctx, app, args, attention);
	return common(ctx, app, args, "profile");
}

static enum vd_status
run_template(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	(void)attention;
	if (cli_flag(args, "preview") && args->words_count == 2 && strcmp(args->words[0], "show") == 0)
		return preview(ctx, app, args, args->words[1]);
	return common(ctx, app, args, "template");
}

/* There is one text of segment rules, so its name may be left out. */
static enum vd_status
run_segment(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	const char *debtor = cli_option(args, "debtor");

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 3));
	if (strcmp(args->words[0], "show") == 0 && debtor != NULL)
		return segment_of(ctx, app, args, debtor);
	if (strcmp(args->words[0], "show") == 0 && args->words_count == 1)
		return show(ctx, app, args, "segments", "segments");
	if (strcmp(args->words[0], "set") == 0 && args->words_count == 2)
		return set(ctx, app, args, "segments", "segments", args->words[1]);
	return common(ctx, app, args, "segments");
}

static enum vd_status
run_mapping(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	(void)attention;
	return common(ctx, app, args, "mapping");
}

const struct cli_command cli_profile = {
	.name = "profile",
	.usage = "profile list | show NAME | set NAME FILE | check",
	.summary = "Dunning profiles: which steps come when.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_profile,
	.details =
	    "Each set is a new version; what was decided keeps the version it was decided by.\n"
	    "check looks at profiles and segments together, against the debtors there are (exit\n"
	    "status 1 when it warns).",
};

const struct cli_command cli_template = {
	.name = "template",
	.usage = "template list | show NAME [--preview] | set NAME FILE",
	.summary = "Texts of mails and letters.",
	.options = { { "preview", NULL, "show: the message itself, with invented data" } },
	.needs_store = true,
	.needs_administration = true,
	.run = run_template,
};

const struct cli_command cli_segment = {
	.name = "segment",
	.usage = "segment show [--debtor NUMBER] | set FILE",
	.summary = "The rules that put debtors into segments.",
	.options = { { "debtor", "NUMBER", "show: the segment and profile of this debtor, and why" } },
	.needs_store = true,
	.needs_administration = true,
	.run = run_segment,
};

const struct cli_command cli_mapping = {
	.name = "mapping",
	.usage = "mapping list | show NAME | set NAME FILE",
	.summary = "Which column of a CSV file means what (see: voldaan import --mapping).",
	.needs_store = true,
	.needs_administration = true,
	.run = run_mapping,
};
