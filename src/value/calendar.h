#ifndef VD_VALUE_CALENDAR_H
#define VD_VALUE_CALENDAR_H
/* Working days, and the days that lengthen a statutory term. Holidays are rules per country (a
 * fixed day, or days from Easter Sunday by the Gregorian computus), with the years in which they
 * hold. country is ISO 3166-1 alpha-2: NL, BE, DE (nationwide), FR; another country has New Year,
 * Easter Monday and Christmas only.
 *
 * Two questions that differ in the Netherlands: 5 May is a holiday by law in every year, but most
 * people work on it except in lustrum years; and the government equates single days with a holiday
 * for terms only. So a working day and a term day are asked separately.
 * Sources: Algemene termijnenwet art. 1 and 3 (NL) with the decrees of equated days; wet van 4
 * januari 1974 (BE); Feiertagsgesetze der Laender (DE); Code du travail L3133-1 (FR).
 * A date that is NONE stays NONE; no function goes beyond the calendar's last day. */
#include "value/date.h"

struct vd_date vd_easter_sunday(int year);
/* Name of the holiday in the country's own language (Dutch for BE), or NULL. */
const char *vd_holiday_name(struct vd_str country, struct vd_date);
/* Not a Saturday, Sunday or holiday; NL: 5 May is a working day except in lustrum years. */
bool vd_is_working_day(struct vd_str country, struct vd_date);
struct vd_date vd_working_day_on_or_after(struct vd_str country, struct vd_date);
struct vd_date vd_working_day_before(struct vd_str country, struct vd_date); /* strictly before */
/* n >= 0 working days later; 0 is the first working day on or after the date. */
struct vd_date vd_working_day_add(struct vd_str country, struct vd_date, int32_t n);
/* The last day of a statutory term that would end on this date (Algemene termijnenwet art. 1): the
 * first day on or after it that is not a Saturday, Sunday, holiday or equated day. */
struct vd_date vd_term_day_on_or_after(struct vd_str country, struct vd_date);
#endif
