/* voldaan debtor */
#include "app/show.h"
#include "cli/show.h"

#include <stdio.h>

/* ---- for people ---- */

static void
print_master_data(const struct app_show_debtor *d)
{
	printf("%.*s %.*s (%.*s)\n", VD_FMT(d->number), VD_FMT(d->name), VD_FMT(d->kind));
	cli_print_field("street", d->street);
	if (d->postcode.len + d->city.len > 0)
		printf("  %-14s %.*s %.*s\n", "city", VD_FMT(d->postcode), VD_FMT(d->city));
	cli_print_field("country", d->country);
	cli_print_field("contact", d->contact_name);
	cli_print_field("phone", d->phone);
	cli_print_field("e-mail", d->email);
	cli_print_field("for reminders", d->reminder_email);
	cli_print_field("language", d->language);
	cli_print_field("segment", d->segment);
	cli_print_field("profile", d->profile);
	cli_print_field("risk", d->risk);
	cli_print_field("owner", d->owner);
	cli_print_field("KvK", d->kvk);
	cli_print_field("VAT number", d->vat_number);
	if (d->terms_days != INT64_MIN)
		printf("  %-14s %lld days\n", "terms", (long long)d->terms_days);
	for (size_t i = 0; i < d->accounts_count; i++)
		printf("  %-14s %.*s (%.*s)\n", "pays from", VD_FMT(d->accounts[i].iban),
		       VD_FMT(d->accounts[i].source));
}

static void
print_money(const struct app_show_debtor *d)
{
	char a[VD_MONEY_TEXT + 4], b[VD_MONEY_TEXT + 4], c[VD_MONEY_TEXT + 4], day[VD_DATE_TEXT];

	for (size_t i = 0; i < d->balances_count; i++)
		printf("\nowes %s, unallocated %s, balance %s%s%s\n",
		       cli_money_text(d->balances[i].owed, a),
		       cli_money_text(d->balances[i].unallocated, b),
		       cli_money_text(d->balances[i].balance, c),
		       vd_date_is_none(d->balances[i].oldest_due_on) ? "" : ", oldest due ",
		       cli_day_text(d->balances[i].oldest_due_on, day));
	for (size_t i = 0; i < d->open_count; i++) {
		const struct app_show_open *o = &d->open[i];

		printf("  %.*s  %.*s  due %s  open %s%s of %s%s%.*s\n",
		       VD_FMT(o->label.len > 0 ? o->label : o->bank), VD_FMT(o->kind),
		       cli_day_text(o->due_on, day), o->credit ? "-" : "", cli_money_text(o->open, a),
		       cli_money_text(o->total, b), o->last_step.len > 0 ? ", last step " : "",
		       VD_FMT(o->last_step));
	}
}

static void
print_rest(const struct app_show_debtor *d)
{
	char amount[VD_MONEY_TEXT + 4], day[VD_DATE_TEXT];

	for (size_t i = 0; i < d->holds_count; i++)
		printf("\nhold %lld on %.*s%s%.*s: %.*s (%.*s)%s%s\n", (long long)d->holds[i].id,
		       VD_FMT(d->holds[i].scope), d->holds[i].item.len > 0 ? " " : "",
		       VD_FMT(d->holds[i].item), VD_FMT(d->holds[i].reason), VD_FMT(d->holds[i].owner),
		       vd_date_is_none(d->holds[i].until_on) ? "" : " until ",
		       cli_day_text(d->holds[i].until_on, day));
	for (size_t i = 0; i < d->tasks_count; i++)
		printf("\ntask %lld: %.*s due %s, %s (%.*s) %.*s\n", (long long)d->tasks[i].id,
		       VD_FMT(d->tasks[i].kind), cli_day_text(d->tasks[i].due_on, day),
		       cli_money_text(d->tasks[i].asked, amount), VD_FMT(d->tasks[i].owner),
		       VD_FMT(d->tasks[i].reason));
	if (d->messages_count > 0) printf("\nlast messages\n");
	for (size_t i = 0; i < d->messages_count; i++)
		printf("  %s  %.*s %.*s to %.*s: %s, %.*s\n", cli_day_text(d->messages[i].day, day),
		       VD_FMT(d->messages[i].channel), VD_FMT(d->messages[i].template),
		       VD_FMT(d->messages[i].recipient), cli_money_text(d->messages[i].asked, amount),
		       VD_FMT(d->messages[i].state));
}

/* ---- for programs ---- */

static void
json_master_data(struct vd_json *j, const struct app_show_debtor *d)
{
	const struct {
		const char *key;
		struct vd_str value;
	} texts[] = {
		{ "debtor_id", d->number },
		{ "name", d->name },
		{ "kind", d->kind },
		{ "street", d->street },
		{ "postcode", d->postcode },
		{ "city", d->city },
		{ "country", d->country },
		{ "language", d->language },
		{ "segment", d->segment },
		{ "profile", d->profile },
		{ "risk", d->risk },
		{ "tone", d->tone },
		{ "owner", d->owner },
		{ "kvk", d->kvk },
		{ "vat_number", d->vat_number },
		{ "iban", d->iban },
		{ "contact_name", d->contact_name },
		{ "email", d->email },
		{ "phone", d->phone },
		{ "reminder_email", d->reminder_email },
	};

	for (size_t i = 0; i < VD_LENGTH(texts); i++) vd_json_key_str(j, texts[i].key, texts[i].value);
	vd_json_key(j, "terms_days");
	if (d->terms_days == INT64_MIN) vd_json_null(j);
	else vd_json_i64(j, d->terms_days);
	vd_json_key(j, "accounts");
	vd_json_array(j);
	for (size_t i = 0; i < d->accounts_count; i++) {
		vd_json_object(j);
		vd_json_key_str(j, "iban", d->accounts[i].iban);
		vd_json_key_str(j, "source", d->accounts[i].source);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static void
json_balances(struct vd_json *j, const struct app_show_debtor *d)
{
	vd_json_key(j, "balances");
	vd_json_array(j);
	for (size_t i = 0; i < d->balances_count; i++) {
		vd_json_object(j);
		vd_json_key_c(j, "currency", d->balances[i].owed.currency.code);
		cli_json_money(j, "owed", d->balances[i].owed);
		cli_json_money(j, "unallocated", d->balances[i].unallocated);
		cli_json_money(j, "balance", d->balances[i].balance);
		cli_json_day(j, "oldest_due_on", d->balances[i].oldest_due_on);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static void
json_open(struct vd_json *j, const struct app_show_debtor *d)
{
	vd_json_key(j, "open_items");
	vd_json_array(j);
	for (size_t i = 0; i < d->open_count; i++) {
		const struct app_show_open *o = &d->open[i];

		vd_json_object(j);
		vd_json_key_str(j, "item", o->label);
		vd_json_key_str(j, "kind", o->kind);
		vd_json_key_c(j, "side", o->credit ? "credit" : "debit");
		vd_json_key_str(j, "entry_reference", o->bank);
		cli_json_day(j, "issued_on", o->issued_on);
		cli_json_day(j, "due_on", o->due_on);
		vd_json_key_c(j, "currency", o->open.currency.code);
		cli_json_money(j, "amount", o->total);
		cli_json_money(j, "open", o->open);
		vd_json_key_str(j, "last_step", o->last_step);
		cli_json_day(j, "next_action_on", o->next_action_on);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static void
json_holds(struct vd_json *j, const struct app_show_debtor *d)
{
	vd_json_key(j, "holds");
	vd_json_array(j);
	for (size_t i = 0; i < d->holds_count; i++) {
		vd_json_object(j);
		cli_json_id(j, "id", d->holds[i].id);
		vd_json_key_str(j, "scope", d->holds[i].scope);
		vd_json_key_str(j, "item", d->holds[i].item);
		if (d->holds[i].held.minor > 0) cli_json_money(j, "amount", d->holds[i].held);
		vd_json_key_str(j, "reason", d->holds[i].reason);
		vd_json_key_str(j, "owner", d->holds[i].owner);
		cli_json_day(j, "from_on", d->holds[i].from_on);
		cli_json_day(j, "until_on", d->holds[i].until_on);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static void
json_work(struct vd_json *j, const struct app_show_debtor *d)
{
	vd_json_key(j, "tasks");
	vd_json_array(j);
	for (size_t i = 0; i < d->tasks_count; i++) {
		vd_json_object(j);
		cli_json_id(j, "id", d->tasks[i].id);
		vd_json_key_str(j, "kind", d->tasks[i].kind);
		cli_json_day(j, "due_on", d->tasks[i].due_on);
		vd_json_key_str(j, "owner", d->tasks[i].owner);
		cli_json_money(j, "asked", d->tasks[i].asked);
		vd_json_key_str(j, "reason", d->tasks[i].reason);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
	vd_json_key(j, "messages");
	vd_json_array(j);
	for (size_t i = 0; i < d->messages_count; i++) {
		vd_json_object(j);
		cli_json_id(j, "id", d->messages[i].id);
		cli_json_day(j, "day", d->messages[i].day);
		vd_json_key_str(j, "channel", d->messages[i].channel);
		vd_json_key_str(j, "template", d->messages[i].template);
		vd_json_key_str(j, "recipient", d->messages[i].recipient);
		cli_json_money(j, "asked", d->messages[i].asked);
		vd_json_key_str(j, "state", d->messages[i].state);
		cli_json_moment(j, "sent_at", d->messages[i].sent_at);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static enum vd_status
run_debtor(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_show_debtor d;
	struct vd_json j;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(app_show_debtor(ctx, app, vd_str_c(args->words[0]), &d));
	if (!args->json) {
		print_master_data(&d);
		print_money(&d);
		print_rest(&d);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	json_master_data(&j, &d);
	json_balances(&j, &d);
	json_open(&j, &d);
	json_holds(&j, &d);
	json_work(&j, &d);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

const struct cli_command cli_debtor = {
	.name = "debtor",
	.usage = "debtor NUMBER",
	.summary = "One debtor, whole: who he is, what he owes, holds, tasks, last messages.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_debtor,
};
