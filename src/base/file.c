/* Files by way of POSIX: read in blocks, write whole. */
#include "base/file.h"
#include "base/random.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_LENGTH_MAX 4096

struct vd_file {
	int fd;
	bool is_stdin;
	int64_t size;
	const char *path; /* the caller's text, copied */
};

/* The system's reason for the last failure, in words. */
static enum vd_status
io_failed(struct vd_context *ctx, const char *key, const char *action, const char *path)
{
	int error = errno;
	char reason[128];

	return vd_fail(ctx, VD_E_IO, key, NULL, "cannot %s \"%.300s\": %s", action, path,
	               strerror_r(error, reason, sizeof(reason)));
}

/* A file that is not there or not ours to read is the caller's to put right, not a broken disk. */
static enum vd_status
open_failed(struct vd_context *ctx, const char *key, const char *action, const char *path)
{
	bool absent = errno == ENOENT || errno == ENOTDIR || errno == EISDIR || errno == EACCES ||
	              errno == ENAMETOOLONG;
	enum vd_status status = io_failed(ctx, key, action, path);

	if (absent) status = ctx->error.status = VD_E_NOT_FOUND;
	return status;
}

static int
open_again(const char *path, int flags, mode_t mode)
{
	int fd;

	do fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

enum vd_status
vd_file_open(struct vd_context *ctx, const char *path, struct vd_file **out)
{
	struct vd_file *f;
	struct vd_str copy;
	struct stat st;

	VD_NEW(ctx, f, 1);
	VD_TRY(vd_str_dup(ctx, vd_str_c(path), &copy));
	f->is_stdin = strcmp(path, "-") == 0;
	f->path = f->is_stdin ? "standard input" : copy.ptr;
	f->fd = f->is_stdin ? STDIN_FILENO : open_again(path, O_RDONLY, 0);
	if (f->fd < 0) return open_failed(ctx, "file.open", "open", path);
	if (fstat(f->fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		if (S_ISDIR(st.st_mode)) errno = EISDIR;
		vd_file_close(&f);
		return open_failed(ctx, "file.open", "open", path);
	}
	f->size = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
	*out = f;
	return VD_OK;
}

enum vd_status
vd_file_create(struct vd_context *ctx, const char *path, struct vd_file **out)
{
	struct vd_file *f;
	struct vd_str copy;

	VD_NEW(ctx, f, 1);
	VD_TRY(vd_str_dup(ctx, vd_str_c(path), &copy));
	f->path = copy.ptr;
	f->size = -1;
	f->fd = open_again(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (f->fd < 0) return io_failed(ctx, "file.write", "make", path);
	*out = f;
	return VD_OK;
}

enum vd_status
vd_file_read(struct vd_context *ctx, struct vd_file *f, char *into, size_t cap, size_t *got)
{
	ssize_t n;

	do n = read(f->fd, into, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0) return io_failed(ctx, "file.read", "read", f->path);
	*got = (size_t)n;
	return VD_OK;
}

int64_t
vd_file_size(const struct vd_file *f)
{
	return f->size;
}

void
vd_file_close(struct vd_file **f)
{
	int error = errno; /* a cleanup must not hide why the caller leaves */

	if (*f != NULL && !(*f)->is_stdin && (*f)->fd >= 0) close((*f)->fd);
	*f = NULL;
	errno = error;
}

static enum vd_status
too_large(struct vd_context *ctx, const struct vd_file *f, size_t max)
{
	return vd_fail(ctx, VD_E_LIMIT, "file.too_large", NULL,
	               "\"%.300s\" is larger than the %zu bytes that are read", f->path, max);
}

enum vd_status
vd_file_slurp(struct vd_context *ctx, const char *path, size_t max, struct vd_str *out)
{
	VD_AUTO_FILE *f = NULL;
	size_t len = 0, cap, got;
	char *p, *larger;

	VD_TRY(vd_file_open(ctx, path, &f));
	if (f->size > 0 && (uint64_t)f->size > max) return too_large(ctx, f, max);
	cap = f->size > 0 && (size_t)f->size < max ? (size_t)f->size : max < 65536 ? max : 65536;
	VD_NEW(ctx, p, cap + 1);
	for (;;) { /* ends at the end of the file or at max: each turn reads at least one byte */
		VD_TRY(vd_file_read(ctx, f, p + len, cap + 1 - len, &got));
		if (got == 0) break;
		len += got;
		if (len > max) return too_large(ctx, f, max);
		if (len <= cap) continue;
		cap = cap <= max / 2 ? cap * 2 : max;
		VD_NEW(ctx, larger, cap + 1);
		memcpy(larger, p, len);
		p = larger;
	}
	p[len] = '\0';
	*out = (struct vd_str){ p, len };
	return VD_OK;
}

static bool
write_all(int fd, struct vd_str bytes)
{
	for (size_t done = 0; done < bytes.len;) {
		ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);

		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return false;
		done += (size_t)n;
	}
	return true;
}

enum vd_status
vd_file_write(struct vd_context *ctx, struct vd_file *f, struct vd_str bytes)
{
	return write_all(f->fd, bytes) ? VD_OK : io_failed(ctx, "file.write", "write", f->path);
}

/* Makes the renaming itself durable. A file system that cannot do this says EINVAL. */
static bool
sync_folder(const char *dir)
{
	int fd = open_again(dir, O_RDONLY | O_DIRECTORY, 0), error;
	bool done;

	if (fd < 0) return false;
	done = fsync(fd) == 0 || errno == EINVAL;
	error = errno;
	close(fd);
	errno = error;
	return done;
}

/* Folder and last part of a path: "a/b" is "a" and "b", "b" is "." and "b". */
static enum vd_status
split_path(struct vd_context *ctx, const char *path, struct vd_str *dir, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash != NULL ? slash + 1 : path;
	if (slash == NULL) return vd_str_dup(ctx, VD_STR("."), dir);
	return vd_str_dup(ctx, (struct vd_str){ path, slash == path ? 1 : (size_t)(slash - path) },
	                  dir);
}

static bool
write_and_rename(const char *temporary, const char *path, struct vd_str bytes)
{
	int fd = open_again(temporary, O_WRONLY | O_CREAT | O_EXCL, 0666), error;
	bool good;

	if (fd < 0) return false;
	good = write_all(fd, bytes) && fsync(fd) == 0;
	error = errno;
	if (close(fd) != 0 && good) {
		good = false;
		error = errno;
	}
	if (good && rename(temporary, path) != 0) {
		good = false;
		error = errno;
	}
	if (!good) unlink(temporary);
	errno = error;
	return good;
}

enum vd_status
vd_file_temporary(struct vd_context *ctx, const char *path, const char **out)
{
	struct vd_str dir, temporary;
	const char *name;
	char random[17];

	VD_TRY(split_path(ctx, path, &dir, &name));
	vd_random_hex(random, 16);
	/* the point hides it from whoever watches the folder; the length fits with any name */
	VD_TRY(vd_str_printf(ctx, &temporary, "%s/.%s.part", dir.ptr, random));
	*out = temporary.ptr;
	return VD_OK;
}

/* Renames without replacing; file systems that cannot do that at once look first. */
static bool
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
	if (errno != EINVAL && errno != ENOSYS) return false;
	if (vd_file_exists(to)) {
		errno = EEXIST;
		return false;
	}
	return rename(from, to) == 0;
}

enum vd_status
vd_file_publish(struct vd_context *ctx, const char *temporary, const char *path)
{
	int fd = open_again(temporary, O_RDONLY, 0), error;
	bool good = fd >= 0 && fsync(fd) == 0;
	struct vd_str dir;
	const char *name;

	if (good) good = rename_new(temporary, path);
	error = errno;
	if (fd >= 0) close(fd);
	if (!good) {
		unlink(temporary);
		if (error == EEXIST)
			return vd_fail(ctx, VD_E_CONFLICT, "file.exists", NULL,
			               "file \"%.300s\" exists already", path);
		errno = error;
		return io_failed(ctx, "file.write", "write", path);
	}
	VD_TRY(split_path(ctx, path, &dir, &name));
	return sync_folder(dir.ptr) ? VD_OK
	                            : io_failed(ctx, "file.write", "make durable the folder of", path);
}

void
vd_file_remove(const char *path)
{
	unlink(path);
}

enum vd_status
vd_file_write_atomic(struct vd_context *ctx, const char *path, struct vd_str bytes)
{
	const char *temporary, *name;
	struct vd_str dir;

	VD_TRY(split_path(ctx, path, &dir, &name));
	VD_TRY(vd_file_temporary(ctx, path, &temporary));
	if (!write_and_rename(temporary, path, bytes))
		return io_failed(ctx, "file.write", "write", path);
	if (!sync_folder(dir.ptr))
		return io_failed(ctx, "file.write", "make durable the folder of", path);
	return VD_OK;
}

enum vd_status
vd_file_make_dir(struct vd_context *ctx, const char *path)
{
	struct vd_str copy;
	struct stat st;
	char *p;

	if (path[0] == '\0' || strlen(path) > PATH_LENGTH_MAX)
		return vd_fail(ctx, VD_E_INVALID, "file.name", NULL,
		               "the name of a folder is empty or too long");
	VD_TRY(vd_str_dup(ctx, vd_str_c(path), &copy));
	VD_NEW(ctx, p, copy.len + 1);
	for (size_t i = 1; i <= copy.len; i++) {
		if (i < copy.len && copy.ptr[i] != '/') continue;
		memcpy(p, copy.ptr, i);
		p[i] = '\0';
		if (mkdir(p, 0777) != 0 && errno != EEXIST)
			return io_failed(ctx, "file.make_dir", "make folder", p);
	}
	if (stat(path, &st) != 0) return io_failed(ctx, "file.make_dir", "make folder", path);
	if (S_ISDIR(st.st_mode)) return VD_OK;
	errno = ENOTDIR;
	return io_failed(ctx, "file.make_dir", "make folder", path);
}

static int
by_bytes(const void *a, const void *b)
{
	return vd_str_cmp(*(const struct vd_str *)a, *(const struct vd_str *)b);
}

static void
close_dir(DIR **dir)
{
	if (*dir != NULL) closedir(*dir);
}

enum vd_status
vd_file_list(struct vd_context *ctx, const char *path, size_t limit, struct vd_str **names,
             size_t *count)
{
	VD_CLEANUP(close_dir) DIR *dir = opendir(path);
	struct vd_str *list, *larger;
	struct dirent *entry;
	size_t n = 0, cap = 64;

	if (dir == NULL) return open_failed(ctx, "file.list", "list folder", path);
	VD_NEW(ctx, list, cap);
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.') continue;
		if (n == limit)
			return vd_fail(ctx, VD_E_LIMIT, "file.list_too_long", NULL,
			               "folder \"%.300s\" has more than %zu files; split it", path, limit);
		if (n == cap) {
			VD_NEW(ctx, larger, cap * 2);
			memcpy(larger, list, n * sizeof(*list));
			list = larger;
			cap *= 2;
		}
		VD_TRY(vd_str_dup(ctx, vd_str_c(entry->d_name), &list[n]));
		n++;
	}
	if (errno != 0) return io_failed(ctx, "file.list", "list folder", path);
	qsort(list, n, sizeof(*list), by_bytes);
	*names = list;
	*count = n;
	return VD_OK;
}

bool
vd_file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}
