/* A message that fills every variable. Invented; the IBAN is the one banks print as an example. */
#include "correspondence/correspondence.h"

enum vd_status
message_data_sample(struct vd_context *ctx, enum vd_language language,
                    enum message_audience audience, enum message_history history,
                    struct message_data *out)
{
	const struct vd_date today = { 20779 }; /* 2026-11-22 */
	struct message_item *items;

	VD_NEW(ctx, items, 3);
	items[0] = (struct message_item){ .number = VD_STR("2026-0412"),
		                              .description = VD_STR("Onderhoud september"),
		                              .order_ref = VD_STR("PO-7781"),
		                              .line = 1,
		                              .issued_on = { today.day - 51 },
		                              .due_on = { today.day - 21 },
		                              .days_late = 21,
		                              .amount_minor = 84700,
		                              .open_minor = 60500 };
	items[1] = (struct message_item){ .number = VD_STR("2026-0437"),
		                              .description = VD_STR("Onderhoud oktober"),
		                              .line = 1,
		                              .issued_on = { today.day - 31 },
		                              .due_on = { today.day - 1 },
		                              .days_late = 1,
		                              .amount_minor = 84700,
		                              .open_minor = 84700 };
	items[2] = (struct message_item){ .number = VD_STR("C-2026-0031"),
		                              .credit = true,
		                              .line = 1,
		                              .issued_on = { today.day - 10 },
		                              .due_on = { today.day - 10 },
		                              .days_late = 10,
		                              .amount_minor = 12100,
		                              .open_minor = 12100 };
	*out = (struct message_data){
		.template = VD_STR("sample"),
		.language = language,
		.audience = audience,
		.history = history,
		.creditor = { .name = VD_STR("Voorbeeld Techniek B.V."),
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
		              .contact_name = VD_STR("Debiteurenbeheer"),
		              .number = VD_STR("1") },
		.debtor = { .name = VD_STR("Bakkerij De Proef"),
		            .contact_name = VD_STR("S. Bakker"),
		            .street = VD_STR("Dorpsplein 3"),
		            .postcode = VD_STR("1234 AB"),
		            .city = VD_STR("Voorbeelddorp"),
		            .country = VD_STR("NL"),
		            .email = VD_STR("administratie@deproef.example"),
		            .number = VD_STR("D1042"),
		            .phone = VD_STR("030 000 00 01"),
		            .website = VD_STR("www.deproef.example"),
		            .kvk = VD_STR("00000001"),
		            .vat_number = VD_STR("NL000000001B00"),
		            .iban = VD_STR("NL91ABNA0417164300"),
		            .bic = VD_STR("ABNANL2A") },
		.sender_name = VD_STR("Debiteurenbeheer"),
		.today = today,
		.pay_before = { today.day + 7 },
		.bank_day = { today.day - 2 },
		.currency = VD_EUR,
		.items = items,
		.items_count = 3,
		.overdue_minor = 145200,
		.credits_minor = 12100,
		.total_minor = 133100,
		.payment_reference = VD_STR("RF18539007547034"),
		.message_number = VD_STR("M-2026-000123"),
		.tone = VD_STR("normal"),
	};
	return VD_OK;
}
