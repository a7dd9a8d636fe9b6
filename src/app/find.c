/* Numbers as people type them. */
#include "app/find.h"

static enum vd_status
by_number(struct vd_context *ctx, struct app *app, struct vd_str number,
          struct q_invoice_by_number_row *out, bool *found)
{
	return q_invoice_by_number(ctx, app->db,
	                           &(struct q_invoice_by_number_in){ app->administration.id, number },
	                           out, found);
}

/* The words of an invoice hold its order reference too, so what is found must have the number
 * itself. */
static enum vd_status
by_spelling(struct vd_context *ctx, struct app *app, struct vd_str text,
            struct q_invoice_by_number_row *out, bool *found)
{
	struct q_invoice_by_number_key_row *rows;
	struct vd_str key, other, number = VD_STR_NONE;
	size_t n, same = 0;

	*found = false;
	VD_TRY(vd_code_normalise(ctx, text, &key));
	if (key.len == 0) return VD_OK;
	VD_TRY(q_invoice_by_number_key(ctx, app->db,
	                               &(struct q_invoice_by_number_key_in){ app->administration.id,
	                                                                     key, 20 },
	                               &rows, &n));
	for (size_t i = 0; i < n; i++) {
		VD_TRY(vd_code_normalise(ctx, rows[i].number, &other));
		if (!vd_str_eq(key, other)) continue;
		number = rows[i].number;
		same++;
	}
	return same == 1 ? by_number(ctx, app, number, out, found) : VD_OK;
}

/* "F2025001/2" into number and due line; false when it has no such end. */
static bool
split_line(struct vd_str text, struct vd_str *number, int64_t *line)
{
	for (size_t i = text.len; i > 0; i--) {
		if (text.ptr[i - 1] != '/') continue;
		*number = vd_str_sub(text, 0, i - 1);
		return vd_str_to_i64(vd_str_sub(text, i, SIZE_MAX), line) && *line > 0;
	}
	return false;
}

enum vd_status
app_find_invoice(struct vd_context *ctx, struct app *app, struct vd_str text,
                 struct q_invoice_by_number_row *out, int64_t *line)
{
	struct vd_str number;
	bool found;

	*line = 0;
	VD_TRY(by_number(ctx, app, text, out, &found));
	if (!found && split_line(text, &number, line)) {
		VD_TRY(by_number(ctx, app, number, out, &found));
		if (!found) VD_TRY(by_spelling(ctx, app, number, out, &found));
	}
	if (found) return VD_OK;
	*line = 0;
	VD_TRY(by_spelling(ctx, app, text, out, &found));
	if (found) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "item.unknown", "number",
	               "there is no invoice or credit note \"%.*s\"", VD_FMT(text));
}

enum vd_status
app_find_debtor(struct vd_context *ctx, struct app *app, struct vd_str number,
                struct q_debtor_by_number_row *out)
{
	bool found;

	VD_TRY(q_debtor_by_number(ctx, app->db,
	                          &(struct q_debtor_by_number_in){ app->administration.id, number },
	                          out, &found));
	if (found) return VD_OK;
	return vd_fail(ctx, VD_E_NOT_FOUND, "debtor.unknown", "debtor",
	               "there is no debtor with number \"%.*s\"", VD_FMT(number));
}

enum vd_status
app_find_items(struct vd_context *ctx, struct app *app, int64_t invoice, int64_t line,
               bool open_only, struct q_item_of_invoice_row **out, size_t *count)
{
	size_t n, kept = 0;

	VD_TRY(q_item_of_invoice(ctx, app->db,
	                         &(struct q_item_of_invoice_in){ app->administration.id, invoice,
	                                                         APP_LINES_MAX },
	                         out, &n));
	for (size_t i = 0; i < n; i++) {
		if (line > 0 && (*out)[i].line != line) continue;
		if (open_only && (*out)[i].open == 0) continue;
		(*out)[kept++] = (*out)[i];
	}
	*count = kept;
	return VD_OK;
}

enum vd_status
app_amount(struct vd_context *ctx, const char *what, struct vd_str text,
           struct vd_currency currency, int64_t *minor)
{
	struct vd_money money;

	if (vd_money_parse(ctx, text, currency, &money) != VD_OK || money.minor <= 0)
		return vd_fail(ctx, VD_E_USAGE, "amount", what,
		               "%s: \"%.*s\" is not an amount such as 1234.50", what, VD_FMT(text));
	*minor = money.minor;
	return VD_OK;
}
