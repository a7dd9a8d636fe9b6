#ifndef APP_MESSAGE_DATA_H
#define APP_MESSAGE_DATA_H
/* What a message freezes, out of the settings, the debtor and the bundled decisions. */
#include "app/dun_facts.h"
#include "correspondence/correspondence.h"

/* The creditor's side, the same for all messages of a session. */
VD_CHECKED enum vd_status app_creditor(struct vd_context *, struct app *,
                                       const struct app_setting_value *, struct message_party *out);
struct app_message_facts {
	const struct app_setting_value *settings;
	const struct message_party *creditor;
	const struct dun_debtor *debtor;
	const struct policy_decision *decisions;
	const struct policy_bundle *bundle;
	struct vd_date bank_day;
};
VD_CHECKED enum vd_status app_message_data(struct vd_context *, const struct app *,
                                           const struct app_message_facts *,
                                           struct message_data *out);
/* The address a mail goes to, or the name on the envelope. */
struct vd_str app_recipient(const struct dun_debtor *, enum policy_action_kind channel);
#endif
