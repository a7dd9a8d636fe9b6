#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H
/* What all readers share: content detection, places in a file, limits, and the way records leave.
 *
 * A reader is a push parser: the caller feeds it bytes as they come, and it hands each finished
 * record to a callback. It keeps one record (for a bank file: one entry) in memory, never the file.
 * A record that cannot be read is handed over as a rejection with its place and reason; reading
 * goes on. What makes the file as a whole unreadable (wrong format, entity, truncated) is the
 * returned status. Readers are pure: no file, no store, no clock, nothing a document says is
 * fetched. */
#include "base/context.h"
#include "value/date.h"
#include "value/money.h"

enum intake_format {
	INTAKE_UNKNOWN,
	INTAKE_CSV,     /* any delimited text: what it holds is told by its header */
	INTAKE_CAMT053, /* all versions */
	INTAKE_CAMT052, /* recognised; refused by the statement reader with a clear word */
	INTAKE_CAMT054, /* the same */
	INTAKE_MT940,
	INTAKE_MT942,           /* recognised, refused */
	INTAKE_UBL_INVOICE,     /* UBL 2.1, also inside an SBDH envelope */
	INTAKE_UBL_CREDIT_NOTE, /* the same */
	INTAKE_CII,             /* recognised, not read yet: say so */
	INTAKE_XAF,             /* 3.1, 3.2, 3.2.1, 4.0 */
	INTAKE_PAIN,
	INTAKE_OFX,
	INTAKE_CODA,
	INTAKE_PDF,
	INTAKE_XLSX,
	INTAKE_ZIP,
	INTAKE_XML_OTHER,
	INTAKE_BINARY,
	INTAKE__COUNT
};
/* Judges by content, never by name, from the first 16 kB (or the whole file): some XML files begin
 * with pages of comment. An XML invoice is UBL by its namespace, or by its root without one. */
enum intake_format intake_detect(struct vd_str first_block);
/* "CAMT.053 bank statement", for messages. */
const char *intake_format_name(enum intake_format);

/* Limits of every reader; beyond one the record or file is refused with VD_E_LIMIT. */
#define INTAKE_XML_DEPTH_MAX  64
#define INTAKE_TEXT_MAX       (64 * 1024)        /* one field */
#define INTAKE_LINE_MAX       (256 * 1024)       /* one line of CSV or MT940; one tag of XML */
#define INTAKE_RECORD_MAX     (16 * 1024 * 1024) /* one record: a batch of 20,000 details */
#define INTAKE_ATTACHMENT_MAX (20 * 1024 * 1024) /* one decoded attachment */

/* Where in the file: line (from 1), byte offset, and a path or column when the format has one. */
struct intake_place {
	int64_t line, offset;
	struct vd_str path; /* "Document/BkToCstmrStmt/Stmt[2]/Ntry[14]", "column due_date"; or NONE */
};

/* A record that is not taken over; the others are. */
struct intake_rejection {
	struct intake_place place;
	struct vd_str key;     /* the record's own number, as far as read; may be NONE */
	struct vd_str message; /* what is wrong and what to do */
};
#endif
