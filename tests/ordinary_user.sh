# shellcheck shell=sh
# The same code as an ordinary user: no cell may come out BROKEN or FAIL.
set -u
if [ "$(id -u)" != 0 ]; then
	echo "the other tests are run by an ordinary user already"
	exit 4
fi
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
copy=$WORK/copy # nobody may not be able to read the checkout
mkdir "$copy"
cp -r "$HOPCHECK" cases topologies "$copy"
chmod -R a+rX "$copy"
cd "$copy" || exit 1
if ! as_nobody unshare -Urnm true 2>/dev/null; then
	echo "user namespaces are not allowed to users here"
	exit 4
fi
as_nobody ./hopcheck run -j 2 --json - >"$WORK/results.json"
code=$?
[ $code = 0 ] || exit 1
echo "as nobody: $(grep -c '"outcome"' "$WORK/results.json") cells, $(grep -c '"outcome": "SKIP"' "$WORK/results.json") skipped"
