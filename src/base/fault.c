/* Counters behind the test seams; the only mutable state outside contexts and handles. Atomic, for
 * every thread passes the seams; a test arms them while one thread runs. */
#include "base/fault.h"

#include <stdatomic.h>

static struct {
	atomic_long countdown, seen;
	atomic_bool forever, tripped;
} seams[VD_FAULT__COUNT];

void
vd_fault_arm(enum vd_fault_kind kind, long nth, bool forever)
{
	seams[kind].countdown = nth;
	seams[kind].forever = forever;
	seams[kind].tripped = false;
	seams[kind].seen = 0;
}

void
vd_fault_disarm(enum vd_fault_kind kind)
{
	vd_fault_arm(kind, 0, false);
}

long
vd_fault_seen(enum vd_fault_kind kind)
{
	return seams[kind].seen;
}

bool
vd_fault_hit(enum vd_fault_kind kind)
{
	seams[kind].seen++;
	if (seams[kind].tripped && seams[kind].forever) return true;
	if (seams[kind].countdown == 0 || --seams[kind].countdown > 0) return false;
	seams[kind].tripped = true;
	return true;
}
