/* Streaming transcoder to UTF-8: see charset.h. */
#include "intake/charset.h"

#include <string.h>

/* Windows-1252 for 0x80..0x9F (the Unicode Consortium's CP1252.TXT). Its five undefined bytes are
 * U+FFFD, as in base/utf8.h. */
static const uint16_t cp1252_high[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static uint32_t
latin9_char(unsigned char c)
{
	switch (c) {
	case 0xA4:
		return 0x20AC;
	case 0xA6:
		return 0x0160;
	case 0xA8:
		return 0x0161;
	case 0xB4:
		return 0x017D;
	case 0xB8:
		return 0x017E;
	case 0xBC:
		return 0x0152;
	case 0xBD:
		return 0x0153;
	case 0xBE:
		return 0x0178;
	default:
		return c;
	}
}

static uint32_t
cp1252_char(unsigned char c)
{
	return c >= 0x80 && c <= 0x9F ? cp1252_high[c - 0x80] : c;
}

static size_t
utf8_put(char *out, uint32_t c)
{
	unsigned char *o = (unsigned char *)out;
	if (c < 0x80) {
		o[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		o[0] = (unsigned char)(0xC0 | (c >> 6));
		o[1] = (unsigned char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		o[0] = (unsigned char)(0xE0 | (c >> 12));
		o[1] = (unsigned char)(0x80 | ((c >> 6) & 0x3F));
		o[2] = (unsigned char)(0x80 | (c & 0x3F));
		return 3;
	}
	o[0] = (unsigned char)(0xF0 | (c >> 18));
	o[1] = (unsigned char)(0x80 | ((c >> 12) & 0x3F));
	o[2] = (unsigned char)(0x80 | ((c >> 6) & 0x3F));
	o[3] = (unsigned char)(0x80 | (c & 0x3F));
	return 4;
}

/* How many bytes the sequence at p has (1..4); 0 when it is not UTF-8; -1 when it may become UTF-8
 * with more than n bytes. RFC 3629 section 4: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
static int
utf8_sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t need;
	if (p[0] < 0x80) return p[0] == 0 ? 0 : 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF) need = 2;
	else if (p[0] >= 0xE0 && p[0] <= 0xEF) need = 3;
	else if (p[0] >= 0xF0 && p[0] <= 0xF4) need = 4;
	else return 0;
	if (p[0] == 0xE0) low = 0xA0;
	else if (p[0] == 0xED) high = 0x9F;
	else if (p[0] == 0xF0) low = 0x90;
	else if (p[0] == 0xF4) high = 0x8F;
	for (size_t i = 1; i < need; i++) {
		if (i >= n) return -1;
		if (p[i] < low || p[i] > high) return 0;
		low = 0x80;
		high = 0xBF;
	}
	return (int)need;
}

/* Length of the plain ASCII run without NUL at p: eight bytes at a time. */
static size_t
ascii_run(const unsigned char *p, size_t n)
{
	const uint64_t high = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
	size_t i = 0;
	while (i + 8 <= n) {
		uint64_t w;
		memcpy(&w, p + i, 8);
		/* a set high bit: not ASCII, or (by the borrow) a zero byte */
		if (((w | (w - ones)) & high) != 0) break;
		i += 8;
	}
	while (i < n && p[i] != 0 && p[i] < 0x80) i++;
	return i;
}

static size_t
put_mended(struct intake_transcoder *t, unsigned char c, char *out)
{
	t->mended++;
	return utf8_put(out, c == 0 ? 0xFFFD : cp1252_char(c));
}

static size_t
from_utf8(struct intake_transcoder *t, const unsigned char *p, size_t n, char *out)
{
	size_t i = 0, o = 0;
	while (i < n) {
		size_t run = ascii_run(p + i, n - i);
		memcpy(out + o, p + i, run);
		i += run;
		o += run;
		if (i == n) break;
		int length = utf8_sequence(p + i, n - i);
		if (length < 0) {
			t->held_len = n - i;
			memcpy(t->held, p + i, t->held_len);
			break;
		}
		if (length == 0) {
			o += put_mended(t, p[i++], out + o);
			continue;
		}
		memcpy(out + o, p + i, (size_t)length);
		i += (size_t)length;
		o += (size_t)length;
	}
	return o;
}

static size_t
from_single_byte(struct intake_transcoder *t, const unsigned char *p, size_t n, char *out)
{
	size_t o = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0) o += put_mended(t, 0, out + o);
		else
			o += utf8_put(out + o, t->charset == INTAKE_CHARSET_LATIN9 ? latin9_char(p[i])
			                                                           : cp1252_char(p[i]));
	}
	return o;
}

static uint32_t
utf16_unit(const struct intake_transcoder *t, const unsigned char *p)
{
	return t->charset == INTAKE_CHARSET_UTF16LE ? (uint32_t)p[0] | (uint32_t)p[1] << 8
	                                            : (uint32_t)p[1] | (uint32_t)p[0] << 8;
}

static size_t
from_utf16(struct intake_transcoder *t, const unsigned char *p, size_t n, char *out)
{
	size_t i = 0, o = 0;
	while (i + 2 <= n) {
		uint32_t c = utf16_unit(t, p + i);
		if (c >= 0xD800 && c <= 0xDBFF) {
			if (i + 4 > n) break;
			uint32_t d = utf16_unit(t, p + i + 2);
			if (d >= 0xDC00 && d <= 0xDFFF) {
				o += utf8_put(out + o, 0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00));
				i += 4;
				continue;
			}
		}
		if (c == 0 || (c >= 0xD800 && c <= 0xDFFF)) {
			t->mended++;
			c = 0xFFFD;
		}
		o += utf8_put(out + o, c);
		i += 2;
	}
	t->held_len = n - i;
	memcpy(t->held, p + i, t->held_len);
	return o;
}

static size_t
transcode_run(struct intake_transcoder *t, const unsigned char *p, size_t n, char *out)
{
	switch (t->charset) {
	case INTAKE_CHARSET_UTF8:
		return from_utf8(t, p, n, out);
	case INTAKE_CHARSET_UTF16LE:
	case INTAKE_CHARSET_UTF16BE:
		return from_utf16(t, p, n, out);
	case INTAKE_CHARSET_CP1252:
	case INTAKE_CHARSET_LATIN9:
		break;
	}
	return from_single_byte(t, p, n, out);
}

size_t
intake_transcode(struct intake_transcoder *t, struct vd_str bytes, char *out)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	size_t n = bytes.len, i = 0, o = 0;
	/* finish the held sequence byte by byte: at most three turns */
	while (t->held_len > 0 && i < n) {
		unsigned char joined[sizeof(t->held)];
		size_t length = t->held_len;
		VD_ASSERT(length < sizeof(joined));
		memcpy(joined, t->held, length);
		joined[length++] = p[i++];
		t->held_len = 0;
		o += transcode_run(t, joined, length, out + o);
	}
	if (i < n) o += transcode_run(t, p + i, n - i, out + o);
	return o;
}

size_t
intake_transcode_end(struct intake_transcoder *t, char *out)
{
	size_t o = 0, n = t->held_len;
	t->held_len = 0;
	if (n > 0 && t->charset != INTAKE_CHARSET_UTF8) {
		t->mended++;
		return utf8_put(out, 0xFFFD);
	}
	for (size_t i = 0; i < n; i++) o += put_mended(t, t->held[i], out + o);
	return o;
}

bool
intake_charset_by_name(struct vd_str name, enum intake_charset *out)
{
	static const struct {
		const char *name;
		enum intake_charset charset;
	} known[] = {
		{ "UTF-8", INTAKE_CHARSET_UTF8 },          { "UTF8", INTAKE_CHARSET_UTF8 },
		{ "US-ASCII", INTAKE_CHARSET_UTF8 },       { "ASCII", INTAKE_CHARSET_UTF8 },
		{ "ISO-8859-1", INTAKE_CHARSET_CP1252 },   { "ISO8859-1", INTAKE_CHARSET_CP1252 },
		{ "ISO_8859-1", INTAKE_CHARSET_CP1252 },   { "LATIN1", INTAKE_CHARSET_CP1252 },
		{ "WINDOWS-1252", INTAKE_CHARSET_CP1252 }, { "CP1252", INTAKE_CHARSET_CP1252 },
		{ "ISO-8859-15", INTAKE_CHARSET_LATIN9 },  { "UTF-16", INTAKE_CHARSET_UTF16LE },
		{ "UTF-16LE", INTAKE_CHARSET_UTF16LE },    { "UTF-16BE", INTAKE_CHARSET_UTF16BE },
	};
	for (size_t i = 0; i < VD_LENGTH(known); i++) {
		if (vd_str_eq_nocase(name, vd_str_c(known[i].name))) {
			*out = known[i].charset;
			return true;
		}
	}
	return false;
}
