#ifndef APP_APP_H
#define APP_APP_H
/* Use cases. A session names the store, one administration, who acts and what time it is; a use
 * case is one function = one permission + one transaction (long jobs: one per batch) + one audit
 * line. cli and, later, http translate to and from these functions and see nothing below them. */
#include "base/log.h"
#include "store/db.h"
#include "value/date.h"
#include "value/identifier.h"
#include "value/money.h"

struct app_administration {
	int64_t id;
	struct vd_str code, name;
	struct vd_str country; /* ISO alpha-2 */
	struct vd_currency currency;
	enum vd_language language;
	struct vd_str zone_name;
	struct vd_zone zone;
};

struct app {
	struct vd_db *db;
	struct vd_log log;
	struct vd_str actor; /* who acts: the login name on the command line */
	struct app_administration administration;
	struct vd_moment now; /* of this session; every fact it records carries it */
	struct vd_date today; /* the administration's local day at `now` */
	bool discard; /* set by work that changed nothing: its transaction is rolled back, with success
	               */
	const char *data_dir; /* folder with templates, profiles, mappings, fonts that override the
	                         built-in ones; may be NULL */
};

struct app_options {
	const char *store_url;
	const char *administration; /* code, or NULL when there is only one */
	const char *actor;
	const char *data_dir;
	bool create;            /* make the store when it is missing */
	bool disposable;        /* the store can be made again: no waiting for the disk, see db.h */
	bool any_schema;        /* do not refuse an older schema (migrate) */
	bool no_administration; /* the use case is about the store (init, migrate, backup) */
	bool fixed_day, fixed_now;
	struct vd_date today;  /* with fixed_day: 12:00 in the administration's zone */
	struct vd_moment now;  /* with fixed_now */
	struct vd_clock clock; /* used when neither is fixed */
	struct vd_log log;
};
/* The session's texts live in ctx->arena. Unknown code: VD_E_NOT_FOUND; several and none named:
 * VD_E_USAGE. */
VD_CHECKED enum vd_status app_open(struct vd_context *, const struct app_options *,
                                   struct app *out);
void app_close(struct app *);
/* Statements sent to the store in this session: what a benchmark or budget counts. */
int64_t app_statements(const struct app *);

/* One write transaction around fn, tried at most three times when the store is busy. Memory that fn
 * takes is given back before another try. */
typedef enum vd_status (*app_work)(struct vd_context *, struct app *, void *arg);
VD_CHECKED enum vd_status app_write(struct vd_context *, struct app *, app_work, void *arg);
/* One read transaction (one snapshot) around fn. */
VD_CHECKED enum vd_status app_read(struct vd_context *, struct app *, app_work, void *arg);

/* Who changed what, outside the ledger; inside the use case's transaction. */
VD_CHECKED enum vd_status app_audit(struct vd_context *, struct app *, const char *use_case,
                                    struct vd_str subject, struct vd_str before,
                                    struct vd_str after);

/* ---- administration ---- */
struct app_init {
	const char *code, *name, *iban, *country, *currency, *language, *zone;
};
/* Makes the administration, with its own counters and bank account. The same data again changes
 * nothing
 * (*created false); other data under this code is VD_E_CONFLICT. */
VD_CHECKED enum vd_status app_init(struct vd_context *, struct app *, const struct app_init *,
                                   bool *created);

/* ---- settings: declared in settings.c with type, default and meaning ---- */
enum app_setting_type {
	APP_TEXT,
	APP_NUMBER,
	APP_AMOUNT,
	APP_DAY,
	APP_MINUTE,
	APP_CHOICE,
	APP_FLAG
};
struct app_setting {
	const char *name, *initial, *meaning;
	enum app_setting_type type;
	int64_t min, max;    /* NUMBER */
	const char *choices; /* "shadow|approve|automatic" */
};
extern const struct app_setting app_settings[];
extern const size_t app_settings_count;
struct app_setting_value {
	const struct app_setting *setting;
	struct vd_str value;
	bool is_set;
};
VD_CHECKED enum vd_status app_settings_load(
    struct vd_context *, struct app *,
    struct app_setting_value **out); /* app_settings_count of them */
VD_CHECKED enum vd_status app_setting_set(struct vd_context *, struct app *, struct vd_str name,
                                          struct vd_str value);
/* From a loaded set; the name must be declared (programmer's error otherwise). */
struct vd_str app_setting_text(const struct app_setting_value *, const char *name);
int64_t app_setting_i64(const struct app_setting_value *,
                        const char *name); /* NUMBER, AMOUNT (minor), MINUTE, FLAG */
struct vd_date app_setting_day(const struct app_setting_value *,
                               const char *name); /* NONE when empty */

/* ---- results of an import ---- */
struct app_rejection {
	int64_t line;
	struct vd_str place, key, message;
};
struct app_import_result {
	int64_t records, created, updated, unchanged, rejected_count;
	struct app_rejection *rejected;
	size_t rejected_kept;
	size_t rejected_cap; /* the first APP_REJECTIONS_KEPT are kept in words */
	struct vd_str *warnings;
	size_t warnings_count, warnings_cap;
	int64_t entries, gaps, duplicates, unbalanced; /* bank statements */
	const char *format;
};
#define APP_REJECTIONS_KEPT 1000
VD_CHECKED enum vd_status app_reject(struct vd_context *, struct app_import_result *, int64_t line,
                                     struct vd_str place, struct vd_str key, struct vd_str message);
VD_CHECKED enum vd_status app_warn(struct vd_context *, struct app_import_result *,
                                   struct vd_str message);
#endif
