/* The letter: head, running text, running heads and feet. */
#include "correspondence/letter.h"
#include "correspondence/mail.h"
#include "correspondence/words.h"

#include <math.h>

const struct canvas_style letter_body = { .size = 10, .leading = 14.5, .color = CANVAS_INK };
const struct canvas_style letter_small = { .size = 8, .leading = 11, .color = CANVAS_DIM };
const struct canvas_style letter_label = { .size = 8, .leading = 12, .color = CANVAS_DIM };

static const struct canvas_style heading = {
	.size = 11, .leading = 15, .bold = true, .color = CANVAS_INK
};
static const struct canvas_style subject_style = {
	.size = 13.5, .leading = 18, .bold = true, .color = CANVAS_INK, .lines_max = 3
};
static const struct canvas_style house = {
	.size = 15, .leading = 19, .bold = true, .color = CANVAS_KEY, .lines_max = 2
};
static const struct canvas_style house_small = {
	.size = 8, .leading = 11, .bold = true, .color = CANVAS_DIM, .lines_max = 2
};

#define ADDRESS_TOP   CANVAS_MM(50.0)
#define ADDRESS_WIDTH CANVAS_MM(85.0)
#define ADDRESS_RIGHT CANVAS_MM(120.0) /* window at the right */
#define SIDE_LEFT     CANVAS_MM(135.0) /* sender's block, and the facts beside the address */
#define SIDE_WIDTH    CANVAS_MM(55.0)
#define HEAD_TOP      CANVAS_MM(14.0)
#define LOGO_WIDTH    CANVAS_MM(70.0)
#define LOGO_HEIGHT   CANVAS_MM(20.0)
#define FACT_LABEL    CANVAS_MM(27.0)
#define SUBJECT_TOP   CANVAS_MM(90.0)
#define FOOT_TOP      CANVAS_MM(281.0)
#define FOLD          CANVAS_MM(99.0) /* a third of the page, for DL, EA5/6 and C6/5 */
#define PARAGRAPH_GAP 7.5
#define LIST_INDENT   14.0

enum vd_status
letter_need(struct letter *l, double height)
{
	if (l->y + height <= LETTER_BOTTOM) return VD_OK;
	VD_TRY(canvas_new_page(l->canvas));
	l->y = LETTER_TOP;
	return VD_OK;
}

enum vd_status
letter_put(struct letter *l, const char *tag, const struct canvas_style *style, double width,
           struct vd_str text, double x, double y, double *height)
{
	struct canvas_text t;

	*height = 0;
	if (text.len == 0) return VD_OK;
	VD_TRY(canvas_layout_plain(l->canvas, style, width, text, &t));
	*height = canvas_height(&t);
	VD_TRY(canvas_tag(l->canvas, tag));
	VD_TRY(canvas_put(l->canvas, &t, x, y));
	return canvas_end_tag(l->canvas, tag);
}

/* --- head of the first page ------------------------------------------------------------------- */

static enum vd_status
put_house(struct letter *l)
{
	const struct vd_str png = l->assets->logo_png;
	double height;

	if (vd_str_is_none(png))
		return letter_put(l, "P", &house, CANVAS_MM(105.0), l->data->creditor.name, LETTER_LEFT,
		                  HEAD_TOP, &height);
	VD_TRY(canvas_tag(l->canvas, "Figure"));
	canvas_alternative(l->canvas, l->data->creditor.name.len > 0
	                                  ? l->data->creditor.name
	                                  : message_word(l->data->language, WORD_LOGO_IMAGE));
	VD_TRY(canvas_logo(l->canvas, png, LETTER_LEFT, HEAD_TOP, LOGO_WIDTH, LOGO_HEIGHT, &height));
	return canvas_end_tag(l->canvas, "Figure");
}

/* Name and address of the sender, and how to reach him. */
static enum vd_status
put_sender(struct letter *l)
{
	const struct message_party *c = &l->data->creditor;
	struct message_party nameless = *c;
	struct vd_str lines[MESSAGE_ADDRESS_LINES + 3];
	size_t count;
	double y = HEAD_TOP + 3, height;

	nameless.name = nameless.contact_name = VD_STR_NONE;
	VD_TRY(message_address(l->ctx, l->data, &nameless, lines, &count));
	lines[count++] = c->phone;
	lines[count++] = c->email;
	lines[count++] = c->website;
	if (!vd_str_is_none(l->assets->logo_png)) { /* else the name stands at the left, large */
		VD_TRY(letter_put(l, "P", &house_small, SIDE_WIDTH, c->name, SIDE_LEFT, y, &height));
		y += height;
	}
	for (size_t i = 0; i < count; i++) {
		VD_TRY(letter_put(l, "P", &letter_small, SIDE_WIDTH, lines[i], SIDE_LEFT, y, &height));
		y += height;
	}
	return VD_OK;
}

/* What may be tried to keep an address inside the window, gentlest first. The post needs street and
 * city more than a second name line. */
static const struct {
	double size, leading;
	int lines_max;      /* in all */
	int name_lines_max; /* of the name, and of the person; 0 any number */
	bool cut;           /* every line */
} address_attempts[] = {
	{ 10, 13, 6, 0, false },
	{ 8.5, 11, 7, 0, false },
	{ 8.5, 11, 7, 1, false },
	{ 8.5, 11, 7, 1, true },
};

static enum vd_status
lay_address(struct letter *l, size_t attempt, const struct vd_str lines[], size_t count,
            struct canvas_text texts[], int *total)
{
	struct canvas_style style = { .size = address_attempts[attempt].size,
		                          .leading = address_attempts[attempt].leading,
		                          .color = CANVAS_INK };
	size_t names = l->data->debtor.contact_name.len > 0 ? 2 : 1;

	*total = 0;
	for (size_t i = 0; i < count; i++) {
		style.lines_max = address_attempts[attempt].cut ? 1
		                  : i < names                   ? address_attempts[attempt].name_lines_max
		                                                : 0;
		VD_TRY(canvas_layout_plain(l->canvas, &style, ADDRESS_WIDTH, lines[i], &texts[i]));
		*total += texts[i].lines;
	}
	return VD_OK;
}

static enum vd_status
put_address(struct letter *l)
{
	double x = l->assets->window == MESSAGE_WINDOW_RIGHT ? ADDRESS_RIGHT : LETTER_LEFT,
	       y = ADDRESS_TOP;
	struct canvas_text texts[MESSAGE_ADDRESS_LINES];
	struct vd_str lines[MESSAGE_ADDRESS_LINES];
	size_t count;
	int total = 0;

	VD_TRY(message_address(l->ctx, l->data, &l->data->debtor, lines, &count));
	for (size_t i = 0; i < VD_LENGTH(address_attempts); i++) {
		VD_TRY(lay_address(l, i, lines, count, texts, &total));
		if (total <= address_attempts[i].lines_max) break;
	}
	VD_TRY(canvas_tag(l->canvas, "P"));
	for (size_t i = 0; i < count; i++) {
		VD_TRY(canvas_put(l->canvas, &texts[i], x, y));
		y += canvas_height(&texts[i]);
	}
	return canvas_end_tag(l->canvas, "P");
}

static enum vd_status
put_fact(struct letter *l, enum word label, struct vd_str value, double x, double *y)
{
	struct canvas_style style = letter_label;
	double label_height, height;

	if (value.len == 0) return VD_OK;
	VD_TRY(letter_put(l, "P", &letter_label, FACT_LABEL, message_word(l->data->language, label), x,
	                  *y, &label_height));
	style.color = CANVAS_INK;
	style.lines_max = 2;
	VD_TRY(letter_put(l, "P", &style, SIDE_WIDTH - FACT_LABEL, value, x + FACT_LABEL, *y, &height));
	*y += fmax(height, label_height) + 1;
	return VD_OK;
}

/* Date and numbers, beside the address. */
static enum vd_status
put_facts(struct letter *l)
{
	const struct message_data *data = l->data;
	double x = l->assets->window == MESSAGE_WINDOW_RIGHT ? LETTER_LEFT : SIDE_LEFT, y = ADDRESS_TOP;
	struct vd_str today;

	VD_TRY(message_day(l->ctx, data, data->today, &today));
	VD_TRY(put_fact(l, WORD_DATE, today, x, &y));
	VD_TRY(put_fact(l, WORD_OUR_REFERENCE, data->message_number, x, &y));
	return put_fact(l, WORD_CUSTOMER_NUMBER, data->debtor.number, x, &y);
}

static enum vd_status
put_head(struct letter *l)
{
	double height;

	VD_TRY(put_house(l));
	VD_TRY(put_sender(l));
	VD_TRY(put_address(l));
	VD_TRY(put_facts(l));
	VD_TRY(letter_put(l, "H1", &subject_style, LETTER_WIDTH, l->subject, LETTER_LEFT, SUBJECT_TOP,
	                  &height));
	l->y = SUBJECT_TOP + height + 12 * l->air;
	return VD_OK;
}

static struct canvas_style
body_style(const struct letter *l)
{
	struct canvas_style style = letter_body;

	if (l->air < 1) style.leading = 13.75;
	return style;
}

/* --- running text ----------------------------------------------------------------------------- */

/* Lines of a text over one or more pages; never a single line alone at the end or the begin. */
static enum vd_status
flow(struct letter *l, const char *tag, const struct canvas_text *t, double x)
{
	double leading = t->style.leading;
	int done = 0;

	while (done < t->lines) {
		int left = t->lines - done, fit = (int)floor((LETTER_BOTTOM - l->y) / leading + 1e-6);
		int take = fit < left ? fit : left;

		if (take < left && left - take < 2) take = left - 2;
		if (take < left && take < 2) {
			VD_TRY(canvas_new_page(l->canvas));
			l->y = LETTER_TOP;
			continue;
		}
		VD_TRY(canvas_tag(l->canvas, tag));
		VD_TRY(canvas_put_lines(l->canvas, t, done, done + take, x, l->y));
		VD_TRY(canvas_end_tag(l->canvas, tag));
		l->y += take * leading;
		done += take;
	}
	return VD_OK;
}

/* The last paragraph, with the name under it, is not left alone on a page. */
static enum vd_status
keep_with_last(struct letter *l, size_t i, double height)
{
	const struct document_block *next = &l->doc->blocks[i + 1 < l->doc->count ? i + 1 : i];
	const struct canvas_style style = body_style(l);
	struct canvas_text last;

	if (i + 2 != l->doc->count || next->kind != DOCUMENT_PARAGRAPH || height > CANVAS_MM(60.0))
		return VD_OK;
	VD_TRY(canvas_layout(l->canvas, &style, LETTER_MEASURE, next->runs, next->runs_count, &last));
	if (canvas_height(&last) > CANVAS_MM(60.0)) return VD_OK;
	return letter_need(l, height + PARAGRAPH_GAP * l->air + canvas_height(&last));
}

static enum vd_status
put_paragraph(struct letter *l, size_t i)
{
	const struct document_block *block = &l->doc->blocks[i];
	const struct canvas_style style = block->kind == DOCUMENT_HEADING ? heading : body_style(l);
	struct canvas_text t;

	VD_TRY(canvas_layout(l->canvas, &style, LETTER_MEASURE, block->runs, block->runs_count, &t));
	if (block->kind == DOCUMENT_HEADING)
		VD_TRY(letter_need(l, canvas_height(&t) + 3 * letter_body.leading));
	else VD_TRY(keep_with_last(l, i, canvas_height(&t)));
	VD_TRY(flow(l, block->kind == DOCUMENT_HEADING ? "H2" : "P", &t, LETTER_LEFT));
	l->y += (block->kind == DOCUMENT_HEADING ? 2 : PARAGRAPH_GAP) * l->air;
	return VD_OK;
}

static enum vd_status
put_list_item(struct letter *l, size_t i)
{
	const struct document_block *block = &l->doc->blocks[i];
	bool last = i + 1 == l->doc->count || l->doc->blocks[i + 1].list != block->list;
	const struct canvas_style style = body_style(l);
	struct canvas_text t, marker_text;
	struct vd_str marker = VD_STR("•");

	if (block->number > 0) VD_TRY(vd_str_printf(l->ctx, &marker, "%d.", block->number));
	VD_TRY(canvas_layout(l->canvas, &style, LETTER_MEASURE - LIST_INDENT, block->runs,
	                     block->runs_count, &t));
	VD_TRY(letter_need(l, 2 * letter_body.leading));
	if (!block->more) {
		VD_TRY(canvas_layout_plain(l->canvas, &style, LIST_INDENT + 20, marker, &marker_text));
		VD_TRY(canvas_tag(l->canvas, "P"));
		VD_TRY(canvas_put(l->canvas, &marker_text, LETTER_LEFT, l->y));
		VD_TRY(canvas_end_tag(l->canvas, "P"));
	}
	VD_TRY(flow(l, "P", &t, LETTER_LEFT + LIST_INDENT));
	l->y += (last ? PARAGRAPH_GAP : 2) * l->air;
	return VD_OK;
}

static enum vd_status
put_note(struct letter *l, struct vd_str note)
{
	double height;

	if (note.len == 0) return VD_OK;
	VD_TRY(letter_need(l, 2 * letter_small.leading));
	VD_TRY(letter_put(l, "P", &letter_small, LETTER_MEASURE, note, LETTER_LEFT, l->y, &height));
	l->y += height + PARAGRAPH_GAP * l->air;
	return VD_OK;
}

static enum vd_status
put_block(struct letter *l, size_t i)
{
	switch (l->doc->blocks[i].kind) {
	case DOCUMENT_PARAGRAPH:
	case DOCUMENT_HEADING:
		return put_paragraph(l, i);
	case DOCUMENT_LIST_ITEM:
		return put_list_item(l, i);
	case DOCUMENT_RULE:
		VD_TRY(letter_need(l, 20));
		VD_TRY(canvas_rule(l->canvas, LETTER_LEFT, l->y + 4, LETTER_WIDTH, 0.5, CANVAS_RULE));
		l->y += 12 * l->air;
		return VD_OK;
	case DOCUMENT_ITEMS:
	case DOCUMENT_PAYMENT:
		return VD_OK; /* put_blocks does these */
	}
	return VD_OK;
}

static enum vd_status
put_blocks(struct letter *l)
{
	struct vd_str note;

	VD_TRY(message_bank_day(l->ctx, l->data, &note));
	for (size_t i = 0; i < l->doc->count; i++) {
		bool here = mail_bank_day_here(l->doc, i);
		enum document_kind kind = l->doc->blocks[i].kind;

		if (kind == DOCUMENT_ITEMS) VD_TRY(letter_items(l, note));
		else if (kind == DOCUMENT_PAYMENT && l->data->total_minor > 0) VD_TRY(letter_payment(l));
		else VD_TRY(put_block(l, i));
		if (here && kind != DOCUMENT_ITEMS) VD_TRY(put_note(l, note));
	}
	return VD_OK;
}

/* --- furniture -------------------------------------------------------------------------------- */

static void
add_part(struct vd_buf *b, struct vd_str label, struct vd_str value)
{
	if (value.len == 0) return;
	if (b->len > 0) vd_buf_add_c(b, "\xC2\xA0\xC2\xB7 "); /* a middle dot */
	if (label.len > 0) vd_buf_addf(b, "%.*s\xC2\xA0", VD_FMT(label));
	vd_buf_add(b, value);
}

static enum vd_status
put_foot(struct letter *l, int page)
{
	const struct canvas_style style = {
		.size = 7.5, .leading = 10, .color = CANVAS_DIM, .lines_max = 2
	};
	struct canvas_style number_style = {
		.size = 7.5, .leading = 10, .color = CANVAS_DIM, .align = CANVAS_RIGHT
	};
	const struct message_party *c = &l->data->creditor;
	struct vd_buf b = VD_BUF(l->ctx, 4096);
	struct canvas_text text, number;
	struct vd_str iban, line;

	VD_TRY(message_iban(l->ctx, c->iban, &iban));
	add_part(&b, VD_STR(""), c->name);
	add_part(&b, message_word(l->data->language, WORD_KVK), c->kvk);
	add_part(&b, message_word(l->data->language, WORD_VAT), c->vat_number);
	add_part(&b, message_word(l->data->language, WORD_IBAN), iban);
	VD_TRY(vd_buf_finish(l->ctx, &b, &line));
	VD_TRY(canvas_layout_plain(l->canvas, &style, LETTER_WIDTH - CANVAS_MM(32.0), line, &text));
	VD_TRY(vd_str_printf(l->ctx, &line, "%.*s %d %.*s %d",
	                     VD_FMT(message_word(l->data->language, WORD_PAGE)), page + 1,
	                     VD_FMT(message_word(l->data->language, WORD_OF)),
	                     canvas_pages(l->canvas)));
	VD_TRY(canvas_layout_plain(l->canvas, &number_style, CANVAS_MM(30.0), line, &number));
	VD_TRY(canvas_rule(l->canvas, LETTER_LEFT, FOOT_TOP - 5, LETTER_WIDTH, 0.5, CANVAS_RULE));
	VD_TRY(canvas_put(l->canvas, &text, LETTER_LEFT, FOOT_TOP));
	return canvas_put(l->canvas, &number, LETTER_LEFT + LETTER_WIDTH - CANVAS_MM(30.0), FOOT_TOP);
}

/* A loose second page still says whose it is and where it belongs. */
static enum vd_status
put_running_head(struct letter *l)
{
	struct canvas_style left = {
		.size = 8, .leading = 11, .bold = true, .color = CANVAS_KEY, .lines_max = 1
	};
	struct canvas_style right = {
		.size = 8, .leading = 11, .color = CANVAS_DIM, .align = CANVAS_RIGHT, .lines_max = 1
	};
	struct vd_buf b = VD_BUF(l->ctx, 4096);
	struct vd_str line, today;
	struct canvas_text t;

	VD_TRY(message_day(l->ctx, l->data, l->data->today, &today));
	add_part(&b, VD_STR(""), l->data->debtor.name);
	add_part(&b, VD_STR(""), l->data->message_number);
	add_part(&b, VD_STR(""), today);
	VD_TRY(vd_buf_finish(l->ctx, &b, &line));
	VD_TRY(canvas_layout_plain(l->canvas, &left, CANVAS_MM(65.0), l->data->creditor.name, &t));
	VD_TRY(canvas_put(l->canvas, &t, LETTER_LEFT, HEAD_TOP));
	VD_TRY(canvas_layout_plain(l->canvas, &right, CANVAS_MM(96.0), line, &t));
	VD_TRY(canvas_put(l->canvas, &t, LETTER_LEFT + LETTER_WIDTH - CANVAS_MM(96.0), HEAD_TOP));
	return canvas_rule(l->canvas, LETTER_LEFT, HEAD_TOP + 16, LETTER_WIDTH, 0.5, CANVAS_RULE);
}

static enum vd_status
put_furniture(struct letter *l)
{
	for (int page = 0; page < canvas_pages(l->canvas); page++) {
		canvas_furniture(l->canvas, page);
		if (page == 0)
			VD_TRY(canvas_rule(l->canvas, CANVAS_MM(4.0), FOLD, CANVAS_MM(4.0), 0.4, CANVAS_RULE));
		else VD_TRY(put_running_head(l));
		VD_TRY(put_foot(l, page));
	}
	canvas_body(l->canvas);
	return VD_OK;
}

/* --- whole ------------------------------------------------------------------------------------ */

/* With give_up_at_two, a letter of two pages is not drawn. */
static enum vd_status
write_with(struct letter *l, struct message_fonts *fonts, double air, bool give_up_at_two,
           struct vd_str *pdf, int *pages)
{
	AUTO_CANVAS *canvas = NULL;
	const struct canvas_meta meta = {
		.title = l->subject,
		.author = l->data->creditor.name,
		.subject = l->data->message_number,
		.created = l->data->today,
		.language = l->data->language,
	};

	VD_TRY(canvas_open(l->ctx, fonts, l->data->language, &canvas));
	l->canvas = canvas;
	l->air = air;
	VD_TRY(put_head(l));
	VD_TRY(put_blocks(l));
	*pages = canvas_pages(canvas);
	if (*pages == 2 && give_up_at_two) return VD_OK;
	VD_TRY(put_furniture(l));
	return canvas_write(canvas, &meta, pdf);
}

enum vd_status
letter_write(struct vd_context *ctx, const struct message_data *data,
             const struct message_assets *assets, struct vd_str subject, const struct document *doc,
             struct vd_str *pdf, int *pages)
{
	VD_AUTO_FONTS *own = NULL;
	struct message_fonts *fonts = assets->fonts;
	struct letter l = {
		.ctx = ctx, .data = data, .assets = assets, .doc = doc, .subject = subject
	};
	struct vd_arena_mark mark;

	if (fonts == NULL) {
		VD_TRY(message_fonts_open(ctx, assets->font_dir, &own));
		fonts = own;
	}
	mark = vd_arena_mark(ctx->arena);
	VD_TRY(write_with(&l, fonts, 1.0, true, pdf, pages));
	if (*pages != 2) return VD_OK;
	/* with a little less white it may fit on one page; if not, the white comes back */
	vd_arena_rewind(ctx->arena, mark);
	VD_TRY(write_with(&l, fonts, 0.5, true, pdf, pages));
	if (*pages != 2) return VD_OK;
	vd_arena_rewind(ctx->arena, mark);
	return write_with(&l, fonts, 1.0, false, pdf, pages);
}
