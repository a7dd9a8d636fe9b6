#ifndef CORRESPONDENCE_JOIN_H
#define CORRESPONDENCE_JOIN_H
/* Several letters as one file to print, one after the other (libqpdf). The same letters give the
 * same bytes. */
#include "base/context.h"

#define JOIN_LETTERS_MAX 1000
#define JOIN_BYTES_MAX   ((size_t)256 << 20) /* all letters together */

struct join_letter {
	struct vd_str pdf;
	int first_page; /* result: where it begins in the whole, from 1 */
	int pages;      /* result */
};
/* both_sides: a letter with an odd number of pages gets an empty one, so that the next begins on a
 * sheet of its own. VD_E_INVALID: a letter is not a PDF; VD_E_LIMIT. */
VD_CHECKED enum vd_status join_letters(struct vd_context *, struct join_letter *, size_t count,
                                       bool both_sides, struct vd_str *out);
#endif
