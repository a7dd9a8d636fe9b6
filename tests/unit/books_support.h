#ifndef VD_TESTS_BOOKS_SUPPORT_H
#define VD_TESTS_BOOKS_SUPPORT_H
/* A whole small business in a store, for tests of use cases: files to import, sessions, and what
 * the books say afterwards, in words that do not depend on ids (tests/data/books/books.sql).
 *
 * Many administrations may live in one store; each test of a failure makes one of its own. */
#include "store_support.h"

#include "app/import.h"
#include "app/match.h"
#include "app/run.h"
#include "app/verify.h"
#include "base/fault.h"
#include "base/hash.h"

#include <sqlite3.h>

/* ---- the business ---- */

/* How large: debtors with invoices_each invoices, and statements with entries_each payments. */
struct business {
	int debtors, invoices_each, statements, entries_each;
};

#define BUSINESS_TODAY 20634 /* 2026-06-30, in days since 1970 */

struct business_files {
	char debtors[1024], invoices[1024], statement[1024];
};

static inline void
business_iban(int n, char out[static 24])
{
	char digits[64];

	/* bank VDTN: V=31 D=13 T=29 N=23; NL00: 23 21 00 */
	snprintf(digits, sizeof(digits), "31132923%010d232100", n);
	int rest = 0;
	for (const char *p = digits; *p != '\0'; p++) rest = (rest * 10 + (*p - '0')) % 97;
	snprintf(out, 24, "NL%02dVDTN%010d", 98 - rest, n);
}

static inline int64_t
business_gross(int invoice)
{
	return 10000 + (int64_t)invoice * 137;
}

static inline FILE *
business_file(const char *name, int n, char path[static 1024])
{
	const char *folder = getenv("TMPDIR");
	FILE *f;

	snprintf(path, 1024, "%s/%ld_%d_%s", folder != NULL ? folder : "/tmp", (long)getpid(), n, name);
	assert_non_null(f = fopen(path, "wb"));
	return f;
}

static inline void
write_debtors_file(const struct business *b, int n, char path[static 1024])
{
	FILE *f = business_file("debtors.csv", n, path);
	char iban[24];

	fprintf(f, "debtor_id,name,street,postcode,city,country,iban,email,language,terms_days\n");
	for (int i = 1; i <= b->debtors; i++) {
		business_iban(i, iban);
		fprintf(
		    f,
		    "D%05d,Proefklant %05d,Dorpsstraat %d,1234 AB,Proefdorp,NL,%s,d%d@proef.example,nl,14\n",
		    i, i, i, iban, i);
	}
	assert_int_equal(fclose(f), 0);
}

/* Invoice i is of debtor (i % debtors) + 1; the last ones are not due yet. */
static inline void
write_invoices_file(const struct business *b, int n, char path[static 1024])
{
	FILE *f = business_file("invoices.csv", n, path);

	fprintf(f, "invoice_no,debtor_id,invoice_date,due_date,net,vat,gross,currency\n");
	for (int i = 0; i < b->debtors * b->invoices_each; i++) {
		int64_t gross = business_gross(i), net = gross * 100 / 121;

		fprintf(f, "F%06d,D%05d,2026-0%d-05,2026-0%d-19,%lld.%02lld,%lld.%02lld,%lld.%02lld,EUR\n",
		        i, i % b->debtors + 1, i % 5 + 2, i % 5 + 2, (long long)net / 100,
		        (long long)net % 100, (long long)(gross - net) / 100,
		        (long long)(gross - net) % 100, (long long)gross / 100, (long long)gross % 100);
	}
	assert_int_equal(fclose(f), 0);
}

/* Entry e: most name an invoice; every 5th pays a part, every 7th says nothing, every 9th comes
 * from nobody we know. The last entry of the last statement takes the first payment back. */
static inline void
write_entry(FILE *f, const struct business *b, int statement, int e, int number, const char *day)
{
	int invoice = number % (b->debtors * b->invoices_each), debtor = invoice % b->debtors + 1;
	bool back = statement == b->statements - 1 && e == b->entries_each - 1 && number > 0;
	bool unknown = number % 9 == 8;
	int64_t amount = business_gross(back ? 0 : invoice);
	char iban[24], text[64];

	if (number % 5 == 4 && !back) amount /= 2;
	business_iban(back ? 1 : unknown ? 900000 + number : debtor, iban);
	if (back) snprintf(text, sizeof(text), "RETOUR");
	else if (unknown) snprintf(text, sizeof(text), "borg %d", number);
	else if (number % 7 == 6) snprintf(text, sizeof(text), "betaling");
	else snprintf(text, sizeof(text), "factuur F%06d", invoice);
	fprintf(
	    f,
	    "<Ntry><Amt Ccy=\"EUR\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd>%s<Sts>BOOK</Sts>"
	    "<BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt><AcctSvcrRef>W%06d</AcctSvcrRef>"
	    "<NtryDtls><TxDtls><Refs><EndToEndId>E%06d</EndToEndId></Refs>"
	    "<Amt Ccy=\"EUR\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd>"
	    "<RltdPties><%s><Nm>%s %05d</Nm></%s><%sAcct><Id><IBAN>%s</IBAN></Id></%sAcct></RltdPties>"
	    "<RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls></NtryDtls></Ntry>\n",
	    (long long)amount / 100, (long long)amount % 100, back ? "DBIT" : "CRDT",
	    back ? "<RvslInd>true</RvslInd>" : "", day, day, number, back ? 0 : number,
	    (long long)amount / 100, (long long)amount % 100, back ? "DBIT" : "CRDT",
	    back ? "Cdtr" : "Dbtr", unknown ? "Onbekende" : "Proefklant", back ? 1 : debtor,
	    back ? "Cdtr" : "Dbtr", back ? "Cdtr" : "Dbtr", iban, back ? "Cdtr" : "Dbtr", text,
	    back ? "<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>" : "");
}

/* Balances are left out: a statement is told by number and day, and covers its day all the same. */
static inline void
write_statement_file(const struct business *b, int n, char path[static 1024])
{
	FILE *f = business_file("statement.xml", n, path);
	char ours[24], day[16];

	business_iban(999999, ours);
	fprintf(f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	           "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>"
	           "<GrpHdr><MsgId>PROEF</MsgId><CreDtTm>2026-06-30T06:00:00</CreDtTm></GrpHdr>\n");
	for (int s = 0; s < b->statements; s++) {
		snprintf(day, sizeof(day), "2026-06-%02d", 29 - (b->statements - 1 - s) % 28);
		fprintf(
		    f,
		    "<Stmt><Id>PROEF-%03d</Id><ElctrncSeqNb>%d</ElctrncSeqNb><CreDtTm>%sT23:00:00</CreDtTm>"
		    "<Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>\n",
		    s + 1, s + 1, day, ours);
		for (int e = 0; e < b->entries_each; e++)
			write_entry(f, b, s, e, s * b->entries_each + e, day);
		fprintf(f, "</Stmt>\n");
	}
	fprintf(f, "</BkToCstmrStmt></Document>\n");
	assert_int_equal(fclose(f), 0);
}

static inline void
business_write(const struct business *b, int n, struct business_files *files)
{
	write_debtors_file(b, n, files->debtors);
	write_invoices_file(b, n, files->invoices);
	write_statement_file(b, n, files->statement);
}

static inline void
business_remove(const struct business_files *files)
{
	unlink(files->debtors);
	unlink(files->invoices);
	unlink(files->statement);
}

/* ---- sessions ---- */

static inline struct app_options
session_options(const char *url, const char *administration)
{
	return (struct app_options){
		.store_url = url,
		.administration = administration,
		.actor = "proef",
		.fixed_day = true,
		.today = { BUSINESS_TODAY },
		.log = { .level = VD_LOG_ERROR },
	};
}

static inline void
make_administration(const char *url, const char *code)
{
	WITH_CONTEXT((size_t)64 << 20);
	struct app_options o = session_options(url, NULL);
	struct app app = { 0 };
	char iban[24];
	bool created;

	o.create = o.no_administration = true;
	business_iban(999999, iban);
	assert_ok(app_open(&ctx, &o, &app));
	assert_ok(app_init(&ctx, &app,
	                   &(struct app_init){ .code = code, .name = "Proefbedrijf", .iban = iban },
	                   &created));
	assert_true(created);
	app_close(&app);
}

/* A use case as a test calls it, in a session of its own. */
typedef enum vd_status (*use_case)(struct vd_context *, struct app *,
                                   const struct business_files *);

static inline enum vd_status
do_import_debtors(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_import_result r = { 0 };

	return app_import_party(ctx, app, APP_IMPORT_DEBTORS,
	                        &(struct app_import_options){ .path = files->debtors }, &r);
}

static inline enum vd_status
do_import_invoices(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_import_result r = { 0 };

	return app_import_party(ctx, app, APP_IMPORT_INVOICES,
	                        &(struct app_import_options){ .path = files->invoices }, &r);
}

static inline enum vd_status
do_import_snapshot(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_import_result r = { 0 };

	return app_import_party(ctx, app, APP_IMPORT_INVOICES,
	                        &(struct app_import_options){
	                            .path = files->invoices, .snapshot = true, .as_of = app->today },
	                        &r);
}

static inline enum vd_status
do_import_statement(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_import_result r = { 0 };

	return app_import_statement(ctx, app, files->statement, &r);
}

static inline enum vd_status
do_match(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_match_result r;

	(void)files;
	return app_match(ctx, app, false, false, &r);
}

static inline enum vd_status
do_run(struct vd_context *ctx, struct app *app, const struct business_files *files)
{
	struct app_run_result r;

	(void)files;
	return app_run(ctx, app, false, &r);
}

/* In a session of its own, which must succeed. *statements: how many it sent; may be NULL. */
static inline void
in_session(const char *url, const char *administration, use_case act,
           const struct business_files *files, int64_t *statements)
{
	WITH_CONTEXT((size_t)1 << 30);
	struct app_options o = session_options(url, administration);
	struct app app = { 0 };
	int64_t before;

	assert_ok(app_open(&ctx, &o, &app));
	before = vd_db_statements(app.db);
	assert_ok(act(&ctx, &app, files));
	if (statements != NULL) *statements = vd_db_statements(app.db) - before;
	app_close(&app);
}

/* ---- what the books say ---- */

struct rows {
	char **texts;
	size_t count, cap;
};

static inline void
rows_add(struct rows *r, const char *name, const char *text)
{
	size_t n = strlen(name) + strlen(text) + 2;

	if (r->count == r->cap) {
		r->cap = r->cap == 0 ? 256 : r->cap * 2;
		assert_non_null(r->texts = realloc(r->texts, r->cap * sizeof(*r->texts)));
	}
	assert_non_null(r->texts[r->count] = malloc(n));
	snprintf(r->texts[r->count++], n, "%s %s", name, text);
}

static inline void
rows_free(struct rows *r)
{
	for (size_t i = 0; i < r->count; i++) free(r->texts[i]);
	free(r->texts);
	*r = (struct rows){ 0 };
}

/* A reader of its own beside the program's connection. */
struct reader {
	sqlite3 *sqlite;
	PGconn *postgresql;
};

static inline void
reader_open(struct reader *r, const char *url)
{
	*r = (struct reader){ 0 };
	if (on_postgresql()) {
		r->postgresql = PQconnectdb(url);
		assert_int_equal(PQstatus(r->postgresql), CONNECTION_OK);
	} else {
		assert_int_equal(sqlite3_open_v2(url + 7, &r->sqlite, SQLITE_OPEN_READWRITE, NULL),
		                 SQLITE_OK);
	}
}

static inline void
reader_close(struct reader *r)
{
	if (r->postgresql != NULL) PQfinish(r->postgresql);
	if (r->sqlite != NULL) sqlite3_close(r->sqlite);
	*r = (struct reader){ 0 };
}

static inline void
reader_ask(struct reader *r, const char *sql, const char *name, struct rows *out)
{
	if (r->postgresql != NULL) {
		PGresult *result = PQexec(r->postgresql, sql);

		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", name, PQerrorMessage(r->postgresql));
		for (int i = 0; i < PQntuples(result); i++) rows_add(out, name, PQgetvalue(result, i, 0));
		PQclear(result);
		return;
	}
	sqlite3_stmt *statement;
	int rc;

	if (sqlite3_prepare_v2(r->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", name, sqlite3_errmsg(r->sqlite));
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
		rows_add(out, name, (const char *)sqlite3_column_text(statement, 0));
	assert_int_equal(rc, SQLITE_DONE);
	sqlite3_finalize(statement);
}

static inline int
text_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline char *
books_queries(void)
{
	const char *root = getenv("SOURCE_ROOT");
	char path[1024];
	FILE *f;
	char *text;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/data/books/books.sql", root != NULL ? root : ".");
	if ((f = fopen(path, "rb")) == NULL) fail_msg("%s is not there", path);
	assert_non_null(text = malloc(65536));
	n = fread(text, 1, 65535, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

/* All that the books of this administration say, sorted. */
static inline void
books_read(struct reader *r, const char *administration, struct rows *out)
{
	char *text = books_queries(), *at = text, sql[4096], id[32];
	struct rows ids = { 0 };

	snprintf(sql, sizeof(sql), "SELECT CAST(id AS TEXT) FROM administration WHERE code = '%s'",
	         administration);
	reader_ask(r, sql, "id", &ids);
	assert_int_equal(ids.count, 1);
	snprintf(id, sizeof(id), "%s", ids.texts[0] + 3);
	rows_free(&ids);
	while ((at = strstr(at, "-- name: ")) != NULL) {
		char name[64];
		size_t n = 0;
		char *end = strstr(at, ";\n");

		assert_non_null(end);
		assert_int_equal(sscanf(at, "-- name: %63[a-z_]", name), 1);
		for (const char *p = strchr(at, '\n'); p < end; p++) {
			bool here = strncmp(p, "$1", 2) == 0;
			int w = here ? snprintf(sql + n, sizeof(sql) - n, "%s", id)
			             : snprintf(sql + n, sizeof(sql) - n, "%c", *p);

			n += (size_t)w;
			assert_true(n < sizeof(sql));
			p += here;
		}
		reader_ask(r, sql, name, out);
		at = end;
	}
	free(text);
	if (out->count > 0) qsort(out->texts, out->count, sizeof(*out->texts), text_order);
}

static inline void
rows_hash(const struct rows *r, char hex[static VD_SHA256_HEX])
{
	struct vd_sha256_stream h;

	vd_sha256_start(&h);
	for (size_t i = 0; i < r->count; i++)
		vd_sha256_add(&h, (struct vd_str){ r->texts[i], strlen(r->texts[i]) + 1 });
	vd_sha256_end(&h, hex);
}

static inline void
books_hash(struct reader *r, const char *administration, char hex[static VD_SHA256_HEX])
{
	struct rows rows = { 0 };

	books_read(r, administration, &rows);
	rows_hash(&rows, hex);
	rows_free(&rows);
}

static inline bool
rows_same(const struct rows *a, const struct rows *b)
{
	if (a->count != b->count) return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->texts[i], b->texts[i]) != 0) return false;
	return true;
}

/* Prints the first rows that only one of two has. */
static inline void
rows_differ(const struct rows *a, const struct rows *b)
{
	size_t i = 0, j = 0, shown = 0;

	while ((i < a->count || j < b->count) && shown < 20) {
		int c = i == a->count ? 1 : j == b->count ? -1 : strcmp(a->texts[i], b->texts[j]);

		if (c != 0) {
			print_message("%s %s\n", c < 0 ? "only first: " : "only second:",
			              c < 0 ? a->texts[i] : b->texts[j]);
			shown++;
		}
		i += c <= 0;
		j += c >= 0;
	}
}

/* voldaan verify, in a session of its own: the number of differences, the first one told. */
static inline int64_t
books_verify(const char *url, const char *administration)
{
	WITH_CONTEXT((size_t)256 << 20);
	struct app_options o = session_options(url, administration);
	struct app_verify_result r;
	struct app app = { 0 };

	assert_ok(app_open(&ctx, &o, &app));
	assert_ok(app_verify(&ctx, &app, &r));
	assert_true(r.checks > 5);
	for (size_t i = 0; i < r.kept_count && i < 5; i++)
		print_message("verify: %s, %.*s: expected %.*s, found %.*s\n", r.kept[i].check,
		              VD_FMT(r.kept[i].row), VD_FMT(r.kept[i].expected), VD_FMT(r.kept[i].found));
	app_close(&app);
	return r.differences;
}
#endif
