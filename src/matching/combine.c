/* Subset sums, bounded: depth-first over amounts from large to small, cut off where even the
 * largest (or smallest) remaining amounts cannot reach the target. */
#include "matching/combine.h"

#include <stdlib.h>

struct entry {
	int64_t amount;
	size_t place;
};

struct search {
	struct entry entries[COMBINE_ITEMS_MAX];
	int64_t above[COMBINE_ITEMS_MAX + 1],
	    below[COMBINE_ITEMS_MAX + 1]; /* sums of the positive and negative ones from here */
	size_t n, size;
	size_t stack[MATCH_COMBINATION_MAX];
	int64_t steps_max;
	struct combine_answer *answer;
};

static int64_t
magnitude(int64_t a)
{
	return a < 0 ? -a : a;
}

static int
larger_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int64_t m = magnitude(x->amount), k = magnitude(y->amount);

	if (m != k) return m > k ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* Bounds of what `left` amounts from i on can add. Amounts fall in size, so the next ones bound
 * all later ones. */
static bool
can_reach(const struct search *s, size_t i, size_t left, int64_t target)
{
	int64_t largest = magnitude(s->entries[i].amount);

	if (target > s->above[i] || target < s->below[i]) return false;
	return largest > INT64_MAX / 16 || magnitude(target) <= largest * (int64_t)left;
}

static void
found(struct search *s)
{
	struct combine_answer *a = s->answer;

	if (a->solutions++ > 0) return;
	a->chosen_count = s->size;
	for (size_t i = 0; i < s->size; i++) a->chosen[i] = s->entries[s->stack[i]].place;
}

/* Sets of exactly s->size: walk with an explicit stack, so the depth is bounded by the size. */
static void
walk(struct search *s, int64_t target)
{
	size_t depth = 0, next = 0;

	for (;;) {
		size_t left = s->size - depth;
		bool stop = s->answer->solutions > 1 || s->answer->exhausted;

		if (stop) return;
		if (next + left > s->n || !can_reach(s, next, left, target)) {
			if (depth == 0) return;
			next = s->stack[--depth]; /* back: without that one */
			target += s->entries[next].amount;
			next++;
			continue;
		}
		if (++s->answer->steps >= s->steps_max) s->answer->exhausted = true;
		if (left == 1) {
			if (s->entries[next].amount == target) {
				s->stack[depth] = next;
				found(s);
			}
			next++;
			continue;
		}
		s->stack[depth++] = next;
		target -= s->entries[next++].amount;
	}
}

void
match_combine(const int64_t *amounts, size_t n, int64_t target, size_t items_max, int64_t steps_max,
              struct combine_answer *answer)
{
	struct search s = { .n = n, .steps_max = steps_max, .answer = answer };

	VD_ASSERT(n <= COMBINE_ITEMS_MAX && items_max <= MATCH_COMBINATION_MAX);
	*answer = (struct combine_answer){ 0 };
	for (size_t i = 0; i < n; i++) s.entries[i] = (struct entry){ amounts[i], i };
	qsort(s.entries, n, sizeof(s.entries[0]), larger_first);
	for (size_t i = n; i-- > 0;) {
		int64_t a = s.entries[i].amount;

		s.above[i] = s.above[i + 1] + (a > 0 ? a : 0);
		s.below[i] = s.below[i + 1] + (a < 0 ? a : 0);
	}
	for (s.size = 1; s.size <= items_max && s.size <= n && answer->solutions < 2; s.size++)
		walk(&s, target);
}

static int64_t
divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

/* The common divisor of the target and the chosen amounts; of all amounts when none is chosen. */
static int64_t
common_unit(const int64_t *amounts, size_t n, int64_t target, const struct combine_answer *chosen)
{
	int64_t unit = magnitude(target);

	if (chosen == NULL || chosen->chosen_count < 2) { /* one amount has all in common with itself */
		for (size_t i = 0; i < n; i++) unit = divisor(unit, magnitude(amounts[i]));
		return unit;
	}
	for (size_t i = 0; i < chosen->chosen_count; i++)
		unit = divisor(unit, magnitude(amounts[chosen->chosen[i]]));
	return unit;
}

int64_t
match_combine_chance(const int64_t *amounts, size_t n, int64_t target, size_t items_max,
                     const struct combine_answer *chosen)
{
	const int64_t many = INT64_C(1) << 40;
	int64_t unit = common_unit(amounts, n, target, chosen), span = 0, sets = 0, of_size = 1;
	size_t members = 0;

	if (unit == 0) return 10000;
	for (size_t i = 0; i < n; i++) {
		if (amounts[i] % unit != 0) continue;
		span += magnitude(amounts[i]) / unit;
		members++;
	}
	for (size_t k = 1; k <= items_max && k <= members; k++) {
		of_size = of_size * (int64_t)(members - k + 1) / (int64_t)k;
		if (of_size > many) of_size = many;
		sets += of_size;
	}
	if (span <= 0 || sets >= many / 10000) return 10000;
	return sets * 10000 / span > 10000 ? 10000 : sets * 10000 / span;
}
