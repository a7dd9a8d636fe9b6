#ifndef INTAKE_XAF_BOOK_H
#define INTAKE_XAF_BOOK_H
/* The meaning of an auditfile's records: xaf.c reads elements into fields, xaf_book.c adds lines up
 * and xaf_close.c makes open items of the sums. */
#include "intake/xaf_items.h"

/* Fields of the record that is open, by the element that holds them. */
enum xaf_field {
	XF_FISCAL_YEAR,
	XF_START,
	XF_END,
	XF_CURRENCY,
	XF_SOFTWARE,
	XF_COMPANY,

	XF_CS_ID,
	XF_CS_NAME,
	XF_CS_CONTACT,
	XF_CS_PHONE,
	XF_CS_EMAIL,
	XF_CS_COMMERCE,
	XF_CS_TAX_COUNTRY,
	XF_CS_TAX,
	XF_CS_TYPE,
	XF_CS_LIMIT,
	XF_CS_OPENING,
	XF_CS_OPENING_SIDE,
	XF_CS_CLOSING,
	XF_CS_CLOSING_SIDE,
	XF_AD_STREET,
	XF_AD_NUMBER,
	XF_AD_EXTENSION,
	XF_AD_CITY,
	XF_AD_POSTCODE,
	XF_AD_COUNTRY,
	XF_PA_STREET,
	XF_PA_NUMBER,
	XF_PA_EXTENSION,
	XF_PA_CITY,
	XF_PA_POSTCODE,
	XF_PA_COUNTRY,

	XF_AC_ID,
	XF_AC_NAME,
	XF_AC_TYPE,
	XF_AC_RGS,

	XF_JR_ID,
	XF_JR_TYPE,
	XF_JR_OFFSET,
	XF_TR_NUMBER,
	XF_TR_DATE,
	XF_TR_DESCRIPTION,

	/* one line: of a transaction, of the opening, of a sub-ledger */
	XF_LN_ACCOUNT,
	XF_LN_DOC_REF,
	XF_LN_EFFECTIVE,
	XF_LN_DESCRIPTION,
	XF_LN_AMOUNT,
	XF_LN_SIDE,
	XF_LN_RELATION,
	XF_LN_INVOICE,
	XF_LN_PURCHASE_SALES,
	XF_LN_ISSUED,
	XF_LN_DUE,
	XF_LN_MUTATION,
	XF_LN_FOREIGN,
	XF_SB_TYPE,
	XF_LINES_COUNT,
	XF_TOTAL_DEBIT,
	XF_TOTAL_CREDIT,
	XF__COUNT
};

#define XAF_TEXT_MAX 400
struct xaf_text {
	char text[XAF_TEXT_MAX];
	size_t len;
	bool cut; /* it was longer */
};

struct xaf_account {
	struct vd_str name;
	bool balance;                       /* accTp B */
	bool rgs;                           /* a debtor control account by its RGS code */
	bool offset;                        /* of a sales journal */
	bool named;                         /* "Debiteuren" */
	bool control;                       /* chosen */
	int64_t relation_lines, lone_lines; /* lines that name a relation, that do not */
	int64_t lone_minor, sum_minor;      /* sum of the latter; of all lines and the opening */
	int64_t opening_minor;
};

struct xaf_relation {
	struct party_record_debtor *kept; /* not given yet: no customer by its type */
	int64_t opening_minor, closing_minor, open_minor;
	bool has_opening, has_closing, given;
};

struct xaf_book {
	struct vd_context *own;   /* the reader's memory */
	struct vd_context *outer; /* of the call that is going on, for the sink */
	struct party_sink sink;
	struct xaf_options options;
	struct xaf_info info;
	struct xaf_text fields[XF__COUNT];
	struct intake_place place; /* of the record that is open */
	struct vd_str other_ibans; /* of the relation that is open */

	struct xaf_names accounts_names, relations_names;
	struct xaf_account *accounts; /* parallel to the names */
	struct xaf_relation *relations;
	uint32_t accounts_cap, relations_cap;
	struct xaf_items items;
	bool v4;            /* XAF 4.0: effDate is the invoice date, opening amounts per relation */
	bool rgs_known;     /* some account has an RGS code of debtors */
	bool opening_lines; /* the opening sub-ledger has debtor lines */
	int64_t subledger_lines, lines, debit, credit, bad_lines, foreign_lines, warnings;
};

static inline struct vd_str
xaf_field(const struct xaf_book *b, enum xaf_field f)
{
	return (struct vd_str){ b->fields[f].text, b->fields[f].len };
}
/* Texts that stand for "no reference". */
bool xaf_says_nothing(struct vd_str);
VD_CHECKED enum vd_status xaf_warn(struct xaf_book *, int64_t line, struct vd_str message);

/* The record of that kind is complete in the fields. */
VD_CHECKED enum vd_status xaf_header_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_relation_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_account_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_journal_begun(struct xaf_book *); /* at its first transaction */
VD_CHECKED enum vd_status xaf_line_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_opening_line_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_opening_subline_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_subline_done(struct xaf_book *);
VD_CHECKED enum vd_status xaf_totals_done(struct xaf_book *);
/* The document is complete: chooses accounts, checks, gives items. */
VD_CHECKED enum vd_status xaf_close(struct xaf_book *);
#endif
