/* The CAMT.053 reader: the walk through the document, the statement's head and its balances.
 *
 * The document is split in areas (header, statement, balance, entry, transaction). An element is
 * known by its name and its place below the element that opened the area, so that the same code
 * reads version 02 (RltdPties/Dbtr/Nm) and 08 (RltdPties/Dbtr/Pty/Nm). What is not known is passed
 * over. */
#include "intake/camt_internal.h"

#include <stdio.h>
#include <string.h>

static const char *const names[CAMT__COUNT] = { [CAMT_OTHER] = "",
#define X(name) [CAMT_##name] = #name,
	                                            CAMT_NAMES(X)
#undef X
};

static enum camt_name
search_name(const char *text)
{
	int low = 1, high = CAMT__COUNT - 1;

	while (low <= high) {
		int middle = (low + high) / 2, order = strcmp(text, names[middle]);
		if (order == 0) return (enum camt_name)middle;
		if (order < 0) high = middle - 1;
		else low = middle + 1;
	}
	return CAMT_OTHER;
}

/* libxml2 gives equal names equal pointers, so a look at the pointer is mostly enough. */
static enum camt_name
find_name(struct camt_reader *x, const char *text)
{
	size_t slot = (size_t)(((uintptr_t)text >> 3) ^ ((uintptr_t)text >> 11)) & (CAMT_CACHE - 1);

	if (x->cache[slot].text != text) {
		x->cache[slot].text = text;
		x->cache[slot].name = search_name(text);
	}
	return x->cache[slot].name;
}

/* --- values --- */

enum vd_status
camt_amount_parse(struct vd_context *ctx, const struct camt_reader *x, struct vd_str text,
                  struct camt_amount *out)
{
	struct vd_currency currency = x->out->statement.currency;
	struct vd_money money;

	*out = (struct camt_amount){ 0 };
	if (x->currency[0] != '\0') VD_TRY(vd_currency_parse(ctx, vd_str_c(x->currency), &currency));
	if (currency.code[0] == '\0')
		return vd_fail(ctx, VD_E_INVALID, "bank.no_currency", "Ccy", "an amount has no currency");
	VD_TRY(vd_money_parse_decimal(ctx, vd_str_trim(text), '.', currency, &money));
	*out = (struct camt_amount){ true, money.minor, currency };
	return VD_OK;
}

enum vd_status
camt_day(struct vd_context *ctx, struct vd_str text, struct vd_date *out)
{
	struct vd_str rest;

	text = vd_str_trim(text);
	rest = vd_str_sub(text, 10, SIZE_MAX);
	if (rest.len > 0 && memchr("TZ+- ", rest.ptr[0], 5) == NULL)
		return vd_fail(ctx, VD_E_INVALID, "date.malformed", "date", "\"%.*s\" is not a date",
		               VD_FMT(vd_str_sub(text, 0, 40)));
	return vd_date_parse(ctx, vd_str_sub(text, 0, 10), out);
}

enum camt_sign
camt_sign_parse(struct vd_str text)
{
	text = vd_str_trim(text);
	if (vd_str_eq_nocase(text, VD_STR("CRDT"))) return CAMT_CREDIT;
	if (vd_str_eq_nocase(text, VD_STR("DBIT"))) return CAMT_DEBIT;
	return CAMT_SIGN_NONE;
}

bool
camt_true(struct vd_str text)
{
	text = vd_str_trim(text);
	return vd_str_eq_nocase(text, VD_STR("true")) || vd_str_eq(text, VD_STR("1"));
}

static void
page_field(enum camt_name name, struct vd_str text, int64_t *page, bool *last)
{
	int64_t number;

	if (name == CAMT_PgNb && vd_str_to_i64(vd_str_trim(text), &number) && number > 0)
		*page = number;
	if (name == CAMT_LastPgInd) *last = camt_true(text);
}

/* --- the statement --- */

static struct intake_place
place_now(struct vd_context *ctx, const struct camt_reader *x)
{
	struct intake_place place = intake_xml_place(x->xml);

	place.path = intake_xml_path(ctx, x->xml);
	return place;
}

static enum vd_status
statement_start(struct vd_context *ctx, struct camt_reader *x)
{
	struct bank_record_statement *s = &x->out->statement;

	x->statement_mark = vd_arena_mark(ctx->arena);
	bank_out_start(x->out, place_now(ctx, x));
	s->page = x->header_page;
	s->last_page = x->header_last;
	s->bank = vd_str_c(x->version);
	x->opening_rank = x->closing_rank = x->interims = 0;
	x->owner = VD_STR_NONE;
	return VD_OK;
}

/* What the statement's parts cannot be without: told once, and its entries are left out. */
static enum vd_status
spoil(struct vd_context *ctx, struct camt_reader *x, enum vd_status status, const char *what)
{
	struct vd_str why;

	if (!bank_is_about_record(ctx, status)) return status;
	VD_TRY(vd_str_printf(ctx, &why, "The %s of the statement cannot be read: %s.", what,
	                     ctx->error.detail));
	return bank_out_reject_statement(ctx, x->out, why);
}

static enum vd_status
account_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name,
              struct vd_str text)
{
	struct bank_record_statement *s = &x->out->statement;
	enum camt_name part = camt_below(x, 2);
	enum vd_status status;

	if (part == CAMT_Ccy && camt_rank(x) == 2) {
		status = vd_currency_parse(ctx, vd_str_trim(text), &s->currency);
		return status == VD_OK ? VD_OK : spoil(ctx, x, status, "currency");
	}
	if (part == CAMT_Ownr && name == CAMT_Nm && camt_rank(x) == 3)
		return bank_text(ctx, text, &x->owner);
	if (part != CAMT_Id) return VD_OK;
	if (name == CAMT_IBAN) {
		struct vd_str account;
		VD_TRY(bank_account(ctx, text, &account));
		/* a number that is no valid IBAN is still the account's name, but not its IBAN */
		if (bank_iban_valid(account)) s->account_iban = account;
		else s->account_other = account;
		return VD_OK;
	}
	if ((name == CAMT_Id && (camt_below(x, 3) == CAMT_Othr || camt_below(x, 3) == CAMT_PrtryAcct) &&
	     camt_rank(x) == 4) ||
	    name == CAMT_BBAN || name == CAMT_UPIC) {
		VD_TRY(bank_text(ctx, text, &s->account_other));
		if (!bank_iban_valid(s->account_other)) return VD_OK;
		VD_TRY(bank_account(ctx, s->account_other, &s->account_iban));
		s->account_other = VD_STR_NONE;
	}
	return VD_OK;
}

static enum vd_status
statement_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name,
                struct vd_str text)
{
	struct bank_record_statement *s = &x->out->statement;
	enum camt_name section = camt_below(x, 1);
	int64_t number;

	switch (section) {
	case CAMT_Id:
		return camt_rank(x) == 1 ? bank_text(ctx, text, &s->id) : VD_OK;
	case CAMT_ElctrncSeqNb:
	case CAMT_LglSeqNb: /* the legal number only when there is no electronic one; 0 is no number */
		if (vd_str_to_i64(vd_str_trim(text), &number) && number > 0 &&
		    (section == CAMT_ElctrncSeqNb || s->sequence < 0))
			s->sequence = number;
		return VD_OK;
	case CAMT_StmtPgntn:
		page_field(name, text, &s->page, &s->last_page);
		return VD_OK;
	case CAMT_FrToDt:
		/* a period that cannot be read is no loss: the balances have days too */
		if (name == CAMT_FrDtTm && camt_day(ctx, text, &s->from) != VD_OK) s->from = VD_DATE_NONE;
		if (name == CAMT_ToDtTm && camt_day(ctx, text, &s->to) != VD_OK) s->to = VD_DATE_NONE;
		return VD_OK;
	case CAMT_Acct:
		return account_field(ctx, x, name, text);
	default:
		return VD_OK;
	}
}

/* --- balances --- */

static enum vd_status
balance_field(struct vd_context *ctx, struct camt_reader *x, enum camt_name name,
              struct vd_str text)
{
	enum camt_name section = camt_below(x, 1);
	enum vd_status status = VD_OK;

	if (section == CAMT_Tp && (name == CAMT_Cd || name == CAMT_Prtry) && camt_rank(x) <= 3)
		return bank_text(ctx, text, &x->balance.type);
	if (section == CAMT_Amt) status = camt_amount_parse(ctx, x, text, &x->balance.amount);
	else if (section == CAMT_CdtDbtInd) x->balance.sign = camt_sign_parse(text);
	else if (section == CAMT_Dt && (name == CAMT_Dt || name == CAMT_DtTm)) {
		if (camt_rank(x) == 2 && camt_day(ctx, text, &x->balance.on) != VD_OK)
			x->balance.on = VD_DATE_NONE;
	}
	/* an amount of a balance that we do not use may be odd */
	if (status != VD_OK && !bank_is_about_record(ctx, status)) return status;
	return VD_OK;
}

static void
keep_opening(struct camt_reader *x, int rank, int64_t minor, struct vd_date on)
{
	struct bank_record_statement *s = &x->out->statement;

	if (rank <= x->opening_rank) return;
	x->opening_rank = rank;
	s->has_opening = true;
	s->opening_minor = minor;
	s->opening_on = on;
}

static void
keep_closing(struct camt_reader *x, int rank, int64_t minor, struct vd_date on)
{
	struct bank_record_statement *s = &x->out->statement;

	if (rank < x->closing_rank) return;
	x->closing_rank = rank;
	s->has_closing = true;
	s->closing_minor = minor;
	s->closing_on = on;
}

/* Opening is OPBD, else PRCD (the previous closing balance); closing is CLBD. Interim balances
 * (ITBD) stand in where a page ends or begins. */
static enum vd_status
balance_end(struct vd_context *ctx, struct camt_reader *x)
{
	const struct camt_balance *b = &x->balance;
	struct bank_record_statement *s = &x->out->statement;
	bool opening = vd_str_eq(b->type, VD_STR("OPBD")),
	     previous = vd_str_eq(b->type, VD_STR("PRCD"));
	bool closing = vd_str_eq(b->type, VD_STR("CLBD")), interim = vd_str_eq(b->type, VD_STR("ITBD"));
	int64_t minor = b->sign == CAMT_DEBIT ? -b->amount.minor : b->amount.minor;

	if (!opening && !previous && !closing && !interim) return VD_OK;
	if (!b->amount.given)
		return bank_out_reject_statement(
		    ctx, x->out, VD_STR("A balance of the statement has no amount that can be read."));
	if (s->currency.code[0] == '\0') s->currency = b->amount.currency;
	if (!vd_currency_eq(s->currency, b->amount.currency))
		return bank_out_warn(
		    ctx, x->out, place_now(ctx, x),
		    VD_STR("A balance in another currency than the account is left out of the check."));
	if (opening) keep_opening(x, 3, minor, b->on);
	if (previous) keep_opening(x, 2, minor, b->on);
	if (closing) keep_closing(x, 3, minor, b->on);
	if (interim)
		x->interim[x->interims < 2 ? x->interims++ : 1] = (struct camt_interim){ minor, b->on };
	return VD_OK;
}

static enum vd_status
statement_end(struct vd_context *ctx, struct camt_reader *x)
{
	bool whole = x->opening_rank > 0;

	if (x->interims > 0 && !whole) keep_opening(x, 1, x->interim[0].minor, x->interim[0].on);
	if (x->interims > 0 && x->closing_rank == 0 && (whole || x->interims > 1))
		keep_closing(x, 1, x->interim[x->interims - 1].minor, x->interim[x->interims - 1].on);
	VD_TRY(bank_out_end(ctx, x->out));
	vd_arena_rewind(ctx->arena, x->statement_mark);
	return VD_OK;
}

/* --- the walk --- */

static enum vd_status
refuse_other(struct vd_context *ctx, enum camt_name name)
{
	bool report = name == CAMT_BkToCstmrAcctRpt || name == CAMT_BkToCstmrAcctRptV01;

	if (report)
		return vd_fail(ctx, VD_E_INVALID, "bank.camt052", NULL,
		               "This is an intraday report (CAMT.052): what it lists can still change. "
		               "Ask the bank for the daily statement, CAMT.053.");
	return vd_fail(
	    ctx, VD_E_INVALID, "bank.camt054", NULL,
	    "This is a notification of single entries (CAMT.054), not a statement: it has no balances. "
	    "Ask the bank for CAMT.053 with batch details.");
}

/* "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02" -> "CAMT.053.001.02" */
static void
note_version(struct camt_reader *x, const char *ns)
{
	const char *at = ns != NULL ? strstr(ns, "camt.053") : NULL;

	if (at != NULL) snprintf(x->version, sizeof(x->version), "CAMT%.12s", at + 4);
}

/* The area that an element opens, or the one it is in. */
static enum camt_area
area_of(const struct camt_reader *x, enum camt_name name, enum camt_area current)
{
	enum camt_name parent = x->depth > 1 ? x->levels[x->depth - 1].name : CAMT_OTHER;

	if (name == CAMT_GrpHdr && current == CAMT_OUTSIDE) return CAMT_HEADER;
	if (name == CAMT_Stmt && current == CAMT_OUTSIDE &&
	    (parent == CAMT_BkToCstmrStmt || parent == CAMT_BkToCstmrStmtV01))
		return CAMT_STATEMENT;
	if (name == CAMT_Bal && current == CAMT_STATEMENT && parent == CAMT_Stmt) return CAMT_BALANCE;
	if (name == CAMT_Ntry && current == CAMT_STATEMENT && parent == CAMT_Stmt) return CAMT_ENTRY;
	if (name == CAMT_TxDtls && current == CAMT_ENTRY) return CAMT_TX;
	return current;
}

static enum vd_status
open_area(struct vd_context *ctx, struct camt_reader *x, enum camt_area area)
{
	x->base = x->depth;
	switch (area) {
	case CAMT_STATEMENT:
		return statement_start(ctx, x);
	case CAMT_BALANCE:
		x->balance = (struct camt_balance){ .on = VD_DATE_NONE };
		return VD_OK;
	case CAMT_ENTRY:
		intake_xml_capture_start(x->xml);
		x->entry_mark = vd_arena_mark(ctx->arena);
		return camt_entry_start(ctx, x);
	case CAMT_TX:
		return camt_details_start(ctx, x);
	case CAMT_OUTSIDE:
	case CAMT_HEADER:
		break;
	}
	return VD_OK;
}

static enum vd_status
on_start(void *user, struct vd_context *ctx, const struct intake_xml_element *e)
{
	struct camt_reader *x = user;
	enum camt_area current = x->levels[x->depth].area, area;
	enum camt_name name = find_name(x, e->name);
	struct vd_str currency;

	x->depth = e->depth;
	area = area_of(x, name, current);
	x->levels[x->depth] = (struct camt_level){ name, area };
	if (area == CAMT_OUTSIDE) {
		if (name == CAMT_Document) note_version(x, e->ns);
		if (name == CAMT_BkToCstmrStmt || name == CAMT_BkToCstmrStmtV01) {
			note_version(x, e->ns);
			x->seen = true;
		}
		if (name == CAMT_BkToCstmrAcctRpt || name == CAMT_BkToCstmrAcctRptV01 ||
		    name == CAMT_BkToCstmrDbtCdtNtfctn || name == CAMT_BkToCstmrDbtCdtNtfctnV01)
			return refuse_other(ctx, name);
		return VD_OK;
	}
	if (e->attributes_count > 0) {
		currency = intake_xml_attribute(e, "Ccy");
		snprintf(x->currency, sizeof(x->currency), "%.*s",
		         VD_FMT(vd_str_sub(currency, 0, sizeof(x->currency) - 1)));
	} else {
		x->currency[0] = '\0';
	}
	return area != current ? open_area(ctx, x, area) : VD_OK;
}

static enum vd_status
field(struct vd_context *ctx, struct camt_reader *x, enum camt_area area, enum camt_name name,
      struct vd_str text)
{
	switch (area) {
	case CAMT_HEADER:
		if (camt_below(x, 1) == CAMT_MsgPgntn)
			page_field(name, text, &x->header_page, &x->header_last);
		return VD_OK;
	case CAMT_STATEMENT:
		return statement_field(ctx, x, name, text);
	case CAMT_BALANCE:
		return balance_field(ctx, x, name, text);
	case CAMT_ENTRY:
		return camt_entry_field(ctx, x, name, text);
	case CAMT_TX:
		return camt_details_field(ctx, x, name, text);
	case CAMT_OUTSIDE:
		break;
	}
	return VD_OK;
}

static enum vd_status
close_area(struct vd_context *ctx, struct camt_reader *x, enum camt_area area)
{
	switch (area) {
	case CAMT_STATEMENT:
		return statement_end(ctx, x);
	case CAMT_BALANCE:
		return balance_end(ctx, x);
	case CAMT_ENTRY:
		VD_TRY(camt_entry_finish(ctx, x, intake_xml_capture_end(x->xml)));
		vd_arena_rewind(ctx->arena, x->entry_mark);
		return VD_OK;
	case CAMT_OUTSIDE:
	case CAMT_HEADER:
	case CAMT_TX:
		break;
	}
	return VD_OK;
}

/* Depth of the element that opened the area at `depth`. */
static int
base_of(const struct camt_reader *x, int depth)
{
	while (depth > 0 && x->levels[depth - 1].area == x->levels[depth].area) depth--;
	return depth;
}

static enum vd_status
on_end(void *user, struct vd_context *ctx, const struct intake_xml_element *e, struct vd_str text)
{
	struct camt_reader *x = user;
	enum camt_area area = x->levels[e->depth].area;
	enum camt_name name = x->levels[e->depth].name;
	enum vd_status status = VD_OK;

	VD_ASSERT(e->depth == x->depth);
	if (area != CAMT_OUTSIDE) {
		if (x->depth == x->base) status = close_area(ctx, x, area);
		else if (name != CAMT_OTHER) status = field(ctx, x, area, name, text);
		if (x->depth == x->base) x->base = base_of(x, x->depth - 1);
	}
	x->depth--;
	return status;
}

static enum vd_status
on_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	struct camt_reader *x = user;

	return bank_out_warn(ctx, x->out, place, message);
}

/* --- life --- */

enum vd_status
camt_reader_new(struct vd_context *ctx, struct bank_out *out, struct camt_reader **reader)
{
	struct camt_reader *x;
	struct intake_xml_handler handler = { .start = on_start, .end = on_end, .warning = on_warning };

	*reader = NULL;
	VD_NEW(ctx, x, 1);
	x->out = out;
	x->header_last = true;
	snprintf(x->version, sizeof(x->version), "CAMT.053");
	handler.user = x;
	VD_TRY(intake_xml_new(ctx, &handler, &x->xml));
	*reader = x;
	return VD_OK;
}

enum vd_status
camt_reader_feed(struct vd_context *ctx, struct camt_reader *x, struct vd_str bytes)
{
	return intake_xml_feed(ctx, x->xml, bytes);
}

enum vd_status
camt_reader_end(struct vd_context *ctx, struct camt_reader *x)
{
	VD_TRY(intake_xml_end(ctx, x->xml));
	if (x->seen) return VD_OK;
	return vd_fail(
	    ctx, VD_E_INVALID, "bank.not_a_statement", NULL,
	    "The file is XML but holds no bank statement (BkToCstmrStmt). Ask the bank for CAMT.053.");
}

void
camt_reader_free(struct camt_reader *x)
{
	intake_xml_free(&x->xml);
}
