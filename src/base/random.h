#ifndef VD_BASE_RANDOM_H
#define VD_BASE_RANDOM_H
/* Unguessable bytes (libsodium), for names of temporary files, ids of messages, tokens. */
#include "base/status.h"
void vd_random_bytes(void *out, size_t n);
/* n lower-case hexadecimal characters and a NUL. */
void vd_random_hex(char *out, size_t n);
#endif
