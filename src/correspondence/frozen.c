/* Message data as JSON: written by our writer, read by jansson. Unknown keys are passed over, so
 * that an older program reads what a newer one froze; a key of the wrong type is refused. */
#include "correspondence/correspondence.h"
#include "correspondence/fields.h"
#include "base/json.h"

#include <jansson.h>
#include <string.h>

#define JSON_MAX (8 << 20)

/* --- writing ---------------------------------------------------------------------------------- */

static void
write_texts(struct vd_json *j, const struct text_field *fields, size_t count, const void *of)
{
	for (size_t i = 0; i < count; i++) vd_json_key_str(j, fields[i].name, text_of(of, &fields[i]));
}

static void
write_dates(struct vd_json *j, const struct date_field *fields, size_t count, const void *of)
{
	char text[VD_DATE_TEXT];

	for (size_t i = 0; i < count; i++) {
		vd_date_format(date_of(of, &fields[i]), text);
		vd_json_key_c(j, fields[i].name, text[0] != '\0' ? text : NULL);
	}
}

static void
write_minors(struct vd_json *j, const struct minor_field *fields, size_t count, const void *of,
             struct vd_currency currency)
{
	char text[VD_MONEY_TEXT];

	for (size_t i = 0; i < count; i++) {
		vd_money_format((struct vd_money){ minor_of(of, &fields[i]), currency }, text);
		vd_json_key_c(j, fields[i].name, text);
	}
}

static void
write_party(struct vd_json *j, const char *key, const struct message_party *party)
{
	vd_json_key(j, key);
	vd_json_object(j);
	write_texts(j, party_texts, PARTY_TEXTS, party);
	vd_json_object_end(j);
}

static void
write_item(struct vd_json *j, const struct message_item *item, struct vd_currency currency)
{
	vd_json_object(j);
	write_texts(j, item_texts, ITEM_TEXTS, item);
	vd_json_key_i64(j, "line", item->line);
	vd_json_key_bool(j, "credit", item->credit);
	write_dates(j, item_dates, ITEM_DATES, item);
	vd_json_key_i64(j, "days_late", item->days_late);
	write_minors(j, item_minors, ITEM_MINORS, item, currency);
	vd_json_object_end(j);
}

enum vd_status
message_data_to_json(struct vd_context *ctx, const struct message_data *data, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, JSON_MAX);
	struct vd_currency currency;
	struct vd_json j;

	VD_TRY(vd_currency_parse(ctx, vd_currency_str(&data->currency), &currency));
	if (message_audience_name(data->audience) == NULL ||
	    message_history_name(data->history) == NULL || data->language >= VD_LANG__COUNT)
		return vd_fail(ctx, VD_E_INVALID, "message.data", NULL,
		               "a message lacks a language, audience or history");
	vd_json_to_buf(&j, &b);
	vd_json_object(&j);
	write_texts(&j, data_texts, DATA_TEXTS, data);
	vd_json_key_i64(&j, "template_version", data->template_version);
	vd_json_key_c(&j, "language", vd_language_tag(data->language));
	vd_json_key_c(&j, "audience", message_audience_name(data->audience));
	vd_json_key_c(&j, "history", message_history_name(data->history));
	write_party(&j, "creditor", &data->creditor);
	write_party(&j, "debtor", &data->debtor);
	write_dates(&j, data_dates, DATA_DATES, data);
	vd_json_key_str(&j, "currency", vd_currency_str(&currency));
	write_minors(&j, data_minors, DATA_MINORS, data, currency);
	vd_json_key(&j, "items");
	vd_json_array(&j);
	for (size_t i = 0; i < data->items_count; i++) write_item(&j, &data->items[i], currency);
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	VD_TRY(vd_json_finish(ctx, &j));
	return vd_buf_finish(ctx, &b, out);
}

/* --- reading ---------------------------------------------------------------------------------- */

static enum vd_status
refuse(struct vd_context *ctx, const char *key, const char *expected)
{
	return vd_fail(ctx, VD_E_INVALID, "message.json", key, "frozen message: \"%s\" is not %s", key,
	               expected);
}

static enum vd_status
read_text(struct vd_context *ctx, const json_t *from, const char *key, struct vd_str *out)
{
	const json_t *j = json_object_get(from, key);

	*out = VD_STR_NONE;
	if (j == NULL || json_is_null(j)) return VD_OK;
	if (!json_is_string(j)) return refuse(ctx, key, "a text");
	return vd_str_dup(ctx, (struct vd_str){ json_string_value(j), json_string_length(j) }, out);
}

static enum vd_status
read_texts(struct vd_context *ctx, const json_t *from, const struct text_field *fields,
           size_t count, void *of)
{
	for (size_t i = 0; i < count; i++)
		VD_TRY(read_text(ctx, from, fields[i].name, text_at(of, &fields[i])));
	return VD_OK;
}

static enum vd_status
read_dates(struct vd_context *ctx, const json_t *from, const struct date_field *fields,
           size_t count, void *of)
{
	for (size_t i = 0; i < count; i++) {
		struct vd_str text;
		struct vd_date *day = date_at(of, &fields[i]);

		VD_TRY(read_text(ctx, from, fields[i].name, &text));
		*day = VD_DATE_NONE;
		if (!vd_str_is_none(text) && vd_date_parse(ctx, text, day) != VD_OK)
			return vd_fail_where(ctx, "frozen message: \"%s\"", fields[i].name);
	}
	return VD_OK;
}

static enum vd_status
read_minors(struct vd_context *ctx, const json_t *from, const struct minor_field *fields,
            size_t count, void *of, struct vd_currency currency)
{
	for (size_t i = 0; i < count; i++) {
		struct vd_money money;
		struct vd_str text;

		VD_TRY(read_text(ctx, from, fields[i].name, &text));
		if (vd_str_is_none(text)) return refuse(ctx, fields[i].name, "there, as an amount");
		if (vd_money_parse(ctx, text, currency, &money) != VD_OK)
			return vd_fail_where(ctx, "frozen message: \"%s\"", fields[i].name);
		*minor_at(of, &fields[i]) = money.minor;
	}
	return VD_OK;
}

static enum vd_status
read_i64(struct vd_context *ctx, const json_t *from, const char *key, int64_t min, int64_t max,
         int64_t *out)
{
	const json_t *j = json_object_get(from, key);

	if (!json_is_integer(j) || json_integer_value(j) < min || json_integer_value(j) > max)
		return refuse(ctx, key, "a whole number in its range");
	*out = json_integer_value(j);
	return VD_OK;
}

static enum vd_status
read_party(struct vd_context *ctx, const json_t *from, const char *key, struct message_party *out)
{
	const json_t *j = json_object_get(from, key);

	if (!json_is_object(j)) return refuse(ctx, key, "an object");
	return read_texts(ctx, j, party_texts, PARTY_TEXTS, out);
}

static enum vd_status
read_item(struct vd_context *ctx, const json_t *j, struct vd_currency currency,
          struct message_item *out)
{
	int64_t days = 0;

	if (!json_is_object(j)) return refuse(ctx, "items", "a list of objects");
	if (!json_is_boolean(json_object_get(j, "credit")))
		return refuse(ctx, "credit", "true or false");
	out->credit = json_is_true(json_object_get(j, "credit"));
	VD_TRY(read_texts(ctx, j, item_texts, ITEM_TEXTS, out));
	VD_TRY(read_i64(ctx, j, "line", INT64_MIN, INT64_MAX, &out->line));
	VD_TRY(read_i64(ctx, j, "days_late", INT32_MIN, INT32_MAX, &days));
	out->days_late = (int32_t)days;
	VD_TRY(read_dates(ctx, j, item_dates, ITEM_DATES, out));
	return read_minors(ctx, j, item_minors, ITEM_MINORS, out, currency);
}

static enum vd_status
read_items(struct vd_context *ctx, const json_t *root, struct message_data *out)
{
	const json_t *items = json_object_get(root, "items");

	if (!json_is_array(items)) return refuse(ctx, "items", "a list");
	out->items_count = json_array_size(items);
	if (out->items_count > MESSAGE_ITEMS_MAX) return refuse(ctx, "items", "short enough");
	VD_NEW(ctx, out->items, out->items_count);
	for (size_t i = 0; i < out->items_count; i++)
		VD_TRY(read_item(ctx, json_array_get(items, i), out->currency, &out->items[i]));
	return VD_OK;
}

/* language, audience, history and currency */
static enum vd_status
read_kinds(struct vd_context *ctx, const json_t *root, struct message_data *out)
{
	struct vd_str language, audience, history, currency;

	VD_TRY(read_text(ctx, root, "language", &language));
	VD_TRY(read_text(ctx, root, "audience", &audience));
	VD_TRY(read_text(ctx, root, "history", &history));
	VD_TRY(read_text(ctx, root, "currency", &currency));
	if (!vd_language_parse(language, &out->language))
		return refuse(ctx, "language", "nl, en, de or fr");
	for (int i = 0; !vd_str_eq(audience, vd_str_c(message_audience_name(out->audience))); i++) {
		if (message_audience_name((enum message_audience)i) == NULL)
			return refuse(ctx, "audience", "an audience");
		out->audience = (enum message_audience)i;
	}
	for (int i = 0; !vd_str_eq(history, vd_str_c(message_history_name(out->history))); i++) {
		if (message_history_name((enum message_history)i) == NULL)
			return refuse(ctx, "history", "a history");
		out->history = (enum message_history)i;
	}
	return vd_currency_parse(ctx, currency, &out->currency);
}

static void
free_json(json_t **j)
{
	json_decref(*j);
}

enum vd_status
message_data_from_json(struct vd_context *ctx, struct vd_str text, struct message_data *out)
{
	VD_CLEANUP(free_json) json_t *root = NULL;
	json_error_t error;

	*out = (struct message_data){ 0 };
	if (text.len > JSON_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "message.json", NULL, "a frozen message is over %d bytes",
		               JSON_MAX);
	root = json_loadb(text.ptr != NULL ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(root))
		return vd_fail(ctx, VD_E_INVALID, "message.json", NULL,
		               "a frozen message is no JSON object: line %d: %s", error.line, error.text);
	VD_TRY(read_kinds(ctx, root, out));
	VD_TRY(read_texts(ctx, root, data_texts, DATA_TEXTS, out));
	VD_TRY(read_i64(ctx, root, "template_version", INT64_MIN, INT64_MAX, &out->template_version));
	VD_TRY(read_party(ctx, root, "creditor", &out->creditor));
	VD_TRY(read_party(ctx, root, "debtor", &out->debtor));
	VD_TRY(read_dates(ctx, root, data_dates, DATA_DATES, out));
	VD_TRY(read_minors(ctx, root, data_minors, DATA_MINORS, out, out->currency));
	return read_items(ctx, root, out);
}
