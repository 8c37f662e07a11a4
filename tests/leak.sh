# shellcheck shell=sh
# A lab that the kernel does not take down: its cells FAIL, those beside it do not. Here, somebody holds its namespaces; in a
# guest, Linux 5.10.218 keeps that of a source whose route has its own destination as its segment, and says so ten seconds
# later.
set -u
. tests/shared.sh
root=$PWD
mkdir "$WORK/cases" "$WORK/topologies"
cp topologies/chain-[12].yaml "$WORK/topologies"
cd "$WORK" || exit 1
cat >cases/leak.yaml <<'END'
case: leak
topology: chain-1
traffic: {tcp: kernel, mode: inline, from: src, to: "fc00:d:d000::1", bytes: 4k, segments: ["fc00:d:d000::1"]}
expect: {fate: dropped}
END
two_cells cases
# In a lab of its own.
sed 's/^case: two/case: after/; s/chain-1/chain-2/; /^axes/d' cases/two.yaml >cases/after.yaml
outcomes() { "$HOPCHECK" report --tap - r.json 2>&1 | sed -n 's/^\(not ok\|ok\) [0-9]* - \([a-z]*\).*/\2 \1/p' | tr '\n' ';'; }
says() { grep -qF "$1" r.json || { echo "nothing says: $1"; exit 1; }; }

if ! command -v python3 >/dev/null; then
	echo "no python3 here: apt-get install python3"
	exit 4
fi
mkdir bin
cat >bin/ip <<'END'
#!/bin/sh
PATH=${PATH#*:}
[ ! -e stop ] || mktemp stopped.XXXXXX >/dev/null
while [ -e stop ]; do sleep 0.05; done
[ ! -e fail ] || exit 1
exec ip "$@"
END
chmod +x bin/ip
python3 "$root/tests/leak.py" "$HOPCHECK" run --ip -q -j 1 --json r.json cases/two.yaml cases/after.yaml >said 2>&1
code=$?
if [ $code != 1 ] || [ "$(outcomes)" != 'two not ok;two not ok;after ok;' ]; then
	echo "namespaces that are held: exit $code, $(outcomes) $(cat said)"
	exit 1
fi
says "the kernel did not take down this cell's lab: namespaces stay forever. Otherwise: delivered"
"$HOPCHECK" run -q -j 1 --json r.json cases/two.yaml cases/after.yaml || { echo "namespaces that go: $(outcomes)"; exit 1; }

# A lab that could not be built ends, too: the first of these two is held.
: >fail
rm -f stopped.*
python3 "$root/tests/leak.py" "$HOPCHECK" run --ip -q -j 1 --json r.json cases/two.yaml >said 2>&1
rm fail
stay=$(grep -c "the kernel did not take down this cell's lab: namespaces stay forever. Otherwise: building chain-1" r.json)
[ "$stay" = 1 ] || { echo "a lab that could not be built: $stay cells say that it stays: $(cat said)"; exit 1; }

cd "$root" || exit 1
if ! command -v qemu-system-x86_64 >/dev/null || ! command -v bsdtar >/dev/null; then
	echo "namespaces that are held are charged; no guest: no QEMU or bsdtar here: apt-get install qemu-system-x86 libarchive-tools"
	exit 0
fi
kernel=$(scripts/kernels.sh --cached 5.10.218 2>/dev/null | tail -n 1)
if [ -z "$kernel" ]; then
	echo "namespaces that are held are charged; no guest: Linux 5.10.218 is not cached: make kernels KERNELS=5.10.218"
	exit 0
fi
cd "$WORK" || exit 1
"$HOPCHECK" matrix --accel tcg -q -j 1 --kernel 5.10.218 --json r.json cases/leak.yaml cases/two.yaml >said 2>&1
code=$?
if [ $code != 1 ] || [ "$(outcomes)" != 'leak not ok;two ok;two ok;' ]; then
	echo "exit $code, $(outcomes) $(cat said)"
	exit 1
fi
for words in "the kernel did not take down this cell's lab, whose namespaces stay forever: unregister_netdevice: waiting for" \
	'"boots": 3' '"troubles": "the kernel did not take down the lab of leak'; do
	says "$words"
done
"$HOPCHECK" report r.json | tr -s ' \n' ' ' | grep -q 'namespaces stay forever: unregister_netdevice: waiting for' || exit 1
echo "the cell whose lab stays FAILs, in a guest of its own; the two beside it pass"
