/* UBL invoices and credit notes: own documents with known results, and files of others whose
 * results another program found, or that libxml2's XPath finds by another way than ours. */
#include "intake/ubl.h"
#include "intake/ubl_document.h"

#include "party_log.h"
#include "unit.h"

#include <dirent.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#define FILE_MAX (8 << 20)

static enum vd_status
read_ubl(struct vd_context *ctx, struct vd_str text, size_t block, struct party_log *log)
{
	struct ubl_options options = { .attachments = true };
	struct party_sink sink = party_log_sink(log);
	VD_AUTO_UBL_READER *r = NULL;

	VD_TRY(ubl_reader_new(ctx, &options, &sink, &r));
	for (size_t i = 0; i < text.len; i += block)
		VD_TRY(ubl_reader_feed(ctx, r, vd_str_sub(text, i, block)));
	return ubl_reader_end(ctx, r);
}

static struct vd_str
read_file(struct vd_context *ctx, const char *path)
{
	char *bytes = vd_arena_alloc(ctx->arena, FILE_MAX);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL || bytes == NULL) fail_msg("cannot read %s", path);
	n = fread(bytes, 1, FILE_MAX, f);
	fclose(f);
	return (struct vd_str){ bytes, n };
}

static struct vd_str
fixture(struct vd_context *ctx, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/data/party/%s",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", name);
	return read_file(ctx, path);
}

static void
expect(struct vd_str text, const char *lines)
{
	static const size_t blocks[] = { 1 << 20, 1, 7 };

	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		WITH_CONTEXT(16 << 20);
		struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

		assert_ok(read_ubl(&ctx, text, blocks[i], &log));
		if (!vd_str_eq(vd_buf_str(&log.text), TEXT(lines)))
			fail_msg("blocks of %zu:\n%.*s\ninstead of\n%s", blocks[i],
			         VD_FMT(vd_buf_str(&log.text)), lines);
	}
}

/* The text with every `from` replaced by `to`. */
static struct vd_str
replaced(struct vd_context *ctx, struct vd_str text, const char *from, const char *to)
{
	struct vd_buf b = VD_BUF(ctx, 4 << 20);
	struct vd_str needle = TEXT(from), out;
	size_t at, done = 0, count = 0;

	for (; (at = vd_str_find(text, needle, done)) != SIZE_MAX; done = at + needle.len, count++) {
		vd_buf_add(&b, vd_str_sub(text, done, at - done));
		vd_buf_add_c(&b, to);
	}
	vd_buf_add(&b, vd_str_sub(text, done, text.len));
	assert_true(count > 0);
	if (vd_buf_finish(ctx, &b, &out) != VD_OK) fail_msg("%s", ctx->error.detail);
	return out;
}

/* clang-format off */
#define INVOICE_HEAD \
	"4 invoice 2026-0117 gross=12100 net=10000 vat=2100 currency=EUR issued=2026-03-02 " \
	"due=2026-04-01 "
#define INVOICE_TAIL \
	"delivered=2026-02-27 description=Onderhoud maart reference=RF18539007547034 order=PO-77 " \
	"terms_text=Betaling binnen 30 dagen netto payee=NL91ABNA0417164300 " \
	"seller=De Vries Techniek B.V. seller_kvk=24000003 seller_vat=NL000099998B57 " \
	"file=werkbon.txt:text/plain:11 | name=Gemeente Voorbeeldwaard " \
	"street=Stadhuisplein 3, Postbus 9 postcode=3421 XX city=Oudewater country=NL " \
	"email=crediteuren@voorbeeldwaard.example phone=0348-000000 contact=Mw. A. Smit " \
	"kvk=24000011 oin=00000001123456780000 endpoint=0190:00000001123456780000 assigned=D-1044\n"
/* clang-format on */

static void
test_invoice(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct vd_str text = fixture(&ctx, "si-ubl-invoice.xml");
	struct vd_str other;

	(void)state;
	expect(text, INVOICE_HEAD INVOICE_TAIL);
	/* other prefixes mean the same */
	other = replaced(&ctx, replaced(&ctx, text, "cbc:", "q:"), ":cbc", ":q");
	other = replaced(&ctx, replaced(&ctx, other, "cac:", "zz:"), ":cac", ":zz");
	expect(other, INVOICE_HEAD INVOICE_TAIL);
	/* no namespace at all is read, with a warning */
	other = replaced(&ctx, replaced(&ctx, text, "cbc:", ""), "cac:", "");
	other = replaced(&ctx, other,
	                 " xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"", "");
	expect(other, INVOICE_HEAD INVOICE_TAIL
	       "4 warning: The document names no UBL namespace; it is read as UBL.\n");
	/* without a due date the terms' text tells the days */
	other = replaced(&ctx, text, "<cbc:DueDate>2026-04-01</cbc:DueDate>", "");
	expect(
	    other,
	    "4 invoice 2026-0117 gross=12100 net=10000 vat=2100 currency=EUR issued=2026-03-02 "
	    "delivered=2026-02-27 description=Onderhoud maart reference=RF18539007547034 order=PO-77 "
	    "terms_text=Betaling binnen 30 dagen netto terms=30 payee=NL91ABNA0417164300 "
	    "seller=De Vries Techniek B.V. seller_kvk=24000003 seller_vat=NL000099998B57 "
	    "file=werkbon.txt:text/plain:11 | name=Gemeente Voorbeeldwaard street=Stadhuisplein 3, Postbus 9 "
	    "postcode=3421 XX city=Oudewater country=NL email=crediteuren@voorbeeldwaard.example "
	    "phone=0348-000000 contact=Mw. A. Smit kvk=24000011 oin=00000001123456780000 "
	    "endpoint=0190:00000001123456780000 assigned=D-1044\n");
}

/* Short documents: only what a case is about. */
#define OPEN(root) "<" root " xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:" root "-2\">"
#define BUYER \
	"<AccountingCustomerParty><Party><PartyName><Name>Jansen</Name></PartyName></Party></AccountingCustomerParty>"
#define PAYABLE(a)                                             \
	"<LegalMonetaryTotal><PayableAmount currencyID=\"EUR\">" a \
	"</PayableAmount></LegalMonetaryTotal>"
#define INVOICE(inside)     OPEN("Invoice") "<ID>F1</ID>" inside BUYER "</Invoice>"
#define CREDIT_NOTE(inside) OPEN("CreditNote") "<ID>C1</ID>" inside BUYER "</CreditNote>"

static void
test_what_is_owed(void **state)
{
	(void)state;
	/* BT-115, not BT-112; prepaid and rounding are in it, and then net and VAT do not make it up */
	expect(
	    VD_STR(INVOICE(
	        "<DocumentCurrencyCode>EUR</DocumentCurrencyCode><TaxTotal><TaxAmount>21.00</TaxAmount></TaxTotal>"
	        "<LegalMonetaryTotal><TaxExclusiveAmount>100.00</TaxExclusiveAmount><TaxInclusiveAmount>121.00"
	        "</TaxInclusiveAmount><PrepaidAmount>20.98</PrepaidAmount><PayableRoundingAmount>-0.02"
	        "</PayableRoundingAmount><PayableAmount>100.00</PayableAmount></LegalMonetaryTotal>")),
	    "1 invoice F1 gross=10000 currency=EUR | name=Jansen\n");
	expect(VD_STR(INVOICE(PAYABLE("-50.00"))),
	       "1 credit F1 gross=5000 currency=EUR | name=Jansen\n"
	       "1 warning: F1: an invoice of \"-50.00\" is taken as a credit note.\n");
	expect(VD_STR(CREDIT_NOTE(PAYABLE("50"))),
	       "1 credit C1 gross=5000 currency=EUR | name=Jansen\n");
	expect(VD_STR(CREDIT_NOTE(
	           PAYABLE("-50.0000") "<BillingReference><InvoiceDocumentReference><ID>F9</ID>"
	                               "</InvoiceDocumentReference></BillingReference>")),
	       "1 invoice C1 gross=5000 currency=EUR preceding=F9 | name=Jansen\n"
	       "1 warning: C1: a credit note of \"-50.0000\" is taken as an invoice.\n");
	expect(VD_STR(INVOICE(PAYABLE("0.00"))), "1 invoice F1 gross=0 currency=EUR | name=Jansen\n");
	expect(
	    VD_STR(INVOICE(
	        "<DocumentCurrencyCode>EUR</DocumentCurrencyCode><TaxTotal><TaxAmount currencyID=\"EUR\">-2.10"
	        "</TaxAmount></TaxTotal><LegalMonetaryTotal><TaxExclusiveAmount>-10.00</TaxExclusiveAmount>"
	        "<PayableAmount currencyID=\"EUR\">-12.10</PayableAmount></LegalMonetaryTotal>")),
	    "1 credit F1 gross=1210 net=1000 vat=210 currency=EUR | name=Jansen\n"
	    "1 warning: F1: an invoice of \"-12.10\" is taken as a credit note.\n");
}

static void
test_rejected(void **state)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ OPEN("Invoice") BUYER PAYABLE("1.00") "</Invoice>",
		  "1 rejected at=ID: the document has no number (ID)\n" },
		{ INVOICE(""),
		  "1 rejected key=F1 at=LegalMonetaryTotal/PayableAmount: PayableAmount (BT-115), which tells what "
		  "is owed, is missing\n" },
		{ INVOICE("<InvoiceTypeCode>325</InvoiceTypeCode>" PAYABLE("1.00")),
		  "1 rejected key=F1 at=InvoiceTypeCode: a pro forma invoice (325) is not owed\n" },
		{ INVOICE("<InvoiceTypeCode>381</InvoiceTypeCode>" PAYABLE("1.00")),
		  "1 rejected key=F1 at=InvoiceTypeCode: an Invoice with the type code of a credit note (381): which of the two is "
		  "meant? Ask the sender for a CreditNote\n" },
		{ CREDIT_NOTE("<CreditNoteTypeCode>380</CreditNoteTypeCode>" PAYABLE("1.00")),
		  "1 rejected key=C1 at=CreditNoteTypeCode: a CreditNote with the type code of an invoice (380): which of the two "
		  "is meant? Ask the sender for an Invoice\n" },
		{ INVOICE("<DocumentCurrencyCode>USD</DocumentCurrencyCode>" PAYABLE("1.00")),
		  "1 rejected key=F1 at=LegalMonetaryTotal/PayableAmount: the amount is in EUR, the document in USD\n" },
		{ INVOICE(PAYABLE("1,00")),
		  "1 rejected key=F1 at=LegalMonetaryTotal/PayableAmount: LegalMonetaryTotal/PayableAmount \"1,00\" is not an "
		  "amount in EUR\n" },
		{ INVOICE(PAYABLE("9999999999999999.00")),
		  "1 rejected key=F1 at=LegalMonetaryTotal/PayableAmount: LegalMonetaryTotal/PayableAmount is too large to be an "
		  "amount owed\n" },
		{ INVOICE("<DueDate>2026-02-30</DueDate>" PAYABLE("1.00")),
		  "1 rejected key=F1 at=DueDate: DueDate \"2026-02-30\" is not a date\n" },
		{ OPEN("Invoice") "<ID>F1</ID>" PAYABLE("1.00") "</Invoice>",
		  "1 rejected key=F1 at=AccountingCustomerParty: the buyer has no name\n" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) expect(TEXT(cases[i].text), cases[i].line);
}

static void
test_days(void **state)
{
	(void)state;
	expect(VD_STR(INVOICE(
	           "<IssueDate>2026-01-31+01:00</IssueDate><DueDate>2026-02-28Z</DueDate>" PAYABLE(
	               "1.00"))),
	       "1 invoice F1 gross=100 currency=EUR issued=2026-01-31 due=2026-02-28 | name=Jansen\n");
	expect(
	    VD_STR(CREDIT_NOTE(
	        "<PaymentMeans><PaymentMeansCode>59</PaymentMeansCode><PaymentDueDate>2026-03-01</PaymentDueDate>"
	        "<PaymentMandate><ID>M-1</ID></PaymentMandate></PaymentMeans>" PAYABLE("1.00"))),
	    "1 credit C1 gross=100 currency=EUR due=2026-03-01 direct_debit mandate=M-1 | name=Jansen\n");
#define TERM(a, d) \
	"<PaymentTerms><Amount>" a "</Amount><PaymentDueDate>" d "</PaymentDueDate></PaymentTerms>"
	expect(VD_STR(
	           INVOICE(TERM("60.00", "2026-03-01") TERM("40.00", "2026-04-01") PAYABLE("100.00"))),
	       "1 invoice F1 gross=6000 currency=EUR due=2026-03-01 | name=Jansen\n"
	       "1 invoice F1/2 gross=4000 currency=EUR due=2026-04-01 | name=Jansen\n");
	expect(
	    VD_STR(INVOICE("<DueDate>2026-05-01</DueDate>" TERM("60.00", "2026-03-01")
	                       TERM("39.00", "2026-04-01") PAYABLE("100.00"))),
	    "1 invoice F1 gross=10000 currency=EUR due=2026-05-01 | name=Jansen\n"
	    "1 warning: F1: payment terms for \"60.00\" do not make up the amount owed and are not used.\n");
	expect(VD_STR(INVOICE(TERM("100.00", "2026-03-01") PAYABLE("100.00"))),
	       "1 invoice F1 gross=10000 currency=EUR due=2026-03-01 | name=Jansen\n");
}

static void
test_terms_texts(void **state)
{
	/* the texts of the sample files, and what a reader may conclude from them */
	static const struct {
		const char *text;
		int days;
	} cases[] = {
		{ "30 dagen", 30 },
		{ "Betaling binnen 14 dagen.", 14 },
		{ "Binnen 30 dagen na factuurdatum", 30 },
		{ "30 dagen netto", 30 },
		{ "Betalingstermijn: 21 dagen", 21 },
		{ "Payment within 30 days", 30 },
		{ "30 days net. Penalty rate 12 %", 30 },
		{ "14 Tage", 14 },
		{ "Zahlbar innerhalb 14 Tagen nach Erhalt der Rechnung.", 14 },
		{ "30 dagar netto. Dr\xC3\xB6jsm\xC3\xA5lsr\xC3\xA4nta 12%", 30 },
		{ "Payment within 10 days, 2% discount", -1 },
		{ "10 Tage 3% Skonto, 30 Tage netto", -1 },
		{ "30 dagen, bij betaling binnen 8 dagen 2% korting", -1 },
		{ "binnen 8 dagen of binnen 30 dagen", -1 },
		{ "Arbetet p\xC3\xA5"
		  "b\xC3\xB6rjas 7 dagar efter mottagen f\xC3\xB6rskottsbetalning.",
		  -1 },
		{ "Klachten tot 8 dagen na levering", -1 },
		{ "Payable within 1 calendar month from the invoice date", -1 },
		{ "As per contract clause X.123", -1 },
		{ "601611777874", -1 },
		{ "99999999999999999999 dagen", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(1 << 20);
		int64_t days;

		assert_ok(ubl_terms_days(&ctx, TEXT(cases[i].text), &days));
		if (days != cases[i].days) fail_msg("\"%s\" gives %lld", cases[i].text, (long long)days);
	}
}

static void
test_envelope(void **state)
{
	(void)state;
	expect(
	    VD_STR(
	        "<sh:StandardBusinessDocument xmlns:sh=\"urn:x\"><sh:StandardBusinessDocumentHeader><ID>no</ID>"
	        "</sh:StandardBusinessDocumentHeader>" INVOICE(
	            PAYABLE("1.00")) "</sh:StandardBusinessDocument>"),
	    "1 invoice F1 gross=100 currency=EUR | name=Jansen\n");
}

static void
refuse(const char *text, enum vd_status status, const char *key, const char *word)
{
	WITH_CONTEXT(16 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

	assert_int_equal(read_ubl(&ctx, TEXT(text), 1 << 20, &log), status);
	if (strcmp(ctx.error.key, key) != 0 || strstr(ctx.error.detail, word) == NULL)
		fail_msg("%s: %s", ctx.error.key, ctx.error.detail);
	assert_int_equal(log.invoices + log.rejected, 0);
}

static void
test_refused(void **state)
{
	(void)state;
	refuse("<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-2\"/>", VD_E_INVALID,
	       "ubl.not_an_invoice", "order");
	refuse("<rsm:CrossIndustryInvoice xmlns:rsm=\"urn:un\"/>", VD_E_INVALID, "ubl.not_an_invoice",
	       "CII");
	refuse("<Invoice xmlns=\"http://isdoc.cz/namespace/2013\"/>", VD_E_INVALID,
	       "ubl.not_an_invoice", "isdoc");
	refuse("<a/>", VD_E_INVALID, "ubl.not_an_invoice", "\"a\"");
	refuse("<StandardBusinessDocument/>", VD_E_INVALID, "ubl.not_an_invoice", "envelope");
	refuse("<!DOCTYPE Invoice [<!ENTITY x \"y\">]><Invoice/>", VD_E_INVALID, "xml.doctype",
	       "DOCTYPE");
	refuse(OPEN("Invoice") "<ID>F1</ID>", VD_E_INVALID, "xml.truncated", "Invoice");
	refuse("", VD_E_INVALID, "xml.empty", " ");
}

#define ATTACH(name, bytes)                                                                    \
	"<AdditionalDocumentReference><ID>" name "</ID><Attachment><EmbeddedDocumentBinaryObject " \
	"mimeCode=\"a/b\">" bytes                                                                  \
	"</EmbeddedDocumentBinaryObject></Attachment></AdditionalDocumentReference>"

static void
test_attachments(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct vd_buf big = VD_BUF(&ctx, 48 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

	(void)state;
	expect(
	    VD_STR(INVOICE(ATTACH("a", "") ATTACH("b", "QQ==") ATTACH("c", "QUI=") ATTACH("d", "QUJD")
	                       ATTACH("e", "Q*==") ATTACH("f", "QUJDR") ATTACH("g", "QQ==QQ==")
	                           PAYABLE("1.00"))),
	    "1 invoice F1 gross=100 currency=EUR file=b:a/b:1 file=c:a/b:2 file=d:a/b:3 | name=Jansen\n"
	    "1 warning: Attachment \"e\" is left out: it is not base64.\n"
	    "1 warning: Attachment \"f\" is left out: it is cut off, or larger than 20 MB.\n"
	    "1 warning: Attachment \"g\" is left out: it is not base64.\n");
	/* one above the limit is left out, the invoice stays */
	vd_buf_add_c(&big,
	             OPEN("Invoice") "<ID>F1</ID><AdditionalDocumentReference><ID>x</ID><Attachment>"
	                             "<EmbeddedDocumentBinaryObject>");
	for (int i = 0; i < 28 * 16; i++) {
		static const char block[65536] = { 0 };
		char text[sizeof(block)];

		memset(text, 'A', sizeof(text));
		vd_buf_add(&big, (struct vd_str){ text, sizeof(text) });
	}
	vd_buf_add_c(
	    &big, "</EmbeddedDocumentBinaryObject></Attachment></AdditionalDocumentReference>" PAYABLE(
	              "1.00") BUYER "</Invoice>");
	assert_false(big.failed);
	assert_ok(read_ubl(&ctx, vd_buf_str(&big), 1 << 16, &log));
	assert_text(vd_buf_str(&log.text),
	            "1 invoice F1 gross=100 currency=EUR | name=Jansen\n"
	            "1 warning: Attachment \"x\" is left out: it is cut off, or larger than 20 MB.\n");
}

/* A document of nothing but payment terms, or names, ends in a refusal, not in memory. */
static void
test_floods(void **state)
{
	static const struct {
		const char *item;
		const char *key;
	} cases[] = {
		{ "<PaymentTerms><Note>x</Note></PaymentTerms>", "ubl.too_many_terms" },
		{ "<Note>x</Note>", NULL },
		{ "<AccountingCustomerParty><Party><PartyIdentification><ID>123456789</ID></PartyIdentification></Party>"
		  "</AccountingCustomerParty>",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(32 << 20);
		struct vd_buf b = VD_BUF(&ctx, 8 << 20);
		struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
		enum vd_status st;

		vd_buf_add_c(&b, OPEN("Invoice") "<ID>F1</ID>" PAYABLE("1.00"));
		for (int k = 0; k < 5000; k++) vd_buf_add_c(&b, cases[i].item);
		vd_buf_add_c(&b, BUYER "</Invoice>");
		st = read_ubl(&ctx, vd_buf_str(&b), 4096, &log);
		if (cases[i].key == NULL) assert_ok(st);
		else assert_string_equal(ctx.error.key, cases[i].key);
	}
}

/* --- files of others -------------------------------------------------------------------------- */

/* What libxml2's XPath finds by local names: another way than our reader's. */
struct found {
	char number[100], payable[40], currency[10], due[40], issued[40], buyer[200], root[40],
	    reference[100];
};

static void
xpath_text(xmlXPathContextPtr x, const char *expression, char *out, size_t size)
{
	xmlXPathObjectPtr o = xmlXPathEvalExpression((const xmlChar *)expression, x);

	snprintf(out, size, "%s", o != NULL && o->stringval != NULL ? (const char *)o->stringval : "");
	xmlXPathFreeObject(o);
}

static bool
xpath_find(struct vd_str text, struct found *f)
{
	xmlDocPtr doc = xmlReadMemory(text.ptr, (int)text.len, "x.xml", NULL,
	                              XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	                                  XML_PARSE_HUGE | XML_PARSE_RECOVER);
	xmlXPathContextPtr x = doc != NULL ? xmlXPathNewContext(doc) : NULL;

	*f = (struct found){ .number = "" };
	if (x == NULL) return false;
#define L(name)             "/*[local-name()='" name "']"
#define STRING(path, field) xpath_text(x, "normalize-space(/*" path ")", f->field, sizeof(f->field))
	xpath_text(x, "local-name(/*)", f->root, sizeof(f->root));
	STRING(L("ID"), number);
	STRING(L("LegalMonetaryTotal") L("PayableAmount"), payable);
	STRING(L("LegalMonetaryTotal") L("PayableAmount") "/@currencyID", currency);
	STRING(L("IssueDate"), issued);
	STRING(L("DueDate"), due);
	if (f->due[0] == '\0') STRING(L("PaymentMeans") L("PaymentDueDate"), due);
	STRING(L("PaymentMeans") L("PaymentID"), reference);
	STRING(L("AccountingCustomerParty") L("Party") L("PartyLegalEntity") L("RegistrationName"),
	       buyer);
	if (f->buyer[0] == '\0')
		STRING(L("AccountingCustomerParty") L("Party") L("PartyName") L("Name"), buyer);
	xmlXPathFreeContext(x);
	xmlFreeDoc(doc);
	return true;
}

struct check {
	const struct found *found;
	const char *name;
	int agree, differ, rejected;
};

static bool
says(struct vd_str text, const char *expected)
{
	return vd_str_is_none(text) ? expected[0] == '\0' : vd_str_eq(text, vd_str_c(expected));
}

static enum vd_status
check_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	struct check *c = user;
	const struct found *f = c->found;
	char due[VD_DATE_TEXT], issued[VD_DATE_TEXT];
	int64_t sign = strcmp(f->root, "CreditNote") == 0 ? -1 : 1, owed = v->gross_minor;
	struct vd_money payable;

	VD_TRY(vd_money_parse_decimal(ctx, TEXT(f->payable), '.', v->currency, &payable));
	if (v->type == PARTY_CREDIT_NOTE) owed = -owed;
	vd_date_format(v->due_on, due);
	vd_date_format(v->issued_on, issued);
	if (says(v->number, f->number) && says(vd_currency_str(&v->currency), f->currency) &&
	    owed == payable.minor * sign && strcmp(issued, f->issued) == 0 &&
	    strcmp(due, f->due) == 0 && says(v->debtor.name, f->buyer) &&
	    says(v->reference, f->reference)) {
		c->agree++;
		return VD_OK;
	}
	print_message("differs: %s: due %s, %s here; reference %.*s, %s here\n", c->name, f->due, due,
	              VD_FMT(v->reference), f->reference);
	c->differ++;
	return VD_OK;
}

static enum vd_status
check_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	struct check *c = user;

	(void)ctx;
	c->rejected++;
	print_message("rejected: %s: %.*s\n", c->name, VD_FMT(r->message));
	return VD_OK;
}

static void
check_file(struct check *c, const char *path)
{
	WITH_CONTEXT(64 << 20);
	struct vd_str text = read_file(&ctx, path);
	struct found found;
	struct party_sink sink = { c, NULL, check_invoice, check_rejected, NULL };
	struct ubl_options options = { .attachments = true };
	VD_AUTO_UBL_READER *r = NULL;

	if (!xpath_find(text, &found) ||
	    (strcmp(found.root, "Invoice") != 0 && strcmp(found.root, "CreditNote") != 0))
		return;
	c->found = &found;
	assert_ok(ubl_reader_new(&ctx, &options, &sink, &r));
	if (ubl_reader_feed(&ctx, r, text) != VD_OK || ubl_reader_end(&ctx, r) != VD_OK)
		fail_msg("%s: %s", path, ctx.error.detail);
}

/* All UBL files of one folder. */
static bool
check_folder(struct check *c, const char *folder)
{
	char path[1024];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/../shared/samples/ubl/%s",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", folder);
	if ((d = opendir(path)) == NULL) return false;
	while ((e = readdir(d)) != NULL) {
		char name[1400];

		if (strstr(e->d_name, ".xml") == NULL && strstr(e->d_name, ".XML") == NULL) continue;
		if (strstr(e->d_name, ".json") != NULL) continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		c->name = e->d_name;
		check_file(c, name);
	}
	closedir(d);
	return true;
}

static void
test_files_of_others(void **state)
{
	/* rejected: a CreditNote of type 380 (its name says "error"), and a pro forma invoice */
	static const struct {
		const char *folder;
		int agree, rejected;
	} folders[] = {
		{ "si-ubl-2.0-nlcius-testset", 46, 1 }, { "en16931-examples", 24, 0 },
		{ "peppol-bis3-examples", 3, 0 },       { "xrechnung-testsuite", 16, 0 },
		{ "libraries-output", 9, 0 },           { "real-world", 1, 0 },
		{ "gobl-parse-expected", 15, 1 },       { "zugferd-corpus", 14, 0 },
	};
	int agree = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(folders); i++) {
		struct check c = { .name = "" };

		if (!check_folder(&c, folders[i].folder)) {
			print_message("skipped: samples/ubl/%s is not there\n", folders[i].folder);
			continue;
		}
		print_message("%s: %d agree, %d differ, %d rejected\n", folders[i].folder, c.agree,
		              c.differ, c.rejected);
		assert_int_equal(c.differ, 0);
		assert_true(c.agree >= folders[i].agree);
		assert_true(c.rejected <= folders[i].rejected);
		agree += c.agree;
	}
	print_message("%d whole documents of others agree with XPath\n", agree);
}

/* --- gobl: what another program made of the same documents ------------------------------------ */

struct gobl {
	json_t *doc;
	const char *name;
	int records, differ;
};

static const char *
gobl_text(json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s != NULL ? s : "";
}

static void
gobl_same(struct gobl *g, const char *what, struct vd_str ours, const char *theirs)
{
	if (says(ours, theirs)) return;
	print_message("%s: %s: %.*s here, %s there\n", g->name, what, VD_FMT(ours), theirs);
	g->differ++;
}

static enum vd_status
gobl_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	struct gobl *g = user;
	json_t *totals = json_object_get(g->doc, "totals"),
	       *customer = json_object_get(g->doc, "customer");
	json_t *due =
	    json_array_get(json_object_get(json_object_get(json_object_get(g->doc, "payment"), "terms"),
	                                   "due_dates"),
	                   0);
	json_t *order =
	    json_array_get(json_object_get(json_object_get(g->doc, "ordering"), "purchases"), 0);
	json_t *before = json_array_get(json_object_get(g->doc, "preceding"), 0);
	const char *owed = gobl_text(totals, "due");
	char text[VD_MONEY_TEXT], day[VD_DATE_TEXT];

	(void)ctx;
	g->records++;
	vd_money_format((struct vd_money){ v->gross_minor, v->currency }, text);
	gobl_same(g, "number", v->number, gobl_text(g->doc, "code"));
	gobl_same(g, "owed", TEXT(text), owed[0] != '\0' ? owed : gobl_text(totals, "payable"));
	gobl_same(g, "currency", vd_currency_str(&v->currency), gobl_text(g->doc, "currency"));
	gobl_same(g, "buyer", v->debtor.name, gobl_text(customer, "name"));
	vd_date_format(v->issued_on, day);
	gobl_same(g, "issued", TEXT(day), gobl_text(g->doc, "issue_date"));
	vd_date_format(v->due_on, day);
	if (due != NULL) gobl_same(g, "due", TEXT(day), gobl_text(due, "date"));
	if (order != NULL && strcmp(gobl_text(order, "code"), "NA") != 0)
		gobl_same(g, "order", v->order_ref, gobl_text(order, "code"));
	if (before != NULL) gobl_same(g, "preceding", v->preceding, gobl_text(before, "code"));
	if (strcmp(gobl_text(g->doc, "type"), "credit-note") == 0)
		assert_int_equal(v->type, PARTY_CREDIT_NOTE);
	return VD_OK;
}

static enum vd_status
gobl_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	(void)user, (void)ctx, (void)r;
	return VD_OK;
}

static int
gobl_file(const char *path, const char *name)
{
	WITH_CONTEXT(32 << 20);
	char expected[1500];
	struct gobl g = { .name = name };
	struct party_sink sink = { &g, NULL, gobl_invoice, gobl_rejected, NULL };
	struct ubl_options options = { .attachments = false };
	VD_AUTO_UBL_READER *r = NULL;
	json_t *json;

	snprintf(expected, sizeof(expected), "%s.expect.json", path);
	assert_non_null(json = json_load_file(expected, 0, NULL));
	g.doc = json_object_get(json, "doc");
	assert_ok(ubl_reader_new(&ctx, &options, &sink, &r));
	assert_ok(ubl_reader_feed(&ctx, r, read_file(&ctx, path)));
	assert_ok(ubl_reader_end(&ctx, r));
	json_decref(json);
	return g.records - (g.differ > 0);
}

static void
test_gobl(void **state)
{
	static const char *const names[] = { "en16931__credit-note1",
		                                 "en16931__ubl-example1",
		                                 "en16931__ubl-example2",
		                                 "en16931__ubl-example4",
		                                 "en16931__ubl-example6",
		                                 "en16931__ubl-example7",
		                                 "en16931__ubl-example8",
		                                 "peppol__Vat-category-S",
		                                 "peppol__base-example",
		                                 "peppol__example-encoding",
		                                 "peppol__nbio-stuck-ubl",
		                                 "peppol__proforma-invoice",
		                                 "peppol__self-billed-creditnote",
		                                 "peppol__sg-invoice",
		                                 "peppol__vat-category-O-invalid-bytes",
		                                 "peppol__vat-category-Z" };
	int agree = 0, there = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(names); i++) {
		char name[200], path[1024];

		snprintf(name, sizeof(name), "samples/ubl/gobl-parse-expected/gobl_%s.xml", names[i]);
		if (!shared_path(name, path)) continue;
		there++;
		agree += gobl_file(path, names[i]);
	}
	print_message("gobl.ubl: %d of %d documents agree\n", agree, there);
	/* Differ: the pro forma, which we refuse; and four amounts that gobl adds up from the lines
	 * again, where we take what the document states (two of them contradict their own lines; one
	 * leaves out the rounding of 0.02). */
	assert_true(there == 0 || agree >= 11);
}

/* --- EN 16931 rule tests: fragments, one record or one rejection each ------------------------- */

static enum vd_status
count_invoice(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	(void)ctx, (void)v;
	((int *)user)[0]++;
	return VD_OK;
}

static enum vd_status
count_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r)
{
	(void)ctx;
	assert_true(r->message.len > 10);
	((int *)user)[1]++;
	return VD_OK;
}

static void
read_fragment(xmlDocPtr doc, xmlNodePtr node, int counts[2])
{
	WITH_CONTEXT(16 << 20);
	struct party_sink sink = { counts, NULL, count_invoice, count_rejected, NULL };
	struct ubl_options options = { .attachments = true };
	xmlBufferPtr text = xmlBufferCreate();
	VD_AUTO_UBL_READER *r = NULL;

	assert_true(xmlNodeDump(text, doc, node, 0, 0) > 0);
	assert_ok(ubl_reader_new(&ctx, &options, &sink, &r));
	assert_ok(ubl_reader_feed(&ctx, r, vd_str_c((const char *)xmlBufferContent(text))));
	assert_ok(ubl_reader_end(&ctx, r));
	xmlBufferFree(text);
}

static int
read_fragments(const char *path, int counts[2])
{
	xmlDocPtr doc =
	    xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	int n = 0;

	if (doc == NULL) return 0;
	for (xmlNodePtr t = xmlDocGetRootElement(doc)->children; t != NULL; t = t->next)
		for (xmlNodePtr e = t->children; e != NULL; e = e->next) {
			if (e->type != XML_ELEMENT_NODE || (strcmp((const char *)e->name, "Invoice") != 0 &&
			                                    strcmp((const char *)e->name, "CreditNote") != 0))
				continue;
			xmlReconciliateNs(doc, e);
			read_fragment(doc, e, counts);
			n++;
		}
	xmlFreeDoc(doc);
	return n;
}

static void
test_rule_fragments(void **state)
{
	static const char *const folders[] = { "en16931-rule-units", "peppol-rule-units" };
	int counts[2] = { 0, 0 }, documents = 0;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(folders); i++) {
		char path[1024], name[1400];
		struct dirent *e;
		DIR *d;

		snprintf(path, sizeof(path), "%s/../shared/samples/ubl/%s",
		         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", folders[i]);
		if ((d = opendir(path)) == NULL) {
			print_message("skipped: samples/ubl/%s is not there\n", folders[i]);
			continue;
		}
		while ((e = readdir(d)) != NULL) {
			snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
			if (strstr(e->d_name, ".xml") != NULL) documents += read_fragments(name, counts);
		}
		closedir(d);
	}
	print_message("%d fragments: %d records, %d rejected\n", documents, counts[0], counts[1]);
	assert_int_equal(counts[0] + counts[1], documents);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_invoice),     cmocka_unit_test(test_what_is_owed),
		cmocka_unit_test(test_rejected),    cmocka_unit_test(test_days),
		cmocka_unit_test(test_terms_texts), cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_refused),     cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_floods),      cmocka_unit_test(test_files_of_others),
		cmocka_unit_test(test_gobl),        cmocka_unit_test(test_rule_fragments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
