/* Plans for kernels before 4.14, which have no seg6local: there a plain End is an address of the node, at which
 * ipv6_srh_rcv() advances to the next segment and forwards. There are no other behaviours. */
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "plan_internal.h"

static const char *const lacking[] = {
	[TRAIT_SEG6LOCAL] = "<4.14", /* d1df6fd8a1d2 */
	[TRAIT_INLINE] = "<4.14",    /* CONFIG_IPV6_SEG6_INLINE; always there since 4.14 */
	[TRAIT_VETH_GRO] = "<5.13",  /* d3256efd8e8b */
};

bool kernel_has(const char *kernel, enum kernel_trait trait)
{
	return !kernel || !release_in_range(kernel, lacking[trait]);
}

static bool is_plain_end(const struct sid *sid)
{
	return behaviour_table[sid->behaviour]->by_host && !sid->flavors;
}

/* Packets for it go to the service, not to the kernel. */
static bool is_of_service(const struct node *node, const struct sid *sid)
{
	return node_service(node) && address_same(node_service_sid(node), &sid->address);
}

static void ends_to_addresses(struct node *node)
{
	node->had_sids = node->sid_count > 0;
	for (size_t i = node->sid_count; i--;) {
		struct sid *sid = &node->sids[i];
		if (!is_plain_end(sid) || is_of_service(node, sid))
			continue;
		*PUSH(node->addresses, node->address_count) = sid->address;
		node->sid_count--;
		memmove(sid, sid + 1, (node->sid_count - i) * sizeof *sid);
	}
}

void age_apply(struct plan *plan)
{
	for (size_t i = 0; i < plan->topology->node_count && !plan->seg6local; i++)
		ends_to_addresses(&plan->topology->nodes[i]);
}

static bool is_sid(const struct plan *plan, const struct address *address)
{
	const struct topology *topology = plan->topology;

	for (size_t n = 0; n < topology->node_count; n++) {
		const struct sid *sid = node_sid(&topology->nodes[n], address);
		if (sid && !is_of_service(&topology->nodes[n], sid))
			return true;
	}
	return false;
}

bool plan_needs_seg6local(const struct plan *plan)
{
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];
	bool needs = is_sid(plan, &plan->traffic.to);

	for (size_t i = 0; mode_kind(plan->traffic.mode)->leads && i < list->count; i++)
		needs |= is_sid(plan, &list->segments[i]);
	return needs && !plan->seg6local;
}
