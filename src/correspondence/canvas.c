/* Lists of what to draw, and drawing them. */
#include "correspondence/canvas.h"
#include "correspondence/fonts.h"

#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#define LAYOUTS_MAX 65536
#define BASELINE_DROP                                                          \
	0.36 /* of the size: from the middle of a line down to its baseline (Lato) \
	      */

enum op_kind { OP_TEXT, OP_BOX, OP_QR, OP_IMAGE, OP_TAG, OP_END_TAG };

struct op {
	struct op *next;
	enum op_kind kind;
	enum canvas_color color;
	double x, y, width, height, radius;
	struct canvas_text text;
	int from, to;
	const struct qr *qr;
	cairo_surface_t *image;
	const char *tag;
};

struct ops {
	struct op *first, *last;
};

struct canvas {
	struct vd_context *ctx;
	struct message_fonts *fonts;
	struct {
		struct ops body, furniture;
	} pages[CANVAS_PAGES_MAX];
	int pages_count;
	struct ops *current;
	PangoLayout **layouts; /* to give back */
	size_t layouts_count, layouts_room;
	cairo_surface_t *logo;
	struct vd_str alternatives[CANVAS_FIGURES_MAX];
	size_t alternatives_count;
};

enum vd_status
canvas_open(struct vd_context *ctx, struct message_fonts *fonts, enum vd_language language,
            struct canvas **out)
{
	struct canvas *c;

	VD_NEW(ctx, c, 1);
	c->ctx = ctx;
	c->fonts = fonts;
	c->pages_count = 1;
	canvas_body(c);
	pango_context_set_language(fonts->pango, pango_language_from_string(vd_language_tag(language)));
	*out = c;
	return VD_OK;
}

void
canvas_close(struct canvas **canvas)
{
	struct canvas *c = *canvas;

	if (c == NULL) return;
	for (size_t i = 0; i < c->layouts_count; i++) g_object_unref(c->layouts[i]);
	if (c->logo != NULL) cairo_surface_destroy(c->logo);
	*canvas = NULL;
}

enum vd_status
canvas_new_page(struct canvas *c)
{
	if (c->pages_count == CANVAS_PAGES_MAX)
		return vd_fail(c->ctx, VD_E_LIMIT, "letter.too_long", NULL, "the letter is over %d pages",
		               CANVAS_PAGES_MAX);
	c->pages_count++;
	canvas_body(c);
	return VD_OK;
}

int
canvas_pages(const struct canvas *c)
{
	return c->pages_count;
}

void
canvas_furniture(struct canvas *c, int page)
{
	VD_ASSERT(page >= 0 && page < c->pages_count);
	c->current = &c->pages[page].furniture;
}

void
canvas_body(struct canvas *c)
{
	c->current = &c->pages[c->pages_count - 1].body;
}

/* --- text ------------------------------------------------------------------------------------- */

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

static double
line_width(PangoLayoutLine *line)
{
	PangoRectangle logical;

	pango_layout_line_get_extents(line, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

double
canvas_text_width(const struct canvas_text *t)
{
	double widest = 0;

	for (int i = 0; i < t->lines; i++)
		widest = fmax(widest, line_width(pango_layout_get_line_readonly(t->layout, i)));
	return widest;
}

/* --- what to draw ----------------------------------------------------------------------------- */

static enum vd_status
add_op(struct canvas *c, struct op op)
{
	struct op *p;

	VD_NEW(c->ctx, p, 1);
	*p = op;
	if (c->current->last != NULL) c->current->last->next = p;
	else c->current->first = p;
	c->current->last = p;
	return VD_OK;
}

enum vd_status
canvas_put_lines(struct canvas *c, const struct canvas_text *t, int from, int to, double x,
                 double y)
{
	return add_op(c, (struct op){
	                     .kind = OP_TEXT, .text = *t, .from = from, .to = to, .x = x, .y = y });
}

enum vd_status
canvas_put(struct canvas *c, const struct canvas_text *t, double x, double y)
{
	return canvas_put_lines(c, t, 0, t->lines, x, y);
}

enum vd_status
canvas_rule(struct canvas *c, double x, double y, double length, double thickness,
            enum canvas_color color)
{
	return add_op(c, (struct op){ .kind = OP_BOX,
	                              .x = x,
	                              .y = y,
	                              .width = length,
	                              .height = thickness,
	                              .color = color });
}

enum vd_status
canvas_box(struct canvas *c, double x, double y, double width, double height, double radius,
           enum canvas_color color)
{
	return add_op(c, (struct op){ .kind = OP_BOX,
	                              .x = x,
	                              .y = y,
	                              .width = width,
	                              .height = height,
	                              .radius = radius,
	                              .color = color });
}

enum vd_status
canvas_qr(struct canvas *c, const struct qr *qr, double x, double y, double side)
{
	struct qr *copy;

	VD_NEW(c->ctx, copy, 1);
	*copy = *qr;
	return add_op(c, (struct op){ .kind = OP_QR, .qr = copy, .x = x, .y = y, .width = side });
}

enum vd_status
canvas_tag(struct canvas *c, const char *name)
{
	return add_op(c, (struct op){ .kind = OP_TAG, .tag = name });
}

enum vd_status
canvas_end_tag(struct canvas *c, const char *name)
{
	return add_op(c, (struct op){ .kind = OP_END_TAG, .tag = name });
}

void
canvas_alternative(struct canvas *c, struct vd_str text)
{
	VD_ASSERT(c->alternatives_count < CANVAS_FIGURES_MAX);
	c->alternatives[c->alternatives_count++] = text;
}

/* --- logo ------------------------------------------------------------------------------------- */

static cairo_status_t
read_png(void *closure, unsigned char *data, unsigned length)
{
	struct vd_str *rest = closure;

	if (rest->len < length) return CAIRO_STATUS_READ_ERROR;
	memcpy(data, rest->ptr, length);
	*rest = vd_str_sub(*rest, length, rest->len - length);
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t
big_endian(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* The size is looked at before anything is unpacked: signature, then the header chunk. */
static enum vd_status
check_png(struct vd_context *ctx, struct vd_str png)
{
	uint32_t width, height;

	if (png.len > MESSAGE_LOGO_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "letter.logo", "logo", "the logo is over %d bytes",
		               MESSAGE_LOGO_MAX);
	if (png.len < 33 || memcmp(png.ptr, "\x89PNG\r\n\x1a\n", 8) != 0 ||
	    memcmp(png.ptr + 12, "IHDR", 4) != 0)
		return vd_fail(ctx, VD_E_INVALID, "letter.logo", "logo", "the logo is not a PNG picture");
	width = big_endian(png.ptr + 16);
	height = big_endian(png.ptr + 20);
	if (width == 0 || height == 0 || width > CANVAS_LOGO_PIXELS_MAX ||
	    height > CANVAS_LOGO_PIXELS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "letter.logo", "logo",
		               "the logo has more than %d pixels on a side", CANVAS_LOGO_PIXELS_MAX);
	return VD_OK;
}

enum vd_status
canvas_logo(struct canvas *c, struct vd_str png, double x, double y, double width_max,
            double height_max, double *height)
{
	struct vd_str rest = png;
	double w, h, scale;

	VD_ASSERT(c->logo == NULL);
	VD_TRY(check_png(c->ctx, png));
	c->logo = cairo_image_surface_create_from_png_stream(read_png, &rest);
	if (cairo_surface_status(c->logo) != CAIRO_STATUS_SUCCESS)
		return vd_fail(c->ctx, VD_E_INVALID, "letter.logo", "logo", "the logo cannot be read: %s",
		               cairo_status_to_string(cairo_surface_status(c->logo)));
	w = cairo_image_surface_get_width(c->logo);
	h = cairo_image_surface_get_height(c->logo);
	scale = fmin(width_max / w, height_max / h);
	*height = h * scale;
	return add_op(c, (struct op){
	                     .kind = OP_IMAGE, .image = c->logo, .x = x, .y = y, .width = scale });
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void
set_color(cairo_t *cr, enum canvas_color color)
{
	static const double colors[][3] = {
		/* as in mail_html.c */
		[CANVAS_INK] = { 0x1F / 255.0, 0x29 / 255.0, 0x33 / 255.0 },
		[CANVAS_DIM] = { 0x5B / 255.0, 0x67 / 255.0, 0x70 / 255.0 },
		[CANVAS_KEY] = { 0x14 / 255.0, 0x50 / 255.0, 0x6B / 255.0 },
		[CANVAS_RULE] = { 0xD5 / 255.0, 0xDB / 255.0, 0xE1 / 255.0 },
		[CANVAS_PANEL] = { 0xF1 / 255.0, 0xF5 / 255.0, 0xF7 / 255.0 },
		[CANVAS_WHITE] = { 1, 1, 1 },
	};

	cairo_set_source_rgb(cr, colors[color][0], colors[color][1], colors[color][2]);
}

static void
draw_text(cairo_t *cr, const struct op *op)
{
	const struct canvas_style *style = &op->text.style;

	set_color(cr, style->color);
	for (int i = op->from; i < op->to && i < op->text.lines; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(op->text.layout, i);
		double room = op->text.width - line_width(line);
		double shift = style->align == CANVAS_RIGHT    ? room
		               : style->align == CANVAS_CENTER ? room / 2
		                                               : 0;
		double middle = op->y + ((i - op->from) + 0.5) * style->leading;

		cairo_move_to(cr, op->x + shift, middle + BASELINE_DROP * style->size);
		pango_cairo_show_layout_line(cr, line);
	}
}

static void
draw_box(cairo_t *cr, const struct op *op)
{
	const double quarter = 1.5707963267948966, r = op->radius;
	double right = op->x + op->width, bottom = op->y + op->height;

	set_color(cr, op->color);
	if (r <= 0) {
		cairo_rectangle(cr, op->x, op->y, op->width, op->height);
	} else {
		cairo_new_sub_path(cr);
		cairo_arc(cr, right - r, op->y + r, r, -quarter, 0);
		cairo_arc(cr, right - r, bottom - r, r, 0, quarter);
		cairo_arc(cr, op->x + r, bottom - r, r, quarter, 2 * quarter);
		cairo_arc(cr, op->x + r, op->y + r, r, 2 * quarter, 3 * quarter);
		cairo_close_path(cr);
	}
	cairo_fill(cr);
}

/* Black on white with its quiet zone. Runs of modules are one rectangle, a little higher than a
 * module, so that no hair of light shows between rows. */
static void
draw_qr(cairo_t *cr, const struct op *op)
{
	int size = op->qr->size;
	double module = op->width / (size + 2 * QR_QUIET);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, op->x, op->y, op->width, op->width);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (int row = 0; row < size; row++) {
		for (int from = 0, to; from < size; from = to + 1) {
			bool last = row + 1 == size;

			while (from < size && !op->qr->dark[row * size + from]) from++;
			for (to = from; to < size && op->qr->dark[row * size + to];) to++;
			if (to == from) break;
			cairo_rectangle(cr, op->x + (from + QR_QUIET) * module,
			                op->y + (row + QR_QUIET) * module, (to - from) * module,
			                module * (last ? 1.0 : 1.04));
		}
	}
	cairo_fill(cr);
}

static void
draw_image(cairo_t *cr, const struct op *op)
{
	cairo_save(cr);
	cairo_translate(cr, op->x, op->y);
	cairo_scale(cr, op->width, op->width);
	cairo_set_source_surface(cr, op->image, 0, 0);
	cairo_paint(cr);
	cairo_restore(cr);
}

static void
draw(cairo_t *cr, const struct ops *ops)
{
	for (const struct op *op = ops->first; op != NULL; op = op->next) {
		switch (op->kind) {
		case OP_TEXT:
			draw_text(cr, op);
			break;
		case OP_BOX:
			draw_box(cr, op);
			break;
		case OP_QR:
			draw_qr(cr, op);
			break;
		case OP_IMAGE:
			draw_image(cr, op);
			break;
		case OP_TAG:
			cairo_tag_begin(cr, op->tag, NULL);
			break;
		case OP_END_TAG:
			cairo_tag_end(cr, op->tag);
			break;
		}
	}
}

static cairo_status_t
write_to_buffer(void *closure, const unsigned char *data, unsigned length)
{
	struct vd_buf *b = closure;

	vd_buf_add(b, (struct vd_str){ (const char *)data, length });
	return b->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Texts for cairo end with a NUL. */
static enum vd_status
set_metadata(struct vd_context *ctx, cairo_surface_t *surface, cairo_pdf_metadata_t what,
             struct vd_str text)
{
	if (text.len == 0) return VD_OK;
	VD_TRY(vd_str_dup(ctx, text, &text));
	cairo_pdf_surface_set_metadata(surface, what, text.ptr);
	return VD_OK;
}

static enum vd_status
set_all_metadata(struct vd_context *ctx, cairo_surface_t *surface, const struct canvas_meta *meta)
{
	struct vd_str moment;
	char day[VD_DATE_TEXT];

	vd_date_format(meta->created, day);
	VD_TRY(vd_str_printf(ctx, &moment, "%sT00:00:00Z", day));
	VD_TRY(set_metadata(ctx, surface, CAIRO_PDF_METADATA_TITLE, meta->title));
	VD_TRY(set_metadata(ctx, surface, CAIRO_PDF_METADATA_AUTHOR, meta->author));
	VD_TRY(set_metadata(ctx, surface, CAIRO_PDF_METADATA_SUBJECT, meta->subject));
	VD_TRY(set_metadata(ctx, surface, CAIRO_PDF_METADATA_CREATOR, VD_STR("Voldaan")));
	return set_metadata(ctx, surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
}

static void
destroy_surface(cairo_surface_t **surface)
{
	if (*surface != NULL) cairo_surface_destroy(*surface);
}

static void
destroy_cairo(cairo_t **cr)
{
	if (*cr != NULL) cairo_destroy(*cr);
}

static enum vd_status
draw_pages(struct canvas *c, cairo_surface_t *surface)
{
	VD_CLEANUP(destroy_cairo) cairo_t *cr = cairo_create(surface);
	cairo_status_t status;

	for (int i = 0; i < c->pages_count; i++) {
		cairo_tag_begin(cr, "Sect", NULL);
		draw(cr, &c->pages[i].body);
		cairo_tag_end(cr, "Sect");
		draw(cr, &c->pages[i].furniture);
		cairo_show_page(cr);
	}
	cairo_surface_finish(surface);
	status = cairo_status(cr);
	if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
	if (status == CAIRO_STATUS_NO_MEMORY) return vd_fail_memory(c->ctx);
	if (status != CAIRO_STATUS_SUCCESS)
		return vd_fail(c->ctx, VD_E_IO, "letter.pdf", NULL, "drawing the letter failed: %s",
		               cairo_status_to_string(status));
	return VD_OK;
}

enum vd_status
canvas_write(struct canvas *c, const struct canvas_meta *meta, struct vd_str *pdf)
{
	VD_CLEANUP(destroy_surface) cairo_surface_t *surface = NULL;
	struct vd_buf b = VD_BUF(c->ctx, MESSAGE_PDF_MAX);
	struct vd_str drawn;
	const struct pdf_finish finish = {
		vd_language_tag(meta->language),
		c->alternatives,
		c->alternatives_count,
	};

	surface = cairo_pdf_surface_create_for_stream(write_to_buffer, &b, CANVAS_WIDTH, CANVAS_HEIGHT);
	VD_TRY(set_all_metadata(c->ctx, surface, meta));
	VD_TRY(draw_pages(c, surface));
	VD_TRY(vd_buf_finish(c->ctx, &b, &drawn));
	return pdf_finish(c->ctx, drawn, &finish, pdf);
}
