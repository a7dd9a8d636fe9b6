#ifndef MATCHING_TEXT_H
#define MATCHING_TEXT_H
/* Payment text cut into pieces: runs of letters and digits, with what stands between them and what
 * they look like. A piece that looks like a date, an amount, an account, a telephone number or a
 * postcode is marked, since it may be taken for an invoice number only with strong support.
 *
 * All pieces of one transaction share two buffers, one with the letters (capitals) and digits of
 * every piece and one with the digits only, so that any run of neighbouring pieces read as one code
 * ("F25 0000123") is a view on them and costs nothing. */
#include "matching/matching.h"

#define MATCH_PIECES_MAX 160
#define MATCH_CODE_MAX   35 /* longest code or reference; also what a payment order can carry */

enum match_source { /* where a piece comes from, most telling first */
	                SOURCE_STRUCTURED,
	                SOURCE_DOCUMENTS,
	                SOURCE_TEXT,
	                SOURCE_JOINED,
	                SOURCE_END_TO_END,
	                SOURCE_INFO
};
enum match_gap { /* what stands before a piece */
	             GAP_START,
	             GAP_BLANK,
	             GAP_DOT,
	             GAP_COMMA,
	             GAP_DASH,
	             GAP_SLASH,
	             GAP_COLON,
	             GAP_LIST,
	             GAP_OTHER
};
enum match_look {
	LOOK_PLAIN,
	LOOK_YEAR,
	LOOK_DATE,
	LOOK_AMOUNT,
	LOOK_ACCOUNT,
	LOOK_PHONE,
	LOOK_POSTCODE,
	LOOK_FOREIGN,
	LOOK_BROKEN /* a structured reference with wrong check digits */
};
enum match_word {
	WORD_NONE,
	WORD_INVOICE,
	WORD_NUMBER,
	WORD_DEBTOR,
	WORD_ORDER,
	WORD_FOREIGN,
	WORD_AND,
	WORD_RANGE,
	WORD_MONTH,
	WORD_EURO
};

struct match_piece {
	uint16_t at, len;                 /* in codes */
	uint16_t digits_at, digits_count; /* in digits */
	uint8_t source, gap, look, word;
	bool tight; /* the gap is one character, no blank */
	bool money; /* a currency sign stands before it */
};

struct match_text {
	struct match_piece pieces[MATCH_PIECES_MAX];
	size_t count;
	char codes[MATCH_TEXT_MAX * 3], digits[MATCH_TEXT_MAX * 3];
	size_t codes_len, digits_len;
};

/* Reads all texts of the transaction that may name an item. What does not fit is left out. */
void match_text_read(struct match_text *, const struct match_transaction *);
/* Pieces first..last (same source) as one code, or its digits only. */
struct vd_str match_text_code(const struct match_text *, size_t first, size_t last);
struct vd_str match_text_digits(const struct match_text *, size_t first, size_t last);
/* May the pieces first..last be one code that was written with blanks, dots, dashes or slashes? */
bool match_text_joinable(const struct match_text *, size_t first, size_t last);
/* What a word in capitals announces. */
enum match_word match_text_word(struct vd_str);
/* The word that announces this piece: "factuurnr. 123", "klant nr 123"; WORD_NONE when none does.
 */
enum match_word match_text_announced(const struct match_text *, size_t piece);
/* The amount that begins at this piece, in minor units of two decimals: "1.013,74", "1013,74",
 * "1,013.74", "1013.74", "EUR 1013". False when none does; *count is its number of pieces. */
bool match_text_amount(const struct match_text *, size_t piece, size_t *count, int64_t *minor);
#endif
