/* Safe XML: see xml.h. The document passes through a window of our own, always as UTF-8, so that
 * the exact bytes of one record can be cut out of it while libxml2 works on its copy. */
#include "intake/xml.h"

#include "base/buf.h"
#include "intake/charset.h"

#include <libxml/parser.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_MAX 16384 /* bytes given to libxml2 at a time */
#define WINDOW_MAX \
	((size_t)INTAKE_RECORD_MAX + 2 * INTAKE_LINE_MAX + INTAKE_TRANSCODE_ROOM(BLOCK_MAX))
#define HEAD_MAX 1024 /* the XML declaration must be complete within this */

struct level {
	const char *name;       /* interned by libxml2's dictionary */
	const char *child_last; /* name of the last child, and how many of it in a row */
	int64_t child_count, number;
};

struct intake_xml {
	struct intake_xml_handler handler;
	struct vd_context *ctx; /* during a call only */
	xmlSAXHandler sax;
	xmlParserCtxtPtr parser;
	enum vd_status failed; /* sticky */
	struct vd_error failure;
	char message[200]; /* libxml2's first fatal complaint */
	int message_line, message_code;

	char head[HEAD_MAX]; /* raw bytes until the charset is known */
	size_t head_len;
	bool charset_known;
	struct intake_transcoder transcoder;

	struct vd_arena memory; /* of the window: outlives the marks of the reader's arena */
	char *window;
	size_t window_len, window_cap;
	int64_t window_offset; /* of window[0] in the UTF-8 text */
	int64_t capture_from;  /* offset, or -1 */

	struct level levels[INTAKE_XML_DEPTH_MAX + 1]; /* [0] is the document itself */
	int depth;
	char *text;
	size_t text_len;
	bool chunks;
	bool root_seen;
};

/* --- failing --- */

static int64_t
offset_now(const struct intake_xml *x)
{
	const xmlParserInput *in = x->parser != NULL ? x->parser->input : NULL;

	if (in == NULL) return x->window_offset + (int64_t)x->window_len;
	return (int64_t)in->consumed + (in->cur - in->base);
}

struct intake_place
intake_xml_place(const struct intake_xml *x)
{
	const xmlParserInput *in = x->parser != NULL ? x->parser->input : NULL;

	return (struct intake_place){ .line = in != NULL ? in->line : 1, .offset = offset_now(x) };
}

struct vd_str
intake_xml_path(struct vd_context *ctx, const struct intake_xml *x)
{
	struct vd_buf b = VD_BUF(ctx, 8192);

	for (int i = 1; i <= x->depth; i++) {
		if (i > 1) vd_buf_add_char(&b, '/');
		vd_buf_add(&b, vd_str_sub(vd_str_c(x->levels[i].name), 0, 80));
		if (x->levels[i].number > 1) vd_buf_addf(&b, "[%lld]", (long long)x->levels[i].number);
	}
	return b.failed ? VD_STR_NONE : vd_buf_str(&b);
}

/* Unless status is VD_OK: remembers the failure that ctx explains, and stops the parser. */
static void
stop(struct intake_xml *x, enum vd_status status)
{
	if (status == VD_OK || x->failed != VD_OK) return;
	x->failed = status;
	x->failure = x->ctx->error;
	if (x->parser != NULL) xmlStopParser(x->parser);
}

VD_PRINTF(4, 5)
static void
stop_here(struct intake_xml *x, enum vd_status status, const char *key, const char *format, ...)
{
	struct intake_place place = intake_xml_place(x);
	struct vd_str path = vd_str_sub(intake_xml_path(x->ctx, x), 0, 160);
	char why[256];
	va_list args;

	if (x->failed != VD_OK) return;
	va_start(args, format);
	(void)vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	stop(x,
	     vd_fail(x->ctx, status, key, NULL, "Line %lld, byte %lld%s%.*s: %s", (long long)place.line,
	             (long long)place.offset, path.len > 0 ? ", in " : "", VD_FMT(path), why));
}

/* --- what libxml2 calls --- */

static bool
push_level(struct intake_xml *x, const char *name)
{
	struct level *parent = &x->levels[x->depth];

	if (x->depth == INTAKE_XML_DEPTH_MAX) {
		stop_here(x, VD_E_LIMIT, "xml.too_deep",
		          "elements are nested more than %d deep; no format we read does that",
		          INTAKE_XML_DEPTH_MAX);
		return false;
	}
	parent->child_count = parent->child_last == name ? parent->child_count + 1 : 1;
	parent->child_last = name;
	x->depth++;
	x->levels[x->depth] = (struct level){ .name = name, .number = parent->child_count };
	return true;
}

static void
on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
         int namespaces_count, const xmlChar **namespaces, int attributes_count, int defaulted,
         const xmlChar **attributes)
{
	struct intake_xml *x = user;
	struct intake_xml_element element = { (const char *)name, (const char *)uri, x->depth + 1,
		                                  attributes, attributes_count };

	(void)prefix, (void)namespaces_count, (void)namespaces, (void)defaulted;
	if (x->failed != VD_OK || !push_level(x, (const char *)name)) return;
	x->root_seen = true;
	x->text_len = 0;
	x->chunks = false;
	stop(x, x->handler.start(x->handler.user, x->ctx, &element));
}

static void
on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct intake_xml *x = user;
	struct intake_xml_element element = { (const char *)name, (const char *)uri, x->depth, NULL,
		                                  0 };

	(void)prefix;
	if (x->failed != VD_OK) return;
	VD_ASSERT(x->depth > 0);
	x->text[x->text_len] = '\0';
	stop(x, x->handler.end(x->handler.user, x->ctx, &element,
	                       (struct vd_str){ x->text, x->text_len }));
	x->depth--;
	x->text_len = 0;
	x->chunks = false;
}

static void
on_text(void *user, const xmlChar *text, int length)
{
	struct intake_xml *x = user;
	size_t n = (size_t)length;

	if (x->failed != VD_OK || length <= 0) return;
	if (x->chunks) {
		stop(x,
		     x->handler.chunk(x->handler.user, x->ctx, (struct vd_str){ (const char *)text, n }));
		return;
	}
	if (n > INTAKE_TEXT_MAX - x->text_len) {
		stop_here(x, VD_E_LIMIT, "xml.text_too_long", "the text is longer than %d bytes",
		          INTAKE_TEXT_MAX);
		return;
	}
	memcpy(x->text + x->text_len, text, n);
	x->text_len += n;
}

static void
on_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name, (void)external, (void)system;
	stop_here(
	    user, VD_E_INVALID, "xml.doctype",
	    "the file has a DOCTYPE; that can hide entities and is refused. Export it again without one");
}

/* libxml2 keeps talking after the first fatal error: only that one tells what is wrong. */
static void
on_error(void *user, xmlErrorPtr error)
{
	struct intake_xml *x = user;
	size_t n = 0;

	if (error == NULL || error->level != XML_ERR_FATAL || x->message_code != 0) return;
	x->message_code = error->code;
	x->message_line = error->line;
	for (const char *p = error->message; p != NULL && *p != '\0' && n + 1 < sizeof(x->message);
	     p++) {
		unsigned char c = (unsigned char)*p;
		x->message[n++] = c < ' ' || c > '~' ? ' ' : (char)c; /* of hostile text: one plain line */
	}
	while (n > 0 && x->message[n - 1] == ' ') n--;
	x->message[n] = '\0';
}

/* --- life --- */

enum vd_status
intake_xml_new(struct vd_context *ctx, const struct intake_xml_handler *handler,
               struct intake_xml **out)
{
	struct intake_xml *x;

	*out = NULL;
	VD_NEW(ctx, x, 1);
	VD_NEW(ctx, x->text, INTAKE_TEXT_MAX + 1);
	x->handler = *handler;
	x->capture_from = -1;
	/* twice the window: growing leaves the earlier, smaller copies behind */
	x->memory = VD_ARENA(2 * WINDOW_MAX);
	x->sax = (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.ignorableWhitespace = on_text,
		.serror = on_error,
	};
	xmlInitParser();
	x->parser = xmlCreatePushParserCtxt(&x->sax, x, NULL, 0, NULL);
	if (x->parser == NULL)
		return vd_fail(ctx, VD_E_NOMEM, "memory.out", NULL, "No memory for the XML parser.");
	/* The text is made UTF-8 before libxml2 sees it, so its own idea of the encoding is not wanted.
	 */
	if (xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC) != 0) {
		intake_xml_free(&x);
		return vd_fail(ctx, VD_E_IO, "xml.library", NULL,
		               "libxml2 does not know the options that make it safe.");
	}
	*out = x;
	return VD_OK;
}

void
intake_xml_free(struct intake_xml **x)
{
	if (*x == NULL) return;
	if ((*x)->parser != NULL) xmlFreeParserCtxt((*x)->parser);
	(*x)->parser = NULL;
	vd_arena_release(&(*x)->memory);
	*x = NULL;
}

/* --- feeding --- */

/* Drops what neither libxml2 nor a capture needs any more, and makes room for n more bytes. */
static enum vd_status
window_reserve(struct vd_context *ctx, struct intake_xml *x, size_t n)
{
	int64_t keep = x->capture_from >= 0 ? x->capture_from : offset_now(x);
	size_t drop = keep > x->window_offset ? (size_t)(keep - x->window_offset) : 0;

	if (drop > x->window_len) drop = x->window_len;
	if (drop > 0) {
		memmove(x->window, x->window + drop, x->window_len - drop);
		x->window_len -= drop;
		x->window_offset += (int64_t)drop;
	}
	if (x->capture_from >= 0 && x->window_len > INTAKE_RECORD_MAX) {
		stop_here(x, VD_E_LIMIT, "intake.record_too_long", "one record is longer than %d MB",
		          INTAKE_RECORD_MAX / 1024 / 1024);
		return x->failed;
	}
	if (x->window_len + n > x->window_cap) {
		size_t cap = x->window_cap > 0 ? x->window_cap * 4 : 2 * INTAKE_TRANSCODE_ROOM(BLOCK_MAX);
		char *grown;
		if (cap > WINDOW_MAX) cap = WINDOW_MAX;
		if (cap < x->window_len + n) cap = x->window_len + n;
		if ((grown = vd_arena_alloc(&x->memory, cap)) == NULL)
			return vd_fail(ctx, VD_E_NOMEM, "memory.out", NULL,
			               "No memory to keep one record of the file.");
		if (x->window_len > 0) memcpy(grown, x->window, x->window_len);
		x->window = grown;
		x->window_cap = cap;
	}
	return VD_OK;
}

/* The last bytes of the window, which are new, through libxml2. */
static enum vd_status
parse_new(struct intake_xml *x, size_t new_len, bool end)
{
	const char *from = x->window + x->window_len - new_len;
	int result = xmlParseChunk(x->parser, from, (int)new_len, end);
	bool pending =
	    x->parser->input != NULL && x->parser->input->end - x->parser->input->cur > INTAKE_LINE_MAX;

	if (x->failed != VD_OK) return x->failed;
	if (result != XML_ERR_OK && (x->parser->wellFormed == 0 || x->parser->disableSAX != 0)) {
		/* at the end nothing is wrong but that more should follow */
		if (end && x->depth > 0)
			stop_here(x, VD_E_INVALID, "xml.truncated",
			          "the file breaks off before its last element is closed. Download it again");
		else
			stop_here(x, VD_E_INVALID, "xml.malformed", "not well-formed XML: %s (libxml2 %d)",
			          x->message_code != 0 ? x->message : "unknown", result);
		return x->failed;
	}
	if (pending)
		stop_here(x, VD_E_LIMIT, "xml.markup_too_long", "one tag or comment is longer than %d kB",
		          INTAKE_LINE_MAX / 1024);
	return x->failed;
}

/* Told at the end, so that it does not depend on the size of the blocks. */
static enum vd_status
tell_mended(struct vd_context *ctx, struct intake_xml *x)
{
	struct vd_str message;

	if (x->transcoder.mended == 0 || x->handler.warning == NULL) return VD_OK;
	VD_TRY(vd_str_printf(ctx, &message,
	                     "The file holds %lld bytes that are not in the encoding it declares; they "
	                     "were read as Windows-1252. Check the names with accents.",
	                     (long long)x->transcoder.mended));
	return x->handler.warning(x->handler.user, ctx, intake_xml_place(x), message);
}

static enum vd_status
feed_known(struct vd_context *ctx, struct intake_xml *x, struct vd_str bytes)
{
	for (size_t at = 0; at < bytes.len; at += BLOCK_MAX) {
		struct vd_str block = vd_str_sub(bytes, at, BLOCK_MAX);
		size_t added;
		VD_TRY(window_reserve(ctx, x, INTAKE_TRANSCODE_ROOM(block.len)));
		added = intake_transcode(&x->transcoder, block, x->window + x->window_len);
		x->window_len += added;
		if (added > 0) VD_TRY(parse_new(x, added, false));
	}
	return VD_OK;
}

/* The name in <?xml version="1.0" encoding="..."?>, or NONE. */
static struct vd_str
declared_encoding(struct vd_str head)
{
	size_t close = vd_str_find(head, VD_STR("?>"), 0);
	struct vd_str declaration = vd_str_sub(head, 0, close);
	size_t at, end;

	if (close == SIZE_MAX || (at = vd_str_find(declaration, VD_STR("encoding"), 0)) == SIZE_MAX)
		return VD_STR_NONE;
	for (at += 8; at < declaration.len && declaration.ptr[at] != '"' && declaration.ptr[at] != '\'';
	     at++) {
	}
	if (at == declaration.len) return VD_STR_NONE;
	for (end = at + 1; end < declaration.len && declaration.ptr[end] != declaration.ptr[at];
	     end++) {
	}
	return vd_str_sub(declaration, at + 1, end - at - 1);
}

/* Decides the charset once enough of the head is there; *skip is the length of a byte order mark.
 */
static enum vd_status
judge_charset(struct intake_xml *x, bool last, bool *known, size_t *skip)
{
	struct vd_str head = { x->head, x->head_len }, name;

	*known = false;
	*skip = 0;
	if (head.len < 5 && !last) return VD_OK;
	if (vd_str_starts(head, VD_STR("\xFF\xFE")) || vd_str_starts(head, VD_STR("\xFE\xFF"))) {
		x->transcoder.charset =
		    head.ptr[0] == '\xFF' ? INTAKE_CHARSET_UTF16LE : INTAKE_CHARSET_UTF16BE;
		*skip = 2;
	} else if (head.len >= 4 && memcmp(head.ptr, "<\0?\0", 4) == 0) {
		x->transcoder.charset = INTAKE_CHARSET_UTF16LE;
	} else if (head.len >= 4 && memcmp(head.ptr, "\0<\0?", 4) == 0) {
		x->transcoder.charset = INTAKE_CHARSET_UTF16BE;
	} else if (vd_str_starts(head, VD_STR("\xEF\xBB\xBF"))) {
		*skip = 3; /* the mark is stronger than what is declared */
	} else if (vd_str_starts(head, VD_STR("<?xml"))) {
		if (vd_str_find(head, VD_STR("?>"), 0) == SIZE_MAX && head.len < HEAD_MAX && !last)
			return VD_OK;
		name = declared_encoding(head);
		if (!vd_str_is_none(name) && !intake_charset_by_name(name, &x->transcoder.charset)) {
			stop_here(
			    x, VD_E_INVALID, "xml.encoding",
			    "the file declares the encoding \"%.*s\", which is not read. Export it as UTF-8",
			    VD_FMT(vd_str_sub(name, 0, 40)));
			return x->failed;
		}
		/* declared as UTF-16, but these bytes are not two wide */
		if (x->transcoder.charset == INTAKE_CHARSET_UTF16LE ||
		    x->transcoder.charset == INTAKE_CHARSET_UTF16BE)
			x->transcoder.charset = INTAKE_CHARSET_UTF8;
	}
	*known = true;
	return VD_OK;
}

/* Collects the head and, once the charset is known, lets it through. *used: bytes taken. */
static enum vd_status
feed_head(struct vd_context *ctx, struct intake_xml *x, struct vd_str bytes, bool last,
          size_t *used)
{
	size_t skip = 0;

	*used = 0;
	do {
		VD_TRY(judge_charset(x, last && *used == bytes.len, &x->charset_known, &skip));
		if (x->charset_known) break;
		if (*used == bytes.len) return VD_OK;
		x->head[x->head_len++] = bytes.ptr[(*used)++];
	} while (x->head_len <= HEAD_MAX);
	return feed_known(ctx, x, vd_str_sub((struct vd_str){ x->head, x->head_len }, skip, SIZE_MAX));
}

/* The remembered failure again, for a caller who goes on after one. */
static enum vd_status
finish_call(struct vd_context *ctx, struct intake_xml *x, enum vd_status status)
{
	if (status != VD_OK && x->failed == VD_OK) {
		x->failed = status;
		x->failure = ctx->error;
	}
	x->ctx = NULL;
	return status;
}

enum vd_status
intake_xml_feed(struct vd_context *ctx, struct intake_xml *x, struct vd_str bytes)
{
	enum vd_status status = VD_OK;
	size_t used = 0;

	if (x->failed != VD_OK) {
		ctx->error = x->failure;
		return x->failed;
	}
	x->ctx = ctx;
	if (!x->charset_known) status = feed_head(ctx, x, bytes, false, &used);
	if (status == VD_OK && x->charset_known)
		status = feed_known(ctx, x, vd_str_sub(bytes, used, SIZE_MAX));
	return finish_call(ctx, x, status);
}

static enum vd_status
end_document(struct vd_context *ctx, struct intake_xml *x)
{
	size_t used, added;

	if (!x->charset_known) VD_TRY(feed_head(ctx, x, VD_STR(""), true, &used));
	VD_TRY(window_reserve(ctx, x, INTAKE_TRANSCODE_ROOM(0)));
	added = intake_transcode_end(&x->transcoder, x->window + x->window_len);
	x->window_len += added;
	if (x->window_offset + (int64_t)x->window_len == 0) {
		stop_here(x, VD_E_INVALID, "xml.empty", "the file is empty");
		return x->failed;
	}
	VD_TRY(parse_new(x, added, true));
	if (x->root_seen && x->depth == 0) return tell_mended(ctx, x);
	stop_here(x, VD_E_INVALID, "xml.truncated",
	          "the file breaks off before its last element is closed. "
	          "Download it again");
	return x->failed;
}

enum vd_status
intake_xml_end(struct vd_context *ctx, struct intake_xml *x)
{
	if (x->failed != VD_OK) {
		ctx->error = x->failure;
		return x->failed;
	}
	x->ctx = ctx;
	return finish_call(ctx, x, end_document(ctx, x));
}

/* --- inside callbacks --- */

struct vd_str
intake_xml_attribute(const struct intake_xml_element *element, const char *name)
{
	/* libxml2 gives five pointers each: local name, prefix, namespace, value, end of value */
	for (int i = 0; i < element->attributes_count; i++) {
		const unsigned char **a = element->attributes_raw + i * 5;
		if (strcmp((const char *)a[0], name) == 0)
			return (struct vd_str){ (const char *)a[3], (size_t)(a[4] - a[3]) };
	}
	return VD_STR_NONE;
}

void
intake_xml_want_chunks(struct intake_xml *x)
{
	VD_ASSERT(x->handler.chunk != NULL);
	x->chunks = true;
}

void
intake_xml_capture_start(struct intake_xml *x)
{
	/* libxml2 stands behind the attributes; "<" cannot occur inside a tag, so the last one opens it
	 */
	int64_t at = offset_now(x) - x->window_offset - 1;

	VD_ASSERT(at < (int64_t)x->window_len);
	while (at > 0 && x->window[at] != '<') at--;
	x->capture_from = x->window_offset + at;
}

struct vd_str
intake_xml_capture_end(struct intake_xml *x)
{
	int64_t from = x->capture_from - x->window_offset, to = offset_now(x) - x->window_offset;

	VD_ASSERT(x->capture_from >= 0 && from >= 0 && from <= to && to <= (int64_t)x->window_len);
	/* some versions tell the end before they step over ">" */
	if (to > 0 && x->window[to - 1] != '>' && to < (int64_t)x->window_len) to++;
	x->capture_from = -1;
	return (struct vd_str){ x->window + from, (size_t)(to - from) };
}
