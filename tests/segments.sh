# shellcheck shell=sh
# As many segments as a routing header can have, though iproute2 takes some 60: pushed by the kernel and crafted, in both
# modes, by a policy too. One more is an error of the file, at its place.
set -u
mkdir "$WORK/cases" "$WORK/topologies"
cd "$WORK" || exit 1
complain() {
	echo "$*"
	exit 1
}
segments() { # N [FIRST SECOND]: a list of N, the two of them in turn
	first=${2:-fc00:d::2} second=${3:-fc00:d::3}
	for i in $(seq "$1"); do
		[ $((i % 2)) = 1 ] && printf '"%s", ' "$first" || printf '"%s", ' "$second"
	done
}
long=fc00:dddd:1111:2222:3333:4444:5555:6666 # 40 of them are more than 1024 octets as text
cat >topologies/lab.yaml <<END
topology: lab
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1: {sids: {"fc00:1::100": End, "fc00:1::1": {behaviour: End.B6.Encaps, segments: [$(segments 127)]}}}
  dst: {addresses: ["fc00:d::1", "fc00:d::2", "fc00:d::3", "$long"]}
links: [{ends: [src.b0, r1.a0], mtu: 9000}, {ends: [r1.b0, dst.a0], mtu: 9000}]
END
cat >cases/most.yaml <<END
case: most
topology: lab
traffic: {from: src, to: "fc00:d::1", hop_limit: 255}
axes:
  tcp: {kernel: {tcp: kernel, bytes: 40k}, crafted: {tcp: crafted}}
  by:
    inline-61: {mode: inline, segments: [$(segments 61)]}
    inline-100: {mode: inline, segments: [$(segments 100)]}
    inline-126: {mode: inline, segments: [$(segments 126)]}
    encap-61: {mode: encap, segments: [$(segments 61)]}
    encap-100: {mode: encap, segments: [$(segments 100)]}
    encap-127: {mode: encap, segments: [$(segments 127)]}
    long-inline: {mode: inline, segments: [$(segments 40 "$long" fc00:d::2)]}
    long-encap: {mode: encap, segments: [$(segments 40 "$long" fc00:d::2)]}
expect: {fate: delivered, bad_checksums: []}
END
cat >cases/policy.yaml <<END
case: policy
topology: lab
traffic: {from: src, to: "fc00:d::1", hop_limit: 255, mode: inline, segments: ["fc00:1::1", "fc00:d::2"]}
axes: {tcp: {kernel: {tcp: kernel, bytes: 1k}, crafted: {tcp: crafted}}}
expect: {fate: delivered}
END
# Where they do not fit, that is what is said: behind the MTU, or behind the hop limit.
cat >cases/not.yaml <<END
case: not
topology: lab
traffic: {tcp: kernel, from: src, to: "fc00:d::1", bytes: 4k, hop_limit: 255}
axes:
  why:
    hops-inline: {hop_limit: 64, mode: inline, segments: [$(segments 80)]}
    hops-encap: {hop_limit: 64, mode: encap, segments: [$(segments 80)]}
    mtu-inline: {src.b0.mtu: 1500, mode: inline, segments: [$(segments 88)]}
    mtu-encap: {src.b0.mtu: 1500, mode: encap, segments: [$(segments 100)]}
expect:
  - {when: {why: [hops-inline, hops-encap]}, fate: dropped, at: dst, reason: hop-limit}
  - {fate: dropped, at: src, reason: too-big}
END
"$HOPCHECK" run -q --json out cases/most.yaml cases/policy.yaml cases/not.yaml >table 2>&1 || complain "$(cat table)"
[ "$(grep -c '"outcome": "PASS"' out)" = 22 ] || complain "not 22 cells PASS: $(cat table)"
"$HOPCHECK" plan cases/most.yaml --only tcp=kernel --only by=inline-61 >script || complain "no plan"
grep -q '^# iproute2 does not take' script || complain "the script does not say that ip cannot do this"

refused() { # PLACE-AND-MESSAGE: of the case on standard input
	cat >cases/bad.yaml
	"$HOPCHECK" check cases/bad.yaml >out 2>&1 && complain "taken: $1"
	grep -qF "cases/bad.yaml:$1" out || complain "expected $1, got: $(cat out)"
	[ "$(grep -c . out)" = 1 ] || complain "more than one line for $1: $(cat out)"
}
bad() { # SEGMENTS-LINE
	printf 'case: bad\ntopology: lab\ntraffic: {from: src, to: "fc00:d::1", hop_limit: 255}\naxes:\n  tcp: [kernel, crafted]\n'
	printf '  segments: {few: ["fc00:1::100"], many: [%s]}\n  mode: [plain, encap, inline]\nexpect: {fate: delivered}\n' "$1"
}
bad "$(segments 127)" | refused "6:36: 127 segments and \`to\` behind them; in mode inline a routing header has room for 126"
bad "$(segments 128)" | refused "6:36: 128 segments; a routing header has room for 127"
{
	printf 'case: bad\ntopology: lab\ntraffic: {tcp: crafted, mode: encap, from: src, to: "fc00:d::1", srh.tlvs: "040700000000000000",\n'
	printf '  segments: [%s]}\nexpect: {fate: delivered}\n' "$(segments 127)"
} | refused "4:13: 127 segments and \`srh.tlvs\`; in mode encap a routing header has room for 126 beside these TLVs"
sed "s/^topology: lab/topology: bad/; s/End.B6.Encaps/End.B6/" topologies/lab.yaml >topologies/bad.yaml
"$HOPCHECK" check topologies/bad.yaml >out 2>&1 && complain "127 segments behind End.B6 are taken"
grep -q "bad.yaml:4:78: 127 segments; End.B6 adds the packet's destination and has room for 126" out ||
	complain "End.B6: $(cat out)"
echo "up to 127 segments run; what is beyond the header, the MTU or the hop limit is called that"
