# shellcheck shell=sh
# A file of the cases directory that cannot be used is said, and leaves the others alone: they are listed, run and judged, and
# the exit code tells of it in the end. A ./cases that stands before the shipped ones is named, and another can be chosen.
set -u
. tests/shared.sh
cases=$PWD/cases
mkdir -p "$WORK/cases" "$WORK/topologies" "$WORK/build" "$WORK/elsewhere"
cp topologies/chain-1.yaml "$WORK/topologies"
cd "$WORK" || exit 1
silent() { [ ! -s err ] || complain "expected nothing on stderr; it says: $(head -n 3 err)"; }

for name in first last; do
	cat >cases/$name.yaml <<END
case: $name
topology: chain-1
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 1k}
axes: {mode: [plain]}
expect: {fate: delivered}
END
done
ends_with 0 run -q --cases cases --keep kept
ends_with 0 list --cases cases
silent
grep -q '^2 cases, 2 cells' out || complain "two files are not two cases: $(cat out)"

# ---- one that is malformed, one whose topology is, one of which a cell cannot be planned
sed 's/^case: .*/case: malformed/; s/bytes: 1k/bytes: many/' cases/first.yaml >cases/malformed.yaml
sed 's/^case: .*/case: homeless/; s/chain-1/nowhere/' cases/first.yaml >cases/homeless.yaml
sed 's/^case: .*/case: unplanned/; s/\[plain\]/[plain, inline]/' cases/first.yaml >cases/unplanned.yaml
wrong() {
	says 'cases/malformed.yaml:3:'
	says "cases/homeless.yaml:2:11: no usable topology 'nowhere'"
	says 'unplanned.yaml:4:22: mode inline has no segments'
}
ends_with 2 list --cases cases
wrong
grep -q '^2 cases, 2 cells' out || complain "the others are not listed: $(cat out)"
ends_with 2 run --cases cases --json results.json
wrong
[ "$("$HOPCHECK" verdicts results.json | cut -d ' ' -f 1-3 | sort | tr '\n' ' ')" = 'first mode=plain: PASS last mode=plain: PASS ' ] ||
	complain "the others did not run: $("$HOPCHECK" verdicts results.json)"
# What was asked for by name is not left out without a verdict.
ends_with 2 run -q --cases cases first malformed
ends_with 0 run -q --cases cases first last
silent
# ---- kept traces: those of other cases do not need it
ends_with 0 judge --cases cases --json judged.json kept
wrong
[ "$("$HOPCHECK" verdicts judged.json | grep -c PASS)" = 2 ] || complain "kept traces are not judged: $(cat out)"
mkdir kept/malformed-0
ends_with 2 judge --cases cases kept
rm -r kept/malformed-0
# ---- only such files
mkdir only
cp cases/malformed.yaml only
ends_with 2 run --cases only
says 'only/malformed.yaml:3:'
rm cases/malformed.yaml cases/homeless.yaml cases/unplanned.yaml

# ---- ./cases before the shipped ones
[ -d "$(dirname "$HOPCHECK")/../cases" ] || complain "no cases beside $HOPCHECK"
ends_with 0 list
says "hopcheck: using ./cases, not $cases; \`--cases DIR\` chooses another directory"
grep -q '^2 cases' out || complain "./cases is not taken: $(cat out)"
ends_with 0 list first
says 'using ./cases, not'
ends_with 0 list ./cases/first.yaml
silent
ends_with 0 run -q first
silent
ends_with 2 list final-host
says "no case 'final-host' in ./cases; $cases has it: \`--cases $cases\` takes those"
ends_with 0 list --cases "$cases" final-host
silent
ends_with 2 list --cases nowhere
says 'nowhere: No such file or directory'
cd elsewhere || exit 1
ends_with 0 list final-host
silent
ln -s "$cases" cases
ends_with 0 list final-host
silent

[ $failures = 0 ] || exit 1
echo "three kinds of broken files beside two others; ./cases before the shipped ones"
