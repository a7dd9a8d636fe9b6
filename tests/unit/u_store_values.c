/* Every type and every kind of statement, and the same answers from both engines: the transcript of
 * a scenario is compared with one text. Runs on each TEST_STORE. */
#include "store_support.h"

#include "base/buf.h"
#include "q_kinds.h"

#define A 1 /* the administration */

static struct vd_moment
moment(const char *text)
{
	WITH_CONTEXT(65536);
	struct vd_moment m;

	assert_ok(vd_moment_parse(&ctx, vd_str_c(text), &m));
	return m;
}

static struct vd_date
day(const char *text)
{
	WITH_CONTEXT(65536);
	struct vd_date d;

	assert_ok(vd_date_parse(&ctx, vd_str_c(text), &d));
	return d;
}

static struct vd_db *
make(struct vd_context *context)
{
	static int n;
	struct vd_context ctx = *context;
	struct vd_db_options options = { .create = true };
	struct vd_db *db;
	char url[1024];

	fresh_store(++n, url);
	assert_ok(vd_db_open(&ctx, url, &options, &db));
	return db;
}

#define BYTES(literal) ((struct vd_str){ literal, sizeof(literal) - 1 })

/* Nine rows, so that a :batch of them goes by COPY. */
static size_t
samples(struct q_kind_copy_in *rows)
{
	const struct q_kind_copy_in all[] = {
		{ A, 1, VD_STR("plain"), 12345, 1, VD_STR("a note"), day("2026-01-31"),
		  moment("2026-01-31 23:59:59"), BYTES("abc") },
		{ A, 2, VD_STR("absent"), VD_I64_NONE, 0, VD_STR_NONE, VD_DATE_NONE, VD_MOMENT_NONE,
		  VD_STR_NONE },
		{ A, 3, VD_STR(""), 0, 0, VD_STR(""), day("1970-01-01"), moment("1970-01-01 00:00:00"),
		  BYTES("") },
		{ A, 4, VD_STR("it's \"quoted\""), INT64_MAX, 0, VD_STR("tab\there\nline\r\\N \\. \\x41"),
		  day("2999-12-31"), moment("2999-12-31 23:59:59"), BYTES("\0\0x\0") },
		{ A, 5, VD_STR("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82"), INT64_MIN + 1, 1,
		  VD_STR("$1 ?1 :a @b %s"), day("1900-01-01"), moment("1900-01-01 00:00:00"),
		  BYTES("\xff\xfe\\\n\t") },
		{ A, 6, VD_STR("\\N"), -1, 0, VD_STR("\\."), day("2000-02-29"),
		  moment("2000-02-29 12:00:00"), BYTES("\\x4142") },
		{ A, 7, VD_STR("Z"), 1, 0, VD_STR("null"), day("2000-01-01"), moment("2000-01-01 00:00:00"),
		  BYTES("\n") },
		{ A, 8, VD_STR("a"), 1, 0, VD_STR("'; DROP TABLE kind; --"), day("1999-12-31"),
		  moment("1999-12-31 23:59:59"), BYTES("0") },
		{ A, 9, VD_STR("\xc3\xa9"), 1, 0, VD_STR(" blanks "), day("2026-12-31"),
		  moment("2026-12-31 00:00:01"), BYTES("  ") },
	};

	memcpy(rows, all, sizeof(all));
	return VD_LENGTH(all);
}

static void
add_bytes(struct vd_buf *b, struct vd_str s)
{
	if (vd_str_is_none(s)) vd_buf_add_c(b, "none");
	for (size_t i = 0; i < s.len; i++) vd_buf_addf(b, "%02x", (unsigned char)s.ptr[i]);
}

static void
add_row(struct vd_buf *b, const struct q_kind_all_row *r)
{
	char d[VD_DATE_TEXT], m[VD_MOMENT_TEXT];

	vd_date_format(r->day, d);
	vd_moment_format(r->moment, m);
	vd_buf_addf(b, "%lld <%.*s> %lld ", (long long)r->id, VD_FMT(r->code), (long long)r->number);
	if (vd_str_is_none(r->note)) vd_buf_add_c(b, "none");
	else vd_buf_addf(b, "<%.*s>", VD_FMT(r->note));
	vd_buf_addf(b, " [%s] [%s] ", d, vd_moment_is_none(r->moment) ? "" : m);
	add_bytes(b, r->bytes);
	vd_buf_add_c(b, "\n");
}

static struct vd_str
transcript(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;
	VD_CLEANUP(q_kind_all_close) struct q_kind_all_stream s = { 0 };
	struct vd_buf b = VD_BUF(context, 65536);
	struct q_kind_all_row row;
	struct vd_str out;
	bool more;

	assert_ok(q_kind_all_open(&ctx, db, &(struct q_kind_all_in){ A }, &s));
	for (;;) {
		assert_ok(q_kind_all_next(&ctx, &s, &row, &more));
		if (!more) break;
		add_row(&b, &row);
	}
	assert_false(vd_db_in_tx(db));
	assert_ok(vd_buf_finish(&ctx, &b, &out));
	return out;
}

static const char expected[] =
    "1 <plain> 12345 <a note> [2026-01-31] [2026-01-31 23:59:59] 616263\n"
    "2 <absent> -9223372036854775808 none [] [] none\n"
    "3 <> 0 <> [1970-01-01] [1970-01-01 00:00:00] \n"
    "4 <it's \"quoted\"> 9223372036854775807 <tab\there\nline\r\\N \\. \\x41> [2999-12-31] [2999-12-31 23:59:59] 00007800\n"
    "5 <caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82> -9223372036854775807 <$1 ?1 :a @b %s> [1900-01-01] [1900-01-01 00:00:00] fffe5c0a09\n"
    "6 <\\N> -1 <\\.> [2000-02-29] [2000-02-29 12:00:00] 5c7834313432\n"
    "7 <Z> 1 <null> [2000-01-01] [2000-01-01 00:00:00] 0a\n"
    "8 <a> 1 <'; DROP TABLE kind; --> [1999-12-31] [1999-12-31 23:59:59] 30\n"
    "9 <\xc3\xa9> 1 < blanks > [2026-12-31] [2026-12-31 00:00:01] 2020\n";

enum way { ONE_BY_ONE, COPY, PIPELINE, FEW };

static void
write_samples(struct vd_context *context, struct vd_db *db, enum way way)
{
	struct vd_context ctx = *context;
	struct q_kind_copy_in rows[16];
	size_t n = samples(rows);
	VD_AUTO_TX tx = { 0 };
	int64_t changed = 0;

	_Static_assert(sizeof(struct q_kind_copy_in) == sizeof(struct q_kind_upsert_in),
	               "the same fields");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	if (way == COPY) assert_ok(q_kind_copy(&ctx, db, rows, n, &changed));
	if (way == PIPELINE)
		assert_ok(q_kind_upsert(&ctx, db, (const struct q_kind_upsert_in *)rows, n, &changed));
	for (size_t i = 0; way == FEW && i < n; i += 3) {
		int64_t some;

		assert_ok(q_kind_copy(&ctx, db, rows + i, 3, &some));
		changed += some;
	}
	for (size_t i = 0; way == ONE_BY_ONE && i < n; i++) {
		struct q_kind_insert_in in;
		int64_t one;

		memcpy(&in, &rows[i], sizeof(in));
		assert_ok(q_kind_insert(&ctx, db, &in, &one));
		changed += one;
	}
	assert_int_equal(changed, n);
	assert_ok(vd_tx_commit(&ctx, &tx));
}

static void
values_come_back_as_they_went(void **state)
{
	(void)state;
	for (enum way way = ONE_BY_ONE; way <= FEW; way++) {
		WITH_CONTEXT((size_t)16 << 20);
		VD_AUTO_DB *db = make(&ctx);
		struct vd_str got;

		write_samples(&ctx, db, way);
		got = transcript(&ctx, db);
		if (strcmp(got.ptr, expected) != 0)
			fail_msg("way %d gave:\n%s\ninstead of:\n%s", way, got.ptr, expected);
	}
}

static void
each_kind_answers(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = make(&ctx);
	struct q_kind_one_row one;
	struct q_kind_by_code_row by_code;
	struct q_kind_page_row *page;
	struct q_kind_sum_row sum;
	struct q_kind_filter_row *filtered;
	size_t count;
	bool found;

	(void)state;
	write_samples(&ctx, db, COPY);
	assert_ok(q_kind_one(&ctx, db, &(struct q_kind_one_in){ A, 4 }, &one));
	assert_text(one.code, "it's \"quoted\"");
	assert_int_equal(one.bytes.len, 4);
	assert_refused(q_kind_one(&ctx, db, &(struct q_kind_one_in){ A, 99 }, &one), VD_E_NOT_FOUND,
	               "store.not_found");
	assert_refused(q_kind_one(&ctx, db, &(struct q_kind_one_in){ 2, 4 }, &one), VD_E_NOT_FOUND,
	               "store.not_found");

	assert_ok(q_kind_by_code(&ctx, db,
	                         &(struct q_kind_by_code_in){ A, VD_STR("plain"), day("2026-01-31") },
	                         &by_code, &found));
	assert_true(found);
	assert_int_equal(by_code.id, 1);
	assert_ok(q_kind_by_code(&ctx, db,
	                         &(struct q_kind_by_code_in){ A, VD_STR("plain"), day("2026-01-30") },
	                         &by_code, &found));
	assert_false(found);
	assert_refused(q_kind_same_small(&ctx, db, &(struct q_kind_same_small_in){ A, 0 },
	                                 &(struct q_kind_same_small_row){ 0 }, &found),
	               VD_E_CORRUPT, "store.rows");

	assert_ok(q_kind_page(&ctx, db, &(struct q_kind_page_in){ A, 1, 3 }, &page, &count));
	assert_int_equal(count, 3);
	assert_text(page[0].code, "absent");
	assert_true(vd_str_is_none(page[0].note));
	assert_text(page[2].code, "it's \"quoted\"");
	assert_ok(q_kind_page(&ctx, db, &(struct q_kind_page_in){ A, 9, 3 }, &page, &count));
	assert_int_equal(count, 0);

	assert_ok(q_kind_filter(&ctx, db, &(struct q_kind_filter_in){ A, 1, VD_DATE_NONE, 10 },
	                        &filtered, &count));
	assert_int_equal(count, 2);
	assert_ok(q_kind_filter(&ctx, db,
	                        &(struct q_kind_filter_in){ A, VD_I64_NONE, day("1970-01-01"), 10 },
	                        &filtered, &count));
	assert_int_equal(count, 2); /* 1970 and 1900 */
	assert_ok(q_kind_sum(&ctx, db, &(struct q_kind_sum_in){ 7 }, &sum));
	assert_int_equal(sum.rows, 0);
	assert_int_equal(sum.total, 0);
}

static void
what_does_not_fit_is_refused(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = make(&ctx);
	VD_AUTO_TX tx = { 0 };
	struct q_kind_insert_in in = { A,          1,           VD_STR("x"),  1,
		                           0,          VD_STR_NONE, VD_DATE_NONE, VD_MOMENT_NONE,
		                           VD_STR_NONE },
	                        bad;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	bad = in;
	bad.code = VD_STR_NONE;
	assert_refused(q_kind_insert(&ctx, db, &bad, NULL), VD_E_INVALID, "store.parameter");
	bad = in;
	bad.small = VD_I64_NONE;
	assert_refused(q_kind_insert(&ctx, db, &bad, NULL), VD_E_INVALID, "store.parameter");
	bad = in;
	bad.note = BYTES("a\0b");
	assert_refused(q_kind_insert(&ctx, db, &bad, NULL), VD_E_INVALID, "store.text");
	bad.note = BYTES("caf\xe9");
	assert_refused(q_kind_insert(&ctx, db, &bad, NULL), VD_E_INVALID, "store.text");
	/* refused before it was sent: the transaction is whole */
	assert_ok(q_kind_insert(&ctx, db, &in, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
}

static void
a_sum_that_overflows_is_told(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = make(&ctx);
	VD_AUTO_TX tx = { 0 };
	struct q_kind_sum_row sum;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	for (int64_t i = 1; i <= 2; i++) {
		struct q_kind_insert_in in = { A,
			                           i,
			                           i == 1 ? VD_STR("x") : VD_STR("y"),
			                           INT64_MAX - 1,
			                           0,
			                           VD_STR_NONE,
			                           VD_DATE_NONE,
			                           VD_MOMENT_NONE,
			                           VD_STR_NONE };

		assert_ok(q_kind_insert(&ctx, db, &in, NULL));
	}
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_refused(q_kind_sum(&ctx, db, &(struct q_kind_sum_in){ A }, &sum), VD_E_LIMIT,
	               "store.error");
}

/* ---- many rows ---- */

static void
insert_many(struct vd_context *context, struct vd_db *db, int64_t from, int64_t n)
{
	struct vd_context ctx = *context;
	struct q_kind_copy_in *rows = calloc((size_t)n, sizeof(*rows));
	char(*codes)[32] = calloc((size_t)n, sizeof(*codes));
	VD_AUTO_TX tx = { 0 };
	int64_t changed;

	for (int64_t i = 0; i < n; i++) {
		snprintf(codes[i], sizeof(codes[i]), "code %lld", (long long)(from + i));
		rows[i] =
		    (struct q_kind_copy_in){ A,           from + i,     vd_str_c(codes[i]), i,          0,
			                         VD_STR_NONE, VD_DATE_NONE, VD_MOMENT_NONE,     VD_STR_NONE };
	}
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(q_kind_copy(&ctx, db, rows, (size_t)n, &changed));
	assert_int_equal(changed, n);
	assert_ok(vd_tx_commit(&ctx, &tx));
	free(rows);
	free(codes);
}

static int64_t
count_stream(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;
	VD_CLEANUP(q_kind_ids_close) struct q_kind_ids_stream s = { 0 };
	struct q_kind_ids_row row;
	char code[32];
	int64_t n = 0;
	bool more;

	assert_ok(q_kind_ids_open(&ctx, db, &(struct q_kind_ids_in){ A }, &s));
	for (;;) {
		assert_ok(q_kind_ids_next(&ctx, &s, &row, &more));
		if (!more) return n;
		n++;
		snprintf(code, sizeof(code), "code %lld", (long long)n);
		assert_int_equal(row.id, n);
		assert_text(row.code, code);
	}
}

static void
a_hundred_thousand_rows_stream_in_little_memory(void **state)
{
	WITH_CONTEXT((size_t)32 << 20);
	VD_AUTO_DB *db = make(&ctx);
	struct q_kind_ids_many_row *rows;
	size_t count, before;

	(void)state;
	for (int64_t from = 1; from <= VD_MANY_MAX; from += 10000) insert_many(&ctx, db, from, 10000);
	before = arena.total;
	assert_int_equal(count_stream(&ctx, db), VD_MANY_MAX);
	assert_true(arena.total - before < 200000);
	assert_ok(q_kind_ids_many(&ctx, db, &(struct q_kind_ids_many_in){ A }, &rows, &count));
	assert_int_equal(count, VD_MANY_MAX);
	assert_int_equal(rows[VD_MANY_MAX - 1].id, VD_MANY_MAX);
	insert_many(&ctx, db, VD_MANY_MAX + 1, 1);
	assert_refused(q_kind_ids_many(&ctx, db, &(struct q_kind_ids_many_in){ A }, &rows, &count),
	               VD_E_LIMIT, "store.too_many");
	assert_int_equal(count_stream(&ctx, db), VD_MANY_MAX + 1);
}

static void
streams_nest(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = make(&ctx);
	VD_AUTO_TX tx = { 0 };
	VD_CLEANUP(q_kind_ids_close) struct q_kind_ids_stream outer = { 0 };
	struct q_kind_ids_row row;
	struct q_kind_one_row one;
	int64_t n = 0;
	bool more;

	(void)state;
	insert_many(&ctx, db, 1, 50);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_READ, &tx));
	assert_ok(q_kind_ids_open(&ctx, db, &(struct q_kind_ids_in){ A }, &outer));
	for (;;) {
		assert_ok(q_kind_ids_next(&ctx, &outer, &row, &more));
		if (!more) break;
		n += count_stream(&ctx, db); /* the same statement, inside */
		assert_ok(q_kind_one(&ctx, db, &(struct q_kind_one_in){ A, row.id }, &one));
		assert_true(vd_str_eq(one.code, row.code));
	}
	assert_int_equal(n, 50 * 50);
	assert_ok(q_kind_ids_next(&ctx, &outer, &row, &more)); /* at the end it stays at the end */
	assert_false(more);
	assert_ok(vd_tx_commit(&ctx, &tx));
}

static void
a_batch_without_rows_is_nothing(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = make(&ctx);
	int64_t changed = 9, before = vd_db_statements(db);

	(void)state;
	assert_ok(q_kind_copy(&ctx, db, NULL, 0, &changed));
	assert_int_equal(changed, 0);
	assert_int_equal(vd_db_statements(db), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back_as_they_went),
		cmocka_unit_test(each_kind_answers),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_sum_that_overflows_is_told),
		cmocka_unit_test(a_hundred_thousand_rows_stream_in_little_memory),
		cmocka_unit_test(streams_nest),
		cmocka_unit_test(a_batch_without_rows_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
