# shellcheck shell=sh
# ^C, SIGHUP and SIGTERM: run, matrix, bisect and merge tell what is there, as partial, write outputs whole or not at all, leave
# no process, namespace, guest or file, and exit with 128 and the signal; a second one ends them at once.
set -u
tests=$PWD/tests
if ! command -v python3 >/dev/null || ! command -v bsdtar >/dev/null; then
	echo "no python3 or bsdtar here: apt-get install python3 libarchive-tools"
	exit 4
fi
export PYTHONDONTWRITEBYTECODE=1
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
mkdir own own/cases own/topologies
cp topologies/chain-1.yaml own/topologies
cat >own/cases/two.yaml <<'END'
case: two
topology: chain-1
traffic: {tcp: kernel, mode: plain, from: src, to: "fc00:d:d000::1", bytes: 2k}
axes: {dst.a0.gro: [on, off]}
expect: {fate: delivered}
END
image() { # image RELEASE: what the boot header names
	head -c 514 /dev/zero && printf HdrS && head -c 8 /dev/zero && printf '\000\004' && head -c 1008 /dev/zero &&
		printf '%s #1' "$1" && head -c 2000 /dev/zero
}
for release in good-6.1.1 mid-6.1.3 bad-6.1.5; do
	image "${release#*-}" >"$release"
done
"$HOPCHECK" run -q -j 1 --json good.json own/cases/two.yaml || { echo "the case does not pass here" && exit 1; }
"$HOPCHECK" run -q --json other.json final-host --only mode=plain || exit 1
exec python3 "$tests/signals.py"
