#ifndef VD_BASE_LIST_H
#define VD_BASE_LIST_H
/* Growing arrays and small maps in an arena: for work that is collected and then written at once.
 */
#include "base/context.h"

/* Makes room for one more element: "VD_GROW(ctx, t->rows, t->count, t->cap); t->rows[t->count++] =
 * ...". */
#define VD_GROW(ctx, array, count, cap)                                                      \
	do {                                                                                     \
		if ((count) == (cap)) {                                                              \
			void *vd_p_ = vd_grow((ctx)->arena, (array), (count), sizeof(*(array)), &(cap)); \
			if (vd_p_ == NULL) return vd_fail_memory(ctx);                                   \
			(array) = vd_p_;                                                                 \
		}                                                                                    \
	} while (0)
/* A copy of the array with twice the room (at least 16), or NULL. */
void *vd_grow(struct vd_arena *, const void *array, size_t count, size_t size, size_t *cap);

/* From an id to an index. Open addressing; grows by doubling. */
struct vd_map {
	struct vd_arena *arena;
	int64_t *keys;
	size_t *values;
	size_t count, cap;
};
#define VD_MAP(ctx) ((struct vd_map){ .arena = (ctx)->arena })
/* The index stored for key, or SIZE_MAX. */
size_t vd_map_get(const struct vd_map *, int64_t key);
/* Adds or replaces. key must not be INT64_MIN. */
VD_CHECKED enum vd_status vd_map_put(struct vd_context *, struct vd_map *, int64_t key,
                                     size_t value);
#endif
