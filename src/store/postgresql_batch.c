/* Many rows to PostgreSQL: COPY for a plain INSERT, else the prepared statement in pipeline mode.
 */
#include "store/engine_postgresql.h"

#include "base/buf.h"

#define COPY_ROWS_MIN 8     /* fewer go faster as prepared statements */
#define COPY_FLUSH    65536 /* bytes sent at once */
#define COPY_ROW_MAX  ((size_t)64 << 20)
#define PIPELINE_MAX  256 /* statements in flight: their answers fit in the socket's buffer */

/* ---- COPY, text format (PostgreSQL 15 documentation, COPY, "Text Format") ---- */

static void
copy_text(struct vd_buf *b, struct vd_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i], escape = c == '\\'   ? '\\'
		                            : c == '\n' ? 'n'
		                            : c == '\r' ? 'r'
		                            : c == '\t' ? 't'
		                                        : '\0';

		if (escape == '\0') continue;
		vd_buf_add(b, vd_str_sub(s, from, i - from));
		vd_buf_add_char(b, '\\');
		vd_buf_add_char(b, escape);
		from = i + 1;
	}
	vd_buf_add(b, vd_str_sub(s, from, s.len - from));
}

static void
copy_bytes(struct vd_buf *b, struct vd_str s)
{
	static const char hex[] = "0123456789abcdef";

	vd_buf_add_c(b, "\\\\x");
	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.ptr[i];
		char two[2] = { hex[byte >> 4], hex[byte & 15] };

		vd_buf_add(b, (struct vd_str){ two, 2 });
	}
}

static void
copy_value(struct vd_buf *b, enum vd_type type, const struct vd_value *v)
{
	char text[VD_MOMENT_TEXT];

	if (v->null) {
		vd_buf_add_c(b, "\\N");
		return;
	}
	switch (type) {
	case VD_T_I64:
		vd_buf_addf(b, "%lld", (long long)v->i64);
		break;
	case VD_T_TEXT:
		copy_text(b, v->text);
		break;
	case VD_T_BYTES:
		copy_bytes(b, v->text);
		break;
	case VD_T_DATE:
		vd_date_format(v->date, text);
		vd_buf_add_c(b, text);
		break;
	case VD_T_MOMENT:
		vd_moment_format(v->moment, text);
		vd_buf_add_c(b, text);
		break;
	}
}

static enum vd_status
copy_flush(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b, struct vd_buf *buf,
           size_t min)
{
	struct vd_str bytes;

	if (buf->len <= min && !buf->failed) return VD_OK;
	VD_TRY(vd_buf_finish(ctx, buf, &bytes));
	if (PQputCopyData(s->conn, bytes.ptr, (int)bytes.len) != 1)
		return vd_pg_fail(ctx, s, NULL, b->query->name);
	vd_buf_clear(buf);
	return VD_OK;
}

static enum vd_status
copy_rows(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b)
{
	struct vd_buf buf = VD_BUF(ctx, COPY_ROW_MAX);
	struct vd_value values[VD_PARAMS_MAX];
	const struct vd_query *q = b->query;
	bool more;

	for (;;) {
		VD_TRY(b->next(ctx, b, values, &more));
		if (!more) return copy_flush(ctx, s, b, &buf, 0);
		for (int i = 0; i < q->in_count; i++) {
			copy_value(&buf, q->in[i].type, &values[i]);
			vd_buf_add_char(&buf, i + 1 < q->in_count ? '\t' : '\n');
		}
		VD_TRY(copy_flush(ctx, s, b, &buf, COPY_FLUSH));
	}
}

/* Ends the COPY, also a failed one, and reads what the server says. */
static enum vd_status
copy_end(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b, enum vd_status so_far,
         int64_t *changed)
{
	enum vd_status st = so_far;
	PGresult *r;

	if (PQputCopyEnd(s->conn, so_far == VD_OK ? NULL : "stopped by the program") != 1 &&
	    st == VD_OK)
		st = vd_pg_fail(ctx, s, NULL, b->query->name);
	while ((r = PQgetResult(s->conn)) != NULL) {
		if (!vd_pg_ok(r) && st == VD_OK) st = vd_pg_fail(ctx, s, r, b->query->name);
		if (vd_pg_ok(r) && !vd_str_to_i64(vd_str_c(PQcmdTuples(r)), changed)) *changed = 0;
		PQclear(r);
		if (PQstatus(s->conn) == CONNECTION_BAD) break;
	}
	return st;
}

static enum vd_status
copy_batch(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b, int64_t *changed)
{
	AUTO_RESULT *r = PQexec(s->conn, b->query->copy_sql);
	struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
	enum vd_status st;

	if (PQresultStatus(r) != PGRES_COPY_IN) return vd_pg_fail(ctx, s, r, b->query->name);
	st = copy_rows(ctx, s, b);
	vd_arena_rewind(ctx->arena, mark);
	return copy_end(ctx, s, b, st, changed);
}

/* ---- pipeline ---- */

static enum vd_status
send_some(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b, const char *name,
          int *sent, bool *more)
{
	struct vd_value values[VD_PARAMS_MAX];
	struct vd_pg_parameters p;

	for (*sent = 0; *sent < PIPELINE_MAX; (*sent)++) {
		VD_TRY(b->next(ctx, b, values, more));
		if (!*more) return VD_OK;
		VD_TRY(vd_pg_parameters(ctx, b->query, values, &p));
		if (PQsendQueryPrepared(s->conn, name, b->query->in_count, p.values, p.lengths, p.formats,
		                        1) != 1)
			return vd_pg_fail(ctx, s, NULL, b->query->name);
	}
	return VD_OK;
}

/* Reads the answers up to the synchronisation point; keeps the first failure. */
static enum vd_status
receive_some(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b,
             enum vd_status so_far, int64_t *changed)
{
	enum vd_status st = so_far;
	int64_t n;

	if (PQpipelineSync(s->conn) != 1)
		return st != VD_OK ? st : vd_pg_fail(ctx, s, NULL, b->query->name);
	while (PQstatus(s->conn) == CONNECTION_OK) {
		AUTO_RESULT *r = PQgetResult(s->conn);
		ExecStatusType kind = PQresultStatus(r);

		if (r == NULL) continue; /* between two statements */
		if (kind == PGRES_PIPELINE_SYNC) return st;
		if (vd_pg_ok(r)) *changed += vd_str_to_i64(vd_str_c(PQcmdTuples(r)), &n) ? n : 0;
		else if (st == VD_OK) st = vd_pg_fail(ctx, s, r, b->query->name);
	}
	return st != VD_OK ? st : vd_pg_fail(ctx, s, NULL, b->query->name);
}

static enum vd_status
pipeline_batch(struct vd_context *ctx, struct vd_postgresql *s, struct vd_batch *b,
               int64_t *changed)
{
	enum vd_status st = VD_OK;
	char name[VD_PG_NAME];
	bool more = true;
	int sent;

	VD_TRY(vd_pg_prepare(ctx, s, b->query, name));
	if (PQenterPipelineMode(s->conn) != 1) return vd_pg_fail(ctx, s, NULL, b->query->name);
	while (st == VD_OK && more) {
		st = send_some(ctx, s, b, name, &sent, &more);
		st = receive_some(ctx, s, b, st, changed);
	}
	if (PQexitPipelineMode(s->conn) != 1 && st == VD_OK)
		st = vd_pg_fail(ctx, s, NULL, b->query->name);
	return st;
}

enum vd_status
vd_pg_run_batch(struct vd_context *ctx, struct vd_db *db, struct vd_batch *b, int64_t *changed)
{
	struct vd_postgresql *s = vd_postgresql_of(db);

	if (b->query->copy_sql != NULL && b->count >= COPY_ROWS_MIN)
		return copy_batch(ctx, s, b, changed);
	return pipeline_batch(ctx, s, b, changed);
}
