# shellcheck shell=sh
# User Mode Linux as a kernel of the matrix: cells that run, a kernel that panics, warns or hangs, a runner that is killed; beside
# an emulated kernel where one is cached. Takes what `make uml` has built.
set -u
cd "$(dirname "$0")/.." || exit 2
linux=${HOPCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hopcheck}/uml/uml-6.12/linux
. tests/shared.sh
[ -x "$linux" ] || skip "no User Mode Linux is built: make uml"
needs bsdtar libarchive-tools
left() { # left NAME: processes of its guests
	pids=$(pgrep -f "^$linux .*uml_dir=") || return 0
	complain "$1: processes are left: $pids"
}
mine="--kernel u=$linux"

# As a tree has it in which `make ARCH=um` ran.
mkdir "$WORK/tree"
ln -s "$linux" "$WORK/tree/linux"
guest whole 0 --kernel "u=$WORK/tree" --only mode=inline negative # 11 cells
guest_has whole PASS 11
guest_says whole '"machine": "uml"'
guest_says whole '"label": "u"'
grep -q 'u: Linux 6\.12\.[^ ]* is up after .* s (uml), 11 cells' "$WORK/whole" || complain "whole: $(cat "$WORK/whole")"
left whole

guest kept 0 $mine --only why=bad-checksum --only mode=inline negative
guest panic 1 --fault panic:5 $mine --only mode=inline negative
guest_has panic PASS 10
guest_has panic FAIL 1
guest_says panic 'the kernel died while this cell ran: .*panic\|the kernel died while this cell ran: .*sysrq'
guest_says panic '"boots": 2'
left panic

guest warn 1 --fault warn:5 $mine --only mode=inline negative
guest_has warn PASS 10
guest_has warn FAIL 1
guest_says warn 'the kernel warned while this cell ran, alone too: WARNING: CPU: 0'

# What only the kernel's log tells: a sum over all of a packet that a host did not keep right.
guest sum 0 $mine --only way=inline-1 vxlan-loop
guest_has sum KNOWN 1
mkdir "$WORK/unknown"
cp -r topologies "$WORK"
sed '/^known:/,$d' cases/vxlan-loop.yaml >"$WORK/unknown/vxlan-loop.yaml"
guest fault 1 $mine --only way=inline-1 "$WORK/unknown/vxlan-loop.yaml"
guest_has fault FAIL 1
guest_says fault 'the kernel warned while this cell ran: a0: hw csum failure'

guest hang 3 --silence 5 --fault hang:5 $mine --only mode=inline negative
guest_has hang PASS 10
guest_has hang BROKEN 1
guest_says hang 'the guest hung: it said nothing for 5 s while this cell ran'
left hang

guest nics 4 $mine --only mode=plain --only offload=none --only src.b0.model=e1000 nic-tx
guest_says nics 'needs e1000 NICs: User Mode Linux emulates none'

guest noboot 3 --append rdinit=/nowhere $mine --only mode=inline negative
guest_has noboot BROKEN 11
guest_says noboot 'the kernel did not come up: it died: .*Kernel panic'
left noboot

# Killed: the kernel takes its guests along.
"$HOPCHECK" matrix -q -j 2 $mine negative final-host service &
runner=$!
tries=0
until pgrep -f "^$linux .*uml_dir=" >/dev/null || [ $tries = 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
kill -9 "$runner"
wait "$runner" 2>/dev/null
tries=0
while pgrep -f "^$linux .*uml_dir=" >/dev/null && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
left killed

# What is right here, and not there, is explained there: of a row of `expect` that only this kernel has, which cannot hold.
case $(uname -r) in
6.12.*) ;;
*)
	cat >"$WORK/unknown/there.yaml" <<-CASE
		case: there
		topology: chain-1
		traffic: {tcp: crafted, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100", "fc00:d:d000::2"], mode: inline}
		axes: {burst: [1, 2]}
		set: {src.b0.tx: off, "*.*.gro": off}
		expect:
		  - {kernel: ">=6.12 <6.13", when: {burst: 2}, fate: delivered, aggregation: {dst.a0: merged}}
		  - {fate: delivered}
	CASE
	"$HOPCHECK" explain "$WORK/unknown/there.yaml" $mine --budget 60 --json "$WORK/there.json" >"$WORK/there" 2>&1
	[ $? = 1 ] || complain "there: it ends with another code than 1: $(cat "$WORK/there")"
	for line in 'cell  *there burst=2' 'right  *delivered' 'kernels  *u wrong' 'on kernel  *u' '  not as asked  *delivered; .*expected merged'; do
		grep -q "^$line" "$WORK/there" || complain "there: no line '$line': $(cat "$WORK/there")"
	done
	grep -q '"explanation": {' "$WORK/there.json" || complain "there.json has no explanation of it"
	"$HOPCHECK" explain "$WORK/unknown/there.yaml" --only burst=1 $mine >"$WORK/there" 2>&1
	[ $? = 0 ] || complain "there: a cell that is right on both kernels: $(cat "$WORK/there")"
	! grep -q '^on kernel' "$WORK/there" || complain "there: what is right is explained"
	;;
esac

beside="no emulated kernel is cached"
kernel=$(scripts/kernels.sh --cached 2>/dev/null | tail -n 1)
if [ -n "$kernel" ] && command -v qemu-system-x86_64 >/dev/null; then
	beside="$(echo "$kernel" | cut -f 2) beside it"
	guest both 0 $mine --accel tcg --kernel "q=$(echo "$kernel" | cut -f 3),$(echo "$kernel" | cut -f 4)" --only mode=inline negative
	guest_has both PASS 22
	guest_says both '"machine": "uml"'
	guest_says both '"machine": "tcg"'
fi
[ $failures = 0 ] || exit 1
echo "11 cells; a panic, a warning, a hang, no boot, a killed runner; $beside"
