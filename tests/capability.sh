# shellcheck shell=sh
# What a machine cannot do comes out as SKIP or as an error that says what to do, and never as PASS. Each lack is made in
# namespaces of the test's own; the machine's settings stay as they are.
set -u
copy=$WORK/copy # an ordinary user may not be able to read the checkout
mkdir "$copy"
cp -r "$HOPCHECK" cases topologies "$copy"
chmod -R a+rX "$copy"
chmod a+rwx "$WORK"
HOPCHECK=$copy/hopcheck
export HOPCHECK
cd "$copy" || exit 1
failures=0 parts='' left=''
complain() {
	failures=$((failures + 1))
	echo "$*"
	sed 's/^/    /' "$WORK/err"
}
count() { grep -c "\"outcome\": \"$1\"" "$WORK/out"; }
# Exit code (4: nothing ran), and how many cells came out how: "0 SKIP=24 PASS=0"
came_out() {
	code=$1
	wanted=$2
	shift 2
	[ "$code" = "$wanted" ] || complain "exit $code, not $wanted"
	for pair in "$@"; do
		[ "$(count "${pair%=*}")" = "${pair#*=}" ] || complain "$(count "${pair%=*}") cells are ${pair%=*}, not $pair"
	done
}
# So many cells say why.
why() { [ "$(grep -cF "\"why\": \"$2" "$WORK/out")" = "$1" ] || complain "not $1 cells say: $2: $(grep '"why"' "$WORK/out")"; }
if unshare -m true 2>/dev/null; then
	private() { unshare -m "$@"; }
else
	private() { unshare -Urm "$@"; }
fi
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	other=yes
else
	as_user() { "$@"; }
	other=no
fi
# Commands in a mount namespace that first hides something; nothing is run when it cannot be hidden.
hidden() { private sh -c "$1 && exec \"\$HOPCHECK\" run -j 2 -q --json - $2" >"$WORK/out" 2>"$WORK/err"; }

cat >topologies/pair.yaml <<END
topology: pair
nodes: {a: {}, r: {sids: {"fc00:1::100": End}}, b: {addresses: "fc00:b::1"}}
links: [{ends: [a.e, r.w], kind: nic-model}, {ends: [r.e, b.w]}]
END
cat >cases/mixed.yaml <<END
case: mixed
topology: chain-1
traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"]}
set: {r1.service.checksum: complete, "*.*.tso": off, "*.*.gro": off}
axes: {r1.service: ["off", packet, tun]}
expect: {fate: delivered}
END
for feature in hmac tun; do
	cat >cases/needs-$feature.yaml <<END
case: needs-$feature
topology: chain-1
needs: $feature
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1"}
expect: {fate: delivered}
END
done
cat >cases/lro.yaml <<END
case: lro
topology: chain-1
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1"}
axes: {dst.a0.lro: [on, off]}
expect: {fate: delivered}
END
cat >cases/tso.yaml <<END
case: tso
topology: pair
traffic: {tcp: kernel, from: a, to: "fc00:b::1"}
axes: {a.e.tso: [on, off]}
expect: {fate: delivered}
END

if private true 2>/dev/null; then
	# ---- /dev/net/tun is not there
	if [ -e /dev/net/tun ]; then hide='mount -t tmpfs none /dev/net'; else hide=:; fi
	hidden "$hide" "nic-driver service-tun"
	came_out $? 4 SKIP=56 PASS=0 KNOWN=0
	why 56 "needs tun: /dev/net/tun: No such file or directory; run as root, or let users open it: \`sudo chmod 666 "
	hidden "$hide" "mixed needs-tun"
	came_out $? 0 SKIP=2 PASS=2
	why 2 "needs tun: "
	# ---- it is there and does not work: that says nothing about the kernel
	if [ -e /dev/net/tun ]; then
		hidden 'mount --bind /dev/null /dev/net/tun' "nic-driver --only tcp=crafted"
		came_out $? 3 BROKEN=16 PASS=0
	fi
	parts="$parts tun missing,"
	# ---- a kernel without SRv6, or with SRv6 and without HMAC
	all=/proc/sys/net/ipv6/conf/all
	hidden "mount -t tmpfs none $all" "final-host --only mode=inline --only src.b0.tx=on"
	came_out $? 4 SKIP=6 PASS=0 KNOWN=0
	why 6 "needs seg6: $all/seg6_enabled: No such file or directory; this kernel has no SRv6"
	hidden "mount -t tmpfs none $all" needs-hmac
	came_out $? 4 SKIP=1 PASS=0
	why 1 "needs hmac: $all/seg6_require_hmac: No such file or directory; this kernel was built without"
	parts="$parts no seg6,"
	# ---- a setting that does not take: a veth has no LRO, the NIC model no TSO
	"$HOPCHECK" run -q --json - lro >"$WORK/out" 2>"$WORK/err"
	came_out $? 0 SKIP=1 PASS=1
	why 1 "dst: \`ethtool -K a0 lro on\`: Operation not supported"
	if [ -r /dev/net/tun ] && [ -w /dev/net/tun ]; then
		"$HOPCHECK" run -q --json - tso >"$WORK/out" 2>"$WORK/err"
		came_out $? 0 SKIP=1 PASS=1
		parts="$parts offload refused,"
	fi
else
	left="$left, mount namespaces are not allowed"
fi

# ---- a user may not open /dev/net/tun
if [ $other = yes ] && unshare -m true 2>/dev/null && [ -e /dev/net/tun ] && as_user unshare -Ur true 2>/dev/null; then
	: >"$WORK/closed"
	chmod 0 "$WORK/closed"
	unshare -m sh -c "mount --bind '$WORK/closed' /dev/net/tun && exec setpriv --reuid=65534 \
		--regid=65534 --clear-groups '$HOPCHECK' run -j 2 -q --json - nic-driver mixed" >"$WORK/out" 2>"$WORK/err"
	came_out $? 0 SKIP=33 PASS=2 KNOWN=0
	why 33 "needs tun: /dev/net/tun: Permission denied; run as root, or let users open it: \`sudo chmod 666 "
	parts="$parts tun closed,"
fi

# ---- user namespaces are not allowed: their number is 0 in a user namespace of the test's own, without capabilities there
if unshare -Ur true 2>/dev/null; then
	refuse='echo 0 >/proc/sys/user/max_user_namespaces && ! unshare -U true 2>/dev/null &&
		exec setpriv --bounding-set=-all --inh-caps=-all'
	unshare -Ur sh -c "$refuse '$HOPCHECK' run --json - final-host" >"$WORK/out" 2>"$WORK/err"
	code=$?
else
	as_user "$HOPCHECK" run --json - final-host >"$WORK/out" 2>"$WORK/err"
	code=$?
fi
came_out $code 3 PASS=0 KNOWN=0 SKIP=0
grep -q 'run as root, or allow' "$WORK/err" || complain "no word on what to do without user namespaces"
[ ! -s "$WORK/out" ] || complain "results without a worker: $(head -c 300 "$WORK/out")"

[ $failures = 0 ] || exit 1
echo "SKIP or an error:$parts no user namespaces$left"
