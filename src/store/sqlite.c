/* The connection to a SQLite store: settings, transactions, errors, backup. */
#include "store/engine_sqlite.h"

#include "base/file.h"

#include <string.h>

#define APPLICATION_ID    0x564c444e /* "VLDN" */
#define HANDLE_MEMORY_MAX ((size_t)4 << 20)
#define BACKUP_PAGES      2000 /* copied per step, about 8 MB */
#define NOT_OURS          "%s is not a Voldaan store"

enum { BEGIN_READ, BEGIN_WRITE };

static enum vd_status
status_of(int rc, const char *message)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
		    rc == SQLITE_CONSTRAINT_ROWID)
			return VD_E_CONFLICT;
		return VD_E_INVALID;
	case SQLITE_MISMATCH:
		return VD_E_INVALID;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return VD_E_BUSY;
	case SQLITE_NOMEM:
		return VD_E_NOMEM;
	case SQLITE_TOOBIG:
		return VD_E_LIMIT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return VD_E_CORRUPT;
	case SQLITE_ERROR:
		return strcmp(message, "integer overflow") == 0 ? VD_E_LIMIT : VD_E_IO;
	default:
		return VD_E_IO;
	}
}

enum vd_status
vd_sqlite_fail(struct vd_context *ctx, const struct vd_sqlite *s, const char *what)
{
	int rc = sqlite3_extended_errcode(s->conn);
	const char *message = sqlite3_errmsg(s->conn);
	enum vd_status st = status_of(rc, message);

	return vd_fail(ctx, st,
	               st == VD_E_CONFLICT ? "store.conflict"
	               : st == VD_E_BUSY   ? "store.busy"
	                                   : "store.error",
	               NULL, "%s: %s (SQLite %d)", what, message, rc);
}

static enum vd_status
sqlite_command(struct vd_context *ctx, struct vd_db *db, const char *sql, const char *what)
{
	struct vd_sqlite *s = vd_sqlite_of(db);

	if (sqlite3_exec(s->conn, sql, NULL, NULL, NULL) != SQLITE_OK)
		return vd_sqlite_fail(ctx, s, what);
	return VD_OK;
}

/* ---- transactions ---- */

static enum vd_status
run_fixed(struct vd_context *ctx, struct vd_sqlite *s, sqlite3_stmt **statement, const char *sql)
{
	int rc;

	if (*statement == NULL && sqlite3_prepare_v3(s->conn, sql, -1, SQLITE_PREPARE_PERSISTENT,
	                                             statement, NULL) != SQLITE_OK)
		return vd_sqlite_fail(ctx, s, sql);
	rc = sqlite3_step(*statement);
	if (rc != SQLITE_DONE) {
		enum vd_status st = vd_sqlite_fail(ctx, s, sql);

		sqlite3_reset(*statement);
		return st;
	}
	sqlite3_reset(*statement);
	return VD_OK;
}

static enum vd_status
sqlite_begin(struct vd_context *ctx, struct vd_db *db, enum vd_tx_kind kind)
{
	struct vd_sqlite *s = vd_sqlite_of(db);

	if (kind == VD_TX_WRITE) return run_fixed(ctx, s, &s->begin[BEGIN_WRITE], "BEGIN IMMEDIATE");
	return run_fixed(ctx, s, &s->begin[BEGIN_READ], "BEGIN");
}

static enum vd_status
sqlite_commit(struct vd_context *ctx, struct vd_db *db)
{
	struct vd_sqlite *s = vd_sqlite_of(db);

	return run_fixed(ctx, s, &s->commit, "COMMIT");
}

static void
sqlite_rollback(struct vd_db *db)
{
	struct vd_sqlite *s = vd_sqlite_of(db);
	VD_AUTO_ARENA scratch = VD_ARENA((size_t)1 << 16);
	struct vd_context ctx = { .arena = &scratch };

	/* SQLite has rolled back by itself after a full disk or an I/O error */
	if (sqlite3_get_autocommit(s->conn) == 0) (void)!run_fixed(&ctx, s, &s->rollback, "ROLLBACK");
}

static enum vd_status
sqlite_lock_schema(struct vd_context *ctx, struct vd_db *db)
{
	(void)ctx;
	vd_sqlite_cache_clear(vd_sqlite_of(db));
	return VD_OK; /* BEGIN IMMEDIATE is the lock */
}

static void
sqlite_close(struct vd_db *db)
{
	struct vd_sqlite *s = vd_sqlite_of(db);
	sqlite3_stmt *fixed[] = { s->begin[0], s->begin[1], s->commit, s->rollback };

	if (s->cache != NULL) vd_sqlite_cache_clear(s);
	for (size_t i = 0; i < VD_LENGTH(fixed); i++) sqlite3_finalize(fixed[i]);
	sqlite3_close_v2(s->conn);
	vd_handle_free(db);
}

/* ---- opening ---- */

/* One number out of a PRAGMA or a count. */
static enum vd_status
number(struct vd_context *ctx, struct vd_sqlite *s, const char *sql, const char *text, int64_t *out)
{
	sqlite3_stmt *statement = NULL;
	enum vd_status st = VD_OK;

	*out = 0;
	if (sqlite3_prepare_v2(s->conn, sql, -1, &statement, NULL) != SQLITE_OK)
		return vd_sqlite_fail(ctx, s, sql);
	if (text != NULL) sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		*out = sqlite3_column_int64(statement, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		st = vd_sqlite_fail(ctx, s, sql);
	}
	sqlite3_finalize(statement);
	return st;
}

static enum vd_status
sqlite_has_table(struct vd_context *ctx, struct vd_db *db, const char *name, bool *yes)
{
	int64_t n;

	VD_TRY(number(ctx, vd_sqlite_of(db),
	              "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1", name,
	              &n));
	*yes = n > 0;
	return VD_OK;
}

/* Refuses a database of another program; marks an empty one as ours. */
static enum vd_status
claim(struct vd_context *ctx, struct vd_sqlite *s, const char *path, bool create)
{
	int64_t id, tables;

	/* the mark comes before the first table: read the other way round while another makes the store
	 */
	VD_TRY(number(ctx, s, "SELECT count(*) FROM sqlite_schema", NULL, &tables));
	VD_TRY(number(ctx, s, "PRAGMA application_id", NULL, &id));
	if (id == APPLICATION_ID) return VD_OK;
	if (id != 0 || tables != 0)
		return vd_fail(ctx, VD_E_CONFLICT, "store.not_ours", NULL, NOT_OURS, path);
	if (!create)
		return vd_fail(ctx, VD_E_NOT_FOUND, "store.empty", NULL,
		               "%s is empty: make a store with 'voldaan init'", path);
	return sqlite_command(ctx, &s->base, "PRAGMA application_id = 0x564c444e", path);
}

static enum vd_status
configure(struct vd_context *ctx, struct vd_sqlite *s, const char *path,
          const struct vd_db_options *o)
{
	static const char *const settings[] = {
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
		"PRAGMA wal_autocheckpoint = 16384",
		"PRAGMA cache_size = -65536",
		"PRAGMA mmap_size = 0",
		"PRAGMA trusted_schema = OFF",
		"PRAGMA foreign_keys = ON",
	};

	sqlite3_extended_result_codes(s->conn, 1);
	sqlite3_busy_timeout(s->conn, o->busy_timeout_ms > 0 ? o->busy_timeout_ms : 5000);
	sqlite3_db_config(s->conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(s->conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->conn, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	VD_TRY(claim(ctx, s, path, o->create));
	for (size_t i = 0; i < VD_LENGTH(settings); i++)
		VD_TRY(sqlite_command(ctx, &s->base, settings[i], settings[i]));
	if (!o->disposable) return VD_OK;
	return sqlite_command(ctx, &s->base, "PRAGMA synchronous = OFF", path);
}

static const struct vd_engine_ops sqlite_ops = {
	.engine = VD_SQLITE,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.lock_schema = sqlite_lock_schema,
	.command = sqlite_command,
	.has_table = sqlite_has_table,
	.open = vd_sqlite_run_open,
	.step = vd_sqlite_run_step,
	.value = vd_sqlite_run_value,
	.finish = vd_sqlite_run_finish,
	.batch = vd_sqlite_run_batch,
	.check = vd_sqlite_run_check,
	.close = sqlite_close,
};

static enum vd_status
connect_file(struct vd_context *ctx, struct vd_sqlite *s, const char *path,
             const struct vd_db_options *o)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (o->create ? SQLITE_OPEN_CREATE : 0);

	s->cache = vd_arena_array(&s->base.arena, (size_t)vd_queries_count + 1, sizeof(*s->cache));
	s->busy = vd_arena_array(&s->base.arena, (size_t)vd_queries_count + 1, sizeof(*s->busy));
	if (s->cache == NULL || s->busy == NULL) return vd_fail_memory(ctx);
	if (!o->create && strcmp(path, ":memory:") != 0 && !vd_file_exists(path))
		return vd_fail(
		    ctx, VD_E_NOT_FOUND, "store.not_found", NULL,
		    "there is no store at %s: make one with 'voldaan init', or name another with --store",
		    path);
	if (sqlite3_open_v2(path, &s->conn, flags, NULL) != SQLITE_OK)
		return vd_sqlite_fail(ctx, s, path);
	return configure(ctx, s, path, o);
}

enum vd_status
vd_sqlite_open(struct vd_context *ctx, const char *path, const struct vd_db_options *o,
               struct vd_db **out)
{
	struct vd_db *db =
	    vd_handle_new(ctx, sizeof(struct vd_sqlite), HANDLE_MEMORY_MAX, &sqlite_ops, o->log);
	enum vd_status st;

	if (db == NULL) return vd_fail_memory(ctx);
	st = connect_file(ctx, vd_sqlite_of(db), path, o);
	if (st != VD_OK) {
		if (sqlite3_errcode(vd_sqlite_of(db)->conn) == SQLITE_NOTADB)
			st = vd_fail(ctx, VD_E_CONFLICT, "store.not_ours", NULL, NOT_OURS, path);
		sqlite_close(db);
		return st;
	}
	*out = db;
	return VD_OK;
}

/* ---- backup ---- */

static enum vd_status
copy_pages(struct vd_context *ctx, struct vd_sqlite *from, sqlite3 *to, const char *path,
           const struct vd_log *log)
{
	struct vd_progress progress;
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from->conn, "main");
	int rc;

	if (b == NULL)
		return vd_fail(ctx, VD_E_IO, "store.backup", NULL, "%s: %s", path, sqlite3_errmsg(to));
	vd_progress_start(&progress, log, "pages", 0);
	do {
		rc = sqlite3_backup_step(b, BACKUP_PAGES);
		progress.total = sqlite3_backup_pagecount(b);
		vd_progress_step(&progress, progress.total - sqlite3_backup_remaining(b));
	} while (rc == SQLITE_OK);
	vd_progress_end(&progress);
	sqlite3_backup_finish(b);
	if (rc != SQLITE_DONE)
		return vd_fail(ctx, rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? VD_E_BUSY : VD_E_IO,
		               "store.backup", NULL, "%s: %s (SQLite %d)", path, sqlite3_errstr(rc), rc);
	return VD_OK;
}

/* The caller holds a reading transaction: pages come out of one snapshot, however long it takes,
 * and writers go on. */
enum vd_status
vd_sqlite_backup(struct vd_context *ctx, struct vd_db *db, const char *path,
                 const struct vd_log *log)
{
	struct vd_sqlite copy = { 0 };
	enum vd_status st;

	if (sqlite3_open_v2(path, &copy.conn, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK)
		st = vd_sqlite_fail(ctx, &copy, path);
	else st = copy_pages(ctx, vd_sqlite_of(db), copy.conn, path, log);
	if (st == VD_OK) st = vd_sqlite_settle(ctx, &copy.base);
	sqlite3_close_v2(copy.conn);
	return st;
}

enum vd_status
vd_sqlite_settle(struct vd_context *ctx, struct vd_db *db)
{
	return sqlite_command(ctx, db, "PRAGMA journal_mode = DELETE", "ending the write-ahead log");
}

enum vd_status
vd_sqlite_foreign_keys(struct vd_context *ctx, struct vd_db *db, bool on)
{
	int64_t broken = 0;

	if (!on) return sqlite_command(ctx, db, "PRAGMA foreign_keys = OFF", "foreign keys");
	VD_TRY(number(ctx, vd_sqlite_of(db), "SELECT count(*) FROM pragma_foreign_key_check", NULL,
	              &broken));
	if (broken > 0)
		return vd_fail(ctx, VD_E_CORRUPT, "store.foreign_keys", NULL,
		               "%lld rows of the copy refer to rows that are not there", (long long)broken);
	return sqlite_command(ctx, db, "PRAGMA foreign_keys = ON", "foreign keys");
}
