/* Every command there is, in the order of a day's work. */
#include "cli/cli.h"

#define COMMANDS(X)     \
	X(cli_init)         \
	X(cli_import)       \
	X(cli_match)        \
	X(cli_run)          \
	X(cli_outbox)       \
	X(cli_deliver)      \
	X(cli_tasks)        \
	X(cli_hold)         \
	X(cli_report)       \
	X(cli_bank_account) \
	X(cli_why)          \
	X(cli_setting)      \
	X(cli_verify)       \
	X(cli_rebuild)      \
	X(cli_backup)       \
	X(cli_migrate)

#define DECLARE(name) extern const struct cli_command name;
COMMANDS(DECLARE)

#define REFER(name) &name,
const struct cli_command *const cli_commands[] = { COMMANDS(REFER) NULL };
