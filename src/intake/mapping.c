/* Reads the JSON of a column mapping (jansson) and checks it key by key. */
#include "intake/mapping.h"
#include "base/utf8.h"

#include <jansson.h>
#include <string.h>

static void
json_done(json_t **j)
{
	json_decref(*j);
}
#define AUTO_JSON VD_CLEANUP(json_done) json_t

static enum vd_status
wrong(struct vd_context *ctx, const char *key, const char *what)
{
	return vd_fail(ctx, VD_E_INVALID, "mapping.value", NULL, "The column mapping's \"%s\" %s.", key,
	               what);
}

static enum vd_status
text_of(struct vd_context *ctx, const char *key, const json_t *j, struct vd_str *out)
{
	if (!json_is_string(j)) return wrong(ctx, key, "must be a text");
	return vd_str_dup(ctx, (struct vd_str){ json_string_value(j), json_string_length(j) }, out);
}

/* The place of the text in a list of words ended by NULL. */
static enum vd_status
choice_of(struct vd_context *ctx, const char *key, const json_t *j, const char *const words[],
          int *out)
{
	struct vd_str text;

	VD_TRY(text_of(ctx, key, j, &text));
	for (int i = 0; words[i] != NULL; i++) {
		if (!vd_str_eq(text, vd_str_c(words[i]))) continue;
		*out = i;
		return VD_OK;
	}
	return vd_fail(ctx, VD_E_INVALID, "mapping.value", NULL,
	               "The column mapping's \"%s\" cannot be \"%.*s\".", key,
	               (int)(text.len < 40 ? text.len : 40), text.ptr);
}

/* One text or an array of texts, each in the form headers are compared in. */
static enum vd_status
keys_of(struct vd_context *ctx, const char *key, const json_t *j, struct vd_str *out, size_t max,
        size_t *count)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1;

	if (n > max) return wrong(ctx, key, "has too many values");
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_is_array(j) ? json_array_get(j, i) : j;
		struct vd_str text;

		VD_TRY(text_of(ctx, key, one, &text));
		VD_TRY(party_header_key(ctx, text, &out[i]));
		if (out[i].len == 0) return wrong(ctx, key, "holds a text without a letter or digit");
	}
	*count = n;
	return VD_OK;
}

static enum vd_status
read_column(struct vd_context *ctx, const char *key, const json_t *j, struct mapping_column *out)
{
	if (!json_is_integer(j))
		return keys_of(ctx, key, j, out->keys, MAPPING_HEADERS_MAX, &out->count);
	if (json_integer_value(j) < 1 || json_integer_value(j) > 512)
		return wrong(ctx, key, "must be a column number from 1 to 512");
	out->position = (int)json_integer_value(j);
	return VD_OK;
}

static enum vd_status
field_of(struct vd_context *ctx, const char *group, const char *name, enum party_field *out)
{
	if (party_field_find(vd_str_c(name), out)) return VD_OK;
	return vd_fail(
	    ctx, VD_E_INVALID, "mapping.unknown_field", NULL,
	    "The column mapping's \"%s\" names \"%.40s\", which is not a field (docs/import.md lists them).",
	    group, name);
}

static enum vd_status
read_columns(struct vd_context *ctx, json_t *j, struct party_mapping *m)
{
	const char *name;
	json_t *value;

	if (!json_is_object(j)) return wrong(ctx, "columns", "must be an object of fields");
	json_object_foreach(j, name, value)
	{
		enum party_field f;

		VD_TRY(field_of(ctx, "columns", name, &f));
		VD_TRY(read_column(ctx, name, value, &m->columns[f]));
	}
	return VD_OK;
}

static enum vd_status
read_constants(struct vd_context *ctx, json_t *j, struct party_mapping *m)
{
	const char *name;
	json_t *value;

	if (!json_is_object(j)) return wrong(ctx, "constants", "must be an object of fields");
	json_object_foreach(j, name, value)
	{
		enum party_field f;

		VD_TRY(field_of(ctx, "constants", name, &f));
		VD_TRY(text_of(ctx, name, value, &m->constants[f]));
	}
	return VD_OK;
}

static enum vd_status
read_words(struct vd_context *ctx, const char *group, json_t *j, const char *const names[],
           struct mapping_words *const lists[])
{
	const char *name;
	json_t *value;

	if (!json_is_object(j)) return wrong(ctx, group, "must be an object of word lists");
	json_object_foreach(j, name, value)
	{
		int i = 0;

		while (names[i] != NULL && strcmp(names[i], name) != 0) i++;
		if (names[i] == NULL)
			return vd_fail(ctx, VD_E_INVALID, "mapping.unknown_key", NULL,
			               "The column mapping's \"%s\" cannot hold \"%.40s\".", group, name);
		VD_TRY(keys_of(ctx, name, value, lists[i]->keys, MAPPING_WORDS_MAX, &lists[i]->count));
	}
	return VD_OK;
}

static enum vd_status
read_separator(struct vd_context *ctx, const json_t *j, struct party_mapping *m)
{
	struct vd_str text;

	VD_TRY(text_of(ctx, "separator", j, &text));
	if (text.len != 1 || strchr(",;|\t", text.ptr[0]) == NULL)
		return wrong(ctx, "separator", "must be a comma, a semicolon, a tab or a |");
	m->separator = text.ptr[0];
	return VD_OK;
}

/* Keys that are one choice out of a few words. */
static enum vd_status
read_choice(struct vd_context *ctx, const char *key, const json_t *j, struct party_mapping *m)
{
	static const char *const subjects[] = { "debtors", "invoices", NULL };
	static const char *const decimals[] = { ".", ",", NULL };
	static const char *const orders[] = { "dmy", "mdy", "ymd", NULL };
	static const char *const signs[] = { "normal", "reversed", NULL };
	static const char *const credits[] = { "either", "positive", "negative", NULL };
	int i;

	if (strcmp(key, "subject") == 0) {
		VD_TRY(choice_of(ctx, key, j, subjects, &i));
		m->subject = (enum party_subject)i;
	} else if (strcmp(key, "decimal") == 0) {
		VD_TRY(choice_of(ctx, key, j, decimals, &i));
		m->stated.decimal = decimals[i][0];
	} else if (strcmp(key, "dates") == 0) {
		VD_TRY(choice_of(ctx, key, j, orders, &i));
		m->stated.order = (enum notation_order)(i + 1);
	} else if (strcmp(key, "sign") == 0) {
		VD_TRY(choice_of(ctx, key, j, signs, &i));
		m->reversed = i == 1;
	} else {
		VD_TRY(choice_of(ctx, key, j, credits, &i));
		m->credit_amounts = (enum mapping_credit_amounts)i;
	}
	return VD_OK;
}

static enum vd_status
read_key(struct vd_context *ctx, const char *key, json_t *j, struct party_mapping *m)
{
	static const char *const types[] = { "invoice", "credit", "payment", "skip", NULL };
	static const char *const sides[] = { "debit", "credit", NULL };

	if (strcmp(key, "name") == 0) return text_of(ctx, key, j, &m->name);
	if (strcmp(key, "separator") == 0) return read_separator(ctx, j, m);
	if (strcmp(key, "columns") == 0) return read_columns(ctx, j, m);
	if (strcmp(key, "constants") == 0) return read_constants(ctx, j, m);
	if (strcmp(key, "recognise") == 0)
		return keys_of(ctx, key, j, m->recognise, MAPPING_RECOGNISE_MAX, &m->recognise_count);
	if (strcmp(key, "types") == 0)
		return read_words(ctx, key, j, types,
		                  (struct mapping_words *const[]){ &m->types[0], &m->types[1], &m->types[2],
		                                                   &m->types[3] });
	if (strcmp(key, "debit_credit") == 0)
		return read_words(ctx, key, j, sides,
		                  (struct mapping_words *const[]){ &m->debit, &m->credit });
	if (strcmp(key, "header") == 0) {
		m->header = json_is_true(j);
		return json_is_boolean(j) ? VD_OK : wrong(ctx, key, "must be true or false");
	}
	if (strcmp(key, "skip_rows") == 0) {
		m->skip_rows =
		    json_is_integer(j) && json_integer_value(j) <= 100 ? (int)json_integer_value(j) : -1;
		return m->skip_rows >= 0 ? VD_OK : wrong(ctx, key, "must be a number from 0 to 100");
	}
	if (strcmp(key, "subject") == 0 || strcmp(key, "decimal") == 0 || strcmp(key, "dates") == 0 ||
	    strcmp(key, "sign") == 0 || strcmp(key, "credit_amounts") == 0)
		return read_choice(ctx, key, j, m);
	return vd_fail(
	    ctx, VD_E_INVALID, "mapping.unknown_key", NULL,
	    "The column mapping has a key \"%.40s\" that means nothing here (docs/import.md lists them).",
	    key);
}

static bool
has_field(const struct party_mapping *m, enum party_field f)
{
	return m->columns[f].count > 0 || m->columns[f].position > 0 ||
	       !vd_str_is_none(m->constants[f]);
}

static enum vd_status
check(struct vd_context *ctx, const json_t *root, const struct party_mapping *m)
{
	if (vd_str_is_none(m->name)) return wrong(ctx, "name", "is missing");
	if (json_object_get(root, "subject") == NULL)
		return wrong(ctx, "subject", "is missing: \"debtors\" or \"invoices\"");
	if (!has_field(m, PARTY_F_DEBTOR_ID)) return wrong(ctx, "columns", "lack debtor_id");
	if (m->subject == PARTY_DEBTORS && !has_field(m, PARTY_F_NAME))
		return wrong(ctx, "columns", "lack name");
	if (m->subject == PARTY_INVOICES && !has_field(m, PARTY_F_INVOICE_NO))
		return wrong(ctx, "columns", "lack invoice_no");
	if (m->subject == PARTY_INVOICES && !has_field(m, PARTY_F_GROSS) &&
	    !(has_field(m, PARTY_F_DEBIT) && has_field(m, PARTY_F_CREDIT)))
		return wrong(ctx, "columns", "lack gross (or debit and credit)");
	for (int f = 0; f < PARTY_F__COUNT && !m->header; f++)
		if (m->columns[f].count > 0)
			return wrong(ctx, party_field_name((enum party_field)f),
			             "must be a column number, since there is no header row");
	if (!m->header && m->recognise_count > 0) return wrong(ctx, "recognise", "needs a header row");
	return VD_OK;
}

enum vd_status
party_mapping_parse(struct vd_context *ctx, struct vd_str text, struct party_mapping **out)
{
	AUTO_JSON *root = NULL;
	struct party_mapping *m;
	json_error_t error;
	const char *key;
	json_t *value;

	if (text.len > MAPPING_TEXT_MAX)
		return vd_fail(ctx, VD_E_LIMIT, "mapping.too_long", NULL,
		               "A column mapping has at most 64 kB.");
	VD_NEW(ctx, m, 1);
	m->header = true;
	root = json_loadb(text.ptr != NULL ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return vd_fail(ctx, VD_E_INVALID, "mapping.json", NULL,
		               "The column mapping is not JSON: line %d: %s.", error.line, error.text);
	if (!json_is_object(root)) return wrong(ctx, "{}", "must be the whole: an object");
	json_object_foreach(root, key, value) VD_TRY(read_key(ctx, key, value, m));
	VD_TRY(check(ctx, root, m));
	*out = m;
	return VD_OK;
}

bool
party_mapping_recognises(const struct party_mapping *m, const struct vd_str *keys, size_t count)
{
	for (size_t i = 0; i < m->recognise_count; i++) {
		bool found = false;

		for (size_t k = 0; k < count && !found; k++) found = vd_str_eq(m->recognise[i], keys[k]);
		if (!found) return false;
	}
	return m->recognise_count > 0;
}

bool
mapping_words_have(const struct mapping_words *words, struct vd_str key)
{
	for (size_t i = 0; i < words->count; i++)
		if (vd_str_eq(words->keys[i], key)) return true;
	return false;
}
