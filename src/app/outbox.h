#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H
/* What waits to be sent, and what a person decides about it. Messages are known by their id. */
#include "app/output.h"

#define APP_OUTBOX_IDS_MAX 10000

/* Rows for people and programs; state: one of waiting, released, sent, in_doubt, failed, void,
 * shadow, "all", or NULL for what is not finished (waiting, released, in_doubt, failed). VD_E_USAGE
 * for another word. */
VD_CHECKED enum vd_status app_outbox_list(struct vd_context *, struct app *, const char *state,
                                          const struct app_output *);

struct app_release {
	const int64_t *ids;
	size_t count; /* these; or with count 0: */
	int64_t run;  /* all that this run made; 0: all that wait */
};
/* Waiting messages may leave from now on; a message that was given up as undeliverable is tried
 * again. Unknown id: VD_E_NOT_FOUND; one that does not wait: VD_E_CONFLICT, and then none is
 * released. *released counts. */
VD_CHECKED enum vd_status app_outbox_release(struct vd_context *, struct app *,
                                             const struct app_release *, int64_t *released);

/* The message will not be sent; its items are decided again today. Not for one that is being sent,
 * is in doubt (see settle) or is sent: VD_E_CONFLICT. */
VD_CHECKED enum vd_status app_outbox_void(struct vd_context *, struct app *, int64_t message,
                                          struct vd_str reason);

/* A person found out what became of a message in doubt. Sent: the step is done, today. Not sent: as
 * void. */
VD_CHECKED enum vd_status app_outbox_settle(struct vd_context *, struct app *, int64_t message,
                                            bool sent, struct vd_str reason);
#endif
