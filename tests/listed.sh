# shellcheck shell=sh
# What docs/cases.md lists is there: each behaviour, flavor, kind of link, model, setting and traffic key has a small cell here,
# which comes out as it must, or is SKIP by the name of what this kernel or machine lacks. A word of its tables that no file
# here uses is an error.
set -u
. tests/shared.sh
docs=$PWD/docs/cases.md
cd "$WORK" || exit 1
mkdir cases topologies

# ---- behaviours, flavors and the keys of SIDs and nodes
cat >topologies/sids.yaml <<'END'
topology: sids
about: each behaviour, with each of its parameters
nodes:
  src: {addresses: ["fc00:5::1"], seg6_enabled: 1, seg6_require_hmac: -1, seg6_hmac_key: 0, seg6_flowlabel: 0, forwarding: on, listener: off}
  r1:
    sids:
      "fc00:1::1": End
      "fc00:1::2": {behaviour: End, flavors: [psp]}
      "fc00:1::3": {behaviour: End, flavors: [usp]}
      "fc00:1::4": {behaviour: End, flavors: [usd]}
      "fcbb:bb01:1::/48": {behaviour: End, flavors: [next-csid], lblen: 32, nflen: 16}
      "fc00:1::5": {behaviour: End.X, nh6: r2}
      "fc00:1::6": {behaviour: End.X, nh6: "fe80::68:63ff:fe00:3", oif: b0}
      "fc00:1::7": {behaviour: End.T, table: main}
      "fc00:1::8": {behaviour: End.T, table: 7}
      "fc00:1::9": {behaviour: End.B6, segments: ["fc00:2::1"]}
      "fc00:1::a": {behaviour: End.B6.Encaps, segments: ["fc00:2::4"]}
      "fc00:1::b": {behaviour: End.BPF, program: "b7000000000000009500000000000000"}
    routes: {"fc00:2::1": {via: r2, table: 7}, "fc00:d:e::/64": [src, {via: r2, oif: b0, weight: 2}]}
  r2:
    sids:
      "fc00:2::1": {behaviour: End, count: off}
      "fc00:2::2": {behaviour: End.DX6, nh6: dst}
      "fc00:2::3": {behaviour: End.DX4, nh4: "10.0.0.2"}
      "fc00:2::4": {behaviour: End.DT6, table: main}
      "fc00:2::9": {behaviour: End.DX2, oif: b0}
      "fc00:2::5": {behaviour: End.DT6, vrftable: 100}
      "fc00:2::6": {behaviour: End.DT4, vrftable: 100}
      "fc00:2::7": {behaviour: End.DT46, vrftable: 100}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links:
  - {ends: [src.b0, r1.a0], mtu: 1600, kind: veth, macs: ["02:00:00:00:00:01", "02:00:00:00:00:02"]}
  - {ends: [r1.b0, r2.a0], mtu: 1700, prefix: 126, addresses: ["fd00:9::1", "fd00:9::2"]}
  - {ends: [r2.b0, dst.a0], mtu: 1700}
END
cat >cases/sids.yaml <<'END'
case: sids
about: a cell for each
source: docs/cases.md
topology: sids
needs: seg6
set: {"*.*.gro": off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 2k, mode: inline}
axes:
  what:
    End: {segments: ["fc00:1::1"]}
    psp: {segments: ["fc00:1::2"]}
    usp: {segments: ["fc00:1::3"]}
    usd: {segments: ["fc00:1::4"]}
    csid: {mode: encap, segments: ["fcbb:bb01:1::", "fc00:2::4"]}
    End.X: {segments: ["fc00:1::5"]}
    oif: {segments: ["fc00:1::6"]}
    End.T: {segments: ["fc00:1::7"]}
    End.T-table: {segments: ["fc00:1::8", "fc00:2::1"]}
    End.B6: {segments: ["fc00:1::9", "fc00:d:d000::2"]}
    End.B6.Encaps: {segments: ["fc00:1::a", "fc00:d:d000::2"]}
    End.BPF: {segments: ["fc00:1::b"]}
    End.DX2: {tcp: crafted, mode: l2encap, segments: ["fc00:2::9"]}
    End.DX6: {mode: encap, segments: ["fc00:2::2"]}
    End.DX4: {mode: encap, segments: ["fc00:2::3"]}
    End.DT6: {mode: encap, segments: ["fc00:2::4"]}
    End.DT6-vrftable: {mode: encap, segments: ["fc00:2::5"]}
    End.DT4: {mode: encap, segments: ["fc00:2::6"]}
    End.DT46: {mode: encap, segments: ["fc00:2::7"]}
expect:
  - {when: {what: [End.DX4, End.DT4]}, fate: dropped, at: r2, reason: no-inner-packet}
  - {fate: delivered}
known: # as cases/behaviours.yaml has it
  - {when: {what: End.B6}, verdict: {fate: dropped, at: r2, reason: no-route}, because: "it comes back to itself", ref: cases/behaviours.yaml}
END

# ---- policies of nodes
cat >topologies/policies.yaml <<'END'
topology: policies
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1:
    sids: {"fc00:1::8": {behaviour: End.T, table: 7}}
    policies:
      - {to: "fc00:d:d000::/64", segments: ["fc00:2::1", "fc00:2::4"]}
      - {to: "fc00:2::7", table: 7, mode: encap, segments: ["fc00:2::4"]}
  r2: {sids: {"fc00:2::1": End, "fc00:2::4": {behaviour: End.DT6, table: main}, "fc00:2::7": End}}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:e000::1"]}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0], mtu: 1700}, {ends: [r2.b0, dst.a0]}]
END
cat >cases/policies.yaml <<'END'
case: policies
topology: policies
set: {"*.*.gro": off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 2k}
axes:
  what:
    encap: {r1.policies.mode: encap}
    table: {to: "fc00:d:e000::1", mode: inline, segments: ["fc00:1::8", "fc00:2::7"]}
expect:
  - {when: {what: encap}, fate: delivered, srh: {r2.a0: 1}}
  - {fate: delivered}
END

# ---- VRFs, rules and types of routes
cat >topologies/vrfs.yaml <<'END'
topology: vrfs
nodes:
  src: {addresses: ["fc00:5::1"], routes: {"fc00:d::/32": r1}}
  r1:
    vrfs: {red: {table: 100, ports: [a0]}}
    vrf_strict_mode: 1
    policies: [{to: "fc00:d:d000::1", vrf: red, segments: ["fc00:2::4"]}]
    routes:
      - {to: "fc00:d:e000::1", type: unreachable, vrf: red}
      - {to: "fc00:d:f000::1", via: r2, table: 7}
    rules: [{from: "fc00:5::/64", to: "fc00:d:f000::/64", iif: red, table: 7, priority: 500}, {fwmark: 9, table: main, priority: 501}]
    sids: {"fc00:1::4": {behaviour: End.DT6, vrftable: 100}}
  r2: {sids: {"fc00:2::4": {behaviour: End.DT6, table: main}}, policies: [{to: "fc00:5::1", segments: ["fc00:1::4"]}]}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:e000::1", "fc00:d:f000::1"], routes: {"fc00:5::/64": r2}}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0], mtu: 1700}, {ends: [r2.b0, dst.a0]}]
END
cat >cases/vrfs.yaml <<'END'
case: vrfs
topology: vrfs
set: {"*.*.gro": off, r1.vrf_strict_mode: 1}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 2k}
axes:
  what:
    vrf: {to: "fc00:d:d000::1"}
    type: {to: "fc00:d:e000::1"}
    rule: {to: "fc00:d:f000::1"}
expect:
  - {when: {what: type}, fate: dropped, at: r1, reason: unreachable}
  - {fate: delivered}
END

# ---- settings and traffic keys
cat >topologies/lab.yaml <<'END'
topology: lab
nodes:
  src: {addresses: ["fc00:5::1"]}
  r1: {sids: {"fc00:1::1": End}, service: {kind: "off", checksum: as-is, sid: "fc00:1::5"}}
  dst: {addresses: ["fc00:d:d000::1", "fc00:d:d000::2"]}
links:
  - {ends: [src.b0, r1.a0], kind: nic-model, model: csum-start}
  - {ends: [r1.b0, dst.a0]}
END
cat >cases/settings.yaml <<'END'
case: settings
topology: lab
set: {src.forwarding: off, "*.*.gro": off, src.b0.tx: off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 2k, mode: inline, segments: ["fc00:1::1"]}
axes:
  what:
    rx-off: {dst.a0.rx: off}
    rx-on: {dst.a0.rx: on}
    tx-off: {r1.b0.tx: off}
    tx-on: {src.b0.tx: on}
    tso-off: {src.b0.tso: off}
    tso-on: {r1.b0.tso: on}
    gso-off: {r1.b0.gso: off}
    gso-on: {r1.b0.gso: on}
    lro: {dst.a0.lro: on}
    gro-list: {dst.a0.gro: on, dst.a0.rx-gro-list: on}
    gro-off: {dst.a0.gro: off}
    gro-on: {dst.a0.gro: on}
    mtu: {r1.b0.mtu: 1400, dst.a0.mtu: 1400, bytes: 100}
    csum-start: {src.b0.model: csum-start, src.b0.tx: on, src.b0.tso: off}
    next-header: {src.b0.model: next-header, src.b0.tx: on, src.b0.tso: off}
    service-packet: {r1.service: packet, segments: ["fc00:1::5", "fc00:d:d000::2"]}
    service-tun: {r1.service: tun, segments: ["fc00:1::5", "fc00:d:d000::2"]}
    complete: {r1.service: packet, r1.service.checksum: complete, segments: ["fc00:1::5", "fc00:d:d000::2"]}
    as-is: {r1.service: packet, r1.service.checksum: as-is, segments: ["fc00:1::5", "fc00:d:d000::2"]}
    seg6_enabled: {dst.seg6_enabled: 0, segments: ["fc00:1::1", "fc00:d:d000::2"]}
    seg6_require_hmac: {r1.seg6_require_hmac: 1}
    seg6_hmac_key: {r1.seg6_hmac_key: 0}
    seg6_flowlabel: {src.seg6_flowlabel: 1, mode: encap, segments: ["fc00:d:d000::2"]}
    listener: {dst.listener: on}
expect:
  - {when: {what: seg6_enabled}, fate: dropped, at: dst, reason: seg6-disabled}
  - {when: {what: seg6_require_hmac}, fate: dropped, at: r1, reason: hmac-missing}
  - {when: {what: next-header}, fate: dropped, reason: tcp-csum, complaint: "l4 proto=2b"}
  - {fate: delivered}
END
cat >cases/traffic.yaml <<'END'
case: traffic
topology: lab
set: {"*.*.gro": off, src.b0.tx: off}
traffic: {from: src, to: "fc00:d:d000::1"}
axes:
  what:
    plain: {tcp: kernel, mode: plain, bytes: 1k}
    inline: {tcp: kernel, mode: inline, segments: ["fc00:1::1"]}
    encap: {tcp: kernel, mode: encap, segments: ["fc00:1::1", "fc00:d:d000::2"]}
    segments.inline: {tcp: kernel, mode: inline, segments.inline: ["fc00:1::1"]}
    segments.encap: {tcp: kernel, mode: encap, segments.encap: ["fc00:d:d000::2"]}
    encap.red: {tcp: kernel, mode: encap.red, segments: ["fc00:1::1", "fc00:d:d000::2"]}
    segments.encap.red: {tcp: kernel, mode: encap.red, segments.encap.red: ["fc00:1::1", "fc00:d:d000::2"]}
    l2encap: {tcp: kernel, r1.seg6_flowlabel: -1, mode: l2encap, headend: r1, segments.l2encap: ["fc00:d:d000::2"], bytes: 1k}
    l2encap.red: {tcp: crafted, mode: l2encap.red, segments.l2encap.red: ["fc00:d:d000::2"]}
    ip6ip6: {tcp: kernel, mode: ip6ip6, segments: ["fc00:d:d000::2"]}
    segments.ip6ip6: {tcp: kernel, mode: ip6ip6, segments.ip6ip6: ["fc00:d:d000::2"]}
    headend: {tcp: kernel, mode: inline, headend: r1, segments: ["fc00:d:d000::2"], bytes: 100}
    forward: {tcp: kernel, direction: forward}
    reverse: {tcp: kernel, direction: reverse}
    both: {tcp: kernel, direction: both}
    hop_limit: {tcp: kernel, hop_limit: 1}
    crafted: {tcp: crafted, mode: inline, segments: ["fc00:1::1"]}
    to_node: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], to: "fc00:d:9::9", to_node: dst}
    valid: {tcp: crafted, checksum: valid}
    partial: {tcp: crafted, checksum: partial, burst: 4, payload: 500}
    bad: {tcp: crafted, checksum: bad}
    syn: {tcp: crafted, flags: [syn], mss: 1200, payload: 0}
    flags: {tcp: crafted, flags: [psh, ack, fin]}
    rst: {tcp: crafted, flags: [rst]}
    segments_left: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], segments_left: 1}
    sequence: {tcp: crafted, sequence: 1000}
    cut: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], cut: 60}
    srh.last_entry: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.last_entry: 0}
    srh.type: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.type: 253}
    srh.length: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.length: 4}
    srh.flags: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.flags: 0x20}
    srh.tag: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.tag: 5}
    srh.hmac: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.hmac: other-secret, srh.hmac_key: 2, "*.seg6_require_hmac": -1}
    hmac-right: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.hmac: right, "*.seg6_require_hmac": -1}
    hmac-sha1: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.hmac: sha1, "*.seg6_require_hmac": -1}
    srh.tlvs: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], srh.tlvs: "0406000000000000"}
    hop_by_hop: {tcp: crafted, hop_by_hop: "1e04a1a2a3a4"}
    destination_options: {tcp: crafted, mode: inline, segments: ["fc00:1::1"], destination_options: "1e04a1a2a3a4"}
    traffic_class: {tcp: crafted, traffic_class: 0x20}
    flow_label: {tcp: crafted, flow_label: 7}
    inner: {tcp: crafted, mode: encap, segments: ["fc00:d:d000::2"], inner.hop_limit: 9, inner.traffic_class: 8, inner.flow_label: 7}
    next_header: {tcp: crafted, next_header: 6}
    window: {tcp: crafted, window: 1000}
    timestamps: {tcp: crafted, timestamps: 7}
    urgent: {tcp: crafted, flags: [ack, urg], urgent: 0}
    ecn: {tcp: crafted, flags: [ack, ece, cwr]}
    padding: {tcp: crafted, padding: 4}
    differ: {tcp: crafted, burst: 2, differ: {2: {source_port: 1}}}
expect:
  - {when: {what: hop_limit}, fate: dropped, at: r1, reason: hop-limit}
  - {when: {what: to_node}, fate: dropped, at: r1, reason: no-route}
  - {when: {what: bad}, fate: dropped, at: dst, reason: tcp-csum}
  - {when: {what: [l2encap, l2encap.red]}, fate: dropped, at: dst, reason: no-decapsulation}
  - {when: {what: rst}, fate: dropped, at: dst}
  - {when: {what: sequence}, fate: stalled, at: dst, reason: out-of-order}
  - {when: {what: [cut, srh.last_entry, srh.type]}, fate: dropped, at: r1}
  - {fate: delivered}
END

# ---- IPv4
cat >topologies/both.yaml <<'END'
topology: both
nodes: {src: {}, r1: {routes: {10.0.2.0/24: dst}}, dst: {addresses: [10.0.2.1, "fc00:d::1"]}}
links: [{ends: [src.b0, r1.a0], addresses: ["fd00:9::1", 10.0.9.1, "fd00:9::2", 10.0.9.2]}, {ends: [r1.b0, dst.a0]}]
END
cat >cases/both.yaml <<'END'
case: both
topology: both
traffic: {tcp: crafted, from: src, to: 10.0.2.1}
axes:
  what:
    identification: {ipv4.identification: 7}
    may-fragment: {ipv4.dont_fragment: off}
    checksum: {ipv4.checksum: bad}
    options: {ipv4.options: "01"}
expect:
  - {when: {what: checksum}, fate: dropped, at: r1, reason: ip-csum}
  - {fate: delivered}
END

# ---- for root only
cat >topologies/root.yaml <<'END'
topology: root
nodes: {src: {addresses: ["fc00:5::1"], tunsrc: "fc00:5::1"}, dst: {addresses: ["fc00:d::1", "fc00:d::2"]}}
links: [{ends: [src.b0, dst.a0]}]
END
cat >cases/root.yaml <<'END'
case: root
topology: root
traffic: {tcp: kernel, mode: encap, segments: ["fc00:d::2"], from: src, to: "fc00:d::1", bytes: 1k}
expect: {fate: delivered}
END

# ---- tunnels and wires
cat >topologies/links.yaml <<'END'
topology: links
nodes: {src: {addresses: ["fc00:5::1"]}, r1: {sids: {"fc00:1::1": End}}, dst: {addresses: ["fc00:d:d000::1"]}}
links: [{ends: [src.b0, r1.a0], kind: vxlan}, {ends: [r1.b0, dst.a0], kind: wire}]
END
cat >cases/links.yaml <<'END'
case: links
topology: links
set: {"*.*.gro": off}
traffic: {tcp: kernel, mode: inline, segments: ["fc00:1::1"], from: src, to: "fc00:d:d000::1", bytes: 1k}
axes:
  src.b0.model: [udp-csum, udp-gro, udp-partial, udp-zero]
  r1.b0.model: [whole, virtio, lro]
expect: {fate: delivered}
END

cat >topologies/paged.yaml <<'END'
topology: paged
nodes: {src: {addresses: ["fc00:5::1"]}, dst: {addresses: ["fc00:d:d000::1"]}}
links: [{ends: [src.b0, dst.a0], kind: pages, model: in-pages}]
END
cat >cases/paged.yaml <<'END'
case: paged
topology: paged
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 1k}
expect: {fate: delivered}
END

# ---- links of real NICs: in a guest that has them
models='virtio-net e1000 e1000e vmxnet3 igb rtl8139 pcnet tulip'
for model in $models; do
	cat >"topologies/$model.yaml" <<END
topology: $model
nodes: {src: {addresses: ["fc00:5::1"]}, dst: {addresses: ["fc00:d:d000::1"]}}
links: [{ends: [src.b0, dst.a0], kind: nic, model: $model}]
END
done
cat >cases/nics.yaml <<END
case: nics
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", bytes: 1k}
axes: {topology: [$(echo "$models" | sed 's/ /, /g')]}
expect: {fate: delivered}
END

# ---- every word of the tables is used above
cat cases/*.yaml topologies/*.yaml >used
words() { # of the first column, from a heading to the next of its depth; and the values of some rows
	sed -n '/^## Topology/,/^### Axes/p' "$docs" | sed -n 's/^| *\(`[^|]*\) |.*/\1/p'
	sed -n '/^| `flavors` | a list/p; /^| `kind` | /p; /^| `model` | /p; /^| | `nic`: /p; /^| | `vxlan`: /p; /^| | `wire`: /p; /^| | `pages`: /p; /^| `NODE.service` | /p; /^| `direction` /p
		/^| `NODE.service.checksum` /p; /^| `flags` /p; /^| `checksum` /p; /^| `mode` /p; /^| `tcp` /p' "$docs"
}
words | grep -o '`[^`]*`' | tr -d '`' | sed 's/^NODE\.INTERFACE//; s/^NODE//; s/:.*//' | grep -v ' ' | sort -u >listed
[ "$(wc -l <listed)" -gt 80 ] || complain "only $(wc -l <listed) words are found in docs/cases.md"
while read -r word; do
	case $word in
	object | section) continue ;; # tests/end_bpf.sh
	cases/* | topologies/* | known | addresses,* | hopcheck*) continue ;;
	esac
	grep -qF -- "$word" used || complain "docs/cases.md lists $word, and no cell here has it"
done <listed

# ---- and what becomes of each
"$HOPCHECK" check cases/*.yaml topologies/*.yaml >out 2>&1 || complain "$(cat out)"
"$HOPCHECK" run -q -j 2 --json results.json cases/*.yaml >out 2>&1
"$HOPCHECK" verdicts results.json >all || complain "no results: $(cat out)"
missing() { # missing CELL: what its SKIP must name
	case $1 in # links of these need it, whatever else a cell has
	settings* | traffic* | links* | paged*) [ -w /dev/net/tun ] || {
		echo '/dev/net/tun'
		return
	} ;;
	esac
	case $1 in
	*what=psp) echo 'flavors psp' ;;
	*what=usp) echo 'flavors usp' ;;
	*what=usd) echo 'flavors usd' ;;
	*what=csid) echo 'flavors next-csid' ;;
	*what=oif) echo 'oif' ;;
	*what=End.BPF) echo 'End.BPF' ;; # for root only
	*what=lro) echo 'lro' ;;
	vrfs* | *End.DT6-vrftable | *End.DT4 | *End.DT46) echo 'vrf' ;;
	*seg6_require_hmac | *hmac-right | *hmac-sha1 | *srh.hmac) echo 'hmac' ;;
	*encap.red) echo '.red' ;;
	*ip6ip6) echo 'ip6tnl' ;;
	root*) echo 'tunsrc' ;;
	settings* | traffic* | links* | paged*) echo '/dev/net/tun' ;;
	nics*) echo 'NIC' ;;
	esac
}
skipped=0
while read -r line; do
	cell=${line%%: *}
	case ${line#*: } in
	PASS* | KNOWN* | FIXED*) ;;
	SKIP*)
		skipped=$((skipped + 1))
		wanted=$(missing "$cell")
		only=''
		for axis in ${cell#"${cell%% *}"}; do only="$only --only $axis"; done
		# shellcheck disable=SC2086 # words
		"$HOPCHECK" run -v "cases/${cell%% *}.yaml" $only >why 2>&1
		tr '\n' ' ' <why | tr -s ' ' | grep -qiF -- "${wanted:-nothing may be missing}" || complain "$cell is SKIP, and does not name '$wanted': $(grep -A3 SKIP why)"
		;;
	*) complain "$line" ;;
	esac
done <all
[ "$(wc -l <all)" = $((2 + 2 + 3 + 19 + 23 + 49 + 12 + 8 + 4)) ] || complain "$(wc -l <all) cells"
[ $failures = 0 ] || exit 1
echo "$(wc -l <listed) words, $(wc -l <all) cells, $skipped of them SKIP by name"
