/* Checks and previews of the texts that steer. */
#include "app/texts.h"

#include "app/dun_facts.h"
#include "app/find.h"

/* ---- templates ---- */

/* "reminder.consumer_informal.frequent.nl" says for whom the invented data must be. */
static enum vd_status
sample_for(struct vd_context *ctx, struct vd_str name, struct message_data *out)
{
	enum message_audience audience = MESSAGE_BUSINESS;
	enum message_history history = MESSAGE_NORMAL;
	enum vd_language language = VD_LANG_NL;
	struct vd_str rest = name, piece;

	while (vd_str_cut(&rest, '.', &piece)) {
		if (vd_str_eq(piece, VD_STR("consumer_informal"))) audience = MESSAGE_CONSUMER_INFORMAL;
		if (vd_str_eq(piece, VD_STR("consumer_formal"))) audience = MESSAGE_CONSUMER_FORMAL;
		if (vd_str_eq(piece, VD_STR("frequent"))) history = MESSAGE_FREQUENT;
		if (vd_str_eq(piece, VD_STR("first_time"))) history = MESSAGE_FIRST_TIME;
		if (piece.len == 2) vd_language_parse(piece, &language);
	}
	return message_data_sample(ctx, language, audience, history, out);
}

enum vd_status
app_template_preview(struct vd_context *ctx, struct app *app, struct vd_str name,
                     struct vd_str *subject, struct vd_str *text)
{
	struct message_assets assets = { 0 };
	struct message_rendered rendered;
	struct message_template *all;
	struct message_data data;
	size_t n;

	VD_TRY(app_templates_load(ctx, app, &all, &n));
	assets.partials = all;
	assets.partials_count = n;
	for (size_t i = 0; i < n; i++) {
		if (!vd_str_eq(all[i].name, name)) continue;
		VD_TRY(sample_for(ctx, name, &data));
		VD_TRY(message_render(ctx, &all[i], &data, &assets, MESSAGE_EMAIL, &rendered));
		*subject = rendered.subject;
		*text = rendered.text;
		return VD_OK;
	}
	return vd_fail(ctx, VD_E_NOT_FOUND, "text.unknown", "template",
	               "there is no template \"%.*s\"; \"voldaan template list\" shows them",
	               VD_FMT(name));
}

/* ---- rules against debtors ---- */

struct rules_work {
	struct app_setting_value *settings;
	struct policy_rules rules;
	struct app_rules_check *check;
	struct vd_str debtor;
	struct app_segment_of *of;
};

/* An item that only its debtor tells apart. */
static enum vd_status
profile_of(struct vd_context *ctx, const struct app *app, const struct rules_work *w,
           const struct policy_debtor *debtor, const struct policy_profile **profile,
           struct vd_str *segment, struct vd_str *why)
{
	struct policy_item item = { .currency = app->administration.currency,
		                        .open_minor = 1,
		                        .amount_minor = 1,
		                        .effective_on = app->today,
		                        .due_on = app->today,
		                        .sent_on = VD_DATE_NONE,
		                        .last_done_on = VD_DATE_NONE,
		                        .cycle = 1,
		                        .last_rank = INT32_MIN };

	return policy_profile_of(ctx, &w->rules, debtor, &item, profile, segment, why);
}

static bool
is_normal(const struct rules_work *w, struct vd_str segment)
{
	if (segment.len == 0 || w->rules.segments == NULL) return true;
	for (size_t i = 0; i < policy_segments_count(w->rules.segments); i++) {
		struct policy_segment s = policy_segment_at(w->rules.segments, i);

		if (vd_str_eq(s.code, segment)) return s.normal;
	}
	return false;
}

static enum vd_status
count_page(struct vd_context *ctx, struct app *app, struct rules_work *w, int64_t *after,
           bool *more)
{
	struct q_debtor_ids_after_row *ids;
	const struct policy_profile *profile;
	struct dun_debtor *debtors;
	struct vd_str segment, why;
	int64_t *plain;
	size_t n, count;

	VD_TRY(q_debtor_ids_after(ctx, app->db,
	                          &(struct q_debtor_ids_after_in){ app->administration.id, *after,
	                                                           DUN_BATCH },
	                          &ids, &n));
	*more = n == DUN_BATCH;
	if (n == 0) return VD_OK;
	VD_NEW(ctx, plain, n);
	for (size_t i = 0; i < n; i++) plain[i] = ids[i].id;
	*after = plain[n - 1];
	VD_TRY(dun_facts_load(ctx, app, w->settings, plain, n, &debtors, &count));
	for (size_t i = 0; i < count; i++) {
		VD_TRY(profile_of(ctx, app, w, &debtors[i].policy, &profile, &segment, &why));
		w->check->debtors++;
		w->check->normal += is_normal(w, segment);
	}
	return VD_OK;
}

static enum vd_status
count_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rules_work *w = arg;
	bool more = true;

	app->discard = true; /* staging is ordinary rows; nothing of it stays */
	w->check->debtors = w->check->normal = 0;
	for (int64_t after = 0; more;) { /* each page goes further */
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);

		VD_TRY(count_page(ctx, app, w, &after, &more));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

static enum vd_status
load(struct vd_context *ctx, struct app *app, struct rules_work *w)
{
	VD_TRY(app_settings_load(ctx, app, &w->settings));
	return app_policy_load(ctx, app, w->settings, &w->rules);
}

enum vd_status
app_rules_check(struct vd_context *ctx, struct app *app, struct app_rules_check *out)
{
	struct rules_work w = { .check = out };
	struct policy_load counts = { .calls_capacity = -1 };
	struct vd_str *profiles, *rules;
	size_t profiles_count, rules_count;

	VD_TRY(load(ctx, app, &w));
	VD_TRY(app_write(ctx, app, count_in_tx, &w));
	counts.debtors = out->debtors;
	counts.debtors_normal = out->normal;
	if (w.rules.segments != NULL)
		counts.segments = (int64_t)policy_segments_count(w.rules.segments);
	VD_TRY(policy_check(ctx, w.rules.profiles, w.rules.profiles_count, &counts, &profiles,
	                    &profiles_count));
	VD_TRY(policy_rules_check(ctx, &w.rules, &rules, &rules_count));
	VD_NEW(ctx, out->warnings, profiles_count + rules_count);
	out->warnings_count = 0;
	for (size_t i = 0; i < profiles_count; i++) out->warnings[out->warnings_count++] = profiles[i];
	for (size_t i = 0; i < rules_count; i++) out->warnings[out->warnings_count++] = rules[i];
	return VD_OK;
}

/* ---- one debtor ---- */

static enum vd_status
segment_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct rules_work *w = arg;
	struct q_debtor_by_number_row debtor;
	const struct policy_profile *profile;
	struct dun_debtor *facts;
	size_t n;

	app->discard = true; /* staging is ordinary rows; nothing of it stays */
	VD_TRY(app_find_debtor(ctx, app, w->debtor, &debtor));
	VD_TRY(dun_facts_load(ctx, app, w->settings, &debtor.id, 1, &facts, &n));
	if (n != 1)
		return vd_fail(ctx, VD_E_CORRUPT, "segment.debtor", NULL,
		               "the facts of this debtor cannot be read; run voldaan verify");
	*w->of = (struct app_segment_of){ .debtor_number = debtor.number, .debtor_name = debtor.name };
	VD_TRY(profile_of(ctx, app, w, &facts->policy, &profile, &w->of->segment, &w->of->rule));
	if (profile != NULL) w->of->profile = profile->code;
	return VD_OK;
}

enum vd_status
app_segment_of(struct vd_context *ctx, struct app *app, struct vd_str debtor,
               struct app_segment_of *out)
{
	struct rules_work w = { .debtor = debtor, .of = out };

	VD_TRY(load(ctx, app, &w));
	return app_write(ctx, app, segment_in_tx, &w);
}
