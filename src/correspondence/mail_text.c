/* The plain text of a mail. */
#include "correspondence/mail.h"
#include "correspondence/words.h"
#include "base/utf8.h"

#include <stdio.h>

struct pen {
	struct vd_context *ctx;
	const struct message_data *data;
	struct vd_buf *out;
};

bool
mail_bank_day_here(const struct document *doc, size_t i)
{
	if (document_has(doc, DOCUMENT_ITEMS)) return doc->blocks[i].kind == DOCUMENT_ITEMS;
	if (document_has(doc, DOCUMENT_PAYMENT)) return doc->blocks[i].kind == DOCUMENT_PAYMENT;
	return i + 1 == doc->count;
}

/* No-break spaces did their work in wrapping; a copied IBAN or amount is better off without. */
static void
add_word(struct vd_buf *b, struct vd_str word)
{
	for (size_t i = 0; i < word.len; i++) {
		bool no_break = word.ptr[i] == '\xC2' && i + 1 < word.len && word.ptr[i + 1] == '\xA0';

		vd_buf_add_char(b, no_break ? ' ' : word.ptr[i]);
		if (no_break) i++;
	}
}

/* Words up to the width; a longer word gets a line of its own. Ends with a line break. */
static void
add_wrapped(struct vd_buf *b, struct vd_str text, const char *first, const char *next)
{
	struct vd_str rest = text, line, word;
	const char *indent = first;

	while (vd_str_cut(&rest, '\n', &line)) {
		size_t column = vd_utf8_count(vd_str_c(indent));
		bool empty = true;

		vd_buf_add_c(b, indent);
		while (vd_str_cut(&line, ' ', &word)) {
			size_t width = vd_utf8_count(word);

			if (width == 0) continue;
			if (!empty && column + 1 + width > MAIL_TEXT_WIDTH) {
				vd_buf_add_char(b, '\n');
				vd_buf_add_c(b, next);
				column = vd_utf8_count(vd_str_c(next));
				empty = true;
			}
			if (!empty) vd_buf_add_char(b, ' ');
			add_word(b, word);
			column += width + (empty ? 0 : 1);
			empty = false;
		}
		vd_buf_add_char(b, '\n');
		indent = next;
	}
}

static void
add_url(struct vd_buf *b, struct vd_str text, struct vd_str url)
{
	struct vd_str shown = url;

	if (vd_str_starts_nocase(shown, VD_STR("mailto:"))) shown = vd_str_sub(shown, 7, shown.len);
	if (vd_str_starts_nocase(shown, VD_STR("tel:"))) shown = vd_str_sub(shown, 4, shown.len);
	if (vd_str_eq(text, shown) || vd_str_eq(text, url)) return;
	vd_buf_add_c(b, " (");
	vd_buf_add(b, shown);
	vd_buf_add_char(b, ')');
}

static enum vd_status
block_text(struct pen *p, const struct document_block *block, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(p->ctx, DOCUMENT_SOURCE_MAX);

	for (size_t i = 0; i < block->runs_count; i++) {
		const struct document_run *run = &block->runs[i];

		vd_buf_add(&b, run->text);
		if (run->line_break) vd_buf_add_char(&b, '\n');
		if (!vd_str_is_none(run->url)) add_url(&b, run->text, run->url);
	}
	return vd_buf_finish(p->ctx, &b, out);
}

static struct vd_str
word(const struct pen *p, enum word w)
{
	return message_word(p->data->language, w);
}

static enum vd_status
add_item(struct pen *p, const struct message_item *item)
{
	struct vd_str line, open, due;
	struct vd_buf b = VD_BUF(p->ctx, 8192);

	VD_TRY(
	    message_money(p->ctx, p->data, item->credit ? -item->open_minor : item->open_minor, &open));
	VD_TRY(message_day(p->ctx, p->data, item->due_on, &due));
	if (!item->credit && item->number.len > 0)
		vd_buf_addf(&b, "%.*s ", VD_FMT(word(p, WORD_INVOICE)));
	vd_buf_addf(&b, "%.*s", VD_FMT(message_item_title(item)));
	if (item->line > 1) vd_buf_addf(&b, "/%lld", (long long)item->line);
	if (item->number.len > 0 && item->description.len > 0)
		vd_buf_addf(&b, " (%.*s)", VD_FMT(item->description));
	if (item->order_ref.len > 0)
		vd_buf_addf(&b, ", %.*s %.*s", VD_FMT(word(p, WORD_ORDER)), VD_FMT(item->order_ref));
	if (due.len > 0 && !item->credit)
		vd_buf_addf(&b, ", %.*s %.*s", VD_FMT(word(p, WORD_DUE_ON)), VD_FMT(due));
	if (item->days_late > 0 && !item->credit)
		vd_buf_addf(&b, ", %d\xC2\xA0%.*s", (int)item->days_late,
		            VD_FMT(word(p, item->days_late == 1 ? WORD_DAY : WORD_DAYS)));
	vd_buf_addf(&b, ": %.*s", VD_FMT(open));
	VD_TRY(vd_buf_finish(p->ctx, &b, &line));
	add_wrapped(p->out, line, "- ", "  ");
	return VD_OK;
}

static enum vd_status
add_value(struct pen *p, enum word label, struct vd_str value, const char *indent)
{
	struct vd_str line;

	if (value.len == 0) return VD_OK;
	VD_TRY(vd_str_printf(p->ctx, &line, "%.*s: %.*s", VD_FMT(word(p, label)), VD_FMT(value)));
	add_wrapped(p->out, line, indent, "    ");
	return VD_OK;
}

static enum vd_status
add_sum(struct pen *p, enum word label, int64_t minor)
{
	struct vd_str text;

	VD_TRY(message_money(p->ctx, p->data, minor, &text));
	return add_value(p, label, text, "");
}

static enum vd_status
add_items(struct pen *p)
{
	const struct message_data *data = p->data;
	bool credits = data->credits_minor > 0;

	for (size_t i = 0; i < data->items_count; i++)
		if (!data->items[i].credit) VD_TRY(add_item(p, &data->items[i]));
	if (credits) {
		vd_buf_addf(p->out, "\n%.*s:\n", VD_FMT(word(p, WORD_SET_OFF)));
		for (size_t i = 0; i < data->items_count; i++)
			if (data->items[i].credit) VD_TRY(add_item(p, &data->items[i]));
	}
	vd_buf_add_char(p->out, '\n');
	if (credits) {
		VD_TRY(add_sum(p, WORD_OPEN_INVOICES, message_debit(data)));
		VD_TRY(add_sum(p, WORD_CREDITS, -data->credits_minor));
	}
	return add_sum(p, data->total_minor < 0 ? WORD_IN_YOUR_FAVOUR : WORD_TO_PAY,
	               data->total_minor < 0 ? -data->total_minor : data->total_minor);
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
	vd_buf_addf(p->out, "%.*s\n", VD_FMT(word(p, WORD_PAYING)));
	VD_TRY(add_value(p, WORD_AMOUNT, amount, "  "));
	VD_TRY(add_value(p, WORD_PAY_ON, day, "  "));
	VD_TRY(add_value(p, WORD_IBAN, iban, "  "));
	VD_TRY(add_value(p, WORD_BIC, data->creditor.bic, "  "));
	VD_TRY(add_value(p, WORD_PAYEE, data->creditor.name, "  "));
	return add_value(p, WORD_REFERENCE, reference, "  ");
}

static enum vd_status
add_block(struct pen *p, const struct document_block *block)
{
	struct vd_str text;
	char number[24] = "- ";
	char later[24] = "  ";

	switch (block->kind) {
	case DOCUMENT_ITEMS:
		return add_items(p);
	case DOCUMENT_PAYMENT:
		return p->data->total_minor > 0 ? add_payment(p) : VD_OK;
	case DOCUMENT_RULE:
		vd_buf_add_c(p->out, "-----\n");
		return VD_OK;
	case DOCUMENT_LIST_ITEM:
		if (block->number > 0) {
			snprintf(number, sizeof(number), "%d. ", block->number);
			snprintf(later, sizeof(later), "%*s", (int)vd_str_c(number).len, "");
		}
		VD_TRY(block_text(p, block, &text));
		add_wrapped(p->out, text, block->more ? later : number, later);
		return VD_OK;
	case DOCUMENT_PARAGRAPH:
	case DOCUMENT_HEADING:
		VD_TRY(block_text(p, block, &text));
		add_wrapped(p->out, text, "", "");
		return VD_OK;
	}
	return VD_OK;
}

enum vd_status
mail_text(struct vd_context *ctx, const struct message_data *data, const struct document *doc,
          struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MAIL_BODY_MAX);
	struct pen p = { ctx, data, &b };
	struct vd_str bank_day;

	VD_TRY(message_bank_day(ctx, data, &bank_day));
	for (size_t i = 0; i < doc->count; i++) {
		const struct document_block *block = &doc->blocks[i];
		bool same_list = i > 0 && block->list > 0 && doc->blocks[i - 1].list == block->list;
		size_t before = b.len;

		if (b.len > 0 && !same_list) vd_buf_add_char(&b, '\n');
		VD_TRY(add_block(&p, block));
		if (b.len == before + 1 && before > 0) b.len = before; /* a block that wrote nothing */
		if (bank_day.len > 0 && mail_bank_day_here(doc, i)) {
			vd_buf_add_char(&b, '\n');
			add_wrapped(&b, bank_day, "", "");
		}
	}
	return vd_buf_finish(ctx, &b, out);
}
