/* Reads one UBL document element by element. What an element means is told by its path below the
 * root, by local names: one table for the document, one for a party. */
#include "intake/ubl.h"

#include "intake/base64.h"
#include "intake/ubl_document.h"
#include "intake/xml.h"

#include <stddef.h>
#include <string.h>

#define TEXTS_MEMORY ((size_t)8 * 1024 * 1024)
#define PATH_MAX_LEN 512

struct ubl_reader {
	struct vd_arena arena;
	struct vd_context own;
	struct vd_context *outer; /* of the call that is going on */
	struct ubl_options options;
	struct party_sink sink;
	struct intake_xml *xml;
	struct ubl_document *doc;
	struct vd_arena_mark mark; /* before the document */
	int root_depth;            /* of Invoice or CreditNote; 0 outside */
	int skip_depth;            /* the element whose inside means nothing to us; 0 = none */
	bool found;                /* a document was read */
	char path[PATH_MAX_LEN];   /* below the root: "AccountingCustomerParty/Party/PartyName/Name" */
	size_t path_len, path_at[INTAKE_XML_DEPTH_MAX + 1];
	struct vd_str attribute; /* schemeID or currencyID of the element that is open */
	struct ubl_terms terms;  /* of the group that is open */
	struct vd_str means, document_id;
	struct party_record_attachment attachment;
	struct base64 decoder;
	bool decoding;
};

/* --- where texts go --------------------------------------------------------------------------- */

struct target {
	const char *path;
	size_t text, attribute; /* offsets of struct vd_str; attribute 0 = not wanted */
};
#define DOC(p, field)                              \
	{                                              \
		p, offsetof(struct ubl_document, field), 0 \
	}
#define PARTY(p, field)                         \
	{                                           \
		p, offsetof(struct ubl_party, field), 0 \
	}
#define PARTY_AND(p, field, at)                                              \
	{                                                                        \
		p, offsetof(struct ubl_party, field), offsetof(struct ubl_party, at) \
	}

static const struct target document_targets[] = {
	DOC("ID", id),
	DOC("IssueDate", issued),
	DOC("DueDate", due),
	DOC("InvoiceTypeCode", type),
	DOC("CreditNoteTypeCode", type),
	DOC("Note", note),
	DOC("DocumentCurrencyCode", currency),
	DOC("BuyerReference", buyer_reference),
	DOC("OrderReference/ID", order),
	DOC("BillingReference/InvoiceDocumentReference/ID", preceding),
	DOC("Delivery/ActualDeliveryDate", delivered),
	DOC("LegalMonetaryTotal/TaxExclusiveAmount", net),
	DOC("LegalMonetaryTotal/TaxInclusiveAmount", with_vat),
	{ "LegalMonetaryTotal/PayableAmount", offsetof(struct ubl_document, payable),
	  offsetof(struct ubl_document, payable_currency) },
	DOC("PaymentMeans/PaymentDueDate", means_due),
	DOC("PaymentMeans/PaymentID", reference),
	DOC("PaymentMeans/PayeeFinancialAccount/ID", payee_account),
	DOC("PaymentMeans/PaymentMandate/ID", mandate),
};

static const struct target party_targets[] = {
	PARTY("SupplierAssignedAccountID", account),
	PARTY_AND("Party/EndpointID", endpoint, endpoint_scheme),
	PARTY("Party/PartyName/Name", name),
	PARTY("Party/PartyLegalEntity/RegistrationName", legal_name),
	PARTY_AND("Party/PartyLegalEntity/CompanyID", legal_id, legal_scheme),
	PARTY("Party/PostalAddress/StreetName", street),
	PARTY("Party/PostalAddress/AdditionalStreetName", street_more),
	PARTY("Party/PostalAddress/BuildingNumber", building),
	PARTY("Party/PostalAddress/AddressLine/Line", line),
	PARTY("Party/PostalAddress/CityName", city),
	PARTY("Party/PostalAddress/PostalZone", postcode),
	PARTY("Party/PostalAddress/Country/IdentificationCode", country),
	PARTY("Party/PartyTaxScheme/CompanyID", tax_id),
	PARTY("Party/PartyTaxScheme/TaxScheme/ID", tax_scheme),
	PARTY("Party/Contact/Name", contact),
	PARTY("Party/Contact/Telephone", phone),
	PARTY("Party/Contact/ElectronicMail", email),
	PARTY("Party/Person/FamilyName", person),
};

/* Text of an element in the reader's memory: runs of blanks become one; empty becomes NONE. */
static enum vd_status
keep_text(struct ubl_reader *r, struct vd_str text, struct vd_str *out)
{
	char *copy;
	size_t n = 0;

	*out = VD_STR_NONE;
	text = vd_str_trim(text);
	if (text.len == 0) return VD_OK;
	VD_NEW(&r->own, copy, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (!vd_is_blank(text.ptr[i]) || !vd_is_blank(text.ptr[i + 1]))
			copy[n++] = vd_is_blank(text.ptr[i]) ? ' ' : text.ptr[i];
	*out = (struct vd_str){ copy, n };
	return VD_OK;
}

/* The first text for a target is kept; the path names it. *taken: it was one of the table's. */
static enum vd_status
take_target(struct ubl_reader *r, const struct target *targets, size_t count, const char *path,
            void *base, struct vd_str text, bool *taken)
{
	for (size_t i = 0; i < count && !*taken; i++) {
		struct vd_str *out = (struct vd_str *)(void *)((char *)base + targets[i].text);

		if (strcmp(targets[i].path, path) != 0) continue;
		*taken = true;
		if (!vd_str_is_none(*out)) return VD_OK;
		VD_TRY(keep_text(r, text, out));
		if (targets[i].attribute != 0)
			*(struct vd_str *)(void *)((char *)base + targets[i].attribute) = r->attribute;
	}
	return VD_OK;
}

/* --- groups ----------------------------------------------------------------------------------- */

static bool
is_kvk_scheme(struct vd_str scheme)
{
	return vd_str_eq(scheme, VD_STR("0106")) || vd_str_eq_nocase(scheme, VD_STR("NL:KVK"));
}

static bool
is_oin_scheme(struct vd_str scheme)
{
	return vd_str_eq(scheme, VD_STR("0190")) || vd_str_eq_nocase(scheme, VD_STR("NL:OIN"));
}

/* BT-46, any number of them. */
static enum vd_status
add_party_id(struct ubl_reader *r, struct ubl_party *p, struct vd_str text)
{
	struct vd_str id;

	VD_TRY(keep_text(r, text, &id));
	if (vd_str_is_none(id) || p->ids.len > 1000) return VD_OK;
	if (r->attribute.len == 0 && vd_str_is_none(p->own_id)) p->own_id = id;
	if (is_kvk_scheme(r->attribute)) p->kvk_id = id;
	if (is_oin_scheme(r->attribute)) p->oin_id = id;
	return vd_str_printf(&r->own, &p->ids, "%.*s%s%.*s%s%.*s", VD_FMT(p->ids),
	                     p->ids.len > 0 ? " " : "", VD_FMT(r->attribute),
	                     r->attribute.len > 0 ? ":" : "", VD_FMT(id));
}

/* One PartyTaxScheme is complete: only VAT counts. */
static void
end_tax_scheme(struct ubl_party *p)
{
	bool vat = vd_str_eq_nocase(p->tax_scheme, VD_STR("VAT")) ||
	           vd_str_eq_nocase(p->tax_scheme, VD_STR("BTW")) || vd_str_is_none(p->tax_scheme);

	if (vat && vd_str_is_none(p->vat)) p->vat = p->tax_id;
	p->tax_id = p->tax_scheme = VD_STR_NONE;
}

static enum vd_status
take_party(struct ubl_reader *r, struct ubl_party *p, const char *path, struct vd_str text)
{
	bool taken = false;

	if (strcmp(path, "Party/PartyIdentification/ID") == 0) return add_party_id(r, p, text);
	if (strcmp(path, "Party/PartyTaxScheme") == 0) end_tax_scheme(p);
	return take_target(r, party_targets, VD_LENGTH(party_targets), path, p, text, &taken);
}

/* Direct debit is told by the code of the payment means (UNCL 4461: 49, 59). */
static enum vd_status
take_means(struct ubl_reader *r, const char *path, struct vd_str text)
{
	text = vd_str_trim(text);
	if (strcmp(path, "PaymentMeans/PaymentMeansCode") == 0 &&
	    (vd_str_eq(text, VD_STR("49")) || vd_str_eq(text, VD_STR("59"))))
		r->doc->direct_debit = true;
	return VD_OK;
}

static enum vd_status
take_terms(struct ubl_reader *r, const char *path, struct vd_str text)
{
	struct ubl_document *d = r->doc;

	if (strcmp(path, "PaymentTerms/Note") == 0 && vd_str_is_none(r->terms.note))
		return keep_text(r, text, &r->terms.note);
	if (strcmp(path, "PaymentTerms/Amount") == 0) return keep_text(r, text, &r->terms.amount);
	if (strcmp(path, "PaymentTerms/PaymentDueDate") == 0) return keep_text(r, text, &r->terms.due);
	if (strcmp(path, "PaymentTerms") != 0) return VD_OK;
	if (d->terms_count == UBL_DUE_LINES_MAX)
		return vd_fail(&r->own, VD_E_LIMIT, "ubl.too_many_terms", NULL,
		               "The document has more than %d payment terms.", UBL_DUE_LINES_MAX);
	d->terms[d->terms_count++] = r->terms;
	r->terms = (struct ubl_terms){ .note = VD_STR_NONE };
	return VD_OK;
}

static void
add_warning(struct ubl_document *d, struct vd_str message)
{
	if (d->warnings_count < VD_LENGTH(d->warnings)) d->warnings[d->warnings_count++] = message;
}

/* The base64 text of an attachment is complete. */
static enum vd_status
end_attachment(struct ubl_reader *r)
{
	struct ubl_document *d = r->doc;
	struct vd_str message;

	r->decoding = false;
	if (d->attachments_count == UBL_ATTACHMENTS_MAX) {
		add_warning(d, VD_STR("The document has more attachments than are kept."));
		return VD_OK;
	}
	if (!base64_end(&r->decoder, &r->attachment.bytes)) {
		VD_TRY(vd_str_printf(&r->own, &message, "Attachment \"%.*s\" is left out: %s.",
		                     VD_FMT(r->attachment.name),
		                     r->decoder.broken ? "it is not base64"
		                                       : "it is cut off, or larger than 20 MB"));
		add_warning(d, message);
		return VD_OK;
	}
	if (r->attachment.bytes.len > 0) d->attachments[d->attachments_count++] = r->attachment;
	return VD_OK;
}

static enum vd_status
take_reference(struct ubl_reader *r, const char *path, struct vd_str text)
{
	if (strcmp(path, "AdditionalDocumentReference/ID") == 0)
		return keep_text(r, text, &r->document_id);
	if (strcmp(path, "AdditionalDocumentReference") == 0) r->document_id = VD_STR_NONE;
	return r->decoding ? end_attachment(r) : VD_OK;
}

/* TaxTotal may occur twice: BT-110 in the document's currency, BT-111 in another. */
static enum vd_status
take_vat(struct ubl_reader *r, struct vd_str text)
{
	struct ubl_document *d = r->doc;

	if (!vd_str_is_none(d->vat)) return VD_OK;
	if (r->attribute.len > 0 && d->currency.len > 0 && !vd_str_eq(r->attribute, d->currency))
		return VD_OK;
	return keep_text(r, text, &d->vat);
}

static enum vd_status
take_element(struct ubl_reader *r, struct vd_str text)
{
	const char *path = r->path;
	bool taken = false;

	if (strncmp(path, "AccountingCustomerParty/", 24) == 0)
		return take_party(r, &r->doc->buyer, path + 24, text);
	if (strncmp(path, "AccountingSupplierParty/", 24) == 0)
		return take_party(r, &r->doc->seller, path + 24, text);
	if (strncmp(path, "PaymentTerms", 12) == 0) return take_terms(r, path, text);
	if (strncmp(path, "AdditionalDocumentReference", 27) == 0) return take_reference(r, path, text);
	if (strcmp(path, "TaxTotal/TaxAmount") == 0) return take_vat(r, text);
	VD_TRY(take_means(r, path, text));
	return take_target(r, document_targets, VD_LENGTH(document_targets), path, r->doc, text,
	                   &taken);
}

/* --- the root --------------------------------------------------------------------------------- */

static enum vd_status
refuse_root(struct ubl_reader *r, const char *name)
{
	static const struct {
		const char *root, *what;
	} others[] = {
		{ "CrossIndustryInvoice",
		  "a CII invoice (Factur-X, ZUGFeRD), which cannot be read yet: ask for UBL" },
		{ "CrossIndustryDocument",
		  "a CII invoice (ZUGFeRD 1), which cannot be read yet: ask for UBL" },
		{ "Order", "a UBL order" },
		{ "OrderResponse", "a UBL order response" },
		{ "DespatchAdvice", "a UBL despatch advice" },
		{ "ApplicationResponse", "a UBL application response" },
		{ "Reminder", "a UBL reminder" },
		{ "Statement", "a UBL statement" },
		{ "Catalogue", "a UBL catalogue" },
		{ "AttachedDocument", "a UBL attached document" },
		{ "auditfile", "an XML auditfile (XAF): use import xaf" },
		{ "Document", "an ISO 20022 file: use import statement" },
	};

	for (size_t i = 0; i < VD_LENGTH(others); i++)
		if (strcmp(name, others[i].root) == 0)
			return vd_fail(&r->own, VD_E_INVALID, "ubl.not_an_invoice", NULL,
			               "This is %s; a UBL Invoice or CreditNote is wanted here.",
			               others[i].what);
	return vd_fail(&r->own, VD_E_INVALID, "ubl.not_an_invoice", NULL,
	               "This XML begins with \"%.60s\"; a UBL Invoice or CreditNote is wanted here.",
	               name);
}

static enum vd_status
document_begin(struct ubl_reader *r, const struct intake_xml_element *e)
{
	r->mark = vd_arena_mark(&r->arena);
	VD_NEW(&r->own, r->doc, 1);
	r->doc->place = intake_xml_place(r->xml);
	r->doc->credit_note = strcmp(e->name, "CreditNote") == 0;
	r->root_depth = e->depth;
	r->skip_depth = 0;
	r->path_len = 0;
	r->path[0] = '\0';
	r->terms = (struct ubl_terms){ .note = VD_STR_NONE };
	r->document_id = VD_STR_NONE;
	r->found = true;
	if (e->ns == NULL)
		add_warning(r->doc, VD_STR("The document names no UBL namespace; it is read as UBL."));
	return VD_OK;
}

static enum vd_status
root_start(struct ubl_reader *r, const struct intake_xml_element *e)
{
	bool invoice = strcmp(e->name, "Invoice") == 0 || strcmp(e->name, "CreditNote") == 0;

	if (r->skip_depth > 0) return VD_OK;
	if (invoice && (e->ns == NULL || strstr(e->ns, "ubl:schema:xsd:") != NULL))
		return document_begin(r, e);
	if (invoice)
		return vd_fail(&r->own, VD_E_INVALID, "ubl.not_an_invoice", NULL,
		               "This \"%.20s\" is of another format than UBL (namespace %.80s).", e->name,
		               e->ns);
	if (e->depth == 1 && strcmp(e->name, "StandardBusinessDocument") == 0) return VD_OK;
	if (e->depth == 2 && strcmp(e->name, "StandardBusinessDocumentHeader") == 0) {
		r->skip_depth = e->depth;
		return VD_OK;
	}
	return refuse_root(r, e->name);
}

static enum vd_status
document_end(struct ubl_reader *r)
{
	struct ubl_output out = { &r->own, r->outer, &r->sink };
	enum vd_status st = ubl_give(&out, r->doc);

	r->root_depth = 0;
	r->doc = NULL;
	if (st == VD_OK) vd_arena_rewind(&r->arena, r->mark);
	return st;
}

/* --- the parser's callbacks ------------------------------------------------------------------- */

/* Parts of a document that hold nothing of the debt, and may be long. */
static bool
is_skipped(const char *name)
{
	static const char *const names[] = {
		"InvoiceLine",        "CreditNoteLine",     "UBLExtensions",          "Signature",
		"TaxSubtotal",        "AllowanceCharge",    "TaxRepresentativeParty", "PayeeParty",
		"BuyerCustomerParty", "SellerSupplierParty"
	};

	for (size_t i = 0; i < VD_LENGTH(names); i++)
		if (strcmp(name, names[i]) == 0) return true;
	return false;
}

/* Adds a name to the path; false when it gets too long to be one of ours. */
static bool
path_push(struct ubl_reader *r, int depth, const char *name)
{
	size_t n = strlen(name), slash = r->path_len > 0;

	r->path_at[depth] = r->path_len;
	if (n + slash + 1 > sizeof(r->path) - r->path_len) return false;
	if (slash) r->path[r->path_len++] = '/';
	memcpy(r->path + r->path_len, name, n + 1);
	r->path_len += n;
	return true;
}

static void
path_pop(struct ubl_reader *r, int depth)
{
	r->path_len = r->path_at[depth];
	r->path[r->path_len] = '\0';
}

static enum vd_status
attachment_start(struct ubl_reader *r, const struct intake_xml_element *e)
{
	struct vd_str name = intake_xml_attribute(e, "filename");

	if (!r->options.attachments) return VD_OK;
	r->decoding = true;
	r->decoder = (struct base64){ .out = VD_BUF(&r->own, INTAKE_ATTACHMENT_MAX) };
	VD_TRY(keep_text(r, name.len > 0 ? name : r->document_id, &r->attachment.name));
	return keep_text(r, intake_xml_attribute(e, "mimeCode"), &r->attachment.media_type);
}

static enum vd_status
on_start(void *user, struct vd_context *own, const struct intake_xml_element *e)
{
	struct ubl_reader *r = user;
	struct vd_str attribute;

	(void)own;
	if (strcmp(e->name, "EmbeddedDocumentBinaryObject") == 0) intake_xml_want_chunks(r->xml);
	if (r->root_depth == 0) return root_start(r, e);
	if (r->skip_depth > 0) return VD_OK;
	if (is_skipped(e->name) || !path_push(r, e->depth, e->name)) {
		r->skip_depth = e->depth;
		return VD_OK;
	}
	if (strcmp(r->path, "AdditionalDocumentReference/Attachment/EmbeddedDocumentBinaryObject") == 0)
		return attachment_start(r, e);
	attribute = intake_xml_attribute(e, "schemeID");
	if (vd_str_is_none(attribute)) attribute = intake_xml_attribute(e, "currencyID");
	return keep_text(r, attribute, &r->attribute);
}

static enum vd_status
on_chunk(void *user, struct vd_context *own, struct vd_str text)
{
	struct ubl_reader *r = user;

	(void)own;
	if (r->decoding) base64_add(&r->decoder, text);
	return VD_OK;
}

static enum vd_status
on_end(void *user, struct vd_context *own, const struct intake_xml_element *e, struct vd_str text)
{
	struct ubl_reader *r = user;

	(void)own;
	if (r->skip_depth > 0) {
		if (e->depth == r->skip_depth) r->skip_depth = 0;
		return VD_OK;
	}
	if (r->root_depth == 0) return VD_OK;
	if (e->depth == r->root_depth) return document_end(r);
	VD_TRY(take_element(r, text));
	path_pop(r, e->depth);
	return VD_OK;
}

static enum vd_status
on_warning(void *user, struct vd_context *own, struct intake_place place, struct vd_str message)
{
	struct ubl_reader *r = user;
	enum vd_status st;

	if (r->sink.warning == NULL) return VD_OK;
	st = r->sink.warning(r->sink.user, r->outer, place, message);
	if (st != VD_OK) own->error = r->outer->error;
	return st;
}

/* --- life ------------------------------------------------------------------------------------- */

enum vd_status
ubl_reader_new(struct vd_context *ctx, const struct ubl_options *options,
               const struct party_sink *sink, struct ubl_reader **out)
{
	struct intake_xml_handler handler = { NULL, on_start, on_end, on_chunk, on_warning };
	struct ubl_reader *r;
	enum vd_status st;

	VD_NEW(ctx, r, 1);
	/* twice an attachment: a text that grows leaves its shorter copies behind */
	r->arena =
	    VD_ARENA(TEXTS_MEMORY + (options->attachments ? 4 * (size_t)INTAKE_ATTACHMENT_MAX : 0));
	r->own.arena = &r->arena;
	r->options = *options;
	r->sink = *sink;
	handler.user = r;
	st = intake_xml_new(&r->own, &handler, &r->xml);
	if (st != VD_OK) {
		ctx->error = r->own.error;
		ubl_reader_free(&r);
		return st;
	}
	*out = r;
	return VD_OK;
}

enum vd_status
ubl_reader_feed(struct vd_context *ctx, struct ubl_reader *r, struct vd_str bytes)
{
	enum vd_status st;

	r->outer = ctx;
	st = intake_xml_feed(&r->own, r->xml, bytes);
	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

enum vd_status
ubl_reader_end(struct vd_context *ctx, struct ubl_reader *r)
{
	enum vd_status st;

	r->outer = ctx;
	st = intake_xml_end(&r->own, r->xml);
	if (st == VD_OK && !r->found)
		st = vd_fail(&r->own, VD_E_INVALID, "ubl.not_an_invoice", NULL,
		             "The envelope holds no UBL Invoice or CreditNote.");
	if (st != VD_OK) ctx->error = r->own.error;
	return st;
}

void
ubl_reader_free(struct ubl_reader **r)
{
	if (*r == NULL) return;
	intake_xml_free(&(*r)->xml);
	vd_arena_release(&(*r)->arena);
	*r = NULL;
}
