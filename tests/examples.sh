# shellcheck shell=sh
# What README.md and docs/ show is what happens: every command of a code block is run in a copy of the tree, as it is written
# and in the order of the file, and every YAML block is checked. Commands that boot kernels meet a QEMU that ends at once:
# their words are read, their cases planned, their outputs written; tests/matrix.sh boots.
set -u
. tests/shared.sh
root=$PWD
tree=$WORK/home/hopcheck
mkdir -p "$tree/build" "$tree/scripts" "$WORK/bin" "$WORK/home/linux/arch/x86/boot"
for mods in "$WORK/home/linux/mods" "$WORK/home/mods" "$tree/mods"; do
	mkdir -p "$mods/lib/modules/6.0.0-test"
	touch "$mods/lib/modules/6.0.0-test/modules.dep"
done
cp -r README.md docs cases topologies kernels "$tree"
cp "$HOPCHECK" "$tree/build/hopcheck"
cd "$tree" || exit 1
ran=0 guests=0 blocks=0

# ---- kernels: of each label an image that is none to boot, and the list that bisect looks through
image 6.0.0-test >"$WORK/home/linux/arch/x86/boot/bzImage"
mkdir -p arch/x86/boot # docs/matrix.md: git bisect runs in a kernel tree
cp "$WORK/home/linux/arch/x86/boot/bzImage" arch/x86/boot
cat >scripts/kernels.sh <<END
#!/bin/sh
if [ "\${1:-}" = --list ]; then
	for minor in 107 113 115 117; do printf '6.12.%s\t6.12.%s-test\t6.12.%s-1\ttrixie\t100\tcomplete\n' \$minor \$minor \$minor; done
	exit
fi
for label in \${*:-6.1 6.12}; do
	printf '%s\t%s-test\t$WORK/home/linux/arch/x86/boot/bzImage\t$WORK/home/linux/mods/lib/modules/6.0.0-test\n' "\$label" "\$label"
done
END
cat >"$WORK/bin/qemu-system-x86_64" <<'END'
#!/bin/sh
case "$*" in
*--version*) echo 'QEMU emulator version 8.2.0' ;;
*-device\ help*) echo 'name "virtio-net-pci", bus PCI' ;;
*) echo 'no guest is run here' >&2 && exit 1 ;;
esac
END
printf '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n' >"$WORK/bin/vng" # what is behind -- runs here
printf '#!/bin/sh\necho "%s"\n' "$WORK/home/linux/arch/x86/boot/bzImage" >scripts/uml.sh
chmod +x scripts/kernels.sh scripts/uml.sh "$WORK/bin/qemu-system-x86_64" "$WORK/bin/vng"

# ---- YAML blocks: whole files, and parts that belong to the file before them
yaml_blocks() { # yaml_blocks FILE: each into block.N
	rm -f block.*
	awk '/^```yaml$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print > ("block." n) }' "$1"
}
check() { # check FILE WHERE
	blocks=$((blocks + 1))
	"$HOPCHECK" check "$1" >out 2>&1 || complain "$2: $(cat out)"
}
for file in README.md docs/*.md; do
	yaml_blocks "$file"
	for block in block.*; do
		[ -e "$block" ] || continue
		case $(head -n 1 "$block") in
		case:*)
			name=$(sed -n '1s/case: *\([^ ]*\).*/\1/p' "$block")
			cp "$block" "cases/$name.yaml"
			check "cases/$name.yaml" "$file: case $name"
			before=$name
			;;
		topology:*)
			name=$(sed -n '1s/topology: *//p' "$block")
			cp "$block" "topologies/$name.yaml"
			check "topologies/$name.yaml" "$file: topology $name"
			;;
		known:*)
			"$HOPCHECK" run -q "cases/$before.yaml" --json before.json >out 2>&1
			cat "$block" >>"cases/$before.yaml"
			check "cases/$before.yaml" "$file: known of $before"
			;;
		deviation:*)
			name=$(sed -n '1s/deviation: *//p' "$block")
			[ -e "cases/deviations/$name.yaml" ] || complain "$file: there is no deviation $name"
			cp "$block" "cases/deviations/$name.yaml"
			check cases/final-host.yaml "$file: deviation $name"
			;;
		axes:*)
			printf '%s\n' 'case: part' 'traffic: {from: src, to: "fc00:d:d000::1"}' 'expect: {fate: delivered}' >cases/part.yaml
			cat "$block" >>cases/part.yaml
			check cases/part.yaml "$file: axes"
			rm cases/part.yaml
			;;
		*) complain "$file: a YAML block that is neither a case nor a part of one: $(head -n 1 "$block")" ;;
		esac
	done
done
[ $blocks -ge 8 ] || complain "$blocks YAML blocks, expected 8 or more"
case $(uname -r) in
6.18.*) # README.md says what becomes of its six cells
	[ "$(grep -c '"outcome": "FAIL"' before.json) $(grep -c '"outcome": "PASS"' before.json)" = "1 5" ] ||
		complain "my-case without known: $("$HOPCHECK" verdicts before.json)"
	"$HOPCHECK" run -q --json after.json cases/my-case.yaml >out 2>&1
	[ "$(grep -c '"outcome": "KNOWN"' after.json) $(grep -c '"outcome": "PASS"' after.json)" = "1 5" ] ||
		complain "my-case with known: $("$HOPCHECK" verdicts after.json)"
	;;
esac

# ---- commands
commands() { # commands FILE: those of its indented blocks, a line each, without a comment behind
	awk '/^    / || joined { line = line substr($0, joined ? 1 : 5); joined = sub(/\\$/, "", line)
		if (!joined) { print line; line = "" } }' "$1" | sed 's/  *#.*//; s/^\$ //' |
		grep -E '(^|[ /])hopcheck (run|list|check|judge|plan|bundle|report|verdicts|merge|matrix|bisect)( |$)'
}
# Without what it exits with when all is well, a guest that does not come up leaves BROKEN, or 125 for `git bisect run`.
good() { # good COMMAND: the exit codes that are right
	case $1 in
	*'hopcheck matrix '*'--exit-style bisect'*) echo 125 ;;
	*'hopcheck matrix '* | *'hopcheck bisect '*) echo 3 ;;
	*) echo 0 ;;
	esac
}
run() { # run FILE COMMAND
	case $2 in
	*'['*)
		"$HOPCHECK" matrix --help | grep -qxF "usage: $2" || complain "$1: $2: --help says another"
		return
		;;
	*'hopcheck matrix '* | *'hopcheck bisect '*) guests=$((guests + 1)) ;;
	esac
	ran=$((ran + 1))
	(
		export HOME="$WORK/home" PATH="$WORK/bin:$tree/build:$PATH"
		eval "exec timeout 120 sh -c '${2#exec }'"
	) >out 2>&1
	code=$?
	[ $code = "$(good "$2")" ] || complain "$1: $2: exit $code, not $(good "$2"): $(tail -n 5 out)"
}
# ---- a bisection is of a case whose rows tell the two kernels apart
holds() { # holds VERSION RANGE, such as ">=6.12.115 <6.13 || >=7.2"
	echo "$2" | sed 's/ *|| */\n/g' | while read -r range; do
		all=yes
		for condition in $range; do
			limit=$(echo "$condition" | tr -d '<>=')
			least=$(printf '%s\n%s\n' "$1" "$limit" | sort -V | head -n 1)
			case $condition in
			'>='*) [ "$least" = "$limit" ] || all=no ;;
			'<='*) [ "$least" = "$1" ] || all=no ;;
			'>'*) [ "$least" = "$limit" ] && [ "$1" != "$limit" ] || all=no ;;
			'<'*) [ "$least" = "$1" ] && [ "$1" != "$limit" ] || all=no ;;
			esac
		done
		[ $all = no ] || echo yes
	done | grep -q yes
}
tells_apart() { # tells_apart FILE COMMAND
	from=$(echo "$2" | sed -n 's/.*--good \([^ ]*\).*/\1/p')
	to=$(echo "$2" | sed -n 's/.*--bad \([^ ]*\).*/\1/p')
	for word in $2; do
		[ -e "cases/$word.yaml" ] || continue
		sed -n 's/^    kernel: "\(.*\)"$/\1/p' "cases/$word.yaml" >ranges
		sed -n 's/^    deviation: //p' "cases/$word.yaml" | while read -r name; do
			sed -n 's/^kernel: "\(.*\)"$/\1/p' "cases/deviations/$name.yaml"
		done >>ranges
		while read -r range; do
			holds "$from" "$range" && before=1 || before=0
			holds "$to" "$range" && after=1 || after=0
			[ $before = $after ] || return 0
		done <ranges
	done
	complain "$1: $2: no row of the case has it that $from and $to differ"
}
holds 6.12.117 '>=6.12.115 <6.13 || >=7.2' && ! holds 6.12.114 '>=6.12.115 <6.13 || >=7.2' && holds 7.3 '>=6.12.115 <6.13 || >=7.2' &&
	! holds 6.13 '>=6.12.115 <6.13 || >=7.2' || complain "ranges are not understood"

# What the examples find there: another machine's results.
for label in 6.1 6.12; do
	"$HOPCHECK" run -q --json out.json final-host >out 2>&1
	sed "0,/\"release\": \"[^\"]*\"/s//\"release\": \"$label-test\"/" out.json >$label.json
done
"$HOPCHECK" run -q --json shard-1.json final-host --only mode=plain >out 2>&1
"$HOPCHECK" run -q --json shard-2.json final-host --only mode=encap >out 2>&1
for file in README.md docs/*.md; do
	commands "$file" >lines
	while read -r line <&3; do
		run "$file" "$line"
		case $line in *'hopcheck bisect '*) tells_apart "$file" "$line" ;; esac
	done 3<lines
done
[ $ran -ge 17 ] || complain "only $ran commands were found"
cd "$root" || exit 1
[ $failures = 0 ] || exit 1
echo "$ran commands, $guests of them with a QEMU that ends at once; $blocks YAML blocks"
