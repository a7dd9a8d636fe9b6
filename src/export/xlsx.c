/* Excel workbooks by libxlsxwriter, row by row in constant memory. */
#include "export/writer.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#define SHEET_ROWS     (LXW_ROW_MAX - 1) /* below the heads */
#define SHEETS_MAX     100
#define CELL_TEXT_MAX  32767                     /* characters of one cell: Excel's limit */
#define EXACT_MAX      INT64_C(1000000000000000) /* of more digits a cell is not exact */
#define EXCEL_EPOCH    25569                     /* 1970-01-01 counted from 1899-12-30 */
#define EXCEL_FIRST    61 /* 1900-03-01: before it Excel's calendar has a day too many */
#define DECIMALS_COUNT 4

struct export_xlsx_state {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	int sheets;
	uint32_t next_row;
	lxw_format *head, *date, *integer, *money[DECIMALS_COUNT];
};

static enum vd_status
check(struct vd_context *ctx, const struct export_writer *w, lxw_error error)
{
	if (error == LXW_NO_ERROR) return VD_OK;
	if (error == LXW_ERROR_MEMORY_MALLOC_FAILED) return vd_fail_memory(ctx);
	return vd_fail(ctx, VD_E_IO, "export.workbook", NULL,
	               "the workbook \"%s\" cannot be written: %s", w->options.path,
	               lxw_strerror(error));
}

static lxw_format *
number_format(lxw_workbook *book, const char *text)
{
	lxw_format *f = workbook_add_format(book);

	if (f != NULL) format_set_num_format(f, text);
	return f;
}

static enum vd_status
make_formats(struct vd_context *ctx, struct export_xlsx_state *x)
{
	static const char *const money[DECIMALS_COUNT] = {
		"#,##0",
		"#,##0.0",
		"#,##0.00",
		"#,##0.000",
	};

	x->head = workbook_add_format(x->book);
	x->date = number_format(x->book, "yyyy-mm-dd");
	x->integer = number_format(x->book, "0");
	if (x->head == NULL || x->date == NULL || x->integer == NULL) return vd_fail_memory(ctx);
	format_set_bold(x->head);
	for (int i = 0; i < DECIMALS_COUNT; i++)
		if ((x->money[i] = number_format(x->book, money[i])) == NULL) return vd_fail_memory(ctx);
	return VD_OK;
}

static double
column_width(const struct export_column *c)
{
	static const int least[] = {
		[EXPORT_TEXT] = 14,
		[EXPORT_MONEY] = 14,
		[EXPORT_DATE] = 11,
		[EXPORT_INTEGER] = 9,
	};
	int named = (int)strlen(c->name) + 2;

	if (c->width > 0) return c->width;
	return named > least[c->type] ? named : least[c->type];
}

static enum vd_status
add_sheet(struct vd_context *ctx, struct export_writer *w)
{
	struct export_xlsx_state *x = w->xlsx;
	uint16_t last = (uint16_t)(w->options.columns_count - 1);
	char name[48]; /* Excel takes 31: the title, and a number below SHEETS_MAX */

	if (++x->sheets > SHEETS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "export.sheets", NULL,
		               "more rows than fit in %d sheets; choose csv", SHEETS_MAX);
	if (x->sheets == 1) snprintf(name, sizeof(name), "%.25s", w->options.title);
	else snprintf(name, sizeof(name), "%.25s %d", w->options.title, x->sheets);
	x->sheet = workbook_add_worksheet(x->book, name);
	if (x->sheet == NULL)
		return vd_fail(ctx, VD_E_IO, "export.workbook", NULL,
		               "the sheet \"%s\" of the workbook \"%s\" cannot be made", name,
		               w->options.path);
	for (uint16_t i = 0; i <= last; i++) {
		const struct export_column *c = &w->options.columns[i];

		VD_TRY(check(ctx, w, worksheet_set_column(x->sheet, i, i, column_width(c), NULL)));
		VD_TRY(check(ctx, w, worksheet_write_string(x->sheet, 0, i, c->name, x->head)));
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->next_row = 1;
	return VD_OK;
}

static enum vd_status
xlsx_begin(struct vd_context *ctx, struct export_writer *w)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE };
	lxw_doc_properties properties = { 0 };

	VD_ASSERT(w->options.path != NULL && w->options.title != NULL);
	w->xlsx = vd_new(&w->own, struct export_xlsx_state);
	if (w->xlsx == NULL) return vd_fail_memory(ctx);
	w->xlsx->book = workbook_new_opt(w->options.path, &options);
	if (w->xlsx->book == NULL) return vd_fail_memory(ctx);
	properties.created = (time_t)w->options.now.second;
	VD_TRY(check(ctx, w, workbook_set_properties(w->xlsx->book, &properties)));
	VD_TRY(make_formats(ctx, w->xlsx));
	return add_sheet(ctx, w);
}

/* Text that is longer than a cell may be ends with three dots. The library copies it. */
static enum vd_status
write_text(struct vd_context *ctx, struct export_writer *w, uint16_t column, struct vd_str text)
{
	struct vd_arena_mark mark = vd_arena_mark(&w->arena);
	lxw_error error;
	struct vd_str kept;

	if (vd_utf8_count(text) > CELL_TEXT_MAX) {
		struct vd_str head = vd_utf8_head(text, CELL_TEXT_MAX - 3);

		if (vd_str_printf(&w->own, &kept, "%.*s...", VD_FMT(head)) != VD_OK)
			return export_own_failure(ctx, w);
	} else if (vd_str_dup(&w->own, text, &kept) != VD_OK) {
		return export_own_failure(ctx, w);
	}
	error = worksheet_write_string(w->xlsx->sheet, w->xlsx->next_row, column, kept.ptr, NULL);
	vd_arena_rewind(&w->arena, mark);
	return check(ctx, w, error);
}

static enum vd_status
write_money(struct vd_context *ctx, struct export_writer *w, uint16_t column,
            const struct export_cell *c)
{
	static const double unit[DECIMALS_COUNT] = { 1, 10, 100, 1000 };
	int decimals = vd_currency_decimals(c->currency);
	char room[EXPORT_CELL_TEXT];

	VD_ASSERT(decimals >= 0 && decimals < DECIMALS_COUNT);
	if (c->number >= EXACT_MAX || c->number <= -EXACT_MAX)
		return write_text(ctx, w, column, export_cell_text(c, room));
	return check(ctx, w,
	             worksheet_write_number(w->xlsx->sheet, w->xlsx->next_row, column,
	                                    (double)c->number / unit[decimals],
	                                    w->xlsx->money[decimals]));
}

static enum vd_status
write_cell(struct vd_context *ctx, struct export_writer *w, uint16_t column,
           const struct export_cell *c)
{
	struct export_xlsx_state *x = w->xlsx;
	char room[EXPORT_CELL_TEXT];
	int32_t serial;

	if (export_cell_is_none(c)) return VD_OK;
	switch (c->type) {
	case EXPORT_MONEY:
		return write_money(ctx, w, column, c);
	case EXPORT_INTEGER:
		if (c->number >= EXACT_MAX || c->number <= -EXACT_MAX) break;
		return check(ctx, w,
		             worksheet_write_number(x->sheet, x->next_row, column, (double)c->number,
		                                    x->integer));
	case EXPORT_DATE:
		serial = c->date.day + EXCEL_EPOCH;
		if (serial < EXCEL_FIRST) break;
		return check(ctx, w,
		             worksheet_write_number(x->sheet, x->next_row, column, serial, x->date));
	case EXPORT_TEXT:
		break;
	}
	return write_text(ctx, w, column, export_cell_text(c, room));
}

static enum vd_status
xlsx_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	if (w->xlsx->next_row > SHEET_ROWS) VD_TRY(add_sheet(ctx, w));
	for (int i = 0; i < w->options.columns_count; i++)
		VD_TRY(write_cell(ctx, w, (uint16_t)i, &cells[i]));
	w->xlsx->next_row++;
	return VD_OK;
}

/* Closing writes the file and frees the workbook, also when it fails. */
static enum vd_status
xlsx_end(struct vd_context *ctx, struct export_writer *w)
{
	lxw_workbook *book = w->xlsx->book;

	w->xlsx->book = NULL;
	return check(ctx, w, workbook_close(book));
}

static void
xlsx_close(struct export_writer *w)
{
	if (w->xlsx == NULL || w->xlsx->book == NULL) return;
	lxw_workbook_free(w->xlsx->book);
	w->xlsx->book = NULL;
}

const struct export_driver export_xlsx = {
	.begin = xlsx_begin,
	.row = xlsx_row,
	.end = xlsx_end,
	.close = xlsx_close,
};
