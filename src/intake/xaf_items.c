/* Open addressing over arrays in an arena. A probe is given up after PROBES_MAX steps: at this load
 * only texts that were made to collide come that far. */
#include "intake/xaf_items.h"

#include "intake/notation.h"

#include <string.h>

#define PROBES_MAX 1024

static uint64_t
hash_bytes(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * 0x100000001b3; /* FNV-1a */
	return h;
}

static uint64_t
finish_hash(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccd;
	return h ^ h >> 33;
}

static enum vd_status
too_many_probes(struct vd_context *ctx)
{
	return vd_fail(
	    ctx, VD_E_LIMIT, "xaf.collisions", NULL,
	    "The codes in this file collide in a way that honest ones do not; it is not read.");
}

/* --- names ------------------------------------------------------------------------------------ */

static uint64_t
hash_name(struct vd_str s)
{
	return finish_hash(hash_bytes(0xcbf29ce484222325, s.ptr, s.len));
}

static enum vd_status
names_grow(struct vd_context *ctx, struct xaf_names *n)
{
	uint32_t cap = n->cap > 0 ? n->cap * 2 : 256, slots_count = cap * 2;
	struct vd_str *names;
	uint32_t *slots;

	VD_NEW(ctx, names, cap);
	VD_NEW(ctx, slots, slots_count);
	if (n->count > 0) memcpy(names, n->names, n->count * sizeof(*names));
	for (uint32_t i = 0; i < n->count; i++) {
		uint64_t at = hash_name(names[i]) % slots_count;

		while (slots[at] != 0) at = (at + 1) % slots_count;
		slots[at] = i + 1;
	}
	*n = (struct xaf_names){ names, slots, n->count, cap, slots_count };
	return VD_OK;
}

enum vd_status
xaf_name(struct vd_context *ctx, struct xaf_names *n, struct vd_str name, uint32_t *out)
{
	uint64_t at;

	if (n->count == n->cap) VD_TRY(names_grow(ctx, n));
	at = hash_name(name) % n->slots_count;
	for (int probes = 0; n->slots[at] != 0; at = (at + 1) % n->slots_count) {
		*out = n->slots[at] - 1;
		if (vd_str_eq(n->names[*out], name)) return VD_OK;
		if (++probes > PROBES_MAX) return too_many_probes(ctx);
	}
	if (n->count >= XAF_ITEMS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "xaf.too_many_items", NULL,
		               "The file holds more than %d accounts or relations.", XAF_ITEMS_MAX);
	VD_TRY(vd_str_dup(ctx, name, &n->names[n->count]));
	*out = n->count++;
	n->slots[at] = n->count;
	return VD_OK;
}

/* --- items ------------------------------------------------------------------------------------ */

static uint64_t
hash_item(uint32_t account, uint32_t debtor, struct vd_str ref)
{
	uint64_t h = 0xcbf29ce484222325;

	h = hash_bytes(h, &account, sizeof(account));
	h = hash_bytes(h, &debtor, sizeof(debtor));
	return finish_hash(hash_bytes(h, ref.ptr, ref.len));
}

static enum vd_status
items_grow(struct vd_context *ctx, struct xaf_items *t)
{
	uint32_t slots_count = t->slots_count > 0 ? t->slots_count * 2 : 1024;
	uint32_t *slots;

	VD_NEW(ctx, slots, slots_count);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct xaf_item *item = xaf_item_at(t, i);
		uint64_t at = hash_item(item->account, item->debtor, item->ref) % slots_count;

		while (slots[at] != 0) at = (at + 1) % slots_count;
		slots[at] = i + 1;
	}
	t->slots = slots;
	t->slots_count = slots_count;
	return VD_OK;
}

/* The slot of a key: with its item, or empty. False after too many steps. */
static bool
find_slot(const struct xaf_items *t, uint32_t account, uint32_t debtor, struct vd_str ref,
          uint64_t *at)
{
	*at = hash_item(account, debtor, ref) % t->slots_count;
	for (int probes = 0; t->slots[*at] != 0 && probes <= PROBES_MAX; probes++) {
		const struct xaf_item *item = xaf_item_at(t, t->slots[*at] - 1);

		if (item->account == account && item->debtor == debtor && vd_str_eq(item->ref, ref))
			return true;
		*at = (*at + 1) % t->slots_count;
	}
	return t->slots[*at] == 0;
}

struct xaf_item *
xaf_item_find(const struct xaf_items *t, uint32_t account, uint32_t debtor, struct vd_str ref)
{
	uint64_t at;

	if (t->slots_count == 0 || !find_slot(t, account, debtor, ref, &at) || t->slots[at] == 0)
		return NULL;
	return xaf_item_at(t, t->slots[at] - 1);
}

enum vd_status
xaf_item_get(struct vd_context *ctx, struct xaf_items *t, uint32_t account, uint32_t debtor,
             struct vd_str ref, struct xaf_item **out)
{
	uint64_t at;

	if (t->count >= t->slots_count / 2) VD_TRY(items_grow(ctx, t));
	if (!find_slot(t, account, debtor, ref, &at)) return too_many_probes(ctx);
	if (t->slots[at] != 0) {
		*out = xaf_item_at(t, t->slots[at] - 1);
		return VD_OK;
	}
	if (t->count == XAF_ITEMS_MAX)
		return vd_fail(
		    ctx, VD_E_LIMIT, "xaf.too_many_items", NULL,
		    "The file holds more than %d references of debtors. Export a shorter period.",
		    XAF_ITEMS_MAX);
	if (t->count % XAF_CHUNK == 0) VD_NEW(ctx, t->chunks[t->count / XAF_CHUNK], XAF_CHUNK);
	*out = xaf_item_at(t, t->count);
	**out = (struct xaf_item){
		.account = account, .debtor = debtor, .issued = VD_DATE_NONE, .due = VD_DATE_NONE
	};
	VD_TRY(vd_str_dup(ctx, ref, &(*out)->ref));
	t->slots[at] = ++t->count;
	return VD_OK;
}

enum vd_status
xaf_item_add(struct vd_context *ctx, struct xaf_item *item, int64_t minor)
{
	int64_t *sum = minor < 0 ? &item->credit : &item->debit;

	VD_TRY(vd_minor_add(ctx, *sum, minor < 0 ? -minor : minor, sum));
	if (*sum > NOTATION_AMOUNT_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "xaf.amount", NULL,
		               "The lines of \"%.*s\" add up to more than can be true.",
		               VD_FMT(vd_str_sub(item->ref, 0, 60)));
	return VD_OK;
}
