/* The MT940 reader: lines, fields, statements. What a field holds is read elsewhere.
 *
 * Every bank wraps the same fields differently: SWIFT blocks, loose header lines, or nothing; a
 * line with "-" at the end, or nothing. So only the order of the fields is trusted: a statement
 * begins at 20 (or at 25), is complete with 62, and what is no field is text of the field before
 * it. */
#include "intake/mt940_internal.h"

#include "intake/charset.h"

#include <string.h>

enum state {
	BETWEEN, /* no statement open */
	HEAD,    /* before the first 61 */
	ENTRIES,
	CLOSED, /* behind 62: only 64, 65, totals follow */
};

#define FIRST_LINES_MAX 8 /* lines of one field 61 */

struct mt940_reader {
	struct bank_out *out;
	struct intake_transcoder transcoder;
	char *line, *text; /* the line as it came, and as UTF-8 */
	size_t line_len;
	bool after_cr, any_line;
	int64_t line_number, line_offset, offset;
	char held[4]; /* a line that may be the first half of a broken tag */
	size_t held_len;

	enum state state;
	enum mt940_tag field;              /* the one that goes on when a line is no tag */
	enum mt940_bank header_bank, bank; /* of the lines before the statement; of the statement */
	bool statement_seen;
	struct vd_arena_mark statement_mark, entry_mark;
	bool in_entry;
	struct mt940_entry *entry;
	struct vd_buf raw;
	size_t first_at[FIRST_LINES_MAX], first_end[FIRST_LINES_MAX],
	    first_count;                                            /* lines of 61, in raw */
	size_t info_at[MT940_LINES_MAX], info_end[MT940_LINES_MAX]; /* lines of 86, in raw */
	bool too_many;
};

static struct intake_place
place_now(const struct mt940_reader *r)
{
	return (struct intake_place){ .line = r->line_number, .offset = r->line_offset };
}

/* --- entries --- */

static void
entry_begin(struct vd_context *ctx, struct mt940_reader *r, struct vd_str line, struct vd_str text)
{
	struct mt940_entry *e = r->entry;

	r->entry_mark = vd_arena_mark(ctx->arena);
	r->in_entry = true;
	r->too_many = false;
	*e = (struct mt940_entry){ 0 };
	e->record.place = place_now(r);
	r->raw = VD_BUF(ctx, INTAKE_RECORD_MAX);
	vd_buf_add(&r->raw, line);
	r->first_at[0] = r->raw.len - text.len;
	r->first_end[0] = r->raw.len;
	r->first_count = 1;
}

static void
entry_line(struct mt940_reader *r, struct vd_str line, struct vd_str text, bool info,
           bool field_start)
{
	struct mt940_entry *e = r->entry;
	size_t at;

	vd_buf_add_char(&r->raw, '\n');
	vd_buf_add(&r->raw, line);
	at = r->raw.len - text.len;
	if (info && e->lines_count < MT940_LINES_MAX) {
		r->info_at[e->lines_count] = at;
		r->info_end[e->lines_count] = r->raw.len;
		e->field_start[e->lines_count++] = field_start;
	} else if (!info && r->first_count < FIRST_LINES_MAX) {
		r->first_at[r->first_count] = at;
		r->first_end[r->first_count++] = r->raw.len;
	} else {
		r->too_many = true;
	}
}

static struct vd_str
raw_part(const struct mt940_reader *r, size_t from, size_t end)
{
	return vd_str_sub(vd_buf_str(&r->raw), from, end - from);
}

/* Reads 61. A bank may break the line before the amount, or in it: then two lines together make one
 * that can be read. */
static enum vd_status
read_first(struct vd_context *ctx, struct mt940_reader *r)
{
	struct mt940_entry *e = r->entry;
	struct vd_currency currency = r->out->statement.currency;
	struct vd_str one = raw_part(r, r->first_at[0], r->first_end[0]), two;
	size_t used = 1;
	struct bank_lines more;
	struct vd_str joined;
	enum vd_status status = mt940_line_parse(ctx, one, currency, &e->line);
	bool whole = status == VD_OK && e->line.type.len > 0;

	if (!whole && r->first_count > 1) {
		struct mt940_line line;
		VD_TRY(vd_str_printf(ctx, &two, "%.*s%.*s", VD_FMT(one),
		                     VD_FMT(raw_part(r, r->first_at[1], r->first_end[1]))));
		if (mt940_line_parse(ctx, two, currency, &line) == VD_OK && line.type.len > 0) {
			e->line = line;
			used = 2;
			status = VD_OK;
		} else if (status != VD_OK) {
			status = mt940_line_parse(ctx, one, currency,
			                          &e->line); /* its explanation is the better one */
		}
	}
	VD_TRY(status);
	bank_lines_start(ctx, &more);
	for (size_t i = used; i < r->first_count; i++)
		bank_lines_add(&more, raw_part(r, r->first_at[i], r->first_end[i]), false);
	return bank_lines_finish(ctx, &more, &e->second, &joined);
}

static enum vd_status
fill_record(struct vd_context *ctx, struct mt940_reader *r)
{
	struct mt940_entry *e = r->entry;
	struct bank_record_statement *s = &r->out->statement;
	struct bank_record_entry *record = &e->record;

	if (s->currency.code[0] == '\0')
		return vd_fail(ctx, VD_E_INVALID, "bank.no_currency", NULL,
		               "the currency is not known: there is no opening balance (:60F:) before it");
	if (r->too_many)
		return vd_fail(ctx, VD_E_LIMIT, "intake.record_too_long", NULL, "it has more than %d lines",
		               MT940_LINES_MAX);
	VD_TRY(vd_buf_finish(ctx, &r->raw, &record->raw));
	for (size_t i = 0; i < e->lines_count; i++)
		e->lines[i] = raw_part(r, r->info_at[i], r->info_end[i]);
	VD_TRY(read_first(ctx, r));
	e->bank = r->bank;
	e->own_account = s->account_iban.len > 0 ? s->account_iban : s->account_other;
	record->booked_on = vd_date_is_none(e->line.entry_on) ? e->line.value_on : e->line.entry_on;
	record->value_on = e->line.value_on;
	record->amount_minor = e->line.minor;
	record->currency = s->currency;
	record->reversal = e->line.reversal;
	record->pending = e->line.expected;
	VD_TRY(mt940_describe(ctx, e));
	e->transaction.amount_minor = record->amount_minor;
	record->transactions = &e->transaction;
	record->transactions_count = 1;
	return VD_OK;
}

static enum vd_status
warn_odd(struct vd_context *ctx, struct mt940_reader *r)
{
	const struct mt940_entry *e = r->entry;

	if (e->line.odd_date)
		VD_TRY(bank_out_warn(
		    ctx, r->out, e->record.place,
		    VD_STR(
		        "The entry has a day in February that does not exist; the last of the month is taken.")));
	if (e->line.negative)
		VD_TRY(bank_out_warn(
		    ctx, r->out, e->record.place,
		    VD_STR(
		        "The entry has a negative amount; it is read as a reversal (the sign turned round).")));
	return VD_OK;
}

static enum vd_status
entry_finish(struct vd_context *ctx, struct mt940_reader *r)
{
	struct mt940_entry *e = r->entry;
	enum vd_status status;

	if (!r->in_entry) return VD_OK;
	r->in_entry = false;
	r->out->statement.bank = vd_str_c(mt940_bank_name(r->bank));
	if (!r->out->spoiled) {
		status = fill_record(ctx, r);
		if (status != VD_OK && bank_is_about_record(ctx, status)) {
			struct vd_str why;
			VD_TRY(vd_str_printf(ctx, &why, "The entry cannot be read: %s.", ctx->error.detail));
			VD_TRY(bank_out_reject_entry(ctx, r->out, e->record.place, VD_STR_NONE, why));
		} else {
			VD_TRY(status);
			VD_TRY(warn_odd(ctx, r));
			VD_TRY(bank_out_entry(ctx, r->out, &e->record));
		}
	}
	vd_arena_rewind(ctx->arena, r->entry_mark);
	return VD_OK;
}

/* --- statements --- */

static void
statement_open(struct vd_context *ctx, struct mt940_reader *r)
{
	r->statement_mark = vd_arena_mark(ctx->arena);
	bank_out_start(r->out, place_now(r));
	r->bank = r->header_bank;
	r->state = HEAD;
	r->statement_seen = true;
}

/* The end of a statement, wherever that is seen. One without a closing balance was cut off: its
 * last entries may be missing, and nobody can check. */
static enum vd_status
statement_close(struct vd_context *ctx, struct mt940_reader *r)
{
	if (r->state == BETWEEN) return VD_OK;
	VD_TRY(entry_finish(ctx, r));
	r->out->statement.bank = vd_str_c(mt940_bank_name(r->bank));
	if (r->state != CLOSED)
		VD_TRY(bank_out_reject_statement(
		    ctx, r->out,
		    VD_STR("The statement has no closing balance (:62F:): the file was cut off, or "
		           "is not a whole statement. Download it again.")));
	else if (!r->out->statement.has_opening)
		VD_TRY(bank_out_reject_statement(
		    ctx, r->out,
		    VD_STR("The statement has no opening balance (:60F:), so its entries cannot be "
		           "checked. Download it again.")));
	else VD_TRY(bank_out_end(ctx, r->out));
	vd_arena_rewind(ctx->arena, r->statement_mark);
	r->state = BETWEEN;
	r->field = MT940_NO_TAG;
	return VD_OK;
}

static enum vd_status
spoil(struct vd_context *ctx, struct mt940_reader *r, enum vd_status status, const char *what)
{
	struct vd_str why;

	if (status == VD_OK || !bank_is_about_record(ctx, status)) return status;
	VD_TRY(vd_str_printf(ctx, &why, "Line %lld: the %s cannot be read: %s.",
	                     (long long)r->line_number, what, ctx->error.detail));
	return bank_out_reject_statement(ctx, r->out, why);
}

static void
note_bank(struct mt940_reader *r, struct vd_str text)
{
	enum mt940_bank bank = mt940_bank_in(text);

	if (bank == MT940_OTHER) return;
	if (r->state != HEAD) r->header_bank = bank;
	else r->bank = bank;
}

static enum vd_status
reference_field(struct vd_context *ctx, struct mt940_reader *r, struct vd_str text)
{
	if (vd_str_starts(text, VD_STR("940S")) || vd_str_starts(text, VD_STR("940A"))) {
		/* Rabobank; also Moneyou, which says so in its header */
		if (r->header_bank == MT940_OTHER) r->bank = MT940_RABOBANK;
	} else if (vd_str_starts(text, VD_STR("FVLOLB"))) {
		r->bank = MT940_VAN_LANSCHOT;
	}
	return bank_text(ctx, text, &r->out->statement.id);
}

static enum vd_status
account_field(struct vd_context *ctx, struct mt940_reader *r, struct vd_str text)
{
	struct bank_record_statement *s = &r->out->statement;
	struct mt940_account account;
	enum vd_status status = mt940_account_parse(ctx, text, &account);

	if (status != VD_OK) return spoil(ctx, r, status, "account (:25:)");
	s->account_iban = account.iban;
	s->account_other = account.other;
	if (s->currency.code[0] == '\0') s->currency = account.currency;
	note_bank(r, account.iban.len > 0 ? account.iban : account.other);
	return VD_OK;
}

/* "19321/1"; 0 is no number: some banks write it always. */
static void
number_field(struct mt940_reader *r, struct vd_str text)
{
	struct vd_str number;
	int64_t value;

	text = vd_str_trim(text);
	if (vd_str_cut(&text, '/', &number) && vd_str_to_i64(vd_str_trim(number), &value) && value > 0)
		r->out->statement.sequence = value;
	if (vd_str_to_i64(vd_str_trim(text), &value) && value > 0) r->out->statement.page = value;
}

static enum vd_status
opening_field(struct vd_context *ctx, struct mt940_reader *r, struct vd_str text)
{
	struct bank_record_statement *s = &r->out->statement;
	struct mt940_balance balance;
	enum vd_status status = mt940_balance_parse(ctx, text, &balance);

	if (status != VD_OK) return spoil(ctx, r, status, "opening balance (:60F:)");
	s->has_opening = true;
	s->opening_minor = balance.minor;
	s->opening_on = balance.on;
	s->currency = balance.currency;
	return VD_OK;
}

static enum vd_status
closing_field(struct vd_context *ctx, struct mt940_reader *r, struct vd_str text, bool page)
{
	struct bank_record_statement *s = &r->out->statement;
	struct mt940_balance balance;
	enum vd_status status;

	VD_TRY(entry_finish(ctx, r));
	r->state = CLOSED;
	status = mt940_balance_parse(ctx, text, &balance);
	if (status != VD_OK) return spoil(ctx, r, status, "closing balance (:62F:)");
	if (s->currency.code[0] != '\0' && !vd_currency_eq(s->currency, balance.currency))
		return bank_out_reject_statement(ctx, r->out,
		                                 VD_STR("Its two balances are in different currencies."));
	s->currency = balance.currency;
	s->has_closing = true;
	s->closing_minor = balance.minor;
	s->closing_on = balance.on;
	s->last_page = !page;
	return VD_OK;
}

/* --- fields --- */

static enum vd_status
refuse_interim(struct vd_context *ctx)
{
	return vd_fail(ctx, VD_E_INVALID, "bank.mt942", NULL,
	               "This is an interim report (MT942): what it lists can still change. "
	               "Ask the bank for MT940 or CAMT.053.");
}

/* A field that belongs to a statement's head: opens one when none is open, or the last is complete.
 */
static enum vd_status
open_for(struct vd_context *ctx, struct mt940_reader *r, enum mt940_tag tag)
{
	bool begins = tag == MT940_REFERENCE || (tag == MT940_ACCOUNT && r->state != HEAD);

	if (r->state != BETWEEN && begins) VD_TRY(statement_close(ctx, r));
	if (r->state == BETWEEN) statement_open(ctx, r);
	return VD_OK;
}

static enum vd_status
entry_field(struct vd_context *ctx, struct mt940_reader *r, struct vd_str line, struct vd_str text)
{
	VD_TRY(entry_finish(ctx, r));
	if (r->state == CLOSED)
		return bank_out_reject_statement(ctx, r->out,
		                                 VD_STR("An entry (:61:) follows the closing balance."));
	r->state = ENTRIES;
	entry_begin(ctx, r, line, text);
	return VD_OK;
}

static enum vd_status
head_field(struct vd_context *ctx, struct mt940_reader *r, enum mt940_tag tag, struct vd_str text)
{
	VD_TRY(open_for(ctx, r, tag));
	switch (tag) {
	case MT940_REFERENCE:
		return reference_field(ctx, r, text);
	case MT940_ACCOUNT:
		return account_field(ctx, r, text);
	case MT940_NUMBER:
		number_field(r, text);
		return VD_OK;
	case MT940_OPENING:
		return opening_field(ctx, r, text);
	default:
		return VD_OK;
	}
}

static enum vd_status
take_field(struct vd_context *ctx, struct mt940_reader *r, enum mt940_tag tag, struct vd_str line,
           struct vd_str text, bool page)
{
	r->field = tag;
	switch (tag) {
	case MT940_REFERENCE:
	case MT940_ACCOUNT:
	case MT940_NUMBER:
	case MT940_OPENING:
		return head_field(ctx, r, tag, text);
	case MT940_ENTRY:
		VD_TRY(open_for(ctx, r, tag));
		return entry_field(ctx, r, line, text);
	case MT940_CLOSING:
		VD_TRY(open_for(ctx, r, tag));
		return closing_field(ctx, r, text, page);
	case MT940_INFO: /* before the first entry and behind 62 it is about the statement */
		if (r->in_entry) entry_line(r, line, text, true, true);
		return VD_OK;
	case MT940_INTERIM:
		return r->out->statement.has_opening && r->state != BETWEEN ? VD_OK : refuse_interim(ctx);
	case MT940_AVAILABLE:
	case MT940_FORWARD:
		return entry_finish(ctx, r);
	case MT940_RELATED:
	case MT940_BANK_OWN:
	case MT940_NO_TAG:
		break;
	}
	return VD_OK;
}

/* --- lines --- */

/* ":20:37 Karten" in the text of an entry is the rest of a time of day that was broken at the
 * line's end, not a field; minutes and seconds go to 59, so it can only be mistaken for 20, 21, 25
 * and 28. */
static bool
is_clock(const struct mt940_reader *r, struct vd_str line)
{
	return r->in_entry && r->field == MT940_INFO && line.len >= 6 && line.ptr[3] == ':' &&
	       vd_is_digit(line.ptr[4]) && vd_is_digit(line.ptr[5]) &&
	       (line.len == 6 || !vd_is_alnum(line.ptr[6])) && line.ptr[1] <= '5';
}

/* A line that is no field: text of the field before it, or a bank's own wrapping. */
static enum vd_status
other_line(struct vd_context *ctx, struct mt940_reader *r, struct vd_str line)
{
	struct vd_str trimmed = vd_str_trim(line);

	if (vd_str_starts(trimmed, VD_STR("-}"))) return VD_OK;
	if (r->state == BETWEEN || r->state == CLOSED) {
		if (r->state == CLOSED && vd_str_starts(trimmed, VD_STR("-")))
			return statement_close(ctx, r);
		if (vd_str_starts(trimmed, VD_STR(":942:")) || vd_str_eq(trimmed, VD_STR("942")))
			return refuse_interim(ctx);
		note_bank(r, vd_str_sub(trimmed, 0, 40));
		return VD_OK;
	}
	if (!r->in_entry) return VD_OK;
	if (r->field == MT940_INFO) entry_line(r, line, line, true, false);
	else if (r->field == MT940_ENTRY && trimmed.len > 0) entry_line(r, line, line, false, false);
	return VD_OK;
}

static enum vd_status
take_line(struct vd_context *ctx, struct mt940_reader *r, struct vd_str line)
{
	struct vd_str text, trimmed = vd_str_trim(line);
	enum mt940_tag tag;
	bool page = false;
	size_t block;

	if (vd_str_starts(trimmed, VD_STR("{1:")) || vd_str_starts(trimmed, VD_STR("{2:")) ||
	    vd_str_starts(trimmed, VD_STR("{4:"))) {
		/* a SWIFT header: a new message begins, whatever came before */
		if (vd_str_starts(trimmed, VD_STR("{1:"))) VD_TRY(statement_close(ctx, r));
		if (vd_str_find(trimmed, VD_STR("{2:O942"), 0) != SIZE_MAX ||
		    vd_str_find(trimmed, VD_STR("{2:I942"), 0) != SIZE_MAX)
			return refuse_interim(ctx);
		note_bank(r, trimmed);
		block = vd_str_find(trimmed, VD_STR("{4:"), 0);
		line = block == SIZE_MAX ? VD_STR("") : vd_str_sub(trimmed, block + 3, SIZE_MAX);
		if (line.len == 0) return VD_OK;
	}
	tag = mt940_tag_of(line, &text, &page);
	if (tag == MT940_NO_TAG || is_clock(r, line)) return other_line(ctx, r, line);
	return take_field(ctx, r, tag, line, text, page);
}

/* ":", ":8", ":86" alone may be a tag that the bank broke. */
static bool
may_be_half_tag(struct vd_str line)
{
	if (line.len == 0 || line.len > 3 || line.ptr[0] != ':') return false;
	for (size_t i = 1; i < line.len; i++)
		if (!vd_is_digit(line.ptr[i])) return false;
	return true;
}

/* With what was held of the line before. r->text has room in front for it. */
static enum vd_status
take_with_held(struct vd_context *ctx, struct mt940_reader *r, char *text, size_t length)
{
	struct vd_str whole, rest;
	size_t held = r->held_len;
	bool page;

	if (held > 0) {
		r->held_len = 0;
		memcpy(text - held, r->held, held);
		whole = (struct vd_str){ text - held, held + length };
		if (mt940_tag_of(whole, &rest, &page) != MT940_NO_TAG) return take_line(ctx, r, whole);
		VD_TRY(take_line(ctx, r, vd_str_sub(whole, 0, held)));
	}
	whole = (struct vd_str){ text, length };
	if (may_be_half_tag(whole)) {
		memcpy(r->held, whole.ptr, whole.len);
		r->held_len = whole.len;
		return VD_OK;
	}
	return take_line(ctx, r, whole);
}

static enum vd_status
line_complete(struct vd_context *ctx, struct mt940_reader *r)
{
	char *text = r->text + sizeof(r->held);
	struct vd_str bytes = { r->line, r->line_len };
	size_t length;

	if (!r->any_line && vd_str_starts(bytes, VD_STR("\xEF\xBB\xBF")))
		bytes = vd_str_sub(bytes, 3, SIZE_MAX);
	r->any_line = true;
	r->line_number++;
	length = intake_transcode(&r->transcoder, bytes, text);
	length += intake_transcode_end(&r->transcoder, text + length);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ') text[i] = ' ';
	r->line_len = 0;
	return take_with_held(ctx, r, text, length);
}

static enum vd_status
line_add(struct vd_context *ctx, struct mt940_reader *r, struct vd_str piece)
{
	if (piece.len > INTAKE_LINE_MAX - r->line_len)
		return vd_fail(ctx, VD_E_LIMIT, "intake.line_too_long", NULL,
		               "Line %lld is longer than %d kB: this is no MT940 file.",
		               (long long)r->line_number + 1, INTAKE_LINE_MAX / 1024);
	memcpy(r->line + r->line_len, piece.ptr, piece.len);
	r->line_len += piece.len;
	return VD_OK;
}

/* --- life --- */

enum vd_status
mt940_reader_new(struct vd_context *ctx, struct bank_out *out, struct mt940_reader **reader)
{
	struct mt940_reader *r;

	*reader = NULL;
	VD_NEW(ctx, r, 1);
	VD_NEW(ctx, r->entry, 1);
	VD_NEW(ctx, r->line, INTAKE_LINE_MAX);
	VD_NEW(ctx, r->text, sizeof(r->held) + INTAKE_TRANSCODE_ROOM(INTAKE_LINE_MAX) + 16);
	r->out = out;
	*reader = r;
	return VD_OK;
}

enum vd_status
mt940_reader_feed(struct vd_context *ctx, struct mt940_reader *r, struct vd_str bytes)
{
	size_t at = 0;

	while (at < bytes.len) {
		size_t end = at;
		if (r->after_cr && bytes.ptr[at] == '\n') {
			r->after_cr = false;
			at++;
			r->line_offset = r->offset + (int64_t)at;
			continue;
		}
		r->after_cr = false;
		while (end < bytes.len && bytes.ptr[end] != '\n' && bytes.ptr[end] != '\r') end++;
		VD_TRY(line_add(ctx, r, vd_str_sub(bytes, at, end - at)));
		at = end;
		if (end == bytes.len) break;
		VD_TRY(line_complete(ctx, r));
		r->after_cr = bytes.ptr[end] == '\r';
		at++;
		r->line_offset = r->offset + (int64_t)at;
	}
	r->offset += (int64_t)bytes.len;
	return VD_OK;
}

enum vd_status
mt940_reader_end(struct vd_context *ctx, struct mt940_reader *r)
{
	if (r->line_len > 0) VD_TRY(line_complete(ctx, r));
	if (r->held_len > 0) {
		struct vd_str held = { r->held, r->held_len };
		r->held_len = 0;
		VD_TRY(take_line(ctx, r, held));
	}
	VD_TRY(statement_close(ctx, r));
	if (r->statement_seen) return VD_OK;
	return vd_fail(
	    ctx, VD_E_INVALID, "bank.not_a_statement", NULL,
	    "The file holds no MT940 statement: no field :20: or :25: at the beginning of a line.");
}
