# shellcheck shell=sh
# ^C, SIGHUP and SIGTERM: run, matrix, bisect and merge tell what is there, as partial, write outputs whole or not at all, leave
# no process, namespace, guest or file, and exit with 128 and the signal; a second one ends them at once.
set -u
. tests/shared.sh
tests=$PWD/tests
needs python3 python3 bsdtar libarchive-tools
export PYTHONDONTWRITEBYTECODE=1
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
mkdir own own/cases own/topologies
cp topologies/chain-1.yaml own/topologies
two_cells own/cases
for release in good-6.1.1 mid-6.1.3 bad-6.1.5; do
	image "${release#*-}" >"$release"
done
"$HOPCHECK" run -q -j 1 --json good.json own/cases/two.yaml || { echo "the case does not pass here" && exit 1; }
"$HOPCHECK" run -q --json other.json final-host --only mode=plain || exit 1
exec python3 "$tests/signals.py"
