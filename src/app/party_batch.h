#ifndef APP_PARTY_BATCH_H
#define APP_PARTY_BATCH_H
/* Collects records of debtors and invoices from a reader and writes them in batches: the sink that
 * CSV, UBL and XAF readers push into. Records are checked and normalised here, at the border. */
#include "app/follow.h"
#include "app/import.h"
#include "intake/party.h"
#include "ledger/invoice.h"

struct app_party_batch;
struct app_party_batch_options {
	const struct app_setting_value *settings;
	struct vd_date as_of; /* of a snapshot, else NONE */
	int64_t file;         /* id of the import file */
	bool make_debtors; /* an invoice's own debtor data makes an unknown debtor (UBL, XAF); else it
	                      is refused */
};
VD_CHECKED enum vd_status app_party_batch_new(struct vd_context *, struct app *,
                                              const struct app_party_batch_options *,
                                              struct app_import_result *,
                                              struct app_party_batch **out);
struct party_sink app_party_batch_sink(struct app_party_batch *);
/* Writes what is left, and for a snapshot settles what it no longer names. */
VD_CHECKED enum vd_status app_party_batch_end(struct vd_context *, struct app_party_batch *);
void app_party_batch_free(struct app_party_batch **);
#define APP_AUTO_PARTY_BATCH VD_CLEANUP(app_party_batch_free) struct app_party_batch
#endif
