/* What a file is, judged by its first bytes and never by its name. */
#include "intake/intake.h"

#include <string.h>

#define HEAD_MAX 16384 /* bytes looked at */
#define TAGS_MAX 256   /* elements looked at */

const char *
intake_format_name(enum intake_format format)
{
	static const char *const names[INTAKE__COUNT] = {
		[INTAKE_UNKNOWN] = "a file of unknown format",
		[INTAKE_CSV] = "delimited text (CSV)",
		[INTAKE_CAMT053] = "CAMT.053 bank statement",
		[INTAKE_CAMT052] = "CAMT.052 intraday report",
		[INTAKE_CAMT054] = "CAMT.054 debit/credit notification",
		[INTAKE_MT940] = "MT940 bank statement",
		[INTAKE_MT942] = "MT942 interim report",
		[INTAKE_UBL_INVOICE] = "UBL invoice",
		[INTAKE_UBL_CREDIT_NOTE] = "UBL credit note",
		[INTAKE_CII] = "UN/CEFACT invoice (CII, Factur-X, ZUGFeRD)",
		[INTAKE_XAF] = "XML Auditfile Financieel (XAF)",
		[INTAKE_PAIN] = "ISO 20022 payment file (pain)",
		[INTAKE_OFX] = "OFX file",
		[INTAKE_CODA] = "CODA bank statement",
		[INTAKE_PDF] = "PDF document",
		[INTAKE_XLSX] = "Excel workbook",
		[INTAKE_ZIP] = "ZIP archive",
		[INTAKE_XML_OTHER] = "XML of an unknown kind",
		[INTAKE_BINARY] = "binary file",
	};

	return format >= INTAKE_UNKNOWN && format < INTAKE__COUNT ? names[format]
	                                                          : names[INTAKE_UNKNOWN];
}

/* The head as bytes of one width: UTF-16 loses its zero bytes, other characters of it become "?".
 */
static struct vd_str
narrow(struct vd_str head, char *buffer, size_t size)
{
	bool little = vd_str_starts(head, VD_STR("\xFF\xFE")) ||
	              (head.len >= 4 && memcmp(head.ptr, "<\0?\0", 4) == 0);
	bool big = vd_str_starts(head, VD_STR("\xFE\xFF")) ||
	           (head.len >= 4 && memcmp(head.ptr, "\0<\0?", 4) == 0);
	size_t n = 0;

	if (vd_str_starts(head, VD_STR("\xEF\xBB\xBF"))) return vd_str_sub(head, 3, SIZE_MAX);
	if (!little && !big) return head;
	for (size_t i = 0; i + 1 < head.len && n < size; i += 2) {
		char low = head.ptr[i + (little ? 0 : 1)], high = head.ptr[i + (little ? 1 : 0)];
		if (i == 0 && (unsigned char)low == 0xFF && (unsigned char)high == 0xFE)
			continue; /* the mark */
		buffer[n++] = high == '\0' ? low : '?';
	}
	return (struct vd_str){ buffer, n };
}

/* --- XML --- */

struct tag {
	struct vd_str name;       /* local name */
	struct vd_str attributes; /* what stands behind it */
};

/* The next start tag; comments, instructions, DOCTYPE and end tags are passed over. */
static bool
next_tag(struct vd_str text, size_t *at, struct tag *tag)
{
	while ((*at = vd_str_find(text, VD_STR("<"), *at)) != SIZE_MAX) {
		struct vd_str rest = vd_str_sub(text, *at + 1, SIZE_MAX), body;
		bool comment = vd_str_starts(rest, VD_STR("!--"));
		size_t end = vd_str_find(rest, comment ? VD_STR("-->") : VD_STR(">"), 0), n = 0, colon = 0;

		body = vd_str_sub(rest, 0, end);
		*at = end == SIZE_MAX ? text.len : *at + 1 + end;
		if (comment || rest.len == 0 || rest.ptr[0] == '?' || rest.ptr[0] == '!' ||
		    rest.ptr[0] == '/')
			continue;
		while (n < body.len && !vd_is_blank(body.ptr[n]) && body.ptr[n] != '/') {
			if (body.ptr[n] == ':') colon = n + 1;
			n++;
		}
		tag->name = vd_str_sub(body, colon, n - colon);
		tag->attributes = vd_str_sub(body, n, SIZE_MAX);
		return tag->name.len > 0;
	}
	return false;
}

static bool
says(const struct tag *tag, const char *word)
{
	return vd_str_find(tag->attributes, vd_str_c(word), 0) != SIZE_MAX;
}

/* By the name of an element, and by the namespaces that are declared on it. */
static enum intake_format
judge_tag(const struct tag *tag)
{
	static const struct {
		const char *name;
		enum intake_format format;
	} known[] = {
		{ "BkToCstmrStmt", INTAKE_CAMT053 },
		{ "BkToCstmrStmtV01", INTAKE_CAMT053 },
		{ "BkToCstmrAcctRpt", INTAKE_CAMT052 },
		{ "BkToCstmrAcctRptV01", INTAKE_CAMT052 },
		{ "BkToCstmrDbtCdtNtfctn", INTAKE_CAMT054 },
		{ "BkToCstmrDbtCdtNtfctnV01", INTAKE_CAMT054 },
		{ "CstmrDrctDbtInitn", INTAKE_PAIN },
		{ "CstmrCdtTrfInitn", INTAKE_PAIN },
		{ "CstmrPmtStsRpt", INTAKE_PAIN },
		{ "CrossIndustryInvoice", INTAKE_CII },
		{ "CrossIndustryDocument", INTAKE_CII },
		{ "auditfile", INTAKE_XAF },
		{ "OFX", INTAKE_OFX },
	};
	static const struct {
		const char *ns;
		enum intake_format format;
	} documents[] = {
		{ "camt.053", INTAKE_CAMT053 },
		{ "camt.052", INTAKE_CAMT052 },
		{ "camt.054", INTAKE_CAMT054 },
		{ ":pain.00", INTAKE_PAIN },
	};

	for (size_t i = 0; i < VD_LENGTH(known); i++)
		if (vd_str_eq(tag->name, vd_str_c(known[i].name))) return known[i].format;
	if (vd_str_eq(tag->name, VD_STR("Document")))
		for (size_t i = 0; i < VD_LENGTH(documents); i++)
			if (says(tag, documents[i].ns)) return documents[i].format;
	if (vd_str_eq(tag->name, VD_STR("Invoice")) && says(tag, "ubl:schema:xsd:Invoice-2"))
		return INTAKE_UBL_INVOICE;
	if (vd_str_eq(tag->name, VD_STR("CreditNote")) && says(tag, "ubl:schema:xsd:CreditNote-2"))
		return INTAKE_UBL_CREDIT_NOTE;
	return INTAKE_UNKNOWN;
}

/* An envelope (SBDH, a bank's own) says nothing, so the elements inside are asked too. */
static enum intake_format
judge_xml(struct vd_str text)
{
	size_t at = 0;
	struct tag tag;
	enum intake_format root = INTAKE_XML_OTHER;

	for (int i = 0; i < TAGS_MAX && next_tag(text, &at, &tag); i++) {
		enum intake_format format = judge_tag(&tag);
		if (format != INTAKE_UNKNOWN) return format;
		/* UBL without its namespace, which the reader will judge */
		if (i == 0 && vd_str_eq(tag.name, VD_STR("Invoice"))) root = INTAKE_UBL_INVOICE;
		if (i == 0 && vd_str_eq(tag.name, VD_STR("CreditNote"))) root = INTAKE_UBL_CREDIT_NOTE;
	}
	return root;
}

/* --- bank files in lines --- */

static bool
next_line(struct vd_str *rest, struct vd_str *line)
{
	size_t n = 0;

	if (rest->len == 0) return false;
	while (n < rest->len && rest->ptr[n] != '\n' && rest->ptr[n] != '\r') n++;
	*line = vd_str_sub(*rest, 0, n);
	while (n < rest->len && (rest->ptr[n] == '\n' || rest->ptr[n] == '\r')) n++;
	*rest = vd_str_sub(*rest, n, SIZE_MAX);
	return true;
}

static bool
starts_any(struct vd_str line, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (vd_str_starts(line, vd_str_c(prefixes[i]))) return true;
	return false;
}

/* A statement has a reference or an account, and a number, balance or entry; the interim report has
 * fields and headers of its own. */
static enum intake_format
judge_swift(struct vd_str text)
{
	static const char *const heads[] = { ":20:", ":25:", ":25P:" };
	static const char *const bodies[] = { ":28:", ":28C:", ":60F:", ":60M:",
		                                  ":61:", ":62F:", ":62M:" };
	static const char *const interim[] = { ":34F:", ":90D:", ":90C:", ":13D:", ":942:" };
	struct vd_str line;
	int head = 0, body = 0, opening = 0, report = 0;

	while (next_line(&text, &line)) {
		head += starts_any(line, heads, VD_LENGTH(heads));
		body += starts_any(line, bodies, VD_LENGTH(bodies));
		opening += vd_str_starts(line, VD_STR(":60"));
		report += starts_any(line, interim, VD_LENGTH(interim)) ||
		          vd_str_find(line, VD_STR("{2:O942"), 0) != SIZE_MAX ||
		          vd_str_find(line, VD_STR("{2:I942"), 0) != SIZE_MAX;
	}
	if (head == 0) return INTAKE_UNKNOWN;
	if (report > 0 && opening == 0) return INTAKE_MT942;
	return body > 0 ? INTAKE_MT940 : INTAKE_UNKNOWN;
}

/* CODA 2: lines of 128 characters, the first of type 0 with version 2 as its last character, then
 * type 1. */
static bool
is_coda(struct vd_str text)
{
	struct vd_str first, second;

	if (!next_line(&text, &first) || !next_line(&text, &second)) return false;
	return first.len == 128 && vd_str_starts(first, VD_STR("0000")) && first.ptr[127] == '2' &&
	       second.len > 40 && second.ptr[0] == '1';
}

/* --- the rest --- */

/* Text has no NUL, and no control characters but the few of layout (and 0x1A, the old end of file).
 */
static bool
is_binary(struct vd_str head)
{
	size_t odd = 0;

	for (size_t i = 0; i < head.len; i++) {
		unsigned char c = (unsigned char)head.ptr[i];
		if (c == 0) return true;
		odd += c < ' ' && !vd_is_blank((char)c) && c != '\f' && c != 0x1A;
	}
	return odd > head.len / 64 + 2;
}

/* At least one separator in one of the first lines. */
static bool
is_delimited(struct vd_str text)
{
	struct vd_str line;

	for (int i = 0; i < 5 && next_line(&text, &line); i++)
		for (size_t k = 0; k < line.len; k++)
			if (memchr(",;\t|", line.ptr[k], 4) != NULL) return true;
	return false;
}

static enum intake_format
judge_container(struct vd_str head)
{
	if (vd_str_find(vd_str_sub(head, 0, 1024), VD_STR("%PDF-"), 0) != SIZE_MAX) return INTAKE_PDF;
	if (!vd_str_starts(head, VD_STR("PK\x03\x04"))) return INTAKE_UNKNOWN;
	return vd_str_find(head, VD_STR("[Content_Types].xml"), 0) != SIZE_MAX ||
	               vd_str_find(head, VD_STR("xl/"), 0) != SIZE_MAX ||
	               vd_str_find(head, VD_STR("_rels/.rels"), 0) != SIZE_MAX
	           ? INTAKE_XLSX
	           : INTAKE_ZIP;
}

enum intake_format
intake_detect(struct vd_str first_block)
{
	char buffer[HEAD_MAX / 2];
	struct vd_str head = vd_str_sub(first_block, 0, HEAD_MAX), text, trimmed;
	enum intake_format format = judge_container(head);

	if (format != INTAKE_UNKNOWN) return format;
	text = narrow(head, buffer, sizeof(buffer));
	trimmed = vd_str_trim(text);
	if (trimmed.len == 0) return INTAKE_UNKNOWN;
	if (trimmed.ptr[0] == '<') return judge_xml(trimmed);
	if (is_binary(text)) return INTAKE_BINARY;
	if (vd_str_starts(trimmed, VD_STR("OFXHEADER:"))) return INTAKE_OFX;
	if (is_coda(text)) return INTAKE_CODA;
	format = judge_swift(text);
	if (format != INTAKE_UNKNOWN) return format;
	return is_delimited(text) ? INTAKE_CSV : INTAKE_UNKNOWN;
}
