#ifndef VD_BASE_PROCESS_H
#define VD_BASE_PROCESS_H
/* Which process is at a piece of work, so that another one can tell at once that it ended, killed
 * or not, instead of waiting for a lease to run out. Linux: /proc. */
#include "base/context.h"

/* This process, as text of at most 200 bytes: machine, start of the machine, process namespace,
 * number and start of the process. Where /proc does not tell, a name that is never known to be
 * gone. */
VD_CHECKED enum vd_status vd_process_name(struct vd_context *, struct vd_str *out);
/* True only when the named process certainly ended. False when it lives, or lives elsewhere, or
 * nobody can tell: then only a lease helps. */
VD_CHECKED enum vd_status vd_process_gone(struct vd_context *, struct vd_str name, bool *gone);
#endif
