[ -z "$refused" ] || {
	echo "# WRONG: expected a refusal with \"$refused\", and the kernel takes all lines"
	finish 1
}
