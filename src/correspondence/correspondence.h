#ifndef CORRESPONDENCE_CORRESPONDENCE_H
#define CORRESPONDENCE_CORRESPONDENCE_H
/* From frozen data and a template to the bytes that a debtor receives: an e-mail (text + HTML) and
 * an A4 letter (PDF) out of one template. Pure: fonts, logo and template text are handed in;
 * nothing is fetched. The same data, template and assets give the same bytes.
 *
 * The struct below is what a message freezes (also stored as JSON, see message_data_to_json).
 * Amounts are minor units of `currency`; text is UTF-8 as people wrote it: rendering cleans and
 * escapes it, so that a name can be any text and never acts as markup. */
#include "base/buf.h"
#include "value/identifier.h"

#define MESSAGE_ITEMS_MAX 2000
#define MESSAGE_TEXT_MAX  300 /* characters of one text; longer is cut, with "…" */
#define MESSAGE_PDF_MAX   (8 << 20)
#define MESSAGE_LOGO_MAX  (4 << 20) /* bytes of the PNG */
#define MESSAGE_MIME_MAX  (40 << 20)

enum message_audience { MESSAGE_BUSINESS, MESSAGE_CONSUMER_FORMAL, MESSAGE_CONSUMER_INFORMAL };
enum message_history { MESSAGE_FIRST_TIME, MESSAGE_NORMAL, MESSAGE_FREQUENT };

struct message_party {
	struct vd_str name, contact_name, street, postcode, city;
	struct vd_str country; /* ISO alpha-2, printed in words when foreign */
	struct vd_str email, phone, website, kvk, vat_number, iban, bic;
	struct vd_str number; /* of a debtor: the creditor's own code for him */
};
struct message_item {
	struct vd_str number, description, order_ref;
	int64_t line; /* due line */
	bool credit;  /* a credit note or unallocated payment that is set off */
	struct vd_date issued_on, due_on;
	int32_t days_late;                /* today - due, may be negative */
	int64_t amount_minor, open_minor; /* positive, also for credits */
};
struct message_data {
	struct vd_str template; /* code: "reminder" */
	int64_t template_version;
	enum vd_language language;
	enum message_audience audience;
	enum message_history history;
	struct vd_str tone; /* debtor's tone word, NONE = normal */
	struct message_party creditor, debtor;
	struct vd_str sender_name; /* person or department that signs */
	struct vd_date today;
	struct vd_date pay_before; /* last day on which a payment is in time */
	struct vd_date bank_day; /* payments up to this day are in the figures; every message says so */
	struct vd_currency currency;
	struct message_item *items;
	size_t items_count;
	/* total is what is asked. Refused when there are items and total is not the open amounts of
	 * the debit items minus those of the credit items, or credits is not the latter. */
	int64_t overdue_minor, credits_minor, total_minor;
	struct vd_str payment_reference; /* structured reference or text to put in the payment */
	struct vd_str message_number;    /* our own number of this message */
};

/* What a template looks like and how one is found: docs/templates.md. The name is that of the file
 * without ".md": "reminder.consumer_informal.nl". */
struct message_template {
	struct vd_str name;
	struct vd_str text;
	int64_t version;
};
/* "reminder.nl.md" to "reminder.nl"; false when the file is no template. */
bool message_template_name(struct vd_str file, struct vd_str *name);
/* Those built into the program, version 0. An override folder puts its own in their place. */
VD_CHECKED enum vd_status message_templates_shipped(struct vd_context *,
                                                    struct message_template **out, size_t *count);
/* Most specific first: CODE.AUDIENCE.HISTORY.TONE.LANG … CODE.LANG; then the same in English.
 * NOT_FOUND names what was sought. */
VD_CHECKED enum vd_status message_template_pick(struct vd_context *,
                                                const struct message_template *, size_t count,
                                                const struct message_data *,
                                                const struct message_template **out);
/* The last part of its name: the language in which the whole message is then written, also when it
 * is English for want of the debtor's own. otherwise, when the name has none. */
enum vd_language message_template_language(const struct message_template *,
                                           enum vd_language otherwise);
/* Front matter, tags, names and markup, in every branch. Errors name template, line and variable;
 * unknown variables and unescaped tags ({{{x}}}, {{&x}}) are refused, and so is HTML. Partials are
 * sought in the set (which may be NULL). */
VD_CHECKED enum vd_status message_template_check_in(struct vd_context *,
                                                    const struct message_template *,
                                                    const struct message_template *set,
                                                    size_t count);
/* The same for a template that stands alone. */
VD_CHECKED enum vd_status message_template_check(struct vd_context *,
                                                 const struct message_template *);
/* Invented data that fills every variable: for checks and previews. */
VD_CHECKED enum vd_status message_data_sample(struct vd_context *, enum vd_language,
                                              enum message_audience, enum message_history,
                                              struct message_data *out);

/* The font family of letters, read once and used for many letters; not by two threads at a time.
 * VD_E_IO when a file of the family is missing in font_dir (docs/decisions/0030). The struct lives
 * in the arena of the context: close it before that arena is released. */
struct message_fonts;
VD_CHECKED enum vd_status message_fonts_open(struct vd_context *, const char *font_dir,
                                             struct message_fonts **out);
void message_fonts_close(struct message_fonts **);
#define VD_AUTO_FONTS VD_CLEANUP(message_fonts_close) struct message_fonts

enum message_window { MESSAGE_WINDOW_LEFT, MESSAGE_WINDOW_RIGHT };
struct message_assets {
	const char *font_dir;        /* folder of the packaged font family; used when fonts is NULL */
	struct vd_str logo_png;      /* NONE = no logo */
	struct message_fonts *fonts; /* NULL: opened for this one call */
	enum message_window window;  /* of the envelope */
	const struct message_template *partials;
	size_t partials_count; /* where {{> name}} is sought */
};
struct message_rendered {
	struct vd_str subject, text, html; /* UTF-8 */
	struct vd_str pdf;                 /* the letter */
	int pages;
	enum vd_language language; /* in which it is written: for message_mime */
};
enum message_parts { MESSAGE_EMAIL = 1, MESSAGE_LETTER = 2 };
/* VD_E_INVALID: fault in template or data (a character that no font has is one); VD_E_LIMIT;
 * VD_E_IO: fonts; VD_E_NOMEM. The libraries below (GLib) end the process when memory is out. */
VD_CHECKED enum vd_status message_render(struct vd_context *, const struct message_template *,
                                         const struct message_data *, const struct message_assets *,
                                         unsigned parts, struct message_rendered *out);

/* RFC 5322 / 2045 message: multipart/alternative (text + HTML), in multipart/mixed when there are
 * attachments; quoted-printable and base64 as fits, lines <= 998, CRLF, header injection
 * impossible: control characters in a name or subject become blanks, in an address they are
 * VD_E_INVALID. */
struct message_attachment {
	struct vd_str name, media_type, bytes;
};
struct message_envelope {
	struct vd_str from_name, from, reply_to, to_name, to, cc;
	struct vd_str bounce;     /* envelope sender; not in the message, the gateway uses it */
	struct vd_str message_id; /* without <> */
	struct vd_moment date;
	const struct message_attachment *attachments;
	size_t attachments_count;
};
VD_CHECKED enum vd_status message_mime(struct vd_context *, const struct message_envelope *,
                                       const struct message_rendered *, enum vd_language,
                                       struct vd_str *out);

/* The frozen data as JSON text and back (what the store keeps). Amounts are decimal text. */
VD_CHECKED enum vd_status message_data_to_json(struct vd_context *, const struct message_data *,
                                               struct vd_str *out);
VD_CHECKED enum vd_status message_data_from_json(struct vd_context *, struct vd_str json,
                                                 struct message_data *out);
/* QR text (European Payments Council, EPC069-12, version 002, UTF-8) for a payment of total_minor
 * in EUR to the creditor; VD_E_INVALID when it cannot be one. */
VD_CHECKED enum vd_status message_epc_text(struct vd_context *, const struct message_data *,
                                           struct vd_str *out);
#endif
