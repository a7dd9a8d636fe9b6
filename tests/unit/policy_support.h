#ifndef TESTS_POLICY_SUPPORT_H
#define TESTS_POLICY_SUPPORT_H
/* What the tests of src/policy share: the shipped rules, a debtor, an item, and one day at a time.
 */
#include "base/embedded.h"
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), VD_OK)

/* One test's memory, context, rules and debtor. */
struct bench {
	struct vd_arena arena;
	struct vd_context ctx;
	struct policy_profile profiles[8];
	struct policy_rules rules;
	struct policy_debtor debtor;
	struct policy_gate gate;
};

static inline struct vd_date
on(const char *iso)
{
	struct vd_arena arena = VD_ARENA(1 << 16);
	struct vd_context ctx = { .arena = &arena };
	struct vd_date date = VD_DATE_NONE;

	if (vd_date_parse(&ctx, vd_str_c(iso), &date) != VD_OK) fail_msg("not a date: %s", iso);
	vd_arena_release(&arena);
	return date;
}

static inline struct vd_date
days_after(struct vd_date date, int32_t n)
{
	return vd_date_add_days(date, n);
}

static inline const char *
iso(struct vd_date date)
{
	static char texts[8][VD_DATE_TEXT]; /* enough for one message */
	static int next;
	char *text = texts[next++ % 8];

	vd_date_format(date, text);
	return text;
}

#define assert_day(date, text) assert_string_equal(iso(date), text)
#define assert_text(str, c_text)                                              \
	do {                                                                      \
		assert_int_equal((str).len, strlen(c_text));                          \
		if ((str).len > 0) assert_memory_equal((str).ptr, c_text, (str).len); \
	} while (0)
#define assert_says(str, part)                                        \
	do {                                                              \
		if (vd_str_find((str), vd_str_c(part), 0) == SIZE_MAX)        \
			fail_msg("\"%s\" is not in:\n%.*s", (part), VD_FMT(str)); \
	} while (0)
#define assert_silent(str, part)                                             \
	do {                                                                     \
		if (vd_str_find((str), vd_str_c(part), 0) != SIZE_MAX)               \
			fail_msg("\"%s\" should not be in:\n%.*s", (part), VD_FMT(str)); \
	} while (0)
#define assert_outcome(d, o)                                                        \
	do {                                                                            \
		if ((d)->outcome != (o))                                                    \
			fail_msg("is %s, must be %s:\n%.*s", policy_outcome_name((d)->outcome), \
			         policy_outcome_name(o), VD_FMT((d)->trace));                   \
	} while (0)

static inline void
bench_profile(struct bench *b, size_t i, struct vd_str text)
{
	if (policy_profile_parse(&b->ctx, text, &b->profiles[i]) != VD_OK)
		fail_msg("%s", b->ctx.error.detail);
	if (i >= b->rules.profiles_count) b->rules.profiles_count = i + 1;
}

static inline struct vd_str
shipped(const char *name)
{
	struct vd_embedded file;

	if (!vd_embedded_find(vd_str_c(name), &file)) fail_msg("%s is not built in", name);
	return (struct vd_str){ (const char *)file.data, file.size };
}

/* An empty bench: a Dutch business debtor who can be reached, an open gate, no profiles. */
static inline void
bench_open(struct bench *b)
{
	*b = (struct bench){ .arena = VD_ARENA((size_t)64 << 20) };
	b->ctx.arena = &b->arena;
	b->rules = (struct policy_rules){ .profiles = b->profiles,
		                              .country = VD_STR("NL"),
		                              .default_profile = VD_STR("standard") };
	b->debtor = (struct policy_debtor){ .id = 1,
		                                .number = VD_STR("1001"),
		                                .name = VD_STR("Proef BV"),
		                                .owner = VD_STR("Ann"),
		                                .country = VD_STR("NL"),
		                                .has_email = true,
		                                .has_address = true,
		                                .risk = POLICY_RISK_NORMAL };
	b->gate = (struct policy_gate){ .open = true,
		                            .bank_day = on("2026-01-01"),
		                            .reason = VD_STR("all read.") };
}

/* With the shipped profiles and segment rules. */
static inline void
bench_open_shipped(struct bench *b)
{
	static const char *const names[] = { "standard", "large",        "high_risk",
		                                 "low_risk", "intercompany", "sensitive" };
	struct policy_segment_rules *segments;

	bench_open(b);
	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		char path[64];

		snprintf(path, sizeof(path), "profiles/%s.json", names[i]);
		bench_profile(b, i, shipped(path));
	}
	if (policy_segments_parse(&b->ctx, shipped("profiles/segments.json"), &segments) != VD_OK)
		fail_msg("%s", b->ctx.error.detail);
	b->rules.segments = segments;
}

static inline void
bench_close(struct bench *b)
{
	vd_arena_release(&b->arena);
}

static inline struct policy_item
an_item(int64_t id, int64_t open_minor, struct vd_date due)
{
	return (struct policy_item){ .id = id,
		                         .number = VD_STR("F2026-1"),
		                         .currency = VD_EUR,
		                         .open_minor = open_minor,
		                         .amount_minor = open_minor,
		                         .effective_on = vd_date_add_days(due, -30),
		                         .due_on = due,
		                         .sent_on = VD_DATE_NONE,
		                         .cycle = 1,
		                         .last_rank = INT32_MIN,
		                         .last_done_on = VD_DATE_NONE };
}

static inline struct policy_facts
facts_of(const struct bench *b, struct vd_date today, const struct policy_item *items, size_t count)
{
	return (struct policy_facts){ .today = today,
		                          .debtor = &b->debtor,
		                          .items = items,
		                          .items_count = count,
		                          .gate = &b->gate,
		                          .last_message_on = VD_DATE_NONE };
}

/* One item, one day. */
static inline struct policy_decision
decide_one(struct bench *b, struct vd_date today, const struct policy_item *item)
{
	struct policy_facts facts = facts_of(b, today, item, 1);
	struct policy_decision d;

	OK(policy_decide(&b->ctx, &b->rules, &facts, &d));
	return d;
}

/* What the ledger keeps once a step was done on that day. */
static inline void
done(struct policy_item *item, const struct policy_step *step, struct vd_date day)
{
	item->last_rank = step->rank;
	item->last_code = step->code;
	item->last_done_on = day;
}

static inline void
record_lapsed(struct policy_item *item, const struct policy_decision *d)
{
	for (int i = 0; i < d->lapsed_count; i++)
		if (d->lapsed_ranks[i] > item->last_rank) item->last_rank = d->lapsed_ranks[i];
}
#endif
