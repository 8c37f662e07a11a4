# shellcheck shell=sh
# Each behaviour of topologies/behaviours.yaml is told from every other one: put in its place, with the parameters that it
# has at this node, none comes to the same end. A behaviour that this kernel cannot have is SKIP, and counted.
set -u
. tests/shared.sh
cp -r cases topologies "$WORK"
cd "$WORK" || exit 1
mkdir -p swaps/cases swaps/topologies
behaviours='End End.X End.T End.DX6 End.DX4 End.DT6 End.DT4 End.DT46 End.B6 End.B6.Encaps'
# SID, what it is, the neighbour and the table that this node's SIDs name, and the cell that rests on it
cat >sids <<'END'
fc00:1::1 End r3 7 inline-End
fc00:1::2 End.X r3 7 inline-End.X
fc00:1::3 End.T r3 7 inline-End.T
fc00:1::4 End.B6 r3 7 inline-End.B6
fc00:1::5 End.B6.Encaps r3 7 inline-End.B6.Encaps
fc00:3::7 End.DX6 far 8 encap-End.X-End.DX6
fc00:3::8 End.DT6 far 8 inline-End.B6.Encaps
fc00:4::6 End.DT6 r2 9 encap-End-End.DT6
END
parameters() { # BEHAVIOUR NEIGHBOUR TABLE
	case $1 in
	End.X | End.DX6) echo "nh6: $2" ;;
	End.DX4) echo 'nh4: "10.0.0.1"' ;;
	End.T | End.DT6) echo "table: $3" ;;
	End.DT4 | End.DT46) echo "vrftable: 100" ;;
	End.B6) echo 'segments: ["fc00:2::1"]' ;;
	End.B6.Encaps) echo 'segments: ["fc00:3::8"]' ;;
	esac
}
swap() { # SID BEHAVIOUR PARAMETERS NAME
	line="\"$1\": {behaviour: $2${3:+, $3}}"
	sed "s/^topology: .*/topology: $4/; s|^\( *\)\"$1\": .*|\1$line|" topologies/behaviours.yaml >"swaps/topologies/$4.yaml"
	sed "s/^case: .*/case: $4/; s/^topology: .*/topology: $4/" cases/behaviours.yaml >"swaps/cases/$4.yaml"
	grep -qF "$line" "swaps/topologies/$4.yaml" || complain "there is no SID $1 to put $2 in the place of"
}
ln -s "$PWD/cases/deviations" swaps/cases/deviations
swaps=0 skipped=0
while read -r sid own neighbour table path; do
	rm -f swaps/*/*.yaml results.json
	for behaviour in $behaviours; do
		swap "$sid" "$behaviour" "$(parameters "$behaviour" "$neighbour" "$table")" "as.$behaviour"
	done
	# What it is stays as the file has it, in a copy that is made in the same way.
	cp topologies/behaviours.yaml "swaps/topologies/as.$own.yaml"
	sed -i "s/^topology: .*/topology: as.$own/" "swaps/topologies/as.$own.yaml"
	timeout 60 "$HOPCHECK" run -q --json results.json --only "path=$path" --only tcp=kernel --only gro=off \
		--only src.b0.tx=on swaps/cases/*.yaml >/dev/null 2>err || [ $? = 1 ] || complain "$sid: $(cat err)"
	"$HOPCHECK" verdicts results.json >all || complain "$sid: no results"
	for behaviour in $behaviours; do
		said=$(grep "^as.$behaviour " all | sed 's/^[^:]*: //')
		case "$behaviour $said" in
		"$own PASS"* | "$own KNOWN"* | "$own FIXED"*) ;;
		"$own "*) complain "$sid as it is, $path: $said" ;;
		*" FAIL "*) swaps=$((swaps + 1)) ;;
		*" SKIP "*) skipped=$((skipped + 1)) ;;
		*) complain "$sid: $behaviour in place of $own, $path: $said" ;;
		esac
	done
done <sids
[ $failures = 0 ] || exit 1
echo "$swaps swaps FAIL, $skipped are of behaviours that this kernel cannot have"
