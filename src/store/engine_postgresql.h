#ifndef VD_STORE_ENGINE_POSTGRESQL_H
#define VD_STORE_ENGINE_POSTGRESQL_H
/* Shared by postgresql.c (the connection), postgresql_run.c (statements) and postgresql_batch.c. */
#include "store/engine.h"
#include <libpq-fe.h>

#define VD_OID_BYTES 17
#define VD_OID_I64   20

struct vd_postgresql {
	struct vd_db base; /* first */
	PGconn *conn;
	bool *prepared; /* per vd_queries[]: known to the server as "q<index>" */
	int busy_timeout_ms;
	int cursors; /* numbers the server's cursors */
};

static inline struct vd_postgresql *
vd_postgresql_of(struct vd_db *db)
{
	return (struct vd_postgresql *)db;
}

static inline void
vd_result_drop(PGresult **r)
{
	PQclear(*r);
}
#define AUTO_RESULT VD_CLEANUP(vd_result_drop) PGresult

/* Parameters of one statement as libpq wants them. They point into the values. */
struct vd_pg_parameters {
	const char *values[VD_PARAMS_MAX];
	int lengths[VD_PARAMS_MAX], formats[VD_PARAMS_MAX];
	Oid types[VD_PARAMS_MAX];
	char scratch[VD_PARAMS_MAX][VD_MOMENT_TEXT];
};
VD_CHECKED enum vd_status vd_pg_parameters(struct vd_context *, const struct vd_query *,
                                           const struct vd_value *, struct vd_pg_parameters *);

/* The result's error (or the connection's, when it is gone) as a status, with `what` before it. */
enum vd_status vd_pg_fail(struct vd_context *, const struct vd_postgresql *, const PGresult *,
                          const char *what);
bool vd_pg_ok(const PGresult *);
/* Makes "q<index>" known to the server; name takes it. */
#define VD_PG_NAME 24
VD_CHECKED enum vd_status vd_pg_prepare(struct vd_context *, struct vd_postgresql *,
                                        const struct vd_query *, char name[VD_PG_NAME]);

enum vd_status vd_pg_run_open(struct vd_context *, struct vd_cursor *, const struct vd_value *in);
enum vd_status vd_pg_run_step(struct vd_context *, struct vd_cursor *, bool *row);
enum vd_status vd_pg_run_value(struct vd_context *, struct vd_cursor *, int column,
                               struct vd_value *);
void vd_pg_run_finish(struct vd_cursor *);
enum vd_status vd_pg_run_batch(struct vd_context *, struct vd_db *, struct vd_batch *,
                               int64_t *changed);
enum vd_status vd_pg_run_check(struct vd_context *, struct vd_db *, const struct vd_query *,
                               const char **problem);
#endif
