/* JSON: one array of objects, one object per row. */
#include "export/writer.h"

static enum vd_status
json_begin(struct vd_context *ctx, struct export_writer *w)
{
	(void)ctx;
	vd_json_to_buf(&w->json, &w->block);
	vd_json_array(&w->json);
	return VD_OK;
}

static void
add_value(struct vd_json *j, const struct export_cell *c)
{
	char room[EXPORT_CELL_TEXT];

	if (export_cell_is_none(c)) vd_json_null(j);
	else if (c->type == EXPORT_INTEGER) vd_json_i64(j, c->number);
	else vd_json_str(j, export_cell_text(c, room));
}

static enum vd_status
json_row(struct vd_context *ctx, struct export_writer *w, const struct export_cell *cells)
{
	(void)ctx;
	vd_json_object(&w->json);
	for (int i = 0; i < w->options.columns_count; i++) {
		vd_json_key(&w->json, w->options.columns[i].name);
		add_value(&w->json, &cells[i]);
	}
	vd_json_object_end(&w->json);
	return VD_OK;
}

static enum vd_status
json_end(struct vd_context *ctx, struct export_writer *w)
{
	vd_json_array_end(&w->json);
	vd_buf_add_char(&w->block, '\n');
	if (vd_json_finish(&w->own, &w->json) != VD_OK) return export_own_failure(ctx, w);
	return VD_OK;
}

const struct export_driver export_json = { .begin = json_begin, .row = json_row, .end = json_end };
