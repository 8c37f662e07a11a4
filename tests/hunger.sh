# shellcheck shell=sh
# A worker without memory is said as that, with what to turn; the other cells of the run are run.
set -u
. tests/shared.sh
go_to_work
needs_limits
failures=0
complain() {
	failures=$((failures + 1))
	echo "$*: exit $code"
	grep -e '"why"' r.json
}
# What is kept of that many packets takes some 200 MB.
cat >cases/much.yaml <<'END'
case: much
topology: chain-1
set: {"*.*.tso": off, "*.*.gro": off}
traffic: {tcp: kernel, from: src, to: "fc00:d:d000::1"}
axes: {bytes: [64k, 60M, 128k]}
expect: {fate: delivered}
END
# starved WORDS: only the large cell is BROKEN, and says so
starved() {
	[ $code = 3 ] && [ "$(grep -c '"outcome": "PASS"' r.json)$(grep -c '"outcome": "BROKEN"' r.json)" = 21 ] &&
		grep -q "\"why\": \"the worker ran out of memory while this cell ran: $1" r.json || complain "$1"
}

bash -c 'ulimit -c 0; ulimit -v 120000 && exec "$0" run -q -j 1 --json r.json cases/much.yaml' "$HOPCHECK" 2>err
code=$?
starved 'an allocation failed under `ulimit -v 120000`; raise it"'
[ ! -s err ] || complain "it is said twice: $(cat err)"
bash -c 'ulimit -c 0; ulimit -d 60000 && exec "$0" run -q -j 1 --json r.json cases/much.yaml' "$HOPCHECK" 2>err
code=$?
starved 'an allocation failed under `ulimit -d 60000`; raise it"'

# ---- the OOM killer, in a cgroup of our own
group() { # group MOUNT LIMIT: makes one, where that is allowed
	cgroup=$1/hopcheck-$$
	limit=$cgroup/$2
	mkdir "$cgroup" 2>/dev/null && echo 60M >"$limit" 2>/dev/null && return
	rmdir "$cgroup" 2>/dev/null
	return 1
}
said="no cgroup can be made here"
if group /sys/fs/cgroup/memory memory.limit_in_bytes || group /sys/fs/cgroup memory.max; then
	trap 'rmdir "$cgroup"' EXIT
	sh -c 'echo $$ >"$1/cgroup.procs" && exec "$0" run -q -j 1 --json r.json cases/much.yaml' "$HOPCHECK" "$cgroup" 2>err
	code=$?
	starved "the kernel's OOM killer ended it, for its cgroup, whose limit is 60 MiB: raise $limit, or run fewer workers (-j)\""
	said="the OOM killer"
fi
[ $failures = 0 ] || exit 1
echo "ulimit -v, ulimit -d, $said: each is said of its cell alone"
