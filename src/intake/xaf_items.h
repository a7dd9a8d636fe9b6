#ifndef INTAKE_XAF_ITEMS_H
#define INTAKE_XAF_ITEMS_H
/* What is added up while an auditfile streams by: names of accounts and debtors, and sums per
 * account, debtor and reference. Everything lives in one arena; nothing is dropped before the end.
 */
#include "intake/xaf.h"

/* Texts with a number: the first is 0. Looking up costs a bounded number of steps, also for texts
 * that were made to collide. */
struct xaf_names {
	struct vd_str *names;
	uint32_t *slots; /* index + 1 */
	uint32_t count, cap, slots_count;
};
VD_CHECKED enum vd_status xaf_name(struct vd_context *, struct xaf_names *, struct vd_str,
                                   uint32_t *out);

/* Sources of an item that are no ledger account. */
#define XAF_OPENING   UINT32_MAX       /* opening sub-ledger or opening amount */
#define XAF_SUBLEDGER (UINT32_MAX - 1) /* transactions/subledgers */

struct xaf_item {
	uint32_t account, debtor;
	struct vd_str ref, description;
	int64_t debit, credit; /* both >= 0 */
	struct vd_date issued, due;
	int64_t line;      /* of its first line in the file */
	bool sales_credit; /* a credit from a sales journal, or an invoice credited in the sub-ledger */
	bool sales_debit;
	bool opening; /* an amount of the opening, not one of its invoices */
	bool bad;     /* a line could not be read: the item is rejected */
	bool merged;  /* part of another one now */
};

#define XAF_CHUNK 4096
struct xaf_items {
	struct xaf_item *chunks[XAF_ITEMS_MAX / XAF_CHUNK];
	uint32_t *slots;
	uint32_t count, slots_count;
};
/* The item, made when new (issued and due NONE); its text is copied. */
VD_CHECKED enum vd_status xaf_item_get(struct vd_context *, struct xaf_items *, uint32_t account,
                                       uint32_t debtor, struct vd_str ref, struct xaf_item **out);
/* NULL when there is none. */
struct xaf_item *xaf_item_find(const struct xaf_items *, uint32_t account, uint32_t debtor,
                               struct vd_str ref);
static inline struct xaf_item *
xaf_item_at(const struct xaf_items *items, uint32_t i)
{
	return &items->chunks[i / XAF_CHUNK][i % XAF_CHUNK];
}
/* VD_E_LIMIT when the sums of an item get too large to be true. */
VD_CHECKED enum vd_status xaf_item_add(struct vd_context *, struct xaf_item *, int64_t minor);
#endif
