/* Holidays against published lists and against a second way to find Easter. */
#include "unit.h"
#include "value/calendar.h"

static struct vd_date
day(const char *iso)
{
	WITH_CONTEXT(0);
	struct vd_date d = VD_DATE_NONE;

	assert_ok(vd_date_parse(&ctx, TEXT(iso), &d));
	return d;
}

static struct vd_date
ymd(int y, int m, int d)
{
	WITH_CONTEXT(0);
	struct vd_date date = VD_DATE_NONE;

	assert_ok(vd_date_from_ymd(&ctx, y, m, d, &date));
	return date;
}

static void
easter_as_published(void **state)
{
	static const char *const published[] = {
		"1900-04-15", "1913-03-23", "1943-04-25", "1954-04-18", "1961-04-02", "1981-04-19",
		"1999-04-04", "2000-04-23", "2001-04-15", "2002-03-31", "2003-04-20", "2004-04-11",
		"2005-03-27", "2006-04-16", "2007-04-08", "2008-03-23", "2009-04-12", "2010-04-04",
		"2011-04-24", "2012-04-08", "2013-03-31", "2014-04-20", "2015-04-05", "2016-03-27",
		"2017-04-16", "2018-04-01", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17",
		"2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16",
		"2029-04-01", "2030-04-21", "2038-04-25", "2049-04-18", "2076-04-19",
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(published); i++) {
		int y, m, d;

		vd_date_to_ymd(day(published[i]), &y, &m, &d);
		assert_int_equal(vd_easter_sunday(y).day, day(published[i]).day);
	}
	assert_true(vd_date_is_none(vd_easter_sunday(1899)));
	assert_true(vd_date_is_none(vd_easter_sunday(3000)));
}

/* Gauss's rule with its two exceptions, which is another computation than the one in the source. */
static void
easter_by_gauss(void **state)
{
	(void)state;
	for (int y = 1900; y <= 2999; y++) {
		int a = y % 19, b = y % 4, c = y % 7, k = y / 100;
		int m = (15 - (13 + 8 * k) / 25 + k - k / 4) % 30, n = (4 + k - k / 4) % 7;
		int d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
		int march = 22 + d + e;

		if (d == 29 && e == 6) march = 50;
		if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19) march = 49;
		if (vd_easter_sunday(y).day != ymd(y, 3, 1).day + march - 1) fail_msg("Easter of %d", y);
	}
}

/* A year's holidays, and no others. */
static void
assert_year(const char *country, int year, const char *const *expected, size_t count)
{
	size_t n = 0;
	char text[VD_DATE_TEXT];

	for (struct vd_date d = ymd(year, 1, 1); d.day <= ymd(year, 12, 31).day; d.day++) {
		if (vd_holiday_name(TEXT(country), d) == NULL) continue;
		vd_date_format(d, text);
		if (n == count || strcmp(text + 5, expected[n]) != 0)
			fail_msg("%s %s is a holiday", country, text);
		n++;
	}
	assert_int_equal(n, count);
}

static void
holidays_of_a_year(void **state)
{
	static const char *const nl_2025[] = { "01-01", "04-18", "04-20", "04-21", "04-26", "05-05",
		                                   "05-29", "06-08", "06-09", "12-25", "12-26" };
	static const char *const nl_2026[] = { "01-01", "04-03", "04-05", "04-06", "04-27", "05-05",
		                                   "05-14", "05-24", "05-25", "12-25", "12-26" };
	static const char *const be_2026[] = { "01-01", "04-06", "05-01", "05-14", "05-25",
		                                   "07-21", "08-15", "11-01", "11-11", "12-25" };
	static const char *const de_2026[] = { "01-01", "04-03", "04-06", "05-01", "05-14",
		                                   "05-25", "10-03", "12-25", "12-26" };
	static const char *const de_2017[] = { "01-01", "04-14", "04-17", "05-01", "05-25",
		                                   "06-05", "10-03", "10-31", "12-25", "12-26" };
	static const char *const fr_2026[] = { "01-01", "04-06", "05-01", "05-08", "05-14", "05-25",
		                                   "07-14", "08-15", "11-01", "11-11", "12-25" };
	static const char *const other_2026[] = { "01-01", "04-06", "12-25" };

	(void)state;
	assert_year("NL", 2025, nl_2025, VD_LENGTH(nl_2025));
	assert_year("NL", 2026, nl_2026, VD_LENGTH(nl_2026));
	assert_year("BE", 2026, be_2026, VD_LENGTH(be_2026));
	assert_year("DE", 2026, de_2026, VD_LENGTH(de_2026));
	assert_year("DE", 2017, de_2017, VD_LENGTH(de_2017));
	assert_year("FR", 2026, fr_2026, VD_LENGTH(fr_2026));
	assert_year("ES", 2026, other_2026, VD_LENGTH(other_2026));
	assert_year("", 2026, other_2026, VD_LENGTH(other_2026));
}

static void
names_and_working_days(void **state)
{
	static const struct {
		const char *country, *date, *name;
		bool working;
	} rows[] = {
		{ "NL", "2026-04-27", "Koningsdag", false },
		{ "NL", "2025-04-26", "Koningsdag", false }, /* 27 April 2025 is a Sunday */
		{ "NL", "2025-04-27", NULL, false },
		{ "NL", "2014-04-26", "Koningsdag", false },
		{ "NL", "2013-04-30", "Koninginnedag", false },
		{ "NL", "2013-04-27", NULL, false },            /* a Saturday */
		{ "NL", "2006-04-29", "Koninginnedag", false }, /* the 30th was a Sunday */
		{ "NL", "2006-04-28", NULL, true },
		{ "NL", "2026-05-05", "Bevrijdingsdag", true },
		{ "NL", "2025-05-05", "Bevrijdingsdag", false },
		{ "NL", "2030-05-05", "Bevrijdingsdag", false }, /* also a Sunday */
		{ "NL", "2026-05-15", NULL, true },              /* equated for terms only */
		{ "NL", "2026-05-01", NULL, true },
		{ "BE", "2026-05-01", "Dag van de Arbeid", false },
		{ "BE", "2026-04-03", NULL, true }, /* Good Friday */
		{ "DE", "2026-04-03", "Karfreitag", false },
		{ "DE", "1989-10-03", NULL, true },
		{ "DE", "2026-10-31", NULL, false }, /* a Saturday */
		{ "DE", "2018-10-31", NULL, true },
		{ "FR", "2026-05-08", "Victoire 1945", false },
		{ "FR", "2026-12-26", NULL, false }, /* a Saturday */
		{ "FR", "2025-12-26", NULL, true },
		{ "NL", "2026-11-23", NULL, true },
		{ "NL", "2026-11-22", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		const char *name = vd_holiday_name(TEXT(rows[i].country), day(rows[i].date));

		if (rows[i].name == NULL) assert_null(name);
		else assert_string_equal(name, rows[i].name);
		if (vd_is_working_day(TEXT(rows[i].country), day(rows[i].date)) != rows[i].working)
			fail_msg("%s %s", rows[i].country, rows[i].date);
	}
	assert_null(vd_holiday_name(VD_STR("NL"), VD_DATE_NONE));
	assert_false(vd_is_working_day(VD_STR("NL"), VD_DATE_NONE));
}

static void
moving_by_working_days(void **state)
{
	static const struct {
		const char *from;
		int32_t n;
		const char *to;
	} rows[] = {
		{ "2026-04-02", 0, "2026-04-02" },
		{ "2026-04-02", 1, "2026-04-07" }, /* over Good Friday, the weekend and Easter Monday */
		{ "2026-04-03", 0, "2026-04-07" },
		{ "2026-04-03", 1, "2026-04-08" },
		{ "2025-12-24", 1, "2025-12-29" },
		{ "2026-01-01", 0, "2026-01-02" },
		{ "2026-06-01", 5, "2026-06-08" },
		{ "2026-06-06", 10, "2026-06-22" },
		{ "2999-12-31", 5, "2999-12-31" }, /* the calendar ends there */
	};
	struct vd_str nl = VD_STR("NL");

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		assert_int_equal(vd_working_day_add(nl, day(rows[i].from), rows[i].n).day,
		                 day(rows[i].to).day);
	assert_int_equal(vd_working_day_before(nl, day("2026-04-07")).day, day("2026-04-02").day);
	assert_int_equal(vd_working_day_before(nl, day("2026-06-09")).day, day("2026-06-08").day);
	assert_int_equal(vd_working_day_before(nl, day("2026-06-08")).day, day("2026-06-05").day);
	assert_int_equal(vd_working_day_on_or_after(nl, day("2026-12-25")).day, day("2026-12-28").day);
	assert_true(vd_date_is_none(vd_working_day_on_or_after(nl, VD_DATE_NONE)));
	assert_true(vd_date_is_none(vd_working_day_before(nl, VD_DATE_NONE)));
	assert_true(vd_date_is_none(vd_working_day_add(nl, VD_DATE_NONE, 3)));
	assert_true(vd_date_is_none(vd_term_day_on_or_after(nl, VD_DATE_NONE)));
}

static void
terms(void **state)
{
	static const struct {
		const char *country, *from, *to;
	} rows[] = {
		{ "NL", "2026-05-04", "2026-05-04" },
		{ "NL", "2026-05-05", "2026-05-06" }, /* a holiday by law in every year */
		{ "NL", "2026-05-14", "2026-05-18" }, /* Ascension Day, equated Friday, weekend */
		{ "NL", "2026-01-01", "2026-01-05" }, /* 2 January 2026 was equated by decree */
		{ "NL", "2025-01-01", "2025-01-02" },
		{ "NL", "2024-12-25", "2024-12-30" }, /* 27 December 2024 was equated by decree */
		{ "NL", "2026-04-03", "2026-04-07" },
		{ "NL", "2028-04-27", "2028-05-01" },
		{ "BE", "2026-05-14", "2026-05-15" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		assert_int_equal(vd_term_day_on_or_after(TEXT(rows[i].country), day(rows[i].from)).day,
		                 day(rows[i].to).day);
}

static void
published_fourteen_day_letters(void **state)
{
	json_t *rows = law_vectors("fourteen_days"), *row;
	size_t i;

	(void)state;
	if (rows == NULL) skip();
	json_array_foreach(rows, i, row)
	{
		struct vd_date receipt = day(vector_text(row, "expect", "receipt"));
		struct vd_date last = vd_term_day_on_or_after(VD_STR("NL"), vd_date_add_days(receipt, 14));

		assert_int_equal(last.day, day(vector_text(row, "expect", "last_day_extended")).day);
		assert_int_equal(last.day + 1, day(vector_text(row, "expect", "costs_due_from")).day);
	}
	json_decref(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(easter_as_published),
		cmocka_unit_test(easter_by_gauss),
		cmocka_unit_test(holidays_of_a_year),
		cmocka_unit_test(names_and_working_days),
		cmocka_unit_test(moving_by_working_days),
		cmocka_unit_test(terms),
		cmocka_unit_test(published_fourteen_day_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
