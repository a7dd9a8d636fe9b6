/* Comparing the ledger's derived tables with its facts, and its facts with each other. */
#include "app/verify_internal.h"

#include "ledger/ledger.h"
#include "q_ledger.h"
#include "report/ageing.h"

#include <stdio.h>

#define CURRENCIES_MAX 200 /* more than there are */

enum vd_status
verify_found(struct vd_context *ctx, struct verify *v, const char *row, const char *expected,
             const char *found)
{
	struct app_difference *d;

	if (v->result->differences++ >= APP_DIFFERENCES_KEPT) return VD_OK;
	if (v->result->kept == NULL) VD_NEW(ctx, v->result->kept, APP_DIFFERENCES_KEPT);
	d = &v->result->kept[v->result->kept_count++];
	d->check = v->check;
	VD_TRY(vd_str_dup(ctx, vd_str_c(row), &d->row));
	VD_TRY(vd_str_dup(ctx, vd_str_c(expected), &d->expected));
	return vd_str_dup(ctx, vd_str_c(found), &d->found);
}

static const char *
amount(int64_t minor, struct vd_str currency, char room[static VD_MONEY_TEXT])
{
	vd_money_format((struct vd_money){ minor, ledger_currency_of(currency) }, room);
	return room;
}

/* ---- open items ---- */

static enum vd_status
item_differs(struct vd_context *ctx, struct verify *v, const struct q_verify_item_open_row *r)
{
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT] = "no row";
	char open[VD_MONEY_TEXT], total[VD_MONEY_TEXT], day[VD_DATE_TEXT];

	snprintf(row, sizeof(row), "item %lld", (long long)r->item);
	vd_date_format(r->expected_settled, day);
	snprintf(expected, sizeof(expected), "%.*s %.*s, %s of %s %.*s open%s%s", VD_FMT(r->side),
	         VD_FMT(r->kind), amount(r->expected, r->currency, open),
	         amount(r->amount, r->currency, total), VD_FMT(r->currency),
	         day[0] != '\0' ? ", settled on " : "", day);
	if (r->expected < 0) snprintf(found, sizeof(found), "more allocated than its amount");
	else if (r->open != VD_I64_NONE) {
		vd_date_format(r->settled_on, day);
		snprintf(found, sizeof(found), "%.*s %.*s, %s of %s %.*s open%s%s%s", VD_FMT(r->open_side),
		         VD_FMT(r->open_kind), amount(r->open, r->open_currency, open),
		         amount(r->total, r->open_currency, total), VD_FMT(r->open_currency),
		         day[0] != '\0' ? ", settled on " : "", day,
		         r->head_differs == 1 ? ", another day, invoice or due line" : "");
	}
	return verify_found(ctx, v, row, expected, found);
}

static enum vd_status
check_item_open(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_item_open_stream s;
	struct q_verify_item_open_row r;
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_item_open_open(ctx, v->app->db,
	                               &(struct q_verify_item_open_in){ v->app->administration.id },
	                               &s));
	while ((status = q_verify_item_open_next(ctx, &s, &r, &more)) == VD_OK && more)
		if ((status = item_differs(ctx, v, &r)) != VD_OK) break;
	q_verify_item_open_close(&s);
	return status;
}

static enum vd_status
check_item_open_orphans(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_item_open_orphans_stream s;
	struct q_verify_item_open_orphans_row r;
	char row[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_item_open_orphans_open(ctx, v->app->db,
	                                       &(struct q_verify_item_open_orphans_in){
	                                           v->app->administration.id },
	                                       &s));
	while ((status = q_verify_item_open_orphans_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "item %lld", (long long)r.item);
		if ((status = verify_found(ctx, v, row, "no row: there is no such item", "a row")) != VD_OK)
			break;
	}
	q_verify_item_open_orphans_close(&s);
	return status;
}

static enum vd_status
check_item_revision(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_item_revision_stream s;
	struct q_verify_item_revision_row r;
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT], day[VD_DATE_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_item_revision_open(ctx, v->app->db,
	                                   &(struct q_verify_item_revision_in){
	                                       v->app->administration.id },
	                                   &s));
	while ((status = q_verify_item_revision_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "item %lld", (long long)r.item);
		vd_date_format(r.expected_due_on, day);
		snprintf(expected, sizeof(expected), "debtor %lld, due on %s", (long long)r.expected_debtor,
		         day);
		vd_date_format(r.due_on, day);
		snprintf(found, sizeof(found), "debtor %lld, due on %s", (long long)r.debtor, day);
		if ((status = verify_found(ctx, v, row, expected, found)) != VD_OK) break;
	}
	q_verify_item_revision_close(&s);
	return status;
}

/* ---- balances ---- */

static enum vd_status
balance_differs(struct vd_context *ctx, struct verify *v, const struct q_verify_balance_row *r)
{
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT] = "no row";
	char debit[VD_MONEY_TEXT], credit[VD_MONEY_TEXT], day[VD_DATE_TEXT];

	snprintf(row, sizeof(row), "debtor %.*s %.*s", r->number.len < 60 ? (int)r->number.len : 60,
	         r->number.len > 0 ? r->number.ptr : "", VD_FMT(r->currency));
	vd_date_format(r->expected_oldest, day);
	snprintf(expected, sizeof(expected), "owed %s, unallocated %s, oldest due %s",
	         amount(r->expected_debit, r->currency, debit),
	         amount(r->expected_credit, r->currency, credit), day[0] != '\0' ? day : "-");
	vd_date_format(r->oldest_due_on, day);
	if (r->debit != VD_I64_NONE)
		snprintf(found, sizeof(found), "owed %s, unallocated %s, oldest due %s",
		         amount(r->debit, r->currency, debit), amount(r->credit, r->currency, credit),
		         day[0] != '\0' ? day : "-");
	return verify_found(ctx, v, row, expected, found);
}

static enum vd_status
check_balance(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_balance_stream s;
	struct q_verify_balance_row r;
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_balance_open(ctx, v->app->db,
	                             &(struct q_verify_balance_in){ v->app->administration.id }, &s));
	while ((status = q_verify_balance_next(ctx, &s, &r, &more)) == VD_OK && more)
		if ((status = balance_differs(ctx, v, &r)) != VD_OK) break;
	q_verify_balance_close(&s);
	return status;
}

static enum vd_status
check_balance_orphans(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_balance_orphans_stream s;
	struct q_verify_balance_orphans_row r;
	char row[VERIFY_TEXT], found[VERIFY_TEXT], debit[VD_MONEY_TEXT], credit[VD_MONEY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_balance_orphans_open(ctx, v->app->db,
	                                     &(struct q_verify_balance_orphans_in){
	                                         v->app->administration.id },
	                                     &s));
	while ((status = q_verify_balance_orphans_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "debtor %lld %.*s", (long long)r.debtor, VD_FMT(r.currency));
		snprintf(found, sizeof(found), "owed %s, unallocated %s",
		         amount(r.debit, r.currency, debit), amount(r.credit, r.currency, credit));
		if ((status = verify_found(ctx, v, row, "nothing: he has no item", found)) != VD_OK) break;
	}
	q_verify_balance_orphans_close(&s);
	return status;
}

static enum vd_status
check_totals(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_totals_row *rows;
	char row[VERIFY_TEXT], expected[VD_MONEY_TEXT], found[VD_MONEY_TEXT];
	size_t n;

	VD_TRY(
	    q_verify_totals(ctx, v->app->db,
	                    &(struct q_verify_totals_in){ v->app->administration.id, CURRENCIES_MAX },
	                    &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].items == rows[i].balances) continue;
		snprintf(row, sizeof(row), "all balances %.*s", VD_FMT(rows[i].currency));
		VD_TRY(verify_found(ctx, v, row, amount(rows[i].items, rows[i].currency, expected),
		                    amount(rows[i].balances, rows[i].currency, found)));
	}
	return VD_OK;
}

/* ---- ageing: out of the facts and out of the open amounts, the sums must be the same ---- */

struct ageing_sum {
	struct vd_currency currency;
	int64_t facts, now;
};

static enum vd_status
add_ageing(struct vd_context *ctx, struct verify *v, bool present, struct ageing_sum *sums,
           size_t *count)
{
	struct ageing_options o = { .administration = v->app->administration.id,
		                        .as_at = { VD_DAY_MAX },
		                        .known = INT64_MAX,
		                        .present = present,
		                        .ends = { 30 },
		                        .ends_count = 1,
		                        .by_segment = true };
	struct ageing_row *rows;
	size_t n, k;

	VD_TRY(report_ageing(ctx, v->app->db, &o, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < *count; k++)
			if (vd_currency_eq(sums[k].currency, rows[i].currency)) break;
		VD_ASSERT(k < CURRENCIES_MAX);
		if (k == *count) sums[(*count)++].currency = rows[i].currency;
		VD_TRY(vd_minor_add(ctx, present ? sums[k].now : sums[k].facts, rows[i].total,
		                    present ? &sums[k].now : &sums[k].facts));
	}
	return VD_OK;
}

static enum vd_status
check_ageing(struct vd_context *ctx, struct verify *v)
{
	char row[VERIFY_TEXT], expected[VD_MONEY_TEXT], found[VD_MONEY_TEXT];
	struct ageing_sum *sums;
	size_t count = 0;

	VD_NEW(ctx, sums, CURRENCIES_MAX);
	VD_TRY(add_ageing(ctx, v, false, sums, &count));
	VD_TRY(add_ageing(ctx, v, true, sums, &count));
	for (size_t i = 0; i < count; i++) {
		struct vd_str currency = vd_currency_str(&sums[i].currency);

		if (sums[i].facts == sums[i].now) continue;
		snprintf(row, sizeof(row), "all that is open %.*s", VD_FMT(currency));
		VD_TRY(verify_found(ctx, v, row, amount(sums[i].facts, currency, expected),
		                    amount(sums[i].now, currency, found)));
	}
	return VD_OK;
}

/* ---- facts ---- */

static enum vd_status
check_allocation(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_allocation_stream s;
	struct q_verify_allocation_row r;
	char row[VERIFY_TEXT], problem[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_allocation_open(ctx, v->app->db,
	                                &(struct q_verify_allocation_in){ v->app->administration.id },
	                                &s));
	while ((status = q_verify_allocation_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "allocation %lld", (long long)r.id);
		snprintf(problem, sizeof(problem), "%.*s", VD_FMT(r.problem));
		status = verify_found(ctx, v, row,
		                      "a credit and a debit of one debtor and currency, not before either",
		                      problem);
		if (status != VD_OK) break;
	}
	q_verify_allocation_close(&s);
	return status;
}

static enum vd_status
check_bank_transaction(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_bank_transaction_stream s;
	struct q_verify_bank_transaction_row r;
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_bank_transaction_open(ctx, v->app->db,
	                                      &(struct q_verify_bank_transaction_in){
	                                          v->app->administration.id },
	                                      &s));
	while ((status = q_verify_bank_transaction_next(ctx, &s, &r, &more)) == VD_OK && more) {
		bool booked = vd_str_eq(r.state, VD_STR("booked"));

		snprintf(row, sizeof(row), "bank transaction %lld (%.*s)", (long long)r.id,
		         VD_FMT(r.state));
		snprintf(expected, sizeof(expected), "booked for %lld (minor units)",
		         booked ? (long long)r.amount : 0LL);
		snprintf(found, sizeof(found), "booked for %lld in %lld items", (long long)r.booked,
		         (long long)r.items);
		if ((status = verify_found(ctx, v, row, expected, found)) != VD_OK) break;
	}
	q_verify_bank_transaction_close(&s);
	return status;
}

static enum vd_status
check_head(struct vd_context *ctx, struct verify *v)
{
	int64_t administration = v->app->administration.id;
	char expected[VERIFY_TEXT], found[VERIFY_TEXT];
	struct q_verify_ledger_head_row head;
	struct q_verify_latest_row latest;
	bool differs;

	VD_TRY(q_verify_ledger_head(ctx, v->app->db,
	                            &(struct q_verify_ledger_head_in){ administration }, &head,
	                            &differs));
	if (differs) {
		snprintf(expected, sizeof(expected), "%lld transactions, the last one number %lld",
		         (long long)head.transactions, (long long)head.highest);
		snprintf(found, sizeof(found), "last number %lld", (long long)head.number);
		VD_TRY(verify_found(ctx, v, "ledger_head", expected, found));
	}
	VD_TRY(q_verify_latest(ctx, v->app->db, &(struct q_verify_latest_in){ administration }, &latest,
	                       &differs));
	if (!differs) return VD_OK;
	vd_date_format(latest.expected, expected);
	vd_date_format(latest.latest_on, found);
	return verify_found(ctx, v, "ledger_head, latest effective day", expected, found);
}

static enum vd_status
check_recorded_order(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_recorded_order_stream s;
	struct q_verify_recorded_order_row r;
	char row[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_recorded_order_open(ctx, v->app->db,
	                                    &(struct q_verify_recorded_order_in){
	                                        v->app->administration.id },
	                                    &s));
	while ((status = q_verify_recorded_order_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "transaction %lld", (long long)r.number);
		status = verify_found(ctx, v, row, "recorded at or after the one before it",
		                      "recorded before it");
		if (status != VD_OK) break;
	}
	q_verify_recorded_order_close(&s);
	return status;
}

/* ---- all of them ---- */

static const struct {
	const char *name;
	enum vd_status (*run)(struct vd_context *, struct verify *);
} checks[] = {
	{ "item_open", check_item_open },
	{ "item_open", check_item_open_orphans },
	{ "item_open", check_item_revision },
	{ "balance", check_balance },
	{ "balance", check_balance_orphans },
	{ "balance", check_totals },
	{ "ageing", check_ageing },
	{ "allocation", check_allocation },
	{ "bank_transaction", check_bank_transaction },
	{ "bank_entry", verify_bank_entries },
	{ "bank_statement", verify_statements },
	{ "ledger_transaction", check_head },
	{ "ledger_transaction", check_recorded_order },
	{ "invoice_word", verify_words },
	{ "chase", verify_chases },
};

static enum vd_status
verify_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct verify v = { .app = app, .result = arg };
	struct vd_progress progress;

	*v.result = (struct app_verify_result){ .checks = VD_LENGTH(checks) };
	vd_progress_start(&progress, &app->log, "checks", VD_LENGTH(checks));
	for (size_t i = 0; i < VD_LENGTH(checks); i++) {
		v.check = checks[i].name;
		VD_TRY(checks[i].run(ctx, &v));
		vd_progress_step(&progress, (int64_t)i + 1);
	}
	vd_progress_end(&progress);
	return VD_OK;
}

enum vd_status
app_verify(struct vd_context *ctx, struct app *app, struct app_verify_result *result)
{
	return app_read(ctx, app, verify_in_tx, result);
}
