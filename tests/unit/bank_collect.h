#ifndef VD_TESTS_BANK_COLLECT_H
#define VD_TESTS_BANK_COLLECT_H
/* Reads a statement file and keeps everything the sink is told, so that a test can look at it, and
 * as one text, so that two readings can be compared. */
#include "base/buf.h"
#include "intake/bank.h"

#include <string.h>

#define COLLECT_STATEMENTS 64
#define COLLECT_ENTRIES    2048

struct got_statement {
	struct bank_record_statement head;
	bool ended, rejected;
	size_t first_entry, entries_count; /* in struct got */
};

struct got {
	struct got_statement statements[COLLECT_STATEMENTS];
	size_t statements_count; /* begun, or rejected before they began */
	struct bank_record_entry entries[COLLECT_ENTRIES];
	size_t entries_count, rejected_entries, rejected_statements, warnings;
	struct vd_str last_message; /* of a rejection or warning */
	bool open;
	struct vd_buf log; /* everything, as text */
};

static inline void
keep(struct vd_context *ctx, struct vd_str *s)
{
	VD_ASSERT(vd_str_dup(ctx, *s, s) == VD_OK);
}

static inline void
log_text(struct got *g, const char *name, struct vd_str s)
{
	if (s.ptr != NULL) vd_buf_addf(&g->log, " %s=%.*s", name, VD_FMT(s));
}

static inline void
log_number(struct got *g, const char *name, int64_t n)
{
	if (n != 0) vd_buf_addf(&g->log, " %s=%lld", name, (long long)n);
}

static inline void
log_day(struct got *g, const char *name, struct vd_date d)
{
	char text[VD_DATE_TEXT];

	vd_date_format(d, text);
	if (!vd_date_is_none(d)) vd_buf_addf(&g->log, " %s=%s", name, text);
}

static inline void
log_head(struct got *g, const struct bank_record_statement *s)
{
	log_text(g, "iban", s->account_iban);
	log_text(g, "account", s->account_other);
	log_text(g, "currency", vd_currency_str(&s->currency));
	log_text(g, "id", s->id);
	log_number(g, "sequence", s->sequence);
	log_number(g, "page", s->page);
	if (!s->last_page) vd_buf_add_c(&g->log, " more");
	log_day(g, "from", s->from);
	log_day(g, "to", s->to);
	if (s->has_opening) vd_buf_addf(&g->log, " opening=%lld", (long long)s->opening_minor);
	if (s->has_closing) vd_buf_addf(&g->log, " closing=%lld", (long long)s->closing_minor);
	log_number(g, "sum", s->sum_minor);
	log_number(g, "entries", s->entries);
	vd_buf_add_c(&g->log, s->balanced ? " balanced" : " differs");
	log_text(g, "bank", s->bank);
	vd_buf_add_char(&g->log, '\n');
}

static inline enum vd_status
collect_begin(void *user, struct vd_context *ctx, const struct bank_record_statement *s)
{
	struct got *g = user;
	struct got_statement *mine;

	VD_ASSERT(!g->open && g->statements_count < COLLECT_STATEMENTS);
	g->open = true;
	mine = &g->statements[g->statements_count++];
	*mine = (struct got_statement){ .head = *s, .first_entry = g->entries_count };
	keep(ctx, &mine->head.account_iban);
	keep(ctx, &mine->head.account_other);
	keep(ctx, &mine->head.id);
	vd_buf_add_c(&g->log, "BEGIN\n");
	return VD_OK;
}

static inline void
collect_transaction(struct got *g, struct vd_context *ctx, struct bank_record_transaction *t)
{
	struct {
		const char *name;
		struct vd_str *text;
	} texts[] = {
		{ "end-to-end", &t->end_to_end },    { "mandate", &t->mandate },
		{ "creditor", &t->creditor_id },     { "instruction", &t->instruction_id },
		{ "payment", &t->payment_info_id },  { "transaction", &t->transaction_id },
		{ "message", &t->message_id },       { "name", &t->counterparty_name },
		{ "iban", &t->counterparty_iban },   { "bic", &t->counterparty_bic },
		{ "ultimate", &t->ultimate_name },   { "text", &t->remittance },
		{ "joined", &t->remittance_joined }, { "reference", &t->structured_ref },
		{ "issuer", &t->structured_issuer }, { "documents", &t->document_numbers },
		{ "return", &t->return_reason },     { "why", &t->return_text },
		{ "purpose", &t->purpose },          { "instructed-in", &t->instructed_currency },
	};

	vd_buf_addf(&g->log, "  T %lld", (long long)t->amount_minor);
	log_number(g, "charges", t->charges_minor);
	log_number(g, "instructed", t->instructed_minor);
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		keep(ctx, texts[i].text);
		log_text(g, texts[i].name, *texts[i].text);
	}
	vd_buf_add_char(&g->log, '\n');
}

static inline enum vd_status
collect_entry(void *user, struct vd_context *ctx, const struct bank_record_entry *e)
{
	struct got *g = user;
	struct bank_record_entry *mine;
	struct bank_record_transaction *t;
	int64_t sum = 0;

	VD_ASSERT(g->open && g->entries_count < COLLECT_ENTRIES);
	mine = &g->entries[g->entries_count++];
	g->statements[g->statements_count - 1].entries_count++;
	*mine = *e;
	struct {
		const char *name;
		struct vd_str *text;
	} texts[] = {
		{ "reference", &mine->reference },   { "domain", &mine->code_domain },
		{ "family", &mine->code_family },    { "sub", &mine->code_subfamily },
		{ "code", &mine->code_proprietary }, { "info", &mine->info },
		{ "batch", &mine->batch_id },        { "raw", &mine->raw },
		{ "path", &mine->place.path },
	};
	vd_buf_addf(&g->log, " E%lld %lld", (long long)e->ordinal, (long long)e->amount_minor);
	log_day(g, "booked", e->booked_on);
	log_day(g, "value", e->value_on);
	log_number(g, "line", e->place.line);
	log_number(g, "offset", e->place.offset);
	log_number(g, "count", e->batch_count);
	if (e->reversal) vd_buf_add_c(&g->log, " reversal");
	if (e->pending) vd_buf_add_c(&g->log, " pending");
	if (e->details_differ) vd_buf_add_c(&g->log, " differ");
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		keep(ctx, texts[i].text);
		log_text(g, texts[i].name, *texts[i].text);
	}
	vd_buf_add_char(&g->log, '\n');
	VD_NEW(ctx, t, e->transactions_count);
	memcpy(t, e->transactions, e->transactions_count * sizeof(*t));
	mine->transactions = t;
	VD_ASSERT(e->transactions_count >= 1);
	for (size_t i = 0; i < e->transactions_count; i++) {
		sum += t[i].amount_minor + t[i].charges_minor;
		collect_transaction(g, ctx, &t[i]);
	}
	VD_ASSERT(sum == e->amount_minor); /* the promise of bank.h */
	VD_ASSERT(vd_date_is_none(e->booked_on) ? e->pending : true);
	return VD_OK;
}

static inline enum vd_status
collect_end(void *user, struct vd_context *ctx, const struct bank_record_statement *s)
{
	struct got *g = user;
	struct got_statement *mine = &g->statements[g->statements_count - 1];

	VD_ASSERT(g->open);
	g->open = false;
	mine->head = *s;
	mine->ended = true;
	keep(ctx, &mine->head.account_iban);
	keep(ctx, &mine->head.account_other);
	keep(ctx, &mine->head.id);
	keep(ctx, &mine->head.bank);
	keep(ctx, &mine->head.place.path);
	vd_buf_add_c(&g->log, "END");
	log_head(g, s);
	return VD_OK;
}

static inline enum vd_status
collect_rejected(void *user, struct vd_context *ctx, const struct intake_rejection *r,
                 bool statement)
{
	struct got *g = user;

	g->last_message = r->message;
	keep(ctx, &g->last_message);
	vd_buf_addf(&g->log, "REJECTED %s line=%lld key=%.*s: %.*s\n",
	            statement ? "statement" : "entry", (long long)r->place.line, VD_FMT(r->key),
	            VD_FMT(r->message));
	if (!statement) {
		g->rejected_entries++;
		return VD_OK;
	}
	g->rejected_statements++;
	if (!g->open) {
		VD_ASSERT(g->statements_count < COLLECT_STATEMENTS);
		g->statements[g->statements_count++].first_entry = g->entries_count;
	}
	g->statements[g->statements_count - 1].rejected = true;
	g->open = false;
	return VD_OK;
}

static inline enum vd_status
collect_warning(void *user, struct vd_context *ctx, struct intake_place place,
                struct vd_str message)
{
	struct got *g = user;

	g->warnings++;
	g->last_message = message;
	keep(ctx, &g->last_message);
	vd_buf_addf(&g->log, "WARNING line=%lld: %.*s\n", (long long)place.line, VD_FMT(message));
	return VD_OK;
}

/* Reads the bytes in blocks of that size; what was told is in *out also after a failure. */
static inline enum vd_status
collect(struct vd_context *ctx, enum intake_format format, struct vd_str bytes, size_t block,
        struct got **out)
{
	struct got *g;
	struct bank_sink sink = { NULL,        collect_begin,    collect_entry,
		                      collect_end, collect_rejected, collect_warning };
	VD_AUTO_BANK_READER *reader = NULL;

	VD_NEW(ctx, g, 1);
	*out = g;
	sink.user = g;
	g->log = VD_BUF(ctx, (size_t)64 << 20);
	VD_TRY(bank_reader_new(ctx, format, &sink, &reader));
	for (size_t at = 0; at < bytes.len; at += block)
		VD_TRY(bank_reader_feed(ctx, reader, vd_str_sub(bytes, at, block)));
	return bank_reader_end(ctx, reader);
}
#endif
