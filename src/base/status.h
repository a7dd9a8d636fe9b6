#ifndef VD_BASE_STATUS_H
#define VD_BASE_STATUS_H
/* The result of every function that can fail, and the few macros everybody uses.
 *
 * A status is a value from a closed set; the sentence for people that explains it
 * travels in the context (context.h). Each status maps to one exit code and, later,
 * to one HTTP code, in exactly one table each. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VD_CHECKED      __attribute__((warn_unused_result))
#define VD_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define VD_CLEANUP(fn)  __attribute__((cleanup(fn)))

enum vd_status {
	VD_OK = 0,
	VD_E_INVALID,   /* the caller gave something we cannot accept: refused as a whole */
	VD_E_USAGE,     /* wrong arguments on the command line */
	VD_E_NOT_FOUND, /* an unknown number, code or id */
	VD_E_CONFLICT,  /* unique key, stale version, already there with other data */
	VD_E_FORBIDDEN, /* not permitted, or not permitted now */
	VD_E_BUSY,      /* lock or serialisation failure: the caller may retry */
	VD_E_LIMIT,     /* a declared limit was reached */
	VD_E_NOMEM,
	VD_E_IO,      /* file, network or store failed */
	VD_E_CORRUPT, /* an invariant of stored data does not hold */
	VD_E__COUNT
};

/* Leave the function with the status of EXPR unless it is VD_OK. */
#define VD_TRY(expr)                      \
	do {                                  \
		enum vd_status vd_s_ = (expr);    \
		if (vd_s_ != VD_OK) return vd_s_; \
	} while (0)

#define VD_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A programmer's error ends the process, in release builds too: an open transaction
 * then rolls back. Never used for bad input or bad stored data. */
#define VD_ASSERT(cond) ((cond) ? (void)0 : vd_assert_failed(#cond, __FILE__, __LINE__))
void vd_assert_failed(const char *condition, const char *file, int line) __attribute__((noreturn));

/* Stable word for a status, e.g. "not_found"; for logs and JSON. */
const char *vd_status_name(enum vd_status);
#endif
