#!/bin/bash
# scripts/mutants.sh [-j N] [--again] [--report] [--kept] [NAME...]
#	plants the faults of mutants/*.patch (all, or these) one at a time into the User Mode Linux of scripts/uml.sh, builds it, runs
#	the suite on it, and says which were noticed: where a verdict is not that of the kernel without a fault.
#	-j N       N at a time (default: the number of CPUs)
#	--again    also those that have been run with this hopcheck; without it a run goes on where the last one ended
#	--report   also writes docs/mutants.md, from all that has been run
#	--kept     runs nothing: says, and with --report writes, what earlier runs have told
#	--quick    runs the cases of `first` below before all others, and those only on kernels whose fault they do not notice
#	--case CASE    only this case of the suite (may be given several times)
#	--results DIR   keep results there (default: ${HOPCHECK_CACHE:-~/.cache/hopcheck}/mutants)
# A NAME may be that of a fault, or a patch file of your own. Results of another hopcheck than this one are thrown away.
# Exit code: 0 every fault that is not equivalent was noticed, 1 some were not, 2 wrong usage, 3 something could not be run.
set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 3
hopcheck=$(realpath "${HOPCHECK:-build/hopcheck}")
results=${HOPCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hopcheck}/mutants
jobs=$(nproc) again="" report="" kept="" quick="" series=6.12 names=() cases=()

say() { echo "mutants: $*" >&2; }
fail() {
	say "$*"
	exit 3
}
usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2
	exit 2
}

while [ $# != 0 ]; do
	case $1 in
	-j)
		[[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage
		jobs=$2
		shift
		;;
	--again) again=1 ;;
	--report) report=1 ;;
	--kept) kept=1 ;;
	--quick) quick=1 ;;
	--case)
		[ -n "${2:-}" ] || usage
		cases+=("$2")
		shift
		;;
	--results)
		[ -n "${2:-}" ] || usage
		results=$(realpath -m "$2")
		shift
		;;
	-*) usage ;;
	*.patch) names+=("$(realpath "$1")") ;;
	*) names+=("$PWD/mutants/$1.patch") ;;
	esac
	shift
done
[ ${#names[@]} != 0 ] || names=("$PWD"/mutants/*.patch)
for patch in "${names[@]}"; do
	[ -r "$patch" ] || fail "cannot read $patch"
done
[ -x "$hopcheck" ] || fail "no $hopcheck: run \`make\` first"

name_of() { basename "$1" .patch; }
field() { sed -n "s/^$2: //p;/^---/q" "$1"; } # field PATCH WORD

# verdicts FILE: what each cell came to, without what two runs of one kernel may differ in: how much GRO merged.
verdicts() { "$hopcheck" verdicts "$1" | sed -E 's/ [^ ]+:(in|out)=(none|merged|split)\>//g' | sort; }

# build_kernel PATCH DIR: the kernel with this fault, as DIR/linux. The trees of scripts/uml.sh are seen through an overlay in a
# mount namespace of its own: they stay as they are, at the path that their objects were built at, so only what the patch touches is
# compiled.
build_kernel() {
	mkdir -p "$2"/{source,build}-{upper,work}
	# shellcheck disable=SC2016
	source=$source build=$build patch=$1 dir=$2 unshare -rm bash -c '
		set -e
		for tree in source build; do
			mount -t overlay overlay -o "lowerdir=${!tree},upperdir=$dir/$tree-upper,workdir=$dir/$tree-work" "${!tree}" || exit 9
		done
		patch -s -p1 -d "$source" <"$patch" || exit 8
		make -s -C "$source" ARCH=um O="$build" linux
		cp "$build/linux" "$dir/linux"'
}

# A quarter of the suite's cells, which noticed nine of ten faults by themselves.
first=(behaviours bursts bursts-long bursts-rules bursts-srh controls-crafted cut encap-red errors-reach features flavors flow-labels
	gro-list headend-fields hmac hmac-pushed hop-limits ipv4 ipv4-crafted mistakes mistakes-crafted negative negative-srh options
	plain-segments policies seen sid-counts srh-boundaries syn tables tlvs too-big usid vxlan-host wire-bursts wire-crafted)

# run_suite LINUX RESULT CASE...: leaves RESULT.json, .verdicts, .code and .log.
run_suite() {
	local linux=$1 result=$2
	shift 2
	"$hopcheck" matrix -q -j 1 --silence 20 --timeout 300 --kernel "uml=$linux" --brief "$result.json" "$@" >"$result.log" 2>&1
	echo $? >"$result.code"
	[ -s "$result.json" ] && verdicts "$result.json" >"$result.verdicts"
}

# compare RESULT: leaves RESULT.differs. BROKEN cells say nothing of the kernel: a busy machine makes them too.
compare() {
	comm -13 "$results/base.verdicts" "$1.verdicts" | grep -vFf "$results/base.unsteady" | grep -v ': BROKEN ' >"$1.differs"
}

# plant PATCH: the whole way of one fault; how it ended is in $results/NAME.*.
plant() {
	local result dir broken
	result=$results/$(name_of "$1")
	dir=$(mktemp -d "$results/work.XXXXXX") || return
	rm -f "$result".*
	build_kernel "$1" "$dir" >"$result.log" 2>&1
	case $? in
	0)
		[ -z "$quick" ] || ! run_suite "$dir/linux" "$result" "${first[@]}" || compare "$result"
		if [ -s "$result.differs" ] || run_suite "$dir/linux" "$result" "${cases[@]}"; then
			compare "$result"
			broken=$(grep -c ': BROKEN ' "$result.verdicts")
			if [ "$broken" != 0 ] && [ ! -s "$result.differs" ]; then
				echo "did not run: $broken cells BROKEN" >"$result.fault"
			fi
		else
			echo "did not run: $(tail -n 1 "$result.log")" >"$result.fault"
		fi
		;;
	8) echo "does not apply to Linux $series" >"$result.fault" ;;
	9) echo "no overlay can be mounted here: $(tail -n 1 "$result.log")" >"$result.fault" ;;
	*) echo "does not build" >"$result.fault" ;;
	esac
	rm -rf "$dir" 2>/dev/null
	cp "$1" "$result.patch"
	say "$(name_of "$1"): $(outcome "$1")"
}

# is_right PATCH: whether most of the verdicts that differ name what the patch says it should be seen as.
is_right() {
	local seen all right
	seen=$(field "$1" Seen)
	[ -n "$seen" ] || return 1
	all=$(wc -l <"$results/$(name_of "$1").differs")
	right=$(grep -cE -- "$seen" "$results/$(name_of "$1").differs")
	[ $((2 * right)) -ge "$all" ]
}

# outcome PATCH: in a few words.
outcome() {
	local result cells
	result=$results/$(name_of "$1")
	if [ -f "$result.fault" ]; then
		cat "$result.fault"
	elif [ ! -f "$result.differs" ]; then
		echo "not run"
	elif [ -s "$result.differs" ]; then
		cells=$(wc -l <"$result.differs")
		echo "noticed by $cells cell$([ "$cells" = 1 ] || echo s), exit code $(cat "$result.code")$(
			is_right "$1" && echo ", named right"
		)"
	elif [ -n "$(field "$1" Equivalent)" ]; then
		echo "equivalent"
	else
		echo "NOT NOTICED"
	fi
}

# was_run PATCH: this fault, whatever is said of it.
was_run() {
	local kept
	kept=$results/$(name_of "$1").patch
	[ -f "$kept" ] && cmp -s <(sed -n '/^---/,$p' "$1") <(sed -n '/^---/,$p' "$kept")
}

# run_base: $linux, the kernel without a fault, twice: cells that differ between the two tell nothing.
run_base() {
	if [ "$results/base.verdicts" -nt "$hopcheck" ] && [ "$results/base.verdicts" -nt "$linux" ]; then
		return
	fi
	rm -f "$results"/*.*
	if ! run_suite "$linux" "$results/first" "${cases[@]}" || ! run_suite "$linux" "$results/base.new" "${cases[@]}"; then
		fail "the kernel without a fault does not run: $(tail -n 1 "$results/first.log")"
	fi
	comm -3 "$results/first.verdicts" "$results/base.new.verdicts" | sed 's/^\t//;s/: [A-Z]* .*/: /' >"$results/base.unsteady"
	echo "nothing is called this" >>"$results/base.unsteady"
	mv "$results/base.new.verdicts" "$results/base.verdicts"
	say "without a fault: exit code $(cat "$results/base.new.code"), $(($(wc -l <"$results/base.unsteady") - 1)) cells left out, unsteady"
}

run_all() {
	local todo=() number
	source=$(scripts/uml.sh --source "$series") && linux=$(scripts/uml.sh "$series") || exit 3
	build=$(dirname "$linux")
	mkdir -p "$results" || exit 3
	run_base
	for patch in "${names[@]}"; do
		[ -z "$again" ] && was_run "$patch" || todo+=("$patch")
	done
	[ ${#todo[@]} != 0 ] || return 0
	say "${#todo[@]} of ${#names[@]} faults to plant, $jobs at a time"
	for ((number = 0; number < jobs; number++)); do
		for ((next = number; next < ${#todo[@]}; next += jobs)); do plant "${todo[next]}"; done &
	done
	wait
}

count() {
	noticed=0 missed=0 equivalent=0 other=0 right=0 by_code=0
	for patch in "${names[@]}"; do
		case $(outcome "$patch") in
		noticed*)
			noticed=$((noticed + 1))
			[ "$(cat "$results/$(name_of "$patch").code")" = 0 ] || by_code=$((by_code + 1))
			! is_right "$patch" || right=$((right + 1))
			;;
		equivalent) equivalent=$((equivalent + 1)) ;;
		"NOT NOTICED") missed=$((missed + 1)) ;;
		*) other=$((other + 1)) ;;
		esac
	done
	summary="$noticed of $((noticed + missed)) faults noticed, $by_code by the exit code, $right named right; $equivalent equivalent"
	[ $other = 0 ] || summary="$summary, $other not run"
}

write_report() {
	local patch name
	cat <<END
# Faults planted in the kernel

Written by \`make mutants\`. Each fault of mutants/ is one line of Linux $series, changed as a patch under review may change it; it
is built as User Mode Linux, and the suite runs on it. A fault is *noticed* when a cell's verdict is not that of the kernel without
it, and *named right* when most of these cells give the place and the reason that the patch says in its line \`Seen:\`. A patch with
a line \`Equivalent:\` changes nothing that a packet could show; the line says why. With \`--quick\` a quarter of the suite runs first,
and the rest only where that notices nothing: the cells that are counted are those that ran.

$summary.

A new case earns its place by a fault that no other case notices: write the fault as a patch, see it go unnoticed with
\`scripts/mutants.sh FILE.patch\`, add the case, and see it noticed. The patches are derived from Linux and are GPL-2.0.

| fault | what it does | outcome | for example |
|---|---|---|---|
END
	for patch in "${names[@]}"; do
		name=$(name_of "$patch")
		echo "| $name | $(field "$patch" What | sed 's/|/\\|/g') | $(outcome "$patch") | $({
			sort -R --random-source="$patch" "$results/$name.differs" | head -n 1 | cut -c 1-160
			field "$patch" Equivalent
			field "$patch" Survives
		} 2>/dev/null | sed 's/|/\\|/g' | paste -sd' ') |"
	done
}

[ -n "$kept" ] || run_all
count
if [ -n "$report" ]; then
	write_report >docs/mutants.md
	say "docs/mutants.md is written"
fi
for patch in "${names[@]}"; do
	[ "$(outcome "$patch")" != "NOT NOTICED" ] || echo "not noticed: $(name_of "$patch"): $(field "$patch" What)"
done
echo "$summary"
[ $other = 0 ] || exit 3
[ $missed = 0 ]
