/* Holds and netting: what of each item is open, kept back, or covered by money the debtor has with
 * us already. Arithmetic for the decision only, nothing is booked.
 *
 * Money covers what he can be asked for (open minus held), oldest due day first, per currency. A
 * held part takes no cover: whoever disputes one invoice and pays the next has paid the next. */
#include "policy/internal.h"

#include <stdlib.h>
#include <string.h>

bool
policy_hold_concerns(const struct policy_hold *hold, const struct policy_item *item,
                     struct vd_date today)
{
	if (!vd_date_is_none(hold->from_on) && hold->from_on.day > today.day) return false;
	if (!vd_date_is_none(hold->until_on) && hold->until_on.day < today.day) return false;
	return hold->scope != POLICY_HOLD_ITEM || hold->item_id == item->id;
}

int64_t
policy_hold_part(const struct policy_hold *hold, const struct policy_item *item)
{
	bool part = hold->scope == POLICY_HOLD_ITEM && hold->amount_minor > 0;

	return part && hold->amount_minor < item->open_minor ? hold->amount_minor : item->open_minor;
}

static int64_t
held_of(const struct policy_facts *facts, const struct policy_item *item)
{
	int64_t held = 0;

	for (size_t i = 0; i < facts->holds_count && held < item->open_minor; i++) {
		int64_t part;

		if (!policy_hold_concerns(&facts->holds[i], item, facts->today)) continue;
		part = policy_hold_part(&facts->holds[i], item);
		held = part > item->open_minor - held ? item->open_minor : held + part;
	}
	return held;
}

/* The place of an item in the order in which money covers it. */
struct place {
	char currency[4];
	int32_t due, effective;
	int64_t id;
	size_t index;
};

#define BY(a, b) \
	if ((a) != (b)) return (a) < (b) ? -1 : 1

static int
by_age(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	int c = memcmp(a->currency, b->currency, sizeof(a->currency));

	if (c != 0) return c;
	BY(a->due, b->due);
	BY(a->effective, b->effective);
	BY(a->id, b->id);
	return 0;
}

static enum vd_status
sort_by_age(struct vd_context *ctx, const struct policy_facts *facts, size_t *order)
{
	struct place *places;

	VD_NEW(ctx, places, facts->items_count);
	for (size_t i = 0; i < facts->items_count; i++) {
		const struct policy_item *item = &facts->items[i];

		places[i] = (struct place){ .due = policy_item_due(item).day,
			                        .effective = item->effective_on.day,
			                        .id = item->id,
			                        .index = i };
		memcpy(places[i].currency, item->currency.code, sizeof(places[i].currency));
	}
	qsort(places, facts->items_count, sizeof(*places), by_age);
	for (size_t i = 0; i < facts->items_count; i++) order[i] = places[i].index;
	return VD_OK;
}

static enum vd_status
money_of(struct vd_context *ctx, const struct policy_facts *facts, struct vd_currency currency,
         int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < facts->credits_count; i++)
		if (facts->credits[i].open_minor > 0 &&
		    vd_currency_eq(facts->credits[i].currency, currency))
			VD_TRY(vd_minor_add(ctx, *out, facts->credits[i].open_minor, out));
	return VD_OK;
}

enum vd_status
policy_net(struct vd_context *ctx, const struct policy_facts *facts,
           struct policy_decision *decisions, size_t *order)
{
	int64_t money = 0;

	VD_TRY(sort_by_age(ctx, facts, order));
	for (size_t i = 0; i < facts->items_count; i++) {
		const struct policy_item *item = &facts->items[order[i]];
		struct policy_decision *d = &decisions[order[i]];
		bool next_currency =
		    i == 0 || !vd_currency_eq(item->currency, facts->items[order[i - 1]].currency);

		if (next_currency) VD_TRY(money_of(ctx, facts, item->currency, &money));
		if (item->open_minor <= 0) continue;
		d->held_minor = held_of(facts, item);
		d->netted_minor = item->open_minor - d->held_minor;
		if (d->netted_minor > money) d->netted_minor = money;
		money -= d->netted_minor;
		d->dunned_minor = item->open_minor - d->held_minor - d->netted_minor;
	}
	return VD_OK;
}
