#ifndef MATCHING_NUMBER_H
#define MATCHING_NUMBER_H
/* Invoice numbers: their parts, and how tellingly a piece of text names one. */
#include "matching/matching.h"

/* A number as normalised text and the parts by which people call it: F250000123 has the digits
 * 250000123 and, without year and leading zeros, the tail 123. */
struct match_number {
	struct vd_str key, digits, tail;
};

/* How a piece of text names an item, weakest first: the rows of the certainty table. */
enum match_mention {
	MENTION_NONE,
	MENTION_NEAR,   /* one slip away: a digit wrong, left out, doubled, or two swapped */
	MENTION_SUFFIX, /* last digits only, or a number of up to 3 signs */
	MENTION_SHORT,  /* whole, but short or of doubtful look */
	MENTION_LIST,   /* abbreviated in a list or range after a whole one */
	MENTION_TAIL,   /* the sequence number, 6 digits or more as written */
	MENTION_DIGITS, /* all digits, without the letters */
	MENTION_WHOLE,
	MENTION_REFERENCE, /* structured reference, check digits right */
	MENTION__COUNT
};

/* A piece of text that may be a number. */
struct match_token {
	struct vd_str code, digits;
	uint16_t first, last; /* pieces */
	uint8_t source, look; /* enum match_source, enum match_look */
	uint8_t announced;    /* enum match_word */
};

/* The digits of key go into buffer, which has room for key.len. */
void match_number_split(struct vd_str key, char *buffer, struct match_number *);
/* Sequence number: without a year of two or four digits in front and without leading zeros. */
struct vd_str match_number_tail(struct vd_str digits);
enum match_mention match_number_mention(const struct match_token *, const struct match_number *);
/* One slip apart? Letters that look like digits (O and 0, I and 1) are no slip. */
bool match_number_near(const struct match_token *, const struct match_number *);
/* Does the token look like a number of the same series: as long, letters at the same places? */
bool match_number_alike(const struct match_token *, const struct match_number *);
#endif
