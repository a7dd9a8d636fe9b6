/* The settings of an administration: declared once, here. */
#include "app/app.h"

#include "q_administration.h"
#include "report/ageing.h"

const struct app_setting app_settings[] = {
	{ .name = "mode",
	  .initial = "approve",
	  .meaning = "what the day's run may do by itself",
	  .type = APP_CHOICE,
	  .choices = "shadow|approve|automatic" },
	{ .name = "start_on",
	  .initial = "",
	  .meaning = "bank entries before this day are kept but never matched",
	  .type = APP_DAY },
	{ .name = "settlement",
	  .initial = "bank",
	  .meaning = "where settlement comes from: the bank files or the bookkeeping package",
	  .type = APP_CHOICE,
	  .choices = "bank|source" },
	{ .name = "terms_days",
	  .initial = "30",
	  .meaning = "days to pay when neither invoice nor debtor says so",
	  .type = APP_NUMBER,
	  .min = 0,
	  .max = 365 },
	{ .name = "match_threshold_bp",
	  .initial = "9000",
	  .meaning = "a match is booked by itself at or above this certainty (basis points)",
	  .type = APP_NUMBER,
	  .min = 5001,
	  .max = 10000 },
	{ .name = "tolerance",
	  .initial = "0.00",
	  .meaning =
	      "a payment that is off by no more than this settles the item; the difference is written off",
	  .type = APP_AMOUNT },
	{ .name = "tolerance_bp",
	  .initial = "100",
	  .meaning = "and by no more than this share of the item (basis points)",
	  .type = APP_NUMBER,
	  .min = 0,
	  .max = 1000 },
	{ .name = "net_credits",
	  .initial = "yes",
	  .meaning = "may matching set off credit notes in a payment",
	  .type = APP_FLAG },
	{ .name = "default_profile",
	  .initial = "standard",
	  .meaning = "dunning profile when no segment, debtor or invoice says otherwise",
	  .type = APP_TEXT },
	{ .name = "bundle_days",
	  .initial = "0",
	  .meaning = "least days between two messages to one debtor",
	  .type = APP_NUMBER,
	  .min = 0,
	  .max = 60 },
	{ .name = "dun_from",
	  .initial = "0.00",
	  .meaning = "items with less than this open are not dunned on their own",
	  .type = APP_AMOUNT },
	{ .name = "first_run_max",
	  .initial = "50",
	  .meaning = "most debtors written to on one day while a backlog is worked off",
	  .type = APP_NUMBER,
	  .min = 1,
	  .max = 100000 },
	{ .name = "fuse",
	  .initial = "1000",
	  .meaning = "a run that would send more messages than this on one day is held",
	  .type = APP_NUMBER,
	  .min = 1,
	  .max = 1000000 },
	{ .name = "calls_per_day",
	  .initial = "40",
	  .meaning = "calls the staff can make on one day",
	  .type = APP_NUMBER,
	  .min = 0,
	  .max = 100000 },
	{ .name = "send_from",
	  .initial = "08:00",
	  .meaning = "messages leave from this local time",
	  .type = APP_MINUTE },
	{ .name = "send_until", .initial = "18:00", .meaning = "and until this", .type = APP_MINUTE },
	{ .name = "pay_days",
	  .initial = "7",
	  .meaning = "days a reminder gives to pay",
	  .type = APP_NUMBER,
	  .min = 1,
	  .max = 60 },
	{ .name = "ageing_days",
	  .initial = "30,60,90",
	  .meaning = "upper ends of the ageing buckets in days overdue",
	  .type = APP_TEXT },
	{ .name = "late_days",
	  .initial = "7",
	  .meaning = "an invoice paid more than this many days late counts as late",
	  .type = APP_NUMBER,
	  .min = 0,
	  .max = 365 },
	{ .name = "consumer_form",
	  .initial = "formal",
	  .meaning = "how consumers are addressed",
	  .type = APP_CHOICE,
	  .choices = "formal|informal" },
	{ .name = "sender_name",
	  .initial = "",
	  .meaning = "who signs letters and mails",
	  .type = APP_TEXT },
	{ .name = "sender_email",
	  .initial = "",
	  .meaning = "address mails come from",
	  .type = APP_TEXT },
	{ .name = "reply_to",
	  .initial = "",
	  .meaning = "address answers go to, when not the sender",
	  .type = APP_TEXT },
	{ .name = "bounce_email",
	  .initial = "",
	  .meaning = "address undeliverable mail returns to, when not the sender",
	  .type = APP_TEXT },
	{ .name = "smtp_url",
	  .initial = "",
	  .meaning = "mail server, such as smtp://mail.example.nl:587 or smtps://…",
	  .type = APP_TEXT },
	{ .name = "smtp_tls",
	  .initial = "required",
	  .meaning = "encryption of the connection to the mail server",
	  .type = APP_CHOICE,
	  .choices = "required|off" },
	{ .name = "smtp_user",
	  .initial = "",
	  .meaning = "name to log in with at the mail server",
	  .type = APP_TEXT },
	{ .name = "smtp_password_file",
	  .initial = "",
	  .meaning = "file that holds the password (not the password itself)",
	  .type = APP_TEXT },
	{ .name = "smtp_ca_file",
	  .initial = "",
	  .meaning =
	      "file with the certificate the mail server's is checked against, when the system does not know it",
	  .type = APP_TEXT },
	{ .name = "attach_copies",
	  .initial = "yes",
	  .meaning = "are copies of the invoices attached to mails, when they are in the store",
	  .type = APP_FLAG },
	{ .name = "print_both_sides",
	  .initial = "no",
	  .meaning =
	      "does each letter of the print file begin on a sheet of its own when printed on both sides",
	  .type = APP_FLAG },
	{ .name = "print_folder",
	  .initial = "",
	  .meaning = "folder that letters are written to",
	  .type = APP_TEXT },
	{ .name = "street",
	  .initial = "",
	  .meaning = "own street and number, for letters",
	  .type = APP_TEXT },
	{ .name = "postcode", .initial = "", .meaning = "own postcode", .type = APP_TEXT },
	{ .name = "city", .initial = "", .meaning = "own city", .type = APP_TEXT },
	{ .name = "phone",
	  .initial = "",
	  .meaning = "own telephone number, for letters",
	  .type = APP_TEXT },
	{ .name = "email",
	  .initial = "",
	  .meaning = "own general e-mail address, for letters",
	  .type = APP_TEXT },
	{ .name = "website", .initial = "", .meaning = "own website, for letters", .type = APP_TEXT },
	{ .name = "kvk", .initial = "", .meaning = "own KvK number, for letters", .type = APP_TEXT },
	{ .name = "vat_number",
	  .initial = "",
	  .meaning = "own VAT number, for letters",
	  .type = APP_TEXT },
	{ .name = "iban",
	  .initial = "",
	  .meaning = "account debtors pay to, when not the first bank account",
	  .type = APP_TEXT },
	{ .name = "bic", .initial = "", .meaning = "BIC of that account", .type = APP_TEXT },
	{ .name = "logo",
	  .initial = "",
	  .meaning = "PNG file with the logo for letters",
	  .type = APP_TEXT },
};
const size_t app_settings_count = VD_LENGTH(app_settings);

static const struct app_setting *
declared(struct vd_str name)
{
	for (size_t i = 0; i < app_settings_count; i++)
		if (vd_str_eq(name, vd_str_c(app_settings[i].name))) return &app_settings[i];
	return NULL;
}

enum vd_status
app_settings_load(struct vd_context *ctx, struct app *app, struct app_setting_value **out)
{
	struct q_setting_all_row *rows;
	struct app_setting_value *values;
	size_t n;

	VD_TRY(q_setting_all(ctx, app->db, &(struct q_setting_all_in){ app->administration.id }, &rows,
	                     &n));
	VD_NEW(ctx, values, app_settings_count);
	for (size_t i = 0; i < app_settings_count; i++) {
		values[i] = (struct app_setting_value){ &app_settings[i], vd_str_c(app_settings[i].initial),
			                                    false };
		for (size_t k = 0; k < n; k++)
			if (vd_str_eq(rows[k].name, vd_str_c(app_settings[i].name)))
				values[i] = (struct app_setting_value){ &app_settings[i], rows[k].value, true };
	}
	*out = values;
	return VD_OK;
}

/* ---- values ---- */

static bool
minute_of(struct vd_str text, int64_t *minute)
{
	int64_t hours, minutes;

	if (text.len != 5 || text.ptr[2] != ':' || !vd_str_to_i64(vd_str_sub(text, 0, 2), &hours) ||
	    !vd_str_to_i64(vd_str_sub(text, 3, 2), &minutes) || hours < 0 || hours > 24 ||
	    minutes < 0 || minutes > 59 || hours * 60 + minutes > 24 * 60)
		return false;
	*minute = hours * 60 + minutes;
	return true;
}

static bool
is_choice(struct vd_str choices, struct vd_str text)
{
	struct vd_str one;

	while (vd_str_cut(&choices, '|', &one))
		if (vd_str_eq(one, text)) return true;
	return false;
}

static enum vd_status
check(struct vd_context *ctx, const struct app_setting *s, struct vd_str text)
{
	struct vd_money money;
	struct vd_date day;
	int64_t n;

	switch (s->type) {
	case APP_TEXT:
		if (vd_str_eq(vd_str_c(s->name), VD_STR("ageing_days")))
			return ageing_parse_ends(ctx, text, &(struct ageing_options){ 0 });
		if (text.len <= 500) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: at most 500 characters", s->name);
	case APP_NUMBER:
		if (vd_str_to_i64(text, &n) && n >= s->min && n <= s->max) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: \"%.*s\" is not a whole number from %lld to %lld", s->name,
		               VD_FMT(text), (long long)s->min, (long long)s->max);
	case APP_AMOUNT:
		if (vd_money_parse(ctx, text, VD_EUR, &money) == VD_OK && money.minor >= 0) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: \"%.*s\" is not an amount such as 12.50", s->name,
		               VD_FMT(text));
	case APP_DAY:
		if (text.len == 0 || vd_date_parse(ctx, text, &day) == VD_OK) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: \"%.*s\" is not a day such as 2026-01-31", s->name,
		               VD_FMT(text));
	case APP_MINUTE:
		if (minute_of(text, &n)) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: \"%.*s\" is not a time such as 08:30", s->name, VD_FMT(text));
	case APP_CHOICE:
		if (is_choice(vd_str_c(s->choices), text)) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name,
		               "setting %s: \"%.*s\" is not one of %s", s->name, VD_FMT(text), s->choices);
	case APP_FLAG:
		if (is_choice(VD_STR("yes|no"), text)) return VD_OK;
		return vd_fail(ctx, VD_E_INVALID, "setting.value", s->name, "setting %s is yes or no",
		               s->name);
	}
	return VD_OK;
}

static const struct app_setting_value *
value_of(const struct app_setting_value *values, const char *name)
{
	for (size_t i = 0; i < app_settings_count; i++)
		if (vd_str_eq(vd_str_c(values[i].setting->name), vd_str_c(name))) return &values[i];
	vd_assert_failed("a setting that is not declared", __FILE__, __LINE__);
	return NULL;
}

struct vd_str
app_setting_text(const struct app_setting_value *values, const char *name)
{
	return value_of(values, name)->value;
}

int64_t
app_setting_i64(const struct app_setting_value *values, const char *name)
{
	const struct app_setting_value *v = value_of(values, name);
	VD_AUTO_ARENA arena = VD_ARENA(64 * 1024);
	struct vd_context scratch = { .arena = &arena };
	struct vd_money money = { 0 };
	int64_t n = 0;

	if (v->setting->type == APP_FLAG) return vd_str_eq(v->value, VD_STR("yes"));
	if (v->setting->type == APP_MINUTE) return minute_of(v->value, &n) ? n : 0;
	if (v->setting->type == APP_AMOUNT)
		return vd_money_parse(&scratch, v->value, VD_EUR, &money) == VD_OK ? money.minor : 0;
	return vd_str_to_i64(v->value, &n) ? n : 0;
}

struct vd_date
app_setting_day(const struct app_setting_value *values, const char *name)
{
	VD_AUTO_ARENA arena = VD_ARENA(64 * 1024);
	struct vd_context scratch = { .arena = &arena };
	struct vd_date day;

	return vd_date_parse(&scratch, app_setting_text(values, name), &day) == VD_OK ? day
	                                                                              : VD_DATE_NONE;
}

/* ---- changing ---- */

struct set_work {
	const struct app_setting *setting;
	struct vd_str value;
};

static enum vd_status
set_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct set_work *w = arg;
	struct app_setting_value *values;
	const struct app_setting_value *before;

	VD_TRY(app_settings_load(ctx, app, &values));
	before = value_of(values, w->setting->name);
	if (before->is_set && vd_str_eq(before->value, w->value)) return VD_OK;
	VD_TRY(q_setting_put(ctx, app->db,
	                     &(struct q_setting_put_in){ app->administration.id,
	                                                 vd_str_c(w->setting->name), w->value, app->now,
	                                                 app->actor },
	                     NULL));
	return app_audit(ctx, app, "setting set", vd_str_c(w->setting->name), before->value, w->value);
}

enum vd_status
app_setting_set(struct vd_context *ctx, struct app *app, struct vd_str name, struct vd_str value)
{
	struct set_work w = { declared(name), value };

	if (w.setting == NULL)
		return vd_fail(ctx, VD_E_NOT_FOUND, "setting.unknown", "name",
		               "there is no setting \"%.*s\"; \"voldaan setting list\" shows them all",
		               VD_FMT(name));
	VD_TRY(check(ctx, w.setting, value));
	return app_write(ctx, app, set_in_tx, &w);
}
