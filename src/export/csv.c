/* CSV: RFC 4180, safe to open in a spreadsheet. */
#include "export/writer.h"

#include <string.h>

/* What a spreadsheet would run: CSV injection, OWASP. */
static bool
looks_like_formula(struct vd_str s)
{
	return s.len > 0 && strchr("=+-@\t\r\n", s.ptr[0]) != NULL && s.ptr[0] != '\0';
}

static bool
needs_quotes(struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '"' || s.ptr[i] == ',' || s.ptr[i] == '\r' || s.ptr[i] == '\n') return true;
	/* blanks at the ends are part of the text, but some readers drop them when bare */
	return s.len > 0 && (vd_is_blank(s.ptr[0]) || vd_is_blank(s.ptr[s.len - 1]));
}

static void
add_field(struct vd_buf *b, struct vd_str s, bool text)
{
	bool apostrophe = text && looks_like_formula(s);

	if (!needs_quotes(s)) {
		if (apostrophe) vd_buf_add_char(b, '\'');
		vd_buf_add(b, s);
		return;
	}
	vd_buf_add_char(b, '"');
	if (apostrophe) vd_buf_add_char(b, '\'');
	for (size_t at = 0; at < s.len;) {
		size_t quote = vd_str_find(s, VD_STR("\""), at);
		size_t end = quote == SIZE_MAX ? s.len : quote + 1;

		vd_buf_add(b, vd_str_sub(s, at, end - at));
		if (quote != SIZE_MAX) vd_buf_add_char(b, '"');
		at = end;
	}
	vd_buf_add_char(b, '"');
}

static enum vd_status
csv_begin(struct vd_context *ctx, struct export_writer *w)
{
	for (int i = 0; i < w->options.columns_count; i++) {
		if (i > 0) vd_buf_add_char(&w->block, ',');
		add_field(&w->block, vd_str_c(w->options.columns[i].name), true);
	}
	vd_buf_add_c(&w->block, "\r\n");
	return export_flush(ctx, w, false);
}

static enum vd_status
csv_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	char room[EXPORT_CELL_TEXT];

	(void)ctx;
	for (int i = 0; i < w->options.columns_count; i++) {
		if (i > 0) vd_buf_add_char(&w->block, ',');
		add_field(&w->block, export_cell_text(&cells[i], room), cells[i].type == EXPORT_TEXT);
	}
	vd_buf_add_c(&w->block, "\r\n");
	return VD_OK;
}

static enum vd_status
csv_end(struct vd_context *ctx, struct export_writer *w)
{
	(void)ctx;
	(void)w;
	return VD_OK;
}

const struct export_driver export_csv = { .begin = csv_begin, .row = csv_row, .end = csv_end };
