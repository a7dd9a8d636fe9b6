/* The ledger keeps its invariants: what may not be booked is refused, and nothing of it stays. Runs
 * on each TEST_STORE. Figures of other programs: tests/cli/t_reports.py and t_by_hand.py. */
#include "store_support.h"

#include "app/app.h"
#include "app/verify.h"
#include "ledger/debtor.h"
#include "ledger/ledger.h"
#include "q_ledger.h"
#include "report/ageing.h"

#define MEMORY ((size_t)256 << 20)

static struct vd_date
day(struct vd_context *context, const char *text)
{
	struct vd_context ctx = *context;
	struct vd_date d;

	assert_ok(vd_date_parse(&ctx, TEXT(text), &d));
	return d;
}

struct books {
	struct app app;
	int64_t debtors[2];
	struct ledger_tx *tx;
	struct vd_tx db_tx;
	const char *request;
};

static void
open_books(struct vd_context *context, struct books *b)
{
	static int n = 700;
	struct vd_context ctx = *context;
	struct vd_moment now = { 1772452800 }; /* 2026-03-02 12:00 UTC */
	struct app_options o = {
		.actor = "test", .create = true, .no_administration = true, .fixed_now = true, .now = now
	};
	struct app_init init = { .code = "T", .name = "Proef" };
	struct ledger_debtor debtors[2] = { { .number = TEXT("D1"),
		                                  .name = TEXT("Een"),
		                                  .terms_days = VD_I64_NONE,
		                                  .credit_limit_minor = VD_I64_NONE },
		                                { .number = TEXT("D2"),
		                                  .name = TEXT("Twee"),
		                                  .terms_days = VD_I64_NONE,
		                                  .credit_limit_minor = VD_I64_NONE } };
	struct ledger_debtor_result results[2];
	struct ledger_scope scope = {
		.now = now, .actor = TEXT("test"), .country = TEXT("NL"), .language = TEXT("nl")
	};
	char url[1024];
	bool created;
	VD_AUTO_TX tx = { 0 };

	*b = (struct books){ 0 };
	fresh_store(++n, url);
	o.store_url = url;
	assert_ok(app_open(&ctx, &o, &b->app));
	assert_ok(app_init(&ctx, &b->app, &init, &created));
	app_close(&b->app);
	o.no_administration = false;
	assert_ok(app_open(&ctx, &o, &b->app));
	scope.administration = b->app.administration.id;
	assert_ok(vd_tx_begin(&ctx, b->app.db, VD_TX_WRITE, &tx));
	assert_ok(ledger_debtors_upsert(&ctx, b->app.db, &scope, debtors, 2, results));
	assert_ok(vd_tx_commit(&ctx, &tx));
	for (int i = 0; i < 2; i++) b->debtors[i] = results[i].id;
}

static enum vd_status
begin(struct vd_context *context, struct books *b)
{
	struct vd_context ctx = *context;
	enum vd_status status;

	assert_ok(vd_tx_begin(&ctx, b->app.db, VD_TX_WRITE, &b->db_tx));
	status = ledger_begin(context, b->app.db,
	                      &(struct ledger_open){ .administration = b->app.administration.id,
	                                             .now = b->app.now,
	                                             .actor = TEXT("test"),
	                                             .use_case = "test",
	                                             .request_id = TEXT(b->request) },
	                      &b->tx);
	if (status != VD_OK) vd_tx_rollback(&b->db_tx);
	return status;
}

/* Commits what is good, rolls back what is refused. */
static enum vd_status
finish(struct vd_context *ctx, struct books *b)
{
	struct ledger_effect *effects;
	size_t n;
	enum vd_status status = ledger_finish(ctx, b->tx, &effects, &n);

	if (status != VD_OK) {
		vd_tx_rollback(&b->db_tx);
		return status;
	}
	return vd_tx_commit(ctx, &b->db_tx);
}

static int64_t
add(struct vd_context *context, struct books *b, int debtor, enum ledger_side side, int64_t minor,
    const char *currency, const char *on)
{
	struct vd_context ctx = *context;
	struct ledger_item item = { .debtor = b->debtors[debtor],
		                        .side = side,
		                        .kind = side == LEDGER_DEBIT ? "invoice" : "payment",
		                        .amount_minor = minor,
		                        .currency = ledger_currency_of(TEXT(currency)),
		                        .effective_on = day(&ctx, on),
		                        .due_on = day(&ctx, on),
		                        .invoice = VD_I64_NONE,
		                        .line = 1,
		                        .corrects = VD_I64_NONE,
		                        .bank_transaction = VD_I64_NONE,
		                        .note = VD_STR_NONE };
	int64_t id;

	assert_ok(ledger_add_item(&ctx, b->tx, &item, &id));
	return id;
}

static void
allocate(struct vd_context *context, struct books *b, int64_t credit, int64_t debit, int64_t minor,
         const char *currency, const char *on)
{
	struct vd_context ctx = *context;

	assert_ok(
	    ledger_allocate(&ctx, b->tx,
	                    &(struct ledger_allocation){ .credit_item = credit,
	                                                 .debit_item = debit,
	                                                 .amount_minor = minor,
	                                                 .currency = ledger_currency_of(TEXT(currency)),
	                                                 .effective_on = day(&ctx, on),
	                                                 .source = "manual",
	                                                 .certainty_bp = 10000,
	                                                 .bank_transaction = VD_I64_NONE,
	                                                 .reasons = VD_STR_NONE }));
}

static int64_t
open_of(struct vd_context *context, struct books *b, int64_t item)
{
	struct vd_context ctx = *context;
	struct q_item_by_id_row row;
	bool found;

	assert_ok(q_item_by_id(&ctx, b->app.db,
	                       &(struct q_item_by_id_in){ b->app.administration.id, item }, &row,
	                       &found));
	assert_true(found);
	return row.open;
}

static void
assert_sound(struct vd_context *context, struct books *b)
{
	struct vd_context ctx = *context;
	struct app_verify_result r;

	assert_ok(app_verify(&ctx, &b->app, &r));
	/* these tests write no dunning state, so its absence is the only thing verify may see */
	for (size_t i = 0; i < r.kept_count; i++)
		if (strcmp(r.kept[i].check, "chase") != 0)
			fail_msg("%s: %.*s", r.kept[i].check, VD_FMT(r.kept[i].found));
}

static int64_t
total_as_at(struct vd_context *context, struct books *b, const char *on, int64_t known)
{
	struct vd_context ctx = *context;
	struct ageing_options o = { .administration = b->app.administration.id,
		                        .as_at = day(&ctx, on),
		                        .known = known,
		                        .ends = { 30, 60, 90 },
		                        .ends_count = 3 };
	struct ageing_row *rows;
	int64_t total = 0;
	size_t n;

	assert_ok(report_ageing(&ctx, b->app.db, &o, &rows, &n));
	for (size_t i = 0; i < n; i++) total += rows[i].total;
	return total;
}

/* ---- what may not be ---- */

static void
refuses_what_breaks_an_invariant(void **state)
{
	static const struct {
		const char *why;
		int debtor;
		const char *currency, *debit_on, *allocated_on, *key;
		int64_t minor;
	} cases[] = {
		{ "more than the debit item", 0, "EUR", "2026-01-01", "2026-02-01", "ledger.overdrawn",
		  10001 },
		{ "another debtor", 1, "EUR", "2026-01-01", "2026-02-01", "ledger.allocation", 100 },
		{ "another currency", 0, "USD", "2026-01-01", "2026-02-01", "ledger.allocation", 100 },
		{ "before the debit item", 0, "EUR", "2026-02-10", "2026-02-09", "ledger.allocation", 100 },
		{ "before the credit item", 0, "EUR", "2026-01-01", "2026-01-15", "ledger.allocation",
		  100 },
	};
	struct books b;
	WITH_CONTEXT(MEMORY);

	(void)state;
	open_books(&ctx, &b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		int64_t credit, debit;

		assert_ok(begin(&ctx, &b));
		debit = add(&ctx, &b, cases[i].debtor, LEDGER_DEBIT, 10000, cases[i].currency,
		            cases[i].debit_on);
		credit = add(&ctx, &b, 0, LEDGER_CREDIT, 50000, "EUR", "2026-01-20");
		allocate(&ctx, &b, credit, debit, cases[i].minor, "EUR", cases[i].allocated_on);
		assert_refused(finish(&ctx, &b), VD_E_CORRUPT, cases[i].key);
		assert_int_equal(total_as_at(&ctx, &b, "2026-12-31", INT64_MAX), 0);
	}
	assert_sound(&ctx, &b);
	app_close(&b.app);
}

/* Also for items that were there before, and over several allocations. */
static void
refuses_more_than_is_open_of_an_existing_item(void **state)
{
	struct books b;
	int64_t debit, credit;
	WITH_CONTEXT(MEMORY);

	(void)state;
	open_books(&ctx, &b);
	assert_ok(begin(&ctx, &b));
	debit = add(&ctx, &b, 0, LEDGER_DEBIT, 10000, "EUR", "2026-01-01");
	credit = add(&ctx, &b, 0, LEDGER_CREDIT, 20000, "EUR", "2026-01-20");
	allocate(&ctx, &b, credit, debit, 6000, "EUR", "2026-01-20");
	assert_ok(finish(&ctx, &b));
	assert_ok(begin(&ctx, &b));
	allocate(&ctx, &b, credit, debit, 4001, "EUR", "2026-01-20");
	assert_refused(finish(&ctx, &b), VD_E_CORRUPT, "ledger.overdrawn");
	assert_int_equal(open_of(&ctx, &b, debit), 4000);
	assert_int_equal(open_of(&ctx, &b, credit), 14000);
	assert_sound(&ctx, &b);
	app_close(&b.app);
}

static void
refuses_a_request_twice_and_time_that_goes_back(void **state)
{
	struct books b;
	WITH_CONTEXT(MEMORY);

	(void)state;
	open_books(&ctx, &b);
	b.request = "r1";
	assert_ok(begin(&ctx, &b));
	add(&ctx, &b, 0, LEDGER_DEBIT, 100, "EUR", "2026-01-01");
	assert_ok(finish(&ctx, &b));
	assert_refused(begin(&ctx, &b), VD_E_CONFLICT, "ledger.request_repeated");
	b.request = NULL;
	b.app.now.second--;
	assert_refused(begin(&ctx, &b), VD_E_CONFLICT, "ledger.time_goes_back");
	app_close(&b.app);
}

/* ---- both time axes ---- */

static void
answers_for_any_day_and_any_knowledge(void **state)
{
	struct q_allocation_standing_of_credit_row *standing;
	struct books b;
	int64_t debit, credit;
	size_t n;
	WITH_CONTEXT(MEMORY);

	(void)state;
	open_books(&ctx, &b);
	assert_ok(begin(&ctx, &b)); /* 1 */
	debit = add(&ctx, &b, 0, LEDGER_DEBIT, 10000, "EUR", "2026-01-01");
	assert_ok(finish(&ctx, &b));
	assert_ok(begin(&ctx, &b)); /* 2: paid on 10 February */
	credit = add(&ctx, &b, 0, LEDGER_CREDIT, 10000, "EUR", "2026-02-10");
	allocate(&ctx, &b, credit, debit, 10000, "EUR", "2026-02-10");
	assert_ok(finish(&ctx, &b));
	assert_int_equal(open_of(&ctx, &b, debit), 0);
	assert_int_equal(total_as_at(&ctx, &b, "2026-02-09", INT64_MAX), 10000);
	assert_int_equal(total_as_at(&ctx, &b, "2026-02-10", INT64_MAX), 0);
	assert_int_equal(total_as_at(&ctx, &b, "2026-02-10", 1), 10000);
	assert_int_equal(total_as_at(&ctx, &b, "2025-12-31", INT64_MAX), 0);
	assert_ok(q_allocation_standing_of_credit(&ctx, b.app.db,
	                                          &(struct q_allocation_standing_of_credit_in){
	                                              b.app.administration.id, credit, 10 },
	                                          &standing, &n));
	assert_int_equal(n, 1);
	assert_ok(begin(&ctx, &b)); /* 3: came back on 20 February */
	assert_ok(
	    ledger_reverse(&ctx, b.tx,
	                   &(struct ledger_standing){ standing->id, credit, debit, standing->amount,
	                                              VD_EUR, standing->effective_on, VD_I64_NONE },
	                   day(&ctx, "2026-02-20"), "return", VD_STR("came back")));
	assert_ok(finish(&ctx, &b));
	assert_int_equal(open_of(&ctx, &b, debit), 10000);
	assert_int_equal(open_of(&ctx, &b, credit), 10000);
	assert_sound(&ctx, &b);
	/* once only */
	assert_ok(begin(&ctx, &b));
	assert_ok(
	    ledger_reverse(&ctx, b.tx,
	                   &(struct ledger_standing){ standing->id, credit, debit, standing->amount,
	                                              VD_EUR, standing->effective_on, VD_I64_NONE },
	                   day(&ctx, "2026-02-20"), "return", VD_STR("came back")));
	assert_int_not_equal(finish(&ctx, &b), VD_OK);
	vd_error_clear(&ctx);
	assert_int_equal(open_of(&ctx, &b, debit), 10000);
	app_close(&b.app);
}

/* ---- revisions ---- */

static void
moves_an_unpaid_item_and_only_that(void **state)
{
	struct q_item_by_id_row row;
	struct books b;
	int64_t debit, credit;
	bool found;
	WITH_CONTEXT(MEMORY);

	(void)state;
	open_books(&ctx, &b);
	assert_ok(begin(&ctx, &b));
	debit = add(&ctx, &b, 0, LEDGER_DEBIT, 10000, "EUR", "2026-01-01");
	assert_ok(finish(&ctx, &b));
	assert_ok(begin(&ctx, &b));
	assert_ok(ledger_revise(&ctx, b.tx,
	                        &(struct ledger_revision){ .item = debit,
	                                                   .old_debtor = b.debtors[0],
	                                                   .debtor = b.debtors[1],
	                                                   .open_minor = 10000,
	                                                   .total_minor = 10000,
	                                                   .debit = true,
	                                                   .currency = VD_EUR,
	                                                   .due_on = day(&ctx, "2026-05-01"),
	                                                   .reason = "test" }));
	assert_ok(finish(&ctx, &b));
	assert_ok(q_item_by_id(&ctx, b.app.db,
	                       &(struct q_item_by_id_in){ b.app.administration.id, debit }, &row,
	                       &found));
	assert_int_equal(row.debtor, b.debtors[1]);
	assert_int_equal(row.due_on.day, day(&ctx, "2026-05-01").day);
	assert_sound(&ctx, &b);
	assert_ok(begin(&ctx, &b));
	credit = add(&ctx, &b, 1, LEDGER_CREDIT, 100, "EUR", "2026-02-01");
	allocate(&ctx, &b, credit, debit, 100, "EUR", "2026-02-01");
	assert_ok(finish(&ctx, &b));
	assert_ok(begin(&ctx, &b));
	assert_refused(ledger_revise(&ctx, b.tx,
	                             &(struct ledger_revision){ .item = debit,
	                                                        .old_debtor = b.debtors[1],
	                                                        .debtor = b.debtors[0],
	                                                        .open_minor = 9900,
	                                                        .total_minor = 10000,
	                                                        .debit = true,
	                                                        .currency = VD_EUR,
	                                                        .due_on = day(&ctx, "2026-05-01"),
	                                                        .reason = "test" }),
	               VD_E_CONFLICT, "ledger.debtor_of_paid_item");
	vd_tx_rollback(&b.db_tx);
	assert_sound(&ctx, &b);
	app_close(&b.app);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_breaks_an_invariant),
		cmocka_unit_test(refuses_more_than_is_open_of_an_existing_item),
		cmocka_unit_test(refuses_a_request_twice_and_time_that_goes_back),
		cmocka_unit_test(answers_for_any_day_and_any_knowledge),
		cmocka_unit_test(moves_an_unpaid_item_and_only_that),
	};

	return run_store_tests(tests, VD_LENGTH(tests), NULL, 0, NULL, 0);
}
