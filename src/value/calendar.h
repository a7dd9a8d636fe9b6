#ifndef VD_VALUE_CALENDAR_H
#define VD_VALUE_CALENDAR_H
/* Working days. Holidays are rules per country (fixed day, or days from Easter Sunday by the
 * Gregorian computus), effective-dated where the law changed (Koningsdag moves to Saturday when
 * 27 April is a Sunday; Bevrijdingsdag 5 May in lustrum years as a working-day exception).
 * Source: Algemene termijnenwet art. 3 (NL). */
#include "value/date.h"

struct vd_date vd_easter_sunday(int year);
/* Name of the holiday (Dutch for NL) or NULL. country is ISO 3166-1 alpha-2: NL, BE, DE, FR;
 * another country has Easter Monday, Christmas and New Year only. */
const char *vd_holiday_name(struct vd_str country, struct vd_date);
bool vd_is_working_day(struct vd_str country, struct vd_date);       /* not Saturday, Sunday or holiday */
struct vd_date vd_working_day_on_or_after(struct vd_str country, struct vd_date);
struct vd_date vd_working_day_before(struct vd_str country, struct vd_date); /* strictly before */
struct vd_date vd_working_day_add(struct vd_str country, struct vd_date, int32_t n); /* n >= 0 working days later */
#endif
