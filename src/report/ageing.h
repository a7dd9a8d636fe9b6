#ifndef REPORT_AGEING_H
#define REPORT_AGEING_H
/* Ageing: what each debtor (or segment) owes, per currency, by days overdue, as at a day and as
 * known by a transaction number.
 *
 * Invariant: not due + buckets + unallocated = total, and the totals add up to the ledger's
 * balance. Unallocated money and open credit notes stand in their own column as a negative amount.
 * Order: the reversed L: first those whose oldest open item is more than 90 days overdue, then the
 * others; inside each the largest overdue balance first, then the number. Cost: one scan of what is
 * open (as at now), or of items and allocations (as at the past), one of debtors. */
#include "store/db.h"
#include "value/money.h"

#define AGEING_BUCKETS_MAX 8 /* overdue buckets, the open-ended last one included */
#define AGEING_OLD_DAYS    90

struct ageing_options {
	int64_t administration;
	struct vd_date as_at;
	int64_t known; /* highest transaction number that is known; INT64_MAX: all */
	bool present;  /* as_at is not before the latest effective day and all is known: open amounts of
	                  now serve */
	int32_t ends[AGEING_BUCKETS_MAX]; /* upper ends in days overdue, rising: 30, 60, 90 */
	int ends_count;
	bool by_segment;
};
struct ageing_row {
	struct vd_str number, name, segment; /* by segment: number is the segment, name empty */
	int64_t debtor;
	struct vd_currency currency;
	int64_t not_due, overdue[AGEING_BUCKETS_MAX], unallocated, total; /* minor units */
	int64_t overdue_total;
	struct vd_date oldest_due_on; /* of what is open and owed; NONE when nothing */
};
/* "30,60,90" */
VD_CHECKED enum vd_status ageing_parse_ends(struct vd_context *, struct vd_str,
                                            struct ageing_options *);
/* Rows in reversed-L order in the arena; rows whose amounts are all zero are left out. */
VD_CHECKED enum vd_status report_ageing(struct vd_context *, struct vd_db *,
                                        const struct ageing_options *, struct ageing_row **out,
                                        size_t *count);
#endif
