/* Exports are read back by other programs: JSON by jansson, workbooks by libarchive (ZIP) and their
 * XML looked at. CSV cases: RFC 4180 section 2, and the list of OWASP's page "CSV Injection". */
#include "base/fault.h"
#include "base/file.h"
#include "export/export.h"
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

struct caught {
	char text[256 * 1024];
	size_t len;
	int calls;
	bool fail;
};

static enum vd_status catch (struct vd_context *ctx, void *user, struct vd_str bytes) {
	struct caught *c = user;

	c->calls++;
	if (c->fail) return vd_fail(ctx, VD_E_IO, "test.sink", NULL, "the sink of this test is full");
	assert_true(c->len + bytes.len < sizeof(c->text));
	memcpy(c->text + c->len, bytes.ptr, bytes.len);
	c->len += bytes.len;
	c->text[c->len] = '\0';
	return VD_OK;
}

static const struct export_column columns[] = {
	{ "name", EXPORT_TEXT, 0 },
	{ "amount", EXPORT_MONEY, 0 },
	{ "due_on", EXPORT_DATE, 0 },
	{ "days", EXPORT_INTEGER, 0 },
};

static struct vd_date
day(const char *iso)
{
	WITH_CONTEXT(4096);
	struct vd_date d;

	assert_ok(vd_date_parse(&ctx, TEXT(iso), &d));
	return d;
}

static void
row(struct vd_context *c, struct export_writer *w, const char *name, int64_t minor,
    struct vd_date due, int64_t days)
{
	const struct export_cell cells[] = {
		export_text(vd_str_c(name)),
		export_money(minor, VD_EUR),
		export_date(due),
		export_integer(days),
	};
	/* a caller may drop his own memory after each row */
	struct vd_arena_mark mark = vd_arena_mark(c->arena);
	struct vd_context ctx = { .arena = c->arena };

	assert_ok(export_row(&ctx, w, cells));
	vd_arena_rewind(c->arena, mark);
}

static void
begin(struct vd_context *c, enum export_format format, struct caught *caught,
      struct export_writer **w)
{
	struct vd_context ctx = { .arena = c->arena };
	struct export_options o = {
		.format = format,
		.title = "test",
		.columns = columns,
		.columns_count = VD_LENGTH(columns),
		.sink = { catch, caught },
	};

	assert_ok(export_begin(&ctx, &o, w));
}

static void
csv_fields(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ NULL, "" },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "\"", "\"\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "two\r\nlines", "\"two\r\nlines\"" },
		{ " blank", "\" blank\"" },
		{ "caf\xC3\xA9; x", "caf\xC3\xA9; x" },
		{ "=1+1", "'=1+1" },
		{ "+31 20", "'+31 20" },
		{ "-2", "'-2" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\r=1", "\"'\r=1\"" },
		{ "\n=1", "\"'\n=1\"" },
		{ "=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"" },
		{ "a=b", "a=b" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(4 << 20);
		struct caught caught = { .len = 0 };
		VD_AUTO_EXPORT *w = NULL;
		char expected[256];

		begin(&ctx, EXPORT_CSV, &caught, &w);
		row(&ctx, w, cases[i].in, -123456, day("2026-01-31"), -3);
		assert_ok(export_end(&ctx, w));
		snprintf(expected, sizeof(expected),
		         "name,amount,due_on,days\r\n%s,-1234.56,2026-01-31,-3\r\n", cases[i].out);
		assert_string_equal(caught.text, expected);
	}
}

static void
nothing_is_empty(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct caught caught = { .len = 0 };
	VD_AUTO_EXPORT *w = NULL;

	(void)state;
	begin(&ctx, EXPORT_CSV, &caught, &w);
	row(&ctx, w, NULL, INT64_MIN, VD_DATE_NONE, INT64_MIN);
	assert_ok(export_end(&ctx, w));
	assert_string_equal(caught.text, "name,amount,due_on,days\r\n,,,\r\n");
}

static void
json_is_read_back(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct caught caught = { .len = 0 };
	VD_AUTO_EXPORT *w = NULL;
	json_t *all, *one;

	(void)state;
	begin(&ctx, EXPORT_JSON, &caught, &w);
	row(&ctx, w, "=1 \"\xE2\x82\xAC\"\n", 5, day("2024-02-29"), INT64_C(9007199254740993));
	row(&ctx, w, NULL, INT64_MIN, VD_DATE_NONE, INT64_MIN);
	assert_ok(export_end(&ctx, w));
	all = json_loads(caught.text, 0, NULL);
	assert_int_equal(json_array_size(all), 2);
	one = json_array_get(all, 0);
	assert_string_equal(json_string_value(json_object_get(one, "name")), "=1 \"\xE2\x82\xAC\"\n");
	assert_string_equal(json_string_value(json_object_get(one, "amount")), "0.05");
	assert_string_equal(json_string_value(json_object_get(one, "due_on")), "2024-02-29");
	assert_int_equal(json_integer_value(json_object_get(one, "days")), INT64_C(9007199254740993));
	one = json_array_get(all, 1);
	for (size_t i = 0; i < VD_LENGTH(columns); i++)
		assert_true(json_is_null(json_object_get(one, columns[i].name)));
	json_decref(all);
}

static void
no_rows(void **state)
{
	static const struct {
		enum export_format format;
		const char *out;
	} cases[] = {
		{ EXPORT_CSV, "name,amount,due_on,days\r\n" },
		{ EXPORT_JSON, "[]\n" },
		{ EXPORT_TABLE, "name  amount  due_on  days\n" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(4 << 20);
		struct caught caught = { .len = 0 };
		VD_AUTO_EXPORT *w = NULL;

		begin(&ctx, cases[i].format, &caught, &w);
		assert_ok(export_end(&ctx, w));
		assert_string_equal(caught.text, cases[i].out);
	}
}

static void
table_lines_up(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct caught caught = { .len = 0 };
	VD_AUTO_EXPORT *w = NULL;

	(void)state;
	begin(&ctx, EXPORT_TABLE, &caught, &w);
	row(&ctx, w, "caf\xC3\xA9", 1234567, day("2026-01-31"), 10);
	row(&ctx, w, "a\nb\x7F", -5, VD_DATE_NONE, -100);
	assert_ok(export_end(&ctx, w));
	assert_string_equal(caught.text, "name    amount  due_on      days\n"
	                                 "caf\xC3\xA9  12345.67  2026-01-31    10\n"
	                                 "a b      -0.05              -100\n");
}

/* More rows than decide the widths, and a block that is handed over in pieces. */
static void
many_rows_stream(void **state)
{
	static const enum export_format formats[] = { EXPORT_CSV, EXPORT_JSON, EXPORT_TABLE };

	(void)state;
	for (size_t f = 0; f < VD_LENGTH(formats); f++) {
		WITH_CONTEXT(4 << 20);
		struct caught *caught = vd_new(&ctx, struct caught);
		VD_AUTO_EXPORT *w = NULL;
		int lines = 0;

		begin(&ctx, formats[f], caught, &w);
		for (int i = 0; i < 2000; i++) row(&ctx, w, "Bakkerij Proef", i, day("2026-01-31"), i);
		assert_ok(export_end(&ctx, w));
		assert_true(caught->calls > 1);
		for (size_t i = 0; i < caught->len; i++)
			lines += caught->text[i] == (formats[f] == EXPORT_JSON ? '{' : '\n');
		assert_int_equal(lines, formats[f] == EXPORT_JSON ? 2000 : 2001);
	}
}

static void
a_row_has_a_limit(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct caught caught = { .len = 0 };
	VD_AUTO_EXPORT *w = NULL;
	size_t n = EXPORT_ROW_MAX + 40000;
	char *huge = vd_arena_alloc(&arena, n);
	struct export_cell cells[VD_LENGTH(columns)];

	(void)state;
	memset(huge, 'x', n);
	cells[0] = export_text((struct vd_str){ huge, n });
	cells[1] = export_money(1, VD_EUR);
	cells[2] = export_date(VD_DATE_NONE);
	cells[3] = export_integer(1);
	begin(&ctx, EXPORT_CSV, &caught, &w);
	assert_refused(export_row(&ctx, w, cells), VD_E_LIMIT, "export.row_too_long");
}

static void
the_sink_may_refuse(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct caught caught = { .fail = true };
	VD_AUTO_EXPORT *w = NULL;

	(void)state;
	begin(&ctx, EXPORT_JSON, &caught, &w);
	row(&ctx, w, "x", 1, VD_DATE_NONE, 1);
	assert_refused(export_end(&ctx, w), VD_E_IO, "test.sink");
}

/* ---- workbooks ---- */

static void
part_of(struct vd_context *c, const char *path, const char *part, char *out, size_t cap)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	la_ssize_t n = -1;

	(void)c;
	archive_read_support_format_zip(a);
	assert_int_equal(archive_read_open_filename(a, path, 10240), ARCHIVE_OK);
	while (archive_read_next_header(a, &entry) == ARCHIVE_OK)
		if (strcmp(archive_entry_pathname(entry), part) == 0) {
			n = archive_read_data(a, out, cap - 1);
			break;
		}
	archive_read_free(a);
	assert_true(n > 0);
	out[n] = '\0';
}

static const char *
workbook_path(char path[256], const char *name)
{
	const char *dir = getenv("TMPDIR");

	snprintf(path, 256, "%s/%s.%d.xlsx", dir != NULL ? dir : "/tmp", name, (int)getpid());
	return path;
}

static void
begin_workbook(struct vd_context *c, const char *path, struct export_writer **w)
{
	struct vd_context ctx = { .arena = c->arena };
	struct export_options o = {
		.format = EXPORT_XLSX,
		.title = "ageing",
		.columns = columns,
		.columns_count = VD_LENGTH(columns),
		.path = path,
		.now = { 1769817600 }, /* 2026-01-31 00:00:00 */
	};

	assert_ok(export_begin(&ctx, &o, w));
}

static void
a_workbook(void **state)
{
	WITH_CONTEXT(4 << 20);
	VD_AUTO_EXPORT *w = NULL;
	char path[256], xml[16384];

	(void)state;
	begin_workbook(&ctx, workbook_path(path, "book"), &w);
	row(&ctx, w, "=1+1 <&> \x01", 123456, day("2026-01-31"), 12);
	row(&ctx, w, NULL, INT64_C(123456789012345678), day("1900-01-15"), INT64_MIN);
	assert_ok(export_end(&ctx, w));
	part_of(&ctx, path, "xl/worksheets/sheet1.xml", xml, sizeof(xml));
	/* text is text, never a formula; controls are escaped as ECMA-376 22.9.2.19 says */
	assert_non_null(strstr(xml, "t=\"inlineStr\"><is><t>=1+1 &lt;&amp;&gt; _x0001_</t>"));
	assert_null(strstr(xml, "<f>"));
	assert_non_null(strstr(xml, "<v>1234.56</v>"));
	assert_non_null(
	    strstr(xml, "<v>46053</v>")); /* 2026-01-31: =DATE(2026;1;31) in a spreadsheet */
	assert_non_null(strstr(xml, "<v>12</v>"));
	/* what a cell's number cannot hold exactly is text */
	assert_non_null(strstr(xml, "1234567890123456.78"));
	assert_non_null(strstr(xml, "1900-01-15"));
	part_of(&ctx, path, "xl/workbook.xml", xml, sizeof(xml));
	assert_non_null(strstr(xml, "<sheet name=\"ageing\""));
	part_of(&ctx, path, "docProps/core.xml", xml, sizeof(xml));
	assert_non_null(strstr(xml, "2026-01-31T00:00:00Z"));
	unlink(path);
}

static void
a_workbook_nowhere(void **state)
{
	WITH_CONTEXT(4 << 20);
	VD_AUTO_EXPORT *w = NULL;
	VD_AUTO_EXPORT *dropped = NULL;
	char path[256];

	(void)state;
	begin_workbook(&ctx, "/nowhere/at/all.xlsx", &w);
	row(&ctx, w, "x", 1, VD_DATE_NONE, 1);
	assert_refused(export_end(&ctx, w), VD_E_IO, "export.workbook");
	/* given up half way: nothing leaks, no file appears */
	begin_workbook(&ctx, workbook_path(path, "dropped"), &dropped);
	row(&ctx, dropped, "x", 1, VD_DATE_NONE, 1);
	export_free(&dropped);
	assert_false(vd_file_exists(path));
}

/* ---- failures ---- */

static void
each_allocation_may_fail(void **state)
{
	static const enum export_format formats[] = { EXPORT_CSV, EXPORT_JSON, EXPORT_TABLE };

	(void)state;
	for (size_t f = 0; f < VD_LENGTH(formats); f++)
		for (long n = 1;; n++) {
			WITH_CONTEXT(4 << 20);
			struct caught caught = { .len = 0 };
			VD_AUTO_EXPORT *w = NULL;
			const struct export_options o = {
				.format = formats[f],
				.columns = columns,
				.columns_count = 1,
				.sink = { catch, &caught },
			};
			const struct export_cell cell = export_text(VD_STR("a name that must be kept"));
			enum vd_status status;
			bool fired;

			vd_fault_arm(VD_FAULT_ALLOC, n, false);
			status = export_begin(&ctx, &o, &w);
			for (int i = 0; i < 3000 && status == VD_OK; i++) status = export_row(&ctx, w, &cell);
			if (status == VD_OK) status = export_end(&ctx, w);
			fired = vd_fault_seen(VD_FAULT_ALLOC) >= n;
			vd_fault_disarm(VD_FAULT_ALLOC);
			if (!fired) {
				assert_ok(status);
				break;
			}
			assert_int_equal(status, VD_E_NOMEM);
			assert_int_equal(ctx.error.status, VD_E_NOMEM);
		}
}

static void
formats_by_name(void **state)
{
	WITH_CONTEXT(4096);
	enum export_format f = EXPORT_TABLE;

	(void)state;
	assert_ok(export_format_parse(&ctx, TEXT("xlsx"), &f));
	assert_int_equal(f, EXPORT_XLSX);
	assert_refused(export_format_parse(&ctx, TEXT("xls"), &f), VD_E_USAGE, "export.format");
	assert_refused(export_format_parse(&ctx, TEXT(""), &f), VD_E_USAGE, "export.format");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_fields),
		cmocka_unit_test(nothing_is_empty),
		cmocka_unit_test(json_is_read_back),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(table_lines_up),
		cmocka_unit_test(many_rows_stream),
		cmocka_unit_test(a_row_has_a_limit),
		cmocka_unit_test(the_sink_may_refuse),
		cmocka_unit_test(a_workbook),
		cmocka_unit_test(a_workbook_nowhere),
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(formats_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
