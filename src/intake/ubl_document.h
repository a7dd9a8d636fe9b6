#ifndef INTAKE_UBL_DOCUMENT_H
#define INTAKE_UBL_DOCUMENT_H
/* What the reader (ubl.c) gathers of one document and ubl_record.c turns into records: texts as
 * written, blanks collapsed, NONE when absent. */
#include "intake/ubl.h"

struct ubl_party {
	struct vd_str account;                   /* SupplierAssignedAccountID */
	struct vd_str endpoint, endpoint_scheme; /* BT-49 */
	struct vd_str ids, own_id;    /* BT-46: all with scheme, blank between; the first without */
	struct vd_str kvk_id, oin_id; /* BT-46 with scheme 0106, 0190 */
	struct vd_str name, legal_name, person; /* BT-45, BT-44, Person names */
	struct vd_str legal_id, legal_scheme;   /* BT-47 */
	struct vd_str street, street_more, building, line, city, postcode, country;
	struct vd_str contact, phone, email;
	struct vd_str tax_id, tax_scheme; /* of the PartyTaxScheme that is open */
	struct vd_str vat;                /* BT-48 */
};

struct ubl_terms {
	struct vd_str note, amount, due;
};

struct ubl_document {
	struct intake_place place;
	bool credit_note; /* the root says so */
	struct vd_str id, issued, due, type, note, currency, buyer_reference, order, preceding,
	    delivered;
	struct vd_str net, vat, with_vat, payable, payable_currency;
	struct vd_str means_due, reference, payee_account, mandate;
	bool direct_debit;
	struct ubl_party buyer, seller;
	struct ubl_terms terms[UBL_DUE_LINES_MAX];
	size_t terms_count;
	struct party_record_attachment attachments[UBL_ATTACHMENTS_MAX];
	size_t attachments_count;
	struct vd_str warnings[8]; /* found while reading */
	size_t warnings_count;
};

/* Where records go; memory is `own`, the sink gets `outer`. */
struct ubl_output {
	struct vd_context *own, *outer;
	const struct party_sink *sink;
};

/* Gives the document's record or records, or one rejection. */
VD_CHECKED enum vd_status ubl_give(const struct ubl_output *, const struct ubl_document *);
/* "30 dagen netto" -> 30; -1 when the text does not plainly state one term. */
VD_CHECKED enum vd_status ubl_terms_days(struct vd_context *, struct vd_str text, int64_t *out);
#endif
