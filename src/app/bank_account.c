/* Bank accounts by hand. */
#include "app/bank_account.h"

#include "app/gate.h"
#include "q_bank.h"
#include "value/iban.h"

#include <stdio.h>

struct account_work {
	const struct app_bank_account *in;
	struct vd_str identification, currency;
	struct vd_date to;
	bool *created;
	const struct app_output *output;
};

/* An IBAN in any spelling; something else as it is. */
static enum vd_status
identify(struct vd_context *ctx, struct vd_str text, bool must, struct vd_str *out)
{
	struct vd_iban iban;

	if (vd_iban_valid(text, &iban)) return vd_str_dup(ctx, vd_iban_str(&iban), out);
	*out = text;
	return must ? vd_iban_parse(ctx, text, &iban) : VD_OK;
}

static enum vd_status
audit(struct vd_context *ctx, struct app *app, const char *use_case, struct vd_str identification,
      struct vd_str after)
{
	struct vd_str subject;

	VD_TRY(vd_str_printf(ctx, &subject, "bank account %.*s", VD_FMT(identification)));
	return app_audit(ctx, app, use_case, subject, VD_STR_NONE, after);
}

/* The one account that is meant; without a currency there must be one only. */
static enum vd_status
find(struct vd_context *ctx, struct app *app, const struct account_work *w,
     struct q_bank_accounts_by_identification_row *out, bool *found)
{
	struct q_bank_accounts_by_identification_row *rows;
	size_t n, hits = 0;

	VD_TRY(q_bank_accounts_by_identification(ctx, app->db,
	                                         &(struct q_bank_accounts_by_identification_in){
	                                             app->administration.id, w->identification,
	                                             APP_ACCOUNTS_MAX },
	                                         &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!vd_str_is_none(w->currency) && !vd_str_eq(w->currency, rows[i].currency)) continue;
		*out = rows[i];
		hits++;
	}
	*found = hits == 1;
	if (hits <= 1) return VD_OK;
	return vd_fail(ctx, VD_E_USAGE, "bank_account.several", "currency",
	               "account %.*s has several currencies; say which with --currency",
	               VD_FMT(w->identification));
}

static enum vd_status
find_known(struct vd_context *ctx, struct app *app, const struct account_work *w,
           struct q_bank_accounts_by_identification_row *out)
{
	bool found;

	VD_TRY(find(ctx, app, w, out, &found));
	if (found) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "bank_account.unknown", "iban",
	               "there is no bank account %.*s; \"voldaan bank-account list\" shows them",
	               VD_FMT(w->identification));
}

/* ---- add ---- */

static enum vd_status
add_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct account_work *w = arg;
	struct q_bank_accounts_by_identification_row known;
	struct vd_ids ids = { .administration = app->administration.id };
	bool found;
	int64_t id;

	VD_TRY(find(ctx, app, w, &known, &found));
	*w->created = !found;
	if (found) {
		struct vd_str name = vd_str_is_none(w->in->name) ? known.name : w->in->name;

		if (vd_date_is_none(known.ended_on) && vd_str_eq(name, known.name)) return VD_OK;
		VD_TRY(q_bank_account_update(ctx, app->db,
		                             &(struct q_bank_account_update_in){
		                                 app->administration.id, known.id, name, VD_DATE_NONE },
		                             NULL));
		return audit(ctx, app, "bank-account change", w->identification, name);
	}
	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &id));
	VD_TRY(q_bank_account_insert(ctx, app->db,
	                             &(struct q_bank_account_insert_in){
	                                 .administration = app->administration.id,
	                                 .id = id,
	                                 .identification = w->identification,
	                                 .iban = w->identification,
	                                 .currency = w->currency,
	                                 .name = w->in->name,
	                                 .created_at = app->now },
	                             NULL));
	return audit(ctx, app, "bank-account add", w->identification, w->in->name);
}

enum vd_status
app_bank_account_add(struct vd_context *ctx, struct app *app, const struct app_bank_account *in,
                     bool *created)
{
	struct account_work w = { .in = in, .currency = in->currency, .created = created };
	struct vd_currency currency = app->administration.currency;

	VD_TRY(identify(ctx, in->iban, true, &w.identification));
	if (!vd_str_is_none(in->currency)) VD_TRY(vd_currency_parse(ctx, in->currency, &currency));
	VD_TRY(vd_str_dup(ctx, vd_currency_str(&currency), &w.currency));
	return app_write(ctx, app, add_in_tx, &w);
}

/* ---- end ---- */

static enum vd_status
end_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct account_work *w = arg;
	struct q_bank_accounts_by_identification_row known;

	VD_TRY(find_known(ctx, app, w, &known));
	if (!vd_date_is_none(known.ended_on))
		return vd_fail(ctx, VD_E_CONFLICT, "bank_account.ended", "iban",
		               "bank account %.*s was ended before", VD_FMT(w->identification));
	VD_TRY(q_bank_account_update(ctx, app->db,
	                             &(struct q_bank_account_update_in){
	                                 app->administration.id, known.id, known.name, app->today },
	                             NULL));
	return audit(ctx, app, "bank-account end", w->identification, VD_STR_NONE);
}

enum vd_status
app_bank_account_end(struct vd_context *ctx, struct app *app, const struct app_bank_account *in)
{
	struct account_work w = { .in = in, .currency = in->currency };

	VD_TRY(identify(ctx, in->iban, false, &w.identification));
	return app_write(ctx, app, end_in_tx, &w);
}

/* ---- cover ---- */

static enum vd_status
cover_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct account_work *w = arg;
	struct q_bank_accounts_by_identification_row known = { .id = VD_I64_NONE };
	struct vd_ids ids = { .administration = app->administration.id };
	bool snapshot = vd_str_is_none(w->in->iban);
	char day[VD_DATE_TEXT];
	int64_t id;

	if (!snapshot) VD_TRY(find_known(ctx, app, w, &known));
	VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &id));
	VD_TRY(q_coverage_insert(ctx, app->db,
	                         &(struct q_coverage_insert_in){ app->administration.id, id, known.id,
	                                                         VD_STR("person"), w->to, app->now,
	                                                         app->actor },
	                         NULL));
	vd_date_format(w->to, day);
	return audit(ctx, app, "bank-account cover",
	             snapshot ? VD_STR("open-items list") : w->identification, vd_str_c(day));
}

enum vd_status
app_bank_account_cover(struct vd_context *ctx, struct app *app, const struct app_bank_account *in,
                       struct vd_date to)
{
	struct account_work w = { .in = in, .currency = in->currency, .to = to };

	if (to.day > app->today.day)
		return vd_fail(ctx, VD_E_INVALID, "bank_account.future", "to",
		               "nobody knows yet what comes in after today; give a day up to today");
	if (!vd_str_is_none(in->iban)) VD_TRY(identify(ctx, in->iban, false, &w.identification));
	return app_write(ctx, app, cover_in_tx, &w);
}

/* ---- list ---- */

static const struct export_column columns[] = {
	{ "account", EXPORT_TEXT, 0 },       { "currency", EXPORT_TEXT, 0 },
	{ "name", EXPORT_TEXT, 0 },          { "covered_to", EXPORT_DATE, 0 },
	{ "statements", EXPORT_INTEGER, 0 }, { "to_match", EXPORT_INTEGER, 0 },
	{ "ended_on", EXPORT_DATE, 0 },
};

static enum vd_status
list_rows(struct vd_context *ctx, struct export_writer *writer, void *arg)
{
	struct app *app = arg;
	struct q_bank_account_all_row *rows;
	size_t n;

	VD_TRY(q_bank_account_all(ctx, app->db,
	                          &(struct q_bank_account_all_in){ app->administration.id,
	                                                           APP_ACCOUNTS_MAX },
	                          &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct export_cell cells[VD_LENGTH(columns)] = {
			export_text(rows[i].identification), export_text(rows[i].currency),
			export_text(rows[i].name),           export_date(rows[i].covered_to),
			export_integer(rows[i].statements),  export_integer(rows[i].waiting),
			export_date(rows[i].ended_on),
		};

		VD_TRY(export_row(ctx, writer, cells));
	}
	return VD_OK;
}

static enum vd_status
list_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	return app_output_write(ctx, app, arg,
	                        &(struct app_table){ "bank accounts", columns, (int)VD_LENGTH(columns),
	                                             list_rows, app, NULL });
}

enum vd_status
app_bank_account_list(struct vd_context *ctx, struct app *app, const struct app_output *output)
{
	struct app_output copy = *output;

	return app_read(ctx, app, list_in_tx, &copy);
}
