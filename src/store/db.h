#ifndef VD_STORE_DB_H
#define VD_STORE_DB_H
/* One database interface over two engines: SQLite (the default store) and PostgreSQL.
 *
 * SQL lives in the files of queries/ only; tools/sqlgen.py turns each named statement into a typed
 * C function (header "q_<file>.h") over store/run.h. Nobody calls that by hand.
 *
 * Statements are prepared once per connection and cached. Values: integers are int64, text is
 * UTF-8, a date is a day (ISO text on the wire), a moment is UTC seconds, bytes are bytes.
 * "No value" is VD_I64_NONE, VD_DATE_NONE, VD_MOMENT_NONE or a vd_str with ptr NULL; only a
 * column or parameter marked with '?' in its contract may hold it.
 *
 * A handle belongs to one thread. Errors: unique violation VD_E_CONFLICT, other constraint
 * VD_E_INVALID, lock or serialisation VD_E_BUSY, connection or disk VD_E_IO, a row that does not
 * fit its contract VD_E_CORRUPT. After any error inside a transaction only rollback is possible. */
#include "base/context.h"
#include "base/log.h"
#include "value/date.h"

#define VD_I64_NONE INT64_MIN

struct vd_db;
enum vd_engine { VD_SQLITE, VD_POSTGRESQL };

struct vd_db_options {
	/* make the store, and its schema, when it is empty or missing */
	bool create;
	/* do not refuse an older schema: only for migrate */
	bool any_schema;
	/* statements are traced at VD_LOG_TRACE with timing, without values; may be NULL */
	const struct vd_log *log;
	int busy_timeout_ms; /* 0 = 5000 */
	/* SQLite: do not wait for the disk at each commit. After a power failure the store may be
	 * damaged: only for one that can be made again, such as the demo's */
	bool disposable;
};
/* url: "sqlite:PATH" or "postgresql://..." (also "postgres://"). VD_E_NOT_FOUND when the store does
 * not exist and create is off; VD_E_CONFLICT when its schema is newer than this program, older (run
 * "voldaan migrate"), or its migrations' checksums differ. The PostgreSQL database must sort by
 * bytes (C or C.UTF-8): checked at open. */
VD_CHECKED enum vd_status vd_db_open(struct vd_context *, const char *url,
                                     const struct vd_db_options *, struct vd_db **out);
void vd_db_close(struct vd_db **);
#define VD_AUTO_DB VD_CLEANUP(vd_db_close) struct vd_db
enum vd_engine vd_db_engine(const struct vd_db *);
/* Statements sent so far: what a budget test counts. */
int64_t vd_db_statements(const struct vd_db *);

/* ---- transactions: one per use case ---- */
/* READ: one snapshot. WRITE: BEGIN IMMEDIATE on SQLite. A statement that writes is refused outside
 * a WRITE transaction, and everything but rollback after a failed statement: the same on both
 * engines. A stream outside a transaction makes a reading one of its own until it is closed. */
enum vd_tx_kind { VD_TX_READ, VD_TX_WRITE };
struct vd_tx {
	struct vd_db *db;
	bool open;
};
VD_CHECKED enum vd_status vd_tx_begin(struct vd_context *, struct vd_db *, enum vd_tx_kind,
                                      struct vd_tx *);
/* VD_E_BUSY: nothing was written, may be retried. VD_E_IO on PostgreSQL may mean that the answer
 * was lost: look up the request id before retrying. */
VD_CHECKED enum vd_status vd_tx_commit(struct vd_context *, struct vd_tx *);
void vd_tx_rollback(struct vd_tx *); /* keeps ctx->error; harmless when not open */
/* "VD_AUTO_TX tx = { 0 }; VD_TRY(vd_tx_begin(...)); ... return vd_tx_commit(ctx, &tx);": leaving
 * early rolls back. */
#define VD_AUTO_TX VD_CLEANUP(vd_tx_rollback) struct vd_tx
bool vd_db_in_tx(const struct vd_db *);

/* ---- ids: taken in blocks from the administration's counter, in the write transaction ---- */
struct vd_ids {
	int64_t administration, next, end;
};
/* n consecutive ids; *first is the first. A block fetched for more than n is kept in *ids, which
 * lives as long as the transaction at most: start each transaction with { .administration = a }.
 * block: 1..100000 hint. */
VD_CHECKED enum vd_status vd_ids_take(struct vd_context *, struct vd_db *, struct vd_ids *,
                                      int64_t n, int64_t block, int64_t *first);

/* ---- maintenance ---- */
/* Applies the migrations that are missing, each in a transaction. */
VD_CHECKED enum vd_status vd_db_migrate(struct vd_context *, struct vd_db *, struct vd_moment now,
                                        int64_t *applied);
int64_t vd_db_schema_newest(void);
/* A consistent SQLite store of everything at PATH (which must not exist), while others go on
 * working; from PostgreSQL out of one snapshot. Written beside it and renamed at the end. log:
 * progress; may be NULL. */
VD_CHECKED enum vd_status vd_db_backup(struct vd_context *, struct vd_db *, const char *path,
                                       const struct vd_log *);
/* After bulk work: ANALYZE on PostgreSQL. SQLite keeps the statistics that its schema brings. */
VD_CHECKED enum vd_status vd_db_analyze(struct vd_context *, struct vd_db *);

/* ---- below: for generated code only ---- */
enum vd_type { VD_T_I64 = 1, VD_T_TEXT, VD_T_DATE, VD_T_MOMENT, VD_T_BYTES };
struct vd_value {
	enum vd_type type;
	bool null;
	union {
		int64_t i64;
		struct vd_str text;
		struct vd_date date;
		struct vd_moment moment;
	};
};
enum vd_query_kind { VD_Q_EXEC, VD_Q_ONE, VD_Q_OPT, VD_Q_MANY, VD_Q_STREAM, VD_Q_BATCH };
#define VD_PARAMS_MAX  48
#define VD_COLUMNS_MAX 64
#define VD_MANY_MAX    100000 /* rows of a :many statement; longer results are :stream */
struct vd_param {
	const char *name;
	enum vd_type type;
	bool nullable;
	size_t offset; /* of the field in the statement's struct */
};
struct vd_query {
	int index; /* into vd_queries[]; -1: outside it, not kept prepared */
	const char *name, *sql;
	enum vd_query_kind kind;
	bool writes;
	int in_count, out_count;
	const struct vd_param *in, *out;
	const char *copy_sql; /* PostgreSQL COPY text for a plain INSERT .. VALUES :batch, else NULL */
	size_t in_size, out_size; /* of struct q_NAME_in and q_NAME_row */
};
extern const struct vd_query vd_queries[];
extern const int vd_queries_count;
#endif
