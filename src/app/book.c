/* What all booking by hand shares: words to items, bank references, one ledger transaction. */
#include "app/book_internal.h"

#define REFERENCES_MAX 1000

/* ---- words ---- */

static enum vd_status
open_since(struct vd_context *ctx, struct app *app, int64_t item, struct vd_date effective_on,
           struct vd_date *out)
{
	struct q_allocation_last_reversal_row last;

	VD_TRY(q_allocation_last_reversal(ctx, app->db,
	                                  &(struct q_allocation_last_reversal_in){
	                                      app->administration.id, item },
	                                  &last));
	*out = !vd_date_is_none(last.latest_on) && last.latest_on.day > effective_on.day
	           ? last.latest_on
	           : effective_on;
	return VD_OK;
}

static enum vd_status
add_item(struct vd_context *ctx, struct app *app, struct book_list *l, const struct book_item *item)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].item == item->item)
			return vd_fail(ctx, VD_E_USAGE, "book.twice", "item",
			               "%.*s is named twice; name it once, with one amount",
			               VD_FMT(item->label));
	if (l->count >= APP_TARGETS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "book.items", "item",
		               "at most %d open items in one booking; book the money on account and "
		               "allocate it in parts",
		               APP_TARGETS_MAX);
	VD_GROW(ctx, l->items, l->count, l->cap);
	l->items[l->count] = *item;
	return open_since(ctx, app, item->item, item->effective_on, &l->items[l->count++].effective_on);
}

/* An amount for several due lines fills them one after the other. */
static enum vd_status
take_in_order(struct vd_context *ctx, const struct app_book_target *t, struct book_item *items,
              size_t n)
{
	int64_t left;

	if (vd_str_is_none(t->amount)) return VD_OK;
	VD_TRY(app_amount(ctx, "amount", t->amount, items[0].currency, &left));
	for (size_t i = 0; i < n; i++) {
		items[i].take_minor = left < items[i].open_minor ? left : items[i].open_minor;
		left -= items[i].take_minor;
	}
	if (left == 0) return VD_OK;
	return vd_fail(ctx, VD_E_INVALID, "book.amount", "amount",
	               "%.*s: the amount %.*s is more than what is open of it", VD_FMT(t->number),
	               VD_FMT(t->amount));
}

static enum vd_status
add_all(struct vd_context *ctx, struct app *app, const struct app_book_target *t,
        struct book_item *items, size_t n, struct book_list *l)
{
	if (n == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "book.settled", "item",
		               "nothing is open of \"%.*s\" that this can settle", VD_FMT(t->number));
	VD_TRY(take_in_order(ctx, t, items, n));
	if (l->debtor == VD_I64_NONE) l->debtor = items[0].debtor;
	for (size_t i = 0; i < n; i++)
		if (items[i].take_minor != 0) VD_TRY(add_item(ctx, app, l, &items[i]));
	return VD_OK;
}

static bool
has_side(struct vd_str sides, struct vd_str side)
{
	return vd_str_is_none(sides) || vd_str_eq(sides, side);
}

static enum vd_status
item_label(struct vd_context *ctx, struct vd_str number, int64_t line, struct vd_str *out)
{
	*out = number;
	return line > 1 ? vd_str_printf(ctx, out, "%.*s/%lld", VD_FMT(number), (long long)line) : VD_OK;
}

static enum vd_status
find_by_invoice(struct vd_context *ctx, struct app *app, const struct app_book_target *t,
                struct vd_str sides, const struct q_invoice_by_number_row *invoice, int64_t line,
                struct book_list *l)
{
	struct q_item_of_invoice_row *rows;
	struct q_item_by_id_row now;
	struct book_item *items;
	size_t n, count = 0;
	bool found;

	VD_TRY(app_find_items(ctx, app, invoice->id, line, true, &rows, &n));
	VD_NEW(ctx, items, n);
	for (size_t i = 0; i < n; i++) {
		if (!has_side(sides, rows[i].side)) continue;
		VD_TRY(q_item_by_id(ctx, app->db,
		                    &(struct q_item_by_id_in){ app->administration.id, rows[i].item }, &now,
		                    &found));
		if (!found) continue;
		items[count] = (struct book_item){ .item = rows[i].item,
			                               .debtor = now.debtor,
			                               .credit = ledger_side_of(rows[i].side) == LEDGER_CREDIT,
			                               .open_minor = rows[i].open,
			                               .take_minor = VD_I64_NONE,
			                               .currency = ledger_currency_of(rows[i].currency),
			                               .effective_on = rows[i].effective_on,
			                               .as_needed = count > 0,
			                               .bank_transaction = VD_I64_NONE };
		VD_TRY(item_label(ctx, invoice->number, rows[i].line, &items[count++].label));
	}
	return add_all(ctx, app, t, items, count, l);
}

static enum vd_status
find_by_debtor(struct vd_context *ctx, struct app *app, const struct app_book_target *t,
               struct vd_str sides, const struct q_debtor_by_number_row *debtor,
               struct book_list *l)
{
	struct q_item_open_of_debtor_row *rows;
	struct book_item *items;
	size_t n, count = 0;

	if (l->debtor == VD_I64_NONE) l->debtor = debtor->id;
	if (vd_str_is_none(sides) && !vd_str_is_none(t->amount))
		return vd_fail(ctx, VD_E_USAGE, "book.amount", "amount",
		               "what goes to debtor %.*s on account is what is left; leave the amount out",
		               VD_FMT(t->number));
	if (vd_str_is_none(sides)) return VD_OK;
	VD_TRY(q_item_open_of_debtor(ctx, app->db,
	                             &(struct q_item_open_of_debtor_in){ app->administration.id,
	                                                                 debtor->id, BOOK_ITEMS_MAX },
	                             &rows, &n));
	VD_NEW(ctx, items, n);
	for (size_t i = 0; i < n; i++) {
		if (!has_side(sides, rows[i].side)) continue;
		items[count] = (struct book_item){ .item = rows[i].item,
			                               .debtor = debtor->id,
			                               .credit = ledger_side_of(rows[i].side) == LEDGER_CREDIT,
			                               .open_minor = rows[i].open,
			                               .take_minor = VD_I64_NONE,
			                               .currency = ledger_currency_of(rows[i].currency),
			                               .effective_on = rows[i].effective_on,
			                               .as_needed = vd_str_is_none(t->amount),
			                               .bank_transaction = rows[i].bank_transaction };
		VD_TRY(item_label(ctx, vd_str_is_none(rows[i].number) ? rows[i].kind : rows[i].number,
		                  rows[i].line, &items[count++].label));
	}
	if (count == 0) return VD_OK;
	return add_all(ctx, app, t, items, count, l);
}

enum vd_status
book_find(struct vd_context *ctx, struct app *app, const struct app_book_target *t,
          struct vd_str sides, bool debtors, struct book_list *l)
{
	struct q_invoice_by_number_row invoice;
	struct q_debtor_by_number_row debtor;
	int64_t line;
	bool found = false;

	if (app_find_invoice(ctx, app, t->number, &invoice, &line) == VD_OK)
		return find_by_invoice(ctx, app, t, sides, &invoice, line, l);
	if (ctx->error.status != VD_E_NOT_FOUND || !debtors) return ctx->error.status;
	vd_error_clear(ctx);
	VD_TRY(q_debtor_by_number(ctx, app->db,
	                          &(struct q_debtor_by_number_in){ app->administration.id, t->number },
	                          &debtor, &found));
	if (found) return find_by_debtor(ctx, app, t, sides, &debtor, l);
	return vd_fail(ctx, VD_E_NOT_FOUND, "book.unknown", "item",
	               "there is no invoice, credit note or debtor \"%.*s\"", VD_FMT(t->number));
}

enum vd_status
book_note(struct vd_context *ctx, struct app_booked *out, struct vd_str item, int64_t minor,
          struct vd_currency currency)
{
	struct app_booked_line *lines;

	VD_NEW(ctx, lines, out->count + 1);
	for (size_t i = 0; i < out->count; i++) lines[i] = out->lines[i];
	lines[out->count++] = (struct app_booked_line){ item, { minor, currency } };
	out->lines = lines;
	return VD_OK;
}

/* ---- bank references ---- */

enum vd_status
book_bank_all(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
              struct q_bank_by_reference_row **rows, size_t *count)
{
	size_t n, kept = 0;

	VD_TRY(q_bank_by_reference(ctx, app->db,
	                           &(struct q_bank_by_reference_in){ app->administration.id,
	                                                             ref->reference, REFERENCES_MAX },
	                           rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (ref->transaction > 0 && (*rows)[i].ordinal != ref->transaction) continue;
		if (!vd_date_is_none(ref->day) && (*rows)[i].booked_on.day != ref->day.day) continue;
		(*rows)[kept++] = (*rows)[i];
	}
	*count = kept;
	if (kept > 0) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "bank.unknown", "bank",
	               "there is no bank transaction with reference \"%.*s\"%s", VD_FMT(ref->reference),
	               n > 0 ? " on that day or with that number" : "");
}

static enum vd_status
only_one(struct vd_context *ctx, const struct app_bank_ref *ref, size_t fit)
{
	if (fit == 1) return VD_OK;
	return vd_fail(
	    ctx, VD_E_USAGE, "bank.several", "bank",
	    "%zu bank transactions have reference \"%.*s\"; say which with --transaction N (its "
	    "place in the entry) or --day DAY",
	    fit, VD_FMT(ref->reference));
}

bool
book_is_open(struct vd_str state)
{
	return vd_str_eq(state, VD_STR("new")) || vd_str_eq(state, VD_STR("proposed")) ||
	       vd_str_eq(state, VD_STR("unknown")) || vd_str_eq(state, VD_STR("ignored"));
}

enum vd_status
book_bank_open(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
               struct q_bank_by_reference_row *out)
{
	struct q_bank_by_reference_row *rows;
	size_t n, fit = 0;

	VD_TRY(book_bank_all(ctx, app, ref, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (book_is_open(rows[i].state)) rows[fit++] = rows[i];
	*out = rows[0];
	if (fit > 0) return only_one(ctx, ref, fit);
	if (vd_str_eq(rows[0].state, VD_STR("before_start")))
		return vd_fail(
		    ctx, VD_E_CONFLICT, "bank.before_start", "bank",
		    "bank transaction \"%.*s\" lies before the administration's start day (setting "
		    "start_on) and is never booked",
		    VD_FMT(ref->reference));
	return vd_fail(
	    ctx, VD_E_CONFLICT, "bank.booked", "bank",
	    "bank transaction \"%.*s\" is %.*s already; take that back first: voldaan undo --bank "
	    "%.*s",
	    VD_FMT(ref->reference), VD_FMT(rows[0].state), VD_FMT(ref->reference));
}

enum vd_status
book_bank_booked(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
                 struct q_bank_by_reference_row *out)
{
	struct q_bank_by_reference_row *rows;
	size_t n, fit = 0;

	VD_TRY(book_bank_all(ctx, app, ref, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (vd_str_eq(rows[i].state, VD_STR("booked")) ||
		    vd_str_eq(rows[i].state, VD_STR("ignored")))
			rows[fit++] = rows[i];
	*out = rows[0];
	if (fit > 0) return only_one(ctx, ref, fit);
	return vd_fail(ctx, VD_E_CONFLICT, "bank.not_booked", "bank",
	               "bank transaction \"%.*s\" is not booked, so there is nothing to take back",
	               VD_FMT(ref->reference));
}

enum vd_status
book_bank_state(struct vd_context *ctx, struct app *app, int64_t id, const char *state,
                struct vd_str reason)
{
	int64_t administration = app->administration.id;

	VD_TRY(q_proposal_line_clear(ctx, app->db,
	                             &(struct q_proposal_line_clear_in){ administration, id }, 1,
	                             NULL));
	VD_TRY(q_proposal_clear(ctx, app->db, &(struct q_proposal_clear_in){ administration, id }, 1,
	                        NULL));
	return q_bank_transaction_state(ctx, app->db,
	                                &(struct q_bank_transaction_state_in){
	                                    administration, id, vd_str_c(state), reason },
	                                1, NULL);
}

/* ---- one ledger transaction ---- */

struct write_work {
	const struct book_call *call;
	struct policy_rules rules;
};

static enum vd_status
write_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct write_work *w = arg;
	struct book b = { .app = app, .out = w->call->out };
	struct ledger_effect *effects;
	size_t n;

	*b.out = (struct app_booked){ 0 };
	VD_TRY(ledger_begin(ctx, app->db,
	                    &(struct ledger_open){ .administration = app->administration.id,
	                                           .now = app->now,
	                                           .actor = app->actor,
	                                           .use_case = w->call->use_case,
	                                           .request_id = w->call->request_id },
	                    &b.tx));
	b.out->transaction = ledger_number(b.tx);
	VD_TRY(w->call->fn(ctx, &b, w->call->arg));
	VD_TRY(ledger_finish(ctx, b.tx, &effects, &n));
	return app_follow_ledger(ctx, app, &(struct app_follow){ .rules = &w->rules }, effects, n);
}

enum vd_status
book_write(struct vd_context *ctx, struct app *app, const struct book_call *call)
{
	struct write_work w = { .call = call };
	struct app_setting_value *settings;

	VD_TRY(app_settings_load(ctx, app, &settings));
	VD_TRY(app_policy_load(ctx, app, settings, &w.rules));
	return app_write(ctx, app, write_in_tx, &w);
}
