# shellcheck shell=sh
# The whole suite, on this kernel, as the user who runs the tests.
set -u
"$HOPCHECK" run -j 2 --json "$WORK/results.json"
code=$?
[ $code = 0 ] || exit 1
echo "as $(id -un): $(grep -c '"outcome"' "$WORK/results.json") cells"
