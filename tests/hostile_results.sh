# shellcheck shell=sh
# Results whose every string would act where it is shown: on a terminal, in the order of writing, in Markdown, TAP, KTAP, JUnit,
# in the page, in the log of a CI system. None does, and every pane of the page opens.
set -u
. tests/shared.sh
tests=$PWD/tests
export PYTHONDONTWRITEBYTECODE=1
export LC_ALL=C.UTF-8
needs python3 python3
go_to_work
cat >cases/few.yaml <<'END'
case: few
topology: chain-1
set: {"*.*.tso": off}
traffic: {from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"]}
axes:
  mode: [plain, inline]
  way: {good: {tcp: kernel, bytes: 4k}, bad: {tcp: crafted, flags: syn, payload: 0, checksum: bad}, lost: {tcp: crafted, hop_limit: 1}}
expect: {fate: delivered}
END
"$HOPCHECK" run -q -vv --json few.json cases/few.yaml >out 2>&1 || [ $? = 1 ] || complain "$(cat out)"
python3 "$tests/hostile_results.py" make few.json >hostile.json || exit 1

# made KIND FILE: nothing in it acts
made() {
	said=$(python3 "$tests/hostile_results.py" check "$1" "$2" 2>&1) || complain "$2: $said"
}
"$HOPCHECK" report --ktap ktap --tap tap --junit junit --html page.html hostile.json >out 2>&1
for kind in ktap tap junit; do made $kind $kind; done
made html page.html
"$HOPCHECK" report -vv hostile.json >table 2>&1
made text table
COLUMNS=40 "$HOPCHECK" report hostile.json >narrow 2>&1
made text narrow
"$HOPCHECK" merge --cells --markdown cells.md --against few.json hostile.json >merged 2>&1
made text merged
made markdown cells.md
"$HOPCHECK" merge -q --markdown matrix.md hostile.json >out 2>&1
made markdown matrix.md
# One kernel alone, with its ladders.
python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1]))["kernels"][0], sys.stdout)' hostile.json >one.json
"$HOPCHECK" report -vv one.json >one 2>&1
made text one
"$HOPCHECK" verdicts one.json >verdicts 2>&1
made text verdicts
[ "$(wc -l <verdicts)" = 12 ] || complain "verdicts: not a line a cell: $(wc -l <verdicts)"
python3 "$tests/check_ktap.py" ktap >out 2>&1 || complain "ktap: $(cat out)"

# ---- what is said on standard error of a file: its own octets may be in it
printf 'case: "x\\e[31m\\u202E"\n' >cases/esc.yaml
"$HOPCHECK" check cases/esc.yaml >out 2>err
LC_ALL=C grep -q "$(printf '[\033\342]')" err && complain "check hands on what acts: $(cat -v err)"
[ -s err ] || complain "check says nothing"

# ---- kept traces: what the kernel's log said
"$HOPCHECK" run -q --keep kept cases/few.yaml --only way=bad >out 2>&1
python3 - kept/few-1/trace.json <<'END' || exit 1
import json, re, sys
document = json.load(open(sys.argv[1], encoding="utf-8"))
document["complaints"] = ["src.b0: \x1b[31m\u202e\n::error::forged"]
document["ms"] = 1.5
del document["digest"]
text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
text = re.sub(r"\\u00(..)", lambda escape: escape[0][:2] + escape[0][2:].upper(), text)
digest = 0xcbf29ce484222325
for octet in text.encode():
    digest = (digest ^ octet) * 0x100000001b3 % 2 ** 64
document["digest"] = f"{digest:016x}"
json.dump(document, open(sys.argv[1], "w", encoding="utf-8"))
END
"$HOPCHECK" judge -v kept cases/few.yaml >judged 2>&1
grep -q forged judged || complain "judge does not show the complaint: $(cat -v judged)"
[ $failures != 0 ] || made text judged

# ---- the page
opened='not opened: there is no chromium'
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
	HOME=$WORK
	export HOME
	opened=$(cd "$tests" && python3 hostile_results.py open "$WORK/page.html" "$WORK/profile" 2>&1) || complain "page: $opened"
fi
[ $failures = 0 ] || exit 1
echo "nothing acts in tables, ladders, Markdown, KTAP, TAP, JUnit and the page; $opened"
