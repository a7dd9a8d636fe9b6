/* Letters, and mails when asked, as files; letters also as one file to print with an index.
 *
 * A batch is claimed, written, put together, and only then recorded as sent, all in one
 * transaction. A process that dies in between leaves files behind that the next one makes again
 * under the same names; a print file that holds letters of a claim that never ended is taken away,
 * so that nothing is printed twice. */
#include "app/deliver_internal.h"

#include "base/list.h"
#include "correspondence/join.h"
#include "export/export.h"
#include "gateway/folder.h"

#include <stdio.h>

#define INDEX_MAX ((size_t)8 << 20)

struct batch {
	struct delivery *d;
	const char *driver, *folder;
	struct prepared *list;
	size_t count, taken;
	char print_name[FOLDER_NAME_MAX], index_name[FOLDER_NAME_MAX];
	struct join_letter *letters; /* one per letter taken, in the order of the list */
	size_t letters_count;
	const char *failure;
};

static void
file_name(const struct prepared *p, char out[FOLDER_NAME_MAX])
{
	folder_name(p->mail ? "mail" : "letter", p->outbox, p->mail ? "eml" : "pdf", out);
}

/* ---- the print file and its index ---- */

static enum vd_status
to_buffer(struct vd_context *ctx, void *user, struct vd_str bytes)
{
	struct vd_buf *b = user;

	(void)ctx;
	vd_buf_add(b, bytes);
	return VD_OK;
}

static enum vd_status
index_row(struct vd_context *ctx, struct export_writer *w, const struct prepared *p,
          const struct join_letter *letter)
{
	const struct message_party *to = &p->data.debtor;
	char name[FOLDER_NAME_MAX];

	file_name(p, name);
	return export_row(ctx, w,
	                  (const struct export_cell[]){
	                      export_integer(letter->first_page), export_integer(letter->pages),
	                      export_text(vd_str_c(name)), export_integer(p->message),
	                      export_text(p->row.debtor_number), export_text(to->name),
	                      export_text(to->contact_name), export_text(to->street),
	                      export_text(to->postcode), export_text(to->city),
	                      export_text(to->country), export_text(p->row.template_name) });
}

static enum vd_status
write_index(struct vd_context *ctx, const struct batch *b)
{
	static const struct export_column columns[] = {
		{ "page", EXPORT_INTEGER, 0 },   { "pages", EXPORT_INTEGER, 0 },
		{ "file", EXPORT_TEXT, 0 },      { "message", EXPORT_INTEGER, 0 },
		{ "debtor_id", EXPORT_TEXT, 0 }, { "name", EXPORT_TEXT, 0 },
		{ "contact", EXPORT_TEXT, 0 },   { "street", EXPORT_TEXT, 0 },
		{ "postcode", EXPORT_TEXT, 0 },  { "city", EXPORT_TEXT, 0 },
		{ "country", EXPORT_TEXT, 0 },   { "template", EXPORT_TEXT, 0 },
	};
	struct vd_buf buf = VD_BUF(ctx, INDEX_MAX);
	VD_AUTO_EXPORT *w = NULL;
	struct vd_str text;
	size_t k = 0;

	VD_TRY(export_begin(ctx,
	                    &(struct export_options){ .format = EXPORT_CSV,
	                                              .columns = columns,
	                                              .columns_count = VD_LENGTH(columns),
	                                              .sink = { to_buffer, &buf } },
	                    &w));
	for (size_t i = 0; i < b->count; i++)
		if (b->list[i].started == START_TAKEN && !b->list[i].mail)
			VD_TRY(index_row(ctx, w, &b->list[i], &b->letters[k++]));
	VD_TRY(export_end(ctx, w));
	VD_TRY(vd_buf_finish(ctx, &buf, &text));
	return folder_put(ctx, b->folder, b->index_name, text);
}

static enum vd_status
write_print_file(struct vd_context *ctx, struct batch *b)
{
	bool both_sides = app_setting_i64(b->d->settings, "print_both_sides") == 1;
	struct vd_str whole;

	VD_NEW(ctx, b->letters, b->count);
	for (size_t i = 0; i < b->count; i++)
		if (b->list[i].started == START_TAKEN && !b->list[i].mail)
			b->letters[b->letters_count++].pdf = b->list[i].bytes;
	if (b->letters_count == 0) return VD_OK;
	VD_TRY(join_letters(ctx, b->letters, b->letters_count, both_sides, &whole));
	VD_TRY(folder_put(ctx, b->folder, b->print_name, whole));
	return write_index(ctx, b);
}

/* ---- a batch ---- */

/* A print file of a claim that never ended: none of its letters was recorded as sent. */
static enum vd_status
remove_stale(struct vd_context *ctx, const struct batch *b)
{
	char index[FOLDER_NAME_MAX];

	for (size_t i = 0; i < b->count; i++) {
		struct vd_str stale = b->list[i].row.delivered_as;

		if (!vd_str_starts(stale, VD_STR("print-")) || !vd_str_ends(stale, VD_STR(".pdf")) ||
		    stale.len >= FOLDER_NAME_MAX)
			continue;
		VD_TRY(vd_str_dup(ctx, stale, &stale));
		VD_TRY(folder_remove(ctx, b->folder, stale.ptr));
		snprintf(index, sizeof(index), "%.*s.csv", (int)stale.len - 4, stale.ptr);
		VD_TRY(folder_remove(ctx, b->folder, index));
	}
	return VD_OK;
}

static enum vd_status
write_files(struct vd_context *ctx, struct batch *b)
{
	char name[FOLDER_NAME_MAX];

	VD_TRY(remove_stale(ctx, b));
	for (size_t i = 0; i < b->count; i++) {
		if (b->list[i].started != START_TAKEN) continue;
		file_name(&b->list[i], name);
		VD_TRY(folder_put(ctx, b->folder, name, b->list[i].bytes));
	}
	return write_print_file(ctx, b);
}

static enum vd_status
end_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct batch *b = arg;
	char name[FOLDER_NAME_MAX];

	for (size_t i = 0; i < b->count; i++) {
		struct prepared *p = &b->list[i];
		struct outbox_ending e = { .message = p->message, .row = &p->row, .from = "claimed" };
		bool moved, given_up;

		if (p->started != START_TAKEN) continue;
		file_name(p, name);
		e.delivered_as = vd_str_c(name);
		if (b->failure == NULL) VD_TRY(outbox_end_sent(ctx, app, &e, &moved));
		else {
			e.reason = vd_str_c(b->failure);
			e.delivered_as = vd_str_c(b->print_name); /* to be taken away at the next attempt */
			VD_TRY(outbox_end_retry(ctx, app, &e, 1, &moved, &given_up));
		}
	}
	return VD_OK;
}

static enum vd_status
report_files(struct vd_context *ctx, struct batch *b)
{
	struct app_deliver_result *r = b->d->result;

	(void)ctx;
	r->sent += (int64_t)b->taken;
	if (b->letters_count == 0) return VD_OK;
	VD_GROW(b->d->main, r->files, r->files_count, r->files_cap);
	return vd_str_printf(b->d->main, &r->files[r->files_count++], "%s/%s", b->folder,
	                     b->print_name);
}

static enum vd_status
run_batch(struct vd_context *ctx, struct batch *b)
{
	struct start_work w = {
		.delivery = b->d, .list = b->list, .count = b->count, .state = "claimed"
	};
	enum vd_status status;

	folder_name("print", b->list[0].outbox, "pdf", b->print_name);
	folder_name("print", b->list[0].outbox, "csv", b->index_name);
	if (vd_str_eq(vd_str_c(b->driver), VD_STR("folder"))) w.delivered_as = vd_str_c(b->print_name);
	VD_TRY(deliver_start(ctx, &w));
	for (size_t i = 0; i < b->count; i++) b->taken += b->list[i].started == START_TAKEN;
	if (b->taken == 0) return remove_stale(ctx, b);
	status = write_files(ctx, b);
	if (status != VD_OK) {
		/* nothing is recorded as sent; the same names are written at the next attempt */
		struct vd_error error = ctx->error;

		b->failure = error.detail;
		VD_TRY(app_write(ctx, b->d->app, end_in_tx, b));
		ctx->error = error;
		return status;
	}
	VD_TRY(app_write(ctx, b->d->app, end_in_tx, b));
	return report_files(ctx, b);
}

static enum vd_status
one_page(struct vd_context *ctx, struct delivery *d, const char *driver, const char *folder,
         int64_t *after, bool *more)
{
	struct batch b = { .d = d, .driver = driver, .folder = folder };
	struct q_outbox_candidates_row *rows;

	VD_TRY(q_outbox_candidates(ctx, d->app->db,
	                           &(struct q_outbox_candidates_in){
	                               d->app->administration.id, d->app->now, *after, vd_str_c(driver),
	                               DELIVER_FOLDER_BATCH },
	                           &rows, &b.count));
	*more = b.count == DELIVER_FOLDER_BATCH;
	if (b.count == 0) return VD_OK;
	*after = rows[b.count - 1].message;
	VD_NEW(ctx, b.list, b.count);
	for (size_t i = 0; i < b.count; i++)
		VD_TRY(deliver_prepare(ctx, d, rows[i].message, &b.list[i]));
	return run_batch(ctx, &b);
}

enum vd_status
deliver_files(struct delivery *d, const char *driver, const char *folder)
{
	int64_t after = 0;
	bool more = true;

	while (more) { /* pages by id */
		VD_AUTO_ARENA arena = VD_ARENA(DELIVER_MEMORY_MAX);
		struct vd_context own = { .arena = &arena };
		enum vd_status status = one_page(&own, d, driver, folder, &after, &more);

		if (status != VD_OK) return deliver_failed(d, &own, status);
	}
	return VD_OK;
}
