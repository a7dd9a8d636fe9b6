/* Files in a folder, whole or not at all. */
#include "gateway/folder.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
folder_name(const char *kind, int64_t id, const char *extension, char out[FOLDER_NAME_MAX])
{
	VD_ASSERT(id > 0 && strchr(kind, '/') == NULL);
	/* twelve digits: names stand in the order of their ids */
	snprintf(out, FOLDER_NAME_MAX, "%.20s-%012" PRId64 ".%.8s", kind, id, extension);
}

static enum vd_status
path_of(struct vd_context *ctx, const char *folder, const char *name, struct vd_str *out)
{
	VD_ASSERT(strchr(name, '/') == NULL && name[0] != '.' && name[0] != '\0');
	return vd_str_printf(ctx, out, "%s/%s", folder, name);
}

enum vd_status
folder_put(struct vd_context *ctx, const char *folder, const char *name, struct vd_str bytes)
{
	struct vd_str path;

	VD_TRY(path_of(ctx, folder, name, &path));
	VD_TRY(vd_file_make_dir(ctx, folder));
	return vd_file_write_atomic(ctx, path.ptr, bytes);
}

enum vd_status
folder_remove(struct vd_context *ctx, const char *folder, const char *name)
{
	struct vd_str path;

	VD_TRY(path_of(ctx, folder, name, &path));
	vd_file_remove(path.ptr);
	return VD_OK;
}
