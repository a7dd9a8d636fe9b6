#ifndef INTAKE_BANK_H
#define INTAKE_BANK_H
/* Bank statements as records: one model for CAMT.053 and MT940. Sources: ISO 20022 message
 * definition reports camt.053.001.01 to .14; SWIFT Customer Statement Message and the banks'
 * own descriptions of fields 61 and 86; docs/formats-bank.md says what was decided where they
 * are silent.
 *
 * Signs are from our side: money in is positive. Amounts are minor units (cents). Text is UTF-8
 * and lives in the reader's own memory, which it reuses after each callback: copy what must stay
 * (the caller's context and arena are untouched, so a copy made in a callback stays).
 *
 * Order of callbacks per statement: statement_begin, entry*, and then either statement_end or
 * rejected(statement). The head is complete only at the end, since MT940 gives the closing
 * balance last; at the beginning it has what identifies the statement. rejected(statement) may
 * also come without, or before the end of, the entries: then no statement_end follows. Nothing of
 * a statement may be applied before its statement_end. */
#include "intake/intake.h"

/* One movement inside an entry. An entry without details is one transaction. The sum of
 * amount_minor + charges_minor over all transactions is the entry's amount, always. */
struct bank_record_transaction {
	int64_t amount_minor;     /* signed; of the entry's currency */
	struct vd_str end_to_end; /* NONE when absent or a placeholder such as NOTPROVIDED */
	struct vd_str mandate, creditor_id;
	struct vd_str instruction_id; /* InstrId; the account owner's reference of MT940 field 61 */
	struct vd_str payment_info_id, transaction_id, message_id;
	/* The other side, by direction and account, not by tag name. */
	struct vd_str counterparty_name;
	struct vd_str counterparty_iban; /* normalised; else the account number's letters and digits */
	struct vd_str counterparty_bic;
	struct vd_str ultimate_name; /* ultimate debtor (money in) or creditor */
	/* Unstructured text, its lines joined with one blank, or without where a line was full; and
	 * the same lines without any blank: a number broken at the line's end is whole here. */
	struct vd_str remittance, remittance_joined;
	struct vd_str structured_ref, structured_issuer; /* CdtrRefInf/Ref; issuer CUR, ISO, BBA */
	struct vd_str document_numbers; /* RfrdDocInf/Nb and further references, one blank between */
	struct vd_str return_reason;    /* ISO code ("AM04"), also when only in text (/RTRN/MS03) */
	struct vd_str return_text;
	struct vd_str purpose;
	int64_t charges_minor;    /* signed effect on us that the entry holds; 0 when none */
	int64_t instructed_minor; /* of instructed_currency, unsigned; 0 when absent */
	struct vd_str instructed_currency;
};

struct bank_record_entry {
	struct intake_place place;
	int64_t ordinal; /* from 1 inside its statement, rejected and pending ones counted */
	/* MT940: booked_on is the entry date of field 61, else the value date. CAMT: the day as the
	 * bank writes it, whatever time and zone stand behind it. NONE only when pending. */
	struct vd_date booked_on, value_on;
	int64_t amount_minor;        /* signed */
	struct vd_currency currency; /* of the account */
	bool reversal;               /* RvslInd; RC, RD */
	bool pending;                /* Sts PDNG, INFO, FUTR; EC, ED: never booked, not in the sums */
	/* The bank's own reference: AcctSvcrRef, NtryRef when it is no mere counter, the text behind
	 * "//". NONE when absent. Banks repeat references (over the years, and within a batch): it
	 * tells entries apart only together with account, day and amount. */
	struct vd_str reference;
	struct vd_str code_domain, code_family, code_subfamily; /* BkTxCd */
	struct vd_str code_proprietary;                         /* BkTxCd/Prtry; MT940 type, "NTRF" */
	struct vd_str info;     /* AddtlNtryInf; line 2 of field 61, or the kind of payment */
	struct vd_str batch_id; /* Btch/PmtInfId, /PREF/ */
	int64_t batch_count;    /* 0 when not told */
	/* For the dossier: CAMT the Ntry element byte for byte, MT940 fields 61 and 86 with LF between
	 * the lines; as UTF-8. */
	struct vd_str raw;
	struct bank_record_transaction *transactions;
	size_t transactions_count; /* >= 1 */
	/* The details do not add up to the entry, with or without charges: one transaction of the
	 * whole is given, and a warning. */
	bool details_differ;
};

struct bank_record_statement {
	struct intake_place place;
	struct vd_str account_iban;  /* normalised and valid, or NONE */
	struct vd_str account_other; /* as written, when there is no valid IBAN */
	struct vd_currency currency;
	struct vd_str id;        /* Stmt/Id, :20: */
	int64_t sequence;        /* ElctrncSeqNb, LglSeqNb, :28C:; -1 when absent or 0 */
	int64_t page;            /* StmtPgntn or MsgPgntn, :28C: behind the slash; 0 when absent */
	bool last_page;          /* false: another page follows (LastPgInd, :62M:) */
	struct vd_date from, to; /* FrToDt, else of the balances, else of the entries; or NONE */
	bool has_opening, has_closing;
	int64_t opening_minor, closing_minor; /* signed */
	struct vd_date opening_on, closing_on;
	int64_t entries, sum_minor; /* booked entries only */
	bool balanced;      /* no entry rejected, and opening + sum = closing or one of them absent */
	struct vd_str bank; /* dialect for people: "ING", "Rabobank", "CAMT.053.001.08" */
};

struct bank_sink {
	void *user;
	/* A status other than VD_OK stops the reader, which returns it. The first three must be set. */
	enum vd_status (*statement_begin)(void *user, struct vd_context *,
	                                  const struct bank_record_statement *);
	enum vd_status (*entry)(void *user, struct vd_context *, const struct bank_record_entry *);
	enum vd_status (*statement_end)(void *user, struct vd_context *,
	                                const struct bank_record_statement *);
	/* An entry or a whole statement that cannot be read: `statement` tells which. After a rejected
	 * entry the statement cannot be trusted: the caller must not apply it. */
	enum vd_status (*rejected)(void *user, struct vd_context *, const struct intake_rejection *,
	                           bool statement);
	/* Something a person should know that does not stop anything. */
	enum vd_status (*warning)(void *user, struct vd_context *, struct intake_place,
	                          struct vd_str message);
};

struct bank_reader;
/* format: INTAKE_CAMT053 or INTAKE_MT940; 052, 054 and 942 are VD_E_INVALID ("bank.camt052",
 * "bank.camt054", "bank.mt942") with a word on what to ask the bank for, other formats
 * "bank.not_a_statement". The reader lives in ctx->arena, its working memory (bounded; in practice
 * about 2 MiB) beside it; *sink is copied. */
VD_CHECKED enum vd_status bank_reader_new(struct vd_context *, enum intake_format,
                                          const struct bank_sink *, struct bank_reader **out);
/* Blocks of any size. A status other than VD_OK is about the file as a whole and stays. */
VD_CHECKED enum vd_status bank_reader_feed(struct vd_context *, struct bank_reader *,
                                           struct vd_str bytes);
/* No more bytes: completes what is open. A truncated XML file is VD_E_INVALID "xml.truncated"; a
 * truncated MT940 file ends in a rejected statement. A file without any statement is VD_E_INVALID
 * "bank.not_a_statement", never silently nothing. */
VD_CHECKED enum vd_status bank_reader_end(struct vd_context *, struct bank_reader *);
/* Frees library handles and working memory; safe on NULL and after a failure. */
void bank_reader_free(struct bank_reader **);
#define VD_AUTO_BANK_READER VD_CLEANUP(bank_reader_free) struct bank_reader
#endif
