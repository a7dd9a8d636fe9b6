/* Credit that is there already, to items; and what is given up. */
#include "app/book_internal.h"

#define REASON_MAX 500

static struct vd_date
later(struct vd_date a, struct vd_date b)
{
	return b.day > a.day ? b : a;
}

/* ---- unallocated money and credit notes ---- */

struct credit_work {
	struct vd_str credit;
	const struct app_book_target *targets;
	size_t count;
};

static enum vd_status
join(struct vd_context *ctx, struct book *b, struct book_item *credit, struct book_item *debit,
     int64_t minor)
{
	struct ledger_allocation a = {
		.credit_item = credit->item,
		.debit_item = debit->item,
		.amount_minor = minor,
		.currency = debit->currency,
		.effective_on = later(credit->effective_on, debit->effective_on),
		.source = "manual",
		.certainty_bp = 10000,
		.bank_transaction = credit->bank_transaction,
		.reasons = VD_STR("allocated by hand"),
	};

	credit->open_minor -= minor;
	debit->open_minor -= minor;
	return ledger_allocate(ctx, b->tx, &a);
}

/* What may still be used of a credit. */
static int64_t
usable(const struct book_item *credit, const struct book_item *debit)
{
	if (credit->debtor != debit->debtor || !vd_currency_eq(credit->currency, debit->currency))
		return 0;
	return credit->open_minor;
}

static enum vd_status
settle(struct vd_context *ctx, struct book *b, struct book_list *credits, struct book_item *debit)
{
	int64_t wanted = debit->take_minor == VD_I64_NONE ? debit->open_minor : debit->take_minor;
	int64_t left = wanted;

	for (size_t i = 0; i < credits->count && left > 0; i++) {
		int64_t minor = usable(&credits->items[i], debit);

		if (minor > left) minor = left;
		if (minor == 0) continue;
		VD_TRY(join(ctx, b, &credits->items[i], debit, minor));
		left -= minor;
	}
	if (left == wanted && debit->as_needed && debit->take_minor == VD_I64_NONE) return VD_OK;
	if (left == wanted || (left > 0 && debit->take_minor != VD_I64_NONE))
		return vd_fail(
		    ctx, VD_E_INVALID, "book.too_little", "item",
		    "the credit does not reach %.*s: it must be of the same debtor and currency, and "
		    "enough of it open",
		    VD_FMT(debit->label));
	return book_note(ctx, b->out, debit->label, wanted - left, debit->currency);
}

/* A credit with an amount is used up to that amount. */
static void
limit_credits(struct book_list *credits)
{
	for (size_t i = 0; i < credits->count; i++)
		if (credits->items[i].take_minor != VD_I64_NONE)
			credits->items[i].open_minor = credits->items[i].take_minor;
}

static enum vd_status
allocate_credit(struct vd_context *ctx, struct book *b, void *arg)
{
	const struct credit_work *w = arg;
	struct book_list credits = { .debtor = VD_I64_NONE }, debits = { .debtor = VD_I64_NONE };
	struct app_book_target credit = { w->credit, VD_STR_NONE };

	VD_TRY(book_find(ctx, b->app, &credit, VD_STR("C"), true, &credits));
	if (credits.count == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "book.settled", "credit",
		               "debtor %.*s has no unallocated money and no open credit note",
		               VD_FMT(w->credit));
	limit_credits(&credits);
	for (size_t i = 0; i < w->count; i++)
		VD_TRY(book_find(ctx, b->app, &w->targets[i], VD_STR("D"), false, &debits));
	for (size_t i = 0; i < debits.count; i++) VD_TRY(settle(ctx, b, &credits, &debits.items[i]));
	b->out->unallocated.currency = debits.items[0].currency;
	for (size_t i = 0; i < credits.count; i++)
		VD_TRY(vd_minor_add(ctx, b->out->unallocated.minor, usable(&credits.items[i], debits.items),
		                    &b->out->unallocated.minor));
	return VD_OK;
}

enum vd_status
app_allocate_credit(struct vd_context *ctx, struct app *app, struct vd_str credit,
                    const struct app_book_target *targets, size_t count, struct vd_str request_id,
                    struct app_booked *out)
{
	struct credit_work w = { credit, targets, count };

	VD_ASSERT(count > 0);
	return book_write(ctx, app,
	                  &(struct book_call){ "allocate", request_id, allocate_credit, &w, out });
}

/* ---- write-off ---- */

static enum vd_status
write_off_item(struct vd_context *ctx, struct book *b, const struct book_item *of, int64_t minor,
               struct vd_str reason)
{
	struct vd_date on = later(b->app->today, of->effective_on);
	struct ledger_item item = {
		.debtor = of->debtor,
		.side = of->credit ? LEDGER_DEBIT : LEDGER_CREDIT,
		.kind = "write_off",
		.amount_minor = minor,
		.currency = of->currency,
		.effective_on = on,
		.due_on = on,
		.invoice = VD_I64_NONE,
		.line = 1,
		.corrects = of->item,
		.bank_transaction = VD_I64_NONE,
		.note = reason,
	};
	struct ledger_allocation a = {
		.amount_minor = minor,
		.currency = of->currency,
		.effective_on = on,
		.source = "write_off",
		.certainty_bp = 10000,
		.bank_transaction = VD_I64_NONE,
		.reasons = reason,
	};
	int64_t id;

	VD_TRY(ledger_add_item(ctx, b->tx, &item, &id));
	a.credit_item = of->credit ? of->item : id;
	a.debit_item = of->credit ? id : of->item;
	VD_TRY(ledger_allocate(ctx, b->tx, &a));
	return book_note(ctx, b->out, of->label, minor, of->currency);
}

static enum vd_status
one_currency(struct vd_context *ctx, const struct book_list *l, const struct app_write_off *in)
{
	if (vd_str_is_none(in->amount)) return VD_OK;
	for (size_t i = 1; i < l->count; i++)
		if (!vd_currency_eq(l->items[i].currency, l->items[0].currency))
			return vd_fail(ctx, VD_E_INVALID, "write_off.currency", "amount",
			               "this debtor owes in several currencies; write off invoice by invoice");
	return VD_OK;
}

static enum vd_status
write_off(struct vd_context *ctx, struct book *b, void *arg)
{
	const struct app_write_off *in = arg;
	bool by_debtor = vd_str_is_none(in->item);
	struct app_book_target target = { by_debtor ? in->debtor : in->item, in->amount };
	struct book_list l = { .debtor = VD_I64_NONE };
	struct q_debtor_by_number_row debtor;

	if (by_debtor) VD_TRY(app_find_debtor(ctx, b->app, in->debtor, &debtor));
	VD_TRY(book_find(ctx, b->app, &target, by_debtor ? VD_STR("D") : VD_STR_NONE, by_debtor, &l));
	if (l.count == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "book.settled", "debtor", "debtor %.*s owes nothing",
		               VD_FMT(in->debtor));
	VD_TRY(one_currency(ctx, &l, in));
	for (size_t i = 0; i < l.count; i++) {
		const struct book_item *of = &l.items[i];
		int64_t minor = of->take_minor == VD_I64_NONE ? of->open_minor : of->take_minor;

		VD_TRY(write_off_item(ctx, b, of, minor, in->reason));
	}
	return VD_OK;
}

enum vd_status
app_write_off(struct vd_context *ctx, struct app *app, const struct app_write_off *in,
              struct app_booked *out)
{
	struct app_write_off copy = *in;

	if (vd_str_trim(in->reason).len == 0)
		return vd_fail(ctx, VD_E_USAGE, "write_off.reason", "reason",
		               "say why with --reason: a write-off is asked about years later");
	if (in->reason.len > REASON_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "write_off.reason", "reason",
		               "the reason may be at most %d bytes", REASON_MAX);
	return book_write(ctx, app,
	                  &(struct book_call){ "write-off", in->request_id, write_off, &copy, out });
}
