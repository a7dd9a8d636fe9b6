/* One decision per item: steps, waits, catching up, holds, netting, takeover, consent. */
#include "policy_support.h"

static void
each_step_comes_on_its_day_and_never_before(void **state)
{
	static const struct {
		const char *code;
		int32_t days;
	} ladder[] = { { "reminder", 1 },
		           { "dunning_letter", 14 },
		           { "call", 21 },
		           { "notice_of_default", 28 },
		           { "hand_over", 35 } };
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	for (size_t i = 0; i < VD_LENGTH(ladder); i++) {
		struct vd_date day = days_after(item.due_on, ladder[i].days);
		struct policy_decision d = decide_one(&b, days_after(day, -1), &item);

		assert_outcome(&d, POLICY_NOT_DUE);
		assert_int_equal(d.next_action_on.day, day.day);
		assert_text(d.step->code, ladder[i].code);
		d = decide_one(&b, day, &item);
		assert_outcome(&d, POLICY_ACT);
		assert_text(d.step->code, ladder[i].code);
		assert_int_equal(d.dunned_minor, 10000);
		assert_true(vd_date_is_none(d.next_action_on));
		done(&item, d.step, day);
	}
	struct policy_decision last = decide_one(&b, days_after(item.due_on, 400), &item);
	assert_outcome(&last, POLICY_DONE);
	assert_true(vd_date_is_none(last.next_action_on));
	bench_close(&b);
}

/* Nobody ran the program for two months: every step comes, one at a time, each after its wait. */
static void
missed_days_catch_up_one_step_at_a_time(void **state)
{
	static const struct {
		const char *day, *code;
	} expected[] = { { "2026-12-01", "reminder" },
		             { "2026-12-11", "dunning_letter" },
		             { "2026-12-16", "call" },
		             { "2026-12-23", "notice_of_default" },
		             { "2026-12-30", "hand_over" } };
	struct bench b;
	struct policy_item item;
	size_t n = 0;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	for (struct vd_date today = on("2026-12-01"); today.day < on("2027-02-01").day; today.day++) {
		struct policy_decision d = decide_one(&b, today, &item);

		if (d.outcome == POLICY_TOO_SOON)
			assert_int_equal(d.next_action_on.day, on(expected[n].day).day);
		if (d.outcome != POLICY_ACT) continue;
		assert_true(n < VD_LENGTH(expected));
		assert_day(today, expected[n].day);
		assert_text(d.step->code, expected[n].code);
		assert_int_equal(d.lapsed_count, 0);
		done(&item, d.step, today);
		n++;
	}
	assert_int_equal(n, VD_LENGTH(expected));
	bench_close(&b);
}

static void
two_steps_never_come_on_one_day(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open(&b);
	bench_profile(&b, 0,
	              VD_STR(
	                  "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	                  "{\"code\":\"a\",\"rank\":1,\"days\":1,\"actions\":[{\"do\":\"call\"}]},"
	                  "{\"code\":\"b\",\"rank\":2,\"days\":1,\"actions\":[{\"do\":\"check\"}]}]}"));
	item = an_item(1, 100, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-05"), &item);
	done(&item, d.step, on("2026-10-05"));
	d = decide_one(&b, on("2026-10-05"), &item);
	assert_outcome(&d, POLICY_TOO_SOON);
	assert_day(d.next_action_on, "2026-10-06");
	bench_close(&b);
}

static void
a_large_invoice_gets_its_service_call_and_a_call_on_day_one(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 5000000, on("2026-10-31"));
	item.sent_on = on("2026-10-01");
	d = decide_one(&b, on("2026-10-05"), &item);
	assert_outcome(&d, POLICY_NOT_DUE);
	assert_day(d.next_action_on, "2026-10-06");
	d = decide_one(&b, on("2026-10-06"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.profile->code, "large");
	assert_text(d.segment, "large");
	assert_text(d.step->code, "service_call");
	done(&item, d.step, on("2026-10-06"));
	d = decide_one(&b, on("2026-11-01"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	assert_int_equal(d.step->actions_count, 2);

	/* one cent less is an ordinary invoice */
	item = an_item(1, 4999999, on("2026-10-31"));
	d = decide_one(&b, on("2026-10-06"), &item);
	assert_text(d.profile->code, "standard");
	bench_close(&b);
}

static void
a_step_of_no_more_use_lapses_and_the_next_one_goes_on(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 6000000, on("2026-10-08"));
	item.sent_on = on("2026-10-01");
	d = decide_one(&b, on("2026-10-08"), &item); /* the due day itself: still of use */
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "service_call");
	d = decide_one(&b, on("2026-10-09"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	assert_int_equal(d.lapsed_count, 1);
	assert_int_equal(d.lapsed_ranks[0], 100);
	assert_says(d.trace, "Step service_call (rank 100): lapsed, of use up to 2026-10-08 only.");

	/* due before the service call would come: it lapses before its own day, and stops nothing */
	item.due_on = on("2026-10-03");
	d = decide_one(&b, on("2026-10-04"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	bench_close(&b);
}

static void
a_part_that_is_disputed_is_kept_back_and_the_rest_is_asked(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_hold hold = { .id = 7,
		                        .scope = POLICY_HOLD_ITEM,
		                        .item_id = 1,
		                        .amount_minor = 3000,
		                        .reason = VD_STR("damaged"),
		                        .owner = VD_STR("Ben"),
		                        .from_on = VD_DATE_NONE,
		                        .until_on = VD_DATE_NONE };

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-05"), &item, 1);
	facts.holds = &hold;
	facts.holds_count = 1;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_ACT);
	assert_int_equal(d.held_minor, 3000);
	assert_int_equal(d.dunned_minor, 7000);
	assert_says(
	    d.trace,
	    "Hold 7 on this invoice: 30.00 EUR kept back, reason \"damaged\", owner Ben, until someone ends it.");
	assert_says(d.trace,
	            "To ask: 100.00 EUR open - 30.00 EUR held - 0.00 EUR covered = 70.00 EUR.");

	item.open_minor = 3000; /* he paid the rest: what is left is the dispute */
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_HELD);
	item.open_minor = 2000;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_HELD);
	assert_int_equal(d.held_minor, 2000);
	bench_close(&b);
}

static void
a_hold_works_from_its_first_to_its_last_day_and_by_scope(void **state)
{
	static const struct {
		enum policy_scope scope;
		int64_t item;
		const char *today;
		enum policy_outcome outcome;
		const char *next;
	} cases[] = {
		{ POLICY_HOLD_ITEM, 1, "2026-10-09", POLICY_ACT, "" },
		{ POLICY_HOLD_ITEM, 1, "2026-10-10", POLICY_HELD, "2026-10-21" },
		{ POLICY_HOLD_ITEM, 1, "2026-10-20", POLICY_HELD, "2026-10-21" },
		{ POLICY_HOLD_ITEM, 1, "2026-10-21", POLICY_ACT, "" },
		{ POLICY_HOLD_ITEM, 2, "2026-10-15", POLICY_ACT, "" },
		{ POLICY_HOLD_DEBTOR, 0, "2026-10-15", POLICY_HELD, "2026-10-21" },
		{ POLICY_HOLD_ADMINISTRATION, 0, "2026-10-15", POLICY_HELD, "2026-10-21" },
	};
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_hold hold = { .id = 1,
			                        .scope = cases[i].scope,
			                        .item_id = cases[i].item,
			                        .reason = VD_STR("promise"),
			                        .from_on = on("2026-10-10"),
			                        .until_on = on("2026-10-20") };
		struct policy_facts facts = facts_of(&b, on(cases[i].today), &item, 1);
		struct policy_decision d;

		facts.holds = &hold;
		facts.holds_count = 1;
		OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
		assert_outcome(&d, cases[i].outcome);
		assert_day(d.next_action_on, cases[i].next);
	}
	bench_close(&b);
}

static void
money_covers_the_oldest_first_per_currency(void **state)
{
	struct bench b;
	struct vd_currency usd = { "USD" };
	struct policy_item items[4];
	struct policy_credit credits[] = {
		{ 1, VD_EUR, 12000, { 0 } },
		{ 2, VD_EUR, 500, { 0 } },
		{ 3, usd, 100, { 0 } },
	};
	struct policy_decision d[4];
	struct policy_facts facts;

	(void)state;
	bench_open_shipped(&b);
	items[0] = an_item(1, 10000, on("2026-10-05"));
	items[1] = an_item(2, 9000, on("2026-10-01")); /* the oldest */
	items[2] = an_item(3, 5000, on("2026-10-06"));
	items[3] = an_item(4, 700, on("2026-09-01"));
	items[3].currency = usd;
	facts = facts_of(&b, on("2026-10-10"), items, 4);
	facts.credits = credits;
	facts.credits_count = VD_LENGTH(credits);
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_outcome(&d[1], POLICY_NETTED);
	assert_int_equal(d[1].netted_minor, 9000);
	assert_day(d[1].next_action_on, "2026-10-11");
	assert_outcome(&d[0], POLICY_ACT);
	assert_int_equal(d[0].netted_minor, 3500);
	assert_int_equal(d[0].dunned_minor, 6500);
	assert_says(
	    d[0].trace,
	    "Netting: the debtor's unallocated money and credits, oldest invoice first, cover 35.00 EUR of it.");
	assert_outcome(&d[2], POLICY_ACT);
	assert_int_equal(d[2].netted_minor, 0);
	assert_int_equal(d[3].netted_minor, 100);
	assert_int_equal(d[3].dunned_minor, 600);
	bench_close(&b);
}

/* He disputes the first invoice and pays the second without a reference: he is not reminded. */
static void
money_does_not_go_to_what_is_held(void **state)
{
	struct bench b;
	struct policy_item items[2];
	struct policy_credit credit = { 1, VD_EUR, 5000, { 0 } };
	struct policy_hold hold = { .id = 1,
		                        .scope = POLICY_HOLD_ITEM,
		                        .item_id = 1,
		                        .reason = VD_STR("dispute"),
		                        .from_on = VD_DATE_NONE,
		                        .until_on = VD_DATE_NONE };
	struct policy_decision d[2];
	struct policy_facts facts;

	(void)state;
	bench_open_shipped(&b);
	items[0] = an_item(1, 10000, on("2026-09-01"));
	items[1] = an_item(2, 5000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-10"), items, 2);
	facts.credits = &credit;
	facts.credits_count = 1;
	facts.holds = &hold;
	facts.holds_count = 1;
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_outcome(&d[0], POLICY_HELD);
	assert_true(vd_date_is_none(d[0].next_action_on));
	assert_outcome(&d[1], POLICY_NETTED);
	bench_close(&b);
}

static void
an_item_taken_over_with_a_known_step_goes_on_after_it(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;
	int32_t rank;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-06-01"));
	assert_true(policy_rank_of(&b.rules, VD_STR("Aanmaning"), &rank));
	assert_int_equal(rank, 400);
	item.last_rank = rank;
	item.last_code = VD_STR("dunning_letter");
	item.last_done_on = on("2026-10-01");
	d = decide_one(&b, on("2026-10-05"), &item);
	assert_outcome(&d, POLICY_TOO_SOON);
	d = decide_one(&b, on("2026-10-06"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "call");
	assert_false(policy_rank_of(&b.rules, VD_STR("stage 4"), &rank));
	assert_false(policy_rank_of(&b.rules, VD_STR(""), &rank));
	bench_close(&b);
}

static void
an_item_taken_over_with_an_unknown_step_enters_at_the_first_reminder(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 9000000, on("2026-06-01")); /* large: service call, then reminder and call */
	item.takeover_unknown = true;
	d = decide_one(&b, on("2026-10-05"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	assert_true(d.calls_lapsed);
	assert_int_equal(d.lapsed_count, 1);
	assert_says(d.trace, "Taken over in a backlog");
	assert_says(d.trace, "Result: do email (template reminder), for 90000.00 EUR.");

	/* the run recorded what lapsed, but the batch was not released that day: it is still an entry
	 */
	record_lapsed(&item, &d);
	d = decide_one(&b, on("2026-10-09"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	assert_true(d.calls_lapsed);

	/* afterwards he is chased like anybody else, calls included */
	done(&item, d.step, on("2026-10-09"));
	d = decide_one(&b, on("2026-10-19"), &item);
	assert_text(d.step->code, "dunning_letter");
	assert_false(d.calls_lapsed);
	done(&item, d.step, on("2026-10-19"));
	d = decide_one(&b, on("2026-10-24"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "call");
	bench_close(&b);
}

static void
after_a_change_of_profile_it_goes_on_at_the_first_higher_rank(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-02"), &item);
	done(&item, d.step, on("2026-10-02"));
	b.debtor.risk = POLICY_RISK_HIGH;
	d = decide_one(&b, on("2026-10-07"), &item);
	assert_text(d.profile->code, "high_risk");
	assert_outcome(&d, POLICY_NOT_DUE);
	d = decide_one(&b, on("2026-10-08"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "dunning_letter");
	done(&item, d.step, on("2026-10-08"));
	item.profile = VD_STR("intercompany"); /* statement (310) is behind him, check (510) is not */
	d = decide_one(&b, on("2026-11-20"), &item);
	assert_text(d.step->code, "check");
	item.profile = VD_STR("sensitive");
	d = decide_one(&b, on("2026-11-20"), &item);
	assert_text(d.step->code, "call");
	bench_close(&b);
}

static void
a_sensitive_debtor_gets_no_message_without_consent(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	b.debtor.key_account = true;
	item = an_item(1, 10000, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_outcome(&d, POLICY_ACT); /* a person calls first */
	assert_int_equal(d.step->actions_count, 1);
	assert_int_equal(d.step->actions[0].kind, POLICY_CALL);
	assert_text(d.step->actions[0].by, "owner");
	done(&item, d.step, on("2026-10-02"));
	d = decide_one(&b, on("2026-10-15"), &item);
	assert_outcome(&d, POLICY_NO_CONSENT);
	assert_says(d.trace, "Consent to messages from the account owner Ann: not given.");
	b.debtor.consent_given = true;
	d = decide_one(&b, on("2026-10-15"), &item);
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "reminder");
	bench_close(&b);
}

static void
intercompany_items_are_never_dunned(void **state)
{
	struct bench b;
	struct policy_item item;
	int acts = 0;

	(void)state;
	bench_open_shipped(&b);
	b.debtor.intercompany = true;
	b.debtor.risk = POLICY_RISK_HIGH;
	item = an_item(1, 9000000, on("2026-10-01"));
	for (struct vd_date today = on("2026-10-01"); today.day < on("2027-10-01").day; today.day++) {
		struct policy_decision d = decide_one(&b, today, &item);

		if (d.outcome != POLICY_ACT) continue;
		for (int i = 0; i < d.step->actions_count; i++)
			assert_true(d.step->actions[i].kind == POLICY_CHECK ||
			            vd_str_eq(d.step->actions[i].template, VD_STR("statement")));
		done(&item, d.step, today);
		acts++;
	}
	assert_int_equal(acts, 2);
	bench_close(&b);
}

static void
what_is_under_way_settled_or_without_profile_stays_quiet(void **state)
{
	static const enum policy_wait waits[] = { POLICY_WAIT_RELEASE, POLICY_WAIT_SENDING,
		                                      POLICY_WAIT_TASK };
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	item.waiting_note = VD_STR("batch 3");
	for (size_t i = 0; i < VD_LENGTH(waits); i++) {
		item.waiting = waits[i];
		d = decide_one(&b, on("2026-12-01"), &item);
		assert_outcome(&d, POLICY_WAITING);
		assert_true(vd_date_is_none(d.next_action_on));
		assert_says(d.trace, "(batch 3)");
	}
	item.waiting = POLICY_FREE;
	item.open_minor = 0;
	d = decide_one(&b, on("2026-12-01"), &item);
	assert_outcome(&d, POLICY_SETTLED);
	item.open_minor = 10000;
	item.profile = VD_STR("gone");
	d = decide_one(&b, on("2026-12-01"), &item);
	assert_outcome(&d, POLICY_NO_PROFILE);
	assert_says(d.trace, "Profile \"gone\": set on the invoice, but there is no such profile.");
	bench_close(&b);
}

static void
a_closed_gate_stops_everything_and_says_why(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	b.gate = (struct policy_gate){ .open = false,
		                           .bank_day = VD_DATE_NONE,
		                           .reason = VD_STR("NL01 was never read.") };
	item = an_item(1, 10000, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_outcome(&d, POLICY_GATE_CLOSED);
	assert_day(d.next_action_on, "2026-10-02");
	assert_says(d.trace, "Gate closed: NL01 was never read.");
	bench_close(&b);
}

static void
small_items_go_along_with_others_only(void **state)
{
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct policy_decision d[2];

	(void)state;
	bench_open_shipped(&b);
	b.rules.open_min_minor = 500;
	items[0] = an_item(1, 499, on("2026-10-01"));
	items[1] = an_item(2, 100000, on("2026-10-08"));
	facts = facts_of(&b, on("2026-10-05"), items, 2);
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_outcome(&d[0], POLICY_TOO_SMALL);
	assert_outcome(&d[1], POLICY_NOT_DUE);
	facts.today = on("2026-10-09");
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	assert_outcome(&d[0], POLICY_ACT);
	assert_outcome(&d[1], POLICY_ACT);
	bench_close(&b);
}

static void
messages_to_one_debtor_keep_their_distance_but_calls_do_not_wait(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	b.rules.bundle_days = 7;
	item = an_item(1, 10000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-02"), &item, 1);
	facts.last_message_on = on("2026-09-28");
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_TOO_SOON);
	assert_day(d.next_action_on, "2026-10-05");
	assert_says(d.trace, "the last left on 2026-09-28 + 7 days = 2026-10-05: too soon");
	facts.today = on("2026-10-05");
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_ACT);
	item.last_rank = 400;
	item.last_done_on = on("2026-10-15");
	facts.last_message_on = on("2026-10-21");
	facts.today = on("2026-10-22");
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_outcome(&d, POLICY_ACT);
	assert_text(d.step->code, "call");
	bench_close(&b);
}

static void
conditions_of_a_step_pass_it_over_in_silence(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"a\",\"rank\":1,\"days\":1,\"when\":{\"open_min\":\"100.00\"},\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"b\",\"rank\":2,\"days\":1,\"when\":{\"kind\":\"consumer\"},\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"c\",\"rank\":3,\"days\":1,\"when\":{\"risk\":\"high\"},\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"d\",\"rank\":4,\"days\":1,\"when\":{\"segment\":\"s\"},\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"e\",\"rank\":5,\"days\":2,\"when\":{\"open_max\":\"99.99\"},\"actions\":[{\"do\":\"call\"}]}]}"));
	item = an_item(1, 9999, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_outcome(&d, POLICY_NOT_DUE);
	assert_text(d.step->code, "e");
	assert_int_equal(d.lapsed_count, 0);
	assert_says(d.trace, "Step c (rank 3): passed over, its conditions do not hold here.");
	item.open_minor = 10000;
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_text(d.step->code, "a");
	item.last_rank = 1;
	b.debtor.consumer = true;
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_text(d.step->code, "b");
	b.debtor.consumer = false;
	b.debtor.risk = POLICY_RISK_HIGH;
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_text(d.step->code, "c");
	b.debtor.risk = POLICY_RISK_LOW;
	d = decide_one(&b, on("2026-10-02"), &item);
	assert_outcome(&d, POLICY_DONE);
	bench_close(&b);
}

/* A threshold of 100.00 means 100 of any currency, whatever its decimals. */
static void
thresholds_count_in_the_items_own_currency(void **state)
{
	static const struct {
		const char *currency;
		int64_t minor;
		bool reached;
	} cases[] = { { "EUR", 10000, true },    { "EUR", 9999, false },  { "JPY", 100, true },
		          { "JPY", 99, false },      { "BHD", 100000, true }, { "BHD", 99999, false },
		          { "JPY", INT64_MAX, true } };
	struct bench b;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"a\",\"rank\":1,\"days\":1,\"when\":{\"open_min\":\"100\"},\"actions\":[{\"do\":\"call\"}]}]}"));
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_item item = an_item(1, cases[i].minor, on("2026-10-01"));

		OK(vd_currency_parse(&b.ctx, vd_str_c(cases[i].currency), &item.currency));
		struct policy_decision d = decide_one(&b, on("2026-10-02"), &item);
		assert_outcome(&d, cases[i].reached ? POLICY_ACT : POLICY_DONE);
	}
	bench_close(&b);
}

static void
the_first_day_to_look_is_never_too_late(void **state)
{
	struct bench b;
	struct policy_item item;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	assert_day(policy_first_action(&b.profiles[0], &item), "2026-10-02");
	item.last_rank = 300;
	item.last_done_on = on("2026-10-10");
	assert_day(policy_first_action(&b.profiles[0], &item),
	           "2026-10-20"); /* the wait of the letter */
	item.last_rank = 800;
	assert_day(policy_first_action(&b.profiles[0], &item), "");
	bench_close(&b);
}

static void
the_plan_is_what_will_happen(void **state)
{
	struct bench b;
	struct policy_item item, run;
	struct policy_planned plan[POLICY_STEPS_MAX];
	int count, n = 0;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 6000000, on("2026-10-01"));
	item.sent_on = on("2026-09-01");
	for (int late = 0; late < 3; late++) {
		struct vd_date today = days_after(on("2026-09-01"), 40 * late);

		run = item;
		n = 0;
		OK(policy_plan(&b.ctx, &b.rules, &b.debtor, &item, today, plan, &count));
		assert_int_equal(count, late == 0 ? 6 : 5);
		for (; today.day < on("2027-03-01").day; today.day++) {
			struct policy_decision d = decide_one(&b, today, &run);

			if (d.outcome != POLICY_ACT) continue;
			assert_true(n < count);
			assert_true(plan[n].step == d.step);
			assert_int_equal(plan[n].on.day, today.day);
			done(&run, d.step, today);
			n++;
		}
		assert_int_equal(n, count);
	}
	item.open_minor = 0;
	OK(policy_plan(&b.ctx, &b.rules, &b.debtor, &item, on("2026-10-05"), plan, &count));
	assert_int_equal(count, 0);
	bench_close(&b);
}

static void
too_many_items_are_refused_not_forgotten(void **state)
{
	struct bench b;
	struct policy_item *items;
	struct policy_decision *d;
	struct policy_facts facts;

	(void)state;
	bench_open_shipped(&b);
	items = vd_new_n(&b.ctx, struct policy_item, POLICY_ITEMS_MAX + 1);
	d = vd_new_n(&b.ctx, struct policy_decision, POLICY_ITEMS_MAX + 1);
	for (int i = 0; i <= POLICY_ITEMS_MAX; i++) items[i] = an_item(i + 1, 100, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-05"), items, POLICY_ITEMS_MAX);
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	facts.items_count++;
	assert_int_equal(policy_decide(&b.ctx, &b.rules, &facts, d), VD_E_LIMIT);
	facts.items_count = 0;
	OK(policy_decide(&b.ctx, &b.rules, &facts, d));
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_comes_on_its_day_and_never_before),
		cmocka_unit_test(missed_days_catch_up_one_step_at_a_time),
		cmocka_unit_test(two_steps_never_come_on_one_day),
		cmocka_unit_test(a_large_invoice_gets_its_service_call_and_a_call_on_day_one),
		cmocka_unit_test(a_step_of_no_more_use_lapses_and_the_next_one_goes_on),
		cmocka_unit_test(a_part_that_is_disputed_is_kept_back_and_the_rest_is_asked),
		cmocka_unit_test(a_hold_works_from_its_first_to_its_last_day_and_by_scope),
		cmocka_unit_test(money_covers_the_oldest_first_per_currency),
		cmocka_unit_test(money_does_not_go_to_what_is_held),
		cmocka_unit_test(an_item_taken_over_with_a_known_step_goes_on_after_it),
		cmocka_unit_test(an_item_taken_over_with_an_unknown_step_enters_at_the_first_reminder),
		cmocka_unit_test(after_a_change_of_profile_it_goes_on_at_the_first_higher_rank),
		cmocka_unit_test(a_sensitive_debtor_gets_no_message_without_consent),
		cmocka_unit_test(intercompany_items_are_never_dunned),
		cmocka_unit_test(what_is_under_way_settled_or_without_profile_stays_quiet),
		cmocka_unit_test(a_closed_gate_stops_everything_and_says_why),
		cmocka_unit_test(small_items_go_along_with_others_only),
		cmocka_unit_test(messages_to_one_debtor_keep_their_distance_but_calls_do_not_wait),
		cmocka_unit_test(conditions_of_a_step_pass_it_over_in_silence),
		cmocka_unit_test(thresholds_count_in_the_items_own_currency),
		cmocka_unit_test(the_first_day_to_look_is_never_too_late),
		cmocka_unit_test(the_plan_is_what_will_happen),
		cmocka_unit_test(too_many_items_are_refused_not_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
