# shellcheck shell=sh
# The rooms are closed, and the check that says so notices an open door, wherever it is; so does the check that no two
# files of a room need each other.
. tests/shared.sh
set -eu
rooms() { # rooms FILE...: of $WORK, by the tables of docs/design.md
	(cd "$WORK" && awk -f "$OLDPWD/scripts/rooms.awk" "$OLDPWD/docs/design.md" "$@")
}
breach() { # breach FILE HEADER: a file that includes what it must not see is said
	mkdir -p "$WORK/$(dirname "$1")"
	printf '#include "%s"\n' "$2" >"$WORK/$1"
	if rooms "$1" >"$WORK/out"; then
		echo "$1, which includes $2, was not noticed"
		exit 1
	fi
	grep -q "$1" "$WORK/out" || { echo "the message does not name $1:"; cat "$WORK/out"; exit 1; }
}
# shellcheck disable=SC2046
awk -f scripts/rooms.awk docs/design.md include/*.h $(find harness -name '*.[ch]')
breach harness/judge/planted.c lab.h
breach harness/kind/behaviour/planted.c lab.h
breach harness/view/planted.h plan.h
breach include/topology.h trace.h
breach include/planted.h base.h
breach harness/planted/planted.c base.h
breach harness/probe/planted.c link_internal.h
# By the objects that the program was linked of: those whose sources are still there.
objects() {
	find harness -name '*.c' ! -name '*_test.c' ! -path 'harness/fuzz/*' |
		sed "s|^|$(dirname "$HOPCHECK")/|; s|c$|o|"
}
# shellcheck disable=SC2046
scripts/circles.sh $(objects) || { echo "files of one room need each other"; exit 1; }
# Of three, each needs the next; another room may need one of them, and be needed.
compile() { # compile FILE CODE
	mkdir -p "$WORK/$(dirname "$1")"
	echo "$2" | ${CC:-cc} -x c -c -o "$WORK/$1.o" -
}
needs "${CC:-cc}" gcc
compile harness/judge/one 'void two(void); void one(void) { two(); }'
compile harness/judge/two 'void three(void); void two(void) { three(); }'
compile harness/judge/three 'void far(void); void three(void) { far(); }'
compile harness/plan/far 'void one(void); void far(void) { one(); }'
scripts/circles.sh "$WORK"/harness/*/*.o || { echo "what is no circle in a room was told as one"; exit 1; }
compile harness/judge/three 'void one(void); void three(void) { one(); }'
if scripts/circles.sh "$WORK"/harness/*/*.o >"$WORK/out"; then
	echo "three files that need each other were not noticed"
	exit 1
fi
for file in one two three; do
	grep -q "harness/judge/$file.o needs" "$WORK/out" || { echo "the circle's $file is not named:"; cat "$WORK/out"; exit 1; }
done
# A kind is asked by its row, and nowhere else by its name.
if grep -rnE '\<(LINK_(VETH|NIC)|MODEL_|SERVICE_(OFF|PACKET|TUN))' harness include | grep -v '^harness/kind/'; then
	echo "a kind is named outside its own file"
	exit 1
fi
# Results are structs: what shows them reads no JSON by the names of its members.
if grep -rnE --include='*.c' --exclude='*_test.c' '\<json_(object_get|string_value|integer_value|number_value|is_true)\>' \
	harness/view harness/format harness/cli; then
	echo "an output reads JSON"
	exit 1
fi
# What only TCP has is known where its row, its sockets and its header are.
tcp_outside() { # tcp_outside DIRECTORY: lines that are no comments
	grep -rnE '\b(TCP_[A-Z]+|tcp_fields|LAYER_TCP|packet_tcp)\b|"Tcp[A-Z]' "$1" --include='*.[ch]' |
		grep -vE '/(packet|kind)/|/probe/tcp|(_test\.c|testing\.h):|/\*|: \* '
}
if tcp_outside harness; then
	echo "TCP is asked for outside its row"
	exit 1
fi
printf 'if (flags & TCP_SYN)\n' >"$WORK/harness/judge/planted.c"
tcp_outside "$WORK/harness" >"$WORK/out" || { echo "TCP in judge/ was not noticed"; exit 1; }
echo "no room looks into another, no two files of one need each other, and no output reads JSON"
