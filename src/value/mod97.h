#ifndef VD_VALUE_MOD97_H
#define VD_VALUE_MOD97_H
/* The remainder that IBAN, RF references and Dutch VAT numbers are checked with: the text read as
 * one number, letters standing for 10 (A) to 35 (Z), modulo 97. ISO 7064 MOD 97-10. */
#include "base/str.h"

/* Goes on from an earlier remainder (0 at the start); -1 when s holds anything but digits and
 * capitals. */
int vd_mod97(int remainder, struct vd_str s);
#endif
