/* What touches the machine: hashes, random bytes, the clock and the log. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "unit.h"

#include <time.h>
#include <unistd.h>

static void
sha256_as_published(void **state)
{
	/* FIPS 180-4 examples */
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	struct vd_sha256_stream stream;
	char out[VD_SHA256_HEX], block[1000];

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(rows); i++) {
		vd_sha256(TEXT(rows[i].text), out);
		assert_string_equal(out, rows[i].hash);
		vd_sha256_start(&stream);
		for (size_t k = 0; k < strlen(rows[i].text); k++)
			vd_sha256_add(&stream, (struct vd_str){ rows[i].text + k, 1 });
		vd_sha256_end(&stream, out);
		assert_string_equal(out, rows[i].hash);
	}
	memset(block, 'a', sizeof(block));
	vd_sha256_start(&stream);
	for (int i = 0; i < 1000; i++) vd_sha256_add(&stream, (struct vd_str){ block, sizeof(block) });
	vd_sha256_end(&stream, out);
	assert_string_equal(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
random_bytes(void **state)
{
	char a[33], b[33], odd[6] = { 'x', 'x', 'x', 'x', 'x', 'x' };
	size_t seen[16] = { 0 };

	(void)state;
	vd_random_hex(a, 32);
	vd_random_hex(b, 32);
	assert_int_equal(strlen(a), 32);
	assert_int_equal(strspn(a, "0123456789abcdef"), 32);
	assert_string_not_equal(a, b);
	vd_random_hex(odd, 5);
	assert_int_equal(strlen(odd), 5);
	for (int i = 0; i < 100; i++) {
		vd_random_hex(a, 32);
		for (size_t k = 0; k < 32; k++)
			seen[strchr("0123456789abcdef", a[k]) - "0123456789abcdef"]++;
	}
	for (size_t i = 0; i < 16; i++) assert_in_range(seen[i], 100, 320); /* 200 expected each */
}

static void
clocks(void **state)
{
	struct vd_clock machine = { 0 }, fixed = { .fixed = true, .now = { 1234567890 } };
	time_t now = time(NULL);
	int64_t before;

	(void)state;
	assert_int_equal(vd_clock_now(&fixed).second, 1234567890);
	assert_in_range(vd_clock_now(&machine).second, now, now + 5);
	before = vd_clock_monotonic_us();
	vd_clock_sleep_ms(20);
	assert_in_range(vd_clock_monotonic_us() - before, 20000, 5000000);
	before = vd_clock_monotonic_us();
	vd_clock_sleep_ms(0);
	vd_clock_sleep_ms(-5);
	assert_true(vd_clock_monotonic_us() - before < 1000000);
}

/* Runs with stderr sent to a file, and gives what was written. */
static void
capture(void (*run)(const struct vd_log *), const struct vd_log *log, char *into, size_t cap)
{
	FILE *f = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(f);
	fflush(stderr);
	assert_int_equal(dup2(fileno(f), STDERR_FILENO), STDERR_FILENO);
	run(log);
	fflush(stderr);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	rewind(f);
	n = fread(into, 1, cap - 1, f);
	into[n] = '\0';
	fclose(f);
}

static void
say_all(const struct vd_log *log)
{
	vd_log(log, VD_LOG_ERROR, "one %d", 1);
	vd_log(log, VD_LOG_WARNING, "two");
	vd_log(log, VD_LOG_INFO, "three");
	vd_log(log, VD_LOG_TRACE, "four");
}

static void
say_long(const struct vd_log *log)
{
	vd_log(log, VD_LOG_INFO, "%05000d", 1);
}

static void
work(const struct vd_log *log)
{
	struct vd_progress p;

	vd_progress_start(&p, log, "invoices", 1000);
	vd_progress_step(&p, 100); /* too early to show */
	p.started_us -= 2000000;
	p.drawn_us = p.started_us;
	vd_progress_step(&p, 250);
	vd_progress_step(&p, 251); /* drawn a moment ago */
	vd_progress_end(&p);
	vd_progress_start(&p, log, "lines", 0);
	p.started_us -= 2000000;
	p.drawn_us -= 1000000;
	vd_progress_step(&p, 4000);
	vd_progress_end(&p);
	vd_progress_start(&p, log, "quick", 10);
	vd_progress_step(&p, 10);
	vd_progress_end(&p);
}

static void
levels(void **state)
{
	static const char *const expected[] = {
		"voldaan: error: one 1\n",
		"voldaan: error: one 1\nvoldaan: warning: two\n",
		"voldaan: error: one 1\nvoldaan: warning: two\nvoldaan: three\n",
		"voldaan: error: one 1\nvoldaan: warning: two\nvoldaan: three\nvoldaan: trace: four\n",
	};
	char text[4096];

	(void)state;
	for (int l = VD_LOG_ERROR; l <= VD_LOG_TRACE; l++) {
		struct vd_log log = { .level = (enum vd_log_level)l };

		capture(say_all, &log, text, sizeof(text));
		assert_string_equal(text, expected[l]);
	}
	capture(say_long, &(struct vd_log){ .level = VD_LOG_INFO }, text, sizeof(text));
	assert_in_range(strlen(text), 1000, 1100); /* cut off, and still one line */
	assert_int_equal(text[strlen(text) - 1], '\n');
}

static void
progress(void **state)
{
	char text[4096];

	(void)state;
	capture(work, &(struct vd_log){ .level = VD_LOG_INFO, .terminal = true }, text, sizeof(text));
	assert_non_null(strstr(text, "invoices [######------------------]  25 %"));
	assert_non_null(strstr(text, "0:06 left"));
	assert_non_null(strstr(text, "lines 4000  "));
	assert_null(strstr(text, "251"));
	assert_null(strstr(text, "quick"));
	assert_string_equal(text + strlen(text) - 4, "\r\033[K"); /* the line is clean at the end */
	capture(work, &(struct vd_log){ .level = VD_LOG_INFO }, text, sizeof(text));
	assert_string_equal(text, "");
	capture(work, &(struct vd_log){ .level = VD_LOG_ERROR, .terminal = true }, text, sizeof(text));
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_as_published),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(clocks),
		cmocka_unit_test(levels),
		cmocka_unit_test(progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
