/* Runs the program on a made-up kernel: an interpreter for the few instructions it has, whose helpers read this
 * process' own memory. The real kernel's verifier is asked by tests/drops.sh. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "testing.h"

enum { MAP_NAMESPACES = 101, MAP_RECORDS, MAP_LOST };
static const struct program_maps maps = { MAP_NAMESPACES, MAP_RECORDS, MAP_LOST };

struct machine {
	uint64_t r[11];
	uint8_t stack[512];
	uint32_t watched[2]; /* namespaces of nodes 0 and 1 */
	uint32_t value;      /* what a lookup points to */
	uint64_t lost;
	struct drop_record record;
	bool full;
	unsigned submitted, steps;
};

static uint64_t look_up(struct machine *m)
{
	uint32_t key = *(uint32_t *)m->r[2];

	if (m->r[1] == MAP_LOST)
		return key == 0 ? (uint64_t)&m->lost : 0;
	assert_int_equal(m->r[1], MAP_NAMESPACES);
	for (m->value = 0; m->value < COUNT(m->watched); m->value++)
		if (m->watched[m->value] == key)
			return (uint64_t)&m->value;
	return 0;
}

/* Addresses below 4096 are not there, as in the kernel. */
static uint64_t read_kernel(struct machine *m)
{
	bool there = m->r[3] >= 4096;

	if (there)
		memcpy((void *)m->r[1], (void *)m->r[3], m->r[2]);
	else
		memset((void *)m->r[1], 0, m->r[2]);
	return there ? 0 : (uint64_t)-14;
}

static uint64_t helper(struct machine *m, int number)
{
	switch (number) {
	case BPF_FUNC_map_lookup_elem:
		return look_up(m);
	case BPF_FUNC_probe_read_kernel:
		return read_kernel(m);
	case BPF_FUNC_ktime_get_ns:
		return 12345;
	case BPF_FUNC_ringbuf_reserve:
		assert_int_equal(m->r[1], MAP_RECORDS);
		assert_int_equal(m->r[2], sizeof m->record);
		memset(&m->record, 0xee, sizeof m->record);
		return m->full ? 0 : (uint64_t)&m->record;
	case BPF_FUNC_ringbuf_submit:
		assert_int_equal(m->r[1], (uint64_t)&m->record);
		m->submitted++;
		return 0;
	}
	print_error("helper %d\n", number);
	fail();
	return 0;
}

static void call(struct machine *m, int number)
{
	m->r[0] = helper(m, number);
	for (int i = 1; i <= 5; i++) /* a call leaves nothing in them */
		m->r[i] = 0xdeadbeefdeadbeef;
}

static uint64_t memory(unsigned code, uint64_t address)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return *(uint8_t *)address;
	case BPF_H:
		return *(uint16_t *)address;
	case BPF_W:
		return *(uint32_t *)address;
	}
	return *(uint64_t *)address;
}

static void memory_set(unsigned code, uint64_t address, uint64_t value)
{
	switch (BPF_SIZE(code)) {
	case BPF_H:
		*(uint16_t *)address = (uint16_t)value;
		return;
	case BPF_W:
		*(uint32_t *)address = (uint32_t)value;
		return;
	}
	*(uint64_t *)address = value;
}

static void calculate(struct machine *m, const struct bpf_insn *i)
{
	uint64_t value = BPF_SRC(i->code) == BPF_X ? m->r[i->src_reg] : (uint64_t)(int64_t)i->imm;
	uint64_t *to = &m->r[i->dst_reg];

	switch (BPF_OP(i->code)) {
	case BPF_MOV:
		*to = value;
		break;
	case BPF_ADD:
		*to += value;
		break;
	case BPF_AND:
		*to &= value;
		break;
	default:
		fail();
	}
	if (BPF_CLASS(i->code) == BPF_ALU)
		*to = (uint32_t)*to;
}

/* One instruction; how many to skip. */
static int step(struct machine *m, const struct bpf_insn *i)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		calculate(m, i);
		return 0;
	case BPF_LDX:
		m->r[i->dst_reg] = memory(i->code, m->r[i->src_reg] + (uint64_t)i->off);
		return 0;
	case BPF_ST:
		memory_set(i->code, m->r[i->dst_reg] + (uint64_t)i->off, (uint64_t)(int64_t)i->imm);
		return 0;
	case BPF_STX:
		if (BPF_MODE(i->code) == BPF_ATOMIC)
			*(uint64_t *)(m->r[i->dst_reg] + (uint64_t)i->off) += m->r[i->src_reg];
		else
			memory_set(i->code, m->r[i->dst_reg] + (uint64_t)i->off, m->r[i->src_reg]);
		return 0;
	case BPF_LD:
		assert_int_equal(i->src_reg, BPF_PSEUDO_MAP_FD);
		m->r[i->dst_reg] = (uint64_t)i->imm;
		return 1;
	case BPF_JMP:
		if (BPF_OP(i->code) == BPF_CALL)
			call(m, i->imm);
		else if (BPF_OP(i->code) == BPF_JA ||
		         (m->r[i->dst_reg] == (uint64_t)(int64_t)i->imm) == (BPF_OP(i->code) == BPF_JEQ))
			return i->off;
		return 0;
	}
	fail();
	return 0;
}

static void run(struct machine *m, const struct program *program, const uint64_t *context)
{
	m->r[1] = (uint64_t)context;
	m->r[10] = (uint64_t)(m->stack + sizeof m->stack);
	memset(m->stack, 0xee, sizeof m->stack);
	for (size_t at = 0;; at++) {
		assert_true(at < program->count);
		if (program->code[at].code == (BPF_JMP | BPF_EXIT))
			break;
		assert_true(m->steps++ < 1000);
		at += (size_t)(long)step(m, &program->code[at]);
	}
	assert_int_equal(m->r[0], 0);
}

/* A packet of node 1, at its device with index 7. */
struct world {
	struct made_net net, elsewhere;
	struct made_device device;
	struct made_socket socket;
	struct made_route route;
	struct made_packet packet;
	uint8_t octets[512];
	uint64_t context[4]; /* packet, location, reason, receiving socket */
	struct kernel_facts facts;
	struct machine machine;
};

static void world_make(struct world *w, bool has_reason, bool has_socket)
{
	*w = (struct world){ .net.inum = 4002, .elsewhere.inum = 4444, .facts = made_facts(has_reason, has_socket) };
	for (size_t i = 0; i < sizeof w->octets; i++)
		w->octets[i] = (uint8_t)i;
	w->device = (struct made_device){ .ifindex = 7, .net = &w->net };
	w->socket.net = &w->net;
	w->route.device = &w->device;
	w->packet = (struct made_packet){ .network_header = 64,
		                          .protocol = htons(0x86dd),
		                          .length = 60,
		                          .tail = 164,
		                          .iif = 9,
		                          .device = &w->device,
		                          .head = w->octets,
		                          .data = w->octets + 104 };
	w->context[0] = (uint64_t)&w->packet;
	w->context[1] = 0xffffffff81234567;
	w->context[2] = 0xabcdabcd00000005; /* an enumeration's upper half may hold anything */
	w->machine.watched[0] = 4001;
	w->machine.watched[1] = 4002;
}

/* Runs it; how many records came. */
static unsigned records(struct world *w)
{
	struct program program;

	assert_int_equal(program_build(&program, &w->facts, &maps), 0);
	w->machine.submitted = w->machine.steps = 0;
	run(&w->machine, &program, w->context);
	return w->machine.submitted;
}

static void of_a_device(void **state)
{
	struct world w;
	const struct drop_record *record = &w.machine.record;

	(void)state;
	world_make(&w, true, true);
	assert_int_equal(records(&w), 1);
	assert_int_equal(record->node, 1);
	assert_int_equal(record->ifindex, 7);
	assert_int_equal(record->reason, 5);
	assert_true(record->location == 0xffffffff81234567);
	assert_int_equal(record->time, 12345);
	assert_int_equal(record->length, 60);
	assert_int_equal(record->tail, 164);
	assert_int_equal(record->network_header, 64);
	assert_int_equal(record->data - record->head, 104);
	assert_int_equal(record->failed, 0);
	assert_memory_equal(record->octets, w.octets + 64, RECORD_OCTETS);
	w.device.net = &w.elsewhere;
	assert_int_equal(records(&w), 0);
	w.device.net = NULL;
	assert_int_equal(records(&w), 0);
}

static void not_ours(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, true, true);
	w.packet.protocol = htons(0x0800);
	assert_int_equal(records(&w), 1); /* IPv4 */
	w.packet.protocol = htons(0x0806);
	assert_int_equal(records(&w), 0); /* ARP */
	w.packet.protocol = htons(0x86dd);
	w.context[2] = 1;
	assert_int_equal(records(&w), 0); /* consumed */
	w.context[2] = 0xabcd00000000;
	assert_int_equal(records(&w), 0); /* not dropped yet */
	w.facts.no_drops[0] = w.facts.no_drops[1] = UINT32_MAX;
	assert_int_equal(records(&w), 1);
	w.packet.head = NULL;
	w.packet.network_header = 0;
	assert_int_equal(records(&w), 1);
	assert_true(w.machine.record.failed != 0);
}

/* Packets that GRO merged are freed with the one that they were merged into: no headers of theirs are left. */
static void payload_of_another(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, true, true);
	w.packet.flags = 0xf7;
	assert_int_equal(records(&w), 1);
	w.packet.flags = 0x08;
	assert_int_equal(records(&w), 0);
	w.facts.nohdr_bit = 0; /* not known here */
	assert_int_equal(records(&w), 1);
}

/* TCP takes the device off a packet, or puts something else in its place. */
static void without_device(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, true, true);
	w.packet.device = NULL;
	assert_int_equal(records(&w), 0);
	w.context[3] = (uint64_t)&w.socket;
	assert_int_equal(records(&w), 1);
	assert_int_equal(w.machine.record.ifindex, 9);
	assert_int_equal(w.machine.record.node, 1);
	w.facts.has_socket = false;
	assert_int_equal(records(&w), 0);
	w.packet.socket = &w.socket;
	assert_int_equal(records(&w), 1);
	w.packet.socket = NULL;
	w.packet.route = (uintptr_t)&w.route | 1;
	assert_int_equal(records(&w), 1);
	w.packet.device = (struct made_device *)16;
	assert_int_equal(records(&w), 1);
	assert_int_equal(w.machine.record.ifindex, 9);
	w.route.device = NULL;
	assert_int_equal(records(&w), 0);
}

static void before_reasons(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, false, false);
	w.context[2] = 1; /* belongs to nobody */
	assert_int_equal(records(&w), 1);
	assert_int_equal(w.machine.record.reason, UINT32_MAX);
}

static void ring_is_full(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, true, true);
	w.machine.full = true;
	assert_int_equal(records(&w), 0);
	assert_int_equal(w.machine.lost, 1);
	assert_int_equal(records(&w), 0);
	assert_int_equal(w.machine.lost, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_device),    cmocka_unit_test(not_ours),     cmocka_unit_test(without_device),
		cmocka_unit_test(before_reasons), cmocka_unit_test(ring_is_full), cmocka_unit_test(payload_of_another),
	};

	return cmocka_run_group_tests_name("drops: program", tests, NULL, NULL);
}
