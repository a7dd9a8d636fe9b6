/* Money that comes back: which earlier booking this transaction takes back, so that its items open
 * again at their old due day (the ledger does that by reversing the allocations). */
#include "matching/work.h"

#define RETURN_DAYS_MAX 400 /* SEPA: 13 months for an unauthorised direct debit, and some days */

struct ground { /* why it may be this one, most telling first */
	const char *reason;
	int64_t certainty;
};
static const struct ground by_end_to_end = { "its end-to-end reference", 9900 };
static const struct ground by_batch = { "its batch and amount", 9500 };
static const struct ground by_text = { "its account, text and amount", 9500 };
static const struct ground by_account = { "its account and amount", 9200 };
static const struct ground by_account_unsaid = {
	"its account and amount, but the bank does not call it a return", 6000
};

static bool
is_given(struct vd_str id)
{
	return id.len > 0 && !vd_str_eq_nocase(id, VD_STR("NOTPROVIDED")) &&
	       !vd_str_eq_nocase(id, VD_STR("NONREF"));
}

static bool
equal_ids(struct vd_str a, struct vd_str b)
{
	return is_given(a) && vd_str_eq(a, b);
}

static bool
is_said(const struct match_transaction *x)
{
	return x->reversal || x->return_reason.len > 0;
}

static const struct ground *
ground_for(const struct match_transaction *x, const struct match_earlier *e)
{
	bool amount = e->amount_minor == -x->amount_minor;

	if (equal_ids(x->end_to_end, e->end_to_end)) return &by_end_to_end;
	if (!amount) return NULL;
	if (equal_ids(x->batch_id, e->batch_id)) return &by_batch;
	if (!equal_ids(x->counterparty_iban, e->counterparty_iban)) return NULL;
	if (!is_said(x)) return &by_account_unsaid;
	return x->remittance.len > 0 && vd_str_eq_nocase(x->remittance, e->reference_text)
	           ? &by_text
	           : &by_account;
}

static bool
in_time(const struct match_transaction *x, const struct match_earlier *e)
{
	int64_t days;

	if (vd_date_is_none(x->booked_on) || vd_date_is_none(e->booked_on)) return true;
	days = (int64_t)x->booked_on.day - e->booked_on.day;
	return days >= 0 && days <= RETURN_DAYS_MAX;
}

void
match_returns(struct match_work *w)
{
	for (size_t i = 0; i < w->earlier_count; i++) {
		const struct match_earlier *e = &w->earlier[i];
		const struct ground *g = NULL;
		struct match_hypothesis *h;

		if (e->transaction_id != w->x->id && (e->amount_minor < 0) != (w->x->amount_minor < 0) &&
		    in_time(w->x, e))
			g = ground_for(w->x, e);
		if (g == NULL || w->hypotheses_count == MATCH_HYPOTHESES_MAX) continue;
		h = &w->hypotheses[w->hypotheses_count++];
		*h = (struct match_hypothesis){
			.earlier = e,
			.earlier_reason = g->reason,
			.certainty = g->certainty,
		};
		/* with costs in it, or a part: the id is right, how to book the difference is a question */
		if (e->amount_minor != -w->x->amount_minor) h->capped = true;
		if (!is_said(w->x)) h->capped = h->capped || g != &by_end_to_end;
	}
}
