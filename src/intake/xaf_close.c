/* The end of an auditfile: which accounts are the debtors', what is open on them, and whether it
 * adds up. */
#include "base/buf.h"
#include "intake/xaf_book.h"

#include <string.h>

#define CONTROLS_MAX 32

struct closing {
	struct xaf_book *b;
	uint32_t controls[CONTROLS_MAX]; /* accounts, in the file's order */
	size_t controls_count;
	bool by_subledger;  /* ledger lines name no debtor: the sub-ledger's lines are the items */
	bool opening_known; /* per debtor, one way or the other */
	int64_t lone_lines, lone_minor, opening_minor, control_minor;
	int64_t found_minor; /* sum of open items, rejected ones included */
	int64_t strangers;   /* items of relations that the file does not list */
};

static enum vd_status
sunk(struct xaf_book *b, enum vd_status st)
{
	if (st != VD_OK) b->own->error = b->outer->error;
	return st;
}

static const char *
money_text(const struct xaf_book *b, int64_t minor, char out[VD_MONEY_TEXT])
{
	struct vd_currency currency = b->info.currency.code[0] != '\0' ? b->info.currency : VD_EUR;

	vd_money_format((struct vd_money){ minor, currency }, out);
	return out;
}

/* --- control accounts ------------------------------------------------------------------------- */

/* All accounts that pass a test become control accounts; true when there is one. */
static bool
choose(struct xaf_book *b, bool (*passes)(const struct xaf_account *))
{
	bool any = false;

	for (uint32_t i = 0; i < b->accounts_names.count; i++) {
		b->accounts[i].control = passes(&b->accounts[i]);
		any = any || b->accounts[i].control;
	}
	return any;
}

static bool
by_rgs(const struct xaf_account *a)
{
	return a->rgs;
}

static bool
by_offset(const struct xaf_account *a)
{
	return a->offset && a->relation_lines > 0;
}

static bool
by_name(const struct xaf_account *a)
{
	return a->named;
}

static enum vd_status
choose_stated(struct xaf_book *b)
{
	struct vd_str rest = b->options.control_accounts, one;

	while (vd_str_cut(&rest, ',', &one)) {
		bool found = false;

		for (uint32_t i = 0; i < b->accounts_names.count && !found; i++) {
			found = vd_str_eq(b->accounts_names.names[i], vd_str_trim(one));
			if (found) b->accounts[i].control = true;
		}
		if (!found)
			return vd_fail(b->own, VD_E_INVALID, "xaf.no_control_account", "control_accounts",
			               "The file has no account \"%.*s\".", VD_FMT(vd_str_sub(one, 0, 60)));
	}
	return VD_OK;
}

/* None was found: names the accounts that could be meant. */
static enum vd_status
ask_for_account(struct xaf_book *b)
{
	struct vd_buf list = VD_BUF(b->own, 4096);
	int named = 0;

	for (uint32_t i = 0; i < b->accounts_names.count && named < 6; i++) {
		const struct xaf_account *a = &b->accounts[i];

		if (a->relation_lines == 0) continue;
		vd_buf_addf(&list, "%s%.*s %.*s (lines: %lld)", named > 0 ? ", " : "",
		            VD_FMT(vd_str_sub(b->accounts_names.names[i], 0, 20)),
		            VD_FMT(vd_str_sub(a->name, 0, 30)), (long long)a->relation_lines);
		named++;
	}
	if (named == 0) return VD_OK; /* no line names a relation: there is nothing to derive */
	return vd_fail(
	    b->own, VD_E_INVALID, "xaf.no_control_account", "control_accounts",
	    "Which account is the debtors'? No RGS code, sales journal or name tells it. State it; it may be one of: "
	    "%.*s.",
	    VD_FMT(vd_buf_str(&list)));
}

static enum vd_status
list_controls(struct closing *c)
{
	struct xaf_book *b = c->b;
	struct vd_buf list = VD_BUF(b->own, 16 * 1024);

	for (uint32_t i = 0; i < b->accounts_names.count; i++) {
		const struct xaf_account *a = &b->accounts[i];

		if (!a->control) continue;
		if (c->controls_count == CONTROLS_MAX)
			return vd_fail(
			    b->own, VD_E_LIMIT, "xaf.too_many_accounts", "control_accounts",
			    "More than %d accounts are debtors' by their RGS code. State the ones that are meant.",
			    CONTROLS_MAX);
		c->controls[c->controls_count++] = i;
		if (list.len > 0) vd_buf_add_c(&list, ", ");
		vd_buf_add(&list, b->accounts_names.names[i]);
		c->lone_lines += a->lone_lines;
		VD_TRY(vd_minor_add(b->own, c->lone_minor, a->lone_minor, &c->lone_minor));
		VD_TRY(vd_minor_add(b->own, c->opening_minor, a->opening_minor, &c->opening_minor));
		VD_TRY(vd_minor_add(b->own, c->control_minor, a->sum_minor, &c->control_minor));
	}
	b->info.control_minor = c->control_minor;
	return vd_buf_finish(b->own, &list, &b->info.control_accounts);
}

static enum vd_status
choose_controls(struct closing *c)
{
	struct xaf_book *b = c->b;
	int64_t lines = 0;

	if (b->options.control_accounts.len > 0) VD_TRY(choose_stated(b));
	else if (!choose(b, by_rgs) && !choose(b, by_offset) && !choose(b, by_name))
		VD_TRY(ask_for_account(b));
	VD_TRY(list_controls(c));
	for (size_t i = 0; i < c->controls_count; i++)
		lines += b->accounts[c->controls[i]].relation_lines;
	c->by_subledger = lines == 0 && b->subledger_lines > 0;
	return VD_OK;
}

/* --- one item per debtor and reference -------------------------------------------------------- */

static bool
is_used(const struct closing *c, const struct xaf_item *item)
{
	if (item->account == XAF_OPENING) return true;
	if (item->account == XAF_SUBLEDGER) return c->by_subledger;
	return !c->by_subledger && c->b->accounts[item->account].control;
}

/* The item that others of the same debtor and reference are added to. */
static struct xaf_item *
main_item(const struct closing *c, const struct xaf_item *item)
{
	struct xaf_item *found = NULL;

	for (size_t i = 0; i < c->controls_count && found == NULL && !c->by_subledger; i++)
		found = xaf_item_find(&c->b->items, c->controls[i], item->debtor, item->ref);
	if (found == NULL && c->by_subledger)
		found = xaf_item_find(&c->b->items, XAF_SUBLEDGER, item->debtor, item->ref);
	return found != NULL ? found
	                     : xaf_item_find(&c->b->items, XAF_OPENING, item->debtor, item->ref);
}

static enum vd_status
merge(struct xaf_book *b, struct xaf_item *into, struct xaf_item *from)
{
	from->merged = true;
	VD_TRY(xaf_item_add(b->own, into, from->debit));
	VD_TRY(xaf_item_add(b->own, into, -from->credit));
	if (!vd_date_is_none(from->issued) &&
	    (from->account == XAF_OPENING || vd_date_is_none(into->issued)))
		into->issued = from->issued;
	if (vd_date_is_none(into->due)) into->due = from->due;
	if (vd_str_is_none(into->description)) into->description = from->description;
	into->sales_credit = into->sales_credit || from->sales_credit;
	into->sales_debit = into->sales_debit || from->sales_debit;
	into->bad = into->bad || from->bad;
	return VD_OK;
}

/* Opening lines and several control accounts come together; the sub-ledger tells days. */
static enum vd_status
merge_all(struct closing *c)
{
	struct xaf_items *t = &c->b->items;

	for (uint32_t i = 0; i < t->count; i++) {
		struct xaf_item *item = xaf_item_at(t, i), *first;

		if (item->account == XAF_SUBLEDGER && !c->by_subledger) {
			first = main_item(c, item);
			if (first == NULL) continue;
			if (!vd_date_is_none(item->due)) first->due = item->due;
			first->sales_credit = first->sales_credit || item->sales_credit;
			if (!vd_date_is_none(item->issued) && item->sales_debit) first->issued = item->issued;
			continue;
		}
		if (!is_used(c, item) || item->opening) continue;
		first = main_item(c, item);
		if (first != NULL && first != item) VD_TRY(merge(c->b, first, item));
	}
	return VD_OK;
}

/* --- the opening ------------------------------------------------------------------------------ */

static enum vd_status
open_relation(struct closing *c, uint32_t relation)
{
	struct xaf_book *b = c->b;
	struct xaf_item *item;
	struct vd_str ref;

	VD_TRY(vd_str_printf(b->own, &ref, "BEGINBALANS-%.*s-%.*s", VD_FMT(b->info.fiscal_year),
	                     VD_FMT(b->relations_names.names[relation])));
	VD_TRY(xaf_item_get(b->own, &b->items, XAF_OPENING, relation, ref, &item));
	item->opening = true;
	item->issued = b->info.from;
	item->line = 1;
	item->sales_credit = true; /* a balance below zero is no receipt of this year */
	VD_TRY(
	    vd_str_printf(b->own, &item->description, "Beginbalans %.*s", VD_FMT(b->info.fiscal_year)));
	return xaf_item_add(b->own, item, b->relations[relation].opening_minor);
}

/* Opening amounts per debtor, when there are no opening lines. */
static enum vd_status
open_relations(struct closing *c)
{
	struct xaf_book *b = c->b;

	c->opening_known = b->opening_lines;
	for (uint32_t i = 0; i < b->relations_names.count && !b->opening_lines; i++) {
		if (!b->relations[i].has_opening || b->relations[i].opening_minor == 0) continue;
		c->opening_known = true;
		VD_TRY(open_relation(c, i));
	}
	return VD_OK;
}

/* A receipt for an invoice that is not in the file paid something of the opening. */
static enum vd_status
settle_openings(struct closing *c)
{
	struct xaf_book *b = c->b;

	for (uint32_t i = 0; i < b->items.count; i++) {
		struct xaf_item *item = xaf_item_at(&b->items, i), *opening;
		int64_t left, pays;
		struct vd_str ref;

		if (!is_used(c, item) || item->merged || item->opening || item->debit > 0 ||
		    item->sales_credit)
			continue;
		if (!b->relations[item->debtor].has_opening) continue;
		VD_TRY(vd_str_printf(b->own, &ref, "BEGINBALANS-%.*s-%.*s", VD_FMT(b->info.fiscal_year),
		                     VD_FMT(b->relations_names.names[item->debtor])));
		opening = xaf_item_find(&b->items, XAF_OPENING, item->debtor, ref);
		if (opening == NULL || (left = opening->debit - opening->credit) <= 0) continue;
		pays = item->credit < left ? item->credit : left;
		opening->credit += pays;
		item->debit += pays;
	}
	return VD_OK;
}

/* --- giving ----------------------------------------------------------------------------------- */

/* A relation that was no customer by its type, but has an open item. */
static enum vd_status
give_relation(struct closing *c, uint32_t relation)
{
	struct xaf_relation *r = &c->b->relations[relation];

	if (r->given) return VD_OK;
	r->given = true;
	if (r->kept == NULL) {
		c->strangers++;
		return VD_OK;
	}
	if (vd_str_is_none(r->kept->name)) r->kept->name = r->kept->number;
	c->b->info.debtors++;
	return sunk(c->b, c->b->sink.debtor(c->b->sink.user, c->b->outer, r->kept));
}

static enum vd_status
reject_item(struct closing *c, const struct xaf_item *item)
{
	struct xaf_book *b = c->b;
	struct intake_rejection r = { .place = { .line = item->line }, .key = item->ref };

	r.message = VD_STR(
	    "a ledger line of this item cannot be read (amount, or a reference that is too long): its open "
	    "amount is not certain");
	return sunk(b, b->sink.rejected(b->sink.user, b->outer, &r));
}

static enum vd_status
give_item(struct closing *c, const struct xaf_item *item)
{
	struct xaf_book *b = c->b;
	int64_t open = item->debit - item->credit;
	struct party_record_invoice v = {
		.place = { .line = item->line },
		.number = item->ref,
		.due_line = 1,
		.issued_on = item->issued,
		.due_on = item->due,
		.currency = b->info.currency,
		.description = item->description,
		.terms_days = -1,
		.sent_on = VD_DATE_NONE,
		.delivered_on = VD_DATE_NONE,
		.last_step_on = VD_DATE_NONE,
		.debtor = { .number = b->relations_names.names[item->debtor],
		            .terms_days = -1,
		            .credit_limit_minor = -1 },
	};

	v.type = open > 0 ? PARTY_INVOICE : PARTY_CREDIT_NOTE;
	v.payment = open < 0 && !item->sales_credit;
	v.gross_minor = open > 0 ? item->debit : item->credit;
	v.open_minor = open > 0 ? open : -open;
	VD_TRY(give_relation(c, item->debtor));
	if (item->bad) return reject_item(c, item);
	b->info.items++;
	VD_TRY(vd_minor_add(b->own, b->info.open_minor, open, &b->info.open_minor));
	return sunk(b, b->sink.invoice(b->sink.user, b->outer, &v));
}

static enum vd_status
give_items(struct closing *c)
{
	struct xaf_book *b = c->b;

	for (uint32_t i = 0; i < b->items.count; i++) {
		const struct xaf_item *item = xaf_item_at(&b->items, i);
		int64_t open = item->debit - item->credit;

		if (!is_used(c, item) || item->merged || (open == 0 && !item->bad)) continue;
		VD_TRY(vd_minor_add(b->own, c->found_minor, open, &c->found_minor));
		VD_TRY(vd_minor_add(b->own, b->relations[item->debtor].open_minor, open,
		                    &b->relations[item->debtor].open_minor));
		VD_TRY(give_item(c, item));
	}
	return VD_OK;
}

/* --- checks ----------------------------------------------------------------------------------- */

static enum vd_status
check_control(struct closing *c)
{
	struct xaf_book *b = c->b;
	char found[VD_MONEY_TEXT], control[VD_MONEY_TEXT], lone[VD_MONEY_TEXT], opening[VD_MONEY_TEXT];
	struct vd_str message;

	if (c->controls_count == 0 || c->found_minor == c->control_minor) return VD_OK;
	VD_TRY(
	    vd_str_printf(b->own, &message,
	                  "The open items add up to %s, the control account to %s. Lines that name no "
	                  "debtor: %lld, together %s. Opening of the account: %s%s.",
	                  money_text(b, c->found_minor, found),
	                  money_text(b, c->control_minor, control), (long long)c->lone_lines,
	                  money_text(b, c->lone_minor, lone), money_text(b, c->opening_minor, opening),
	                  c->opening_known || c->opening_minor == 0
	                      ? ""
	                      : ", which is not told per debtor: import a list of open items for it"));
	return xaf_warn(b, 1, message);
}

static enum vd_status
check_closings(struct closing *c)
{
	struct xaf_book *b = c->b;
	struct vd_str message, first = VD_STR_NONE;
	int64_t differ = 0;

	for (uint32_t i = 0; i < b->relations_names.count; i++) {
		if (!b->relations[i].has_closing ||
		    b->relations[i].closing_minor == b->relations[i].open_minor)
			continue;
		if (differ++ == 0) first = b->relations_names.names[i];
	}
	if (differ == 0) return VD_OK;
	VD_TRY(vd_str_printf(
	    b->own, &message,
	    "Debtors whose closing amount in the file is not the sum of their open items: %lld, the "
	    "first is \"%.*s\".",
	    (long long)differ, VD_FMT(vd_str_sub(first, 0, 60))));
	return xaf_warn(b, 1, message);
}

/* A count of something that makes the result less certain. */
static enum vd_status
warn_count(struct xaf_book *b, int64_t count, const char *what)
{
	struct vd_str message;

	if (count == 0) return VD_OK;
	VD_TRY(vd_str_printf(b->own, &message, "%lld %s", (long long)count, what));
	return xaf_warn(b, 1, message);
}

static enum vd_status
check_all(struct closing *c)
{
	struct xaf_book *b = c->b;

	VD_TRY(check_control(c));
	VD_TRY(check_closings(c));
	VD_TRY(warn_count(b, b->bad_lines, "lines could not be read and are not in the sums."));
	VD_TRY(warn_count(b, b->foreign_lines,
	                  "debtor lines are in a foreign currency; the amounts given are the "
	                  "bookkeeping's own."));
	VD_TRY(
	    warn_count(b, c->strangers, "debtors with open items are not among the file's relations."));
	if (c->by_subledger)
		VD_TRY(xaf_warn(
		    b, 1,
		    VD_STR("The ledger lines name no debtors; the items are those of the sub-ledger.")));
	if (b->info.items == 0)
		VD_TRY(xaf_warn(b, 1, VD_STR("No open items were found in this auditfile.")));
	return VD_OK;
}

enum vd_status
xaf_close(struct xaf_book *b)
{
	struct closing c = { .b = b };

	VD_TRY(vd_str_dup(b->own, xaf_field(b, XF_COMPANY), &b->info.company));
	VD_TRY(choose_controls(&c));
	VD_TRY(open_relations(&c));
	VD_TRY(merge_all(&c));
	VD_TRY(settle_openings(&c));
	VD_TRY(give_items(&c));
	return check_all(&c);
}
