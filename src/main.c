/* voldaan(1) */
#include "cli/cli.h"

#if defined(__SANITIZE_ADDRESS__)
/* A development build would end with its own status because fontconfig and pango keep caches until
 * the process ends. Nothing of our own belongs here. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpangoft2\nleak:libpango-1.0\nleak:libglib-2.0\n";
}
const char *__lsan_default_options(void);
const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

int
main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
