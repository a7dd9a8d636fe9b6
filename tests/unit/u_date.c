/* Days, moments and zones, compared with the C library's own calendar and time zones. */
#include "unit.h"
#include "value/date.h"

#include <time.h>

#define DAY_FIRST (-25567) /* 1900-01-01 */
#define DAY_LAST  376199   /* 2999-12-31 */

static struct vd_date
day(const char *iso)
{
	WITH_CONTEXT(0);
	struct vd_date d = VD_DATE_NONE;

	assert_ok(vd_date_parse(&ctx, TEXT(iso), &d));
	return d;
}

static void
every_day_equals_the_c_library(void **state)
{
	WITH_CONTEXT(0);

	(void)state;
	for (int32_t n = DAY_FIRST; n <= DAY_LAST; n++) {
		time_t seconds = (time_t)n * 86400;
		struct tm tm;
		struct vd_date back = VD_DATE_NONE;
		int y, m, d;

		assert_non_null(gmtime_r(&seconds, &tm));
		vd_date_to_ymd((struct vd_date){ n }, &y, &m, &d);
		if (y != tm.tm_year + 1900 || m != tm.tm_mon + 1 || d != tm.tm_mday) fail_msg("day %d", n);
		assert_ok(vd_date_from_ymd(&ctx, y, m, d, &back));
		if (back.day != n) fail_msg("day %d comes back as %d", n, back.day);
		if ((int)vd_date_weekday(back) != (tm.tm_wday + 6) % 7) fail_msg("weekday of day %d", n);
	}
}

static void
text_of_dates(void **state)
{
	static const char *const good[] = {
		"1900-01-01", "1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2999-12-31",
	};
	static const struct {
		const char *text, *key;
	} bad[] = {
		{ "2026-02-29", "date.not_in_calendar" },
		{ "2026-02-30", "date.not_in_calendar" },
		{ "1900-02-29", "date.not_in_calendar" },
		{ "2100-02-29", "date.not_in_calendar" },
		{ "2026-00-10", "date.not_in_calendar" },
		{ "2026-13-01", "date.not_in_calendar" },
		{ "2026-01-00", "date.not_in_calendar" },
		{ "2026-04-31", "date.not_in_calendar" },
		{ "1899-12-31", "date.not_in_calendar" },
		{ "3000-01-01", "date.not_in_calendar" },
		{ "0000-00-00", "date.not_in_calendar" },
		{ "", "date.syntax" },
		{ "2026-1-1", "date.syntax" },
		{ "20260101", "date.syntax" },
		{ "2026/01/01", "date.syntax" },
		{ "01-01-2026", "date.syntax" },
		{ "2026-01-01 ", "date.syntax" },
		{ " 2026-01-01", "date.syntax" },
		{ "2026-01-0x", "date.syntax" },
		{ "-026-01-01", "date.syntax" },
		{ "2026-01-01T", "date.syntax" },
		{ "2026-W01-1", "date.syntax" },
	};
	WITH_CONTEXT(0);
	struct vd_date d = { 5 };
	char text[VD_DATE_TEXT];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(good); i++) {
		vd_date_format(day(good[i]), text);
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < VD_LENGTH(bad); i++)
		assert_refused(vd_date_parse(&ctx, TEXT(bad[i].text), &d), VD_E_INVALID, bad[i].key);
	assert_refused(vd_date_parse(&ctx, VD_STR_NONE, &d), VD_E_INVALID, "date.syntax");
	assert_int_equal(d.day, 5);
	vd_date_format(VD_DATE_NONE, text);
	assert_string_equal(text, "");
}

static void
adding(void **state)
{
	static const struct {
		const char *from;
		int32_t months;
		const char *to;
	} rows[] = {
		{ "2026-01-31", 1, "2026-02-28" },         { "2024-01-31", 1, "2024-02-29" },
		{ "2026-01-31", 2, "2026-03-31" },         { "2026-03-31", -1, "2026-02-28" },
		{ "2026-08-31", 1, "2026-09-30" },         { "2026-12-15", 1, "2027-01-15" },
		{ "2026-01-15", -1, "2025-12-15" },        { "2026-01-15", -13, "2024-12-15" },
		{ "2024-02-29", 12, "2025-02-28" },        { "2024-02-29", 48, "2028-02-29" },
		{ "2026-05-05", 0, "2026-05-05" },         { "2999-12-01", 1, "2999-12-31" },
		{ "1900-01-31", -1, "1900-01-01" },        { "2026-05-05", INT32_MAX, "2999-12-31" },
		{ "2026-05-05", INT32_MIN, "1900-01-01" }, { "1900-01-01", 13199, "2999-12-01" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		assert_int_equal(vd_date_add_months(day(rows[i].from), rows[i].months).day,
		                 day(rows[i].to).day);
	assert_int_equal(vd_date_add_days(day("2024-02-28"), 2).day, day("2024-03-01").day);
	assert_int_equal(vd_date_add_days(day("2026-01-01"), -1).day, day("2025-12-31").day);
	assert_int_equal(vd_date_add_days(day("2999-12-31"), INT32_MAX).day, DAY_LAST);
	assert_int_equal(vd_date_add_days(day("1900-01-01"), INT32_MIN).day, DAY_FIRST);
	assert_true(vd_date_is_none(vd_date_add_days(VD_DATE_NONE, 5)));
	assert_true(vd_date_is_none(vd_date_add_months(VD_DATE_NONE, 5)));
}

static struct vd_moment
moment(const char *text)
{
	WITH_CONTEXT(0);
	struct vd_moment m = VD_MOMENT_NONE;

	assert_ok(vd_moment_parse(&ctx, TEXT(text), &m));
	return m;
}

static void
moments(void **state)
{
	static const struct {
		const char *text;
		int64_t second;
		const char *again;
	} good[] = {
		{ "1970-01-01 00:00:00", 0, "1970-01-01 00:00:00" },
		{ "1969-12-31T23:59:59Z", -1, "1969-12-31 23:59:59" },
		{ "2001-09-09T01:46:40", 1000000000, "2001-09-09 01:46:40" },
		{ "2038-01-19 03:14:08Z", 2147483648, "2038-01-19 03:14:08" },
		{ "1900-01-01 00:00:00", -2208988800, "1900-01-01 00:00:00" },
	};
	static const char *const bad[] = {
		"",
		"2026-01-01",
		"2026-01-01 24:00:00",
		"2026-01-01 23:60:00",
		"2026-01-01 23:59:60",
		"2026-01-01 1:00:00",
		"2026-01-01  01:00:00",
		"2026-01-01T01:00:00+01:00",
		"2026-01-01T01:00:00ZZ",
		"2026-01-01t01:00:00",
		"2026-01-01 01:00",
		"Z",
	};
	WITH_CONTEXT(0);
	struct vd_moment m;
	char text[VD_MOMENT_TEXT];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(good); i++) {
		assert_int_equal(moment(good[i].text).second, good[i].second);
		vd_moment_format(moment(good[i].text), text);
		assert_string_equal(text, good[i].again);
	}
	for (size_t i = 0; i < VD_LENGTH(bad); i++)
		assert_refused(vd_moment_parse(&ctx, TEXT(bad[i]), &m), VD_E_INVALID, "moment.syntax");
	assert_refused(vd_moment_parse(&ctx, TEXT("2026-02-30 00:00:00"), &m), VD_E_INVALID,
	               "date.not_in_calendar");
	vd_moment_format(VD_MOMENT_NONE, text);
	assert_string_equal(text, "");
	vd_moment_format((struct vd_moment){ INT64_MAX }, text); /* stays inside its buffer */
	assert_int_equal(strlen(text), 19);
}

static struct vd_zone
zone(const char *name)
{
	WITH_CONTEXT(0);
	struct vd_zone z = { 0 };

	assert_ok(vd_zone_find(&ctx, TEXT(name), &z));
	return z;
}

static void
summer_time(void **state)
{
	/* the switches of 2026: 29 March and 25 October, 01:00 UTC */
	static const struct {
		const char *zone, *utc, *day;
		int32_t minute;
	} rows[] = {
		{ "Europe/Amsterdam", "2026-03-29 00:59:59", "2026-03-29", 1 * 60 + 59 },
		{ "Europe/Amsterdam", "2026-03-29 01:00:00", "2026-03-29", 3 * 60 },
		{ "Europe/Amsterdam", "2026-10-25 00:59:59", "2026-10-25", 2 * 60 + 59 },
		{ "Europe/Amsterdam", "2026-10-25 01:00:00", "2026-10-25", 2 * 60 },
		{ "Europe/Amsterdam", "2026-06-30 22:30:00", "2026-07-01", 30 },
		{ "Europe/Amsterdam", "2026-12-31 23:00:00", "2027-01-01", 0 },
		{ "Europe/Lisbon", "2026-07-01 12:00:00", "2026-07-01", 13 * 60 },
		{ "Europe/Helsinki", "2026-03-29 01:00:00", "2026-03-29", 4 * 60 },
		{ "UTC", "2026-07-01 23:59:59", "2026-07-01", 23 * 60 + 59 },
	};
	struct vd_zone z = zone("Europe/Amsterdam");

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		assert_int_equal(vd_zone_date(zone(rows[i].zone), moment(rows[i].utc)).day,
		                 day(rows[i].day).day);
		assert_int_equal(vd_zone_minute(zone(rows[i].zone), moment(rows[i].utc)), rows[i].minute);
	}
	/* 02:30 does not exist in spring: read with the winter offset; in autumn it is the first one */
	assert_int_equal(vd_zone_moment(z, day("2026-03-29"), 150).second,
	                 moment("2026-03-29 01:30:00").second);
	assert_int_equal(vd_zone_moment(z, day("2026-10-25"), 150).second,
	                 moment("2026-10-25 00:30:00").second);
	assert_int_equal(vd_zone_moment(z, day("2026-10-25"), 180).second,
	                 moment("2026-10-25 02:00:00").second);
	assert_int_equal(vd_zone_moment(z, day("2026-07-01"), 12 * 60).second,
	                 moment("2026-07-01 10:00:00").second);
	assert_true(vd_moment_is_none(vd_zone_moment(z, VD_DATE_NONE, 0)));
	assert_true(vd_date_is_none(vd_zone_date(z, VD_MOMENT_NONE)));
}

static void
compare_moment(struct vd_zone z, const char *name, time_t t)
{
	struct vd_date local = vd_zone_date(z, (struct vd_moment){ t });
	int32_t minute = vd_zone_minute(z, (struct vd_moment){ t });
	struct tm tm;
	int y, m, d;

	assert_non_null(localtime_r(&t, &tm));
	vd_date_to_ymd(local, &y, &m, &d);
	if (y != tm.tm_year + 1900 || m != tm.tm_mon + 1 || d != tm.tm_mday ||
	    minute != tm.tm_hour * 60 + tm.tm_min)
		fail_msg("%s at %lld", name, (long long)t);
	if (vd_zone_moment(z, local, minute).second != t && m != 10)
		fail_msg("%s: %lld does not come back", name, (long long)t);
}

/* Noon of each day, and each quarter of an hour in the last week of March and of October, 2004 to
 * 2060 (by then every country here kept the common rule). */
static void
compare_zone(const char *name)
{
	struct vd_zone z = zone(name);
	char set[64];

	snprintf(set, sizeof(set), ":%s", name);
	setenv("TZ", set, 1);
	tzset();
	for (struct vd_date date = day("2004-01-01"); date.day < day("2060-01-01").day; date.day++) {
		time_t midnight = (time_t)date.day * 86400;
		int y, m, d;

		vd_date_to_ymd(date, &y, &m, &d);
		if ((m == 3 || m == 10) && d >= 25)
			for (time_t t = midnight; t < midnight + 86400; t += 900) compare_moment(z, name, t);
		else compare_moment(z, name, midnight + 43200);
	}
}

static void
zones_equal_the_c_library(void **state)
{
	static const char *const names[] = {
		"UTC",           "Europe/Amsterdam", "Europe/Brussels", "Europe/London",  "Europe/Dublin",
		"Europe/Lisbon", "Europe/Athens",    "Asia/Nicosia",    "Europe/Vilnius", "Europe/Berlin",
		"Europe/Paris",
	};
	size_t skipped = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		char path[128];
		FILE *f;

		snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", names[i]);
		if ((f = fopen(path, "rb")) == NULL) {
			skipped++;
			continue;
		}
		fclose(f);
		compare_zone(names[i]);
	}
	unsetenv("TZ");
	tzset();
	if (skipped > 0)
		print_message("skipped: %zu zones, the machine has no time zone data\n", skipped);
}

static void
unknown_zones(void **state)
{
	static const char *const bad[] = {
		"", "CET", "Europe/Amsterdam ", "europe/amsterdam", "America/New_York", "../etc"
	};
	WITH_CONTEXT(0);
	struct vd_zone z;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(bad); i++)
		assert_refused(vd_zone_find(&ctx, TEXT(bad[i]), &z), VD_E_INVALID, "zone.unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_equals_the_c_library),
		cmocka_unit_test(text_of_dates),
		cmocka_unit_test(adding),
		cmocka_unit_test(moments),
		cmocka_unit_test(summer_time),
		cmocka_unit_test(zones_equal_the_c_library),
		cmocka_unit_test(unknown_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
