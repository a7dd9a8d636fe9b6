/* Documents: hashed, compressed, cut in chunks, and checked when they come back. */
#include "store/blob.h"
#include "q_blob.h"

#include <string.h>
#include <zlib.h>

#define LEVEL 6

static enum vd_status
pack(struct vd_context *ctx, struct vd_str bytes, struct vd_str *stored, const char **compression)
{
	uLongf n = compressBound(bytes.len);
	unsigned char *p;

	*stored = bytes;
	*compression = "none";
	VD_NEW(ctx, p, n);
	if (compress2(p, &n, (const unsigned char *)bytes.ptr, bytes.len, LEVEL) != Z_OK)
		return vd_fail_memory(ctx);
	if (n >= bytes.len) return VD_OK;
	*stored = (struct vd_str){ (const char *)p, n };
	*compression = "zlib";
	return VD_OK;
}

static enum vd_status
put_chunks(struct vd_context *ctx, struct vd_db *db, int64_t administration, struct vd_str sha256,
           struct vd_str stored)
{
	size_t count = stored.len / VD_BLOB_CHUNK + (stored.len % VD_BLOB_CHUNK != 0);

	for (size_t i = 0; i < count; i++) {
		struct q_blob_chunk_insert_in in = {
			administration,
			sha256,
			(int64_t)i,
			vd_str_sub(stored, i * VD_BLOB_CHUNK, VD_BLOB_CHUNK),
		};

		VD_TRY(q_blob_chunk_insert(ctx, db, &in, NULL));
	}
	return VD_OK;
}

enum vd_status
vd_blob_put(struct vd_context *ctx, struct vd_db *db, int64_t administration, struct vd_str bytes,
            struct vd_str media_type, struct vd_moment now, char sha256[VD_SHA256_HEX])
{
	struct q_blob_insert_in in = { .administration = administration,
		                           .media_type = media_type,
		                           .created_at = now };
	struct vd_arena_mark mark = vd_arena_mark(ctx->arena);
	const char *compression;
	struct vd_str stored;
	int64_t made;

	if (bytes.len > VD_BLOB_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "blob.too_large", NULL,
		               "a document of %zu bytes; at most %zu are kept", bytes.len, VD_BLOB_MAX);
	vd_sha256(bytes, sha256);
	VD_TRY(pack(ctx, bytes, &stored, &compression));
	in.sha256 = vd_str_c(sha256);
	in.size_bytes = (int64_t)bytes.len;
	in.stored_bytes = (int64_t)stored.len;
	in.compression = vd_str_c(compression);
	VD_TRY(q_blob_insert(ctx, db, &in, &made));
	if (made > 0) VD_TRY(put_chunks(ctx, db, administration, in.sha256, stored));
	vd_arena_rewind(ctx->arena, mark);
	return VD_OK;
}

/* ---- getting ---- */

static enum vd_status
damaged(struct vd_context *ctx, struct vd_str sha256, const char *what)
{
	return vd_fail(ctx, VD_E_CORRUPT, "blob.damaged", NULL,
	               "document %.*s is damaged in the store: %s", VD_FMT(sha256), what);
}

static enum vd_status
get_chunks(struct vd_context *ctx, struct vd_db *db, int64_t administration, struct vd_str sha256,
           char *into, size_t size)
{
	VD_CLEANUP(q_blob_chunk_list_close) struct q_blob_chunk_list_stream s = { 0 };
	struct q_blob_chunk_list_in in = { administration, sha256 };
	struct q_blob_chunk_list_row row;
	int64_t ordinal = 0;
	size_t at = 0;
	bool more;

	VD_TRY(q_blob_chunk_list_open(ctx, db, &in, &s));
	for (;;) {
		VD_TRY(q_blob_chunk_list_next(ctx, &s, &row, &more));
		if (!more) break;
		if (row.ordinal != ordinal++ || row.bytes.len > size - at)
			return damaged(ctx, sha256, "its chunks do not follow");
		memcpy(into + at, row.bytes.ptr, row.bytes.len);
		at += row.bytes.len;
	}
	return at == size ? VD_OK : damaged(ctx, sha256, "chunks are missing");
}

static enum vd_status
unpack(struct vd_context *ctx, struct vd_str sha256, const char *stored,
       const struct q_blob_find_row *row, struct vd_str *out)
{
	uLongf n = (uLongf)row->size_bytes;
	unsigned char *p;

	if (vd_str_eq(row->compression, VD_STR("none"))) {
		if (row->stored_bytes != row->size_bytes) return damaged(ctx, sha256, "its size differs");
		*out = (struct vd_str){ stored, (size_t)row->stored_bytes };
		return VD_OK;
	}
	if (!vd_str_eq(row->compression, VD_STR("zlib")))
		return damaged(ctx, sha256, "an unknown compression");
	VD_NEW(ctx, p, n + 1);
	if (uncompress(p, &n, (const unsigned char *)stored, (uLong)row->stored_bytes) != Z_OK ||
	    n != (uLongf)row->size_bytes)
		return damaged(ctx, sha256, "it cannot be unpacked");
	*out = (struct vd_str){ (const char *)p, n };
	return VD_OK;
}

enum vd_status
vd_blob_get(struct vd_context *ctx, struct vd_db *db, int64_t administration, struct vd_str sha256,
            struct vd_blob *out)
{
	struct q_blob_find_in in = { administration, sha256 };
	struct q_blob_find_row row;
	char found[VD_SHA256_HEX], *stored;
	bool known;

	VD_TRY(q_blob_find(ctx, db, &in, &row, &known));
	if (!known)
		return vd_fail(ctx, VD_E_NOT_FOUND, "blob.unknown", NULL, "there is no document %.*s",
		               VD_FMT(sha256));
	if (row.size_bytes < 0 || row.stored_bytes < 0 || (size_t)row.size_bytes > VD_BLOB_MAX ||
	    (size_t)row.stored_bytes > VD_BLOB_MAX)
		return damaged(ctx, sha256, "its size is impossible");
	VD_NEW(ctx, stored, (size_t)row.stored_bytes + 1);
	VD_TRY(get_chunks(ctx, db, administration, sha256, stored, (size_t)row.stored_bytes));
	VD_TRY(unpack(ctx, sha256, stored, &row, &out->bytes));
	vd_sha256(out->bytes, found);
	if (!vd_str_eq(vd_str_c(found), sha256)) return damaged(ctx, sha256, "its bytes are others");
	out->media_type = row.media_type;
	return VD_OK;
}
