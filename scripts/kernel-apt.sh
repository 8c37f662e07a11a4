# shellcheck shell=sh
# For scripts/kernels.sh: apt with a configuration and package lists of its own, made from those of this machine.
# Takes $cache, $here, $tab and the functions say, fail, rows, suites_of; sets $distributions.
# shellcheck disable=SC2154,SC2016

# sources: URI SUITE KEYS of this machine, one a line.
sources() {
	eval "$(apt-config shell main Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	set --
	for file in "${main:-}" "${parts:-/nonexistent/}"*.list "${parts:-/nonexistent/}"*.sources; do
		[ ! -f "$file" ] || set -- "$@" "$file"
	done
	[ $# = 0 ] || awk -f "$here/apt-sources.awk" "$@"
}

# archives DISTRIBUTION <SOURCES: its archives here: security|main URI KEYS, one a line.
archives() {
	names=" $(suites_of "$1" | sed 's/-.*//' | sort -u | tr '\n' ' ')"
	[ "$1" != debian ] || names="$names stable oldstable oldoldstable testing unstable "
	awk -F "$tab" -v names="$names" '
		{ base = $2; sub(/[-\/].*/, "", base) }
		index(names, " " base " ") {
			row = ($2 ~ /-security$/ ? "security" : "main") " " $1 " " $3
			if (!seen[row]++) print row
		}'
}

# apt_lines DISTRIBUTION ARCHIVES: the lines of a sources.list for all its suites.
apt_lines() {
	# What is missing in a key that was meant for one suite is in the distribution's own keyring.
	ring=/usr/share/keyrings/$1-archive-keyring.gpg
	for suite in $(suites_of "$1"); do
		kind=main
		case $suite in *-security) ! grep -q '^security' "$2" || kind=security ;; esac
		while read -r what uri keys; do
			[ "$what" = $kind ] || continue
			case $keys in
			-) keys= ;;
			/*) [ ! -f "$ring" ] || [ "$keys" = "$ring" ] || keys=$keys,$ring ;;
			esac
			echo "deb [arch=amd64 target=Packages${keys:+ signed-by=$keys}] $uri $suite main"
		done <"$2"
	done
}

# apt_setup: writes the configuration; sets `distributions` to those that this machine has an archive of.
apt_setup() {
	distributions=
	command -v apt-get >/dev/null || return 0
	mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/apt/none"
	sources >"$cache/apt/machine.$$"
	for distribution in $(rows | awk '!seen[$1]++ { print $1 }'); do
		archives "$distribution" <"$cache/apt/machine.$$" >"$cache/apt/archives.$$"
		[ -s "$cache/apt/archives.$$" ] || continue
		distributions="$distributions $distribution"
		apt_lines "$distribution" "$cache/apt/archives.$$"
	done >"$cache/apt/sources.$$"
	mv "$cache/apt/sources.$$" "$cache/apt/sources.list"
	rm -f "$cache/apt/machine.$$" "$cache/apt/archives.$$"
	: >"$cache/apt/status"
	cat >"$cache/apt/conf.$$" <<-END
		Dir::State "$cache/apt";
		Dir::State::lists "$cache/apt/lists";
		Dir::State::status "$cache/apt/status";
		Dir::Cache "$cache/apt";
		Dir::Cache::pkgcache "pkgcache.bin";
		Dir::Etc::sourcelist "$cache/apt/sources.list";
		Dir::Etc::sourceparts "$cache/apt/none";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "$cache/apt/none";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear APT::Architectures;
		APT::Architecture "amd64";
		APT::Get::AllowUnauthenticated "false";
		Acquire::AllowInsecureRepositories "false";
		Acquire::AllowWeakRepositories "false";
		Acquire::AllowDowngradeToInsecureRepositories "false";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		Acquire::https::Timeout "20";
	END
	mv "$cache/apt/conf.$$" "$cache/apt/apt.conf"
}

apt_here() { apt-get -q -c "$cache/apt/apt.conf" "$@"; }

# explain SUITE LOG: why a suite has no list.
explain() {
	if grep -q "[ /]$1[ /].*\(NO_PUBKEY\|EXPKEYSIG\|not signed\)" "$2"; then
		say "$1: signed with a key that is not here: a newer debian-archive-keyring (or ubuntu-keyring) may have it"
	elif grep -q "The repository .* $1 Release' does not have a Release file" "$2"; then
		say "$1: not on this machine's mirror"
	elif ! grep -q " $1 main$" "$cache/apt/sources.list"; then
		say "$1: this machine's apt has no archive that could have it"
	else
		say "$1: not fetched: $(grep -A 1 "^Err:.* $1 " "$2" | sed -n '2s/^ *//p' | grep . || echo "see $2")"
	fi
}

# update: fetches the package lists and makes the index of kernels from them. What is not reached keeps its old list.
update() {
	[ -n "$distributions" ] || fail "this machine's apt sources name no Debian or Ubuntu archive with the component main;" \
		"kernels come from there"
	say "fetching the package lists of$distributions: $(for d in $distributions; do suites_of "$d"; done | tr '\n' ' ')"
	apt_here -o APT::Update::Error-Mode=any update >"$cache/apt/update.log" 2>&1 || grep -q '^[EW]: ' "$cache/apt/update.log" || {
		tail -n 3 "$cache/apt/update.log" >&2
		fail "apt-get update failed"
	}
	apt_here indextargets --format '$(RELEASE) $(FILENAME)' 'Created-By: Packages' >"$cache/apt/targets"
	helper=/usr/lib/apt/apt-helper
	while read -r suite file; do
		"$helper" cat-file "$file" | awk -v suite="$suite" -f "$here/kernel-index.awk"
	done <"$cache/apt/targets" >"$cache/index.new"
	! grep -q '^Err:' "$cache/apt/update.log" || [ ! -f "$cache/index" ] ||
		say "some lists could not be refreshed, the old ones stay: $(sed -n '/^Err:/{n;s/^ *//p;q}' "$cache/apt/update.log")"
	for suite in $(for d in $distributions; do suites_of "$d"; done); do
		grep -q "^$suite " "$cache/apt/targets" || explain "$suite" "$cache/apt/update.log"
	done
	[ -s "$cache/index.new" ] || {
		rm -f "$cache/index.new"
		say "no package list could be fetched ($cache/apt/update.log); what is cached still runs"
		return 1
	}
	mv "$cache/index.new" "$cache/index"
	! grep -q '^Err:' "$cache/apt/update.log" || touch -d '1 day ago' "$cache/index"
}
