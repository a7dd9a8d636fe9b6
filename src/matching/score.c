/* The certainty table. A number proves itself by its length and its check digits, and then needs
 * the less support; an amount by itself proves nothing about who pays. See docs/matching.md. */
#include "matching/score.h"

/* Columns: another debtor pays, unknown, maybe his, his name, his account or code. */
static const int16_t table[FIT__COUNT][MENTION__COUNT][PAYER__COUNT] = {
	[FIT_EXACT] = {
		[MENTION_REFERENCE] = { 9500, 9800, 9850, 9900, 9950 },
		[MENTION_WHOLE]     = { 9300, 9500, 9700, 9850, 9900 },
		[MENTION_DIGITS]    = { 9200, 9400, 9600, 9800, 9850 },
		[MENTION_TAIL]      = { 7000, 9100, 9200, 9500, 9700 },
		[MENTION_LIST]      = { 8500, 9200, 9400, 9600, 9700 },
		[MENTION_SHORT]     = { 6000, 8000, 8500, 9300, 9600 },
		[MENTION_SUFFIX]    = { 4000, 5000, 7500, 9200, 9400 },
		[MENTION_NEAR]      = { 5000, 7000, 8000, 9100, 9400 },
		[MENTION_NONE]      = {    0,    0, 6500, 9050, 9200 },
	},
	[FIT_TOLERANCE] = {
		[MENTION_REFERENCE] = { 9200, 9300, 9500, 9600, 9700 },
		[MENTION_WHOLE]     = { 6000, 8500, 8800, 9400, 9600 },
		[MENTION_DIGITS]    = { 5500, 8300, 8700, 9300, 9500 },
		[MENTION_TAIL]      = { 4000, 7500, 8000, 9100, 9300 },
		[MENTION_LIST]      = { 4000, 7500, 8000, 9000, 9200 },
		[MENTION_SHORT]     = { 3000, 6000, 7000, 8800, 9200 },
		[MENTION_SUFFIX]    = { 2000, 4000, 6000, 8000, 8800 },
		[MENTION_NEAR]      = { 2000, 5000, 6500, 8500, 8800 },
		[MENTION_NONE]      = {    0,    0, 5000, 8000, 8600 },
	},
	[FIT_PARTIAL] = {
		[MENTION_REFERENCE] = { 8500, 9100, 9200, 9400, 9500 },
		[MENTION_WHOLE]     = { 4500, 7500, 8700, 9300, 9400 },
		[MENTION_DIGITS]    = { 4000, 7000, 8500, 9200, 9300 },
		[MENTION_TAIL]      = { 3000, 5500, 7500, 9000, 9200 },
		[MENTION_LIST]      = { 3000, 5000, 6500, 8000, 8500 },
		[MENTION_SHORT]     = { 2500, 4500, 6500, 8300, 8800 },
		[MENTION_SUFFIX]    = { 1500, 3000, 5000, 7000, 8000 },
		[MENTION_NEAR]      = { 1000, 3000, 5000, 7000, 7500 },
		[MENTION_NONE]      = {    0,    0, 2000, 3000, 4000 },
	},
	[FIT_OVER] = {
		[MENTION_REFERENCE] = { 8500, 9050, 9150, 9350, 9450 },
		[MENTION_WHOLE]     = { 3500, 7000, 8500, 9200, 9300 },
		[MENTION_DIGITS]    = { 3000, 6500, 8300, 9150, 9250 },
		[MENTION_TAIL]      = { 2500, 5000, 7000, 9000, 9100 },
		[MENTION_LIST]      = { 2500, 4500, 6000, 7500, 8000 },
		[MENTION_SHORT]     = { 2000, 4000, 6000, 8200, 8700 },
		[MENTION_SUFFIX]    = { 1000, 2500, 4500, 6500, 7500 },
		[MENTION_NEAR]      = { 1000, 2500, 4500, 6500, 7000 },
		[MENTION_NONE]      = {    0,    0, 2500, 4500, 6000 }, /* all on account */
	},
};

int64_t
match_certainty(enum match_fit fit, enum match_mention mention, enum match_payer payer)
{
	return table[fit][mention][payer];
}
