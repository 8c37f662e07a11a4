# shellcheck shell=sh
# End.BPF with the program of a section of an ELF object, beside its topology; what is wrong with it is said with its place.
set -u
. tests/shared.sh
needs clang clang
go_to_work
cat >topologies/end.c <<'END'
struct __sk_buff;
static long (*store_bytes)(struct __sk_buff *skb, unsigned offset, const void *from, unsigned length) = (void *)74;
static void *(*lookup)(void *map, const void *key) = (void *)1;
#define SECTION(name) __attribute__((section(name), used))
struct { int (*type)[2]; int *key; unsigned short *value; int (*max_entries)[1]; } tags SECTION(".maps"); /* an array */
char license_of_it[] SECTION("license") = "GPL";
SECTION("drop") int drop_it(struct __sk_buff *skb) { return 2; } /* BPF_DROP */
SECTION("tag") int tag_it(struct __sk_buff *skb) /* the tag of the SRH becomes 42; and there is a map */
{
	int key = 0;
	unsigned short *old = lookup(&tags, &key), tag = 0x2a00;
	if (!old || store_bytes(skb, 46, &tag, sizeof tag))
		return 2;
	return 0; /* BPF_OK */
}
SECTION("wild") int wild_it(struct __sk_buff *skb) { return *(int *)64; } /* no verifier takes it */
END
clang -O2 -g -target bpf -c topologies/end.c -o topologies/end.o 2>err || skip "no BPF from clang: $(head -n 1 err)"
topology() { # topology NAME PARAMETERS
	cat >"topologies/$1.yaml" <<-END
		topology: $1
		nodes:
		  src: {addresses: ["fc00:5::1"]}
		  r1: {sids: {"fc00:1::b": {behaviour: End.BPF, $2}}}
		  r2: {sids: {"fc00:2::6": {behaviour: End.DT6, table: main}}}
		  dst: {addresses: ["fc00:d::1"]}
		links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]
	END
}
run() { # run NAME EXPECT
	printf 'case: %s\ntopology: %s\ntraffic: {from: src, to: "fc00:d::1", mode: encap, segments: ["fc00:1::b", "fc00:2::6"]}\nexpect: %s\n' \
		"$1" "$1" "$2" >"cases/$1.yaml"
}
for section in tag drop wild; do topology $section "object: end.o, section: $section"; done
run tag '{fate: delivered, hops: {"r2.a0:in": {tag: 42}}, broken: [srh-fields]}'
run drop '{fate: dropped, at: r1, reason: program}'
run wild '{fate: delivered}'
# ---- files that are wrong
topology none 'object: gone.o, section: tag'
ends_with 2 check topologies/none.yaml
says 'topologies/none.yaml:4:'
says 'topologies/gone.o: No such file or directory; compile it with clang -O2 -target bpf -c'
topology none 'object: end.o'
ends_with 2 check topologies/none.yaml
says 'object needs section'
topology none 'object: ../end.o, section: tag'
ends_with 2 check topologies/none.yaml
says 'is not the name of a file beside the topology'
topology none 'section: tag'
ends_with 2 check topologies/none.yaml
says 'End.BPF needs object and section, or program, one of them'
topology none 'program: "b70000000000"'
ends_with 2 check topologies/none.yaml
says '6 octets are not 1 to 15 BPF instructions of 8 octets'
# ---- and what the kernel does with the right ones; only root, in no user namespace, can load them
"$HOPCHECK" run --json run.json tag drop >out 2>&1
case $? in
0) ;;
4) one_line out | grep -q 'load the program of End.BPF\|refuses seg6local action End.BPF\|no `encap seg6local`\|no SRv6' || complain "SKIP without a reason: $(cat out)" ;;
*) complain "tag and drop: $(cat out)" ;;
esac
if [ "$(id -u)" = 0 ] && grep -q '"PASS"' run.json; then
	ends_with 3 run wild
	grep -q 'endpoint object .*topologies/end.o section wild' out || complain "no word of the program: $(cat out)"
fi
exit $((failures > 0))
