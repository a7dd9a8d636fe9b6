/* Template variables out of message data. */
#include "correspondence/variables.h"
#include "correspondence/fields.h"
#include "correspondence/words.h"

#define FIELDS_MAX 40

/* An object that grows by one field after the other. */
struct object {
	struct mustache_field *fields;
	size_t count;
};

static enum vd_status
object_start(struct vd_context *ctx, struct object *o)
{
	o->count = 0;
	VD_NEW(ctx, o->fields, FIELDS_MAX);
	return VD_OK;
}

static void
add(struct object *o, const char *name, struct mustache_value value)
{
	VD_ASSERT(o->count < FIELDS_MAX);
	o->fields[o->count++] = (struct mustache_field){ name, value };
}

static struct mustache_value
finished(const struct object *o)
{
	return mustache_object(o->fields, o->count);
}

static enum vd_status
add_money(struct vd_context *ctx, struct object *o, const char *name,
          const struct message_data *data, int64_t minor)
{
	struct vd_str text;

	VD_TRY(message_money(ctx, data, minor, &text));
	add(o, name, mustache_text(text));
	return VD_OK;
}

static enum vd_status
add_count(struct vd_context *ctx, struct object *o, const char *name, int64_t n)
{
	struct vd_str text;

	VD_TRY(vd_str_printf(ctx, &text, "%lld", (long long)n));
	add(o, name, mustache_text(text));
	return VD_OK;
}

static enum vd_status
add_day(struct vd_context *ctx, struct object *o, const char *name, const struct message_data *data,
        struct vd_date day)
{
	struct vd_str text;

	VD_TRY(message_day(ctx, data, day, &text));
	add(o, name, mustache_text(text));
	return VD_OK;
}

static enum vd_status
party_value(struct vd_context *ctx, const struct message_data *data,
            const struct message_party *party, struct mustache_value *out)
{
	struct message_party printed = *party;
	struct object o;

	VD_TRY(object_start(ctx, &o));
	VD_TRY(message_iban(ctx, party->iban, &printed.iban));
	if (party->country.len > 0) printed.country = message_country(data->language, party->country);
	for (size_t i = 0; i < PARTY_TEXTS; i++)
		add(&o, party_texts[i].name, mustache_text(text_of(&printed, &party_texts[i])));
	*out = finished(&o);
	return VD_OK;
}

static enum vd_status
item_value(struct vd_context *ctx, const struct message_data *data, const struct message_item *item,
           struct mustache_value *out)
{
	struct object o;

	VD_TRY(object_start(ctx, &o));
	for (size_t i = 0; i < ITEM_TEXTS; i++)
		add(&o, item_texts[i].name, mustache_text(text_of(item, &item_texts[i])));
	for (size_t i = 0; i < ITEM_DATES; i++)
		VD_TRY(add_day(ctx, &o, item_dates[i].name, data, date_of(item, &item_dates[i])));
	for (size_t i = 0; i < ITEM_MINORS; i++)
		VD_TRY(add_money(ctx, &o, item_minors[i].name, data, minor_of(item, &item_minors[i])));
	VD_TRY(add_count(ctx, &o, "line", item->line));
	VD_TRY(add_count(ctx, &o, "days_late", item->days_late));
	add(&o, "late", mustache_bool(item->days_late > 0));
	add(&o, "one_day_late", mustache_bool(item->days_late == 1));
	add(&o, "partly_paid", mustache_bool(item->open_minor != item->amount_minor));
	add(&o, "credit", mustache_bool(item->credit));
	*out = finished(&o);
	return VD_OK;
}

/* All debit items, or all credit items. */
static enum vd_status
items_value(struct vd_context *ctx, const struct message_data *data, bool credit,
            struct mustache_value *out)
{
	struct mustache_value *values;
	size_t count = 0;

	VD_NEW(ctx, values, data->items_count);
	for (size_t i = 0; i < data->items_count; i++)
		if (data->items[i].credit == credit)
			VD_TRY(item_value(ctx, data, &data->items[i], &values[count++]));
	*out = mustache_list(values, count);
	return VD_OK;
}

static const struct message_item *
oldest_debit(const struct message_data *data)
{
	const struct message_item *oldest = NULL;

	for (size_t i = 0; i < data->items_count; i++) {
		const struct message_item *item = &data->items[i];

		if (!item->credit && (oldest == NULL || item->days_late > oldest->days_late)) oldest = item;
	}
	return oldest;
}

/* Invoices, not due lines: two instalments of one invoice are one invoice. */
static size_t
count_invoices(const struct message_data *data)
{
	size_t count = 0;

	for (size_t i = 0; i < data->items_count; i++) {
		bool seen = data->items[i].credit;

		for (size_t j = i; j-- > 0 && !seen;)
			seen =
			    !data->items[j].credit && vd_str_eq(data->items[j].number, data->items[i].number);
		if (!seen) count++;
	}
	return count;
}

static enum vd_status
add_items(struct vd_context *ctx, struct object *o, const struct message_data *data)
{
	const struct message_item *oldest = oldest_debit(data);
	struct mustache_value invoices, credits, invoice = { .kind = MUSTACHE_NONE };
	size_t count = count_invoices(data);

	VD_TRY(items_value(ctx, data, false, &invoices));
	VD_TRY(items_value(ctx, data, true, &credits));
	if (oldest != NULL) VD_TRY(item_value(ctx, data, oldest, &invoice));
	add(o, "invoices", invoices);
	add(o, "credit_items", credits);
	add(o, "invoice", invoice);
	add(o, "one_invoice", mustache_bool(count == 1));
	VD_TRY(add_count(ctx, o, "invoices_count", (int64_t)count));
	add(o, "has_overdue", mustache_bool(oldest != NULL && oldest->days_late > 0));
	return VD_OK;
}

static enum vd_status
add_amounts(struct vd_context *ctx, struct object *o, const struct message_data *data)
{
	for (size_t i = 0; i < DATA_MINORS; i++)
		VD_TRY(add_money(ctx, o, data_minors[i].name, data, minor_of(data, &data_minors[i])));
	VD_TRY(add_money(ctx, o, "open", data, message_debit(data)));
	add(o, "has_credits", mustache_bool(data->credits_minor > 0));
	add(o, "to_pay", mustache_bool(data->total_minor > 0));
	add(o, "currency", mustache_text(vd_currency_str(&data->currency)));
	return VD_OK;
}

/* Whom the letter speaks to: the person at the debtor, or the consumer himself. */
static struct vd_str
addressee(const struct message_data *data)
{
	if (data->debtor.contact_name.len > 0) return data->debtor.contact_name;
	return data->audience == MESSAGE_BUSINESS ? VD_STR_NONE : data->debtor.name;
}

/* "030 000 00 00 of debiteuren@voorbeeld.example", one of them, or NONE. */
static enum vd_status
contact(struct vd_context *ctx, const struct message_data *data, struct vd_str *out)
{
	const struct message_party *c = &data->creditor;

	struct vd_str phone = VD_STR_NONE;

	if (c->phone.len > 0) VD_TRY(message_unbroken(ctx, c->phone, &phone));
	*out = phone.len > 0 ? phone : c->email.len > 0 ? c->email : VD_STR_NONE;
	if (phone.len == 0 || c->email.len == 0) return VD_OK;
	return vd_str_printf(ctx, out, "%.*s %.*s %.*s", VD_FMT(phone),
	                     VD_FMT(message_word(data->language, WORD_OR)), VD_FMT(c->email));
}

enum vd_status
message_variables(struct vd_context *ctx, const struct message_data *data,
                  struct mustache_value *out)
{
	struct object o;
	struct mustache_value creditor, debtor;
	struct vd_str reference, reach;

	VD_TRY(object_start(ctx, &o));
	VD_TRY(contact(ctx, data, &reach));
	VD_TRY(party_value(ctx, data, &data->creditor, &creditor));
	VD_TRY(party_value(ctx, data, &data->debtor, &debtor));
	VD_TRY(message_reference(ctx, data->payment_reference, &reference));
	add(&o, "creditor", creditor);
	add(&o, "debtor", debtor);
	add(&o, "addressee", mustache_text(addressee(data)));
	add(&o, "contact", mustache_text(reach));
	add(&o, "sender_name",
	    mustache_text(data->sender_name.len > 0 ? data->sender_name : VD_STR_NONE));
	add(&o, "payment_reference", mustache_text(reference));
	add(&o, "message_number", mustache_text(data->message_number));
	add(&o, "tone", mustache_text(data->tone));
	add(&o, "friendly",
	    mustache_bool(vd_str_eq_nocase(data->tone, VD_STR("friendly")) ||
	                  vd_str_eq_nocase(data->tone, VD_STR("vriendelijk"))));
	add(&o, "firm",
	    mustache_bool(vd_str_eq_nocase(data->tone, VD_STR("firm")) ||
	                  vd_str_eq_nocase(data->tone, VD_STR("zakelijk"))));
	add(&o, "language", mustache_text(vd_str_c(vd_language_tag(data->language))));
	add(&o, "business", mustache_bool(data->audience == MESSAGE_BUSINESS));
	add(&o, "consumer", mustache_bool(data->audience != MESSAGE_BUSINESS));
	add(&o, "informal", mustache_bool(data->audience == MESSAGE_CONSUMER_INFORMAL));
	add(&o, "first_time", mustache_bool(data->history == MESSAGE_FIRST_TIME));
	add(&o, "frequent", mustache_bool(data->history == MESSAGE_FREQUENT));
	for (size_t i = 0; i < DATA_DATES; i++)
		VD_TRY(add_day(ctx, &o, data_dates[i].name, data, date_of(data, &data_dates[i])));
	VD_TRY(add_amounts(ctx, &o, data));
	VD_TRY(add_items(ctx, &o, data));
	*out = finished(&o);
	return VD_OK;
}
