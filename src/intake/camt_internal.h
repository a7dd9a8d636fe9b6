#ifndef INTAKE_CAMT_INTERNAL_H
#define INTAKE_CAMT_INTERNAL_H
/* Inside of the CAMT.053 reader: camt053.c walks the document, camt_entry.c picks the fields of an
 * entry, camt_finish.c makes the record of them. ISO 20022 message definition reports
 * camt.053.001.01 .. .14; elements are told by local name and place, and every version's shape is
 * accepted in every version. */
#include "intake/bank_internal.h"
#include "intake/xml.h"

/* The element names that mean something to us, in byte order (camt053.c looks them up by
 * bisection). */
#define CAMT_NAMES(X)                                                                              \
	X(Acct)                                                                                        \
	X(AcctSvcrRef)                                                                                 \
	X(AddtlInf) X(AddtlNtryInf) X(AddtlRmtInf) X(AddtlTxInf) X(Agt) X(Amt) X(AmtDtls) X(BBAN) X(   \
	    BIC) X(BICFI) X(Bal) X(BkToCstmrAcctRpt) X(BkToCstmrAcctRptV01) X(BkToCstmrDbtCdtNtfctn)   \
	    X(BkToCstmrDbtCdtNtfctnV01) X(BkToCstmrStmt) X(BkToCstmrStmtV01) X(BkTxCd) X(BookgDt)      \
	        X(Btch) X(Ccy) X(Cd) X(CdOrPrtry) X(CdtDbtInd) X(Cdtr) X(CdtrAcct) X(CdtrAgt)          \
	            X(CdtrRef) X(CdtrRefInf) X(ChrgInclInd) X(Chrgs) X(CntrValAmt) X(Dbtr) X(DbtrAcct) \
	                X(DbtrAgt) X(Document) X(Domn) X(Dt) X(DtTm) X(ElctrncSeqNb) X(EndToEndId)     \
	                    X(Fmly) X(FrDtTm) X(FrToDt) X(GrpHdr) X(IBAN) X(Id) X(InstdAmt) X(InstrId) \
	                        X(Issr) X(LastPgInd) X(LglSeqNb) X(MndtId) X(MsgId) X(MsgPgntn) X(Nb)  \
	                            X(NbOfTxs) X(Nm) X(Ntry) X(NtryDtls) X(NtryRef) X(OrgId)           \
	                                X(OrgnlBkTxCd) X(Othr) X(Ownr) X(PgNb) X(PmtInfId) X(Prtry)    \
	                                    X(PrtryAcct) X(PrvtId) X(Pty) X(Purp) X(Rcrd) X(Ref)       \
	                                        X(Refs) X(RfrdDocInf) X(RltdAgts) X(RltdPties)         \
	                                            X(RmtInf) X(Rsn) X(RtrInf) X(RvslInd) X(Stmt)      \
	                                                X(StmtPgntn) X(Strd) X(Sts) X(SubFmlyCd)       \
	                                                    X(ToDtTm) X(Tp) X(TxAmt) X(TxDtls) X(TxId) \
	                                                        X(TxSts) X(UPIC) X(UltmtCdtr)          \
	                                                            X(UltmtDbtr) X(Ustrd) X(ValDt)

enum camt_name {
	CAMT_OTHER, /* any other element */
#define X(name) CAMT_##name,
	CAMT_NAMES(X)
#undef X
	    CAMT__COUNT
};

struct camt_amount {
	bool given;
	int64_t minor;
	struct vd_currency currency;
};

enum camt_sign { CAMT_SIGN_NONE, CAMT_CREDIT, CAMT_DEBIT };

struct camt_party {
	struct vd_str name, account, account_name, account_type, bic, ultimate, id;
};

struct camt_charge {
	struct camt_amount amount;
	enum camt_sign sign;
};

/* Charges that an entry or transaction names, summed per source. */
struct camt_charges {
	bool given;
	bool mixed;    /* in another currency than the account: no sum */
	int64_t minor; /* signed effect on us */
};

/* What a TxDtls says, before anything is concluded from it. */
struct camt_details {
	struct vd_str end_to_end, mandate, instruction_id, payment_info_id, transaction_id, message_id,
	    bank_reference;
	struct camt_amount own, transaction, counter_value, instructed;
	enum camt_sign sign;
	struct camt_charges charges;
	struct camt_party debtor, creditor;
	struct bank_lines lines, additional;             /* Ustrd; AddtlRmtInf */
	struct vd_str structured_ref, structured_issuer; /* the first; more go to the documents */
	struct vd_str open_ref, open_issuer;             /* of the CdtrRefInf that is open */
	struct vd_buf documents;
	struct vd_str return_reason, return_text, purpose, info;
	struct vd_str codes[4]; /* domain, family, sub-family, proprietary */
};

struct camt_entry {
	struct bank_record_entry record;
	struct camt_amount amount;
	enum camt_sign sign;
	struct vd_str entry_ref;   /* NtryRef */
	struct vd_str codes[4];    /* domain, family, sub-family, proprietary */
	struct camt_charge charge; /* the one that is open, of the entry or of a transaction */
	struct camt_charges charges;
	struct camt_details *details; /* grows by doubling */
	size_t details_count, details_cap;
	bool faulty; /* cannot be read: fault says why, the rest of it is skipped */
	struct vd_str fault;
};

enum camt_area { CAMT_OUTSIDE, CAMT_HEADER, CAMT_STATEMENT, CAMT_BALANCE, CAMT_ENTRY, CAMT_TX };

struct camt_level {
	enum camt_name name;
	enum camt_area area;
};

struct camt_balance {
	struct vd_str type;
	struct camt_amount amount;
	enum camt_sign sign;
	struct vd_date on;
};

struct camt_interim {
	int64_t minor;
	struct vd_date on;
};

#define CAMT_CACHE 256 /* name pointers seen; a power of two */

struct camt_reader {
	struct bank_out *out;
	struct intake_xml *xml;
	struct camt_level levels[INTAKE_XML_DEPTH_MAX + 1];
	int depth, base; /* base: depth of the element that opened the area */
	struct {
		const char *text;
		enum camt_name name;
	} cache[CAMT_CACHE];
	char currency[8]; /* Ccy of the amount that is open */
	char version[24]; /* "CAMT.053.001.02" */
	bool seen;        /* BkToCstmrStmt */
	int64_t header_page;
	bool header_last;
	struct vd_arena_mark statement_mark, entry_mark;
	struct camt_balance balance;
	int opening_rank, closing_rank; /* how good the balance is that we have; 0 none */
	struct camt_interim interim[2]; /* the first and the last */
	int interims;
	struct vd_str owner; /* the account holder's name */
	struct camt_entry entry;
};

/* Name of the n-th element below the one that opened the area; CAMT_OTHER when there is none. */
static inline enum camt_name
camt_below(const struct camt_reader *x, int n)
{
	return x->base + n <= x->depth ? x->levels[x->base + n].name : CAMT_OTHER;
}
/* How deep the current element is below it. */
static inline int
camt_rank(const struct camt_reader *x)
{
	return x->depth - x->base;
}

/* camt053.c: what header, statement and entry have in common */
VD_CHECKED enum vd_status camt_amount_parse(struct vd_context *, const struct camt_reader *,
                                            struct vd_str text, struct camt_amount *out);
/* An ISODate or ISODateTime: the day as written, whatever the zone behind it (formats-bank.md). */
VD_CHECKED enum vd_status camt_day(struct vd_context *, struct vd_str text, struct vd_date *out);
enum camt_sign camt_sign_parse(struct vd_str text);
bool camt_true(struct vd_str text);

/* camt_entry.c */
VD_CHECKED enum vd_status camt_entry_start(struct vd_context *, struct camt_reader *);
VD_CHECKED enum vd_status camt_details_start(struct vd_context *, struct camt_reader *);
VD_CHECKED enum vd_status camt_entry_field(struct vd_context *, struct camt_reader *,
                                           enum camt_name, struct vd_str);
VD_CHECKED enum vd_status camt_details_field(struct vd_context *, struct camt_reader *,
                                             enum camt_name, struct vd_str);

/* camt_finish.c: the record, out to the sink */
VD_CHECKED enum vd_status camt_entry_finish(struct vd_context *, struct camt_reader *,
                                            struct vd_str raw);
#endif
