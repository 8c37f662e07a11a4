/* A cell as the program of a script reads it: its traffic, and what is expected of it. */
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#include "bundle_internal.h"
#include "device.h"
#include "tcp.h"
#include "transport.h"

/* Of the client; hopcheck itself has another for each cell. */
#define CLIENT_PORT 33000

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *address_json(const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	return json_string(address_text(address, text));
}

static json_t *base64(const void *octets, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *from = octets;
	owned_text text = zalloc((length + 2) / 3 * 4 + 1);
	char *to = text;

	for (size_t i = 0; i < length; i += 3) {
		const size_t left = length - i;
		const uint32_t three = (uint32_t)from[i] << 16 | (uint32_t)(left > 1 ? from[i + 1] : 0) << 8 |
		                       (left > 2 ? from[i + 2] : 0);
		*to++ = letters[three >> 18];
		*to++ = letters[three >> 12 & 63];
		*to++ = left > 1 ? letters[three >> 6 & 63] : '=';
		*to++ = left > 2 ? letters[three & 63] : '=';
	}
	return json_string(text);
}

static char *port_name(const struct plan *plan, size_t i)
{
	const struct interface *interface = &plan->topology->interfaces[i];

	return text_format("%s.%s", plan->topology->nodes[interface->node].name, interface->name);
}

static json_t *ports_json(const struct plan *plan)
{
	json_t *ports = json_object();

	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		const struct interface *interface = &plan->topology->interfaces[i];
		owned_text name = port_name(plan, i);
		const size_t peer = link_other(plan->topology, i, NOT_FOUND);
		const bool carried = port_kind(plan->topology, i)->carry != NULL;
		owned_text other = port_name(plan, peer);
		set(ports, name,
		    json_pack("{s:i,s:s,s:s}", "mtu", (int)interface->mtu, "model",
		              carried ? interface->model->word : "", "peer", other));
	}
	return ports;
}

static json_t *offloads_json(const struct plan *plan)
{
	json_t *ports = json_object();

	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		owned_text name = port_name(plan, i);
		json_t *asked = json_object();
		for (int offload = 0; offload < OFFLOADS; offload++)
			if (plan->offloads[i][offload] >= 0)
				set(asked, word_of(offload_words, offload),
				    json_string(plan->offloads[i][offload] ? "on" : "off"));
		if (json_object_size(asked))
			json_object_set(ports, name, asked);
		json_decref(asked);
	}
	return ports;
}

/* Those by which an ICMP error's source and destination are told. */
static json_t *addresses_json(const struct plan *plan)
{
	json_t *nodes = json_object();

	for (size_t n = 0; n < plan->topology->node_count; n++) {
		const struct node *node = &plan->topology->nodes[n];
		json_t *owned = json_array();
		for (size_t i = 0; i < node->address_count; i++)
			json_array_append_new(owned, address_json(&node->addresses[i]));
		FOR_EACH_INTERFACE (i, plan->topology, n) {
			json_array_append_new(owned, address_json(&plan->interfaces[i].address));
			if (plan->interfaces[i].ipv4.family)
				json_array_append_new(owned, address_json(&plan->interfaces[i].ipv4));
		}
		set(nodes, node->name, owned);
	}
	return nodes;
}

static json_t *macs_json(const struct plan *plan, const struct next_hop *next)
{
	char text[4 * ETH_ALEN + 1] = "";

	for (size_t i = 0; i < 2 * ETH_ALEN; i++)
		snprintf(text + 2 * i, 3, "%02x",
		         i < ETH_ALEN ? plan->interfaces[next->in].mac[i]
		                      : plan->interfaces[next->out].mac[i - ETH_ALEN]);
	return json_string(text);
}

/* Where services send on what they have advanced. */
static json_t *services_json(const struct plan *plan)
{
	json_t *services = json_object();

	for (size_t i = 0; i < plan->service_count; i++) {
		const struct plan_service *service = &plan->services[i];
		json_t *routes = json_array();
		for (size_t r = 0; r < plan->next_hop_count; r++) {
			const struct next_hop *next = &plan->next_hops[r];
			if (next->node == service->node && !next->table)
				json_array_append_new(routes,
				                      json_pack("{s:o,s:s,s:o}", "to", address_json(&next->to), "dev",
				                                plan->topology->interfaces[next->out].name, "macs",
				                                macs_json(plan, next)));
		}
		set(services, plan->topology->nodes[service->node].name,
		    json_pack("{s:o,s:s,s:o,s:s}", "sid", address_json(&service->device.sid), "checksum",
		              word_of(service_checksum_words, (int)service->device.checksum), "routes", routes, "tun",
		              service->device.kind->input == INPUT_TUN ? service->device.kind->name : ""));
	}
	return services;
}

static json_t *listeners_json(const struct plan *plan)
{
	json_t *nodes = json_array();

	for (size_t n = 0; n < plan->topology->node_count; n++)
		if (plan->topology->nodes[n].listener)
			json_array_append_new(nodes, json_string(plan->topology->nodes[n].name));
	return nodes;
}

static json_t *end_json(const struct plan *plan, size_t node, const struct address *address, int port)
{
	const struct vrf *vrf = address_vrf(plan, node, address);

	return json_pack("{s:s,s:o,s:i,s:i,s:i,s:s}", "node", plan->topology->nodes[node].name, "address",
	                 address_json(address), "port", port, "class", TRAFFIC_CLASS, "hops", -1, "vrf",
	                 vrf ? vrf->name : "");
}

static json_t *connection_json(const struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	json_t *from = end_json(plan, plan->from, &plan->from_address, CLIENT_PORT);

	if (traffic->traffic_class)
		set(from, "class", json_integer(traffic->traffic_class));
	if (traffic->hop_limit != FIELD_AUTO)
		set(from, "hops", json_integer(traffic->hop_limit));
	return json_pack("{s:s,s:o,s:o,s:I,s:s}", "kind", "kernel", "from", from, "to",
	                 end_json(plan, plan->to, &traffic->to, SERVER_PORT), "bytes", (json_int_t)traffic->bytes,
	                 "direction", word_of(direction_words, traffic->direction));
}

static json_t *frame_json(const struct plan *plan, const struct next_hop *next, const struct frame *frame,
                          const struct virtio_net_hdr *offload, uint64_t segments)
{
	const struct interface *out = &plan->topology->interfaces[next->out];
	const struct interface *in = &plan->topology->interfaces[next->in];

	return json_pack("{s:s,s:s,s:I,s:o,s:o,s:o,s:{s:s,s:s,s:o}}", "node", plan->topology->nodes[out->node].name,
	                 "dev", out->name, "segments", (json_int_t)segments, "offload",
	                 base64(offload, sizeof *offload), "octets", base64(frame->data, frame->length), "macs",
	                 macs_json(plan, next), "other", "node", plan->topology->nodes[in->node].name, "dev", in->name,
	                 "address", address_json(&plan->interfaces[next->in].address));
}

static int held_frames(json_t *frames, const struct plan *plan, struct error *err)
{
	struct frame *made[HELD_MOST] = { 0 };
	const struct virtio_net_hdr none = { 0 };
	struct next_hop next;
	size_t count;
	int result = crafted_make_held(made, &count, &next, plan, CLIENT_PORT, err);

	for (size_t i = 0; i < count; i++) {
		if (result == 0)
			json_array_append_new(frames, frame_json(plan, &next, made[i], &none, 1));
		frame_free(made[i]);
	}
	return result;
}

static int frames_make(json_t *frames, const struct plan *plan, struct error *err)
{
	const uint64_t burst = (uint64_t)plan->traffic.burst;

	if (traffic_is_held(&plan->traffic))
		return held_frames(frames, plan, err);
	for (uint64_t sent = 0; sent < burst;) {
		struct crafted crafted = { 0 };
		if (crafted_make(&crafted, plan, CLIENT_PORT, sent, err) < 0)
			return -1;
		json_array_append_new(
		        frames, frame_json(plan, &crafted.next, crafted.frame, &crafted.offload, crafted.segments));
		sent += crafted.segments;
		crafted_clear(&crafted);
	}
	return 0;
}

/* What the receiver is to get. */
static void octets_wanted(json_t *json, const struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	const uint64_t overlap = traffic_overlap(traffic);
	uint64_t octets = traffic_octets(traffic) - overlap;
	bool gap = false;

	if (traffic_is_numbered(traffic)) {
		struct burst burst;
		burst_make(&burst, traffic);
		octets = burst_octets(&burst, overlap, &gap);
		burst_clear(&burst);
	}
	set(json, "octets", json_integer((json_int_t)octets));
	set(json, "overlap", json_integer((json_int_t)overlap));
	set(json, "gap", json_boolean(gap));
}

static json_t *crafted_json(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct transport *transport = transport_of(traffic);
	const bool awaited = transport->awaited && transport->awaited(traffic);
	const char *receiver = !plan->to_is_owned ? "none" : awaited ? "listen" : "established";
	json_t *frames = json_array();

	if (frames_make(frames, plan, err) < 0) {
		json_decref(frames);
		return NULL;
	}
	json_t *json = json_pack("{s:s,s:o,s:o,s:s,s:b,s:b,s:I,s:o}", "kind", "crafted", "from",
	                         end_json(plan, plan->from, &plan->from_address, CLIENT_PORT), "to",
	                         end_json(plan, plan->to, &traffic->to, SERVER_PORT), "receiver", receiver, "held",
	                         traffic_is_held(traffic), "owes", crafted_owes(traffic), "start",
	                         (json_int_t)transport->crafted_start(traffic), "frames", frames);
	octets_wanted(json, plan);
	return json;
}

/* Offloads of TAP devices, which take them once a program holds them. */
static json_t *commands_json(const struct plan *plan)
{
	json_t *commands = json_array();

	for (size_t i = 0; i < plan->cell_command_count; i++) {
		const struct command *command = &plan->cell_commands[i];
		if (!script_waits(plan, command))
			continue;
		json_t *words = json_pack("[s,s]", plan->topology->nodes[command->node].name, "ethtool");
		owned_text text = text_copy(command->text);
		char *rest = NULL;
		for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
			json_array_append_new(words, json_string(word));
		json_array_append_new(commands, words);
	}
	return commands;
}

/* A burst that software cuts needs whole checksums, which tx off makes. */
static json_t *tx_check(const struct plan *plan, const json_t *traffic)
{
	const json_t *frame = json_array_get(json_object_get(traffic, "frames"), 0);

	if (!frame || json_integer_value(json_object_get(frame, "segments")) < 2 ||
	    plan->traffic.checksum == CHECKSUM_PARTIAL)
		return json_null();
	return json_pack("[O,s,s,O]", json_object_get(frame, "node"), "ethtool", "-k", json_object_get(frame, "dev"));
}

static json_t *drop_counters(const struct plan *plan)
{
	static const char *const common[] = {
		"Ip6InHdrErrors", "Ip6InNoRoutes",  "Ip6InAddrErrors", "Ip6InDiscards",  "Ip6InTooBigErrors",
		"Ip6OutNoRoutes", "Ip6OutDiscards", "IpInHdrErrors",   "IpInAddrErrors", NULL
	};
	const struct transport *transport = transport_of(&plan->traffic);
	json_t *names = json_array();

	for (size_t i = 0; common[i]; i++)
		json_array_append_new(names, json_string(common[i]));
	if (transport->early_counter)
		json_array_append_new(names, json_string(transport->early_counter));
	for (size_t i = 0; transport->drop_counters && transport->drop_counters[i]; i++)
		json_array_append_new(names, json_string(transport->drop_counters[i]));
	return names;
}

json_t *script_cell(const struct plan *plan, const struct result *result, struct error *err)
{
	json_t *traffic = traffic_is_crafted(&plan->traffic) ? crafted_json(plan, err) : connection_json(plan);
	json_t *cell = json_object(), *nodes = json_array();

	for (size_t i = 0; i < plan->topology->node_count; i++)
		json_array_append_new(nodes, json_string(plan->topology->nodes[i].name));
	set(cell, "nodes", nodes);
	set(cell, "ports", ports_json(plan));
	set(cell, "addresses", addresses_json(plan));
	set(cell, "offloads", offloads_json(plan));
	set(cell, "services", services_json(plan));
	set(cell, "listeners", listeners_json(plan));
	set(cell, "commands", commands_json(plan));
	set(cell, "complaints", json_array());
	set(cell, "drop_counters", drop_counters(plan));
	set(cell, "tx_off", traffic ? tx_check(plan, traffic) : json_null());
	set(cell, "expected",
	    result->expected ? members_json(&result_row_members, result->expected)
	                     : json_pack("{s:s}", "fate", word_of(fate_words, FATE_DELIVERED)));
	if (traffic) {
		set(cell, "traffic", traffic);
		return cell;
	}
	json_decref(cell);
	return NULL;
}
