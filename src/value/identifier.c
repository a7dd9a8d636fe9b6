/* Identifiers of parties, and how people write them. */
#include "value/identifier.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "value/mod97.h"

#include <string.h>

#define IDENTIFIER_MAX 40

/* A copy without blanks (also no-break), dots and hyphens, in capitals; NONE in *out when it is
 * longer than max or holds anything else than letters, digits, '+' and '*'. */
static enum vd_status
normalise(struct vd_context *ctx, struct vd_str s, size_t max, struct vd_str *out)
{
	char *p;
	size_t n = 0;

	*out = VD_STR_NONE;
	VD_NEW(ctx, p, max + 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (vd_is_blank(c) || c == '.' || c == '-') continue;
		if (c == '\xC2' && i + 1 < s.len && s.ptr[i + 1] == '\xA0') {
			i++;
			continue;
		}
		if ((!vd_is_alnum(c) && c != '+' && c != '*') || n == max) return VD_OK;
		p[n++] = vd_to_upper(c);
	}
	*out = (struct vd_str){ p, n };
	return VD_OK;
}

enum vd_status
vd_kvk_parse(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_str text;

	VD_TRY(normalise(ctx, s, IDENTIFIER_MAX, &text));
	if (text.len != 8 || !vd_str_all_digits(text))
		return vd_fail(ctx, VD_E_INVALID, "kvk.syntax", "kvk",
		               "a KvK number has 8 digits; leading zeros count");
	*out = text;
	return VD_OK;
}

/* Logius, OIN-stelsel: prefix of 8 digits for the register, number, and zeros up to 20. */
enum vd_status
vd_oin_parse(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	static const char prefixes[][3] = {
		"01", "02", "03", "04", "06", "07", "08", "09", "10", "99",
	};
	struct vd_str text, zeros = VD_STR("000");
	bool known = false;

	VD_TRY(normalise(ctx, s, IDENTIFIER_MAX, &text));
	if (text.len != 20 || !vd_str_all_digits(text))
		return vd_fail(ctx, VD_E_INVALID, "oin.syntax", "oin", "an OIN has 20 digits");
	for (size_t i = 0; i < VD_LENGTH(prefixes); i++)
		known = known || memcmp(text.ptr + 6, prefixes[i], 2) == 0;
	if (vd_str_starts(text, VD_STR("00000003"))) zeros = VD_STR("0000"); /* KvK has 8 digits */
	if (!vd_str_starts(text, VD_STR("000000")) || !known || !vd_str_ends(text, zeros))
		return vd_fail(
		    ctx, VD_E_INVALID, "oin.structure", "oin",
		    "an OIN begins with the prefix of a register, such as 00000003, and ends with zeros");
	*out = text;
	return VD_OK;
}

/* VAT numbers: d digit, o digit that may be absent, a capital, c either, other signs themselves;
 * | separates the forms of one country. Shapes as VIES publishes them. */
static const struct {
	char country[4];
	const char *shape;
} vat_shapes[] = {
	{ "AT", "Udddddddd" },
	{ "BE", "0ddddddddd|1ddddddddd" },
	{ "BG", "dddddddddo" },
	{ "CHE", "dddddddddMWST|dddddddddTVA|dddddddddIVA|ddddddddd" },
	{ "CY", "dddddddda" },
	{ "CZ", "ddddddddoo" },
	{ "DE", "ddddddddd" },
	{ "DK", "dddddddd" },
	{ "EE", "ddddddddd" },
	{ "EL", "ddddddddd" },
	{ "ES", "cdddddddc" },
	{ "FI", "dddddddd" },
	{ "FR", "ccddddddddd" },
	{ "GB", "ddddddddd|dddddddddddd|GDddd|HAddd" },
	{ "HR", "ddddddddddd" },
	{ "HU", "dddddddd" },
	{ "IE", "dddddddaa|ddddddda|dcddddda|d+ddddda|d*ddddda" },
	{ "IT", "ddddddddddd" },
	{ "LT", "ddddddddd|dddddddddddd" },
	{ "LU", "dddddddd" },
	{ "LV", "ddddddddddd" },
	{ "MT", "dddddddd" },
	{ "NL", "dddddddddBdd" },
	{ "NO", "dddddddddMVA|ddddddddd" },
	{ "PL", "dddddddddd" },
	{ "PT", "ddddddddd" },
	{ "RO", "ddoooooooo" },
	{ "SE", "dddddddddd01" },
	{ "SI", "dddddddd" },
	{ "SK", "dddddddddd" },
	{ "XI", "ddddddddd|dddddddddddd|GDddd|HAddd" },
};

static bool
sign_fits(char shape, char c)
{
	switch (shape) {
	case 'd':
	case 'o':
		return vd_is_digit(c);
	case 'a':
		return c >= 'A' && c <= 'Z';
	case 'c':
		return vd_is_alnum(c);
	default:
		return c == shape;
	}
}

static bool
shape_fits(struct vd_str shape, struct vd_str s)
{
	size_t i = 0;

	for (; i < s.len; i++)
		if (i == shape.len || !sign_fits(shape.ptr[i], s.ptr[i])) return false;
	return i == shape.len || shape.ptr[i] == 'o'; /* what may be absent stands at the end */
}

static bool
any_shape_fits(const char *shapes, struct vd_str s)
{
	struct vd_str rest = vd_str_c(shapes), shape;

	while (vd_str_cut(&rest, '|', &shape))
		if (shape_fits(shape, s)) return true;
	return false;
}

/* Legal persons: the nine digits pass the elfproef (weights 9..2 and -1). Sole traders, since 2020:
 * the whole number with NL passes modulo 97. Either will do: a number does not show its kind. */
static bool
dutch_vat_checks(struct vd_str s)
{
	int sum = 0;

	for (int i = 0; i < 8; i++) sum += (s.ptr[2 + i] - '0') * (9 - i);
	sum -= s.ptr[10] - '0';
	if (vd_str_ends(s, VD_STR("00"))) return false;
	return (sum % 11 == 0 && sum != 0) || vd_mod97(0, s) == 1;
}

enum vd_status
vd_vat_parse(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	const char *shapes = NULL;
	struct vd_str text, country = VD_STR_NONE;

	VD_TRY(normalise(ctx, s, IDENTIFIER_MAX, &text));
	if (shape_fits(VD_STR("dddddddddBdd"), text)) /* Dutch companies often leave out their NL */
		VD_TRY(vd_str_printf(ctx, &text, "NL%.*s", VD_FMT(text)));
	for (size_t i = 0; i < VD_LENGTH(vat_shapes) && shapes == NULL; i++) {
		country = vd_str_c(vat_shapes[i].country);
		if (vd_str_starts(text, country)) shapes = vat_shapes[i].shape;
	}
	if (shapes == NULL)
		return vd_fail(ctx, VD_E_INVALID, "vat.country", "vat_number",
		               "a VAT number begins with the country, such as NL or DE (EL for Greece)");
	if (!any_shape_fits(shapes, vd_str_sub(text, country.len, text.len - country.len)))
		return vd_fail(ctx, VD_E_INVALID, "vat.structure", "vat_number",
		               "this is not the form of a VAT number of %.*s", VD_FMT(country));
	if (vd_str_eq(country, VD_STR("NL")) && !dutch_vat_checks(text))
		return vd_fail(
		    ctx, VD_E_INVALID, "vat.check_digits", "vat_number",
		    "the check digits of this Dutch VAT number are wrong; look for a typing error");
	*out = text;
	return VD_OK;
}

/* RFC 5322 dot-atom, with the letters of RFC 6532. */
static bool
is_local_part(struct vd_str s)
{
	if (s.len < 1 || s.len > 64 || s.ptr[0] == '.' || s.ptr[s.len - 1] == '.') return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '.' && s.ptr[i - 1] == '.') return false;
		if ((unsigned char)c >= 0x80 || vd_is_alnum(c) || c == '.') continue;
		if (c == '\0' || strchr("!#$%&'*+/=?^_`{|}~-", c) == NULL) return false;
	}
	return vd_utf8_valid(s, NULL) && vd_utf8_words_only(s);
}

static bool
is_label(struct vd_str s)
{
	if (s.len < 1 || s.len > 63 || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-') return false;
	for (size_t i = 0; i < s.len; i++)
		if (!vd_is_alnum(s.ptr[i]) && s.ptr[i] != '-') return false;
	return true;
}

/* Two or more labels; the last is not a number, for that would be an address of a machine. */
static bool
is_domain(struct vd_str s)
{
	struct vd_str label = VD_STR_NONE;
	size_t labels = 0;

	while (vd_str_cut(&s, '.', &label)) {
		if (!is_label(label)) return false;
		labels++;
	}
	return labels >= 2 && label.len >= 2 && !vd_str_all_digits(label);
}

enum vd_status
vd_email_parse(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_str local = vd_str_trim(s), domain;
	size_t at = SIZE_MAX;
	char *p;

	for (size_t i = 0; i < local.len && i <= 254; i++)
		if (local.ptr[i] == '@') at = i;
	if (at == SIZE_MAX || local.len > 254)
		return vd_fail(
		    ctx, VD_E_INVALID, "email.syntax", "email",
		    "an e-mail address is name@domain, at most 254 characters, one address only");
	domain = vd_str_sub(local, at + 1, local.len - at - 1);
	local = vd_str_sub(local, 0, at);
	if (!is_local_part(local))
		return vd_fail(ctx, VD_E_INVALID, "email.local", "email",
		               "the part of the e-mail address before @ has a sign that cannot be sent to, "
		               "or is empty or too long");
	if (!is_domain(domain))
		return vd_fail(ctx, VD_E_INVALID, "email.domain", "email",
		               "the part of the e-mail address after @ is not a domain such as example.nl");
	VD_NEW(ctx, p, local.len + domain.len + 2);
	memcpy(p, local.ptr, local.len);
	p[local.len] = '@';
	for (size_t i = 0; i < domain.len; i++) p[local.len + 1 + i] = vd_to_lower(domain.ptr[i]);
	*out = (struct vd_str){ p, local.len + 1 + domain.len };
	return VD_OK;
}

enum vd_status
vd_code_normalise(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_str from = s;
	size_t n = 0;
	char *p;

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80) {
			VD_TRY(vd_utf8_fold(ctx, s, &from)); /* letters from outside ASCII lose their accents */
			break;
		}
	VD_NEW(ctx, p, from.len + 1);
	for (size_t i = 0; i < from.len; i++)
		if (vd_is_alnum(from.ptr[i]) || (unsigned char)from.ptr[i] >= 0x80)
			p[n++] = vd_to_upper(from.ptr[i]);
	*out = (struct vd_str){ p, n };
	return VD_OK;
}

static const char *const language_tags[VD_LANG__COUNT] = {
	[VD_LANG_NL] = "nl",
	[VD_LANG_EN] = "en",
	[VD_LANG_DE] = "de",
	[VD_LANG_FR] = "fr",
};

bool
vd_language_parse(struct vd_str s, enum vd_language *out)
{
	if (s.len < 2 || (s.len > 2 && s.ptr[2] != '-' && s.ptr[2] != '_')) return false;
	for (int i = 0; i < VD_LANG__COUNT; i++)
		if (vd_str_eq_nocase(vd_str_sub(s, 0, 2), vd_str_c(language_tags[i]))) {
			*out = (enum vd_language)i;
			return true;
		}
	return false;
}

const char *
vd_language_tag(enum vd_language language)
{
	return language_tags[language];
}
