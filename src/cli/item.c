/* voldaan item */
#include "app/show.h"
#include "cli/show.h"

#include <stdio.h>

/* ---- for people ---- */

static void
print_allocations(const struct app_show_line *l)
{
	char day[VD_DATE_TEXT], amount[VD_MONEY_TEXT + 4];

	for (size_t i = 0; i < l->allocations_count; i++) {
		const struct app_show_allocation *a = &l->allocations[i];

		printf("    %s  %s  %.*s%s%.*s  (%.*s %lld.%02lld, allocation %lld)\n",
		       cli_day_text(a->effective_on, day), cli_money_text(a->amount, amount),
		       VD_FMT(a->other), a->bank.len > 0 ? " " : "", VD_FMT(a->bank), VD_FMT(a->source),
		       (long long)(a->certainty_bp / 10000), (long long)(a->certainty_bp % 10000 / 100),
		       (long long)a->id);
		if (a->reasons.len > 0) printf("      %.*s\n", VD_FMT(a->reasons));
	}
}

static void
print_dunning(const struct app_show_line *l)
{
	char day[VD_DATE_TEXT];

	for (size_t i = 0; i < l->steps_count; i++)
		printf("    %s  step %.*s: %.*s by %.*s%s%.*s\n", cli_day_text(l->steps[i].done_on, day),
		       VD_FMT(l->steps[i].code), VD_FMT(l->steps[i].outcome), VD_FMT(l->steps[i].actor),
		       l->steps[i].reason.len > 0 ? ", " : "", VD_FMT(l->steps[i].reason));
	if (!l->dunned || l->open.minor == 0) return;
	if (!vd_date_is_none(l->next_action_on))
		printf("    looked at again on %s\n", cli_day_text(l->next_action_on, day));
	else
		printf("    nothing planned (%.*s)\n",
		       VD_FMT(vd_str_eq(l->waiting, VD_STR("free")) ? VD_STR("held or done") : l->waiting));
}

static void
print_line(const struct app_show_line *l)
{
	char due[VD_DATE_TEXT], settled[VD_DATE_TEXT], total[VD_MONEY_TEXT + 4],
	    open[VD_MONEY_TEXT + 4];

	printf("\n%.*s  %.*s  due %s  %s, open %s%s%s\n", VD_FMT(l->label), VD_FMT(l->kind),
	       cli_day_text(l->due_on, due), cli_money_text(l->total, total),
	       cli_money_text(l->open, open), vd_date_is_none(l->settled_on) ? "" : ", settled on ",
	       cli_day_text(l->settled_on, settled));
	print_allocations(l);
	print_dunning(l);
}

static void
print_item(const struct app_show_item *i)
{
	char net[VD_MONEY_TEXT + 4], vat[VD_MONEY_TEXT + 4];

	printf("%.*s (%.*s) of %.*s %.*s\n", VD_FMT(i->number), VD_FMT(i->kind),
	       VD_FMT(i->debtor_number), VD_FMT(i->debtor_name));
	cli_print_day("issued", i->issued_on);
	cli_print_day("sent", i->sent_on);
	cli_print_day("delivered", i->delivered_on);
	if (i->net.minor != INT64_MIN && i->vat.minor != INT64_MIN)
		printf("  %-14s %s + %s\n", "net + VAT", cli_money_text(i->net, net),
		       cli_money_text(i->vat, vat));
	cli_print_field("description", i->description);
	cli_print_field("reference", i->reference);
	cli_print_field("order", i->order_ref);
	cli_print_field("about", i->preceding);
	cli_print_field("source", i->source);
	for (size_t k = 0; k < i->documents_count; k++)
		cli_print_field("document", i->documents[k].name);
	for (size_t k = 0; k < i->lines_count; k++) print_line(&i->lines[k]);
}

/* ---- for programs ---- */

static void
json_allocation(struct vd_json *j, const struct app_show_allocation *a)
{
	char certainty[24];

	snprintf(certainty, sizeof(certainty), "%lld.%04lld", (long long)(a->certainty_bp / 10000),
	         (long long)(a->certainty_bp % 10000));
	vd_json_object(j);
	cli_json_id(j, "id", a->id);
	vd_json_key_i64(j, "transaction", a->transaction);
	cli_json_moment(j, "recorded_at", a->recorded_at);
	vd_json_key_str(j, "actor", a->actor);
	cli_json_day(j, "effective_on", a->effective_on);
	cli_json_money(j, "amount", a->amount);
	vd_json_key_c(j, "currency", a->amount.currency.code);
	vd_json_key_str(j, "with", a->other);
	vd_json_key_str(j, "entry_reference", a->bank);
	vd_json_key_str(j, "source", a->source);
	vd_json_key_c(j, "certainty", certainty);
	vd_json_key_str(j, "reasons", a->reasons);
	vd_json_object_end(j);
}

static void
json_step(struct vd_json *j, const struct app_show_step *s)
{
	vd_json_object(j);
	vd_json_key_i64(j, "cycle", s->cycle);
	vd_json_key_str(j, "step", s->code);
	vd_json_key_str(j, "outcome", s->outcome);
	cli_json_day(j, "done_on", s->done_on);
	vd_json_key_str(j, "actor", s->actor);
	vd_json_key_str(j, "reason", s->reason);
	vd_json_object_end(j);
}

static void
json_line(struct vd_json *j, const struct app_show_line *l)
{
	vd_json_object(j);
	vd_json_key_str(j, "item", l->label);
	vd_json_key_str(j, "kind", l->kind);
	vd_json_key_c(j, "side", l->credit ? "credit" : "debit");
	cli_json_money(j, "amount", l->total);
	cli_json_money(j, "open", l->open);
	vd_json_key_c(j, "currency", l->total.currency.code);
	cli_json_day(j, "effective_on", l->effective_on);
	cli_json_day(j, "due_on", l->due_on);
	cli_json_day(j, "settled_on", l->settled_on);
	vd_json_key_str(j, "last_step", l->last_step);
	cli_json_day(j, "last_done_on", l->dunned ? l->last_done_on : VD_DATE_NONE);
	cli_json_day(j, "next_action_on", l->dunned ? l->next_action_on : VD_DATE_NONE);
	vd_json_key_str(j, "waiting", l->waiting);
	vd_json_key(j, "allocations");
	vd_json_array(j);
	for (size_t i = 0; i < l->allocations_count; i++) json_allocation(j, &l->allocations[i]);
	vd_json_array_end(j);
	vd_json_key(j, "steps");
	vd_json_array(j);
	for (size_t i = 0; i < l->steps_count; i++) json_step(j, &l->steps[i]);
	vd_json_array_end(j);
	vd_json_object_end(j);
}

static void
json_documents(struct vd_json *j, const struct app_show_item *i)
{
	vd_json_key(j, "documents");
	vd_json_array(j);
	for (size_t k = 0; k < i->documents_count; k++) {
		vd_json_object(j);
		vd_json_key_str(j, "kind", i->documents[k].kind);
		vd_json_key_str(j, "name", i->documents[k].name);
		vd_json_key_str(j, "media_type", i->documents[k].media_type);
		cli_json_moment(j, "added_at", i->documents[k].added_at);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
}

static enum vd_status
json_item(struct vd_context *ctx, const struct app_show_item *i)
{
	struct vd_json j;

	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_str(&j, "number", i->number);
	vd_json_key_str(&j, "kind", i->kind);
	vd_json_key_str(&j, "debtor_id", i->debtor_number);
	vd_json_key_str(&j, "name", i->debtor_name);
	vd_json_key_str(&j, "currency", i->currency);
	cli_json_day(&j, "issued_on", i->issued_on);
	cli_json_day(&j, "sent_on", i->sent_on);
	cli_json_day(&j, "delivered_on", i->delivered_on);
	cli_json_money(&j, "net", i->net);
	cli_json_money(&j, "vat", i->vat);
	vd_json_key_str(&j, "description", i->description);
	vd_json_key_str(&j, "reference", i->reference);
	vd_json_key_str(&j, "order_ref", i->order_ref);
	vd_json_key_str(&j, "preceding", i->preceding);
	vd_json_key_str(&j, "source", i->source);
	vd_json_key(&j, "lines");
	vd_json_array(&j);
	for (size_t k = 0; k < i->lines_count; k++) json_line(&j, &i->lines[k]);
	vd_json_array_end(&j);
	json_documents(&j, i);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
run_item(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_show_item item;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(app_show_item(ctx, app, vd_str_c(args->words[0]), &item));
	if (args->json) return json_item(ctx, &item);
	print_item(&item);
	return VD_OK;
}

const struct cli_command cli_item = {
	.name = "item",
	.usage = "item NUMBER",
	.summary = "One invoice or credit note, whole: due lines, what paid it, documents, steps.",
	.needs_store = true,
	.needs_administration = true,
	.run = run_item,
};
