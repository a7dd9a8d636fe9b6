/* The sources of settlement as the store knows them, for the freshness gate. */
#include "app/gate.h"

#include "q_gate.h"

static enum vd_status
from_snapshot(struct vd_context *ctx, struct app *app, struct policy_source **out, size_t *count)
{
	struct q_gate_snapshot_row row;

	VD_NEW(ctx, *out, 1);
	VD_TRY(q_gate_snapshot(ctx, app->db, &(struct q_gate_snapshot_in){ app->administration.id },
	                       &row));
	(*out)[0] =
	    (struct policy_source){ .name = VD_STR("The open-items list of the bookkeeping package"),
		                        .covered_to = row.covered_to };
	*count = 1;
	return VD_OK;
}

static enum vd_status
from_accounts(struct vd_context *ctx, struct app *app, struct policy_source **out, size_t *count)
{
	struct q_gate_unmatched_row *unmatched;
	struct q_gate_accounts_row *accounts;
	size_t n, unmatched_count;

	VD_TRY(q_gate_accounts(ctx, app->db,
	                       &(struct q_gate_accounts_in){ app->administration.id, APP_ACCOUNTS_MAX },
	                       &accounts, &n));
	VD_TRY(
	    q_gate_unmatched(ctx, app->db,
	                     &(struct q_gate_unmatched_in){ app->administration.id, APP_ACCOUNTS_MAX },
	                     &unmatched, &unmatched_count));
	VD_NEW(ctx, *out, n);
	*count = n;
	for (size_t i = 0, u = 0; i < n; i++) {
		(*out)[i] = (struct policy_source){ .name = accounts[i].identification,
			                                .covered_to = accounts[i].covered_to };
		while (u < unmatched_count && unmatched[u].bank_account_id < accounts[i].id) u++;
		if (u < unmatched_count && unmatched[u].bank_account_id == accounts[i].id)
			(*out)[i].unmatched = unmatched[u].waiting;
	}
	return VD_OK;
}

enum vd_status
app_gate(struct vd_context *ctx, struct app *app, struct policy_gate *out)
{
	struct app_setting_value *settings;
	struct policy_source *sources;
	size_t count;

	VD_TRY(app_settings_load(ctx, app, &settings));
	if (vd_str_eq(app_setting_text(settings, "settlement"), VD_STR("source")))
		VD_TRY(from_snapshot(ctx, app, &sources, &count));
	else VD_TRY(from_accounts(ctx, app, &sources, &count));
	return policy_gate_check(ctx, app->administration.country, app->today, sources, count, out);
}
