# The kernels for x86-64 guests in a Packages file, `suite` is its name: VERSION RELEASE PACKAGE-VERSION SUITE MB STATE
# FLAVOUR PACKAGES, one a line, tabs between. STATE is `complete` when the packages that hold the image and its modules are
# there (from 6.19 on Debian splits them, and drops the parts of old versions one by one), else `incomplete`. linux-base
# (the config, what is built in) and Ubuntu's linux-modules-extra are taken along where they are.

function build_of(package) { # linux-KIND-RELEASE: RELEASE
	sub(/^linux-(image|binary|base|modules-extra|modules)-/, "", package)
	return package
}
function flavour_of(release) {
	return release ~ /-cloud-amd64$/ ? "cloud" : release ~ /-rt-amd64$/ ? "rt" : "generic"
}
function upstream_of(version) {
	sub(/^[0-9]+:/, "", version)
	sub(/-[^-]*$/, "", version)
	return version
}
function stanza() {
	if (package ~ /^linux-(image|binary|base|modules|modules-extra)-[0-9].*-(amd64|generic)$/) {
		size[package, version] = bytes
		if (package ~ /^linux-image-/) {
			images[++n] = package
			versions[n] = version
			depends[n] = ", " needs
		}
	}
	package = version = needs = ""
	bytes = 0
}

/^Package: / { package = $2 }
/^Version: / { version = $2 }
/^Size: / { bytes = $2 }
/^(Pre-)?Depends: / { needs = needs ", " substr($0, index($0, ":") + 2) }
/^$/ { stanza() }

END {
	stanza()
	parts = split("binary base modules modules-extra", kind, " ")
	for (i = 1; i <= n; i++) {
		release = build_of(images[i])
		packages = images[i] "=" versions[i]
		total = size[images[i], versions[i]]
		state = "complete"
		split_up = 0
		for (k = 1; k <= parts; k++) {
			part = "linux-" kind[k] "-" release
			needed = index(depends[i], ", " part " ") || index(depends[i], ", " part ",") || depends[i] ~ (", " part "$")
			split_up += needed
			if ((part, versions[i]) in size && (needed || kind[k] == "modules-extra")) {
				packages = packages " " part "=" versions[i]
				total += size[part, versions[i]]
			} else if (needed && kind[k] != "base")
				state = "incomplete"
		}
		if (total < 1000000 && !split_up) # depends on the newest image: holds no kernel
			continue
		printf "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", upstream_of(versions[i]), release, versions[i], suite, total / 1e6 + 0.5, state, flavour_of(release), packages
	}
}
