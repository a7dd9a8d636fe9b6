/* Letters put together are read back by qpdf, and pages counted. */
#include "base/buf.h"
#include "correspondence/join.h"
#include "unit.h"

#include <qpdf/qpdf-c.h>

/* A PDF of n pages, each with its own size so that it can be told. ISO 32000-1 annex H, by hand;
 * the cross-reference table is left out, readers must make it again (7.5.4 and qpdf's recovery). */
static struct vd_str
pdf_of(struct vd_context *ctx, int pages, int width)
{
	struct vd_buf b = VD_BUF(ctx, 1 << 16);
	struct vd_str s;

	vd_buf_add_c(&b, "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	/* the size stands at the tree: pages inherit it */
	vd_buf_addf(&b, "2 0 obj\n<< /Type /Pages /MediaBox [0 0 %d 800] /Count %d /Kids [", width,
	            pages);
	for (int i = 0; i < pages; i++) vd_buf_addf(&b, "%d 0 R ", 3 + i);
	vd_buf_add_c(&b, "] >>\nendobj\n");
	for (int i = 0; i < pages; i++)
		vd_buf_addf(&b, "%d 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << >> >>\nendobj\n",
		            3 + i);
	vd_buf_addf(&b, "trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n0\n%%%%EOF\n", 3 + pages);
	assert_int_equal(vd_buf_finish(ctx, &b, &s), VD_OK);
	return s;
}

/* The widths of all pages, as text. */
static struct vd_str
widths_of(struct vd_context *ctx, struct vd_str pdf)
{
	struct vd_buf b = VD_BUF(ctx, 1 << 16);
	qpdf_data q = qpdf_init();
	struct vd_str s;

	qpdf_silence_errors(q);
	assert_int_equal(qpdf_read_memory(q, "whole", pdf.ptr, pdf.len, NULL) & QPDF_ERRORS, 0);
	for (int i = 0; i < qpdf_get_num_pages(q); i++) {
		qpdf_oh box = qpdf_oh_get_key(q, qpdf_get_page_n(q, (size_t)i), "/MediaBox");

		vd_buf_addf(&b, "%d ", qpdf_oh_get_int_value_as_int(q, qpdf_oh_get_array_item(q, box, 2)));
	}
	qpdf_cleanup(&q);
	assert_int_equal(vd_buf_finish(ctx, &b, &s), VD_OK);
	return s;
}

static void
pages_follow_each_other(void **state)
{
	WITH_CONTEXT(16 << 20);
	struct join_letter letters[] = {
		{ .pdf = pdf_of(&ctx, 1, 100) },
		{ .pdf = pdf_of(&ctx, 2, 200) },
		{ .pdf = pdf_of(&ctx, 3, 300) },
	};
	struct vd_str one, two, again;

	(void)state;
	assert_ok(join_letters(&ctx, letters, 3, false, &one));
	assert_text(widths_of(&ctx, one), "100 200 200 300 300 300 ");
	assert_int_equal(letters[2].first_page, 4);
	assert_int_equal(letters[2].pages, 3);
	assert_ok(join_letters(&ctx, letters, 3, true, &two));
	assert_text(widths_of(&ctx, two), "100 100 200 200 300 300 300 300 ");
	assert_int_equal(letters[1].first_page, 3);
	assert_int_equal(letters[2].first_page, 5);
	assert_ok(join_letters(&ctx, letters, 3, false, &again));
	assert_true(vd_str_eq(one, again));
}

static void
many_letters(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct join_letter *letters = vd_new_n(&ctx, struct join_letter, JOIN_LETTERS_MAX + 1);
	struct vd_str whole;

	(void)state;
	for (int i = 0; i <= JOIN_LETTERS_MAX; i++) letters[i].pdf = pdf_of(&ctx, 1, 100);
	assert_ok(join_letters(&ctx, letters, 400, true, &whole));
	assert_int_equal(letters[399].first_page, 799);
	assert_refused(join_letters(&ctx, letters, JOIN_LETTERS_MAX + 1, false, &whole), VD_E_LIMIT,
	               "join.count");
	assert_refused(join_letters(&ctx, letters, 0, false, &whole), VD_E_LIMIT, "join.count");
}

static void
what_is_no_pdf(void **state)
{
	static const char *const cases[] = { "", "hello", "%PDF-1.4\n",
		                                 "%PDF-1.4\ntrailer\n<< /Root 1 0 R >>\n" };

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(cases); i++) {
		WITH_CONTEXT(16 << 20);
		struct join_letter letters[] = { { .pdf = pdf_of(&ctx, 1, 100) },
			                             { .pdf = vd_str_c(cases[i]) } };
		struct vd_str whole;

		assert_refused(join_letters(&ctx, letters, 2, false, &whole), VD_E_INVALID, "join.pdf");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_follow_each_other),
		cmocka_unit_test(many_letters),
		cmocka_unit_test(what_is_no_pdf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
