/* Encodings at the border, and folding. */
#include "base/utf8.h"
#include "base/buf.h"

#include <string.h>
#include <utf8proc.h>

#define DETECT_BYTES_MAX 65536

/* Length of the well-formed sequence at p (RFC 3629 section 4), 0 when it is malformed or NUL.
 * When the text ends inside a sequence that is right so far, *cut is set as well. */
static size_t
sequence_length(const unsigned char *p, size_t left, bool *cut)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t n;

	*cut = false;
	if (p[0] < 0x80) return p[0] != 0;
	if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (p[0] == 0xE0) low = 0xA0;  /* not longer than needed */
	if (p[0] == 0xED) high = 0x9F; /* no surrogates */
	if (p[0] == 0xF0) low = 0x90;
	if (p[0] == 0xF4) high = 0x8F; /* not above U+10FFFF */
	for (size_t i = 1; i < n; i++) {
		if (i == left) {
			*cut = true;
			return 0;
		}
		if (p[i] < low || p[i] > high) return 0;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

/* Offset of the first byte that is not plain ASCII text (NUL counts as such), from i on. */
static size_t
skip_ascii(struct vd_str s, size_t i)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;

	for (uint64_t word; i + sizeof(word) <= s.len; i += sizeof(word)) {
		memcpy(&word, s.ptr + i, sizeof(word));
		if ((((word - ones) & ~word) | word) & tops) break; /* a zero byte, or a high bit */
	}
	while (i < s.len && s.ptr[i] != '\0' && (unsigned char)s.ptr[i] < 0x80) i++;
	return i;
}

static bool
check(struct vd_str s, size_t *bad_at, bool *cut)
{
	size_t i = 0;

	*cut = false;
	while ((i = skip_ascii(s, i)) < s.len) {
		size_t n = sequence_length((const unsigned char *)s.ptr + i, s.len - i, cut);

		if (n == 0) {
			*bad_at = i;
			return false;
		}
		i += n;
	}
	return true;
}

bool
vd_utf8_valid(struct vd_str s, size_t *bad_at)
{
	size_t at = 0;
	bool cut, valid = check(s, &at, &cut);

	if (!valid && bad_at != NULL) *bad_at = at;
	return valid;
}

enum vd_encoding
vd_encoding_detect(struct vd_str s)
{
	size_t zeros[2] = { 0, 0 }, bad_at;
	bool cut;

	if (vd_str_starts(s, VD_STR("\xEF\xBB\xBF"))) return VD_ENC_UTF8_BOM;
	if (vd_str_starts(s, VD_STR("\xFF\xFE"))) return VD_ENC_UTF16LE;
	if (vd_str_starts(s, VD_STR("\xFE\xFF"))) return VD_ENC_UTF16BE;
	for (size_t i = 0; i < s.len && i < DETECT_BYTES_MAX; i++) zeros[i % 2] += s.ptr[i] == '\0';
	/* Western text in UTF-16 has a zero in nearly every other byte; an eighth is proof enough */
	if (zeros[1] > s.len / 8 && zeros[0] == 0) return VD_ENC_UTF16LE;
	if (zeros[0] > s.len / 8 && zeros[1] == 0) return VD_ENC_UTF16BE;
	if (check(s, &bad_at, &cut) || cut || zeros[0] + zeros[1] > 0) return VD_ENC_UTF8;
	return VD_ENC_CP1252;
}

static void
put_code_point(struct vd_buf *b, int32_t c)
{
	utf8proc_uint8_t bytes[4];

	vd_buf_add(b, (struct vd_str){ (char *)bytes, (size_t)utf8proc_encode_char(c, bytes) });
}

static enum vd_status
bad_bytes(struct vd_context *ctx, const char *encoding, size_t at)
{
	return vd_fail(
	    ctx, VD_E_INVALID, "text.encoding", NULL,
	    "the text is not %s: the bytes from offset %zu cannot be read (NUL is not allowed either)",
	    encoding, at);
}

static enum vd_status
from_utf8(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	size_t at;

	if (vd_str_starts(s, VD_STR("\xEF\xBB\xBF"))) s = vd_str_sub(s, 3, s.len - 3);
	if (!vd_utf8_valid(s, &at)) return bad_bytes(ctx, "UTF-8", at);
	return vd_str_dup(ctx, s, out);
}

static enum vd_status
from_utf16(struct vd_context *ctx, struct vd_str s, size_t high, const char *name,
           struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, s.len * 2 + 4); /* two bytes become at most three */

	for (size_t i = 0; i < s.len; i += 2) {
		int32_t unit[2] = { 0, 0 };

		for (size_t k = 0; k < 2 && i + 2 * k + 1 < s.len; k++)
			unit[k] = (unsigned char)s.ptr[i + 2 * k + high] << 8 |
			          (unsigned char)s.ptr[i + 2 * k + 1 - high];
		if (i == 0 && unit[0] == 0xFEFF) continue;
		if (unit[0] >= 0xD800 && unit[0] < 0xDC00 && unit[1] >= 0xDC00 && unit[1] < 0xE000) {
			put_code_point(&b, 0x10000 + ((unit[0] - 0xD800) << 10) + (unit[1] - 0xDC00));
			i += 2;
		} else if (unit[0] == 0 || (unit[0] >= 0xD800 && unit[0] < 0xE000)) {
			return bad_bytes(ctx, name, i); /* NUL, half a pair, or an odd last byte */
		} else {
			put_code_point(&b, unit[0]);
		}
	}
	return vd_buf_finish(ctx, &b, out);
}

static enum vd_status
from_cp1252(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	/* 0x80..0x9F; the rest is Latin-1 */
	static const uint16_t upper[32] = {
		0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
		0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
		0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
	};
	struct vd_buf b = VD_BUF(ctx, s.len * 3 + 1);

	for (size_t i = 0; i < s.len;) {
		size_t end = skip_ascii(s, i);
		unsigned char c;

		vd_buf_add(&b, vd_str_sub(s, i, end - i));
		if ((i = end) == s.len) break;
		if ((c = (unsigned char)s.ptr[i]) == 0) return bad_bytes(ctx, "Windows-1252", i);
		put_code_point(&b, c < 0xA0 ? upper[c - 0x80] : c);
		i++;
	}
	return vd_buf_finish(ctx, &b, out);
}

enum vd_status
vd_utf8_from(struct vd_context *ctx, enum vd_encoding encoding, struct vd_str bytes,
             struct vd_str *out)
{
	switch (encoding) {
	case VD_ENC_UTF8:
	case VD_ENC_UTF8_BOM:
		return from_utf8(ctx, bytes, out);
	case VD_ENC_UTF16LE:
		return from_utf16(ctx, bytes, 1, "UTF-16 (little endian)", out);
	case VD_ENC_UTF16BE:
		return from_utf16(ctx, bytes, 0, "UTF-16 (big endian)", out);
	case VD_ENC_CP1252:
		return from_cp1252(ctx, bytes, out);
	}
	return vd_fail(ctx, VD_E_INVALID, "text.encoding", NULL, "unknown text encoding");
}

/* A folded text in the making; a gap is written only when something follows it. */
struct folding {
	struct vd_buf out;
	bool gap;
};

static void
fold_add(struct folding *f, struct vd_str s)
{
	if (f->gap && f->out.len > 0) vd_buf_add_char(&f->out, ' ');
	f->gap = false;
	vd_buf_add(&f->out, s);
}

/* Letters that carry no separable mark in Unicode, but that people type without. */
static const char *
plain_letter(int32_t c)
{
	switch (c) {
	case 0xE6:
		return "ae";
	case 0xF0:
	case 0x111:
		return "d";
	case 0xF8:
		return "o";
	case 0xFE:
		return "th";
	case 0x127:
		return "h";
	case 0x131:
		return "i";
	case 0x142:
		return "l";
	case 0x153:
		return "oe";
	case 0x167:
		return "t";
	default:
		return NULL;
	}
}

static bool
is_letter_or_number(int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static void
fold_code_point(struct folding *f, int32_t c)
{
	const char *plain = plain_letter(c);
	utf8proc_uint8_t bytes[4];

	if (!is_letter_or_number(c)) f->gap = true;
	else if (plain != NULL) fold_add(f, vd_str_c(plain));
	else fold_add(f, (struct vd_str){ (char *)bytes, (size_t)utf8proc_encode_char(c, bytes) });
}

static void
fold_sequence(struct folding *f, struct vd_str rest, size_t *used)
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
	                                  UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	utf8proc_int32_t c, parts[24]; /* the longest decomposition in Unicode is 18 */
	utf8proc_ssize_t n, taken;

	taken = utf8proc_iterate((const utf8proc_uint8_t *)rest.ptr, (utf8proc_ssize_t)rest.len, &c);
	*used = taken > 0 ? (size_t)taken : 1;
	if (taken <= 0) {
		f->gap = true;
		return;
	}
	n = utf8proc_decompose_char(c, parts, VD_LENGTH(parts), options, NULL);
	for (utf8proc_ssize_t i = 0; i < n && i < (utf8proc_ssize_t)VD_LENGTH(parts); i++)
		fold_code_point(f, parts[i]);
}

enum vd_status
vd_utf8_fold(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct folding f = { .out = VD_BUF(ctx, SIZE_MAX / 2) };

	for (size_t i = 0; i < s.len;) {
		size_t used = 1;
		char c = vd_to_lower(s.ptr[i]);

		if ((unsigned char)c >= 0x80) fold_sequence(&f, vd_str_sub(s, i, s.len - i), &used);
		else if (vd_is_alnum(c)) fold_add(&f, (struct vd_str){ &c, 1 });
		else f.gap = true;
		i += used;
	}
	return vd_buf_finish(ctx, &f.out, out);
}

bool
vd_utf8_words_only(struct vd_str s)
{
	for (size_t i = 0; (i = skip_ascii(s, i)) < s.len;) {
		utf8proc_int32_t c;
		utf8proc_category_t category;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i,
		                                      (utf8proc_ssize_t)(s.len - i), &c);

		if (n <= 0) return false;
		category = utf8proc_category(c);
		if (!is_letter_or_number(c) && category != UTF8PROC_CATEGORY_MN &&
		    category != UTF8PROC_CATEGORY_MC)
			return false;
		i += (size_t)n;
	}
	return true;
}

size_t
vd_utf8_count(struct vd_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
	return n;
}

struct vd_str
vd_utf8_head(struct vd_str s, size_t n)
{
	size_t i = 0;

	for (; i < s.len; i++)
		if (((unsigned char)s.ptr[i] & 0xC0) != 0x80 && n-- == 0) break;
	return vd_str_sub(s, 0, i);
}
