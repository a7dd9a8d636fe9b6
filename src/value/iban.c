/* Account numbers after ISO 13616. */
#include "value/iban.h"
#include "value/mod97.h"

#include <stdlib.h>
#include <string.h>

/* Country and structure of the part after the check digits: a count and n (digits), a (capitals)
 * or c (either), as in the registry that SWIFT keeps; the length follows from it. Sorted. The
 * second table has countries outside the registry whose banks hand out such numbers too. */
struct country {
	char code[3];
	const char *structure;
};

static const struct country registry[] = {
	{ "AD", "8n12c" },    { "AE", "19n" },      { "AL", "8n16c" },    { "AT", "16n" },
	{ "AZ", "4a20c" },    { "BA", "16n" },      { "BE", "12n" },      { "BG", "4a6n8c" },
	{ "BH", "4a14c" },    { "BI", "23n" },      { "BR", "23n1a1c" },  { "BY", "4c4n16c" },
	{ "CH", "5n12c" },    { "CR", "18n" },      { "CY", "8n16c" },    { "CZ", "20n" },
	{ "DE", "18n" },      { "DJ", "23n" },      { "DK", "14n" },      { "DO", "4c20n" },
	{ "EE", "16n" },      { "EG", "25n" },      { "ES", "20n" },      { "FI", "14n" },
	{ "FK", "2a12n" },    { "FO", "14n" },      { "FR", "10n11c2n" }, { "GB", "4a14n" },
	{ "GE", "2a16n" },    { "GI", "4a15c" },    { "GL", "14n" },      { "GR", "7n16c" },
	{ "GT", "24c" },      { "HN", "4a20n" },    { "HR", "17n" },      { "HU", "24n" },
	{ "IE", "4a14n" },    { "IL", "19n" },      { "IQ", "4a15n" },    { "IS", "22n" },
	{ "IT", "1a10n12c" }, { "JO", "4a4n18c" },  { "KW", "4a22c" },    { "KZ", "3n13c" },
	{ "LB", "4n20c" },    { "LC", "4a24c" },    { "LI", "5n12c" },    { "LT", "16n" },
	{ "LU", "3n13c" },    { "LV", "4a13c" },    { "LY", "21n" },      { "MC", "10n11c2n" },
	{ "MD", "20c" },      { "ME", "18n" },      { "MK", "3n10c2n" },  { "MN", "16n" },
	{ "MR", "23n" },      { "MT", "4a5n18c" },  { "MU", "4a19n3a" },  { "NI", "4a20n" },
	{ "NL", "4a10n" },    { "NO", "11n" },      { "OM", "3n16c" },    { "PK", "4a16c" },
	{ "PL", "24n" },      { "PS", "4a21c" },    { "PT", "21n" },      { "QA", "4a21c" },
	{ "RO", "4a16c" },    { "RS", "18n" },      { "RU", "14n15c" },   { "SA", "2n18c" },
	{ "SC", "4a20n3a" },  { "SD", "14n" },      { "SE", "20n" },      { "SI", "15n" },
	{ "SK", "20n" },      { "SM", "1a10n12c" }, { "SO", "19n" },      { "ST", "21n" },
	{ "SV", "4a20n" },    { "TL", "19n" },      { "TN", "20n" },      { "TR", "6n16c" },
	{ "UA", "6n19c" },    { "VA", "18n" },      { "VG", "4a16n" },    { "XK", "16n" },
	{ "YE", "4a4n18c" },
};

static const struct country outside_registry[] = {
	{ "AO", "21n" },   { "BF", "2c22n" }, { "BJ", "2c22n" }, { "CF", "23n" },   { "CG", "23n" },
	{ "CI", "2c22n" }, { "CM", "23n" },   { "CV", "21n" },   { "DZ", "22n" },   { "GA", "23n" },
	{ "GQ", "23n" },   { "GW", "2c19n" }, { "IR", "22n" },   { "KM", "23n" },   { "MA", "24n" },
	{ "MG", "23n" },   { "ML", "2c22n" }, { "MZ", "21n" },   { "NE", "2a22n" }, { "SN", "2c22n" },
	{ "TD", "23n" },   { "TG", "2a22n" },
};

static int
by_code(const void *key, const void *row)
{
	return memcmp(key, ((const struct country *)row)->code, 2);
}

static const char *
find_structure(const char *code)
{
	const struct country *c;

	c = bsearch(code, registry, VD_LENGTH(registry), sizeof(registry[0]), by_code);
	if (c == NULL)
		c = bsearch(code, outside_registry, VD_LENGTH(outside_registry), sizeof(registry[0]),
		            by_code);
	return c != NULL ? c->structure : NULL;
}

/* Takes "10n" off the structure. */
static size_t
next_run(const char **structure, char *class)
{
	size_t n = 0;

	while (vd_is_digit(**structure)) n = n * 10 + (size_t)(*(*structure)++ - '0');
	*class = *(*structure)++;
	return n;
}

static size_t
structure_length(const char *structure)
{
	size_t n = 0;
	char class;

	while (*structure != '\0') n += next_run(&structure, &class);
	return n;
}

static bool
structure_fits(const char *structure, const char *text)
{
	while (*structure != '\0') {
		char class;
		size_t n = next_run(&structure, &class);

		for (; n > 0; n--, text++)
			if (class == 'n' ? !vd_is_digit(*text) : class == 'a' && vd_is_digit(*text))
				return false;
	}
	return true;
}

enum fault { GOOD, BAD_CHARACTER, BAD_COUNTRY, BAD_LENGTH, BAD_STRUCTURE, BAD_CHECK };

/* Copies without blanks (also no-break), dots and hyphens, and without "IBAN:" in front; in
 * capitals. */
static enum fault
normalise(struct vd_str s, struct vd_iban *out, size_t *len)
{
	*len = 0;
	s = vd_str_trim(s);
	if (vd_str_starts_nocase(s, VD_STR("IBAN:"))) s = vd_str_sub(s, 5, s.len - 5);
	else if (vd_str_starts_nocase(s, VD_STR("IBAN"))) s = vd_str_sub(s, 4, s.len - 4);
	for (size_t i = 0; i < s.len; i++) {
		if (vd_is_blank(s.ptr[i]) || s.ptr[i] == '.' || s.ptr[i] == '-') continue;
		if (s.ptr[i] == '\xC2' && i + 1 < s.len && s.ptr[i + 1] == '\xA0') {
			i++;
			continue;
		}
		if (!vd_is_alnum(s.ptr[i])) return BAD_CHARACTER;
		if (*len == VD_IBAN_MAX) return BAD_LENGTH;
		out->text[(*len)++] = vd_to_upper(s.ptr[i]);
	}
	out->text[*len] = '\0';
	return GOOD;
}

static enum fault
check(struct vd_str s, struct vd_iban *out, size_t *len, size_t *expected)
{
	enum fault fault = normalise(s, out, len);
	const char *structure;

	*expected = 0;
	if (fault != GOOD) return fault;
	if (*len < 4 || (structure = find_structure(out->text)) == NULL) return BAD_COUNTRY;
	*expected = 4 + structure_length(structure);
	if (*len != *expected) return BAD_LENGTH;
	if (!vd_is_digit(out->text[2]) || !vd_is_digit(out->text[3])) return BAD_STRUCTURE;
	if (!structure_fits(structure, out->text + 4)) return BAD_STRUCTURE;
	/* 02 to 98 are the check digits that the rule can give */
	if (memcmp(out->text + 2, "02", 2) < 0 || memcmp(out->text + 2, "98", 2) > 0) return BAD_CHECK;
	if (vd_mod97(vd_mod97(0, (struct vd_str){ out->text + 4, *len - 4 }),
	             (struct vd_str){ out->text, 4 }) != 1)
		return BAD_CHECK;
	return GOOD;
}

/* The number itself is left out of the sentences: they may end up in a log. */
enum vd_status
vd_iban_parse(struct vd_context *ctx, struct vd_str s, struct vd_iban *out)
{
	struct vd_iban iban = { 0 };
	size_t len, expected;

	switch (check(s, &iban, &len, &expected)) {
	case GOOD:
		*out = iban;
		return VD_OK;
	case BAD_CHARACTER:
		return vd_fail(ctx, VD_E_INVALID, "iban.syntax", "iban",
		               "an IBAN holds letters, digits and blanks only");
	case BAD_COUNTRY:
		return vd_fail(
		    ctx, VD_E_INVALID, "iban.country", "iban",
		    "\"%.2s\" is not a country with IBANs; an IBAN begins with two letters, such as NL",
		    iban.text);
	case BAD_LENGTH:
		if (expected == 0)
			return vd_fail(ctx, VD_E_INVALID, "iban.length", "iban",
			               "an IBAN has at most %d characters", VD_IBAN_MAX);
		return vd_fail(ctx, VD_E_INVALID, "iban.length", "iban",
		               "an IBAN of %.2s has %zu characters, not %zu", iban.text, expected, len);
	case BAD_STRUCTURE:
		return vd_fail(ctx, VD_E_INVALID, "iban.structure", "iban",
		               "this IBAN of %.2s has letters where digits belong, or the other way round",
		               iban.text);
	case BAD_CHECK:
		break;
	}
	return vd_fail(ctx, VD_E_INVALID, "iban.check_digits", "iban",
	               "the check digits of this IBAN of %.2s are wrong; look for a typing error",
	               iban.text);
}

bool
vd_iban_valid(struct vd_str s, struct vd_iban *out)
{
	struct vd_iban iban = { 0 };
	size_t len, expected;

	if (check(s, &iban, &len, &expected) != GOOD) return false;
	if (out != NULL) *out = iban;
	return true;
}

void
vd_iban_pretty(const struct vd_iban *iban, char out[VD_IBAN_MAX + 10])
{
	size_t n = 0;

	for (size_t i = 0; i < VD_IBAN_MAX && iban->text[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0) out[n++] = ' ';
		out[n++] = iban->text[i];
	}
	out[n] = '\0';
}
