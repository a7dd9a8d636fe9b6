#ifndef INTAKE_BANK_INTERNAL_H
#define INTAKE_BANK_INTERNAL_H
/* What the two statement readers share: the way out to the sink, with the sums and checks that do
 * not depend on the format, and the small rules on texts. Only bank_*.c, camt*.c and mt940*.c
 * include this.
 *
 * The readers work in an arena of their own and rewind it after each callback; the sink gets the
 * caller's context, so what it allocates there stays. */
#include "base/buf.h"
#include "intake/bank.h"

/* Memory of one reader: a record of INTAKE_RECORD_MAX, its texts in several forms and its
 * transactions. */
#define BANK_MEMORY_MAX ((size_t)128 << 20)

struct bank_out {
	struct bank_sink sink;
	struct vd_context *caller; /* during a call only */
	struct bank_record_statement statement;
	bool told;       /* statement_begin was called */
	bool spoiled;    /* the statement cannot be read: only its rejection follows */
	bool incomplete; /* an entry of it was rejected */
	int64_t ordinal;
	struct vd_date first_on, last_on; /* of the booked entries */
};

/* A new statement: everything unknown. */
void bank_out_start(struct bank_out *, struct intake_place);
/* Tells the sink that the statement begins, once; before the first entry or at the end. */
VD_CHECKED enum vd_status bank_out_begin(struct vd_context *, struct bank_out *);
/* Counts, numbers and hands over one entry (place, dates, amount and texts filled in). An entry
 * that cannot belong to the statement (another currency, no date) becomes a rejection. */
VD_CHECKED enum vd_status bank_out_entry(struct vd_context *, struct bank_out *,
                                         struct bank_record_entry *);
VD_CHECKED enum vd_status bank_out_reject_entry(struct vd_context *, struct bank_out *,
                                                struct intake_place, struct vd_str key,
                                                struct vd_str why);
/* The statement cannot be read: told at once; entries that still follow are left out. */
VD_CHECKED enum vd_status bank_out_reject_statement(struct vd_context *, struct bank_out *,
                                                    struct vd_str why);
/* The end: dates, the sum against the balances, statement_end. */
VD_CHECKED enum vd_status bank_out_end(struct vd_context *, struct bank_out *);
VD_CHECKED enum vd_status bank_out_warn(struct vd_context *, struct bank_out *, struct intake_place,
                                        struct vd_str message);

/* Statuses that concern one record (its contents), not the job: memory, store and sink failures go
 * on up. */
static inline bool
bank_is_about_record(const struct vd_context *ctx, enum vd_status status)
{
	return (status == VD_E_INVALID || status == VD_E_LIMIT) && !ctx->arena->failed;
}

/* --- texts --- */

/* Text lines joined both ways: with a blank between them unless the line before was full, and
 * without. */
struct bank_lines {
	struct vd_buf spaced, joined;
	bool any, full; /* the last line filled its width */
};
void bank_lines_start(struct vd_context *, struct bank_lines *);
/* full: the sender broke the line because it was full, so the next one may go on in the same word.
 */
void bank_lines_add(struct bank_lines *, struct vd_str line, bool full);
/* Trimmed, in the arena; NONE when there was no line. VD_E_LIMIT when too long. */
VD_CHECKED enum vd_status bank_lines_finish(struct vd_context *, struct bank_lines *,
                                            struct vd_str *spaced, struct vd_str *joined);

/* A copy, trimmed, with control characters as blanks and layout (a line break with what indents it)
 * as one blank; an empty text becomes NONE. */
VD_CHECKED enum vd_status bank_text(struct vd_context *, struct vd_str, struct vd_str *out);
/* The same for a reference: placeholders such as NOTPROVIDED and NONREF become NONE. */
VD_CHECKED enum vd_status bank_reference(struct vd_context *, struct vd_str, struct vd_str *out);
bool bank_is_placeholder(struct vd_str);
/* Normalised IBAN; else the letters and digits as the bank wrote them; NONE when there are none, or
 * only zeros. */
VD_CHECKED enum vd_status bank_account(struct vd_context *, struct vd_str, struct vd_str *out);
/* Two letters, two digits and 10..30 letters and digits: an IBAN, whether its check digits are
 * right or not. */
bool bank_looks_like_iban(struct vd_str);
bool bank_iban_valid(struct vd_str); /* with check digits; false for none */
bool bank_looks_like_bic(struct vd_str);
/* The ISO reason behind "/RTRN/" (blanks and line breaks ignored), or NONE. A view of the text. */
VD_CHECKED enum vd_status bank_return_reason(struct vd_context *, struct vd_str text,
                                             struct vd_str *out);
/* "CUR/8850426741301240", behind "STRD/" or "SCOR/": issuer and reference. */
bool bank_structured_reference(struct vd_str text, struct vd_str *issuer, struct vd_str *reference);

/* What a text marked with keywords says: bank_slashes.c. */
struct bank_slashes {
	bool known;                                 /* it is such a text */
	struct bank_record_transaction transaction; /* without amounts */
	int64_t batch_count;
	struct vd_str type; /* TRTP, RTYP: "SEPA OVERBOEKING" */
};
/* joined: the same text without blanks where lines broke. in: money in, which tells payer from
 * payee. */
VD_CHECKED enum vd_status bank_slashes(struct vd_context *, struct vd_str text,
                                       struct vd_str joined, bool in, struct bank_slashes *out);

/* --- the two readers --- */

struct camt_reader;
VD_CHECKED enum vd_status camt_reader_new(struct vd_context *, struct bank_out *,
                                          struct camt_reader **out);
VD_CHECKED enum vd_status camt_reader_feed(struct vd_context *, struct camt_reader *,
                                           struct vd_str);
VD_CHECKED enum vd_status camt_reader_end(struct vd_context *, struct camt_reader *);
void camt_reader_free(struct camt_reader *);

struct mt940_reader;
VD_CHECKED enum vd_status mt940_reader_new(struct vd_context *, struct bank_out *,
                                           struct mt940_reader **out);
VD_CHECKED enum vd_status mt940_reader_feed(struct vd_context *, struct mt940_reader *,
                                            struct vd_str);
VD_CHECKED enum vd_status mt940_reader_end(struct vd_context *, struct mt940_reader *);
#endif
