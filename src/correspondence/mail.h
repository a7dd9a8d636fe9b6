#ifndef CORRESPONDENCE_MAIL_H
#define CORRESPONDENCE_MAIL_H
/* The two bodies of an e-mail out of a document. data must be clean. */
#include "correspondence/correspondence.h"
#include "correspondence/document.h"

#define MAIL_TEXT_WIDTH 76 /* columns; RFC 5322 asks for at most 78 */
#define MAIL_BODY_MAX   (4 << 20)

/* text/plain: wrapped, links shown behind their text. */
VD_CHECKED enum vd_status mail_text(struct vd_context *, const struct message_data *,
                                    const struct document *, struct vd_str *out);
/* text/html: one column, styles at the elements (many readers drop style sheets), nothing remote,
 * readable in dark mode. */
VD_CHECKED enum vd_status mail_html(struct vd_context *, const struct message_data *,
                                    struct vd_str subject, const struct document *,
                                    struct vd_str *out);
/* True when the sentence about the bank day belongs behind block i: after the items, else after
 * the payment, else at the end. */
bool mail_bank_day_here(const struct document *, size_t i);
#endif
