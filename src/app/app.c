/* Sessions: store, administration, time, transactions, audit. */
#include "app/app.h"

#include "q_administration.h"
#include "q_ledger.h"

#define TRIES_MAX 3

/* ---- opening ---- */

static enum vd_status
administration_from(struct vd_context *ctx, int64_t id, struct vd_str code, struct vd_str name,
                    struct vd_str country, struct vd_str currency, struct vd_str language,
                    struct vd_str zone, struct app_administration *out)
{
	*out = (struct app_administration){ .id = id };
	VD_TRY(vd_str_dup(ctx, code, &out->code));
	VD_TRY(vd_str_dup(ctx, name, &out->name));
	VD_TRY(vd_str_dup(ctx, country, &out->country));
	VD_TRY(vd_str_dup(ctx, zone, &out->zone_name));
	VD_TRY(vd_currency_parse(ctx, currency, &out->currency));
	if (!vd_language_parse(language, &out->language)) out->language = VD_LANG_NL;
	return vd_zone_find(ctx, zone, &out->zone);
}

static enum vd_status
find_by_code(struct vd_context *ctx, struct app *app, const char *code)
{
	struct q_administration_by_code_row row;
	bool found;

	VD_TRY(q_administration_by_code(ctx, app->db,
	                                &(struct q_administration_by_code_in){ vd_str_c(code) }, &row,
	                                &found));
	if (!found)
		return vd_fail(
		    ctx, VD_E_NOT_FOUND, "administration.unknown", "administration",
		    "there is no administration \"%s\" in this store; make it with: voldaan init --code %s --name NAME",
		    code, code);
	return administration_from(ctx, row.id, row.code, row.name, row.country, row.currency,
	                           row.language, row.zone, &app->administration);
}

static enum vd_status
find_only_one(struct vd_context *ctx, struct app *app)
{
	struct q_administration_first_row *rows;
	size_t n;

	VD_TRY(
	    q_administration_first(ctx, app->db, &(struct q_administration_first_in){ 2 }, &rows, &n));
	if (n == 0)
		return vd_fail(
		    ctx, VD_E_NOT_FOUND, "administration.none", "administration",
		    "the store has no administration yet; make one with: voldaan init --code CODE --name NAME");
	if (n > 1)
		return vd_fail(
		    ctx, VD_E_USAGE, "administration.several", "administration",
		    "the store has several administrations; say which one with --administration CODE");
	return administration_from(ctx, rows[0].id, rows[0].code, rows[0].name, rows[0].country,
	                           rows[0].currency, rows[0].language, rows[0].zone,
	                           &app->administration);
}

/* --today alone is noon; on a day on which the ledger was written later than noon, the day goes on
 * from there. */
static enum vd_status
set_time(struct vd_context *ctx, const struct app_options *o, struct app *app)
{
	struct q_ledger_head_read_row head;

	app->now = o->fixed_now ? o->now : vd_clock_now(&o->clock);
	if (o->fixed_day && !o->fixed_now)
		app->now = vd_zone_moment(app->administration.zone, o->today, 12 * 60);
	app->today = o->fixed_day ? o->today : vd_zone_date(app->administration.zone, app->now);
	if (o->no_administration) return VD_OK;
	VD_TRY(q_ledger_head_read(ctx, app->db,
	                          &(struct q_ledger_head_read_in){ app->administration.id }, &head));
	if (head.recorded_at.second > app->now.second && !o->fixed_now &&
	    vd_zone_date(app->administration.zone, head.recorded_at).day == app->today.day)
		app->now = head.recorded_at;
	return VD_OK;
}

/* A store that is not there or not ours is a failure of the store, not of what was asked of it. */
static enum vd_status
open_store(struct vd_context *ctx, const struct app_options *o, struct app *app)
{
	struct vd_db_options options = { .create = o->create,
		                             .any_schema = o->any_schema,
		                             .disposable = o->disposable,
		                             .log = &app->log };
	enum vd_status status = vd_db_open(ctx, o->store_url, &options, &app->db);

	if (status == VD_E_NOT_FOUND || status == VD_E_CONFLICT) status = ctx->error.status = VD_E_IO;
	return status;
}

enum vd_status
app_open(struct vd_context *ctx, const struct app_options *o, struct app *app)
{
	*app = (struct app){ .log = o->log, .actor = vd_str_c(o->actor), .data_dir = o->data_dir };
	app->administration.zone = (struct vd_zone){ .offset_minutes = 60, .summer_time = true };
	VD_TRY(open_store(ctx, o, app));
	if (!o->no_administration)
		VD_TRY(o->administration != NULL ? find_by_code(ctx, app, o->administration)
		                                 : find_only_one(ctx, app));
	return set_time(ctx, o, app);
}

void
app_close(struct app *app)
{
	vd_db_close(&app->db);
}

int64_t
app_statements(const struct app *app)
{
	return vd_db_statements(app->db);
}

/* ---- transactions ---- */

static enum vd_status
attempt(struct vd_context *ctx, struct app *app, enum vd_tx_kind kind, app_work work, void *arg)
{
	VD_AUTO_TX tx = { 0 };

	app->discard = false;
	VD_TRY(vd_tx_begin(ctx, app->db, kind, &tx));
	VD_TRY(work(ctx, app, arg));
	if (app->discard) return VD_OK;
	return vd_tx_commit(ctx, &tx);
}

enum vd_status
app_write(struct vd_context *ctx, struct app *app, app_work work, void *arg)
{
	for (int tries = 1;; tries++) {
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
		enum vd_status status = attempt(ctx, app, VD_TX_WRITE, work, arg);

		if (status != VD_E_BUSY || tries == TRIES_MAX) return status;
		vd_arena_rewind(ctx->arena, mark);
		vd_clock_sleep_ms(20 * tries * tries);
	}
}

enum vd_status
app_read(struct vd_context *ctx, struct app *app, app_work work, void *arg)
{
	return attempt(ctx, app, VD_TX_READ, work, arg);
}

enum vd_status
app_audit(struct vd_context *ctx, struct app *app, const char *use_case, struct vd_str subject,
          struct vd_str before, struct vd_str after)
{
	struct vd_ids ids = { .administration = app->administration.id };
	int64_t id;

	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &id));
	return q_audit_insert(ctx, app->db,
	                      &(struct q_audit_insert_in){ .administration = app->administration.id,
	                                                   .id = id,
	                                                   .recorded_at = app->now,
	                                                   .actor = app->actor,
	                                                   .use_case = vd_str_c(use_case),
	                                                   .subject = subject,
	                                                   .before = before,
	                                                   .after = after },
	                      1, NULL);
}

/* ---- results of an import ---- */

enum vd_status
app_reject(struct vd_context *ctx, struct app_import_result *r, int64_t line, struct vd_str place,
           struct vd_str key, struct vd_str message)
{
	struct app_rejection *kept;

	r->records++;
	r->rejected_count++;
	if (r->rejected_kept >= APP_REJECTIONS_KEPT) return VD_OK;
	if (r->rejected == NULL) VD_NEW(ctx, r->rejected, APP_REJECTIONS_KEPT);
	kept = &r->rejected[r->rejected_kept++];
	kept->line = line;
	VD_TRY(vd_str_dup(ctx, place, &kept->place));
	VD_TRY(vd_str_dup(ctx, key, &kept->key));
	return vd_str_dup(ctx, message, &kept->message);
}

enum vd_status
app_warn(struct vd_context *ctx, struct app_import_result *r, struct vd_str message)
{
	if (r->warnings_count >= APP_REJECTIONS_KEPT) return VD_OK;
	if (r->warnings == NULL) VD_NEW(ctx, r->warnings, APP_REJECTIONS_KEPT);
	return vd_str_dup(ctx, message, &r->warnings[r->warnings_count++]);
}
