/* MT940: the dialects (tests/data/bank, our own inventions in each bank's way of writing) and the
 * pitfalls that made other readers lose or invent money. */
#include "bank_collect.h"
#include "unit.h"

#include "base/fault.h"
#include "base/file.h"

#define MEMORY ((size_t)64 << 20)

static struct vd_str
fixture(struct vd_context *ctx, const char *name)
{
	char path[1024];
	struct vd_str bytes;

	snprintf(path, sizeof(path), "%s/tests/data/bank/%s",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", name);
	if (vd_file_slurp(ctx, path, 1 << 20, &bytes) != VD_OK) fail_msg("%s", ctx->error.detail);
	return bytes;
}

static struct got *
read_all(struct vd_context *ctx, struct vd_str bytes)
{
	struct got *g = NULL;
	enum vd_status status = collect(ctx, INTAKE_MT940, bytes, bytes.len + 1, &g);

	if (status != VD_OK) fail_msg("%s", ctx->error.detail);
	return g;
}

static struct got *
read_text(struct vd_context *ctx, const char *text)
{
	return read_all(ctx, vd_str_c(text));
}

/* One statement around the given lines. */
static struct got *
read_entries(struct vd_context *ctx, const char *lines)
{
	struct vd_str text;

	assert_int_equal(
	    vd_str_printf(ctx, &text,
	                  ":20:T\n:25:NL42RABO0300012345\n:28C:1/1\n:60F:C260101EUR100,00\n%s"
	                  ":62F:C260105EUR110,00\n",
	                  lines),
	    VD_OK);
	return read_all(ctx, text);
}

/* --- the dialects --- */

struct expected {
	const char *file;
	size_t entry;
	int64_t minor;
	const char *booked, *name, *account, *text, *joined, *end_to_end, *structured, *reference;
};

/* NULL is NONE. */
static const struct expected dialects[] = {
	{ "ing.sta", 0, 121000, "2026-01-05", "VOORBEELD BOUW BV", "NL42RABO0300012345",
	  "Factuur F2026001 en F2026002 korting t/m 31-12-2025",
	  "Factuur F2026001 en F2026002 korting t/m 31-12-2025", "WEB-2026-0001", NULL,
	  "26005100000001" },
	/* a slash in the name, and the payment reference */
	{ "ing.sta", 1, 6050, "2026-01-05", "J. VOORBEELD EO P/Q TEST", "NL40ABNA0400054321", NULL,
	  NULL, NULL, "8000000012345678", "26005100000002" },
	/* a returned direct debit: value date weeks before, booked on the entry date */
	{ "ing.sta", 2, -9900, "2026-01-05", "P. PROEF", "NL27INGB0000098765", "Contributie december",
	  "Contributie december", "INC-2025-77", NULL, "26005100000003" },
	{ "ing.sta", 3, 30000, "2026-01-05", NULL, NULL, NULL, NULL, NULL, NULL, "26005100000004" },
	{ "ing_old.sta", 0, 7500, "2026-01-05", "VOORBEELD BOUW BV", "NL42RABO0300012345",
	  "factuur F2026003", "VOORBEELD BOUW BV NOTPROVIDED factuurF2026003", NULL, NULL, NULL },
	/* the name runs into the text: none rather than a guess */
	{ "ing_old.sta", 1, 2400, "2026-01-05", NULL, "NL40ABNA0400054321",
	  "BEDRIJF PROEF nota 3e kwartaal SCOR/CUR/8000000012345678",
	  "BEDRIJF PROEF nota 3e kwartaalSCOR/CUR/8000000012345678", NULL, "8000000012345678", NULL },
	{ "ing_old.sta", 2, -950, "2026-01-05", "VERZEKERAAR VOORBEELD NV", "NL27INGB0000098765",
	  "0100000000000 Premie",
	  "VERZEKERAAR VOORBEELD NV NL10ZZZ100020000000 SEPA 0100000000000 Premie", NULL, NULL, NULL },
	/* the account is line 2 of field 61; the name was broken inside a word */
	{ "rabobank.sta", 0, 16990, "2026-01-05",
	  "Voorbeeld Installatietechniek en Loodgieterswerken B.V.", "NL40ABNA0400054321",
	  "fact.nr. 2026-0117 en 2026-0118", "fact.nr. 2026-0117 en 2026-0118", "2026-15", NULL, NULL },
	{ "rabobank.sta", 1, -4210, "2026-01-05", "Webwinkel Proef", "P004500018", "674725433",
	  "674725433", "02-01-2026 22:56 1120000153447185", NULL, NULL },
	{ "rabobank.sta", 2, -5500, "2026-01-05", "P. Proef", "NL27INGB0000098765", "Contributie",
	  "Contributie", "INC-2025-78", NULL, NULL },
	{ "rabobank.sta", 3, 50000, "2026-01-05", NULL, NULL, "Batch", "Batch", NULL, NULL, NULL },
	/* a line that begins with "-", and one that is only that */
	{ "rabobank.sta", 4, 1000, "2026-01-05", "Streep BV", "NL42RABO0300012345",
	  "regel - begint met een streep -", "regel- begint met een streep-", NULL, NULL, NULL },
	{ "rabobank_old.sta", 0, -21328, "2011-06-15", "W.P. Voorbeeld", "0121470966",
	  "Terugboeking NIET AKKOORD MET AFSCHRIJVING 20095731",
	  "TerugboekingNIET AKKOORD MET AFSCHRIJVING20095731", NULL, NULL, NULL },
	/* the three shapes of ABN AMRO in one file */
	{ "abnamro.sta", 0, 121000, "2026-01-05", "VOORBEELD BOUW BV", "NL42RABO0300012345",
	  "FACTUUR F2026001", "FACTUUR F2026001", NULL, NULL, NULL },
	{ "abnamro.sta", 1, 900, "2026-01-05", "VOORBEELD HANDELSMAATSCHAP", "NL27INGB0000098765",
	  "4851430136 0030000735822580 BESTELLING 77 WEBWINKEL",
	  "4851430136 0030000735822580 BESTELLING 77 WEBWINKEL", "05-01-2026 18:14 0030000735822580",
	  NULL, NULL },
	{ "abnamro.sta", 2, 6050, "2026-01-05", "P PROEF", "NL40ABNA0400054321", NULL, NULL, NULL,
	  "8000000012345678", NULL },
	{ "abnamro.sta", 3, -1159, "2026-01-05", NULL, NULL,
	  "BEA NR:XXX1234 04.01.26/12.54 WINKEL PROEF KATWIJK,PAS999",
	  "BEA   NR:XXX1234   04.01.26/12.54 WINKEL PROEF KATWIJK,PAS999", NULL, NULL, NULL },
	{ "abnamro.sta", 4, 16200, "2026-01-05", NULL, NULL, NULL, NULL, NULL, NULL, NULL },
	{ "abnamro.sta", 5, -1500, "2026-01-05", "WINKEL PROEF", "528939882",
	  "52.89.39.882 WINKEL PROEF AANKOOP 12", "52.89.39.882 WINKEL PROEF       AANKOOP 12", NULL,
	  NULL, NULL },
	/* the entry date is in the year before the value date */
	{ "knab.sta", 0, 100000, "2025-12-31", "BEDRIJF PROEF VOF", "NL40ABNA0400054321",
	  "DIT IS EEN OMSCHRIJVING", "DIT IS EEN OMSCHRIJVING", NULL, NULL, "A4G08FD0A2121212" },
	{ "knab.sta", 1, 1000, "2026-01-05", "VOORBEELD", "NL42RABO0300012345", "202601-005",
	  "202601-005", "3111211AA002222", NULL, "A4G08FD0A2121213" },
	{ "knab.sta", 2, -750, "2026-01-05", "WINKEL PROEF", NULL,
	  "PROEFSTAD 05-01-2026 12:45 PAS: 2222", "PROEFSTAD 05-01-2026 12:45 PAS: 2222", NULL, NULL,
	  "A4G08FD0A2121214" },
	{ "bunq.sta", 0, 12100, "2026-01-05", "Voorbeeld Bouw B.V.", "NL42RABO0300012345",
	  "Factuur F2026001, graag voor 31/01", "Factuur F2026001, graag voor 31/01", NULL, NULL,
	  NULL },
	{ "triodos.sta", 0, -1000, "2026-01-05", NULL, "0255555555",
	  "VOORBEELD UITGEVERIJ PROEFSTAD ABONNEMENT 2026-77 1E KWARTAAL",
	  "VOORBEELD UITGEVERIJ PROEFSTAD ABONNEMENT 2026-77 1E KWARTAAL", NULL, NULL, NULL },
	{ "triodos.sta", 1, 15000, "2026-01-05", NULL, "NL42RABO0300012345",
	  "VOORBEELD BOUW BV UTRECHT FACTUUR F2026001", "VOORBEELD BOUW BV UTRECHT FACTUUR F2026001",
	  NULL, NULL, NULL },
	{ "triodos.sta", 2, 438323, "2026-01-06", "G-PROEF N.V.", "NL40ABNA0400054321",
	  "Factuur 202601001 en 202601002", "Factuur 202601001 en 202601002", "7293-202601001", NULL,
	  NULL },
	{ "asn.sta", 0, 200000, "2026-01-05", "p proef", "NL27INGB0000098765", "Factuur F2026001",
	  "Factuur F2026001", NULL, NULL, NULL },
	{ "asn.sta", 1, -6180, "2026-01-05", "TANKKAART VOORBEELD BV", "NL40ABNA0400054321",
	  "Relatienummer 1755481/Factuurnr.7903792-05-01-2026",
	  "Relatienummer 1755481/Factuurnr.7903792-05-01-2026", "1755481/5570", NULL, NULL },
	/* a payer's reference where others have the bank's */
	{ "asn.sta", 2, -10000, "2026-01-05", "ontvanger voorbeeld", "0002445588",
	  "AAN ONTVANGER VOORBEELD", "AAN ONTVANGER VOORBEELD", NULL, "8000000012345678", NULL },
	{ "asn.sta", 3, 1245, "2026-01-05", NULL, NULL, "creditrente 01-01-25 tot 01-01-26",
	  "creditrente                     01-01-25 tot 01-01-26", NULL, NULL, NULL },
	{ "vanlanschot.sta", 0, 271676, "2026-01-05", "VOORBEELD PRODUCTIEBEDRIJF B.V",
	  "NL42RABO0300012345", "202601-001", "202601-001", "333333333", NULL, NULL },
	{ "vanlanschot.sta", 1, -1676, "2026-01-05", NULL, "0130138568", "SPOEDBETALING KOSTEN",
	  "SPOEDBETALING KOSTEN", NULL, NULL, NULL },
	{ "german.sta", 0, 3000, "2026-01-05", "BEISPIEL HANDELSGESELLSCHAFT MBH", "NL42RABO0300012345",
	  "RE 20260000 VOM 02.01.2026 KD 34 BEISPIELTEXT",
	  "RE 20260000 VOM 02.01.2026 KD 34 BEISPIELTEXT", "RE-2026-1", NULL, NULL },
};

static void
same(const struct expected *e, const char *what, const char *expected, struct vd_str ours)
{
	if (!vd_str_eq(vd_str_c(expected), ours) || (expected == NULL) != (ours.ptr == NULL))
		fail_msg("%s entry %zu: %s is \"%.*s\", not \"%s\"", e->file, e->entry, what, VD_FMT(ours),
		         expected != NULL ? expected : "(none)");
}

static void
each_dialect(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(dialects); i++) {
		WITH_CONTEXT(MEMORY);
		const struct expected *e = &dialects[i];
		struct got *g = read_all(&ctx, fixture(&ctx, e->file));
		const struct bank_record_entry *r = &g->entries[e->entry];
		const struct bank_record_transaction *t = r->transactions;
		char day[VD_DATE_TEXT];

		assert_true(g->entries_count > e->entry);
		assert_int_equal(r->amount_minor, e->minor);
		vd_date_format(r->booked_on, day);
		same(e, "booked on", e->booked, vd_str_c(day));
		same(e, "name", e->name, t->counterparty_name);
		same(e, "account", e->account, t->counterparty_iban);
		same(e, "text", e->text, t->remittance);
		same(e, "joined text", e->joined, t->remittance_joined);
		same(e, "end to end", e->end_to_end, t->end_to_end);
		same(e, "structured", e->structured, t->structured_ref);
		same(e, "bank reference", e->reference, r->reference);
		assert_true(vd_str_starts(r->raw, VD_STR(":61:")));
	}
}

static const struct {
	const char *file, *bank, *iban, *account;
	size_t statements;
	int64_t sequence, opening, closing;
} heads[] = {
	{ "ing.sta", "ING", "NL20INGB0001234567", NULL, 1, -1, 100000, 247150 },
	{ "ing_old.sta", "ING", NULL, "0001234567", 1, -1, -5000, 3950 },
	{ "rabobank.sta", "Rabobank", "NL44RABO0123456789", NULL, 1, 26005, 114795, 173075 },
	{ "rabobank_old.sta", "Rabobank", NULL, "1291.99.348", 1, -1, 47317, 25989 },
	{ "abnamro.sta", "ABN AMRO", NULL, "517852257", 1, 501, 323628, 464119 },
	{ "knab.sta", "Knab", "NL60KNAB0255512345", NULL, 2, 1, 0, 100250 },
	{ "bunq.sta", "bunq", "NL11BUNQ0203212345", NULL, 1, 1, 3233, 11883 },
	{ "triodos.sta", "Triodos", NULL, "TRIODOSBANK/0390123456", 2, 1, 100000, 114000 },
	{ "asn.sta", "ASN", "NL74ASNB0070712345", NULL, 2, 2, 10000, 195065 },
	{ "vanlanschot.sta", "Van Lanschot", NULL, "0878787878", 1, 2, 505333, 775333 },
	{ "german.sta", "MT940", NULL, "12345678/1020304050", 1, -1, 10000, 13000 },
};

/* Whole files, each in blocks of 1, 7 and all bytes: the same records, and each statement adds up.
 */
static void
heads_and_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(heads); i++) {
		WITH_CONTEXT(MEMORY);
		struct vd_str bytes = fixture(&ctx, heads[i].file);
		struct got *whole = read_all(&ctx, bytes), *g;
		const struct bank_record_statement *s = &whole->statements[0].head;

		assert_int_equal(intake_detect(bytes), INTAKE_MT940);
		assert_int_equal(whole->statements_count, heads[i].statements);
		assert_int_equal(whole->rejected_entries + whole->rejected_statements + whole->warnings, 0);
		for (size_t k = 0; k < whole->statements_count; k++) {
			assert_true(whole->statements[k].ended);
			assert_true(whole->statements[k].head.balanced);
		}
		assert_text(s->bank, heads[i].bank);
		assert_text(s->account_iban, heads[i].iban);
		assert_text(s->account_other, heads[i].account);
		assert_int_equal(s->sequence, heads[i].sequence);
		assert_int_equal(s->opening_minor, heads[i].opening);
		assert_int_equal(s->closing_minor, heads[i].closing);
		for (size_t block = 1; block <= 7; block += 6) {
			assert_ok(collect(&ctx, INTAKE_MT940, bytes, block, &g));
			assert_true(vd_str_eq(vd_buf_str(&g->log), vd_buf_str(&whole->log)));
		}
	}
}

static void
returns_batches_and_mandates(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *ing = read_all(&ctx, fixture(&ctx, "ing.sta")),
	           *rabo = read_all(&ctx, fixture(&ctx, "rabobank.sta"));
	struct got *abn = read_all(&ctx, fixture(&ctx, "abnamro.sta"));

	(void)state;
	assert_text(ing->entries[2].transactions->return_reason, "AM04");
	assert_text(ing->entries[2].transactions->mandate, "M-0042");
	assert_text(ing->entries[2].transactions->creditor_id, "NL11ZZZ300012340000");
	assert_text(ing->entries[1].transactions->structured_issuer, "CUR");
	assert_text(ing->entries[3].batch_id, "BATCH-2026-01");
	assert_int_equal(ing->entries[3].batch_count, 3);
	/* "/MARF/../EREF/../RTRN/../BENM//NAME/" */
	assert_text(rabo->entries[2].transactions->return_reason, "MD06");
	assert_text(rabo->entries[3].batch_id, "INCASSO-2026-01");
	assert_text(rabo->entries[4].transactions->ultimate_name, "Dochter Streep BV");
	assert_text(abn->entries[4].batch_id, "109180");
	assert_int_equal(abn->entries[4].batch_count, 162);
}

/* --- field 61 --- */

static void
marks_and_amounts(void **state)
{
	static const struct {
		const char *line;
		int64_t minor;
		bool reversal, pending;
	} cases[] = {
		{ ":61:2601050105C10,NTRFX", 1000, false, false },
		{ ":61:2601050105D10,9NTRFX", -1090, false, false },
		{ ":61:2601050105C000000000127,50N541X", 12750, false, false },
		{ ":61:260105C0,NTRFX", 0, false, false },
		{ ":61:2601050105RC10,00NTRFX", -1000, true, false },
		{ ":61:2601050105RD10,00NTRFX", 1000, true, false },
		{ ":61:2601050105CR10,00NTRFX", 1000, false, false }, /* R is the currency's third letter */
		{ ":61:2601050105DD10,00NTRFX", -1000, false, false },
		{ ":61:2601050105RDR10,00NTRFX", 1000, true, false },
		{ ":61:2601050105EC10,00NTRFX", 1000, false, true },
		{ ":61:2601050105ED10,00NTRFX", -1000, false, true },
		{ ":61:2601050105D-104,12NMSCNONREF", 10412, true, false },
		{ ":61:260105    C10,00NTRFX", 1000, false, false },
		{ ":61:2601050000C10,00NTRFX", 1000, false, false },
		{ ":61: 2601050105C10,00NTRFX", 1000, false, false },
		{ ":61:2601050105C10,00000NTRFX", 1000, false, false },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(MEMORY);
		struct vd_str line;
		struct got *g;
		assert_ok(vd_str_printf(&ctx, &line, "%s\n", cases[i].line));
		g = read_entries(&ctx, line.ptr);
		if (g->entries_count != 1) fail_msg("%s: %.*s", cases[i].line, VD_FMT(g->last_message));
		assert_int_equal(g->entries[0].amount_minor, cases[i].minor);
		assert_int_equal(g->entries[0].reversal, cases[i].reversal);
		assert_int_equal(g->entries[0].pending, cases[i].pending);
	}
}

static void
unreadable_entries_spoil_only_themselves(void **state)
{
	static const char *const lines[] = {
		":61:26010X0105C10,00NTRFX",
		":61:2613050105C10,00NTRFX",
		":61:2601050432C10,00NTRFX",
		":61:2604310501C10,00NTRFX",
		":61:2601050105X10,00NTRFX",
		":61:2601050105C,NTRFX",
		":61:2601050105C10,001NTRFX",
		":61:2601050105C1.000,00NTRFX",
		":61:2601050105C",
		":61:",
		":61:2601050105C99999999999999999999,00NTRFX",
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(lines); i++) {
		WITH_CONTEXT(MEMORY);
		struct vd_str text;
		struct got *g;
		assert_ok(
		    vd_str_printf(&ctx, &text, "%s\n:86:x\n:61:2601050105C10,00NTRFGOOD//77\n", lines[i]));
		g = read_entries(&ctx, text.ptr);
		if (g->rejected_entries != 1) fail_msg("%s is taken", lines[i]);
		assert_int_equal(g->entries_count, 1);
		assert_text(g->entries[0].reference, "77");
		assert_int_equal(g->entries[0].ordinal, 2);
		assert_false(
		    g->statements[0].head.balanced); /* although 100 + 10 = 110: not all was read */
	}
}

/* Seen at a savings bank: broken before the amount, in it, and inside the tag. */
static void
broken_lines(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g = read_entries(
	    &ctx,
	    ":61:2601050105CR\n10,00N062NONREF//A1\n:\n86:166?00GUTSCHR.?20SVWZ+Proef\n"
	    ":61:2601050105CR1\n0,00N062NONREF//A2\nregel twee\n:8\n6:vrij\n"
	    ":61:2601050105C1,00NTRFREF/1X//O/341\nPaiement\n:86:\n:61:260105\n0105D21,00NTRFX\n");

	(void)state;
	assert_int_equal(g->entries_count, 4);
	assert_int_equal(g->entries[0].amount_minor, 1000);
	assert_text(g->entries[0].reference, "A1");
	assert_text(g->entries[0].transactions->remittance, "Proef");
	assert_int_equal(g->entries[1].amount_minor, 1000);
	assert_text(g->entries[1].info, "regel twee");
	assert_text(g->entries[1].transactions->remittance, "vrij");
	assert_text(g->entries[2].transactions->instruction_id, "REF/1X");
	assert_text(g->entries[2].reference, "O/341");
	assert_int_equal(g->entries[3].amount_minor, -2100);
	assert_int_equal(g->statements[0].head.sum_minor, 0);
}

static void
february_30_and_the_turn_of_the_year(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g =
	    read_entries(&ctx,
	                 ":61:2602300301D1,00N024X\n:61:240230D1,00N024X\n:61:2601011231C1,00NTRFX\n"
	                 ":61:2512310102C1,00NTRFX\n:61:2502290228C10,00NTRFX\n");
	static const char *const days[] = { "2026-03-01", "2024-02-29", "2025-12-31", "2026-01-02",
		                                "2025-02-28" };
	static const char *const values[] = { "2026-02-28", "2024-02-29", "2026-01-01", "2025-12-31",
		                                  "2025-02-28" };

	(void)state;
	assert_int_equal(g->entries_count, 5);
	assert_int_equal(g->warnings, 3);
	for (size_t i = 0; i < 5; i++) {
		char text[VD_DATE_TEXT];
		vd_date_format(g->entries[i].booked_on, text);
		assert_string_equal(text, days[i]);
		vd_date_format(g->entries[i].value_on, text);
		assert_string_equal(text, values[i]);
	}
}

/* --- lines and statements --- */

static void
what_looks_like_a_tag_in_a_text(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g = read_entries(
	    &ctx,
	    ":61:2601050105C10,00NTRFX\n:86:om 22-04-2026T03:46\n:08 Karten\n:20:37 en T16\n:26:37 Fo\n"
	    ":onzin\n:99:geen veld\n-}\n");

	(void)state;
	assert_int_equal(g->entries_count, 1);
	assert_text(g->entries[0].transactions->remittance,
	            "om 22-04-2026T03:46 :08 Karten :20:37 en T16 :26:37 Fo :onzin :99:geen veld");
	assert_true(g->statements[0].head.balanced);
}

static void
totals_are_no_entries(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g = read_text(
	    &ctx,
	    ":20:A\n:25:123\n:28C:1\n:60F:C260101EUR1,00\n:86:over het hele afschrift\n:61:260105C1,00NTRFX\n"
	    ":86:een\n:86:twee\n:62F:C260105EUR2,00\n:64:C260105EUR2,00\n:65:C260106EUR2,00\n"
	    ":65:C260107EUR2,00\n:86:/SUM/0/1/0,00/1,00/\nD000000C000001\n:NS:22x\n");

	(void)state;
	assert_int_equal(g->statements_count, 1);
	assert_int_equal(g->entries_count, 1);
	assert_text(g->entries[0].transactions->remittance, "een twee");
	assert_true(g->statements[0].head.balanced);
}

static void
line_ends_of_every_kind(void **state)
{
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	WITH_CONTEXT(MEMORY);

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(ends); i++) {
		struct vd_str text;
		const char *n = ends[i];
		assert_ok(vd_str_printf(
		    &ctx, &text,
		    "\xEF\xBB\xBF{1:F01X}{2:I940X}{4:%s:20:A %s:25:123\t%s:28C:5/2%s:60M:D260101EUR1,00%s"
		    ":61:260105C1,00NTRFX%s:86:caf\xE9 na\xC3\xAFve%s:62M:C260105EUR0,00%s-}{5:}",
		    n, n, n, n, n, n, n, n));
		struct got *g = read_all(&ctx, text);
		const struct bank_record_statement *s = &g->statements[0].head;
		assert_int_equal(g->statements_count, 1);
		assert_text(g->entries[0].transactions->remittance, "caf\xC3\xA9 na\xC3\xAFve");
		assert_text(s->account_other, "123");
		assert_int_equal(s->page, 2);
		assert_false(s->last_page);
		assert_true(s->balanced);
		assert_text(g->entries[0].raw, ":61:260105C1,00NTRFX\n:86:caf\xC3\xA9 na\xC3\xAFve");
		assert_text(s->id, "A");
	}
}

static void
accounts_and_headers(void **state)
{
	static const struct {
		const char *field, *iban, *other;
	} cases[] = {
		{ "NL20INGB0001234567", "NL20INGB0001234567", NULL },
		{ "NL20INGB0001234567EUR", "NL20INGB0001234567", NULL },
		{ "NL20INGB0001234567 EUR", "NL20INGB0001234567", NULL },
		{ "NL20 INGB 0001 2345 67", "NL20INGB0001234567", NULL },
		{ "INGBNL2A/NL20INGB0001234567", "NL20INGB0001234567", NULL },
		{ "NL21INGB0001234567", NULL, "NL21INGB0001234567" }, /* wrong check digits: no IBAN */
		{ "0001234567", NULL, "0001234567" },
		{ "1291.99.348EUR", NULL, "1291.99.348" },
		{ "TRIODOSBANK/0390123456", NULL, "TRIODOSBANK/0390123456" },
		{ "BPHKPLPK/320000546101", NULL, "BPHKPLPK/320000546101" },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(MEMORY);
		struct vd_str text;
		struct got *g;
		/* without field 20, as one bank does */
		assert_ok(
		    vd_str_printf(&ctx, &text,
		                  "X\n940\nX\n:25:%s\n:28:1\n:60F:C260101EUR1,00\n:62F:C260101EUR1,00",
		                  cases[i].field));
		g = read_all(&ctx, text);
		assert_int_equal(g->statements_count, 1);
		assert_text(g->statements[0].head.account_iban, cases[i].iban);
		assert_text(g->statements[0].head.account_other, cases[i].other);
	}
}

/* A statement that is not whole is refused, the others are read. */
static void
statements_that_cannot_be_trusted(void **state)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{ ":20:A\n:25:1\n:60F:C260101EUR1,00\n:61:260105C1,00NTRFX\n:86:x\n", "closing balance" },
		{ ":20:A\n:25:1\n:60F:C260101EUR1,00\n:61:260105C1,00NTRFX\n{1:F01X}{2:I940X}{4:\n",
		  "closing balance" },
		{ ":20:A\n:25:1\n:62F:C260101EUR1,00\n", "opening balance" },
		{ ":20:A\n:25:1\n:60F:X260101EUR1,00\n:62F:C260101EUR1,00\n", "opening balance" },
		{ ":20:A\n:25:1\n:60F:C260101EUR1,00\n:62F:C260101EUR1,0x\n", "closing balance" },
		{ ":20:A\n:25:1\n:60F:C260101QQQ1,00\n:62F:C260101QQQ1,00\n", "currency" },
		{ ":20:A\n:25:1\n:60F:C260101EUR1,00\n:62F:C260101USD1,00\n", "currencies" },
		{ ":20:A\n:25:1\n:60F:C260101EUR1,00\n:62F:C260101EUR1,00\n:61:260105C1,00NTRFX\n",
		  "follows" },
		{ ":20:A\n:60F:C260101EUR1,00\n:62F:C260101EUR1,00\n", "which account" },
	};
	static const char good[] =
	    "\n:20:B\n:25:2\n:28:1\n:60F:C260101EUR1,00\n:61:260105C1,00NTRFX\n:62F:C260105EUR2,00\n-\n";

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(MEMORY);
		struct vd_str text;
		struct got *g;
		assert_ok(vd_str_printf(&ctx, &text, "%s%s", cases[i].text, good));
		g = read_all(&ctx, text);
		assert_int_equal(g->rejected_statements, 1);
		if (strstr(g->last_message.ptr, cases[i].word) == NULL)
			fail_msg("case %zu: \"%.*s\" lacks \"%s\"", i, VD_FMT(g->last_message), cases[i].word);
		assert_int_equal(g->statements_count, 2);
		assert_true(g->statements[0].rejected && !g->statements[0].ended);
		assert_true(g->statements[1].ended && g->statements[1].head.balanced);
	}
}

static void
sums_are_checked(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g = read_entries(&ctx, ":61:260105C10,01NTRFX\n");
	struct got *expected = read_entries(&ctx, ":61:260105C10,00NTRFX\n:61:260105EC5,00NTRFX\n");

	(void)state;
	assert_false(g->statements[0].head.balanced);
	assert_true(expected->statements[0].head.balanced); /* what is only expected does not count */
	assert_int_equal(expected->statements[0].head.entries, 1);
	assert_int_equal(expected->entries_count, 2);
}

static void
refused_as_a_whole(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct got *g;
	struct bank_sink sink = { 0 };
	struct bank_reader *reader;
	struct vd_buf longest = VD_BUF(&ctx, 1 << 20);

	(void)state;
	assert_refused(collect(&ctx, INTAKE_MT940, VD_STR(":20:A\n:25:1\n:28C:1\n:34F:EURD0,\n"), 9,
	                       &g),
	               VD_E_INVALID, "bank.mt942");
	assert_refused(collect(&ctx, INTAKE_MT940, VD_STR("X\n942\nX\n:20:A\n"), 9, &g), VD_E_INVALID,
	               "bank.mt942");
	assert_refused(collect(&ctx, INTAKE_MT940, VD_STR("{1:F01X}{2:O9421200}{4:\n"), 9, &g),
	               VD_E_INVALID, "bank.mt942");
	assert_refused(collect(&ctx, INTAKE_MT940, VD_STR("datum;bedrag\n1;2\n"), 9, &g), VD_E_INVALID,
	               "bank.not_a_statement");
	assert_refused(collect(&ctx, INTAKE_MT940, VD_STR(""), 9, &g), VD_E_INVALID,
	               "bank.not_a_statement");
	assert_refused(bank_reader_new(&ctx, INTAKE_MT942, &sink, &reader), VD_E_INVALID, "bank.mt942");
	assert_refused(bank_reader_new(&ctx, INTAKE_CODA, &sink, &reader), VD_E_INVALID,
	               "bank.not_a_statement");
	for (int i = 0; i <= INTAKE_LINE_MAX; i++) vd_buf_add_char(&longest, 'x');
	assert_refused(collect(&ctx, INTAKE_MT940, vd_buf_str(&longest), 5000, &g), VD_E_LIMIT,
	               "intake.line_too_long");
}

/* --- hostile input --- */

static void
too_many_lines_reject_the_entry(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct vd_buf b = VD_BUF(&ctx, 1 << 20);
	struct got *g;

	(void)state;
	vd_buf_add_c(&b, ":61:260105C1,00NTRFX\n:86:a\n");
	for (int i = 0; i < 600; i++) vd_buf_add_c(&b, "nog een regel\n");
	vd_buf_add_c(&b, ":61:260105C10,00NTRFX\n");
	vd_buf_add_char(&b, '\0');
	g = read_entries(&ctx, b.ptr);
	assert_int_equal(g->rejected_entries, 1);
	assert_int_equal(g->entries_count, 1);
	assert_false(g->statements[0].head.balanced);
}

/* Cut off behind every byte, and with every byte changed: no crash, never a statement that was not
 * there. */
static void
cut_off_and_damaged(void **state)
{
	WITH_CONTEXT(MEMORY);
	static const char *const files[] = { "ing.sta", "rabobank.sta", "asn.sta", "german.sta" };

	(void)state;
	for (size_t f = 0; f < VD_LENGTH(files); f++) {
		struct vd_str bytes = fixture(&ctx, files[f]);
		char *copy;
		assert_non_null(copy = vd_arena_alloc(&arena, bytes.len));
		for (size_t n = 0; n < bytes.len; n++) {
			struct vd_arena_mark mark = vd_arena_mark(&arena);
			struct got *g = NULL;
			enum vd_status status = collect(&ctx, INTAKE_MT940, vd_str_sub(bytes, 0, n), 50, &g);
			assert_true(status == VD_OK || status == VD_E_INVALID);
			vd_arena_rewind(&arena, mark);
			memcpy(copy, bytes.ptr, bytes.len);
			copy[n] = (char)(copy[n] ^ (n % 2 == 0 ? 0x15 : 0x80));
			(void)!collect(&ctx, INTAKE_MT940, (struct vd_str){ copy, bytes.len }, bytes.len, &g);
			vd_arena_rewind(&arena, mark);
		}
	}
}

static enum vd_status
refuse_entry(void *user, struct vd_context *ctx, const struct bank_record_entry *e)
{
	(void)e;
	(*(int *)user)++;
	return vd_fail(ctx, VD_E_CONFLICT, "test.stop", NULL, "the sink has had enough");
}

static enum vd_status
accept_head(void *user, struct vd_context *ctx, const struct bank_record_statement *s)
{
	(void)user, (void)ctx, (void)s;
	return VD_OK;
}

static enum vd_status
accept_entry(void *user, struct vd_context *ctx, const struct bank_record_entry *e)
{
	(void)ctx, (void)e;
	(*(int *)user)++;
	return VD_OK;
}

/* Each allocation in turn fails: the reader says so and gives everything back. */
static void
memory_runs_out(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct vd_str bytes = fixture(&ctx, "rabobank.sta");
	long n, fired = 0;

	(void)state;
	for (n = 1; n < 10000; n++) {
		VD_AUTO_ARENA mine = VD_ARENA(MEMORY);
		struct vd_context own = { .arena = &mine };
		int entries = 0;
		struct bank_sink sink = { .user = &entries,
			                      .statement_begin = accept_head,
			                      .entry = accept_entry,
			                      .statement_end = accept_head };
		VD_AUTO_BANK_READER *reader = NULL;
		enum vd_status status;
		vd_fault_arm(VD_FAULT_ALLOC, n, false);
		status = bank_reader_new(&own, INTAKE_MT940, &sink, &reader);
		if (status == VD_OK) status = bank_reader_feed(&own, reader, bytes);
		if (status == VD_OK) status = bank_reader_end(&own, reader);
		vd_fault_disarm(VD_FAULT_ALLOC);
		if (status == VD_OK) {
			assert_int_equal(entries, 5);
			break;
		}
		assert_int_equal(status, VD_E_NOMEM);
		fired++;
	}
	assert_in_range(fired, 3, 9999);
}

static void
the_sink_can_stop_the_reader(void **state)
{
	WITH_CONTEXT(MEMORY);
	struct vd_str bytes = fixture(&ctx, "ing.sta");
	int calls = 0;
	struct bank_sink sink = { .user = &calls,
		                      .statement_begin = accept_head,
		                      .entry = refuse_entry,
		                      .statement_end = accept_head };
	VD_AUTO_BANK_READER *reader = NULL;

	(void)state;
	assert_ok(bank_reader_new(&ctx, INTAKE_MT940, &sink, &reader));
	assert_refused(bank_reader_feed(&ctx, reader, bytes), VD_E_CONFLICT, "test.stop");
	assert_refused(bank_reader_feed(&ctx, reader, bytes), VD_E_CONFLICT, "test.stop");
	assert_refused(bank_reader_end(&ctx, reader), VD_E_CONFLICT, "test.stop");
	assert_int_equal(calls, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_dialect),
		cmocka_unit_test(heads_and_blocks),
		cmocka_unit_test(returns_batches_and_mandates),
		cmocka_unit_test(marks_and_amounts),
		cmocka_unit_test(unreadable_entries_spoil_only_themselves),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(february_30_and_the_turn_of_the_year),
		cmocka_unit_test(what_looks_like_a_tag_in_a_text),
		cmocka_unit_test(totals_are_no_entries),
		cmocka_unit_test(line_ends_of_every_kind),
		cmocka_unit_test(accounts_and_headers),
		cmocka_unit_test(statements_that_cannot_be_trusted),
		cmocka_unit_test(sums_are_checked),
		cmocka_unit_test(refused_as_a_whole),
		cmocka_unit_test(too_many_lines_reject_the_entry),
		cmocka_unit_test(cut_off_and_damaged),
		cmocka_unit_test(memory_runs_out),
		cmocka_unit_test(the_sink_can_stop_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
