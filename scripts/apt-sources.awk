# The sources that apt is set up with, of both kinds (lines, and deb822 stanzas): URI SUITE KEYS, one a line, tabs between.
# KEYS is what Signed-By names (files or fingerprints, commas between), or "-" where it is absent or written out.
# Only sources with the component `main`; a CD is none.

function emit(uris, suites, components, keys,   u, s, i, j, n, m) {
	if ((" " components " ") !~ / main / )
		return
	n = split(uris, u, " ")
	m = split(suites, s, " ")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++)
			if (u[i] !~ /^cdrom:/)
				print u[i] "\t" s[j] "\t" keys
}
function keys_of(value) {
	gsub(/^ +| +$/, "", value)
	gsub(/[ ,]+/, ",", value)
	return value ~ /BEGIN/ || value == "" ? "-" : value
}
function stanza() {
	if ((" " field["types"] " ") ~ / deb / && tolower(field["enabled"]) !~ /^ *(no|false|0|off)/)
		emit(field["uris"], field["suites"], field["components"], keys_of(field["signed-by"]))
	split("", field)
	name = ""
}
function line(   options, keys) {
	sub(/#.*/, "")
	keys = "-"
	if (match($0, /\[[^]]*\]/)) {
		options = substr($0, RSTART + 1, RLENGTH - 2)
		$0 = substr($0, 1, RSTART - 1) " " substr($0, RSTART + RLENGTH)
		if (match(options, /signed-by *= *[^ ]+/)) {
			keys = substr(options, RSTART, RLENGTH)
			sub(/^[^=]*= */, "", keys)
		}
	}
	if ($1 == "deb" && NF >= 4) {
		options = $2 "\n" $3
		keys = keys_of(keys)
		components = $0
		sub(/^ *deb +[^ ]+ +[^ ]+/, "", components)
		split(options, words, "\n")
		emit(words[1], words[2], components, keys)
	}
}

{ gsub(/[\t\r]/, " ") }
FNR == 1 { stanza() }
FILENAME !~ /\.sources$/ { line(); next }
/^#/ { next }
/^ *$/ { stanza(); next }
/^ / { field[name] = field[name] " " $0; next }
{
	name = tolower(substr($0, 1, index($0, ":") - 1))
	field[name] = substr($0, index($0, ":") + 1)
}
END { stanza() }
