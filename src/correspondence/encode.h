#ifndef CORRESPONDENCE_ENCODE_H
#define CORRESPONDENCE_ENCODE_H
/* The encodings of mail. They append; the buffer's ceiling is the limit. */
#include "base/buf.h"

#define MAIL_LINE_MAX 76 /* RFC 2045: of encoded lines, without CRLF */

/* RFC 2045 section 6.7; line breaks become CRLF. A dot or "From " at the begin of a line is encoded
 * as well, so that no mail program on the way changes it. Ends with CRLF. */
void encode_quoted_printable(struct vd_buf *, struct vd_str);
/* RFC 2045 section 6.8, in lines. Ends with CRLF unless empty. */
void encode_base64_lines(struct vd_buf *, struct vd_str);
/* RFC 2047 encoded words (B, UTF-8), one a line; never cut in the middle of a character. */
void encode_words(struct vd_buf *, struct vd_str);
/* RFC 2231: one parameter of a header, on lines of its own, "; NAME=...", in parts when long. */
void encode_parameter(struct vd_buf *, const char *name, struct vd_str);
/* Only printable ASCII, and nothing that a reader would take for an encoded word. */
bool encode_is_plain(struct vd_str);
#endif
