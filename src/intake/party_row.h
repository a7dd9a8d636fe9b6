#ifndef INTAKE_PARTY_ROW_H
#define INTAKE_PARTY_ROW_H
/* One row of a table as a record of party.h, by the plan that inspection made. */
#include "intake/party_csv.h"
#include "intake/party_words.h"

#define PARTY_ROW_WARNINGS_MAX 8

struct party_row {
	struct vd_context *ctx; /* of the reader; its arena is rewound after the row */
	const struct party_csv_plan *plan;
	const struct csv_row *row;
	struct party_words *words;
	enum party_field fault; /* the field that a rejection is about; PARTY_F__COUNT = the row */
	bool skip;              /* the mapping says that rows of this type do not count */
	struct party_csv_notice warnings[PARTY_ROW_WARNINGS_MAX];
	size_t warnings_count;
};

/* The cell of a field, or the mapping's constant, without blanks around it and without the marks
 * that spreadsheets put before text (="0012", '=…). NONE when there is neither; a row that is
 * shorter than its header has empty cells. */
VD_CHECKED enum vd_status party_row_text(struct party_row *, enum party_field, struct vd_str *out);
/* The amount as written, signed; *given false for an absent or empty cell. *currency as the cell
 * names it, else untouched. */
VD_CHECKED enum vd_status party_row_amount(struct party_row *, enum party_field,
                                           struct vd_currency *currency, int64_t *minor,
                                           bool *given);
struct intake_place party_row_place(const struct party_row *, enum party_field);

/* VD_E_INVALID or VD_E_LIMIT: the row is refused, ctx->error says why and `fault` where. */
VD_CHECKED enum vd_status party_row_debtor(struct party_row *, struct party_record_debtor *out);
VD_CHECKED enum vd_status party_row_invoice(struct party_row *, struct party_record_invoice *out);
#endif
