/* A debtor as a file gives him: checked and normalised at the border. */
#include "app/party_check.h"

#include "value/iban.h"
#include "value/identifier.h"

static enum vd_status
checked_iban(struct vd_context *own, struct vd_str in, struct vd_str *out)
{
	struct vd_iban iban;

	if (in.len == 0) return vd_str_dup(own, in, out);
	VD_TRY(vd_iban_parse(own, in, &iban));
	return vd_str_dup(own, vd_iban_str(&iban), out);
}

typedef enum vd_status (*parser)(struct vd_context *, struct vd_str, struct vd_str *);

static enum vd_status
checked(struct vd_context *own, parser parse, struct vd_str in, struct vd_str *out)
{
	if (in.len == 0) return vd_str_dup(own, in, out);
	return parse(own, in, out);
}

static enum vd_status
copy_plain(struct vd_context *own, const struct party_record_debtor *r, struct ledger_debtor *d)
{
	const struct {
		struct vd_str from, *to;
	} texts[] = {
		{ r->number, &d->number },     { r->name, &d->name },
		{ r->kind, &d->kind },         { r->street, &d->street },
		{ r->postcode, &d->postcode }, { r->city, &d->city },
		{ r->country, &d->country },   { r->language, &d->language },
		{ r->segment, &d->segment },   { r->risk, &d->risk },
		{ r->tone, &d->tone },         { r->owner, &d->owner },
		{ r->phone, &d->phone },       { r->contact_name, &d->contact_name },
		{ r->endpoint, &d->endpoint }, { r->account_ibans, &d->account_ibans },
	};

	for (size_t i = 0; i < VD_LENGTH(texts); i++)
		VD_TRY(vd_str_dup(own, texts[i].from, texts[i].to));
	return VD_OK;
}

enum vd_status
app_check_debtor(struct vd_context *own, const struct party_record_debtor *r,
                 struct ledger_debtor *d)
{
	*d = (struct ledger_debtor){
		.terms_days = r->terms_days >= 0 ? r->terms_days : VD_I64_NONE,
		.credit_limit_minor = r->credit_limit_minor >= 0 ? r->credit_limit_minor : VD_I64_NONE,
	};
	VD_TRY(copy_plain(own, r, d));
	VD_TRY(checked_iban(own, r->iban, &d->iban));
	VD_TRY(checked(own, vd_email_parse, r->email, &d->email));
	VD_TRY(checked(own, vd_email_parse, r->reminder_email, &d->reminder_email));
	VD_TRY(checked(own, vd_kvk_parse, r->kvk, &d->kvk));
	VD_TRY(checked(own, vd_oin_parse, r->oin, &d->oin));
	VD_TRY(checked(own, vd_vat_parse, r->vat_number, &d->vat_number));
	if (d->terms_days != VD_I64_NONE && d->terms_days > 365)
		return vd_fail(own, VD_E_INVALID, "debtor.terms", "terms_days",
		               "a term of %lld days is longer than a year", (long long)d->terms_days);
	/* the usual shape of exports: the segment says that the debtor is a consumer */
	if (vd_str_is_none(d->kind) && vd_str_eq_nocase(d->segment, VD_STR("consumer")))
		d->kind = VD_STR("consumer");
	return VD_OK;
}
