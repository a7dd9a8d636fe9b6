/* Runs one fuzz target over its corpus: each file whole, cut short, and with bytes changed,
 * always in the same way. For builds without libFuzzer.
 *
 * usage: f_NAME FOLDER */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_SIZE_MAX ((size_t)4 << 20)
#define CUTS          16
#define DAMAGES       64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly this size, so that the sanitizer sees a read past its end. */
static void
run_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL) abort();
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
run_variants(uint8_t *data, size_t size)
{
	uint32_t seed = 2463534242u;

	run_copy(data, size);
	for (size_t i = 0; i < CUTS && size > 0; i++) run_copy(data, size * i / CUTS);
	for (size_t i = 0; i < DAMAGES && size > 0; i++) {
		size_t at;
		uint8_t kept;

		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		at = seed % size;
		kept = data[at];
		data[at] = (uint8_t)(seed >> 24);
		run_copy(data, size);
		data[at] = kept;
	}
}

static int
run_file(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data;
	size_t size;
	FILE *f;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path)) return 1;
	if ((f = fopen(path, "rb")) == NULL) {
		printf("# %s: %s\n", path, strerror(errno));
		return 1;
	}
	if ((data = malloc(FILE_SIZE_MAX)) == NULL) abort();
	printf("# %s\n", name);
	(void)fflush(stdout); /* so that a crash has a name */
	size = fread(data, 1, FILE_SIZE_MAX, f);
	(void)fclose(f);
	run_variants(data, size);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dirent *entry;
	int files = 0, failed = 0;
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;

	if (folder == NULL) {
		printf("not ok 1 - no corpus: %s\n", argc == 2 ? argv[1] : "name its folder");
		return 1;
	}
	run_copy((const uint8_t *)"", 0);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.') continue;
		files++;
		failed += run_file(argv[1], entry->d_name);
	}
	(void)closedir(folder);
	printf("%s 1 - %d files\n1..1\n", failed == 0 && files > 0 ? "ok" : "not ok", files);
	return failed != 0 || files == 0;
}
