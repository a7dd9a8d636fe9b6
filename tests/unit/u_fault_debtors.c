/* Importing debtors when a statement or an allocation fails. */
#include "fault_support.h"

static const struct fault_case the_case = {
	.name = "import debtors",
	.size = { 24, 2, 1, 4 },
	.act = do_import_debtors,
	.states = 2,
};

FAULT_MAIN(the_case)
