/* The fields of message_data, and a clean copy of all of them. */
#include "correspondence/fields.h"
#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

#define PARTY(field)                                  \
	{                                                 \
#field, offsetof(struct message_party, field) \
	}
#define DATA(field)                                  \
	{                                                \
#field, offsetof(struct message_data, field) \
	}
#define ITEM(field)                                  \
	{                                                \
#field, offsetof(struct message_item, field) \
	}

const struct text_field party_texts[PARTY_TEXTS] = {
	PARTY(name),       PARTY(contact_name), PARTY(street), PARTY(postcode), PARTY(city),
	PARTY(country),    PARTY(email),        PARTY(phone),  PARTY(website),  PARTY(kvk),
	PARTY(vat_number), PARTY(iban),         PARTY(bic),    PARTY(number),
};
const struct text_field data_texts[DATA_TEXTS] = {
	DATA(template), DATA(tone), DATA(sender_name), DATA(payment_reference), DATA(message_number),
};
const struct date_field data_dates[DATA_DATES] = { DATA(today), DATA(pay_before), DATA(bank_day) };
const struct minor_field data_minors[DATA_MINORS] = {
	{ "overdue", offsetof(struct message_data, overdue_minor) },
	{ "credits", offsetof(struct message_data, credits_minor) },
	{ "total", offsetof(struct message_data, total_minor) },
};
const struct text_field item_texts[ITEM_TEXTS] = { ITEM(number), ITEM(description),
	                                               ITEM(order_ref) };
const struct date_field item_dates[ITEM_DATES] = { ITEM(issued_on), ITEM(due_on) };
const struct minor_field item_minors[ITEM_MINORS] = {
	{ "amount", offsetof(struct message_item, amount_minor) },
	{ "open", offsetof(struct message_item, open_minor) },
};

const char *
message_audience_name(enum message_audience audience)
{
	static const char *const names[] = {
		[MESSAGE_BUSINESS] = "business",
		[MESSAGE_CONSUMER_FORMAL] = "consumer_formal",
		[MESSAGE_CONSUMER_INFORMAL] = "consumer_informal",
	};

	return (size_t)audience < VD_LENGTH(names) ? names[audience] : NULL;
}

const char *
message_history_name(enum message_history history)
{
	static const char *const names[] = {
		[MESSAGE_FIRST_TIME] = "first_time",
		[MESSAGE_NORMAL] = "normal",
		[MESSAGE_FREQUENT] = "frequent",
	};

	return (size_t)history < VD_LENGTH(names) ? names[history] : NULL;
}

enum rune { RUNE_KEEP, RUNE_BLANK, RUNE_DROP };

/* Directions (a name must not turn the amount behind it around), byte order marks, soft hyphens,
 * invisible tags and noncharacters are dropped. */
static enum rune
judge(utf8proc_int32_t c)
{
	if (c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == ' ' || c == 0x85 ||
	    c == 0x2028 || c == 0x2029)
		return RUNE_BLANK;
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD) return RUNE_DROP;
	if (c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E)) return RUNE_DROP;
	if ((c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB))
		return RUNE_DROP;
	if ((c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF)) return RUNE_DROP;
	return RUNE_KEEP;
}

enum vd_status
message_plain(struct vd_context *ctx, const char *field, struct vd_str s, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MESSAGE_TEXT_MAX * 4 + 8);
	bool blank = false;
	size_t count = 0;

	*out = s;
	if (vd_str_is_none(s)) return VD_OK;
	if (!vd_utf8_valid(s, NULL))
		return vd_fail(ctx, VD_E_INVALID, "message.not_utf8", field, "the text in %s is not UTF-8",
		               field);
	for (size_t i = 0; i < s.len && count < MESSAGE_TEXT_MAX;) {
		utf8proc_int32_t c = 0;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i,
		                                      (utf8proc_ssize_t)(s.len - i), &c);
		enum rune rune = judge(c);

		VD_ASSERT(n > 0);
		if (rune == RUNE_BLANK) blank = true;
		if (rune == RUNE_KEEP) {
			if (blank && b.len > 0) vd_buf_add_char(&b, ' ');
			blank = false;
			vd_buf_add(&b, vd_str_sub(s, i, (size_t)n));
			if (++count == MESSAGE_TEXT_MAX && i + (size_t)n < s.len) vd_buf_add_c(&b, "…");
		}
		i += (size_t)n;
	}
	return vd_buf_finish(ctx, &b, out);
}

static enum vd_status
clean_texts(struct vd_context *ctx, const struct text_field *fields, size_t count, void *of)
{
	for (size_t i = 0; i < count; i++) {
		struct vd_str *text = text_at(of, &fields[i]);

		VD_TRY(message_plain(ctx, fields[i].name, *text, text));
	}
	return VD_OK;
}

/* A wrong sum in a letter is worse than no letter. */
static enum vd_status
check_sums(struct vd_context *ctx, const struct message_data *data)
{
	int64_t debit = 0, credit = 0;

	for (size_t i = 0; i < data->items_count; i++) {
		const struct message_item *item = &data->items[i];

		if (item->open_minor < 0 || item->amount_minor < 0)
			return vd_fail(
			    ctx, VD_E_INVALID, "message.negative_item", "items",
			    "item %.*s has a negative amount; amounts are positive, credit tells the side",
			    VD_FMT(item->number));
		VD_TRY(vd_minor_add(ctx, item->open_minor, item->credit ? credit : debit,
		                    item->credit ? &credit : &debit));
	}
	if (data->items_count > 0 &&
	    (credit != data->credits_minor || debit - credit != data->total_minor))
		return vd_fail(
		    ctx, VD_E_INVALID, "message.sums_differ", "total",
		    "message %.*s: the items make %lld debit and %lld credit, but the message says %lld in all "
		    "and %lld credit (minor units)",
		    VD_FMT(data->message_number), (long long)debit, (long long)credit,
		    (long long)data->total_minor, (long long)data->credits_minor);
	return VD_OK;
}

enum vd_status
message_data_clean(struct vd_context *ctx, const struct message_data *data,
                   struct message_data *out)
{
	*out = *data;
	if (data->items_count > MESSAGE_ITEMS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "message.too_many_items", "items",
		               "%zu items are more than the %d that fit in one message", data->items_count,
		               MESSAGE_ITEMS_MAX);
	if (data->language >= VD_LANG__COUNT || message_audience_name(data->audience) == NULL ||
	    message_history_name(data->history) == NULL || vd_date_is_none(data->today))
		return vd_fail(ctx, VD_E_INVALID, "message.data", NULL,
		               "message %.*s lacks a language, audience, history or day",
		               VD_FMT(data->message_number));
	VD_TRY(vd_currency_parse(ctx, vd_currency_str(&data->currency), &out->currency));
	VD_TRY(check_sums(ctx, data));
	VD_TRY(clean_texts(ctx, data_texts, DATA_TEXTS, out));
	VD_TRY(clean_texts(ctx, party_texts, PARTY_TEXTS, &out->creditor));
	VD_TRY(clean_texts(ctx, party_texts, PARTY_TEXTS, &out->debtor));
	VD_NEW(ctx, out->items, data->items_count);
	for (size_t i = 0; i < data->items_count; i++) {
		out->items[i] = data->items[i];
		VD_TRY(clean_texts(ctx, item_texts, ITEM_TEXTS, &out->items[i]));
	}
	return VD_OK;
}
