#ifndef VD_BASE_HASH_H
#define VD_BASE_HASH_H
/* SHA-256 (libsodium), as 64 lower-case hexadecimal characters. */
#include "base/str.h"
#define VD_SHA256_HEX 65
void vd_sha256(struct vd_str bytes, char out[VD_SHA256_HEX]);
struct vd_sha256_stream {
	unsigned char state[128];
};
void vd_sha256_start(struct vd_sha256_stream *);
void vd_sha256_add(struct vd_sha256_stream *, struct vd_str);
void vd_sha256_end(struct vd_sha256_stream *, char out[VD_SHA256_HEX]);
#endif
