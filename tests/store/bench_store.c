/* Measures one store: rows a second of a :batch, statements a second of a point read, rows a second
 * of a :stream.
 *
 *   ninja -C BUILD tests/bench_store && BUILD/tests/bench_store URL    (a new, empty store) */
#include "q_kinds.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define A          1
#define BATCHES    30
#define BATCH_ROWS 10000
#define READS      50000

static struct vd_context ctx;

static void
need(enum vd_status st)
{
	if (st == VD_OK) return;
	fprintf(stderr, "%s: %s\n", ctx.error.key, ctx.error.detail);
	exit(1);
}

static void
say(const char *what, int64_t n, int64_t since_us)
{
	int64_t us = vd_clock_monotonic_us() - since_us;

	printf("%-40s %9lld in %7lld ms = %9lld a second\n", what, (long long)n, (long long)us / 1000,
	       (long long)(n * 1000000 / (us > 0 ? us : 1)));
}

static void
insert(struct vd_db *db, int64_t first)
{
	struct vd_arena_mark mark = vd_arena_mark(ctx.arena);
	struct q_kind_copy_in *rows = vd_new_n(&ctx, struct q_kind_copy_in, BATCH_ROWS);
	VD_AUTO_TX tx = { 0 };

	if (rows == NULL) need(vd_fail_memory(&ctx));
	for (int64_t i = 0; i < BATCH_ROWS; i++) {
		rows[i] =
		    (struct q_kind_copy_in){ .administration = A, .id = first + i, .number = i * 100 };
		need(vd_str_printf(&ctx, &rows[i].code, "2026-%07lld", (long long)(first + i)));
		rows[i].note = VD_STR("Onderhoud november, volgens opgave");
		rows[i].day = (struct vd_date){ 20000 + (int32_t)(i % 365) };
		rows[i].moment = (struct vd_moment){ 1769904000 + i };
	}
	need(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	need(q_kind_copy(&ctx, db, rows, BATCH_ROWS, NULL));
	need(vd_tx_commit(&ctx, &tx));
	vd_arena_rewind(ctx.arena, mark);
}

static void
read_points(struct vd_db *db)
{
	struct vd_arena_mark mark = vd_arena_mark(ctx.arena);

	for (int64_t i = 0; i < READS; i++) {
		struct q_kind_one_row row;

		need(q_kind_one(&ctx, db, &(struct q_kind_one_in){ A, i * 7919 % (BATCHES * BATCH_ROWS) },
		                &row));
		vd_arena_rewind(ctx.arena, mark);
	}
}

static int64_t
read_stream(struct vd_db *db)
{
	struct q_kind_all_stream s;
	struct q_kind_all_row row;
	int64_t n = 0;
	bool more;

	need(q_kind_all_open(&ctx, db, &(struct q_kind_all_in){ A }, &s));
	for (;;) {
		need(q_kind_all_next(&ctx, &s, &row, &more));
		if (!more) return n;
		n++;
	}
}

static void
commit_single(struct vd_db *db)
{
	VD_AUTO_TX tx = { 0 };

	need(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	need(q_kind_move(&ctx, db, &(struct q_kind_move_in){ A, 1, 1 }, NULL));
	need(vd_tx_commit(&ctx, &tx));
}

int
main(int argc, char **argv)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)256 << 20);
	struct vd_db_options options = { .create = true };
	VD_AUTO_DB *db = NULL;
	int64_t start;

	ctx.arena = &arena;
	if (argc != 2) return 2;
	need(vd_db_open(&ctx, argv[1], &options, &db));
	start = vd_clock_monotonic_us();
	for (int i = 0; i < BATCHES; i++) insert(db, (int64_t)i * BATCH_ROWS);
	say("batch rows, transactions of 10,000", BATCHES * BATCH_ROWS, start);
	need(vd_db_analyze(&ctx, db));
	start = vd_clock_monotonic_us();
	read_points(db);
	say("point reads by key", READS, start);
	start = vd_clock_monotonic_us();
	say("streamed rows", read_stream(db), start);
	start = vd_clock_monotonic_us();
	for (int i = 0; i < 1000; i++) commit_single(db);
	say("durable single-row transactions", 1000, start);
	return 0;
}
