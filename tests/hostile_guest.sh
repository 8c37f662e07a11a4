# shellcheck shell=sh
# Guests that do not keep to what they were asked, by a stand-in for QEMU: what they say is not believed, the cell that ran is
# BROKEN, the others run in a fresh guest, the JSON is whole, and nothing is written but into the directory of --keep.
set -u
. tests/shared.sh
needs python3 python3 bsdtar libarchive-tools
mkdir -p "$WORK/cases" "$WORK/topologies" "$WORK/bin" "$WORK/in/it"
cp topologies/chain-1.yaml "$WORK/topologies"
printf '#!/bin/sh\nexec python3 %s "$@"\n' "$PWD/tests/hostile_guest.py" >"$WORK/bin/qemu-system-x86_64"
chmod +x "$WORK/bin/qemu-system-x86_64"
two_cells "$WORK/cases"
image 6.1.0-test >"$WORK/image"
cd "$WORK" || exit 1
"$HOPCHECK" run -q -j 1 --json good.json cases/two.yaml || { complain "the case does not pass here" && exit 1; }
export GOOD=$WORK/good.json CALLS=$WORK/calls LEFT HOW PATH="$WORK/bin:$PATH"
tried=0

guest() { # guest HOW LEFT CODE OUTCOMES TEXT: the cells' outcomes, what is said
	HOW=$1 LEFT=$2
	tried=$((tried + 1))
	rm -rf calls in/it/k guest.json && : >calls
	timeout 60 "$HOPCHECK" matrix --accel tcg -j 1 --kernel "k=image" --keep in/it --json guest.json cases/two.yaml >said 2>&1
	code=$?
	[ $code = "$3" ] || complain "$1: exit $code, not $3: $(cat -v said)"
	got=$(python3 -c 'import json
print(" ".join(c["outcome"] for c in json.load(open("guest.json"))["kernels"][0]["cells"]))' 2>&1)
	[ "$got" = "$4" ] || complain "$1: the cells are $got, not $4: $(cat -v said)"
	grep -q -- "$5" said guest.json || complain "$1: nothing says '$5': $(cat -v said)"
	beyond=$(find in -type f ! -path 'in/it/k/console-*.txt' ! -path 'in/it/k/two-[01]/trace.*')
	[ -z "$beyond" ] || complain "$1: wrote $beyond"
	[ "$(du -sk in | cut -f1)" -lt 40000 ] || complain "$1: keeps $(du -sk in)"
	LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" said && complain "$1: control characters: $(cat -v said)"
}
doubted='the guest is not believed'

guest honest '' 0 'PASS PASS' 'k: done'
guest before-hello '0 1' 0 'PASS PASS' 'k: done'
guest always-hello-twice '0 1' 3 'BROKEN BROKEN' "$doubted: it came up twice"
guest always-not-begun '0 1' 3 'BROKEN BROKEN' "$doubted: it answered for a cell that it had not begun"
guest always-number=7 '0 1' 3 'BROKEN BROKEN' "$doubted: it names a cell that it was not given"
guest number=0.5 '0 1' 0 'PASS PASS' 'k: done'
guest begun-twice 1 3 'BROKEN PASS' "$doubted: it began a cell twice"
guest answered-twice 1 0 'PASS PASS' 'k: done'
guest other-cell 1 3 'BROKEN PASS' "$doubted: a result does not fit: it is of another cell"
guest empty 1 3 'BROKEN PASS' "$doubted: a result does not fit"
guest shape=hops-texts 1 3 'BROKEN PASS' "$doubted: a result does not fit: hops: 0: expected an object, got a string"
guest 'no-object=[]' 1 3 'BROKEN PASS' "$doubted: it said something that is not a JSON object"
guest 'console-list=[1]' 1 3 'BROKEN PASS' "$doubted: the kernel's log in a result is malformed"
guest 'always-kernel={"seg6": "yes"}' '0 1' 3 'BROKEN BROKEN' "$doubted: what it says about its kernel: features: seg6: expected a boolean, got a string"
guest 'leak=[0]' 1 3 'BROKEN PASS' "$doubted: it names the lab of a cell that it has not answered for"
for file in 1 2 9 12; do
	guest "file=$file" 1 3 'BROKEN PASS' "$doubted: it sent a file that is none of a running cell's"
done
guest file-nameless=x 1 3 'BROKEN PASS' "$doubted: it sent a file without a name"
guest file-late 1 0 'PASS PASS' 'k: done'
guest file-large 1 3 'BROKEN PASS' "$doubted: it sent more octets of files than it may"
guest talk 1 3 'BROKEN PASS' "$doubted: it said more than 3. MiB"
guest console 1 3 'BROKEN PASS' 'the guest was ended when its console had 32 MiB'
guest messages 1 3 'BROKEN PASS' 'the guest was ended when its console had 32 MiB'

# A warning among other cells is the cell's if it comes alone too; else it is told, and no verdict.
guest warns 1 0 'PASS PASS' 'The kernel warned while this cell ran among others, and not when it ran alone: WARNING: CPU: 0'
guest always-warns 1 1 'PASS FAIL' 'the kernel warned while this cell ran, alone too: WARNING: CPU: 0'

# Directories of labels stay in that of --keep; symbolic links in it lead nowhere.
mkdir out && echo old >victim && rm -rf in/it/k
ln -s ../../out in/it/k
HOW=honest LEFT=''
: >calls
"$HOPCHECK" matrix --accel tcg -q -j 1 --kernel "k=image" --keep in/it cases/two.yaml 2>/dev/null
[ -z "$(ls out)" ] || complain "written through a symbolic link: $(find out)"
rm in/it/k && mkdir in/it/k && ln -s ../../../victim in/it/k/console-1.txt
: >calls
"$HOPCHECK" matrix --accel tcg -q -j 1 --kernel "k=image" --keep in/it cases/two.yaml
[ "$(cat victim)" = old ] || complain "a file was written through a symbolic link"
grep -q Linux in/it/k/console-1.txt || complain "the console is not kept"
for release in ../../escape/rel .. ../x /tmp/x a/b .hidden; do
	image "$release" >image-bad
	"$HOPCHECK" matrix --accel tcg --kernel image-bad --keep in/it cases/two.yaml >said 2>&1
	[ $? = 2 ] && grep -q "which cannot be a kernel's" said || complain "release $release: $(cat said)"
done
"$HOPCHECK" matrix --accel tcg --kernel ..=image --keep in/it cases/two.yaml >said 2>&1
[ $? = 2 ] && grep -q 'a label names a directory' said || complain "label ..: $(cat said)"
[ $failures = 0 ] || exit 1
echo "$tried guests that say what they were not asked, flood, warn or name files elsewhere"
