/* Matching over a store: what a batch of transactions knows of itself, and of names. */
#include "books_support.h"

#include "q_matching.h"

/* ---- small files ---- */

static void
write_text(const char *name, const char *text, char path[static 1024])
{
	FILE *f = business_file(name, 0, path);

	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

struct pay {
	int64_t minor; /* negative: out */
	int account;
	const char *name, *text, *end_to_end;
	bool returned;
};

static void
write_pays(const struct pay *pays, size_t n, char path[static 1024])
{
	FILE *f = business_file("pays.xml", 0, path);
	char iban[24];

	business_iban(999999, iban);
	fprintf(
	    f,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>"
	    "<GrpHdr><MsgId>P</MsgId><CreDtTm>2026-06-29T06:00:00</CreDtTm></GrpHdr><Stmt><Id>P-1</Id>"
	    "<CreDtTm>2026-06-29T23:00:00</CreDtTm><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>\n",
	    iban);
	for (size_t i = 0; i < n; i++) {
		const char *side = pays[i].minor < 0 ? "Cdtr" : "Dbtr";
		long long minor = pays[i].minor < 0 ? -pays[i].minor : pays[i].minor;

		business_iban(pays[i].account, iban);
		fprintf(
		    f,
		    "<Ntry><Amt Ccy=\"EUR\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd>%s<Sts>BOOK</Sts>"
		    "<BookgDt><Dt>2026-06-29</Dt></BookgDt><AcctSvcrRef>P%zu</AcctSvcrRef><NtryDtls><TxDtls>"
		    "<Refs><EndToEndId>%s</EndToEndId></Refs><RltdPties><%s><Nm>%s</Nm></%s><%sAcct><Id>"
		    "<IBAN>%s</IBAN></Id></%sAcct></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf>%s"
		    "</TxDtls></NtryDtls></Ntry>\n",
		    minor / 100, minor % 100, pays[i].minor < 0 ? "DBIT" : "CRDT",
		    pays[i].returned ? "<RvslInd>true</RvslInd>" : "", i,
		    pays[i].end_to_end != NULL ? pays[i].end_to_end : "NOTPROVIDED", side, pays[i].name,
		    side, side, iban, side, pays[i].text,
		    pays[i].returned ? "<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>" : "");
	}
	fprintf(f, "</Stmt></BkToCstmrStmt></Document>\n");
	assert_int_equal(fclose(f), 0);
}

/* An administration with these debtors, invoices and payments, matched; what the books say. */
static void
matched(int store, const char *debtors, const char *invoices, const struct pay *pays, size_t n,
        struct rows *out)
{
	struct business_files files;
	struct reader reader;
	char url[1024];

	fresh_store(store, url);
	make_administration(url, "M");
	write_text("debtors.csv", debtors, files.debtors);
	write_text("invoices.csv", invoices, files.invoices);
	write_pays(pays, n, files.statement);
	in_session(url, "M", do_import_debtors, &files, NULL);
	in_session(url, "M", do_import_invoices, &files, NULL);
	in_session(url, "M", do_import_statement, &files, NULL);
	in_session(url, "M", do_match, &files, NULL);
	assert_int_equal(books_verify(url, "M"), 0);
	reader_open(&reader, url);
	books_read(&reader, "M", out);
	reader_close(&reader);
	business_remove(&files);
}

static bool
says(const struct rows *r, const char *text)
{
	for (size_t i = 0; i < r->count; i++)
		if (strstr(r->texts[i], text) != NULL) return true;
	return false;
}

#define DEBTORS  "debtor_id,name,iban\n"
#define INVOICES "invoice_no,debtor_id,invoice_date,due_date,gross\n"

/* ---- a payment and its return in one file ---- */

static void
test_return_in_the_batch_of_its_payment(void **state)
{
	static const struct pay pays[] = {
		{ 10000, 1, "Jansen", "F2026001", "E1", false },
		{ 5000, 2, "Smit", "F2026002", NULL, false },
		{ -10000, 1, "Jansen", "terug", "E1", true },
		{ 10000, 1, "Jansen", "nogmaals F2026001", "E2", false },
	};
	struct rows rows = { 0 };

	(void)state;
	matched(1, DEBTORS "D1,Jansen,\nD2,Smit,\n",
	        INVOICES
	        "F2026001,D1,2026-05-01,2026-05-15,100.00\nF2026002,D2,2026-05-01,2026-05-15,50.00\n",
	        pays, VD_LENGTH(pays), &rows);
	for (int i = 0; i < 4; i++) {
		char text[64];

		snprintf(text, sizeof(text), "transaction P%d|1|2026-06-29|", i);
		assert_true(says(&rows, text));
	}
	assert_false(says(&rows, "|unknown"));
	assert_false(says(&rows, "|proposed"));
	assert_true(says(&rows, "|payment|F2026001|1|-10000|"));  /* taken back */
	assert_true(says(&rows, "P3|payment|F2026001|1|10000|")); /* and paid again */
	assert_true(says(&rows, "item D1|F2026001|1|D|invoice|10000|2026-05-01|2026-05-15|0|"));
	assert_true(says(&rows, "balance D1|EUR|0|0|"));
	rows_free(&rows);
}

/* ---- names ---- */

/* Ten debtors of one name owe the same. One of them is a candidate because an order reference of
 * his stands in the text; the name may not make him the only one. */
static void
test_name_of_many_debtors(void **state)
{
	static const struct pay pays[] = { { 5000, 77, "de Vries", "contributie 47110815", NULL,
		                                 false } };
	char debtors[2048] = DEBTORS,
	     invoices[4096] = "invoice_no,debtor_id,invoice_date,due_date,gross,order_ref\n";
	struct rows rows = { 0 };

	(void)state;
	for (int i = 1; i <= 10; i++) {
		char line[128];

		snprintf(line, sizeof(line), "D%d,de Vries,\n", i);
		strncat(debtors, line, sizeof(debtors) - strlen(debtors) - 1);
		snprintf(line, sizeof(line), "A%d,D%d,2026-05-01,2026-05-15,50.00,\n", i, i);
		strncat(invoices, line, sizeof(invoices) - strlen(invoices) - 1);
	}
	/* dated after the payment, so that its order reference is not believed, but finds him */
	strncat(invoices, "B1,D3,2026-08-15,2026-08-30,75.00,47110815\n",
	        sizeof(invoices) - strlen(invoices) - 1);
	matched(2, debtors, invoices, pays, 1, &rows);
	assert_true(says(&rows, "transaction P0|1|2026-06-29|5000|5000|proposed"));
	assert_false(says(&rows, "allocation "));
	rows_free(&rows);
}

/* The only one of his name is found by it, also when many names begin as his does. */
static void
test_name_among_many_that_begin_so(void **state)
{
	static const struct pay pays[] = {
		{ 5000, 77, "Bakkerij Molenaar", "dank", NULL,
		  false },                                         /* begins others: only perhaps his */
		{ 6000, 78, "Slagerij Bos", "dank", NULL, false }, /* nobody else's */
	};
	char debtors[2048] = DEBTORS "D0,Bakkerij Molenaar,\nD20,Slagerij Bos,\n";
	struct rows rows = { 0 };

	(void)state;
	for (int i = 1; i <= 12; i++) {
		char line[128];

		snprintf(line, sizeof(line), "D%d,Bakkerij Molenaar filiaal %d,\n", i, i);
		strncat(debtors, line, sizeof(debtors) - strlen(debtors) - 1);
	}
	matched(3, debtors,
	        INVOICES "A1,D0,2026-05-01,2026-05-15,50.00\nA2,D20,2026-05-01,2026-05-15,60.00\n",
	        pays, VD_LENGTH(pays), &rows);
	assert_true(says(&rows, "transaction P0|1|2026-06-29|5000|5000|proposed"));
	assert_true(says(&rows, "transaction P1|1|2026-06-29|6000|6000|booked"));
	rows_free(&rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_return_in_the_batch_of_its_payment),
		cmocka_unit_test(test_name_of_many_debtors),
		cmocka_unit_test(test_name_among_many_that_begin_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
