/* The payment panel: what, where to, with which mark, and a QR code when the payment can be one. */
#include "correspondence/letter.h"
#include "correspondence/words.h"

#include <math.h>

#define PANEL_PAD   12.0
#define QR_SIDE     CANVAS_MM(28.0) /* with its quiet zone: modules of half a millimetre */
#define LABEL_WIDTH CANVAS_MM(27.0)
#define LINE_GAP    2.0

static const struct canvas_style label = {
	.size = 8.5, .leading = 13.5, .color = CANVAS_DIM, .lines_max = 1
};
static const struct canvas_style value = {
	.size = 10, .leading = 13.5, .color = CANVAS_INK, .lines_max = 3
};
static const struct canvas_style value_bold = {
	.size = 10, .leading = 13.5, .bold = true, .color = CANVAS_INK, .lines_max = 3
};
static const struct canvas_style caption = {
	.size = 7, .leading = 9, .color = CANVAS_DIM, .align = CANVAS_CENTER, .lines_max = 2
};

#define ROWS_MAX 6
struct row {
	struct canvas_text label, value;
};
struct panel {
	struct letter *l;
	struct row rows[ROWS_MAX];
	size_t count;
	double height; /* of the rows */
	double pad;    /* above and below */
	double value_width;
};

static enum vd_status
add_row(struct panel *p, enum word what, struct vd_str text, bool bold)
{
	struct row *row = &p->rows[p->count];

	if (text.len == 0) return VD_OK;
	VD_ASSERT(p->count < ROWS_MAX);
	VD_TRY(canvas_layout_plain(p->l->canvas, &label, LABEL_WIDTH,
	                           message_word(p->l->data->language, what), &row->label));
	VD_TRY(canvas_layout_plain(p->l->canvas, bold ? &value_bold : &value, p->value_width, text,
	                           &row->value));
	p->height += canvas_height(&row->value) + (p->count > 0 ? LINE_GAP : 0);
	p->count++;
	return VD_OK;
}

static enum vd_status
add_rows(struct panel *p)
{
	struct letter *l = p->l;
	const struct message_data *data = l->data;
	struct vd_str amount, day, iban, reference;

	VD_TRY(message_money(l->ctx, data, data->total_minor, &amount));
	VD_TRY(message_day(l->ctx, data, data->pay_before, &day));
	VD_TRY(message_iban(l->ctx, data->creditor.iban, &iban));
	VD_TRY(message_reference(l->ctx, data->payment_reference, &reference));
	VD_TRY(add_row(p, WORD_AMOUNT, amount, true));
	VD_TRY(add_row(p, WORD_PAY_ON, day, false));
	VD_TRY(add_row(p, WORD_IBAN, iban, true));
	VD_TRY(add_row(p, WORD_BIC, data->creditor.bic, false));
	VD_TRY(add_row(p, WORD_PAYEE, data->creditor.name, false));
	return add_row(p, WORD_REFERENCE, reference, true);
}

static enum vd_status
put_rows(struct panel *p, double y)
{
	struct canvas *canvas = p->l->canvas;
	double x = LETTER_LEFT + PANEL_PAD;

	for (size_t i = 0; i < p->count; i++) {
		const struct row *row = &p->rows[i];

		VD_TRY(canvas_tag(canvas, "P"));
		VD_TRY(canvas_put(canvas, &row->label, x, y));
		VD_TRY(canvas_put(canvas, &row->value, x + LABEL_WIDTH, y));
		VD_TRY(canvas_end_tag(canvas, "P"));
		y += canvas_height(&row->value) + LINE_GAP;
	}
	return VD_OK;
}

static enum vd_status
put_code(struct letter *l, const struct qr *qr, const struct canvas_text *under, double y)
{
	double x = LETTER_LEFT + LETTER_WIDTH - PANEL_PAD - QR_SIDE;

	VD_TRY(canvas_tag(l->canvas, "Figure"));
	canvas_alternative(l->canvas, message_word(l->data->language, WORD_QR_IMAGE));
	VD_TRY(canvas_qr(l->canvas, qr, x, y, QR_SIDE));
	VD_TRY(canvas_end_tag(l->canvas, "Figure"));
	VD_TRY(canvas_tag(l->canvas, "P"));
	VD_TRY(canvas_put(l->canvas, under, x - PANEL_PAD, y + QR_SIDE + 3));
	return canvas_end_tag(l->canvas, "P");
}

/* Not in euro, or no IBAN: then the letter does without the code. Other failures are failures. */
static enum vd_status
make_code(struct letter *l, struct qr *qr, bool *has)
{
	struct vd_str text;
	enum vd_status status = message_epc_text(l->ctx, l->data, &text);

	*has = status == VD_OK;
	if (status == VD_E_INVALID) {
		vd_error_clear(l->ctx);
		return VD_OK;
	}
	return status == VD_OK ? qr_make(l->ctx, text, qr) : status;
}

enum vd_status
letter_payment(struct letter *l)
{
	struct panel p = { .l = l, .pad = l->air < 1 ? PANEL_PAD * 0.6 : PANEL_PAD };
	struct canvas_text under;
	struct qr qr;
	bool has_code;
	double height;

	VD_TRY(make_code(l, &qr, &has_code));
	p.value_width =
	    LETTER_WIDTH - 2 * PANEL_PAD - LABEL_WIDTH - (has_code ? QR_SIDE + 2 * PANEL_PAD : 0);
	VD_TRY(add_rows(&p));
	VD_TRY(canvas_layout_plain(l->canvas, &caption, QR_SIDE + 2 * PANEL_PAD,
	                           message_word(l->data->language, WORD_QR_CAPTION), &under));
	height = has_code ? fmax(p.height, QR_SIDE + 3 + canvas_height(&under)) : p.height;
	VD_TRY(letter_need(l, height + 2 * p.pad));
	VD_TRY(canvas_box(l->canvas, LETTER_LEFT, l->y, LETTER_WIDTH, height + 2 * p.pad, 4,
	                  CANVAS_PANEL));
	VD_TRY(put_rows(&p, l->y + p.pad));
	if (has_code) VD_TRY(put_code(l, &qr, &under, l->y + p.pad));
	l->y += height + 2 * p.pad + 12 * l->air;
	return VD_OK;
}
