/* Files built into the program are found by name, whole, and ended by a zero byte. */
#include "base/embedded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
names_are_sorted_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < vd_embedded_count(); i++) {
		struct vd_embedded e = vd_embedded_at(i), found = { 0 };

		if (i > 0) assert_true(strcmp(vd_embedded_at(i - 1).name, e.name) < 0);
		assert_true(vd_embedded_find(vd_str_c(e.name), &found));
		assert_ptr_equal(found.data, e.data);
		assert_int_equal(e.data[e.size], 0);
	}
}

static void
bytes_equal_the_file(void **state)
{
	const char *root = getenv("SOURCE_ROOT");

	(void)state;
	if (root == NULL) skip();
	for (size_t i = 0; i < vd_embedded_count(); i++) {
		struct vd_embedded e = vd_embedded_at(i);
		unsigned char chunk[4096];
		char path[4096];
		size_t n, at = 0;
		FILE *f;

		assert_in_range(snprintf(path, sizeof(path), "%s/%s", root, e.name), 1, sizeof(path) - 1);
		f = fopen(path, "rb");
		assert_non_null(f);
		while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
			assert_true(at + n <= e.size);
			assert_memory_equal(chunk, e.data + at, n);
			at += n;
		}
		assert_int_equal(fclose(f), 0);
		assert_int_equal(at, e.size);
	}
}

static void
an_unknown_name_is_not_found(void **state)
{
	static const char *const names[] = { "", "a", "templates", "templates/", "zzz", "/etc/passwd" };
	struct vd_embedded out = { .size = 7 };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(names); i++)
		assert_false(vd_embedded_find(vd_str_c(names[i]), &out));
	assert_int_equal(out.size, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted_and_found),
		cmocka_unit_test(bytes_equal_the_file),
		cmocka_unit_test(an_unknown_name_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
