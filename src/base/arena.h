#ifndef VD_BASE_ARENA_H
#define VD_BASE_ARENA_H
/* Memory with an owner and a ceiling: one arena per request, job or batch.
 *
 * Allocate forward, release once; there is no free for a single piece. Memory comes
 * back zeroed and aligned for any type. The ceiling is a limit on work: when it is
 * reached, or memory runs out, the arena is marked failed and returns NULL from then
 * on. The only malloc of the program's own is in arena.c. */
#include "base/status.h"

struct vd_arena_block;

struct vd_arena {
	struct vd_arena_block *head;
	size_t total;     /* bytes taken from the system */
	size_t total_max; /* ceiling for total */
	bool failed;      /* sticky until released or rewound */
};

struct vd_arena_mark {
	struct vd_arena_block *head;
	size_t used, total;
};

#define VD_ARENA(max_bytes) ((struct vd_arena){ .total_max = (max_bytes) })

/* n zeroed bytes, or NULL (sets failed). n = 0 gives a valid pointer. */
void *vd_arena_alloc(struct vd_arena *, size_t n);
/* count * size with overflow check. */
void *vd_arena_array(struct vd_arena *, size_t count, size_t size);
/* Gives everything back; the arena can be used again. */
void vd_arena_release(struct vd_arena *);
/* Remember this point, and later drop all that was allocated after it: for the body
 * of a loop whose results do not outlive one turn. */
struct vd_arena_mark vd_arena_mark(const struct vd_arena *);
void vd_arena_rewind(struct vd_arena *, struct vd_arena_mark);

#define VD_AUTO_ARENA VD_CLEANUP(vd_arena_release) struct vd_arena
#endif
