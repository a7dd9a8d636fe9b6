#ifndef TESTS_MATCHING_SCENE_H
#define TESTS_MATCHING_SCENE_H
/* A small administration, one payment, and what must come of it. */
#include "matching_world.h"

#define A_IBAN   "NL91ABNA0417164300"
#define B_IBAN   "NL20INGB0001234567"
#define NEW_IBAN "NL02ABNA0123456789"

enum { A, B, C, D, E, DEBTORS }; /* C and D have the same name */

struct scene_item {
	size_t debtor;
	struct world_item item;
};

struct scene {
	const char *what;
	struct scene_item items[8];
	struct {
		int64_t amount;
		const char *text, *iban, *name, *ref, *ultimate, *end_to_end, *batch, *currency, *joined,
		    *on;
	} pay;
	struct match_rules rules; /* threshold 0: the usual ones */
	enum match_kind kind;
	bool booked, nothing;
	struct {
		size_t item;
		int64_t amount;
	} lines[8];
	int64_t unallocated, write_off;
	const char *reason; /* must be among the reasons */
};

#define INV(d, no, minor)                                                                     \
	{                                                                                         \
		d,                                                                                    \
		{                                                                                     \
			.number = no, .amount = minor, .on = "2025-01-10", .due = "2025-02-09", .line = 1 \
		}                                                                                     \
	}
#define INV2(d, no, minor, due_day)                                                      \
	{                                                                                    \
		d,                                                                               \
		{                                                                                \
			.number = no, .amount = minor, .on = "2025-01-10", .due = due_day, .line = 1 \
		}                                                                                \
	}
#define LINE(d, no, minor, due_day, n)                                                   \
	{                                                                                    \
		d,                                                                               \
		{                                                                                \
			.number = no, .amount = minor, .on = "2025-01-10", .due = due_day, .line = n \
		}                                                                                \
	}
#define CREDIT(d, no, minor)                                                        \
	{                                                                               \
		d,                                                                          \
		{                                                                           \
			.number = no, .amount = minor, .on = "2025-01-20", .due = "2025-01-20", \
			.credit = true, .line = 1                                               \
		}                                                                           \
	}
#define ORDER(d, no, minor, ord)                                                                  \
	{                                                                                             \
		d,                                                                                        \
		{                                                                                         \
			.number = no, .amount = minor, .on = "2025-01-10", .due = "2025-02-09", .order = ord, \
			.line = 1                                                                             \
		}                                                                                         \
	}

static inline void
fill_world(struct world *w, const struct scene *s)
{
	static const char *const names[] = { "Bakkerij Noordhoek B.V.", "Garage Zonneveld V.O.F.",
		                                 "J. Terpstra", "J. Terpstra", "Ella Jackson" };
	static const char *const ibans[] = { A_IBAN, B_IBAN, NULL, NULL, NULL };

	world_new(w, DEBTORS + 1, 64);
	for (size_t i = 0; i < DEBTORS; i++) {
		char number[8];

		snprintf(number, sizeof(number), "K%05d", (int)i + 1);
		world_debtor(w, number, names[i], ibans[i]);
	}
	for (size_t i = 0; i < VD_LENGTH(s->items) && s->items[i].item.amount > 0; i++)
		world_item(w, s->items[i].debtor, s->items[i].item);
	if (s->rules.threshold_bp > 0) w->rules = s->rules;
}

static inline struct match_transaction
payment_of(const struct scene *s)
{
	struct match_transaction x = {
		.id = 1,
		.amount_minor = s->pay.amount,
		.currency = VD_EUR,
		.booked_on = world_day(s->pay.on != NULL ? s->pay.on : "2025-02-10"),
		.remittance = vd_str_c(s->pay.text),
		.remittance_joined = vd_str_c(s->pay.joined != NULL ? s->pay.joined : s->pay.text),
		.counterparty_iban = vd_str_c(s->pay.iban),
		.counterparty_name = vd_str_c(s->pay.name),
		.ultimate_name = vd_str_c(s->pay.ultimate),
		.structured_ref = vd_str_c(s->pay.ref),
		.end_to_end = vd_str_c(s->pay.end_to_end),
		.batch_id = vd_str_c(s->pay.batch),
	};

	if (s->pay.currency != NULL) memcpy(x.currency.code, s->pay.currency, 4);
	return x;
}

static inline void
compare(const struct scene *s, const struct world *w, const struct match_proposal *p)
{
	size_t wanted = 0;
	int64_t write_off = 0;

	if ((p->certainty_bp >= w->rules.threshold_bp) != s->booked || p->kind != s->kind)
		fail_msg("%s: kind %d with %d: %.*s", s->what, (int)p->kind, (int)p->certainty_bp,
		         VD_FMT(p->reasons));
	while (wanted < 8 && s->lines[wanted].amount > 0) wanted++;
	if (p->lines_count != wanted || p->unallocated_minor != s->unallocated)
		fail_msg("%s: %zu lines, %lld unallocated: %.*s", s->what, p->lines_count,
		         (long long)p->unallocated_minor, VD_FMT(p->reasons));
	for (size_t i = 0; i < wanted; i++) {
		bool found = false;

		for (size_t k = 0; k < p->lines_count; k++) {
			found = found || (p->lines[k].item_id == 1000 + (int64_t)s->lines[i].item &&
			                  p->lines[k].amount_minor == s->lines[i].amount);
			if (i == 0) write_off += p->lines[k].write_off_minor;
		}
		if (!found)
			fail_msg("%s: no line of item %zu for %lld: %.*s", s->what, s->lines[i].item,
			         (long long)s->lines[i].amount, VD_FMT(p->reasons));
	}
	if (write_off != s->write_off) fail_msg("%s: write-off %lld", s->what, (long long)write_off);
	if (s->reason != NULL && vd_str_find(p->reasons, vd_str_c(s->reason), 0) == SIZE_MAX)
		fail_msg("%s: no \"%s\" in: %.*s", s->what, s->reason, VD_FMT(p->reasons));
}

static inline void
play(const struct scene *s)
{
	static struct match_proposal m[MATCH_PROPOSALS_MAX];
	struct match_transaction x = payment_of(s);
	struct world w;
	size_t n;

	fill_world(&w, s);
	n = world_propose(&w, &x, m);
	for (size_t i = 0; i < n; i++) {
		world_verify(&w, &x, &m[i]);
		if (i > 0) assert_true(m[i].certainty_bp <= m[i - 1].certainty_bp);
		if (i > 0 && m[i].certainty_bp >= w.rules.threshold_bp &&
		    m[i].certainty_bp == m[0].certainty_bp)
			fail_msg("%s: two equally certain", s->what);
	}
	if (s->nothing) {
		if (n > 0) fail_msg("%s: %.*s", s->what, VD_FMT(m[0].reasons));
	} else if (n == 0) {
		fail_msg("%s: no proposal", s->what);
	} else {
		compare(s, &w, &m[0]);
	}
	world_free(&w);
}

#define TOLERANCE(minor, bp)                                                    \
	{                                                                           \
		.threshold_bp = 9000, .tolerance_minor = (minor), .tolerance_bp = (bp), \
		.net_credits = true, .settled_given = true                              \
	}

static inline void
play_all(const struct scene *scenes, size_t n)
{
	for (size_t k = 0; k < n; k++) play(&scenes[k]);
}

static inline size_t
propose(struct world *w, struct match_transaction x, struct match_proposal *m)
{
	size_t n = world_propose(w, &x, m);

	for (size_t i = 0; i < n; i++) world_verify(w, &x, &m[i]);
	return n;
}

static inline struct match_transaction
from_a(int64_t amount, const char *text)
{
	return (struct match_transaction){ .id = 1,
		                               .amount_minor = amount,
		                               .currency = VD_EUR,
		                               .booked_on = world_day("2025-02-10"),
		                               .remittance = vd_str_c(text),
		                               .remittance_joined = vd_str_c(text),
		                               .counterparty_iban = VD_STR(A_IBAN) };
}
#endif
