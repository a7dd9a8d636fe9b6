#ifndef CLI_CLI_H
#define CLI_CLI_H
/* The command line: one subcommand per file, each a declarative entry in the table of commands.c.
 *
 * Results go to stdout, chatter to stderr. With --json stdout holds exactly one JSON document.
 * Exit status: 0 done; 1 done but something needs attention; 2 wrong arguments; 3 unreadable or
 * refused as a whole, or an unknown number or code; 4 conflict or not permitted; 5 store, I/O or
 * internal failure. */
#include "app/app.h"
#include "base/json.h"

#define CLI_OK          0
#define CLI_ATTENTION   1
#define CLI_OPTIONS_MAX 24

struct cli_args;
struct cli_option {
	const char *name;
	const char *argument;
	const char *meaning;
}; /* argument NULL: a flag */

struct cli_command {
	const char *name;                           /* "import", first word */
	const char *usage;                          /* "import debtors|invoices|statement FILE..." */
	const char *summary;                        /* one sentence */
	struct cli_option options[CLI_OPTIONS_MAX]; /* beside the global ones; ended by a NULL name */
	bool needs_store, needs_administration, creates_store, any_schema;
	/* *attention: done, but something needs a person (exit status 1). */
	enum vd_status (*run)(struct vd_context *, struct app *, const struct cli_args *,
	                      bool *attention);
	const char *details; /* more help, may be NULL */
};

struct cli_args {
	const char **words; /* after the command's name, options taken out */
	int words_count;
	const struct cli_command *command;
	const char *given[CLI_OPTIONS_MAX]; /* per option of the command: its value, "" for a flag, NULL
	                                       when absent */
	bool json;
	const char *store_url;
};
/* Value of an option of this command; NULL when it was not given. */
const char *cli_option(const struct cli_args *, const char *name);
bool cli_flag(const struct cli_args *, const char *name);
/* VD_E_USAGE with the command's usage line unless there are min..max words. */
VD_CHECKED enum vd_status cli_words(struct vd_context *, const struct cli_args *, int min, int max);
VD_CHECKED enum vd_status cli_usage(struct vd_context *, const struct cli_args *, const char *what);
VD_CHECKED enum vd_status cli_day(struct vd_context *, const struct cli_args *, const char *option,
                                  struct vd_date *out);

/* A word that is the id of something. */
VD_CHECKED enum vd_status cli_id(struct vd_context *, const struct cli_args *, const char *word,
                                 int64_t *out);

extern const struct cli_command *const cli_commands[]; /* ended by NULL */
int cli_main(int argc, char **argv);

/* ---- output ---- */
/* A table for people: widths fit the content; numbers right. Collected, then printed. */
struct cli_table {
	struct vd_context *ctx;
	const char *const *heads;
	const bool *right;
	int columns;
	struct vd_str *cells;
	size_t count, cap;
};
VD_CHECKED enum vd_status cli_table_cell(struct cli_table *, struct vd_str);
VD_CHECKED enum vd_status cli_table_print(struct cli_table *);
/* "task 12: done", or {"task":"12","result":"done"}: what was done with one thing. */
VD_CHECKED enum vd_status cli_said(struct vd_context *, const struct cli_args *, const char *kind,
                                   const char *name, const char *result);
VD_CHECKED enum vd_status cli_print_import(struct vd_context *, const struct cli_args *,
                                           const char *what, const struct app_import_result *,
                                           bool *attention);
#endif
