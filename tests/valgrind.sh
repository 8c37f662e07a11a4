# shellcheck shell=sh
# No error and no leak under valgrind, in the runner and in its workers.
set -u
command -v valgrind >/dev/null || { echo "valgrind is not here"; exit 4; }
if grep -q __asan_init "$HOPCHECK"; then
	echo "the binary has AddressSanitizer, which valgrind cannot run"
	exit 4
fi
cases="final-host negative service"
# libbpf fills bpf()'s argument as far as it tells the kernel to read it, and valgrind looks further.
for field in expected_attach_type prog_ifindex; do
	printf '{\n\tlibbpf\n\tMemcheck:Param\n\tbpf(attr->%s)\n\tfun:syscall\n\tobj:*/libbpf.so*\n}\n' $field
done >"$WORK/suppressions"
checked() {
	valgrind -q --suppressions="$WORK/suppressions" --leak-check=full --show-leak-kinds=definite,possible --errors-for-leak-kinds=definite,possible \
		--error-exitcode=9 --log-file="$WORK/valgrind.%p" "$HOPCHECK" "$@"
}
# shellcheck disable=SC2086
checked run -q -vv -j 1 --keep "$WORK/kept" --json "$WORK/results.json" $cases
code=$?
if [ $code = 0 ]; then
	checked judge -v "$WORK/kept" negative --only mode=inline >"$WORK/ladders"
	code=$?
fi
# openat2() is younger than some valgrinds: they say so, and answer ENOSYS, for which hopcheck has another way.
sed '/WARNING: unhandled .* syscall: 437$/,/bug_reports\.html/d' "$WORK"/valgrind.* >"$WORK/said"
if [ $code != 0 ] || [ -s "$WORK/said" ]; then
	echo "hopcheck ended with $code; valgrind says:"
	cat "$WORK/said"
	exit 1
fi
echo "$(grep -c '"outcome"' "$WORK/results.json") cells without an error or a leak"
