/* Matching, batch by batch: look up, decide in memory, write set-based. */
#include "app/match_internal.h"

#include "q_debtor.h"

#define BATCH_MEMORY_MAX ((size_t)512 << 20)

struct results {
	struct q_bank_transaction_state_in *states;
	struct q_proposal_insert_in *proposals;
	struct q_proposal_line_insert_in *lines;
	struct q_proposal_clear_in *cleared;
	struct q_payer_account_put_in *accounts;
	size_t states_count, proposals_count, proposals_cap, lines_count, lines_cap, accounts_count,
	    accounts_cap;
};
struct match_work {
	const struct policy_rules *policy;
	struct match_rules rules;
	struct app_match_result *result, here;
	int64_t batch; /* transactions at a time */
	bool propose_only;
};

/* ---- what is not booked ---- */

static enum vd_status
keep_proposal(struct vd_context *ctx, struct results *r, int64_t administration,
              int64_t transaction, size_t rank, const struct match_proposal *p)
{
	VD_GROW(ctx, r->proposals, r->proposals_count, r->proposals_cap);
	r->proposals[r->proposals_count++] = (struct q_proposal_insert_in){
		.administration = administration,
		.transaction = transaction,
		.rank = (int64_t)rank + 1,
		.kind = vd_str_c(match_kind_name(p->kind)),
		.debtor = p->debtor_id,
		.certainty_bp = p->certainty_bp,
		.unallocated = p->unallocated_minor,
		.returns = p->returns_transaction_id != 0 ? p->returns_transaction_id : VD_I64_NONE,
		.reasons = p->reasons,
	};
	for (size_t i = 0; i < p->lines_count; i++) {
		VD_GROW(ctx, r->lines, r->lines_count, r->lines_cap);
		r->lines[r->lines_count++] = (struct q_proposal_line_insert_in){
			administration,
			transaction,
			(int64_t)rank + 1,
			(int64_t)i + 1,
			p->lines[i].item_id,
			p->lines[i].amount_minor,
			p->lines[i].write_off_minor,
			p->lines[i].credit,
		};
	}
	return VD_OK;
}

/* A booking that rests on number or reference teaches from which account this debtor pays. */
static enum vd_status
learn_account(struct vd_context *ctx, struct results *r, const struct app *app,
              const struct match_case *c, const struct match_proposal *p)
{
	if (c->t.amount_minor <= 0 || c->t.counterparty_iban.len == 0 || p->several_debtors)
		return VD_OK;
	for (size_t i = 0; i < c->debtors_count; i++)
		if (c->debtors[i].id == p->debtor_id && c->debtors[i].account != MATCH_ACCOUNT_NONE)
			return VD_OK;
	VD_GROW(ctx, r->accounts, r->accounts_count, r->accounts_cap);
	r->accounts[r->accounts_count++] = (struct q_payer_account_put_in){
		app->administration.id, c->t.counterparty_iban, p->debtor_id, VD_STR("learned"), app->now,
	};
	return VD_OK;
}

static void
set_state(struct results *r, const struct app *app, int64_t transaction, const char *state,
          struct vd_str reason)
{
	r->cleared[r->states_count] =
	    (struct q_proposal_clear_in){ app->administration.id, transaction };
	r->states[r->states_count++] =
	    (struct q_bank_transaction_state_in){ app->administration.id, transaction, vd_str_c(state),
		                                      reason };
}

/* ---- one transaction ---- */

static enum vd_status
decide(struct vd_context *ctx, struct app *app, struct match_work *w, struct ledger_tx *tx,
       struct match_batch *b, struct match_case *c, struct results *r)
{
	struct match_proposal *proposals;
	struct match_item *items;
	size_t n, items_count;

	VD_NEW(ctx, proposals, MATCH_PROPOSALS_MAX);
	VD_TRY(match_items_of(ctx, b, c, &items, &items_count));
	VD_TRY(match_propose(ctx, &c->t, &w->rules, c->debtors, c->debtors_count, items, items_count,
	                     c->earlier, c->earlier_count, proposals, &n));
	w->here.looked_at++;
	if (n > 0 && proposals[0].certainty_bp >= w->rules.threshold_bp && !w->propose_only &&
	    !c->taken_back) {
		VD_TRY(match_book(ctx, app, tx, b, c, &proposals[0]));
		VD_TRY(learn_account(ctx, r, app, c, &proposals[0]));
		if (c->t.amount_minor > 0) {
			VD_GROW(ctx, b->booked, b->booked_count, b->booked_cap);
			b->booked[b->booked_count++] = (size_t)(c - b->cases);
		}
		set_state(r, app, c->t.id, "booked", proposals[0].reasons);
		w->here.booked++;
		return vd_minor_add(ctx, w->here.booked_minor, c->t.amount_minor, &w->here.booked_minor);
	}
	for (size_t i = 0; i < n; i++)
		VD_TRY(keep_proposal(ctx, r, app->administration.id, c->t.id, i, &proposals[i]));
	if (n == 0 && c->t.amount_minor < 0 && c->t.return_reason.len == 0 && !c->t.reversal) {
		/* wages, rent, bank charges: not ours to explain */
		set_state(r, app, c->t.id, "ignored", VD_STR("money out that concerns no debtor"));
		w->here.ignored++;
		return VD_OK;
	}
	set_state(r, app, c->t.id, n > 0 ? "proposed" : "unknown",
	          n > 0 ? proposals[0].reasons : VD_STR_NONE);
	if (n > 0) w->here.proposed++;
	else w->here.unknown++;
	return VD_OK;
}

static enum vd_status
write_results(struct vd_context *ctx, struct app *app, const struct results *r)
{
	struct q_proposal_line_clear_in *lines;

	VD_NEW(ctx, lines, r->states_count);
	for (size_t i = 0; i < r->states_count; i++)
		lines[i] = (struct q_proposal_line_clear_in){ r->cleared[i].administration,
			                                          r->cleared[i].transaction };
	VD_TRY(q_proposal_line_clear(ctx, app->db, lines, r->states_count, NULL));
	VD_TRY(q_proposal_clear(ctx, app->db, r->cleared, r->states_count, NULL));
	VD_TRY(q_bank_transaction_state(ctx, app->db, r->states, r->states_count, NULL));
	if (r->proposals_count > 0)
		VD_TRY(q_proposal_insert(ctx, app->db, r->proposals, r->proposals_count, NULL));
	if (r->lines_count > 0)
		VD_TRY(q_proposal_line_insert(ctx, app->db, r->lines, r->lines_count, NULL));
	if (r->accounts_count > 0)
		VD_TRY(q_payer_account_put(ctx, app->db, r->accounts, r->accounts_count, NULL));
	return VD_OK;
}

/* ---- one batch ---- */

static enum vd_status
batch_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	struct match_work *w = arg;
	struct results r = { 0 };
	struct match_batch b;
	struct ledger_effect *effects;
	struct ledger_tx *tx;
	size_t n;

	w->here = (struct app_match_result){ 0 };
	VD_TRY(ledger_begin(ctx, app->db,
	                    &(struct ledger_open){ .administration = app->administration.id,
	                                           .now = app->now,
	                                           .actor = app->actor,
	                                           .use_case = "match",
	                                           .request_id = VD_STR_NONE },
	                    &tx));
	VD_TRY(match_facts(ctx, app, w->batch, &b));
	VD_NEW(ctx, r.states, b.count);
	VD_NEW(ctx, r.cleared, b.count);
	for (size_t i = 0; i < b.count && !match_must_wait(&b, &b.cases[i]); i++)
		VD_TRY(decide(ctx, app, w, tx, &b, &b.cases[i], &r));
	if (r.states_count == 0) {
		app->discard = true;
		return VD_OK;
	}
	VD_TRY(write_results(ctx, app, &r));
	VD_TRY(ledger_finish(ctx, tx, &effects, &n));
	return app_follow_ledger(ctx, app, &(struct app_follow){ .rules = w->policy }, effects, n);
}

static void
add_result(struct app_match_result *to, const struct app_match_result *from)
{
	to->looked_at += from->looked_at;
	to->booked += from->booked;
	to->proposed += from->proposed;
	to->unknown += from->unknown;
	to->ignored += from->ignored;
	to->booked_minor += from->booked_minor;
}

/* Debtors with very many open items may make a batch too large for its limits: then a smaller one,
 * from there on. */
static enum vd_status
one_batch(struct vd_context *ctx, struct app *app, struct match_work *w)
{
	for (;;) {
		VD_AUTO_ARENA arena = VD_ARENA(BATCH_MEMORY_MAX);
		struct vd_context own = { .arena = &arena };
		enum vd_status status = app_write(&own, app, batch_in_tx, w);

		if (status == VD_OK) return VD_OK;
		ctx->error = own.error;
		if ((status != VD_E_LIMIT && status != VD_E_NOMEM) || w->batch == 1) return status;
		w->batch = w->batch > 4 ? w->batch / 4 : 1;
	}
}

static enum vd_status
again_in_tx(struct vd_context *ctx, struct app *app, void *arg)
{
	(void)arg;
	return q_match_again(ctx, app->db, &(struct q_match_again_in){ app->administration.id }, NULL);
}

enum vd_status
app_match(struct vd_context *ctx, struct app *app, bool propose_only, bool again,
          struct app_match_result *result)
{
	struct app_setting_value *settings;
	struct policy_rules policy;
	struct match_work w = {
		.policy = &policy, .result = result, .batch = APP_MATCH_BATCH, .propose_only = propose_only
	};
	struct q_match_count_waiting_row waiting;
	struct vd_progress progress;
	enum vd_status status = VD_OK;

	*result = (struct app_match_result){ 0 };
	VD_TRY(app_settings_load(ctx, app, &settings));
	VD_TRY(app_policy_load(ctx, app, settings, &policy));
	w.rules = (struct match_rules){
		.threshold_bp = app_setting_i64(settings, "match_threshold_bp"),
		.tolerance_minor = app_setting_i64(settings, "tolerance"),
		.tolerance_bp = app_setting_i64(settings, "tolerance_bp"),
		.net_credits = app_setting_i64(settings, "net_credits") == 1,
		.settled_given = true,
		.several_debtors = true,
	};
	if (again) VD_TRY(app_write(ctx, app, again_in_tx, NULL));
	VD_TRY(q_match_count_waiting(ctx, app->db,
	                             &(struct q_match_count_waiting_in){ app->administration.id },
	                             &waiting));
	vd_progress_start(&progress, &app->log, "transactions", waiting.waiting);
	/* each turn takes at least one transaction out of the waiting ones, so this ends */
	for (int64_t left = waiting.waiting; left > 0; left -= w.here.looked_at) {
		if ((status = one_batch(ctx, app, &w)) != VD_OK || w.here.looked_at == 0) break;
		add_result(result, &w.here);
		vd_progress_step(&progress, result->looked_at);
	}
	vd_progress_end(&progress);
	return status;
}
