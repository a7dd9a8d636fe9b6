/* The safe XML reader: what it hands over, what it refuses and where, and that blocks of any size
 * give the same. The documents are our own. */
#include "base/buf.h"
#include "intake/charset.h"
#include "intake/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Everything the handler is told, as one line of text. */
struct seen {
	struct intake_xml *xml;
	struct vd_buf log;
	const char *capture, *chunked, *refuse;
	bool capturing;
	int warnings;
	char path[400];
};

static enum vd_status
seen_start(void *user, struct vd_context *ctx, const struct intake_xml_element *e)
{
	struct seen *s = user;
	struct vd_str currency = intake_xml_attribute(e, "Ccy");
	struct vd_str path;

	vd_buf_addf(&s->log, "<%s", e->name);
	if (!vd_str_is_none(currency)) vd_buf_addf(&s->log, " Ccy=%.*s", VD_FMT(currency));
	if (s->refuse != NULL && strcmp(e->name, s->refuse) == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "test.refused", NULL, "refused by the handler");
	if (s->capture != NULL && strcmp(e->name, s->capture) == 0) {
		intake_xml_capture_start(s->xml);
		path = intake_xml_path(ctx, s->xml);
		snprintf(s->path, sizeof(s->path), "%.*s", VD_FMT(path));
	}
	if (s->chunked != NULL && strcmp(e->name, s->chunked) == 0) intake_xml_want_chunks(s->xml);
	return VD_OK;
}

static enum vd_status
seen_end(void *user, struct vd_context *ctx, const struct intake_xml_element *e, struct vd_str text)
{
	struct seen *s = user;

	(void)ctx;
	text = vd_str_trim(text);
	if (text.len > 0) vd_buf_addf(&s->log, "=%.*s", VD_FMT(text));
	vd_buf_add_c(&s->log, ">");
	if (s->capture != NULL && strcmp(e->name, s->capture) == 0) {
		vd_buf_add_c(&s->log, "{");
		vd_buf_add(&s->log, intake_xml_capture_end(s->xml));
		vd_buf_add_c(&s->log, "}");
	}
	return VD_OK;
}

static enum vd_status
seen_chunk(void *user, struct vd_context *ctx, struct vd_str text)
{
	(void)ctx;
	vd_buf_add(&((struct seen *)user)->log, text);
	return VD_OK;
}

static enum vd_status
seen_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	(void)ctx, (void)place, (void)message;
	((struct seen *)user)->warnings++;
	return VD_OK;
}

static enum vd_status
read_xml(struct vd_context *ctx, struct seen *s, struct vd_str document, size_t block)
{
	struct intake_xml_handler handler = { s, seen_start, seen_end, seen_chunk, seen_warning };
	INTAKE_AUTO_XML *xml = NULL;

	s->log = VD_BUF(ctx, 4 << 20);
	s->warnings = 0;
	VD_TRY(intake_xml_new(ctx, &handler, &xml));
	s->xml = xml;
	for (size_t at = 0; at < document.len; at += block)
		VD_TRY(intake_xml_feed(ctx, xml, vd_str_sub(document, at, block)));
	return intake_xml_end(ctx, xml);
}

static const size_t blocks[] = { 1, 7, 64, SIZE_MAX / 2 };

static void
expect(struct seen setup, struct vd_str document, const char *log)
{
	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		VD_AUTO_ARENA arena = VD_ARENA(64 << 20);
		struct vd_context ctx = { .arena = &arena };
		struct seen s = setup;
		enum vd_status status = read_xml(&ctx, &s, document, blocks[i]);
		if (status != VD_OK) print_error("block %zu: %s\n", blocks[i], ctx.error.detail);
		assert_int_equal(status, VD_OK);
		assert_int_equal(s.warnings, setup.warnings);
		vd_buf_add_char(&s.log, '\0');
		assert_string_equal(s.log.ptr, log);
		if (setup.path[0] != '\0') assert_string_equal(s.path, setup.path);
	}
}

static void
expect_failure(struct vd_str document, enum vd_status status, const char *key, const char *word)
{
	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		VD_AUTO_ARENA arena = VD_ARENA(64 << 20);
		struct vd_context ctx = { .arena = &arena };
		struct seen s = { .refuse = "refused" };
		if (blocks[i] < 64 && document.len > 100000) continue; /* the same, but slowly */
		assert_int_equal(read_xml(&ctx, &s, document, blocks[i]), status);
		assert_string_equal(ctx.error.key, key);
		if (strstr(ctx.error.detail, word) == NULL)
			fail_msg("\"%s\" lacks \"%s\"", ctx.error.detail, word);
	}
}

static void
elements_text_and_attributes(void **state)
{
	(void)state;
	expect(
	    (struct seen){ 0 },
	    VD_STR(
	        "<?xml version='1.0' encoding='UTF-8'?>\n<!-- note -->\n<a xmlns='urn:x'>\n <b Ccy="
	        "\"EUR\">1 &lt; 2 &#8364;</b><p:c xmlns:p='urn:p'><![CDATA[a<b]]> </p:c><d/>\n</a>\n"),
	    "<a<b Ccy=EUR=1 < 2 \xE2\x82\xAC><c=a<b><d>>");
}

static void
captures_are_the_bytes_of_the_document(void **state)
{
	(void)state;
	expect(
	    (struct seen){ .capture = "n", .path = "r/s/n[3]" },
	    VD_STR(
	        "<r>\n<s><n x=\"1>0\">een &amp; <t>twee</t>\r\n</n>\n<n/><n\t>\xC3\xA9</n ></s></r>"),
	    "<r<s<n<t=twee>>{<n x=\"1>0\">een &amp; <t>twee</t>\r\n</n>}<n>{<n/>}<n=\xC3\xA9>{<n\t>\xC3\xA9</n >}>>");
}

static void
chunks_carry_long_text(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(64 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_buf b = VD_BUF(&ctx, 1 << 20);
	struct seen s = { .chunked = "long" };

	(void)state;
	vd_buf_add_c(&b, "<r><long>");
	for (int i = 0; i < 20000; i++) vd_buf_add_c(&b, "0123456789");
	vd_buf_add_c(&b, "</long><k>v</k></r>");
	assert_int_equal(read_xml(&ctx, &s, vd_buf_str(&b), 5000), VD_OK);
	assert_int_equal(s.log.len, 200000 + strlen("<r<long><k=v>>"));
}

static void
charsets(void **state)
{
	(void)state;
	expect((struct seen){ 0 }, VD_STR("\xEF\xBB\xBF<a>\xC3\xA9</a>"), "<a=\xC3\xA9>");
	expect((struct seen){ 0 },
	       VD_STR("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>caf\xE9</a>"),
	       "<a=caf\xC3\xA9>");
	expect((struct seen){ 0 },
	       VD_STR("<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><a>\xA4</a>"),
	       "<a=\xE2\x82\xAC>");
	expect((struct seen){ 0 },
	       VD_STR("<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\x80</a>"),
	       "<a=\xE2\x82\xAC>");
	expect((struct seen){ 0 }, VD_STR("\xFF\xFE<\0a\0>\0\xE9\0=\xD8\x4B\xDF<\0/\0a\0>\0"),
	       "<a=\xC3\xA9\xF0\x9F\x9D\x8B>");
	expect((struct seen){ 0 }, VD_STR("\xFE\xFF\0<\0a\0>\0\xE9\0<\0/\0a\0>"), "<a=\xC3\xA9>");
	/* declared UTF-8, but Latin-1; and a text that the sender cut inside a character */
	expect((struct seen){ .warnings = 1 },
	       VD_STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a><b>Andr\xE9</b><b>\xC3</b></a>"),
	       "<a<b=Andr\xC3\xA9><b=\xC3\x83>>");
	expect_failure(VD_STR("<?xml version=\"1.0\" encoding=\"EBCDIC-NL\"?><a/>"), VD_E_INVALID,
	               "xml.encoding", "EBCDIC-NL");
}

static void
refusals_say_where_and_what(void **state)
{
	static const struct {
		const char *document, *key, *word;
		enum vd_status status;
	} cases[] = {
		{ "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "xml.doctype",
		  "DOCTYPE", VD_E_INVALID },
		{ "<?xml version='1.0'?>\n<!DOCTYPE lolz [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><a>&b;</a>",
		  "xml.doctype", "Line 2", VD_E_INVALID },
		{ "<a>&nbsp;</a>", "xml.malformed", "nbsp", VD_E_INVALID },
		{ "<a><b></a></b>", "xml.malformed", "Line 1", VD_E_INVALID },
		{ "<a>\x01</a>", "xml.malformed", "in a", VD_E_INVALID },
		{ "<a/><b/>", "xml.malformed", "Extra", VD_E_INVALID },
		{ "no xml", "xml.malformed", "Line 1", VD_E_INVALID },
		{ "\x89PNG\r\n\x1A\n", "xml.malformed", "Line 1", VD_E_INVALID },
		{ "", "xml.empty", "empty", VD_E_INVALID },
		{ "   ", "xml.malformed", "Line 1", VD_E_INVALID },
		{ "<a><b>12", "xml.truncated", "in a/b", VD_E_INVALID },
		{ "<a><b>12</b>", "xml.truncated", "in a", VD_E_INVALID },
		{ "<a><b", "xml.truncated", "in a", VD_E_INVALID },
		{ "<a><refused/></a>", "test.refused", "refused", VD_E_CONFLICT },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++)
		expect_failure(vd_str_c(cases[i].document), cases[i].status, cases[i].key, cases[i].word);
}

static void
limits_hold(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(128 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_buf deep = VD_BUF(&ctx, 1 << 20), text = VD_BUF(&ctx, 1 << 20),
	              tag = VD_BUF(&ctx, 4 << 20);

	(void)state;
	for (int i = 0; i <= INTAKE_XML_DEPTH_MAX; i++) vd_buf_add_c(&deep, "<x>");
	expect_failure(vd_buf_str(&deep), VD_E_LIMIT, "xml.too_deep", "64");
	vd_buf_add_c(&text, "<x>");
	for (int i = 0; i <= INTAKE_TEXT_MAX; i++) vd_buf_add_char(&text, 'a');
	vd_buf_add_c(&text, "</x>");
	expect_failure(vd_buf_str(&text), VD_E_LIMIT, "xml.text_too_long", "65536");
	vd_buf_add_c(&tag, "<x a=\"");
	for (int i = 0; i < 2 * INTAKE_LINE_MAX; i++) vd_buf_add_char(&tag, 'a');
	vd_buf_add_c(&tag, "\"/>");
	expect_failure(vd_buf_str(&tag), VD_E_LIMIT, "xml.markup_too_long", "256");
}

static void
memory_stays_bounded(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(1 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct seen s = { 0 };
	struct intake_xml_handler handler = { &s, seen_start, seen_end, NULL, NULL };
	INTAKE_AUTO_XML *xml = NULL;

	(void)state;
	s.log = VD_BUF(&ctx, 100); /* full soon: only the parser's memory counts here */
	assert_int_equal(intake_xml_new(&ctx, &handler, &xml), VD_OK);
	assert_int_equal(intake_xml_feed(&ctx, xml, VD_STR("<r>")), VD_OK);
	for (int i = 0; i < 50000; i++)
		assert_int_equal(intake_xml_feed(&ctx, xml, VD_STR("<e>some text of an element</e>\n")),
		                 VD_OK);
	assert_int_equal(intake_xml_feed(&ctx, xml, VD_STR("</r>")), VD_OK);
	assert_int_equal(intake_xml_end(&ctx, xml), VD_OK);
	assert_true(arena.total < 200000);
}

static void
a_failure_stays(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(1 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct seen s = { .log = VD_BUF(&ctx, 1000) };
	struct intake_xml_handler handler = { &s, seen_start, seen_end, NULL, NULL };
	INTAKE_AUTO_XML *xml = NULL;

	(void)state;
	assert_int_equal(intake_xml_new(&ctx, &handler, &xml), VD_OK);
	assert_int_equal(intake_xml_feed(&ctx, xml, VD_STR("<!DOCTYPE a><a>")), VD_E_INVALID);
	vd_error_clear(&ctx);
	assert_int_equal(intake_xml_feed(&ctx, xml, VD_STR("</a>")), VD_E_INVALID);
	assert_string_equal(ctx.error.key, "xml.doctype");
	assert_int_equal(intake_xml_end(&ctx, xml), VD_E_INVALID);
	intake_xml_free(&xml);
	intake_xml_free(&xml);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_text_and_attributes),
		cmocka_unit_test(captures_are_the_bytes_of_the_document),
		cmocka_unit_test(chunks_carry_long_text),
		cmocka_unit_test(charsets),
		cmocka_unit_test(refusals_say_where_and_what),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(memory_stays_bounded),
		cmocka_unit_test(a_failure_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
