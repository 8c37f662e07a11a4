# shellcheck shell=sh
# What several tests begin with. They say `. tests/shared.sh` at the top of the tree, before they go elsewhere.
failures=0
complain() { # complain WORDS...: the test goes on, and fails in the end
	failures=$((failures + 1))
	echo "$*"
}
skip() { # skip WORDS...: this machine lacks something
	echo "not checked: $*"
	exit 4
}
needs() { # needs PROGRAM PACKAGE [PROGRAM PACKAGE]...
	while [ $# -ge 2 ]; do
		# A python3 that is only a stand-in for one is none.
		command -v "$1" >/dev/null && { [ "$1" != python3 ] || python3 -c '' 2>/dev/null; } ||
			skip "no $1 here: apt-get install $2"
		shift 2
	done
}
# Tests that lower limits by bash's ulimit.
needs_limits() {
	needs bash bash
	! grep -q __asan_init "$HOPCHECK" || skip "a sanitizer needs more memory than there is"
}
# The directory of the test, with the project's topologies and no cases.
go_to_work() {
	mkdir "$WORK/cases" && cp -r topologies "$WORK/topologies" && cd "$WORK" || exit 1
}
# A library for LD_PRELOAD that changes what calls give to hopcheck: tests/NAME.c as $WORK/NAME.so.
preload_library() { # preload_library NAME
	cc=$(command -v "${CC:-gcc}" || command -v cc) || skip "no C compiler"
	"$cc" -D_GNU_SOURCE -shared -fPIC -o "$WORK/$1.so" "tests/$1.c" -ldl || exit 1
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
}
# What a table broke into lines, as one.
one_line() { tr '\n' ' ' <"$1" | sed 's/  */ /g'; } # one_line FILE
# hopcheck with these arguments ends with a code, in time; what it wrote is in out and err.
patience=60 # s
ends_with() { # ends_with CODE ARGUMENT...
	wanted=$1
	shift
	timeout "$patience" "$HOPCHECK" "$@" >out 2>err </dev/null
	code=$?
	[ $code = "$wanted" ] || complain "hopcheck $*: exit $code, not $wanted: $(head -n 3 err)"
}
says() { # says TEXT: on stderr, of the last one that ended
	grep -qF -e "$1" err || complain "expected on stderr: $1; it says: $(head -n 3 err)"
}
# Two cells of each outcome but SKIP and BROKEN, and one that is SKIP; their topology is to be beside DIRECTORY.
outcome_cases() { # outcome_cases DIRECTORY BECAUSE MORE: words of a deviation, and what else is expected of FAIL and KNOWN
	cat >"$1/outcomes.yaml" <<-CASE
		case: outcomes
		topology: chain-1
		set: {"*.*.tso": off, "*.*.gro": off}
		traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1", segments: ["fc00:1::100"], bytes: 2k}
		axes:
		  wanted: {pass: {}, fail: {}, known: {}, fixed: {}}
		  mode: [plain, inline]
		expect:
		  - {when: {wanted: [fail, known]}, fate: dropped, at: r1, reason: no-route$3}
		  - {fate: delivered}
		known:
		  - {when: {wanted: known}, verdict: {fate: delivered}, because: "$2", ref: "a test of hopcheck", workaround: none}
		  - {when: {wanted: fixed}, verdict: {fate: stalled}, because: a test, ref: "a test of hopcheck"}
	CASE
	cat >"$1/skip.yaml" <<-CASE
		case: skip
		topology: chain-1
		set: {src.b0.tx: on} # a burst cannot leave with complete checksums then
		traffic: {tcp: crafted, from: src, to: "fc00:d:d000::1", burst: 4}
		expect: {fate: stalled}
	CASE
}
# Two cells of one lab, which pass everywhere; their topology is to be beside DIRECTORY.
two_cells() { # two_cells DIRECTORY
	cat >"$1/two.yaml" <<'CASE'
case: two
topology: chain-1
traffic: {tcp: kernel, mode: plain, from: src, to: "fc00:d:d000::1", bytes: 2k}
axes: {dst.a0.gro: [on, off]}
expect: {fate: delivered}
CASE
}
# Runs of one guest at a time; `machine` has options of all of them.
machine=""
guest() { # guest NAME CODE [OPTION]...: leaves $WORK/NAME, NAME.json, NAME.keep
	name=$1 code=$2
	shift 2
	# shellcheck disable=SC2086
	"$HOPCHECK" matrix $machine -j 1 --json "$WORK/$name.json" --keep "$WORK/$name.keep" "$@" >"$WORK/$name" 2>&1
	got=$?
	[ $got = "$code" ] || complain "$name: exit $got, not $code: $(tail -n 3 "$WORK/$name")"
}
guest_has() { # guest_has NAME OUTCOME COUNT: so many cells have it
	count=$(grep -c "\"outcome\": \"$2\"" "$WORK/$1.json")
	[ "$count" = "$3" ] || complain "$1: $count cells are $2, not $3"
}
guest_says() { # guest_says NAME TEXT
	grep -q "$2" "$WORK/$1.json" || complain "$1: nothing says '$2': $(grep -m1 '"why"' "$WORK/$1.json")"
}
# A bzImage that nothing can boot. The boot header (Documentation/arch/x86/boot.rst) begins at 0x202 with "HdrS"; at 0x20e
# it has where the version is, less 0x200: here 0x400.
image() { # image RELEASE
	head -c 514 /dev/zero && printf HdrS && head -c 8 /dev/zero && printf '\000\004' && head -c 1008 /dev/zero &&
		printf '%s #1' "$1" && head -c 2000 /dev/zero
}
