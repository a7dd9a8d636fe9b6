/* From decisions to messages and tasks: what goes together, which way, in whose name. */
#include "policy_support.h"

struct result {
	struct policy_decision d[8];
	struct policy_bundle *bundles;
	size_t count;
};

static void
bundle(struct bench *b, const struct policy_facts *facts, struct result *r)
{
	OK(policy_decide(&b->ctx, &b->rules, facts, r->d));
	OK(policy_bundle(&b->ctx, &b->rules, facts, r->d, &r->bundles, &r->count));
}

static const struct policy_bundle *
find(const struct result *r, enum policy_action_kind kind)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->bundles[i].kind == kind) return &r->bundles[i];
	fail_msg("no %s among %zu bundles", policy_action_name(kind), r->count);
	return NULL;
}

static void
one_message_per_channel_and_currency(void **state)
{
	struct bench b;
	struct policy_item items[4];
	struct policy_facts facts;
	struct result r;
	const struct policy_bundle *mail;

	(void)state;
	bench_open_shipped(&b);
	for (int i = 0; i < 4; i++) items[i] = an_item(i + 1, 1000 * (i + 1), on("2026-10-01"));
	items[3].currency = (struct vd_currency){ "USD" };
	facts = facts_of(&b, on("2026-10-05"), items, 4);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 2);
	mail = find(&r, POLICY_EMAIL);
	assert_int_equal(mail->channel, POLICY_EMAIL);
	assert_int_equal(mail->decisions_count, 3);
	assert_int_equal(mail->total_minor, 6000);
	assert_text(mail->template, "reminder");
	assert_false(mail->release);
	assert_true(vd_currency_eq(r.bundles[1].currency, items[3].currency));
	assert_int_equal(r.bundles[1].total_minor, 4000);
	bench_close(&b);
}

static void
the_highest_step_sets_template_and_tone(void **state)
{
	struct bench b;
	struct policy_item items[3];
	struct policy_facts facts;
	struct result r;
	const struct policy_bundle *mail;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"before\",\"rank\":1,\"days\":-3,\"actions\":[{\"do\":\"email\",\"template\":\"soon_due\"}]},"
	        "{\"code\":\"first\",\"rank\":2,\"days\":1,\"actions\":[{\"do\":\"email\",\"template\":\"first\"}]},"
	        "{\"code\":\"second\",\"rank\":3,\"days\":5,\"actions\":[{\"do\":\"email\",\"template\":\"second\","
	        "\"by\":\"manager\",\"release\":true}]}]}"));
	items[0] = an_item(1, 1000, on("2026-10-01"));
	items[1] = an_item(2, 2000, on("2026-09-20"));
	items[1].last_rank = 2;
	items[2] = an_item(3, 4000, on("2026-10-07")); /* not yet due: a friendly note of its own */
	facts = facts_of(&b, on("2026-10-05"), items, 3);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 2);
	mail = &r.bundles[0];
	assert_text(mail->template, "second");
	assert_text(mail->by, "manager");
	assert_text(mail->step->code, "second");
	assert_true(mail->release);
	assert_int_equal(mail->decisions_count, 2);
	assert_int_equal(mail->total_minor, 3000);
	assert_text(r.bundles[1].template, "soon_due");
	assert_false(r.bundles[1].release);
	assert_int_equal(r.bundles[1].total_minor, 4000);
	bench_close(&b);
}

static void
a_step_of_two_actions_gives_two(void **state)
{
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open_shipped(&b);
	items[0] = an_item(1, 7500000, on("2026-10-01"));
	items[1] = an_item(2, 100, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-02"), items, 2);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 2);
	assert_int_equal(find(&r, POLICY_EMAIL)->decisions_count, 2);
	assert_int_equal(find(&r, POLICY_CALL)->decisions_count, 1);
	assert_int_equal(find(&r, POLICY_CALL)->channel, POLICY_CALL);
	assert_int_equal(find(&r, POLICY_CALL)->total_minor, 7500000);

	/* taken over in a backlog: the mail goes, the call does not */
	items[0].takeover_unknown = true;
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.bundles[0].kind, POLICY_EMAIL);
	bench_close(&b);
}

static void
without_an_address_it_goes_the_other_way(void **state)
{
	static const struct {
		bool email, address;
		const char *last;
		int32_t last_rank;
		enum policy_action_kind kind, channel;
		const char *why;
	} cases[] = {
		{ true, false, "", INT32_MIN, POLICY_EMAIL, POLICY_EMAIL,
		  "email for 1 invoice, in the tone of step reminder" },
		{ false, true, "", INT32_MIN, POLICY_LETTER, POLICY_LETTER,
		  "letter instead of email, because the debtor has no e-mail address" },
		{ false, false, "", INT32_MIN, POLICY_EMAIL, POLICY_CHECK,
		  "a person must see to this email" },
		{ true, false, "reminder", 300, POLICY_EMAIL, POLICY_EMAIL,
		  "email instead of letter, because the debtor has no postal address" },
		{ true, false, "call", 500, POLICY_NOTICE_OF_DEFAULT, POLICY_EMAIL,
		  "notice_of_default by email, because the debtor has no postal address" },
		{ true, true, "call", 500, POLICY_NOTICE_OF_DEFAULT, POLICY_LETTER,
		  "notice_of_default for 1 invoice" },
	};
	struct bench b;

	(void)state;
	bench_open_shipped(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_item item = an_item(1, 1000, on("2026-09-01"));
		struct policy_facts facts = facts_of(&b, on("2026-10-05"), &item, 1);
		struct result r;

		b.debtor.has_email = cases[i].email;
		b.debtor.has_address = cases[i].address;
		item.last_rank = cases[i].last_rank;
		bundle(&b, &facts, &r);
		assert_int_equal(r.count, 1);
		assert_int_equal(r.bundles[0].kind, cases[i].kind);
		assert_int_equal(r.bundles[0].channel, cases[i].channel);
		assert_says(r.bundles[0].why, cases[i].why);
	}
	bench_close(&b);
}

/* A mail that falls back to a letter joins the letter that leaves anyway; an invoice counts once.
 */
static void
a_fallback_joins_the_letter_that_goes_anyway(void **state)
{
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"first\",\"rank\":2,\"days\":1,\"actions\":[{\"do\":\"email\",\"template\":\"m\",\"fallback\":\"letter\"},"
	        "{\"do\":\"letter\",\"template\":\"l\"}]},"
	        "{\"code\":\"second\",\"rank\":3,\"days\":5,\"actions\":[{\"do\":\"letter\",\"template\":\"second\"}]}]}"));
	items[0] = an_item(1, 1000, on("2026-10-01"));
	items[1] = an_item(2, 2000, on("2026-09-01"));
	items[1].last_rank = 2;
	b.debtor.has_email = false;
	facts = facts_of(&b, on("2026-10-05"), items, 2);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.bundles[0].kind, POLICY_LETTER);
	assert_int_equal(r.bundles[0].decisions_count, 2);
	assert_int_equal(r.bundles[0].total_minor, 3000);
	assert_text(r.bundles[0].template, "second");
	bench_close(&b);
}

/* Notices with legal effect are never mixed with a reminder, nor with each other. */
static void
legal_notices_stand_alone(void **state)
{
	struct bench b;
	struct policy_item items[2];
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open_shipped(&b);
	items[0] = an_item(1, 1000, on("2026-10-01"));
	items[1] = an_item(2, 2000, on("2026-09-01"));
	items[1].last_rank = 500;
	b.debtor.has_email = false; /* both by post */
	facts = facts_of(&b, on("2026-10-05"), items, 2);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 2);
	assert_int_equal(find(&r, POLICY_LETTER)->total_minor, 1000);
	assert_int_equal(find(&r, POLICY_NOTICE_OF_DEFAULT)->total_minor, 2000);
	bench_close(&b);
}

static void
hand_over_and_costs_always_ask_a_person(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 1000, on("2026-08-01"));
	item.last_rank = 600;
	facts = facts_of(&b, on("2026-10-05"), &item, 1);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.bundles[0].kind, POLICY_HAND_OVER);
	assert_int_equal(r.bundles[0].channel, POLICY_HAND_OVER);
	assert_true(r.bundles[0].release);
	bench_close(&b);
}

static void
an_sms_is_a_task_until_it_can_be_sent(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open(&b);
	bench_profile(
	    &b, 0,
	    VD_STR(
	        "{\"code\":\"standard\",\"name\":\"x\",\"steps\":["
	        "{\"code\":\"sms\",\"rank\":2,\"days\":1,\"actions\":[{\"do\":\"sms\",\"template\":\"m\"}]}]}"));
	item = an_item(1, 1000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-05"), &item, 1);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.bundles[0].kind, POLICY_SMS);
	assert_int_equal(r.bundles[0].channel, POLICY_CHECK);
	assert_says(r.bundles[0].why, "SMS cannot be sent from here");
	bench_close(&b);
}

static void
nothing_to_do_gives_nothing(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct result r;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 1000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-09-05"), &item, 1);
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 0);
	facts.items_count = 0;
	bundle(&b, &facts, &r);
	assert_int_equal(r.count, 0);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_message_per_channel_and_currency),
		cmocka_unit_test(the_highest_step_sets_template_and_tone),
		cmocka_unit_test(a_step_of_two_actions_gives_two),
		cmocka_unit_test(without_an_address_it_goes_the_other_way),
		cmocka_unit_test(a_fallback_joins_the_letter_that_goes_anyway),
		cmocka_unit_test(legal_notices_stand_alone),
		cmocka_unit_test(hand_over_and_costs_always_ask_a_person),
		cmocka_unit_test(an_sms_is_a_task_until_it_can_be_sent),
		cmocka_unit_test(nothing_to_do_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
