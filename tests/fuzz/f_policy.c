/* Any bytes as a profile or as segment rules: what is accepted decides without a fault, keeps the
 * amounts whole and never acts before its day. */
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ITEMS 3

static void
check(const struct policy_facts *facts, const struct policy_decision *d)
{
	for (size_t i = 0; i < facts->items_count; i++) {
		const struct policy_item *item = &facts->items[i];

		VD_ASSERT(d[i].dunned_minor + d[i].netted_minor + d[i].held_minor == item->open_minor);
		VD_ASSERT(d[i].trace.len > 0);
		if (d[i].outcome != POLICY_ACT) continue;
		VD_ASSERT(d[i].dunned_minor > 0 && d[i].step->rank > item->last_rank);
		VD_ASSERT(facts->today.day >=
		          (d[i].step->basis == POLICY_FROM_SENT ? item->sent_on.day : item->due_on.day) +
		              d[i].step->days);
	}
}

/* Through half a year, each step done on its day. */
static void
live(struct vd_context *ctx, const struct policy_rules *rules)
{
	struct policy_debtor debtor = { .risk = POLICY_RISK_HIGH,
		                            .has_email = true,
		                            .owner = VD_STR("Ann") };
	struct policy_item items[ITEMS];
	struct policy_credit credit = { 1, VD_EUR, 700, { 20000 } };
	struct policy_hold hold = { .scope = POLICY_HOLD_ITEM,
		                        .item_id = 1,
		                        .amount_minor = 300,
		                        .from_on = VD_DATE_NONE,
		                        .until_on = { 20090 } };
	struct policy_gate gate = { .open = true };
	struct policy_facts facts = { .debtor = &debtor,
		                          .items = items,
		                          .items_count = ITEMS,
		                          .credits = &credit,
		                          .credits_count = 1,
		                          .holds = &hold,
		                          .holds_count = 1,
		                          .gate = &gate,
		                          .last_message_on = VD_DATE_NONE };
	struct policy_decision d[ITEMS];
	struct policy_bundle *bundles;
	size_t count;

	for (int i = 0; i < ITEMS; i++)
		items[i] = (struct policy_item){ .id = i,
			                             .currency = VD_EUR,
			                             .open_minor = 1000 << (8 * i),
			                             .amount_minor = 1000 << (8 * i),
			                             .effective_on = { 20000 },
			                             .due_on = { 20014 + i },
			                             .sent_on = { 20001 },
			                             .last_rank = INT32_MIN,
			                             .last_done_on = VD_DATE_NONE };
	for (facts.today.day = 19990; facts.today.day < 20180; facts.today.day += 3) {
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		debtor.consumer = facts.today.day % 2 == 0;
		debtor.consent_given = facts.today.day > 20100;
		VD_ASSERT(policy_decide(ctx, rules, &facts, d) == VD_OK);
		VD_ASSERT(policy_bundle(ctx, rules, &facts, d, &bundles, &count) == VD_OK);
		check(&facts, d);
		for (int i = 0; i < ITEMS; i++)
			if (d[i].outcome == POLICY_ACT)
				items[i].last_rank = d[i].step->rank, items[i].last_done_on = facts.today;
		vd_arena_rewind(ctx->arena, mark);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)64 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_str text = { (const char *)data, size }, *warnings;
	struct policy_profile *profile = vd_new(&ctx, struct policy_profile);
	struct policy_segment_rules *segments;
	size_t count;

	VD_ASSERT(profile != NULL);
	if (policy_profile_parse(&ctx, text, profile) == VD_OK) {
		struct policy_rules rules = { .profiles = profile,
			                          .profiles_count = 1,
			                          .default_profile = profile->code,
			                          .bundle_days = 2 };

		VD_ASSERT(profile->steps_count > 0 && profile->steps_count <= POLICY_STEPS_MAX);
		VD_ASSERT(policy_check(&ctx, profile, 1, NULL, &warnings, &count) == VD_OK);
		live(&ctx, &rules);
	} else {
		VD_ASSERT(ctx.error.detail[0] != '\0');
	}
	if (policy_segments_parse(&ctx, text, &segments) == VD_OK) {
		struct policy_rules rules = { .segments = segments, .default_profile = VD_STR("none") };

		live(&ctx, &rules);
	}
	return 0;
}
