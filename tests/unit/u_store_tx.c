/* Transactions: all or nothing, whatever fails and wherever; two connections; ids. Runs on each
 * TEST_STORE. */
#include "store_support.h"

#include "base/fault.h"
#include "q_kinds.h"
#include "store/engine.h"

#include <pthread.h>

#define A 1

struct place {
	char url[1024];
};

static struct vd_db *
join(struct vd_context *context, const struct place *p, int busy_ms)
{
	struct vd_context ctx = *context;
	struct vd_db_options options = { .create = true, .busy_timeout_ms = busy_ms };
	struct vd_db *db;

	assert_ok(vd_db_open(&ctx, p->url, &options, &db));
	return db;
}

static struct vd_db *
make(struct vd_context *context, struct place *p)
{
	static int n = 100;

	fresh_store(++n, p->url);
	return join(context, p, 0);
}

static struct q_kind_insert_in
kind(int64_t id, const char *code)
{
	return (struct q_kind_insert_in){ A,           id,           vd_str_c(code), 100,        0,
		                              VD_STR_NONE, VD_DATE_NONE, VD_MOMENT_NONE, VD_STR_NONE };
}

static void
write_kind(struct vd_context *context, struct vd_db *db, int64_t id, const char *code)
{
	struct vd_context ctx = *context;
	struct q_kind_insert_in in = kind(id, code);
	VD_AUTO_TX tx = { 0 };

	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_insert(&ctx, db, &in, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
}

static struct q_kind_sum_row
sum_of(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;
	struct q_kind_sum_row sum;

	assert_ok(q_kind_sum(&ctx, db, &(struct q_kind_sum_in){ A }, &sum));
	return sum;
}

/* ---- errors ---- */

static void
constraints_have_their_class(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_insert_in same_id = kind(1, "other"), same_code = kind(2, "x"),
	                        check = kind(3, "y");
	struct vd_tx tx;

	(void)state;
	check.small = 7;
	write_kind(&ctx, db, 1, "x");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_insert(&ctx, db, &same_id, NULL), VD_E_CONFLICT, "store.conflict");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_insert(&ctx, db, &same_code, NULL), VD_E_CONFLICT, "store.conflict");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_insert(&ctx, db, &check, NULL), VD_E_INVALID, "store.error");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_part_insert(&ctx, db, &(struct q_part_insert_in){ A, 1, 77 }, NULL),
	               VD_E_INVALID, "store.error");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_part_insert(&ctx, db, &(struct q_part_insert_in){ A, 1, 1 }, NULL));
	assert_refused(q_part_delete(&ctx, db, &(struct q_part_delete_in){ A }, NULL), VD_E_INVALID,
	               "store.error");
	vd_tx_rollback(&tx);
	assert_int_equal(sum_of(&ctx, db).rows, 1);
}

/* A message may be shown and logged: it names columns or constraints, never what stands in them. */
static void
messages_hold_no_values(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_insert_in same = kind(2, "Jansen's secret");
	VD_AUTO_TX tx = { 0 };

	(void)state;
	write_kind(&ctx, db, 1, "Jansen's secret");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_int_equal(q_kind_insert(&ctx, db, &same, NULL), VD_E_CONFLICT);
	assert_non_null(strstr(ctx.error.detail, "kind"));
	assert_null(strstr(ctx.error.detail, "Jansen"));
}

static void
after_a_failure_only_rollback_is_possible(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_insert_in good = kind(2, "good"), bad = kind(1, "again");
	struct q_kind_sum_row sum;
	struct vd_tx tx;

	(void)state;
	write_kind(&ctx, db, 1, "x");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_insert(&ctx, db, &good, NULL));
	assert_int_equal(q_kind_insert(&ctx, db, &bad, NULL), VD_E_CONFLICT);
	assert_refused(q_kind_sum(&ctx, db, &(struct q_kind_sum_in){ A }, &sum), VD_E_INVALID,
	               "store.transaction_failed");
	assert_refused(vd_tx_commit(&ctx, &tx), VD_E_INVALID, "store.transaction_failed");
	assert_true(vd_db_in_tx(db));
	vd_tx_rollback(&tx);
	assert_false(vd_db_in_tx(db));
	assert_int_equal(sum_of(&ctx, db).rows, 1);
	write_kind(&ctx, db, 2, "good");
	assert_int_equal(sum_of(&ctx, db).rows, 2);
}

static void
a_batch_stops_whole(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_copy_in rows[600];
	char codes[600][16];
	int64_t changed;
	struct vd_tx tx;

	(void)state;
	for (int i = 0; i < 600; i++) {
		snprintf(codes[i], sizeof(codes[i]), "c%d", i == 400 ? 17 : i); /* twice the same */
		rows[i] = (struct q_kind_copy_in){
			A, i, vd_str_c(codes[i]), 1, 0, VD_STR_NONE, VD_DATE_NONE, VD_MOMENT_NONE, VD_STR_NONE
		};
	}
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_copy(&ctx, db, rows, 600, &changed), VD_E_CONFLICT, "store.conflict");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_upsert(&ctx, db, (const struct q_kind_upsert_in *)rows, 600, &changed),
	               VD_E_CONFLICT, "store.conflict");
	vd_tx_rollback(&tx);
	/* a row that does not fit, after many were sent */
	rows[400].code = VD_STR("\xff");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_copy(&ctx, db, rows, 600, &changed), VD_E_INVALID, "store.text");
	vd_tx_rollback(&tx);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(q_kind_upsert(&ctx, db, (const struct q_kind_upsert_in *)rows, 600, &changed),
	               VD_E_INVALID, "store.text");
	vd_tx_rollback(&tx);
	assert_int_equal(sum_of(&ctx, db).rows, 0);
	rows[400].code = VD_STR("fine");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_copy(&ctx, db, rows, 600, &changed));
	assert_int_equal(changed, 600);
	for (int i = 0; i < 600; i++) rows[i].number = 5;
	assert_ok(q_kind_upsert(&ctx, db, (const struct q_kind_upsert_in *)rows, 600, &changed));
	assert_int_equal(changed, 600);
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_int_equal(sum_of(&ctx, db).total, 3000);
}

static void
writing_needs_a_write_transaction(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_insert_in in = kind(1, "x");
	struct vd_tx tx, second;

	(void)state;
	assert_refused(q_kind_insert(&ctx, db, &in, NULL), VD_E_INVALID, "store.no_write_transaction");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_READ, &tx));
	assert_refused(q_kind_insert(&ctx, db, &in, NULL), VD_E_INVALID, "store.no_write_transaction");
	assert_refused(vd_tx_begin(&ctx, db, VD_TX_WRITE, &second), VD_E_INVALID,
	               "store.transaction_open");
	assert_ok(vd_tx_commit(&ctx, &tx));
	vd_tx_rollback(&second); /* harmless: it never opened */
	vd_tx_rollback(&tx);
	assert_int_equal(sum_of(&ctx, db).rows, 0);
}

static void
leaving_early_rolls_back_and_keeps_the_error(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);

	(void)state;
	{
		struct q_kind_insert_in in = kind(1, "x");
		VD_AUTO_TX tx = { 0 };

		assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
		assert_ok(q_kind_insert(&ctx, db, &in, NULL));
		(void)!vd_fail(&ctx, VD_E_FORBIDDEN, "test.key", NULL, "the first error");
	}
	assert_string_equal(ctx.error.key, "test.key");
	assert_false(vd_db_in_tx(db));
	assert_int_equal(sum_of(&ctx, db).rows, 0);
}

static void
a_commit_waits_for_its_streams(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct q_kind_ids_stream s = { 0 };
	struct q_kind_ids_row row;
	struct vd_tx tx;
	bool more;

	(void)state;
	write_kind(&ctx, db, 1, "x");
	write_kind(&ctx, db, 2, "y");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_READ, &tx));
	assert_ok(q_kind_ids_open(&ctx, db, &(struct q_kind_ids_in){ A }, &s));
	assert_ok(q_kind_ids_next(&ctx, &s, &row, &more));
	assert_refused(vd_tx_commit(&ctx, &tx), VD_E_INVALID, "store.stream_open");
	vd_tx_rollback(&tx);
	assert_refused(q_kind_ids_next(&ctx, &s, &row, &more), VD_E_INVALID, "store.stream_closed");
	q_kind_ids_close(&s);
	q_kind_ids_close(&s);
	assert_ok(
	    q_kind_ids_open(&ctx, db, &(struct q_kind_ids_in){ A }, &s)); /* its own transaction */
	assert_true(vd_db_in_tx(db));
	assert_ok(q_kind_ids_next(&ctx, &s, &row, &more));
	q_kind_ids_close(&s); /* before its end */
	assert_false(vd_db_in_tx(db));
	write_kind(&ctx, db, 3, "z");
}

/* ---- two connections ---- */

static void
a_reading_transaction_is_one_snapshot(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	VD_AUTO_DB *other = join(&ctx, &p, 0);
	struct vd_tx tx;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_READ, &tx));
	assert_int_equal(sum_of(&ctx, db).rows, 0);
	write_kind(&ctx, other, 1, "x");
	assert_int_equal(sum_of(&ctx, db).rows, 0);
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_int_equal(sum_of(&ctx, db).rows, 1);
}

static void
what_is_locked_is_busy_and_may_be_retried(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *first = make(&ctx, &p);
	VD_AUTO_DB *second = join(&ctx, &p, 50);
	struct vd_ids mine = { .administration = A }, theirs = mine;
	struct vd_tx tx, late;
	enum vd_status st;
	int64_t id;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, first, VD_TX_WRITE, &tx));
	assert_ok(q_counter_insert(&ctx, first, &(struct q_counter_insert_in){ A }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));

	assert_ok(vd_tx_begin(&ctx, first, VD_TX_WRITE, &tx));
	assert_ok(vd_ids_take(&ctx, first, &mine, 3, 10, &id));
	assert_int_equal(id, 1);
	st = vd_tx_begin(&ctx, second, VD_TX_WRITE,
	                 &late); /* SQLite: one writer; PostgreSQL: one per row */
	if (st == VD_OK) st = vd_ids_take(&ctx, second, &theirs, 1, 1, &id);
	assert_int_equal(st, VD_E_BUSY);
	assert_string_equal(ctx.error.key, "store.busy");
	vd_tx_rollback(&late);
	assert_ok(vd_ids_take(&ctx, first, &mine, 7, 10, &id));
	assert_int_equal(id, 4);
	assert_ok(vd_tx_commit(&ctx, &tx));

	assert_ok(vd_tx_begin(&ctx, second, VD_TX_WRITE, &late));
	assert_ok(vd_ids_take(&ctx, second, &theirs, 1, 1, &id));
	assert_int_equal(id, 11);
	assert_ok(vd_tx_commit(&ctx, &late));
}

static void
ids_have_their_limits(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct vd_ids ids = { .administration = 9 };
	struct vd_tx tx;
	int64_t id;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(vd_ids_take(&ctx, db, &ids, 0, 1, &id), VD_E_LIMIT, "store.ids");
	assert_refused(vd_ids_take(&ctx, db, &ids, 1, 100001, &id), VD_E_LIMIT, "store.ids");
	assert_refused(vd_ids_take(&ctx, db, &ids, 1, 1, &id), VD_E_NOT_FOUND,
	               "administration.unknown");
	assert_ok(q_counter_insert(&ctx, db, &(struct q_counter_insert_in){ 9 }, NULL));
	assert_ok(vd_ids_take(&ctx, db, &ids, 5, 2, &id)); /* more than the block */
	assert_int_equal(id, 1);
	assert_ok(vd_ids_take(&ctx, db, &ids, 1, 4, &id));
	assert_int_equal(id, 6);
	assert_ok(vd_ids_take(&ctx, db, &ids, 3, 4, &id));
	assert_int_equal(id, 7);
	assert_ok(vd_ids_take(&ctx, db, &ids, 1, 4, &id));
	assert_int_equal(id, 10);
	vd_tx_rollback(&tx);
}

struct taker {
	const struct place *place;
	int64_t taken[200];
	char problem[600];
};

/* cmocka's assertions belong to the main thread: this one reports by text. */
static enum vd_status
take_one(struct vd_context *ctx, struct vd_db *db, int64_t *id)
{
	struct vd_ids ids = { .administration = A };
	VD_AUTO_TX tx = { 0 };

	VD_TRY(vd_tx_begin(ctx, db, VD_TX_WRITE, &tx));
	VD_TRY(vd_ids_take(ctx, db, &ids, 2, 2, id));
	return vd_tx_commit(ctx, &tx);
}

static void *
take_many(void *arg)
{
	struct taker *t = arg;
	WITH_CONTEXT((size_t)16 << 20);
	struct vd_db_options options = { .busy_timeout_ms = 20000 };
	VD_AUTO_DB *db = NULL;
	enum vd_status st = vd_db_open(&ctx, t->place->url, &options, &db);

	for (size_t i = 0; i < VD_LENGTH(t->taken) && st == VD_OK; i++)
		st = take_one(&ctx, db, &t->taken[i]);
	if (st != VD_OK) snprintf(t->problem, sizeof(t->problem), "%s", ctx.error.detail);
	return NULL;
}

static void
ids_are_never_given_twice(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	static struct taker takers[2];
	static bool seen[1000];
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	pthread_t threads[2];
	struct vd_tx tx;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_counter_insert(&ctx, db, &(struct q_counter_insert_in){ A }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
	for (int i = 0; i < 2; i++) {
		takers[i].place = &p;
		assert_int_equal(pthread_create(&threads[i], NULL, take_many, &takers[i]), 0);
	}
	for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(takers[i].problem, "");
		for (size_t k = 0; k < VD_LENGTH(takers[i].taken); k++) {
			int64_t id = takers[i].taken[k];

			assert_true(id >= 1 && id + 1 < 1000 && !seen[id] && !seen[id + 1]);
			seen[id] = seen[id + 1] = true;
		}
	}
}

/* ---- faults ---- */

/* One booking: two rows move a number, a third one is made. */
static enum vd_status
booking(struct vd_context *ctx, struct vd_db *db)
{
	struct q_kind_insert_in in = kind(3, "third");
	struct q_kind_move_back_row row;
	struct vd_ids ids = { .administration = A };
	VD_AUTO_TX tx = { 0 };
	int64_t id;

	in.number = 0;
	VD_TRY(vd_tx_begin(ctx, db, VD_TX_WRITE, &tx));
	VD_TRY(vd_ids_take(ctx, db, &ids, 1, 1, &id));
	VD_TRY(q_kind_move(ctx, db, &(struct q_kind_move_in){ A, 1, 30 }, NULL));
	VD_TRY(q_kind_move_back(ctx, db, &(struct q_kind_move_back_in){ A, 2, 30 }, &row));
	VD_TRY(q_kind_insert(ctx, db, &in, NULL));
	return vd_tx_commit(ctx, &tx);
}

static void
a_failing_statement_leaves_nothing(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	struct vd_tx tx;
	long n;

	(void)state;
	write_kind(&ctx, db, 1, "one");
	write_kind(&ctx, db, 2, "two");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_counter_insert(&ctx, db, &(struct q_counter_insert_in){ A }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
	for (n = 1; n < 100; n++) {
		enum vd_status st;

		vd_fault_arm(VD_FAULT_STATEMENT, n, false);
		st = booking(&ctx, db);
		vd_fault_disarm(VD_FAULT_STATEMENT);
		assert_false(vd_db_in_tx(db));
		assert_int_equal(sum_of(&ctx, db).total, 200);
		assert_int_equal(sum_of(&ctx, db).rows, st == VD_OK ? 3 : 2);
		if (st == VD_OK) break;
		assert_int_equal(st, VD_E_IO);
		assert_string_equal(ctx.error.key, "store.fault");
	}
	assert_int_equal(n, 7); /* begin, ids, two moves, the insert, the commit; then none is left to
	                           fail */
}

static void
a_failing_allocation_leaves_nothing(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = make(&ctx, &p);
	long n;

	(void)state;
	for (int i = 0; i < 40; i++) {
		char code[300];

		snprintf(code, sizeof(code), "%d %0250d", i, 0); /* long, so that many blocks are needed */
		write_kind(&ctx, db, i, code);
	}
	for (n = 1; n < 100; n++) {
		VD_AUTO_ARENA small = VD_ARENA((size_t)1 << 20);
		struct vd_context inner = { .arena = &small };
		struct q_kind_page_row *rows;
		size_t count;
		enum vd_status st;

		vd_fault_arm(VD_FAULT_ALLOC, n, false);
		st = q_kind_page(&inner, db, &(struct q_kind_page_in){ A, -1, 100 }, &rows, &count);
		vd_fault_disarm(VD_FAULT_ALLOC);
		if (st == VD_OK) {
			assert_int_equal(count, 40);
			break;
		}
		assert_int_equal(st, VD_E_NOMEM);
	}
	assert_true(n > 1 && n < 100);
}

/* ---- PostgreSQL ---- */

static void
a_lost_connection_is_told_and_met_again(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct place p;
	VD_AUTO_DB *db = NULL;
	struct q_kind_insert_in in = kind(1, "x");
	struct vd_tx tx;

	(void)state;
	db = make(&ctx, &p);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_insert(&ctx, db, &in, NULL));
	PGconn *c = PQconnectdb(p.url);
	PGresult *r = PQexec(
	    c,
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'voldaan' "
	    "AND datname = current_database()");
	assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
	PQclear(r);
	PQfinish(c);
	assert_refused(vd_tx_commit(&ctx, &tx), VD_E_IO, "store.connection");
	vd_tx_rollback(&tx);
	write_kind(&ctx, db, 2, "y"); /* connects again */
	assert_int_equal(sum_of(&ctx, db).rows, 1);
}

int
main(void)
{
	const struct CMUnitTest both[] = {
		cmocka_unit_test(constraints_have_their_class),
		cmocka_unit_test(messages_hold_no_values),
		cmocka_unit_test(after_a_failure_only_rollback_is_possible),
		cmocka_unit_test(a_batch_stops_whole),
		cmocka_unit_test(writing_needs_a_write_transaction),
		cmocka_unit_test(leaving_early_rolls_back_and_keeps_the_error),
		cmocka_unit_test(a_commit_waits_for_its_streams),
		cmocka_unit_test(a_reading_transaction_is_one_snapshot),
		cmocka_unit_test(what_is_locked_is_busy_and_may_be_retried),
		cmocka_unit_test(ids_have_their_limits),
		cmocka_unit_test(ids_are_never_given_twice),
		cmocka_unit_test(a_failing_statement_leaves_nothing),
		cmocka_unit_test(a_failing_allocation_leaves_nothing),
	};
	const struct CMUnitTest postgresql[] = {
		cmocka_unit_test(a_lost_connection_is_told_and_met_again),
	};

	return run_store_tests(both, VD_LENGTH(both), NULL, 0, postgresql, VD_LENGTH(postgresql));
}
