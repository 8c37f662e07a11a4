/* Drops in kept traces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_file.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *place_json(const struct topology *topology, const struct drop *drop)
{
	const struct interface *interface =
	        drop->interface == NOT_FOUND ? NULL : &topology->interfaces[drop->interface];

	return json_pack("{s:s, s:s?, s:o, s:o}", "node", topology->nodes[drop->node].name, "interface",
	                 interface ? interface->name : NULL, "reason", text_or_null(drop->reason), "function",
	                 text_or_null(drop->function));
}

json_t *trace_drops_json(const struct trace *trace, const struct topology *topology)
{
	json_t *drops = json_array();

	for (size_t i = 0; i < trace->drop_count; i++) {
		const struct drop *drop = &trace->drops[i];
		json_t *json = place_json(topology, drop);
		owned_text octets = NULL;
		for (size_t o = 0; o < drop->length; o++)
			text_append(&octets, "%02x", drop->data[o]);
		json_object_set_new(json, "time", json_integer((json_int_t)drop->time));
		json_object_set_new(json, "octets", json_string(octets ? octets : ""));
		json_object_set_new(json, "wire_length", json_integer((json_int_t)drop->wire_length));
		json_object_set_new(json, "packet",
		                    drop->packet == NOT_FOUND ? json_null() : json_integer((json_int_t)drop->packet));
		json_array_append_new(drops, json);
	}
	return drops;
}

static bool octets_read(struct drop *drop, const char *hex)
{
	size_t digits = strlen(hex);
	unsigned octet;

	if (digits % 2 || strspn(hex, "0123456789abcdef") != digits)
		return false;
	drop->length = digits / 2;
	drop->data = zalloc(drop->length + 1);
	for (size_t i = 0; i < drop->length; i++) {
		sscanf(hex + 2 * i, "%2x", &octet);
		drop->data[i] = (uint8_t)octet;
	}
	return true;
}

static bool text_read(char *to, size_t size, const char *text)
{
	return (size_t)snprintf(to, size, "%s", text ? text : "") < size;
}

/* The packets must be there already. */
const char *trace_drop_read(struct trace *trace, const struct topology *topology, const json_t *json)
{
	const char *node, *octets, *interface;
	const json_t *packet = json_object_get(json, "packet");
	json_t *place, *reason, *function;
	json_int_t time, wire_length;
	struct drop drop = { .interface = NOT_FOUND, .packet = NOT_FOUND };

	if (json_unpack((json_t *)json, "{s:s, s:o, s:o, s:o, s:I, s:s, s:I}", "node", &node, "interface", &place,
	                "reason", &reason, "function", &function, "time", &time, "octets", &octets, "wire_length",
	                &wire_length) < 0)
		return "a member is missing or of another type";
	interface = json_string_value(place);
	drop.node = topology_node(topology, node);
	if (drop.node == NOT_FOUND)
		return "unknown node";
	if (interface && (drop.interface = topology_interface(topology, drop.node, interface)) == NOT_FOUND)
		return "unknown interface";
	if (json_is_integer(packet)) {
		drop.packet = (size_t)json_integer_value(packet);
		if (drop.packet >= trace->packet_count)
			return "unknown packet";
	}
	if (!text_read(drop.reason, sizeof drop.reason, json_string_value(reason)) ||
	    !text_read(drop.function, sizeof drop.function, json_string_value(function)))
		return "a name is too long";
	drop.time = (uint64_t)time;
	drop.wire_length = (size_t)wire_length;
	if (!octets_read(&drop, octets))
		return "its octets are not hexadecimal";
	*PUSH(trace->drops, trace->drop_count) = drop;
	return NULL;
}
