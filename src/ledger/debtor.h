#ifndef LEDGER_DEBTOR_H
#define LEDGER_DEBTOR_H
/* Debtors as the store keeps them: upserted in batches on their number. Names and addresses are
 * current, with history in the audit; money is not here. */
#include "store/db.h"

/* One debtor to upsert. NONE (or VD_I64_NONE) keeps what is known; an empty text clears it. Values
 * are checked and normalised by the caller. */
struct ledger_debtor {
	struct vd_str number, name, kind /* consumer|business */, street, postcode, city, country,
	    language;
	struct vd_str segment, profile, risk /* low|normal|high */, tone, owner, kvk, oin, vat_number,
	    endpoint, iban;
	struct vd_str contact_name, email, phone, reminder_email;
	struct vd_str account_ibans; /* more payer accounts, separated by a blank */
	int64_t terms_days, credit_limit_minor;
};
enum ledger_upsert { LEDGER_CREATED, LEDGER_UPDATED, LEDGER_UNCHANGED };
struct ledger_debtor_result {
	int64_t id;
	enum ledger_upsert what;
};
struct ledger_scope {
	int64_t administration;
	struct vd_moment now;
	struct vd_str actor;
	struct vd_str country, language;
};

#define LEDGER_BATCH_MAX 2000
/* At most LEDGER_BATCH_MAX debtors with different numbers. Inside a write transaction. Cost: at
 * most 8 statements. */
VD_CHECKED enum vd_status ledger_debtors_upsert(struct vd_context *, struct vd_db *,
                                                const struct ledger_scope *,
                                                const struct ledger_debtor *, size_t n,
                                                struct ledger_debtor_result *results);
#endif
