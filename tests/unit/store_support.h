#ifndef VD_TESTS_STORE_SUPPORT_H
#define VD_TESTS_STORE_SUPPORT_H
/* New, empty stores of the kind TEST_STORE says, for C tests. The test program runs once on each. */
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
		snprintf(url, 1024, "sqlite:%s/c_%ld_%d.db", folder != NULL ? folder : "/tmp", (long)getpid(), n);
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
#endif
