# shellcheck shell=sh
# What is seen is true, and looking changes nothing: no drops where all arrived, bursts that merge at the first GRO, the first
# loss judged; and the same verdicts with drop events and without, kept, with -vv, on one CPU, and on a machine with a load of 15.
set -u
. tests/shared.sh
loads=''
unload() {
	# shellcheck disable=SC2086
	[ -z "$loads" ] || kill $loads 2>/dev/null
	loads=''
}
trap unload EXIT
trap 'exit 1' INT TERM
mkdir "$WORK/cases"
cp -r topologies "$WORK/topologies"

# ---- what GRO merged is freed with its head, which is not a drop
cat >"$WORK/cases/merged.yaml" <<'END'
case: merged
topology: chain-1
set: {"*.*.tso": off, "*.*.gro": on}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100", "fc00:d:d000::2"], bytes: 1M}
axes: {mode: [plain, encap], src.b0.tx: [on, off]}
expect: {fate: delivered}
END
"$HOPCHECK" run -q --json "$WORK/merged.json" "$WORK/cases/merged.yaml" >"$WORK/out" ||
	complain "merged: $(cat "$WORK/out")"
[ "$(grep -c '"fate": "delivered"' "$WORK/merged.json")" -ge 4 ] || complain "merged: not delivered"
! grep -q '"drops": \[$' "$WORK/merged.json" || complain "drops where all arrived: $(grep -A 8 '"drops": \[$' "$WORK/merged.json")"

# ---- a burst merges whole, and in order, at the first GRO as at the second
cat >"$WORK/cases/burst.yaml" <<'END'
case: burst
topology: chain-1
needs: veth-gro
set: {"*.*.tso": off, "*.*.gro": off, src.b0.tx: off}
traffic: {from: src, to: "fc00:d:d000::1", tcp: crafted, payload: 100}
axes:
  burst: [2, 3, 5, 16]
  gro: {first: {r1.a0.gro: on}, second: {dst.a0.gro: on}}
expect:
  - {when: {gro: first, burst: "2"}, fate: delivered, aggregation: {r1.a0: 2}}
  - {when: {gro: first, burst: "3"}, fate: delivered, aggregation: {r1.a0: 3}}
  - {when: {gro: first, burst: "5"}, fate: delivered, aggregation: {r1.a0: 5}}
  - {when: {gro: first, burst: "16"}, fate: delivered, aggregation: {r1.a0: 16}}
  - {when: {burst: "2"}, fate: delivered, aggregation: {r1.a0: none, dst.a0: 2}}
  - {when: {burst: "3"}, fate: delivered, aggregation: {r1.a0: none, dst.a0: 3}}
  - {when: {burst: "5"}, fate: delivered, aggregation: {r1.a0: none, dst.a0: 5}}
  - {fate: delivered, aggregation: {r1.a0: none, dst.a0: 16}}
END
"$HOPCHECK" run "$WORK/cases/burst.yaml" >"$WORK/out" 2>&1 || complain "burst: $(cat "$WORK/out")"

# ---- the first loss: frames that are too large for the link. TCP sends them again in smaller ones, which end elsewhere.
cat >"$WORK/topologies/oversize.yaml" <<'END'
topology: oversize
nodes:
  src: {addresses: ["fc00:5::1"]}
  c1: {sids: {"fc00:1::5": {behaviour: End.B6.Encaps, segments: ["fc00:2::6"]}}}
  dst:
    addresses: ["fc00:d:d000::1"]
    sids:
      "fc00:2::6": {behaviour: End.DT6, table: main}
      "fc00:e:0::6": {behaviour: End.DT6, table: local}
links: [{ends: [src.b0, c1.a0]}, {ends: [c1.b0, dst.a0]}]
END
cat >"$WORK/cases/oversize.yaml" <<'END'
case: oversize
topology: oversize
set: {"*.*.tso": off, "*.*.gro": off, c1.a0.gro: on}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", mode: encap, segments: ["fc00:1::5", "fc00:e:0::6"]}
axes: {bytes: [20k, 64k]}
expect: {fate: dropped, at: c1}
END

# Those frames are a fault of their own, in every output; and the case can say them.
"$HOPCHECK" run --json "$WORK/over.json" --keep "$WORK/over" -v "$WORK/cases/oversize.yaml" >"$WORK/out" 2>&1
tr -d '\n ' <"$WORK/over.json" >"$WORK/flat"
[ "$(grep -o '"oversize":\["c1.b0:out"\]' "$WORK/flat" | wc -l)" = 2 ] || complain "oversize is not in the verdicts"
grep -q '"why": "dropped at c1 for link: .* octets larger than the MTU of 1500 where it left.* frames left c1.b0 larger than its MTU of 1500' \
	"$WORK/over.json" || complain "oversize is not said: $(grep '"why"' "$WORK/over.json")"
grep -q ' TOO BIG' "$WORK/out" || complain "oversize is not in the ladder: $(cat "$WORK/out")"
[ "$("$HOPCHECK" verdicts "$WORK/over.json" | grep -c ' c1.b0:out=oversize$')" = 2 ] || complain "verdicts does not tell oversize"
grep -aq "larger than the interface's MTU by [0-9]* octets" "$WORK"/over/oversize-0/trace.pcapng || complain "a kept packet does not say it"
sed 's/^case: .*/case: says-oversize/; s/^expect: .*/expect: {fate: dropped, at: c1, reason: link, oversize: [c1.b0]}/' \
	"$WORK/cases/oversize.yaml" >"$WORK/cases/says-oversize.yaml"
"$HOPCHECK" run "$WORK/cases/says-oversize.yaml" >"$WORK/out" 2>&1 || complain "oversize cannot be expected: $(cat "$WORK/out")"

# ---- the same verdicts, however it is looked at
suite="negative headend-mtu behaviours $WORK/cases/oversize.yaml"
verdicts() { # verdicts NAME [COMMAND...] -- OPTION...: of the suite, into NAME
	name=$1
	shift
	before=''
	while [ "$1" != -- ]; do
		before="$before $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	$before "$HOPCHECK" run --json "$WORK/$name.json" "$@" $suite >"$WORK/out" 2>&1
	"$HOPCHECK" verdicts "$WORK/$name.json" >"$WORK/$name" || complain "$name: $(tail -n 5 "$WORK/out")"
	[ "$name" = with ] && return
	cmp -s "$WORK/with" "$WORK/$name" || complain "$name changes verdicts: $(diff "$WORK/with" "$WORK/$name")"
}
verdicts with -- -j 1
[ "$(grep -c ' dropped ' "$WORK/with")" -ge 25 ] || complain "these cases have too few losses to tell"
grep -q '^oversize .* dropped c1 ' "$WORK/with" || complain "oversize: $(grep '^oversize' "$WORK/with")"
verdicts without -- -j 1 --no-drop-events
verdicts kept -- -j 1 --keep "$WORK/traces"
verdicts talkative -- -j 1 -vv
if command -v taskset >/dev/null; then
	cpu=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')
	verdicts one-cpu taskset -c "$cpu" -- -j 2
fi
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	(while :; do :; done) &
	loads="$loads $!"
done
verdicts loaded -- -j 2
verdicts loaded-without -- -j 2 --no-drop-events
unload

[ $failures = 0 ] || exit 1
echo "$(wc -l <"$WORK/with") verdicts the same in every way, $(grep -c ' dropped ' "$WORK/with") of losses"
