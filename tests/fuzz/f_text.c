/* Any bytes as text: what comes out of an encoding is valid, folding is stable, JSON stays JSON. */
#include "base/json.h"
#include "base/utf8.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fold(struct vd_context *ctx, struct vd_str s)
{
	struct vd_str once, twice;

	VD_ASSERT(vd_utf8_fold(ctx, s, &once) == VD_OK);
	VD_ASSERT(vd_utf8_valid(once, NULL));
	VD_ASSERT(vd_utf8_fold(ctx, once, &twice) == VD_OK);
	VD_ASSERT(vd_str_eq(once, twice));
}

static void
json(struct vd_context *ctx, struct vd_str s, bool valid)
{
	struct vd_buf b = VD_BUF(ctx, (size_t)16 << 20);
	struct vd_json j;
	json_t *value;

	vd_json_to_buf(&j, &b);
	vd_json_str(&j, s);
	VD_ASSERT(vd_json_finish(ctx, &j) == VD_OK);
	value = json_loadb(b.ptr, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	VD_ASSERT(value != NULL);
	if (valid) /* then it comes back byte for byte */
		VD_ASSERT(
		    vd_str_eq(s, (struct vd_str){ json_string_value(value), json_string_length(value) }));
	json_decref(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)256 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct vd_str s = { (const char *)data, size }, out;

	if (size > (size_t)1 << 20) return 0;
	for (int e = VD_ENC_UTF8; e <= VD_ENC_CP1252; e++) {
		if (vd_utf8_from(&ctx, (enum vd_encoding)e, s, &out) != VD_OK) continue;
		VD_ASSERT(vd_utf8_valid(out, NULL));
		VD_ASSERT(vd_utf8_head(out, vd_utf8_count(out)).len == out.len);
		fold(&ctx, out);
	}
	(void)vd_encoding_detect(s);
	if (size > 0) {
		fold(&ctx, s);
		json(&ctx, s, vd_utf8_valid(s, NULL));
	}
	return 0;
}
