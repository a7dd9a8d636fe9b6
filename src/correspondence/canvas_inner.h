#ifndef CORRESPONDENCE_CANVAS_INNER_H
#define CORRESPONDENCE_CANVAS_INNER_H
/* What canvas.c (the lists), canvas_text.c (lines of text) and canvas_draw.c (cairo) share. */
#include "correspondence/canvas.h"
#include "correspondence/fonts.h"

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

double canvas_line_width(const struct canvas_text *, int line);
#endif
