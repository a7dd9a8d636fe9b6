# The helpers for tests: fresh stores are empty, different, and of the asked kind.
. "$SOURCE_ROOT/tests/lib.sh"

one=$(fresh_store)
two=$(fresh_store)
ok "two stores differ" test "$one" != "$two"
case $TEST_STORE in
sqlite)
	contains "a SQLite store is a path" "$one" "sqlite:$TMPDIR/"
	ok "its folder is there" test -d "$(dirname "${one#sqlite:}")"
	ok "the store itself is not" test ! -e "${one#sqlite:}"
	;;
postgresql)
	contains "a PostgreSQL store is a URL" "$one" "postgresql://"
	is "it is empty, UTF8 and collates as C" \
		"$(psql -AtqX "$one" -c "SELECT datcollate, pg_encoding_to_char(encoding),
			(SELECT count(*) FROM pg_tables WHERE schemaname = 'public')
			FROM pg_database WHERE datname = current_database()")" "C|UTF8|0"
	ok "a table may be made" psql -qX "$two" -c "CREATE TABLE t (i INTEGER)"
	is "the other store does not have it" \
		"$(psql -AtqX "$one" -c "SELECT to_regclass('t') IS NULL")" t
	;;
esac

# what the helpers report is judged from outside, in a shell of their own
inner() {
	TMPDIR=$(mktemp -d "$TMPDIR/inner.XXXXXX") bash -c ". '$SOURCE_ROOT/tests/lib.sh'; $1; end_tests"
}
exits 0 "good results end with 0" inner 'ok one true; is two a a; exits 3 three sh -c "exit 3"'
exits 1 "a command that fails is reported" inner 'ok one false'
exits 1 "texts that differ are reported" inner 'is one a b'
exits 1 "another status is reported" inner 'exits 3 one true'
exits 1 "a missing part is reported" inner 'contains one abc d'
exits 1 "no test at all is a failure" inner true
exits 77 "skipping ends with 77" inner 'skip_all because'
end_tests
