/* The small rules on texts in statements that both formats share. */
#include "intake/bank_internal.h"

#include "value/iban.h"
#include "value/reference.h"

#include <string.h>

void
bank_lines_start(struct vd_context *ctx, struct bank_lines *lines)
{
	*lines = (struct bank_lines){ .spaced = VD_BUF(ctx, INTAKE_TEXT_MAX),
		                          .joined = VD_BUF(ctx, INTAKE_TEXT_MAX) };
}

void
bank_lines_add(struct bank_lines *lines, struct vd_str line, bool full)
{
	if (lines->any && !lines->full) vd_buf_add_char(&lines->spaced, ' ');
	vd_buf_add(&lines->spaced, line);
	vd_buf_add(&lines->joined, vd_str_trim(line));
	lines->any = true;
	lines->full = full;
}

enum vd_status
bank_lines_finish(struct vd_context *ctx, struct bank_lines *lines, struct vd_str *spaced,
                  struct vd_str *joined)
{
	*spaced = *joined = VD_STR_NONE;
	if (!lines->any) return VD_OK;
	VD_TRY(vd_buf_finish(ctx, &lines->spaced, spaced));
	VD_TRY(vd_buf_finish(ctx, &lines->joined, joined));
	*spaced = vd_str_trim(*spaced);
	*joined = vd_str_trim(*joined);
	if (spaced->len == 0) *spaced = *joined = VD_STR_NONE;
	return VD_OK;
}

enum vd_status
bank_text(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	char *copy;
	size_t n = 0;

	*out = VD_STR_NONE;
	text = vd_str_trim(text);
	if (text.len == 0) return VD_OK;
	VD_NEW(ctx, copy, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\n' || text.ptr[i] == '\r') {
			while (n > 0 && copy[n - 1] == ' ') n--;
			while (vd_is_blank(text.ptr[i + 1])) i++; /* it does not end in a blank */
		}
		copy[n++] = (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
	}
	*out = (struct vd_str){ copy, n };
	return VD_OK;
}

bool
bank_is_placeholder(struct vd_str text)
{
	static const char *const placeholders[] = {
		"NOTPROVIDED", "NOT PROVIDED", "NOTAVAIL", "NONREF", "NOREF", "NONE",
		"N/A",         "NOT-PROVIDED", "EREF",     "MARF",   "PREF",  "KREF",
	};

	text = vd_str_trim(text);
	for (size_t i = 0; i < VD_LENGTH(placeholders); i++)
		if (vd_str_eq_nocase(text, vd_str_c(placeholders[i]))) return true;
	return false;
}

enum vd_status
bank_reference(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	if (bank_is_placeholder(text)) {
		*out = VD_STR_NONE;
		return VD_OK;
	}
	return bank_text(ctx, text, out);
}

enum vd_status
bank_account(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	struct vd_iban iban;
	char *copy;
	size_t n = 0;
	bool something = false;

	*out = VD_STR_NONE;
	text = vd_str_trim(text);
	if (vd_iban_valid(text, &iban)) return vd_str_dup(ctx, vd_iban_str(&iban), out);
	if (text.len == 0 || bank_is_placeholder(text)) return VD_OK;
	VD_NEW(ctx, copy, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (!vd_is_alnum(text.ptr[i])) continue;
		copy[n++] = vd_to_upper(text.ptr[i]);
		something = something || text.ptr[i] != '0';
	}
	if (something) *out = (struct vd_str){ copy, n };
	return VD_OK;
}

bool
bank_looks_like_iban(struct vd_str s)
{
	if (s.len < 14 || s.len > VD_IBAN_MAX || !vd_is_alpha(s.ptr[0]) || !vd_is_alpha(s.ptr[1]) ||
	    !vd_is_digit(s.ptr[2]) || !vd_is_digit(s.ptr[3]))
		return false;
	for (size_t i = 4; i < s.len; i++)
		if (!vd_is_alnum(s.ptr[i])) return false;
	return true;
}

bool
bank_iban_valid(struct vd_str s)
{
	return s.len > 0 && vd_iban_valid(s, NULL);
}

bool
bank_looks_like_bic(struct vd_str s)
{
	if (s.len != 8 && s.len != 11) return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool upper = c >= 'A' && c <= 'Z';
		if (!(upper || (i >= 6 && vd_is_digit(c)))) return false;
	}
	return true;
}

/* ISO 20022 ExternalReturnReason codes: two capitals, then two capitals or digits. */
static bool
is_reason(struct vd_str s)
{
	if (s.len != 4) return false;
	for (size_t i = 0; i < 4; i++) {
		char c = s.ptr[i];
		if (!((c >= 'A' && c <= 'Z') || (i >= 2 && vd_is_digit(c)))) return false;
	}
	return true;
}

enum vd_status
bank_return_reason(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	char *dense;
	size_t n = 0, at;
	struct vd_str found;

	*out = VD_STR_NONE;
	if (text.len < 10 || vd_str_find(text, VD_STR("RN"), 0) == SIZE_MAX) return VD_OK;
	VD_NEW(ctx, dense, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (!vd_is_blank(text.ptr[i])) dense[n++] = text.ptr[i];
	found = (struct vd_str){ dense, n };
	at = vd_str_find(found, VD_STR("/RTRN/"), 0);
	if (at == SIZE_MAX) return VD_OK;
	found = vd_str_sub(found, at + 6, 4);
	if (is_reason(found)) *out = found;
	return VD_OK;
}

/* "CUR/8850426741301240" at the beginning of the text. */
static bool
issued_reference(struct vd_str text, struct vd_str *issuer, struct vd_str *reference)
{
	static const char *const issuers[] = { "CUR/", "ISO/", "BBA/" };
	size_t n = 4;

	for (size_t i = 0; i < VD_LENGTH(issuers); i++) {
		if (!vd_str_starts(text, vd_str_c(issuers[i]))) continue;
		while (n < text.len && text.ptr[n] != '/' && !vd_is_blank(text.ptr[n])) n++;
		*issuer = vd_str_sub(text, 0, 3);
		*reference = vd_str_sub(text, 4, n - 4);
		return n > 4;
	}
	return false;
}

bool
bank_structured_reference(struct vd_str text, struct vd_str *issuer, struct vd_str *reference)
{
	static const char *const before[] = { "SCOR/", "STRD/" };

	for (size_t i = 0; i < VD_LENGTH(before); i++) {
		size_t at = vd_str_find(text, vd_str_c(before[i]), 0);
		if (at == SIZE_MAX) continue;
		at += 5;
		if (at < text.len && text.ptr[at] == '/') at++;
		if (issued_reference(vd_str_sub(text, at, SIZE_MAX), issuer, reference)) return true;
	}
	return false;
}
