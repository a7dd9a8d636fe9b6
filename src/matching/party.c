/* Who pays: what account, code and name say about each candidate debtor. */
#include "base/utf8.h"
#include "matching/work.h"

#include <string.h>

#define NAME_WORDS_MAX 16
#define BEGINNING_MIN  12 /* bytes: a name cut off shorter than this says little */
#define CODE_LENGTH_MIN \
	4 /* a code with letters; one of digits needs one more, or a word before it */

/* --- names --- */

/* Legal forms and small words that banks and people leave out; folded, in byte order. */
static const char *const small_words[] = {
	"ag",  "bv",      "bvba",    "co",   "cv",   "de",  "den", "der",  "dhr", "een",       "en",
	"eo",  "familie", "fam",     "gmbh", "heer", "het", "hr",  "inc",  "inz", "kg",        "llc",
	"ltd", "mevr",    "mevrouw", "mr",   "mw",   "nv",  "sa",  "sarl", "srl", "stichting", "te",
	"ten", "ter",     "the",     "und",  "van",  "vd",  "vof", "von",  "zn",
};

static bool
is_small(struct vd_str word)
{
	if (word.len < 2) return true; /* initials, and "b v" */
	for (size_t i = 0; i < VD_LENGTH(small_words); i++) {
		if (vd_str_eq(word, vd_str_c(small_words[i]))) return true;
	}
	return false;
}

static size_t
telling_words(struct vd_str fold, struct vd_str out[NAME_WORDS_MAX])
{
	struct vd_str word;
	size_t n = 0;

	while (n < NAME_WORDS_MAX && vd_str_cut(&fold, ' ', &word)) {
		if (!is_small(word)) out[n++] = word;
	}
	return n;
}

static size_t
words_in(const struct vd_str *few, size_t n, const struct vd_str *many, size_t m)
{
	size_t common = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < m; j++) {
			if (!vd_str_eq(few[i], many[j])) continue;
			common++;
			break;
		}
	}
	return common;
}

enum match_likeness
match_name_likeness(struct vd_str a, struct vd_str b)
{
	struct vd_str wa[NAME_WORDS_MAX], wb[NAME_WORDS_MAX];
	size_t na, nb, common;

	if (a.len == 0 || b.len == 0) return NAME_OTHER;
	if (vd_str_eq(a, b)) return NAME_EQUAL;
	na = telling_words(a, wa);
	nb = telling_words(b, wb);
	common = na < nb ? words_in(wa, na, wb, nb) : words_in(wb, nb, wa, na);
	if (na == nb && na > 0 && common == na) {
		bool in_order = true;

		for (size_t i = 0; i < na; i++) in_order = in_order && vd_str_eq(wa[i], wb[i]);
		return in_order ? NAME_LOOSE : NAME_SIMILAR;
	}
	if (a.len >= BEGINNING_MIN && b.len >= BEGINNING_MIN &&
	    (vd_str_starts(a, b) || vd_str_starts(b, a)))
		return NAME_BEGINNING;
	return common >= 2 && (common == na || common == nb) ? NAME_SIMILAR : NAME_OTHER;
}

static enum vd_status
compare_names(struct match_work *w)
{
	struct vd_str payer, ultimate;

	VD_TRY(vd_utf8_fold(w->ctx, w->x->counterparty_name, &payer));
	VD_TRY(vd_utf8_fold(w->ctx, w->x->ultimate_name, &ultimate));
	for (size_t i = 0; i < w->parties_count; i++) {
		struct match_party *p = &w->parties[i];

		if (p->debtor == NULL) continue;
		p->name = (uint8_t)match_name_likeness(payer, p->debtor->name_fold);
		p->ultimate = (uint8_t)match_name_likeness(ultimate, p->debtor->name_fold);
	}
	return VD_OK;
}

/* --- codes --- */

/* How far a token that equals the code may be believed: 2 surely, 1 perhaps, 0 not. */
static uint8_t
code_strength(const struct match_token *t)
{
	bool letters = t->digits.len < t->code.len;

	if (t->announced == WORD_DEBTOR) return 2;
	if (t->announced == WORD_INVOICE || t->announced == WORD_ORDER || t->look != LOOK_PLAIN)
		return 0;
	if (t->source > SOURCE_TEXT || t->code.len < CODE_LENGTH_MIN) return 0;
	if (letters) return 2;
	return t->code.len > CODE_LENGTH_MIN ? 1 : 0;
}

static void
find_codes(struct match_work *w)
{
	for (size_t k = 0; k < w->found.count; k++) {
		const struct match_token *t = &w->found.tokens[k];
		uint8_t strength = code_strength(t);

		for (size_t i = 0; strength > 0 && i < w->parties_count; i++) {
			struct match_party *p = &w->parties[i];

			if (p->debtor == NULL || !vd_str_eq(p->debtor->number_key, t->code)) continue;
			if (strength > p->code) p->code = strength;
			for (size_t j = t->first; strength == 2 && j <= t->last; j++)
				w->used[j] = MENTION_WHOLE;
		}
	}
}

/* --- conclusions --- */

/* How many debtors account, code and name point at. */
struct pointers {
	size_t account_sure, code_sure, name_whole, name_cut, ultimate;
	size_t sharers_named; /* users of a shared account whose name is the payer's */
};

static bool
bears_name(const struct match_party *p)
{
	return p->name >= NAME_LOOSE || p->ultimate >= NAME_LOOSE;
}

static struct pointers
count_pointers(const struct match_work *w)
{
	struct pointers n = { 0 };

	for (size_t i = 0; i < w->parties_count; i++) {
		const struct match_party *p = &w->parties[i];

		n.account_sure += p->account_sure;
		n.code_sure += p->code == 2;
		n.name_whole += p->name >= NAME_LOOSE;
		n.name_cut += p->name == NAME_BEGINNING;
		n.ultimate += p->ultimate >= NAME_LOOSE;
		n.sharers_named += p->account_shared && bears_name(p);
	}
	return n;
}

static enum match_payer
supports(const struct match_party *p, const struct pointers *n)
{
	if (p->account_sure || p->account_shared || p->code == 2) return PAYER_SURE;
	if (p->name >= NAME_BEGINNING || p->ultimate >= NAME_BEGINNING || p->code == 1)
		return PAYER_LIKELY;
	if (p->name == NAME_SIMILAR || p->ultimate == NAME_SIMILAR) return PAYER_MAYBE;
	return n->account_sure > 0 || n->code_sure > 0 ? PAYER_OTHER : PAYER_UNKNOWN;
}

/* Does anything point at another debtor than p? */
static bool
pointed_elsewhere(const struct match_party *p, const struct pointers *n)
{
	if (n->account_sure > p->account_sure || n->code_sure > (p->code == 2)) return true;
	if (n->ultimate > (p->ultimate >= NAME_LOOSE)) return true;
	return n->name_whole > 0 && p->name < NAME_SIMILAR && p->code < 2 && p->ultimate < NAME_LOOSE;
}

static enum match_payer
identifies(const struct match_party *p, const struct pointers *n)
{
	bool any = p->account_sure || p->account_shared || p->code > 0 || p->name != NAME_OTHER ||
	           p->ultimate != NAME_OTHER;
	bool stranger =
	    p->debtor != NULL && p->debtor->account == MATCH_ACCOUNT_LEARNED && p->name == NAME_OTHER;

	if (!any) return PAYER_UNKNOWN;
	if (pointed_elsewhere(p, n)) return PAYER_MAYBE;
	if (p->code == 2) return PAYER_SURE;
	if (p->account_sure) return stranger ? PAYER_LIKELY : PAYER_SURE;
	if (p->account_shared)
		return bears_name(p) && n->sharers_named == 1 ? PAYER_LIKELY : PAYER_MAYBE;
	if (p->ultimate == NAME_EQUAL && n->ultimate == 1) return PAYER_LIKELY;
	return p->name == NAME_EQUAL && n->name_whole == 1 && n->name_cut == 0 ? PAYER_LIKELY
	                                                                       : PAYER_MAYBE;
}

enum vd_status
match_parties(struct match_work *w, const struct match_debtor *debtors, size_t count)
{
	struct pointers n;

	for (size_t i = 0; i < count; i++) {
		const struct match_debtor *d = &debtors[i];
		struct match_party *p = &w->parties[w->parties_count++];

		*p = (struct match_party){ .debtor = d, .id = d->id };
		p->account_sure = d->account != MATCH_ACCOUNT_NONE && d->account_debtors <= 1;
		p->account_shared = d->account != MATCH_ACCOUNT_NONE && d->account_debtors > 1;
	}
	VD_TRY(compare_names(w));
	find_codes(w);
	n = count_pointers(w);
	for (size_t i = 0; i < w->parties_count; i++) {
		struct match_party *p = &w->parties[i];

		p->supports = (uint8_t)supports(p, &n);
		p->identifies = (uint8_t)identifies(p, &n);
	}
	return VD_OK;
}
