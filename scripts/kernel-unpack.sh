#!/bin/sh
# scripts/kernel-unpack.sh RELEASE DEBS OUT: makes OUT, what a guest needs of the kernel RELEASE, from the packages in the
# directory DEBS: vmlinuz, vmlinux, config, and lib/modules/RELEASE with the modules for networks and virtual machines,
# not compressed. Leaves OUT unfinished when it fails: scripts/kernels.sh gives it a temporary directory.
set -eu
release=$1 debs=$2 out=$3

# The modules that guests may ask for; whatever these depend on comes with them.
wanted='^kernel/(arch/x86/crypto|crypto|lib)/
^kernel/net/(802|8021q|bridge|core|ipv4|ipv6|key|l2tp|llc|mpls|mptcp|netfilter|netlink|openvswitch|packet|psample|sched|sctp|tls|unix|xdp|xfrm)/
^kernel/drivers/net/[^/]*$
^kernel/drivers/net/(bonding|geneve|ipvlan|macvlan|netdevsim|team|vmxnet3|vxlan|wireguard)/
^kernel/drivers/net/ethernet/(amd/pcnet32|dec/tulip|intel/(e1000|e1000e|igb|igbvf)|realtek/8139)
^kernel/drivers/(virtio/|block/virtio_blk|char/virtio_console|char/hw_random/virtio)'

fail() {
	echo "kernels: $release: $*" >&2
	exit 1
}

tree=$out/tree
mkdir -p "$tree"
for deb in "$debs"/*.deb; do
	dpkg-deb -x "$deb" "$tree"
done

# From 6.19 on, packages have everything in usr/lib/modules/RELEASE.
mkdir -p "$tree/lib/modules/$release"
if [ -d "$tree/usr/lib/modules/$release" ]; then
	cp -al "$tree/usr/lib/modules/$release/." "$tree/lib/modules/$release/"
fi
all=$tree/lib/modules/$release
first() { # first FILE...: the first one that is there
	for file in "$@"; do
		[ ! -f "$file" ] || { echo "$file" && return; }
	done
}
image=$(first "$tree/boot/vmlinuz-$release" "$all/vmlinuz")
config=$(first "$tree/boot/config-$release" "$all/config")
[ -n "$image" ] || fail "its packages hold no vmlinuz"
[ -d "$all/kernel" ] || fail "its packages hold no modules"
cp "$image" "$out/vmlinuz"
[ -z "$config" ] || cp "$config" "$out/config"

# The kernel that is in the bzImage, as an ELF file that QEMU can start by its PVH entry: unpacking XZ in an emulated
# processor takes 3 s, here 0.3. Offsets are the boot protocol's: setup_sects, payload_offset, payload_length.
number() { # number OFFSET OCTETS
	od -An -t "u$2" -j "$1" -N "$2" "$out/vmlinuz" | tr -d ' '
}
unpack_image() {
	start=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
	length=$(number 588 4)
	head -c "$((start + length))" "$out/vmlinuz" | tail -c "$length" >"$out/payload"
	case $(od -An -t x1 -N 4 "$out/payload" | tr -d ' ') in
	fd377a58) set -- xz --single-stream -dc ;;
	28b52ffd) set -- zstd -dcq ;;
	02214c18) set -- lz4 -dcq ;;
	1f8b*) set -- gzip -dcq ;;
	*) return ;;
	esac
	# The payload ends in four octets of its own, which the programs complain about.
	"$@" <"$out/payload" >"$out/vmlinux" 2>/dev/null || true
	[ "$(head -c 4 "$out/vmlinux" | od -An -t x1 | tr -d ' ')" = 7f454c46 ] || rm -f "$out/vmlinux"
}
if grep -q '^CONFIG_PVH=y' "$out/config" 2>/dev/null; then
	unpack_image
	rm -f "$out/payload"
fi

depmod -b "$tree" "$release" 2>/dev/null || fail "depmod failed"
modules=$(realpath -m "$out")/lib/modules/$release
mkdir -p "$modules"
printf '%s\n' "$wanted" >"$out/wanted"
sed 's/:.*//' "$all/modules.dep" | grep -E -f "$out/wanted" >"$out/kept" || fail "none of its modules is known"
awk -F ': *' 'NR == FNR { wanted[$1]; next } $1 in wanted { print $1; n = split($2, on, " "); for (i = 1; i <= n; i++) print on[i] }' \
	"$out/kept" "$all/modules.dep" | sort -u >"$out/files"
(cd "$all" && xargs -d '\n' cp --parents -t "$modules") <"$out/files"
for file in modules.builtin modules.builtin.modinfo modules.order; do
	[ ! -f "$all/$file" ] || cp "$all/$file" "$modules/"
done
find "$modules" -name '*.ko.xz' -exec xz -d {} +
find "$modules" -name '*.ko.zst' -exec zstd -dq --rm {} +
depmod -b "$out" "$release" 2>/dev/null || fail "depmod failed"
rm -rf "$tree" "$out/wanted" "$out/kept" "$out/files"
