#ifndef VD_TESTS_STORE_SUPPORT_H
#define VD_TESTS_STORE_SUPPORT_H
/* New, empty stores of the kind TEST_STORE says, for C tests. The test program runs once on each.
 */
#include "unit.h"

#include "store/db.h"

#include <libpq-fe.h>
#include <unistd.h>

static inline bool
on_postgresql(void)
{
	const char *kind = getenv("TEST_STORE");

	return kind != NULL && strcmp(kind, "postgresql") == 0;
}

/* The URL of a database that does not exist elsewhere; n tells them apart within the program. */
static inline void
fresh_store(int n, char url[static 1024])
{
	const char *base = getenv("VOLDAAN_STORE_BASE"), *slash, *folder = getenv("TMPDIR");
	char sql[128];

	if (!on_postgresql()) {
		snprintf(url, 1024, "sqlite:%s/c_%ld_%d.db", folder != NULL ? folder : "/tmp",
		         (long)getpid(), n);
		unlink(url + 7);
		return;
	}
	assert_non_null(base);
	assert_non_null(slash = strrchr(base, '/'));
	PGconn *c = PQconnectdb(base);
	snprintf(sql, sizeof(sql), "CREATE DATABASE c_%ld_%d TEMPLATE template0", (long)getpid(), n);
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) fail_msg("%s", PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
	snprintf(url, 1024, "%.*s/c_%ld_%d", (int)(slash - base), base, (long)getpid(), n);
}

/* Runs the tests for both engines and those of this one only. */
#define RUN_STORE_TESTS(both, sqlite, postgresql)                                 \
	run_store_tests(both, VD_LENGTH(both), sqlite, VD_LENGTH(sqlite), postgresql, \
	                VD_LENGTH(postgresql))
static inline int
run_store_tests(const struct CMUnitTest *both, size_t n, const struct CMUnitTest *sqlite,
                size_t sqlite_n, const struct CMUnitTest *postgresql, size_t postgresql_n)
{
	struct CMUnitTest all[64];
	const struct CMUnitTest *own = on_postgresql() ? postgresql : sqlite;
	size_t own_n = on_postgresql() ? postgresql_n : sqlite_n;

	assert_true(n + own_n <= VD_LENGTH(all));
	memcpy(all, both, n * sizeof(*all));
	if (own_n > 0) memcpy(all + n, own, own_n * sizeof(*all));
	return _cmocka_run_group_tests("store", all, n + own_n, NULL, NULL);
}
#endif
