#ifndef VD_VALUE_IBAN_H
#define VD_VALUE_IBAN_H
/* IBAN (ISO 13616): blanks, dots and hyphens removed, and the word IBAN in front; capitals; length
 * and structure of the country and mod 97 checked. The Dutch eleven-proof is not required (newer
 * banks do not keep it). */
#include "base/context.h"
#define VD_IBAN_MAX 34
struct vd_iban {
	char text[VD_IBAN_MAX + 1];
};
/* VD_E_INVALID says what is wrong: country, length, structure or check digits. */
VD_CHECKED enum vd_status vd_iban_parse(struct vd_context *, struct vd_str, struct vd_iban *out);
/* The same without an explanation: for scanning text. */
bool vd_iban_valid(struct vd_str, struct vd_iban *out);
/* "NL91 ABNA 0417 1643 00" */
void vd_iban_pretty(const struct vd_iban *, char out[VD_IBAN_MAX + 10]);
static inline struct vd_str
vd_iban_str(const struct vd_iban *i)
{
	size_t n = 0;
	while (i->text[n] != '\0') n++;
	return (struct vd_str){ i->text, n };
}
#endif
