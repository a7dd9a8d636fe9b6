/* Reads every public sample statement that lies beside the source, when that folder is there, and
 * compares with what other programs make of it. Nothing of those files is part of this project.
 *
 * Where we differ on purpose, docs/formats-bank.md says why; the floors below make a step back
 * fail. */
#include "bank_collect.h"
#include "unit.h"

#include "base/file.h"

#include <math.h>

#define MEMORY_MAX ((size_t)256 << 20)

/* What came of the comparisons. */
struct tally {
	int files, unreadable, refused, entries, statements, balanced, rejected;
	int agree, differ, foreign; /* foreign: about something that is not in our records */
};

static const char *current; /* name of the file, for the list of differences */

static void
compared(struct tally *t, bool same, const char *what, const char *expected, struct vd_str ours)
{
	if (same) {
		t->agree++;
		return;
	}
	t->differ++;
	print_message("  %s: %s: expected \"%.80s\", ours \"%.*s\"\n", current, what, expected,
	              VD_FMT(vd_str_sub(ours, 0, 120)));
}

static void
compare_number(struct tally *t, const char *what, int64_t expected, int64_t ours)
{
	char a[32], b[32];

	snprintf(a, sizeof(a), "%lld", (long long)expected);
	snprintf(b, sizeof(b), "%lld", (long long)ours);
	compared(t, expected == ours, what, a, vd_str_c(b));
}

static void
compare_day(struct tally *t, const char *what, const char *expected, struct vd_date ours)
{
	char text[VD_DATE_TEXT], iso[VD_DATE_TEXT];

	vd_date_format(ours, text);
	snprintf(iso, sizeof(iso), "%.10s", expected);
	if (strlen(iso) == 10 && iso[2] == '-') /* 31-12-2009 */
		snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", expected + 6, expected + 3, expected);
	compared(t, strcmp(text, iso) == 0, what, iso, vd_str_c(text));
}

/* Letters and digits, lower case: how texts of different programs can be compared. */
static struct vd_str
core(struct vd_context *ctx, struct vd_str s)
{
	struct vd_buf b = VD_BUF(ctx, 1 << 20);

	for (size_t i = 0; i < s.len; i++)
		if (vd_is_alnum(s.ptr[i])) vd_buf_add_char(&b, vd_to_lower(s.ptr[i]));
	return vd_buf_str(&b);
}

/* The same text, or one holds the other. */
static bool
has_core(struct vd_context *ctx, const char *expected, struct vd_str ours)
{
	struct vd_str a = core(ctx, vd_str_c(expected)), b = core(ctx, ours);

	if (a.len == 0 || b.len == 0) return a.len == b.len;
	return vd_str_find(a, b, 0) != SIZE_MAX || vd_str_find(b, a, 0) != SIZE_MAX;
}

static void
compare_text(struct vd_context *ctx, struct tally *t, const char *what, const char *expected,
             struct vd_str ours)
{
	compared(t, has_core(ctx, expected, ours), what, expected, ours);
}

/* "-104.12", "9", 210.5 as cents. */
static int64_t
cents(const json_t *v)
{
	struct vd_money money = { 0 };
	WITH_CONTEXT(1 << 16);

	if (json_is_number(v)) return (int64_t)llround(json_number_value(v) * 100);
	if (!json_is_string(v)) return INT64_MIN;
	if (vd_money_parse_decimal(&ctx, vd_str_c(json_string_value(v)), '.', VD_EUR, &money) != VD_OK)
		return INT64_MIN;
	return money.minor;
}

static const json_t *
path(const json_t *v, const char *a, const char *b)
{
	v = json_object_get(v, a);
	return b == NULL ? v : json_object_get(v, b);
}

static const char *
text(const json_t *v, const char *key)
{
	return json_string_value(json_object_get(v, key));
}

/* --- a parser in Python: one dictionary for the last statement, one list of transactions --- */

static const struct got_statement *
last_ended(const struct got *g)
{
	for (size_t i = g->statements_count; i > 0; i--)
		if (g->statements[i - 1].ended && g->statements[i - 1].head.last_page)
			return &g->statements[i - 1];
	return NULL;
}

static void
check_python(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *expected)
{
	const json_t *transactions = json_object_get(expected, "transactions"),
	             *data = json_object_get(expected, "data");
	const struct got_statement *last = last_ended(g);
	size_t n = json_array_size(transactions);

	if (g->rejected_statements == 0)
		compare_number(t, "transactions", (int64_t)n, (int64_t)g->entries_count);
	for (size_t i = 0; i < n && n == g->entries_count; i++) {
		const json_t *e = json_array_get(transactions, i);
		const struct bank_record_entry *ours = &g->entries[i];
		compare_number(t, "amount", cents(path(e, "amount", "amount")), ours->amount_minor);
		if (text(e, "date") != NULL) compare_day(t, "value date", text(e, "date"), ours->value_on);
		if (text(e, "bank_reference") != NULL)
			compare_text(ctx, t, "bank reference", text(e, "bank_reference"), ours->reference);
		if (text(e, "entry_date") != NULL)
			compare_day(t, "entry date", text(e, "entry_date"), ours->booked_on);
	}
	if (last == NULL) return;
	if (path(data, "final_opening_balance", NULL) != NULL)
		compare_number(t, "opening",
		               cents(json_object_get(path(data, "final_opening_balance", "amount"),
		                                     "amount")),
		               last->head.opening_minor);
	if (path(data, "final_closing_balance", NULL) != NULL)
		compare_number(t, "closing",
		               cents(json_object_get(path(data, "final_closing_balance", "amount"),
		                                     "amount")),
		               last->head.closing_minor);
}

/* --- a parser in Rust, and one in JavaScript: a list of statements --- */

static int64_t
rust_amount(const json_t *v, const char *mark)
{
	int64_t minor = cents(json_object_get(v, "amount"));
	const char *m = text(v, mark);

	/* "Debit", "ReverseCredit" take away */
	return m != NULL && (strcmp(m, "Debit") == 0 || strcmp(m, "ReverseCredit") == 0) ? -minor
	                                                                                 : minor;
}

static void
check_rust(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *list)
{
	size_t at = 0;

	if (g->rejected_statements == 0)
		compare_number(t, "statements", (int64_t)json_array_size(list),
		               (int64_t)g->statements_count);
	for (size_t i = 0; i < json_array_size(list) && i < g->statements_count; i++) {
		const json_t *s = json_array_get(list, i), *lines = json_object_get(s, "statement_lines"),
		             *e;
		const struct got_statement *ours = &g->statements[i];
		if (!ours->ended) continue;
		compare_number(t, "opening",
		               rust_amount(json_object_get(s, "opening_balance"), "debit_credit_indicator"),
		               ours->head.opening_minor);
		compare_number(t, "closing",
		               rust_amount(json_object_get(s, "closing_balance"), "debit_credit_indicator"),
		               ours->head.closing_minor);
		compare_number(t, "lines", (int64_t)json_array_size(lines), (int64_t)ours->entries_count);
		json_array_foreach(lines, at, e)
		{
			const struct bank_record_entry *mine = &g->entries[ours->first_entry + at];
			if (at >= ours->entries_count) break;
			compare_number(t, "amount", rust_amount(e, "ext_debit_credit_indicator"),
			               mine->amount_minor);
			compare_day(t, "value date", text(e, "value_date"), mine->value_on);
			if (text(e, "entry_date") != NULL)
				compare_day(t, "entry date", text(e, "entry_date"), mine->booked_on);
			if (text(e, "bank_ref") != NULL)
				compare_text(ctx, t, "bank reference", text(e, "bank_ref"), mine->reference);
		}
	}
}

static void
check_javascript(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *list)
{
	compare_number(t, "statements", (int64_t)json_array_size(list), (int64_t)g->statements_count);
	for (size_t i = 0; i < json_array_size(list) && i < g->statements_count; i++) {
		const json_t *s = json_array_get(list, i), *all = json_object_get(s, "transactions");
		const struct got_statement *ours = &g->statements[i];
		compare_number(t, "opening", cents(path(s, "openingBalance", "value")),
		               ours->head.opening_minor);
		compare_number(t, "closing", cents(path(s, "closingBalance", "value")),
		               ours->head.closing_minor);
		compare_number(t, "entries", (int64_t)json_array_size(all), (int64_t)ours->entries_count);
		for (size_t k = 0; k < json_array_size(all) && k < ours->entries_count; k++) {
			const json_t *e = json_array_get(all, k);
			const struct bank_record_entry *mine = &g->entries[ours->first_entry + k];
			int64_t sign = json_is_true(json_object_get(e, "isCredit")) ? 1 : -1;
			compare_number(t, "amount", sign * cents(json_object_get(e, "amount")),
			               mine->amount_minor);
			compare_day(t, "value date", text(e, "valueDate"), mine->value_on);
			compare_day(t, "entry date", text(e, "entryDate"), mine->booked_on);
			compare_text(ctx, t, "bank reference", text(e, "bankReference"), mine->reference);
		}
	}
}

/* --- the specifications of a Ruby parser of Dutch banks: a path and a value --- */

static struct vd_str
digits_of(struct vd_context *ctx, struct vd_str s)
{
	struct vd_buf b = VD_BUF(ctx, 4096);

	for (size_t i = 0; i < s.len; i++)
		if (vd_is_digit(s.ptr[i]) && (b.len > 0 || s.ptr[i] != '0')) vd_buf_add_char(&b, s.ptr[i]);
	return vd_buf_str(&b);
}

/* accounts["1234567"]: the digits without leading zeros; of an IBAN its last ones. */
static bool
is_account(struct vd_context *ctx, const struct got_statement *s, const char *key)
{
	struct vd_str want = digits_of(ctx, vd_str_c(key));
	struct vd_str have =
	    s->head.account_iban.len > 0 ? s->head.account_iban : s->head.account_other;

	if (want.len == 0) return true; /* a variable of theirs */
	return vd_str_ends(digits_of(ctx, have), want);
}

struct target {
	const struct got_statement *statement;
	const struct bank_record_entry *entry;
};

/* The i-th, from the end when negative, of the entries of the chosen statements. */
static const struct bank_record_entry *
pick_entry(const struct got *g, const struct got_statement *const *chosen, size_t count, long index)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) total += chosen[i]->entries_count;
	if (index < 0) index += (long)total;
	for (size_t i = 0; i < count && index >= 0; i++) {
		if ((size_t)index < chosen[i]->entries_count)
			return &g->entries[chosen[i]->first_entry + (size_t)index];
		index -= (long)chosen[i]->entries_count;
	}
	return NULL;
}

/* "transactions[1].amount" of accounts[KEY][STATEMENT] */
static void
check_field(struct vd_context *ctx, struct tally *t, const char *name, const json_t *value,
            const struct target *at)
{
	const struct bank_record_entry *e = at->entry;
	const struct bank_record_transaction *x = e->transactions;
	const char *want = json_is_string(value) ? json_string_value(value) : "";

	if (want[0] == '@') { /* a variable of theirs */
		t->foreign++;
		return;
	}

	if (strcmp(name, "amount") == 0) compare_number(t, name, cents(value), e->amount_minor);
	else if (strcmp(name, "date") == 0) compare_day(t, name, want, e->value_on);
	else if (strcmp(name, "date_accounting") == 0) compare_day(t, name, want, e->booked_on);
	else if (strcmp(name, "currency") == 0)
		compare_text(ctx, t, name, want, vd_currency_str(&e->currency));
	else if (strcmp(name, "description") == 0) {
		/* in theirs a number or name may be part of the text that in ours has a field of its own */
		struct vd_str have = x->remittance.len > 0 ? x->remittance : x->structured_ref;
		bool joined = has_core(ctx, want, x->remittance_joined);
		compare_text(ctx, t, name, want, joined ? x->remittance_joined : have);
	} else if (strcmp(name, "contra_account_owner") == 0)
		compare_text(ctx, t, name, want, x->counterparty_name);
	else if (strcmp(name, "contra_account_iban") == 0) {
		bool iban = x->counterparty_iban.len > 2 && vd_is_alpha(x->counterparty_iban.ptr[0]) &&
		            vd_is_alpha(x->counterparty_iban.ptr[1]);
		compare_text(ctx, t, name, want, iban ? x->counterparty_iban : VD_STR_NONE);
	} else if (strcmp(name, "contra_account") == 0) {
		struct vd_str want_digits = digits_of(ctx, vd_str_c(want)),
		              have = digits_of(ctx, x->counterparty_iban);
		compared(t, want_digits.len == 0 ? have.len == 0 : vd_str_ends(have, want_digits), name,
		         want, x->counterparty_iban);
	} else if (strcmp(name, "contra_bic") == 0)
		compare_text(ctx, t, name, want, x->counterparty_bic);
	else if (strcmp(name, "eref") == 0) compare_text(ctx, t, name, want, x->end_to_end);
	else if (strcmp(name, "bank_reference") == 0)
		compare_text(ctx, t, name, want, e->reference.len > 0 ? e->reference : x->structured_ref);
	else if (strcmp(name, "customer_reference") == 0) {
		/* a placeholder is none; where it is an account or a payment reference, ours stands there
		 */
		struct vd_str have = x->instruction_id;
		if (have.len == 0 && strcmp(want, "NONREF") == 0) want = "";
		else if (have.len == 0) have = x->structured_ref;
		if (have.len == 0 && want[0] != '\0') have = x->counterparty_iban;
		compare_text(ctx, t, name, want, have);
	} else t->foreign++; /* names of kinds of payment, of the bank */
}

static void
check_balance(struct vd_context *ctx, struct tally *t, const char *name, const json_t *value,
              const struct bank_record_statement *s, bool opening)
{
	if (strcmp(name, "amount") == 0)
		compare_number(t, name, cents(value), opening ? s->opening_minor : s->closing_minor);
	else if (strcmp(name, "date") == 0)
		compare_day(t, name, json_string_value(value), opening ? s->opening_on : s->closing_on);
	else compare_text(ctx, t, name, json_string_value(value), vd_currency_str(&s->currency));
}

/* accounts[KEY][STATEMENT].REST; * is all statements of the account */
static void
check_ruby_path(struct vd_context *ctx, struct tally *t, const struct got *g, const char *key,
                const char *which, const char *rest, const json_t *value)
{
	const struct got_statement *chosen[COLLECT_STATEMENTS];
	size_t count = 0;
	long index;
	char field[64];

	for (size_t i = 0; i < g->statements_count; i++)
		if (is_account(ctx, &g->statements[i], key)) chosen[count++] = &g->statements[i];
	if (strcmp(which, "*") != 0 && count > 0) {
		index = strtol(which, NULL, 10);
		if (index < 0) index += (long)count;
		chosen[0] = chosen[index < (long)count ? index : 0];
		count = 1;
	}
	if (count == 0) {
		compared(t, false, rest, "a statement of that account", VD_STR("none"));
		return;
	}
	if (strcmp(rest, "transactions.size") == 0) {
		size_t total = 0;
		for (size_t i = 0; i < count; i++) total += chosen[i]->entries_count;
		compare_number(t, rest, (int64_t)json_integer_value(value), (int64_t)total);
	} else if (sscanf(rest, "transactions[%ld].%63s", &index, field) == 2) {
		struct target at = { chosen[0], pick_entry(g, chosen, count, index) };
		if (at.entry == NULL) compared(t, false, rest, "an entry", VD_STR("none"));
		else check_field(ctx, t, field, value, &at);
	} else if (sscanf(rest, "previous_balance.%63s", field) == 1) {
		check_balance(ctx, t, field, value, &chosen[0]->head, true);
	} else if (sscanf(rest, "new_balance.%63s", field) == 1) {
		check_balance(ctx, t, field, value, &chosen[count - 1]->head, false);
	} else t->foreign++;
}

static void
check_ruby(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *checks)
{
	size_t i;
	const json_t *check;

	json_array_foreach(checks, i, check)
	{
		const char *subject = text(check, "subject");
		char key[80], which[20], rest[120];
		if (subject != NULL &&
		    sscanf(subject, "accounts[%79[^]]][%19[^]]].%119s", key, which, rest) == 3)
			check_ruby_path(ctx, t, g, key, which, rest, json_object_get(check, "equals"));
		else t->foreign++;
	}
}

/* --- the tests of a PHP parser: a variable and a value as text --- */

static void
check_php_statement(struct tally *t, const char *field, const char *want,
                    const struct bank_record_statement *s)
{
	json_t *value = json_string(want);

	if (strcmp(field, "startTimestamp") == 0) compare_day(t, field, want, s->opening_on);
	else if (strcmp(field, "endTimestamp") == 0) compare_day(t, field, want, s->closing_on);
	else if (strcmp(field, "startPrice") == 0)
		compare_number(t, field, cents(value), s->opening_minor);
	else if (strcmp(field, "endPrice") == 0)
		compare_number(t, field, cents(value), s->closing_minor);
	else if (strcmp(field, "deltaPrice") == 0)
		compare_number(t, field, cents(value), s->opening_minor - s->closing_minor);
	else t->foreign++;
	json_decref(value);
}

static void
check_php_entry(struct vd_context *ctx, struct tally *t, const char *field, const char *want,
                const struct bank_record_entry *e)
{
	json_t *value = json_string(want);

	if (strcmp(field, "price") == 0)
		compare_number(t, field, cents(value),
		               e->amount_minor < 0 ? -e->amount_minor : e->amount_minor);
	else if (strcmp(field, "debitCredit") == 0)
		compare_text(ctx, t, field, want, e->amount_minor < 0 ? VD_STR("D") : VD_STR("C"));
	else if (strcmp(field, "valueTimestamp") == 0) compare_day(t, field, want, e->value_on);
	else if (strcmp(field, "entryTimestamp") == 0) compare_day(t, field, want, e->booked_on);
	else if (strcmp(field, "description") == 0)
		compare_text(ctx, t, field, want, e->transactions->remittance_joined);
	else t->foreign++;
	json_decref(value);
}

static void
check_php(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *checks)
{
	size_t i;
	const json_t *check;

	json_array_foreach(checks, i, check)
	{
		const char *subject = text(check, "subject"), *want = text(check, "expected");
		char field[64];
		unsigned s, e;
		if (g->statements_count == 0 || want == NULL || strchr(want, '$') != NULL) t->foreign++;
		else if (strcmp(subject, "statements") == 0)
			compare_number(t, subject, strtol(want, NULL, 10), (int64_t)g->statements_count);
		else if (sscanf(subject, "statements[%u].transactions[%u].%63s", &s, &e, field) == 3 &&
		         s < g->statements_count && e < g->statements[s].entries_count)
			check_php_entry(ctx, t, field, want, &g->entries[g->statements[s].first_entry + e]);
		else if (sscanf(subject, "statements[%u].%63s", &s, field) == 2 && s < g->statements_count)
			check_php_statement(t, field, want, &g->statements[s].head);
		else if (sscanf(subject, "first.%63s", field) == 1)
			check_php_statement(t, field, want, &g->statements[0].head);
		else if (sscanf(subject, "last.%63s", field) == 1)
			check_php_statement(t, field, want, &g->statements[g->statements_count - 1].head);
		else if (sscanf(subject, "firstTransaction.%63s", field) == 1 && g->entries_count > 0)
			check_php_entry(ctx, t, field, want, &g->entries[g->statements[0].first_entry]);
		else t->foreign++; /* a variable of which the file does not say what it is */
	}
}

/* --- a PHP reader of CAMT: its objects as JSON --- */

static void
check_camt_details(struct vd_context *ctx, struct tally *t, const json_t *d,
                   const struct bank_record_transaction *x)
{
	const json_t *refs = json_object_get(d, "getReference"),
	             *remittance = json_object_get(d, "getRemittanceInformation");
	const char *end_to_end = text(refs, "getEndToEndId");
	const json_t *structured = json_object_get(remittance, "getCreditorReferenceInformation");

	if (end_to_end != NULL && strcmp(end_to_end, "NOTPROVIDED") != 0)
		compare_text(ctx, t, "end to end", end_to_end, x->end_to_end);
	if (text(refs, "getMandateId") != NULL)
		compare_text(ctx, t, "mandate", text(refs, "getMandateId"), x->mandate);
	if (text(structured, "getRef") != NULL)
		compare_text(ctx, t, "reference", text(structured, "getRef"), x->structured_ref);
	if (json_is_array(json_object_get(remittance, "getUnstructuredBlocks"))) {
		const json_t *first =
		    json_array_get(json_object_get(remittance, "getUnstructuredBlocks"), 0);
		if (text(first, "getMessage") != NULL)
			compare_text(ctx, t, "text", text(first, "getMessage"), x->remittance_joined);
	}
}

static void
check_camt_entry(struct vd_context *ctx, struct tally *t, const json_t *e,
                 const struct bank_record_entry *ours)
{
	const json_t *details = json_object_get(e, "getTransactionDetails");
	const char *amount = text(json_object_get(e, "getAmount"), "getAmount");

	compare_number(t, "amount", amount != NULL ? strtoll(amount, NULL, 10) : 0, ours->amount_minor);
	if (path(e, "getBookingDate", "0") != NULL)
		compare_day(t, "booking date", json_string_value(path(e, "getBookingDate", "0")),
		            ours->booked_on);
	if (path(e, "getValueDate", "0") != NULL)
		compare_day(t, "value date", json_string_value(path(e, "getValueDate", "0")),
		            ours->value_on);
	if (text(e, "getAccountServicerReference") != NULL)
		compare_text(ctx, t, "bank reference", text(e, "getAccountServicerReference"),
		             ours->reference);
	compared(t, json_is_true(json_object_get(e, "getReversalIndicator")) == ours->reversal,
	         "reversal", "as given", VD_STR("not"));
	if (text(e, "getBatchPaymentId") != NULL)
		compare_text(ctx, t, "batch", text(e, "getBatchPaymentId"), ours->batch_id);
	if (!json_is_object(json_array_get(details, 0))) details = NULL; /* "seen before" */
	if (details != NULL)
		compare_number(t, "details", (int64_t)json_array_size(details),
		               (int64_t)ours->transactions_count);
	if (json_array_size(details) == ours->transactions_count)
		for (size_t i = 0; i < ours->transactions_count; i++)
			check_camt_details(ctx, t, json_array_get(details, i), &ours->transactions[i]);
	else if (json_is_object(json_object_get(e, "getTransactionDetail")))
		check_camt_details(ctx, t, json_object_get(e, "getTransactionDetail"),
		                   &ours->transactions[0]);
}

static void
check_camt_balances(struct tally *t, const json_t *balances, const struct bank_record_statement *s)
{
	size_t i;
	const json_t *b;

	json_array_foreach(balances, i, b)
	{
		const char *type = text(b, "getType"),
		           *amount = text(json_object_get(b, "getAmount"), "getAmount");
		const char *currency = text(path(b, "getAmount", "getCurrency"), "getCode");
		if (type == NULL || amount == NULL) continue;
		if (currency != NULL && strcmp(currency, s->currency.code) != 0) t->foreign++;
		else if (strcmp(type, "opening") == 0 && s->has_opening)
			compare_number(t, type, strtoll(amount, NULL, 10), s->opening_minor);
		else if (strcmp(type, "closing") == 0)
			compare_number(t, type, strtoll(amount, NULL, 10), s->closing_minor);
		else t->foreign++;
	}
}

static void
check_camt(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *message)
{
	const json_t *entries = json_object_get(message, "getEntries"),
	             *records = json_object_get(message, "getRecords"), *e;
	size_t i;

	compare_number(t, "entries", (int64_t)json_array_size(entries), (int64_t)g->entries_count);
	if (json_array_size(entries) == g->entries_count) {
		json_array_foreach(entries, i, e)
		{
			const json_t *record = json_object_get(e, "getRecord");
			check_camt_entry(ctx, t, e, &g->entries[i]);
			if (json_is_object(record) && i < g->statements_count)
				check_camt_balances(t, json_object_get(record, "getBalances"),
				                    &g->statements[i].head);
		}
	}
	if (json_is_object(json_array_get(records, 0)) && g->statements_count > 0)
		check_camt_balances(t, json_object_get(json_array_get(records, 0), "getBalances"),
		                    &g->statements[0].head);
}

/* --- the folders --- */

static json_t *
load_expected(const char *file)
{
	char name[1200];
	json_t *v;
	size_t n = strlen(file);
	const char *dot = strrchr(file, '.');

	snprintf(name, sizeof(name), "%s.expect.json", file);
	if ((v = json_load_file(name, 0, NULL)) != NULL) return v;
	if (dot == NULL || strchr(dot, '/') != NULL) dot = file + n;
	snprintf(name, sizeof(name), "%.*s.json", (int)(dot - file), file);
	return json_load_file(name, 0, NULL);
}

static void
compare_expected(struct vd_context *ctx, struct tally *t, const struct got *g, const json_t *v)
{
	const json_t *first = json_array_get(v, 0);

	if (json_object_get(v, "getEntries") != NULL) check_camt(ctx, t, g, v);
	else if (json_object_get(v, "data") != NULL && json_object_get(v, "transactions") != NULL)
		check_python(ctx, t, g, v);
	else if (json_object_get(v, "extracted_from") != NULL)
		check_ruby(ctx, t, g, json_object_get(v, "checks"));
	else if (json_object_get(v, "checks") != NULL)
		check_php(ctx, t, g, json_object_get(v, "checks"));
	else if (json_object_get(first, "statement_lines") != NULL) check_rust(ctx, t, g, v);
	else if (json_object_get(first, "accountId") != NULL) check_javascript(ctx, t, g, v);
	else t->foreign++;
}

static void
count_statements(struct tally *t, const struct got *g)
{
	t->entries += (int)g->entries_count;
	t->rejected += (int)g->rejected_statements;
	for (size_t i = 0; i < g->statements_count; i++) {
		if (!g->statements[i].ended) continue;
		t->statements++;
		t->balanced += g->statements[i].head.balanced;
	}
}

static void
check_file(const char *file, struct tally *t)
{
	WITH_CONTEXT(MEMORY_MAX);
	struct vd_str bytes;
	struct got *g = NULL;
	json_t *expected = load_expected(file);
	enum intake_format format;
	enum vd_status status;

	current = strrchr(file, '/') + 1;
	t->files++;
	assert_ok(vd_file_slurp(&ctx, file, 8 << 20, &bytes));
	format = intake_detect(bytes);
	status = collect(&ctx, format, bytes, 4096, &g);
	if (status != VD_OK) {
		bool meant = strcmp(ctx.error.key, "bank.camt052") == 0 ||
		             strcmp(ctx.error.key, "bank.camt054") == 0 ||
		             strcmp(ctx.error.key, "bank.mt942") == 0;
		if (meant) t->refused++;
		else {
			t->unreadable++;
			print_message("  %s: not read: %s\n", current, ctx.error.detail);
		}
	} else {
		count_statements(t, g);
		if (expected != NULL) compare_expected(&ctx, t, g, expected);
	}
	json_decref(expected);
}

static bool
is_data(struct vd_str name)
{
	return !vd_str_ends(name, VD_STR(".json")) && !vd_str_ends(name, VD_STR(".yml")) &&
	       !vd_str_ends(name, VD_STR(".md"));
}

/* Reads a folder; false when it is not there. */
static bool
check_folder(const char *folder, struct tally *t)
{
	WITH_CONTEXT(16 << 20);
	char path[1024], file[2048];
	struct vd_str *names;
	size_t count;

	*t = (struct tally){ 0 };
	snprintf(path, sizeof(path), "%s/../shared/samples/%s",
	         getenv("SOURCE_ROOT") != NULL ? getenv("SOURCE_ROOT") : ".", folder);
	if (vd_file_list(&ctx, path, 1000, &names, &count) != VD_OK) return false;
	for (size_t i = 0; i < count; i++) {
		if (!is_data(names[i])) continue;
		snprintf(file, sizeof(file), "%s/%.*s", path, VD_FMT(names[i]));
		check_file(file, t);
	}
	return true;
}

/* What must hold at least; a better reader raises the numbers. */
static const struct {
	const char *folder;
	int files, read, balanced, agree, differ; /* differ: at most */
} floors[] = {
	{ "mt940/abnamro", 13, 13, 5, 147, 0 },
	{ "mt940/bunq", 1, 1, 1, 7, 0 },
	{ "mt940/foreign-and-edge", 67, 44, 139, 1193, 4 },
	{ "mt940/ing", 10, 10, 8, 52, 1 },
	{ "mt940/knab", 11, 11, 10, 97, 2 },
	{ "mt940/rabobank", 14, 14, 17, 80, 1 },
	{ "mt940/sns-asn", 3, 3, 24, 34, 0 },
	{ "mt940/triodos", 4, 4, 5, 24, 0 },
	{ "mt940/vanlanschot", 1, 1, 3, 37, 0 },
	{ "camt053", 27, 27, 24, 25, 2 },
	{ "camt052", 13, 0, 0, 0, 0 },
	{ "camt054", 21, 0, 0, 0, 0 },
};

static void
public_samples(void **state)
{
	struct tally t[VD_LENGTH(floors)];
	bool there = false;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(floors); i++) there |= check_folder(floors[i].folder, &t[i]);
	if (!there) {
		print_message("skipped: the public sample files are not beside the source\n");
		skip();
	}
	print_message("%-24s %5s %5s %7s %6s %6s %8s %8s %6s %6s %7s\n", "folder", "files", "read",
	              "refused", "unread", "stmts", "balanced", "rejected", "agree", "differ",
	              "foreign");
	for (size_t i = 0; i < VD_LENGTH(floors); i++) {
		int read = t[i].files - t[i].refused - t[i].unreadable;
		print_message("%-24s %5d %5d %7d %6d %6d %8d %8d %6d %6d %7d\n", floors[i].folder,
		              t[i].files, read, t[i].refused, t[i].unreadable, t[i].statements,
		              t[i].balanced, t[i].rejected, t[i].agree, t[i].differ, t[i].foreign);
		assert_true(t[i].files >= floors[i].files);
		assert_true(read >= floors[i].read);
		assert_true(t[i].balanced >= floors[i].balanced);
		assert_true(t[i].agree >= floors[i].agree);
		assert_true(t[i].differ <= floors[i].differ);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(public_samples) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
