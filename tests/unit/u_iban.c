/* IBANs: published examples, every fault with its own key, and other people's tables. */
#include "unit.h"
#include "value/iban.h"

static void
good_ones(void **state)
{
	static const struct {
		const char *text, *plain, *pretty;
	} rows[] = {
		{ "NL91ABNA0417164300", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00" },
		{ "nl91 abna 0417 1643 00", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00" },
		{ " NL.91.ABNA.0417.1643.00\t", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00" },
		{ "IBAN NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00" },
		{ "NL91\xC2\xA0"
		  "ABNA\xC2\xA0"
		  "0417-1643-00",
		  "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00" },
		/* the examples of the SWIFT registry */
		{ "DE89370400440532013000", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00" },
		{ "BE68539007547034", "BE68539007547034", "BE68 5390 0754 7034" },
		{ "FR1420041010050500013M02606", "FR1420041010050500013M02606",
		  "FR14 2004 1010 0505 0001 3M02 606" },
		{ "GB29NWBK60161331926819", "GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19" },
		{ "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S",
		  "MT84 MALT 0110 0001 2345 MTLC AST0 01S" },
		{ "NO9386011117947", "NO9386011117947", "NO93 8601 1117 947" },
		{ "LC55HEMM000100010012001200023015", "LC55HEMM000100010012001200023015",
		  "LC55 HEMM 0001 0001 0012 0012 0002 3015" },
		{ "RU0304452522540817810538091310419", "RU0304452522540817810538091310419",
		  "RU03 0445 2522 5408 1781 0538 0913 1041 9" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(0);
		struct vd_iban iban, again;
		char pretty[VD_IBAN_MAX + 10];

		assert_ok(vd_iban_parse(&ctx, TEXT(rows[i].text), &iban));
		assert_text(vd_iban_str(&iban), rows[i].plain);
		vd_iban_pretty(&iban, pretty);
		assert_string_equal(pretty, rows[i].pretty);
		assert_true(vd_iban_valid(TEXT(pretty), &again));
		assert_string_equal(again.text, iban.text);
	}
	assert_true(vd_iban_valid(VD_STR("NL91ABNA0417164300"), NULL));
}

static void
bad_ones(void **state)
{
	static const struct {
		const char *text, *key;
	} rows[] = {
		{ "", "iban.country" },
		{ "N", "iban.country" },
		{ "IBAN", "iban.country" },
		{ "XX91ABNA0417164300", "iban.country" },
		{ "1234567890", "iban.country" },
		{ "NL91ABNA041716430", "iban.length" },
		{ "NL91ABNA04171643000", "iban.length" },
		{ "NL91ABNA0417164300NL91ABNA041716430000", "iban.length" },
		{ "NL91ABN10417164300", "iban.structure" },
		{ "NL91ABNA041716430A", "iban.structure" },
		{ "NLA1ABNA0417164300", "iban.structure" },
		{ "DE8937040044053201300O", "iban.structure" },
		{ "NL91ABNA0417164301", "iban.check_digits" },
		{ "NL19ABNA0417164300", "iban.check_digits" },
		{ "NL91ABNA0471164300", "iban.check_digits" },
		{ "NL00ABNA0417164300", "iban.check_digits" },
		{ "NL91ABNA0417164300;", "iban.syntax" },
		{ "NL91ABNA\xE2\x82\xAC"
		  "417164300",
		  "iban.syntax" },
		{ "NL91_ABNA0417164300", "iban.syntax" },
	};
	WITH_CONTEXT(0);
	struct vd_iban iban = { "kept" };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		assert_refused(vd_iban_parse(&ctx, TEXT(rows[i].text), &iban), VD_E_INVALID, rows[i].key);
		assert_false(vd_iban_valid(TEXT(rows[i].text), &iban));
	}
	assert_refused(vd_iban_parse(&ctx, (struct vd_str){ "NL91\0BNA0417164300", 18 }, &iban),
	               VD_E_INVALID, "iban.syntax");
	assert_refused(vd_iban_parse(&ctx, VD_STR_NONE, &iban), VD_E_INVALID, "iban.country");
	assert_string_equal(iban.text, "kept");
}

/* One wrong sign, or two neighbours exchanged, is always found: that is what mod 97 is for. */
static void
typing_errors_are_found(void **state)
{
	const char good[] = "NL91ABNA0417164300";
	size_t found = 0;

	(void)state;
	for (size_t i = 2; i < 18; i++) {
		char bad[sizeof(good)];

		for (char c = '0'; c <= 'Z'; c++) {
			memcpy(bad, good, sizeof(good));
			bad[i] = c;
			if (c == good[i]) continue;
			assert_false(vd_iban_valid(TEXT(bad), NULL));
			found++;
		}
		memcpy(bad, good, sizeof(good));
		if (i == 17 || bad[i] == bad[i + 1]) continue;
		bad[i] = good[i + 1];
		bad[i + 1] = good[i];
		assert_false(vd_iban_valid(TEXT(bad), NULL));
		found++;
	}
	assert_true(found > 600);
}

static void
published_vectors(void **state)
{
	json_t *rows = law_vectors("iban"), *row;
	size_t i;

	(void)state;
	if (rows == NULL) skip();
	json_array_foreach(rows, i, row)
	{
		const char *good = vector_text(row, "expect", "iban"),
		           *bad = vector_text(row, "input", "iban");

		assert_true((good != NULL) != (bad != NULL));
		if (good != NULL) assert_true(vd_iban_valid(TEXT(good), NULL));
		else assert_false(vd_iban_valid(TEXT(bad), NULL));
	}
	json_decref(rows);
}

/* A registry row: name|...; the example IBAN is the 8th field. Those whose own example is wrong or
 * out of date in the list are named. */
static void
examples_of_a_registry(void **state)
{
	char path[1024], line[2048];
	size_t good = 0, other = 0;
	FILE *f;

	(void)state;
	if (!shared_path("samples/iban/php-iban-registry.txt", path)) skip();
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f)); /* the names of the columns */
	while (fgets(line, sizeof(line), f) != NULL) {
		struct vd_str rest = TEXT(line), field = VD_STR_NONE, official = VD_STR_NONE,
		              example = VD_STR_NONE;

		for (int n = 1; n <= 18 && vd_str_cut(&rest, '|', &field); n++) {
			if (n == 8) example = field;
			if (n == 18) official = field;
		}
		if (vd_iban_valid(example, NULL)) {
			good++;
		} else {
			other++;
			if (vd_str_eq(official, VD_STR("1")))
				print_message("not valid here: %.*s\n", VD_FMT(example));
		}
	}
	fclose(f);
	print_message("%zu example IBANs valid, %zu not\n", good, other);
	assert_true(good >= 90);
}

static void
example_numbers(void **state)
{
	static const char *const countries[] = {
		"ae", "az", "be", "bh", "ch", "cz", "ee", "es", "fr", "gb", "gr", "hn", "hu",
		"it", "lt", "lv", "mc", "mk", "nl", "pk", "pt", "rs", "se", "sk", "sv", "tn",
	};
	size_t good = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(countries); i++) {
		char path[1024], name[64], line[256];
		FILE *f;

		snprintf(name, sizeof(name), "samples/iban/example-ibans/%s-ibans", countries[i]);
		if (!shared_path(name, path)) skip();
		f = fopen(path, "r");
		assert_non_null(f);
		while (fgets(line, sizeof(line), f) != NULL) {
			if (vd_str_trim(TEXT(line)).len == 0) continue;
			if (vd_iban_valid(TEXT(line), NULL)) {
				good++;
			} else {
				bad++;
				print_message("not valid here: %s", line);
			}
		}
		fclose(f);
	}
	print_message("%zu IBANs from the wild valid, %zu not\n", good, bad);
	assert_true(good > 500 && bad < 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(typing_errors_are_found),
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(examples_of_a_registry),
		cmocka_unit_test(example_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
