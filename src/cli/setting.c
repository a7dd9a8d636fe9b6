/* voldaan setting */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static enum vd_status
list_json(struct vd_context *ctx, const struct app_setting_value *values, const char *only)
{
	struct vd_json j;

	vd_json_to_file(&j, stdout);
	if (only == NULL) vd_json_array(&j);
	for (size_t i = 0; i < app_settings_count; i++) {
		if (only != NULL && strcmp(only, values[i].setting->name) != 0) continue;
		vd_json_object(&j);
		vd_json_key_c(&j, "name", values[i].setting->name);
		vd_json_key_str(&j, "value", values[i].value);
		vd_json_key_bool(&j, "set", values[i].is_set);
		vd_json_key_c(&j, "meaning", values[i].setting->meaning);
		vd_json_object_end(&j);
	}
	if (only == NULL) vd_json_array_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
list(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *only)
{
	static const char *const heads[] = { "setting", "value", "", "meaning" };
	static const bool right[4] = { 0 };
	struct cli_table t = { .ctx = ctx, .heads = heads, .right = right, .columns = 4 };
	struct app_setting_value *values;
	bool found = only == NULL;

	VD_TRY(app_settings_load(ctx, app, &values));
	for (size_t i = 0; i < app_settings_count; i++) {
		if (only != NULL && strcmp(only, values[i].setting->name) != 0) continue;
		found = true;
		VD_TRY(cli_table_cell(&t, vd_str_c(values[i].setting->name)));
		VD_TRY(cli_table_cell(&t, values[i].value));
		VD_TRY(cli_table_cell(&t, values[i].is_set ? VD_STR("set") : VD_STR("default")));
		VD_TRY(cli_table_cell(&t, vd_str_c(values[i].setting->meaning)));
	}
	if (!found)
		return vd_fail(ctx, VD_E_NOT_FOUND, "setting.unknown", "name", "there is no setting \"%s\"",
		               only);
	if (args->json) return list_json(ctx, values, only);
	return cli_table_print(&t);
}

static enum vd_status
run_setting(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 3));
	if (strcmp(args->words[0], "list") == 0) return list(ctx, app, args, NULL);
	if (strcmp(args->words[0], "show") == 0 && args->words_count == 2)
		return list(ctx, app, args, args->words[1]);
	if (strcmp(args->words[0], "set") == 0 && args->words_count == 3) {
		VD_TRY(app_setting_set(ctx, app, vd_str_c(args->words[1]), vd_str_c(args->words[2])));
		return cli_said(ctx, args, "setting", args->words[1], "set");
	}
	return cli_usage(ctx, args, "setting list, setting show NAME or setting set NAME VALUE");
}

const struct cli_command cli_setting = {
	.name = "setting",
	.usage = "setting list | show NAME | set NAME VALUE",
	.summary = "The administration's settings.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_setting,
};
