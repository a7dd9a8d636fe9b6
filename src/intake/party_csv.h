#ifndef INTAKE_PARTY_CSV_H
#define INTAKE_PARTY_CSV_H
/* Debtors and invoices from delimited text, in two passes over the same bytes, both streaming.
 *
 * Pass 1, inspect: finds encoding, separator, header row and columns, and gathers from every row
 *what its amounts and dates prove. What is not certain refuses the file as a whole, with the line
 *and the reason. Its result, the plan, can be shown to people before anything is read. Pass 2,
 *read: gives a record or a rejection per row.
 *
 *	VD_AUTO_PARTY_INSPECTOR *inspector = NULL;
 *	VD_AUTO_PARTY_CSV *reader = NULL;
 *	const struct party_csv_plan *plan;
 *	VD_TRY(party_csv_inspect_new(ctx, &options, &inspector));
 *	…feed all blocks: party_csv_inspect_feed(ctx, inspector, block)…
 *	VD_TRY(party_csv_inspect_end(ctx, inspector, &plan));
 *	VD_TRY(party_csv_new(ctx, plan, &sink, &reader));
 *	…feed the same bytes: party_csv_feed(ctx, reader, block)…
 *	VD_TRY(party_csv_end(ctx, reader));
 *
 * Columns are known by the contract's names in English or Dutch (party_field.h), by a mapping the
 * caller chooses, or by the one preset whose headers are all there. Rows without any text, repeated
 * headers and total rows are passed over; totals are checked against the rows.
 * A record text that is empty means "empty"; NONE means the file has no such column. */
#include "intake/csv.h"
#include "intake/mapping.h"
#include "intake/party.h"

#define PARTY_CSV_NOTICES_MAX  16
#define PARTY_CSV_WARNINGS_MAX 100 /* per file; then one more that says so */

struct party_csv_options {
	enum party_subject subject;
	const struct party_mapping *mapping;        /* chosen by the caller, or NULL */
	const struct party_mapping *const *presets; /* tried when there is no mapping */
	size_t presets_count;
	struct vd_currency
	    currency; /* of the administration: decimals of amounts without a currency; zero = EUR */
};

struct party_csv_notice {
	struct intake_place place;
	struct vd_str message;
};

struct party_csv_plan {
	enum party_subject subject;
	struct csv_dialect dialect;
	const struct party_mapping
	    *mapping; /* the caller's, or the preset that fits; NULL = default headers */
	struct notation notation;
	struct vd_currency currency;
	int64_t header_line;          /* 0 = no header row */
	const struct vd_str *headers; /* as in the file */
	size_t headers_count;
	int16_t columns[PARTY_F__COUNT]; /* column of each field, from 0; -1 = none */
	bool side_in_sign;               /* the D/C column repeats the sign of the amounts */
	int64_t header_rows;             /* rows up to and including the header */
	int64_t rows, bytes;             /* of the whole file, to see that pass 2 reads the same */
	int64_t records;                 /* rows that hold data, totals included */
	struct party_csv_notice notices[PARTY_CSV_NOTICES_MAX]; /* given to sink.warning by pass 2 */
	size_t notices_count;
};

struct party_csv_inspector;
VD_CHECKED enum vd_status party_csv_inspect_new(struct vd_context *,
                                                const struct party_csv_options *,
                                                struct party_csv_inspector **out);
VD_CHECKED enum vd_status party_csv_inspect_feed(struct vd_context *, struct party_csv_inspector *,
                                                 struct vd_str bytes);
/* VD_E_INVALID "csv.empty", "csv.no_header", "csv.ambiguous_columns", "csv.ambiguous_amounts",
 * "csv.ambiguous_dates", "csv.ambiguous_signs", or what csv.h refuses. The plan is in ctx->arena;
 * it points to the mapping and presets of the options. */
VD_CHECKED enum vd_status party_csv_inspect_end(struct vd_context *, struct party_csv_inspector *,
                                                const struct party_csv_plan **out);
void party_csv_inspect_free(struct party_csv_inspector **);
#define VD_AUTO_PARTY_INSPECTOR VD_CLEANUP(party_csv_inspect_free) struct party_csv_inspector

struct party_csv;
/* The plan must outlive the reader; *sink is copied. */
VD_CHECKED enum vd_status party_csv_new(struct vd_context *, const struct party_csv_plan *,
                                        const struct party_sink *, struct party_csv **out);
VD_CHECKED enum vd_status party_csv_feed(struct vd_context *, struct party_csv *,
                                         struct vd_str bytes);
/* VD_E_CONFLICT "csv.changed" when the bytes were not those that were inspected. */
VD_CHECKED enum vd_status party_csv_end(struct vd_context *, struct party_csv *);
void party_csv_free(struct party_csv **);
#define VD_AUTO_PARTY_CSV VD_CLEANUP(party_csv_free) struct party_csv
#endif
