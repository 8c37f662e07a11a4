/* Texts about a drop. */
#include <string.h>

#include "packet.h"
#include "result_internal.h"
#include "transport.h"

/* An address as the name of the node that owns it, else as an address. */
static void append_address(char **text, const struct plan *plan, const struct address *address)
{
	const struct topology *topology = plan->topology;
	char buffer[ADDRESS_TEXT_SIZE];
	const char *owner = NULL;

	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].address_count; i++)
			if (address_same(&topology->nodes[n].addresses[i], address))
				owner = topology->nodes[n].name;
	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (address_same(&plan->interfaces[i].address, address))
			owner = topology->nodes[topology->interfaces[i].node].name;
	if (address_same(address, &plan->from_address))
		owner = topology->nodes[plan->from].name;
	text_append(text, "%s", owner ? owner : address_text(address, buffer));
}

static const char *kind_of(const struct plan *plan, const struct packet_view *view)
{
	const struct transport *transport = transport_of(&plan->traffic);
	struct captured packet = { .view = *view };
	uint8_t type, code;

	if (packet_icmpv6(view, &type, &code))
		return type < 128 ? "ICMPv6 error" : "ICMPv6";
	transport->identify(&packet);
	return packet.known ? transport->brief(&packet) : "packet";
}

char *drop_packet_text(const struct plan *plan, const struct drop *drop)
{
	struct packet_view view = packet_parse((struct bytes){ drop->data, drop->length });
	const struct layer *ipv6 = packet_innermost(&view, LAYER_IPV6);
	const struct address source = ipv6_source(&view, ipv6), final = packet_final(&view, ipv6);
	char *text = NULL;

	if (!ipv6)
		return NULL;
	text_append(&text, "%s ", kind_of(plan, &view));
	append_address(&text, plan, &source);
	text_append(&text, " > ");
	append_address(&text, plan, &final);
	return text;
}

char *drop_word(const char *function, const char *reason)
{
	if (!*function && !*reason)
		return NULL;
	return text_format("freed%s%s%s%s", *function ? " in " : "", function, *reason ? ": " : "", reason);
}
