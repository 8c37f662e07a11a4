/* Facts from the kernel's BTF: no offset is built in, since all of them changed between releases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drops_internal.h"

#define TRACEPOINT "btf_trace_kfree_skb"
#define PREFIX     "SKB_DROP_REASON_"

static const struct btf_type *resolved(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type)))
		type = btf__type_by_id(btf, type->type);
	return type;
}

/* A member of a structure or of anonymous ones inside it; adds to *bits. NULL: no member of that name. */
static const struct btf_member *member_find(const struct btf *btf, const struct btf_type *type, const char *name,
                                            size_t length, unsigned *bits)
{
	for (unsigned i = 0; type && btf_is_composite(type) && i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];
		const char *its = btf__name_by_offset(btf, member->name_off);
		unsigned offset = btf_member_bit_offset(type, i);
		const struct btf_member *found = NULL;
		if (its && strlen(its) == length && strncmp(its, name, length) == 0)
			found = member;
		else if (its && !*its)
			found = member_find(btf, resolved(btf, member->type), name, length, &offset);
		if (found) {
			*bits += found == member ? btf_member_bit_offset(type, i) : offset;
			return found;
		}
	}
	return NULL;
}

/* "net_device.nd_net.net": a structure, and members of members in it. */
static int offset_find(const struct btf *btf, const char *path, unsigned size, unsigned *offset, struct error *err)
{
	size_t length = strcspn(path, ".");
	owned_text structure = text_format("%.*s", (int)length, path);
	int id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	const struct btf_member *member = NULL;
	unsigned bits = 0;

	for (const char *at = path + length; *at; at += length) {
		length = strcspn(++at, ".");
		member = member_find(btf, type, at, length, &bits);
		if (!member)
			return fail(err, "this kernel's BTF has no %s", path);
		type = resolved(btf, member->type);
	}
	if (!member || bits % 8 || btf__resolve_size(btf, member->type) != size)
		return fail(err, "this kernel's BTF has an unexpected kind of %s", path);
	*offset = bits / 8;
	return 0;
}

static int offsets_read(struct kernel_facts *facts, const struct btf *btf, struct error *err)
{
	const struct {
		const char *path;
		unsigned size, *offset;
	} wanted[] = {
		{ "sk_buff.dev", 8, &facts->skb_dev },
		{ "sk_buff.sk", 8, &facts->skb_sk },
		{ "sk_buff.skb_iif", 4, &facts->skb_iif },
		{ "sk_buff.protocol", 2, &facts->skb_protocol },
		{ "sk_buff.head", 8, &facts->skb_head },
		{ "sk_buff.data", 8, &facts->skb_data },
		{ "sk_buff.tail", 4, &facts->skb_tail },
		{ "sk_buff.len", 4, &facts->skb_len },
		{ "sk_buff.network_header", 2, &facts->skb_network_header },
		{ "sk_buff._skb_refdst", 8, &facts->skb_dst },
		{ "net_device.nd_net.net", 8, &facts->device_net },
		{ "net_device.ifindex", 4, &facts->device_ifindex },
		{ "net.ns.inum", 4, &facts->net_inum },
		{ "sock.__sk_common.skc_net.net", 8, &facts->sock_net },
		{ "dst_entry.dev", 8, &facts->dst_device },
	};

	for (size_t i = 0; i < COUNT(wanted); i++)
		if (offset_find(btf, wanted[i].path, wanted[i].size, wanted[i].offset, err) < 0)
			return -1;
	return 0;
}

/* A bit field of one bit: it has no offset in octets, and its place in an octet depends on the byte order. */
static void nohdr_read(struct kernel_facts *facts, const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "sk_buff", BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	unsigned bits = 0;

	if (!member_find(btf, type, "nohdr", strlen("nohdr"), &bits))
		return;
	facts->skb_nohdr = bits / 8;
	facts->nohdr_bit = (uint8_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 << bits % 8 : 0x80 >> bits % 8);
}

static bool is_named(const struct btf *btf, const struct btf_type *type, const char *name)
{
	const char *its = type ? btf__name_by_offset(btf, type->name_off) : NULL;

	return its && strcmp(its, name) == 0;
}

/* void (*)(void *, skb, location[, enum skb_drop_reason[, receiving socket]]) */
static int arguments_read(struct kernel_facts *facts, const struct btf *btf, struct error *err)
{
	int id = btf__find_by_name_kind(btf, TRACEPOINT, BTF_KIND_TYPEDEF);
	const struct btf_type *type = id > 0 ? resolved(btf, (uint32_t)id) : NULL;

	if (type && btf_is_ptr(type))
		type = resolved(btf, type->type);
	if (!type || !btf_is_func_proto(type) || btf_vlen(type) < 3)
		return fail(err, "this kernel's BTF has no %s", TRACEPOINT);
	facts->has_reason =
	        btf_vlen(type) > 3 && is_named(btf, resolved(btf, btf_params(type)[3].type), "skb_drop_reason");
	facts->has_socket = false;
	if (facts->has_reason && btf_vlen(type) > 4) {
		const struct btf_type *last = resolved(btf, btf_params(type)[4].type);
		facts->has_socket = btf_is_ptr(last) && is_named(btf, resolved(btf, last->type), "sock");
	}
	return 0;
}

/* Every name of an enumeration, 32 or 64 bits wide. */
static void names_read(struct reason_name **names, size_t *count, const struct btf *btf, const char *enumeration,
                       const char *prefix)
{
	int narrow = btf__find_by_name_kind(btf, enumeration, BTF_KIND_ENUM);
	int wide = narrow > 0 ? -1 : btf__find_by_name_kind(btf, enumeration, BTF_KIND_ENUM64);
	const struct btf_type *type = btf__type_by_id(btf, narrow > 0 ? (uint32_t)narrow
	                                                   : wide > 0 ? (uint32_t)wide
	                                                              : 0);

	for (unsigned i = 0; (narrow > 0 || wide > 0) && i < btf_vlen(type); i++) {
		uint32_t name = narrow > 0 ? btf_enum(type)[i].name_off : btf_enum64(type)[i].name_off;
		const char *text = btf__name_by_offset(btf, name);
		struct reason_name *entry = PUSH(*names, *count);
		entry->value = narrow > 0 ? (uint32_t)btf_enum(type)[i].val : btf_enum64(type)[i].val_lo32;
		snprintf(entry->name, sizeof entry->name, "%s",
		         strncmp(text, prefix, strlen(prefix)) == 0 ? text + strlen(prefix) : text);
	}
}

static uint32_t value_of(const struct kernel_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->reason_count; i++)
		if (strcmp(facts->reasons[i].name, name) == 0)
			return facts->reasons[i].value;
	return UINT32_MAX;
}

int kernel_facts_read(struct kernel_facts *facts, const struct btf *btf, struct error *err)
{
	if (offsets_read(facts, btf, err) < 0 || arguments_read(facts, btf, err) < 0)
		return -1;
	nohdr_read(facts, btf);
	names_read(&facts->reasons, &facts->reason_count, btf, "skb_drop_reason", PREFIX);
	names_read(&facts->subsystems, &facts->subsystem_count, btf, "skb_drop_reason_subsys", PREFIX "SUBSYS_");
	facts->no_drops[0] = value_of(facts, "SKB_NOT_DROPPED_YET");
	facts->no_drops[1] = value_of(facts, "SKB_CONSUMED");
	return 0;
}

/* The upper half of a reason is its subsystem, 0 the core; kernels without subsystems have small numbers only. */
void reason_text(const struct kernel_facts *facts, uint32_t reason, char *text, size_t size)
{
	snprintf(text, size, "%u", reason);
	for (size_t i = 0; i < facts->reason_count; i++)
		if (facts->reasons[i].value == reason)
			snprintf(text, size, "%s", facts->reasons[i].name);
	for (size_t i = 0; i < facts->subsystem_count && reason >> 16; i++)
		if (facts->subsystems[i].value == reason >> 16)
			snprintf(text, size, "%s %u", facts->subsystems[i].name, reason & 0xffff);
}

void kernel_facts_free(struct kernel_facts *facts)
{
	if (!facts)
		return;
	free(facts->reasons);
	free(facts->subsystems);
	free(facts);
}
