#ifndef MATCHING_COMBINE_H
#define MATCHING_COMBINE_H
/* Which items add up to an amount: a bounded search that also says whether the answer is the only
 * one. Amounts are signed (a credit note counts against the invoices) and not zero. */
#include "matching/matching.h"

#define COMBINE_ITEMS_MAX MATCH_ITEMS_MAX

struct combine_answer {
	size_t solutions; /* 0, 1, or 2 for "several" */
	bool exhausted;   /* the step bound was reached: solutions is a lower bound */
	size_t
	    chosen[MATCH_COMBINATION_MAX]; /* of the first and smallest solution, offsets in amounts */
	size_t chosen_count;
	int64_t steps;
};

/* Sets of 1..items_max (<= MATCH_COMBINATION_MAX) of the n (<= COMBINE_ITEMS_MAX) amounts that add
 * up to target, smaller sets first. Stops at the second solution, or after steps_max steps. The sum
 * of all absolute amounts must fit int64_t. */
void match_combine(const int64_t *amounts, size_t n, int64_t target, size_t items_max,
                   int64_t steps_max, struct combine_answer *);

/* How likely some set of 1..items_max of the amounts equals the target by accident, in basis points
 * (10000 = surely): the number of sets, over the number of different sums there is room for. Prices
 * are often multiples of something (121 with 21 % VAT on whole euros), which leaves less room: with
 * an answer, only amounts that are multiples of what its amounts and the target have in common are
 * counted; chosen NULL asks about all amounts. */
int64_t match_combine_chance(const int64_t *amounts, size_t n, int64_t target, size_t items_max,
                             const struct combine_answer *chosen);
#endif
