/* Mustache in two steps: a template becomes a flat array of nodes (a section knows where it ends),
 * and the nodes are written against a stack of contexts. */
#include "correspondence/mustache.h"

#include <string.h>

#define DELIMITER_MAX 8

enum node_kind { NODE_TEXT, NODE_VARIABLE, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

struct node {
	enum node_kind kind;
	int line;
	size_t end;           /* of a section: index behind its last node */
	struct vd_str text;   /* the text, or the name in the tag */
	struct vd_str indent; /* of a standalone partial */
};

struct parser {
	struct vd_context *ctx;
	const struct mustache_env *env;
	struct vd_str text, open, close; /* the template and the delimiters in force */
	size_t at, counted;              /* how far, and how far lines were counted */
	int line;
	struct node *nodes;
	size_t count, room;
	size_t sections[MUSTACHE_DEPTH_MAX];
	size_t depth;
};

struct tag {
	char sigil; /* '#', '^', '/', '>', '!', '=', or 0 for a variable */
	struct vd_str name;
	size_t from, to;      /* the whole tag, delimiters included */
	struct vd_str indent; /* blanks before it, when it stands alone on its line */
};

struct writer {
	struct vd_context *ctx;
	const struct mustache_env *env;
	const struct mustache_value *stack[MUSTACHE_DEPTH_MAX];
	size_t depth, partials, steps;
	bool every_branch; /* checking, not writing */
	struct vd_buf *out;
};

/* --- from text to nodes ---------------------------------------------------------------------- */

static int
line_at(struct parser *p, size_t at)
{
	for (; p->counted < at; p->counted++)
		if (p->text.ptr[p->counted] == '\n') p->line++;
	return p->line;
}

static enum vd_status
fail_at(struct vd_context *ctx, const struct mustache_env *env, const char *key, int line,
        const char *what, struct vd_str name, const char *advice)
{
	return vd_fail(ctx, VD_E_INVALID, key, "template", "template %.*s, line %d: %s \"%.*s\"%s",
	               VD_FMT(env->name), line, what, name.len > 60 ? 60 : (int)name.len,
	               name.ptr != NULL ? name.ptr : "", advice);
}

static enum vd_status
make_room(struct parser *p, int line)
{
	struct node *more;

	if (p->count < p->room) return VD_OK;
	if (p->room == MUSTACHE_NODES_MAX)
		return vd_fail(
		    p->ctx, VD_E_LIMIT, "template.too_many_tags", "template",
		    "template %.*s, line %d: more than %d tags and pieces of text; split the template",
		    VD_FMT(p->env->name), line, MUSTACHE_NODES_MAX);
	p->room = p->room == 0 ? 64 : p->room * 2;
	VD_NEW(p->ctx, more, p->room);
	if (p->count > 0) memcpy(more, p->nodes, p->count * sizeof(*more));
	p->nodes = more;
	return VD_OK;
}

static enum vd_status
add_node(struct parser *p, struct node node)
{
	if (node.kind == NODE_TEXT && node.text.len == 0) return VD_OK;
	VD_TRY(make_room(p, node.line));
	p->nodes[p->count++] = node;
	return VD_OK;
}

static bool
name_is_valid(struct vd_str name)
{
	if (name.len == 0 || name.len > MUSTACHE_NAME_MAX) return false;
	if (vd_str_eq(name, VD_STR("."))) return true;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool last = i + 1 == name.len;

		if (c == '.' && (i == 0 || last || name.ptr[i + 1] == '.')) return false;
		if (!vd_is_alnum(c) && c != '_' && c != '-' && c != '.') return false;
	}
	return true;
}

static bool
is_delimiter(struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (vd_is_blank(s.ptr[i]) || s.ptr[i] == '=') return false;
	return s.len > 0 && s.len <= DELIMITER_MAX;
}

/* "=| |=" sets the delimiters. */
static enum vd_status
set_delimiters(struct parser *p, struct vd_str inside, int line)
{
	size_t gap = 0;
	struct vd_str open, close;

	while (gap < inside.len && !vd_is_blank(inside.ptr[gap])) gap++;
	open = vd_str_sub(inside, 0, gap);
	close = vd_str_trim(vd_str_sub(inside, gap, inside.len - gap));
	if (!is_delimiter(open) || !is_delimiter(close))
		return fail_at(p->ctx, p->env, "template.delimiters", line,
		               "these are not two delimiters:", inside, "; write for example {{=<% %>=}}");
	p->open = open;
	p->close = close;
	return VD_OK;
}

/* Reads the tag that starts at p->text[from]. */
static enum vd_status
read_tag(struct parser *p, size_t from, struct tag *tag)
{
	size_t start = from + p->open.len, end;
	struct vd_str close = p->close;
	char sigil = start < p->text.len ? p->text.ptr[start] : '\0';
	int line = line_at(p, from);
	char with_equals[DELIMITER_MAX + 1] = "=";

	if (sigil == '{' || sigil == '&')
		return vd_fail(
		    p->ctx, VD_E_INVALID, "template.unescaped", "template",
		    "template %.*s, line %d: unescaped tags are refused; write {{name}} with two braces",
		    VD_FMT(p->env->name), line);
	if (sigil == '=') {
		memcpy(with_equals + 1, close.ptr, close.len);
		close = (struct vd_str){ with_equals, close.len + 1 };
	}
	tag->sigil = sigil != '\0' && strchr("#^/>!=", sigil) != NULL ? sigil : '\0';
	if (tag->sigil != '\0') start++;
	end = vd_str_find(p->text, close, start);
	if (end == SIZE_MAX)
		return fail_at(p->ctx, p->env, "template.open_tag", line,
		               "this tag is not closed:", vd_str_sub(p->text, from, 20), "");
	tag->name = vd_str_trim(vd_str_sub(p->text, start, end - start));
	tag->from = from;
	tag->to = end + close.len;
	if (tag->sigil == '=') return set_delimiters(p, tag->name, line);
	if (tag->sigil != '!' && !name_is_valid(tag->name))
		return fail_at(p->ctx, p->env, "template.name", line, "this is not a name:", tag->name, "");
	return VD_OK;
}

/* A tag that writes nothing itself and is alone on its line takes the whole line with it. */
static bool
take_line(struct parser *p, struct tag *tag, struct vd_str *before)
{
	size_t start = tag->from, end = tag->to;
	const char *t = p->text.ptr;

	if (tag->sigil == '\0') return false;
	while (start > 0 && (t[start - 1] == ' ' || t[start - 1] == '\t')) start--;
	if (start > 0 && t[start - 1] != '\n') return false;
	while (end < p->text.len && (t[end] == ' ' || t[end] == '\t')) end++;
	if (end < p->text.len && t[end] == '\r') end++;
	if (end < p->text.len && t[end] != '\n') return false;
	tag->indent = vd_str_sub(p->text, start, tag->from - start);
	VD_ASSERT(before->len >= tag->indent.len);
	before->len -= tag->indent.len;
	tag->to = end < p->text.len ? end + 1 : end;
	return true;
}

static enum vd_status
open_section(struct parser *p, const struct tag *tag, int line)
{
	if (p->depth == MUSTACHE_DEPTH_MAX)
		return vd_fail(p->ctx, VD_E_LIMIT, "template.too_deep", "template",
		               "template %.*s, line %d: more than %d sections inside each other",
		               VD_FMT(p->env->name), line, MUSTACHE_DEPTH_MAX);
	p->sections[p->depth++] = p->count;
	return add_node(p, (struct node){ .kind = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED,
	                                  .line = line,
	                                  .text = tag->name });
}

static enum vd_status
close_section(struct parser *p, const struct tag *tag, int line)
{
	struct node *section;

	if (p->depth == 0)
		return fail_at(p->ctx, p->env, "template.section", line,
		               "no section is open here to close:", tag->name, "");
	section = &p->nodes[p->sections[--p->depth]];
	if (!vd_str_eq(section->text, tag->name))
		return vd_fail(p->ctx, VD_E_INVALID, "template.section", "template",
		               "template %.*s, line %d: {{/%.*s}} closes the section {{#%.*s}} of line %d",
		               VD_FMT(p->env->name), line, VD_FMT(tag->name), VD_FMT(section->text),
		               section->line);
	section->end = p->count;
	return VD_OK;
}

static enum vd_status
add_tag(struct parser *p, const struct tag *tag, int line)
{
	switch (tag->sigil) {
	case '!':
	case '=':
		return VD_OK;
	case '#':
	case '^':
		return open_section(p, tag, line);
	case '/':
		return close_section(p, tag, line);
	case '>':
		return add_node(p, (struct node){ .kind = NODE_PARTIAL,
		                                  .line = line,
		                                  .text = tag->name,
		                                  .indent = tag->indent });
	default:
		return add_node(p, (struct node){ .kind = NODE_VARIABLE, .line = line, .text = tag->name });
	}
}

static enum vd_status
parse(struct parser *p)
{
	for (;;) {
		size_t from = vd_str_find(p->text, p->open, p->at);
		struct tag tag = { .indent = VD_STR("") };
		struct vd_str before;
		int line;

		if (from == SIZE_MAX) break;
		VD_TRY(read_tag(p, from, &tag));
		before = vd_str_sub(p->text, p->at, from - p->at);
		line = line_at(p, from);
		take_line(p, &tag, &before);
		VD_TRY(add_node(p, (struct node){ .kind = NODE_TEXT, .line = line, .text = before }));
		VD_TRY(add_tag(p, &tag, line));
		p->at = tag.to;
	}
	VD_TRY(add_node(p, (struct node){ .kind = NODE_TEXT,
	                                  .line = p->line,
	                                  .text = vd_str_sub(p->text, p->at, p->text.len - p->at) }));
	if (p->depth > 0) {
		const struct node *open = &p->nodes[p->sections[p->depth - 1]];

		return fail_at(p->ctx, p->env, "template.section", open->line,
		               "this section is never closed:", open->text, "");
	}
	return VD_OK;
}

static enum vd_status
parse_template(struct vd_context *ctx, const struct mustache_env *env, struct vd_str text,
               struct node **nodes, size_t *count)
{
	struct parser p = {
		.ctx = ctx,
		.env = env,
		.text = text,
		.open = VD_STR("{{"),
		.close = VD_STR("}}"),
		.line = env->first_line > 0 ? env->first_line : 1,
	};

	if (text.len > MUSTACHE_TEMPLATE_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "template.too_long", "template",
		               "template %.*s is longer than %d bytes", VD_FMT(env->name),
		               MUSTACHE_TEMPLATE_MAX);
	VD_TRY(parse(&p));
	*nodes = p.nodes;
	*count = p.count;
	return VD_OK;
}

/* --- looking up names ------------------------------------------------------------------------ */

static const struct mustache_value *
field_of(const struct mustache_value *object, struct vd_str name)
{
	if (object->kind != MUSTACHE_OBJECT) return NULL;
	for (size_t i = 0; i < object->count; i++)
		if (vd_str_eq(vd_str_c(object->fields[i].name), name)) return &object->fields[i].value;
	return NULL;
}

/* The first part of a dotted name is sought from the innermost context outwards; the other parts
 * must be found where the one before them was. NULL when there is no such name. */
static const struct mustache_value *
look_up(const struct writer *w, struct vd_str name)
{
	const struct mustache_value *found = NULL;
	struct vd_str part;

	if (vd_str_eq(name, VD_STR("."))) return w->stack[w->depth - 1];
	if (!vd_str_cut(&name, '.', &part)) return NULL;
	for (size_t i = w->depth; i-- > 0 && found == NULL;) found = field_of(w->stack[i], part);
	while (found != NULL && vd_str_cut(&name, '.', &part)) found = field_of(found, part);
	return found;
}

static bool
is_true(const struct mustache_value *v)
{
	switch (v->kind) {
	case MUSTACHE_NONE:
		return false;
	case MUSTACHE_BOOL:
		return v->truth;
	case MUSTACHE_TEXT:
		return v->text.len > 0;
	case MUSTACHE_LIST:
		return v->count > 0;
	case MUSTACHE_OBJECT:
		return true;
	}
	return false;
}

/* --- from nodes to text ---------------------------------------------------------------------- */

static enum vd_status write_nodes(struct writer *, const struct mustache_env *, const struct node *,
                                  size_t from, size_t to);

static enum vd_status
push_and_write(struct writer *w, const struct mustache_env *env, const struct node *nodes,
               size_t section, const struct mustache_value *context)
{
	enum vd_status status;

	if (w->depth == MUSTACHE_DEPTH_MAX)
		return vd_fail(
		    w->ctx, VD_E_LIMIT, "template.too_deep", "template",
		    "template %.*s, line %d: more than %d sections and partials inside each other",
		    VD_FMT(env->name), nodes[section].line, MUSTACHE_DEPTH_MAX);
	w->stack[w->depth++] = context;
	status = write_nodes(w, env, nodes, section + 1, nodes[section].end);
	w->depth--;
	return status;
}

static enum vd_status
write_section(struct writer *w, const struct mustache_env *env, const struct node *nodes, size_t at,
              const struct mustache_value *v)
{
	bool inverted = nodes[at].kind == NODE_INVERTED;

	if (inverted && (w->every_branch || !is_true(v)))
		return write_nodes(w, env, nodes, at + 1, nodes[at].end);
	if (inverted || (!w->every_branch && !is_true(v))) return VD_OK;
	if (v->kind != MUSTACHE_LIST) return push_and_write(w, env, nodes, at, v);
	for (size_t i = 0; i < v->count && !(w->every_branch && i > 0); i++)
		VD_TRY(push_and_write(w, env, nodes, at, &v->items[i]));
	return VD_OK;
}

static enum vd_status
write_variable(struct writer *w, const struct mustache_env *env, const struct node *node,
               const struct mustache_value *v)
{
	if (env->refuse_empty && !w->every_branch && !is_true(v) && v->kind != MUSTACHE_BOOL)
		return vd_fail(
		    w->ctx, VD_E_INVALID, "template.no_value", "template",
		    "template %.*s, line %d: \"%.*s\" has no value in this message; fill it in, or put the words "
		    "around it between {{#%.*s}} and {{/%.*s}}",
		    VD_FMT(env->name), node->line, VD_FMT(node->text), VD_FMT(node->text),
		    VD_FMT(node->text));
	if (v->kind == MUSTACHE_NONE) return VD_OK;
	if (v->kind != MUSTACHE_TEXT)
		return fail_at(w->ctx, env, "template.not_a_text", node->line,
		               "this is not a text:", node->text,
		               "; use it as a section, {{#name}}...{{/name}}");
	if (env->escape != NULL) env->escape(w->out, v->text);
	else vd_buf_add(w->out, v->text);
	return VD_OK;
}

/* Every line of a standalone partial gets the blanks that stood before its tag. */
static enum vd_status
indent_lines(struct vd_context *ctx, struct vd_str text, struct vd_str indent, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MUSTACHE_TEMPLATE_MAX);
	size_t at = 0;

	*out = text;
	if (indent.len == 0) return VD_OK;
	while (at < text.len) {
		size_t end = vd_str_find(text, VD_STR("\n"), at);

		end = end == SIZE_MAX ? text.len : end + 1;
		vd_buf_add(&b, indent);
		vd_buf_add(&b, vd_str_sub(text, at, end - at));
		at = end;
	}
	return vd_buf_finish(ctx, &b, out);
}

static enum vd_status
write_partial(struct writer *w, const struct mustache_env *env, const struct node *node)
{
	struct mustache_env inner = *env;
	struct node *nodes;
	struct vd_str text;
	size_t count;

	if (env->partial == NULL || !env->partial(env->user, node->text, &text))
		return fail_at(w->ctx, env, "template.unknown_partial", node->line,
		               "there is no partial template", node->text, "");
	if (w->partials == MUSTACHE_DEPTH_MAX)
		return fail_at(w->ctx, env, "template.too_deep", node->line,
		               "partials that call each other without end:", node->text, "");
	VD_TRY(indent_lines(w->ctx, text, node->indent, &text));
	inner.name = node->text;
	inner.first_line = 1;
	VD_TRY(parse_template(w->ctx, &inner, text, &nodes, &count));
	w->partials++;
	VD_TRY(write_nodes(w, &inner, nodes, 0, count));
	w->partials--;
	return VD_OK;
}

/* Recursion: one level per section and partial; both are limited to MUSTACHE_DEPTH_MAX. */
static enum vd_status
write_nodes(struct writer *w, const struct mustache_env *env, const struct node *nodes, size_t from,
            size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct node *node = &nodes[i];
		const struct mustache_value *v = NULL;

		if (++w->steps > MUSTACHE_STEPS_MAX)
			return vd_fail(w->ctx, VD_E_LIMIT, "template.too_much", "template",
			               "template %.*s, line %d: the sections repeat too often",
			               VD_FMT(env->name), node->line);
		if (node->kind != NODE_TEXT && node->kind != NODE_PARTIAL &&
		    (v = look_up(w, node->text)) == NULL)
			return fail_at(w->ctx, env, "template.unknown_variable", node->line, "unknown variable",
			               node->text, "; the names are listed in docs/templates.md");
		if (node->kind == NODE_TEXT) vd_buf_add(w->out, node->text);
		else if (node->kind == NODE_VARIABLE) VD_TRY(write_variable(w, env, node, v));
		else if (node->kind == NODE_PARTIAL) VD_TRY(write_partial(w, env, node));
		else {
			VD_TRY(write_section(w, env, nodes, i, v));
			i = node->end - 1;
		}
		if (w->out->failed) return VD_OK; /* told at the end, once */
	}
	return VD_OK;
}

static enum vd_status
run(struct vd_context *ctx, struct vd_str template, const struct mustache_value *data,
    const struct mustache_env *env, bool every_branch, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, env->output_max);
	struct writer w = { .ctx = ctx,
		                .env = env,
		                .stack = { data },
		                .depth = 1,
		                .every_branch = every_branch,
		                .out = &b };
	struct node *nodes;
	size_t count;

	VD_TRY(parse_template(ctx, env, template, &nodes, &count));
	VD_TRY(write_nodes(&w, env, nodes, 0, count));
	return vd_buf_finish(ctx, &b, out);
}

enum vd_status
mustache_render(struct vd_context *ctx, struct vd_str template, const struct mustache_value *data,
                const struct mustache_env *env, struct vd_str *out)
{
	return run(ctx, template, data, env, false, out);
}

enum vd_status
mustache_check(struct vd_context *ctx, struct vd_str template, const struct mustache_value *sample,
               const struct mustache_env *env)
{
	struct vd_str ignored;

	return run(ctx, template, sample, env, true, &ignored);
}
