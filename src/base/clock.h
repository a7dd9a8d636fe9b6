#ifndef VD_BASE_CLOCK_H
#define VD_BASE_CLOCK_H
/* The only place that asks the machine for the time. A moment is whole seconds UTC since
 * 1970-01-01 (proleptic Gregorian, no leap seconds). */
#include "base/status.h"

struct vd_moment {
	int64_t second;
};
#define VD_MOMENT_NONE ((struct vd_moment){ INT64_MIN })
static inline bool
vd_moment_is_none(struct vd_moment m)
{
	return m.second == INT64_MIN;
}

/* The program's clock: the machine's, or one fixed by --now / --today / a test. */
struct vd_clock {
	bool fixed;
	struct vd_moment now; /* when fixed */
};
struct vd_moment vd_clock_now(const struct vd_clock *);
/* Microseconds that only go forward, for progress and measuring; never for facts. */
int64_t vd_clock_monotonic_us(void);
/* Wait; used by retries and the worker. */
void vd_clock_sleep_ms(int ms);
#endif
