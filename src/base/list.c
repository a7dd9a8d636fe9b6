/* Growing arrays and small maps in an arena. */
#include "base/list.h"

#include <string.h>

void *
vd_grow(struct vd_arena *arena, const void *array, size_t count, size_t size, size_t *cap)
{
	size_t more = *cap != 0 ? *cap * 2 : 16;
	void *p = vd_arena_array(arena, more, size);

	if (p == NULL) return NULL;
	if (count > 0) memcpy(p, array, count * size);
	*cap = more;
	return p;
}

#define FREE_KEY INT64_MIN

static size_t
slot_of(const struct vd_map *m, int64_t key)
{
	uint64_t h = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);
	size_t i = (size_t)(h >> 20) & (m->cap - 1);

	while (m->keys[i] != FREE_KEY && m->keys[i] != key) i = (i + 1) & (m->cap - 1);
	return i;
}

size_t
vd_map_get(const struct vd_map *m, int64_t key)
{
	size_t i;

	if (m->cap == 0) return SIZE_MAX;
	i = slot_of(m, key);
	return m->keys[i] == key ? m->values[i] : SIZE_MAX;
}

static enum vd_status
double_it(struct vd_context *ctx, struct vd_map *m)
{
	struct vd_map bigger = { .arena = m->arena,
		                     .cap = m->cap != 0 ? m->cap * 2 : 64,
		                     .count = m->count };

	bigger.keys = vd_arena_array(m->arena, bigger.cap, sizeof(*bigger.keys));
	bigger.values = vd_arena_array(m->arena, bigger.cap, sizeof(*bigger.values));
	if (bigger.keys == NULL || bigger.values == NULL) return vd_fail_memory(ctx);
	for (size_t i = 0; i < bigger.cap; i++) bigger.keys[i] = FREE_KEY;
	for (size_t i = 0; i < m->cap; i++) {
		size_t to;

		if (m->keys[i] == FREE_KEY) continue;
		to = slot_of(&bigger, m->keys[i]);
		bigger.keys[to] = m->keys[i];
		bigger.values[to] = m->values[i];
	}
	*m = bigger;
	return VD_OK;
}

enum vd_status
vd_map_put(struct vd_context *ctx, struct vd_map *m, int64_t key, size_t value)
{
	size_t i;

	VD_ASSERT(key != FREE_KEY);
	if (m->count * 4 >= m->cap * 3) VD_TRY(double_it(ctx, m));
	i = slot_of(m, key);
	if (m->keys[i] == FREE_KEY) m->count++;
	m->keys[i] = key;
	m->values[i] = value;
	return VD_OK;
}
