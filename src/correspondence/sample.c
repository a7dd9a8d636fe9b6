/* A message that fills every variable. Invented; the IBAN is the one banks print as an example. */
#include "correspondence/correspondence.h"

#define TODAY 20779 /* 2026-11-22 */

static struct message_party
make_creditor(void)
{
	return (struct message_party){
		.name = VD_STR("Voorbeeld Techniek B.V."),
		.contact_name = VD_STR("Debiteurenbeheer"),
		.street = VD_STR("Havenstraat 12"),
		.postcode = VD_STR("3511 AB"),
		.city = VD_STR("Utrecht"),
		.country = VD_STR("NL"),
		.email = VD_STR("debiteuren@voorbeeld.example"),
		.phone = VD_STR("030 000 00 00"),
		.website = VD_STR("www.voorbeeld.example"),
		.kvk = VD_STR("00000000"),
		.vat_number = VD_STR("NL000000000B00"),
		.iban = VD_STR("NL91ABNA0417164300"),
		.bic = VD_STR("ABNANL2A"),
		.number = VD_STR("1"),
	};
}

static struct message_party
make_debtor(void)
{
	return (struct message_party){
		.name = VD_STR("Bakkerij De Proef"),
		.contact_name = VD_STR("S. Bakker"),
		.street = VD_STR("Dorpsplein 3"),
		.postcode = VD_STR("1234 AB"),
		.city = VD_STR("Voorbeelddorp"),
		.country = VD_STR("NL"),
		.email = VD_STR("administratie@deproef.example"),
		.phone = VD_STR("030 000 00 01"),
		.website = VD_STR("www.deproef.example"),
		.kvk = VD_STR("00000001"),
		.vat_number = VD_STR("NL000000001B00"),
		.iban = VD_STR("NL91ABNA0417164300"),
		.bic = VD_STR("ABNANL2A"),
		.number = VD_STR("D1042"),
	};
}

static struct message_item
make_item(struct vd_str number, struct vd_str description, int32_t days_late, int64_t amount,
          int64_t open)
{
	return (struct message_item){
		.number = number,
		.description = description,
		.order_ref = VD_STR("PO-7781"),
		.line = 1,
		.issued_on = { TODAY - days_late - 30 },
		.due_on = { TODAY - days_late },
		.days_late = days_late,
		.amount_minor = amount,
		.open_minor = open,
	};
}

enum vd_status
message_data_sample(struct vd_context *ctx, enum vd_language language,
                    enum message_audience audience, enum message_history history,
                    struct message_data *out)
{
	struct message_item *items;

	VD_NEW(ctx, items, 3);
	items[0] = make_item(VD_STR("2026-0412"), VD_STR("Onderhoud september"), 21, 84700, 60500);
	items[1] = make_item(VD_STR("2026-0437"), VD_STR("Onderhoud oktober"), 1, 84700, 84700);
	items[2] = make_item(VD_STR("C-2026-0031"), VD_STR("Creditnota"), 10, 12100, 12100);
	items[2].credit = true;
	*out = (struct message_data){
		.template = VD_STR("sample"),
		.language = language,
		.audience = audience,
		.history = history,
		.tone = VD_STR("normal"),
		.creditor = make_creditor(),
		.debtor = make_debtor(),
		.sender_name = VD_STR("Debiteurenbeheer"),
		.today = { TODAY },
		.pay_before = { TODAY + 7 },
		.bank_day = { TODAY - 2 },
		.currency = VD_EUR,
		.items = items,
		.items_count = 3,
		.overdue_minor = 145200,
		.credits_minor = 12100,
		.total_minor = 133100,
		.payment_reference = VD_STR("RF18539007547034"),
		.message_number = VD_STR("M-2026-000123"),
	};
	return VD_OK;
}
