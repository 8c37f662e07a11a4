/* The usual mistakes of SRv6 nodes: a row each. What a kernel asks for is in Documentation/networking/seg6-sysctl.rst,
 * vrf.rst and ip-sysctl.rst, and in RFC 8986. */
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

static bool of_ipv4(const struct setup_thing *sid)
{
	const char *action = thing_fact(sid, "action");

	return strcmp(action, "End.DX4") == 0 || strcmp(action, "End.DT4") == 0 || strcmp(action, "End.DT46") == 0;
}

/* ip6_forward() and ip_forward() end what a SID sends on. */
static void forwarding_off(struct findings *ret, const struct setup *setup)
{
	bool off6 = setup_sysctl(setup, "net.ipv6.conf.%s.forwarding", "all") == 0;
	bool off4 = setup_sysctl(setup, "net.ipv4.ip_forward", "") == 0;

	FOR_THINGS(setup, THING_ROUTE, sid)
	{
		const bool ipv4 = of_ipv4(sid);
		if (!is_sid(sid) || strcmp(thing_fact(sid, "action"), "End.DX2") == 0 || !(ipv4 ? off4 : off6))
			continue;
		owned_text text = thing_text(sid);
		found(ret, FINDING_MISTAKE, "forwarding-off",
		      text_format("%s sends packets on, and the node does not forward IPv%c", text, ipv4 ? '4' : '6'),
		      text_format("sysctl -w %s=1", ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"));
	}
}

/* A host's own segments need it of all and of the port where they come in. */
static void seg6_enabled_halved(struct findings *ret, const struct setup *setup)
{
	long all = setup_sysctl(setup, "net.ipv6.conf.%s.seg6_enabled", "all");

	FOR_THINGS(setup, THING_LINK, link)
	{
		long one = setup_sysctl(setup, "net.ipv6.conf.%s.seg6_enabled", link->name);
		if (strcmp(link->name, "lo") == 0 || strcmp(thing_fact(link, "up"), "yes") != 0 || one < 0 || all < 0 ||
		    (one > 0) == (all > 0))
			continue;
		const char *off = one > 0 ? "all" : link->name;
		found(ret, FINDING_MISTAKE, "seg6-enabled-halved",
		      text_format("seg6_enabled is %ld of all and %ld of %s: SRHs to addresses of the node are dropped "
		                  "there",
		                  all, one, link->name),
		      text_format("sysctl -w net.ipv6.conf.%s.seg6_enabled=1", off));
	}
}

/* Table local is asked first. */
static void sid_is_address(struct findings *ret, const struct setup *setup)
{
	struct prefix sid, own;

	FOR_THINGS(setup, THING_ROUTE, route)
	{
		if (!is_sid(route) || !thing_prefix(&sid, route))
			continue;
		FOR_THINGS(setup, THING_ADDRESS, address)
		{
			if (!thing_prefix(&own, address) || sid.length != prefix_most(AF_INET6) ||
			    !address_same(&own.address, &sid.address))
				continue;
			owned_text text = thing_text(route);
			found(ret, FINDING_MISTAKE, "sid-is-address",
			      text_format("%s is an address of %s too, which comes first: the behaviour never runs",
			                  text, thing_fact(address, "dev")),
			      text_format("ip -6 address del %s dev %s", address->name, thing_fact(address, "dev")));
		}
	}
}

/* A link-local destination says nothing of the link, so that no packet from elsewhere is sent to it. */
static void sid_is_link_local(struct findings *ret, const struct setup *setup)
{
	struct prefix sid;

	FOR_THINGS(setup, THING_ROUTE, route)
	{
		if (!is_sid(route) || !thing_prefix(&sid, route) || sid.address.octets[0] != 0xfe ||
		    (sid.address.octets[1] & 0xc0) != 0x80)
			continue;
		owned_text text = thing_text(route);
		found(ret, FINDING_MISTAKE, "sid-is-link-local",
		      text_format("%s is link-local, and no router forwards to it", text),
		      text_copy("give it an address of the node's locator"));
	}
}

/* The kernel looks for the neighbour of a link-local next hop on no particular link. */
static void next_hop_without_oif(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_ROUTE, sid)
	{
		if (!is_sid(sid) || strncmp(thing_fact(sid, "nh6"), "fe80:", 5) != 0 || *thing_fact(sid, "oif"))
			continue;
		owned_text text = thing_text(sid);
		found(ret, FINDING_MISTAKE, "next-hop-without-link",
		      text_format("%s sends to the link-local next hop %s, and nothing says by which link", text,
		                  thing_fact(sid, "nh6")),
		      text_copy("give it a global next hop, or `oif` where the kernel has it (End.X from 6.19 on)"));
	}
}

static bool table_has_routes(const struct setup *setup, const char *table)
{
	const bool is_main = strcmp(table, "254") == 0;
	owned_text name = text_format(" table %s", table);

	FOR_THINGS(setup, THING_ROUTE, route)
	{
		const char *at = strstr(route->name, " table ");
		if (!is_sid(route) && (is_main ? !at : at && strcmp(at, name) == 0))
			return true;
	}
	return false;
}

static bool vrf_has_table(const struct setup *setup, const char *table)
{
	FOR_THINGS(setup, THING_LINK, link)
	if (facts_have(&link->facts, "kind", "vrf") && facts_have(&link->facts, "table", table))
		return true;
	return false;
}

static void table_is_empty(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_ROUTE, sid)
	{
		const char *table = thing_fact(sid, "table"), *vrf = thing_fact(sid, "vrftable");
		owned_text text = thing_text(sid);
		if (!is_sid(sid))
			continue;
		if (*table && strcmp(table, "255") != 0 && !table_has_routes(setup, table))
			found(ret, FINDING_MISTAKE, "table-is-empty",
			      text_format("%s looks in table %s, which has no routes%s", text, table,
			                  vrf_has_table(setup, table) ? "" : " and is no VRF's"),
			      text_format("ip route add ... table %s, or the SID with the right table", table));
		if (*vrf && !vrf_has_table(setup, vrf))
			found(ret, FINDING_MISTAKE, "no-such-vrf",
			      text_format("%s is of the VRF with table %s, and no VRF has it: the SID drops all", text,
			                  vrf),
			      text_format("ip link add NAME type vrf table %s", vrf));
	}
}

/* net.vrf.strict_mode: a table names one VRF only in strict mode (vrf.rst). */
static void strict_mode_off(struct findings *ret, const struct setup *setup)
{
	if (setup_sysctl(setup, "net.vrf.strict_mode", "") != 0)
		return;
	FOR_THINGS(setup, THING_ROUTE, sid)
	{
		if (!is_sid(sid) || !*thing_fact(sid, "vrftable"))
			continue;
		owned_text text = thing_text(sid);
		found(ret, FINDING_MISTAKE, "strict-mode-off",
		      text_format("%s looks for its VRF by the table, and net.vrf.strict_mode is 0: the SID drops all",
		                  text),
		      text_copy("sysctl -w net.vrf.strict_mode=1"));
	}
}

/* The route of table main that a packet to an address takes; NULL: none. */
static const struct setup_thing *route_to(const struct setup *setup, const struct address *to)
{
	const struct setup_thing *best = NULL;
	struct prefix prefix, longest = { .length = 0 };

	FOR_THINGS(setup, THING_ROUTE, route)
	{
		if (strstr(route->name, " table ") || !thing_prefix(&prefix, route) || !prefix_covers(&prefix, to))
			continue;
		if (!best || prefix.length > longest.length) {
			best = route;
			longest = prefix;
		}
	}
	return best;
}

static void first_segment(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_ROUTE, route)
	{
		const char *segments = thing_fact(route, "segs");
		owned_text first = text_format("%.*s", (int)strcspn(segments, ","), segments);
		struct address address;
		if (!is_headend(route) || !address_parse(&address, AF_INET6, first))
			continue;
		owned_text text = thing_text(route);
		const struct setup_thing *by = route_to(setup, &address);
		const char *type = by ? thing_fact(by, "type") : "";
		if (!by)
			found(ret, FINDING_MISTAKE, "no-route-to-segment",
			      text_format("%s sends to segment %s first, and table main has no route to it", text,
			                  first),
			      text_format("ip -6 route add %s via ... dev ...", first));
		else if (by == route || (is_headend(by) && by != route && strcmp(by->name, route->name) == 0))
			found(ret, FINDING_MISTAKE, "segment-by-itself",
			      text_format("%s covers its own first segment %s: each packet goes round until the kernel "
			                  "drops it",
			                  text, first),
			      text_format("ip -6 route add %s via ... dev ..., a route of its own", first));
		else if (strcmp(type, "blackhole") == 0 || strcmp(type, "unreachable") == 0)
			found(ret, FINDING_MISTAKE, "no-route-to-segment",
			      text_format("%s sends to segment %s first, which is %s here", text, first, type),
			      text_format("ip -6 route add %s via ... dev ...", first));
	}
}

/* What is pushed: an IPv6 header where it encapsulates, 8 octets of SRH and 16 for each segment (RFC 8754 2), the
 * inserted one with the packet's own destination behind them; a list of one, reduced, needs no SRH. */
static unsigned pushed_octets(const struct setup_thing *route)
{
	const char *mode = thing_fact(route, "mode"), *segments = thing_fact(route, "segs");
	bool inserts = strcmp(mode, "inline") == 0, reduced = strstr(mode, ".red") != NULL;
	unsigned entries = 1;

	for (const char *c = segments; *c; c++)
		entries += *c == ',';
	entries += inserts;
	entries -= reduced;
	unsigned srh = reduced && !entries ? 0 : 8 + 16 * entries;
	return srh + (inserts ? 0 : 40) + (strncmp(mode, "l2encap", 7) == 0 ? 14 : 0);
}

static void mtu_left(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_ROUTE, route)
	{
		if (!is_headend(route))
			continue;
		FOR_THINGS(setup, THING_LINK, link)
		{
			if (strcmp(link->name, thing_fact(route, "dev")) != 0)
				continue;
			unsigned pushed = pushed_octets(route);
			unsigned long mtu = strtoul(thing_fact(link, "mtu"), NULL, 10);
			owned_text text = thing_text(route);
			if (mtu > pushed)
				found(ret, FINDING_HINT, "mtu",
				      text_format("%s adds %u octets: packets of more than %lu do not fit %s (MTU %lu)",
				                  text, pushed, mtu - pushed, link->name, mtu),
				      text_format("an MTU of %lu at the sources, or of more on the way", mtu - pushed));
		}
	}
}

static void hmac_required(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_LINK, link)
	if (setup_sysctl(setup, "net.ipv6.conf.%s.seg6_require_hmac", link->name) > 0)
		found(ret, FINDING_HINT, "hmac-required",
		      text_format("seg6_require_hmac is set of %s: SRHs without a right HMAC are dropped", link->name),
		      text_format("sysctl -w net.ipv6.conf.%s.seg6_require_hmac=0, if that is not meant", link->name));
}

/* What a SID takes out is routed as if it had come by the port where the outer packet came (ip-sysctl.rst, rp_filter).
 */
static void reverse_path(struct findings *ret, const struct setup *setup)
{
	bool ipv4 = false;

	FOR_THINGS(setup, THING_ROUTE, sid)
	ipv4 |= is_sid(sid) && of_ipv4(sid);
	long all = setup_sysctl(setup, "net.ipv4.conf.%s.rp_filter", "all");
	FOR_THINGS(setup, THING_LINK, link)
	{
		long one = setup_sysctl(setup, "net.ipv4.conf.%s.rp_filter", link->name);
		if (ipv4 && strcmp(link->name, "lo") != 0 && (all == 1 || one == 1) && all != 2 && one != 2)
			found(ret, FINDING_HINT, "rp-filter",
			      text_format("rp_filter is strict at %s: what an IPv4 SID takes out is dropped there "
			                  "unless its source is "
			                  "routed back by the same port",
			                  link->name),
			      text_format("sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.%s.rp_filter=0",
			                  link->name));
	}
}

static void ipv6_disabled(struct findings *ret, const struct setup *setup)
{
	FOR_THINGS(setup, THING_LINK, link)
	if (strcmp(thing_fact(link, "up"), "yes") == 0 &&
	    setup_sysctl(setup, "net.ipv6.conf.%s.disable_ipv6", link->name) > 0)
		found(ret, FINDING_HINT, "ipv6-disabled", text_format("IPv6 is disabled at %s", link->name),
		      text_format("sysctl -w net.ipv6.conf.%s.disable_ipv6=0", link->name));
}

void mistakes_find(struct findings *ret, const struct setup *setup)
{
	static void (*const mistakes[])(struct findings *, const struct setup *) = {
		forwarding_off, seg6_enabled_halved, sid_is_address, sid_is_link_local, next_hop_without_oif,
		table_is_empty, strict_mode_off,     first_segment,  mtu_left,          hmac_required,
		reverse_path,   ipv6_disabled,
	};

	for (size_t i = 0; i < COUNT(mistakes); i++)
		mistakes[i](ret, setup);
}
