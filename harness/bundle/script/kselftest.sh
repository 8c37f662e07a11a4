# shellcheck disable=SC2154 # setup_ns sets them
set -u

. "$(dirname "$0")/lib.sh"

ended()
{
	case $1 in
	0) echo "ok 1 $name" ;;
	4) echo "ok 1 $name # SKIP ${2-}" ;;
	*) echo "not ok 1 $name" ;;
	esac
	exit "$1"
}

finish()
{
	ended "$1" "cannot tell"
}

cannot()
{
	ended 4 "$*"
}

PCAPS=${PCAPS-}
for tool in ip ethtool python3 nsenter; do
	command -v "$tool" >/dev/null || { echo "SKIP: no $tool"; exit "${ksft_skip:-4}"; }
done
trap cleanup_all_ns EXIT
