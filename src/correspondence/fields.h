#ifndef CORRESPONDENCE_FIELDS_H
#define CORRESPONDENCE_FIELDS_H
/* The fields of message_data as tables, so that cleaning, JSON and template variables cannot
 * forget one. */
#include "correspondence/correspondence.h"

struct text_field {
	const char *name; /* in JSON and in templates */
	size_t offset;    /* of a struct vd_str */
};
struct date_field {
	const char *name;
	size_t offset; /* of a struct vd_date */
};
struct minor_field {
	const char *name;
	size_t offset; /* of an int64_t in minor units */
};

#define PARTY_TEXTS 14
#define DATA_TEXTS  5
#define DATA_DATES  3
#define DATA_MINORS 3
#define ITEM_TEXTS  3
#define ITEM_DATES  2
#define ITEM_MINORS 2
extern const struct text_field party_texts[PARTY_TEXTS];
extern const struct text_field data_texts[DATA_TEXTS];
extern const struct date_field data_dates[DATA_DATES];
extern const struct minor_field data_minors[DATA_MINORS];
extern const struct text_field item_texts[ITEM_TEXTS];
extern const struct date_field item_dates[ITEM_DATES];
extern const struct minor_field item_minors[ITEM_MINORS];

static inline struct vd_str *
text_at(void *of, const struct text_field *f)
{
	return (struct vd_str *)(void *)((char *)of + f->offset);
}
static inline struct vd_date *
date_at(void *of, const struct date_field *f)
{
	return (struct vd_date *)(void *)((char *)of + f->offset);
}
static inline int64_t *
minor_at(void *of, const struct minor_field *f)
{
	return (int64_t *)(void *)((char *)of + f->offset);
}
static inline struct vd_str
text_of(const void *of, const struct text_field *f)
{
	return *(const struct vd_str *)(const void *)((const char *)of + f->offset);
}
static inline struct vd_date
date_of(const void *of, const struct date_field *f)
{
	return *(const struct vd_date *)(const void *)((const char *)of + f->offset);
}
static inline int64_t
minor_of(const void *of, const struct minor_field *f)
{
	return *(const int64_t *)(const void *)((const char *)of + f->offset);
}

const char *message_audience_name(enum message_audience); /* "business", "consumer_formal", ... */
const char *message_history_name(enum message_history);   /* "first_time", "normal", "frequent" */

/* One line of plain text: control characters, marks that turn the direction of writing and line
 * breaks are gone, runs of blanks are one, at most MESSAGE_TEXT_MAX characters. NONE stays NONE.
 * VD_E_INVALID when it is not UTF-8. */
VD_CHECKED enum vd_status message_plain(struct vd_context *, const char *field, struct vd_str,
                                        struct vd_str *out);
/* A copy in which every text is plain, the language is one we have words for, and the sums are
 * checked. What comes after works with this copy only. */
VD_CHECKED enum vd_status message_data_clean(struct vd_context *, const struct message_data *,
                                             struct message_data *out);
#endif
