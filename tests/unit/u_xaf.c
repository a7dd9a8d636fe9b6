/* Auditfiles: own ones with known results, and those of others. */
#include "intake/xaf.h"
#include "intake/xaf_items.h"

#include "party_log.h"
#include "unit.h"

#define FILE_MAX (1 << 20)

static enum vd_status
read_xaf(struct vd_context *ctx, struct vd_str text, size_t block, const char *accounts,
         struct party_log *log, struct xaf_info *info)
{
	struct xaf_options options = { .control_accounts =
		                               accounts != NULL ? vd_str_c(accounts) : VD_STR_NONE };
	struct party_sink sink = party_log_sink(log);
	VD_AUTO_XAF_READER *r = NULL;

	VD_TRY(xaf_reader_new(ctx, &options, &sink, &r));
	for (size_t i = 0; i < text.len; i += block)
		VD_TRY(xaf_reader_feed(ctx, r, vd_str_sub(text, i, block)));
	VD_TRY(xaf_reader_end(ctx, r));
	if (info == NULL) return VD_OK;
	*info = *xaf_reader_info(r);
	VD_TRY(vd_str_dup(ctx, info->control_accounts, &info->control_accounts));
	VD_TRY(vd_str_dup(ctx, info->company, &info->company));
	return vd_str_dup(ctx, info->fiscal_year, &info->fiscal_year);
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
expect(struct vd_str text, const char *accounts, const char *lines)
{
	static const size_t blocks[] = { 1 << 20, 1, 7 };

	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		WITH_CONTEXT(16 << 20);
		struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

		assert_ok(read_xaf(&ctx, text, blocks[i], accounts, &log, NULL));
		if (!vd_str_eq(vd_buf_str(&log.text), TEXT(lines)))
			fail_msg("blocks of %zu:\n%.*s\ninstead of\n%s", blocks[i],
			         VD_FMT(vd_buf_str(&log.text)), lines);
	}
}

/* Everything of XAF 3.2 in one file: opening lines, a receipt in part, one without reference, a
 * negative credit note, a supplier who owes, the past name and the provision that do not count. */
static void
test_own_32(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	struct xaf_info info;

	(void)state;
	expect(
	    fixture(&ctx, "xaf-3.2.xaf"), NULL,
	    "35 debtor debtor=1001 name=Jansen Installaties street=Postbus 9 postcode=3700 AA city=Zeist country=NL "
	    "iban=NL91ABNA0417164300 email=piet@jansen.example phone=030-0000001 contact=Piet Jansen kvk=24000011 "
	    "vat_number=NL000099998B57 accounts=NL20INGB0001234567 limit=500000\n"
	    "75 invoice 2025-901 gross=10000 open=10000 currency=EUR issued=2025-12-01 due=2025-12-31 | debtor=1001\n"
	    "91 invoice 2026-001 gross=12100 open=10000 currency=EUR issued=2026-01-16 due=2026-02-14 "
	    "description=Onderhoud | debtor=1001\n"
	    "93 payment 20-1 gross=5000 open=5000 currency=EUR issued=2026-02-10 description=Zonder kenmerk | debtor=1001\n"
	    "109 credit C-1 gross=1210 open=1210 currency=EUR issued=2026-04-01 description=Creditnota | debtor=1001\n"
	    "45 debtor debtor=2002 name=Leverancier en klant\n"
	    "116 invoice F-7 gross=34900 open=34900 currency=EUR issued=2026-05-01 description=Aan leverancier | "
	    "debtor=2002\n");
	assert_ok(read_xaf(&ctx, fixture(&ctx, "xaf-3.2.xaf"), 4096, NULL, &log, &info));
	assert_text(info.version, "3.2");
	assert_text(info.fiscal_year, "2026");
	assert_text(info.company, "De Vries Techniek");
	assert_text(info.control_accounts, "1300");
	assert_int_equal(info.debtors, 2);
	assert_int_equal(info.items, 5);
	assert_int_equal(info.open_minor, 48690);
	assert_int_equal(info.control_minor, 48690);
}

/* Short files: only what a case is about. */
#define FILE_OF(ns, body)                                                                    \
	"<auditfile xmlns=\"" ns "\"><header><fiscalYear>2026</fiscalYear><startDate>2026-01-01" \
	"</startDate><endDate>2026-12-31</endDate><curCode>EUR</curCode></header><company>" body \
	"</company></auditfile>"
#define XAF32(body) FILE_OF("http://www.auditfiles.nl/XAF/3.2", body)
#define ODB         "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/"
#define XAF40(body) FILE_OF(ODB "1.1/structures/XmlauditfileXAF_4.0", body)
#define CUSTOMER(id, more)                                                                \
	"<customersSuppliers><customerSupplier><custSupID>" id "</custSupID><custSupName>" id \
	"</custSupName><custSupTp>C</custSupTp>" more "</customerSupplier></customersSuppliers>"
#define ACCOUNT(id, name, more)                                                            \
	"<ledgerAccount><accID>" id "</accID><accDesc>" name "</accDesc><accTp>B</accTp>" more \
	"</ledgerAccount>"
#define LEDGER(accounts) "<generalLedger>" accounts "</generalLedger>"
#define LINE(account, amount, side, debtor, ref)                             \
	"<trLine><accID>" account "</accID><amnt>" amount "</amnt><amntTp>" side \
	"</amntTp><custSupID>" debtor "</custSupID><invRef>" ref                 \
	"</invRef><effDate>2026-03-03</effDate>"                                 \
	"<settDate>2026-09-09</settDate></trLine>"
#define JOURNAL(id, type, offset, lines)                                        \
	"<journal><jrnID>" id "</jrnID><jrnTp>" type "</jrnTp><offsetAccID>" offset \
	"</offsetAccID><transaction><nr>1</nr><trDt>2026-02-02</trDt>" lines        \
	"</transaction></journal>"
#define TRANSACTIONS(journals) "<transactions>" journals "</transactions>"

static void
test_own_40(void **state)
{
	(void)state;
	/* effDate is the invoice date, settDate is nothing; a receipt for an invoice of before the file
	 * pays the opening; the closing amount is checked */
	expect(
	    VD_STR(XAF40(
	        CUSTOMER(
	            "D1",
	            "<opBalDesc>300.00</opBalDesc><opBalTp>D</opBalTp><clBalDesc>220.00</clBalDesc>"
	            "<clBalTp>D</clBalTp>")
	            LEDGER(ACCOUNT(
	                "1300", "Debiteuren",
	                "<RGScode>BVorDebHad</RGScode>")) "<openingBalance><obLine><nr>1</nr><accID>1300</accID><amnt>300.00</amnt><amntTp>D</amntTp></obLine>"
	                                                  "</openingBalance>" TRANSACTIONS(
	                                                      JOURNAL("V", "S", "1300",
	                                                              LINE("1300", "121.00", "D", "D1",
	                                                                   "F1"))
	                                                          JOURNAL("B", "B", "1100",
	                                                                  LINE("1300", "200.00", "C",
	                                                                       "D1", "F0")
	                                                                      LINE("1300", "1.00", "C",
	                                                                           "D1", "F1"))))),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n"
	    "1 invoice F1 gross=12100 open=12000 currency=EUR issued=2026-03-03 | debtor=D1\n"
	    "1 invoice BEGINBALANS-2026-D1 gross=30000 open=10000 currency=EUR issued=2026-01-01 description=Beginbalans 2026 | "
	    "debtor=D1\n");
	/* the vocabulary of 4.0 in a namespace nobody published */
	expect(
	    VD_STR(
	        "<auditfile xmlns=\"urn:mine\"><header><fiscalYear>2026</fiscalYear><RGSVersion>3.7</RGSVersion></header>"
	        "<company>" CUSTOMER(
	            "D1", "<opBalDesc>-5.00</opBalDesc><opBalTp>C</opBalTp><clBalDesc>4.00</clBalDesc>")
	            LEDGER(
	                ACCOUNT("1300", "x", "<RGScode>BVorDeb</RGScode>")) "</company></auditfile>"),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n"
	    "1 invoice BEGINBALANS-2026-D1 gross=500 open=500 description=Beginbalans 2026 | debtor=D1\n"
	    "1 warning: The open items add up to 5.00, the control account to 0.00. Lines that name no debtor: 0, together "
	    "0.00. Opening of the account: 0.00.\n"
	    "1 warning: Debtors whose closing amount in the file is not the sum of their open items: 1, the first is "
	    "\"D1\".\n");
}

#define TWO_LINES             \
	JOURNAL("V", "S", "1300", \
	        LINE("1300", "10.00", "D", "D1", "F1") LINE("1400", "5.00", "D", "D1", "F2"))

static void
test_control_accounts(void **state)
{
	WITH_CONTEXT(4 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	const char *no_hint =
	    XAF32(CUSTOMER("D1", "") LEDGER(ACCOUNT("1300", "A", "") ACCOUNT("1400", "B", ""))
	              TRANSACTIONS(JOURNAL("V", "M", "", LINE("1300", "10.00", "D", "D1", "F1"))));

	(void)state;
	/* by the offset account of a sales journal, also when the bank's journal came first */
	expect(
	    VD_STR(XAF32(CUSTOMER("D1", "") LEDGER(ACCOUNT("1300", "A", "") ACCOUNT("1400", "B", ""))
	                     TRANSACTIONS(JOURNAL("B", "B", "1100",
	                                          LINE("1300", "4.00", "C", "D1", "F1")) TWO_LINES))),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n1 invoice F1 gross=1000 open=600 currency=EUR issued=2026-02-02 | debtor=D1\n");
	/* by name */
	expect(
	    VD_STR(XAF32(CUSTOMER("D1", "")
	                     LEDGER(ACCOUNT("1300", "A", "") ACCOUNT("1400", "Debiteuren", ""))
	                         TRANSACTIONS(JOURNAL("V", "M", "",
	                                              LINE("1300", "10.00", "D", "D1", "F1")
	                                                  LINE("1400", "5.00", "D", "D1", "F2"))))),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n1 invoice F2 gross=500 open=500 currency=EUR issued=2026-02-02 | debtor=D1\n");
	/* several: one item per debtor and reference */
	expect(
	    VD_STR(XAF32(CUSTOMER("D1", "") LEDGER(
	        ACCOUNT("1300", "A", "<leadCode>BVorDebHad</leadCode>") ACCOUNT(
	            "1301", "B",
	            "<taxonomy><entryPoint><conceptRef>BVorDebHdb</conceptRef></entryPoint></taxonomy>"))
	                     TRANSACTIONS(JOURNAL("V", "S", "1300",
	                                          LINE("1300", "10.00", "D", "D1", "F1")
	                                              LINE("1301", "4.00", "C", "D1", "F1"))))),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n1 invoice F1 gross=1000 open=600 currency=EUR issued=2026-02-02 | debtor=D1\n");
	/* by option, over all hints */
	expect(
	    VD_STR(XAF32(CUSTOMER("D1", "") LEDGER(
	        ACCOUNT("1300", "Debiteuren", "") ACCOUNT("1400", "B", "")) TRANSACTIONS(TWO_LINES))),
	    " 1400",
	    "1 debtor debtor=D1 name=D1\n1 invoice F2 gross=500 open=500 currency=EUR issued=2026-02-02 | debtor=D1\n");
	assert_refused(read_xaf(&ctx, TEXT(no_hint), 4096, "9999", &log, NULL), VD_E_INVALID,
	               "xaf.no_control_account");
	assert_int_equal(read_xaf(&ctx, TEXT(no_hint), 4096, NULL, &log, NULL), VD_E_INVALID);
	assert_string_equal(ctx.error.key, "xaf.no_control_account");
	assert_non_null(strstr(ctx.error.detail, "1300 A (lines: 1)"));
}

static void
test_what_is_not_certain(void **state)
{
	(void)state;
	/* the sub-ledger is the source when ledger lines name no debtor */
	expect(
	    VD_STR(XAF32(
	        CUSTOMER("D1", "")
	            LEDGER(ACCOUNT("1300", "A", "<leadReference>BVorDeb</leadReference>")) "<transactions>" JOURNAL(
	                "V", "S", "1300",
	                LINE(
	                    "1300", "10.00", "D", "",
	                    "F1")) "<subledgers><subledger><sbType>CS</sbType><sbLine><amnt>10.00</amnt><amntTp>D</amntTp><docRef>X</docRef>"
	                           "<custSupID>D1</custSupID><invRef>F1</invRef><invPurSalTp>S</invPurSalTp><invDt>2026-02-01</invDt>"
	                           "<invDueDt>2026-03-01</invDueDt><mutTp>I</mutTp></sbLine><sbLine><amnt>7.00</amnt><amntTp>C</amntTp>"
	                           "<custSupID>S1</custSupID><invRef>P1</invRef><invPurSalTp>P</invPurSalTp></sbLine></subledger>"
	                           "</subledgers></transactions>")),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n"
	    "1 invoice F1 gross=1000 open=1000 currency=EUR issued=2026-02-01 due=2026-03-01 | debtor=D1\n"
	    "1 warning: The ledger lines name no debtors; the items are those of the sub-ledger.\n");
	/* a line that cannot be read spoils its item only; lines without a debtor and an opening
	 * without debtors are told; so is a count that does not fit, and a foreign currency */
	expect(
	    VD_STR(XAF32(CUSTOMER("D1", "") LEDGER(ACCOUNT(
	        "1300", "A",
	        "<leadReference>BVorDeb</leadReference>")) "<openingBalance><obLine><accID>1300</accID><amnt>7.00</amnt><amntTp>D</amntTp></obLine></openingBalance>"
	                                                   "<transactions><linesCount>9</linesCount>" JOURNAL(
	                                                       "V", "S", "1300",
	                                                       LINE("1300", "10.00", "D", "D1",
	                                                            "F1") LINE("1300", "x", "D", "D1",
	                                                                       "F1")
	                                                           LINE(
	                                                               "1300", "2.00", "D", "",
	                                                               "F3") "<trLine><accID>1300</accID><amnt>5.00</amnt><amntTp>D</amntTp><custSupID>D9</custSupID>"
	                                                                     "<invRef>F2</invRef><currency><curCode>USD</curCode><curAmnt>6.00</curAmnt></currency></trLine>") "</transactions>")),
	    NULL,
	    "1 debtor debtor=D1 name=D1\n"
	    "1 warning: The file says it has 9 transaction lines; 4 were read: is it complete?\n"
	    "1 rejected key=F1: a ledger line of this item cannot be read (amount, or a reference that is too long): its open "
	    "amount is not certain\n"
	    "1 invoice F2 gross=500 open=500 currency=EUR issued=2026-02-02 | debtor=D9\n"
	    "1 warning: The open items add up to 15.00, the control account to 24.00. Lines that name no debtor: 1, together "
	    "2.00. Opening of the account: 7.00, which is not told per debtor: import a list of open items for it.\n"
	    "1 warning: 1 lines could not be read and are not in the sums.\n"
	    "1 warning: 1 debtor lines are in a foreign currency; the amounts given are the bookkeeping's own.\n"
	    "1 warning: 1 debtors with open items are not among the file's relations.\n");
	/* nothing on it */
	expect(VD_STR(XAF32(CUSTOMER("D1", ""))), NULL,
	       "1 debtor debtor=D1 name=D1\n1 warning: No open items were found in this auditfile.\n");
	/* debtors without a name or a code */
	expect(
	    VD_STR(XAF32(
	        "<customersSuppliers><customerSupplier><custSupID>7</custSupID><custSupTp>C</custSupTp>"
	        "</customerSupplier><customerSupplier><custSupName>N</custSupName></customerSupplier>"
	        "</customersSuppliers>")),
	    NULL,
	    "1 rejected key=7 at=customerSupplier: the debtor has no name\n"
	    "1 rejected at=customerSupplier: the relation has no code (custSupID)\n"
	    "1 warning: No open items were found in this auditfile.\n");
}

/* Multivers says UTF-8 and writes Latin-1; Exact begins with a byte order mark. */
static void
test_encodings(void **state)
{
	(void)state;
	expect(
	    VD_STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" XAF32(CUSTOMER("Caf\xE9", ""))), NULL,
	    "1 debtor debtor=Caf\xC3\xA9 name=Caf\xC3\xA9\n"
	    "1 warning: The file holds 2 bytes that are not in the encoding it declares; they were read "
	    "as Windows-1252. Check the names with accents.\n"
	    "1 warning: No open items were found in this auditfile.\n");
	expect(
	    VD_STR("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>" XAF32(
	        CUSTOMER("\xC3\xA9", ""))),
	    NULL,
	    "1 debtor debtor=\xC3\xA9 name=\xC3\xA9\n1 warning: No open items were found in this auditfile.\n");
}

static void
refuse(const char *text, enum vd_status status, const char *key, const char *word)
{
	WITH_CONTEXT(16 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

	assert_int_equal(read_xaf(&ctx, TEXT(text), 1 << 20, NULL, &log, NULL), status);
	if (strcmp(ctx.error.key, key) != 0 || strstr(ctx.error.detail, word) == NULL)
		fail_msg("%s: %s", ctx.error.key, ctx.error.detail);
}

static void
test_refused(void **state)
{
	(void)state;
	refuse("<Invoice/>", VD_E_INVALID, "xaf.not_an_auditfile", "Invoice");
	refuse(FILE_OF("http://www.auditfiles.nl/XAF/2.0", ""), VD_E_INVALID, "xaf.not_an_auditfile",
	       "old version");
	refuse("<!DOCTYPE auditfile><auditfile/>", VD_E_INVALID, "xml.doctype", "DOCTYPE");
	refuse("<auditfile><header>", VD_E_INVALID, "xml.truncated", "breaks off");
	refuse("<!-- Vervolgbestand 1 van 2 --><auditfile><header>", VD_E_INVALID, "xaf.split_file",
	       "parts");
	refuse("<!-- Vervolgbestand 2 van 2 --></journal></transactions></company></auditfile>",
	       VD_E_INVALID, "xaf.split_file", "parts");
	refuse("<auditfile><header><curCode>EURO</curCode></header></auditfile>", VD_E_INVALID,
	       "xaf.currency", "EURO");
	refuse("", VD_E_INVALID, "xml.empty", " ");
}

/* Many lines on few references need no more memory; many references add up right. */
static void
test_many_lines(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct vd_buf b = VD_BUF(&ctx, 32 << 20);
	struct party_log log = { .quiet = true };
	struct xaf_info info;

	(void)state;
	vd_buf_add_c(
	    &b,
	    "<auditfile><header><curCode>EUR</curCode></header><company>" CUSTOMER("D1", "") LEDGER(ACCOUNT(
	        "1300", "A",
	        "<leadReference>BVorDeb</leadReference>")) "<transactions><journal><jrnID>V"
	                                                   "</jrnID><jrnTp>S</jrnTp><transaction><nr>1</nr><trDt>2026-01-01</trDt>");
	for (int i = 0; i < 60000; i++)
		vd_buf_addf(
		    &b,
		    "<trLine><accID>1300</accID><amnt>1.%02d</amnt><amntTp>%s</amntTp><custSupID>D%d</custSupID><invRef>%d"
		    "</invRef></trLine>",
		    i % 100, i % 3 == 2 ? "C" : "D", i % 7, i % 20000);
	vd_buf_add_c(&b, "</transaction></journal></transactions></company></auditfile>");
	assert_ok(read_xaf(&ctx, vd_buf_str(&b), 1 << 16, NULL, &log, &info));
	assert_int_equal(info.control_minor, info.open_minor);
	assert_int_equal(log.open, info.open_minor);
	assert_int_equal(log.invoices, info.items);
	assert_true(info.items > 20000);
}

/* Texts of another kind than our fixtures: names with numbers, looked up again. */
static void
test_names_and_items(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct xaf_names names = { .count = 0 };
	struct xaf_items *items = vd_new(&ctx, struct xaf_items);
	char text[40];

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		struct xaf_item *item;
		uint32_t index;

		snprintf(text, sizeof(text), "%u", i * 7919);
		assert_ok(xaf_name(&ctx, &names, TEXT(text), &index));
		assert_int_equal(index, i);
		assert_ok(xaf_item_get(&ctx, items, i % 3, index, TEXT(text), &item));
		assert_ok(xaf_item_add(&ctx, item, i));
	}
	for (uint32_t i = 0; i < 20000; i++) {
		struct xaf_item *item;

		snprintf(text, sizeof(text), "%u", i * 7919);
		assert_non_null(item = xaf_item_find(items, i % 3, i, TEXT(text)));
		assert_int_equal(item->debit, i);
		assert_null(xaf_item_find(items, i % 3 + 1, i, TEXT(text)));
	}
	assert_int_equal(items->count, 20000);
}

/* Exact Online's sample: the ledger lines give what its own sub-ledger says, item by item (added up
 * apart with another program: 9 invoices, 5 credits, 104122.37 debit, 408342.46 credit). */
static void
test_exact_sample(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	struct xaf_info info;
	char path[1024];

	(void)state;
	if (!shared_path("samples/xaf/3.2/netherlands__ExactOnline_V32_2016.xml", path)) return;
	assert_ok(read_xaf(&ctx, read_file(&ctx, path), 4096, NULL, &log, &info));
	assert_text(info.control_accounts, "1300");
	assert_int_equal(info.items, 14);
	assert_int_equal(info.open_minor, 10412237 - 40834246);
	assert_int_equal(info.control_minor, info.open_minor);
	assert_non_null(
	    strstr(log.text.ptr,
	           "invoice 16700002 gross=4392237 open=4392237 currency=EUR issued=2016-02-17 "
	           "due=2016-03-09"));
	assert_non_null(
	    strstr(log.text.ptr,
	           "credit 16900012 gross=100000 open=100000 currency=EUR issued=2016-02-26"));
	assert_non_null(strstr(log.text.ptr, "payment 20-16200005 gross=39184246"));
	print_message("Exact Online 3.2: %lld debtors, %lld items agree with its sub-ledger\n",
	              (long long)info.debtors, (long long)info.items);
}

/* The tax office's own test files have no debtors' account: they are asked about, or say so. */
static void
test_official_samples(void **state)
{
	static const struct {
		const char *name, *accounts;
		enum vd_status status;
	} files[] = {
		{ "3.2/netherlands__XmlAuditfileFinancieel3.2_test.xml", NULL, VD_E_INVALID },
		{ "3.2/netherlands__XmlAuditfileFinancieel3.2_test.xml", "String", VD_OK },
		{ "4.0/XAF_4_0_Test_100425.xaf", NULL, VD_E_INVALID },
		{ "4.0/XAF_4_0_Test_100425.xaf", "1000", VD_OK },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(files); i++) {
		WITH_CONTEXT(16 << 20);
		struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
		char name[200], path[1024];

		snprintf(name, sizeof(name), "samples/xaf/%s", files[i].name);
		if (!shared_path(name, path)) continue;
		if (read_xaf(&ctx, read_file(&ctx, path), 4096, files[i].accounts, &log, NULL) !=
		    files[i].status)
			fail_msg("%s: %s", name, ctx.error.detail);
		print_message("%s\n%.*s\n", name, VD_FMT(vd_buf_str(&log.text)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_32),           cmocka_unit_test(test_own_40),
		cmocka_unit_test(test_control_accounts), cmocka_unit_test(test_what_is_not_certain),
		cmocka_unit_test(test_encodings),        cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many_lines),       cmocka_unit_test(test_names_and_items),
		cmocka_unit_test(test_exact_sample),     cmocka_unit_test(test_official_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
