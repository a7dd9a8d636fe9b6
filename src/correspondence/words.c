/* Fixed words per language, and how values are written. */
#include "correspondence/words.h"
#include "value/iban.h"
#include "value/reference.h"

#include <string.h>
#include <utf8proc.h>

#define NO_BREAK "\xC2\xA0"

static const char *const words[WORD__COUNT][2] = {
	/* Dutch, English */
	[WORD_PAGE] = { "Pagina", "Page" },
	[WORD_OF] = { "van", "of" },
	[WORD_DATE] = { "Datum", "Date" },
	[WORD_OUR_REFERENCE] = { "Ons kenmerk", "Our reference" },
	[WORD_CUSTOMER_NUMBER] = { "Klantnummer", "Customer number" },
	[WORD_ATTENTION] = { "T.a.v.", "Attn" },
	[WORD_INVOICE] = { "Factuur", "Invoice" },
	[WORD_DESCRIPTION] = { "Omschrijving", "Description" },
	[WORD_DUE] = { "Vervaldatum", "Due date" },
	[WORD_DAYS_LATE] = { "Dagen te laat", "Days late" },
	[WORD_AMOUNT] = { "Bedrag", "Amount" },
	[WORD_OPEN] = { "Nog open", "Still open" },
	[WORD_ORDER] = { "order", "order" },
	[WORD_SET_OFF] = { "Verrekend", "Set off" },
	[WORD_OPEN_INVOICES] = { "Open facturen", "Open invoices" },
	[WORD_CREDITS] = { "Verrekend", "Set off" },
	[WORD_TO_PAY] = { "Te betalen", "To pay" },
	[WORD_IN_YOUR_FAVOUR] = { "Tegoed", "Credit balance" },
	[WORD_BANK_DAY_BEFORE] = { "Betalingen die wij tot en met ",
	                           "Payments that we received up to and including " },
	[WORD_BANK_DAY_AFTER] = { " hebben ontvangen, zijn verwerkt.", " are included." },
	[WORD_PAYING] = { "Betalen", "Payment" },
	[WORD_PAY_ON] = { "Uiterlijk", "No later than" },
	[WORD_IBAN] = { "IBAN", "IBAN" },
	[WORD_BIC] = { "BIC", "BIC" },
	[WORD_PAYEE] = { "Ten name van", "Account holder" },
	[WORD_REFERENCE] = { "Kenmerk", "Reference" },
	[WORD_QR_CAPTION] = { "Scan met een bank-app", "Scan with a bank app" },
	[WORD_QR_IMAGE] = { "QR-code met de betaalgegevens", "QR code with the payment details" },
	[WORD_LOGO_IMAGE] = { "Logo", "Logo" },
	[WORD_KVK] = { "KvK", "KvK" },
	[WORD_VAT] = { "Btw", "VAT" },
	[WORD_DAY] = { "dag te laat", "day late" },
	[WORD_DAYS] = { "dagen te laat", "days late" },
	[WORD_DUE_ON] = { "vervaldatum", "due" },
	[WORD_OR] = { "of", "or" },
};

struct vd_str
message_word(enum vd_language language, enum word word)
{
	return vd_str_c(words[word][language == VD_LANG_NL ? 0 : 1]);
}

/* ISO 3166-1 alpha-2, Dutch, English. The SEPA area and the countries one trades with most. */
static const char *const countries[][3] = {
	{ "AD", "Andorra", "Andorra" },
	{ "AE", "Verenigde Arabische Emiraten", "United Arab Emirates" },
	{ "AL", "Albanië", "Albania" },
	{ "AR", "Argentinië", "Argentina" },
	{ "AT", "Oostenrijk", "Austria" },
	{ "AU", "Australië", "Australia" },
	{ "AW", "Aruba", "Aruba" },
	{ "BA", "Bosnië en Herzegovina", "Bosnia and Herzegovina" },
	{ "BE", "België", "Belgium" },
	{ "BG", "Bulgarije", "Bulgaria" },
	{ "BQ", "Caribisch Nederland", "Caribbean Netherlands" },
	{ "BR", "Brazilië", "Brazil" },
	{ "CA", "Canada", "Canada" },
	{ "CH", "Zwitserland", "Switzerland" },
	{ "CN", "China", "China" },
	{ "CW", "Curaçao", "Curaçao" },
	{ "CY", "Cyprus", "Cyprus" },
	{ "CZ", "Tsjechië", "Czech Republic" },
	{ "DE", "Duitsland", "Germany" },
	{ "DK", "Denemarken", "Denmark" },
	{ "EE", "Estland", "Estonia" },
	{ "EG", "Egypte", "Egypt" },
	{ "ES", "Spanje", "Spain" },
	{ "FI", "Finland", "Finland" },
	{ "FR", "Frankrijk", "France" },
	{ "GB", "Verenigd Koninkrijk", "United Kingdom" },
	{ "GR", "Griekenland", "Greece" },
	{ "HK", "Hongkong", "Hong Kong" },
	{ "HR", "Kroatië", "Croatia" },
	{ "HU", "Hongarije", "Hungary" },
	{ "ID", "Indonesië", "Indonesia" },
	{ "IE", "Ierland", "Ireland" },
	{ "IL", "Israël", "Israel" },
	{ "IN", "India", "India" },
	{ "IS", "IJsland", "Iceland" },
	{ "IT", "Italië", "Italy" },
	{ "JP", "Japan", "Japan" },
	{ "KR", "Zuid-Korea", "South Korea" },
	{ "LI", "Liechtenstein", "Liechtenstein" },
	{ "LT", "Litouwen", "Lithuania" },
	{ "LU", "Luxemburg", "Luxembourg" },
	{ "LV", "Letland", "Latvia" },
	{ "MA", "Marokko", "Morocco" },
	{ "MC", "Monaco", "Monaco" },
	{ "MD", "Moldavië", "Moldova" },
	{ "ME", "Montenegro", "Montenegro" },
	{ "MK", "Noord-Macedonië", "North Macedonia" },
	{ "MT", "Malta", "Malta" },
	{ "MX", "Mexico", "Mexico" },
	{ "NL", "Nederland", "Netherlands" },
	{ "NO", "Noorwegen", "Norway" },
	{ "NZ", "Nieuw-Zeeland", "New Zealand" },
	{ "PL", "Polen", "Poland" },
	{ "PT", "Portugal", "Portugal" },
	{ "RO", "Roemenië", "Romania" },
	{ "RS", "Servië", "Serbia" },
	{ "SA", "Saoedi-Arabië", "Saudi Arabia" },
	{ "SE", "Zweden", "Sweden" },
	{ "SG", "Singapore", "Singapore" },
	{ "SI", "Slovenië", "Slovenia" },
	{ "SK", "Slowakije", "Slovakia" },
	{ "SM", "San Marino", "San Marino" },
	{ "SR", "Suriname", "Suriname" },
	{ "SX", "Sint Maarten", "Sint Maarten" },
	{ "TH", "Thailand", "Thailand" },
	{ "TR", "Turkije", "Turkey" },
	{ "TW", "Taiwan", "Taiwan" },
	{ "UA", "Oekraïne", "Ukraine" },
	{ "US", "Verenigde Staten", "United States" },
	{ "VA", "Vaticaanstad", "Vatican City" },
	{ "ZA", "Zuid-Afrika", "South Africa" },
};

struct vd_str
message_country(enum vd_language language, struct vd_str code)
{
	for (size_t i = 0; i < VD_LENGTH(countries); i++)
		if (vd_str_eq_nocase(code, vd_str_c(countries[i][0])))
			return vd_str_c(countries[i][language == VD_LANG_NL ? 1 : 2]);
	return code;
}

enum vd_status
message_unbroken(struct vd_context *ctx, struct vd_str text, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, MESSAGE_TEXT_MAX * 5);

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ') vd_buf_add_c(&b, NO_BREAK);
		else vd_buf_add_char(&b, text.ptr[i]);
	}
	return vd_buf_finish(ctx, &b, out);
}

enum vd_status
message_money(struct vd_context *ctx, const struct message_data *data, int64_t minor,
              struct vd_str *out)
{
	char text[64];

	vd_money_human((struct vd_money){ minor, data->currency }, data->language, text);
	return message_unbroken(ctx, vd_str_c(text), out);
}

enum vd_status
message_day(struct vd_context *ctx, const struct message_data *data, struct vd_date day,
            struct vd_str *out)
{
	char text[40];

	*out = VD_STR_NONE;
	if (vd_date_is_none(day)) return VD_OK;
	vd_date_human(day, data->language, text);
	return message_unbroken(ctx, vd_str_c(text), out);
}

enum vd_status
message_day_short(struct vd_context *ctx, const struct message_data *data, struct vd_date day,
                  struct vd_str *out)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int y, m, d;

	*out = VD_STR_NONE;
	if (vd_date_is_none(day)) return VD_OK;
	vd_date_to_ymd(day, &y, &m, &d);
	if (data->language == VD_LANG_NL) return vd_str_printf(ctx, out, "%02d-%02d-%d", d, m, y);
	return vd_str_printf(ctx, out, "%d" NO_BREAK "%s" NO_BREAK "%d", d, months[m - 1], y);
}

enum vd_status
message_iban(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_iban iban;
	char pretty[VD_IBAN_MAX + 10];

	*out = s;
	if (!vd_iban_valid(s, &iban)) return VD_OK;
	vd_iban_pretty(&iban, pretty);
	return message_unbroken(ctx, vd_str_c(pretty), out);
}

enum vd_status
message_reference(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_reference reference;
	char pretty[64];

	*out = s;
	if (!vd_reference_any(s, &reference)) return VD_OK;
	vd_reference_pretty(&reference, pretty);
	return message_unbroken(ctx, vd_str_c(pretty), out);
}

enum vd_status
message_bank_day(struct vd_context *ctx, const struct message_data *data, struct vd_str *out)
{
	struct vd_str day, before = message_word(data->language, WORD_BANK_DAY_BEFORE);
	struct vd_str after = message_word(data->language, WORD_BANK_DAY_AFTER);

	*out = VD_STR_NONE;
	if (vd_date_is_none(data->bank_day)) return VD_OK;
	VD_TRY(message_day(ctx, data, data->bank_day, &day));
	return vd_str_printf(ctx, out, "%.*s%.*s%.*s", VD_FMT(before), VD_FMT(day), VD_FMT(after));
}

static bool
is_one_of(struct vd_str code, const char *list)
{
	struct vd_str rest = vd_str_c(list), piece;

	while (vd_str_cut(&rest, ' ', &piece))
		if (vd_str_eq_nocase(code, piece)) return true;
	return false;
}

/* The country stands in capitals on its own last line (UPU). */
static enum vd_status
in_capitals(struct vd_context *ctx, struct vd_str s, struct vd_str *out)
{
	struct vd_buf b = VD_BUF(ctx, 200);

	for (size_t i = 0; i < s.len;) {
		utf8proc_int32_t c = 0;
		utf8proc_uint8_t upper[4];
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i,
		                                      (utf8proc_ssize_t)(s.len - i), &c),
		                 m;

		VD_ASSERT(n > 0);
		m = utf8proc_encode_char(utf8proc_toupper(c), upper);
		vd_buf_add(&b, (struct vd_str){ (const char *)upper, (size_t)m });
		i += (size_t)n;
	}
	return vd_buf_finish(ctx, &b, out);
}

static void
add_line(struct vd_str lines[MESSAGE_ADDRESS_LINES], size_t *count, struct vd_str line)
{
	if (line.len > 0 && *count < MESSAGE_ADDRESS_LINES) lines[(*count)++] = line;
}

/* Postcode and city as the country writes them (UPU, Addressing the world): the Dutch put two
 * blanks between, the British give the postcode a line of its own, Americans put it behind. */
static enum vd_status
add_place(struct vd_context *ctx, const struct message_party *p,
          struct vd_str lines[MESSAGE_ADDRESS_LINES], size_t *count)
{
	bool own_line = is_one_of(p->country, "GB IE");
	bool behind = is_one_of(p->country, "US CA AU NZ");
	struct vd_str first = behind ? p->city : p->postcode, second = behind ? p->postcode : p->city;
	struct vd_str place;

	if (own_line || first.len == 0 || second.len == 0) {
		add_line(lines, count, p->city);
		add_line(lines, count, p->postcode);
		return VD_OK;
	}
	VD_TRY(vd_str_printf(ctx, &place, "%.*s%s%.*s", VD_FMT(first),
	                     is_one_of(p->country, "NL") ? NO_BREAK NO_BREAK : " ", VD_FMT(second)));
	add_line(lines, count, place);
	return VD_OK;
}

enum vd_status
message_address(struct vd_context *ctx, const struct message_data *data,
                const struct message_party *p, struct vd_str lines[MESSAGE_ADDRESS_LINES],
                size_t *count)
{
	struct vd_str attention, country, home = data->creditor.country;

	*count = 0;
	add_line(lines, count, p->name);
	if (p->contact_name.len > 0 && !vd_str_eq(p->contact_name, p->name)) {
		VD_TRY(vd_str_printf(ctx, &attention, "%.*s %.*s",
		                     VD_FMT(message_word(data->language, WORD_ATTENTION)),
		                     VD_FMT(p->contact_name)));
		add_line(lines, count, attention);
	}
	add_line(lines, count, p->street);
	VD_TRY(add_place(ctx, p, lines, count));
	if (p->country.len > 0 && !vd_str_eq_nocase(p->country, home.len > 0 ? home : VD_STR("NL"))) {
		VD_TRY(in_capitals(ctx, message_country(data->language, p->country), &country));
		add_line(lines, count, country);
	}
	return VD_OK;
}

int64_t
message_debit(const struct message_data *data)
{
	int64_t sum = 0;

	for (size_t i = 0; i < data->items_count; i++) /* no overflow: message_data_clean summed it */
		if (!data->items[i].credit) sum += data->items[i].open_minor;
	return sum;
}

struct vd_str
message_item_title(const struct message_item *item)
{
	return item->number.len > 0 ? item->number : item->description;
}
