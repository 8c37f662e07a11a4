# shellcheck shell=sh
# A cell's verdict is the same in a lab that served other cells before and in a lab of its own. Some cases here, so that
# the tests stay quick; FRESH=all takes all, as `make soak` does.
set -u
cases="behaviours final-host final-host-crafted headend-mtu negative nic-driver routers-2 service syn"
[ "${FRESH:-}" = all ] && cases=""
# shellcheck disable=SC2086
"$HOPCHECK" run -j 2 -q --json "$WORK/shared.json" $cases
# As many workers as CPUs, not more: workers that share a CPU share its receive queue, and how much of a burst one poll
# finds there is then no longer the cell's own.
# shellcheck disable=SC2086
"$HOPCHECK" run -q --fresh --json "$WORK/fresh.json" $cases
"$HOPCHECK" verdicts "$WORK/shared.json" >"$WORK/shared"
"$HOPCHECK" verdicts "$WORK/fresh.json" >"$WORK/fresh"
if [ ! -s "$WORK/shared" ] || ! diff "$WORK/shared" "$WORK/fresh"; then
	echo "a lab that served other cells gives other verdicts"
	exit 1
fi
echo "$(wc -l <"$WORK/shared") cells, the same in shared and fresh labs"
