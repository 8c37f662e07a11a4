# shellcheck shell=sh
# Getting kernels: from a small archive of files, signed with a key made here, through apt. No network, no root.
# shellcheck disable=SC2015,SC2016
set -u
for tool in apt-get apt-config dpkg-deb gpg gpgv cc depmod xz zstd flock setsid; do
	PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null || { echo "there is no $tool here" && exit 4; }
done
PATH=$PATH:/usr/sbin:/sbin
repo=$WORK/archive
export GNUPGHOME="$WORK/gpg" HOPCHECK_CACHE="$WORK/a cache" HOPCHECK_KERNELS="$WORK/kernels" APT_CONFIG="$WORK/apt.conf"
cache=$HOPCHECK_CACHE/kernels
trap 'gpgconf --kill all' EXIT

fail() {
	echo "FAIL: $*"
	cat "$WORK/out" "$WORK/err" 2>/dev/null
	exit 1
}
run() { # run EXPECTED-CODE ARGUMENT...: scripts/kernels.sh, its output in $WORK/out and $WORK/err
	want=$1
	shift
	code=0
	scripts/kernels.sh "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
	[ $code = "$want" ] || fail "kernels.sh $*: exit $code, not $want"
}
out() { cut -f 1,2 "$WORK/out" | tr '\t\n' '  '; }
said() { grep -q -- "$1" "$WORK/err" || fail "not said: $1"; }

# --- an archive ------------------------------------------------------------------------------------------------------------
mkdir -m 700 "$GNUPGHOME"
gpg -q --batch --passphrase '' --quick-gen-key test@example.org default default never 2>"$WORK/err" || fail "no key"
gpg -q --batch --passphrase '' --quick-gen-key other@example.org default default never 2>"$WORK/err" || fail "no key"
gpg -q --export test@example.org >"$WORK/test.gpg"
gpg -q --export other@example.org >"$WORK/other.gpg"

# Modules: veth needs a helper in a directory that guests need nothing else of.
cat >"$WORK/helper.c" <<-'END'
	int helper(void) { return 1; }
	const char exported[] __attribute__((section("__ksymtab_strings"))) = "helper";
	const char info[] __attribute__((section(".modinfo"))) = "license=MIT";
END
cat >"$WORK/veth.c" <<-'END'
	int helper(void);
	int veth(void) { return helper(); }
	const char info[] __attribute__((section(".modinfo"))) = "depends=helper";
END
sed 's/helper/noise/' "$WORK/helper.c" >"$WORK/noise.c"
for module in helper noise veth; do
	cc -c -o "$WORK/$module.ko" "$WORK/$module.c" || fail "cc"
done

# A bzImage as far as its header tells: one setup sector, a payload that gzip, xz or zstd made.
image() { # image RELEASE PACKER >BZIMAGE
	{ printf '\177ELF %s ' "$1" && head -c 5000 /dev/zero; } >"$WORK/elf-$1"
	"$2" -c <"$WORK/elf-$1" >"$WORK/payload"
	size=$(stat -c %s "$WORK/payload")
	head -c 497 /dev/zero && printf '\001' && head -c 86 /dev/zero
	for octet in 16 0 0 0 $((size % 256)) $((size / 256)) 0 0; do
		# shellcheck disable=SC2059
		printf "\\$(printf %o "$octet")"
	done
	head -c 448 /dev/zero # up to 16 octets into the third sector
	cat "$WORK/payload" && head -c 300000 /dev/zero # more than a pipe holds
}
pack() { # pack DIRECTORY NAME VERSION DEPENDS
	mkdir -p "$1/DEBIAN" "$repo/pool"
	printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: nobody <test@example.org>\nDepends: %s\nDescription: test\n' \
		"$2" "$3" "${4:-libc6}" >"$1/DEBIAN/control"
	dpkg-deb -b "$1" "$repo/pool/$2_$3.deb" >/dev/null || fail "dpkg-deb"
	rm -r "$1"
}
modules() { # modules DIRECTORY [COMPRESSOR]
	mkdir -p "$1/kernel/drivers/net" "$1/kernel/drivers/firmware" "$1/kernel/sound"
	cp "$WORK/veth.ko" "$1/kernel/drivers/net/"
	cp "$WORK/helper.ko" "$1/kernel/drivers/firmware/"
	cp "$WORK/noise.ko" "$1/kernel/sound/"
	[ $# = 1 ] || find "$1" -name '*.ko' -exec "$2" -q {} +
	echo kernel/net/sched/built.ko >"$1/modules.builtin"
}
one_package() { # one_package RELEASE VERSION PACKER: as Debian up to 6.18
	mkdir -p "$WORK/p/boot"
	image "$1" "$3" >"$WORK/p/boot/vmlinuz-$1"
	echo CONFIG_PVH=y >"$WORK/p/boot/config-$1"
	head -c 1200000 /dev/urandom >"$WORK/p/boot/bulk"
	modules "$WORK/p/lib/modules/$1"
	pack "$WORK/p" "linux-image-$1" "$2" "kmod, linux-base (>= 4)"
}
split() { # split RELEASE VERSION: as Debian from 6.19 on, modules compressed
	tree=$WORK/p/usr/lib/modules/$1
	mkdir -p "$WORK/p" && pack "$WORK/p" "linux-image-$1" "$2" "linux-base-$1 (= $2), linux-binary-$1 (= $2), linux-modules-$1 (= $2)"
	mkdir -p "$tree" && echo CONFIG_PVH=y >"$tree/config" && pack "$WORK/p" "linux-base-$1" "$2"
	mkdir -p "$tree" && image "$1" zstd >"$tree/vmlinuz" && pack "$WORK/p" "linux-binary-$1" "$2"
	modules "$tree" xz && pack "$WORK/p" "linux-modules-$1" "$2"
}
publish() { # publish SUITE [KEY] FILE...: signs a suite with these packages
	key="test" dist=$repo/dists/$1
	shift
	case $1 in other) key=other && shift ;; esac
	rm -rf "$dist" && mkdir -p "$dist/main/binary-amd64"
	for deb in "$@"; do
		dpkg-deb -f "$repo/pool/$deb"
		printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$repo/pool/$deb")" \
			"$(sha256sum "$repo/pool/$deb" | cut -d ' ' -f 1)"
	done >"$dist/main/binary-amd64/Packages"
	{
		printf 'Origin: test\nSuite: %s\nCodename: %s\nDate: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n' \
			"${dist##*/}" "${dist##*/}" "$(date -Ru)"
		echo " $(sha256sum "$dist/main/binary-amd64/Packages" | cut -d ' ' -f 1) $(stat -c %s "$dist/main/binary-amd64/Packages") main/binary-amd64/Packages"
	} >"$dist/Release"
	gpg -q --batch --yes -u $key@example.org --clearsign -o "$dist/InRelease" "$dist/Release" || fail "gpg"
}

one_package 5.10.0-1-amd64 5.10.1-1 gzip
one_package 5.10.0-2-amd64 5.10.12-1 xz
one_package 5.10.0-2-cloud-amd64 5.10.12-1 xz
one_package 5.11.0-1-cloud-amd64 5.11.3-1 xz
split 7.0.4-amd64 7.0.4-1
split 7.3.2-amd64 7.3.2-1
split 7.3-amd64 7.3~rc7-1
mkdir -p "$WORK/p" && pack "$WORK/p" linux-image-5.10-amd64 5.10.12-1 "linux-image-5.10.0-2-amd64 (= 5.10.12-1)"
old="linux-image-5.10.0-1-amd64_5.10.1-1.deb linux-image-5.10-amd64_5.10.12-1.deb"
new="linux-image-5.10.0-2-amd64_5.10.12-1.deb linux-image-5.10.0-2-cloud-amd64_5.10.12-1.deb"
whole() { echo "linux-image-$1_$2.deb linux-base-$1_$2.deb linux-binary-$1_$2.deb linux-modules-$1_$2.deb"; }
# shellcheck disable=SC2046,SC2086
{
	publish bullseye $old
	publish trixie-backports linux-image-7.0.4-amd64_7.0.4-1.deb linux-binary-7.0.4-amd64_7.0.4-1.deb \
		$(whole 7.3.2-amd64 7.3.2-1)
	publish experimental linux-image-7.3-amd64_7.3~rc7-1.deb linux-binary-7.3-amd64_7.3~rc7-1.deb linux-modules-7.3-amd64_7.3~rc7-1.deb
}
cat >"$HOPCHECK_KERNELS" <<-'END'
	debian 5.10    bullseye  # a comment
	debian 6.16..  trixie-backports
	debian *       experimental sid
	ubuntu 5.4     focal
END
# The machine's own apt: knows trixie only, which this archive does not even have.
mkdir "$WORK/sources.d"
printf 'Types: deb\nURIs: file:%s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$repo" "$WORK/test.gpg" >"$WORK/sources.d/a.sources"
printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "%s";\nAPT::Update::Post-Invoke { "touch %s"; };\n' \
	"$WORK/sources.d" "$WORK/hook-ran" >"$APT_CONFIG"
chmod -R a+rX "$repo"
touch "$WORK/before"

# --- what a first run gives ------------------------------------------------------------------------------------------------
run 0
[ "$(out)" = "5.10 5.10.0-1-amd64 7.3 7.3.2-amd64 " ] || fail "the default list"
said "sid: not on this machine's mirror"
tail -n 1 "$WORK/out" >"$WORK/last"
IFS=$(printf '\t') read -r _ _ image modules <"$WORK/last"
[ "$image" = "$cache/7.3.2-amd64_7.3.2-1/vmlinux" ] || fail "the image's path"
cmp "$image" "$WORK/elf-7.3.2-amd64" || fail "vmlinux is not what was packed"
cmp "$cache/5.10.0-1-amd64_5.10.1-1/vmlinux" "$WORK/elf-5.10.0-1-amd64" || fail "vmlinux (gzip) is not what was packed"
cmp "$modules/kernel/drivers/net/veth.ko" "$WORK/veth.ko" || fail "the module is not what was packed"
grep -q '^kernel/drivers/net/veth.ko: kernel/drivers/firmware/helper.ko$' "$modules/modules.dep" || fail "modules.dep lacks a dependency"
[ -f "$modules/kernel/drivers/firmware/helper.ko" ] || fail "a dependency was not kept"
[ ! -e "$modules/kernel/sound" ] || fail "a module was kept that nobody needs"
[ ! -e "$WORK/hook-ran" ] || fail "a hook of the machine's apt ran"
[ -z "$(find /var/lib/apt/lists -newer "$WORK/before" -name '*archive_dists*' 2>/dev/null)" ] || fail "the machine's package lists changed"

run 1 7.0 5.10
said "7.0: not in the package lists in full"
[ "$(out)" = "5.10 5.10.0-1-amd64 " ] || fail "what could be had was not printed"
run 0 7.3-rc7
[ "$(out)" = "7.3-rc7 7.3-amd64 " ] || fail "a release candidate"
cut -f 3 "$WORK/out" | grep -q '/vmlinuz$' || fail "without its config, nothing says that vmlinux can be started"
run 0 newest
[ "$(out)" = "newest 7.3.2-amd64 " ] || fail "7.3.2 is newer than its candidate"
run 2 --sideways
run 2 '../../etc'

run 0 --list
cut -f 1,6 "$WORK/out" | tr '\t\n' '  ' >"$WORK/list"
[ "$(cat "$WORK/list")" = "5.10.1 cached 7.0.4 incomplete 7.3~rc7 cached 7.3.2 cached " ] || fail "--list: $(cat "$WORK/list")"

# --- a newer version appears -----------------------------------------------------------------------------------------------
# shellcheck disable=SC2086
publish bullseye $old $new
run 0 5.10
[ "$(out)" = "5.10 5.10.0-1-amd64 " ] || fail "a label changed its kernel unasked"
run 0 --update 5.10 5.10-cloud 5.10.1
[ "$(out)" = "5.10 5.10.0-2-amd64 5.10-cloud 5.10.0-2-cloud-amd64 5.10.1 5.10.0-1-amd64 " ] || fail "--update"
cmp "$cache/5.10.0-2-amd64_5.10.12-1/vmlinux" "$WORK/elf-5.10.0-2-amd64" || fail "vmlinux (xz) is not what was packed"

# --- ranges ----------------------------------------------------------------------------------------------------------------
# shellcheck disable=SC2086
publish bullseye $old $new linux-image-5.11.0-1-cloud-amd64_5.11.3-1.deb
(
	HOPCHECK_CACHE=$WORK/ranges
	trap '' PIPE # as a program that writes to pipes starts its children
	run 0 5.10..7.3
	[ "$(out)" = "5.10 5.10.0-2-amd64 7.3 7.3.2-amd64 " ] || fail "a range, nothing cached"
	! grep "Broken pipe" "$WORK/err" || fail "a pipe was left early"
	run 0 5.10..-cloud
	[ "$(out)" = "5.10-cloud 5.10.0-2-cloud-amd64 5.11-cloud 5.11.0-1-cloud-amd64 " ] || fail "a range of a flavour"
	rm -r "$WORK/ranges/kernels/5.11.0-1-cloud-amd64_5.11.3-1"
	run 0 5.10..5.12-cloud
	[ "$(out)" = "5.10-cloud 5.10.0-2-cloud-amd64 5.11-cloud 5.11.0-1-cloud-amd64 " ] || fail "a range, in part cached"
	run 1 8.0.. 5.10
	said "8.0..: no kernel of this range can be had here"
	[ "$(out)" = "5.10 5.10.0-2-amd64 " ] || fail "what could be had beside a range of which nothing is"
	run 1 --cached 8.0..8.1-cloud
	said "8.0..8.1-cloud: no kernel of this range is cached"
	echo "debian 6.16.. trixie-backports" >"$WORK/only-a-range"
	HOPCHECK_CACHE=$WORK/empty HOPCHECK_KERNELS=$WORK/only-a-range
	run 1 --cached
	said "nothing of the list is cached"
) || exit 1

# --- no archive ------------------------------------------------------------------------------------------------------------
rm -r "$cache/5.10.0-2-cloud-amd64_5.10.12-1"
mv "$repo" "$repo.away"
run 0
[ "$(out)" = "5.10 5.10.0-2-amd64 7.3 7.3.2-amd64 " ] || fail "what is cached needs no archive"
run 1 5.10-cloud 7.3
said "5.10-cloud: not to be had now; what is cached still runs"
[ "$(out)" = "7.3 7.3.2-amd64 " ] || fail "the cached one was not printed"
run 1 --cached 5.10-cloud 5.10.12
[ "$(out)" = "5.10.12 5.10.0-2-amd64 " ] || fail "--cached"
(HOPCHECK_CACHE=$WORK/none && run 1 && said "no package list could be fetched" && [ ! -s "$WORK/out" ]) || fail "nothing at all"
mv "$repo.away" "$repo"

# --- packages and lists that are not what was signed -----------------------------------------------------------------------
deb=$repo/pool/linux-image-5.10.0-2-cloud-amd64_5.10.12-1.deb
cp "$deb" "$WORK/good.deb"
printf X | dd of="$deb" bs=1 seek=70000 conv=notrunc 2>/dev/null
run 1 5.10-cloud
said "Hash Sum mismatch"
[ ! -s "$WORK/out" ] && [ ! -e "$cache/5.10.0-2-cloud-amd64_5.10.12-1" ] || fail "a changed package got into the cache"
! ls -d "$cache"/tmp.* >/dev/null 2>&1 || fail "a temporary directory is left"
cp "$WORK/good.deb" "$deb"

HOPCHECK_CACHE=$WORK/forged
# shellcheck disable=SC2086
publish bullseye other $old $new
run 1 5.10
said "bullseye: signed with a key that is not here"
[ ! -s "$WORK/out" ] || fail "a list with another key was believed"
# shellcheck disable=SC2086
publish bullseye $old $new
echo >>"$repo/dists/bullseye/main/binary-amd64/Packages"
run 1 5.10
[ ! -s "$WORK/out" ] || fail "a list was believed that is not what was signed"

# --- killed, and two at once -----------------------------------------------------------------------------------------------
# shellcheck disable=SC2086
publish bullseye $old $new
HOPCHECK_CACHE=$WORK/killed
mkdir "$WORK/bin"
printf '#!/bin/sh\nkill -9 -$(ps -o pgid= $$ | tr -d " ")\n' >"$WORK/bin/depmod"
chmod +x "$WORK/bin/depmod"
PATH=$WORK/bin:$PATH setsid -w scripts/kernels.sh 5.10 >"$WORK/out" 2>"$WORK/err"
[ ! -s "$WORK/out" ] && ls -d "$WORK"/killed/kernels/tmp.* >/dev/null || fail "it was not killed while it unpacked"
[ -z "$(find "$WORK/killed/kernels" -name about)" ] || fail "half a kernel is in the cache"
# Another run that fetches, as far as the lock tells: both wait for it, and for each other.
exec 8>"$WORK/killed/kernels/lock"
flock 8
scripts/kernels.sh 5.10 8>&- >"$WORK/out.1" 2>"$WORK/err.1" &
first=$!
scripts/kernels.sh 5.10 8>&- >"$WORK/out.2" 2>"$WORK/err.2" &
second=$!
deadline=$(($(date +%s) + 20))
until grep -q "waiting for another run" "$WORK/err.1" && grep -q "waiting for another run" "$WORK/err.2"; do
	[ "$(date +%s)" -lt $deadline ] || fail "a run does not wait for another one: $(cat "$WORK/err.1" "$WORK/err.2")"
	sleep 0.05
done
exec 8>&-
wait $first && wait $second || fail "one of two runs: $(cat "$WORK/err.1" "$WORK/err.2")"
[ -s "$WORK/out.1" ] && cmp "$WORK/out.1" "$WORK/out.2" || fail "two runs, two results"
[ "$(cat "$WORK/err.1" "$WORK/err.2" | grep -c 'fetching 5.10')" = 1 ] || fail "fetched by both runs"
! ls -d "$WORK"/killed/kernels/tmp.* >/dev/null 2>&1 || fail "what the killed run left is still there"

# --- what apt's sources may look like --------------------------------------------------------------------------------------
printf '%s\n' '# deb http://no.example/x y main' 'deb [arch=amd64 signed-by=/k/a.gpg] http://a.example/d one main contrib # c' \
	'deb-src http://a.example/d one main' 'deb	http://b.example/d/ two non-free main' 'deb cdrom:[Debian 12]/ two main' >"$WORK/s.list"
printf '%s\n' 'Types: deb deb-src' 'URIs: http://c.example/d' ' http://d.example/d' '# a comment' 'Suites: three four-updates' 'Components: main' \
	'Signed-By:' ' -----BEGIN PGP PUBLIC KEY BLOCK-----' ' .' ' xyz' '' 'Enabled: no' 'Types: deb' 'URIs: http://no.example/d' 'Suites: x' 'Components: main' \
	>"$WORK/t.sources"
printf '%s\n' 'types: deb' 'uris: mirror+file:/etc/m' 'suites: five' 'components: main' 'signed-by: /k/b.gpg /k/c.gpg' >"$WORK/u.sources"
awk -f scripts/apt-sources.awk "$WORK/s.list" "$WORK/t.sources" "$WORK/u.sources" | tr '\t' ' ' >"$WORK/out"
cat >"$WORK/err" <<-'END'
	http://a.example/d one /k/a.gpg
	http://b.example/d/ two -
	http://c.example/d three -
	http://c.example/d four-updates -
	http://d.example/d three -
	http://d.example/d four-updates -
	mirror+file:/etc/m five /k/b.gpg,/k/c.gpg
END
cmp "$WORK/out" "$WORK/err" || fail "apt's sources"

# --- packages in Ubuntu's form ---------------------------------------------------------------------------------------------
stanza() { printf 'Package: %s\nVersion: 6.8.0-45.45\nSize: %s000000\nDepends: %s\n\n' "$@"; }
{
	stanza linux-image-6.8.0-45-generic 15 "kmod, linux-base (>= 4.5), linux-modules-6.8.0-45-generic"
	stanza linux-modules-6.8.0-45-generic 24 ""
	stanza linux-modules-extra-6.8.0-45-generic 120 linux-modules-6.8.0-45-generic
	stanza linux-image-unsigned-6.8.0-45-generic 15 linux-modules-6.8.0-45-generic
	stanza linux-image-6.8.0-44-generic 15 "kmod, linux-modules-6.8.0-44-generic"
} | awk -v suite=noble-updates -f scripts/kernel-index.awk | cut -f 1-8 | tr '\t' ' ' >"$WORK/out"
all="linux-image-6.8.0-45-generic=6.8.0-45.45 linux-modules-6.8.0-45-generic=6.8.0-45.45 linux-modules-extra-6.8.0-45-generic=6.8.0-45.45"
grep -qx "6.8.0 6.8.0-45-generic 6.8.0-45.45 noble-updates 159 complete generic $all" "$WORK/out" || fail "Ubuntu's packages"
grep -q "^6.8.0 6.8.0-44-generic .* incomplete " "$WORK/out" && [ "$(wc -l <"$WORK/out")" = 2 ] || fail "Ubuntu's packages"
echo "fetched, cached, listed; changed packages, other keys and half kernels refused"
