/* Any bytes as a bank statement, CAMT.053 and MT940: the promises of intake/bank.h hold, and the
 * size of the blocks changes nothing. */
#include "intake/bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A running figure of everything the sink was told. */
struct seen {
	uint64_t sum;
	bool open;
	int64_t entries, minor;
};

static void
mix(struct seen *s, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) s->sum = (s->sum ^ p[i]) * UINT64_C(0x100000001B3);
}

static void
mix_text(struct seen *s, struct vd_str text)
{
	VD_ASSERT(text.ptr != NULL || text.len == 0);
	mix(s, text.ptr, text.len);
}

static enum vd_status
on_begin(void *user, struct vd_context *ctx, const struct bank_record_statement *head)
{
	struct seen *s = user;

	(void)ctx;
	VD_ASSERT(!s->open);
	VD_ASSERT(head->account_iban.len > 0 || head->account_other.len > 0);
	s->open = true;
	s->entries = s->minor = 0;
	mix_text(s, head->id);
	return VD_OK;
}

static enum vd_status
on_entry(void *user, struct vd_context *ctx, const struct bank_record_entry *e)
{
	struct seen *s = user;
	int64_t sum = 0;

	(void)ctx;
	VD_ASSERT(s->open && e->transactions_count >= 1 && e->ordinal >= 1);
	VD_ASSERT(e->pending || !vd_date_is_none(e->booked_on));
	for (size_t i = 0; i < e->transactions_count; i++) {
		const struct bank_record_transaction *t = &e->transactions[i];
		VD_ASSERT(!__builtin_add_overflow(sum, t->amount_minor, &sum));
		VD_ASSERT(!__builtin_add_overflow(sum, t->charges_minor, &sum));
		mix_text(s, t->counterparty_name);
		mix_text(s, t->counterparty_iban);
		mix_text(s, t->remittance);
		mix_text(s, t->remittance_joined);
		mix_text(s, t->structured_ref);
		mix_text(s, t->return_reason);
	}
	VD_ASSERT(sum == e->amount_minor);
	if (!e->pending) {
		s->entries++;
		VD_ASSERT(!__builtin_add_overflow(s->minor, e->amount_minor, &s->minor));
	}
	mix(s, &e->amount_minor, sizeof(e->amount_minor));
	mix(s, &e->booked_on, sizeof(e->booked_on));
	mix_text(s, e->reference);
	mix_text(s, e->raw);
	return VD_OK;
}

static enum vd_status
on_end(void *user, struct vd_context *ctx, const struct bank_record_statement *head)
{
	struct seen *s = user;
	int64_t closing;

	(void)ctx;
	VD_ASSERT(s->open && head->entries == s->entries && head->sum_minor == s->minor);
	if (head->balanced && head->has_opening && head->has_closing) {
		VD_ASSERT(!__builtin_add_overflow(head->opening_minor, head->sum_minor, &closing));
		VD_ASSERT(closing == head->closing_minor);
	}
	s->open = false;
	mix(s, &head->sum_minor, sizeof(head->sum_minor));
	return VD_OK;
}

static enum vd_status
on_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r, bool statement)
{
	struct seen *s = user;

	(void)ctx;
	VD_ASSERT(r->message.len > 10);
	VD_ASSERT(statement || s->open);
	if (statement) s->open = false;
	mix_text(s, r->message);
	return VD_OK;
}

static enum vd_status
on_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	(void)ctx;
	VD_ASSERT(place.line >= 0 && place.offset >= 0);
	mix_text(user, message);
	return VD_OK;
}

static enum vd_status
read_in_blocks(enum intake_format format, struct vd_str bytes, size_t block, struct seen *s)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)1 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct bank_sink sink = { s, on_begin, on_entry, on_end, on_rejected, on_warning };
	VD_AUTO_BANK_READER *reader = NULL;
	enum vd_status status = bank_reader_new(&ctx, format, &sink, &reader);

	*s = (struct seen){ .sum = UINT64_C(0xCBF29CE484222325) };
	VD_ASSERT(status == VD_OK);
	for (size_t at = 0; at < bytes.len && status == VD_OK; at += block)
		status = bank_reader_feed(&ctx, reader, vd_str_sub(bytes, at, block));
	if (status == VD_OK) status = bank_reader_end(&ctx, reader);
	VD_ASSERT(status == VD_OK || (ctx.error.key != NULL && ctx.error.detail[0] != '\0'));
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum intake_format formats[] = { INTAKE_CAMT053, INTAKE_MT940 };
	struct vd_str bytes = { size > 0 ? (const char *)data : "", size };

	(void)intake_format_name(intake_detect(bytes));
	for (size_t i = 0; i < VD_LENGTH(formats); i++) {
		struct seen whole, pieces;
		enum vd_status a = read_in_blocks(formats[i], bytes, size + 1, &whole);
		enum vd_status b =
		    read_in_blocks(formats[i], bytes, size > 4096 ? 37 : 1 + size % 5, &pieces);
		VD_ASSERT(a == b);
		/* after a refusal of the whole, how much came before may differ */
		if (a == VD_OK) VD_ASSERT(whole.sum == pieces.sum);
	}
	return 0;
}
