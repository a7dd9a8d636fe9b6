/* JSON text to a buffer or a file. */
#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

static void
put(struct vd_json *j, struct vd_str s)
{
	if (j->failed || s.len == 0) return;
	if (j->buf != NULL) {
		vd_buf_add(j->buf, s);
		j->failed = j->buf->failed;
	} else {
		j->failed = fwrite(s.ptr, 1, s.len, j->file) != s.len;
	}
}

void
vd_json_to_buf(struct vd_json *j, struct vd_buf *buf)
{
	*j = (struct vd_json){ .buf = buf };
}

void
vd_json_to_file(struct vd_json *j, FILE *file)
{
	*j = (struct vd_json){ .file = file };
}

/* The comma before a value or key, when one is needed. */
static void
before(struct vd_json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->comma[j->depth]) put(j, VD_STR(","));
	j->comma[j->depth] = true;
}

static void
open_level(struct vd_json *j, struct vd_str mark)
{
	before(j);
	VD_ASSERT(j->depth + 1 < (int)VD_LENGTH(j->comma));
	j->comma[++j->depth] = false;
	put(j, mark);
}

static void
close_level(struct vd_json *j, struct vd_str mark)
{
	VD_ASSERT(j->depth > 0 && !j->after_key);
	j->depth--;
	put(j, mark);
}

void
vd_json_object(struct vd_json *j)
{
	open_level(j, VD_STR("{"));
}

void
vd_json_object_end(struct vd_json *j)
{
	close_level(j, VD_STR("}"));
}

void
vd_json_array(struct vd_json *j)
{
	open_level(j, VD_STR("["));
}

void
vd_json_array_end(struct vd_json *j)
{
	close_level(j, VD_STR("]"));
}

static void
put_escape(struct vd_json *j, unsigned char c)
{
	char text[8];

	switch (c) {
	case '"':
		put(j, VD_STR("\\\""));
		return;
	case '\\':
		put(j, VD_STR("\\\\"));
		return;
	case '\n':
		put(j, VD_STR("\\n"));
		return;
	case '\r':
		put(j, VD_STR("\\r"));
		return;
	case '\t':
		put(j, VD_STR("\\t"));
		return;
	default:
		snprintf(text, sizeof(text), "\\u%04x", c);
		put(j, vd_str_c(text));
	}
}

/* Well-formed UTF-8 with the few escapes that JSON asks for. */
static void
put_escaped(struct vd_json *j, struct vd_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
		put(j, vd_str_sub(s, from, i - from));
		put_escape(j, c);
		from = i + 1;
	}
	put(j, vd_str_sub(s, from, s.len - from));
}

/* Text from our own rooms is valid UTF-8; should a byte be wrong all the same, then it becomes
 * U+FFFD, so that the document stays JSON. */
static void
put_string(struct vd_json *j, struct vd_str s)
{
	size_t bad;

	put(j, VD_STR("\""));
	while (!vd_utf8_valid(s, &bad)) {
		put_escaped(j, vd_str_sub(s, 0, bad));
		if (s.ptr[bad] == '\0') put_escape(j, 0);
		else put(j, VD_STR("\xEF\xBF\xBD"));
		s = vd_str_sub(s, bad + 1, s.len - bad - 1);
	}
	put_escaped(j, s);
	put(j, VD_STR("\""));
}

void
vd_json_key(struct vd_json *j, const char *key)
{
	VD_ASSERT(j->depth > 0 && !j->after_key);
	before(j);
	put_string(j, vd_str_c(key));
	put(j, VD_STR(":"));
	j->after_key = true;
}

void
vd_json_null(struct vd_json *j)
{
	before(j);
	put(j, VD_STR("null"));
}

void
vd_json_str(struct vd_json *j, struct vd_str s)
{
	if (vd_str_is_none(s)) {
		vd_json_null(j);
		return;
	}
	before(j);
	put_string(j, s);
}

void
vd_json_c(struct vd_json *j, const char *s)
{
	vd_json_str(j, vd_str_c(s));
}

void
vd_json_i64(struct vd_json *j, int64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	before(j);
	put(j, vd_str_c(text));
}

void
vd_json_bool(struct vd_json *j, bool b)
{
	before(j);
	put(j, b ? VD_STR("true") : VD_STR("false"));
}

void
vd_json_key_str(struct vd_json *j, const char *key, struct vd_str s)
{
	vd_json_key(j, key);
	vd_json_str(j, s);
}

void
vd_json_key_c(struct vd_json *j, const char *key, const char *s)
{
	vd_json_key(j, key);
	vd_json_c(j, s);
}

void
vd_json_key_i64(struct vd_json *j, const char *key, int64_t n)
{
	vd_json_key(j, key);
	vd_json_i64(j, n);
}

void
vd_json_key_bool(struct vd_json *j, const char *key, bool b)
{
	vd_json_key(j, key);
	vd_json_bool(j, b);
}

enum vd_status
vd_json_finish(struct vd_context *ctx, struct vd_json *j)
{
	struct vd_str ignored;

	VD_ASSERT(j->depth == 0 && !j->after_key);
	if (j->buf != NULL) return vd_buf_finish(ctx, j->buf, &ignored);
	put(j, VD_STR("\n"));
	if (fflush(j->file) != 0 || j->failed || ferror(j->file))
		return vd_fail(
		    ctx, VD_E_IO, "json.write", NULL,
		    "the output could not be written whole; is the disk full, or the reader gone?");
	return VD_OK;
}
