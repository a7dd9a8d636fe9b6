/* Small pieces of printing one thing whole. */
#include "cli/show.h"

#include <stdio.h>
#include <string.h>

void
cli_json_day(struct vd_json *j, const char *key, struct vd_date day)
{
	char text[VD_DATE_TEXT];

	vd_date_format(day, text);
	vd_json_key_c(j, key, vd_date_is_none(day) ? NULL : text);
}

void
cli_json_moment(struct vd_json *j, const char *key, struct vd_moment moment)
{
	char text[VD_MOMENT_TEXT];

	if (vd_moment_is_none(moment)) {
		vd_json_key_c(j, key, NULL);
		return;
	}
	vd_moment_format(moment, text);
	vd_json_key_c(j, key, text);
}

void
cli_json_money(struct vd_json *j, const char *key, struct vd_money money)
{
	char text[VD_MONEY_TEXT];

	if (money.minor == INT64_MIN) {
		vd_json_key_c(j, key, NULL);
		return;
	}
	vd_money_format(money, text);
	vd_json_key_c(j, key, text);
}

void
cli_json_id(struct vd_json *j, const char *key, int64_t id)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)id);
	vd_json_key_c(j, key, text);
}

void
cli_print_field(const char *name, struct vd_str value)
{
	if (value.len > 0) printf("  %-14s %.*s\n", name, VD_FMT(value));
}

void
cli_print_day(const char *name, struct vd_date day)
{
	char text[VD_DATE_TEXT];

	vd_date_format(day, text);
	cli_print_field(name, vd_str_c(text));
}

const char *
cli_day_text(struct vd_date day, char room[static VD_DATE_TEXT])
{
	vd_date_format(day, room);
	return room;
}

const char *
cli_money_text(struct vd_money money, char room[static VD_MONEY_TEXT + 4])
{
	size_t n;

	vd_money_format(money, room);
	n = strlen(room);
	room[n] = ' ';
	memcpy(room + n + 1, money.currency.code, sizeof(money.currency.code));
	return room;
}
