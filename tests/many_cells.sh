# shellcheck shell=sh
# 20,000 cells: memory does not grow by more than some kB with each, whatever is written, and what is read again says the same.
set -eu
. tests/shared.sh
needs_limits
go_to_work
values() { # values FIRST LAST
	seq -s ', ' "$1" "$2"
}
cat >cases/many.yaml <<CASE
case: many
topology: two-hosts
traffic: {tcp: crafted, mode: plain, from: src, to: "fc00:d::1", burst: 1}
axes:
  payload: [$(values 8 32)]
  hop_limit: [$(values 2 101)]
  checksum: [valid, partial]
  src.b0.tx: [on, off]
  dst.a0.gro: [on, off]
expect: {fate: delivered}
CASE
within() { # within MIB COMMAND...: each of its processes
	bash -c 'ulimit -c 0; ulimit -d $(($1 * 1024)); shift; exec "$@"' bash "$@"
}
within 96 "$HOPCHECK" run -j 2 --json r.json --ktap r.ktap --junit r.xml --tap r.tap --html r.html cases/many.yaml >table 2>err ||
	{ tail -3 err table; exit 1; }
grep '^many ' table | cut -d ' ' -f 1-40 | tr -s ' ' | cut -d ' ' -f 1-3 >ran
[ "$(cat ran)" = 'many 20000 20000' ] || { echo "not 20000 PASS: $(cat table)"; exit 1; }
[ "$(grep -c '^ok' r.tap)" = 20000 ] || { echo "TAP tells of $(grep -c '^ok' r.tap)"; exit 1; }
within 96 "$HOPCHECK" report r.json >again
grep '^many ' again | tr -s ' ' | cut -d ' ' -f 1-3 | cmp ran -
for output in ktap junit tap html; do
	within 96 "$HOPCHECK" report --$output again.$output r.json
done
mv again.junit again.xml
for output in ktap xml tap html; do
	cmp r.$output again.$output
done
size=$(($(wc -c <r.json) / 20000))
[ $size -lt 1200 ] || { echo "$size octets of JSON a cell"; exit 1; }
echo "20,000 cells within 96 MiB, every output, and again from $size octets of JSON a cell"
