# shellcheck shell=sh
# What `run` writes: plain lines in a pipe, colours only where they are wanted, JSON with every member, captures that
# tcpdump reads, exit codes; and what it does when nobody reads on.
set -u
. tests/shared.sh
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
tests=$PWD/tests
cd "$WORK" || exit 1
parts='' patience=10
escape=$(printf '\033')
has_tool() { command -v "$1" >/dev/null 2>&1; }

mkdir own own/cases own/topologies
cp topologies/chain-1.yaml own/topologies
outcome_cases own/cases 'a test' ', aggregation: {dst.a0: merged}'

# ---- exit codes
ends_with 0 run final-host --only mode=plain
ends_with 1 run own/cases/outcomes.yaml
grep -q '^8 cells: 2 PASS, 2 KNOWN, 2 FIXED, 2 FAIL in ' out || complain "the last line: $(tail -n 1 out)"
grep -q 'expected dropped, saw delivered' out || complain "no difference is said"
sed -n 's/^ *[^ ]*hopcheck run \(.*wanted=fail .*mode=inline\)$/\1/p' out >own/arguments
# shellcheck disable=SC2046 # words of a command line
ends_with 1 run $(cat own/arguments)
grep -q '^1 cell: 1 FAIL in \|^1 cells: 1 FAIL in ' out || complain "the printed command runs: $(tail -n 1 out)"
ends_with 0 run own/cases/outcomes.yaml --only wanted=known
ends_with 2 run own/cases/outcomes.yaml --only wanted=nothing
ends_with 4 run final-host --only mode=plain --only mode=inline
grep -q 'no cell has all of these values' err || complain "exit 4 without a word"
ends_with 4 run final-host controls --only left=0 --only direction=both
ends_with 4 plan final-host --only mode=plain --only mode=inline
ends_with 0 run -q final-host --only mode=plain
[ "$(wc -c <out) $(wc -c <err)" = '0 0' ] || complain "-q is not quiet"
ends_with 1 run -q own/cases/outcomes.yaml
[ "$(wc -c <out) $(wc -c <err)" = '0 0' ] || complain "-q is not quiet with a FAIL"
ends_with 3 run -q --json /dev/full final-host --only mode=plain
grep -q '/dev/full: No space left' err || complain "results that cannot be written: $(cat err)"
timeout 10 "$HOPCHECK" list >/dev/full 2>err
[ $? = 3 ] || complain "a list that cannot be written is a success"
ends_with 2 run --json nowhere/results.json final-host
grep -q '^hopcheck: --json nowhere/results.json: No such file' err || complain "an output that cannot be: $(cat err)"
ends_with 2 run --keep nowhere/kept final-host
grep -q '^hopcheck: --keep nowhere/kept: No such file' err || complain "an output that cannot be: $(cat err)"

# ---- in a pipe
ends_with 0 run -j 2 final-host service negative-srh
cat out err | grep -q "$escape" && complain "escape codes in a pipe"
grep -q "$(printf '\r')" err && complain "a rewritten line in a pipe"
for name in final-host service negative-srh; do
	[ "$(grep -cE "^$name: [0-9]+ [A-Z]+(, [0-9]+ [A-Z]+)* \([0-9]+\.[0-9] s of workers\)\$" err)" = 1 ] ||
		complain "not one progress line for $name: $(cat err)"
done
[ "$(wc -l <err)" = 3 ] || complain "more than progress on stderr: $(cat err)"

# ---- on a terminal
on_terminal() {
	timeout 10 env TERM="$1" NO_COLOR="$2" script -qec "'$HOPCHECK' run final-host --only mode=plain" /dev/null >out </dev/null
	code=$?
	[ $code = 0 ] || complain "on a terminal: exit $code"
}
colours() { grep -c "$escape\\[[0-9;]*m" out; }
if [ "$(script -qec 'test -t 1 && echo yes' /dev/null 2>/dev/null </dev/null | tr -d '\r')" = yes ]; then
	on_terminal xterm ''
	[ "$(colours)" -gt 0 ] || complain "no colour on a terminal"
	grep -q "$escape\\[K" out || complain "progress is not rewritten on a terminal"
	on_terminal xterm 1
	[ "$(colours)" = 0 ] || complain "colour in spite of NO_COLOR"
	on_terminal dumb ''
	grep -q "$escape" out && complain "escape codes on a dumb terminal"
	parts="$parts terminal,"
fi

# ---- JSON
cat >check.py <<END
import json, numbers, sys
sys.path.append("$tests")
from whole import whole
document = whole(json.load(open(sys.argv[1])))
number, text, none = numbers.Number, str, type(None)
def need(where, value, **members):
    for name, kind in members.items():
        if name not in value:
            sys.exit(f"{where}: no {name}")
        if not isinstance(value[name], kind):
            sys.exit(f"{where}: {name} is {value[name]!r}")
def all_are(where, value, kind):
    for name, one in value.items():
        if not isinstance(one, kind):
            sys.exit(f"{where}: {name} is {one!r}")
need("document", document, hopcheck=text, kernel=dict, topologies=dict, cells=list)
need("kernel", document["kernel"], release=text, features=dict)
all_are("features", document["kernel"]["features"], bool)
for name, topology in document["topologies"].items():
    need(f"topology {name}", topology, nodes=list, links=list)
seen = {}
for n, cell in enumerate(document["cells"]):
    at = f"cell {n}"
    need(at, cell, case=text, topology=(text, none), axes=dict, outcome=text, verdict=(dict, none),
         expected=(dict, none), hops=list, counters=dict, offloads=dict, models=dict, complaints=list, hints=list, why=text, ms=number,
         command=text, sender=(dict, none), receiver=(dict, none), journey=(dict, none))
    if cell["topology"] not in document["topologies"]:
        sys.exit(f"{at}: its topology {cell['topology']} is not there")
    outcome = cell["outcome"]
    if outcome not in ("PASS", "KNOWN", "FIXED", "FAIL", "SKIP", "BROKEN"):
        sys.exit(f"{at}: outcome {outcome}")
    seen[outcome] = seen.get(outcome, 0) + 1
    all_are(at + " axes", cell["axes"], text)
    all_are(at + " models", cell["models"], text)
    if not cell["why"]:
        sys.exit(f"{at}: why is empty")
    if (cell["verdict"] is None) != (outcome in ("SKIP", "BROKEN")):
        sys.exit(f"{at}: {outcome} and verdict {cell['verdict']}")
    if outcome in ("KNOWN", "FIXED"):
        need(at, cell, known=dict)
        need(at + " known", cell["known"], because=text, ref=text)
    if cell["verdict"] is None:
        continue
    need(at + " verdict", cell["verdict"], fate=text, at=(text, none), reason=(text, none), aggregation=dict)
    all_are(at + " aggregation", cell["verdict"]["aggregation"], number)
    need(at + " expected", cell["expected"], fate=text)
    if not cell["hops"] or not cell["offloads"] or not cell["counters"]:
        sys.exit(f"{at}: no hops, offloads or counters")
    for hop in cell["hops"]:
        need(at + " hop", hop, node=text, interface=text, direction=text, packets=int, bytes=int, largest=int,
             checksum=dict)
        need(at + " checksum", hop["checksum"], valid=int, partial=int, bad=int)
    journey = cell["journey"]
    need(at + " journey", journey, packet=text, steps=list, end=dict)
    need(at + " end", journey["end"], node=text, how=text, reason=(text, none), drop=(dict, none))
    if journey["end"]["how"] != "received" and cell["verdict"]["fate"] == "delivered":
        sys.exit(f"{at}: delivered, and its packet {journey['end']}")
    if not journey["steps"] or journey["steps"][0]["time_us"] != 0:
        sys.exit(f"{at}: the journey has no first step")
    for step in journey["steps"]:
        need(at + " step", step, hop=text, time_us=number, source=text, destination=text, segments_left=(int, none),
             length=int, payload=int, sequence=(int, none), checksum=(text, none), encapsulated=bool, handed_on=bool,
             merged=int)
    for node, counters in cell["counters"].items():
        all_are(f"{at} {node}", counters, int)
    for interface, states in cell["offloads"].items():
        if set(states) != {"rx", "tx", "tso", "gso", "gro", "lro", "rx-gro-list"} or not set(states.values()) <= {"on", "off"}:
            sys.exit(f"{at}: {interface} {states}")
print(" ".join(f"{name}={count}" for name, count in sorted(seen.items())))
END
ends_with 1 run -j 2 --json results.json own/cases/outcomes.yaml own/cases/skip.yaml service
ends_with 1 run -j 2 --json - own/cases/outcomes.yaml
cp out stdout.json
grep -q '^8 cells: ' err || complain "with --json - the table is not on stderr"
grep -q '^outcomes: ' err || complain "with --json - progress is not on stderr"
[ "$(head -c 1 stdout.json)$(tail -n 1 stdout.json)" = '{}' ] || complain "--json - mixes stdout"
if has_tool python3 && python3 -c '' 2>/dev/null; then
	python3 check.py results.json >seen || complain "results.json: $(cat seen)"
	grep -q 'FAIL=2 FIXED=2' seen || complain "results.json has $(cat seen)"
	[ "$(python3 check.py stdout.json)" = 'FAIL=2 FIXED=2 KNOWN=2 PASS=2' ] || complain "stdout.json is another"
	sed '0,/"largest"/s//"smallest"/' stdout.json >wrong.json
	python3 check.py wrong.json >/dev/null 2>&1 && complain "a missing member is not noticed"
	parts="$parts JSON,"
else
	for member in case topology axes outcome verdict expected journey hops counters offloads complaints hints why ms; do
		[ "$(grep -cE "^   \"$member\": " stdout.json)" = 8 ] || complain "not every cell has $member"
	done
	parts="$parts JSON without python3,"
fi
"$HOPCHECK" verdicts results.json >lines || complain "verdicts cannot be read"
grep -q '^outcomes wanted=known mode=inline: KNOWN delivered - - ' lines || complain "$(head -n 5 lines)"

# ---- kept traces
ends_with 1 run -q --keep kept own/cases/outcomes.yaml
ends_with 2 run -q --keep kept own/cases/outcomes.yaml --only mode=inline
grep -q 'is there already; remove it' err || complain "what was kept would be mixed: $(cat err)"
ends_with 0 run -q --keep kept final-host --only mode=encap --only left=0
kept=0
for directory in kept/outcomes-[0-9]*; do
	kept=$((kept + 1))
	[ "$(head -c 1 "$directory/trace.json")" = '{' ] || complain "$directory/trace.json is not there"
	[ "$(ls "$directory")" = "trace.json
trace.pcapng" ] || complain "$directory: $(ls "$directory")"
done
[ $kept = 8 ] || complain "$kept directories for 8 cells"
# ---- a hint beside the verdict: on the terminal, in JSON and the page, and none where tso cuts nothing off
whole='GRO at dst.a0 had nothing to merge: [0-9]* of [0-9]* data packets came whole from r1.b0, as tso is on there'
plain='controls --only topology=chain-1 --only direction=forward'
# shellcheck disable=SC2086 # words
ends_with 0 run -v --json hints.json --html hints.html $plain --only offloads=on
tr '\n' ' ' <out | tr -s ' ' | grep -q "hint: $whole" || complain "no hint with -v: $(tail -n 20 out)"
grep -q "\"$whole\"" hints.json || complain "no hint in JSON"
grep -q "\"$whole\"" hints.html || complain "no hint in the page"
"$HOPCHECK" report --ktap - hints.json | grep -q "$whole" && complain "a PASS of KTAP has a diagnostic"
# shellcheck disable=SC2086
ends_with 0 run -v --json hints.json $plain --only offloads=off
grep -q 'nothing to merge' hints.json out && complain "a hint where GRO is off"

# ---- a reader that goes away
gone() {
	code=$(cat code)
	[ "$code" -le 3 ] || complain "$1: exit $code when nobody reads"
}
{ timeout 10 "$HOPCHECK" run final-host 2>/dev/null; echo $? >code; } | head -n 1 >/dev/null
gone "a table"
{ timeout 10 "$HOPCHECK" run -q --json - final-host 2>/dev/null; echo $? >code; } | head -c 1 >/dev/null
gone "JSON"
{ timeout 10 "$HOPCHECK" run final-host 2>&1 >/dev/null; echo $? >code; } | :
gone "progress"
{ timeout 10 "$HOPCHECK" list -vv 2>/dev/null; echo $? >code; } | head -n 1 >/dev/null
gone "a list"

[ $failures = 0 ] || exit 1
echo "as they should be: exit codes, lines in a pipe,$parts readers that go away"
