/* An invoice or credit note with all that happened to it. */
#include "app/show.h"

#include "app/find.h"
#include "ledger/ledger.h"
#include "q_document.h"
#include "q_dossier.h"
#include "q_run.h"

struct item_work {
	struct vd_str number;
	struct app_show_item *out;
};

static enum vd_status
add_allocations(struct vd_context *ctx, struct app *app, int64_t item, struct app_show_line *line)
{
	struct q_allocation_of_item_row *rows;
	size_t n;

	VD_TRY(q_allocation_of_item(ctx, app->db,
	                            &(struct q_allocation_of_item_in){ app->administration.id, item,
	                                                               APP_SHOW_MAX },
	                            &rows, &n));
	VD_NEW(ctx, line->allocations, n);
	for (size_t i = 0; i < n; i++)
		line->allocations[line->allocations_count++] = (struct app_show_allocation){
			.id = rows[i].id,
			.transaction = rows[i].transaction_number,
			.recorded_at = rows[i].recorded_at,
			.actor = rows[i].actor,
			.source = rows[i].source,
			.reasons = rows[i].reasons,
			.other =
			    vd_str_is_none(rows[i].other_number) ? rows[i].other_kind : rows[i].other_number,
			.bank = rows[i].bank_reference,
			.amount = { rows[i].amount, ledger_currency_of(rows[i].currency) },
			.effective_on = rows[i].effective_on,
			.certainty_bp = rows[i].certainty_bp,
		};
	return VD_OK;
}

static enum vd_status
add_dunning(struct vd_context *ctx, struct app *app, int64_t item, struct app_show_line *line)
{
	int64_t administration = app->administration.id;
	struct q_chase_of_item_row chase;
	struct q_steps_of_item_row *steps;
	size_t n;

	VD_TRY(q_chase_of_item(ctx, app->db, &(struct q_chase_of_item_in){ administration, item },
	                       &chase, &line->dunned));
	if (!line->dunned) return VD_OK;
	line->last_step = chase.last_code;
	line->last_done_on = chase.last_done_on;
	line->next_action_on = chase.next_action_on;
	line->waiting = chase.waiting;
	VD_TRY(q_steps_of_item(ctx, app->db,
	                       &(struct q_steps_of_item_in){ administration, item, APP_SHOW_MAX },
	                       &steps, &n));
	VD_NEW(ctx, line->steps, n);
	for (size_t i = 0; i < n; i++)
		line->steps[line->steps_count++] =
		    (struct app_show_step){ steps[i].cycle, steps[i].code,   steps[i].outcome,
			                        steps[i].actor, steps[i].reason, steps[i].done_on };
	return VD_OK;
}

static enum vd_status
add_line(struct vd_context *ctx, struct app *app, const struct app_show_item *of,
         const struct q_item_of_invoice_row *row, struct app_show_line *line)
{
	struct vd_currency currency = ledger_currency_of(row->currency);

	*line = (struct app_show_line){ .label = of->number,
		                            .kind = row->kind,
		                            .credit = ledger_side_of(row->side) == LEDGER_CREDIT,
		                            .total = { row->total, currency },
		                            .open = { row->open, currency },
		                            .effective_on = row->effective_on,
		                            .due_on = row->due_on,
		                            .settled_on = row->settled_on };
	if (row->line > 1)
		VD_TRY(vd_str_printf(ctx, &line->label, "%.*s/%lld", VD_FMT(of->number),
		                     (long long)row->line));
	VD_TRY(add_allocations(ctx, app, row->item, line));
	return add_dunning(ctx, app, row->item, line);
}

static enum vd_status
add_documents(struct vd_context *ctx, struct app *app, int64_t invoice, struct app_show_item *out)
{
	struct q_document_of_invoice_row *rows;
	size_t n;

	VD_TRY(q_document_of_invoice(ctx, app->db,
	                             &(struct q_document_of_invoice_in){ app->administration.id,
	                                                                 invoice, APP_SHOW_MAX },
	                             &rows, &n));
	VD_NEW(ctx, out->documents, n);
	for (size_t i = 0; i < n; i++)
		out->documents[out->documents_count++] =
		    (struct app_show_document){ rows[i].kind, rows[i].name, rows[i].media_type,
			                            rows[i].added_at };
	return VD_OK;
}

static enum vd_status
item_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct item_work *w = arg;
	struct q_invoice_by_number_row head;
	struct q_item_of_invoice_row *items;
	struct vd_currency currency;
	int64_t line;
	size_t n;

	VD_TRY(app_find_invoice(ctx, app, w->number, &head, &line));
	currency = ledger_currency_of(head.currency);
	*w->out = (struct app_show_item){
		.number = head.number,
		.kind = head.kind,
		.debtor_number = head.debtor_number,
		.debtor_name = head.debtor_name,
		.description = head.description,
		.reference = head.reference,
		.order_ref = head.order_ref,
		.preceding = head.preceding,
		.source = head.source,
		.currency = head.currency,
		.issued_on = head.issued_on,
		.sent_on = head.sent_on,
		.delivered_on = head.delivered_on,
		.net = { head.net, currency },
		.vat = { head.vat, currency },
	};
	VD_TRY(app_find_items(ctx, app, head.id, line, false, &items, &n));
	VD_NEW(ctx, w->out->lines, n);
	for (size_t i = 0; i < n; i++)
		VD_TRY(add_line(ctx, app, w->out, &items[i], &w->out->lines[w->out->lines_count++]));
	return add_documents(ctx, app, head.id, w->out);
}

enum vd_status
app_show_item(struct vd_context *ctx, struct app *app, struct vd_str number,
              struct app_show_item *out)
{
	return app_read(ctx, app, item_in_tx, &(struct item_work){ number, out });
}
