/* voldaan outbox, voldaan deliver */
#include "app/deliver.h"
#include "app/outbox.h"
#include "cli/rows.h"

#include <stdio.h>
#include <string.h>

/* ---- deliver ---- */

static void
line_json(struct vd_json *j, const struct app_deliver_line *l)
{
	vd_json_object(j);
	vd_json_key_i64(j, "message", l->message);
	vd_json_key_c(j, "outcome", l->outcome);
	vd_json_key_str(j, "channel", l->channel);
	vd_json_key_str(j, "debtor_id", l->debtor_number);
	vd_json_key_str(j, "name", l->debtor_name);
	vd_json_key_str(j, "recipient", l->recipient);
	vd_json_key_str(j, "text", l->text);
	vd_json_object_end(j);
}

static void
texts_json(struct vd_json *j, const char *key, const struct vd_str *texts, size_t count)
{
	vd_json_key(j, key);
	vd_json_array(j);
	for (size_t i = 0; i < count; i++) vd_json_str(j, texts[i]);
	vd_json_array_end(j);
}

static enum vd_status
deliver_json(struct vd_context *ctx, const struct app_deliver_result *r)
{
	char opens[VD_MOMENT_TEXT] = "";
	struct vd_json j;

	if (!vd_moment_is_none(r->window_opens)) vd_moment_format(r->window_opens, opens);
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, "sent", r->sent);
	vd_json_key_i64(&j, "void", r->voided);
	vd_json_key_i64(&j, "retry", r->retry);
	vd_json_key_i64(&j, "dead", r->dead);
	vd_json_key_i64(&j, "in_doubt", r->in_doubt);
	vd_json_key_i64(&j, "outside_window", r->outside_window);
	vd_json_key_c(&j, "window_opens", opens[0] != '\0' ? opens : NULL);
	vd_json_key_i64(&j, "no_way", r->no_way);
	vd_json_key_i64(&j, "with_others", r->others);
	texts_json(&j, "print_files", r->files, r->files_count);
	texts_json(&j, "notes", r->notes, r->notes_count);
	vd_json_key(&j, "messages");
	vd_json_array(&j);
	for (size_t i = 0; i < r->lines_count; i++) line_json(&j, &r->lines[i]);
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static void
count(const char *what, int64_t n)
{
	if (n > 0) printf(", %lld %s", (long long)n, what);
}

static enum vd_status
deliver_text(const struct app_deliver_result *r)
{
	char opens[VD_MOMENT_TEXT];

	for (size_t i = 0; i < r->lines_count; i++) {
		const struct app_deliver_line *l = &r->lines[i];

		printf("message %lld to %.*s %.*s: %s: %.*s\n", (long long)l->message,
		       VD_FMT(l->debtor_number), VD_FMT(l->debtor_name), l->outcome, VD_FMT(l->text));
	}
	printf("%lld sent", (long long)r->sent);
	count("made void, decided again", r->voided);
	count("to be tried again", r->retry);
	count("undeliverable", r->dead);
	count("in doubt", r->in_doubt);
	count("wait for the hours in which mail may leave", r->outside_window);
	count("with no way out", r->no_way);
	count("with another process", r->others);
	printf("\n");
	if (!vd_moment_is_none(r->window_opens)) {
		vd_moment_format(r->window_opens, opens);
		printf("mail may leave from %s UTC\n", opens);
	}
	for (size_t i = 0; i < r->files_count; i++) printf("to print: %.*s\n", VD_FMT(r->files[i]));
	for (size_t i = 0; i < r->notes_count; i++) printf("%.*s\n", VD_FMT(r->notes[i]));
	return VD_OK;
}

static enum vd_status
deliver(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct app_deliver_options options = { .to_folder = cli_option(args, "to-folder") };
	struct app_deliver_result r;

	if (options.to_folder != NULL && options.to_folder[0] == '\0')
		return cli_usage(ctx, args, "--to-folder needs the name of a folder");
	VD_TRY(app_deliver(ctx, app, &options, &r));
	*attention = app_deliver_attention(&r);
	return args->json ? deliver_json(ctx, &r) : deliver_text(&r);
}

static enum vd_status
run_deliver(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	VD_TRY(cli_words(ctx, args, 0, 0));
	return deliver(ctx, app, args, attention);
}

#define DELIVER_OPTION                                                     \
	{                                                                      \
		"to-folder", "FOLDER", "everything goes to this folder, mails too" \
	}

const struct cli_command cli_deliver = {
	.name = "deliver",
	.usage = "deliver [--to-folder FOLDER]",
	.summary = "Send what was released: mails by the mail server, letters to the print folder.",
	.options = { DELIVER_OPTION },
	.needs_store = true,
	.needs_administration = true,
	.run = run_deliver,
	.details =
	    "Each message is checked once more before it leaves: still open for the same amounts, not held, figures\n"
	    "fresh. What does not pass is made void and decided again. Mail leaves between send_from and send_until\n"
	    "only; a folder takes everything at any time. Also written: voldaan outbox deliver.",
};

/* ---- release, void, settle ---- */

static enum vd_status
message_id(struct vd_context *ctx, const char *word, int64_t *out)
{
	if (vd_str_to_i64(vd_str_c(word), out) && *out > 0) return VD_OK;
	return vd_fail(ctx, VD_E_USAGE, "message.id", "message",
	               "\"%s\" is not the number of a message; \"voldaan outbox list\" shows them",
	               word);
}

static enum vd_status
done(struct vd_context *ctx, const struct cli_args *args, const char *key, int64_t n,
     const char *sentence)
{
	struct vd_json j;

	if (!args->json) {
		printf("%lld %s\n", (long long)n, sentence);
		return VD_OK;
	}
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_i64(&j, key, n);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
release(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	struct app_release r = { .count = (size_t)args->words_count - 1 };
	int64_t *ids, released;

	if (cli_flag(args, "all") && r.count > 0)
		return cli_usage(ctx, args, "either --all or numbers of messages");
	VD_NEW(ctx, ids, r.count);
	for (size_t i = 0; i < r.count; i++) VD_TRY(message_id(ctx, args->words[i + 1], &ids[i]));
	r.ids = ids;
	VD_TRY(app_outbox_release(ctx, app, &r, &released));
	return done(ctx, args, "released", released, "released");
}

static struct vd_str
reason_of(const struct cli_args *args)
{
	const char *reason = cli_option(args, "reason");

	return reason != NULL ? vd_str_c(reason) : VD_STR("no reason given");
}

static enum vd_status
make_void(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	int64_t id;

	VD_TRY(cli_words(ctx, args, 2, 1000));
	for (int i = 1; i < args->words_count; i++) VD_TRY(message_id(ctx, args->words[i], &id));
	for (int i = 1; i < args->words_count; i++) {
		VD_TRY(message_id(ctx, args->words[i], &id));
		VD_TRY(app_outbox_void(ctx, app, id, reason_of(args)));
	}
	return done(ctx, args, "void", args->words_count - 1, "made void; the items are decided again");
}

static enum vd_status
settle(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	int64_t id;
	bool sent;

	VD_TRY(cli_words(ctx, args, 3, 3));
	VD_TRY(message_id(ctx, args->words[1], &id));
	sent = strcmp(args->words[2], "sent") == 0;
	if (!sent && strcmp(args->words[2], "not-sent") != 0 && strcmp(args->words[2], "not_sent") != 0)
		return cli_usage(ctx, args, "say what became of it: sent or not-sent");
	VD_TRY(app_outbox_settle(ctx, app, id, sent, reason_of(args)));
	return done(ctx, args, "settled", 1,
	            sent ? "settled as sent" : "settled as not sent; the items are decided again");
}

static enum vd_status
list(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	struct app_output output;

	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(cli_rows_output(ctx, args, &output));
	return app_outbox_list(ctx, app, cli_option(args, "state"), &output);
}

static enum vd_status
run_outbox(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	VD_TRY(cli_words(ctx, args, 1, APP_OUTBOX_IDS_MAX + 1));
	if (strcmp(args->words[0], "list") == 0) return list(ctx, app, args);
	if (strcmp(args->words[0], "deliver") == 0) {
		VD_TRY(cli_words(ctx, args, 1, 1));
		return deliver(ctx, app, args, attention);
	}
	if (strcmp(args->words[0], "release") == 0) return release(ctx, app, args);
	if (strcmp(args->words[0], "void") == 0) return make_void(ctx, app, args);
	if (strcmp(args->words[0], "settle") == 0) return settle(ctx, app, args);
	return cli_usage(ctx, args, "list, deliver, release, void or settle");
}

const struct cli_command cli_outbox = {
	.name = "outbox", .usage = "outbox list | release [MESSAGE...] | void MESSAGE... | settle MESSAGE sent|not-sent | deliver",
	.summary = "What waits to be sent: see it, release it, take it back, settle what is in doubt, send it.",
	.options = {
		{ "state", "STATE", "list: waiting, released, in_doubt, failed, sent, void, shadow or all; default what is not finished" },
		{ "all", NULL, "release: all that wait (also without numbers)" },
		{ "reason", "TEXT", "void, settle: why" },
		DELIVER_OPTION,
		CLI_ROWS_OPTIONS,
	},
	.needs_store = true, .needs_administration = true, .run = run_outbox,
	.details = "A mail is in doubt when everything was sent and the mail server's answer never came. It is never sent again\n"
	           "by itself: look in the sent mail or ask the debtor, then settle it. A message whose address is wrong can be\n"
	           "released again once the mail server takes it, or made void, so that it is decided again.",
};
