#!/bin/bash
# Measures what the README claims, beside the limits where there are any: cells a second over the suite with two workers
# and the time in each stage; a cell of three nodes in a lab of its own, and one from a cold start; what one more router
# costs. Prints medians of several runs.
set -eu
hopcheck=${HOPCHECK:-build/hopcheck}
runs=${RUNS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
cold() { # cold RUNS CASE [OPTION]...: median of the whole process, ms
	for _ in $(seq "$1"); do
		start=$(date +%s%N)
		"$hopcheck" run -q -j 1 "${@:2}" >/dev/null
		echo $((($(date +%s%N) - start) / 1000000))
	done | median
}

echo "the suite, -j 2, $runs runs:"
for i in $(seq "$runs"); do
	"$hopcheck" run -q -j 2 --stages >"$work/$i"
	grep -o '[0-9]* cells/s' "$work/$i"
done | sort -n | tee "$work/rates" | sed 's/^/  /'
echo "  median: $(awk '{print $1}' "$work/rates" | median) cells/s (limit: 1000); the stages of the last run:"
sed -n '/cells in/,$p' "$work/$runs" | sed 's/^/  /'

only="--only mode=inline --only left=1 --only dst.a0.gro=on --only src.b0.tx=off"
# shellcheck disable=SC2086
one=$(cold 21 final-host $only)
echo "one cell of three nodes, cold start to exit, median of 21: $one ms"
own=$(cold "$runs" --fresh final-host) # 36 cells
echo "one cell more in a lab of its own, -j 1, median of $runs: $(awk -v a="$own" -v b="$one" 'BEGIN {printf "%.1f", (a - b) / 35}') ms (limit: 12)"

mkdir "$work/cases" "$work/topologies"
for n in 8 16 32 60; do
	{
		printf 'topology: chain-%d\nabout: a chain\nnodes:\n  src: {addresses: ["fc00:ffff::1"]}\n' "$n"
		for i in $(seq "$n"); do printf '  r%d: {sids: {"fc00:%x::100": End}}\n' "$i" "$i"; done
		printf '  dst: {addresses: ["fc00:dddd::1", "fc00:dddd::2"]}\nlinks:\n'
		last=src
		for i in $(seq "$n"); do
			printf '  - {ends: [%s.b0, r%d.a0]}\n' "$last" "$i"
			last=r$i
		done
		printf '  - {ends: [%s.b0, dst.a0]}\n' "$last"
	} >"$work/topologies/chain-$n.yaml"
	{
		printf 'case: chain-%d\nabout: a chain\ntopology: chain-%d\nexpect: {fate: delivered}\n' "$n" "$n"
		printf 'traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:dddd::1", segments: ['
		for i in $(seq "$n"); do printf '"fc00:%x::100", ' "$i"; done
		printf '"fc00:dddd::2"]}\n'
	} >"$work/cases/chain-$n.yaml"
	ms=$(cold 5 "$work/cases/chain-$n.yaml")
	echo "one cell through $n routers, median of 5: $ms ms, $(awk -v a="$ms" -v n="$n" 'BEGIN {printf "%.1f", a / n}') ms a router"
done
