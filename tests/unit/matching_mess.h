#ifndef TESTS_MATCHING_MESS_H
#define TESTS_MATCHING_MESS_H
/* A small workload of our own: debtors, invoices in several numbering schemes, and payments with
 * kinds of mess that people really make, each with the truth beside it. Deterministic per seed. */
#include "matching_world.h"

#include "value/iban.h"
#include "value/reference.h"

#define MESS_TRUTH_MAX 64
#define MESS_SCHEMES   5

struct payment {
	struct match_transaction x;
	const char *kind;
	int64_t debtor; /* id */
	bool unknown;   /* nobody can know what it pays: right is to book nothing */
	size_t truth_count;
	int64_t truth_item[MESS_TRUTH_MAX], truth_amount[MESS_TRUTH_MAX];
};

struct mess {
	struct world *w;
	struct payment *payments;
	size_t count, max;
	uint64_t state;
	int scheme;
	bool *planned; /* by item */
	size_t invoices;
};

static inline uint64_t
mess_random(struct mess *m, uint64_t below)
{
	uint64_t z = m->state += 0x9E3779B97F4A7C15u; /* splitmix64 */

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (z ^ (z >> 31)) % below;
}

static inline char *
mess_text(struct mess *m, const char *format, ...)
{
	char text[512], *copy;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	copy = vd_arena_alloc(&m->w->arena, strlen(text) + 1);
	assert_non_null(copy);
	return memcpy(copy, text, strlen(text) + 1);
}

static inline const char *
mess_pick(struct mess *m, const char *const *list, size_t n)
{
	return list[mess_random(m, n)];
}
#define MESS_PICK(m, ...)                              \
	mess_pick(m, (const char *const[]){ __VA_ARGS__ }, \
	          sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* --- facts --- */

static inline const char *
mess_iban(struct mess *m)
{
	long long account = (long long)mess_random(m, 9999999999);
	char text[40];
	struct vd_iban iban;

	for (int check = 2; check < 99; check++) {
		snprintf(text, sizeof(text), "NL%02dVDAN%010lld", check, account);
		if (vd_iban_valid(vd_str_c(text), &iban)) break;
	}
	return mess_text(m, "%s", text);
}

static inline const char *
mess_number(struct mess *m, size_t k, int year)
{
	switch (m->scheme) {
	case 0:
		return mess_text(m, "F%02d%07d", year % 100, (int)k + 1);
	case 1:
		return mess_text(m, "%04d%05d", year, (int)k + 1);
	case 2:
		return mess_text(m, "VF-%02d/%05d", year % 100, (int)k + 1);
	case 3:
		return mess_text(m, "%d", 10001 + (int)k);
	default:
		return mess_text(m, "INV-%d-%04d", year, 1000 + (int)k);
	}
}

static inline int64_t
mess_amount(struct mess *m)
{
	switch (mess_random(m, 4)) {
	case 0:
		return (int64_t)(20 + mess_random(m, 3000)) * 121;
	case 1:
		return (int64_t)(1 + mess_random(m, 30)) * 5000;
	default:
		return (int64_t)(1500 + mess_random(m, 400000));
	}
}

static inline void
mess_facts(struct mess *m, size_t debtors, size_t invoices)
{
	static const char *const first[] = { "Bakkerij",   "Garage",    "Advies",   "Kapsalon",
		                                 "Loodgieter", "Drukkerij", "Praktijk", "Atelier" };
	static const char *const last[] = { "Noordhoek", "Zonneveld", "Terpstra",   "Wagemaker",
		                                "Hofland",   "Kuiper",    "Oosterling", "van Rijnsoever" };
	static const char *const form[] = { " B.V.", " V.O.F.", "", " Holding B.V." };
	int64_t *price = calloc(debtors, sizeof(*price));

	assert_non_null(price);
	for (size_t i = 0; i < debtors; i++) {
		const char *name = mess_text(m, "%s %s%s", first[mess_random(m, 8)],
		                             last[mess_random(m, 8)], form[mess_random(m, 4)]);

		/* names repeat on purpose: 256 of them */
		world_debtor(m->w, mess_text(m, "K%05d", (int)i + 1), name, mess_iban(m));
		if (mess_random(m, 8) == 0) price[i] = mess_amount(m);
	}
	m->planned = calloc(invoices * 2 + 1, sizeof(bool));
	assert_non_null(m->planned);
	for (size_t k = 0; k < invoices; k++) {
		size_t d = (size_t)(mess_random(m, debtors) * mess_random(m, 1000) / 1000);
		struct vd_date on = { world_day("2025-01-02").day + (int32_t)(k * 330 / invoices) };
		size_t at =
		    world_item(m->w, d,
		               (struct world_item){ .number = mess_number(m, k, 2025),
		                                    .amount = price[d] > 0 ? price[d] : mess_amount(m),
		                                    .line = 1 });

		m->w->items[at].effective_on = on;
		m->w->items[at].due_on = vd_date_add_days(on, 30);
	}
	m->invoices = invoices;
	free(price);
}

/* --- payments --- */

static inline const struct match_item *
mess_item(const struct mess *m, size_t at)
{
	return &m->w->items[at];
}

static inline char *
mess_no(struct mess *m, size_t at)
{
	return mess_text(m, "%.*s", VD_FMT(mess_item(m, at)->number));
}

/* A payment by the debtor of the item, from his own account, of the whole item. */
static inline struct payment *
mess_pay(struct mess *m, const char *kind, size_t at)
{
	struct payment *p = &m->payments[m->count++];
	size_t d = m->w->owner[at];

	assert_true(m->count <= m->max);
	memset(p, 0, sizeof(*p));
	p->kind = kind;
	p->debtor = m->w->debtors[d].id;
	p->x.id = (int64_t)m->count;
	p->x.currency = VD_EUR;
	p->x.booked_on = vd_date_add_days(mess_item(m, at)->due_on, (int32_t)mess_random(m, 20) - 5);
	p->x.counterparty_name = m->w->names[d];
	p->truth_item[p->truth_count] = mess_item(m, at)->id;
	p->truth_amount[p->truth_count++] = p->x.amount_minor = mess_item(m, at)->amount_minor;
	m->planned[at] = true;
	p->x.counterparty_iban = m->w->ibans[d];
	return p;
}

static inline void
mess_say(struct payment *p, const char *text)
{
	p->x.remittance = p->x.remittance_joined = vd_str_c(text);
}

static inline void
mess_also(struct mess *m, struct payment *p, size_t at)
{
	const struct match_item *it = mess_item(m, at);

	p->x.amount_minor += it->credit ? -it->amount_minor : it->amount_minor;
	if (it->due_on.day > p->x.booked_on.day) p->x.booked_on = it->due_on;
	p->truth_item[p->truth_count] = it->id;
	p->truth_amount[p->truth_count++] = it->amount_minor;
	m->planned[at] = true;
}

/* The next unplanned invoice of the same debtor, SIZE_MAX when there is none. */
static inline size_t
mess_next(const struct mess *m, size_t at)
{
	const struct world_list *l = &m->w->of_debtor[m->w->owner[at]];

	for (size_t i = 0; i < l->count; i++) {
		if (l->places[i] > at && l->places[i] < m->invoices && !m->planned[l->places[i]])
			return l->places[i];
	}
	return SIZE_MAX;
}

/* Does the number name another invoice of the same debtor, or one of the same amount? Then nobody
 * can tell that it is the wrong one. */
static inline bool
mess_cannot_be_told(const struct mess *m, size_t at, const char *number)
{
	for (size_t i = 0; i < m->w->items_count; i++) {
		if (!vd_str_eq(m->w->items[i].number, vd_str_c(number))) continue;
		return m->w->owner[i] == m->w->owner[at] ||
		       m->w->items[i].amount_minor == m->w->items[at].amount_minor;
	}
	return false;
}

/* The number of the item with one digit wrong (0), two swapped (1) or one left out (2). */
static inline char *
mess_slip(struct mess *m, size_t item, int sort)
{
	const char *number = mess_no(m, item);
	size_t n = strlen(number);

	for (int tries = 0; tries < 100; tries++) {
		char *s = mess_text(m, "%s", number);
		size_t at = 1 + mess_random(m, n - 2);

		if (!vd_is_digit(s[at]) || !vd_is_digit(s[at - 1])) continue;
		if (sort == 0) {
			s[at] = (char)('0' + (s[at] - '0' + 1 + (int)mess_random(m, 9)) % 10);
		} else if (sort == 1) {
			char c = s[at];

			s[at] = s[at - 1];
			s[at - 1] = c;
		} else {
			memmove(s + at, s + at + 1, n - at);
		}
		if (!mess_cannot_be_told(m, item, s)) return s;
	}
	return mess_text(m, "%s", number);
}

/* Only the digits, or another way people write it. */
static inline char *
mess_noise(struct mess *m, const char *number)
{
	char *s = mess_text(m, "%s", number), *to = s;
	size_t digits = 0;

	switch (mess_random(m, 4)) {
	case 0:
		for (char *c = s; *c != '\0'; c++) *c = vd_to_lower(*c);
		return s;
	case 1:
		for (char *c = s; *c != '\0'; c++) {
			if (vd_is_digit(*c)) *to++ = *c;
		}
		*to = '\0';
		return s;
	case 2:
		for (digits = 0; s[digits] != '\0' && !vd_is_digit(s[digits]); digits++) {
		}
		return mess_text(m, "%.*s %.*s %s", (int)digits, s, 2, s + digits, s + digits + 2);
	default:
		return mess_text(m, "factuur%s", s);
	}
}

static inline const char *
mess_distraction(struct mess *m)
{
	unsigned a = (unsigned)mess_random(m, 9000) + 1000, b = (unsigned)mess_random(m, 90) + 10;

	switch (mess_random(m, 10)) {
	case 0:
		return mess_text(m, "d.d. %02u-%02u-2025", b % 28 + 1, b % 12 + 1);
	case 1:
		return mess_text(m, "EUR %u,%02u", a, b);
	case 2:
		return mess_text(m, "tel 06-%u%u", a, a);
	case 3:
		return mess_text(m, "KvK %u%u", a, a);
	case 4:
		return mess_text(m, "%u AB Utrecht", a);
	case 5:
		return mess_text(m, "uw IBAN %s", mess_iban(m));
	case 6:
		return mess_text(m, "order %u%u", a, b);
	case 7:
		return "maart 2025";
	case 8:
		return mess_text(m, "projectnr %u/%u", b, a);
	default:
		return mess_text(m, "1.%03u,%02u incl 21%% btw", a % 1000, b);
	}
}

static inline const char *
mess_phrase(struct mess *m)
{
	return MESS_PICK(m, "Factuur %s", "%s", "betaling fact %s", "factuurnr. %s", "Invoice %s",
	                 "uw nota %s");
}

static inline char *
mess_fill(struct mess *m, const char *phrase, const char *number)
{
	const char *at = strstr(phrase, "%s");

	return mess_text(m, "%.*s%s%s", (int)(at - phrase), phrase, number, at + 2);
}

/* --- kinds --- */

static inline void
mess_unknown_payer(struct mess *m, struct payment *p)
{
	p->x.counterparty_name = vd_str_c("Stichting Derdengelden Kwartel");
	p->x.counterparty_iban = vd_str_c(mess_iban(m));
}

static inline void
mess_combined(struct mess *m, size_t at)
{
	size_t next = mess_next(m, at), third;
	struct payment *p;
	char *text;
	int sort = (int)mess_random(m, 5);

	if (next == SIZE_MAX) return;
	m->planned[at] = m->planned[next] = true;
	third = mess_next(m, next);
	p = mess_pay(m,
	             sort < 3    ? "combined"
	             : sort == 3 ? "combined, short"
	                         : "combined, one slip",
	             at);
	mess_also(m, p, next);
	if (sort == 4) {
		text = mess_text(m, "Facturen %s en %s", mess_no(m, at),
		                 mess_slip(m, next, (int)mess_random(m, 3)));
	} else if (sort == 3) {
		const char *no = mess_no(m, next);

		text = mess_text(m, "Facturen %s, %d", mess_no(m, at), atoi(no + strlen(no) - 4));
	} else {
		text = mess_text(m, "%s %s%s%s", MESS_PICK(m, "Facturen", "betaling", "uw nota's", ""),
		                 mess_no(m, at), MESS_PICK(m, ", ", " en ", "+", " "), mess_no(m, next));
	}
	if (sort < 3 && third != SIZE_MAX) {
		mess_also(m, p, third);
		text = mess_text(m, "%s %s", text, mess_no(m, third));
	}
	mess_say(p, text);
}

static inline void
mess_credit(struct mess *m, size_t at, bool named)
{
	const struct match_item *it = mess_item(m, at);
	int64_t amount = 100 + (int64_t)mess_random(m, (uint64_t)it->amount_minor / 2);
	size_t credit = world_item(m->w, m->w->owner[at],
	                           (struct world_item){ .number = mess_text(m, "C%06d", (int)at),
	                                                .amount = amount,
	                                                .credit = true,
	                                                .line = 1 });
	struct payment *p = mess_pay(m, named ? "credit note named" : "credit note taken off", at);

	m->w->items[credit].effective_on = m->w->items[credit].due_on = it->effective_on;
	mess_also(m, p, credit);
	mess_say(p, named ? mess_text(m, "%s min creditnota %s", mess_no(m, at), mess_no(m, credit))
	                  : mess_text(m, "Factuur %s minus creditnota", mess_no(m, at)));
}

static inline void
mess_range(struct mess *m, size_t at)
{
	size_t d = m->w->owner[at], first = 0, n = 2 + mess_random(m, 4);
	struct payment *p;

	for (size_t i = 0; i < n; i++) {
		size_t it = world_item(m->w, d,
		                       (struct world_item){
		                           .number = mess_number(m, m->invoices + m->count * 8 + i, 2025),
		                           .amount = mess_amount(m),
		                           .line = 1 });

		m->w->items[it].effective_on = mess_item(m, at)->effective_on;
		m->w->items[it].due_on = mess_item(m, at)->due_on;
		if (i == 0) first = it;
	}
	p = mess_pay(m, "range", first);
	for (size_t i = 1; i < n; i++) mess_also(m, p, first + i);
	mess_say(p,
	         mess_random(m, 2)
	             ? mess_text(m, "Facturen %s t/m %s", mess_no(m, first), mess_no(m, first + n - 1))
	             : mess_text(m, "%s t/m %s", mess_no(m, first),
	                         mess_no(m, first + n - 1) + strlen(mess_no(m, first)) - 3));
}

static inline void
mess_joint(struct mess *m, size_t at)
{
	for (size_t other = at + 1; other < m->invoices && other < at + 40; other++) {
		struct payment *p;

		if (m->planned[other] || m->w->owner[other] == m->w->owner[at]) continue;
		p = mess_pay(m, "for two debtors", at);
		mess_also(m, p, other);
		mess_say(p, mess_text(m, "%s en %s", mess_no(m, at), mess_no(m, other)));
		return;
	}
}

/* His own number, written well or badly. */
static inline void
mess_numbered(struct mess *m, struct payment *p, size_t at, int kind)
{
	char *no = mess_no(m, at);

	mess_say(p, mess_fill(m, mess_phrase(m), no));
	switch (kind) {
	case 1:
		p->kind = "noisy";
		mess_say(p, mess_fill(m, mess_phrase(m), mess_noise(m, no)));
		break;
	case 2:
	case 3:
	case 4:
		p->kind = "one slip";
		mess_say(p, mess_fill(m, mess_phrase(m), mess_slip(m, at, kind - 2)));
		break;
	case 5:
		p->kind = "one slip, stranger";
		mess_say(p, mess_slip(m, at, (int)mess_random(m, 3)));
		mess_unknown_payer(m, p);
		break;
	case 6:
		p->kind = "stranger";
		mess_unknown_payer(m, p);
		break;
	case 7:
		p->kind = "distracted";
		mess_say(p, mess_text(m, "%s %s %s", mess_distraction(m), mess_fill(m, mess_phrase(m), no),
		                      mess_distraction(m)));
		break;
	default:
		break;
	}
}

/* Another amount than is open, or another currency. */
static inline void
mess_amounts(struct mess *m, struct payment *p, size_t at, int kind)
{
	mess_say(p, mess_fill(m, mess_phrase(m), mess_no(m, at)));
	switch (kind) {
	case 8:
		p->kind = "partial";
		p->x.amount_minor = 1 + (int64_t)mess_random(m, (uint64_t)p->x.amount_minor - 1);
		p->truth_amount[0] = p->x.amount_minor;
		break;
	case 9:
		p->kind = "overpaid";
		p->x.amount_minor +=
		    mess_random(m, 3) == 0 ? p->x.amount_minor : 1 + (int64_t)mess_random(m, 5000);
		break;
	default:
		p->kind = "dollars";
		memcpy(p->x.currency.code, "USD", 4);
		p->unknown = true;
		break;
	}
}

/* The number is absent, of another debtor, or inside a reference. */
static inline void
mess_not_numbered(struct mess *m, struct payment *p, size_t at, int kind)
{
	struct vd_reference r;
	char *no = mess_no(m, at);

	mess_say(p, MESS_PICK(m, "", "betaling", "conform afspraak", "zie bijlage"));
	switch (kind) {
	case 11:
		p->kind = "no number";
		break;
	case 12:
		p->kind = "no number, name only";
		p->x.counterparty_iban = vd_str_c(mess_iban(m));
		break;
	case 13:
		p->kind = "no number, no name";
		mess_unknown_payer(m, p);
		p->unknown = true;
		break;
	case 14:
		p->kind = "customer code";
		mess_unknown_payer(m, p);
		mess_say(p, mess_text(m, "klantnr %.*s", VD_FMT(m->w->debtors[m->w->owner[at]].number)));
		break;
	case 15:
		p->kind = "no number, distracted";
		mess_say(p, mess_text(m, "%s %s", mess_distraction(m), mess_distraction(m)));
		break;
	case 16:
		p->kind = "number of another debtor";
		do no = mess_no(m, mess_random(m, at + 1));
		while (at > 100 && mess_cannot_be_told(m, at, no));
		mess_say(p, no);
		break;
	default:
		p->kind = "RF in text";
		world_check(&m->w->ctx, vd_reference_make_rf(&m->w->ctx, vd_str_c(no), &r));
		mess_say(p, mess_text(m, "%.4s %.4s %s", r.text, r.text + 4, r.text + 8));
		break;
	}
}

static inline void
mess_single(struct mess *m, size_t at, int kind)
{
	struct payment *p = mess_pay(m, "clean", at);

	if (kind < 8) mess_numbered(m, p, at, kind);
	else if (kind < 11) mess_amounts(m, p, at, kind);
	else mess_not_numbered(m, p, at, kind);
}

static inline void
mess_twice(struct mess *m, size_t at)
{
	struct payment *p = mess_pay(m, "clean", at), *again;

	mess_say(p, mess_fill(m, mess_phrase(m), mess_no(m, at)));
	again = mess_pay(m, "paid again", at);
	again->x.remittance = again->x.remittance_joined = p->x.remittance;
	again->x.booked_on = vd_date_add_days(p->x.booked_on, 3);
	again->unknown = true;
}

static inline void
mess_free(struct mess *m)
{
	free(m->payments);
	free(m->planned);
}

static inline int
mess_by_day(const void *a, const void *b)
{
	const struct payment *x = a, *y = b;

	if (x->x.booked_on.day != y->x.booked_on.day)
		return x->x.booked_on.day < y->x.booked_on.day ? -1 : 1;
	return x->x.id < y->x.id ? -1 : 1;
}

static inline void
mess_make(struct mess *m, struct world *w, uint64_t seed, int scheme, size_t debtors,
          size_t invoices)
{
	*m = (struct mess){
		.w = w, .state = seed * 7919 + (uint64_t)scheme, .scheme = scheme, .max = invoices * 2
	};
	world_new(w, debtors, invoices * 10);
	m->payments = calloc(m->max, sizeof(*m->payments));
	assert_non_null(m->payments);
	mess_facts(m, debtors, invoices);
	for (size_t at = 0; at < invoices; at++) {
		int kind = (int)mess_random(m, 30);

		if (m->planned[at] || mess_random(m, 12) == 0) continue;
		if (kind < 18) mess_single(m, at, kind);
		else if (kind < 21) mess_combined(m, at);
		else if (kind == 21 || kind == 22) mess_credit(m, at, kind == 21);
		else if (kind == 23 && m->count * 8 < invoices * 3) mess_range(m, at);
		else if (kind == 24) mess_joint(m, at);
		else if (kind == 25) mess_twice(m, at);
		else mess_single(m, at, 0);
	}
	qsort(m->payments, m->count, sizeof(*m->payments), mess_by_day);
}
#endif
