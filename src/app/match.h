#ifndef APP_MATCH_H
#define APP_MATCH_H
/* Matching the bank with the open items: books what is certain, proposes the rest. */
#include "app/app.h"

struct app_match_result {
	int64_t looked_at, booked, proposed, unknown, ignored;
	int64_t booked_minor;
};
/* propose_only: books nothing. again: also looks anew at what was only proposed before. In batches
 * of APP_MATCH_BATCH transactions, each in its own store transaction, in booking order. */
#define APP_MATCH_BATCH 1000
VD_CHECKED enum vd_status app_match(struct vd_context *, struct app *, bool propose_only,
                                    bool again, struct app_match_result *);
#endif
