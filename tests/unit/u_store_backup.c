/* A backup is a whole SQLite store out of one snapshot, while others go on writing. Runs on each
 * TEST_STORE. */
#include "store_support.h"

#include "base/fault.h"
#include "base/file.h"
#include "q_kinds.h"
#include "store/blob.h"

#include <pthread.h>

#define A    1
#define ROWS 3000

static const char *
backup_path(struct vd_context *context, const char *name)
{
	struct vd_context ctx = *context;
	const char *folder = getenv("TMPDIR");
	struct vd_str path;

	assert_ok(vd_str_printf(&ctx, &path, "%s/%s_%ld.db", folder != NULL ? folder : "/tmp", name,
	                        (long)getpid()));
	unlink(path.ptr);
	return path.ptr;
}

static void
fill(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;
	struct vd_arena_mark mark = vd_arena_mark(ctx.arena);
	struct q_kind_copy_in *rows = vd_arena_array(ctx.arena, ROWS, sizeof(*rows));
	char key[VD_SHA256_HEX];
	VD_AUTO_TX tx = { 0 };

	assert_non_null(rows);
	for (int i = 0; i < ROWS; i++) {
		struct vd_str code;

		assert_ok(vd_str_printf(&ctx, &code, "row %d \\ \"'\n", i));
		rows[i] = (struct q_kind_copy_in){ A,
			                               i,
			                               code,
			                               1000,
			                               i % 2,
			                               i % 3 == 0 ? VD_STR_NONE : VD_STR("note \xe2\x82\xac"),
			                               i % 5 == 0 ? VD_DATE_NONE : (struct vd_date){ i },
			                               { (int64_t)i * 86400 },
			                               { "\0b", 2 } };
	}
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_copy(&ctx, db, rows, ROWS, NULL));
	assert_ok(q_part_insert(&ctx, db, &(struct q_part_insert_in){ A, 1, 7 }, NULL));
	assert_ok(q_planted_insert(&ctx, db,
	                           &(struct q_planted_insert_in){ VD_STR("later"), { 20000 } }, NULL));
	assert_ok(vd_blob_put(&ctx, db, A, VD_STR("a letter"), VD_STR("text/plain"),
	                      (struct vd_moment){ 0 }, key));
	assert_ok(vd_tx_commit(&ctx, &tx));
	vd_arena_rewind(ctx.arena, mark);
}

/* Moves a number from one row to another: the total stays. */
static enum vd_status
move_one(struct vd_context *ctx, struct vd_db *db, int64_t n)
{
	struct q_kind_move_back_row row;
	VD_AUTO_TX tx = { 0 };

	VD_TRY(vd_tx_begin(ctx, db, VD_TX_WRITE, &tx));
	VD_TRY(q_kind_move(ctx, db, &(struct q_kind_move_in){ A, n * 7 % ROWS, n }, NULL));
	VD_TRY(q_kind_move_back(ctx, db, &(struct q_kind_move_back_in){ A, (n * 7 + 1000) % ROWS, n },
	                        &row));
	return vd_tx_commit(ctx, &tx);
}

struct writer {
	char url[1024];
	_Atomic bool stop;
	_Atomic long moved;
	char problem[600];
};

static void *
write_on(void *arg)
{
	struct writer *w = arg;
	WITH_CONTEXT((size_t)16 << 20);
	struct vd_db_options options = { .busy_timeout_ms = 20000 };
	VD_AUTO_DB *db = NULL;
	enum vd_status st = vd_db_open(&ctx, w->url, &options, &db);

	for (long n = 1; st == VD_OK && !w->stop; n++) {
		st = move_one(&ctx, db, n);
		w->moved = n;
	}
	if (st != VD_OK) snprintf(w->problem, sizeof(w->problem), "%s", ctx.error.detail);
	return NULL;
}

static void
compare(struct vd_context *context, struct vd_db *a, struct vd_db *b)
{
	struct vd_context ctx = *context;
	VD_CLEANUP(q_kind_all_close) struct q_kind_all_stream s = { 0 }, t = { 0 };
	struct q_kind_all_row x, y;
	bool more, more_b;
	int n = 0;

	assert_ok(q_kind_all_open(&ctx, a, &(struct q_kind_all_in){ A }, &s));
	assert_ok(q_kind_all_open(&ctx, b, &(struct q_kind_all_in){ A }, &t));
	for (;; n++) {
		assert_ok(q_kind_all_next(&ctx, &s, &x, &more));
		assert_ok(q_kind_all_next(&ctx, &t, &y, &more_b));
		assert_int_equal(more, more_b);
		if (!more) break;
		assert_int_equal(x.id, y.id);
		assert_int_equal(x.number, y.number);
		assert_int_equal(x.day.day, y.day.day);
		assert_int_equal(x.moment.second, y.moment.second);
		assert_true(vd_str_eq(x.code, y.code) && vd_str_eq(x.note, y.note) &&
		            vd_str_eq(x.bytes, y.bytes));
		assert_int_equal(vd_str_is_none(x.note), vd_str_is_none(y.note));
	}
	assert_int_equal(n, ROWS);
	q_kind_all_close(&t);
}

static void
a_backup_is_the_whole_store(void **state)
{
	WITH_CONTEXT((size_t)64 << 20);
	struct vd_db_options options = { .create = true }, none = { 0 };
	VD_AUTO_DB *db = NULL;
	VD_AUTO_DB *copy = NULL;
	const char *path = backup_path(&ctx, "whole");
	struct q_planted_list_row *planted;
	struct vd_str *names, url;
	struct vd_blob blob;
	char from[1024], key[VD_SHA256_HEX];
	size_t count;

	(void)state;
	fresh_store(401, from);
	assert_ok(vd_db_open(&ctx, from, &options, &db));
	fill(&ctx, db);
	assert_ok(vd_db_backup(&ctx, db, path, NULL));
	assert_false(vd_db_in_tx(db));
	assert_refused(vd_db_backup(&ctx, db, path, NULL), VD_E_CONFLICT, "file.exists");

	assert_ok(vd_str_printf(&ctx, &url, "sqlite:%s", path));
	assert_ok(vd_db_open(&ctx, url.ptr, &none, &copy));
	compare(&ctx, db, copy);
	assert_ok(q_planted_list(&ctx, copy, &planted, &count));
	assert_int_equal(count, 2);
	vd_sha256(VD_STR("a letter"), key);
	assert_ok(vd_blob_get(&ctx, copy, A, vd_str_c(key), &blob));
	assert_text(blob.bytes, "a letter");
	assert_ok(move_one(&ctx, copy, 5)); /* it lives */
	vd_db_close(&copy);

	/* nothing half-made is left beside it */
	assert_ok(vd_file_list(&ctx, getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", 10000,
	                       &names, &count));
	for (size_t i = 0; i < count; i++) assert_false(vd_str_ends(names[i], VD_STR(".part")));
}

static void
a_backup_is_one_snapshot_while_others_write(void **state)
{
	WITH_CONTEXT((size_t)64 << 20);
	static struct writer w;
	struct vd_db_options options = { .create = true }, none = { 0 };
	VD_AUTO_DB *db = NULL;
	struct q_kind_sum_row sum;
	pthread_t thread;

	(void)state;
	fresh_store(402, w.url);
	assert_ok(vd_db_open(&ctx, w.url, &options, &db));
	fill(&ctx, db);
	assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
	for (int round = 0; round < 5; round++) {
		VD_AUTO_DB *copy = NULL;
		const char *path = backup_path(&ctx, "busy");
		struct vd_str url;
		long before = w.moved;

		while (w.moved < before + 5 && w.problem[0] == '\0') usleep(1000);
		assert_ok(vd_db_backup(&ctx, db, path, NULL));
		assert_ok(vd_str_printf(&ctx, &url, "sqlite:%s", path));
		assert_ok(vd_db_open(&ctx, url.ptr, &none, &copy));
		assert_ok(q_kind_sum(&ctx, copy, &(struct q_kind_sum_in){ A }, &sum));
		assert_int_equal(sum.rows, ROWS);
		assert_int_equal(sum.total, (int64_t)ROWS * 1000);
	}
	w.stop = true;
	pthread_join(thread, NULL);
	assert_string_equal(w.problem, "");
}

static void
a_failed_backup_leaves_nothing(void **state)
{
	WITH_CONTEXT((size_t)64 << 20);
	struct vd_db_options options = { .create = true };
	VD_AUTO_DB *db = NULL;
	const char *path = backup_path(&ctx, "failed");
	char from[1024];
	long n;

	(void)state;
	fresh_store(403, from);
	assert_ok(vd_db_open(&ctx, from, &options, &db));
	fill(&ctx, db);
	assert_refused(vd_db_backup(&ctx, db, "/nowhere/at/all.db", NULL), VD_E_IO, "store.error");
	assert_false(vd_db_in_tx(db));
	for (n = 1; n < 2000; n += n < 20 ? 1 : 37) {
		struct vd_str *names;
		size_t count;
		enum vd_status st;

		vd_fault_arm(VD_FAULT_STATEMENT, n, false);
		st = vd_db_backup(&ctx, db, path, NULL);
		vd_fault_disarm(VD_FAULT_STATEMENT);
		assert_false(vd_db_in_tx(db));
		assert_int_equal(vd_file_exists(path), st == VD_OK);
		assert_ok(vd_file_list(&ctx, getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", 10000,
		                       &names, &count));
		for (size_t i = 0; i < count; i++) assert_null(strstr(names[i].ptr, ".part"));
		if (st == VD_OK) break;
		assert_int_equal(st, VD_E_IO);
	}
	assert_true(n > 1 && n < 2000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_the_whole_store),
		cmocka_unit_test(a_backup_is_one_snapshot_while_others_write),
		cmocka_unit_test(a_failed_backup_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
