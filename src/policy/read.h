#ifndef POLICY_READ_H
#define POLICY_READ_H
/* Reading the small JSON texts of this room (profiles, segment rules) strictly: unknown fields,
 * wrong types and values out of range are refused, and every failure says where. */
#include "policy/policy.h"
#include <jansson.h>

#define POLICY_TEXT_MAX  (256 * 1024)
#define POLICY_PLACE_MAX 160

static inline void
policy_json_done(json_t **json)
{
	json_decref(*json);
}
#define POLICY_AUTO_JSON VD_CLEANUP(policy_json_done) json_t

/* Where we are in which text, for messages: "profile standard, step 3 (call)". */
struct policy_place {
	const char *key; /* of the failure: "profile.invalid" or "segments.invalid" */
	char text[POLICY_PLACE_MAX];
};

/* The whole text as one object; *out is to be released by POLICY_AUTO_JSON. */
VD_CHECKED enum vd_status policy_read_load(struct vd_context *, const struct policy_place *,
                                           struct vd_str text, json_t **out);
/* Refuses fields that are not in the list; "note" is always allowed and means nothing. */
VD_CHECKED enum vd_status policy_read_fields(struct vd_context *, const struct policy_place *,
                                             json_t *object, const char *const *fields,
                                             size_t count);
/* An absent field leaves *out as it is, unless it is required. Texts are copied. */
VD_CHECKED enum vd_status policy_read_text(struct vd_context *, const struct policy_place *,
                                           json_t *object, const char *field, bool required,
                                           struct vd_str *out);
/* A text of 1..40 small letters, digits and '_'. */
VD_CHECKED enum vd_status policy_read_code(struct vd_context *, const struct policy_place *,
                                           json_t *object, const char *field, bool required,
                                           struct vd_str *out);
VD_CHECKED enum vd_status policy_read_bool(struct vd_context *, const struct policy_place *,
                                           json_t *object, const char *field, bool *out);
struct policy_range {
	int32_t min, max;
};
VD_CHECKED enum vd_status policy_read_int(struct vd_context *, const struct policy_place *,
                                          json_t *object, const char *field, bool required,
                                          struct policy_range, int32_t *out);
/* A text such as "50000.00": not negative, two decimals or none. */
VD_CHECKED enum vd_status policy_read_amount(struct vd_context *, const struct policy_place *,
                                             json_t *object, const char *field, int64_t *out);
/* An array of objects with min..max members. */
VD_CHECKED enum vd_status policy_read_array(struct vd_context *, const struct policy_place *,
                                            json_t *object, const char *field, struct policy_range,
                                            json_t **out);
#endif
