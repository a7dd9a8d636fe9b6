/* Finding a file that was built into the program. */
#include "base/embedded.h"

bool
vd_embedded_find(struct vd_str name, struct vd_embedded *out)
{
	size_t low = 0, high = vd_embedded_count();

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct vd_embedded e = vd_embedded_at(middle);
		int order = vd_str_cmp(vd_str_c(e.name), name);

		if (order == 0) {
			*out = e;
			return true;
		}
		if (order < 0) low = middle + 1;
		else high = middle;
	}
	return false;
}
