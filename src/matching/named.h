#ifndef MATCHING_NAMED_H
#define MATCHING_NAMED_H
/* What the text names of one party: invoices ("units", with all their due lines) and the places in
 * the text that name them ("groups", each one unit or a choice). Shared by groups.c, named.c,
 * more.c. */
#include "matching/work.h"

#define MATCH_UNITS_MAX        64
#define MATCH_ALTERNATIVES_MAX 8

/* One named invoice of the party with all its open due lines. */
struct match_unit {
	int64_t total;
	uint16_t first, lines; /* first candidate */
	uint8_t mention;
};

/* What one place in the text names: one unit, or one of several. */
struct match_group {
	uint16_t token;
	uint16_t units[MATCH_ALTERNATIVES_MAX];
	size_t count;
	enum match_mention mention;
	bool strong, by_order;
};

struct match_named {
	struct match_work *w;
	size_t party;
	struct match_unit units[MATCH_UNITS_MAX];
	size_t units_count;
	struct match_group groups[MATCH_UNITS_MAX];
	size_t groups_count;
	uint16_t unit_of[MATCH_ITEMS_MAX + MATCH_UNITS_MAX]; /* from his first; UINT16_MAX: none */
	int64_t strong_total;
	size_t strong_count;
	enum match_mention strong_mention; /* weakest of the strong */
	bool too_many;                     /* more is named than fits here */
	bool range_said;                   /* "t/m": more is meant than is named */
};

/* groups.c */
void match_named_collect(struct match_named *);
struct match_candidate *match_named_candidate(const struct match_named *, size_t);
/* Which number of this party, open or settled, the text names at a piece; NULL when none. */
const struct match_candidate *match_named_at(const struct match_named *, size_t piece);
void match_named_put_unit(struct match_named *, struct match_hypothesis *, size_t unit);
/* A hypothesis with all strong units; NULL when there is no room. */
struct match_hypothesis *match_named_put_strong(struct match_named *, enum match_fit,
                                                enum match_mention);

/* more.c: the named items and something else; true when that explains the money. */
bool match_named_netted(struct match_named *);
bool match_named_small_difference(struct match_named *);
bool match_named_mistyped(struct match_named *);
bool match_named_complemented(struct match_named *);
bool match_named_one_left_out(struct match_named *);
bool match_named_stated(struct match_named *);
void match_named_too_little_or_much(struct match_named *, bool told_otherwise);
#endif
