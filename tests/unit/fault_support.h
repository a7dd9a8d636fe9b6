#ifndef VD_TESTS_FAULT_SUPPORT_H
#define VD_TESTS_FAULT_SUPPORT_H
/* The fault loop over a use case: its n-th statement (or allocation) fails, for n = 1, 2, ... until
 * none fails, once and for ever after. After each failure
 *   - the status is an error, with a key and a sentence;
 *   - the books are whole: verify finds nothing, nothing is left in staging, and what they say is
 *     one of the few states that exist between transactions, never one in the middle;
 *   - doing it again, in a new session, ends with the books as they are without any failure.
 * An administration whose books did not move takes some more failures before it is done again. */
#include "books_support.h"

#define FAULT_PREPARE_MAX 6
#define FAULT_STATES_MAX  16
#define FAULT_ALL         200 /* the first ones are all tried, then with a stride */
#define FAULT_TRIES_MAX   300
#define FAULT_PATIENCE    12 /* failures that one administration takes */

struct fault_case {
	const char *name;
	struct business size;
	use_case prepare[FAULT_PREPARE_MAX]; /* what happened before, without failures */
	use_case act;
	int states; /* how many states of the books exist: before, and after each transaction */
};

struct fault_loop {
	const struct fault_case *of;
	enum vd_fault_kind kind;
	char url[1024];
	struct business_files files;
	struct reader reader;
	char states[FAULT_STATES_MAX][VD_SHA256_HEX];
	int states_count;
	struct rows end; /* of the books, without any failure */
	long seen;
	int fired, swallowed;
	char administration[32]; /* the one at hand; empty: none */
	int patience, number;
};

static inline void
fault_prepare(const struct fault_loop *f, const char *administration)
{
	WITH_CONTEXT((size_t)1 << 30);
	struct app_options o = session_options(f->url, administration);
	struct app app = { 0 };

	make_administration(f->url, administration);
	assert_ok(app_open(&ctx, &o, &app));
	for (int i = 0; i < FAULT_PREPARE_MAX && f->of->prepare[i] != NULL; i++)
		assert_ok(f->of->prepare[i](&ctx, &app, &f->files));
	app_close(&app);
}

/* Which of the few states the books are in; 0 is the one before. */
static inline int
fault_state(struct fault_loop *f, const char *administration, long n)
{
	struct rows rows = { 0 };
	char hex[VD_SHA256_HEX];

	books_read(&f->reader, administration, &rows);
	rows_hash(&rows, hex);
	for (int i = 0; i < f->states_count; i++)
		if (strcmp(f->states[i], hex) == 0) {
			rows_free(&rows);
			return i;
		}
	if (f->states_count == f->of->states) {
		print_message("%s, %ld: against the end state\n", f->of->name, n);
		rows_differ(&rows, &f->end);
		fail_msg("%s, %ld: a state of the books in the middle of a transaction", f->of->name, n);
	}
	memcpy(f->states[f->states_count++], hex, sizeof(hex));
	rows_free(&rows);
	return f->states_count - 1;
}

/* Without failures: the state before and after, and how many statements or allocations pass. */
static inline void
fault_reference(struct fault_loop *f)
{
	WITH_CONTEXT((size_t)1 << 30);
	struct app_options o = session_options(f->url, "R");
	struct app app = { 0 };

	fault_prepare(f, "R");
	fault_state(f, "R", 0);
	assert_ok(app_open(&ctx, &o, &app));
	vd_fault_arm(f->kind, 0, false);
	assert_ok(f->of->act(&ctx, &app, &f->files));
	f->seen = vd_fault_seen(f->kind);
	app_close(&app);
	books_read(&f->reader, "R", &f->end);
	fault_state(f, "R", 0);
	assert_true(f->states_count == 2); /* it changes something, or this tests nothing */
	assert_true(f->seen > 0);
}

/* Done again without failures, the books end as they would have. */
static inline void
fault_again(struct fault_loop *f, long n)
{
	struct rows rows = { 0 };

	in_session(f->url, f->administration, f->of->act, &f->files, NULL);
	books_read(&f->reader, f->administration, &rows);
	if (!rows_same(&rows, &f->end)) {
		rows_differ(&f->end, &rows);
		fail_msg("%s, %ld: done again, the books differ from those without a failure", f->of->name,
		         n);
	}
	rows_free(&rows);
	if (books_verify(f->url, f->administration) != 0)
		fail_msg("%s, %ld: verify finds differences after doing it again", f->of->name, n);
	f->administration[0] = '\0';
}

static inline void
fault_at(struct fault_loop *f, long n, bool forever)
{
	WITH_CONTEXT((size_t)1 << 30);
	struct app app = { 0 };
	enum vd_status status;
	bool fired, moved;

	if (f->administration[0] == '\0') {
		snprintf(f->administration, sizeof(f->administration), "A%d", ++f->number);
		f->patience = FAULT_PATIENCE;
		fault_prepare(f, f->administration);
	}
	struct app_options o = session_options(f->url, f->administration);
	assert_ok(app_open(&ctx, &o, &app));
	vd_fault_arm(f->kind, n, forever);
	status = f->of->act(&ctx, &app, &f->files);
	fired = vd_fault_seen(f->kind) >= n;
	vd_fault_disarm(f->kind);
	app_close(&app);

	f->fired += fired;
	f->swallowed += fired && status == VD_OK;
	if (!fired) assert_ok(status);
	if (status != VD_OK) {
		assert_int_equal(ctx.error.status, status);
		assert_non_null(ctx.error.key);
		assert_true(strlen(ctx.error.detail) > 10);
	}
	moved = fault_state(f, f->administration, n) != 0;
	if (moved && books_verify(f->url, f->administration) != 0)
		fail_msg("%s, %ld: verify finds differences after \"%s\"", f->of->name, n,
		         ctx.error.detail);
	if (moved || --f->patience == 0) fault_again(f, n);
}

static inline void
fault_loop(const struct fault_case *of, enum vd_fault_kind kind, int store)
{
	struct fault_loop f = { .of = of, .kind = kind };
	long stride = 1;

	fresh_store(store, f.url);
	business_write(&of->size, store, &f.files);
	make_administration(f.url, "X");
	reader_open(&f.reader, f.url);
	fault_reference(&f);
	if (f.seen > FAULT_TRIES_MAX) stride = (f.seen - FAULT_ALL) / (FAULT_TRIES_MAX - FAULT_ALL) + 1;
	for (long n = 1; n <= f.seen; n += n < FAULT_ALL ? 1 : stride) {
		fault_at(&f, n, false);
		fault_at(&f, n, true);
	}
	fault_at(&f, f.seen + 100000, false);
	print_message(
	    "%s: %ld %s, %d times one failed, %d states of the books, %d went on regardless\n",
	    of->name, f.seen, kind == VD_FAULT_ALLOC ? "allocations" : "statements", f.fired,
	    f.states_count, f.swallowed);
	assert_true(f.fired > 0);
	assert_int_equal(f.states_count, of->states);
	reader_close(&f.reader);
	rows_free(&f.end);
	business_remove(&f.files);
}

/* A whole test program: FAULT_MAIN(case). */
#define FAULT_MAIN(the_case)                              \
	static void test_statements(void **state)             \
	{                                                     \
		(void)state;                                      \
		fault_loop(&(the_case), VD_FAULT_STATEMENT, 1);   \
	}                                                     \
	static void test_allocations(void **state)            \
	{                                                     \
		(void)state;                                      \
		fault_loop(&(the_case), VD_FAULT_ALLOC, 2);       \
	}                                                     \
	int main(void)                                        \
	{                                                     \
		const struct CMUnitTest tests[] = {               \
			cmocka_unit_test(test_statements),            \
			cmocka_unit_test(test_allocations),           \
		};                                                \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}
#endif
