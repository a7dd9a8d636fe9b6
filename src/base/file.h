#ifndef VD_BASE_FILE_H
#define VD_BASE_FILE_H
/* Files: reading in blocks, and writing so that a reader never sees half a file. */
#include "base/context.h"

struct vd_file;
/* "-" is stdin. With the path and the reason of the system: VD_E_NOT_FOUND when it is not there, a folder or not
 * ours to read, else VD_E_IO. */
VD_CHECKED enum vd_status vd_file_open(struct vd_context *, const char *path, struct vd_file **out);
/* Up to cap bytes; *got 0 at the end. */
VD_CHECKED enum vd_status vd_file_read(struct vd_context *, struct vd_file *, char *into,
                                       size_t cap, size_t *got);
int64_t vd_file_size(const struct vd_file *); /* bytes, or -1 when not known */
void vd_file_close(struct vd_file **);
#define VD_AUTO_FILE VD_CLEANUP(vd_file_close) struct vd_file

/* The whole file in the arena; VD_E_LIMIT when larger than max. */
VD_CHECKED enum vd_status vd_file_slurp(struct vd_context *, const char *path, size_t max,
                                        struct vd_str *out);
/* Temporary file beside the target, fsync, rename, fsync of the folder. Replaces what was there. */
VD_CHECKED enum vd_status vd_file_write_atomic(struct vd_context *, const char *path,
                                               struct vd_str bytes);
/* For a library that writes a file by its name: a hidden name beside path to write to, and then
 * making that file durable under its own name. VD_E_CONFLICT when path is taken; the temporary file
 * is removed then. */
VD_CHECKED enum vd_status vd_file_temporary(struct vd_context *, const char *path,
                                            const char **temporary);
VD_CHECKED enum vd_status vd_file_publish(struct vd_context *, const char *temporary,
                                          const char *path);
void vd_file_remove(const char *path); /* when it is there */
/* A new file to write piece by piece, such as a temporary one that is published later; it must not
 * exist. */
VD_CHECKED enum vd_status vd_file_create(struct vd_context *, const char *path,
                                         struct vd_file **out);
VD_CHECKED enum vd_status vd_file_write(struct vd_context *, struct vd_file *, struct vd_str bytes);
/* Makes the folder and its parents when missing. */
VD_CHECKED enum vd_status vd_file_make_dir(struct vd_context *, const char *path);
/* Names in a folder (no "." entries), sorted by bytes, at most limit. */
VD_CHECKED enum vd_status vd_file_list(struct vd_context *, const char *dir, size_t limit,
                                       struct vd_str **names, size_t *count);
bool vd_file_exists(const char *path);
#endif
