/* Numbers of parties, addresses, codes and languages; amounts and days as people write them. */
#include "unit.h"
#include "value/identifier.h"

typedef enum vd_status parser(struct vd_context *, struct vd_str, struct vd_str *);

struct row {
	const char *text, *expected; /* the normalised text, or NULL when refused */
	const char *key;             /* of the refusal */
};

static void
run_rows(parser *parse, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		WITH_CONTEXT(1 << 16);
		struct vd_str out = VD_STR("kept");

		if (rows[i].expected == NULL) {
			if (parse(&ctx, TEXT(rows[i].text), &out) == VD_OK)
				fail_msg("\"%s\" is accepted", rows[i].text);
			assert_int_equal(ctx.error.status, VD_E_INVALID);
			assert_string_equal(ctx.error.key, rows[i].key);
			assert_text(out, "kept");
		} else {
			assert_ok(parse(&ctx, TEXT(rows[i].text), &out));
			assert_text(out, rows[i].expected);
		}
	}
}

static void
kvk_numbers(void **state)
{
	static const struct row rows[] = {
		{ "01234567", "01234567", NULL },
		{ " 3412.5678 ", "34125678", NULL },
		{ "1234567", NULL, "kvk.syntax" },
		{ "123456789", NULL, "kvk.syntax" },
		{ "1234567A", NULL, "kvk.syntax" },
		{ "", NULL, "kvk.syntax" },
		{ "12345678901234567890123456789012345678901234567890", NULL, "kvk.syntax" },
	};

	(void)state;
	run_rows(vd_kvk_parse, rows, VD_LENGTH(rows));
}

static void
oin_numbers(void **state)
{
	static const struct row rows[] = {
		{ "00000003123456780000", "00000003123456780000", NULL },
		{ "00000001 002220647 000", "00000001002220647000", NULL },
		{ "00000004000000067000", "00000004000000067000", NULL },
		{ "00000003123456789000", NULL, "oin.structure" },
		{ "00000005123456780000", NULL, "oin.structure" },
		{ "10000003123456780000", NULL, "oin.structure" },
		{ "00000001002220647001", NULL, "oin.structure" },
		{ "0000000312345678000", NULL, "oin.syntax" },
		{ "0000000312345678000A", NULL, "oin.syntax" },
	};

	(void)state;
	run_rows(vd_oin_parse, rows, VD_LENGTH(rows));
}

static void
vat_numbers(void **state)
{
	static const struct row rows[] = {
		/* published examples: python-stdnum, the tax office, help pages */
		{ "NL002455799B11", "NL002455799B11", NULL }, /* sole trader, mod 97 */
		{ "NL000099998B57", "NL000099998B57", NULL },
		{ "NL123456789B13", "NL123456789B13", NULL },
		{ "NL123456782B01", "NL123456782B01", NULL }, /* legal person, mod 11 */
		{ "NL004495445B01", "NL004495445B01", NULL },
		{ "nl 0044.95.445.B01", "NL004495445B01", NULL },
		{ "004495445B01", "NL004495445B01", NULL },
		{ "NL123456789B90", NULL, "vat.check_digits" },
		{ "NL004495446B01", NULL, "vat.check_digits" },
		{ "NL004495445B00", NULL, "vat.check_digits" },
		{ "NL000000000B01", NULL, "vat.check_digits" },
		{ "NL4495445B01", NULL, "vat.structure" },
		{ "NL004495445C01", NULL, "vat.structure" },
		{ "BE 0428.759.497", "BE0428759497", NULL },
		{ "BE2428759497", NULL, "vat.structure" },
		{ "DE136695976", "DE136695976", NULL },
		{ "DE13669597", NULL, "vat.structure" },
		{ "FR40303265045", "FR40303265045", NULL },
		{ "FRXX303265045", "FRXX303265045", NULL },
		{ "ATU13585627", "ATU13585627", NULL },
		{ "AT13585627", NULL, "vat.structure" },
		{ "EL094259216", "EL094259216", NULL },
		{ "GR094259216", NULL, "vat.country" },
		{ "ESX1234567Z", "ESX1234567Z", NULL },
		{ "IE6388047V", "IE6388047V", NULL },
		{ "IE3628739UA", "IE3628739UA", NULL },
		{ "IE8D79739I", "IE8D79739I", NULL },
		{ "CY10259033P", "CY10259033P", NULL },
		{ "CZ12345678", "CZ12345678", NULL },
		{ "CZ1234567890", "CZ1234567890", NULL },
		{ "CZ12345678901", NULL, "vat.structure" },
		{ "RO18547290", "RO18547290", NULL },
		{ "RO1", NULL, "vat.structure" },
		{ "SE556188840401", "SE556188840401", NULL },
		{ "SE556188840402", NULL, "vat.structure" },
		{ "CHE-123.456.788 MWST", "CHE123456788MWST", NULL },
		{ "XIGD001", "XIGD001", NULL },
		{ "GB980780684", "GB980780684", NULL },
		{ "", NULL, "vat.country" },
		{ "US123456789", NULL, "vat.country" },
		{ "geen", NULL, "vat.country" },
		{ "NL", NULL, "vat.structure" },
		{ "NL123456782B01; DROP", NULL, "vat.country" },
	};

	(void)state;
	run_rows(vd_vat_parse, rows, VD_LENGTH(rows));
}

static void
published_numbers(void **state)
{
	static const struct {
		const char *group, *field, *answer;
		parser *parse;
	} groups[] = {
		{ "btw", "vat_id", "valid", vd_vat_parse },
		{ "kvk", "number", "format_ok", vd_kvk_parse },
		{ "oin", "oin", "kind", vd_oin_parse },
	};

	(void)state;
	for (size_t g = 0; g < VD_LENGTH(groups); g++) {
		json_t *rows = law_vectors(groups[g].group), *row;
		size_t i;

		if (rows == NULL) skip();
		json_array_foreach(rows, i, row)
		{
			WITH_CONTEXT(1 << 16);
			json_t *answer = json_object_get(json_object_get(row, "expect"), groups[g].answer);
			bool valid = json_is_true(answer) || json_is_string(answer);
			struct vd_str out;

			assert_int_equal(groups[g].parse(&ctx, TEXT(vector_text(row, "input", groups[g].field)),
			                                 &out) == VD_OK,
			                 valid);
		}
		json_decref(rows);
	}
}

static void
email_addresses(void **state)
{
	static const struct row rows[] = {
		{ "info@Example.NL", "info@example.nl", NULL },
		{ " Jan.de-Vries+factuur@mail.example.co.uk ", "Jan.de-Vries+factuur@mail.example.co.uk",
		  NULL },
		{ "a@b.cd", "a@b.cd", NULL },
		{ "!#$%&'*+/=?^_`{|}~-@example.nl", "!#$%&'*+/=?^_`{|}~-@example.nl", NULL },
		{ "andr\xC3\xA9@example.nl", "andr\xC3\xA9@example.nl", NULL },
		{ "x@xn--caf-dma.nl", "x@xn--caf-dma.nl", NULL },
		{ "", NULL, "email.syntax" },
		{ "info", NULL, "email.syntax" },
		{ "@example.nl", NULL, "email.local" },
		{ ".info@example.nl", NULL, "email.local" },
		{ "info.@example.nl", NULL, "email.local" },
		{ "in..fo@example.nl", NULL, "email.local" },
		{ "in fo@example.nl", NULL, "email.local" },
		{ "a@b@example.nl", NULL, "email.local" },
		{ "Jan <jan@example.nl>", NULL, "email.local" },
		{ "jan@example.nl, piet@example.nl", NULL, "email.local" },
		{ "jan@example.nl;piet@example.nl", NULL, "email.local" },
		{ "\"jan de vries\"@example.nl", NULL, "email.local" },
		{ "jan\r\nBcc: x@example.nl", NULL, "email.local" },
		{ "jan@example.nl\nBcc", NULL, "email.domain" },
		{ "jan\xE2\x80\x8B@example.nl", NULL, "email.local" }, /* zero-width space */
		{ "jan\xE2\x80\xAE@example.nl", NULL, "email.local" }, /* text turned round */
		{ "jan\xC2\xA0@example.nl", NULL, "email.local" },     /* no-break space */
		{ "jan\xFF@example.nl", NULL, "email.local" },
		{ "jan@", NULL, "email.domain" },
		{ "jan@localhost", NULL, "email.domain" },
		{ "jan@example.n", NULL, "email.domain" },
		{ "jan@example..nl", NULL, "email.domain" },
		{ "jan@.example.nl", NULL, "email.domain" },
		{ "jan@example.nl.", NULL, "email.domain" },
		{ "jan@-example.nl", NULL, "email.domain" },
		{ "jan@exam_ple.nl", NULL, "email.domain" },
		{ "jan@[192.0.2.1]", NULL, "email.domain" },
		{ "jan@192.0.2.12", NULL, "email.domain" },
		{ "jan@caf\xC3\xA9.nl", NULL, "email.domain" },
	};
	char long_local[80], long_all[300];

	(void)state;
	run_rows(vd_email_parse, rows, VD_LENGTH(rows));
	snprintf(long_local, sizeof(long_local), "%064d@example.nl", 1);
	run_rows(vd_email_parse, &(struct row){ long_local, long_local, NULL }, 1);
	snprintf(long_local, sizeof(long_local), "%065d@example.nl", 1);
	run_rows(vd_email_parse, &(struct row){ long_local, NULL, "email.local" }, 1);
	snprintf(long_all, sizeof(long_all), "a@%063d.%063d.%063d.%057d.nl", 1, 1, 1, 1);
	assert_int_equal(strlen(long_all), 254);
	run_rows(vd_email_parse, &(struct row){ long_all, long_all, NULL }, 1);
	snprintf(long_all, sizeof(long_all), "a@%063d.%063d.%063d.%058d.nl", 1, 1, 1, 1);
	run_rows(vd_email_parse, &(struct row){ long_all, NULL, "email.syntax" }, 1);
}

static void
codes(void **state)
{
	static const struct row rows[] = {
		{ "F-2025 / 001", "F2025001", NULL },
		{ "f2025001", "F2025001", NULL },
		{ "", "", NULL },
		{ " -/. ", "", NULL },
		{ "N\xC2\xBA 12", "NO12", NULL },           /* the masculine ordinal */
		{ "F\xC3\x84-1", "FA1", NULL },             /* A umlaut */
		{ "\xEF\xBC\xA6\xEF\xBC\x91", "F1", NULL }, /* full-width F1 */
		{ "2025\xE2\x80\x93"
		  "001",
		  "2025001", NULL }, /* en dash */
	};

	(void)state;
	run_rows(vd_code_normalise, rows, VD_LENGTH(rows));
}

static void
languages(void **state)
{
	static const struct {
		const char *text;
		int language;
	} rows[] = {
		{ "nl", VD_LANG_NL }, { "nl-NL", VD_LANG_NL },
		{ "NL", VD_LANG_NL }, { "nl_BE", VD_LANG_NL },
		{ "en", VD_LANG_EN }, { "en-US", VD_LANG_EN },
		{ "DE", VD_LANG_DE }, { "fr-FR", VD_LANG_FR },
		{ "", -1 },           { "n", -1 },
		{ "nld", -1 },        { "es", -1 },
		{ "Nederlands", -1 }, { "-nl", -1 },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		enum vd_language language;

		assert_int_equal(vd_language_parse(TEXT(rows[i].text), &language), rows[i].language >= 0);
		if (rows[i].language >= 0) assert_int_equal(language, rows[i].language);
	}
	assert_string_equal(vd_language_tag(VD_LANG_NL), "nl");
	assert_string_equal(vd_language_tag(VD_LANG_FR), "fr");
}

static void
amounts_for_people(void **state)
{
#define SIGN "\xE2\x82\xAC"
#define NBSP "\xC2\xA0"
	static const struct {
		int64_t minor;
		const char *currency, *text[VD_LANG__COUNT];
	} rows[] = {
		{ 123450,
		  "EUR",
		  { SIGN " 1.234,50", SIGN " 1,234.50", "1.234,50 " SIGN, "1" NBSP "234,50 " SIGN } },
		{ 0, "EUR", { SIGN " 0,00", SIGN " 0.00", "0,00 " SIGN, "0,00 " SIGN } },
		{ -5, "EUR", { SIGN " -0,05", "-" SIGN " 0.05", "-0,05 " SIGN, "-0,05 " SIGN } },
		{ 99999, "EUR", { SIGN " 999,99", SIGN " 999.99", "999,99 " SIGN, "999,99 " SIGN } },
		{ 100000000,
		  "USD",
		  { "USD 1.000.000,00", "USD 1,000,000.00", "1.000.000,00 USD",
		    "1" NBSP "000" NBSP "000,00 USD" } },
		{ 1234567,
		  "JPY",
		  { "JPY 1.234.567", "JPY 1,234,567", "1.234.567 JPY", "1" NBSP "234" NBSP "567 JPY" } },
		{ INT64_MIN,
		  "EUR",
		  { SIGN " -92.233.720.368.547.758,08", "-" SIGN " 92,233,720,368,547,758.08",
		    "-92.233.720.368.547.758,08 " SIGN,
		    "-92" NBSP "233" NBSP "720" NBSP "368" NBSP "547" NBSP "758,08 " SIGN } },
		{ INT64_MIN,
		  "JPY",
		  { "JPY -9.223.372.036.854.775.808", "-JPY 9,223,372,036,854,775,808",
		    "-9.223.372.036.854.775.808 JPY",
		    "-9" NBSP "223" NBSP "372" NBSP "036" NBSP "854" NBSP "775" NBSP "808 JPY" } },
	};
	WITH_CONTEXT(0);

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		for (int l = 0; l < VD_LANG__COUNT; l++) {
			struct vd_money m = { rows[i].minor, VD_EUR };
			char text[64];

			assert_ok(vd_currency_parse(&ctx, TEXT(rows[i].currency), &m.currency));
			vd_money_human(m, (enum vd_language)l, text);
			assert_string_equal(text, rows[i].text[l]);
		}
}

static void
days_for_people(void **state)
{
	static const struct {
		const char *iso, *text[VD_LANG__COUNT];
	} rows[] = {
		{ "2026-12-31",
		  { "31 december 2026", "31 December 2026", "31. Dezember 2026",
		    "31 d\xC3\xA9"
		    "cembre 2026" } },
		{ "2026-03-01",
		  { "1 maart 2026", "1 March 2026", "1. M\xC3\xA4rz 2026", "1er mars 2026" } },
		{ "2026-08-09",
		  { "9 augustus 2026", "9 August 2026", "9. August 2026", "9 ao\xC3\xBBt 2026" } },
	};
	WITH_CONTEXT(0);
	char text[40];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++)
		for (int l = 0; l < VD_LANG__COUNT; l++) {
			struct vd_date date;

			assert_ok(vd_date_parse(&ctx, TEXT(rows[i].iso), &date));
			vd_date_human(date, (enum vd_language)l, text);
			assert_string_equal(text, rows[i].text[l]);
		}
	vd_date_human(VD_DATE_NONE, VD_LANG_NL, text);
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kvk_numbers),     cmocka_unit_test(oin_numbers),
		cmocka_unit_test(vat_numbers),     cmocka_unit_test(published_numbers),
		cmocka_unit_test(email_addresses), cmocka_unit_test(codes),
		cmocka_unit_test(languages),       cmocka_unit_test(amounts_for_people),
		cmocka_unit_test(days_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
