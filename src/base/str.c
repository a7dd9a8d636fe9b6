/* Views of text. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct vd_str
vd_str_c(const char *s)
{
	return (struct vd_str){ s, s != NULL ? strlen(s) : 0 };
}

bool
vd_str_is_none(struct vd_str s)
{
	return s.ptr == NULL;
}

bool
vd_str_eq(struct vd_str a, struct vd_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
vd_str_eq_nocase(struct vd_str a, struct vd_str b)
{
	return a.len == b.len && vd_str_starts_nocase(a, b);
}

int
vd_str_cmp(struct vd_str a, struct vd_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;

	if (c != 0) return c;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool
vd_str_starts(struct vd_str s, struct vd_str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool
vd_str_starts_nocase(struct vd_str s, struct vd_str prefix)
{
	if (s.len < prefix.len) return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (vd_to_lower(s.ptr[i]) != vd_to_lower(prefix.ptr[i])) return false;
	return true;
}

bool
vd_str_ends(struct vd_str s, struct vd_str suffix)
{
	return s.len >= suffix.len && vd_str_eq(vd_str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

size_t
vd_str_find(struct vd_str haystack, struct vd_str needle, size_t from)
{
	const char *p;

	if (from > haystack.len || haystack.ptr == NULL) return SIZE_MAX;
	if (needle.len == 0) return from;
	p = memmem(haystack.ptr + from, haystack.len - from, needle.ptr, needle.len);
	return p != NULL ? (size_t)(p - haystack.ptr) : SIZE_MAX;
}

struct vd_str
vd_str_sub(struct vd_str s, size_t from, size_t len)
{
	if (s.ptr == NULL) return s;
	if (from > s.len) from = s.len;
	if (len > s.len - from) len = s.len - from;
	return (struct vd_str){ s.ptr + from, len };
}

struct vd_str
vd_str_trim(struct vd_str s)
{
	while (s.len > 0 && vd_is_blank(s.ptr[0])) s.ptr++, s.len--;
	while (s.len > 0 && vd_is_blank(s.ptr[s.len - 1])) s.len--;
	return s;
}

bool
vd_str_cut(struct vd_str *rest, char separator, struct vd_str *piece)
{
	const char *end;

	if (rest->ptr == NULL) return false;
	end = rest->len > 0 ? memchr(rest->ptr, separator, rest->len) : NULL;
	if (end == NULL) {
		*piece = *rest;
		*rest = VD_STR_NONE;
		return true;
	}
	*piece = (struct vd_str){ rest->ptr, (size_t)(end - rest->ptr) };
	*rest = (struct vd_str){ end + 1, rest->len - piece->len - 1 };
	return true;
}

bool
vd_str_to_i64(struct vd_str s, int64_t *out)
{
	size_t i = 0;
	int64_t v = 0;
	bool negative = s.len > 0 && s.ptr[0] == '-';

	if (negative) i = 1;
	if (i == s.len) return false;
	for (; i < s.len; i++) {
		if (!vd_is_digit(s.ptr[i])) return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.ptr[i] - '0', &v))
			return false;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, v, &v)) return false;
	*out = v;
	return true;
}

bool
vd_str_all_digits(struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!vd_is_digit(s.ptr[i])) return false;
	return s.len > 0;
}

enum vd_status
vd_str_dup(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	char *p;

	if (s.ptr == NULL) {
		*out = s;
		return VD_OK;
	}
	VD_NEW(ctx, p, s.len + 1);
	if (s.len > 0) memcpy(p, s.ptr, s.len);
	*out = (struct vd_str){ p, s.len };
	return VD_OK;
}

enum vd_status
vd_str_printf(struct vd_context *ctx, struct vd_str *out, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0) return vd_fail(ctx, VD_E_INVALID, "text.format", NULL, "cannot format a text");
	VD_NEW(ctx, p, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	*out = (struct vd_str){ p, (size_t)n };
	return VD_OK;
}
