#ifndef VD_TESTS_LETTER_SUPPORT_H
#define VD_TESTS_LETTER_SUPPORT_H
/* What the tests of correspondence share: the shipped templates, files, and other programs that
 * look at what we made. */
#include "base/file.h"
#include "correspondence/correspondence.h"
#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

#define FONT_DIR "/usr/share/fonts/truetype/lato"

struct shipped {
	struct message_template *templates;
	size_t count;
};

static inline struct shipped
shipped_templates(struct vd_context *context)
{
	struct vd_context ctx = *context;
	struct shipped s;

	assert_ok(message_templates_shipped(&ctx, &s.templates, &s.count));
	assert_true(s.count >= 17);
	return s;
}

static inline struct message_data
sample(struct vd_context *context, enum vd_language language)
{
	struct vd_context ctx = *context;
	struct message_data data;

	assert_ok(message_data_sample(&ctx, language, MESSAGE_BUSINESS, MESSAGE_NORMAL, &data));
	return data;
}

static inline bool
contains(struct vd_str text, const char *part)
{
	return vd_str_find(text, vd_str_c(part), 0) != SIZE_MAX;
}

static inline bool
fonts_are_there(void)
{
	if (vd_file_exists(FONT_DIR "/Lato-Regular.ttf")) return true;
	print_message("skipped: fonts-lato is not installed\n");
	return false;
}

static inline bool
program_is_there(const char *name)
{
	char command[200];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
	if (system(command) == 0) return true;
	print_message("skipped: %s is not installed\n", name);
	return false;
}

/* What a command of a shell prints; fails the test when it ends badly. */
static inline struct vd_str
output_of(struct vd_context *ctx, const char *command)
{
	struct vd_buf b = VD_BUF(ctx, 4 << 20);
	char piece[4096];
	FILE *f = popen(command, "r");
	size_t n;
	int status;

	assert_non_null(f);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0) vd_buf_add(&b, (struct vd_str){ piece, n });
	status = pclose(f);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("%s: status %d", command, status);
	return vd_buf_str(&b);
}

/* A file in the folder of this test run. */
static inline const char *
write_file(struct vd_context *context, const char *name, struct vd_str bytes)
{
	struct vd_context ctx = *context;
	const char *folder = getenv("TMPDIR");
	struct vd_str path;

	assert_ok(vd_str_printf(&ctx, &path, "%s/voldaan-%d-%s", folder != NULL ? folder : "/tmp",
	                        (int)getpid(), name));
	assert_ok(vd_file_write_atomic(&ctx, path.ptr, bytes));
	return path.ptr;
}

static inline struct vd_str
source_file(struct vd_context *context, const char *name)
{
	struct vd_context ctx = *context;
	const char *root = getenv("SOURCE_ROOT");
	struct vd_str path, text;

	assert_ok(vd_str_printf(&ctx, &path, "%s/%s", root != NULL ? root : ".", name));
	assert_ok(vd_file_slurp(&ctx, path.ptr, 4 << 20, &text));
	return text;
}
#endif
