#ifndef APP_HOLD_H
#define APP_HOLD_H
/* Holds: what keeps an item, a debtor or the administration out of the run, with a reason, an owner
 * and perhaps a last day. */
#include "app/output.h"

struct app_hold {
	struct vd_str item, debtor; /* a number; both NONE: the whole administration */
	struct vd_str amount;       /* of one item: only this part, "12.50"; NONE: all of it */
	struct vd_str reason;       /* must be given */
	struct vd_str owner;        /* NONE: who acts */
	struct vd_date until;       /* last day; NONE: until it is ended */
};
/* An invoice with several open due lines gets one hold each; ids are in *ids. */
VD_CHECKED enum vd_status app_hold_add(struct vd_context *, struct app *, const struct app_hold *,
                                       int64_t **ids, size_t *count);
/* Its items are looked at again today when nothing else plans them. */
VD_CHECKED enum vd_status app_hold_end(struct vd_context *, struct app *, int64_t id,
                                       struct vd_str reason);
/* ended: those too. */
VD_CHECKED enum vd_status app_hold_list(struct vd_context *, struct app *, bool ended,
                                        const struct app_output *);
#endif
