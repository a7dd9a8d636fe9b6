/* Calendar days and moments as whole numbers. */
#include "value/date.h"

#include <string.h>

#define YEAR_MIN 1900
#define YEAR_MAX 2999

#define SECONDS_A_DAY 86400

/* Years are counted from March, so that the leap day is the last day of a year; an era is the
 * 400 years (146097 days) after which the Gregorian calendar repeats. */
static int32_t
civil_to_day(int y, int m, int d)
{
	int year = m > 2 ? y : y - 1;
	int era = year / 400, year_of_era = year - era * 400;
	int month = (m + 9) % 12;
	int day_of_year = (153 * month + 2) / 5 + d - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static int
month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap);
}

static struct vd_date
date_inside(int64_t day)
{
	if (day < VD_DAY_MIN) day = VD_DAY_MIN;
	if (day > VD_DAY_MAX) day = VD_DAY_MAX;
	return (struct vd_date){ (int32_t)day };
}

enum vd_status
vd_date_from_ymd(struct vd_context *ctx, int y, int m, int d, struct vd_date *out)
{
	if (y < YEAR_MIN || y > YEAR_MAX || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return vd_fail(ctx, VD_E_INVALID, "date.not_in_calendar", "date",
		               "%04d-%02d-%02d is not a day between %d-01-01 and %d-12-31", y, m, d,
		               YEAR_MIN, YEAR_MAX);
	out->day = civil_to_day(y, m, d);
	return VD_OK;
}

void
vd_date_to_ymd(struct vd_date date, int *y, int *m, int *d)
{
	int z = date_inside(date.day).day + 719468, era = z / 146097, day_of_era = z - era * 146097;
	int year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (5 * day_of_year + 2) / 153;

	*d = day_of_year - (153 * month + 2) / 5 + 1;
	*m = month < 10 ? month + 3 : month - 9;
	*y = year_of_era + era * 400 + (*m <= 2);
}

/* Reads digits and marks by a shape: 'd' is a digit, anything else stands for itself. The runs of
 * digits go to numbers[] in turn. */
static bool
read_shape(struct vd_str s, const char *shape, int numbers[])
{
	int *n = numbers;

	if (s.len != strlen(shape)) return false;
	*n = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (shape[i] != 'd') {
			if (s.ptr[i] != shape[i]) return false;
			*++n = 0;
		} else {
			if (!vd_is_digit(s.ptr[i])) return false;
			*n = *n * 10 + (s.ptr[i] - '0');
		}
	}
	return true;
}

enum vd_status
vd_date_parse(struct vd_context *ctx, struct vd_str s, struct vd_date *out)
{
	int n[3];

	if (!read_shape(s, "dddd-dd-dd", n))
		return vd_fail(ctx, VD_E_INVALID, "date.syntax", "date",
		               "\"%.*s\" is not a date; write it as 2026-12-31",
		               s.len > 40 ? 40 : (int)s.len, s.ptr != NULL ? s.ptr : "");
	return vd_date_from_ymd(ctx, n[0], n[1], n[2], out);
}

static void
put_digits(char *out, int n, int width)
{
	for (int i = width - 1; i >= 0; i--, n /= 10) out[i] = (char)('0' + n % 10);
}

void
vd_date_format(struct vd_date date, char out[VD_DATE_TEXT])
{
	int y, m, d;

	out[0] = '\0';
	if (vd_date_is_none(date)) return;
	vd_date_to_ymd(date, &y, &m, &d);
	put_digits(out, y, 4);
	out[4] = '-';
	put_digits(out + 5, m, 2);
	out[7] = '-';
	put_digits(out + 8, d, 2);
	out[10] = '\0';
}

struct vd_date
vd_date_add_days(struct vd_date date, int32_t n)
{
	if (vd_date_is_none(date)) return date;
	return date_inside((int64_t)date.day + n);
}

struct vd_date
vd_date_add_months(struct vd_date date, int32_t n)
{
	int y, m, d, last;
	int64_t months;

	if (vd_date_is_none(date)) return date;
	vd_date_to_ymd(date, &y, &m, &d);
	months = (int64_t)y * 12 + (m - 1) + n;
	if (months < YEAR_MIN * 12) return date_inside(VD_DAY_MIN);
	if (months > YEAR_MAX * 12 + 11) return date_inside(VD_DAY_MAX);
	y = (int)(months / 12);
	m = (int)(months % 12) + 1;
	last = month_days(y, m);
	return (struct vd_date){ civil_to_day(y, m, d < last ? d : last) };
}

enum vd_weekday
vd_date_weekday(struct vd_date date)
{
	int32_t n = date_inside(date.day).day % 7; /* 1970-01-01 was a Thursday */

	return (enum vd_weekday)((n + 7 + VD_THURSDAY) % 7);
}

enum vd_status
vd_moment_parse(struct vd_context *ctx, struct vd_str s, struct vd_moment *out)
{
	int n[6];
	struct vd_str text = s;
	struct vd_date date;

	if (vd_str_ends(text, VD_STR("Z"))) text.len--;
	if ((!read_shape(text, "dddd-dd-dd dd:dd:dd", n) &&
	     !read_shape(text, "dddd-dd-ddTdd:dd:dd", n)) ||
	    n[3] > 23 || n[4] > 59 || n[5] > 59)
		return vd_fail(ctx, VD_E_INVALID, "moment.syntax", NULL,
		               "\"%.*s\" is not a moment in UTC; write it as 2026-12-31 23:59:59",
		               s.len > 40 ? 40 : (int)s.len, s.ptr != NULL ? s.ptr : "");
	VD_TRY(vd_date_from_ymd(ctx, n[0], n[1], n[2], &date));
	out->second = (int64_t)date.day * SECONDS_A_DAY + n[3] * 3600 + n[4] * 60 + n[5];
	return VD_OK;
}

/* The day and the second of that day; also before 1970. */
static void
split_moment(int64_t second, int64_t *day, int32_t *second_of_day)
{
	int64_t rest = second % SECONDS_A_DAY;

	if (rest < 0) rest += SECONDS_A_DAY;
	*second_of_day = (int32_t)rest;
	*day = (second - rest) / SECONDS_A_DAY;
}

void
vd_moment_format(struct vd_moment moment, char out[VD_MOMENT_TEXT])
{
	int64_t day;
	int32_t second;

	out[0] = '\0';
	if (vd_moment_is_none(moment)) return;
	split_moment(moment.second, &day, &second);
	vd_date_format(date_inside(day), out);
	out[10] = ' ';
	put_digits(out + 11, second / 3600, 2);
	out[13] = ':';
	put_digits(out + 14, second / 60 % 60, 2);
	out[16] = ':';
	put_digits(out + 17, second % 60, 2);
	out[19] = '\0';
}

enum vd_status
vd_zone_find(struct vd_context *ctx, struct vd_str name, struct vd_zone *out)
{
	static const struct {
		const char *name;
		struct vd_zone zone;
	} zones[] = {
		{ "UTC", { 0, false } },
		{ "Etc/UTC", { 0, false } },
		{ "Atlantic/Canary", { 0, true } },
		{ "Atlantic/Madeira", { 0, true } },
		{ "Europe/Dublin", { 0, true } },
		{ "Europe/Lisbon", { 0, true } },
		{ "Europe/London", { 0, true } }, /* the same days by the UK's own order */
		{ "Europe/Amsterdam", { 60, true } },
		{ "Europe/Belgrade", { 60, true } },
		{ "Europe/Berlin", { 60, true } },
		{ "Europe/Bratislava", { 60, true } },
		{ "Europe/Brussels", { 60, true } },
		{ "Europe/Budapest", { 60, true } },
		{ "Europe/Copenhagen", { 60, true } },
		{ "Europe/Ljubljana", { 60, true } },
		{ "Europe/Luxembourg", { 60, true } },
		{ "Europe/Madrid", { 60, true } },
		{ "Europe/Malta", { 60, true } },
		{ "Europe/Monaco", { 60, true } },
		{ "Europe/Oslo", { 60, true } },
		{ "Europe/Paris", { 60, true } },
		{ "Europe/Prague", { 60, true } },
		{ "Europe/Rome", { 60, true } },
		{ "Europe/Stockholm", { 60, true } },
		{ "Europe/Vaduz", { 60, true } },
		{ "Europe/Vienna", { 60, true } },
		{ "Europe/Warsaw", { 60, true } },
		{ "Europe/Zagreb", { 60, true } },
		{ "Europe/Zurich", { 60, true } },
		{ "Asia/Nicosia", { 120, true } },
		{ "Europe/Athens", { 120, true } },
		{ "Europe/Bucharest", { 120, true } },
		{ "Europe/Helsinki", { 120, true } },
		{ "Europe/Riga", { 120, true } },
		{ "Europe/Sofia", { 120, true } },
		{ "Europe/Tallinn", { 120, true } },
		{ "Europe/Vilnius", { 120, true } },
	};

	for (size_t i = 0; i < VD_LENGTH(zones); i++)
		if (vd_str_eq(name, vd_str_c(zones[i].name))) {
			*out = zones[i].zone;
			return VD_OK;
		}
	return vd_fail(
	    ctx, VD_E_INVALID, "zone.unknown", "zone",
	    "\"%.*s\" is not a time zone we know; use UTC or a European name such as Europe/Amsterdam",
	    name.len > 40 ? 40 : (int)name.len, name.ptr != NULL ? name.ptr : "");
}

/* 01:00 UTC on the last Sunday of a month of 31 days. */
static int64_t
switch_second(int y, int m)
{
	int32_t last = civil_to_day(y, m, 31);
	int32_t back = (int32_t)(vd_date_weekday((struct vd_date){ last }) + 1) % 7;

	return (int64_t)(last - back) * SECONDS_A_DAY + 3600;
}

static int64_t
zone_offset(struct vd_zone zone, int64_t second)
{
	int64_t day;
	int32_t rest;
	int y, m, d;

	if (!zone.summer_time) return zone.offset_minutes * 60;
	split_moment(second, &day, &rest);
	vd_date_to_ymd(date_inside(day), &y, &m, &d);
	if (second >= switch_second(y, 3) && second < switch_second(y, 10))
		return (zone.offset_minutes + 60) * 60;
	return zone.offset_minutes * 60;
}

struct vd_date
vd_zone_date(struct vd_zone zone, struct vd_moment moment)
{
	int64_t day;
	int32_t second;

	if (vd_moment_is_none(moment)) return VD_DATE_NONE;
	split_moment(moment.second + zone_offset(zone, moment.second), &day, &second);
	return date_inside(day);
}

int32_t
vd_zone_minute(struct vd_zone zone, struct vd_moment moment)
{
	int64_t day;
	int32_t second;

	split_moment(moment.second + zone_offset(zone, moment.second), &day, &second);
	return second / 60;
}

struct vd_moment
vd_zone_moment(struct vd_zone zone, struct vd_date date, int32_t minute)
{
	int64_t local, summer;

	if (vd_date_is_none(date)) return VD_MOMENT_NONE;
	local = (int64_t)date.day * SECONDS_A_DAY + (int64_t)minute * 60;
	summer = local - (zone.offset_minutes + 60) * 60;
	if (zone_offset(zone, summer) == (zone.offset_minutes + 60) * 60)
		return (struct vd_moment){ summer };
	return (struct vd_moment){ local - zone.offset_minutes * 60 };
}
