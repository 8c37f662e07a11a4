# shellcheck shell=sh
# A worker that dies costs the cell that it ran, as BROKEN, and no other: the rest is run by a new one.
set -u
"$HOPCHECK" run -j 1 -q --json "$WORK/results.json" router-offloads routers-3 &
runner=$!
# The worker proper is the child of a child.
deadline=$(($(date +%s) + 20))
killed=""
while [ -z "$killed" ] && [ "$(date +%s)" -le $deadline ]; do
	children=$(ps -o pid= --ppid $runner | tr -d ' ')
	[ "$(echo "$children" | wc -w)" = 1 ] || continue
	worker=$(ps -o pid= --ppid "$children" | tr -d ' ')
	[ -n "$worker" ] && kill -9 "$worker" 2>/dev/null && killed=$worker
done
wait $runner
code=$?
[ -n "$killed" ] || { echo "no worker was there to be killed"; exit 1; }
cells=$(grep -c '"outcome"' "$WORK/results.json")
broken=$(grep -c '"outcome": "BROKEN"' "$WORK/results.json")
if [ "$code $cells $broken" != "3 348 1" ] || ! grep -q 'ended by signal 9' "$WORK/results.json"; then
	echo "exit $code, $cells cells, $broken BROKEN; wanted exit 3, 348 cells, 1 BROKEN that names signal 9"
	grep '"why"' "$WORK/results.json" | grep worker
	exit 1
fi
echo "one cell BROKEN, $((cells - 1)) others run"
