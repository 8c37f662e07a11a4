# shellcheck shell=sh
# Machines that grant little: few open files, processes or octets of memory, no /proc, closed standard descriptors. Each is
# said in one line, in time, with what to turn; none is a verdict, none a crash. Large cases are checked and listed in
# little memory.
set -u
. tests/shared.sh
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
needs_limits
failures=0
complain() {
	failures=$((failures + 1))
	echo "$*: exit $code: $(head -n 3 err)"
}
few='final-host --only mode=plain'
# under LIMIT COMMAND...: what becomes of it is in out, err and code
under() {
	limit=$1
	shift
	bash -c "ulimit -c 0; $limit || exit 99; exec timeout 5 \"\$@\"" bash "$HOPCHECK" "$@" >out 2>err </dev/null
	code=$?
}
# refused LIMIT WORDS: BROKEN before it begins, in one line
refused() {
	# shellcheck disable=SC2086 # words
	under "$1" run -j 2 $few
	[ $code = 3 ] && [ "$(wc -l <err)" = 1 ] && [ ! -s out ] && grep -qF -e "$2" err || complain "$1"
}

# ---- open files: either it is refused, or nothing differs
for files in 6 8 12 20 30 40 50; do
	refused "ulimit -n $files" "ulimit -n "
done
# shellcheck disable=SC2086
under 'ulimit -S -n 10' run -q -j 2 $few
[ $code = 0 ] || complain "a soft limit is not raised"
needed=$(bash -c "ulimit -n 10; \"$HOPCHECK\" run -q -j 2 $few" 2>&1 | sed -n 's/.*`ulimit -n \([0-9]*\)`$/\1/p')
# shellcheck disable=SC2086
under "ulimit -n ${needed:-0}" run -q -j 2 $few
[ $code = 0 ] || complain "as many open files as it said are too few"

# ---- memory
for memory in 10000 20000 30000 40000; do
	refused "ulimit -v $memory" '(ulimit -v)'
done
for memory in 2000 5000 10000 20000 30000; do
	refused "ulimit -d $memory" '(ulimit -d)'
done
# shellcheck disable=SC2086
under 'ulimit -v 200000 -d 100000' run -q -j 2 $few
[ $code = 0 ] || complain "it does not do with 200 MB"

# ---- processes: of a user who has no other
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cp "$HOPCHECK" program
	mkdir own
	cp -r cases/final-host.yaml cases/deviations topologies/chain-*.yaml own
	chmod -R a+rX . 2>/dev/null
	for processes in 1 2 3 4; do
		setpriv --reuid 64999 --regid 64999 --clear-groups bash -c "ulimit -u $processes; exec ./program run -j 2 ./own/final-host.yaml --only mode=plain" >out 2>err
		code=$?
		# Said of the run, or of the cells that it was too low for; three are never enough for two workers,
		# four may be: it depends on whether what both start is there at the same time.
		if [ $code = 3 ]; then
			cat out err | tr -s ' \n' ' ' | grep -q 'ulimit -u' || complain "ulimit -u $processes: $(cat out err)"
		else
			[ $code = 0 ] && [ $processes -ge 4 ] && grep -q '^12 cells: 12 PASS' out || complain "ulimit -u $processes: $(cat out err)"
		fi
	done
fi

# ---- no /proc
if unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016
	unshare -m sh -c 'umount -l /proc; exec timeout 5 "$0" run final-host' "$HOPCHECK" >out 2>err
	code=$?
	[ $code = 3 ] && [ "$(cat err)" = 'hopcheck: /proc is not mounted: `mount -t proc proc /proc`' ] || complain "no /proc"
fi

# ---- closed standard descriptors: what is opened does not take their place
json='--json r.json'
for closed in '<&-' '2>&-' '<&- 2>&-'; do
	rm -f r.json
	eval "timeout 5 \"\$HOPCHECK\" run $json $few >out $closed"
	code=$?
	[ $code = 0 ] && [ "$(head -c 1 r.json)$(tail -n 1 r.json)" = '{}' ] && grep -q '^12 cells: 12 PASS' out ||
		complain "$closed"
done
for closed in '>&-' '<&- >&- 2>&-'; do
	rm -f r.json
	eval "timeout 5 \"\$HOPCHECK\" run $json $few 2>err $closed"
	code=$?
	[ $code = 3 ] && [ "$(head -c 1 r.json)$(tail -n 1 r.json)" = '{}' ] || complain "$closed"
done
# shellcheck disable=SC2086
timeout 5 "$HOPCHECK" run --json - $few 2>err >&-
code=$?
[ $code = 2 ] && grep -q 'json -: standard output is closed' err || complain "--json - to what is closed"
timeout 5 "$HOPCHECK" report - 2>err >out <&-
code=$?
[ $code = 2 ] && grep -q 'standard input: cannot be read' err || complain "results from what is closed"

# ---- file sizes, a directory for temporary files that is not there
# shellcheck disable=SC2086
under 'ulimit -f 4' run -q --json r.json $few
[ $code = 3 ] && grep -q 'r.json: File too large' err && [ "$(tail -n 1 r.json)" = '}' ] || complain "ulimit -f"
# shellcheck disable=SC2086
TMPDIR=/nowhere timeout 5 "$HOPCHECK" run -q $few >out 2>err
code=$?
[ $code = 0 ] || complain "a TMPDIR that is not there"

head -c 4096 /dev/zero >image # a bzImage by its header
printf 'HdrS' | dd of=image bs=1 seek=514 conv=notrunc 2>/dev/null
printf '\0\2' | dd of=image bs=1 seek=526 conv=notrunc 2>/dev/null
printf '6.1.1 ' | dd of=image bs=1 seek=1024 conv=notrunc 2>/dev/null
TMPDIR=/nowhere timeout 5 "$HOPCHECK" matrix --kernel ./image final-host >out 2>err
code=$?
[ $code = 3 ] && grep -q '/nowhere/hopcheck-matrix-.*: No such file or directory; TMPDIR' err || complain "matrix, and no TMPDIR"

# ---- a case of a few lines with 99,600 cells of 60 nodes
awk 'BEGIN {
	print "topology: chain\nnodes:\n  n0: {}"
	for (i = 1; i < 59; i++) print "  n" i ": {}"
	print "  n59: {addresses: \"fc00:d::1\"}\nlinks:"
	for (i = 0; i < 59; i++) print "  - {ends: [n" i ".b, n" i + 1 ".a]}"
}' >chain.yaml
printf 'case: big\ntopology: chain\ntraffic: {tcp: crafted, from: n0, to: "fc00:d::1"}\naxes: {hop_limit: [%s], payload: [%s]}\nexpect: {fate: delivered}\n' \
	"$(seq -s, 249)" "$(seq -s, 400)" >big.yaml
for verb in check list plan; do
	under 'ulimit -v 200000' $verb ./big.yaml
	[ $code = 0 ] || complain "$verb of a large case in 200 MB and 5 s"
done
sed 's/payload: .1,/payload: [0,/' big.yaml >wrong.yaml
under 'ulimit -v 200000' check wrong.yaml
[ $code = 2 ] && grep -q 'a crafted packet without payload' err || complain "an error of one cell of many"

[ $failures = 0 ] || exit 1
echo "low limits, no /proc, closed descriptors: one line each; a case of 99600 cells in 200 MB"
