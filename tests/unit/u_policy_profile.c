/* Profile text: what is accepted, what is refused and how, and the shipped profiles. */
#include "policy_support.h"

#define STEP(inside) \
	"{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1," inside "}]}"
#define ACTION(inside) STEP("\"actions\":[{" inside "}]")
#define CALL           "\"actions\":[{\"do\":\"call\"}]"

static const struct {
	const char *text, *says;
} refused[] = {
	{ "", "not JSON" },
	{ "{", "line 1" },
	{ "[]", "must be one JSON object" },
	{ "{\"code\":\"a\",\"code\":\"b\"}", "duplicate" },
	{ "{\"name\":\"x\"}", "\"code\" is missing" },
	{ "{\"code\":\"A b\"}", "small letters, digits" },
	{ "{\"code\":\"p\",\"steps\":[]}", "\"name\" is missing" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[]}", "\"steps\" must be a list of 1 to 32" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[1]}", "member 1 of \"steps\" must be an object" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[],\"mode\":1}", "no field \"mode\"" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"dunning\":1,\"steps\":[]}", "true or false" },
	{ STEP("\"day\":1," CALL), "profile p, step 1 (a): there is no field \"day\"" },
	{ STEP("\"wait\":-1," CALL), "\"wait\" must be a whole number from 0 to 365" },
	{ STEP("\"wait\":1.5," CALL), "\"wait\" must be a whole number" },
	{ STEP("\"from\":\"invoice\"," CALL), "\"from\" must be due or sent" },
	{ STEP("\"lapse\":\"soon\"," CALL), "\"lapse\" must be a number of days" },
	{ STEP("\"lapse\":\"due\"," CALL), "cannot lapse on the due day" },
	{ STEP("\"when\":{\"open_min\":100}," CALL), "\"open_min\" must be a text" },
	{ STEP("\"when\":{\"open_min\":\"100,00\"}," CALL), "\"open_min\" must be an amount" },
	{ STEP("\"when\":{\"open_min\":\"-1.00\"}," CALL), "not negative" },
	{ STEP("\"when\":{\"open_min\":\"2\",\"open_max\":\"1\"}," CALL), "above \"open_max\"" },
	{ STEP("\"when\":{\"kind\":\"firm\"}," CALL), "consumer or business" },
	{ STEP("\"when\":{\"risk\":\"huge\"}," CALL), "low, normal or high" },
	{ STEP("\"when\":{\"amount\":\"1\"}," CALL), "no field \"amount\"" },
	{ STEP("\"actions\":[]"), "\"actions\" must be a list of 1 to 6" },
	{ STEP("\"note\":\"x\""), "\"actions\" must be a list" },
	{ ACTION("\"do\":\"fax\""), "profile p, step 1 (a), action 1: \"do\" is \"fax\"" },
	{ ACTION("\"do\":\"email\""), "\"template\" is missing" },
	{ ACTION("\"do\":\"call\",\"template\":\"t\""), "\"template\" is only for messages" },
	{ ACTION("\"do\":\"call\",\"fallback\":\"email\""), "\"fallback\" is only for messages" },
	{ ACTION("\"do\":\"email\",\"template\":\"t\",\"fallback\":\"email\""), "another way" },
	{ ACTION("\"do\":\"email\",\"template\":\"t\",\"fallback\":\"costs\""), "another way" },
	{ ACTION("\"do\":\"email\",\"template\":\"t\",\"channel\":\"letter\""),
	  "\"channel\" is only for" },
	{ ACTION("\"do\":\"notice_of_default\",\"template\":\"t\",\"channel\":\"sms\""),
	  "email or letter" },
	{ ACTION("\"do\":\"hand_over\",\"release\":false"), "always need a person's release" },
	{ ACTION("\"do\":\"costs\",\"release\":false"), "always need a person's release" },
	{ STEP("\"actions\":[{\"do\":\"call\"},{\"do\":\"call\"}]"), "the step does this already" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":2,\"days\":1," CALL "},"
	  "{\"code\":\"b\",\"rank\":2,\"days\":2," CALL "}]}",
	  "step 2 (b): \"rank\" must be higher" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1," CALL "},"
	  "{\"code\":\"a\",\"rank\":2,\"days\":2," CALL "}]}",
	  "that of an earlier step" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"dunning\":false,\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1,"
	  "\"actions\":[{\"do\":\"hand_over\"}]}]}",
	  "without dunning" },
	{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"from\":\"sent\",\"days\":-1," CALL
	  "}]}",
	  "cannot be negative" },
};

static void
what_is_refused_says_where_and_why(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < VD_LENGTH(refused); i++) {
		struct policy_profile p;
		struct vd_str said;

		if (policy_profile_parse(&b.ctx, vd_str_c(refused[i].text), &p) != VD_E_INVALID)
			fail_msg("accepted: %s", refused[i].text);
		assert_string_equal(b.ctx.error.key, "profile.invalid");
		said = vd_str_c(b.ctx.error.detail);
		assert_says(said, refused[i].says);
	}
	bench_close(&b);
}

static void
sizes_have_limits(void **state)
{
	struct bench b;
	struct policy_profile p;
	char *text;
	struct vd_buf many;

	(void)state;
	bench_open(&b);
	text = vd_new_n(&b.ctx, char, 300 * 1024);
	memset(text, ' ', 300 * 1024);
	assert_int_equal(policy_profile_parse(&b.ctx, (struct vd_str){ text, 300 * 1024 }, &p),
	                 VD_E_LIMIT);
	memset(text, '[', 200 * 1024); /* deep nesting */
	assert_int_equal(policy_profile_parse(&b.ctx, (struct vd_str){ text, 200 * 1024 }, &p),
	                 VD_E_INVALID);
	many = VD_BUF(&b.ctx, 1 << 20);
	vd_buf_add_c(&many, "{\"code\":\"p\",\"name\":\"P\",\"steps\":[");
	for (int i = 0; i <= POLICY_STEPS_MAX; i++)
		vd_buf_addf(&many, "%s{\"code\":\"s%d\",\"rank\":%d,\"days\":%d," CALL "}",
		            i > 0 ? "," : "", i, i + 1, i);
	vd_buf_add_c(&many, "]}");
	assert_int_equal(policy_profile_parse(&b.ctx, vd_buf_str(&many), &p), VD_E_INVALID);
	assert_int_equal(policy_profile_parse(&b.ctx, VD_STR_NONE, &p), VD_E_INVALID);
	bench_close(&b);
}

static void
fields_arrive_where_they_belong(void **state)
{
	struct bench b;
	struct policy_profile p;
	const struct policy_step *step;

	(void)state;
	bench_open(&b);
	OK(policy_profile_parse(
	    &b.ctx,
	    VD_STR(
	        "{\"code\":\"p\",\"name\":\"Pröf\",\"note\":\"x\",\"consent\":true,\"steps\":["
	        "{\"code\":\"before\",\"rank\":10,\"days\":-3,\"actions\":[{\"do\":\"email\",\"template\":\"t\"}]},"
	        "{\"code\":\"sent\",\"rank\":20,\"from\":\"sent\",\"days\":5,\"lapse\":9,\"actions\":[{\"do\":\"call\",\"by\":\"owner\"}]},"
	        "{\"code\":\"last\",\"rank\":30,\"days\":0,\"wait\":4,\"lapse\":\"never\",\"when\":{\"open_min\":\"12.34\","
	        "\"open_max\":\"50\",\"kind\":\"business\",\"risk\":\"low\",\"segment\":\"big\"},\"actions\":[{\"do\":\"costs\"},"
	        "{\"do\":\"stop_delivery_warning\",\"template\":\"stop\",\"channel\":\"email\",\"fallback\":\"letter\","
	        "\"release\":true}]}]}"),
	    &p));
	assert_text(p.name, "Pröf");
	assert_true(p.dunning && p.consent);
	assert_int_equal(p.steps_count, 3);
	step = &p.steps[0];
	assert_int_equal(step->lapse_days, POLICY_LAPSE_AT_DUE);
	assert_int_equal(step->days, -3);
	assert_int_equal(step->open_min_minor, 0);
	assert_true(step->open_max_minor == INT64_MAX);
	step = &p.steps[1];
	assert_int_equal(step->basis, POLICY_FROM_SENT);
	assert_int_equal(step->lapse_days, 9);
	assert_text(step->actions[0].by, "owner");
	step = &p.steps[2];
	assert_int_equal(step->lapse_days, POLICY_LAPSE_NEVER);
	assert_int_equal(step->wait_days, 4);
	assert_int_equal(step->open_min_minor, 1234);
	assert_int_equal(step->open_max_minor, 5000);
	assert_int_equal(step->audience, POLICY_BUSINESS);
	assert_text(step->risk, "low");
	assert_text(step->segment, "big");
	assert_true(step->actions[0].release);
	assert_int_equal(step->actions[1].kind, POLICY_STOP_DELIVERY_WARNING);
	assert_int_equal(step->actions[1].channel, POLICY_EMAIL);
	assert_text(step->actions[1].fallback, "letter");
	bench_close(&b);
}

/* The days the sources name: 1 reminder, 14 dunning letter, 21 call, 28 notice of default, 35
 * hand-over; high risk the same in half the time. */
static void
shipped_profiles_are_what_they_say(void **state)
{
	static const struct {
		const char *profile, *code;
		int32_t rank, days;
		int actions;
	} steps[] = {
		{ "standard", "reminder", 300, 1, 1 },
		{ "standard", "dunning_letter", 400, 14, 1 },
		{ "standard", "call", 500, 21, 1 },
		{ "standard", "notice_of_default", 600, 28, 1 },
		{ "standard", "hand_over", 800, 35, 1 },
		{ "large", "service_call", 100, 5, 1 },
		{ "large", "reminder", 300, 1, 2 },
		{ "large", "dunning_letter", 400, 14, 1 },
		{ "large", "call", 500, 21, 1 },
		{ "large", "notice_of_default", 600, 28, 1 },
		{ "large", "hand_over", 800, 35, 1 },
		{ "high_risk", "reminder", 300, 1, 1 },
		{ "high_risk", "dunning_letter", 400, 7, 1 },
		{ "high_risk", "call", 500, 10, 1 },
		{ "high_risk", "notice_of_default", 600, 14, 1 },
		{ "high_risk", "hand_over", 800, 17, 1 },
		{ "low_risk", "reminder", 300, 7, 1 },
		{ "low_risk", "dunning_letter", 400, 28, 1 },
		{ "low_risk", "call", 500, 35, 1 },
		{ "low_risk", "notice_of_default", 600, 49, 1 },
		{ "low_risk", "hand_over", 800, 63, 1 },
		{ "intercompany", "statement", 310, 14, 1 },
		{ "intercompany", "check", 510, 30, 1 },
		{ "sensitive", "owner_call", 250, 1, 1 },
		{ "sensitive", "reminder", 300, 14, 1 },
		{ "sensitive", "dunning_letter", 400, 28, 1 },
		{ "sensitive", "call", 500, 35, 1 },
		{ "sensitive", "notice_of_default", 600, 49, 1 },
		{ "sensitive", "hand_over", 800, 63, 1 },
	};
	struct bench b;
	size_t n = 0;

	(void)state;
	bench_open_shipped(&b);
	for (size_t p = 0; p < b.rules.profiles_count; p++)
		for (int s = 0; s < b.profiles[p].steps_count; s++, n++) {
			const struct policy_step *step = &b.profiles[p].steps[s];

			assert_true(n < VD_LENGTH(steps));
			assert_text(b.profiles[p].code, steps[n].profile);
			assert_text(step->code, steps[n].code);
			assert_int_equal(step->rank, steps[n].rank);
			assert_int_equal(step->days, steps[n].days);
			assert_int_equal(step->actions_count, steps[n].actions);
		}
	assert_int_equal(n, VD_LENGTH(steps));
	bench_close(&b);
}

static bool
warned(const struct vd_str *warnings, size_t count, const char *part)
{
	for (size_t i = 0; i < count; i++)
		if (vd_str_find(warnings[i], vd_str_c(part), 0) != SIZE_MAX) return true;
	return false;
}

static void
shipped_profiles_pass_their_own_check(void **state)
{
	struct bench b;
	struct vd_str *warnings;
	size_t count;
	struct policy_load load = { .debtors = 1000,
		                        .debtors_normal = 800,
		                        .segments = 12,
		                        .calls_a_day = 40,
		                        .calls_capacity = 40 };

	(void)state;
	bench_open_shipped(&b);
	OK(policy_check(&b.ctx, b.profiles, b.rules.profiles_count, &load, &warnings, &count));
	for (size_t i = 0; i < count; i++) print_message("%.*s\n", VD_FMT(warnings[i]));
	assert_int_equal(count, 0);
	load = (struct policy_load){ .debtors = 1000,
		                         .debtors_normal = 799,
		                         .segments = 13,
		                         .calls_a_day = 41,
		                         .calls_capacity = 40 };
	OK(policy_check(&b.ctx, b.profiles, b.rules.profiles_count, &load, &warnings, &count));
	assert_int_equal(count, 3);
	assert_true(warned(warnings, count, "There are 13 segments"));
	assert_true(warned(warnings, count, "799 of 1000 debtors are in a normal segment"));
	assert_true(warned(warnings, count, "plan about 41 calls a day and the staff can make 40"));
	load.calls_capacity = -1;
	OK(policy_check(&b.ctx, b.profiles, b.rules.profiles_count, &load, &warnings, &count));
	assert_int_equal(count, 2);
	bench_close(&b);
}

static void
a_questionable_profile_is_warned_about(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ STEP("\"actions\":[{\"do\":\"notice_of_default\",\"template\":\"t\"}]"),
		  "the first message the debtor gets" },
		{ STEP("\"actions\":[{\"do\":\"hand_over\"}]"), "without a notice of default" },
		{ STEP("\"actions\":[{\"do\":\"costs\"}]"), "art. 6:96 lid 6 BW" },
		{ STEP(CALL), "no step sends a message" },
		{ STEP("\"actions\":[{\"do\":\"email\",\"template\":\"t\"}]"),
		  "email has no \"fallback\"" },
		{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":9," CALL
		  "},"
		  "{\"code\":\"b\",\"rank\":2,\"days\":5," CALL "}]}",
		  "its day (5) is before that of the step it follows (a, 9)" },
		{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1," CALL
		  "},"
		  "{\"code\":\"b\",\"rank\":2,\"days\":5,\"wait\":9," CALL "}]}",
		  "the wait of 9 days is longer than the 4 days" },
		{ "{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1,\"actions\":[{\"do\":\"email\","
		  "\"template\":\"t\"}]},{\"code\":\"b\",\"rank\":2,\"days\":5,\"actions\":[{\"do\":\"email\",\"template\":\"t\"}]}]}",
		  "gets a one day and this the next" },
		{ "{\"code\":\"standard\",\"name\":\"P\",\"steps\":[{\"code\":\"reminder\",\"rank\":301,\"days\":1," CALL
		  "}]}",
		  "step reminder has rank 300 and step reminder rank 301" },
	};
	struct bench b;

	(void)state;
	bench_open_shipped(&b);
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		struct policy_profile two[2] = { b.profiles[0] };
		struct vd_str *warnings;
		size_t count;

		OK(policy_profile_parse(&b.ctx, vd_str_c(cases[i].text), &two[1]));
		OK(policy_check(&b.ctx, two, 2, NULL, &warnings, &count));
		if (!warned(warnings, count, cases[i].says))
			fail_msg("no warning about: %s", cases[i].says);
	}
	bench_close(&b);
}

static void
rules_that_lead_nowhere_are_warned_about(void **state)
{
	struct bench b;
	struct vd_str *warnings;
	struct policy_segment_rules *segments;
	size_t count;

	(void)state;
	bench_open_shipped(&b);
	OK(policy_rules_check(&b.ctx, &b.rules, &warnings, &count));
	for (size_t i = 0; i < count; i++) print_message("%.*s\n", VD_FMT(warnings[i]));
	assert_int_equal(count, 0);
	b.rules.default_profile = VD_STR("none");
	bench_profile(
	    &b, 6,
	    VD_STR("{\"code\":\"p\",\"name\":\"P\",\"steps\":[{\"code\":\"a\",\"rank\":1,\"days\":1,"
	           "\"when\":{\"segment\":\"z\"},\"actions\":[{\"do\":\"call\"}]}]}"));
	OK(policy_segments_parse(
	    &b.ctx,
	    VD_STR("{\"segments\":[{\"code\":\"x\",\"name\":\"X\",\"profile\":\"gone\"},"
	           "{\"code\":\"y\",\"name\":\"Y\"}],\"rules\":[],\"otherwise\":\"x\"}"),
	    &segments));
	b.rules.segments = segments;
	OK(policy_rules_check(&b.ctx, &b.rules, &warnings, &count));
	assert_int_equal(count, 4);
	assert_true(warned(warnings, count, "no profile \"none\", which is the default"));
	assert_true(warned(warnings, count, "Segment x: there is no profile \"gone\""));
	assert_true(warned(warnings, count, "Segment y: no rule leads to it"));
	assert_true(warned(warnings, count, "Profile p, step a: there is no segment \"z\""));
	bench_close(&b);
}

static void
every_word_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < POLICY__OUTCOME_COUNT; i++)
		assert_non_null(policy_outcome_name((enum policy_outcome)i));
	for (int i = 0; i < POLICY__ACTION_COUNT; i++)
		assert_non_null(policy_action_name((enum policy_action_kind)i));
	assert_string_equal(policy_action_name(POLICY_FOURTEEN_DAY_LETTER), "fourteen_day_letter");
	assert_true(policy_is_message(POLICY_NOTICE_OF_DEFAULT));
	assert_false(policy_is_message(POLICY_HAND_OVER));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_says_where_and_why),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(fields_arrive_where_they_belong),
		cmocka_unit_test(shipped_profiles_are_what_they_say),
		cmocka_unit_test(shipped_profiles_pass_their_own_check),
		cmocka_unit_test(a_questionable_profile_is_warned_about),
		cmocka_unit_test(rules_that_lead_nowhere_are_warned_about),
		cmocka_unit_test(every_word_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
