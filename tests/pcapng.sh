# shellcheck shell=sh
# The captures that --keep writes, as others read them: tcpdump, and tshark and capinfos where they are installed. Not a
# word of complaint, every hop in it by its name, packets by time, and the dropped packet says so.
set -eu
command -v tcpdump >/dev/null || { echo "tcpdump is missing"; exit 4; }
complain() {
	echo "$*"
	exit 1
}
"$HOPCHECK" run -q --keep "$WORK/kept" final-host syn controls-nic || [ $? = 1 ] || complain "run: exit $?"
cd "$WORK/kept"

# ---- tcpdump: reads them all, whole, and says nothing else
read_by_tcpdump() {
	tcpdump -nn -r - <"$1" >../packets 2>../said || return 1
	! grep -v '^reading from file -, link-type EN10MB' ../said
}
captures=0
for capture in */trace.pcapng; do
	captures=$((captures + 1))
	read_by_tcpdump "$capture" || complain "$capture: $(cat ../said)"
	[ "$(wc -l <../packets)" = "$(grep -c '"hop": ' "${capture%pcapng}json")" ] ||
		complain "$capture: tcpdump reads $(wc -l <../packets) packets, trace.json has others"
done
wanted=120 cells="final-host-13 syn-10 controls-nic-5"
if [ ! -r /dev/net/tun ] || [ ! -w /dev/net/tun ]; then # then cells of controls-nic are SKIP
	wanted=100 cells="final-host-13 syn-10"
fi
[ $captures -ge $wanted ] || complain "only $captures captures"
one=$(ls -d syn-*/ | head -n 1)
head -c -5 "${one}trace.pcapng" >../cut.pcapng
if read_by_tcpdump ../cut.pcapng >/dev/null; then complain "a cut capture is not noticed"; fi
tools=tcpdump

# ---- the dropped packet's comment: in each cell that lost a packet to its checksum, and in no cell that was delivered
dropped=0
for directory in syn-*; do
	if grep -q '"TcpInCsumErrors"' "$directory/trace.json"; then
		dropped=$((dropped + 1))
		grep -aq 'dropped at dst: tcp-csum, the SYN' "$directory/trace.pcapng" || complain "$directory: no word of the drop"
		if grep -q '"drop-events": true' kernel.json; then
			grep -aq 'the SYN[a-z ]*, freed in tcp_v6_[a-z_]*' "$directory/trace.pcapng" ||
				complain "$directory: not the kernel's word on the drop"
		fi
	elif grep -aq 'dropped at' "$directory/trace.pcapng"; then
		complain "$directory: a drop where there is none"
	fi
done
[ $dropped -ge 4 ] || complain "only $dropped dropped SYNs"

# ---- capinfos: interfaces, nanoseconds, order
if command -v capinfos >/dev/null; then
	tools="$tools, capinfos"
	capinfos final-host-0/trace.pcapng >../infos 2>../said || complain "capinfos: $(cat ../said)"
	[ ! -s ../said ] || complain "capinfos complains: $(cat ../said)"
	for line in 'Number of interfaces in file: 4' 'Name = src:b0' 'Name = r1:a0' 'Name = r1:b0' 'Name = dst:a0' \
		'nanoseconds (9)' 'Strict time order: *True' 'Capture application: hopcheck' 'Capture oper-sys: *Linux' \
		'Capture comment: *final-host mode=plain'; do
		grep -q "$line" ../infos || complain "capinfos does not say '$line': $(cat ../infos)"
	done
fi

# ---- tshark: each packet's interface, direction and comment are those of trace.json
if command -v tshark >/dev/null; then
	tools="$tools, tshark"
	for directory in $cells; do
		tshark -nr "$directory/trace.pcapng" -T fields -e frame.interface_name -e frame.packet_flags_direction \
			2>../said | sed 's/0x00000001/in/; s/0x00000002/out/; s/\(.*\):\(.*\)\t/\1.\2:/' >../hops
		[ "$(grep -v '^Running as user' ../said || true)" = '' ] || complain "tshark complains: $(cat ../said)"
		sed -n 's/^ *"hop": "\(.*\)",$/\1/p' "$directory/trace.json" >../wanted
		cmp -s ../hops ../wanted || complain "$directory: tshark sees other hops: $(head -n 3 ../hops)"
		[ -s ../hops ] || complain "$directory: tshark reads nothing"
	done
	tshark -nr syn-10/trace.pcapng -Y frame.comment -T fields -e frame.comment 2>/dev/null | tail -n 1 |
		grep -q '^dropped at dst: tcp-csum, the SYN\(, freed [^;]*\)\{0,1\}; TCP checksum bad$' || complain "tshark shows no comment"
	# Malformed headers are some cases' matter, not of these.
	if tshark -nr final-host-13/trace.pcapng -Y _ws.malformed 2>/dev/null | grep .; then
		complain "tshark calls packets malformed"
	fi
fi
echo "$captures captures, read without complaint by $tools; $dropped dropped SYNs say so"
