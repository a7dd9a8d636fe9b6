/* The second pass over the PDF, by qpdf's C interface. */
#include "correspondence/canvas.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

#define SECTIONS_MAX CANVAS_PAGES_MAX
#define CHILDREN_MAX 10000

static void
close_qpdf(qpdf_data *q)
{
	if (*q != NULL) qpdf_cleanup(q);
}

static enum vd_status
fail_qpdf(struct vd_context *ctx, qpdf_data q, const char *doing)
{
	const char *why =
	    qpdf_has_error(q) ? qpdf_get_error_full_text(q, qpdf_get_error(q)) : "unknown";

	return vd_fail(ctx, VD_E_IO, "letter.pdf", NULL, "%s the letter's PDF failed: %s", doing, why);
}

static void
set_text(qpdf_data q, qpdf_oh dictionary, const char *key, struct vd_str text)
{
	/* the arena's texts end with a NUL; others are copied by the caller */
	qpdf_oh_replace_key(q, dictionary, key, qpdf_oh_new_unicode_string(q, text.ptr));
}

/* Alternative texts for the figures of one page, in order. */
static void
name_figures(qpdf_data q, qpdf_oh section, const struct pdf_finish *f, size_t *next)
{
	qpdf_oh children = qpdf_oh_get_key(q, section, "/K");
	int count = qpdf_oh_is_array(q, children) ? qpdf_oh_get_array_n_items(q, children) : 0;

	for (int i = 0; i < count && i < CHILDREN_MAX; i++) {
		qpdf_oh child = qpdf_oh_get_array_item(q, children, i);

		if (!qpdf_oh_is_dictionary(q, child)) continue;
		if (!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, child, "/S"), "/Figure")) continue;
		if (*next < f->alternatives_count) set_text(q, child, "/Alt", f->alternatives[(*next)++]);
	}
}

/* cairo's structure is one section per page at the root; a reader wants one Document. */
static void
make_document(qpdf_data q, qpdf_oh tree, const struct pdf_finish *f)
{
	qpdf_oh sections = qpdf_oh_get_key(q, tree, "/K"), document;
	size_t next = 0;
	int count;

	if (qpdf_oh_is_dictionary(q, sections)) sections = qpdf_oh_wrap_in_array(q, sections);
	if (!qpdf_oh_is_array(q, sections)) return;
	document = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));
	qpdf_oh_replace_key(q, document, "/Type", qpdf_oh_new_name(q, "/StructElem"));
	qpdf_oh_replace_key(q, document, "/S", qpdf_oh_new_name(q, "/Document"));
	qpdf_oh_replace_key(q, document, "/P", tree);
	qpdf_oh_replace_key(q, document, "/K", sections);
	count = qpdf_oh_get_array_n_items(q, sections);
	for (int i = 0; i < count && i < SECTIONS_MAX; i++) {
		qpdf_oh section = qpdf_oh_get_array_item(q, sections, i);

		if (!qpdf_oh_is_dictionary(q, section)) continue;
		qpdf_oh_replace_key(q, section, "/P", document);
		name_figures(q, section, f, &next);
	}
	qpdf_oh_replace_key(q, tree, "/K", document);
}

static enum vd_status
write_out(struct vd_context *ctx, qpdf_data q, struct vd_str *out)
{
	if (qpdf_init_write_memory(q) & QPDF_ERRORS) return fail_qpdf(ctx, q, "writing");
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_set_object_stream_mode(q, qpdf_o_generate);
	if (qpdf_write(q) & QPDF_ERRORS) return fail_qpdf(ctx, q, "writing");
	if (qpdf_get_buffer_length(q) > MESSAGE_PDF_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "letter.too_long", NULL, "the letter is over %d bytes",
		               MESSAGE_PDF_MAX);
	return vd_str_dup(ctx,
	                  (struct vd_str){ (const char *)qpdf_get_buffer(q),
	                                   qpdf_get_buffer_length(q) },
	                  out);
}

enum vd_status
pdf_finish(struct vd_context *ctx, struct vd_str pdf, const struct pdf_finish *f,
           struct vd_str *out)
{
	VD_CLEANUP(close_qpdf) qpdf_data q = qpdf_init();
	qpdf_oh root, view, tree;

	if (q == NULL) return vd_fail_memory(ctx);
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_read_memory(q, "letter", pdf.ptr, pdf.len, NULL) & QPDF_ERRORS)
		return fail_qpdf(ctx, q, "reading");
	root = qpdf_get_root(q);
	set_text(q, root, "/Lang", vd_str_c(f->language));
	view = qpdf_oh_new_dictionary(q);
	qpdf_oh_replace_key(q, view, "/DisplayDocTitle", qpdf_oh_new_bool(q, QPDF_TRUE));
	qpdf_oh_replace_key(q, root, "/ViewerPreferences", view);
	tree = qpdf_oh_get_key(q, root, "/StructTreeRoot");
	if (qpdf_oh_is_dictionary(q, tree)) make_document(q, tree, f);
	if (qpdf_has_error(q)) return fail_qpdf(ctx, q, "finishing");
	return write_out(ctx, q, out);
}
