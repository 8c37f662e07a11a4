# shellcheck shell=sh
# A row with `promised`: what the kernel refuses to be set up for is a FAIL, and the run fails; a missing option, or a row
# without it, is a SKIP.
set -u
. tests/shared.sh
go_to_work
cat >topologies/promised.yaml <<'END'
topology: promised
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1: {sids: {"fc00:1::1": {behaviour: End, flavors: usp}, "fc00:1::2": End}}
  dst: {addresses: ["fc00:d:d000::1"]}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]
END
case_with() { # case_with ROW
	cat >cases/promised.yaml <<END
case: promised
topology: promised
traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:d:d000::1", bytes: 2k}
axes:
  sid: {usp: {segments: ["fc00:1::1"]}, End: {segments: ["fc00:1::2"]}}
expect: [$1]
END
}
ends_with() { # ends_with CODE
	"$HOPCHECK" run --json results.json promised >out 2>&1
	got=$?
	[ $got = "$1" ] || complain "exit $got, not $1: $(cat out)"
}
case_with '{fate: delivered}'
ends_with 0
grep -q '^SKIP .*usp' out || skip "this kernel has flavor usp"
case_with '{when: {sid: End}, fate: delivered}, {promised: true, fate: delivered}'
ends_with 1
one_line out >line
grep -q 'FAIL promised sid=usp every kernel of this age has it: r1: this kernel refuses seg6local End flavors usp' line ||
	complain "not said: $(cat out)"
for format in ktap tap junit html; do
	"$HOPCHECK" report --$format - results.json | grep -q 'every kernel of this age' || complain "it is not in $format"
done
case_with '{kernel: "<4.0", promised: true, fate: delivered}, {fate: delivered}'
ends_with 0
[ $failures = 0 ] || exit 1
echo "what is promised and refused is a FAIL"
