/* voldaan demo */
#include "app/demo.h"

#include "app/report.h"
#include "cli/rows.h"
#include "cli/run.h"

#include <stdio.h>

static void
heading(const char *text)
{
	printf("\n%s\n\n", text);
}

static void
story(const struct app_demo_result *r)
{
	char from[VD_DATE_TEXT], to[VD_DATE_TEXT];

	vd_date_format(r->from, from);
	vd_date_format(r->to, to);
	printf("Installatiebedrijf Modelburg B.V., an invented business, from %s to %s:\n", from, to);
	printf("%lld working days.\n", (long long)r->days);
	printf("In: %lld debtors, %lld invoices and credit notes, %lld statements of three banks.\n",
	       (long long)r->debtors, (long long)r->invoices, (long long)r->statements);
	printf("Bank: %lld payments and other bookings, %lld booked without a person.\n",
	       (long long)r->looked_at, (long long)r->booked);
	printf("Out: %lld mails and letters, %lld tasks for people. By hand: %lld things.\n",
	       (long long)r->messages, (long long)r->tasks, (long long)r->actions);
}

static enum vd_status
ageing(struct vd_context *ctx, struct app *app, const struct cli_args *args)
{
	struct app_report report = { .kind = APP_REPORT_AGEING,
		                         .as_at = VD_DATE_NONE,
		                         .known_at = VD_STR_NONE };
	struct app_output output;

	VD_TRY(cli_rows_output(ctx, args, &output));
	return app_report(ctx, app, &report, &output);
}

/* As it is now, and the last thing that was decided; "voldaan why" shows all of it. */
static enum vd_status
reasons(struct vd_context *ctx, struct app *app, struct vd_str item)
{
	struct app_why *w;
	size_t n;

	VD_TRY(app_why(ctx, app, item, VD_DATE_NONE, &w, &n));
	if (n == 0) return VD_OK;
	if (w[0].past_count > 1) w[0].past_count = 1;
	cli_why_text(&w[0]);
	return VD_OK;
}

static void
next_steps(const char *dir, const struct app_demo_result *r)
{
	char day[VD_DATE_TEXT];

	vd_date_format(r->to, day);
	printf("What came in: %s/files\nMails and letters, a folder per day: %s/post\n", dir, dir);
	printf("The last ones: %.*s\n", VD_FMT(r->folder));
	heading("To try next (--today keeps the clock in the story):");
	printf("  export VOLDAAN_STORE=%s\n", r->store_url);
	printf("  voldaan tasks --today %s\n      what waits for a person\n", day);
	printf("  voldaan bank list --state proposed --today %s\n"
	       "      money that the program did not dare to book\n",
	       day);
	printf("  voldaan debtor %.*s --today %s\n      all about one debtor\n", VD_FMT(r->last_debtor),
	       day);
	printf("  voldaan report ageing --as-at 2026-06-30 --known-at 2026-06-30 --today %s\n"
	       "      the list exactly as it was at the half year\n",
	       day);
	printf("  voldaan verify\n      every figure against every fact\n");
}

static enum vd_status
tell(struct vd_context *ctx, struct app *app, const struct cli_args *args, const char *dir,
     const struct app_demo_result *r)
{
	story(r);
	heading("Who owes what, in the order to work in:");
	VD_TRY(ageing(ctx, app, args));
	heading("What the last day's run made:");
	VD_TRY(cli_run_text(ctx, &r->last, false, r->last.messages));
	heading("Why, for one of them:");
	VD_TRY(reasons(ctx, app, r->last_item));
	heading("Where things lie:");
	next_steps(dir, r);
	return VD_OK;
}

static enum vd_status
run_demo(struct vd_context *ctx, struct app *app, const struct cli_args *args, bool *attention)
{
	const char *dir = cli_option(args, "dir") != NULL ? cli_option(args, "dir") : "voldaan-demo";
	struct vd_log log = app->log;
	struct app_demo_result r;
	enum vd_status status;

	(void)attention;
	VD_TRY(cli_words(ctx, args, 0, 0));
	status = app_demo(ctx, dir, &log, app, &r);
	if (status == VD_OK) status = tell(ctx, app, args, dir, &r);
	app_close(app);
	return status;
}

const struct cli_command cli_demo = {
	.name = "demo",
	.usage = "demo [--dir DIR]",
	.summary = "Live through nine months of a sample administration, in a folder of its own.",
	.options = {
		{ "dir", "DIR", "where; default voldaan-demo. It must be new, empty or an earlier demo" },
		CLI_ROWS_OPTIONS,
	},
	.run = run_demo,
	.details =
	    "Everything in it is invented and built into the program; nothing goes over the network. The mails and\n"
	    "letters of each day lie in DIR/post, what came in lies in DIR/files, the store is DIR/voldaan.db.",
};
