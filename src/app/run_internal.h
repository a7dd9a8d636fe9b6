#ifndef APP_RUN_INTERNAL_H
#define APP_RUN_INTERNAL_H
/* Between run.c (which drives) and run_make.c (which makes messages, tasks and the items' next
 * state). */
#include "app/message_data.h"
#include "app/run.h"
#include "base/list.h"
#include "q_dossier.h"

struct candidate {
	int64_t debtor;
	int64_t debit_minor;
	struct vd_date oldest_due_on;
	bool backlog;
};

struct run {
	struct app *app;
	struct app_run_result *result;
	struct vd_context *main; /* lines and result texts live here */
	struct app_setting_value *settings;
	struct policy_rules rules;
	struct policy_gate gate;
	struct message_template *templates;
	size_t templates_count;
	struct message_party creditor;
	enum policy_mode mode;
	bool preview, counting; /* counting: only how many messages there would be */
	int64_t id, backlog_left;
	struct candidate *candidates;
	size_t candidates_count, candidates_cap;
	/* of one batch */
	const int64_t *batch;
	size_t batch_count;
	bool *backlog;
};

/* Rows to write for one batch. */
struct writes {
	struct vd_ids ids;
	struct q_decision_insert_in *decisions;
	size_t decisions_count, decisions_cap;
	struct q_message_insert_in *messages;
	size_t messages_count, messages_cap;
	struct q_message_item_insert_in *message_items;
	size_t message_items_count, message_items_cap;
	struct q_outbox_insert_in *outbox;
	size_t outbox_count, outbox_cap;
	struct q_task_insert_in *tasks;
	size_t tasks_count, tasks_cap;
	struct q_task_item_insert_in *task_items;
	size_t task_items_count, task_items_cap;
	struct q_chase_set_in *chases;
	size_t chases_count, chases_cap;
	struct q_step_done_insert_in *steps;
	size_t steps_count, steps_cap;
	struct app_run_line *lines;
	size_t lines_count, lines_cap;
	int64_t items_seen, messages_made, tasks_made, lapsed, left;
};

/* Where each decision of a debtor got its id, and what was made of it. */
struct decided {
	int64_t id;
	bool message, task;
	bool held_back; /* the message waits for a person */
};

VD_CHECKED enum vd_status run_add_decision(struct vd_context *, struct run *, struct writes *,
                                           const struct dun_debtor *, size_t i,
                                           const struct policy_decision *, struct decided *);
VD_CHECKED enum vd_status run_add_message(struct vd_context *, struct run *, struct writes *,
                                          const struct dun_debtor *, const struct policy_bundle *,
                                          const struct policy_decision *, struct decided *);
VD_CHECKED enum vd_status run_add_task(struct vd_context *, struct run *, struct writes *,
                                       const struct dun_debtor *, const struct policy_bundle *,
                                       const struct policy_decision *, struct decided *);
/* The item's dunning state after this run. A step that only made tasks is done with that; one with
 * a message is done when the message was sent. */
VD_CHECKED enum vd_status run_move_on(struct vd_context *, struct run *, struct writes *,
                                      const struct dun_debtor *, size_t i,
                                      const struct policy_decision *, const struct decided *);
#endif
