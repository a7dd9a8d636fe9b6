/* CommonMark to blocks, by walking libcmark's tree; nothing of its HTML is used. */
#include "correspondence/document.h"

#include <cmark.h>
#include <string.h>

struct builder {
	struct vd_context *ctx;
	struct vd_str name; /* of the template */
	struct document *doc;
	struct document_run *runs; /* of all blocks */
	size_t runs_count;
	struct vd_buf text; /* of the run that grows */
	unsigned style;
	struct vd_str url;
	int lists, list, number; /* lists so far; list and number we are in, 0 none */
	bool ordered, first_in_item;
	struct document_block *block;
};

static void
free_node(cmark_node **node)
{
	if (*node != NULL) cmark_node_free(*node);
}

static void
free_iterator(cmark_iter **iterator)
{
	if (*iterator != NULL) cmark_iter_free(*iterator);
}

void
document_escape(struct vd_buf *b, struct vd_str s)
{
	bool blank = false, started = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (vd_is_blank(c) || (unsigned char)c < 0x20 || c == 0x7F) {
			blank = started;
			continue;
		}
		if (blank) vd_buf_add_char(b, ' ');
		blank = false;
		started = true;
		if ((unsigned char)c < 0x80 && c > ' ' && !vd_is_alnum(c)) vd_buf_add_char(b, '\\');
		vd_buf_add_char(b, c);
	}
}

static enum vd_status
refuse(struct builder *b, const char *what)
{
	return vd_fail(b->ctx, VD_E_INVALID, "template.markup", "template", "template %.*s: %s",
	               VD_FMT(b->name), what);
}

static enum vd_status
add_run(struct builder *b, bool line_break)
{
	struct vd_str text;
	struct document_run *run;

	if (b->text.len == 0 && !line_break) return VD_OK;
	if (b->runs_count == DOCUMENT_RUNS_MAX) return refuse(b, "too many pieces of text");
	VD_TRY(vd_buf_finish(b->ctx, &b->text, &text));
	VD_TRY(vd_str_dup(b->ctx, text, &text));
	b->text.len = 0;
	run = &b->runs[b->runs_count++];
	*run = (struct document_run){
		.text = text, .style = b->style, .url = b->url, .line_break = line_break
	};
	if (line_break) run->text = VD_STR("");
	b->block->runs_count++;
	return VD_OK;
}

static enum vd_status
add_block(struct builder *b, enum document_kind kind)
{
	if (b->doc->count == DOCUMENT_BLOCKS_MAX) return refuse(b, "too many paragraphs");
	b->block = &b->doc->blocks[b->doc->count++];
	*b->block = (struct document_block){ .kind = kind, .runs = b->runs + b->runs_count };
	b->text = VD_BUF(b->ctx, DOCUMENT_SOURCE_MAX);
	return VD_OK;
}

static enum vd_status
start_paragraph(struct builder *b)
{
	VD_TRY(add_block(b, b->list > 0 ? DOCUMENT_LIST_ITEM : DOCUMENT_PARAGRAPH));
	b->block->list = b->list;
	if (b->list > 0) {
		b->block->number = b->ordered ? b->number : 0;
		b->block->more = !b->first_in_item;
		b->first_in_item = false;
	}
	return VD_OK;
}

static enum vd_status
start_list(struct builder *b, cmark_node *node)
{
	if (b->list > 0)
		return refuse(b, "a list inside a list does not fit in a letter; use one level");
	b->list = ++b->lists;
	b->ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
	b->number = b->ordered ? cmark_node_get_list_start(node) - 1 : 0;
	return VD_OK;
}

static enum vd_status
start_link(struct builder *b, cmark_node *node)
{
	struct vd_str url = vd_str_c(cmark_node_get_url(node));

	if (!vd_str_starts_nocase(url, VD_STR("https://")) &&
	    !vd_str_starts_nocase(url, VD_STR("http://")) &&
	    !vd_str_starts_nocase(url, VD_STR("mailto:")) && !vd_str_starts_nocase(url, VD_STR("tel:")))
		return refuse(b, "a link must begin with https://, http://, mailto: or tel:");
	VD_TRY(add_run(b, false));
	return vd_str_dup(b->ctx, url, &b->url);
}

static enum vd_status
enter(struct builder *b, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		return start_paragraph(b);
	case CMARK_NODE_HEADING:
		if (b->list > 0) return refuse(b, "a heading inside a list does not fit in a letter");
		VD_TRY(add_block(b, DOCUMENT_HEADING));
		b->block->level =
		    cmark_node_get_heading_level(node) > 3 ? 3 : cmark_node_get_heading_level(node);
		return VD_OK;
	case CMARK_NODE_THEMATIC_BREAK:
		return add_block(b, DOCUMENT_RULE);
	case CMARK_NODE_LIST:
		return start_list(b, node);
	case CMARK_NODE_ITEM:
		b->number++;
		b->first_in_item = true;
		return VD_OK;
	case CMARK_NODE_TEXT:
		vd_buf_add_c(&b->text, cmark_node_get_literal(node));
		return VD_OK;
	case CMARK_NODE_SOFTBREAK:
		vd_buf_add_char(&b->text, ' ');
		return VD_OK;
	case CMARK_NODE_LINEBREAK:
		VD_TRY(add_run(b, false));
		return add_run(b, true);
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
		VD_TRY(add_run(b, false));
		b->style |= cmark_node_get_type(node) == CMARK_NODE_EMPH ? DOCUMENT_ITALIC : DOCUMENT_BOLD;
		return VD_OK;
	case CMARK_NODE_LINK:
		return start_link(b, node);
	case CMARK_NODE_HTML_BLOCK:
	case CMARK_NODE_HTML_INLINE:
		return refuse(b, "HTML is refused; write CommonMark");
	case CMARK_NODE_CODE_BLOCK:
		return refuse(b, "a line begins with four blanks or a code fence; remove them");
	case CMARK_NODE_IMAGE:
		return refuse(b, "images are refused; the logo is set for the whole administration");
	case CMARK_NODE_BLOCK_QUOTE:
	case CMARK_NODE_CODE:
		return refuse(b, "quotes (>) and code (`) do not fit in a letter");
	default:
		return VD_OK;
	}
}

static enum vd_status
leave(struct builder *b, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING:
		return add_run(b, false);
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
		VD_TRY(add_run(b, false));
		b->style &= ~(unsigned)(cmark_node_get_type(node) == CMARK_NODE_EMPH ? DOCUMENT_ITALIC
		                                                                     : DOCUMENT_BOLD);
		return VD_OK;
	case CMARK_NODE_LINK:
		VD_TRY(add_run(b, false));
		b->url = VD_STR_NONE;
		return VD_OK;
	case CMARK_NODE_LIST:
		b->list = 0;
		return VD_OK;
	default:
		return VD_OK;
	}
}

static enum vd_status
add_markup(struct builder *b, struct vd_str source)
{
	VD_CLEANUP(free_node) cmark_node *root = NULL;
	VD_CLEANUP(free_iterator) cmark_iter *iterator = NULL;
	cmark_event_type event;

	if (vd_str_trim(source).len == 0) return VD_OK;
	root = cmark_parse_document(source.ptr, source.len, CMARK_OPT_VALIDATE_UTF8);
	if (root == NULL || (iterator = cmark_iter_new(root)) == NULL) return vd_fail_memory(b->ctx);
	while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iterator);

		VD_TRY(event == CMARK_EVENT_ENTER ? enter(b, node) : leave(b, node));
	}
	return VD_OK;
}

/* Sets *kind when the line is a block of ours; DOCUMENT_PARAGRAPH otherwise. */
static enum vd_status
block_line(struct builder *b, struct vd_str line, enum document_kind *kind)
{
	*kind = DOCUMENT_PARAGRAPH;
	line = vd_str_trim(line);
	if (!vd_str_starts(line, VD_STR("[[")) || !vd_str_ends(line, VD_STR("]]"))) return VD_OK;
	if (vd_str_eq(line, VD_STR("[[items]]"))) *kind = DOCUMENT_ITEMS;
	else if (vd_str_eq(line, VD_STR("[[payment]]"))) *kind = DOCUMENT_PAYMENT;
	else return refuse(b, "a line in double brackets is neither [[items]] nor [[payment]]");
	if (document_has(b->doc, *kind))
		return refuse(b, "[[items]] and [[payment]] may stand in it once");
	return VD_OK;
}

enum vd_status
document_parse(struct vd_context *ctx, struct vd_str name, struct vd_str source,
               struct document *out)
{
	struct builder b = { .ctx = ctx, .name = name, .doc = out };
	size_t from = 0, at = 0;

	*out = (struct document){ 0 };
	if (source.len > DOCUMENT_SOURCE_MAX) return refuse(&b, "the text has become too long");
	VD_NEW(ctx, out->blocks, DOCUMENT_BLOCKS_MAX);
	VD_NEW(ctx, b.runs, DOCUMENT_RUNS_MAX);
	while (at < source.len) {
		size_t end = vd_str_find(source, VD_STR("\n"), at);
		enum document_kind kind;

		if (end == SIZE_MAX) end = source.len;
		VD_TRY(block_line(&b, vd_str_sub(source, at, end - at), &kind));
		if (kind != DOCUMENT_PARAGRAPH) {
			VD_TRY(add_markup(&b, vd_str_sub(source, from, at - from)));
			VD_TRY(add_block(&b, kind));
			from = end + 1;
		}
		at = end + 1;
	}
	return from < source.len ? add_markup(&b, vd_str_sub(source, from, source.len - from)) : VD_OK;
}

bool
document_has(const struct document *doc, enum document_kind kind)
{
	for (size_t i = 0; i < doc->count; i++)
		if (doc->blocks[i].kind == kind) return true;
	return false;
}
