#ifndef VD_BASE_BUF_H
#define VD_BASE_BUF_H
/* A text builder with a ceiling and a sticky failure: append freely, check once.
 * The memory is the arena's; ptr is always NUL-terminated behind len (when len > 0). */
#include "base/context.h"

struct vd_buf {
	struct vd_arena *arena;
	char *ptr;
	size_t len, cap, max;
	bool failed;
};

#define VD_BUF(ctx, max_bytes) ((struct vd_buf){ .arena = (ctx)->arena, .max = (max_bytes) })

void vd_buf_add(struct vd_buf *, struct vd_str);
void vd_buf_add_c(struct vd_buf *, const char *nul_terminated);
void vd_buf_add_char(struct vd_buf *, char);
VD_PRINTF(2, 3) void vd_buf_addf(struct vd_buf *, const char *format, ...);
void vd_buf_clear(struct vd_buf *); /* keeps the memory; also clears the failure */
/* The text so far; VD_E_NOMEM or VD_E_LIMIT when an append failed. */
VD_CHECKED enum vd_status vd_buf_finish(struct vd_context *, struct vd_buf *, struct vd_str *out);
static inline struct vd_str
vd_buf_str(const struct vd_buf *b)
{
	return (struct vd_str){ b->len > 0 ? b->ptr : "", b->len };
}
#endif
