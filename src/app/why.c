/* Why, or why not: what was decided for an item, and what would be decided on a day. */
#include "app/run.h"

#include "app/dun_facts.h"
#include "app/gate.h"
#include "base/list.h"
#include "q_dossier.h"
#include "q_invoice.h"
#include "q_ledger.h"

#define ITEMS_MAX 200
#define PAST_MAX  200

struct why_work {
	struct vd_str number;
	struct vd_date on;
	struct app_why **out;
	size_t *count;
};

/* "F2025001" or "F2025001/2" for one due line. */
static void
split_number(struct vd_str text, struct vd_str *number, int64_t *line)
{
	*number = text;
	*line = 0;
	for (size_t i = text.len; i > 0; i--) {
		if (text.ptr[i - 1] != '/') continue;
		if (vd_str_to_i64(vd_str_sub(text, i, SIZE_MAX), line) && *line > 0)
			*number = vd_str_sub(text, 0, i - 1);
		return;
	}
}

static enum vd_status
find_invoice(struct vd_context *ctx, struct app *app, struct vd_str text,
             struct q_invoice_by_number_row *invoice, int64_t *line)
{
	struct vd_str number;
	bool found;

	*line = 0;
	VD_TRY(q_invoice_by_number(ctx, app->db,
	                           &(struct q_invoice_by_number_in){ app->administration.id, text },
	                           invoice, &found));
	if (found) return VD_OK;
	split_number(text, &number, line);
	VD_TRY(q_invoice_by_number(ctx, app->db,
	                           &(struct q_invoice_by_number_in){ app->administration.id, number },
	                           invoice, &found));
	if (found && *line > 0) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "item.unknown", "number",
	               "there is no invoice or credit note \"%.*s\"", VD_FMT(text));
}

static enum vd_status
add_past(struct vd_context *ctx, struct app *app, int64_t item, struct vd_date on,
         struct app_why *w)
{
	struct q_decision_of_item_row *rows;
	size_t n;

	VD_TRY(q_decision_of_item(ctx, app->db,
	                          &(struct q_decision_of_item_in){ app->administration.id, item, on,
	                                                           PAST_MAX },
	                          &rows, &n));
	VD_NEW(ctx, w->past, n);
	for (size_t i = 0; i < n; i++)
		w->past[w->past_count++] = (struct app_why_past){
			rows[i].day,
			rows[i].outcome,
			rows[i].step,
			rows[i].trace,
			rows[i].message_state,
			rows[i].sent_at,
			rows[i].message == VD_I64_NONE ? 0 : rows[i].message,
		};
	return VD_OK;
}

/* What would be decided on that day with all that is known now. */
static enum vd_status
decide_now(struct vd_context *ctx, struct app *app, int64_t debtor, struct dun_debtor **out,
           struct policy_decision **decisions)
{
	struct app_setting_value *settings;
	struct policy_rules rules;
	struct policy_gate gate;
	struct policy_facts facts = { .today = app->today };
	struct dun_debtor *d;
	size_t n;

	VD_TRY(app_settings_load(ctx, app, &settings));
	VD_TRY(app_policy_load(ctx, app, settings, &rules));
	VD_TRY(app_gate(ctx, app, &gate));
	VD_TRY(dun_facts_load(ctx, app, settings, &debtor, 1, &d, &n));
	if (n != 1)
		return vd_fail(ctx, VD_E_CORRUPT, "why.debtor", NULL,
		               "the item's debtor is not in the store");
	facts.debtor = &d->policy;
	facts.items = d->items;
	facts.items_count = d->items_count;
	facts.credits = d->credits;
	facts.credits_count = d->credits_count;
	facts.holds = d->holds;
	facts.holds_count = d->holds_count;
	facts.gate = &gate;
	facts.last_message_on = d->last_message_on;
	VD_NEW(ctx, *decisions, d->items_count);
	*out = d;
	return policy_decide(ctx, &rules, &facts, *decisions);
}

static enum vd_status
why_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct why_work *w = arg;
	struct q_invoice_by_number_row invoice;
	struct q_item_of_invoice_row *items;
	struct policy_decision *decisions;
	struct dun_debtor *d;
	int64_t line;
	size_t n;

	VD_TRY(find_invoice(ctx, app, w->number, &invoice, &line));
	VD_TRY(q_item_of_invoice(ctx, app->db,
	                         &(struct q_item_of_invoice_in){ app->administration.id, invoice.id,
	                                                         ITEMS_MAX },
	                         &items, &n));
	VD_TRY(decide_now(ctx, app, invoice.debtor, &d, &decisions));
	VD_NEW(ctx, *w->out, n);
	for (size_t i = 0; i < n; i++) {
		struct app_why *one = &(*w->out)[*w->count];

		if ((line > 0 && items[i].line != line) || !vd_str_eq(items[i].side, VD_STR("D"))) continue;
		*one = (struct app_why){
			.debtor_number = invoice.debtor_number,
			.debtor_name = invoice.debtor_name,
			.next_on = VD_DATE_NONE,
			.outcome = vd_str_c(policy_outcome_name(POLICY_SETTLED)),
			.trace = VD_STR("Nothing is open: it is settled."),
		};
		VD_TRY(vd_str_printf(ctx, &one->item, "%.*s%s%.0lld", VD_FMT(invoice.number),
		                     items[i].line > 1 ? "/" : "",
		                     items[i].line > 1 ? (long long)items[i].line : 0LL));
		for (size_t k = 0; k < d->items_count; k++) {
			if (decisions[k].item_id != items[i].item) continue;
			one->outcome = vd_str_c(policy_outcome_name(decisions[k].outcome));
			one->step = decisions[k].step != NULL ? decisions[k].step->code : VD_STR_NONE;
			one->trace = decisions[k].trace;
			one->next_on = decisions[k].next_action_on;
		}
		VD_TRY(add_past(ctx, app, items[i].item, w->on, one));
		++*w->count;
	}
	app->discard = true;
	return VD_OK;
}

enum vd_status
app_why(struct vd_context *ctx, struct app *app, struct vd_str number, struct vd_date on,
        struct app_why **out, size_t *count)
{
	struct why_work w = { number, vd_date_is_none(on) ? app->today : on, out, count };

	*count = 0;
	if (!vd_date_is_none(on)) app->today = on;
	/* a write transaction that is always rolled back: staging is ordinary rows */
	return app_write(ctx, app, why_in_tx, &w);
}
