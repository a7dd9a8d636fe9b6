/* Letters put together for the printer. */
#include "correspondence/join.h"

#include <qpdf/qpdf-c.h>

/* The sources stay open until the whole is written: pages are copied then. */
struct joining {
	struct vd_context *ctx;
	qpdf_data whole;
	qpdf_data *sources;
	size_t count;
	int pages;
};

static void
close_all(struct joining *j)
{
	if (j->whole != NULL) qpdf_cleanup(&j->whole);
	for (size_t i = 0; i < j->count; i++)
		if (j->sources[i] != NULL) qpdf_cleanup(&j->sources[i]);
}

static qpdf_data
open_quiet(void)
{
	qpdf_data q = qpdf_init();

	if (q == NULL) return NULL;
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	return q;
}

static enum vd_status
fail_joining(struct joining *j, qpdf_data q, size_t letter)
{
	return vd_fail(j->ctx, VD_E_INVALID, "join.pdf", NULL, "letter %zu cannot be put together: %s",
	               letter + 1,
	               qpdf_has_error(q) ? qpdf_get_error_full_text(q, qpdf_get_error(q))
	                                 : "not a usable PDF");
}

/* As large as the page before it. */
static enum vd_status
add_empty_page(struct joining *j, size_t letter)
{
	qpdf_oh page = qpdf_oh_parse(j->whole, "<< /Type /Page /Resources << >> >>");
	qpdf_oh last = qpdf_get_page_n(j->whole, (size_t)j->pages - 1);
	qpdf_oh box = qpdf_oh_get_key(j->whole, last, "/MediaBox");

	if (!qpdf_oh_is_array(j->whole, box)) box = qpdf_oh_parse(j->whole, "[0 0 595.276 841.89]");
	qpdf_oh_replace_key(j->whole, page, "/MediaBox", box);
	page = qpdf_make_indirect_object(j->whole, page);
	if (qpdf_add_page(j->whole, j->whole, page, QPDF_FALSE) & QPDF_ERRORS)
		return fail_joining(j, j->whole, letter);
	j->pages++;
	return VD_OK;
}

static enum vd_status
add_letter(struct joining *j, size_t i, struct join_letter *letter, bool both_sides)
{
	qpdf_data q = j->sources[i] = open_quiet();

	if (q == NULL) return vd_fail_memory(j->ctx);
	if (qpdf_read_memory(q, "letter", letter->pdf.ptr, letter->pdf.len, NULL) & QPDF_ERRORS)
		return fail_joining(j, q, i);
	letter->pages = qpdf_get_num_pages(q);
	letter->first_page = j->pages + 1;
	if (letter->pages < 1 || qpdf_push_inherited_attributes_to_page(q) & QPDF_ERRORS)
		return fail_joining(j, q, i);
	for (int p = 0; p < letter->pages; p++)
		if (qpdf_add_page(j->whole, q, qpdf_get_page_n(q, (size_t)p), QPDF_FALSE) & QPDF_ERRORS)
			return fail_joining(j, j->whole, i);
	j->pages += letter->pages;
	return both_sides && letter->pages % 2 == 1 ? add_empty_page(j, i) : VD_OK;
}

static enum vd_status
write_whole(struct joining *j, struct vd_str *out)
{
	static const char failed[] = "the letters cannot be written as one file";
	struct vd_str bytes;

	if (qpdf_init_write_memory(j->whole) & QPDF_ERRORS)
		return vd_fail(j->ctx, VD_E_INVALID, "join.write", NULL, "%s", failed);
	qpdf_set_deterministic_ID(j->whole, QPDF_TRUE);
	if (qpdf_write(j->whole) & QPDF_ERRORS)
		return vd_fail(j->ctx, VD_E_INVALID, "join.write", NULL, "%s", failed);
	bytes.ptr = (const char *)qpdf_get_buffer(j->whole);
	bytes.len = qpdf_get_buffer_length(j->whole);
	return vd_str_dup(j->ctx, bytes, out);
}

enum vd_status
join_letters(struct vd_context *ctx, struct join_letter *letters, size_t count, bool both_sides,
             struct vd_str *out)
{
	VD_CLEANUP(close_all) struct joining j = { .ctx = ctx };
	size_t bytes = 0;

	if (count == 0 || count > JOIN_LETTERS_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "join.count", NULL,
		               "%zu letters cannot be put together; 1 to %d can", count, JOIN_LETTERS_MAX);
	for (size_t i = 0; i < count; i++) {
		bytes += letters[i].pdf.len;
		if (letters[i].pdf.len > JOIN_BYTES_MAX || bytes > JOIN_BYTES_MAX)
			return vd_fail(ctx, VD_E_LIMIT, "join.bytes", NULL,
			               "the letters are larger than %zu bytes together", JOIN_BYTES_MAX);
	}
	VD_NEW(ctx, j.sources, count);
	j.count = count;
	if ((j.whole = open_quiet()) == NULL) return vd_fail_memory(ctx);
	if (qpdf_empty_pdf(j.whole) & QPDF_ERRORS) return fail_joining(&j, j.whole, 0);
	for (size_t i = 0; i < count; i++) VD_TRY(add_letter(&j, i, &letters[i], both_sides));
	return write_whole(&j, out);
}
