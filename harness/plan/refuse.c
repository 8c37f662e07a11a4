/* Settings that are valid alone and contradict each other; errors name the place in the file. */
#include <string.h>

#include "plan_internal.h"
#include "transport.h"

#define LIST_OCTETS 2040 /* of segments and TLVs: Hdr Ext Len counts 255 times 8 octets behind the first 8 */

/* Behind a segment list. */
static size_t tlv_octets(const struct traffic *traffic)
{
	return (traffic->tlvs.length + 7) / 8 * 8 + (traffic->hmac ? HMAC_TLV_OCTETS : 0);
}

static const struct setting *last_of(const struct setting *settings, size_t count, const char *key, unsigned modes)
{
	const struct setting *last = NULL;

	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == SET_TRAFFIC &&
		    (key ? strcmp(settings[i].field->key, key) == 0
		         : settings[i].field->type == FIELD_SEGMENTS && settings[i].field->modes & modes))
			last = &settings[i];
	return last;
}

struct where cell_place(const struct plan *plan, const char *key)
{
	const struct testcase *testcase = plan->testcase;
	unsigned modes = 1U << plan->traffic.mode;
	const struct setting *last = last_of(testcase->base, testcase->base_count, key, modes);

	for (size_t a = 0; a < testcase->axis_count; a++) {
		const struct axis_value *value = &testcase->axes[a].values[cell_choice(testcase, plan->cell, a)];
		const struct setting *later = last_of(value->settings, value->setting_count, key, modes);
		last = later ? later : last;
	}
	return last ? last->where : (struct where){ 0 };
}

/* Hdr Ext Len has no larger number: the kernel refuses such a list, and no packet can be built with it. */
static int refuse_long_list(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	const struct mode_kind *mode = mode_kind(traffic->mode);
	size_t tlvs = traffic_is_crafted(traffic) ? tlv_octets(traffic) : 0;
	size_t entries = mode_stops(mode, list->count); /* the kernel is given all of them */

	if (!mode->leads || !list->count || 16 * entries + tlvs <= LIST_OCTETS)
		return 0;
	size_t room = tlvs < LIST_OCTETS ? (LIST_OCTETS - tlvs) / 16 : 0;
	if (mode->inserts && room)
		room--; /* `to` */
	return fail_at(err, cell_place(plan, NULL), "%zu segments%s%s; in mode %s a routing header has room for %zu%s",
	               list->count, tlvs ? " and `srh.tlvs`" : "", mode->inserts ? " and `to` behind them" : "",
	               word_of(mode_words, traffic->mode), room, tlvs ? " beside these TLVs" : "");
}

/* A socket can only bind an address of its node, not a SID. */
static int refuse_no_receiver(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct transport *transport = transport_of(traffic);
	const struct topology *topology = plan->topology;
	const char *node = topology->nodes[plan->to].name;
	char text[ADDRESS_TEXT_SIZE];

	if (traffic_is_crafted(traffic) || plan->to_is_owned)
		return 0;
	address_text(&traffic->to, text);
	if (traffic->to_node)
		return fail_at(err, cell_place(plan, "to_node"),
		               "%s does not have the address %s, which a %s socket needs; give it to %s in "
		               "%s.yaml, or leave `to_node` out, which goes with `%s: crafted`",
		               node, text, transport->name, node, topology->name, transport->word);
	return fail_at(err, cell_place(plan, "to"),
	               "%s is a SID of %s and not an address, which a %s socket needs: put it into `segments`, and "
	               "one of the `addresses` of a node of %s.yaml into `to`",
	               text, node, transport->name, topology->name);
}

/* Packets of a node to itself go over lo, where nothing is captured. */
static int refuse_own_address(const struct plan *plan, struct error *err)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!address_is_local(plan, plan->from, &plan->traffic.to))
		return 0;
	return fail_at(err, cell_place(plan, "to"),
	               "%s is an address of %s, which `from` names too: nothing would be sent",
	               address_text(&plan->traffic.to, text), plan->topology->nodes[plan->from].name);
}

static bool needs_srh(const struct traffic *traffic)
{
	const long fields[] = { traffic->segments_left, traffic->last_entry, traffic->routing_type,
		                traffic->srh_length,    traffic->srh_flags,  traffic->tag };

	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i] != FIELD_AUTO)
			return true;
	return traffic->tlvs.length > 0 || traffic->hmac;
}

/* Octets of the packet that a crafted segment makes. */
static size_t crafted_octets(const struct traffic *traffic)
{
	const struct mode_kind *mode = mode_kind(traffic->mode);
	size_t count = traffic->segments[traffic->mode].count;
	size_t entries = needs_srh(traffic) ? mode_entries_needed(mode, count) : mode_entries(mode, count);
	size_t srh = entries ? 8 + 16 * entries + tlv_octets(traffic) : 0;
	size_t header = traffic->to.family == AF_INET ? 20 + (traffic->ip_options.length + 3) / 4 * 4 : 40;
	size_t options =
	        (traffic->hop_by_hop.length ? (2 + traffic->hop_by_hop.length + 7) / 8 * 8 : 0) +
	        (traffic->destination_options.length ? (2 + traffic->destination_options.length + 7) / 8 * 8 : 0);
	size_t octets = header + srh + options + (mode->outer ? 40 : 0) + (mode->frame ? 14 : 0) +
	                transport_of(traffic)->header_octets(traffic) + (size_t)traffic->payload;

	return traffic->cut > 0 && (size_t)traffic->cut < octets ? (size_t)traffic->cut : octets;
}

/* The kernel segments GSO packets; any other packet must not exceed the MTU of the sending interface. */
static int refuse_too_large(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct topology *topology = plan->topology;
	size_t octets = crafted_octets(traffic);
	unsigned most = 0;

	if (!traffic_is_crafted(traffic) ||
	    (traffic->burst > 1 && !mode_kind(traffic->mode)->outer && !traffic->differ_count))
		return 0;
	FOR_EACH_INTERFACE (i, topology, plan->from)
		if (topology->interfaces[i].mtu > most)
			most = topology->interfaces[i].mtu;
	if (octets <= most)
		return 0;
	struct where where = cell_place(plan, "payload");
	return fail_at(err, where.file ? where : cell_place(plan, traffic->mode == MODE_PLAIN ? "from" : NULL),
	               "a crafted packet of %zu octets cannot leave %s, whose MTU is %u: give less `payload`, fewer "
	               "segments, or a larger `mtu`",
	               octets, topology->nodes[plan->from].name, most);
}

/* The transport's own objections. */
static int refuse_packet(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct transport *transport = transport_of(traffic);
	const char *key = NULL;
	const char *why = traffic_is_crafted(traffic) && transport->refuse ? transport->refuse(traffic, &key) : NULL;

	return why ? fail_at(err, cell_place(plan, key), "%s", why) : 0;
}

/* Packets of a burst that differ are made one by one. */
static int refuse_differ(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	struct where where = cell_place(plan, "differ");
	struct burst burst;

	for (size_t i = 0; i < traffic->differ_count; i++)
		if (traffic->differ[i].last > (unsigned long)traffic->burst)
			return fail_at(err, where, "packet %u of `differ` is not in a burst of %ld",
			               traffic->differ[i].last, traffic->burst);
	if (!traffic->differ_count || !traffic_is_crafted(traffic))
		return 0;
	if (!traffic_is_held(traffic))
		return fail_at(err, where,
		               "packets that differ go with a `burst` of 2 to %d and a `checksum` that is not partial",
		               HELD_MOST);
	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++) {
		if (burst.packets[i].place < 0)
			fail_at(err, where, "packet %zu begins before the data of its burst", i + 1);
		else if (burst.packets[i].traffic.checksum == CHECKSUM_PARTIAL)
			fail_at(err, where, "packet %zu cannot have a partial checksum", i + 1);
	}
	burst_clear(&burst);
	return 0;
}

/* A packet that the node itself makes has no Ethernet header yet where the route would take it inside. */
static int refuse_own_frame(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;

	if (!mode_kind(traffic->mode)->frame || traffic_is_crafted(traffic) || plan->headend != plan->from)
		return 0;
	return fail_at(err, cell_place(plan, "mode"),
	               "mode %s encapsulates frames that come in by a link: name a `headend` behind %s",
	               word_of(mode_words, traffic->mode), traffic->from);
}

/* A tunnel must end at an address of a node, not at a SID. */
static int refuse_no_end(const struct plan *plan, struct error *err)
{
	const struct address *end = plan_tunnel_end(plan);
	size_t owner = end ? address_owner(plan, end) : NOT_FOUND;
	char text[ADDRESS_TEXT_SIZE];

	if (!mode_is_tunnel(mode_kind(plan->traffic.mode)) ||
	    (owner != NOT_FOUND && address_is_local(plan, owner, end)))
		return 0;
	if (!end)
		return fail_at(err, cell_place(plan, "mode"),
		               "mode ip6ip6 needs `segments`, of which the last is where the tunnel ends");
	return fail_at(err, cell_place(plan, NULL),
	               "the tunnel ends at the last segment, %s, which is not an address of a node: put it into the "
	               "`addresses` of one in %s.yaml, or give `segments.ip6ip6`",
	               address_text(end, text), plan->topology->name);
}

static const char *family_word(const struct address *address)
{
	return address->family == AF_INET ? "IPv4" : "IPv6";
}

/* RFC 8754 2: a routing header is one of IPv6's. The kernel's ip6tnl in mode ip6ip6 has IPv6 inside. */
static int refuse_family(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct mode_kind *mode = mode_kind(traffic->mode);
	const char *word = word_of(mode_words, traffic->mode);
	char to[ADDRESS_TEXT_SIZE], source[ADDRESS_TEXT_SIZE];

	address_text(&traffic->to, to);
	if (traffic->source.family && traffic->source.family != traffic->to.family)
		return fail_at(err, cell_place(plan, "source"), "`source` %s is %s, and `to` %s is %s",
		               address_text(&traffic->source, source), family_word(&traffic->source), to,
		               family_word(&traffic->to));
	if (traffic->to.family == AF_INET && mode->inserts)
		return fail_at(err, cell_place(plan, "mode"),
		               "mode %s inserts an SRH into an IPv6 packet, and `to` %s is IPv4", word, to);
	if (traffic->to.family == AF_INET && mode_is_tunnel(mode))
		return fail_at(err, cell_place(plan, "mode"),
		               "the tunnel of mode %s carries IPv6 packets, and `to` %s is IPv4", word, to);
	return 0;
}

/* Keys of IPv4's header. The kernel writes total length and checksum of what waits for its neighbour in a burst. */
static int refuse_ipv4(const struct plan *plan, struct error *err)
{
	static const char *const keys[] = { "ipv4.identification", "ipv4.dont_fragment", "ipv4.checksum",
		                            "ipv4.options" };
	const struct traffic *traffic = &plan->traffic;
	const bool ipv4 = traffic->to.family == AF_INET, alone = !mode_kind(traffic->mode)->outer;
	struct burst burst = { 0 };
	bool unlike = false;

	for (size_t i = 0; i < COUNT(keys) && !ipv4 && traffic_is_crafted(traffic); i++) {
		const struct where where = cell_place(plan, keys[i]);
		if (where.file)
			return fail_at(err, where, "'%s' is of an IPv4 header, and `to` is IPv6", keys[i]);
	}
	if (traffic->ip_options.length > 40)
		return fail_at(err, cell_place(plan, "ipv4.options"), "%zu octets of IPv4 options; the limit is 40",
		               traffic->ip_options.length);
	if (!ipv4 || !alone || !traffic_is_held(traffic))
		return 0;
	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++) {
		const struct traffic *packet = &burst.packets[i].traffic;
		unlike |= packet->ip_checksum != CHECKSUM_VALID || packet->padding || packet->cut;
	}
	burst_clear(&burst);
	return unlike ? fail_at(err, cell_place(plan, "differ"),
	                        "IPv4 packets of a burst that differ have no `padding`, `cut` or `ipv4.checksum: bad`, "
	                        "but in mode encap")
	              : 0;
}

/* Headers with options are IPv6's (RFC 8200 4), and their length is an octet of eights. */
static int refuse_options(const struct plan *plan, struct error *err)
{
	enum { OPTIONS_MOST = 8 * 256 - 2 };
	const struct traffic *traffic = &plan->traffic;
	const struct {
		const char *key;
		struct bytes options;
	} keys[] = { { "hop_by_hop", traffic->hop_by_hop }, { "destination_options", traffic->destination_options } };

	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct where where = cell_place(plan, keys[i].key);
		if (keys[i].options.length > OPTIONS_MOST)
			return fail_at(err, where, "%zu octets of options; the limit is %d", keys[i].options.length,
			               OPTIONS_MOST);
		if (keys[i].options.length && traffic->to.family == AF_INET && !mode_kind(traffic->mode)->outer)
			return fail_at(err, where, "'%s' is of an IPv6 header, and `to` is IPv4; mode encap has one",
			               keys[i].key);
	}
	return 0;
}

int cell_refuse(const struct plan *plan, struct error *err)
{
	unsigned before = err->count;

	refuse_ipv4(plan, err);
	refuse_options(plan, err);
	refuse_family(plan, err);
	refuse_long_list(plan, err);
	refuse_no_receiver(plan, err);
	refuse_own_address(plan, err);
	refuse_packet(plan, err);
	refuse_differ(plan, err);
	refuse_own_frame(plan, err);
	refuse_no_end(plan, err);
	refuse_too_large(plan, err);
	return err->count > before ? -1 : 0;
}
