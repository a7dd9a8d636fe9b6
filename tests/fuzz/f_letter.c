/* Any bytes as a template, as frozen message data, as a logo, or as a name. What is accepted makes
 * a whole message; a name never becomes anything else than text. */
#include "base/utf8.h"
#include "correspondence/correspondence.h"
#include "correspondence/document.h"
#include "correspondence/fields.h"
#include "correspondence/mustache.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FONT_DIR "/usr/share/fonts/truetype/lato"

static struct message_template
fixed(void)
{
	return (struct message_template){
		.name = VD_STR("fixed.nl"),
		.text = VD_STR(
		    "---\nsubject: {{debtor.name}}\n---\nAan {{debtor.name}}\n\n[[items]]\n\n[[payment]]\n"),
	};
}

/* Only our own header lines, whatever the data. */
static void
check_mail(struct vd_context *ctx, const struct message_rendered *r, struct vd_str name)
{
	const struct message_attachment a = { name, name, name };
	const struct message_envelope e = { .from_name = name,
		                                .from = VD_STR("a@b.example"),
		                                .to_name = name,
		                                .to = VD_STR("c@d.example"),
		                                .message_id = VD_STR("x@b.example"),
		                                .attachments = &a,
		                                .attachments_count = 1 };
	struct vd_str mail, head, line;

	if (message_mime(ctx, &e, r, VD_LANG_NL, &mail) != VD_OK) return;
	head = vd_str_sub(mail, 0, vd_str_find(mail, VD_STR("\r\n\r\n"), 0));
	while (vd_str_cut(&head, '\n', &line)) {
		static const char first[] = " FTSDMC";

		VD_ASSERT(line.len > 0 && memchr(first, line.ptr[0], sizeof(first) - 1) != NULL);
		VD_ASSERT(!vd_str_starts_nocase(line, VD_STR("cc")));
		for (size_t i = 0; i < line.len; i++)
			VD_ASSERT(line.ptr[i] == '\r' || (line.ptr[i] >= ' ' && line.ptr[i] <= '~'));
	}
}

static void
as_template(struct vd_context *ctx, struct vd_str bytes)
{
	const struct message_template t = { VD_STR("fuzz.nl"), bytes, 1 };
	const struct message_assets assets = { 0 };
	struct message_rendered r;
	struct message_data sample;

	if (message_template_check(ctx, &t) != VD_OK) {
		VD_ASSERT(ctx->error.detail[0] != '\0');
		return;
	}
	VD_ASSERT(message_data_sample(ctx, VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, &sample) ==
	          VD_OK);
	VD_ASSERT(message_render(ctx, &t, &sample, &assets, MESSAGE_EMAIL, &r) == VD_OK);
	VD_ASSERT(r.subject.len > 0 && r.html.len > r.text.len);
}

static void
as_frozen(struct vd_context *ctx, struct vd_str bytes)
{
	const struct message_assets assets = { .font_dir = FONT_DIR };
	const struct message_template t = fixed();
	struct message_data d, again;
	struct message_rendered r;
	struct vd_str a, b;

	if (message_data_from_json(ctx, bytes, &d) != VD_OK) return;
	VD_ASSERT(message_data_to_json(ctx, &d, &a) == VD_OK);
	VD_ASSERT(message_data_from_json(ctx, a, &again) == VD_OK);
	VD_ASSERT(message_data_to_json(ctx, &again, &b) == VD_OK);
	VD_ASSERT(vd_str_eq(a, b));
	if (message_render(ctx, &t, &d, &assets, MESSAGE_EMAIL | MESSAGE_LETTER, &r) != VD_OK) return;
	VD_ASSERT(vd_utf8_valid(r.text, NULL) && vd_utf8_valid(r.html, NULL));
	VD_ASSERT(vd_str_starts(r.pdf, VD_STR("%PDF-")) && r.pages > 0);
	check_mail(ctx, &r, d.debtor.name);
}

static void
as_logo(struct vd_context *ctx, struct vd_str bytes)
{
	const struct message_assets assets = { .font_dir = FONT_DIR, .logo_png = bytes };
	const struct message_template t = fixed();
	struct message_data sample;
	struct message_rendered r;
	enum vd_status status;

	VD_ASSERT(message_data_sample(ctx, VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, &sample) ==
	          VD_OK);
	status = message_render(ctx, &t, &sample, &assets, MESSAGE_LETTER, &r);
	VD_ASSERT(status == VD_OK || ctx->error.detail[0] != '\0');
}

/* One paragraph of one run: the name as it is. */
static void
as_name(struct vd_context *ctx, struct vd_str bytes)
{
	struct vd_buf b = VD_BUF(ctx, DOCUMENT_SOURCE_MAX);
	struct message_rendered r = { .subject = bytes, .text = VD_STR("x"), .html = bytes };
	struct document doc;
	struct vd_str plain;

	if (message_plain(ctx, "name", bytes, &plain) != VD_OK) return;
	document_escape(&b, plain);
	VD_ASSERT(document_parse(ctx, VD_STR("fuzz"), vd_buf_str(&b), &doc) == VD_OK);
	VD_ASSERT(doc.count == (plain.len > 0 ? 1 : 0));
	if (doc.count > 0) {
		VD_ASSERT(doc.blocks[0].kind == DOCUMENT_PARAGRAPH && doc.blocks[0].runs_count == 1);
		VD_ASSERT(doc.blocks[0].runs[0].style == 0 && vd_str_eq(doc.blocks[0].runs[0].text, plain));
	}
	check_mail(ctx, &r, bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VD_AUTO_ARENA arena = VD_ARENA(64 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_str bytes = { (const char *)data, size };

	if (size > 20000) return 0;
	if (vd_str_starts(bytes, VD_STR("---"))) as_template(&ctx, bytes);
	else if (vd_str_starts(bytes, VD_STR("{\n"))) as_frozen(&ctx, bytes);
	else if (vd_str_starts(bytes, VD_STR("\x89PNG"))) as_logo(&ctx, bytes);
	else as_name(&ctx, bytes);
	return 0;
}
