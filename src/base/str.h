#ifndef VD_BASE_STR_H
#define VD_BASE_STR_H
/* A view of text: pointer and length. Never owns, is not NUL-terminated by contract.
 *
 * ptr == NULL means "no text" (SQL NULL, an absent field); an empty text has a
 * non-NULL ptr and len 0. Functions here treat both as empty unless they say so. */
#include "base/arena.h"

struct vd_str {
	const char *ptr;
	size_t len;
};

#define VD_STR(literal) ((struct vd_str){ "" literal, sizeof(literal) - 1 })
#define VD_STR_NONE     ((struct vd_str){ NULL, 0 })
/* For printf with "%.*s". */
#define VD_FMT(s)       (int)(s).len, ((s).ptr != NULL ? (s).ptr : "")

struct vd_context;

struct vd_str vd_str_c(const char *nul_terminated); /* NULL gives VD_STR_NONE */
bool vd_str_is_none(struct vd_str);
bool vd_str_eq(struct vd_str, struct vd_str);        /* bytes */
bool vd_str_eq_nocase(struct vd_str, struct vd_str); /* ASCII case ignored */
int vd_str_cmp(struct vd_str, struct vd_str);        /* byte order, as the store's C collation */
bool vd_str_starts(struct vd_str, struct vd_str prefix);
bool vd_str_starts_nocase(struct vd_str, struct vd_str prefix);
bool vd_str_ends(struct vd_str, struct vd_str suffix);
/* Offset of the first needle at or after from, or SIZE_MAX. */
size_t vd_str_find(struct vd_str haystack, struct vd_str needle, size_t from);
struct vd_str vd_str_sub(struct vd_str, size_t from, size_t len); /* clamped to the text */
struct vd_str vd_str_trim(struct vd_str);                         /* ASCII blanks, both ends */
/* Cut the next piece up to the separator off *rest; false when nothing is left.
 * "a;;b" gives "a", "", "b"; an empty text gives one empty piece, NONE gives nothing. */
bool vd_str_cut(struct vd_str *rest, char separator, struct vd_str *piece);
/* Decimal digits only, optional leading '-'; false on anything else or overflow. */
bool vd_str_to_i64(struct vd_str, int64_t *out);
bool vd_str_all_digits(struct vd_str); /* false for empty */

/* Copies into the arena; always NUL-terminated behind len. NONE stays NONE. */
VD_CHECKED enum vd_status vd_str_dup(struct vd_context *, struct vd_str, struct vd_str *out);
VD_PRINTF(3, 4)
VD_CHECKED enum vd_status vd_str_printf(struct vd_context *, struct vd_str *out, const char *format,
                                        ...);

static inline bool
vd_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool
vd_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool
vd_is_alnum(char c)
{
	return vd_is_digit(c) || vd_is_alpha(c);
}
static inline bool
vd_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
static inline char
vd_to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}
static inline char
vd_to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
#endif
