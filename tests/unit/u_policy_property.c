/* A year of random but seeded business, looked at every evening: what may never happen, whatever
 * the profile, the payments, the disputes and the days on which nobody ran the program. */
#include "policy_support.h"

#define DEBTORS 60
#define ITEMS   8
#define DAYS    420
#define LOG_MAX 64

/* splitmix64: the same everywhere, for a seed that can be printed and tried again. */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int
pick(uint64_t *seed, int n)
{
	return (int)(next(seed) % (uint64_t)n);
}

/* What the ledger would know of one debtor, and what was done to him. */
struct life {
	struct policy_item items[ITEMS];
	struct policy_credit credits[2];
	struct policy_hold holds[3];
	size_t credits_count, holds_count;
	struct vd_date last_message;
	int32_t done_rank[ITEMS][LOG_MAX]; /* of the present cycle */
	int done_count[ITEMS];
	struct vd_date waiting_until[ITEMS];
	const struct policy_step *pending[ITEMS];
	bool all_in_one_run[ITEMS];
};

struct world {
	struct bench b;
	uint64_t seed;
	struct life life;
	long acts, lapses, held, netted, waits, cycles, messages;
};

static void
make_debtor(struct world *w, struct vd_date start)
{
	static const enum policy_risk risks[] = { POLICY_RISK_LOW, POLICY_RISK_NORMAL,
		                                      POLICY_RISK_NORMAL, POLICY_RISK_HIGH };
	struct life *l = &w->life;

	memset(l, 0, sizeof(*l));
	w->b.debtor.risk = risks[pick(&w->seed, 4)];
	w->b.debtor.consumer = pick(&w->seed, 3) == 0;
	w->b.debtor.key_account = pick(&w->seed, 8) == 0;
	w->b.debtor.intercompany = pick(&w->seed, 12) == 0;
	w->b.debtor.consent_given = pick(&w->seed, 2) == 0;
	w->b.debtor.has_email = pick(&w->seed, 4) != 0;
	w->b.debtor.has_address = pick(&w->seed, 4) != 0;
	w->b.debtor.profile = VD_STR_NONE;
	w->b.rules.bundle_days = pick(&w->seed, 3) * 4;
	w->b.rules.open_min_minor = pick(&w->seed, 2) * 500;
	l->last_message = VD_DATE_NONE;
	for (int i = 0; i < ITEMS; i++) {
		int64_t amount =
		    pick(&w->seed, 5) == 0 ? 5000000 + pick(&w->seed, 100000) : 1 + pick(&w->seed, 200000);

		l->items[i] = an_item(i + 1, amount, days_after(start, pick(&w->seed, 200) - 60));
		l->items[i].sent_on = days_after(l->items[i].due_on, -14 - pick(&w->seed, 20));
		l->items[i].takeover_unknown = pick(&w->seed, 6) == 0;
		if (pick(&w->seed, 6) == 0) l->items[i].currency = (struct vd_currency){ "USD" };
		l->waiting_until[i] = VD_DATE_NONE;
	}
}

/* Something happens in the business: a payment, a dispute, a return, another profile. */
static void
live(struct world *w, struct vd_date today)
{
	static const char *const profiles[] = { "standard", "high_risk", "low_risk", "large",
		                                    "sensitive" };
	struct life *l = &w->life;
	struct policy_item *item = &l->items[pick(&w->seed, ITEMS)];
	size_t i = (size_t)(item - l->items);

	switch (pick(&w->seed, 14)) {
	case 0: /* a part, or all of it, is paid */
		item->open_minor -= pick(&w->seed, 3) == 0 ? item->open_minor / 2 : item->open_minor;
		break;
	case 1: /* the payment is returned: a new cycle */
		if (item->open_minor > 0) break;
		item->open_minor = item->amount_minor;
		item->cycle++;
		item->last_rank = INT32_MIN;
		item->last_done_on = VD_DATE_NONE;
		item->waiting = POLICY_FREE;
		item->takeover_unknown = false;
		l->pending[i] = NULL;
		l->done_count[i] = 0;
		w->cycles++;
		break;
	case 2: /* money without a reference, or a credit note */
		l->credits_count = (size_t)pick(&w->seed, 3);
		for (size_t c = 0; c < l->credits_count; c++)
			l->credits[c] = (struct policy_credit){ .id = (int64_t)c + 1,
				                                    .open_minor = pick(&w->seed, 300000),
				                                    .currency = pick(&w->seed, 4) == 0
				                                                    ? (struct vd_currency){ "USD" }
				                                                    : VD_EUR,
				                                    .effective_on = today };
		break;
	case 3: /* a dispute, a promise, a stop */
		l->holds_count = (size_t)pick(&w->seed, 4);
		for (size_t h = 0; h < l->holds_count; h++)
			l->holds[h] = (struct policy_hold){
				.id = (int64_t)h + 1,
				.reason = VD_STR("r"),
				.owner = VD_STR("o"),
				.scope = pick(&w->seed, 6) == 0 ? POLICY_HOLD_DEBTOR : POLICY_HOLD_ITEM,
				.item_id = 1 + pick(&w->seed, ITEMS),
				.amount_minor = pick(&w->seed, 2) * pick(&w->seed, 100000),
				.from_on = days_after(today, pick(&w->seed, 5)),
				.until_on = pick(&w->seed, 3) == 0 ? VD_DATE_NONE
				                                   : days_after(today, 5 + pick(&w->seed, 20))
			};
		break;
	case 4:
		item->profile = vd_str_c(profiles[pick(&w->seed, (int)VD_LENGTH(profiles))]);
		break;
	case 5:
		w->b.debtor.consent_given = !w->b.debtor.consent_given;
		break;
	case 6: /* the due day is changed */
		item->due_on = days_after(item->due_on, pick(&w->seed, 21) - 10);
		break;
	default:
		break;
	}
}

/* What was released some days ago is now really done. */
static void
settle_waiting(struct world *w, struct vd_date today)
{
	struct life *l = &w->life;

	for (int i = 0; i < ITEMS; i++) {
		if (l->pending[i] == NULL || l->waiting_until[i].day > today.day) continue;
		done(&l->items[i], l->pending[i], today);
		if (l->pending[i] != NULL && l->pending[i]->actions[0].kind != POLICY_CALL)
			l->last_message = today;
		l->items[i].waiting = POLICY_FREE;
		l->pending[i] = NULL;
	}
}

static void
check_amounts(const struct policy_item *item, const struct policy_decision *d)
{
	int64_t open = item->open_minor > 0 ? item->open_minor : 0;

	assert_true(d->dunned_minor >= 0 && d->netted_minor >= 0 && d->held_minor >= 0);
	assert_true(d->dunned_minor + d->netted_minor + d->held_minor == open);
}

/* Written a second time, in the plainest way, as a witness against the code under test. */
static void
check_act(struct world *w, struct vd_date today, int i, const struct policy_decision *d)
{
	const struct policy_item *item = &w->life.items[i];
	struct vd_date from = item->due_on;
	int *count = &w->life.done_count[i];

	assert_true(item->open_minor > 0 && d->dunned_minor > 0);
	assert_int_equal(item->waiting, POLICY_FREE);
	assert_true(w->b.gate.open);
	if (d->step->basis == POLICY_FROM_SENT) from = item->sent_on;
	assert_true(today.day >= from.day + d->step->days);
	if (d->step->basis == POLICY_FROM_SENT || d->step->days < 0)
		assert_true(today.day <= item->due_on.day);
	if (!vd_date_is_none(item->last_done_on)) {
		assert_true(today.day - item->last_done_on.day >= d->step->wait_days);
		assert_true(today.day > item->last_done_on.day);
	}
	for (int k = 0; k < *count; k++)
		if (d->step->rank <= w->life.done_rank[i][k])
			fail_msg("rank %d again or lower", d->step->rank);
	assert_true(*count < LOG_MAX);
	w->life.done_rank[i][(*count)++] = d->step->rank;
	for (size_t h = 0; h < w->life.holds_count; h++) {
		const struct policy_hold *hold = &w->life.holds[h];
		bool now = today.day >= hold->from_on.day &&
		           (vd_date_is_none(hold->until_on) || today.day <= hold->until_on.day);

		if (now && hold->scope == POLICY_HOLD_DEBTOR) fail_msg("acted under a hold on the debtor");
		if (now && hold->scope == POLICY_HOLD_ITEM && hold->item_id == item->id &&
		    hold->amount_minor == 0)
			fail_msg("acted under a hold on the item");
	}
	if (d->profile->consent && !w->b.debtor.consent_given)
		for (int a = 0; a < d->step->actions_count; a++)
			assert_false(policy_is_message(d->step->actions[a].kind));
}

static void
check_next(struct vd_date today, const struct policy_decision *d)
{
	switch (d->outcome) {
	case POLICY_NOT_DUE:
	case POLICY_TOO_SOON:
	case POLICY_NETTED:
	case POLICY_NO_CONSENT:
		assert_true(d->next_action_on.day > today.day);
		break;
	case POLICY_HELD:
		assert_true(vd_date_is_none(d->next_action_on) || d->next_action_on.day > today.day);
		break;
	case POLICY_GATE_CLOSED:
		assert_int_equal(d->next_action_on.day, today.day);
		break;
	default:
		assert_true(vd_date_is_none(d->next_action_on));
		break;
	}
}

/* Netting per currency: never more than there is, and nothing left over while something is asked.
 */
static void
check_netting(const struct life *l, const struct policy_decision *d, struct vd_currency currency)
{
	int64_t money = 0, netted = 0, dunned = 0;

	for (size_t c = 0; c < l->credits_count; c++)
		if (vd_currency_eq(l->credits[c].currency, currency)) money += l->credits[c].open_minor;
	for (int i = 0; i < ITEMS; i++) {
		if (!vd_currency_eq(l->items[i].currency, currency)) continue;
		netted += d[i].netted_minor;
		dunned += d[i].dunned_minor;
		for (int k = 0; k < ITEMS;
		     k++) /* nothing older is asked while something newer is covered */
			if (vd_currency_eq(l->items[k].currency, currency) &&
			    l->items[k].due_on.day < l->items[i].due_on.day && d[i].netted_minor > 0)
				assert_true(d[k].dunned_minor == 0);
	}
	assert_true(netted <= money);
	assert_true(netted == money || dunned == 0);
}

static void
check_bundles(struct world *w, const struct policy_facts *facts, const struct policy_decision *d)
{
	struct policy_bundle *bundles;
	size_t count;
	int in_bundles[ITEMS] = { 0 };

	OK(policy_bundle(&w->b.ctx, &w->b.rules, facts, d, &bundles, &count));
	for (size_t n = 0; n < count; n++) {
		const struct policy_bundle *b = &bundles[n];
		int64_t total = 0;

		assert_true(b->decisions_count > 0);
		for (size_t k = 0; k < b->decisions_count; k++) {
			const struct policy_decision *x = &d[b->decisions[k]];

			assert_int_equal(x->outcome, POLICY_ACT);
			assert_true(x->step->rank <= b->step->rank);
			assert_true(vd_currency_eq(facts->items[b->decisions[k]].currency, b->currency));
			total += x->dunned_minor;
			in_bundles[b->decisions[k]]++;
		}
		assert_true(total == b->total_minor);
		assert_true(b->channel != POLICY_EMAIL || w->b.debtor.has_email);
		assert_true(b->channel != POLICY_LETTER || w->b.debtor.has_address);
		if (b->kind == POLICY_HAND_OVER || b->kind == POLICY_COSTS) assert_true(b->release);
		for (size_t m = 0; m < n;
		     m++) /* no two ordinary messages of one kind about overdue items of one currency */
			if (bundles[m].kind == b->kind && vd_currency_eq(bundles[m].currency, b->currency) &&
			    bundles[m].channel == b->channel &&
			    (b->kind == POLICY_EMAIL || b->kind == POLICY_LETTER))
				assert_true((facts->items[b->decisions[0]].due_on.day >= facts->today.day) !=
				            (facts->items[bundles[m].decisions[0]].due_on.day >= facts->today.day));
		w->messages++;
	}
	for (size_t i = 0; i < facts->items_count; i++)
		assert_true((in_bundles[i] > 0) == (d[i].outcome == POLICY_ACT));
}

static void
evening(struct world *w, struct vd_date today)
{
	struct life *l = &w->life;
	struct policy_facts facts = facts_of(&w->b, today, l->items, ITEMS);
	struct policy_decision d[ITEMS], again[ITEMS];
	struct vd_arena_mark mark = vd_arena_mark(&w->b.arena);

	facts.credits = l->credits;
	facts.credits_count = l->credits_count;
	facts.holds = l->holds;
	facts.holds_count = l->holds_count;
	facts.last_message_on = l->last_message;
	facts.trace_actions_only = pick(&w->seed, 2) == 0;
	OK(policy_decide(&w->b.ctx, &w->b.rules, &facts, d));
	OK(policy_decide(&w->b.ctx, &w->b.rules, &facts, again));
	check_netting(l, d, VD_EUR);
	check_netting(l, d, (struct vd_currency){ "USD" });
	check_bundles(w, &facts, d);
	for (int i = 0; i < ITEMS; i++) {
		struct vd_date first;

		assert_int_equal(d[i].item_id, i + 1);
		assert_int_equal(d[i].outcome, again[i].outcome); /* the same facts, the same decision */
		assert_true(d[i].step == again[i].step);
		check_amounts(&l->items[i], &d[i]);
		check_next(today, &d[i]);
		assert_true(d[i].trace.len > 0 || (facts.trace_actions_only && d[i].outcome != POLICY_ACT));
		w->held += d[i].outcome == POLICY_HELD;
		w->netted += d[i].outcome == POLICY_NETTED;
		w->waits += d[i].outcome == POLICY_TOO_SOON;
		w->lapses += d[i].lapsed_count;
		if (d[i].outcome == POLICY_ACT) {
			first = policy_first_action(d[i].profile, &l->items[i]);
			assert_true(!vd_date_is_none(first) &&
			            first.day <= today.day); /* never looked at too late */
			check_act(w, today, i, &d[i]);
			w->acts++;
			l->pending[i] = d[i].step;
			l->items[i].waiting =
			    pick(&w->seed, 2) == 0 ? POLICY_WAIT_RELEASE : POLICY_WAIT_SENDING;
			l->waiting_until[i] =
			    days_after(today, pick(&w->seed, 3) == 0 ? pick(&w->seed, 30) : 0);
		}
		for (int k = 0; k < d[i].lapsed_count; k++)
			assert_true(d[i].lapsed_ranks[k] > l->items[i].last_rank);
		record_lapsed(&l->items[i], &d[i]);
	}
	vd_arena_rewind(&w->b.arena, mark);
}

static void
a_year_of_evenings(void **state)
{
	static struct world w;
	const char *given = getenv("VOLDAAN_TEST_SEED");
	int64_t seed = 20261122;
	struct vd_date start;

	(void)state;
	if (given != NULL) assert_true(vd_str_to_i64(vd_str_c(given), &seed));
	print_message("seed %lld (VOLDAAN_TEST_SEED)\n", (long long)seed);
	w.seed = (uint64_t)seed;
	bench_open_shipped(&w.b);
	start = on("2026-01-01");
	for (int debtor = 0; debtor < DEBTORS; debtor++) {
		make_debtor(&w, start);
		for (int32_t day = 0; day < DAYS; day++) {
			struct vd_date today = days_after(start, day);

			settle_waiting(&w, today);
			live(&w, today);
			w.b.gate.open = pick(&w.seed, 5) != 0;
			if (pick(&w.seed, 4) != 0) evening(&w, today); /* else nobody ran it that day */
		}
	}
	print_message(
	    "%ld steps, %ld messages and tasks, %ld lapsed, %ld held, %ld netted, %ld too soon, %ld new cycles\n",
	    w.acts, w.messages, w.lapses, w.held, w.netted, w.waits, w.cycles);
	/* the year must have met each of these, else it proves nothing */
	assert_true(w.acts > 200 && w.lapses > 20 && w.held > 100 && w.netted > 100 && w.waits > 50 &&
	            w.cycles > 20);
	bench_close(&w.b);
}

/* Left alone, with an open gate, an item gets every step of its profile, each once. */
static void
nothing_is_skipped_when_nothing_happens(void **state)
{
	struct bench b;
	uint64_t seed = 7;

	(void)state;
	bench_open_shipped(&b);
	for (size_t p = 0; p < b.rules.profiles_count; p++)
		for (int round = 0; round < 40; round++) {
			struct policy_item item = an_item(1, 6000000, on("2026-03-01"));
			int n = 0;

			item.profile = b.profiles[p].code;
			b.debtor.consent_given = true;
			item.sent_on = on("2026-02-01");
			for (struct vd_date today = on("2026-02-06"); today.day < on("2027-06-01").day;
			     today.day++) {
				struct policy_decision d;

				if (today.day > on("2026-02-10").day && pick(&seed, 3) != 0) continue;
				d = decide_one(&b, today, &item);
				assert_int_equal(d.lapsed_count, 0);
				if (d.outcome != POLICY_ACT) continue;
				assert_true(d.step == &b.profiles[p].steps[n]);
				done(&item, d.step, today);
				n++;
			}
			assert_int_equal(n, b.profiles[p].steps_count);
		}
	bench_close(&b);
}

/* One item, its one hold, and when it is looked at. */
struct watched {
	struct policy_item item;
	struct policy_hold hold;
	struct vd_date next_look, last_message;
	bool every_day;
	long acts, looks;
};

static void
make_watched(struct watched *w, uint64_t *seed, struct vd_date start)
{
	static const char *const profiles[] = { "standard", "large", "high_risk", "sensitive",
		                                    "early" };

	w->item = an_item(1, 5000 + pick(seed, 9000000), days_after(start, pick(seed, 30)));
	w->item.sent_on = days_after(w->item.due_on, -pick(seed, 25));
	w->item.profile = vd_str_c(profiles[pick(seed, (int)VD_LENGTH(profiles))]);
	w->item.takeover_unknown = pick(seed, 8) == 0;
	w->hold = (struct policy_hold){ .id = 1,
		                            .scope = POLICY_HOLD_ITEM,
		                            .item_id = 1,
		                            .reason = VD_STR("r"),
		                            .amount_minor = pick(seed, 2) * 1000,
		                            .from_on = days_after(start, pick(seed, 40)) };
	w->hold.until_on = days_after(w->hold.from_on, pick(seed, 20));
	w->next_look = start;
	w->last_message = days_after(start, pick(seed, 5));
	w->every_day = true;
}

/* Whether something is done today. */
static bool
look(struct bench *b, struct watched *w, struct vd_date today)
{
	struct policy_facts facts = facts_of(b, today, &w->item, 1);
	struct policy_decision d;

	if (!w->every_day && (vd_date_is_none(w->next_look) || today.day < w->next_look.day))
		return false;
	facts.holds = &w->hold;
	facts.holds_count = 1;
	facts.trace_actions_only = true;
	facts.last_message_on = w->last_message;
	OK(policy_decide(&b->ctx, &b->rules, &facts, &d));
	record_lapsed(&w->item, &d);
	w->next_look = d.next_action_on;
	w->looks++;
	if (d.outcome != POLICY_ACT) return false;
	done(&w->item, d.step, today);
	if (d.step->actions[0].kind != POLICY_CALL) w->last_message = today;
	w->next_look = policy_first_action(d.profile, &w->item);
	w->acts++;
	return true;
}

/* An item that is looked at on the days it was told (next_action_on) is done no other day than one
 * that is looked at every day: the index of the run loses nothing. */
static void
looking_only_when_told_loses_nothing(void **state)
{
	struct bench b;
	struct watched daily = { 0 }, told = { 0 };
	uint64_t seed = 11;

	(void)state;
	bench_open_shipped(&b);
	bench_profile(
	    &b, 6,
	    VD_STR(
	        "{\"code\":\"early\",\"name\":\"E\",\"steps\":["
	        "{\"code\":\"a\",\"rank\":1,\"from\":\"sent\",\"days\":9,\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"b\",\"rank\":2,\"days\":-5,\"wait\":4,"
	        "\"actions\":[{\"do\":\"email\",\"template\":\"t\"}]},"
	        "{\"code\":\"c\",\"rank\":3,\"days\":1,\"lapse\":3,\"wait\":6,\"actions\":[{\"do\":\"call\"}]},"
	        "{\"code\":\"d\",\"rank\":4,\"days\":2,\"actions\":[{\"do\":\"letter\",\"template\":\"t\"}]}]}"));
	b.debtor.consent_given = true;
	for (int round = 0; round < 300; round++) {
		struct vd_date start = on("2026-03-01");
		long acts = told.acts, looks = told.looks;

		make_watched(&daily, &seed, start);
		b.rules.bundle_days = pick(&seed, 3) * 5;
		told = daily;
		told.every_day = false;
		told.acts = acts;
		told.looks = looks;
		for (struct vd_date today = start; today.day < start.day + 300; today.day++) {
			bool by_day = look(&b, &daily, today), when_told = look(&b, &told, today);

			if (by_day != when_told)
				fail_msg("round %d, %s, profile %.*s: daily %d, told %d", round, iso(today),
				         VD_FMT(daily.item.profile), by_day, when_told);
			assert_true(!by_day || daily.item.last_rank == told.item.last_rank);
		}
	}
	print_message("%ld steps, %ld looks instead of %d\n", told.acts, told.looks, 300 * 300);
	assert_true(told.acts > 500 && told.looks < 10000);
	bench_close(&b);
}

/* Whichever allocation fails, the answer is "no memory" and nothing else. */
static void
each_failing_allocation_is_told(void **state)
{
	struct bench b;
	struct policy_item items[3];
	struct policy_facts facts;
	struct policy_decision d[3];
	struct policy_bundle *bundles;
	size_t count;
	int failed = 0;

	(void)state;
	bench_open_shipped(&b);
	for (int i = 0; i < 3; i++) items[i] = an_item(i + 1, 5000000, on("2026-10-01"));
	facts = facts_of(&b, on("2026-10-02"), items, 3);
	for (size_t max = 1; max < 40000; max += 512) {
		struct vd_arena small = VD_ARENA(max);
		struct vd_context ctx = { .arena = &small };
		enum vd_status s = policy_decide(&ctx, &b.rules, &facts, d);

		if (s == VD_OK) s = policy_bundle(&ctx, &b.rules, &facts, d, &bundles, &count);
		if (s != VD_OK) {
			assert_int_equal(s, VD_E_NOMEM);
			failed++;
		}
		vd_arena_release(&small);
	}
	assert_true(failed > 3);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_of_evenings),
		cmocka_unit_test(nothing_is_skipped_when_nothing_happens),
		cmocka_unit_test(looking_only_when_told_loses_nothing),
		cmocka_unit_test(each_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
