/* Holds by hand. */
#include "app/hold.h"

#include "app/find.h"
#include "ledger/ledger.h"
#include "q_dossier.h"

#define REASON_MAX 500

struct hold_work {
	const struct app_hold *in;
	int64_t *ids;
	size_t count;
	int64_t id;
	struct vd_str reason;
	bool ended;
	const struct app_output *output;
};

/* ---- add ---- */

static enum vd_status
held_part(struct vd_context *ctx, const struct app_hold *in,
          const struct q_item_of_invoice_row *items, size_t n, int64_t *held)
{
	*held = 0;
	if (vd_str_is_none(in->amount)) return VD_OK;
	if (n != 1)
		return vd_fail(ctx, VD_E_USAGE, "hold.amount", "amount",
		               "--amount holds a part of one due line; name the line as in NUMBER/2");
	VD_TRY(app_amount(ctx, "--amount", in->amount, ledger_currency_of(items->currency), held));
	if (*held <= items->open) return VD_OK;
	return vd_fail(
	    ctx, VD_E_INVALID, "hold.amount", "amount",
	    "more than what is open of this item cannot be held; leave --amount out to hold all");
}

static enum vd_status
hold_rows_of_item(struct vd_context *ctx, struct app *app, struct hold_work *w,
                  struct q_hold_insert_in *base, struct q_hold_insert_in **rows)
{
	struct q_invoice_by_number_row invoice;
	struct q_item_of_invoice_row *items;
	int64_t line, held;
	size_t n, debits = 0;

	VD_TRY(app_find_invoice(ctx, app, w->in->item, &invoice, &line));
	VD_TRY(app_find_items(ctx, app, invoice.id, line, true, &items, &n));
	for (size_t i = 0; i < n; i++)
		if (vd_str_eq(items[i].side, VD_STR("D"))) items[debits++] = items[i];
	if (debits == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "hold.settled", "item",
		               "nothing is open of \"%.*s\", so there is nothing to hold",
		               VD_FMT(w->in->item));
	VD_TRY(held_part(ctx, w->in, items, debits, &held));
	VD_NEW(ctx, *rows, debits);
	for (size_t i = 0; i < debits; i++) {
		(*rows)[i] = *base;
		(*rows)[i].scope = VD_STR("item");
		(*rows)[i].item = items[i].item;
		(*rows)[i].debtor = invoice.debtor;
		(*rows)[i].held = held;
	}
	w->count = debits;
	return VD_OK;
}

static enum vd_status
hold_rows(struct vd_context *ctx, struct app *app, struct hold_work *w,
          struct q_hold_insert_in **rows)
{
	struct q_hold_insert_in base = {
		.administration = app->administration.id,
		.scope = VD_STR("administration"),
		.item = VD_I64_NONE,
		.debtor = VD_I64_NONE,
		.reason = w->in->reason,
		.owner = vd_str_is_none(w->in->owner) ? app->actor : w->in->owner,
		.from_on = app->today,
		.until_on = w->in->until,
		.recorded_at = app->now,
		.actor = app->actor,
	};
	struct q_debtor_by_number_row debtor;

	if (!vd_str_is_none(w->in->item)) return hold_rows_of_item(ctx, app, w, &base, rows);
	if (!vd_str_is_none(w->in->debtor)) {
		VD_TRY(app_find_debtor(ctx, app, w->in->debtor, &debtor));
		base.scope = VD_STR("debtor");
		base.debtor = debtor.id;
	}
	VD_NEW(ctx, *rows, 1);
	**rows = base;
	w->count = 1;
	return VD_OK;
}

static enum vd_status
add_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct hold_work *w = arg;
	struct vd_ids ids = { .administration = app->administration.id };
	struct q_hold_insert_in *rows;
	struct vd_str subject;
	int64_t first;

	VD_TRY(hold_rows(ctx, app, w, &rows));
	VD_TRY(vd_ids_take(ctx, app->db, &ids, (int64_t)w->count, (int64_t)w->count, &first));
	VD_NEW(ctx, w->ids, w->count);
	for (size_t i = 0; i < w->count; i++) rows[i].id = w->ids[i] = first + (int64_t)i;
	VD_TRY(q_hold_insert(ctx, app->db, rows, w->count, NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "hold %lld", (long long)first));
	return app_audit(ctx, app, "hold add", subject, VD_STR_NONE, w->in->reason);
}

enum vd_status
app_hold_add(struct vd_context *ctx, struct app *app, const struct app_hold *in, int64_t **ids,
             size_t *count)
{
	struct hold_work w = { .in = in };

	if (vd_str_trim(in->reason).len == 0)
		return vd_fail(ctx, VD_E_USAGE, "hold.reason", "reason",
		               "say why with --reason: a hold without a reason helps nobody later");
	if (in->reason.len > REASON_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "hold.reason", "reason",
		               "the reason may be at most %d bytes", REASON_MAX);
	if (!vd_date_is_none(in->until) && in->until.day < app->today.day)
		return vd_fail(ctx, VD_E_INVALID, "hold.until", "until",
		               "the last day of a hold cannot be before today");
	if (!vd_str_is_none(in->amount) && vd_str_is_none(in->item))
		return vd_fail(ctx, VD_E_USAGE, "hold.amount", "amount",
		               "--amount goes with --item: it holds a part of one item");
	VD_TRY(app_write(ctx, app, add_in_tx, &w));
	*ids = w.ids;
	*count = w.count;
	return VD_OK;
}

/* ---- end ---- */

static enum vd_status
end_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct hold_work *w = arg;
	int64_t administration = app->administration.id;
	struct q_hold_by_id_row hold;
	struct vd_str subject;
	bool found;

	VD_TRY(q_hold_by_id(ctx, app->db, &(struct q_hold_by_id_in){ administration, w->id }, &hold,
	                    &found));
	if (!found)
		return vd_fail(ctx, VD_E_NOT_FOUND, "hold.unknown", "id",
		               "there is no hold %lld; \"voldaan hold list\" shows them", (long long)w->id);
	if (!vd_date_is_none(hold.ended_on))
		return vd_fail(ctx, VD_E_CONFLICT, "hold.ended", "id", "hold %lld was ended before",
		               (long long)w->id);
	VD_TRY(q_hold_end(ctx, app->db,
	                  &(struct q_hold_end_in){ administration, w->id, app->now, app->today,
	                                           app->actor },
	                  NULL));
	VD_TRY(
	    q_hold_release_items(ctx, app->db,
	                         &(struct q_hold_release_items_in){
	                             administration, hold.item,
	                             hold.item != VD_I64_NONE ? VD_I64_NONE : hold.debtor, app->today },
	                         NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "hold %lld", (long long)w->id));
	return app_audit(ctx, app, "hold end", subject, hold.reason, w->reason);
}

enum vd_status
app_hold_end(struct vd_context *ctx, struct app *app, int64_t id, struct vd_str reason)
{
	return app_write(ctx, app, end_in_tx, &(struct hold_work){ .id = id, .reason = reason });
}

/* ---- list ---- */

static const struct export_column columns[] = {
	{ "id", EXPORT_TEXT, 0 },      { "scope", EXPORT_TEXT, 0 },    { "debtor_id", EXPORT_TEXT, 0 },
	{ "name", EXPORT_TEXT, 0 },    { "item", EXPORT_TEXT, 0 },     { "currency", EXPORT_TEXT, 0 },
	{ "amount", EXPORT_MONEY, 0 }, { "reason", EXPORT_TEXT, 0 },   { "owner", EXPORT_TEXT, 0 },
	{ "from_on", EXPORT_DATE, 0 }, { "until_on", EXPORT_DATE, 0 }, { "state", EXPORT_TEXT, 0 },
};

static enum vd_status
list_row(struct vd_context *ctx, struct app *app, struct export_writer *writer,
         const struct q_hold_list_row *r)
{
	bool past = !vd_date_is_none(r->until_on) && r->until_on.day < app->today.day;
	struct export_cell cells[VD_LENGTH(columns)];
	struct vd_str id, item = r->invoice_number;

	VD_TRY(vd_str_printf(ctx, &id, "%lld", (long long)r->id));
	if (!vd_str_is_none(item) && r->line > 1)
		VD_TRY(
		    vd_str_printf(ctx, &item, "%.*s/%lld", VD_FMT(r->invoice_number), (long long)r->line));
	cells[0] = export_text(id);
	cells[1] = export_text(r->scope);
	cells[2] = export_text(r->debtor_number);
	cells[3] = export_text(r->debtor_name);
	cells[4] = export_text(item);
	cells[5] = export_text(r->currency);
	cells[6] = export_money(r->held == 0 ? INT64_MIN : r->held, ledger_currency_of(r->currency));
	cells[7] = export_text(r->reason);
	cells[8] = export_text(r->owner);
	cells[9] = export_date(r->from_on);
	cells[10] = export_date(r->until_on);
	cells[11] = export_text(!vd_date_is_none(r->ended_on) ? VD_STR("ended")
	                        : past                        ? VD_STR("over")
	                                                      : VD_STR("holds"));
	return export_row(ctx, writer, cells);
}

struct list_work {
	struct app *app;
	bool ended;
	const struct app_output *output;
};

static enum vd_status
list_rows(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	const struct list_work *w = arg;
	struct q_hold_list_stream stream;
	struct q_hold_list_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_hold_list_open(ctx, w->app->db,
	                        &(struct q_hold_list_in){ w->app->administration.id, w->ended },
	                        &stream));
	while ((status = q_hold_list_next(ctx, &stream, &row, &more)) == VD_OK && more) {
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		if ((status = list_row(ctx, w->app, writer, &row)) != VD_OK) break;
		vd_arena_rewind(ctx->arena, mark);
	}
	q_hold_list_close(&stream);
	return status;
}

static enum vd_status
list_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct list_work *w = arg;

	return app_output_write(ctx, app, w->output,
	                        &(struct app_table){ "holds", columns, (int)VD_LENGTH(columns),
	                                             list_rows, w, NULL });
}

enum vd_status
app_hold_list(struct vd_context *ctx, struct app *app, bool ended, const struct app_output *output)
{
	return app_read(ctx, app, list_in_tx, &(struct list_work){ app, ended, output });
}
