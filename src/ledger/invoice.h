#ifndef LEDGER_INVOICE_H
#define LEDGER_INVOICE_H
/* Invoices and credit notes, upserted in batches on their number, one ledger transaction per batch.
 *
 * A record is one due line. A changed amount is a correction item, a changed due day or debtor a
 * revision; nothing is edited. An open amount below the invoice's (a takeover, a snapshot) is a
 * "settled_in_source" item allocated to it. Cost: at most 6 statements to look up and those of a
 * ledger transaction. */
#include "ledger/debtor.h"
#include "ledger/ledger.h"

#define LEDGER_WORDS_MAX 8
struct ledger_invoice {
	struct vd_str number, number_key;
	bool credit;                      /* a credit note */
	struct vd_str debtor_number;      /* looked up, unless debtor is known */
	int64_t debtor;                   /* id, or VD_I64_NONE */
	int64_t line;                     /* due line, from 1 */
	struct vd_date issued_on, due_on; /* NONE: today; by the terms */
	int64_t terms_days;               /* or VD_I64_NONE */
	struct vd_currency currency;
	int64_t gross_minor;          /* of this line, >= 0 */
	int64_t open_minor;           /* or VD_I64_NONE: not told */
	int64_t net_minor, vat_minor; /* or VD_I64_NONE */
	struct vd_str description, reference, reference_key, order_ref, preceding;
	struct vd_date sent_on, delivered_on;
	struct ledger_word {
		const char *kind;
		struct vd_str text;
	} words[LEDGER_WORDS_MAX]; /* under which it is found */
	size_t words_count;
};
struct ledger_invoice_result {
	enum ledger_upsert what;
	bool rejected;
	struct vd_str message;         /* when rejected: what is wrong and what to do */
	int64_t invoice, item, debtor; /* item: of this line, VD_I64_NONE when nothing is owed */
	bool item_created;
};
struct ledger_invoice_rules {
	struct vd_date today;
	struct vd_date as_of; /* day of a snapshot; NONE when the file is no snapshot */
	bool open_rules;      /* the file's open amount is the truth for invoices that exist, too */
	int64_t terms_days;   /* the administration's */
	struct vd_str source; /* "file 17": an invoice twice in one file with other data is refused */
};
VD_CHECKED enum vd_status ledger_invoices_upsert(struct vd_context *, struct vd_db *,
                                                 struct ledger_tx *, const struct ledger_scope *,
                                                 const struct ledger_invoice_rules *,
                                                 const struct ledger_invoice *, size_t n,
                                                 struct ledger_invoice_result *results);

/* Settles what is open of items that a snapshot of day as_of no longer names: one batch of at most
 * LEDGER_BATCH_MAX, from item *after on. *settled is the number of items; 0 when there are no more.
 * job: staging key under which the named invoices' ids stand in stage_id. */
VD_CHECKED enum vd_status ledger_settle_vanished(struct vd_context *, struct vd_db *,
                                                 struct ledger_tx *, int64_t administration,
                                                 int64_t job, struct vd_date as_of, int64_t *after,
                                                 int64_t *settled);
#endif
