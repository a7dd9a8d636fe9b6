/* The tokenizer of delimited text: cells, places, dialects, limits. */
#include "intake/csv.h"

#include "base/buf.h"
#include "unit.h"

/* Writes rows as "line@offset[cell|cell]" with '~' behind a quoted cell, '!' for a problem and '$'
 * for a last row without a line end. */
static enum vd_status
write_row(void *user, struct vd_context *ctx, const struct csv_row *row)
{
	struct vd_buf *b = user;

	(void)ctx;
	vd_buf_addf(b, "%lld@%lld[", (long long)row->line, (long long)row->offset);
	for (size_t i = 0; i < row->count; i++) {
		if (i > 0) vd_buf_add_c(b, "|");
		vd_buf_add(b, row->cells[i].text);
		if (row->cells[i].quoted) vd_buf_add_c(b, "~");
		if (row->cells[i].line != row->line)
			vd_buf_addf(b, "(%lld)", (long long)row->cells[i].line);
	}
	vd_buf_addf(b, "]%s%s", row->problem != NULL ? "!" : "", row->ended ? "" : "$");
	return VD_OK;
}

static enum vd_status
tokenize(struct vd_context *ctx, struct vd_str text, size_t block, struct vd_buf *out)
{
	struct csv_options options = { .separator = 0 };
	VD_AUTO_CSV *csv = NULL;

	VD_TRY(csv_new(ctx, &options, write_row, out, &csv));
	for (size_t i = 0; i < text.len; i += block)
		VD_TRY(csv_feed(ctx, csv, vd_str_sub(text, i, block)));
	return csv_end(ctx, csv);
}

static void
expect(struct vd_str text, const char *rows)
{
	static const size_t blocks[] = { 1, 2, 3, 7, 1 << 20 };

	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		WITH_CONTEXT(4 << 20);
		struct vd_buf out = VD_BUF(&ctx, 1 << 20);

		assert_ok(tokenize(&ctx, text, blocks[i], &out));
		assert_text(vd_buf_str(&out), rows);
	}
}
#define CSV(text, rows) expect(VD_STR(text), rows)

static void
test_cells(void **state)
{
	(void)state;
	CSV("", "");
	CSV("\n", "1@0[]");
	CSV("a,b\nc,d\n", "1@0[a|b]2@4[c|d]");
	CSV("a,b\r\nc,d", "1@0[a|b]2@5[c|d]$");
	CSV("a,b\rc,d\r", "1@0[a|b]2@4[c|d]");
	CSV("a,b\n\n\nc,d\n", "1@0[a|b]2@4[]3@5[]4@6[c|d]");
	CSV("a,\n,b\n,\n", "1@0[a|]2@3[|b]3@6[|]");
	CSV("a,", "1@0[a|]$");
	CSV("\"a\",\"b,c\"\n", "1@0[a~|b,c~]");
	CSV("\"a\"\"b\",\"\"\n", "1@0[a\"b~|~]");
	CSV("\"\"\"a\"\"\",b\n", "1@0[\"a\"~|b]");
	CSV("\"a\nb\",c\nd,e\n", "1@0[a\nb~|c(2)]3@8[d|e]");
	CSV("\"a\r\nb\r\n\",c\r\nd,e\r\n", "1@0[a\nb\n~|c(3)]4@12[d|e]");
	CSV("\"a\rb\",c\n", "1@0[a\nb~|c(2)]");
	CSV("5\" pipe,b\n", "1@0[5\" pipe|b]");
	CSV("a, \"b\",c\n", "1@0[a|b~|c]");
	CSV("\"a\" ,b\n", "1@0[a~|b]");
	CSV("\"a\"b,c\nd,e\n", "1@0[ab~|c]!2@7[d|e]");
	CSV("\"a\"b \"c\",d\n", "1@0[ab \"c\"~|d]!");
	CSV("\"a\"", "1@0[a~]$");
}

static void
test_separators(void **state)
{
	(void)state;
	CSV("a;b\n1,5;2\n3,5;4\n", "1@0[a|b]2@4[1,5|2]3@10[3,5|4]");
	CSV("a\tb\n1,5\t2\n", "1@0[a|b]2@4[1,5|2]");
	CSV("a|b\n1|2\n", "1@0[a|b]2@4[1|2]");
	CSV("title\n\na;b;c\n1;2;3\n", "1@0[title]2@6[]3@7[a|b|c]4@13[1|2|3]");
	CSV("a,b\n\"x;y;z\",2\n\"x;y;z\",3\n", "1@0[a|b]2@4[x;y;z~|2]3@14[x;y;z~|3]");
	CSV("sep=;\na;b\n", "2@6[a|b]");
	CSV("\"sep=,\"\r\na,b;c\r\n", "2@9[a|b;c]");
	CSV("SEP=|\ra|b\r", "2@6[a|b]");
	CSV("sep=x\n", "1@0[sep=x]");
	CSV("one\ntwo\n", "1@0[one]2@4[two]");
}

static void
test_encodings(void **state)
{
	(void)state;
	CSV("\xEF\xBB\xBF"
	    "a,\xC3\xA9\n",
	    "1@3[a|\xC3\xA9]");
	CSV("a,\xE9\n", "1@0[a|\xC3\xA9]");
	CSV("a,\x80\n", "1@0[a|\xE2\x82\xAC]");
	CSV("\xFF\xFE"
	    "a\0,\0\xE9\0\r\0\n\0",
	    "1@0[a|\xC3\xA9]");
	CSV("\xFE\xFF\0a\0,\0\xE9\0\n", "1@0[a|\xC3\xA9]");
	CSV("a\0,\0b\0\n\0"
	    "c\0,\0d\0\n\0",
	    "1@0[a|b]2@4[c|d]");
	CSV("\xFF\xFEs\0e\0p\0=\0;\0\n\0a\0;\0b\0\n\0", "2@6[a|b]");
	CSV("\xFF\xFE"
	    "a\0,\0\x3D\xD8\x00\xDE\n\0",
	    "1@0[a|\xF0\x9F\x98\x80]");
}

static void
refuse(struct vd_str text, enum vd_status status, const char *key, const char *word)
{
	static const size_t blocks[] = { 1, 4096, 1 << 20 };

	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		WITH_CONTEXT(4 << 20);
		struct vd_buf out = VD_BUF(&ctx, 4 << 20);

		assert_int_equal(tokenize(&ctx, text, blocks[i], &out), status);
		assert_string_equal(ctx.error.key, key);
		if (strstr(ctx.error.detail, word) == NULL) fail_msg("%s", ctx.error.detail);
	}
}

/* n copies of one character between a start and an end. */
static struct vd_str
repeated(struct vd_context *ctx, const char *start, char c, size_t n, const char *end)
{
	struct vd_buf b = VD_BUF(ctx, 8 << 20);

	vd_buf_add_c(&b, start);
	for (size_t i = 0; i < n; i++) vd_buf_add_char(&b, c);
	vd_buf_add_c(&b, end);
	return vd_buf_str(&b);
}

static void
test_refused(void **state)
{
	WITH_CONTEXT(64 << 20);

	(void)state;
	refuse(VD_STR("a,b\n\"c,d\ne,f\n"), VD_E_INVALID, "csv.quote_open", "Line 2");
	refuse(VD_STR("a,b\nc\0,d\n"), VD_E_INVALID, "csv.binary", "Line 2");
	refuse(VD_STR("\xEF\xBB\xBF"
	              "a,b\nc,\xE9\n"),
	       VD_E_INVALID, "csv.mixed_encoding", "Line 2");
	refuse(VD_STR("a,\xC3\xA9\nc,\xE9\n"), VD_E_INVALID, "csv.mixed_encoding", "line 2");
	refuse(VD_STR("\xFF\xFE"
	              "a\0,\0b"),
	       VD_E_INVALID, "csv.truncated", "Line 1");
	refuse(VD_STR("\xFF\xFE"
	              "a\0\n\0\x00\xDE\n\0"),
	       VD_E_INVALID, "text.encoding", "UTF-16");
	refuse(repeated(&ctx, "a,b\n", 'x', INTAKE_LINE_MAX + 1, "\n"), VD_E_LIMIT, "csv.line_too_long",
	       "Line 2");
	refuse(repeated(&ctx, "a,b\n\"", 'x', INTAKE_LINE_MAX + 1, "\"\n"), VD_E_LIMIT,
	       "csv.quote_open", "Line 2");
	refuse(repeated(&ctx, "a,b\n", ',', CSV_CELLS_MAX, "\n"), VD_E_LIMIT, "csv.too_many_cells",
	       "Line 2");
}

static void
test_long_cell_is_a_problem_of_its_row(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct vd_buf out = VD_BUF(&ctx, 1 << 20);

	(void)state;
	assert_ok(
	    tokenize(&ctx, repeated(&ctx, "a,", 'x', INTAKE_TEXT_MAX + 1, "\nc,d\n"), 4096, &out));
	assert_true(strstr(out.ptr, "]!2@") != NULL);
}

/* Ten megabytes of rows need no more memory than the first. */
static void
test_constant_memory(void **state)
{
	WITH_CONTEXT(64 * 1024);
	struct csv_options options = { .separator = ',' };
	struct vd_str rows = VD_STR("1001,\"Jansen, Installaties\",Caf\xE9,12.50\n");
	struct vd_buf none = { .failed = true };
	VD_AUTO_CSV *csv = NULL;

	(void)state;
	assert_ok(csv_new(&ctx, &options, write_row, &none, &csv));
	for (int i = 0; i < 250000; i++) assert_ok(csv_feed(&ctx, csv, rows));
	assert_ok(csv_end(&ctx, csv));
	assert_true(arena.total <= 64 * 1024);
}

struct counts {
	int64_t rows, cells, bytes; /* of rows that are not empty */
};

static enum vd_status
count_row(void *user, struct vd_context *ctx, const struct csv_row *row)
{
	struct counts *c = user;

	(void)ctx;
	if (row->count == 1 && row->cells[0].text.len == 0) return VD_OK;
	c->rows++;
	c->cells += (int64_t)row->count;
	for (size_t i = 0; i < row->count; i++) c->bytes += (int64_t)row->cells[i].text.len;
	return VD_OK;
}

/* Bank files of others, against the figures that Python's csv module gives. */
static void
test_files_of_others(void **state)
{
	static const struct {
		const char *name;
		struct counts expected;
	} files[] = {
		{ "Account_20190101_20200317.csv", { 31, 372, 2441 } },
		{ "NL99INGB9999999999_25-11-2019_30-05-2020.csv", { 189, 567, 3768 } },
		{ "empty.csv", { 0, 0, 0 } },
		{ "ing_fail.csv", { 3, 27, 410 } },
		{ "ing_ok.csv", { 7, 63, 828 } },
		{ "ing_ok_Mutatiesoort.csv", { 7, 63, 828 } },
	};
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(files); i++) {
		WITH_CONTEXT(4 << 20);
		struct csv_options options = { .separator = 0 };
		struct counts found = { 0 };
		VD_AUTO_CSV *csv = NULL;
		char name[200], path[1024], block[1000];
		FILE *f;

		snprintf(name, sizeof(name), "samples/csv-bank-nl/ofxstatement-dutch__%s", files[i].name);
		if (!shared_path(name, path)) continue;
		assert_non_null(f = fopen(path, "rb"));
		assert_ok(csv_new(&ctx, &options, count_row, &found, &csv));
		for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
			assert_ok(csv_feed(&ctx, csv, (struct vd_str){ block, n }));
		fclose(f);
		assert_ok(csv_end(&ctx, csv));
		assert_int_equal(found.rows, files[i].expected.rows);
		assert_int_equal(found.cells, files[i].expected.cells);
		assert_int_equal(found.bytes, files[i].expected.bytes);
		read++;
	}
	print_message("%zu of %zu files of others agree with Python's csv module\n", read,
	              VD_LENGTH(files));
	assert_true(read == 0 || read == VD_LENGTH(files));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_cell_is_a_problem_of_its_row),
		cmocka_unit_test(test_constant_memory),
		cmocka_unit_test(test_files_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
