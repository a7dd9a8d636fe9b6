/* Finding, checking and filling templates; and what the shipped ones say and do not say. */
#include "correspondence/template.h"
#include "correspondence/variables.h"

#include "letter_support.h"

static struct message_template
make(const char *name, const char *text)
{
	return (struct message_template){ .name = vd_str_c(name), .text = vd_str_c(text) };
}

/* --- finding ---------------------------------------------------------------------------------- */

static const struct {
	const char *present; /* separated by blanks */
	enum vd_language language;
	enum message_audience audience;
	enum message_history history;
	const char *tone, *expected; /* NULL: not found */
} picks[] = {
	{ "a.nl a.en", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.nl" },
	{ "a.en b.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.en" },
	{ "a.en", VD_LANG_FR, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.en" },
	{ "a.nl", VD_LANG_EN, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, NULL },
	{ "b.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, NULL },
	{ "a.nl a.business.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.business.nl" },
	{ "a.nl a.business.nl", VD_LANG_NL, MESSAGE_CONSUMER_FORMAL, MESSAGE_NORMAL, NULL, "a.nl" },
	{ "a.nl a.normal.nl a.business.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, "firm",
	  "a.business.nl" },
	{ "a.nl a.normal.nl a.firm.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, "firm",
	  "a.normal.nl" },
	{ "a.nl a.firm.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, "firm", "a.firm.nl" },
	{ "a.nl a.firm.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.nl" },
	{ "a.nl a.business.normal.nl a.business.firm.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL,
	  "firm", "a.business.normal.nl" },
	{ "a.nl a.business.normal.firm.nl a.business.normal.nl", VD_LANG_NL, MESSAGE_BUSINESS,
	  MESSAGE_NORMAL, "firm", "a.business.normal.firm.nl" },
	{ "a.nl a.consumer_informal.frequent.nl a.consumer_informal.nl", VD_LANG_NL,
	  MESSAGE_CONSUMER_INFORMAL, MESSAGE_FREQUENT, NULL, "a.consumer_informal.frequent.nl" },
	{ "a.nl a.frequent.nl a.consumer_informal.nl", VD_LANG_NL, MESSAGE_CONSUMER_INFORMAL,
	  MESSAGE_FREQUENT, NULL, "a.consumer_informal.nl" },
	{ "a.en a.business.en a.nl", VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.nl" },
	{ "a.de a.nl a.en", VD_LANG_DE, MESSAGE_BUSINESS, MESSAGE_NORMAL, NULL, "a.de" },
};

static void
test_pick(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(picks); i++) {
		WITH_CONTEXT(1 << 20);
		struct message_template set[8];
		const struct message_template *found;
		struct message_data data = { .template = VD_STR("a"),
			                         .language = picks[i].language,
			                         .audience = picks[i].audience,
			                         .history = picks[i].history,
			                         .tone = vd_str_c(picks[i].tone) };
		struct vd_str rest = vd_str_c(picks[i].present);
		size_t count = 0;

		while (vd_str_cut(&rest, ' ', &set[count].name)) count++;
		if (picks[i].expected == NULL) {
			assert_refused(message_template_pick(&ctx, set, count, &data, &found), VD_E_NOT_FOUND,
			               "template.not_found");
			continue;
		}
		assert_ok(message_template_pick(&ctx, set, count, &data, &found));
		assert_text(found->name, picks[i].expected);
	}
}

static void
test_file_names(void **state)
{
	struct vd_str name;

	(void)state;
	assert_true(message_template_name(VD_STR("reminder.nl.md"), &name));
	assert_text(name, "reminder.nl");
	assert_false(message_template_name(VD_STR("README.md"), &name));
	assert_false(message_template_name(VD_STR(".hidden.md"), &name));
	assert_false(message_template_name(VD_STR("reminder.nl.md~"), &name));
	assert_false(message_template_name(VD_STR("../x.nl.md"), &name));
	assert_false(message_template_name(VD_STR(".md"), &name));
}

/* --- checking --------------------------------------------------------------------------------- */

#define FRONT "---\nsubject: Over {{debtor.name}}\n---\n"
static const struct {
	const char *text, *key, *told;
} faults[] = {
	{ "", "template.front_matter", "line 1" },
	{ "Geachte heer", "template.front_matter", "begins with a line ---" },
	{ "---\nsubject: x\n", "template.front_matter", "not closed" },
	{ "---\nabout: x\n---\ntekst", "template.front_matter", "no subject" },
	{ "---\nsubject:\n---\ntekst", "template.front_matter", "no subject" },
	{ "---\nsubject: x\nsubject: y\n---\ntekst", "template.front_matter", "line 3: a second" },
	{ "---\nsubject: x\ncolour: red\n---\ntekst", "template.front_matter",
	  "line 3: only the keys" },
	{ "---\nsubject: x\nzomaar\n---\ntekst", "template.front_matter", "line 3: expected" },
	{ "---\nsubject: x\n---\n", "template.front_matter", "no text" },
	{ "---\nsubject: {{typo}}\n---\ntekst", "template.unknown_variable",
	  "line 2: unknown variable \"typo\"" },
	{ FRONT "Geachte {{debtr.name}}", "template.unknown_variable",
	  "line 4: unknown variable \"debtr.name\"" },
	{ FRONT "a\n\n{{#frequent}}\n{{nope}}\n{{/frequent}}", "template.unknown_variable", "line 7" },
	{ FRONT "{{#business}}{{#invoices}}{{open}} {{nope}}{{/invoices}}{{/business}}",
	  "template.unknown_variable", "nope" },
	{ FRONT "{{{debtor.name}}}", "template.unescaped", "line 4" },
	{ FRONT "{{&debtor.name}}", "template.unescaped", "line 4" },
	{ FRONT "{{#business}}x", "template.section", "never closed" },
	{ FRONT "{{invoices}}", "template.not_a_text", "invoices" },
	{ FRONT "{{business}}", "template.not_a_text", "business" },
	{ FRONT "{{> partial}}", "template.unknown_partial", "partial" },
	{ FRONT "a <b>c</b>", "template.markup", "HTML" },
	{ FRONT "{{#informal}}\n> citaat\n{{/informal}}\n{{^informal}}\nx\n{{/informal}}",
	  "template.markup", "quotes" },
	{ FRONT "[[itemz]]", "template.markup", "double brackets" },
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(faults); i++) {
		WITH_CONTEXT(8 << 20);
		struct message_template t = make("proef.nl", faults[i].text);

		if (message_template_check(&ctx, &t) == VD_OK) fail_msg("accepted: %s", faults[i].text);
		if (strstr(ctx.error.detail, faults[i].told) == NULL ||
		    strstr(ctx.error.detail, "proef.nl") == NULL)
			fail_msg("%s: %s", faults[i].text, ctx.error.detail);
		assert_refused(message_template_check(&ctx, &t), VD_E_INVALID, faults[i].key);
	}
}

static void
test_byte_order_mark_and_dos_lines(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_template t =
	    make("proef.nl",
	         "\xEF\xBB\xBF---\r\nsubject: x {{total}}\r\n---\r\nGeachte\r\n\r\n[[items]]\r\n");
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct document doc;
	struct vd_str subject;

	(void)state;
	assert_ok(message_template_check(&ctx, &t));
	assert_ok(message_template_fill(&ctx, &t, &data, NULL, 0, &subject, &doc));
	assert_text(subject, "x €\xC2\xA0"
	                     "1.331,00");
	assert_int_equal(doc.count, 2);
}

static void
test_partials_come_from_the_set(void **state)
{
	WITH_CONTEXT(8 << 20);
	const struct message_template set[] = {
		make("slot.nl", "Met groet van {{sender_name}}"),
		make("slot.consumer_informal.nl", "Doei, {{sender_name}}"),
	};
	struct message_template t = make("proef.nl", FRONT "Tekst\n\n{{> slot}}\n");
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct document doc;
	struct vd_str subject;

	(void)state;
	assert_ok(message_template_check_in(&ctx, &t, set, 2));
	assert_ok(message_template_fill(&ctx, &t, &data, set, 2, &subject, &doc));
	assert_text(doc.blocks[1].runs[0].text, "Met groet van Debiteurenbeheer");
	data.audience = MESSAGE_CONSUMER_INFORMAL;
	assert_ok(message_template_fill(&ctx, &t, &data, set, 2, &subject, &doc));
	assert_text(doc.blocks[1].runs[0].text, "Doei, Debiteurenbeheer");
}

/* A gap in a letter is refused, with the advice to put a section around it. */
static void
test_no_gaps(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_template plain = make("proef.nl", FRONT "Bel {{creditor.phone}}.");
	struct message_template guarded =
	    make("proef.nl", FRONT "Bel{{#creditor.phone}} {{creditor.phone}}{{/creditor.phone}}.");
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct document doc;
	struct vd_str subject;

	(void)state;
	data.creditor.phone = VD_STR_NONE;
	assert_refused(message_template_fill(&ctx, &plain, &data, NULL, 0, &subject, &doc),
	               VD_E_INVALID, "template.no_value");
	data.creditor.phone = VD_STR("");
	assert_refused(message_template_fill(&ctx, &plain, &data, NULL, 0, &subject, &doc),
	               VD_E_INVALID, "template.no_value");
	assert_ok(message_template_fill(&ctx, &guarded, &data, NULL, 0, &subject, &doc));
	assert_text(doc.blocks[0].runs[0].text, "Bel.");
}

static void
test_subject_is_one_plain_line(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_template t = make("proef.nl", FRONT "x");
	struct message_data data = sample(&ctx, VD_LANG_NL), clean;
	struct document doc;
	struct vd_str subject;

	(void)state;
	data.debtor.name = VD_STR("Jan\r\nBcc: x@y.example **b** <i> & {{total}}");
	assert_ok(message_data_sample(&ctx, VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, &clean));
	assert_ok(message_template_fill(&ctx, &t, &data, NULL, 0, &subject, &doc));
	assert_text(subject, "Over Jan Bcc: x@y.example **b** <i> & {{total}}");
}

/* --- the shipped ones ------------------------------------------------------------------------- */

static void
test_shipped_are_without_fault(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct shipped s = shipped_templates(&ctx);

	(void)state;
	for (size_t i = 0; i < s.count; i++)
		if (message_template_check_in(&ctx, &s.templates[i], s.templates, s.count) != VD_OK)
			fail_msg("%s", ctx.error.detail);
}

static const char *const codes[] = { "reminder", "dunning_letter", "notice_of_default", "statement",
	                                 "stop_delivery_warning" };

/* One filled letter per code, language, audience and history; items: 1, or 2 with a credit. */
struct filled {
	struct vd_str subject, body;
	const char *code;
	struct message_data *data;
};

static void
fill_one(struct vd_context *context, const struct shipped *s, struct message_data *data,
         struct filled *out)
{
	struct vd_context ctx = *context;
	const struct message_template *t;
	struct message_rendered r;
	const struct message_assets assets = { .partials = s->templates, .partials_count = s->count };

	assert_ok(message_template_pick(&ctx, s->templates, s->count, data, &t));
	if (message_render(&ctx, t, data, &assets, MESSAGE_EMAIL, &r) != VD_OK)
		fail_msg("%.*s: %s", VD_FMT(t->name), ctx.error.detail);
	*out = (struct filled){ r.subject, r.text, NULL, data };
}

static void
for_each_letter(void (*judge)(const struct filled *))
{
	for (int n = 0; n < 2 * 3 * 3 * 2 * 5; n++) {
		WITH_CONTEXT(32 << 20);
		struct shipped s = shipped_templates(&ctx);
		struct message_data data;
		struct filled filled;
		enum vd_language language = n % 2 ? VD_LANG_NL : VD_LANG_EN;

		assert_ok(message_data_sample(&ctx, language, (enum message_audience)(n / 2 % 3),
		                              (enum message_history)(n / 6 % 3), &data));
		data.template = vd_str_c(codes[n / 36]);
		if (n / 18 % 2 ==
		    0) { /* one invoice, nothing set off, and as little else as there may be */
			data.items_count = 1;
			data.total_minor = data.overdue_minor = data.items[0].open_minor;
			data.credits_minor = 0;
			data.debtor.contact_name = data.creditor.phone = data.creditor.email =
			    data.sender_name = VD_STR_NONE;
		}
		fill_one(&ctx, &s, &data, &filled);
		filled.code = codes[n / 36];
		judge(&filled);
	}
}

static struct vd_str
body_with_blanks(const struct filled *f, char copy[static 8192])
{
	size_t n = f->body.len < 8190 ? f->body.len : 8190;

	for (size_t i = 0; i < n; i++) copy[i] = f->body.ptr[i] == '\n' ? ' ' : f->body.ptr[i];
	return (struct vd_str){ copy, n };
}

static void
judge_whole(const struct filled *f)
{
	char copy[8192];
	struct vd_str body = body_with_blanks(f, copy);
	bool dutch = f->data->language == VD_LANG_NL;

	assert_false(contains(body, "{{"));
	assert_false(contains(body, "[["));
	assert_false(contains(body, "  ,"));
	assert_false(contains(body, " ."));
	assert_true(contains(body, "2026-0412"));
	assert_true(contains(body, f->data->items_count == 1 ? (dutch ? "605,00" : "605.00")
	                                                     : (dutch ? "1.331,00" : "1,331.00")));
	assert_true(contains(body, "RF18 5390 0754 7034"));
	assert_true(contains(body, "NL91 ABNA 0417 1643 00"));
	assert_true(contains(body, dutch ? "tot en met 20 november 2026 hebben ontvangen"
	                                 : "up to and including 20 November 2026 are included"));
	assert_true(contains(body, "Voorbeeld Techniek B.V."));
}

static void
test_shipped_say_what_is_open(void **state)
{
	(void)state;
	for_each_letter(judge_whole);
}

static void
judge_threats(const struct filled *f)
{
	static const char *const threats[] = {
		"incasso",      "deurwaarder",       "rechter", "dagvaard", "BKR",   "juridisch",
		"gerechtelijk", "collection agency", "bailiff", "court",    "legal", "lawyer"
	};
	bool notice = strcmp(f->code, "notice_of_default") == 0;

	for (size_t i = 0; i < VD_LENGTH(threats); i++) {
		if (contains(f->body, threats[i])) fail_msg("%s threatens: %s", f->code, threats[i]);
		assert_false(contains(f->subject, threats[i]));
	}
	if (notice) return; /* says that it charges none */
	assert_false(contains(f->body, "rente"));
	assert_false(contains(f->body, "kosten"));
	assert_false(contains(f->body, "interest"));
	assert_false(contains(f->body, "costs"));
}

static void
test_shipped_threaten_nobody(void **state)
{
	(void)state;
	for_each_letter(judge_threats);
}

static bool
has_word(struct vd_str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; (at = vd_str_find(text, vd_str_c(word), at)) != SIZE_MAX; at++) {
		bool before = at == 0 || !vd_is_alpha(text.ptr[at - 1]);
		bool after = at + n == text.len || !vd_is_alpha(text.ptr[at + n]);

		if (before && after) return true;
	}
	return false;
}

static void
judge_address_form(const struct filled *f)
{
	static const char *const formal[] = { "u", "U", "uw", "Uw" }, *const informal[] = { "je", "Je",
		                                                                                "jij",
		                                                                                "jouw" };
	bool je = f->data->audience == MESSAGE_CONSUMER_INFORMAL;

	if (f->data->language != VD_LANG_NL || strcmp(f->code, "statement") == 0) return;
	for (size_t i = 0; i < VD_LENGTH(formal); i++) {
		if (has_word(f->body, je ? formal[i] : informal[i]) ||
		    has_word(f->subject, je ? formal[i] : informal[i]))
			fail_msg("%s for audience %d says \"%s\"", f->code, (int)f->data->audience,
			         je ? formal[i] : informal[i]);
	}
	assert_true(has_word(f->body, je ? "je" : "u"));
}

static void
test_shipped_do_not_mix_u_and_je(void **state)
{
	(void)state;
	for_each_letter(judge_address_form);
}

/* Art. 6:82 BW: a notice of default sets a term. Without a day there is no notice. */
static void
test_notice_of_default_needs_its_term(void **state)
{
	(void)state;
	for (int n = 0; n < 6; n++) {
		WITH_CONTEXT(32 << 20);
		struct shipped s = shipped_templates(&ctx);
		struct message_data data;
		const struct message_template *t;
		struct message_assets assets = { 0 };
		struct message_rendered r;

		assert_ok(message_data_sample(&ctx, n % 2 ? VD_LANG_NL : VD_LANG_EN,
		                              (enum message_audience)(n / 2), MESSAGE_NORMAL, &data));
		data.template = VD_STR("notice_of_default");
		assert_ok(message_template_pick(&ctx, s.templates, s.count, &data, &t));
		assert_ok(message_render(&ctx, t, &data, &assets, MESSAGE_EMAIL, &r));
		assert_true(contains(r.text, n % 2 ? "29 november 2026" : "29 November 2026"));
		assert_true(contains(r.text, "6:82"));
		data.pay_before = VD_DATE_NONE;
		assert_refused(message_render(&ctx, t, &data, &assets, MESSAGE_EMAIL, &r), VD_E_INVALID,
		               "template.no_value");
	}
}

/* Each name that exists is explained in docs/templates.md, and each explained name exists. */
static void
collect_names(struct vd_context *ctx, const struct mustache_value *v, const char *prefix,
              struct vd_buf *out)
{
	for (size_t i = 0; i < v->count && v->kind == MUSTACHE_OBJECT; i++) {
		const struct mustache_field *f = &v->fields[i];
		char name[100];

		snprintf(name, sizeof(name), "%s%s", prefix, f->name);
		vd_buf_addf(out, "`%s`\n", name);
		if (f->value.kind == MUSTACHE_OBJECT && prefix[0] == '\0' &&
		    strcmp(f->name, "debtor") != 0) {
			snprintf(name, sizeof(name), "%s.", f->name);
			collect_names(ctx, &f->value, name, out);
		}
	}
}

static void
test_names_are_documented(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct vd_str docs = source_file(&ctx, "docs/templates.md"), names, name;
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct vd_buf b = VD_BUF(&ctx, 20000);
	struct mustache_value root;
	int count = 0;

	(void)state;
	assert_ok(message_variables(&ctx, &data, &root));
	collect_names(&ctx, &root, "", &b);
	names = vd_buf_str(&b);
	while (vd_str_cut(&names, '\n', &name)) {
		if (name.len > 0 && vd_str_find(docs, name, 0) == SIZE_MAX)
			fail_msg("docs/templates.md lacks %.*s", VD_FMT(name));
		count++;
	}
	assert_true(count > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_byte_order_mark_and_dos_lines),
		cmocka_unit_test(test_partials_come_from_the_set),
		cmocka_unit_test(test_no_gaps),
		cmocka_unit_test(test_subject_is_one_plain_line),
		cmocka_unit_test(test_shipped_are_without_fault),
		cmocka_unit_test(test_shipped_say_what_is_open),
		cmocka_unit_test(test_shipped_threaten_nobody),
		cmocka_unit_test(test_shipped_do_not_mix_u_and_je),
		cmocka_unit_test(test_notice_of_default_needs_its_term),
		cmocka_unit_test(test_names_are_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
