/* The BPF program at the tracepoint kfree_skb, assembled for the running kernel with its offsets, so that nothing is
 * compiled or generated beforehand. It skips what is not an IPv6 packet, is the payload of another packet (a member of
 * a GRO list, freed with its head) or is freed in a namespace that is not watched, and copies the rest into the ring.
 */
#include <arpa/inet.h>
#include <net/ethernet.h>

#include "drops_internal.h"

/* Registers: r6 to r9 are preserved across calls. */
enum { R0, R1, R2, R3, R4, R5, CONTEXT, SKB, WORK, RECORD, FRAME };
/* The stack, below FRAME. */
enum { KEY = -4, IFINDEX = -8, PROTOCOL = -16, FLAGS = -17, POINTER = -24 };
enum label { LABEL_IP, LABEL_FOUND, LABEL_LOST, LABEL_EXIT, LABEL_DEVICE_DONE, LABELS = LABEL_DEVICE_DONE + 8 };

struct assembler {
	struct program *program;
	bool full;
	size_t at[LABELS]; /* positions of labels, plus 1 */
	struct {
		size_t from;
		unsigned label;
	} jumps[64];
	size_t jump_count;
};

static void emit(struct assembler *a, struct bpf_insn insn)
{
	if (a->program->count == COUNT(a->program->code)) {
		a->full = true;
		return;
	}
	a->program->code[a->program->count++] = insn;
}

static void move(struct assembler *a, uint8_t to, uint8_t from)
{
	emit(a, (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = to, .src_reg = from });
}

static void move_number(struct assembler *a, uint8_t to, int32_t number)
{
	emit(a, (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = to, .imm = number });
}

static void add_number(struct assembler *a, uint8_t to, int32_t number)
{
	emit(a, (struct bpf_insn){ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = to, .imm = number });
}

static void load(struct assembler *a, uint8_t size, uint8_t to, uint8_t from, int offset)
{
	emit(a, (struct bpf_insn){ .code = (uint8_t)(BPF_LDX | size | BPF_MEM),
	                           .dst_reg = to,
	                           .src_reg = from,
	                           .off = (int16_t)offset });
}

static void store(struct assembler *a, uint8_t size, uint8_t to, int offset, uint8_t from)
{
	emit(a, (struct bpf_insn){ .code = (uint8_t)(BPF_STX | size | BPF_MEM),
	                           .dst_reg = to,
	                           .src_reg = from,
	                           .off = (int16_t)offset });
}

static void store_number(struct assembler *a, uint8_t size, uint8_t to, int offset, int32_t number)
{
	emit(a, (struct bpf_insn){ .code = (uint8_t)(BPF_ST | size | BPF_MEM),
	                           .dst_reg = to,
	                           .off = (int16_t)offset,
	                           .imm = number });
}

static void load_map(struct assembler *a, uint8_t to, int fd)
{
	emit(a, (struct bpf_insn){
	                .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = to, .src_reg = BPF_PSEUDO_MAP_FD, .imm = fd });
	emit(a, (struct bpf_insn){ 0 }); /* its upper half */
}

static void call(struct assembler *a, int helper)
{
	emit(a, (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = helper });
}

/* Jumps when the register is (BPF_JEQ) or is not (BPF_JNE) the number; always with BPF_JA. */
static void jump(struct assembler *a, uint8_t condition, uint8_t reg, int32_t number, unsigned label)
{
	if (a->jump_count == COUNT(a->jumps)) {
		a->full = true;
		return;
	}
	a->jumps[a->jump_count].from = a->program->count;
	a->jumps[a->jump_count++].label = label;
	emit(a, (struct bpf_insn){ .code = (uint8_t)(BPF_JMP | condition | BPF_K), .dst_reg = reg, .imm = number });
}

static void here(struct assembler *a, unsigned label)
{
	a->at[label] = a->program->count + 1;
}

static bool resolve(struct assembler *a)
{
	for (size_t i = 0; i < a->jump_count && !a->full; i++) {
		size_t from = a->jumps[i].from, to = a->at[a->jumps[i].label];
		if (!to)
			return false;
		a->program->code[from].off = (int16_t)(to - 1 - from - 1);
	}
	return !a->full;
}

/* Copies kernel memory at a register's address plus an offset. What cannot be read becomes zeros. */
static void read_memory(struct assembler *a, uint8_t to, int to_offset, int size, uint8_t from, unsigned offset)
{
	move(a, R1, to);
	add_number(a, R1, to_offset);
	move_number(a, R2, size);
	move(a, R3, from);
	add_number(a, R3, (int32_t)offset);
	call(a, BPF_FUNC_probe_read_kernel);
}

static void read_pointer(struct assembler *a, uint8_t to, uint8_t from, unsigned offset)
{
	read_memory(a, FRAME, POINTER, 8, from, offset);
	load(a, BPF_DW, to, FRAME, POINTER);
}

/* Jumps to LABEL_FOUND with the node in WORK when the network namespace at WORK is one of the lab's. */
static void look_up_namespace(struct assembler *a, const struct kernel_facts *facts, const struct program_maps *maps,
                              unsigned not_found)
{
	read_memory(a, FRAME, KEY, 4, WORK, facts->net_inum);
	load_map(a, R1, maps->namespaces);
	move(a, R2, FRAME);
	add_number(a, R2, KEY);
	call(a, BPF_FUNC_map_lookup_elem);
	jump(a, BPF_JEQ, R0, 0, not_found);
	load(a, BPF_W, WORK, R0, 0);
	jump(a, BPF_JA, 0, 0, LABEL_FOUND);
}

/* The namespace of a socket at WORK. */
static void try_socket(struct assembler *a, const struct kernel_facts *facts, const struct program_maps *maps,
                       unsigned next)
{
	jump(a, BPF_JEQ, WORK, 0, next);
	read_pointer(a, WORK, WORK, facts->sock_net);
	look_up_namespace(a, facts, maps, next);
	here(a, next);
}

/* The packet's namespace: that of its device; else, where TCP has cleared skb->dev, of its socket or route. skb->dev is
 * in a union with an rbtree node: it is used only if it leads to a watched namespace. */
static void find_node(struct assembler *a, const struct kernel_facts *facts, const struct program_maps *maps)
{
	unsigned next = LABEL_DEVICE_DONE;

	read_pointer(a, WORK, SKB, facts->skb_dev);
	jump(a, BPF_JEQ, WORK, 0, next);
	read_memory(a, FRAME, IFINDEX, 4, WORK, facts->device_ifindex);
	read_pointer(a, WORK, WORK, facts->device_net);
	look_up_namespace(a, facts, maps, next);
	here(a, next++);
	read_memory(a, FRAME, IFINDEX, 4, SKB, facts->skb_iif);
	if (facts->has_socket) {
		load(a, BPF_DW, WORK, CONTEXT, 3 * 8);
		try_socket(a, facts, maps, next++);
	}
	read_pointer(a, WORK, SKB, facts->skb_sk);
	try_socket(a, facts, maps, next++);
	read_pointer(a, WORK, SKB, facts->skb_dst);
	emit(a, (struct bpf_insn){ .code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = WORK, .imm = ~1 }); /* its low bit */
	jump(a, BPF_JEQ, WORK, 0, LABEL_EXIT);
	read_pointer(a, WORK, WORK, facts->dst_device);
	jump(a, BPF_JEQ, WORK, 0, LABEL_EXIT);
	read_pointer(a, WORK, WORK, facts->device_net);
	look_up_namespace(a, facts, maps, LABEL_EXIT);
}

#define FIELD(name) ((int)offsetof(struct drop_record, name))

static void fill_record(struct assembler *a, const struct kernel_facts *facts)
{
	store(a, BPF_W, RECORD, FIELD(node), WORK);
	load(a, BPF_W, R1, FRAME, IFINDEX);
	store(a, BPF_W, RECORD, FIELD(ifindex), R1);
	load(a, BPF_DW, R1, CONTEXT, 1 * 8);
	store(a, BPF_DW, RECORD, FIELD(location), R1);
	if (facts->has_reason) {
		load(a, BPF_DW, R1, CONTEXT, 2 * 8);
		store(a, BPF_W, RECORD, FIELD(reason), R1);
	} else {
		store_number(a, BPF_W, RECORD, FIELD(reason), -1);
	}
	call(a, BPF_FUNC_ktime_get_ns);
	store(a, BPF_DW, RECORD, FIELD(time), R0);
	read_memory(a, RECORD, FIELD(head), 8, SKB, facts->skb_head);
	read_memory(a, RECORD, FIELD(data), 8, SKB, facts->skb_data);
	read_memory(a, RECORD, FIELD(length), 4, SKB, facts->skb_len);
	read_memory(a, RECORD, FIELD(tail), 4, SKB, facts->skb_tail);
	read_memory(a, RECORD, FIELD(network_header), 2, SKB, facts->skb_network_header);
	store_number(a, BPF_H, RECORD, FIELD(padding), 0);
	load(a, BPF_DW, WORK, RECORD, FIELD(head));
	load(a, BPF_H, R1, RECORD, FIELD(network_header));
	emit(a, (struct bpf_insn){ .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = WORK, .src_reg = R1 });
	read_memory(a, RECORD, FIELD(octets), RECORD_OCTETS, WORK, 0);
	store(a, BPF_DW, RECORD, FIELD(failed), R0);
}

/* No wakeup per record: they are read while the traffic runs, and when it is over. */
static void submit_record(struct assembler *a, const struct kernel_facts *facts, const struct program_maps *maps)
{
	here(a, LABEL_FOUND);
	load_map(a, R1, maps->records);
	move_number(a, R2, sizeof(struct drop_record));
	move_number(a, R3, 0);
	call(a, BPF_FUNC_ringbuf_reserve);
	move(a, RECORD, R0);
	jump(a, BPF_JEQ, RECORD, 0, LABEL_LOST);
	fill_record(a, facts);
	move(a, R1, RECORD);
	move_number(a, R2, BPF_RB_NO_WAKEUP);
	call(a, BPF_FUNC_ringbuf_submit);
	jump(a, BPF_JA, 0, 0, LABEL_EXIT);
}

static void count_lost(struct assembler *a, const struct program_maps *maps)
{
	here(a, LABEL_LOST);
	store_number(a, BPF_W, FRAME, KEY, 0);
	load_map(a, R1, maps->lost);
	move(a, R2, FRAME);
	add_number(a, R2, KEY);
	call(a, BPF_FUNC_map_lookup_elem);
	jump(a, BPF_JEQ, R0, 0, LABEL_EXIT);
	move_number(a, R1, 1);
	emit(a, (struct bpf_insn){ .code = BPF_STX | BPF_DW | BPF_ATOMIC, .src_reg = R1, .imm = BPF_ADD });
}

int program_build(struct program *program, const struct kernel_facts *facts, const struct program_maps *maps)
{
	struct assembler a = { .program = program };

	program->count = 0;
	move(&a, CONTEXT, R1);
	load(&a, BPF_DW, SKB, CONTEXT, 0);
	for (size_t i = 0; facts->has_reason && i < COUNT(facts->no_drops); i++) {
		if (facts->no_drops[i] == UINT32_MAX)
			continue;
		load(&a, BPF_DW, R1, CONTEXT, 2 * 8);
		emit(&a, (struct bpf_insn){ .code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = R1, .src_reg = R1 });
		jump(&a, BPF_JEQ, R1, (int32_t)facts->no_drops[i], LABEL_EXIT);
	}
	if (facts->nohdr_bit) {
		read_memory(&a, FRAME, FLAGS, 1, SKB, facts->skb_nohdr);
		load(&a, BPF_B, R1, FRAME, FLAGS);
		emit(&a,
		     (struct bpf_insn){ .code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = R1, .imm = facts->nohdr_bit });
		jump(&a, BPF_JNE, R1, 0, LABEL_EXIT);
	}
	read_memory(&a, FRAME, PROTOCOL, 2, SKB, facts->skb_protocol);
	load(&a, BPF_H, R1, FRAME, PROTOCOL);
	jump(&a, BPF_JEQ, R1, htons(ETHERTYPE_IPV6), LABEL_IP);
	jump(&a, BPF_JNE, R1, htons(ETHERTYPE_IP), LABEL_EXIT);
	here(&a, LABEL_IP);
	find_node(&a, facts, maps);
	submit_record(&a, facts, maps);
	count_lost(&a, maps);
	here(&a, LABEL_EXIT);
	move_number(&a, R0, 0);
	emit(&a, (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT });
	return resolve(&a) ? 0 : -1;
}
