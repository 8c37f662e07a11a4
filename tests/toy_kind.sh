# shellcheck shell=sh
# A kind of link, with a model of a NIC, and a kind of device are a file and a row each, and so are a transport and its
# sockets: added to a copy of the tree, which is built, and whose files, cases, hops and reasons know them then.
set -eu
export LC_ALL=C
built=$(dirname "$HOPCHECK")
if ! command -v "${CC:-gcc}" >/dev/null || ! command -v make >/dev/null; then
	echo "no compiler or make here"
	exit 4
fi
if grep -q __asan_init "$HOPCHECK"; then
	echo "the objects of $built are for sanitizers"
	exit 4
fi
if ! [ -r /dev/net/tun ] || ! [ -w /dev/net/tun ]; then
	echo "/dev/net/tun cannot be opened"
	exit 4
fi
tree=$WORK/tree
mkdir "$tree" "$WORK/cases" "$WORK/topologies"
cp -a Makefile include harness scripts "$tree"
cp -a "$built" "$tree/build"

cat >"$tree/harness/kind/link/toy.c" <<'EOF'
/* toy: TAP devices joined in user space, with NICs of its own. */
#include <stdio.h>

#include "link.h"

static bool write_sum(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                      char complaint[COMPLAINT_SIZE])
{
	size_t start = offload->csum_start, at = start + offload->csum_offset;
	uint16_t sum = (uint16_t)~sum_fold(sum_add(0, (struct bytes){ frame + start, length - start }));

	(void)complaint;
	frame[at] = (uint8_t)(sum >> 8);
	frame[at + 1] = (uint8_t)sum;
	return true;
}

static bool write_nothing(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                          char complaint[COMPLAINT_SIZE])
{
	(void)offload;
	(void)frame;
	snprintf(complaint, COMPLAINT_SIZE, "%zu octets are too many for a toy", length);
	return false;
}

static const struct nic_model models[] = {
	{ "toy-diligent", "writes each sum", .transmit = write_sum },
	{ "toy-lazy", "writes none", .transmit = write_nothing },
};

static bool carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                  char complaint[COMPLAINT_SIZE])
{
	bool partial = offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	bool fine = !partial || sender->transmit(offload, frame, length, complaint);

	*offload = (struct virtio_net_hdr){ 0 };
	return fine;
}

static void port_lines(struct lines *lines, const struct port_plan *port)
{
	LINE(lines, port->node, TOOL_IP, "tuntap add dev %s mode tap vnet_hdr", port->name);
	struct command *line = LINE(lines, port->node, TOOL_IP, "link set dev %s address %s mtu %u", port->name,
	                            port->mac, port->mtu);
	facts_add(line_leaves(line, port->node, THING_LINK, text_copy(port->name)), "address", "%s", port->mac);
}

const struct link_kind link_toy = {
	.word = "toy",
	.about = "a toy",
	.ports = 4,
	.models = models,
	.model_count = COUNT(models),
	.needs = 1U << FEATURE_TUN,
	.port = port_lines,
	.carry = carry,
};
EOF
cat >"$tree/harness/kind/device/toy.c" <<'EOF'
/* toy: a service that sends on what is small. */
#include <stdio.h>

#include "device.h"

static void lines(struct lines *lines, const struct device_plan *device)
{
	blackhole_line(lines, device->node, device->sid);
}

static bool process(const struct device *device, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE])
{
	(void)device;
	snprintf(complaint, COMPLAINT_SIZE, "%zu octets are too many for a toy", length);
	return length < 1000 && frame_advance(frame, length);
}

const struct device_kind device_toy = {
	.word = "toy",
	.about = "a toy",
	.serves = true,
	.takes = DEVICE_SID,
	.lines = lines,
	.input = INPUT_CAPTURE,
	.process = process,
};
EOF
# The one of the unit tests, whose table it is in.
{
	printf '#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n\n#include "loss.h"\n#include "transport.h"\n\n'
	sed -n '/^enum { UDP_SIZE/,/^const struct transport \*const transport_table/p' harness/kind/transport/testing.h |
		sed '$d; s/^static const struct transport toy = /const struct transport transport_toy = /'
} >"$tree/harness/kind/transport/toy.c"
cat >"$tree/harness/probe/toy.c" <<'EOF'
/* toy: a socket that receives the datagrams; each says where in the data its octets are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

static int toy_open(struct play *play, struct error *err)
{
	const struct traffic *traffic = &play->plan->traffic;
	struct sockaddr_storage name;
	socklen_t length = address_socket(&traffic->to, (uint16_t)traffic->own[0], &name);
	int *fd = play->sockets = zalloc(sizeof *fd);

	play->trace->client.used = play->trace->server.used = true;
	lab_enter(play->probe->lab, play->plan->to);
	*fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	lab_enter(play->probe->lab, NOT_FOUND);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&name, length) < 0)
		return fail(err, "a toy socket: %s", strerror(errno));
	play->trace->server.established = true;
	return 0;
}

static void toy_step(struct play *play)
{
	static uint8_t octets[PATTERN_CHUNK];
	struct endpoint *server = &play->trace->server;
	ssize_t got;

	while ((got = recv(*(int *)play->sockets, octets, sizeof octets, 0)) > 4) {
		size_t at = (size_t)octets[0] << 24 | (size_t)octets[1] << 16 | (size_t)octets[2] << 8 | octets[3];
		server->mangled |= memcmp(octets + 4, pattern_at(at), (size_t)got - 4) != 0;
		server->received += (uint64_t)got - 4;
		play->moved = true;
	}
}

static enum progress_state toy_state(struct play *play)
{
	(void)play;
	return STATE_DONE;
}

static void toy_close(struct play *play)
{
	close(*(int *)play->sockets);
	free(play->sockets);
}

const struct player toy_player = {
	.word = "toy",
	.open = toy_open,
	.step = toy_step,
	.state = toy_state,
	.close = toy_close,
};
EOF
echo 'ROW(link_toy)' >>"$tree/harness/kind/link/rows.h"
echo 'ROW(device_toy)' >>"$tree/harness/kind/device/rows.h"
echo 'ROW(transport_toy)' >>"$tree/harness/kind/transport/rows.h"
echo 'ROW(toy_player)' >>"$tree/harness/probe/players.h"

# Nothing else differs.
{ diff -r include "$tree/include"; diff -r harness "$tree/harness"; } | sed "s|$tree/||" |
	grep -v '^[0-9]*a[0-9]*$' | sort >"$WORK/differs" || true
cat >"$WORK/wanted" <<'EOF'
> ROW(device_toy)
> ROW(link_toy)
> ROW(toy_player)
> ROW(transport_toy)
Only in harness/kind/device: toy.c
Only in harness/kind/link: toy.c
Only in harness/kind/transport: toy.c
Only in harness/probe: toy.c
diff -r harness/kind/device/rows.h harness/kind/device/rows.h
diff -r harness/kind/link/rows.h harness/kind/link/rows.h
diff -r harness/kind/transport/rows.h harness/kind/transport/rows.h
diff -r harness/probe/players.h harness/probe/players.h
EOF
diff "$WORK/wanted" "$WORK/differs" || { echo "more than a file and a row a kind"; exit 1; }
make -C "$tree" B=build WERROR=1 all >"$WORK/make" 2>&1 || { cat "$WORK/make"; exit 1; }

cat >"$WORK/topologies/toys.yaml" <<'EOF'
topology: toys
nodes:
  src: {}
  r1:  {service: {kind: toy, sid: "fc00:1::5"}}
  dst: {addresses: "fc00:d::1"}
links:
  - {ends: [src.b0, r1.a0], kind: toy}
  - {ends: [r1.b0, dst.a0]}
EOF
cat >"$WORK/cases/toys.yaml" <<'EOF'
case: toys
topology: toys
traffic: {tcp: crafted, mode: inline, from: src, to: "fc00:d::1", segments: ["fc00:1::5"], checksum: partial}
axes:
  src.b0.model: [toy-diligent, toy-lazy]
  payload: [100, 1200]
expect:
  - when: {src.b0.model: toy-lazy, payload: 100}
    verdict: {fate: dropped, at: dst, reason: tcp-csum, complaint: too many for a toy, bad_checksums: [r1.a0, "r1.b0:out", dst.a0]}
  - when: {payload: 1200}
    verdict: {fate: dropped, at: r1, reason: service, complaint: too many for a toy}
  - {fate: delivered}
EOF
# More ends than two are the row's to say: here all nodes are on one link.
cat >"$WORK/topologies/toy-lan.yaml" <<'EOF'
topology: toy-lan
nodes:
  src: {}
  r1:  {sids: {"fc00:1::100": End}}
  r2:  {sids: {"fc00:2::100": End}}
  dst: {addresses: "fc00:d:d000::1"}
links:
  - {ends: [src.a0, r1.a0, r2.a0, dst.a0], kind: toy, mtu: 1400, addresses: ["fc00:4::1", "fc00:4::2", "fc00:4::3", "fc00:4::4"]}
EOF
cat >"$WORK/cases/toy-lan.yaml" <<'EOF'
case: toy-lan
topology: toy-lan
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100", "fc00:2::100"]}
axes:
  mode: [plain, inline]
  tcp: [kernel, crafted]
expect: {fate: delivered}
EOF
# A transport beside another one: with fields of its own, behind each kind of header, lost on the way, and without a key
# that another one has.
cat >"$WORK/topologies/chain.yaml" <<'EOF'
topology: chain
nodes:
  src: {}
  r1:  {sids: {"fc00:1::100": End}}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links:
  - {ends: [src.b0, r1.a0]}
  - {ends: [r1.b0, dst.a0]}
EOF
cat >"$WORK/cases/datagrams.yaml" <<'EOF'
case: datagrams
topology: chain
set: {src.b0.tx: off}
traffic: {from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"], segments.encap: ["fc00:1::100", "fc00:d:d000::2"]}
axes:
  mode: [plain, inline, encap]
  kind: {toy: {toy: crafted, port: 7777}, tcp: {tcp: crafted, cut: 0}}
  burst: [1, 5]
  hop_limit: [64, 1]
expect:
  - when: {hop_limit: 1}
    verdict: {fate: dropped, at: r1, reason: hop-limit}
  - {fate: delivered}
EOF
"$tree/build/hopcheck" run -v --json "$WORK/json" "$WORK"/cases/*.yaml >"$WORK/out" 2>&1 || { cat "$WORK/out"; exit 1; }
grep -q "^32 cells: 32 PASS" "$WORK/out" || { cat "$WORK/out"; exit 1; }
"$tree/build/hopcheck" run -vv --only kind=toy --only mode=inline --only burst=5 --only hop_limit=64 "$WORK/cases/datagrams.yaml" >"$WORK/ladder" 2>&1 || { cat "$WORK/ladder"; exit 1; }
grep -q 'delivered: 5000 octets' "$WORK/ladder" && grep -q 'datagram 0-4000' "$WORK/ladder" || {
	echo "the ladder does not name the datagrams, or the verdict their octets:"
	cat "$WORK/ladder"
	exit 1
}
tr -d ' \n' <"$WORK/json" | grep -qE '"ends":\["src.a0","r1.a0","r2.a0","dst.a0"\],"kind":"toy"' || {
	echo "the results do not have the link with its four ends"
	exit 1
}

says() { # says TEXT EXPRESSION: of the topology, changed by sed
	sed "$2" "$WORK/topologies/toys.yaml" >"$WORK/wrong.yaml"
	if "$tree/build/hopcheck" check "$WORK/wrong.yaml" >"$WORK/out" 2>&1 || ! grep -qF "$1" "$WORK/out"; then
		echo "nothing says: $1"
		cat "$WORK/out"
		exit 1
	fi
}
wrong_case() { # wrong_case TEXT EXPRESSION: of the case of datagrams
	sed "$2" "$WORK/cases/datagrams.yaml" >"$WORK/cases/wrong.yaml"
	if "$tree/build/hopcheck" check "$WORK/cases/wrong.yaml" >"$WORK/out" 2>&1 || ! grep -qF "$1" "$WORK/out"; then
		echo "nothing says: $1"
		cat "$WORK/out"
		exit 1
	fi
}
wrong_case "nothing uses 'cut' here: it goes with \`tcp: crafted\`" 's/port: 7777/cut: 60/'
wrong_case "'kernel' is not a value of toy" 's/toy: crafted/toy: kernel/'
says 'csum-start is a model of links of `kind: nic-model`; this one is `kind: toy`' 's/kind: toy}/kind: toy, model: csum-start}/'
says 'a service of `kind: toy` has no `checksum`' 's/kind: toy, sid/kind: toy, checksum: complete, sid/'
says 'write off, packet, tun or toy' 's/kind: toy, sid/kind: toys, sid/'
says 'write veth, nic-model, nic, vxlan, wire, pages or toy' 's/kind: toy}/kind: top}/'
says 'a link of `kind: toy` joins 2 to 4, not 5' 's/r1.a0], kind/r1.a0, r1.a1, r1.a2, r1.a3], kind/'
says 'two ends are on node r1; a link joins different nodes' 's/r1.a0], kind/r1.a0, r1.a1], kind/'
echo "a link, two models and a service: two files, two rows; a transport and its sockets: two files, two rows; 32 cells PASS"
