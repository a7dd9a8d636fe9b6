/* Running statements: structs to values, rows to structs, and the rules that hold on both engines.
 */
#include "store/engine.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <string.h>

enum vd_status
vd_statement_begin(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q)
{
	if (db->failed)
		return vd_fail(
		    ctx, VD_E_INVALID, "store.transaction_failed", NULL,
		    "%s: an earlier statement of this transaction failed; only rollback is possible",
		    q->name);
	if (q->writes && !(db->in_tx && db->tx_kind == VD_TX_WRITE))
		return vd_fail(ctx, VD_E_INVALID, "store.no_write_transaction", NULL,
		               "%s writes: begin a VD_TX_WRITE transaction first", q->name);
	db->statements++;
	if (vd_fault_hit(VD_FAULT_STATEMENT))
		return vd_statement_failed(db, vd_fail(ctx, VD_E_IO, "store.fault", NULL,
		                                       "%s: failed by a test", q->name));
	return VD_OK;
}

enum vd_status
vd_statement_failed(struct vd_db *db, enum vd_status status)
{
	if (db->in_tx) db->failed = true;
	return status;
}

void
vd_statement_trace(const struct vd_db *db, const char *name, int64_t started_us, int64_t rows)
{
	if (db->log == NULL || db->log->level < VD_LOG_TRACE) return;
	vd_log(db->log, VD_LOG_TRACE, "sql %s: %lld rows, %lld us", name, (long long)rows,
	       (long long)(vd_clock_monotonic_us() - started_us));
}

/* ---- structs to values ---- */

static enum vd_status
check_text(struct vd_context *ctx, const struct vd_query *q, const struct vd_param *p,
           struct vd_str s)
{
	size_t at;

	if (vd_utf8_valid(s, &at)) return VD_OK;
	return vd_fail(ctx, VD_E_INVALID, "store.text", p->name,
	               "%s: %s is not UTF-8 text (or holds a NUL) at byte %zu", q->name, p->name, at);
}

static enum vd_status
value_of(struct vd_context *ctx, const struct vd_query *q, const struct vd_param *p,
         const char *field, struct vd_value *v)
{
	v->type = p->type;
	switch (p->type) {
	case VD_T_I64:
		memcpy(&v->i64, field, sizeof(v->i64));
		v->null = v->i64 == VD_I64_NONE;
		break;
	case VD_T_TEXT:
	case VD_T_BYTES:
		memcpy(&v->text, field, sizeof(v->text));
		v->null = vd_str_is_none(v->text);
		if (p->type == VD_T_TEXT && !v->null) VD_TRY(check_text(ctx, q, p, v->text));
		break;
	case VD_T_DATE:
		memcpy(&v->date, field, sizeof(v->date));
		v->null = vd_date_is_none(v->date);
		break;
	case VD_T_MOMENT:
		memcpy(&v->moment, field, sizeof(v->moment));
		v->null = vd_moment_is_none(v->moment);
		break;
	}
	if (v->null && !p->nullable)
		return vd_fail(ctx, VD_E_INVALID, "store.parameter", p->name, "%s: %s must have a value",
		               q->name, p->name);
	return VD_OK;
}

enum vd_status
vd_values_of(struct vd_context *ctx, const struct vd_query *q, const void *in,
             struct vd_value *values)
{
	for (int i = 0; i < q->in_count; i++)
		VD_TRY(value_of(ctx, q, &q->in[i], (const char *)in + q->in[i].offset, &values[i]));
	return VD_OK;
}

enum vd_status
vd_batch_next(struct vd_context *ctx, struct vd_batch *b, struct vd_value *values, bool *more)
{
	*more = b->at < b->count;
	if (!*more) return VD_OK;
	return vd_values_of(ctx, b->query, (const char *)b->rows + b->at++ * b->query->in_size, values);
}

/* ---- rows to structs ---- */

static enum vd_status
read_field(struct vd_context *ctx, struct vd_cursor *c, int column, bool keep, char *row)
{
	const struct vd_param *p = &c->query->out[column];
	char *field = row + p->offset;
	struct vd_value v = { .type = p->type };

	VD_TRY(c->db->ops->value(ctx, c, column, &v));
	if (v.null && !p->nullable)
		return vd_fail(ctx, VD_E_CORRUPT, "store.null", p->name, "%s: %s is NULL in the store",
		               c->query->name, p->name);
	switch (p->type) {
	case VD_T_I64:
		if (v.null) v.i64 = VD_I64_NONE;
		memcpy(field, &v.i64, sizeof(v.i64));
		break;
	case VD_T_TEXT:
	case VD_T_BYTES:
		if (v.null) v.text = VD_STR_NONE;
		else if (keep) VD_TRY(vd_str_dup(ctx, v.text, &v.text));
		memcpy(field, &v.text, sizeof(v.text));
		break;
	case VD_T_DATE:
		if (v.null) v.date = VD_DATE_NONE;
		memcpy(field, &v.date, sizeof(v.date));
		break;
	case VD_T_MOMENT:
		if (v.null) v.moment = VD_MOMENT_NONE;
		memcpy(field, &v.moment, sizeof(v.moment));
		break;
	}
	return VD_OK;
}

/* keep: copy text into the arena, because the cursor moves on. */
static enum vd_status
read_row(struct vd_context *ctx, struct vd_cursor *c, bool keep, void *row)
{
	for (int i = 0; i < c->query->out_count; i++) VD_TRY(read_field(ctx, c, i, keep, row));
	return VD_OK;
}

/* ---- cursors ---- */

static void
finish(struct vd_cursor *c)
{
	if (c->db == NULL) return;
	c->db->ops->finish(c);
	vd_statement_trace(c->db, c->query->name, c->started_us,
	                   c->query->out_count > 0 ? c->read : c->changed);
	c->db = NULL;
}
#define AUTO_CURSOR VD_CLEANUP(finish) struct vd_cursor

static enum vd_status
start(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
      bool stream, struct vd_cursor *c)
{
	struct vd_value values[VD_PARAMS_MAX];
	enum vd_status st;

	VD_TRY(vd_values_of(ctx, q, in, values));
	VD_TRY(vd_statement_begin(ctx, db, q));
	*c = (struct vd_cursor){ .db = db, .query = q, .stream = stream, .tx_number = db->tx_number };
	c->started_us = vd_clock_monotonic_us();
	st = db->ops->open(ctx, c, values);
	if (st == VD_OK) return VD_OK;
	c->db = NULL;
	return vd_statement_failed(db, st);
}

static enum vd_status
step(struct vd_context *ctx, struct vd_cursor *c, bool *row)
{
	enum vd_status st = c->db->ops->step(ctx, c, row);

	if (st != VD_OK) return vd_statement_failed(c->db, st);
	if (*row) c->read++;
	return VD_OK;
}

enum vd_status
vd_run_exec(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
            int64_t *changed)
{
	AUTO_CURSOR c = { 0 };
	bool row;

	VD_TRY(start(ctx, db, q, in, false, &c));
	VD_TRY(step(ctx, &c, &row));
	if (row)
		return vd_fail(ctx, VD_E_CORRUPT, "store.rows", NULL, "%s gives rows, it should not",
		               q->name);
	if (changed != NULL) *changed = c.changed;
	return VD_OK;
}

enum vd_status
vd_run_opt(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
           void *row, bool *found)
{
	AUTO_CURSOR c = { 0 };
	bool more;

	*found = false;
	VD_TRY(start(ctx, db, q, in, false, &c));
	VD_TRY(step(ctx, &c, &more));
	if (!more) return VD_OK;
	VD_TRY(read_row(ctx, &c, true, row));
	VD_TRY(step(ctx, &c, &more));
	if (more)
		return vd_fail(ctx, VD_E_CORRUPT, "store.rows", NULL, "%s gives more than one row",
		               q->name);
	*found = true;
	return VD_OK;
}

enum vd_status
vd_run_one(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
           void *row)
{
	bool found;

	VD_TRY(vd_run_opt(ctx, db, q, in, row, &found));
	if (!found)
		return vd_fail(ctx, VD_E_NOT_FOUND, "store.not_found", NULL, "%s: there is no such row",
		               q->name);
	return VD_OK;
}

enum vd_status
vd_run_many(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
            void **rows, size_t *count)
{
	AUTO_CURSOR c = { 0 };
	size_t cap = 0, n = 0;
	char *all = NULL;
	bool more;

	*count = 0;
	*rows = NULL;
	VD_TRY(start(ctx, db, q, in, false, &c));
	for (;;) {
		VD_TRY(step(ctx, &c, &more));
		if (!more) break;
		if (n == VD_MANY_MAX)
			return vd_fail(ctx, VD_E_LIMIT, "store.too_many", NULL, "%s gives more than %d rows",
			               q->name, VD_MANY_MAX);
		if (n == cap) {
			char *old = all;

			cap = cap == 0 ? 16 : cap * 2;
			if (c.rows > 0 && cap < (size_t)c.rows && c.rows <= VD_MANY_MAX) cap = (size_t)c.rows;
			if ((all = vd_arena_array(ctx->arena, cap, q->out_size)) == NULL)
				return vd_fail_memory(ctx);
			if (n > 0) memcpy(all, old, n * q->out_size);
		}
		VD_TRY(read_row(ctx, &c, true, all + n++ * q->out_size));
	}
	*rows = all;
	*count = n;
	return VD_OK;
}

enum vd_status
vd_run_batch(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *rows,
             size_t count, int64_t *changed)
{
	struct vd_batch batch = { .query = q, .next = vd_batch_next, .rows = rows, .count = count };
	int64_t started_us = vd_clock_monotonic_us(), n = 0;
	enum vd_status st;

	if (changed != NULL) *changed = 0;
	if (count == 0) return VD_OK;
	VD_TRY(vd_statement_begin(ctx, db, q));
	st = db->ops->batch(ctx, db, &batch, &n);
	if (st != VD_OK) return vd_statement_failed(db, st);
	vd_statement_trace(db, q->name, started_us, n);
	if (changed != NULL) *changed = n;
	return VD_OK;
}

/* ---- streams ---- */

void
vd_run_close(struct vd_cursor *c)
{
	struct vd_db *db = c->db;
	bool own = c->own_tx;

	if (db == NULL) return;
	db->streams--;
	finish(c);
	if (own && db->tx_number == c->tx_number) {
		struct vd_tx tx = { .db = db, .open = true };

		vd_tx_rollback(&tx);
	}
}

/* Without a transaction a stream makes a reading one of its own: it is one snapshot on both
 * engines. */
enum vd_status
vd_run_open(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q, const void *in,
            struct vd_cursor *c)
{
	struct vd_tx tx = { 0 };
	enum vd_status st;

	*c = (struct vd_cursor){ 0 };
	if (!db->in_tx) VD_TRY(vd_tx_begin(ctx, db, VD_TX_READ, &tx));
	st = start(ctx, db, q, in, true, c);
	if (st != VD_OK) {
		vd_tx_rollback(&tx);
		return st;
	}
	c->own_tx = tx.open;
	db->streams++;
	return VD_OK;
}

enum vd_status
vd_run_next(struct vd_context *ctx, struct vd_cursor *c, void *row, bool *more)
{
	enum vd_status st;

	*more = false;
	if (c->db == NULL) return VD_OK;
	if (c->tx_number != c->db->tx_number || c->db->failed)
		return vd_fail(ctx, VD_E_INVALID, "store.stream_closed", NULL,
		               "%s: the transaction in which these rows were read has ended or failed",
		               c->query->name);
	VD_TRY(step(ctx, c, more));
	if (!*more) {
		vd_run_close(c);
		return VD_OK;
	}
	st = read_row(ctx, c, false, row);
	if (st != VD_OK) *more = false;
	return st;
}
