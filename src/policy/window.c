/* When a message may leave: hours, working days, and for consumers the hours and days of the
 * Besluit kwaliteit incassodienstverlening (art. 4.2). */
#include "policy/policy.h"

#define LAW_OPEN_MINUTE  (7 * 60)
#define LAW_CLOSE_MINUTE (20 * 60)
#define DAYS_MAX         31 /* no row of closed days is longer */

static bool
open_day(struct vd_str country, bool consumer, struct vd_date day)
{
	if (!consumer) return vd_is_working_day(country, day);
	return vd_date_weekday(day) != VD_SUNDAY && vd_holiday_name(country, day) == NULL;
}

static bool
possible(int32_t open_minute, int32_t close_minute)
{
	return open_minute >= 0 && close_minute <= 24 * 60 && open_minute < close_minute;
}

bool
policy_send_window(struct vd_str country, bool consumer, struct vd_date day, int32_t minute,
                   int32_t open_minute, int32_t close_minute, struct vd_date *next_day,
                   int32_t *next_minute)
{
	bool today;

	if (consumer && open_minute < LAW_OPEN_MINUTE) open_minute = LAW_OPEN_MINUTE;
	if (consumer && close_minute > LAW_CLOSE_MINUTE) close_minute = LAW_CLOSE_MINUTE;
	if (!possible(open_minute, close_minute))
		open_minute = LAW_OPEN_MINUTE, close_minute = LAW_CLOSE_MINUTE;

	today = open_day(country, consumer, day) && minute < close_minute;
	*next_day = day;
	*next_minute = today && minute > open_minute ? minute : open_minute;
	if (today) return minute >= open_minute;
	for (int i = 0; i < DAYS_MAX; i++) {
		*next_day = vd_date_add_days(*next_day, 1);
		if (open_day(country, consumer, *next_day)) break;
	}
	return false;
}
