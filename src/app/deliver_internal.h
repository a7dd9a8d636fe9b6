#ifndef APP_DELIVER_INTERNAL_H
#define APP_DELIVER_INTERNAL_H
/* Inside delivery: preparing a message, starting it under guard, ending it. */
#include "app/deliver.h"
#include "app/outbox_state.h"
#include "app/policy.h"
#include "correspondence/correspondence.h"

#define DELIVER_LEASE_S      (15 * 60) /* longer than a message or a batch takes */
#define DELIVER_MEMORY_MAX   ((size_t)512 << 20)
#define DELIVER_FOLDER_BATCH 200

struct delivery {
	struct vd_context *main; /* results live here */
	struct app *app;
	struct app_deliver_result *result;
	const char *to_folder;
	struct app_setting_value *settings;
	struct message_template *templates; /* in force: where partials are sought */
	size_t templates_count;
	struct message_fonts *fonts; /* opened at the first letter */
	struct vd_str logo, process;
	struct vd_str sender, bounce, domain; /* of mails */
};

struct prepared {
	int64_t outbox, message;
	struct q_outbox_message_row row;
	struct message_data data;
	struct vd_str bytes, subject;
	bool mail, keep;        /* a mail, else a letter; keep: the bytes are new and must be stored */
	struct vd_str unusable; /* it cannot be rendered or addressed: why; NONE */
	/* of start */
	enum { START_TAKEN, START_VOID, START_LOST, START_DEAD } started;
	int64_t attempts;
	struct vd_str why;
};
/* Reads and renders one message into ctx's memory. What is wrong with the message itself is in
 * p->unusable. */
VD_CHECKED enum vd_status deliver_prepare(struct vd_context *, struct delivery *, int64_t message,
                                          struct prepared *);

struct start_work {
	struct delivery *delivery;
	struct prepared *list;
	size_t count;
	const char *state;          /* "sending" or "claimed" */
	struct vd_str delivered_as; /* of claimed rows: the print file they are going into */
};
/* In one transaction: takes each that passes the guard; makes void or gives up what does not.
 * Reports those. */
VD_CHECKED enum vd_status deliver_start(struct vd_context *, struct start_work *);

/* One line of the result, copied to its memory. */
VD_CHECKED enum vd_status deliver_report(struct delivery *, const struct prepared *,
                                         const char *outcome, struct vd_str text);
VD_CHECKED enum vd_status deliver_note(struct delivery *, const char *sentence);
/* A failure in a batch's own memory, as the caller's. */
enum vd_status deliver_failed(struct delivery *, const struct vd_context *own, enum vd_status);

VD_CHECKED enum vd_status deliver_mails(struct delivery *);
/* All rows of that driver ("smtp" or "folder") as files. */
VD_CHECKED enum vd_status deliver_files(struct delivery *, const char *driver, const char *folder);
#endif
