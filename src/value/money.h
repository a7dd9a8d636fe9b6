#ifndef VD_VALUE_MONEY_H
#define VD_VALUE_MONEY_H
/* Money: a whole number of minor units (cents) of one currency. "a + b" does not compile;
 * sums of different currencies are refused; rounding is named at each call. No floating point.
 * A currency is three capitals (ISO 4217) with a known number of decimals: 0 (JPY), 2 (EUR)
 * or 3 (BHD); unknown codes are refused. */
#include "base/context.h"

struct vd_currency {
	char code[4];
};
struct vd_money {
	int64_t minor;
	struct vd_currency currency;
};
#define VD_EUR ((struct vd_currency){ "EUR" })

enum vd_round { VD_ROUND_HALF_UP = 1, VD_ROUND_HALF_EVEN, VD_ROUND_DOWN }; /* no default */

VD_CHECKED enum vd_status vd_currency_parse(struct vd_context *, struct vd_str,
                                            struct vd_currency *out);
bool vd_currency_eq(struct vd_currency, struct vd_currency);
int vd_currency_decimals(struct vd_currency);
static inline struct vd_str
vd_currency_str(const struct vd_currency *c)
{
	return (struct vd_str){ c->code, c->code[0] != '\0' ? 3 : 0 };
}

VD_CHECKED enum vd_status vd_money_add(struct vd_context *, struct vd_money, struct vd_money,
                                       struct vd_money *out);
VD_CHECKED enum vd_status vd_money_sub(struct vd_context *, struct vd_money, struct vd_money,
                                       struct vd_money *out);
/* amount * num / den, den > 0; the product is exact (128 bits). */
VD_CHECKED enum vd_status vd_money_scale(struct vd_context *, struct vd_money, int64_t num,
                                         int64_t den, enum vd_round, struct vd_money *out);
/* n parts (1..1000) that add up to the whole; the first ones carry the odd cents. */
VD_CHECKED enum vd_status vd_money_split(struct vd_context *, struct vd_money, size_t n,
                                         struct vd_money out[]);

/* Strict, locale-free: "1234.50", "-0.05", "1234"; exactly the currency's decimals or none.
 * "1,50", "1.5", "1e3", " 1", "(1)", "" are VD_E_INVALID; too large is VD_E_LIMIT. */
VD_CHECKED enum vd_status vd_money_parse(struct vd_context *, struct vd_str, struct vd_currency,
                                         struct vd_money *out);
/* As above but 0..10 decimals, leading zeros and an optional leading '+': bank and XML files
 * (ISO 20022 DecimalNumber, xs:decimal). More decimals than the currency has are accepted when
 * the rest is zero, else VD_E_INVALID "money.too_precise". separator is '.' or ','. */
VD_CHECKED enum vd_status vd_money_parse_decimal(struct vd_context *, struct vd_str, char separator,
                                                 struct vd_currency, struct vd_money *out);
/* "1234.50" (no currency). */
#define VD_MONEY_TEXT 32
void vd_money_format(struct vd_money, char out[VD_MONEY_TEXT]);

/* Minor units with overflow check; VD_E_LIMIT "money.overflow". For sums inside one currency. */
VD_CHECKED enum vd_status vd_minor_add(struct vd_context *, int64_t a, int64_t b, int64_t *out);
#endif
