/* Arguments in, exit status out. */
#include "cli/cli.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSION_MEMORY_MAX ((size_t)2 << 30)

static const struct cli_option global_options[] = {
	{ "store", "URL",
	  "sqlite:PATH or postgresql://...; default VOLDAAN_STORE, else sqlite:voldaan.db" },
	{ "administration", "CODE", "may be left out when there is only one" },
	{ "json", NULL, "one JSON document on stdout" },
	{ "today", "YYYY-MM-DD", "the day it is for this command (12:00 local time)" },
	{ "now", "'YYYY-MM-DD HH:MM:SS'", "the moment it is (UTC)" },
	{ "actor", "NAME", "who acts; default the login name" },
	{ "data", "DIR", "folder with own templates, profiles and mappings; default VOLDAAN_DATA" },
	{ "trace", NULL, "show each statement with its timing on stderr" },
	{ "usage", NULL, "at the end: statements sent and most memory used, on stderr" },
	{ "quiet", NULL, "no chatter on stderr" },
	{ "help", NULL, "help for a command" },
};
enum {
	G_STORE,
	G_ADMINISTRATION,
	G_JSON,
	G_TODAY,
	G_NOW,
	G_ACTOR,
	G_DATA,
	G_TRACE,
	G_USAGE,
	G_QUIET,
	G_HELP
};

struct parsed {
	struct cli_args args;
	const char *global[VD_LENGTH(global_options)];
	const char **words;
	int words_count;
};

/* ---- arguments ---- */

const char *
cli_option(const struct cli_args *args, const char *name)
{
	for (int i = 0; i < CLI_OPTIONS_MAX && args->command->options[i].name != NULL; i++)
		if (strcmp(args->command->options[i].name, name) == 0) return args->given[i];
	vd_assert_failed("an option that is not declared", __FILE__, __LINE__);
	return NULL;
}

bool
cli_flag(const struct cli_args *args, const char *name)
{
	return cli_option(args, name) != NULL;
}

enum vd_status
cli_usage(struct vd_context *ctx, const struct cli_args *args, const char *what)
{
	return vd_fail(ctx, VD_E_USAGE, "cli.usage", NULL, "%s\nusage: voldaan %s", what,
	               args->command->usage);
}

enum vd_status
cli_words(struct vd_context *ctx, const struct cli_args *args, int min, int max)
{
	if (args->words_count < min)
		return cli_usage(ctx, args, "something is missing on the command line");
	if (args->words_count > max)
		return cli_usage(ctx, args, "there are too many words on the command line");
	return VD_OK;
}

enum vd_status
cli_day(struct vd_context *ctx, const struct cli_args *args, const char *option,
        struct vd_date *out)
{
	const char *text = cli_option(args, option);

	*out = VD_DATE_NONE;
	if (text == NULL) return VD_OK;
	if (vd_date_parse(ctx, vd_str_c(text), out) == VD_OK) return VD_OK;
	return vd_fail(ctx, VD_E_USAGE, "cli.day", option,
	               "--%s: \"%s\" is not a day such as 2026-01-31", option, text);
}

enum vd_status
cli_id(struct vd_context *ctx, const struct cli_args *args, const char *word, int64_t *out)
{
	if (vd_str_to_i64(vd_str_c(word), out) && *out > 0) return VD_OK;
	return vd_fail(ctx, VD_E_USAGE, "cli.id", NULL,
	               "\"%s\" is not an id (a whole number); \"voldaan %s list\" shows them", word,
	               args->command->name);
}

static const struct cli_command *
find_command(const char *name)
{
	for (int i = 0; cli_commands[i] != NULL; i++)
		if (strcmp(cli_commands[i]->name, name) == 0) return cli_commands[i];
	return NULL;
}

/* The first word that is no option (nor a global option's value) names the command. */
static const struct cli_command *
command_of(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-') return find_command(argv[i]);
		for (size_t g = 0; g < VD_LENGTH(global_options); g++)
			if (strcmp(argv[i] + (argv[i][1] == '-' ? 2 : 1), global_options[g].name) == 0 &&
			    global_options[g].argument != NULL)
				i++;
		if (i >= argc) break;
	}
	return NULL;
}

static bool
take_option(const struct cli_option *options, size_t count, const char **given, int argc,
            char **argv, int *i)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);

	for (size_t k = 0; k < count && options[k].name != NULL; k++) {
		if (strlen(options[k].name) != len || strncmp(options[k].name, name, len) != 0) continue;
		if (options[k].argument == NULL) {
			given[k] = "";
			return equals == NULL;
		}
		if (equals != NULL) given[k] = equals + 1;
		else if (*i + 1 < argc) given[k] = argv[++*i];
		else return false;
		return true;
	}
	return false;
}

static enum vd_status
parse(struct vd_context *ctx, int argc, char **argv, struct parsed *p)
{
	bool options_end = false;

	VD_NEW(ctx, p->words, (size_t)argc + 1);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			p->args.json = true; /* also for what is wrong before it */
	p->args.command = command_of(argc, argv);
	for (int i = 1; i < argc; i++) {
		if (options_end || argv[i][0] != '-' || argv[i][1] == '\0') {
			p->words[p->words_count++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			options_end = true;
			continue;
		}
		if (strncmp(argv[i], "--", 2) == 0 &&
		    (take_option(global_options, VD_LENGTH(global_options), p->global, argc, argv, &i) ||
		     (p->args.command != NULL && take_option(p->args.command->options, CLI_OPTIONS_MAX,
		                                             p->args.given, argc, argv, &i))))
			continue;
		return vd_fail(
		    ctx, VD_E_USAGE, "cli.option", NULL,
		    "\"%s\" is not an option here, or its value is missing; see: voldaan help%s%s", argv[i],
		    p->args.command != NULL ? " " : "",
		    p->args.command != NULL ? p->args.command->name : "");
	}
	p->args.json = p->global[G_JSON] != NULL;
	return VD_OK;
}

/* ---- help ---- */

static void
print_options(const struct cli_option *options, size_t count)
{
	for (size_t i = 0; i < count && options[i].name != NULL; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
		         options[i].argument != NULL ? " " : "",
		         options[i].argument != NULL ? options[i].argument : "");
		printf("  %-34s %s\n", left, options[i].meaning);
	}
}

static void
help_all(void)
{
	printf(
	    "voldaan " VOLDAAN_VERSION
	    ": accounts receivable and credit management\n\nusage: voldaan COMMAND [OPTIONS]\n\ncommands:\n");
	for (int i = 0; cli_commands[i] != NULL; i++)
		printf("  %-16s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
	printf("\noptions of every command:\n");
	print_options(global_options, VD_LENGTH(global_options));
	printf("\n\"voldaan help COMMAND\" tells more.\n"
	       "exit status: 0 done, 1 done but something needs attention, 2 wrong arguments,\n"
	       "3 refused or unknown, 4 conflict or not permitted, 5 store or internal failure\n");
}

static void
help_one(const struct cli_command *c)
{
	printf("usage: voldaan %s\n\n%s\n", c->usage, c->summary);
	if (c->options[0].name != NULL) printf("\noptions:\n");
	print_options(c->options, CLI_OPTIONS_MAX);
	if (c->details != NULL) printf("\n%s\n", c->details);
}

/* ---- running ---- */

static int
exit_status(enum vd_status status)
{
	static const int codes[VD_E__COUNT] = {
		[VD_OK] = 0,      [VD_E_USAGE] = 2,    [VD_E_INVALID] = 3,   [VD_E_NOT_FOUND] = 3,
		[VD_E_LIMIT] = 3, [VD_E_CONFLICT] = 4, [VD_E_FORBIDDEN] = 4, [VD_E_BUSY] = 4,
		[VD_E_NOMEM] = 5, [VD_E_IO] = 5,       [VD_E_CORRUPT] = 5,
	};

	return codes[status];
}

static int
report_failure(const struct vd_context *ctx, const struct cli_args *args, enum vd_status status)
{
	const struct vd_error *e = &ctx->error;

	fprintf(stderr, "voldaan: %s\n", e->detail);
	if (args->json) {
		struct vd_json j;
		VD_AUTO_ARENA arena = VD_ARENA((size_t)1 << 20);
		struct vd_context own = { .arena = &arena };

		vd_json_to_file(&j, stdout);
		vd_json_object(&j);
		vd_json_key(&j, "error");
		vd_json_object(&j);
		vd_json_key_c(&j, "status", vd_status_name(status));
		vd_json_key_c(&j, "key", e->key);
		vd_json_key_c(&j, "field", e->field);
		vd_json_key_c(&j, "message", e->detail);
		vd_json_object_end(&j);
		vd_json_object_end(&j);
		if (vd_json_finish(&own, &j) != VD_OK) return exit_status(VD_E_IO);
	}
	return exit_status(status);
}

static enum vd_status
options_of(struct vd_context *ctx, struct parsed *p, struct app_options *o)
{
	const char *store = p->global[G_STORE] != NULL ? p->global[G_STORE] : getenv("VOLDAAN_STORE");
	const char *login = getenv("USER");

	*o = (struct app_options){
		.store_url = store != NULL && store[0] != '\0' ? store : "sqlite:voldaan.db",
		.administration = p->global[G_ADMINISTRATION],
		.actor = p->global[G_ACTOR] != NULL ? p->global[G_ACTOR]
		         : login != NULL            ? login
		                                    : "voldaan",
		.data_dir = p->global[G_DATA] != NULL ? p->global[G_DATA] : getenv("VOLDAAN_DATA"),
		.create = p->args.command->creates_store,
		.any_schema = p->args.command->any_schema,
		.no_administration = !p->args.command->needs_administration,
	};
	o->log.level = p->global[G_TRACE] != NULL   ? VD_LOG_TRACE
	               : p->global[G_QUIET] != NULL ? VD_LOG_ERROR
	                                            : VD_LOG_INFO;
	o->log.terminal = p->global[G_QUIET] == NULL && isatty(STDERR_FILENO) == 1;
	p->args.store_url = o->store_url;
	if (p->global[G_TODAY] != NULL) {
		if (vd_date_parse(ctx, vd_str_c(p->global[G_TODAY]), &o->today) != VD_OK)
			return vd_fail(ctx, VD_E_USAGE, "cli.today", "today",
			               "--today: \"%s\" is not a day such as 2026-01-31", p->global[G_TODAY]);
		o->fixed_day = true;
	}
	if (p->global[G_NOW] != NULL) {
		if (vd_moment_parse(ctx, vd_str_c(p->global[G_NOW]), &o->now) != VD_OK)
			return vd_fail(ctx, VD_E_USAGE, "cli.now", "now",
			               "--now: \"%s\" is not a moment such as '2026-01-31 09:00:00'",
			               p->global[G_NOW]);
		o->fixed_now = true;
	}
	return VD_OK;
}

/* Peak memory of this very program (VmHWM; what getrusage tells includes who started it). */
static int64_t
peak_memory_kb(struct vd_context *ctx)
{
	struct vd_str status, rest;
	size_t at;
	int64_t kb = 0;

	if (vd_file_slurp(ctx, "/proc/self/status", 65536, &status) != VD_OK) return 0;
	at = vd_str_find(status, VD_STR("VmHWM:"), 0);
	if (at == SIZE_MAX) return 0;
	rest = vd_str_trim(vd_str_sub(status, at + 6, 24));
	for (size_t i = 0; i < rest.len && vd_is_digit(rest.ptr[i]); i++)
		kb = kb * 10 + (rest.ptr[i] - '0');
	return kb;
}

static enum vd_status
run(struct vd_context *ctx, struct parsed *p, bool *attention)
{
	struct app_options options;
	struct app app = { 0 };
	enum vd_status status;

	VD_TRY(options_of(ctx, p, &options));
	p->args.words = p->words + 1;
	p->args.words_count = p->words_count - 1;
	if (!p->args.command->needs_store) {
		app.log = options.log;
		return p->args.command->run(ctx, &app, &p->args, attention);
	}
	status = app_open(ctx, &options, &app);
	if (status == VD_OK) status = p->args.command->run(ctx, &app, &p->args, attention);
	if (status == VD_OK && p->global[G_USAGE] != NULL)
		fprintf(stderr, "usage: %lld statements, %lld kB\n", (long long)app_statements(&app),
		        (long long)peak_memory_kb(ctx));
	app_close(&app);
	return status;
}

static void
json_command(struct vd_json *j, const struct cli_command *c)
{
	vd_json_object(j);
	vd_json_key_c(j, "name", c->name);
	vd_json_key_c(j, "usage", c->usage);
	vd_json_key_c(j, "summary", c->summary);
	vd_json_key(j, "options");
	vd_json_array(j);
	for (size_t i = 0; i < CLI_OPTIONS_MAX && c->options[i].name != NULL; i++) {
		vd_json_object(j);
		vd_json_key_c(j, "name", c->options[i].name);
		vd_json_key_c(j, "argument", c->options[i].argument);
		vd_json_key_c(j, "meaning", c->options[i].meaning);
		vd_json_object_end(j);
	}
	vd_json_array_end(j);
	vd_json_key_c(j, "details", c->details);
	vd_json_object_end(j);
}

/* One command, or all of them; as text or as one JSON document. */
static int
help(struct vd_context *ctx, const struct parsed *p, const struct cli_command *topic)
{
	struct vd_json j;

	if (!p->args.json && topic != NULL) help_one(topic);
	if (!p->args.json && topic == NULL) help_all();
	if (!p->args.json) return CLI_OK;
	vd_json_to_file(&j, stdout);
	if (topic != NULL) json_command(&j, topic);
	else {
		vd_json_array(&j);
		for (int i = 0; cli_commands[i] != NULL; i++) json_command(&j, cli_commands[i]);
		vd_json_array_end(&j);
	}
	return vd_json_finish(ctx, &j) == VD_OK ? CLI_OK : exit_status(VD_E_IO);
}

int
cli_main(int argc, char **argv)
{
	VD_AUTO_ARENA arena = VD_ARENA(SESSION_MEMORY_MAX);
	struct vd_context ctx = { .arena = &arena };
	struct parsed p = { 0 };
	enum vd_status status = parse(&ctx, argc, argv, &p);
	bool attention = false;

	if (status != VD_OK) return report_failure(&ctx, &p.args, status);
	if (p.words_count == 0 || strcmp(p.words[0], "help") == 0) {
		const struct cli_command *topic = p.words_count > 1 ? find_command(p.words[1]) : NULL;

		if (p.words_count > 1 && topic == NULL) {
			vd_fail(&ctx, VD_E_USAGE, "cli.command", NULL, "there is no command \"%s\"",
			        p.words[1]);
			return report_failure(&ctx, &p.args, VD_E_USAGE);
		}
		if (help(&ctx, &p, topic) != CLI_OK) return exit_status(VD_E_IO);
		return p.words_count > 0 || p.global[G_HELP] != NULL ? 0 : 2;
	}
	if (p.args.command == NULL) {
		vd_fail(&ctx, VD_E_USAGE, "cli.command", NULL,
		        "there is no command \"%s\"; \"voldaan help\" lists them", p.words[0]);
		return report_failure(&ctx, &p.args, VD_E_USAGE);
	}
	if (p.global[G_HELP] != NULL) return help(&ctx, &p, p.args.command);
	status = run(&ctx, &p, &attention);
	if (status != VD_OK) return report_failure(&ctx, &p.args, status);
	if (fflush(stdout) != 0) {
		fprintf(stderr, "voldaan: cannot write the result\n");
		return exit_status(VD_E_IO);
	}
	return attention ? CLI_ATTENTION : CLI_OK;
}
