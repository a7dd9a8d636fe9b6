/* Importing a file of three statements when a statement or an allocation fails. */
#include "fault_support.h"

static const struct fault_case the_case = {
	.name = "import statement",
	.size = { 12, 2, 3, 8 },
	.prepare = { do_import_debtors, do_import_invoices },
	.act = do_import_statement,
	.states = 4,
};

FAULT_MAIN(the_case)
