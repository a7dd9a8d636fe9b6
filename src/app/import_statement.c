/* Bank statements: each statement whole or not at all, in one transaction.
 *
 * A statement that is known already (same account, number, days, balances and sum) is passed over.
 * Inside a new one an entry that the account already has is passed over too: by the bank's own
 * reference with day and amount, and, where the bank gives none and the statement overlaps a known
 * one, by its whole content, counted. */
#include "app/import.h"

#include "app/gate.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "intake/bank.h"
#include "ledger/ledger.h"
#include "q_administration.h"
#include "q_bank.h"
#include "q_debtor.h"

#include <stdlib.h>

#define BLOCK_SIZE           ((size_t)256 * 1024)
#define STATEMENT_MEMORY_MAX ((size_t)1 << 30)
#define IDS_AT_ONCE          10000
#define JOB                  0

struct statement_import {
	struct app *app;
	struct app_import_result *result;
	struct app_setting_value *settings;
	struct vd_date start_on;
	int64_t file;
	int64_t statements; /* met in this file, refused ones included */
	/* of the statement that is being read */
	struct vd_arena arena;
	struct vd_context own;
	struct bank_record_entry *entries;
	size_t count, cap;
	int64_t skipped_pending;
	bool refused;
	struct vd_str refusal; /* first reason, in the main arena */
};

/* ---- collecting one statement ---- */

static enum vd_status
borrow(struct vd_context *ctx, const struct statement_import *im, enum vd_status status)
{
	if (status != VD_OK && ctx != &im->own) ctx->error = im->own.error;
	return status;
}

static enum vd_status
copy_transaction(struct vd_context *own, const struct bank_record_transaction *from,
                 struct bank_record_transaction *to)
{
	struct vd_str *const texts[] = {
		&to->end_to_end,        &to->mandate,
		&to->creditor_id,       &to->instruction_id,
		&to->payment_info_id,   &to->transaction_id,
		&to->message_id,        &to->counterparty_name,
		&to->counterparty_iban, &to->counterparty_bic,
		&to->ultimate_name,     &to->remittance,
		&to->remittance_joined, &to->structured_ref,
		&to->structured_issuer, &to->document_numbers,
		&to->return_reason,     &to->return_text,
		&to->purpose,           &to->instructed_currency,
	};

	*to = *from;
	for (size_t i = 0; i < VD_LENGTH(texts); i++) VD_TRY(vd_str_dup(own, *texts[i], texts[i]));
	return VD_OK;
}

static enum vd_status
copy_entry(struct vd_context *own, const struct bank_record_entry *from,
           struct bank_record_entry *to)
{
	struct vd_str *const texts[] = {
		&to->reference,        &to->code_domain, &to->code_family, &to->code_subfamily,
		&to->code_proprietary, &to->info,        &to->batch_id,    &to->raw,
		&to->place.path,
	};

	*to = *from;
	for (size_t i = 0; i < VD_LENGTH(texts); i++) VD_TRY(vd_str_dup(own, *texts[i], texts[i]));
	VD_NEW(own, to->transactions, from->transactions_count);
	for (size_t i = 0; i < from->transactions_count; i++)
		VD_TRY(copy_transaction(own, &from->transactions[i], &to->transactions[i]));
	return VD_OK;
}

static enum vd_status
statement_begin(void *user, struct vd_context *ctx, const struct bank_record_statement *s)
{
	struct statement_import *im = user;

	(void)ctx;
	(void)s;
	im->statements++;
	vd_arena_release(&im->arena);
	im->entries = NULL;
	im->count = im->cap = 0;
	im->skipped_pending = 0;
	im->refused = false;
	return VD_OK;
}

static enum vd_status
add_entry(struct statement_import *im, const struct bank_record_entry *e)
{
	VD_GROW(&im->own, im->entries, im->count, im->cap);
	VD_TRY(copy_entry(&im->own, e, &im->entries[im->count]));
	im->count++;
	return VD_OK;
}

static enum vd_status
take_entry(void *user, struct vd_context *ctx, const struct bank_record_entry *e)
{
	struct statement_import *im = user;

	if (e->pending) {
		im->skipped_pending++;
		return VD_OK;
	}
	return borrow(ctx, im, add_entry(im, e));
}

static enum vd_status
take_rejection(void *user, struct vd_context *ctx, const struct intake_rejection *r, bool statement)
{
	struct statement_import *im = user;
	struct vd_str place;

	if (!statement) {
		im->refused = true;
		return vd_str_printf(ctx, &im->refusal, "line %lld: %.*s", (long long)r->place.line,
		                     VD_FMT(r->message));
	}
	im->statements++;
	VD_TRY(vd_str_printf(ctx, &place, "line %lld", (long long)r->place.line));
	return app_reject(ctx, im->result, r->place.line, place, r->key, r->message);
}

static enum vd_status
take_warning(void *user, struct vd_context *ctx, struct intake_place place, struct vd_str message)
{
	struct statement_import *im = user;
	struct vd_str text;

	VD_TRY(vd_str_printf(ctx, &text, "line %lld: %.*s", (long long)place.line, VD_FMT(message)));
	return app_warn(ctx, im->result, text);
}

/* ---- identity ---- */

static bool
tells(struct vd_str reference)
{
	return reference.len > 0 && !vd_str_eq_nocase(reference, VD_STR("NONREF")) &&
	       !vd_str_eq_nocase(reference, VD_STR("NOTPROVIDED"));
}

static void
hash_i64(struct vd_sha256_stream *h, int64_t n)
{
	vd_sha256_add(h, (struct vd_str){ (const char *)&n, sizeof(n) });
}

static void
hash_text(struct vd_sha256_stream *h, struct vd_str s)
{
	hash_i64(h, (int64_t)s.len);
	vd_sha256_add(h, s);
}

/* What makes an entry the same as another of the account, whatever file or format it came in. */
static enum vd_status
content_key(struct vd_context *own, const struct bank_record_entry *e, struct vd_str *out)
{
	const struct bank_record_transaction *t = &e->transactions[0];
	struct vd_sha256_stream h;
	char hex[VD_SHA256_HEX];

	vd_sha256_start(&h);
	hash_i64(&h, e->booked_on.day);
	hash_i64(&h, e->amount_minor);
	if (tells(e->reference)) hash_text(&h, e->reference);
	else {
		hash_i64(&h, e->value_on.day);
		hash_text(&h, t->counterparty_iban);
		hash_text(&h, t->end_to_end);
		hash_text(&h, t->remittance_joined);
		hash_text(&h, t->structured_ref);
	}
	vd_sha256_end(&h, hex);
	return vd_str_dup(own, (struct vd_str){ hex, 40 }, out);
}

static enum vd_status
natural_key(struct vd_context *own, const struct bank_record_statement *s, struct vd_str *out)
{
	return vd_str_printf(own, out, "%.*s|%lld|%lld|%d|%d|%lld|%lld|%lld|%lld", VD_FMT(s->id),
	                     (long long)s->sequence, (long long)s->page, s->from.day, s->to.day,
	                     s->has_opening ? (long long)s->opening_minor : -1,
	                     s->has_closing ? (long long)s->closing_minor : -1, (long long)s->entries,
	                     (long long)s->sum_minor);
}

/* ---- writing one statement ---- */

struct statement_work {
	struct statement_import *im;
	const struct bank_record_statement *s;
	struct vd_str *keys; /* content key per entry */
	bool *known;         /* per entry: the account has it already */
	int64_t account, duplicates, created_account;
	bool all_known, gap;
	struct vd_str gap_text;
};

/* The account number inside a Dutch IBAN is its last ten digits; MT940 of some banks names an
 * account by that number alone, without the zeros in front. */
static bool
is_same_account(struct vd_str iban, struct vd_str number)
{
	struct vd_str inside;

	if (iban.len != 18 || !vd_str_starts(iban, VD_STR("NL")) || number.len == 0) return false;
	inside = vd_str_sub(iban, 8, SIZE_MAX);
	while (inside.len > 0 && inside.ptr[0] == '0') inside = vd_str_sub(inside, 1, SIZE_MAX);
	while (number.len > 0 && number.ptr[0] == '0') number = vd_str_sub(number, 1, SIZE_MAX);
	return vd_str_eq(inside, number);
}

/* The same account, known by its IBAN while the file has the number, or the other way round. Two
 * that could be meant: none. */
static enum vd_status
find_by_number(struct vd_context *own, struct statement_work *w, struct vd_str identification,
               bool *found)
{
	struct q_bank_account_names_row *rows;
	size_t n, same = 0;

	VD_TRY(q_bank_account_names(own, w->im->app->db,
	                            &(struct q_bank_account_names_in){ w->im->app->administration.id,
	                                                               vd_currency_str(&w->s->currency),
	                                                               APP_ACCOUNTS_MAX },
	                            &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!is_same_account(rows[i].iban, identification) &&
		    !is_same_account(identification, rows[i].identification))
			continue;
		w->account = rows[i].id;
		same++;
	}
	*found = same == 1;
	return VD_OK;
}

static enum vd_status
find_account(struct vd_context *own, struct statement_work *w, struct vd_ids *ids)
{
	struct app *app = w->im->app;
	const struct bank_record_statement *s = w->s;
	struct vd_str identification = s->account_iban.len > 0 ? s->account_iban : s->account_other;
	struct q_bank_account_by_identification_row row;
	bool found;

	if (identification.len == 0)
		return vd_fail(own, VD_E_INVALID, "statement.no_account", NULL,
		               "the statement does not say of which account it is");
	VD_TRY(q_bank_account_by_identification(own, app->db,
	                                        &(struct q_bank_account_by_identification_in){
	                                            app->administration.id, identification,
	                                            vd_currency_str(&s->currency) },
	                                        &row, &found));
	w->account = row.id;
	if (!found) VD_TRY(find_by_number(own, w, identification, &found));
	if (found) return VD_OK;
	VD_TRY(vd_ids_take(own, app->db, ids, 1, 64, &w->account));
	w->created_account = 1;
	return q_bank_account_insert(own, app->db,
	                             &(struct q_bank_account_insert_in){
	                                 .administration = app->administration.id,
	                                 .id = w->account,
	                                 .identification = identification,
	                                 .iban =
	                                     s->account_iban.len > 0 ? s->account_iban : VD_STR_NONE,
	                                 .currency = vd_currency_str(&s->currency),
	                                 .name = s->bank.len > 0 ? s->bank : VD_STR_NONE,
	                                 .created_at = app->now },
	                             NULL);
}

struct keyed {
	struct vd_str key;
	size_t entry;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int c = vd_str_cmp(x->key, y->key);

	return c != 0 ? c : x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* The k-th entry with some content is known when the account has that content at least k times. */
static void
mark(struct statement_work *w, const struct keyed *order, size_t n,
     const struct q_bank_entry_known_row *rows, size_t rows_count, bool overlap)
{
	size_t r = 0, run = 0;

	for (size_t i = 0; i < n; i++) {
		run = i > 0 && vd_str_eq(order[i].key, order[i - 1].key) ? run + 1 : 1;
		while (r < rows_count && vd_str_cmp(rows[r].word, order[i].key) < 0) r++;
		if (r == rows_count || !vd_str_eq(rows[r].word, order[i].key)) continue;
		if (!tells(w->im->entries[order[i].entry].reference) && !overlap) continue;
		w->known[order[i].entry] = (int64_t)run <= rows[r].times;
	}
}

/* A statement that goes on where the one before it ended is new, even when a payment recurs on one
 * day. */
static enum vd_status
continues(struct vd_context *own, const struct statement_work *w,
          const struct q_bank_statement_before_row *before, bool found, bool *overlap)
{
	struct q_bank_statement_overlap_row row;
	bool chained = found && w->s->has_opening && before->closing != VD_I64_NONE &&
	               before->closing == w->s->opening_minor;

	VD_TRY(q_bank_statement_overlap(own, w->im->app->db,
	                                &(struct q_bank_statement_overlap_in){
	                                    w->im->app->administration.id, w->account, w->s->from,
	                                    w->s->to },
	                                &row));
	*overlap = row.overlapping > 0 && !chained;
	return VD_OK;
}

static enum vd_status
find_known(struct vd_context *own, struct statement_work *w, bool overlap)
{
	int64_t administration = w->im->app->administration.id;
	struct vd_db *db = w->im->app->db;
	size_t n = w->im->count;
	struct q_stage_word_insert_in *words;
	struct q_bank_entry_known_row *rows;
	struct keyed *order;
	size_t rows_count;

	if (n == 0) return VD_OK;
	VD_NEW(own, words, n);
	VD_NEW(own, order, n);
	for (size_t i = 0; i < n; i++) {
		words[i] = (struct q_stage_word_insert_in){ administration, JOB, (int64_t)i,
			                                        VD_STR("entry"), w->keys[i] };
		order[i] = (struct keyed){ w->keys[i], i };
	}
	VD_TRY(q_stage_word_insert(own, db, words, n, NULL));
	VD_TRY(q_bank_entry_known(own, db,
	                          &(struct q_bank_entry_known_in){ administration, JOB, w->account },
	                          &rows, &rows_count));
	VD_TRY(
	    q_stage_word_clear(own, db, &(struct q_stage_word_clear_in){ administration, JOB }, NULL));
	qsort(order, n, sizeof(*order), by_key);
	mark(w, order, n, rows, rows_count, overlap);
	return VD_OK;
}

static struct vd_str
or_none(struct vd_str s)
{
	return s.len > 0 ? s : VD_STR_NONE;
}

static enum vd_status
code_text(struct vd_context *own, const struct bank_record_entry *e, struct vd_str *out)
{
	if (e->code_domain.len == 0) {
		*out = or_none(e->code_proprietary);
		return VD_OK;
	}
	return vd_str_printf(own, out, "%.*s/%.*s/%.*s", VD_FMT(e->code_domain), VD_FMT(e->code_family),
	                     VD_FMT(e->code_subfamily));
}

static struct q_bank_transaction_insert_in
transaction_row(const struct statement_work *w, const struct bank_record_entry *e,
                const struct bank_record_transaction *t)
{
	bool before_start = !vd_date_is_none(w->im->start_on) && e->booked_on.day < w->im->start_on.day;

	return (struct q_bank_transaction_insert_in){
		.administration = w->im->app->administration.id,
		.booked_on = e->booked_on,
		.amount = t->amount_minor,
		.currency = vd_currency_str(&e->currency),
		.counterparty_name = or_none(t->counterparty_name),
		.counterparty_iban = or_none(t->counterparty_iban),
		.ultimate_name = or_none(t->ultimate_name),
		.remittance = or_none(t->remittance),
		.remittance_joined = or_none(t->remittance_joined),
		.structured_ref = or_none(t->structured_ref),
		.structured_issuer = or_none(t->structured_issuer),
		.document_numbers = or_none(t->document_numbers),
		.end_to_end = or_none(t->end_to_end),
		.mandate = or_none(t->mandate),
		.batch_id = t->payment_info_id.len > 0 ? t->payment_info_id : or_none(e->batch_id),
		.return_reason = or_none(t->return_reason),
		.return_text = or_none(t->return_text),
		.info = or_none(e->info),
		.reversal = e->reversal,
		.state = t->amount_minor == 0 ? VD_STR("ignored")
		         : before_start       ? VD_STR("before_start")
		                              : VD_STR("new"),
		.state_reason = t->amount_minor == 0 ? VD_STR("amount is zero")
		                : before_start       ? VD_STR("before the start day")
		                                     : VD_STR_NONE,
	};
}

static enum vd_status
write_entries(struct vd_context *own, struct statement_work *w, struct vd_ids *ids,
              int64_t statement)
{
	struct statement_import *im = w->im;
	int64_t administration = im->app->administration.id;
	struct q_bank_entry_insert_in *entries;
	struct q_bank_transaction_insert_in *transactions;
	size_t n = 0, m = 0, all = 0;
	int64_t block;

	for (size_t i = 0; i < im->count; i++) all += im->entries[i].transactions_count;
	if (all == 0) return VD_OK;
	block = im->count + all < IDS_AT_ONCE ? (int64_t)(im->count + all) : IDS_AT_ONCE;
	VD_NEW(own, entries, im->count);
	VD_NEW(own, transactions, all);
	for (size_t i = 0; i < im->count; i++) {
		const struct bank_record_entry *e = &im->entries[i];
		struct q_bank_entry_insert_in *row = &entries[n];

		if (w->known[i]) continue;
		*row = (struct q_bank_entry_insert_in){
			.administration = administration,
			.statement = statement,
			.ordinal = e->ordinal,
			.booked_on = e->booked_on,
			.value_on = e->value_on,
			.amount = e->amount_minor,
			.currency = vd_currency_str(&e->currency),
			.reversal = e->reversal,
			.content_key = w->keys[i],
			.info = or_none(e->info),
			.batch_id = or_none(e->batch_id),
			.raw = e->raw.len > 0 ? e->raw : VD_STR(""),
		};
		VD_TRY(vd_ids_take(own, im->app->db, ids, 1, block, &row->id));
		if (tells(e->reference)) row->reference = e->reference;
		else
			VD_TRY(vd_str_printf(own, &row->reference, "%.*s/%lld", VD_FMT(w->s->id),
			                     (long long)e->ordinal));
		VD_TRY(code_text(own, e, &row->code));
		for (size_t k = 0; k < e->transactions_count; k++, m++) {
			transactions[m] = transaction_row(w, e, &e->transactions[k]);
			transactions[m].entry = row->id;
			transactions[m].ordinal = (int64_t)k + 1;
			VD_TRY(vd_ids_take(own, im->app->db, ids, 1, block, &transactions[m].id));
		}
		n++;
	}
	if (n == 0) return VD_OK;
	VD_TRY(q_bank_entry_insert(own, im->app->db, entries, n, NULL));
	return q_bank_transaction_insert(own, im->app->db, transactions, m, NULL);
}

/* The same statement downloaded in another format bears other numbers and often other references.
 * Its balances give it away: from one balance to another one, not the same, on one day with as many
 * entries. Within one format only entries without references are judged so. */
static enum vd_status
same_elsewhere(struct vd_context *own, const struct statement_work *w, bool *same)
{
	const struct bank_record_statement *s = w->s;
	struct q_bank_statement_same_row *rows;
	bool referenced = false;
	size_t n;

	*same = false;
	if (!s->balanced || !s->has_opening || !s->has_closing || s->sum_minor == 0) return VD_OK;
	for (size_t i = 0; i < w->im->count; i++) referenced |= tells(w->im->entries[i].reference);
	VD_TRY(q_bank_statement_same(own, w->im->app->db,
	                             &(struct q_bank_statement_same_in){
	                                 w->im->app->administration.id, w->account, s->to,
	                                 s->opening_minor, s->closing_minor, s->entries, 10 },
	                             &rows, &n));
	for (size_t i = 0; i < n; i++)
		*same |= !referenced || !vd_str_eq(rows[i].format, vd_str_c(w->im->result->format));
	return VD_OK;
}

static enum vd_status
find_gap(struct vd_context *own, struct statement_work *w,
         const struct q_bank_statement_before_row *before, bool found)
{
	const struct bank_record_statement *s = w->s;
	char opening[VD_MONEY_TEXT], closing[VD_MONEY_TEXT];
	int64_t reached = s->opening_minor; /* after the entries that the one before has as well */

	for (size_t i = 0; i < w->im->count; i++)
		if (w->known[i] &&
		    vd_minor_add(own, reached, w->im->entries[i].amount_minor, &reached) != VD_OK)
			break;
	if (!found || !s->has_opening || before->closing == VD_I64_NONE ||
	    before->closing == s->opening_minor || before->closing == reached)
		return VD_OK;
	w->gap = true;
	vd_money_format((struct vd_money){ s->opening_minor, s->currency }, opening);
	vd_money_format((struct vd_money){ before->closing, s->currency }, closing);
	return vd_str_printf(
	    own, &w->gap_text,
	    "statement %.*s begins with %s but the one before it (%.*s) ended with %s: a statement is missing between them",
	    VD_FMT(s->id), opening, VD_FMT(before->reference), closing);
}

static enum vd_status
cover(struct vd_context *own, struct statement_work *w, struct vd_ids *ids)
{
	struct app *app = w->im->app;
	int64_t id;

	if (!w->s->balanced) return VD_OK; /* what does not add up covers nothing */
	VD_TRY(vd_ids_take(own, app->db, ids, 1, 64, &id));
	return q_coverage_insert(own, app->db,
	                         &(struct q_coverage_insert_in){ app->administration.id, id, w->account,
	                                                         VD_STR("statement"), w->s->to,
	                                                         app->now, app->actor },
	                         NULL);
}

static enum vd_status
statement_in_tx(struct vd_context *own, struct app *app, void *arg)
{
	struct statement_work *w = arg;
	const struct bank_record_statement *s = w->s;
	struct vd_ids ids = { .administration = app->administration.id };
	struct q_bank_statement_by_key_row same;
	struct q_bank_statement_before_row before;
	struct vd_str key;
	bool found, overlap;
	int64_t id;

	w->duplicates = 0;
	w->all_known = w->gap = false;
	/* first, because it keeps other imports of this administration out until the commit: what they
	 * bring in must be seen by the look-ups below */
	VD_TRY(vd_ids_take(own, app->db, &ids, 1, 64, &id));
	VD_TRY(find_account(own, w, &ids));
	VD_TRY(natural_key(own, s, &key));
	VD_TRY(q_bank_statement_by_key(own, app->db,
	                               &(struct q_bank_statement_by_key_in){ app->administration.id,
	                                                                     w->account, key },
	                               &same, &found));
	if (!found) VD_TRY(same_elsewhere(own, w, &found));
	if (found) {
		w->all_known = app->discard = true;
		w->duplicates = (int64_t)w->im->count;
		return VD_OK;
	}
	VD_TRY(q_bank_statement_before(own, app->db,
	                               &(struct q_bank_statement_before_in){ app->administration.id,
	                                                                     w->account, s->from, 0 },
	                               &before, &found));
	VD_TRY(continues(own, w, &before, found, &overlap));
	VD_TRY(find_known(own, w, overlap));
	for (size_t i = 0; i < w->im->count; i++) w->duplicates += w->known[i];
	if (!overlap) VD_TRY(find_gap(own, w, &before, found));
	VD_TRY(q_bank_statement_insert(own, app->db,
	                               &(struct q_bank_statement_insert_in){
	                                   .administration = app->administration.id,
	                                   .id = id,
	                                   .bank_account = w->account,
	                                   .natural_key = key,
	                                   .reference = s->id.len > 0 ? s->id : VD_STR("-"),
	                                   .sequence = s->sequence,
	                                   .page = s->page,
	                                   .from_on = s->from,
	                                   .to_on = s->to,
	                                   .opening = s->has_opening ? s->opening_minor : VD_I64_NONE,
	                                   .closing = s->has_closing ? s->closing_minor : VD_I64_NONE,
	                                   .currency = vd_currency_str(&s->currency),
	                                   .entries = s->entries,
	                                   .sum = s->sum_minor,
	                                   .note = w->gap ? w->gap_text : VD_STR_NONE,
	                                   .import_file = w->im->file },
	                               NULL));
	VD_TRY(write_entries(own, w, &ids, id));
	return cover(own, w, &ids);
}

/* ---- one statement read ---- */

static enum vd_status
report_statement(struct vd_context *ctx, struct statement_import *im,
                 const struct statement_work *w)
{
	const struct bank_record_statement *s = w->s;
	struct vd_str text;

	im->result->records++;
	im->result->duplicates += w->duplicates;
	im->result->entries += (int64_t)im->count;
	if (w->all_known) im->result->unchanged++;
	else im->result->created++;
	if (w->gap) {
		im->result->gaps++;
		VD_TRY(app_warn(ctx, im->result, w->gap_text));
	}
	if (!s->balanced && !w->all_known) {
		im->result->unbalanced++;
		VD_TRY(vd_str_printf(
		    ctx, &text,
		    "statement %.*s does not add up: opening balance plus its entries is not the closing balance; "
		    "its entries are kept, but its days do not count as covered until a person says so (voldaan bank-account cover)",
		    VD_FMT(s->id)));
		VD_TRY(app_warn(ctx, im->result, text));
	}
	if (w->created_account != 0 && !w->all_known) {
		VD_TRY(vd_str_printf(ctx, &text, "account %.*s was not known yet and was added",
		                     VD_FMT(s->account_iban.len > 0 ? s->account_iban : s->account_other)));
		VD_TRY(app_warn(ctx, im->result, text));
	}
	if (im->skipped_pending > 0) {
		VD_TRY(vd_str_printf(
		    ctx, &text,
		    "statement %.*s: %lld entries are not booked by the bank yet and were passed over",
		    VD_FMT(s->id), (long long)im->skipped_pending));
		VD_TRY(app_warn(ctx, im->result, text));
	}
	return VD_OK;
}

static enum vd_status
prepare(struct statement_import *im, struct statement_work *w)
{
	VD_NEW(&im->own, w->keys, im->count + 1);
	VD_NEW(&im->own, w->known, im->count + 1);
	for (size_t i = 0; i < im->count; i++)
		VD_TRY(content_key(&im->own, &im->entries[i], &w->keys[i]));
	return VD_OK;
}

static enum vd_status
statement_end(void *user, struct vd_context *ctx, const struct bank_record_statement *s)
{
	struct statement_import *im = user;
	struct statement_work w = { .im = im, .s = s };
	struct vd_str place, message;
	enum vd_status status;

	if (im->refused) {
		VD_TRY(vd_str_printf(ctx, &place, "line %lld", (long long)s->place.line));
		VD_TRY(vd_str_printf(ctx, &message, "the statement is refused as a whole, because of: %.*s",
		                     VD_FMT(im->refusal)));
		return app_reject(ctx, im->result, s->place.line, place, s->id, message);
	}
	VD_TRY(borrow(ctx, im, prepare(im, &w)));
	status = app_write(&im->own, im->app, statement_in_tx, &w);
	if (status == VD_E_INVALID) {
		VD_TRY(vd_str_printf(ctx, &place, "line %lld", (long long)s->place.line));
		return app_reject(ctx, im->result, s->place.line, place, s->id,
		                  vd_str_c(im->own.error.detail));
	}
	VD_TRY(borrow(ctx, im, status));
	return report_statement(ctx, im, &w);
}

/* ---- the file ---- */

static enum vd_status
read_file(struct vd_context *ctx, struct statement_import *im, const char *path, char *block,
          struct vd_sha256_stream *hash, int64_t *size)
{
	struct bank_sink sink = {
		.user = im,
		.statement_begin = statement_begin,
		.entry = take_entry,
		.statement_end = statement_end,
		.rejected = take_rejection,
		.warning = take_warning,
	};
	VD_AUTO_BANK_READER *reader = NULL;
	VD_AUTO_FILE *file = NULL;
	struct vd_progress progress;
	enum vd_status status = VD_OK;
	size_t got;

	VD_TRY(vd_file_open(ctx, path, &file));
	vd_progress_start(&progress, &im->app->log, "bytes", vd_file_size(file));
	while (status == VD_OK) {
		if ((status = vd_file_read(ctx, file, block, BLOCK_SIZE, &got)) != VD_OK || got == 0) break;
		vd_sha256_add(hash, (struct vd_str){ block, got });
		if (reader == NULL) {
			enum intake_format format = intake_detect((struct vd_str){ block, got });

			im->result->format = intake_format_name(format);
			status = bank_reader_new(ctx, format, &sink, &reader);
		}
		if (status == VD_OK) status = bank_reader_feed(ctx, reader, (struct vd_str){ block, got });
		*size += (int64_t)got;
		vd_progress_step(&progress, *size);
	}
	vd_progress_end(&progress);
	if (status != VD_OK) return status;
	if (reader == NULL)
		return vd_fail(ctx, VD_E_INVALID, "import.empty", "file", "the file is empty");
	return bank_reader_end(ctx, reader);
}

struct file_work {
	struct statement_import *im;
	const char *path;
	char sha[VD_SHA256_HEX];
	int64_t size;
};

static enum vd_status
record_file(struct vd_context *ctx, struct app *app, void *arg)
{
	const struct file_work *w = arg;
	const struct app_import_result *r = w->im->result;

	return q_import_file_insert(ctx, app->db,
	                            &(struct q_import_file_insert_in){ .administration =
	                                                                   app->administration.id,
	                                                               .id = w->im->file,
	                                                               .kind = VD_STR("statement"),
	                                                               .format = vd_str_c(r->format),
	                                                               .name = vd_str_c(w->path),
	                                                               .sha256 = vd_str_c(w->sha),
	                                                               .size_bytes = w->size,
	                                                               .recorded_at = app->now,
	                                                               .actor = app->actor,
	                                                               .records = r->records,
	                                                               .created = r->created,
	                                                               .updated = 0,
	                                                               .unchanged = r->unchanged,
	                                                               .rejected = r->rejected_count },
	                            NULL);
}

static enum vd_status
take_file_id(struct vd_context *ctx, struct app *app, void *arg)
{
	struct statement_import *im = arg;
	struct vd_ids ids = { .administration = app->administration.id };

	return vd_ids_take(ctx, app->db, &ids, 1, 1, &im->file);
}

static enum vd_status
import_it(struct vd_context *ctx, struct app *app, struct statement_import *im, const char *path)
{
	struct file_work w = { .im = im, .path = path };
	struct vd_sha256_stream hash;
	char *block;

	VD_NEW(ctx, block, BLOCK_SIZE);
	VD_TRY(app_settings_load(ctx, app, &im->settings));
	im->start_on = app_setting_day(im->settings, "start_on");
	VD_TRY(app_write(ctx, app, take_file_id, im));
	vd_sha256_start(&hash);
	if (read_file(ctx, im, path, block, &hash, &w.size) != VD_OK)
		return vd_fail_where(ctx, "%s", path);
	vd_sha256_end(&hash, w.sha);
	if (im->statements == 0)
		return vd_fail(ctx, VD_E_INVALID, "import.no_statement", "file",
		               "%s holds no statement: nothing was read. Download it again", path);
	return app_write(ctx, app, record_file, &w);
}

enum vd_status
app_import_statement(struct vd_context *ctx, struct app *app, const char *path,
                     struct app_import_result *result)
{
	struct statement_import im = { .app = app,
		                           .result = result,
		                           .arena = VD_ARENA(STATEMENT_MEMORY_MAX) };
	enum vd_status status;

	im.own = (struct vd_context){ .arena = &im.arena };
	status = import_it(ctx, app, &im, path);
	vd_arena_release(&im.arena);
	return status;
}
