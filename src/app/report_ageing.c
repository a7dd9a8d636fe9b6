/* Ageing and balances as rows. */
#include "app/report_internal.h"

#include "base/list.h"
#include "q_report.h"

#include <stdio.h>
#include <stdlib.h>

#define NOTE_MAX    ((size_t)64 * 1024)
#define COLUMNS_MAX (AGEING_BUCKETS_MAX + 8)

struct ageing_rows {
	struct report_work *work;
	struct ageing_row *rows;
	size_t count;
	struct export_column columns[COLUMNS_MAX];
	char names[AGEING_BUCKETS_MAX][32];
	int columns_count, first_amount;
};

/* ---- columns ---- */

static void
add_column(struct ageing_rows *a, const char *name, enum export_type type)
{
	a->columns[a->columns_count++] = (struct export_column){ name, type, 0 };
}

static void
set_columns(struct ageing_rows *a)
{
	const struct ageing_options *o = &a->work->ageing;

	add_column(a, o->by_segment ? "segment" : "debtor_id", EXPORT_TEXT);
	if (!o->by_segment) add_column(a, "name", EXPORT_TEXT);
	add_column(a, "currency", EXPORT_TEXT);
	a->first_amount = a->columns_count;
	add_column(a, "not_due", EXPORT_MONEY);
	for (int i = 0; i <= o->ends_count; i++) {
		int from = i == 0 ? 1 : o->ends[i - 1] + 1;

		if (i < o->ends_count)
			snprintf(a->names[i], sizeof(a->names[i]), "d%d_%d", from, o->ends[i]);
		else snprintf(a->names[i], sizeof(a->names[i]), "over_%d", from - 1);
		add_column(a, a->names[i], EXPORT_MONEY);
	}
	add_column(a, "unallocated", EXPORT_MONEY);
	add_column(a, "total", EXPORT_MONEY);
}

/* ---- rows ---- */

static void
fill_cells(const struct ageing_rows *a, const struct ageing_row *r, struct export_cell *cells)
{
	int n = 0;

	cells[n++] = export_text(r->number);
	if (!a->work->ageing.by_segment) cells[n++] = export_text(r->name);
	cells[n++] = export_text(vd_currency_str(&r->currency));
	cells[n++] = export_money(r->not_due, r->currency);
	for (int i = 0; i <= a->work->ageing.ends_count; i++)
		cells[n++] = export_money(r->overdue[i], r->currency);
	cells[n++] = export_money(r->unallocated, r->currency);
	cells[n] = export_money(r->total, r->currency);
}

static enum vd_status
write_row(struct vd_context *ctx, struct export_writer *writer, const struct ageing_rows *a,
          const struct ageing_row *r)
{
	struct export_cell cells[COLUMNS_MAX];

	fill_cells(a, r, cells);
	return export_row(ctx, writer, cells);
}

static enum vd_status
add_up(struct vd_context *ctx, struct ageing_row *to, const struct ageing_row *from)
{
	VD_TRY(vd_minor_add(ctx, to->not_due, from->not_due, &to->not_due));
	for (int i = 0; i < AGEING_BUCKETS_MAX; i++)
		VD_TRY(vd_minor_add(ctx, to->overdue[i], from->overdue[i], &to->overdue[i]));
	VD_TRY(vd_minor_add(ctx, to->unallocated, from->unallocated, &to->unallocated));
	return vd_minor_add(ctx, to->total, from->total, &to->total);
}

static int
by_currency(const void *a, const void *b)
{
	const struct ageing_row *x = a, *y = b;

	return vd_str_cmp(vd_currency_str(&x->currency), vd_currency_str(&y->currency));
}

/* For people: a last line per currency. Files hold the rows only, so that a sum over them is right.
 */
static enum vd_status
write_totals(struct vd_context *ctx, struct export_writer *writer, const struct ageing_rows *a)
{
	struct ageing_row *totals = NULL;
	size_t count = 0, cap = 0, t;

	for (size_t i = 0; i < a->count; i++) {
		for (t = 0; t < count; t++)
			if (vd_currency_eq(totals[t].currency, a->rows[i].currency)) break;
		if (t == count) {
			VD_GROW(ctx, totals, count, cap);
			totals[count++] = (struct ageing_row){ .number = VD_STR("total"),
				                                   .name = VD_STR(""),
				                                   .currency = a->rows[i].currency };
		}
		VD_TRY(add_up(ctx, &totals[t], &a->rows[i]));
	}
	if (count > 1) qsort(totals, count, sizeof(*totals), by_currency);
	for (t = 0; t < count; t++) VD_TRY(write_row(ctx, writer, a, &totals[t]));
	return VD_OK;
}

static enum vd_status
ageing_rows(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	struct ageing_rows *a = arg;

	for (size_t i = 0; i < a->count; i++) VD_TRY(write_row(ctx, writer, a, &a->rows[i]));
	return a->work->output->format == EXPORT_TABLE ? write_totals(ctx, writer, a) : VD_OK;
}

static enum vd_status
compute(struct vd_context *ctx, struct report_work *w, struct ageing_rows *a)
{
	struct vd_buf note = VD_BUF(ctx, NOTE_MAX);
	struct app_setting_value *settings;

	a->work = w;
	VD_TRY(app_settings_load(ctx, w->app, &settings));
	VD_TRY(ageing_parse_ends(ctx, app_setting_text(settings, "ageing_days"), &w->ageing));
	VD_TRY(report_ageing(ctx, w->app->db, &w->ageing, &a->rows, &a->count));
	if (a->count == 0) vd_buf_add_c(&note, "nothing is open\n");
	VD_TRY(report_heading(ctx, w, &note));
	return vd_buf_finish(ctx, &note, &w->note);
}

enum vd_status
report_write_ageing(struct vd_context *ctx, struct report_work *w)
{
	struct ageing_rows a = { 0 };

	VD_TRY(compute(ctx, w, &a));
	set_columns(&a);
	return app_output_write(ctx, w->app, w->output,
	                        &(struct app_table){ "ageing", a.columns, a.columns_count, ageing_rows,
	                                             &a, &w->note });
}

/* ---- balances ---- */

static const struct export_column balance_columns[] = {
	{ "debtor_id", EXPORT_TEXT, 0 },     { "name", EXPORT_TEXT, 30 },
	{ "currency", EXPORT_TEXT, 0 },      { "owed", EXPORT_MONEY, 0 },
	{ "unallocated", EXPORT_MONEY, 0 },  { "balance", EXPORT_MONEY, 0 },
	{ "oldest_due_on", EXPORT_DATE, 0 },
};
static const struct export_column segment_columns[] = {
	{ "segment", EXPORT_TEXT, 0 },  { "currency", EXPORT_TEXT, 0 },
	{ "owed", EXPORT_MONEY, 0 },    { "unallocated", EXPORT_MONEY, 0 },
	{ "balance", EXPORT_MONEY, 0 }, { "oldest_due_on", EXPORT_DATE, 0 },
};

struct balance {
	struct vd_str number, name;
	struct vd_currency currency;
	int64_t owed, unallocated;
	struct vd_date oldest_due_on;
};

static enum vd_status
write_balance(struct vd_context *ctx, struct export_writer *writer, bool by_segment,
              const struct balance *b)
{
	struct export_cell cells[VD_LENGTH(balance_columns)];
	int64_t balance;
	int n = 0;

	VD_TRY(vd_minor_add(ctx, b->owed, b->unallocated, &balance));
	cells[n++] = export_text(b->number);
	if (!by_segment) cells[n++] = export_text(b->name);
	cells[n++] = export_text(vd_currency_str(&b->currency));
	cells[n++] = export_money(b->owed, b->currency);
	cells[n++] = export_money(b->unallocated, b->currency);
	cells[n++] = export_money(balance, b->currency);
	cells[n] = export_date(b->oldest_due_on);
	return export_row(ctx, writer, cells);
}

static int
by_number(const void *a, const void *b)
{
	const struct ageing_row *x = a, *y = b;
	int c = vd_str_cmp(x->number, y->number);

	return c != 0 ? c : by_currency(a, b);
}

static enum vd_status
computed_balances(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	struct ageing_rows *a = arg;

	if (a->count > 1) qsort(a->rows, a->count, sizeof(*a->rows), by_number);
	for (size_t i = 0; i < a->count; i++) {
		const struct ageing_row *r = &a->rows[i];
		struct balance b = { .number = r->number,
			                 .name = r->name,
			                 .currency = r->currency,
			                 .unallocated = r->unallocated,
			                 .oldest_due_on = r->oldest_due_on };

		VD_TRY(vd_minor_add(ctx, r->not_due, r->overdue_total, &b.owed));
		VD_TRY(write_balance(ctx, writer, a->work->ageing.by_segment, &b));
	}
	return VD_OK;
}

static enum vd_status
kept_balances(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	const struct report_work *w = arg;
	struct q_report_balances_stream stream;
	struct q_report_balances_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_report_balances_open(ctx, w->app->db,
	                              &(struct q_report_balances_in){ w->ageing.administration },
	                              &stream));
	while ((status = q_report_balances_next(ctx, &stream, &row, &more)) == VD_OK && more) {
		struct balance b = { row.number, row.name,    ledger_currency_of(row.currency),
			                 row.debit,  -row.credit, row.oldest_due_on };

		if ((status = write_balance(ctx, writer, false, &b)) != VD_OK) break;
	}
	q_report_balances_close(&stream);
	return status;
}

enum vd_status
report_write_balances(struct vd_context *ctx, struct report_work *w)
{
	struct vd_buf note = VD_BUF(ctx, NOTE_MAX);
	struct ageing_rows a = { 0 };
	struct q_report_open_after_row later = { 0 };
	struct app_table table = {
		"balances", balance_columns, (int)VD_LENGTH(balance_columns), kept_balances, w, &w->note
	};

	if (w->ageing.present)
		VD_TRY(q_report_open_after(ctx, w->app->db,
		                           &(struct q_report_open_after_in){ w->ageing.administration,
		                                                             w->ageing.as_at },
		                           &later));
	if (!w->ageing.present || w->ageing.by_segment || later.items > 0) {
		VD_TRY(compute(ctx, w, &a));
		table.rows = computed_balances;
		table.arg = &a;
	} else {
		VD_TRY(report_heading(ctx, w, &note));
		VD_TRY(vd_buf_finish(ctx, &note, &w->note));
	}
	if (w->ageing.by_segment) {
		table.columns = segment_columns;
		table.columns_count = (int)VD_LENGTH(segment_columns);
	}
	return app_output_write(ctx, w->app, w->output, &table);
}
