#ifndef VD_VALUE_DATE_H
#define VD_VALUE_DATE_H
/* A calendar day: number of days since 1970-01-01, Gregorian, years 1900..2999. No clock, no
 * zone, no time_t. "No date" is VD_DATE_NONE and is tested with vd_date_is_none. ISO 8601. */
#include "base/clock.h"
#include "base/context.h"

struct vd_date {
	int32_t day;
};
#define VD_DAY_MIN (-25567) /* 1900-01-01 */
#define VD_DAY_MAX 376199   /* 2999-12-31 */
#define VD_DATE_NONE ((struct vd_date){ INT32_MIN })
static inline bool
vd_date_is_none(struct vd_date d)
{
	return d.day == INT32_MIN;
}

enum vd_weekday {
	VD_MONDAY,
	VD_TUESDAY,
	VD_WEDNESDAY,
	VD_THURSDAY,
	VD_FRIDAY,
	VD_SATURDAY,
	VD_SUNDAY
};

VD_CHECKED enum vd_status vd_date_from_ymd(struct vd_context *, int y, int m, int d,
                                           struct vd_date *out);
void vd_date_to_ymd(struct vd_date, int *y, int *m, int *d);
/* "2026-02-28"; refuses 2026-02-30 and every other spelling. */
VD_CHECKED enum vd_status vd_date_parse(struct vd_context *, struct vd_str iso,
                                        struct vd_date *out);
#define VD_DATE_TEXT 11
void vd_date_format(struct vd_date, char out[VD_DATE_TEXT]); /* NONE gives "" */
/* Adding stays inside the calendar: beyond it comes its first or last day. NONE stays NONE. */
struct vd_date vd_date_add_days(struct vd_date, int32_t);
struct vd_date vd_date_add_months(struct vd_date, int32_t); /* 31 Jan + 1 month = 28 or 29 Feb */
enum vd_weekday vd_date_weekday(struct vd_date);

/* Moments: 'YYYY-MM-DD HH:MM:SS' UTC, also with 'T' and a final 'Z'. */
VD_CHECKED enum vd_status vd_moment_parse(struct vd_context *, struct vd_str,
                                          struct vd_moment *out);
#define VD_MOMENT_TEXT 20
void vd_moment_format(struct vd_moment, char out[VD_MOMENT_TEXT]);

/* Time zones of the administrations we serve, by IANA name: UTC and the zones under the common
 * EU summer-time rule (directive 2000/84/EC: last Sunday of March to last Sunday of October,
 * 01:00 UTC), e.g. Europe/Amsterdam. Unknown names are VD_E_INVALID. */
struct vd_zone {
	int32_t offset_minutes;
	bool summer_time;
};
VD_CHECKED enum vd_status vd_zone_find(struct vd_context *, struct vd_str name,
                                       struct vd_zone *out);
struct vd_date vd_zone_date(struct vd_zone, struct vd_moment); /* the local day at that moment */
int32_t vd_zone_minute(struct vd_zone, struct vd_moment);      /* minutes since local midnight */
/* Local time to UTC. An hour that does not exist in spring is read with the winter offset; of the
 * hour that comes twice in autumn it is the first. */
struct vd_moment vd_zone_moment(struct vd_zone, struct vd_date, int32_t minute);
#endif
