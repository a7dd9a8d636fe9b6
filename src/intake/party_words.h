#ifndef INTAKE_PARTY_WORDS_H
#define INTAKE_PARTY_WORDS_H
/* Words in cells that stand for one of a few things: kinds of document, debit or credit, consumer
 * or business, risk, language, country. English, Dutch and what a mapping adds. */
#include "intake/mapping.h"

enum party_word_list {
	PARTY_W_TYPE,
	PARTY_W_SIDE,
	PARTY_W_KIND,
	PARTY_W_RISK,
	PARTY_W_LANGUAGE,
	PARTY_W_COUNTRY,
	PARTY_W__COUNT
};

/* The last word of each list and what it meant: columns repeat themselves. Start from zero. */
struct party_words {
	struct {
		char text[32];
		size_t len;
		int value;
	} last[PARTY_W__COUNT];
};

/* Place of the word in its list, or -1 for an unknown one. */
VD_CHECKED enum vd_status party_words_find(struct vd_context *, struct party_words *,
                                           enum party_word_list, struct vd_str text, int *out);
/* The word the program uses for that place: "consumer", "nl", "NL". */
struct vd_str party_words_name(enum party_word_list, int value);
/* enum mapping_type or -1; the mapping's own words go first. mapping may be NULL. */
VD_CHECKED enum vd_status party_words_type(struct vd_context *, struct party_words *,
                                           const struct party_mapping *, struct vd_str text,
                                           int *out);
/* enum notation_side; NOTATION_NO_SIDE for an unknown word. */
VD_CHECKED enum vd_status party_words_side(struct vd_context *, struct party_words *,
                                           const struct party_mapping *, struct vd_str text,
                                           int *out);
/* "Totaal", "Subtotaal:", "Total amount". */
bool party_words_total(struct vd_str text);
#endif
