/* The files of the sample administration: out of the program, into the folder. */
#include "app/demo_internal.h"

#include "base/embedded.h"
#include "base/file.h"

#define MARK      "voldaan-demo.txt"
#define NAMES_MAX 1000

static enum vd_status
path_in(struct vd_context *ctx, const char *dir, struct vd_str name, const char **out)
{
	struct vd_str text;

	VD_TRY(vd_str_printf(ctx, &text, "%s/%.*s%c", dir, VD_FMT(name), '\0'));
	*out = text.ptr;
	return VD_OK;
}

/* ---- the folder ---- */

/* Only an empty folder or an earlier demo: nothing of anybody else's is touched. */
static enum vd_status
take_folder(struct demo *d)
{
	static const char *const stores[] = { "voldaan.db", "voldaan.db-wal", "voldaan.db-shm" };
	struct vd_context *ctx = d->main;
	struct vd_str *names;
	const char *mark, *path;
	size_t n;

	VD_TRY(vd_file_make_dir(ctx, d->dir));
	VD_TRY(path_in(ctx, d->dir, VD_STR(MARK), &mark));
	VD_TRY(vd_file_list(ctx, d->dir, NAMES_MAX, &names, &n));
	if (n > 0 && !vd_file_exists(mark))
		return vd_fail(
		    ctx, VD_E_CONFLICT, "demo.folder", "dir",
		    "%s is not empty and holds no earlier demo; choose another folder with --dir", d->dir);
	for (size_t i = 0; i < VD_LENGTH(stores); i++) {
		VD_TRY(path_in(ctx, d->dir, vd_str_c(stores[i]), &path));
		vd_file_remove(path);
	}
	return vd_file_write_atomic(
	    ctx, mark,
	    VD_STR("This folder was made by \"voldaan demo\". The business in it is "
	           "invented. It may be removed as a whole.\n"));
}

/* ---- files ---- */

static enum vd_status
write_plain(struct vd_context *ctx, const char *path, struct vd_str bytes)
{
	VD_AUTO_FILE *file = NULL;

	vd_file_remove(path);
	VD_TRY(vd_file_create(ctx, path, &file));
	return vd_file_write(ctx, file, bytes);
}

static enum vd_status
add_file(struct demo *d, struct vd_str kind, struct vd_str name, struct vd_str bytes)
{
	struct vd_context *ctx = d->main;
	struct demo_file *f;
	struct vd_str folder;

	VD_TRY(vd_str_printf(ctx, &folder, "%s/files%s%.*s%c", d->dir, kind.len > 0 ? "/" : "",
	                     VD_FMT(kind), '\0'));
	VD_GROW(ctx, d->files, d->files_count, d->files_cap);
	f = &d->files[d->files_count++];
	*f = (struct demo_file){ .name = name, .day = VD_DATE_NONE };
	VD_TRY(vd_str_printf(ctx, &kind, "%.*s%c", VD_FMT(kind), '\0'));
	f->kind = kind.ptr;
	if (kind.len > 1) VD_TRY(vd_date_parse(ctx, vd_str_sub(name, 0, 10), &f->day));
	VD_TRY(vd_file_make_dir(ctx, folder.ptr));
	VD_TRY(path_in(ctx, folder.ptr, name, &f->path));
	return write_plain(ctx, f->path, bytes);
}

/* ---- lists: lines of cells with tabs between ---- */

static enum vd_status
diary_line(struct demo *d, struct vd_str line)
{
	struct vd_context *ctx = d->main;
	struct vd_str day, until;
	struct demo_entry e = { .until = VD_DATE_NONE };

	vd_str_cut(&line, '\t', &day);
	vd_str_cut(&line, '\t', &e.who);
	vd_str_cut(&line, '\t', &e.verb);
	vd_str_cut(&line, '\t', &e.number);
	vd_str_cut(&line, '\t', &e.value);
	vd_str_cut(&line, '\t', &until);
	e.text = line;
	VD_TRY(vd_date_parse(ctx, day, &e.day));
	if (until.len > 0) VD_TRY(vd_date_parse(ctx, until, &e.until));
	VD_GROW(ctx, d->diary, d->diary_count, d->diary_cap);
	d->diary[d->diary_count++] = e;
	return VD_OK;
}

static enum vd_status
account_line(struct demo *d, struct vd_str line)
{
	struct demo_account a = { 0 };

	vd_str_cut(&line, '\t', &a.identification);
	a.suffix = line;
	VD_GROW(d->main, d->accounts, d->accounts_count, d->accounts_cap);
	d->accounts[d->accounts_count++] = a;
	return VD_OK;
}

static enum vd_status
each_line(struct demo *d, const char *name, enum vd_status (*take)(struct demo *, struct vd_str))
{
	struct vd_embedded e;
	struct vd_str text, line;

	if (!vd_embedded_find(vd_str_c(name), &e))
		return vd_fail(d->main, VD_E_NOT_FOUND, "demo.sample", NULL,
		               "%s is not built into this program", name);
	text = (struct vd_str){ (const char *)e.data, e.size };
	while (vd_str_cut(&text, '\n', &line))
		if (line.len > 0) VD_TRY(take(d, line));
	return VD_OK;
}

enum vd_status
demo_files_unpack(struct demo *d)
{
	VD_TRY(take_folder(d));
	for (size_t i = 0; i < vd_embedded_count(); i++) {
		struct vd_embedded e = vd_embedded_at(i);
		struct vd_str name = vd_str_c(e.name), bytes = { (const char *)e.data, e.size },
		              kind = VD_STR("");
		size_t slash;

		if (!vd_str_starts(name, VD_STR("sample/"))) continue;
		name = vd_str_sub(name, 7, SIZE_MAX);
		slash = vd_str_find(name, VD_STR("/"), 0);
		if (slash != SIZE_MAX) {
			kind = vd_str_sub(name, 0, slash);
			name = vd_str_sub(name, slash + 1, SIZE_MAX);
		}
		VD_TRY(add_file(d, kind, name, bytes));
	}
	VD_TRY(each_line(d, "sample/accounts.tsv", account_line));
	return each_line(d, "sample/diary.tsv", diary_line);
}

static enum vd_status
setting_line(struct vd_context *ctx, struct demo *d, struct vd_str line)
{
	struct vd_str name;

	vd_str_cut(&line, '\t', &name);
	return app_setting_set(ctx, d->app, name, line);
}

enum vd_status
demo_settings(struct vd_context *ctx, struct demo *d)
{
	struct vd_embedded e;
	struct vd_str text, line;

	if (!vd_embedded_find(VD_STR("sample/settings.tsv"), &e))
		return vd_fail(ctx, VD_E_NOT_FOUND, "demo.sample", NULL,
		               "sample/settings.tsv is not built into this program");
	text = (struct vd_str){ (const char *)e.data, e.size };
	while (vd_str_cut(&text, '\n', &line))
		if (line.len > 0) VD_TRY(setting_line(ctx, d, line));
	return VD_OK;
}
