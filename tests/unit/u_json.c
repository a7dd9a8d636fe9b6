/* What the writer makes is read back by jansson, another program. */
#include "base/fault.h"
#include "base/json.h"
#include "unit.h"

static void
a_document(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_buf b = VD_BUF(&ctx, 4096);
	struct vd_json j;

	(void)state;
	vd_json_to_buf(&j, &b);
	vd_json_object(&j);
	vd_json_key_str(&j, "name", VD_STR("Caf\xC3\xA9 \"Zon\" \\ zn"));
	vd_json_key_c(&j, "none", NULL);
	vd_json_key_i64(&j, "low", INT64_MIN);
	vd_json_key_bool(&j, "yes", true);
	vd_json_key(&j, "list");
	vd_json_array(&j);
	vd_json_i64(&j, 0);
	vd_json_c(&j, "");
	vd_json_bool(&j, false);
	vd_json_null(&j);
	vd_json_str(&j, VD_STR_NONE);
	vd_json_array(&j);
	vd_json_array_end(&j);
	vd_json_object(&j);
	vd_json_object_end(&j);
	vd_json_array_end(&j);
	vd_json_key_i64(&j, "after", 1);
	vd_json_object_end(&j);
	assert_ok(vd_json_finish(&ctx, &j));
	assert_text(
	    vd_buf_str(&b),
	    "{\"name\":\"Caf\xC3\xA9 \\\"Zon\\\" \\\\ zn\",\"none\":null,\"low\":-9223372036854775808,\"yes\":true,"
	    "\"list\":[0,\"\",false,null,null,[],{}],\"after\":1}");
}

static json_t *
read_back(struct vd_str text)
{
	json_error_t error;
	json_t *value = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (value == NULL) fail_msg("%s: %.*s", error.text, VD_FMT(text));
	return value;
}

static void
every_sign_comes_back(void **state)
{
	(void)state;
	for (int32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
		WITH_CONTEXT(1 << 16);
		struct vd_buf b = VD_BUF(&ctx, 4096);
		struct vd_json j;
		char text[8] = "a", *p = text + 1;
		json_t *value;

		if (c >= 0xD800 && c <= 0xDFFF) continue;
		if (c < 0x80) {
			*p++ = (char)c;
		} else {
			size_t n = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
			static const unsigned char first[] = { 0, 0xC0, 0xE0, 0xF0 };

			*p++ = (char)(first[n] | (c >> (6 * n)));
			while (n-- > 0) *p++ = (char)(0x80 | ((c >> (6 * n)) & 0x3F));
		}
		*p++ = 'z';
		vd_json_to_buf(&j, &b);
		vd_json_str(&j, (struct vd_str){ text, (size_t)(p - text) });
		assert_ok(vd_json_finish(&ctx, &j));
		value = read_back(vd_buf_str(&b));
		assert_int_equal(json_string_length(value), p - text);
		assert_memory_equal(json_string_value(value), text, (size_t)(p - text));
		json_decref(value);
	}
}

/* A byte that is not UTF-8 cannot make the document unreadable. */
static void
bad_bytes_become_a_mark(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_buf b = VD_BUF(&ctx, 4096);
	struct vd_json j;
	json_t *value;

	(void)state;
	vd_json_to_buf(&j, &b);
	vd_json_str(&j, VD_STR("x\xFFy\xE2\x82z\n\xC3"));
	assert_ok(vd_json_finish(&ctx, &j));
	value = read_back(vd_buf_str(&b));
	assert_string_equal(json_string_value(value),
	                    "x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBDz\n\xEF\xBF\xBD");
	json_decref(value);
}

static void
deep_nesting(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_buf b = VD_BUF(&ctx, 4096);
	struct vd_json j;

	(void)state;
	vd_json_to_buf(&j, &b);
	for (int i = 0; i < 31; i++) vd_json_array(&j);
	vd_json_i64(&j, 1);
	for (int i = 0; i < 31; i++) vd_json_array_end(&j);
	assert_ok(vd_json_finish(&ctx, &j));
	json_decref(read_back(vd_buf_str(&b)));
}

static void
a_full_sink_is_told(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_buf b = VD_BUF(&ctx, 20);
	struct vd_json j;
	FILE *full;

	(void)state;
	vd_json_to_buf(&j, &b);
	vd_json_array(&j);
	for (int i = 0; i < 50; i++) vd_json_c(&j, "0123456789");
	vd_json_array_end(&j);
	assert_refused(vd_json_finish(&ctx, &j), VD_E_LIMIT, "text.too_long");

	vd_fault_arm(VD_FAULT_ALLOC, 1, true);
	b = VD_BUF(&ctx, 100000);
	vd_json_to_buf(&j, &b);
	vd_json_array(&j);
	for (int i = 0; i < 5000; i++) vd_json_c(&j, "0123456789");
	vd_json_array_end(&j);
	assert_refused(vd_json_finish(&ctx, &j), VD_E_NOMEM, "memory.exhausted");
	vd_fault_disarm(VD_FAULT_ALLOC);

	if ((full = fopen("/dev/full", "w")) == NULL) {
		print_message("skipped: no /dev/full\n");
		return;
	}
	vd_json_to_file(&j, full);
	vd_json_c(&j, "text");
	assert_refused(vd_json_finish(&ctx, &j), VD_E_IO, "json.write");
	fclose(full);
}

static void
a_file_ends_with_a_newline(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_json j;
	char text[64] = "";
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	vd_json_to_file(&j, f);
	vd_json_array(&j);
	vd_json_c(&j, "\x01\x1f\x7f\t\r\n/");
	vd_json_array_end(&j);
	assert_ok(vd_json_finish(&ctx, &j));
	rewind(f);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f),
	                 strlen("[\"\\u0001\\u001f\\u007f\\t\\r\\n/\"]\n"));
	assert_string_equal(text, "[\"\\u0001\\u001f\\u007f\\t\\r\\n/\"]\n");
	fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document),
		cmocka_unit_test(every_sign_comes_back),
		cmocka_unit_test(bad_bytes_become_a_mark),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(a_full_sink_is_told),
		cmocka_unit_test(a_file_ends_with_a_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
