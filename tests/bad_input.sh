# shellcheck shell=sh
# Broken files and wrong options: exit 2 and a message that says where and what, within 2 s, whatever is in the file.
set -u
cd "$WORK" || exit 1
mkdir cases topologies
: >calls
: >failures # files, because pipelines end in shells of their own
complain() {
	echo "$*" | tee -a failures
	sed 's/^/    /' out err
}

# hopcheck with these arguments ends with a code, in time: anything else is a crash or a hang.
ends_with() {
	wanted=$1
	shift
	echo "$*" >>calls
	timeout 2 "$HOPCHECK" "$@" >out 2>err
	code=$?
	[ $code = "$wanted" ] || complain "hopcheck $*: exit $code, not $wanted"
}
says() { grep -qF -e "$1" err || complain "expected on stderr: $1"; }
# Every line on stderr has a place, and they are so many.
places() {
	lines=$(wc -l <err) placed=$(grep -cE '^[^:]+:[0-9]+:[0-9]+: ' err)
	[ "$lines $placed" = "$1 $1" ] || complain "$lines lines on stderr, $placed with a place, not $1"
}
# A case on stdin must be refused with this message at this place: "LINE:COLUMN: MESSAGE"
bad_case() {
	cat >cases/bad.yaml
	for verb in check run; do
		ends_with 2 $verb cases/bad.yaml
		says "cases/bad.yaml:$1"
		places 1
	done
}
bad_topology() {
	sed 's/: good/: bad/' >topologies/bad.yaml
	ends_with 2 check topologies/bad.yaml
	says "topologies/bad.yaml:$1"
	places 1
	ends_with 2 run cases/uses-bad.yaml
	says "topologies/bad.yaml:$1"
}

cat >topologies/good.yaml <<END
topology: good
nodes: {src: {}, r1: {sids: {"fc00:1::100": End}}, dst: {addresses: "fc00:d::1"}}
links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]
END
cat >cases/good.yaml <<END
case: good
topology: good
traffic: {from: src, to: "fc00:d::1", segments: ["fc00:1::100"]}
axes: {mode: [plain, inline], dst.a0.gro: [on, off]}
expect: {fate: delivered}
END
sed 's/: good/: bad/' cases/good.yaml >cases/uses-bad.yaml
ends_with 0 check topologies/good.yaml cases/good.yaml
grep -q 'case good, 4 cells' out || complain "the good case is not reported"

# ---- cases
sed 's/^axes/axis/' cases/good.yaml | bad_case "4:1: unknown key 'axis' in a case (did you mean 'axes'?)"
sed 's/from: src/from: scr/' cases/good.yaml | bad_case "3:17: there is no node 'scr' (did you mean 'src'?)"
sed 's/dst.a0.gro: .on, off/dst.a9.gro: [on/' cases/good.yaml | bad_case "4:44: node dst has no interface 'a9'; it has a0"
sed 's/fc00:d::1/fc00:d::x/' cases/good.yaml | bad_case "3:26: 'fc00:d::x' is not an IP address"
sed 's/fc00:d::1/fc00:d::9/' cases/good.yaml | bad_case "3:22: no node has the address fc00:d::9; give it to one in"
sed 's/^traffic: .*/traffic: src/' cases/good.yaml | bad_case "3:10: traffic is a map"
sed 's/^traffic: .*/traffic: [src]/' cases/good.yaml | bad_case "3:11: a flow is a map {key: value}, not 'src'"
sed 's/\[on, off\]/{on: {}, off: 7}/' cases/good.yaml | bad_case "4:57: '7' is not"
sed 's/inline/inlined/' cases/good.yaml | bad_case "4:22: 'inlined' is not a value of mode (did you mean 'inline'?); write plain, inline, encap, encap.red, l2encap, l2encap.red or ip6ip6"
sed 's/topology: good/topology: none/' cases/good.yaml | bad_case "2:11: no usable topology 'none'; looked for"
sed 's/delivered/arrived/' cases/good.yaml | bad_case "5:16: 'arrived' is not a fate; write delivered"
sed '$d' cases/good.yaml | bad_case "1:1: a case needs 'expect'"
{ cat cases/good.yaml && echo 'case: twice'; } | bad_case "6:1: 'case' is given twice; first on line 1"
{ cat cases/good.yaml && echo 'about: !!python/object:os.system x'; } | bad_case "6:8: YAML tags (!) are not supported"
{ cat cases/good.yaml && printf -- '---\ncase: two\n'; } | bad_case "6:1: a second document; one file holds one"
sed 's/"fc00:1::100"\]/"fc00:1::100"/' cases/good.yaml | bad_case "3:63: not YAML: while parsing a flow sequence"
sed "s/plain, inline/$(seq -s, 400)/; s/mode/burst/; s/on, off/on, off/; s/^axes: {/&bytes: [$(seq -s, 400)], /" \
	cases/good.yaml | bad_case "4:7: the axes make more than 100000 cells; split the case"
: | bad_case "1:1: the file is empty"
printf '\n\n# nothing\n' | bad_case "1:1: the file is empty"
head -c 20000 "$HOPCHECK" | bad_case "1:1: not a text file: control characters are not allowed"
printf 'case: \377\376\n' | bad_case "1:7: not a text file: invalid leading UTF-8 octet"
printf 'case: good\0topology: good\n' | bad_case "1:11: not a text file: control characters are not allowed"
{
	echo 'a: &a [x,x,x,x,x,x,x,x,x]'
	for letter in b c d e f g h i j; do
		echo "$letter: &$letter [*a,*a,*a,*a,*a,*a,*a,*a,*a]"
	done
} | bad_case "1:4: YAML anchors (&) and aliases (*) are not supported"
head -c 200000 /dev/zero | tr '\0' '[' | bad_case "1:13: nested deeper than 12 levels"
awk 'BEGIN { for (i = 0; i < 900; i++) printf "%*sa:\n", i, "" }' | bad_case "13:13: nested deeper than 12 levels"
awk 'BEGIN { print "case:"; for (i = 0; i < 100000; i++) print " - a" }' | bad_case "10000:4: more than 10000 values"
head -c 2097152 /dev/zero | tr '\0' '#' | bad_case "1:1: longer than 1048576 octets"
awk 'BEGIN { printf "abuot: "; for (i = 0; i < 1000000; i++) printf "a" }' >cases/bad.yaml
ends_with 2 check cases/bad.yaml
says "cases/bad.yaml:1:1: unknown key 'abuot' in a case"

# ---- a receiver that is none
sed '3s/.*/traffic: {from: src, to: "fc00:d::1", to_node: r1}/; 4d' cases/good.yaml |
	bad_case "3:39: r1 does not have the address fc00:d::1, which a TCP socket needs; give it to r1 in good.yaml"
sed '3s/.*/traffic: {from: src, to: "fc00:1::100"}/; 4d' cases/good.yaml |
	bad_case "3:22: fc00:1::100 is a SID of r1 and not an address, which a TCP socket needs"

sed '3s/.*/traffic: {from: dst, to: "fc00:d::1"}/; 4d' cases/good.yaml |
	bad_case "3:22: fc00:d::1 is an address of dst, which \`from\` names too: nothing would be sent"
sed '3s/.*/traffic: {from: r1, headend: src, mode: inline, to: "fc00:d::1", segments: ["fc00:1::100"]}/; 4d' cases/good.yaml |
	bad_case "3:21: headend src is not on the path from r1 to fc00:d::1"
sed '3s/.*/traffic: {from: src, mode: inline, to: "fc00:d::1"}/; 4d' cases/good.yaml |
	bad_case "3:22: mode inline has no segments; give \`segments\`"

# ---- topologies
sed 's/sids:/sid:/' topologies/good.yaml | bad_topology "2:23: unknown key 'sid' in a node (did you mean 'sids'?)"
sed 's/src.b0/scr.b0/' topologies/good.yaml | bad_topology "3:17: there is no node 'scr' (did you mean 'src'?)"
sed 's/dst.a0/src.b0/' topologies/good.yaml | bad_topology "3:49: src.b0 is an end of two links; first on line 3"
sed 's/: End}/: End.Y}/' topologies/good.yaml | bad_topology "2:45: 'End.Y' is not a behaviour"
sed 's/{src: {}/{src: {}, src: {}/' topologies/good.yaml | bad_topology "2:18: 'src' is given twice; first on line 2"
sed 's/fc00:1::100/10.0.0.1/' topologies/good.yaml | bad_topology "2:30: '10.0.0.1' is an IPv4 address; expected an IPv6 address"
sed 's/fc00:d::1/fc00:1::100/' topologies/good.yaml | bad_topology "2:69: fc00:1::100 is given twice; first on line 2"
sed 's/, {ends: \[r1.b0, dst.a0\]}//' topologies/good.yaml | bad_topology "2:"
sed 's/a0\]}\]/a0], mtu: 100}]/' topologies/good.yaml | bad_topology "3:63: 100 is out of range"
sed 's/^nodes: .*/nodes: 7/' topologies/good.yaml | bad_topology "2:8: nodes is a map"
rm topologies/bad.yaml

# ---- several errors at once, in several files
cat >cases/bad.yaml <<END
case: bad
topology: good
traffic: {from: src, to: "fc00:d::1", bytes: many, burst: 0}
axes: {mode: [plain, outline], r9.a0.gro: [on]}
expect: {fate: delivered, because: 7, when: {}}
abuot: it
END
ends_with 2 check cases/bad.yaml
says "cases/bad.yaml:3:46: expected a number of octets"
says "cases/bad.yaml:3:59: 0 is out of range"
says "cases/bad.yaml:4:22: 'outline' is not a value of mode"
says "cases/bad.yaml:4:44: there is no node 'r9'"
says "cases/bad.yaml:6:1: unknown key 'abuot' in a case (did you mean 'about'?)"
ends_with 2 check cases/bad.yaml cases/good.yaml cases/uses-bad.yaml
says "cases/bad.yaml:6:1:"
says "cases/uses-bad.yaml:2:11: no usable topology 'bad'"
grep -q 'case good, 4 cells' out || complain "a good file between bad ones is not reported"
ends_with 2 run
says "cases/bad.yaml:6:1:"
says "cases/uses-bad.yaml:2:11:"

# ---- no file
mkfifo pipe
for verb in check run list plan; do
	for name in nosuch . cases "$(printf '%0300d' 0)" ''; do
		ends_with 2 $verb "$name"
		says "no case '$name' in cases; \`hopcheck list\` names the cases"
	done
	for name in nosuch.yaml ./nosuch cases/ ./cases; do
		ends_with 2 $verb "$name"
		says "$name: no such file"
	done
done
for verb in check run; do
	for name in ./pipe /dev/zero; do
		ends_with 2 $verb $name
		says "$name: is not a file"
	done
done
if [ "$(id -u)" != 0 ]; then
	cp cases/good.yaml cases/closed.yaml
	chmod 0 cases/closed.yaml
	ends_with 2 check cases/closed.yaml
	says "cases/closed.yaml: cannot be read: Permission denied"
fi
rm cases/*bad.yaml
mkdir empty
mv cases somewhere-else
mv empty cases
ends_with 2 run
says "cases: no case file (*.yaml)"
mv cases empty
mv somewhere-else cases

# ---- options
for number in 0 -1 257 x 2x '' 99999999999999999999; do
	ends_with 2 run -j "$number"
	says "-j $number: a number from 1 to 256"
done
for only in foo =on mode= ''; do
	for verb in run list plan; do
		ends_with 2 $verb --only "$only" good
		says "--only $only: write AXIS=VALUE, as in --only mode=inline"
	done
done
for verb in run list plan; do
	ends_with 2 $verb --only nosuch=1 good
	says "--only nosuch=1: no case here has such an axis; \`hopcheck list -v\` shows the axes"
	ends_with 2 $verb --only mode=encap good
	says "--only mode=encap: no case here has such a value; \`hopcheck list -v\` shows the axes"
	ends_with 2 $verb --bogus
	says "hopcheck: unknown option '--bogus'"
	grep -q -e "^usage: hopcheck $verb" err || complain "$verb --bogus: nothing on what to do"
done
ends_with 2 run -j
says "hopcheck: -j: an argument is missing: N"
ends_with 2 run --json
says "hopcheck: --json: an argument is missing: FILE"
ends_with 2 run -x
says "unknown option '-x'"
ends_with 2 run --quiet=3
says "-q takes no argument"
ends_with 2 run --no
says "option '--no' is ambiguous: --no-known, --no-drop-events"
ends_with 2 merge --markdwn x y
says "unknown option '--markdwn' (did you mean '--markdown'?)"
ends_with 2 completion bash
says "completion: expected no operand, got 1"
ends_with 2
says "usage: hopcheck SUBCOMMAND"
ends_with 2 frobnicate
says "no subcommand 'frobnicate'"
says "run cases on the running kernel"
ends_with 2 chekc
says "no subcommand 'chekc' (did you mean 'check'?)"
ends_with 2 list --only mod=inline good
says "no case here has such an axis (did you mean 'mode'?)"
ends_with 2 list --only mode=inlin good
says "no case here has such a value (did you mean 'inline'?)"
for verb in check plan verdicts merge report bisect explain judge; do
	ends_with 2 $verb
	says "$verb: nothing named; expected "
	says "usage: hopcheck $verb"
done
ends_with 2 plan good good
says "usage: hopcheck plan"
ends_with 2 verdicts nosuch
says "nosuch: cannot be read: No such file"
echo '{}' >object
ends_with 2 verdicts object
says "is this a file written by \`run --json\`?"

# ---- a run that cannot begin frees what it has, once
{ # the least of an image with a boot header: its magic at 0x202, and where its version stands at 0x20e
	head -c 514 /dev/zero
	printf 'HdrS'
	head -c 8 /dev/zero
	printf '\100\000'
	head -c 48 /dev/zero
	printf '6.1.0 (a@b)'
	head -c 600 /dev/zero
} >image
TMPDIR=/nonexistent timeout 20 "$HOPCHECK" bisect --good a=image --bad b=image good >out 2>err
code=$?
echo "bisect without TMPDIR" >>calls
[ $code = 3 ] || complain "bisect without a TMPDIR: exit $code, not 3: $(cat err)"
says "/nonexistent"

# ---- what is asked for goes to stdout
for verb in '' run matrix merge bisect explain list check judge report plan bundle verdicts completion; do
	for help in --help -h; do
		ends_with 0 ${verb:+"$verb"} $help
		head -n 1 out | grep -q "^usage: hopcheck ${verb:-SUBCOMMAND}" || complain "$verb $help: no usage on stdout"
		[ ! -s err ] || complain "$verb $help: something on stderr"
	done
done
ends_with 0 --version
grep -qE '^hopcheck [0-9]+\.[0-9]+\.[0-9]+$' out || complain "--version"

[ ! -s failures ] || exit 1
echo "$(wc -l <calls) calls, each refused or answered as it should"
