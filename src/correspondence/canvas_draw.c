/* Drawing what the lists say, on a PDF surface of cairo. */
#include "correspondence/canvas_inner.h"

#include <cairo-pdf.h>

#define BASELINE_DROP                                                          \
	0.36 /* of the size: from the middle of a line down to its baseline (Lato) \
	      */

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
		double room = op->text.width - canvas_line_width(&op->text, i);
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

/* Filled, not painted: cairo 1.16 forgets what was recorded before a paint over everything, and
 * with it the tags that were begun. */
static void
draw_image(cairo_t *cr, const struct op *op)
{
	cairo_save(cr);
	cairo_translate(cr, op->x, op->y);
	cairo_scale(cr, op->width, op->width);
	cairo_set_source_surface(cr, op->image, 0, 0);
	cairo_rectangle(cr, 0, 0, cairo_image_surface_get_width(op->image),
	                cairo_image_surface_get_height(op->image));
	cairo_fill(cr);
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
	enum vd_status status;
	struct vd_str drawn;
	const struct pdf_finish finish = {
		vd_language_tag(meta->language),
		c->alternatives,
		c->alternatives_count,
	};

	surface = cairo_pdf_surface_create_for_stream(write_to_buffer, &b, CANVAS_WIDTH, CANVAS_HEIGHT);
	VD_TRY(set_all_metadata(c->ctx, surface, meta));
	status = draw_pages(c, surface);
	VD_TRY(vd_buf_finish(c->ctx, &b, &drawn)); /* when it is full, that is the reason */
	VD_TRY(status);
	return pdf_finish(c->ctx, drawn, &finish, pdf);
}
