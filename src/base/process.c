/* Processes by way of /proc (proc(5)). */
#include "base/process.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROC_TEXT_MAX 4096
#define START_FIELD   20 /* of /proc/PID/stat behind the name in brackets: field 22, starttime */

/* What a small file of the system says, without its end of line; empty when it cannot be read. */
static struct vd_str
read_small(struct vd_context *ctx, const char *path)
{
	struct vd_str text;

	if (vd_file_slurp(ctx, path, PROC_TEXT_MAX, &text) != VD_OK) {
		vd_error_clear(ctx);
		return VD_STR("");
	}
	return vd_str_trim(text);
}

/* State letter and start time of a process; the name in brackets may hold anything. */
static bool
state_and_start(struct vd_str stat, char *state, struct vd_str *start)
{
	size_t end = stat.len;
	struct vd_str rest, field;

	while (end > 0 && stat.ptr[end - 1] != ')') end--;
	if (end == 0) return false;
	rest = vd_str_sub(stat, end + 1, SIZE_MAX);
	for (int i = 1; i <= START_FIELD; i++) {
		if (!vd_str_cut(&rest, ' ', &field) || field.len == 0) return false;
		if (i == 1) *state = field.ptr[0];
	}
	*start = field;
	return true;
}

/* Machine, its start, and the namespace in which process numbers count. */
static enum vd_status
place_of(struct vd_context *ctx, struct vd_str *out)
{
	struct vd_str boot = read_small(ctx, "/proc/sys/kernel/random/boot_id");
	char host[65] = "", space[64] = "";

	if (gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
	if (readlink("/proc/self/ns/pid", space, sizeof(space) - 1) < 0) space[0] = '\0';
	return vd_str_printf(ctx, out, "%s %.*s %s", host, VD_FMT(vd_str_sub(boot, 0, 40)), space);
}

static enum vd_status
stat_of(struct vd_context *ctx, int64_t number, struct vd_str *out)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)number);
	*out = read_small(ctx, path);
	return VD_OK;
}

enum vd_status
vd_process_name(struct vd_context *ctx, struct vd_str *out)
{
	struct vd_str place, stat, start = VD_STR("");
	char state;

	VD_TRY(place_of(ctx, &place));
	VD_TRY(stat_of(ctx, (int64_t)getpid(), &stat));
	if (!state_and_start(stat, &state, &start)) start = VD_STR("");
	return vd_str_printf(ctx, out, "%.*s %lld %.*s", VD_FMT(place), (long long)getpid(),
	                     VD_FMT(start));
}

/* "PLACE PID START": the last two words, and what stands before them. */
static bool
take_apart(struct vd_str name, struct vd_str *place, int64_t *number, struct vd_str *start)
{
	size_t last = name.len, before;

	while (last > 0 && name.ptr[last - 1] != ' ') last--;
	if (last == 0 || last == name.len) return false;
	for (before = last - 1; before > 0 && name.ptr[before - 1] != ' ';) before--;
	if (before == 0) return false;
	*place = vd_str_sub(name, 0, before - 1);
	*start = vd_str_sub(name, last, SIZE_MAX);
	return vd_str_to_i64(vd_str_sub(name, before, last - 1 - before), number);
}

enum vd_status
vd_process_gone(struct vd_context *ctx, struct vd_str name, bool *gone)
{
	struct vd_str here, place, start, stat, now;
	int64_t number;
	char state;

	*gone = false;
	if (!take_apart(name, &place, &number, &start)) return VD_OK;
	VD_TRY(place_of(ctx, &here));
	if (!vd_str_eq(here, place)) return VD_OK;
	VD_TRY(stat_of(ctx, number, &stat));
	/* no such process; or another one with its number; or one that ended and was not collected yet
	 */
	if (stat.len == 0) *gone = vd_file_exists("/proc/self/stat");
	else if (state_and_start(stat, &state, &now))
		*gone = !vd_str_eq(now, start) || state == 'Z' || state == 'X';
	return VD_OK;
}
