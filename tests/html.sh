# shellcheck shell=sh
# The HTML report, opened in a headless Chromium: what is seen, by mouse and by keyboard; and that a page with a part
# missing does not pass.
set -u
. tests/shared.sh
tests=$PWD/tests
export PYTHONDONTWRITEBYTECODE=1
for needed in python3:python3 chromium:chromium chromedriver:chromium-driver; do
	if ! command -v "${needed%%:*}" >/dev/null; then
		echo "not opened: there is no ${needed%%:*}; apt-get install python3 chromium chromium-driver"
		exit 4
	fi
done
cp -r topologies cases "$WORK"
cd "$WORK" || exit 1
HOME=$WORK # chromium keeps things there
export HOME
mkdir own
outcome_cases own 'a <test> & \"more\" # of it' ''
cp topologies/chain-1.yaml own

"$HOPCHECK" run -q --json r.json --html one.html own/outcomes.yaml own/skip.yaml
"$HOPCHECK" run -q --json suite.json # its verdicts are another test's
python3 "$tests/report_fixture.py" r.json >kernels.json || exit 1
python3 "$tests/report_fixture.py" --third suite.json >suites.json || exit 1
python3 "$tests/report_fixture.py" --old suite.json >old.json || exit 1
"$HOPCHECK" report --html many.html kernels.json
"$HOPCHECK" report --html old.html old.json
# Brief results, with a cell that one kernel could not run.
"$HOPCHECK" merge -q --brief all-brief.json kernels.json
python3 - all-brief.json >brief.json <<'END' || exit 1
import json, sys
results = json.load(open(sys.argv[1]))
cell = next(cell for cell in results["kernels"][1]["cells"] if cell["axes"] == {"wanted": "known", "mode": "inline"})
results["kernels"][0].update(partial=True, unrun=3)  # as when a signal ended it
cell.update(outcome="SKIP", why="it lacks <b>this</b>")
del cell["verdict"], cell["known"]
json.dump(results, sys.stdout)
END
"$HOPCHECK" report --html brief.html brief.json
"$HOPCHECK" report --html large.html suites.json suites.json suites.json suites.json
size=$(wc -c <large.html)
[ "$size" -lt 6000000 ] || complain "a third of the suite on 12 kernels makes a page of $size octets"
# What a broken page must not pass with.
broken() { # broken NAME SED
	sed "$2" many.html >"broken-$1.html"
	cmp -s "broken-$1.html" many.html && complain "the page is not broken by $2"
}
broken words 's/"word":"FAIL"/"word":"PASS"/'
broken difference 's/differs/same/'
broken drawing "s/' travelled'/' walked'/"
broken keys "s/event.key === 'Escape'/event.key === 'Esc'/"
broken network 's,</head>,<script src="https://example.invalid/x.js"></script></head>,'
broken journey "s/case 'journey':/case 'way':/"
broken data 's/"TcpInSegs"/"TcpOutSegs"/g'
broken escaping 's/return String(value).replace.*/return String(value);/'
quick=$(python3 "$tests/html.py" many.html one.html old.html large.html brief.html profile broken-*.html 2>&1) || complain "$quick"
[ $failures = 0 ] || exit 1
echo "opened, filtered, by keyboard, on a phone; $((size / 1024)) KiB; $quick"
