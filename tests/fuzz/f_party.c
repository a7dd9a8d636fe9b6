/* Any bytes as a table, a column mapping, a UBL invoice and an auditfile: the promises of
 * intake/party.h hold, and the size of the blocks changes nothing. */
#include "base/utf8.h"
#include "intake/party_csv.h"
#include "intake/ubl.h"
#include "intake/xaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A running figure of all records. */
struct seen {
	uint64_t sum;
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
	VD_ASSERT(vd_utf8_valid(text, NULL));
	mix(s, text.ptr, text.len);
}

static void
mix_debtor(struct seen *s, const struct party_record_debtor *d)
{
	const struct vd_str texts[] = { d->number,         d->name,     d->street,       d->postcode,
		                            d->city,           d->country,  d->iban,         d->email,
		                            d->reminder_email, d->phone,    d->contact_name, d->language,
		                            d->segment,        d->risk,     d->kind,         d->tone,
		                            d->owner,          d->kvk,      d->oin,          d->vat_number,
		                            d->endpoint,       d->assigned, d->account_ibans };

	for (size_t i = 0; i < VD_LENGTH(texts); i++) mix_text(s, texts[i]);
	VD_ASSERT(d->terms_days >= -1 && d->credit_limit_minor >= -1);
}

static enum vd_status
on_debtor(void *user, struct vd_context *ctx, const struct party_record_debtor *d)
{
	(void)ctx;
	VD_ASSERT(d->number.len > 0 && d->name.len > 0);
	mix_debtor(user, d);
	return VD_OK;
}

static enum vd_status
on_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	const struct vd_str texts[] = { v->number,    v->description, v->order_ref, v->terms_text,
		                            v->reference, v->last_step,   v->preceding, v->payee_iban,
		                            v->mandate,   v->seller_name };
	struct seen *s = user;

	(void)ctx;
	VD_ASSERT(v->number.len > 0 && v->due_line >= 1 && v->terms_days >= -1);
	VD_ASSERT(v->debtor.number.len > 0 || v->debtor.name.len > 0);
	VD_ASSERT(v->gross_minor >= 0 && v->open_minor >= -1 && v->open_minor <= v->gross_minor);
	VD_ASSERT(!v->has_net_vat || v->net_minor + v->vat_minor == v->gross_minor);
	VD_ASSERT(!v->payment || v->type == PARTY_CREDIT_NOTE);
	for (size_t i = 0; i < VD_LENGTH(texts); i++) mix_text(s, texts[i]);
	for (size_t i = 0; i < v->attachments_count; i++)
		mix(s, v->attachments[i].bytes.ptr, v->attachments[i].bytes.len);
	mix_debtor(s, &v->debtor);
	mix(s, &v->gross_minor, sizeof(v->gross_minor));
	mix(s, &v->issued_on, sizeof(v->issued_on));
	mix(s, &v->due_on, sizeof(v->due_on));
	return VD_OK;
}

static enum vd_status
on_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	(void)ctx;
	VD_ASSERT(r->message.len > 5 && r->place.line >= 1);
	mix_text(user, r->key);
	return VD_OK;
}

static enum vd_status
on_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	(void)user, (void)ctx;
	VD_ASSERT(place.line >= 0 && message.len > 5);
	return VD_OK;
}

typedef enum vd_status (*read_fn)(struct vd_context *, struct vd_str, size_t block,
                                  const struct party_sink *);

static enum vd_status
read_csv(struct vd_context *ctx, struct vd_str bytes, size_t block, const struct party_sink *sink,
         enum party_subject subject)
{
	struct party_csv_options options = { .subject = subject };
	VD_AUTO_PARTY_INSPECTOR *in = NULL;
	VD_AUTO_PARTY_CSV *r = NULL;
	const struct party_csv_plan *plan;

	VD_TRY(party_csv_inspect_new(ctx, &options, &in));
	for (size_t at = 0; at < bytes.len; at += block)
		VD_TRY(party_csv_inspect_feed(ctx, in, vd_str_sub(bytes, at, block)));
	VD_TRY(party_csv_inspect_end(ctx, in, &plan));
	VD_TRY(party_csv_new(ctx, plan, sink, &r));
	/* what was inspected can be read */
	for (size_t at = 0; at < bytes.len; at += block)
		VD_ASSERT(party_csv_feed(ctx, r, vd_str_sub(bytes, at, block)) == VD_OK);
	VD_ASSERT(party_csv_end(ctx, r) == VD_OK);
	return VD_OK;
}

static enum vd_status
read_debtors(struct vd_context *ctx, struct vd_str bytes, size_t block,
             const struct party_sink *sink)
{
	return read_csv(ctx, bytes, block, sink, PARTY_DEBTORS);
}

static enum vd_status
read_invoices(struct vd_context *ctx, struct vd_str bytes, size_t block,
              const struct party_sink *sink)
{
	return read_csv(ctx, bytes, block, sink, PARTY_INVOICES);
}

static enum vd_status
read_mapping(struct vd_context *ctx, struct vd_str bytes, size_t block,
             const struct party_sink *sink)
{
	struct party_mapping *m;

	(void)block, (void)sink;
	return party_mapping_parse(ctx, bytes, &m);
}

static enum vd_status
read_ubl(struct vd_context *ctx, struct vd_str bytes, size_t block, const struct party_sink *sink)
{
	struct ubl_options options = { .attachments = true };
	VD_AUTO_UBL_READER *r = NULL;

	VD_TRY(ubl_reader_new(ctx, &options, sink, &r));
	for (size_t at = 0; at < bytes.len; at += block)
		VD_TRY(ubl_reader_feed(ctx, r, vd_str_sub(bytes, at, block)));
	return ubl_reader_end(ctx, r);
}

static enum vd_status
read_xaf(struct vd_context *ctx, struct vd_str bytes, size_t block, const struct party_sink *sink)
{
	struct xaf_options options = { .control_accounts = VD_STR_NONE };
	VD_AUTO_XAF_READER *r = NULL;

	VD_TRY(xaf_reader_new(ctx, &options, sink, &r));
	for (size_t at = 0; at < bytes.len; at += block)
		VD_TRY(xaf_reader_feed(ctx, r, vd_str_sub(bytes, at, block)));
	return xaf_reader_end(ctx, r);
}

static enum vd_status
read_in_blocks(read_fn read, struct vd_str bytes, size_t block, struct seen *s)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)4 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct party_sink sink = { s, on_debtor, on_invoice, on_rejected, on_warning };
	enum vd_status status;

	*s = (struct seen){ .sum = UINT64_C(0xCBF29CE484222325) };
	status = read(&ctx, bytes, block, &sink);
	VD_ASSERT(status == VD_OK || (ctx.error.key != NULL && ctx.error.detail[0] != '\0'));
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const read_fn readers[] = { read_debtors, read_invoices, read_mapping, read_ubl,
		                               read_xaf };
	struct vd_str bytes = { size > 0 ? (const char *)data : "", size };

	for (size_t i = 0; i < VD_LENGTH(readers); i++) {
		struct seen whole, pieces;
		enum vd_status a = read_in_blocks(readers[i], bytes, size + 1, &whole);
		enum vd_status b =
		    read_in_blocks(readers[i], bytes, size > 4096 ? 37 : 1 + size % 5, &pieces);

		VD_ASSERT(a == b);
		/* after a refusal of the whole, how much came before may differ */
		if (a == VD_OK) VD_ASSERT(whole.sum == pieces.sum);
	}
	return 0;
}
