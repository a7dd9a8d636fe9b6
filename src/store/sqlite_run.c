/* Statements on SQLite: prepared once per connection, parameters bound by name.
 *
 * "$1" is a name to SQLite, numbered by first appearance: binding by position would swap values
 * without a word. */
#include "store/engine_sqlite.h"

#include <stdio.h>
#include <string.h>

#define AUTO_STATEMENT VD_CLEANUP(statement_drop) sqlite3_stmt
static void
statement_drop(sqlite3_stmt **s)
{
	sqlite3_finalize(*s);
}

void
vd_sqlite_cache_clear(struct vd_sqlite *s)
{
	for (int i = 0; i < vd_queries_count; i++) {
		sqlite3_finalize(s->cache[i]);
		s->cache[i] = NULL;
		s->busy[i] = false;
	}
}

static enum vd_status
prepare(struct vd_context *ctx, struct vd_sqlite *s, const struct vd_query *q, bool keep,
        sqlite3_stmt **out)
{
	if (sqlite3_prepare_v3(s->conn, q->sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, out, NULL) !=
	    SQLITE_OK)
		return vd_sqlite_fail(ctx, s, q->name);
	if (*out == NULL || sqlite3_column_count(*out) != q->out_count) {
		int n = *out != NULL ? sqlite3_column_count(*out) : 0;

		sqlite3_finalize(*out);
		*out = NULL;
		return vd_fail(ctx, VD_E_CORRUPT, "store.columns", NULL,
		               "%s gives %d columns, its contract says %d", q->name, n, q->out_count);
	}
	return VD_OK;
}

/* The cached statement, or one of its own when that is being read already. */
static enum vd_status
take(struct vd_context *ctx, struct vd_sqlite *s, const struct vd_query *q, sqlite3_stmt **out,
     bool *cached)
{
	*cached = q->index >= 0 && !s->busy[q->index];
	if (!*cached) return prepare(ctx, s, q, false, out);
	if (s->cache[q->index] == NULL) VD_TRY(prepare(ctx, s, q, true, &s->cache[q->index]));
	s->busy[q->index] = true;
	*out = s->cache[q->index];
	return VD_OK;
}

static void
give_back(struct vd_sqlite *s, const struct vd_query *q, sqlite3_stmt *statement, bool cached)
{
	if (!cached) {
		sqlite3_finalize(statement);
		return;
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	s->busy[q->index] = false;
}

/* The values live as long as the statement is not reset, except texts of dates: those are copied.
 */
static int
bind_value(sqlite3_stmt *statement, int at, enum vd_type type, const struct vd_value *v)
{
	char text[VD_MOMENT_TEXT];

	if (v->null) return sqlite3_bind_null(statement, at);
	switch (type) {
	case VD_T_I64:
		return sqlite3_bind_int64(statement, at, v->i64);
	case VD_T_TEXT:
		return sqlite3_bind_text64(statement, at, v->text.ptr, v->text.len, SQLITE_STATIC,
		                           SQLITE_UTF8);
	case VD_T_BYTES:
		return sqlite3_bind_blob64(statement, at, v->text.ptr, v->text.len, SQLITE_STATIC);
	case VD_T_DATE:
		vd_date_format(v->date, text);
		return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
	case VD_T_MOMENT:
		vd_moment_format(v->moment, text);
		return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
	}
	return SQLITE_MISUSE;
}

/* Where "$1" .. "$n" stand in this statement. */
static enum vd_status
places_of(struct vd_context *ctx, const struct vd_query *q, sqlite3_stmt *statement, int *places)
{
	char name[16];

	for (int i = 0; i < q->in_count; i++) {
		snprintf(name, sizeof(name), "$%d", i + 1);
		places[i] = sqlite3_bind_parameter_index(statement, name);
		if (places[i] == 0)
			return vd_fail(ctx, VD_E_CORRUPT, "store.parameter", NULL, "%s has no %s", q->name,
			               name);
	}
	return VD_OK;
}

static enum vd_status
bind_all(struct vd_context *ctx, struct vd_sqlite *s, const struct vd_query *q,
         sqlite3_stmt *statement, const int *places, const struct vd_value *in)
{
	for (int i = 0; i < q->in_count; i++)
		if (bind_value(statement, places[i], q->in[i].type, &in[i]) != SQLITE_OK)
			return vd_sqlite_fail(ctx, s, q->name);
	return VD_OK;
}

static enum vd_status
open_cached(struct vd_context *ctx, struct vd_cursor *c, const struct vd_value *in,
            sqlite3_stmt *statement)
{
	int places[VD_PARAMS_MAX];

	VD_TRY(places_of(ctx, c->query, statement, places));
	return bind_all(ctx, vd_sqlite_of(c->db), c->query, statement, places, in);
}

enum vd_status
vd_sqlite_run_open(struct vd_context *ctx, struct vd_cursor *c, const struct vd_value *in)
{
	struct vd_sqlite *s = vd_sqlite_of(c->db);
	sqlite3_stmt *statement = NULL;
	enum vd_status st;

	VD_TRY(take(ctx, s, c->query, &statement, &c->cached));
	st = open_cached(ctx, c, in, statement);
	if (st != VD_OK) {
		give_back(s, c->query, statement, c->cached);
		return st;
	}
	c->handle = statement;
	return VD_OK;
}

enum vd_status
vd_sqlite_run_step(struct vd_context *ctx, struct vd_cursor *c, bool *row)
{
	struct vd_sqlite *s = vd_sqlite_of(c->db);
	int rc;

	*row = false;
	if (c->done) return VD_OK;
	rc = sqlite3_step(c->handle);
	if (rc == SQLITE_ROW) {
		*row = true;
		return VD_OK;
	}
	c->done = true;
	if (rc != SQLITE_DONE) return vd_sqlite_fail(ctx, s, c->query->name);
	if (c->query->writes) c->changed = sqlite3_changes64(s->conn);
	return VD_OK;
}

static enum vd_status
wrong_type(struct vd_context *ctx, const struct vd_cursor *c, int column)
{
	const struct vd_param *p = &c->query->out[column];

	return vd_fail(ctx, VD_E_CORRUPT, "store.type", p->name,
	               "%s: %s holds a value of another type than its contract", c->query->name,
	               p->name);
}

static enum vd_status
text_value(struct vd_context *ctx, struct vd_cursor *c, int column, enum vd_type type,
           struct vd_value *v)
{
	const char *p = (const char *)sqlite3_column_text(c->handle, column);
	struct vd_str text = { p, (size_t)sqlite3_column_bytes(c->handle, column) };

	if (p == NULL) return vd_fail_memory(ctx);
	if (type == VD_T_TEXT) v->text = text;
	else if (type == VD_T_DATE ? vd_date_parse(ctx, text, &v->date) != VD_OK
	                           : vd_moment_parse(ctx, text, &v->moment) != VD_OK)
		return wrong_type(ctx, c, column);
	return VD_OK;
}

enum vd_status
vd_sqlite_run_value(struct vd_context *ctx, struct vd_cursor *c, int column, struct vd_value *v)
{
	int stored = sqlite3_column_type(c->handle, column);

	v->null = stored == SQLITE_NULL;
	if (v->null) return VD_OK;
	switch (v->type) {
	case VD_T_I64:
		if (stored != SQLITE_INTEGER) return wrong_type(ctx, c, column);
		v->i64 = sqlite3_column_int64(c->handle, column);
		if (v->i64 == VD_I64_NONE) return wrong_type(ctx, c, column);
		return VD_OK;
	case VD_T_BYTES:
		if (stored != SQLITE_BLOB) return wrong_type(ctx, c, column);
		v->text.len = (size_t)sqlite3_column_bytes(c->handle, column);
		v->text.ptr = v->text.len > 0 ? sqlite3_column_blob(c->handle, column) : "";
		return v->text.ptr != NULL ? VD_OK : vd_fail_memory(ctx);
	case VD_T_TEXT:
	case VD_T_DATE:
	case VD_T_MOMENT:
		if (stored != SQLITE_TEXT) return wrong_type(ctx, c, column);
		return text_value(ctx, c, column, v->type, v);
	}
	return wrong_type(ctx, c, column);
}

void
vd_sqlite_run_finish(struct vd_cursor *c)
{
	if (c->handle != NULL) give_back(vd_sqlite_of(c->db), c->query, c->handle, c->cached);
	c->handle = NULL;
}

static enum vd_status
batch_rows(struct vd_context *ctx, struct vd_sqlite *s, struct vd_batch *b, sqlite3_stmt *statement,
           int64_t *changed)
{
	struct vd_value values[VD_PARAMS_MAX];
	int places[VD_PARAMS_MAX];
	bool more;

	VD_TRY(places_of(ctx, b->query, statement, places));
	for (;;) {
		VD_TRY(b->next(ctx, b, values, &more));
		if (!more) return VD_OK;
		VD_TRY(bind_all(ctx, s, b->query, statement, places, values));
		if (sqlite3_step(statement) != SQLITE_DONE) return vd_sqlite_fail(ctx, s, b->query->name);
		*changed += sqlite3_changes64(s->conn);
		sqlite3_reset(statement);
	}
}

enum vd_status
vd_sqlite_run_batch(struct vd_context *ctx, struct vd_db *db, struct vd_batch *b, int64_t *changed)
{
	struct vd_sqlite *s = vd_sqlite_of(db);
	sqlite3_stmt *statement = NULL;
	bool cached;
	enum vd_status st;

	VD_TRY(take(ctx, s, b->query, &statement, &cached));
	st = batch_rows(ctx, s, b, statement, changed);
	give_back(s, b->query, statement, cached);
	return st;
}

/* SQLite tells a type only for a plain column; the words are those of STRICT tables. */
static bool
declared_fits(const char *declared, enum vd_type type)
{
	if (declared == NULL) return true;
	if (strcmp(declared, "INTEGER") == 0) return type == VD_T_I64;
	if (strcmp(declared, "BLOB") == 0) return type == VD_T_BYTES;
	return strcmp(declared, "TEXT") == 0 &&
	       (type == VD_T_TEXT || type == VD_T_DATE || type == VD_T_MOMENT);
}

enum vd_status
vd_sqlite_run_check(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q,
                    const char **problem)
{
	AUTO_STATEMENT *statement = NULL;
	int places[VD_PARAMS_MAX];

	*problem = NULL;
	VD_TRY(prepare(ctx, vd_sqlite_of(db), q, false, &statement));
	VD_TRY(places_of(ctx, q, statement, places));
	if (sqlite3_bind_parameter_count(statement) != q->in_count)
		*problem = "other parameters than the contract";
	if ((sqlite3_stmt_readonly(statement) == 0) != q->writes)
		*problem = "writes, or does not, against its mark";
	for (int i = 0; i < q->out_count; i++)
		if (!declared_fits(sqlite3_column_decltype(statement, i), q->out[i].type))
			*problem = q->out[i].name;
	return VD_OK;
}
