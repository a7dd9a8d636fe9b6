/* Checks beside the ledger: bank statements, the words by which invoices are found, dunning state.
 */
#include "app/verify_internal.h"

#include "app/invoice_words.h"
#include "ledger/ledger.h"
#include "q_bank.h"
#include "q_dossier.h"
#include "q_invoice.h"

#include <stdio.h>

/* ---- bank ---- */

enum vd_status
verify_bank_entries(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_entry_orphans_stream s;
	struct q_verify_entry_orphans_row r;
	char row[VERIFY_TEXT], expected[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_entry_orphans_open(ctx, v->app->db,
	                                   &(struct q_verify_entry_orphans_in){
	                                       v->app->administration.id },
	                                   &s));
	while ((status = q_verify_entry_orphans_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "bank entry %lld", (long long)r.id);
		snprintf(expected, sizeof(expected), "part of statement %lld", (long long)r.statement);
		if ((status = verify_found(ctx, v, row, expected, "no such statement")) != VD_OK) break;
	}
	q_verify_entry_orphans_close(&s);
	return status;
}

static enum vd_status
statement_differs(struct vd_context *ctx, struct verify *v, const struct q_verify_statement_row *r)
{
	struct vd_currency currency = ledger_currency_of(r->currency);
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT], sum[VD_MONEY_TEXT];

	snprintf(row, sizeof(row), "statement %.*s", r->reference.len < 60 ? (int)r->reference.len : 60,
	         r->reference.ptr);
	vd_money_format((struct vd_money){ r->sum, currency }, sum);
	snprintf(expected, sizeof(expected), "%lld entries, together %s", (long long)r->entries, sum);
	vd_money_format((struct vd_money){ r->found_sum, currency }, sum);
	snprintf(found, sizeof(found), "%lld entries, together %s", (long long)r->found_entries, sum);
	return verify_found(ctx, v, row, expected, found);
}

enum vd_status
verify_statements(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_statement_stream s;
	struct q_verify_statement_row r;
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_statement_open(ctx, v->app->db,
	                               &(struct q_verify_statement_in){ v->app->administration.id },
	                               &s));
	while ((status = q_verify_statement_next(ctx, &s, &r, &more)) == VD_OK && more)
		if ((status = statement_differs(ctx, v, &r)) != VD_OK) break;
	q_verify_statement_close(&s);
	return status;
}

/* ---- words ----
 * An invoice keeps the words of references it had before, so that money with an old one still finds
 * it; only what is missing is a difference. */

static bool
has_word(const struct q_invoice_words_between_row *rows, size_t n, const struct app_invoice_word *w)
{
	for (size_t i = 0; i < n; i++)
		if (vd_str_eq(rows[i].word, w->text) && vd_str_eq(rows[i].kind, vd_str_c(w->kind)))
			return true;
	return false;
}

static enum vd_status
compare_words(struct vd_context *ctx, struct vd_context *own, struct verify *v,
              const struct q_invoice_texts_row *invoice,
              const struct q_invoice_words_between_row *rows, size_t n)
{
	struct app_invoice_word words[MATCH_WORDS_MAX];
	char row[VERIFY_TEXT], expected[VERIFY_TEXT];
	size_t count;

	VD_TRY(app_invoice_words(own, invoice->number, invoice->reference, invoice->order_ref, words,
	                         &count));
	for (size_t i = 0; i < count; i++) {
		if (has_word(rows, n, &words[i])) continue;
		snprintf(row, sizeof(row), "invoice %lld", (long long)invoice->id);
		snprintf(expected, sizeof(expected), "%s \"%.*s\"", words[i].kind,
		         words[i].text.len < 60 ? (int)words[i].text.len : 60, words[i].text.ptr);
		VD_TRY(verify_found(ctx, v, row, expected, "missing"));
	}
	return VD_OK;
}

static enum vd_status
words_page(struct vd_context *ctx, struct vd_context *own, struct verify *v, int64_t *after,
           bool *more)
{
	int64_t administration = v->app->administration.id;
	struct q_invoice_words_between_row *words;
	struct q_invoice_texts_row *invoices;
	size_t n, m, from = 0, to;

	VD_TRY(q_invoice_texts(own, v->app->db,
	                       &(struct q_invoice_texts_in){ administration, *after, VERIFY_PAGE },
	                       &invoices, &n));
	*more = n > 0;
	if (n == 0) return VD_OK;
	VD_TRY(q_invoice_words_between(own, v->app->db,
	                               &(struct q_invoice_words_between_in){
	                                   administration, invoices[0].id, invoices[n - 1].id },
	                               &words, &m));
	for (size_t i = 0; i < n; i++) {
		while (from < m && words[from].invoice < invoices[i].id) from++;
		for (to = from; to < m && words[to].invoice == invoices[i].id; to++) continue;
		VD_TRY(compare_words(ctx, own, v, &invoices[i], words + from, to - from));
		from = to;
	}
	*after = invoices[n - 1].id;
	return VD_OK;
}

static enum vd_status
word_orphans(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_word_orphans_stream s;
	struct q_verify_word_orphans_row r;
	char row[VERIFY_TEXT], found[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(
	    q_verify_word_orphans_open(ctx, v->app->db,
	                               &(struct q_verify_word_orphans_in){ v->app->administration.id },
	                               &s));
	while ((status = q_verify_word_orphans_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "invoice %lld", (long long)r.invoice);
		snprintf(found, sizeof(found), "%.*s \"%.*s\"", VD_FMT(r.kind),
		         r.word.len < 60 ? (int)r.word.len : 60, r.word.ptr);
		status = verify_found(ctx, v, row, "no word: there is no such invoice", found);
		if (status != VD_OK) break;
	}
	q_verify_word_orphans_close(&s);
	return status;
}

enum vd_status
verify_words(struct vd_context *ctx, struct verify *v)
{
	VD_AUTO_ARENA arena = VD_ARENA((size_t)256 << 20);
	struct vd_context own = { .arena = &arena };
	enum vd_status status = VD_OK;
	bool more = true;

	for (int64_t after = 0; more && status == VD_OK;) { /* each page goes further */
		struct vd_arena_mark mark = vd_arena_mark(&arena);

		status = words_page(ctx, &own, v, &after, &more);
		if (status != VD_OK && own.error.status == status) ctx->error = own.error;
		vd_arena_rewind(&arena, mark);
	}
	if (status != VD_OK) return status;
	return word_orphans(ctx, v);
}

/* ---- dunning state ---- */

static enum vd_status
chase_differs(struct vd_context *ctx, struct verify *v, const struct q_verify_chase_row *r)
{
	char row[VERIFY_TEXT], expected[VERIFY_TEXT], found[VERIFY_TEXT], day[VD_DATE_TEXT];

	snprintf(row, sizeof(row), "item %lld", (long long)r->item);
	snprintf(expected, sizeof(expected), "debtor %lld%s", (long long)r->debtor,
	         r->open == 0 ? ", settled: nothing planned" : "");
	vd_date_format(r->next_action_on, day);
	if (r->chase_debtor == VD_I64_NONE) snprintf(found, sizeof(found), "no row");
	else
		snprintf(found, sizeof(found), "debtor %lld%s%s", (long long)r->chase_debtor,
		         day[0] != '\0' ? ", planned for " : "", day);
	return verify_found(ctx, v, row, expected, found);
}

static enum vd_status
chase_orphans(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_chase_orphans_stream s;
	struct q_verify_chase_orphans_row r;
	char row[VERIFY_TEXT];
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_chase_orphans_open(ctx, v->app->db,
	                                   &(struct q_verify_chase_orphans_in){
	                                       v->app->administration.id },
	                                   &s));
	while ((status = q_verify_chase_orphans_next(ctx, &s, &r, &more)) == VD_OK && more) {
		snprintf(row, sizeof(row), "item %lld", (long long)r.item);
		status = verify_found(ctx, v, row, "no row: nobody owes such an item", "a row");
		if (status != VD_OK) break;
	}
	q_verify_chase_orphans_close(&s);
	return status;
}

enum vd_status
verify_chases(struct vd_context *ctx, struct verify *v)
{
	struct q_verify_chase_stream s;
	struct q_verify_chase_row r;
	enum vd_status status;
	bool more;

	VD_TRY(q_verify_chase_open(ctx, v->app->db,
	                           &(struct q_verify_chase_in){ v->app->administration.id }, &s));
	while ((status = q_verify_chase_next(ctx, &s, &r, &more)) == VD_OK && more)
		if ((status = chase_differs(ctx, v, &r)) != VD_OK) break;
	q_verify_chase_close(&s);
	return status != VD_OK ? status : chase_orphans(ctx, v);
}
