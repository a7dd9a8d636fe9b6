/* The program's own memory: blocks chained in an arena. */
#include "base/arena.h"
#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE_MIN 8192

struct vd_arena_block {
	struct vd_arena_block *next;
	size_t used, size;
	max_align_t data[];
};

static bool
add_block(struct vd_arena *a, size_t n)
{
	size_t size = n > BLOCK_SIZE_MIN ? n : BLOCK_SIZE_MIN;
	struct vd_arena_block *b;

	/* grow with the arena, so that many small pieces need few blocks */
	if (size < a->total / 4 && a->total / 4 <= (size_t)1 << 20) size = a->total / 4;
	if (size > a->total_max - a->total) size = n;
	if (a->failed || size > a->total_max - a->total || vd_fault_hit(VD_FAULT_ALLOC)) return false;
	if ((b = malloc(sizeof(*b) + size)) == NULL) return false;
	b->next = a->head;
	b->used = 0;
	b->size = size;
	a->head = b;
	a->total += size;
	return true;
}

void *
vd_arena_alloc(struct vd_arena *a, size_t n)
{
	const size_t align = sizeof(max_align_t);
	char *p;

	if (n > SIZE_MAX / 2) {
		a->failed = true;
		return NULL;
	}
	n = (n + align - 1) / align * align;
	if (n == 0) n = align;
	if ((a->head == NULL || a->head->size - a->head->used < n) && !add_block(a, n)) {
		a->failed = true;
		return NULL;
	}
	p = (char *)a->head->data + a->head->used;
	a->head->used += n;
	memset(p, 0, n);
	return p;
}

void *
vd_arena_array(struct vd_arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		a->failed = true;
		return NULL;
	}
	return vd_arena_alloc(a, n);
}

void
vd_arena_release(struct vd_arena *a)
{
	vd_arena_rewind(a, (struct vd_arena_mark){ 0 });
}

struct vd_arena_mark
vd_arena_mark(const struct vd_arena *a)
{
	return (struct vd_arena_mark){ a->head, a->head != NULL ? a->head->used : 0, a->total };
}

void
vd_arena_rewind(struct vd_arena *a, struct vd_arena_mark mark)
{
	while (a->head != mark.head) {
		struct vd_arena_block *b = a->head;

		VD_ASSERT(b != NULL);
		a->head = b->next;
		free(b);
	}
	if (a->head != NULL) a->head->used = mark.used;
	a->total = mark.total;
	a->failed = false;
}
