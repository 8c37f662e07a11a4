#!/bin/sh
# tcpdump, which shares no code with us, must call the TCP and IPv4 header checksums of each frame we build what we built them to be.
# usage: tcpdump_agrees.sh [PROGRAM]    (harness/packet/build_test beside HOPCHECK unless given)
set -eu
program=${1:-$(dirname "${HOPCHECK:-build/hopcheck}")/harness/packet/build_test}
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT

command -v tcpdump >/dev/null || {
	echo "tcpdump_agrees: tcpdump is missing"
	exit 4
}
[ -x "$program" ] || {
	echo "tcpdump_agrees: $program is not built; \`make unit\` builds it" >&2
	exit 1
}
"$program" --write "$work/frames.pcap" >"$work/built"
tcpdump -nn -vv -r "$work/frames.pcap" 2>"$work/complaints" >"$work/read" || {
	cat "$work/complaints" >&2
	exit 1
}
# How tcpdump judged each packet's IPv4 header checksum, where it has one, and its TCP checksum, or what it could not
# read.
sed -n '/IP (tos/ { s/.*bad cksum.*/bad/p; t; s/.*/good/p; t; }; s/.*cksum 0x[0-9a-f]* (\(correct\|incorrect\).*/\1/p; t; s/.*hlim.*/unread/p' "$work/read" >"$work/found"
cut -d ' ' -f 1 "$work/built" >"$work/expected"

total=$(wc -l <"$work/expected")
for kind in correct incorrect good bad; do
	grep -q "^$kind\$" "$work/expected" || {
		echo "tcpdump_agrees: $program wrote no checksum that is $kind" >&2
		exit 1
	}
done
if ! cmp -s "$work/expected" "$work/found"; then
	echo "tcpdump_agrees: built as, tcpdump says:" >&2
	paste -d '\t' "$work/built" "$work/found" | awk -F '\t' '{ split($1, b, " ") } b[1] != $2' >&2
	exit 1
fi
echo "tcpdump_agrees: $total checksums, each as it was built"
