#ifndef INTAKE_NOTATION_H
#define INTAKE_NOTATION_H
/* Amounts and dates as people and packages write them in tables.
 *
 * Reading is done in two steps, so that nothing is guessed: first every cell of the file gives its
 * evidence (what can only be a decimal comma, what can only be month-day-year, what could be
 * both); then the file has one notation, or is refused; then cells are read in that notation.
 *
 * Amounts: "1234.56" "1.234,56" "1 234,56" "1'234.56" "€ 12,50" "12,50-" "-12,50" "(12,50)" "12,-"
 * "12,50 CR"; blanks of any kind are dropped. A group of thousands has three digits.
 * Dates: ISO (also with a time behind it, 20261231, 2026/12/31), 31-12-2026 (with dashes always
 * day-month-year, unless a mapping says otherwise), 31.12.2026, 31/12/2026 (order from evidence),
 * 31 dec 2026. Two-digit years only when a mapping states the order. */
#include "intake/intake.h"

enum notation_order { NOTATION_UNKNOWN, NOTATION_DMY, NOTATION_MDY, NOTATION_YMD };

#define NOTATION_SAMPLE 24
#define NOTATION_AMOUNT_MAX \
	INT64_C(1000000000000000) /* minor units: more than any debt, and sums stay safe */
/* One cell that proves something, for the sentence that refuses a file. line 0: none seen. */
struct notation_proof {
	int64_t line;
	char sample[NOTATION_SAMPLE + 1];
};

/* What all cells seen so far prove. Start from zero. */
struct notation_evidence {
	struct notation_proof comma, dot,
	    either_amount;                           /* decimal comma, decimal point, could be both */
	struct notation_proof dmy, mdy, either_date; /* of dates with slashes */
	struct notation_proof dash_dmy, dash_mdy, short_year; /* 31-12-2026, 12-31-2026, 31-12-26 */
};
void notation_see_amount(struct notation_evidence *, struct vd_str cell, int64_t line);
void notation_see_date(struct notation_evidence *, struct vd_str cell, int64_t line);
/* -1, 0 or 1, known before the notation is; 0 also for what is no amount. */
int notation_sign(struct vd_str cell);
/* Without blanks of any kind (also the no-break ones) at both ends. */
struct vd_str notation_trim(struct vd_str);

/* The notation of a file. decimal: '.', ',' or 0 when no cell has either. */
struct notation {
	char decimal;
	enum notation_order order; /* of slashed dates, and of all short forms when stated */
	bool order_stated;         /* by a mapping: two-digit years may be read, dashes follow it too */
};
/* Evidence and what a mapping states (0 / NOTATION_UNKNOWN: nothing) to one notation, or
 * VD_E_INVALID "csv.ambiguous_amounts", "csv.ambiguous_dates" with the lines that tell it. */
VD_CHECKED enum vd_status notation_decide(struct vd_context *, const struct notation_evidence *,
                                          const struct notation *stated, struct notation *out);

/* Which side the cell itself names with D/DR/DB or C/CR behind the amount. */
enum notation_side { NOTATION_NO_SIDE, NOTATION_DEBIT, NOTATION_CREDIT };
struct notation_amount {
	int64_t minor; /* signed by minus, brackets; not by the side */
	enum notation_side side;
	struct vd_currency
	    currency; /* that the cell names ("€ 12,50", "12.50 USD"); all zero when none */
};
/* VD_E_INVALID with a sentence on the cell. `currency` gives the decimals when the cell names none.
 */
VD_CHECKED enum vd_status notation_read_amount(struct vd_context *, const struct notation *,
                                               struct vd_str cell, struct vd_currency currency,
                                               struct notation_amount *out);
/* An empty cell and 00-00-0000 give VD_DATE_NONE. */
VD_CHECKED enum vd_status notation_read_date(struct vd_context *, const struct notation *,
                                             struct vd_str cell, struct vd_date *out);
#endif
