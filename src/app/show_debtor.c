/* A debtor with all that is open, held and sent. */
#include "app/show.h"

#include "app/find.h"
#include "ledger/ledger.h"
#include "q_dossier.h"

struct debtor_work {
	struct vd_str number;
	struct app_show_debtor *out;
	int64_t id;
};

static enum vd_status
label_of(struct vd_context *ctx, struct vd_str number, int64_t line, struct vd_str *out)
{
	*out = number;
	if (vd_str_is_none(number) || line == VD_I64_NONE || line <= 1) return VD_OK;
	return vd_str_printf(ctx, out, "%.*s/%lld", VD_FMT(number), (long long)line);
}

static enum vd_status
add_accounts(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_payer_account_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_payer_account_of_debtor(ctx, app->db,
	                                 &(struct q_payer_account_of_debtor_in){ app->administration.id,
	                                                                         w->id, APP_SHOW_MAX },
	                                 &rows, &n));
	VD_NEW(ctx, w->out->accounts, n);
	for (size_t i = 0; i < n; i++) {
		w->out->accounts[i].iban = rows[i].iban;
		w->out->accounts[i].source = rows[i].source;
	}
	w->out->accounts_count = n;
	return VD_OK;
}

static enum vd_status
add_balances(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_balance_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_balance_of_debtor(ctx, app->db,
	                           &(struct q_balance_of_debtor_in){ app->administration.id, w->id,
	                                                             APP_SHOW_MAX },
	                           &rows, &n));
	VD_NEW(ctx, w->out->balances, n);
	for (size_t i = 0; i < n; i++) {
		struct vd_currency currency = ledger_currency_of(rows[i].currency);

		w->out->balances[i].owed = (struct vd_money){ rows[i].debit, currency };
		w->out->balances[i].unallocated = (struct vd_money){ -rows[i].credit, currency };
		w->out->balances[i].balance = (struct vd_money){ 0, currency };
		VD_TRY(
		    vd_minor_add(ctx, rows[i].debit, -rows[i].credit, &w->out->balances[i].balance.minor));
		w->out->balances[i].oldest_due_on = rows[i].oldest_due_on;
	}
	w->out->balances_count = n;
	return VD_OK;
}

static enum vd_status
add_open(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_item_open_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_item_open_of_debtor(ctx, app->db,
	                             &(struct q_item_open_of_debtor_in){ app->administration.id, w->id,
	                                                                 APP_SHOW_MAX },
	                             &rows, &n));
	VD_NEW(ctx, w->out->open, n);
	for (size_t i = 0; i < n; i++) {
		struct vd_currency currency = ledger_currency_of(rows[i].currency);

		w->out->open[i] = (struct app_show_open){
			.kind = rows[i].kind,
			.last_step = rows[i].last_code,
			.bank = rows[i].bank_reference,
			.credit = ledger_side_of(rows[i].side) == LEDGER_CREDIT,
			.total = { rows[i].total, currency },
			.open = { rows[i].open, currency },
			.issued_on = rows[i].issued_on,
			.due_on = rows[i].due_on,
			.next_action_on = rows[i].next_action_on,
		};
		VD_TRY(label_of(ctx, rows[i].number, rows[i].line, &w->out->open[i].label));
	}
	w->out->open_count = n;
	return VD_OK;
}

static enum vd_status
add_holds(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_hold_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_hold_of_debtor(ctx, app->db,
	                        &(struct q_hold_of_debtor_in){ app->administration.id, w->id,
	                                                       APP_SHOW_MAX },
	                        &rows, &n));
	VD_NEW(ctx, w->out->holds, n);
	for (size_t i = 0; i < n; i++) {
		w->out->holds[i].id = rows[i].id;
		w->out->holds[i].scope = rows[i].scope;
		w->out->holds[i].reason = rows[i].reason;
		w->out->holds[i].owner = rows[i].owner;
		w->out->holds[i].from_on = rows[i].from_on;
		w->out->holds[i].until_on = rows[i].until_on;
		w->out->holds[i].held =
		    (struct vd_money){ rows[i].held, ledger_currency_of(rows[i].currency) };
		VD_TRY(label_of(ctx, rows[i].invoice_number, rows[i].line, &w->out->holds[i].item));
	}
	w->out->holds_count = n;
	return VD_OK;
}

static enum vd_status
add_tasks(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_task_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_task_of_debtor(ctx, app->db,
	                        &(struct q_task_of_debtor_in){ app->administration.id, w->id,
	                                                       APP_SHOW_MAX },
	                        &rows, &n));
	VD_NEW(ctx, w->out->tasks, n);
	for (size_t i = 0; i < n; i++) {
		w->out->tasks[i].id = rows[i].id;
		w->out->tasks[i].kind = rows[i].kind;
		w->out->tasks[i].owner = rows[i].owner;
		w->out->tasks[i].reason = rows[i].reason;
		w->out->tasks[i].due_on = rows[i].due_on;
		w->out->tasks[i].asked =
		    (struct vd_money){ rows[i].asked, ledger_currency_of(rows[i].currency) };
	}
	w->out->tasks_count = n;
	return VD_OK;
}

static enum vd_status
add_messages(struct vd_context *ctx, struct app *app, struct debtor_work *w)
{
	struct q_message_of_debtor_row *rows;
	size_t n;

	VD_TRY(q_message_of_debtor(ctx, app->db,
	                           &(struct q_message_of_debtor_in){ app->administration.id, w->id,
	                                                             APP_SHOW_MESSAGES },
	                           &rows, &n));
	VD_NEW(ctx, w->out->messages, n);
	for (size_t i = 0; i < n; i++) {
		w->out->messages[i].id = rows[i].id;
		w->out->messages[i].channel = rows[i].channel;
		w->out->messages[i].template = rows[i].template;
		w->out->messages[i].recipient = rows[i].recipient;
		w->out->messages[i].state = rows[i].state;
		w->out->messages[i].day = rows[i].day;
		w->out->messages[i].sent_at = rows[i].sent_at;
		w->out->messages[i].asked =
		    (struct vd_money){ rows[i].asked, ledger_currency_of(rows[i].currency) };
	}
	w->out->messages_count = n;
	return VD_OK;
}

static void
set_master_data(struct app_show_debtor *out, const struct q_debtor_by_number_row *d)
{
	*out = (struct app_show_debtor){
		.number = d->number,
		.name = d->name,
		.kind = d->kind,
		.street = d->street,
		.postcode = d->postcode,
		.city = d->city,
		.country = d->country,
		.language = d->language,
		.segment = d->segment,
		.profile = d->profile,
		.risk = d->risk,
		.tone = d->tone,
		.owner = d->owner,
		.kvk = d->kvk,
		.vat_number = d->vat_number,
		.iban = d->iban,
		.email = d->email,
		.phone = d->phone,
		.contact_name = d->contact_name,
		.reminder_email = d->reminder_email,
		.terms_days = d->terms_days,
		.credit_limit_minor = d->credit_limit,
	};
}

static enum vd_status
debtor_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct debtor_work *w = arg;
	struct q_debtor_by_number_row debtor;

	VD_TRY(app_find_debtor(ctx, app, w->number, &debtor));
	w->id = debtor.id;
	set_master_data(w->out, &debtor);
	VD_TRY(add_accounts(ctx, app, w));
	VD_TRY(add_balances(ctx, app, w));
	VD_TRY(add_open(ctx, app, w));
	VD_TRY(add_holds(ctx, app, w));
	VD_TRY(add_tasks(ctx, app, w));
	return add_messages(ctx, app, w);
}

enum vd_status
app_show_debtor(struct vd_context *ctx, struct app *app, struct vd_str number,
                struct app_show_debtor *out)
{
	return app_read(ctx, app, debtor_in_tx, &(struct debtor_work){ number, out, 0 });
}
