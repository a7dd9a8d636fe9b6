/* Profiles, segment rules and templates in force. */
#include "app/policy.h"

#include "base/embedded.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "intake/mapping.h"
#include "q_administration.h"

#include <stdio.h>

#define TEXT_SIZE_MAX ((size_t)256 * 1024)
#define TEXTS_MAX     1000

static const struct kind {
	const char *kind, *folder, *suffix;
} kinds[] = {
	{ "profile", "profiles", ".json" },
	{ "segments", "profiles", ".json" },
	{ "template", "templates", ".md" },
	{ "mapping", "mappings", ".json" },
};

static const struct kind *
kind_of(const char *kind)
{
	for (size_t i = 0; i < VD_LENGTH(kinds); i++)
		if (vd_str_eq(vd_str_c(kinds[i].kind), vd_str_c(kind))) return &kinds[i];
	vd_assert_failed("a kind of text that is not declared", __FILE__, __LINE__);
	return NULL;
}

/* ---- shipped texts ---- */

struct texts {
	struct app_text *list;
	size_t count, cap;
};

/* "profiles/standard.json" -> "standard"; NONE when the name is of another kind. */
static struct vd_str
code_of(const struct kind *k, struct vd_str file_name)
{
	struct vd_str suffix = vd_str_c(k->suffix), code;
	bool segments;

	if (!vd_str_ends(file_name, suffix)) return VD_STR_NONE;
	code = vd_str_sub(file_name, 0, file_name.len - suffix.len);
	segments = vd_str_eq(code, VD_STR("segments"));
	if (vd_str_eq(vd_str_c(k->folder), VD_STR("profiles")) &&
	    segments != vd_str_eq(vd_str_c(k->kind), VD_STR("segments")))
		return VD_STR_NONE;
	if (vd_str_eq_nocase(code, VD_STR("README"))) return VD_STR_NONE;
	return code;
}

static struct app_text *
find(struct texts *t, struct vd_str code)
{
	for (size_t i = 0; i < t->count; i++)
		if (vd_str_eq(t->list[i].code, code)) return &t->list[i];
	return NULL;
}

static enum vd_status
put(struct vd_context *ctx, struct texts *t, const struct app_text *text)
{
	struct app_text *known = find(t, text->code);

	if (known == NULL) {
		VD_GROW(ctx, t->list, t->count, t->cap);
		known = &t->list[t->count++];
	}
	*known = *text;
	return VD_OK;
}

static enum vd_status
add_embedded(struct vd_context *ctx, const struct kind *k, struct texts *t)
{
	struct vd_str folder;

	VD_TRY(vd_str_printf(ctx, &folder, "%s/", k->folder));
	for (size_t i = 0; i < vd_embedded_count(); i++) {
		struct vd_embedded e = vd_embedded_at(i);
		struct vd_str name = vd_str_c(e.name), code;

		if (!vd_str_starts(name, folder)) continue;
		code = code_of(k, vd_str_sub(name, folder.len, SIZE_MAX));
		if (vd_str_is_none(code)) continue;
		VD_TRY(put(ctx, t,
		           &(struct app_text){
		               .code = code, .body = { (const char *)e.data, e.size }, .shipped = true }));
	}
	return VD_OK;
}

static enum vd_status
add_folder(struct vd_context *ctx, const struct app *app, const struct kind *k, struct texts *t)
{
	struct vd_str *names, dir, path, code;
	struct app_text text = { .shipped = true };
	size_t n;

	if (app->data_dir == NULL) return VD_OK;
	VD_TRY(vd_str_printf(ctx, &dir, "%s/%s", app->data_dir, k->folder));
	if (!vd_file_exists(dir.ptr)) return VD_OK;
	VD_TRY(vd_file_list(ctx, dir.ptr, TEXTS_MAX, &names, &n));
	for (size_t i = 0; i < n; i++) {
		code = code_of(k, names[i]);
		if (vd_str_is_none(code)) continue;
		VD_TRY(vd_str_printf(ctx, &path, "%.*s/%.*s", VD_FMT(dir), VD_FMT(names[i])));
		VD_TRY(vd_file_slurp(ctx, path.ptr, TEXT_SIZE_MAX, &text.body));
		text.code = code;
		VD_TRY(put(ctx, t, &text));
	}
	return VD_OK;
}

/* ---- what is in force ---- */

enum vd_status
app_texts_load(struct vd_context *ctx, struct app *app, const char *kind, struct app_text **out,
               size_t *count)
{
	const struct kind *k = kind_of(kind);
	struct q_text_all_newest_row *rows;
	struct texts t = { 0 };
	size_t n;

	VD_TRY(add_embedded(ctx, k, &t));
	VD_TRY(add_folder(ctx, app, k, &t));
	VD_TRY(q_text_all_newest(ctx, app->db,
	                         &(struct q_text_all_newest_in){ app->administration.id, vd_str_c(kind),
	                                                         TEXTS_MAX },
	                         &rows, &n));
	for (size_t i = 0; i < n; i++)
		VD_TRY(put(ctx, &t,
		           &(struct app_text){
		               .code = rows[i].code, .body = rows[i].body, .version = rows[i].version }));
	*out = t.list;
	*count = t.count;
	return VD_OK;
}

enum vd_status
app_text_show(struct vd_context *ctx, struct app *app, const char *kind, struct vd_str code,
              struct app_text *out)
{
	struct app_text *texts;
	size_t n;

	VD_TRY(app_texts_load(ctx, app, kind, &texts, &n));
	for (size_t i = 0; i < n; i++)
		if (vd_str_eq(texts[i].code, code)) {
			*out = texts[i];
			return VD_OK;
		}
	return vd_fail(ctx, VD_E_NOT_FOUND, "text.unknown", kind,
	               "there is no %s \"%.*s\"; \"voldaan %s list\" shows them", kind, VD_FMT(code),
	               kind);
}

enum vd_status
app_text_of_version(struct vd_context *ctx, struct app *app, const char *kind, struct vd_str code,
                    int64_t version, struct app_text *out)
{
	const struct kind *k = kind_of(kind);
	struct q_text_by_version_row row;
	struct app_text *shipped;
	struct texts t = { 0 };
	bool found = false;

	if (version > 0) {
		VD_TRY(q_text_by_version(ctx, app->db,
		                         &(struct q_text_by_version_in){ app->administration.id,
		                                                         vd_str_c(kind), code, version },
		                         &row, &found));
		if (found) *out = (struct app_text){ .code = code, .body = row.body, .version = version };
	} else {
		VD_TRY(add_embedded(ctx, k, &t));
		VD_TRY(add_folder(ctx, app, k, &t));
		if ((shipped = find(&t, code)) != NULL) {
			*out = *shipped;
			found = true;
		}
	}
	if (found) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "text.version", kind,
	               "version %lld of the %s \"%.*s\" is not there any more", (long long)version,
	               kind, VD_FMT(code));
}

enum vd_status
app_policy_load(struct vd_context *ctx, struct app *app, const struct app_setting_value *settings,
                struct policy_rules *out)
{
	struct policy_segment_rules *segments;
	struct policy_profile *profiles;
	struct app_text *texts;
	size_t n;

	VD_TRY(app_texts_load(ctx, app, "profile", &texts, &n));
	if (n > APP_PROFILES_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "profile.count", NULL,
		               "there are %zu dunning profiles; at most %d are supported", n,
		               APP_PROFILES_MAX);
	VD_NEW(ctx, profiles, n);
	for (size_t i = 0; i < n; i++) {
		if (policy_profile_parse(ctx, texts[i].body, &profiles[i]) != VD_OK)
			return vd_fail_where(ctx, "profile \"%.*s\"", VD_FMT(texts[i].code));
		profiles[i].version = texts[i].version;
	}
	*out = (struct policy_rules){
		.profiles = profiles,
		.profiles_count = n,
		.default_profile = app_setting_text(settings, "default_profile"),
		.country = app->administration.country,
		.open_min_minor = app_setting_i64(settings, "dun_from"),
		.bundle_days = (int32_t)app_setting_i64(settings, "bundle_days"),
	};
	VD_TRY(app_texts_load(ctx, app, "segments", &texts, &n));
	for (size_t i = 0; i < n; i++) {
		if (!vd_str_eq(texts[i].code, VD_STR("segments"))) continue;
		if (policy_segments_parse(ctx, texts[i].body, &segments) != VD_OK)
			return vd_fail_where(ctx, "segment rules");
		out->segments = segments;
		out->segments_version = texts[i].version;
	}
	return VD_OK;
}

struct vd_date
app_first_action(const struct policy_rules *rules, const struct policy_item *item)
{
	struct vd_date first = VD_DATE_NONE;

	for (size_t i = 0; i < rules->profiles_count; i++) {
		struct vd_date day = policy_first_action(&rules->profiles[i], item);

		if (vd_date_is_none(first) || (!vd_date_is_none(day) && day.day < first.day)) first = day;
	}
	return first;
}

/* ---- changing a text ---- */

enum vd_status
app_templates_load(struct vd_context *ctx, struct app *app, struct message_template **out,
                   size_t *count)
{
	struct app_text *texts;

	VD_TRY(app_texts_load(ctx, app, "template", &texts, count));
	VD_NEW(ctx, *out, *count);
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct message_template){ .name = texts[i].code,
			                                   .text = texts[i].body,
			                                   .version = texts[i].version };
	return VD_OK;
}

/* With the other templates at hand, since it may call them as parts. */
static enum vd_status
check_template(struct vd_context *ctx, struct app *app, struct vd_str code, struct vd_str body)
{
	struct message_template *set, one = { .name = code, .text = body };
	size_t n;

	VD_TRY(app_templates_load(ctx, app, &set, &n));
	return message_template_check_in(ctx, &one, set, n);
}

static enum vd_status
check_text(struct vd_context *ctx, struct app *app, const char *kind, struct vd_str code,
           struct vd_str body)
{
	struct policy_segment_rules *segments;
	struct policy_profile profile;
	struct party_mapping *mapping;

	if (vd_str_eq(vd_str_c(kind), VD_STR("profile"))) {
		VD_TRY(policy_profile_parse(ctx, body, &profile));
		if (!vd_str_eq(profile.code, code))
			return vd_fail(ctx, VD_E_INVALID, "profile.code", "code",
			               "the profile in this text is called \"%.*s\", not \"%.*s\"",
			               VD_FMT(profile.code), VD_FMT(code));
		return VD_OK;
	}
	if (vd_str_eq(vd_str_c(kind), VD_STR("segments")))
		return policy_segments_parse(ctx, body, &segments);
	if (vd_str_eq(vd_str_c(kind), VD_STR("mapping")))
		return party_mapping_parse(ctx, body, &mapping);
	return check_template(ctx, app, code, body);
}

struct set_work {
	const char *kind;
	struct vd_str code, body;
	int64_t *version;
};

static enum vd_status
set_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct set_work *w = arg;
	struct q_text_newest_row newest = { .version = 0 };
	char sha[VD_SHA256_HEX];
	struct vd_str subject;
	bool found;

	vd_sha256(w->body, sha);
	VD_TRY(q_text_newest(ctx, app->db,
	                     &(struct q_text_newest_in){ app->administration.id, vd_str_c(w->kind),
	                                                 w->code },
	                     &newest, &found));
	*w->version = newest.version;
	if (found && vd_str_eq(newest.body, w->body)) return VD_OK;
	*w->version = newest.version + 1;
	VD_TRY(q_text_insert(ctx, app->db,
	                     &(struct q_text_insert_in){ app->administration.id, vd_str_c(w->kind),
	                                                 w->code, *w->version, w->body, vd_str_c(sha),
	                                                 app->now, app->actor },
	                     NULL));
	VD_TRY(vd_str_printf(ctx, &subject, "%s %.*s", w->kind, VD_FMT(w->code)));
	return app_audit(ctx, app, "text set", subject, newest.sha256, vd_str_c(sha));
}

enum vd_status
app_text_set(struct vd_context *ctx, struct app *app, const char *kind, struct vd_str code,
             struct vd_str body, int64_t *version)
{
	struct set_work w = { kind, code, body, version };

	if (body.len > TEXT_SIZE_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "text.size", NULL, "a text may be at most %zu bytes",
		               TEXT_SIZE_MAX);
	VD_TRY(check_text(ctx, app, kind, code, body));
	return app_write(ctx, app, set_in_tx, &w);
}
