/* Pass 1: what the columns are, and in what notation amounts and dates are written. */
#include "base/buf.h"
#include "intake/party_csv.h"
#include "intake/party_words.h"

#include <string.h>

#define OWN_MEMORY ((size_t)4 * 1024 * 1024)
#define HEADER_ROWS_MAX \
	20 /* the header is looked for in the first rows; titles may stand above it */

/* First lines on which such rows have an amount below and above zero; 0 = none. */
struct both_signs {
	int64_t negative, positive;
};

struct party_csv_inspector {
	struct vd_arena arena;
	struct vd_context own;
	struct csv_reader *csv;
	struct party_csv_options options;
	struct party_csv_plan plan;
	bool columns_known;
	struct vd_str first_row; /* of the file, for the sentence when no header is found */
	int best_found;          /* required columns found in the best row so far */
	struct vd_str best_missing;
	struct notation_evidence evidence;
	struct party_words words;
	struct both_signs credits, payments, side_credits;
	int64_t negative, positive, first_negative;
};

static enum vd_status
notice(struct party_csv_inspector *in, int64_t line, const char *before, struct vd_str names,
       const char *after)
{
	struct party_csv_plan *p = &in->plan;
	struct party_csv_notice *n = &p->notices[p->notices_count];

	if (p->notices_count == PARTY_CSV_NOTICES_MAX) return VD_OK;
	n->place.line = line;
	VD_TRY(vd_str_printf(&in->own, &n->message, "%s%.*s%s", before, VD_FMT(names), after));
	p->notices_count++;
	return VD_OK;
}

/* --- columns from a header row ---------------------------------------------------------------- */

struct header {
	int64_t line;
	struct vd_str *texts, *keys;
	size_t count;  /* up to the last cell that is not empty */
	bool conflict; /* two columns could be conflict_field */
	enum party_field conflict_field;
	size_t conflict_columns[2];
};

static enum vd_status
header_read(struct vd_context *ctx, const struct csv_row *row, struct header *h)
{
	*h = (struct header){ .line = row->line };
	VD_NEW(ctx, h->texts, row->count);
	VD_NEW(ctx, h->keys, row->count);
	for (size_t i = 0; i < row->count; i++) {
		VD_TRY(vd_str_dup(ctx, notation_trim(row->cells[i].text), &h->texts[i]));
		VD_TRY(party_header_key(ctx, h->texts[i], &h->keys[i]));
		if (h->keys[i].len > 0) h->count = i + 1;
	}
	return VD_OK;
}

/* Two columns for one field. Where it costs money the file is refused, once it is sure that this
 * row is the header; else the first or the more usual one is taken and the other named. */
static enum vd_status
two_columns(struct party_csv_inspector *in, struct header *h, enum party_field f, size_t used,
            size_t dropped)
{
	if (!party_field_critical(f))
		return notice(in, h->line, "Column \"", h->texts[dropped],
		              "\" is not used: another one holds the same.");
	h->conflict = true;
	h->conflict_field = f;
	h->conflict_columns[0] = used;
	h->conflict_columns[1] = dropped;
	return VD_OK;
}

static enum vd_status
refuse_conflict(struct party_csv_inspector *in, const struct header *h)
{
	size_t a = h->conflict_columns[0], b = h->conflict_columns[1];
	const char *field = party_field_name(h->conflict_field);

	return vd_fail(
	    &in->own, VD_E_INVALID, "csv.ambiguous_columns", field,
	    "Line %lld: columns %zu \"%.40s\" and %zu \"%.40s\" can both be %s. Remove one, or "
	    "give a column mapping.",
	    (long long)h->line, a + 1, h->texts[a].ptr, b + 1, h->texts[b].ptr, field);
}

/* Columns by the default headers. only_texts: leave amounts, dates and keys alone, and fields that
 * are already known, as an addition to a preset. */
static enum vd_status
map_defaults(struct party_csv_inspector *in, struct header *h, bool only_texts, bool used[],
             int16_t columns[])
{
	int ranks[PARTY_F__COUNT] = { 0 };

	for (size_t i = 0; i < h->count; i++) {
		enum party_field f;
		int rank;

		if (used[i] || !party_header_field(in->options.subject, h->keys[i], &f, &rank)) continue;
		if (only_texts && (party_field_critical(f) || columns[f] >= 0)) continue;
		if (columns[f] >= 0) {
			bool better = rank < ranks[f];
			size_t old = (size_t)columns[f];

			VD_TRY(two_columns(in, h, f, better ? i : old, better ? old : i));
			used[i] = true;
			if (!better) continue;
		}
		columns[f] = (int16_t)i;
		ranks[f] = rank;
		used[i] = true;
	}
	return VD_OK;
}

static enum vd_status
map_column(struct party_csv_inspector *in, struct header *h, enum party_field f,
           const struct mapping_column *wanted, bool used[], int16_t columns[])
{
	for (size_t w = 0; w < wanted->count && columns[f] < 0; w++) {
		for (size_t i = 0; i < h->count; i++) {
			if (!vd_str_eq(h->keys[i], wanted->keys[w])) continue;
			used[i] = true;
			if (columns[f] >= 0) VD_TRY(two_columns(in, h, f, (size_t)columns[f], i));
			else columns[f] = (int16_t)i;
		}
	}
	if (wanted->position > 0) {
		columns[f] = (int16_t)(wanted->position - 1);
		if (columns[f] < (int16_t)h->count) used[columns[f]] = true;
	}
	return VD_OK;
}

static enum vd_status
map_by(struct party_csv_inspector *in, struct header *h, const struct party_mapping *m, bool used[],
       int16_t columns[])
{
	for (int f = 0; f < PARTY_F__COUNT; f++)
		VD_TRY(map_column(in, h, (enum party_field)f, &m->columns[f], used, columns));
	return VD_OK;
}

static bool
field_there(const int16_t columns[], const struct party_mapping *m, enum party_field f)
{
	return columns[f] >= 0 || (m != NULL && !vd_str_is_none(m->constants[f]));
}

/* How many of the required columns are there (at most 3); *missing names one that is not. */
static int
count_required(enum party_subject subject, const int16_t columns[], const struct party_mapping *m,
               struct vd_str *missing)
{
	bool amount =
	    field_there(columns, m, PARTY_F_GROSS) ||
	    (field_there(columns, m, PARTY_F_DEBIT) && field_there(columns, m, PARTY_F_CREDIT));
	bool key =
	    field_there(columns, m, subject == PARTY_DEBTORS ? PARTY_F_NAME : PARTY_F_INVOICE_NO);
	bool debtor = field_there(columns, m, PARTY_F_DEBTOR_ID);

	*missing = VD_STR_NONE;
	if (subject == PARTY_INVOICES && !amount) *missing = VD_STR("gross");
	if (!debtor) *missing = VD_STR("debtor_id");
	if (!key) *missing = vd_str_c(subject == PARTY_DEBTORS ? "name" : "invoice_no");
	return key + debtor + (subject == PARTY_INVOICES && amount);
}

/* The preset whose headers are all there; of several the one that asks for most; NULL when there is
 * none, or two ask for the same number. */
static const struct party_mapping *
find_preset(const struct party_csv_inspector *in, const struct header *h)
{
	const struct party_mapping *found = NULL;
	bool tie = false;

	for (size_t i = 0; i < in->options.presets_count; i++) {
		const struct party_mapping *m = in->options.presets[i];

		if (m->subject != in->options.subject || !party_mapping_recognises(m, h->keys, h->count))
			continue;
		if (found != NULL && m->recognise_count < found->recognise_count) continue;
		tie = found != NULL && m->recognise_count == found->recognise_count;
		found = m;
	}
	return tie ? NULL : found;
}

static enum vd_status
name_unused(struct party_csv_inspector *in, const struct header *h, const bool used[])
{
	struct vd_buf names = VD_BUF(&in->own, 64 * 1024);
	struct vd_str list;

	for (size_t i = 0; i < h->count; i++) {
		if (used[i] || h->keys[i].len == 0) continue;
		if (names.len > 0) vd_buf_add_c(&names, ", ");
		vd_buf_add(&names, vd_utf8_head(h->texts[i], 40));
		if (names.len > 400) {
			vd_buf_add_c(&names, ", …");
			break;
		}
	}
	VD_TRY(vd_buf_finish(&in->own, &names, &list));
	return list.len == 0 ? VD_OK : notice(in, h->line, "Columns that are not used: ", list, ".");
}

/* Takes the row as header when it has all required columns. */
static enum vd_status
try_header(struct party_csv_inspector *in, const struct csv_row *row)
{
	struct party_csv_plan *p = &in->plan;
	const struct party_mapping *m = in->options.mapping;
	int16_t columns[PARTY_F__COUNT];
	struct header h;
	struct vd_str missing;
	size_t notices = p->notices_count;
	bool used[CSV_CELLS_MAX] = { false };
	int found;

	memset(columns, -1, sizeof(columns));
	VD_TRY(header_read(&in->own, row, &h));
	if (m == NULL) m = find_preset(in, &h);
	if (m != NULL) VD_TRY(map_by(in, &h, m, used, columns));
	if (m != in->options.mapping || m == NULL)
		VD_TRY(map_defaults(in, &h, m != NULL, used, columns));
	found = count_required(in->options.subject, columns, m, &missing);
	if (!vd_str_is_none(missing)) {
		p->notices_count = notices;
		if (found > in->best_found) {
			in->best_found = found;
			in->best_missing = missing;
		}
		return VD_OK;
	}
	if (h.conflict) return refuse_conflict(in, &h);
	in->columns_known = true;
	p->mapping = m;
	p->header_line = row->line;
	p->headers = h.texts;
	p->headers_count = h.count;
	memcpy(p->columns, columns, sizeof(columns));
	return name_unused(in, &h, used);
}

static enum vd_status
no_header(struct party_csv_inspector *in)
{
	struct vd_str first = vd_utf8_head(in->first_row, 80);
	bool debtors = in->options.subject == PARTY_DEBTORS;

	if (vd_str_is_none(first))
		return vd_fail(&in->own, VD_E_INVALID, "csv.empty", NULL, "The file holds no rows.");
	if (in->best_found > 0)
		return vd_fail(
		    &in->own, VD_E_INVALID, "csv.no_header", in->best_missing.ptr,
		    "No column for %.*s was found in the header. Name it so, or give a column mapping.",
		    VD_FMT(in->best_missing));
	return vd_fail(
	    &in->own, VD_E_INVALID, "csv.no_header", NULL,
	    "Line 1 (\"%.*s\"): no header row with %s was found in the first %d rows. Add one, or give a column "
	    "mapping.",
	    VD_FMT(first), debtors ? "debtor_id and name" : "invoice_no, debtor_id and gross",
	    HEADER_ROWS_MAX);
}

static enum vd_status
look_for_header(struct party_csv_inspector *in, const struct csv_row *row)
{
	struct vd_arena_mark mark = vd_arena_mark(&in->arena);

	if (vd_str_is_none(in->first_row) && row->cells[0].text.len > 0) {
		VD_TRY(vd_str_dup(&in->own, row->cells[0].text, &in->first_row));
		mark = vd_arena_mark(&in->arena);
	}
	in->plan.header_rows++;
	VD_TRY(try_header(in, row));
	if (in->columns_known) return VD_OK;
	vd_arena_rewind(&in->arena, mark);
	return in->plan.header_rows == HEADER_ROWS_MAX ? no_header(in) : VD_OK;
}

/* --- evidence from every row ------------------------------------------------------------------ */

static struct vd_str
cell_of(const struct party_csv_plan *p, const struct csv_row *row, enum party_field f)
{
	if (p->columns[f] < 0 || (size_t)p->columns[f] >= row->count) return VD_STR_NONE;
	return row->cells[p->columns[f]].text;
}

static void
see_sign(struct both_signs *s, int sign, int64_t line)
{
	int64_t *first = sign < 0 ? &s->negative : &s->positive;

	if (*first == 0) *first = line;
}

static enum vd_status
see_signs(struct party_csv_inspector *in, const struct csv_row *row)
{
	int sign = notation_sign(cell_of(&in->plan, row, PARTY_F_GROSS)), word;
	struct vd_str type = cell_of(&in->plan, row, PARTY_F_TYPE);
	struct vd_str side = cell_of(&in->plan, row, PARTY_F_DEBIT_CREDIT);

	if (sign == 0) return VD_OK;
	in->negative += sign < 0;
	in->positive += sign > 0;
	if (sign < 0 && in->first_negative == 0) in->first_negative = row->line;
	VD_TRY(party_words_type(&in->own, &in->words, in->plan.mapping, type, &word));
	if (word == MAPPING_T_CREDIT) see_sign(&in->credits, sign, row->line);
	if (word == MAPPING_T_PAYMENT) see_sign(&in->payments, sign, row->line);
	VD_TRY(party_words_side(&in->own, &in->words, in->plan.mapping, side, &word));
	if (word == NOTATION_CREDIT) see_sign(&in->side_credits, sign, row->line);
	return VD_OK;
}

static enum vd_status
see_row(struct party_csv_inspector *in, const struct csv_row *row)
{
	const struct party_csv_plan *p = &in->plan;
	struct vd_arena_mark mark = vd_arena_mark(&in->arena);
	bool blank = true;

	for (size_t i = 0; i < row->count && blank; i++) blank = row->cells[i].text.len == 0;
	if (blank) return VD_OK;
	in->plan.records++;
	if (row->problem != NULL) return VD_OK;
	for (int f = 0; f < PARTY_F__COUNT; f++) {
		if (p->columns[f] < 0 || (size_t)p->columns[f] >= row->count) continue;
		if (party_field_value((enum party_field)f) == PARTY_V_AMOUNT)
			notation_see_amount(&in->evidence, row->cells[p->columns[f]].text, row->line);
		else if (party_field_value((enum party_field)f) == PARTY_V_DATE)
			notation_see_date(&in->evidence, row->cells[p->columns[f]].text, row->line);
	}
	if (in->options.subject == PARTY_INVOICES) VD_TRY(see_signs(in, row));
	vd_arena_rewind(&in->arena, mark);
	return VD_OK;
}

static enum vd_status
on_row(void *user, struct vd_context *own, const struct csv_row *row)
{
	struct party_csv_inspector *in = user;
	const struct party_mapping *m = in->options.mapping;

	(void)own;
	in->plan.rows++;
	if (in->columns_known) return see_row(in, row);
	if (m == NULL || m->header) return look_for_header(in, row);
	if (in->plan.header_rows < m->skip_rows) {
		in->plan.header_rows++;
		return VD_OK;
	}
	in->columns_known = true;
	return see_row(in, row);
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* Rows of one kind written both ways: which of them lower the debt? */
static enum vd_status
check_both(struct party_csv_inspector *in, const char *kind, struct both_signs seen)
{
	if (seen.negative == 0 || seen.positive == 0) return VD_OK;
	return vd_fail(
	    &in->own, VD_E_INVALID, "csv.ambiguous_signs", "gross",
	    "Line %lld has a %s with a negative amount, line %lld one with a positive amount: "
	    "which one lowers the debt? State \"credit_amounts\" in a column mapping.",
	    (long long)seen.negative, kind, (long long)seen.positive);
}

static enum vd_status
check_signs(struct party_csv_inspector *in)
{
	struct party_csv_plan *p = &in->plan;
	bool has_side = p->columns[PARTY_F_DEBIT_CREDIT] >= 0;
	bool has_type = p->columns[PARTY_F_TYPE] >= 0;
	bool stated = p->mapping != NULL && p->mapping->credit_amounts != MAPPING_CREDIT_AUTO;

	/* a C beside amounts that are below zero already only says it twice */
	p->side_in_sign = stated ? p->mapping->credit_amounts == MAPPING_CREDIT_NEGATIVE
	                         : in->side_credits.negative != 0;
	if (!stated && has_side) VD_TRY(check_both(in, "credit row", in->side_credits));
	if (!stated && !has_side) VD_TRY(check_both(in, "credit note", in->credits));
	if (!stated && !has_side) VD_TRY(check_both(in, "payment", in->payments));
	if (!has_side && !has_type && in->options.mapping == NULL && in->positive == 0 &&
	    in->negative >= 3)
		return vd_fail(
		    &in->own, VD_E_INVALID, "csv.ambiguous_signs", "gross",
		    "From line %lld on every amount is negative: credit notes, or invoices written the "
		    "other way round? Add a type column, or state \"sign\" in a column mapping.",
		    (long long)in->first_negative);
	return VD_OK;
}

static enum vd_status
verdict(struct party_csv_inspector *in)
{
	static const struct notation nothing = { 0 };
	struct party_csv_plan *p = &in->plan;

	if (!in->columns_known) return no_header(in);
	VD_TRY(notation_decide(&in->own, &in->evidence,
	                       p->mapping != NULL ? &p->mapping->stated : &nothing, &p->notation));
	return check_signs(in);
}

static enum vd_status
copy_plan(struct vd_context *ctx, const struct party_csv_plan *from,
          const struct party_csv_plan **out)
{
	struct party_csv_plan *p;
	struct vd_str *headers;

	VD_NEW(ctx, p, 1);
	*p = *from;
	VD_NEW(ctx, headers, p->headers_count);
	for (size_t i = 0; i < p->headers_count; i++)
		VD_TRY(vd_str_dup(ctx, from->headers[i], &headers[i]));
	for (size_t i = 0; i < p->notices_count; i++)
		VD_TRY(vd_str_dup(ctx, from->notices[i].message, &p->notices[i].message));
	p->headers = headers;
	*out = p;
	return VD_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

static enum vd_status
start(struct party_csv_inspector *in)
{
	const struct party_mapping *m = in->options.mapping;
	struct csv_options csv = { .separator = m != NULL ? m->separator : 0 };

	memset(in->plan.columns, -1, sizeof(in->plan.columns));
	in->plan.subject = in->options.subject;
	in->plan.currency = in->options.currency.code[0] != '\0' ? in->options.currency : VD_EUR;
	if (m != NULL && m->subject != in->options.subject)
		return vd_fail(&in->own, VD_E_INVALID, "mapping.subject", NULL,
		               "The column mapping \"%.*s\" is for %s.", VD_FMT(m->name),
		               m->subject == PARTY_DEBTORS ? "debtors, not invoices"
		                                           : "invoices, not debtors");
	in->plan.mapping = m;
	for (int f = 0; m != NULL && !m->header && f < PARTY_F__COUNT; f++)
		in->plan.columns[f] = (int16_t)(m->columns[f].position - 1);
	return csv_new(&in->own, &csv, on_row, in, &in->csv);
}

enum vd_status
party_csv_inspect_new(struct vd_context *ctx, const struct party_csv_options *options,
                      struct party_csv_inspector **out)
{
	struct party_csv_inspector *in;
	enum vd_status st;

	VD_NEW(ctx, in, 1);
	in->arena = VD_ARENA(OWN_MEMORY);
	in->own.arena = &in->arena;
	in->options = *options;
	st = start(in);
	if (st != VD_OK) {
		ctx->error = in->own.error;
		party_csv_inspect_free(&in);
		return st;
	}
	*out = in;
	return VD_OK;
}

enum vd_status
party_csv_inspect_feed(struct vd_context *ctx, struct party_csv_inspector *in, struct vd_str bytes)
{
	enum vd_status st = csv_feed(&in->own, in->csv, bytes);

	in->plan.bytes += (int64_t)bytes.len;
	if (st != VD_OK) ctx->error = in->own.error;
	return st;
}

enum vd_status
party_csv_inspect_end(struct vd_context *ctx, struct party_csv_inspector *in,
                      const struct party_csv_plan **out)
{
	enum vd_status st = csv_end(&in->own, in->csv);

	if (st == VD_OK) st = verdict(in);
	if (st != VD_OK) {
		ctx->error = in->own.error;
		return st;
	}
	in->plan.dialect = *csv_dialect(in->csv);
	return copy_plan(ctx, &in->plan, out);
}

void
party_csv_inspect_free(struct party_csv_inspector **in)
{
	if (*in == NULL) return;
	csv_free(&(*in)->csv);
	vd_arena_release(&(*in)->arena);
	*in = NULL;
}
