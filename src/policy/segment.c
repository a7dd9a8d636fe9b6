/* Segment rules: which segment an item falls in, and which profile decides for it. */
#include "policy/internal.h"
#include "policy/read.h"

#include <stdio.h>

#define RULES_MAX 200

struct segment {
	struct vd_str code, name, profile;
	bool normal; /* counts as ordinary for `profile check` */
};

enum flag { ANY, YES, NO };

/* All stated conditions must hold. */
struct rule {
	int segment;         /* index; of no use when the given segment is taken over */
	struct vd_str given; /* debtor's segment must be this; NONE = any */
	bool any_given;      /* debtor's segment must be one of ours, and becomes the segment */
	struct vd_str country;
	enum policy_audience audience;
	enum flag intercompany, key_account;
	int risk, history, language;                 /* -1 = any */
	int64_t amount_min, amount_max, overdue_min; /* two decimals; 0, INT64_MAX, 0 = any */
};

struct policy_segment_rules {
	struct segment segments[POLICY_SEGMENTS_MAX];
	size_t segments_count;
	struct rule *rules;
	size_t rules_count;
	int otherwise; /* segment when no rule fits */
};

/* --- reading -------------------------------------------------------------------------------- */

static enum vd_status
refuse(struct vd_context *ctx, const struct policy_place *at, const char *what)
{
	return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: %s", at->text, what);
}

static int
find_segment(const struct policy_segment_rules *rules, struct vd_str code)
{
	for (size_t i = 0; i < rules->segments_count; i++)
		if (vd_str_eq_nocase(rules->segments[i].code, code)) return (int)i;
	return -1;
}

static enum vd_status
read_segments(struct vd_context *ctx, const struct policy_place *at, json_t *json,
              struct policy_segment_rules *out)
{
	static const char *const fields[] = { "code", "name", "profile", "normal" };
	json_t *list, *member;
	size_t i;

	VD_TRY(policy_read_array(ctx, at, json, "segments",
	                         (struct policy_range){ 1, POLICY_SEGMENTS_MAX }, &list));
	json_array_foreach(list, i, member)
	{
		struct policy_place here = { .key = at->key };
		struct segment *segment = &out->segments[i];

		snprintf(here.text, sizeof(here.text), "%.60s, segment %zu", at->text, i + 1);
		VD_TRY(policy_read_fields(ctx, &here, member, fields, VD_LENGTH(fields)));
		VD_TRY(policy_read_code(ctx, &here, member, "code", true, &segment->code));
		if (find_segment(out, segment->code) >= 0)
			return refuse(ctx, &here, "\"code\" is there already");
		VD_TRY(policy_read_text(ctx, &here, member, "name", true, &segment->name));
		VD_TRY(policy_read_code(ctx, &here, member, "profile", false, &segment->profile));
		VD_TRY(policy_read_bool(ctx, &here, member, "normal", &segment->normal));
		out->segments_count = i + 1;
	}
	return VD_OK;
}

static enum vd_status
read_flag(struct vd_context *ctx, const struct policy_place *at, json_t *json, const char *field,
          enum flag *out)
{
	bool value = false;

	if (json_object_get(json, field) == NULL) return VD_OK;
	VD_TRY(policy_read_bool(ctx, at, json, field, &value));
	*out = value ? YES : NO;
	return VD_OK;
}

/* The words of closed sets: kind, risk, history, language, country. */
static enum vd_status
read_words(struct vd_context *ctx, const struct policy_place *at, json_t *json, struct rule *out)
{
	struct vd_str kind = VD_STR_NONE, risk = VD_STR_NONE, history = VD_STR_NONE,
	              language = VD_STR_NONE;
	enum policy_risk r;
	enum policy_history h;
	enum vd_language l;

	VD_TRY(policy_read_code(ctx, at, json, "kind", false, &kind));
	VD_TRY(policy_read_code(ctx, at, json, "risk", false, &risk));
	VD_TRY(policy_read_code(ctx, at, json, "history", false, &history));
	VD_TRY(policy_read_code(ctx, at, json, "language", false, &language));
	VD_TRY(policy_read_text(ctx, at, json, "country", false, &out->country));
	out->risk = out->history = out->language = -1;
	if (vd_str_eq(kind, VD_STR("consumer"))) out->audience = POLICY_CONSUMER;
	else if (vd_str_eq(kind, VD_STR("business"))) out->audience = POLICY_BUSINESS;
	else if (!vd_str_is_none(kind)) return refuse(ctx, at, "\"kind\" must be consumer or business");
	if (policy_risk_parse(risk, &r)) out->risk = (int)r;
	else if (!vd_str_is_none(risk)) return refuse(ctx, at, "\"risk\" must be low, normal or high");
	if (policy_history_parse(history, &h)) out->history = (int)h;
	else if (!vd_str_is_none(history))
		return refuse(ctx, at, "\"history\" must be first_time, normal or frequent");
	if (!vd_str_is_none(language) && !vd_language_parse(language, &l))
		return refuse(ctx, at, "\"language\" must be nl, en, de or fr");
	if (!vd_str_is_none(language)) out->language = (int)l;
	if (!vd_str_is_none(out->country) &&
	    (out->country.len != 2 || out->country.ptr[0] < 'A' || out->country.ptr[0] > 'Z' ||
	     out->country.ptr[1] < 'A' || out->country.ptr[1] > 'Z'))
		return refuse(ctx, at, "\"country\" must be two capitals, as NL");
	return VD_OK;
}

static enum vd_status
read_when(struct vd_context *ctx, const struct policy_place *at, json_t *when, struct rule *out)
{
	static const char *const fields[] = { "given",      "kind",       "risk",         "history",
		                                  "language",   "country",    "intercompany", "key_account",
		                                  "amount_min", "amount_max", "overdue_min" };

	if (!json_is_object(when) || json_object_size(when) == 0)
		return refuse(
		    ctx, at,
		    "\"when\" must state at least one condition; what is left over goes to \"otherwise\"");
	VD_TRY(policy_read_fields(ctx, at, when, fields, VD_LENGTH(fields)));
	out->any_given = json_is_true(json_object_get(when, "given"));
	if (!out->any_given) VD_TRY(policy_read_text(ctx, at, when, "given", false, &out->given));
	VD_TRY(read_words(ctx, at, when, out));
	VD_TRY(read_flag(ctx, at, when, "intercompany", &out->intercompany));
	VD_TRY(read_flag(ctx, at, when, "key_account", &out->key_account));
	out->amount_max = INT64_MAX;
	VD_TRY(policy_read_amount(ctx, at, when, "amount_min", &out->amount_min));
	VD_TRY(policy_read_amount(ctx, at, when, "amount_max", &out->amount_max));
	if (out->amount_min > out->amount_max)
		return refuse(ctx, at, "\"amount_min\" is above \"amount_max\"");
	return policy_read_amount(ctx, at, when, "overdue_min", &out->overdue_min);
}

static enum vd_status
read_rules(struct vd_context *ctx, const struct policy_place *at, json_t *json,
           struct policy_segment_rules *out)
{
	static const char *const fields[] = { "when", "segment" };
	json_t *list, *member;
	size_t i;

	VD_TRY(policy_read_array(ctx, at, json, "rules", (struct policy_range){ 0, RULES_MAX }, &list));
	VD_NEW(ctx, out->rules, json_array_size(list));
	json_array_foreach(list, i, member)
	{
		struct policy_place here = { .key = at->key };
		struct rule *rule = &out->rules[i];
		struct vd_str code = VD_STR_NONE;

		snprintf(here.text, sizeof(here.text), "%.60s, rule %zu", at->text, i + 1);
		VD_TRY(policy_read_fields(ctx, &here, member, fields, VD_LENGTH(fields)));
		VD_TRY(read_when(ctx, &here, json_object_get(member, "when"), rule));
		VD_TRY(policy_read_code(ctx, &here, member, "segment", !rule->any_given, &code));
		if (rule->any_given && !vd_str_is_none(code))
			return refuse(
			    ctx, &here,
			    "with \"given\": true the segment is the given one; leave \"segment\" out");
		rule->segment = rule->any_given ? -1 : find_segment(out, code);
		if (!rule->any_given && rule->segment < 0)
			return refuse(ctx, &here, "\"segment\" is not one of \"segments\"");
	}
	out->rules_count = i;
	return VD_OK;
}

enum vd_status
policy_segments_parse(struct vd_context *ctx, struct vd_str text, struct policy_segment_rules **out)
{
	static const char *const fields[] = { "segments", "rules", "otherwise" };
	const struct policy_place at = { .key = "segments.invalid", .text = "segments" };
	struct policy_segment_rules *rules = NULL;
	POLICY_AUTO_JSON *json = NULL;
	struct vd_str otherwise;

	VD_NEW(ctx, rules, 1);
	VD_TRY(policy_read_load(ctx, &at, text, &json));
	VD_TRY(policy_read_fields(ctx, &at, json, fields, VD_LENGTH(fields)));
	VD_TRY(read_segments(ctx, &at, json, rules));
	VD_TRY(read_rules(ctx, &at, json, rules));
	VD_TRY(policy_read_code(ctx, &at, json, "otherwise", true, &otherwise));
	rules->otherwise = find_segment(rules, otherwise);
	if (rules->otherwise < 0) return refuse(ctx, &at, "\"otherwise\" is not one of \"segments\"");
	*out = rules;
	return VD_OK;
}

size_t
policy_segments_count(const struct policy_segment_rules *rules)
{
	return rules->segments_count;
}

struct policy_segment
policy_segment_at(const struct policy_segment_rules *rules, size_t i)
{
	VD_ASSERT(i < rules->segments_count);
	return (struct policy_segment){ .code = rules->segments[i].code,
		                            .name = rules->segments[i].name,
		                            .profile = rules->segments[i].profile,
		                            .normal = rules->segments[i].normal };
}

bool
policy_segment_reachable(const struct policy_segment_rules *rules, size_t i)
{
	if (rules->otherwise == (int)i) return true;
	for (size_t r = 0; r < rules->rules_count; r++)
		if (rules->rules[r].any_given || rules->rules[r].segment == (int)i) return true;
	return false;
}

/* --- choosing ------------------------------------------------------------------------------- */

static bool
flag_fits(enum flag wanted, bool is)
{
	return wanted == ANY || (wanted == YES) == is;
}

static bool
debtor_fits(const struct policy_segment_rules *rules, const struct rule *rule,
            const struct policy_debtor *debtor)
{
	if (rule->any_given && find_segment(rules, debtor->segment) < 0) return false;
	if (!vd_str_is_none(rule->given) && !vd_str_eq_nocase(rule->given, debtor->segment))
		return false;
	if (!vd_str_is_none(rule->country) && !vd_str_eq(rule->country, debtor->country)) return false;
	if (rule->audience == POLICY_CONSUMER && !debtor->consumer) return false;
	if (rule->audience == POLICY_BUSINESS && debtor->consumer) return false;
	if (!flag_fits(rule->intercompany, debtor->intercompany)) return false;
	if (!flag_fits(rule->key_account, debtor->key_account)) return false;
	if (rule->risk >= 0 && rule->risk != (int)debtor->risk) return false;
	if (rule->language >= 0 && rule->language != (int)debtor->language) return false;
	if (debtor->overdue_minor < rule->overdue_min) return false;
	return rule->history < 0 || rule->history == (int)policy_history_of(debtor);
}

/* The amount is the one invoiced, not what is still open: a part payment does not move an item
 * to another segment in the middle of its ladder. */
static bool
item_fits(const struct rule *rule, const struct policy_item *item)
{
	return policy_compare(item->amount_minor, item->currency, rule->amount_min) >= 0 &&
	       policy_compare(item->amount_minor, item->currency, rule->amount_max) <= 0;
}

static int
choose_segment(const struct policy_segment_rules *rules, const struct policy_debtor *debtor,
               const struct policy_item *item, int *rule)
{
	for (size_t i = 0; i < rules->rules_count; i++) {
		const struct rule *r = &rules->rules[i];

		if (!debtor_fits(rules, r, debtor) || !item_fits(r, item)) continue;
		*rule = (int)i;
		return r->any_given ? find_segment(rules, debtor->segment) : r->segment;
	}
	*rule = POLICY_RULE_OTHERWISE;
	return rules->otherwise;
}

struct policy_choice
policy_choose(const struct policy_rules *rules, const struct policy_debtor *debtor,
              const struct policy_item *item)
{
	struct policy_choice c = { .name = rules->default_profile,
		                       .level = POLICY_BY_ADMINISTRATION,
		                       .rule = POLICY_RULE_NO_SEGMENTS };

	if (rules->segments != NULL) {
		const struct segment *segment =
		    &rules->segments->segments[choose_segment(rules->segments, debtor, item, &c.rule)];

		c.segment = segment->code;
		if (!vd_str_is_none(segment->profile))
			c.name = segment->profile, c.level = POLICY_BY_SEGMENT;
	}
	if (debtor->profile.len > 0) c.name = debtor->profile, c.level = POLICY_BY_DEBTOR;
	if (item->profile.len > 0) c.name = item->profile, c.level = POLICY_BY_ITEM;
	for (size_t i = 0; i < rules->profiles_count && c.profile == NULL; i++)
		if (vd_str_eq(rules->profiles[i].code, c.name)) c.profile = &rules->profiles[i];
	return c;
}

/* --- explaining ----------------------------------------------------------------------------- */

#define AMOUNT(two_decimals) (long long)((two_decimals) / 100), (long long)((two_decimals) % 100)

/* The conditions of a rule, as they hold for this debtor: "business, amount from 50000.00". */
static void
explain_rule(struct vd_buf *b, const struct rule *rule, const struct policy_debtor *debtor)
{
	const char *comma = "";

#define PART(...) (vd_buf_add_c(b, comma), vd_buf_addf(b, __VA_ARGS__), comma = ", ")
	if (rule->any_given || !vd_str_is_none(rule->given))
		PART("segment \"%.*s\" was given to the debtor", VD_FMT(policy_clip(debtor->segment, 80)));
	if (rule->audience != POLICY_ANYONE) PART("%s", debtor->consumer ? "consumer" : "business");
	if (rule->intercompany != ANY)
		PART("%s", debtor->intercompany ? "intercompany" : "not intercompany");
	if (rule->key_account != ANY)
		PART("%s", debtor->key_account ? "key account" : "no key account");
	if (rule->risk >= 0) PART("risk %s", policy_risk_name(debtor->risk));
	if (rule->history >= 0)
		PART("payment history %s (%lld late, %lld paid in 12 months)",
		     policy_history_name(policy_history_of(debtor)), (long long)debtor->late_invoices,
		     (long long)debtor->paid_invoices);
	if (rule->language >= 0) PART("language %s", vd_language_tag(debtor->language));
	if (!vd_str_is_none(rule->country)) PART("country %.*s", VD_FMT(rule->country));
	if (rule->amount_min > 0) PART("amount from %lld.%02lld", AMOUNT(rule->amount_min));
	if (rule->amount_max != INT64_MAX) PART("amount up to %lld.%02lld", AMOUNT(rule->amount_max));
	if (rule->overdue_min > 0) PART("overdue in all from %lld.%02lld", AMOUNT(rule->overdue_min));
#undef PART
}

static void
explain_segment(struct vd_buf *b, const struct policy_rules *rules,
                const struct policy_debtor *debtor, const struct policy_choice *c)
{
	vd_buf_addf(b, "Segment \"%.*s\" (rules version %lld): ", VD_FMT(c->segment),
	            (long long)rules->segments_version);
	if (c->rule == POLICY_RULE_OTHERWISE) {
		vd_buf_add_c(b, "no rule fits, so the rest");
	} else {
		vd_buf_addf(b, "rule %d, ", c->rule + 1);
		explain_rule(b, &rules->segments->rules[c->rule], debtor);
	}
	vd_buf_add_c(b, ". ");
}

void
policy_choice_explain(struct vd_buf *b, const struct policy_rules *rules,
                      const struct policy_debtor *debtor, const struct policy_choice *c)
{
	static const char *const by[] = {
		[POLICY_BY_ADMINISTRATION] = "the default of the administration",
		[POLICY_BY_SEGMENT] = "set for the segment",
		[POLICY_BY_DEBTOR] = "set on the debtor",
		[POLICY_BY_ITEM] = "set on the invoice",
	};

	if (c->rule != POLICY_RULE_NO_SEGMENTS) explain_segment(b, rules, debtor, c);
	vd_buf_addf(b, "Profile \"%.*s\"", VD_FMT(policy_clip(c->name, 80)));
	if (c->profile != NULL) vd_buf_addf(b, " version %lld", (long long)c->profile->version);
	vd_buf_addf(b, ": %s%s.", by[c->level],
	            c->profile == NULL ? ", but there is no such profile" : "");
}

enum vd_status
policy_profile_of(struct vd_context *ctx, const struct policy_rules *rules,
                  const struct policy_debtor *debtor, const struct policy_item *item,
                  const struct policy_profile **out, struct vd_str *segment, struct vd_str *why)
{
	struct policy_choice c = policy_choose(rules, debtor, item);
	struct vd_buf b = VD_BUF(ctx, 8 * 1024);

	policy_choice_explain(&b, rules, debtor, &c);
	*out = c.profile;
	*segment = c.segment;
	return vd_buf_finish(ctx, &b, why);
}
