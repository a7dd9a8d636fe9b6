/* Statements on PostgreSQL: prepared by name, results in binary, long results through a cursor. */
#include "store/engine_postgresql.h"

#include "base/buf.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#define FETCH_ROWS       2000
#define FETCH_ROWS_BYTES 8     /* of rows that carry documents, up to a megabyte each */
#define DAY_2000         10957 /* days from 1970-01-01 to 2000-01-01, PostgreSQL's day zero */
#define SECOND_2000      ((int64_t)DAY_2000 * 86400)
#define SQL_MAX          65536

/* Types of result columns (pg_type.dat). */
enum {
	OID_I16 = 21,
	OID_I32 = 23,
	OID_TEXT = 25,
	OID_VARCHAR = 1043,
	OID_DATE = 1082,
	OID_TIMESTAMP = 1114
};

/* ---- parameters ---- */

/* Integers and bytes carry their type; text, dates and moments have none (0), so that the server
 * takes the column's: a date given as text would not compare with a date. Text goes in binary,
 * which for text is the bytes themselves and needs no NUL at the end. */
static void
set_parameter(struct vd_pg_parameters *p, int i, enum vd_type type, const struct vd_value *v)
{
	uint64_t wire;

	p->types[i] = type == VD_T_I64 ? VD_OID_I64 : type == VD_T_BYTES ? VD_OID_BYTES : 0;
	p->values[i] = p->scratch[i];
	p->formats[i] = type == VD_T_I64 || type == VD_T_BYTES || type == VD_T_TEXT;
	p->lengths[i] = 0;
	if (v == NULL || v->null) {
		p->values[i] = NULL;
		return;
	}
	switch (type) {
	case VD_T_I64:
		wire = htobe64((uint64_t)v->i64);
		memcpy(p->scratch[i], &wire, sizeof(wire));
		p->lengths[i] = sizeof(wire);
		break;
	case VD_T_TEXT:
	case VD_T_BYTES:
		p->values[i] = v->text.len > 0 ? v->text.ptr : "";
		p->lengths[i] = (int)v->text.len;
		break;
	case VD_T_DATE:
		vd_date_format(v->date, p->scratch[i]);
		break;
	case VD_T_MOMENT:
		vd_moment_format(v->moment, p->scratch[i]);
		break;
	}
}

enum vd_status
vd_pg_parameters(struct vd_context *ctx, const struct vd_query *q, const struct vd_value *in,
                 struct vd_pg_parameters *p)
{
	for (int i = 0; i < q->in_count; i++) {
		bool sized = q->in[i].type == VD_T_TEXT || q->in[i].type == VD_T_BYTES;

		if (in != NULL && sized && !in[i].null && in[i].text.len > INT32_MAX / 4)
			return vd_fail(ctx, VD_E_LIMIT, "store.too_long", q->in[i].name, "%s: %s is too long",
			               q->name, q->in[i].name);
		set_parameter(p, i, q->in[i].type, in != NULL ? &in[i] : NULL);
	}
	return VD_OK;
}

enum vd_status
vd_pg_prepare(struct vd_context *ctx, struct vd_postgresql *s, const struct vd_query *q,
              char name[VD_PG_NAME])
{
	struct vd_pg_parameters p;

	if (q->index < 0) name[0] = '\0'; /* the unnamed statement */
	else snprintf(name, VD_PG_NAME, "q%d", q->index);
	if (q->index >= 0 && s->prepared[q->index]) return VD_OK;
	VD_TRY(vd_pg_parameters(ctx, q, NULL, &p));
	AUTO_RESULT *r = PQprepare(s->conn, name, q->sql, q->in_count, p.types);
	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, q->name);
	if (q->index >= 0) s->prepared[q->index] = true;
	return VD_OK;
}

/* ---- results ---- */

static bool
type_fits(Oid oid, enum vd_type type)
{
	switch (type) {
	case VD_T_I64:
		return oid == VD_OID_I64 || oid == OID_I32 || oid == OID_I16;
	case VD_T_TEXT:
		return oid == OID_TEXT || oid == OID_VARCHAR;
	case VD_T_DATE:
		return oid == OID_DATE;
	case VD_T_MOMENT:
		return oid == OID_TIMESTAMP;
	case VD_T_BYTES:
		return oid == VD_OID_BYTES;
	}
	return false;
}

/* The columns of a result are those of the contract. */
static enum vd_status
check_columns(struct vd_context *ctx, const struct vd_query *q, const PGresult *r,
              const char **problem)
{
	*problem = NULL;
	if (PQnfields(r) != q->out_count) {
		*problem = "number of columns";
		return vd_fail(ctx, VD_E_CORRUPT, "store.columns", NULL,
		               "%s gives %d columns, its contract says %d", q->name, PQnfields(r),
		               q->out_count);
	}
	for (int i = 0; i < q->out_count; i++) {
		if (type_fits(PQftype(r, i), q->out[i].type)) continue;
		*problem = q->out[i].name;
		return vd_fail(ctx, VD_E_CORRUPT, "store.type", q->out[i].name,
		               "%s: column %s has PostgreSQL type %u, which is not that of its contract",
		               q->name, q->out[i].name, PQftype(r, i));
	}
	return VD_OK;
}

/* Takes over r as the rows at hand. */
static enum vd_status
take_rows(struct vd_context *ctx, struct vd_cursor *c, PGresult *r)
{
	struct vd_postgresql *s = vd_postgresql_of(c->db);
	struct vd_str count = vd_str_c(PQcmdTuples(r));
	const char *problem;

	PQclear(c->handle);
	c->handle = r;
	c->row = -1;
	c->rows = PQntuples(r);
	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, c->query->name);
	if (c->query->writes && !vd_str_to_i64(count, &c->changed)) c->changed = 0;
	return check_columns(ctx, c->query, r, &problem);
}

/* ---- running ---- */

static int
fetch_rows(const struct vd_query *q)
{
	for (int i = 0; i < q->out_count; i++)
		if (q->out[i].type == VD_T_BYTES) return FETCH_ROWS_BYTES;
	return FETCH_ROWS;
}

static enum vd_status
fetch(struct vd_context *ctx, struct vd_cursor *c)
{
	struct vd_postgresql *s = vd_postgresql_of(c->db);
	char sql[64];

	snprintf(sql, sizeof(sql), "FETCH %d FROM c%d", fetch_rows(c->query), c->number);
	return take_rows(ctx, c, PQexecParams(s->conn, sql, 0, NULL, NULL, NULL, NULL, 1));
}

static enum vd_status
declare(struct vd_context *ctx, struct vd_cursor *c, const struct vd_pg_parameters *p)
{
	struct vd_postgresql *s = vd_postgresql_of(c->db);
	struct vd_buf b = VD_BUF(ctx, SQL_MAX);
	struct vd_str sql;

	c->number = ++s->cursors;
	vd_buf_addf(&b, "DECLARE c%d NO SCROLL CURSOR FOR %s", c->number, c->query->sql);
	VD_TRY(vd_buf_finish(ctx, &b, &sql));
	AUTO_RESULT *r = PQexecParams(s->conn, sql.ptr, c->query->in_count, p->types, p->values,
	                              p->lengths, p->formats, 0);
	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, c->query->name);
	return fetch(ctx, c);
}

enum vd_status
vd_pg_run_open(struct vd_context *ctx, struct vd_cursor *c, const struct vd_value *in)
{
	struct vd_postgresql *s = vd_postgresql_of(c->db);
	struct vd_pg_parameters p;
	char name[VD_PG_NAME];
	enum vd_status st;

	VD_TRY(vd_pg_parameters(ctx, c->query, in, &p));
	if (c->stream) {
		st = declare(ctx, c, &p);
	} else {
		VD_TRY(vd_pg_prepare(ctx, s, c->query, name));
		st = take_rows(ctx, c,
		               PQexecPrepared(s->conn, name, c->query->in_count, p.values, p.lengths,
		                              p.formats, 1));
	}
	if (st == VD_OK) return VD_OK;
	PQclear(c->handle);
	c->handle = NULL;
	return st;
}

enum vd_status
vd_pg_run_step(struct vd_context *ctx, struct vd_cursor *c, bool *row)
{
	*row = false;
	if (c->done) return VD_OK;
	if (c->stream && c->row + 1 == c->rows && c->rows == fetch_rows(c->query))
		VD_TRY(fetch(ctx, c));
	if (c->row + 1 < c->rows) {
		c->row++;
		*row = true;
	} else {
		c->done = true;
	}
	return VD_OK;
}

void
vd_pg_run_finish(struct vd_cursor *c)
{
	struct vd_postgresql *s = vd_postgresql_of(c->db);
	char sql[32];

	PQclear(c->handle);
	c->handle = NULL;
	if (c->number == 0 || c->tx_number != c->db->tx_number || c->db->failed)
		return; /* the server closed it */
	snprintf(sql, sizeof(sql), "CLOSE c%d", c->number);
	PQclear(PQexec(s->conn, sql));
}

/* ---- values ---- */

static int64_t
integer_at(const char *p, int length)
{
	uint64_t n = 0;

	for (int i = 0; i < length; i++) n = n << 8 | (unsigned char)p[i];
	if (length == 4) return (int32_t)(uint32_t)n;
	if (length == 2) return (int16_t)(uint16_t)n;
	return (int64_t)n;
}

static enum vd_status
out_of_range(struct vd_context *ctx, const struct vd_cursor *c, int column)
{
	const struct vd_param *p = &c->query->out[column];

	return vd_fail(ctx, VD_E_CORRUPT, "store.range", p->name,
	               "%s: %s is outside what the program can hold", c->query->name, p->name);
}

enum vd_status
vd_pg_run_value(struct vd_context *ctx, struct vd_cursor *c, int column, struct vd_value *v)
{
	const char *p = PQgetvalue(c->handle, c->row, column);
	int length = PQgetlength(c->handle, c->row, column);
	int64_t n;

	v->null = PQgetisnull(c->handle, c->row, column) == 1;
	if (v->null) return VD_OK;
	if (v->type == VD_T_TEXT || v->type == VD_T_BYTES) {
		v->text = (struct vd_str){ p, (size_t)length };
		return VD_OK;
	}
	n = integer_at(p, length);
	if (v->type == VD_T_I64) {
		v->i64 = n;
		return n != VD_I64_NONE ? VD_OK : out_of_range(ctx, c, column);
	}
	if (v->type == VD_T_DATE) {
		n += DAY_2000;
		if (n < VD_DAY_MIN || n > VD_DAY_MAX) return out_of_range(ctx, c, column);
		v->date.day = (int32_t)n;
		return VD_OK;
	}
	if (n % 1000000 != 0) return out_of_range(ctx, c, column);
	v->moment.second = n / 1000000 + SECOND_2000;
	if (v->moment.second < (int64_t)VD_DAY_MIN * 86400 ||
	    v->moment.second >= ((int64_t)VD_DAY_MAX + 1) * 86400)
		return out_of_range(ctx, c, column);
	return VD_OK;
}

enum vd_status
vd_pg_run_check(struct vd_context *ctx, struct vd_db *db, const struct vd_query *q,
                const char **problem)
{
	struct vd_postgresql *s = vd_postgresql_of(db);
	char name[VD_PG_NAME];

	VD_TRY(vd_pg_prepare(ctx, s, q, name));
	AUTO_RESULT *r = PQdescribePrepared(s->conn, name);
	if (!vd_pg_ok(r)) return vd_pg_fail(ctx, s, r, q->name);
	VD_TRY(check_columns(ctx, q, r, problem));
	/* text goes in binary, so the server must have taken it for text; and so on */
	for (int i = 0; i < q->in_count && i < PQnparams(r); i++)
		if (!type_fits(PQparamtype(r, i), q->in[i].type)) *problem = q->in[i].name;
	if (PQnparams(r) != q->in_count) *problem = "other parameters than the contract";
	return VD_OK;
}
