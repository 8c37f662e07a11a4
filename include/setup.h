/* The SRv6 set-up of a running node: what its kernel holds, read and not changed; and what is found in it. */
#ifndef HOPCHECK_SETUP_H
#define HOPCHECK_SETUP_H

#include "line.h"
#include "testcase.h"

/* Links ("mtu", "up", "kind", "master", each offload by its word: "on" or "off"), addresses ("dev"), routes of all
 * tables but local, with the encapsulations' keys ("encap": "seg6" or "seg6local"), rules, the source of outer headers,
 * and sysctls, whose value is the fact "value". `name` and facts as those of struct thing (line.h). */
struct setup_thing {
	enum thing_kind kind;
	char *name;
	struct facts facts;
};
struct setup {
	char version[128]; /* upstream's, for ranges of kernels */
	struct setup_thing *things;
	size_t count;
};
/* Of the current network namespace. 0, or -1 and err: the kernel did not answer. The caller clears it. */
int setup_read(struct setup *ret, struct error *err);
void setup_clear(struct setup *setup);
#define owned_setup __attribute__((cleanup(setup_clear))) struct setup

/* A sysctl's value, of a name with a place for a device: sysctl_value(setup, "net.ipv6.conf.%s.mtu", "a0"). -1: not
 * there. */
long setup_sysctl(const struct setup *setup, const char *format, const char *device);

/* ---- doctor/: pure. */
bool is_headend(const struct setup_thing *thing); /* a route that pushes a segment list */
bool is_sid(const struct setup_thing *thing);     /* a seg6local route */
enum finding_kind { FINDING_MISTAKE, FINDING_DEVIATION, FINDING_HINT };
extern const struct word finding_words[]; /* "mistake", "deviation", "hint" */
struct finding {
	enum finding_kind kind;
	char *name;   /* "forwarding-off"; a deviation's */
	char *text;   /* what is wrong, a sentence without its end */
	char *remedy; /* a command or a workaround; NULL: none is known */
};
struct findings {
	struct finding *at;
	size_t count;
};
/* The usual mistakes of such a set-up, then the deviations whose `met_by` it has on its kernel. */
void setup_find(struct findings *ret, const struct setup *setup, const struct deviations *deviations);
void findings_clear(struct findings *findings);
#define owned_findings __attribute__((cleanup(findings_clear))) struct findings

#endif
