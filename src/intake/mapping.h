#ifndef INTAKE_MAPPING_H
#define INTAKE_MAPPING_H
/* A saved column mapping: what the columns of one package's export mean. JSON text, described for
 * people in docs/import.md; ready ones for Dutch packages are in mappings/.
 *
 *   { "name": "…", "subject": "invoices" | "debtors",
 *     "header": true,                 false: the file has no header row, columns are numbers
 *     "skip_rows": 0,                 rows before the first data row when there is no header
 *     "recognise": ["Header", …],     this file is known by these headers; left out: never by
 * itself "separator": ";", "decimal": ",", "dates": "dmy" | "mdy" | "ymd", "columns": {
 * "invoice_no": "Factuurnr." | 3 | ["Factuurnr.", "Factuurnummer"], … }, "constants": { "currency":
 * "EUR", … }, "types": { "invoice": ["F"], "credit": ["C"], "payment": ["B"], "skip": ["X"] },
 *     "debit_credit": { "debit": ["D"], "credit": ["C"] },
 *     "sign": "normal" | "reversed",
 *     "credit_amounts": "positive" | "negative" | "either" }
 *
 * Only name, subject and columns are required. An unknown key is an error: a misspelt one would
 * silently change amounts. */
#include "intake/notation.h"
#include "intake/party_field.h"

#define MAPPING_TEXT_MAX      (64 * 1024)
#define MAPPING_HEADERS_MAX   4 /* spellings of one column */
#define MAPPING_WORDS_MAX     16
#define MAPPING_RECOGNISE_MAX 32

enum mapping_type {
	MAPPING_T_INVOICE,
	MAPPING_T_CREDIT,
	MAPPING_T_PAYMENT,
	MAPPING_T_SKIP,
	MAPPING_T__COUNT
};
/* How a credit note's amount is written. AUTO: either way, but not both in one file. */
enum mapping_credit_amounts {
	MAPPING_CREDIT_AUTO,
	MAPPING_CREDIT_POSITIVE,
	MAPPING_CREDIT_NEGATIVE
};

struct mapping_words {
	struct vd_str keys[MAPPING_WORDS_MAX]; /* folded as headers are */
	size_t count;
};

struct mapping_column {
	struct vd_str keys[MAPPING_HEADERS_MAX]; /* headers in their compared form */
	size_t count;
	int position; /* from 1; 0 = by header */
};

struct party_mapping {
	struct vd_str name;
	enum party_subject subject;
	bool header;
	int skip_rows;
	char separator; /* 0 = find */
	struct notation stated;
	struct mapping_column columns[PARTY_F__COUNT];
	struct vd_str constants[PARTY_F__COUNT]; /* NONE = no constant */
	struct mapping_words types[MAPPING_T__COUNT], debit, credit;
	bool reversed;
	enum mapping_credit_amounts credit_amounts;
	struct vd_str recognise[MAPPING_RECOGNISE_MAX];
	size_t recognise_count;
};

/* Everything lives in ctx->arena. VD_E_INVALID "mapping.…" names the key that is wrong. */
VD_CHECKED enum vd_status party_mapping_parse(struct vd_context *, struct vd_str json,
                                              struct party_mapping **out);
/* True when every header of "recognise" is among the keys. */
bool party_mapping_recognises(const struct party_mapping *, const struct vd_str *keys,
                              size_t count);
/* True when the key is one of the words. */
bool mapping_words_have(const struct mapping_words *, struct vd_str key);
#endif
