/* Segments: which rule decides, and whose profile goes before whose. */
#include "policy_support.h"

static struct vd_str
choose(struct bench *b, const struct policy_item *item, const char *segment, const char *profile)
{
	const struct policy_profile *p;
	struct vd_str s, why;

	OK(policy_profile_of(&b->ctx, &b->rules, &b->debtor, item, &p, &s, &why));
	if (!vd_str_eq(s, vd_str_c(segment)))
		fail_msg("segment %.*s, must be %s: %.*s", VD_FMT(s), segment, VD_FMT(why));
	if (!vd_str_eq(p->code, vd_str_c(profile)))
		fail_msg("profile %.*s, must be %s", VD_FMT(p->code), profile);
	return why;
}

static void
shipped_rules_in_their_order(void **state)
{
	struct bench b;
	struct policy_item item, large;
	struct vd_str why;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	large = an_item(2, 5000000, on("2026-10-01"));
	why = choose(&b, &item, "normal", "standard");
	assert_says(why, "Segment \"normal\" (rules version 0): no rule fits, so the rest. "
	                 "Profile \"standard\" version 0: set for the segment.");
	why = choose(&b, &large, "large", "large");
	assert_says(why, "rule 4, amount from 50000.00.");
	large.open_minor = 100; /* paid for the most part: still the large invoice it was */
	choose(&b, &large, "large", "large");
	b.debtor.late_invoices = 5;
	b.debtor.paid_invoices = 10;
	why = choose(&b, &item, "late_payer", "standard");
	assert_says(why, "payment history frequent (5 late, 10 paid in 12 months)");
	b.debtor.risk = POLICY_RISK_LOW;
	choose(&b, &item, "low_risk", "low_risk");
	b.debtor.risk = POLICY_RISK_HIGH;
	choose(&b, &item, "high_risk", "high_risk");
	choose(&b, &large, "large", "large");
	b.debtor.key_account = true;
	choose(&b, &large, "sensitive", "sensitive");
	b.debtor.segment = VD_STR("normal"); /* set by a person */
	why = choose(&b, &large, "normal", "standard");
	assert_says(why, "segment \"normal\" was given to the debtor");
	b.debtor.segment = VD_STR("Low_Risk"); /* as some import spells it */
	b.debtor.profile = VD_STR("");         /* an empty text is no profile */
	choose(&b, &large, "low_risk", "low_risk");
	b.debtor.segment = VD_STR("wholesale"); /* a word of their own that no rule knows */
	choose(&b, &large, "sensitive", "sensitive");
	b.debtor.intercompany = true;
	choose(&b, &large, "intercompany", "intercompany");
	bench_close(&b);
}

static void
administration_segment_debtor_invoice(void **state)
{
	struct bench b;
	struct policy_item item;
	const struct policy_profile *p;
	struct vd_str why, segment;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 10000, on("2026-10-01"));
	b.rules.segments = NULL;
	OK(policy_profile_of(&b.ctx, &b.rules, &b.debtor, &item, &p, &segment, &why));
	assert_text(p->code, "standard");
	assert_true(vd_str_is_none(segment));
	assert_says(why, "Profile \"standard\" version 0: the default of the administration.");

	OK(policy_segments_parse(
	    &b.ctx,
	    VD_STR(
	        "{\"segments\":[{\"code\":\"plain\",\"name\":\"P\"},{\"code\":\"risky\","
	        "\"name\":\"R\",\"profile\":\"high_risk\"}],\"rules\":[{\"when\":{\"risk\":\"high\"},\"segment\":\"risky\"}],"
	        "\"otherwise\":\"plain\"}"),
	    (struct policy_segment_rules **)&b.rules.segments));
	b.rules.default_profile = VD_STR("low_risk");
	why =
	    choose(&b, &item, "plain", "low_risk"); /* a segment without a profile leaves the default */
	assert_says(why, "the default of the administration");
	b.debtor.risk = POLICY_RISK_HIGH;
	why = choose(&b, &item, "risky", "high_risk");
	assert_says(why, "set for the segment");
	b.debtor.profile = VD_STR("sensitive");
	why = choose(&b, &item, "risky", "sensitive");
	assert_says(why, "set on the debtor");
	item.profile = VD_STR("large");
	why = choose(&b, &item, "risky", "large");
	assert_says(why, "set on the invoice");
	item.profile = VD_STR("unknown");
	OK(policy_profile_of(&b.ctx, &b.rules, &b.debtor, &item, &p, &segment, &why));
	assert_null(p);
	bench_close(&b);
}

static void
each_condition_decides(void **state)
{
	static const struct {
		const char *when, *says;
	} cases[] = {
		{ "\"given\":\"Retail\"", "segment \"retail\" was given" },
		{ "\"kind\":\"consumer\"", "consumer" },
		{ "\"risk\":\"high\"", "risk high" },
		{ "\"history\":\"frequent\"", "payment history frequent" },
		{ "\"language\":\"de\"", "language de" },
		{ "\"country\":\"BE\"", "country BE" },
		{ "\"intercompany\":true", "intercompany" },
		{ "\"key_account\":true", "key account" },
		{ "\"amount_min\":\"100.00\"", "amount from 100.00" },
		{ "\"overdue_min\":\"500.00\"", "overdue in all from 500.00" },
		{ "\"kind\":\"consumer\",\"amount_min\":\"100.00\",\"amount_max\":\"200.05\"",
		  "consumer, amount from 100.00, amount up to 200.05" },
	};
	struct bench b;
	struct policy_item item;
	struct policy_debtor all = { .segment = VD_STR("retail"),
		                         .consumer = true,
		                         .risk = POLICY_RISK_HIGH,
		                         .late_invoices = 5,
		                         .paid_invoices = 5,
		                         .language = VD_LANG_DE,
		                         .country = VD_STR("BE"),
		                         .intercompany = true,
		                         .key_account = true,
		                         .overdue_minor = 50000 };

	(void)state;
	bench_open_shipped(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_segment_rules *rules;
		struct vd_str text, why;

		OK(vd_str_printf(
		    &b.ctx, &text,
		    "{\"segments\":[{\"code\":\"no\",\"name\":\"N\"},{\"code\":\"yes\",\"name\":\"Y\"}],"
		    "\"rules\":[{\"when\":{%s},\"segment\":\"yes\"}],\"otherwise\":\"no\"}",
		    cases[i].when));
		if (policy_segments_parse(&b.ctx, text, &rules) != VD_OK)
			fail_msg("%s", b.ctx.error.detail);
		b.rules.segments = rules;
		b.debtor = all;
		item = an_item(1, 10000, on("2026-10-01"));
		why = choose(&b, &item, "yes", "standard");
		assert_says(why, cases[i].says);
		b.debtor = (struct policy_debtor){ .overdue_minor = 49999, .country = VD_STR("NL") };
		item.amount_minor = 9999;
		choose(&b, &item, "no", "standard");
	}
	bench_close(&b);
}

static void
what_is_refused_says_where(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "[]", "one JSON object" },
		{ "{\"segments\":[],\"rules\":[],\"otherwise\":\"a\"}",
		  "\"segments\" must be a list of 1 to 64" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"},{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[],\"otherwise\":\"a\"}",
		  "segment 2: \"code\" is there already" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[],\"otherwise\":\"b\"}",
		  "\"otherwise\" is not one of" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[]}",
		  "\"otherwise\" is missing" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{},\"segment\":\"a\"}],\"otherwise\":\"a\"}",
		  "rule 1: \"when\" must state at least one" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"risk\":\"high\"},\"segment\":\"b\"}],"
		  "\"otherwise\":\"a\"}",
		  "rule 1: \"segment\" is not one of" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"risk\":\"high\"}}],\"otherwise\":\"a\"}",
		  "\"segment\" is missing" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"given\":true},\"segment\":\"a\"}],"
		  "\"otherwise\":\"a\"}",
		  "leave \"segment\" out" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"country\":\"nl\"},\"segment\":\"a\"}],"
		  "\"otherwise\":\"a\"}",
		  "two capitals" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"amount_min\":\"2\","
		  "\"amount_max\":\"1\"},\"segment\":\"a\"}],\"otherwise\":\"a\"}",
		  "above \"amount_max\"" },
		{ "{\"segments\":[{\"code\":\"a\",\"name\":\"A\"}],\"rules\":[{\"when\":{\"city\":\"Ede\"},\"segment\":\"a\"}],"
		  "\"otherwise\":\"a\"}",
		  "no field \"city\"" },
	};
	struct bench b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_segment_rules *rules;
		struct vd_str said;

		if (policy_segments_parse(&b.ctx, vd_str_c(cases[i].text), &rules) != VD_E_INVALID)
			fail_msg("accepted: %s", cases[i].text);
		said = vd_str_c(b.ctx.error.detail);
		assert_says(said, cases[i].says);
		assert_string_equal(b.ctx.error.key, "segments.invalid");
	}
	bench_close(&b);
}

static void
payment_history_in_three_words(void **state)
{
	static const struct {
		int64_t late, paid, reminded;
		enum policy_history history;
	} cases[] = {
		{ 0, 0, 0, POLICY_FIRST_TIME },
		{ 1, 0, 0, POLICY_FIRST_TIME },
		{ 1, 40, 0, POLICY_FIRST_TIME },
		{ 2, 40, 0, POLICY_NORMAL },
		{ 1, 40, 1, POLICY_NORMAL },
		{ 3, 0, 0, POLICY_NORMAL }, /* three late at once, nothing ever paid: not known yet */
		{ 3, 10, 0, POLICY_FREQUENT },
		{ 3, 11, 0, POLICY_NORMAL },
		{ 4, 11, 0, POLICY_FREQUENT },
		{ 2, 3, 5, POLICY_NORMAL },
		{ 30, 100, 9, POLICY_FREQUENT },
		{ 29, 100, 9, POLICY_NORMAL },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_debtor d = { .late_invoices = cases[i].late,
			                       .paid_invoices = cases[i].paid,
			                       .reminded_before = cases[i].reminded };

		if (policy_history_of(&d) != cases[i].history) fail_msg("case %zu", i);
	}
}

static void
segments_can_be_listed(void **state)
{
	struct bench b;
	size_t normal = 0;

	(void)state;
	bench_open_shipped(&b);
	for (size_t i = 0; i < policy_segments_count(b.rules.segments); i++) {
		struct policy_segment s = policy_segment_at(b.rules.segments, i);
		bool there = false;

		for (size_t p = 0; p < b.rules.profiles_count; p++)
			if (vd_str_eq(b.profiles[p].code, s.profile)) there = true;
		assert_true(there);
		normal += s.normal;
	}
	assert_int_equal(normal, 1);
	assert_true(policy_segments_count(b.rules.segments) <= 12);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_rules_in_their_order),
		cmocka_unit_test(administration_segment_debtor_invoice),
		cmocka_unit_test(each_condition_decides),
		cmocka_unit_test(what_is_refused_says_where),
		cmocka_unit_test(payment_history_in_three_words),
		cmocka_unit_test(segments_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
