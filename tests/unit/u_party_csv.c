/* Debtors and invoices from tables: whole files in, whole results out. All files are our own. */
#include "intake/party_csv.h"

#include "party_log.h"
#include "unit.h"

struct run {
	const struct party_mapping *mapping;
	const struct party_mapping *const *presets;
	size_t presets_count, block;
};

static enum vd_status
feed_blocks(struct vd_context *ctx, struct vd_str text, size_t block,
            struct party_csv_inspector *in, struct party_csv *r)
{
	for (size_t i = 0; i < text.len; i += block) {
		struct vd_str piece = vd_str_sub(text, i, block);

		VD_TRY(in != NULL ? party_csv_inspect_feed(ctx, in, piece) : party_csv_feed(ctx, r, piece));
	}
	return VD_OK;
}

/* Both passes over a text, in blocks of run->block bytes (0 = whole). */
static enum vd_status
import(struct vd_context *ctx, enum party_subject subject, struct vd_str text,
       const struct run *run, struct party_log *log)
{
	struct party_csv_options options = { .subject = subject,
		                                 .mapping = run->mapping,
		                                 .presets = run->presets,
		                                 .presets_count = run->presets_count };
	size_t block = run->block > 0 ? run->block : text.len + 1;
	VD_AUTO_PARTY_INSPECTOR *in = NULL;
	VD_AUTO_PARTY_CSV *r = NULL;
	const struct party_csv_plan *plan;
	struct party_sink sink = party_log_sink(log);

	VD_TRY(party_csv_inspect_new(ctx, &options, &in));
	VD_TRY(feed_blocks(ctx, text, block, in, NULL));
	VD_TRY(party_csv_inspect_end(ctx, in, &plan));
	VD_TRY(party_csv_new(ctx, plan, &sink, &r));
	VD_TRY(feed_blocks(ctx, text, block, NULL, r));
	return party_csv_end(ctx, r);
}

/* The text gives these lines, in blocks of one, seven and all bytes. */
static void
expect(enum party_subject subject, struct vd_str text, struct run run, const char *lines)
{
	static const size_t blocks[] = { 0, 1, 7 };

	for (size_t i = 0; i < VD_LENGTH(blocks); i++) {
		WITH_CONTEXT(8 << 20);
		struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

		run.block = blocks[i];
		assert_ok(import(&ctx, subject, text, &run, &log));
		if (!vd_str_eq(vd_buf_str(&log.text), TEXT(lines)))
			fail_msg("blocks of %zu:\n%.*s\ninstead of\n%s", blocks[i],
			         VD_FMT(vd_buf_str(&log.text)), lines);
	}
}

/* The text is refused as a whole; the sentence holds both words. */
static void
expect_refused(enum party_subject subject, struct vd_str text, struct run run, const char *key,
               const char *word, const char *other)
{
	WITH_CONTEXT(8 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	enum vd_status st = import(&ctx, subject, text, &run, &log);

	if (st == VD_OK) fail_msg("taken: %.*s", VD_FMT(vd_buf_str(&log.text)));
	if (strcmp(ctx.error.key, key) != 0 || strstr(ctx.error.detail, word) == NULL ||
	    strstr(ctx.error.detail, other) == NULL)
		fail_msg("%s: %s", ctx.error.key, ctx.error.detail);
	assert_int_equal(log.debtors + log.invoices + log.rejected, 0);
}

/* Only how many: for rows whose fault another module puts into words. */
static void
expect_counts(struct vd_str text, int invoices, int rejected)
{
	WITH_CONTEXT(8 << 20);
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };

	assert_ok(import(&ctx, PARTY_INVOICES, text, &(struct run){ 0 }, &log));
	assert_int_equal(log.invoices, invoices);
	assert_int_equal(log.rejected, rejected);
}

#define COUNTED(text, taken, rejected) expect_counts(VD_STR(text), taken, rejected)
#define ALONE                          ((struct run){ 0 })
#define DEBTORS(text, lines)           expect(PARTY_DEBTORS, VD_STR(text), ALONE, lines)
#define INVOICES(text, lines)          expect(PARTY_INVOICES, VD_STR(text), ALONE, lines)
#define REFUSED(text, key, word, other) \
	expect_refused(PARTY_INVOICES, VD_STR(text), ALONE, key, word, other)

static void
test_contract_headers(void **state)
{
	(void)state;
	DEBTORS(
	    "debtor_id,name,street,postcode,city,country,iban,email,language,segment,risk,terms_days\n"
	    "D001,Bakkerij De Korenaar,Molenstraat 1,1234 AB,Utrecht,NL,NL91ABNA0417164300,"
	    "info@korenaar.example,nl,Food,normal,30\n",
	    "2 debtor debtor=D001 name=Bakkerij De Korenaar street=Molenstraat 1 postcode=1234 AB city=Utrecht country=NL "
	    "iban=NL91ABNA0417164300 email=info@korenaar.example language=nl segment=Food risk=normal terms=30\n");
	DEBTORS(
	    "name;debtor_id;kind;contact_name;phone;reminder_email;owner;tone;credit_limit;kvk;vat_number\r\n"
	    "Visser BV;7;business;Mw. Visser;030-1234567;ar@visser.example;kees;formal;5000,00;;\r\n",
	    "2 debtor debtor=7 name=Visser BV reminder_email=ar@visser.example phone=030-1234567 contact=Mw. Visser "
	    "kind=business tone=formal owner=kees kvk= vat_number= limit=500000\n");
	INVOICES(
	    "invoice_no,debtor_id,invoice_date,due_date,net,vat,gross,currency,description,rf_reference\n"
	    "F1,D001,2026-01-05,2026-02-04,100.00,21.00,121.00,EUR,Meel,RF18539007547034\n",
	    "2 invoice F1 gross=12100 net=10000 vat=2100 currency=EUR issued=2026-01-05 due=2026-02-04 "
	    "description=Meel reference=RF18539007547034 | debtor=D001\n");
	INVOICES(
	    "gross,debtor_id,invoice_no,type,due_line,open,sent_on,delivered_on,order_ref,terms_days,last_step,last_step_on\n"
	    "50.00,9,F2,invoice,2,20.00,2026-01-06,2026-01-07,PO-1,14,reminder,2026-02-01\n"
	    "12.50,9,C1,credit,,,,,,,,\n",
	    "2 invoice F2/2 gross=5000 open=2000 sent=2026-01-06 delivered=2026-01-07 order=PO-1 terms=14 "
	    "last_step=reminder last_step_on=2026-02-01 | debtor=9\n"
	    "3 credit C1 gross=1250 order= last_step= | debtor=9\n");
}

static void
test_dutch_headers(void **state)
{
	(void)state;
	DEBTORS(
	    "Debiteurnummer;Naam;Straat;Huisnummer;Toevoeging;Postcode;Plaats;Land;E-mailadres;Taal;Risico;Betaaltermijn;"
	    "Klanttype;KvK-nummer;BTW-nummer\n"
	    "1001;Jansen Installaties;Dorpsstraat;12;bis;3511 AB;Utrecht;Nederland;info@jansen.example;Nederlands;Hoog;"
	    "30 dagen;zakelijk;;\n",
	    "2 debtor debtor=1001 name=Jansen Installaties street=Dorpsstraat 12 bis postcode=3511 AB city=Utrecht country=NL "
	    "email=info@jansen.example language=nl risk=high kind=business kvk= vat_number= terms=30\n");
	INVOICES(
	    "Factuurnr.;Deb.nr.;Factuurdatum;Vervaldatum;Bedrag excl. BTW;BTW;Bedrag incl. BTW;Openstaand;Omschrijving;"
	    "Betalingskenmerk;Soort;Valuta;Ordernummer\n"
	    "2026-014;1001;31-12-2025;30-01-2026;1.000,00;210,00;1.210,00;210,00;Onderhoud;1234 5678;Factuur;EUR;4500\n"
	    "2026-015;1001;2-1-2026;1-2-2026;-10,00;-2,10;-12,10;-12,10;Retour;;Creditnota;EUR;\n",
	    "2 invoice 2026-014 gross=121000 open=21000 net=100000 vat=21000 currency=EUR issued=2025-12-31 due=2026-01-30 "
	    "description=Onderhoud reference=1234 5678 order=4500 | debtor=1001\n"
	    "3 credit 2026-015 gross=1210 open=1210 net=1000 vat=210 currency=EUR issued=2026-01-02 due=2026-02-01 "
	    "description=Retour reference= order= | debtor=1001\n");
}

static void
test_spreadsheet_quirks(void **state)
{
	(void)state;
	/* "sep=", everything quoted, CRLF, trailing empty columns and rows, no-break blanks, euro
	 * signs, text marks, a title above the header, cells over several lines */
	INVOICES(
	    "sep=;\r\n\"Openstaande posten\";;\r\n;;\r\n\"Factuurnummer\";\"Debiteurnr\";\"Bedrag\";\"Omschrijving\";;;\r\n"
	    "\"=\"\"00042\"\"\";\"'+7\";\"\xE2\x82\xAC\xC2\xA0"
	    "1.234,56\";\"regel 1\r\nregel 2\";;;\r\n;;;;;;\r\n"
	    "\"43\";\"8\";\"1\xC2\xA0"
	    "234,5\";\"dat is 12\"\" breed\";;;\r\n",
	    "5 invoice 00042 gross=123456 currency=EUR description=regel 1 regel 2 | debtor=+7\n"
	    "8 invoice 43 gross=123450 description=dat is 12\" breed | debtor=8\n");
	/* an UTF-8 mark, tabs; a header repeated on the next page */
	INVOICES(
	    "\xEF\xBB\xBFinvoice_no\tdebtor_id\tgross\n1\t2\t3.50\ninvoice_no\tdebtor_id\tgross\n2\t2\t4.50\n",
	    "2 invoice 1 gross=350 | debtor=2\n4 invoice 2 gross=450 | debtor=2\n");
	/* Windows-1252 after the first rows; and columns nobody knows */
	DEBTORS("debtor_id|name|shoe size\n1|Jan|44\n2|Caf\xE9 't Hof|43\n",
	        "1 warning: Columns that are not used: shoe size.\n"
	        "2 debtor debtor=1 name=Jan\n3 debtor debtor=2 name=Caf\xC3\xA9 't Hof\n");
	/* UTF-16 with a mark */
	DEBTORS("\xFF\xFE"
	        "d\0e\0b\0t\0o\0r\0_\0i\0d\0,\0n\0a\0m\0e\0\r\0\n\0"
	        "1\0,\0\xE9\0\x3D\xD8\x00\xDE\n\0",
	        "2 debtor debtor=1 name=\xC3\xA9\xF0\x9F\x98\x80\n");
}

static void
test_amounts(void **state)
{
	(void)state;
#define H "invoice_no;debtor_id;gross\n"
	INVOICES(
	    H
	    "1;1;12,50-\n2;1;(12,50)\n3;1;-12,50\n4;1;+12,50\n5;1;12,-\n6;1;1.234.567,8\n7;1;EUR 5,00\n8;1;5,00 CR\n"
	    "9;1;\xE2\x88\x92"
	    "5,00\n10;1;,50\n11;1;1'234,00\n12;1;-\xE2\x82\xAC 3,00\n13;1;1234\n14;1;1.234,--\n15;1; \xE2\x82\xAC -   \n16;1;-\n",
	    "2 credit 1 gross=1250 | debtor=1\n3 credit 2 gross=1250 | debtor=1\n4 credit 3 gross=1250 | debtor=1\n"
	    "5 invoice 4 gross=1250 | debtor=1\n6 invoice 5 gross=1200 | debtor=1\n7 invoice 6 gross=123456780 | debtor=1\n"
	    "8 invoice 7 gross=500 currency=EUR | debtor=1\n9 credit 8 gross=500 | debtor=1\n10 credit 9 gross=500 | debtor=1\n"
	    "11 invoice 10 gross=50 | debtor=1\n12 invoice 11 gross=123400 | debtor=1\n"
	    "13 credit 12 gross=300 currency=EUR | debtor=1\n14 invoice 13 gross=123400 | debtor=1\n"
	    "15 invoice 14 gross=123400 | debtor=1\n"
	    "16 invoice 15 gross=0 currency=EUR | debtor=1\n17 invoice 16 gross=0 | debtor=1\n");
	/* thousands that only another row explains */
	INVOICES(H "1;1;1.234\n2;1;1,00\n",
	         "2 invoice 1 gross=123400 | debtor=1\n3 invoice 2 gross=100 | debtor=1\n");
	INVOICES(H "1;1;1,234\n2;1;1.00\n",
	         "2 invoice 1 gross=123400 | debtor=1\n3 invoice 2 gross=100 | debtor=1\n");
	INVOICES(H "1;1;0.120\n2;1;1234.500\n",
	         "2 invoice 1 gross=12 | debtor=1\n3 invoice 2 gross=123450 | debtor=1\n");
	/* refused as a whole */
	REFUSED(H "1;1;1.234\n2;1;15\n", "csv.ambiguous_amounts", "Line 2", "1.234");
	REFUSED(H "1;1;1.234,50\n2;1;3,25\n3;1;1,234.50\n", "csv.ambiguous_amounts", "line 4",
	        "1,234.50");
	REFUSED(H "1;1;-1,00\n2;1;-2,00\n3;1;-3,00\n", "csv.ambiguous_signs", "line 2", "negative");
	REFUSED("invoice_no;debtor_id;gross;type\n1;1;10,00;credit\n2;1;-2,00;credit\n",
	        "csv.ambiguous_signs", "Line 3", "line 2");
	/* refused by themselves */
	INVOICES(
	    H "1;1;abc\n2;1;1.23.4,00\n3;1;\n4;1;12,\n6;1;1,50\n",
	    "2 rejected key=1 at=column 3 (gross): \"abc\" is not an amount with a decimal comma; write 1234.56 or 1.234,56\n"
	    "3 rejected key=2 at=column 3 (gross): \"1.23.4,00\" is not an amount with a decimal comma; write 1234.56 or 1.234,56\n"
	    "4 rejected key=3 at=column 3 (gross): the amount is empty\n"
	    "5 rejected key=4 at=column 3 (gross): \"12,\" is not an amount with a decimal comma; write 1234.56 or 1.234,56\n"
	    "6 invoice 6 gross=150 | debtor=1\n");
	COUNTED(H "1;1;99999999999999999999,00\n2;1;0,125\n3;1;1,00\n", 1, 2);
#undef H
}

static void
test_dates(void **state)
{
	(void)state;
#define H "invoice_no;debtor_id;gross;invoice_date\n"
	INVOICES(
	    H
	    "1;1;1;2026-02-28\n2;1;1;31-12-2026\n3;1;1;3-4-2026\n4;1;1;31.12.2026\n5;1;1;2026-02-28T00:00:00\n"
	    "6;1;1;28-02-2026 00:00\n7;1;1;20260228\n8;1;1;1 mrt 2026\n9;1;1;12-okt-2026\n10;1;1;\n11;1;1;00-00-0000\n",
	    "2 invoice 1 gross=100 issued=2026-02-28 | debtor=1\n3 invoice 2 gross=100 issued=2026-12-31 | debtor=1\n"
	    "4 invoice 3 gross=100 issued=2026-04-03 | debtor=1\n5 invoice 4 gross=100 issued=2026-12-31 | debtor=1\n"
	    "6 invoice 5 gross=100 issued=2026-02-28 | debtor=1\n7 invoice 6 gross=100 issued=2026-02-28 | debtor=1\n"
	    "8 invoice 7 gross=100 issued=2026-02-28 | debtor=1\n9 invoice 8 gross=100 issued=2026-03-01 | debtor=1\n"
	    "10 invoice 9 gross=100 issued=2026-10-12 | debtor=1\n11 invoice 10 gross=100 | debtor=1\n12 invoice 11 gross=100 | debtor=1\n");
	INVOICES(
	    H "1;1;1;03/04/2026\n2;1;1;25/04/2026\n",
	    "2 invoice 1 gross=100 issued=2026-04-03 | debtor=1\n3 invoice 2 gross=100 issued=2026-04-25 | debtor=1\n");
	INVOICES(
	    H "1;1;1;03/04/2026\n2;1;1;04/25/2026\n",
	    "2 invoice 1 gross=100 issued=2026-03-04 | debtor=1\n3 invoice 2 gross=100 issued=2026-04-25 | debtor=1\n");
	INVOICES(H "1;1;1;03/03/2026\n", "2 invoice 1 gross=100 issued=2026-03-03 | debtor=1\n");
	REFUSED(H "1;1;1;03/04/2026\n2;1;1;05/04/2026\n", "csv.ambiguous_dates", "Line 2",
	        "03/04/2026");
	REFUSED(H "1;1;1;25/04/2026\n2;1;1;04/25/2026\n", "csv.ambiguous_dates", "line 3",
	        "04/25/2026");
	REFUSED(H "1;1;1;25-04-2026\n2;1;1;04-25-2026\n", "csv.ambiguous_dates", "Line 3",
	        "04-25-2026");
	REFUSED(H "1;1;1;25-04-26\n", "csv.ambiguous_dates", "Line 2", "two digits");
	INVOICES(
	    H "1;1;1;2026-02-30\n2;1;1;46023\n3;1;1;soon\n4;1;1;31-04-2026\n",
	    "2 rejected key=1 at=column 4 (invoice_date): \"2026-02-30\" is not a date; write 2026-12-31 or 31-12-2026\n"
	    "3 rejected key=2 at=column 4 (invoice_date): \"46023\" is not a date but a spreadsheet's day number: give the column "
	    "a date format and export again; write 2026-12-31 or 31-12-2026\n"
	    "4 rejected key=3 at=column 4 (invoice_date): \"soon\" is not a date; write 2026-12-31 or 31-12-2026\n"
	    "5 rejected key=4 at=column 4 (invoice_date): \"31-04-2026\" is not a date; write 2026-12-31 or 31-12-2026\n");
#undef H
}

static void
test_signs(void **state)
{
	(void)state;
	INVOICES(
	    "invoice_no,debtor_id,gross,type,open\n1,1,10.00,Factuur,10.00\n2,1,-5.00,credit,-5.00\n3,1,-4.00,invoice,\n"
	    "4,1,0.00,invoice,0.00\n5,1,7.00,Betaling,7.00\n6,1,1.00,onzin,\n7,1,5.00,invoice,-1.00\n8,1,5.00,invoice,6.00\n",
	    "2 invoice 1 gross=1000 open=1000 | debtor=1\n3 credit 2 gross=500 open=500 | debtor=1\n"
	    "4 credit 3 gross=400 | debtor=1\n4 warning: \"3\" is an invoice with a negative amount: taken as a credit note\n"
	    "5 invoice 4 gross=0 open=0 | debtor=1\n6 payment 5 gross=700 open=700 | debtor=1\n"
	    "7 rejected key=6 at=column 4 (type): \"onzin\" is not a known type; use invoice or credit\n"
	    "8 rejected key=7 at=column 5 (open): the open amount has another sign than the amount\n"
	    "9 rejected key=8 at=column 5 (open): the open amount is more than the amount of the invoice\n");
	INVOICES(
	    "factuurnummer;klantnummer;bedrag;D/C;saldo\nA;1;10,00;D;4,00\nB;1;10,00;Credit;10,00\nC;1;-10,00;D;\n"
	    "E;1;1,00;;\n",
	    "2 invoice A gross=1000 open=400 | debtor=1\n3 credit B gross=1000 open=1000 | debtor=1\n"
	    "4 credit C gross=1000 | debtor=1\n5 rejected key=E at=column 4 (debit_credit): debit or credit is not told\n");
	/* the letter says once more what the sign says */
	INVOICES("factuurnummer;klantnummer;bedrag;D/C\nA;1;10,00;D\nB;1;-10,00;C\n",
	         "2 invoice A gross=1000 | debtor=1\n3 credit B gross=1000 | debtor=1\n");
	REFUSED("factuurnummer;klantnummer;bedrag;D/C\nA;1;10,00;C\nB;1;-10,00;C\n",
	        "csv.ambiguous_signs", "Line 3", "line 2");
	REFUSED("factuurnummer;klantnummer;bedrag;soort\nA;1;10,00;betaling\nB;1;-10,00;betaling\n",
	        "csv.ambiguous_signs", "Line 3", "payment");
	INVOICES(
	    "factuurnummer;klantnummer;debet;credit\nA;1;10,00;\nB;1;;10,00\nC;1;0,00;3,00\nD;1;;\n",
	    "2 invoice A gross=1000 | debtor=1\n3 credit B gross=1000 | debtor=1\n4 credit C gross=300 | debtor=1\n"
	    "5 rejected key=D at=column 3 (debit): debit and credit are both empty\n");
	INVOICES(
	    "invoice_no,debtor_id,net,vat,gross\n1,1,100.00,21.00,121.00\n2,1,100.00,9.00,121.00\n3,1,,21.00,121.00\n",
	    "2 invoice 1 gross=12100 net=10000 vat=2100 | debtor=1\n3 invoice 2 gross=12100 | debtor=1\n"
	    "3 warning: \"2\" is not net plus VAT: net and VAT are left out\n4 invoice 3 gross=12100 net=10000 vat=2100 | debtor=1\n");
	INVOICES(
	    "invoice_no,debtor_id,gross,currency\n1,1,1000,JPY\n2,1,10.00,USD\n3,1,EUR 1.00,USD\n",
	    "2 invoice 1 gross=1000 currency=JPY | debtor=1\n3 invoice 2 gross=1000 currency=USD | debtor=1\n"
	    "4 rejected key=3 at=column 3 (gross): \"EUR 1.00\" is in another currency than the row's USD\n");
	COUNTED("invoice_no,debtor_id,gross,currency\n1,1,1.00,XXQ\n2,1,1.00,EUR\n", 1, 1);
}

static void
test_totals(void **state)
{
	(void)state;
#define H "factuurnummer;debiteurnummer;naam;bedrag;openstaand\n"
	INVOICES(
	    H "1;7;A;10,00;5,00\n2;7;B;2,50;2,50\nTotaal;;;12,50;7,50\n",
	    "2 invoice 1 gross=1000 open=500 | debtor=7 name=A\n3 invoice 2 gross=250 open=250 | debtor=7 name=B\n"
	    "4 warning: A total row is passed over; it agrees with the rows above it.\n");
	INVOICES(
	    H "1;7;A;10,00;\n;;Subtotaal A;10,00;\n2;8;B;2,50;\n;8;;2,50;\n;;Totaal;99,00;\n",
	    "2 invoice 1 gross=1000 | debtor=7 name=A\n3 warning: A total row is passed over; it agrees with the rows above it.\n"
	    "4 invoice 2 gross=250 | debtor=8 name=B\n5 warning: A total row is passed over; it agrees with the rows above it.\n"
	    "6 warning: A total row is passed over, but it says 99.00 and the rows above it add up to 12.50: is the file complete?\n");
	/* without a number and without a sum that fits it is a row with a fault, not a total */
	INVOICES(
	    H "1;7;A;10,00;\n;7;Totaal Bouw BV;11,00;\n",
	    "2 invoice 1 gross=1000 | debtor=7 name=A\n3 rejected at=column 1 (invoice_no): invoice_no is empty\n");
	DEBTORS("debiteurnummer;naam\n1;A\nTotaal;\n", "2 debtor debtor=1 name=A\n");
#undef H
}

static void
test_rows_with_faults(void **state)
{
	(void)state;
	INVOICES(
	    "invoice_no,debtor_id,gross\n,1,1.00\n2,,1.00\n3,1,1.00,extra\n4,1\n\"5\"x,1,1.00\n1.23457E+11,1,1.00\n6,1",
	    "2 rejected at=column 1 (invoice_no): invoice_no is empty\n3 rejected key=2 at=column 2 (debtor_id): debtor_id is empty\n"
	    "4 rejected key=3: the row has 4 cells and the header 3: put quotes around a text that holds the separator\n"
	    "5 rejected key=4 at=column 3 (gross): the amount is empty\n"
	    "6 rejected key=5x: text after a closing quote: double the quotes that are part of the text\n"
	    "7 rejected key=1.23457E+11 at=column 1 (invoice_no): \"1.23457E+11\" is a number that a spreadsheet has shortened: "
	    "give the column the format text and export again\n8 rejected key=6: the last line is cut off: export the file again\n");
	DEBTORS(
	    "debtor_id,name,iban,email,country,kind,terms_days,language,credit_limit\n"
	    "1,A,NL00ABNA0417164300,not an address,Atlantis,consumer,14,Klingon,1\n"
	    "2,B,,,,alien,,,\n3,C,,,,,1 maand,,\n4,D,,,,,,,-5\n5,,,,,,,,\n",
	    "2 debtor debtor=1 name=A kind=consumer terms=14 limit=100\n"
	    "2 warning: \"Atlantis\" is not known here and is left out\n2 warning: \"Klingon\" is not known here and is left out\n"
	    "2 warning: \"NL00ABNA0417164300\" is not valid and is left out\n2 warning: \"not an address\" is not valid and is left out\n"
	    "3 rejected key=2 at=column 6 (kind): \"alien\" is not a known kind\n"
	    "4 rejected key=3 at=column 7 (terms_days): \"1 maand\" is not a whole number from 0 to 3650\n"
	    "5 rejected key=4 at=column 9 (credit_limit): a credit limit cannot be negative\n"
	    "6 rejected key=5 at=column 2 (name): name is empty\n");
}

static void
test_refused_files(void **state)
{
	(void)state;
	REFUSED("", "csv.empty", "no rows", "no rows");
	REFUSED("\n\n\n", "csv.empty", "no rows", "no rows");
	REFUSED("a,b,c\n1,2,3\n", "csv.no_header", "Line 1", "invoice_no");
	REFUSED("invoice_no,gross\n1,2.00\n", "csv.no_header", "debtor_id", "header");
	REFUSED("invoice_no,debtor_id,bedrag,totaalbedrag\n1,2,3.00,4.00\n", "csv.ambiguous_columns",
	        "Line 1", "totaalbedrag");
	REFUSED("invoice_no,debtor_id,gross\n1,2,\"3.00\n4,5,6.00\n", "csv.quote_open", "Line 2",
	        "never closed");
	REFUSED("invoice_no,debtor_id,gross\n1,J\xC3\xA9,3.00\n2,J\xE9,3.00\n", "csv.mixed_encoding",
	        "Line 2", "line 3");
	REFUSED("invoice_no,debtor_id,gross\n1,a\0b,3.00\n", "csv.binary", "Line 2", "text");
	/* a title that names a field twice is no header */
	INVOICES("Totaal;Bedrag;Debiteurnr\ninvoice_no;debtor_id;gross\n1;2;3,00\n",
	         "3 invoice 1 gross=300 | debtor=2\n");
	/* two columns for a text: the more usual one is taken */
	DEBTORS(
	    "debtor_id,name,mobiel,telefoon\n1,A,06,030\n",
	    "1 warning: Column \"mobiel\" is not used: another one holds the same.\n2 debtor debtor=1 name=A phone=030\n");
}

/* --- mappings
 * ------------------------------------------------------------------------------------- */

#define PRESETS 7
static const char *const preset_names[PRESETS] = {
	"exact-online", "exact-online-receivables", "snelstart", "moneybird", "e-boekhouden", "afas",
	"yuki",
};
enum { YUKI = 6 };

static void
read_presets(struct vd_context *ctx, const struct party_mapping *out[PRESETS])
{
	for (size_t i = 0; i < PRESETS; i++) {
		struct party_mapping *m;
		char path[1024], text[8192];
		size_t n;
		FILE *f;

		snprintf(path, sizeof(path), "%s/mappings/%s.json",
		         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", preset_names[i]);
		assert_non_null(f = fopen(path, "rb"));
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
		if (party_mapping_parse(ctx, (struct vd_str){ text, n }, &m) != VD_OK)
			fail_msg("%s: %s", path, ctx->error.detail);
		out[i] = m;
	}
}

static void
test_presets(void **state)
{
	WITH_CONTEXT(8 << 20);
	const struct party_mapping *presets[PRESETS];
	struct run run = { .presets = presets, .presets_count = PRESETS };

	(void)state;
	read_presets(&ctx, presets);
	expect(
	    PARTY_INVOICES,
	    VD_STR(
	        "AccountCode,AccountName,InvoiceNumber,InvoiceDate,DueDate,AmountDC,OutstandingDC,Type\n"
	        "1001,Jansen,2026001,2026-01-05,2026-02-04,121.00,21.00,20\n1001,Jansen,2026002,2026-01-06,2026-02-05,-12.10,-12.10,21\n"),
	    run,
	    "2 invoice 2026001 gross=12100 open=2100 issued=2026-01-05 due=2026-02-04 | debtor=1001 name=Jansen\n"
	    "3 credit 2026002 gross=1210 open=1210 issued=2026-01-06 due=2026-02-05 | debtor=1001 name=Jansen\n");
	expect(
	    PARTY_INVOICES,
	    VD_STR(
	        "AccountCode,AccountName,InvoiceNumber,InvoiceDate,DueDate,TransactionAmountDC,AmountDC,"
	        "IsFullyPaid,PaymentConditionDescription,PaymentReference\n"
	        "1001,Jansen,2026001,2026-01-05T00:00:00,2026-02-04T00:00:00,121.00,21.00,false,30 dagen,RF18\n"),
	    run,
	    "1 warning: Columns that are not used: IsFullyPaid, PaymentConditionDescription.\n"
	    "2 invoice 2026001 gross=12100 open=2100 issued=2026-01-05 due=2026-02-04 reference=RF18 | debtor=1001 name=Jansen\n");
	expect(
	    PARTY_INVOICES,
	    VD_STR("Relatienr;Relatie;Boekstuk;Boekdatum;Vervaldatum;Bedrag;Saldo;Dagboek\r\n"
	           "1001;Jansen;2026001;5-1-2026;4-2-2026;1.210,00;210,00;Verkopen\r\n"),
	    run,
	    "1 warning: Columns that are not used: Dagboek.\n"
	    "2 invoice 2026001 gross=121000 open=21000 issued=2026-01-05 due=2026-02-04 | debtor=1001 name=Jansen\n");
	expect(
	    PARTY_INVOICES,
	    VD_STR(
	        "Contact,ContactID,InvoiceID,InvoiceDate,DueDate,TotalPriceIncl,OutstandingAmount,Type,E-mail\n"
	        "Jansen,433,2026-0001,2026-01-05,2026-02-04,121.00,121.00,SalesInvoice,a@jansen.example\n"),
	    run,
	    "2 invoice 2026-0001 gross=12100 open=12100 issued=2026-01-05 due=2026-02-04 | debtor=433 name=Jansen "
	    "email=a@jansen.example\n");
	expect(
	    PARTY_INVOICES,
	    VD_STR(
	        "Relatiecode;Relatie;Factuurnummer;Factuurdatum;Vervaldatum;Bedrag;Openstaand;Soort\n"
	        "J1;Jansen;F1;05-01-2026;04-02-2026;121,00;121,00;Factuur\nJ1;Jansen;F2;05-01-2026;;-20,00;-20,00;Betaling\n"),
	    run,
	    "2 invoice F1 gross=12100 open=12100 issued=2026-01-05 due=2026-02-04 | debtor=J1 name=Jansen\n"
	    "3 payment F2 gross=2000 open=2000 issued=2026-01-05 | debtor=J1 name=Jansen\n");
	expect(
	    PARTY_INVOICES,
	    VD_STR(
	        "Factuurnr.,Naam,Deb.nr.,Omschrijving factuur,Boekstuk,Vervalt,Factuur,Saldo,Aanmaningen\n"
	        "12300139,Jansen,3332,Zorg,3332,2026-02-06,25717.69,17.69,2\n"),
	    run,
	    "1 warning: Columns that are not used: Boekstuk.\n"
	    "2 invoice 12300139 gross=2571769 open=1769 due=2026-02-06 description=Zorg last_step=2 | debtor=3332 name=Jansen\n");
	run.mapping = presets[YUKI];
	expect(
	    PARTY_INVOICES,
	    VD_STR("13000;Debiteuren;05-01-2026;121,00;Levering;F1;04-02-2026;Jansen;J1;NL\n"), run,
	    "1 invoice F1 gross=12100 open=12100 issued=2026-01-05 due=2026-02-04 description=Levering | debtor=J1 name=Jansen\n");
}

/* Our own contract is never taken for a package, with all presets at hand. */
static void
test_contract_before_presets(void **state)
{
	WITH_CONTEXT(8 << 20);
	const struct party_mapping *presets[PRESETS];
	struct run run = { .presets = presets, .presets_count = PRESETS };

	(void)state;
	read_presets(&ctx, presets);
	expect(PARTY_INVOICES, VD_STR("invoice_no,debtor_id,gross,open\n1,2,3.00,1.00\n"), run,
	       "2 invoice 1 gross=300 open=100 | debtor=2\n");
	expect_refused(
	    PARTY_INVOICES,
	    VD_STR("Relatiecode;Relatie;Factuurnummer;Factuurdatum;Vervaldatum;Bedrag;Openstaand\n"
	           "1;a;1;01-02-2026;;-1,00;\n1;a;2;01-02-2026;;-2,00;\n1;a;3;01-02-2026;;-3,00;\n"),
	    run, "csv.ambiguous_signs", "line 2", "sign");
}

static void
expect_mapped(const char *mapping, struct vd_str text, const char *lines)
{
	WITH_CONTEXT(1 << 20);
	struct party_mapping *m;

	assert_ok(party_mapping_parse(&ctx, TEXT(mapping), &m));
	expect(PARTY_INVOICES, text, (struct run){ .mapping = m }, lines);
}

#define COLUMNS \
	"\"columns\":{\"invoice_no\":\"A\",\"debtor_id\":\"B\",\"gross\":\"C\",\"invoice_date\":\"D\",\"type\":\"E\"}"
#define MAPPING "{\"name\":\"x\",\"subject\":\"invoices\"," COLUMNS

static void
test_mapping_rules(void **state)
{
	(void)state;
	expect_mapped(
	    MAPPING ",\"decimal\":\",\",\"dates\":\"mdy\"}",
	    VD_STR("a;b;c;d;e\n1;2;1.234;03/04/2026;\n2;2;5;03-04-2026;\n"),
	    "2 invoice 1 gross=123400 issued=2026-03-04 | debtor=2\n3 invoice 2 gross=500 issued=2026-03-04 | debtor=2\n");
	expect_mapped(MAPPING ",\"dates\":\"dmy\"}", VD_STR("a;b;c;d;e\n1;2;1.5;03-04-26;\n"),
	              "2 invoice 1 gross=150 issued=2026-04-03 | debtor=2\n");
	expect_mapped(
	    MAPPING ",\"sign\":\"reversed\",\"constants\":{\"currency\":\"EUR\"}}",
	    VD_STR("a;b;c;d;e\n1;2;-1,5;;\n2;2;1,5;;\n"),
	    "2 invoice 1 gross=150 currency=EUR | debtor=2\n3 credit 2 gross=150 currency=EUR | debtor=2\n");
	expect_mapped(
	    MAPPING
	    ",\"credit_amounts\":\"positive\",\"types\":{\"invoice\":[\"I\"],\"credit\":[\"K\"],\"skip\":[\"zz\"]}}",
	    VD_STR("a;b;c;d;e\n1;2;1;;i\n2;2;1;;K\n3;2;-1;;K\n;;1;;zz\n"),
	    "2 invoice 1 gross=100 | debtor=2\n3 credit 2 gross=100 | debtor=2\n4 invoice 3 gross=100 | debtor=2\n"
	    "4 warning: \"3\" is a credit note with the sign of an invoice: taken as owed to us\n");
	expect_mapped(
	    "{\"name\":\"x\",\"subject\":\"invoices\",\"header\":false,\"skip_rows\":1,\"separator\":\"|\",\"columns\":"
	    "{\"invoice_no\":1,\"debtor_id\":3,\"gross\":2,\"debit_credit\":4},\"debit_credit\":{\"debit\":[\"af\"],\"credit\":[\"bij\"]}}",
	    VD_STR("title\n1|5|x|Af\n2|6|x|Bij\n"),
	    "2 invoice 1 gross=500 | debtor=x\n3 credit 2 gross=600 | debtor=x\n");
}

static void
test_mapping_faults(void **state)
{
	static const struct {
		const char *text, *key, *word;
	} bad[] = {
		{ "", "mapping.json", "line" },
		{ "[]", "mapping.value", "object" },
		{ "{\"name\":\"x\"}", "mapping.value", "subject" },
		{ "{\"subject\":\"invoices\"," COLUMNS "}", "mapping.value", "name" },
		{ "{\"name\":\"x\",\"subject\":\"debtors\",\"columns\":{\"debtor_id\":\"a\"}}",
		  "mapping.value", "name" },
		{ "{\"name\":\"x\",\"subject\":\"invoices\",\"columns\":{\"debtor_id\":\"a\",\"invoice_no\":\"b\"}}",
		  "mapping.value", "gross" },
		{ MAPPING ",\"decimals\":\",\"}", "mapping.unknown_key", "decimals" },
		{ MAPPING ",\"decimal\":\";\"}", "mapping.value", "decimal" },
		{ MAPPING ",\"constants\":{\"colour\":\"x\"}}", "mapping.unknown_field", "colour" },
		{ MAPPING ",\"header\":false}", "mapping.value", "column number" },
		{ MAPPING ",\"name\":\"y\"}", "mapping.json", "line" },
		{ MAPPING ",\"separator\":\"ab\"}", "mapping.value", "separator" },
		{ MAPPING ",\"skip_rows\":-1}", "mapping.value", "skip_rows" },
		{ MAPPING ",\"types\":{\"proforma\":[\"x\"]}}", "mapping.unknown_key", "proforma" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(bad); i++) {
		WITH_CONTEXT(1 << 20);
		struct party_mapping *m;

		assert_int_equal(party_mapping_parse(&ctx, TEXT(bad[i].text), &m), VD_E_INVALID);
		if (strcmp(ctx.error.key, bad[i].key) != 0 || strstr(ctx.error.detail, bad[i].word) == NULL)
			fail_msg("%s: %s", bad[i].text, ctx.error.detail);
	}
}

/* Other bytes in the second pass than in the first are noticed. */
static void
test_changed_file(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct party_csv_options options = { .subject = PARTY_INVOICES };
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	struct party_sink sink = party_log_sink(&log);
	VD_AUTO_PARTY_INSPECTOR *in = NULL;
	VD_AUTO_PARTY_CSV *r = NULL;
	const struct party_csv_plan *plan;

	(void)state;
	assert_ok(party_csv_inspect_new(&ctx, &options, &in));
	assert_ok(party_csv_inspect_feed(&ctx, in, VD_STR("invoice_no,debtor_id,gross\n1,2,3.00\n")));
	assert_ok(party_csv_inspect_end(&ctx, in, &plan));
	assert_ok(party_csv_new(&ctx, plan, &sink, &r));
	assert_ok(party_csv_feed(&ctx, r, VD_STR("invoice_no,debtor_id,gross\n1,2,3.00\n2,2,4.00\n")));
	assert_refused(party_csv_end(&ctx, r), VD_E_CONFLICT, "csv.changed");
}

static enum vd_status
refuse_record(void *user, struct vd_context *ctx, const struct party_record_invoice *v)
{
	(void)user;
	(void)v;
	return vd_fail(ctx, VD_E_BUSY, "test.busy", NULL, "the store is busy");
}

/* What a callback returns stops the reader, with the callback's own explanation. */
static void
test_sink_stops_the_reader(void **state)
{
	WITH_CONTEXT(8 << 20);
	struct party_csv_options options = { .subject = PARTY_INVOICES };
	struct vd_str text = VD_STR("invoice_no,debtor_id,gross\n1,2,3.00\n");
	struct party_log log = { .text = VD_BUF(&ctx, 1 << 20) };
	struct party_sink sink = party_log_sink(&log);
	VD_AUTO_PARTY_INSPECTOR *in = NULL;
	VD_AUTO_PARTY_CSV *r = NULL;
	const struct party_csv_plan *plan;

	(void)state;
	sink.invoice = refuse_record;
	assert_ok(party_csv_inspect_new(&ctx, &options, &in));
	assert_ok(party_csv_inspect_feed(&ctx, in, text));
	assert_ok(party_csv_inspect_end(&ctx, in, &plan));
	assert_ok(party_csv_new(&ctx, plan, &sink, &r));
	assert_ok(party_csv_feed(&ctx, r, text));
	assert_refused(party_csv_end(&ctx, r), VD_E_BUSY, "test.busy");
}

/* The page for people names every field, and its example is a mapping that works. */
static void
test_the_manual(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct party_mapping *m;
	char path[1024], *text = vd_arena_alloc(&arena, 64 * 1024);
	const char *start, *end;
	size_t n;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/docs/import.md",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".");
	assert_non_null(f = fopen(path, "rb"));
	n = fread(text, 1, 64 * 1024 - 1, f);
	fclose(f);
	text[n] = '\0';
	for (int i = 0; i < PARTY_F__COUNT; i++) {
		char name[40];

		snprintf(name, sizeof(name), "`%s`", party_field_name((enum party_field)i));
		if (strstr(text, name) == NULL) fail_msg("docs/import.md does not name %s", name);
	}
	assert_non_null(start = strstr(text, "```json\n"));
	assert_non_null(end = strstr(start + 8, "```"));
	assert_ok(
	    party_mapping_parse(&ctx, (struct vd_str){ start + 8, (size_t)(end - start - 8) }, &m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contract_headers),
		cmocka_unit_test(test_dutch_headers),
		cmocka_unit_test(test_spreadsheet_quirks),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_rows_with_faults),
		cmocka_unit_test(test_refused_files),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_contract_before_presets),
		cmocka_unit_test(test_mapping_rules),
		cmocka_unit_test(test_mapping_faults),
		cmocka_unit_test(test_changed_file),
		cmocka_unit_test(test_sink_stops_the_reader),
		cmocka_unit_test(test_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
