#ifndef APP_FIND_H
#define APP_FIND_H
/* From what a person types to rows: invoice numbers, due lines, debtor numbers, amounts. Inside a
 * transaction. */
#include "app/app.h"
#include "q_debtor.h"
#include "q_invoice.h"
#include "q_ledger.h"

#define APP_LINES_MAX 1000 /* items of one invoice */

/* "F2025001", or "F2025001/2" for one due line (*line 0: all). Another spelling of the same number
 * ("f2025-001") is found when only one invoice has it. VD_E_NOT_FOUND "item.unknown". */
VD_CHECKED enum vd_status app_find_invoice(struct vd_context *, struct app *, struct vd_str text,
                                           struct q_invoice_by_number_row *out, int64_t *line);
/* VD_E_NOT_FOUND "debtor.unknown". */
VD_CHECKED enum vd_status app_find_debtor(struct vd_context *, struct app *, struct vd_str number,
                                          struct q_debtor_by_number_row *out);
/* Items of an invoice (of one due line when line > 0), open ones only when asked. */
VD_CHECKED enum vd_status app_find_items(struct vd_context *, struct app *, int64_t invoice,
                                         int64_t line, bool open_only,
                                         struct q_item_of_invoice_row **out, size_t *count);
/* "1234.50", more than nothing; VD_E_USAGE names the option or word. */
VD_CHECKED enum vd_status app_amount(struct vd_context *, const char *what, struct vd_str text,
                                     struct vd_currency, int64_t *minor);
#endif
