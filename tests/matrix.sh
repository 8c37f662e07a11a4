# shellcheck shell=sh
# Guests: one that runs cells, and those whose kernel panics, hangs, warns, lacks veth, has no IPv6 or does not boot, or
# for which KVM does not work: each is reported as what it is, and the other cells still run. Takes a kernel that
# scripts/kernels.sh has cached.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/shared.sh
needs qemu-system-x86_64 qemu-system-x86 bsdtar libarchive-tools
kernel=$(scripts/kernels.sh --cached 2>/dev/null | tail -n 1)
[ -n "$kernel" ] || skip "no kernel is cached: make kernels KERNELS=6.1"
image=$(echo "$kernel" | cut -f3)
modules=$(echo "$kernel" | cut -f4)
cases="--only mode=inline negative" # 11 cells
machine="--accel tcg"

# shellcheck disable=SC2086
cells_and_faults() {
	# As a kernel tree has them.
	mkdir -p "$WORK/tree/arch/x86/boot" "$WORK/mods/lib/modules"
	ln -s "$(dirname "$image")/vmlinuz" "$WORK/tree/arch/x86/boot/bzImage"
	ln -s "$modules" "$WORK/mods/lib/modules/"
	guest whole 0 --kernel "k=$WORK/tree,$WORK/mods" $cases
	# Why it was dropped, by the kernel's own word; the last kernel that is cached is the newest.
	case ${modules##*/} in # drop events have a reason from 5.17 on
	[1-4].* | 5.[0-9].* | 5.1[0-6].*) ;;
	*)
		guest_says whole '"reason": "TCP_CSUM"'
		guest_says whole '"function": "tcp_v6_'
		;;
	esac
	guest_has whole PASS 11
	guest_says whole '"machine": "tcg"'
	guest_says whole '"label": "k"'

	guest panic 1 --fault panic:5 --kernel "k=$image,$modules" $cases
	guest_has panic PASS 10
	guest_has panic FAIL 1
	guest_says panic 'the kernel died while this cell ran: .*Kernel panic\|the kernel died while this cell ran: .*sysrq'
	guest_says panic 'Call Trace\|panic'
	guest_says panic '"boots": 2'
	ls "$WORK"/panic.keep/k/console-1.txt >/dev/null || complain "panic: no console is kept"

	guest warn 1 --fault warn:5 --kernel "k=$image,$modules" $cases
	guest_has warn PASS 10
	guest_has warn FAIL 1
	guest_says warn 'the kernel warned while this cell ran, alone too: WARNING: CPU: 0 PID: 1 at a test of hopcheck'
	guest_says warn '"boots": 3'

	guest warn-once 0 --fault warn-once:5 --kernel "k=$image,$modules" $cases
	guest_has warn-once PASS 11
	guest_says warn-once 'The kernel warned while this cell ran among others, and not when it ran alone: WARNING: CPU: 0'

	# The same warning where the case documents it beside the cell's verdict, and where it documents another.
	for log in "a test of hopcheck" "something else"; do
		name=documented
		[ "$log" != "something else" ] || name=other
		mkdir -p "$WORK/case-$name/cases"
		ln -s "$PWD/topologies" "$WORK/case-$name/topologies"
		cat - cases/negative.yaml >"$WORK/case-$name/cases/negative.yaml" <<-EOF
			known:
			  - {when: {why: no-route}, fate: dropped, log: "$log", because: a test makes it, ref: this test}
		EOF
	done
	guest documented 0 --fault warn:5 --kernel "k=$image,$modules" --only mode=inline "$WORK/case-documented/cases/negative.yaml"
	guest_has documented PASS 10
	guest_has documented KNOWN 1
	guest_says documented 'The kernel warned, which is documented: a test makes it.'
	guest_says documented '"boots": 1'
	guest other 1 --fault warn:5 --kernel "k=$image,$modules" --only mode=inline "$WORK/case-other/cases/negative.yaml"
	guest_has other PASS 10
	guest_has other FAIL 1

	guest hang 3 --silence 20 --fault hang:5 --kernel "k=$image,$modules" $cases
	guest_has hang PASS 10
	guest_has hang BROKEN 1
	guest_says hang 'the guest hung: it said nothing for 20 s while this cell ran'
	[ $failures = 0 ]
}
# shellcheck disable=SC2086
what_is_missing() {
	mkdir -p "$WORK/modules"
	cp -r "$modules/." "$WORK/modules"
	find "$WORK/modules" -name 'veth.ko*' -delete
	sed -i '/veth\.ko/d' "$WORK/modules/modules.dep"
	guest noveth 4 --kernel "k=$image,$WORK/modules" $cases
	guest_has noveth SKIP 11
	guest_says noveth 'this kernel .*veth\|Unknown device type'

	guest noipv6 4 --append ipv6.disable=1 --kernel "k=$image,$modules" --only mode=inline negative-srh
	guest_says noipv6 'this kernel has no SRv6'

	guest noboot 3 --timeout 15 --append rdinit=/nowhere --memory 128 --kernel "k=$image,$modules" $cases
	guest_has noboot BROKEN 11
	guest_says noboot 'the kernel did not come up: it died: .*Kernel panic\|the kernel did not come up: it died: .*not syncing'

	# Another QEMU, by its path: no igb; no driver for what it has. A program that cannot list its NICs is not a QEMU.
	qemu=$(command -v qemu-system-x86_64)
	cat >"$WORK/no igb" <<-EOF
		#!/bin/sh
		case "\$*" in
		--version) echo "QEMU emulator version 6.0.50 (a test)" ;;
		"-device help") "$qemu" -device help | grep -v '"igb"' ;;
		*) exec "$qemu" "\$@" ;;
		esac
	EOF
	printf '#!/bin/sh\ncase $1 in --version) echo QEMU ;; *) echo "no modules" >&2; kill -6 $$ ;; esac\n' >"$WORK/no help"
	chmod +x "$WORK/no igb" "$WORK/no help"
	cp -r "$modules/." "$WORK/modules"
	find "$WORK/modules" -name 'e1000.ko*' -delete
	sed -i '/\/e1000\.ko/d' "$WORK/modules/modules.dep"
	guest noigb 4 --qemu "$WORK/no igb" --kernel "k=$image,$WORK/modules" --only mode=plain --only offload=none \
		--only src.b0.model=igb nic-tx
	guest_says noigb 'needs igb NICs: QEMU 6.0.50 offers no igb'
	guest_says noigb '"qemu": "6.0.50"'
	grep -q 'tcg, QEMU 6.0.50: 1 cell' "$WORK/noigb" || complain "noigb: no version: $(cat "$WORK/noigb")"
	guest nodriver 4 --kernel "k=$image,$WORK/modules" --only mode=plain --only offload=none --only src.b0.model=e1000 nic-tx
	guest_says nodriver 'needs e1000 NICs: this kernel has no driver e1000'
	"$HOPCHECK" matrix --qemu "$WORK/no help" --kernel "k=$image,$modules" nic-tx >"$WORK/nohelp" 2>&1
	[ $? = 3 ] && grep -q 'no help -device help` fails (signal 6): no modules' "$WORK/nohelp" || complain "no help: $(cat "$WORK/nohelp")"
	"$HOPCHECK" matrix --qemu "$WORK/none" --kernel "k=$image,$modules" negative >"$WORK/none.out" 2>&1
	[ $? = 3 ] && grep -q 'cannot run .*/none: No such file or directory; install' "$WORK/none.out" || complain "none: $(cat "$WORK/none.out")"

	# A processor that stops at the kernel's first instruction, behind a warning of QEMU's own.
	mkdir "$WORK/triple.bin"
	cat >"$WORK/triple.bin/qemu-system-x86_64" <<-EOF
		#!/bin/sh
		echo "qemu-system-x86_64: warning: TCG doesn't support requested feature" >&2
		exit 0
	EOF
	chmod +x "$WORK/triple.bin/qemu-system-x86_64"
	PATH=$WORK/triple.bin:$PATH guest triple 3 --kernel "k=$image,$modules" $cases
	guest_says triple 'the kernel did not come up: the machine was reset before the kernel wrote to its console'
	[ $failures = 0 ]
}
# A guest takes one CPU.
cells_and_faults >"$WORK/cells-and-faults" 2>&1 &
cells_and_faults=$!
(what_is_missing) || failures=1
wait $cells_and_faults || failures=1
cat "$WORK/cells-and-faults"
# KVM that is there, with a QEMU that ends under it, one that hangs, and one that works (with TCG, by another name) for the
# first kernel alone.
kvm="not tried: no /dev/kvm here"
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
	machine="" kvm="that ends, hangs, works once"
	mkdir "$WORK/bin"
	cat >"$WORK/bin/qemu-system-x86_64" <<-EOF
		#!/bin/bash
		arguments=" \$* "
		if [[ \$arguments == *" -accel kvm "* ]]; then
			echo >>"$WORK/calls"
			calls=\$(wc -l <"$WORK/calls")
			case \$KVM in
			ends) echo "no such CPU" >&2; exit 1 ;;
			hangs) exec sleep 1000 ;;
			once) [ \$calls = 1 ] || { echo "once was enough" >&2; exit 1; } ;;
			esac
		fi
		for word; do
			shift
			case \$word in kvm) word=tcg ;; host) word=max ;; esac
			set -- "\$@" "\$word"
		done
		exec $(command -v qemu-system-x86_64) "\$@"
	EOF
	chmod +x "$WORK/bin/qemu-system-x86_64"
	PATH=$WORK/bin:$PATH
	for KVM in ends hangs once; do
		export KVM
		: >"$WORK/calls"
		second=""
		[ $KVM != once ] || second="--kernel b=$image,$modules"
		# shellcheck disable=SC2086
		guest "$KVM" 0 --kernel "a=$image,$modules" $second $cases
	done
	guest_has ends PASS 11
	guest_has hangs PASS 11
	guest_has once PASS 22
	slow=""
	grep -q 'a: does not come up under KVM: it said nothing within 5 s' "$WORK/once" && slow=", but slower than its trial allows"
	grep -q 'a: does not come up under KVM: the guest ended (QEMU: no such CPU); going on with TCG' "$WORK/ends" ||
		complain "ends: $(cat "$WORK/ends")"
	grep -q 'a: does not come up under KVM: it said nothing within 5 s; going on' "$WORK/hangs" ||
		complain "hangs: $(cat "$WORK/hangs")"
	[ -n "$slow" ] || grep -q 'b: does not come up under KVM: .*once was enough' "$WORK/once" || complain "once: $(cat "$WORK/once")"
	kvm="$kvm$slow"
	for pair in ends:0 hangs:0 once:$([ -n "$slow" ] && echo 0 || echo 1); do
		on_kvm=$(grep -c '"machine": "kvm"' "$WORK/${pair%:*}.json")
		[ "$on_kvm" = "${pair#*:}" ] || complain "${pair%:*}: $on_kvm kernels ran under KVM, not ${pair#*:}"
	done
fi
head -c 100000 /dev/urandom >"$WORK/image"
"$HOPCHECK" matrix --kernel "$WORK/image" negative >"$WORK/noimage" 2>&1
[ $? = 2 ] && grep -q "neither a bzImage" "$WORK/noimage" || complain "a file that is no image: $(cat "$WORK/noimage")"
[ $failures = 0 ] || exit 1
echo "a guest that ran 11 cells; a panic, a warning, a hang, no veth, no IPv6, no boot: each said, the rest run; KVM: $kvm"
