# shellcheck shell=sh
# What had a verdict and is SKIP or missing now counts as a FAIL, a FIXED is shown as a FAIL is, and --strict counts it.
set -u
. tests/shared.sh
go_to_work
two_cells cases
one_of() { # one_of OUTCOME FILE: the first cell of before.json has it
	sed '0,/"outcome": "PASS"/s//"outcome": "'"$1"'"/' before.json >"$2"
	! cmp -s before.json "$2" || complain "no cell became $1"
}
ends_with 0 run -q --json before.json two
one_of SKIP skip.json
one_of FIXED fixed.json

# ---- --against
ends_with 0 merge -q --against before.json before.json
ends_with 1 merge -q --against before.json skip.json
grep -q '^HIDDEN .* 1 is SKIP now and 0 are missing' out || complain "PASS to SKIP is not told: $(cat out)"
ends_with 0 merge -q --against skip.json before.json
ends_with 1 merge -q --exit-style ksft --against before.json skip.json
ends_with 0 run -q --json half.json two --only dst.a0.gro=on
ends_with 1 merge -q --against before.json half.json
grep -q '^    two dst.a0.gro=off$' out || complain "the missing cell is not named: $(cat out)"

# ---- --strict
ends_with 0 run -q --strict two
ends_with 0 report fixed.json
grep -q '^FIXED    two dst.a0.gro=on$' out || complain "a FIXED is not shown as a FAIL is: $(cat out)"
grep -q 'hopcheck run cases/two.yaml --only dst.a0.gro=on' out || complain "a FIXED has no command: $(cat out)"
ends_with 1 report --strict fixed.json
ends_with 0 report skip.json
ends_with 1 report --strict skip.json
ends_with 1 report --strict --accept-skip 'one*' skip.json
ends_with 0 report --strict --accept-skip 'one*' --accept-skip 'two dst.a0.gro=on' skip.json
ends_with 1 merge -q --strict skip.json
ends_with 2 report --accept-skip two skip.json
grep -q -- '--accept-skip: it goes with --strict' err || complain "$(cat err)"
[ $failures = 0 ] || exit 1
echo "what is SKIP, missing or FIXED is told, and counts"
