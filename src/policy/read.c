/* Strict reading of the JSON texts of this room. */
#include "policy/read.h"

#include "policy/internal.h"

#include <string.h>

static enum vd_status
wrong(struct vd_context *ctx, const struct policy_place *at, const char *field, const char *what)
{
	return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: \"%s\" %s", at->text, field, what);
}

enum vd_status
policy_read_load(struct vd_context *ctx, const struct policy_place *at, struct vd_str text,
                 json_t **out)
{
	json_error_t error;

	if (text.len > POLICY_TEXT_MAX)
		return vd_fail(ctx, VD_E_LIMIT, at->key, NULL,
		               "%s: the text has %zu bytes, at most %d are read", at->text, text.len,
		               POLICY_TEXT_MAX);
	*out = json_loadb(text.len > 0 ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &error);
	if (*out == NULL)
		return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: line %d, column %d: not JSON: %s",
		               at->text, error.line, error.column, error.text);
	if (!json_is_object(*out))
		return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: the text must be one JSON object",
		               at->text);
	return VD_OK;
}

static bool
known(const char *field, const char *const *fields, size_t count)
{
	if (strcmp(field, "note") == 0) return true;
	for (size_t i = 0; i < count; i++)
		if (strcmp(field, fields[i]) == 0) return true;
	return false;
}

enum vd_status
policy_read_fields(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                   const char *const *fields, size_t count)
{
	const char *field;
	json_t *value;

	json_object_foreach(object, field, value)
	{
		if (!known(field, fields, count))
			return vd_fail(ctx, VD_E_INVALID, at->key, NULL,
			               "%s: there is no field \"%.*s\" here; see docs/profiles.md", at->text,
			               VD_FMT(policy_clip(vd_str_c(field), 40)));
	}
	return VD_OK;
}

enum vd_status
policy_read_text(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                 const char *field, bool required, struct vd_str *out)
{
	json_t *value = json_object_get(object, field);
	struct vd_str text;

	if (value == NULL) return required ? wrong(ctx, at, field, "is missing") : VD_OK;
	if (!json_is_string(value)) return wrong(ctx, at, field, "must be a text");
	text = (struct vd_str){ json_string_value(value), json_string_length(value) };
	if (text.len == 0 || text.len > 80) return wrong(ctx, at, field, "must have 1 to 80 bytes");
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return wrong(ctx, at, field, "must not hold control characters");
	return vd_str_dup(ctx, text, out);
}

enum vd_status
policy_read_code(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                 const char *field, bool required, struct vd_str *out)
{
	struct vd_str code = VD_STR_NONE;

	VD_TRY(policy_read_text(ctx, at, object, field, required, &code));
	if (vd_str_is_none(code)) return VD_OK;
	if (code.len > 40) return wrong(ctx, at, field, "must have at most 40 characters");
	for (size_t i = 0; i < code.len; i++) {
		char c = code.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !vd_is_digit(c) && c != '_')
			return wrong(ctx, at, field, "must be a code: small letters, digits and '_' only");
	}
	*out = code;
	return VD_OK;
}

enum vd_status
policy_read_bool(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                 const char *field, bool *out)
{
	json_t *value = json_object_get(object, field);

	if (value == NULL) return VD_OK;
	if (!json_is_boolean(value)) return wrong(ctx, at, field, "must be true or false");
	*out = json_is_true(value);
	return VD_OK;
}

enum vd_status
policy_read_int(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                const char *field, bool required, struct policy_range range, int32_t *out)
{
	json_t *value = json_object_get(object, field);
	json_int_t n;

	if (value == NULL) return required ? wrong(ctx, at, field, "is missing") : VD_OK;
	n = json_is_integer(value) ? json_integer_value(value) : INT64_MIN;
	if (n < range.min || n > range.max)
		return vd_fail(ctx, VD_E_INVALID, at->key, NULL,
		               "%s: \"%s\" must be a whole number from %d to %d", at->text, field,
		               range.min, range.max);
	*out = (int32_t)n;
	return VD_OK;
}

enum vd_status
policy_read_amount(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                   const char *field, int64_t *out)
{
	struct vd_str text = VD_STR_NONE;
	struct vd_money money;

	VD_TRY(policy_read_text(ctx, at, object, field, false, &text));
	if (vd_str_is_none(text)) return VD_OK;
	if (vd_money_parse(ctx, text, VD_EUR, &money) != VD_OK || money.minor < 0)
		return wrong(ctx, at, field, "must be an amount as \"50000.00\", not negative");
	*out = money.minor;
	return VD_OK;
}

enum vd_status
policy_read_array(struct vd_context *ctx, const struct policy_place *at, json_t *object,
                  const char *field, struct policy_range range, json_t **out)
{
	json_t *array = json_object_get(object, field), *member;
	size_t i, n = json_array_size(array);

	if (!json_is_array(array) || n < (size_t)range.min || n > (size_t)range.max)
		return vd_fail(ctx, VD_E_INVALID, at->key, NULL, "%s: \"%s\" must be a list of %d to %d",
		               at->text, field, range.min, range.max);
	json_array_foreach(array, i, member) if (!json_is_object(member)) return vd_fail(
	    ctx, VD_E_INVALID, at->key, NULL, "%s: member %zu of \"%s\" must be an object", at->text,
	    i + 1, field);
	*out = array;
	return VD_OK;
}
