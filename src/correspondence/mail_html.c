/* The HTML of a mail: one column of tables with styles at the elements. Colours and order are those
 * of the letter, so that both are recognised as the same house. */
#include "correspondence/mail.h"
#include "correspondence/words.h"

/* Dark mode: readers that know prefers-color-scheme use the sheet; the others turn the colours
 * around themselves, which these greys and this blue survive. */
static const char sheet[] = "@media (prefers-color-scheme: dark) {"
                            " .v-page, .v-card { background: #15191d !important; }"
                            " .v-ink { color: #e8ecef !important; }"
                            " .v-dim { color: #a9b4bd !important; }"
                            " .v-key { color: #8cc4dc !important; }"
                            " .v-line { border-color: #3a444d !important; }"
                            " .v-panel { background: #1f262c !important; }"
                            " }";

#define FONT    "font-family: Lato, 'Segoe UI', Helvetica, Arial, sans-serif; "
#define INK     "color: #1f2933; "
#define DIM     "color: #5b6770; "
#define KEY     "color: #14506b; "
#define NUMERIC "text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; "

struct pen {
	struct vd_context *ctx;
	const struct message_data *data;
	struct vd_buf *out;
};

static void
raw(struct pen *p, const char *markup)
{
	vd_buf_add_c(p->out, markup);
}

/* The only way in for text. */
static void
text(struct pen *p, struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		switch (s.ptr[i]) {
		case '&':
			raw(p, "&amp;");
			break;
		case '<':
			raw(p, "&lt;");
			break;
		case '>':
			raw(p, "&gt;");
			break;
		case '"':
			raw(p, "&quot;");
			break;
		case '\'':
			raw(p, "&#39;");
			break;
		default:
			vd_buf_add_char(p->out, s.ptr[i]);
		}
	}
}

static void
word(struct pen *p, enum word w)
{
	text(p, message_word(p->data->language, w));
}

static enum vd_status
money(struct pen *p, int64_t minor)
{
	struct vd_str s;

	VD_TRY(message_money(p->ctx, p->data, minor, &s));
	text(p, s);
	return VD_OK;
}

static void
add_runs(struct pen *p, const struct document_block *block)
{
	for (size_t i = 0; i < block->runs_count; i++) {
		const struct document_run *run = &block->runs[i];

		if (!vd_str_is_none(run->url)) {
			raw(p, "<a class=\"v-key\" style=\"" KEY "\" href=\"");
			text(p, run->url);
			raw(p, "\">");
		}
		if (run->style & DOCUMENT_BOLD) raw(p, "<strong>");
		if (run->style & DOCUMENT_ITALIC) raw(p, "<em>");
		text(p, run->text);
		if (run->line_break) raw(p, "<br>");
		if (run->style & DOCUMENT_ITALIC) raw(p, "</em>");
		if (run->style & DOCUMENT_BOLD) raw(p, "</strong>");
		if (!vd_str_is_none(run->url)) raw(p, "</a>");
	}
}

static void
add_heading_cell(struct pen *p, enum word w, bool right)
{
	raw(p, "<th scope=\"col\" class=\"v-dim v-line\" style=\"" DIM
	       "font-size: 13px; font-weight: bold; "
	       "padding: 6px 0 6px ");
	raw(p, right ? "12px; text-align: right; " : "0; text-align: left; ");
	raw(p, "border-bottom: 2px solid #14506b\">");
	word(p, w);
	raw(p, "</th>");
}

#define CELL "padding: 8px 0; border-bottom: 1px solid #d5dbe1; vertical-align: top; "

static void
add_description(struct pen *p, const struct message_item *item)
{
	bool description = item->number.len > 0 && item->description.len > 0;

	if (!description && item->order_ref.len == 0) return;
	raw(p, "<br><span class=\"v-dim\" style=\"" DIM "font-size: 13px\">");
	if (description) text(p, item->description);
	if (description && item->order_ref.len > 0) raw(p, " &middot; ");
	if (item->order_ref.len > 0) {
		word(p, WORD_ORDER);
		raw(p, " ");
		text(p, item->order_ref);
	}
	raw(p, "</span>");
}

static enum vd_status
add_row(struct pen *p, const struct message_item *item)
{
	struct vd_str due, late;

	VD_TRY(message_day(p->ctx, p->data, item->due_on, &due));
	VD_TRY(vd_str_printf(p->ctx, &late, "%d", (int)item->days_late));
	raw(p, "<tr><td class=\"v-ink v-line\" style=\"" INK CELL "\"><strong>");
	text(p, message_item_title(item));
	if (item->line > 1) vd_buf_addf(p->out, "/%lld", (long long)item->line);
	raw(p, "</strong>");
	add_description(p, item);
	if (due.len > 0 && !item->credit) {
		raw(p, "<br><span class=\"v-dim\" style=\"" DIM "font-size: 13px\">");
		word(p, WORD_DUE_ON);
		raw(p, " ");
		text(p, due);
		raw(p, "</span>");
	}
	raw(p, "</td><td class=\"v-ink v-line\" style=\"" INK CELL NUMERIC "padding-left: 12px\">");
	if (item->days_late > 0 && !item->credit) text(p, late);
	raw(p, "</td><td class=\"v-ink v-line\" style=\"" INK CELL NUMERIC "padding-left: 12px\">");
	VD_TRY(money(p, item->credit ? -item->open_minor : item->open_minor));
	raw(p, "</td></tr>\n");
	return VD_OK;
}

static enum vd_status
add_sum(struct pen *p, enum word label, int64_t minor, bool total)
{
	const char *style = total ? INK "font-size: 18px; font-weight: bold; padding: 8px 0; "
	                                "border-top: 2px solid #14506b; "
	                          : INK "padding: 4px 0; ";

	raw(p, "<tr><td colspan=\"2\" class=\"v-ink\" style=\"");
	raw(p, style);
	raw(p, "text-align: left\">");
	word(p, label);
	raw(p, "</td><td class=\"v-ink\" style=\"");
	raw(p, style);
	raw(p, NUMERIC "padding-left: 12px\">");
	VD_TRY(money(p, minor));
	raw(p, "</td></tr>\n");
	return VD_OK;
}

static enum vd_status
add_rows(struct pen *p, bool credit)
{
	for (size_t i = 0; i < p->data->items_count; i++)
		if (p->data->items[i].credit == credit) VD_TRY(add_row(p, &p->data->items[i]));
	return VD_OK;
}

static enum vd_status
add_items(struct pen *p)
{
	const struct message_data *data = p->data;
	bool credits = data->credits_minor > 0;

	raw(p,
	    "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"" FONT
	    "border-collapse: collapse; font-size: 15px; line-height: 1.4; margin: 8px 0 16px\">\n<thead><tr>");
	add_heading_cell(p, WORD_INVOICE, false);
	add_heading_cell(p, WORD_DAYS_LATE, true);
	add_heading_cell(p, WORD_OPEN, true);
	raw(p, "</tr></thead>\n<tbody>\n");
	VD_TRY(add_rows(p, false));
	if (credits) {
		raw(p,
		    "<tr><th colspan=\"3\" scope=\"colgroup\" class=\"v-dim v-line\" style=\"" DIM
		    "font-size: 13px; text-align: left; padding: 14px 0 4px; border-bottom: 1px solid #d5dbe1\">");
		word(p, WORD_SET_OFF);
		raw(p, "</th></tr>\n");
		VD_TRY(add_rows(p, true));
		VD_TRY(add_sum(p, WORD_OPEN_INVOICES, message_debit(data), false));
		VD_TRY(add_sum(p, WORD_CREDITS, -data->credits_minor, false));
	}
	VD_TRY(add_sum(p, data->total_minor < 0 ? WORD_IN_YOUR_FAVOUR : WORD_TO_PAY,
	               data->total_minor < 0 ? -data->total_minor : data->total_minor, true));
	raw(p, "</tbody></table>\n");
	return VD_OK;
}

static void
add_payment_row(struct pen *p, enum word label, struct vd_str value, bool strong)
{
	if (value.len == 0) return;
	raw(p, "<tr><td class=\"v-dim\" style=\"" DIM "padding: 3px 16px 3px 0; vertical-align: top; "
	       "white-space: nowrap; font-size: 13px\">");
	word(p, label);
	raw(p, "</td><td class=\"v-ink\" style=\"" INK "padding: 3px 0; width: 100%\">");
	if (strong) raw(p, "<strong>");
	text(p, value);
	if (strong) raw(p, "</strong>");
	raw(p, "</td></tr>\n");
}

static enum vd_status
add_payment(struct pen *p)
{
	const struct message_data *data = p->data;
	struct vd_str amount, day, iban, reference;

	VD_TRY(message_money(p->ctx, data, data->total_minor, &amount));
	VD_TRY(message_day(p->ctx, data, data->pay_before, &day));
	VD_TRY(message_iban(p->ctx, data->creditor.iban, &iban));
	VD_TRY(message_reference(p->ctx, data->payment_reference, &reference));
	raw(p,
	    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin: 8px 0 16px\">"
	    "<tr><td class=\"v-panel\" style=\"background: #f1f5f7; border-radius: 6px; padding: 14px 18px\">"
	    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"" FONT
	    "font-size: 15px; line-height: 1.4\">\n");
	add_payment_row(p, WORD_AMOUNT, amount, true);
	add_payment_row(p, WORD_PAY_ON, day, false);
	add_payment_row(p, WORD_IBAN, iban, true);
	add_payment_row(p, WORD_BIC, data->creditor.bic, false);
	add_payment_row(p, WORD_PAYEE, data->creditor.name, false);
	add_payment_row(p, WORD_REFERENCE, reference, true);
	raw(p, "</table></td></tr></table>\n");
	return VD_OK;
}

#define PARAGRAPH "<p class=\"v-ink\" style=\"" INK "margin: 0 0 14px\">"

static void
add_list_item(struct pen *p, const struct document *doc, size_t i)
{
	const struct document_block *block = &doc->blocks[i];
	bool first = i == 0 || doc->blocks[i - 1].list != block->list;
	bool last = i + 1 == doc->count || doc->blocks[i + 1].list != block->list;
	bool ends = last || !doc->blocks[i + 1].more;

	if (first && block->number > 0)
		vd_buf_addf(p->out,
		            "<ol class=\"v-ink\" start=\"%d\" style=\"" INK
		            "margin: 0 0 14px; padding-left: 24px\">\n",
		            block->number);
	else if (first)
		raw(p, "<ul class=\"v-ink\" style=\"" INK "margin: 0 0 14px; padding-left: 24px\">\n");
	raw(p, block->more ? "<br>" : "<li>");
	add_runs(p, block);
	if (ends) raw(p, "</li>\n");
	if (last) raw(p, block->number > 0 ? "</ol>\n" : "</ul>\n");
}

static enum vd_status
add_block(struct pen *p, const struct document *doc, size_t i)
{
	const struct document_block *block = &doc->blocks[i];

	switch (block->kind) {
	case DOCUMENT_ITEMS:
		return add_items(p);
	case DOCUMENT_PAYMENT:
		return p->data->total_minor > 0 ? add_payment(p) : VD_OK;
	case DOCUMENT_RULE:
		raw(p,
		    "<hr class=\"v-line\" style=\"border: 0; border-top: 1px solid #d5dbe1; margin: 16px 0\">\n");
		return VD_OK;
	case DOCUMENT_LIST_ITEM:
		add_list_item(p, doc, i);
		return VD_OK;
	case DOCUMENT_HEADING:
		raw(p, "<h2 class=\"v-ink\" style=\"" INK "font-size: 16px; margin: 18px 0 6px\">");
		add_runs(p, block);
		raw(p, "</h2>\n");
		return VD_OK;
	case DOCUMENT_PARAGRAPH:
		raw(p, PARAGRAPH);
		add_runs(p, block);
		raw(p, "</p>\n");
		return VD_OK;
	}
	return VD_OK;
}

static void
add_head(struct pen *p, struct vd_str subject)
{
	raw(p, "<!DOCTYPE html>\n<html lang=\"");
	raw(p, vd_language_tag(p->data->language));
	raw(p,
	    "\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no\">\n<title>");
	text(p, subject);
	raw(p, "</title>\n<style>");
	raw(p, sheet);
	raw(p,
	    "</style></head>\n<body class=\"v-page\" style=\"margin: 0; padding: 0; background: #ffffff\">\n"
	    "<table role=\"presentation\" class=\"v-page\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
	    "style=\"background: #ffffff\"><tr><td align=\"center\" style=\"padding: 24px 16px\">\n"
	    "<table role=\"presentation\" class=\"v-card\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
	    "style=\"max-width: 600px; text-align: left\"><tr><td style=\"" FONT INK
	    "font-size: 16px; line-height: 1.5\">\n"
	    "<p class=\"v-key v-line\" style=\"" KEY
	    "font-size: 18px; font-weight: bold; margin: 0 0 24px; "
	    "padding: 0 0 12px; border-bottom: 1px solid #d5dbe1\">");
	text(p, p->data->creditor.name);
	raw(p, "</p>\n");
}

/* One part of the foot, with a dot between parts. */
static void
add_foot_part(struct pen *p, bool *first, const char *label, struct vd_str value)
{
	if (value.len == 0) return;
	if (!*first) raw(p, " &middot; ");
	*first = false;
	if (label != NULL) {
		text(p, vd_str_c(label));
		raw(p, "&nbsp;");
	}
	text(p, value);
}

static enum vd_status
add_foot(struct pen *p)
{
	const struct message_party *c = &p->data->creditor;
	struct vd_str lines[MESSAGE_ADDRESS_LINES];
	struct message_party nameless = *c;
	size_t count;
	bool first = true;

	nameless.name = nameless.contact_name = VD_STR_NONE;
	VD_TRY(message_address(p->ctx, p->data, &nameless, lines, &count));
	raw(p, "<p class=\"v-dim v-line\" style=\"" DIM
	       "font-size: 12px; line-height: 1.5; margin: 28px 0 0; "
	       "padding: 12px 0 0; border-top: 1px solid #d5dbe1\">");
	add_foot_part(p, &first, NULL, c->name);
	for (size_t i = 0; i < count; i++) add_foot_part(p, &first, NULL, lines[i]);
	add_foot_part(p, &first, NULL, c->phone);
	add_foot_part(p, &first, NULL, c->email);
	add_foot_part(p, &first, message_word(p->data->language, WORD_KVK).ptr, c->kvk);
	add_foot_part(p, &first, message_word(p->data->language, WORD_VAT).ptr, c->vat_number);
	add_foot_part(p, &first, message_word(p->data->language, WORD_OUR_REFERENCE).ptr,
	              p->data->message_number);
	raw(p, "</p>\n</td></tr></table>\n</td></tr></table>\n</body></html>\n");
	return VD_OK;
}

enum vd_status
mail_html(struct vd_context *ctx, const struct message_data *data, struct vd_str subject,
          const struct document *doc, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MAIL_BODY_MAX);
	struct pen p = { ctx, data, &b };
	struct vd_str bank_day;

	VD_TRY(message_bank_day(ctx, data, &bank_day));
	add_head(&p, subject);
	for (size_t i = 0; i < doc->count; i++) {
		VD_TRY(add_block(&p, doc, i));
		if (bank_day.len > 0 && mail_bank_day_here(doc, i)) {
			raw(&p, "<p class=\"v-dim\" style=\"" DIM "font-size: 13px; margin: 0 0 14px\">");
			text(&p, bank_day);
			raw(&p, "</p>\n");
		}
	}
	VD_TRY(add_foot(&p));
	return vd_buf_finish(ctx, &b, out);
}
