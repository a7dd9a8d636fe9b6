/* QR codes. */
#include "correspondence/qr.h"

#include <qrencode.h>

#define VERSION_MAX 13

static void
free_code(QRcode **code)
{
	if (*code != NULL) QRcode_free(*code);
}

enum vd_status
qr_make(struct vd_context *ctx, struct vd_str bytes, struct qr *out)
{
	VD_CLEANUP(free_code) QRcode *code = NULL;
	unsigned char *dark;

	if (bytes.len == 0 || bytes.len > INT16_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "qr.too_long", NULL, "%zu bytes do not fit in a QR code",
		               bytes.len);
	code = QRcode_encodeData((int)bytes.len, (const unsigned char *)bytes.ptr, 0, QR_ECLEVEL_M);
	if (code == NULL || code->version > VERSION_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "qr.too_long", NULL,
		               "%zu bytes do not fit in a QR code of version %d", bytes.len, VERSION_MAX);
	VD_NEW(ctx, dark, (size_t)code->width * (size_t)code->width);
	for (int i = 0; i < code->width * code->width; i++) dark[i] = code->data[i] & 1;
	*out = (struct qr){ code->width, dark };
	return VD_OK;
}
