#ifndef APP_RUN_H
#define APP_RUN_H
/* The day's run: candidates -> decisions -> one bundled message per debtor and channel, and tasks.
 */
#include "app/app.h"

struct app_run_line { /* one message or task that was (or would be) made */
	bool task;
	struct vd_str what; /* "email", "letter", "call" ... */
	struct vd_str step, template_name;
	struct vd_str debtor_number, debtor_name, recipient;
	struct vd_str items; /* "F2025001, F2025007/2" */
	size_t items_count;
	struct vd_money asked, netted, held;
	bool needs_release;
	struct vd_str why; /* why this bundle, and the first item's trace */
	int64_t id;        /* of the message or task; 0 in a preview */
};
#define APP_RUN_LINES_MAX 100000
struct app_run_result {
	struct vd_date day;
	int64_t run; /* id; 0 in a preview */
	const char *mode;     /* shadow, approve, automatic */
	bool gate_open, held; /* held: the fuse stopped it; nothing was written */
	struct vd_str gate, note;
	int64_t debtors, items, messages, tasks, lapsed, left_for_later;
	struct app_run_line *lines;
	size_t lines_count, lines_cap;
};
/* preview: changes nothing. Cost: what is due today, in batches of DUN_BATCH debtors. */
VD_CHECKED enum vd_status app_run(struct vd_context *, struct app *, bool preview,
                                  struct app_run_result *);

/* Why (or why not) an item is dunned: stored decisions up to that day, and what would be decided
 * now. */
struct app_why {
	struct vd_str item, debtor_number, debtor_name, outcome, step, trace;
	struct vd_date next_on;
	struct app_why_past {
		struct vd_date day;
		struct vd_str outcome, step, trace, message_state;
		struct vd_moment sent_at;
		int64_t message;
	} * past;
	size_t past_count;
};
VD_CHECKED enum vd_status app_why(struct vd_context *, struct app *, struct vd_str number,
                                  struct vd_date on, struct app_why **out, size_t *count);
#endif
