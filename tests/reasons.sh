# shellcheck shell=sh
# What a first lab gets wrong ends for its own reason, with drop events and without, and `check` says what it can beforehand.
# Here stand what cases/mistakes*.yaml leave out: what never leaves the headend waits for a TCP timer, and a link-local
# next hop needs a kernel.
set -u
cd "$WORK" || exit 1
mkdir cases topologies
complain() {
	echo "$*"
	exit 1
}
cat >topologies/lab.yaml <<END
topology: lab
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1:
    sids:
      "fc00:1::100": End
      "fc00:1::2": {behaviour: End.X, nh6: "fe80::68:63ff:fe00:3", oif: b0}
      "fc00:1::3": {behaviour: End.X, nh6: "fe80::99", oif: b0}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]
END
cat >cases/lab.yaml <<END
case: lab
topology: lab
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 1k}
axes:
  mistake:
    unknown-inline: {mode: inline, segments: ["fc00:99::1", "fc00:1::100"]}
    unknown-encap: {mode: encap, segments: ["fc00:99::1", "fc00:d:d000::2"]}
    destination-inline: {mode: inline, segments: ["fc00:d:d000::1"]}
    destination-encap: {mode: encap, segments: ["fc00:d:d000::1"]}
    own-address: {mode: inline, segments: ["fc00:5::1"]}
    absent-neighbour: {mode: inline, segments: ["fd00:1:1::77"]}
    own-sid: {from: r1, mode: encap, segments: ["fc00:1::100", "fc00:d:d000::2"]}
    none: {mode: inline, segments: ["fc00:1::100"]}
expect:
  - {when: {mistake: [unknown-inline, unknown-encap]}, fate: dropped, at: src, reason: no-route}
  - {when: {mistake: [destination-inline, destination-encap]}, fate: dropped, at: src, reason: own-destination}
  - {when: {mistake: own-address}, fate: dropped, at: src, reason: seg6-disabled}
  - {when: {mistake: own-sid}, fate: dropped, at: r1, reason: local-refused}
  - {when: {mistake: absent-neighbour}, fate: dropped, at: src, reason: no-neighbour}
  - {fate: delivered}
END
cat >cases/link-local.yaml <<END
case: link-local
topology: lab
traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:d:d000::1", bytes: 1k}
axes: {segments: {right: ["fc00:1::2"], wrong: ["fc00:1::3"]}}
expect:
  - {when: {segments: wrong}, fate: dropped, at: r1, reason: no-neighbour}
  - {fate: delivered}
END

"$HOPCHECK" check cases/lab.yaml >out 2>err || complain "check of a segment that no node has: exit $?"
grep -q '^cases/lab.yaml:6:36: warning: no node has the segment fc00:99::1' err || complain "no warning: $(cat err)"
[ "$(grep -c . err)" = 3 ] || complain "not a warning each for three segments: $(cat err)"
"$HOPCHECK" check cases/link-local.yaml 2>err >out || complain "check: exit $?"
[ ! -s err ] || complain "a warning of nothing: $(cat err)"

sed 's/: lab/: circle/; s/"fc00:1::3": {.*/"fc00:1::3": {behaviour: End.B6, segments: ["fc00:1::3"]}/' topologies/lab.yaml >topologies/circle.yaml
sed 's/: link-local/: circle/; s/topology: lab/topology: circle/' cases/link-local.yaml >cases/circle.yaml
"$HOPCHECK" check cases/circle.yaml 2>err >out || complain "check: exit $? $(cat err)"
grep -q 'circle.yaml:8:7: warning: the policy of fc00:1::3 begins with that SID again' err || complain "no warning: $(cat err)"

# What the other end of a link does not take is said with its MTU.
cat >cases/narrow.yaml <<END
case: narrow
topology: lab
set: {dst.a0.mtu: 1280}
traffic: {tcp: crafted, mode: inline, from: src, to: "fc00:d:d000::1", payload: 1300, segments: ["fc00:1::100"]}
expect: {fate: dropped, at: r1, reason: link}
END
"$HOPCHECK" run -vv cases/narrow.yaml >out 2>&1 || complain "$(cat out)"
tr -s ' \n' ' ' <out | grep -q 'takes no more than its own MTU of 1280' || complain "the other end's MTU is not said: $(cat out)"

# From 6.17 on End.X takes oif.
cases=cases/lab.yaml
[ "$(printf '6.17\n%s\n' "$(uname -r)" | sort -V | head -n 1)" != 6.17 ] || cases="$cases cases/link-local.yaml"
for more in "" --no-drop-events; do
	# shellcheck disable=SC2086
	"$HOPCHECK" run -q $more $cases >out 2>&1 || complain "$(cat out)"
done
shipped=$(dirname "$OLDPWD/x")/cases
"$HOPCHECK" run -q --no-drop-events "$shipped/mistakes.yaml" "$shipped/mistakes-crafted.yaml" "$shipped/recursion.yaml" >out 2>&1 ||
	complain "without drop events: $(cat out)"
"$HOPCHECK" run -vv "$shipped/mistakes-crafted.yaml" --only mistake=ahead --only mode=inline >out 2>&1
tr -s ' \n' ' ' <out | grep -q '0 of 1000 octets came and 1000 were sent' || complain "octets of a crafted packet: $(cat out)"
echo "each for its own reason, with and without drop events"
