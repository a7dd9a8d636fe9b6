#ifndef VD_TESTS_UNIT_H
#define VD_TESTS_UNIT_H
/* What most unit tests begin with: cmocka and its headers, a context with memory of its own, and
 * the optional folder of sample files beside the source. */
#include "base/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define TEXT(s) vd_str_c(s)

/* Declares arena and ctx in a test. */
#define WITH_CONTEXT(max_bytes)                \
	VD_AUTO_ARENA arena = VD_ARENA(max_bytes); \
	struct vd_context ctx = { .arena = &arena }

#define assert_ok(expr)                                                            \
	do {                                                                           \
		enum vd_status s_ = (expr);                                                \
		if (s_ != VD_OK) fail_msg("%s: %s", vd_status_name(s_), ctx.error.detail); \
	} while (0)

/* The call is refused with this key, and with a sentence. */
#define assert_refused(expr, the_status, the_key)         \
	do {                                                  \
		assert_int_equal((expr), (the_status));           \
		assert_int_equal(ctx.error.status, (the_status)); \
		assert_string_equal(ctx.error.key, (the_key));    \
		assert_true(strlen(ctx.error.detail) > 10);       \
		vd_error_clear(&ctx);                             \
	} while (0)

#define assert_text(str, expected)                                                          \
	do {                                                                                    \
		struct vd_str str_ = (str);                                                         \
		if (!vd_str_eq(str_, vd_str_c(expected)))                                           \
			fail_msg("\"%.*s\" instead of \"%s\"", VD_FMT(str_), (const char *)(expected)); \
	} while (0)

/* A path in the optional folder beside the source; false, and a line that says so, when absent. */
static inline bool
shared_path(const char *name, char path[static 1024])
{
	const char *root = getenv("SOURCE_ROOT");
	FILE *f;

	snprintf(path, 1024, "%s/../shared/%s", root != NULL ? root : ".", name);
	if ((f = fopen(path, "rb")) != NULL) {
		fclose(f);
		return true;
	}
	print_message("skipped: %s is not there\n", name);
	return false;
}

/* The vectors of one group, as a new array of objects with input and expect; NULL when the file is
 * absent. */
static inline json_t *
law_vectors(const char *group)
{
	char path[1024];
	json_t *all, *rows, *row;
	size_t i;

	if (!shared_path("law/vectors.json", path)) return NULL;
	all = json_load_file(path, 0, NULL);
	assert_non_null(all);
	rows = json_array();
	json_array_foreach(json_object_get(all, "vectors"), i,
	                   row) if (strcmp(json_string_value(json_object_get(row, "group")), group) ==
	                            0) json_array_append(rows, row);
	json_decref(all);
	assert_true(json_array_size(rows) > 0);
	print_message("%zu published vectors of %s\n", json_array_size(rows), group);
	return rows;
}

static inline const char *
vector_text(const json_t *row, const char *part, const char *name)
{
	return json_string_value(json_object_get(json_object_get(row, part), name));
}
#endif
