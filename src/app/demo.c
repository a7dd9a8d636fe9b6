/* The days of the sample administration. */
#include "app/demo_internal.h"

#include "app/bank_account.h"
#include "app/import.h"
#include "app/match.h"
#include "app/outbox.h"
#include "value/calendar.h"

#include <string.h>

#define DAY_MEMORY_MAX ((size_t)512 << 20)
#define MORNING        (8 * 60 + 30)

/* ---- what comes in ---- */

static enum vd_status
take_statement(struct vd_context *ctx, struct demo *d, struct demo_file *f)
{
	struct app_import_result r = { 0 };

	VD_TRY(app_import_statement(ctx, d->app, f->path, &r));
	d->result->statements += r.created;
	d->result->entries += r.entries;
	d->result->refused += r.rejected_count;
	for (size_t i = 0; i < d->accounts_count; i++)
		if (vd_str_ends(f->name, d->accounts[i].suffix)) d->accounts[i].covered = true;
	return VD_OK;
}

static enum vd_status
take_party(struct vd_context *ctx, struct demo *d, struct demo_file *f,
           enum app_import_subject subject)
{
	struct app_import_options options = { .path = f->path };
	struct app_import_result r = { 0 };

	VD_TRY(app_import_party(ctx, d->app, subject, &options, &r));
	if (subject == APP_IMPORT_DEBTORS) d->result->debtors += r.created;
	else d->result->invoices += r.created;
	d->result->refused += r.rejected_count;
	return VD_OK;
}

/* A bank file is there on the first day after its own; the rest on its day. */
static bool
has_come(const struct demo *d, const struct demo_file *f)
{
	if (f->taken || vd_date_is_none(f->day)) return false;
	return strcmp(f->kind, "bank") == 0 ? f->day.day < d->app->today.day
	                                    : f->day.day <= d->app->today.day;
}

static enum vd_status
take_files(struct vd_context *ctx, struct demo *d)
{
	for (size_t i = 0; i < d->accounts_count; i++) d->accounts[i].covered = false;
	for (size_t i = 0; i < d->files_count; i++) {
		struct demo_file *f = &d->files[i];

		if (!has_come(d, f)) continue;
		f->taken = true;
		d->result->files++;
		VD_TRY(strcmp(f->kind, "bank") == 0 ? take_statement(ctx, d, f)
		                                    : take_party(ctx, d, f, APP_IMPORT_INVOICES));
	}
	return VD_OK;
}

/* On a day without bookings the bank gives no statement: somebody looks and says so. */
static enum vd_status
cover_accounts(struct vd_context *ctx, struct demo *d)
{
	struct vd_date to = vd_working_day_before(d->app->administration.country, d->app->today);

	for (size_t i = 0; i < d->accounts_count; i++) {
		struct app_bank_account account = { d->accounts[i].identification, VD_STR_NONE,
			                                VD_STR_NONE };

		if (!d->accounts[i].covered) VD_TRY(app_bank_account_cover(ctx, d->app, &account, to));
	}
	return VD_OK;
}

/* ---- what goes out ---- */

static enum vd_status
send(struct vd_context *ctx, struct demo *d)
{
	struct app_deliver_options options = { 0 };
	struct app_deliver_result sent = { 0 };
	struct vd_str folder;
	char day[VD_DATE_TEXT];
	int64_t released;

	VD_TRY(app_outbox_release(ctx, d->app, &(struct app_release){ 0 }, &released));
	if (released == 0) return VD_OK;
	vd_date_format(d->app->today, day);
	VD_TRY(vd_str_printf(d->main, &folder, "%s/post/%s%c", d->dir, day, '\0'));
	options.to_folder = folder.ptr;
	VD_TRY(app_deliver(ctx, d->app, &options, &sent));
	d->result->messages += sent.sent;
	d->result->voided += sent.voided;
	if (sent.sent > 0) d->result->folder = vd_str_c(folder.ptr);
	return VD_OK;
}

/* The first invoice of the day's most advanced message: a good one to ask "why" of. */
static enum vd_status
keep_last(struct demo *d, const struct app_run_result *run)
{
	for (size_t i = 0; i < run->lines_count; i++) {
		struct vd_str rest = run->lines[i].items, first;

		if (run->lines[i].task || !vd_str_cut(&rest, ',', &first)) continue;
		VD_TRY(vd_str_dup(d->main, run->lines[i].debtor_number, &d->result->last_debtor));
		return vd_str_dup(d->main, first, &d->result->last_item);
	}
	return VD_OK;
}

/* ---- a day ---- */

static enum vd_status
one_day(struct vd_context *ctx, struct demo *d, struct app_run_result *run)
{
	struct app_match_result matched;

	d->app->now = vd_zone_moment(d->app->administration.zone, d->app->today, MORNING);
	d->app->actor = VD_STR("Sanne");
	VD_TRY(take_files(ctx, d));
	VD_TRY(cover_accounts(ctx, d));
	VD_TRY(app_match(ctx, d->app, false, false, &matched));
	d->result->looked_at += matched.looked_at;
	d->result->booked += matched.booked;
	VD_TRY(demo_people(ctx, d));
	d->app->actor = VD_STR("Sanne");
	VD_TRY(app_run(ctx, d->app, false, run));
	d->result->tasks += run->tasks;
	d->result->days++;
	VD_TRY(demo_keep_tasks(d, run));
	VD_TRY(keep_last(d, run));
	return send(ctx, d);
}

static enum vd_status
day_with_its_memory(struct demo *d)
{
	VD_AUTO_ARENA arena = VD_ARENA(DAY_MEMORY_MAX);
	struct vd_context own = { .arena = &arena };
	struct app_run_result run;
	bool last = d->app->today.day == d->result->to.day;
	enum vd_status status = one_day(last ? d->main : &own, d, &run);

	if (status != VD_OK && !last) d->main->error = own.error;
	if (last) d->result->last = run;
	return status;
}

static enum vd_status
all_days(struct demo *d)
{
	struct vd_progress progress;
	struct vd_date day = d->result->from;

	vd_progress_start(&progress, &d->app->log, "days", d->result->to.day - day.day + 1);
	for (; day.day <= d->result->to.day; day = vd_date_add_days(day, 1)) {
		d->app->today = day;
		if (vd_is_working_day(d->app->administration.country, day)) VD_TRY(day_with_its_memory(d));
		vd_progress_step(&progress, day.day - d->result->from.day + 1);
	}
	vd_progress_end(&progress);
	return VD_OK;
}

/* ---- before the first day ---- */

static enum vd_status
open_store(struct demo *d, const struct vd_log *log)
{
	struct vd_context *ctx = d->main;
	struct vd_zone amsterdam = { .offset_minutes = 60, .summer_time = true };
	struct app_options options = { .actor = "Sanne",
		                           .create = true,
		                           .disposable = true,
		                           .no_administration = true,
		                           .fixed_now = true,
		                           .log = *log,
		                           .now = vd_zone_moment(amsterdam, d->result->from, MORNING) };
	struct vd_str url;
	bool created;

	VD_TRY(vd_str_printf(ctx, &url, "sqlite:%s/voldaan.db%c", d->dir, '\0'));
	options.store_url = d->result->store_url = url.ptr;
	VD_TRY(app_open(ctx, &options, d->app));
	VD_TRY(app_init(ctx, d->app,
	                &(struct app_init){ .code = APP_DEMO_CODE,
	                                    .name = "Installatiebedrijf Modelburg B.V." },
	                &created));
	app_close(d->app);
	options.no_administration = false;
	options.administration = APP_DEMO_CODE;
	return app_open(ctx, &options, d->app);
}

/* The first and the last day are those of the first and the last thing that comes in or is done. */
static void
find_days(struct demo *d)
{
	struct vd_date from = d->diary[0].day, to = d->diary[0].day;

	for (size_t i = 0; i < d->diary_count; i++) {
		if (d->diary[i].day.day < from.day) from = d->diary[i].day;
		if (d->diary[i].day.day > to.day) to = d->diary[i].day;
	}
	d->result->from = from;
	d->result->to = to;
}

static enum vd_status
first_morning(struct demo *d)
{
	struct vd_context *ctx = d->main;
	struct vd_date before = vd_date_add_days(d->result->from, -1);
	bool created;

	VD_TRY(demo_settings(ctx, d));
	for (size_t i = 0; i < d->accounts_count; i++) {
		struct app_bank_account account = { d->accounts[i].identification, VD_STR_NONE,
			                                VD_STR_NONE };

		VD_TRY(app_bank_account_add(ctx, d->app, &account, &created));
		VD_TRY(app_bank_account_cover(ctx, d->app, &account, before));
	}
	for (size_t i = 0; i < d->files_count; i++)
		if (vd_str_eq(d->files[i].name, VD_STR("debtors.csv")))
			VD_TRY(take_party(ctx, d, &d->files[i], APP_IMPORT_DEBTORS));
	return VD_OK;
}

enum vd_status
app_demo(struct vd_context *ctx, const char *dir, const struct vd_log *log, struct app *app,
         struct app_demo_result *result)
{
	struct demo d = { .app = app, .result = result, .main = ctx, .dir = dir };

	*result = (struct app_demo_result){ 0 };
	VD_TRY(demo_files_unpack(&d));
	VD_ASSERT(d.diary_count > 0);
	find_days(&d);
	VD_TRY(open_store(&d, log));
	d.app->today = result->from;
	VD_TRY(first_morning(&d));
	return all_days(&d);
}
