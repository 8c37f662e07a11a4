/* Kinds of links: their rows, and what the models of NICs do to a frame. */
#include <netinet/in.h>

#include "link.h"

#include "../../packet/testing.h"

/* Behind the virtio_net_hdr that the kernel gives a packet whose checksum is partial. */
static struct virtio_net_hdr partial(const struct frame *frame)
{
	return (struct virtio_net_hdr){ .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		                        .csum_start = (uint16_t)frame->tcp_offset,
		                        .csum_offset = 16 };
}

static const struct {
	const char *model;
	enum mode mode;
	enum checksum after;
	const char *complaint; /* NULL: none */
} rows[] = {
	{ "csum-start", MODE_PLAIN, CHECKSUM_VALID, NULL },
	{ "csum-start", MODE_INLINE, CHECKSUM_VALID, NULL },
	{ "csum-start", MODE_ENCAP, CHECKSUM_VALID, NULL },
	{ "next-header", MODE_PLAIN, CHECKSUM_VALID, NULL },
	{ "next-header", MODE_INLINE, CHECKSUM_BAD, "partial checksum but l4 proto=2b!" },
	{ "next-header", MODE_ENCAP, CHECKSUM_VALID, NULL },
	{ "whole", MODE_INLINE, CHECKSUM_VALID, NULL },
	{ "lro", MODE_ENCAP, CHECKSUM_VALID, NULL },
};

static void carries(void **state)
{
	const struct address segment = address_of("fc00:1::100");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct nic_model *model = nic_model_find(rows[i].model);
		struct packet_spec spec = spec_of(rows[i].mode, &segment, rows[i].mode != MODE_PLAIN);
		char complaint[COMPLAINT_SIZE] = "";
		spec.checksum = CHECKSUM_PARTIAL;
		owned(frame) frame = built(&spec);
		struct virtio_net_hdr offload = partial(frame);
		bool fine = nic_model_kind(model)->carry(model, &offload, frame->data, frame->length, complaint);
		assert_int_equal(fine, rows[i].complaint == NULL);
		if (rows[i].complaint)
			assert_string_equal(complaint, rows[i].complaint);
		struct packet_view view = seen(frame);
		assert_int_equal(packet_checksum(&view, false), rows[i].after);
		assert_int_equal(offload.flags, 0); /* the wire carries nothing of it */
	}
}

/* What is whole already stays so, whatever the model. */
static void leaves_alone(void **state)
{
	const struct address segment = address_of("fc00:1::100");
	struct packet_spec spec = spec_of(MODE_INLINE, &segment, 1);

	(void)state;
	for (int i = 0; nic_model_at(i); i++) {
		const struct nic_model *model = nic_model_at(i);
		char complaint[COMPLAINT_SIZE];
		owned(frame) frame = built(&spec);
		owned(frame) same = built(&spec);
		struct virtio_net_hdr offload = { 0 };
		if (!model->transmit)
			continue;
		assert_true(nic_model_kind(model)->carry(model, &offload, frame->data, frame->length, complaint));
		assert_memory_equal(frame->data, same->data, same->length);
	}
}

/* What the receiver of a wire gets to know of a large packet. */
static void large(void **state)
{
	static const struct {
		const char *model;
		uint8_t flags, gso_type;
		enum checksum after;
	} models[] = {
		{ "whole", 0, VIRTIO_NET_HDR_GSO_NONE, CHECKSUM_VALID },
		{ "virtio", VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV6, CHECKSUM_PARTIAL },
		{ "lro", 0, VIRTIO_NET_HDR_GSO_TCPV6, CHECKSUM_VALID },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(models); i++) {
		const struct nic_model *model = nic_model_find(models[i].model);
		struct packet_spec spec = spec_of(MODE_PLAIN, NULL, 0);
		char complaint[COMPLAINT_SIZE];
		spec.checksum = CHECKSUM_PARTIAL;
		owned(frame) frame = built(&spec);
		struct virtio_net_hdr offload = partial(frame);
		offload.flags |= VIRTIO_NET_HDR_F_DATA_VALID;
		offload.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
		offload.gso_size = 8;
		assert_true(nic_model_kind(model)->carry(model, &offload, frame->data, frame->length, complaint));
		struct packet_view view = seen(frame);
		assert_int_equal(offload.flags, models[i].flags);
		assert_int_equal(offload.gso_type, models[i].gso_type);
		assert_int_equal(packet_checksum(&view, offload.flags != 0), models[i].after);
	}
}

static void outside(void **state)
{
	const struct nic_model *model = nic_model_find("csum-start");
	struct packet_spec spec = spec_of(MODE_PLAIN, NULL, 0);
	char complaint[COMPLAINT_SIZE];

	(void)state;
	owned(frame) frame = built(&spec);
	struct virtio_net_hdr offload = partial(frame);
	offload.csum_start = (uint16_t)(frame->length - 2);
	assert_false(nic_model_kind(model)->carry(model, &offload, frame->data, frame->length, complaint));
	assert_non_null(strstr(complaint, "lies outside the packet"));
}

/* The lines of a tunnel that a model decides: what is beneath has a whole checksum and no GRO, unless it says so. */
static void tunnels(void **state)
{
	static const struct {
		const char *model, *tx, *gro, *sums;
	} models[] = {
		{ "udp-csum", "off", "off", " noudp6zerocsumtx noudp6zerocsumrx" },
		{ "udp-gro", "off", "on", " noudp6zerocsumtx noudp6zerocsumrx" },
		{ "udp-partial", "on", "off", " noudp6zerocsumtx noudp6zerocsumrx" },
		{ "udp-zero", "off", "off", " udp6zerocsumtx udp6zerocsumrx" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(models); i++) {
		const struct nic_model *model = nic_model_find(models[i].model);
		const struct port_plan ports[] = {
			{ 0, "src", "b0", "02:68:63:00:00:00", NULL, 100, 1400, model },
			{ 1, "dst", "a0", "02:68:63:00:00:01", NULL, 101, 1500, model },
		};
		const char *const wanted[] = {
			"link add name under+100 index 100100 address 06:68:63:00:00:00 mtu 1470 netns src type veth "
			"peer name under+101 index 100101 address 06:68:63:00:00:01 mtu 1570 netns dst",
			"-K under+101 tx ",
			"-K under+101 gro ",
			"neigh add fe80::64 lladdr 06:68:63:00:00:00 nud permanent dev under+101",
			"link add name a0 index 101 address 02:68:63:00:00:01 mtu 1500 type vxlan id 100 local "
			"fe80::65 "
			"remote fe80::64 dev under+101 dstport 4889 nolearning",
		};
		const char *const end[] = { "", models[i].tx, models[i].gro, "", models[i].sums };
		struct lines lines = { 0 };
		size_t found = 0;
		nic_model_kind(model)->make(&lines, ports, COUNT(ports));
		for (size_t line = 0; line < lines.count && found < COUNT(wanted); line++) {
			owned_text text = text_format("%s%s", wanted[found], end[found]);
			found += strcmp(lines.commands[line].text, text) == 0;
		}
		if (found < COUNT(wanted))
			print_error("%s: no line %s%s\n", model->word, wanted[found], end[found]);
		assert_int_equal(found, COUNT(wanted));
		commands_free(lines.commands, lines.count);
	}
}

static void table(void **state)
{
	(void)state;
	assert_string_equal(link_table[0]->word, "veth");
	for (int row = 0; link_table[row]; row++) {
		const struct link_kind *kind = link_table[row];
		assert_int_equal(link_find(kind->word), row);
		assert_non_null(kind->about);
		assert_true(kind->ports >= 2);
		assert_true(kind->make || kind->port);
		assert_int_equal(kind->models != NULL, kind->model_count > 0);
		assert_false(kind->lent && kind->carry);
	}
	assert_int_equal(link_find("veths"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(carries), cmocka_unit_test(leaves_alone),
		                            cmocka_unit_test(outside), cmocka_unit_test(large),
		                            cmocka_unit_test(tunnels), cmocka_unit_test(table) };

	return cmocka_run_group_tests_name("kind: links", tests, NULL, NULL);
}
