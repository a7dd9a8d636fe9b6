/* Sets of amounts: found, unique or not, bounded, and how likely by accident. */
#include "matching/combine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t
sum_of(const int64_t *amounts, const struct combine_answer *a)
{
	int64_t sum = 0;

	for (size_t i = 0; i < a->chosen_count; i++) sum += amounts[a->chosen[i]];
	return sum;
}

static const struct {
	const char *what;
	int64_t amounts[10], target;
	size_t items_max, solutions, size; /* of the smallest */
} cases[] = {
	/* OCA account_reconcile_model_oca 17.0, test_reconciliation_match: 300 against 100, 200 and 300
	 * takes the one that is exact; here that is the smallest set, and it is not the only one */
	{ "single before sum", { 100, 200, 300 }, 300, 8, 2, 1 },
	{ "one pair", { 100, 205, 300 }, 305, 8, 1, 2 },
	{ "none", { 100, 200, 300 }, 250, 8, 0, 0 },
	{ "equal amounts are two answers", { 100, 100, 300 }, 400, 8, 2, 2 },
	{ "all of them", { 1, 2, 4, 8, 16, 32, 64, 128 }, 255, 8, 1, 8 },
	{ "more than allowed", { 1, 2, 4, 8, 16, 32, 64, 128 }, 255, 7, 0, 0 },
	/* Tryton account_statement: 50 and 60 are not 150, with 40 they are */
	{ "fifty and sixty", { 50, 60 }, 150, 8, 0, 0 },
	{ "and forty", { 50, 60, 40 }, 150, 8, 1, 3 },
	/* metasfresh PaymentAllocationBuilderTest: 5,000 with a credit of 1,000 leaves 4,000 */
	{ "a credit note", { 5000, -1000, 700 }, 4000, 8, 1, 2 },
	{ "credits only", { -5, -7, -9 }, -16, 8, 1, 2 },
	{ "nothing given", { 0 }, 5, 8, 0, 0 },
};

static void
known_sets(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct combine_answer a;
		size_t n = 0;

		while (n < 10 && cases[i].amounts[n] != 0) n++;
		match_combine(cases[i].amounts, n, cases[i].target, cases[i].items_max, MATCH_SEARCH_STEPS,
		              &a);
		if (a.solutions != cases[i].solutions || a.chosen_count != cases[i].size)
			fail_msg("%s: %zu solutions, %zu items", cases[i].what, a.solutions, a.chosen_count);
		if (a.solutions > 0) assert_int_equal(sum_of(cases[i].amounts, &a), cases[i].target);
		assert_false(a.exhausted);
	}
}

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Every subset tried, against the search. */
static void
same_as_trying_all(void **state)
{
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		int64_t amounts[10], target = 0;
		size_t n = 1 + next_random(&seed) % 10, solutions = 0, smallest = 99,
		       items_max = 1 + next_random(&seed) % 8;
		struct combine_answer a;

		for (size_t i = 0; i < n; i++) {
			do amounts[i] = (int64_t)(next_random(&seed) % 60) - 12;
			while (amounts[i] == 0);
			if (next_random(&seed) % 3 == 0) target += amounts[i];
		}
		for (unsigned set = 1; set < 1u << n; set++) {
			int64_t sum = 0;
			size_t size = 0;

			for (size_t i = 0; i < n; i++) {
				if ((set >> i & 1) == 0) continue;
				sum += amounts[i];
				size++;
			}
			if (sum != target || size > items_max) continue;
			solutions++;
			if (size < smallest) smallest = size;
		}
		match_combine(amounts, n, target, items_max, 1000000, &a);
		assert_false(a.exhausted);
		assert_int_equal(a.solutions, solutions > 2 ? 2 : solutions);
		if (solutions == 0) continue;
		assert_int_equal(a.chosen_count, smallest);
		assert_int_equal(sum_of(amounts, &a), target);
		for (size_t i = 0; i < a.chosen_count; i++) {
			for (size_t j = 0; j < i; j++) assert_int_not_equal(a.chosen[i], a.chosen[j]);
		}
	}
}

/* The worst a debtor can have: 400 items that nearly add up. The bound holds, and is said. */
static void
work_is_bounded(void **state)
{
	static int64_t amounts[COMBINE_ITEMS_MAX];
	struct combine_answer a;

	(void)state;
	for (size_t i = 0; i < COMBINE_ITEMS_MAX; i++) amounts[i] = 2 * (1000000 + (int64_t)i);
	match_combine(amounts, COMBINE_ITEMS_MAX, 8 * 2 * 1000000 + 1, 8, MATCH_SEARCH_STEPS, &a);
	assert_int_equal(a.solutions, 0);
	assert_true(a.exhausted);
	assert_true(a.steps <= MATCH_SEARCH_STEPS);
	for (size_t i = 0; i < COMBINE_ITEMS_MAX; i++)
		amounts[i] = INT64_MAX / COMBINE_ITEMS_MAX - (int64_t)i;
	match_combine(amounts, COMBINE_ITEMS_MAX, INT64_MAX, 8, MATCH_SEARCH_STEPS, &a);
	assert_int_equal(a.solutions, 0);
}

static void
accident_is_weighed(void **state)
{
	static const int64_t odd[] = { 15307, 8899, 101374, 60211 },
	                     round[] = { 10000, 20000, 30000, 50000 };
	/* prices of whole euros with 21 % VAT, and one odd amount that must not hide it */
	static const int64_t prices[] = { 10890,  36058,  11858,  22869,  77561, 10406,
		                              148346, 298870, 241637, 367719, 10971 };
	struct combine_answer a;

	(void)state;
	assert_in_range(match_combine_chance(odd, 4, 15307 + 8899, 8, NULL), 0, 5);
	assert_true(match_combine_chance(round, 4, 30000, 8, NULL) == 10000);
	match_combine(prices, VD_LENGTH(prices), 10890 + 36058 + 22869, 8, MATCH_SEARCH_STEPS, &a);
	assert_int_equal(a.chosen_count, 3);
	assert_true(match_combine_chance(prices, VD_LENGTH(prices), 69817, 8, NULL) < 100);
	assert_true(match_combine_chance(prices, VD_LENGTH(prices), 69817, 8, &a) > 500);
	assert_int_equal(match_combine_chance(odd, 0, 0, 8, NULL), 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_sets),
		cmocka_unit_test(same_as_trying_all),
		cmocka_unit_test(work_is_bounded),
		cmocka_unit_test(accident_is_weighed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
