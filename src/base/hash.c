/* SHA-256 by libsodium. */
#include "base/hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct vd_sha256_stream),
               "the stream must hold the library's state");

/* The state is copied in and out, so that the header needs neither the library nor its alignment.
 */
static crypto_hash_sha256_state
load(const struct vd_sha256_stream *stream)
{
	crypto_hash_sha256_state state;

	memcpy(&state, stream->state, sizeof(state));
	return state;
}

static void
keep(struct vd_sha256_stream *stream, const crypto_hash_sha256_state *state)
{
	memcpy(stream->state, state, sizeof(*state));
}

void
vd_sha256_start(struct vd_sha256_stream *stream)
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	keep(stream, &state);
}

void
vd_sha256_add(struct vd_sha256_stream *stream, struct vd_str bytes)
{
	crypto_hash_sha256_state state = load(stream);

	if (bytes.len == 0) return;
	crypto_hash_sha256_update(&state, (const unsigned char *)bytes.ptr, bytes.len);
	keep(stream, &state);
}

void
vd_sha256_end(struct vd_sha256_stream *stream, char out[VD_SHA256_HEX])
{
	crypto_hash_sha256_state state = load(stream);
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(out, VD_SHA256_HEX, digest, sizeof(digest));
}

void
vd_sha256(struct vd_str bytes, char out[VD_SHA256_HEX])
{
	struct vd_sha256_stream stream;

	vd_sha256_start(&stream);
	vd_sha256_add(&stream, bytes);
	vd_sha256_end(&stream, out);
}
