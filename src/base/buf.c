/* A text builder with a ceiling. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool
reserve(struct vd_buf *b, size_t n)
{
	size_t want, cap = b->cap != 0 ? b->cap : 128;
	char *p;

	if (b->failed) return false;
	if (n > b->max || b->len > b->max - n) return !(b->failed = true);
	want = b->len + n + 1;
	if (want <= b->cap) return true;
	while (cap < want) cap *= 2;
	if ((p = vd_arena_alloc(b->arena, cap)) == NULL) return !(b->failed = true);
	if (b->len > 0) memcpy(p, b->ptr, b->len);
	b->ptr = p;
	b->cap = cap;
	return true;
}

void
vd_buf_add(struct vd_buf *b, struct vd_str s)
{
	if (!reserve(b, s.len)) return;
	if (s.len > 0) memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
	b->ptr[b->len] = '\0';
}

void
vd_buf_add_c(struct vd_buf *b, const char *s)
{
	vd_buf_add(b, vd_str_c(s));
}

void
vd_buf_add_char(struct vd_buf *b, char c)
{
	vd_buf_add(b, (struct vd_str){ &c, 1 });
}

void
vd_buf_addf(struct vd_buf *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0) b->failed = true;
	if (n < 0 || !reserve(b, (size_t)n)) return;
	va_start(ap, format);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, format, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
vd_buf_clear(struct vd_buf *b)
{
	b->len = 0;
	b->failed = false;
}

enum vd_status
vd_buf_finish(struct vd_context *ctx, struct vd_buf *b, struct vd_str *out)
{
	if (b->failed && b->arena->failed) return vd_fail_memory(ctx);
	if (b->failed)
		return vd_fail(ctx, VD_E_LIMIT, "text.too_long", NULL,
		               "a text stopped at %zu of at most %zu bytes", b->len, b->max);
	*out = vd_buf_str(b);
	return VD_OK;
}
