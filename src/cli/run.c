/* voldaan run, voldaan why */
#include "cli/cli.h"

#include "app/outbox.h"
#include "cli/run.h"

#include <stdio.h>

/* ---- run ---- */

static void
key_money(struct vd_json *j, const char *key, struct vd_money m)
{
	char text[VD_MONEY_TEXT] = "0.00";

	if (m.currency.code[0] != '\0') vd_money_format(m, text);
	vd_json_key_c(j, key, text);
}

static void
line_json(struct vd_json *j, const struct app_run_line *l)
{
	vd_json_object(j);
	vd_json_key_c(j, "kind", l->task ? "task" : "message");
	vd_json_key_str(j, "what", l->what);
	vd_json_key_str(j, "step", l->step);
	vd_json_key_str(j, "debtor_id", l->debtor_number);
	vd_json_key_str(j, "name", l->debtor_name);
	if (!l->task) vd_json_key_str(j, "recipient", l->recipient);
	if (!l->task) vd_json_key_str(j, "template", l->template_name);
	vd_json_key_str(j, "items", l->items);
	key_money(j, "asked", l->asked);
	key_money(j, "set_off", l->netted);
	key_money(j, "held", l->held);
	vd_json_key_str(j, "currency", vd_currency_str(&l->asked.currency));
	vd_json_key_bool(j, "needs_release", l->needs_release);
	vd_json_key_str(j, "why", l->why);
	if (l->id != 0) vd_json_key_i64(j, "id", l->id);
	vd_json_object_end(j);
}

static enum vd_status
run_json(struct vd_context *ctx, const struct app_run_result *r, bool preview, int64_t released)
{
	char day[VD_DATE_TEXT];
	struct vd_json j;

	vd_date_format(r->day, day);
	vd_json_to_file(&j, stdout);
	vd_json_object(&j);
	vd_json_key_c(&j, "day", day);
	vd_json_key_bool(&j, "preview", preview);
	vd_json_key_c(&j, "mode", r->mode);
	vd_json_key_bool(&j, "gate_open", r->gate_open);
	vd_json_key_str(&j, "gate", r->gate);
	vd_json_key_bool(&j, "held", r->held);
	if (r->note.len > 0) vd_json_key_str(&j, "note", r->note);
	vd_json_key_i64(&j, "debtors", r->debtors);
	vd_json_key_i64(&j, "items", r->items);
	vd_json_key_i64(&j, "messages", r->messages);
	vd_json_key_i64(&j, "tasks", r->tasks);
	vd_json_key_i64(&j, "lapsed", r->lapsed);
	vd_json_key_i64(&j, "left_for_later", r->left_for_later);
	vd_json_key_i64(&j, "released", released);
	vd_json_key(&j, "lines");
	vd_json_array(&j);
	for (size_t i = 0; i < r->lines_count; i++) line_json(&j, &r->lines[i]);
	vd_json_array_end(&j);
	vd_json_object_end(&j);
	return vd_json_finish(ctx, &j);
}

static enum vd_status
run_table(struct vd_context *ctx, const struct app_run_result *r)
{
	static const char *const heads[] = { "what", "step",  "debtor", "name",
		                                 "to",   "items", "asked",  "release" };
	static const bool right[8] = { [6] = true };
	struct cli_table t = { .ctx = ctx, .heads = heads, .right = right, .columns = 8 };
	char money[VD_MONEY_TEXT];

	for (size_t i = 0; i < r->lines_count; i++) {
		const struct app_run_line *l = &r->lines[i];
		const struct vd_str cells[] = {
			l->what,        l->step,      l->debtor_number,
			l->debtor_name, l->recipient, l->items.len <= 40 ? l->items : VD_STR(""),
		};

		for (size_t c = 0; c < VD_LENGTH(cells); c++) {
			struct vd_str cell = cells[c];

			if (c == 5 && cell.len == 0)
				VD_TRY(vd_str_printf(ctx, &cell, "%zu items", l->items_count));
			VD_TRY(cli_table_cell(&t, cell));
		}
		vd_money_format(l->asked, money);
		VD_TRY(cli_table_cell(&t, vd_str_c(money)));
		VD_TRY(cli_table_cell(&t, l->task            ? VD_STR("")
		                          : l->needs_release ? VD_STR("a person")
		                                             : VD_STR("")));
	}
	return r->lines_count > 0 ? cli_table_print(&t) : VD_OK;
}

enum vd_status
cli_run_text(struct vd_context *ctx, const struct app_run_result *r, bool preview, int64_t released)
{
	char day[VD_DATE_TEXT];

	vd_date_format(r->day, day);
	if (r->held) {
		printf("run of %s held, nothing was made: %.*s\n", day, VD_FMT(r->note));
		return VD_OK;
	}
	VD_TRY(run_table(ctx, r));
	printf("%s of %s (%s): %lld debtors looked at, %lld messages, %lld tasks",
	       preview ? "preview" : "run", day, r->mode, (long long)r->debtors, (long long)r->messages,
	       (long long)r->tasks);
	if (r->lapsed > 0) printf(", %lld steps lapsed", (long long)r->lapsed);
	if (r->left_for_later > 0)
		printf(", %lld debtors of the backlog left for a next day", (long long)r->left_for_later);
	if (released > 0) printf(", %lld released", (long long)released);
	printf("\n%.*s\n", VD_FMT(r->gate));
	return VD_OK;
}

static enum vd_status
run_run(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	bool preview = cli_flag(args, "preview");
	struct app_run_result r;
	int64_t released = 0;

	VD_TRY(cli_words(ctx, args, 0, 0));
	if (preview && cli_flag(args, "release"))
		return cli_usage(ctx, args, "a preview releases nothing");
	VD_TRY(app_run(ctx, app, preview, &r));
	if (cli_flag(args, "release") && r.messages > 0 && !r.held)
		VD_TRY(app_outbox_release(ctx, app, &(struct app_release){ .run = r.run }, &released));
	*attention = r.held || !r.gate_open;
	if (args->json) return run_json(ctx, &r, preview, released);
	return cli_run_text(ctx, &r, preview, released);
}

const struct cli_command cli_run = {
	.name = "run", .usage = "run [--preview] [--release]",
	.summary = "The day's run: decide which reminders, letters and tasks are due, and why.",
	.options = {
		{ "preview", NULL, "change nothing, show what would go to whom" },
		{ "release", NULL, "release the messages at once" },
	},
	.needs_store = true, .needs_administration = true, .run = run_run,
	.details = "In mode approve (the default) messages wait until a person releases them: voldaan outbox release.",
};

/* ---- why ---- */

static enum vd_status
why_json(struct vd_context *ctx, const struct app_why *w, size_t n)
{
	struct vd_json j;
	char day[VD_DATE_TEXT], moment[VD_MOMENT_TEXT];

	vd_json_to_file(&j, stdout);
	vd_json_array(&j);
	for (size_t i = 0; i < n; i++) {
		vd_json_object(&j);
		vd_json_key_str(&j, "item", w[i].item);
		vd_json_key_str(&j, "debtor_id", w[i].debtor_number);
		vd_json_key_str(&j, "outcome", w[i].outcome);
		vd_json_key_str(&j, "step", w[i].step);
		vd_date_format(w[i].next_on, day);
		vd_json_key_c(&j, "next_on", day[0] != '\0' ? day : NULL);
		vd_json_key_str(&j, "trace", w[i].trace);
		vd_json_key(&j, "past");
		vd_json_array(&j);
		for (size_t k = 0; k < w[i].past_count; k++) {
			const struct app_why_past *p = &w[i].past[k];

			vd_json_object(&j);
			vd_date_format(p->day, day);
			vd_json_key_c(&j, "day", day);
			vd_json_key_str(&j, "outcome", p->outcome);
			vd_json_key_str(&j, "step", p->step);
			vd_json_key_str(&j, "trace", p->trace);
			if (p->message != 0) vd_json_key_i64(&j, "message", p->message);
			vd_json_key_str(&j, "message_state", p->message_state);
			if (!vd_moment_is_none(p->sent_at)) vd_moment_format(p->sent_at, moment);
			vd_json_key_c(&j, "sent_at", vd_moment_is_none(p->sent_at) ? NULL : moment);
			vd_json_object_end(&j);
		}
		vd_json_array_end(&j);
		vd_json_object_end(&j);
	}
	vd_json_array_end(&j);
	return vd_json_finish(ctx, &j);
}

static void
print_trace(const char *indent, struct vd_str trace)
{
	struct vd_str line;

	while (vd_str_cut(&trace, '\n', &line))
		if (line.len > 0) printf("%s%.*s\n", indent, VD_FMT(line));
}

void
cli_why_text(const struct app_why *w)
{
	char day[VD_DATE_TEXT];

	printf("%.*s of %.*s %.*s\n", VD_FMT(w->item), VD_FMT(w->debtor_number),
	       VD_FMT(w->debtor_name));
	vd_date_format(w->next_on, day);
	printf("  now: %.*s%s%.*s%s%s\n", VD_FMT(w->outcome), w->step.len > 0 ? ", step " : "",
	       VD_FMT(w->step), day[0] != '\0' ? ", next look on " : "", day);
	print_trace("    ", w->trace);
	for (size_t i = 0; i < w->past_count; i++) {
		const struct app_why_past *p = &w->past[i];

		vd_date_format(p->day, day);
		printf("  %s: %.*s, step %.*s", day, VD_FMT(p->outcome), VD_FMT(p->step));
		if (p->message != 0)
			printf(", message %lld %.*s", (long long)p->message, VD_FMT(p->message_state));
		printf("\n");
		print_trace("    ", p->trace);
	}
}

static enum vd_status
run_why(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	struct vd_date on;
	struct app_why *w;
	size_t n;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 1, 1));
	VD_TRY(cli_day(ctx, args, "on", &on));
	VD_TRY(app_why(ctx, app, vd_str_c(args->words[0]), on, &w, &n));
	if (args->json) return why_json(ctx, w, n);
	for (size_t i = 0; i < n; i++) cli_why_text(&w[i]);
	return VD_OK;
}

const struct cli_command cli_why = {
	.name = "why",
	.usage = "why NUMBER [--on DAY]",
	.summary = "Why (or why not) an invoice is dunned: rules, facts and what was sent.",
	.options = { { "on", "DAY", "as on that day" } },
	.needs_store = true,
	.needs_administration = true,
	.run = run_why,
};
