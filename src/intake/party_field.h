#ifndef INTAKE_PARTY_FIELD_H
#define INTAKE_PARTY_FIELD_H
/* The columns a table of debtors or invoices may have: their names in English (the contract, design
 * section 6), their Dutch and other spellings, and what kind of value they hold. */
#include "base/context.h"

enum party_subject { PARTY_DEBTORS, PARTY_INVOICES };

enum party_field {
	PARTY_F_DEBTOR_ID,
	PARTY_F_NAME,
	PARTY_F_STREET,
	PARTY_F_HOUSE_NUMBER,
	PARTY_F_HOUSE_SUFFIX,
	PARTY_F_POSTCODE,
	PARTY_F_CITY,
	PARTY_F_COUNTRY,
	PARTY_F_IBAN,
	PARTY_F_EMAIL,
	PARTY_F_REMINDER_EMAIL,
	PARTY_F_PHONE,
	PARTY_F_CONTACT_NAME,
	PARTY_F_LANGUAGE,
	PARTY_F_SEGMENT,
	PARTY_F_RISK,
	PARTY_F_KIND,
	PARTY_F_TONE,
	PARTY_F_OWNER,
	PARTY_F_CREDIT_LIMIT,
	PARTY_F_KVK,
	PARTY_F_OIN,
	PARTY_F_VAT_NUMBER,
	PARTY_F_ENDPOINT,
	PARTY_F_TERMS_DAYS,

	PARTY_F_INVOICE_NO,
	PARTY_F_INVOICE_DATE,
	PARTY_F_DUE_DATE,
	PARTY_F_NET,
	PARTY_F_VAT,
	PARTY_F_GROSS,
	PARTY_F_OPEN,
	PARTY_F_DEBIT,
	PARTY_F_CREDIT,
	PARTY_F_DEBIT_CREDIT,
	PARTY_F_CURRENCY,
	PARTY_F_TYPE,
	PARTY_F_DUE_LINE,
	PARTY_F_DESCRIPTION,
	PARTY_F_RF_REFERENCE,
	PARTY_F_ORDER_REF,
	PARTY_F_SENT_ON,
	PARTY_F_DELIVERED_ON,
	PARTY_F_LAST_STEP,
	PARTY_F_LAST_STEP_ON,
	PARTY_F_PRECEDING,
	PARTY_F__COUNT
};

enum party_value { PARTY_V_TEXT, PARTY_V_AMOUNT, PARTY_V_DATE, PARTY_V_NUMBER };

/* "debtor_id": the name in files, mappings and messages. */
const char *party_field_name(enum party_field);
enum party_value party_field_value(enum party_field);
/* Two columns for it would be a guess that costs money: such a file is refused. */
bool party_field_critical(enum party_field);
/* By its English name; false when there is no such field. */
bool party_field_find(struct vd_str name, enum party_field *out);

/* The form in which headers are compared: folded, letters and digits only ("Deb.nr." -> "debnr").
 */
VD_CHECKED enum vd_status party_header_key(struct vd_context *, struct vd_str header,
                                           struct vd_str *out);
/* The field a header (as key) stands for in a file of that subject; *rank tells how usual the
 * spelling is, 0 = the contract's own. False for unknown headers. */
bool party_header_field(enum party_subject, struct vd_str key, enum party_field *out, int *rank);
#endif
