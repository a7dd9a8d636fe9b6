/* A bank transaction by hand: to items of a person's choice, by a proposal, as a returned payment.
 */
#include "app/book_internal.h"

#include "app/match_internal.h"

struct bank_work {
	const struct app_bank_ref *ref, *returned;
	const struct app_book_target *targets;
	size_t count;
	int64_t rank;
	struct vd_str reason;
	struct app *app;
	struct book *book;
	struct q_bank_by_reference_row t;
	struct match_case c;
	struct match_batch batch;
	struct match_proposal proposal;
};

/* ---- booking what was composed ---- */

static void
set_case(struct bank_work *w)
{
	w->c.t = (struct match_transaction){ .id = w->t.id,
		                                 .booked_on = w->t.booked_on,
		                                 .amount_minor = w->t.amount,
		                                 .currency = ledger_currency_of(w->t.currency),
		                                 .counterparty_iban = w->t.counterparty_iban,
		                                 .return_reason = w->t.return_reason,
		                                 .return_text = w->t.return_text };
	w->batch.cases = &w->c;
	w->batch.count = 1;
	w->batch.source = "manual";
}

static enum vd_status
pool_item(struct vd_context *ctx, struct bank_work *w, const struct book_item *b)
{
	struct match_pool *pool = &w->batch.pool;

	VD_GROW(ctx, pool->items, pool->count, pool->cap);
	pool->items[pool->count] = (struct match_item){ .id = b->item,
		                                            .debtor_id = b->debtor,
		                                            .credit = b->credit,
		                                            .open_minor = b->open_minor,
		                                            .amount_minor = b->open_minor,
		                                            .currency = b->currency,
		                                            .effective_on = b->effective_on };
	return vd_map_put(ctx, &pool->by_id, b->item, pool->count++);
}

/* What a person says teaches from which account this debtor pays. */
static enum vd_status
learn_account(struct vd_context *ctx, struct bank_work *w)
{
	const struct match_proposal *p = &w->proposal;

	if (w->t.amount <= 0 || w->t.counterparty_iban.len == 0) return VD_OK;
	for (size_t i = 0; i < p->lines_count; i++)
		if (p->lines[i].debtor_id != p->debtor_id) return VD_OK;
	return q_payer_account_put(ctx, w->app->db,
	                           &(struct q_payer_account_put_in){
	                               w->app->administration.id, w->t.counterparty_iban, p->debtor_id,
	                               VD_STR("learned"), w->app->now },
	                           1, NULL);
}

static enum vd_status
book_proposal(struct vd_context *ctx, struct book *b, struct bank_work *w)
{
	VD_TRY(match_book(ctx, b->app, b->tx, &w->batch, &w->c, &w->proposal));
	VD_TRY(learn_account(ctx, w));
	b->out->unallocated =
	    (struct vd_money){ w->proposal.unallocated_minor, ledger_currency_of(w->t.currency) };
	return book_bank_state(ctx, b->app, w->t.id, "booked", w->proposal.reasons);
}

/* ---- to items of a person's choice ---- */

static enum vd_status
check_item(struct vd_context *ctx, const struct bank_work *w, const struct book_item *b)
{
	struct vd_currency currency = ledger_currency_of(w->t.currency);

	if (!vd_currency_eq(b->currency, currency))
		return vd_fail(ctx, VD_E_INVALID, "book.currency", "item",
		               "%.*s is in %s and the money in %s; it cannot be booked on it",
		               VD_FMT(b->label), b->currency.code, currency.code);
	return VD_OK;
}

static enum vd_status
add_line(struct vd_context *ctx, struct bank_work *w, const struct book_item *b, int64_t minor)
{
	VD_TRY(pool_item(ctx, w, b));
	w->proposal.lines[w->proposal.lines_count++] = (struct match_line){
		.item_id = b->item, .amount_minor = minor, .credit = b->credit, .debtor_id = b->debtor
	};
	return book_note(ctx, w->book->out, b->label, b->credit ? -minor : minor, b->currency);
}

/* Items on the other side than the money (credit notes, for money in) join first: they make it
 * more. */
static enum vd_status
add_helpers(struct vd_context *ctx, struct bank_work *w, const struct book_list *l, int64_t *left)
{
	bool out = w->t.amount < 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct book_item *b = &l->items[i];
		int64_t minor = b->take_minor == VD_I64_NONE ? b->open_minor : b->take_minor;

		VD_TRY(check_item(ctx, w, b));
		if (b->credit == out) continue;
		VD_TRY(add_line(ctx, w, b, minor));
		VD_TRY(vd_minor_add(ctx, *left, minor, left));
	}
	return VD_OK;
}

static enum vd_status
add_settled(struct vd_context *ctx, struct bank_work *w, const struct book_list *l, int64_t *left)
{
	bool out = w->t.amount < 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct book_item *b = &l->items[i];
		int64_t minor = b->take_minor;

		if (b->credit != out) continue;
		if (minor == VD_I64_NONE) minor = *left < b->open_minor ? *left : b->open_minor;
		if (minor == 0 && b->as_needed) continue;
		if (minor > *left || minor == 0)
			return vd_fail(ctx, VD_E_INVALID, "book.too_little", "amount",
			               "the money does not reach %.*s; name fewer items or smaller amounts",
			               VD_FMT(b->label));
		VD_TRY(add_line(ctx, w, b, minor));
		*left -= minor;
	}
	return VD_OK;
}

/* Each debtor gets a part of the money: credits of one cannot pay the items of another. */
static enum vd_status
check_shares(struct vd_context *ctx, const struct bank_work *w)
{
	const struct match_proposal *p = &w->proposal;
	bool out = w->t.amount < 0;

	for (size_t i = 0; i < p->lines_count; i++) {
		int64_t debtor = p->lines[i].debtor_id;
		int64_t share = debtor == p->debtor_id ? p->unallocated_minor : 0;

		for (size_t k = 0; k < p->lines_count; k++)
			if (p->lines[k].debtor_id == debtor)
				VD_TRY(vd_minor_add(ctx, share,
				                    p->lines[k].credit == out ? p->lines[k].amount_minor
				                                              : -p->lines[k].amount_minor,
				                    &share));
		if (share < 0)
			return vd_fail(
			    ctx, VD_E_INVALID, "book.debtors", "item",
			    "the credit of one debtor cannot pay the items of another; allocate what "
			    "belongs to each debtor by itself");
	}
	return VD_OK;
}

static enum vd_status
compose(struct vd_context *ctx, struct book *b, void *arg)
{
	struct bank_work *w = arg;
	struct book_list l = { .debtor = VD_I64_NONE };
	int64_t left;

	w->app = b->app;
	w->book = b;
	w->batch = (struct match_batch){ .pool.by_id = VD_MAP(ctx), .stale = VD_MAP(ctx) };
	VD_TRY(book_bank_open(ctx, b->app, w->ref, &w->t));
	set_case(w);
	for (size_t i = 0; i < w->count; i++)
		VD_TRY(book_find(ctx, b->app, &w->targets[i], w->t.amount < 0 ? VD_STR("C") : VD_STR_NONE,
		                 true, &l));
	left = w->t.amount < 0 ? -w->t.amount : w->t.amount;
	w->proposal = (struct match_proposal){ .debtor_id = l.debtor,
		                                   .certainty_bp = 10000,
		                                   .reasons = VD_STR("booked by hand") };
	VD_TRY(add_helpers(ctx, w, &l, &left));
	VD_TRY(add_settled(ctx, w, &l, &left));
	w->proposal.unallocated_minor = left;
	VD_TRY(check_shares(ctx, w));
	return book_proposal(ctx, b, w);
}

enum vd_status
app_allocate_bank(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
                  const struct app_book_target *targets, size_t count, struct vd_str request_id,
                  struct app_booked *out)
{
	struct bank_work w = { .ref = ref, .targets = targets, .count = count };

	return book_write(ctx, app, &(struct book_call){ "allocate", request_id, compose, &w, out });
}

/* ---- by a proposal ---- */

static enum vd_status
load_line(struct vd_context *ctx, struct bank_work *w, const struct q_proposal_lines_of_row *row)
{
	struct q_item_by_id_row now;
	struct book_item item;
	bool found;

	VD_TRY(q_item_by_id(ctx, w->app->db,
	                    &(struct q_item_by_id_in){ w->app->administration.id, row->item }, &now,
	                    &found));
	if (!found || now.open < row->settled + row->write_off)
		return vd_fail(
		    ctx, VD_E_CONFLICT, "book.changed", "proposal",
		    "an item of this proposal was settled meanwhile; look again with: voldaan match "
		    "--again");
	item = (struct book_item){ .item = row->item,
		                       .debtor = now.debtor,
		                       .credit = row->credit == 1,
		                       .open_minor = now.open,
		                       .currency = ledger_currency_of(now.currency),
		                       .effective_on = now.effective_on };
	VD_TRY(pool_item(ctx, w, &item));
	w->proposal.lines[w->proposal.lines_count++] =
	    (struct match_line){ row->item, row->settled, row->write_off, row->credit == 1,
		                     now.debtor };
	return VD_OK;
}

static enum vd_status
note_lines(struct vd_context *ctx, struct bank_work *w, struct book *b)
{
	struct q_item_name_row name;
	struct vd_str label;
	bool found;

	for (size_t i = 0; i < w->proposal.lines_count; i++) {
		const struct match_line *line = &w->proposal.lines[i];

		VD_TRY(q_item_name(ctx, w->app->db,
		                   &(struct q_item_name_in){ w->app->administration.id, line->item_id },
		                   &name, &found));
		label = !found || vd_str_is_none(name.number) ? VD_STR("credit") : name.number;
		if (found && name.line > 1)
			VD_TRY(
			    vd_str_printf(ctx, &label, "%.*s/%lld", VD_FMT(name.number), (long long)name.line));
		VD_TRY(book_note(ctx, b->out, label,
		                 line->credit ? -line->amount_minor : line->amount_minor,
		                 ledger_currency_of(w->t.currency)));
	}
	return VD_OK;
}

static enum vd_status
accept_lines(struct vd_context *ctx, struct book *b, struct bank_work *w)
{
	struct q_proposal_lines_of_row *rows;
	size_t n;

	VD_TRY(q_proposal_lines_of(ctx, b->app->db,
	                           &(struct q_proposal_lines_of_in){ b->app->administration.id, w->t.id,
	                                                             w->rank, MATCH_LINES_MAX },
	                           &rows, &n));
	for (size_t i = 0; i < n; i++) VD_TRY(load_line(ctx, w, &rows[i]));
	return note_lines(ctx, w, b);
}

static enum vd_status
accept(struct vd_context *ctx, struct book *b, void *arg)
{
	struct bank_work *w = arg;
	struct q_proposal_by_rank_row p;
	bool found;

	w->app = b->app;
	w->book = b;
	w->batch = (struct match_batch){ .pool.by_id = VD_MAP(ctx), .stale = VD_MAP(ctx) };
	VD_TRY(book_bank_open(ctx, b->app, w->ref, &w->t));
	set_case(w);
	VD_TRY(q_proposal_by_rank(ctx, b->app->db,
	                          &(struct q_proposal_by_rank_in){ b->app->administration.id, w->t.id,
	                                                           w->rank },
	                          &p, &found));
	if (!found)
		return vd_fail(
		    ctx, VD_E_NOT_FOUND, "book.proposal", "proposal",
		    "bank transaction \"%.*s\" has no proposal %lld; \"voldaan bank show %.*s\" lists "
		    "them",
		    VD_FMT(w->ref->reference), (long long)w->rank, VD_FMT(w->ref->reference));
	w->proposal = (struct match_proposal){ .debtor_id = p.debtor,
		                                   .certainty_bp = 10000,
		                                   .unallocated_minor = p.unallocated };
	VD_TRY(vd_str_printf(ctx, &w->proposal.reasons, "proposal accepted by hand: %.*s",
	                     VD_FMT(p.reasons)));
	if (vd_str_eq(p.kind, vd_str_c(match_kind_name(MATCH_RETURN)))) {
		w->proposal.kind = MATCH_RETURN;
		w->proposal.returns_transaction_id = p.returns;
	}
	VD_TRY(accept_lines(ctx, b, w));
	return book_proposal(ctx, b, w);
}

enum vd_status
app_allocate_proposal(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
                      int64_t rank, struct vd_str request_id, struct app_booked *out)
{
	struct bank_work w = { .ref = ref, .rank = rank };

	return book_write(ctx, app, &(struct book_call){ "allocate", request_id, accept, &w, out });
}

/* ---- a payment that came back ---- */

static enum vd_status
book_return(struct vd_context *ctx, struct book *b, void *arg)
{
	struct bank_work *w = arg;
	struct q_bank_by_reference_row earlier;
	struct q_undo_items_row *items;
	size_t n;

	w->app = b->app;
	w->batch = (struct match_batch){ .pool.by_id = VD_MAP(ctx), .stale = VD_MAP(ctx) };
	VD_TRY(book_bank_open(ctx, b->app, w->ref, &w->t));
	VD_TRY(book_bank_booked(ctx, b->app, w->returned, &earlier));
	set_case(w);
	if (w->t.amount >= 0 || earlier.amount != -w->t.amount ||
	    !vd_str_eq(w->t.currency, earlier.currency))
		return vd_fail(
		    ctx, VD_E_INVALID, "book.return", "returns",
		    "a returned payment is money out of exactly the amount that came in; these two "
		    "are not");
	VD_TRY(q_undo_items(ctx, b->app->db,
	                    &(struct q_undo_items_in){ b->app->administration.id, earlier.id, 16 },
	                    &items, &n));
	if (n == 0)
		return vd_fail(ctx, VD_E_CONFLICT, "book.return", "returns",
		               "bank transaction \"%.*s\" has no payment that can come back",
		               VD_FMT(w->returned->reference));
	w->proposal = (struct match_proposal){ .kind = MATCH_RETURN,
		                                   .debtor_id = items[0].debtor,
		                                   .certainty_bp = 10000,
		                                   .returns_transaction_id = earlier.id,
		                                   .reasons = VD_STR("returned payment, booked by hand") };
	return book_proposal(ctx, b, w);
}

enum vd_status
app_allocate_return(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
                    const struct app_bank_ref *returned, struct vd_str request_id,
                    struct app_booked *out)
{
	struct bank_work w = { .ref = ref, .returned = returned };

	return book_write(ctx, app,
	                  &(struct book_call){ "allocate", request_id, book_return, &w, out });
}

/* ---- nothing to do with debtors ---- */

static enum vd_status
ignore_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct bank_work *w = arg;
	struct vd_str subject;

	VD_TRY(book_bank_open(ctx, app, w->ref, &w->t));
	VD_TRY(book_bank_state(ctx, app, w->t.id, "ignored", w->reason));
	VD_TRY(vd_str_printf(ctx, &subject, "bank transaction %lld", (long long)w->t.id));
	return app_audit(ctx, app, "bank ignore", subject, w->t.state, w->reason);
}

enum vd_status
app_bank_ignore(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
                struct vd_str reason)
{
	struct bank_work w = { .ref = ref, .reason = reason };

	return app_write(ctx, app, ignore_in_tx, &w);
}
