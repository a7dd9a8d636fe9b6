#ifndef APP_MATCH_INTERNAL_H
#define APP_MATCH_INTERNAL_H
/* Between match.c (which drives), match_facts.c (which looks up) and match_book.c (which books). */
#include "app/follow.h"
#include "app/match.h"
#include "base/list.h"
#include "ledger/ledger.h"
#include "matching/matching.h"
#include "q_matching.h"

/* An item of the batch; its open amount goes down as transactions of the batch are booked on it. */
struct match_pool {
	struct match_item *items;
	size_t count, cap;
	struct vd_map by_id;
};

/* All that may concern one transaction. Lists are indexes into the batch's pools. */
struct match_case {
	struct match_transaction t;
	bool taken_back; /* by a person: only proposed from then on */
	size_t *named, named_count, named_cap; /* items found by a word */
	struct match_debtor *debtors;
	size_t debtors_count, debtors_cap;
	struct match_earlier *earlier;
	size_t earlier_count, earlier_cap;
};
struct match_batch {
	struct match_case *cases;
	size_t count;
	const char *source; /* of the allocations; NULL: "matched" */
	struct match_pool pool;
	size_t *open;                      /* open items, debtor by debtor, as indexes into the pool */
	size_t *items_of, *items_count_of; /* per debtor place: first index into open, and how many */
	struct vd_map debtor_places;       /* debtor id -> place */
	struct vd_map stale;               /* debtors of whom the store knows more than this batch */
	size_t *booked, booked_count, booked_cap; /* cases booked here, with money that came in */
	const struct q_match_debtor_facts_row *facts;
	size_t facts_count;
};
/* Takes the next transactions, `most` of them, and everything they may settle. 14 statements,
 * whatever their number. */
VD_CHECKED enum vd_status match_facts(struct vd_context *, struct app *, int64_t most,
                                      struct match_batch *);
/* The items given to matching for one case: the named ones, then the open ones of its debtors, at
 * most MATCH_ITEMS_MAX. */
VD_CHECKED enum vd_status match_items_of(struct vd_context *, const struct match_batch *,
                                         const struct match_case *, struct match_item **out,
                                         size_t *count);

/* Must this case wait for the next batch, because the facts of this one are not whole for it any
 * more? What came in and goes out again may take back a booking of this very batch; a return opened
 * items again; of a debtor with very many items too few are left. Never true of the first case of a
 * batch. */
bool match_must_wait(const struct match_batch *, const struct match_case *);
/* Books a proposal in the ledger transaction and takes it off the pool; a return makes its debtor
 * stale. */
VD_CHECKED enum vd_status match_book(struct vd_context *, struct app *, struct ledger_tx *,
                                     struct match_batch *, const struct match_case *,
                                     const struct match_proposal *);
const char *match_kind_name(enum match_kind);
#endif
