#ifndef APP_INVOICE_WORDS_H
#define APP_INVOICE_WORDS_H
/* The words under which an invoice is found, with their kind as the store keeps it. */
#include "base/context.h"
#include "matching/matching.h"

struct app_invoice_word {
	const char *kind; /* "reference", "number", "digits", "tail" */
	struct vd_str text;
};
VD_CHECKED enum vd_status app_invoice_words(struct vd_context *, struct vd_str number,
                                            struct vd_str reference, struct vd_str order,
                                            struct app_invoice_word out[MATCH_WORDS_MAX],
                                            size_t *count);
#endif
