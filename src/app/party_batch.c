/* Records of debtors and invoices, checked at the border and written in batches. */
#include "app/party_batch.h"

#include "app/party_check.h"
#include "base/list.h"
#include "base/utf8.h"
#include "app/invoice_words.h"
#include "q_bank.h"
#include "q_debtor.h"
#include "q_document.h"
#include "store/blob.h"
#include "value/reference.h"

#define BATCH_MEMORY_MAX   ((size_t)256 << 20)
#define SNAPSHOT_JOB(file) (-(file)) /* staging key of the invoices that this file named */

struct place {
	int64_t line;
	struct vd_str path;
	struct vd_str number;
	struct vd_str step;
	struct vd_date step_on;
};

struct app_party_batch {
	struct app *app;
	struct app_party_batch_options options;
	struct app_import_result *result;
	struct policy_rules rules;
	struct vd_arena arena; /* of the batch: released when it is written */
	struct vd_context own;
	struct ledger_debtor *debtors;
	struct place *debtor_places;
	size_t debtors_count;
	struct vd_map debtor_seen;
	struct vd_map spoiled; /* invoices of this batch of which a line was rejected */
	struct ledger_invoice *invoices;
	struct place *invoice_places;
	struct party_record_debtor *buyers; /* of invoices without a debtor number */
	struct attached {
		struct party_record_attachment *files;
		size_t count;
	} * attached; /* per invoice */
	size_t invoices_count;
	bool unknown_rejected; /* a rejection without a number: what vanished cannot be told */
};

static enum vd_status
borrow(struct vd_context *ctx, struct app_party_batch *b, enum vd_status status)
{
	if (status != VD_OK) ctx->error = b->own.error;
	return status;
}

static enum vd_status
start_batch(struct app_party_batch *b)
{
	struct vd_context *own = &b->own;

	vd_arena_release(&b->arena);
	b->debtors_count = b->invoices_count = 0;
	b->debtor_seen = VD_MAP(own);
	b->spoiled = VD_MAP(own);
	VD_NEW(own, b->debtors, APP_BATCH);
	VD_NEW(own, b->debtor_places, APP_BATCH);
	VD_NEW(own, b->invoices, APP_BATCH);
	VD_NEW(own, b->invoice_places, APP_BATCH);
	VD_NEW(own, b->buyers, APP_BATCH);
	VD_NEW(own, b->attached, APP_BATCH);
	return VD_OK;
}

static enum vd_status
reject(struct vd_context *ctx, struct app_party_batch *b, const struct place *p,
       struct vd_str message)
{
	struct vd_str place = p->path;

	if (p->line > 0 && p->path.len > 0)
		VD_TRY(vd_str_printf(ctx, &place, "line %lld, %.*s", (long long)p->line, VD_FMT(p->path)));
	else if (p->line > 0) VD_TRY(vd_str_printf(ctx, &place, "line %lld", (long long)p->line));
	return app_reject(ctx, b->result, p->line, place, p->number, message);
}

static int64_t
key_of(struct vd_str number)
{
	uint64_t h = UINT64_C(1469598103934665603);

	for (size_t i = 0; i < number.len; i++)
		h = (h ^ (unsigned char)number.ptr[i]) * UINT64_C(1099511628211);
	return (int64_t)(h >> 1);
}

/* ---- writing debtors ---- */

struct debtors_work {
	struct app_party_batch *b;
	struct ledger_debtor_result *results;
};

static struct ledger_scope
scope_of(const struct app *app)
{
	return (struct ledger_scope){
		.administration = app->administration.id,
		.now = app->now,
		.actor = app->actor,
		.country = app->administration.country,
		.language = vd_str_c(vd_language_tag(app->administration.language)),
	};
}

static enum vd_status
debtors_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct debtors_work *w = arg;
	struct ledger_scope scope = scope_of(app);

	return ledger_debtors_upsert(own, app->db, &scope, w->b->debtors, w->b->debtors_count,
	                             w->results);
}

static void
count(struct app_import_result *r, enum ledger_upsert what)
{
	r->records++;
	if (what == LEDGER_CREATED) r->created++;
	else if (what == LEDGER_UPDATED) r->updated++;
	else r->unchanged++;
}

static enum vd_status
write_debtors(struct app_party_batch *b)
{
	struct debtors_work w = { .b = b };

	if (b->debtors_count == 0) return VD_OK;
	VD_NEW(&b->own, w.results, b->debtors_count);
	VD_TRY(app_write(&b->own, b->app, debtors_in_tx, &w));
	for (size_t i = 0; i < b->debtors_count; i++) count(b->result, w.results[i].what);
	b->debtors_count = 0;
	return VD_OK;
}

/* ---- debtors of invoices that name them by identifiers only ---- */

static bool
agrees(struct vd_str a, struct vd_str b)
{
	return a.len > 0 && vd_str_eq(a, b);
}

/* The one debtor with the strongest identifier in common: OIN or KvK, VAT number, endpoint, then
 * the name. */
static enum vd_status
find_buyer(struct vd_context *own, struct app *app, const struct ledger_debtor *d, int64_t *id,
           bool *ambiguous)
{
	struct q_debtor_by_identifiers_row *rows;
	struct vd_str fold;
	size_t n;

	VD_TRY(vd_utf8_fold(own, d->name, &fold));
	VD_TRY(q_debtor_by_identifiers(own, app->db,
	                               &(struct q_debtor_by_identifiers_in){
	                                   app->administration.id, d->kvk, d->oin, d->vat_number,
	                                   d->endpoint, fold, 50 },
	                               &rows, &n));
	*id = VD_I64_NONE;
	*ambiguous = false;
	for (int strength = 0; strength < 4 && *id == VD_I64_NONE && !*ambiguous; strength++) {
		for (size_t i = 0; i < n; i++) {
			bool hit = strength == 0   ? agrees(rows[i].oin, d->oin) || agrees(rows[i].kvk, d->kvk)
			           : strength == 1 ? agrees(rows[i].vat_number, d->vat_number)
			           : strength == 2 ? agrees(rows[i].endpoint, d->endpoint)
			                           : agrees(rows[i].name_fold, fold);

			if (!hit) continue;
			if (*id != VD_I64_NONE) *ambiguous = true;
			*id = rows[i].id;
		}
	}
	return VD_OK;
}

static enum vd_status
number_for(struct vd_context *own, struct app *app, struct ledger_debtor *d)
{
	struct vd_ids ids = { .administration = app->administration.id };
	int64_t id;

	if (d->kvk.len > 0) return vd_str_printf(own, &d->number, "KVK%.*s", VD_FMT(d->kvk));
	if (d->oin.len > 0) return vd_str_printf(own, &d->number, "OIN%.*s", VD_FMT(d->oin));
	if (d->vat_number.len > 0) return vd_str_dup(own, d->vat_number, &d->number);
	VD_TRY(vd_ids_take(own, app->db, &ids, 1, 1, &id));
	return vd_str_printf(own, &d->number, "N%06lld", (long long)id);
}

static enum vd_status
find_or_make_buyer(struct vd_context *own, struct app_party_batch *b, size_t i)
{
	struct ledger_scope scope = scope_of(b->app);
	struct ledger_debtor_result made;
	struct q_debtor_by_number_row row;
	struct ledger_debtor d;
	bool ambiguous, known = false;

	if (b->buyers[i].assigned.len > 0)
		VD_TRY(q_debtor_by_number(own, b->app->db,
		                          &(struct q_debtor_by_number_in){ b->app->administration.id,
		                                                           b->buyers[i].assigned },
		                          &row, &known));
	if (known) { /* found: the seller's own number of this buyer */
		b->invoices[i].debtor = row.id;
		return VD_OK;
	}
	if (app_check_debtor(own, &b->buyers[i], &d) != VD_OK) /* refused as unknown, below */
		return own->error.status == VD_E_INVALID || own->error.status == VD_E_LIMIT
		           ? VD_OK
		           : own->error.status;
	VD_TRY(find_buyer(own, b->app, &d, &b->invoices[i].debtor, &ambiguous));
	if (ambiguous || b->invoices[i].debtor != VD_I64_NONE || d.name.len == 0) {
		if (ambiguous) b->invoices[i].debtor = VD_I64_NONE;
		return VD_OK;
	}
	VD_TRY(number_for(own, b->app, &d));
	VD_TRY(ledger_debtors_upsert(own, b->app->db, &scope, &d, 1, &made));
	b->invoices[i].debtor = made.id;
	return VD_OK;
}

/* ---- writing invoices ---- */

struct invoices_work {
	struct app_party_batch *b;
	struct ledger_invoice_result *results;
};

static enum vd_status
takeovers_of(struct vd_context *own, struct app_party_batch *b,
             const struct ledger_invoice_result *results, struct app_takeover **out, size_t *n)
{
	VD_NEW(own, *out, b->invoices_count);
	*n = 0;
	for (size_t i = 0; i < b->invoices_count; i++) {
		const struct place *p = &b->invoice_places[i];

		if (p->step.len == 0 || results[i].rejected || !results[i].item_created) continue;
		(*out)[(*n)++] = (struct app_takeover){
			results[i].item,
			p->step,
			vd_date_is_none(p->step_on) ? b->app->today : p->step_on,
		};
	}
	return VD_OK;
}

static enum vd_status
remember_named(struct vd_context *own, struct app_party_batch *b,
               const struct ledger_invoice_result *results)
{
	struct q_stage_id_insert_in *rows;
	size_t n = 0;

	if (vd_date_is_none(b->options.as_of)) return VD_OK;
	VD_NEW(own, rows, b->invoices_count);
	for (size_t i = 0; i < b->invoices_count; i++)
		if (results[i].invoice != VD_I64_NONE)
			rows[n++] =
			    (struct q_stage_id_insert_in){ b->app->administration.id,
				                               SNAPSHOT_JOB(b->options.file), results[i].invoice };
	return n > 0 ? q_stage_id_insert(own, b->app->db, rows, n, NULL) : VD_OK;
}

/* A batch without news leaves no trace: the same file again changes nothing. A snapshot still
 * stages what it names. */
static bool
nothing_new(const struct app_party_batch *b, const struct ledger_invoice_result *results)
{
	if (!vd_date_is_none(b->options.as_of)) return false;
	for (size_t i = 0; i < b->invoices_count; i++)
		if (!results[i].rejected && results[i].what != LEDGER_UNCHANGED) return false;
	return true;
}

/* Copies that came inside the invoice (UBL) belong to its dossier. */
static enum vd_status
keep_attachments(struct vd_context *own, struct app_party_batch *b,
                 const struct ledger_invoice_result *results)
{
	struct vd_ids ids = { .administration = b->app->administration.id };

	for (size_t i = 0; i < b->invoices_count; i++)
		for (size_t k = 0; k < b->attached[i].count && !results[i].rejected; k++) {
			const struct party_record_attachment *a = &b->attached[i].files[k];
			struct vd_str media =
			    a->media_type.len > 0 ? a->media_type : VD_STR("application/octet-stream");
			char sha[VD_SHA256_HEX];
			int64_t id, added;

			VD_TRY(vd_blob_put(own, b->app->db, b->app->administration.id, a->bytes, media,
			                   b->app->now, sha));
			VD_TRY(vd_ids_take(own, b->app->db, &ids, 1, 1, &id));
			VD_TRY(q_document_link(own, b->app->db,
			                       &(struct q_document_link_in){
			                           .administration = b->app->administration.id,
			                           .id = id,
			                           .debtor = VD_I64_NONE,
			                           .invoice = results[i].invoice,
			                           .kind = VD_STR("invoice"),
			                           .name = a->name.len > 0 ? a->name : VD_STR("attachment"),
			                           .media_type = media,
			                           .sha256 = vd_str_c(sha),
			                           .added_at = b->app->now },
			                       &added));
			if (added > 0) b->app->discard = false;
		}
	return VD_OK;
}

static enum vd_status
invoices_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct invoices_work *w = arg;
	struct app_party_batch *b = w->b;
	struct ledger_scope scope = scope_of(app);
	struct ledger_invoice_rules rules = {
		.today = app->today,
		.as_of = b->options.as_of,
		.terms_days = app_setting_i64(b->options.settings, "terms_days"),
		.open_rules = !vd_date_is_none(b->options.as_of),
	};
	struct app_takeover *takeovers;
	struct ledger_effect *effects;
	struct ledger_tx *tx;
	size_t count_effects, count_takeovers;

	VD_TRY(vd_str_printf(own, &rules.source, "file %lld", (long long)b->options.file));
	VD_TRY(ledger_begin(own, app->db,
	                    &(struct ledger_open){ .administration = app->administration.id,
	                                           .now = app->now,
	                                           .actor = app->actor,
	                                           .use_case = "import invoices",
	                                           .request_id = VD_STR_NONE },
	                    &tx));
	if (b->options.make_debtors)
		for (size_t i = 0; i < b->invoices_count; i++)
			if (b->invoices[i].debtor_number.len == 0) VD_TRY(find_or_make_buyer(own, b, i));
	VD_TRY(ledger_invoices_upsert(own, app->db, tx, &scope, &rules, b->invoices, b->invoices_count,
	                              w->results));
	VD_TRY(ledger_finish(own, tx, &effects, &count_effects));
	VD_TRY(takeovers_of(own, b, w->results, &takeovers, &count_takeovers));
	VD_TRY(remember_named(own, b, w->results));
	app->discard = nothing_new(b, w->results);
	VD_TRY(keep_attachments(own, b, w->results));
	return app_follow_ledger(own, app,
	                         &(struct app_follow){ &b->rules, takeovers, count_takeovers }, effects,
	                         count_effects);
}

/* An invoice of several due lines is taken whole or not at all: with a rejected line its others go.
 */
static enum vd_status
leave_spoiled(struct vd_context *ctx, struct app_party_batch *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->invoices_count; i++) {
		if (vd_map_get(&b->spoiled, key_of(b->invoices[i].number)) != SIZE_MAX) {
			VD_TRY(reject(ctx, b, &b->invoice_places[i],
			              VD_STR("another line of this invoice is rejected; an invoice is taken "
			                     "whole or not at all")));
			continue;
		}
		b->invoices[kept] = b->invoices[i];
		b->invoice_places[kept] = b->invoice_places[i];
		b->buyers[kept] = b->buyers[i];
		b->attached[kept++] = b->attached[i];
	}
	b->invoices_count = kept;
	return VD_OK;
}

static enum vd_status
write_invoices(struct vd_context *ctx, struct app_party_batch *b)
{
	struct invoices_work w = { .b = b };

	VD_TRY(leave_spoiled(ctx, b));
	if (b->invoices_count == 0) return VD_OK;
	VD_NEW(&b->own, w.results, b->invoices_count);
	VD_TRY(borrow(ctx, b, app_write(&b->own, b->app, invoices_in_tx, &w)));
	for (size_t i = 0; i < b->invoices_count; i++) {
		if (w.results[i].rejected)
			VD_TRY(reject(ctx, b, &b->invoice_places[i], w.results[i].message));
		else count(b->result, w.results[i].what);
	}
	b->invoices_count = 0;
	return VD_OK;
}

static enum vd_status
flush(struct vd_context *ctx, struct app_party_batch *b)
{
	VD_TRY(borrow(ctx, b, write_debtors(b)));
	VD_TRY(write_invoices(ctx, b));
	return borrow(ctx, b, start_batch(b));
}

/* ---- the sink ---- */

static enum vd_status
keep_place(struct vd_context *own, const struct intake_place *from, struct vd_str number,
           struct place *p)
{
	p->line = from->line;
	p->step = VD_STR_NONE;
	p->step_on = VD_DATE_NONE;
	VD_TRY(vd_str_dup(own, from->path, &p->path));
	return vd_str_dup(own, number, &p->number);
}

static enum vd_status
take_debtor(void *user, struct vd_context *ctx, const struct party_record_debtor *r)
{
	struct app_party_batch *b = user;
	int64_t key = key_of(r->number);

	if (b->debtors_count == APP_BATCH || vd_map_get(&b->debtor_seen, key) != SIZE_MAX)
		VD_TRY(flush(ctx, b));
	VD_TRY(borrow(ctx, b,
	              keep_place(&b->own, &r->place, r->number, &b->debtor_places[b->debtors_count])));
	if (r->name.len == 0)
		return reject(ctx, b, &b->debtor_places[b->debtors_count], VD_STR("a debtor needs a name"));
	if (app_check_debtor(&b->own, r, &b->debtors[b->debtors_count]) != VD_OK) {
		if (b->own.error.status != VD_E_INVALID && b->own.error.status != VD_E_LIMIT)
			return borrow(ctx, b, b->own.error.status);
		return reject(ctx, b, &b->debtor_places[b->debtors_count], vd_str_c(b->own.error.detail));
	}
	VD_TRY(borrow(ctx, b, vd_map_put(&b->own, &b->debtor_seen, key, b->debtors_count)));
	b->debtors_count++;
	return VD_OK;
}

static enum vd_status
find_words(struct vd_context *own, struct ledger_invoice *in)
{
	struct app_invoice_word words[MATCH_WORDS_MAX];
	size_t n;

	VD_TRY(app_invoice_words(own, in->number, in->reference, in->order_ref, words, &n));
	for (size_t i = 0; i < n && in->words_count < LEDGER_WORDS_MAX; i++)
		in->words[in->words_count++] = (struct ledger_word){ words[i].kind, words[i].text };
	return VD_OK;
}

static enum vd_status
reference_key(struct vd_context *own, struct vd_str reference, struct vd_str *out)
{
	struct vd_reference r;

	*out = VD_STR_NONE;
	if (reference.len == 0) return VD_OK;
	if (vd_reference_any(reference, &r)) return vd_str_dup(own, vd_reference_str(&r), out);
	return vd_code_normalise(own, reference, out);
}

static enum vd_status
check_step(struct vd_context *own, struct app_party_batch *b, const struct party_record_invoice *r,
           struct place *p)
{
	int32_t rank;

	if (r->last_step.len == 0 || vd_str_eq(r->last_step, VD_STR("0"))) return VD_OK;
	if (!vd_date_is_none(r->last_step_on) && r->last_step_on.day > b->app->today.day)
		return vd_fail(own, VD_E_INVALID, "invoice.last_step_on", "last_step_on",
		               "the day of the last step lies in the future");
	if (!policy_rank_of(&b->rules, r->last_step, &rank))
		return vd_fail(
		    own, VD_E_INVALID, "invoice.last_step", "last_step",
		    "\"%.*s\" is not a step of any dunning profile; use a step's code such as reminder or dunning_letter, or how many reminders were sent",
		    VD_FMT(r->last_step));
	p->step_on = r->last_step_on;
	return vd_str_dup(own, r->last_step, &p->step);
}

/* An e-invoice of somebody else in our folder is a purchase, not a claim. */
static enum vd_status
check_seller(struct vd_context *own, const struct app_party_batch *b,
             const struct party_record_invoice *r)
{
	struct vd_str kvk = app_setting_text(b->options.settings, "kvk"),
	              vat = app_setting_text(b->options.settings, "vat_number");

	if ((kvk.len > 0 && r->seller_kvk.len > 0 && !vd_str_eq(kvk, r->seller_kvk)) ||
	    (vat.len > 0 && r->seller_vat_number.len > 0 && !vd_str_eq(vat, r->seller_vat_number)))
		return vd_fail(
		    own, VD_E_INVALID, "invoice.seller", "seller",
		    "the seller of this invoice is %.*s, not this administration: it is a purchase invoice",
		    VD_FMT(r->seller_name));
	return VD_OK;
}

static enum vd_status
check_invoice(struct vd_context *own, struct app_party_batch *b,
              const struct party_record_invoice *r, struct ledger_invoice *in, struct place *p)
{
	*in = (struct ledger_invoice){
		.credit = r->type == PARTY_CREDIT_NOTE,
		.debtor = VD_I64_NONE,
		.line = r->due_line > 0 ? r->due_line : 1,
		.issued_on = r->issued_on,
		.due_on = r->due_on,
		.terms_days = r->terms_days >= 0 ? r->terms_days : VD_I64_NONE,
		.gross_minor = r->gross_minor,
		.currency = r->currency.code[0] != '\0' ? r->currency : b->app->administration.currency,
		.open_minor = r->open_minor >= 0 ? r->open_minor : VD_I64_NONE,
		.net_minor = r->has_net_vat ? r->net_minor : VD_I64_NONE,
		.vat_minor = r->has_net_vat ? r->vat_minor : VD_I64_NONE,
		.sent_on = r->sent_on,
		.delivered_on = r->delivered_on,
	};
	const struct {
		struct vd_str from, *to;
	} texts[] = {
		{ r->number, &in->number },           { r->debtor.number, &in->debtor_number },
		{ r->description, &in->description }, { r->reference, &in->reference },
		{ r->order_ref, &in->order_ref },     { r->preceding, &in->preceding },
	};

	VD_TRY(check_seller(own, b, r));
	if (r->debtor.number.len == 0 && !b->options.make_debtors)
		return vd_fail(own, VD_E_INVALID, "invoice.no_debtor", "debtor_id",
		               "the invoice names no debtor; fill in debtor_id");
	for (size_t i = 0; i < VD_LENGTH(texts); i++)
		VD_TRY(vd_str_dup(own, texts[i].from, texts[i].to));
	VD_TRY(vd_code_normalise(own, in->number, &in->number_key));
	VD_TRY(reference_key(own, in->reference, &in->reference_key));
	VD_TRY(find_words(own, in));
	return check_step(own, b, r, p);
}

static enum vd_status
copy_buyer(struct vd_context *own, const struct party_record_debtor *r,
           struct party_record_debtor *out)
{
	struct vd_str *const texts[] = {
		&out->number,         &out->name,          &out->street,       &out->postcode,
		&out->city,           &out->country,       &out->iban,         &out->email,
		&out->reminder_email, &out->phone,         &out->contact_name, &out->language,
		&out->segment,        &out->risk,          &out->kind,         &out->tone,
		&out->owner,          &out->kvk,           &out->oin,          &out->vat_number,
		&out->endpoint,       &out->account_ibans, &out->assigned,
	};

	*out = *r;
	for (size_t i = 0; i < VD_LENGTH(texts); i++) VD_TRY(vd_str_dup(own, *texts[i], texts[i]));
	return VD_OK;
}

static enum vd_status
copy_attachments(struct vd_context *own, const struct party_record_invoice *r, struct attached *out)
{
	out->count = r->attachments_count;
	VD_NEW(own, out->files, r->attachments_count);
	for (size_t i = 0; i < r->attachments_count; i++) {
		VD_TRY(vd_str_dup(own, r->attachments[i].name, &out->files[i].name));
		VD_TRY(vd_str_dup(own, r->attachments[i].media_type, &out->files[i].media_type));
		VD_TRY(vd_str_dup(own, r->attachments[i].bytes, &out->files[i].bytes));
	}
	return VD_OK;
}

static enum vd_status
spoil(struct vd_context *ctx, struct app_party_batch *b, struct vd_str number)
{
	b->unknown_rejected = true;
	if (number.len == 0) return VD_OK;
	return borrow(ctx, b, vd_map_put(&b->own, &b->spoiled, key_of(number), 0));
}

static enum vd_status
take_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *r)
{
	struct app_party_batch *b = user;
	struct place *p;

	if (b->invoices_count == APP_BATCH) VD_TRY(flush(ctx, b));
	p = &b->invoice_places[b->invoices_count];
	VD_TRY(borrow(ctx, b, keep_place(&b->own, &r->place, r->number, p)));
	if (check_invoice(&b->own, b, r, &b->invoices[b->invoices_count], p) != VD_OK) {
		if (b->own.error.status != VD_E_INVALID && b->own.error.status != VD_E_LIMIT)
			return borrow(ctx, b, b->own.error.status);
		VD_TRY(reject(ctx, b, p, vd_str_c(b->own.error.detail)));
		return spoil(ctx, b, r->number);
	}
	VD_TRY(borrow(ctx, b, copy_buyer(&b->own, &r->debtor, &b->buyers[b->invoices_count])));
	VD_TRY(borrow(ctx, b, copy_attachments(&b->own, r, &b->attached[b->invoices_count])));
	b->invoices_count++;
	return r->attachments_count > 0 ? flush(ctx, b) : VD_OK;
}

static enum vd_status
take_rejection(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	struct app_party_batch *b = user;
	struct place p;

	VD_TRY(borrow(ctx, b, keep_place(&b->own, &r->place, r->key, &p)));
	VD_TRY(reject(ctx, b, &p, r->message));
	return spoil(ctx, b, r->key);
}

static enum vd_status
take_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	struct app_party_batch *b = user;
	struct vd_str text = message;

	if (place.line > 0)
		VD_TRY(
		    vd_str_printf(ctx, &text, "line %lld: %.*s", (long long)place.line, VD_FMT(message)));
	return app_warn(ctx, b->result, text);
}

struct party_sink
app_party_batch_sink(struct app_party_batch *b)
{
	return (struct party_sink){
		.user = b,
		.debtor = take_debtor,
		.invoice = take_invoice,
		.rejected = take_rejection,
		.warning = take_warning,
	};
}

/* ---- begin and end ---- */

enum vd_status
app_party_batch_new(struct vd_context *ctx, struct app *app,
                    const struct app_party_batch_options *options, struct app_import_result *result,
                    struct app_party_batch **out)
{
	struct app_party_batch *b = vd_new(ctx, struct app_party_batch);

	if (b == NULL) return vd_fail_memory(ctx);
	b->app = app;
	b->options = *options;
	b->result = result;
	b->arena = VD_ARENA(BATCH_MEMORY_MAX);
	b->own = (struct vd_context){ .arena = &b->arena };
	VD_TRY(app_policy_load(ctx, app, options->settings, &b->rules));
	*out = b;
	return borrow(ctx, b, start_batch(b));
}

void
app_party_batch_free(struct app_party_batch **b)
{
	if (*b != NULL) vd_arena_release(&(*b)->arena);
	*b = NULL;
}

struct vanished_work {
	struct app_party_batch *b;
	int64_t after, settled;
};

static enum vd_status
vanished_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct vanished_work *w = arg;
	struct ledger_effect *effects;
	struct ledger_tx *tx;
	int64_t after = w->after;
	size_t n;

	VD_TRY(ledger_begin(own, app->db,
	                    &(struct ledger_open){ .administration = app->administration.id,
	                                           .now = app->now,
	                                           .actor = app->actor,
	                                           .use_case = "import snapshot",
	                                           .request_id = VD_STR_NONE },
	                    &tx));
	VD_TRY(ledger_settle_vanished(own, app->db, tx, app->administration.id,
	                              SNAPSHOT_JOB(w->b->options.file), w->b->options.as_of, &after,
	                              &w->settled));
	VD_TRY(ledger_finish(own, tx, &effects, &n));
	VD_TRY(app_follow_ledger(own, app, &(struct app_follow){ .rules = &w->b->rules }, effects, n));
	w->after = after;
	return VD_OK;
}

static enum vd_status
cover_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct app_party_batch *b = arg;
	struct vd_ids ids = { .administration = app->administration.id };
	int64_t id;

	VD_TRY(q_stage_id_clear(own, app->db,
	                        &(struct q_stage_id_clear_in){ app->administration.id,
	                                                       SNAPSHOT_JOB(b->options.file) },
	                        NULL));
	VD_TRY(vd_ids_take(own, app->db, &ids, 1, 1, &id));
	return q_coverage_insert(own, app->db,
	                         &(struct q_coverage_insert_in){
	                             app->administration.id, id, VD_I64_NONE, VD_STR("snapshot"),
	                             b->options.as_of, app->now, app->actor },
	                         NULL);
}

static enum vd_status
settle_vanished(struct vd_context *ctx, struct app_party_batch *b)
{
	struct vanished_work w = { .b = b, .settled = 1 };
	int64_t all = 0;
	struct vd_str text;

	if (b->unknown_rejected || b->result->rejected_count > 0)
		return app_warn(
		    ctx, b->result,
		    VD_STR(
		        "because some records were rejected, invoices that are not in this snapshot "
		        "are left open and the day is not marked as covered; correct the records and import the snapshot again"));
	while (w.settled > 0) {
		VD_TRY(app_write(&b->own, b->app, vanished_in_tx, &w));
		all += w.settled;
		VD_TRY(start_batch(b));
	}
	if (all > 0) {
		VD_TRY(vd_str_printf(
		    ctx, &text,
		    "%lld open items are no longer in the snapshot: settled in the bookkeeping package",
		    (long long)all));
		VD_TRY(app_warn(ctx, b->result, text));
	}
	return app_write(&b->own, b->app, cover_in_tx, b);
}

enum vd_status
app_party_batch_end(struct vd_context *ctx, struct app_party_batch *b)
{
	VD_TRY(flush(ctx, b));
	if (vd_date_is_none(b->options.as_of)) return VD_OK;
	return borrow(ctx, b, settle_vanished(ctx, b));
}
