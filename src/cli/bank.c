/* voldaan bank */
#include "app/book.h"
#include "cli/book.h"

#include <stdio.h>
#include <string.h>

/* ---- for people ---- */

static void
print_proposal(const struct app_bank_proposal *p, struct vd_currency currency)
{
	char rest[VD_MONEY_TEXT];

	printf("    %lld. %.*s %.*s: %.*s", (long long)p->rank, VD_FMT(p->debtor_number),
	       VD_FMT(p->debtor_name), VD_FMT(p->items.len > 0 ? p->items : VD_STR("on account")));
	if (p->unallocated.minor > 0) {
		vd_money_format(p->unallocated, rest);
		printf(" and %s %s unallocated", rest, currency.code);
	}
	printf("\n       certainty %lld.%02lld: %.*s\n", (long long)(p->certainty_bp / 10000),
	       (long long)(p->certainty_bp % 10000 / 100), VD_FMT(p->reasons));
}

static enum vd_status
print_line(struct vd_context *ctx, void *user, const struct app_bank_line *l)
{
	const size_t *most = user;
	char day[VD_DATE_TEXT], amount[VD_MONEY_TEXT];

	(void)ctx;
	vd_date_format(l->booked_on, day);
	vd_money_format(l->amount, amount);
	printf("%.*s", VD_FMT(l->reference));
	if (l->transaction > 1) printf(" (transaction %lld)", (long long)l->transaction);
	printf("  %s  %s %s  %.*s%s%.*s  [%.*s]\n", day, amount, l->amount.currency.code,
	       VD_FMT(l->counterparty_name), l->counterparty_iban.len > 0 ? " " : "",
	       VD_FMT(l->counterparty_iban), VD_FMT(l->state));
	if (l->remittance.len > 0) printf("    \"%.*s\"\n", VD_FMT(l->remittance));
	if (l->proposals_count == 0 && l->state_reason.len > 0)
		printf("    %.*s\n", VD_FMT(l->state_reason));
	for (size_t i = 0; i < l->proposals_count && i < *most; i++)
		print_proposal(&l->proposals[i], l->amount.currency);
	if (l->proposals_count > *most)
		printf("    %zu more: voldaan bank show %.*s\n", l->proposals_count - *most,
		       VD_FMT(l->reference));
	return VD_OK;
}

/* ---- for programs ---- */

static void
json_proposal(struct vd_json *j, const struct app_bank_proposal *p)
{
	char text[VD_MONEY_TEXT];

	vd_json_object(j);
	vd_json_key_i64(j, "proposal", p->rank);
	vd_json_key_str(j, "kind", p->kind);
	vd_json_key_str(j, "debtor_id", p->debtor_number);
	vd_json_key_str(j, "name", p->debtor_name);
	vd_json_key_str(j, "items", p->items);
	vd_money_format(p->unallocated, text);
	vd_json_key_c(j, "unallocated", text);
	snprintf(text, sizeof(text), "%lld.%04lld", (long long)(p->certainty_bp / 10000),
	         (long long)(p->certainty_bp % 10000));
	vd_json_key_c(j, "certainty", text);
	vd_json_key_str(j, "reasons", p->reasons);
	vd_json_object_end(j);
}

static enum vd_status
json_line(struct vd_context *ctx, void *user, const struct app_bank_line *l)
{
	struct vd_json *j = user;
	char text[VD_MONEY_TEXT];

	(void)ctx;
	vd_json_object(j);
	vd_json_key_str(j, "entry_reference", l->reference);
	vd_json_key_i64(j, "transaction", l->transaction);
	vd_date_format(l->booked_on, text);
	vd_json_key_c(j, "booked_on", text);
	vd_money_format(l->amount, text);
	vd_json_key_c(j, "amount", text);
	vd_json_key_c(j, "currency", l->amount.currency.code);
	vd_json_key_str(j, "state", l->state);
	vd_json_key_str(j, "state_reason", l->state_reason);
	vd_json_key_str(j, "counterparty_name", l->counterparty_name);
	vd_json_key_str(j, "counterparty_iban", l->counterparty_iban);
	vd_json_key_str(j, "remittance", l->remittance);
	vd_json_key(j, "proposals");
	vd_json_array(j);
	for (size_t i = 0; i < l->proposals_count; i++) json_proposal(j, &l->proposals[i]);
	vd_json_array_end(j);
	vd_json_object_end(j);
	return VD_OK;
}

/* ---- the command ---- */

static enum vd_status
list(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	struct vd_str state = vd_str_c(cli_option(args, "state"));
	size_t most = 1;
	struct vd_json j;

	if (!args->json) return app_bank_list(ctx, app, state, print_line, &most);
	vd_json_to_file(&j, stdout);
	vd_json_array(&j);
	VD_TRY(app_bank_list(ctx, app, state, json_line, &j));
	vd_json_array_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
show(struct vd_context *ctx, struct app *app, const struct cli_args *args,
     const struct app_bank_ref *ref)
{
	size_t most = 100;
	struct vd_json j;

	if (!args->json) return app_bank_show(ctx, app, ref, print_line, &most);
	vd_json_to_file(&j, stdout);
	vd_json_array(&j);
	VD_TRY(app_bank_show(ctx, app, ref, json_line, &j));
	vd_json_array_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
run_bank(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_bank_ref ref;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 2));
	if (strcmp(args->words[0], "list") == 0 && args->words_count == 1) return list(ctx, app, args);
	if (args->words_count == 2) {
		VD_TRY(cli_bank_ref(ctx, args, args->words[1], &ref));
		if (strcmp(args->words[0], "show") == 0) return show(ctx, app, args, &ref);
		if (strcmp(args->words[0], "ignore") == 0) {
			VD_TRY(app_bank_ignore(ctx, app, &ref, vd_str_c(cli_option(args, "reason"))));
			return cli_said(ctx, args, "bank", args->words[1], "ignored");
		}
	}
	return cli_usage(ctx, args, "bank list, bank show REFERENCE or bank ignore REFERENCE");
}

const struct cli_command cli_bank = {
	.name = "bank",
	.usage = "bank list [--state new|proposed|unknown] | show REFERENCE | ignore REFERENCE [--reason R]",
	.summary = "Bank transactions that are not booked, with what matching proposes.",
	.options = {
		{ "state", "STATE", "only new (not looked at), proposed or unknown (no idea)" },
		{ "reason", "TEXT", "ignore: why" },
		CLI_BANK_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_bank,
	.details = "REFERENCE is the bank's own reference of the entry. Book with: voldaan allocate --bank REFERENCE ...",
};
