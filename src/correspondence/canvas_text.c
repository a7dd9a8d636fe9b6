/* Text laid out in lines by pango. */
#include "correspondence/canvas_inner.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

#define LAYOUTS_MAX 65536

/* A character without a glyph would print as an empty box. Pictures and marks may go; a letter or
 * digit of a name may not. */
static bool
may_be_left_out(utf8proc_int32_t code)
{
	switch (utf8proc_category(code)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_SC:
		return false;
	default:
		return true;
	}
}

static enum vd_status
add_visible(struct canvas *c, struct vd_buf *b, struct vd_str s)
{
	for (size_t i = 0; i < s.len;) {
		utf8proc_int32_t code = 0;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i,
		                                      (utf8proc_ssize_t)(s.len - i), &code);

		if (n <= 0)
			return vd_fail(c->ctx, VD_E_INVALID, "message.not_utf8", NULL, "a text is not UTF-8");
		if (code == ' ' && b->len > 0 &&
		    b->ptr[b->len - 1] == ' ') { /* what stood between is left out */
			i++;
			continue;
		}
		if (code == '\n' || FcCharSetHasChar(c->fonts->known, (FcChar32)code))
			vd_buf_add(b, vd_str_sub(s, i, (size_t)n));
		else if (!may_be_left_out(code))
			return vd_fail(
			    c->ctx, VD_E_INVALID, "letter.no_glyph", NULL,
			    "the letters' fonts have no character U+%04X (in \"%.*s\"); put a font that has it in the "
			    "folder fallback beside them",
			    (unsigned)code, s.len > 60 ? 60 : (int)s.len, s.ptr);
		i += (size_t)n;
	}
	return VD_OK;
}

static void
add_attribute(PangoAttrList *list, PangoAttribute *a, size_t from, size_t to)
{
	a->start_index = (guint)from;
	a->end_index = (guint)to;
	pango_attr_list_insert(list, a);
}

static void
free_attributes(PangoAttrList **list)
{
	if (*list != NULL) pango_attr_list_unref(*list);
}

static enum vd_status
add_link(struct canvas *c, struct vd_buf *b, const struct document_run *run)
{
	struct vd_str shown = run->url;

	if (vd_str_is_none(run->url)) return VD_OK;
	if (vd_str_starts_nocase(shown, VD_STR("mailto:"))) shown = vd_str_sub(shown, 7, shown.len);
	if (vd_str_starts_nocase(shown, VD_STR("tel:"))) shown = vd_str_sub(shown, 4, shown.len);
	if (vd_str_eq(shown, run->text) || vd_str_eq(run->url, run->text)) return VD_OK;
	vd_buf_add_c(b, " (");
	VD_TRY(add_visible(c, b, shown));
	vd_buf_add_char(b, ')');
	return VD_OK;
}

static enum vd_status
compose(struct canvas *c, const struct canvas_style *style, const struct document_run *runs,
        size_t count, PangoAttrList *list, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(c->ctx, DOCUMENT_SOURCE_MAX);

	add_attribute(list, pango_attr_insert_hyphens_new(FALSE), 0, PANGO_ATTR_INDEX_TO_TEXT_END);
	add_attribute(list, pango_attr_font_features_new("tnum=1, lnum=1, liga=0"), 0,
	              PANGO_ATTR_INDEX_TO_TEXT_END);
	for (size_t i = 0; i < count; i++) {
		size_t from = b.len;

		if (runs[i].line_break) vd_buf_add_char(&b, '\n');
		VD_TRY(add_visible(c, &b, runs[i].text));
		if (!style->bold && (runs[i].style & DOCUMENT_BOLD))
			add_attribute(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, b.len);
		if (!style->italic && (runs[i].style & DOCUMENT_ITALIC))
			add_attribute(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from, b.len);
		VD_TRY(add_link(c, &b, &runs[i]));
	}
	return vd_buf_finish(c->ctx, &b, out);
}

static enum vd_status
new_layout(struct canvas *c, PangoLayout **out)
{
	if (c->layouts_count == c->layouts_room) {
		PangoLayout **more;
		size_t room = c->layouts_room == 0 ? 128 : c->layouts_room * 2;

		if (room > LAYOUTS_MAX)
			return vd_fail(c->ctx, VD_E_LIMIT, "letter.too_long", NULL,
			               "the letter has too many texts");
		VD_NEW(c->ctx, more, room);
		if (c->layouts_count > 0) memcpy(more, c->layouts, c->layouts_count * sizeof(*more));
		c->layouts = more;
		c->layouts_room = room;
	}
	*out = pango_layout_new(c->fonts->pango);
	if (*out == NULL) return vd_fail_memory(c->ctx);
	c->layouts[c->layouts_count++] = *out;
	return VD_OK;
}

static void
set_font(PangoLayout *layout, const struct canvas_style *style)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, FONTS_FAMILY);
	pango_font_description_set_size(font, (int)lround(style->size * PANGO_SCALE));
	if (style->bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	if (style->italic) pango_font_description_set_style(font, PANGO_STYLE_ITALIC);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

enum vd_status
canvas_layout(struct canvas *c, const struct canvas_style *style, double width,
              const struct document_run *runs, size_t count, struct canvas_text *out)
{
	VD_CLEANUP(free_attributes) PangoAttrList *list = pango_attr_list_new();
	PangoLayout *layout;
	struct vd_str text;

	VD_TRY(compose(c, style, runs, count, list, &text));
	VD_TRY(new_layout(c, &layout));
	set_font(layout, style);
	pango_layout_set_attributes(layout, list);
	pango_layout_set_width(layout, (int)lround(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(layout, FALSE);
	if (style->lines_max > 0) {
		pango_layout_set_height(layout, -style->lines_max);
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	}
	pango_layout_set_text(layout, text.ptr, (int)text.len);
	*out = (struct canvas_text){ .layout = layout, .style = *style, .width = width };
	out->lines = text.len == 0 ? 0 : pango_layout_get_line_count(layout);
	return VD_OK;
}

enum vd_status
canvas_layout_plain(struct canvas *c, const struct canvas_style *style, double width,
                    struct vd_str text, struct canvas_text *out)
{
	const struct document_run run = { .text = text.ptr != NULL ? text : VD_STR("") };

	return canvas_layout(c, style, width, &run, 1, out);
}

double
canvas_line_width(const struct canvas_text *t, int line)
{
	PangoRectangle logical;

	pango_layout_line_get_extents(pango_layout_get_line_readonly(t->layout, line), NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

double
canvas_text_width(const struct canvas_text *t)
{
	double widest = 0;

	for (int i = 0; i < t->lines; i++) widest = fmax(widest, canvas_line_width(t, i));
	return widest;
}
