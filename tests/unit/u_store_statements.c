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

/* The check above would tell: a column of another type, one too few, a parameter of another type.
 */
static void
a_wrong_contract_is_told(void **state)
{
	static const struct vd_param number[] = { { "number", VD_T_I64, false, 0 },
		                                      { "name", VD_T_TEXT, false, 0 } };
	static const struct vd_param wrong[] = { { "number", VD_T_I64, false, 0 },
		                                     { "name", VD_T_BYTES, false, 0 } };
	static const struct {
		const struct vd_param *out;
		int out_count, in_count;
		bool writes, good;
	} table[] = {
		{ number, 2, 1, false, true },  { wrong, 2, 1, false, false },
		{ number, 1, 1, false, false }, { wrong, 0, 1, false, false },
		{ number, 2, 0, false, false },
	};
	WITH_CONTEXT((size_t)16 << 20);
	struct vd_db_options options = { .create = true };
	VD_AUTO_DB *db = NULL;
	char url[1024];

	(void)state;
	fresh_store(2, url);
	assert_ok(vd_db_open(&ctx, url, &options, &db));
	for (size_t i = 0; i < VD_LENGTH(table); i++) {
		struct vd_query q = { .index = -1,
			                  .name = "probe",
			                  .sql = "SELECT number, name FROM schema_version WHERE number = $1",
			                  .in = number,
			                  .out = table[i].out,
			                  .in_count = table[i].in_count,
			                  .out_count = table[i].out_count };
		const char *problem;
		enum vd_status st = db->ops->check(&ctx, db, &q, &problem);

		assert_int_equal(st == VD_OK && problem == NULL, table[i].good);
	}
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
		cmocka_unit_test(a_wrong_contract_is_told),
		cmocka_unit_test(statements_know_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
