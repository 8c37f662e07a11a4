# shellcheck shell=sh
# What is kept is written below the directory of --keep and nowhere else: symbolic links of other users, in shared places and
# in that directory, planted before the run and during it, lead nowhere.
set -u
. tests/shared.sh
if [ "$(id -u)" != 0 ]; then
	echo "not checked: only root can be another user"
	exit 4
fi
tests=$PWD/tests
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
mkdir victim shared open
chmod 1777 shared
chmod 777 open
few='final-host --only mode=plain'
# keep DIRECTORY: code, out
keep() {
	# shellcheck disable=SC2086
	timeout 60 "$HOPCHECK" run -q --keep "$1" $few >out 2>&1
	code=$?
}
untouched() { [ -z "$(find victim -mindepth 1 ! -name old)" ] || complain "$1: written through it: $(find victim)"; }
planted() { # planted TARGET NAME: by another user
	ln -s "$1" "$2" && chown -h 64999:64999 "$2"
}

# ---- before the run
planted "$PWD/victim" shared/evidence
keep shared/evidence
[ $code = 2 ] && grep -q "shared/evidence is another user's, in a directory that all may write to" out ||
	complain "a link in a shared place: exit $code: $(cat out)"
untouched "a link in a shared place"
keep shared/evidence/below
[ $code = 2 ] || complain "below a link in a shared place: exit $code: $(cat out)"
untouched "below a link in a shared place"
planted "$PWD/victim/new" open/final-host-0
keep open
[ $code = 2 ] && grep -q 'final-host-0 is there already' out || complain "a link for a trace: exit $code: $(cat out)"
untouched "a link for a trace"
rm open/final-host-0
echo old >victim/old
planted "$PWD/victim/old" open/kernel.json
keep open
[ "$(cat victim/old)" = old ] || complain "kernel.json was written through a link: $(head -n 3 victim/old)"
rm -rf open/*

# ---- a link of the user's own is followed
mkdir real
ln -s real link
keep link/kept
[ $code = 0 ] && [ -s real/kept/kernel.json ] && [ -s real/kept/final-host-0/trace.json ] || complain "an own link: exit $code: $(cat out)"

# ---- during the run: whoever may write there puts links in place of traces' directories
if command -v setpriv >/dev/null; then
	mkdir mine
	chmod 777 . mine victim
	cat >swap.sh <<'END'
while [ ! -e finished ]; do
	for directory in mine/final-host-*[0-9]; do
		[ -d "$directory" ] && [ ! -L "$directory" ] && mv "$directory" "$directory.moved" && ln -s "$1" "$directory"
	done
done 2>/dev/null
END
	setpriv --reuid 64999 --regid 64999 --clear-groups timeout 60 sh swap.sh "$PWD/victim" &
	swapper=$!
	keep mine
	: >finished
	wait $swapper
	untouched "links in place of traces"
	[ "$(find mine -name 'final-host-*.moved' | wc -l)" -gt 0 ] || complain "nothing was moved: $(ls mine)"
fi

# ---- of guests: planted when the first of them runs, before anything is kept
if command -v python3 >/dev/null && command -v bsdtar >/dev/null; then
	mkdir bin own
	cp topologies/chain-1.yaml own
	printf 'case: one\ntopology: chain-1\ntraffic: {tcp: kernel, mode: plain, from: src, to: "fc00:d:d000::1", bytes: 2k}\nexpect: {fate: delivered}\n' >own/one.yaml
	printf '#!/bin/sh\ncase $* in *-version*|*-device*help*|*-accel*help*) exec /bin/true;; esac\nln -s "%s/victim" "%s/shared/guests"\nchown -h 64999 "%s/shared/guests"\nexec python3 %s/hostile_guest.py "$@"\n' \
		"$PWD" "$PWD" "$PWD" "$tests" >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	{ head -c 514 /dev/zero && printf HdrS && head -c 8 /dev/zero && printf '\000\004' && head -c 1008 /dev/zero &&
		printf '6.1.0-test #1' && head -c 2000 /dev/zero; } >image
	"$HOPCHECK" run -q -j 1 --json good.json ./own/one.yaml
	export GOOD=$WORK/good.json CALLS=$WORK/calls LEFT='' HOW=honest
	: >calls
	PATH="$WORK/bin:$PATH" timeout 60 "$HOPCHECK" matrix --accel tcg -j 1 --kernel "k=image" --keep shared/guests ./own/one.yaml >out 2>&1
	untouched "a link in place of the guests' directory"
	grep -q "is another user's, in a directory that all may write to" out || complain "matrix does not say that nothing is kept: $(cat out)"
fi
[ $failures = 0 ] || exit 1
echo "links in shared places, of traces and of guests lead nowhere"
