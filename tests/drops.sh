# shellcheck shell=sh
# The kernel's own word on what it dropped: its reason and function in the cells where packets must end, none in cells where
# they arrive, each worker its own; and the same verdicts without it. Names of reasons are this kernel's: one that its BTF
# does not have is not asked for.
set -u
. tests/shared.sh
btf=/sys/kernel/btf/vmlinux
if [ "$(id -u)" != 0 ]; then
	echo "drop events are for root"
	exit 4
fi
run() { "$HOPCHECK" run -q --json "$@"; }
# One line a cell: its command, its fate, and node:reason:function:packet of each drop.
list() {
	awk -v quote='"' '
	function value() { sub(/^[^:]*: "?/, ""); sub(/"?,?$/, ""); gsub(/ /, "_"); return $0 }
	/^ +"command":/ { command = value() }
	/^ +"verdict": \{/ { fate = ""; verdict = 1 }
	/^ +"verdict": null/ { fate = "-" }
	verdict && /^ +"fate":/ { fate = value(); verdict = 0 }
	/^ +"drops": \[/ { drops = !/\]/; text = "" }
	drops && /^ +"node":/ { text = text " " value() }
	drops && /^ +"(reason|function|packet)":/ { text = text ":" value() }
	/^ +"drops_lost":/ { print command, fate text; drops = 0 }' "$1"
}

run "$WORK/first.json" --only why=bad-checksum negative
if ! grep -q '"drop-events": true' "$WORK/first.json"; then
	echo "no drop events here: $(grep -o '"drop-events": ".*' "$WORK/first.json")"
	exit 4
fi

# ---- reasons and functions: what the cells of `negative` and `negative-srh` must be told
has_reason() { grep -aq "SKB_DROP_REASON_$1" $btf; }
told() { # told CASE AXIS=VALUE NODE REASON FUNCTIONS: in both modes; FUNCTIONS as alternatives of a regular expression
	reason=null
	for name in $4 NOT_SPECIFIED; do
		[ $reason != null ] || ! has_reason "$name" || reason=$name
	done
	run "$WORK/told.json" --only "$2" ${6:+--only "$6"} "$1"
	list "$WORK/told.json" >"$WORK/told"
	[ "$(wc -l <"$WORK/told")" = 2 ] || complain "$1 $2: not 2 cells"
	grep -vE " dropped $3:$reason:($5):[^ ]*src_>_[^ ]*$" "$WORK/told" >"$WORK/other" &&
		complain "$1 $2: not told as $3:$reason:($5): $(cat "$WORK/other")"
}
# Which function is inlined into which, the compiler decides.
tcp='tcp_v6_rcv|tcp_v6_do_rcv|tcp_rcv_established'
end='input_action_end.*|seg6_local_input.*'
local='ipv6_rthdr_rcv|ipv6_srh_rcv'
told negative why=bad-checksum dst TCP_CSUM "$tcp"
told negative why=no-socket dst NO_SOCKET tcp_v6_rcv
told negative why=no-route r1 IP_INNOROUTES 'ip6_pkt_drop|ip6_pkt_discard'
told negative why=hop-limit r1 IP_INHDR ip6_forward
told negative why=cut-in-srh r1 PKT_TOO_SMALL 'ip6_rcv_core|ipv6_rcv'
told negative why=hmac-missing-host dst NOT_SPECIFIED "$local"
told negative why=hmac-missing-router r1 NOT_SPECIFIED "$end"
told negative why=seg6-disabled-host dst NOT_SPECIFIED "$local"
told negative why=segments-left-zero r1 NOT_SPECIFIED "$end"
for fault in left-beyond-last type-unknown longer-than-packet shorter-than-list; do
	told negative-srh fault=$fault dst NOT_SPECIFIED "$local" at=dst
	told negative-srh fault=$fault r1 NOT_SPECIFIED "$end" at=r1
done
grep -q 'the kernel freed it in tcp_v6' "$WORK/first.json" || complain "the sentence does not name the function"

# ---- the whole suite: silence where packets arrive, a word where the kernel dropped them, the same verdicts without
# How much GRO merges of a stream of TCP differs from run to run; where it may not, the cell expects it, and its outcome tells.
verdicts() { "$HOPCHECK" verdicts "$1" | sed -E 's/ [^ ]+:(in|out)=(none|merged|split)\>//g' | sort; }
run "$WORK/with.json" -j 2
run "$WORK/without.json" -j 2 --no-drop-events
for which in with without; do
	verdicts "$WORK/$which.json" >"$WORK/$which"
	list "$WORK/$which.json" >"$WORK/$which.drops"
done
# A verdict that an overloaded machine changed is not one that drop events change: that one does so again.
diff "$WORK/with" "$WORK/without" | sed -n 's/^[<>] \(.*\): [A-Z]* .*/\1/p' | sort -u >"$WORK/differ"
while read -r case axes; do
	only=''
	for axis in $axes; do only="$only --only $axis"; done
	# shellcheck disable=SC2086
	run "$WORK/one.json" -j 1 $only "$case" && run "$WORK/other.json" -j 1 --no-drop-events $only "$case"
	verdicts "$WORK/one.json" >"$WORK/one"
	verdicts "$WORK/other.json" | diff "$WORK/one" - || complain "drop events change verdicts: $case $axes"
done <"$WORK/differ"
grep -E 'run_[^ ]*controls[^ ]* delivered .' "$WORK/with.drops" && complain "drops where everything arrived"
# What waits for a neighbour is freed with its lab; a multicast router, a reset that is taken, and a blackhole tell of no drop;
# nor can one be told of a packet that has not even an IPv6 header, or of a frame that End.DX2 took out, which begins as Ethernet.
silent='service-gro|ipv4-next-hop|/l2vpn[a-z0-9-]*[.]yaml|mistake=(link-local-sid|uA-without-interface|absent-[a-z-]*|(before-)?multicast(-[a-z]*)?|reset|behind-own-end|is-last|decap-by-wrong-table|cut-in-ipv6) '
grep -E ' dropped$' "$WORK/with.drops" | grep -vE "$silent" && complain "dropped, and the kernel did not tell"
grep -E ' (dropped|delivered) .' "$WORK/without.drops" && complain "drops although they were not asked for"
grep -q '"drop-events": "--no-drop-events was given"' "$WORK/without.json" || complain "--no-drop-events is not said"

# ---- each worker gets its own lab's events
for workers in 1 4; do
	run "$WORK/$workers.json" -j $workers negative negative-srh final-host-encap controls-crafted
	list "$WORK/$workers.json" | sort >"$WORK/$workers"
done
cmp "$WORK/1" "$WORK/4" || complain "four workers got other events than one"

# ---- kept, and judged again
run "$WORK/kept.json" --keep "$WORK/kept" negative
"$HOPCHECK" judge --json "$WORK/again.json" "$WORK/kept" negative >"$WORK/table" || complain "judging again failed"
list "$WORK/kept.json" >"$WORK/kept.drops"
list "$WORK/again.json" | cmp - "$WORK/kept.drops" || complain "kept drops are not the ones that were seen"

# ---- what is missing is said, and nothing else changes
lacks() { # lacks WHAT: as WORK/out says; exit code of the run in $code
	[ "$code" = 0 ] || complain "$1: exit $code"
	grep -q "\"drop-events\": \"$2" "$WORK/out" || complain "$1 is not said: $(grep '"drop-events"' "$WORK/out")"
	[ "$(grep -c '"outcome":' "$WORK/out")" = 22 ] || complain "$1: not 22 cells"
	! grep -q '"drops": \[$' "$WORK/out" || complain "$1: cells with drops"
}
if unshare -m true 2>/dev/null; then
	unshare -m sh -c "mount -t tmpfs none /sys/kernel/btf && exec \"\$HOPCHECK\" run -q --json - negative" >"$WORK/out"
	code=$?
	lacks "no BTF" "$btf: No such file"
	unshare -m sh -c "mount --bind /dev/null /proc/kallsyms && exec \"\$HOPCHECK\" run -q --json - negative" >"$WORK/out"
	grep -q '"drop-functions": "/proc/kallsyms' "$WORK/out" || complain "no kallsyms is not said"
	grep -q '"function": null' "$WORK/out" || complain "without kallsyms there are functions"
	grep -q '"function": "' "$WORK/out" && complain "without kallsyms there are functions"
fi
copy=$WORK/copy # nobody may not be able to read the checkout
mkdir "$copy"
cp -r "$HOPCHECK" cases topologies "$copy"
chmod -R a+rX "$copy"
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if as_nobody unshare -Urnm true 2>/dev/null; then
	(cd "$copy" && as_nobody ./hopcheck run -q --json - negative) >"$WORK/out"
	code=$?
	lacks "no privilege" "a BPF map: Operation not permitted; .*run as root"
fi

[ $failures = 0 ] || exit 1
echo "$(grep -c ' dropped ' "$WORK/with.drops") cells with the kernel's word, $(wc -l <"$WORK/with") verdicts the same without"
