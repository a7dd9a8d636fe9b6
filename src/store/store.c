/* A store: opening by URL, its schema's version, transactions, ids. */
#include "store/engine.h"
#include "q_store.h"

#include "base/fault.h"

#include <string.h>

#define IDS_MAX      100000
#define VERSIONS_MAX 10000

/* ---- handles ---- */

struct vd_db *
vd_handle_new(struct vd_context *ctx, size_t size, size_t memory_max,
              const struct vd_engine_ops *ops, const struct vd_log *log)
{
	struct vd_arena arena = VD_ARENA(memory_max);
	struct vd_db *db = vd_arena_alloc(&arena, size);

	if (db == NULL) {
		(void)vd_fail_memory(ctx);
		return NULL;
	}
	*db = (struct vd_db){ .ops = ops, .arena = arena, .log = log };
	return db;
}

void
vd_handle_free(struct vd_db *db)
{
	struct vd_arena arena = db->arena; /* the handle lies in it */

	vd_arena_release(&arena);
}

void
vd_db_close(struct vd_db **db)
{
	if (*db == NULL) return;
	if ((*db)->in_tx) (*db)->ops->rollback(*db);
	(*db)->ops->close(*db);
	*db = NULL;
}

enum vd_engine
vd_db_engine(const struct vd_db *db)
{
	return db->ops->engine;
}

int64_t
vd_db_statements(const struct vd_db *db)
{
	return db->statements;
}

bool
vd_db_in_tx(const struct vd_db *db)
{
	return db->in_tx;
}

/* ---- transactions ---- */

enum vd_status
vd_tx_begin(struct vd_context *ctx, struct vd_db *db, enum vd_tx_kind kind, struct vd_tx *tx)
{
	int64_t started_us = vd_clock_monotonic_us();

	*tx = (struct vd_tx){ .db = db };
	if (db->in_tx)
		return vd_fail(
		    ctx, VD_E_INVALID, "store.transaction_open", NULL,
		    "a transaction (or a stream, which reads in one) is open on this connection already");
	if (vd_fault_hit(VD_FAULT_STATEMENT))
		return vd_fail(ctx, VD_E_IO, "store.fault", NULL, "begin: failed by a test");
	VD_TRY(db->ops->begin(ctx, db, kind));
	vd_statement_trace(db, kind == VD_TX_WRITE ? "begin write" : "begin read", started_us, 0);
	db->in_tx = true;
	db->failed = false;
	db->tx_kind = kind;
	db->tx_number++;
	tx->open = true;
	return VD_OK;
}

enum vd_status
vd_tx_commit(struct vd_context *ctx, struct vd_tx *tx)
{
	struct vd_db *db = tx->db;
	int64_t started_us = vd_clock_monotonic_us();
	enum vd_status st;

	VD_ASSERT(tx->open && db->in_tx);
	if (db->failed)
		return vd_fail(ctx, VD_E_INVALID, "store.transaction_failed", NULL,
		               "a statement of this transaction failed: it cannot be committed");
	if (db->streams > 0)
		return vd_fail(
		    ctx, VD_E_INVALID, "store.stream_open", NULL,
		    "rows are still being read in this transaction: close the stream before the commit");
	if (vd_fault_hit(VD_FAULT_STATEMENT))
		return vd_statement_failed(db, vd_fail(ctx, VD_E_IO, "store.fault", NULL,
		                                       "commit: failed by a test"));
	st = db->ops->commit(ctx, db);
	if (st != VD_OK) return vd_statement_failed(db, st);
	vd_statement_trace(db, "commit", started_us, 0);
	db->in_tx = false;
	db->tx_number++;
	tx->open = false;
	return VD_OK;
}

void
vd_tx_rollback(struct vd_tx *tx)
{
	struct vd_db *db = tx->db;

	if (!tx->open) return;
	db->ops->rollback(db);
	db->in_tx = false;
	db->failed = false;
	db->tx_number++;
	tx->open = false;
}

/* ---- ids ---- */

enum vd_status
vd_ids_take(struct vd_context *ctx, struct vd_db *db, struct vd_ids *ids, int64_t n, int64_t block,
            int64_t *first)
{
	struct q_id_counter_take_in in = { .administration = ids->administration };
	struct q_id_counter_take_row row;
	bool found;

	if (n < 1 || n > IDS_MAX || block < 1 || block > IDS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "store.ids", NULL,
		               "%lld ids in blocks of %lld asked; both are 1 to %d", (long long)n,
		               (long long)block, IDS_MAX);
	if (ids->end - ids->next < n) {
		in.count = block > n ? block : n;
		VD_TRY(q_id_counter_take(ctx, db, &in, &row, &found));
		if (!found)
			return vd_fail(ctx, VD_E_NOT_FOUND, "administration.unknown", NULL,
			               "there is no administration with id %lld",
			               (long long)ids->administration);
		ids->next = row.next_id - in.count;
		ids->end = row.next_id;
	}
	*first = ids->next;
	ids->next += n;
	return VD_OK;
}

/* ---- the schema ---- */

int64_t
vd_db_schema_newest(void)
{
	return vd_migrations_count > 0 ? vd_migrations[vd_migrations_count - 1].number : 0;
}

static const struct vd_migration *
migration_of(int64_t number)
{
	for (int i = 0; i < vd_migrations_count; i++)
		if (vd_migrations[i].number == number) return &vd_migrations[i];
	return NULL;
}

struct versions {
	struct q_schema_version_list_row *rows;
	size_t count;
};

static bool
applied(const struct versions *v, int number)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->rows[i].number == number) return true;
	return false;
}

/* Every migration of the store is known here and is the same text. */
static enum vd_status
check_known(struct vd_context *ctx, const struct versions *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct vd_migration *m = migration_of(v->rows[i].number);

		if (v->rows[i].number > vd_db_schema_newest())
			return vd_fail(
			    ctx, VD_E_CONFLICT, "store.schema_newer", NULL,
			    "the store has schema %lld, this program knows up to %lld: use a newer program",
			    (long long)v->rows[i].number, (long long)vd_db_schema_newest());
		if (m == NULL)
			return vd_fail(ctx, VD_E_CONFLICT, "store.schema_unknown", NULL,
			               "the store has schema %lld \"%.*s\", which this program does not know",
			               (long long)v->rows[i].number, VD_FMT(v->rows[i].name));
		if (!vd_str_eq(v->rows[i].checksum, vd_str_c(m->checksum)))
			return vd_fail(
			    ctx, VD_E_CONFLICT, "store.schema_changed", NULL,
			    "schema %d \"%s\" of the store was made by another text than this program's",
			    m->number, m->name);
	}
	return VD_OK;
}

static enum vd_status
read_versions(struct vd_context *ctx, struct vd_db *db, struct versions *v)
{
	bool yes;

	*v = (struct versions){ 0 };
	VD_TRY(db->ops->has_table(ctx, db, "schema_version", &yes));
	if (!yes) return VD_OK;
	VD_TRY(q_schema_version_list(ctx, db, &v->rows, &v->count));
	return check_known(ctx, v);
}

static enum vd_status
apply(struct vd_context *ctx, struct vd_db *db, const struct vd_migration *m, struct vd_moment now)
{
	enum vd_engine engine = vd_db_engine(db);
	struct q_schema_version_insert_in in = {
		m->number,
		vd_str_c(m->name),
		vd_str_c(m->checksum),
		now,
	};

	for (int i = 0; i < m->engine[engine].count; i++) {
		const struct vd_schema_piece *p = &m->engine[engine].pieces[i];

		if (db->ops->command(ctx, db, p->sql, p->path) != VD_OK)
			return vd_statement_failed(db, vd_fail_where(ctx, "line %d", p->line));
	}
	return q_schema_version_insert(ctx, db, &in, NULL);
}

/* One migration in a transaction, unless another process was first. */
static enum vd_status
migrate_one(struct vd_context *ctx, struct vd_db *db, const struct vd_migration *m,
            struct vd_moment now, int64_t *count)
{
	struct versions v;
	VD_AUTO_TX tx = { 0 };

	VD_TRY(vd_tx_begin(ctx, db, VD_TX_WRITE, &tx));
	VD_TRY(db->ops->lock_schema(ctx, db));
	VD_TRY(read_versions(ctx, db, &v));
	if (applied(&v, m->number)) return VD_OK;
	VD_TRY(apply(ctx, db, m, now));
	VD_TRY(vd_tx_commit(ctx, &tx));
	(*count)++;
	return VD_OK;
}

enum vd_status
vd_db_migrate(struct vd_context *ctx, struct vd_db *db, struct vd_moment now, int64_t *count)
{
	struct versions v;

	*count = 0;
	VD_TRY(read_versions(ctx, db, &v));
	for (int i = 0; i < vd_migrations_count; i++)
		if (!applied(&v, vd_migrations[i].number))
			VD_TRY(migrate_one(ctx, db, &vd_migrations[i], now, count));
	return VD_OK;
}

/* ---- opening ---- */

static enum vd_status
check_schema(struct vd_context *ctx, struct vd_db *db, const struct vd_db_options *o)
{
	static const struct vd_clock machine = { 0 };
	struct versions v;
	int64_t count;

	VD_TRY(read_versions(ctx, db, &v));
	if (v.count == 0 && o->create) return vd_db_migrate(ctx, db, vd_clock_now(&machine), &count);
	if (v.count == 0)
		return vd_fail(ctx, VD_E_NOT_FOUND, "store.empty", NULL,
		               "the database is empty: make a store in it with 'voldaan init'");
	if (o->any_schema) return VD_OK;
	for (int i = 0; i < vd_migrations_count; i++)
		if (!applied(&v, vd_migrations[i].number))
			return vd_fail(ctx, VD_E_CONFLICT, "store.schema_older", NULL,
			               "the store lacks schema %d \"%s\": run 'voldaan migrate'",
			               vd_migrations[i].number, vd_migrations[i].name);
	return VD_OK;
}

static enum vd_status
connect_url(struct vd_context *ctx, const char *url, const struct vd_db_options *o,
            struct vd_db **out)
{
	if (strncmp(url, "sqlite:", 7) == 0 && url[7] != '\0')
		return vd_sqlite_open(ctx, url + 7, o, out);
	if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0)
		return vd_postgresql_open(ctx, url, o, out);
	return vd_fail(ctx, VD_E_USAGE, "store.url", "store",
	               "a store is sqlite:PATH or postgresql://USER@HOST/DATABASE");
}

enum vd_status
vd_db_open(struct vd_context *ctx, const char *url, const struct vd_db_options *options,
           struct vd_db **out)
{
	static const struct vd_db_options none = { 0 };
	const struct vd_db_options *o = options != NULL ? options : &none;
	VD_AUTO_DB *db = NULL;

	*out = NULL;
	VD_TRY(connect_url(ctx, url, o, &db));
	VD_TRY(check_schema(ctx, db, o));
	*out = db;
	db = NULL;
	return VD_OK;
}
