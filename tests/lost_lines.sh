# shellcheck shell=sh
# What was asked for is what runs: where a kind of line never comes to the kernel, or comes changed, no cell that needs it
# has a verdict, whatever `ip` and the write() said.
set -u
ip=$(command -v ip)
mkdir "$WORK/bin" "$WORK/cases" "$WORK/topologies"
cp topologies/chain-1.yaml "$WORK/topologies"
cat >"$WORK/topologies/shared.yaml" <<END
topology: shared
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1: {sids: {"fc00:1::1": {behaviour: End, flavors: [psp]}, "fc00:1::2": {behaviour: End.X, nh6: dst},
              "fc00:1::3": {behaviour: End, flavors: [usd]}, "fc00:1::4": {behaviour: End.DX4, nh4: "10.0.0.2"}},
       routes: {"fc00:9::/64": {via: dst, table: 7}}}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]
END
cat >"$WORK/cases/shared.yaml" <<END
case: shared
topology: shared
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1"}
axes:
  mode: [plain, inline]
  by: {psp: {segments: ["fc00:1::1"]}, x: {segments: ["fc00:1::2", "fc00:d:d000::2"]}}
expect: {fate: delivered}
END
cat >"$WORK/cases/refused.yaml" <<END
case: refused
topology: shared
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", mode: inline}
axes:
  by: {psp: {segments: ["fc00:1::1"]}, usd: {segments: ["fc00:1::3", "fc00:d:d000::2"]}}
expect: {fate: delivered}
END
failures=0
complain() {
	failures=$((failures + 1))
	echo "$*"
	head -c 2000 "$WORK/out" | sed 's/^/    /'
}
count() { grep -c "\"outcome\": \"$1\"" "$WORK/out"; }
run() { "$HOPCHECK" run --ip -j 2 -q --json - "$@" >"$WORK/out" 2>"$WORK/err"; }
cat >"$WORK/cases/crafted.yaml" <<END
case: crafted
topology: shared
traffic: {tcp: crafted, mode: plain, from: src, to: "fc00:d:d000::1"}
expect: {fate: delivered}
END
case=shared cells=4
# The cells of a case with an `ip` whose lines go through sed: so many are BROKEN and the others PASS.
loses() { # WHAT BROKEN SED-SCRIPT [WHY]
	printf '#!/bin/sh\nsed -E '\''%s'\'' | %s "$@"\n' "$3" "$ip" >"$WORK/bin/ip"
	chmod +x "$WORK/bin/ip"
	(PATH="$WORK/bin:$PATH" && run "$WORK/cases/$case.yaml")
	[ "$(count BROKEN) $(count PASS)" = "$2 $((cells - $2))" ] ||
		complain "$1: $(count BROKEN) BROKEN and $(count PASS) PASS of $cells, not $2 BROKEN"
	[ -z "${4:-}" ] || grep -qF "$4" "$WORK/out" || complain "$1: nobody says '$4'"
}
loses nothing 0 ''
# ---- lost
loses "traffic routes" 2 '/encap seg6 /d' 'encap seg6 is missing'
loses "plain routes" 4 '/^route replace fc00:d:d000::1/d' "the kernel does not hold it"
loses SIDs 4 '/encap seg6local/d' 'the kernel does not hold it'
loses addresses 4 '/^addr add fc00/d' 'the kernel does not hold it'
loses "link addresses" 4 '/^addr add fd00/d' 'the kernel does not hold it'
loses neighbours 4 '/^neigh/d' 'the kernel does not hold it'
loses links 4 '/^link add/d' 'the kernel does not hold it'
loses "routes of another table" 4 '/ table 7$/d' 'the kernel does not hold it'
case=crafted cells=1
loses "nothing of crafted" 0 ''
loses blackholes 1 '/blackhole/d' 'the kernel does not hold it'
case=shared cells=4
loses "links that are up" 4 '/^link set dev [ab]0 /d' 'up is no, not yes'
# ---- changed
loses "the mode" 2 's/mode inline/mode encap/' 'mode is encap, not inline'
loses "a segment" 1 's/segs fc00:1::1/segs fc00:1::2/' 'segs is fc00:1::2, not fc00:1::1'
loses "a flavor" 4 's/ flavors psp//' 'flavors psp is missing'
loses "a flavor more" 4 's/action End\.X/& flavors next-csid/; s/(flavors next-csid) (nh6 [^ ]*)/\2 \1/' 'was not asked for'
loses "an action" 4 's/action End\.X nh6 [^ ]*/action End/' 'action is End, not End.X'
loses "a next hop" 4 's/(End\.X nh6) [^ ]*/\1 fd00::9/' 'nh6 is fd00::9, not fd00:1:2::2'
loses "a table" 4 's/ table 7$//' 'the kernel does not hold it'
loses "an MTU" 4 's/mtu 1500/mtu 1400/' 'mtu is 1400, not 1500'
loses "a MAC address" 4 's/lladdr 02/lladdr 06/' 'lladdr is 06'
loses "a device" 4 's/dev lo nodad/dev b0 nodad/' 'dev is b0, not lo'
loses "DAD" 4 's/ nodad//' 'nodad is no, not yes'
# ---- our own mistake is not a missing kernel feature
loses "an interface's name" 4 's/dev b0/dev b1/' 'Cannot find device'
loses "a word" 4 's/action End\.X/action End.Y/' 'the kernel does not hold it'
# ---- without --ip the same requests are made, and only what the kernel refuses is left to `ip`
printf '#!/bin/sh\ncat >>%s\nexit 1\n' "$WORK/called" >"$WORK/bin/ip"
PATH="$WORK/bin:$PATH" "$HOPCHECK" run -j 2 -q --json - "$WORK/cases/shared.yaml" >"$WORK/out" 2>"$WORK/err"
[ "$(count PASS)" = 4 ] || complain "without --ip: not 4 PASS"
! grep -v ' flavors usd dev ' "$WORK/called" || complain "without --ip: \`ip\` got these lines"
# ---- what the kernel refuses when asked without ip is not here, and only for the cells that need it
run "$WORK/cases/refused.yaml"
[ "$(count SKIP) $(count PASS)" = "1 1" ] || complain "usd: not one SKIP and one PASS"
grep -q '"why": "r1: this kernel refuses seg6local End flavors usd"' "$WORK/out" || complain "usd: not named"
# ---- sysctls
done='lines of ip'
cc=$(command -v "${CC:-gcc}" || command -v cc)
if [ -n "$cc" ]; then
	cat >"$WORK/lose.c" <<'END'
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
ssize_t write(int fd, const void *data, size_t length)
{
	ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
	char link[64], path[256] = "";
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof path - 1) > 0 && strncmp(path, "/proc/sys/net/ipv6", 18) == 0)
		return (ssize_t)length;
	return real(fd, data, length);
}
END
	"$cc" -D_GNU_SOURCE -shared -fPIC -o "$WORK/lose.so" "$WORK/lose.c" -ldl || exit 1
	(
		export LD_PRELOAD="$WORK/lose.so" ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
		run "$WORK/cases/shared.yaml"
	)
	[ "$(count BROKEN)" = 4 ] || complain "sysctls: not 4 BROKEN"
	grep -q 'sysctl net.ipv6.conf.all.seg6_enabled=1`: it is 0, not 1' "$WORK/out" || complain "sysctls: not named"
	done="$done, sysctls"
fi
[ $failures = 0 ] || exit 1
echo "lost or changed, each is BROKEN: $done"
