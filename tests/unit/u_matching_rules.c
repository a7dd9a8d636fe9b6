/* Matching: what must hold whatever the payment: returns, shared accounts, equal candidates,
 * limits. */
#include "matching/score.h"
#include "matching_scene.h"

/* A payer for several: each learned from a booking, none of them assumed afterwards. */
static void
a_shared_account_is_no_proof(void **state)
{
	static const struct scene s = { .items = {
		                                INV(C, "F250000123", 12100), INV(D, "F250000124", 9900),
		                                INV(C, "F250000125", 4321), INV(D, "F250000126", 1234) } };
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	struct match_transaction x = from_a(12100, "F250000123");
	struct world w;

	(void)state;
	fill_world(&w, &s);
	x.counterparty_iban = VD_STR(NEW_IBAN);
	x.counterparty_name = VD_STR("Bewindvoering Oost");
	assert_true(propose(&w, x, m) > 0 && m[0].certainty_bp >= 9000);
	world_book(&w, &x, &m[0]);
	/* once learned for one debtor, an exact amount of his is enough */
	x.amount_minor = 4321;
	x.remittance = x.remittance_joined = VD_STR("");
	assert_true(propose(&w, x, m) > 0 && m[0].certainty_bp >= 9000 && m[0].debtor_id == C + 1);
	x.amount_minor = 9900;
	x.remittance = x.remittance_joined = VD_STR("F250000124");
	assert_true(propose(&w, x, m) > 0 && m[0].certainty_bp >= 9000 && m[0].debtor_id == D + 1);
	world_book(&w, &x, &m[0]);
	x.amount_minor = 1234;
	x.remittance = x.remittance_joined = VD_STR("");
	assert_true(propose(&w, x, m) > 0 && m[0].certainty_bp < 9000 && m[0].lines[0].item_id == 1003);
	/* a part of a named invoice, from an account that is also his, is booked */
	x.amount_minor = 1000;
	x.remittance = x.remittance_joined = VD_STR("F250000126");
	assert_true(propose(&w, x, m) > 0 && m[0].certainty_bp >= 9000 && m[0].kind == MATCH_PARTIAL);
	world_free(&w);
}

static const struct returned {
	const char *what;
	int64_t amount;
	const char *end_to_end, *batch, *iban, *reason, *text;
	bool reversal;
	int64_t returns; /* 0: nothing is proposed */
	bool booked;
} returns[] = {
	{ "by end-to-end id", -900, "VD-88", NULL, NULL, "AM04", NULL, true, 71, true },
	{ "by end-to-end id, with costs", -1150, "VD-88", NULL, NULL, "AM04", NULL, false, 71, false },
	{ "by account and amount", -800, NULL, NULL, B_IBAN, "MD06", NULL, false, 72, true },
	{ "two of that account and amount", -700, NULL, NULL, B_IBAN, "MD06", NULL, false, 73, false },
	{ "the text tells which", -700, NULL, NULL, B_IBAN, "MD06", "contributie mei", false, 74,
	  true },
	{ "the whole batch", -5000, NULL, "B7", NULL, NULL, NULL, true, 75, true },
	{ "not called a return", -800, NULL, NULL, B_IBAN, NULL, NULL, false, 72, false },
	{ "our refund came back", 250, "REF-1", NULL, NULL, "AC04", NULL, false, 76, true },
	{ "unknown", -4321, NULL, NULL, B_IBAN, "AC04", NULL, false, 0, false },
	{ "too long ago", -333, "OLD", NULL, NULL, "MD06", NULL, false, 0, false },
	{ "the same direction", 900, "VD-88", NULL, NULL, "AM04", NULL, false, 0, false },
	{ "no id is not an id", -900, "NOTPROVIDED", NULL, NULL, "AM04", NULL, false, 0, false },
};

static struct match_transaction
return_of(const struct returned *r)
{
	return (struct match_transaction){
		.id = 100,
		.amount_minor = r->amount,
		.currency = VD_EUR,
		.booked_on = world_day("2025-02-10"),
		.end_to_end = vd_str_c(r->end_to_end),
		.batch_id = vd_str_c(r->batch),
		.counterparty_iban = vd_str_c(r->iban),
		.return_reason = vd_str_c(r->reason),
		.remittance = vd_str_c(r->text),
		.remittance_joined = vd_str_c(r->text),
		.reversal = r->reversal,
	};
}

static void
returns_find_what_they_take_back(void **state)
{
	static const struct {
		int64_t id, amount;
		const char *on, *end_to_end, *batch, *iban, *text;
	} earlier[] = {
		{ 71, 900, "2025-02-01", "VD-88", NULL, A_IBAN, "" },
		{ 72, 800, "2025-02-01", NULL, NULL, B_IBAN, "" },
		{ 73, 700, "2025-02-01", NULL, NULL, B_IBAN, "contributie april" },
		{ 74, 700, "2025-01-01", NULL, NULL, B_IBAN, "Contributie mei" },
		{ 75, 5000, "2025-02-01", NULL, "B7", NULL, "" },
		{ 76, -250, "2025-02-01", "REF-1", NULL, A_IBAN, "" },
		{ 77, 333, "2023-02-01", "OLD", NULL, A_IBAN, "" },
		{ 78, 900, "2025-02-01", "NOTPROVIDED", NULL, NULL, "" },
	};
	static const struct scene s = { .items = { INV(B, "F250000123", 800) } };
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	struct world w;

	(void)state;
	fill_world(&w, &s);
	for (size_t i = 0; i < VD_LENGTH(earlier); i++) {
		w.earlier[w.earlier_count++] =
		    (struct match_earlier){ .transaction_id = earlier[i].id,
			                        .debtor_id = 1,
			                        .amount_minor = earlier[i].amount,
			                        .booked_on = world_day(earlier[i].on),
			                        .end_to_end = vd_str_c(earlier[i].end_to_end),
			                        .batch_id = vd_str_c(earlier[i].batch),
			                        .counterparty_iban = vd_str_c(earlier[i].iban),
			                        .reference_text = vd_str_c(earlier[i].text) };
	}
	for (size_t i = 0; i < VD_LENGTH(returns); i++) {
		const struct returned *r = &returns[i];
		size_t n = propose(&w, return_of(r), m);

		if ((r->returns == 0) != (n == 0)) fail_msg("%s: %zu proposals", r->what, n);
		if (n == 0) continue;
		if (m[0].kind != MATCH_RETURN || m[0].returns_transaction_id != r->returns ||
		    (m[0].certainty_bp >= 9000) != r->booked)
			fail_msg("%s: %d with %d: %.*s", r->what, (int)m[0].returns_transaction_id,
			         (int)m[0].certainty_bp, VD_FMT(m[0].reasons));
		assert_int_equal(m[0].lines_count, 0);
	}
	world_free(&w);
}

/* Equal candidates stay below whatever threshold an administration sets. */
static void
equal_candidates_never_book(void **state)
{
	static const struct scene s = { .items = { INV(A, "F250000123", 9900),
		                                       INV(A, "F250000124", 9900) } };
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	struct world w;

	(void)state;
	fill_world(&w, &s);
	for (int64_t threshold = 0; threshold <= 10000; threshold += 500) {
		size_t n;

		w.rules.threshold_bp = threshold;
		n = propose(&w, from_a(9900, ""), m);
		assert_true(n >= 2);
		assert_int_equal(m[0].certainty_bp, m[1].certainty_bp);
		if (threshold > 0) assert_true(m[0].certainty_bp < threshold);
		assert_true(m[0].certainty_bp <= MATCH_AMBIGUOUS_BP);
	}
	world_free(&w);
}

/* More candidates than the limits: named ones are still found, nothing overflows. */
static void
limits_hold(void **state)
{
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	static struct match_item items[3000];
	static char numbers[3000][16], text[4000];
	struct match_debtor debtor = { .id = 1,
		                           .number_key = VD_STR("K1"),
		                           .name_fold = VD_STR("x"),
		                           .account = MATCH_ACCOUNT_STATED,
		                           .account_debtors = 1 };
	struct match_rules rules = { .threshold_bp = 9000, .net_credits = true, .settled_given = true };
	struct vd_arena arena = VD_ARENA(1 << 24);
	struct vd_context ctx = { .arena = &arena };
	struct match_transaction x = from_a(100, "F250002999");
	size_t n, at = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(items); i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "F25%07d", (int)i);
		items[i] = (struct match_item){ .id = (int64_t)i,
			                            .debtor_id = 1,
			                            .open_minor = 100,
			                            .amount_minor = 100,
			                            .currency = VD_EUR,
			                            .effective_on = world_day("2025-01-01"),
			                            .due_on = world_day("2025-02-01"),
			                            .number = vd_str_c(numbers[i]),
			                            .number_key = vd_str_c(numbers[i]) };
	}
	assert_int_equal(match_propose(&ctx, &x, &rules, &debtor, 1, items, VD_LENGTH(items), NULL, 0,
	                               m, &n),
	                 VD_OK);
	assert_true(n > 0 && m[0].lines_count == 1 && m[0].lines[0].item_id == 2999 &&
	            m[0].certainty_bp >= 9000);
	/* a hundred numbers in one payment: more lines than a proposal has */
	for (int i = 0; i < 100; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "F25%07d ", i);
	x = from_a(10000, text);
	assert_int_equal(match_propose(&ctx, &x, &rules, &debtor, 1, items, 200, NULL, 0, m, &n),
	                 VD_OK);
	for (size_t i = 0; i < n; i++) {
		assert_true(m[i].lines_count <= MATCH_LINES_MAX);
		assert_true(m[i].certainty_bp < 9000);
	}
	/* amounts at the edge */
	for (size_t i = 0; i < 200; i++)
		items[i].open_minor = items[i].amount_minor = INT64_MAX - (int64_t)i;
	x = from_a(INT64_MAX, "F250000000");
	assert_int_equal(match_propose(&ctx, &x, &rules, &debtor, 1, items, 200, NULL, 0, m, &n),
	                 VD_OK);
	x.amount_minor = INT64_MIN;
	assert_int_equal(match_propose(&ctx, &x, &rules, &debtor, 1, items, 200, NULL, 0, m, &n),
	                 VD_OK);
	assert_int_equal(n, 0);
	assert_int_equal(match_propose(&ctx, &x, &rules, &debtor, 1, items, 0, NULL, 0, m, &n), VD_OK);
	vd_arena_release(&arena);
}

/* Memory that runs out anywhere is said, never half an answer. */
static void
every_allocation_may_fail(void **state)
{
	static const struct scene s = {
		.items = { INV(A, "F250000123", 9900), INV(A, "F250000124", 9900), CREDIT(A, "C250001", 5) }
	};
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	static struct world_found f;
	struct match_transaction x = from_a(9900, "F250000123");
	struct world w;
	bool worked = false;

	(void)state;
	fill_world(&w, &s);
	world_lookup(&w, &x, &f);
	for (size_t room = 0; !worked && room < 1 << 20; room += 256) {
		struct vd_arena arena = VD_ARENA(room);
		struct vd_context ctx = { .arena = &arena };
		size_t n = 77;
		enum vd_status st = match_propose(&ctx, &x, &w.rules, f.debtors, f.debtors_count, f.items,
		                                  f.items_count, NULL, 0, m, &n);

		worked = st == VD_OK;
		if (!worked) assert_true(st == VD_E_NOMEM || st == VD_E_LIMIT);
		vd_arena_release(&arena);
	}
	assert_true(worked);
	world_free(&w);
}

/* The table in docs/matching.md is the table in the program. */
static void
the_manual_shows_the_table(void **state)
{
	static const char *const rows[] = {
		[MENTION_NONE] = "none",          [MENTION_NEAR] = "one slip",
		[MENTION_SUFFIX] = "last digits", [MENTION_SHORT] = "short or doubtful",
		[MENTION_LIST] = "list or range", [MENTION_TAIL] = "sequence",
		[MENTION_DIGITS] = "digits",      [MENTION_WHOLE] = "whole",
		[MENTION_REFERENCE] = "reference"
	};
	static const char *const fits[] = { [FIT_EXACT] = "exact",
		                                [FIT_TOLERANCE] = "small difference",
		                                [FIT_PARTIAL] = "too little",
		                                [FIT_OVER] = "too much" };
	static char manual[1 << 16];
	const char *root = getenv("SOURCE_ROOT");
	char path[4096];
	FILE *f;

	(void)state;
	if (root == NULL) skip();
	snprintf(path, sizeof(path), "%s/docs/matching.md", root);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_true(fread(manual, 1, sizeof(manual) - 1, f) > 0);
	fclose(f);
	for (int fit = 0; fit < FIT__COUNT; fit++) {
		for (int m = 0; m < MENTION__COUNT; m++) {
			char line[200];
			int64_t v[PAYER__COUNT];

			for (int p = 0; p < PAYER__COUNT; p++)
				v[p] = match_certainty((enum match_fit)fit, (enum match_mention)m,
				                       (enum match_payer)p);
			snprintf(line, sizeof(line), "| %s | %s | %d | %d | %d | %d | %d |", fits[fit], rows[m],
			         (int)v[0], (int)v[1], (int)v[2], (int)v[3], (int)v[4]);
			if (strstr(manual, line) == NULL) fail_msg("docs/matching.md has no row \"%s\"", line);
			for (int p = 1; p < PAYER__COUNT; p++)
				assert_true(v[p] >= v[p - 1]); /* a better known payer never lowers it */
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shared_account_is_no_proof),
		cmocka_unit_test(returns_find_what_they_take_back),
		cmocka_unit_test(equal_candidates_never_book),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(the_manual_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
