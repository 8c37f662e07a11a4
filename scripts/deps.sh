#!/bin/sh
# Installs what is missing to build and run hopcheck, after saying what: `make run` and `make test` call it.
# Extra package names may follow as arguments.
set -eu

missing=""
need() { # need PACKAGE COMMAND...: the package, unless the command succeeds
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}
installed() { dpkg-query -W -f '${db:Status-Status}' "$1" | grep -qx installed; }
has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }

need pkg-config has pkg-config
for pair in zlib1g-dev:zlib libyaml-dev:yaml-0.1 libjansson-dev:jansson libcmocka-dev:cmocka \
	libbpf-dev:libbpf libpcap-dev:libpcap; do
	need "${pair%%:*}" pkg-config --exists "${pair#*:}"
done
need iproute2 has ip
need ethtool has ethtool
need tcpdump has tcpdump
has sysctl && has ps || missing="$missing procps"
has cc || has gcc || missing="$missing gcc libc6-dev"
for package in "$@"; do
	need "$package" installed "$package"
done
[ -n "$missing" ] || exit 0

echo "hopcheck needs these packages, which are not here:$missing"
# shellcheck disable=SC1091
like=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${ID_LIKE:-}") || like=""
case " $like " in
*" debian "* | *" ubuntu "*) ;;
*)
	echo "This is not Debian or Ubuntu: install them under the names they have here, then run make again." >&2
	exit 1
	;;
esac
sudo=""
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Not root, and there is no sudo. As root: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi
echo "+ ${sudo:+sudo }apt-get install -y --no-install-recommends$missing"
export DEBIAN_FRONTEND=noninteractive
# A fresh machine may have no package lists yet, or old ones.
# shellcheck disable=SC2086
$sudo apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
	$sudo apt-get update -q
	$sudo apt-get install -y -q --no-install-recommends $missing
}
