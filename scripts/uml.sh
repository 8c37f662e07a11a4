#!/bin/sh
# scripts/uml.sh [--kasan] [--source] [SERIES]
#	builds User Mode Linux of a kernel series (6.12) from Debian's linux-source-SERIES with scripts/uml.config, where it is
#	not built yet or its source has changed, and prints the path of the program, for `hopcheck matrix --kernel`.
#	--kasan: with the kernel's address sanitizer, which finds what is read or written behind its end, and is slower
#	--source: prints the directory of the source, for editing it, and builds nothing
# Exit code: 0 it is there, 1 it could not be had, 2 wrong usage.
#
# The package comes from the archives in this machine's apt configuration, as the kernels of scripts/kernels.sh do. Source and
# build are kept in ${HOPCHECK_CACHE:-~/.cache/hopcheck}/uml: what is edited there is built by the next call, in seconds.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
cache=${HOPCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hopcheck}
variant=uml only_source='' series=6.12

say() { echo "uml: $*" >&2; }
fail() {
	say "$@"
	exit 1
}
usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

for argument in "$@"; do
	case $argument in
	--kasan) variant=uml-kasan ;;
	--source) only_source=1 ;;
	-* | *[!0-9.]* | '') usage ;;
	*) series=$argument ;;
	esac
done
source=$cache/uml/linux-source-$series
build=$cache/uml/$variant-$series

for pair in make:make gcc:gcc flex:flex bison:bison bc:bc xz:xz-utils dpkg-deb:dpkg flock:util-linux; do
	command -v "${pair%%:*}" >/dev/null || fail "there is no ${pair%%:*} here: install ${pair#*:} (\`make uml\` does)"
done
mkdir -p "$cache/uml" || fail "cannot make $cache/uml: set HOPCHECK_CACHE to a directory of yours"
exec 9>"$cache/uml/lock"
flock -n 9 || {
	say "waiting for another run that builds"
	flock 9
}

# unpack: the package's source into $source, whole or not at all.
unpack() {
	work=$(mktemp -d "$cache/uml/tmp.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	"$here/kernels.sh" --list "$series" >"$work/list" || true
	say "fetching linux-source-$series (some 150 MB)"
	(cd "$work" && apt-get -q -c "$cache/kernels/apt/apt.conf" download "linux-source-$series") >"$work/log" 2>&1 || {
		grep '^[EW]: ' "$work/log" | grep -v unsandboxed | head -n 3 >&2
		fail "no linux-source-$series here: its archive (the file \`kernels\`) must be in this machine's apt, or name a tree of" \
			"your own, built with ARCH=um, to hopcheck matrix --kernel"
	}
	dpkg-deb -x "$work"/linux-source-*.deb "$work/package"
	mkdir "$work/tree"
	xz -dc "$work"/package/usr/src/linux-source-"$series".tar.xz | tar -x -C "$work/tree" --strip-components=1
	mv "$work/tree" "$source"
	rm -rf "$work"
	trap - EXIT
}

# configure: UML's defconfig, what the suite can use, and all that follows from it.
configure() {
	fragment=$build/hopcheck.config
	mkdir -p "$build"
	cp "$here/uml.config" "$fragment.new"
	[ $variant = uml ] || sed -n 's/^#KASAN //p' "$here/uml.config" >>"$fragment.new"
	if [ -f "$build/.config" ] && cmp -s "$fragment.new" "$fragment"; then
		rm "$fragment.new"
		return
	fi
	mv "$fragment.new" "$fragment"
	make_kernel defconfig
	# The last word counts; olddefconfig drops what this kernel does not have.
	cat "$fragment" >>"$build/.config"
	make_kernel olddefconfig
	sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=y$/\1/p' "$fragment" | while read -r option; do
		grep -q "^$option=y" "$build/.config" || say "$series has no $option: what needs it is SKIP"
	done
}

make_kernel() {
	make -C "$source" ARCH=um O="$build" -j "$(nproc)" "$@" >"$build/log" 2>&1 9>&- || {
		grep -E 'error:|\*\*\*' "$build/log" | head -n 20 >&2
		fail "make $* failed; $build/log has all of it"
	}
}

[ -d "$source" ] || unpack
if [ -n "$only_source" ]; then
	echo "$source"
	exit 0
fi
configure
[ -x "$build/linux" ] || say "building $variant of $series: some ten minutes of a CPU, once"
make_kernel linux
echo "$build/linux"
