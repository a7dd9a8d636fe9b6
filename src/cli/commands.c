/* Every command there is, in the order of a day's work. */
#include "cli/cli.h"

#define COMMANDS(X)     \
	X(cli_init)         \
	X(cli_import)       \
	X(cli_match)        \
	X(cli_bank)         \
	X(cli_allocate)     \
	X(cli_undo)         \
	X(cli_write_off)    \
	X(cli_run)          \
	X(cli_outbox)       \
	X(cli_deliver)      \
	X(cli_tasks)        \
	X(cli_hold)         \
	X(cli_report)       \
	X(cli_bank_account) \
	X(cli_item)         \
	X(cli_debtor)       \
	X(cli_why)          \
	X(cli_setting)      \
	X(cli_profile)      \
	X(cli_template)     \
	X(cli_segment)      \
	X(cli_mapping)      \
	X(cli_verify)       \
	X(cli_rebuild)      \
	X(cli_backup)       \
	X(cli_migrate)      \
	X(cli_demo)

#define DECLARE(name) extern const struct cli_command name;
COMMANDS(DECLARE)

#define REFER(name) &name,
const struct cli_command *const cli_commands[] = { COMMANDS(REFER) NULL };
