/* Word lists and a memory of one word each: a column says the same thing over and over. */
#include "intake/party_words.h"

#include <string.h>

struct word {
	const char *name;
	const char *spellings; /* keys as party_header_key makes them, separated by '|' */
};

/* clang-format off */
static const struct word types[] = {
	[MAPPING_T_INVOICE] = { "invoice", "invoice|factuur|verkoopfactuur|salesinvoice|verkoop|debet|debit|debetfactuur|"
		"fac|fact|inv|f|vf|380" },
	[MAPPING_T_CREDIT] = { "credit", "credit|creditnota|creditfactuur|creditnote|creditinvoice|creditmemo|"
		"verkoopcreditnota|cn|cr|c|381" },
	[MAPPING_T_PAYMENT] = { "payment", "payment|betaling|ontvangst|vooruitbetaling|receipt|bank|kas|pay" },
};
static const struct word sides[] = {
	[NOTATION_NO_SIDE] = { "", "" },
	[NOTATION_DEBIT] = { "debit", "d|debit|debet|deb|db|dr" },
	[NOTATION_CREDIT] = { "credit", "c|credit|cred|cr" },
};
static const struct word kinds[] = {
	{ "consumer", "consumer|consument|particulier|prive|private|persoon|b2c" },
	{ "business", "business|zakelijk|bedrijf|company|organisatie|b2b" },
};
static const struct word risks[] = {
	{ "high", "high|hoog|h" }, { "normal", "normal|normaal|gemiddeld|middel|medium|n|m" }, { "low", "low|laag|l" },
};
static const struct word languages[] = {
	{ "nl", "nl|nld|dut|nederlands|dutch|nlnl|nlbe" }, { "en", "en|eng|engels|english|engb|enus|enie" },
	{ "de", "de|deu|ger|duits|deutsch|german|dede|deat|dech" },
	{ "fr", "fr|fra|fre|frans|french|francais|frfr|frbe|frch" },
};
static const struct word countries[] = {
	{ "NL", "nl|nederland|netherlands|thenetherlands|nld|holland" }, { "BE", "be|belgie|belgium|belgique|bel" },
	{ "DE", "de|duitsland|germany|deutschland|deu" }, { "FR", "fr|frankrijk|france|fra" },
	{ "LU", "lu|luxemburg|luxembourg|lux" }, { "GB", "gb|uk|verenigdkoninkrijk|unitedkingdom|grootbrittannie|engeland|gbr" },
	{ "IE", "ie|ierland|ireland|irl" }, { "ES", "es|spanje|spain|esp" }, { "IT", "it|italie|italy|ita" },
	{ "PT", "pt|portugal|prt" }, { "AT", "at|oostenrijk|austria|aut" }, { "CH", "ch|zwitserland|switzerland|che" },
	{ "DK", "dk|denemarken|denmark|dnk" }, { "SE", "se|zweden|sweden|swe" }, { "NO", "no|noorwegen|norway|nor" },
	{ "FI", "fi|finland|fin" }, { "PL", "pl|polen|poland|pol" }, { "CZ", "cz|tsjechie|czechia|czechrepublic|cze" },
	{ "HU", "hu|hongarije|hungary|hun" }, { "RO", "ro|roemenie|romania|rou" },
	{ "US", "us|verenigdestaten|unitedstates|usa|vs" }, { "CN", "cn|china|chn" }, { "TR", "tr|turkije|turkey|tur" },
};
/* clang-format on */

static const struct {
	const struct word *words;
	size_t count;
} lists[PARTY_W__COUNT] = {
	[PARTY_W_TYPE] = { types, VD_LENGTH(types) },
	[PARTY_W_SIDE] = { sides, VD_LENGTH(sides) },
	[PARTY_W_KIND] = { kinds, VD_LENGTH(kinds) },
	[PARTY_W_RISK] = { risks, VD_LENGTH(risks) },
	[PARTY_W_LANGUAGE] = { languages, VD_LENGTH(languages) },
	[PARTY_W_COUNTRY] = { countries, VD_LENGTH(countries) },
};

static bool
spelled(const char *spellings, struct vd_str key)
{
	struct vd_str rest = vd_str_c(spellings), one;

	while (vd_str_cut(&rest, '|', &one))
		if (vd_str_eq(one, key)) return true;
	return false;
}

static int
find_key(enum party_word_list list, struct vd_str key)
{
	if (key.len == 0) return -1;
	for (size_t i = 0; i < lists[list].count; i++)
		if (spelled(lists[list].words[i].spellings, key)) return (int)i;
	return -1;
}

static bool
remembered(const struct party_words *w, enum party_word_list list, struct vd_str text, int *out)
{
	*out = w->last[list].value;
	return text.len > 0 && text.len == w->last[list].len &&
	       memcmp(text.ptr, w->last[list].text, text.len) == 0;
}

static void
remember(struct party_words *w, enum party_word_list list, struct vd_str text, int value)
{
	if (text.len == 0 || text.len > sizeof(w->last[list].text)) return;
	memcpy(w->last[list].text, text.ptr, text.len);
	w->last[list].len = text.len;
	w->last[list].value = value;
}

enum vd_status
party_words_find(struct vd_context *ctx, struct party_words *w, enum party_word_list list,
                 struct vd_str text, int *out)
{
	struct vd_str key;

	if (remembered(w, list, text, out)) return VD_OK;
	VD_TRY(party_header_key(ctx, text, &key));
	*out = find_key(list, key);
	remember(w, list, text, *out);
	return VD_OK;
}

struct vd_str
party_words_name(enum party_word_list list, int value)
{
	return vd_str_c(lists[list].words[value].name);
}

enum vd_status
party_words_type(struct vd_context *ctx, struct party_words *w, const struct party_mapping *m,
                 struct vd_str text, int *out)
{
	struct vd_str key;

	if (remembered(w, PARTY_W_TYPE, text, out)) return VD_OK;
	VD_TRY(party_header_key(ctx, text, &key));
	*out = find_key(PARTY_W_TYPE, key);
	for (int i = 0; m != NULL && i < MAPPING_T__COUNT; i++)
		if (mapping_words_have(&m->types[i], key)) *out = i;
	remember(w, PARTY_W_TYPE, text, *out);
	return VD_OK;
}

enum vd_status
party_words_side(struct vd_context *ctx, struct party_words *w, const struct party_mapping *m,
                 struct vd_str text, int *out)
{
	struct vd_str key;

	if (remembered(w, PARTY_W_SIDE, text, out)) return VD_OK;
	VD_TRY(party_header_key(ctx, text, &key));
	*out = find_key(PARTY_W_SIDE, key);
	if (*out < 0) *out = NOTATION_NO_SIDE;
	if (m != NULL && mapping_words_have(&m->debit, key)) *out = NOTATION_DEBIT;
	if (m != NULL && mapping_words_have(&m->credit, key)) *out = NOTATION_CREDIT;
	remember(w, PARTY_W_SIDE, text, *out);
	return VD_OK;
}

bool
party_words_total(struct vd_str text)
{
	static const char *const starts[] = { "totaal",  "total",       "subtot",
		                                  "eindtot", "grand total", "som " };

	for (size_t i = 0; i < VD_LENGTH(starts); i++)
		if (vd_str_starts_nocase(text, vd_str_c(starts[i]))) return true;
	return false;
}
