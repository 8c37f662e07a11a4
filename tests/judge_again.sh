# Kept traces judged again give the same verdicts; altered ones are refused.
set -eu
cases="final-host-crafted negative-srh service"
# shellcheck disable=SC2086
"$HOPCHECK" run -q --keep "$WORK/kept" --json "$WORK/first.json" $cases
# shellcheck disable=SC2086
"$HOPCHECK" judge --json "$WORK/again.json" "$WORK/kept" $cases >/dev/null
"$HOPCHECK" verdicts "$WORK/first.json" >"$WORK/first"
"$HOPCHECK" verdicts "$WORK/again.json" >"$WORK/again"
cmp "$WORK/first" "$WORK/again"
[ -s "$WORK/first" ]
one=$WORK/kept/negative-srh-0
printf '\377' | dd of="$one/src.b0.out.pcap" bs=1 seek=90 conv=notrunc 2>/dev/null
if "$HOPCHECK" judge "$WORK/kept" negative-srh >"$WORK/out" 2>&1; then
	echo "an altered capture was judged"
	exit 1
fi
grep -q "$one" "$WORK/out" || { echo "the message does not name the altered trace:"; cat "$WORK/out"; exit 1; }
echo "$(wc -l <"$WORK/first") cells, the same verdicts from their captures"
