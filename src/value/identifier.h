#ifndef VD_VALUE_IDENTIFIER_H
#define VD_VALUE_IDENTIFIER_H
/* Identifiers of parties: KvK number (8 digits), OIN (20 digits: known prefix, zeros at the end),
 * VAT numbers (the shapes of the EU, GB, XI, CHE and NO; NL with check: mod 11 of the old number or
 * mod 97 of the whole; a Dutch number without NL gets it), e-mail addresses (the practical subset
 * of RFC 5321/5322 we are willing to send to), language tags (nl, en, de, fr). */
#include "base/context.h"

/* Normalised copies (blanks, dots and hyphens removed, capitals) in the arena, or VD_E_INVALID with
 * why. */
VD_CHECKED enum vd_status vd_kvk_parse(struct vd_context *, struct vd_str, struct vd_str *out);
VD_CHECKED enum vd_status vd_oin_parse(struct vd_context *, struct vd_str, struct vd_str *out);
VD_CHECKED enum vd_status vd_vat_parse(struct vd_context *, struct vd_str, struct vd_str *out);
/* One address: local@domain, at most 254 bytes, ASCII or UTF-8 local part, no control characters,
 * no line break, a dot in the domain. Lower-cases the domain. */
VD_CHECKED enum vd_status vd_email_parse(struct vd_context *, struct vd_str, struct vd_str *out);
/* Letters and digits only, capitals: "F-2025 / 001" -> "F2025001". The form in which invoice
 * numbers and references are compared. May be empty. Letters outside ASCII lose their accents. */
VD_CHECKED enum vd_status vd_code_normalise(struct vd_context *, struct vd_str, struct vd_str *out);

enum vd_language { VD_LANG_NL, VD_LANG_EN, VD_LANG_DE, VD_LANG_FR, VD_LANG__COUNT };
bool vd_language_parse(struct vd_str, enum vd_language *out); /* "nl", "nl-NL", "NL" */
const char *vd_language_tag(enum vd_language);
/* How people of that language write it: "€ 1.234,50" / "€ 1,234.50"; "31 december 2026" /
 * "31 December 2026". Currency code instead of the sign when it is not the euro. */
#include "value/date.h"
#include "value/money.h"
void vd_money_human(struct vd_money, enum vd_language, char out[64]);
void vd_date_human(struct vd_date, enum vd_language, char out[40]);
#endif
