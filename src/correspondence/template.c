/* Template files: front matter with the subject, then CommonMark with Mustache. */
#include "correspondence/template.h"
#include "correspondence/fields.h"
#include "correspondence/variables.h"

#include <string.h>

#define NAME_MAX_BYTES 200

struct front {
	struct vd_str subject, body;
	int subject_line, body_line; /* in the file, from 1 */
};

static enum vd_status
fail_front(struct vd_context *ctx, struct vd_str name, int line, const char *what)
{
	return vd_fail(ctx, VD_E_INVALID, "template.front_matter", "template",
	               "template %.*s, line %d: %s", VD_FMT(name), line, what);
}

/* "key: value" between two lines "---"; only subject (needed) and about (for editors) exist. */
static enum vd_status
read_front_line(struct vd_context *ctx, struct vd_str name, struct vd_str line, int number,
                struct front *front)
{
	struct vd_str key = line, value;

	line = vd_str_trim(line);
	if (line.len == 0) return VD_OK;
	value = line;
	if (!vd_str_cut(&value, ':', &key) || value.ptr == NULL)
		return fail_front(ctx, name, number, "expected \"key: text\" or the closing ---");
	value = vd_str_trim(value);
	if (vd_str_eq(key, VD_STR("about"))) return VD_OK;
	if (!vd_str_eq(key, VD_STR("subject")))
		return fail_front(ctx, name, number, "only the keys subject and about are known");
	if (front->subject_line != 0) return fail_front(ctx, name, number, "a second subject");
	front->subject = value;
	front->subject_line = number;
	return VD_OK;
}

static enum vd_status
split_front(struct vd_context *ctx, const struct message_template *t, struct front *front)
{
	struct vd_str rest = t->text, line;

	*front = (struct front){ 0 };
	if (vd_str_starts(rest, VD_STR("\xEF\xBB\xBF"))) rest = vd_str_sub(rest, 3, rest.len);
	if (!vd_str_cut(&rest, '\n', &line) || !vd_str_eq(vd_str_trim(line), VD_STR("---")))
		return fail_front(ctx, t->name, 1, "a template begins with a line --- and its subject");
	for (int number = 2; vd_str_cut(&rest, '\n', &line); number++) {
		if (!vd_str_eq(vd_str_trim(line), VD_STR("---"))) {
			VD_TRY(read_front_line(ctx, t->name, line, number, front));
			continue;
		}
		front->body = rest.ptr != NULL ? rest : VD_STR("");
		front->body_line = number + 1;
		if (front->subject.len == 0) return fail_front(ctx, t->name, number, "there is no subject");
		return VD_OK;
	}
	return fail_front(ctx, t->name, 1, "the front matter is not closed with ---");
}

/* --- finding --------------------------------------------------------------------------------- */

struct set {
	const struct message_template *templates;
	size_t count;
	const struct message_data *data;
};

static const struct message_template *
find(const struct set *set, struct vd_str name)
{
	for (size_t i = 0; i < set->count; i++)
		if (vd_str_eq(set->templates[i].name, name)) return &set->templates[i];
	return NULL;
}

/* The name for one choice of what to be specific about: bit 2 audience, 1 history, 0 tone. */
static bool
make_name(const struct message_data *data, struct vd_str code, unsigned specific,
          enum vd_language language, char out[NAME_MAX_BYTES])
{
	const struct vd_str parts[] = {
		code,
		vd_str_c(message_audience_name(data->audience)),
		vd_str_c(message_history_name(data->history)),
		data->tone,
		vd_str_c(vd_language_tag(language)),
	};
	const bool wanted[] = { true, specific & 4, specific & 2, specific & 1, true };
	size_t n = 0;

	for (size_t i = 0; i < VD_LENGTH(parts); i++) {
		if (!wanted[i]) continue;
		if (parts[i].len == 0 || n + parts[i].len + 2 > NAME_MAX_BYTES) return false;
		if (n > 0) out[n++] = '.';
		memcpy(out + n, parts[i].ptr, parts[i].len);
		n += parts[i].len;
	}
	out[n] = '\0';
	return true;
}

static const struct message_template *
pick(const struct set *set, struct vd_str code)
{
	const enum vd_language languages[] = { set->data->language, VD_LANG_EN };
	char name[NAME_MAX_BYTES];

	for (size_t l = 0; l < VD_LENGTH(languages); l++) {
		for (unsigned specific = 8; specific-- > 0;) {
			const struct message_template *found;

			if (!make_name(set->data, code, specific, languages[l], name)) continue;
			if ((found = find(set, vd_str_c(name))) != NULL) return found;
		}
	}
	return NULL;
}

enum vd_language
message_template_language(const struct message_template *t, enum vd_language otherwise)
{
	struct vd_str rest = t->name, part = VD_STR("");

	while (vd_str_cut(&rest, '.', &part)) continue;
	vd_language_parse(part, &otherwise);
	return otherwise;
}

enum vd_status
message_template_pick(struct vd_context *ctx, const struct message_template *templates,
                      size_t count, const struct message_data *data,
                      const struct message_template **out)
{
	const struct set set = { templates, count, data };

	if (message_audience_name(data->audience) == NULL ||
	    message_history_name(data->history) == NULL || data->language >= VD_LANG__COUNT)
		return vd_fail(ctx, VD_E_INVALID, "message.data", NULL,
		               "a message lacks a language, audience or history");
	*out = pick(&set, data->template);
	if (*out == NULL)
		return vd_fail(ctx, VD_E_NOT_FOUND, "template.not_found", "template",
		               "there is no template %.*s.%s, nor a more specific one, nor one in English",
		               VD_FMT(data->template), vd_language_tag(data->language));
	return VD_OK;
}

/* A partial is picked as a template is: {{> closing}} finds closing.consumer_informal.nl. */
static bool
find_partial(const void *user, struct vd_str name, struct vd_str *text)
{
	const struct message_template *found = pick(user, name);

	if (found != NULL) *text = found->text;
	return found != NULL;
}

/* --- filling --------------------------------------------------------------------------------- */

/* A subject is one line of plain text: data goes in as it is. */
static void
add_plain(struct vd_buf *b, struct vd_str s)
{
	vd_buf_add(b, s);
}

static enum vd_status
fill(struct vd_context *ctx, const struct message_template *t, const struct set *set, bool check,
     struct vd_str *subject, struct document *out)
{
	struct mustache_value root;
	struct front front;
	struct vd_str source;
	struct mustache_env env = {
		.name = t->name,
		.output_max = MESSAGE_TEXT_MAX * 4,
		.escape = add_plain,
		.partial = find_partial,
		.user = set,
		.refuse_empty = true,
	};

	VD_TRY(split_front(ctx, t, &front));
	VD_TRY(message_variables(ctx, set->data, &root));
	env.first_line = front.subject_line;
	if (check) VD_TRY(mustache_check(ctx, front.subject, &root, &env));
	VD_TRY(mustache_render(ctx, front.subject, &root, &env, subject));
	VD_TRY(message_plain(ctx, "subject", *subject, subject));
	env.first_line = front.body_line;
	env.escape = document_escape;
	env.output_max = DOCUMENT_SOURCE_MAX;
	if (check) VD_TRY(mustache_check(ctx, front.body, &root, &env));
	VD_TRY(mustache_render(ctx, front.body, &root, &env, &source));
	VD_TRY(document_parse(ctx, t->name, source, out));
	if (subject->len == 0)
		return fail_front(ctx, t->name, front.subject_line, "the subject is empty");
	if (out->count == 0) return fail_front(ctx, t->name, front.body_line, "there is no text");
	return VD_OK;
}

enum vd_status
message_template_fill(struct vd_context *ctx, const struct message_template *t,
                      const struct message_data *data, const struct message_template *partials,
                      size_t partials_count, struct vd_str *subject, struct document *out)
{
	const struct set set = { partials, partials_count, data };

	return fill(ctx, t, &set, false, subject, out);
}

/* --- checking -------------------------------------------------------------------------------- */

enum vd_status
message_template_check_in(struct vd_context *ctx, const struct message_template *t,
                          const struct message_template *templates, size_t count)
{
	for (int n = 0; n < 9; n++) {
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
		struct message_data sample, clean;
		const struct set set = { templates, count, &clean };
		struct document doc;
		struct vd_str subject;
		enum vd_language language = message_template_language(t, VD_LANG_EN);

		VD_TRY(message_data_sample(ctx, language, (enum message_audience)(n / 3),
		                           (enum message_history)(n % 3), &sample));
		VD_TRY(message_data_clean(ctx, &sample, &clean));
		VD_TRY(fill(ctx, t, &set, true, &subject, &doc));
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

enum vd_status
message_template_check(struct vd_context *ctx, const struct message_template *t)
{
	return message_template_check_in(ctx, t, NULL, 0);
}
