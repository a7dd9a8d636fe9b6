/* Money: exact, strict, and nothing lost in a split. */
#include "unit.h"
#include "value/money.h"

static struct vd_money
euro(int64_t minor)
{
	return (struct vd_money){ minor, VD_EUR };
}

static void
strict_parsing(void **state)
{
	static const struct {
		const char *text, *currency;
		int64_t minor;
		const char *key;
	} rows[] = {
		{ "1234.50", "EUR", 123450, NULL },
		{ "-0.05", "EUR", -5, NULL },
		{ "1234", "EUR", 123400, NULL },
		{ "0", "EUR", 0, NULL },
		{ "0.00", "EUR", 0, NULL },
		{ "-0.00", "EUR", 0, NULL },
		{ "92233720368547758.07", "EUR", INT64_MAX, NULL },
		{ "-92233720368547758.08", "EUR", INT64_MIN, NULL },
		{ "1234", "JPY", 1234, NULL },
		{ "1.234", "BHD", 1234, NULL },
		{ "1", "BHD", 1000, NULL },
		{ "92233720368547758.08", "EUR", 0, "money.overflow" },
		{ "-92233720368547758.09", "EUR", 0, "money.overflow" },
		{ "100000000000000000000", "EUR", 0, "money.overflow" },
		{ "1,50", "EUR", 0, "money.syntax" },
		{ "1.5", "EUR", 0, "money.syntax" },
		{ "1.500", "EUR", 0, "money.syntax" },
		{ "1.", "EUR", 0, "money.syntax" },
		{ ".50", "EUR", 0, "money.syntax" },
		{ "1e3", "EUR", 0, "money.syntax" },
		{ " 1", "EUR", 0, "money.syntax" },
		{ "1 ", "EUR", 0, "money.syntax" },
		{ "(1)", "EUR", 0, "money.syntax" },
		{ "", "EUR", 0, "money.syntax" },
		{ "-", "EUR", 0, "money.syntax" },
		{ "--1", "EUR", 0, "money.syntax" },
		{ "+1", "EUR", 0, "money.syntax" },
		{ "01", "EUR", 0, "money.syntax" },
		{ "1.234.50", "EUR", 0, "money.syntax" },
		{ "1_000", "EUR", 0, "money.syntax" },
		{ "\xEF\xBC\x91", "EUR", 0, "money.syntax" }, /* a full-width 1 */
		{ "12.00", "JPY", 0, "money.syntax" },
		{ "1.00", "BHD", 0, "money.syntax" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(0);
		struct vd_currency currency;
		struct vd_money m = euro(77);

		assert_ok(vd_currency_parse(&ctx, TEXT(rows[i].currency), &currency));
		if (rows[i].key != NULL) {
			enum vd_status s =
			    strcmp(rows[i].key, "money.overflow") == 0 ? VD_E_LIMIT : VD_E_INVALID;

			assert_refused(vd_money_parse(&ctx, TEXT(rows[i].text), currency, &m), s, rows[i].key);
			assert_int_equal(m.minor, 77);
		} else {
			assert_ok(vd_money_parse(&ctx, TEXT(rows[i].text), currency, &m));
			assert_int_equal(m.minor, rows[i].minor);
			assert_string_equal(m.currency.code, rows[i].currency);
		}
	}
}

static void
parsing_of_bank_files(void **state)
{
	static const struct {
		const char *text;
		char separator;
		int64_t minor;
		const char *key;
	} rows[] = {
		{ "1234.5", '.', 123450, NULL },
		{ "1234.50000", '.', 123450, NULL },
		{ "+1234.50", '.', 123450, NULL },
		{ "-0001.5", '.', -150, NULL },
		{ "000000000000.00", '.', 0, NULL },
		{ "100,", ',', 10000, NULL }, /* SWIFT 15d: the comma is always there */
		{ "100,1", ',', 10010, NULL },
		{ ".5", '.', 50, NULL }, /* xs:decimal */
		{ "92233720368547758.0700000000", '.', INT64_MAX, NULL },
		{ "1.005", '.', 0, "money.too_precise" },
		{ "1,0000000001", ',', 0, "money.too_precise" },
		{ "1.00000000000", '.', 0, "money.syntax" }, /* eleven decimals */
		{ "1.5", ',', 0, "money.syntax" },
		{ "1,5", '.', 0, "money.syntax" },
		{ "1.234,50", ',', 0, "money.syntax" },
		{ ".", '.', 0, "money.syntax" },
		{ "+", '.', 0, "money.syntax" },
		{ "+-1", '.', 0, "money.syntax" },
		{ "1E2", '.', 0, "money.syntax" },
		{ "NaN", '.', 0, "money.syntax" },
		{ "", '.', 0, "money.syntax" },
		{ "00000000000000000000000000000000000000000000000000000000000000001", '.', 0,
		  "money.syntax" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(0);
		struct vd_money m;

		if (rows[i].key != NULL) {
			assert_refused(vd_money_parse_decimal(&ctx, TEXT(rows[i].text), rows[i].separator,
			                                      VD_EUR, &m),
			               VD_E_INVALID, rows[i].key);
			continue;
		}
		assert_ok(vd_money_parse_decimal(&ctx, TEXT(rows[i].text), rows[i].separator, VD_EUR, &m));
		assert_int_equal(m.minor, rows[i].minor);
	}
}

static void
formatting(void **state)
{
	static const struct {
		int64_t minor;
		const char *currency, *text;
	} rows[] = {
		{ 0, "EUR", "0.00" },
		{ 5, "EUR", "0.05" },
		{ -5, "EUR", "-0.05" },
		{ 100, "EUR", "1.00" },
		{ -123450, "EUR", "-1234.50" },
		{ INT64_MAX, "EUR", "92233720368547758.07" },
		{ INT64_MIN, "EUR", "-92233720368547758.08" },
		{ 0, "JPY", "0" },
		{ -12, "JPY", "-12" },
		{ INT64_MIN, "JPY", "-9223372036854775808" },
		{ 7, "BHD", "0.007" },
		{ INT64_MIN, "BHD", "-9223372036854775.808" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		WITH_CONTEXT(0);
		struct vd_money m = { rows[i].minor, VD_EUR }, again;
		char text[VD_MONEY_TEXT];

		assert_ok(vd_currency_parse(&ctx, TEXT(rows[i].currency), &m.currency));
		vd_money_format(m, text);
		assert_string_equal(text, rows[i].text);
		assert_ok(vd_money_parse(&ctx, TEXT(text), m.currency, &again));
		assert_int_equal(again.minor, m.minor);
	}
}

static void
sums(void **state)
{
	WITH_CONTEXT(0);
	struct vd_money out = euro(0), dollars = { 1, { "USD" } };
	int64_t minor = 0;

	(void)state;
	assert_ok(vd_money_add(&ctx, euro(150), euro(-200), &out));
	assert_int_equal(out.minor, -50);
	assert_ok(vd_money_sub(&ctx, euro(INT64_MIN), euro(INT64_MIN), &out));
	assert_int_equal(out.minor, 0);
	assert_refused(vd_money_add(&ctx, euro(INT64_MAX), euro(1), &out), VD_E_LIMIT,
	               "money.overflow");
	assert_refused(vd_money_sub(&ctx, euro(0), euro(INT64_MIN), &out), VD_E_LIMIT,
	               "money.overflow");
	assert_refused(vd_money_add(&ctx, euro(1), dollars, &out), VD_E_INVALID,
	               "money.currency_mismatch");
	assert_refused(vd_money_sub(&ctx, dollars, euro(1), &out), VD_E_INVALID,
	               "money.currency_mismatch");
	assert_refused(vd_minor_add(&ctx, INT64_MIN, -1, &minor), VD_E_LIMIT, "money.overflow");
	assert_ok(vd_minor_add(&ctx, INT64_MAX, INT64_MIN, &minor));
	assert_int_equal(minor, -1);
}

static void
rounding(void **state)
{
	static const struct {
		int64_t minor, num, den;
		int64_t half_up, half_even, down;
	} rows[] = {
		{ 5, 1, 2, 3, 2, 2 },
		{ -5, 1, 2, -3, -2, -2 },
		{ 7, 1, 2, 4, 4, 3 },
		{ -7, 1, 2, -4, -4, -3 },
		{ 1, 1, 3, 0, 0, 0 },
		{ 2, 1, 3, 1, 1, 0 },
		{ -2, 1, 3, -1, -1, 0 },
		{ 10, -21, 100, -2, -2, -2 },
		{ 12345, 0, 7, 0, 0, 0 },
		{ INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX },
		{ INT64_MIN, 1, 1, INT64_MIN, INT64_MIN, INT64_MIN },
		/* 1000.00 at 8 % a year for 45 days: 9.8630... */
		{ 100000, 80000 * 45, 365 * INT64_C(1000000), 986, 986, 986 },
		/* 21 % VAT on 12.50 is 2.625 */
		{ 1250, 21, 100, 263, 262, 262 },
	};
	WITH_CONTEXT(0);
	struct vd_money out = euro(0);

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		struct vd_money m = euro(rows[i].minor);

		assert_ok(vd_money_scale(&ctx, m, rows[i].num, rows[i].den, VD_ROUND_HALF_UP, &out));
		assert_int_equal(out.minor, rows[i].half_up);
		assert_ok(vd_money_scale(&ctx, m, rows[i].num, rows[i].den, VD_ROUND_HALF_EVEN, &out));
		assert_int_equal(out.minor, rows[i].half_even);
		assert_ok(vd_money_scale(&ctx, m, rows[i].num, rows[i].den, VD_ROUND_DOWN, &out));
		assert_int_equal(out.minor, rows[i].down);
	}
	assert_refused(vd_money_scale(&ctx, euro(INT64_MAX), 2, 1, VD_ROUND_DOWN, &out), VD_E_LIMIT,
	               "money.overflow");
	assert_refused(vd_money_scale(&ctx, euro(1), 1, 0, VD_ROUND_DOWN, &out), VD_E_INVALID,
	               "money.bad_ratio");
	assert_refused(vd_money_scale(&ctx, euro(1), 1, -1, VD_ROUND_DOWN, &out), VD_E_INVALID,
	               "money.bad_ratio");
}

static void
splitting_loses_nothing(void **state)
{
	WITH_CONTEXT(0);
	struct vd_money parts[1000];

	(void)state;
	for (int64_t minor = -1000; minor <= 1000; minor++)
		for (size_t n = 1; n <= 7; n++) {
			int64_t sum = 0;

			assert_ok(vd_money_split(&ctx, euro(minor), n, parts));
			for (size_t i = 0; i < n; i++) sum += parts[i].minor;
			assert_int_equal(sum, minor);
			for (size_t i = 1; i < n; i++) { /* the first ones carry the odd cents */
				assert_true(llabs(parts[i].minor) <= llabs(parts[i - 1].minor));
				assert_true(llabs(parts[0].minor) - llabs(parts[i].minor) <= 1);
			}
		}
	assert_ok(vd_money_split(&ctx, euro(INT64_MIN), 1000, parts));
	assert_refused(vd_money_split(&ctx, euro(1), 0, parts), VD_E_INVALID, "money.split_count");
	assert_refused(vd_money_split(&ctx, euro(1), 1001, parts), VD_E_INVALID, "money.split_count");
}

static void
currencies(void **state)
{
	static const char *const refused[] = { "",
		                                   "EU",
		                                   "EURO",
		                                   "eur",
		                                   "EU1",
		                                   "X"
		                                   "XX",
		                                   "XTS",
		                                   "XAU",
		                                   "NLG",
		                                   "AAA",
		                                   "ZZZ" };
	static const struct {
		const char *code;
		int decimals;
	} known[] = {
		{ "EUR", 2 }, { "USD", 2 }, { "GBP", 2 }, { "CHF", 2 }, { "AED", 2 },
		{ "ZWL", 2 }, { "JPY", 0 }, { "KRW", 0 }, { "ISK", 0 }, { "CLP", 0 },
		{ "XAF", 0 }, { "VND", 0 }, { "BHD", 3 }, { "IQD", 3 }, { "JOD", 3 },
		{ "KWD", 3 }, { "LYD", 3 }, { "OMR", 3 }, { "TND", 3 },
	};
	WITH_CONTEXT(0);
	struct vd_currency c;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(known); i++) {
		assert_ok(vd_currency_parse(&ctx, TEXT(known[i].code), &c));
		assert_text(vd_currency_str(&c), known[i].code);
		assert_int_equal(vd_currency_decimals(c), known[i].decimals);
	}
	for (size_t i = 0; i < VD_LENGTH(refused); i++)
		assert_refused(vd_currency_parse(&ctx, TEXT(refused[i]), &c), VD_E_INVALID,
		               "currency.unknown");
	assert_refused(vd_currency_parse(&ctx, VD_STR_NONE, &c), VD_E_INVALID, "currency.unknown");
	assert_true(vd_currency_eq(VD_EUR, VD_EUR));
	assert_false(vd_currency_eq(VD_EUR, (struct vd_currency){ "EUX" }));
	assert_int_equal(vd_currency_str(&(struct vd_currency){ "" }).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_parsing), cmocka_unit_test(parsing_of_bank_files),
		cmocka_unit_test(formatting),     cmocka_unit_test(sums),
		cmocka_unit_test(rounding),       cmocka_unit_test(splitting_loses_nothing),
		cmocka_unit_test(currencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
