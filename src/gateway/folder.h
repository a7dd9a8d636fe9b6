#ifndef GATEWAY_FOLDER_H
#define GATEWAY_FOLDER_H
/* Letters (and mails, when asked) as files in a folder, for a printer, a print shop or a test.
 *
 * Each file is written beside its place, made durable and renamed, so a reader never sees half of
 * one. Its name comes from the outbox row, so doing it again after a crash gives the same file and
 * never a second one. */
#include "base/context.h"

#define FOLDER_NAME_MAX 80

/* "letter-000000000042.pdf": kind is a word of ours, id positive, extension without dot. */
void folder_name(const char *kind, int64_t id, const char *extension, char out[FOLDER_NAME_MAX]);
/* Makes the folder when it is missing; replaces a file of that name. VD_E_IO. */
VD_CHECKED enum vd_status folder_put(struct vd_context *, const char *folder, const char *name,
                                     struct vd_str bytes);
/* Takes back a file that was put there by work that did not end; nothing when it is not there. */
VD_CHECKED enum vd_status folder_remove(struct vd_context *, const char *folder, const char *name);
#endif
