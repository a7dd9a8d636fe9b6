#ifndef VD_STORE_BLOB_H
#define VD_STORE_BLOB_H
/* Documents and sent bytes in the store: found by the SHA-256 of their bytes, per administration,
 * compressed (zlib, RFC 1950) when that makes them smaller, in chunks of at most 1 MiB. Never
 * changed, never removed by the program. */
#include "base/hash.h"
#include "store/db.h"

#define VD_BLOB_MAX   ((size_t)64 << 20) /* bytes of one document */
#define VD_BLOB_CHUNK ((size_t)1 << 20)

struct vd_blob {
	struct vd_str bytes, media_type; /* in the arena */
};
/* Inside a write transaction. The same bytes again change nothing (the first media type stays).
 * sha256 gets the key. VD_E_LIMIT over VD_BLOB_MAX. */
VD_CHECKED enum vd_status vd_blob_put(struct vd_context *, struct vd_db *, int64_t administration,
                                      struct vd_str bytes, struct vd_str media_type,
                                      struct vd_moment now, char sha256[VD_SHA256_HEX]);
/* VD_E_NOT_FOUND; VD_E_CORRUPT when what is stored is not what was put. */
VD_CHECKED enum vd_status vd_blob_get(struct vd_context *, struct vd_db *, int64_t administration,
                                      struct vd_str sha256, struct vd_blob *out);
#endif
