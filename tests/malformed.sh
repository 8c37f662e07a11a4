# shellcheck shell=sh
# A node that sends packets with a wrong payload length (here its service does) is the one that is named, and not the next one,
# which drops them.
set -u
. tests/shared.sh
preload_library malformed
go_to_work
cat >cases/long.yaml <<'CASE'
case: long
topology: chain-1
set: {r1.service: packet, src.b0.tx: off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100", "fc00:d:d000::2"], bytes: 2k}
axes: {mode: [inline, encap]}
expect: {fate: delivered}
CASE
"$HOPCHECK" run -q long || complain "the cells do not pass as they are"
LD_PRELOAD=$WORK/malformed.so "$HOPCHECK" run --json results.json long >out 2>&1
[ $? = 1 ] || complain "a packet that cannot be read is no FAIL: $(cat out)"
one_line out >line
grep -q 'dropped at r1 for malformed: .* a packet left r1.b0 malformed: its payload length says [0-9]*, and there are [0-9]* octets' line ||
	complain "$(cat out)"
[ "$("$HOPCHECK" verdicts results.json | grep -c ': FAIL dropped r1 malformed')" = 2 ] || complain "another verdict"
[ $failures = 0 ] || exit 1
echo "who sends what cannot be read is named"
