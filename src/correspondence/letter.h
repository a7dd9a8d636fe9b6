#ifndef CORRESPONDENCE_LETTER_H
#define CORRESPONDENCE_LETTER_H
/* The A4 letter: where everything stands. letter.c has the first page's head and the flow of the
 * text, letter_items.c the table, letter_payment.c the payment panel.
 *
 * Places, in mm from the top left. Address windows differ: E6/5 has its window at 40-70 from the
 * top, C6/5 at 39-74, C5 at 44-79, all from 15 or 20 from the side and about 95 wide (list of an
 * envelope seller, officeconsult.no). The address begins at 50, 25 from the left or 120 for a
 * window at the right: four lines (to 68) show in all of them, six (to 78) in C5.
 * docs/decisions/0030. */
#include "correspondence/canvas.h"

#define LETTER_LEFT    CANVAS_MM(25.0)
#define LETTER_WIDTH   CANVAS_MM(165.0)
#define LETTER_MEASURE CANVAS_MM(150.0) /* of running text: about 85 characters */
#define LETTER_TOP     CANVAS_MM(31.0)  /* of the text on further pages */
#define LETTER_BOTTOM  CANVAS_MM(275.0)

struct letter {
	struct vd_context *ctx;
	struct canvas *canvas;
	const struct message_data *data;
	const struct message_assets *assets;
	const struct document *doc;
	struct vd_str subject;
	double y;   /* how far down the page */
	double air; /* factor for white space: 1, less when that saves a page */
};

extern const struct canvas_style letter_body, letter_small, letter_label;

/* Goes on to the next page when less than height is left. */
VD_CHECKED enum vd_status letter_need(struct letter *, double height);
/* One tagged text at (x, y). */
VD_CHECKED enum vd_status letter_put(struct letter *, const char *tag, const struct canvas_style *,
                                     double width, struct vd_str text, double x, double y,
                                     double *height);
/* The table with its totals, and note (or NONE) under it. */
VD_CHECKED enum vd_status letter_items(struct letter *, struct vd_str note);
VD_CHECKED enum vd_status letter_payment(struct letter *);

/* The whole letter. data must be clean. */
VD_CHECKED enum vd_status letter_write(struct vd_context *, const struct message_data *,
                                       const struct message_assets *, struct vd_str subject,
                                       const struct document *, struct vd_str *pdf, int *pages);
#endif
