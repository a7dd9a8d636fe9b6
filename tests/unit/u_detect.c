/* What a file is, told by its first bytes: our own heads of each format, and (when they lie beside
 * the source) the public samples, each of which must be what its folder says. */
#include "unit.h"

#include "base/file.h"
#include "intake/intake.h"

static void
heads(void **state)
{
	static const struct {
		struct vd_str head;
		enum intake_format format;
	} cases[] = {
#define T(text) { text, sizeof(text) - 1 }
		{ T("<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>"),
		  INTAKE_CAMT053 },
		{ T("\xEF\xBB\xBF\r\n<!-- a > b --><Document><BkToCstmrStmt>"), INTAKE_CAMT053 },
		{ T("<a:Envelope xmlns:a='x'><Header/><ns2:BkToCstmrStmtV01>"), INTAKE_CAMT053 },
		{ T("\xFF\xFE<\0D\0o\0c\0u\0m\0e\0n\0t\0>\0<\0B\0k\0T\0o\0C\0s\0t\0m\0r\0S\0t\0m\0t\0>\0"),
		  INTAKE_CAMT053 },
		{ T("\xFE\xFF\0<\0O\0F\0X\0>"), INTAKE_OFX },
		{ T("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'>"), INTAKE_CAMT052 },
		{ T("<Document><BkToCstmrAcctRpt>"), INTAKE_CAMT052 },
		{ T("<Document><BkToCstmrDbtCdtNtfctn>"), INTAKE_CAMT054 },
		{ T("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.008.001.02'>"), INTAKE_PAIN },
		{ T("<Document><CstmrPmtStsRpt>"), INTAKE_PAIN },
		{ T("<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>"),
		  INTAKE_UBL_INVOICE },
		{ T("<ubl:CreditNote xmlns:ubl='urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2'>"),
		  INTAKE_UBL_CREDIT_NOTE },
		{ T("<sh:StandardBusinessDocument xmlns:sh='u'><sh:H/><Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>"),
		  INTAKE_UBL_INVOICE },
		{ T("<rsm:CrossIndustryInvoice xmlns:rsm='urn:un'>"), INTAKE_CII },
		{ T("<auditfile xmlns='http://www.auditfiles.nl/XAF/3.2'>"), INTAKE_XAF },
		{ T("<!DOCTYPE auditfile><auditfile>"),
		  INTAKE_XAF }, /* the reader refuses it, with the reason */
		{ T("<html><body>"), INTAKE_XML_OTHER },
		{ T("<"), INTAKE_XML_OTHER },
		{ T("ABNANL2A\r\n940\r\nABNANL2A\r\n:20:ABN AMRO BANK NV\r\n:25:1\r\n:28:1/1\r\n"),
		  INTAKE_MT940 },
		{ T("{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:\n:20:A\n:25:1\n:60F:C1"),
		  INTAKE_MT940 },
		{ T(":25:NL62ABNA0\n:28:1/1\n:60F:C161111EUR1,00\n"), INTAKE_MT940 },
		{ T(":20:A\r:25:1\r:28C:1\r:34F:EURD0,\r"), INTAKE_MT942 },
		{ T("{1:F01X}{2:O9421200}{4:\n:20:A\n:25:1\n:28C:1\n"), INTAKE_MT942 },
		{ T("\"Datum\";\"Naam\";\"Bedrag\"\n"), INTAKE_CSV },
		{ T("datum\tbedrag\n2026-01-05\t1,00\n"), INTAKE_CSV },
		{ T("OFXHEADER:100\nDATA:OFXSGML\n"), INTAKE_OFX },
		{ T("%PDF-1.7\n"), INTAKE_PDF },
		{ T("\n\n%PDF-1.4\n"), INTAKE_PDF },
		{ T("PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml"), INTAKE_XLSX },
		{ T("PK\x03\x04\x14\0\0\0\0\0statement.xml"), INTAKE_ZIP },
		{ T("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), INTAKE_BINARY },
		{ T("\x1F\x8B\x08\0\0\0\0\0"), INTAKE_BINARY },
		{ T("zomaar een zin"), INTAKE_UNKNOWN },
		{ T(""), INTAKE_UNKNOWN },
		{ T(" \r\n\t"), INTAKE_UNKNOWN },
		{ T("\xEF\xBB\xBF"), INTAKE_UNKNOWN },
#undef T
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		enum intake_format format = intake_detect(cases[i].head);
		if (format != cases[i].format)
			fail_msg("case %zu is taken for %s, not %s", i, intake_format_name(format),
			         intake_format_name(cases[i].format));
	}
}

static void
coda(void **state)
{
	char text[300];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "0000005012600005", 16);
	text[127] = '2';
	text[128] = '\n';
	text[129] = '1';
	text[257] = '\n';
	assert_int_equal(intake_detect((struct vd_str){ text, 258 }), INTAKE_CODA);
}

/* Any head cut off anywhere gives an answer, and each format has a name. */
static void
every_prefix_has_an_answer(void **state)
{
	static const char text[] =
	    "<?xml version='1.0'?><!-- c --><!DOCTYPE x><a:Document xmlns='urn:camt.053.001.02'><b/></a:Document>";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++)
		assert_in_range(intake_detect((struct vd_str){ text, n }), INTAKE_UNKNOWN,
		                INTAKE__COUNT - 1);
	for (int f = 0; f < INTAKE__COUNT; f++)
		assert_true(strlen(intake_format_name((enum intake_format)f)) > 3);
}

static bool
is_data(struct vd_str name, const char *ending)
{
	return ending != NULL ? vd_str_ends(name, vd_str_c(ending))
	                      : vd_str_find(name, VD_STR("."), 0) == SIZE_MAX;
}

/* Files of a folder that are not what the folder says; -1 when it is not there. */
static int
folder(const char *name, const char *ending, enum intake_format first, enum intake_format second,
       int *files)
{
	WITH_CONTEXT(64 << 20);
	char path[1024], file[2048];
	struct vd_str *names, bytes;
	size_t count;
	int wrong = 0;

	snprintf(path, sizeof(path), "%s/../shared/samples/%s",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", name);
	if (vd_file_list(&ctx, path, 1000, &names, &count) != VD_OK) return -1;
	for (size_t i = 0; i < count; i++) {
		enum intake_format format;
		struct vd_arena_mark mark = vd_arena_mark(&arena);
		if (!is_data(names[i], ending)) continue;
		snprintf(file, sizeof(file), "%s/%.*s", path, VD_FMT(names[i]));
		assert_ok(vd_file_slurp(&ctx, file, 32 << 20, &bytes));
		format = intake_detect(vd_str_sub(bytes, 0, 16384));
		(*files)++;
		if (format != first && format != second) {
			print_message("  %s is taken for %s\n", strrchr(file, '/') + 1,
			              intake_format_name(format));
			wrong++;
		}
		vd_arena_rewind(&arena, mark);
	}
	return wrong;
}

static void
public_samples(void **state)
{
	static const struct {
		const char *name, *ending;
		enum intake_format first, second;
		int wrong; /* at most */
	} folders[] = {
		{ "camt053", ".xml", INTAKE_CAMT053, INTAKE_CAMT053, 0 },
		{ "camt052", ".xml", INTAKE_CAMT052, INTAKE_CAMT052, 0 },
		{ "camt054", ".xml", INTAKE_CAMT054, INTAKE_CAMT054, 0 },
		{ "sepa-pain001", ".xml", INTAKE_PAIN, INTAKE_PAIN, 0 },
		{ "sepa-pain002", ".xml", INTAKE_PAIN, INTAKE_PAIN, 0 },
		{ "sepa-pain008", ".xml", INTAKE_PAIN, INTAKE_PAIN, 0 },
		{ "mt940/abnamro", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		{ "mt940/rabobank", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		{ "mt940/ing", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		{ "mt940/knab", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		{ "mt940/sns-asn", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		{ "mt940/triodos", ".txt", INTAKE_MT940, INTAKE_MT940, 0 },
		/* one of these is an empty file */
		{ "csv-bank-nl", ".csv", INTAKE_CSV, INTAKE_UNKNOWN, 0 },
		{ "coda", ".cod", INTAKE_CODA, INTAKE_CODA, 0 },
		{ "cii/en16931-examples", ".xml", INTAKE_CII, INTAKE_CII, 0 },
		{ "cii/xrechnung-testsuite", ".xml", INTAKE_CII, INTAKE_CII, 0 },
		{ "cii/zugferd-corpus", ".xml", INTAKE_CII, INTAKE_CII, 0 },
		{ "xaf/3.2", ".xml", INTAKE_XAF, INTAKE_XAF, 0 },
		{ "xaf/4.0", ".xaf", INTAKE_XAF, INTAKE_XAF, 0 },
		{ "ubl/si-ubl-2.0-nlcius-testset", ".xml", INTAKE_UBL_INVOICE, INTAKE_UBL_CREDIT_NOTE, 0 },
	};
	bool there = false;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(folders); i++) {
		int files = 0;
		int wrong =
		    folder(folders[i].name, folders[i].ending, folders[i].first, folders[i].second, &files);
		if (wrong < 0) continue;
		there = true;
		print_message("%-32s %3d files, %d not recognised\n", folders[i].name, files, wrong);
		assert_true(wrong <= folders[i].wrong);
	}
	if (there) return;
	print_message("skipped: the public sample files are not beside the source\n");
	skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(coda),
		cmocka_unit_test(every_prefix_has_an_answer),
		cmocka_unit_test(public_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
