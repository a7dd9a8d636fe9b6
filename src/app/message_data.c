/* What a message freezes. */
#include "app/message_data.h"

#include "q_bank.h"
#include "value/reference.h"

enum vd_status
app_creditor(struct vd_context *ctx, struct app *app, const struct app_setting_value *s,
             struct message_party *out)
{
	struct q_bank_account_all_row *accounts;
	size_t n;

	*out = (struct message_party){
		.name = app->administration.name,
		.street = app_setting_text(s, "street"),
		.postcode = app_setting_text(s, "postcode"),
		.city = app_setting_text(s, "city"),
		.country = app->administration.country,
		.email = app_setting_text(s, "email"),
		.phone = app_setting_text(s, "phone"),
		.website = app_setting_text(s, "website"),
		.kvk = app_setting_text(s, "kvk"),
		.vat_number = app_setting_text(s, "vat_number"),
		.iban = app_setting_text(s, "iban"),
		.bic = app_setting_text(s, "bic"),
	};
	if (out->email.len == 0) out->email = app_setting_text(s, "sender_email");
	if (out->iban.len > 0) return VD_OK;
	VD_TRY(q_bank_account_all(ctx, app->db,
	                          &(struct q_bank_account_all_in){ app->administration.id, 100 },
	                          &accounts, &n));
	for (size_t i = 0; i < n && out->iban.len == 0; i++)
		if (accounts[i].iban.len > 0 && vd_date_is_none(accounts[i].ended_on))
			out->iban = accounts[i].iban;
	return VD_OK;
}

struct vd_str
app_recipient(const struct dun_debtor *d, enum policy_action_kind channel)
{
	if (channel == POLICY_LETTER) return d->row->name;
	return d->row->reminder_email.len > 0 ? d->row->reminder_email : d->row->email;
}

static struct message_party
debtor_party(const struct q_run_debtors_row *r)
{
	return (struct message_party){
		.number = r->number,
		.name = r->name,
		.contact_name = r->reminder_name.len > 0 ? r->reminder_name : r->contact_name,
		.street = r->street,
		.postcode = r->postcode,
		.city = r->city,
		.country = r->country,
		.email = r->reminder_email.len > 0 ? r->reminder_email : r->email,
		.phone = r->phone,
	};
}

static enum message_audience
audience_of(const struct app_message_facts *f)
{
	bool informal = vd_str_eq(app_setting_text(f->settings, "consumer_form"), VD_STR("informal")) ||
	                vd_str_eq_nocase(f->debtor->row->tone, VD_STR("informal"));

	if (!f->debtor->policy.consumer) return MESSAGE_BUSINESS;
	return informal ? MESSAGE_CONSUMER_INFORMAL : MESSAGE_CONSUMER_FORMAL;
}

static enum message_history
history_of(const struct policy_debtor *d)
{
	switch (policy_history_of(d)) {
	case POLICY_FIRST_TIME:
		return MESSAGE_FIRST_TIME;
	case POLICY_FREQUENT:
		return MESSAGE_FREQUENT;
	default:
		return MESSAGE_NORMAL;
	}
}

static const struct q_run_items_row *
row_of(const struct dun_debtor *d, int64_t item)
{
	for (size_t i = 0; i < d->items_count; i++)
		if (d->rows[i].item == item) return &d->rows[i];
	return NULL;
}

/* The decisions stand in the order of the items, so the row of a decision is at the same place. */
static enum vd_status
add_items(struct vd_context *ctx, const struct app *app, const struct app_message_facts *f,
          struct message_data *m)
{
	const struct policy_bundle *b = f->bundle;
	int64_t netted = 0;

	VD_NEW(ctx, m->items, b->decisions_count + 1);
	for (size_t i = 0; i < b->decisions_count; i++) {
		const struct policy_decision *d = &f->decisions[b->decisions[i]];
		const struct q_run_items_row *r = row_of(f->debtor, d->item_id);

		VD_ASSERT(r != NULL);
		m->items[m->items_count++] = (struct message_item){
			.number = r->number,
			.description = r->description,
			.order_ref = r->order_ref,
			.line = r->line,
			.issued_on = vd_date_is_none(r->issued_on) ? r->effective_on : r->issued_on,
			.due_on = r->due_on,
			.days_late = app->today.day - r->due_on.day,
			.amount_minor = r->total,
			.open_minor = d->dunned_minor + d->netted_minor,
		};
		VD_TRY(vd_minor_add(ctx, m->overdue_minor, d->dunned_minor + d->netted_minor,
		                    &m->overdue_minor));
		VD_TRY(vd_minor_add(ctx, netted, d->netted_minor, &netted));
		VD_TRY(vd_minor_add(ctx, m->total_minor, d->dunned_minor, &m->total_minor));
	}
	m->credits_minor = netted;
	if (netted > 0)
		m->items[m->items_count++] = (struct message_item){
			.credit = true,
			.number = VD_STR(""),
			.description = m->language == VD_LANG_NL ? VD_STR("Al ontvangen of gecrediteerd")
			                                         : VD_STR("Already received or credited"),
			.line = 1,
			.issued_on = app->today,
			.due_on = app->today,
			.amount_minor = netted,
			.open_minor = netted,
		};
	return VD_OK;
}

/* One invoice: its own reference. Several: the debtor's number, which matching knows him by. */
static void
set_reference(const struct app_message_facts *f, struct message_data *m)
{
	const struct q_run_items_row *r =
	    row_of(f->debtor, f->decisions[f->bundle->decisions[0]].item_id);

	m->payment_reference = f->debtor->row->number;
	if (f->bundle->decisions_count != 1 || r == NULL) return;
	if (r->number.len > 0) m->payment_reference = r->number;
	if (r->reference.len > 0) m->payment_reference = r->reference;
}

enum vd_status
app_message_data(struct vd_context *ctx, const struct app *app, const struct app_message_facts *f,
                 struct message_data *out)
{
	const struct dun_debtor *d = f->debtor;

	*out = (struct message_data){
		.template = f->bundle->template,
		.language = d->policy.language,
		.audience = audience_of(f),
		.history = history_of(&d->policy),
		.tone = d->row->tone,
		.creditor = *f->creditor,
		.debtor = debtor_party(d->row),
		.sender_name = app_setting_text(f->settings, "sender_name"),
		.today = app->today,
		.pay_before =
		    vd_date_add_days(app->today, (int32_t)app_setting_i64(f->settings, "pay_days")),
		.bank_day = f->bank_day,
		.currency = f->bundle->currency,
	};
	VD_TRY(add_items(ctx, app, f, out));
	set_reference(f, out);
	return VD_OK;
}
