#ifndef INTAKE_UBL_H
#define INTAKE_UBL_H
/* UBL 2.x Invoice and CreditNote (SI-UBL 2.0 / NLCIUS, Peppol BIS 3, EN 16931) as records of
 * party.h.
 *
 * One document in a file, bare or inside an SBDH envelope. Elements are known by local name:
 * prefixes do not matter. Another UBL document, CII, or another format is refused and named.
 *
 * What is owed is PayableAmount (BT-115), never the total with VAT (BT-112): prepaid amounts and
 * rounding are in it. Net and VAT are given when they add up to what is owed.
 * An Invoice below zero becomes a credit note, and the other way round, with a warning. An Invoice
 * that calls itself a credit note (type 381), a CreditNote that calls itself an invoice, and a pro
 * forma (325) are rejected: which side is meant cannot be known. Due: DueDate (BT-9), else
 * PaymentDueDate; else days from the terms' text when it is plain ("30 dagen netto"; never when it
 * speaks of a discount). Terms with amounts and dates become due lines. The debtor has no number:
 * identifiers, name and address are given (see party_record_debtor.assigned).
 *
 * Sources: OASIS UBL 2.1; EN 16931-1:2017 (BT and BG numbers); NLCIUS 1.0.3. */
#include "intake/party.h"

#define UBL_ATTACHMENTS_MAX 20
#define UBL_DUE_LINES_MAX   120

struct ubl_options {
	bool attachments; /* decode BG-24; a broken or too large one is left out with a warning */
};

struct ubl_reader;
/* The reader has its own memory; *sink is copied. Every record comes at the document's end. */
VD_CHECKED enum vd_status ubl_reader_new(struct vd_context *, const struct ubl_options *,
                                         const struct party_sink *, struct ubl_reader **out);
/* VD_E_INVALID "ubl.not_an_invoice" names what it is; else what xml.h refuses. */
VD_CHECKED enum vd_status ubl_reader_feed(struct vd_context *, struct ubl_reader *,
                                          struct vd_str bytes);
VD_CHECKED enum vd_status ubl_reader_end(struct vd_context *, struct ubl_reader *);
void ubl_reader_free(struct ubl_reader **);
#define VD_AUTO_UBL_READER VD_CLEANUP(ubl_reader_free) struct ubl_reader
#endif
