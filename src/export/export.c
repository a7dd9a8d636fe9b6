/* The part that all formats share: the block of output and the way to the sink. */
#include "export/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FLUSH_AT   ((size_t)32 * 1024)
#define OWN_MEMORY ((size_t)64 << 20)

enum vd_status
export_format_parse(struct vd_context *ctx, struct vd_str name, enum export_format *out)
{
	static const char *const names[] = {
		[EXPORT_TABLE] = "table",
		[EXPORT_CSV] = "csv",
		[EXPORT_JSON] = "json",
		[EXPORT_XLSX] = "xlsx",
	};

	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		if (!vd_str_eq(name, vd_str_c(names[i]))) continue;
		*out = (enum export_format)i;
		return VD_OK;
	}
	return vd_fail(ctx, VD_E_USAGE, "export.format", "format",
	               "\"%.*s\" is not a format; choose table, csv, json or xlsx", VD_FMT(name));
}

enum vd_status
export_own_failure(struct vd_context *ctx, const struct export_writer *w)
{
	ctx->error = w->own.error;
	return w->own.error.status;
}

bool
export_cell_is_none(const struct export_cell *c)
{
	switch (c->type) {
	case EXPORT_TEXT:
		return vd_str_is_none(c->text);
	case EXPORT_DATE:
		return vd_date_is_none(c->date);
	case EXPORT_MONEY:
	case EXPORT_INTEGER:
		break;
	}
	return c->number == INT64_MIN;
}

struct vd_str
export_cell_text(const struct export_cell *c, char room[EXPORT_CELL_TEXT])
{
	if (export_cell_is_none(c)) return VD_STR("");
	switch (c->type) {
	case EXPORT_TEXT:
		return c->text;
	case EXPORT_DATE:
		vd_date_format(c->date, room);
		break;
	case EXPORT_MONEY:
		vd_money_format((struct vd_money){ c->number, c->currency }, room);
		break;
	case EXPORT_INTEGER:
		snprintf(room, EXPORT_CELL_TEXT, "%" PRId64, c->number);
		break;
	}
	return vd_str_c(room);
}

enum vd_status
export_flush(struct vd_context *ctx, struct export_writer *w, bool all)
{
	struct vd_str bytes;

	if (vd_buf_finish(&w->own, &w->block, &bytes) != VD_OK)
		return vd_fail(ctx, VD_E_LIMIT, "export.row_too_long", NULL,
		               "row %" PRId64 " is longer than %zu bytes and cannot be written",
		               w->rows + 1, EXPORT_ROW_MAX);
	if (bytes.len == 0 || (!all && bytes.len < FLUSH_AT)) return VD_OK;
	VD_TRY(w->options.sink.write(ctx, w->options.sink.user, bytes));
	vd_buf_clear(&w->block);
	return VD_OK;
}

static const struct export_driver *
driver_of(enum export_format format)
{
	switch (format) {
	case EXPORT_CSV:
		return &export_csv;
	case EXPORT_JSON:
		return &export_json;
	case EXPORT_XLSX:
		return &export_xlsx;
	case EXPORT_TABLE:
		break;
	}
	return &export_table;
}

enum vd_status
export_begin(struct vd_context *ctx, const struct export_options *o, struct export_writer **out)
{
	struct export_writer *w;

	VD_ASSERT(o->columns_count > 0 && o->columns_count <= EXPORT_COLUMNS_MAX);
	VD_NEW(ctx, w, 1);
	*w = (struct export_writer){ .options = *o, .driver = driver_of(o->format) };
	w->arena = VD_ARENA(OWN_MEMORY);
	w->own.arena = &w->arena;
	*out = w;
	if (o->format == EXPORT_XLSX) return w->driver->begin(ctx, w);
	VD_ASSERT(o->sink.write != NULL);
	/* all at once: the block never grows, and a row that does not fit is refused */
	w->block = VD_BUF(&w->own, FLUSH_AT + EXPORT_ROW_MAX);
	w->block.cap = w->block.max + 1;
	w->block.ptr = vd_arena_alloc(&w->arena, w->block.cap);
	if (w->block.ptr == NULL) return vd_fail_memory(ctx);
	return w->driver->begin(ctx, w);
}

enum vd_status
export_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	for (int i = 0; i < w->options.columns_count; i++)
		VD_ASSERT(cells[i].type == w->options.columns[i].type);
	VD_TRY(w->driver->row(ctx, w, cells));
	w->rows++;
	return w->options.format == EXPORT_XLSX ? VD_OK : export_flush(ctx, w, false);
}

enum vd_status
export_end(struct vd_context *ctx, struct export_writer *w)
{
	VD_TRY(w->driver->end(ctx, w));
	return w->options.format == EXPORT_XLSX ? VD_OK : export_flush(ctx, w, true);
}

void
export_free(struct export_writer **w)
{
	if (*w == NULL) return;
	if ((*w)->driver->close != NULL) (*w)->driver->close(*w);
	vd_arena_release(&(*w)->arena);
	*w = NULL;
}
