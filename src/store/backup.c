/* A copy of the whole store as one SQLite file, out of one snapshot. */
#include "store/engine.h"

#include "base/file.h"

#include <string.h>

/* ---- from another engine: table by table, in the order of the key ---- */

static enum vd_status
next_row(struct vd_context *ctx, struct vd_batch *b, struct vd_value *values, bool *more)
{
	struct vd_cursor *c = b->cursor;

	VD_TRY(c->db->ops->step(ctx, c, more));
	if (!*more) return VD_OK;
	c->read++;
	for (int i = 0; i < c->query->out_count; i++) {
		values[i].type = c->query->out[i].type;
		VD_TRY(c->db->ops->value(ctx, c, i, &values[i]));
	}
	return VD_OK;
}

static void
end_reading(struct vd_cursor *c)
{
	if (c->db != NULL) c->db->ops->finish(c);
}

static enum vd_status
copy_rows(struct vd_context *ctx, struct vd_db *from, struct vd_db *to, const struct vd_table *t,
          int64_t *rows)
{
	VD_CLEANUP(end_reading) struct vd_cursor c = { 0 };
	struct vd_cursor reading = {
		.db = from, .query = t->read, .stream = true, .tx_number = from->tx_number
	};
	struct vd_batch batch = { .query = t->write, .next = next_row, .cursor = &c };

	VD_TRY(vd_statement_begin(ctx, from, t->read));
	VD_TRY(from->ops->open(ctx, &reading, NULL));
	c = reading;
	VD_TRY(vd_statement_begin(ctx, to, t->write));
	VD_TRY(to->ops->batch(ctx, to, &batch, rows));
	return VD_OK;
}

/* What the migrations themselves put into a table gives way to what the store holds. */
static enum vd_status
copy_table(struct vd_context *ctx, struct vd_db *from, struct vd_db *to, const struct vd_table *t,
           int64_t *rows)
{
	struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
	int64_t n = 0;
	VD_AUTO_TX tx = { 0 };

	VD_TRY(vd_tx_begin(ctx, to, VD_TX_WRITE, &tx));
	VD_TRY(to->ops->command(ctx, to, t->empty_sql, t->name));
	VD_TRY(copy_rows(ctx, from, to, t, &n));
	VD_TRY(vd_tx_commit(ctx, &tx));
	vd_arena_rewind(ctx->arena, mark);
	*rows += n;
	return VD_OK;
}

static enum vd_status
copy_tables(struct vd_context *ctx, struct vd_db *from, struct vd_db *to, const struct vd_log *log)
{
	struct vd_progress progress;
	enum vd_status st = VD_OK;
	int64_t rows = 0;

	VD_TRY(vd_sqlite_foreign_keys(ctx, to, false));
	vd_progress_start(&progress, log, "rows", 0);
	for (int i = 0; i < vd_tables_count && st == VD_OK; i++) {
		st = copy_table(ctx, from, to, &vd_tables[i], &rows);
		vd_progress_step(&progress, rows);
	}
	vd_progress_end(&progress);
	VD_TRY(st);
	VD_TRY(vd_sqlite_foreign_keys(ctx, to, true));
	return vd_sqlite_settle(ctx, to);
}

static enum vd_status
copy_store(struct vd_context *ctx, struct vd_db *from, const char *path, const struct vd_log *log)
{
	struct vd_db_options options = { .create = true };
	VD_AUTO_DB *to = NULL;
	struct vd_str url;

	VD_TRY(vd_str_printf(ctx, &url, "sqlite:%s", path));
	VD_TRY(vd_db_open(ctx, url.ptr, &options, &to));
	return copy_tables(ctx, from, to, log);
}

/* ---- both ---- */

static void
remove_parts(struct vd_context *ctx, const char *temporary)
{
	static const char *const endings[] = { "", "-journal", "-wal", "-shm" };
	struct vd_error keep = ctx->error;
	struct vd_str name;

	for (size_t i = 0; i < VD_LENGTH(endings); i++)
		if (vd_str_printf(ctx, &name, "%s%s", temporary, endings[i]) == VD_OK)
			vd_file_remove(name.ptr);
	ctx->error = keep;
}

static enum vd_status
write_copy(struct vd_context *ctx, struct vd_db *db, const char *temporary,
           const struct vd_log *log)
{
	VD_AUTO_TX tx = { 0 };
	enum vd_status st;

	VD_TRY(vd_tx_begin(ctx, db, VD_TX_READ, &tx));
	if (vd_db_engine(db) == VD_SQLITE) st = vd_sqlite_backup(ctx, db, temporary, log);
	else st = copy_store(ctx, db, temporary, log);
	return st;
}

enum vd_status
vd_db_backup(struct vd_context *ctx, struct vd_db *db, const char *path, const struct vd_log *log)
{
	static const struct vd_log quiet = { .level = VD_LOG_ERROR };
	const char *temporary;
	enum vd_status st;

	if (vd_file_exists(path))
		return vd_fail(ctx, VD_E_CONFLICT, "file.exists", NULL, "file \"%.300s\" exists already",
		               path);
	VD_TRY(vd_file_temporary(ctx, path, &temporary));
	st = write_copy(ctx, db, temporary, log != NULL ? log : &quiet);
	if (st == VD_OK) return vd_file_publish(ctx, temporary, path);
	remove_parts(ctx, temporary);
	return st;
}

enum vd_status
vd_db_analyze(struct vd_context *ctx, struct vd_db *db)
{
	/* SQLite's statistics come with the schema: those of a store with one administration mislead it
	 */
	if (vd_db_engine(db) == VD_SQLITE) return VD_OK;
	return db->ops->command(ctx, db, "ANALYZE", "analyze");
}
