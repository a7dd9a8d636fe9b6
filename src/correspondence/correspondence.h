#ifndef CORRESPONDENCE_CORRESPONDENCE_H
#define CORRESPONDENCE_CORRESPONDENCE_H
/* From frozen data and a template to the bytes that a debtor receives: an e-mail (text + HTML) and an A4 letter
 * (PDF) out of one template. Pure: fonts, logo and template text are handed in; nothing is fetched.
 *
 * The struct below is what a message freezes (also stored as JSON, see message_data_to_json). Amounts are minor
 * units of `currency`; text is UTF-8 as people wrote it: rendering escapes it. */
#include "base/buf.h"
#include "value/identifier.h"

#define MESSAGE_ITEMS_MAX 2000

enum message_audience { MESSAGE_BUSINESS, MESSAGE_CONSUMER_FORMAL, MESSAGE_CONSUMER_INFORMAL };
enum message_history  { MESSAGE_FIRST_TIME, MESSAGE_NORMAL, MESSAGE_FREQUENT };

struct message_party {
	struct vd_str name, contact_name, street, postcode, city, country; /* country: ISO alpha-2, printed in words when foreign */
	struct vd_str email, phone, website, kvk, vat_number, iban, bic, number;
};
struct message_item {
	struct vd_str number, description, order_ref;
	int64_t line;                  /* due line */
	bool credit;                   /* a credit note or unallocated payment that is set off */
	struct vd_date issued_on, due_on;
	int32_t days_late;             /* today - due, may be negative */
	int64_t amount_minor, open_minor; /* positive, also for credits */
};
struct message_data {
	struct vd_str template;        /* code: "reminder" */
	int64_t template_version;
	enum vd_language language;
	enum message_audience audience;
	enum message_history history;
	struct vd_str tone;            /* debtor's tone word, NONE = normal */
	struct message_party creditor, debtor;
	struct vd_str sender_name;     /* person or department that signs */
	struct vd_date today, pay_before, bank_day; /* bank_day: payments up to this day are in the figures */
	struct vd_currency currency;
	struct message_item *items; size_t items_count;
	int64_t overdue_minor, credits_minor, total_minor; /* total = what is asked */
	struct vd_str payment_reference; /* structured reference or text to put in the payment, for the QR and the letter */
	struct vd_str message_number;  /* our own number of this message */
};

/* What a template looks like and how one is found: docs/templates.md. A template set answers "text of this name". */
struct message_template { struct vd_str name; struct vd_str text; int64_t version; };
/* Most specific first: STEP.AUDIENCE.HISTORY.TONE.LANG … STEP.LANG; language falls back to en. NOT_FOUND names what was sought. */
VD_CHECKED enum vd_status
message_template_pick(struct vd_context *, const struct message_template *, size_t count, const struct message_data *,
                      const struct message_template **out);
/* Errors name template, line and variable; unknown variables and unescaped tags ({{{x}}}, {{&x}}) are refused. */
VD_CHECKED enum vd_status message_template_check(struct vd_context *, const struct message_template *);

struct message_assets {
	const char *font_dir;          /* folder of the packaged font family */
	struct vd_str logo_png;        /* NONE = no logo */
};
struct message_rendered {
	struct vd_str subject, text, html; /* UTF-8 */
	struct vd_str pdf;             /* the letter */
	int pages;
};
enum message_parts { MESSAGE_EMAIL = 1, MESSAGE_LETTER = 2 };
VD_CHECKED enum vd_status
message_render(struct vd_context *, const struct message_template *, const struct message_data *,
               const struct message_assets *, unsigned parts, struct message_rendered *out);

/* RFC 5322 / 2045 message: multipart/alternative (text + HTML), in multipart/mixed when there are attachments;
 * quoted-printable and base64 as fits, lines <= 998, CRLF, header injection impossible. */
struct message_attachment { struct vd_str name, media_type, bytes; };
struct message_envelope {
	struct vd_str from_name, from, reply_to, to_name, to, cc, bounce;
	struct vd_str message_id;      /* without <> */
	struct vd_moment date;
	const struct message_attachment *attachments; size_t attachments_count;
};
VD_CHECKED enum vd_status
message_mime(struct vd_context *, const struct message_envelope *, const struct message_rendered *,
             enum vd_language, struct vd_str *out);

/* The frozen data as JSON text and back (what the store keeps). */
VD_CHECKED enum vd_status message_data_to_json(struct vd_context *, const struct message_data *, struct vd_str *out);
VD_CHECKED enum vd_status message_data_from_json(struct vd_context *, struct vd_str json, struct message_data *out);
/* EPC069-12 QR text for a payment of total_minor in EUR to the creditor; VD_E_INVALID when it cannot be one. */
VD_CHECKED enum vd_status message_epc_text(struct vd_context *, const struct message_data *, struct vd_str *out);
#endif
