#ifndef CORRESPONDENCE_VARIABLES_H
#define CORRESPONDENCE_VARIABLES_H
/* The names a template can use, with their values as people write them (docs/templates.md). */
#include "correspondence/correspondence.h"
#include "correspondence/mustache.h"

/* data must be clean (message_data_clean). The tree refers to it and to the arena. */
VD_CHECKED enum vd_status message_variables(struct vd_context *, const struct message_data *,
                                            struct mustache_value *out);
#endif
