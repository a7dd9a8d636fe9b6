#ifndef CLI_SHOW_H
#define CLI_SHOW_H
/* Small pieces of printing one thing whole, for item and debtor. */
#include "cli/cli.h"

void cli_json_day(struct vd_json *, const char *key, struct vd_date);      /* NONE: null */
void cli_json_moment(struct vd_json *, const char *key, struct vd_moment); /* NONE: null */
void cli_json_money(struct vd_json *, const char *key, struct vd_money);   /* minor NONE: null */
void cli_json_id(struct vd_json *, const char *key, int64_t);
/* "  name:      value" unless there is no value. */
void cli_print_field(const char *name, struct vd_str value);
void cli_print_day(const char *name, struct vd_date);
/* Day and amount as text in room of the caller. */
const char *cli_day_text(struct vd_date, char room[static VD_DATE_TEXT]);
const char *cli_money_text(struct vd_money, char room[static VD_MONEY_TEXT + 4]);
#endif
