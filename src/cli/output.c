/* What commands print: tables for people, results of imports. */
#include "cli/cli.h"

#include "base/list.h"
#include "base/utf8.h"

#include <stdio.h>

enum vd_status
cli_table_cell(struct cli_table *t, struct vd_str cell)
{
	struct vd_str kept;

	VD_TRY(vd_str_dup(t->ctx, cell, &kept));
	VD_GROW(t->ctx, t->cells, t->count, t->cap);
	t->cells[t->count++] = kept;
	return VD_OK;
}

static void
print_cell(struct vd_str cell, size_t width, bool right, bool last)
{
	size_t pad = width - vd_utf8_count(cell);

	if (right) printf("%*s%.*s", (int)pad, "", VD_FMT(cell));
	else printf("%.*s%*s", VD_FMT(cell), last ? 0 : (int)pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

enum vd_status
cli_table_print(struct cli_table *t)
{
	size_t *widths, columns = (size_t)t->columns;

	VD_NEW(t->ctx, widths, columns);
	for (size_t c = 0; c < columns; c++) widths[c] = vd_utf8_count(vd_str_c(t->heads[c]));
	for (size_t i = 0; i < t->count; i++)
		if (vd_utf8_count(t->cells[i]) > widths[i % columns])
			widths[i % columns] = vd_utf8_count(t->cells[i]);
	for (size_t c = 0; c < columns; c++)
		print_cell(vd_str_c(t->heads[c]), widths[c], t->right[c], c + 1 == columns);
	for (size_t i = 0; i < t->count; i++)
		print_cell(t->cells[i], widths[i % columns], t->right[i % columns],
		           i % columns + 1 == columns);
	return VD_OK;
}

enum vd_status
cli_said(struct vd_context *ctx, const struct cli_args *args, const char *kind, const char *name,
         const char *result)
{
	struct vd_json j;

	if (!args->json) {
		for (const char *k = kind; *k != '\0'; k++) putchar(*k == '_' ? ' ' : *k);
		printf(" %s: %s\n", name, result);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_c(&j, kind, name);
	vd_json_key_c(&j, "result", result);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
import_json(struct vd_context *ctx, const struct app_import_result *r, bool statement)
{
	struct vd_json j;

	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	if (r->format != NULL) vd_json_key_c(&j, "format", r->format);
	vd_json_key_i64(&j, "records", r->records);
	vd_json_key_i64(&j, "created", r->created);
	vd_json_key_i64(&j, "updated", r->updated);
	vd_json_key_i64(&j, "unchanged", r->unchanged);
	vd_json_key(&j, "rejected");
	vd_json_array(&j);
	for (size_t i = 0; i < r->rejected_kept; i++) {
		vd_json_object(&j);
		vd_json_key_str(&j, "place", r->rejected[i].place);
		vd_json_key_str(&j, "key", r->rejected[i].key);
		vd_json_key_str(&j, "message", r->rejected[i].message);
		vd_json_object_end(&j);
	}
	vd_json_array_end(&j);
	vd_json_key_i64(&j, "rejected_count", r->rejected_count);
	if (statement) {
		vd_json_key_i64(&j, "entries", r->entries);
		vd_json_key_i64(&j, "gaps", r->gaps);
		vd_json_key_i64(&j, "duplicates", r->duplicates);
		vd_json_key_i64(&j, "unbalanced", r->unbalanced);
	}
	vd_json_key(&j, "warnings");
	vd_json_array(&j);
	for (size_t i = 0; i < r->warnings_count; i++) vd_json_str(&j, r->warnings[i]);
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

enum vd_status
cli_print_import(struct vd_context *ctx, const struct cli_args *args, const char *what,
                 const struct app_import_result *r, bool *attention)
{
	bool statement = vd_str_eq(vd_str_c(what), VD_STR("statements"));

	*attention = r->rejected_count > 0 || r->gaps > 0 || r->unbalanced > 0;
	if (args->json) return import_json(ctx, r, statement);
	for (size_t i = 0; i < r->warnings_count; i++)
		fprintf(stderr, "note: %.*s\n", VD_FMT(r->warnings[i]));
	for (size_t i = 0; i < r->rejected_kept; i++)
		fprintf(stderr, "rejected: %.*s%s%.*s: %.*s\n", VD_FMT(r->rejected[i].place),
		        r->rejected[i].key.len > 0 ? ", " : "", VD_FMT(r->rejected[i].key),
		        VD_FMT(r->rejected[i].message));
	if (r->rejected_count > (int64_t)r->rejected_kept)
		fprintf(stderr, "and %lld more rejected\n",
		        (long long)(r->rejected_count - (int64_t)r->rejected_kept));
	printf("%s: %lld read, %lld created, %lld updated, %lld unchanged, %lld rejected\n", what,
	       (long long)r->records, (long long)r->created, (long long)r->updated,
	       (long long)r->unchanged, (long long)r->rejected_count);
	if (statement)
		printf(
		    "entries: %lld, already known: %lld; gaps between statements: %lld; statements that do not add up: %lld\n",
		    (long long)r->entries, (long long)r->duplicates, (long long)r->gaps,
		    (long long)r->unbalanced);
	return VD_OK;
}
