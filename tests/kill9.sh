# kill -9 of the runner, 100 times at random moments, leaves no process, namespace, interface, mount or file.
set -u
cd "$(dirname "$0")/.." || exit 2
mkdir "$WORK/tmp"
export TMPDIR="$WORK/tmp"
processes() { ps -eo pid=,comm= | awk '$2 == "hopcheck" || $2 == "ip"' | wc -l; }
namespaces() { lsns -n -t net 2>/dev/null | wc -l; }
links() { ip -o link | wc -l; }
mounts() { wc -l </proc/self/mounts; }
before="$(links) $(mounts) $(ls /run/netns 2>/dev/null | wc -l) $(ls -d /tmp/hopcheck* 2>/dev/null | wc -l)"
before_processes=$(processes) before_namespaces=$(namespaces)

random() { od -An -N2 -tu2 /dev/urandom | tr -d ' '; }
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	"$HOPCHECK" run -j 2 -q >/dev/null 2>&1 &
	runner=$!
	sleep "0.$(printf %03d $(($(random) % 400)))" # the moment of the kill: any will do
	kill -9 $runner 2>/dev/null
	wait $runner 2>/dev/null
done
# The kernel takes the namespaces down behind the last process: that is waited for, with a deadline.
deadline=$(($(date +%s) + 30))
while [ "$(processes)" -gt "$before_processes" ] || [ "$(namespaces)" -gt "$before_namespaces" ]; do
	if [ "$(date +%s)" -gt $deadline ]; then
		echo "left after 30 s: $(processes) processes ($before_processes before), $(namespaces) namespaces ($before_namespaces before)"
		exit 1
	fi
	sleep 0.05
done
after="$(links) $(mounts) $(ls /run/netns 2>/dev/null | wc -l) $(ls -d /tmp/hopcheck* 2>/dev/null | wc -l)"
if [ "$before" != "$after" ]; then
	echo "links, mounts, named namespaces, our files in /tmp were $before and are $after"
	exit 1
fi
if [ -n "$(ls -A "$WORK/tmp")" ]; then
	echo "temporary files are left: $(ls "$WORK/tmp")"
	exit 1
fi
echo "100 kills left nothing"
