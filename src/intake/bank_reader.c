/* The statement readers' common door: which reader, whose memory, and what goes out to the sink. */
#include "intake/bank_internal.h"

struct bank_reader {
	struct vd_arena memory;
	struct vd_context own; /* works in `memory` */
	struct bank_out out;
	struct camt_reader *camt; /* exactly one of these */
	struct mt940_reader *mt940;
	enum vd_status failed; /* sticky */
};

static enum vd_status
refuse_format(struct vd_context *ctx, enum intake_format format)
{
	switch (format) {
	case INTAKE_CAMT052:
		return vd_fail(ctx, VD_E_INVALID, "bank.camt052", NULL,
		               "This is an intraday report (CAMT.052): what it lists can still change. "
		               "Ask the bank for the daily statement, CAMT.053.");
	case INTAKE_CAMT054:
		return vd_fail(
		    ctx, VD_E_INVALID, "bank.camt054", NULL,
		    "This is a notification of single entries (CAMT.054), not a statement: it has no balances. "
		    "Ask the bank for CAMT.053 with batch details.");
	case INTAKE_MT942:
		return vd_fail(ctx, VD_E_INVALID, "bank.mt942", NULL,
		               "This is an interim report (MT942): what it lists can still change. "
		               "Ask the bank for MT940 or CAMT.053.");
	default:
		return vd_fail(
		    ctx, VD_E_INVALID, "bank.not_a_statement", NULL,
		    "This is %s, not a bank statement. Statements are read as CAMT.053 or MT940.",
		    intake_format_name(format));
	}
}

enum vd_status
bank_reader_new(struct vd_context *ctx, enum intake_format format, const struct bank_sink *sink,
                struct bank_reader **out)
{
	struct bank_reader *r;
	enum vd_status status;

	*out = NULL;
	if (format != INTAKE_CAMT053 && format != INTAKE_MT940) return refuse_format(ctx, format);
	VD_NEW(ctx, r, 1);
	r->memory = VD_ARENA(BANK_MEMORY_MAX);
	r->own.arena = &r->memory;
	r->out.sink = *sink;
	status = format == INTAKE_CAMT053 ? camt_reader_new(&r->own, &r->out, &r->camt)
	                                  : mt940_reader_new(&r->own, &r->out, &r->mt940);
	if (status != VD_OK) {
		ctx->error = r->own.error;
		bank_reader_free(&r);
		return status;
	}
	*out = r;
	return VD_OK;
}

void
bank_reader_free(struct bank_reader **reader)
{
	struct bank_reader *r = *reader;

	if (r == NULL) return;
	if (r->camt != NULL) camt_reader_free(r->camt);
	vd_arena_release(&r->memory);
	*reader = NULL;
}

static enum vd_status
finish_call(struct vd_context *ctx, struct bank_reader *r, enum vd_status status)
{
	r->failed = status;
	if (status != VD_OK) ctx->error = r->own.error;
	r->out.caller = NULL;
	return status;
}

enum vd_status
bank_reader_feed(struct vd_context *ctx, struct bank_reader *r, struct vd_str bytes)
{
	if (r->failed != VD_OK) return finish_call(ctx, r, r->failed);
	r->out.caller = ctx;
	return finish_call(ctx, r,
	                   r->camt != NULL ? camt_reader_feed(&r->own, r->camt, bytes)
	                                   : mt940_reader_feed(&r->own, r->mt940, bytes));
}

enum vd_status
bank_reader_end(struct vd_context *ctx, struct bank_reader *r)
{
	if (r->failed != VD_OK) return finish_call(ctx, r, r->failed);
	r->out.caller = ctx;
	return finish_call(ctx, r,
	                   r->camt != NULL ? camt_reader_end(&r->own, r->camt)
	                                   : mt940_reader_end(&r->own, r->mt940));
}

/* --- the way out --- */

/* A sink explains its failure in the caller's context: it is ours from here on. */
static enum vd_status
from_sink(struct vd_context *ctx, const struct bank_out *out, enum vd_status status)
{
	if (status != VD_OK) ctx->error = out->caller->error;
	return status;
}

void
bank_out_start(struct bank_out *out, struct intake_place place)
{
	out->statement = (struct bank_record_statement){
		.place = place,
		.sequence = -1,
		.last_page = true,
		.balanced = true,
		.from = VD_DATE_NONE,
		.to = VD_DATE_NONE,
		.opening_on = VD_DATE_NONE,
		.closing_on = VD_DATE_NONE,
	};
	out->told = out->spoiled = out->incomplete = false;
	out->ordinal = 0;
	out->first_on = out->last_on = VD_DATE_NONE;
}

enum vd_status
bank_out_warn(struct vd_context *ctx, struct bank_out *out, struct intake_place place,
              struct vd_str message)
{
	if (out->sink.warning == NULL) return VD_OK;
	return from_sink(ctx, out, out->sink.warning(out->sink.user, out->caller, place, message));
}

static enum vd_status
reject(struct vd_context *ctx, struct bank_out *out, struct intake_place place, struct vd_str key,
       struct vd_str why, bool statement)
{
	struct intake_rejection rejection = { place, key, why };

	if (out->sink.rejected == NULL) return VD_OK;
	return from_sink(ctx, out,
	                 out->sink.rejected(out->sink.user, out->caller, &rejection, statement));
}

enum vd_status
bank_out_reject_statement(struct vd_context *ctx, struct bank_out *out, struct vd_str why)
{
	if (out->spoiled) return VD_OK;
	out->spoiled = true;
	return reject(ctx, out, out->statement.place, out->statement.id, why, true);
}

enum vd_status
bank_out_reject_entry(struct vd_context *ctx, struct bank_out *out, struct intake_place place,
                      struct vd_str key, struct vd_str why)
{
	if (out->spoiled) return VD_OK;
	out->incomplete = true;
	out->ordinal++;
	VD_TRY(bank_out_begin(ctx, out));
	if (out->spoiled) return VD_OK;
	return reject(ctx, out, place, key, why, false);
}

enum vd_status
bank_out_begin(struct vd_context *ctx, struct bank_out *out)
{
	const struct bank_record_statement *s = &out->statement;

	if (out->told || out->spoiled) return VD_OK;
	if (s->account_iban.len == 0 && s->account_other.len == 0)
		return bank_out_reject_statement(ctx, out,
		                                 VD_STR(
		                                     "The statement does not say of which account it is."));
	out->told = true;
	return from_sink(ctx, out, out->sink.statement_begin(out->sink.user, out->caller, s));
}

/* Adds the entry to the statement's sums. */
static enum vd_status
count_entry(struct vd_context *ctx, struct bank_out *out, const struct bank_record_entry *e)
{
	struct bank_record_statement *s = &out->statement;

	if (e->pending) return VD_OK;
	VD_TRY(vd_minor_add(ctx, s->sum_minor, e->amount_minor, &s->sum_minor));
	s->entries++;
	if (vd_date_is_none(out->first_on) || e->booked_on.day < out->first_on.day)
		out->first_on = e->booked_on;
	if (vd_date_is_none(out->last_on) || e->booked_on.day > out->last_on.day)
		out->last_on = e->booked_on;
	return VD_OK;
}

static bool
currency_known(const struct vd_currency *c)
{
	return c->code[0] != '\0';
}

enum vd_status
bank_out_entry(struct vd_context *ctx, struct bank_out *out, struct bank_record_entry *e)
{
	struct bank_record_statement *s = &out->statement;
	enum vd_status status;

	if (out->spoiled) return VD_OK;
	if (!currency_known(&e->currency)) e->currency = s->currency;
	if (!currency_known(&s->currency)) s->currency = e->currency;
	if (!currency_known(&e->currency))
		return bank_out_reject_entry(ctx, out, e->place, e->reference,
		                             VD_STR("The entry has no currency."));
	if (!vd_currency_eq(e->currency, s->currency))
		return bank_out_reject_entry(ctx, out, e->place, e->reference,
		                             VD_STR("The entry is in another currency than its account."));
	if (vd_date_is_none(e->booked_on)) e->booked_on = e->value_on;
	if (vd_date_is_none(e->booked_on)) e->booked_on = s->closing_on;
	if (vd_date_is_none(e->booked_on) && !e->pending)
		return bank_out_reject_entry(ctx, out, e->place, e->reference,
		                             VD_STR("The entry has no booking date."));
	if (vd_date_is_none(e->value_on)) e->value_on = e->booked_on;
	VD_TRY(bank_out_begin(ctx, out));
	if (out->spoiled) return VD_OK;
	status = count_entry(ctx, out, e);
	if (status == VD_E_LIMIT)
		return bank_out_reject_entry(ctx, out, e->place, e->reference,
		                             VD_STR("The sum of the entries is too large."));
	VD_TRY(status);
	e->ordinal = ++out->ordinal;
	VD_ASSERT(e->transactions_count >= 1);
	return from_sink(ctx, out, out->sink.entry(out->sink.user, out->caller, e));
}

/* FrToDt as given, else the balances' days, else the entries'. */
static void
settle_period(const struct bank_out *out, struct bank_record_statement *s)
{
	if (vd_date_is_none(s->from)) s->from = s->has_opening ? s->opening_on : out->first_on;
	if (vd_date_is_none(s->to)) s->to = s->has_closing ? s->closing_on : out->last_on;
	if (vd_date_is_none(s->from)) s->from = vd_date_is_none(out->first_on) ? s->to : out->first_on;
	if (vd_date_is_none(s->to)) s->to = vd_date_is_none(out->last_on) ? s->from : out->last_on;
}

enum vd_status
bank_out_end(struct vd_context *ctx, struct bank_out *out)
{
	struct bank_record_statement *s = &out->statement;
	int64_t closing;

	VD_TRY(bank_out_begin(ctx, out));
	if (out->spoiled) return VD_OK;
	settle_period(out, s);
	s->balanced = !out->incomplete;
	if (s->has_opening && s->has_closing) {
		enum vd_status status = vd_minor_add(ctx, s->opening_minor, s->sum_minor, &closing);
		if (status != VD_OK || closing != s->closing_minor) s->balanced = false;
	}
	return from_sink(ctx, out, out->sink.statement_end(out->sink.user, out->caller, s));
}
