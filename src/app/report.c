/* What all reports share: the day, what was known, and one snapshot of the store. */
#include "app/report_internal.h"

#include "app/gate.h"
#include "q_ledger.h"

enum vd_status
app_report_kind_parse(struct vd_context *ctx, struct vd_str name, enum app_report_kind *out)
{
	static const char *const names[] = {
		[APP_REPORT_AGEING] = "ageing",
		[APP_REPORT_BALANCES] = "balances",
		[APP_REPORT_ALLOCATIONS] = "allocations",
	};

	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		if (!vd_str_eq(name, vd_str_c(names[i]))) continue;
		*out = (enum app_report_kind)i;
		return VD_OK;
	}
	return vd_fail(ctx, VD_E_USAGE, "report.kind", NULL,
	               "\"%.*s\" is not a report; choose ageing, balances or allocations",
	               VD_FMT(name));
}

/* A day counts up to its local end. */
static enum vd_status
moment_of(struct vd_context *ctx, const struct app *app, struct vd_str text, struct vd_moment *out)
{
	struct vd_date day;

	if (vd_date_parse(ctx, text, &day) == VD_OK) {
		*out = vd_zone_moment(app->administration.zone, vd_date_add_days(day, 1), 0);
		out->second--;
		return VD_OK;
	}
	if (vd_moment_parse(ctx, text, out) == VD_OK) return VD_OK;
	return vd_fail(
	    ctx, VD_E_USAGE, "report.known_at", "known-at",
	    "--known-at: \"%.*s\" is neither a day such as 2026-01-31 nor a moment (UTC) such "
	    "as '2026-01-31 17:00:00'",
	    VD_FMT(text));
}

static enum vd_status
set_bounds(struct vd_context *ctx, struct report_work *w)
{
	const struct app_report *r = w->report;
	int64_t administration = w->app->administration.id;
	struct q_ledger_number_at_row known;
	struct q_ledger_head_read_row head;
	struct vd_moment moment;

	w->ageing = (struct ageing_options){
		.administration = administration,
		.as_at = vd_date_is_none(r->as_at) ? w->app->today : r->as_at,
		.known = INT64_MAX,
		.by_segment = r->by_segment,
	};
	if (!vd_str_is_none(r->known_at)) {
		VD_TRY(moment_of(ctx, w->app, r->known_at, &moment));
		VD_TRY(q_ledger_number_at(ctx, w->app->db,
		                          &(struct q_ledger_number_at_in){ administration, moment },
		                          &known));
		w->ageing.known = known.number;
		return VD_OK;
	}
	VD_TRY(q_ledger_head_read(ctx, w->app->db, &(struct q_ledger_head_read_in){ administration },
	                          &head));
	w->ageing.present = w->ageing.as_at.day >= head.latest_on.day;
	return VD_OK;
}

enum vd_status
report_heading(struct vd_context *ctx, struct report_work *w, struct vd_buf *b)
{
	char day[VD_DATE_TEXT], bank[VD_DATE_TEXT];
	struct policy_gate gate;

	VD_TRY(app_gate(ctx, w->app, &gate));
	vd_date_format(w->ageing.as_at, day);
	vd_date_format(gate.bank_day, bank);
	vd_buf_addf(b, "as at %s, as known ", day);
	if (vd_str_is_none(w->report->known_at)) vd_buf_add_c(b, "now");
	else vd_buf_addf(b, "at %.*s", VD_FMT(w->report->known_at));
	if (vd_date_is_none(gate.bank_day)) vd_buf_add_c(b, "; payments: not covered yet\n");
	else vd_buf_addf(b, "; payments known up to %s\n", bank);
	return VD_OK;
}

static enum vd_status
report_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct report_work *w = arg;

	w->app = app;
	VD_TRY(set_bounds(ctx, w));
	switch (w->report->kind) {
	case APP_REPORT_AGEING:
		return report_write_ageing(ctx, w);
	case APP_REPORT_BALANCES:
		return report_write_balances(ctx, w);
	case APP_REPORT_ALLOCATIONS:
		break;
	}
	return report_write_allocations(ctx, w);
}

enum vd_status
app_report(struct vd_context *ctx, struct app *app, const struct app_report *report,
           const struct app_output *output)
{
	struct report_work w = { .report = report, .output = output };

	if (report->kind == APP_REPORT_ALLOCATIONS && report->by_segment)
		return vd_fail(
		    ctx, VD_E_USAGE, "report.by", "by",
		    "allocations are listed one by one; --by segment is for ageing and balances");
	return app_read(ctx, app, report_in_tx, &w);
}
