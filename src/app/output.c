/* Where exported rows go: to a sink as they come, or into a file that appears whole. */
#include "app/output.h"

#include "base/file.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

enum vd_status
app_output_format(struct vd_context *ctx, struct vd_str name, struct app_output *out)
{
	return export_format_parse(ctx, name, &out->format);
}

static enum vd_status
to_file(struct vd_context *ctx, void *user, struct vd_str bytes)
{
	return vd_file_write(ctx, user, bytes);
}

static enum vd_status
write_rows(struct vd_context *ctx, const struct export_options *options, const struct app_table *t)
{
	VD_AUTO_EXPORT *writer = NULL;

	VD_TRY(export_begin(ctx, options, &writer));
	VD_TRY(t->rows(ctx, writer, t->arg));
	VD_TRY(export_end(ctx, writer));
	if (options->format != EXPORT_TABLE || t->note == NULL || t->note->len == 0) return VD_OK;
	return options->sink.write(ctx, options->sink.user, *t->note);
}

static enum vd_status
write_file(struct vd_context *ctx, struct export_options *options, const struct app_table *t,
           const char *path)
{
	VD_AUTO_FILE *file = NULL;

	options->path = path;
	if (options->format == EXPORT_XLSX) return write_rows(ctx, options, t);
	VD_TRY(vd_file_create(ctx, path, &file));
	options->sink = (struct export_sink){ to_file, file };
	return write_rows(ctx, options, t);
}

/* A finished file to the sink, in blocks. */
static enum vd_status
pour_out(struct vd_context *ctx, const struct export_sink *sink, const char *path)
{
	VD_AUTO_FILE *file = NULL;
	char *block;
	size_t got;

	VD_NEW(ctx, block, BLOCK_SIZE);
	VD_TRY(vd_file_open(ctx, path, &file));
	for (;;) { /* ends at the end of the file */
		VD_TRY(vd_file_read(ctx, file, block, BLOCK_SIZE, &got));
		if (got == 0) return VD_OK;
		VD_TRY(sink->write(ctx, sink->user, (struct vd_str){ block, got }));
	}
}

enum vd_status
app_output_write(struct vd_context *ctx, const struct app *app, const struct app_output *o,
                 const struct app_table *t)
{
	struct export_options options = { .format = o->format,
		                              .title = t->title,
		                              .columns = t->columns,
		                              .columns_count = t->columns_count,
		                              .sink = o->sink,
		                              .now = app->now };
	const char *temporary, *beside = o->path;
	enum vd_status status;
	struct vd_str named;

	if (o->path == NULL && o->format != EXPORT_XLSX) return write_rows(ctx, &options, t);
	if (beside == NULL) {
		VD_TRY(vd_str_printf(ctx, &named, "%s/export", o->temp_dir));
		beside = named.ptr;
	}
	VD_TRY(vd_file_temporary(ctx, beside, &temporary));
	status = write_file(ctx, &options, t, temporary);
	if (status == VD_OK && o->path != NULL) return vd_file_publish(ctx, temporary, o->path);
	if (status == VD_OK) status = pour_out(ctx, &o->sink, temporary);
	vd_file_remove(temporary);
	return status;
}
