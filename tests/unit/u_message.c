/* Message data: JSON there and back, cleaning, sums; and the two bodies of a mail. */
#include "correspondence/fields.h"
#include "correspondence/words.h"
#include "base/utf8.h"

#include "letter_support.h"

static void
assert_same_text(struct vd_str a, struct vd_str b)
{
	assert_int_equal(vd_str_is_none(a), vd_str_is_none(b));
	assert_true(vd_str_eq(a, b));
}

static void
assert_same(const struct message_data *a, const struct message_data *b)
{
	for (size_t i = 0; i < DATA_TEXTS; i++)
		assert_same_text(text_of(a, &data_texts[i]), text_of(b, &data_texts[i]));
	for (size_t i = 0; i < DATA_DATES; i++)
		assert_int_equal(date_of(a, &data_dates[i]).day, date_of(b, &data_dates[i]).day);
	for (size_t i = 0; i < DATA_MINORS; i++)
		assert_int_equal(minor_of(a, &data_minors[i]), minor_of(b, &data_minors[i]));
	for (size_t i = 0; i < PARTY_TEXTS; i++) {
		assert_same_text(text_of(&a->debtor, &party_texts[i]),
		                 text_of(&b->debtor, &party_texts[i]));
		assert_same_text(text_of(&a->creditor, &party_texts[i]),
		                 text_of(&b->creditor, &party_texts[i]));
	}
	assert_int_equal(a->template_version, b->template_version);
	assert_int_equal(a->language, b->language);
	assert_int_equal(a->audience, b->audience);
	assert_int_equal(a->history, b->history);
	assert_string_equal(a->currency.code, b->currency.code);
	assert_int_equal(a->items_count, b->items_count);
	for (size_t i = 0; i < a->items_count; i++) {
		const struct message_item *x = &a->items[i], *y = &b->items[i];

		for (size_t k = 0; k < ITEM_TEXTS; k++)
			assert_same_text(text_of(x, &item_texts[k]), text_of(y, &item_texts[k]));
		assert_int_equal(x->line, y->line);
		assert_int_equal(x->credit, y->credit);
		assert_int_equal(x->days_late, y->days_late);
		assert_int_equal(x->issued_on.day, y->issued_on.day);
		assert_int_equal(x->due_on.day, y->due_on.day);
		assert_int_equal(x->amount_minor, y->amount_minor);
		assert_int_equal(x->open_minor, y->open_minor);
	}
}

static void
round_trip(struct vd_context *context, const struct message_data *data)
{
	struct vd_context ctx = *context;
	struct message_data back;
	struct vd_str json, again;

	assert_ok(message_data_to_json(&ctx, data, &json));
	assert_ok(message_data_from_json(&ctx, json, &back));
	assert_same(data, &back);
	assert_ok(message_data_to_json(&ctx, &back, &again));
	assert_true(vd_str_eq(json, again));
}

static void
test_json_there_and_back(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL);

	(void)state;
	round_trip(&ctx, &data);
	data.audience = MESSAGE_CONSUMER_INFORMAL;
	data.history = MESSAGE_FREQUENT;
	data.language = VD_LANG_FR;
	data.tone = data.sender_name = VD_STR_NONE;
	data.debtor.name = VD_STR("\"Łódź\"\n\\ <b>\t☃ 🚀");
	data.payment_reference = VD_STR("");
	data.pay_before = data.bank_day = VD_DATE_NONE;
	data.items[0].days_late = -12;
	data.items[0].due_on = VD_DATE_NONE;
	data.items[0].line = 3;
	data.total_minor = -1;
	data.overdue_minor = INT64_C(900000000000000);
	round_trip(&ctx, &data);
	data.currency = (struct vd_currency){ "JPY" };
	round_trip(&ctx, &data);
	data.items_count = 0;
	data.items = NULL;
	round_trip(&ctx, &data);
}

static const struct {
	const char *from, *to, *field; /* one change in good JSON */
} broken[] = {
	{ "{", "[", NULL },
	{ "\"language\":\"nl\"", "\"language\":\"xx\"", "language" },
	{ "\"audience\":\"business\"", "\"audience\":\"everyone\"", "audience" },
	{ "\"history\":\"normal\"", "\"history\":1", "history" },
	{ "\"currency\":\"EUR\"", "\"currency\":\"EURO\"", "currency" },
	{ "\"total\":\"1331.00\"", "\"total\":1331.00", "total" },
	{ "\"total\":\"1331.00\"", "\"total\":\"1331,00\"", NULL },
	{ "\"total\":\"1331.00\"", "\"sum\":\"1331.00\"", "total" },
	{ "\"today\":\"2026-11-22\"", "\"today\":\"2026-02-30\"", NULL },
	{ "\"today\":\"2026-11-22\"", "\"today\":20261122", "today" },
	{ "\"items\":[", "\"items\":[1,", "items" },
	{ "\"line\":1", "\"line\":\"1\"", "line" },
	{ "\"days_late\":21", "\"days_late\":99999999999", "days_late" },
	{ "\"credit\":false", "\"credit\":0", "credit" },
	{ "\"debtor\":{", "\"debtors\":{", "debtor" },
	{ "\"currency\":\"EUR\"", "\"currency\":\"EUR\",\"currency\":\"USD\"", NULL },
};

static void
test_broken_json_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(broken); i++) {
		WITH_CONTEXT(8 << 20);
		struct message_data data = sample(&ctx, VD_LANG_NL), back;
		struct vd_str json, changed;
		size_t at;

		assert_ok(message_data_to_json(&ctx, &data, &json));
		at = vd_str_find(json, vd_str_c(broken[i].from), 0);
		assert_int_not_equal(at, SIZE_MAX);
		assert_ok(vd_str_printf(&ctx, &changed, "%.*s%s%s", (int)at, json.ptr, broken[i].to,
		                        json.ptr + at + strlen(broken[i].from)));
		if (message_data_from_json(&ctx, changed, &back) != VD_E_INVALID)
			fail_msg("accepted: %s", broken[i].to);
		if (broken[i].field != NULL) assert_string_equal(ctx.error.field, broken[i].field);
	}
}

/* Every prefix is refused; nothing is read past the end. */
static void
test_cut_json_is_refused(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL), back;
	struct vd_str json;

	(void)state;
	assert_ok(message_data_to_json(&ctx, &data, &json));
	for (size_t n = 0; n < json.len; n++) {
		char *exact = malloc(n + 1); /* so that a sanitizer sees a step too far */

		memcpy(exact, json.ptr, n);
		assert_int_equal(message_data_from_json(&ctx, (struct vd_str){ exact, n }, &back),
		                 VD_E_INVALID);
		free(exact);
	}
}

static const struct {
	const char *from, *to;
} plain[] = {
	{ "Jan", "Jan" },
	{ "  Jan \t de\r\n\r\n Vries ", "Jan de Vries" },
	{ "a\x01"
	  "b\x1f"
	  "c\x7f",
	  "abc" },
	{ "a\xC2\x85"
	  "b",
	  "a b" }, /* U+0085 next line */
	{ "a\xE2\x80\xA8"
	  "b\xE2\x80\xA9"
	  "c",
	  "a b c" }, /* line and paragraph separator */
	{ "\xE2\x80\xAE"
	  "gnp.exe\xE2\x80\xAC",
	  "gnp.exe" },                        /* right-to-left override */
	{ "\xE2\x81\xA6x\xE2\x81\xA9", "x" }, /* isolates */
	{ "\xEF\xBB\xBFx", "x" },             /* byte order mark */
	{ "ko\xC2\xADper", "koper" },         /* soft hyphen */
	{ "a\xC2\xA0"
	  "b",
	  "a\xC2\xA0"
	  "b" }, /* no-break space stays */
	{ "\xF0\x9F\x9A\x80", "\xF0\x9F\x9A\x80" },
	{ "", "" },
	{ " \n ", "" },
};

static void
test_plain(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct vd_buf b = VD_BUF(&ctx, 4096);
	struct vd_str out;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(plain); i++) {
		assert_ok(message_plain(&ctx, "x", vd_str_c(plain[i].from), &out));
		assert_text(out, plain[i].to);
	}
	assert_ok(message_plain(&ctx, "x", VD_STR_NONE, &out));
	assert_true(vd_str_is_none(out));
	assert_refused(message_plain(&ctx, "name",
	                             VD_STR("a\xff"
	                                    "b"),
	                             &out),
	               VD_E_INVALID, "message.not_utf8");
	for (int i = 0; i < MESSAGE_TEXT_MAX; i++) vd_buf_add_c(&b, "é");
	assert_ok(message_plain(&ctx, "x", vd_buf_str(&b), &out));
	assert_int_equal(out.len, 2 * MESSAGE_TEXT_MAX);
	vd_buf_add_c(&b, "é");
	assert_ok(message_plain(&ctx, "x", vd_buf_str(&b), &out));
	assert_int_equal(out.len, 2 * MESSAGE_TEXT_MAX + 3); /* and an ellipsis */
}

static void
test_sums_must_be_right(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL), clean;

	(void)state;
	assert_ok(message_data_clean(&ctx, &data, &clean));
	data.total_minor++;
	assert_refused(message_data_clean(&ctx, &data, &clean), VD_E_INVALID, "message.sums_differ");
	data.total_minor--;
	data.credits_minor--;
	assert_refused(message_data_clean(&ctx, &data, &clean), VD_E_INVALID, "message.sums_differ");
	data.credits_minor++;
	data.items[0].open_minor = -data.items[0].open_minor;
	assert_refused(message_data_clean(&ctx, &data, &clean), VD_E_INVALID, "message.negative_item");
	data.items[0].open_minor = INT64_MAX;
	assert_int_equal(message_data_clean(&ctx, &data, &clean), VD_E_LIMIT);
	data.items_count = MESSAGE_ITEMS_MAX + 1;
	assert_refused(message_data_clean(&ctx, &data, &clean), VD_E_LIMIT, "message.too_many_items");
}

static const struct {
	const char *country, *postcode, *city, *expected; /* lines behind the street */
} places[] = {
	{ "NL", "1234 AB", "Utrecht", "1234 AB\xC2\xA0\xC2\xA0Utrecht" },
	{ "", "1234 AB", "Utrecht", "1234 AB Utrecht" },
	{ "BE", "2000", "Antwerpen", "2000 Antwerpen|BELGIË" },
	{ "DE", "10115", "Berlin", "10115 Berlin|DUITSLAND" },
	{ "GB", "AB1 2CD", "London", "London|AB1 2CD|VERENIGD KONINKRIJK" },
	{ "US", "NY 10001", "New York", "New York NY 10001|VERENIGDE STATEN" },
	{ "TR", "34000", "İstanbul", "34000 İstanbul|TURKIJE" },
	{ "XX", "1", "Stad", "1 Stad|XX" },
	{ "FR", "", "Paris", "Paris|FRANKRIJK" },
};

static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(places); i++) {
		WITH_CONTEXT(1 << 20);
		struct message_data data = sample(&ctx, VD_LANG_NL);
		struct vd_str lines[MESSAGE_ADDRESS_LINES], joined;
		struct vd_buf b = VD_BUF(&ctx, 1000);
		size_t count;

		data.debtor.country = vd_str_c(places[i].country);
		data.debtor.postcode = vd_str_c(places[i].postcode);
		data.debtor.city = vd_str_c(places[i].city);
		assert_ok(message_address(&ctx, &data, &data.debtor, lines, &count));
		assert_text(lines[0], "Bakkerij De Proef");
		assert_text(lines[1], "T.a.v. S. Bakker");
		assert_text(lines[2], "Dorpsplein 3");
		for (size_t k = 3; k < count; k++) {
			if (k > 3) vd_buf_add_char(&b, '|');
			vd_buf_add(&b, lines[k]);
		}
		joined = vd_buf_str(&b);
		assert_text(joined, places[i].expected);
	}
}

/* --- bodies ----------------------------------------------------------------------------------- */

static struct message_rendered
render(struct vd_context *context, const char *body, const struct message_data *data)
{
	struct vd_context ctx = *context;
	struct message_template t = { .name = VD_STR("proef.nl") };
	const struct message_assets assets = { 0 };
	struct message_rendered r;

	assert_ok(vd_str_printf(&ctx, &t.text, "---\nsubject: Proef\n---\n%s", body));
	assert_ok(message_render(&ctx, &t, data, &assets, MESSAGE_EMAIL, &r));
	return r;
}

static const struct {
	const char *body, *text; /* without the sentence about the bank day */
} texts[] = {
	{ "Een\ntwee **drie** *vier*\n\nVijf", "Een twee drie vier\n\nVijf\n" },
	{ "Een regel die langer is dan zesenzeventig tekens moet worden afgebroken op een blank.",
	  "Een regel die langer is dan zesenzeventig tekens moet worden afgebroken op\neen blank.\n" },
	{ "a\\\nb", "a\nb\n" },
	{ "- een\n- twee\n\n1. drie\n2. vier", "- een\n- twee\n\n1. drie\n2. vier\n" },
	{ "- een\n\n  meer", "- een\n  meer\n" },
	{ "Kijk [hier](https://x.example/a) of [https://y.example](https://y.example) of <a@b.example>.",
	  "Kijk hier (https://x.example/a) of https://y.example of a@b.example.\n" },
	{ "a\n\n---\n\nb", "a\n\n-----\n\nb\n" },
	{ "# Kop\n\nTekst", "Kop\n\nTekst\n" },
	{ "{{debtor.name}} & <b\\>", "Bakkerij De Proef & <b>\n" },
};

static void
test_text_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		WITH_CONTEXT(8 << 20);
		struct message_data data = sample(&ctx, VD_LANG_NL);

		data.bank_day = VD_DATE_NONE;
		assert_text(render(&ctx, texts[i].body, &data).text, texts[i].text);
	}
}

static size_t
longest_line(struct vd_str text)
{
	size_t longest = 0;
	struct vd_str line;

	while (vd_str_cut(&text, '\n', &line))
		if (vd_utf8_count(line) > longest) longest = vd_utf8_count(line);
	return longest;
}

static void
test_text_is_never_wide(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_rendered r;

	(void)state;
	data.items[0].description = VD_STR(
	    "Een tamelijk lange omschrijving met été en ș en Ł die over de regel heen zal gaan lopen");
	r = render(
	    &ctx,
	    "{{debtor.name}} {{total}} {{contact}} {{debtor.name}} {{total}} {{contact}}\n\n[[items]]\n\n[[payment]]",
	    &data);
	assert_true(longest_line(r.text) <= 76);
	assert_true(longest_line(r.text) > 60);
}

static const struct {
	const char *body;
	int count; /* of the sentence about the bank day, always */
} bank_days[] = {
	{ "a", 1 },
	{ "a\n\n[[items]]\n\nb", 1 },
	{ "a\n\n[[payment]]\n\nb", 1 },
	{ "[[items]]\n\n[[payment]]", 1 },
};

static void
test_each_message_tells_the_bank_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(bank_days); i++) {
		WITH_CONTEXT(8 << 20);
		struct message_data data = sample(&ctx, VD_LANG_NL);
		struct message_rendered r = render(&ctx, bank_days[i].body, &data);

		assert_true(contains(r.text, "20 november 2026 hebben"));
		assert_true(contains(r.html, "20\xC2\xA0november\xC2\xA0"
		                             "2026 hebben ontvangen"));
	}
}

static void
only_known_elements(struct vd_str html)
{
	static const char *const known[] = { "!DOCTYPE", "html",  "head",  "meta",   "title", "style",
		                                 "body",     "table", "thead", "tbody",  "tr",    "th",
		                                 "td",       "p",     "h2",    "ul",     "ol",    "li",
		                                 "a",        "br",    "hr",    "strong", "em",    "span" };

	for (size_t at = 0; (at = vd_str_find(html, VD_STR("<"), at)) != SIZE_MAX; at++) {
		struct vd_str name = vd_str_sub(html, at + 1, 12);
		bool found = false;

		if (vd_str_starts(name, VD_STR("/"))) name = vd_str_sub(name, 1, 11);
		for (size_t i = 0; i < VD_LENGTH(known) && !found; i++) {
			size_t n = strlen(known[i]);

			found = vd_str_starts(name, vd_str_c(known[i])) && strchr(" >", name.ptr[n]) != NULL;
		}
		if (!found) fail_msg("an element that is not ours: %.*s", VD_FMT(name));
	}
}

/* No element, attribute or remote thing that we did not write ourselves. */
static void
test_html_is_ours(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_rendered r;

	(void)state;
	data.debtor.name = VD_STR("<script>alert(1)</script>\"'&");
	data.creditor.name = VD_STR("</title><img src=http://t.example/x>");
	data.items[0].number = VD_STR("<b>1</b>");
	data.items[0].description = VD_STR("\" onload=\"x");
	data.payment_reference = VD_STR("</td><iframe>");
	data.message_number = VD_STR("<style>");
	r = render(
	    &ctx,
	    "{{debtor.name}} [x](https://x.example/\"onclick=) {{creditor.name}}\n\n[[items]]\n\n[[payment]]",
	    &data);
	only_known_elements(r.html);
	assert_false(contains(r.html, "\" onload"));
	assert_false(contains(r.html, "\"onclick"));
	assert_false(contains(r.html, "url("));
	assert_false(contains(r.html, "@import"));
	assert_true(contains(r.html, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
	assert_true(contains(r.html, "<html lang=\"nl\">"));
	assert_true(contains(r.html, "color-scheme"));
}

static void
test_nothing_to_pay(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_rendered r;

	(void)state;
	data.items[2].open_minor = data.items[2].amount_minor = 200000;
	data.credits_minor = 200000;
	data.total_minor = 145200 - 200000;
	r = render(
	    &ctx,
	    "{{^to_pay}}niets{{/to_pay}}{{#to_pay}}betaal{{/to_pay}}\n\n[[items]]\n\n[[payment]]\n\nEinde",
	    &data);
	assert_true(contains(r.text, "niets"));
	assert_true(contains(r.text, "Tegoed: € 548,00"));
	assert_false(contains(r.text, "IBAN"));
	assert_false(contains(r.html, "IBAN"));
	assert_false(contains(r.text, "\n\n\n"));
}

/* What is netted for a decision has no number of its own. */
static void
test_item_without_number(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_rendered r;

	(void)state;
	data.items[2].number = VD_STR("");
	data.items[2].description = VD_STR("Al ontvangen of gecrediteerd");
	data.items[2].order_ref = VD_STR_NONE;
	r = render(&ctx, "[[items]]", &data);
	assert_true(contains(r.text, "- Al ontvangen of gecrediteerd: € -121,00\n"));
	assert_true(contains(r.html, "<strong>Al ontvangen of gecrediteerd</strong></td>"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_there_and_back),
		cmocka_unit_test(test_broken_json_is_refused),
		cmocka_unit_test(test_cut_json_is_refused),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_sums_must_be_right),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_text_body),
		cmocka_unit_test(test_text_is_never_wide),
		cmocka_unit_test(test_each_message_tells_the_bank_day),
		cmocka_unit_test(test_html_is_ours),
		cmocka_unit_test(test_nothing_to_pay),
		cmocka_unit_test(test_item_without_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
