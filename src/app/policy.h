#ifndef APP_POLICY_H
#define APP_POLICY_H
/* Profiles, segment rules and templates in force: the newest stored version, else the shipped text
 * (a file of the same name in the data folder goes before the built-in one). */
#include "app/app.h"
#include "correspondence/correspondence.h"
#include "policy/policy.h"

#define APP_PROFILES_MAX 64
VD_CHECKED enum vd_status app_policy_load(struct vd_context *, struct app *,
                                          const struct app_setting_value *,
                                          struct policy_rules *out);
/* The earliest day on which any profile would look at the item. NONE: never. */
struct vd_date app_first_action(const struct policy_rules *, const struct policy_item *);

/* Texts by kind: "profile" (code standard...), "segments" (code "segments"), "template", "mapping".
 */
struct app_text {
	struct vd_str code, body;
	int64_t version;
	bool shipped;
};
VD_CHECKED enum vd_status app_texts_load(struct vd_context *, struct app *, const char *kind,
                                         struct app_text **out, size_t *count);
/* All templates in force, as rendering wants them. */
VD_CHECKED enum vd_status app_templates_load(struct vd_context *, struct app *,
                                             struct message_template **out, size_t *count);
VD_CHECKED enum vd_status app_text_show(struct vd_context *, struct app *, const char *kind,
                                        struct vd_str code, struct app_text *out);
/* The very text that a decision named: a stored version, or with version 0 the shipped one.
 * VD_E_NOT_FOUND. */
VD_CHECKED enum vd_status app_text_of_version(struct vd_context *, struct app *, const char *kind,
                                              struct vd_str code, int64_t version,
                                              struct app_text *out);
/* Checks the text as its kind demands, then stores it as a new version; the same text again changes
 * nothing. */
VD_CHECKED enum vd_status app_text_set(struct vd_context *, struct app *, const char *kind,
                                       struct vd_str code, struct vd_str body, int64_t *version);
#endif
