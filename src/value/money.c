/* Amounts in minor units, and the currencies we know. */
#include "value/money.h"

#include <string.h>

#define DECIMAL_LENGTH_MAX 64 /* characters of a written amount, leading zeros included */
#define SPLIT_MAX          1000

__extension__ typedef __int128 i128; /* the product of two 64-bit numbers is exact */

/* ISO 4217, sorted: code and number of decimals. Funds, metals and test codes are left out;
 * the last few that were withdrawn are kept, because old invoices still carry them. */
static const char currencies[][5] = {
	"AED2", "AFN2", "ALL2", "AMD2", "ANG2", "AOA2", "ARS2", "AUD2", "AWG2", "AZN2", "BAM2", "BBD2",
	"BDT2", "BGN2", "BHD3", "BIF0", "BMD2", "BND2", "BOB2", "BRL2", "BSD2", "BTN2", "BWP2", "BYN2",
	"BZD2", "CAD2", "CDF2", "CHF2", "CLP0", "CNY2", "COP2", "CRC2", "CUP2", "CVE2", "CZK2", "DJF0",
	"DKK2", "DOP2", "DZD2", "EGP2", "ERN2", "ETB2", "EUR2", "FJD2", "FKP2", "GBP2", "GEL2", "GHS2",
	"GIP2", "GMD2", "GNF0", "GTQ2", "GYD2", "HKD2", "HNL2", "HRK2", "HTG2", "HUF2", "IDR2", "ILS2",
	"INR2", "IQD3", "IRR2", "ISK0", "JMD2", "JOD3", "JPY0", "KES2", "KGS2", "KHR2", "KMF0", "KPW2",
	"KRW0", "KWD3", "KYD2", "KZT2", "LAK2", "LBP2", "LKR2", "LRD2", "LSL2", "LYD3", "MAD2", "MDL2",
	"MGA2", "MKD2", "MMK2", "MNT2", "MOP2", "MRU2", "MUR2", "MVR2", "MWK2", "MXN2", "MYR2", "MZN2",
	"NAD2", "NGN2", "NIO2", "NOK2", "NPR2", "NZD2", "OMR3", "PAB2", "PEN2", "PGK2", "PHP2", "PKR2",
	"PLN2", "PYG0", "QAR2", "RON2", "RSD2", "RUB2", "RWF0", "SAR2", "SBD2", "SCR2", "SDG2", "SEK2",
	"SGD2", "SHP2", "SLE2", "SLL2", "SOS2", "SRD2", "SSP2", "STN2", "SVC2", "SYP2", "SZL2", "THB2",
	"TJS2", "TMT2", "TND3", "TOP2", "TRY2", "TTD2", "TWD2", "TZS2", "UAH2", "UGX0", "USD2", "UYU2",
	"UZS2", "VED2", "VES2", "VND0", "VUV0", "WST2", "XAF0", "XCD2", "XCG2", "XOF0", "XPF0", "YER2",
	"ZAR2", "ZMW2", "ZWG2", "ZWL2",
};

/* Number of decimals, or -1 for a code we do not know. */
static int
find_decimals(const char code[3])
{
	size_t low = 0, high = VD_LENGTH(currencies);

	if (memcmp(code, "EUR", 3) == 0) return 2;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = memcmp(code, currencies[middle], 3);

		if (c == 0) return currencies[middle][3] - '0';
		if (c < 0) high = middle;
		else low = middle + 1;
	}
	return -1;
}

enum vd_status
vd_currency_parse(struct vd_context *ctx, struct vd_str s, struct vd_currency *out)
{
	if (s.len != 3 || find_decimals(s.ptr) < 0)
		return vd_fail(ctx, VD_E_INVALID, "currency.unknown", "currency",
		               "\"%.*s\" is not a currency we know; use three capitals, such as EUR",
		               s.len > 20 ? 20 : (int)s.len, s.ptr != NULL ? s.ptr : "");
	memcpy(out->code, s.ptr, 3);
	out->code[3] = '\0';
	return VD_OK;
}

bool
vd_currency_eq(struct vd_currency a, struct vd_currency b)
{
	return memcmp(a.code, b.code, 3) == 0;
}

int
vd_currency_decimals(struct vd_currency currency)
{
	int n = find_decimals(currency.code);

	VD_ASSERT(n >= 0);
	return n;
}

static enum vd_status
same_currency(struct vd_context *ctx, struct vd_money a, struct vd_money b)
{
	if (vd_currency_eq(a.currency, b.currency)) return VD_OK;
	return vd_fail(ctx, VD_E_INVALID, "money.currency_mismatch", "currency",
	               "amounts in %s and %s cannot be added or subtracted", a.currency.code,
	               b.currency.code);
}

static enum vd_status
overflow(struct vd_context *ctx)
{
	return vd_fail(ctx, VD_E_LIMIT, "money.overflow", NULL,
	               "an amount is larger than the %lld minor units that can be kept",
	               (long long)INT64_MAX);
}

enum vd_status
vd_money_add(struct vd_context *ctx, struct vd_money a, struct vd_money b, struct vd_money *out)
{
	int64_t sum = 0;

	VD_TRY(same_currency(ctx, a, b));
	VD_TRY(vd_minor_add(ctx, a.minor, b.minor, &sum));
	*out = (struct vd_money){ sum, a.currency };
	return VD_OK;
}

enum vd_status
vd_money_sub(struct vd_context *ctx, struct vd_money a, struct vd_money b, struct vd_money *out)
{
	int64_t difference;

	VD_TRY(same_currency(ctx, a, b));
	if (__builtin_sub_overflow(a.minor, b.minor, &difference)) return overflow(ctx);
	*out = (struct vd_money){ difference, a.currency };
	return VD_OK;
}

enum vd_status
vd_money_scale(struct vd_context *ctx, struct vd_money m, int64_t num, int64_t den,
               enum vd_round round, struct vd_money *out)
{
	i128 product = (i128)m.minor * num, quotient, rest;
	bool away;

	VD_ASSERT(round >= VD_ROUND_HALF_UP && round <= VD_ROUND_DOWN);
	if (den <= 0)
		return vd_fail(ctx, VD_E_INVALID, "money.bad_ratio", NULL,
		               "an amount cannot be divided by %lld; the divisor must be above zero",
		               (long long)den);
	quotient = product / den; /* truncated to zero; the rest has the sign of the product */
	rest = product % den;
	if (rest < 0) rest = -rest;
	away =
	    round != VD_ROUND_DOWN &&
	    (rest * 2 > den || (rest * 2 == den && (round == VD_ROUND_HALF_UP || quotient % 2 != 0)));
	if (away) quotient += product < 0 ? -1 : 1;
	if (quotient > INT64_MAX || quotient < INT64_MIN) return overflow(ctx);
	*out = (struct vd_money){ (int64_t)quotient, m.currency };
	return VD_OK;
}

enum vd_status
vd_money_split(struct vd_context *ctx, struct vd_money m, size_t n, struct vd_money out[])
{
	int64_t base, rest, step;

	if (n < 1 || n > SPLIT_MAX)
		return vd_fail(ctx, VD_E_INVALID, "money.split_count", NULL,
		               "an amount can be split in 1 to %d parts, not in %zu", SPLIT_MAX, n);
	base = m.minor / (int64_t)n;
	rest = m.minor % (int64_t)n;
	step = rest < 0 ? -1 : 1;
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct vd_money){ base, m.currency };
		if (rest == 0) continue;
		out[i].minor += step;
		rest -= step;
	}
	return VD_OK;
}

/* A written amount: sign and digits, with the decimals that were there. */
struct written {
	struct vd_str whole, fraction;
	bool negative, plus, separator;
};

static bool
read_digits(struct vd_str *rest, struct vd_str *digits)
{
	size_t n = 0;

	while (n < rest->len && vd_is_digit(rest->ptr[n])) n++;
	*digits = vd_str_sub(*rest, 0, n);
	*rest = vd_str_sub(*rest, n, rest->len - n);
	return n > 0;
}

/* [sign] digits [separator digits]; false when there is anything else, or no digit at all. */
static bool
read_written(struct vd_str s, char separator, struct written *out)
{
	bool digits;

	*out = (struct written){ 0 };
	if (s.len == 0 || s.len > DECIMAL_LENGTH_MAX) return false;
	out->negative = s.ptr[0] == '-';
	out->plus = s.ptr[0] == '+';
	if (out->negative || out->plus) s = vd_str_sub(s, 1, s.len - 1);
	digits = read_digits(&s, &out->whole);
	out->separator = s.len > 0 && s.ptr[0] == separator;
	if (out->separator) {
		s = vd_str_sub(s, 1, s.len - 1);
		digits |= read_digits(&s, &out->fraction);
	}
	return digits && s.len == 0;
}

/* Counts downward, so that the smallest int64 can be read too. */
static bool
take_digits(struct vd_str digits, size_t n, int64_t *minor)
{
	for (size_t i = 0; i < n; i++) {
		int digit = i < digits.len ? digits.ptr[i] - '0' : 0;

		if (__builtin_mul_overflow(*minor, 10, minor) ||
		    __builtin_sub_overflow(*minor, digit, minor))
			return false;
	}
	return true;
}

static enum vd_status
written_to_money(struct vd_context *ctx, const struct written *w, struct vd_currency currency,
                 struct vd_money *out)
{
	size_t decimals = (size_t)vd_currency_decimals(currency);
	int64_t minor = 0;

	if (!take_digits(w->whole, w->whole.len, &minor) || !take_digits(w->fraction, decimals, &minor))
		return overflow(ctx);
	if (!w->negative && __builtin_sub_overflow((int64_t)0, minor, &minor)) return overflow(ctx);
	*out = (struct vd_money){ minor, currency };
	return VD_OK;
}

static enum vd_status
bad_syntax(struct vd_context *ctx, struct vd_str s, struct vd_currency currency,
           const char *example)
{
	return vd_fail(ctx, VD_E_INVALID, "money.syntax", "amount",
	               "\"%.*s\" is not an amount in %s; write it as %s", s.len > 40 ? 40 : (int)s.len,
	               s.ptr != NULL ? s.ptr : "", currency.code, example);
}

enum vd_status
vd_money_parse(struct vd_context *ctx, struct vd_str s, struct vd_currency currency,
               struct vd_money *out)
{
	static const char *const examples[] = { "1234", "", "1234.50", "1234.500" };
	int decimals = vd_currency_decimals(currency);
	struct written w;
	bool good = read_written(s, '.', &w) && !w.plus && w.whole.len > 0;

	if (good && w.separator) good = decimals > 0 && w.fraction.len == (size_t)decimals;
	if (good && w.whole.len > 1) good = w.whole.ptr[0] != '0';
	if (!good) return bad_syntax(ctx, s, currency, examples[decimals]);
	return written_to_money(ctx, &w, currency, out);
}

enum vd_status
vd_money_parse_decimal(struct vd_context *ctx, struct vd_str s, char separator,
                       struct vd_currency currency, struct vd_money *out)
{
	struct written w;

	VD_ASSERT(separator == '.' || separator == ',');
	if (!read_written(s, separator, &w) || w.fraction.len > 10)
		return bad_syntax(ctx, s, currency, separator == '.' ? "1234.5" : "1234,5");
	for (size_t i = (size_t)vd_currency_decimals(currency); i < w.fraction.len; i++)
		if (w.fraction.ptr[i] != '0')
			return vd_fail(ctx, VD_E_INVALID, "money.too_precise", "amount",
			               "\"%.*s\" has more decimals than %s has", VD_FMT(s), currency.code);
	return written_to_money(ctx, &w, currency, out);
}

void
vd_money_format(struct vd_money m, char out[VD_MONEY_TEXT])
{
	int decimals = vd_currency_decimals(m.currency), digits = 0;
	uint64_t rest = m.minor < 0 ? -(uint64_t)m.minor : (uint64_t)m.minor;
	char text[VD_MONEY_TEXT], *p = text + sizeof(text) - 1;

	*p = '\0';
	do { /* from the right; at least one digit before the point */
		if (digits > 0 && digits == decimals) *--p = '.';
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (++digits <= decimals || rest > 0);
	if (m.minor < 0) *--p = '-';
	memcpy(out, p, (size_t)(text + sizeof(text) - p));
}

enum vd_status
vd_minor_add(struct vd_context *ctx, int64_t a, int64_t b, int64_t *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) return overflow(ctx);
	*out = sum;
	return VD_OK;
}
