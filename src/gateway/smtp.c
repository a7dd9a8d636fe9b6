/* SMTP by libcurl, watched closely: which command was the last, and what was answered. */
#include "gateway/smtp.h"

#include "base/fault.h"

#include <curl/curl.h>
#include <string.h>

#define REPLY_MAX   300
#define ADDRESS_MAX 320 /* RFC 5321 4.5.3.1: 64 + 1 + 255 */

struct smtp {
	CURL *curl;
	bool fresh; /* the connection is not to be trusted any more */
	/* of the conversation about one message */
	enum smtp_stage stage;
	int code;
	char reply[REPLY_MAX];
	size_t reply_len;
	bool parting;       /* QUIT was said: what the server answers now is not about the message */
	struct vd_str left; /* of the message, to hand over */
	char error[CURL_ERROR_SIZE];
};

/* ---- what an ending means ---- */

enum smtp_outcome
smtp_judge(enum smtp_stage stage, int code, bool *server)
{
	bool refused = code >= 500 && code <= 599;

	*server = false;
	switch (stage) {
	case SMTP_RECIPIENT:
	case SMTP_DATA:
		if (refused) return SMTP_PERMANENT;
		*server = code < 400 || code == 421;
		return SMTP_TEMPORARY;
	case SMTP_HANDED_OVER:
		if (code >= 200 && code <= 299) return SMTP_SENT;
		if (refused) return SMTP_PERMANENT;
		if (code >= 400 && code <= 499) {
			*server = code == 421;
			return SMTP_TEMPORARY;
		}
		*server = true;
		return SMTP_IN_DOUBT;
	case SMTP_SENDER:
		/* too large for this server (RFC 1870): it will not get smaller */
		if (code == 552) return SMTP_PERMANENT;
		break;
	case SMTP_CONNECTING:
	case SMTP_GREETED:
		break;
	}
	*server = true;
	return SMTP_TEMPORARY;
}

/* ---- watching ---- */

static void
note_command(struct smtp *s, struct vd_str line)
{
	static const struct {
		struct vd_str command;
		enum smtp_stage stage;
	} commands[] = {
		{ { "EHLO", 4 }, SMTP_GREETED },     { { "HELO", 4 }, SMTP_GREETED },
		{ { "MAIL FROM", 9 }, SMTP_SENDER }, { { "RCPT TO", 7 }, SMTP_RECIPIENT },
		{ { "DATA", 4 }, SMTP_DATA },
	};

	if (vd_str_starts_nocase(line, VD_STR("QUIT"))) s->parting = true;
	for (size_t i = 0; i < VD_LENGTH(commands); i++) {
		if (!vd_str_starts_nocase(line, commands[i].command)) continue;
		s->parting = false;
		s->stage = commands[i].stage;
		s->code = 0;
		s->reply_len = 0;
	}
}

/* "550-5.1.1 first line", "550 5.1.1 last line": the texts of one reply are put together. */
static void
note_reply(struct smtp *s, struct vd_str line)
{
	int64_t code;

	line = vd_str_trim(line);
	if (s->parting) return;
	if (!vd_str_to_i64(vd_str_sub(line, 0, 3), &code) || code < 200 || code > 599) return;
	if (s->code != code) s->reply_len = 0;
	s->code = (int)code;
	line = vd_str_sub(line, 4, SIZE_MAX);
	if (s->reply_len > 0 && s->reply_len < REPLY_MAX) s->reply[s->reply_len++] = ' ';
	for (size_t i = 0; i < line.len && s->reply_len < REPLY_MAX; i++)
		s->reply[s->reply_len++] = line.ptr[i] >= ' ' && line.ptr[i] < 0x7F ? line.ptr[i] : '?';
}

static int
watch(CURL *curl, curl_infotype type, char *bytes, size_t n, void *user)
{
	struct vd_str rest = { bytes, n }, line;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT && type != CURLINFO_HEADER_IN) return 0;
	while (vd_str_cut(&rest, '\n', &line)) {
		if (type == CURLINFO_HEADER_OUT) note_command(user, line);
		else note_reply(user, line);
	}
	return 0;
}

/* libcurl asks for the message only after the server's 354. */
static size_t
hand_over(char *into, size_t size, size_t count, void *user)
{
	struct smtp *s = user;
	size_t room = size * count, n = s->left.len < room ? s->left.len : room;

	memcpy(into, s->left.ptr, n);
	s->left = vd_str_sub(s->left, n, SIZE_MAX);
	if (s->left.len == 0 && s->stage != SMTP_HANDED_OVER) {
		/* from here on the end of the message may be under way */
		s->stage = SMTP_HANDED_OVER;
		s->code = 0;
		s->reply_len = 0;
	}
	return n;
}

/* ---- the handle ---- */

static bool
is_this_machine(struct vd_str url)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	struct vd_str host = vd_str_sub(url, sizeof("smtp://") - 1, SIZE_MAX);

	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		struct vd_str name = vd_str_c(names[i]), after = vd_str_sub(host, name.len, 1);

		if (!vd_str_starts_nocase(host, name)) continue;
		if (after.len == 0 || after.ptr[0] == ':' || after.ptr[0] == '/') return true;
	}
	return false;
}

static enum vd_status
check_options(struct vd_context *ctx, const struct smtp_options *o)
{
	bool smtp = vd_str_starts_nocase(o->url, VD_STR("smtp://"));

	if (!smtp && !vd_str_starts_nocase(o->url, VD_STR("smtps://")))
		return vd_fail(ctx, VD_E_INVALID, "smtp.url", "smtp_url",
		               "the mail server is written smtp://host:587 or smtps://host:465");
	for (size_t i = 0; i < o->url.len; i++)
		if ((unsigned char)o->url.ptr[i] <= ' ' || o->url.ptr[i] == '@')
			return vd_fail(
			    ctx, VD_E_INVALID, "smtp.url", "smtp_url",
			    "the address of the mail server holds a blank or an @; the name to log in with "
			    "is a setting of its own, smtp_user");
	if (smtp && o->plain && o->user.len > 0 && !is_this_machine(o->url))
		return vd_fail(
		    ctx, VD_E_INVALID, "smtp.password_in_clear", "smtp_tls",
		    "without encryption the password would travel in the clear; set smtp_tls to required, "
		    "or leave smtp_user empty");
	return VD_OK;
}

/* One option of curl; a refused one is our own mistake or missing memory. */
#define SET(option, value)                                                                 \
	do {                                                                                   \
		CURLcode c_ = curl_easy_setopt(s->curl, option, value);                            \
		if (c_ == CURLE_OUT_OF_MEMORY) return vd_fail_memory(ctx);                         \
		if (c_ != CURLE_OK)                                                                \
			return vd_fail(ctx, VD_E_INVALID, "smtp.option", NULL, "mail library: %s: %s", \
			               #option, curl_easy_strerror(c_));                               \
	} while (0)

static enum vd_status
set_options(struct vd_context *ctx, struct smtp *s, const struct smtp_options *o)
{
	struct vd_str url, user, password;

	VD_TRY(vd_str_dup(ctx, o->url, &url));
	VD_TRY(vd_str_dup(ctx, o->user, &user));
	VD_TRY(vd_str_dup(ctx, o->password, &password));
	SET(CURLOPT_URL, url.ptr);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_USE_SSL, o->plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file != NULL) SET(CURLOPT_CAINFO, o->ca_file);
	if (o->user.len > 0) {
		SET(CURLOPT_USERNAME, user.ptr);
		SET(CURLOPT_PASSWORD, password.ptr != NULL ? password.ptr : "");
	}
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NOPROXY, "*"); /* the environment has no say in where mail goes */
	SET(CURLOPT_CONNECTTIMEOUT, (long)SMTP_CONNECT_S);
	SET(CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    o->timeout_s > 0 ? (long)o->timeout_s : (long)SMTP_TIMEOUT_S);
	SET(CURLOPT_TIMEOUT, o->timeout_s > 0 ? (long)o->timeout_s : (long)SMTP_TIMEOUT_S);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
	SET(CURLOPT_READFUNCTION, hand_over);
	SET(CURLOPT_READDATA, s);
	SET(CURLOPT_VERBOSE, 1L); /* the conversation goes to watch, nowhere else */
	SET(CURLOPT_DEBUGFUNCTION, watch);
	SET(CURLOPT_DEBUGDATA, s);
	SET(CURLOPT_ERRORBUFFER, s->error);
	return VD_OK;
}

enum vd_status
smtp_open(struct vd_context *ctx, const struct smtp_options *o, struct smtp **out)
{
	VD_AUTO_SMTP *s = NULL;

	VD_TRY(check_options(ctx, o));
	VD_NEW(ctx, s, 1);
	if ((s->curl = curl_easy_init()) == NULL) return vd_fail_memory(ctx);
	VD_TRY(set_options(ctx, s, o));
	*out = s;
	s = NULL;
	return VD_OK;
}

void
smtp_close(struct smtp **s)
{
	if (*s != NULL) curl_easy_cleanup((*s)->curl);
	*s = NULL;
}

/* ---- one message ---- */

/* Nothing may end the command that carries an address, or begin another. */
static enum vd_status
wrap_address(struct vd_context *ctx, struct vd_str address, struct vd_str *out)
{
	for (size_t i = 0; i < address.len; i++) {
		unsigned char c = (unsigned char)address.ptr[i];

		if (c <= ' ' || c == 0x7F || c == '<' || c == '>')
			return vd_fail(
			    ctx, VD_E_INVALID, "smtp.address", NULL,
			    "an e-mail address holds a blank, a control character or an angle bracket");
	}
	if (address.len == 0 || address.len > ADDRESS_MAX)
		return vd_fail(ctx, VD_E_INVALID, "smtp.address", NULL,
		               "an e-mail address is empty or too long");
	return vd_str_printf(ctx, out, "<%.*s>", VD_FMT(address));
}

static void
free_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static enum vd_status
converse(struct vd_context *ctx, struct smtp *s, const char *from, const char *to,
         struct vd_str bytes, CURLcode *out)
{
	VD_CLEANUP(free_list) struct curl_slist *to_list = curl_slist_append(NULL, to);

	if (to_list == NULL) return vd_fail_memory(ctx);
	s->left = bytes;
	s->stage = SMTP_CONNECTING;
	s->code = 0;
	s->reply_len = 0;
	s->parting = false;
	s->error[0] = '\0';
	SET(CURLOPT_MAIL_FROM, from);
	SET(CURLOPT_MAIL_RCPT, to_list);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)bytes.len);
	SET(CURLOPT_FRESH_CONNECT, s->fresh ? 1L : 0L);
	*out = curl_easy_perform(s->curl);
	SET(CURLOPT_MAIL_RCPT, NULL);
	if (*out == CURLE_OUT_OF_MEMORY && s->stage != SMTP_HANDED_OVER) return vd_fail_memory(ctx);
	return VD_OK;
}

static enum vd_status
explain(struct vd_context *ctx, const struct smtp *s, CURLcode code, struct smtp_result *out)
{
	struct vd_str reply = vd_str_trim((struct vd_str){ s->reply, s->reply_len });
	const char *trouble = s->error[0] != '\0' ? s->error : curl_easy_strerror(code);

	out->code = s->code;
	if (out->outcome == SMTP_SENT)
		return vd_str_printf(ctx, &out->text, "%d %.*s", s->code, VD_FMT(reply));
	if (out->outcome == SMTP_IN_DOUBT)
		return vd_str_printf(ctx, &out->text,
		                     "everything was sent, but the server's answer did not come (%s)",
		                     trouble);
	if (s->code >= 400)
		return vd_str_printf(ctx, &out->text, "the mail server answered %d %.*s", s->code,
		                     VD_FMT(reply));
	return vd_str_printf(ctx, &out->text, "the mail server cannot be used: %s", trouble);
}

/* A connection that served before may have been closed, or be allowed so many messages only (421):
 * the first message that notices gets a new one, for it did not get further than its sender. */
static bool
worn_out(const struct smtp *s, CURLcode code)
{
	long connections = 1;

	if (code == CURLE_OK || s->stage > SMTP_SENDER || (s->code >= 500 && s->code <= 599))
		return false;
	return curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK &&
	       connections == 0;
}

enum vd_status
smtp_send(struct vd_context *ctx, struct smtp *s, const struct smtp_mail *mail,
          struct smtp_result *out)
{
	struct vd_str from, to;
	CURLcode code = CURLE_COULDNT_CONNECT;

	*out = (struct smtp_result){ 0 };
	VD_TRY(wrap_address(ctx, mail->from, &from));
	VD_TRY(wrap_address(ctx, mail->to, &to));
	s->stage = SMTP_CONNECTING;
	s->code = 0;
	s->error[0] = '\0';
	/* two seams: a server that is not there, and an answer that is lost */
	if (!vd_fault_hit(VD_FAULT_SEND)) {
		VD_TRY(converse(ctx, s, from.ptr, to.ptr, mail->bytes, &code));
		if (worn_out(s, code)) {
			s->fresh = true;
			VD_TRY(converse(ctx, s, from.ptr, to.ptr, mail->bytes, &code));
		}
		s->fresh = code != CURLE_OK;
		if (vd_fault_hit(VD_FAULT_SEND)) {
			s->code = 0;
			code = CURLE_RECV_ERROR;
		}
	}
	out->outcome = smtp_judge(s->stage, s->code, &out->server);
	/* curl and the conversation must agree before a message counts as sent */
	if (out->outcome == SMTP_SENT && code != CURLE_OK) out->outcome = SMTP_IN_DOUBT;
	if (out->outcome != SMTP_SENT && code == CURLE_OK) out->outcome = SMTP_IN_DOUBT;
	return explain(ctx, s, code, out);
}
