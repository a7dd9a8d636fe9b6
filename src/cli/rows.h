#ifndef CLI_ROWS_H
#define CLI_ROWS_H
/* For commands whose result is rows: where they go and in which format, from --format, --json and
 * --output. */
#include "app/output.h"
#include "cli/cli.h"

#define CLI_ROWS_OPTIONS                                                                 \
	{ "format", "table|csv|json|xlsx", "how rows are written; a table when not given" }, \
	{                                                                                    \
		"output", "FILE", "write to this new file instead of standard output"            \
	}
/* VD_E_USAGE for an unknown format, and for a workbook on a terminal. */
VD_CHECKED enum vd_status cli_rows_output(struct vd_context *, const struct cli_args *,
                                          struct app_output *);
#endif
