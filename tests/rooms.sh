# The rooms are closed, and the check that says so notices an open door.
set -eu
awk -f scripts/rooms.awk harness/*/*.c harness/*/*.h
mkdir -p "$WORK/harness/judge"
printf '#include "lab.h"\n' >"$WORK/harness/judge/planted.c"
if (cd "$WORK" && awk -f "$OLDPWD/scripts/rooms.awk" harness/judge/planted.c); then
	echo "a planted breach was not noticed"
	exit 1
fi
echo "no room looks into another"
