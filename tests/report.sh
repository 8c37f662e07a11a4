# shellcheck shell=sh
# KTAP, TAP and JUnit of results with every outcome, by `run` and by `report`: each is held against its format by a check
# that damaged output does not pass; exit styles; outputs that cannot be written, and readers that go away.
set -u
. tests/shared.sh
tests=$PWD/tests
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$WORK/own/cases" "$WORK/own/topologies"
cp topologies/chain-1.yaml "$WORK/own/topologies"
cd "$WORK" || exit 1
needs python3 python3
outcome_cases own/cases 'a <test> & \"more\" # of it' ''

# ---- by run, and by report from what it wrote: the same
ends_with 1 run -q --json r.json --ktap run.ktap --tap run.tap --junit run.xml --html run.html own/cases/outcomes.yaml own/cases/skip.yaml
ends_with 1 report --ktap r.ktap --tap r.tap --junit r.xml --html r.html r.json
for format in ktap tap xml html; do
	cmp -s run.$format r.$format || complain "$format by run is not $format by report"
done
[ "$(find . -maxdepth 1 -name '*.ktap*' | wc -l)" = 2 ] || complain "something is left beside the outputs: $(ls)"
ends_with 1 report r.json
grep -q '^9 cells: 2 PASS, 2 KNOWN, 2 FIXED, 2 FAIL, 1 SKIP' out || complain "report's table: $(tail -n 1 out)"
python3 "$tests/report_fixture.py" r.json >kernels.json || complain "no results of many kernels"
ends_with 1 report --ktap m.ktap --tap m.tap --junit m.xml kernels.json
ends_with 1 report kernels.json
grep -q '^case  *5\.10  *6\.12  *6\.18$' out || complain "several kernels are no columns: $(head -n 3 out)"
grep -qE '^outcomes( +[0-9]+( [0-9]+[KXFB])+){3}$' out || complain "no row of the case: $(cat out)"
ends_with 2 report --junit - --table kernels.json r.json
grep -q 'only one output' err || complain "two outputs on standard output: $(cat err)"

# ---- what a check says of a file, and that it rejects it once it is damaged
accepts() { # accepts CHECK FILE WORDS
	said=$(python3 "$tests/$1" "$2" 2>&1) || complain "$1: $said"
	[ "$said" = "$3" ] || complain "$1 $2: $said, not $3"
}
damages() { # damages FILE SED...: a damaged copy for each sed script
	rm -rf damaged
	mkdir damaged
	file=$1
	shift
	for script; do
		number=$(find damaged -type f | wc -l)
		sed "$script" "$file" >"damaged/$number"
		cmp -s "damaged/$number" "$file" && complain "no damage to $file by $script"
	done
}
rejects() { # rejects CHECK: what damages left
	said=$(python3 "$tests/$1" --rejects damaged/* 2>&1) || complain "$1: $said"
}
accepts check_ktap.py r.ktap 'Totals: pass:2 fail:2 xfail:2 xpass:2 skip:1 error:0'
accepts check_ktap.py m.ktap 'Totals: pass:5 fail:6 xfail:6 xpass:6 skip:3 error:1'
grep -qx 'not ok 1 5.10' m.ktap || complain "a kernel is no test"
grep -qx '  not ok 1 outcomes' m.ktap || complain "a kernel's case is no subtest"
grep -q '^    ok 5 wanted=known mode=plain # XFAIL a <test>' m.ktap || complain "a KNOWN is no XFAIL"
grep -q '^  ok 1 the only cell # SKIP ' r.ktap || complain "a SKIP is not said"
grep -q '^  # run: .*hopcheck run .*--only wanted=fail --only mode=plain' r.ktap || complain "no command"
damages r.ktap 1d '2s/2/3/' '/^  ok 2 /d' 's/^  ok 2 /  ok 3 /' 's/xfail:2/xfail:3/' 's/^not ok 1/ok 1/' 's/# XFAIL/# XFAILED/' \
	's/^  # run/   # run/' 's/^  # /  #/' '/Totals/d' 's/^  not ok 3/  ok 3/' 's/^ok 2 .*/ok 2/' \
	's/the only cell/skip/' 's/# Subtest: skip/# Subtest: skipped/' 's/^  # run.*/  # reboot: System halted/'
rejects check_ktap.py

# ---- a case without axes, as the kernel's reader has it: alone, with every outcome, and with names that meet
for outcome in PASS KNOWN FIXED FAIL SKIP BROKEN; do
	python3 "$tests/report_fixture.py" --alone $outcome r.json >alone.json || complain "no result of one cell"
	timeout 20 "$HOPCHECK" report --ktap alone-$outcome.ktap alone.json
	said=$(python3 "$tests/check_ktap.py" alone-$outcome.ktap 2>&1) || complain "$outcome without axes: $said"
	[ "$(grep -cE '^  (not )?ok 1 the only cell( |$)' alone-$outcome.ktap)" = 1 ] || complain "$outcome: $(cat alone-$outcome.ktap)"
done
python3 "$tests/report_fixture.py" --meeting r.json >meeting.json || complain "no results with names that meet"
"$HOPCHECK" report --ktap meeting.ktap meeting.json
accepts check_ktap.py meeting.ktap 'Totals: pass:4 fail:4 xfail:4 xpass:4 skip:2 error:0'
accepts check_junit.py r.xml 'tests=9 failures=2 errors=0 skipped=1'
accepts check_junit.py m.xml 'tests=27 failures=6 errors=1 skipped=3'
grep -q '<testsuite name="5_10.outcomes"' m.xml || complain "a kernel is not in its suites' names"
grep -q 'KNOWN: delivered.*a &lt;test&gt; &amp; &quot;more&quot; # of it' r.xml || complain "what is documented is not told"
damages r.xml 's/<testsuites/<testsuite/' 's/failures="2"/failures="1"/' 's/type="delivered" //' 's/<skipped/<skip/' \
	's/ classname="[a-z]*"//' 's/&amp;/\&/' 's/&lt;/</' 's/system-out/output/' 's/<testcase /<testcase result="ok" /' \
	's/mode=inline/mode=plain/' 's/<property name="kernel"/<property/' 's/time="0/time="-0/' '$d'
rejects check_junit.py
if command -v xmllint >/dev/null; then
	xmllint --noout r.xml m.xml 2>said || complain "xmllint: $(cat said)"
fi

# ---- a TAP consumer
if command -v prove >/dev/null; then
	consumed() { prove -e cat "$1" >said 2>&1; }
	"$HOPCHECK" run -q --ktap good.ktap --tap good.tap own/cases/outcomes.yaml own/cases/skip.yaml --only mode=plain --only wanted=known 2>err
	"$HOPCHECK" report --tap fixed.tap --ktap - r.json >fails.ktap
	consumed good.tap || complain "prove rejects TAP of KNOWN: $(cat said)"
	grep -q 'Tests=1,' said || complain "prove does not count one test: $(cat said)"
	consumed good.ktap || complain "prove rejects KTAP of KNOWN: $(cat said)"
	consumed r.tap && complain "prove sees no failure"
	grep -q 'Failed tests*: *3-4$' said || complain "prove sees other failures: $(cat said)"
	grep -q 'TODO passed: *7-8' said || complain "prove sees no FIXED: $(cat said)"
	consumed fails.ktap && complain "prove sees no failure in KTAP"
	sed 2d good.tap >plan.tap
	consumed plan.tap && complain "prove accepts TAP without a plan"
	sed 's/^not ok 1 - \(.*\) # TODO.*/not ok 1 - \1/' good.tap >todo.tap
	consumed todo.tap && complain "prove accepts a failure"
	consumer=", a TAP consumer"
else
	consumer=", no TAP consumer (package perl)"
fi

sed 's/"FAIL"/"BROKEN"/' r.json >broken.json
# ---- by merge, which has the same outputs: shards of a kernel are one, in report too
"$HOPCHECK" run -q --json plain.json own/cases/outcomes.yaml --only mode=plain
"$HOPCHECK" run -q --json inline.json own/cases/outcomes.yaml --only mode=inline
shards='merge -q --ktap merge.ktap --tap merge.tap --junit merge.xml --html merge.html --json merge.json'
# shellcheck disable=SC2086 # words
ends_with 1 $shards plain.json inline.json
[ -s out ] && complain "merge -q is not quiet: $(cat out)"
accepts check_ktap.py merge.ktap 'Totals: pass:2 fail:2 xfail:2 xpass:2 skip:0 error:0'
accepts check_junit.py merge.xml 'tests=8 failures=2 errors=0 skipped=0'
ends_with 1 report --ktap shards.ktap --tap shards.tap --junit shards.xml --html shards.html plain.json inline.json
for format in ktap tap xml html; do
	cmp -s shards.$format merge.$format || complain "$format by merge is not $format by report"
done
python3 - merge.json <<'END' || complain "merged results lack their topologies"
import json, sys
runs = json.load(open(sys.argv[1]))["kernels"]
sys.exit(any(cell["topology"] not in run["topologies"] for run in runs for cell in run["cells"]) or len(runs) != 1)
END
ends_with 1 merge -q --exit-style ksft broken.json
ends_with 3 merge -q broken.json
ends_with 125 merge -q --exit-style bisect broken.json
ends_with 2 merge --ktap - --json - r.json
grep -q 'only one output' err || complain "two outputs of merge on standard output: $(cat err)"
ends_with 1 merge --tap - r.json
cmp -s out r.tap && grep -q '^outcomes ' err || complain "TAP of merge on standard output: $(cat err)"
ends_with 2 merge --html nowhere/m.html r.json
ends_with 2 merge --exit-style other r.json
ends_with 2 matrix --kernel nowhere --html nowhere/m.html own/cases/skip.yaml
grep -q 'html nowhere/m.html: No such file' err || complain "an output of matrix that cannot be: $(cat err)"

# ---- exit styles
ends_with 1 run -q own/cases/outcomes.yaml --exit-style ksft
ends_with 0 run -q own/cases/outcomes.yaml --only wanted=known --exit-style ksft
ends_with 0 run -q own/cases/outcomes.yaml --only wanted=fixed --exit-style ksft
ends_with 4 run -q own/cases/skip.yaml --exit-style ksft
ends_with 3 report --tap - broken.json
ends_with 1 report --tap - --exit-style ksft broken.json
ends_with 2 report --exit-style other r.json
grep -q 'exit-style other: .*ksft' err || complain "a style that is none: $(cat err)"

# ---- what cannot be
ends_with 2 report
ends_with 2 report nowhere.json
grep -q 'nowhere.json' err || complain "a file that is not there: $(cat err)"
ends_with 2 report own/cases/skip.yaml
ends_with 2 report --ktap - --tap - r.json
ends_with 2 report --ktap nowhere/r.ktap r.json
ends_with 2 run --junit nowhere/r.xml own/cases/skip.yaml
grep -q 'junit nowhere/r.xml: No such file' err || complain "an output that cannot be: $(cat err)"
ends_with 3 report --ktap /dev/full r.json
grep -q '/dev/full: No space left' err || complain "a full device: $(cat err)"
echo old >kept.tap
chmod 640 kept.tap
ln -s kept.tap link.tap
ends_with 1 report --tap link.tap r.json
cmp -s kept.tap r.tap && [ -L link.tap ] || complain "a link is not followed"
"$HOPCHECK" report --ktap - <r.json - >out 2>err
cmp -s out r.ktap || complain "results from standard input: $(cat err)"
{ timeout 10 "$HOPCHECK" report --html - r.json 2>err; echo $? >code; } | head -c 1 >/dev/null
[ "$(cat code)" = 1 ] && [ ! -s err ] || complain "a reader that goes away: exit $(cat code), $(cat err)"

[ $failures = 0 ] || exit 1
echo "KTAP, TAP and JUnit of every outcome and of many kernels$consumer; exit styles; outputs that cannot be"
