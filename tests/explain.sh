# shellcheck shell=sh
# What `hopcheck explain` finds of cells whose deviation is known: the least settings, what cures it, what the workaround
# of the deviation does, the smallest lab, and the place.
set -u
. tests/shared.sh
go_to_work
patience=120
explain() { # explain CODE ARGUMENT...
	wanted_code=$1
	shift
	ends_with "$wanted_code" explain --budget 100 "$@"
}
told() { # told NAME PATTERN: a line of the last one
	grep "^$1  *" out | grep -q -e "$2" || complain "$1: expected $2; it says: $(grep "^$1 " out)"
}
# A cell as README.md has it: GRO merges inline packets at the router, whose egress completes what GRO left.
cat >cases/merged.yaml <<'CASE'
case: merged
topology: chain-1
set: {"*.*.gro": off, "*.*.tso": off, r1.b0.tx: off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 20k, segments: ["fc00:1::100", "fc00:d:d000::2"]}
axes: {mode: [plain, inline], r1.a0.gro: [on, off]}
expect: {fate: delivered}
known:
  - when: {mode: inline, r1.a0.gro: on}
    verdict: {fate: dropped, at: dst, reason: tcp-csum, bad_checksums: [r1.a0, "r1.b0:out", dst.a0]}
    because: a test
    ref: a test of hopcheck
    workaround: encap mode; gro off at the routers; tx off at the source; tso off at the source; pray
CASE
"$HOPCHECK" run -q --json results.json merged >out 2>&1
"$HOPCHECK" verdicts results.json >verdicts || exit 1
grep -q 'mode=inline r1.a0.gro=on: KNOWN' verdicts || skip "GRO of this kernel and machine does not do it: $(cat verdicts)"

# ---- the first cell that is not right of several; on one processor the rounds are the same
explain 1 --json told.json merged
says "1 of 4 cells are not right"
told cell "merged mode=inline r1.a0.gro=on"
told wrong "dropped at dst: tcp-csum.*; bad checksums at r1.a0:in"
told "happens with" "src.b0.tx: on, src.b0.tso: off, r1.a0.gro: on, mode: inline, direction: forward$"
told "cured by" "r1.a0.gro: off ("
told "cured by" "src.b0.tx: off ("
told "cured by" "mode: encap ("
told workaround '"encap mode" cures it; "gro off at the routers" cures it; "tx off at the source" cures it'
told workaround '"tso off at the source" is so already; "pray" is no setting here'
told smallest "nodes src, .*dst; mode inline; .*octets in 2 packets"
told SRv6 "needed for it: .*plain right"
told "goes wrong" "checksum is the pseudo-header's sum over .*, the current segment"
told "  there" "2 packets in one, checksum bad"
told "  changed" "TCP checksum [0-9a-f]* > [0-9a-f]*"
told lost "at dst.*: tcp-csum"
told deviation "not named: a test"
! grep -q '^incomplete' out || complain "it was not done in 100 s: $(grep '^incomplete' out)"
grep -q '"how": "explained"' told.json || complain "told.json: $(head -n 5 told.json)"
[ "$(wc -l <out)" -le 18 ] || complain "$(wc -l <out) lines"

# ---- cells that are right, and that nothing can be said of
explain 0 merged --only mode=plain --only r1.a0.gro=on
told right delivered
explain 0 --results results.json 0
told cell "merged mode=plain r1.a0.gro=on"
explain 2 --results results.json 4
says "there is no cell 4; the results have 4"
explain 2 --results results.json merged
says "merged: expected a cell's number in the results, counted from 0"
outcome_cases cases "a test" ''
explain 4 skip
told "cannot tell" .

# ---- what is lost before there is data
cat >cases/nowhere.yaml <<'CASE'
case: nowhere
topology: chain-1
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 3k, mode: inline, segments: ["fc00:1::dead"]}
expect: {fate: delivered}
CASE
explain 1 nowhere
told wrong 'dropped at src: no-route'
told smallest '; no data$'

# ---- a fault in user space: a NIC whose driver looks at the IPv6 header's next header
cat >topologies/model.yaml <<'TOPOLOGY'
topology: model
nodes:
  src: {addresses: ["fc00:5::1"]}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links: [{ends: [src.b0, dst.a0], kind: nic-model, model: csum-start}]
TOPOLOGY
cat >cases/driver.yaml <<'CASE'
case: driver
topology: model
traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:d:d000::1", bytes: 3k, segments: ["fc00:d:d000::2"]}
set: {"*.*.tso": off, src.b0.tx: on, "*.*.gro": off, src.b0.model: next-header}
expect: {fate: delivered}
CASE
"$HOPCHECK" run -q driver >out 2>&1
case $? in
4) echo "not checked: links over TAP devices" ;;
*)
	explain 1 driver
	told "happens with" "src.b0.tx: on, src.b0.model: next-header, mode: inline"
	told "cured by" "src.b0.model: csum-start"
	told "cured by" "src.b0.tx: off"
	told deviation "none of those"
	;;
esac
[ $failures = 0 ] || exit 1
echo "least settings, cures, workarounds, smallest lab and place of two deviations"
