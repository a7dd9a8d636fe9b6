/* The table of items: heads that return on every page, credits set off in a group of their own, and
 * totals that stay with the last row. */
#include "correspondence/letter.h"
#include "correspondence/words.h"

#include <math.h>

#define ROW_PAD     3.2 /* above and below the text of a row */
#define HEAD_HEIGHT 16.0
#define GAP         CANVAS_MM(4.0)
#define NUMBER_MIN  CANVAS_MM(25.0)
#define NUMBER_MAX  CANVAS_MM(42.0)
#define TEXT_MIN    CANVAS_MM(18.0)
#define TOTAL_WIDTH CANVAS_MM(25.0) /* of the amount */
#define TOTAL_LABEL CANVAS_MM(30.0)

static const struct canvas_style cell = {
	.size = 9, .leading = 12, .color = CANVAS_INK, .lines_max = 2
};
static const struct canvas_style head = {
	.size = 8, .leading = 11, .bold = true, .color = CANVAS_DIM, .lines_max = 1
};

enum column {
	COLUMN_NUMBER,
	COLUMN_TEXT,
	COLUMN_DUE,
	COLUMN_LATE,
	COLUMN_AMOUNT,
	COLUMN_OPEN,
	COLUMN__COUNT
};

struct table {
	struct letter *l;
	double x[COLUMN__COUNT], width[COLUMN__COUNT]; /* width 0: not shown */
};

static double
row_pad(const struct letter *l)
{
	return l->air < 1 ? ROW_PAD * 0.75 : ROW_PAD;
}

/* Description and order: one text. */
static enum vd_status
item_text(struct table *t, const struct message_item *item, struct vd_str *out)
{
	struct vd_str order = message_word(t->l->data->language, WORD_ORDER);

	*out = item->description.len > 0 ? item->description : VD_STR("");
	if (item->order_ref.len == 0) return VD_OK;
	return vd_str_printf(t->l->ctx, out, "%.*s%s%.*s\xC2\xA0%.*s", VD_FMT(*out),
	                     out->len > 0 ? ", " : "", VD_FMT(order), VD_FMT(item->order_ref));
}

/* Empty texts for what the row does not have. */
static enum vd_status
row_texts(struct table *t, const struct message_item *item, struct vd_str texts[COLUMN__COUNT])
{
	struct letter *l = t->l;
	int64_t sign = item->credit ? -1 : 1;

	for (int i = 0; i < COLUMN__COUNT; i++) texts[i] = VD_STR("");
	texts[COLUMN_NUMBER] = item->number;
	if (item->line > 1)
		VD_TRY(vd_str_printf(l->ctx, &texts[COLUMN_NUMBER], "%.*s/%lld", VD_FMT(item->number),
		                     (long long)item->line));
	VD_TRY(item_text(t, item, &texts[COLUMN_TEXT]));
	if (!item->credit) VD_TRY(message_day_short(l->ctx, l->data, item->due_on, &texts[COLUMN_DUE]));
	if (!item->credit && item->days_late > 0)
		VD_TRY(vd_str_printf(l->ctx, &texts[COLUMN_LATE], "%d", (int)item->days_late));
	VD_TRY(message_money(l->ctx, l->data, sign * item->amount_minor, &texts[COLUMN_AMOUNT]));
	return message_money(l->ctx, l->data, sign * item->open_minor, &texts[COLUMN_OPEN]);
}

static const enum word head_words[COLUMN__COUNT] = {
	[COLUMN_NUMBER] = WORD_INVOICE, [COLUMN_TEXT] = WORD_DESCRIPTION, [COLUMN_DUE] = WORD_DUE,
	[COLUMN_LATE] = WORD_DAYS_LATE, [COLUMN_AMOUNT] = WORD_AMOUNT,    [COLUMN_OPEN] = WORD_OPEN,
};

/* As wide as the head or the longest text in it. */
static enum vd_status
measure(struct table *t, int column, struct vd_str longest)
{
	struct canvas_style style = cell;
	struct canvas_text text, title;

	style.bold = column == COLUMN_NUMBER;
	VD_TRY(canvas_layout_plain(t->l->canvas, &style, LETTER_WIDTH, longest, &text));
	VD_TRY(canvas_layout_plain(t->l->canvas, &head, LETTER_WIDTH,
	                           message_word(t->l->data->language, head_words[column]), &title));
	t->width[column] = fmax(canvas_text_width(&text), canvas_text_width(&title)) + 1;
	return VD_OK;
}

static double
room_left(const struct table *t)
{
	double rest = LETTER_WIDTH + GAP;

	for (int c = 0; c < COLUMN__COUNT; c++)
		if (t->width[c] > 0) rest -= t->width[c] + GAP;
	return rest;
}

/* The wide column gets what the others leave. With huge amounts the others give way first. */
static void
give_rest(struct table *t, int wide)
{
	t->width[COLUMN_NUMBER] = fmin(t->width[COLUMN_NUMBER], NUMBER_MAX);
	if (room_left(t) < TEXT_MIN + GAP) t->width[COLUMN_AMOUNT] = 0;
	if (room_left(t) < TEXT_MIN + GAP)
		t->width[COLUMN_NUMBER] = fmin(t->width[COLUMN_NUMBER], NUMBER_MIN);
	if (wide == COLUMN_NUMBER) t->width[wide] += room_left(t);
	else t->width[wide] = fmax(room_left(t) - GAP, TEXT_MIN);
}

/* The description gets what the others leave; a column that would be empty or a repetition is left
 * out (the amount, when nothing is partly paid). */
static enum vd_status
set_columns(struct table *t)
{
	const struct message_data *data = t->l->data;
	struct vd_str texts[COLUMN__COUNT], longest[COLUMN__COUNT] = { 0 };
	bool partly = false;
	double x = LETTER_LEFT;

	for (size_t i = 0; i < data->items_count; i++) {
		VD_TRY(row_texts(t, &data->items[i], texts));
		for (int c = 0; c < COLUMN__COUNT; c++)
			if (texts[c].len > longest[c].len) longest[c] = texts[c];
		if (data->items[i].amount_minor != data->items[i].open_minor) partly = true;
	}
	for (int c = 0; c < COLUMN__COUNT; c++)
		if (c != COLUMN_TEXT && longest[c].len > 0 && (c != COLUMN_AMOUNT || partly))
			VD_TRY(measure(t, c, longest[c]));
	give_rest(t, longest[COLUMN_TEXT].len > 0 ? COLUMN_TEXT : COLUMN_NUMBER);
	for (int c = 0; c < COLUMN__COUNT; c++) {
		t->x[c] = x;
		if (t->width[c] > 0) x += t->width[c] + GAP;
	}
	return VD_OK;
}

static enum canvas_align
align_of(int column)
{
	return column >= COLUMN_LATE ? CANVAS_RIGHT : CANVAS_LEFT;
}

static enum vd_status
put_heads(struct table *t)
{
	struct letter *l = t->l;
	double height;

	VD_TRY(canvas_tag(l->canvas, "TR"));
	for (int i = 0; i < COLUMN__COUNT; i++) {
		struct canvas_style style = head;

		if (t->width[i] <= 0) continue;
		style.align = align_of(i);
		VD_TRY(letter_put(l, "TH", &style, t->width[i],
		                  message_word(l->data->language, head_words[i]), t->x[i], l->y, &height));
	}
	VD_TRY(canvas_end_tag(l->canvas, "TR"));
	VD_TRY(
	    canvas_rule(l->canvas, LETTER_LEFT, l->y + HEAD_HEIGHT - 2, LETTER_WIDTH, 0.9, CANVAS_KEY));
	l->y += HEAD_HEIGHT;
	return VD_OK;
}

/* When the page has no room for height, the table goes on, with its heads, on the next. */
static enum vd_status
need(struct table *t, double height)
{
	if (t->l->y + height <= LETTER_BOTTOM) return VD_OK;
	VD_TRY(canvas_end_tag(t->l->canvas, "Table"));
	VD_TRY(canvas_new_page(t->l->canvas));
	t->l->y = LETTER_TOP;
	VD_TRY(canvas_tag(t->l->canvas, "Table"));
	return put_heads(t);
}

/* reserve: what must fit under the row on the same page. */
static enum vd_status
put_row(struct table *t, const struct message_item *item, double reserve)
{
	struct letter *l = t->l;
	struct vd_str texts[COLUMN__COUNT];
	struct canvas_text laid[COLUMN__COUNT];
	double height = cell.leading;

	VD_TRY(row_texts(t, item, texts));
	for (int i = 0; i < COLUMN__COUNT; i++) {
		struct canvas_style style = cell;

		if (t->width[i] <= 0) continue;
		style.align = align_of(i);
		style.bold = i == COLUMN_NUMBER && !item->credit;
		if (i == COLUMN_TEXT) style.color = CANVAS_DIM;
		VD_TRY(canvas_layout_plain(l->canvas, &style, t->width[i], texts[i], &laid[i]));
		height = fmax(height, canvas_height(&laid[i]));
	}
	VD_TRY(need(t, height + 2 * row_pad(l) + reserve));
	VD_TRY(canvas_tag(l->canvas, "TR"));
	for (int i = 0; i < COLUMN__COUNT; i++) {
		if (t->width[i] <= 0) continue;
		VD_TRY(canvas_tag(l->canvas, "TD"));
		VD_TRY(canvas_put(l->canvas, &laid[i], t->x[i], l->y + row_pad(l)));
		VD_TRY(canvas_end_tag(l->canvas, "TD"));
	}
	VD_TRY(canvas_end_tag(l->canvas, "TR"));
	l->y += height + 2 * row_pad(l);
	return canvas_rule(l->canvas, LETTER_LEFT, l->y, LETTER_WIDTH, 0.4, CANVAS_RULE);
}

/* Under the due days, unless the amounts leave too little room there for words. */
static double
totals_left(const struct table *t)
{
	return fmin(t->x[COLUMN_DUE], LETTER_LEFT + LETTER_WIDTH - TOTAL_WIDTH - TOTAL_LABEL);
}

static enum vd_status
put_total(struct table *t, enum word label, int64_t minor, const struct canvas_style *style)
{
	struct letter *l = t->l;
	struct canvas_style right = *style;
	double x = totals_left(t), end = LETTER_LEFT + LETTER_WIDTH, height;
	struct canvas_text laid;
	struct vd_str amount;

	right.align = CANVAS_RIGHT;
	VD_TRY(message_money(l->ctx, l->data, minor, &amount));
	VD_TRY(canvas_layout_plain(l->canvas, &right, end - x, amount, &laid));
	VD_TRY(canvas_tag(l->canvas, "TR"));
	VD_TRY(letter_put(l, "TH", style, end - x - canvas_text_width(&laid),
	                  message_word(l->data->language, label), x, l->y, &height));
	VD_TRY(canvas_tag(l->canvas, "TD"));
	VD_TRY(canvas_put(l->canvas, &laid, x, l->y));
	VD_TRY(canvas_end_tag(l->canvas, "TD"));
	VD_TRY(canvas_end_tag(l->canvas, "TR"));
	l->y += style->leading;
	return VD_OK;
}

static const struct canvas_style sum = { .size = 9, .leading = 15, .color = CANVAS_INK };
static const struct canvas_style total = {
	.size = 12, .leading = 22, .bold = true, .color = CANVAS_INK
};

static double
totals_height(const struct message_data *data)
{
	return 6 + (data->credits_minor > 0 ? 2 * sum.leading + 3 : 0) + total.leading +
	       2 * letter_small.leading;
}

static enum vd_status
put_totals(struct table *t)
{
	struct letter *l = t->l;
	const struct message_data *data = l->data;
	double x = totals_left(t);

	l->y += 6;
	if (data->credits_minor > 0) {
		VD_TRY(put_total(t, WORD_OPEN_INVOICES, message_debit(data), &sum));
		VD_TRY(put_total(t, WORD_CREDITS, -data->credits_minor, &sum));
		VD_TRY(
		    canvas_rule(l->canvas, x, l->y + 1, LETTER_LEFT + LETTER_WIDTH - x, 0.9, CANVAS_KEY));
		l->y += 3;
	}
	return put_total(t, data->total_minor < 0 ? WORD_IN_YOUR_FAVOUR : WORD_TO_PAY,
	                 data->total_minor < 0 ? -data->total_minor : data->total_minor, &total);
}

static enum vd_status
put_group_head(struct table *t)
{
	struct letter *l = t->l;
	double height;

	VD_TRY(need(t, 20 + cell.leading + 2 * row_pad(l)));
	VD_TRY(canvas_tag(l->canvas, "TR"));
	VD_TRY(letter_put(l, "TH", &head, LETTER_WIDTH, message_word(l->data->language, WORD_SET_OFF),
	                  LETTER_LEFT, l->y + 7, &height));
	VD_TRY(canvas_end_tag(l->canvas, "TR"));
	l->y += 20;
	return canvas_rule(l->canvas, LETTER_LEFT, l->y, LETTER_WIDTH, 0.4, CANVAS_RULE);
}

/* The last item of the table carries the totals with it. */
static enum vd_status
put_rows(struct table *t, bool credit, bool totals_follow)
{
	const struct message_data *data = t->l->data;
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < data->items_count; i++)
		if (data->items[i].credit == credit) last = i;
	for (size_t i = 0; i < data->items_count; i++)
		if (data->items[i].credit == credit)
			VD_TRY(
			    put_row(t, &data->items[i], i == last && totals_follow ? totals_height(data) : 0));
	return VD_OK;
}

enum vd_status
letter_items(struct letter *l, struct vd_str note)
{
	struct table t = { .l = l };
	bool credits = l->data->credits_minor > 0;
	double height;

	VD_TRY(set_columns(&t));
	l->y += 4 * l->air;
	VD_TRY(letter_need(l, HEAD_HEIGHT + 2 * (cell.leading + 2 * row_pad(l))));
	VD_TRY(canvas_tag(l->canvas, "Table"));
	if (l->data->items_count > 0) VD_TRY(put_heads(&t));
	VD_TRY(put_rows(&t, false, !credits));
	if (credits) {
		VD_TRY(put_group_head(&t));
		VD_TRY(put_rows(&t, true, true));
	}
	VD_TRY(put_totals(&t));
	VD_TRY(canvas_end_tag(l->canvas, "Table"));
	VD_TRY(letter_put(l, "P", &letter_small, LETTER_WIDTH, note, LETTER_LEFT, l->y, &height));
	l->y += height + 10 * l->air;
	return VD_OK;
}
