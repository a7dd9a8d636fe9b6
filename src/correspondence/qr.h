#ifndef CORRESPONDENCE_QR_H
#define CORRESPONDENCE_QR_H
/* QR codes (ISO/IEC 18004) by libqrencode, as the EPC wants them: level M, version 13 at most. */
#include "base/context.h"

#define QR_QUIET 4 /* modules of white around it */

struct qr {
	int size;                  /* modules on a side, without the quiet zone */
	const unsigned char *dark; /* size * size, 1 is dark */
};
/* VD_E_LIMIT when the text does not fit. */
VD_CHECKED enum vd_status qr_make(struct vd_context *, struct vd_str bytes, struct qr *out);
#endif
