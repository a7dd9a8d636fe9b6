/* Opening: which stores are made, brought up to date, or refused, and why. Runs on each TEST_STORE.
 */
#include "store_support.h"

#include "q_kinds.h"
#include "q_store.h"
#include "store/engine.h"

#include <pthread.h>

static int made;

static enum vd_status
open_store(struct vd_context *ctx, const char *url, bool create, bool any_schema, struct vd_db **db)
{
	struct vd_db_options options = { .create = create, .any_schema = any_schema };

	return vd_db_open(ctx, url, &options, db);
}

static void
fresh(struct vd_context *context, char url[1024], struct vd_db **db)
{
	struct vd_context ctx = *context;

	fresh_store(200 + ++made, url);
	assert_ok(open_store(&ctx, url, true, false, db));
}

static void
a_new_store_has_every_migration(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	VD_AUTO_DB *again = NULL;
	struct q_schema_version_list_row *rows;
	struct q_planted_list_row *planted;
	size_t count;
	int64_t applied;
	char url[1024], day[VD_DATE_TEXT];

	(void)state;
	fresh(&ctx, url, &db);
	assert_ok(q_schema_version_list(&ctx, db, &rows, &count));
	assert_int_equal(count, vd_migrations_count);
	assert_int_equal(rows[count - 1].number, 9001);
	assert_int_equal(vd_db_schema_newest(), 9001);
	assert_int_equal(rows[0].checksum.len, 64);
	assert_ok(q_planted_list(&ctx, db, &planted, &count));
	assert_int_equal(count, 1);
	assert_text(planted[0].name, "it's; BIGINT, DATE");
	vd_date_format(planted[0].since, day);
	assert_string_equal(day, "2026-01-31");
	assert_ok(vd_db_migrate(&ctx, db, (struct vd_moment){ 0 }, &applied));
	assert_int_equal(applied, 0);
	assert_ok(open_store(&ctx, url, false, false, &again));
	assert_int_equal(vd_db_engine(again), on_postgresql() ? VD_POSTGRESQL : VD_SQLITE);
}

static void
what_is_not_there_is_not_made_unasked(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	char url[1024];

	(void)state;
	fresh_store(200 + ++made, url);
	assert_refused(open_store(&ctx, url, false, false, &db), VD_E_NOT_FOUND,
	               on_postgresql() ? "store.empty" : "store.not_found");
	assert_null(db);
	assert_refused(open_store(&ctx, url, false, true, &db), VD_E_NOT_FOUND,
	               on_postgresql() ? "store.empty" : "store.not_found");
	assert_refused(open_store(&ctx, "mysql://x", true, false, &db), VD_E_USAGE, "store.url");
	assert_refused(open_store(&ctx, "sqlite:", true, false, &db), VD_E_USAGE, "store.url");
	assert_refused(open_store(&ctx, "sqlite:/nowhere/at/all.db", true, false, &db), VD_E_IO,
	               "store.error");
	assert_refused(open_store(&ctx, "postgresql://localhost:1/none?connect_timeout=2", true, false,
	                          &db),
	               VD_E_IO, "store.connection");
}

/* Does DAMAGE to a good store, then opens it. */
static void
refused_after(const char *key, enum vd_status status,
              void (*damage)(struct vd_context *, struct vd_db *))
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	VD_AUTO_DB *again = NULL;
	char url[1024];
	VD_AUTO_TX tx = { 0 };

	fresh(&ctx, url, &db);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	damage(&ctx, db);
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_refused(open_store(&ctx, url, false, false, &again), status, key);
	assert_null(again);
	assert_refused(open_store(&ctx, url, true, false, &again), status, key);
}

static void
change_checksum(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;

	assert_ok(q_version_damage(&ctx, db, &(struct q_version_damage_in){ 1, VD_STR("0000") }, NULL));
}

static void
add_version(struct vd_context *context, struct vd_db *db, int64_t number)
{
	struct vd_context ctx = *context;

	assert_ok(q_schema_version_insert(&ctx, db,
	                                  &(struct q_schema_version_insert_in){
	                                      number, VD_STR("of later"), VD_STR("00"),
	                                      (struct vd_moment){ 0 } },
	                                  NULL));
}

static void
add_newer(struct vd_context *ctx, struct vd_db *db)
{
	add_version(ctx, db, 9002);
}

static void
add_unknown(struct vd_context *ctx, struct vd_db *db)
{
	add_version(ctx, db, 500);
}

static void
forget_last(struct vd_context *context, struct vd_db *db)
{
	struct vd_context ctx = *context;

	assert_ok(q_version_forget(&ctx, db, &(struct q_version_forget_in){ 9001 }, NULL));
}

static void
another_schema_is_refused(void **state)
{
	(void)state;
	refused_after("store.schema_changed", VD_E_CONFLICT, change_checksum);
	refused_after("store.schema_newer", VD_E_CONFLICT, add_newer);
	refused_after("store.schema_unknown", VD_E_CONFLICT, add_unknown);
	refused_after("store.schema_older", VD_E_CONFLICT, forget_last);
}

/* A migration that fails half way leaves the store as it was. */
static void
a_migration_is_all_or_nothing(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	VD_AUTO_DB *again = NULL;
	struct q_schema_version_list_row *rows;
	size_t count;
	int64_t applied;
	char url[1024];
	struct vd_tx tx;

	(void)state;
	fresh(&ctx, url, &db);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	forget_last(&ctx, db);
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_ok(open_store(&ctx, url, false, true, &again)); /* as migrate does */
	assert_int_not_equal(vd_db_migrate(&ctx, again, (struct vd_moment){ 0 }, &applied),
	                     VD_OK); /* its tables exist */
	assert_non_null(strstr(ctx.error.detail, "schema/9001_kinds.sql"));
	assert_non_null(strstr(ctx.error.detail, "line 2:"));
	assert_int_equal(applied, 0);
	assert_ok(q_schema_version_list(&ctx, again, &rows, &count));
	assert_int_equal(count, vd_migrations_count - 1);
	assert_false(vd_db_in_tx(again));
}

struct maker {
	const char *url;
	char problem[600];
};

static void *
make_store(void *arg)
{
	struct maker *m = arg;
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;

	if (open_store(&ctx, m->url, true, false, &db) != VD_OK)
		snprintf(m->problem, sizeof(m->problem), "%s", ctx.error.detail);
	return NULL;
}

static void
four_may_make_the_same_store_at_once(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	struct maker makers[4] = { 0 };
	pthread_t threads[4];
	VD_AUTO_DB *db = NULL;
	char url[1024];

	(void)state;
	for (int round = 0; round < 5; round++) {
		fresh_store(200 + ++made, url);
		for (int i = 0; i < 4; i++) {
			makers[i].url = url;
			assert_int_equal(pthread_create(&threads[i], NULL, make_store, &makers[i]), 0);
		}
		for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
		for (int i = 0; i < 4; i++) assert_string_equal(makers[i].problem, "");
		assert_ok(open_store(&ctx, url, false, false, &db));
		vd_db_close(&db);
	}
}

/* ---- SQLite: files that are not ours ---- */

static void
put_file(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void
files_of_others_are_refused(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	char url[1024], shell[1400];

	(void)state;
	fresh_store(200 + ++made, url);
	put_file(url + 7, "", 0);
	assert_refused(open_store(&ctx, url, false, false, &db), VD_E_NOT_FOUND, "store.empty");
	put_file(url + 7, "Not a database at all, but long enough to look like one.", 56);
	assert_refused(open_store(&ctx, url, true, false, &db), VD_E_CONFLICT, "store.not_ours");
	unlink(url + 7);
	snprintf(shell, sizeof(shell),
	         "python3 -c \"import sqlite3; sqlite3.connect('%s').execute('CREATE TABLE t (x)')\"",
	         url + 7);
	assert_int_equal(system(shell), 0);
	assert_refused(open_store(&ctx, url, true, false, &db), VD_E_CONFLICT, "store.not_ours");
}

/* A damaged page is told, not read over. */
static void
a_damaged_file_is_told(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	static char junk[4096];
	char url[1024];
	FILE *f;
	enum vd_status st;

	(void)state;
	fresh(&ctx, url, &db);
	vd_db_close(&db);
	f = fopen(url + 7, "r+b");
	assert_non_null(f);
	memset(junk, 0xa5, sizeof(junk));
	fseek(f, 4096, SEEK_SET);
	for (int i = 0; i < 200; i++) fwrite(junk, 1, sizeof(junk), f);
	fclose(f);
	st = open_store(&ctx, url, false, false, &db);
	assert_int_equal(st, VD_E_CORRUPT);
}

static void
settings_are_those_of_the_design(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	VD_AUTO_DB *db = NULL;
	const struct vd_param out[] = { { "value", VD_T_I64, false, 0 } };
	static const struct {
		const char *sql;
		int64_t value;
	} settings[] = {
		{ "PRAGMA foreign_keys", 1 },
		{ "PRAGMA synchronous", 2 },
		{ "PRAGMA wal_autocheckpoint", 16384 },
		{ "PRAGMA cache_size", -65536 },
		{ "PRAGMA mmap_size", 0 },
		{ "PRAGMA busy_timeout", 5000 },
		{ "PRAGMA application_id", 0x564c444e },
		{ "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
	};
	char url[1024];

	(void)state;
	fresh(&ctx, url, &db);
	for (size_t i = 0; i < VD_LENGTH(settings); i++) {
		struct vd_query q = { -1,   "setting", settings[i].sql, VD_Q_ONE, false, 0, 1, NULL, out,
			                  NULL, 0,         sizeof(int64_t) };
		int64_t value;

		assert_ok(vd_run_one(&ctx, db, &q, NULL, &value));
		if (value != settings[i].value) fail_msg("%s is %lld", settings[i].sql, (long long)value);
	}
}

/* ---- PostgreSQL: the order of the database ---- */

static void
a_database_in_the_order_of_a_language_is_refused(void **state)
{
	WITH_CONTEXT((size_t)16 << 20);
	const char *base = getenv("VOLDAAN_STORE_BASE"), *slash;
	VD_AUTO_DB *db = NULL;
	char url[1024], name[64], sql[256];

	(void)state;
	slash = strrchr(base, '/');
	snprintf(name, sizeof(name), "nl_%ld", (long)getpid());
	snprintf(
	    sql, sizeof(sql),
	    "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'nl-NL'",
	    name);
	PGconn *c = PQconnectdb(base);
	PGresult *r = PQexec(c, sql);
	assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(c);
	snprintf(url, sizeof(url), "%.*s/%s", (int)(slash - base), base, name);
	assert_refused(open_store(&ctx, url, true, false, &db), VD_E_INVALID, "store.collation");
}

int
main(void)
{
	const struct CMUnitTest both[] = {
		cmocka_unit_test(a_new_store_has_every_migration),
		cmocka_unit_test(what_is_not_there_is_not_made_unasked),
		cmocka_unit_test(another_schema_is_refused),
		cmocka_unit_test(a_migration_is_all_or_nothing),
		cmocka_unit_test(four_may_make_the_same_store_at_once),
	};
	const struct CMUnitTest sqlite[] = {
		cmocka_unit_test(files_of_others_are_refused),
		cmocka_unit_test(a_damaged_file_is_told),
		cmocka_unit_test(settings_are_those_of_the_design),
	};
	const struct CMUnitTest postgresql[] = {
		cmocka_unit_test(a_database_in_the_order_of_a_language_is_refused),
	};

	return RUN_STORE_TESTS(both, sqlite, postgresql);
}
