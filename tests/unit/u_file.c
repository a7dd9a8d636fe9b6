/* Files in a folder of the test's own. */
#include "base/file.h"
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/voldaan-test-XXXXXX";

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static const char *
in_folder(struct vd_context *ctx, const char *name)
{
	struct vd_str path = VD_STR_NONE;

	assert_int_equal(vd_str_printf(ctx, &path, "%s/%s", folder, name), VD_OK);
	return path.ptr;
}

static void
writing_and_reading(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };
	WITH_CONTEXT(16 << 20);
	const char *path = in_folder(&ctx, "a.bin");
	struct vd_str *names, out;
	size_t count;
	char *bytes = vd_arena_alloc(&arena, 300000);

	(void)state;
	for (size_t i = 0; i < 300000; i++) bytes[i] = (char)(i * 31 % 253);
	for (size_t i = 0; i < VD_LENGTH(sizes); i++) {
		assert_ok(vd_file_write_atomic(&ctx, path, (struct vd_str){ bytes, sizes[i] }));
		assert_ok(vd_file_slurp(&ctx, path, 300000, &out));
		assert_int_equal(out.len, sizes[i]);
		assert_memory_equal(out.ptr, bytes, sizes[i]);
		assert_int_equal(out.ptr[out.len], '\0');
		assert_ok(vd_file_slurp(&ctx, path, sizes[i], &out)); /* exactly the limit */
		if (sizes[i] > 0)
			assert_refused(vd_file_slurp(&ctx, path, sizes[i] - 1, &out), VD_E_LIMIT,
			               "file.too_large");
	}
	assert_ok(vd_file_list(&ctx, folder, 10, &names, &count)); /* no temporary file is left */
	assert_int_equal(count, 1);
	assert_text(names[0], "a.bin");
}

static void
reading_in_blocks(void **state)
{
	WITH_CONTEXT(1 << 20);
	const char *path = in_folder(&ctx, "b.txt");
	VD_AUTO_FILE *f = NULL;
	char into[4];
	size_t got;

	(void)state;
	assert_ok(vd_file_write_atomic(&ctx, path, VD_STR("0123456789")));
	assert_ok(vd_file_open(&ctx, path, &f));
	assert_int_equal(vd_file_size(f), 10);
	assert_ok(vd_file_read(&ctx, f, into, sizeof(into), &got));
	assert_int_equal(got, 4);
	assert_memory_equal(into, "0123", 4);
	assert_ok(vd_file_read(&ctx, f, into, sizeof(into), &got));
	assert_ok(vd_file_read(&ctx, f, into, sizeof(into), &got));
	assert_int_equal(got, 2);
	assert_ok(vd_file_read(&ctx, f, into, sizeof(into), &got));
	assert_int_equal(got, 0);
	vd_file_close(&f);
	assert_null(f);
	vd_file_close(&f); /* twice does no harm */
}

/* A pipe has no size; the text is larger than a pipe and than the first block. */
static void
standard_input(void **state)
{
	WITH_CONTEXT(16 << 20);
	const char *path = in_folder(&ctx, "c.txt");
	char *bytes = vd_arena_alloc(&arena, 200000);
	char command[256];
	struct vd_str out;
	FILE *pipe;
	int saved = dup(STDIN_FILENO);

	(void)state;
	memset(bytes, 'p', 200000);
	assert_ok(vd_file_write_atomic(&ctx, path, (struct vd_str){ bytes, 200000 }));
	snprintf(command, sizeof(command), "cat '%s'", path);
	assert_non_null(pipe = popen(command, "r"));
	assert_int_equal(dup2(fileno(pipe), STDIN_FILENO), STDIN_FILENO);
	assert_ok(vd_file_slurp(&ctx, "-", 1 << 20, &out));
	assert_int_equal(out.len, 200000);
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

static void
what_cannot_be_read(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct vd_file *f = NULL;
	struct vd_str out;

	(void)state;
	assert_refused(vd_file_open(&ctx, in_folder(&ctx, "absent"), &f), VD_E_NOT_FOUND, "file.open");
	assert_null(f);
	assert_refused(vd_file_open(&ctx, folder, &f), VD_E_NOT_FOUND, "file.open");
	assert_int_equal(vd_file_open(&ctx, in_folder(&ctx, "absent"), &f), VD_E_NOT_FOUND);
	assert_non_null(strstr(ctx.error.detail, "absent")); /* the path and the reason */
	assert_non_null(strstr(ctx.error.detail, "No such file"));
	assert_refused(vd_file_slurp(&ctx, "", 10, &out), VD_E_NOT_FOUND, "file.open");
	assert_false(vd_file_exists(in_folder(&ctx, "absent")));
	assert_true(vd_file_exists(folder));
}

static void
what_cannot_be_written(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct vd_str out;

	(void)state;
	assert_refused(vd_file_write_atomic(&ctx, in_folder(&ctx, "absent/x"), VD_STR("x")), VD_E_IO,
	               "file.write");
	assert_ok(vd_file_make_dir(&ctx, in_folder(&ctx, "d")));
	/* a folder is in the way: the temporary file goes, and nothing else changes */
	assert_refused(vd_file_write_atomic(&ctx, in_folder(&ctx, "d"), VD_STR("x")), VD_E_IO,
	               "file.write");
	assert_ok(vd_file_write_atomic(&ctx, in_folder(&ctx, "e"), VD_STR("old")));
	assert_ok(vd_file_write_atomic(&ctx, in_folder(&ctx, "e"), VD_STR("new")));
	assert_ok(vd_file_slurp(&ctx, in_folder(&ctx, "e"), 10, &out));
	assert_text(out, "new");
}

static int
count_hidden(void)
{
	char command[128];
	int n = -1;
	FILE *f;

	snprintf(command, sizeof(command), "find '%s' -name '.*' -type f | wc -l", folder);
	assert_non_null(f = popen(command, "r"));
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static void
folders(void **state)
{
	WITH_CONTEXT(1 << 20);
	static const char *const files[] = { "b", "a", "Z", "\xC3\xA9", "10", "9", ".hidden" };
	static const char *const sorted[] = { "10", "9", "Z", "a", "b", "\xC3\xA9" };
	struct vd_str *names, path;
	size_t count;

	(void)state;
	assert_int_equal(count_hidden(), 0); /* no test before this one left a temporary file */
	assert_ok(vd_file_make_dir(&ctx, in_folder(&ctx, "deep/er//still/")));
	assert_ok(vd_file_make_dir(&ctx, in_folder(&ctx, "deep/er/still")));
	for (size_t i = 0; i < VD_LENGTH(files); i++) {
		assert_ok(vd_str_printf(&ctx, &path, "%s/deep/er/still/%s", folder, files[i]));
		assert_ok(vd_file_write_atomic(&ctx, path.ptr, VD_STR("x")));
	}
	assert_ok(vd_file_list(&ctx, in_folder(&ctx, "deep/er/still"), 6, &names, &count));
	assert_int_equal(count, VD_LENGTH(sorted));
	for (size_t i = 0; i < count; i++) assert_text(names[i], sorted[i]);
	assert_refused(vd_file_list(&ctx, in_folder(&ctx, "deep/er/still"), 5, &names, &count),
	               VD_E_LIMIT, "file.list_too_long");
	assert_ok(vd_file_list(&ctx, in_folder(&ctx, "deep/er"), 5, &names, &count));
	assert_int_equal(count, 1);
	assert_refused(vd_file_list(&ctx, in_folder(&ctx, "absent"), 5, &names, &count), VD_E_NOT_FOUND,
	               "file.list");
	assert_refused(vd_file_make_dir(&ctx, in_folder(&ctx, "deep/er/still/a")), VD_E_IO,
	               "file.make_dir");
	assert_refused(vd_file_make_dir(&ctx, in_folder(&ctx, "deep/er/still/a/b")), VD_E_IO,
	               "file.make_dir");
	assert_refused(vd_file_make_dir(&ctx, ""), VD_E_INVALID, "file.name");
}

static void
many_names(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct vd_str *names, path;
	size_t count;

	(void)state;
	assert_ok(vd_file_make_dir(&ctx, in_folder(&ctx, "many")));
	for (int i = 0; i < 200; i++) {
		FILE *f;

		assert_ok(vd_str_printf(&ctx, &path, "%s/many/%03d", folder, 199 - i));
		assert_non_null(f = fopen(path.ptr, "w"));
		fclose(f);
	}
	assert_ok(vd_file_list(&ctx, in_folder(&ctx, "many"), 1000, &names, &count));
	assert_int_equal(count, 200);
	assert_text(names[0], "000");
	assert_text(names[199], "199");
}

/* A file that a library wrote under a hidden name gets its own name only when that is free. */
static void
publishing(void **state)
{
	WITH_CONTEXT(1 << 20);
	const char *path = in_folder(&ctx, "published"), *temporary;
	struct vd_str got;

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		assert_ok(vd_file_temporary(&ctx, path, &temporary));
		assert_string_not_equal(temporary, path);
		assert_ok(vd_file_write_atomic(&ctx, temporary, turn == 0 ? VD_STR("one") : VD_STR("two")));
		if (turn == 0) assert_ok(vd_file_publish(&ctx, temporary, path));
		else assert_refused(vd_file_publish(&ctx, temporary, path), VD_E_CONFLICT, "file.exists");
		assert_false(vd_file_exists(temporary));
		assert_ok(vd_file_slurp(&ctx, path, 100, &got));
		assert_text(got, "one");
	}
	vd_file_remove(path);
	assert_false(vd_file_exists(path));
	assert_refused(vd_file_publish(&ctx, temporary, path), VD_E_IO, "file.write");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(publishing),
		cmocka_unit_test(writing_and_reading),
		cmocka_unit_test(reading_in_blocks),
		cmocka_unit_test(standard_input),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(what_cannot_be_written),
		cmocka_unit_test(folders),
		cmocka_unit_test(many_names),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
