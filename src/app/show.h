#ifndef APP_SHOW_H
#define APP_SHOW_H
/* One thing, whole: an invoice or credit note, a debtor. Texts live in ctx->arena. Lists are cut at
 * APP_SHOW_MAX. */
#include "app/app.h"

#define APP_SHOW_MAX      1000
#define APP_SHOW_MESSAGES 20

struct app_show_allocation {
	int64_t id, transaction;
	struct vd_moment recorded_at;
	struct vd_str actor, source, reasons;
	struct vd_str other, bank; /* number or kind of the other side; the bank's reference */
	struct vd_money amount;    /* negative: taken back */
	struct vd_date effective_on;
	int64_t certainty_bp;
};
struct app_show_step {
	int64_t cycle;
	struct vd_str code, outcome, actor, reason;
	struct vd_date done_on;
};
struct app_show_line { /* a due line, or a correction of the invoice */
	struct vd_str label, kind;
	bool credit;
	struct vd_money total, open;
	struct vd_date effective_on, due_on, settled_on;
	bool dunned; /* what follows is there */
	struct vd_str last_step, waiting;
	struct vd_date last_done_on, next_action_on;
	struct app_show_allocation *allocations;
	struct app_show_step *steps;
	size_t allocations_count, steps_count;
};
struct app_show_document {
	struct vd_str kind, name, media_type;
	struct vd_moment added_at;
};
struct app_show_item {
	struct vd_str number, kind, debtor_number, debtor_name, description, reference, order_ref;
	struct vd_str preceding, source, currency;
	struct vd_date issued_on, sent_on, delivered_on;
	struct vd_money net, vat; /* minor VD_I64_NONE: not known */
	struct app_show_line *lines;
	struct app_show_document *documents;
	size_t lines_count, documents_count;
};
VD_CHECKED enum vd_status app_show_item(struct vd_context *, struct app *, struct vd_str number,
                                        struct app_show_item *out);

struct app_show_open {
	struct vd_str label, kind, last_step, bank;
	bool credit;
	struct vd_money total, open;
	struct vd_date issued_on, due_on, next_action_on;
};
struct app_show_debtor {
	struct vd_str number, name, kind, street, postcode, city, country, language, segment, profile;
	struct vd_str risk, tone, owner, kvk, vat_number, iban, contact_name, email, phone;
	struct vd_str reminder_email;
	int64_t terms_days, credit_limit_minor; /* or VD_I64_NONE */
	struct {
		struct vd_str iban, source;
	} * accounts;
	struct {
		struct vd_money owed, unallocated, balance;
		struct vd_date oldest_due_on;
	} * balances;
	struct app_show_open *open;
	struct {
		int64_t id;
		struct vd_str scope, item, reason, owner;
		struct vd_date from_on, until_on;
		struct vd_money held;
	} * holds;
	struct {
		int64_t id;
		struct vd_str kind, owner, reason;
		struct vd_date due_on;
		struct vd_money asked;
	} * tasks;
	struct {
		int64_t id;
		struct vd_str channel, template, recipient, state;
		struct vd_date day;
		struct vd_moment sent_at;
		struct vd_money asked;
	} * messages;
	size_t accounts_count, balances_count, open_count, holds_count, tasks_count, messages_count;
};
VD_CHECKED enum vd_status app_show_debtor(struct vd_context *, struct app *, struct vd_str number,
                                          struct app_show_debtor *out);
#endif
