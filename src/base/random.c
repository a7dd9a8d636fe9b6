/* Unguessable bytes by libsodium. */
#include "base/random.h"

#include <sodium.h>

void
vd_random_bytes(void *out, size_t n)
{
	VD_ASSERT(sodium_init() >= 0); /* quick when done before, and safe between threads */
	randombytes_buf(out, n);
}

void
vd_random_hex(char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	vd_random_bytes(out, n);
	for (size_t i = 0; i < n; i++) out[i] = digits[(unsigned char)out[i] & 15];
	out[n] = '\0';
}
