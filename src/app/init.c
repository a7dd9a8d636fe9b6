/* Making an administration. */
#include "app/app.h"

#include "q_administration.h"
#include "q_bank.h"
#include "q_ledger.h"
#include "value/iban.h"

struct init_work {
	const struct app_init *in;
	struct vd_str country, currency, language, zone;
	struct vd_iban iban;
	bool *created;
};

static struct vd_str
zone_of_country(struct vd_str country)
{
	static const char *const zones[][2] = {
		{ "NL", "Europe/Amsterdam" }, { "BE", "Europe/Brussels" },   { "DE", "Europe/Berlin" },
		{ "FR", "Europe/Paris" },     { "LU", "Europe/Luxembourg" },
	};

	for (size_t i = 0; i < VD_LENGTH(zones); i++)
		if (vd_str_eq(country, vd_str_c(zones[i][0]))) return vd_str_c(zones[i][1]);
	return VD_STR("Europe/Amsterdam");
}

static enum vd_status
same_or_conflict(struct vd_context *ctx, struct app *app, const struct init_work *w,
                 const struct q_administration_by_code_row *row)
{
	struct q_bank_account_by_identification_row account;
	bool same = vd_str_eq(row->name, vd_str_c(w->in->name)) &&
	            vd_str_eq(row->country, w->country) && vd_str_eq(row->currency, w->currency) &&
	            vd_str_eq(row->language, w->language) && vd_str_eq(row->zone, w->zone);

	if (same && w->in->iban != NULL)
		VD_TRY(q_bank_account_by_identification(ctx, app->db,
		                                        &(struct q_bank_account_by_identification_in){
		                                            row->id, vd_iban_str(&w->iban), w->currency },
		                                        &account, &same));
	if (!same)
		return vd_fail(
		    ctx, VD_E_CONFLICT, "administration.exists", "code",
		    "administration \"%s\" exists already with other data (name \"%.*s\", country %.*s); nothing was changed",
		    w->in->code, VD_FMT(row->name), VD_FMT(row->country));
	*w->created = false;
	return VD_OK;
}

static enum vd_status
insert_all(struct vd_context *ctx, struct app *app, const struct init_work *w, int64_t id)
{
	VD_TRY(
	    q_administration_insert(ctx, app->db,
	                            &(struct q_administration_insert_in){ .id = id,
	                                                                  .code = vd_str_c(w->in->code),
	                                                                  .name = vd_str_c(w->in->name),
	                                                                  .country = w->country,
	                                                                  .currency = w->currency,
	                                                                  .language = w->language,
	                                                                  .zone = w->zone,
	                                                                  .created_at = app->now },
	                            NULL));
	VD_TRY(q_id_counter_insert(ctx, app->db, &(struct q_id_counter_insert_in){ id, 1 }, NULL));
	VD_TRY(q_ledger_head_insert(ctx, app->db,
	                            &(struct q_ledger_head_insert_in){ .administration = id,
	                                                               .recorded_at = { 0 },
	                                                               .latest_on = { 0 } },
	                            NULL));
	app->administration.id = id;
	if (w->in->iban != NULL) {
		struct vd_ids ids = { .administration = id };
		int64_t account;

		VD_TRY(vd_ids_take(ctx, app->db, &ids, 1, 1, &account));
		VD_TRY(q_bank_account_insert(ctx, app->db,
		                             &(struct q_bank_account_insert_in){
		                                 .administration = id,
		                                 .id = account,
		                                 .identification = vd_iban_str(&w->iban),
		                                 .iban = vd_iban_str(&w->iban),
		                                 .currency = w->currency,
		                                 .name = VD_STR_NONE,
		                                 .created_at = app->now },
		                             NULL));
	}
	*w->created = true;
	return app_audit(ctx, app, "init", VD_STR("administration"), VD_STR_NONE,
	                 vd_str_c(w->in->name));
}

static enum vd_status
init_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct init_work *w = arg;
	struct q_administration_by_code_row row;
	struct q_administration_last_id_row last;
	bool found;

	VD_TRY(q_administration_by_code(ctx, app->db,
	                                &(struct q_administration_by_code_in){ vd_str_c(w->in->code) },
	                                &row, &found));
	if (found) return same_or_conflict(ctx, app, w, &row);
	VD_TRY(q_administration_last_id(ctx, app->db, &last));
	return insert_all(ctx, app, w, last.id + 1);
}

enum vd_status
app_init(struct vd_context *ctx, struct app *app, const struct app_init *in, bool *created)
{
	struct init_work w = { .in = in, .created = created };
	struct vd_currency currency;
	struct vd_zone zone;
	enum vd_language language;

	for (const char *p = in->code; *p != '\0'; p++)
		if (!vd_is_alnum(*p) && *p != '-' && *p != '_')
			return vd_fail(ctx, VD_E_USAGE, "administration.code", "code",
			               "the code \"%s\" may hold letters, digits, '-' and '_' only", in->code);
	w.country = vd_str_c(in->country != NULL ? in->country : "NL");
	if (w.country.len != 2 || !vd_is_alpha(w.country.ptr[0]) || !vd_is_alpha(w.country.ptr[1]))
		return vd_fail(ctx, VD_E_USAGE, "administration.country", "country",
		               "the country is two letters, such as NL");
	w.currency = vd_str_c(in->currency != NULL ? in->currency : "EUR");
	w.language = vd_str_c(in->language != NULL ? in->language : "nl");
	w.zone = in->zone != NULL ? vd_str_c(in->zone) : zone_of_country(w.country);
	VD_TRY(vd_currency_parse(ctx, w.currency, &currency));
	if (!vd_language_parse(w.language, &language))
		return vd_fail(ctx, VD_E_USAGE, "administration.language", "language",
		               "the language is one of nl, en, de, fr");
	VD_TRY(vd_zone_find(ctx, w.zone, &zone));
	if (in->iban != NULL) VD_TRY(vd_iban_parse(ctx, vd_str_c(in->iban), &w.iban));
	return app_write(ctx, app, init_in_tx, &w);
}
