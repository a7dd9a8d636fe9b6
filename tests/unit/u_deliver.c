/* Delivery while each statement, each send and each answer fails in turn: afterwards every message
 * is sent or in doubt, and the server has taken none twice. TEST_STORE */
#include "app/deliver.h"
#include "app/import.h"
#include "app/outbox.h"
#include "app/run.h"
#include "base/fault.h"
#include "base/file.h"
#include "q_outbox.h"
#include "smtp_server.h"
#include "store_support.h"

#define MAILS 3

static struct vd_date
day(int d)
{
	WITH_CONTEXT(4096);
	struct vd_date out;

	assert_ok(vd_date_from_ymd(&ctx, 2026, 2, d, &out));
	return out;
}

static void
set(struct vd_context *c, struct app *app, const char *name, const char *value)
{
	struct vd_context ctx = { .arena = c->arena };

	assert_ok(app_setting_set(&ctx, app, vd_str_c(name), vd_str_c(value)));
}

static void
file(struct vd_context *c, const char *name, const char *text, char path[256])
{
	struct vd_context ctx = { .arena = c->arena };
	const char *dir = getenv("TMPDIR");

	snprintf(path, 256, "%s/%ld-%s", dir != NULL ? dir : "/tmp", (long)getpid(), name);
	assert_ok(vd_file_write_atomic(&ctx, path, vd_str_c(text)));
}

static void
take_in(struct vd_context *c, struct app *app, enum app_import_subject subject, const char *text,
        bool snapshot)
{
	struct vd_context ctx = { .arena = c->arena };
	struct app_import_options o = { .snapshot = snapshot, .as_of = day(2) };
	struct app_import_result r = { 0 };
	char path[256];

	file(c, "import.csv", text, path);
	o.path = path;
	assert_ok(app_import_party(&ctx, app, subject, &o, &r));
	assert_int_equal(r.rejected_count, 0);
	unlink(path);
}

/* A business with three mails that may leave, at noon of 3 February 2026. */
static void
open_business(struct vd_context *c, int n, int port, struct app *app)
{
	static const char invoices[] =
	    "invoice_no,debtor_id,invoice_date,due_date,gross\n"
	    "F1,D1,2026-01-03,2026-02-02,121.00\nF2,D2,2026-01-03,2026-02-02,121.00\n"
	    "F3,D3,2026-01-03,2026-02-02,121.00\n";
	struct app_options o = { .create = true,
		                     .no_administration = true,
		                     .fixed_day = true,
		                     .actor = "test",
		                     .today = day(3) };
	struct vd_context ctx = { .arena = c->arena };
	struct app_run_result run;
	char store[1024], url[64];
	int64_t released;
	bool created;

	fresh_store(n, store);
	o.store_url = store;
	assert_ok(app_open(&ctx, &o, app));
	assert_ok(
	    app_init(&ctx, app, &(struct app_init){ .code = "A", .name = "Bakkerij Proef" }, &created));
	app_close(app);
	o.no_administration = false;
	assert_ok(app_open(&ctx, &o, app));
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", port);
	set(c, app, "smtp_url", url);
	set(c, app, "smtp_tls", "off");
	set(c, app, "sender_email", "post@bakkerij.example");
	set(c, app, "settlement", "source");
	take_in(c, app, APP_IMPORT_DEBTORS,
	        "debtor_id,name,email\nD1,Een,een@ontvanger.example\nD2,Twee,twee@ontvanger.example\n"
	        "D3,Drie,drie@ontvanger.example\n",
	        false);
	take_in(c, app, APP_IMPORT_INVOICES, invoices, true);
	assert_ok(app_run(&ctx, app, false, &run));
	assert_int_equal(run.messages, MAILS);
	assert_ok(app_outbox_release(&ctx, app, &(struct app_release){ .run = run.run }, &released));
	assert_int_equal(released, MAILS);
}

static int
count(struct vd_context *c, struct app *app, const char *state)
{
	struct vd_context ctx = { .arena = c->arena };
	struct q_outbox_list_stream stream;
	struct q_outbox_list_row row;
	bool more = true;
	int n = 0;

	assert_ok(
	    q_outbox_list_open(&ctx, app->db,
	                       &(struct q_outbox_list_in){ app->administration.id, vd_str_c(state) },
	                       &stream));
	for (; more; n += more) assert_ok(q_outbox_list_next(&ctx, &stream, &row, &more));
	q_outbox_list_close(&stream);
	return n;
}

static int
times(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part)) n++;
	return n;
}

/* Delivers with the n-th of a kind failing, and then without. False when nothing failed any more.
 */
static bool
one_failure(enum vd_fault_kind kind, long n, bool forever)
{
	static const char *const who[] = { "<een@", "<twee@", "<drie@" };
	WITH_CONTEXT((size_t)256 << 20);
	struct app_deliver_options options = { 0 };
	struct app_deliver_result result;
	struct server server;
	struct app app;
	int sent, doubt;
	bool fired;

	start(&server, &(struct script){ 0 });
	open_business(&ctx, (int)(n * 8 + (int)kind * 2 + forever), server.port, &app);
	vd_fault_arm(kind, n, forever);
	(void)!app_deliver(&ctx, &app, &options, &result);
	fired = vd_fault_seen(kind) >= n;
	vd_fault_disarm(kind);
	vd_error_clear(&ctx);
	for (int i = 0; i < 3; i++) { /* what may be tried again is, an hour later each time */
		app.now.second += 3600;
		assert_ok(app_deliver(&ctx, &app, &options, &result));
	}
	sent = count(&ctx, &app, "sent");
	doubt = count(&ctx, &app, "in_doubt");
	app_close(&app);
	stop(&server);
	if (sent + doubt != MAILS) fail_msg("fault %ld: %d sent, %d in doubt", n, sent, doubt);
	for (size_t i = 0; i < MAILS; i++)
		if (times(server.taken, who[i]) > 1) fail_msg("fault %ld: twice: %s", n, server.taken);
	assert_true(server.accepted >= sent);
	if (doubt > 1) fail_msg("fault %ld: %d in doubt", n, doubt);
	return fired;
}

static void
each_send_fails(void **state)
{
	long n = 1;

	(void)state;
	while (one_failure(VD_FAULT_SEND, n, false)) n++;
	assert_true(n > 2 * MAILS);
}

static void
each_statement_fails(void **state)
{
	long n = 1;

	(void)state;
	while (one_failure(VD_FAULT_STATEMENT, n, false)) n++;
	print_message("%ld statements for three mails\n", n - 1);
	assert_true(n > 20);
}

/* The store is gone from then on: whatever was under way is in doubt at most. */
static void
all_statements_fail_from_one_on(void **state)
{
	(void)state;
	for (long n = 1; one_failure(VD_FAULT_STATEMENT, n, true); n += 3) continue;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_send_fails),
		cmocka_unit_test(each_statement_fails),
		cmocka_unit_test(all_statements_fail_from_one_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
