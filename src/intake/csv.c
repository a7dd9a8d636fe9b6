/* A state machine over bytes. One row is gathered in a buffer of fixed size; its cells are
 * offsets into that buffer until the row is complete and its encoding is checked. */
#include "intake/csv.h"

#include <string.h>

#define PROBE_ROWS  200
#define UTF16_PIECE 4096
#define OWN_MEMORY  ((size_t)8 * 1024 * 1024)

enum state { CELL_START, PLAIN, QUOTED, QUOTE_SEEN };

struct csv_reader {
	struct vd_arena arena; /* all memory of this reader */
	struct vd_context own;
	struct csv_dialect dialect;
	csv_row_fn row_fn;
	void *user;
	bool dialect_known, probing;
	char *probe; /* the first block: looked at whole, then read */
	size_t probe_len;
	size_t skip;            /* UTF-16: bytes of the decoded text still to pass over */
	unsigned char carry[4]; /* UTF-16: bytes of an incomplete character */
	size_t carry_len;
	bool stops[256]; /* bytes that end a run in an unquoted cell */

	enum state state;
	bool after_cr; /* the last byte was CR: a LF now belongs to it */
	bool row_open; /* something of the current row was seen */
	const char *problem;
	char *row; /* INTAKE_LINE_MAX bytes */
	size_t row_len;
	struct csv_cell *cells;
	size_t cells_count, cell_start;
	int64_t line, offset, row_line, row_offset, quote_line;
	/* First lines that hold UTF-8 beyond ASCII, and bytes that are not UTF-8; 0 = none. */
	int64_t multibyte_line, single_byte_line;
};

/* --- what the first block tells --------------------------------------------------------------- */

/* How the rows of a block look when cut by one separator. */
struct shape {
	int counts[PROBE_ROWS];
	int rows;
};

static void
measure(struct vd_str block, char separator, bool whole, struct shape *out)
{
	int cells = 1;
	bool quoted = false, may_open = true, empty = true; /* a doubled quote closes and opens again */

	*out = (struct shape){ 0 };
	for (size_t i = 0; i < block.len && out->rows < PROBE_ROWS; i++) {
		char c = block.ptr[i];

		if (c == '"' && (quoted || may_open)) {
			quoted = !quoted;
			may_open = true;
			empty = false;
		} else if (!quoted && (c == '\n' || c == '\r')) {
			if (!empty) out->counts[out->rows++] = cells;
			cells = 1;
			may_open = empty = true;
		} else if (!quoted) {
			cells += c == separator;
			may_open = c == separator;
			empty = false;
		}
	}
	if (whole && !empty && out->rows < PROBE_ROWS) out->counts[out->rows++] = cells;
}

/* Rows that share the most common number of cells (more than one), and that number. */
static int
agreement(const struct shape *s, int *cells)
{
	int best = 0;

	*cells = 1;
	for (int i = 0; i < s->rows; i++) {
		int same = 0;

		for (int k = 0; k < s->rows; k++) same += s->counts[k] == s->counts[i];
		if (s->counts[i] > 1 && (same > best || (same == best && s->counts[i] > *cells))) {
			best = same;
			*cells = s->counts[i];
		}
	}
	return best;
}

static char
find_separator(struct vd_str text, bool whole)
{
	static const char candidates[] = { ';', '\t', ',', '|' };
	char found = ',';
	int best = 0, best_cells = 1;

	for (size_t i = 0; i < VD_LENGTH(candidates); i++) {
		struct shape shape;
		int cells, rows;

		measure(text, candidates[i], whole, &shape);
		rows = agreement(&shape, &cells);
		if (rows > best || (rows == best && cells > best_cells)) {
			best = rows;
			best_cells = cells;
			found = candidates[i];
		}
	}
	return found;
}

/* "sep=;" as first line, also in quotes: Excel's own hint. Length with its line end, else 0. */
static size_t
sep_line(struct vd_str text, char *separator)
{
	struct vd_str s = text;
	size_t n = 0;

	if (vd_str_starts(s, VD_STR("\""))) s = vd_str_sub(s, n = 1, s.len);
	if (!vd_str_starts_nocase(s, VD_STR("sep=")) || s.len < 5) return 0;
	if (strchr(",;|\t", s.ptr[4]) == NULL || s.ptr[4] == '\0') return 0;
	*separator = s.ptr[4];
	n += 5;
	if (n < text.len && text.ptr[n] == '"') n++;
	if (n < text.len && text.ptr[n] != '\r' && text.ptr[n] != '\n') return 0;
	if (n < text.len && text.ptr[n] == '\r') n++;
	if (n < text.len && text.ptr[n] == '\n') n++;
	return n;
}

enum vd_status
csv_detect(struct vd_context *ctx, struct vd_str block, char separator, struct csv_dialect *out)
{
	struct csv_dialect d = { .encoding = vd_encoding_detect(block), .separator = separator };
	struct vd_str text = block;
	bool whole = block.len < CSV_PROBE_SIZE;
	size_t hint;
	char told = 0;

	if (d.encoding == VD_ENC_UTF16LE || d.encoding == VD_ENC_UTF16BE) {
		size_t even = block.len - block.len % 2;

		/* a pair of surrogates cut off by the block's end does not matter to the separator */
		if (even >= 2 &&
		    ((unsigned char)block.ptr[even - 2 + (d.encoding == VD_ENC_UTF16LE)] & 0xFC) == 0xD8)
			even -= 2;
		VD_TRY(vd_utf8_from(ctx, d.encoding, vd_str_sub(block, 0, even), &text));
	} else if (d.encoding == VD_ENC_UTF8_BOM) {
		text = vd_str_sub(block, d.skip = 3, block.len);
	}
	hint = sep_line(text, &told);
	if (hint > 0) {
		d.told = true;
		d.skip += hint;
		if (d.separator == 0) d.separator = told;
		text = vd_str_sub(text, hint, text.len);
	}
	if (d.separator == 0) d.separator = find_separator(text, whole);
	*out = d;
	return VD_OK;
}

/* --- one row ---------------------------------------------------------------------------------- */

static void
row_begin(struct csv_reader *r)
{
	r->row_len = r->cells_count = r->cell_start = 0;
	r->row_open = false;
	r->problem = NULL;
	r->state = CELL_START;
	r->row_line = r->line;
	r->row_offset = r->offset;
}

static enum vd_status
row_append(struct csv_reader *r, const char *p, size_t n)
{
	if (n > INTAKE_LINE_MAX - r->row_len) {
		if (r->state == QUOTED)
			return vd_fail(
			    &r->own, VD_E_LIMIT, "csv.quote_open", NULL,
			    "Line %lld: a quote is opened here and not closed within %d bytes. Close it, or "
			    "double a quote that is part of the text.",
			    (long long)r->quote_line, INTAKE_LINE_MAX);
		return vd_fail(&r->own, VD_E_LIMIT, "csv.line_too_long", NULL,
		               "Line %lld is longer than %d bytes: this is not a table of text.",
		               (long long)r->row_line, INTAKE_LINE_MAX);
	}
	memcpy(r->row + r->row_len, p, n);
	r->row_len += n;
	return VD_OK;
}

static enum vd_status
cell_begin(struct csv_reader *r, bool quoted)
{
	struct csv_cell *c;

	if (r->cells_count == CSV_CELLS_MAX)
		return vd_fail(&r->own, VD_E_LIMIT, "csv.too_many_cells", NULL,
		               "Line %lld has more than %d cells: this is not a table we can read.",
		               (long long)r->row_line, CSV_CELLS_MAX);
	c = &r->cells[r->cells_count];
	c->line = r->line;
	c->offset = r->offset;
	c->quoted = quoted;
	r->cell_start = r->row_len;
	r->row_open = true;
	return VD_OK;
}

static void
cell_end(struct csv_reader *r)
{
	struct csv_cell *c = &r->cells[r->cells_count++];

	c->text = (struct vd_str){ r->row + r->cell_start, r->row_len - r->cell_start };
	if (c->text.len > INTAKE_TEXT_MAX && r->problem == NULL)
		r->problem = "a cell is longer than 64 kB";
	r->state = CELL_START;
}

static bool
has_high_bytes(const char *p, size_t n)
{
	const uint64_t tops = 0x8080808080808080;
	size_t i = 0;

	for (uint64_t word; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if ((word & tops) != 0) return true;
	}
	for (; i < n; i++)
		if ((unsigned char)p[i] >= 0x80) return true;
	return false;
}

/* Windows-1252 cells become UTF-8 in the reader's arena, for as long as the row lasts. */
static enum vd_status
cells_from_cp1252(struct csv_reader *r)
{
	for (size_t i = 0; i < r->cells_count; i++)
		if (has_high_bytes(r->cells[i].text.ptr, r->cells[i].text.len))
			VD_TRY(vd_utf8_from(&r->own, VD_ENC_CP1252, r->cells[i].text, &r->cells[i].text));
	return VD_OK;
}

static enum vd_status
mixed_encoding(struct csv_reader *r)
{
	if (r->multibyte_line == 0)
		return vd_fail(
		    &r->own, VD_E_INVALID, "csv.mixed_encoding", NULL,
		    "Line %lld is not UTF-8, though the file says so at its start. Save it once more as UTF-8.",
		    (long long)r->single_byte_line);
	return vd_fail(
	    &r->own, VD_E_INVALID, "csv.mixed_encoding", NULL,
	    "Line %lld is UTF-8 and line %lld is not: names would be garbled. Save the file once more as UTF-8.",
	    (long long)r->multibyte_line, (long long)r->single_byte_line);
}

static enum vd_status
row_check_encoding(struct csv_reader *r)
{
	struct vd_str all = { r->row, r->row_len };

	if (memchr(r->row, '\0', r->row_len) != NULL)
		return vd_fail(
		    &r->own, VD_E_INVALID, "csv.binary", NULL,
		    "Line %lld holds a zero byte: this is not a text file. Export it again as CSV.",
		    (long long)r->row_line);
	if (!has_high_bytes(r->row, r->row_len)) return VD_OK;
	if (vd_utf8_valid(all, NULL)) {
		if (r->multibyte_line == 0) r->multibyte_line = r->row_line;
	} else if (r->single_byte_line == 0) {
		r->single_byte_line = r->row_line;
	}
	if (r->single_byte_line == 0 && r->dialect.encoding != VD_ENC_CP1252) return VD_OK;
	if (r->single_byte_line != 0 &&
	    (r->multibyte_line != 0 || r->dialect.encoding == VD_ENC_UTF8_BOM))
		return mixed_encoding(r);
	r->dialect.encoding = VD_ENC_CP1252;
	return cells_from_cp1252(r);
}

static enum vd_status
row_end(struct vd_context *ctx, struct csv_reader *r, bool ended)
{
	struct vd_arena_mark mark = vd_arena_mark(&r->arena);
	struct csv_row row = {
		.line = r->row_line, .offset = r->row_offset, .cells = r->cells, .ended = ended
	};
	enum vd_status st;

	cell_end(r);
	VD_TRY(row_check_encoding(r));
	row.count = r->cells_count;
	row.problem = r->problem;
	st = r->row_fn(r->user, ctx, &row);
	if (st != VD_OK) r->own.error = ctx->error;
	vd_arena_rewind(&r->arena, mark);
	return st;
}

/* --- the machine ------------------------------------------------------------------------------ */

/* Handles a byte that ends a cell: the separator or a line end. */
static enum vd_status
cell_stop(struct vd_context *ctx, struct csv_reader *r, char c)
{
	bool is_line_end = c != r->dialect.separator;

	if (r->state == CELL_START) VD_TRY(cell_begin(r, false));
	r->offset++;
	if (!is_line_end) {
		cell_end(r);
		return VD_OK;
	}
	VD_TRY(row_end(ctx, r, true));
	r->line++;
	r->after_cr = c == '\r';
	row_begin(r);
	return VD_OK;
}

/* Consumes what it can of an unquoted cell. */
static enum vd_status
take_plain(struct csv_reader *r, const char **p, const char *end)
{
	const char *from = *p, *to = from;

	while (to < end && !r->stops[(unsigned char)*to]) to++;
	*p = to;
	r->offset += to - from;
	return row_append(r, from, (size_t)(to - from));
}

/* Consumes what it can of a quoted cell, up to and including the quote. */
static enum vd_status
take_quoted(struct csv_reader *r, const char **p, const char *end)
{
	const char *from = *p, *to = from;

	if (r->after_cr) { /* CR LF inside quotes: one LF, written when the CR came */
		r->after_cr = false;
		if (*from == '\n') {
			r->offset++;
			*p = from + 1;
			return VD_OK;
		}
	}
	while (to < end && *to != '"' && *to != '\n' && *to != '\r') to++;
	VD_TRY(row_append(r, from, (size_t)(to - from)));
	r->offset += to - from;
	*p = to;
	if (to == end) return VD_OK;
	r->offset++;
	*p = to + 1;
	if (*to == '"') {
		r->state = QUOTE_SEEN;
		return VD_OK;
	}
	r->line++;
	r->after_cr = *to == '\r';
	return row_append(r, "\n", 1);
}

/* After a quote in a quoted cell: a doubled quote, blanks before the separator, or a mistake. */
static enum vd_status
take_after_quote(struct csv_reader *r, const char **p)
{
	char c = *(*p)++;

	r->offset++;
	if (c == '"') {
		r->state = QUOTED;
		return row_append(r, "\"", 1);
	}
	if (c == ' ') return VD_OK;
	if (r->problem == NULL)
		r->problem = "text after a closing quote: double the quotes that are part of the text";
	r->state = PLAIN;
	return row_append(r, &c, 1);
}

/* A quote outside quotes: it opens a cell (blanks before it go), or is just a character. */
static enum vd_status
take_opening_quote(struct csv_reader *r, const char **p)
{
	if (r->state == CELL_START) VD_TRY(cell_begin(r, true));
	r->offset++;
	++*p;
	for (size_t i = r->cell_start; i < r->row_len; i++)
		if (r->row[i] != ' ') return row_append(r, "\"", 1);
	r->row_len = r->cell_start;
	r->cells[r->cells_count].quoted = true;
	r->quote_line = r->line;
	r->state = QUOTED;
	return VD_OK;
}

static enum vd_status
take(struct vd_context *ctx, struct csv_reader *r, const char **p, const char *end)
{
	char c = **p;

	if (r->state == QUOTED) return take_quoted(r, p, end);
	if (r->after_cr) { /* CR LF is one line end */
		r->after_cr = false;
		if (c == '\n') {
			r->row_offset = ++r->offset;
			++*p;
			return VD_OK;
		}
	}
	if (r->state == QUOTE_SEEN && (c == '"' || !r->stops[(unsigned char)c]))
		return take_after_quote(r, p);
	if (c == '"') return take_opening_quote(r, p);
	if (r->stops[(unsigned char)c]) {
		++*p;
		return cell_stop(ctx, r, c);
	}
	if (r->state == CELL_START) VD_TRY(cell_begin(r, false));
	r->state = PLAIN;
	return take_plain(r, p, end);
}

static enum vd_status
take_text(struct vd_context *ctx, struct csv_reader *r, struct vd_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;

	while (p < end) VD_TRY(take(ctx, r, &p, end));
	return VD_OK;
}

/* --- encodings that need turning into UTF-8 first --------------------------------------------- */

static bool
is_high_surrogate(const struct csv_reader *r, const unsigned char *unit)
{
	return (unit[r->dialect.encoding == VD_ENC_UTF16LE] & 0xFC) == 0xD8;
}

/* One whole piece of UTF-16, no character cut in two. */
static enum vd_status
take_utf16_piece(struct vd_context *ctx, struct csv_reader *r, struct vd_str piece)
{
	struct vd_arena_mark mark = vd_arena_mark(&r->arena);
	struct vd_str text;

	if (vd_utf8_from(&r->own, r->dialect.encoding, piece, &text) != VD_OK)
		return vd_fail_where(&r->own, "Line %lld", (long long)r->line);
	text = vd_str_sub(text, r->skip, text.len); /* the first piece holds the whole "sep=" line */
	r->skip = 0;
	VD_TRY(take_text(ctx, r, text));
	vd_arena_rewind(&r->arena, mark);
	return VD_OK;
}

static enum vd_status
take_utf16(struct vd_context *ctx, struct csv_reader *r, struct vd_str bytes)
{
	while (bytes.len > 0) {
		unsigned char piece[UTF16_PIECE + 4];
		size_t n = bytes.len < UTF16_PIECE ? bytes.len : UTF16_PIECE, len = r->carry_len + n, keep;

		memcpy(piece, r->carry, r->carry_len);
		memcpy(piece + r->carry_len, bytes.ptr, n);
		bytes = vd_str_sub(bytes, n, bytes.len);
		keep = len % 2;
		if (len - keep >= 2 && is_high_surrogate(r, piece + len - keep - 2)) keep += 2;
		memcpy(r->carry, piece + len - keep, keep);
		r->carry_len = keep;
		if (len > keep)
			VD_TRY(take_utf16_piece(ctx, r, (struct vd_str){ (char *)piece, len - keep }));
	}
	return VD_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

static bool
is_utf16(const struct csv_reader *r)
{
	return r->dialect.encoding == VD_ENC_UTF16LE || r->dialect.encoding == VD_ENC_UTF16BE;
}

/* The first block is complete: settles the dialect and reads the block. */
static enum vd_status
use_probe(struct vd_context *ctx, struct csv_reader *r)
{
	struct vd_str block = { r->probe, r->probe_len };
	struct vd_arena_mark mark = vd_arena_mark(&r->arena);

	r->probing = false;
	if (!r->dialect_known) VD_TRY(csv_detect(&r->own, block, r->dialect.separator, &r->dialect));
	vd_arena_rewind(&r->arena, mark);
	if (r->dialect.told) r->line = 2;
	r->offset = (int64_t)r->dialect.skip;
	r->stops[(unsigned char)r->dialect.separator] = true;
	r->stops['\n'] = r->stops['\r'] = r->stops['"'] = true;
	row_begin(r);
	r->skip = r->dialect.skip;
	return is_utf16(r) ? take_utf16(ctx, r, block)
	                   : take_text(ctx, r, vd_str_sub(block, r->dialect.skip, block.len));
}

static enum vd_status
feed(struct vd_context *ctx, struct csv_reader *r, struct vd_str bytes)
{
	if (r->probing) {
		size_t room = CSV_PROBE_SIZE - r->probe_len, n = bytes.len < room ? bytes.len : room;

		if (n > 0) memcpy(r->probe + r->probe_len, bytes.ptr, n);
		r->probe_len += n;
		if (r->probe_len < CSV_PROBE_SIZE) return VD_OK;
		bytes = vd_str_sub(bytes, n, bytes.len);
		VD_TRY(use_probe(ctx, r));
	}
	return is_utf16(r) ? take_utf16(ctx, r, bytes) : take_text(ctx, r, bytes);
}

static enum vd_status
finish(struct vd_context *ctx, struct csv_reader *r)
{
	if (r->probing) VD_TRY(use_probe(ctx, r));
	if (r->carry_len > 0)
		return vd_fail(&r->own, VD_E_INVALID, "csv.truncated", NULL,
		               "Line %lld: the file ends in the middle of a character. Export it again.",
		               (long long)r->line);
	if (r->state == QUOTED)
		return vd_fail(
		    &r->own, VD_E_INVALID, "csv.quote_open", NULL,
		    "Line %lld: a quote is opened here and never closed. The file is cut off, or a quote "
		    "that is part of the text must be doubled.",
		    (long long)r->quote_line);
	if (!r->row_open) return VD_OK;
	if (r->state == CELL_START) VD_TRY(cell_begin(r, false));
	return row_end(ctx, r, false);
}

enum vd_status
csv_new(struct vd_context *ctx, const struct csv_options *options, csv_row_fn fn, void *user,
        struct csv_reader **out)
{
	struct csv_reader *r;

	VD_NEW(ctx, r, 1);
	r->arena = VD_ARENA(OWN_MEMORY);
	r->own.arena = &r->arena;
	r->row_fn = fn;
	r->user = user;
	r->line = 1;
	r->probing = true;
	r->dialect_known = options->dialect != NULL;
	r->dialect = r->dialect_known ? *options->dialect
	                              : (struct csv_dialect){ .separator = options->separator };
	r->probe = vd_arena_alloc(&r->arena, CSV_PROBE_SIZE);
	r->row = vd_arena_alloc(&r->arena, INTAKE_LINE_MAX);
	r->cells = vd_arena_array(&r->arena, CSV_CELLS_MAX, sizeof(*r->cells));
	if (r->arena.failed) {
		csv_free(&r);
		return vd_fail_memory(ctx);
	}
	*out = r;
	return VD_OK;
}

enum vd_status
csv_feed(struct vd_context *ctx, struct csv_reader *r, struct vd_str bytes)
{
	enum vd_status st = feed(ctx, r, bytes);

	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

enum vd_status
csv_end(struct vd_context *ctx, struct csv_reader *r)
{
	enum vd_status st = finish(ctx, r);

	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

const struct csv_dialect *
csv_dialect(const struct csv_reader *r)
{
	return &r->dialect;
}

void
csv_free(struct csv_reader **r)
{
	if (*r != NULL) vd_arena_release(&(*r)->arena);
	*r = NULL;
}
