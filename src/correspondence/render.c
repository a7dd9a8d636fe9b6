/* One message: the mail's bodies and the letter. */
#include "correspondence/correspondence.h"
#include "correspondence/fields.h"
#include "correspondence/letter.h"
#include "correspondence/mail.h"
#include "correspondence/template.h"

enum vd_status
message_render(struct vd_context *ctx, const struct message_template *template,
               const struct message_data *data, const struct message_assets *assets, unsigned parts,
               struct message_rendered *out)
{
	struct message_data clean;
	struct document doc;

	*out = (struct message_rendered){ 0 };
	VD_TRY(message_data_clean(ctx, data, &clean));
	clean.language = message_template_language(template, clean.language);
	out->language = clean.language;
	VD_TRY(message_template_fill(ctx, template, &clean, assets->partials, assets->partials_count,
	                             &out->subject, &doc));
	if (parts & MESSAGE_EMAIL) {
		VD_TRY(mail_text(ctx, &clean, &doc, &out->text));
		VD_TRY(mail_html(ctx, &clean, out->subject, &doc, &out->html));
	}
	if (parts & MESSAGE_LETTER)
		VD_TRY(letter_write(ctx, &clean, assets, out->subject, &doc, &out->pdf, &out->pages));
	return VD_OK;
}
