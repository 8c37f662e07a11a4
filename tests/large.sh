# shellcheck shell=sh
# Large things: a chain of 64 routers with a segment for each, the longest SRH that the MTU takes, and a burst of 10,000
# packets over three hops; all captured whole.
set -eu
mkdir "$WORK/cases" "$WORK/topologies"
segments() { # segments N: fc00:1::100 .. fc00:N::100, quoted, with commas
	for i in $(seq "$1"); do printf '"fc00:%x::100", ' "$i"; done
}
{
	printf 'topology: chain-64\nabout: a chain\nnodes:\n  src: {addresses: ["fc00:ffff::1"]}\n'
	for i in $(seq 64); do printf '  r%d: {sids: {"fc00:%x::100": End}}\n' "$i" "$i"; done
	printf '  dst: {addresses: ["fc00:dddd::1", "fc00:dddd::2"]}\nlinks:\n'
	last=src
	for i in $(seq 64); do
		printf '  - {ends: [%s.b0, r%d.a0]}\n' "$last" "$i"
		last=r$i
	done
	printf '  - {ends: [%s.b0, dst.a0]}\n' "$last"
} >"$WORK/topologies/chain-64.yaml"
{
	printf 'case: chain-64\nabout: a segment for each of 64 routers\ntopology: chain-64\n'
	printf 'axes: {mode: [inline, encap]}\nexpect: {fate: delivered}\n'
	printf 'traffic: {tcp: crafted, from: src, to: "fc00:dddd::1", payload: 200, hop_limit: 255, segments: ['
	segments 64
	printf '"fc00:dddd::2"]}\n'
} >"$WORK/cases/chain-64.yaml"
{
	printf 'topology: two\nabout: two routers\nnodes:\n  src: {addresses: ["fc00:ffff::1"]}\n'
	printf '  r1: {sids: {"fc00:1::100": End}}\n  r2: {sids: {"fc00:2::100": End}}\n'
	printf '  dst: {addresses: ["fc00:dddd::1"]}\n'
	printf 'links:\n  - {ends: [src.b0, r1.a0]}\n  - {ends: [r1.b0, r2.a0]}\n  - {ends: [r2.b0, dst.a0]}\n'
} >"$WORK/topologies/two.yaml"
{ # 88 segments and the destination: 40 + 8 + 89 * 16 + 20 + 8 octets are 1500
	printf 'case: longest\nabout: an SRH that fills the MTU\ntopology: two\nexpect: {fate: delivered}\n'
	printf 'traffic: {tcp: crafted, mode: inline, from: src, to: "fc00:dddd::1", payload: 8, hop_limit: 255, segments: ['
	for _ in $(seq 43); do printf '"fc00:1::100", "fc00:2::100", '; done
	printf '"fc00:1::100", "fc00:2::100"]}\n'
} >"$WORK/cases/longest.yaml"
{
	printf 'case: burst\nabout: 10,000 packets over three hops\ntopology: two\nset: {"*.*.tso": off, "*.*.gro": off}\n'
	printf 'traffic: {tcp: crafted, mode: inline, from: src, to: "fc00:dddd::1", burst: 10000, checksum: partial,\n'
	printf '          segments: ["fc00:1::100", "fc00:2::100"]}\naxes: {src.b0.tx: [on, off]}\n'
	printf 'expect: {fate: delivered, aggregation: {r1.a0: none, r2.a0: none, dst.a0: none}}\n'
} >"$WORK/cases/burst.yaml"
for name in chain-64 longest burst; do
	if ! "$HOPCHECK" run -q --json "$WORK/$name.json" "$WORK/cases/$name.yaml"; then
		cat "$WORK/$name.json"
		exit 1
	fi
done
grep -q '"largest": 1514' "$WORK/longest.json" || { echo "the longest SRH did not fill the MTU"; exit 1; }
whole=$(grep -c '"packets": 10000' "$WORK/burst.json")
[ "$whole" = 12 ] || { echo "10,000 packets were seen at $whole of 12 hops (2 cells of 6)"; exit 1; }

# ---- memory: the first 32 MiB of what the captures hold, then headers; each octet is compared all the same, and judged again
# alike from what is kept
limited=''
if command -v bash >/dev/null && ! grep -q __asan_init "$HOPCHECK"; then limited=yes; fi
within() { # within MIB COMMAND...
	bash -c 'ulimit -c 0; ulimit -d $(($1 * 1024)); shift; exec "$@"' bash "$@"
}
{
	printf 'case: much\nabout: much traffic\ntopology: two\nexpect: {fate: delivered}\n'
	printf 'traffic: {tcp: kernel, mode: encap, from: src, to: "fc00:dddd::1", segments: ["fc00:1::100", "fc00:dddd::2"]}\n'
	printf 'axes: {path: {large: {bytes: 256M}, both: {bytes: 96M, direction: both}}}\n'
} >"$WORK/cases/much.yaml"
sed -i 's/dst: {addresses: \["fc00:dddd::1"\]}/dst: {addresses: ["fc00:dddd::1", "fc00:dddd::2"]}/' "$WORK/topologies/two.yaml"
${limited:+within 200} "$HOPCHECK" run -q --json "$WORK/much.json" "$WORK/cases/much.yaml" --only path=large ||
	{ grep '"why"' "$WORK/much.json"; exit 1; }
${limited:+within 400} "$HOPCHECK" run -q --keep "$WORK/much" --json "$WORK/both.json" "$WORK/cases/much.yaml" --only path=both ||
	{ grep '"why"' "$WORK/both.json"; exit 1; }
"$HOPCHECK" judge --json "$WORK/again.json" "$WORK/much" "$WORK/cases/much.yaml" --only path=both >/dev/null
"$HOPCHECK" verdicts "$WORK/both.json" >"$WORK/first"
"$HOPCHECK" verdicts "$WORK/again.json" >"$WORK/again"
cmp "$WORK/first" "$WORK/again"
grep -q '"as_sent": true' "$WORK/much/much-1/trace.json"
grep -q '"received": 268435456' "$WORK/much.json"
echo "64 routers, an SRH of 88 segments, 10,000 packets at each of 6 hops; 256 MiB of traffic in 200 MiB"
