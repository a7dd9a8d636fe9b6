/* Every command there is. */
#include "cli/cli.h"

extern const struct cli_command cli_import, cli_init, cli_match, cli_run, cli_setting, cli_why;

const struct cli_command *const cli_commands[] = {
	&cli_init, &cli_import, &cli_match, &cli_run, &cli_setting, &cli_why,
	NULL,
};
