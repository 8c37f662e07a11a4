#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "behaviour.h"
#include "device.h"
#include "testing.h"

/* Nodes a and b with one link between them, and whatever is to be tested. */
#define PAIR(a, b, link) "topology: t\nnodes:\n  a: " a "\n  b: " b "\nlinks:\n  - {ends: [a.x, b.y]" link "}\n"
#define NODES(nodes)     "topology: t\nnodes: " nodes "\nlinks: [{ends: [a.x, b.y]}]\n"
#define LINKS(links)     "topology: t\nnodes: {a: {}, b: {}, c: {}}\nlinks: " links "\n"

static const struct vector vectors[] = {
	{ PAIR("{}", "{}", ""), NULL },
	{ PAIR("", "", ""), NULL },
	{ PAIR("{addresses: \"fc00:1::1\"}", "{addresses: [\"fc00:2::1\", \"fc00:2::2\"]}", ", mtu: 9000"), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": End}}", "{sids: {\"fc00:2::1\": {behaviour: End.X, nh6: a}}}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: \"fc00:9::1\", flavors: [psp]}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.T, table: main}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.T, table: 100}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DX4, nh4: 10.0.0.1}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.B6, segments: [\"fc00:3::1\", \"fc00:4::1\"]}}}", "{}", ""),
	  NULL },
	{ PAIR("{service: {kind: packet, checksum: complete, sid: \"fc00:2::100\"}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:2::100\": End}, service: {kind: tun, sid: \"fc00:2::100\"}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:2::100\": End}, service: packet}", "{}", ""), NULL },
	{ PAIR("{seg6_enabled: off, seg6_require_hmac: -1}", "{}", ""), NULL },
	{ PAIR("{routes: {\"fc00:9::/64\": b, \"::/0\": b, \"fc00:8::1\": b}}", "{}", ""), NULL },
	{ PAIR("{routes: {\"::/0\": b, \"0::/0\": {via: b, table: 7}, \"0:0::/0\": {via: b, table: 8}}}", "{}", ""),
	  NULL },
	{ PAIR("{}", "{}", ", addresses: [\"fc00:12::1\", \"fc00:12::2\"]"), NULL },
	{ PAIR("{}", "{}", ", kind: nic-model, model: next-header"), NULL },
	{ PAIR("{}", "{}", ", kind: nic"), NULL },
	{ PAIR("{}", "{}", ", kind: nic, model: igb"), NULL },
	{ LINKS("[{ends: [a.x, b.x]}, {ends: [a.y, b.y]}, {ends: [b.z, c.x]}]"), NULL },
	/* the file */
	{ "", "t.yaml:1:1: the file is empty" },
	{ "# nothing\n", "t.yaml:1:1: the file is empty" },
	{ "just words\n", "t.yaml:1:1: a topology is a map {key: value}, not 'just words'" },
	{ "[a, b]\n", "t.yaml:1:1: a topology is a map {key: value}, not a list" },
	{ "\x7f"
	  "ELF\x02\x01",
	  "t.yaml:1:1: not a text file" },
	{ "topology: t\nabout: \"\xff\"\n", "t.yaml:2:9: not a text file" },
	{ "topology: t\nabout: \"a\\0b\"\n", "t.yaml:2:8: a control character" },
	{ "topology: t\nabout: \"a\\eb\"\n", "t.yaml:2:8: a control character" },
	{ "topology: {\n", "t.yaml:2:1: not YAML" },
	{ "topology: t\n\tnodes: {}\n", "t.yaml:2:1: not YAML" },
	{ PAIR("{}", "{}", "") "---\ntopology: u\n", "t.yaml:7:1: a second document" },
	{ "topology: &t t\n", "t.yaml:1:11: YAML anchors" },
	{ "topology: t\nabout: *t\n", "t.yaml:2:8: YAML anchors" },
	{ "topology: t\n*.x: 1\n", "a name with * stands in quotes" },
	{ "topology: !!str t\n", "t.yaml:1:11: YAML tags" },
	{ "topology: t\n? [a]\n: b\n", "t.yaml:2:3: a key must be a word" },
	{ "topology: [[[[[[[[[[[[[[t]]]]]]]]]]]]]]\n", "nested deeper than" },
	/* keys */
	{ "{}", "t.yaml:1:1: a topology needs 'topology'" },
	{ "{}", "a topology needs 'nodes'" },
	{ "{}", "a topology needs 'links'" },
	{ PAIR("{}", "{}", "") "nods: {}\n", "t.yaml:7:1: unknown key 'nods' in a topology (did you mean 'nodes'?)" },
	{ PAIR("{adresses: []}", "{}", ""),
	  "t.yaml:3:7: unknown key 'adresses' in a node (did you mean 'addresses'?)" },
	{ PAIR("{}", "{}", ", ttl: 3"),
	  "t.yaml:6:24: unknown key 'ttl' in a link; known: kind, ends, mtu, prefix, addresses, macs, model" },
	{ PAIR("{}", "{}", ", mtu: 1500, mtu: 1500"), "t.yaml:6:35: 'mtu' is given twice; first on line 6" },
	{ NODES("{a: {}, b: {}, a: {}}"), "t.yaml:2:23: 'a' is given twice; first on line 2" },
	{ "topology: t\nabout: [x]\n", "t.yaml:2:8: expected a sentence, found a list" },
	{ "topology: ../t\n", "t.yaml:1:11: '../t' is not a topology's name" },
	{ "topology: .t\n", "is not a topology's name" },
	{ "topology:\n", "expected a topology's name, found nothing" },
	/* policies */
	{ PAIR("{policies: [{to: \"fc00:9::/64\", mode: inline, segments: [\"fc00:1::1\"], table: 7},"
	       " {to: \"fc00:9::/64\", segments: \"fc00:1::1\"}]}",
	       "{}", ""),
	  NULL },
	{ PAIR("{policies: [{to: \"10.0.0.0/24\", mode: encap.red, segments: [\"fc00:1::1\"]}]}", "{}", ""), NULL },
	{ PAIR("{policies: [{to: \"10.0.0.1\", mode: inline, segments: [\"fc00:1::1\"]}]}", "{}", ""),
	  "in mode inline nothing can be pushed onto IPv4" },
	{ PAIR("{policies: [{segments: [\"fc00:1::1\"]}]}", "{}", ""), "t.yaml:3:18: a policy needs 'to'" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\"}]}", "{}", ""), "t.yaml:3:18: a policy needs 'segments'" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\", segments: []}]}", "{}", ""),
	  "t.yaml:3:48: a policy needs at least one segment" },
	{ PAIR("{policies: [{to: \"fc00:9::1/64\", segments: [\"fc00:1::1\"]}]}", "{}", ""),
	  "t.yaml:3:23: 'fc00:9::1/64' has bits set beyond its length" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\", mode: plain, segments: [\"fc00:1::1\"]}]}", "{}", ""),
	  "t.yaml:3:44: 'plain' is not a mode of a policy" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\", mode: ip6ip6, segments: [\"fc00:1::1\"]}]}", "{}", ""),
	  "t.yaml:3:44: 'ip6ip6' is not a mode of a policy" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\", table: 255, segments: [\"fc00:1::1\"]}]}", "{}", ""),
	  "t.yaml:3:45: table 255 is the kernel's own" },
	{ PAIR("{policies: [{to: \"fc00:9::/64\", segments: [\"fc00:1::1\"]},"
	       " {to: \"fc00:9::/64\", mode: inline, segments: [\"fc00:1::1\"]}]}",
	       "{}", ""),
	  "a second route to fc00:9::/64" },
	{ PAIR("{routes: {\"fc00:9::/64\": b}, policies: [{to: \"fc00:9::/64\", segments: [\"fc00:1::1\"]}]}", "{}",
	       ""),
	  "a second route to fc00:9::/64" },
	{ PAIR("{policies: fc00:1::1}", "{}", ""), "t.yaml:3:17: a policy is a map {key: value}, not 'fc00:1::1'" },
	/* VRFs, rules, routes in lists */
	{ PAIR("{vrfs: {red: {table: 7, ports: [x]}, blue: {table: 8}}, vrf_strict_mode: 0, rules: "
	       "[{from: \"fc00:9::/64\", iif: red, table: 7, priority: 9}, {fwmark: 3, table: main, priority: 10}],"
	       " routes: [{to: \"::/0\", via: b}, {to: \"::/0\", vrf: red, type: prohibit}]}",
	       "{}", ""),
	  NULL },
	{ "topology: t\nnodes: {a: {addresses: [\"fc00:1::1\"]}, b: {vrfs: {red: {table: 7, ports: [x]}}},"
	  " c: {addresses: [\"fc00:1::1\"]}}\nlinks: [{ends: [a.x, b.x]}, {ends: [b.y, c.x]}]\n",
	  NULL },
	{ "topology: t\nnodes: {a: {addresses: [\"fc00:1::1\"]}, b: {vrfs: {red: {table: 7, ports: [x, y]}}},"
	  " c: {addresses: [\"fc00:1::1\"]}}\nlinks: [{ends: [a.x, b.x]}, {ends: [b.y, c.x]}]\n",
	  "fc00:1::1 is given twice; first on line 2" },
	{ PAIR("{vrfs: {red: {ports: [x]}}}", "{}", ""), "t.yaml:3:19: a VRF needs 'table'" },
	{ PAIR("{vrfs: {red: {table: main}}}", "{}", ""), "a VRF needs a table of its own" },
	{ PAIR("{vrfs: {red: {table: 7}, blue: {table: 7}}}", "{}", ""), "table 7 is that of VRF 'red'" },
	{ PAIR("{vrfs: {red: {table: 7, ports: [y]}}}", "{}", ""), "node a has no interface 'y'" },
	{ PAIR("{vrfs: {red: {table: 7, ports: [x]}, blue: {table: 8, ports: [x]}}}", "{}", ""),
	  "x is a port of VRF 'red' already" },
	{ PAIR("{vrfs: {x: {table: 7}}}", "{}", ""), "'x' is the name of another interface" },
	{ PAIR("{vrfs: {lo: {table: 7}}}", "{}", ""), "an interface cannot be called 'lo'" },
	{ PAIR("{routes: [{to: \"::/0\", vrf: red, via: b}]}", "{}", ""), "'red' is not one of the node's `vrfs`" },
	{ PAIR("{vrfs: {red: {table: 7}}, routes: [{to: \"::/0\", vrf: red, table: 8, via: b}]}", "{}", ""),
	  "`vrf` says which table it is; leave `table` out" },
	{ PAIR("{routes: [{to: \"::/0\", via: b, type: blackhole}]}", "{}", ""),
	  "a route needs 'via' or 'type', one of them" },
	{ PAIR("{}", "{}", ", prefix: 127, addresses: link-local"),
	  "link-local addresses are in fe80::/64; leave `prefix` out" },
	{ PAIR("{routes: [{to: \"::/0\"}]}", "{}", ""), "a route needs 'via' or 'type', one of them" },
	{ PAIR("{routes: [{via: b}]}", "{}", ""), "a route in a list needs 'to': a prefix" },
	{ PAIR("{routes: [{to: \"::/0\", type: unicast}]}", "{}", ""),
	  "'unicast' is not a type of route that leads nowhere" },
	{ PAIR("{rules: [{to: \"fc00::/16\", table: 7}]}", "{}", ""), "a rule needs 'priority'" },
	{ PAIR("{rules: [{table: 7, priority: 3}, {table: 8, priority: 3}]}", "{}", ""),
	  "a second rule of priority 3" },
	{ PAIR("{rules: [{iif: y, table: 7, priority: 3}]}", "{}", ""), "node a has no interface 'y'" },
	/* nodes */
	{ NODES("[a, b]"), "t.yaml:2:8: nodes is a map {key: value}, not a list" },
	{ NODES("{a: {}}"), "t.yaml:2:8: 1 nodes; a topology has 2 to 255" },
	{ NODES("{a: {}, b: 3}"), "t.yaml:2:19: a node is a map {key: value}, not '3'" },
	{ NODES("{a: {}, b.c: {}}"), "t.yaml:2:16: 'b.c' cannot name a node" },
	{ NODES("{a: {}, b234567890123456: {}}"), "cannot name a node" },
	{ NODES("{a: {}, -b: {}}"), "'-b' cannot name a node" },
	{ NODES("{a: {}, \"\": {}}"), "'' cannot name a node" },
	{ PAIR("{addresses: [fc00]}", "{}", ""), "t.yaml:3:19: 'fc00' is not an IP address" },
	{ PAIR("{addresses: [\"fc00:1::1/64\"]}", "{}", ""), "t.yaml:3:19: 'fc00:1::1/64' is a prefix" },
	{ PAIR("{addresses: [10.0.0.1/24]}", "{}", ""),
	  "t.yaml:3:19: '10.0.0.1/24' is a prefix; expected an IP address" },
	{ PAIR("{addresses: [10.0.0.256]}", "{}", ""), "t.yaml:3:19: '10.0.0.256' is not an IP address" },
	{ PAIR("{addresses: [127.0.0.1]}", "{}", ""), "127.0.0.1 cannot be a node's address" },
	{ PAIR("{addresses: [10.0.0.1]}", "{addresses: [10.0.0.1]}", ""), "10.0.0.1 is given twice; first on line 3" },
	{ PAIR("{sids: {10.0.0.1: End}}", "{}", ""),
	  "t.yaml:3:14: '10.0.0.1' is an IPv4 address; expected an IPv6 address" },
	{ PAIR("{sids: {10.0.0.0/24: End}}", "{}", ""), "t.yaml:3:14: '10.0.0.0/24' is not an IPv6 prefix" },
	{ PAIR("{routes: {10.0.0.0/33: b}}", "{}", ""), "'10.0.0.0/33' is not an IP prefix such as" },
	{ PAIR("{routes: {10.0.0.1/24: b}}", "{}", ""), "has bits set beyond its length; write 10.0.0.0/24" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.B6, segments: [10.0.0.1]}}}", "{}", ""),
	  "'10.0.0.1' is an IPv4 address; expected an IPv6 address" },
	{ PAIR("{addresses: [[\"fc00:1::1\"]]}", "{}", ""), "t.yaml:3:19: expected an IP address, found a list" },
	{ PAIR("{addresses: {}}", "{}", ""), "t.yaml:3:18: expected a list of IP addresses, found a map" },
	{ PAIR("{addresses: [\"::\"]}", "{}", ""), ":: cannot be a node's address" },
	{ PAIR("{addresses: [\"ff02::1\"]}", "{}", ""), "ff02::1 cannot be a node's address" },
	{ PAIR("{addresses: [\"fe80::1\"]}", "{}", ""), "fe80::1 cannot be a node's address" },
	{ PAIR("{addresses: [\"::1\"]}", "{}", ""), "::1 cannot be a node's address" },
	{ PAIR("{addresses: [\"fc00:1::1\"]}", "{addresses: [\"fc00:1:0::1\"]}", ""),
	  "t.yaml:4:19: fc00:1::1 is given twice; first on line 3" },
	{ PAIR("{addresses: [\"fc00:1::1\"]}", "{sids: {\"fc00:1::1\": End}}", ""),
	  "t.yaml:4:14: fc00:1::1 is given twice" },
	/* SIDs */
	{ PAIR("{sids: [\"fc00:1::1\"]}", "{}", ""), "t.yaml:3:13: sids is a map" },
	{ PAIR("{sids: {\"fc00:1::1\": Edn}}", "{}", ""),
	  "t.yaml:3:27: 'Edn' is not a behaviour (did you mean 'End'?)" },
	{ PAIR("{sids: {\"fc00:1::1\": {}}}", "{}", ""), "t.yaml:3:27: a SID needs 'behaviour'" },
	{ PAIR("{sids: {\"fc00:1::1\": [End]}}", "{}", ""), "t.yaml:3:27: a list is not a behaviour" },
	{ PAIR("{sids: {\"fc00:1::1\": End.X}}", "{}", ""), "t.yaml:3:27: End.X needs nh6" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, nh6: b}}}", "{}", ""),
	  "t.yaml:3:44: End has no parameter nh6" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: c}}}", "{}", ""), "t.yaml:3:51: there is no node 'c'" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: a}}}", "{}", ""), "t.yaml:3:51: a has no link to a" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: \"fc00:::1\"}}}", "{}", ""),
	  "t.yaml:3:51: 'fc00:::1' is not an IPv6 address" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.T, table: mian}}}", "{}", ""), "expected a number from 1 to" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.T, table: 4294967296}}}", "{}", ""),
	  "4294967296 is out of range" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DX4, nh4: \"::1\"}}}", "{}", ""),
	  "'::1' is not an IPv4 address" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DX4, nh4: c}}}", "{}", ""),
	  "t.yaml:3:53: there is no node 'c'" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: b, oif: z}}}", "{}", ""),
	  "t.yaml:3:59: node a has no interface 'z'" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.X, nh6: b, oif: x}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, iif: x}}}", "{}", ""), "unknown key 'iif' in a SID" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, flavors: [pps]}}}", "{}", ""),
	  "'pps' is not a flavor (did you mean 'psp'?); write psp" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.B6, segments: []}}}", "{}", ""), "at least one segment" },
	{ PAIR("{sids: {\"fc00:1::1\": End.DT6}}", "{}", ""),
	  "t.yaml:3:27: End.DT6 needs table or vrftable, one of them" },
	{ PAIR("{sids: {\"fc00:1::1\": End.BPF}}", "{}", ""), "End.BPF needs object and section, or program" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.BPF, program: \"b7\"}}}", "{}", ""),
	  "t.yaml:3:57: 1 octets are not 1 to 15 BPF instructions of 8 octets" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, program: \"9500000000000000\"}}}", "{}", ""),
	  "End has no parameter program" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.BPF, object: t.yaml}}}", "{}", ""), "t.yaml: No such file" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DT6, table: 1, vrftable: 2}}}", "{}", ""), "one of them" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DT6, table: main}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::/48\": End}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1/48\": End}}", "{}", ""),
	  "t.yaml:3:14: 'fc00:1::1/48' has bits set beyond its length; write fc00:1::/48" },
	{ PAIR("{sids: {\"fc00:1::/129\": End}}", "{}", ""), "'fc00:1::/129' is not an IPv6 prefix" },
	{ PAIR("{sids: {\"fc00:1::\": {behaviour: End, flavors: [next-csid], lblen: 12}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::\": {behaviour: End, flavors: [next-csid], lblen: 256}}}", "{}", ""),
	  "256 is out of range; 0 to 255 can be given" },
	{ PAIR("{sids: {\"fc00:1::\": {behaviour: End, flavors: [next-csid], lblen: 64, nflen: 72}}}", "{}", ""),
	  NULL },
	{ PAIR("{sids: {\"fc00:1::\": {behaviour: End, flavors: [psp], nflen: 16}}}", "{}", ""),
	  "nflen is of the flavor next-csid" },
	{ PAIR("{sids: {\"fc00:1::/48\": End}, service: packet}", "{}", ""), "fc00:1:: is a prefix" },
	/* services */
	{ PAIR("{service: packets}", "{}", ""),
	  "t.yaml:3:16: 'packets' is not a service (did you mean 'packet'?); write off, packet or tun" },
	{ PAIR("{service: packet}", "{}", ""), "t.yaml:3:16: a service needs a SID" },
	{ PAIR("{service: {checksum: as-is}}", "{}", ""), "t.yaml:3:16: a service needs 'kind'" },
	{ PAIR("{service: {kind: packet, checksum: none, sid: \"fc00:1::1\"}}", "{}", ""),
	  "t.yaml:3:41: 'none' is not what a service does with the checksum; write as-is or complete" },
	{ PAIR("{addresses: \"fc00:1::1\", service: {kind: tun, sid: \"fc00:1::1\"}}", "{}", ""), "is given twice" },
	/* sysctl, routes */
	{ PAIR("{seg6_hmac_key: -1}", "{}", ""), "t.yaml:3:22: -1 is out of range" },
	{ PAIR("{seg6_hmac_key: 5}", "{}", ""), NULL },
	{ PAIR("{seg6_flowlabel: 2}", "{}", ""), "t.yaml:3:23: 2 is out of range; -1 to 1 can be given" },
	{ PAIR("{seg6_flowlabel: -1, tunsrc: \"fc00::1\"}", "{}", ""), NULL },
	{ PAIR("{tunsrc: fc00}", "{}", ""), "'fc00' is not an IPv6 address" },
	{ PAIR("{seg6_enabled: 2}", "{}", ""), "t.yaml:3:21: '2' is not seg6_enabled; write on, off" },
	{ PAIR("{seg6_require_hmac: 2}", "{}", ""), "t.yaml:3:26: 2 is out of range; -1 to 1 can be given" },
	{ PAIR("{seg6_require_hmac: yes}", "{}", ""), "expected a number from -1 to 1, found 'yes'" },
	{ PAIR("{routes: {\"fc00::/129\": b}}", "{}", ""), "t.yaml:3:16: 'fc00::/129' is not an IP prefix" },
	{ PAIR("{routes: {\"fc00::/\": b}}", "{}", ""), "is not an IP prefix" },
	{ PAIR("{routes: {\"fc00::/6 4\": b}}", "{}", ""), "is not an IP prefix" },
	{ PAIR("{routes: {\"fc00::1/64\": b}}", "{}", ""), "has bits set beyond its length; write fc00::/64" },
	{ PAIR("{routes: {\"fc00::/64\": b, \"fc00:0::/64\": b}}", "{}", ""), "t.yaml:3:32: a second route" },
	{ PAIR("{routes: {\"fc00::/64\": b, \"fc00:0::/64\": {via: b, table: main}}}", "{}", ""), "a second route" },
	{ PAIR("{routes: {\"fc00::/64\": {via: b, table: 7}, \"fc00:0::/64\": {via: b, table: 7}}}", "{}", ""),
	  "a second route" },
	{ PAIR("{routes: {\"fc00::/64\": {via: b, table: 255}}}", "{}", ""), "table 255 is the kernel's own" },
	{ PAIR("{routes: {\"fc00::/64\": {via: b, table: 0}}}", "{}", ""), "t.yaml:3:45: " },
	{ PAIR("{routes: {\"fc00::/64\": {table: 7}}}", "{}", ""), "a route needs 'via'" },
	{ PAIR("{routes: {\"fc00::/64\": {via: d}}}", "{}", ""), "there is no node 'd'" },
	{ PAIR("{routes: {\"fc00::/64\": d}}", "{}", ""), "t.yaml:3:29: there is no node 'd'" },
	{ PAIR("{routes: {\"fc00::1\": {via: a, table: 7}}}", "{}", ""), NULL },
	{ PAIR("{routes: {\"fc00::1\": a}}", "{}", ""), "a route to a itself is in the table of a VRF: give `table`" },
	/* links */
	{ LINKS("{}"), "t.yaml:3:8: links is a list, not a map" },
	{ LINKS("[a.x]"), "t.yaml:3:9: a link is a map" },
	{ LINKS("[{ends: [a.x]}]"), "t.yaml:3:16: ends: expected 2 entries, got 1" },
	{ LINKS("[{ends: a.x}]"), "t.yaml:3:16: ends: expected a list of 2, got 'a.x'" },
	{ LINKS("[{ends: [a, b.x]}]"), "t.yaml:3:17: a link's end is NODE.INTERFACE, not 'a'" },
	{ LINKS("[{ends: [a.x, d.x]}]"), "t.yaml:3:22: there is no node 'd'" },
	{ LINKS("[{ends: [a.x, b.]}]"), "'' cannot name an interface" },
	{ LINKS("[{ends: [a.x, b.y.z]}]"), "'y.z' cannot name an interface" },
	{ LINKS("[{ends: [a.lo, b.x]}]"), "t.yaml:3:17: an interface cannot be called 'lo'" },
	{ LINKS("[{ends: [a.x, b.x]}, {ends: [b.x, c.x]}]"),
	  "t.yaml:3:37: b.x is an end of two links; first on line 3" },
	{ LINKS("[{ends: [a.x, a.x]}]"), "a.x is an end of two links" },
	{ LINKS("[{ends: [a.x, a.y]}]"), "t.yaml:3:16: both ends are on node a" },
	{ LINKS("[{ends: [a.x, b.x]}]"), "t.yaml:2:23: no links lead from a to c" },
	{ LINKS("[]"), "t.yaml:2:16: no links lead from a to b" },
	{ PAIR("{}", "{}", ", macs: [\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"]"), NULL },
	{ PAIR("{}", "{}", ", prefix: 127, addresses: [\"fd00:9::\", \"fd00:9::1\"]"), NULL },
	{ PAIR("{}", "{}", ", prefix: 127, addresses: [\"fd00:9::1\", \"fd00:9::2\"]"), "must be in one /127" },
	{ PAIR("{}", "{}", ", prefix: 128"), "128 is out of range; 64 to 127 can be given" },
	{ PAIR("{}", "{}", ", macs: [\"02:00:00:00:00:01\"]"), "macs: expected 2 entries, got 1" },
	{ PAIR("{}", "{}", ", macs: [\"02:00:00:00:00:01\", \"03:00:00:00:00:02\"]"),
	  "is not an Ethernet address of an interface" },
	{ PAIR("{}", "{}", ", macs: [\"02:00:00:00:00:01\", \"02:00:00:00:00:021\"]"),
	  "is not an Ethernet address of an interface" },
	{ PAIR("{}", "{}", ", macs: [\"00:00:00:00:00:00\", \"02:00:00:00:00:02\"]"),
	  "is not an Ethernet address of an interface" },
	{ PAIR("{}", "{}", ", macs: [\"02:00:00:00:00:01\", \"02:00:00:00:00:01\"]"),
	  "two ends of a link cannot have the same" },
	{ PAIR("{}", "{}", ", kind: nic, macs: [\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"]"),
	  "have the addresses of their NICs" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, count: on}}}", "{}", ""), NULL },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End, count: 2}}}", "{}", ""), "'2' is not count; write on, off" },
	{ PAIR("{sids: {\"fc00:1::1\": End.DX2}}", "{}", ""), "End.DX2 needs oif" },
	{ PAIR("{sids: {\"fc00:1::1\": {behaviour: End.DX2, oif: z}}}", "{}", ""), "node a has no interface 'z'" },
	{ PAIR("{}", "{}", ", mtu: 1279"), "t.yaml:6:29: 1279 is out of range; 1280 to 65521 can be given" },
	{ PAIR("{}", "{}", ", mtu: 99999999999999999999"), "expected a number from 1280 to 65521" },
	{ PAIR("{}", "{}", ", mtu: 1500x"), "expected a number from 1280 to 65521, found '1500x'" },
	{ PAIR("{}", "{}", ", kind: vet"), "t.yaml:6:30: 'vet' is not a kind of link (did you mean 'veth'?); write "
	                                   "veth, nic-model, nic, vxlan, wire or pages" },
	{ PAIR("{}", "{}", ", model: csum-start"), "t.yaml:6:24: only links of `kind: nic-model`, `kind: nic`, `kind: "
	                                           "vxlan`, `kind: wire` and `kind: pages` have a model" },
	{ PAIR("{}", "{}", ", kind: nic-model, model: e1000"),
	  "t.yaml:6:48: e1000 is a model of links of `kind: nic`; this one is `kind: nic-model`" },
	{ PAIR("{}", "{}", ", model: csum-start, kind: nic"),
	  "t.yaml:6:31: csum-start is a model of links of `kind: nic-model`; this one is `kind: nic`" },
	{ PAIR("{}", "{}", ", addresses: [\"fc00:12::1\", \"fc00:13::2\"]"), "must be in one /64" },
	{ PAIR("{}", "{}", ", addresses: [\"fc00:12::1\", \"fc00:12::1\"]"), "is given twice" },
	{ LINKS("[{ends: [a.x, b.x], addresses: [\"fc00:1::1\", \"fc00:1::2\"]},\n"
	        "  {ends: [b.y, c.x], addresses: [\"fc00:1::3\", \"fc00:1::4\"]}]"),
	  "t.yaml:4:33: this /64 is already on the link of line 3" },
	{ PAIR("{}", "{}", ", addresses: [10.0.1.1, 10.0.2.2]"), "the two addresses of a link must be in one /24" },
	{ PAIR("{}", "{}", ", addresses: [10.0.1.1, \"fc00:12::1\"]"), "1 IPv6 address for 2 ends" },
	{ PAIR("{}", "{}", ", addresses: [10.0.1.1, 10.0.1.2, 10.0.1.3, \"fc00:12::1\"]"),
	  "3 IPv4 addresses for 2 ends" },
	{ PAIR("{}", "{}", ", addresses: [10.0.1.1, 10.0.1.2, 10.0.1.3]"), "expected 2 entries, got 3" },
	{ LINKS("[{ends: [a.x, b.x], addresses: [10.0.1.1, 10.0.1.2]},\n"
	        "  {ends: [b.y, c.x], addresses: [\"fc00:1::3\", 10.0.1.3, \"fc00:1::4\", 10.0.1.4]}]"),
	  "t.yaml:4:33: this /24 is already on the link of line 3" },
};

static void test_vectors(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned(topology) topology = NULL;
		struct error err = { 0 };
		int result = topology_parse(&topology, "t.yaml", bytes_of(vectors[i].text), &err);
		wrong += !as_wanted(&vectors[i], result, &err);
		assert_int_equal(result == 0, topology != NULL);
	}
	assert_int_equal(wrong, 0);
}

static const char whole[] = "topology: w\n"
                            "about: everything at once\n"
                            "nodes:\n"
                            "  src: {addresses: [\"fc00:5::1\"], routes: {\"fc00:9::/64\": r1}}\n"
                            "  r1:\n"
                            "    sids:\n"
                            "      \"fc00:1::100\": End\n"
                            "      \"fc00:1::101\": {behaviour: End.X, nh6: dst, flavors: [psp, usd]}\n"
                            "      \"fc00:1::102\": {behaviour: End.B6, segments: [\"fc00:7::1\", \"fc00:8::1\"]}\n"
                            "    service: {kind: packet, checksum: complete, sid: \"fc00:1::200\"}\n"
                            "    seg6_enabled: off\n"
                            "    seg6_require_hmac: 1\n"
                            "  dst: {}\n"
                            "links:\n"
                            "  - {ends: [src.b0, r1.a0], mtu: 1400, addresses: [\"fc00:51::1\", \"fc00:51::2\"]}\n"
                            "  - {ends: [r1.b0, dst.a0], kind: nic-model, model: next-header}\n";

static void assert_whole(const struct topology *t)
{
	const struct node *r1 = &t->nodes[1];

	assert_string_equal(t->name, "w");
	assert_int_equal(t->node_count, 3);
	assert_int_equal(t->link_count, 2);
	assert_int_equal(topology_node(t, "r1"), 1);
	assert_int_equal(topology_node(t, "r2"), NOT_FOUND);
	assert_int_equal(topology_interface(t, 1, "a0"), 1);
	assert_int_equal(topology_interface(t, 1, "b0"), 2);
	assert_int_equal(topology_interface(t, 0, "a0"), NOT_FOUND);
	assert_int_equal(t->interfaces[0].mtu, 1400);
	assert_int_equal(t->interfaces[2].mtu, 1500);
	assert_true(t->interfaces[1].address.family && !t->interfaces[2].address.family);
	assert_string_equal(link_kind(&t->links[1])->word, "nic-model");
	assert_string_equal(t->interfaces[3].model->word, "next-header");
	assert_null(t->interfaces[0].model);
	assert_int_equal(r1->sid_count, 3);
	assert_int_equal(r1->sids[1].behaviour, behaviour_find("End.X"));
	assert_string_equal(r1->sids[1].nh6, "dst");
	assert_string_equal(r1->sids[1].flavors, "psp,usd");
	assert_ptr_equal(r1->sids[1].where.file, t->file);
	assert_int_equal(r1->sids[1].where.line, 8);
	assert_int_equal(r1->sids[2].segment_count, 2);
	assert_string_equal(node_service(r1)->kind->word, "packet");
	assert_int_equal(node_service(r1)->checksum, SERVICE_COMPLETE);
	assert_true(node_service(r1)->sid.family);
	assert_int_equal(r1->seg6_enabled, 0);
	assert_int_equal(r1->seg6_require_hmac, 1);
	assert_int_equal(t->nodes[0].seg6_enabled, 1);
	assert_int_equal(t->nodes[0].routes[0].to.length, 64);
	assert_string_equal(t->nodes[0].routes[0].gateways[0].via, "r1");
}

static void test_values_and_copy(void **state)
{
	struct topology *topology = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(topology_parse(&topology, "w.yaml", bytes_of(whole), &err), 0);
	assert_whole(topology);
	owned(topology) copy = topology_copy(topology);
	topology_free(topology);
	assert_whole(copy);
	/* a copy can be pushed to */
	PUSH(copy->nodes[1].sids, copy->nodes[1].sid_count);
	PUSH(copy->nodes[1].sids, copy->nodes[1].sid_count);
}

static void test_all_errors_at_once(void **state)
{
	owned(topology) topology = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(topology_parse(&topology, "t.yaml",
	                                bytes_of(PAIR("{adresses: 1, seg6_require_hmac: x}",
	                                              "{sids: {\"fc00::g\": End}}", ", mtu: 1, kind: 2")),
	                                &err),
	                 -1);
	assert_int_equal(err.count, 5);
}

static void test_limits(void **state)
{
	owned(topology) topology = NULL;
	owned_text many = text_copy("topology: t\nnodes: {n0: {}");
	owned_text items = text_copy("topology: t\nabout: [");
	owned_text large = text_copy("# ");

	(void)state;
	for (int i = 1; i <= NODE_LIMIT; i++)
		text_append(&many, ", n%d: {}", i);
	text_append(&many, "}\nlinks: []\n");
	struct error err = { 0 };
	assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(many), &err), -1);
	assert_non_null(strstr(err.text, "t.yaml:2:8: 256 nodes; a topology has 2 to 255"));

	for (int i = 0; i < 10001; i++)
		text_append(&items, "a,");
	err = (struct error){ 0 };
	assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(items), &err), -1);
	assert_non_null(strstr(err.text, "more than 10000 values"));

	text_append(&large, "%*s", (int)FILE_LIMIT, "x");
	err = (struct error){ 0 };
	assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(large), &err), -1);
	assert_non_null(strstr(err.text, "t.yaml:1:1: longer than 1048576 octets"));
}

/* A chain of 255 nodes is the longest; nothing in it may be slow. */
static void test_long_chain(void **state)
{
	owned(topology) topology = NULL;
	owned_text text = text_copy("topology: t\nnodes:\n");
	struct error err = { 0 };

	(void)state;
	for (int i = 0; i < NODE_LIMIT; i++)
		text_append(&text, "  n%d: {sids: {\"fc00:%x::100\": End}}\n", i, i + 1);
	text_append(&text, "links:\n");
	for (int i = NODE_LIMIT - 1; i > 0; i--)
		text_append(&text, "  - {ends: [n%d.b0, n%d.a0]}\n", i - 1, i);
	assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(text), &err), 0);
	assert_int_equal(topology->node_count, NODE_LIMIT);
}

static void test_files(void **state)
{
	char directory[] = "/tmp/hopcheck-declare-XXXXXX";
	owned(topology) topology = NULL;
	struct error err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(directory));
	owned_text path = text_format("%s/u.yaml", directory);
	assert_int_equal(topology_read(&topology, path, &err), -1);
	assert_non_null(strstr(err.text, "u.yaml: cannot be read: No such file"));
	FILE *file = fopen(path, "w");
	fputs(PAIR("{}", "{}", ""), file);
	fclose(file);
	err = (struct error){ 0 };
	assert_int_equal(topology_read(&topology, path, &err), -1);
	assert_non_null(strstr(err.text, "u.yaml:1:11: topology 't' must be in a file called t.yaml"));
	owned_text right = text_format("%s/t.yaml", directory);
	assert_int_equal(rename(path, right), 0);
	err = (struct error){ 0 };
	assert_int_equal(topology_read(&topology, right, &err), 0);
	err = (struct error){ 0 };
	assert_int_equal(topology_read(&topology, directory, &err), -1);
	assert_non_null(strstr(err.text, "is not a file"));
	remove(right);
	remove(directory);
}

/* Those that the project ships, when the test runs at the top of its tree. */
static void test_shipped(void **state)
{
	glob_t found = { 0 };

	(void)state;
	if (glob("topologies/*.yaml", 0, NULL, &found) != 0)
		skip();
	for (size_t i = 0; i < found.gl_pathc; i++) {
		owned(topology) topology = NULL;
		struct error err = { 0 };
		if (topology_read(&topology, found.gl_pathv[i], &err) < 0)
			print_error("%s", err.text);
		assert_non_null(topology);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),    cmocka_unit_test(test_values_and_copy),
		cmocka_unit_test(test_limits),     cmocka_unit_test(test_all_errors_at_once),
		cmocka_unit_test(test_long_chain), cmocka_unit_test(test_files),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("declare: topology", tests, NULL, NULL);
}
