#ifndef VD_BASE_JSON_H
#define VD_BASE_JSON_H
/* A small streaming JSON writer: commas, quotes and escapes are its business. Reading JSON is
 * jansson's. Output goes to a sink; the first sink failure sticks. RFC 8259. */
#include "base/buf.h"
#include <stdio.h>

struct vd_json {
	struct vd_buf *buf; /* exactly one of buf and file is set */
	FILE *file;
	int depth;
	bool comma[32], after_key, failed;
};
void vd_json_to_buf(struct vd_json *, struct vd_buf *);
void vd_json_to_file(struct vd_json *, FILE *);
void vd_json_object(struct vd_json *);
void vd_json_object_end(struct vd_json *);
void vd_json_array(struct vd_json *);
void vd_json_array_end(struct vd_json *);
void vd_json_key(struct vd_json *, const char *key);
void vd_json_str(struct vd_json *, struct vd_str); /* NONE gives null */
void vd_json_c(struct vd_json *, const char *);    /* NULL gives null */
void vd_json_i64(struct vd_json *, int64_t);       /* a JSON number: for counts, not ids or money */
void vd_json_bool(struct vd_json *, bool);
void vd_json_null(struct vd_json *);
/* key and value in one call */
void vd_json_key_str(struct vd_json *, const char *key, struct vd_str);
void vd_json_key_c(struct vd_json *, const char *key, const char *);
void vd_json_key_i64(struct vd_json *, const char *key, int64_t);
void vd_json_key_bool(struct vd_json *, const char *key, bool);
/* VD_E_IO / VD_E_LIMIT when the sink failed. Ends a file with a newline. */
VD_CHECKED enum vd_status vd_json_finish(struct vd_context *, struct vd_json *);
#endif
