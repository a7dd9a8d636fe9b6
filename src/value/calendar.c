/* Holidays by rule. */
#include "value/calendar.h"

#define FOR_EVER 9999

/* No run of free days is longer than this; also ends the search at the edge of the calendar. */
#define FREE_DAYS_MAX 31

enum holiday_kind { FIXED, EASTER, KING };

struct holiday {
	char country[3]; /* "" is every other country */
	const char *name;
	enum holiday_kind kind;
	int from, to;      /* years */
	int month, day;    /* FIXED and KING: the day; EASTER: day is the distance to Easter Sunday */
	bool lustrum_only; /* people are free only in years that divide by five */
};

static const struct holiday holidays[] = {
	{ "NL", "Nieuwjaarsdag", FIXED, 0, FOR_EVER, 1, 1, false },
	{ "NL", "Goede Vrijdag", EASTER, 0, FOR_EVER, 0, -2, false },
	{ "NL", "Eerste Paasdag", EASTER, 0, FOR_EVER, 0, 0, false },
	{ "NL", "Tweede Paasdag", EASTER, 0, FOR_EVER, 0, 1, false },
	{ "NL", "Koninginnedag", KING, 1980, 2013, 4, 30, false },
	{ "NL", "Koningsdag", KING, 2014, FOR_EVER, 4, 27, false },
	{ "NL", "Bevrijdingsdag", FIXED, 1990, FOR_EVER, 5, 5, true },
	{ "NL", "Hemelvaartsdag", EASTER, 0, FOR_EVER, 0, 39, false },
	{ "NL", "Eerste Pinksterdag", EASTER, 0, FOR_EVER, 0, 49, false },
	{ "NL", "Tweede Pinksterdag", EASTER, 0, FOR_EVER, 0, 50, false },
	{ "NL", "Eerste Kerstdag", FIXED, 0, FOR_EVER, 12, 25, false },
	{ "NL", "Tweede Kerstdag", FIXED, 0, FOR_EVER, 12, 26, false },

	{ "BE", "Nieuwjaar", FIXED, 0, FOR_EVER, 1, 1, false },
	{ "BE", "Paasmaandag", EASTER, 0, FOR_EVER, 0, 1, false },
	{ "BE", "Dag van de Arbeid", FIXED, 0, FOR_EVER, 5, 1, false },
	{ "BE", "Hemelvaart", EASTER, 0, FOR_EVER, 0, 39, false },
	{ "BE", "Pinkstermaandag", EASTER, 0, FOR_EVER, 0, 50, false },
	{ "BE", "Nationale feestdag", FIXED, 0, FOR_EVER, 7, 21, false },
	{ "BE", "Onze-Lieve-Vrouw-Hemelvaart", FIXED, 0, FOR_EVER, 8, 15, false },
	{ "BE", "Allerheiligen", FIXED, 0, FOR_EVER, 11, 1, false },
	{ "BE", "Wapenstilstand", FIXED, 0, FOR_EVER, 11, 11, false },
	{ "BE", "Kerstmis", FIXED, 0, FOR_EVER, 12, 25, false },

	{ "DE", "Neujahr", FIXED, 0, FOR_EVER, 1, 1, false },
	{ "DE", "Karfreitag", EASTER, 0, FOR_EVER, 0, -2, false },
	{ "DE", "Ostermontag", EASTER, 0, FOR_EVER, 0, 1, false },
	{ "DE", "Tag der Arbeit", FIXED, 0, FOR_EVER, 5, 1, false },
	{ "DE", "Christi Himmelfahrt", EASTER, 0, FOR_EVER, 0, 39, false },
	{ "DE", "Pfingstmontag", EASTER, 0, FOR_EVER, 0, 50, false },
	{ "DE", "Tag der Deutschen Einheit", FIXED, 1990, FOR_EVER, 10, 3, false },
	{ "DE", "Reformationstag", FIXED, 2017, 2017, 10, 31, false }, /* nationwide that year only */
	{ "DE", "1. Weihnachtstag", FIXED, 0, FOR_EVER, 12, 25, false },
	{ "DE", "2. Weihnachtstag", FIXED, 0, FOR_EVER, 12, 26, false },

	{ "FR", "Jour de l'an", FIXED, 0, FOR_EVER, 1, 1, false },
	{ "FR", "Lundi de Pâques", EASTER, 0, FOR_EVER, 0, 1, false },
	{ "FR", "Fête du Travail", FIXED, 0, FOR_EVER, 5, 1, false },
	{ "FR", "Victoire 1945", FIXED, 1982, FOR_EVER, 5, 8, false },
	{ "FR", "Ascension", EASTER, 0, FOR_EVER, 0, 39, false },
	{ "FR", "Lundi de Pentecôte", EASTER, 0, FOR_EVER, 0, 50, false },
	{ "FR", "Fête nationale", FIXED, 0, FOR_EVER, 7, 14, false },
	{ "FR", "Assomption", FIXED, 0, FOR_EVER, 8, 15, false },
	{ "FR", "Toussaint", FIXED, 0, FOR_EVER, 11, 1, false },
	{ "FR", "Armistice 1918", FIXED, 0, FOR_EVER, 11, 11, false },
	{ "FR", "Noël", FIXED, 0, FOR_EVER, 12, 25, false },

	{ "", "New Year's Day", FIXED, 0, FOR_EVER, 1, 1, false },
	{ "", "Easter Monday", EASTER, 0, FOR_EVER, 0, 1, false },
	{ "", "Christmas Day", FIXED, 0, FOR_EVER, 12, 25, false },
};

/* The Gregorian computus in the form of Meeus, Jones and Butcher; the month and day of Easter. */
static void
easter(int year, int *month, int *day)
{
	int golden = year % 19, century = year / 100, in_century = year % 100;
	int correction = (century - (century + 8) / 25 + 1) / 3;
	int epact = (19 * golden + century - century / 4 - correction + 15) % 30;
	int weekday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
	int late = (golden + 11 * epact + 22 * weekday) / 451;
	int n = epact + weekday - 7 * late + 114;

	*month = n / 31;
	*day = n % 31 + 1;
}

struct vd_date
vd_easter_sunday(int year)
{
	struct vd_context ctx = { 0 }; /* nothing can fail: the computus gives days that exist */
	struct vd_date date = VD_DATE_NONE;
	int month, day;

	if (year < 1900 || year > 2999) return VD_DATE_NONE;
	easter(year, &month, &day);
	VD_ASSERT(vd_date_from_ymd(&ctx, year, month, day, &date) == VD_OK);
	return date;
}

static bool
known_country(struct vd_str country)
{
	return vd_str_eq(country, VD_STR("NL")) || vd_str_eq(country, VD_STR("BE")) ||
	       vd_str_eq(country, VD_STR("DE")) || vd_str_eq(country, VD_STR("FR"));
}

/* A date taken apart, so that each rule is a comparison. */
struct parts {
	struct vd_date date;
	int y, m, d;
	int from_easter; /* days after Easter Sunday of that year */
};

static struct parts
take_apart(struct vd_date date)
{
	struct parts p = { .date = date };

	vd_date_to_ymd(date, &p.y, &p.m, &p.d);
	p.from_easter = date.day - vd_easter_sunday(p.y).day;
	return p;
}

static bool
rule_applies(const struct holiday *h, const struct parts *p)
{
	if (p->y < h->from || p->y > h->to) return false;
	switch (h->kind) {
	case FIXED:
		return p->m == h->month && p->d == h->day;
	case EASTER:
		return p->from_easter == h->day;
	case KING: /* celebrated the day before when it would be a Sunday */
		if (vd_date_weekday(p->date) == VD_SUNDAY || p->m != h->month) return false;
		return p->d == h->day || (p->d == h->day - 1 && vd_date_weekday(p->date) == VD_SATURDAY);
	}
	return false;
}

static const struct holiday *
find_holiday(struct vd_str country, const struct parts *p)
{
	struct vd_str key = known_country(country) ? country : VD_STR("");

	for (size_t i = 0; i < VD_LENGTH(holidays); i++)
		if (vd_str_eq(key, vd_str_c(holidays[i].country)) && rule_applies(&holidays[i], p))
			return &holidays[i];
	return NULL;
}

const char *
vd_holiday_name(struct vd_str country, struct vd_date date)
{
	const struct holiday *h;
	struct parts p;

	if (vd_date_is_none(date)) return NULL;
	p = take_apart(date);
	h = find_holiday(country, &p);
	return h != NULL ? h->name : NULL;
}

static bool
is_weekend(struct vd_date date)
{
	return vd_date_weekday(date) >= VD_SATURDAY;
}

bool
vd_is_working_day(struct vd_str country, struct vd_date date)
{
	const struct holiday *h;
	struct parts p;

	if (vd_date_is_none(date) || is_weekend(date)) return false;
	p = take_apart(date);
	h = find_holiday(country, &p);
	return h == NULL || (h->lustrum_only && p.y % 5 != 0);
}

/* Days equated with a holiday for statutory terms (Algemene termijnenwet art. 3 lid 3): the decrees
 * of 2017-2019, 2023-2025 and 2026-2028, and the Friday after Ascension Day, which is in all. */
static bool
is_equated(struct vd_str country, const struct parts *p)
{
	static const struct {
		int y, m, d;
	} decreed[] = {
		{ 2017, 4, 28 }, { 2018, 12, 24 }, { 2018, 12, 31 }, { 2019, 12, 27 },
		{ 2023, 4, 28 }, { 2024, 12, 27 }, { 2026, 1, 2 },   { 2028, 4, 28 },
	};

	if (!vd_str_eq(country, VD_STR("NL"))) return false;
	if (p->from_easter == 40) return true;
	for (size_t i = 0; i < VD_LENGTH(decreed); i++)
		if (decreed[i].y == p->y && decreed[i].m == p->m && decreed[i].d == p->d) return true;
	return false;
}

static bool
is_term_day(struct vd_str country, struct vd_date date)
{
	struct parts p;

	if (is_weekend(date)) return false;
	p = take_apart(date);
	return find_holiday(country, &p) == NULL && !is_equated(country, &p);
}

struct vd_date
vd_term_day_on_or_after(struct vd_str country, struct vd_date date)
{
	if (vd_date_is_none(date)) return date;
	for (int i = 0; i < FREE_DAYS_MAX && !is_term_day(country, date); i++)
		date = vd_date_add_days(date, 1);
	return date;
}

static struct vd_date
seek_working_day(struct vd_str country, struct vd_date date, int32_t step)
{
	if (vd_date_is_none(date)) return date;
	for (int i = 0; i < FREE_DAYS_MAX && !vd_is_working_day(country, date); i++)
		date = vd_date_add_days(date, step);
	return date;
}

struct vd_date
vd_working_day_on_or_after(struct vd_str country, struct vd_date date)
{
	return seek_working_day(country, date, 1);
}

struct vd_date
vd_working_day_before(struct vd_str country, struct vd_date date)
{
	return seek_working_day(country, vd_date_add_days(date, -1), -1);
}

struct vd_date
vd_working_day_add(struct vd_str country, struct vd_date date, int32_t n)
{
	VD_ASSERT(n >= 0);
	date = vd_working_day_on_or_after(country, date);
	for (struct vd_date next; n > 0; n--) {
		next = vd_working_day_on_or_after(country, vd_date_add_days(date, 1));
		if (next.day == date.day) break; /* the end of the calendar */
		date = next;
	}
	return date;
}
