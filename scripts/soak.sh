#!/bin/sh
# The whole suite N times (20) on a machine with a load of 15, in every way in turn: as it is, without drop events, with
# traces kept, with -vv, on one CPU. Each cell's verdict must be the same every time.
set -u
runs=${1:-20}
hopcheck=${HOPCHECK:-build/hopcheck}
work=$(mktemp -d)
loads=""
cleanup() {
	for pid in $loads; do kill "$pid" 2>/dev/null; done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	(while :; do :; done) &
	loads="$loads $!"
done
cpu=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')
for i in $(seq "$runs"); do
	case $((i % 5)) in
	1) way="as it is" && set -- "$hopcheck" run -j 2 -q ;;
	2) way="without drop events" && set -- "$hopcheck" run -j 2 -q --no-drop-events ;;
	3) way="with --keep" && set -- "$hopcheck" run -j 2 -q --keep "$work/traces" ;;
	4) way="with -vv" && set -- "$hopcheck" run -j 2 -vv ;;
	0) way="on one CPU" && set -- taskset -c "$cpu" "$hopcheck" run -j 2 -q ;;
	esac
	"$@" --json "$work/$i.json" >"$work/out" 2>&1
	echo "run $i of $runs, $way: exit $?"
	"$hopcheck" verdicts "$work/$i.json" >"$work/$i" || exit 1
	rm -rf "$work/traces" "$work/$i.json"
	if ! cmp -s "$work/1" "$work/$i"; then
		echo "run $i, $way, differs from run 1:"
		diff "$work/1" "$work/$i"
		exit 1
	fi
done
echo "$(wc -l <"$work/1") cells, the same verdicts in $runs runs under load"
