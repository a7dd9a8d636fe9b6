#ifndef APP_DELIVER_H
#define APP_DELIVER_H
/* Sending what was released: mails by the mail server, letters (or everything) as files in a
 * folder.
 *
 * Order for each message: render outside a transaction; then, in one transaction, check by one
 * guarded statement that its items are still open for the frozen amounts, not held, and the gate
 * open, and keep the bytes; then send; then record what came of it. What does not pass is void with
 * the reason and decided again. A mail is committed as being sent before its data goes out: when
 * its process dies there, it is in doubt and never sent again by itself. Files may be written
 * again, so letters are never in doubt. Several processes may deliver at once; within one process,
 * one delivery per administration at a time. */
#include "app/app.h"

#define APP_DELIVER_LINES_MAX 10000

struct app_deliver_options {
	const char
	    *to_folder; /* everything goes to this folder, mails as .eml; NULL: as the settings say */
};
/* sent, void, retry, dead, in_doubt */
struct app_deliver_line {
	int64_t message;
	const char *outcome;
	struct vd_str channel, debtor_number, debtor_name, recipient, text;
};
struct app_deliver_result {
	int64_t sent, voided, retry, dead, in_doubt;
	int64_t outside_window;        /* wait for the hours in which mail may leave */
	struct vd_moment window_opens; /* the first of those moments; NONE */
	int64_t no_way;                /* wait because no mail server or no folder is set */
	int64_t others;                /* another process is at them */
	struct vd_str *notes;
	size_t notes_count, notes_cap; /* sentences for people */
	struct vd_str *files;
	size_t files_count, files_cap; /* print files that were made */
	struct app_deliver_line *lines;
	size_t lines_count, lines_cap; /* all but the sent ones, and those up to a limit */
};
/* True when a person should look: something is in doubt, was given up, has to be tried again or has
 * no way out. */
bool app_deliver_attention(const struct app_deliver_result *);
VD_CHECKED enum vd_status app_deliver(struct vd_context *, struct app *,
                                      const struct app_deliver_options *,
                                      struct app_deliver_result *);
#endif
