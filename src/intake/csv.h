#ifndef INTAKE_CSV_H
#define INTAKE_CSV_H
/* Delimited text as rows of cells: a streaming tokenizer in constant memory.
 *
 * Source: RFC 4180, with what real exports do: a separator other than the comma (told by a first
 * line "sep=;" or by the shape of the first rows), LF, CRLF or CR line ends, UTF-8 with or without
 * a byte order mark, UTF-16 and Windows-1252, quotes inside an unquoted cell, blanks after a
 * closing quote. Nothing is interpreted here: what cells mean is table.h's business.
 *
 * A file that starts as ASCII and later shows a byte that is not UTF-8 is read as Windows-1252
 * from there on; one that mixes both is refused. Limits: CSV_CELLS_MAX cells in a row,
 * INTAKE_LINE_MAX bytes in a row (quoted line ends included), INTAKE_TEXT_MAX in a cell. */
#include "base/utf8.h"
#include "intake/intake.h"

#define CSV_CELLS_MAX  512
#define CSV_PROBE_SIZE ((size_t)64 * 1024) /* bytes looked at to find encoding and separator */

struct csv_dialect {
	enum vd_encoding encoding;
	char separator; /* ',' ';' '|' or tab */
	bool told;      /* the file itself named the separator: "sep=;" */
	size_t skip;    /* bytes of the byte order mark and the "sep=" line */
};
/* Judges a first block (or the whole file), raw bytes. separator = 0: find it. Always gives an
 * answer: text without any separator is taken as comma separated. */
VD_CHECKED enum vd_status csv_detect(struct vd_context *, struct vd_str first_block, char separator,
                                     struct csv_dialect *out);

struct csv_cell {
	struct vd_str text; /* valid UTF-8, quotes removed, line ends inside quotes as LF; never NONE */
	int64_t line, offset;
	bool quoted;
};

struct csv_row {
	int64_t line,
	    offset; /* of its first byte; in UTF-16 files the offset is of the text as UTF-8 */
	const struct csv_cell *cells; /* valid until the callback returns */
	size_t count;                 /* >= 1: an empty line is one empty cell */
	const char *problem; /* why the row cannot be trusted ("text after a closing quote"), or NULL */
	bool ended;          /* by a line end; false for a last line without one */
};
/* A status other than VD_OK stops the reader, which returns it. */
typedef enum vd_status (*csv_row_fn)(void *user, struct vd_context *, const struct csv_row *);

struct csv_reader;
struct csv_options {
	const struct csv_dialect *dialect; /* NULL: found from the first CSV_PROBE_SIZE bytes */
	char separator;                    /* without dialect: this one; 0 = find */
};
/* The reader has its own memory: free it. */
VD_CHECKED enum vd_status csv_new(struct vd_context *, const struct csv_options *, csv_row_fn,
                                  void *user, struct csv_reader **out);
/* VD_E_INVALID and VD_E_LIMIT refuse the file and name the line. */
VD_CHECKED enum vd_status csv_feed(struct vd_context *, struct csv_reader *, struct vd_str bytes);
/* Gives the last row; refuses a quote that was never closed. */
VD_CHECKED enum vd_status csv_end(struct vd_context *, struct csv_reader *);
/* As found; complete after the first row came, or after csv_end. */
const struct csv_dialect *csv_dialect(const struct csv_reader *);
/* Safe on NULL and after a failure. */
void csv_free(struct csv_reader **);
#define VD_AUTO_CSV VD_CLEANUP(csv_free) struct csv_reader
#endif
