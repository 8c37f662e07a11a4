# shellcheck shell=sh
# Flows of one cell run in order, or at once, in a lab of their own, whichever are chosen, in however many workers and with a fresh lab for
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

# ---- at once
run 9 cases/flows-gro.yaml
run 3 --fresh -j 2 cases/flows-gro.yaml --only flow=second --only mode=inline
run 12 -j 2 --keep kept cases/flows-at-once.yaml
"$HOPCHECK" judge --json again.json kept cases/flows-at-once.yaml >out 2>&1 || complain "judged again: $(cat out)"
"$HOPCHECK" verdicts again.json | cmp -s all - || complain "judged again they are others"
rm -r kept/flows-at-once-1
"$HOPCHECK" judge kept cases/flows-at-once.yaml >out 2>&1 && complain "judged without one of them"
grep -q 'kept/flows-at-once-1 ran at once with it' out || complain "it does not say which one lacks: $(cat out)"
# The packets of one flow are not another's: 8 of 8, where both send the same number through one hop.
cat >cases/own.yaml <<'END'
case: own
topology: chain-1
set: {src.b0.tx: off, "*.*.tso": off}
traffic: [[{name: a, tcp: crafted, from: src, to: "fc00:d:d000::1", burst: 8}, {name: b, tcp: crafted, from: src, to: "fc00:d:d000::1", burst: 8}, {name: lost, tcp: crafted, from: src, to: "fc00:d:d000::1", hop_limit: 1}]]
expect:
  - {when: {flow: lost}, fate: dropped, at: r1, reason: hop-limit, icmp: {type: 3, code: 0, from: r1, at: src}}
  - {fate: delivered, icmp: none, hops: {"src.b0:out": {packets: 8}}}
END
run 3 cases/own.yaml
# Nor does it hide a loss: the same without the one that ends.
sed 's/^case: own/case: hidden/; s/hop_limit: 1}/hop_limit: 1, flags: [psh, ack]}/; s/{when: {flow: lost}, .*/{when: {flow: lost}, fate: delivered}/' cases/own.yaml >cases/hidden.yaml
"$HOPCHECK" run --json results.json cases/hidden.yaml >out 2>&1 && complain "a loss among several is none: $(cat out)"
"$HOPCHECK" verdicts results.json | grep -v ': PASS' | grep -q 'flow=lost: FAIL' || complain "it is not the lost one that FAILs: $(cat out)"
"$HOPCHECK" bundle cases/own.yaml --only flow=a handed >out 2>&1 || complain "bundle: $(cat out)"
grep -q 'at once with others' handed/reproduce.sh || complain "the script says nothing of the others"

"$HOPCHECK" explain --budget 10 cases/own.yaml --only flow=b >out 2>&1 || complain "explain: $(cat out)"
grep -q '^cell  *own flow=b' out || complain "it explains another flow: $(cat out)"

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
# One of those at once needs what this kernel has not: neither it nor the others run, nor what comes behind them.
cat >cases/lacks.yaml <<'END'
case: lacks
topology: flavors
traffic:
  - {name: before, from: src, to: "fc00:d:d000::1"}
  - - {name: fine, from: src, to: "fc00:d:d000::1", mode: inline, segments: ["fc00:1::1"]}
    - {name: lacks, tcp: crafted, from: src, to: "fc00:d:d000::1", mode: encap, segments: ["fc00:1::4"]}
  - {name: after, from: src, to: "fc00:d:d000::1"}
expect: {fate: delivered, bad_checksums: any}
END
"$HOPCHECK" run --json results.json cases/lacks.yaml >out 2>&1
"$HOPCHECK" verdicts results.json >all
if grep -q 'flow=lacks: SKIP' all; then
	grep -c ': SKIP' all | grep -qx 3 || complain "not all that depend on it are SKIP: $(cat all)"
fi
grep -q 'flow=before: PASS' all || complain "what was before them is not: $(cat all)"
[ $failures = 0 ] || exit 1
echo "flows run in order and at once"
