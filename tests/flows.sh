# shellcheck shell=sh
# Flows of one cell run in order in a lab of their own, whichever are chosen, in however many workers and with a fresh lab for
# each cell; after one that cannot run the others say so.
set -u
. tests/shared.sh
cp -r topologies cases "$WORK"
cd "$WORK" || exit 1
run() { # run CELLS ARGUMENTS...: so many, none of which FAILs or is BROKEN, in that order
	wanted=$1
	shift
	"$HOPCHECK" run -q --json results.json "$@" >out 2>&1 || complain "$*: $(cat out)"
	"$HOPCHECK" verdicts results.json >all
	[ "$(wc -l <all)" = "$wanted" ] || complain "$*: $(wc -l <all) cells, not $wanted: $(cat all)"
	! grep -v ': PASS' all || complain "$*"
}
run 8 -j 3 cases/flows.yaml
run 8 --fresh -j 2 cases/flows.yaml
run 4 cases/flows.yaml --only flow=knows
run 1 cases/flows.yaml --only flow=learns --only src.b0.tx=on
run 3 cases/flows.yaml --only flow=other-way --only src.b0.tx=off
# The second flow finds what the first one left only in the same lab.
sed 's/^case: flows/case: alone/; /name: learns/d; s/flow: \[learns, other-address\]/flow: other-address/' cases/flows.yaml >cases/alone.yaml
"$HOPCHECK" run cases/alone.yaml --only flow=knows >out 2>&1 && complain "without the first flow the second one passes: $(cat out)"
grep -q 'largest <=1414, saw 1514' out || complain "it does not say what the second flow found: $(cat out)"

# ---- one that is SKIP, and labs that differ
cat >cases/skipped.yaml <<'END'
case: skipped
topology: chain-2
needs: nic
traffic: [{from: src, to: "fc00:d:d000::1"}, {from: src, to: "fc00:d:d000::2"}]
expect: {fate: delivered}
END
"$HOPCHECK" run --json results.json cases/skipped.yaml >out 2>&1
"$HOPCHECK" verdicts results.json | grep -c ': SKIP' | grep -qx 2 || complain "not both are SKIP: $(cat out)"
[ $failures = 0 ] || exit 1
echo "flows run in order"
