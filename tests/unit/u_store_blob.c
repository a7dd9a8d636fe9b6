/* Documents: the bytes that went in come out, once stored, checked. Runs on each TEST_STORE. */
#include "store_support.h"

#include "q_kinds.h"
#include "store/blob.h"

#define A   1
#define MIB ((size_t)1 << 20)

static struct vd_db *
make(struct vd_context *context)
{
	static int n = 300;
	struct vd_context ctx = *context;
	struct vd_db_options options = { .create = true };
	struct vd_db *db;
	char url[1024];

	fresh_store(++n, url);
	assert_ok(vd_db_open(&ctx, url, &options, &db));
	return db;
}

/* Bytes that do not compress (a linear congruential generator), or that do. */
static struct vd_str
bytes_of(struct vd_context *ctx, size_t n, bool noise)
{
	char *p = vd_arena_array(ctx->arena, n + 1, 1);
	uint64_t x = n + 88172645463325252u;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		p[i] = noise ? (char)(x >> 56) : "letter "[i % 7];
	}
	return (struct vd_str){ p, n };
}

static void
put(struct vd_context *context, struct vd_db *db, int64_t administration, struct vd_str bytes,
    const char *type, char key[VD_SHA256_HEX])
{
	struct vd_context ctx = *context;
	VD_AUTO_TX tx = { 0 };

	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(vd_blob_put(&ctx, db, administration, bytes, vd_str_c(type),
	                      (struct vd_moment){ 1769904000 }, key));
	assert_ok(vd_tx_commit(&ctx, &tx));
}

static void
documents_come_back(void **state)
{
	static const struct {
		size_t size;
		bool noise;
		int64_t chunks;
	} table[] = {
		{ 0, false, 0 },  { 1, false, 1 },      { 4096, false, 1 },        { MIB - 1, true, 1 },
		{ MIB, true, 1 }, { MIB + 1, true, 2 }, { 3 * MIB + 17, true, 4 }, { 20 * MIB, false, 1 },
	};

	(void)state;
	for (size_t i = 0; i < VD_LENGTH(table); i++) {
		WITH_CONTEXT(100 * MIB);
		VD_AUTO_DB *db = make(&ctx);
		struct vd_str bytes = bytes_of(&ctx, table[i].size, table[i].noise);
		struct q_chunk_count_row count;
		char key[VD_SHA256_HEX], again[VD_SHA256_HEX];
		struct vd_blob got;

		put(&ctx, db, A, bytes, "application/pdf", key);
		put(&ctx, db, A, bytes, "text/plain", again); /* the same bytes: nothing is added */
		assert_string_equal(key, again);
		assert_ok(vd_blob_get(&ctx, db, A, vd_str_c(key), &got));
		assert_true(vd_str_eq(got.bytes, bytes));
		assert_text(got.media_type, "application/pdf");
		assert_ok(q_chunk_count(&ctx, db, &(struct q_chunk_count_in){ A }, &count));
		assert_int_equal(count.chunks, table[i].chunks);
		assert_true(count.largest <= (int64_t)MIB);
		assert_refused(vd_blob_get(&ctx, db, 2, vd_str_c(key), &got), VD_E_NOT_FOUND,
		               "blob.unknown");
	}
}

/* FIPS 180-4 example: SHA-256 of "abc". */
static void
the_key_is_the_hash(void **state)
{
	WITH_CONTEXT(16 * MIB);
	VD_AUTO_DB *db = make(&ctx);
	char key[VD_SHA256_HEX];

	(void)state;
	put(&ctx, db, A, VD_STR("abc"), "text/plain", key);
	assert_string_equal(key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
damage_is_told(void **state)
{
	WITH_CONTEXT(64 * MIB);
	VD_AUTO_DB *db = make(&ctx);
	struct vd_str plain = bytes_of(&ctx, 2 * MIB, true);
	char key[VD_SHA256_HEX];
	char *changed = vd_arena_array(&arena, MIB, 1);
	struct vd_blob got;
	struct vd_tx tx;

	(void)state;
	put(&ctx, db, A, plain, "text/plain", key);
	memcpy(changed, plain.ptr + MIB, MIB);
	changed[1234] ^= 1;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(
	    q_chunk_damage(&ctx, db, &(struct q_chunk_damage_in){ A, 1, { changed, MIB } }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_refused(vd_blob_get(&ctx, db, A, vd_str_c(key), &got), VD_E_CORRUPT, "blob.damaged");
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(
	    q_chunk_damage(&ctx, db, &(struct q_chunk_damage_in){ A, 1, { changed, 100 } }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_refused(vd_blob_get(&ctx, db, A, vd_str_c(key), &got), VD_E_CORRUPT, "blob.damaged");
	put(&ctx, db, 2, VD_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	    "text/plain", key);
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_ok(
	    q_chunk_damage(&ctx, db, &(struct q_chunk_damage_in){ 2, 0, VD_STR("not zlib") }, NULL));
	assert_ok(vd_tx_commit(&ctx, &tx));
	assert_refused(vd_blob_get(&ctx, db, 2, vd_str_c(key), &got), VD_E_CORRUPT, "blob.damaged");
}

static void
too_large_is_refused(void **state)
{
	WITH_CONTEXT(80 * MIB);
	VD_AUTO_DB *db = make(&ctx);
	char key[VD_SHA256_HEX];
	struct vd_tx tx;

	(void)state;
	assert_ok(vd_tx_begin(&ctx, db, VD_TX_WRITE, &tx));
	assert_refused(vd_blob_put(&ctx, db, A, (struct vd_str){ "x", VD_BLOB_MAX + 1 },
	                           VD_STR("text/plain"), (struct vd_moment){ 0 }, key),
	               VD_E_LIMIT, "blob.too_large");
	vd_tx_rollback(&tx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_come_back),
		cmocka_unit_test(the_key_is_the_hash),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
