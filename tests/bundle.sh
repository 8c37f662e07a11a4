# shellcheck shell=sh
# reproduce.sh of a bundle says what hopcheck said: exit code 0 where the cell PASSes, 1 where it deviates, 4 where it
# is SKIP; as this user, and as root in a user namespace. BUNDLE_CELLS=200 takes so many cells of all cases instead of
# the few below, and asks for 95 % of them.
set -u
. tests/shared.sh
needs python3 python3 ethtool ethtool unshare util-linux
ln -s "$PWD/cases" "$PWD/topologies" "$WORK"
cd "$WORK" || exit 1
patience=120 same=0 other=0 count=0

# Each is a case and values of axes; all kinds of traffic and of outcomes.
few() {
	cat <<-CELLS
		bursts mode=inline differ=ack gro=on
		final-host mode=inline left=1 dst.a0.gro=on src.b0.tx=on
	CELLS
}

# So many of all, evenly.
many() {
	"$HOPCHECK" list -vv | awk -v count="$BUNDLE_CELLS" '
		/^[^ ]/ { name = $1 }
		/^ +[0-9]+: .*=/ { line = name; for (i = 2; i <= NF; i++) if ($i ~ /=/) line = line " " $i; cells[n++] = line }
		END { step = n / count; if (step < 1) step = 1; for (i = 0; i < n; i += step) print cells[int(i)] }'
}

outcome_code() { # outcome_code FILE: what the script is to say
	case $(grep -o '"outcome": "[A-Z]*"' "$1") in
	*PASS* | *FIXED*) echo 0 ;;
	*KNOWN* | *FAIL*) echo 1 ;;
	*) echo 4 ;;
	esac
}

# A script that cannot tell says why: what only hopcheck's own programs do is named, and no disagreement.
compare() { # compare CELL HOW COMMAND...
	wanted=$(outcome_code bundle/results.json)
	cell=$1 how=$2
	shift 2
	timeout "$patience" "$@" >seen 2>&1
	code=$?
	if [ "$code" = "$wanted" ]; then
		same=$((same + 1))
	elif [ "$code" = 4 ] && grep -q 'cannot tell: its ' seen; then
		echo "not told by a script: $cell: $(grep 'cannot tell' seen)"
	else
		other=$((other + 1))
		echo "$cell $how: exit $code, not $wanted: $(grep -m 3 -e WRONG -e 'cannot tell' -e Error seen)"
	fi
}

# The last of the few is looked at further down.
{
	[ -z "${BUNDLE_CELLS:-}" ] || many
	few
} >cells
[ -s cells ] || complain "no cells"
while read -r name axes; do
	only=''
	for axis in $axes; do only="$only --only $axis"; done
	rm -rf bundle
	# shellcheck disable=SC2086 # words of a command line
	ends_with 0 bundle "$name" $only bundle </dev/null
	[ -x bundle/reproduce.sh ] || {
		complain "$name $axes: no reproduce.sh"
		continue
	}
	compare "$name $axes" 'as this user' ./bundle/reproduce.sh -w captures </dev/null
	count=$((count + 1))
	[ $((count % 4)) != 1 ] || ! unshare -Urnm true 2>/dev/null ||
		compare "$name $axes" 'in unshare -Urnm' unshare -Urnm ./bundle/reproduce.sh </dev/null
done <cells
if command -v shellcheck >/dev/null; then
	shellcheck --severity=warning bundle/reproduce.sh >out 2>&1 || complain "shellcheck: $(head -n 8 out)"
fi
grep -q '^run ip -n r1 ' bundle/reproduce.sh || complain "no line of the lab"

# ---- the mail: narrow, and whole
awk 'length > 72 { print "report.txt: wide: " $0; bad = 1 } END { exit bad }' bundle/report.txt || failures=$((failures + 1))
for part in '^Subject: SRv6 ' '^Seen on Linux ' '^Expected: ' '^Settings' '^Kernels' '^Packets' '^Evidence' '^To reproduce' '^Versions'; do
	grep -q "$part" bundle/report.txt || complain "report.txt: no line $part"
done
[ -s bundle/cases/final-host.yaml ] && [ -s bundle/topologies/chain-1.yaml ] || complain "no case, no topology"
ends_with 0 judge bundle final-host
ends_with 0 report --html page.html bundle/results.json
grep -qF '#!/bin/sh' page.html || complain "the page has no script"

# ---- captures
[ -s captures/r1.a0.in.pcap ] || complain "no capture of a hop"
# ---- one cell is meant
ends_with 2 bundle final-host bundle
says 'cells fit; name one with --only'

# ---- as one file, which runs elsewhere, and as a selftest beside the kernel's lib.sh, of which this does what it needs
ends_with 0 bundle --kselftest --results bundle/results.json 0 bundle.tar.gz
grep -q . err && complain "bundle.tar.gz: $(cat err)"
mkdir elsewhere selftest && cp bundle.tar.gz elsewhere && cd elsewhere || exit 1
TMPDIR=$PWD ends_with 0 run bundle.tar.gz --json run.json
[ "$(outcome_code run.json)" = 1 ] || complain "the archive's cell is $(grep outcome run.json)"
grep -q '"command": ".*hopcheck run bundle.tar.gz --json run.json"' run.json || complain "not its command: $(grep '"command"' run.json)"
[ "$(echo *)" = 'bundle.tar.gz err out run.json' ] || complain "left behind: $(echo *)"
ends_with 2 run bundle.tar.gz final-host
says 'a bundle runs alone'
head -c 3000 bundle.tar.gz >cut.tar.gz
ends_with 2 run cut.tar.gz
says 'cut.tar.gz: not compressed by gzip, or cut short'
gzip -dc bundle.tar.gz | tar xf - -C ../selftest --strip-components 1 && cd ../selftest || exit 1
cat >lib.sh <<-'LIB'
	ksft_skip=4
	made=""
	setup_ns() {
		for ns in "$@"; do
			eval "$ns=$ns-$$" && ip netns add "${!ns}" && made="$made ${!ns}" || return $ksft_skip
		done
	}
	cleanup_all_ns() { for ns in $made; do ip netns del "$ns"; done; }
LIB
# In namespaces of ours: the selftest itself has those of the machine.
for kinds in -nm -Urnm; do
	unshare $kinds true 2>/dev/null || continue
	timeout "$patience" unshare $kinds sh -c 'mount -t tmpfs none /run && exec bash ./srv6_final_host_test.sh' >out 2>err
	code=$?
	[ $code = 1 ] || complain "the selftest: exit $code: $(head -n 5 out err)"
	break
done
[ "$(head -n 2 out | tr '\n' ' ')" = 'KTAP version 1 1..1 ' ] || complain "no KTAP: $(head -n 2 out)"
grep -q '^not ok 1 final-host ' out || complain "no result: $(tail -n 1 out)"
! command -v shellcheck >/dev/null || shellcheck --severity=warning srv6_*_test.sh >out 2>&1 || complain "shellcheck: $(head -n 8 out)"

echo "$same agree, $other do not"
[ $((same * 5)) -ge $(((same + other) * 95 / 20)) ] || failures=$((failures + 1))
[ -n "${BUNDLE_CELLS:-}" ] || [ "$other" = 0 ] || failures=$((failures + 1))
[ $failures = 0 ]
