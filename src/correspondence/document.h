#ifndef CORRESPONDENCE_DOCUMENT_H
#define CORRESPONDENCE_DOCUMENT_H
/* What a template says after filling in: a flat list of blocks, from which the text mail, the HTML
 * mail and the letter are made.
 *
 * The markup is CommonMark (libcmark): paragraphs, headings, lists of one level, bold, italic,
 * links, hard line breaks and rules. Images, code, quotes, nested lists and HTML are refused.
 * A line that is exactly [[items]] or [[payment]] is a block of ours. It cannot come from data:
 * data is escaped, so that a '[' in it always arrives as "\[", and it holds no line break. */
#include "base/buf.h"

#define DOCUMENT_BLOCKS_MAX 400
#define DOCUMENT_RUNS_MAX   2000 /* in all blocks together */
#define DOCUMENT_SOURCE_MAX (512 << 10)

enum document_kind {
	DOCUMENT_PARAGRAPH,
	DOCUMENT_HEADING,
	DOCUMENT_LIST_ITEM,
	DOCUMENT_RULE,
	DOCUMENT_ITEMS,   /* the table of items with its totals */
	DOCUMENT_PAYMENT, /* how to pay; with a QR code in the letter */
};
enum document_style { DOCUMENT_BOLD = 1, DOCUMENT_ITALIC = 2 };

struct document_run {
	struct vd_str text;
	unsigned style;
	struct vd_str url; /* of a link; NONE else. http, https, mailto or tel */
	bool line_break;   /* a hard line break instead of text */
};
struct document_block {
	enum document_kind kind;
	int level;  /* of a heading, 1 to 3 */
	int list;   /* which list it is an item of, from 1 */
	int number; /* of an ordered list's item; 0 in a bullet list */
	bool more;  /* a further paragraph of the same item */
	struct document_run *runs;
	size_t runs_count;
};
struct document {
	struct document_block *blocks;
	size_t count;
};

/* name and advice about the line are for messages. VD_E_INVALID names what is refused. */
VD_CHECKED enum vd_status document_parse(struct vd_context *, struct vd_str name,
                                         struct vd_str source, struct document *out);
bool document_has(const struct document *, enum document_kind);

/* Appends one line of data to CommonMark so that it can only be read as that text: every ASCII
 * punctuation mark gets a backslash (CommonMark 0.30 section 2.4), line breaks become blanks. */
void document_escape(struct vd_buf *, struct vd_str);
#endif
