#ifndef CORRESPONDENCE_MUSTACHE_H
#define CORRESPONDENCE_MUSTACHE_H
/* Mustache, the logic-less template language (its public specification, without the optional
 * modules): variables, sections, inverted sections, comments, partials, other delimiters,
 * standalone lines, dotted names and the implicit iterator.
 *
 * Stricter than the specification where silence would end in a wrong letter: a name that does not
 * exist is an error, an unknown partial is an error, and unescaped tags ({{{x}}}, {{&x}}) are
 * refused. An existing value without text (MUSTACHE_NONE) gives nothing, and counts as false;
 * so does an empty text. Errors name the template, the line and the name. */
#include "base/buf.h"

#define MUSTACHE_TEMPLATE_MAX 65536   /* bytes of one template */
#define MUSTACHE_NODES_MAX    8192    /* pieces of text and tags in one template */
#define MUSTACHE_DEPTH_MAX    24      /* sections and partials inside each other */
#define MUSTACHE_STEPS_MAX    1000000 /* pieces written in one rendering */
#define MUSTACHE_NAME_MAX     100

enum mustache_kind { MUSTACHE_NONE, MUSTACHE_TEXT, MUSTACHE_BOOL, MUSTACHE_LIST, MUSTACHE_OBJECT };

/* The data: a tree that the caller builds, usually in the arena. Views, never owns. */
struct mustache_value {
	enum mustache_kind kind;
	bool truth;                          /* BOOL */
	struct vd_str text;                  /* TEXT */
	const struct mustache_value *items;  /* LIST */
	const struct mustache_field *fields; /* OBJECT */
	size_t count;                        /* of items or fields */
};
struct mustache_field {
	const char *name;
	struct mustache_value value;
};

static inline struct mustache_value
mustache_text(struct vd_str s)
{
	return (struct mustache_value){ .kind = s.ptr != NULL ? MUSTACHE_TEXT : MUSTACHE_NONE,
		                            .text = s };
}
static inline struct mustache_value
mustache_bool(bool b)
{
	return (struct mustache_value){ .kind = MUSTACHE_BOOL, .truth = b };
}
static inline struct mustache_value
mustache_list(const struct mustache_value *items, size_t count)
{
	return (struct mustache_value){ .kind = MUSTACHE_LIST, .items = items, .count = count };
}
static inline struct mustache_value
mustache_object(const struct mustache_field *fields, size_t count)
{
	return (struct mustache_value){ .kind = MUSTACHE_OBJECT, .fields = fields, .count = count };
}

struct mustache_env {
	struct vd_str name; /* of the template, for messages */
	int first_line;     /* of the text inside its file, for messages; 0 means 1 */
	size_t output_max;  /* bytes; more is VD_E_LIMIT */
	bool refuse_empty;  /* writing a value without text is an error: no gaps in a letter */
	/* Appends data so that it cannot act as markup. NULL: as it is. */
	void (*escape)(struct vd_buf *, struct vd_str);
	/* Finds a partial; NULL: there are none. */
	bool (*partial)(const void *user, struct vd_str name, struct vd_str *text);
	const void *user;
};

/* VD_E_INVALID for a fault in the template or a name that the data does not have, VD_E_LIMIT,
 * VD_E_NOMEM. */
VD_CHECKED enum vd_status mustache_render(struct vd_context *, struct vd_str template,
                                          const struct mustache_value *data,
                                          const struct mustache_env *, struct vd_str *out);
/* Walks every branch, whether the data would take it or not: finds unknown names in sections that
 * are seldom used. Lists in the sample must have an element. */
VD_CHECKED enum vd_status mustache_check(struct vd_context *, struct vd_str template,
                                         const struct mustache_value *sample,
                                         const struct mustache_env *);
#endif
