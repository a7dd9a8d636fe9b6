#ifndef APP_BOOK_H
#define APP_BOOK_H
/* Booking by hand, and taking back. Each function is one ledger transaction.
 *
 * A word for what is settled is an invoice or credit note number, NUMBER/2 for one due line, or a
 * debtor's number. Refused: VD_E_NOT_FOUND for an unknown number or reference, VD_E_CONFLICT for
 * what is booked or settled already, VD_E_INVALID for amounts that do not fit. A request id that
 * was seen before is VD_E_CONFLICT: nothing is done twice. */
#include "app/app.h"

#define APP_TARGETS_MAX 64

struct app_book_target {
	struct vd_str number;
	struct vd_str amount; /* "12.50"; NONE: as much as is open or left */
};
/* A bank transaction, as people point at it. */
struct app_bank_ref {
	struct vd_str reference; /* the bank's, of its entry */
	int64_t transaction;     /* place in a batch entry, from 1; 0: the only one */
	struct vd_date day;      /* booking day, when the bank used the reference twice; NONE */
};
struct app_booked_line {
	struct vd_str item; /* "F2025001/2", or the kind of item */
	struct vd_money amount;
};
struct app_booked {
	int64_t transaction; /* number in the ledger */
	struct app_booked_line *lines;
	size_t count;
	struct vd_money
	    unallocated; /* what stays as the debtor's credit (or, for money out, as his debt) */
};

/* The money to these items, in their order; what is left stays unallocated with the first one's
 * debtor. A debtor's number: to him, on account. For money that went out: credit notes, or a
 * debtor's unallocated money. */
VD_CHECKED enum vd_status app_allocate_bank(struct vd_context *, struct app *,
                                            const struct app_bank_ref *,
                                            const struct app_book_target *, size_t count,
                                            struct vd_str request_id, struct app_booked *);
/* A proposal of matching, by its rank. */
VD_CHECKED enum vd_status app_allocate_proposal(struct vd_context *, struct app *,
                                                const struct app_bank_ref *, int64_t rank,
                                                struct vd_str request_id, struct app_booked *);
/* This money out is the payment `returned` that came back. */
VD_CHECKED enum vd_status app_allocate_return(struct vd_context *, struct app *,
                                              const struct app_bank_ref *,
                                              const struct app_bank_ref *returned,
                                              struct vd_str request_id, struct app_booked *);
/* Unallocated money of a debtor, or a credit note, to these items. Set-off works back to the day on
 * which both were there (art. 6:129 BW). */
VD_CHECKED enum vd_status app_allocate_credit(struct vd_context *, struct app *,
                                              struct vd_str credit, const struct app_book_target *,
                                              size_t count, struct vd_str request_id,
                                              struct app_booked *);

/* Takes back the booking of a bank transaction, as if it never was; it waits to be booked by hand.
 */
VD_CHECKED enum vd_status app_undo_bank(struct vd_context *, struct app *,
                                        const struct app_bank_ref *, struct vd_str request_id,
                                        struct app_booked *);
/* Takes back one allocation, or a write-off as a whole. */
VD_CHECKED enum vd_status app_undo_allocation(struct vd_context *, struct app *, int64_t id,
                                              struct vd_str request_id, struct app_booked *);

struct app_write_off {
	struct vd_str item, debtor; /* one of them */
	struct vd_str amount;       /* NONE: all that is open */
	struct vd_str reason;       /* must be given */
	struct vd_str request_id;
};
VD_CHECKED enum vd_status app_write_off(struct vd_context *, struct app *,
                                        const struct app_write_off *, struct app_booked *);

/* ---- what the bank brought and nobody booked ---- */

struct app_bank_proposal {
	int64_t rank, certainty_bp;
	struct vd_str kind, debtor_number, debtor_name, items, reasons;
	struct vd_money unallocated;
};
struct app_bank_line {
	struct vd_str reference, state, state_reason, counterparty_name, counterparty_iban, remittance;
	int64_t transaction; /* place in its entry */
	struct vd_date booked_on;
	struct vd_money amount;
	struct app_bank_proposal *proposals; /* best first */
	size_t proposals_count;
};
/* In booking order; the line lives until `each` returns. state: "new", "proposed", "unknown" or
 * NONE for all. */
VD_CHECKED enum vd_status app_bank_list(struct vd_context *, struct app *, struct vd_str state,
                                        enum vd_status (*each)(struct vd_context *, void *user,
                                                               const struct app_bank_line *),
                                        void *user);
/* Every transaction that a reference may mean, booked ones too. */
VD_CHECKED enum vd_status app_bank_show(struct vd_context *, struct app *,
                                        const struct app_bank_ref *,
                                        enum vd_status (*each)(struct vd_context *, void *user,
                                                               const struct app_bank_line *),
                                        void *user);
/* It has nothing to do with debtors: bank charges, own transfers. Undone by app_undo_bank. */
VD_CHECKED enum vd_status app_bank_ignore(struct vd_context *, struct app *,
                                          const struct app_bank_ref *, struct vd_str reason);
#endif
