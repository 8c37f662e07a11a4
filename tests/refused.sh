# shellcheck shell=sh
# What a kernel cannot do is told by what it answers when it is asked without `ip`: neither the words of `ip` nor an answer
# that is the machine's make a SKIP. The kernel says here that it is 4.13, where inline mode is an option, and answers with
# an errno of the test's; `ip` loses the line, with words of the test's.
set -u
cc=$(command -v "${CC:-gcc}" || command -v cc) || {
	echo "no C compiler"
	exit 4
}
[ ! -e /proc/version_signature ] || {
	echo "the kernel's version is in /proc/version_signature too"
	exit 4
}
ip=$(command -v ip)
mkdir "$WORK/bin" "$WORK/cases" "$WORK/topologies"
cat >"$WORK/answer.c" <<'END'
#include <dlfcn.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_iptunnel.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

int uname(struct utsname *name)
{
	int (*real)(struct utsname *) = dlsym(RTLD_NEXT, "uname");
	int result = real(name);

	if (getenv("AGE"))
		strcpy(name->release, getenv("AGE"));
	return result;
}

static const struct rtattr *find(const void *first, int left, int type)
{
	for (const struct rtattr *a = first; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

/* A route that inserts a header, or with ALL any that has an encapsulation. */
static int is_asked(const struct nlmsghdr *h, size_t length)
{
	if (length < NLMSG_LENGTH(sizeof(struct rtmsg)) || h->nlmsg_type != RTM_NEWROUTE)
		return 0;
	const struct rtattr *encap = find(RTM_RTA(NLMSG_DATA(h)), (int)RTM_PAYLOAD(h), RTA_ENCAP);
	const struct rtattr *type = find(RTM_RTA(NLMSG_DATA(h)), (int)RTM_PAYLOAD(h), RTA_ENCAP_TYPE);
	if (!encap || getenv("ALL"))
		return encap != NULL;
	if (*(const unsigned short *)RTA_DATA(type) != LWTUNNEL_ENCAP_SEG6)
		return 0;
	const struct rtattr *tunnel = find(RTA_DATA(encap), (int)RTA_PAYLOAD(encap), SEG6_IPTUNNEL_SRH);
	return tunnel && *(const int *)RTA_DATA(tunnel) == SEG6_IPTUN_MODE_INLINE;
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");

	if (getenv("ANSWER") && is_asked(data, length)) {
		errno = atoi(getenv("ANSWER"));
		return -1;
	}
	return real(fd, data, length, flags);
}
END
"$cc" -D_GNU_SOURCE -shared -fPIC -o "$WORK/answer.so" "$WORK/answer.c" -ldl || exit 1
cat >"$WORK/bin/ip" <<END
#!/bin/sh
lines=\$(mktemp '$WORK/lines.XXXXXX') # process ids are not one's own here: workers have PID namespaces
cat >"\$lines"
number=\$(grep -nE "\$LOSE" "\$lines" | head -n 1 | cut -d : -f 1)
[ -n "\$number" ] || exec "$ip" "\$@" <"\$lines"
sed -E "/\$LOSE/s/.*//" "\$lines" | "$ip" "\$@"
echo "\$WORDS" >&2
echo "Command failed -:\$number" >&2
exit 1
END
chmod +x "$WORK/bin/ip"
cat >"$WORK/topologies/pair.yaml" <<END
topology: pair
nodes: {a: {}, r: {sids: {"fc00:1::1": {behaviour: End.X, nh6: b}}}, b: {addresses: ["fc00:b::1", "fc00:b::2"]}}
links: [{ends: [a.e, r.w]}, {ends: [r.e, b.w]}]
END
cat >"$WORK/cases/inline.yaml" <<END
case: inline
topology: pair
traffic: {tcp: kernel, mode: inline, from: a, to: "fc00:b::1", segments: ["fc00:b::2"]}
expect: {fate: delivered}
END
sed 's/case: inline/case: sid/; s/fc00:b::2/fc00:1::1/' "$WORK/cases/inline.yaml" >"$WORK/cases/sid.yaml"
failures=0
comes_out() { # CASE OUTCOME WHY
	(
		PATH="$WORK/bin:$PATH" LD_PRELOAD="$WORK/answer.so"
		export PATH LD_PRELOAD ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
		"$HOPCHECK" run --ip -j 1 -q --json - "$WORK/cases/$1.yaml" >"$WORK/out" 2>"$WORK/err"
	)
	grep -q "\"outcome\": \"$2\"" "$WORK/out" && grep -q "\"why\": \".*$3" "$WORK/out" && return
	failures=$((failures + 1))
	echo "$1: not $2 for $3:"
	grep -E '"(outcome|why)"' "$WORK/out" "$WORK/err" | sed 's/^/    /'
}
invalid=22 no_buffer=105
export AGE=4.13.4 LOSE='encap seg6 mode inline' WORDS='RTNETLINK answers: Invalid argument'
comes_out inline BROKEN 'its trial broke off: .*encap seg6 is missing' # the kernel takes it
ANSWER=$invalid WORDS='RTNETLINK antwortet: Das Argument war ungültig' # unlike any word here
export ANSWER WORDS
comes_out inline SKIP 'this kernel refuses seg6 mode inline .*CONFIG_IPV6_SEG6_INLINE'
ANSWER=$no_buffer
comes_out inline BROKEN 'its trial broke off'
# ---- a SID, on this kernel
unset AGE
export ALL=1 LOSE='encap seg6local'
comes_out sid BROKEN 'the kernel does not hold it'
ANSWER=$invalid
comes_out sid SKIP 'r: this kernel '
[ $failures = 0 ] || exit 1
echo "by the kernel's own answer, whatever ip says"
