/* Amounts and days as people of a language write them (after Unicode CLDR). */
#include "value/identifier.h"

#include <stdio.h>
#include <string.h>

#define EURO_SIGN      "\xE2\x82\xAC"
#define NO_BREAK_SPACE "\xC2\xA0"

/* Digits in groups of three: at most 19 digits, 6 group marks of two bytes, a point. */
#define GROUPED_MAX 40

static const struct {
	const char *group;
	char point;
	bool currency_first;
} numbers[VD_LANG__COUNT] = {
	[VD_LANG_NL] = { ".", ',', true },
	[VD_LANG_EN] = { ",", '.', true },
	[VD_LANG_DE] = { ".", ',', false },
	[VD_LANG_FR] = { NO_BREAK_SPACE, ',', false },
};

/* "1234.50" to "1.234,50" */
static void
group_digits(const char *plain, enum vd_language language, char out[GROUPED_MAX])
{
	const char *group = numbers[language].group;
	size_t whole = strcspn(plain, "."), n = 0;

	for (size_t i = 0; plain[i] != '\0'; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			for (const char *g = group; *g != '\0'; g++) out[n++] = *g;
		out[n++] = i == whole ? numbers[language].point : plain[i];
	}
	out[n] = '\0';
}

void
vd_money_human(struct vd_money money, enum vd_language language, char out[64])
{
	char plain[VD_MONEY_TEXT], digits[GROUPED_MAX];
	const char *currency = vd_currency_eq(money.currency, VD_EUR) ? EURO_SIGN : money.currency.code;
	const char *minus = money.minor < 0 ? "-" : "";

	vd_money_format(money, plain);
	group_digits(plain + (money.minor < 0), language, digits);
	if (!numbers[language].currency_first) snprintf(out, 64, "%s%s %s", minus, digits, currency);
	else if (language == VD_LANG_EN) snprintf(out, 64, "%s%s %s", minus, currency, digits);
	else snprintf(out, 64, "%s %s%s", currency, minus, digits);
}

void
vd_date_human(struct vd_date date, enum vd_language language, char out[40])
{
	static const char *const months[VD_LANG__COUNT][12] = {
		[VD_LANG_NL] = { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
		                 "september", "oktober", "november", "december" },
		[VD_LANG_EN] = { "January", "February", "March", "April", "May", "June", "July", "August",
		                 "September", "October", "November", "December" },
		[VD_LANG_DE] = { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
		                 "September", "Oktober", "November", "Dezember" },
		[VD_LANG_FR] = { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		                 "septembre", "octobre", "novembre", "décembre" },
	};
	const char *ordinal = "";
	int y, m, d;

	out[0] = '\0';
	if (vd_date_is_none(date)) return;
	vd_date_to_ymd(date, &y, &m, &d);
	if (language == VD_LANG_DE) ordinal = ".";
	if (language == VD_LANG_FR && d == 1) ordinal = "er";
	snprintf(out, 40, "%d%s %s %d", d, ordinal, months[language][m - 1], y);
}
