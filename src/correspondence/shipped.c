/* The templates that are built into the program. */
#include "base/embedded.h"
#include "correspondence/correspondence.h"

#define FOLDER VD_STR("templates/")
#define SUFFIX VD_STR(".md")

bool
message_template_name(struct vd_str file, struct vd_str *name)
{
	if (!vd_str_ends(file, SUFFIX) || file.len <= SUFFIX.len || file.ptr[0] == '.') return false;
	*name = vd_str_sub(file, 0, file.len - SUFFIX.len);
	for (size_t i = 0; i < name->len; i++)
		if (!vd_is_alnum(name->ptr[i]) && name->ptr[i] != '_' && name->ptr[i] != '.') return false;
	return !vd_str_eq(*name, VD_STR("README"));
}

enum vd_status
message_templates_shipped(struct vd_context *ctx, struct message_template **out, size_t *count)
{
	struct message_template *set;
	size_t n = 0;

	VD_NEW(ctx, set, vd_embedded_count());
	for (size_t i = 0; i < vd_embedded_count(); i++) {
		struct vd_embedded file = vd_embedded_at(i);
		struct vd_str path = vd_str_c(file.name), name;

		if (!vd_str_starts(path, FOLDER)) continue;
		if (!message_template_name(vd_str_sub(path, FOLDER.len, path.len), &name)) continue;
		set[n++] = (struct message_template){ name, { (const char *)file.data, file.size }, 0 };
	}
	*out = set;
	*count = n;
	return VD_OK;
}
