# shellcheck shell=sh
# The faults of mutants/: that there are enough, each says what it does, and scripts/mutants.sh tells a noticed fault from one that
# is not, that changes nothing, or that cannot be built. Takes what `make uml` has built.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/shared.sh
count=0
for patch in mutants/*.patch; do
	count=$((count + 1))
	grep -q '^What: .' "$patch" || complain "$patch: no line What:"
	[ "$(grep -c '^+++ ' "$patch")" = 1 ] || complain "$patch: touches several files"
done
[ $count -ge 60 ] || complain "only $count faults"

cache=${HOPCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hopcheck}
if [ ! -x "$cache/uml/uml-6.12/linux" ]; then
	[ $failures = 0 ] || exit 1
	echo "$count faults; no User Mode Linux is built (make uml), so none was planted"
	exit 0
fi
needs bsdtar libarchive-tools
HOPCHECK_CACHE=$cache
export HOPCHECK HOPCHECK_CACHE
plant() { # plant CODE TEXT [PATCH...]
	code=$1 text=$2
	shift 2
	scripts/mutants.sh -j 2 --results "$WORK/results" --case negative "$@" >"$WORK/out" 2>"$WORK/err"
	got=$?
	[ $got = "$code" ] || complain "$*: exit $got, not $code: $(tail -n 3 "$WORK/err")"
	grep -q "$text" "$WORK/out" || complain "$*: nothing says '$text': $(cat "$WORK/out")"
}
awk '/^Seen:/ {next} /^-[^-]/ {line = substr($0, 2)} /^\+[^+]/ {print "+" line " /* as it was */"; next} {print}' \
	mutants/gro-psh.patch >"$WORK/none.patch"
sed 's/^What:.*/What: not in this kernel/;s/^-.*/-no such line/' mutants/host-segments-left.patch >"$WORK/away.patch"
plant 0 '^1 of 1 faults noticed' host-segments-left
plant 3 '1 of 2 faults noticed.* 1 not run' host-segments-left "$WORK/none.patch" "$WORK/away.patch"
grep -q '^not noticed: none: ' "$WORK/out" || complain "none: $(cat "$WORK/out")"
if grep -q 'host-segments-left:' "$WORK/err"; then complain "a fault that was run is run again"; fi
grep -q 'away: does not apply' "$WORK/err" || complain "away: $(cat "$WORK/err")"
plant 0 '^1 of 1 faults noticed' --kept host-segments-left
[ ! -s "$WORK/err" ] || complain "--kept runs something: $(cat "$WORK/err")"
[ $failures = 0 ] || exit 1
echo "$count faults; one noticed, one that changes nothing, one that does not apply"
