/* The connection to a PostgreSQL store: settings, transactions, errors. */
#include "store/engine_postgresql.h"

#include <stdio.h>
#include <string.h>

#define HANDLE_MEMORY_MAX ((size_t)1 << 20)

bool
vd_pg_ok(const PGresult *r)
{
	ExecStatusType st = PQresultStatus(r);

	return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK;
}

/* Classes of SQLSTATE: PostgreSQL 15 documentation, appendix A. */
static enum vd_status
status_of(const char *state)
{
	static const struct {
		const char *prefix;
		enum vd_status status;
	} table[] = {
		{ "23505", VD_E_CONFLICT },                            /* unique_violation */
		{ "23", VD_E_INVALID },                                /* other constraints */
		{ "22003", VD_E_LIMIT },                               /* numeric value out of range */
		{ "22", VD_E_INVALID },     { "25006", VD_E_INVALID }, /* read only transaction */
		{ "40", VD_E_BUSY },                                   /* serialization failure, deadlock */
		{ "55P03", VD_E_BUSY },                                /* lock timeout */
		{ "57014", VD_E_LIMIT },                               /* statement timeout */
		{ "53200", VD_E_NOMEM },    { "54", VD_E_LIMIT },
		{ "XX001", VD_E_CORRUPT },  { "XX002", VD_E_CORRUPT },
	};

	for (size_t i = 0; i < VD_LENGTH(table); i++)
		if (strncmp(state, table[i].prefix, strlen(table[i].prefix)) == 0) return table[i].status;
	return VD_E_IO;
}

enum vd_status
vd_pg_fail(struct vd_context *ctx, const struct vd_postgresql *s, const PGresult *r,
           const char *what)
{
	const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *message = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum vd_status st = state != NULL ? status_of(state) : VD_E_IO;

	if (PQstatus(s->conn) == CONNECTION_BAD)
		return vd_fail(ctx, VD_E_IO, "store.connection", NULL,
		               "%s: the connection to the store was lost", what);
	/* the primary message names constraints and columns, never values: those stand in the detail */
	return vd_fail(ctx, st,
	               st == VD_E_CONFLICT ? "store.conflict"
	               : st == VD_E_BUSY   ? "store.busy"
	                                   : "store.error",
	               NULL, "%s: %s (%s)", what, message != NULL ? message : PQerrorMessage(s->conn),
	               state != NULL ? state : "no state");
}

static enum vd_status
pg_command(struct vd_context *ctx, struct vd_db *db, const char *sql, const char *what)
{
	struct vd_postgresql *s = vd_postgresql_of(db);
	AUTO_RESULT *r = PQexec(s->conn, sql);

	return vd_pg_ok(r) ? VD_OK : vd_pg_fail(ctx, s, r, what);
}

/* ---- settings ---- */

static void
ignore_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* Sorting by bytes, as SQLite does: a range of prefixes means something else in a language's order.
 */
static enum vd_status
check_order(struct vd_context *ctx, struct vd_postgresql *s)
{
	AUTO_RESULT *r = PQexec(
	    s->conn,
	    "SELECT CASE WHEN 'Z' < 'a' AND 'z' < '\xc3\xa9' AND 'a b' < 'a-b' THEN 1 ELSE 0 END, "
	    "current_setting('server_encoding'), current_setting('standard_conforming_strings')");

	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, "opening the store");
	if (strcmp(PQgetvalue(r, 0, 0), "1") != 0 || strcmp(PQgetvalue(r, 0, 1), "UTF8") != 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "store.collation", NULL,
		    "the database sorts in a language's order (or is not UTF-8): make it with "
		    "CREATE DATABASE ... TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' (or 'C')");
	return VD_OK;
}

static enum vd_status
configure(struct vd_context *ctx, struct vd_postgresql *s, int busy_timeout_ms)
{
	char sql[512];

	snprintf(
	    sql, sizeof(sql),
	    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET client_min_messages = warning; "
	    "SET standard_conforming_strings = on; SET jit = off; SET cursor_tuple_fraction = 1.0; "
	    "SET statement_timeout = '15min'; SET lock_timeout = %d",
	    busy_timeout_ms);
	VD_TRY(pg_command(ctx, &s->base, sql, "opening the store"));
	return check_order(ctx, s);
}

/* ---- transactions ---- */

/* A server that was restarted is met again at the next transaction; inside one the failure stands.
 */
static enum vd_status
revive(struct vd_context *ctx, struct vd_postgresql *s)
{
	if (PQstatus(s->conn) != CONNECTION_BAD) return VD_OK;
	PQreset(s->conn);
	if (PQstatus(s->conn) == CONNECTION_BAD) return vd_pg_fail(ctx, s, NULL, "connecting again");
	memset(s->prepared, 0, sizeof(*s->prepared) * (size_t)vd_queries_count);
	return configure(ctx, s, s->busy_timeout_ms);
}

static enum vd_status
pg_begin(struct vd_context *ctx, struct vd_db *db, enum vd_tx_kind kind)
{
	VD_TRY(revive(ctx, vd_postgresql_of(db)));
	if (kind == VD_TX_WRITE)
		return pg_command(ctx, db, "BEGIN ISOLATION LEVEL READ COMMITTED", "begin");
	return pg_command(ctx, db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "begin");
}

static enum vd_status
pg_commit(struct vd_context *ctx, struct vd_db *db)
{
	struct vd_postgresql *s = vd_postgresql_of(db);
	AUTO_RESULT *r = PQexec(s->conn, "COMMIT");

	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, "commit");
	/* the server answers a COMMIT of a failed transaction with "ROLLBACK" and no error */
	if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
		return vd_fail(ctx, VD_E_IO, "store.error", NULL, "commit: the server rolled back");
	return VD_OK;
}

static void
pg_rollback(struct vd_db *db)
{
	struct vd_postgresql *s = vd_postgresql_of(db);

	if (PQstatus(s->conn) == CONNECTION_OK && PQtransactionStatus(s->conn) != PQTRANS_IDLE)
		PQclear(PQexec(s->conn, "ROLLBACK"));
}

static enum vd_status
pg_lock_schema(struct vd_context *ctx, struct vd_db *db)
{
	VD_TRY(pg_command(ctx, db, "SET LOCAL statement_timeout = 0", "migrate"));
	return pg_command(ctx, db, "SELECT pg_advisory_xact_lock(1448365134)", "migrate"); /* "VLDN" */
}

static enum vd_status
pg_has_table(struct vd_context *ctx, struct vd_db *db, const char *name, bool *yes)
{
	struct vd_postgresql *s = vd_postgresql_of(db);
	AUTO_RESULT *r = PQexecParams(s->conn, "SELECT 1 WHERE to_regclass($1) IS NOT NULL", 1, NULL,
	                              &name, NULL, NULL, 0);

	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, "opening the store");
	*yes = PQntuples(r) > 0;
	return VD_OK;
}

static void
pg_close(struct vd_db *db)
{
	PQfinish(vd_postgresql_of(db)->conn);
	vd_handle_free(db);
}

/* ---- opening ---- */

static const struct vd_engine_ops pg_ops = {
	.engine = VD_POSTGRESQL,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.lock_schema = pg_lock_schema,
	.command = pg_command,
	.has_table = pg_has_table,
	.open = vd_pg_run_open,
	.step = vd_pg_run_step,
	.value = vd_pg_run_value,
	.finish = vd_pg_run_finish,
	.batch = vd_pg_run_batch,
	.check = vd_pg_run_check,
	.close = pg_close,
};

static enum vd_status
connect_server(struct vd_context *ctx, struct vd_postgresql *s, const char *url)
{
	/* what stands in the URL wins, except the encoding */
	const char *const words[] = { "application_name", "connect_timeout", "dbname",
		                          "client_encoding", NULL };
	const char *const values[] = { "voldaan", "10", url, "UTF8", NULL };

	s->prepared =
	    vd_arena_array(&s->base.arena, (size_t)vd_queries_count + 1, sizeof(*s->prepared));
	if (s->prepared == NULL) return vd_fail_memory(ctx);
	s->conn = PQconnectdbParams(words, values, 1);
	if (s->conn == NULL) return vd_fail_memory(ctx);
	if (PQstatus(s->conn) != CONNECTION_OK) {
		struct vd_str why = vd_str_trim(vd_str_c(PQerrorMessage(s->conn)));

		return vd_fail(ctx, VD_E_IO, "store.connection", NULL, "cannot open the store: %.*s",
		               VD_FMT(why));
	}
	PQsetNoticeProcessor(s->conn, ignore_notice, NULL);
	return configure(ctx, s, s->busy_timeout_ms);
}

enum vd_status
vd_postgresql_open(struct vd_context *ctx, const char *url, const struct vd_db_options *o,
                   struct vd_db **out)
{
	struct vd_db *db =
	    vd_handle_new(ctx, sizeof(struct vd_postgresql), HANDLE_MEMORY_MAX, &pg_ops, o->log);
	enum vd_status st;

	if (db == NULL) return vd_fail_memory(ctx);
	vd_postgresql_of(db)->busy_timeout_ms = o->busy_timeout_ms > 0 ? o->busy_timeout_ms : 5000;
	st = connect_server(ctx, vd_postgresql_of(db), url);
	if (st != VD_OK) {
		pg_close(db);
		return st;
	}
	*out = db;
	return VD_OK;
}
