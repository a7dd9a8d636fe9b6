/* The closed sets of this room and their words, as they stand in profile text and in results. */
#include "policy/internal.h"

static const struct {
	const char *name;
	bool message; /* reaches the debtor on paper or screen */
} kinds[POLICY__ACTION_COUNT] = {
	[POLICY_EMAIL] = { "email", true },
	[POLICY_LETTER] = { "letter", true },
	[POLICY_SMS] = { "sms", true },
	[POLICY_CALL] = { "call", false },
	[POLICY_CHECK] = { "check", false },
	[POLICY_NOTICE_OF_DEFAULT] = { "notice_of_default", true },
	[POLICY_FOURTEEN_DAY_LETTER] = { "fourteen_day_letter", true },
	[POLICY_COSTS] = { "costs", false },
	[POLICY_STOP_DELIVERY_WARNING] = { "stop_delivery_warning", true },
	[POLICY_HAND_OVER] = { "hand_over", false },
};

static const char *const outcomes[POLICY__OUTCOME_COUNT] = {
	[POLICY_ACT] = "act",
	[POLICY_LAPSE] = "lapse",
	[POLICY_NOT_DUE] = "not_due",
	[POLICY_HELD] = "held",
	[POLICY_GATE_CLOSED] = "gate_closed",
	[POLICY_NETTED] = "netted",
	[POLICY_WAITING] = "waiting",
	[POLICY_TOO_SOON] = "too_soon",
	[POLICY_DONE] = "done",
	[POLICY_NO_PROFILE] = "no_profile",
	[POLICY_SETTLED] = "settled",
	[POLICY_TOO_SMALL] = "too_small",
	[POLICY_NO_CONSENT] = "no_consent",
};

static const char *const risks[] = {
	[POLICY_RISK_LOW] = "low",
	[POLICY_RISK_NORMAL] = "normal",
	[POLICY_RISK_HIGH] = "high",
};

static const char *const histories[] = {
	[POLICY_FIRST_TIME] = "first_time",
	[POLICY_NORMAL] = "normal",
	[POLICY_FREQUENT] = "frequent",
};

static bool
find(struct vd_str word, const char *const *names, size_t count, size_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (!vd_str_eq(word, vd_str_c(names[i]))) continue;
		*out = i;
		return true;
	}
	return false;
}

const char *
policy_action_name(enum policy_action_kind kind)
{
	return kinds[kind].name;
}

bool
policy_is_message(enum policy_action_kind kind)
{
	return kinds[kind].message;
}

const char *
policy_outcome_name(enum policy_outcome outcome)
{
	return outcomes[outcome];
}

const char *
policy_risk_name(enum policy_risk risk)
{
	return risks[risk];
}

const char *
policy_history_name(enum policy_history history)
{
	return histories[history];
}

bool
policy_action_parse(struct vd_str word, enum policy_action_kind *out)
{
	for (size_t i = 0; i < VD_LENGTH(kinds); i++) {
		if (!vd_str_eq(word, vd_str_c(kinds[i].name))) continue;
		*out = (enum policy_action_kind)i;
		return true;
	}
	return false;
}

bool
policy_risk_parse(struct vd_str word, enum policy_risk *out)
{
	size_t i;

	if (!find(word, risks, VD_LENGTH(risks), &i)) return false;
	*out = (enum policy_risk)i;
	return true;
}

bool
policy_history_parse(struct vd_str word, enum policy_history *out)
{
	size_t i;

	if (!find(word, histories, VD_LENGTH(histories), &i)) return false;
	*out = (enum policy_history)i;
	return true;
}

int
policy_compare(int64_t minor, struct vd_currency currency, int64_t threshold)
{
	__extension__ typedef __int128 i128;
	i128 left = minor, right = threshold;

	if (threshold == INT64_MAX) return -1; /* no limit at all */
	for (int d = vd_currency_decimals(currency); d < 2; d++) left *= 10;
	for (int d = vd_currency_decimals(currency); d > 2; d--) right *= 10;
	return left < right ? -1 : left > right;
}

struct vd_str
policy_clip(struct vd_str s, size_t n)
{
	if (s.len <= n) return s;
	while (n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) n--;
	return (struct vd_str){ s.ptr, n };
}

/* First time: he was never reminded and at most this one is late. Frequent: of the last year at
 * least three, and three in ten of what he paid, were late. */
enum policy_history
policy_history_of(const struct policy_debtor *debtor)
{
	if (debtor->reminded_before == 0 && debtor->late_invoices <= 1) return POLICY_FIRST_TIME;
	if (debtor->late_invoices >= 3 && debtor->paid_invoices >= 3 &&
	    debtor->late_invoices >=
	        (debtor->paid_invoices / 10) * 3 + (debtor->paid_invoices % 10 * 3 + 9) / 10)
		return POLICY_FREQUENT;
	return POLICY_NORMAL;
}

/* What other packages call the steps, in Dutch and English; the code is the one of our profiles. */
static const struct {
	const char *word, *code;
} usual_words[] = {
	{ "herinnering", "reminder" },
	{ "1e herinnering", "reminder" },
	{ "betalingsherinnering", "reminder" },
	{ "first reminder", "reminder" },
	{ "tweede herinnering", "second_reminder" },
	{ "tweede herinnering", "dunning_letter" }, /* where there is no second reminder */
	{ "2e herinnering", "second_reminder" },
	{ "2e herinnering", "dunning_letter" },
	{ "second reminder", "second_reminder" },
	{ "second reminder", "dunning_letter" },
	{ "aanmaning", "dunning_letter" },
	{ "dunning letter", "dunning_letter" },
	{ "dunning", "dunning_letter" },
	{ "bellen", "call" },
	{ "gebeld", "call" },
	{ "telefoon", "call" },
	{ "phone call", "call" },
	{ "ingebrekestelling", "notice_of_default" },
	{ "sommatie", "notice_of_default" },
	{ "laatste aanmaning", "notice_of_default" },
	{ "final reminder", "notice_of_default" },
	{ "notice of default", "notice_of_default" },
	{ "veertiendagenbrief", "fourteen_day_letter" },
	{ "14-dagenbrief", "fourteen_day_letter" },
	{ "wik-brief", "fourteen_day_letter" },
	{ "incasso", "hand_over" },
	{ "overdracht", "hand_over" },
	{ "deurwaarder", "hand_over" },
	{ "hand over", "hand_over" },
	{ "collection agency", "hand_over" },
	/* how many reminders were sent; more than three is three */
	{ "1", "reminder" },
	{ "2", "second_reminder" },
	{ "2", "dunning_letter" },
	{ "3", "notice_of_default" },
};

static bool
rank_of_code(const struct policy_rules *rules, struct vd_str code, int32_t *rank)
{
	for (size_t p = 0; p < rules->profiles_count; p++) {
		const struct policy_profile *profile = &rules->profiles[p];

		for (int s = 0; s < profile->steps_count; s++) {
			if (!vd_str_eq_nocase(profile->steps[s].code, code)) continue;
			*rank = profile->steps[s].rank;
			return true;
		}
	}
	return false;
}

/* An unknown word stays unknown: guessing how far a debtor is would send the wrong letter. */
bool
policy_rank_of(const struct policy_rules *rules, struct vd_str code, int32_t *rank)
{
	code = vd_str_trim(code);
	if (code.len == 0) return false;
	if (rank_of_code(rules, code, rank)) return true;
	if (code.len == 1 && code.ptr[0] > '3' && code.ptr[0] <= '9') code = VD_STR("3");
	for (size_t i = 0; i < VD_LENGTH(usual_words); i++)
		if (vd_str_eq_nocase(code, vd_str_c(usual_words[i].word)) &&
		    rank_of_code(rules, vd_str_c(usual_words[i].code), rank))
			return true;
	return false;
}
