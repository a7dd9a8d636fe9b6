#ifndef MATCHING_MATCHING_H
#define MATCHING_MATCHING_H
/* Matching: one bank transaction and the items it may settle -> ranked proposals with reasons.
 *
 * Pure: facts in, proposals out; nothing is booked here. The caller fetches candidates set-based with the
 * keys that match_keys gives. Certainty is in basis points (0..10000) and is comparable with the
 * administration's threshold. Two proposals that are equally good are never above it: an ambiguous
 * best is capped at MATCH_AMBIGUOUS_BP. All amounts are positive minor units unless said otherwise. */
#include "base/context.h"
#include "value/date.h"
#include "value/money.h"

#define MATCH_ITEMS_MAX        400  /* candidate items per transaction; beyond, only those named by a token or reference */
#define MATCH_COMBINATION_MAX  8    /* items in one combination found by amount alone */
#define MATCH_SEARCH_STEPS     20000 /* bound of the combination search; reaching it is a reason in the proposal */
#define MATCH_KEYS_MAX         64
#define MATCH_PROPOSALS_MAX    5
#define MATCH_LINES_MAX        64
#define MATCH_AMBIGUOUS_BP     5000

struct match_transaction {
	int64_t        id;
	struct vd_date booked_on;
	int64_t        amount_minor; /* signed: positive is money in */
	struct vd_currency currency;
	struct vd_str  counterparty_name, counterparty_iban, ultimate_name;
	struct vd_str  remittance, remittance_joined, structured_ref, structured_issuer, document_numbers;
	struct vd_str  end_to_end, mandate, batch_id, return_reason, return_text, info;
	bool           reversal;
};

enum match_item_kind { MATCH_INVOICE, MATCH_CREDIT_NOTE, MATCH_UNALLOCATED, MATCH_OTHER };

/* An open item of a candidate debtor. */
struct match_item {
	int64_t        id, debtor_id;
	enum match_item_kind kind;
	bool           credit;       /* true: credit note or unallocated money */
	int64_t        open_minor, amount_minor; /* positive */
	struct vd_currency currency;
	struct vd_date effective_on, due_on;
	struct vd_str  number;       /* invoice number as written; NONE for unallocated money */
	struct vd_str  number_key;   /* vd_code_normalise of it */
	struct vd_str  reference_key; /* structured reference without separators, or NONE */
	struct vd_str  order_key;    /* normalised order reference, or NONE */
	int64_t        line;         /* due line */
};

enum match_account_source { MATCH_ACCOUNT_NONE, MATCH_ACCOUNT_LEARNED, MATCH_ACCOUNT_STATED };
/* A candidate debtor and how he became one. */
struct match_debtor {
	int64_t       id;
	struct vd_str number, number_key; /* debtor code */
	struct vd_str name_fold;          /* vd_utf8_fold of the name */
	enum match_account_source account; /* the payer's IBAN is this debtor's */
	int64_t       account_debtors;    /* how many debtors use that IBAN (1 = only this one) */
};

/* An earlier booking of ours that this (returned) transaction may take back. */
struct match_earlier {
	int64_t        transaction_id, debtor_id, amount_minor;
	struct vd_date booked_on;
	struct vd_str  end_to_end, batch_id, counterparty_iban, reference_text; /* remittance of then */
};

struct match_rules {
	int64_t threshold_bp;         /* book at or above */
	int64_t tolerance_minor;      /* small difference: written off with the match; 0 = never */
	int64_t tolerance_bp;         /* and at most this share of the item */
	bool    net_credits;          /* credit notes may join a combination */
};

enum match_key_kind {
	MATCH_KEY_REFERENCE,  /* structured reference, checked */
	MATCH_KEY_NUMBER,     /* normalised token that may be an invoice number (>= 4 characters, has a digit) */
	MATCH_KEY_DIGITS,     /* digits only of a token (>= 5), for numbers written without their letters */
	MATCH_KEY_DEBTOR,     /* token that may be a debtor code */
	MATCH_KEY_IBAN,       /* payer's account, normalised */
	MATCH_KEY_NAME,       /* folded payer name: whole, and the first 20 characters as "prefix:" is the caller's business */
	MATCH_KEY_END_TO_END, MATCH_KEY_BATCH,
	MATCH_KEY__COUNT
};
struct match_key { enum match_key_kind kind; struct vd_str text; };

/* What to look up for this transaction, without doubles, at most MATCH_KEYS_MAX, most telling first. */
VD_CHECKED enum vd_status
match_keys(struct vd_context *, const struct match_transaction *, struct match_key keys[MATCH_KEYS_MAX], size_t *count);

enum match_kind { MATCH_EXACT, MATCH_COMBINED, MATCH_PARTIAL, MATCH_TOLERANCE, MATCH_OVERPAID, MATCH_ON_ACCOUNT, MATCH_RETURN };

struct match_line {
	int64_t item_id;
	int64_t amount_minor;      /* of the item that is settled; a credit note joins with its own amount, `credit` set */
	int64_t write_off_minor;   /* small difference booked with it, 0 mostly */
	bool    credit;
};
struct match_proposal {
	enum match_kind kind;
	int64_t debtor_id;
	int64_t certainty_bp;
	struct match_line lines[MATCH_LINES_MAX];
	size_t  lines_count;
	int64_t unallocated_minor; /* what stays as the debtor's credit */
	int64_t returns_transaction_id; /* MATCH_RETURN: the earlier transaction that is taken back; 0 else */
	struct vd_str reasons;     /* "number F2025001 in text; amount exact; account known", for people, arena */
};

/* Ranked, best first; count 0 when there is no idea at all. Cost: items + debtors + bounded search. */
VD_CHECKED enum vd_status
match_propose(struct vd_context *, const struct match_transaction *, const struct match_rules *,
              const struct match_debtor *, size_t debtors_count, const struct match_item *, size_t items_count,
              const struct match_earlier *, size_t earlier_count,
              struct match_proposal out[MATCH_PROPOSALS_MAX], size_t *count);
#endif
