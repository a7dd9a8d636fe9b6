#ifndef APP_IMPORT_H
#define APP_IMPORT_H
/* Taking files in. A file is told by its content; every record has a result; the same file twice
 * changes nothing. Debtors and invoices go in batches of APP_BATCH records, each a transaction of
 * its own; a bank statement is one. */
#include "app/app.h"

#define APP_BATCH 2000

enum app_import_subject { APP_IMPORT_DEBTORS, APP_IMPORT_INVOICES };
struct app_import_options {
	const char *path;
	const char *mapping; /* name of a saved mapping, or NULL */
	bool snapshot;       /* the file is the whole truth of as_of */
	struct vd_date as_of;
	const char *control_account; /* XAF: the debtors' account when it cannot be told; or NULL */
};
/* CSV debtors; CSV, UBL invoices. XAF is told too and read whatever the subject. */
VD_CHECKED enum vd_status app_import_party(struct vd_context *, struct app *,
                                           enum app_import_subject,
                                           const struct app_import_options *,
                                           struct app_import_result *);
VD_CHECKED enum vd_status app_import_statement(struct vd_context *, struct app *, const char *path,
                                               struct app_import_result *);
/* Links PDF copies to invoices: the invoice number is in the file's name. */
VD_CHECKED enum vd_status app_import_documents(struct vd_context *, struct app *, const char *dir,
                                               struct app_import_result *);
#endif
