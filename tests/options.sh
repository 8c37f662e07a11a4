# shellcheck shell=sh
# Every option is one row: the help of a subcommand, what it takes and what bash completes are the same.
set -u
cd "$WORK" || exit 2
complain() { echo "$*" >>failures; }
"$HOPCHECK" completion >completion.bash || complain "completion: exit $?"
bash -n completion.bash || complain "completion: not bash"
ln -s "$HOPCHECK" hopcheck
cat >complete.bash <<'END'
# complete.bash WORD...: what bash offers for the last word
PATH=$PWD:$PATH
source completion.bash
COMP_WORDS=(hopcheck "$@")
COMP_CWORD=$#
_hopcheck
printf '%s\n' "${COMPREPLY[@]}"
END
offered() { bash complete.bash "$@" | sort | tr '\n' ' '; }

"$HOPCHECK" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' >verbs
[ "$(wc -l <verbs)" -ge 11 ] || complain "subcommands: $(cat verbs)"
while read -r verb; do
	"$HOPCHECK" "$verb" --help >help
	options=$(sed -n 's/^  \(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p' help | sort | tr '\n' ' ')
	[ "$(offered "$verb" --)" = "$options" ] || complain "$verb: the help has $options, bash offers $(offered "$verb" --)"
	for option in $options; do
		"$HOPCHECK" "$verb" "$option=1" --help >out 2>err
		! grep -q 'unknown option' err || complain "$verb $option is in the help and not taken"
	done
	awk 'length > 120' help >long
	[ ! -s long ] || complain "$verb --help: a line of more than 120 columns: $(cat long)"
done <verbs
[ "$(offered ru)" = 'run ' ] || complain "ru: $(offered ru)"
[ "$(offered run --k)" = '--keep --ktap ' ] || complain "run --k: $(offered run --k)"
cd "$OLDPWD" && ln -s "$PWD/cases" "$PWD/topologies" "$WORK/" && cd "$WORK" || exit 2
[ "$(offered run final-host-c)" = 'final-host-crafted ' ] || complain "run final-host-c: $(offered run final-host-c)"
[ "$(offered plan --only mode=inline final-host-e)" = 'final-host-encap ' ] || complain "plan ... final-host-e"

[ ! -s failures ] || { cat failures; exit 1; }
echo "the options of $(wc -l <verbs) subcommands: in the help, taken, and completed"
