#ifndef CORRESPONDENCE_TEMPLATE_H
#define CORRESPONDENCE_TEMPLATE_H
/* A template filled in: its subject line and its document. */
#include "correspondence/correspondence.h"
#include "correspondence/document.h"

/* data must be clean. */
VD_CHECKED enum vd_status message_template_fill(struct vd_context *,
                                                const struct message_template *,
                                                const struct message_data *,
                                                const struct message_template *partials,
                                                size_t partials_count, struct vd_str *subject,
                                                struct document *out);
#endif
