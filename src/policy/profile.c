/* From profile text (JSON, docs/profiles.md) to a checked profile. */
#include "policy/internal.h"
#include "policy/read.h"

#include <stdio.h>

static enum vd_status
refuse(struct vd_context *ctx, const struct policy_place *at, const char *what)
{
	return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: %s", at->text, what);
}

/* --- actions -------------------------------------------------------------------------------- */

static enum vd_status
read_kind(struct vd_context *ctx, const struct policy_place *at, json_t *json,
          struct policy_action *out)
{
	struct vd_str word;

	VD_TRY(policy_read_code(ctx, at, json, "do", true, &word));
	if (!policy_action_parse(word, &out->kind))
		return vd_fail(
		    ctx, VD_E_INVALID, at->key, NULL,
		    "%s: \"do\" is \"%.*s\"; known are email, letter, sms, call, check, notice_of_default, "
		    "fourteen_day_letter, costs, stop_delivery_warning and hand_over",
		    at->text, VD_FMT(word));
	return VD_OK;
}

/* Messages that are named after what they do travel by letter unless the text says e-mail. */
static enum vd_status
read_channel(struct vd_context *ctx, const struct policy_place *at, json_t *json,
             struct policy_action *out)
{
	struct vd_str word = VD_STR_NONE;
	bool free = policy_is_message(out->kind) && out->kind != POLICY_EMAIL &&
	            out->kind != POLICY_LETTER && out->kind != POLICY_SMS;

	out->channel = free ? POLICY_LETTER : out->kind;
	VD_TRY(policy_read_code(ctx, at, json, "channel", false, &word));
	if (vd_str_is_none(word)) return VD_OK;
	if (!free)
		return refuse(ctx, at,
		              "\"channel\" is only for notices that are not called email or letter");
	if (!policy_action_parse(word, &out->channel) ||
	    (out->channel != POLICY_EMAIL && out->channel != POLICY_LETTER))
		return refuse(ctx, at, "\"channel\" must be email or letter");
	return VD_OK;
}

static enum vd_status
read_fallback(struct vd_context *ctx, const struct policy_place *at, json_t *json,
              struct policy_action *out)
{
	enum policy_action_kind kind;

	VD_TRY(policy_read_code(ctx, at, json, "fallback", false, &out->fallback));
	if (vd_str_is_none(out->fallback)) return VD_OK;
	if (!policy_is_message(out->kind)) return refuse(ctx, at, "\"fallback\" is only for messages");
	if (!policy_action_parse(out->fallback, &kind) || kind == out->channel ||
	    (kind != POLICY_EMAIL && kind != POLICY_LETTER && kind != POLICY_CALL &&
	     kind != POLICY_CHECK))
		return refuse(ctx, at, "\"fallback\" must be another way: email, letter, call or check");
	return VD_OK;
}

static enum vd_status
read_action(struct vd_context *ctx, const struct policy_place *at, json_t *json,
            struct policy_action *out)
{
	static const char *const fields[] = {
		"do", "template", "release", "fallback", "channel", "by"
	};
	bool person;

	VD_TRY(policy_read_fields(ctx, at, json, fields, VD_LENGTH(fields)));
	VD_TRY(read_kind(ctx, at, json, out));
	VD_TRY(
	    policy_read_code(ctx, at, json, "template", policy_is_message(out->kind), &out->template));
	if (!policy_is_message(out->kind) && !vd_str_is_none(out->template))
		return refuse(ctx, at, "\"template\" is only for messages");
	VD_TRY(policy_read_code(ctx, at, json, "by", false, &out->by));
	VD_TRY(read_channel(ctx, at, json, out));
	VD_TRY(read_fallback(ctx, at, json, out));
	person = out->kind == POLICY_COSTS || out->kind == POLICY_HAND_OVER;
	out->release = person;
	VD_TRY(policy_read_bool(ctx, at, json, "release", &out->release));
	if (person && !out->release)
		return refuse(ctx, at,
		              "costs and hand-over always need a person's release; leave \"release\" out");
	return VD_OK;
}

static enum vd_status
read_actions(struct vd_context *ctx, const struct policy_place *at, json_t *json,
             struct policy_step *out)
{
	json_t *list, *member;
	size_t i;

	VD_TRY(policy_read_array(ctx, at, json, "actions",
	                         (struct policy_range){ 1, POLICY_ACTIONS_MAX }, &list));
	json_array_foreach(list, i, member)
	{
		struct policy_place here = { .key = at->key };

		snprintf(here.text, sizeof(here.text), "%.130s, action %zu", at->text, i + 1);
		VD_TRY(read_action(ctx, &here, member, &out->actions[i]));
		for (size_t k = 0; k < i; k++)
			if (out->actions[k].kind == out->actions[i].kind)
				return refuse(ctx, &here, "the step does this already");
	}
	out->actions_count = (int)i;
	return VD_OK;
}

/* --- steps ---------------------------------------------------------------------------------- */

static enum vd_status
read_when(struct vd_context *ctx, const struct policy_place *at, json_t *step,
          struct policy_step *out)
{
	static const char *const fields[] = { "open_min", "open_max", "kind", "risk", "segment" };
	json_t *json = json_object_get(step, "when");
	struct vd_str kind = VD_STR_NONE;
	enum policy_risk risk;

	out->open_max_minor = INT64_MAX;
	if (json == NULL) return VD_OK;
	if (!json_is_object(json)) return refuse(ctx, at, "\"when\" must be an object");
	VD_TRY(policy_read_fields(ctx, at, json, fields, VD_LENGTH(fields)));
	VD_TRY(policy_read_amount(ctx, at, json, "open_min", &out->open_min_minor));
	VD_TRY(policy_read_amount(ctx, at, json, "open_max", &out->open_max_minor));
	if (out->open_min_minor > out->open_max_minor)
		return refuse(ctx, at, "\"open_min\" is above \"open_max\"");
	VD_TRY(policy_read_code(ctx, at, json, "kind", false, &kind));
	if (vd_str_eq(kind, VD_STR("consumer"))) out->audience = POLICY_CONSUMER;
	else if (vd_str_eq(kind, VD_STR("business"))) out->audience = POLICY_BUSINESS;
	else if (!vd_str_is_none(kind)) return refuse(ctx, at, "\"kind\" must be consumer or business");
	VD_TRY(policy_read_code(ctx, at, json, "risk", false, &out->risk));
	if (!vd_str_is_none(out->risk) && !policy_risk_parse(out->risk, &risk))
		return refuse(ctx, at, "\"risk\" must be low, normal or high");
	return policy_read_code(ctx, at, json, "segment", false, &out->segment);
}

/* What nobody stated: a step before the due day, or one counted from sending, is of no use once
 * the invoice is overdue. All others stay useful. */
static enum vd_status
read_lapse(struct vd_context *ctx, const struct policy_place *at, json_t *json,
           struct policy_step *out)
{
	json_t *value = json_object_get(json, "lapse");
	struct vd_str word;

	out->lapse_days =
	    out->days < 0 || out->basis == POLICY_FROM_SENT ? POLICY_LAPSE_AT_DUE : POLICY_LAPSE_NEVER;
	if (value == NULL) return VD_OK;
	if (!json_is_string(value))
		return policy_read_int(ctx, at, json, "lapse", false, (struct policy_range){ 0, 3650 },
		                       &out->lapse_days);
	VD_TRY(policy_read_code(ctx, at, json, "lapse", false, &word));
	if (vd_str_eq(word, VD_STR("due"))) out->lapse_days = POLICY_LAPSE_AT_DUE;
	else if (vd_str_eq(word, VD_STR("never"))) out->lapse_days = POLICY_LAPSE_NEVER;
	else return refuse(ctx, at, "\"lapse\" must be a number of days, \"due\" or \"never\"");
	if (out->lapse_days == POLICY_LAPSE_AT_DUE && out->basis == POLICY_FROM_DUE && out->days > 0)
		return refuse(ctx, at, "a step after the due day cannot lapse on the due day");
	return VD_OK;
}

static enum vd_status
read_step(struct vd_context *ctx, const struct policy_place *at, json_t *json,
          struct policy_step *out)
{
	static const char *const fields[] = { "code", "rank",  "from", "days",
		                                  "wait", "lapse", "when", "actions" };
	struct vd_str from = VD_STR_NONE;

	VD_TRY(policy_read_fields(ctx, at, json, fields, VD_LENGTH(fields)));
	VD_TRY(policy_read_code(ctx, at, json, "code", true, &out->code));
	VD_TRY(policy_read_int(ctx, at, json, "rank", true, (struct policy_range){ 1, 1000000 },
	                       &out->rank));
	VD_TRY(policy_read_code(ctx, at, json, "from", false, &from));
	if (vd_str_eq(from, VD_STR("sent"))) out->basis = POLICY_FROM_SENT;
	else if (!vd_str_is_none(from) && !vd_str_eq(from, VD_STR("due")))
		return refuse(ctx, at, "\"from\" must be due or sent");
	VD_TRY(policy_read_int(ctx, at, json, "days", true, (struct policy_range){ -365, 3650 },
	                       &out->days));
	if (out->basis == POLICY_FROM_SENT && out->days < 0)
		return refuse(ctx, at, "\"days\" from sending cannot be negative");
	VD_TRY(policy_read_int(ctx, at, json, "wait", false, (struct policy_range){ 0, 365 },
	                       &out->wait_days));
	VD_TRY(read_lapse(ctx, at, json, out));
	VD_TRY(read_when(ctx, at, json, out));
	return read_actions(ctx, at, json, out);
}

static enum vd_status
check_order(struct vd_context *ctx, const struct policy_place *at,
            const struct policy_profile *profile, int n)
{
	const struct policy_step *step = &profile->steps[n];

	if (n > 0 && step->rank <= profile->steps[n - 1].rank)
		return refuse(ctx, at, "\"rank\" must be higher than that of the step before it");
	for (int i = 0; i < n; i++)
		if (vd_str_eq(step->code, profile->steps[i].code))
			return refuse(ctx, at, "\"code\" is that of an earlier step");
	return VD_OK;
}

/* Without dunning there is nothing that puts pressure on the debtor. */
static enum vd_status
check_mild(struct vd_context *ctx, const struct policy_place *at, const struct policy_step *step)
{
	for (int i = 0; i < step->actions_count; i++) {
		enum policy_action_kind kind = step->actions[i].kind;

		if (kind != POLICY_EMAIL && kind != POLICY_LETTER && kind != POLICY_CALL &&
		    kind != POLICY_CHECK)
			return refuse(ctx, at,
			              "a profile without dunning has statements (email, letter) and tasks "
			              "(call, check) only");
	}
	return VD_OK;
}

enum vd_status
policy_profile_parse(struct vd_context *ctx, struct vd_str text, struct policy_profile *out)
{
	static const char *const fields[] = { "code", "name", "dunning", "consent", "steps" };
	struct policy_place at = { .key = "profile.invalid", .text = "profile" };
	POLICY_AUTO_JSON *json = NULL;
	json_t *list, *member;
	size_t i;

	*out = (struct policy_profile){ .dunning = true };
	VD_TRY(policy_read_load(ctx, &at, text, &json));
	VD_TRY(policy_read_code(ctx, &at, json, "code", true, &out->code));
	snprintf(at.text, sizeof(at.text), "profile %.*s", VD_FMT(out->code));
	VD_TRY(policy_read_fields(ctx, &at, json, fields, VD_LENGTH(fields)));
	VD_TRY(policy_read_text(ctx, &at, json, "name", true, &out->name));
	VD_TRY(policy_read_bool(ctx, &at, json, "dunning", &out->dunning));
	VD_TRY(policy_read_bool(ctx, &at, json, "consent", &out->consent));
	VD_TRY(policy_read_array(ctx, &at, json, "steps", (struct policy_range){ 1, POLICY_STEPS_MAX },
	                         &list));
	json_array_foreach(list, i, member)
	{
		struct policy_place here = { .key = at.key };
		struct vd_str code = vd_str_c(json_string_value(json_object_get(member, "code")));

		snprintf(here.text, sizeof(here.text), "%.60s, step %zu (%.*s)", at.text, i + 1,
		         VD_FMT(policy_clip(code, 40)));
		VD_TRY(read_step(ctx, &here, member, &out->steps[i]));
		VD_TRY(check_order(ctx, &here, out, (int)i));
		if (!out->dunning) VD_TRY(check_mild(ctx, &here, &out->steps[i]));
	}
	out->steps_count = (int)i;
	return VD_OK;
}
