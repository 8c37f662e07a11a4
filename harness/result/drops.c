/* Texts about a drop. */
#include <string.h>

#include "packet.h"
#include "result_internal.h"
#include "transport.h"

/* An address as the name of the node that owns it, else as an address. */
static void append_address(char **text, const struct plan *plan, const struct address *address)
{
	const size_t host = address_host(plan, address);
	char buffer[ADDRESS_TEXT_SIZE];

	text_append(text, "%s", host == NOT_FOUND ? address_text(address, buffer) : plan->topology->nodes[host].name);
}

static const char *kind_of(const struct plan *plan, const struct packet_view *view)
{
	const struct transport *transport = transport_of(&plan->traffic);
	struct captured packet = { .view = *view };
	struct icmp_error error;
	uint8_t version, type, code;

	if (packet_icmp_error(view, &error))
		return error.version == 6 ? "ICMPv6 error" : "ICMP error";
	if (packet_icmp(view, &version, &type, &code))
		return version == 6 ? "ICMPv6" : "ICMP";
	transport->identify(&packet);
	return packet.known ? transport->brief(&packet) : "packet";
}

char *drop_packet_text(const struct plan *plan, const struct drop *drop)
{
	struct packet_view view = packet_parse((struct bytes){ drop->data, drop->length });
	const struct layer *ip = packet_innermost_ip(&view);
	const struct address source = ip_source(&view, ip), final = packet_final(&view, ip);
	char *text = NULL;

	if (!ip)
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
