/* Taking back: reversals on the day of the original, as if it never was; nothing is deleted. */
#include "app/book_internal.h"

struct undo_work {
	const struct app_bank_ref *ref;
	int64_t allocation;
	struct vd_map done; /* allocations that are taken back in this transaction */
};

static struct vd_date
later(struct vd_date a, struct vd_date b)
{
	return b.day > a.day ? b : a;
}

/* ---- one allocation ---- */

static enum vd_status
note_reversal(struct vd_context *ctx, struct book *b, int64_t debit_item, int64_t minor,
              struct vd_str currency)
{
	struct q_item_name_row name;
	struct vd_str label;
	bool found;

	VD_TRY(q_item_name(ctx, b->app->db,
	                   &(struct q_item_name_in){ b->app->administration.id, debit_item }, &name,
	                   &found));
	if (!found)
		return vd_fail(ctx, VD_E_CORRUPT, "undo.item", NULL,
		               "item %lld is not in the store; run voldaan verify", (long long)debit_item);
	label = vd_str_is_none(name.number) ? name.kind : name.number;
	if (name.line > 1)
		VD_TRY(vd_str_printf(ctx, &label, "%.*s/%lld", VD_FMT(name.number), (long long)name.line));
	return book_note(ctx, b->out, label, -minor, ledger_currency_of(currency));
}

static enum vd_status
reverse(struct vd_context *ctx, struct book *b, struct undo_work *w,
        const struct q_allocation_standing_of_item_row *a, const char *reasons)
{
	struct ledger_standing standing = { a->id,
		                                a->credit_item,
		                                a->debit_item,
		                                a->amount,
		                                ledger_currency_of(a->currency),
		                                a->effective_on,
		                                a->bank_transaction };

	if (vd_map_get(&w->done, a->id) != SIZE_MAX) return VD_OK;
	VD_TRY(vd_map_put(ctx, &w->done, a->id, 0));
	VD_TRY(ledger_reverse(ctx, b->tx, &standing, a->effective_on, "manual", vd_str_c(reasons)));
	return note_reversal(ctx, b, a->debit_item, a->amount, a->currency);
}

/* An item that should not have been: its opposite, and the two settle each other. */
static enum vd_status
cancel_item(struct vd_context *ctx, struct book *b, const struct q_undo_items_row *of,
            int64_t bank_transaction)
{
	bool credit = ledger_side_of(of->side) == LEDGER_CREDIT;
	struct ledger_item item = {
		.debtor = of->debtor,
		.side = credit ? LEDGER_DEBIT : LEDGER_CREDIT,
		.kind = "undone",
		.amount_minor = of->amount,
		.currency = ledger_currency_of(of->currency),
		.effective_on = of->effective_on,
		.due_on = of->effective_on,
		.invoice = VD_I64_NONE,
		.line = 1,
		.corrects = of->item,
		.bank_transaction = bank_transaction,
		.note = VD_STR("taken back by hand"),
	};
	struct ledger_allocation a = {
		.amount_minor = of->amount,
		.currency = item.currency,
		.effective_on = of->effective_on,
		.source = "correction",
		.certainty_bp = 10000,
		.bank_transaction = bank_transaction,
		.reasons = VD_STR("taken back by hand"),
	};
	int64_t id;

	VD_TRY(ledger_add_item(ctx, b->tx, &item, &id));
	a.credit_item = credit ? of->item : id;
	a.debit_item = credit ? id : of->item;
	return ledger_allocate(ctx, b->tx, &a);
}

/* The write-off that an allocation belongs to, as a whole. */
static enum vd_status
cancel_write_off(struct vd_context *ctx, struct book *b, struct undo_work *w,
                 const struct q_allocation_standing_of_item_row *a)
{
	bool credit = vd_str_eq(a->credit_kind, VD_STR("write_off"));
	struct q_undo_items_row of = { .item = credit ? a->credit_item : a->debit_item,
		                           .side = credit ? VD_STR("C") : VD_STR("D"),
		                           .currency = a->currency };
	struct q_item_by_id_row now;
	bool found;

	VD_TRY(q_item_by_id(ctx, b->app->db,
	                    &(struct q_item_by_id_in){ b->app->administration.id, of.item }, &now,
	                    &found));
	if (!found)
		return vd_fail(ctx, VD_E_CORRUPT, "undo.item", NULL,
		               "item %lld is not in the store; run voldaan verify", (long long)of.item);
	of.debtor = now.debtor;
	of.amount = now.total;
	of.effective_on = now.effective_on;
	VD_TRY(reverse(ctx, b, w, a, "write-off taken back by hand"));
	return cancel_item(ctx, b, &of, VD_I64_NONE);
}

/* ---- a bank transaction ---- */

static enum vd_status
standing_of(struct vd_context *ctx, struct book *b, int64_t item,
            struct q_allocation_standing_of_item_row **out, size_t *count)
{
	return q_allocation_standing_of_item(ctx, b->app->db,
	                                     &(struct q_allocation_standing_of_item_in){
	                                         b->app->administration.id, item, BOOK_ITEMS_MAX },
	                                     out, count);
}

/* The small difference that was written off with this very booking goes back, too. */
static enum vd_status
cancel_small_difference(struct vd_context *ctx, struct book *b, struct undo_work *w, int64_t item,
                        int64_t transaction_number)
{
	struct q_allocation_standing_of_item_row *rows;
	size_t n;

	VD_TRY(standing_of(ctx, b, item, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].transaction_number == transaction_number &&
		    vd_str_eq(rows[i].source, VD_STR("write_off")) &&
		    vd_map_get(&w->done, rows[i].id) == SIZE_MAX)
			VD_TRY(cancel_write_off(ctx, b, w, &rows[i]));
	return VD_OK;
}

static enum vd_status
reverse_of_bank(struct vd_context *ctx, struct book *b, struct undo_work *w,
                const struct q_allocation_standing_of_item_row *a)
{
	if (vd_map_get(&w->done, a->id) != SIZE_MAX) return VD_OK;
	VD_TRY(reverse(ctx, b, w, a, "booking taken back by hand"));
	VD_TRY(cancel_small_difference(ctx, b, w, a->debit_item, a->transaction_number));
	return cancel_small_difference(ctx, b, w, a->credit_item, a->transaction_number);
}

static enum vd_status
reverse_all_of_item(struct vd_context *ctx, struct book *b, struct undo_work *w,
                    const struct q_undo_items_row *item)
{
	struct q_allocation_standing_of_item_row *rows;
	size_t n;

	VD_TRY(standing_of(ctx, b, item->item, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (vd_str_eq(item->kind, VD_STR("payment")) &&
		    vd_str_eq(rows[i].debit_kind, VD_STR("return")))
			return vd_fail(
			    ctx, VD_E_CONFLICT, "undo.returned", "bank",
			    "this payment came back from the bank; take the booking of the return back "
			    "first");
		VD_TRY(reverse_of_bank(ctx, b, w, &rows[i]));
	}
	return VD_OK;
}

/* Allocations that came with this booking but touch no item of it: credit notes that were set off.
 */
static enum vd_status
reverse_companions(struct vd_context *ctx, struct book *b, struct undo_work *w,
                   int64_t bank_transaction)
{
	struct q_allocation_standing_of_bank_row *rows;
	size_t n;

	VD_TRY(q_allocation_standing_of_bank(ctx, b->app->db,
	                                     &(struct q_allocation_standing_of_bank_in){
	                                         b->app->administration.id, bank_transaction,
	                                         BOOK_ITEMS_MAX },
	                                     &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct q_allocation_standing_of_bank_row *r = &rows[i];
		struct q_allocation_standing_of_item_row a = { r->id,
			                                           r->transaction_number,
			                                           r->credit_item,
			                                           r->debit_item,
			                                           r->amount,
			                                           r->currency,
			                                           r->effective_on,
			                                           r->source,
			                                           r->bank_transaction,
			                                           r->credit_kind,
			                                           r->debit_kind };

		if (vd_str_eq(r->source, VD_STR("correction"))) continue; /* of an earlier taking back */
		VD_TRY(reverse_of_bank(ctx, b, w, &a));
	}
	return VD_OK;
}

/* What the return took off the invoices is paid again from the day of the return on, where it still
 * fits. */
static enum vd_status
restore_returned(struct vd_context *ctx, struct book *b, const struct q_undo_items_row *returned)
{
	struct q_allocation_reversed_in_row *rows;
	struct q_item_by_id_row payment;
	int64_t left = returned->amount;
	bool found;
	size_t n;

	VD_TRY(q_item_by_id(ctx, b->app->db,
	                    &(struct q_item_by_id_in){ b->app->administration.id, returned->corrects },
	                    &payment, &found));
	if (!found) return VD_OK;
	VD_TRY(q_allocation_reversed_in(ctx, b->app->db,
	                                &(struct q_allocation_reversed_in_in){
	                                    b->app->administration.id, returned->corrects,
	                                    returned->transaction_number, BOOK_ITEMS_MAX },
	                                &rows, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t minor = -rows[i].amount < rows[i].open ? -rows[i].amount : rows[i].open;
		struct ledger_allocation a = {
			.credit_item = returned->corrects,
			.debit_item = rows[i].debit_item,
			.amount_minor = minor < left ? minor : left,
			.currency = ledger_currency_of(rows[i].currency),
			.effective_on = later(later(returned->effective_on, rows[i].debit_effective_on),
			                      rows[i].effective_on),
			.source = "manual",
			.certainty_bp = rows[i].certainty_bp,
			.bank_transaction = rows[i].bank_transaction,
			.reasons = VD_STR("the return was taken back by hand"),
		};

		if (a.amount_minor == 0) continue;
		left -= a.amount_minor;
		VD_TRY(ledger_allocate(ctx, b->tx, &a));
		VD_TRY(note_reversal(ctx, b, rows[i].debit_item, -a.amount_minor, rows[i].currency));
	}
	return VD_OK;
}

static enum vd_status
undo_item(struct vd_context *ctx, struct book *b, struct undo_work *w,
          const struct q_bank_by_reference_row *t, const struct q_undo_items_row *item)
{
	VD_TRY(reverse_all_of_item(ctx, b, w, item));
	VD_TRY(cancel_item(ctx, b, item, t->id));
	if (vd_str_eq(item->kind, VD_STR("return")) && item->corrects != VD_I64_NONE)
		VD_TRY(restore_returned(ctx, b, item));
	if (t->counterparty_iban.len == 0) return VD_OK;
	return q_payer_account_forget(ctx, b->app->db,
	                              &(struct q_payer_account_forget_in){ b->app->administration.id,
	                                                                   t->counterparty_iban,
	                                                                   item->debtor },
	                              NULL);
}

static enum vd_status
undo_bank(struct vd_context *ctx, struct book *b, void *arg)
{
	struct undo_work *w = arg;
	struct q_bank_by_reference_row t;
	struct q_undo_items_row *items;
	struct vd_str reason;
	size_t n;

	w->done = VD_MAP(ctx);
	VD_TRY(book_bank_booked(ctx, b->app, w->ref, &t));
	VD_TRY(
	    q_undo_items(ctx, b->app->db,
	                 &(struct q_undo_items_in){ b->app->administration.id, t.id, BOOK_ITEMS_MAX },
	                 &items, &n));
	for (size_t i = 0; i < n; i++) VD_TRY(undo_item(ctx, b, w, &t, &items[i]));
	if (n > 0) VD_TRY(reverse_companions(ctx, b, w, t.id));
	b->out->unallocated.currency = ledger_currency_of(t.currency);
	VD_TRY(vd_str_printf(ctx, &reason, "taken back by %.*s", VD_FMT(b->app->actor)));
	return book_bank_state(ctx, b->app, t.id, "unknown", reason);
}

enum vd_status
app_undo_bank(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
              struct vd_str request_id, struct app_booked *out)
{
	struct undo_work w = { .ref = ref };

	return book_write(ctx, app, &(struct book_call){ "undo", request_id, undo_bank, &w, out });
}

/* ---- one allocation by its id ---- */

/* Source and kinds of what may not be taken back alone, and what to do instead. */
static const char *
hindrance(const struct q_allocation_by_id_row *a)
{
	static const struct {
		const char *kind, *instead;
	} kinds[] = {
		{ "undone", "it belongs to a booking that was taken back" },
		{ "return",
		  "it belongs to a returned payment: take the return's booking back (undo --bank)" },
		{ "settled_in_source", "the bookkeeping package settled it: import its open items again" },
		{ "correction", "the bookkeeping package changed the amount: import the invoice again" },
	};

	if (a->reverses != VD_I64_NONE) return "it takes back another allocation itself";
	if (a->reversed_by != VD_I64_NONE) return "it was taken back before";
	for (size_t i = 0; i < VD_LENGTH(kinds); i++)
		if (vd_str_eq(a->credit_kind, vd_str_c(kinds[i].kind)) ||
		    vd_str_eq(a->debit_kind, vd_str_c(kinds[i].kind)))
			return kinds[i].instead;
	return NULL;
}

static enum vd_status
undo_allocation(struct vd_context *ctx, struct book *b, void *arg)
{
	struct undo_work *w = arg;
	struct q_allocation_by_id_row a;
	struct q_allocation_standing_of_item_row row;
	const char *why_not;
	bool found;

	w->done = VD_MAP(ctx);
	VD_TRY(q_allocation_by_id(ctx, b->app->db,
	                          &(struct q_allocation_by_id_in){ b->app->administration.id,
	                                                           w->allocation },
	                          &a, &found));
	if (!found)
		return vd_fail(
		    ctx, VD_E_NOT_FOUND, "undo.unknown", "allocation",
		    "there is no allocation %lld; \"voldaan item NUMBER\" shows those of an invoice",
		    (long long)w->allocation);
	why_not = hindrance(&a);
	if (why_not != NULL)
		return vd_fail(ctx, VD_E_CONFLICT, "undo.not_alone", "allocation",
		               "allocation %lld cannot be taken back: %s", (long long)w->allocation,
		               why_not);
	row = (struct q_allocation_standing_of_item_row){
		.id = w->allocation,
		.credit_item = a.credit_item,
		.debit_item = a.debit_item,
		.amount = a.amount,
		.currency = a.currency,
		.effective_on = a.effective_on,
		.source = a.source,
		.bank_transaction = a.bank_transaction,
		.credit_kind = a.credit_kind,
		.debit_kind = a.debit_kind,
	};
	if (vd_str_eq(a.source, VD_STR("write_off"))) return cancel_write_off(ctx, b, w, &row);
	b->out->unallocated = (struct vd_money){ a.amount, ledger_currency_of(a.currency) };
	return reverse(ctx, b, w, &row, "allocation taken back by hand");
}

enum vd_status
app_undo_allocation(struct vd_context *ctx, struct app *app, int64_t id, struct vd_str request_id,
                    struct app_booked *out)
{
	struct undo_work w = { .allocation = id };

	return book_write(ctx, app,
	                  &(struct book_call){ "undo", request_id, undo_allocation, &w, out });
}
