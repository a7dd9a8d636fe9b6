/* Matching, with a payment that is taken back when a statement or an allocation fails. */
#include "fault_support.h"

static const struct fault_case the_case = {
	.name = "match",
	.size = { 12, 3, 3, 8 },
	.prepare = { do_import_debtors, do_import_invoices, do_import_statement },
	.act = do_match,
	.states = 3,
};

FAULT_MAIN(the_case)
