#ifndef VD_VALUE_REFERENCE_H
#define VD_VALUE_REFERENCE_H
/* Structured payment references and their check digits.
 *   betalingskenmerk (NL): 16 digits C + 15, 9..14 digits C + length + number, or 7 without check
 *                          (Betaalvereniging, specificaties betalingskenmerk)
 *   RF creditor reference (ISO 11649), mod 97
 *   OGM/VCS (BE): 10 digits + mod 97 (00 -> 97) */
#include "base/context.h"

enum vd_reference_kind { VD_REF_NONE, VD_REF_RF, VD_REF_BETALINGSKENMERK, VD_REF_OGM };
#define VD_REFERENCE_MAX 35
struct vd_reference {
	enum vd_reference_kind kind;
	char text[VD_REFERENCE_MAX + 1]; /* without blanks, dots, slashes, plus signs; capitals */
};
/* True when s (blanks, dots, slashes, '+' and '*' ignored) is a whole reference of that kind with
 * right check digits. 7-digit betalingskenmerken are not recognised here: they have no check. */
bool vd_reference_parse(struct vd_str, enum vd_reference_kind, struct vd_reference *out);
/* The kinds tried in the order RF, betalingskenmerk, OGM; a text that begins with '+' or '*' is
 * tried as OGM only, for that is how Belgians mark theirs. */
bool vd_reference_any(struct vd_str, struct vd_reference *out);
/* Makes an RF reference of 1 to 21 letters and digits (others are dropped). */
VD_CHECKED enum vd_status vd_reference_make_rf(struct vd_context *, struct vd_str,
                                               struct vd_reference *out);
/* Makes a 16-digit betalingskenmerk of a number of up to 15 digits, not zero. Letters are refused:
 * without them two invoice numbers could give the same reference. */
VD_CHECKED enum vd_status vd_reference_make_betalingskenmerk(struct vd_context *, struct vd_str,
                                                             struct vd_reference *out);
/* "RF18 5390 0754 7034", "1234 5678 9012 3456", "+++123/4567/89012+++" */
void vd_reference_pretty(const struct vd_reference *, char out[64]);
static inline struct vd_str
vd_reference_str(const struct vd_reference *r)
{
	size_t n = 0;
	while (r->text[n] != '\0') n++;
	return (struct vd_str){ r->text, n };
}
#endif
