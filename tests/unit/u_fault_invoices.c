/* Importing invoices when a statement or an allocation fails. */
#include "fault_support.h"

static const struct fault_case the_case = {
	.name = "import invoices",
	.size = { 24, 3, 1, 4 },
	.prepare = { do_import_debtors },
	.act = do_import_invoices,
	.states = 2,
};

FAULT_MAIN(the_case)
