#ifndef EXPORT_WRITER_H
#define EXPORT_WRITER_H
/* Inside the room: what the four formats share. */
#include "base/json.h"
#include "export/export.h"

/* One format. begin may be absent; row and end write to the writer's block. */
struct export_driver {
	enum vd_status (*begin)(struct vd_context *, struct export_writer *);
	enum vd_status (*row)(struct vd_context *, struct export_writer *, const struct export_cell *);
	enum vd_status (*end)(struct vd_context *, struct export_writer *);
	void (*close)(struct export_writer *);
};
extern const struct export_driver export_csv, export_json, export_table, export_xlsx;

struct export_writer {
	struct export_options options;
	const struct export_driver *driver;
	struct vd_arena arena; /* the writer's own, so that a caller may rewind his */
	struct vd_context own;
	struct vd_buf block; /* output that was not handed to the sink yet */
	int64_t rows;
	struct vd_json json;
	struct export_table_state *table;
	struct export_xlsx_state *xlsx;
};

/* Hands the block to the sink when it has grown large enough, or always. */
VD_CHECKED enum vd_status export_flush(struct vd_context *, struct export_writer *, bool all);
/* The plain text of a cell: "1234.50", "2026-01-31", "12"; empty when there is no value. The result
 * is the cell's own text or lies in `room`. */
#define EXPORT_CELL_TEXT 32
struct vd_str export_cell_text(const struct export_cell *, char room[EXPORT_CELL_TEXT]);
bool export_cell_is_none(const struct export_cell *);
/* The writer's own failure (memory) as the caller's. */
enum vd_status export_own_failure(struct vd_context *, const struct export_writer *);
#endif
