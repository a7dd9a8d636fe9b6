/* ISO 7064 MOD 97-10. */
#include "value/mod97.h"

int
vd_mod97(int remainder, struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (vd_is_digit(c)) remainder = (remainder * 10 + (c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z') remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
		else return -1;
	}
	return remainder;
}
