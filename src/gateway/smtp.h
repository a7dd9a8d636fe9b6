#ifndef GATEWAY_SMTP_H
#define GATEWAY_SMTP_H
/* Sending mail to a mail server (RFC 5321; libcurl). One connection serves a batch.
 *
 * What matters most is telling apart four endings, for a mail must not be sent twice and not be
 * lost: sent        the server answered "yes" after the last byte; temporary   it certainly has not
 * taken the message, another time may do: no connection, 4yz, or a refusal that is about us
 * (greeting, login, sender) rather than about this message; permanent   it has refused this
 * recipient or this message for good (5yz after RCPT or DATA); in doubt    all bytes were handed
 * over and the answer never came: the message may or may not arrive. These are results, not
 * failures of smtp_send. A handle belongs to one thread. */
#include "base/context.h"

#define SMTP_CONNECT_S 20  /* to reach the server and get its greeting */
#define SMTP_TIMEOUT_S 300 /* one message, whole */

struct smtp_options {
	struct vd_str url; /* "smtp://host:587" (STARTTLS demanded) or "smtps://host:465" */
	bool
	    plain; /* smtp:// without encryption; then no password, unless the server is this machine */
	struct vd_str user, password; /* user NONE: no login */
	const char *ca_file;          /* certificates to trust instead of the system's; NULL */
	int timeout_s;                /* 0 = SMTP_TIMEOUT_S */
};
struct smtp;
/* Connects at the first message. VD_E_INVALID: the address of the server is not one, or a password
 * would travel in the clear. */
VD_CHECKED enum vd_status smtp_open(struct vd_context *, const struct smtp_options *,
                                    struct smtp **out);
void smtp_close(struct smtp **);
#define VD_AUTO_SMTP VD_CLEANUP(smtp_close) struct smtp

enum smtp_outcome { SMTP_SENT, SMTP_TEMPORARY, SMTP_PERMANENT, SMTP_IN_DOUBT };
struct smtp_mail {
	struct vd_str from; /* MAIL FROM: where undeliverable mail returns to */
	struct vd_str to;
	struct vd_str bytes; /* the whole message, RFC 5322, CRLF; dots are doubled here */
};
struct smtp_result {
	enum smtp_outcome outcome;
	int code;           /* the server's last reply, 0 none */
	struct vd_str text; /* a sentence: what the server said or what went wrong; in the arena */
	bool
	    server; /* the trouble is the connection or ourselves: the next message would meet it too */
};
VD_CHECKED enum vd_status smtp_send(struct vd_context *, struct smtp *, const struct smtp_mail *,
                                    struct smtp_result *out);

/* ---- for tests: the decision alone ---- */
/* How far a conversation came: the last command that was sent. */
enum smtp_stage {
	SMTP_CONNECTING,
	SMTP_GREETED,
	SMTP_SENDER,
	SMTP_RECIPIENT,
	SMTP_DATA,
	SMTP_HANDED_OVER
};
/* answered: the reply `code` came after the last byte of the message. */
enum smtp_outcome smtp_judge(enum smtp_stage, int code, bool *server);
#endif
