#ifndef VD_TESTS_PARTY_LOG_H
#define VD_TESTS_PARTY_LOG_H
/* A sink that writes every record, rejection and warning as one line of text, so that a test can
 * compare whole results, and results of the same file in blocks of other sizes. */
#include "base/buf.h"
#include "intake/party.h"

struct party_log {
	struct vd_buf text;
	int debtors, invoices, rejected, warnings;
	int64_t gross, open; /* sums, credit notes negative */
	bool quiet;          /* count only */
};

static inline void
log_text(struct vd_buf *b, const char *name, struct vd_str s)
{
	if (!vd_str_is_none(s)) vd_buf_addf(b, " %s=%.*s", name, VD_FMT(s));
}

static inline void
log_date(struct vd_buf *b, const char *name, struct vd_date d)
{
	char text[VD_DATE_TEXT];

	vd_date_format(d, text);
	if (!vd_date_is_none(d)) vd_buf_addf(b, " %s=%s", name, text);
}

static inline void
log_debtor_fields(struct vd_buf *b, const struct party_record_debtor *d)
{
	log_text(b, "debtor", d->number);
	log_text(b, "name", d->name);
	log_text(b, "street", d->street);
	log_text(b, "postcode", d->postcode);
	log_text(b, "city", d->city);
	log_text(b, "country", d->country);
	log_text(b, "iban", d->iban);
	log_text(b, "email", d->email);
	log_text(b, "reminder_email", d->reminder_email);
	log_text(b, "phone", d->phone);
	log_text(b, "contact", d->contact_name);
	log_text(b, "language", d->language);
	log_text(b, "segment", d->segment);
	log_text(b, "risk", d->risk);
	log_text(b, "kind", d->kind);
	log_text(b, "tone", d->tone);
	log_text(b, "owner", d->owner);
	log_text(b, "kvk", d->kvk);
	log_text(b, "oin", d->oin);
	log_text(b, "vat_number", d->vat_number);
	log_text(b, "endpoint", d->endpoint);
	log_text(b, "assigned", d->assigned);
	log_text(b, "accounts", d->account_ibans);
	if (d->terms_days >= 0) vd_buf_addf(b, " terms=%lld", (long long)d->terms_days);
	if (d->credit_limit_minor >= 0) vd_buf_addf(b, " limit=%lld", (long long)d->credit_limit_minor);
}

static inline enum vd_status
log_debtor(void *user, struct vd_context *ctx, const struct party_record_debtor *d)
{
	struct party_log *l = user;

	(void)ctx;
	l->debtors++;
	if (l->quiet) return VD_OK;
	vd_buf_addf(&l->text, "%lld debtor", (long long)d->place.line);
	log_debtor_fields(&l->text, d);
	vd_buf_add_c(&l->text, "\n");
	return VD_OK;
}

static inline enum vd_status
log_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	struct party_log *l = user;
	struct vd_buf *b = &l->text;
	int64_t open = v->open_minor < 0 ? v->gross_minor : v->open_minor;

	(void)ctx;
	l->invoices++;
	l->gross += v->type == PARTY_CREDIT_NOTE ? -v->gross_minor : v->gross_minor;
	l->open += v->type == PARTY_CREDIT_NOTE ? -open : open;
	if (l->quiet) return VD_OK;
	vd_buf_addf(b, "%lld %s %.*s", (long long)v->place.line,
	            v->payment                 ? "payment"
	            : v->type == PARTY_INVOICE ? "invoice"
	                                       : "credit",
	            VD_FMT(v->number));
	if (v->due_line != 1) vd_buf_addf(b, "/%lld", (long long)v->due_line);
	vd_buf_addf(b, " gross=%lld", (long long)v->gross_minor);
	if (v->open_minor >= 0) vd_buf_addf(b, " open=%lld", (long long)v->open_minor);
	if (v->has_net_vat)
		vd_buf_addf(b, " net=%lld vat=%lld", (long long)v->net_minor, (long long)v->vat_minor);
	log_text(b, "currency",
	         v->currency.code[0] != '\0' ? vd_currency_str(&v->currency) : VD_STR_NONE);
	log_date(b, "issued", v->issued_on);
	log_date(b, "due", v->due_on);
	log_date(b, "sent", v->sent_on);
	log_date(b, "delivered", v->delivered_on);
	log_text(b, "description", v->description);
	log_text(b, "reference", v->reference);
	log_text(b, "order", v->order_ref);
	log_text(b, "terms_text", v->terms_text);
	if (v->terms_days >= 0) vd_buf_addf(b, " terms=%lld", (long long)v->terms_days);
	log_text(b, "last_step", v->last_step);
	log_date(b, "last_step_on", v->last_step_on);
	log_text(b, "preceding", v->preceding);
	log_text(b, "payee", v->payee_iban);
	if (v->direct_debit) vd_buf_add_c(b, " direct_debit");
	log_text(b, "mandate", v->mandate);
	log_text(b, "seller", v->seller_name);
	log_text(b, "seller_kvk", v->seller_kvk);
	log_text(b, "seller_vat", v->seller_vat_number);
	for (size_t i = 0; i < v->attachments_count; i++)
		vd_buf_addf(b, " file=%.*s:%.*s:%zu", VD_FMT(v->attachments[i].name),
		            VD_FMT(v->attachments[i].media_type), v->attachments[i].bytes.len);
	vd_buf_add_c(b, " |");
	log_debtor_fields(b, &v->debtor);
	vd_buf_add_c(b, "\n");
	return VD_OK;
}

static inline enum vd_status
log_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	struct party_log *l = user;

	(void)ctx;
	l->rejected++;
	if (l->quiet) return VD_OK;
	vd_buf_addf(&l->text, "%lld rejected", (long long)r->place.line);
	log_text(&l->text, "key", r->key);
	log_text(&l->text, "at", r->place.path);
	vd_buf_addf(&l->text, ": %.*s\n", VD_FMT(r->message));
	return VD_OK;
}

static inline enum vd_status
log_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	struct party_log *l = user;

	(void)ctx;
	l->warnings++;
	if (!l->quiet)
		vd_buf_addf(&l->text, "%lld warning: %.*s\n", (long long)place.line, VD_FMT(message));
	return VD_OK;
}

static inline struct party_sink
party_log_sink(struct party_log *l)
{
	return (struct party_sink){ l, log_debtor, log_invoice, log_rejected, log_warning };
}
#endif
