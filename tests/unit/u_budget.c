/* The number of statements of a use case hangs on batches, not on records. */
#include "books_support.h"

static const struct {
	const char *name;
	use_case act;
	int64_t more; /* that a hundred times as many records may take */
} steps[] = {
	{ "import debtors", do_import_debtors, 10 },
	{ "import invoices", do_import_invoices, 40 },
	{ "import statement", do_import_statement, 10 },
	{ "match", do_match, 60 },
	{ "run", do_run, 250 }, /* batches of 200 debtors, once to count and once to write */
};

static void
count(int n, const struct business *b, int64_t statements[VD_LENGTH(steps)])
{
	struct business_files files;
	char url[1024];

	fresh_store(n, url);
	make_administration(url, "B");
	business_write(b, n, &files);
	for (size_t i = 0; i < VD_LENGTH(steps); i++)
		in_session(url, "B", steps[i].act, &files, &statements[i]);
	assert_int_equal(books_verify(url, "B"), 0);
	business_remove(&files);
}

static void
test_statements_do_not_grow_with_records(void **state)
{
	static const struct business small = { 10, 1, 1, 10 }, large = { 1000, 1, 1, 1000 };
	int64_t few[VD_LENGTH(steps)], many[VD_LENGTH(steps)];

	(void)state;
	count(1, &small, few);
	count(2, &large, many);
	for (size_t i = 0; i < VD_LENGTH(steps); i++) {
		print_message("%s: %lld statements for 10 records, %lld for 1,000\n", steps[i].name,
		              (long long)few[i], (long long)many[i]);
		assert_true(few[i] > 0);
		assert_true(many[i] <= few[i] + steps[i].more);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
		test_statements_do_not_grow_with_records) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
