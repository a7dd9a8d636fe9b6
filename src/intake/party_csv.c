/* Pass 2: a record or a rejection per row; totals are checked and passed over. */
#include "intake/party_csv.h"
#include "intake/party_row.h"

#include <string.h>

#define OWN_MEMORY ((size_t)8 * 1024 * 1024)

/* Sums of the columns that a total row may add up; of the whole file and since the last total. */
enum { SUM_GROSS, SUM_OPEN, SUM_DEBIT, SUM_CREDIT, SUM_NET, SUM_VAT, SUM__COUNT };
static const enum party_field sum_fields[SUM__COUNT] = {
	PARTY_F_GROSS, PARTY_F_OPEN, PARTY_F_DEBIT, PARTY_F_CREDIT, PARTY_F_NET, PARTY_F_VAT,
};
struct sums {
	int64_t minor[SUM__COUNT];
	bool given[SUM__COUNT];
};

struct party_csv {
	struct vd_arena arena;
	struct vd_context own;
	struct vd_context *outer; /* of the call that is going on, for the sink */
	struct csv_reader *csv;
	const struct party_csv_plan *plan;
	struct party_sink sink;
	struct party_words words;
	struct sums all, part;
	bool sums_useless; /* an amount could not be read, or is too large: totals are not checked */
	struct vd_currency currency; /* of the first row with one; totals of several are not checked */
	int64_t rows, bytes, warnings;
	bool notices_given;
};

/* --- to the sink ------------------------------------------------------------------------------ */

/* The status of a sink's callback; its explanation is in the outer context. */
static enum vd_status
sunk(struct party_csv *r, enum vd_status st)
{
	if (st != VD_OK) r->own.error = r->outer->error;
	return st;
}

static enum vd_status
give_warning(struct party_csv *r, struct intake_place place, struct vd_str message)
{
	if (r->sink.warning == NULL || r->warnings > PARTY_CSV_WARNINGS_MAX) return VD_OK;
	if (r->warnings++ == PARTY_CSV_WARNINGS_MAX)
		message = VD_STR("More warnings follow; they are not shown.");
	return sunk(r, r->sink.warning(r->sink.user, r->outer, place, message));
}

static enum vd_status
give_rejection(struct party_csv *r, const struct party_row *row, struct vd_str key)
{
	struct intake_rejection rejection = { .place = party_row_place(row, row->fault), .key = key };

	if (key.len == 0) rejection.key = VD_STR_NONE;
	VD_TRY(vd_str_dup(&r->own, vd_str_c(r->own.error.detail), &rejection.message));
	return sunk(r, r->sink.rejected(r->sink.user, r->outer, &rejection));
}

/* --- rows that are no records ----------------------------------------------------------------- */

static bool
is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (notation_trim(row->cells[i].text).len > 0) return false;
	return true;
}

static bool
is_header_again(const struct party_csv_plan *p, const struct csv_row *row)
{
	if (p->headers_count == 0 || row->count < p->headers_count) return false;
	for (size_t i = 0; i < p->headers_count; i++)
		if (!vd_str_eq(p->headers[i], notation_trim(row->cells[i].text))) return false;
	return true;
}

static struct vd_str
raw_cell(const struct party_csv *r, const struct csv_row *row, enum party_field f)
{
	int column = r->plan->columns[f];

	return column < 0 || (size_t)column >= row->count ? VD_STR_NONE
	                                                  : notation_trim(row->cells[column].text);
}

/* What a row looks like without its number: no total, perhaps one, certainly one. */
enum total { NO_TOTAL, WEAK_TOTAL, TOTAL };

static enum total
looks_like_total(const struct party_csv *r, const struct csv_row *row)
{
	static const enum party_field not_in_totals[] = { PARTY_F_INVOICE_DATE, PARTY_F_DUE_DATE,
		                                              PARTY_F_TYPE };
	struct vd_str number = raw_cell(r, row, PARTY_F_INVOICE_NO),
	              debtor = raw_cell(r, row, PARTY_F_DEBTOR_ID);
	bool word = false, amount = false,
	     key_word = party_words_total(number) || party_words_total(debtor);

	if (r->plan->subject == PARTY_DEBTORS)
		return party_words_total(debtor) && raw_cell(r, row, PARTY_F_NAME).len == 0 ? TOTAL
		                                                                            : NO_TOTAL;
	if (number.len > 0 && !party_words_total(number)) return NO_TOTAL;
	for (size_t i = 0; i < SUM__COUNT; i++)
		amount = amount || raw_cell(r, row, sum_fields[i]).len > 0;
	for (size_t i = 0; i < VD_LENGTH(not_in_totals); i++) {
		struct vd_str cell = raw_cell(r, row, not_in_totals[i]);

		if (cell.len > 0 && !party_words_total(cell)) amount = false;
	}
	for (size_t i = 0; i < row->count && !word; i++)
		word = party_words_total(notation_trim(row->cells[i].text));
	if (!amount) return NO_TOTAL;
	return key_word || (word && debtor.len == 0) ? TOTAL : WEAK_TOTAL;
}

/* Amounts as written. False when one cannot be read. */
static bool
read_sums(struct party_csv *r, struct party_row *row, struct sums *out)
{
	*out = (struct sums){ 0 };
	for (size_t i = 0; i < SUM__COUNT; i++) {
		struct vd_currency currency = { "" };

		if (r->plan->columns[sum_fields[i]] < 0) continue;
		if (party_row_amount(row, sum_fields[i], &currency, &out->minor[i], &out->given[i]) !=
		    VD_OK)
			return false;
	}
	return true;
}

static void
add_sums(struct party_csv *r, const struct sums *row, struct vd_currency currency)
{
	if (currency.code[0] != '\0' && r->currency.code[0] == '\0') r->currency = currency;
	if (currency.code[0] != '\0' && !vd_currency_eq(r->currency, currency)) r->sums_useless = true;
	for (size_t i = 0; i < SUM__COUNT; i++)
		if (__builtin_add_overflow(r->all.minor[i], row->minor[i], &r->all.minor[i]) ||
		    __builtin_add_overflow(r->part.minor[i], row->minor[i], &r->part.minor[i]))
			r->sums_useless = true;
}

/* All sums the row gives are those of the file, or those since the last total. */
static bool
sums_agree(const struct party_csv *r, const struct sums *row)
{
	bool all = true, part = true, any = false;

	for (size_t i = 0; i < SUM__COUNT; i++) {
		if (!row->given[i]) continue;
		any = true;
		all = all && row->minor[i] == r->all.minor[i];
		part = part && row->minor[i] == r->part.minor[i];
	}
	return any && !r->sums_useless && (all || part);
}

static enum vd_status
on_total(struct party_csv *r, struct party_row *row, const struct sums *sums, bool readable)
{
	struct intake_place place = party_row_place(row, PARTY_F__COUNT);
	struct vd_money said = { .currency = r->plan->currency }, found = said;
	char a[VD_MONEY_TEXT], b[VD_MONEY_TEXT];
	struct vd_str message = VD_STR("A total row is passed over; it agrees with the rows above it.");

	if (!readable || r->sums_useless) {
		message = VD_STR("A total row is passed over; it could not be checked.");
	} else if (!sums_agree(r, sums)) {
		size_t i = 0;

		while (i + 1 < SUM__COUNT && !sums->given[i]) i++;
		said.minor = sums->minor[i];
		found.minor = r->all.minor[i];
		vd_money_format(said, a);
		vd_money_format(found, b);
		VD_TRY(vd_str_printf(&r->own, &message,
		                     "A total row is passed over, but it says %s and the rows above "
		                     "it add up to %s: is the file complete?",
		                     a, b));
	}
	r->part = (struct sums){ 0 };
	return give_warning(r, place, message);
}

/* --- records ---------------------------------------------------------------------------------- */

static enum vd_status
give_debtor(struct party_csv *r, struct party_row *row)
{
	struct party_record_debtor d;
	enum vd_status st = party_row_debtor(row, &d);

	if (st == VD_E_INVALID || st == VD_E_LIMIT)
		return give_rejection(r, row, raw_cell(r, row->row, PARTY_F_DEBTOR_ID));
	VD_TRY(st);
	return sunk(r, r->sink.debtor(r->sink.user, r->outer, &d));
}

static enum vd_status
give_invoice(struct party_csv *r, struct party_row *row)
{
	struct party_record_invoice v;
	enum vd_status st = party_row_invoice(row, &v);

	if (st == VD_E_INVALID || st == VD_E_LIMIT)
		return give_rejection(r, row, raw_cell(r, row->row, PARTY_F_INVOICE_NO));
	VD_TRY(st);
	return row->skip ? VD_OK : sunk(r, r->sink.invoice(r->sink.user, r->outer, &v));
}

/* Sums and totals of an invoice table. *taken: the row is a total and no record. */
static enum vd_status
sum_row(struct party_csv *r, struct party_row *row, bool *taken)
{
	struct vd_currency currency = { "" };
	struct vd_str text = raw_cell(r, row->row, PARTY_F_CURRENCY);
	enum total total = looks_like_total(r, row->row);
	struct sums sums;
	bool readable = row->row->problem == NULL && read_sums(r, row, &sums);

	*taken = total == TOTAL || (total == WEAK_TOTAL && readable && sums_agree(r, &sums));
	if (*taken) return on_total(r, row, &sums, readable);
	if (text.len == 3) memcpy(currency.code, text.ptr, 3);
	if (readable) add_sums(r, &sums, currency);
	else r->sums_useless = true;
	return VD_OK;
}

static enum vd_status
take_row(struct party_csv *r, const struct csv_row *csv_row)
{
	struct party_row row = {
		.ctx = &r->own, .plan = r->plan, .row = csv_row, .words = &r->words, .fault = PARTY_F__COUNT
	};
	bool taken = false;

	if (r->rows <= r->plan->header_rows || is_blank(csv_row)) return VD_OK;
	if (is_header_again(r->plan, csv_row)) return VD_OK;
	if (r->plan->subject == PARTY_INVOICES) VD_TRY(sum_row(r, &row, &taken));
	else taken = looks_like_total(r, csv_row) == TOTAL;
	if (taken) return VD_OK;
	VD_TRY(r->plan->subject == PARTY_DEBTORS ? give_debtor(r, &row) : give_invoice(r, &row));
	for (size_t i = 0; i < row.warnings_count; i++)
		VD_TRY(give_warning(r, row.warnings[i].place, row.warnings[i].message));
	return VD_OK;
}

static enum vd_status
on_row(void *user, struct vd_context *own, const struct csv_row *row)
{
	struct party_csv *r = user;
	struct vd_arena_mark mark = vd_arena_mark(own->arena);
	enum vd_status st;

	r->rows++;
	st = take_row(r, row);
	vd_arena_rewind(own->arena, mark);
	return st;
}

/* --- life ------------------------------------------------------------------------------------- */

enum vd_status
party_csv_new(struct vd_context *ctx, const struct party_csv_plan *plan,
              const struct party_sink *sink, struct party_csv **out)
{
	struct csv_options options = { .dialect = &plan->dialect };
	struct party_csv *r;
	enum vd_status st;

	VD_NEW(ctx, r, 1);
	r->arena = VD_ARENA(OWN_MEMORY);
	r->own.arena = &r->arena;
	r->plan = plan;
	r->sink = *sink;
	st = csv_new(&r->own, &options, on_row, r, &r->csv);
	if (st != VD_OK) {
		ctx->error = r->own.error;
		party_csv_free(&r);
		return st;
	}
	*out = r;
	return VD_OK;
}

static enum vd_status
give_notices(struct party_csv *r)
{
	if (r->notices_given) return VD_OK;
	r->notices_given = true;
	for (size_t i = 0; i < r->plan->notices_count; i++)
		VD_TRY(give_warning(r, r->plan->notices[i].place, r->plan->notices[i].message));
	return VD_OK;
}

enum vd_status
party_csv_feed(struct vd_context *ctx, struct party_csv *r, struct vd_str bytes)
{
	enum vd_status st;

	r->outer = ctx;
	st = give_notices(r);
	r->bytes += (int64_t)bytes.len;
	if (st == VD_OK) st = csv_feed(&r->own, r->csv, bytes);
	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

enum vd_status
party_csv_end(struct vd_context *ctx, struct party_csv *r)
{
	enum vd_status st;

	r->outer = ctx;
	st = csv_end(&r->own, r->csv);
	if (st == VD_OK && (r->rows != r->plan->rows || r->bytes != r->plan->bytes))
		st = vd_fail(
		    &r->own, VD_E_CONFLICT, "csv.changed", NULL,
		    "The file changed while it was read: %lld rows and %lld bytes were inspected, %lld and %lld read.",
		    (long long)r->plan->rows, (long long)r->plan->bytes, (long long)r->rows,
		    (long long)r->bytes);
	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

void
party_csv_free(struct party_csv **r)
{
	if (*r == NULL) return;
	csv_free(&(*r)->csv);
	vd_arena_release(&(*r)->arena);
	*r = NULL;
}
