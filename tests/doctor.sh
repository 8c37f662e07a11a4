# shellcheck shell=sh
# What is missing on a machine, and the mistakes of nodes that are set up by hand: each is found, and gone when it is mended.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/shared.sh
unshare -Urn true 2>/dev/null || skip "no user namespaces for a node"

# on LINES: as root of a network namespace of its own.
on() {
	unshare -Urn sh -c "set -e
		ip link set lo up
		ip link add a0 type veth peer name b0
		ip link set a0 up
		ip link set b0 up
		$1
		exec \"\$0\" doctor --netns /proc/self/ns/net" "$HOPCHECK" >"$WORK/out" 2>&1
	code=$?
}
finds() { # finds CODE TEXT LINES
	on "$3"
	[ $code = "$1" ] || complain "$3: exit $code: $(cat "$WORK/out")"
	grep -q -- "$2" "$WORK/out" || complain "$3: nothing says '$2': $(cat "$WORK/out")"
}
sid="ip -6 route add fc00:1::100 encap seg6local action End dev b0"
forwards="sysctl -qw net.ipv6.conf.all.forwarding=1"
if ! unshare -Urn sh -c "ip link add a0 type veth peer name b0 && ip link set b0 up && $sid" 2>"$WORK/err"; then
	skip "no seg6local here: $(cat "$WORK/err")"
fi
finds 0 'nothing is found' :
finds 1 'mistake   forwarding-off: SID fc00:1::100/128 (End) sends packets on' "$sid"
finds 1 'sysctl -w net.ipv6.conf.all.forwarding=1' "$sid"
finds 0 '1 SID, 0 routes' "$sid; $forwards"
finds 1 'mistake   sid-is-address' "$sid; $forwards; ip -6 address add fc00:1::100/128 dev a0 nodad"
finds 1 'mistake   no-route-to-segment: route fc00:d::/64 (encap)' \
	"ip -6 route add fc00:d::/64 encap seg6 mode encap segs fc00:2::1 dev a0"
finds 1 'mistake   segment-by-itself' "ip -6 route add fc00::/16 encap seg6 mode encap segs fc00:2::1 dev a0"
finds 0 'hint      mtu: route fc00:d::/64 (encap) adds 64 octets: packets of more than 1436' \
	"ip -6 route add fc00:d::/64 encap seg6 mode encap segs fc00:2::1 dev a0; ip -6 route add fc00:2::/64 dev a0"
finds 1 'mistake   seg6-enabled-halved: .* 0 of all and 1 of a0' "sysctl -qw net.ipv6.conf.a0.seg6_enabled=1"
finds 1 'mistake   table-is-empty' "$forwards; ip -6 route add fc00:1::6 encap seg6local action End.DT6 table 100 dev b0"
finds 0 'deviation pmtu-of-inserted-srh' \
	"ip -6 route add fc00:d::/64 encap seg6 mode inline segs fc00:2::1 dev a0; ip -6 route add fc00:2::/64 dev a0"

"$HOPCHECK" doctor --json "$WORK/doctor.json" >"$WORK/out" 2>&1
code=$?
case $code in
0 | 1) ;;
*) complain "doctor: exit $code: $(cat "$WORK/out")" ;;
esac
for row in namespaces seg6 inline drop-events ip ethtool open-files; do
	grep -qE "^  (ok|part|no) +$row( |$)" "$WORK/out" || complain "nothing of $row: $(cat "$WORK/out")"
	grep -q "\"name\": \"$row\"" "$WORK/doctor.json" || complain "JSON has nothing of $row"
done
grep -q '^  ok   namespaces' "$WORK/out" || complain "tests run here, and it says they cannot: $(cat "$WORK/out")"
mkdir "$WORK/empty" # hopcheck looks in /sbin too, where `ip` is
PATH=$WORK/empty "$HOPCHECK" doctor >"$WORK/out" 2>&1
grep -q '^  part tcpdump .*apt-get install tcpdump' "$WORK/out" || complain "without tcpdump: $(cat "$WORK/out")"
"$HOPCHECK" doctor --netns no-such-one >"$WORK/out" 2>&1
[ $? = 3 ] && grep -q 'no-such-one: No such file or directory; `ip netns list`' "$WORK/out" || complain "no such: $(cat "$WORK/out")"
[ $failures = 0 ] || exit 1
echo "mistakes are found and mended; the machine is looked at"
