/* Every kind of layer. */
#include "layer.h"

const struct layer_row *const layer_rows[LAYER_KINDS] = {
	[LAYER_ETHERNET] = &layer_ethernet,
	[LAYER_VLAN] = &layer_vlan,
	[LAYER_IPV4] = &layer_ipv4,
	[LAYER_IPV6] = &layer_ipv6,
	[LAYER_HOP_BY_HOP] = &layer_hop_by_hop,
	[LAYER_DESTINATION] = &layer_destination,
	[LAYER_ROUTING] = &layer_routing,
	[LAYER_FRAGMENT] = &layer_fragment,
	[LAYER_TCP] = &layer_tcp,
	[LAYER_UDP] = &layer_udp,
	[LAYER_VXLAN] = &layer_vxlan,
	[LAYER_GENEVE] = &layer_geneve,
	[LAYER_GTP] = &layer_gtp,
	[LAYER_ICMPV4] = &layer_icmpv4,
	[LAYER_ICMPV6] = &layer_icmpv6,
	[LAYER_GIVEN] = &layer_given,
};
