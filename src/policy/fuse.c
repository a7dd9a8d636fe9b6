/* The rate fuse: a run that wants to send far more than usual is more likely a mistake (a wrong
 * due date in an import, a profile with a slip of the pen) than a bad day. */
#include "policy/policy.h"

#define ALWAYS_FINE 50 /* so few messages are never a flood */
#define DAYS_MIN    5  /* fewer days with messages say nothing about what is usual */

enum vd_status
policy_fuse(struct vd_context *ctx, int64_t planned, const int64_t *daily_counts, size_t days,
            int64_t ceiling, bool *blown, struct vd_str *why)
{
	int64_t busiest = 0, sending_days = 0, usual;

	for (size_t i = 0; i < days; i++) {
		if (daily_counts[i] > busiest) busiest = daily_counts[i];
		if (daily_counts[i] > 0) sending_days++;
	}
	usual = busiest > INT64_MAX / 2 ? INT64_MAX : busiest * 2;
	if (usual < ALWAYS_FINE) usual = ALWAYS_FINE;
	*blown = true;
	if (ceiling > 0 && planned > ceiling)
		return vd_str_printf(
		    ctx, why,
		    "%lld messages are planned today, and the ceiling of the administration is "
		    "%lld a day.",
		    (long long)planned, (long long)ceiling);
	if (sending_days >= DAYS_MIN && planned > usual)
		return vd_str_printf(
		    ctx, why,
		    "%lld messages are planned today; in the last %zu days the busiest one had "
		    "%lld, and more than twice that (and more than %d) is held back.",
		    (long long)planned, days, (long long)busiest, ALWAYS_FINE);
	*blown = false;
	return vd_str_printf(
	    ctx, why,
	    "%lld messages are planned today; that is within what is usual (busiest of %zu "
	    "days: %lld).",
	    (long long)planned, days, (long long)busiest);
}
