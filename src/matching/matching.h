#ifndef MATCHING_MATCHING_H
#define MATCHING_MATCHING_H
/* Matching: one bank transaction and the items it may settle -> ranked proposals with reasons.
 *
 * Pure: facts in, proposals out; nothing is looked up or booked here. In three steps:
 *
 *   1. match_words gives the words under which an invoice is to be found; the caller stores them.
 *   2. match_keys gives what to look up for a transaction; the caller fetches, set-based:
 *      the debtors found by a key, with or without open items, and the owners of invoices found by
 *      a word (without those who owe nothing, two debtors of one name look like one; a list that
 *      would have to be cut is better left out);
 *      their open items, oldest due first, at most MATCH_ITEMS_MAX, those found by a word first;
 *      and the settled items (open_minor 0) found by a word, since a number that names a settled
 *      invoice is "paid twice", not "mistyped" (rules.settled_given says that the caller does so).
 *   3. match_propose ranks. The caller books the first proposal when its certainty is at or above
 *      the administration's threshold; the others are for a person.
 *
 * Transactions go in booking order, each seeing the open amounts that the earlier ones left.
 * Undo of a booked match is a reversal in the ledger; it needs nothing of this room.
 *
 * Certainty is in basis points (0..10000); docs/matching.md has the table. Two proposals that are
 * equally good are both capped at MATCH_AMBIGUOUS_BP and below the threshold. Amounts are positive
 * minor units unless said otherwise. All text that comes in is UTF-8 and must stay while the
 * proposals are used; text that goes out lives in ctx->arena. */
#include "base/context.h"
#include "value/date.h"
#include "value/money.h"

#define MATCH_ITEMS_MAX       400   /* candidate items per transaction; beyond, only named ones */
#define MATCH_COMBINATION_MAX 8     /* items in one combination found by amount alone */
#define MATCH_SEARCH_STEPS    20000 /* of that search; reaching it is a reason in the proposal */
#define MATCH_KEYS_MAX        64
#define MATCH_WORDS_MAX       8
#define MATCH_PROPOSALS_MAX   5
#define MATCH_LINES_MAX       64
#define MATCH_AMBIGUOUS_BP    5000
#define MATCH_TEXT_MAX        2000 /* bytes of each text that are read; the rest is ignored */

struct match_transaction {
	int64_t id;
	struct vd_date booked_on;
	int64_t amount_minor; /* signed: positive is money in */
	struct vd_currency currency;
	struct vd_str counterparty_name, counterparty_iban, ultimate_name;
	struct vd_str remittance, remittance_joined, structured_ref, structured_issuer,
	    document_numbers;
	struct vd_str end_to_end, mandate, batch_id, return_reason, return_text, info;
	bool reversal;
};

enum match_item_kind { MATCH_INVOICE, MATCH_CREDIT_NOTE, MATCH_UNALLOCATED, MATCH_OTHER };

/* An open item of a candidate debtor, or a settled one (open_minor 0) that a word found. */
struct match_item {
	int64_t id, debtor_id;
	enum match_item_kind kind;
	bool credit;                      /* true: credit note or unallocated money */
	int64_t open_minor, amount_minor; /* not negative */
	struct vd_currency currency;
	struct vd_date effective_on, due_on;
	struct vd_str number;               /* invoice number as written; NONE for unallocated money */
	struct vd_str number_key;           /* vd_code_normalise of it */
	struct vd_str reference_key;        /* structured reference without separators, or NONE */
	struct vd_str order_key;            /* normalised order reference, or NONE */
	int64_t line;                       /* due line */
	struct vd_str end_to_end, batch_id; /* of our own pending collection of this item, or NONE */
};

enum match_account_source { MATCH_ACCOUNT_NONE, MATCH_ACCOUNT_LEARNED, MATCH_ACCOUNT_STATED };
/* A candidate debtor and how he became one. */
struct match_debtor {
	int64_t id;
	struct vd_str number, number_key;  /* debtor code */
	struct vd_str name_fold;           /* vd_utf8_fold of the name */
	enum match_account_source account; /* the payer's IBAN is this debtor's */
	int64_t account_debtors;           /* how many debtors use that IBAN (1 = only this one) */
};

/* An earlier booking of ours that this (returned) transaction may take back, and that is not
 * taken back yet. */
struct match_earlier {
	int64_t transaction_id, debtor_id, amount_minor; /* signed, as the bank booked it */
	struct vd_date booked_on;
	struct vd_str end_to_end, batch_id, counterparty_iban, reference_text; /* remittance of then */
};

struct match_rules {
	int64_t threshold_bp;    /* book at or above */
	int64_t tolerance_minor; /* small difference: written off with the match; 0 = never */
	int64_t tolerance_bp;    /* and at most this share of the item */
	bool net_credits;        /* credit notes may join a combination */
	bool settled_given;      /* items that a word found are given also when settled */
	bool several_debtors;    /* the caller can book one transaction on several debtors (by line) */
};

enum match_key_kind {
	MATCH_KEY_REFERENCE, /* structured reference, checked */
	MATCH_KEY_NUMBER,    /* normalised token that may be an invoice number or order reference (has a
	                        digit) */
	MATCH_KEY_DIGITS, /* digits only of a token (>= 5), for numbers written without their letters */
	MATCH_KEY_TAIL, /* sequence number without year and leading zeros, of a token of >= 5 digits */
	MATCH_KEY_DEBTOR, /* token that may be a debtor code */
	MATCH_KEY_IBAN,   /* payer's account, normalised */
	MATCH_KEY_NAME,   /* folded payer name: whole, and the first 20 characters as "prefix:" is the
	                     caller's business */
	MATCH_KEY_END_TO_END,
	MATCH_KEY_BATCH,
	MATCH_KEY__COUNT
};
struct match_key {
	enum match_key_kind kind;
	struct vd_str text;
};

/* The words under which an invoice is found: a key of a transaction finds the invoice that has a
 * word of the same kind and text. Kinds used: REFERENCE, NUMBER (of number and order reference),
 * DIGITS, TAIL. Any of the three texts may be NONE; they are as written, not normalised. */
VD_CHECKED enum vd_status match_words(struct vd_context *, struct vd_str number,
                                      struct vd_str reference, struct vd_str order,
                                      struct match_key words[MATCH_WORDS_MAX], size_t *count);

/* What to look up for this transaction, without doubles, at most MATCH_KEYS_MAX, most telling
 * first. */
VD_CHECKED enum vd_status match_keys(struct vd_context *, const struct match_transaction *,
                                     struct match_key keys[MATCH_KEYS_MAX], size_t *count);

enum match_kind {
	MATCH_EXACT,
	MATCH_COMBINED,
	MATCH_PARTIAL,
	MATCH_TOLERANCE,
	MATCH_OVERPAID,
	MATCH_ON_ACCOUNT,
	MATCH_RETURN
};

/* Invariant of a proposal for money in: sum(amount of debit lines) - sum(amount of credit lines)
 * + unallocated = the transaction's amount. For money out (a refund) the credit lines are what is
 * settled: sum(credit) - sum(debit) + unallocated = minus the amount. */
struct match_line {
	int64_t item_id;
	int64_t amount_minor;    /* of the item, settled by this money; a credit note joins with its own
	                            amount, `credit` set */
	int64_t write_off_minor; /* small difference booked with it, on top of amount_minor; 0 mostly */
	bool credit;
	int64_t debtor_id; /* of the item */
};
struct match_proposal {
	enum match_kind kind;
	int64_t debtor_id; /* of the first line when there are several */
	int64_t certainty_bp;
	struct match_line lines[MATCH_LINES_MAX];
	size_t lines_count;
	bool several_debtors;           /* the lines are of more than one debtor; never certain without
	                                   rules.several_debtors */
	int64_t unallocated_minor;      /* what stays as the debtor's credit */
	int64_t returns_transaction_id; /* MATCH_RETURN: the earlier transaction that is taken back; 0
	                                   else */
	struct vd_str
	    reasons; /* "number F2025001 in text; amount exact; account known", for people, arena */
};

/* Ranked, best first; count 0 when there is no idea at all. Cost: items + debtors + bounded search.
 */
VD_CHECKED enum vd_status match_propose(struct vd_context *, const struct match_transaction *,
                                        const struct match_rules *, const struct match_debtor *,
                                        size_t debtors_count, const struct match_item *,
                                        size_t items_count, const struct match_earlier *,
                                        size_t earlier_count,
                                        struct match_proposal out[MATCH_PROPOSALS_MAX],
                                        size_t *count);
#endif
