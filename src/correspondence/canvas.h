#ifndef CORRESPONDENCE_CANVAS_H
#define CORRESPONDENCE_CANVAS_H
/* Pages of text, lines, boxes and codes, kept as a list of what to draw, and written as a PDF at
 * the end: so that "page 2 of 3" is known before page 1 is drawn. Text by pango, PDF by cairo,
 * language and structure by qpdf. Lengths are points (1/72 inch), from the top left of an A4 page;
 * they are the only floating point in this room. */
#include "correspondence/correspondence.h"
#include "correspondence/document.h"
#include "correspondence/qr.h"

#define CANVAS_MM(mm)          ((mm)*72.0 / 25.4)
#define CANVAS_WIDTH           CANVAS_MM(210.0)
#define CANVAS_HEIGHT          CANVAS_MM(297.0)
#define CANVAS_PAGES_MAX       200
#define CANVAS_FIGURES_MAX     8
#define CANVAS_LOGO_PIXELS_MAX 4000 /* on a side */

enum canvas_color { CANVAS_INK, CANVAS_DIM, CANVAS_KEY, CANVAS_RULE, CANVAS_PANEL, CANVAS_WHITE };
enum canvas_align { CANVAS_LEFT, CANVAS_RIGHT, CANVAS_CENTER };

struct canvas_style {
	double size, leading; /* leading: from one baseline to the next */
	bool bold, italic;
	enum canvas_color color;
	enum canvas_align align;
	int lines_max; /* more is cut with an ellipsis; 0 any number */
};

/* Text broken into lines. */
struct canvas_text {
	void *layout; /* PangoLayout, owned by the canvas */
	struct canvas_style style;
	double width;
	int lines;
};
static inline double
canvas_height(const struct canvas_text *t)
{
	return t->lines * t->style.leading;
}

struct canvas;
/* Empty, with one page. The fonts must outlive it. */
VD_CHECKED enum vd_status canvas_open(struct vd_context *, struct message_fonts *, enum vd_language,
                                      struct canvas **out);
void canvas_close(struct canvas **);
#define AUTO_CANVAS VD_CLEANUP(canvas_close) struct canvas

/* A character that no font has: pictures and marks are left out, letters are VD_E_INVALID. */
VD_CHECKED enum vd_status canvas_layout(struct canvas *, const struct canvas_style *, double width,
                                        const struct document_run *, size_t count,
                                        struct canvas_text *out);
VD_CHECKED enum vd_status canvas_layout_plain(struct canvas *, const struct canvas_style *,
                                              double width, struct vd_str, struct canvas_text *out);
/* Widest line. */
double canvas_text_width(const struct canvas_text *);

/* Everything below draws on the current page: its body, or its furniture (running head, foot),
 * which is no part of the text for a reader of the structure. */
VD_CHECKED enum vd_status canvas_new_page(struct canvas *);
int canvas_pages(const struct canvas *);
void canvas_furniture(struct canvas *,
                      int page);   /* what follows is furniture of that page, from 0 */
void canvas_body(struct canvas *); /* what follows is body of the last page again */

VD_CHECKED enum vd_status canvas_put_lines(struct canvas *, const struct canvas_text *, int from,
                                           int to, double x, double y);
VD_CHECKED enum vd_status canvas_put(struct canvas *, const struct canvas_text *, double x,
                                     double y);
VD_CHECKED enum vd_status canvas_rule(struct canvas *, double x, double y, double length,
                                      double thickness, enum canvas_color);
VD_CHECKED enum vd_status canvas_box(struct canvas *, double x, double y, double width,
                                     double height, double radius, enum canvas_color);
VD_CHECKED enum vd_status canvas_qr(struct canvas *, const struct qr *, double x, double y,
                                    double side);
/* PNG bytes inside the given box, top left; *height is what it takes. VD_E_INVALID: not a PNG we
 * read. */
VD_CHECKED enum vd_status canvas_logo(struct canvas *, struct vd_str png, double x, double y,
                                      double width_max, double height_max, double *height);
/* Structure (ISO 32000-1 14.8): P, H1, H2, Table, TR, TH, TD, L, LI, Figure. Pairs, on one page. */
VD_CHECKED enum vd_status canvas_tag(struct canvas *, const char *name);
VD_CHECKED enum vd_status canvas_end_tag(struct canvas *, const char *name);
/* Alternative text of the figure whose tag was begun last. */
void canvas_alternative(struct canvas *, struct vd_str);

struct canvas_meta {
	struct vd_str title, author, subject;
	struct vd_date created;
	enum vd_language language;
};
VD_CHECKED enum vd_status canvas_write(struct canvas *, const struct canvas_meta *,
                                       struct vd_str *pdf);

/* The second pass over cairo's file (pdf.c): document language, one Document element, alternative
 * texts, title in the window bar, an id that depends on the content only. */
struct pdf_finish {
	const char *language;
	const struct vd_str *alternatives;
	size_t alternatives_count;
};
VD_CHECKED enum vd_status pdf_finish(struct vd_context *, struct vd_str pdf,
                                     const struct pdf_finish *, struct vd_str *out);
#endif
