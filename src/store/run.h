#ifndef VD_STORE_RUN_H
#define VD_STORE_RUN_H
/* What the generated statement functions call, and nobody else: structs in, structs out.
 *
 * A statement that writes needs a write transaction, and after an error inside a transaction every
 * further statement is refused: so a program behaves the same on both engines. Text must be UTF-8
 * without NUL. Structs are read and written through the offsets in struct vd_param. */
#include "store/db.h"

/* A statement whose rows are being read. Text and bytes of a row live until the next step. */
struct vd_cursor {
	struct vd_db *db; /* NULL when not open */
	const struct vd_query *query;
	void *handle;  /* SQLite: the statement; PostgreSQL: the rows at hand */
	int row, rows; /* PostgreSQL: place in them */
	int number;    /* PostgreSQL: of the server's cursor, 0 when there is none */
	bool cached;   /* SQLite: the statement goes back to the cache */
	bool stream, own_tx, done;
	int64_t tx_number, changed, read, started_us;
};

VD_CHECKED enum vd_status vd_run_exec(struct vd_context *, struct vd_db *, const struct vd_query *,
                                      const void *in, int64_t *changed);
VD_CHECKED enum vd_status vd_run_one(struct vd_context *, struct vd_db *, const struct vd_query *,
                                     const void *in, void *row);
VD_CHECKED enum vd_status vd_run_opt(struct vd_context *, struct vd_db *, const struct vd_query *,
                                     const void *in, void *row, bool *found);
/* *rows: an array of q->out_size pieces in the context's arena. */
VD_CHECKED enum vd_status vd_run_many(struct vd_context *, struct vd_db *, const struct vd_query *,
                                      const void *in, void **rows, size_t *count);
VD_CHECKED enum vd_status vd_run_batch(struct vd_context *, struct vd_db *, const struct vd_query *,
                                       const void *rows, size_t count, int64_t *changed);

VD_CHECKED enum vd_status vd_run_open(struct vd_context *, struct vd_db *, const struct vd_query *,
                                      const void *in, struct vd_cursor *);
/* Text of the row lives until the next call. After *more is false the cursor is closed. */
VD_CHECKED enum vd_status vd_run_next(struct vd_context *, struct vd_cursor *, void *row,
                                      bool *more);
void vd_run_close(struct vd_cursor *); /* harmless when not open */
#endif
