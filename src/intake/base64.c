/* A table-free decoder: attachments are small beside what is done with them. */
#include "intake/base64.h"

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void
put(struct base64 *b, int bytes)
{
	char three[3] = { (char)(b->bits >> 16 & 0xFF), (char)(b->bits >> 8 & 0xFF),
		              (char)(b->bits & 0xFF) };

	vd_buf_add(&b->out, (struct vd_str){ three, (size_t)bytes });
	b->bits = 0;
	b->count = 0;
}

void
base64_add(struct base64 *b, struct vd_str text)
{
	for (size_t i = 0; i < text.len && !b->broken && !b->out.failed; i++) {
		int d = digit(text.ptr[i]);

		if (vd_is_blank(text.ptr[i])) continue;
		if (text.ptr[i] == '=') {
			b->pads++;
			continue;
		}
		if (d < 0 || b->pads > 0) {
			b->broken = true;
			return;
		}
		b->bits = b->bits << 6 | (uint32_t)d;
		if (++b->count == 4) put(b, 3);
	}
}

bool
base64_end(struct base64 *b, struct vd_str *out)
{
	int left = b->count;

	if (b->broken || b->out.failed || left == 1 || b->pads > 2) return false;
	b->bits <<= 6 * (4 - left);
	if (left > 0) put(b, left - 1);
	*out = vd_buf_str(&b->out);
	return !b->out.failed;
}
