/* Any bytes as a number, date, IBAN, reference or identifier: what is accepted reads back the same.
 */
#include "value/calendar.h"
#include "value/date.h"
#include "value/iban.h"
#include "value/identifier.h"
#include "value/money.h"
#include "value/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
amounts(struct vd_context *ctx, struct vd_str s)
{
	static const char *const codes[] = { "EUR", "JPY", "BHD" };
	struct vd_money m, again = { 0 };
	struct vd_currency currency;
	char text[VD_MONEY_TEXT], human[64];

	for (size_t i = 0; i < VD_LENGTH(codes); i++) {
		VD_ASSERT(vd_currency_parse(ctx, vd_str_c(codes[i]), &currency) == VD_OK);
		if (vd_money_parse(ctx, s, currency, &m) != VD_OK &&
		    vd_money_parse_decimal(ctx, s, '.', currency, &m) != VD_OK &&
		    vd_money_parse_decimal(ctx, s, ',', currency, &m) != VD_OK)
			continue;
		vd_money_format(m, text);
		VD_ASSERT(vd_money_parse(ctx, vd_str_c(text), currency, &again) == VD_OK);
		VD_ASSERT(again.minor == m.minor);
		for (int l = 0; l < VD_LANG__COUNT; l++) vd_money_human(m, (enum vd_language)l, human);
	}
	if (vd_currency_parse(ctx, s, &currency) == VD_OK)
		VD_ASSERT(vd_currency_decimals(currency) <= 3);
}

static void
days(struct vd_context *ctx, struct vd_str s)
{
	struct vd_date d, next;
	struct vd_moment m;
	struct vd_zone zone = { 60, true };
	char text[VD_MOMENT_TEXT];

	if (vd_date_parse(ctx, s, &d) == VD_OK) {
		vd_date_format(d, text);
		VD_ASSERT(vd_str_eq(s, vd_str_c(text)));
		next = vd_working_day_on_or_after(VD_STR("NL"), d);
		VD_ASSERT(next.day >= d.day && next.day < d.day + 10);
	}
	if (vd_moment_parse(ctx, s, &m) == VD_OK) {
		vd_moment_format(m, text);
		VD_ASSERT(vd_str_eq(vd_str_sub(s, 0, 10), (struct vd_str){ text, 10 }));
		d = vd_zone_date(zone, m);
		VD_ASSERT(vd_zone_minute(zone, m) >= 0 && vd_zone_minute(zone, m) < 1440);
		(void)vd_zone_moment(zone, d, vd_zone_minute(zone, m));
	}
}

static void
numbers(struct vd_str s)
{
	struct vd_iban iban, iban_again = { 0 };
	struct vd_reference r, r_again = { 0 };
	char pretty[64];

	if (vd_iban_valid(s, &iban)) {
		vd_iban_pretty(&iban, pretty);
		VD_ASSERT(vd_iban_valid(vd_str_c(pretty), &iban_again));
		VD_ASSERT(vd_str_eq(vd_iban_str(&iban), vd_iban_str(&iban_again)));
	}
	if (vd_reference_any(s, &r)) {
		vd_reference_pretty(&r, pretty);
		VD_ASSERT(vd_reference_any(vd_str_c(pretty), &r_again));
		VD_ASSERT(r.kind == r_again.kind &&
		          vd_str_eq(vd_reference_str(&r), vd_reference_str(&r_again)));
	}
}

static void
made_references(struct vd_context *ctx, struct vd_str s)
{
	struct vd_reference r;

	if (vd_reference_make_rf(ctx, s, &r) == VD_OK)
		VD_ASSERT(vd_reference_parse(vd_reference_str(&r), VD_REF_RF, &r));
	if (vd_reference_make_betalingskenmerk(ctx, s, &r) == VD_OK)
		VD_ASSERT(vd_reference_parse(vd_reference_str(&r), VD_REF_BETALINGSKENMERK, &r));
}

/* Reading what was read changes nothing. */
static void
identifiers(struct vd_context *ctx, struct vd_str s)
{
	static enum vd_status (*const parsers[])(struct vd_context *, struct vd_str,
	                                         struct vd_str *) = {
		vd_kvk_parse, vd_oin_parse, vd_vat_parse, vd_email_parse, vd_code_normalise,
	};

	for (size_t i = 0; i < VD_LENGTH(parsers); i++) {
		struct vd_str once, twice;

		if (parsers[i](ctx, s, &once) != VD_OK) continue;
		VD_ASSERT(parsers[i](ctx, once, &twice) == VD_OK);
		VD_ASSERT(vd_str_eq(once, twice));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)64 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_str s = { (const char *)data, size };

	amounts(&ctx, s);
	days(&ctx, s);
	numbers(s);
	made_references(&ctx, s);
	identifiers(&ctx, s);
	return 0;
}
