/* The text of a payment QR code: European Payments Council, EPC069-12, "Quick Response Code:
 * Guidelines to enable data capture for the initiation of a SEPA credit transfer", version 2.1. */
#include "correspondence/correspondence.h"
#include "correspondence/fields.h"
#include "base/utf8.h"
#include "value/iban.h"
#include "value/reference.h"

#define EPC_BYTES_MAX  331
#define EPC_NAME_MAX   70 /* characters */
#define EPC_TEXT_MAX   140
#define EPC_AMOUNT_MAX INT64_C(99999999999) /* EUR 999,999,999.99 in cents */

static enum vd_status
refuse(struct vd_context *ctx, const char *key, const char *field, const char *why)
{
	return vd_fail(ctx, VD_E_INVALID, key, field, "no payment QR code: %s", why);
}

/* ISO 9362: four letters, a country, two and optionally three letters or digits. */
static bool
is_bic(struct vd_str s)
{
	if (s.len != 8 && s.len != 11) return false;
	for (size_t i = 0; i < s.len; i++) {
		bool upper = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';

		if (!upper && (i < 6 ? i > 3 || !vd_is_digit(s.ptr[i]) : !vd_is_digit(s.ptr[i])))
			return false;
	}
	return true;
}

/* As in the examples of the guideline: no more decimals than needed, "EUR12.3", "EUR5". */
static void
add_amount(struct vd_buf *b, int64_t cents)
{
	vd_buf_addf(b, "EUR%lld", (long long)(cents / 100));
	if (cents % 100 == 0) return;
	vd_buf_addf(b, ".%lld", (long long)(cents % 100 / 10));
	if (cents % 10 != 0) vd_buf_addf(b, "%lld", (long long)(cents % 10));
}

static enum vd_status
check(struct vd_context *ctx, const struct message_data *data, struct vd_str name,
      struct vd_str bic, struct vd_str text, struct vd_iban *iban)
{
	if (!vd_currency_eq(data->currency, VD_EUR))
		return refuse(ctx, "epc.currency", "currency", "the amount is not in euro");
	if (data->total_minor < 1 || data->total_minor > EPC_AMOUNT_MAX)
		return refuse(ctx, "epc.amount", "total",
		              "the amount is not between 0.01 and 999999999.99");
	if (!vd_iban_valid(data->creditor.iban, iban))
		return refuse(ctx, "epc.iban", "iban", "the creditor's IBAN is missing or wrong");
	if (name.len == 0 || vd_utf8_count(name) > EPC_NAME_MAX)
		return refuse(ctx, "epc.name", "name",
		              "the creditor's name is missing or over 70 characters");
	if (bic.len > 0 && !is_bic(bic))
		return refuse(ctx, "epc.bic", "bic", "the creditor's BIC is not a BIC");
	if (vd_utf8_count(text) > EPC_TEXT_MAX)
		return refuse(ctx, "epc.text", "payment_reference", "the reference is over 140 characters");
	return VD_OK;
}

enum vd_status
message_epc_text(struct vd_context *ctx, const struct message_data *data, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, 4096);
	struct vd_str name, bic, text;
	struct vd_reference rf;
	struct vd_iban iban;

	VD_TRY(message_plain(ctx, "name", data->creditor.name, &name));
	VD_TRY(message_plain(ctx, "bic", data->creditor.bic, &bic));
	VD_TRY(message_plain(ctx, "payment_reference", data->payment_reference, &text));
	VD_TRY(check(ctx, data, name, bic, text, &iban));
	vd_buf_addf(&b, "BCD\n002\n1\nSCT\n%.*s\n%.*s\n%s\n", VD_FMT(bic), VD_FMT(name), iban.text);
	add_amount(&b, data->total_minor);
	/* purpose stays empty; the reference line is for ISO 11649 only, other marks are text */
	if (vd_reference_parse(text, VD_REF_RF, &rf)) vd_buf_addf(&b, "\n\n%s", rf.text);
	else if (text.len > 0) vd_buf_addf(&b, "\n\n\n%.*s", VD_FMT(text));
	if (b.len > EPC_BYTES_MAX)
		return refuse(ctx, "epc.too_long", NULL, "name and reference together are over 331 bytes");
	return vd_buf_finish(ctx, &b, out);
}
