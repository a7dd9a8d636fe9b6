/* Templates as documents: CommonMark to blocks, and data that must stay data. */
#include "correspondence/document.h"

#include "unit.h"

static enum vd_status
parse(struct vd_context *ctx, const char *source, struct document *doc)
{
	return document_parse(ctx, VD_STR("t"), vd_str_c(source), doc);
}

/* "P:text *bold* |" in one line, to compare with. */
static struct vd_str
describe(struct vd_context *ctx, const struct document *doc)
{
	static const char *const kinds[] = { "P", "H", "L", "R", "ITEMS", "PAYMENT" };
	struct vd_buf b = VD_BUF(ctx, 10000);

	for (size_t i = 0; i < doc->count; i++) {
		const struct document_block *block = &doc->blocks[i];

		vd_buf_addf(&b, "%s%s", i > 0 ? " / " : "", kinds[block->kind]);
		if (block->kind == DOCUMENT_HEADING) vd_buf_addf(&b, "%d", block->level);
		if (block->kind == DOCUMENT_LIST_ITEM)
			vd_buf_addf(&b, "%d.%d%s", block->list, block->number, block->more ? "+" : "");
		for (size_t r = 0; r < block->runs_count; r++) {
			const struct document_run *run = &block->runs[r];

			vd_buf_addf(&b, "[%s%s%s%.*s", run->style & DOCUMENT_BOLD ? "b " : "",
			            run->style & DOCUMENT_ITALIC ? "i " : "", run->line_break ? "br" : "",
			            VD_FMT(run->text));
			if (run->url.ptr != NULL) vd_buf_addf(&b, " -> %.*s", VD_FMT(run->url));
			vd_buf_addf(&b, "]");
		}
	}
	return vd_buf_str(&b);
}

static const struct {
	const char *source, *expected;
} accepted[] = {
	{ "", "" },
	{ "Geachte heer,\n\nTwee\nregels.", "P[Geachte heer,] / P[Twee regels.]" },
	{ "a **b** *c* ***d***", "P[a ][b b][ ][i c][ ][b i d]" },
	{ "x\\\ny", "P[x][br][y]" },
	{ "x  \ny", "P[x][br][y]" },
	{ "# Kop\n\n#### Diep", "H1[Kop] / H3[Diep]" },
	{ "- een\n- twee\n\nna", "L1.0[een] / L1.0[twee] / P[na]" },
	{ "3. een\n4. twee", "L1.3[een] / L1.4[twee]" },
	{ "- een\n\n  meer\n- twee", "L1.0[een] / L1.0+[meer] / L1.0[twee]" },
	{ "- a\n\n* b", "L1.0[a] / L2.0[b]" },
	{ "a\n\n---\n\nb", "P[a] / R / P[b]" },
	{ "[Betaal](https://x.example/a?b=1)", "P[Betaal -> https://x.example/a?b=1]" },
	{ "<https://x.example>", "P[https://x.example -> https://x.example]" },
	{ "<a@b.example>", "P[a@b.example -> mailto:a@b.example]" },
	{ "a\n[[items]]\nb", "P[a] / ITEMS / P[b]" },
	{ "[[items]]\n\n[[payment]]", "ITEMS / PAYMENT" },
	{ "[[payment]]  \r\nna", "PAYMENT / P[na]" },
	{ "tekst [[items]] in een regel", "P[tekst [[items]] in een regel]" },
	{ "&amp; &eacute; \\* \\<b>", "P[& é * <b>]" },
};

static void
test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(accepted); i++) {
		WITH_CONTEXT(8 << 20);
		struct document doc;

		if (parse(&ctx, accepted[i].source, &doc) != VD_OK)
			fail_msg("%s: %s", accepted[i].source, ctx.error.detail);
		assert_text(describe(&ctx, &doc), accepted[i].expected);
	}
}

static const struct {
	const char *source, *told;
} refused[] = {
	{ "a <b>x</b>", "HTML" },
	{ "<div>\nx\n</div>", "HTML" },
	{ "<!-- x -->", "HTML" },
	{ "    code", "four blanks" },
	{ "```\ncode\n```", "code fence" },
	{ "a `code` b", "code" },
	{ "> citaat", "quotes" },
	{ "![x](https://x.example/y.png)", "images" },
	{ "- a\n  - b", "list inside a list" },
	{ "- # kop", "heading inside a list" },
	{ "[x](javascript:alert(1))", "link must begin" },
	{ "[x](data:text/html,x)", "link must begin" },
	{ "[x](/relative)", "link must begin" },
	{ "[[items]]\n\n[[items]]", "once" },
	{ "[[item]]", "double brackets" },
	{ "a\n\n[[Payment]]\n", "double brackets" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(refused); i++) {
		WITH_CONTEXT(8 << 20);
		struct document doc;

		if (parse(&ctx, refused[i].source, &doc) != VD_E_INVALID)
			fail_msg("accepted: %s", refused[i].source);
		if (strstr(ctx.error.detail, refused[i].told) == NULL)
			fail_msg("%s: %s", refused[i].source, ctx.error.detail);
	}
}

/* Names as they might come in, and what a reader must see: the same text, in one run. */
static const struct {
	const char *data, *seen;
} hostile[] = {
	{ "<script>alert(1)</script>", "<script>alert(1)</script>" },
	{ "**vet** _schuin_ ~~door~~", "**vet** _schuin_ ~~door~~" },
	{ "[a](http://b.example)", "[a](http://b.example)" },
	{ "![a](http://b.example/c.png)", "![a](http://b.example/c.png)" },
	{ "<http://b.example>", "<http://b.example>" },
	{ "# kop", "# kop" },
	{ "- lijst", "- lijst" },
	{ "1. lijst", "1. lijst" },
	{ "2) lijst", "2) lijst" },
	{ "> citaat", "> citaat" },
	{ "    code", "code" },
	{ "`code`", "`code`" },
	{ "``` x", "``` x" },
	{ "---", "---" },
	{ "===", "===" },
	{ "a\n\nb", "a b" },
	{ "a\r\nb\tc", "a b c" },
	{ "a  \nb", "a b" },
	{ "a\\\nb", "a\\ b" },
	{ "&lt;b&gt; &amp; &#60;", "&lt;b&gt; &amp; &#60;" },
	{ "\\*x\\*", "\\*x\\*" },
	{ "[[items]]", "[[items]]" },
	{ "x\n[[payment]]\ny", "x [[payment]] y" },
	{ "{{total}} {{{x}}}", "{{total}} {{{x}}}" },
	{ "| a | b |", "| a | b |" },
	{ "\"quoted\" 'single' $1 %s %n", "\"quoted\" 'single' $1 %s %n" },
	{ "Łódź & Zn. (ș) Ž", "Łódź & Zn. (ș) Ž" },
	{ "\x01\x02x\x7f", "x" },
	{ "[ref]: http://b.example", "[ref]: http://b.example" },
	{ "a:b@c.example http://b.example www.b.example",
	  "a:b@c.example http://b.example www.b.example" },
};

static void
test_data_stays_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(hostile); i++) {
		WITH_CONTEXT(8 << 20);
		struct vd_buf b = VD_BUF(&ctx, 4096);
		struct document doc;
		struct vd_str expected;

		document_escape(&b, vd_str_c(hostile[i].data));
		assert_ok(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc));
		assert_ok(vd_str_printf(&ctx, &expected, "P[%s]", hostile[i].seen));
		assert_text(describe(&ctx, &doc), expected.ptr);
	}
}

/* Every pair of ASCII characters, at the begin of a line and inside one. */
static void
test_every_pair_of_characters(void **state)
{
	(void)state;
	for (int first = 33; first < 127; first++) {
		WITH_CONTEXT(16 << 20);
		struct vd_arena_mark mark = vd_arena_mark(&arena);

		for (int second = 33; second < 127; second++) {
			const char data[] = { (char)first,  (char)second, ' ', 'x',
				                  (char)second, (char)first,  '\0' };
			struct vd_buf b = VD_BUF(&ctx, 100);
			struct document doc;
			struct vd_str expected;

			document_escape(&b, vd_str_c(data));
			assert_ok(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc));
			assert_ok(vd_str_printf(&ctx, &expected, "P[%s]", data));
			assert_text(describe(&ctx, &doc), expected.ptr);
			vd_arena_rewind(&arena, mark);
		}
	}
}

static void
test_limits(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct vd_buf b = VD_BUF(&ctx, 4 << 20);
	struct document doc;

	(void)state;
	for (int i = 0; i <= DOCUMENT_BLOCKS_MAX; i++) vd_buf_add_c(&b, "a\n\n");
	assert_int_equal(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc), VD_E_INVALID);
	vd_buf_clear(&b);
	for (int i = 0; i <= DOCUMENT_RUNS_MAX; i++) vd_buf_add_c(&b, "a **b** ");
	assert_int_equal(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc), VD_E_INVALID);
	vd_buf_clear(&b);
	while (b.len <= DOCUMENT_SOURCE_MAX) vd_buf_add_c(&b, "aaaaaaaaaaaaaaaa ");
	assert_int_equal(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc), VD_E_INVALID);
	vd_buf_clear(&b);
	for (int i = 0; i < 50000; i++)
		vd_buf_add_c(&b, "> "); /* deep nesting costs no depth of ours */
	assert_int_equal(document_parse(&ctx, VD_STR("t"), vd_buf_str(&b), &doc), VD_E_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),        cmocka_unit_test(test_refused),
		cmocka_unit_test(test_data_stays_data), cmocka_unit_test(test_every_pair_of_characters),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
