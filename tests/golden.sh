# shellcheck shell=sh
# What is made of fixed results stays as it is, octet by octet: tests/golden/in has results with every outcome, those of two
# kernels, the same without evidence, and in old/ what earlier versions wrote, which stays readable; tests/golden/out has
# what each subcommand and format makes of them. UPDATE=1 writes them again: look at the difference, and commit it.
set -u
. tests/shared.sh
golden=$PWD/tests/golden assets=$PWD/harness/format/html
in=$golden/in out=$WORK/out
PATH=$(dirname "$HOPCHECK"):$PATH # commands are shown as this program was called
export COLUMNS=80 TERM=dumb
unset NO_COLOR LC_ALL LANG
mkdir "$out"
# makes NAME CODE ARGUMENT...: what hopcheck writes to standard output.
makes() {
	name=$1 code=$2
	shift 2
	hopcheck "$@" >"$out/$name" 2>"$WORK/err"
	got=$?
	[ $got = "$code" ] || complain "$name: hopcheck $*: exit $got, not $code"
	[ ! -s "$WORK/err" ] || complain "$name: hopcheck $* says: $(cat "$WORK/err")"
}
# A page's style and scripts are its sources, and what stands around them is page.html; the data is kept here.
takes_apart() { # takes_apart PAGE: leaves PAGE-data.json
	awk '/^<\/style>/ { in_style = 0 } in_style { print } /^<style>/ { in_style = 1 }' "$out/$1.html" >"$WORK/style"
	awk '/^<\/script>/ { in_script = 0 } in_script { print } /^<script>/ { in_script = 1 }' "$out/$1.html" | sort >"$WORK/script"
	grep -v '^$' "$assets/style.css" >"$WORK/wanted" # an empty line at an end is not looked at
	grep -v '^$' "$WORK/style" | cmp -s - "$WORK/wanted" || complain "$1.html: its style is not style.css"
	cat "$assets"/*.js | sort | grep -v '^$' >"$WORK/wanted"
	grep -v '^$' "$WORK/script" | cmp -s - "$WORK/wanted" || complain "$1.html: its scripts are not those of $assets"
	sed 's/^@.*@$//; s/@data@//' "$assets/page.html" | grep -v '^$' >"$WORK/wanted"
	awk '/^<\/(style|script)>/ { left_out = 0 } !left_out { print } /^<(style|script)>/ { left_out = 1 }' "$out/$1.html" |
		sed 's/id="data">.*<\/script>/id="data"><\/script>/' | cmp -s - "$WORK/wanted" ||
		complain "$1.html: what stands around style, data and scripts is not page.html"
	sed -n 's/^<script type="application\/json" id="data">\(.*\)<\/script>$/\1/p' "$out/$1.html" |
		sed 's/},{/},\n{/g' >"$out/$1-data.json"
	rm "$out/$1.html"
	[ -s "$out/$1-data.json" ] || complain "$1.html: it has no data"
}

cd "$in" || exit 1
for of in "run 1" "matrix 1"; do
	code=${of#* } of=${of% *}
	makes "$of.txt" "$code" report "$of.json"
	makes "$of-v.txt" "$code" report -v "$of.json"
	makes "$of.ktap" "$code" report --ktap - "$of.json"
	makes "$of.tap" "$code" report --tap - "$of.json"
	makes "$of.xml" "$code" report --junit - "$of.json"
	makes "$of.html" "$code" report --html - "$of.json"
	takes_apart "$of"
	makes "$of.md" "$code" merge -q --markdown - "$of.json"
	makes "$of-cells.md" "$code" merge -q --cells --markdown - "$of.json"
done
makes run-vv.txt 1 report -vv run.json
makes run-verdicts.txt 0 verdicts run.json
makes matrix-verdicts.txt 0 verdicts matrix.json
makes brief-verdicts.txt 0 verdicts brief.json
makes run-ksft.txt 1 report --exit-style ksft run.json
makes matrix-brief.json 1 merge -q --brief - matrix.json
makes merged.json 1 merge -q --json - run.json
makes both.txt 1 merge --cells run.json matrix.json
makes against.txt 1 merge --against matrix.json run.json
makes against-brief.txt 1 merge --against brief.json matrix.json
makes brief-v.txt 1 report -v brief.json
makes brief.html 1 report --html - brief.json
takes_apart brief
makes old-run-vv.txt 1 report -vv old/run.json
makes old-brief-v.txt 0 report -v old/brief.json
cd old || exit 1
makes old-kept.txt 0 judge --json "$out/old-kept.json" kept cases/old.yaml
cd "$in" || exit 1

# The version is the program's own. Of whole results the indentation is left out, which is half of them.
sed -i 's/"hopcheck": *"[0-9][^"]*"/"hopcheck":"VERSION"/' "$out"/*.json
sed -i 's/^ *//' "$out/merged.json" "$out/old-kept.json"
if [ -n "${UPDATE:-}" ]; then
	rm -rf "$golden/out"
	cp -r "$out" "$golden/out"
fi
diff -ru "$golden/out" "$out" >"$WORK/diff" || complain "$(head -c 20000 "$WORK/diff")"
[ "$(find "$golden" -type f -exec cat {} + | wc -c)" -lt 400000 ] || complain "tests/golden has grown beyond 400 kB"
[ $failures = 0 ] || exit 1
echo "$(find "$golden/out" -type f | wc -l) outputs are as they were"
