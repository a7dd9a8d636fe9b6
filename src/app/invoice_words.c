/* From what matching asks for to what the store keeps. */
#include "app/invoice_words.h"

enum vd_status
app_invoice_words(struct vd_context *ctx, struct vd_str number, struct vd_str reference,
                  struct vd_str order, struct app_invoice_word out[MATCH_WORDS_MAX], size_t *count)
{
	static const char *const kinds[MATCH_KEY__COUNT] = {
		[MATCH_KEY_REFERENCE] = "reference",
		[MATCH_KEY_NUMBER] = "number",
		[MATCH_KEY_DIGITS] = "digits",
		[MATCH_KEY_TAIL] = "tail",
	};
	struct match_key words[MATCH_WORDS_MAX];
	size_t n;

	*count = 0;
	VD_TRY(match_words(ctx, number, reference, order, words, &n));
	for (size_t i = 0; i < n; i++)
		if (kinds[words[i].kind] != NULL)
			out[(*count)++] = (struct app_invoice_word){ kinds[words[i].kind], words[i].text };
	return VD_OK;
}
