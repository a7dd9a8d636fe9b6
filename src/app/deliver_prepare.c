/* From a frozen message to the bytes that leave. */
#include "app/deliver_internal.h"

#include "base/file.h"
#include "store/blob.h"

#include <stdio.h>

#define LOGO_MAX         ((size_t)4 << 20)
#define FONTS_OF_SYSTEM  "/usr/share/fonts/truetype/lato" /* Debian's fonts-lato */
#define COPIES_MAX       10
#define COPIES_BYTES_MAX ((int64_t)8 << 20) /* mail servers refuse large mails */

/* ---- parts of a message ---- */

/* Kept for all messages, so in the memory of the delivery. A font family in the data folder goes
 * before the system's. */
static enum vd_status
open_fonts(struct vd_context *ctx, struct delivery *d)
{
	struct vd_str dir = VD_STR(FONTS_OF_SYSTEM), own, file;
	enum vd_status status;

	if (d->fonts != NULL) return VD_OK;
	if (d->app->data_dir != NULL) {
		VD_TRY(vd_str_printf(ctx, &own, "%s/fonts", d->app->data_dir));
		VD_TRY(vd_str_printf(ctx, &file, "%s/Lato-Regular.ttf", own.ptr));
		if (vd_file_exists(file.ptr)) dir = own;
	}
	status = message_fonts_open(d->main, dir.ptr, &d->fonts);
	if (status != VD_OK) ctx->error = d->main->error;
	return status;
}

static enum vd_status
load_logo(struct vd_context *ctx, struct delivery *d)
{
	struct vd_str path = app_setting_text(d->settings, "logo"), name;
	enum vd_status status;

	if (path.len == 0 || d->logo.len > 0) return VD_OK;
	VD_TRY(vd_str_dup(ctx, path, &name));
	status = vd_file_slurp(d->main, name.ptr, LOGO_MAX, &d->logo);
	if (status != VD_OK) ctx->error = d->main->error;
	return status;
}

/* Copies of the invoices, as many as a mail can carry; the same bytes once. */
static enum vd_status
attach_copies(struct vd_context *ctx, struct delivery *d, int64_t message,
              struct message_envelope *e)
{
	struct message_attachment *list;
	struct q_outbox_copies_row *rows;
	int64_t bytes = 0;
	size_t n;

	if (app_setting_i64(d->settings, "attach_copies") == 0) return VD_OK;
	VD_TRY(q_outbox_copies(ctx, d->app->db,
	                       &(struct q_outbox_copies_in){ d->app->administration.id, message,
	                                                     COPIES_MAX },
	                       &rows, &n));
	VD_NEW(ctx, list, n);
	for (size_t i = 0; i < n; i++) {
		struct vd_blob blob;
		bool again = false;

		for (size_t k = 0; k < i; k++) again = again || vd_str_eq(rows[i].sha256, rows[k].sha256);
		if (again || bytes + rows[i].size_bytes > COPIES_BYTES_MAX) continue;
		VD_TRY(vd_blob_get(ctx, d->app->db, d->app->administration.id, rows[i].sha256, &blob));
		bytes += rows[i].size_bytes;
		list[e->attachments_count++] =
		    (struct message_attachment){ rows[i].name, rows[i].media_type, blob.bytes };
	}
	e->attachments = list;
	return VD_OK;
}

static enum vd_status
make_mail(struct vd_context *ctx, struct delivery *d, struct prepared *p,
          const struct message_rendered *r)
{
	struct message_envelope e = {
		.from_name = app_setting_text(d->settings, "sender_name"),
		.from = d->sender,
		.reply_to = app_setting_text(d->settings, "reply_to"),
		.to_name = p->data.debtor.name,
		.bounce = d->bounce,
		.date = d->app->now,
	};

	if (e.from_name.len == 0) e.from_name = d->app->administration.name;
	VD_TRY(vd_email_parse(ctx, p->row.recipient, &e.to));
	VD_TRY(vd_str_printf(ctx, &e.message_id, "%.*s@%.*s", VD_FMT(p->row.message_key),
	                     VD_FMT(d->domain)));
	VD_TRY(attach_copies(ctx, d, p->message, &e));
	return message_mime(ctx, &e, r, r->language, &p->bytes);
}

/* ---- one message ---- */

static enum vd_status
render(struct vd_context *ctx, struct delivery *d, struct prepared *p)
{
	struct message_assets assets = { .partials = d->templates,
		                             .partials_count = d->templates_count };
	struct message_template template = { .name = p->row.template_name,
		                                 .version = p->row.template_version };
	struct message_rendered rendered;
	struct app_text text;

	VD_TRY(app_text_of_version(ctx, d->app, "template", p->row.template_name,
	                           p->row.template_version, &text));
	template.text = text.body;
	if (!p->mail) VD_TRY(open_fonts(ctx, d));
	assets.logo_png = d->logo;
	assets.fonts = d->fonts;
	VD_TRY(message_render(ctx, &template, &p->data, &assets,
	                      p->mail ? MESSAGE_EMAIL : MESSAGE_LETTER, &rendered));
	p->subject = rendered.subject;
	p->bytes = rendered.pdf;
	p->keep = true;
	return p->mail ? make_mail(ctx, d, p, &rendered) : VD_OK;
}

/* What was rendered at an earlier attempt is sent again as it was. */
static enum vd_status
prepare(struct vd_context *ctx, struct delivery *d, struct prepared *p)
{
	struct vd_blob blob;

	VD_TRY(message_data_from_json(ctx, p->row.data, &p->data));
	if (p->row.sha256.len == 0) return render(ctx, d, p);
	VD_TRY(vd_blob_get(ctx, d->app->db, d->app->administration.id, p->row.sha256, &blob));
	p->bytes = blob.bytes;
	p->subject = p->row.subject;
	return VD_OK;
}

struct prepare_work {
	struct delivery *d;
	struct prepared *p;
};

static enum vd_status
prepare_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct prepare_work *w = arg;
	struct prepared *p = w->p;
	enum vd_status status;

	VD_TRY(q_outbox_message(ctx, app->db,
	                        &(struct q_outbox_message_in){ app->administration.id, p->message },
	                        &p->row));
	p->outbox = p->row.outbox;
	p->mail = vd_str_eq(p->row.channel, VD_STR("email"));
	status = prepare(ctx, w->d, p);
	if (status != VD_E_INVALID && status != VD_E_NOT_FOUND && status != VD_E_LIMIT) return status;
	/* the fault is in this message: the others go on */
	VD_TRY(vd_str_dup(ctx, vd_str_c(ctx->error.detail), &p->unusable));
	vd_error_clear(ctx);
	return VD_OK;
}

enum vd_status
deliver_prepare(struct vd_context *ctx, struct delivery *d, int64_t message, struct prepared *p)
{
	struct prepare_work w = { d, p };

	*p = (struct prepared){ .message = message };
	VD_TRY(load_logo(ctx, d));
	return app_read(ctx, d->app, prepare_in_tx, &w);
}
