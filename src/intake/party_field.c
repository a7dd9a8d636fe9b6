/* One table of fields and spellings; everything that knows column names reads it. */
#include "intake/party_field.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <string.h>

enum { D = 1, I = 2, BOTH = 3 }; /* in files of debtors, of invoices */

/* Spellings are keys (see party_header_key) separated by '|', the most usual first. `debtors` and
 * `invoices` hold the short words that only one kind of file may use. A word that Dutch packages
 * use for different things ("debiteur", "klant", "referentie", "factuur") is left out: a saved
 * mapping tells what it means there. */
/* clang-format off */
static const struct {
	const char *name;
	enum party_value value;
	int  in;
	bool critical;
	const char *spellings, *debtors, *invoices;
} fields[PARTY_F__COUNT] = {
	[PARTY_F_DEBTOR_ID] = { "debtor_id", PARTY_V_TEXT, BOTH, true,
		"debtorid|debtorno|debtornumber|debtorcode|debiteurnummer|debiteurnr|debnr|debiteurennummer|"
		"debiteurennr|debiteurcode|debiteurid|klantnummer|klantnr|klantcode|klantid|relatienummer|"
		"relatienr|relatiecode|relatieid|customerid|customernumber|customerno|customercode|accountcode",
		"nummer|nr|code|id|number", NULL },
	[PARTY_F_NAME] = { "name", PARTY_V_TEXT, BOTH, false,
		"name|naam|bedrijfsnaam|debiteurnaam|naamdebiteur|debiteurennaam|klantnaam|relatienaam|"
		"customername|debtorname|companyname|accountname|company|bedrijf|organisatienaam|organisatie|"
		"relatie|klant", "debiteur", NULL },
	[PARTY_F_STREET] = { "street", PARTY_V_TEXT, BOTH, false,
		"street|straat|straatnaam|adres|straatenhuisnummer|adresregel1|address|addressline1|"
		"factuuradres|postadres|vestigingsadres", NULL, NULL },
	[PARTY_F_HOUSE_NUMBER] = { "house_number", PARTY_V_TEXT, BOTH, false,
		"housenumber|huisnummer|huisnr", NULL, NULL },
	[PARTY_F_HOUSE_SUFFIX] = { "house_suffix", PARTY_V_TEXT, BOTH, false,
		"housesuffix|toevoeging|huisnummertoevoeging|huisnrtoevoeging|housenumbersuffix", NULL, NULL },
	[PARTY_F_POSTCODE] = { "postcode", PARTY_V_TEXT, BOTH, false,
		"postcode|postalcode|zipcode|zip", NULL, NULL },
	[PARTY_F_CITY] = { "city", PARTY_V_TEXT, BOTH, false,
		"city|plaats|woonplaats|plaatsnaam|vestigingsplaats|stad|town", NULL, NULL },
	[PARTY_F_COUNTRY] = { "country", PARTY_V_TEXT, BOTH, false,
		"country|land|landcode|countrycode|landnaam", NULL, NULL },
	[PARTY_F_IBAN] = { "iban", PARTY_V_TEXT, BOTH, false,
		"iban|ibannr|ibannummer|bankrekeningnummer|bankrekening|rekeningnummer|bankaccount", NULL, NULL },
	[PARTY_F_EMAIL] = { "email", PARTY_V_TEXT, BOTH, false,
		"email|emailadres|emailaddress|emailfactuur|factuuremail|mailadres|mail", NULL, NULL },
	[PARTY_F_REMINDER_EMAIL] = { "reminder_email", PARTY_V_TEXT, BOTH, false,
		"reminderemail|emailaanmaning|emailaanmaningen|aanmaningemail|emailherinnering|herinneringemail",
		NULL, NULL },
	[PARTY_F_PHONE] = { "phone", PARTY_V_TEXT, BOTH, false,
		"phone|telefoon|telefoonnummer|telefoonnr|tel|phonenumber|telephone|mobiel|mobile", NULL, NULL },
	[PARTY_F_CONTACT_NAME] = { "contact_name", PARTY_V_TEXT, BOTH, false,
		"contactname|contactpersoon|contactperson|contact|terattentievan|tav", NULL, NULL },
	[PARTY_F_LANGUAGE] = { "language", PARTY_V_TEXT, BOTH, false,
		"language|taal|taalcode|languagecode", NULL, NULL },
	[PARTY_F_SEGMENT] = { "segment", PARTY_V_TEXT, BOTH, false,
		"segment|klantgroep|debiteurgroep|debiteurengroep|relatiegroep", "groep|categorie", NULL },
	[PARTY_F_RISK] = { "risk", PARTY_V_TEXT, BOTH, false,
		"risk|risico|risicoklasse|riskclass", NULL, NULL },
	[PARTY_F_KIND] = { "kind", PARTY_V_TEXT, BOTH, false,
		"kind|klanttype|klantsoort|soortklant|debiteursoort|soortdebiteur|soortrelatie|relatiesoort|"
		"particulierzakelijk|zakelijkparticulier", "soort|type", NULL },
	[PARTY_F_TONE] = { "tone", PARTY_V_TEXT, BOTH, false, "tone|toon|aanspreekvorm", NULL, NULL },
	[PARTY_F_OWNER] = { "owner", PARTY_V_TEXT, BOTH, false,
		"owner|accountmanager|verantwoordelijke|behandelaar|accountowner", NULL, NULL },
	[PARTY_F_CREDIT_LIMIT] = { "credit_limit", PARTY_V_AMOUNT, BOTH, true,
		"creditlimit|kredietlimiet|kredietlimit|creditlimiet|limiet", NULL, NULL },
	[PARTY_F_KVK] = { "kvk", PARTY_V_TEXT, BOTH, false,
		"kvk|kvknummer|kvknr|kamervankoophandel|cocnumber|coc|chamberofcommerce", NULL, NULL },
	[PARTY_F_OIN] = { "oin", PARTY_V_TEXT, BOTH, false, "oin|oinnummer|oinnr", NULL, NULL },
	[PARTY_F_VAT_NUMBER] = { "vat_number", PARTY_V_TEXT, BOTH, false,
		"vatnumber|vatno|vatid|btwnummer|btwnr|btwid|btwidentificatienummer|btwidnummer", NULL, NULL },
	[PARTY_F_ENDPOINT] = { "endpoint", PARTY_V_TEXT, BOTH, false,
		"endpoint|peppolid|peppoladres", NULL, NULL },
	[PARTY_F_TERMS_DAYS] = { "terms_days", PARTY_V_NUMBER, BOTH, true,
		"termsdays|betaaltermijn|betalingstermijn|betaaltermijndagen|betalingstermijndagen|kredietdagen|"
		"krediettermijn|paymenttermdays|paymentterms", NULL, NULL },

	[PARTY_F_INVOICE_NO] = { "invoice_no", PARTY_V_TEXT, I, true,
		"invoiceno|invoicenumber|invoicenr|factuurnummer|factuurnr|factuurno|factnr|faktuurnummer|"
		"documentnumber|documentnummer", NULL, "nummer|number|nr" },
	[PARTY_F_INVOICE_DATE] = { "invoice_date", PARTY_V_DATE, I, true,
		"invoicedate|factuurdatum|factdatum|datumfactuur|faktuurdatum|issuedate|documentdate|datum|date",
		NULL, NULL },
	[PARTY_F_DUE_DATE] = { "due_date", PARTY_V_DATE, I, true,
		"duedate|vervaldatum|vervaldag|vervalt|uiterstebetaaldatum", NULL, NULL },
	[PARTY_F_NET] = { "net", PARTY_V_AMOUNT, I, true,
		"net|netto|nettobedrag|netamount|bedragexcl|bedragexclbtw|exclbtw|totaalexclbtw", NULL, NULL },
	[PARTY_F_VAT] = { "vat", PARTY_V_AMOUNT, I, true,
		"vat|btw|btwbedrag|bedragbtw|vatamount|omzetbelasting", NULL, NULL },
	[PARTY_F_GROSS] = { "gross", PARTY_V_AMOUNT, I, true,
		"gross|bruto|brutobedrag|factuurbedrag|bedraginclbtw|bedragincl|inclbtw|totaalinclbtw|bedrag|"
		"totaalbedrag|totaal|grossamount|invoiceamount|totalamount|amount|total", NULL, NULL },
	[PARTY_F_OPEN] = { "open", PARTY_V_AMOUNT, I, true,
		"open|openstaand|openstaandbedrag|openstaandsaldo|openbedrag|saldo|restbedrag|nogtebetalen|"
		"openamount|outstanding|outstandingamount|balance", NULL, NULL },
	[PARTY_F_DEBIT] = { "debit", PARTY_V_AMOUNT, I, true,
		"debit|debet|debetbedrag|bedragdebet|debitamount", NULL, NULL },
	[PARTY_F_CREDIT] = { "credit", PARTY_V_AMOUNT, I, true,
		"credit|creditbedrag|bedragcredit|creditamount", NULL, NULL },
	[PARTY_F_DEBIT_CREDIT] = { "debit_credit", PARTY_V_TEXT, I, true,
		"debitcredit|debetcredit|dc|dcindicatie|debetofcredit", NULL, NULL },
	[PARTY_F_CURRENCY] = { "currency", PARTY_V_TEXT, I, true,
		"currency|valuta|valutacode|currencycode|munt|muntsoort", NULL, NULL },
	[PARTY_F_TYPE] = { "type", PARTY_V_TEXT, I, true,
		"type|soort|documenttype|documentsoort|invoicetype|factuurtype|factuursoort|boekstuksoort",
		NULL, NULL },
	[PARTY_F_DUE_LINE] = { "due_line", PARTY_V_NUMBER, I, true,
		"dueline|termijn|termijnnummer|termijnnr|instalment|installment", NULL, NULL },
	[PARTY_F_DESCRIPTION] = { "description", PARTY_V_TEXT, I, false,
		"description|omschrijving|omschr|betreft|onderwerp", NULL, NULL },
	[PARTY_F_RF_REFERENCE] = { "rf_reference", PARTY_V_TEXT, I, false,
		"rfreference|betalingskenmerk|betaalkenmerk|rfreferentie|betaalreferentie|paymentreference|"
		"kenmerk", NULL, NULL },
	[PARTY_F_ORDER_REF] = { "order_ref", PARTY_V_TEXT, I, false,
		"orderref|ordernummer|ordernr|bestelnummer|inkoopordernummer|uwreferentie|uworder|"
		"klantreferentie|orderreference|ordernumber|ponumber|yourreference", NULL, NULL },
	[PARTY_F_SENT_ON] = { "sent_on", PARTY_V_DATE, I, true,
		"senton|verzondenop|verzonden|verzenddatum|datumverzonden|sentdate", NULL, NULL },
	[PARTY_F_DELIVERED_ON] = { "delivered_on", PARTY_V_DATE, I, true,
		"deliveredon|geleverdop|leverdatum|leveringsdatum|deliverydate", NULL, NULL },
	[PARTY_F_LAST_STEP] = { "last_step", PARTY_V_TEXT, I, true,
		"laststep|laatstestap|aanmaningen|aantalaanmaningen|aanmaningsniveau|aanmaanniveau|"
		"aantalherinneringen|herinneringen|reminders|remindercount", NULL, NULL },
	[PARTY_F_LAST_STEP_ON] = { "last_step_on", PARTY_V_DATE, I, true,
		"laststepon|laatsteaanmaningop|datumlaatsteaanmaning|laatsteherinneringop|"
		"datumlaatsteherinnering|lastreminderdate|laststepdate", NULL, NULL },
	[PARTY_F_PRECEDING] = { "preceding", PARTY_V_TEXT, I, false,
		"preceding|gecrediteerdefactuur|oorspronkelijkefactuur|precedinginvoice", NULL, NULL },
};
/* clang-format on */

const char *
party_field_name(enum party_field f)
{
	return fields[f].name;
}

enum party_value
party_field_value(enum party_field f)
{
	return fields[f].value;
}

bool
party_field_critical(enum party_field f)
{
	return fields[f].critical;
}

bool
party_field_find(struct vd_str name, enum party_field *out)
{
	for (int f = 0; f < PARTY_F__COUNT; f++) {
		if (!vd_str_eq(name, vd_str_c(fields[f].name))) continue;
		*out = (enum party_field)f;
		return true;
	}
	return false;
}

enum vd_status
party_header_key(struct vd_context *ctx, struct vd_str header, struct vd_str *out)
{
	struct vd_str folded;
	struct vd_buf key = VD_BUF(ctx, header.len * 4 + 1);

	VD_TRY(vd_utf8_fold(ctx, header, &folded));
	for (size_t i = 0; i < folded.len; i++)
		if (folded.ptr[i] != ' ') vd_buf_add_char(&key, folded.ptr[i]);
	return vd_buf_finish(ctx, &key, out);
}

/* Place of key in a list separated by '|', or -1. */
static int
spelling_rank(const char *list, struct vd_str key)
{
	struct vd_str rest = vd_str_c(list), one;

	for (int rank = 0; vd_str_cut(&rest, '|', &one); rank++)
		if (vd_str_eq(one, key)) return rank;
	return -1;
}

bool
party_header_field(enum party_subject subject, struct vd_str key, enum party_field *out, int *rank)
{
	int in = subject == PARTY_DEBTORS ? D : I;

	if (key.len == 0) return false;
	for (int f = 0; f < PARTY_F__COUNT; f++) {
		const char *short_words = in == D ? fields[f].debtors : fields[f].invoices;

		if ((fields[f].in & in) == 0) continue;
		*rank = spelling_rank(fields[f].spellings, key);
		if (*rank < 0 && (*rank = spelling_rank(short_words, key)) >= 0) *rank += 100;
		if (*rank < 0) continue;
		*out = (enum party_field)f;
		return true;
	}
	return false;
}
