#ifndef APP_REPORT_H
#define APP_REPORT_H
/* Reports as rows: ageing, balances, allocations. As at a day (effective days up to it), as known
 * at a moment (recorded up to it). Amounts of money that is not allocated are negative, so that
 * each row adds up to its total or balance. */
#include "app/output.h"

enum app_report_kind { APP_REPORT_AGEING, APP_REPORT_BALANCES, APP_REPORT_ALLOCATIONS };
struct app_report {
	enum app_report_kind kind;
	struct vd_date as_at; /* NONE: today */
	struct vd_str
	    known_at;    /* a day (up to its local end) or 'YYYY-MM-DD HH:MM:SS' UTC; NONE: now */
	bool by_segment; /* not for allocations */
};
/* "ageing", "balances", "allocations"; VD_E_USAGE names them. */
VD_CHECKED enum vd_status app_report_kind_parse(struct vd_context *, struct vd_str,
                                                enum app_report_kind *out);
/* One snapshot of the store. Ageing keeps one row per debtor and currency in memory, the others
 * stream. */
VD_CHECKED enum vd_status app_report(struct vd_context *, struct app *, const struct app_report *,
                                     const struct app_output *);
#endif
