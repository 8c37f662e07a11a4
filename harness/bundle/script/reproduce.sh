set -u
PATH=$PATH:/usr/sbin:/sbin
export PATH

cannot()
{
	echo "# cannot tell: $*"
	exit 4
}

# In namespaces of its own, where nothing of the machine changes, and which end with the script. An ordinary user gets a
# user namespace too.
if [ "${REPRODUCE_INSIDE-}" != yes ]; then
	for tool in ip ethtool python3 unshare nsenter; do
		command -v "$tool" >/dev/null || cannot "$tool is not installed"
	done
	export REPRODUCE_INSIDE=yes
	for kinds in -nm -Urnm; do
		unshare "$kinds" true 2>/dev/null && exec unshare "$kinds" sh "$0" "$@"
	done
	cannot "this user may not create namespaces; run it as root"
fi

PCAPS=
if [ "${1-}" = -w ]; then
	PCAPS=${2-}
	[ -n "$PCAPS" ] || cannot "-w: a directory is missing"
fi

names=
cleanup()
{
	for name in $names; do
		ip netns del "$name" 2>/dev/null
	done
}
trap cleanup EXIT
trap 'exit 4' HUP INT TERM
mount -t tmpfs none /run 2>/dev/null || cannot "a tmpfs cannot be mounted on /run"

# A node: a network namespace.
node()
{
	ip netns add "$1" 2>/dev/null || cannot "the namespace $1 cannot be made"
	names="$names $1"
}

finish()
{
	exit "$1"
}
