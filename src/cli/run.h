#ifndef CLI_RUN_H
#define CLI_RUN_H
/* A run and the reasons for an item, as text for people on standard output. */
#include "app/run.h"

VD_CHECKED enum vd_status cli_run_text(struct vd_context *, const struct app_run_result *,
                                       bool preview, int64_t released);
void cli_why_text(const struct app_why *);
#endif
