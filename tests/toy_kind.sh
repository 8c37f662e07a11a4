# shellcheck shell=sh
# A kind of link, with a model of a NIC, and a kind of device are a file and a row each: added to a copy of the tree, which
# is built, and whose files, cases, hops and reasons know them then.
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
echo 'ROW(link_toy)' >>"$tree/harness/kind/link/rows.h"
echo 'ROW(device_toy)' >>"$tree/harness/kind/device/rows.h"

# Nothing else differs.
{ diff -r include "$tree/include"; diff -r harness "$tree/harness"; } | sed "s|$tree/||" |
	grep -v '^[0-9]*a[0-9]*$' | sort >"$WORK/differs" || true
cat >"$WORK/wanted" <<'EOF'
> ROW(device_toy)
> ROW(link_toy)
Only in harness/kind/device: toy.c
Only in harness/kind/link: toy.c
diff -r harness/kind/device/rows.h harness/kind/device/rows.h
diff -r harness/kind/link/rows.h harness/kind/link/rows.h
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
"$tree/build/hopcheck" run -v --json "$WORK/json" "$WORK"/cases/toys.yaml "$WORK"/cases/toy-lan.yaml >"$WORK/out" 2>&1 || { cat "$WORK/out"; exit 1; }
grep -q "^8 cells: 8 PASS" "$WORK/out" || { cat "$WORK/out"; exit 1; }
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
says 'csum-start is a model of links of `kind: nic-model`; this one is `kind: toy`' 's/kind: toy}/kind: toy, model: csum-start}/'
says 'a service of `kind: toy` has no `checksum`' 's/kind: toy, sid/kind: toy, checksum: complete, sid/'
says 'write off, packet, tun or toy' 's/kind: toy, sid/kind: toys, sid/'
says 'write veth, nic-model, nic, vxlan, wire or toy' 's/kind: toy}/kind: top}/'
says 'a link of `kind: toy` joins 2 to 4, not 5' 's/r1.a0], kind/r1.a0, r1.a1, r1.a2, r1.a3], kind/'
says 'two ends are on node r1; a link joins different nodes' 's/r1.a0], kind/r1.a0, r1.a1], kind/'
echo "a link, two models and a service: two files, two rows; 8 cells PASS"
