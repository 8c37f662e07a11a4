# shellcheck shell=sh
# kill -9 of the runner, 100 times at random moments, leaves no process, namespace, interface, mount or file.
set -u
cd "$(dirname "$0")/.." || exit 2
mkdir "$WORK/tmp"
export TMPDIR="$WORK/tmp"
# Its own only, told by a mark in their environment: others on the machine may run hopcheck as well.
mark=HOPCHECK_KILL9=$$.$(date +%s%N)
own() { grep -lazxF "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
processes() { own | wc -l; }
links() { ip -o link | wc -l; }
mounts() { wc -l </proc/self/mounts; }
before="$(links) $(mounts) $(ls /run/netns 2>/dev/null | wc -l)"

start() {
	env "$mark" "$HOPCHECK" run -j 2 -q >/dev/null 2>&1 &
	runner=$!
}
end() {
	kill -9 $runner 2>/dev/null
	wait $runner 2>/dev/null
}
now() { date +%s%3N; }
random() { od -An -N2 -tu2 /dev/urandom | tr -d ' '; }

# The first is killed when both workers are seen: the others at any moment until long after that.
begin=$(now)
start
while [ "$(processes)" -lt 3 ]; do
	if [ $(($(now) - begin)) -gt 30000 ] || ! kill -0 $runner 2>/dev/null; then
		echo "of a runner and its two workers $(processes) processes are seen"
		end
		exit 1
	fi
done
span=$((2 * ($(now) - begin) + 300))
end
i=1
while [ $i -lt 100 ]; do
	i=$((i + 1))
	start
	moment=$(($(random) % span))
	sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
	end
done
# Namespaces have no other holder than processes (and mounts, below). That all are gone is waited for, with a deadline.
deadline=$(($(date +%s) + 30))
while [ "$(processes)" != 0 ]; do
	if [ "$(date +%s)" -gt $deadline ]; then
		echo "left after 30 s: processes $(own | tr '\n' ' ')"
		exit 1
	fi
	sleep 0.05
done
after="$(links) $(mounts) $(ls /run/netns 2>/dev/null | wc -l)"
if [ "$before" != "$after" ]; then
	echo "links, mounts, named namespaces were $before and are $after"
	exit 1
fi
if [ -n "$(ls -A "$WORK/tmp")" ]; then
	echo "temporary files are left: $(ls "$WORK/tmp")"
	exit 1
fi
echo "100 kills within $span ms left nothing"
