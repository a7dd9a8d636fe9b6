/* Every allocation of the readers fails once, and once for good: the call says so, nothing leaks,
 * and no record is given twice. */
#include "base/fault.h"
#include "intake/party_csv.h"
#include "intake/ubl.h"
#include "intake/xaf.h"

#include "party_log.h"
#include "unit.h"

static enum vd_status
run_csv(struct vd_context *ctx, struct vd_str text, const struct party_sink *sink)
{
	struct party_csv_options options = { .subject = PARTY_INVOICES };
	VD_AUTO_PARTY_INSPECTOR *in = NULL;
	VD_AUTO_PARTY_CSV *r = NULL;
	const struct party_csv_plan *plan;

	VD_TRY(party_csv_inspect_new(ctx, &options, &in));
	VD_TRY(party_csv_inspect_feed(ctx, in, text));
	VD_TRY(party_csv_inspect_end(ctx, in, &plan));
	VD_TRY(party_csv_new(ctx, plan, sink, &r));
	VD_TRY(party_csv_feed(ctx, r, text));
	return party_csv_end(ctx, r);
}

static enum vd_status
run_mapping(struct vd_context *ctx, struct vd_str text, const struct party_sink *sink)
{
	struct party_mapping *m;

	(void)sink;
	return party_mapping_parse(ctx, text, &m);
}

static enum vd_status
run_ubl(struct vd_context *ctx, struct vd_str text, const struct party_sink *sink)
{
	struct ubl_options options = { .attachments = true };
	VD_AUTO_UBL_READER *r = NULL;

	VD_TRY(ubl_reader_new(ctx, &options, sink, &r));
	VD_TRY(ubl_reader_feed(ctx, r, text));
	return ubl_reader_end(ctx, r);
}

static enum vd_status
run_xaf(struct vd_context *ctx, struct vd_str text, const struct party_sink *sink)
{
	struct xaf_options options = { .control_accounts = VD_STR_NONE };
	VD_AUTO_XAF_READER *r = NULL;

	VD_TRY(xaf_reader_new(ctx, &options, sink, &r));
	VD_TRY(xaf_reader_feed(ctx, r, text));
	return xaf_reader_end(ctx, r);
}

typedef enum vd_status (*run_fn)(struct vd_context *, struct vd_str, const struct party_sink *);

/* The n-th allocation fails; returns false when there is no n-th. */
static bool
run_failing(run_fn run, struct vd_str text, long n, bool forever, int records)
{
	WITH_CONTEXT(64 << 20);
	struct party_log log = { .quiet = true };
	struct party_sink sink = party_log_sink(&log);
	enum vd_status st;
	long seen;

	vd_fault_arm(VD_FAULT_ALLOC, n, forever);
	st = run(&ctx, text, &sink);
	seen = vd_fault_seen(VD_FAULT_ALLOC);
	vd_fault_disarm(VD_FAULT_ALLOC);
	assert_true(log.invoices + log.debtors <= records);
	if (seen < n) {
		assert_int_equal(st, VD_OK);
		assert_int_equal(log.invoices + log.debtors, records);
		return false;
	}
	if (st != VD_E_NOMEM) fail_msg("allocation %ld: %s", n, vd_status_name(st));
	return true;
}

static void
fail_each(run_fn run, struct vd_str text, int records)
{
	long n = 1;

	for (; n < 2000; n++)
		if (!run_failing(run, text, n, false, records)) break;
	assert_in_range(n, 2, 1999);
	for (n = 1; n < 2000; n++)
		if (!run_failing(run, text, n, true, records)) break;
	print_message("%ld allocations\n", n - 1);
}

static char buffer[1 << 20];

static struct vd_str
fixture(const char *name)
{
	const char *root = getenv("SOURCE_ROOT");
	char path[1024];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root != NULL ? root : ".", name);
	assert_non_null(f = fopen(path, "rb"));
	n = fread(buffer, 1, sizeof(buffer), f);
	fclose(f);
	return (struct vd_str){ buffer, n };
}

static void
test_csv(void **state)
{
	(void)state;
	fail_each(
	    run_csv,
	    VD_STR("factuurnummer;debiteurnr;bedrag;naam;land;taal\n1;2;3,00;Caf\xE9;Nederland;Frans\n"
	           "2;2;x;\xE9;NL;nl\n3;2;3,00;\xE9;NL;nl\n"),
	    2);
}

static void
test_mapping(void **state)
{
	(void)state;
	fail_each(run_mapping, fixture("mappings/exact-online.json"), 0);
}

static void
test_ubl(void **state)
{
	(void)state;
	fail_each(run_ubl, fixture("tests/data/party/si-ubl-invoice.xml"), 1);
}

static void
test_xaf(void **state)
{
	(void)state;
	fail_each(run_xaf, fixture("tests/data/party/xaf-3.2.xaf"), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_ubl),
		cmocka_unit_test(test_xaf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
