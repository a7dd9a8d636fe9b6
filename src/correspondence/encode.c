/* Quoted-printable, base64, encoded words and long parameters. */
#include "correspondence/encode.h"

#include <string.h>

#define WORD_BYTES_MAX \
	39              /* of one encoded word: 52 base64 characters, 12 around them, a header's name */
#define PART_MAX 50 /* characters of one part of a parameter's value */

static const char hex[] = "0123456789ABCDEF";

bool
encode_is_plain(struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < ' ' || s.ptr[i] > '~') return false;
	return vd_str_find(s, VD_STR("=?"), 0) == SIZE_MAX;
}

/* Must this character of a line be written as =XX? */
static bool
must_escape(struct vd_str line, size_t i)
{
	char c = line.ptr[i];

	if (c == '\t' || c == ' ') return i + 1 == line.len;
	if (i == 0 && (c == '.' || vd_str_starts(line, VD_STR("From ")))) return true;
	return c < '!' || c > '~' || c == '=';
}

static void
add_quoted_line(struct vd_buf *b, struct vd_str line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		bool escape = must_escape(line, i);
		size_t width = escape ? 3 : 1;

		if (column + width > MAIL_LINE_MAX - 1) {
			vd_buf_add_c(b, "=\r\n");
			column = 0;
		}
		if (escape) {
			vd_buf_add_char(b, '=');
			vd_buf_add_char(b, hex[(unsigned char)line.ptr[i] >> 4]);
			vd_buf_add_char(b, hex[(unsigned char)line.ptr[i] & 15]);
		} else {
			vd_buf_add_char(b, line.ptr[i]);
		}
		column += width;
	}
	vd_buf_add_c(b, "\r\n");
}

void
encode_quoted_printable(struct vd_buf *b, struct vd_str text)
{
	struct vd_str line;

	if (text.len > 0 && text.ptr[text.len - 1] == '\n') text.len--;
	while (vd_str_cut(&text, '\n', &line)) {
		if (line.len > 0 && line.ptr[line.len - 1] == '\r') line.len--;
		add_quoted_line(b, line);
	}
}

static void
add_base64(struct vd_buf *b, struct vd_str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		size_t left = s.len - i;
		uint32_t v = (uint32_t)(unsigned char)s.ptr[i] << 16;
		char out[4];

		if (left > 1) v |= (uint32_t)(unsigned char)s.ptr[i + 1] << 8;
		if (left > 2) v |= (unsigned char)s.ptr[i + 2];
		out[0] = digits[v >> 18 & 63];
		out[1] = digits[v >> 12 & 63];
		out[2] = left > 1 ? digits[v >> 6 & 63] : '=';
		out[3] = left > 2 ? digits[v & 63] : '=';
		vd_buf_add(b, (struct vd_str){ out, 4 });
	}
}

void
encode_base64_lines(struct vd_buf *b, struct vd_str bytes)
{
	const size_t line = MAIL_LINE_MAX / 4 * 3;

	for (size_t i = 0; i < bytes.len && !b->failed; i += line) {
		add_base64(b, vd_str_sub(bytes, i, line));
		vd_buf_add_c(b, "\r\n");
	}
}

/* How many bytes from the begin fit in max without cutting a character in two. */
static size_t
whole_characters(struct vd_str s, size_t max)
{
	size_t n = s.len < max ? s.len : max;

	while (n > 0 && n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80) n--;
	return n > 0 ? n : (s.len < max ? s.len : max);
}

void
encode_words(struct vd_buf *b, struct vd_str s)
{
	for (bool first = true; s.len > 0; first = false) {
		size_t n = whole_characters(s, WORD_BYTES_MAX);

		if (!first) vd_buf_add_c(b, "\r\n ");
		vd_buf_add_c(b, "=?UTF-8?B?");
		add_base64(b, vd_str_sub(s, 0, n));
		vd_buf_add_c(b, "?=");
		s = vd_str_sub(s, n, s.len - n);
	}
}

/* Simple names are quoted; others are percent-encoded UTF-8 in numbered parts. */
void
encode_parameter(struct vd_buf *b, const char *name, struct vd_str value)
{
	size_t at = 0;

	if (encode_is_plain(value) && value.len <= PART_MAX) {
		vd_buf_addf(b, ";\r\n %s=\"", name);
		for (size_t i = 0; i < value.len; i++) {
			if (value.ptr[i] == '"' || value.ptr[i] == '\\') vd_buf_add_char(b, '\\');
			vd_buf_add_char(b, value.ptr[i]);
		}
		vd_buf_add_char(b, '"');
		return;
	}
	for (int part = 0; at < value.len; part++) {
		size_t n = 0;

		vd_buf_addf(b, ";\r\n %s*%d*=%s", name, part, part == 0 ? "UTF-8''" : "");
		for (; at < value.len && n < PART_MAX; at++) {
			char c = value.ptr[at];
			bool keep = vd_is_alnum(c) || c == '.' || c == '-' || c == '_';

			if (keep) vd_buf_add_char(b, c);
			else vd_buf_addf(b, "%%%c%c", hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15]);
			n += keep ? 1 : 3;
		}
	}
}
