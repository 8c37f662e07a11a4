# A cell's verdict is the same in a lab that served other cells before and in a lab of its own.
set -u
"$HOPCHECK" run -j 2 -q --json "$WORK/shared.json"
"$HOPCHECK" run -j 2 -q --fresh --json "$WORK/fresh.json"
"$HOPCHECK" verdicts "$WORK/shared.json" >"$WORK/shared"
"$HOPCHECK" verdicts "$WORK/fresh.json" >"$WORK/fresh"
if [ ! -s "$WORK/shared" ] || ! diff "$WORK/shared" "$WORK/fresh"; then
	echo "a lab that served other cells gives other verdicts"
	exit 1
fi
echo "$(wc -l <"$WORK/shared") cells, the same in shared and fresh labs"
