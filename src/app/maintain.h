#ifndef APP_MAINTAIN_H
#define APP_MAINTAIN_H
/* Care of the store as a whole, whatever administrations are in it. */
#include "app/app.h"

/* Everything into a new SQLite store at path; VD_E_CONFLICT when it exists. */
VD_CHECKED enum vd_status app_backup(struct vd_context *, struct app *, const char *path);

struct app_migrate_result {
	int64_t schema, applied; /* the schema's number now; migrations applied */
};
VD_CHECKED enum vd_status app_migrate(struct vd_context *, struct app *,
                                      struct app_migrate_result *);
#endif
