#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H
/* The ledger: the only writer of money. One ledger transaction collects items, allocations and
 * revisions and writes them set-based, together with the derived open amounts and balances.
 *
 * Life: inside an open write transaction of the store, ledger_begin takes the administration's next
 * number (which keeps other writers of this administration out until commit), then any number of
 * adds, then ledger_finish, then the caller commits. Nothing is ever updated or deleted: a mistake
 * is a new row that names the old one. Amounts are positive minor units; a reversal is an
 * allocation with a negative amount.
 *
 * Invariants checked by ledger_finish for everything touched: open = amount - allocations, between
 * 0 and the amount; an allocation joins a credit and a debit item of one debtor and currency,
 * effective on or after both. A violation is VD_E_CORRUPT and the caller's transaction rolls back.
 *
 * Cost: per transaction 3 statements to begin, and at most 9 to finish, whatever the number of rows
 * (rows go in batches). */
#include "store/db.h"
#include "value/money.h"

/* A side of an item. */
enum ledger_side { LEDGER_DEBIT, LEDGER_CREDIT };
/* Kinds, as stored: "invoice", "credit_note", "payment", "return", "refund", "exchange", "set_off",
 * "correction", "write_off", "settled_in_source", "undone"; cost, interest, discount and bank
 * charge follow with their issues. */
struct ledger_item {
	int64_t debtor;
	enum ledger_side side;
	const char *kind;
	int64_t amount_minor;
	struct vd_currency currency;
	struct vd_date effective_on, due_on;
	int64_t invoice;          /* VD_I64_NONE when it stands alone */
	int64_t line;             /* due line of the invoice, 1 for others */
	int64_t corrects;         /* the item this corrects, or VD_I64_NONE */
	int64_t bank_transaction; /* or VD_I64_NONE */
	struct vd_str note;
};
struct ledger_allocation {
	int64_t credit_item, debit_item;
	int64_t amount_minor; /* positive */
	struct vd_currency currency;
	struct vd_date effective_on;
	const char *source;   /* "matched", "manual", "correction", "write_off", "snapshot", "return",
	                         "netting" */
	int64_t certainty_bp; /* 10000 when a person or the source said so */
	int64_t bank_transaction; /* or VD_I64_NONE */
	struct vd_str reasons;
};
/* An allocation that stands and is to be taken back. */
struct ledger_standing {
	int64_t id, credit_item, debit_item, amount_minor;
	struct vd_currency currency;
	struct vd_date effective_on;
	int64_t bank_transaction;
};

/* What a transaction did to an item, for those who keep things beside the ledger (dunning, search).
 */
struct ledger_effect {
	int64_t item, debtor, invoice;
	enum ledger_side side;
	const char *kind;                  /* of new items; NULL for existing ones */
	int64_t before_minor, after_minor; /* open; before is 0 for new items */
	struct vd_date due_on, effective_on;
	bool created, revised;
};

struct ledger_open {
	int64_t administration;
	struct vd_moment now;
	struct vd_str actor;
	const char *use_case;
	struct vd_str request_id; /* NONE, or the caller's own id: the same one twice is VD_E_CONFLICT
	                             "ledger.request_repeated" */
};
struct ledger_tx;

VD_CHECKED enum vd_status ledger_begin(struct vd_context *, struct vd_db *,
                                       const struct ledger_open *, struct ledger_tx **out);
int64_t ledger_number(const struct ledger_tx *);
/* n consecutive ids of this administration, for rows that belong to this transaction. */
VD_CHECKED enum vd_status ledger_ids(struct vd_context *, struct ledger_tx *, int64_t n,
                                     int64_t *first);
VD_CHECKED enum vd_status ledger_add_item(struct vd_context *, struct ledger_tx *,
                                          const struct ledger_item *, int64_t *id);
VD_CHECKED enum vd_status ledger_allocate(struct vd_context *, struct ledger_tx *,
                                          const struct ledger_allocation *);
/* Takes back the whole allocation. effective_on: the same day for a mistake, the day of the event
 * for a returned payment. */
VD_CHECKED enum vd_status ledger_reverse(struct vd_context *, struct ledger_tx *,
                                         const struct ledger_standing *,
                                         struct vd_date effective_on, const char *source,
                                         struct vd_str reasons);
/* A new due day or debtor for an item whose present facts are in *now. A debtor can only change
 * while nothing is allocated. */
struct ledger_revision {
	int64_t item, old_debtor, debtor, open_minor, total_minor;
	bool debit;
	struct vd_currency currency;
	struct vd_date due_on;
	const char *reason;
};
VD_CHECKED enum vd_status ledger_revise(struct vd_context *, struct ledger_tx *,
                                        const struct ledger_revision *);

/* Writes it all and checks. *effects is in the arena. */
VD_CHECKED enum vd_status ledger_finish(struct vd_context *, struct ledger_tx *,
                                        struct ledger_effect **effects, size_t *count);

static inline const char *
ledger_side_text(enum ledger_side s)
{
	return s == LEDGER_DEBIT ? "D" : "C";
}
static inline enum ledger_side
ledger_side_of(struct vd_str s)
{
	return s.len > 0 && s.ptr[0] == 'D' ? LEDGER_DEBIT : LEDGER_CREDIT;
}
static inline struct vd_currency
ledger_currency_of(struct vd_str s)
{
	struct vd_currency c = { { 0 } };
	for (size_t i = 0; i < 3 && i < s.len; i++) c.code[i] = s.ptr[i];
	return c;
}
#endif
