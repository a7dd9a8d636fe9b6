#ifndef VD_BASE_LOG_H
#define VD_BASE_LOG_H
/* Chatter to stderr: results go to stdout, never through here. No personal data. */
#include "base/str.h"

enum vd_log_level { VD_LOG_ERROR, VD_LOG_WARNING, VD_LOG_INFO, VD_LOG_TRACE };

struct vd_log {
	enum vd_log_level level; /* what is at most this is written */
	bool terminal;           /* stderr is a terminal: progress bars allowed */
};
VD_PRINTF(3, 4) void vd_log(const struct vd_log *, enum vd_log_level, const char *format, ...);

/* Progress of long work: a bar with share, rate and time left when stderr is a terminal and the
 * work has lasted over half a second; otherwise nothing. total 0 = not known. */
struct vd_progress {
	const struct vd_log *log;
	const char *what; /* "invoices" */
	int64_t total, done, started_us, drawn_us;
};
void vd_progress_start(struct vd_progress *, const struct vd_log *, const char *what,
                       int64_t total);
/* Cheap: draws at most ten times a second. */
void vd_progress_step(struct vd_progress *, int64_t done);
void vd_progress_end(struct vd_progress *);
#endif
