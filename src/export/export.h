#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H
/* Rows in, bytes out: one interface for CSV, JSON, Excel workbooks and a table for people.
 *
 * The caller names the columns once and hands over one row at a time; nothing is kept but a block
 * of output, so any number of rows fits in the same memory. Pure: bytes go to a sink of the caller.
 * Only the workbook must be a file while it is made (libxlsxwriter): the caller names it and owns
 * it.
 *
 * CSV: RFC 4180 with CRLF, UTF-8 without a mark, the columns' names as first line, amounts
 * "1234.50", days ISO 8601, no value is empty. A text that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a line end) gets an apostrophe before it; numbers stay numbers.
 * JSON: one array of objects; amounts are texts ("1234.50"), counts numbers, no value is null.
 * XLSX: one sheet, a new one after each 1,048,575 rows; amounts and days are numbers with a format.
 * Table: widths fit the first 500 rows; numbers stand right. */
#include "base/context.h"
#include "value/date.h"
#include "value/money.h"

#define EXPORT_COLUMNS_MAX 64
#define EXPORT_ROW_MAX     ((size_t)1 << 20) /* bytes of one row of text */

enum export_format { EXPORT_TABLE, EXPORT_CSV, EXPORT_JSON, EXPORT_XLSX };
/* "table", "csv", "json", "xlsx"; VD_E_USAGE names them all. */
VD_CHECKED enum vd_status export_format_parse(struct vd_context *, struct vd_str,
                                              enum export_format *out);

enum export_type { EXPORT_TEXT, EXPORT_MONEY, EXPORT_DATE, EXPORT_INTEGER };
struct export_column {
	const char *name; /* stable English header: "debtor_id" */
	enum export_type type;
	int width; /* characters, in a workbook; 0: as the type and the name need */
};
struct export_cell {
	enum export_type type;       /* that of its column */
	struct vd_str text;          /* TEXT; NONE is no value */
	int64_t number;              /* MONEY in minor units, INTEGER; INT64_MIN is no value */
	struct vd_currency currency; /* MONEY: says how many decimals */
	struct vd_date date;
};
static inline struct export_cell
export_text(struct vd_str text)
{
	return (struct export_cell){ .type = EXPORT_TEXT, .text = text };
}
static inline struct export_cell
export_money(int64_t minor, struct vd_currency currency)
{
	return (struct export_cell){ .type = EXPORT_MONEY, .number = minor, .currency = currency };
}
static inline struct export_cell
export_integer(int64_t number)
{
	return (struct export_cell){ .type = EXPORT_INTEGER, .number = number };
}
static inline struct export_cell
export_date(struct vd_date date)
{
	return (struct export_cell){ .type = EXPORT_DATE, .date = date };
}

struct export_sink {
	enum vd_status (*write)(struct vd_context *, void *user, struct vd_str bytes);
	void *user;
};
struct export_options {
	enum export_format format;
	const char *title; /* of the sheet: at most 25 characters, none of []:*?/\ */
	const struct export_column *columns;
	int columns_count;
	struct export_sink sink; /* not used for XLSX */
	const char *path;        /* XLSX: where the workbook is written; replaced when it exists */
	struct vd_moment now;    /* XLSX: the day it was made, a property of the workbook */
};
struct export_writer;
/* The columns must outlive the writer. A row may be handed over inside a mark and rewind of the
 * context's arena. Errors: what the sink answers; VD_E_LIMIT for a row over EXPORT_ROW_MAX; VD_E_IO
 * when a workbook cannot be written. After an error the writer can only be freed. */
VD_CHECKED enum vd_status export_begin(struct vd_context *, const struct export_options *,
                                       struct export_writer **out);
VD_CHECKED enum vd_status export_row(struct vd_context *, struct export_writer *,
                                     const struct export_cell *cells); /* columns_count of them */
VD_CHECKED enum vd_status export_end(struct vd_context *, struct export_writer *);
void export_free(struct export_writer **);
#define VD_AUTO_EXPORT VD_CLEANUP(export_free) struct export_writer
#endif
