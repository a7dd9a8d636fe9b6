/* voldaan allocate, undo, write-off */
#include "cli/book.h"

#include <stdio.h>
#include <string.h>

enum vd_status
cli_bank_ref(struct vd_context *ctx, const struct cli_args *args, const char *reference,
             struct app_bank_ref *ref)
{
	const char *transaction = cli_option(args, "transaction");

	*ref = (struct app_bank_ref){ .reference = vd_str_c(reference) };
	VD_TRY(cli_day(ctx, args, "day", &ref->day));
	return transaction == NULL ? VD_OK : cli_id(ctx, args, transaction, &ref->transaction);
}

struct app_book_target
cli_target(const char *word)
{
	const char *equals = strrchr(word, '=');
	struct app_book_target t = { vd_str_c(word), VD_STR_NONE };

	if (equals == NULL) return t;
	t.number.len = (size_t)(equals - word);
	t.amount = vd_str_c(equals + 1);
	return t;
}

static void
json_booked(struct vd_json *j, const struct app_booked *b, const char *what)
{
	char text[VD_MONEY_TEXT];

	vd_json_object(j);
	vd_json_key_c(j, "result", what);
	vd_json_key_i64(j, "transaction", b->transaction);
	vd_json_key(j, "items");
	vd_json_array(j);
	for (size_t i = 0; i < b->count; i++) {
		vd_json_object(j);
		vd_json_key_str(j, "item", b->lines[i].item);
		vd_money_format(b->lines[i].amount, text);
		vd_json_key_c(j, "amount", text);
		vd_json_key_c(j, "currency", b->lines[i].amount.currency.code);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
	if (b->unallocated.currency.code[0] != '\0') vd_money_format(b->unallocated, text);
	else memcpy(text, "0.00", sizeof("0.00")); /* a write-off has no money to be left over */
	vd_json_key_c(j, "unallocated", text);
	vd_json_object_end(j);
}

enum vd_status
cli_print_booked(struct vd_context *ctx, const struct cli_args *args, const struct app_booked *b,
                 const char *what)
{
	struct vd_json j;
	char text[VD_MONEY_TEXT];

	if (args->json) {
		vd_json_to_file(&j, stdout);
		json_booked(&j, b, what);
		return vd_json_finish(ctx, &j);
	}
	printf("%s, transaction %lld\n", what, (long long)b->transaction);
	for (size_t i = 0; i < b->count; i++) {
		vd_money_format(b->lines[i].amount, text);
		printf("  %.*s  %s %s\n", VD_FMT(b->lines[i].item), text, b->lines[i].amount.currency.code);
	}
	if (b->unallocated.minor == 0) return VD_OK;
	vd_money_format(b->unallocated, text);
	printf("  unallocated  %s %s\n", text, b->unallocated.currency.code);
	return VD_OK;
}

/* ---- allocate ---- */

static enum vd_status
targets_of(struct vd_context *ctx, const struct cli_args *args,
           struct app_book_target out[APP_TARGETS_MAX], size_t *count)
{
	VD_TRY(cli_words(ctx, args, 1, APP_TARGETS_MAX));
	for (int i = 0; i < args->words_count; i++) out[i] = cli_target(args->words[i]);
	*count = (size_t)args->words_count;
	return VD_OK;
}

static enum vd_status
allocate_bank(struct vd_context *ctx, struct app *app, const struct cli_args *args,
              struct app_booked *booked)
{
	const char *proposal = cli_option(args, "proposal"), *returns = cli_option(args, "returns");
	struct vd_str request = vd_str_c(cli_option(args, "request-id"));
	struct app_bank_ref ref, returned = { .day = VD_DATE_NONE };
	struct app_book_target targets[APP_TARGETS_MAX];
	size_t count;
	int64_t rank;

	VD_TRY(cli_bank_ref(ctx, args, cli_option(args, "bank"), &ref));
	if (proposal == NULL && returns == NULL) {
		VD_TRY(targets_of(ctx, args, targets, &count));
		return app_allocate_bank(ctx, app, &ref, targets, count, request, booked);
	}
	if (args->words_count > 0 || (proposal != NULL && returns != NULL))
		return cli_usage(ctx, args,
		                 "--bank goes with items, or with --proposal, or with --returns");
	if (returns != NULL) {
		returned.reference = vd_str_c(returns);
		return app_allocate_return(ctx, app, &ref, &returned, request, booked);
	}
	VD_TRY(cli_id(ctx, args, proposal, &rank));
	return app_allocate_proposal(ctx, app, &ref, rank, request, booked);
}

static enum vd_status
run_allocate(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	const char *credit = cli_option(args, "credit");
	struct app_book_target targets[APP_TARGETS_MAX];
	struct app_booked booked;
	size_t count;

	(void)attention;
	if ((credit != NULL) == cli_flag(args, "bank"))
		return cli_usage(ctx, args, "say what is allocated: --bank REFERENCE or --credit NUMBER");
	if (credit == NULL) {
		VD_TRY(allocate_bank(ctx, app, args, &booked));
	} else {
		VD_TRY(targets_of(ctx, args, targets, &count));
		VD_TRY(app_allocate_credit(ctx, app, vd_str_c(credit), targets, count,
		                           vd_str_c(cli_option(args, "request-id")), &booked));
	}
	return cli_print_booked(ctx, args, &booked, "booked");
}

const struct cli_command cli_allocate = {
	.name = "allocate",
	.usage = "allocate --bank REFERENCE ITEM[=AMOUNT]... | --bank REFERENCE --proposal N | --credit NUMBER ITEM[=AMOUNT]...",
	.summary = "Say by hand what a bank transaction or a credit settles.",
	.options = {
		{ "bank", "REFERENCE", "the bank's reference of the entry" },
		{ "proposal", "N", "accept this proposal of matching (see: voldaan bank show REFERENCE)" },
		{ "returns", "REFERENCE", "this money out is that payment, returned" },
		{ "credit", "NUMBER", "a credit note, or a debtor: his unallocated money and credit notes" },
		{ "request-id", "ID", "your own id of this request: the same one is not done twice" },
		CLI_BANK_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_allocate,
	.details = "ITEM is an invoice, NUMBER/2 for one due line, a credit note (then it counts as extra money), or a\n"
	           "debtor: to him on account. Items are settled in the order given; without an amount each takes what is\n"
	           "open or left. What is left of the money stays unallocated with the first one's debtor.",
};

/* ---- undo ---- */

static enum vd_status
run_undo(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	const char *bank = cli_option(args, "bank"), *allocation = cli_option(args, "allocation");
	struct vd_str request = vd_str_c(cli_option(args, "request-id"));
	struct app_booked booked;
	struct app_bank_ref ref;
	int64_t id;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	if ((bank != NULL) == (allocation != NULL))
		return cli_usage(ctx, args, "say what is taken back: --bank REFERENCE or --allocation ID");
	if (bank != NULL) {
		VD_TRY(cli_bank_ref(ctx, args, bank, &ref));
		VD_TRY(app_undo_bank(ctx, app, &ref, request, &booked));
	} else {
		VD_TRY(cli_id(ctx, args, allocation, &id));
		VD_TRY(app_undo_allocation(ctx, app, id, request, &booked));
	}
	return cli_print_booked(ctx, args, &booked, "taken back");
}

const struct cli_command cli_undo = {
	.name = "undo",
	.usage = "undo --bank REFERENCE | --allocation ID",
	.summary = "Take back a booking that was a mistake.",
	.options = {
		{ "bank", "REFERENCE", "the whole booking of this bank transaction; it can be booked again by hand" },
		{ "allocation", "ID", "one allocation (its id: voldaan item NUMBER), or a write-off" },
		{ "request-id", "ID", "your own id of this request: the same one is not done twice" },
		CLI_BANK_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_undo,
	.details = "Nothing is deleted: reversals of the same day are booked, so that past figures show it as never having\n"
	           "been, while \"--known-at\" still shows what was known then. Matching leaves the transaction to you.",
};

/* ---- write-off ---- */

static enum vd_status
run_write_off(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_write_off in = { .debtor = vd_str_c(cli_option(args, "debtor")),
		                        .amount = vd_str_c(cli_option(args, "amount")),
		                        .reason = vd_str_c(cli_option(args, "reason")),
		                        .request_id = vd_str_c(cli_option(args, "request-id")) };
	struct app_booked booked;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 1));
	if ((args->words_count == 1) == cli_flag(args, "debtor"))
		return cli_usage(ctx, args, "say what is written off: an invoice or --debtor NUMBER");
	if (args->words_count == 1) in.item = vd_str_c(args->words[0]);
	VD_TRY(app_write_off(ctx, app, &in, &booked));
	return cli_print_booked(ctx, args, &booked, "written off");
}

const struct cli_command cli_write_off = {
	.name = "write-off",
	.usage = "write-off INVOICE --reason R [--amount A] | --debtor NUMBER --reason R [--amount A]",
	.summary = "Give up what is open of an invoice, a credit note, or all that a debtor owes.",
	.options = {
		{ "debtor", "NUMBER", "all he owes, oldest first" },
		{ "amount", "AMOUNT", "only this much; default all that is open" },
		{ "reason", "TEXT", "why; must be given" },
		{ "request-id", "ID", "your own id of this request: the same one is not done twice" },
	},
	.needs_store = true, .needs_administration = true, .run = run_write_off,
	.details = "Taken back with: voldaan undo --allocation ID.",
};
