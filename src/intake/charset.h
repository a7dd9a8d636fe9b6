#ifndef INTAKE_CHARSET_H
#define INTAKE_CHARSET_H
/* Bytes of a file as UTF-8 while they stream by.
 *
 * Files lie about their encoding: bookkeeping exports declare UTF-8 and hold Latin-1, banks cut a
 * UTF-8 text in the middle of a character. So a byte that cannot be UTF-8 is read as Windows-1252,
 * alone, and counted: the caller reports it. What comes out is always valid UTF-8 (RFC 3629).
 *
 * An unfinished sequence at the end of a block is held until the next block, so that the size of
 * the blocks never changes the result. */
#include "base/str.h"

enum intake_charset {
	INTAKE_CHARSET_UTF8,   /* also US-ASCII */
	INTAKE_CHARSET_CP1252, /* also ISO-8859-1: its C1 controls occur in no text */
	INTAKE_CHARSET_LATIN9, /* ISO-8859-15 */
	INTAKE_CHARSET_UTF16LE,
	INTAKE_CHARSET_UTF16BE,
};

/* The name as an XML declaration writes it, case ignored; false when we cannot read it.
 * "UTF-16" gives little endian: the byte order mark, which the caller looks at first, decides. */
bool intake_charset_by_name(struct vd_str, enum intake_charset *out);

struct intake_transcoder {
	enum intake_charset charset;
	unsigned char held[4];
	size_t held_len;
	int64_t mended; /* bytes that were not what the charset promises */
};

/* Room that `out` must have for n bytes of input. */
#define INTAKE_TRANSCODE_ROOM(n) (((n) + 4) * 3)

/* Writes the UTF-8 form of the bytes to out and returns its length. A NUL character becomes U+FFFD,
 * and is counted. */
size_t intake_transcode(struct intake_transcoder *, struct vd_str bytes, char *out);
/* No more bytes: what is still held was cut off. out needs 12 bytes. */
size_t intake_transcode_end(struct intake_transcoder *, char *out);
#endif
