#!/bin/sh
# scripts/kernels.sh [--update | --cached] [LABEL...]
#	gets the kernels that are not in the cache yet, and prints one line a kernel, tabs between:
#	LABEL  RELEASE (uname -r)  IMAGE (for QEMU's -kernel)  MODULES (.../lib/modules/RELEASE)
#	LABELs are those of the file `kernels`, and what it says about them; without any, its whole list. A label stays with the
#	kernel it first got: --update looks for newer ones. --cached uses no network.
# scripts/kernels.sh --list [LABEL...]
#	prints what can be had, oldest first, tabs between:
#	VERSION  RELEASE  PACKAGE-VERSION  SUITE (- if only cached)  MB (to fetch)  cached | complete | incomplete (cannot be had)
# Exit code: 0 all, 1 some could not be had (those that could are printed), 2 wrong usage.
#
# Packages come from the archives in this machine's apt configuration, other suites of the same archives included, with
# its keys and proxies, and apt checks them. Everything is kept in ${HOPCHECK_CACHE:-~/.cache/hopcheck}/kernels: the
# machine's own package lists stay as they are, nothing is installed, and no root is needed.
set -eu
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
list=${HOPCHECK_KERNELS:-$here/../kernels}
cache=${HOPCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hopcheck}/kernels
tab=$(printf '\t')
code=0

say() { echo "kernels: $*" >&2; }
fail() {
	say "$@"
	exit 1
}
missing() { # missing WHAT...: says so; the exit code tells, the others go on
	say "$@"
	code=1
}

usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

mode=fetch
case ${1:-} in
--update | --cached | --list)
	mode=${1#--}
	shift
	;;
esac
for label in "$@"; do
	case $label in -* | *[!A-Za-z0-9.+~-]* | '') usage ;; esac
done

# --- the cache: RELEASE_PACKAGE-VERSION/ for each kernel, labels/LABEL links to the one that a label got -------------------

# cached_index: the rows of scripts/kernel-index.awk for what is cached.
cached_index() {
	for about in "$cache"/*/about; do
		[ ! -f "$about" ] || awk -F "$tab" -v OFS="$tab" '{ $6 = "cached"; print }' "$about"
	done
}

# whole_index: what the package lists have and what is cached, oldest first; of one build, what is to be preferred last.
whole_index() {
	{
		[ "$mode" = cached ] || [ ! -f "$cache/index" ] || sort -t "$tab" -k 6,6r "$cache/index"
		cached_index
	} | sort -t "$tab" -s -k 3,3V
}

# matching LABEL [SUITE...] <INDEX: the rows that LABEL may mean, in these suites (none: all; what is cached: always).
matching() {
	label=$1
	shift
	awk -F "$tab" -v label="$label" -v suites=" $* " '
		BEGIN {
			want = label
			flavour = "generic"
			if (match(want, /-(cloud|rt)$/)) {
				flavour = substr(want, RSTART + 1)
				want = substr(want, 1, RSTART - 1)
			}
			sub(/-rc/, "~rc", want)
		}
		$2 == label || $3 == label && $7 == "generic" { print; next }
		$7 != flavour || suites != "  " && $6 != "cached" && !index(suites, " " $4 " ") { next }
		$1 == want || $3 == want || want == "newest" { print; next }
		index($1, want) == 1 && substr($1, length(want) + 1) ~ /^[.~]/'
}

# directory ROW: where the kernel of a row of the index is kept.
directory() { echo "$1" | awk -F "$tab" -v cache="$cache" '{ print cache "/" $2 "_" $3 }'; }

# print_kernel LABEL DIRECTORY
print_kernel() {
	release=$(cut -f 2 "$2/about")
	image=$2/vmlinux
	[ -f "$image" ] || image=$2/vmlinuz
	printf '%s\t%s\t%s\t%s\n' "$1" "$release" "$image" "$2/lib/modules/$release"
}

# best LABEL [SUITE...]: the row of the newest that LABEL may mean and that can be had, in these suites before all others.
best() {
	whole_index | matching "$@" | grep -v "${tab}incomplete$tab" | tail -n 1 | grep . ||
		whole_index | matching "$1" | grep -v "${tab}incomplete$tab" | tail -n 1
}

# held LABEL: the directory of the cached kernel that LABEL got, or that it names exactly.
held() {
	if [ -f "$cache/labels/$1/about" ]; then
		readlink -f "$cache/labels/$1"
		return
	fi
	row=$(cached_index | sort -t "$tab" -k 3,3V | matching "$1" |
		awk -F "$tab" -v label="$1" '$2 == label || $3 == label || $1 == label || label == $1 "-" $7' | tail -n 1)
	[ -n "$row" ] && directory "$row"
}

# --- the file `kernels` ----------------------------------------------------------------------------------------------------

rows() { sed 's/#.*//' "$list" | awk 'NF { print }'; }

# suites_of DISTRIBUTION: all suites that it names.
suites_of() { rows | awk -v d="$1" '$1 == d { for (i = 3; i <= NF; i++) if (!seen[$i]++) print $i }'; }

# here_rows: those of distributions that this machine's apt has an archive of.
here_rows() {
	rows | while read -r distribution rest; do
		case " $distributions " in *" $distribution "*) echo "$rest" ;; esac
	done
}

# expand FIRST..LAST[-FLAVOUR] [SUITE...]: the series from FIRST to LAST (empty: open) that can be had, as labels; in these
# suites (none: all), or cached.
expand() {
	flavour=generic
	case $1 in *-cloud | *-rt) flavour=${1##*-} ;; esac
	range=${1%"-$flavour"}
	first=${range%%..*} last=${range##*..}
	shift
	whole_index | awk -F "$tab" -v first="$first" -v last="$last" -v flavour="$flavour" -v suites=" $* " '
		function number(series,   part) { split(series, part, /[.~]/); return part[1] * 1000 + part[2] }
		$7 == flavour && $6 != "incomplete" && ($6 == "cached" || suites == "  " || index(suites, " " $4 " ")) && $1 !~ /~/ {
			n = number($1)
			if (n < number(first) || last != "" && n > number(last) || seen[n]++)
				next
			split($1, part, ".")
			print part[1] "." part[2] (flavour == "generic" ? "" : "-" flavour)
		}'
}

# default_labels: LABEL SUITE..., one a line, ranges expanded.
default_labels() {
	here_rows | while read -r label suites; do
		case $label in
		'*') ;;
		*..*)
			# shellcheck disable=SC2086
			expand "$label" $suites | while read -r series; do
				echo "$series $suites"
			done
			;;
		*) echo "$label $suites" ;;
		esac
	done | awk '!seen[$1]++'
}

# shellcheck source=scripts/kernel-apt.sh
. "$here/kernel-apt.sh"

# --- getting kernels -------------------------------------------------------------------------------------------------------

# fetch ROW: a kernel of the index into the cache, whole or not at all.
fetch() {
	IFS=$tab read -r version release package_version suite mb _ _ packages <<-END
		$1
	END
	say "$version: fetching $release, $package_version from $suite ($mb MB)"
	work=$(mktemp -d "$cache/tmp.XXXXXX")
	mkdir "$work/debs" "$work/out"
	# shellcheck disable=SC2086
	(cd "$work/debs" && apt_here download $packages) >"$work/log" 2>&1 || {
		grep '^[EW]: ' "$work/log" | grep -v unsandboxed | head -n 3 >&2
		rm -rf "$work"
		say "$version: could not be fetched"
		return 1
	}
	"$here/kernel-unpack.sh" "$release" "$work/debs" "$work/out" || {
		rm -rf "$work"
		return 1
	}
	printf '%s\n' "$1" >"$work/out/about"
	mv "$work/out" "$(directory "$1")"
	rm -rf "$work"
}

# labels [LABEL...]: LABEL SUITE..., one a line, for these, or for the whole list.
labels() {
	default_labels >"$tmp/default"
	[ $# != 0 ] || cat "$tmp/default"
	for label in "$@"; do
		case $label in
		*..*) expand "$label" ;;
		*) awk -v label="$label" '{ base = label; sub(/-(cloud|rt)$/, "", base) }
			$1 == label || $1 == base { $1 = ""; suites = $0; exit }
			END { print label suites }' "$tmp/default" ;;
		esac
	done
}

# say_empty NOTHING [LABEL...]: the ranges of which nothing is there; without any label, that of the list nothing is.
say_empty() {
	what=$1
	shift
	[ $# != 0 ] || [ -s "$tmp/labels" ] || missing "nothing of the list $what"
	for label in "$@"; do
		case $label in *..*) [ -n "$(expand "$label")" ] || missing "$label: no kernel of this range $what" ;; esac
	done
}

# get LABEL SUITE...: prints the kernel for a label; takes it from the cache, or else fetches it.
get() {
	if [ "$mode" = fetch ] && there=$(held "$1"); then
		print_kernel "$1" "$there"
		return
	fi
	row=$(best "$@")
	if [ -z "$row" ]; then
		missing "$1: not in the package lists$(whole_index | matching "$1" | grep . >/dev/null && echo " in full: the archive has dropped parts of it")," \
			"nor cached; \`scripts/kernels.sh --list\` shows what can be had"
		return
	fi
	there=$(directory "$row")
	if [ ! -f "$there/about" ] && ! fetch "$row"; then
		row=$(cached_index | sort -t "$tab" -k 3,3V | matching "$1" | tail -n 1)
		if [ -z "$row" ]; then
			missing "$1: not to be had now; what is cached still runs (\`scripts/kernels.sh --cached\`)"
			return
		fi
		there=$(directory "$row")
		missing "$1: taking an older one from the cache, $(echo "$row" | cut -f 2)"
	else
		mkdir -p "$cache/labels"
		ln -sfn "../${there##*/}" "$cache/labels/$1"
	fi
	print_kernel "$1" "$there"
}

# all_held: whether every label of $tmp/labels is cached: nothing to fetch, no network.
all_held() {
	[ -s "$tmp/labels" ] && [ -f "$cache/index" ] || return 1
	while read -r label suites; do
		held "$label" >"$tmp/held" || return 1
	done <"$tmp/labels"
}

# lock: one at a time; others wait. What a killed run left is removed.
lock() {
	exec 9>"$cache/lock"
	flock -n 9 || {
		say "waiting for another run that fetches kernels"
		flock 9
	}
	rm -rf "$cache"/tmp.*
}

# refresh: package lists that are older than a day, or that --update asks for.
refresh() {
	[ "$mode" != update ] && [ -n "$(find "$cache/index" -mmin -1440 2>/dev/null)" ] || update || code=1
}

need_tools() {
	for pair in apt-get:apt apt-config:apt dpkg-deb:dpkg depmod:kmod xz:xz-utils zstd:zstd flock:util-linux; do
		command -v "${pair%%:*}" >/dev/null || fail "there is no ${pair%%:*} here: install ${pair#*:}" \
			"(\`make kernels\` does), or on another distribution give your own kernels to hopcheck matrix --kernel"
	done
}

tmp=$(mktemp -d)
work=
trap 'rm -rf "$tmp" "$work"' EXIT
trap 'exit 130' INT TERM HUP
[ "$mode" = cached ] || mkdir -p "$cache" || fail "cannot make $cache: set HOPCHECK_CACHE to a directory of yours"
distributions=$(rows | awk '!seen[$1]++ { print $1 }' | tr '\n' ' ')

case $mode in
cached)
	labels "$@" >"$tmp/labels"
	say_empty "is cached" "$@"
	while read -r label suites; do
		if there=$(held "$label"); then
			print_kernel "$label" "$there"
		elif row=$(best "$label") && [ -n "$row" ]; then
			print_kernel "$label" "$(directory "$row")"
		else
			missing "$label: not cached"
		fi
	done <"$tmp/labels"
	;;
list)
	need_tools
	apt_setup
	lock
	refresh
	if [ $# = 0 ]; then
		whole_index | awk -F "$tab" '$7 == "generic"'
	else
		for label in "$@"; do whole_index | matching "$label"; done
	fi | awk -F "$tab" '
		{ key = $2 FS $3; if (!(key in row)) order[++n] = key; row[key] = $1 FS $2 FS $3 FS $4 FS $5 FS $6 }
		END { for (i = 1; i <= n; i++) print row[order[i]] }'
	;;
*)
	apt_setup
	labels "$@" >"$tmp/labels"
	if [ "$mode" = update ] || ! all_held; then
		need_tools
		lock
		refresh
		labels "$@" >"$tmp/labels"
	fi
	say_empty "can be had here" "$@"
	while read -r label suites; do
		# shellcheck disable=SC2086
		get "$label" $suites
	done <"$tmp/labels"
	;;
esac
exit $code
