#!/bin/sh
# Every test but the unit tests, which come before: `make test` calls it. Each test is a file, tests/NAME.sh, that gets
# HOPCHECK (the binary) and WORK (a directory of its own, removed afterwards); it passes with 0, and says why when not.
# A test that cannot run here ends with 4 and says what is missing.
set -u
cd "$(dirname "$0")/.." || exit 2
HOPCHECK=${HOPCHECK:-$PWD/${B:-build}/hopcheck}
export HOPCHECK
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
passed=0 failed=0 skipped=0

[ $# != 0 ] || set -- tests/*.sh
for test in "$@"; do
	name=$(basename "$test" .sh)
	case $name in run | shared) continue ;; esac
	WORK=$all/$name
	export WORK
	mkdir "$WORK"
	chmod 755 "$all" "$WORK"
	start=$(date +%s)
	sh "$test" >"$all/$name.log" 2>&1
	code=$?
	took=$(($(date +%s) - start))
	case $code in
	0)
		passed=$((passed + 1))
		echo "ok    $name (${took} s): $(tail -n 1 "$all/$name.log")"
		;;
	4)
		skipped=$((skipped + 1))
		echo "skip  $name: $(tail -n 1 "$all/$name.log")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAIL  $name (exit $code):"
		sed 's/^/      /' "$all/$name.log"
		;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
