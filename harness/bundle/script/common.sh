
# A line of the lab that the test needs. Where the kernel must refuse one, its answer is the test.
run()
{
	said=$("$@" 2>&1) && return
	[ -n "$refused" ] || cannot "$*: $said"
	case $said in
	*"$refused"*)
		echo "# right: the kernel refuses $*: $said"
		finish 0
		;;
	esac
	echo "# WRONG: expected a refusal with \"$refused\" of $*, saw \"$said\""
	finish 1
}

# A line that the test's packets do not need: this kernel may lack it.
try()
{
	"$@" >/dev/null 2>&1 || echo "# this kernel lacks, and the test does not need: $*"
}

in_node()
{
	space=$1
	shift
	nsenter --net="/run/netns/$space" "$@"
}

set_sysctl()
{
	in_node "$1" sh -c 'echo "$2" >"/proc/sys/$1"' sh "$2" "$3"
}

# Whether the kernel took a parameter of a route, which an older one ignores.
holds()
{
	case $(ip -n "$1" -6 route show table all "$2" 2>&1) in
	*" $3 "*) ;;
	*) [ -n "$refused" ] || cannot "this kernel ignores $3 of $2" ;;
	esac
}

# A key for HMACs (RFC 8754 2.1.2), whose secret `ip` asks for; without a terminal it reads its input.
hmac_key()
{
	printf 'hopcheck\nhopcheck\n' | setsid -w ip -n "$1" sr hmac set "$2" sha256
}
