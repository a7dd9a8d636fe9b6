/* From the decisions of one debtor to the messages and tasks to make. */
#include "policy/internal.h"

/* How an action will be done for this debtor. */
struct way {
	enum policy_action_kind kind, channel;
	const char *obstacle; /* why it is not done as the profile says; NULL: it is */
};

/* What makes two actions go into one message or task. */
struct key {
	enum policy_action_kind kind, channel;
	struct vd_str template; /* NONE where the highest step decides */
	struct vd_currency currency;
	bool upcoming; /* not yet due: never in one message with what is overdue */
};

struct draft {
	struct key key;
	struct way way;                     /* of the highest step */
	const struct policy_action *action; /* of the highest step */
	size_t *decisions;
	struct policy_bundle bundle;
};

/* --- the way out ---------------------------------------------------------------------------- */

static bool
ordinary(enum policy_action_kind kind)
{
	return kind == POLICY_EMAIL || kind == POLICY_LETTER || kind == POLICY_SMS;
}

static bool
reachable(const struct policy_debtor *debtor, enum policy_action_kind channel)
{
	if (!policy_is_message(channel)) return true; /* a task needs no address */
	return channel == POLICY_EMAIL ? debtor->has_email
	                               : channel == POLICY_LETTER && debtor->has_address;
}

static const char *
obstacle(enum policy_action_kind channel)
{
	switch (channel) {
	case POLICY_EMAIL:
		return "the debtor has no e-mail address";
	case POLICY_LETTER:
		return "the debtor has no postal address";
	default:
		return "SMS cannot be sent from here";
	}
}

/* By its own channel, else by its fallback, else a person has to look: never silently nowhere.
 * An e-mail that goes by post is a letter; a notice of default stays one. */
static struct way
way_of(const struct policy_debtor *debtor, const struct policy_action *action)
{
	struct way way = { .kind = action->kind, .channel = action->channel };
	enum policy_action_kind other;

	if (reachable(debtor, action->channel)) return way;
	way.obstacle = obstacle(action->channel);
	way.channel = POLICY_CHECK;
	if (policy_action_parse(action->fallback, &other) && reachable(debtor, other)) {
		way.channel = other;
		if (ordinary(action->kind) || !policy_is_message(other)) way.kind = other;
	}
	return way;
}

static enum vd_status
explain(struct vd_context *ctx, const struct draft *draft, struct policy_bundle *b)
{
	const char *wanted = policy_action_name(draft->action->kind),
	           *channel = policy_action_name(b->channel);
	size_t n = b->decisions_count;

	if (draft->way.obstacle == NULL)
		return vd_str_printf(ctx, &b->why, "%s for %zu %s, in the tone of step %.*s", wanted, n,
		                     n == 1 ? "invoice" : "invoices", VD_FMT(b->step->code));
	if (b->channel == POLICY_CHECK && b->kind != POLICY_CHECK)
		return vd_str_printf(ctx, &b->why, "a person must see to this %s, because %s", wanted,
		                     draft->way.obstacle);
	if (b->kind == draft->action->kind)
		return vd_str_printf(ctx, &b->why, "%s by %s, because %s", wanted, channel,
		                     draft->way.obstacle);
	return vd_str_printf(ctx, &b->why, "%s instead of %s, because %s", channel, wanted,
	                     draft->way.obstacle);
}

/* --- gathering ------------------------------------------------------------------------------ */

static struct key
key_of(const struct policy_facts *facts, const struct policy_item *item,
       const struct policy_action *action, const struct way *way)
{
	return (struct key){ .kind = way->kind,
		                 .channel = way->channel,
		                 .currency = item->currency,
		                 .template = policy_is_message(way->kind) && !ordinary(way->kind)
		                                 ? action->template
		                                 : VD_STR_NONE,
		                 .upcoming =
		                     ordinary(way->kind) && policy_item_due(item).day >= facts->today.day };
}

static struct draft *
find_draft(struct draft *drafts, size_t count, const struct key *key)
{
	for (size_t i = 0; i < count; i++) {
		const struct key *k = &drafts[i].key;

		if (k->kind == key->kind && k->channel == key->channel && k->upcoming == key->upcoming &&
		    vd_currency_eq(k->currency, key->currency) && vd_str_eq(k->template, key->template))
			return &drafts[i];
	}
	return NULL;
}

/* An item counts once, also when two actions of its step end up in one message. */
static enum vd_status
add(struct vd_context *ctx, struct draft *draft, const struct policy_action *action,
    const struct way *way, size_t index, const struct policy_decision *d)
{
	struct policy_bundle *b = &draft->bundle;

	b->release = b->release || action->release;
	if (b->decisions_count > 0 && draft->decisions[b->decisions_count - 1] == index) return VD_OK;
	draft->decisions[b->decisions_count++] = index;
	if (b->step == NULL || d->step->rank > b->step->rank) {
		b->step = d->step;
		b->profile = d->profile;
		draft->action = action;
		draft->way = *way;
	}
	VD_TRY(vd_minor_add(ctx, b->total_minor, d->dunned_minor, &b->total_minor));
	VD_TRY(vd_minor_add(ctx, b->netted_minor, d->netted_minor, &b->netted_minor));
	return vd_minor_add(ctx, b->held_minor, d->held_minor, &b->held_minor);
}

static enum vd_status
gather(struct vd_context *ctx, const struct policy_facts *facts, size_t index,
       const struct policy_decision *d, struct draft *drafts, size_t *count)
{
	for (int i = 0; i < d->step->actions_count; i++) {
		const struct policy_action *action = &d->step->actions[i];
		struct way way = way_of(facts->debtor, action);
		struct key key = key_of(facts, &facts->items[index], action, &way);
		struct draft *draft;

		if (action->kind == POLICY_CALL && d->calls_lapsed) continue;
		draft = find_draft(drafts, *count, &key);
		if (draft == NULL) {
			draft = &drafts[(*count)++];
			draft->key = key;
			VD_NEW(ctx, draft->decisions, facts->items_count);
		}
		VD_TRY(add(ctx, draft, action, &way, index, d));
	}
	return VD_OK;
}

static enum vd_status
finish(struct vd_context *ctx, const struct draft *draft, struct policy_bundle *b)
{
	*b = draft->bundle;
	b->kind = draft->key.kind;
	b->channel = draft->key.channel;
	b->template = draft->action->template;
	b->by = draft->action->by;
	b->currency = draft->key.currency;
	b->decisions = draft->decisions;
	return explain(ctx, draft, b);
}

enum vd_status
policy_bundle(struct vd_context *ctx, const struct policy_rules *rules,
              const struct policy_facts *facts, const struct policy_decision *decisions,
              struct policy_bundle **out, size_t *count)
{
	struct draft *drafts;
	size_t drafts_max = 0, n = 0;

	(void)rules; /* what is bundled follows from the steps alone; kept for rules to come */
	for (size_t i = 0; i < facts->items_count; i++)
		if (decisions[i].outcome == POLICY_ACT)
			drafts_max += (size_t)decisions[i].step->actions_count;
	VD_NEW(ctx, drafts, drafts_max);
	for (size_t i = 0; i < facts->items_count; i++)
		if (decisions[i].outcome == POLICY_ACT)
			VD_TRY(gather(ctx, facts, i, &decisions[i], drafts, &n));
	VD_NEW(ctx, *out, n);
	for (size_t i = 0; i < n; i++) VD_TRY(finish(ctx, &drafts[i], &(*out)[i]));
	*count = n;
	return VD_OK;
}
