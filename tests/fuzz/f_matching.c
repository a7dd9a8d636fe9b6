/* Payment text is written by strangers. Any text, with any amount, against a fixed administration:
 * keys stay within their limits, and every proposal keeps its sums.
 *
 * Input: one byte of flags and one that picks items whose sum is paid, then the texts, a line each:
 * remittance, name, structured reference, document numbers, end-to-end id, information. */
#include "base/utf8.h"
#include "matching/matching.h"
#include "value/date.h"
#include "value/identifier.h"

#include <stdint.h>
#include <stdio.h>

#define ITEMS           24
#define DEBTORS         4
#define MUST(condition) VD_ASSERT(condition)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const numbers[ITEMS] = {
	"F250000123",  "F250000124",    "F250000125", "F250000132", "F240000123", "C250000007",
	"2025-0001",   "20250312",      "10023",      "10024",      "1001",       "12",
	"VF-25/00012", "INV-2025-1001", "2025.01",    "F25A0001",   "250000123",  "0000123",
	"F250001302",  "F250001303",    "F250001304", "7",          "F250000123", NULL,
};

static void
make_items(struct vd_context *ctx, struct match_item items[ITEMS])
{
	static const int64_t amounts[] = { 12100, 9900, 5000, 12100, 77, 100000 };

	for (size_t i = 0; i < ITEMS; i++) {
		struct match_item *it = &items[i];

		*it = (struct match_item){
			.id = 100 + (int64_t)i,
			.debtor_id = 1 + (int64_t)(i % DEBTORS),
			.kind = MATCH_INVOICE,
			.credit = i == 5 || i == ITEMS - 1,
			.amount_minor = amounts[i % 6],
			.currency = VD_EUR,
			.effective_on = { 20000 + (int32_t)i },
			.due_on = { 20030 + (int32_t)i },
			.line = i == 22 ? 2 : 1,
			.number = vd_str_c(numbers[i]),
		};
		it->open_minor = i % 7 == 6 ? 0 : it->amount_minor;
		MUST(vd_code_normalise(ctx, it->number, &it->number_key) == VD_OK);
		if (i == 3) it->reference_key = VD_STR("8850426741301240");
		if (i == 9 || i == 13) it->order_key = VD_STR("A1B2C3");
	}
}

static void
make_debtors(struct match_debtor debtors[DEBTORS], unsigned flags)
{
	static const char *const codes[] = { "K00001", "K00002", "10023", "JANSEN" };
	static const char *const names[] = { "bakkerij noordhoek b v", "j terpstra", "j terpstra",
		                                 "garage zonneveld" };

	for (size_t i = 0; i < DEBTORS; i++) {
		debtors[i] = (struct match_debtor){
			.id = 1 + (int64_t)i,
			.number = vd_str_c(codes[i]),
			.number_key = vd_str_c(codes[i]),
			.name_fold = vd_str_c(names[i]),
		};
	}
	if (flags & 1) debtors[0].account = MATCH_ACCOUNT_STATED;
	if (flags & 2) debtors[1].account = MATCH_ACCOUNT_LEARNED;
	for (size_t i = 0; i < DEBTORS; i++)
		debtors[i].account_debtors = (flags & 3) == 3 ? 2 : (flags & 3) != 0;
}

static void
check_proposal(const struct match_transaction *x, const struct match_item items[ITEMS],
               const struct match_proposal *p)
{
	int64_t sum = p->unallocated_minor;

	MUST(p->certainty_bp >= 0 && p->certainty_bp <= 10000 && p->lines_count <= MATCH_LINES_MAX &&
	     p->reasons.len > 0);
	for (size_t i = 0; i < p->lines_count; i++) {
		const struct match_line *l = &p->lines[i];
		const struct match_item *it = &items[l->item_id - 100];

		MUST(l->item_id >= 100 && l->item_id < 100 + ITEMS && l->amount_minor > 0);
		MUST(l->amount_minor + l->write_off_minor <= it->open_minor &&
		     l->debtor_id == it->debtor_id && l->credit == it->credit);
		for (size_t k = 0; k < i; k++) MUST(p->lines[k].item_id != l->item_id);
		sum += it->credit == (x->amount_minor < 0) ? l->amount_minor : -l->amount_minor;
	}
	MUST(sum == (x->amount_minor < 0 ? -x->amount_minor : x->amount_minor));
}

static void
run(struct vd_context *ctx, const struct match_transaction *x, unsigned flags)
{
	static struct match_proposal out[MATCH_PROPOSALS_MAX];
	struct match_rules rules = { .threshold_bp = 9000,
		                         .tolerance_minor = flags & 4 ? 500 : 0,
		                         .tolerance_bp = 100,
		                         .net_credits = (flags & 8) != 0,
		                         .settled_given = (flags & 16) != 0,
		                         .several_debtors = (flags & 32) != 0 };
	struct match_item items[ITEMS];
	struct match_debtor debtors[DEBTORS];
	struct match_key keys[MATCH_KEYS_MAX];
	size_t n = 0;

	MUST(match_keys(ctx, x, keys, &n) == VD_OK && n <= MATCH_KEYS_MAX);
	for (size_t i = 0; i < n; i++) MUST(keys[i].text.len > 0 && keys[i].kind < MATCH_KEY__COUNT);
	make_items(ctx, items);
	make_debtors(debtors, flags);
	MUST(match_propose(ctx, x, &rules, debtors, DEBTORS, items, ITEMS, NULL, 0, out, &n) == VD_OK);
	MUST(n <= MATCH_PROPOSALS_MAX);
	for (size_t i = 0; i < n; i++) {
		check_proposal(x, items, &out[i]);
		MUST(i == 0 || out[i].certainty_bp <= out[i - 1].certainty_bp);
		MUST(i == 0 || out[0].certainty_bp < rules.threshold_bp ||
		     out[i].certainty_bp < out[0].certainty_bp);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_arena arena = VD_ARENA((size_t)64 << 20);
	struct vd_context ctx = { .arena = &arena };
	struct match_transaction x = { .id = 1,
		                           .currency = VD_EUR,
		                           .booked_on = { 20040 },
		                           .counterparty_iban = VD_STR("NL91ABNA0417164300") };
	struct vd_str *const texts[] = { &x.remittance,       &x.counterparty_name, &x.structured_ref,
		                             &x.document_numbers, &x.end_to_end,        &x.info };
	static const int64_t amounts[] = { 12100, 9900, 5000,  24200, 22000, 27000,  1,       77,
		                               12050, 100,  10000, 17100, 4950,  121000, -100000, -12100 };
	struct vd_str rest, piece;

	if (size < 2) return 0;
	rest = (struct vd_str){ (const char *)data + 2, size - 2 };
	if (!vd_utf8_valid(rest, NULL)) return 0; /* refused before it comes here */
	for (size_t i = 0; i < VD_LENGTH(texts) && vd_str_cut(&rest, '\n', &piece); i++)
		*texts[i] = piece;
	x.remittance_joined =
	    x.remittance.len > 9 ? vd_str_sub(x.remittance, 1, x.remittance.len) : x.remittance;
	x.amount_minor = amounts[data[1] % VD_LENGTH(amounts)];
	if (data[0] & 64) x.return_reason = VD_STR("AM04");
	run(&ctx, &x, data[0]);
	vd_arena_release(&arena);
	return 0;
}
