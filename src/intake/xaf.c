/* Reads an auditfile element by element: containers are known by their parent, and their leaves go
 * into fields of fixed size. Names and places are those of XAF 3.1 to 4.0. */
#include "intake/xaf.h"

#include "base/utf8.h"
#include "intake/xaf_book.h"
#include "intake/xml.h"

#include <string.h>

#define SECTIONS_MAX 12
#define FIRST_BLOCK  4096

enum section {
	S_NONE,
	S_FILE,
	S_HEADER,
	S_COMPANY,
	S_RELATIONS,
	S_RELATION,
	S_ADDRESS,
	S_POSTAL,
	S_BANK,
	S_LEDGER,
	S_ACCOUNT,
	S_PAST,
	S_OPENING,
	S_OB_LINE,
	S_OB_SUBLEDGERS,
	S_OB_SUBLEDGER,
	S_OB_SB_LINE,
	S_TRANSACTIONS,
	S_JOURNAL,
	S_TRANSACTION,
	S_LINE,
	S_FOREIGN,
	S_SUBLEDGERS,
	S_SUBLEDGER,
	S_SB_LINE,
};

static const struct {
	enum section in;
	const char *name;
	enum section section;
} containers[] = {
	{ S_FILE, "header", S_HEADER },
	{ S_FILE, "company", S_COMPANY },
	{ S_COMPANY, "customersSuppliers", S_RELATIONS },
	{ S_RELATIONS, "customerSupplier", S_RELATION },
	{ S_RELATION, "streetAddress", S_ADDRESS },
	{ S_RELATION, "postalAddress", S_POSTAL },
	{ S_RELATION, "bankAccount", S_BANK },
	{ S_COMPANY, "generalLedger", S_LEDGER },
	{ S_LEDGER, "ledgerAccount", S_ACCOUNT },
	{ S_ACCOUNT, "glAccountHistory", S_PAST },
	{ S_COMPANY, "openingBalance", S_OPENING },
	{ S_OPENING, "obLine", S_OB_LINE },
	{ S_OPENING, "obSubledgers", S_OB_SUBLEDGERS },
	{ S_OB_SUBLEDGERS, "obSubledger", S_OB_SUBLEDGER },
	{ S_OB_SUBLEDGER, "obSbLine", S_OB_SB_LINE },
	{ S_COMPANY, "transactions", S_TRANSACTIONS },
	{ S_TRANSACTIONS, "journal", S_JOURNAL },
	{ S_JOURNAL, "transaction", S_TRANSACTION },
	{ S_TRANSACTION, "trLine", S_LINE },
	{ S_LINE, "currency", S_FOREIGN },
	{ S_TRANSACTIONS, "subledgers", S_SUBLEDGERS },
	{ S_SUBLEDGERS, "subledger", S_SUBLEDGER },
	{ S_SUBLEDGER, "sbLine", S_SB_LINE },
};

static const struct {
	enum section in;
	const char *name;
	enum xaf_field field;
} leaves[] = {
	{ S_HEADER, "fiscalYear", XF_FISCAL_YEAR },
	{ S_HEADER, "startDate", XF_START },
	{ S_HEADER, "endDate", XF_END },
	{ S_HEADER, "curCode", XF_CURRENCY },
	{ S_HEADER, "softwareDesc", XF_SOFTWARE },
	{ S_COMPANY, "companyName", XF_COMPANY },

	{ S_RELATION, "custSupID", XF_CS_ID },
	{ S_RELATION, "custSupName", XF_CS_NAME },
	{ S_RELATION, "contact", XF_CS_CONTACT },
	{ S_RELATION, "telephone", XF_CS_PHONE },
	{ S_RELATION, "eMail", XF_CS_EMAIL },
	{ S_RELATION, "commerceNr", XF_CS_COMMERCE },
	{ S_RELATION, "taxRegistrationCountry", XF_CS_TAX_COUNTRY },
	{ S_RELATION, "taxRegIdent", XF_CS_TAX },
	{ S_RELATION, "custSupTp", XF_CS_TYPE },
	{ S_RELATION, "custCreditLimit", XF_CS_LIMIT },
	{ S_RELATION, "opBalDesc", XF_CS_OPENING },
	{ S_RELATION, "opBalTp", XF_CS_OPENING_SIDE },
	{ S_RELATION, "clBalDesc", XF_CS_CLOSING },
	{ S_RELATION, "clBalTp", XF_CS_CLOSING_SIDE },
	{ S_ADDRESS, "streetname", XF_AD_STREET },
	{ S_ADDRESS, "number", XF_AD_NUMBER },
	{ S_ADDRESS, "numberExtension", XF_AD_EXTENSION },
	{ S_ADDRESS, "city", XF_AD_CITY },
	{ S_ADDRESS, "postalCode", XF_AD_POSTCODE },
	{ S_ADDRESS, "country", XF_AD_COUNTRY },

	{ S_ACCOUNT, "accID", XF_AC_ID },
	{ S_ACCOUNT, "accDesc", XF_AC_NAME },
	{ S_ACCOUNT, "accTp", XF_AC_TYPE },

	{ S_OB_LINE, "accID", XF_LN_ACCOUNT },
	{ S_OB_LINE, "amnt", XF_LN_AMOUNT },
	{ S_OB_LINE, "amntTp", XF_LN_SIDE },

	{ S_JOURNAL, "jrnID", XF_JR_ID },
	{ S_JOURNAL, "jrnTp", XF_JR_TYPE },
	{ S_JOURNAL, "offsetAccID", XF_JR_OFFSET },
	{ S_TRANSACTION, "nr", XF_TR_NUMBER },
	{ S_TRANSACTION, "trDt", XF_TR_DATE },
	{ S_TRANSACTION, "desc", XF_TR_DESCRIPTION },
	{ S_LINE, "accID", XF_LN_ACCOUNT },
	{ S_LINE, "docRef", XF_LN_DOC_REF },
	{ S_LINE, "effDate", XF_LN_EFFECTIVE },
	{ S_LINE, "desc", XF_LN_DESCRIPTION },
	{ S_LINE, "amnt", XF_LN_AMOUNT },
	{ S_LINE, "amntTp", XF_LN_SIDE },
	{ S_LINE, "custSupID", XF_LN_RELATION },
	{ S_LINE, "invRef", XF_LN_INVOICE },
	{ S_FOREIGN, "curCode", XF_LN_FOREIGN },

	{ S_OB_SUBLEDGER, "sbType", XF_SB_TYPE },
	{ S_SUBLEDGER, "sbType", XF_SB_TYPE },
	{ S_TRANSACTIONS, "linesCount", XF_LINES_COUNT },
	{ S_TRANSACTIONS, "totalDebit", XF_TOTAL_DEBIT },
	{ S_TRANSACTIONS, "totalCredit", XF_TOTAL_CREDIT },
};

/* The same in lines of both sub-ledgers. */
static const struct {
	const char *name;
	enum xaf_field field;
} subline_leaves[] = {
	{ "desc", XF_LN_DESCRIPTION },
	{ "amnt", XF_LN_AMOUNT },
	{ "amntTp", XF_LN_SIDE },
	{ "docRef", XF_LN_DOC_REF },
	{ "custSupID", XF_LN_RELATION },
	{ "invRef", XF_LN_INVOICE },
	{ "invPurSalTp", XF_LN_PURCHASE_SALES },
	{ "invDt", XF_LN_ISSUED },
	{ "invDueDt", XF_LN_DUE },
	{ "mutTp", XF_LN_MUTATION },
};

struct xaf_reader {
	struct vd_arena arena;
	struct vd_context own;
	struct intake_xml *xml;
	struct xaf_book book;
	struct {
		enum section section;
		int depth;
	} open[SECTIONS_MAX];
	int open_count;
	bool split;              /* the text says it is one part of several */
	char first[FIRST_BLOCK]; /* of the file, to see that */
	size_t first_len;
	bool journal_begun;
	bool address_done[2]; /* street, postal: the first with a town is kept */
};

static enum section
section_now(const struct xaf_reader *r)
{
	return r->open_count > 0 ? r->open[r->open_count - 1].section : S_NONE;
}

static int
depth_now(const struct xaf_reader *r)
{
	return r->open_count > 0 ? r->open[r->open_count - 1].depth : 0;
}

static void
clear(struct xaf_reader *r, enum xaf_field first, enum xaf_field last)
{
	for (int f = (int)first; f <= (int)last; f++) {
		r->book.fields[f].len = 0;
		r->book.fields[f].cut = false;
	}
}

/* Text into a field, cut at a whole character; line ends and tabs become blanks. */
static void
set_field(struct xaf_reader *r, enum xaf_field f, struct vd_str text)
{
	struct xaf_text *t = &r->book.fields[f];
	size_t n;

	text = vd_str_trim(text);
	n = text.len < XAF_TEXT_MAX ? text.len : XAF_TEXT_MAX;
	while (n > 0 && n < text.len && ((unsigned char)text.ptr[n] & 0xC0) == 0x80) n--;
	for (size_t i = 0; i < n; i++)
		t->text[i] = (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
	t->len = n;
	t->cut = n < text.len;
}

/* --- containers ------------------------------------------------------------------------------- */

static void
section_start(struct xaf_reader *r, enum section s)
{
	r->book.place = intake_xml_place(r->xml);
	switch (s) {
	case S_RELATION:
		clear(r, XF_CS_ID, XF_PA_COUNTRY);
		r->book.other_ibans = VD_STR_NONE;
		r->address_done[0] = r->address_done[1] = false;
		break;
	case S_ADDRESS:
		if (!r->address_done[0]) clear(r, XF_AD_STREET, XF_AD_COUNTRY);
		break;
	case S_POSTAL:
		if (!r->address_done[1]) clear(r, XF_PA_STREET, XF_PA_COUNTRY);
		break;
	case S_ACCOUNT:
		clear(r, XF_AC_ID, XF_AC_RGS);
		break;
	case S_JOURNAL:
		clear(r, XF_JR_ID, XF_JR_OFFSET);
		r->journal_begun = false;
		break;
	case S_TRANSACTION:
		clear(r, XF_TR_NUMBER, XF_TR_DESCRIPTION);
		break;
	case S_OB_LINE:
	case S_LINE:
	case S_OB_SB_LINE:
	case S_SB_LINE:
		clear(r, XF_LN_ACCOUNT, XF_LN_FOREIGN);
		break;
	case S_OB_SUBLEDGER:
	case S_SUBLEDGER:
		clear(r, XF_SB_TYPE, XF_SB_TYPE);
		break;
	default:
		break;
	}
}

static enum vd_status
section_end(struct xaf_reader *r, enum section s)
{
	switch (s) {
	case S_HEADER:
		return xaf_header_done(&r->book);
	case S_RELATION:
		return xaf_relation_done(&r->book);
	case S_ADDRESS:
		r->address_done[0] = r->book.fields[XF_AD_CITY].len > 0;
		return VD_OK;
	case S_POSTAL:
		r->address_done[1] = r->book.fields[XF_PA_CITY].len > 0;
		return VD_OK;
	case S_ACCOUNT:
		return xaf_account_done(&r->book);
	case S_OB_LINE:
		return xaf_opening_line_done(&r->book);
	case S_OB_SB_LINE:
		return xaf_opening_subline_done(&r->book);
	case S_LINE:
		return xaf_line_done(&r->book);
	case S_SB_LINE:
		return xaf_subline_done(&r->book);
	case S_TRANSACTIONS:
		return xaf_totals_done(&r->book);
	default:
		return VD_OK;
	}
}

static enum vd_status
root_start(struct xaf_reader *r, const struct intake_xml_element *e)
{
	static const struct {
		const char *part, *version;
	} versions[] = {
		{ "XAF/3.1", "3.1" }, { "XAF/3.2.1", "3.2.1" }, { "Financieel3.2.1", "3.2.1" },
		{ "XAF/3.2", "3.2" }, { "XAF_4.0", "4.0" },     { "XAF/4.0", "4.0" },
	};

	if (strcmp(e->name, "auditfile") != 0)
		return vd_fail(
		    &r->own, VD_E_INVALID, "xaf.not_an_auditfile", NULL,
		    "This XML begins with \"%.60s\"; an XML Auditfile Financieel begins with \"auditfile\".",
		    e->name);
	if (e->ns != NULL && (strstr(e->ns, "XAF/2") != NULL || strstr(e->ns, "XAF/1") != NULL))
		return vd_fail(
		    &r->own, VD_E_INVALID, "xaf.not_an_auditfile", NULL,
		    "This is an auditfile of an old version (%.80s); 3.1 to 4.0 are read. Export it again.",
		    e->ns);
	for (size_t i = 0; e->ns != NULL && i < VD_LENGTH(versions); i++)
		if (strstr(e->ns, versions[i].part) != NULL && vd_str_is_none(r->book.info.version))
			r->book.info.version = vd_str_c(versions[i].version);
	r->book.v4 = vd_str_eq(r->book.info.version, VD_STR("4.0"));
	r->open[0].section = S_FILE;
	r->open[0].depth = 1;
	r->open_count = 1;
	return VD_OK;
}

static enum vd_status
on_start(void *user, struct vd_context *own, const struct intake_xml_element *e)
{
	struct xaf_reader *r = user;

	(void)own;
	if (e->depth == 1) return root_start(r, e);
	if (e->depth != depth_now(r) + 1) return VD_OK; /* inside something we do not read */
	for (size_t i = 0; i < VD_LENGTH(containers); i++) {
		if (containers[i].in != section_now(r) || strcmp(containers[i].name, e->name) != 0)
			continue;
		if (containers[i].section == S_TRANSACTION && !r->journal_begun) {
			r->journal_begun = true;
			VD_TRY(xaf_journal_begun(&r->book));
		}
		VD_ASSERT(r->open_count < SECTIONS_MAX); /* the table nests no deeper */
		r->open[r->open_count].section = containers[i].section;
		r->open[r->open_count].depth = e->depth;
		r->open_count++;
		section_start(r, containers[i].section);
		return VD_OK;
	}
	return VD_OK;
}

/* --- leaves ----------------------------------------------------------------------------------- */

/* All account numbers of a relation that are IBANs, a blank between. */
static enum vd_status
add_iban(struct xaf_reader *r, struct vd_str text)
{
	struct vd_str *all = &r->book.other_ibans;

	text = vd_str_trim(text);
	if (text.len == 0 || all->len > 2000) return VD_OK;
	return vd_str_printf(&r->own, all, "%.*s%s%.*s", VD_FMT(*all), all->len > 0 ? "\n" : "",
	                     VD_FMT(text));
}

/* Anywhere in an account a code "BVorDeb…" tells that it is the debtors'. */
static void
see_rgs(struct xaf_reader *r, struct vd_str text)
{
	text = vd_str_trim(text);
	if (vd_str_starts(text, VD_STR("BVorDeb")) && r->book.fields[XF_AC_RGS].len == 0)
		set_field(r, XF_AC_RGS, text);
}

/* Files of 4.0 with another namespace than the published one exist. */
static void
see_version(struct xaf_reader *r, const char *name)
{
	if (strcmp(name, "RGSVersion") != 0 || !vd_str_is_none(r->book.info.version)) return;
	r->book.info.version = VD_STR("4.0");
	r->book.v4 = true;
}

static enum vd_status
take_leaf(struct xaf_reader *r, const char *name, struct vd_str text)
{
	enum section s = section_now(r);
	int shift = s == S_POSTAL ? XF_PA_STREET - XF_AD_STREET : 0;

	if (s == S_HEADER) see_version(r, name);
	if (s == S_BANK) return strcmp(name, "bankAccNr") == 0 ? add_iban(r, text) : VD_OK;
	if ((s == S_ADDRESS && r->address_done[0]) || (s == S_POSTAL && r->address_done[1]))
		return VD_OK;
	if (s == S_POSTAL) s = S_ADDRESS;
	for (size_t i = 0; (s == S_OB_SB_LINE || s == S_SB_LINE) && i < VD_LENGTH(subline_leaves); i++)
		if (strcmp(subline_leaves[i].name, name) == 0) set_field(r, subline_leaves[i].field, text);
	for (size_t i = 0; i < VD_LENGTH(leaves); i++) {
		if (leaves[i].in != s || strcmp(leaves[i].name, name) != 0) continue;
		set_field(r, (enum xaf_field)((int)leaves[i].field + shift), text);
		return VD_OK;
	}
	return VD_OK;
}

static enum vd_status
on_end(void *user, struct vd_context *own, const struct intake_xml_element *e, struct vd_str text)
{
	struct xaf_reader *r = user;
	enum section s = section_now(r);

	(void)own;
	if (r->open_count == 0) return VD_OK;
	if (e->depth == depth_now(r)) {
		r->open_count--;
		return section_end(r, s);
	}
	if (s == S_ACCOUNT) see_rgs(r, text);
	return e->depth == depth_now(r) + 1 ? take_leaf(r, e->name, text) : VD_OK;
}

static enum vd_status
on_warning(void *user, struct vd_context *own, struct intake_place place, struct vd_str message)
{
	struct xaf_reader *r = user;

	(void)own;
	return xaf_warn(&r->book, place.line, message);
}

/* --- life ------------------------------------------------------------------------------------- */

enum vd_status
xaf_reader_new(struct vd_context *ctx, const struct xaf_options *options,
               const struct party_sink *sink, struct xaf_reader **out)
{
	struct intake_xml_handler handler = { NULL, on_start, on_end, NULL, on_warning };
	struct xaf_reader *r;
	enum vd_status st;

	VD_NEW(ctx, r, 1);
	r->arena = VD_ARENA(XAF_MEMORY_MAX);
	r->own.arena = &r->arena;
	r->book.own = &r->own;
	r->book.sink = *sink;
	r->book.info.from = r->book.info.to = VD_DATE_NONE;
	handler.user = r;
	st = vd_str_dup(&r->own, options->control_accounts, &r->book.options.control_accounts);
	if (st == VD_OK) st = intake_xml_new(&r->own, &handler, &r->xml);
	if (st != VD_OK) {
		ctx->error = r->own.error;
		xaf_reader_free(&r);
		return st;
	}
	*out = r;
	return VD_OK;
}

/* "Vervolgbestand 2 van 3" stands in a comment at the start. */
static void
see_split(struct xaf_reader *r, struct vd_str bytes)
{
	size_t n = FIRST_BLOCK - r->first_len < bytes.len ? FIRST_BLOCK - r->first_len : bytes.len;

	if (n == 0) return;
	memcpy(r->first + r->first_len, bytes.ptr, n);
	r->first_len += n;
	r->split = vd_str_find((struct vd_str){ r->first, r->first_len }, VD_STR("ervolgbestand"), 0) !=
	           SIZE_MAX;
}

/* Of a part of a split file the reason is told, not only where the XML breaks off. */
static enum vd_status
explain(struct vd_context *ctx, struct xaf_reader *r, enum vd_status st)
{
	if (st == VD_OK) return VD_OK;
	ctx->error = r->own.error;
	if (!r->split || strncmp(ctx->error.key, "xml.", 4) != 0) return st;
	return vd_fail(
	    ctx, VD_E_INVALID, "xaf.split_file", NULL,
	    "This is one part of a split auditfile (\"Vervolgbestand\"): put the parts together in one file, or "
	    "export a shorter period.");
}

enum vd_status
xaf_reader_feed(struct vd_context *ctx, struct xaf_reader *r, struct vd_str bytes)
{
	r->book.outer = ctx;
	see_split(r, bytes);
	return explain(ctx, r, intake_xml_feed(&r->own, r->xml, bytes));
}

enum vd_status
xaf_reader_end(struct vd_context *ctx, struct xaf_reader *r)
{
	enum vd_status st;

	r->book.outer = ctx;
	st = intake_xml_end(&r->own, r->xml);
	if (st == VD_OK && r->split)
		st = xaf_warn(
		    &r->book, 1,
		    VD_STR(
		        "The file calls itself one part of several (Vervolgbestand): are all parts in it?"));
	if (st == VD_OK) st = xaf_close(&r->book);
	return explain(ctx, r, st);
}

const struct xaf_info *
xaf_reader_info(const struct xaf_reader *r)
{
	return &r->book.info;
}

void
xaf_reader_free(struct xaf_reader **r)
{
	if (*r == NULL) return;
	intake_xml_free(&(*r)->xml);
	vd_arena_release(&(*r)->arena);
	*r = NULL;
}
