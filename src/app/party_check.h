#ifndef APP_PARTY_CHECK_H
#define APP_PARTY_CHECK_H
/* A debtor as a file gives him, checked and normalised at the border. */
#include "intake/party.h"
#include "ledger/debtor.h"

/* Text that a person misspelt is refused with the reason; the record is then not taken over at all.
 */
VD_CHECKED enum vd_status app_check_debtor(struct vd_context *, const struct party_record_debtor *,
                                           struct ledger_debtor *);
#endif
