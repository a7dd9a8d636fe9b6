#ifndef CORRESPONDENCE_WORDS_H
#define CORRESPONDENCE_WORDS_H
/* The fixed words around a template's text (table heads, labels), names of countries, and amounts
 * and days that do not break at a line end. A language without words of its own speaks English. */
#include "correspondence/correspondence.h"

enum word {
	WORD_PAGE,
	WORD_OF,
	WORD_DATE,
	WORD_OUR_REFERENCE,
	WORD_CUSTOMER_NUMBER,
	WORD_ATTENTION,
	WORD_INVOICE,
	WORD_DESCRIPTION,
	WORD_DUE,
	WORD_DAYS_LATE,
	WORD_AMOUNT,
	WORD_OPEN,
	WORD_ORDER,
	WORD_SET_OFF,
	WORD_OPEN_INVOICES,
	WORD_CREDITS,
	WORD_TO_PAY,
	WORD_IN_YOUR_FAVOUR,
	WORD_BANK_DAY_BEFORE,
	WORD_BANK_DAY_AFTER,
	WORD_PAYING,
	WORD_PAY_ON,
	WORD_IBAN,
	WORD_BIC,
	WORD_PAYEE,
	WORD_REFERENCE,
	WORD_QR_CAPTION,
	WORD_QR_IMAGE,
	WORD_LOGO_IMAGE,
	WORD_KVK,
	WORD_VAT,
	WORD_DAY,
	WORD_DAYS,
	WORD_DUE_ON,
	WORD_OR,
	WORD__COUNT
};
struct vd_str message_word(enum vd_language, enum word);
/* "Duitsland" for DE; the code itself when we have no name for it. */
struct vd_str message_country(enum vd_language, struct vd_str code);

/* "€ 1.234,50" and "31 december 2026" with no-break spaces; the day NONE gives NONE. */
VD_CHECKED enum vd_status message_money(struct vd_context *, const struct message_data *,
                                        int64_t minor, struct vd_str *out);
VD_CHECKED enum vd_status message_day(struct vd_context *, const struct message_data *,
                                      struct vd_date, struct vd_str *out);
/* "31-12-2026" (nl), "31 Dec 2026" (others): for tables. */
VD_CHECKED enum vd_status message_day_short(struct vd_context *, const struct message_data *,
                                            struct vd_date, struct vd_str *out);
/* In groups of four when it is an IBAN, else as it is. */
VD_CHECKED enum vd_status message_iban(struct vd_context *, struct vd_str, struct vd_str *out);
/* In its printed form when it is a structured reference, else as it is. */
VD_CHECKED enum vd_status message_reference(struct vd_context *, struct vd_str, struct vd_str *out);
/* "Betalingen die wij tot en met 20 november 2026 hebben ontvangen, zijn verwerkt."; NONE without
 * a bank day. */
VD_CHECKED enum vd_status message_bank_day(struct vd_context *, const struct message_data *,
                                           struct vd_str *out);
/* The lines of an address on an envelope, name first; at most MESSAGE_ADDRESS_LINES. */
#define MESSAGE_ADDRESS_LINES 6
VD_CHECKED enum vd_status message_address(struct vd_context *, const struct message_data *,
                                          const struct message_party *,
                                          struct vd_str lines[MESSAGE_ADDRESS_LINES],
                                          size_t *count);
/* With no-break spaces for the blanks. */
VD_CHECKED enum vd_status message_unbroken(struct vd_context *, struct vd_str, struct vd_str *out);
/* What an item is called: its number, else its description. */
struct vd_str message_item_title(const struct message_item *);
/* The open amounts of the debit items. */
int64_t message_debit(const struct message_data *);
#endif
