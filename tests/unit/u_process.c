/* Whether a named process ended: this one, a child that was killed, and names that nobody can tell.
 */
#include "base/process.h"
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
gone(struct vd_context *c, struct vd_str name)
{
	struct vd_context ctx = { .arena = c->arena };
	bool answer;

	assert_ok(vd_process_gone(&ctx, name, &answer));
	return answer;
}

static void
this_one_lives(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_str name, again;

	(void)state;
	assert_ok(vd_process_name(&ctx, &name));
	assert_ok(vd_process_name(&ctx, &again));
	assert_true(vd_str_eq(name, again));
	assert_true(name.len < 200);
	assert_false(gone(&ctx, name));
}

static void
a_child_that_is_killed(void **state)
{
	WITH_CONTEXT(1 << 16);
	struct vd_str name;
	char text[256];
	int pipes[2], status;
	ssize_t n;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	if ((child = fork()) == 0) {
		if (vd_process_name(&ctx, &name) != VD_OK || write(pipes[1], name.ptr, name.len) < 0)
			_exit(1);
		for (;;) pause();
	}
	n = read(pipes[0], text, sizeof(text));
	assert_true(n > 0);
	name = (struct vd_str){ text, (size_t)n };
	assert_false(gone(&ctx, name));
	kill(child, SIGKILL);
	waitid(P_PID, (id_t)child, &(siginfo_t){ 0 }, WEXITED | WNOWAIT); /* ended, not collected */
	assert_true(gone(&ctx, name));
	waitpid(child, &status, 0);
	assert_true(gone(&ctx, name));
	close(pipes[0]);
	close(pipes[1]);
}

static void
who_cannot_be_told(void **state)
{
	static const char *const names[] = {
		"", "x", "x y", "elsewhere 0000 pid:[1] 1 1", "a b c 999999 1", "  ", "1 1 ",
	};
	WITH_CONTEXT(1 << 16);
	struct vd_str name, other;

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(names); i++) assert_false(gone(&ctx, vd_str_c(names[i])));
	/* the same number, started at another moment */
	assert_ok(vd_process_name(&ctx, &name));
	assert_ok(vd_str_printf(&ctx, &other, "%.*s1", VD_FMT(name)));
	assert_true(gone(&ctx, other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_one_lives),
		cmocka_unit_test(a_child_that_is_killed),
		cmocka_unit_test(who_cannot_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
