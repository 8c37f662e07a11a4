# shellcheck shell=sh
# What an ICMPv6 error says must go with the verdict: a router that inserts an SRH tells the source an MTU that the packet
# did not exceed (deviation pmtu-of-inserted-srh), which is a FAIL unless a row says so.
set -u
. tests/shared.sh
go_to_work
case_with() { # case_with MORE
	cat >cases/told.yaml <<CASE
case: told
topology: chain-2
set: {"*.*.tso": off, "*.*.gro": off}
traffic:
  {tcp: kernel, from: src, headend: r1, mode: inline, to: "fc00:d:d000::1", bytes: 16k, segments: ["fc00:2::100"]}
expect: {fate: dropped, at: r1, reason: too-big$1}
CASE
}
case_with ''
"$HOPCHECK" run --json results.json told >out 2>&1
[ $? = 1 ] || complain "no FAIL: $(cat out)"
one_line out >line
grep -q 'the kernel contradicts too-big: r1 sent ICMPv6 2/0 with an MTU of 1500, of links of at most 1500 for 1500 octets' line ||
	complain "$(cat out)"
tr -d '\n' <results.json | sed 's/  *//g' | grep -q '{"node":"r1","what":"ICMPv62/0"\|"what": *"ICMPv6 2/0"' || complain "it is not in the results"
case_with ', contradicted: ["ICMPv6 2/0"]'
"$HOPCHECK" run -q told >out 2>&1 || complain "a row that says so does not count: $(cat out)"
[ $failures = 0 ] || exit 1
echo "an ICMPv6 error that says what cannot be is a FAIL, unless a row says so"
