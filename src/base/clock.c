/* The machine's time. */
#include "base/clock.h"

#include <errno.h>
#include <time.h>

struct vd_moment
vd_clock_now(const struct vd_clock *clock)
{
	struct timespec now;

	if (clock->fixed) return clock->now;
	VD_ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (struct vd_moment){ now.tv_sec };
}

int64_t
vd_clock_monotonic_us(void)
{
	struct timespec now;

	VD_ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
vd_clock_sleep_ms(int ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	if (ms <= 0) return;
	while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}
