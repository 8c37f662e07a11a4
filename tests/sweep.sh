# shellcheck shell=sh
# hopcheck sweep: finds a fault that is planted in a NIC and nothing lists, names its least settings, writes a case that
# runs at once; goes on where it ended; equal seeds give equal rows; what is wrong with the arguments is said.
set -u
. tests/shared.sh
cases=$PWD/cases
go_to_work
cat >topologies/small.yaml <<-TOPOLOGY
	topology: small
	nodes:
	  src: {addresses: ["fc00:5::1"]}
	  r1: {sids: {"fc00:1::100": End}}
	  dst: {addresses: ["fc00:d:d000::1"]}
	links:
	  - {ends: [src.b0, r1.a0]}
	  - {ends: [r1.b0, dst.a0]}
TOPOLOGY
sed 's/small/odd/; s/r1.b0, dst.a0\]/&, kind: nic-model, model: next-header/' topologies/small.yaml >topologies/odd.yaml
patience=120

ends_with 2 sweep
says 'nothing named'
ends_with 2 sweep nowhere
says "no topology 'nowhere'"
ends_with 2 sweep small --strength 7
ends_with 2 sweep small --seed -1

# A NIC that knows no routing header leaves checksums unfinished there, and nowhere else.
"$HOPCHECK" sweep odd --cases "$cases/../cases" --strength 1 --write found -q >/dev/null 2>err
[ $? = 2 ] || complain "a name is looked for beside the cases that are given, not here"
timeout $patience "$HOPCHECK" sweep topologies/odd.yaml --strength 2 --budget 2 --cases "$cases" --write found >out 2>err
code=$?
grep -q 'SKIP\|skipped, as' out && ! grep -q '^  least' out && skip "$(grep 'skipped, as' out)"
[ $code = 0 ] || [ $code = 1 ] || complain "sweep ended with $code: $(cat err)"
grep -A4 'complaint' out | grep -q 'again when run again' || complain "the planted fault is not found again: $(cat out)"
grep -A4 'complaint' out | grep '^  least' | grep -q 'mode: inline' || complain "its least settings are not inline mode: $(cat out)"
grep -A4 'complaint' out | grep '^  least' | grep -q 'gro' && complain "gro has nothing to do with it: $(cat out)"
ls found/cases/sweep-odd-2.1-*.yaml >written 2>/dev/null || complain "no case was written"
while read -r file; do
	"$HOPCHECK" run -q "$file" 2>err || complain "$file does not run as it was written: exit $? $(cat err)"
	"$HOPCHECK" run -q --no-known "$file" 2>err && complain "$file shows nothing without its row of known"
done <written

# The state: a second call runs nothing but the first rows again; another seed is another sweep.
ends_with 0 sweep topologies/small.yaml --strength 1 --cases "$cases" --resume state.json
cp out first
ends_with 0 sweep topologies/small.yaml --strength 1 --cases "$cases" --resume state.json
cmp -s out first || complain "a sweep that is complete tells something else the second time: $(diff first out)"
ends_with 3 sweep topologies/small.yaml --strength 1 --seed 2 --cases "$cases" --resume state.json
says 'is another one'
grep -q '100.0 % of' first || complain "strength 1 covers not all values: $(cat first)"

# Around a case: its own axes, and the offloads that it leaves open.
cat >cases/around.yaml <<-CASE
	case: around
	topology: small
	set: {"*.*.gro": off, "*.*.rx": on, "*.*.mtu": 1500}
	traffic: {from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"], bytes: 2k}
	axes: {mode: [plain, inline]}
	expect: {fate: delivered}
CASE
ends_with 0 sweep cases/around.yaml --strength 1 --cases "$cases"
grep -q '^hopcheck sweep around .* 0 wrong, 0 skipped, 0 broken; 100.0 %' out || complain "around a case: $(cat out)"

# ^C: the rows so far are told and kept.
timeout --foreground -s INT 3 "$HOPCHECK" sweep topologies/small.yaml --all --cases "$cases" --resume half.json >out 2>err
code=$?
[ $code = 130 ] || [ $code = 124 ] || complain "a sweep that a signal ended: exit $code"
grep -q 'not complete' out || complain "a sweep that was ended does not say so: $(cat out)"
[ "$failures" = 0 ] && echo "the planted fault found, explained and written; state kept; $(grep -c . written) cases run"
exit "$failures"
