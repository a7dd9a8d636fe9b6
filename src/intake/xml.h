#ifndef INTAKE_XML_H
#define INTAKE_XML_H
/* The safe way this room reads XML: libxml2's SAX2 push parser behind a small interface.
 *
 * Nothing a document says is fetched or expanded: a DOCTYPE is refused as a whole (so there are no
 * entities but the five of XML itself), there is no network, no schema, no XInclude. Depth is at
 * most INTAKE_XML_DEPTH_MAX, the text of one element INTAKE_TEXT_MAX bytes (or what the reader asks
 * for), one tag or comment INTAKE_LINE_MAX. Memory does not grow with the file.
 *
 * Encodings: UTF-8, UTF-16 with a byte order mark, ISO-8859-1, ISO-8859-15, Windows-1252. Bytes
 * that are not what the declaration promises are read as Windows-1252, with one warning at the end
 * (charset.h).
 *
 * The reader gets the start and the end of each element, by local name: prefixes and namespaces
 * differ per bank and version. Only the text behind an element's last child (for a leaf: its whole
 * text) comes with its end; mixed content does not occur in the formats we read. */
#include "intake/intake.h"

struct intake_xml;

struct intake_xml_element {
	const char *name; /* local name; equal names have equal pointers within one document */
	const char *ns;   /* namespace, or NULL */
	int depth;        /* 1 for the root */
	const unsigned char **attributes_raw; /* libxml2's own; use intake_xml_attribute */
	int attributes_count;
};

struct intake_xml_handler {
	void *user;
	/* A status other than VD_OK stops the parser, and the feed returns it. */
	enum vd_status (*start)(void *user, struct vd_context *, const struct intake_xml_element *);
	/* text lives until the callback returns; attributes are not known any more. */
	enum vd_status (*end)(void *user, struct vd_context *, const struct intake_xml_element *,
	                      struct vd_str text);
	/* The text of an element that asked for chunks; may be NULL when none does. */
	enum vd_status (*chunk)(void *user, struct vd_context *, struct vd_str text);
	/* May be NULL. */
	enum vd_status (*warning)(void *user, struct vd_context *, struct intake_place,
	                          struct vd_str message);
};

/* The parser lives in ctx->arena, its library handle and buffers outside: end with intake_xml_free.
 */
VD_CHECKED enum vd_status intake_xml_new(struct vd_context *, const struct intake_xml_handler *,
                                         struct intake_xml **out);
/* VD_E_INVALID "xml.malformed", "xml.doctype", "xml.encoding"; VD_E_LIMIT "xml.too_deep",
 * "xml.text_too_long", "xml.markup_too_long"; what a callback returned. Each says line, byte and
 * path. After a failure every later call returns the same status. */
VD_CHECKED enum vd_status intake_xml_feed(struct vd_context *, struct intake_xml *,
                                          struct vd_str bytes);
/* No more bytes. VD_E_INVALID "xml.truncated" when the document is not complete, "xml.empty" when
 * there was none. */
VD_CHECKED enum vd_status intake_xml_end(struct vd_context *, struct intake_xml *);
void intake_xml_free(struct intake_xml **); /* safe on NULL */
#define INTAKE_AUTO_XML VD_CLEANUP(intake_xml_free) struct intake_xml

/* Inside callbacks. */

/* Where the parser is now. The offset is exact for UTF-8; for other encodings it counts in the
 * text's UTF-8 form. No path: intake_xml_path makes one. */
struct intake_place intake_xml_place(const struct intake_xml *);
/* "Document/BkToCstmrStmt/Stmt[2]/Ntry[14]" in the context's arena: the open elements; a number
 * where it is not the first of its name in a row. NONE when memory is gone. */
struct vd_str intake_xml_path(struct vd_context *, const struct intake_xml *);
/* Value of an attribute by local name, NONE when absent; only during the start callback. */
struct vd_str intake_xml_attribute(const struct intake_xml_element *, const char *name);
/* During the start callback: hand the text of this element over in chunks of any size, without
 * limit, instead of keeping it. */
void intake_xml_want_chunks(struct intake_xml *);

/* The exact text of one element, tags included, as UTF-8. Start during its start callback; the
 * slice is asked for in its end callback and lives until that returns. More than INTAKE_RECORD_MAX
 * stops the parser with VD_E_LIMIT "intake.record_too_long". */
void intake_xml_capture_start(struct intake_xml *);
struct vd_str intake_xml_capture_end(struct intake_xml *);
#endif
