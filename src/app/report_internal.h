#ifndef APP_REPORT_INTERNAL_H
#define APP_REPORT_INTERNAL_H
/* Between report.c (days, moments, the rows' way out) and the files of each report. */
#include "app/report.h"
#include "ledger/ledger.h"
#include "base/buf.h"
#include "report/ageing.h"

struct report_work {
	struct app *app;
	const struct app_report *report;
	const struct app_output *output;
	struct ageing_options ageing;
	struct vd_str note;
};
VD_CHECKED enum vd_status report_write_ageing(struct vd_context *, struct report_work *);
VD_CHECKED enum vd_status report_write_balances(struct vd_context *, struct report_work *);
VD_CHECKED enum vd_status report_write_allocations(struct vd_context *, struct report_work *);
/* "as at 2026-03-31, as known now; bank known up to 2026-03-30" */
VD_CHECKED enum vd_status report_heading(struct vd_context *, struct report_work *,
                                         struct vd_buf *);
#endif
