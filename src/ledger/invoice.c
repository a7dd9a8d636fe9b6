/* Upserting invoices: look up, decide per due line, write as one ledger transaction. */
#include "ledger/invoice.h"

#include "base/list.h"
#include "q_debtor.h"
#include "q_invoice.h"

#include <stdlib.h>

#define JOB 0

/* All records of one number, and what is known of that invoice. */
struct group {
	size_t first;                             /* record that creates it */
	const struct q_invoice_staged_row *known; /* rows of the store, one per item; NULL when new */
	size_t known_count;
	int64_t invoice, debtor;
	bool updated; /* head changed already */
};
struct batch {
	struct vd_db *db;
	struct ledger_tx *tx;
	const struct ledger_scope *scope;
	const struct ledger_invoice_rules *rules;
	const struct ledger_invoice *in;
	size_t n;
	struct ledger_invoice_result *out;
	const struct q_debtor_staged_ids_row **debtors; /* per record */
	struct group *groups;
	size_t *group_of; /* per record */
	size_t groups_count;
	struct q_invoice_insert_in *inserts;
	struct q_invoice_update_in *updates;
	struct q_invoice_word_insert_in *words;
	size_t inserts_count, updates_count, words_count;
};

static enum vd_status
reject(struct vd_context *ctx, struct ledger_invoice_result *r, const char *message)
{
	r->rejected = true;
	return vd_str_dup(ctx, vd_str_c(message), &r->message);
}

/* ---- looking up ---- */

struct numbered {
	struct vd_str number;
	size_t record;
};

static int
by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	int c = vd_str_cmp(x->number, y->number);

	return c != 0 ? c : x->record < y->record ? -1 : 1;
}

static enum vd_status
make_groups(struct vd_context *ctx, struct batch *b)
{
	struct numbered *order;

	VD_NEW(ctx, order, b->n);
	for (size_t i = 0; i < b->n; i++) order[i] = (struct numbered){ b->in[i].number, i };
	qsort(order, b->n, sizeof(*order), by_number);
	for (size_t i = 0; i < b->n; i++) {
		if (i == 0 || !vd_str_eq(order[i].number, order[i - 1].number))
			b->groups[b->groups_count++] = (struct group){ .first = order[i].record,
				                                           .invoice = VD_I64_NONE,
				                                           .debtor = VD_I64_NONE };
		b->group_of[order[i].record] = b->groups_count - 1;
	}
	return VD_OK;
}

static enum vd_status
look_up(struct vd_context *ctx, struct batch *b)
{
	int64_t administration = b->scope->administration;
	struct q_stage_word_insert_in *words;
	struct q_debtor_staged_ids_row *debtors;
	struct q_invoice_staged_row *rows;
	size_t count = 0, n;

	VD_NEW(ctx, words, b->n + b->groups_count);
	for (size_t i = 0; i < b->n; i++)
		if (b->in[i].debtor == VD_I64_NONE)
			words[count++] =
			    (struct q_stage_word_insert_in){ administration, JOB, (int64_t)i, VD_STR("debtor"),
				                                 b->in[i].debtor_number };
	for (size_t g = 0; g < b->groups_count; g++)
		words[count++] = (struct q_stage_word_insert_in){
			administration,
			JOB,
			(int64_t)(b->n + g),
			VD_STR("invoice"),
			b->in[b->groups[g].first].number,
		};
	VD_TRY(q_stage_word_insert(ctx, b->db, words, count, NULL));
	VD_TRY(q_debtor_staged_ids(ctx, b->db, &(struct q_debtor_staged_ids_in){ administration, JOB },
	                           &debtors, &n));
	for (size_t i = 0; i < n; i++) b->debtors[debtors[i].ordinal] = &debtors[i];
	VD_TRY(q_invoice_staged(ctx, b->db, &(struct q_invoice_staged_in){ administration, JOB }, &rows,
	                        &n));
	for (size_t i = 0; i < n; i++) {
		struct group *g = &b->groups[(size_t)rows[i].ordinal - b->n];

		if (g->known == NULL) g->known = &rows[i];
		g->known_count++;
		g->invoice = rows[i].invoice;
		g->debtor = rows[i].debtor;
	}
	return q_stage_word_clear(ctx, b->db, &(struct q_stage_word_clear_in){ administration, JOB },
	                          NULL);
}

/* ---- items ---- */

static struct vd_date
later(struct vd_date a, struct vd_date b)
{
	return b.day > a.day ? b : a;
}

/* An open-items list may leave the invoice date out: then it is today, or the due day when that has
 * passed. */
static struct vd_date
issued_on(const struct batch *b, const struct ledger_invoice *in)
{
	if (!vd_date_is_none(in->issued_on)) return in->issued_on;
	return !vd_date_is_none(in->due_on) && in->due_on.day < b->rules->today.day ? in->due_on
	                                                                            : b->rules->today;
}

static struct vd_date
due_on(const struct batch *b, size_t i)
{
	const struct ledger_invoice *in = &b->in[i];
	int64_t days = in->terms_days;

	if (!vd_date_is_none(in->due_on)) return in->due_on;
	if (in->credit) return issued_on(b, in);
	if (days == VD_I64_NONE && b->debtors[i] != NULL) days = b->debtors[i]->terms_days;
	if (days == VD_I64_NONE) days = b->rules->terms_days;
	return vd_date_add_days(issued_on(b, in), (int32_t)days);
}

static struct ledger_item
line_item(const struct batch *b, size_t i, const struct group *g)
{
	const struct ledger_invoice *in = &b->in[i];

	return (struct ledger_item){
		.debtor = g->debtor,
		.side = in->credit ? LEDGER_CREDIT : LEDGER_DEBIT,
		.kind = in->credit ? "credit_note" : "invoice",
		.amount_minor = in->gross_minor,
		.currency = in->currency,
		.effective_on = issued_on(b, in),
		.due_on = due_on(b, i),
		.invoice = g->invoice,
		.line = in->line,
		.corrects = VD_I64_NONE,
		.bank_transaction = VD_I64_NONE,
	};
}

/* The day on which something became known from the source: the snapshot's day, else today; not
 * before the item itself. */
static struct vd_date
source_day(const struct batch *b, struct vd_date item_effective_on)
{
	return later(item_effective_on,
	             vd_date_is_none(b->rules->as_of) ? b->rules->today : b->rules->as_of);
}

/* Part of an item is settled outside our books: an opposite item of its own, allocated to it. */
static enum vd_status
settle_part(struct vd_context *ctx, struct ledger_tx *tx, const struct ledger_item *of,
            int64_t item, int64_t amount, struct vd_date on)
{
	struct ledger_item settled = *of;
	struct ledger_allocation a = {
		.amount_minor = amount,
		.currency = of->currency,
		.effective_on = on,
		.source = "snapshot",
		.certainty_bp = 10000,
		.bank_transaction = VD_I64_NONE,
		.reasons = VD_STR("settled in the bookkeeping package"),
	};
	int64_t id;

	settled.side = of->side == LEDGER_DEBIT ? LEDGER_CREDIT : LEDGER_DEBIT;
	settled.kind = "settled_in_source";
	settled.amount_minor = amount;
	settled.effective_on = settled.due_on = on;
	settled.invoice = VD_I64_NONE;
	settled.line = 1;
	settled.corrects = item;
	VD_TRY(ledger_add_item(ctx, tx, &settled, &id));
	a.credit_item = of->side == LEDGER_DEBIT ? id : item;
	a.debit_item = of->side == LEDGER_DEBIT ? item : id;
	return ledger_allocate(ctx, tx, &a);
}

/* The line's item is new: with the open amount told by the source, if any. */
static enum vd_status
add_line(struct vd_context *ctx, struct batch *b, size_t i, const struct group *g)
{
	const struct ledger_invoice *in = &b->in[i];
	struct ledger_item item = line_item(b, i, g);

	if (in->gross_minor == 0) return VD_OK;
	VD_TRY(ledger_add_item(ctx, b->tx, &item, &b->out[i].item));
	b->out[i].item_created = true;
	if (in->open_minor == VD_I64_NONE || in->open_minor >= in->gross_minor) return VD_OK;
	return settle_part(ctx, b->tx, &item, b->out[i].item, in->gross_minor - in->open_minor,
	                   source_day(b, item.effective_on));
}

/* ---- new invoices ---- */

static void
add_words(struct batch *b, int64_t invoice, const struct ledger_invoice *in)
{
	for (size_t k = 0; k < in->words_count; k++)
		b->words[b->words_count++] = (struct q_invoice_word_insert_in){
			b->scope->administration,
			in->words[k].text,
			vd_str_c(in->words[k].kind),
			invoice,
		};
}

static enum vd_status
create(struct vd_context *ctx, struct batch *b, size_t i, struct group *g)
{
	const struct ledger_invoice *in = &b->in[i];
	struct q_invoice_insert_in *row;

	if (vd_date_is_none(due_on(b, i)) || due_on(b, i).day < issued_on(b, in).day)
		return reject(
		    ctx, &b->out[i],
		    "the due date lies before the invoice date; correct one of them in the source");
	VD_TRY(ledger_ids(ctx, b->tx, 1, &g->invoice));
	row = &b->inserts[b->inserts_count++];
	*row = (struct q_invoice_insert_in){
		.administration = b->scope->administration,
		.id = g->invoice,
		.number = in->number,
		.number_key = in->number_key,
		.kind = in->credit ? VD_STR("credit_note") : VD_STR("invoice"),
		.debtor = g->debtor,
		.issued_on = issued_on(b, in),
		.net = in->net_minor,
		.vat = in->vat_minor,
		.description = in->description,
		.reference = in->reference,
		.reference_key = in->reference_key,
		.order_ref = in->order_ref,
		.terms_days = in->terms_days,
		.preceding = in->preceding,
		.sent_on = in->sent_on,
		.delivered_on = in->delivered_on,
		.source = b->rules->source,
		.transaction_number = ledger_number(b->tx),
		.version = 1,
	};
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&in->currency), &row->currency));
	add_words(b, g->invoice, in);
	b->out[i].what = LEDGER_CREATED;
	b->out[i].invoice = g->invoice;
	return add_line(ctx, b, i, g);
}

/* ---- known invoices ---- */

static bool
counts_in_total(struct vd_str kind)
{
	return vd_str_eq(kind, VD_STR("invoice")) || vd_str_eq(kind, VD_STR("credit_note")) ||
	       vd_str_eq(kind, VD_STR("correction"));
}

/* What the line's items come to: total as invoiced so far, open now, and its first item. */
struct line_state {
	int64_t total_minor, open_minor;
	const struct q_invoice_staged_row *base;
};

static struct line_state
state_of(const struct group *g, const struct ledger_invoice *in)
{
	struct vd_str own = in->credit ? VD_STR("C") : VD_STR("D");
	struct line_state s = { 0 };

	for (size_t k = 0; k < g->known_count; k++) {
		const struct q_invoice_staged_row *row = &g->known[k];

		if (row->item == VD_I64_NONE || row->line != in->line) continue;
		if (counts_in_total(row->item_kind))
			s.total_minor += vd_str_eq(row->item_side, own) ? row->total : -row->total;
		if (!vd_str_eq(row->item_side, own)) continue;
		s.open_minor += row->open;
		if (s.base == NULL) s.base = row;
	}
	return s;
}

static enum vd_status
correct_amount(struct vd_context *ctx, struct batch *b, size_t i, const struct group *g,
               const struct line_state *s)
{
	const struct ledger_invoice *in = &b->in[i];
	int64_t difference = in->gross_minor - s->total_minor, id, open_minor;
	struct ledger_item item = line_item(b, i, g);
	struct ledger_allocation a = {
		.currency = in->currency,
		.source = "correction",
		.certainty_bp = 10000,
		.bank_transaction = VD_I64_NONE,
		.reasons = VD_STR("amount changed in the source"),
	};

	if (difference == 0) return VD_OK;
	b->out[i].what = LEDGER_UPDATED;
	item.kind = "correction";
	item.amount_minor = difference > 0 ? difference : -difference;
	item.corrects = s->base->item;
	item.note = VD_STR("amount changed in the source");
	item.effective_on = later(s->base->effective_on, b->rules->today);
	if (difference > 0) return ledger_add_item(ctx, b->tx, &item, &id);
	item.side = in->credit ? LEDGER_DEBIT : LEDGER_CREDIT;
	item.due_on = item.effective_on;
	VD_TRY(ledger_add_item(ctx, b->tx, &item, &id));
	open_minor = s->base->open < item.amount_minor ? s->base->open : item.amount_minor;
	if (open_minor == 0) return VD_OK; /* paid already: the difference stays as credit */
	a.amount_minor = open_minor;
	a.effective_on = item.effective_on;
	a.credit_item = in->credit ? s->base->item : id;
	a.debit_item = in->credit ? id : s->base->item;
	return ledger_allocate(ctx, b->tx, &a);
}

/* The source says how much is open: the difference with our books is settled, or owed again, in the
 * source. */
static enum vd_status
follow_source(struct vd_context *ctx, struct batch *b, size_t i, const struct group *g,
              const struct line_state *s)
{
	const struct ledger_invoice *in = &b->in[i];
	int64_t target = in->open_minor != VD_I64_NONE ? in->open_minor : in->gross_minor,
	        left = s->open_minor - target, id;
	struct ledger_item item = line_item(b, i, g);

	if (!b->rules->open_rules || s->total_minor != in->gross_minor || left == 0) return VD_OK;
	b->out[i].what = LEDGER_UPDATED;
	if (left < 0) {
		item.kind = "settled_in_source";
		item.amount_minor = -left;
		item.corrects = s->base->item;
		item.effective_on = source_day(b, s->base->effective_on);
		return ledger_add_item(ctx, b->tx, &item, &id);
	}
	for (size_t k = 0; k < g->known_count && left > 0; k++) {
		const struct q_invoice_staged_row *row = &g->known[k];
		int64_t part;

		if (row->item == VD_I64_NONE || row->line != in->line || row->open == 0 ||
		    ledger_side_of(row->item_side) != item.side)
			continue;
		part = row->open < left ? row->open : left;
		VD_TRY(settle_part(ctx, b->tx, &item, row->item, part, source_day(b, row->effective_on)));
		left -= part;
	}
	return VD_OK;
}

static enum vd_status
revise(struct vd_context *ctx, struct batch *b, size_t i, struct group *g, int64_t debtor)
{
	const struct ledger_invoice *in = &b->in[i];
	struct vd_date due = vd_date_is_none(in->due_on) ? VD_DATE_NONE : in->due_on;

	for (size_t k = 0; k < g->known_count; k++) {
		const struct q_invoice_staged_row *row = &g->known[k];
		struct ledger_revision r = {
			.item = row->item,
			.old_debtor = g->known->debtor,
			.debtor = debtor,
			.open_minor = row->open,
			.total_minor = row->total,
			.currency = in->currency,
			.due_on = row->due_on,
			.reason = "changed in the source",
		};
		bool own_line =
		    row->item != VD_I64_NONE && row->line == in->line &&
		    ledger_side_of(row->item_side) == (in->credit ? LEDGER_CREDIT : LEDGER_DEBIT);

		if (row->item == VD_I64_NONE) continue;
		r.debit = ledger_side_of(row->item_side) == LEDGER_DEBIT;
		if (own_line && !vd_date_is_none(due)) r.due_on = due;
		if (r.due_on.day == row->due_on.day && (r.debtor == r.old_debtor || g->updated)) continue;
		VD_TRY(ledger_revise(ctx, b->tx, &r));
		b->out[i].what = LEDGER_UPDATED;
	}
	return VD_OK;
}

static bool
text_differs(struct vd_str given, struct vd_str known)
{
	return !vd_str_is_none(given) && !vd_str_eq(given, known);
}

static bool
day_differs(struct vd_date given, struct vd_date known)
{
	return !vd_date_is_none(given) && given.day != known.day;
}

static void
update_head(struct batch *b, size_t i, struct group *g, int64_t debtor)
{
	const struct ledger_invoice *in = &b->in[i];
	const struct q_invoice_staged_row *k = g->known;

	if (g->updated ||
	    (debtor == k->debtor && !text_differs(in->description, k->description) &&
	     !text_differs(in->reference, k->reference) && !text_differs(in->order_ref, k->order_ref) &&
	     !day_differs(in->sent_on, k->sent_on) && !day_differs(in->delivered_on, k->delivered_on)))
		return;
	b->updates[b->updates_count++] = (struct q_invoice_update_in){
		.administration = b->scope->administration,
		.id = g->invoice,
		.debtor = debtor,
		.description = vd_str_is_none(in->description) ? k->description : in->description,
		.reference = vd_str_is_none(in->reference) ? k->reference : in->reference,
		.reference_key = in->reference_key, /* NONE keeps it */
		.order_ref = vd_str_is_none(in->order_ref) ? k->order_ref : in->order_ref,
		.sent_on = vd_date_is_none(in->sent_on) ? k->sent_on : in->sent_on,
		.delivered_on = vd_date_is_none(in->delivered_on) ? k->delivered_on : in->delivered_on,
	};
	add_words(b, g->invoice, in);
	b->out[i].what = LEDGER_UPDATED;
	g->updated = true;
}

/* Why a record about a known invoice cannot be taken over; NULL when it can. */
static const char *
contradiction(const struct batch *b, size_t i, const struct group *g, const struct line_state *s,
              int64_t debtor)
{
	const struct ledger_invoice *in = &b->in[i];
	const struct q_invoice_staged_row *k = g->known;

	if (vd_str_eq(k->kind, VD_STR("credit_note")) != in->credit)
		return "this number is known with the other type (invoice or credit note); one number is one document: check the type column";
	if (!vd_str_eq(k->currency, vd_currency_str(&in->currency)))
		return "this invoice is known in another currency; make a credit note and a new invoice instead";
	if (vd_str_eq(k->source, b->rules->source) && s->base != NULL &&
	    (s->total_minor != in->gross_minor || day_differs(in->due_on, s->base->due_on) ||
	     debtor != k->debtor))
		return "this number stands in the file twice with different data; give each due line its own number in a due_line column";
	if (debtor != k->debtor)
		for (size_t r = 0; r < g->known_count; r++)
			if (k[r].item != VD_I64_NONE && k[r].open != k[r].total)
				return "this invoice is known with another debtor and something was paid or set off on it; undo that first";
	return NULL;
}

static enum vd_status
compare(struct vd_context *ctx, struct batch *b, size_t i, struct group *g, int64_t debtor)
{
	struct line_state s = state_of(g, &b->in[i]);
	const char *why = contradiction(b, i, g, &s, debtor);

	b->out[i].invoice = g->invoice;
	b->out[i].item = s.base != NULL ? s.base->item : VD_I64_NONE;
	if (why != NULL) return reject(ctx, &b->out[i], why);
	VD_TRY(revise(ctx, b, i, g, debtor));
	g->debtor = debtor;
	update_head(b, i, g, debtor);
	if (s.base == NULL) {
		if (b->in[i].gross_minor > 0) b->out[i].what = LEDGER_UPDATED;
		return add_line(ctx, b, i, g);
	}
	VD_TRY(correct_amount(ctx, b, i, g, &s));
	return follow_source(ctx, b, i, g, &s);
}

/* ---- a second record of an invoice that this very batch creates ---- */

static enum vd_status
another_line(struct vd_context *ctx, struct batch *b, size_t i, struct group *g, int64_t debtor)
{
	const struct ledger_invoice *in = &b->in[i], *first = &b->in[g->first];

	b->out[i].invoice = g->invoice;
	if (in->credit != first->credit || debtor != g->debtor ||
	    !vd_currency_eq(in->currency, first->currency))
		return reject(ctx, &b->out[i],
		              "this number stands in the file twice with another debtor, type or currency");
	for (size_t k = 0; k < i; k++) {
		const struct ledger_invoice *other = &b->in[k];

		if (b->group_of[k] != b->group_of[i] || b->out[k].rejected || other->line != in->line)
			continue;
		if (other->gross_minor != in->gross_minor || due_on(b, k).day != due_on(b, i).day ||
		    other->open_minor != in->open_minor)
			return reject(
			    ctx, &b->out[i],
			    "this number stands in the file twice with different data; give each due line its own number in a due_line column");
		b->out[i].what = LEDGER_UNCHANGED;
		b->out[i].item = b->out[k].item;
		return VD_OK;
	}
	b->out[i].what = LEDGER_UPDATED;
	return add_line(ctx, b, i, g);
}

static enum vd_status
decide(struct vd_context *ctx, struct batch *b, size_t i)
{
	struct group *g = &b->groups[b->group_of[i]];
	int64_t debtor = b->in[i].debtor;

	b->out[i] = (struct ledger_invoice_result){ .what = LEDGER_UNCHANGED,
		                                        .invoice = VD_I64_NONE,
		                                        .item = VD_I64_NONE };
	if (debtor == VD_I64_NONE && b->debtors[i] == NULL)
		return reject(
		    ctx, &b->out[i],
		    "the debtor of this invoice is not known; import the debtors first, or add this one");
	if (debtor == VD_I64_NONE) debtor = b->debtors[i]->id;
	b->out[i].debtor = debtor;
	if (b->in[i].open_minor != VD_I64_NONE && b->in[i].open_minor > b->in[i].gross_minor)
		return reject(ctx, &b->out[i], "more is open than the invoice amounts to");
	if (g->known != NULL) return compare(ctx, b, i, g, debtor);
	if (g->invoice != VD_I64_NONE) return another_line(ctx, b, i, g, debtor);
	g->debtor = debtor;
	g->first = i;
	return create(ctx, b, i, g);
}

enum vd_status
ledger_invoices_upsert(struct vd_context *ctx, struct vd_db *db, struct ledger_tx *tx,
                       const struct ledger_scope *scope, const struct ledger_invoice_rules *rules,
                       const struct ledger_invoice *in, size_t n,
                       struct ledger_invoice_result *results)
{
	struct batch b = {
		.db = db, .tx = tx, .scope = scope, .rules = rules, .in = in, .n = n, .out = results
	};

	VD_ASSERT(n <= LEDGER_BATCH_MAX);
	if (n == 0) return VD_OK;
	VD_NEW(ctx, b.debtors, n);
	VD_NEW(ctx, b.groups, n);
	VD_NEW(ctx, b.group_of, n);
	VD_NEW(ctx, b.inserts, n);
	VD_NEW(ctx, b.updates, n);
	VD_NEW(ctx, b.words, n * LEDGER_WORDS_MAX);
	VD_TRY(make_groups(ctx, &b));
	VD_TRY(look_up(ctx, &b));
	for (size_t i = 0; i < n; i++) VD_TRY(decide(ctx, &b, i));
	if (b.inserts_count > 0) VD_TRY(q_invoice_insert(ctx, db, b.inserts, b.inserts_count, NULL));
	if (b.updates_count > 0) VD_TRY(q_invoice_update(ctx, db, b.updates, b.updates_count, NULL));
	if (b.words_count > 0) VD_TRY(q_invoice_word_insert(ctx, db, b.words, b.words_count, NULL));
	return VD_OK;
}

/* ---- snapshots ---- */

enum vd_status
ledger_settle_vanished(struct vd_context *ctx, struct vd_db *db, struct ledger_tx *tx,
                       int64_t administration, int64_t job, struct vd_date as_of, int64_t *after,
                       int64_t *settled)
{
	struct q_snapshot_vanished_row *rows;
	size_t n;

	VD_TRY(q_snapshot_vanished(ctx, db,
	                           &(struct q_snapshot_vanished_in){ administration, job, as_of, *after,
	                                                             LEDGER_BATCH_MAX },
	                           &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct ledger_item of = {
			.debtor = rows[i].debtor,
			.side = ledger_side_of(rows[i].side),
			.currency = ledger_currency_of(rows[i].currency),
			.bank_transaction = VD_I64_NONE,
			.note = VD_STR("no longer in the open items of the bookkeeping package"),
		};

		VD_TRY(settle_part(ctx, tx, &of, rows[i].item, rows[i].open,
		                   later(rows[i].effective_on, as_of)));
		*after = rows[i].item;
	}
	*settled = (int64_t)n;
	return VD_OK;
}
