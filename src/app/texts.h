#ifndef APP_TEXTS_H
#define APP_TEXTS_H
/* What a person who edits profiles, segments and templates wants to see before and after. */
#include "app/policy.h"

/* Subject and text of the template with invented data. */
VD_CHECKED enum vd_status app_template_preview(struct vd_context *, struct app *,
                                               struct vd_str name, struct vd_str *subject,
                                               struct vd_str *text);

struct app_rules_check {
	int64_t debtors, normal; /* normal: in no segment, or in one that is no exception */
	struct vd_str *warnings;
	size_t warnings_count;
};
/* Profiles and segments as a whole, against the debtors there are. */
VD_CHECKED enum vd_status app_rules_check(struct vd_context *, struct app *,
                                          struct app_rules_check *out);

struct app_segment_of {
	struct vd_str debtor_number, debtor_name, segment, profile, rule;
};
/* Which segment and profile an ordinary item of this debtor gets, and by which rule. */
VD_CHECKED enum vd_status app_segment_of(struct vd_context *, struct app *, struct vd_str debtor,
                                         struct app_segment_of *out);
#endif
