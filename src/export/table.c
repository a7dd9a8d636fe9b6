/* A table for people: the first rows decide the widths, then rows are written as they come. */
#include "export/writer.h"

#include "base/utf8.h"

#define MEASURED_ROWS 500
#define GAP           "  "

struct export_table_state {
	size_t widths[EXPORT_COLUMNS_MAX];
	struct vd_str *kept; /* cells of the rows that decide the widths */
	size_t kept_rows;
	bool printing;
};

static bool
stands_right(const struct export_writer *w, int column)
{
	return w->options.columns[column].type == EXPORT_MONEY ||
	       w->options.columns[column].type == EXPORT_INTEGER;
}

/* One line: a control character in a text would break the table, so it shows as a blank. */
static void
add_shown(struct vd_buf *b, struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		vd_buf_add_char(b, (unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7F ? ' ' : s.ptr[i]);
}

static void
add_cell(struct export_writer *w, int column, struct vd_str text)
{
	size_t shown = vd_utf8_count(text), width = w->table->widths[column];
	size_t pad = shown < width ? width - shown : 0;
	bool last = column + 1 == w->options.columns_count;

	if (stands_right(w, column)) vd_buf_addf(&w->block, "%*s", (int)pad, "");
	add_shown(&w->block, text);
	if (!stands_right(w, column) && !last) vd_buf_addf(&w->block, "%*s", (int)pad, "");
	vd_buf_add_c(&w->block, last ? "\n" : GAP);
}

static void
measure(struct export_writer *w, int column, struct vd_str text)
{
	size_t shown = vd_utf8_count(text);

	if (shown > w->table->widths[column]) w->table->widths[column] = shown;
}

static enum vd_status
table_begin(struct vd_context *ctx, struct export_writer *w)
{
	size_t cells = (size_t)w->options.columns_count * MEASURED_ROWS;

	w->table = vd_new(&w->own, struct export_table_state);
	if (w->table == NULL) return vd_fail_memory(ctx);
	w->table->kept = vd_new_n(&w->own, struct vd_str, cells);
	if (w->table->kept == NULL) return vd_fail_memory(ctx);
	for (int i = 0; i < w->options.columns_count; i++)
		measure(w, i, vd_str_c(w->options.columns[i].name));
	return VD_OK;
}

static enum vd_status
start_printing(struct vd_context *ctx, struct export_writer *w)
{
	int columns = w->options.columns_count;

	w->table->printing = true;
	for (int i = 0; i < columns; i++) add_cell(w, i, vd_str_c(w->options.columns[i].name));
	for (size_t r = 0; r < w->table->kept_rows; r++) {
		for (int i = 0; i < columns; i++)
			add_cell(w, i, w->table->kept[r * (size_t)columns + (size_t)i]);
		VD_TRY(export_flush(ctx, w, false));
	}
	return VD_OK;
}

static enum vd_status
keep_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	size_t at = w->table->kept_rows++ * (size_t)w->options.columns_count;
	char room[EXPORT_CELL_TEXT];

	for (int i = 0; i < w->options.columns_count; i++) {
		struct vd_str text = export_cell_text(&cells[i], room);

		if (vd_str_dup(&w->own, text, &w->table->kept[at + (size_t)i]) != VD_OK)
			return export_own_failure(ctx, w);
		measure(w, i, text);
	}
	return VD_OK;
}

static enum vd_status
table_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	char room[EXPORT_CELL_TEXT];

	if (w->table->kept_rows < MEASURED_ROWS) return keep_row(ctx, w, cells);
	if (!w->table->printing) VD_TRY(start_printing(ctx, w));
	for (int i = 0; i < w->options.columns_count; i++)
		add_cell(w, i, export_cell_text(&cells[i], room));
	return VD_OK;
}

static enum vd_status
table_end(struct vd_context *ctx, struct export_writer *w)
{
	return w->table->printing ? VD_OK : start_printing(ctx, w);
}

const struct export_driver export_table = {
	.begin = table_begin,
	.row = table_row,
	.end = table_end,
};
