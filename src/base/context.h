#ifndef VD_BASE_CONTEXT_H
#define VD_BASE_CONTEXT_H
/* What travels as first argument through every call that can fail: the memory of this
 * request or job, and the explanation of the last failure. No globals. */
#include "base/str.h"

/* What went wrong, for people and programs. The status is the truth, this explains it. */
struct vd_error {
	enum vd_status status;
	const char *key;   /* stable: "invoice.unknown_debtor"; texts per language hang on it */
	const char *field; /* which input, or NULL */
	const char *file;  /* where in the source it was born */
	int line;
	char detail[480]; /* a whole English sentence: where, what, what to do */
};

struct vd_context {
	struct vd_arena *arena;
	struct vd_error error;
};

/* Sets ctx->error and returns status, which is not VD_OK, so that "return vd_fail(...)" reads
 * well. */
#define vd_fail(ctx, status, key, field, ...) \
	vd_failed(vd_fail_at(ctx, status, key, field, __FILE__, __LINE__, __VA_ARGS__))
VD_PRINTF(7, 8)
enum vd_status vd_fail_at(struct vd_context *, enum vd_status, const char *key, const char *field,
                          const char *file, int line, const char *detail, ...);
/* What the functions above promise, in words that compilers and analysers understand: after
 * VD_TRY the results are there. */
static inline enum vd_status
vd_failed(enum vd_status status)
{
	if (status == VD_OK) __builtin_unreachable();
	return status;
}
/* Puts "WHERE: " before the explanation of the last failure; returns its status. */
VD_PRINTF(2, 3) enum vd_status vd_fail_where(struct vd_context *, const char *where, ...);
/* The failure of an arena: out of memory, or the ceiling of this job. */
#define vd_fail_memory(ctx) vd_failed(vd_fail_memory_at(ctx, __FILE__, __LINE__))
enum vd_status vd_fail_memory_at(struct vd_context *, const char *file, int line);
void vd_error_clear(struct vd_context *);

/* One zeroed TYPE, or an array of n, in the context's arena; NULL on failure. */
#define vd_new(ctx, type)      ((type *)vd_arena_alloc((ctx)->arena, sizeof(type)))
#define vd_new_n(ctx, type, n) ((type *)vd_arena_array((ctx)->arena, (n), sizeof(type)))

/* "T *p; VD_NEW(ctx, p, n);" or leave with VD_E_NOMEM. */
#define VD_NEW(ctx, p, n)                                      \
	do {                                                       \
		(p) = vd_arena_array((ctx)->arena, (n), sizeof(*(p))); \
		if ((p) == NULL) return vd_fail_memory(ctx);           \
	} while (0)
#endif
