#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H
/* The dunning decision: profile + segment rules + facts of one debtor + today -> what to do with
 * each of his items, and why. Pure: no store, no clock; the same facts give the same decision
 * years later. How the texts look: docs/profiles.md.
 *
 * The unit of dunning is the due line (item). A profile's steps have stable ranks shared by all
 * profiles; an item goes on at the first step with a higher rank than the last one done in its
 * cycle. A step is due when today >= its day (never ==) and at least wait_days (never less than 1)
 * have passed since the previous step was actually done. Missed days catch up one step at a time.
 *
 * Amounts of items are minor units of the item's currency; thresholds in profiles and rules are
 * numbers with two decimals, compared with the item's own currency without conversion. All texts
 * handed in must outlive the results, which point into them; new texts are the arena's. */
#include "base/buf.h"
#include "value/calendar.h"
#include "value/identifier.h"
#include "value/money.h"

#define POLICY_STEPS_MAX    32
#define POLICY_ACTIONS_MAX  6
#define POLICY_ITEMS_MAX    2000 /* of one debtor in one decision, the oldest first */
#define POLICY_SEGMENTS_MAX 64

/* --- profiles ------------------------------------------------------------------------------- */

enum policy_action_kind {
	POLICY_EMAIL, /* these two: a message from a template */
	POLICY_LETTER,
	POLICY_SMS,               /* planned only: becomes a task until a driver exists */
	POLICY_CALL,              /* task for a person */
	POLICY_CHECK,             /* task: look at it (intercompany, sensitive) */
	POLICY_NOTICE_OF_DEFAULT, /* these two: messages with legal effect */
	POLICY_FOURTEEN_DAY_LETTER,
	POLICY_COSTS, /* always needs a person's release */
	POLICY_STOP_DELIVERY_WARNING,
	POLICY_HAND_OVER, /* task; always needs a person's release */
	POLICY__ACTION_COUNT
};
/* "email", "letter", "call" ... as in profile text. */
const char *policy_action_name(enum policy_action_kind);
/* True for what reaches the debtor as a message; false for tasks and costs. */
bool policy_is_message(enum policy_action_kind);

enum policy_basis { POLICY_FROM_DUE, POLICY_FROM_SENT };

struct policy_action {
	enum policy_action_kind kind;
	/* How it travels: EMAIL or LETTER for messages, else the kind itself. */
	enum policy_action_kind channel;
	struct vd_str template; /* template code, e.g. "reminder"; NONE for tasks */
	bool release;           /* a person must release it, whatever the mode */
	struct vd_str fallback; /* action name when it cannot be done: no e-mail address -> letter */
	struct vd_str by;       /* who signs or does it: "owner", "manager" ...; NONE = as usual */
};

/* lapse_days: a number of days after the step's own day, or one of these. */
#define POLICY_LAPSE_NEVER  (-1)
#define POLICY_LAPSE_AT_DUE (-2) /* of use up to and including the due day (service call) */

struct policy_step {
	struct vd_str code; /* "reminder", "dunning_letter", "call", "notice_of_default" ... */
	int32_t rank;       /* stable over all profiles: higher is later */
	enum policy_basis basis;
	int32_t days;       /* relative to the basis; negative = before */
	int32_t wait_days;  /* minimum since the previous step was actually done; 0 none */
	int32_t lapse_days; /* no longer of use after that; then recorded as lapsed */
	/* Conditions: on the item's open amount (0, INT64_MAX: none), the debtor, the segment. */
	int64_t open_min_minor, open_max_minor;
	enum policy_audience { POLICY_ANYONE, POLICY_CONSUMER, POLICY_BUSINESS } audience;
	struct vd_str risk, segment; /* NONE = any */
	struct policy_action actions[POLICY_ACTIONS_MAX];
	int actions_count;
};

struct policy_profile {
	struct vd_str code, name;
	int64_t version; /* of the stored text, set by the caller; 0 = shipped and not stored yet */
	bool dunning;    /* false: statements and tasks only (intercompany) */
	bool consent;    /* sensitive: no message without the account owner's consent */
	struct policy_step steps[POLICY_STEPS_MAX]; /* by rank */
	int steps_count;
};
/* VD_E_INVALID "profile.invalid" names step, action and field; VD_E_LIMIT above 256 KiB. */
VD_CHECKED enum vd_status policy_profile_parse(struct vd_context *, struct vd_str text,
                                               struct policy_profile *out);

/* --- facts ---------------------------------------------------------------------------------- */

enum policy_risk { POLICY_RISK_LOW, POLICY_RISK_NORMAL, POLICY_RISK_HIGH };
/* First time late, ordinary, often late. */
enum policy_history { POLICY_FIRST_TIME, POLICY_NORMAL, POLICY_FREQUENT };

struct policy_debtor {
	int64_t id;
	struct vd_str number, name;
	struct vd_str segment; /* set by hand or import; NONE */
	struct vd_str profile; /* set by hand on the debtor; NONE */
	struct vd_str owner, country;
	bool consumer, intercompany, key_account, consent_given;
	bool has_email, has_address;
	enum vd_language language;
	enum policy_risk risk;
	/* Of the last 12 months: paid more than 7 days late or now late; paid in all. */
	int64_t late_invoices, paid_invoices;
	int64_t reminded_before; /* steps ever done for him on other items */
	int64_t overdue_minor;   /* in the administration's currency, before netting */
};
enum policy_history policy_history_of(const struct policy_debtor *);

enum policy_wait { POLICY_FREE, POLICY_WAIT_RELEASE, POLICY_WAIT_SENDING, POLICY_WAIT_TASK };

struct policy_item {
	int64_t id;
	struct vd_str number;  /* invoice number, for the trace */
	struct vd_str profile; /* set by hand on this item; NONE */
	struct vd_currency currency;
	int64_t open_minor, amount_minor;
	struct vd_date effective_on; /* always there */
	struct vd_date due_on;       /* NONE: effective_on counts */
	struct vd_date sent_on;      /* NONE: not known, effective_on counts */
	int64_t cycle;               /* from 1; a new one starts when a settled item reopens */
	int32_t last_rank;           /* highest done, skipped or lapsed in this cycle; INT32_MIN none */
	struct vd_str last_code;
	struct vd_date last_done_on; /* when a step was last actually done (sent); NONE none */
	enum policy_wait waiting;    /* an earlier decision is still under way */
	struct vd_str waiting_note;  /* what it waits for, for the trace: "task 12 of Ann" */
	/* Was overdue when it came in with a backlog, last step unknown: enters at the first
	 * reminder, calls lapsed. Has no effect once a step was actually done. */
	bool takeover_unknown;
};

/* Unallocated money and credit notes of the debtor, for netting. */
struct policy_credit {
	int64_t id;
	struct vd_currency currency;
	int64_t open_minor;
	struct vd_date effective_on;
};

enum policy_scope { POLICY_HOLD_ITEM, POLICY_HOLD_DEBTOR, POLICY_HOLD_ADMINISTRATION };

struct policy_hold {
	int64_t id;
	enum policy_scope scope;
	int64_t item_id;      /* for ITEM */
	int64_t amount_minor; /* 0 = all; else, for ITEM only, this part (dispute); parts add up */
	struct vd_str reason, owner;
	struct vd_date from_on, until_on; /* until_on inclusive; NONE = no end */
};

/* --- the freshness gate --------------------------------------------------------------------- */

/* A source of settlement and how far it is covered. */
struct policy_source {
	struct vd_str name;        /* "NL02ABNA0123456789" or "snapshot" */
	struct vd_date covered_to; /* NONE: never */
	int64_t unmatched;         /* entries nobody has dealt with yet: they close the gate */
};

struct policy_gate {
	bool open;
	struct vd_date bank_day; /* the day the figures rest on; NONE: a source was never covered */
	struct vd_str reason;    /* one or more whole sentences, also when open */
};
/* Each source is covered up to the last business day before today, and matched. No source: closed.
 */
VD_CHECKED enum vd_status policy_gate_check(struct vd_context *, struct vd_str country,
                                            struct vd_date today, const struct policy_source *,
                                            size_t count, struct policy_gate *out);

/* --- segments and rules --------------------------------------------------------------------- */

struct policy_segment_rules; /* parsed */
/* Ordered rules on consumer/business, amount, risk, history, intercompany, key account, language,
 * country, given segment -> segment and its profile. VD_E_INVALID "segments.invalid". */
VD_CHECKED enum vd_status policy_segments_parse(struct vd_context *, struct vd_str text,
                                                struct policy_segment_rules **out);
struct policy_segment {
	struct vd_str code, name;
	struct vd_str profile; /* NONE: leaves the administration's */
	bool normal;           /* not an exception, for `profile check` */
};
size_t policy_segments_count(const struct policy_segment_rules *);
struct policy_segment policy_segment_at(const struct policy_segment_rules *, size_t i);

struct policy_rules {
	const struct policy_profile *profiles;
	size_t profiles_count;
	const struct policy_segment_rules *segments; /* NULL: no segments */
	int64_t segments_version;                    /* of the stored text; 0 = shipped */
	struct vd_str default_profile;               /* the administration's */
	struct vd_str country;
	int64_t open_min_minor; /* items below this are not dunned alone; 0 none */
	int32_t bundle_days;    /* minimum days between two messages to one debtor; 0 none */
};
/* The rank of a step by its code in any of the profiles, or by a usual Dutch or English word for it
 * ("aanmaning"): for a last step taken over from another package. False: unknown. */
bool policy_rank_of(const struct policy_rules *, struct vd_str code, int32_t *rank);
/* Precedence administration -> segment -> debtor -> invoice; *why tells the rule that decided. *out
 * is NULL when the profile asked for is not among the profiles: nothing is sent then. */
VD_CHECKED enum vd_status policy_profile_of(struct vd_context *, const struct policy_rules *,
                                            const struct policy_debtor *,
                                            const struct policy_item *,
                                            const struct policy_profile **out,
                                            struct vd_str *segment, struct vd_str *why);

/* --- decisions ------------------------------------------------------------------------------ */

enum policy_outcome {
	POLICY_ACT,     /* do the step's actions */
	POLICY_LAPSE,   /* for the record of a lapsed step; policy_decide goes on and never ends here */
	POLICY_NOT_DUE, /* next_action_on tells when */
	POLICY_HELD,
	POLICY_GATE_CLOSED,
	POLICY_NETTED,
	POLICY_WAITING,  /* an earlier decision is under way */
	POLICY_TOO_SOON, /* after the previous step (wait_days) or message (bundle_days) */
	POLICY_DONE,     /* no step left */
	POLICY_NO_PROFILE,
	POLICY_SETTLED,
	POLICY_TOO_SMALL,  /* goes along with a next item of the debtor */
	POLICY_NO_CONSENT, /* sensitive debtor: the account owner has not consented to a message */
	POLICY__OUTCOME_COUNT
};
const char *policy_outcome_name(enum policy_outcome);

struct policy_decision {
	int64_t item_id;
	enum policy_outcome outcome;
	const struct policy_profile *profile; /* NULL for NO_PROFILE, SETTLED and WAITING */
	struct vd_str segment;                /* NONE: none */
	struct vd_str rule;                   /* which rule decided the profile; with the trace */
	const struct policy_step *step;       /* done, blocked or not yet due; NULL: none */
	const int32_t *lapsed_ranks;          /* record these as lapsed first, whatever the outcome */
	int lapsed_count;
	bool calls_lapsed; /* takeover: done without its calls (policy_bundle leaves them out) */
	/* dunned + netted + held = open, always. dunned is what a message asks, or would ask. */
	int64_t dunned_minor, netted_minor, held_minor;
	/* When to look again. NONE: something else decides (ACT: its release and sending, an
	 * open-ended hold, WAITING, TOO_SMALL, DONE, SETTLED). HELD with an end: the day after it.
	 * GATE_CLOSED, NO_PROFILE: today. NETTED, NO_CONSENT: tomorrow. */
	struct vd_date next_action_on;
	/* One fact per line: profile and version, segment rule, step, wait, holds, gate ... */
	struct vd_str trace;
};

struct policy_facts {
	struct vd_date today;
	const struct policy_debtor *debtor;
	const struct policy_item *items; /* his open debit items */
	size_t items_count;
	const struct policy_credit *credits;
	size_t credits_count;
	const struct policy_hold *holds; /* that concern him, his items or the administration */
	size_t holds_count;
	const struct policy_gate *gate; /* never NULL */
	struct vd_date last_message_on; /* last message actually sent to him; NONE */
	bool trace_actions_only;        /* the run: rule and trace only for ACT; `why` wants all */
};
/* One decision per item, in the order of items; out has items_count places. More than
 * POLICY_ITEMS_MAX items is VD_E_LIMIT. Cost: items x (steps + holds) + items log items. */
VD_CHECKED enum vd_status policy_decide(struct vd_context *, const struct policy_rules *,
                                        const struct policy_facts *, struct policy_decision *out);

/* The day on which an item must first be looked at: newly posted, reopened, or after its last step
 * was done (wait included). Never later than the day policy_decide would act. NONE: never. */
struct vd_date policy_first_action(const struct policy_profile *, const struct policy_item *);

/* What comes when, if nothing is paid, held or changed: the steps an item has before it, each on
 * the first day it can be done, every step done on its day. For screens, and to count calls. */
struct policy_planned {
	const struct policy_step *step;
	struct vd_date on;
};
VD_CHECKED enum vd_status policy_plan(struct vd_context *, const struct policy_rules *,
                                      const struct policy_debtor *, const struct policy_item *,
                                      struct vd_date today,
                                      struct policy_planned out[POLICY_STEPS_MAX], int *count);

/* --- messages and tasks --------------------------------------------------------------------- */

/* One message or task to make for a debtor. Ordinary messages (email, letter, SMS): one per channel
 * and currency, overdue and not yet due apart; the highest step sets template, signer and tone.
 * Everything else: one per kind, template and currency. The language is the debtor's. */
struct policy_bundle {
	enum policy_action_kind kind;
	/* EMAIL or LETTER: a message to send. Else a task for a person: CALL, CHECK, COSTS, HAND_OVER;
	 * CHECK also for a message that has no way out (no address, SMS): `why` says so. */
	enum policy_action_kind channel;
	struct vd_str template, by;
	struct vd_currency currency;
	bool release;
	const struct policy_profile *profile;
	const struct policy_step *step; /* the highest step in it: it sets the tone */
	const size_t *decisions;        /* indexes into the decisions */
	size_t decisions_count;
	int64_t total_minor;              /* sum of dunned_minor: what is asked */
	int64_t netted_minor, held_minor; /* of the same items: covered by his money, and kept back */
	struct vd_str why;                /* for people */
};
VD_CHECKED enum vd_status policy_bundle(struct vd_context *, const struct policy_rules *,
                                        const struct policy_facts *, const struct policy_decision *,
                                        struct policy_bundle **out, size_t *count);

/* --- modes, windows, fuse, check ------------------------------------------------------------ */

enum policy_mode { POLICY_SHADOW, POLICY_APPROVE, POLICY_AUTOMATIC };

/* May a message leave at that local time? *next_day, *next_minute: the first moment from then on
 * that it may. Business: working days, from open_minute up to and without close_minute. Consumer:
 * not on Sundays and holidays, and never before 07:00 or from 20:00 on (Bki art. 4.2). An empty or
 * impossible window counts as 07:00-20:00. */
bool policy_send_window(struct vd_str country, bool consumer, struct vd_date day, int32_t minute,
                        int32_t open_minute, int32_t close_minute, struct vd_date *next_day,
                        int32_t *next_minute);

/* True when `planned` messages today look like a flood: above the ceiling (0: none), or more than
 * 50 and more than twice the busiest of the daily counts, when 5 or more of these are not 0. */
VD_CHECKED enum vd_status policy_fuse(struct vd_context *, int64_t planned,
                                      const int64_t *daily_counts, size_t days, int64_t ceiling,
                                      bool *blown, struct vd_str *why);

/* For `profile check`. calls_capacity negative: not stated. */
struct policy_load {
	int64_t debtors, debtors_normal, segments, calls_a_day, calls_capacity;
};
/* Warnings: more than 12 segments, under 80 % of debtors normal, more calls a day than the staff
 * can make, ranks that differ between profiles, ladders with a gap. load NULL: profiles only. */
VD_CHECKED enum vd_status policy_check(struct vd_context *, const struct policy_profile *,
                                       size_t count, const struct policy_load *,
                                       struct vd_str **warnings, size_t *warnings_count);
/* The rules as a whole: profiles and segments that are named but not there (their items would stop
 * as NO_PROFILE), segments that nothing leads to. */
VD_CHECKED enum vd_status policy_rules_check(struct vd_context *, const struct policy_rules *,
                                             struct vd_str **warnings, size_t *warnings_count);
#endif
