/* Memory with a ceiling, and the seam that makes it fail. */
#include "base/arena.h"
#include "base/fault.h"
#include "unit.h"

static bool
all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0) return false;
	return true;
}

static void
pieces_are_apart_aligned_and_zero(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(8 << 20);
	char *pieces[2000];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(pieces); i++) {
		size_t n = i * 7 % 300;

		pieces[i] = vd_arena_alloc(&arena, n);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % sizeof(max_align_t), 0);
		assert_true(all_zero(pieces[i], n));
		memset(pieces[i], (int)(i % 251) + 1, n);
	}
	for (size_t i = 0; i < VD_LENGTH(pieces); i++)
		for (size_t k = 0; k < i * 7 % 300; k++)
			assert_int_equal((unsigned char)pieces[i][k], i % 251 + 1);
}

static void
the_ceiling_holds(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(100000);
	size_t got = 0;

	(void)state;
	while (vd_arena_alloc(&arena, 1000) != NULL) got += 1000;
	assert_true(got >= 80000 && got <= 100000);
	assert_true(arena.total <= 100000);
	assert_true(arena.failed);
	assert_null(vd_arena_alloc(&arena, 5000));
	vd_arena_release(&arena);
	assert_false(arena.failed);
	assert_int_equal(arena.total, 0);
	assert_non_null(vd_arena_alloc(&arena, 100000)); /* all of it in one piece */
	assert_null(vd_arena_alloc(&arena, 1));
}

static void
sizes_that_overflow(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(SIZE_MAX);

	(void)state;
	assert_null(vd_arena_alloc(&arena, SIZE_MAX));
	assert_true(arena.failed);
	vd_arena_release(&arena);
	assert_null(vd_arena_array(&arena, SIZE_MAX / 8 + 1, 16));
	assert_true(arena.failed);
	vd_arena_release(&arena);
	assert_non_null(vd_arena_array(&arena, 0, 16));
	assert_non_null(vd_arena_alloc(&arena, 0));
}

static void
rewinding_reuses_and_zeroes(void **state)
{
	VD_AUTO_ARENA arena = VD_ARENA(1 << 20);
	char *kept = vd_arena_alloc(&arena, 100);
	struct vd_arena_mark mark;

	(void)state;
	assert_non_null(kept);
	memset(kept, 'k', 100);
	mark = vd_arena_mark(&arena);
	for (int turn = 0; turn < 1000;
	     turn++) { /* far more than the ceiling, were it not given back */
		char *p = vd_arena_alloc(&arena, 50000), *q = vd_arena_alloc(&arena, 10);

		assert_non_null(p);
		assert_non_null(q);
		assert_true(all_zero(p, 50000) && all_zero(q, 10));
		memset(p, 'x', 50000);
		memset(q, 'y', 10);
		vd_arena_rewind(&arena, mark);
	}
	for (size_t i = 0; i < 100; i++) assert_int_equal(kept[i], 'k');
	assert_null(vd_arena_alloc(&arena, 2 << 20));
	vd_arena_rewind(&arena, mark);
	assert_non_null(vd_arena_alloc(&arena, 100)); /* a rewind clears the failure */
}

static void
the_nth_allocation_fails(void **state)
{
	(void)state;
	for (long n = 1; n <= 6; n++) {
		VD_AUTO_ARENA arena = VD_ARENA(1 << 20);
		int got = 0;

		vd_fault_arm(VD_FAULT_ALLOC, n, false);
		while (got < 5 && vd_arena_alloc(&arena, 20000) != NULL) got++;
		assert_int_equal(got, n <= 5 ? n - 1 : 5);
		assert_int_equal(arena.failed, n <= 5);
		assert_int_equal(vd_fault_seen(VD_FAULT_ALLOC), n <= 5 ? n : 5);
		vd_fault_disarm(VD_FAULT_ALLOC);
	}
}

static void
the_seam_counts(void **state)
{
	(void)state;
	vd_fault_disarm(VD_FAULT_SEND);
	for (int i = 0; i < 10; i++) assert_false(vd_fault_hit(VD_FAULT_SEND));
	assert_int_equal(vd_fault_seen(VD_FAULT_SEND), 10);
	vd_fault_arm(VD_FAULT_SEND, 3, false);
	for (int i = 1; i <= 10; i++) assert_int_equal(vd_fault_hit(VD_FAULT_SEND), i == 3);
	vd_fault_arm(VD_FAULT_SEND, 3, true);
	for (int i = 1; i <= 10; i++) assert_int_equal(vd_fault_hit(VD_FAULT_SEND), i >= 3);
	assert_false(vd_fault_hit(VD_FAULT_STATEMENT)); /* each kind counts for itself */
	vd_fault_disarm(VD_FAULT_SEND);
	assert_false(vd_fault_hit(VD_FAULT_SEND));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_apart_aligned_and_zero),
		cmocka_unit_test(the_ceiling_holds),
		cmocka_unit_test(sizes_that_overflow),
		cmocka_unit_test(rewinding_reuses_and_zeroes),
		cmocka_unit_test(the_nth_allocation_fails),
		cmocka_unit_test(the_seam_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
