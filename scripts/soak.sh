#!/bin/sh
# The whole suite N times (20) with every CPU loaded by a busy loop: each cell's verdict must be the same every time.
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
for _ in $(seq "$(nproc)"); do
	(while :; do :; done) &
	loads="$loads $!"
done
for i in $(seq "$runs"); do
	"$hopcheck" run -j 2 -q --json "$work/$i.json"
	echo "run $i of $runs: exit $?"
	"$hopcheck" verdicts "$work/$i.json" >"$work/$i" || exit 1
	if ! cmp -s "$work/1" "$work/$i"; then
		echo "run $i differs from run 1:"
		diff "$work/1" "$work/$i"
		exit 1
	fi
done
echo "$(wc -l <"$work/1") cells, the same verdicts in $runs runs under load"
