#ifndef VD_BASE_UTF8_H
#define VD_BASE_UTF8_H
/* Text encodings at the border, and folding for comparison. Inside the program all text
 * is valid UTF-8 without NUL. */
#include "base/context.h"

enum vd_encoding { VD_ENC_UTF8, VD_ENC_UTF8_BOM, VD_ENC_UTF16LE, VD_ENC_UTF16BE, VD_ENC_CP1252 };

/* True when s is well-formed UTF-8 (RFC 3629) without NUL; *bad_at is the first bad byte. */
bool vd_utf8_valid(struct vd_str s, size_t *bad_at);
/* Guess from a first block: BOM, zero bytes in even/odd places, valid UTF-8, else CP1252.
 * A multi-byte sequence cut off by the end of the block does not count against UTF-8. */
enum vd_encoding vd_encoding_detect(struct vd_str first_block);
/* Bytes of one encoding as UTF-8 in the arena, BOM removed. Latin-1 is read as CP1252; its five
 * undefined bytes become U+FFFD. VD_E_INVALID names the offset of bad input. */
VD_CHECKED enum vd_status vd_utf8_from(struct vd_context *, enum vd_encoding, struct vd_str bytes,
                                       struct vd_str *out);
/* For comparing and searching: lower case, no accents (utf8proc decompose, strip marks, casefold),
 * ß -> ss, ij ligature -> ij, any run of blanks and punctuation -> one space, trimmed. */
VD_CHECKED enum vd_status vd_utf8_fold(struct vd_context *, struct vd_str, struct vd_str *out);
/* True when all that is not ASCII is a letter, mark or number: no blanks, punctuation, controls or
 * invisible signs from elsewhere in Unicode. s is valid UTF-8. */
bool vd_utf8_words_only(struct vd_str s);
/* Number of characters (code points). */
size_t vd_utf8_count(struct vd_str);
/* The first n code points. */
struct vd_str vd_utf8_head(struct vd_str, size_t n);
#endif
