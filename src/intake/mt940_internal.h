#ifndef INTAKE_MT940_INTERNAL_H
#define INTAKE_MT940_INTERNAL_H
/* Inside of the MT940 reader: mt940.c cuts lines and fields and keeps the order, mt940_tags.c reads
 * the fixed fields, mt940_dialects.c and mt940_numbered.c read field 86. SWIFT "Customer Statement
 * Message"; the banks' own descriptions for what they put in 61 and 86 (docs/formats-bank.md). */
#include "intake/bank_internal.h"

enum mt940_bank {
	MT940_OTHER,
	MT940_ING,
	MT940_RABOBANK,
	MT940_ABN_AMRO,
	MT940_KNAB,
	MT940_BUNQ,
	MT940_TRIODOS,
	MT940_SNS,
	MT940_ASN,
	MT940_REGIOBANK,
	MT940_VAN_LANSCHOT,
	MT940_MONEYOU,
	MT940__BANKS
};
const char *mt940_bank_name(enum mt940_bank);
/* The bank whose four-letter code stands in a header line, an account or a reference; OTHER when
 * none. */
enum mt940_bank mt940_bank_in(struct vd_str);

/* --- mt940_tags.c: pure, each from one field's text --- */

enum mt940_tag {
	MT940_NO_TAG, /* not the beginning of a field */
	MT940_REFERENCE,
	MT940_RELATED,
	MT940_ACCOUNT,
	MT940_NUMBER,
	MT940_OPENING,
	MT940_ENTRY,
	MT940_CLOSING,
	MT940_AVAILABLE,
	MT940_FORWARD,
	MT940_INFO,
	MT940_INTERIM /* fields only MT942 has */,
	MT940_BANK_OWN
};
/* Whether a line begins a field, which one, and what stands behind the tag. `page` for 60M and 62M.
 */
enum mt940_tag mt940_tag_of(struct vd_str line, struct vd_str *text, bool *page);

struct mt940_balance {
	int64_t minor;     /* signed */
	struct vd_date on; /* NONE when it is no date */
	struct vd_currency currency;
};
VD_CHECKED enum vd_status mt940_balance_parse(struct vd_context *, struct vd_str,
                                              struct mt940_balance *out);

struct mt940_account {
	struct vd_str iban, other;   /* one of both */
	struct vd_currency currency; /* when the field ends in one */
};
VD_CHECKED enum vd_status mt940_account_parse(struct vd_context *, struct vd_str,
                                              struct mt940_account *out);

struct mt940_line {                    /* field 61, first line */
	struct vd_date value_on, entry_on; /* entry_on NONE when absent */
	int64_t minor;                     /* signed from our side */
	bool reversal, expected, odd_date, negative;
	struct vd_str type; /* "NTRF" */
	struct vd_str customer_ref, bank_ref,
	    behind; /* behind: what follows a reference padded to 16 */
};
/* VD_E_INVALID says what is wrong. odd_date: a 29th or 30th of February that does not exist was
 * taken as the last of the month. */
VD_CHECKED enum vd_status mt940_line_parse(struct vd_context *, struct vd_str, struct vd_currency,
                                           struct mt940_line *out);

/* YYMMDD: 80..99 are 19xx. */
VD_CHECKED enum vd_status mt940_date_parse(struct vd_context *, struct vd_str, bool *odd,
                                           struct vd_date *out);

/* --- field 86 --- */

#define MT940_LINES_MAX 512 /* of one entry; SWIFT allows 8 */
#define MT940_WIDTH     65  /* a line of that length is full */

struct mt940_entry {
	struct bank_record_entry record;
	struct bank_record_transaction transaction;
	struct mt940_line line;
	enum mt940_bank bank;
	struct vd_str own_account;
	struct vd_str second;                 /* supplementary line of 61 */
	struct vd_str lines[MT940_LINES_MAX]; /* of 86; blanks at the end kept */
	bool field_start[MT940_LINES_MAX];    /* this line began a field 86 of its own */
	size_t lines_count;
	/* The lines as one text: with a blank where a line was not full; without any; and just as they
	 * stand, blanks at their ends kept, for senders who cut one long text in pieces. */
	struct vd_str spaced, joined, chopped;
};

/* Fills the transaction from lines, supplementary line and references. */
VD_CHECKED enum vd_status mt940_describe(struct vd_context *, struct mt940_entry *);

/* mt940_numbered.c: "166?00GUTSCHRIFT?20SVWZ+..?32NAME", and "000>10..>20..". *known tells whether
 * it was that shape; then the transaction has what the parts say. */
VD_CHECKED enum vd_status mt940_numbered(struct vd_context *, struct mt940_entry *,
                                         struct vd_str text, bool *known);
#endif
