#ifndef APP_VERIFY_INTERNAL_H
#define APP_VERIFY_INTERNAL_H
/* Between verify.c (money), verify_rest.c (bank, words, dunning state) and rebuild.c. */
#include "app/verify.h"

#define VERIFY_TEXT 160
#define VERIFY_PAGE 2000 /* invoices or items at a time */

struct verify {
	struct app *app;
	struct app_verify_result *result;
	const char *check; /* running now */
};
/* Counts a difference and keeps the first ones. */
VD_CHECKED enum vd_status verify_found(struct vd_context *, struct verify *, const char *row,
                                       const char *expected, const char *found);
VD_CHECKED enum vd_status verify_bank_entries(struct vd_context *, struct verify *);
VD_CHECKED enum vd_status verify_statements(struct vd_context *, struct verify *);
VD_CHECKED enum vd_status verify_words(struct vd_context *, struct verify *);
VD_CHECKED enum vd_status verify_chases(struct vd_context *, struct verify *);
#endif
