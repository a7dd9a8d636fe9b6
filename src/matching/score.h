#ifndef MATCHING_SCORE_H
#define MATCHING_SCORE_H
/* The certainty table: what the text says, how the amount fits, and who pays -> basis points.
 * docs/matching.md shows the same table; a test compares the two. */
#include "matching/number.h"

enum match_fit {
	FIT_EXACT,     /* the money is exactly the sum of the items */
	FIT_TOLERANCE, /* a small difference, written off */
	FIT_PARTIAL,   /* less than the items */
	FIT_OVER,      /* more than the items */
	FIT__COUNT
};

/* Who pays, as seen from the debtor of the items: the columns of the table. */
enum match_payer {
	PAYER_OTHER, /* account or code of another debtor */
	PAYER_UNKNOWN,
	PAYER_MAYBE,  /* similar name; or an account, name or code that does not single him out */
	PAYER_LIKELY, /* his name */
	PAYER_SURE,   /* his account or code */
	PAYER__COUNT
};

int64_t match_certainty(enum match_fit, enum match_mention, enum match_payer);
#endif
