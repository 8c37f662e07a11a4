#!/bin/sh
# tcpdump, which shares no code with us, must call the TCP checksum of each frame we build what we built it to be.
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
# One line a packet: how tcpdump judged its TCP checksum, or what it could not read.
sed -n 's/.*cksum 0x[0-9a-f]* (\(correct\|incorrect\).*/\1/p; t; s/.*hlim.*/unread/p' "$work/read" >"$work/found"
cut -d ' ' -f 1 "$work/built" >"$work/expected"

total=$(wc -l <"$work/expected")
right=$(grep -c '^correct$' "$work/expected" || true)
wrong=$(grep -c '^incorrect$' "$work/expected" || true)
if [ "$right" -eq 0 ] || [ "$wrong" -eq 0 ]; then
	echo "tcpdump_agrees: $program wrote $right valid and $wrong other frames; both are needed" >&2
	exit 1
fi
if ! cmp -s "$work/expected" "$work/found"; then
	echo "tcpdump_agrees: built as, tcpdump says:" >&2
	paste -d '\t' "$work/built" "$work/found" | awk -F '\t' '{ split($1, b, " ") } b[1] != $2' >&2
	exit 1
fi
echo "tcpdump_agrees: $total frames, $right correct and $wrong incorrect, as built"
