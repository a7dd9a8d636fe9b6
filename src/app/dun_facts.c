/* Facts for the dunning decision, fetched set-based and handed out per debtor. */
#include "app/dun_facts.h"

#include "ledger/ledger.h"
#include "q_debtor.h"

#define JOB          (-1)
#define HISTORY_DAYS 365

static enum vd_status
stage(struct vd_context *ctx, struct app *app, const int64_t *debtors, size_t n)
{
	struct q_stage_id_insert_in *rows;

	VD_TRY(q_stage_id_clear(ctx, app->db,
	                        &(struct q_stage_id_clear_in){ app->administration.id, JOB }, NULL));
	VD_NEW(ctx, rows, n);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct q_stage_id_insert_in){ app->administration.id, JOB, debtors[i] };
	return q_stage_id_insert(ctx, app->db, rows, n, NULL);
}

static enum policy_risk
risk_of(struct vd_str risk)
{
	if (vd_str_eq(risk, VD_STR("high"))) return POLICY_RISK_HIGH;
	return vd_str_eq(risk, VD_STR("low")) ? POLICY_RISK_LOW : POLICY_RISK_NORMAL;
}

static struct policy_debtor
debtor_of(const struct q_run_debtors_row *r)
{
	struct policy_debtor d = {
		.id = r->id,
		.number = r->number,
		.name = r->name,
		.segment = r->segment,
		.profile = r->profile,
		.owner = r->owner,
		.country = r->country,
		.consumer = vd_str_eq(r->kind, VD_STR("consumer")),
		.intercompany = vd_str_eq_nocase(r->segment, VD_STR("intercompany")),
		.key_account = vd_str_eq_nocase(r->segment, VD_STR("key_account")),
		.consent_given = r->consents > 0,
		.has_email = r->email.len > 0 || r->reminder_email.len > 0,
		.has_address = r->street.len > 0 && r->city.len > 0,
		.language = VD_LANG_NL,
		.risk = risk_of(r->risk),
		.late_invoices = r->late,
		.paid_invoices = r->paid,
		.reminded_before = r->messages,
	};

	if (!vd_language_parse(r->language, &d.language)) d.language = VD_LANG_NL;
	return d;
}

static enum policy_wait
wait_of(struct vd_str waiting)
{
	if (vd_str_eq(waiting, VD_STR("release"))) return POLICY_WAIT_RELEASE;
	if (vd_str_eq(waiting, VD_STR("sending"))) return POLICY_WAIT_SENDING;
	return vd_str_eq(waiting, VD_STR("task")) ? POLICY_WAIT_TASK : POLICY_FREE;
}

static struct policy_item
item_of(const struct q_run_items_row *r)
{
	return (struct policy_item){
		.id = r->item,
		.number = r->number,
		.profile = r->profile,
		.currency = ledger_currency_of(r->currency),
		.open_minor = r->open,
		.amount_minor = r->total,
		.effective_on = r->effective_on,
		.due_on = r->due_on,
		.sent_on = r->sent_on,
		.cycle = r->cycle != VD_I64_NONE ? r->cycle : 1,
		.last_rank = r->last_rank != VD_I64_NONE ? (int32_t)r->last_rank : INT32_MIN,
		.last_code = r->last_code,
		.last_done_on = r->last_done_on,
		.waiting = wait_of(r->waiting),
		.takeover_unknown = r->takeover_unknown == 1,
	};
}

/* Rows come debtor by debtor, in the order of the debtors. */
static enum vd_status
give_items(struct vd_context *ctx, const struct app *app, struct dun_debtor *debtors, size_t n,
           const struct q_run_items_row *rows, size_t count)
{
	size_t r = 0;

	for (size_t i = 0; i < n; i++) {
		struct dun_debtor *d = &debtors[i];
		size_t all = 0;

		while (r < count && rows[r].debtor < d->policy.id) r++;
		while (r + all < count && rows[r + all].debtor == d->policy.id) all++;
		d->cut = all > POLICY_ITEMS_MAX;
		d->items_count = d->cut ? POLICY_ITEMS_MAX : all;
		d->rows = &rows[r];
		VD_NEW(ctx, d->items, d->items_count);
		for (size_t k = 0; k < d->items_count; k++) {
			d->items[k] = item_of(&rows[r + k]);
			if (rows[r + k].due_on.day >= app->today.day) continue;
			d->policy.late_invoices += app->today.day - rows[r + k].due_on.day > 7;
			if (vd_currency_eq(d->items[k].currency, app->administration.currency))
				d->policy.overdue_minor += rows[r + k].open;
		}
		r += all;
	}
	return VD_OK;
}

/* Money on the debtor's account, and money that is proposed to be his: both cover his oldest items.
 */
static enum vd_status
give_credits(struct vd_context *ctx, struct dun_debtor *debtors, size_t n,
             const struct q_run_credits_row *rows, size_t count,
             const struct q_run_proposed_row *proposed, size_t proposed_count)
{
	size_t r = 0, q = 0;

	for (size_t i = 0; i < n; i++) {
		struct dun_debtor *d = &debtors[i];
		size_t first, first_proposed, own;

		while (r < count && rows[r].debtor < d->policy.id) r++;
		for (first = r; r < count && rows[r].debtor == d->policy.id; r++) d->credits_count++;
		own = d->credits_count;
		while (q < proposed_count && proposed[q].debtor < d->policy.id) q++;
		for (first_proposed = q; q < proposed_count && proposed[q].debtor == d->policy.id; q++)
			d->credits_count++;
		VD_NEW(ctx, d->credits, d->credits_count);
		for (size_t k = own; k < d->credits_count; k++) {
			const struct q_run_proposed_row *p = &proposed[first_proposed + k - own];

			/* not an item yet: the negative of the transaction's id */
			d->credits[k] = (struct policy_credit){
				-p->transaction,
				ledger_currency_of(p->currency),
				p->amount,
				p->booked_on,
			};
		}
		for (size_t k = 0; k < own; k++)
			d->credits[k] = (struct policy_credit){
				rows[first + k].item,
				ledger_currency_of(rows[first + k].currency),
				rows[first + k].open,
				rows[first + k].effective_on,
			};
	}
	return VD_OK;
}

static enum vd_status
give_holds(struct vd_context *ctx, struct dun_debtor *debtors, size_t n,
           const struct q_run_holds_row *rows, size_t count)
{
	for (size_t i = 0; i < n; i++) {
		struct dun_debtor *d = &debtors[i];

		VD_NEW(ctx, d->holds, count);
		for (size_t k = 0; k < count; k++) {
			const struct q_run_holds_row *h = &rows[k];
			bool all = vd_str_eq(h->scope, VD_STR("administration"));

			if (!all && h->debtor != d->policy.id) continue;
			d->holds[d->holds_count++] = (struct policy_hold){
				.id = h->id,
				.scope = all                                   ? POLICY_HOLD_ADMINISTRATION
				         : vd_str_eq(h->scope, VD_STR("item")) ? POLICY_HOLD_ITEM
				                                               : POLICY_HOLD_DEBTOR,
				.item_id = h->item,
				.amount_minor = h->held,
				.reason = h->reason,
				.owner = h->owner,
				.from_on = h->from_on,
				.until_on = h->until_on,
			};
		}
	}
	return VD_OK;
}

enum vd_status
dun_facts_load(struct vd_context *ctx, struct app *app, const struct app_setting_value *settings,
               const int64_t *ids, size_t n, struct dun_debtor **out, size_t *count)
{
	int64_t administration = app->administration.id;
	struct q_run_debtors_row *debtors;
	struct q_run_items_row *items;
	struct q_run_credits_row *credits;
	struct q_run_proposed_row *proposed;
	struct q_run_holds_row *holds;
	size_t items_count, credits_count, proposed_count, holds_count;

	VD_TRY(stage(ctx, app, ids, n));
	VD_TRY(q_run_debtors(ctx, app->db,
	                     &(struct q_run_debtors_in){ administration, JOB,
	                                                 vd_date_add_days(app->today, -HISTORY_DAYS),
	                                                 app_setting_i64(settings, "late_days") },
	                     &debtors, count));
	VD_TRY(q_run_items(ctx, app->db, &(struct q_run_items_in){ administration, JOB }, &items,
	                   &items_count));
	VD_TRY(q_run_credits(ctx, app->db, &(struct q_run_credits_in){ administration, JOB }, &credits,
	                     &credits_count));
	VD_TRY(q_run_proposed(ctx, app->db, &(struct q_run_proposed_in){ administration, JOB },
	                      &proposed, &proposed_count));
	VD_TRY(q_run_holds(ctx, app->db, &(struct q_run_holds_in){ administration, JOB }, &holds,
	                   &holds_count));
	VD_TRY(
	    q_stage_id_clear(ctx, app->db, &(struct q_stage_id_clear_in){ administration, JOB }, NULL));
	VD_NEW(ctx, *out, *count);
	for (size_t i = 0; i < *count; i++) {
		(*out)[i].policy = debtor_of(&debtors[i]);
		(*out)[i].row = &debtors[i];
		(*out)[i].last_message_on = debtors[i].last_message_on;
	}
	VD_TRY(give_items(ctx, app, *out, *count, items, items_count));
	VD_TRY(give_credits(ctx, *out, *count, credits, credits_count, proposed, proposed_count));
	return give_holds(ctx, *out, *count, holds, holds_count);
}
