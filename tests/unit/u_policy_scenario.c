/* What other programs' tests and bug reports expect of a dunning run, with their own dates and
 * figures. Where we decide differently, the test says so and why. */
#include "policy_support.h"

/* A profile of letters at these days, one wait for all. */
static void
ladder(struct bench *b, const int32_t *days, size_t count, int32_t wait)
{
	struct vd_buf text = VD_BUF(&b->ctx, 8192);

	vd_buf_add_c(&text, "{\"code\":\"standard\",\"name\":\"ladder\",\"steps\":[");
	for (size_t i = 0; i < count; i++)
		vd_buf_addf(&text,
		            "%s{\"code\":\"l%zu\",\"rank\":%zu,\"days\":%d,\"wait\":%d,\"actions\":"
		            "[{\"do\":\"letter\",\"template\":\"l%zu\"}]}",
		            i > 0 ? "," : "", i + 1, i + 1, days[i], wait, i + 1);
	vd_buf_add_c(&text, "]}");
	bench_profile(b, 0, vd_buf_str(&text));
}

/* The run of one day that is released and sent at once. Gives the step's code, or the outcome. */
static const char *
run(struct bench *b, const char *today, struct policy_item *item)
{
	struct policy_decision d = decide_one(b, on(today), item);
	char *word;

	record_lapsed(item, &d);
	if (d.outcome != POLICY_ACT) return policy_outcome_name(d.outcome);
	done(item, d.step, on(today));
	word = vd_new_n(&b->ctx, char, d.step->code.len + 1);
	memcpy(word, d.step->code.ptr, d.step->code.len);
	return word;
}

/* Tryton, account_dunning/tests/scenario_account_dunning.rst: levels at 5, 20 and 40 days. */
static void
tryton_levels_draft_block_and_payment(void **state)
{
	static const int32_t days[] = { 5, 20, 40 };
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_hold block = { .id = 1,
		                         .scope = POLICY_HOLD_ITEM,
		                         .item_id = 1,
		                         .reason = VD_STR("blocked"),
		                         .from_on = VD_DATE_NONE,
		                         .until_on = VD_DATE_NONE };

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	item = an_item(1, 10000, on("2026-01-01"));
	d = decide_one(&b, on("2026-01-05"), &item); /* day 4 */
	assert_outcome(&d, POLICY_NOT_DUE);
	d = decide_one(&b, on("2026-01-06"), &item); /* day 5 */
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "l1");

	item.waiting = POLICY_WAIT_RELEASE; /* a draft, not processed: day 30 adds nothing */
	d = decide_one(&b, on("2026-01-31"), &item);
	assert_outcome(&d, POLICY_WAITING);
	item.waiting = POLICY_FREE;
	done(&item, &b.profiles[0].steps[0], on("2026-01-06"));

	facts = facts_of(&b, on("2026-01-31"), &item, 1);
	facts.holds = &block;
	facts.holds_count = 1;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_HELD);
	assert_string_equal(run(&b, "2026-01-31", &item), "l2");
	item.open_minor = 0;
	assert_string_equal(run(&b, "2026-02-20", &item), "settled"); /* day 50 */
	bench_close(&b);
}

/* Tryton, scenario_account_dunning_final.rst: one level, then it is final. */
static void
tryton_one_level_is_final(void **state)
{
	static const int32_t days[] = { 5 };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	item = an_item(1, 10000, on("2026-01-01"));
	assert_string_equal(run(&b, "2026-01-06", &item), "l1");
	assert_string_equal(run(&b, "2026-01-07", &item), "done");
	assert_string_equal(run(&b, "2027-01-07", &item), "done");
	bench_close(&b);
}

/* Tryton, account_payment/tests/scenario_account_payment_dunning.rst: a pending payment holds the
 * item; when it fails the item is dunned; a retry holds it again. */
static void
tryton_a_pending_payment_holds(void **state)
{
	static const int32_t days[] = { 5 };
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_hold pending = { .id = 1,
		                           .scope = POLICY_HOLD_ITEM,
		                           .item_id = 1,
		                           .reason = VD_STR("direct debit pending"),
		                           .from_on = VD_DATE_NONE,
		                           .until_on = VD_DATE_NONE };

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	item = an_item(1, 10000, on("2026-01-01"));
	facts = facts_of(&b, on("2026-01-20"), &item, 1);
	facts.holds = &pending;
	for (int round = 0; round < 2; round++) {
		facts.holds_count = 1;
		OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
		assert_outcome(&d, POLICY_HELD);
		facts.holds_count = 0;
		OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
		assert_outcome(&d, POLICY_ACT);
	}
	bench_close(&b);
}

/* OCA credit-control, test_multi_credit_control_run: an invoice a year old, runs six months ago,
 * two months ago and today give its first, second and third line. There the lines may still be
 * drafts; here a draft stops the next step, so the test releases each run, and then shows the
 * difference. A run on a day before the last one does nothing (there: refused). */
static void
oca_three_runs_three_levels(void **state)
{
	static const int32_t days[] = { 10, 30, 60 };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	item = an_item(1, 50000, on("2025-11-22"));
	assert_string_equal(run(&b, "2026-05-22", &item), "l1");
	assert_string_equal(run(&b, "2026-09-22", &item), "l2");
	assert_string_equal(run(&b, "2026-09-07", &item), "too_soon");
	assert_string_equal(run(&b, "2026-11-22", &item), "l3");
	item.last_rank = INT32_MIN;
	item.last_done_on = VD_DATE_NONE;
	item.waiting = POLICY_WAIT_RELEASE;
	assert_string_equal(run(&b, "2026-05-22", &item), "waiting");
	assert_string_equal(run(&b, "2026-09-22", &item), "waiting");
	bench_close(&b);
}

/* OCA credit-control, first level may not count from the previous one: there is no such base. */
static void
oca_no_base_on_the_previous_step(void **state)
{
	struct bench b;
	struct policy_profile p;

	(void)state;
	bench_open(&b);
	assert_int_equal(
	    policy_profile_parse(
	        &b.ctx,
	        VD_STR(
	            "{\"code\":\"x\",\"name\":\"x\",\"steps\":[{\"code\":\"a\","
	            "\"rank\":1,\"days\":1,\"from\":\"previous\",\"actions\":[{\"do\":\"call\"}]}]}"),
	        &p),
	    VD_E_INVALID);
	bench_close(&b);
}

/* OCA credit-control, test_generate_credit_lines_with_max_level: invoices of 2024-12-01 and
 * 2025-01-01 meet in the run of 2025-01-30 and are written to at the highest level. OCA sets every
 * line to level 2; here each keeps its own step, and the one message has the tone of the highest.
 */
static void
oca_the_highest_level_sets_the_tone(void **state)
{
	static const int32_t days[] = { 10, 30, 60 };
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct policy_decision d[2];
	struct policy_bundle *bundles;
	size_t count;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	items[0] = an_item(1, 50000, on("2024-12-01"));
	items[1] = an_item(2, 50000, on("2025-01-01"));
	assert_string_equal(run(&b, "2024-12-30", &items[0]), "l1");
	facts = facts_of(&b, on("2025-01-30"), items, 2);
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_text(d[0].step->code, "l2");
	assert_text(d[1].step->code, "l1");
	OK(policy_bundle(&b.ctx, &b.rules, &facts, d, &bundles, &count));
	assert_int_equal(count, 1);
	assert_int_equal(bundles[0].decisions_count, 2);
	assert_int_equal(bundles[0].total_minor, 100000);
	assert_text(bundles[0].template, "l2");
	bench_close(&b);
}

/* metasfresh, DefaultDunningCandidateProducerTest: levels 10/20/30, 35 days late: level 1 first. */
static void
metasfresh_levels_are_sequential(void **state)
{
	static const int32_t days[] = { 10, 20, 30 };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	item = an_item(1, 10000, on("2013-01-01"));
	assert_string_equal(run(&b, "2013-02-05", &item), "l1");
	assert_string_equal(run(&b, "2013-02-06", &item), "l2");
	assert_string_equal(run(&b, "2013-02-07", &item), "l3");
	assert_string_equal(run(&b, "2013-02-08", &item), "done");
	bench_close(&b);
}

/* metasfresh: ten days between dunnings. Level 1 on 02-01, no level 2 on 02-05, level 2 on 02-11.
 */
static void
metasfresh_days_between(void **state)
{
	static const int32_t days[] = { 10, 20, 30 };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 10);
	item = an_item(1, 10000, on("2013-01-01"));
	assert_string_equal(run(&b, "2013-02-01", &item), "l1");
	assert_string_equal(run(&b, "2013-02-05", &item), "too_soon");
	assert_string_equal(run(&b, "2013-02-10", &item), "too_soon");
	assert_string_equal(run(&b, "2013-02-11", &item), "l2");
	bench_close(&b);
}

/* metasfresh: a grace date on or after the run's date: nothing. (Its EUR to CHF case, 100 at 1.5
 * is 150, has no counterpart: an item is always dunned in its own currency.) */
static void
metasfresh_grace(void **state)
{
	static const struct {
		const char *grace;
		enum policy_outcome outcome;
	} cases[] = { { "2013-02-04", POLICY_ACT },
		          { "2013-02-05", POLICY_HELD },
		          { "2013-02-06", POLICY_HELD } };
	static const int32_t days[] = { 10 };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	item = an_item(1, 10000, on("2013-01-01"));
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_hold hold = { .scope = POLICY_HOLD_ITEM,
			                        .item_id = 1,
			                        .from_on = VD_DATE_NONE,
			                        .until_on = on(cases[i].grace),
			                        .reason = VD_STR("grace") };
		struct policy_facts facts = facts_of(&b, on("2013-02-05"), &item, 1);
		struct policy_decision d;

		facts.holds = &hold;
		facts.holds_count = 1;
		OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
		assert_outcome(&d, cases[i].outcome);
	}
	bench_close(&b);
}

/* Kill Bill, TestOverdueIntegration: invoice of 2012-05-31, states at 30, 40 and 50 days. */
static void
killbill_overdue_states(void **state)
{
	static const int32_t days[] = { 30, 40, 50 };
	struct bench b;
	struct policy_item item;
	struct vd_date today;
	int n = 0;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	item = an_item(1, 24995, on("2012-05-31"));
	for (today = on("2012-05-31"); today.day <= on("2012-12-31").day; today.day++) {
		static const char *const expected[] = { "2012-06-30", "2012-07-10", "2012-07-20" };
		struct policy_decision d = decide_one(&b, today, &item);

		if (d.outcome != POLICY_ACT) continue;
		assert_true(n < 3);
		assert_day(today, expected[n++]);
		done(&item, d.step, today);
	}
	assert_int_equal(n, 3);
	/* paid, and the payment fails later: a new cycle from the first step */
	item.cycle = 2;
	item.last_rank = INT32_MIN;
	item.last_done_on = VD_DATE_NONE;
	assert_string_equal(run(&b, "2013-01-05", &item), "l1");
	bench_close(&b);
}

/* Kill Bill #2297: thresholds 5/7/11. Invoices of 05-31 and 06-02; the older one is paid, so the
 * earliest unpaid moves to 06-02. WARNING must come on 06-07 and may not be skipped. Also when it
 * is the due day of the same invoice that moves. */
static void
killbill_2297_the_anchor_moves(void **state)
{
	static const int32_t days[] = { 5, 7, 11 };
	struct bench b;
	struct policy_item older, newer, moved;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	older = an_item(1, 10000, on("2012-05-31"));
	newer = an_item(2, 10000, on("2012-06-02"));
	moved = an_item(3, 10000, on("2012-05-31"));
	assert_string_equal(run(&b, "2012-06-04", &newer), "not_due");
	older.open_minor = 0;
	moved.due_on = on("2012-06-02");
	assert_string_equal(run(&b, "2012-06-05", &older), "settled");
	assert_string_equal(run(&b, "2012-06-05", &newer), "not_due");
	assert_string_equal(run(&b, "2012-06-05", &moved), "not_due");
	assert_string_equal(run(&b, "2012-06-07", &newer), "l1");
	assert_string_equal(run(&b, "2012-06-07", &moved), "l1");
	assert_string_equal(run(&b, "2012-06-08", &newer), "not_due");
	assert_string_equal(run(&b, "2012-06-09", &newer), "l2");
	assert_string_equal(run(&b, "2012-06-13", &newer), "l3");

	/* its control: nothing is paid, the order is kept. And a check that comes late (06-12) takes
	 * the first state not done, not the worst one: here no step is skipped. */
	older.open_minor = 10000;
	assert_string_equal(run(&b, "2012-06-05", &older), "l1");
	assert_string_equal(run(&b, "2012-06-12", &older), "l2");
	assert_string_equal(run(&b, "2012-06-13", &older), "l3");
	bench_close(&b);
}

/* InvoiceNinja, ReminderTest: invoice of 2024-03-01, 30 days, a note 14 days before the due day is
 * for 2024-03-17. Negative control (#11854, #2183): the scheduler was down that day; it must still
 * go on 03-18, and not any more once the invoice is overdue. */
static void
invoiceninja_a_day_missed(void **state)
{
	static const int32_t days[] = { -14 };
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	item = an_item(1, 10000, days_after(on("2024-03-01"), 30));
	d = decide_one(&b, on("2024-03-16"), &item);
	assert_outcome(&d, POLICY_NOT_DUE);
	assert_day(d.next_action_on, "2024-03-17");
	d = decide_one(&b, on("2024-03-17"), &item);
	assert_outcome(&d, POLICY_ACT);
	d = decide_one(&b, on("2024-03-18"), &item);
	assert_outcome(&d, POLICY_ACT);
	d = decide_one(&b, on("2024-03-31"), &item);
	assert_outcome(&d, POLICY_ACT);
	d = decide_one(&b, on("2024-04-01"), &item);
	assert_outcome(&d, POLICY_DONE);
	assert_int_equal(d.lapsed_count, 1);
	bench_close(&b);
}

/* InvoiceNinja #11854, second half: an import with first sending long ago. Not nothing for ever,
 * and not a reminder a day either: each step once, with its wait between. */
static void
invoiceninja_an_old_import(void **state)
{
	static const int32_t days[] = { 7, 14, 21 };
	struct bench b;
	struct policy_item item;
	int acts = 0;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 7);
	item = an_item(1, 10000, on("2023-01-01"));
	for (struct vd_date today = on("2026-04-02"); today.day < on("2026-04-30").day; today.day++)
		if (run(&b, iso(today), &item)[0] == 'l')
			assert_int_equal((today.day - on("2026-04-02").day), 7 * acts++);
	assert_int_equal(acts, 3);
	bench_close(&b);
}

/* InvoiceNinja #1693 (22 second reminders) and #1447 (a reminder every hour): the same run again
 * and again on one day, and on the days after, sends one. */
static void
invoiceninja_the_same_run_22_times(void **state)
{
	static const int32_t days[] = { 7, 14 };
	struct bench b;
	struct policy_item item;
	int sent = 0;

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	item = an_item(1, 10000, on("2026-01-01"));
	for (const char *const *day =
	         (const char *const[]){ "2026-01-08", "2026-01-09", "2026-01-10", NULL };
	     *day != NULL; day++)
		for (int i = 0; i < 22; i++)
			if (run(&b, *day, &item)[0] == 'l') sent++;
	assert_int_equal(sent, 1);
	bench_close(&b);
}

/* luxis, test_compliance_14dagenbrief.py: costs only after a fourteen-day letter that was really
 * sent, long enough ago: 14 days and two for the post. */
static void
luxis_costs_wait_for_the_letter(void **state)
{
	struct bench b;
	struct policy_item item, sent;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"fourteen_day_letter\",\"rank\":650,\"days\":14,\"actions\":"
	        "[{\"do\":\"fourteen_day_letter\",\"template\":\"fourteen_day_letter\"}]},"
	        "{\"code\":\"costs\",\"rank\":700,\"days\":30,\"wait\":17,\"actions\":[{\"do\":\"costs\"}]}]}"));
	item = an_item(1, 10000, on("2026-01-01"));
	assert_string_equal(run(&b, "2026-03-01", &item),
	                    "fourteen_day_letter"); /* no letter: first the letter */
	item.last_rank = INT32_MIN;
	item.last_done_on = VD_DATE_NONE;
	item.waiting = POLICY_WAIT_SENDING; /* entered, not sent, 20 days ago: the clock does not run */
	assert_string_equal(run(&b, "2026-03-21", &item), "waiting");
	sent = item;
	sent.waiting = POLICY_FREE;
	done(&sent, &b.profiles[0].steps[0], on("2026-03-01"));
	assert_string_equal(run(&b, "2026-03-06", &sent), "too_soon"); /* sent 5 days ago */
	assert_string_equal(run(&b, "2026-03-21", &sent), "costs");    /* sent 20 days ago */
	bench_close(&b);
}

/* OCA credit-control #460: a reminder for one invoice may not keep the others back. */
static void
oca_460_one_invoice_does_not_block_another(void **state)
{
	static const int32_t days[] = { 10, 30 };
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct policy_decision d[2];

	(void)state;
	bench_open(&b);
	ladder(&b, days, VD_LENGTH(days), 0);
	items[0] = an_item(1, 10000, on("2026-01-01"));
	items[1] = an_item(2, 10000, on("2026-01-01"));
	items[0].waiting = POLICY_WAIT_SENDING;
	facts = facts_of(&b, on("2026-01-20"), items, 2);
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_outcome(&d[0], POLICY_WAITING);
	assert_outcome(&d[1], POLICY_ACT);
	bench_close(&b);
}

/* OCA credit-control #447: a message without a way out stayed queued for ever. Here it is a task
 * that says what is wrong. */
static void
oca_447_no_address_is_a_task(void **state)
{
	static const int32_t days[] = { 10 };
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_bundle *bundles;
	size_t count;

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	b.debtor.has_address = b.debtor.has_email = false;
	item = an_item(1, 10000, on("2026-01-01"));
	facts = facts_of(&b, on("2026-01-20"), &item, 1);
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	OK(policy_bundle(&b.ctx, &b.rules, &facts, &d, &bundles, &count));
	assert_int_equal(count, 1);
	assert_int_equal(bundles[0].channel, POLICY_CHECK);
	assert_says(bundles[0].why, "no postal address");
	bench_close(&b);
}

/* OCA credit-control #211, #283, #562; ERPNext #46650: credits and payments that are not allocated
 * yet count before anybody is reminded. */
static void
oca_211_credits_count_first(void **state)
{
	static const int32_t days[] = { 10 };
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_credit credits[] = { { 1, VD_EUR, 4000, { 0 } }, { 2, VD_EUR, 6000, { 0 } } };

	(void)state;
	bench_open(&b);
	ladder(&b, days, 1, 0);
	item = an_item(1, 10000, on("2026-01-01"));
	facts = facts_of(&b, on("2026-01-20"), &item, 1);
	facts.credits = credits;
	facts.credits_count = 1;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_ACT);
	assert_int_equal(d.dunned_minor, 6000);
	facts.credits_count = 2;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_NETTED);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tryton_levels_draft_block_and_payment),
		cmocka_unit_test(tryton_one_level_is_final),
		cmocka_unit_test(tryton_a_pending_payment_holds),
		cmocka_unit_test(oca_three_runs_three_levels),
		cmocka_unit_test(oca_no_base_on_the_previous_step),
		cmocka_unit_test(oca_the_highest_level_sets_the_tone),
		cmocka_unit_test(metasfresh_levels_are_sequential),
		cmocka_unit_test(metasfresh_days_between),
		cmocka_unit_test(metasfresh_grace),
		cmocka_unit_test(killbill_overdue_states),
		cmocka_unit_test(killbill_2297_the_anchor_moves),
		cmocka_unit_test(invoiceninja_a_day_missed),
		cmocka_unit_test(invoiceninja_an_old_import),
		cmocka_unit_test(invoiceninja_the_same_run_22_times),
		cmocka_unit_test(luxis_costs_wait_for_the_letter),
		cmocka_unit_test(oca_460_one_invoice_does_not_block_another),
		cmocka_unit_test(oca_447_no_address_is_a_task),
		cmocka_unit_test(oca_211_credits_count_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
