#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "testing.h"

#define REACHED "mode: inline, segments: [\"fc00:1::100\"]"

static const struct vector vectors[] = {
	{ WITH(""), NULL },
	{ WITH("about: a\nsource: s\nneeds: [seg6, veth-gro]"), NULL },
	{ WITH("needs: tun"), NULL },
	/* the file, its keys and topology */
	{ "", "c.yaml:1:1: the file is empty" },
	{ "- a\n", "c.yaml:1:1: a case is a map {key: value}, not a list" },
	{ "{}", "c.yaml:1:1: a case needs 'case'" },
	{ "{}", "c.yaml:1:1: a case needs `topology: NAME`, or an axis called topology" },
	{ "{}", "a case needs 'traffic'" },
	{ "{}", "c.yaml:1:1: a case needs 'expect'" },
	{ WITH("axis: {}"), "c.yaml:5:1: unknown key 'axis' in a case (did you mean 'axes'?)" },
	{ WITH("case: d"), "c.yaml:5:1: 'case' is given twice; first on line 1" },
	{ WITH("about: {}"), "c.yaml:5:8: expected a sentence, found a map" },
	{ WITH("needs: [gro]"), "c.yaml:5:9: 'gro' is not a feature; write seg6, seg6local, inline, hmac, veth-gro, "
	                        "tun, nic or drop-events" },
	{ "case: a b\n", "c.yaml:1:7: 'a b' is not a case's name" },
	{ ON("topology: three\n"), "c.yaml:2:11: no usable topology 'three'; looked for ../topologies/three.yaml" },
	{ ON("topology: ../one\n"), "c.yaml:2:11: '../one' is not a topology's name" },
	{ ON("topology: [one, two]\n"), "c.yaml:2:11: topology is one name, not a list" },
	{ ON("topology: one\naxes: {topology: [two]}\n"), "c.yaml:3:8: topology is an axis and also given on line 2" },
	{ ON("axes: {topology: [one, two]}\n"), NULL },
	{ ON("axes: {topology: one}\n"), NULL },
	{ ON("axes: {topology: {one: , two: {mode: encap}}}\n"), NULL },
	{ ON("axes: {topology: [one, ten]}\n"), "c.yaml:2:24: no usable topology 'ten'" },
	{ ON("axes: {topology: [one, one]}\n"), "c.yaml:2:24: axis topology has the value 'one' twice" },
	{ ON("axes: {topology: {one: x}}\n"),
	  "c.yaml:2:24: label 'one' of axis topology is a map of settings, not 'x'" },
	{ ON("axes: {topology: {one: {topology: two}}}\n"), "c.yaml:2:25: topology is not a setting" },
	{ ON("axes: {topology: {one: {r2.b0.gro: on}, two: {}}}\n"), "c.yaml:2:25: there is no node 'r2'" },
	{ ON("axes: {topology: {one: {}, two: {r2.b0.gro: on}}}\n"), NULL },
	{ ON("axes: {topology: []}\n"), "axis topology has no values" },
	/* traffic */
	{ "case: c\ntopology: one\ntraffic: {to: \"fc00:d::1\"}\n" EXPECT, "c.yaml:3:10: traffic needs 'from'" },
	{ "case: c\ntopology: one\ntraffic: {from: src}\n" EXPECT, "c.yaml:3:10: traffic needs 'to'" },
	{ "case: c\ntopology: one\ntraffic: {from: src}\naxes: {to: [\"fc00:d::1\"]}\n" EXPECT, NULL },
	{ "case: c\ntopology: one\ntraffic: {to: \"fc00:d::1\"}\naxes: {w: {a: {from: src}, b: {from: r1}}}\n" EXPECT,
	  NULL },
	{ "case: c\ntopology: one\ntraffic: {to: \"fc00:d::1\"}\naxes: {w: {a: {from: src}, b: {}}}\n" EXPECT,
	  "traffic needs 'from'" },
	{ "case: c\ntopology: one\ntraffic: {from: src, to: \"fc00:d::9\"}\n" EXPECT,
	  "c.yaml:3:22: no node has the address fc00:d::9; give it to one in one.yaml, or name `to_node`" },
	{ "case: c\ntopology: one\ntraffic: {from: src, to: \"fc00:d::9\", to_node: dst}\n" EXPECT, NULL },
	{ AXES("{to: [\"fc00:d::1\", \"fc00:1::100\", \"fc00:d::8\"]}"),
	  "c.yaml:5:41: no node has the address fc00:d::8" },
	{ AXES("{to_node: [src, dst], to: [\"fc00:d::8\"]}"), NULL },
	{ "case: c\ntopology: one\ntraffic: 7\n" EXPECT, "c.yaml:3:10: traffic is a map" },
	{ SENDS("tcp: kernel, mode: encap, headend: r1, to_node: dst, direction: both, bytes: 1M"), NULL },
	{ SENDS("mode: inline, segments: [\"fc00:1::100\", \"fc00:d::2\"]"), NULL },
	{ SENDS("segments: {inline: [\"fc00:1::100\"], encap: []}") "axes: {mode: [inline, encap]}\n", NULL },
	{ SENDS("tcp: crafted, mode: encap, srh: {tag: 5, tlvs: \"0504 0000:00ff\", last_entry: auto}"), NULL },
	{ SENDS("tcp: crafted, mode: inline, srh.tlvs: \"\""), NULL },
	{ SENDS("tcp: crafted, mode: inline, srh.tag: 0xffff, flags: [syn, ack], sequence: -5, cut: 60, burst: 10000, "
	        "hop_limit: 0"),
	  NULL },
	{ SENDS("tcp: crafted, flags: syn, checksum: partial, payload: 1k"), NULL },
	{ SENDS("segment: []"), "c.yaml:3:39: 'segment' is not a setting (did you mean 'segments'?)" },
	{ SENDS("src.b0.gro: on"),
	  "c.yaml:3:39: 'src.b0.gro' is not a traffic field; it belongs under `set` or `axes`" },
	{ SENDS("topology: one"), "c.yaml:3:39: topology is not a setting" },
	{ SENDS("to: \"fc00:d::2\""), "c.yaml:3:39: 'to' is given twice" },
	{ SENDS("tcp: udp"), "c.yaml:3:44: 'udp' is not a value of tcp; write kernel or crafted" },
	{ SENDS("mode: [inline]"), "c.yaml:3:45: a list is not a value of mode; write plain, inline, encap, encap.red, "
	                           "l2encap, l2encap.red or ip6ip6" },
	{ SENDS("headend: r9"), "c.yaml:3:48: there is no node 'r9'" },
	{ SENDS("headend: srcc"), "there is no node 'srcc' (did you mean 'src'?); one has src, r1, dst" },
	{ SENDS("bytes: 64q"), "c.yaml:3:46: expected a number of octets such as 1000, 64k or 1M, found '64q'" },
	{ SENDS("bytes: -1"), "expected a number of octets" },
	{ SENDS("bytes: 2G"), "c.yaml:3:46: 2G is out of range; 0 to 1073741824 can be given" },
	{ SENDS("bytes: 9223372036854775807k"), "is out of range" },
	{ SENDS("bytes: 9223372036854775808"), "expected a number of octets" },
	{ SENDS("hop_limit: 256"), "c.yaml:3:50: 256 is out of range; 0 to 255 can be given" },
	{ SENDS("hop_limit: -1"), "-1 is out of range; 0 to 255 can be given" },
	{ SENDS("burst: 0"), "0 is out of range; 1 to 100000 can be given" },
	{ SENDS("burst: auto"), "expected a number from 1 to 100000, found 'auto'" },
	{ SENDS("srh: {tag: 65536}"), "c.yaml:3:50: 65536 is out of range" },
	{ SENDS("srh: {tags: 5}"), "c.yaml:3:45: 'srh.tags' is not a setting (did you mean 'srh.tag'?)" },
	{ SENDS("srh: 5"), "'srh' is not a setting" },
	{ SENDS("srh.tlvs: \"050\""), "c.yaml:3:49: '050' is not octets in hex" },
	{ SENDS("srh.tlvs: \"0x05\""), "'0x05' is not octets in hex" },
	{ SENDS("flags: [urgent]"), "c.yaml:3:47: 'urgent' is not a TCP flag; write" },
	{ SENDS("tcp: crafted, burst: 8, differ: {1: {}, 4: {ack: 1, srh: {}}, 5-8: {flags: fin}}"), NULL },
	{ SENDS("tcp: crafted, source: \"fd00::1\", burst: 2, differ: {2: {source: \"::1\", traffic_class: 255}}"),
	  NULL },
	{ SENDS("source: \"fd00::1\""), "c.yaml:3:39: nothing uses 'source' here: it goes with `tcp: crafted`" },
	{ SENDS("differ: {1: {ack: 1}}"), "c.yaml:3:39: nothing uses 'differ' here: it goes with `tcp: crafted`" },
	{ SENDS("tcp: crafted, differ: {4: {srh.tag: 1}}"), "c.yaml:3:66: nothing uses 'srh.tag' here" },
	{ SENDS("tcp: crafted, differ: 5"), "c.yaml:3:61: differ is a map" },
	{ SENDS("tcp: crafted, differ: {0: {}}"), "c.yaml:3:62: '0' does not name packets of a burst" },
	{ SENDS("tcp: crafted, differ: {65: {}}"), "write a number from 1 to 64, or a range such as 2-5" },
	{ SENDS("tcp: crafted, differ: {5-4: {}}"), "'5-4' does not name packets of a burst" },
	{ SENDS("tcp: crafted, differ: {4: {bust: 1}}"),
	  "c.yaml:3:66: 'bust' is not a setting (did you mean 'burst'?)" },
	{ SENDS("tcp: crafted, differ: {4: {burst: 1}}"), "c.yaml:3:66: 'burst' cannot differ within a burst" },
	{ SENDS("tcp: crafted, differ: {4: {window: 65536}}"), "c.yaml:3:74: 65536 is out of range" },
	{ SENDS("segments: [r1]"), "c.yaml:3:50: 'r1' is not an IPv6 address" },
	{ SENDS("segments: {plain: []}"), "'segments.plain' is not a setting; take" },
	{ SENDS("checksum: wrong"), "'wrong' is not a value of checksum; write valid, partial or bad" },
	/* set */
	{ SET("{\"*.*.tso\": off, r1.b0: {gro: on, mtu: 1400}, r1: {service: packet, seg6_enabled: 0}, " REACHED "}"),
	  NULL },
	{ SET("{\"r?.[ab]0.gro\": yes, \"*.seg6_require_hmac\": 1, src.b0.model: next-header, \"*.*.model\": "
	      "csum-start}"),
	  NULL },
	{ SET("{r1.service: packet, dst.service: off, r1.service.checksum: complete, " REACHED "}"), NULL },
	{ SET("{\"*.service\": off}"), NULL },
	{ SET("{r1.service: packet}"),
	  "c.yaml:5:7: no packet reaches the service of r1: put its SID fc00:1::100 into `segments`" },
	{ SET("{r1.service: tun, mode: inline, segments: [\"fc00:1::101\"]}"), "c.yaml:5:7: no packet reaches" },
	{ SET("{*.*.tso: off}"), "a name with * stands in quotes" },
	{ SET("[a]"), "c.yaml:5:6: a set of settings is a map" },
	{ SET("{topology: two}"), "c.yaml:5:7: topology is not a setting" },
	{ SET("{r1.b0.gor: on}"), "c.yaml:5:7: 'r1.b0.gor' is not a setting; write NODE.INTERFACE.gro" },
	{ SET("{gro: on}"), "c.yaml:5:7: 'gro' is not a setting; write NODE.INTERFACE.gro, with * for every one" },
	{ SET("{service: off}"), "'service' is not a setting; write NODE.service" },
	{ SET("{r1.gro: on}"), "'r1.gro' is not a setting" },
	{ SET("{r1..gro: on}"), "'r1..gro' is not a setting" },
	{ SET("{.b0.gro: on}"), "'.b0.gro' is not a setting" },
	{ SET("{r1.b0.c.gro: on}"), "'r1.b0.c.gro' is not a setting" },
	{ SET("{r1.b0.gro: maybe}"), "c.yaml:5:18: 'maybe' is not a value of r1.b0.gro; write on, off" },
	{ SET("{r1.b0.gro: }"), "nothing is not a value of r1.b0.gro" },
	{ SET("{r2.b0.gro: on}"), "c.yaml:5:7: there is no node 'r2' (did you mean 'r1'?); one has src, r1, dst" },
	{ SET("{r1.b1.gro: on}"), "c.yaml:5:7: node r1 has no interface 'b1'; it has a0, b0" },
	{ SET("{\"r2.*.gro\": on}"), "c.yaml:5:7: 'r2.*.gro' matches no interface of the topology" },
	{ SET("{\"x*.service\": off}"), "'x*.service' matches no node of the topology" },
	{ SET("{r1.b0.mtu: 1000}"), "1000 is out of range; 1280 to 65521 can be given" },
	{ SET("{r1.b0.model: csum-start}"), "'r1.b0.model' is on no link of `kind: nic-model`, `kind: nic`, `kind: "
	                                    "vxlan`, `kind: wire` or `kind: pages`" },
	{ SET("{src.b0.model: e1000}"), "e1000 is a model of links of `kind: nic`, and 'src.b0.model' is on none" },
	{ SET("{src.b0.model: foo}"),
	  "'foo' is not a value of src.b0.model; write csum-start, next-header, virtio-net, "
	  "e1000, e1000e, vmxnet3, igb, rtl8139, pcnet, tulip, udp-csum, udp-gro, "
	  "udp-partial, udp-zero, whole, virtio, lro or in-pages" },
	{ SET("{dst.service: tun}"), "c.yaml:5:7: node dst has no SID that a service could serve" },
	{ SET("{r1.service: on}"), "'on' is not a value of r1.service; write off, packet or tun" },
	{ SET("{r1.seg6_hmac_key: 65536}"), "65536 is out of range; 0 to 65535 can be given" },
	{ SET("{r1.seg6_enabled: 2}"), "'2' is not a value of r1.seg6_enabled" },
	/* axes */
	{ AXES("{mode: [plain, inline], dst.a0.gro: [on, off], \"*.*.tso\": [on], tcp: [crafted], checksum: [valid, "
	       "bad]}"),
	  NULL },
	{ AXES("{mode: [encap], tcp: crafted, segments: [[], [\"fc00:1::100\"], [\"fc00:1::100\", \"fc00:d::2\"]], "
	       "burst: 3}"),
	  NULL },
	{ AXES("{segments: {few: [], many: [\"fc00:1::100\"]}, left: {\"0\": {segments_left: 0}, \"1\": {}}, tcp: "
	       "[kernel, crafted], mode: inline}"),
	  NULL },
	{ AXES("{gro: {all: {\"*.*.gro\": on}, r1: {r1.a0.gro: on, srh: {tag: 1}}}, tcp: crafted, mode: inline}"),
	  NULL },
	{ AXES("{tcp: crafted, mode: inline, srh.tlvs: [\"\", \"0400\"]}"), NULL },
	/* keys that no cell can use */
	{ SENDS("burst: 3"),
	  "c.yaml:3:39: nothing uses 'burst' here: it goes with `tcp: crafted`, which no cell with it has" },
	{ SENDS("hop_limit: auto"), NULL },
	{ SENDS("tcp: crafted, srh: {tag: 5}"),
	  "c.yaml:3:59: nothing uses 'srh.tag' here: it goes with `tcp: crafted`, `mode: inline` or `encap`" },
	{ SENDS("tcp: crafted, bytes: 1k"), "c.yaml:3:53: nothing uses 'bytes' here: it goes with `tcp: kernel`" },
	{ SENDS("tcp: crafted, mode: encap, headend: r1"), "c.yaml:3:66: nothing uses 'headend' here" },
	{ SENDS("headend: r1"), "nothing uses 'headend' here: it goes with `tcp: kernel`, `mode: inline` or `encap`" },
	{ SENDS("segments: [\"fc00:1::100\"]"),
	  "c.yaml:3:39: nothing uses 'segments' here: it goes with `mode: inline` or `encap`" },
	{ SENDS("mode: encap, segments.inline: [\"fc00:1::100\"]"),
	  "nothing uses 'segments.inline' here: it goes with `mode: inline`," },
	{ AXES("{burst: [1, 2]}"), "c.yaml:5:16: nothing uses 'burst' here" },
	{ AXES("{k: {real: {tcp: kernel, burst: 3}, made: {tcp: crafted, burst: 2}}}"),
	  "c.yaml:5:32: nothing uses 'burst' here" },
	/* tcp is crafted in plain cells only */
	{ AXES("{k: {a: {tcp: crafted}, b: {mode: inline}}, srh.tag: [1]}"), "nothing uses 'srh.tag' here" },
	/* a later axis has the last word */
	{ AXES("{k: {a: {tcp: crafted, burst: 2}}, tcp: [kernel]}"), "c.yaml:5:30: nothing uses 'burst' here" },
	{ AXES("{k: {a: {burst: 2}}, tcp: [kernel, crafted]}"), NULL },
	{ SET("{burst: 2}"), "c.yaml:5:7: nothing uses 'burst' here" },
	{ SET("{r1.service.checksum: complete}"),
	  "c.yaml:5:7: nothing uses 'r1.service.checksum': no cell has a service there" },
	{ SET("{r1.service.checksum: complete, r1.service: off}"), "no cell has a service there" },
	{ AXES("{\"r*.service.checksum\": [as-is, complete], r1.service: [off, tun], by: {one: {" REACHED "}}}"),
	  NULL },
	{ AXES("[mode]"), "c.yaml:5:7: axes is a map" },
	{ AXES("{mode: []}"), "c.yaml:5:14: axis mode has no values" },
	{ AXES("{mode: {}}"), "c.yaml:5:14: axis mode has no values" },
	{ AXES("{mode: }"), "expected a list of values, found nothing" },
	{ AXES("{mode: [inline, encap, inline]}"), "c.yaml:5:30: axis mode has the value 'inline' twice" },
	{ AXES("{r1.a0.gro: [on, true]}"), "c.yaml:5:24: axis r1.a0.gro has the value 'on' twice" },
	{ AXES("{mode: [inline, sideways]}"), "c.yaml:5:23: 'sideways' is not a value of mode" },
	{ AXES("{gro: [on, off]}"), "c.yaml:5:8: 'gro' is not a setting; write NODE.INTERFACE.gro" },
	{ AXES("{gro: {all: on}}"), "c.yaml:5:19: label 'all' of axis gro is a map of settings, not 'on'" },
	{ AXES("{gro: {all: {r9.a0.gro: on}}}"), "c.yaml:5:20: there is no node 'r9'" },
	{ AXES("{gro: {a b: {}}}"), "c.yaml:5:14: 'a b' cannot be a label" },
	{ AXES("{a=b: {c: {}}}"), "c.yaml:5:8: 'a=b' cannot be an axis" },
	{ AXES("{mode: [{inline: on}]}"), "c.yaml:5:15: a bundle needs a label" },
	{ AXES("{r9.a0.gro: [on, off]}"), "there is no node 'r9'" },
	{ AXES("{burst: [1, many]}"), "c.yaml:5:19: expected a number from 1 to 100000, found 'many'" },
	/* when and the rest of expectations */
	{ EXPECTS("[{when: {mode: inline}, fate: dropped, at: dst, reason: tcp-csum}, {fate: delivered}]"), NULL },
	{ EXPECTS("[{when: {mode: [inline, encap], r1.a0.gro: on}, verdict: {fate: stalled}}, {fate: delivered}]"),
	  NULL },
	{ EXPECTS("[{kernel: \">=4.10 <4.13\", fate: dropped}, {needs: [hmac], fate: dropped}, {fate: delivered}]"),
	  NULL },
	{ EXPECTS("{aggregation: {dst.a0: merged, \"r1.b0:out\": 8, \"dst.a0:in\": \">=2\", src.b0: none, r1.a0: "
	          "split}}"),
	  NULL },
	{ EXPECTS("{merged: {dst.a0: [1-3, 4, 5-6+8], r1.a0: 1-8}, altered: [dst.a0]}"), NULL },
	{ EXPECTS("{merged: {dst.b0: [1]}}"), "node dst has no interface 'b0'" },
	{ EXPECTS("{merged: {dst.a0: [1-]}}"), "c.yaml:4:28: '1-' does not name packets of a burst; write numbers" },
	{ EXPECTS("{merged: {dst.a0: [1+65]}}"), "'1+65' does not name packets of a burst" },
	{ EXPECTS("{complaint: partial checksum, fate: delivered, reason: none, workaround: w, because: b, ref: r}"),
	  NULL },
	{ EXPECTS("[]"), "c.yaml:4:9: no expectation" },
	{ EXPECTS("delivered"), "c.yaml:4:9: an expectation is a map" },
	{ EXPECTS("{}"), "c.yaml:4:9: no verdict" },
	{ EXPECTS("{because: b}"), "c.yaml:4:9: no verdict" },
	{ EXPECTS("{fates: dropped}"), "c.yaml:4:10: unknown key 'fates' in an expectation (did you mean 'fate'?)" },
	{ EXPECTS("{fate: lost}"), "'lost' is not a fate; write delivered, dropped, corrupted or stalled" },
	{ EXPECTS("{fate: delivered, log: warned}"), "c.yaml:4:9: `log` is for rows of `known`" },
	{ KNOWN("{log: warned, because: b, ref: r}"), NULL },
	{ KNOWN("{log: warned, fate: dropped, because: b, ref: r}"), NULL },
	{ EXPECTS("{fate: delivered, at: dst}"), "what is delivered ends nowhere" },
	{ EXPECTS("{fate: delivered, reason: tcp-csum}"), "what is delivered ends nowhere" },
	{ EXPECTS("{fate: dropped, at: r9}"), "c.yaml:4:29: there is no node 'r9'" },
	{ EXPECTS("{fate: dropped, reason: csum}"), "c.yaml:4:33: 'csum' is not a reason; write none, tcp-csum" },
	{ EXPECTS("{fate: dropped, verdict: {fate: dropped}}"), "c.yaml:4:10: 'fate' is also given under `verdict`" },
	{ EXPECTS("{verdict: {fate: dropped, because: b}}"), "unknown key 'because' in a verdict" },
	{ EXPECTS("{when: {mode: inline}, fate: delivered}"), "c.yaml:4:9: the last expectation must have no `when`" },
	{ EXPECTS("[{fate: delivered}, {kernel: \">=4\", fate: dropped}]"), "hides those after it; put it last" },
	{ EXPECTS("[{fate: delivered}, {fate: dropped}]"), "c.yaml:4:10: an expectation without `when`" },
	{ EXPECTS("[{when: {node: inline}, fate: dropped}, {fate: delivered}]"),
	  "c.yaml:4:18: 'node' is not an axis of this case (did you mean 'mode'?); axes: mode, r1.a0.gro" },
	{ EXPECTS("[{when: {mode: plain}, fate: dropped}, {fate: delivered}]"),
	  "c.yaml:4:24: 'plain' is not a value of axis mode; values: inline, encap" },
	{ EXPECTS("[{when: {mode: []}, fate: dropped}, {fate: delivered}]"), "c.yaml:4:24: no label" },
	{ EXPECTS("[{when: {mode: {}}, fate: dropped}, {fate: delivered}]"), "expected a label or a list of labels" },
	{ EXPECTS("[{when: inline, fate: dropped}, {fate: delivered}]"), "c.yaml:4:17: when is a map" },
	{ EXPECTS("[{kernel: 4.10, fate: dropped}, {fate: delivered}]"),
	  "c.yaml:4:19: '4.10' is not a range of versions" },
	{ EXPECTS("[{needs: [gso], fate: dropped}, {fate: delivered}]"), "'gso' is not a feature" },
	{ EXPECTS("{srh: {dst.a0: none, \"r1.b0:out\": 0, \"src.b0:out\": 255}}"), NULL },
	{ EXPECTS("{srh: {r9.a0: none}}"), "c.yaml:4:16: there is no node 'r9'" },
	{ EXPECTS("{srh: {dst.a0: some}}"), "c.yaml:4:24: 'some' is not what is left of a segment list; write none" },
	{ EXPECTS("{srh: {dst.a0: 256}}"), "'256' is not what is left" },
	{ EXPECTS("{srh: {dst.a0: -1}}"), "'-1' is not what is left" },
	{ EXPECTS("{srh: {dst.a0: [1]}}"), "a list is not what is left" },
	{ EXPECTS("{srh: none}"), "c.yaml:4:15: srh is a map" },
	{ EXPECTS("{hops: {dst.a0: {packets: 3, largest: \"<=1514\", mode: inline, segments_left: none, tlvs: "
	          "\"0406\"}, "
	          "\"r1.b0:out\": {way: back, destination: \"fc00:5::1\", segments: [\"fc00:1::1\"], tag: 0x10}}}"),
	  NULL },
	{ EXPECTS("{counters: {r1: {Ip6InNoRoutes: 1, \"b0:tx_dropped\": \">=1\"}}, retransmissions: \"<3\", icmp: "
	          "none}"),
	  NULL },
	{ EXPECTS("{icmp: [{type: 3, from: r1}, {at: dst, type: 4, code: 0, pointer: 43, about: \"fc00:1::1\"}]}"),
	  NULL },
	{ EXPECTS("{hops: {dst.a0: {}}}"), "c.yaml:4:25: what is seen at a hop has nothing to compare" },
	{ EXPECTS("{hops: {dst.a0: {way: back}}}"), "`way` only says which packets are meant" },
	{ EXPECTS("{hops: {dst.a0: {packets: 0, tag: 1}}}"), "with `packets: 0` there is no packet" },
	{ EXPECTS("{hops: {dst.a0: {packet: 3}}}"),
	  "unknown key 'packet' in what is seen at a hop (did you mean 'packets'?)" },
	{ EXPECTS("{hops: {dst.a0: {packets: none}}}"), "'none' is not a number or a range of numbers; write 3" },
	{ EXPECTS("{hops: {dst.a0: {tag: many}}}"),
	  "c.yaml:4:31: 'many' is not a number or a range of numbers; write 3, \">=2\" or \">=2 <=5\", or none" },
	{ EXPECTS("{hops: {dst.a0: {mode: outline}}}"), "'outline' is not a value of it; write plain" },
	{ EXPECTS("{hops: {dst.a0: {destination: r1}}}"), "'r1' is not an IP address" },
	{ EXPECTS("{hops: {dst.a0: {tlvs: 1}}}"), "'1' is not octets in hex" },
	{ EXPECTS("{hops: {dst.a9: {packets: 3}}}"), "node dst has no interface 'a9'" },
	{ EXPECTS("{counters: {r1: {ip6: 1}}}"), "c.yaml:4:26: 'ip6' is not a counter; write one as nstat names it" },
	{ EXPECTS("{counters: {r1: {\"b9:tx_dropped\": 1}}}"), "node r1 has no interface 'b9'" },
	{ EXPECTS("{counters: {r9: {Ip6InNoRoutes: 1}}}"), "there is no node 'r9'" },
	{ EXPECTS("{counters: {r1: {Ip6InNoRoutes: some}}}"), "'some' is not a number or a range" },
	{ EXPECTS("{refused: \"Invalid argument\"}"), NULL },
	{ EXPECTS("{refused: no, fate: delivered}"),
	  "c.yaml:4:9: where the kernel must refuse the lab, nothing is sent" },
	{ KNOWN("{refused: no, because: b, ref: r}"), "`refused` is for rows of `expect`" },
	{ EXPECTS("{retransmissions: none}"), "'none' is not a number or a range" },
	{ EXPECTS("{icmp: some}"), "an ICMP error is a map" },
	{ EXPECTS("{icmp: {from: r9}}"), "there is no node 'r9'" },
	{ EXPECTS("{icmp: {kind: 3}}"), "unknown key 'kind' in an ICMP error" },
	{ EXPECTS("{aggregation: {r9.a0: none}}"), "c.yaml:4:24: there is no node 'r9'" },
	{ EXPECTS("{aggregation: {dst.a9: none}}"), "c.yaml:4:24: node dst has no interface 'a9'; it has a0" },
	{ EXPECTS("{aggregation: {dst: none}}"), "c.yaml:4:24: 'dst' is not a hop" },
	{ EXPECTS("{aggregation: {\"dst.a0:up\": none}}"), "'dst.a0:up' is not a hop" },
	{ EXPECTS("{aggregation: {dst.a0: lots}}"), "c.yaml:4:32: 'lots' is not an aggregation" },
	{ EXPECTS("{aggregation: {dst.a0: 0}}"), "'0' is not an aggregation" },
	{ EXPECTS("{aggregation: {dst.a0: \">=\"}}"), "'>=' is not an aggregation" },
	{ EXPECTS("{aggregation: {dst.a0: 1.2.3}}"), "'1.2.3' is not an aggregation" },
	{ EXPECTS("{aggregation: {dst.a0: nan}}"), "'nan' is not an aggregation" },
	{ EXPECTS("{aggregation: {dst.a0: 1, \"dst.a0\": 2}}"), "'dst.a0' is given twice" },
	/* known */
	{ KNOWN("[{when: {mode: inline}, kernel: \"<4.13\", verdict: {fate: dropped, at: dst}, because: b, ref: r}]"),
	  NULL },
	{ KNOWN("{fate: dropped, because: b, ref: r, workaround: w}"), NULL },
	{ KNOWN("[]"), NULL },
	{ KNOWN("{fate: dropped, because: b}"),
	  "c.yaml:6:8: a known deviation needs `deviation: NAME`, or `because` and `ref`" },
	{ KNOWN("{because: b, ref: r}"), "c.yaml:6:8: no verdict" },
	{ KNOWN("[{fate: dropped, because: b, ref: r}, {fate: stalled, because: b, ref: r}]"), "hides those after it" },
};

static void test_vectors(void **state)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned(testcase) testcase = NULL;
		struct error err = { 0 };
		int result = testcase_parse(&testcase, "c.yaml", bytes_of(vectors[i].text), find, *state, NULL, &err);
		wrong += !as_wanted(&vectors[i], result, &err);
		assert_int_equal(result == 0, testcase != NULL);
	}
	assert_int_equal(wrong, 0);
}

static void test_too_many_cells(void **state)
{
	owned(testcase) testcase = NULL;
	owned_text text = text_copy(WITH("axes:"));
	struct error err = { 0 };

	for (int i = 0; i < 64; i++)
		text_append(&text, "  a%d: {x: {}, y: {}}\n", i);
	assert_int_equal(testcase_parse(&testcase, "c.yaml", bytes_of(text), find, *state, NULL, &err), -1);
	assert_non_null(strstr(err.text, "c.yaml:6:3: the axes make more than 100000 cells"));
}

static const struct topology *find_one(void *context, const char *name)
{
	(void)name;
	return context;
}

/* Flows are the last axis, and win over what all have. */
static void flows(void **state)
{
	static const struct {
		const char *traffic, *axes, *error;
	} rows[] = {
		{ "[{name: one, from: src, to: \"fc00:d::1\"}, {from: src, to: \"fc00:d::1\", bytes: 2k}]",
		  "axes: {mode: [plain]}", NULL },
		{ "[]", "", "c.yaml:3:10: no flow; write what is sent" },
		{ "[many]", "", "a flow is a map {key: value}, not 'many'" },
		{ "[{name: a b, from: src, to: \"fc00:d::1\"}]", "", "'a b' cannot be a flow's name" },
		{ "[{name: [], from: src, to: \"fc00:d::1\"}]", "", "a list is not a flow's name" },
		{ "[{from: src, to: \"fc00:d::1\"}, {name: 1, from: src, to: \"fc00:d::1\"}]", "",
		  "axis flow has the value '1' twice" },
		{ "[{from: src, to: \"fc00:d::1\"}]", "axes: {flow: {a: {}}}", "its flows are the axis called flow" },
		{ "[{from: src}]", "", "traffic needs 'to'" },
		{ "[{src.a0.gro: on, from: src, to: \"fc00:d::1\"}]", "", "src.a0.gro" },
		{ "[[{from: src, to: \"fc00:d::1\"}]]", "",
		  "1 flows in a list of those that run at once; it has 2 to" },
		{ "[[[{from: src, to: \"fc00:d::1\"}], {from: src, to: \"fc00:d::1\"}]]", "",
		  "a flow is a map {key: value}, not a list" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("case: c\ntopology: t\ntraffic: %s\n%s\nexpect: {fate: delivered}\n",
		                              rows[i].traffic, rows[i].axes);
		struct error err = { 0 };
		owned(testcase) testcase = NULL;
		owned(topology) topology = NULL;
		const char *const chain = "topology: t\nnodes: {src: {}, dst: {addresses: [\"fc00:d::1\"]}}\n"
		                          "links: [{ends: [src.a0, dst.a0]}]\n";
		assert_int_equal(topology_parse(&topology, "t.yaml",
		                                (struct bytes){ (const uint8_t *)chain, strlen(chain) }, &err),
		                 0);
		testcase_parse(&testcase, "c.yaml", (struct bytes){ (const uint8_t *)text, strlen(text) }, find_one,
		               topology, NULL, &err);
		assert_int_equal(!testcase, rows[i].error != NULL);
		if (rows[i].error && !strstr(err.text, rows[i].error))
			print_error("%s", err.text);
		if (rows[i].error) {
			assert_non_null(strstr(err.text, rows[i].error));
			continue;
		}
		assert_int_equal(testcase_cells(testcase), 2);
		assert_int_equal(testcase_flows(testcase), 2);
		assert_int_equal(cell_flow(testcase, 1), 1);
		assert_string_equal(testcase->axes[1].name, "flow");
		assert_string_equal(testcase->axes[1].values[0].label, "one");
		assert_string_equal(testcase->axes[1].values[1].label, "2");
	}
}

/* What the kernel must be able to do is said where a verdict is expected, never of a deviation. */
static void test_promised(void **state)
{
	static const struct {
		const char *rows, *message;
	} texts[] = {
		{ "expect: {promised: true, fate: delivered}\n", NULL },
		{ "expect: {promised: maybe, fate: delivered}\n", "'maybe': write `promised: true`, or leave it out" },
		{ "expect: {fate: delivered}\nknown: {promised: true, fate: dropped, because: b, ref: r}\n",
		  "`promised` is for rows of `expect`" },
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		owned(testcase) testcase = NULL;
		struct error err = { 0 };
		owned_text text = text_format("case: c\ntopology: one\ntraffic: {from: src, to: \"fc00:d::1\"}\n%s",
		                              texts[i].rows);
		int parsed = testcase_parse(&testcase, "c.yaml", bytes_of(text), find, *state, NULL, &err);
		assert_int_equal(parsed, texts[i].message ? -1 : 0);
		if (texts[i].message)
			assert_non_null(strstr(err.text, texts[i].message));
		else
			assert_true(testcase->expect[0].promised);
	}
}

static void test_all_errors_at_once(void **state)
{
	owned(testcase) testcase = NULL;
	struct error err = { 0 };

	assert_int_equal(
	        testcase_parse(&testcase, "c.yaml",
	                       bytes_of("case: a b\ntopolgy: x\ntopology: one\nset: {r9.b0.gro: on, r1.a0.gro: 7}\n"
	                                "traffic: {from: nobody, to: x}\naxes: {mode: [a, b], r1.a0.gro: []}\n"
	                                "expect: {fate: x}\nknown: {when: {foo: 1}}\n"),
	                       find, *state, NULL, &err),
	        -1);
	assert_int_equal(err.count, 11);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	owned_text path = text_format("%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void read_files(const char *directory)
{
	owned_text path = text_format("%s/cases/c.yaml", directory);
	owned(testcase) testcase = NULL;
	struct topology **topologies = NULL;
	struct error err = { 0 };

	write_file(directory, "cases/c.yaml", ON("axes: {topology: [one, two]}\n"));
	write_file(directory, "topologies/one.yaml", ONE);
	write_file(directory, "cases/two.yaml", TWO);
	assert_int_equal(testcase_read(&testcase, &topologies, path, NULL, &err), 0);
	assert_string_equal(topologies[0]->name, "one");
	assert_string_equal(topologies[1]->name, "two");
	for (size_t i = 0; i < testcase->topology_count; i++)
		topology_free(topologies[i]);
	free(topologies);

	owned(testcase) none = NULL;
	write_file(directory, "cases/two.yaml", "topology: two\nnodes: {}\n");
	assert_int_equal(testcase_read(&none, &topologies, path, NULL, &err), -1);
	assert_null(none);
	assert_non_null(strstr(err.text, "two.yaml:2:8: 0 nodes"));
	assert_non_null(strstr(err.text, "c.yaml:2:24: no usable topology 'two'"));
	owned_text topology = text_format("%s/topologies/one.yaml", directory);
	owned_text two_path = text_format("%s/cases/two.yaml", directory);
	remove(two_path);
	remove(topology);
	remove(path);
}

static void test_files(void **state)
{
	char directory[] = "/tmp/hopcheck-declare-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(directory));
	owned_text cases = text_format("%s/cases", directory);
	owned_text topologies = text_format("%s/topologies", directory);
	mkdir(cases, 0700);
	mkdir(topologies, 0700);
	read_files(directory);
	remove(cases);
	remove(topologies);
	assert_int_equal(remove(directory), 0);
}

/* A list among the flows is of those that run at once. */
static void flows_at_once(void **state)
{
	static const struct cells_at_once wanted[] = { { 0, 1 }, { 1, 2 }, { 1, 2 }, { 3, 3 }, { 3, 3 }, { 3, 3 },
		                                       { 6, 1 }, { 7, 2 }, { 7, 2 }, { 9, 3 }, { 9, 3 }, { 9, 3 } };
	static const char flow[] = "{from: src, to: \"fc00:d::1\"}";
	owned_text text = text_format("case: c\ntopology: t\ntraffic: [%s, [%s, %s], [%s, %s, %s]]\n"
	                              "axes: {src.a0.gro: [on, off]}\nexpect: {fate: delivered}\n",
	                              flow, flow, flow, flow, flow, flow);
	const char *const chain = "topology: t\nnodes: {src: {}, dst: {addresses: [\"fc00:d::1\"]}}\n"
	                          "links: [{ends: [src.a0, dst.a0]}]\n";
	struct error err = { 0 };
	owned(testcase) testcase = NULL;
	owned(topology) topology = NULL;

	(void)state;
	assert_int_equal(
	        topology_parse(&topology, "t.yaml", (struct bytes){ (const uint8_t *)chain, strlen(chain) }, &err), 0);
	assert_int_equal(testcase_parse(&testcase, "c.yaml", (struct bytes){ (const uint8_t *)text, strlen(text) },
	                                find_one, topology, NULL, &err),
	                 0);
	assert_int_equal(testcase_cells(testcase), COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		const struct cells_at_once cells = cell_at_once(testcase, i);
		assert_int_equal(cells.first, wanted[i].first);
		assert_int_equal(cells.count, wanted[i].count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows),         cmocka_unit_test(flows_at_once),
		cmocka_unit_test(test_vectors),  cmocka_unit_test(test_too_many_cells),
		cmocka_unit_test(test_promised), cmocka_unit_test(test_all_errors_at_once),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests_name("declare: testcase", tests, topologies_make, topologies_drop);
}
