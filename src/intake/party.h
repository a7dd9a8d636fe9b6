#ifndef INTAKE_PARTY_H
#define INTAKE_PARTY_H
/* Debtors and invoices as records: one model for CSV (party_csv.h), UBL (ubl.h) and XAF (xaf.h).
 *
 * Text is UTF-8 in the reader's own memory, which it reuses after each callback: copy what stays.
 * The context a callback gets is the one of the feed or end call; a reader leaves nothing in its
 * arena and never rewinds it. NONE means "the file says nothing about it" (a later import then
 * keeps what is known); an empty text means "empty".
 *
 * Which reader fills what: docs/formats-invoices.md. */
#include "intake/intake.h"

struct party_record_debtor {
	struct intake_place place;
	struct vd_str number; /* the creditor's own code; NONE in UBL: app finds or makes one */
	struct vd_str name, street, postcode, city, country; /* country: ISO 3166-1 alpha-2 */
	struct vd_str iban, email, reminder_email, phone, contact_name;
	/* language nl|en|de|fr, kind consumer|business, risk high|normal|low; the others as written */
	struct vd_str language, segment, risk, kind, tone, owner;
	struct vd_str kvk, oin, vat_number, endpoint; /* endpoint as "scheme:id" (BT-49) */
	/* UBL: what the seller calls this buyer (SupplierAssignedAccountID, else BT-46 without a
	 * scheme); app may try it as debtor number. */
	struct vd_str assigned;
	struct vd_str account_ibans; /* more payer accounts, separated by a blank (XAF) */
	int64_t terms_days;          /* -1 when absent */
	int64_t credit_limit_minor;  /* -1 when absent; euro cents */
};

enum party_invoice_type { PARTY_INVOICE, PARTY_CREDIT_NOTE };

struct party_record_attachment {
	struct vd_str name, media_type, bytes; /* name and type may be NONE */
};

/* One due line of an invoice or credit note. A multi-line invoice is several records with the same
 * number and due_line 1, 2, …; amounts are then of the line. */
struct party_record_invoice {
	struct intake_place place;
	struct vd_str number; /* never NONE */
	enum party_invoice_type type;
	bool payment; /* type credit note, but it is money on account: a row of an open-items list */
	struct party_record_debtor debtor; /* at least number (CSV, XAF), or who it is (UBL) */
	int64_t due_line;                  /* from 1 */
	/* NONE: app computes (due: terms_days of invoice, debtor, administration). */
	struct vd_date issued_on, due_on;
	struct vd_currency currency; /* all zero when absent: the administration's */
	bool has_net_vat;            /* then net + vat = gross */
	int64_t net_minor, vat_minor;
	int64_t gross_minor; /* what is owed in all: BT-115 in UBL; >= 0, the type tells the side */
	int64_t open_minor;  /* of a snapshot or takeover, <= gross; -1 when absent: all of it */
	struct vd_str description, order_ref, terms_text;
	struct vd_str reference; /* payment reference as written */
	int64_t terms_days;      /* -1 when absent */
	struct vd_date sent_on, delivered_on;
	struct vd_str last_step; /* takeover: step code or number of reminders */
	struct vd_date last_step_on;
	struct vd_str preceding;  /* number of the invoice a credit note refers to (BT-25) */
	struct vd_str payee_iban; /* BT-84: our own account on the invoice */
	bool direct_debit;        /* UBL: means 49 or 59, the creditor collects it himself */
	struct vd_str mandate;    /* BT-89 */
	/* UBL: to see that it is a sale of ours and not a purchase. */
	struct vd_str seller_name, seller_kvk, seller_vat_number;
	struct party_record_attachment *attachments;
	size_t attachments_count;
};

/* A status other than VD_OK stops the reader, which returns it with the callback's explanation.
 * warning may be NULL; the others may not, where the reader can give such records. */
struct party_sink {
	void *user;
	enum vd_status (*debtor)(void *user, struct vd_context *, const struct party_record_debtor *);
	enum vd_status (*invoice)(void *user, struct vd_context *, const struct party_record_invoice *);
	enum vd_status (*rejected)(void *user, struct vd_context *, const struct intake_rejection *);
	enum vd_status (*warning)(void *user, struct vd_context *, struct intake_place,
	                          struct vd_str message);
};
#endif
