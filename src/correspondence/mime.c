/* The mail message: RFC 5322 headers, RFC 2045-2047 and 2231 bodies. Every header goes through one
 * of the functions here; none takes a text that was not checked or encoded. */
#include "base/hash.h"
#include "correspondence/correspondence.h"
#include "correspondence/encode.h"
#include "correspondence/fields.h"

#include <string.h>

#define CC_MAX          20
#define ATTACHMENTS_MAX 20
#define NAME_BYTES_MAX  150 /* of an attachment's name */
#define NAME_LINE_MAX   60  /* of a display name on one line */
#define MESSAGE_ID_MAX  250

struct mail {
	struct vd_context *ctx;
	const struct message_envelope *envelope;
	const struct message_rendered *message;
	struct vd_buf *out;
	char mixed[40], alternative[40]; /* boundaries */
};

static void
put(struct mail *m, const char *text)
{
	vd_buf_add_c(m->out, text);
}

/* --- headers ---------------------------------------------------------------------------------- */

static enum vd_status
check_address(struct mail *m, const char *field, struct vd_str address, struct vd_str *out)
{
	VD_TRY(vd_email_parse(m->ctx, address, out));
	for (size_t i = 0; i < out->len; i++)
		if (out->ptr[i] <= ' ' || out->ptr[i] > '~')
			return vd_fail(m->ctx, VD_E_INVALID, "mail.address", field,
			               "the address in %s has letters that most mail servers refuse (RFC 6531)",
			               field);
	return VD_OK;
}

/* A display name: quoted when plain, encoded words when not. column: what is on the line already.
 */
static enum vd_status
put_name(struct mail *m, struct vd_str name)
{
	VD_TRY(message_plain(m->ctx, "name", name, &name));
	if (name.len == 0) return VD_OK;
	if (!encode_is_plain(name) || name.len > NAME_LINE_MAX) {
		encode_words(m->out, name);
	} else {
		vd_buf_add_char(m->out, '"');
		for (size_t i = 0; i < name.len; i++) {
			if (name.ptr[i] == '"' || name.ptr[i] == '\\') vd_buf_add_char(m->out, '\\');
			vd_buf_add_char(m->out, name.ptr[i]);
		}
		vd_buf_add_char(m->out, '"');
	}
	put(m, "\r\n ");
	return VD_OK;
}

static enum vd_status
put_mailbox(struct mail *m, const char *header, struct vd_str name, struct vd_str address)
{
	VD_TRY(check_address(m, header, address, &address));
	vd_buf_addf(m->out, "%s: ", header);
	VD_TRY(put_name(m, name));
	vd_buf_addf(m->out, "<%.*s>\r\n", VD_FMT(address));
	return VD_OK;
}

/* Addresses with commas between. */
static enum vd_status
put_cc(struct mail *m)
{
	struct vd_str rest = m->envelope->cc, piece, address;
	int count = 0;

	if (vd_str_trim(rest).len == 0) return VD_OK;
	put(m, "Cc: ");
	while (vd_str_cut(&rest, ',', &piece)) {
		if (++count > CC_MAX)
			return vd_fail(m->ctx, VD_E_LIMIT, "mail.cc", "cc", "more than %d addresses in cc",
			               CC_MAX);
		VD_TRY(check_address(m, "cc", vd_str_trim(piece), &address));
		vd_buf_addf(m->out, "%s<%.*s>", count > 1 ? ",\r\n " : "", VD_FMT(address));
	}
	put(m, "\r\n");
	return VD_OK;
}

/* Folded at a blank when the line would become long. */
static void
put_folded(struct mail *m, struct vd_str text, size_t column)
{
	struct vd_str word;
	bool first = true;

	while (vd_str_cut(&text, ' ', &word)) {
		if (!first && column + 1 + word.len > MAIL_LINE_MAX) {
			put(m, "\r\n ");
			column = 1;
		} else if (!first) {
			put(m, " ");
			column++;
		}
		vd_buf_add(m->out, word);
		column += word.len;
		first = false;
	}
}

static enum vd_status
put_subject(struct mail *m)
{
	struct vd_str subject;

	VD_TRY(message_plain(m->ctx, "subject", m->message->subject, &subject));
	put(m, "Subject: ");
	if (encode_is_plain(subject)) put_folded(m, subject, 9);
	else encode_words(m->out, subject);
	put(m, "\r\n");
	return VD_OK;
}

static void
put_date(struct mail *m)
{
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct vd_zone utc = { 0, false };
	struct vd_date day = vd_zone_date(utc, m->envelope->date);
	int64_t second = m->envelope->date.second - (int64_t)day.day * 86400;
	int y, month, d;

	vd_date_to_ymd(day, &y, &month, &d);
	vd_buf_addf(m->out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[vd_date_weekday(day)],
	            d, months[month - 1], y, (int)(second / 3600), (int)(second / 60 % 60),
	            (int)(second % 60));
}

/* RFC 5322 section 3.6.4: dot-atoms around one '@'. */
static enum vd_status
put_message_id(struct mail *m)
{
	struct vd_str id = m->envelope->message_id;
	int at = 0;

	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (c == '@') at++;
		else if (!vd_is_alnum(c) && (c == '\0' || strchr(".-_+=$", c) == NULL)) at = 99;
	}
	if (at != 1 || id.len < 3 || id.len > MESSAGE_ID_MAX || id.ptr[0] == '@' ||
	    id.ptr[id.len - 1] == '@')
		return vd_fail(m->ctx, VD_E_INVALID, "mail.message_id", "message_id",
		               "\"%.*s\" is not a message id of the form name@domain",
		               id.len > 80 ? 80 : (int)id.len, id.ptr != NULL ? id.ptr : "");
	vd_buf_addf(m->out, "Message-ID: <%.*s>\r\n", VD_FMT(id));
	return VD_OK;
}

static enum vd_status
put_headers(struct mail *m, enum vd_language language)
{
	const struct message_envelope *e = m->envelope;

	VD_TRY(put_mailbox(m, "From", e->from_name, e->from));
	VD_TRY(put_mailbox(m, "To", e->to_name, e->to));
	VD_TRY(put_cc(m));
	if (e->reply_to.len > 0) VD_TRY(put_mailbox(m, "Reply-To", VD_STR_NONE, e->reply_to));
	VD_TRY(put_subject(m));
	put_date(m);
	VD_TRY(put_message_id(m));
	vd_buf_addf(m->out, "Content-Language: %s\r\nMIME-Version: 1.0\r\n", vd_language_tag(language));
	return VD_OK;
}

/* --- bodies ----------------------------------------------------------------------------------- */

/* "=_" cannot occur in quoted-printable, nor '_' in base64. The rest comes from the content, so
 * that the same message gives the same bytes. */
static void
make_boundaries(struct mail *m)
{
	struct vd_sha256_stream stream;
	char digest[VD_SHA256_HEX];

	vd_sha256_start(&stream);
	vd_sha256_add(&stream, m->envelope->message_id);
	vd_sha256_add(&stream, m->message->text);
	vd_sha256_add(&stream, m->message->html);
	vd_sha256_end(&stream, digest);
	digest[24] = '\0';
	memcpy(m->mixed, "=_m_", 4);
	memcpy(m->mixed + 4, digest, 25);
	memcpy(m->alternative, "=_a_", 4);
	memcpy(m->alternative + 4, digest, 25);
}

static void
put_text(struct mail *m, const char *type, struct vd_str text)
{
	vd_buf_addf(
	    m->out,
	    "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
	    type);
	encode_quoted_printable(m->out, text);
}

static void
put_alternative(struct mail *m)
{
	if (m->message->html.len == 0) {
		put_text(m, "text/plain", m->message->text);
		return;
	}
	vd_buf_addf(m->out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n",
	            m->alternative, m->alternative);
	put_text(m, "text/plain", m->message->text);
	vd_buf_addf(m->out, "--%s\r\n", m->alternative);
	put_text(m, "text/html", m->message->html);
	vd_buf_addf(m->out, "--%s--\r\n", m->alternative);
}

/* RFC 2045: token "/" token. */
static bool
is_media_type(struct vd_str s)
{
	int slashes = 0;

	if (s.len < 3 || s.len > 100) return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '/' && i > 0 && i + 1 < s.len) slashes++;
		else if (!vd_is_alnum(c) && c != '-' && c != '+' && c != '.') return false;
	}
	return slashes == 1;
}

/* A file name and never a path. */
static enum vd_status
file_name(struct mail *m, struct vd_str name, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(m->ctx, NAME_BYTES_MAX + 8);
	size_t n = NAME_BYTES_MAX;

	VD_TRY(message_plain(m->ctx, "attachment", name, &name));
	while (name.len > 0 && name.ptr[0] == '.') name = vd_str_sub(name, 1, name.len - 1);
	if (name.len > n)
		while (n > 0 && ((unsigned char)name.ptr[n] & 0xC0) == 0x80) n--;
	name = vd_str_sub(name, 0, n);
	for (size_t i = 0; i < name.len; i++) {
		bool path = name.ptr[i] == '/' || name.ptr[i] == '\\' || name.ptr[i] == ':';

		vd_buf_add_char(&b, path ? '_' : name.ptr[i]);
	}
	if (b.len == 0) vd_buf_add_c(&b, "attachment");
	return vd_buf_finish(m->ctx, &b, out);
}

static enum vd_status
put_attachment(struct mail *m, const struct message_attachment *a)
{
	struct vd_str name,
	    type = is_media_type(a->media_type) ? a->media_type : VD_STR("application/octet-stream");

	VD_TRY(file_name(m, a->name, &name));
	vd_buf_addf(m->out, "--%s\r\nContent-Type: %.*s", m->mixed, VD_FMT(type));
	encode_parameter(m->out, "name", name);
	put(m, "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment");
	encode_parameter(m->out, "filename", name);
	put(m, "\r\n\r\n");
	encode_base64_lines(m->out, a->bytes);
	return VD_OK;
}

static enum vd_status
put_mixed(struct mail *m)
{
	vd_buf_addf(m->out, "Content-Type: multipart/mixed;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n",
	            m->mixed, m->mixed);
	put_alternative(m);
	for (size_t i = 0; i < m->envelope->attachments_count; i++)
		VD_TRY(put_attachment(m, &m->envelope->attachments[i]));
	vd_buf_addf(m->out, "--%s--\r\n", m->mixed);
	return VD_OK;
}

enum vd_status
message_mime(struct vd_context *ctx, const struct message_envelope *envelope,
             const struct message_rendered *message, enum vd_language language, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MESSAGE_MIME_MAX);
	struct mail m = { .ctx = ctx, .envelope = envelope, .message = message, .out = &b };

	if (message->text.len == 0)
		return vd_fail(ctx, VD_E_INVALID, "mail.empty", NULL, "the mail has no text");
	if (envelope->attachments_count > ATTACHMENTS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "mail.attachments", "attachments",
		               "more than %d attachments", ATTACHMENTS_MAX);
	make_boundaries(&m);
	VD_TRY(put_headers(&m, language));
	if (envelope->attachments_count == 0) put_alternative(&m);
	else VD_TRY(put_mixed(&m));
	return vd_buf_finish(ctx, &b, out);
}
