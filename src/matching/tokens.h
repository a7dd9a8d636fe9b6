#ifndef MATCHING_TOKENS_H
#define MATCHING_TOKENS_H
/* What in the payment text may be an invoice number, a debtor code or a structured reference. */
#include "matching/number.h"
#include "matching/text.h"

#define MATCH_TOKENS_MAX     256
#define MATCH_REFERENCES_MAX 12

struct match_found_reference {
	struct vd_str code;   /* without separators, capitals; check digits are right */
	struct vd_str body;   /* what the check digits protect: letters and digits of RF, number without
	                         zeros else */
	uint16_t first, last; /* pieces */
};

struct match_tokens {
	struct match_text text;
	struct match_token tokens[MATCH_TOKENS_MAX];
	size_t count;
	struct match_found_reference references[MATCH_REFERENCES_MAX];
	size_t references_count;
};

/* May it be a reference without check digits? In the field for it, or after "kenmerk". */
bool match_token_is_reference(const struct match_token *);
void match_tokens_read(struct match_tokens *, const struct match_transaction *);
#endif
