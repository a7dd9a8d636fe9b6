# Help for test scripts in bash: . "$SOURCE_ROOT/tests/lib.sh"
#
#   store=$(fresh_store)        URL of a new, empty store of the kind $TEST_STORE
#   ok NAME COMMAND...          passes when the command succeeds; shows its output when not
#   is NAME GOT WANTED          passes when the two texts are equal
#   exits N NAME COMMAND...     passes when the command ends with status N
#   contains NAME TEXT PART     passes when PART is somewhere in TEXT
#   skip_all REASON             ends the script as skipped
#   end_tests                   last line of every script
#
# Each script runs in an empty folder of its own.
set -u
cd "$TMPDIR" || exit 1
tests_run=0
tests_failed=0

fresh_store() {
	local folder name
	folder=$(mktemp -d "$TMPDIR/store.XXXXXX") || return 1
	case ${TEST_STORE:-sqlite} in
	sqlite)
		echo "sqlite:$folder/voldaan.db"
		;;
	postgresql)
		name=t_$$_$(basename "$folder" | tr 'A-Z.' 'a-z_')
		psql -qX "$VOLDAAN_STORE_BASE" -c "CREATE DATABASE $name TEMPLATE template0" >&2 || return 1
		echo "${VOLDAAN_STORE_BASE%/*}/$name"
		;;
	esac
}

report() { # STATUS NAME [DETAIL]
	tests_run=$((tests_run + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests_run - $2"
	else
		tests_failed=$((tests_failed + 1))
		echo "not ok $tests_run - $2"
		[ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/#   /'
	fi
}

ok() {
	local name=$1 out status
	shift
	out=$("$@" 2>&1)
	status=$?
	report $status "$name" "ended with $status: $* $out"
}

is() {
	[ "$2" = "$3" ]
	report $? "$1" "$(printf 'got:\n%s\nwanted:\n%s' "$2" "$3")"
}

exits() {
	local wanted=$1 name=$2 out status
	shift 2
	out=$("$@" 2>&1)
	status=$?
	[ $status = "$wanted" ]
	report $? "$name" "ended with $status, not $wanted: $* $out"
}

contains() {
	case $2 in *"$3"*) true ;; *) false ;; esac
	report $? "$1" "$(printf 'not found: %s\nin:\n%s' "$3" "$2")"
}

skip_all() {
	echo "skipped: $*"
	exit 77
}

end_tests() {
	echo "1..$tests_run"
	[ $tests_failed = 0 ] && [ $tests_run -gt 0 ]
	exit $?
}
