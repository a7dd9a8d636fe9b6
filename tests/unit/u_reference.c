/* Payment references: the examples of those who publish the rules. */
#include "unit.h"
#include "value/reference.h"

static const struct {
	const char *text;
	enum vd_reference_kind kind;
	const char *plain, *pretty;
} good[] = {
	{ "RF18539007547034", VD_REF_RF, "RF18539007547034", "RF18 5390 0754 7034" },
	{ "rf18 5390 0754 7034", VD_REF_RF, "RF18539007547034", "RF18 5390 0754 7034" },
	{ "RF16INV20260001", VD_REF_RF, "RF16INV20260001", "RF16 INV2 0260 001" },
	{ "5000056789012345", VD_REF_BETALINGSKENMERK, "5000056789012345", "5000 0567 8901 2345" },
	{ "12 2345 3462 2567", VD_REF_BETALINGSKENMERK, "12234534622567", "12 2345 3462 2567" },
	{ "8850426741301240", VD_REF_BETALINGSKENMERK, "8850426741301240", "8850 4267 4130 1240" },
	{ "0123.4567.8901.2345", VD_REF_BETALINGSKENMERK, "0123456789012345", "0123 4567 8901 2345" },
	{ "09123456789", VD_REF_BETALINGSKENMERK, "09123456789", "091 2345 6789" },
	{ "0000000000000019", VD_REF_BETALINGSKENMERK, "0000000000000019", "0000 0000 0000 0019" },
	{ "+++000/0000/00101+++", VD_REF_OGM, "000000000101", "+++000/0000/00101+++" },
	{ "+++000/0000/09797+++", VD_REF_OGM, "000000009797", "+++000/0000/09797+++" },
	{ "***202/6000/12320***", VD_REF_OGM, "202600012320", "+++202/6000/12320+++" },
	{ "202600012320", VD_REF_OGM, "202600012320", "+++202/6000/12320+++" },
	{ " 202 6000 12320 ", VD_REF_OGM, "202600012320", "+++202/6000/12320+++" },
};

static void
good_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(good); i++) {
		struct vd_reference r, again;
		char pretty[64];

		if (!vd_reference_any(TEXT(good[i].text), &r)) fail_msg("\"%s\" is good", good[i].text);
		assert_int_equal(r.kind, good[i].kind);
		assert_text(vd_reference_str(&r), good[i].plain);
		vd_reference_pretty(&r, pretty);
		assert_string_equal(pretty, good[i].pretty);
		assert_true(vd_reference_any(TEXT(pretty), &again));
		assert_memory_equal(&again, &r, sizeof(r));
		for (int kind = VD_REF_NONE; kind <= VD_REF_OGM; kind++)
			assert_int_equal(vd_reference_parse(TEXT(good[i].text), (enum vd_reference_kind)kind,
			                                    &again),
			                 kind == (int)good[i].kind);
	}
}

static void
bad_ones(void **state)
{
	static const char *const bad[] = {
		"",
		"RF",
		"RF18",
		"RF19539007547034",
		"RF1853900754703A",
		"RF18-539007547034",
		"RFX8539007547034",
		"RF1853900754703412345678901",
		"6000056789012345",
		"13234534622567",
		"8850426741301241",
		"123456",
		"12345678",
		"1234567",
		"500005678901234X",
		"0000000000000000",
		"000000000000",
		"+++000/0000/00102+++",
		"+++000/0000/00000+++",
		"000000000",
		"5000056789012345 ref",
		"50000567890123455",
		"12345678901234567890123456789012345678901234567890",
		"\xEF\xBC\x95"
		"000056789012345",
	};
	struct vd_reference r = { .kind = VD_REF_NONE, .text = "kept" };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(bad); i++)
		if (vd_reference_any(TEXT(bad[i]), &r)) fail_msg("\"%s\" is bad", bad[i]);
	assert_false(vd_reference_any(VD_STR_NONE, &r));
	assert_string_equal(r.text, "kept");
}

/* A Belgian mark means an OGM, also where the digits could be another kind. */
static void
a_marked_number_is_an_ogm(void **state)
{
	size_t both = 0;

	(void)state;
	for (int64_t n = 1; n < 2000000 && both < 20; n++) {
		char plain[16], marked[32];
		struct vd_reference r;

		snprintf(plain, sizeof(plain), "%010lld%02lld", (long long)n * 1000 + 10,
		         (long long)((n * 1000 + 10) % 97 == 0 ? 97 : (n * 1000 + 10) % 97));
		if (!vd_reference_parse(TEXT(plain), VD_REF_BETALINGSKENMERK, &r)) continue;
		both++;
		snprintf(marked, sizeof(marked), "+++%s+++", plain);
		assert_true(vd_reference_any(TEXT(plain), &r));
		assert_int_equal(r.kind, VD_REF_BETALINGSKENMERK);
		assert_true(vd_reference_any(TEXT(marked), &r));
		assert_int_equal(r.kind, VD_REF_OGM);
	}
	assert_int_equal(both, 20);
}

/* One wrong digit in these is found. (A betalingskenmerk whose check of 10 was folded to 1 can miss
 * one: that is how its rule is.) */
static void
typing_errors_are_found(void **state)
{
	static const struct {
		const char *text;
		enum vd_reference_kind kind;
	} samples[] = {
		{ "5000056789012345", VD_REF_BETALINGSKENMERK },
		{ "RF18539007547034", VD_REF_RF },
		{ "202600012320", VD_REF_OGM },
	};

	(void)state;
	for (size_t s = 0; s < VD_LENGTH(samples); s++)
		for (size_t i = 0; samples[s].text[i] != '\0'; i++)
			for (char c = '0'; c <= '9'; c++) {
				struct vd_reference r;
				char bad[32];

				snprintf(bad, sizeof(bad), "%s", samples[s].text);
				bad[i] = c;
				if (c == samples[s].text[i]) continue;
				if (vd_reference_parse(TEXT(bad), samples[s].kind, &r)) fail_msg("%s passes", bad);
			}
}

static void
making(void **state)
{
	static const struct {
		const char *from, *rf;
	} rf[] = {
		{ "539007547034", "RF18539007547034" },
		{ "INV20260001", "RF16INV20260001" },
		{ "KLANT42FACT7", "RF42KLANT42FACT7" },
		{ "inv-2026/0001", "RF16INV20260001" },
	};
	static const struct {
		const char *from, *kenmerk;
	} kenmerk[] = {
		{ "000056789012345", "5000056789012345" },
		{ "56789012345", "5000056789012345" },
		{ "123456789012345", "0123456789012345" },
		{ "202600000000123", "6202600000000123" },
		{ "19", "0000000000000019" },
	};
	static const char *const not_numbers[] = { "", "F2026001", "0", "000000000000000",
		                                       "1234567890123456" };
	WITH_CONTEXT(0);
	struct vd_reference r;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rf); i++) {
		assert_ok(vd_reference_make_rf(&ctx, TEXT(rf[i].from), &r));
		assert_string_equal(r.text, rf[i].rf);
		assert_int_equal(r.kind, VD_REF_RF);
	}
	assert_ok(vd_reference_make_rf(&ctx, TEXT("ABCDEFGHIJKLMNOPQRSTU"), &r));
	assert_true(vd_reference_parse(vd_reference_str(&r), VD_REF_RF, &r));
	assert_refused(vd_reference_make_rf(&ctx, TEXT("ABCDEFGHIJKLMNOPQRSTUV"), &r), VD_E_INVALID,
	               "reference.too_long");
	assert_refused(vd_reference_make_rf(&ctx, TEXT(" -/"), &r), VD_E_INVALID, "reference.empty");
	for (size_t i = 0; i < VD_LENGTH(kenmerk); i++) {
		assert_ok(vd_reference_make_betalingskenmerk(&ctx, TEXT(kenmerk[i].from), &r));
		assert_string_equal(r.text, kenmerk[i].kenmerk);
		assert_true(vd_reference_parse(vd_reference_str(&r), VD_REF_BETALINGSKENMERK, &r));
	}
	for (size_t i = 0; i < VD_LENGTH(not_numbers); i++)
		assert_refused(vd_reference_make_betalingskenmerk(&ctx, TEXT(not_numbers[i]), &r),
		               VD_E_INVALID, "reference.not_a_number");
}

static void
published_kenmerken(void **state)
{
	json_t *rows = law_vectors("betalingskenmerk"), *row;
	size_t i;

	(void)state;
	if (rows == NULL) skip();
	json_array_foreach(rows, i, row)
	{
		const char *number = vector_text(row, "input", "payload"),
		           *bad = vector_text(row, "input", "kenmerk");
		struct vd_reference r, made;
		WITH_CONTEXT(0);

		if (number == NULL) {
			assert_false(vd_reference_parse(TEXT(bad), VD_REF_BETALINGSKENMERK, &r));
			continue;
		}
		assert_true(vd_reference_parse(TEXT(vector_text(row, "expect", "kenmerk")),
		                               VD_REF_BETALINGSKENMERK, &r));
		if (strlen(number) != 15) continue;
		assert_ok(vd_reference_make_betalingskenmerk(&ctx, TEXT(number), &made));
		assert_string_equal(made.text, r.text);
	}
	json_decref(rows);
}

static void
published_rf_and_ogm(void **state)
{
	json_t *rf = law_vectors("iso11649"), *ogm = law_vectors("ogm"), *row;
	size_t i;

	(void)state;
	if (rf == NULL || ogm == NULL) skip();
	json_array_foreach(rf, i, row)
	{
		WITH_CONTEXT(0);
		struct vd_reference r;

		assert_ok(vd_reference_make_rf(&ctx, TEXT(vector_text(row, "input", "reference")), &r));
		assert_string_equal(r.text, vector_text(row, "expect", "rf"));
	}
	json_array_foreach(ogm, i, row)
	{
		const char *expected = vector_text(row, "expect", "ogm");
		struct vd_reference r;
		char pretty[64];

		assert_true(vd_reference_any(TEXT(expected), &r));
		assert_int_equal(strncmp(r.text, vector_text(row, "input", "ten_digits"), 10), 0);
		vd_reference_pretty(&r, pretty);
		assert_string_equal(pretty, expected);
	}
	json_decref(rf);
	json_decref(ogm);
}

static void
sample_references(void **state)
{
	static const struct {
		const char *list;
		enum vd_reference_kind kind;
		bool valid;
	} lists[] = {
		{ "valid", VD_REF_BETALINGSKENMERK, true },
		{ "invalid", VD_REF_BETALINGSKENMERK, false },
		{ "rf_valid", VD_REF_RF, true },
		{ "rf_invalid", VD_REF_RF, false },
	};
	char path[1024];
	json_t *all, *text;
	size_t k;

	(void)state;
	if (!shared_path("samples/references/betalingskenmerk-rf-vectors.json", path)) skip();
	all = json_load_file(path, 0, NULL);
	assert_non_null(all);
	for (size_t i = 0; i < VD_LENGTH(lists); i++) {
		struct vd_reference r;

		assert_true(json_array_size(json_object_get(all, lists[i].list)) > 0);
		json_array_foreach(json_object_get(all, lists[i].list), k, text)
		    assert_int_equal(vd_reference_parse(TEXT(json_string_value(text)), lists[i].kind, &r),
		                     lists[i].valid);
	}
	json_decref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(a_marked_number_is_an_ogm),
		cmocka_unit_test(typing_errors_are_found),
		cmocka_unit_test(making),
		cmocka_unit_test(published_kenmerken),
		cmocka_unit_test(published_rf_and_ogm),
		cmocka_unit_test(sample_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
