# Which room may include which header: reads `#include "x.h"` lines, prints each that opens a forbidden door, and exits 1.
# A header of include/ is open to the rooms below its own making; a header in a room is that room's alone.
BEGIN {
	all = "base error"
	door["base"] = "base file"
	door["packet"] = "base packet"
	door["kind"] = "base topology behaviour parts"
	door["model"] = "base packet topology testcase trace nic"
	door["declare"] = "base file packet behaviour topology testcase nic"
	door["plan"] = "base packet behaviour topology testcase plan nic"
	door["build"] = "base packet topology testcase plan trace lab nic"
	door["drops"] = "base packet topology testcase plan trace lab drops"
	door["probe"] = "base packet topology testcase plan trace lab drops probe nic"
	door["judge"] = "base packet behaviour topology testcase plan trace verdict journey"
	door["matrix"] = "base file wire matrix"
	door["fleet"] = "base file nic wire packet topology testcase plan trace lab drops verdict report matrix run outputs fleet"
	street = "base file packet behaviour topology testcase plan trace verdict report report_internal journey nic drops lab probe run outputs matrix fleet"
	door["run"] = door["cli"] = street
	door["result"] = door["kept"] = door["view"] = door["format"] = "base file packet behaviour topology testcase plan trace verdict report report_internal journey"
	door["fuzz"] = "../kept/pcapng base wire packet behaviour topology testcase plan trace verdict"
	for (room in door) {
		n = split(door[room], names, " ")
		for (i = 1; i <= n; i++)
			open[room, names[i] ".h"] = 1
	}
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	n = split(FILENAME, part, "/")
	if (n < 3 || part[1] != "harness")
		next # the corridor sees every room
	room = part[2]
	split($0, quoted, "\"")
	header = quoted[2]
	if ((room, header) in open)
		next
	if ((getline line < ("harness/" room "/" header)) > 0) {
		close("harness/" room "/" header)
		next # the room's own
	}
	if (FILENAME ~ /_test\.c$/)
		next # tests see what they test with
	printf "%s:%d: room %s may not include \"%s\"\n", FILENAME, FNR, room, header
	broken = 1
}
END { exit broken }
