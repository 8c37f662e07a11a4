# shellcheck shell=sh
# What the kernel counts must go with the verdict: where its counters say something else (here they are renamed on the way to
# hopcheck), the cell is a FAIL, in all outputs, unless a row says that they may.
set -u
. tests/shared.sh
preload_library agree
go_to_work
two_cells cases
cat >cases/malformed.yaml <<'CASE'
case: malformed
topology: chain-1
traffic: {tcp: crafted, mode: inline, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"], srh.last_entry: 9}
expect: {fate: dropped, at: r1, reason: srh-malformed}
CASE
told() { # told CODE CASE: with the counters as they are not
	LD_PRELOAD=$WORK/agree.so "$HOPCHECK" run --json results.json "$2" >out 2>&1
	got=$?
	[ $got = "$1" ] || complain "$2: exit $got, not $1: $(cat out)"
	one_line out >line
}
"$HOPCHECK" run -q two malformed || complain "the cells do not pass as they are"
told 1 two
grep -q 'the kernel contradicts the delivery: Ip6InNoRoutes rose by' line || complain "two: $(cat out)"
told 1 malformed
grep -q 'the kernel contradicts srh-malformed: Ip6InNoRoutes rose by 1 at r1' line || complain "malformed: $(cat out)"
tr -d ' \n' <results.json | grep -q '"contradicted_by":\[{"node":"r1","what":"Ip6InNoRoutes","count":1}' ||
	complain "it is not in the results"
for format in ktap tap junit html; do
	"$HOPCHECK" report --$format - results.json | grep -q Ip6InNoRoutes || complain "it is not in $format"
done
[ "$("$HOPCHECK" verdicts results.json | cut -d ' ' -f 1-4)" = 'malformed: FAIL dropped r1' ] || complain "another verdict"
sed -i 's/reason: srh-malformed/&, contradicted: [Ip6InNoRoutes]/' cases/malformed.yaml
told 0 malformed
[ $failures = 0 ] || exit 1
echo "a counter that contradicts the reason is a FAIL, unless a row says so"
