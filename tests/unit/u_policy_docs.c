/* docs/profiles.md says what is so: its examples are read, its table is compared with the shipped
 * profiles, its trace is made. And the trace in other situations. */
#include "policy_support.h"

static struct vd_str
manual(struct bench *b)
{
	const char *root = getenv("SOURCE_ROOT");
	char path[4096];
	char *text = vd_new_n(&b->ctx, char, 65536);
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/docs/profiles.md", root != NULL ? root : ".");
	file = fopen(path, "rb");
	if (file == NULL) fail_msg("cannot open %s; set SOURCE_ROOT", path);
	n = fread(text, 1, 65535, file);
	fclose(file);
	assert_true(n > 1000 && n < 65535);
	return (struct vd_str){ text, n };
}

/* The n-th fenced block that begins with this text, from 0. */
static struct vd_str
block(struct vd_str text, const char *begin, int n)
{
	size_t from = 0, to;

	for (int i = 0; i <= n; i++) {
		from = vd_str_find(text, vd_str_c(begin), from);
		if (from == SIZE_MAX) fail_msg("block %d of %s is not there", n, begin);
		from += strlen(begin);
	}
	to = vd_str_find(text, VD_STR("```"), from);
	return vd_str_sub(text, from, to - from);
}

static void
its_examples_are_read(void **state)
{
	struct bench b;
	struct vd_str text;
	struct policy_profile p;
	struct policy_segment_rules *rules;

	(void)state;
	bench_open(&b);
	text = manual(&b);
	OK(policy_profile_parse(&b.ctx, block(text, "```json\n", 0), &p));
	assert_int_equal(p.steps_count, 3);
	OK(policy_segments_parse(&b.ctx, block(text, "```json\n", 1), &rules));
	assert_int_equal(policy_segments_count(rules), 2);
	bench_close(&b);
}

static const struct policy_step *
step_of(const struct policy_profile *p, int64_t rank)
{
	for (int i = 0; i < p->steps_count; i++)
		if (p->steps[i].rank == rank) return &p->steps[i];
	return NULL;
}

static void
its_table_is_the_shipped_profiles(void **state)
{
	static const size_t columns[] = { 0, 1, 2, 3, 5, 4 }; /* of the bench's profiles */
	struct bench b;
	struct vd_str text, line;
	int steps = 0, shipped_steps = 0;

	(void)state;
	bench_open_shipped(&b);
	text = manual(&b);
	text = vd_str_sub(text, vd_str_find(text, VD_STR("| service call |"), 0), SIZE_MAX);
	while (vd_str_cut(&text, '\n', &line) && line.len > 0) {
		struct vd_str cell;
		int64_t rank, days;

		vd_str_cut(&line, '|', &cell);
		vd_str_cut(&line, '|', &cell);
		vd_str_cut(&line, '|', &cell);
		assert_true(vd_str_to_i64(vd_str_trim(cell), &rank));
		for (size_t c = 0; c < VD_LENGTH(columns); c++) {
			const struct policy_step *step = step_of(&b.profiles[columns[c]], rank);
			struct vd_str number;

			assert_true(vd_str_cut(&line, '|', &cell));
			cell = vd_str_trim(cell);
			assert_true((cell.len > 0) == (step != NULL));
			if (step == NULL) continue;
			for (number = cell; number.len > 0 && !vd_is_digit(number.ptr[number.len - 1]);)
				number.len--;
			assert_true(vd_str_to_i64(number, &days));
			assert_int_equal(days, step->days);
			assert_true((step->basis == POLICY_FROM_SENT) ==
			            (vd_str_find(cell, VD_STR("after sending"), 0) != SIZE_MAX));
			assert_true((step->actions_count > 1) ==
			            (vd_str_find(cell, VD_STR("with a call"), 0) != SIZE_MAX));
			steps++;
		}
	}
	for (size_t i = 0; i < b.rules.profiles_count; i++) shipped_steps += b.profiles[i].steps_count;
	assert_int_equal(steps, shipped_steps);
	bench_close(&b);
}

/* A template that a shipped profile names is there, in both languages of the first day. */
static void
each_template_is_there(void **state)
{
	static const char *const languages[] = { "nl", "en" };
	struct bench b;

	(void)state;
	bench_open_shipped(&b);
	for (size_t p = 0; p < b.rules.profiles_count; p++)
		for (int i = 0; i < b.profiles[p].steps_count * POLICY_ACTIONS_MAX; i++) {
			const struct policy_step *step = &b.profiles[p].steps[i / POLICY_ACTIONS_MAX];
			int a = i % POLICY_ACTIONS_MAX;

			for (size_t l = 0; a < step->actions_count && l < VD_LENGTH(languages); l++) {
				struct vd_embedded file;
				char path[100];

				if (vd_str_is_none(step->actions[a].template)) continue;
				snprintf(path, sizeof(path), "templates/%.*s.%s.md",
				         VD_FMT(step->actions[a].template), languages[l]);
				if (!vd_embedded_find(vd_str_c(path), &file)) fail_msg("%s is not there", path);
			}
		}
	bench_close(&b);
}

static void
its_trace_is_made(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct vd_str shown;
	struct policy_credit credit = { 1, VD_EUR, 20000, { 0 } };
	struct policy_source bank = { VD_STR("NL02ABNA0123456789"), on("2026-10-19"), 0 };
	struct policy_hold hold = { .id = 7,
		                        .scope = POLICY_HOLD_ITEM,
		                        .item_id = 1,
		                        .amount_minor = 30000,
		                        .reason = VD_STR("damaged"),
		                        .owner = VD_STR("Ann"),
		                        .from_on = VD_DATE_NONE,
		                        .until_on = on("2026-11-01") };

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 121000, on("2026-10-01"));
	item.number = VD_STR("F2026-17");
	done(&item, &b.profiles[0].steps[0], on("2026-10-02"));
	OK(policy_gate_check(&b.ctx, VD_STR("NL"), on("2026-10-20"), &bank, 1, &b.gate));
	facts = facts_of(&b, on("2026-10-20"), &item, 1);
	facts.holds = &hold;
	facts.holds_count = 1;
	facts.credits = &credit;
	facts.credits_count = 1;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	shown = block(manual(&b), "```\nInvoice ", 0);
	assert_true(vd_str_starts(d.trace, VD_STR("Invoice ")));
	d.trace = vd_str_sub(d.trace, strlen("Invoice "), SIZE_MAX);
	if (!vd_str_eq(shown, d.trace)) fail_msg("docs/profiles.md should say:\n%.*s", VD_FMT(d.trace));
	bench_close(&b);
}

static void
each_answer_has_its_sentence(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_decision d;

	(void)state;
	bench_open_shipped(&b);
	item = an_item(1, 100, on("2026-10-01"));
	d = decide_one(&b, on("2026-10-01"), &item);
	assert_says(d.trace, "due 2026-10-01, looked at on 2026-10-01.");
	assert_says(d.trace, "No step was done for it yet.");
	assert_says(d.trace, "due 2026-10-01 + 1 day = 2026-10-02, today 2026-10-01: not due yet.");
	assert_says(d.trace,
	            "Result: nothing yet, the next step is not due; looked at again on 2026-10-02.");
	item.waiting = POLICY_WAIT_TASK;
	item.waiting_note = VD_STR("call\nof Ben"); /* one fact stays one line */
	d = decide_one(&b, on("2026-11-01"), &item);
	assert_says(d.trace, "under way and waits for a task to be done (call of Ben).");
	item.waiting = POLICY_FREE;
	item.last_rank = 300;
	item.last_code = VD_STR("reminder");
	d = decide_one(&b, on("2026-11-01"), &item);
	assert_says(d.trace, "Last step: reminder (rank 300), skipped or lapsed.");
	assert_silent(d.trace, "Wait:");
	item.last_done_on = on("2026-10-31");
	d = decide_one(&b, on("2026-11-01"), &item);
	assert_says(d.trace, "Wait: last done 2026-10-31 + 10 days = 2026-11-10: too soon.");
	assert_says(d.trace,
	            "Result: nothing, too soon after the previous one; looked at again on 2026-11-10.");
	item.last_rank = 800;
	d = decide_one(&b, on("2026-12-01"), &item);
	assert_says(d.trace, "Result: nothing, the profile has no further step.");
	item.last_rank = 600;
	d = decide_one(&b, on("2026-12-01"), &item);
	assert_says(d.trace, "Result: do hand_over after a person's release, for 1.00 EUR.");
	item = an_item(1, 6000000, on("2026-12-31"));
	item.sent_on = on("2026-12-01");
	d = decide_one(&b, on("2026-12-06"), &item);
	assert_says(
	    d.trace,
	    "Step service_call (rank 100): sent 2026-12-01 + 5 days = 2026-12-06, today 2026-12-06: due.");
	bench_close(&b);
}

/* A thousand holds with a book of remarks do not make a page without end, nor an error. */
static void
a_trace_has_an_end(void **state)
{
	struct bench b;
	struct policy_item item;
	struct policy_facts facts;
	struct policy_decision d;
	struct policy_hold *holds;
	struct vd_buf book;

	(void)state;
	bench_open_shipped(&b);
	book = VD_BUF(&b.ctx, 100000);
	vd_buf_add_char(&book, 'x');
	for (int i = 0; i < 20000; i++)
		vd_buf_add_c(&book, "\xe2\x82\xac"); /* the euro sign, three bytes */
	holds = vd_new_n(&b.ctx, struct policy_hold, 1000);
	for (int i = 0; i < 1000; i++)
		holds[i] = (struct policy_hold){ .id = i,
			                             .scope = POLICY_HOLD_DEBTOR,
			                             .reason = vd_buf_str(&book),
			                             .owner = vd_buf_str(&book),
			                             .from_on = VD_DATE_NONE,
			                             .until_on = VD_DATE_NONE };
	item = an_item(1, 100, on("2026-10-01"));
	item.number = item.profile = vd_buf_str(&book);
	b.gate.reason = vd_buf_str(&book);
	facts = facts_of(&b, on("2026-10-05"), &item, 1);
	facts.holds = holds;
	facts.holds_count = 1000;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	item.profile = VD_STR_NONE;
	OK(policy_decide(&b.ctx, &b.rules, &facts, &d));
	assert_says(d.trace, "And 980 more holds.");
	assert_says(d.trace, "\xe2\x82\xac\", owner"); /* cut between characters */
	assert_true(d.trace.len < 16000);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_examples_are_read),
		cmocka_unit_test(its_table_is_the_shipped_profiles),
		cmocka_unit_test(each_template_is_there),
		cmocka_unit_test(its_trace_is_made),
		cmocka_unit_test(each_answer_has_its_sentence),
		cmocka_unit_test(a_trace_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
