/* Views of text, the text builder, and failures with an explanation. */
#include "base/buf.h"
#include "base/fault.h"
#include "unit.h"

static void
comparing(void **state)
{
	(void)state;
	assert_true(vd_str_eq(VD_STR(""), VD_STR_NONE)); /* both are empty */
	assert_true(vd_str_is_none(vd_str_c(NULL)));
	assert_false(vd_str_is_none(VD_STR("")));
	assert_true(vd_str_eq_nocase(VD_STR("NL-a1"), VD_STR("nl-A1")));
	assert_false(vd_str_eq_nocase(VD_STR("nl"), VD_STR("nlx")));
	assert_false(vd_str_eq_nocase(VD_STR("\xC3\x89"), VD_STR("\xC3\xA9"))); /* ASCII only */
	assert_true(vd_str_cmp(VD_STR("a"), VD_STR("ab")) < 0);
	assert_true(vd_str_cmp(VD_STR("Z"), VD_STR("a")) < 0);
	assert_true(vd_str_cmp(VD_STR("\xC3"), VD_STR("z")) > 0); /* bytes are unsigned */
	assert_int_equal(vd_str_cmp(VD_STR(""), VD_STR_NONE), 0);
	assert_true(vd_str_starts(VD_STR("abc"), VD_STR("")));
	assert_false(vd_str_starts(VD_STR("ab"), VD_STR("abc")));
	assert_true(vd_str_ends(VD_STR("abc"), VD_STR("bc")));
	assert_true(vd_str_ends(VD_STR_NONE, VD_STR("")));
	assert_false(vd_str_ends(VD_STR("c"), VD_STR("bc")));
}

static void
finding_and_cutting(void **state)
{
	struct vd_str rest = VD_STR("a;;b;"), piece = VD_STR_NONE;

	(void)state;
	assert_int_equal(vd_str_find(VD_STR("abcabc"), VD_STR("bc"), 0), 1);
	assert_int_equal(vd_str_find(VD_STR("abcabc"), VD_STR("bc"), 2), 4);
	assert_true(vd_str_find(VD_STR("abcabc"), VD_STR("bc"), 5) == SIZE_MAX);
	assert_true(vd_str_find(VD_STR("abc"), VD_STR("c"), 9) == SIZE_MAX);
	assert_true(vd_str_find(VD_STR_NONE, VD_STR("c"), 0) == SIZE_MAX);
	assert_int_equal(vd_str_find(VD_STR("abc"), VD_STR(""), 3), 3);
	assert_text(vd_str_sub(VD_STR("abc"), 1, 1), "b");
	assert_text(vd_str_sub(VD_STR("abc"), 2, 99), "c");
	assert_text(vd_str_sub(VD_STR("abc"), 9, 9), "");
	assert_true(vd_str_is_none(vd_str_sub(VD_STR_NONE, 1, 1)));
	assert_text(vd_str_trim(VD_STR(" \t\r\n a b \n")), "a b");
	assert_text(vd_str_trim(VD_STR("  ")), "");
	for (size_t i = 0; i < 4; i++) {
		static const char *const expected[] = { "a", "", "b", "" };

		assert_true(vd_str_cut(&rest, ';', &piece));
		assert_text(piece, expected[i]);
	}
	assert_false(vd_str_cut(&rest, ';', &piece));
	rest = VD_STR("");
	assert_true(vd_str_cut(&rest, ';', &piece)); /* an empty text is one empty piece */
	assert_false(vd_str_is_none(piece));
	assert_false(vd_str_cut(&rest, ';', &piece));
}

static void
whole_numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t n;
	} rows[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "42", true, 42 },
		{ "-42", true, -42 },
		{ "007", true, 7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "99999999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1.0", false, 0 },
		{ "0x1", false, 0 },
		{ "--1", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		int64_t n = 77;

		assert_int_equal(vd_str_to_i64(TEXT(rows[i].text), &n), rows[i].good);
		assert_int_equal(n, rows[i].good ? rows[i].n : 77);
	}
	assert_true(vd_str_all_digits(VD_STR("0123")));
	assert_false(vd_str_all_digits(VD_STR("")));
	assert_false(vd_str_all_digits(VD_STR("12a")));
}

static void
copies(void **state)
{
	WITH_CONTEXT(20000);
	struct vd_str out = VD_STR("kept");

	(void)state;
	assert_ok(vd_str_dup(&ctx, VD_STR("abc"), &out));
	assert_text(out, "abc");
	assert_int_equal(out.ptr[3], '\0');
	assert_ok(vd_str_dup(&ctx, VD_STR(""), &out));
	assert_false(vd_str_is_none(out));
	assert_ok(vd_str_dup(&ctx, VD_STR_NONE, &out));
	assert_true(vd_str_is_none(out));
	assert_ok(vd_str_printf(&ctx, &out, "%d-%.*s", 7, VD_FMT(VD_STR("x"))));
	assert_text(out, "7-x");
	assert_refused(vd_str_printf(&ctx, &out, "%030000d", 7), VD_E_NOMEM, "memory.exhausted");
	assert_text(out, "7-x");
}

static void
building(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct vd_buf b = VD_BUF(&ctx, 10000);
	struct vd_str out;

	(void)state;
	assert_text(vd_buf_str(&b), "");
	assert_ok(vd_buf_finish(&ctx, &b, &out));
	assert_text(out, "");
	for (int i = 0; i < 1000; i++) vd_buf_addf(&b, "%04d", i);
	vd_buf_add_char(&b, '!');
	vd_buf_add_c(&b, NULL);
	vd_buf_add(&b, VD_STR_NONE);
	assert_ok(vd_buf_finish(&ctx, &b, &out));
	assert_int_equal(out.len, 4001);
	assert_memory_equal(out.ptr, "00000001", 8);
	assert_memory_equal(out.ptr + 3996, "0999!", 6); /* with the NUL behind it */
	vd_buf_clear(&b);
	vd_buf_add(&b, VD_STR("again"));
	assert_text(vd_buf_str(&b), "again");
	vd_buf_add(&b, vd_buf_str(&b)); /* its own text */
	assert_text(vd_buf_str(&b), "againagain");
}

static void
a_builder_stops_at_its_ceiling(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct vd_buf b = VD_BUF(&ctx, 10);
	struct vd_str out;

	(void)state;
	vd_buf_add(&b, VD_STR("0123456789"));
	assert_ok(vd_buf_finish(&ctx, &b, &out));
	vd_buf_add_char(&b, 'x');
	vd_buf_add(&b, VD_STR("")); /* the failure sticks */
	assert_refused(vd_buf_finish(&ctx, &b, &out), VD_E_LIMIT, "text.too_long");
	assert_int_equal(b.len, 10);
	vd_buf_clear(&b);
	vd_fault_arm(VD_FAULT_ALLOC, 1, true);
	b = VD_BUF(&ctx, 1 << 20);
	for (int i = 0; i < 100000 && !b.failed; i++) vd_buf_addf(&b, "%d", i);
	assert_refused(vd_buf_finish(&ctx, &b, &out), VD_E_NOMEM, "memory.exhausted");
	vd_fault_disarm(VD_FAULT_ALLOC);
}

static enum vd_status
leaves_early(struct vd_context *ctx, enum vd_status s)
{
	int *p;

	VD_NEW(ctx, p, 4);
	VD_TRY(s);
	p[3] = 1;
	return p[3] == 1 ? VD_OK : VD_E_CORRUPT;
}

static void
failures(void **state)
{
	WITH_CONTEXT(1 << 16);
	char long_text[1000];

	(void)state;
	assert_ok(leaves_early(&ctx, VD_OK));
	assert_int_equal(leaves_early(&ctx, VD_E_BUSY), VD_E_BUSY);
	assert_int_equal(vd_fail(&ctx, VD_E_CONFLICT, "item.changed", "version", "item %d", 5),
	                 VD_E_CONFLICT);
	assert_string_equal(ctx.error.field, "version");
	assert_string_equal(ctx.error.detail, "item 5");
	assert_non_null(strstr(ctx.error.file, "u_str.c"));
	assert_int_equal(vd_fail_where(&ctx, "line %d", 12), VD_E_CONFLICT);
	assert_string_equal(ctx.error.detail, "line 12: item 5");
	assert_string_equal(ctx.error.key, "item.changed");
	memset(long_text, 'w', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(vd_fail_where(&ctx, "%s", long_text), VD_E_CONFLICT);
	assert_int_equal(strlen(ctx.error.detail), sizeof(ctx.error.detail) - 1);
	assert_int_equal(vd_fail(&ctx, VD_E_IO, "a.b", NULL, "%s", long_text), VD_E_IO);
	assert_int_equal(vd_fail_where(&ctx, "here"), VD_E_IO);
	assert_int_equal(strlen(ctx.error.detail), sizeof(ctx.error.detail) - 1);
	assert_int_equal(strncmp(ctx.error.detail, "here: www", 9), 0);
	vd_error_clear(&ctx);
	assert_int_equal(ctx.error.status, VD_OK);
	for (int s = 0; s < VD_E__COUNT; s++) assert_non_null(vd_status_name((enum vd_status)s));
	assert_string_equal(vd_status_name(VD_E_NOT_FOUND), "not_found");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),     cmocka_unit_test(finding_and_cutting),
		cmocka_unit_test(whole_numbers), cmocka_unit_test(copies),
		cmocka_unit_test(building),      cmocka_unit_test(a_builder_stops_at_its_ceiling),
		cmocka_unit_test(failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
