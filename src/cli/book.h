#ifndef CLI_BOOK_H
#define CLI_BOOK_H
/* For the commands that book by hand: bank references, items with amounts, what was booked. */
#include "app/book.h"
#include "cli/cli.h"

#define CLI_BANK_OPTIONS                                                             \
	{ "transaction", "N", "which payment of a batch entry: its place, from 1" },     \
	{                                                                                \
		"day", "DAY", "booking day, when the bank used the reference more than once" \
	}
/* From a word and the options above. */
VD_CHECKED enum vd_status cli_bank_ref(struct vd_context *, const struct cli_args *,
                                       const char *reference, struct app_bank_ref *);
/* "F2025001" or "F2025001=12.50". */
struct app_book_target cli_target(const char *word);
VD_CHECKED enum vd_status cli_print_booked(struct vd_context *, const struct cli_args *,
                                           const struct app_booked *, const char *what);
#endif
