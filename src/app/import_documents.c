/* PDF copies of invoices from a folder: the invoice's number is in the file's name. */
#include "app/import.h"

#include "base/file.h"
#include "base/hash.h"
#include "intake/intake.h"
#include "q_document.h"
#include "q_invoice.h"
#include "store/blob.h"
#include "value/identifier.h"

#define FILES_MAX       1000000
#define DOCUMENT_MAX    ((size_t)20 * 1024 * 1024)
#define FILE_MEMORY_MAX ((size_t)128 << 20)

struct document_work {
	struct vd_str name, bytes, message;
	bool linked, known;
};

/* "Factuur F2025-001.pdf" names F2025-001 when one invoice's number is the whole name or one word
 * of it. */
static enum vd_status
find_invoice(struct vd_context *own, struct app *app, struct vd_str name, int64_t *invoice,
             struct vd_str *message)
{
	struct vd_str stem = vd_str_sub(name, 0, name.len - 4), rest = stem, word, key;
	struct q_invoice_by_number_key_row *rows;
	size_t n;

	*invoice = VD_I64_NONE;
	*message = VD_STR(
	    "no invoice has the number in this file's name; name the file after the invoice, such as F2025-001.pdf");
	for (int tries = 0; tries < 20; tries++) {
		if (tries == 0) word = stem;
		else if (!vd_str_cut(&rest, ' ', &word)) break;
		VD_TRY(vd_code_normalise(own, word, &key));
		if (key.len < 3) continue;
		VD_TRY(q_invoice_by_number_key(own, app->db,
		                               &(struct q_invoice_by_number_key_in){ app->administration.id,
		                                                                     key, 2 },
		                               &rows, &n));
		if (n == 1 && *invoice != VD_I64_NONE && *invoice != rows[0].id) n = 2;
		if (n == 1) *invoice = rows[0].id;
		if (n < 2) continue;
		*invoice = VD_I64_NONE;
		*message = VD_STR("more than one invoice could be meant by this file's name");
		return VD_OK;
	}
	return VD_OK;
}

static enum vd_status
document_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct document_work *w = arg;
	struct vd_ids ids = { .administration = app->administration.id };
	char sha[VD_SHA256_HEX];
	int64_t invoice, id, changed;

	w->linked = w->known = false;
	VD_TRY(find_invoice(own, app, w->name, &invoice, &w->message));
	if (invoice == VD_I64_NONE) {
		app->discard = true;
		return VD_OK;
	}
	VD_TRY(vd_blob_put(own, app->db, app->administration.id, w->bytes, VD_STR("application/pdf"),
	                   app->now, sha));
	VD_TRY(vd_ids_take(own, app->db, &ids, 1, 1, &id));
	VD_TRY(q_document_link(own, app->db,
	                       &(struct q_document_link_in){ .administration = app->administration.id,
	                                                     .id = id,
	                                                     .debtor = VD_I64_NONE,
	                                                     .invoice = invoice,
	                                                     .kind = VD_STR("invoice"),
	                                                     .name = w->name,
	                                                     .media_type = VD_STR("application/pdf"),
	                                                     .sha256 = vd_str_c(sha),
	                                                     .added_at = app->now },
	                       &changed));
	w->linked = true;
	w->known = changed == 0;
	app->discard = w->known;
	return VD_OK;
}

static enum vd_status
one_document(struct vd_context *own, struct app *app, const char *dir, struct document_work *w)
{
	struct vd_str path;

	VD_TRY(vd_str_printf(own, &path, "%s/%.*s", dir, VD_FMT(w->name)));
	VD_TRY(vd_file_slurp(own, path.ptr, DOCUMENT_MAX, &w->bytes));
	if (intake_detect(vd_str_sub(w->bytes, 0, 4096)) != INTAKE_PDF)
		return vd_fail(own, VD_E_INVALID, "document.format", NULL, "the file is not a PDF");
	return app_write(own, app, document_in_tx, w);
}

static enum vd_status
take_document(struct vd_context *ctx, struct app *app, const char *dir, struct vd_str name,
              struct app_import_result *result)
{
	VD_AUTO_ARENA arena = VD_ARENA(FILE_MEMORY_MAX);
	struct vd_context own = { .arena = &arena };
	struct document_work w = { .name = name };
	enum vd_status status = one_document(&own, app, dir, &w);

	if (status == VD_E_INVALID || status == VD_E_LIMIT)
		return app_reject(ctx, result, 0, name, VD_STR_NONE, vd_str_c(own.error.detail));
	if (status != VD_OK) {
		ctx->error = own.error;
		return status;
	}
	if (!w.linked) return app_reject(ctx, result, 0, name, VD_STR_NONE, w.message);
	result->records++;
	if (w.known) result->unchanged++;
	else result->created++;
	return VD_OK;
}

enum vd_status
app_import_documents(struct vd_context *ctx, struct app *app, const char *dir,
                     struct app_import_result *result)
{
	struct vd_str *names;
	size_t n;

	result->format = "PDF copies of invoices";
	VD_TRY(vd_file_list(ctx, dir, FILES_MAX, &names, &n));
	for (size_t i = 0; i < n; i++) {
		if (names[i].len < 5 ||
		    !vd_str_eq_nocase(vd_str_sub(names[i], names[i].len - 4, 4), VD_STR(".pdf")))
			continue;
		VD_TRY(take_document(ctx, app, dir, names[i], result));
	}
	return VD_OK;
}
