#ifndef VD_BASE_FAULT_H
#define VD_BASE_FAULT_H
/* Test seams: make the n-th allocation, statement or send fail. Zero means never, and
 * that is the state outside tests. After the n-th the counter stays at zero, unless
 * `forever` is set: then every later one fails too. */
#include "base/status.h"

enum vd_fault_kind { VD_FAULT_ALLOC, VD_FAULT_STATEMENT, VD_FAULT_SEND, VD_FAULT__COUNT };

void vd_fault_arm(enum vd_fault_kind, long nth, bool forever);
void vd_fault_disarm(enum vd_fault_kind);
/* How many passed the seam since it was last armed or counted from zero. */
long vd_fault_seen(enum vd_fault_kind);
/* True when this one must fail. Called at the seam only. */
bool vd_fault_hit(enum vd_fault_kind);
#endif
