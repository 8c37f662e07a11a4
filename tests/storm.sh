# shellcheck shell=sh
# Where packets make packets without end, a cell ends with a complaint, long before the worker would be given up. A source whose
# two policies push around one another sends data that is too big for the second again at each acknowledgement of what is behind it.
set -eu
cp -r topologies cases "$WORK"
cd "$WORK"
cat >cases/storm.yaml <<'END'
case: storm
topology: policies-nested
set: {"*.*.tso": off}
traffic: {from: src, to: "fc00:d:d000::1", bytes: 2k}
expect: {fate: delivered}
END
code=0
timeout 100 "$HOPCHECK" run -q --json results.json cases/storm.yaml >out 2>&1 || code=$?
[ $code != 124 ] || { echo "it does not end"; exit 1; }
[ $code != 0 ] || { echo "on this kernel it is delivered"; exit 4; }
[ $code = 1 ] || { echo "exit $code: $(cat out)"; exit 1; }
grep -q 'the lab does not become quiet' out results.json || { echo "the storm is not told: $(cat out)"; exit 1; }
"$HOPCHECK" verdicts results.json | grep -q 'stalled src too-big' || { "$HOPCHECK" verdicts results.json; exit 1; }
echo "a storm of packets is a complaint, and its cell ends"
