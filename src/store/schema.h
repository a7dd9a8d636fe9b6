#ifndef VD_STORE_SCHEMA_H
#define VD_STORE_SCHEMA_H
/* The schema as tools/sqlgen.py reads it from schema/: migrations per engine, and the tables. */
#include "store/db.h"

struct vd_schema_piece {
	const char *path; /* "schema/0001_core.sql" */
	int line;
	const char *sql; /* one statement */
};
struct vd_migration {
	int number;
	const char *name;
	const char *checksum; /* SHA-256 of the source text, its engines' companions included */
	struct {
		const struct vd_schema_piece *pieces;
		int count;
	} engine[2]; /* by enum vd_engine */
};
extern const struct vd_migration vd_migrations[]; /* ascending */
extern const int vd_migrations_count;

/* A table, for copying a store row by row: read all in key order, write one, empty it. */
struct vd_table {
	const char *name;
	const struct vd_query *read, *write;
	const char *empty_sql;
};
extern const struct vd_table vd_tables[];
extern const int vd_tables_count;
#endif
