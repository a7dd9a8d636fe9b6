#ifndef APP_OUTBOX_STATE_H
#define APP_OUTBOX_STATE_H
/* The endings of a message, each with all that follows from it: outbox row, message, steps done,
 * dunning state, task. Inside one write transaction. For the use cases of outbox and delivery only.
 */
#include "app/app.h"
#include "q_outbox.h"

#define APP_SEND_ATTEMPTS_MAX 8

struct outbox_ending {
	int64_t message;
	const struct q_outbox_message_row
	    *row;                   /* as read before; its id, debtor, step and amounts do not change */
	const char *from;           /* the state that the outbox row must be in */
	struct vd_str reason;       /* what was said or found, for people */
	struct vd_str delivered_as; /* SENT: the server's answer or the file; NONE */
};
/* *moved false: the row is not in that state any more and nothing was changed. */
VD_CHECKED enum vd_status outbox_end_sent(struct vd_context *, struct app *,
                                          const struct outbox_ending *, bool *moved);
VD_CHECKED enum vd_status outbox_end_void(struct vd_context *, struct app *,
                                          const struct outbox_ending *, bool *moved);
VD_CHECKED enum vd_status outbox_end_doubt(struct vd_context *, struct app *,
                                           const struct outbox_ending *, bool *moved);
/* The address is wrong, or nobody takes it: a task for the debtor's owner. */
VD_CHECKED enum vd_status outbox_end_dead(struct vd_context *, struct app *,
                                          const struct outbox_ending *, bool *moved);
/* Tried again later: 1, 5, 30 minutes, 2 hours, then every 6 hours; after attempt
 * APP_SEND_ATTEMPTS_MAX it is dead
 * (*given_up). attempts: with the one that just failed. */
VD_CHECKED enum vd_status outbox_end_retry(struct vd_context *, struct app *,
                                           const struct outbox_ending *, int64_t attempts,
                                           bool *moved, bool *given_up);
/* Why a guarded start took nothing: a sentence, or NONE when nothing is in the way (somebody else
 * took the row). */
VD_CHECKED enum vd_status outbox_why_not(struct vd_context *, struct app *, int64_t message,
                                         struct vd_str currency, struct vd_str *out);
#endif
