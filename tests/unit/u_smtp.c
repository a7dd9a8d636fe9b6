/* The four endings of a mail, against a small server in a thread that answers as a script says.
 * Replies are those of RFC 5321 4.2 and RFC 3463, and of servers as they are met in practice. */
#include "base/fault.h"
#include "gateway/smtp.h"
#include "smtp_server.h"

static void
open_to(struct vd_context *c, int port, struct smtp **out)
{
	struct vd_context ctx = { .arena = c->arena };
	struct smtp_options o = { .plain = true, .timeout_s = 3 };

	assert_ok(vd_str_printf(&ctx, &o.url, "smtp://127.0.0.1:%d", port));
	assert_ok(smtp_open(&ctx, &o, out));
}

static const struct smtp_mail mail = {
	.from = { "bounce@afzender.example", 23 },
	.to = { "klant@ontvanger.example", 23 },
	.bytes = { "Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n", 32 },
};

static const struct {
	const char *name;
	struct script script;
	enum smtp_outcome outcome;
	int code;
	bool server;
} ending_cases[] = {
	{ "accepted", { 0 }, SMTP_SENT, 250, false },
	{ "greylisted", { .recipient = "451 4.7.1 try again later" }, SMTP_TEMPORARY, 451, false },
	{ "mailbox full now", { .recipient = "452 4.2.2 over quota" }, SMTP_TEMPORARY, 452, false },
	{ "nobody", { .recipient = "550 5.1.1 no such user" }, SMTP_PERMANENT, 550, false },
	{ "refused on two lines",
	  { .recipient = "550-5.1.1 no\r\n550 5.1.1 such user" },
	  SMTP_PERMANENT,
	  550,
	  false },
	{ "refused at DATA", { .data = "554 5.5.1 no valid recipients" }, SMTP_PERMANENT, 554, false },
	{ "refused for what it says",
	  { .end = "554 5.7.1 looks like spam" },
	  SMTP_PERMANENT,
	  554,
	  false },
	{ "accepted by nobody yet", { .end = "451 4.3.0 disk is slow" }, SMTP_TEMPORARY, 451, false },
	{ "closing down at the end", { .end = "421 4.3.2 shutting down" }, SMTP_TEMPORARY, 421, true },
	{ "too large", { .sender = "552 5.3.4 message too large" }, SMTP_PERMANENT, 552, false },
	{ "our sender refused", { .sender = "550 5.7.1 not your address" }, SMTP_TEMPORARY, 550, true },
	{ "login wanted",
	  { .sender = "530 5.7.0 authentication required" },
	  SMTP_TEMPORARY,
	  530,
	  true },
	{ "no service", { .greeting = "554 no SMTP service here" }, SMTP_TEMPORARY, 554, true },
	{ "busy", { .greeting = "421 busy" }, SMTP_TEMPORARY, 421, true },
	{ "gone at once", { .greeting = DROP }, SMTP_TEMPORARY, 0, true },
	{ "gone at hello", { .hello = DROP }, SMTP_TEMPORARY, 0, true },
	{ "gone at sender", { .sender = DROP }, SMTP_TEMPORARY, 0, true },
	{ "gone at recipient", { .recipient = DROP }, SMTP_TEMPORARY, 0, true },
	{ "gone at data", { .data = DROP }, SMTP_TEMPORARY, 0, true },
	{ "gone after data", { .end = DROP }, SMTP_IN_DOUBT, 0, true },
	{ "answer cannot be read", { .end = "what was that" }, SMTP_IN_DOUBT, 0, true },
};

static void
endings(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(ending_cases); i++) {
		WITH_CONTEXT(1 << 20);
		VD_AUTO_SMTP *smtp = NULL;
		struct server server;
		struct smtp_result r;

		start(&server, &ending_cases[i].script);
		open_to(&ctx, server.port, &smtp);
		assert_ok(smtp_send(&ctx, smtp, &mail, &r));
		smtp_close(&smtp);
		stop(&server);
		if (r.outcome != ending_cases[i].outcome || r.code != ending_cases[i].code ||
		    r.server != ending_cases[i].server)
			fail_msg("%s: outcome %d, code %d, server %d: %.*s", ending_cases[i].name, r.outcome,
			         r.code, r.server, VD_FMT(r.text));
		assert_int_equal(server.accepted, r.outcome == SMTP_SENT);
		assert_true(r.text.len > 3);
	}
}

/* A long message that is cut off half way: its end was never sent, so it cannot have been taken. */
static void
cut_off_half_way(void **state)
{
	WITH_CONTEXT(16 << 20);
	VD_AUTO_SMTP *smtp = NULL;
	struct smtp_mail large = mail;
	struct server server;
	struct smtp_result r;
	size_t n = 8 << 20;
	char *bytes = vd_arena_alloc(&arena, n);

	(void)state;
	for (size_t i = 0; i < n; i++) bytes[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : 'x';
	large.bytes = (struct vd_str){ bytes, n };
	start(&server, &(struct script){ .drop_in_data = true });
	open_to(&ctx, server.port, &smtp);
	assert_ok(smtp_send(&ctx, smtp, &large, &r));
	smtp_close(&smtp);
	stop(&server);
	assert_int_equal(r.outcome, SMTP_TEMPORARY);
	assert_true(r.server);
}

static void
nobody_listens(void **state)
{
	WITH_CONTEXT(1 << 20);
	VD_AUTO_SMTP *smtp = NULL;
	struct server server;
	struct smtp_result r;

	(void)state;
	start(&server, &(struct script){ 0 });
	stop(&server);
	open_to(&ctx, server.port, &smtp);
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	assert_int_equal(r.outcome, SMTP_TEMPORARY);
	assert_true(r.server);
}

/* Envelope, and the message byte for byte with dots doubled (RFC 5321 4.5.2). */
static void
what_arrives(void **state)
{
	WITH_CONTEXT(1 << 20);
	VD_AUTO_SMTP *smtp = NULL;
	struct server server;
	struct smtp_result r;

	(void)state;
	start(&server, &(struct script){ 0 });
	open_to(&ctx, server.port, &smtp);
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	smtp_close(&smtp);
	stop(&server);
	assert_string_equal(server.got, "Subject: x\n\n..dot\n...two\nend\n");
	assert_non_null(strstr(server.envelope, "MAIL FROM:<bounce@afzender.example>"));
	assert_non_null(strstr(server.envelope, "|RCPT TO:<klant@ontvanger.example>"));
	assert_text(r.text, "250 2.0.0 queued as 4F2A");
}

static void
one_connection_for_many(void **state)
{
	static const struct {
		int per_connection, connections;
	} cases[] = { { 0, 1 }, { 3, 4 } };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(1 << 20);
		VD_AUTO_SMTP *smtp = NULL;
		struct server server;
		struct smtp_result r;

		start(&server, &(struct script){ .messages = cases[i].per_connection });
		open_to(&ctx, server.port, &smtp);
		for (int n = 0; n < 10; n++) {
			assert_ok(smtp_send(&ctx, smtp, &mail, &r));
			assert_int_equal(r.outcome, SMTP_SENT);
		}
		smtp_close(&smtp);
		stop(&server);
		assert_int_equal(server.accepted, 10);
		assert_int_equal(server.connections, cases[i].connections);
	}
}

/* After trouble the next message starts anew and arrives. */
static void
goes_on_after_trouble(void **state)
{
	WITH_CONTEXT(1 << 20);
	VD_AUTO_SMTP *smtp = NULL;
	struct server server;
	struct smtp_result r;

	(void)state;
	start(&server, &(struct script){ .end = DROP });
	open_to(&ctx, server.port, &smtp);
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	assert_int_equal(r.outcome, SMTP_IN_DOUBT);
	server.script.end = GO;
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	assert_int_equal(r.outcome, SMTP_SENT);
	server.script.recipient = "550 5.1.1 no such user";
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	assert_int_equal(r.outcome, SMTP_PERMANENT);
	server.script.recipient = GO;
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	assert_int_equal(r.outcome, SMTP_SENT);
	smtp_close(&smtp);
	stop(&server);
	assert_int_equal(server.accepted, 2);
}

static void
encryption_is_demanded(void **state)
{
	WITH_CONTEXT(1 << 20);
	VD_AUTO_SMTP *smtp = NULL;
	struct smtp_options o = { .timeout_s = 3 };
	struct server server;
	struct smtp_result r;

	(void)state;
	start(&server, &(struct script){ 0 }); /* offers no STARTTLS */
	assert_ok(vd_str_printf(&ctx, &o.url, "smtp://127.0.0.1:%d", server.port));
	assert_ok(smtp_open(&ctx, &o, &smtp));
	assert_ok(smtp_send(&ctx, smtp, &mail, &r));
	smtp_close(&smtp);
	stop(&server);
	assert_int_equal(r.outcome, SMTP_TEMPORARY);
	assert_true(r.server);
	assert_int_equal(server.accepted, 0);
	assert_string_equal(server.envelope, "");
}

static void
what_is_refused(void **state)
{
	static const struct {
		struct smtp_options options;
		const char *key;
	} servers[] = {
		{ { .url = { "http://mail.example", 19 } }, "smtp.url" },
		{ { .url = { "mail.example:25", 15 } }, "smtp.url" },
		{ { .url = { "smtp://a b", 10 } }, "smtp.url" },
		{ { .url = { "smtp://jan:geheim@mail.example", 30 } }, "smtp.url" },
		{ { .url = { "smtp://mail.example", 19 }, .plain = true, .user = { "jan", 3 } },
		  "smtp.password_in_clear" },
		{ { .url = { "smtp://localhost.example", 24 }, .plain = true, .user = { "jan", 3 } },
		  "smtp.password_in_clear" },
	};
	static const char *const addresses[] = {
		"",
		"a b@example.nl",
		"a@example.nl>\r\nRCPT TO:<b@example.nl",
		"a@example.nl\n",
		"<a@example.nl>",
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(servers); i++) {
		WITH_CONTEXT(1 << 20);
		VD_AUTO_SMTP *smtp = NULL;

		assert_refused(smtp_open(&ctx, &servers[i].options, &smtp), VD_E_INVALID, servers[i].key);
	}
	for (size_t i = 0; i < VD_LENGTH(addresses); i++) {
		WITH_CONTEXT(1 << 20);
		VD_AUTO_SMTP *smtp = NULL;
		struct smtp_mail m = mail;
		struct smtp_result r;

		open_to(&ctx, 1, &smtp);
		m.to = vd_str_c(addresses[i]);
		assert_refused(smtp_send(&ctx, smtp, &m, &r), VD_E_INVALID, "smtp.address");
	}
}

/* The n-th send fails: odd ones before anything is said, even ones when the answer is awaited. */
static void
the_nth_send_fails(void **state)
{
	(void)state;
	for (long n = 1; n <= 5; n++) {
		WITH_CONTEXT(1 << 20);
		VD_AUTO_SMTP *smtp = NULL;
		int sent = 0, doubt = 0, later = 0;
		struct server server;
		struct smtp_result r;

		start(&server, &(struct script){ 0 });
		open_to(&ctx, server.port, &smtp);
		vd_fault_arm(VD_FAULT_SEND, n, false);
		for (int i = 0; i < 2; i++) {
			assert_ok(smtp_send(&ctx, smtp, &mail, &r));
			sent += r.outcome == SMTP_SENT;
			doubt += r.outcome == SMTP_IN_DOUBT;
			later += r.outcome == SMTP_TEMPORARY;
		}
		vd_fault_disarm(VD_FAULT_SEND);
		smtp_close(&smtp);
		stop(&server);
		assert_int_equal(server.accepted, sent + doubt);
		assert_int_equal(later, n == 1 || n == 3);
		assert_int_equal(doubt, n == 2 || n == 4);
		assert_int_equal(sent + doubt + later, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endings),
		cmocka_unit_test(cut_off_half_way),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(what_arrives),
		cmocka_unit_test(one_connection_for_many),
		cmocka_unit_test(goes_on_after_trouble),
		cmocka_unit_test(encryption_is_demanded),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(the_nth_send_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
