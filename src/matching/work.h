#ifndef MATCHING_WORK_H
#define MATCHING_WORK_H
/* The facts of one match_propose call as they are worked out, and the explanations ("hypotheses")
 * found so far. Lives on the stack and in the arena of that call. */
#include "matching/score.h"
#include "matching/tokens.h"

#define MATCH_HYPOTHESES_MAX 24
#define MATCH_NO_TOKEN       UINT16_MAX

/* An item as seen from this transaction. */
struct match_candidate {
	const struct match_item *item;
	struct match_number number;
	int64_t
	    value; /* what the transaction's money must be to settle it: positive, or negative when
	            * it works against (a credit note beside invoices); 0: settled or other currency */
	uint16_t party;
	uint16_t token;  /* that names it, or MATCH_NO_TOKEN (a reference names it, or nothing) */
	uint8_t mention; /* enum match_mention */
	bool by_order;   /* named by its order reference: the same token may name several */
	bool later;      /* dated after the transaction */
};

enum match_likeness { NAME_OTHER, NAME_SIMILAR, NAME_BEGINNING, NAME_LOOSE, NAME_EQUAL };

/* A debtor as seen from this transaction. */
struct match_party {
	const struct match_debtor *debtor; /* NULL: an item's debtor that the caller did not give */
	int64_t id;
	uint32_t from, to; /* his candidates, oldest due first */
	bool account_sure, account_shared;
	uint8_t code;           /* 0 not named, 1 perhaps, 2 named by his code */
	uint8_t name, ultimate; /* enum match_likeness */
	uint8_t supports;       /* enum match_payer, beside a number that names his item */
	uint8_t identifies;     /* enum match_payer, without any number */
	bool named;             /* one of his items is named */
	bool settled_named;     /* one of his settled items is named */
	bool foreign_named;     /* an item of his in another currency is named */
};

enum match_note { /* what is added to the reasons */
	              NOTE_AMBIGUOUS = 1,
	              NOTE_CONFLICT = 2,
	              NOTE_LOOSE_NUMBER = 4,
	              NOTE_SETTLED = 8,
	              NOTE_LIMIT = 16,
	              NOTE_WHOLE_BALANCE = 32,
	              NOTE_ALL_DUE = 64,
	              NOTE_CREDIT = 128,
	              NOTE_COMPLEMENT = 256,
	              NOTE_TWICE = 512,
	              NOTE_OTHER_EXACT = 1024,
	              NOTE_NOT_PAID = 2048,
	              NOTE_RANGE = 4096,
	              NOTE_WITHOUT_VAT = 8192,
	              NOTE_CURRENCY = 16384,
	              NOTE_OLDEST_FIRST = 32768,
	              NOTE_LATER = 65536,
	              NOTE_SEVERAL = 131072,
	              NOTE_CHANCE = 262144,
	              NOTE_BATCH = 524288,
	              NOTE_COLLECTED = 1048576,
	              NOTE_FAR_OVER = 2097152,
	              NOTE_LITTLE_LESS = 4194304,
	              NOTE_EXPLAINED = 8388608
};

struct match_hypothesis {
	enum match_fit fit;
	enum match_mention mention;
	enum match_payer payer;
	uint16_t party;
	uint16_t parts[MATCH_LINES_MAX]; /* candidates */
	int64_t amounts[MATCH_LINES_MAX];
	uint16_t parts_count;
	uint16_t near_token;            /* FIT_EXACT with MENTION_NEAR: the mistyped number */
	int64_t unallocated, write_off; /* the write-off goes with the last part */
	int64_t certainty, raw;         /* raw: before caps; it ranks what caps make equal */
	uint32_t notes;
	bool capped; /* for a person, whatever the threshold */
	const struct match_earlier *earlier;
	const char *earlier_reason;
};

struct match_work {
	struct vd_context *ctx;
	const struct match_transaction *x;
	const struct match_rules *rules;
	struct match_tokens found;
	uint8_t used[MATCH_PIECES_MAX]; /* strongest mention a piece is part of */
	struct match_party *parties;
	size_t parties_count;
	struct match_candidate *candidates;
	size_t candidates_count;
	uint16_t cut_party; /* whose items may not all be there; UINT16_MAX: nobody's */
	int64_t target;     /* amount without sign */
	bool refund;        /* money out: credit items are what is settled */
	struct match_hypothesis hypotheses[MATCH_HYPOTHESES_MAX];
	size_t hypotheses_count;
	const struct match_earlier *earlier;
	size_t earlier_count;
};

/* party.c: who pays. Needs the tokens; marks the pieces that are a debtor's code as used. */
VD_CHECKED enum vd_status match_parties(struct match_work *, const struct match_debtor *,
                                        size_t count);
enum match_likeness match_name_likeness(struct vd_str fold_a, struct vd_str fold_b);

/* mention.c: candidates of all parties, in order, and which of them the text names. */
VD_CHECKED enum vd_status match_candidates(struct match_work *, const struct match_item *,
                                           size_t count);
void match_mentions(struct match_work *);

/* named.c, unnamed.c, returns.c: hypotheses. */
void match_named(struct match_work *, size_t party);
void match_several_debtors(struct match_work *);
void match_unnamed(struct match_work *, size_t party);
void match_left_to_person(struct match_work *); /* last: for parties without explanation */
void match_returns(struct match_work *);

/* hypothesis.c */
struct match_hypothesis *match_hypothesis_new(struct match_work *, size_t party, enum match_fit,
                                              enum match_mention);
void match_hypothesis_part(struct match_hypothesis *, size_t candidate, int64_t amount);
/* Spreads the money over the parts that are there, oldest due first; what is left is unallocated.
 */
void match_hypothesis_fill(struct match_work *, struct match_hypothesis *);
/* Is there a token that looks like a number of this party's series and names nothing? */
bool match_loose_number(const struct match_work *, size_t party);
/* VD_OK always, but reasons need memory. */
VD_CHECKED enum vd_status match_reasons(struct match_work *, const struct match_hypothesis *,
                                        struct vd_str *out);
#endif
