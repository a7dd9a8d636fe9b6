/* Rows to standard output or a file. */
#include "cli/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum vd_status
to_stdout(struct vd_context *ctx, void *user, struct vd_str bytes)
{
	(void)user;
	if (fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len) return VD_OK;
	return vd_fail(ctx, VD_E_IO, "cli.write", NULL,
	               "the result cannot be written to standard output");
}

enum vd_status
cli_rows_output(struct vd_context *ctx, const struct cli_args *args, struct app_output *out)
{
	const char *format = cli_option(args, "format"), *temp = getenv("TMPDIR");

	*out = (struct app_output){ .path = cli_option(args, "output"),
		                        .sink = { to_stdout, NULL },
		                        .temp_dir = temp != NULL && temp[0] != '\0' ? temp : "/tmp" };
	if (format == NULL) format = args->json ? "json" : "table";
	VD_TRY(app_output_format(ctx, vd_str_c(format), out));
	if (args->json && out->format != EXPORT_JSON && out->path == NULL)
		return vd_fail(ctx, VD_E_USAGE, "cli.format", "format",
		               "--json and --format %s do not go together", format);
	if (out->format == EXPORT_XLSX && out->path == NULL && isatty(STDOUT_FILENO) == 1)
		return vd_fail(ctx, VD_E_USAGE, "cli.format", "format",
		               "a workbook is not for a terminal; use --output FILE or send it to a file");
	return VD_OK;
}
