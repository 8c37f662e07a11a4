# shellcheck shell=sh
# Cells that differ in who sends to whom share a lab: the routes of one cell's traffic are gone when the next begins, at
# its headend too, and all have the verdicts that they have in labs of their own.
set -u
cd "$(dirname "$0")/.." || exit 2
mkdir "$WORK/cases" "$WORK/topologies"
{
	printf 'topology: mesh\nnodes:\n'
	for n in a b c d; do printf '  %s: {addresses: ["fc00:%s::1"], sids: {"fc00:%s::100": End}}\n' $n $n $n; done
	echo 'links: [{ends: [a.b, b.a]}, {ends: [a.c, c.a]}, {ends: [a.d, d.a]}, {ends: [b.c, c.b]}, {ends: [b.d, d.b]}, {ends: [c.d, d.c]}]'
} >"$WORK/topologies/mesh.yaml"
{
	printf 'case: mesh\ntopology: mesh\ntraffic: {tcp: kernel, bytes: 8k}\naxes:\n  pair:\n'
	for from in a b c d; do
		for to in a b c d; do
			over=$(echo abcd | tr -d "$from$to" | cut -c 1)
			[ $from = $to ] || printf '    %s-%s: {from: %s, to: "fc00:%s::1", segments: {inline: ["fc00:%s::100", "fc00:%s::1"], encap: ["fc00:%s::100", "fc00:%s::1"]}}\n' \
				$from $to $from $to $over $to $over $to
		done
	done
	printf '  mode: [plain, inline, encap]\nexpect: {fate: delivered}\n'
} >"$WORK/cases/mesh.yaml"
# Next hops of one destination, from nodes that are on each other's way.
{
	printf 'case: chain\ntopology: chain-2\ntraffic: {tcp: kernel, bytes: 8k, to: "fc00:d:d000::1", segments: ["fc00:d:d000::2"]}\n'
	printf 'axes:\n  from: [src, r1, r2]\n  mode: [plain, inline, encap]\nexpect: {fate: delivered}\n'
} >"$WORK/cases/chain.yaml"
cp topologies/chain-2.yaml "$WORK/topologies"
cases="$WORK/cases/mesh.yaml $WORK/cases/chain.yaml"
# shellcheck disable=SC2086 # a list
"$HOPCHECK" run -q -j 1 --stages --json "$WORK/shared.json" $cases >"$WORK/said" || { cat "$WORK/said"; exit 1; }
grep -q '^45 cells in 2 labs' "$WORK/said" || { echo "45 cells not in 2 labs:"; cat "$WORK/said"; exit 1; }
# shellcheck disable=SC2086
"$HOPCHECK" run -q --fresh --json "$WORK/fresh.json" $cases
"$HOPCHECK" verdicts "$WORK/shared.json" >"$WORK/shared"
"$HOPCHECK" verdicts "$WORK/fresh.json" >"$WORK/fresh"
diff "$WORK/shared" "$WORK/fresh" || { echo "labs that are shared give other verdicts than new ones"; exit 1; }
echo "45 cells of 12 pairs and of 3 sources in 2 labs, as in labs of their own"
