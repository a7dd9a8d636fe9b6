/* When anything may leave at all: fresh figures, the right hour, no flood. */
#include "policy_support.h"

struct source {
	const char *name, *covered;
	int64_t unmatched;
};

static struct policy_gate
check(struct bench *b, const char *country, const char *today, const struct source *sources,
      size_t count)
{
	struct policy_source s[4];
	struct policy_gate gate;

	for (size_t i = 0; i < count; i++)
		s[i] = (struct policy_source){ .name = vd_str_c(sources[i].name),
			                           .unmatched = sources[i].unmatched,
			                           .covered_to = sources[i].covered[0] != '\0'
			                                             ? on(sources[i].covered)
			                                             : VD_DATE_NONE };
	OK(policy_gate_check(&b->ctx, vd_str_c(country), on(today), s, count, &gate));
	return gate;
}

static void
the_last_business_day_must_be_covered(void **state)
{
	static const struct {
		const char *country, *today, *covered;
		bool open;
	} cases[] = {
		{ "NL", "2026-11-24", "2026-11-23", true }, /* Tuesday, Monday */
		{ "NL", "2026-11-24", "2026-11-22", false },
		{ "NL", "2026-11-23", "2026-11-20", true }, /* Monday, Friday */
		{ "NL", "2026-11-23", "2026-11-19", false },
		{ "NL", "2026-11-22", "2026-11-20", true }, /* Sunday */
		{ "NL", "2026-11-23", "2026-11-23", true }, /* today's is better still */
		{ "NL", "2026-04-07", "2026-04-02",
		  true }, /* Tuesday after Easter: Good Friday is none (ATW art. 3) */
		{ "NL", "2026-04-07", "2026-04-01", false },
		{ "NL", "2026-12-28", "2026-12-24",
		  true }, /* Monday after Christmas on Friday and Saturday */
		{ "NL", "2027-04-28", "2027-04-26", true },  /* after King's day, a Tuesday */
		{ "BE", "2027-04-28", "2027-04-26", false }, /* an ordinary Tuesday there */
	};
	struct bench b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct source s = { "NL02ABNA0123456789", cases[i].covered, 0 };
		struct policy_gate gate = check(&b, cases[i].country, cases[i].today, &s, 1);

		if (gate.open != cases[i].open) fail_msg("case %zu: %.*s", i, VD_FMT(gate.reason));
		assert_day(gate.bank_day, cases[i].covered);
	}
	bench_close(&b);
}

static void
every_source_counts_and_is_named(void **state)
{
	static const struct source fresh[] = { { "A", "2026-11-23", 0 }, { "B", "2026-11-24", 0 } };
	static const struct source stale[] = { { "A", "2026-11-23", 0 },
		                                   { "B", "2026-11-20", 2 },
		                                   { "C", "", 0 } };
	static const struct source unmatched[] = { { "A", "2026-11-23", 3 } };
	struct bench b;
	struct policy_gate gate;

	(void)state;
	bench_open(&b);
	gate = check(&b, "NL", "2026-11-24", fresh, 2);
	assert_true(gate.open);
	assert_day(gate.bank_day, "2026-11-23");
	assert_says(gate.reason, "Payments up to 2026-11-23 are in the figures");
	gate = check(&b, "NL", "2026-11-24", stale, 3);
	assert_false(gate.open);
	assert_true(vd_date_is_none(gate.bank_day));
	assert_says(
	    gate.reason,
	    "B is covered up to 2026-11-20 only, and has 2 entries that are not matched yet. "
	    "C has never been read. Needed: everything up to the last business day, 2026-11-23, read and matched.");
	assert_silent(gate.reason, "A is");
	gate = check(&b, "NL", "2026-11-24", unmatched, 1);
	assert_false(gate.open);
	assert_says(gate.reason, "A has 3 entries that are not matched yet.");
	gate = check(&b, "NL", "2026-11-24", NULL, 0);
	assert_false(gate.open);
	assert_says(gate.reason, "No bank account or other source");
	bench_close(&b);
}

/* Office hours 9 to 17 unless said; Bki art. 4.2 for consumers: not on Sundays and holidays, not
 * between 20:00 and 07:00. */
static void
messages_leave_at_decent_hours(void **state)
{
	static const struct {
		bool consumer;
		const char *day;
		int32_t minute, open, close;
		bool may;
		const char *next_day;
		int32_t next_minute;
	} cases[] = {
		{ false, "2026-11-24", 540, 540, 1020, true, "2026-11-24", 540 },
		{ false, "2026-11-24", 539, 540, 1020, false, "2026-11-24", 540 },
		{ false, "2026-11-24", 1019, 540, 1020, true, "2026-11-24", 1019 },
		{ false, "2026-11-24", 1020, 540, 1020, false, "2026-11-25", 540 },
		{ false, "2026-11-27", 1100, 540, 1020, false, "2026-11-30", 540 }, /* Friday evening */
		{ false, "2026-11-28", 600, 540, 1020, false, "2026-11-30",
		  540 }, /* Saturday: business does not */
		{ true, "2026-11-28", 600, 540, 1020, true, "2026-11-28", 600 },  /* a consumer may */
		{ true, "2026-11-29", 600, 540, 1020, false, "2026-11-30", 540 }, /* Sunday */
		{ true, "2026-12-24", 1050, 540, 1020, false, "2026-12-28",
		  540 }, /* Christmas, and then a Sunday */
		{ true, "2027-04-27", 600, 540, 1020, false, "2027-04-28", 540 }, /* King's day */
		{ true, "2026-11-24", 400, 0, 1440, false, "2026-11-24", 420 },
		{ true, "2026-11-24", 420, 0, 1440, true, "2026-11-24", 420 },
		{ true, "2026-11-24", 1199, 0, 1440, true, "2026-11-24", 1199 },
		{ true, "2026-11-24", 1200, 0, 1440, false, "2026-11-25", 420 },
		{ false, "2026-11-24", 1200, 0, 1440, true, "2026-11-24", 1200 },
		{ false, "2026-11-24", 480, 1020, 540, true, "2026-11-24", 480 }, /* impossible: 7 to 20 */
		{ true, "2026-11-24", 480, 1260, 1320, true, "2026-11-24",
		  480 }, /* empty by law: 7 to 20 */
		{ false, "2026-11-24", 480, -5, 9999, true, "2026-11-24", 480 },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct vd_date day;
		int32_t minute;
		bool may =
		    policy_send_window(VD_STR("NL"), cases[i].consumer, on(cases[i].day), cases[i].minute,
		                       cases[i].open, cases[i].close, &day, &minute);

		if (may != cases[i].may) fail_msg("case %zu", i);
		assert_day(day, cases[i].next_day);
		assert_int_equal(minute, cases[i].next_minute);
	}
}

/* Whatever moment is asked about: the answer is a moment at which it may. */
static void
the_next_moment_is_a_good_one(void **state)
{
	(void)state;
	for (struct vd_date day = on("2026-12-01"); day.day < on("2027-06-01").day; day.day++)
		for (int consumer = 0; consumer < 2; consumer++)
			for (int32_t minute = 0; minute < 1440; minute += 97) {
				struct vd_date next, again;
				int32_t at, at_again;
				bool may = policy_send_window(VD_STR("NL"), consumer == 1, day, minute, 480, 1080,
				                              &next, &at);

				assert_true(may == (next.day == day.day && at == minute));
				assert_true(next.day > day.day || (next.day == day.day && at >= minute));
				assert_true(policy_send_window(VD_STR("NL"), consumer == 1, next, at, 480, 1080,
				                               &again, &at_again));
			}
}

static void
a_flood_blows_the_fuse(void **state)
{
	static const int64_t usual[] = { 30, 0, 0, 45, 38, 60, 41, 0 };
	static const int64_t few[] = { 300, 200 };
	static const int64_t tiny[] = { 1, 2, 1, 1, 2, 3 };
	static const struct {
		int64_t planned;
		const int64_t *counts;
		size_t days;
		int64_t ceiling;
		bool blown;
	} cases[] = {
		{ 120, usual, VD_LENGTH(usual), 0, false }, { 121, usual, VD_LENGTH(usual), 0, true },
		{ 100, usual, VD_LENGTH(usual), 99, true }, { 99, usual, VD_LENGTH(usual), 99, false },
		{ 5000, few, VD_LENGTH(few), 0, false }, /* two days say nothing */
		{ 5000, few, VD_LENGTH(few), 1000, true },  { 50, tiny, VD_LENGTH(tiny), 0, false },
		{ 51, tiny, VD_LENGTH(tiny), 0, true },     { 10, NULL, 0, 0, false },
	};
	struct bench b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		bool blown;
		struct vd_str why;

		OK(policy_fuse(&b.ctx, cases[i].planned, cases[i].counts, cases[i].days, cases[i].ceiling,
		               &blown, &why));
		if (blown != cases[i].blown) fail_msg("case %zu: %.*s", i, VD_FMT(why));
		assert_says(why, "messages are planned today");
	}
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_business_day_must_be_covered),
		cmocka_unit_test(every_source_counts_and_is_named),
		cmocka_unit_test(messages_leave_at_decent_hours),
		cmocka_unit_test(the_next_moment_is_a_good_one),
		cmocka_unit_test(a_flood_blows_the_fuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
