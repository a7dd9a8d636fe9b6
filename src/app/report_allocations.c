/* Allocations as they were booked, one row each. */
#include "app/report_internal.h"

#include "q_report.h"

#include <stdio.h>

static const struct export_column columns[] = {
	{ "entry_reference", EXPORT_TEXT, 0 },
	{ "transaction", EXPORT_INTEGER, 0 },
	{ "booked_on", EXPORT_DATE, 0 },
	{ "debtor_id", EXPORT_TEXT, 0 },
	{ "item", EXPORT_TEXT, 0 },
	{ "currency", EXPORT_TEXT, 0 },
	{ "amount", EXPORT_MONEY, 0 },
	{ "effective_on", EXPORT_DATE, 0 },
	{ "source", EXPORT_TEXT, 0 },
	{ "certainty", EXPORT_TEXT, 0 },
};

/* 9500 basis points: "0.95"; a third and fourth decimal only when they say something. */
static struct vd_str
certainty(int64_t bp, char room[static 24])
{
	int n = snprintf(room, 24, "%lld.%04lld", (long long)(bp / 10000), (long long)(bp % 10000));

	while (n > 4 && room[n - 1] == '0') n--;
	return (struct vd_str){ room, (size_t)n };
}

/* The invoice that was settled; else the credit note that was used up; else what kind of item it
 * was. */
static enum vd_status
item_name(struct vd_context *ctx, const struct q_report_allocations_row *row, struct vd_str *out)
{
	*out = row->invoice_number;
	if (vd_str_is_none(*out)) *out = row->credit_invoice;
	if (vd_str_is_none(*out)) *out = row->debit_kind;
	if (vd_str_is_none(row->invoice_number) || row->line <= 1) return VD_OK;
	return vd_str_printf(ctx, out, "%.*s/%lld", VD_FMT(row->invoice_number), (long long)row->line);
}

static enum vd_status
write_row(struct vd_context *ctx, struct export_writer *writer,
          const struct q_report_allocations_row *row)
{
	struct export_cell cells[VD_LENGTH(columns)];
	char room[24];
	struct vd_str item;

	VD_TRY(item_name(ctx, row, &item));
	cells[0] = export_text(row->reference);
	cells[1] = export_integer(row->transaction);
	cells[2] = export_date(row->booked_on);
	cells[3] = export_text(row->debtor_number);
	cells[4] = export_text(item);
	cells[5] = export_text(row->currency);
	cells[6] = export_money(row->amount, ledger_currency_of(row->currency));
	cells[7] = export_date(row->effective_on);
	cells[8] = export_text(row->source);
	cells[9] = export_text(certainty(row->certainty_bp, room));
	return export_row(ctx, writer, cells);
}

static enum vd_status
allocation_rows(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	const struct report_work *w = arg;
	struct q_report_allocations_stream stream;
	struct q_report_allocations_row row;
	struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
	enum vd_status status;
	bool more;

	VD_TRY(q_report_allocations_open(ctx, w->app->db,
	                                 &(struct q_report_allocations_in){ w->ageing.administration,
	                                                                    w->ageing.as_at,
	                                                                    w->ageing.known },
	                                 &stream));
	while ((status = q_report_allocations_next(ctx, &stream, &row, &more)) == VD_OK && more) {
		if ((status = write_row(ctx, writer, &row)) != VD_OK) break;
		vd_arena_rewind(ctx->arena, mark);
	}
	q_report_allocations_close(&stream);
	return status;
}

enum vd_status
report_write_allocations(struct vd_context *ctx, struct report_work *w)
{
	return app_output_write(ctx, w->app, w->output,
	                        &(struct app_table){ "allocations", columns, (int)VD_LENGTH(columns),
	                                             allocation_rows, w, NULL });
}
