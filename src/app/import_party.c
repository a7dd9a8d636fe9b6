/* Files with debtors and invoices: told by content, read in passes, recorded. */
#include "app/party_batch.h"

#include "base/file.h"
#include "base/hash.h"
#include "intake/party_csv.h"
#include "intake/ubl.h"
#include "intake/xaf.h"
#include "q_administration.h"
#include "q_gate.h"

#define BLOCK_SIZE  ((size_t)256 * 1024)
#define PRESETS_MAX 64

struct import {
	const struct app_import_options *options;
	struct app_import_result *result;
	enum app_import_subject subject;
	struct app_setting_value *settings;
	enum intake_format format;
	int64_t file;
	char sha[VD_SHA256_HEX];
	int64_t size;
	char *block;
};

/* Hands the whole file to feed, block by block. */
typedef enum vd_status (*feeder)(struct vd_context *, void *reader, struct vd_str);

static enum vd_status
feed_file(struct vd_context *ctx, struct app *app, struct import *im, feeder feed, void *reader)
{
	VD_AUTO_FILE *file = NULL;
	struct vd_progress progress;
	int64_t done = 0;
	size_t got;

	VD_TRY(vd_file_open(ctx, im->options->path, &file));
	vd_progress_start(&progress, &app->log, "bytes", vd_file_size(file));
	for (;;) {
		VD_TRY(vd_file_read(ctx, file, im->block, BLOCK_SIZE, &got));
		if (got == 0) break;
		done += (int64_t)got;
		vd_progress_step(&progress, done);
		if (feed(ctx, reader, (struct vd_str){ im->block, got }) != VD_OK) {
			vd_progress_end(&progress);
			return ctx->error.status;
		}
	}
	vd_progress_end(&progress);
	im->size = done;
	return VD_OK;
}

/* ---- what kind of file it is; its hash ---- */

struct first_look {
	struct vd_sha256_stream hash;
	enum intake_format format;
	bool seen;
};

static enum vd_status
look(struct vd_context *ctx, void *reader, struct vd_str block)
{
	struct first_look *f = reader;

	(void)ctx;
	if (!f->seen) f->format = intake_detect(block);
	f->seen = true;
	vd_sha256_add(&f->hash, block);
	return VD_OK;
}

static enum vd_status
look_at(struct vd_context *ctx, struct app *app, struct import *im)
{
	struct first_look f = { .format = INTAKE_UNKNOWN };

	vd_sha256_start(&f.hash);
	VD_TRY(feed_file(ctx, app, im, look, &f));
	vd_sha256_end(&f.hash, im->sha);
	im->format = f.format;
	im->result->format = intake_format_name(f.format);
	if (im->size == 0)
		return vd_fail(ctx, VD_E_INVALID, "import.empty", "file", "%s is empty", im->options->path);
	return VD_OK;
}

/* ---- CSV ---- */

static enum vd_status
presets(struct vd_context *ctx, struct app *app, const struct app_import_options *o,
        struct party_csv_options *csv)
{
	const struct party_mapping **list;
	struct party_mapping *mapping;
	struct app_text *texts;
	size_t n;

	VD_TRY(app_texts_load(ctx, app, "mapping", &texts, &n));
	VD_NEW(ctx, list, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (party_mapping_parse(ctx, texts[i].body, &mapping) != VD_OK)
			return vd_fail_where(ctx, "mapping \"%.*s\"", VD_FMT(texts[i].code));
		list[csv->presets_count++] = mapping;
		if (o->mapping != NULL && vd_str_eq(texts[i].code, vd_str_c(o->mapping)))
			csv->mapping = mapping;
	}
	csv->presets = list;
	if (o->mapping != NULL && csv->mapping == NULL)
		return vd_fail(ctx, VD_E_NOT_FOUND, "mapping.unknown", "mapping",
		               "there is no mapping \"%s\"; \"voldaan mapping list\" shows them",
		               o->mapping);
	return VD_OK;
}

static enum vd_status
feed_inspector(struct vd_context *ctx, void *reader, struct vd_str block)
{
	return party_csv_inspect_feed(ctx, reader, block);
}

static enum vd_status
feed_csv(struct vd_context *ctx, void *reader, struct vd_str block)
{
	return party_csv_feed(ctx, reader, block);
}

static enum vd_status
read_csv(struct vd_context *ctx, struct app *app, struct import *im, struct app_party_batch *batch)
{
	struct party_csv_options options = {
		.subject = im->subject == APP_IMPORT_DEBTORS ? PARTY_DEBTORS : PARTY_INVOICES,
		.currency = app->administration.currency,
	};
	struct party_sink sink = app_party_batch_sink(batch);
	VD_AUTO_PARTY_INSPECTOR *inspector = NULL;
	VD_AUTO_PARTY_CSV *reader = NULL;
	const struct party_csv_plan *plan;

	VD_TRY(presets(ctx, app, im->options, &options));
	VD_TRY(party_csv_inspect_new(ctx, &options, &inspector));
	VD_TRY(feed_file(ctx, app, im, feed_inspector, inspector));
	VD_TRY(party_csv_inspect_end(ctx, inspector, &plan));
	VD_TRY(party_csv_new(ctx, plan, &sink, &reader));
	VD_TRY(feed_file(ctx, app, im, feed_csv, reader));
	return party_csv_end(ctx, reader);
}

/* ---- UBL and XAF ---- */

static enum vd_status
feed_ubl(struct vd_context *ctx, void *reader, struct vd_str block)
{
	return ubl_reader_feed(ctx, reader, block);
}

static enum vd_status
read_ubl(struct vd_context *ctx, struct app *app, struct import *im, struct app_party_batch *batch)
{
	struct party_sink sink = app_party_batch_sink(batch);
	VD_AUTO_UBL_READER *reader = NULL;

	VD_TRY(ubl_reader_new(ctx, &(struct ubl_options){ .attachments = true }, &sink, &reader));
	VD_TRY(feed_file(ctx, app, im, feed_ubl, reader));
	return ubl_reader_end(ctx, reader);
}

static enum vd_status
feed_xaf(struct vd_context *ctx, void *reader, struct vd_str block)
{
	return xaf_reader_feed(ctx, reader, block);
}

static enum vd_status
ignore_debtor(void *user, struct vd_context *ctx, const struct party_record_debtor *r)
{
	(void)user, (void)ctx, (void)r;
	return VD_OK;
}

static enum vd_status
ignore_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *r)
{
	(void)user, (void)ctx, (void)r;
	return VD_OK;
}

static enum vd_status
ignore_rejection(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	(void)user, (void)ctx, (void)r;
	return VD_OK;
}

static enum vd_status
ignore_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str text)
{
	(void)user, (void)ctx, (void)place, (void)text;
	return VD_OK;
}

static enum vd_status
read_xaf_into(struct vd_context *ctx, struct app *app, struct import *im,
              const struct party_sink *sink)
{
	struct xaf_options options = { vd_str_c(im->options->control_account) };
	VD_AUTO_XAF_READER *reader = NULL;

	VD_TRY(xaf_reader_new(ctx, &options, sink, &reader));
	VD_TRY(feed_file(ctx, app, im, feed_xaf, reader));
	return xaf_reader_end(ctx, reader);
}

/* An audit file may be refused at its very end (no debtors' account): read once for nothing first,
 * so that a refused file leaves no debtors behind. */
static enum vd_status
read_xaf(struct vd_context *ctx, struct app *app, struct import *im, struct app_party_batch *batch)
{
	struct party_sink nothing = { NULL, ignore_debtor, ignore_invoice, ignore_rejection,
		                          ignore_warning };
	struct party_sink sink = app_party_batch_sink(batch);

	VD_TRY(read_xaf_into(ctx, app, im, &nothing));
	return read_xaf_into(ctx, app, im, &sink);
}

/* ---- all ---- */

static enum vd_status
take_file_id(struct vd_context *ctx, struct app *app, void *arg)
{
	struct import *im = arg;
	struct vd_ids ids = { .administration = app->administration.id };

	return vd_ids_take(ctx, app->db, &ids, 1, 1, &im->file);
}

static enum vd_status
record_file(struct vd_context *ctx, struct app *app, void *arg)
{
	const struct import *im = arg;
	const struct app_import_result *r = im->result;
	struct vd_str kind = im->subject == APP_IMPORT_DEBTORS ? VD_STR("debtors")
	                     : im->options->snapshot           ? VD_STR("snapshot")
	                                                       : VD_STR("invoices");

	return q_import_file_insert(ctx, app->db,
	                            &(struct q_import_file_insert_in){
	                                .administration = app->administration.id,
	                                .id = im->file,
	                                .kind = kind,
	                                .format = vd_str_c(r->format),
	                                .name = vd_str_c(im->options->path),
	                                .sha256 = vd_str_c(im->sha),
	                                .size_bytes = im->size,
	                                .recorded_at = app->now,
	                                .actor = app->actor,
	                                .records = r->records,
	                                .created = r->created,
	                                .updated = r->updated,
	                                .unchanged = r->unchanged,
	                                .rejected = r->rejected_count },
	                            NULL);
}

static enum vd_status
refuse_format(struct vd_context *ctx, const struct import *im)
{
	return vd_fail(ctx, VD_E_INVALID, "import.format", "file",
	               "the file is %s; the command reads %s", intake_format_name(im->format),
	               im->subject == APP_IMPORT_DEBTORS
	                   ? "debtors from CSV or an XAF audit file"
	                   : "invoices from CSV, UBL 2.1 or an XAF audit file");
}

static enum vd_status
read_any(struct vd_context *ctx, struct app *app, struct import *im, struct app_party_batch *batch)
{
	switch (im->format) {
	case INTAKE_CSV:
		return read_csv(ctx, app, im, batch);
	case INTAKE_UBL_INVOICE:
	case INTAKE_UBL_CREDIT_NOTE:
		return im->subject == APP_IMPORT_INVOICES ? read_ubl(ctx, app, im, batch)
		                                          : refuse_format(ctx, im);
	case INTAKE_XAF:
		return read_xaf(ctx, app, im, batch);
	default:
		return refuse_format(ctx, im);
	}
}

/* The whole truth of a day: of a day that has been, and not older than the truth we have. */
static enum vd_status
check_snapshot_day(struct vd_context *ctx, struct app *app, struct vd_date as_of)
{
	struct q_gate_snapshot_row newest;
	char day[VD_DATE_TEXT];

	if (as_of.day > app->today.day)
		return vd_fail(ctx, VD_E_INVALID, "snapshot.future", "as-of",
		               "the day of a snapshot cannot lie in the future");
	VD_TRY(q_gate_snapshot(ctx, app->db, &(struct q_gate_snapshot_in){ app->administration.id },
	                       &newest));
	if (vd_date_is_none(newest.covered_to) || newest.covered_to.day <= as_of.day) return VD_OK;
	vd_date_format(newest.covered_to, day);
	return vd_fail(ctx, VD_E_CONFLICT, "snapshot.older", "as-of",
	               "a snapshot of %s is known already; an older one would take back what it says",
	               day);
}

enum vd_status
app_import_party(struct vd_context *ctx, struct app *app, enum app_import_subject subject,
                 const struct app_import_options *options, struct app_import_result *result)
{
	struct import im = { .options = options, .result = result, .subject = subject };
	struct app_party_batch_options batch_options;
	APP_AUTO_PARTY_BATCH *batch = NULL;

	VD_NEW(ctx, im.block, BLOCK_SIZE);
	VD_TRY(app_settings_load(ctx, app, &im.settings));
	VD_TRY(look_at(ctx, app, &im));
	if (options->snapshot) VD_TRY(check_snapshot_day(ctx, app, options->as_of));
	VD_TRY(app_write(ctx, app, take_file_id, &im));
	batch_options = (struct app_party_batch_options){
		.settings = im.settings,
		.as_of = options->snapshot ? options->as_of : VD_DATE_NONE,
		.file = im.file,
		.make_debtors = im.format != INTAKE_CSV,
	};
	VD_TRY(app_party_batch_new(ctx, app, &batch_options, result, &batch));
	if (read_any(ctx, app, &im, batch) != VD_OK) return vd_fail_where(ctx, "%s", options->path);
	VD_TRY(app_party_batch_end(ctx, batch));
	return app_write(ctx, app, record_file, &im);
}
