# shellcheck shell=sh
# hopcheck pcap: what tcpdump says of the checksums of a kept trace it says too, at each hop by its name; a bad checksum, a
# malformed SRH and an MTU are its exit code; files that are none are refused.
set -u
. tests/shared.sh
needs tcpdump tcpdump
go_to_work
cat >cases/taken.yaml <<'EOF2'
case: taken
topology: chain-1
traffic: {tcp: crafted, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"], mode: inline}
axes:
  packet: {right: {}, bad: {checksum: bad}, partial: {checksum: partial}, entry: {srh.last_entry: 9}}
expect:
  - {when: {packet: bad}, fate: dropped, bad_checksums: [src.b0:out, r1.a0:in, r1.b0:out, dst.a0:in]}
  - {when: {packet: entry}, fate: dropped}
  - {fate: delivered}
EOF2
"$HOPCHECK" run -q --cases cases --keep kept taken >out 2>&1 || [ $? = 1 ] || skip "run: $(tail -n 3 out)"
[ -f kept/taken-0/trace.pcapng ] || skip "no trace was kept: $(tail -n 3 out)"

# ---- tcpdump's verdicts: a partial one is bad to it
for cell in 0 1 2 3; do
	trace=kept/taken-$cell/trace.pcapng
	tcpdump -nnvr - <"$trace" >told 2>/dev/null
	right=$(grep -c '(correct)' told) || right=0
	wrong=$(grep -c '(incorrect' told) || wrong=0
	"$HOPCHECK" pcap --json - "$trace" >json 2>/dev/null || [ $? = 1 ] || complain "cell $cell: exit $?"
	valid=$(grep -c '^     "checksum": "valid"' json) || valid=0
	other=$(grep -c '^     "checksum": "\(bad\|partial\)"' json) || other=0
	[ "$right $wrong" = "$valid $other" ] ||
		complain "cell $cell: tcpdump says $right right, $wrong wrong; hopcheck $valid and $other"
done

# ---- what is right, and what is not
COLUMNS=200 ends_with 0 pcap -v kept/taken-0/trace.pcapng
grep -q 'src:b0:out #1 > data 0:1000, SL1 to fc00:1::100, in the end fc00:d:d000::1, 1114 octets, valid' out ||
	complain "the first packet: $(cat out)"
grep -q 'client to n1: src:b0; n1 to n2: r1:a0; n2 to n3: r1:b0; n3 to server: dst:a0$' out || complain "places: $(cat out)"
grep -q '^ *0.0  data 0:1000 .*SL1 fc00:1::100 ok.*SL1 fc00:1::100 ok.*SL0 fc00:d:d000::1 ok.*SL0 fc00:d:d000::1 ok' out ||
	complain "the ladder: $(cat out)"
grep -q ', 0 with faults$' out || complain "the total: $(cat out)"
ends_with 1 pcap kept/taken-1/trace.pcapng
[ "$(grep -c 'FAULT TCP checksum bad$' out)" = 4 ] || complain "a bad checksum at four hops: $(cat out)"
ends_with 0 pcap -v kept/taken-2/trace.pcapng
one_line out | grep -q '1114 octets, partial' || complain "a partial one: $(cat out)"
ends_with 1 pcap -vv kept/taken-3/trace.pcapng
one_line out | grep -q "FAULT SRH: last entry is beyond the header's length (segments left 1, last entry 9" ||
	complain "last entry: $(cat out)"
ends_with 1 pcap -q --mtu 1000 kept/taken-0/trace.pcapng
[ ! -s out ] || complain "-q: $(cat out)"
ends_with 1 pcap --mtu 1000 kept/taken-0/trace.pcapng
grep -q 'FAULT 100 octets over the MTU of 1000' out || complain "the MTU: $(cat out)"
# By any other way in: tcpdump writes the older format, of which all is one point.
tcpdump -r - -w old.pcap <kept/taken-0/trace.pcapng 2>/dev/null
COLUMNS=200 ends_with 0 pcap old.pcap
grep -q '^old.pcap: Ethernet, ' out || complain "the older format: $(cat out)"
if command -v python3 >/dev/null && python3 -c '' 2>/dev/null; then
	"$HOPCHECK" pcap -q --json all.json old.pcap kept/taken-1/trace.pcapng || [ $? = 1 ] || complain "json: $?"
	python3 - <<'EOF2' || complain "the JSON"
import json
all = json.load(open("all.json"))
packets = [packet for flow in all["flows"] for packet in flow["packets"]]
assert all["packets"] == len(packets) == sum(point["packets"] for point in all["points"])
assert all["faulty"] == sum(1 for packet in packets if packet.get("faults")) == 4
assert {point["name"] for point in all["points"]} > {"old.pcap", "trace.pcapng src:b0:out"}
for packet in packets:
    kinds = [layer["kind"] for layer in packet["layers"]]
    assert kinds[:2] == ["Ethernet", "IPv6"] and kinds[-1] == "TCP", kinds
    assert packet["checksum"] == packet["layers"][-1]["checksum"]
EOF2
fi

# ---- cases that replay: hopcheck runs them at once, and what they send is again what was captured
for cell in 1 2 3; do
	"$HOPCHECK" pcap -q --make-case again$cell kept/taken-$cell/trace.pcapng 2>told || [ $? = 1 ] || complain "make-case: $?"
	grep -q "^run: hopcheck run --cases again$cell/cases$" told || complain "cell $cell: $(cat told)"
	"$HOPCHECK" run -q --cases again$cell/cases --keep kept$cell >out 2>&1 ||
		complain "cell $cell: the case is not as expected: $(cat out again$cell/cases/*)"
	"$HOPCHECK" pcap -q --make-case twice$cell kept$cell/captured-1-0/trace.pcapng 2>/dev/null || [ $? = 1 ] ||
		complain "again: $?"
	for part in cases topologies; do
		sed '/^# captured/d; /^# Made/d; s/n[0-9]*\([:}]\)/n\1/' again$cell/$part/captured-1.yaml >once
		sed '/^# captured/d; /^# Made/d; s/n[0-9]*\([:}]\)/n\1/' twice$cell/$part/captured-1.yaml >twice
		cmp -s once twice || complain "cell $cell: $part of the replayed case differ: $(diff once twice)"
	done
done
grep -q '{checksum: bad\|checksum: bad}' again1/cases/captured-1.yaml || complain "a bad one: $(cat again1/cases/*)"
grep -q 'r1: {sids: {"fc00:1::100": End}}' again1/topologies/captured-1.yaml || complain "the SID: $(cat again1/topologies/*)"

# ---- what is none
printf 'no capture' >none
ends_with 2 pcap none
says "none: not a capture that libpcap reads"
: >empty
ends_with 2 pcap empty
says "empty: not a capture"
ends_with 2 pcap missing
says missing
ends_with 2 pcap
says "pcap: nothing named; expected FILE..."
head -c 24 old.pcap >header.pcap
ends_with 4 pcap header.pcap
head -c -7 kept/taken-0/trace.pcapng >cut.pcapng
ends_with 0 pcap cut.pcapng
grep -q 'cut.pcapng: octet [0-9]*: the file is cut' out || complain "a cut file: $(cat out)"
[ "$failures" = 0 ] || exit 1
echo "four kept traces as tcpdump reads them; faults, cases that replay them, the older format, and what is no capture"
