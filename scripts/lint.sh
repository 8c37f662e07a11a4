#!/bin/bash
# Checks the sources without running them: format, rooms, shell scripts, spelling, and what cppcheck sees of the C.
# `scripts/lint.sh --if-here` leaves out, and names, the tools that are not installed; without it they are an error.
set -u
cd "$(dirname "$0")/.." || exit 2
failed=0 missing=""
listed() { git ls-files -co --exclude-standard "$@" | while read -r file; do [ ! -e "$file" ] || echo "$file"; done; }
mapfile -t sources < <(listed 'harness/*.c' 'harness/*.h' 'include/*.h')
mapfile -t scripts < <(listed 'scripts/*.sh' 'tests/*.sh' .ci/run)
mapfile -t prose < <(listed README.md Makefile docs cases topologies harness include scripts tests)

check() { # check TOOL COMMAND...
	if ! command -v "$1" >/dev/null; then
		missing="$missing $1"
	elif ! "${@:2}"; then
		echo "lint: $1 found something"
		failed=1
	fi
}

check awk awk -f scripts/rooms.awk docs/design.md "${sources[@]}"
check clang-format clang-format --dry-run -Werror "${sources[@]}"
check shellcheck shellcheck --severity=warning "${scripts[@]}"
# iif is a word of the kernel's; the tests misspell words on purpose.
check codespell codespell --quiet-level 2 --ignore-words-list iif,nknown,adresses,edn,chekc,inlin,fro "${prose[@]}"
# What is not asked: jansson's unpacking fills variables that cppcheck believes unset; accept4() and sendto() may be given
# no address; a directory stream has one reader; a descriptor is opened to be held; it does not parse take() in a list.
check cppcheck cppcheck --quiet --error-exitcode=1 --std=c11 -j 2 -Iinclude -Iharness -D_GNU_SOURCE -D__x86_64__ \
	--include=/usr/include/jansson.h --library=posix,gnu --enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=uninitvar --suppress=nullPointer --suppress=readdirCalled \
	--suppress=leakReturnValNotUsed --suppress=internalAstError harness

if [ -n "$missing" ]; then
	echo "lint: not here, so not asked:$missing (Debian has each as a package of that name)"
	[ "${1:-}" = --if-here ] || failed=1
fi
exit $failed
