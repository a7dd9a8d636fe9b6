/* What the bank brought and nobody booked, with what matching thought of it. */
#include "app/book_internal.h"

#define PAGE           200
#define ITEMS_TEXT_MAX ((size_t)64 * 1024)

struct list_work {
	struct vd_str state;
	enum vd_status (*each)(struct vd_context *, void *, const struct app_bank_line *);
	void *user;
	struct vd_date after_day;
	int64_t after;
	int64_t page;
	const struct app_bank_ref *ref;
};
struct page {
	struct q_bank_open_page_row *rows;
	struct q_bank_open_proposals_row *proposals;
	struct q_bank_open_lines_row *lines;
	size_t count, proposals_count, lines_count, at_proposal, at_line;
};

static enum vd_status
load_page(struct vd_context *ctx, struct app *app, const struct list_work *w, struct page *p)
{
	int64_t administration = app->administration.id;
	struct q_bank_open_proposals_in between;

	VD_TRY(q_bank_open_page(ctx, app->db,
	                        &(struct q_bank_open_page_in){ administration, w->state, w->after_day,
	                                                       w->after, w->page },
	                        &p->rows, &p->count));
	if (p->count == 0) return VD_OK;
	between = (struct q_bank_open_proposals_in){ administration,
		                                         w->state,
		                                         p->rows[0].booked_on,
		                                         p->rows[0].id,
		                                         p->rows[p->count - 1].booked_on,
		                                         p->rows[p->count - 1].id };
	VD_TRY(q_bank_open_proposals(ctx, app->db, &between, &p->proposals, &p->proposals_count));
	return q_bank_open_lines(ctx, app->db,
	                         &(struct q_bank_open_lines_in){ administration, w->state,
	                                                         between.from_day, between.from,
	                                                         between.to_day, between.to },
	                         &p->lines, &p->lines_count);
}

/* "F2025001, F2025002/2 (part)": the items of one proposal, from at_line on. */
static enum vd_status
items_text(struct vd_context *ctx, struct page *p, const struct q_bank_open_proposals_row *of,
           struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, ITEMS_TEXT_MAX);

	for (; p->at_line < p->lines_count; p->at_line++) {
		const struct q_bank_open_lines_row *l = &p->lines[p->at_line];

		if (l->transaction != of->transaction || l->rank != of->rank) break;
		if (b.len > 0) vd_buf_add_c(&b, ", ");
		vd_buf_add(&b, vd_str_is_none(l->invoice_number) ? l->kind : l->invoice_number);
		if (l->line > 1) vd_buf_addf(&b, "/%lld", (long long)l->line);
	}
	return vd_buf_finish(ctx, &b, out);
}

static enum vd_status
proposals_of(struct vd_context *ctx, struct page *p, const struct q_bank_open_page_row *row,
             struct app_bank_line *line)
{
	size_t end = p->at_proposal;

	while (end < p->proposals_count && p->proposals[end].transaction == row->id) end++;
	VD_NEW(ctx, line->proposals, end - p->at_proposal);
	for (; p->at_proposal < end; p->at_proposal++) {
		const struct q_bank_open_proposals_row *q = &p->proposals[p->at_proposal];
		struct app_bank_proposal *to = &line->proposals[line->proposals_count++];

		*to =
		    (struct app_bank_proposal){ .rank = q->rank,
			                            .certainty_bp = q->certainty_bp,
			                            .kind = q->kind,
			                            .debtor_number = q->debtor_number,
			                            .debtor_name = q->debtor_name,
			                            .reasons = q->reasons,
			                            .unallocated = { q->unallocated, line->amount.currency } };
		VD_TRY(items_text(ctx, p, q, &to->items));
	}
	return VD_OK;
}

static enum vd_status
show_page(struct vd_context *ctx, struct app *app, struct list_work *w, bool *more)
{
	struct page p = { 0 };

	VD_TRY(load_page(ctx, app, w, &p));
	*more = p.count == PAGE && w->page == PAGE;
	for (size_t i = 0; i < p.count; i++) {
		const struct q_bank_open_page_row *r = &p.rows[i];
		struct app_bank_line line = {
			.reference = r->reference,
			.transaction = r->ordinal,
			.state = r->state,
			.state_reason = r->state_reason,
			.counterparty_name = r->counterparty_name,
			.counterparty_iban = r->counterparty_iban,
			.remittance = r->remittance,
			.booked_on = r->booked_on,
			.amount = { r->amount, ledger_currency_of(r->currency) },
		};

		VD_TRY(proposals_of(ctx, &p, r, &line));
		VD_TRY(w->each(ctx, w->user, &line));
		w->after_day = r->booked_on;
		w->after = r->id;
	}
	return VD_OK;
}

static enum vd_status
list_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	bool more = true;

	while (more) { /* each page goes further */
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		VD_TRY(show_page(ctx, app, arg, &more));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

enum vd_status
app_bank_list(struct vd_context *ctx, struct app *app, struct vd_str state,
              enum vd_status (*each)(struct vd_context *, void *, const struct app_bank_line *),
              void *user)
{
	static const char *const states[] = { "new", "proposed", "unknown" };
	struct list_work w = { state, each, user, { VD_DAY_MIN }, 0, PAGE, NULL };
	bool known = vd_str_is_none(state);

	for (size_t i = 0; i < VD_LENGTH(states); i++)
		known = known || vd_str_eq(state, vd_str_c(states[i]));
	if (!known)
		return vd_fail(ctx, VD_E_USAGE, "bank.state", "state",
		               "\"%.*s\" is not a state; choose new, proposed or unknown", VD_FMT(state));
	return app_read(ctx, app, list_in_tx, &w);
}

/* ---- one ---- */

static enum vd_status
show_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct list_work *w = arg;
	struct q_bank_by_reference_row *rows;
	bool more;
	size_t n;

	VD_TRY(book_bank_all(ctx, app, w->ref, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct app_bank_line line = {
			.reference = w->ref->reference,
			.transaction = rows[i].ordinal,
			.state = rows[i].state,
			.state_reason = rows[i].state_reason,
			.counterparty_name = rows[i].counterparty_name,
			.counterparty_iban = rows[i].counterparty_iban,
			.remittance = rows[i].remittance,
			.booked_on = rows[i].booked_on,
			.amount = { rows[i].amount, ledger_currency_of(rows[i].currency) },
		};

		w->after_day = rows[i].booked_on;
		w->after = rows[i].id - 1;
		if (book_is_open(rows[i].state) && !vd_str_eq(rows[i].state, VD_STR("ignored")))
			VD_TRY(show_page(ctx, app, w, &more));
		else VD_TRY(w->each(ctx, w->user, &line));
	}
	return VD_OK;
}

enum vd_status
app_bank_show(struct vd_context *ctx, struct app *app, const struct app_bank_ref *ref,
              enum vd_status (*each)(struct vd_context *, void *, const struct app_bank_line *),
              void *user)
{
	struct list_work w = { .each = each, .user = user, .page = 1, .ref = ref };

	return app_read(ctx, app, show_in_tx, &w);
}
