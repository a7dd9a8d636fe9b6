/* Scores matching on generated workloads that carry the truth: every payment is replayed in booking
 * order against the open amounts the earlier ones left, and the first proposal is booked when it is
 * certain enough. Asserts that nothing wrong is booked, and a floor for what is booked.
 *
 *   u_matching_bench                      own workload, and ../shared/bench/gen.py when it is there
 * (XS, S) u_matching_bench FOLDER [FOLDER...]   score workloads that gen.py wrote, and print wrong
 * and missed ones */
#include "matching_mess.h"

#include "base/clock.h"

#include <unistd.h>

#define KINDS_MAX 64
struct score {
	const char *kind;
	size_t total, known, right, wrong, first, left;
};

struct result {
	struct score scores[KINDS_MAX];
	size_t count;
	struct score all;
	int64_t us;
};

static struct score *
score_of(struct result *r, const char *kind)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->scores[i].kind, kind) == 0) return &r->scores[i];
	}
	assert_true(r->count < KINDS_MAX);
	r->scores[r->count].kind = kind;
	return &r->scores[r->count++];
}

static bool
is_right(const struct payment *p, const struct match_proposal *m)
{
	if (m->lines_count != p->truth_count || (p->truth_count == 0 && m->debtor_id != p->debtor))
		return false;
	for (size_t i = 0; i < p->truth_count; i++) {
		bool found = false;

		for (size_t k = 0; k < m->lines_count && !found; k++)
			found = m->lines[k].item_id == p->truth_item[i] &&
			        m->lines[k].amount_minor == p->truth_amount[i];
		if (!found) return false;
	}
	return true;
}

static void
show(const struct world *w, const struct payment *p, const char *what,
     const struct match_proposal *m, size_t count)
{
	printf("%s %s %lld \"%.*s\" from \"%.*s\" ref %.*s, truth", what, p->kind,
	       (long long)p->x.amount_minor, VD_FMT(p->x.remittance), VD_FMT(p->x.counterparty_name),
	       VD_FMT(p->x.structured_ref));
	for (size_t i = 0; i < p->truth_count; i++)
		printf(" %.*s:%lld(open %lld)", VD_FMT(w->items[p->truth_item[i] - 1000].number),
		       (long long)p->truth_amount[i],
		       (long long)w->items[p->truth_item[i] - 1000].open_minor);
	for (size_t i = 0; i < count; i++)
		printf("\n    %lld kind %d: %.*s", (long long)m[i].certainty_bp, (int)m[i].kind,
		       VD_FMT(m[i].reasons));
	printf("\n");
}

/* What a person would book afterwards: the truth, as far as it is still open. */
static void
settle_by_hand(struct world *w, const struct payment *p)
{
	for (size_t i = 0; i < p->truth_count; i++) {
		struct match_item *it = &w->items[p->truth_item[i] - 1000];

		it->open_minor =
		    p->truth_amount[i] < it->open_minor ? it->open_minor - p->truth_amount[i] : 0;
		world_account(w, w->owner[p->truth_item[i] - 1000], p->x.counterparty_iban, false);
	}
}

/* Share of the time that is matching's own: keys and proposals, not the look-ups of this test. */
static size_t
timed_propose(struct world *w, const struct match_transaction *x, struct match_proposal *m,
              int64_t *us)
{
	static struct world_found f;
	struct match_key keys[MATCH_KEYS_MAX];
	size_t n, count;
	int64_t start;

	vd_arena_release(&w->scratch_arena);
	world_lookup(w, x, &f);
	start = vd_clock_monotonic_us();
	for (int again = 0; again < 4; again++) { /* the clock counts whole microseconds */
		world_check(&w->scratch, match_keys(&w->scratch, x, keys, &n));
		world_check(&w->scratch,
		            match_propose(&w->scratch, x, &w->rules, f.debtors, f.debtors_count, f.items,
		                          f.items_count, NULL, 0, m, &count));
	}
	*us += vd_clock_monotonic_us() - start;
	return count;
}

static void
replay(struct world *w, const struct payment *payments, size_t count, struct result *r,
       bool by_hand, bool talk)
{
	static struct match_proposal m[MATCH_PROPOSALS_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct payment *p = &payments[i];
		struct score *s = score_of(r, p->kind);
		size_t n = timed_propose(w, &p->x, m, &r->us);
		bool book = n > 0 && m[0].certainty_bp >= w->rules.threshold_bp,
		     right = n > 0 && is_right(p, &m[0]);

		for (size_t k = 0; k < n; k++) world_verify(w, &p->x, &m[k]);
		right = right && !p->unknown;
		s->total++;
		s->known += !p->unknown;
		s->right += book && right;
		s->wrong += book && !right;
		s->first += !book && right;
		s->left += !book && !right;
		if ((book && !right) || (talk && !book))
			show(w, p, book ? "WRONG" : right ? "first" : "left", m, n);
		if (book) world_book(w, &p->x, &m[0]);
		else if (by_hand) settle_by_hand(w, p);
	}
	r->us /= 4;
}

static void
report(struct result *r, const char *title)
{
	printf("%-28s %8s %8s %6s %8s %8s %8s\n", title, "payments", "booked", "wrong", "first", "left",
	       "share");
	for (size_t i = 0; i <= r->count; i++) {
		struct score *s = i < r->count ? &r->scores[i] : &r->all;

		if (i == r->count) s->kind = "all";
		printf("  %-26s %8zu %8zu %6zu %8zu %8zu", s->kind, s->total, s->right, s->wrong, s->first,
		       s->left);
		if (s->known > 0) printf(" %7.2f%%\n", 100.0 * (double)s->right / (double)s->known);
		else printf("  nobody knows\n");
		if (i == r->count) break;
		r->all.total += s->total;
		r->all.known += s->known;
		r->all.right += s->right;
		r->all.wrong += s->wrong;
		r->all.first += s->first;
		r->all.left += s->left;
	}
	printf("  %.2f us per transaction\n",
	       (double)r->us / (double)(r->all.total > 0 ? r->all.total : 1));
}

/* --- workloads of gen.py --- */

/* Cuts one CSV line into fields, in place; quotes as Python's csv writes them. */
static size_t
fields(char *line, char **out, size_t max)
{
	size_t n = 0;

	for (char *p = line; n < max;) {
		char *to = p;
		bool quoted = *p == '"';

		out[n++] = p;
		if (quoted) p++;
		while (*p != '\0' && *p != '\n') {
			if (quoted && p[0] == '"' && p[1] == '"') p++;
			else if (quoted && *p == '"') {
				quoted = false;
				p++;
				continue;
			} else if (!quoted && *p == ',') break;
			*to++ = *p++;
		}
		bool more = *p == ',';
		*to = '\0';
		if (!more) return n;
		p++;
	}
	return n;
}

static int64_t
minor(const char *text)
{
	struct vd_arena arena = VD_ARENA(65536);
	struct vd_context ctx = { .arena = &arena };
	struct vd_money m = { 0 };

	world_check(&ctx, vd_money_parse(&ctx, vd_str_c(text), VD_EUR, &m));
	vd_arena_release(&arena);
	return m.minor;
}

static FILE *
open_file(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;

	assert_in_range(snprintf(path, sizeof(path), "%s/%s", folder, name), 1, sizeof(path) - 1);
	f = fopen(path, "rb");
	if (f == NULL) fail_msg("cannot open %s", path);
	return f;
}

static size_t
count_lines(const char *folder, const char *name)
{
	FILE *f = open_file(folder, name);
	size_t n = 0;

	for (int c; (c = getc(f)) != EOF;) n += c == '\n';
	fclose(f);
	return n;
}

static size_t
place_of(struct world *w, int kind, char tag, const char *text)
{
	struct vd_str key;
	struct world_list *l;

	world_check(&w->ctx, vd_code_normalise(&w->ctx, vd_str_c(text), &key));
	l = world_slot(w, tag, kind, key);
	assert_int_equal(l->count, 1);
	return l->places[0];
}

static void
load_facts(struct world *w, const char *folder)
{
	static char line[8192];
	char *v[16];
	FILE *f = open_file(folder, "debtors.csv");

	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL && fields(line, v, 16) > 6)
		world_debtor(w, v[0], v[1], v[6]);
	fclose(f);
	f = open_file(folder, "invoices.csv");
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL && fields(line, v, 16) > 9)
		world_item(w, place_of(w, MATCH_KEY_DEBTOR, 'K', v[1]),
		           (struct world_item){ .number = v[0],
		                                .on = v[2],
		                                .due = v[3],
		                                .amount = minor(v[6]),
		                                .reference = v[9],
		                                .line = 1 });
	fclose(f);
}

static void
load_truth(struct world *w, struct payment *p, char *text)
{
	while (text != NULL && *text != '\0') {
		char *colon = strchr(text, ':'), *next = strchr(text, ';');

		assert_true(colon != NULL && p->truth_count < MESS_TRUTH_MAX);
		*colon = '\0';
		if (next != NULL) *next++ = '\0';
		p->truth_item[p->truth_count] = 1000 + (int64_t)place_of(w, MATCH_KEY_NUMBER, 'W', text);
		p->truth_amount[p->truth_count++] = minor(colon + 1);
		text = next;
	}
}

static size_t
load_payments(struct world *w, const char *folder, struct payment *out)
{
	static char line[8192];
	FILE *f = open_file(folder, "payments.csv");
	size_t n = 0;
	char *v[16];

	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL && fields(line, v, 16) > 10) {
		struct payment *p = &out[n++];

		p->x = (struct match_transaction){ .id = (int64_t)n,
			                               .booked_on = world_day(v[1]),
			                               .amount_minor = minor(v[2]),
			                               .currency = VD_EUR };
		p->x.counterparty_name = world_keep(w, v[4]);
		p->x.counterparty_iban = world_keep(w, v[5]);
		p->x.remittance = p->x.remittance_joined = world_keep(w, v[6]);
		p->x.structured_ref = world_keep(w, v[7]);
		p->kind = world_keep(w, v[8]).ptr;
		p->debtor = 1 + (int64_t)place_of(w, MATCH_KEY_DEBTOR, 'K', v[9]);
		load_truth(w, p, v[10]);
	}
	fclose(f);
	return n;
}

static struct score
score_folder(const char *folder, bool by_hand, bool talk)
{
	static struct world w;
	struct result r = { 0 };
	size_t lines = count_lines(folder, "payments.csv"), n;
	struct payment *payments = calloc(lines + 1, sizeof(*payments));

	assert_non_null(payments);
	world_new(&w, count_lines(folder, "debtors.csv") + 1,
	          count_lines(folder, "invoices.csv") + lines + 1);
	load_facts(&w, folder);
	n = load_payments(&w, folder, payments);
	replay(&w, payments, n, &r, by_hand, talk);
	report(&r, folder);
	free(payments);
	world_free(&w);
	return r.all;
}

static void
generated_workloads(void **state)
{
	static const char *const runs[][2] = {
		{ "XS", "1" }, { "XS", "2" }, { "XS", "3" }, { "S", "1" }
	};
	const char *root = getenv("SOURCE_ROOT");
	char script[4096], folder[] = "/tmp/u_matching_XXXXXX", command[9000], data[4096];

	(void)state;
	snprintf(script, sizeof(script), "%s/../shared/bench/gen.py", root != NULL ? root : ".");
	if (access(script, R_OK) != 0)
		snprintf(script, sizeof(script), "%s/../../shared/bench/gen.py", root != NULL ? root : ".");
	if (access(script, R_OK) != 0) {
		printf("skipped: no workload generator beside the source\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < VD_LENGTH(runs); i++) {
		struct score s;

		snprintf(command, sizeof(command),
		         "python3 '%s' %s --seed %s --out %s --formats none >/dev/null", script, runs[i][0],
		         runs[i][1], folder);
		assert_int_equal(system(command), 0);
		snprintf(data, sizeof(data), "%s/%s", folder, runs[i][0]);
		s = score_folder(data, false, false);
		assert_int_equal(s.wrong, 0);
		assert_true(s.right * 1000 >= s.total * 970);
	}
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

/* --- our own workload --- */

static struct score
score_mess(uint64_t seed, int scheme, size_t invoices, bool talk)
{
	static struct world w;
	struct mess m;
	struct result r = { 0 };
	char title[40];

	mess_make(&m, &w, seed, scheme, 300, invoices);
	w.rules.several_debtors = true;
	replay(&w, m.payments, m.count, &r, true, talk);
	snprintf(title, sizeof(title), "own, seed %d, scheme %d", (int)seed, scheme);
	report(&r, title);
	mess_free(&m);
	world_free(&w);
	return r.all;
}

static void
our_own_workload(void **state)
{
	(void)state;
	for (int scheme = 0; scheme < MESS_SCHEMES; scheme++) {
		struct score s = score_mess(1 + (uint64_t)scheme, scheme, 2000, false);

		assert_int_equal(s.wrong, 0);
		assert_true(s.right * 100 >= s.known * 87);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_workload),
		cmocka_unit_test(generated_workloads),
	};
	bool talk = getenv("TALK") != NULL;

	if (argc < 2) return cmocka_run_group_tests(tests, NULL, NULL);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '/' || argv[i][0] == '.')
			score_folder(argv[i], getenv("BY_HAND") != NULL, talk);
		else score_mess((uint64_t)atoi(argv[i]) / 10, atoi(argv[i]) % 10, 5000, talk);
	}
	return 0;
}
