#ifndef VD_STORE_ENGINE_H
#define VD_STORE_ENGINE_H
/* Between the room's common code (store.c, run.c) and its two engines (sqlite*.c, postgresql*.c).
 * Not for other rooms. */
#include "store/run.h"
#include "store/schema.h"

/* Rows for a :batch, one after the other. */
struct vd_batch {
	const struct vd_query *query;
	enum vd_status (*next)(struct vd_context *, struct vd_batch *, struct vd_value *values,
	                       bool *more);
	const void *rows; /* structs, when next is vd_batch_next */
	size_t count, at;
	struct vd_cursor *cursor; /* when rows come from a table being copied */
};

struct vd_engine_ops {
	enum vd_engine engine;
	enum vd_status (*begin)(struct vd_context *, struct vd_db *, enum vd_tx_kind);
	enum vd_status (*commit)(struct vd_context *, struct vd_db *);
	void (*rollback)(struct vd_db *);
	/* Only one at a time may change the schema; inside the write transaction. */
	enum vd_status (*lock_schema)(struct vd_context *, struct vd_db *);
	/* A statement without parameters or rows. */
	enum vd_status (*command)(struct vd_context *, struct vd_db *, const char *sql,
	                          const char *what);
	enum vd_status (*has_table)(struct vd_context *, struct vd_db *, const char *name, bool *yes);
	/* Sends the statement; rows are read by step. A failed open needs no finish. */
	enum vd_status (*open)(struct vd_context *, struct vd_cursor *, const struct vd_value *in);
	enum vd_status (*step)(struct vd_context *, struct vd_cursor *, bool *row);
	enum vd_status (*value)(struct vd_context *, struct vd_cursor *, int column, struct vd_value *);
	void (*finish)(struct vd_cursor *);
	enum vd_status (*batch)(struct vd_context *, struct vd_db *, struct vd_batch *,
	                        int64_t *changed);
	/* Prepares and looks at the result columns: NULL, or what does not fit the contract. For tests.
	 */
	enum vd_status (*check)(struct vd_context *, struct vd_db *, const struct vd_query *,
	                        const char **problem);
	void (*close)(struct vd_db *);
};

/* What every handle starts with. */
struct vd_db {
	const struct vd_engine_ops *ops;
	struct vd_arena arena; /* of the handle itself */
	const struct vd_log *log;
	int64_t statements;
	int64_t tx_number; /* counts transactions: a cursor of an earlier one is closed */
	enum vd_tx_kind tx_kind;
	bool in_tx, failed; /* failed: only rollback is possible */
	int streams;        /* open ones */
};

VD_CHECKED enum vd_status vd_sqlite_open(struct vd_context *, const char *path,
                                         const struct vd_db_options *, struct vd_db **out);
VD_CHECKED enum vd_status vd_postgresql_open(struct vd_context *, const char *url,
                                             const struct vd_db_options *, struct vd_db **out);
/* The engine's own way of a consistent copy; path does not exist. */
VD_CHECKED enum vd_status vd_sqlite_backup(struct vd_context *, struct vd_db *, const char *path,
                                           const struct vd_log *);
/* Leaves one plain file: no write-ahead log beside it. */
VD_CHECKED enum vd_status vd_sqlite_settle(struct vd_context *, struct vd_db *);
/* Foreign keys off while tables are filled in any order; on again checks them all. */
VD_CHECKED enum vd_status vd_sqlite_foreign_keys(struct vd_context *, struct vd_db *, bool on);

/* An arena of its own with a zeroed handle of that size in it; ends with close_handle. */
struct vd_db *vd_handle_new(struct vd_context *, size_t size, size_t memory_max,
                            const struct vd_engine_ops *, const struct vd_log *);
void vd_handle_free(struct vd_db *);

/* Before and after each statement: state, test seam, count, trace. */
VD_CHECKED enum vd_status vd_statement_begin(struct vd_context *, struct vd_db *,
                                             const struct vd_query *);
enum vd_status vd_statement_failed(struct vd_db *, enum vd_status);
void vd_statement_trace(const struct vd_db *, const char *name, int64_t started_us, int64_t rows);

/* The fields of a struct as values; refuses what its contract does not allow. */
VD_CHECKED enum vd_status vd_values_of(struct vd_context *, const struct vd_query *, const void *in,
                                       struct vd_value *values);
VD_CHECKED enum vd_status vd_batch_next(struct vd_context *, struct vd_batch *, struct vd_value *,
                                        bool *more);
#endif
