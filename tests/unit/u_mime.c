/* Mail messages: read back by Python's email package, and looked at byte by byte. */
#include "base/hash.h"
#include "correspondence/encode.h"

#include "letter_support.h"

struct mail {
	struct message_envelope envelope;
	struct message_rendered message;
};

static struct mail
plain_mail(void)
{
	return (struct mail){
		.envelope = { .from_name = VD_STR("Voorbeeld Techniek B.V."),
		              .from = VD_STR("debiteuren@voorbeeld.example"),
		              .to_name = VD_STR("S. Bakker"),
		              .to = VD_STR("administratie@deproef.example"),
		              .reply_to = VD_STR("antwoord@voorbeeld.example"),
		              .bounce = VD_STR("bounce@voorbeeld.example"),
		              .message_id = VD_STR("m.2026.123@voorbeeld.example"),
		              .date = { INT64_C(1795435200) } },
		.message = { .subject = VD_STR("Herinnering: factuur 2026-0412"),
		             .text = VD_STR("Geachte heer,\n\nBetaal.\n"),
		             .html = VD_STR("<p>Geachte heer,</p>\n") },
	};
}

static struct vd_str
make(struct vd_context *context, const struct mail *m)
{
	struct vd_context ctx = *context;
	struct vd_str out;

	assert_ok(message_mime(&ctx, &m->envelope, &m->message, VD_LANG_NL, &out));
	return out;
}

/* What Python finds in it; NULL when there is no Python. */
static json_t *
read_back(struct vd_context *context, const struct mail *m)
{
	struct vd_context ctx = *context;
	const char *root = getenv("SOURCE_ROOT");
	struct vd_str command, out;
	json_t *found;

	assert_ok(vd_str_printf(&ctx, &command, "python3 '%s/tests/golden/read_mail.py' '%s'",
	                        root != NULL ? root : ".",
	                        write_file(&ctx, "mail.eml", make(&ctx, m))));
	out = output_of(&ctx, command.ptr);
	found = json_loadb(out.ptr, out.len, 0, NULL);
	assert_non_null(found);
	/* true of every mail we make */
	assert_int_equal(json_array_size(json_object_get(found, "defects")), 0);
	assert_true(json_is_true(json_object_get(found, "ascii")));
	assert_int_equal(json_integer_value(json_object_get(found, "bare_breaks")), 0);
	assert_true(json_integer_value(json_object_get(found, "longest_line")) <= 78);
	return found;
}

static const char *
text_at_path(const json_t *j, const char *key, size_t first, size_t second)
{
	return json_string_value(
	    json_array_get(json_array_get(json_object_get(j, key), first), second));
}

static const char *
part_text(const json_t *found, size_t part, const char *key)
{
	return json_string_value(
	    json_object_get(json_array_get(json_object_get(found, "parts"), part), key));
}

static bool
no_python(void)
{
	return !program_is_there("python3");
}

static void
test_a_plain_mail(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct mail m = plain_mail();
	json_t *found, *tree;

	(void)state;
	if (no_python()) skip();
	found = read_back(&ctx, &m);
	tree = json_object_get(found, "tree");
	assert_string_equal(text_at_path(found, "from", 0, 0), "Voorbeeld Techniek B.V.");
	assert_string_equal(text_at_path(found, "from", 0, 1), "debiteuren@voorbeeld.example");
	assert_string_equal(text_at_path(found, "to", 0, 0), "S. Bakker");
	assert_string_equal(text_at_path(found, "to", 0, 1), "administratie@deproef.example");
	assert_string_equal(text_at_path(found, "reply_to", 0, 1), "antwoord@voorbeeld.example");
	assert_string_equal(json_string_value(json_object_get(found, "subject")),
	                    "Herinnering: factuur 2026-0412");
	assert_string_equal(json_string_value(json_object_get(found, "message_id")),
	                    "<m.2026.123@voorbeeld.example>");
	assert_string_equal(json_string_value(json_object_get(found, "language")), "nl");
	assert_int_equal(json_integer_value(json_object_get(found, "date")), 1795435200);
	assert_string_equal(json_string_value(json_object_get(found, "date_text")),
	                    "Mon, 23 Nov 2026 12:00:00 +0000");
	assert_string_equal(json_string_value(json_array_get(tree, 0)), "multipart/alternative");
	assert_string_equal(part_text(found, 0, "type"), "text/plain");
	assert_string_equal(part_text(found, 0, "charset"), "utf-8");
	assert_string_equal(part_text(found, 0, "text"), "Geachte heer,\r\n\r\nBetaal.");
	assert_string_equal(part_text(found, 1, "type"), "text/html");
	json_decref(found);
}

static const char *const names[] = {
	"Jan",
	"Jan de Vries",
	"Vries, Jan de",
	"\"Jan\" \\ Piet",
	"Łódź Żółć Spółka z o.o.",
	"Ștefan Țurcanu",
	"=?UTF-8?B?SmFu?=",
	"a@b.example",
	"<x@y.example>",
	"naam: iets; (opmerking)",
	"日本語の会社名がここにありますとても長い名前です株式会社",
	"🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀",
	"Een naam die zo lang is dat hij niet op een regel van een bericht past, maar toch heel moet blijven",
	"é",
	"e\xCC\x81",
	"a=b?c_d",
};

static void
test_names_and_subjects_come_back(void **state)
{
	(void)state;
	if (no_python()) skip();
	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		WITH_CONTEXT(16 << 20);
		struct mail m = plain_mail();
		json_t *found;

		m.envelope.to_name = m.message.subject = vd_str_c(names[i]);
		m.envelope.from_name = VD_STR_NONE;
		m.envelope.reply_to = VD_STR_NONE;
		found = read_back(&ctx, &m);
		assert_string_equal(text_at_path(found, "to", 0, 0), names[i]);
		assert_string_equal(text_at_path(found, "to", 0, 1), "administratie@deproef.example");
		assert_string_equal(json_string_value(json_object_get(found, "subject")), names[i]);
		assert_int_equal(json_array_size(json_object_get(found, "to")), 1);
		json_decref(found);
	}
}

static const char *const bodies[] = {
	"",
	".",
	"..\n.\n",
	"From hier\nFrom daar",
	"a \nb\t\n",
	"=",
	"=3D =C3=A9",
	"é€Łș🚀",
	"a\r\nb\r\n",
	"\n\n\na",
	"een hele lange regel zonder einde die ver voorbij de zesenzeventig tekens gaat en dus in stukken moet worden gehakt zonder dat er iets verloren gaat",
	"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé",
	"--=_a_0123456789abcdef01234567",
	"\xC2\xA0",
	"                                                                                        x",
};

static void
test_bodies_come_back(void **state)
{
	(void)state;
	if (no_python()) skip();
	for (size_t i = 0; i < VD_LENGTH(bodies); i++) {
		WITH_CONTEXT(16 << 20);
		struct mail m = plain_mail();
		struct vd_buf b = VD_BUF(&ctx, 4096);
		struct vd_str rest = vd_str_c(bodies[i]), line;
		json_t *found;

		if (i == 0) continue; /* an empty text is refused, see below */
		m.message.text = m.message.html = vd_str_c(bodies[i]);
		found = read_back(&ctx, &m);
		if (vd_str_ends(rest, VD_STR("\n"))) rest.len--;
		for (bool first = true; vd_str_cut(&rest, '\n', &line); first = false) {
			if (vd_str_ends(line, VD_STR("\r"))) line.len--;
			vd_buf_addf(&b, "%s%.*s", first ? "" : "\r\n", VD_FMT(line));
		}
		assert_text(vd_buf_str(&b), part_text(found, 0, "text"));
		assert_text(vd_buf_str(&b), part_text(found, 1, "text"));
		assert_int_equal(json_array_size(json_object_get(found, "parts")), 2);
		json_decref(found);
	}
}

static const struct {
	const char *name, *media_type, *seen, *seen_type;
} attachments[] = {
	{ "brief.pdf", "application/pdf", "brief.pdf", "application/pdf" },
	{ "factuur 2026-0412.pdf", "application/pdf", "factuur 2026-0412.pdf", "application/pdf" },
	{ "a\"b\\c.pdf", "application/pdf", "a\"b_c.pdf", "application/pdf" },
	{ "Rekening Ștefan é €.pdf", "application/pdf", "Rekening Ștefan é €.pdf", "application/pdf" },
	{ "../../etc/passwd", "text/plain\r\nX-Evil: 1", "_.._etc_passwd", "application/octet-stream" },
	{ "x\r\nContent-Type: text/html", "", "x Content-Type_ text_html", "application/octet-stream" },
	{ "", "application/pdf", "attachment", "application/pdf" },
	{ "een-hele-lange-naam-van-een-bestand-dat-bij-de-brief-hoort-en-dus-mee-moet-met-het-bericht-0001.pdf",
	  "image/png",
	  "een-hele-lange-naam-van-een-bestand-dat-bij-de-brief-hoort-en-dus-mee-moet-met-het-bericht-0001.pdf",
	  "image/png" },
};

static void
test_attachments_come_back(void **state)
{
	(void)state;
	if (no_python()) skip();
	for (size_t i = 0; i < VD_LENGTH(attachments); i++) {
		WITH_CONTEXT(16 << 20);
		struct mail m = plain_mail();
		char bytes[1000], digest[VD_SHA256_HEX];
		struct message_attachment a[2] = {
			{ vd_str_c(attachments[i].name),
			  vd_str_c(attachments[i].media_type),
			  { bytes, 900 + i } },
			{ VD_STR("leeg.txt"), VD_STR("text/plain"), VD_STR("") },
		};
		json_t *found;

		for (size_t k = 0; k < sizeof(bytes); k++) bytes[k] = (char)(k * 7 + i);
		m.envelope.attachments = a;
		m.envelope.attachments_count = 2;
		found = read_back(&ctx, &m);
		vd_sha256(a[0].bytes, digest);
		assert_string_equal(json_string_value(json_array_get(json_object_get(found, "tree"), 0)),
		                    "multipart/mixed");
		assert_string_equal(part_text(found, 2, "filename"), attachments[i].seen);
		assert_string_equal(part_text(found, 2, "type"), attachments[i].seen_type);
		assert_string_equal(part_text(found, 2, "sha256"), digest);
		assert_string_equal(part_text(found, 3, "filename"), "leeg.txt");
		assert_int_equal(json_array_size(json_object_get(found, "parts")), 4);
		json_decref(found);
	}
}

/* Which headers there are never depends on data. */
static void
test_no_header_can_be_added(void **state)
{
	static const char hostile[] = "x\r\nBcc: dief@slecht.example\r\n\r\n<script>\x01\x02";
	WITH_CONTEXT(16 << 20);
	struct mail m = plain_mail();
	struct vd_str out, line, head;
	size_t lines = 0;

	(void)state;
	m.envelope.to_name = m.envelope.from_name = m.message.subject = vd_str_c(hostile);
	out = make(&ctx, &m);
	head = vd_str_sub(out, 0, vd_str_find(out, VD_STR("\r\n\r\n"), 0));
	while (vd_str_cut(&head, '\n', &line)) {
		static const char *const known[] = { " ",
			                                 "From:",
			                                 "To:",
			                                 "Reply-To:",
			                                 "Subject:",
			                                 "Date:",
			                                 "Message-ID:",
			                                 "Content-Language:",
			                                 "MIME-Version:",
			                                 "Content-Type:" };
		bool found = false;

		for (size_t i = 0; i < VD_LENGTH(known); i++)
			found = found || vd_str_starts(line, vd_str_c(known[i]));
		if (!found) fail_msg("a header that is not ours: %.*s", VD_FMT(line));
		lines++;
	}
	assert_true(lines >= 10);
	assert_false(contains(out, "bounce@")); /* only the gateway uses it */
}

static void
refused(struct mail m, enum vd_status status, const char *key)
{
	WITH_CONTEXT(16 << 20);
	struct vd_str out;

	assert_refused(message_mime(&ctx, &m.envelope, &m.message, VD_LANG_NL, &out), status, key);
}

static void
test_refused(void **state)
{
	static const char *const addresses[] = { "",
		                                     "x",
		                                     "a@b",
		                                     "a b@c.example",
		                                     "a@b.example\r\nBcc: x@y.example",
		                                     "a@b.example,c@d.example",
		                                     "<a@b.example>",
		                                     "a@b.example>",
		                                     "\"a\"@b.example",
		                                     "a@@b.example",
		                                     "a..b@c.example",
		                                     "a@b.example\n",
		                                     "a@-b.example" };
	static const char *const ids[] = { "",   "x",  "a@b@c", "<a@b>", "a b@c", "a@b\r\nX: y",
		                               "@b", "a@", "a@b>" };
	struct mail m;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(addresses); i++) {
		WITH_CONTEXT(1 << 20);
		struct vd_str out;

		m = plain_mail();
		m.envelope.to = vd_str_c(addresses[i]);
		if (message_mime(&ctx, &m.envelope, &m.message, VD_LANG_NL, &out) != VD_E_INVALID) {
			if (contains(out, "\nBcc") || strchr(addresses[i], ',') != NULL)
				fail_msg("accepted as to: %s", addresses[i]);
		}
		m = plain_mail();
		m.envelope.from = vd_str_c(addresses[i]);
		if (message_mime(&ctx, &m.envelope, &m.message, VD_LANG_NL, &out) == VD_OK)
			assert_false(contains(out, "\nBcc"));
	}
	for (size_t i = 0; i < VD_LENGTH(ids); i++) {
		m = plain_mail();
		m.envelope.message_id = vd_str_c(ids[i]);
		refused(m, VD_E_INVALID, "mail.message_id");
	}
	m = plain_mail();
	m.envelope.to = VD_STR("jörg@voorbeeld.example");
	refused(m, VD_E_INVALID, "mail.address");
	m = plain_mail();
	m.message.text = VD_STR("");
	refused(m, VD_E_INVALID, "mail.empty");
	m = plain_mail();
	m.envelope.attachments_count = 21;
	refused(m, VD_E_LIMIT, "mail.attachments");
}

static void
test_several_in_cc(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct mail m = plain_mail();
	struct vd_buf b = VD_BUF(&ctx, 4096);
	json_t *found;

	(void)state;
	if (no_python()) skip();
	m.envelope.cc = VD_STR("a@b.example, c@d.example ,e@f.example");
	found = read_back(&ctx, &m);
	assert_int_equal(json_array_size(json_object_get(found, "cc")), 3);
	assert_string_equal(text_at_path(found, "cc", 2, 1), "e@f.example");
	json_decref(found);
	for (int i = 0; i < 21; i++) vd_buf_addf(&b, "%sa%d@b.example", i > 0 ? "," : "", i);
	m.envelope.cc = vd_buf_str(&b);
	refused(m, VD_E_LIMIT, "mail.cc");
}

static void
test_same_mail_same_bytes(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct mail m = plain_mail();
	struct vd_str a = make(&ctx, &m), b = make(&ctx, &m);

	(void)state;
	assert_true(vd_str_eq(a, b));
	m.message.text = VD_STR("Anders.\n");
	assert_false(vd_str_eq(a, make(&ctx, &m)));
}

static void
test_no_memory(void **state)
{
	struct mail m = plain_mail();

	(void)state;
	for (size_t max = 0; max < 64 << 10; max += 997) {
		WITH_CONTEXT(max);
		struct vd_str out;
		enum vd_status status = message_mime(&ctx, &m.envelope, &m.message, VD_LANG_NL, &out);

		assert_true(status == VD_OK || status == VD_E_NOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_mail),
		cmocka_unit_test(test_names_and_subjects_come_back),
		cmocka_unit_test(test_bodies_come_back),
		cmocka_unit_test(test_attachments_come_back),
		cmocka_unit_test(test_no_header_can_be_added),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_several_in_cc),
		cmocka_unit_test(test_same_mail_same_bytes),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
