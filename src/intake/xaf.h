#ifndef INTAKE_XAF_H
#define INTAKE_XAF_H
/* XML Auditfile Financieel 3.1, 3.2, 3.2.1 and 4.0 as debtors and open items.
 *
 * An auditfile holds a year's bookkeeping, not a list of open items; these are derived:
 *  - the debtor control accounts: those of the options; else accounts with an RGS code BVorDeb…
 *    (leadReference, leadCode, taxonomy, RGScode; not the provision BVorDebVdd); else the offset
 *    accounts of sales journals; else balance accounts named "Debiteuren". None: VD_E_INVALID
 *    "xaf.no_control_account".
 *  - every line on them is added up per debtor and reference: custSupID + invRef, else docRef, else
 *    journal and transaction number (unique only together). Debit minus credit not zero is an open
 * item: above zero an invoice (gross = its debits, open = what is left), below zero a credit note,
 * or money on account when no sales journal made it (party_record_invoice.payment).
 *  - the opening: lines of the opening sub-ledger when there are any (3.x), else per debtor the
 * opening amount (4.0), as one item per debtor; receipts for invoices that are not in the file
 * lower it.
 *  - the sub-ledger of 3.x gives invoice and due days (invDt, invDueDt); where the ledger lines
 * name no debtor, its lines are the items. Due days are in nothing else: never settDate. What the
 * file says about its own sums (line counts, closing amounts, the control account's balance) is
 * checked, and differences are warned of.
 *
 * Memory grows with the number of debtors and references, not with lines: at most XAF_ITEMS_MAX.
 * Source: XML Auditfile Financieel, ODB (Belastingdienst), XSDs 3.1, 3.2, 4.0; RGS 3.x. */
#include "intake/party.h"

#define XAF_ITEMS_MAX  (2 * 1024 * 1024)
#define XAF_MEMORY_MAX ((size_t)512 * 1024 * 1024)

struct xaf_options {
	struct vd_str control_accounts; /* codes with a comma between; NONE = find */
};

/* What the file tells about itself; texts live as long as the reader. Complete after
 * xaf_reader_end. */
struct xaf_info {
	struct vd_str version; /* "3.2", "4.0"; NONE when the namespace is not one we know */
	struct vd_str fiscal_year, company, software;
	struct vd_date from, to; /* the open items are as at `to` */
	struct vd_currency currency;
	struct vd_str control_accounts; /* used, with ", " between */
	int64_t debtors, items;         /* given */
	int64_t open_minor;             /* sum of what was given, credits negative */
	int64_t control_minor;          /* balance of the control accounts by their lines */
};

struct xaf_reader;
/* Debtors are given as they are read (customers) or at the end (others with an open item); items at
 * the end. The reader has its own memory; *sink is copied. */
VD_CHECKED enum vd_status xaf_reader_new(struct vd_context *, const struct xaf_options *,
                                         const struct party_sink *, struct xaf_reader **out);
/* VD_E_INVALID "xaf.not_an_auditfile"; VD_E_LIMIT "xaf.too_many_items"; else what xml.h refuses. */
VD_CHECKED enum vd_status xaf_reader_feed(struct vd_context *, struct xaf_reader *,
                                          struct vd_str bytes);
/* VD_E_INVALID "xaf.no_control_account" lists the accounts that could be meant; "xaf.split_file"
 * when only a part of a split auditfile came. */
VD_CHECKED enum vd_status xaf_reader_end(struct vd_context *, struct xaf_reader *);
const struct xaf_info *xaf_reader_info(const struct xaf_reader *);
void xaf_reader_free(struct xaf_reader **);
#define VD_AUTO_XAF_READER VD_CLEANUP(xaf_reader_free) struct xaf_reader
#endif
