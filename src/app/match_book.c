/* Booking a proposal: the money becomes an item of the debtor and is allocated, line by line. */
#include "app/match_internal.h"

#include "q_ledger.h"

const char *
match_kind_name(enum match_kind kind)
{
	static const char *const names[] = {
		[MATCH_EXACT] = "exact",       [MATCH_COMBINED] = "combined",
		[MATCH_PARTIAL] = "partial",   [MATCH_TOLERANCE] = "tolerance",
		[MATCH_OVERPAID] = "overpaid", [MATCH_ON_ACCOUNT] = "on_account",
		[MATCH_RETURN] = "return",
	};

	return names[kind];
}

static struct vd_date
later(struct vd_date a, struct vd_date b)
{
	return b.day > a.day ? b : a;
}

/* What is left to give of an item on one side of the booking. */
struct part {
	int64_t item, left_minor;
	struct vd_date effective_on;
};

struct booking {
	struct app *app;
	struct ledger_tx *tx;
	struct match_batch *batch;
	const struct match_case *c;
	const struct match_proposal *p;
	int64_t debtor; /* the booking is done debtor by debtor */
	struct part *credits, *debits;
	size_t credits_count, debits_count;
};

static enum vd_status
join(struct vd_context *ctx, struct booking *k, struct part *credit, struct part *debit)
{
	int64_t amount =
	    credit->left_minor < debit->left_minor ? credit->left_minor : debit->left_minor;
	struct ledger_allocation a = {
		.credit_item = credit->item,
		.debit_item = debit->item,
		.amount_minor = amount,
		.currency = k->c->t.currency,
		.effective_on = later(later(credit->effective_on, debit->effective_on), k->c->t.booked_on),
		.source = k->batch->source != NULL ? k->batch->source : "matched",
		.certainty_bp = k->p->certainty_bp,
		.bank_transaction = k->c->t.id,
		.reasons = k->p->reasons,
	};

	if (amount == 0) return VD_OK;
	credit->left_minor -= amount;
	debit->left_minor -= amount;
	return ledger_allocate(ctx, k->tx, &a);
}

/* Credit notes first, then the money; each debit in the order of the proposal. */
static enum vd_status
join_all(struct vd_context *ctx, struct booking *k)
{
	for (size_t d = 0; d < k->debits_count; d++)
		for (size_t c = 0; c < k->credits_count && k->debits[d].left_minor > 0; c++)
			VD_TRY(join(ctx, k, &k->credits[c], &k->debits[d]));
	return VD_OK;
}

static enum vd_status
write_off_rest(struct vd_context *ctx, struct booking *k, const struct match_line *line,
               struct vd_date on)
{
	struct ledger_item item = {
		.debtor = k->debtor,
		.side = line->credit ? LEDGER_DEBIT : LEDGER_CREDIT,
		.kind = "write_off",
		.amount_minor = line->write_off_minor,
		.currency = k->c->t.currency,
		.effective_on = on,
		.due_on = on,
		.invoice = VD_I64_NONE,
		.line = 1,
		.corrects = line->item_id,
		.bank_transaction = VD_I64_NONE,
		.note = VD_STR("small difference within the tolerance"),
	};
	struct ledger_allocation a = {
		.amount_minor = line->write_off_minor,
		.currency = k->c->t.currency,
		.effective_on = on,
		.source = "write_off",
		.certainty_bp = k->p->certainty_bp,
		.bank_transaction = VD_I64_NONE,
		.reasons = VD_STR("small difference within the tolerance"),
	};
	int64_t id;

	VD_TRY(ledger_add_item(ctx, k->tx, &item, &id));
	a.credit_item = line->credit ? line->item_id : id;
	a.debit_item = line->credit ? id : line->item_id;
	return ledger_allocate(ctx, k->tx, &a);
}

/* The lines of this debtor become parts; what they settle goes off the pool. */
static enum vd_status
take_lines(struct vd_context *ctx, struct booking *k)
{
	struct match_pool *pool = &k->batch->pool;

	for (size_t i = 0; i < k->p->lines_count; i++) {
		const struct match_line *line = &k->p->lines[i];
		struct match_item *item = &pool->items[vd_map_get(&pool->by_id, line->item_id)];
		struct part part = { line->item_id, line->amount_minor, item->effective_on };

		if (line->debtor_id != k->debtor) continue;
		item->open_minor -= line->amount_minor + line->write_off_minor;
		VD_ASSERT(item->open_minor >= 0);
		if (line->credit) k->credits[k->credits_count++] = part;
		else k->debits[k->debits_count++] = part;
		if (line->write_off_minor > 0)
			VD_TRY(write_off_rest(ctx, k, line, later(item->effective_on, k->c->t.booked_on)));
	}
	return VD_OK;
}

/* What of the money goes to this debtor: his debit lines less his credit lines, and for the first
 * one what stays over. */
static int64_t
share_of(const struct match_proposal *p, int64_t debtor, bool out)
{
	int64_t share = debtor == p->debtor_id ? p->unallocated_minor : 0;

	for (size_t i = 0; i < p->lines_count; i++)
		if (p->lines[i].debtor_id == debtor)
			share +=
			    p->lines[i].credit == out ? p->lines[i].amount_minor : -p->lines[i].amount_minor;
	return share;
}

static enum vd_status
add_money(struct vd_context *ctx, struct booking *k, int64_t share, bool out)
{
	const struct match_transaction *t = &k->c->t;
	struct ledger_item money = {
		.debtor = k->debtor,
		.side = out ? LEDGER_DEBIT : LEDGER_CREDIT,
		.kind = out ? "refund" : "payment",
		.amount_minor = share,
		.currency = t->currency,
		.effective_on = t->booked_on,
		.due_on = t->booked_on,
		.invoice = VD_I64_NONE,
		.line = 1,
		.corrects = VD_I64_NONE,
		.bank_transaction = t->id,
		.note = VD_STR_NONE,
	};
	struct part part = { .left_minor = share, .effective_on = t->booked_on };
	struct match_item open = {
		.debtor_id = k->debtor,
		.kind = MATCH_UNALLOCATED,
		.credit = !out,
		.amount_minor = share,
		.currency = t->currency,
		.effective_on = t->booked_on,
		.due_on = t->booked_on,
		.line = 1,
	};

	if (share <= 0) return VD_OK;
	VD_TRY(ledger_add_item(ctx, k->tx, &money, &part.item));
	if (out) k->debits[k->debits_count++] = part;
	else k->credits[k->credits_count++] = part;
	/* what stays over may be used by a later transaction of this very batch */
	open.id = part.item;
	VD_GROW(ctx, k->batch->pool.items, k->batch->pool.count, k->batch->pool.cap);
	k->batch->pool.items[k->batch->pool.count] = open;
	return vd_map_put(ctx, &k->batch->pool.by_id, part.item, k->batch->pool.count++);
}

static enum vd_status
book_debtor(struct vd_context *ctx, struct booking *k, int64_t debtor)
{
	bool out = k->c->t.amount_minor < 0;

	k->debtor = debtor;
	k->credits_count = k->debits_count = 0;
	VD_TRY(take_lines(ctx, k));
	VD_TRY(add_money(ctx, k, share_of(k->p, debtor, out), out));
	VD_TRY(join_all(ctx, k));
	return VD_OK;
}

/* ---- money that comes back out of our account ---- */

/* The returned payment's allocations are taken back on the day of the return; its items are open
 * again at their old due day, and the payment is closed by the return. */
static enum vd_status
book_return(struct vd_context *ctx, struct booking *k)
{
	const struct match_transaction *t = &k->c->t;
	int64_t administration = k->app->administration.id, id, left = -t->amount_minor;
	struct q_match_payment_items_row *payments;
	struct q_allocation_standing_of_credit_row *standing;
	size_t n, m;

	VD_TRY(q_match_payment_items(ctx, k->app->db,
	                             &(struct q_match_payment_items_in){
	                                 administration, k->p->returns_transaction_id, 16 },
	                             &payments, &n));
	for (size_t i = 0; i < n && left > 0; i++) {
		struct ledger_item returned = {
			.debtor = payments[i].debtor,
			.side = LEDGER_DEBIT,
			.kind = "return",
			.currency = t->currency,
			.effective_on = t->booked_on,
			.due_on = t->booked_on,
			.invoice = VD_I64_NONE,
			.line = 1,
			.corrects = payments[i].item,
			.bank_transaction = t->id,
			.note = t->return_reason.len > 0 ? t->return_reason : t->return_text,
			.amount_minor = payments[i].total < left ? payments[i].total : left,
		};
		struct ledger_allocation a = {
			.credit_item = payments[i].item,
			.amount_minor = returned.amount_minor,
			.currency = t->currency,
			.effective_on = later(payments[i].effective_on, t->booked_on),
			.source = "return",
			.certainty_bp = k->p->certainty_bp,
			.bank_transaction = t->id,
			.reasons = k->p->reasons,
		};

		if (!vd_str_eq(payments[i].kind, VD_STR("payment"))) continue;
		VD_TRY(vd_map_put(ctx, &k->batch->stale, payments[i].debtor, 0));
		VD_TRY(q_allocation_standing_of_credit(ctx, k->app->db,
		                                       &(struct q_allocation_standing_of_credit_in){
		                                           administration, payments[i].item, 1000 },
		                                       &standing, &m));
		for (size_t s = 0; s < m; s++)
			VD_TRY(ledger_reverse(ctx, k->tx,
			                      &(struct ledger_standing){
			                          standing[s].id, payments[i].item, standing[s].debit_item,
			                          standing[s].amount, ledger_currency_of(standing[s].currency),
			                          standing[s].effective_on, standing[s].bank_transaction },
			                      t->booked_on, "return", k->p->reasons));
		VD_TRY(ledger_add_item(ctx, k->tx, &returned, &id));
		a.debit_item = id;
		VD_TRY(ledger_allocate(ctx, k->tx, &a));
		left -= returned.amount_minor;
	}
	return VD_OK;
}

enum vd_status
match_book(struct vd_context *ctx, struct app *app, struct ledger_tx *tx, struct match_batch *b,
           const struct match_case *c, const struct match_proposal *p)
{
	struct booking k = { .app = app, .tx = tx, .batch = b, .c = c, .p = p };

	if (p->kind == MATCH_RETURN) return book_return(ctx, &k);
	VD_NEW(ctx, k.credits, p->lines_count + 1);
	VD_NEW(ctx, k.debits, p->lines_count + 1);
	VD_TRY(book_debtor(ctx, &k, p->debtor_id));
	for (size_t i = 0; i < p->lines_count; i++) {
		bool done = p->lines[i].debtor_id == p->debtor_id;

		for (size_t j = 0; j < i; j++)
			done = done || p->lines[j].debtor_id == p->lines[i].debtor_id;
		if (!done) VD_TRY(book_debtor(ctx, &k, p->lines[i].debtor_id));
	}
	return VD_OK;
}
