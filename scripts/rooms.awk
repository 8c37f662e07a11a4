# Which room may include which header. The rules are two tables of docs/design.md, which is read first: the nouns of
# include/, each of which sees those before it, and what each room of harness/ sees of them. Reads `#include "x.h"` lines,
# prints each that opens a forbidden door or a file in no room, and exits 1. A header in a room is that room's alone.
# usage: awk -f scripts/rooms.awk docs/design.md FILE...
BEGIN { FS = "|" }
function room_of(file, part, n) {
	n = split(file, part, "/")
	return part[n > 2 ? 2 : 1]
}
NR == FNR && /^\| nouns \|/ {
	count = split($3, noun, " ")
	for (i = 1; i <= count; i++)
		rank[noun[i] ".h"] = i
	next
}
NR == FNR && /^\| `[a-z]+\/` \| sees / {
	split($2, name, "`")
	room = substr(name[2], 1, length(name[2]) - 1)
	known[room] = 1
	sub(/^ *sees */, "", $3)
	n = split($3, names, " ")
	for (i = 1; i <= n; i++) {
		open[room, names[i] ".h"] = 1
		if (names[i] == "all")
			sees_all[room] = 1
		else if (!(names[i] ".h" in rank)) {
			printf "%s:%d: room %s sees %s, which is not a noun\n", FILENAME, FNR, room, names[i]
			broken = 1
		}
	}
	next
}
NR == FNR { next }
FNR == 1 {
	file = FILENAME
	if (file ~ /^include\//) {
		here = substr(file, 9)
		if (!(here in rank)) {
			printf "%s: is in no place of the nouns' order\n", file
			broken = 1
		}
	} else if (!(room_of(file) in known)) {
		printf "%s: room %s is not in docs/design.md\n", file, room_of(file)
		broken = 1
	}
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	header = quoted[2]
	room = room_of(FILENAME)
	if (FILENAME ~ /^include\//) {
		if (header in rank && rank[header] < rank[here])
			next
		printf "%s:%d: %s may not include \"%s\"\n", FILENAME, FNR, here, header
		broken = 1
		next
	}
	if ((room, header) in open || (room in sees_all && header in rank))
		next
	directory = FILENAME
	sub(/[^\/]*$/, "", directory)
	if (!(header in rank) && (getline line < (directory header)) >= 0) {
		close(directory header)
		next # the room's own
	}
	if (FILENAME ~ /_test\.c$/)
		next # tests see what they test with
	printf "%s:%d: room %s may not include \"%s\"\n", FILENAME, FNR, room, header
	broken = 1
}
END { exit broken }
