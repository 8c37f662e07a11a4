# shellcheck shell=sh
# `run -v` draws the way of the packets: of a delivered, a dropped and a merged case; within the width, with
# and without colours and letters beyond ASCII; of a few cells all, of many those that need it.
set -u
. tests/shared.sh
go_to_work
cat >cases/ways.yaml <<END
case: ways
topology: chain-1
set: {"*.*.tso": off, "*.*.gro": off, src.b0.tx: off}
traffic: {from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"]}
axes:
  way:
    delivered: {tcp: kernel, bytes: 2k}
    large: {tcp: kernel, bytes: 4M}
    dropped: {tcp: crafted, flags: syn, payload: 0, checksum: bad}
    merged: {tcp: crafted, burst: 8, r1.a0.gro: on}
  mode: [plain, inline]
expect:
  - {when: {way: dropped}, fate: dropped, at: dst, reason: tcp-csum, bad_checksums: any}
  - {when: {way: merged, mode: plain}, fate: delivered, aggregation: {r1.a0: merged}}
  - {fate: delivered}
END
options='' # of run, more of them
# Where the kernel tells of drops, the ladder has its word.
if "$HOPCHECK" run -q --json - cases/ways.yaml --only way=dropped | grep -q '"drop-events": true'; then
	word=', freed in tcp_v6_[a-z_]*\(: TCP_CSUM\)\{0,1\}'
else
	word=''
fi
# The ladder of one cell, into `out`: ladder WAY MODE CODE [VARIABLE=VALUE]...
ladder() {
	way=$1 mode=$2 wanted=$3
	shift 3
	env LC_ALL=C COLUMNS=80 NO_COLOR=1 "$@" "$HOPCHECK" run -v $options cases/ways.yaml --only way="$way" --only mode="$mode" \
		>out 2>err
	code=$?
	[ $code = "$wanted" ] || complain "$way $mode: exit $code, not $wanted: $(tail -n 5 out err)"
}
shows() { grep -qe "$1" out || complain "$way $mode: no line '$1': $(cat out)"; }
# No line but commands to copy is wider.
is_within() {
	LC_ALL=C.UTF-8 sed '/^kernel /,$d; s/[│─▶◀✗┘└→…]/x/g' out | awk -v most="$1" 'length > most' >wide
	[ ! -s wide ] || complain "$way $mode: wider than $1: $(cat wide)"
}

ladder delivered inline 0
shows '^PASS ways way=delivered mode=inline$'
shows '^ *us  packet  *src  *r1  *dst$'
shows '^ *0\.0  SYN  *|-*SL1 fc00:1::100 ok-*>|-*SL0 fc00:d:d000::1 ok-*>|$'
shows '^ *[0-9.]*  SYN-ACK  *|<-*[0-9a-f:]* [a-z]*-*|<-*[0-9a-f:]* [a-z]*-*|$'
shows '^ *[0-9.]*  data 0:2048  *|-*2x SL1 fc00:1::100 ok-*>|-*2x SL0 ok-*>|$'
grep -q '[|>]X' out && complain "delivered, and a mark: $(cat out)"
is_within 80

ladder dropped inline 0
shows '^ *0\.0  SYN  *|-*SL1 fc00:1::100 BAD-*>|-*SL0 fc00:d:d000::1 BAD-*>X$'
shows "dropped at dst: tcp-csum$word ^\$"
is_within 80
ladder dropped inline 0 COLUMNS=50 # a line a link
is_within 50
options=--no-drop-events
ladder dropped inline 0
shows '^ *|  *|  *dropped at dst: tcp-csum ^$'
options=''
ladder dropped inline 0 LC_ALL=C.UTF-8 COLUMNS=100
shows '^ *0\.0  SYN  *│─*SL1 fc00:1::100 BAD─*▶│─*SL0 fc00:d:d000::1 BAD─*▶✗$'
shows "dropped at dst: tcp-csum$word ┘\$"
is_within 100

ladder merged plain 0
shows '|-*8->1 .*-*>|-*8x .*-*>|$\|SKIP'

# ---- many packets: some, and how many more
ladder large plain 0
rows=$(grep -c '^ *[0-9]*\.[0-9]  ' out)
[ "$rows" -ge 4 ] && [ "$rows" -le 40 ] || complain "$rows rows of a large transfer"
if [ "$rows" -gt 20 ]; then shows '^  *\.\.\. [0-9]* more packets, all received'; fi
is_within 80

# ---- colours repeat what signs and words say
if [ "$(script -qec 'test -t 1 && echo yes' /dev/null 2>/dev/null </dev/null | tr -d '\r')" = yes ]; then
	script -qec "env -u NO_COLOR TERM=xterm COLUMNS=80 LC_ALL=C '$HOPCHECK' run -v cases/ways.yaml --only way=dropped" \
		/dev/null </dev/null | tr -d '\r' >out
	grep -q "$(printf '\033')\\[0;1;31mX" out || complain "the mark has no colour: $(cat out)"
fi

# ---- of many cells those that FAIL; with -vv KNOWN and FIXED too; without -v none, with -q none
sed 's/^case: .*/case: many/; s/^  mode: .*/  mode: [plain, inline]\n  src.b0.gso: [on, off]/
	s/reason: tcp-csum/reason: no-route/; /way: large/d; /^    large/d' cases/ways.yaml >cases/many.yaml
cat >>cases/many.yaml <<END
known:
  - when: {way: delivered}
    verdict: {fate: dropped, at: r1}
    because: a test
    ref: tests/ladder.sh
END
export LC_ALL=C COLUMNS=80
"$HOPCHECK" run -v cases/many.yaml >out 2>err
[ $? = 1 ] || complain "many: no FAIL: $(cat out err)"
[ "$(grep -c '^FAIL many way=dropped ' out)" = 4 ] || complain "-v: not every FAIL has its ladder: $(cat out)"
[ "$(grep -cE '^(PASS|FIXED|KNOWN) many ' out)" = 0 ] || complain "-v: ladders of cells that nobody asked for"
"$HOPCHECK" run -vv cases/many.yaml >out 2>err
[ "$(grep -c '^FIXED many way=delivered ' out)" = 4 ] || complain "-vv: not every FIXED has its ladder: $(cat out)"
"$HOPCHECK" run cases/many.yaml >out 2>err
grep -q '^FAIL many ' out && complain "a ladder without -v"
"$HOPCHECK" run -q -v cases/many.yaml >out 2>err
[ -s out ] && complain "a ladder in spite of -q"

# ---- kept traces are drawn again alike
"$HOPCHECK" run -v --keep kept --json results.json cases/ways.yaml --only way=dropped 2>err | sed '/^kernel/,$d' >first
"$HOPCHECK" judge -v kept cases/ways.yaml 2>err | sed '/^kernel/,$d' >again
cmp -s first again || complain "judge -v draws another ladder: $(diff first again)"
[ -s first ] || complain "no ladder to compare"
[ "$(grep -c '"journeys": ' results.json)" = 2 ] || complain "the rows are not in the results"

[ $failures = 0 ] || exit 1
echo "ladders of what was delivered, dropped and merged; of $rows rows at most"
