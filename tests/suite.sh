# shellcheck shell=sh
# The whole suite, on this kernel, as the user who runs the tests.
set -u
"$HOPCHECK" run -j 2 --json "$WORK/results.json"
code=$?
[ $code = 0 ] || exit 1
# Cases whose labs have the same lines share one, also where another case stands between them.
mkdir "$WORK/cases"
cp -r topologies "$WORK"
cp -r cases/deviations "$WORK/cases"
for name in one two; do sed "s/^case: .*/case: $name/" cases/as-made.yaml >"$WORK/cases/$name.yaml"; done
labs=$("$HOPCHECK" run -q -j 1 --stages "$WORK/cases/one.yaml" tlvs "$WORK/cases/two.yaml" | grep -o 'cells in [0-9]* lab')
if [ "$labs" != "cells in 2 lab" ]; then
	echo "two cases with the same lab: $labs"
	exit 1
fi
echo "as $(id -un): $(grep -c '"outcome"' "$WORK/results.json") cells"
