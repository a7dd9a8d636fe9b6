/* Failures with an explanation, kept in the context. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
vd_assert_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "voldaan: internal error: %s (%s:%d)\n", condition, file, line);
	abort();
}

const char *
vd_status_name(enum vd_status status)
{
	static const char *const names[VD_E__COUNT] = {
		[VD_OK] = "ok",
		[VD_E_INVALID] = "invalid",
		[VD_E_USAGE] = "usage",
		[VD_E_NOT_FOUND] = "not_found",
		[VD_E_CONFLICT] = "conflict",
		[VD_E_FORBIDDEN] = "forbidden",
		[VD_E_BUSY] = "busy",
		[VD_E_LIMIT] = "limit",
		[VD_E_NOMEM] = "no_memory",
		[VD_E_IO] = "io",
		[VD_E_CORRUPT] = "corrupt",
	};

	return names[status];
}

enum vd_status
vd_fail_at(struct vd_context *ctx, enum vd_status status, const char *key, const char *field,
           const char *file, int line, const char *detail, ...)
{
	va_list ap;

	VD_ASSERT(status != VD_OK); /* vd_failed relies on it */
	ctx->error = (struct vd_error){
		.status = status,
		.key = key,
		.field = field,
		.file = file,
		.line = line,
	};
	va_start(ap, detail);
	vsnprintf(ctx->error.detail, sizeof(ctx->error.detail), detail, ap);
	va_end(ap);
	return status;
}

enum vd_status
vd_fail_where(struct vd_context *ctx, const char *where, ...)
{
	char text[sizeof(ctx->error.detail)];
	size_t used, rest;
	va_list ap;

	va_start(ap, where);
	vsnprintf(text, sizeof(text) - 2, where, ap); /* room for ": " */
	va_end(ap);
	used = strlen(text);
	memcpy(text + used, ": ", 3);
	used += 2;
	rest = strnlen(ctx->error.detail, sizeof(text) - 1 - used); /* what does not fit is cut off */
	memcpy(text + used, ctx->error.detail, rest);
	text[used + rest] = '\0';
	memcpy(ctx->error.detail, text, sizeof(text));
	return ctx->error.status;
}

enum vd_status
vd_fail_memory_at(struct vd_context *ctx, const char *file, int line)
{
	return vd_fail_at(ctx, VD_E_NOMEM, "memory.exhausted", NULL, file, line,
	                  "out of memory, or over the limit of %zu bytes for this job",
	                  ctx->arena->total_max);
}

void
vd_error_clear(struct vd_context *ctx)
{
	ctx->error = (struct vd_error){ .status = VD_OK };
}
