/* What workarounds advise, and topologies without a node. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "mode.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static const char *const role_words[] = { "anywhere", "source", "routers", "destination" };

/* "encap | gro off routers + tso off source | ?": ? is what is no setting. */
static void advises(const char *workaround, const char *wanted)
{
	struct advices advices;
	owned_text text = text_copy("");

	advices_read(&advices, workaround);
	for (size_t i = 0; i < advices.count; i++) {
		text_append(&text, "%s%s", i ? " | " : "", advices.at[i].count ? "" : "?");
		for (size_t a = 0; a < advices.at[i].count; a++) {
			const struct advice_atom *atom = &advices.at[i].atoms[a];
			text_append(&text, "%s%s", a ? " + " : "",
			            atom->kind == ADVICE_MODE   ? word_of(mode_words, atom->mode)
			            : atom->kind == ADVICE_NODE ? atom->name
			            : atom->kind == ADVICE_MTU  ? "mtu"
			                                        : word_of(offload_words, (int)atom->offload));
			if (atom->kind == ADVICE_NODE)
				text_append(&text, " %s", atom->value);
			else if (atom->kind != ADVICE_MODE)
				text_append(&text, " %s %s", atom->on ? "on" : "off", role_words[atom->role]);
		}
	}
	assert_string_equal(text, wanted);
	advices_clear(&advices);
}

static void workarounds(void **state)
{
	(void)state;
	advises("encap mode; gro off at the routers; tx off at the source", "encap | gro off routers | tx off source");
	advises("encap mode, or gro off at the final host", "encap | gro off destination");
	advises("encap mode, or gro off at the router and tso off at the source",
	        "encap | gro off routers + tso off source");
	advises("gro off at the edge's port and tso off at the host", "gro off routers + tso off source");
	advises("encap mode; gro off costs nothing then", "encap | gro off anywhere");
	advises("encap mode; gro off at the final host costs nothing then", "encap | gro off destination");
	advises("tx off at the source, encap mode, or another model", "tx off source | encap | ?");
	advises("encap mode; lro off at the routers", "encap | lro off routers");
	advises("End.DT4, or a SID at the last router", "? | ?");
	advises("complete the checksum in the service, or tx off at the source", "? | tx off source");
	advises("pad with PadN", "?");
	advises("seg6_flowlabel -1", "seg6_flowlabel -1");
	advises("a larger MTU behind the router, or a smaller one at the source", "mtu on routers | mtu off source");
	advises("listen with a ring (PACKET_RX_RING, as tcpdump does)", "?");
	advises("none is needed, all is delivered", "? | ?");
	advises("", "");
	advises(NULL, "");
}

#define CHAIN                                                                                                          \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, r2: {sids: {\"fc00:2::100\": End}},\n"                   \
	"  dst: {addresses: [\"fc00:d::1\"]}}\n"

static struct topology *read_topology(const char *text)
{
	struct topology *topology = NULL;
	struct error err = { 0 };

	if (topology_parse(&topology, "t.yaml", bytes_of(text), &err) < 0)
		print_error("%s", err.text);
	assert_non_null(topology);
	return topology;
}

/* "src.b0-r2.a0 r2.b0-dst.a0"; "": the node cannot go. */
static void without(const char *text, const char *node, const char *wanted)
{
	owned(topology) topology = read_topology(text);
	owned(topology) made = topology_without(topology, topology_node(topology, node));
	owned_text links = text_copy("");

	for (size_t i = 0; made && i < made->link_count; i++) {
		const struct link *link = &made->links[i];
		for (size_t p = 0; p < link->count; p++) {
			const struct interface *port = &made->interfaces[link->first + p];
			text_append(&links, "%s%s.%s",
			            p   ? "-"
			            : i ? " "
			                : "",
			            made->nodes[port->node].name, port->name);
			assert_int_equal(port->link, i);
		}
	}
	assert_string_equal(links, wanted);
	assert_true(!made || topology_node(made, node) == NOT_FOUND);
}

static void topologies(void **state)
{
	static const char links[] =
	        CHAIN "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]\n";
	static const char kinds[] =
	        CHAIN "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0], kind: wire}, {ends: [r2.b0, dst.a0]}]\n";
	static const char given[] = CHAIN "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]},\n"
	                                  "  {ends: [r2.b0, dst.a0], addresses: [\"fd00::1\", \"fd00::2\"]}]\n";
	static const char named[] =
	        "topology: t\n"
	        "nodes: {src: {routes: [{to: \"fc00:d::/64\", via: r1}]}, r1: {}, dst: {addresses: [\"fc00:d::1\"]}}\n"
	        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n";

	(void)state;
	without(links, "r1", "src.b0-r2.a0 r2.b0-dst.a0");
	without(links, "r2", "src.b0-r1.a0 r1.b0-dst.a0");
	without(links, "dst", "src.b0-r1.a0 r1.b0-r2.a0");
	without(links, "src", "r1.b0-r2.a0 r2.b0-dst.a0");
	without(kinds, "r1", "");
	without(named, "r1", "");
	without(given, "r1", "src.b0-r2.a0 r2.b0-dst.a0");
	without(given, "r2", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(workarounds), cmocka_unit_test(topologies) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
