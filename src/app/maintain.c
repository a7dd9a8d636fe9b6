/* Backup and migration. */
#include "app/maintain.h"

enum vd_status
app_backup(struct vd_context *ctx, struct app *app, const char *path)
{
	return vd_db_backup(ctx, app->db, path, &app->log);
}

enum vd_status
app_migrate(struct vd_context *ctx, struct app *app, struct app_migrate_result *r)
{
	r->schema = vd_db_schema_newest();
	return vd_db_migrate(ctx, app->db, app->now, &r->applied);
}
