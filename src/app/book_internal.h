#ifndef APP_BOOK_INTERNAL_H
#define APP_BOOK_INTERNAL_H
/* Between the files that book by hand: book.c (shared), book_bank.c, book_credit.c, undo.c. */
#include "app/book.h"
#include "app/find.h"
#include "app/follow.h"
#include "base/list.h"
#include "ledger/ledger.h"
#include "q_matching.h"

#define BOOK_ITEMS_MAX \
	1000 /* open items of a debtor, allocations of an item, looked at in one booking */

/* An open item that was asked for by a word. */
struct book_item {
	int64_t item, debtor;
	bool credit;
	int64_t open_minor, take_minor; /* take: what is to be used of it; VD_I64_NONE: what fits */
	struct vd_currency currency;
	struct vd_date effective_on; /* from this day what is open of it was open */
	bool as_needed; /* a debtor's item or a later due line: left alone when the money is used up */
	int64_t bank_transaction;
	struct vd_str label;
};
struct book_list {
	struct book_item *items;
	size_t count, cap;
	int64_t debtor; /* of the first word */
};
/* Adds what a word stands for. sides: "D", "C" or NONE for both; a debtor's number gives his open
 * items of that side, oldest first (none when sides is NONE, and perhaps none). VD_E_CONFLICT when
 * nothing is open of an invoice. */
VD_CHECKED enum vd_status book_find(struct vd_context *, struct app *,
                                    const struct app_book_target *, struct vd_str sides,
                                    bool debtors, struct book_list *);
VD_CHECKED enum vd_status book_note(struct vd_context *, struct app_booked *, struct vd_str item,
                                    int64_t minor, struct vd_currency);

/* One ledger transaction around fn, with what follows it. */
struct book {
	struct app *app;
	struct ledger_tx *tx;
	struct app_booked *out;
};
struct book_call {
	const char *use_case;
	struct vd_str request_id;
	enum vd_status (*fn)(struct vd_context *, struct book *, void *arg);
	void *arg;
	struct app_booked *out;
};
VD_CHECKED enum vd_status book_write(struct vd_context *, struct app *, const struct book_call *);

/* All that a reference may mean; VD_E_NOT_FOUND when there is none. */
VD_CHECKED enum vd_status book_bank_all(struct vd_context *, struct app *,
                                        const struct app_bank_ref *,
                                        struct q_bank_by_reference_row **rows, size_t *count);
bool book_is_open(struct vd_str state);
/* The transaction meant, in one of two states of mind: to be booked (or ignored), or booked
 * already. */
VD_CHECKED enum vd_status book_bank_open(struct vd_context *, struct app *,
                                         const struct app_bank_ref *,
                                         struct q_bank_by_reference_row *out);
VD_CHECKED enum vd_status book_bank_booked(struct vd_context *, struct app *,
                                           const struct app_bank_ref *,
                                           struct q_bank_by_reference_row *out);
VD_CHECKED enum vd_status book_bank_state(struct vd_context *, struct app *, int64_t id,
                                          const char *state, struct vd_str reason);
#endif
