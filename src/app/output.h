#ifndef APP_OUTPUT_H
#define APP_OUTPUT_H
/* Rows for whoever asked: as a table, CSV, JSON or a workbook, to a file or to a sink. A report
 * hands over rows; where the bytes go is decided by cli (stdout, --output FILE) or http (the
 * reply). */
#include "app/app.h"
#include "export/export.h"

struct app_output {
	enum export_format format;
	const char *path; /* a file to make, whole and never over another; NULL: the sink */
	struct export_sink sink;
	const char *temp_dir; /* where a workbook is made that goes to the sink */
};
/* "table", "csv", "json", "xlsx"; VD_E_USAGE names them. */
VD_CHECKED enum vd_status app_output_format(struct vd_context *, struct vd_str,
                                            struct app_output *);

/* What is written: `rows` hands over each row by export_row. */
typedef enum vd_status (*app_output_rows)(struct vd_context *, struct export_writer *, void *arg);
struct app_table {
	const char *title; /* of a sheet: "ageing" */
	const struct export_column *columns;
	int columns_count;
	app_output_rows rows;
	void *arg;
	const struct vd_str *note; /* lines below a table for people; may be NULL */
};
/* Begins with the columns, asks for the rows, ends, and makes a file durable. VD_E_CONFLICT when
 * the file exists already. */
VD_CHECKED enum vd_status app_output_write(struct vd_context *, const struct app *,
                                           const struct app_output *, const struct app_table *);
#endif
