#ifndef APP_GATE_H
#define APP_GATE_H
/* The freshness gate of today: may anything leave? Each bank account in use (or, where settlement
 * comes from the bookkeeping package, its last open-items list) is covered up to the last business
 * day and matched. */
#include "app/app.h"
#include "policy/policy.h"

#define APP_ACCOUNTS_MAX 1000
/* Inside a transaction. out->reason is a whole sentence in the arena. */
VD_CHECKED enum vd_status app_gate(struct vd_context *, struct app *, struct policy_gate *out);
#endif
