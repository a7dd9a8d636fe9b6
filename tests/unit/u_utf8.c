/* Encodings against the C library's iconv and utf8proc, and folding. */
#include "base/fault.h"
#include "base/utf8.h"
#include "unit.h"

#include <iconv.h>
#include <utf8proc.h>

static void
well_formed(void **state)
{
	static const struct {
		const char *text;
		size_t len, bad_at;
	} bad[] = {
		{ "\x80", 1, 0 }, /* a continuation byte alone */
		{ "ab\xBF", 3, 2 },
		{ "\xC0\x80", 2, 0 }, /* longer than needed */
		{ "\xC1\xBF", 2, 0 },
		{ "\xE0\x9F\xBF", 3, 0 },
		{ "\xF0\x8F\xBF\xBF", 4, 0 },
		{ "\xED\xA0\x80", 3, 0 }, /* surrogates */
		{ "\xED\xBF\xBF", 3, 0 },
		{ "\xF4\x90\x80\x80", 4, 0 }, /* above U+10FFFF */
		{ "\xF5\x80\x80\x80", 4, 0 },
		{ "\xFE", 1, 0 },
		{ "\xFF", 1, 0 },
		{ "abcdefgh\xC3", 9, 8 }, /* cut off */
		{ "\xE2\x82", 2, 0 },
		{ "12345678a\0b", 11, 9 }, /* NUL */
		{ "\xC3\xA9\xC3(", 4, 2 },
		{ "long enough to use whole words \xE9 here", 37, 31 },
	};
	size_t at;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(bad); i++) {
		at = 999;
		assert_false(vd_utf8_valid((struct vd_str){ bad[i].text, bad[i].len }, &at));
		assert_int_equal(at, bad[i].bad_at);
		assert_false(vd_utf8_valid((struct vd_str){ bad[i].text, bad[i].len }, NULL));
	}
	assert_true(vd_utf8_valid(VD_STR(""), &at));
	assert_true(vd_utf8_valid(VD_STR_NONE, &at));
	assert_true(vd_utf8_valid(VD_STR("z\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 and so on"), &at));
}

static void
every_code_point(void **state)
{
	(void)state;
	for (int32_t c = 0; c <= 0x10FFFF; c++) {
		char text[4];
		bool valid = c != 0 && (c < 0xD800 || c > 0xDFFF);
		size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

		for (size_t i = n; i-- > 1;) text[i] = (char)(0x80 | ((c >> (6 * (n - 1 - i))) & 0x3F));
		text[0] = (char)(first[n] | (c >> (6 * (n - 1))));
		if (vd_utf8_valid((struct vd_str){ text, n }, NULL) != valid)
			fail_msg("U+%04X", (unsigned)c);
	}
}

/* All pairs of bytes, and all edges of three and four, as utf8proc judges them. */
static void
as_utf8proc_judges(void **state)
{
	static const unsigned char edges[] = {
		0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
		0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xFF,
	};

	(void)state;
	for (int a = 1; a < 256; a++)
		for (size_t b = 0; b < VD_LENGTH(edges); b++)
			for (size_t c = 0; c < VD_LENGTH(edges); c++)
				for (size_t d = 0; d < VD_LENGTH(edges); d++) {
					utf8proc_uint8_t text[4] = { (unsigned char)a, edges[b], edges[c], edges[d] };
					utf8proc_ssize_t at = 0, n = 1;
					utf8proc_int32_t code;
					size_t bad_at = 4;
					bool valid;

					while (at < 4 && (n = utf8proc_iterate(text + at, 4 - at, &code)) > 0) at += n;
					valid = vd_utf8_valid((struct vd_str){ (char *)text, 4 }, &bad_at);
					if (valid != (n > 0) || (!valid && (utf8proc_ssize_t)bad_at != at))
						fail_msg("%02x %02x %02x %02x", text[0], text[1], text[2], text[3]);
				}
}

static void
detection(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		enum vd_encoding encoding;
	} rows[] = {
		{ "", 0, VD_ENC_UTF8 },
		{ "plain", 5, VD_ENC_UTF8 },
		{ "caf\xC3\xA9", 5, VD_ENC_UTF8 },
		{ "caf\xC3", 4, VD_ENC_UTF8 }, /* the block ended inside a letter */
		{ "caf\xE2\x82", 5, VD_ENC_UTF8 },
		{ "caf\xE9", 4, VD_ENC_UTF8 }, /* could still become a letter */
		{ "caf\xE9 au lait", 12, VD_ENC_CP1252 },
		{ "\x80 12,50", 7, VD_ENC_CP1252 },
		{ "\xEF\xBB\xBF"
		  "a",
		  4, VD_ENC_UTF8_BOM },
		{ "\xFF\xFE"
		  "a\0",
		  4, VD_ENC_UTF16LE },
		{ "\xFE\xFF\0a", 4, VD_ENC_UTF16BE },
		{ "d\0e\0b\0i\0", 8, VD_ENC_UTF16LE },
		{ "\0d\0e\0b\0i", 8, VD_ENC_UTF16BE },
		{ "a\0\0b", 4, VD_ENC_UTF8 }, /* not text: refused when it is read */
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		if (vd_encoding_detect((struct vd_str){ rows[i].text, rows[i].len }) != rows[i].encoding)
			fail_msg("row %zu", i);
}

/* The five undefined bytes become U+FFFD; all others are what iconv says. */
static void
windows_1252_equals_iconv(void **state)
{
	iconv_t converter = iconv_open("UTF-8", "CP1252");
	int undefined = 0;

	(void)state;
	if (converter == (iconv_t)-1) {
		print_message("skipped: iconv does not know CP1252\n");
		skip();
	}
	for (int c = 1; c < 256; c++) {
		WITH_CONTEXT(1 << 16);
		char in = (char)c, out[8], *from = &in, *to = out;
		size_t in_left = 1, out_left = sizeof(out);
		struct vd_str text;

		assert_ok(vd_utf8_from(&ctx, VD_ENC_CP1252, (struct vd_str){ &in, 1 }, &text));
		if (iconv(converter, &from, &in_left, &to, &out_left) == (size_t)-1) {
			iconv(converter, NULL, NULL, NULL, NULL);
			assert_text(text, "\xEF\xBF\xBD");
			undefined++;
		} else {
			assert_int_equal(text.len, sizeof(out) - out_left);
			assert_memory_equal(text.ptr, out, text.len);
		}
	}
	iconv_close(converter);
	assert_int_equal(undefined, 5);
}

static void
utf16_equals_iconv(void **state)
{
	static const struct {
		const char *name;
		enum vd_encoding encoding;
	} forms[] = {
		{ "UTF-16LE", VD_ENC_UTF16LE },
		{ "UTF-16BE", VD_ENC_UTF16BE },
	};
	char expected[] = "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD\xF4\x8F\xBF\xBFz\n";
	char bytes[100];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(forms); i++) {
		WITH_CONTEXT(1 << 16);
		iconv_t converter = iconv_open(forms[i].name, "UTF-8");
		char *from = expected, *to = bytes;
		size_t in_left = strlen(expected), out_left = sizeof(bytes), n;
		struct vd_str text;

		assert_true(converter != (iconv_t)-1);
		assert_int_equal(iconv(converter, &from, &in_left, &to, &out_left), 0);
		iconv_close(converter);
		n = sizeof(bytes) - out_left;
		assert_ok(vd_utf8_from(&ctx, forms[i].encoding, (struct vd_str){ bytes, n }, &text));
		assert_text(text, expected);
		/* an odd byte at the end, and half of a pair */
		assert_refused(vd_utf8_from(&ctx, forms[i].encoding, (struct vd_str){ bytes, n - 1 },
		                            &text),
		               VD_E_INVALID, "text.encoding");
		assert_refused(vd_utf8_from(&ctx, forms[i].encoding, (struct vd_str){ bytes + 8, 6 },
		                            &text),
		               VD_E_INVALID, "text.encoding");
	}
}

static void
reading(void **state)
{
	static const struct {
		enum vd_encoding encoding;
		const char *bytes;
		size_t len;
		const char *text;
	} rows[] = {
		{ VD_ENC_UTF8, "caf\xC3\xA9", 5, "caf\xC3\xA9" },
		{ VD_ENC_UTF8,
		  "\xEF\xBB\xBF"
		  "a",
		  4, "a" },
		{ VD_ENC_UTF8_BOM, "\xEF\xBB\xBF", 3, "" },
		{ VD_ENC_UTF16LE,
		  "\xFF\xFE"
		  "a\0",
		  4, "a" },
		{ VD_ENC_UTF16BE, "\xFE\xFF\0a", 4, "a" },
		{ VD_ENC_CP1252, "\x80 10", 4, "\xE2\x82\xAC 10" },
		{ VD_ENC_CP1252, "", 0, "" },
		{ VD_ENC_UTF8, "caf\xE9", 4, NULL },
		{ VD_ENC_UTF8, "a\0b", 3, NULL },
		{ VD_ENC_CP1252, "a\0b", 3, NULL },
		{ VD_ENC_UTF16LE, "\0\0", 2, NULL },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(1 << 16);
		struct vd_str out, in = { rows[i].bytes, rows[i].len };

		if (rows[i].text == NULL) {
			assert_refused(vd_utf8_from(&ctx, rows[i].encoding, in, &out), VD_E_INVALID,
			               "text.encoding");
		} else {
			assert_ok(vd_utf8_from(&ctx, rows[i].encoding, in, &out));
			assert_text(out, rows[i].text);
			assert_true(out.len == 0 || out.ptr != rows[i].bytes); /* a copy */
		}
	}
}

static void
memory_runs_out(void **state)
{
	static const enum vd_encoding encodings[] = { VD_ENC_UTF8, VD_ENC_UTF16LE, VD_ENC_CP1252 };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(encodings); i++) {
		WITH_CONTEXT(1 << 16);
		struct vd_str out = VD_STR("kept");

		vd_fault_arm(VD_FAULT_ALLOC, 1, true);
		assert_refused(vd_utf8_from(&ctx, encodings[i], VD_STR("ab"), &out), VD_E_NOMEM,
		               "memory.exhausted");
		assert_refused(vd_utf8_fold(&ctx, VD_STR("ab"), &out), VD_E_NOMEM, "memory.exhausted");
		vd_fault_disarm(VD_FAULT_ALLOC);
		assert_text(out, "kept");
	}
}

static void
folding(void **state)
{
	static const struct {
		const char *text, *folded;
	} rows[] = {
		{ "", "" },
		{ " .,- ", "" },
		{ "Jansen", "jansen" },
		{ "  Jan  de-Vries ", "jan de vries" },
		{ "Caf\xC3\xA9", "cafe" },
		{ "Cafe\xCC\x81", "cafe" }, /* composed and decomposed */
		{ "Z\xC3\xBCrich", "zurich" },
		{ "STRA\xC3\x9F"
		  "E",
		  "strasse" },
		{ "\xE1\xBA\x9E", "ss" },
		{ "\xC4\xB2ssel", "ijssel" },
		{ "\xC4\xB3s", "ijs" }, /* the ij ligature */
		{ "\xC3\x98rsted", "orsted" },
		{ "\xC5\x81\xC3\xB3"
		  "d\xC5\xBA",
		  "lodz" },
		{ "\xC3\x86gir", "aegir" },
		{ "\xC5\x93uvre", "oeuvre" },
		{ "\xC4\xB0stanbul", "istanbul" },
		{ "\xC3\x9Eing", "thing" },
		{ "\xC4\x90uro", "duro" },
		{ "\xEF\xAC\x81n", "fin" },           /* the fi ligature */
		{ "\xEF\xBC\xA1\xEF\xBC\x92", "a2" }, /* full width */
		{ "O\xE2\x80\x99"
		  "Brien & Zn.",
		  "o brien zn" },
		{ "'t Hof B.V.", "t hof b v" },
		{ "a\xC2\xA0"
		  "b\xE2\x80\xAF"
		  "c\xE2\x80\x94"
		  "d",
		  "a b c d" },
		{ "co\xC2\xAD"
		  "op",
		  "coop" }, /* soft hyphen */
		{ "\xE2\x82\xAC 12,50", "12 50" },
		{ "\xCE\x91\xCE\xB8\xCE\xAE\xCE\xBD\xCE\xB1", "\xCE\xB1\xCE\xB8\xCE\xB7\xCE\xBD\xCE\xB1" },
		{ "\xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0",
		  "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0" },
		{ "\xE2\x84\x96 5", "no 5" },
		{ "x\xFFy", "x y" }, /* a stray byte parts words */
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(1 << 16);
		struct vd_str out, again;

		assert_ok(vd_utf8_fold(&ctx, TEXT(rows[i].text), &out));
		assert_text(out, rows[i].folded);
		assert_ok(vd_utf8_fold(&ctx, out, &again));
		assert_text(again, rows[i].folded);
	}
}

/* For every character of Unicode: folding twice gives what folding once gave, in valid UTF-8. */
static void
folding_is_stable(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(1 << 20);
	struct vd_context ctx = { .arena = &arena };

	(void)state;
	for (int32_t c = 1; c <= 0x10FFFF; c++) {
		struct vd_arena_mark mark = vd_arena_mark(&arena);
		utf8proc_uint8_t text[4];
		struct vd_str once, twice;

		if (c >= 0xD800 && c <= 0xDFFF) continue;
		assert_ok(
		    vd_utf8_fold(&ctx,
		                 (struct vd_str){ (char *)text, (size_t)utf8proc_encode_char(c, text) },
		                 &once));
		assert_ok(vd_utf8_fold(&ctx, once, &twice));
		if (!vd_str_eq(once, twice) || !vd_utf8_valid(once, NULL)) fail_msg("U+%04X", (unsigned)c);
		vd_arena_rewind(&arena, mark);
	}
}

static void
counting(void **state)
{
	struct vd_str text = VD_STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");

	(void)state;
	assert_int_equal(vd_utf8_count(text), 5);
	assert_int_equal(vd_utf8_count(VD_STR_NONE), 0);
	assert_text(vd_utf8_head(text, 0), "");
	assert_text(vd_utf8_head(text, 2), "a\xC3\xA9");
	assert_text(vd_utf8_head(text, 4), "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
	assert_int_equal(vd_utf8_head(text, 5).len, text.len);
	assert_int_equal(vd_utf8_head(text, 99).len, text.len);
	assert_true(vd_utf8_words_only(VD_STR("a. b,")));
	assert_true(vd_utf8_words_only(VD_STR("caf\xC3\xA9"
	                                      "e\xCC\x81")));
	assert_false(vd_utf8_words_only(VD_STR("a\xC2\xA0")));
	assert_false(vd_utf8_words_only(VD_STR("a\xE2\x80\x8B")));
	assert_false(vd_utf8_words_only(VD_STR("a\xE2\x82\xAC")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(as_utf8proc_judges),
		cmocka_unit_test(detection),
		cmocka_unit_test(windows_1252_equals_iconv),
		cmocka_unit_test(utf16_equals_iconv),
		cmocka_unit_test(reading),
		cmocka_unit_test(memory_runs_out),
		cmocka_unit_test(folding),
		cmocka_unit_test(folding_is_stable),
		cmocka_unit_test(counting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
