/* Pages as lists of what to draw. */
#include "correspondence/canvas_inner.h"

#include <math.h>
#include <string.h>

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
