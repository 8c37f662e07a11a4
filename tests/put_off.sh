# shellcheck shell=sh
# A sender that its own machine puts off (here by pacing, as load may) is not taken for one that lost something, and what
# is lost is found all the same: no verdict changes.
set -u
. tests/shared.sh
preload_library put_off
play() { # NAME
	"$HOPCHECK" run -j 2 -q --json "$WORK/$1.json" controls controls-nic final-host service
	"$HOPCHECK" verdicts "$WORK/$1.json" >"$WORK/$1" || exit 1
}
play plain
(
	export LD_PRELOAD="$WORK/put_off.so"
	play off
)
diff "$WORK/plain" "$WORK/off" || { echo "a sender that is put off changes verdicts"; exit 1; }
# 64 KiB at that rate take 65 ms, less the first packets: most cells here are such. Else the sockets did not pace.
slow=$(grep -o '"ms": [0-9]*' "$WORK/off.json" | awk '$2 >= 20 {n++} END {print n + 0}')
cells=$(wc -l <"$WORK/plain")
[ "$slow" -ge $((cells / 2)) ] || { echo "TCP sockets do not pace on this kernel (before 4.20)"; exit 4; }
echo "$cells cells, the same with senders that are put off"
