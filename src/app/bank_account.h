#ifndef APP_BANK_ACCOUNT_H
#define APP_BANK_ACCOUNT_H
/* The creditor's own bank accounts, and how far what they received is known. */
#include "app/output.h"

struct app_bank_account {
	struct vd_str iban;     /* as a person writes it; other identifications as in the statement */
	struct vd_str currency; /* NONE: the administration's, or the only one there is */
	struct vd_str name;     /* add: NONE keeps what is known */
};
/* Adds it, or takes an ended one into use again. *created false: it was in use already. */
VD_CHECKED enum vd_status app_bank_account_add(struct vd_context *, struct app *,
                                               const struct app_bank_account *, bool *created);
/* From now on the freshness gate does not ask for it. What was booked stays. */
VD_CHECKED enum vd_status app_bank_account_end(struct vd_context *, struct app *,
                                               const struct app_bank_account *);
/* A person says: nothing else came in up to and including that day. iban NONE: in the open-items
 * list of the bookkeeping package. Never after today. */
VD_CHECKED enum vd_status app_bank_account_cover(struct vd_context *, struct app *,
                                                 const struct app_bank_account *,
                                                 struct vd_date to);
VD_CHECKED enum vd_status app_bank_account_list(struct vd_context *, struct app *,
                                                const struct app_output *);
#endif
