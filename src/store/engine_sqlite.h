#ifndef VD_STORE_ENGINE_SQLITE_H
#define VD_STORE_ENGINE_SQLITE_H
/* Shared by sqlite.c (the connection) and sqlite_run.c (statements). */
#include "store/engine.h"
#include <sqlite3.h>

struct vd_sqlite {
	struct vd_db base; /* first */
	sqlite3 *conn;
	sqlite3_stmt **cache; /* per vd_queries[] */
	bool *busy;           /* the cached statement is being read */
	sqlite3_stmt *begin[2], *commit, *rollback;
	bool schema_open; /* the schema may change: nothing is kept prepared */
};

static inline struct vd_sqlite *
vd_sqlite_of(struct vd_db *db)
{
	return (struct vd_sqlite *)db;
}
/* The connection's last error as a status, with `what` before it. */
enum vd_status vd_sqlite_fail(struct vd_context *, const struct vd_sqlite *, const char *what);

enum vd_status vd_sqlite_run_open(struct vd_context *, struct vd_cursor *,
                                  const struct vd_value *in);
enum vd_status vd_sqlite_run_step(struct vd_context *, struct vd_cursor *, bool *row);
enum vd_status vd_sqlite_run_value(struct vd_context *, struct vd_cursor *, int column,
                                   struct vd_value *);
void vd_sqlite_run_finish(struct vd_cursor *);
enum vd_status vd_sqlite_run_batch(struct vd_context *, struct vd_db *, struct vd_batch *,
                                   int64_t *changed);
enum vd_status vd_sqlite_run_check(struct vd_context *, struct vd_db *, const struct vd_query *,
                                   const char **problem);
void vd_sqlite_cache_clear(struct vd_sqlite *);
#endif
