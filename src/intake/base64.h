#ifndef INTAKE_BASE64_H
#define INTAKE_BASE64_H
/* Base64 (RFC 4648 section 4) in pieces, blanks and line ends passed over. */
#include "base/buf.h"

struct base64 {
	struct vd_buf out; /* its max is the limit */
	uint32_t bits;
	int count; /* digits in bits, 0..3 */
	int pads;
	bool broken; /* a character that is none of base64 */
};
void base64_add(struct base64 *, struct vd_str text);
/* The bytes; false when the text was broken or cut off, or the limit was reached. */
bool base64_end(struct base64 *, struct vd_str *out);
#endif
