# shellcheck shell=sh
# Kept traces judged again give the same verdicts; altered ones are refused.
set -eu
cases="final-host-crafted negative-srh service"
# Whether every cell passes is the suite's matter: 1, a FAIL, is judged again too.
code=0 again=0
# shellcheck disable=SC2086
"$HOPCHECK" run -q --keep "$WORK/kept" --json "$WORK/first.json" $cases || code=$?
[ $code -le 1 ] || { echo "run: exit $code"; exit 1; }
# shellcheck disable=SC2086
"$HOPCHECK" judge --json "$WORK/again.json" "$WORK/kept" $cases >/dev/null || again=$?
[ $again = $code ] || { echo "judge: exit $again, after $code"; exit 1; }
"$HOPCHECK" verdicts "$WORK/first.json" >"$WORK/first"
"$HOPCHECK" verdicts "$WORK/again.json" >"$WORK/again"
cmp "$WORK/first" "$WORK/again"
[ -s "$WORK/first" ]
one=$WORK/kept/negative-srh-0
refused() { # refused WHAT: judging again fails and names the trace
	if "$HOPCHECK" judge "$WORK/kept" negative-srh >"$WORK/out" 2>&1; then
		echo "$1 was judged"
		exit 1
	fi
	grep -q "$one/trace" "$WORK/out" || { echo "the message does not name the trace with $1:"; cat "$WORK/out"; exit 1; }
}
cp "$one/trace.pcapng" "$WORK/capture"
# An octet of the last packet: 4 of the last length, 8 of options at least, then padding and the packet before it.
size=$(wc -c <"$one/trace.pcapng")
printf '\377' | dd of="$one/trace.pcapng" bs=1 seek=$((size - 120)) conv=notrunc 2>/dev/null
refused "an altered capture"
head -c $((size - 4)) "$WORK/capture" >"$one/trace.pcapng"
refused "a cut capture"
{ cat "$WORK/capture" && tail -c 16 "$WORK/capture"; } >"$one/trace.pcapng"
refused "a capture with something behind it"
cp "$WORK/capture" "$one/trace.pcapng"
"$HOPCHECK" judge "$WORK/kept" negative-srh >/dev/null
sed -i 's/"format": 2/"format": 1/' "$one/trace.json"
refused "a trace of format 1"
grep -q 'record it again with' "$WORK/out" || { echo "format 1 without what to do:"; cat "$WORK/out"; exit 1; }
echo "$(wc -l <"$WORK/first") cells, the same verdicts from their captures"
