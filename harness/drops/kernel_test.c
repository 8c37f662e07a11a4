/* BTF of made-up kernels: members that moved are found, members that are missing are reported. */
#include <stdlib.h>

#include "testing.h"

/* What differs between the kernels made here. */
struct variant {
	const char *without; /* a member that this one has not */
	unsigned arguments;  /* of the tracepoint, beside its first */
	bool wide;           /* an enumeration of 64 bits */
	bool subsystems;
};

static struct btf *btf;
static const struct variant *variant;

static void member(const char *name, int type, unsigned octets)
{
	if (!variant->without || strcmp(variant->without, name) != 0)
		assert_int_equal(btf__add_field(btf, name, type, octets * 8, 0), 0);
}

static int structure(const char *name, unsigned size)
{
	int id = btf__add_struct(btf, name, size);

	assert_true(id > 0);
	return id;
}

struct made_types {
	int u8, u16, be16, u32, u64, pointer, packet, socket, reason;
};

static void add_scalars(struct made_types *t)
{
	t->u8 = btf__add_int(btf, "u8", 1, 0);
	t->u16 = btf__add_int(btf, "u16", 2, 0);
	t->be16 = btf__add_typedef(btf, "__be16", t->u16);
	t->u32 = btf__add_typedef(btf, "u32", btf__add_int(btf, "unsigned int", 4, 0));
	t->u64 = btf__add_int(btf, "u64", 8, 0);
	t->pointer = btf__add_ptr(btf, 0);
}

/* The device is in a union inside a structure, both without names, as in sk_buff. */
static void add_packet(struct made_types *t)
{
	int inner = structure("", 16);
	member("next", t->pointer, 0);
	member("dev", t->pointer, 8);
	int either = btf__add_union(btf, "", 16);
	assert_int_equal(btf__add_field(btf, "", inner, 0, 0), 0);
	member("rbnode", t->u64, 0);
	t->packet = structure("sk_buff", 96);
	member("filler", t->u64, 0);
	assert_int_equal(btf__add_field(btf, "", either, 8 * 8, 0), 0);
	member("sk", t->pointer, 24);
	member("_skb_refdst", t->u64, 32);
	member("len", t->u32, 40);
	member("skb_iif", t->u32, 44);
	member("protocol", t->be16, 48);
	/* bits of an octet that has other bits too */
	if (!variant->without || strcmp(variant->without, "nohdr") != 0)
		assert_int_equal(btf__add_field(btf, "nohdr", t->u8, 72 * 8 + 3, 1), 0);
}

static void add_packet_rest(struct made_types *t)
{
	member("network_header", t->u16, 50);
	member("tail", t->u32, 52);
	member("head", t->pointer, 56);
	member("data", t->pointer, 64);
}

static void add_others(struct made_types *t)
{
	int common = structure("ns_common", 16);
	member("inum", t->u32, 12);
	structure("net", 64);
	member("ns", common, 32);
	int possible = structure("", 8);
	member("net", t->pointer, 0);
	possible = btf__add_typedef(btf, "possible_net_t", possible);
	structure("net_device", 128);
	member("ifindex", t->u32, 4);
	member("nd_net", possible, 120);
	int sock_common = structure("sock_common", 48);
	member("skc_net", possible, 40);
	t->socket = structure("sock", 128);
	member("__sk_common", sock_common, 8);
	structure("dst_entry", 16);
	member("dev", t->pointer, 8);
}

static void add_reasons(struct made_types *t)
{
	t->reason = variant->wide ? btf__add_enum64(btf, "skb_drop_reason", 8, false)
	                          : btf__add_enum(btf, "skb_drop_reason", 4);
	const struct {
		const char *name;
		uint32_t value;
	} reasons[] = { { "SKB_NOT_DROPPED_YET", 0 },
		        { "SKB_DROP_REASON_TCP_CSUM", 40 },
		        { "SKB_CONSUMED", 3 },
		        { "SKB_DROP_REASON_SUBSYS_MASK", 0xffff0000 } };
	for (size_t i = 0; i < COUNT(reasons); i++) {
		int failed = variant->wide ? btf__add_enum64_value(btf, reasons[i].name, reasons[i].value)
		                           : btf__add_enum_value(btf, reasons[i].name, (int32_t)reasons[i].value);
		assert_int_equal(failed, 0);
	}
	if (!variant->subsystems)
		return;
	btf__add_enum(btf, "skb_drop_reason_subsys", 4);
	btf__add_enum_value(btf, "SKB_DROP_REASON_SUBSYS_CORE", 0);
	btf__add_enum_value(btf, "SKB_DROP_REASON_SUBSYS_OPENVSWITCH", 2);
}

static void add_tracepoint(struct made_types *t)
{
	int packet = btf__add_ptr(btf, t->packet), socket = btf__add_ptr(btf, t->socket);
	const int types[] = { packet, t->pointer, t->reason, socket };

	int function = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, "", t->pointer);
	for (unsigned i = 0; i < variant->arguments; i++)
		btf__add_func_param(btf, "", types[i]);
	btf__add_typedef(btf, "btf_trace_kfree_skb", btf__add_ptr(btf, function));
}

static int facts_of(struct kernel_facts *facts, const struct variant *of, struct error *err)
{
	struct made_types types;

	variant = of;
	btf = btf__new_empty();
	*facts = (struct kernel_facts){ 0 };
	add_scalars(&types);
	add_packet(&types);
	add_packet_rest(&types);
	add_others(&types);
	add_reasons(&types);
	add_tracepoint(&types);
	int result = kernel_facts_read(facts, btf, err);
	btf__free(btf);
	return result;
}

static void forget(struct kernel_facts *facts)
{
	free(facts->reasons);
	free(facts->subsystems);
}

static void offsets(void **state)
{
	struct kernel_facts f;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(facts_of(&f, &(struct variant){ .arguments = 4 }, &err), 0);
	assert_int_equal(f.skb_dev, 16);
	assert_int_equal(f.skb_sk, 24);
	assert_int_equal(f.skb_dst, 32);
	assert_int_equal(f.skb_len, 40);
	assert_int_equal(f.skb_iif, 44);
	assert_int_equal(f.skb_protocol, 48);
	assert_int_equal(f.skb_network_header, 50);
	assert_int_equal(f.skb_tail, 52);
	assert_int_equal(f.skb_head, 56);
	assert_int_equal(f.skb_data, 64);
	assert_int_equal(f.skb_nohdr, 72);
	assert_int_equal(f.nohdr_bit, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x08 : 0x10);
	assert_int_equal(f.net_inum, 44);
	assert_int_equal(f.device_ifindex, 4);
	assert_int_equal(f.device_net, 120);
	assert_int_equal(f.sock_net, 48);
	assert_int_equal(f.dst_device, 8);
	forget(&f);
	assert_int_equal(facts_of(&f, &(struct variant){ .arguments = 4, .without = "nohdr" }, &err), 0);
	assert_int_equal(f.nohdr_bit, 0);
	forget(&f);
}

static void arguments(void **state)
{
	static const struct {
		unsigned arguments;
		bool reason, socket;
	} rows[] = { { 2, false, false }, { 3, true, false }, { 4, true, true } };
	struct kernel_facts f;
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(facts_of(&f, &(struct variant){ .arguments = rows[i].arguments }, &err), 0);
		assert_int_equal(f.has_reason, rows[i].reason);
		assert_int_equal(f.has_socket, rows[i].socket);
		forget(&f);
	}
	assert_int_equal(facts_of(&f, &(struct variant){ .arguments = 1 }, &err), -1);
	assert_non_null(strstr(err.text, "btf_trace_kfree_skb"));
	forget(&f);
}

static void is_reason(const struct kernel_facts *facts, uint32_t reason, const char *wanted)
{
	char text[48];

	reason_text(facts, reason, text, sizeof text);
	assert_string_equal(text, wanted);
}

static void reasons(void **state)
{
	struct kernel_facts f;
	struct error err = { 0 };

	(void)state;
	for (int wide = 0; wide <= 1; wide++) {
		assert_int_equal(
		        facts_of(&f, &(struct variant){ .arguments = 3, .wide = wide, .subsystems = true }, &err), 0);
		is_reason(&f, 40, "TCP_CSUM");
		is_reason(&f, 3, "SKB_CONSUMED");
		is_reason(&f, 41, "41");
		is_reason(&f, 0x20003, "OPENVSWITCH 3");
		is_reason(&f, 0x70003, "458755");
		assert_int_equal(f.no_drops[0], 0);
		assert_int_equal(f.no_drops[1], 3);
		forget(&f);
	}
	assert_int_equal(facts_of(&f, &(struct variant){ .arguments = 3 }, &err), 0);
	is_reason(&f, 0x20003, "131075");
	forget(&f);
}

static void missing(void **state)
{
	static const struct {
		const char *without, *message;
	} rows[] = {
		{ "dev", "sk_buff.dev" },
		{ "inum", "net.ns.inum" },
		{ "nd_net", "net_device.nd_net.net" },
		{ "skc_net", "sock.__sk_common.skc_net.net" },
		{ "network_header", "sk_buff.network_header" },
	};
	struct kernel_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = { 0 };
		assert_int_equal(facts_of(&f, &(struct variant){ .without = rows[i].without, .arguments = 4 }, &err),
		                 -1);
		assert_non_null(strstr(err.text, rows[i].message));
		forget(&f);
	}
	struct error err = { 0 };
	f = (struct kernel_facts){ 0 };
	struct btf *empty = btf__new_empty();
	assert_int_equal(kernel_facts_read(&f, empty, &err), -1);
	btf__free(empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets),
		cmocka_unit_test(arguments),
		cmocka_unit_test(reasons),
		cmocka_unit_test(missing),
	};

	return cmocka_run_group_tests_name("drops: kernel", tests, NULL, NULL);
}
