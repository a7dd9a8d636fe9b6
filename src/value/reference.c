/* Structured payment references. */
#include "value/reference.h"
#include "value/mod97.h"

#include <stdio.h>
#include <string.h>

#define RF_PAYLOAD_MAX   21
#define KENMERK_LENGTH   16
#define OGM_LENGTH       12
#define OGM_FIRST_LENGTH 10 /* the digits that the last two check */

/* Copies without separators, in capitals; false when it is too long or holds anything else than
 * letters and digits. */
static bool
normalise(struct vd_str s, char out[VD_REFERENCE_MAX + 1], size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (vd_is_blank(c) || c == '.' || c == '/' || c == '+' || c == '*') continue;
		if (!vd_is_alnum(c) || *len == VD_REFERENCE_MAX) return false;
		out[(*len)++] = vd_to_upper(c);
	}
	out[*len] = '\0';
	return true;
}

static bool
is_rf(struct vd_str s)
{
	if (s.len < 5 || s.len > 4 + RF_PAYLOAD_MAX || !vd_str_starts(s, VD_STR("RF"))) return false;
	if (!vd_str_all_digits(vd_str_sub(s, 2, 2))) return false;
	return vd_mod97(vd_mod97(0, vd_str_sub(s, 4, s.len - 4)), vd_str_sub(s, 0, 4)) == 1;
}

/* The check digit before a betalingskenmerk: weighted modulus 11, weights from the right. */
static char
kenmerk_check(struct vd_str digits)
{
	static const int weights[] = { 2, 4, 8, 5, 10, 9, 7, 3, 6, 1 };
	int sum = 0, c;

	for (size_t i = 0; i < digits.len; i++)
		sum += (digits.ptr[digits.len - 1 - i] - '0') * weights[i % VD_LENGTH(weights)];
	c = 11 - sum % 11;
	return (char)('0' + (c == 11 ? 0 : c == 10 ? 1 : c));
}

static bool
all_zero(struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '0') return false;
	return true;
}

static bool
is_betalingskenmerk(struct vd_str s)
{
	bool with_length = s.len >= 9 && s.len <= 14;

	if (!with_length && s.len != KENMERK_LENGTH) return false;
	if (!vd_str_all_digits(s) || all_zero(s))
		return false; /* nobody makes a reference of nothing */
	if (with_length && s.ptr[1] != (char)('0' + (s.len - 2) % 10)) return false;
	return s.ptr[0] == kenmerk_check(vd_str_sub(s, 1, s.len - 1));
}

static bool
is_ogm(struct vd_str s)
{
	int64_t number, check;

	if (s.len != OGM_LENGTH || !vd_str_all_digits(s)) return false;
	if (!vd_str_to_i64(vd_str_sub(s, 0, OGM_FIRST_LENGTH), &number)) return false;
	if (!vd_str_to_i64(vd_str_sub(s, OGM_FIRST_LENGTH, 2), &check)) return false;
	return check == (number % 97 == 0 ? 97 : number % 97);
}

bool
vd_reference_parse(struct vd_str s, enum vd_reference_kind kind, struct vd_reference *out)
{
	struct vd_reference r = { .kind = kind };
	struct vd_str text = { r.text, 0 };
	bool good = false;

	if (!normalise(s, r.text, &text.len)) return false;
	switch (kind) {
	case VD_REF_NONE:
		break;
	case VD_REF_RF:
		good = is_rf(text);
		break;
	case VD_REF_BETALINGSKENMERK:
		good = is_betalingskenmerk(text);
		break;
	case VD_REF_OGM:
		good = is_ogm(text);
		break;
	}
	if (good) *out = r;
	return good;
}

bool
vd_reference_any(struct vd_str s, struct vd_reference *out)
{
	struct vd_str trimmed = vd_str_trim(s);

	if (trimmed.len > 0 && (trimmed.ptr[0] == '+' || trimmed.ptr[0] == '*'))
		return vd_reference_parse(trimmed, VD_REF_OGM, out);
	return vd_reference_parse(trimmed, VD_REF_RF, out) ||
	       vd_reference_parse(trimmed, VD_REF_BETALINGSKENMERK, out) ||
	       vd_reference_parse(trimmed, VD_REF_OGM, out);
}

enum vd_status
vd_reference_make_rf(struct vd_context *ctx, struct vd_str s, struct vd_reference *out)
{
	struct vd_reference r = { .kind = VD_REF_RF };
	size_t n = 4;
	int check;

	for (size_t i = 0; i < s.len; i++) {
		if (!vd_is_alnum(s.ptr[i])) continue;
		if (n == 4 + RF_PAYLOAD_MAX)
			return vd_fail(ctx, VD_E_INVALID, "reference.too_long", NULL,
			               "an RF reference holds at most %d letters and digits", RF_PAYLOAD_MAX);
		r.text[n++] = vd_to_upper(s.ptr[i]);
	}
	if (n == 4)
		return vd_fail(ctx, VD_E_INVALID, "reference.empty", NULL,
		               "an RF reference needs at least one letter or digit");
	check = 98 - vd_mod97(vd_mod97(0, (struct vd_str){ r.text + 4, n - 4 }), VD_STR("RF00"));
	r.text[0] = 'R';
	r.text[1] = 'F';
	r.text[2] = (char)('0' + check / 10);
	r.text[3] = (char)('0' + check % 10);
	*out = r;
	return VD_OK;
}

enum vd_status
vd_reference_make_betalingskenmerk(struct vd_context *ctx, struct vd_str s,
                                   struct vd_reference *out)
{
	struct vd_reference r = { .kind = VD_REF_BETALINGSKENMERK };
	struct vd_str number = { r.text, 0 };
	char *digits = r.text + 1;

	if (!normalise(s, r.text, &number.len) || !vd_str_all_digits(number) || all_zero(number) ||
	    number.len > KENMERK_LENGTH - 1)
		return vd_fail(ctx, VD_E_INVALID, "reference.not_a_number", NULL,
		               "a betalingskenmerk is made of a number of 1 to %d digits, not zero",
		               KENMERK_LENGTH - 1);
	memmove(digits + KENMERK_LENGTH - 1 - number.len, r.text, number.len);
	memset(digits, '0', KENMERK_LENGTH - 1 - number.len);
	digits[KENMERK_LENGTH - 1] = '\0';
	r.text[0] = kenmerk_check((struct vd_str){ digits, KENMERK_LENGTH - 1 });
	*out = r;
	return VD_OK;
}

void
vd_reference_pretty(const struct vd_reference *r, char out[64])
{
	size_t len = vd_reference_str(r).len, n = 0, first = 0;

	if (r->kind == VD_REF_OGM && len == OGM_LENGTH) {
		snprintf(out, 64, "+++%.3s/%.4s/%.5s+++", r->text, r->text + 3, r->text + 7);
		return;
	}
	if (r->kind == VD_REF_BETALINGSKENMERK) first = len % 4; /* the short group comes first */
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (i - first) % 4 == 0 && r->kind != VD_REF_NONE) out[n++] = ' ';
		out[n++] = r->text[i];
	}
	out[n] = '\0';
}
