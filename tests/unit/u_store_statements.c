/* Every statement of queries/ is understood by the engine and gives the columns of its contract;
 * the migrations make every table of the catalogue. Runs on each TEST_STORE. */
#include "store_support.h"

#include "store/engine.h"

static void
statements_fit_their_contracts(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct vd_db_options options = { .create = true };
	VD_AUTO_DB *db = NULL;
	const char *problem;
	char url[1024];
	int wrong = 0;

	(void)state;
	fresh_store(1, url);
	assert_ok(vd_db_open(&ctx, url, &options, &db));
	assert_true(vd_queries_count > 0);
	for (int i = 0; i < vd_queries_count; i++) {
		enum vd_status st = db->ops->check(&ctx, db, &vd_queries[i], &problem);

		if (st == VD_OK && problem == NULL) continue;
		wrong++;
		print_error("%s: %s\n", vd_queries[i].name, st != VD_OK ? ctx.error.detail : problem);
	}
	for (int i = 0; i < vd_tables_count; i++) {
		assert_ok(db->ops->check(&ctx, db, vd_tables[i].read, &problem));
		assert_null(problem);
		assert_ok(db->ops->check(&ctx, db, vd_tables[i].write, &problem));
	}
	print_message("%d statements, %d tables\n", vd_queries_count, vd_tables_count);
	assert_int_equal(wrong, 0);
}

static void
statements_know_their_place(void **state)
{
	(void)state;
	for (int i = 0; i < vd_queries_count; i++) {
		assert_int_equal(vd_queries[i].index, i);
		assert_true(vd_queries[i].in_count <= VD_PARAMS_MAX &&
		            vd_queries[i].out_count <= VD_COLUMNS_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_fit_their_contracts),
		cmocka_unit_test(statements_know_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
