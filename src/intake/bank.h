#ifndef INTAKE_BANK_H
#define INTAKE_BANK_H
/* Bank statements as records: one model for CAMT.053 and MT940 (formats.md section 1).
 *
 * Signs are from our side: money in is positive. Text is UTF-8, lives in the arena that the reader
 * rewinds after each callback: copy what must stay. A statement's head is complete when the
 * statement ENDS, since closing balances come last in MT940; so entries come first, then the head.
 * Order of callbacks per statement: statement_begin (identity as known so far), entry*, statement_end. */
#include "intake/intake.h"

/* One movement inside an entry; an entry without details is one transaction (rule d). */
struct bank_record_transaction {
	int64_t       amount_minor;      /* signed; of the entry's currency */
	struct vd_str end_to_end;        /* NONE when absent or NOTPROVIDED */
	struct vd_str mandate, creditor_id, instruction_id, payment_info_id, transaction_id, message_id;
	struct vd_str counterparty_name, counterparty_iban, counterparty_bic; /* by direction, not by tag name */
	struct vd_str ultimate_name;     /* ultimate debtor (money in) or creditor */
	struct vd_str remittance;        /* unstructured lines joined with one blank, or without when a line was full */
	struct vd_str remittance_joined; /* the same lines joined without any blank: a number broken at the line's end is whole here */
	struct vd_str structured_ref, structured_issuer; /* CdtrRefInf/Ref; issuer CUR, ISO, BBA */
	struct vd_str document_numbers;  /* RfrdDocInf/Nb, separated by a blank */
	struct vd_str return_reason;     /* ISO code ("AM04"), also when only in free text (/RTRN/MS03) */
	struct vd_str return_text;
	struct vd_str purpose;
	int64_t       charges_minor;     /* signed effect on us, 0 when none */
	int64_t       instructed_minor;  /* of instructed_currency, 0 when absent */
	struct vd_str instructed_currency;
};

struct bank_record_entry {
	struct intake_place place;
	int64_t        ordinal;          /* from 1 inside its statement */
	struct vd_date booked_on, value_on;
	int64_t        amount_minor;     /* signed */
	struct vd_currency currency;
	bool           reversal;         /* RvslInd, RC/RD */
	bool           pending;          /* Sts PDNG or INFO: never booked */
	struct vd_str  reference;        /* the bank's own reference (AcctSvcrRef, NtryRef, text behind "//"); NONE when absent */
	struct vd_str  code_domain, code_family, code_subfamily, code_proprietary; /* BkTxCd, or MT940 type in proprietary */
	struct vd_str  info;             /* AddtlNtryInf or the MT940 supplementary line */
	struct vd_str  batch_id;         /* Btch/PmtInfId, /PREF/ */
	int64_t        batch_count;      /* 0 when not told */
	struct vd_str  raw;              /* the entry's own bytes (UTF-8), for the dossier */
	struct bank_record_transaction *transactions;
	size_t         transactions_count; /* >= 1 */
	bool           details_differ;   /* the details do not add up to the entry: one transaction of the whole is given, and a warning */
};

struct bank_record_statement {
	struct intake_place place;
	struct vd_str  account_iban;     /* normalised when valid */
	struct vd_str  account_other;    /* BBAN or other identification as written, when there is no IBAN */
	struct vd_currency currency;
	struct vd_str  id;               /* Stmt/Id, :20: */
	int64_t        sequence;         /* ElctrncSeqNb / LglSeqNb / :28C: number, -1 when absent */
	int64_t        page;             /* :28C: after the slash / StmtPgntn, 0 when absent */
	bool           last_page;
	struct vd_date from, to;         /* FrToDt, else of the balances, else of the entries */
	bool           has_opening, has_closing;
	int64_t        opening_minor, closing_minor; /* signed */
	struct vd_date opening_on, closing_on;
	int64_t        entries, sum_minor;           /* booked entries only */
	bool           balanced;         /* opening + sum = closing, or one of them absent */
	struct vd_str  bank;             /* dialect for people: "ING", "Rabobank", "CAMT.053.001.08" */
};

struct bank_sink {
	void *user;
	/* A status other than VD_OK stops the reader, which returns it. */
	enum vd_status (*statement_begin)(void *user, struct vd_context *, const struct bank_record_statement *);
	enum vd_status (*entry)(void *user, struct vd_context *, const struct bank_record_entry *);
	enum vd_status (*statement_end)(void *user, struct vd_context *, const struct bank_record_statement *);
	/* An entry or a whole statement that cannot be read: `statement` tells which. After a rejected entry the
	 * statement cannot be trusted: the caller must not apply it. */
	enum vd_status (*rejected)(void *user, struct vd_context *, const struct intake_rejection *, bool statement);
	/* Something a person should know that does not stop anything. */
	enum vd_status (*warning)(void *user, struct vd_context *, struct intake_place, struct vd_str message);
};

struct bank_reader;
/* format: INTAKE_CAMT053 or INTAKE_MT940; 052/054/942 are VD_E_INVALID with a word on what to ask the bank for.
 * The reader lives in ctx->arena; *sink is copied. */
VD_CHECKED enum vd_status
bank_reader_new(struct vd_context *, enum intake_format, const struct bank_sink *, struct bank_reader **out);
VD_CHECKED enum vd_status bank_reader_feed(struct vd_context *, struct bank_reader *, struct vd_str bytes);
/* No more bytes: completes or refuses what is half-read (truncated file). */
VD_CHECKED enum vd_status bank_reader_end(struct vd_context *, struct bank_reader *);
/* Frees library handles (libxml2 context); safe on NULL and after a failure. */
void bank_reader_free(struct bank_reader **);
#define VD_AUTO_BANK_READER VD_CLEANUP(bank_reader_free) struct bank_reader
#endif
