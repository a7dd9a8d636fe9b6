#ifndef APP_TASK_H
#define APP_TASK_H
/* Tasks: work for a person, made by the run. */
#include "app/output.h"

struct app_task_filter {
	bool all;            /* closed ones too */
	struct vd_str owner; /* NONE: everybody's */
};
VD_CHECKED enum vd_status app_task_list(struct vd_context *, struct app *,
                                        const struct app_task_filter *, const struct app_output *);
/* result: what came of it. "consent" of a sensitive debtor's task lets his messages go. What waited
 * for the task is decided again today. VD_E_CONFLICT when it is closed already. */
VD_CHECKED enum vd_status app_task_close(struct vd_context *, struct app *, int64_t id,
                                         bool cancelled, struct vd_str result);
#endif
