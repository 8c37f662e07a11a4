# shellcheck shell=sh
# Files of every subcommand: each output whole or as it was, on a full disk and under a signal; two of one name refused;
# what cannot be written refused before anything runs, and nothing left behind; FIFOs, devices and directories refused
# wherever a file is read, at once; no half of a kept trace.
set -u
. tests/shared.sh
this=$PWD/tests/files.sh shared=$PWD/tests/shared.sh
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
: >failures # a file, because some of it runs in shells of its own
complain() { echo "$*" | tee -a failures; }
patience=10
few='final-host --only mode=plain'
# shellcheck disable=SC2086 # words, here and below
ends_with 0 run -q --json r.json --keep kept $few
# shellcheck disable=SC2086
ends_with 0 judge --json judged.json kept $few
[ "$("$HOPCHECK" verdicts r.json)" = "$("$HOPCHECK" verdicts judged.json)" ] || complain "judge --json differs"

# Every way to say an output, with @ for its name: what is needed to get at it, and nothing runs.
cat >ways <<'END_OF_WAYS'
run -q final-host --only mode=plain --json @
run -q final-host --only mode=plain --ktap @
run -q final-host --only mode=plain --tap @
run -q final-host --only mode=plain --junit @
run -q final-host --only mode=plain --html @
report r.json --ktap @
report r.json --tap @
report r.json --junit @
report r.json --html @
merge -q r.json --json @
merge -q r.json --brief @
merge -q r.json --markdown @
merge -q r.json --ktap @
merge -q r.json --html @
judge kept final-host --json @
END_OF_WAYS
cat >far_ways <<'END_OF_WAYS'
matrix --kernel nowhere/image final-host --json @
matrix --kernel nowhere/image final-host --brief @
matrix --kernel nowhere/image final-host --markdown @
matrix --kernel nowhere/image final-host --junit @
bisect --good nowhere/image --bad nowhere/image final-host --json @
END_OF_WAYS
names() { find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '; } # of a directory
filled() { echo "$1" | sed "s,@,$2,g"; }

# ---- what cannot be written is refused before anything runs
mkdir there
echo old >there/old
cat ways far_ways >all_ways
echo 'run -q final-host --keep @' >>all_ways
echo 'matrix --kernel nowhere/image final-host --keep @' >>all_ways
while read -r way; do
	for name in nowhere/new there/old/new; do
		# shellcheck disable=SC2046
		ends_with 2 $(filled "$way" $name)
		says "$name: No"
	done
done <all_ways
while read -r way; do
	# shellcheck disable=SC2046
	ends_with 2 $(filled "$way" there)
	says "there: Is a directory"
done <<END_OF_WAYS
$(cat ways far_ways)
END_OF_WAYS
[ "$(names there)$(cat there/old)" = 'old old' ] || complain "something is left: $(ls -l there)"

# ---- whole, with the mode that it had; through a symbolic link; beside nothing else
umask 027
mkdir modes
number=0
while read -r way; do
	number=$((number + 1))
	echo old >modes/old
	chmod 604 modes/old
	ln -sf old modes/link
	# shellcheck disable=SC2046
	ends_with 0 $(filled "$way" modes/link)
	# shellcheck disable=SC2046
	ends_with 0 $(filled "$way" modes/new)
	[ "$(stat -c %a modes/old modes/new | tr '\n' ' ')" = '604 640 ' ] || complain "$way: modes $(ls -l modes)"
	[ "$(head -n 1 modes/old)" != old ] || complain "$way: the link is not followed"
	[ "$(names modes)" = 'link new old ' ] || complain "$way: $(names modes)"
	rm modes/*
done <ways
umask 022

# ---- two outputs of one name
for pair in '--json x --html x' '--json x --html ./x' '--tap there/../x --ktap x' '--json x --keep x' \
	'--keep there --json there/kernel.json'; do
	# shellcheck disable=SC2086
	ends_with 2 run -q $few $pair
	says 'writes the same file'
done
ends_with 2 merge r.json --brief x --markdown x
says 'writes the same file'
ends_with 2 matrix --kernel nowhere/image --json x --brief x final-host
says 'writes the same file'
ends_with 2 report r.json --tap /dev/stdout --ktap -
says 'only one output can be written to standard output'
[ ! -e x ] || complain "a refused output was made"

# ---- standard output by another name
# shellcheck disable=SC2086
"$HOPCHECK" run --json /dev/stdout $few >by_name 2>err
[ "$(head -c 1 by_name)$(tail -n 1 by_name)" = '{}' ] || complain "--json /dev/stdout is mixed with the table"
# shellcheck disable=SC2086,SC2094
"$HOPCHECK" run --json by_name $few >by_name 2>err
[ "$(head -c 1 by_name)$(tail -n 1 by_name)" = '{}' ] || complain "an output that standard output goes to: $(cat by_name)"

# ---- what is read: a FIFO, a device, a directory, nothing
mkfifo pipe
mkdir -p broken/final-host-0 modules
cp kept/kernel.json broken
cat >readers <<'END_OF_READERS'
run @
check @
list @
plan @
report @
merge @
verdicts @
merge r.json --against @
matrix --kernel nowhere/image --against @ final-host
matrix --kernel @ final-host
matrix --kernel label=@ final-host
END_OF_READERS
while read -r way; do
	for name in ./pipe /dev/zero; do
		# shellcheck disable=SC2046
		ends_with 2 $(filled "$way" $name)
		says "$name: is not a file"
	done
	# shellcheck disable=SC2046
	ends_with 2 $(filled "$way" ./there)
done <readers
for name in trace.json trace.pcapng; do
	rm -rf broken/final-host-0
	cp -r kept/final-host-0 broken
	rm broken/final-host-0/$name
	mkfifo broken/final-host-0/$name
	ends_with 2 judge broken final-host
	says "broken/final-host-0/$name: is not a file"
done
rm broken/kernel.json
mkfifo broken/kernel.json
ends_with 2 judge broken final-host
says "broken/kernel.json: is not a file"

# ---- a full disk
full_disk() {
	mount -t tmpfs -o size=1m tmpfs there || exit 4
	echo old >there/old
	chmod 604 there/old
	head -c 4000000 /dev/zero >there/filler 2>/dev/null
	while read -r way; do
		for name in there/old there/new; do
			# shellcheck disable=SC2046
			ends_with 3 $(filled "$way" $name)
			says "$name: No space left on device"
		done
		[ "$(names there)$(stat -c %a there/old) $(cat there/old)" = 'filler old 604 old' ] ||
			complain "$way: $(ls -Al there)"
	done <ways
	rm there/filler
	# shellcheck disable=SC2086
	ends_with 3 run --keep there/kept $few
	grep -q 'there/kept/final-host-[0-9]*/trace.*: No space left' out || complain "a trace without room: $(tail -n 5 out)"
	whole=0
	for directory in there/kept/*-*; do
		whole=$((whole + 1))
		[ "$(names "$directory")" = 'trace.json trace.pcapng ' ] || complain "half a trace: $(ls -l "$directory")"
	done
	[ $whole -gt 0 ] || complain "no trace had room"
	mount -o remount,ro,size=1m tmpfs there || exit 4
	while read -r way; do
		for name in there/old there/new; do
			# shellcheck disable=SC2046
			ends_with 2 $(filled "$way" $name)
			says "$name: Read-only file system"
		done
	done <all_ways_but_keep
	! grep -q __asan_init "$HOPCHECK" || return 0 # it looks for leaks, and for its options, in /proc
	# Where there is no /proc, a file has a name of its own until it is whole.
	# In a user's namespace what is mounted already cannot be taken away, but hidden.
	mount -o remount,rw,size=8m tmpfs there || exit 4
	umount -l /proc 2>/dev/null || mount -t tmpfs tmpfs /proc || exit 4
	ends_with 0 report r.json --html there/old
	[ "$(names there)$(stat -c %a there/old)" = 'kept old 604' ] || complain "without /proc: $(ls -Al there)"
}
cat ways far_ways >all_ways_but_keep
alone='unshare -m'
[ "$(id -u)" = 0 ] || alone='unshare -rm'
if $alone true 2>/dev/null; then
	rm -r there
	mkdir there
	export WORK HOPCHECK
	{
		echo ". $shared; patience=$patience"
		sed -n '/^complain()/p' "$this"
		sed -n '/^names()/p; /^filled()/p' "$this"
		echo "few='$few'"
		sed -n '/^full_disk()/,/^}/p' "$this"
		echo 'mount --make-rprivate / 2>/dev/null; full_disk'
	} >full_disk.sh
	$alone sh full_disk.sh || complain "the full disk could not be had"
	disk=', a full and a read-only disk'
else
	disk=', no full disk (no mount namespace here)'
fi

[ ! -s failures ] || exit 1
echo "$(wc -l <all_ways) outputs and $(wc -l <readers) inputs$disk"
