/* Private to the drops room. */
#ifndef HOPCHECK_DROPS_INTERNAL_H
#define HOPCHECK_DROPS_INTERNAL_H

#include <bpf/btf.h>
#include <linux/bpf.h>

#include "drops.h"

/* ---- kernel.c: what BTF tells. */
struct reason_name {
	uint32_t value;
	char name[48]; /* without its prefix: "TCP_CSUM" */
};
struct kernel_facts {
	/* offsets in octets */
	unsigned skb_dev, skb_sk, skb_iif, skb_protocol, skb_head, skb_data, skb_tail, skb_len, skb_network_header,
	        skb_dst;
	unsigned device_net, device_ifindex, net_inum, sock_net, dst_device;
	bool has_reason; /* 5.17 and later: the tracepoint's third argument */
	bool has_socket; /* 6.11 and later: its fourth, the socket that received */
	struct reason_name *reasons, *subsystems;
	size_t reason_count, subsystem_count;
	uint32_t no_drops[2]; /* values that do not mean a drop; ~0: this kernel does not have it */
	/* sk_buff.nohdr: its headers were released, what is left is payload of another packet. An octet and a bit in
	 * it; no bit: this kernel does not have it. */
	unsigned skb_nohdr;
	uint8_t nohdr_bit;
};
/* From any BTF: fills *facts (its arrays are freed by kernel_facts_free). Returns 0, or -1 and what is missing. */
int kernel_facts_read(struct kernel_facts *facts, const struct btf *btf, struct error *err);
/* "TCP_CSUM"; of a subsystem whose reasons are in a module's BTF "OPENVSWITCH 3"; a number without a name "300". */
void reason_text(const struct kernel_facts *facts, uint32_t reason, char *text, size_t size);

/* ---- program.c: the BPF program. */
#define RECORD_OCTETS 256
struct drop_record {
	uint64_t time; /* ns, monotonic */
	uint64_t location, head, data;
	uint32_t node, ifindex, reason, length, tail;
	uint16_t network_header, padding;
	uint64_t failed; /* not 0: octets could not be read */
	uint8_t octets[RECORD_OCTETS];
};
struct program {
	struct bpf_insn code[512];
	size_t count;
};
struct program_maps {
	int namespaces; /* hash: inode number of a namespace to node */
	int records;    /* ring buffer of struct drop_record */
	int lost;       /* array of one 64-bit counter */
};
/* Pure: the same facts and maps, the same program. Returns 0, or -1 when the buffer is too small. */
int program_build(struct program *program, const struct kernel_facts *facts, const struct program_maps *maps);

/* ---- symbols.c: which function an address lies in. */
struct symbol {
	uint64_t address;
	size_t name; /* where it starts in names */
};
struct symbols {
	struct symbol *symbols; /* by address */
	size_t count;
	char *names;
};
/* From the text of /proc/kallsyms, which it takes ownership of and changes. Hidden addresses, 0, are skipped. */
void symbols_parse(struct symbols *symbols, char *text);
void symbols_read(struct symbols *symbols); /* from /proc/kallsyms */
void symbols_free(struct symbols *symbols);
/* The function that holds the instruction before `address`, without what the compiler appended ("foo.isra.0" is foo);
 * empty when unknown. */
void symbols_function(const struct symbols *symbols, uint64_t address, char *text, size_t size);

/* ---- event.c: from a record to a drop. */
/* The freed packet as a frame: an Ethernet header without addresses, and the octets that were read. Returns false for
 * packets that are not of the test, or that the harness itself causes to be dropped. Borrows nothing; drop->data is the
 * caller's. */
bool record_drop(struct drop *drop, const struct drop_record *record, const struct lab *lab, const struct plan *plan);
/* Whether it is not a drop: the packet was freed because it had been read, or along with the packet that it was merged
 * into, which has an event of its own if dropped. Needs the function's name. */
bool drop_is_none(const struct drop *drop);

#endif
