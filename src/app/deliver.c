/* Delivery: what is found unfinished, mails, and the parts that mails and files share. */
#include "app/deliver_internal.h"

#include "app/gate.h"
#include "base/file.h"
#include "base/list.h"
#include "base/process.h"
#include "gateway/smtp.h"
#include "store/blob.h"

#include <string.h>

#define PAGE         100
#define PASSWORD_MAX 1024
#define REFUSED_MAX \
	5 /* so many refused one after the other, and none taken: the fault is not theirs */
#define LOST_ANSWER    "the process that sent it ended before the answer was recorded"
#define UNFINISHED_MAX 1000

/* ---- results ---- */

enum vd_status
deliver_report(struct delivery *d, const struct prepared *p, const char *outcome,
               struct vd_str text)
{
	struct app_deliver_result *r = d->result;
	struct app_deliver_line *line;

	if (r->lines_count >= APP_DELIVER_LINES_MAX) return VD_OK;
	VD_GROW(d->main, r->lines, r->lines_count, r->lines_cap);
	line = &r->lines[r->lines_count++];
	*line = (struct app_deliver_line){ .message = p->message, .outcome = outcome };
	VD_TRY(vd_str_dup(d->main, p->row.channel, &line->channel));
	VD_TRY(vd_str_dup(d->main, p->row.debtor_number, &line->debtor_number));
	VD_TRY(vd_str_dup(d->main, p->row.debtor_name, &line->debtor_name));
	VD_TRY(vd_str_dup(d->main, p->row.recipient, &line->recipient));
	return vd_str_dup(d->main, text, &line->text);
}

enum vd_status
deliver_note(struct delivery *d, const char *sentence)
{
	struct app_deliver_result *r = d->result;

	VD_GROW(d->main, r->notes, r->notes_count, r->notes_cap);
	return vd_str_dup(d->main, vd_str_c(sentence), &r->notes[r->notes_count++]);
}

enum vd_status
deliver_failed(struct delivery *d, const struct vd_context *own, enum vd_status status)
{
	d->main->error = own->error;
	return status;
}

bool
app_deliver_attention(const struct app_deliver_result *r)
{
	return r->retry > 0 || r->dead > 0 || r->in_doubt > 0 || r->no_way > 0 || r->others > 0;
}

/* ---- starting, under guard ---- */

static enum vd_status
keep_bytes(struct vd_context *ctx, struct app *app, const struct prepared *p)
{
	struct vd_ids ids = { .administration = app->administration.id };
	struct vd_str media_type = p->mail ? VD_STR("message/rfc822") : VD_STR("application/pdf"), name;
	char sha256[VD_SHA256_HEX];
	int64_t id;

	VD_TRY(
	    vd_blob_put(ctx, app->db, app->administration.id, p->bytes, media_type, app->now, sha256));
	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &id));
	VD_TRY(vd_str_printf(ctx, &name, "%.*s-%lld.%s", VD_FMT(p->row.step), (long long)p->message,
	                     p->mail ? "eml" : "pdf"));
	VD_TRY(q_outbox_document_insert(ctx, app->db,
	                                &(struct q_outbox_document_insert_in){
	                                    .administration = app->administration.id,
	                                    .id = id,
	                                    .debtor = p->row.debtor,
	                                    .name = name,
	                                    .media_type = media_type,
	                                    .sha256 = vd_str_c(sha256),
	                                    .added_at = app->now },
	                                NULL));
	return q_message_rendered(ctx, app->db,
	                          &(struct q_message_rendered_in){ app->administration.id, p->message,
	                                                           p->subject, vd_str_c(sha256) },
	                          NULL);
}

/* Ends a message that does not start: void, or given up. */
static enum vd_status
refuse(struct vd_context *ctx, struct app *app, struct prepared *p, bool dead, struct vd_str why)
{
	static const char *const from[] = { "ready", "failed" };
	struct outbox_ending e = { .message = p->message, .row = &p->row, .reason = why };
	bool moved = false;

	p->why = why;
	p->started = dead ? START_DEAD : START_VOID;
	for (size_t i = 0; i < VD_LENGTH(from) && !moved; i++) {
		e.from = from[i];
		VD_TRY(dead ? outbox_end_dead(ctx, app, &e, &moved)
		            : outbox_end_void(ctx, app, &e, &moved));
	}
	if (!moved) p->started = START_LOST;
	return VD_OK;
}

/* A term that has passed cannot be asked any more. */
static bool
term_has_passed(const struct app *app, const struct prepared *p)
{
	return !vd_date_is_none(p->data.pay_before) && p->data.pay_before.day <= app->today.day;
}

static enum vd_status
start_one(struct vd_context *ctx, struct app *app, const struct start_work *w,
          const struct policy_gate *gate, struct prepared *p)
{
	struct vd_moment lease = vd_clock_now(&(struct vd_clock){ 0 });
	struct q_outbox_start_row row;
	struct vd_str why;
	bool found;

	if (!vd_str_is_none(p->unusable)) return refuse(ctx, app, p, true, p->unusable);
	if (!gate->open) {
		VD_TRY(vd_str_printf(ctx, &why, "the figures are not fresh: %.*s", VD_FMT(gate->reason)));
		return refuse(ctx, app, p, false, why);
	}
	if (term_has_passed(app, p))
		return refuse(ctx, app, p, false, VD_STR("the day it asks payment before has come"));
	lease.second += DELIVER_LEASE_S;
	VD_TRY(q_outbox_start(ctx, app->db,
	                      &(struct q_outbox_start_in){ .administration = app->administration.id,
	                                                   .id = p->outbox,
	                                                   .today = app->today,
	                                                   .now = app->now,
	                                                   .lease_until = lease,
	                                                   .claimed_by = w->delivery->process,
	                                                   .state = vd_str_c(w->state),
	                                                   .delivered_as = w->delivered_as },
	                      &row, &found));
	if (found) {
		p->started = START_TAKEN;
		p->attempts = row.attempts;
		return p->keep ? keep_bytes(ctx, app, p) : VD_OK;
	}
	VD_TRY(outbox_why_not(ctx, app, p->message, p->row.currency, &why));
	p->started = START_LOST;
	return vd_str_is_none(why) ? VD_OK : refuse(ctx, app, p, false, why);
}

static enum vd_status
start_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct start_work *w = arg;
	struct policy_gate gate;

	VD_TRY(app_gate(ctx, app, &gate));
	for (size_t i = 0; i < w->count; i++) VD_TRY(start_one(ctx, app, w, &gate, &w->list[i]));
	return VD_OK;
}

enum vd_status
deliver_start(struct vd_context *ctx, struct start_work *w)
{
	struct delivery *d = w->delivery;

	VD_TRY(app_write(ctx, d->app, start_in_tx, w));
	for (size_t i = 0; i < w->count; i++) {
		const struct prepared *p = &w->list[i];

		if (p->started == START_LOST) d->result->others++;
		if (p->started == START_VOID) {
			d->result->voided++;
			VD_TRY(deliver_report(d, p, "void", p->why));
		}
		if (p->started == START_DEAD) {
			d->result->dead++;
			VD_TRY(deliver_report(d, p, "dead", p->why));
		}
	}
	return VD_OK;
}

/* ---- what an earlier process left ---- */

struct unfinished_work {
	struct q_outbox_in_progress_row row;
	const char *state;
	bool over, doubt;
	struct q_outbox_message_row message;
};

static enum vd_status
take_back_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	const struct vd_str lost = VD_STR(LOST_ANSWER);
	struct unfinished_work *w = arg;
	struct q_outbox_take_back_row row;
	bool found;

	VD_TRY(q_outbox_message(ctx, app->db,
	                        &(struct q_outbox_message_in){ app->administration.id, w->row.message },
	                        &w->message));
	VD_TRY(q_outbox_take_back(ctx, app->db,
	                          &(struct q_outbox_take_back_in){
	                              .administration = app->administration.id,
	                              .id = w->row.id,
	                              .state = vd_str_c(w->state),
	                              .claimed_by = w->row.claimed_by,
	                              .new_state = w->doubt ? VD_STR("in_doubt") : VD_STR("ready"),
	                              .last_error = w->doubt ? lost : VD_STR_NONE,
	                              .now = app->now },
	                          &row, &found));
	w->over = found;
	if (!found || !w->doubt) return VD_OK;
	return q_message_move(ctx, app->db,
	                      &(struct q_message_move_in){ app->administration.id, w->row.message,
	                                                   VD_STR("in_doubt"), lost, VD_MOMENT_NONE },
	                      NULL);
}

/* Nobody is at it any more: its process ended, or was this one, or its lease is over. */
static enum vd_status
is_left_alone(struct vd_context *ctx, const struct delivery *d,
              const struct q_outbox_in_progress_row *row, bool *alone)
{
	struct vd_moment clock = vd_clock_now(&(struct vd_clock){ 0 });

	*alone = vd_str_eq(row->claimed_by, d->process) || vd_moment_is_none(row->lease_until) ||
	         row->lease_until.second < clock.second;
	return *alone ? VD_OK : vd_process_gone(ctx, row->claimed_by, alone);
}

static enum vd_status
take_back_one(struct vd_context *ctx, struct delivery *d,
              const struct q_outbox_in_progress_row *row, const char *state)
{
	struct unfinished_work w = { .row = *row,
		                         .state = state,
		                         .doubt = strcmp(state, "sending") == 0 };
	struct prepared p = { .message = row->message };
	bool alone;

	VD_TRY(is_left_alone(ctx, d, row, &alone));
	if (!alone) {
		d->result->others++;
		return VD_OK;
	}
	VD_TRY(app_write(ctx, d->app, take_back_in_tx, &w));
	if (!w.over || !w.doubt) return VD_OK;
	d->result->in_doubt++;
	p.row = w.message;
	return deliver_report(d, &p, "in_doubt", VD_STR(LOST_ANSWER));
}

/* One state; pages by id. */
static enum vd_status
take_back_state(struct delivery *d, const char *state)
{
	int64_t after = 0;

	for (;;) { /* ends at an empty page */
		VD_AUTO_ARENA arena = VD_ARENA(DELIVER_MEMORY_MAX);
		struct vd_context own = { .arena = &arena };
		struct q_outbox_in_progress_row *rows = NULL;
		size_t n = 0;
		enum vd_status status = q_outbox_in_progress(&own, d->app->db,
		                                             &(struct q_outbox_in_progress_in){
		                                                 d->app->administration.id, vd_str_c(state),
		                                                 after, UNFINISHED_MAX },
		                                             &rows, &n);

		for (size_t i = 0; i < n && status == VD_OK; i++) {
			after = rows[i].id;
			status = take_back_one(&own, d, &rows[i], state);
		}
		if (status != VD_OK) return deliver_failed(d, &own, status);
		if (n == 0) return VD_OK;
	}
}

/* ---- mails ---- */

struct mail_end {
	struct prepared *p;
	const struct smtp_result *answer;
	bool given_up, moved;
};

static enum vd_status
end_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct mail_end *w = arg;
	struct outbox_ending e = {
		.message = w->p->message, .row = &w->p->row, .from = "sending", .reason = w->answer->text
	};

	w->given_up = false;
	switch (w->answer->outcome) {
	case SMTP_SENT:
		e.delivered_as = w->answer->text;
		e.reason = VD_STR_NONE;
		VD_TRY(outbox_end_sent(ctx, app, &e, &w->moved));
		if (w->moved) return VD_OK;
		/* its lease ran out and another process took it for lost: here is the answer */
		e.from = "in_doubt";
		return outbox_end_sent(ctx, app, &e, &w->moved);
	case SMTP_TEMPORARY:
		return outbox_end_retry(ctx, app, &e, w->p->attempts, &w->moved, &w->given_up);
	case SMTP_PERMANENT:
		w->given_up = true;
		return outbox_end_dead(ctx, app, &e, &w->moved);
	case SMTP_IN_DOUBT:
		break;
	}
	return outbox_end_doubt(ctx, app, &e, &w->moved);
}

static enum vd_status
end_mail(struct vd_context *ctx, struct delivery *d, struct prepared *p,
         const struct smtp_result *answer)
{
	struct mail_end w = { .p = p, .answer = answer };

	VD_TRY(app_write(ctx, d->app, end_in_tx, &w));
	if (answer->outcome == SMTP_SENT) {
		d->result->sent++;
		return VD_OK;
	}
	if (answer->outcome == SMTP_IN_DOUBT) d->result->in_doubt++;
	else if (w.given_up) d->result->dead++;
	else d->result->retry++;
	return deliver_report(d, p,
	                      answer->outcome == SMTP_IN_DOUBT ? "in_doubt"
	                      : w.given_up                     ? "dead"
	                                                       : "retry",
	                      answer->text);
}

/* *answer: what the server said, or SMTP_SENT with code 0 when nothing was to be sent. */
static enum vd_status
one_mail(struct vd_context *ctx, struct delivery *d, struct smtp *smtp, int64_t message,
         struct smtp_result *answer)
{
	struct prepared p;
	struct start_work w = { .delivery = d, .list = &p, .count = 1, .state = "sending" };
	enum vd_status status;

	*answer = (struct smtp_result){ .outcome = SMTP_SENT };
	VD_TRY(deliver_prepare(ctx, d, message, &p));
	VD_TRY(deliver_start(ctx, &w));
	if (p.started != START_TAKEN) return VD_OK;
	status =
	    smtp_send(ctx, smtp, &(struct smtp_mail){ d->bounce, p.row.recipient, p.bytes }, answer);
	if (status != VD_OK) {
		/* nothing was said to the server: the address is not one, or memory is short */
		struct vd_error error = ctx->error;

		*answer = (struct smtp_result){ .outcome = status == VD_E_INVALID ? SMTP_PERMANENT
			                                                              : SMTP_TEMPORARY,
			                            .text = vd_str_c(error.detail) };
		VD_TRY(end_mail(ctx, d, &p, answer));
		ctx->error = error;
		return status == VD_E_INVALID ? VD_OK : status;
	}
	return end_mail(ctx, d, &p, answer);
}

static enum vd_status
open_server(struct vd_context *ctx, const struct delivery *d, struct smtp **out)
{
	struct smtp_options o = {
		.url = app_setting_text(d->settings, "smtp_url"),
		.user = app_setting_text(d->settings, "smtp_user"),
		.plain = vd_str_eq(app_setting_text(d->settings, "smtp_tls"), VD_STR("off")),
	};
	struct vd_str file = app_setting_text(d->settings, "smtp_password_file"), name;

	if (file.len > 0) {
		VD_TRY(vd_str_dup(ctx, file, &name));
		VD_TRY(vd_file_slurp(ctx, name.ptr, PASSWORD_MAX, &o.password));
		while (o.password.len > 0 && (o.password.ptr[o.password.len - 1] == '\n' ||
		                              o.password.ptr[o.password.len - 1] == '\r'))
			o.password.len--;
	}
	file = app_setting_text(d->settings, "smtp_ca_file");
	if (file.len > 0) {
		VD_TRY(vd_str_dup(ctx, file, &name));
		o.ca_file = name.ptr;
	}
	return smtp_open(ctx, &o, out);
}

static bool
may_leave(struct delivery *d, struct vd_str debtor_kind)
{
	const struct app_administration *a = &d->app->administration;
	struct vd_moment opens;
	struct vd_date day;
	int32_t minute;

	if (policy_send_window(a->country, vd_str_eq(debtor_kind, VD_STR("consumer")), d->app->today,
	                       vd_zone_minute(a->zone, d->app->now),
	                       (int32_t)app_setting_i64(d->settings, "send_from"),
	                       (int32_t)app_setting_i64(d->settings, "send_until"), &day, &minute))
		return true;
	opens = vd_zone_moment(a->zone, day, minute);
	if (d->result->outside_window++ == 0 || opens.second < d->result->window_opens.second)
		d->result->window_opens = opens;
	return false;
}

/* A page of mails; *more false: this was the last, or going on makes no sense. */
static enum vd_status
mail_page(struct vd_context *ctx, struct delivery *d, struct smtp *smtp, int64_t *after,
          int *refused, bool *more)
{
	struct q_outbox_candidates_row *rows;
	size_t n;

	VD_TRY(q_outbox_candidates(ctx, d->app->db,
	                           &(struct q_outbox_candidates_in){ d->app->administration.id,
	                                                             d->app->now, *after,
	                                                             VD_STR("smtp"), PAGE },
	                           &rows, &n));
	*more = n == PAGE;
	for (size_t i = 0; i < n; i++) {
		struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
		struct smtp_result answer;

		*after = rows[i].message;
		if (!may_leave(d, rows[i].debtor_kind)) continue;
		VD_TRY(one_mail(ctx, d, smtp, rows[i].message, &answer));
		*refused = answer.outcome == SMTP_PERMANENT ? *refused + 1 : 0;
		if (answer.server || (*refused == REFUSED_MAX && d->result->sent == 0)) {
			*more = false;
			return deliver_note(
			    d,
			    answer.server
			        ? "The mail server cannot be used now; the other mails wait."
			        : "The mail server refuses one mail after another; the others wait. Look at its settings.");
		}
		vd_arena_rewind(ctx->arena, mark);
	}
	return VD_OK;
}

enum vd_status
deliver_mails(struct delivery *d)
{
	VD_AUTO_ARENA arena = VD_ARENA(DELIVER_MEMORY_MAX);
	struct vd_context own = { .arena = &arena };
	VD_AUTO_SMTP *smtp = NULL;
	enum vd_status status = open_server(&own, d, &smtp);
	int64_t after = 0;
	int refused = 0;
	bool more = true;

	while (status == VD_OK && more) { /* pages by id */
		struct vd_arena_mark mark = vd_arena_mark(&arena);

		status = mail_page(&own, d, smtp, &after, &refused, &more);
		if (status == VD_OK) vd_arena_rewind(&arena, mark);
	}
	return status == VD_OK ? VD_OK : deliver_failed(d, &own, status);
}

/* ---- all of it ---- */

static enum vd_status
load_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct delivery *d = arg;
	struct app_text *texts;

	VD_TRY(app_settings_load(ctx, app, &d->settings));
	VD_TRY(app_texts_load(ctx, app, "template", &texts, &d->templates_count));
	VD_NEW(ctx, d->templates, d->templates_count);
	for (size_t i = 0; i < d->templates_count; i++)
		d->templates[i] =
		    (struct message_template){ texts[i].code, texts[i].body, texts[i].version };
	return VD_OK;
}

/* Whom mails come from. A folder takes them without a sender too, so that a new user sees his
 * mails: then from a domain that can never exist (RFC 2606), and it is said. */
static enum vd_status
find_sender(struct vd_context *ctx, struct delivery *d, bool *known)
{
	struct vd_str sender = app_setting_text(d->settings, "sender_email"),
	              bounce = app_setting_text(d->settings, "bounce_email");

	*known = sender.len > 0;
	if (!*known && d->to_folder == NULL) return VD_OK;
	if (!*known) {
		sender = VD_STR("nobody@voldaan.invalid");
		VD_TRY(
		    deliver_note(d,
		                 "The mails have no sender yet: voldaan setting set sender_email ADDRESS"));
	}
	*known = true;
	VD_TRY(vd_email_parse(ctx, sender, &d->sender));
	VD_TRY(vd_email_parse(ctx, bounce.len > 0 ? bounce : sender, &d->bounce));
	d->domain = vd_str_sub(d->sender, vd_str_find(d->sender, VD_STR("@"), 0) + 1, SIZE_MAX);
	return VD_OK;
}

static enum vd_status
count_waiting(struct vd_context *ctx, struct delivery *d, const char *driver, int64_t *count)
{
	struct q_outbox_count_row row;

	VD_TRY(q_outbox_count(ctx, d->app->db,
	                      &(struct q_outbox_count_in){ d->app->administration.id, d->app->now,
	                                                   vd_str_c(driver) },
	                      &row));
	*count = row.waiting;
	return VD_OK;
}

static enum vd_status
mails(struct vd_context *ctx, struct delivery *d)
{
	bool sender, server = app_setting_text(d->settings, "smtp_url").len > 0;
	int64_t waiting;

	VD_TRY(count_waiting(ctx, d, "smtp", &waiting));
	if (waiting == 0) return VD_OK;
	VD_TRY(find_sender(ctx, d, &sender));
	if (sender && d->to_folder != NULL) return deliver_files(d, "smtp", d->to_folder);
	if (sender && server) return deliver_mails(d);
	d->result->no_way += waiting;
	return deliver_note(
	    d,
	    sender
	        ? "Mails wait because no mail server is set: voldaan setting set smtp_url smtp://…"
	        : "Mails wait because it is not set whom they come from: voldaan setting set sender_email ADDRESS");
}

static enum vd_status
letters(struct vd_context *ctx, struct delivery *d)
{
	struct vd_str set = app_setting_text(d->settings, "print_folder"), folder;
	int64_t waiting;

	VD_TRY(count_waiting(ctx, d, "folder", &waiting));
	if (waiting == 0) return VD_OK;
	if (d->to_folder != NULL) return deliver_files(d, "folder", d->to_folder);
	VD_TRY(vd_str_dup(ctx, set, &folder));
	if (set.len > 0) return deliver_files(d, "folder", folder.ptr);
	d->result->no_way += waiting;
	return deliver_note(
	    d,
	    "Letters wait because no folder is set: voldaan setting set print_folder FOLDER, or deliver --to-folder FOLDER");
}

enum vd_status
app_deliver(struct vd_context *ctx, struct app *app, const struct app_deliver_options *o,
            struct app_deliver_result *result)
{
	struct delivery d = { .main = ctx, .app = app, .result = result, .to_folder = o->to_folder };
	enum vd_status status;

	*result = (struct app_deliver_result){ .window_opens = VD_MOMENT_NONE };
	VD_TRY(vd_process_name(ctx, &d.process));
	VD_TRY(app_read(ctx, app, load_in_tx, &d));
	VD_TRY(take_back_state(&d, "sending"));
	VD_TRY(take_back_state(&d, "claimed"));
	status = mails(ctx, &d);
	if (status == VD_OK) status = letters(ctx, &d);
	message_fonts_close(&d.fonts);
	return status;
}
