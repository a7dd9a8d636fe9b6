#ifndef APP_DEMO_INTERNAL_H
#define APP_DEMO_INTERNAL_H
/* Between demo.c (the days), demo_files.c (what is built in) and demo_people.c (what people do). */
#include "app/demo.h"

#include "base/list.h"

/* A file of the sample: its name begins with its day. */
struct demo_file {
	const char *kind; /* folder below sample/: "bank", "invoices" */
	const char *path; /* where it was written */
	struct vd_str name;
	struct vd_date day; /* NONE: there from the start */
	bool taken;
};
/* One line of the diary: day, who, verb, number, value, until, text. */
struct demo_entry {
	struct vd_date day, until;
	struct vd_str who, verb, number, value, text;
};
struct demo_account {
	struct vd_str identification, suffix; /* of the names of its statements */
	bool covered;                         /* by a statement of this morning */
};
struct demo_task {
	int64_t id;
	struct vd_date made;
	struct vd_str what, step, debtor;
};
struct demo_hold {
	int64_t id;
	struct vd_str number;
};

struct demo {
	struct app *app;
	struct app_demo_result *result;
	struct vd_context *main; /* what lasts */
	const char *dir;
	struct demo_file *files;
	size_t files_count, files_cap;
	struct demo_entry *diary;
	size_t diary_count, diary_cap;
	struct demo_account *accounts;
	size_t accounts_count, accounts_cap;
	struct demo_task *tasks;
	size_t tasks_count, tasks_cap;
	struct demo_hold *holds;
	size_t holds_count, holds_cap;
};

/* dir must be fit for a demo; writes the files into it and fills files, diary and accounts. */
VD_CHECKED enum vd_status demo_files_unpack(struct demo *);
/* Settings of the business; the session must have its administration. */
VD_CHECKED enum vd_status demo_settings(struct vd_context *, struct demo *);
/* What people do today: the diary, and the tasks that are a few days old. */
VD_CHECKED enum vd_status demo_people(struct vd_context *, struct demo *);
/* The tasks a run made, to be done later. */
VD_CHECKED enum vd_status demo_keep_tasks(struct demo *, const struct app_run_result *);
#endif
