/* Chatter and progress on stderr. */
#include "base/log.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>

#define QUIET_US      500000 /* work shorter than this shows no bar */
#define DRAW_EVERY_US 100000
#define BAR_WIDTH     24
#define CLEAR_LINE    "\r\033[K"

void
vd_log(const struct vd_log *log, enum vd_log_level level, const char *format, ...)
{
	static const char *const prefixes[] = {
		[VD_LOG_ERROR] = "error: ",
		[VD_LOG_WARNING] = "warning: ",
		[VD_LOG_INFO] = "",
		[VD_LOG_TRACE] = "trace: ",
	};
	char text[1024];
	va_list ap;

	if (level > log->level) return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	/* one call, so that the lines of several threads do not mix */
	fprintf(stderr, "%svoldaan: %s%s\n", log->terminal ? CLEAR_LINE : "", prefixes[level], text);
}

void
vd_progress_start(struct vd_progress *p, const struct vd_log *log, const char *what, int64_t total)
{
	int64_t now = vd_clock_monotonic_us();

	*p = (struct vd_progress){
		.log = log,
		.what = what,
		.total = total,
		.started_us = now,
		.drawn_us = now,
	};
}

/* "invoices [######------------------]  25 %  12000/s  0:09 left" */
static void
draw(const struct vd_progress *p, int64_t now)
{
	int64_t elapsed_ms = (now - p->started_us) / 1000;
	int64_t rate = elapsed_ms > 0 ? p->done * 1000 / elapsed_ms : 0;
	int64_t done = p->done < p->total ? p->done : p->total;
	int64_t left = rate > 0 ? (p->total - done) / rate : 0;
	int filled = p->total > 0 ? (int)(done * BAR_WIDTH / p->total) : 0;

	if (p->total <= 0) {
		fprintf(stderr, CLEAR_LINE "%s %lld  %lld/s", p->what, (long long)p->done, (long long)rate);
		return;
	}
	fprintf(stderr, CLEAR_LINE "%s [%.*s%.*s] %3d %%  %lld/s  %lld:%02d left", p->what, filled,
	        "########################", BAR_WIDTH - filled, "------------------------",
	        (int)(done * 100 / p->total), (long long)rate, (long long)(left / 60),
	        (int)(left % 60));
}

static bool
visible(const struct vd_progress *p)
{
	return p->log->terminal && p->log->level >= VD_LOG_INFO;
}

void
vd_progress_step(struct vd_progress *p, int64_t done)
{
	int64_t now;

	p->done = done;
	if (!visible(p)) return;
	now = vd_clock_monotonic_us();
	if (now - p->started_us < QUIET_US || now - p->drawn_us < DRAW_EVERY_US) return;
	draw(p, now);
	p->drawn_us = now;
}

void
vd_progress_end(struct vd_progress *p)
{
	if (visible(p) && p->drawn_us != p->started_us) fputs(CLEAR_LINE, stderr);
	p->drawn_us = p->started_us;
}
