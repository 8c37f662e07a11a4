#!/bin/sh
# No two files of one room need each other: A uses what B defines, and B, directly or through others of the room, uses
# what A defines. Read from the symbols of the objects: what a header declares does not matter. Prints each circle with
# the symbols that make it, and exits 1.
# usage: scripts/circles.sh OBJECT...    each DIRECTORY/harness/ROOM/NAME.o
set -eu
for object; do
	[ -r "$object" ] || { echo "$object: not built"; exit 2; }
done
nm -A "$@" | awk '
# "build/harness/judge/hint.o:                 U say_interface", "build/harness/judge/hint.o:0000000000000000 T hints_find"
{
	file = $1
	sub(/:.*/, "", file)
	sub(/^(.*\/)?harness\//, "harness/", file)
	type = $(NF - 1)
	if (type == "U")
		uses[file, $NF] = 1
	else if (type ~ /^[TDBRVWC]$/)
		home[$NF] = file
}
function room_of(file, parts) {
	split(file, parts, "/")
	return parts[2]
}
# Whether there is a way from `file` to `goal`, past files that were not tried: path[1] to path[last].
function leads_to(file, goal, depth, others, count, i) {
	path[depth] = file
	count = split(needs[file], others, " ")
	for (i = 1; i <= count; i++) {
		if (others[i] == goal) {
			last = depth
			return 1
		}
		if (others[i] in tried)
			continue
		tried[others[i]] = 1
		if (leads_to(others[i], goal, depth + 1))
			return 1
	}
	return 0
}
END {
	for (use in uses) {
		split(use, parts, SUBSEP)
		from = parts[1]
		to = home[parts[2]]
		if (to == "" || to == from || room_of(from) != room_of(to))
			continue
		if (!((from, to) in symbols))
			needs[from] = needs[from] " " to
		symbols[from, to] = symbols[from, to] " " parts[2]
	}
	for (file in needs) {
		if (file in told)
			continue
		split("", tried)
		if (!leads_to(file, file, 1))
			continue
		found = 1
		printf "%s/: files that need each other\n", room_of(file)
		for (i = 1; i <= last; i++) {
			after = path[i < last ? i + 1 : 1]
			printf "  %s needs %s for%s\n", path[i], after, symbols[path[i], after]
			told[path[i]] = 1
		}
	}
	exit found
}'
